"""What stays, what is done by when, and what is only assumed."""

from __future__ import annotations

from cjmkit.charts import impact_effort
from cjmkit.journey import Action
from cjmkit.language.words import QUADRANT, STATUS
from cjmkit.method.priorities import horizon, open_actions
from cjmkit.reports.content.definitions import gain_rule
from cjmkit.reports.content.director import kpi_change
from cjmkit.reports.content.people import kpi_table
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Block, Bullets, Picture, Section, Table, Text, blocks


def what_stays(report: Report) -> Section:
    """What works and must not be touched, and what is to end."""
    say = report.say
    keep = [t for t in report.touchpoints if t.decision == "keep"]
    drop = [t for t in report.touchpoints if t.decision == "drop"]
    rows = tuple((t.name, t.success, t.owner or say("nobody yet"), report.estimate(report.rows[t.id])) for t in keep)
    columns = (say("Touchpoint"), say("What is good about it"), say("Owner"), say("Score"))
    nothing = Text(say("The team has not yet said what stays as it is.")) if not keep else None
    return Section(
        "what-stays",
        say("What stays as it is"),
        blocks(nothing, Table(columns, rows), Bullets(tuple(t.name for t in drop), say("To be dropped"))),
        report.language,
    )


def action_plan(report: Report) -> Section:
    """Who does what by when, in 30, 60 and 90 days, and which KPI it moves."""
    say = report.say
    open_ = open_actions(report.journey)
    if not open_:
        text = say("No action is agreed yet. The map ends in nothing without one.")
        return Section("plan", say("Action plan"), (Text(text),), report.language)
    titles = {
        "overdue": say("Overdue"),
        "30": say("Within 30 days"),
        "60": say("Within 60 days"),
        "90": say("Within 90 days"),
        "later": say("Later"),
        "undated": say("Without a date"),
    }
    due = {name: [a for a in open_ if horizon(a, report.day) == name] for name in titles}
    tables = [actions_table(report, titles[name], actions) for name, actions in due.items()]
    chart = Picture(impact_effort(report.actions, size=report.size, language=report.language, accent=report.accent))
    return Section(
        "plan",
        say("Action plan"),
        blocks(tables, chart, _ranks(report), Text(gain_rule(report), "note"), kpi_table(report)),
        report.language,
    )


def actions_table(report: Report, title: str, actions: list[Action]) -> Block:
    """Actions by date: what, who, by when, which KPI from what to what."""
    say = report.say
    rows = tuple(
        (
            action.title,
            action.owner or say("nobody yet"),
            say.date(action.due, "medium") or "–",
            kpi_change(report, action.kpi, action.from_, action.to) or "–",
            say(STATUS[action.status]),
        )
        for action in sorted(actions, key=lambda a: (a.due is None, str(a.due)))
    )
    return Table((say("Action"), say("Owner"), say("Due"), say("KPI from → to"), say("Status")), rows, title)


def _ranks(report: Report) -> Block:
    say = report.say
    rows = tuple(
        (
            say.number(float(row["rank"]), 0),
            str(row["title"]),
            say.percent(row["gap"]),
            say.number(row["gain"], 3),
            say.number(row["impact"], 0),
            say.number(row["effort"], 0),
            say(QUADRANT[quadrant]),
        )
        for (_, row), quadrant in zip(report.actions.iterrows(), report.actions.quadrant, strict=True)
    )
    columns = (
        say("Rank"),
        say("Action"),
        say("Gap to target"),
        say("Gain by scores"),
        say("Impact (team)"),
        say("Effort"),
        "",
    )
    return Table(columns, rows, say("Rank by what the scores promise"), (0, 2, 3, 4, 5))


def assumptions(report: Report) -> Section:
    """What is only assumed, and how and by whom it is tested."""
    say = report.say
    assumed = [t for t in report.touchpoints if t.evidence == "assumed" and t.id not in report.rated]
    asked = {u.touchpoint for u in report.journey.unknowns}
    rows = tuple(
        (
            u.question,
            report.journey.touchpoint(u.touchpoint).name if u.touchpoint else "–",
            u.who or say("nobody yet"),
            say.date(u.due, "medium") or "–",
        )
        for u in report.journey.unknowns
    )
    columns = (say("Question"), say("Touchpoint"), say("Who finds out"), say("By when"))
    lead = say("The map is a hypothesis until it meets customers.")
    if assumed:
        n, all_ = say.number(len(assumed), 0), say.number(len(report.touchpoints), 0)
        lead = say("{n} of {all} touchpoints rest on what the team assumes.", n=n, all=all_) + " " + lead
    untested = tuple(t.name for t in assumed if t.id not in asked)
    return Section(
        "assumptions",
        say("What we only assume, and how we test it"),
        blocks(
            Text(lead, "lead"),
            Table(columns, rows, say("Open questions")),
            Bullets(untested, say("Assumed, and no test is named yet")),
        ),
        report.language,
    )
