"""Whether the lowest three would be the lowest three with other colleagues in the room."""

from __future__ import annotations

from datetime import date
from typing import Any

from cjmkit.charts import theme
from cjmkit.charts.rows import Row, Rows, shares
from cjmkit.charts.sheet import Mark, Rect
from cjmkit.charts.theme import BAR, INK, PAPER, SizeName, each
from cjmkit.charts.words import joined, score
from cjmkit.journey import Journey
from cjmkit.language import Language
from cjmkit.method.stability import Stability

SELDOM = 0.005  # below it a touchpoint is only counted


def rank_stability_chart(
    journey: Journey,
    stability: Stability,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
) -> Any:
    """In what share of drawn rooms each touchpoint is among the lowest, and whether other weights change it.

    Args:
        journey: the map.
        stability: what `rank_stability` gives.
        language: None is the journey's.
        as_of: the date that stands on it; None is the journey's.
        size: "page", or "room" for a wall read from five metres.
        accent: a colour such as "#0072b2"; None is the theme's.
    """
    say, of = theme.tongue(journey, language), theme.size_of(size)
    table = stability.table[stability.table.value.notna()].sort_values("rank", kind="stable")
    if table.empty or stability.holds != stability.holds:
        return theme.nothing(say, of, title=say("Whether the lowest hold"),
                             missing=say("Fewer than two people have scored: nothing can be said of other colleagues."),
                             where=say("Enter the scores in 05_scoring."))  # fmt: skip
    shown = table[(table.share >= SELDOM) | table.lowest]
    rows = [
        Row(journey.touchpoint(str(r.Index)).name or str(r.Index), _notes(say, r), strong=bool(r.lowest))
        for r in each(shown)
    ]  # fmt: skip
    drawn = Rows(rows, of, shares(say), theme.accent_of(accent))
    equal = say("among the lowest also if teams weigh the same")
    drawn.stand(of.text, [(Mark(0, 0, "diamond", of.dot, INK, INK, 1.0), equal)])
    for r, y in zip(each(shown), drawn.middles, strict=True):
        half = of.text * 0.45
        drawn.sheet.rects.append(
            Rect(drawn.x(0), y - half, drawn.x(r.share), y + half, drawn.accent if r.lowest else BAR)
        )
        if r.teams_equal:
            drawn.sheet.marks.append(Mark(drawn.x(r.share) + of.text * 0.9, y, "diamond", of.dot, INK, PAPER, 1.0))
    n, rest = int(table.lowest.sum()), len(table) - len(shown)
    title = say.plural("The lowest one holds in {share} of runs", "The lowest {n} hold in {share} of runs", n,
                       share=say.percent(stability.holds))  # fmt: skip
    never = say.plural("{n} other touchpoint is as good as never among them.", "{n} other touchpoints are as good as never among them.", rest)  # fmt: skip
    subtitle = [
        joined(journey.title or journey.client, say.plural("team estimate, {n} person", "team estimate, {n} people", stability.people), theme.day(journey, as_of, say)),
        say("If other colleagues had been in the room: the people drawn anew {runs} times. Bars: share of runs among the lowest {n}. Nothing about customers.",
            runs=say.number(stability.runs, 0), n=say.number(n, 0)),
        never if rest else "",
    ]  # fmt: skip
    about = [joined(*row.notes, score(say, r.value), equal if r.teams_equal else "") for row, r in zip(rows, each(shown), strict=True)]  # fmt: skip
    return drawn.chart(say, title, subtitle, about)


def _notes(say: Language, row: Any) -> tuple[str, ...]:
    """The share of runs, and whether one of the lowest is so only because of one team."""
    share = say("{share} of runs", share=say.percent(row.share))
    if row.without_a_team != row.without_a_team or not row.lowest:
        return (share,)
    return share, say("also if any one team were missing") if row.without_a_team > 1 - 1e-9 else say(
        "not always if one team were missing"
    )
