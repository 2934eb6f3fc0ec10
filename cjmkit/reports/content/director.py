"""One page for the director: the goal, three findings, three decisions asked for, the next review."""

from __future__ import annotations

import pandas as pd

from cjmkit.journey import Action
from cjmkit.method.findings import highest, lowest, settled, weakest_link, widest
from cjmkit.method.journey_scores import peak_end, plain_mean
from cjmkit.method.priorities import horizon
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Block, Card, Cards, Facts, Section, Text, blocks


def director_page(report: Report) -> Section:
    """The first page: all that somebody with one minute needs."""
    say, journey = report.say, report.journey
    return Section(
        "director",
        report.title,
        blocks(
            Text(_subtitle(report), "lead"),
            _goal(report),
            Cards(say("Three findings"), tuple(_findings(report)[:3])),
            Cards(say("Decisions asked for"), tuple(_decisions(report)[:3])),
            Text(_next_review(report), "text"),
            Text(journey.scope.market, "note"),
        ),
        report.language,
    )


def _subtitle(report: Report) -> str:
    say, journey = report.say, report.journey
    parts = [journey.client, report.who.name, report.way.name]
    day = say.date(report.day)
    dated = say("as of {date}", date=day) if day else say("not dated")
    return " · ".join([part for part in parts if part] + [dated])


def _goal(report: Report) -> Block:
    say, goal = report.say, report.journey.goal
    kpi = report.journey.kpi(goal.kpi)
    aim = kpi_change(report, goal.kpi, goal.from_, goal.to)
    pairs = [
        (say("Why"), goal.why),
        (say("What should change"), goal.change),
        (say("By which figure"), aim if kpi else ""),
        (say("By when"), say.date(goal.by)),
    ]
    filled = tuple((name, text) for name, text in pairs if text)
    if not filled:
        return Text(say("No goal is set yet. A map without a goal is useless: enter it before anything else."), "text")
    return Facts(filled)


def kpi_change(report: Report, kpi_id: str, from_: float | None, to: float | None) -> str:
    """A KPI with its way from what to what, in its unit; empty where there is nothing to say."""
    say, kpi = report.say, report.journey.kpi(kpi_id)
    if kpi is None:
        return ""
    start, end = kpi.baseline if from_ is None else from_, kpi.target if to is None else to
    if start is None and end is None:
        return kpi.name or kpi.id
    return say(
        "{kpi}: {start} → {end} {unit}", kpi=kpi.name or kpi.id, start=plain(report, start), end=plain(report, end),
        unit=kpi.unit,
    ).strip(" \xa0")  # fmt: skip


def plain(report: Report, value: float | None) -> str:
    """A number as it was typed: no digit more, no digit less (up to two)."""
    if value is None:
        return "?"
    return report.say.number(value, 0 if value == int(value) else 1 if round(value, 1) == value else 2)


def _findings(report: Report) -> list[Card]:
    say, figures = report.say, settled(report.figures)
    if figures.empty:
        return [Card(say("Nothing is scored yet"), say("Enter scores, or import a survey of customers."), tone="pain")]
    weak, best = lowest(figures, 1).iloc[0], highest(figures, 1).iloc[0]
    found = [
        _finding(report, weak, say("Weakest link: {name}", name=weak["name"]), "pain"),
        _finding(report, best, say("Best moment: {name}", name=best["name"]), "success"),
    ]
    split = figures[figures.contested & ~figures.weakest & (figures.of == "team")]
    if len(split):
        row = widest(split, 1).iloc[0]
        text = say("People in the room scored it from {low} to {high}.",
                   low=plain(report, row["smallest"]), high=plain(report, row["largest"]))  # fmt: skip
        found.append(Card(say("The team is divided: {name}", name=row["name"]), text, report.estimate(row)))
    elif weak["level"] == "low" and report.way in report.journey.paths:
        found.append(_mean_and_memory(report))
    elif len(figures) > 3:
        second = lowest(figures, 2).iloc[-1]
        found.append(_finding(report, second, say("Second lowest: {name}", name=second["name"]), "pain"))
    return found if len(figures) > 1 else found[:1]


def _finding(report: Report, row: pd.Series, title: str, tone: str) -> Card:
    """A touchpoint's card: what is good or bad about it, whose figure it is, what customers say, who answers for it."""
    say, touchpoint = report.say, report.journey.touchpoint(str(row.name))
    note = [report.estimate(row)]
    if row["first_impression"]:
        note.append(say("first impression"))
    if report.by_customers:
        note.append(say("customers' ratings"))
    elif touchpoint.id in report.rated:
        note.append(say("team estimate; customers: {rating}", rating=report.rated[touchpoint.id]))
    else:
        note.append(say("team estimate, not yet held against customers"))
    note.append(touchpoint.owner or (say("nobody owns it yet") if tone == "pain" else ""))
    return Card(title, touchpoint.pain if tone == "pain" else touchpoint.success, " · ".join(filter(None, note)), tone)


def _mean_and_memory(report: Report) -> Card:
    say = report.say
    mean = plain_mean(report.journey, report.figures, report.voices)
    memory = peak_end(report.journey, report.figures, report.voices, report.way)
    weak = lowest(settled(report.figures), 1).iloc[0]
    title = say(
        "A mean of {mean} hides a {lowest}", mean=say.number(mean["value"], 1), lowest=say.number(weak["value"], 1)
    )
    text = say(
        "By the peak–end rule the most intense moment ({peak}) and the last one scored ({end}) weigh most in memory.",
        peak=report.rows[memory["peak"]]["name"], end=report.rows[memory["end"]]["name"],
    )  # fmt: skip
    note = say("Mean: {mean}. Peak and end: {memory}.", mean=report.estimate(mean), memory=report.estimate(memory))
    return Card(title, text, note)


def _decisions(report: Report) -> list[Card]:
    say, journey = report.say, report.journey
    asked = []
    weak = weakest_link(report.figures)
    if weak and not journey.touchpoint(weak).owner:
        asked.append(Card(say("Name an owner for: {name}", name=report.rows[weak]["name"]), tone="ask"))
    for id in report.actions.index:
        action = next(a for a in journey.actions if a.id == id)
        change = kpi_change(report, action.kpi, action.from_, action.to)
        note = " · ".join(part for part in (action.owner, say.date(action.due), change) if part)
        asked.append(Card(_asked(report, action), "", note, "ask"))
    if not asked:
        names = say.list(str(name) for name in lowest(report.figures)["name"])
        asked = [Card(say("Agree on actions for: {names}", names=names), tone="ask")] if names else []
    return asked


def _asked(report: Report, action: Action) -> str:
    """What is asked of the director: what is missing first, else a yes, else to stand by what was agreed."""
    say = report.say
    if not action.owner or not action.due:
        return say("Name an owner and a date for: {title}", title=action.title)
    if horizon(action, report.day) == "overdue":
        return say("Overdue, decide anew on: {title}", title=action.title)
    return (
        say("Decide on: {title}", title=action.title)
        if action.status == "idea"
        else say("Confirm: {title}", title=action.title)
    )


def _next_review(report: Report) -> str:
    say, day = report.say, report.day
    planned = sorted(r.on for r in report.journey.reviews if r.on and (day is None or r.on >= day))
    if planned:
        return say("Next review: {date}", date=say.date(planned[0]))
    by = report.journey.goal.by
    if by is None:
        return say("No date is set for the next review: agree on one.")
    return say("No review is planned before the goal falls due on {date}: agree on one.", date=say.date(by))
