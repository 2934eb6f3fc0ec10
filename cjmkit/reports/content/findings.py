"""The map with its scores, the worst and the best, the moments of truth."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cjmkit.charts import emotion_curve, journey_map, touchpoint_ranking
from cjmkit.charts.rank_stability import rank_stability_chart
from cjmkit.journey import Touchpoint
from cjmkit.language.words import FINDING, RULE
from cjmkit.method.findings import highest, lowest, widest
from cjmkit.method.scores import of_persona, round_shift
from cjmkit.reports.content.agreement import the_lowest_hold
from cjmkit.reports.content.director import plain
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Block, Card, Cards, Picture, Section, Table, Text, blocks


def scored_map(report: Report) -> Section:
    """The journey map and the curve with everybody's dot."""
    say = report.say
    return Section(
        "map",
        say("The journey map"),
        blocks(
            Picture(
                drawn_map(report),
                wide=True, hint=say("The map is wider than most screens: scroll it sideways, or open the file map.{code}.svg.", code=report.language),
            ),
            Picture(
                emotion_curve(
                    report.journey, report.figures, report.points, language=report.language, as_of=report.day,
                    accent=report.accent, size=report.size,
                ),
                wide=True,
            ),
            Text(_reading(report), "note"),
        ),
        report.language,
    )  # fmt: skip


def drawn_map(report: Report) -> Any:
    """The journey map of a report as an Altair chart; thousands of customers' ratings are not drawn one by one."""
    return journey_map(
        report.journey, report.figures, persona=report.who.id, path=report.way.id if report.path else None,
        points=None if report.by_customers else report.points, language=report.language, as_of=report.day,
        accent=report.accent,
    )  # fmt: skip


def _reading(report: Report) -> str:
    say = report.say
    if report.by_customers:
        return say("The intervals say where the mean would likely lie with other customers (95%).")
    return say(
        "Team estimate: the intervals say where the mean would likely lie with other colleagues in the room (95%); "
        "they say nothing about customers."
    )


def worst_and_best(report: Report) -> Section:
    """The three lowest and the three highest touchpoints, and where the team is divided."""
    say, figures = report.say, report.figures
    divided = widest(figures) if not report.by_customers else figures.iloc[:0]
    return Section(
        "worst-and-best",
        say("Three worst and three best"),
        blocks(
            _cards(report, say("Lowest scores"), lowest(figures), "pain"),
            Text(the_lowest_hold(report), "note"),
            _stability(report),
            _cards(report, say("Highest scores"), highest(figures), "success"),
            Picture(
                touchpoint_ranking(
                    report.journey,
                    figures,
                    size=report.size,
                    language=report.language,
                    as_of=report.day,
                    accent=report.accent,
                )
            ),
            _divided(report, divided),
            _rounds(report),
        ),
        report.language,
    )


def _stability(report: Report) -> Block | None:
    """How often each touchpoint would be among the lowest, where the words above say it of the lowest."""
    if not the_lowest_hold(report):
        return None
    return Picture(
        rank_stability_chart(
            report.journey,
            report.stability,
            size=report.size,
            language=report.language,
            as_of=report.day,
            accent=report.accent,
        )
    )


def _cards(report: Report, title: str, rows: pd.DataFrame, tone: str) -> Block:
    cards = []
    for id, row in rows.iterrows():
        touchpoint = report.journey.touchpoint(str(id))
        note = [report.estimate(row), _responsible(report, touchpoint), _judged(report, row, touchpoint, tone)]
        text = touchpoint.pain if tone == "pain" else touchpoint.success
        cards.append(Card(str(row["name"]), text, " · ".join(part for part in note if part), tone))
    return Cards(title, tuple(cards))


def _responsible(report: Report, touchpoint: Touchpoint) -> str:
    return touchpoint.owner or report.say("nobody owns it yet")


def _judged(report: Report, row: pd.Series, touchpoint: Touchpoint, tone: str) -> str:
    say = report.say
    if row["overruled"] and touchpoint.verdict:
        return say("the team's own verdict: {verdict}", verdict=say(FINDING[touchpoint.verdict.value]))
    if row["first_impression"]:
        return say("first impression, n = {n}", n=report.count(row))
    finding = row["finding"]
    return say(FINDING[finding]) if finding == tone else ""


def _divided(report: Report, rows: pd.DataFrame) -> Block:
    say = report.say
    lines = tuple(
        (
            str(row["name"]),
            report.estimate(row),
            say("{low} to {high}", low=plain(report, row["smallest"]), high=plain(report, row["largest"])),
            say.number(row["deviation"], 1),
            say("contested") if row["contested"] else "",
        )
        for _, row in rows.iterrows()
        if row["deviation"] > 0
    )
    columns = (say("Touchpoint"), say("Score"), say("Scores given"), say("Average distance from the mean"), "")
    return Table(columns, lines, say("Where the team is most divided"), (3,))


def _rounds(report: Report) -> Block:
    say = report.say
    shift = round_shift(of_persona(report.journey, report.scores, report.who.id), report.journey.scale.span)
    rows = tuple(
        (
            report.journey.touchpoint(str(id)).name,
            report.count(row),
            say.number(row["before"], 2),
            say.number(row["after"], 2),
            say.number(row["shift"], 2, sign=True),
            report.interval(row["low"], row["high"], sign=True),
        )
        for id, row in shift.iterrows()
    )
    columns = (say("Touchpoint"), say("n"), say("First round"), say("Last round"), say("Shift"), say("95% interval"))
    return Table(columns, rows, say("What the discussion moved"), (1, 2, 3, 4, 5))


def moments(report: Report) -> Section:
    """The moments of truth: each with its rule, its votes, and what makes the customer stay or leave."""
    say = report.say
    flagged = report.moments[report.moments.rule != ""]
    others = report.moments[(report.moments.rule == "") & (report.moments.votes > 0)].sort_values(
        "votes", ascending=False
    )
    cards = []
    for id, row in flagged.iterrows():
        rule = row["rule"]
        text = "\n".join(
            part
            for part in (
                say("Goes on if: {text}", text=row["goes_on_if"]) if row["goes_on_if"] else "",
                say("Leaves if: {text}", text=row["leaves_if"]) if row["leaves_if"] else "",
            )
            if part
        )
        note = [say("Rule: {rule}", rule=say(RULE[rule])), report.estimate(report.rows[str(id)])]
        if row["voters"]:
            note.append(say.plural("{n} vote of the room", "{n} votes of the room", int(row["votes"])))
        cards.append(Card(report.journey.touchpoint(str(id)).name, text, " · ".join(note), "ask"))
    voted = tuple(
        (report.journey.touchpoint(str(id)).name, say.number(float(row["votes"]), 0))
        for id, row in others.head(5).iterrows()
    )
    nothing = Text(say("No moment of truth is named on this path yet.")) if not cards else None
    return Section(
        "moments",
        say("Moments of truth"),
        blocks(
            Text(say("Where the customer decides to go on or to leave."), "lead"),
            nothing,
            Cards("", tuple(cards)),
            Table((say("Touchpoint"), say("Votes")), voted, say("Voted for, but not named a moment of truth"), (1,)),
        ),
        report.language,
    )
