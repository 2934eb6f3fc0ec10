"""How far the team agrees, for those who want the figures; the director's pages say it in words."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cjmkit.errors import FigureError
from cjmkit.language.words import NO_FIGURE
from cjmkit.method.agreement import Icc, alpha, guessing, icc, spread
from cjmkit.method.findings import lowest
from cjmkit.method.intervals import FIRST_IMPRESSION_BELOW
from cjmkit.method.scores import final_scores, of_persona
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Block, Facts, Heading, Table, Text, blocks

GOOD = 0.7


def how_far_the_team_agrees(report: Report) -> Sequence[Block]:
    """α, ICC, how the lowest hold, and each touchpoint's spread; nothing where no two people scored."""
    say, scale = report.say, report.journey.scale
    points = _alone(report)
    table = spread(points, list(report.figures.index), scale)
    if report.by_customers or not table.n.gt(1).any():
        return ()
    facts = [(say("Krippendorff's α, ordinal"), _alpha(report, points)), *_icc(report, icc(points))]
    few = points.participant.nunique()
    note = say(
        "{n} people who guess reach an r_wg of {r_wg} or more on this scale in {share} of cases: with so few the coefficients say little.",
        n=say.number(few, 0), r_wg=say.number(GOOD), share=say.percent(guessing(scale, few, GOOD)),
    ) if few < FIRST_IMPRESSION_BELOW else ""  # fmt: skip
    rows = tuple(
        (
            str(report.rows[str(id)]["name"]),
            report.count(row),
            *(say.number(row[name]) for name in ("sd", "deviation", "r_wg")),
            say.percent(row["share"]),
        )
        for id, row in table.join(report.stability.table.share).iterrows()
    )
    columns = (
        say("Touchpoint"), say("n"), say("Standard deviation"), say("Average distance from the mean"), say("r_wg"),
        say("Among the lowest"),
    )  # fmt: skip
    return blocks(
        Heading(say("How far the team agrees")),
        Facts(tuple(facts)),
        Text(
            say(
                "Each person's first score counts here, given alone: a second round comes after talking, which brings people together."
            ),
            "note",
        )
        if report.scores["round"].nunique() > 1
        else None,
        Text(note, "note"),
        Table(columns, rows, say("How far apart people are on each touchpoint"), (1, 2, 3, 4, 5)),
        Text(the_lowest_hold(report), "note"),
        Text(_other_weights(report), "note"),
    )


def _alone(report: Report) -> pd.DataFrame:
    """Each person's first score of each touchpoint of the path, given before anything was discussed."""
    mine = of_persona(report.journey, report.scores, report.who.id)
    first = mine[mine.score.notna()].sort_values("round", kind="stable").drop_duplicates(["participant", "touchpoint"])
    return final_scores(first[first.touchpoint.isin(report.figures.index)])


def _alpha(report: Report, points: pd.DataFrame) -> str:
    say = report.say
    try:
        found = alpha(points)
    except FigureError as error:
        return say.error(error)
    if found.reason:
        return say(NO_FIGURE[found.reason])
    return say(
        "{value} ({interval}; {ratings} scores of {touchpoints} touchpoints by {people} people)",
        value=say.number(found.value), interval=report.interval(found.low, found.high),
        ratings=say.number(found.ratings, 0), touchpoints=say.number(found.touchpoints, 0),
        people=say.number(found.people, 0),
    )  # fmt: skip


def _icc(report: Report, found: Icc) -> list[tuple[str, str]]:
    say = report.say
    k = say.number(found.k, 0 if found.k == round(found.k) else 1)
    why = say(NO_FIGURE[found.reason]) if found.reason else ""
    return [
        (say("ICC(2,1), one person's scores"), why or say.number(found.single)),
        (say("ICC(2,k), the mean of k = {k} people", k=k), why or say.number(found.average)),
    ]


def the_lowest_hold(report: Report) -> str:
    """In how many rooms of other colleagues the same touchpoints would be the lowest; empty where that says nothing."""
    found, now = report.stability, lowest(report.figures).index
    values = report.figures.value.dropna().sort_values().to_numpy()
    if len(now) < len(values) and values[len(now)] - values[len(now) - 1] < 1e-9:
        return ""  # which of those with the same score is named says nothing
    if report.by_customers or found.holds != found.holds or set(now) != set(found.table.index[found.table.lowest]):
        return ""
    return report.say.plural(
        "Had other colleagues been in the room: the same one would be the lowest in {share} of {runs} rooms drawn from those who scored.",
        "Had other colleagues been in the room: exactly the same {n} would be the lowest in {share} of {runs} rooms drawn from those who scored.",
        len(now), share=report.say.percent(found.holds), runs=report.say.number(found.runs, 0),
    )  # fmt: skip


def _other_weights(report: Report) -> str:
    """Which touchpoints are the lowest where each team weighs the same, whatever its size."""
    table = report.stability.table
    if table.without_a_team.isna().all():
        return ""
    names = report.say.list(str(report.rows[str(id)]["name"]) for id in table.index[table.teams_equal])
    return report.say("The lowest where each team weighs the same: {names}.", names=names)


def agreement_definitions(report: Report) -> tuple[str, ...]:
    """What these figures mean, for the appendix's list."""
    say = report.say
    return (
        say(
            "Krippendorff's α: 1 where all agree on every touchpoint, 0 where their scores differ as by chance, below 0 further "
            "apart than that; ordinal takes points as ranks. Its 95% interval draws other touchpoints, with a fixed seed."
        ),
        say(
            "ICC: the share of the scores' variance that lies between touchpoints, in one person's scores and in the mean of k people "
            "(Shrout and Fleiss 1979)."
        ),
        say(
            "r_wg: 1 less the variance of a touchpoint's scores over the variance if each point of the scale were as likely; "
            "below 0 people are further apart than that."
        ),
        say(
            "Among the lowest: the share of rooms in which the touchpoint is, if as many people are drawn anew from those who "
            "scored, some twice, some not at all."
        ),
    )
