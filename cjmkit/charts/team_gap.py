"""What the team thinks against what customers say: a dumbbell a touchpoint."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from cjmkit.charts import theme
from cjmkit.charts.rows import Row, Rows, shares
from cjmkit.charts.sheet import Line, Mark
from cjmkit.charts.theme import BAR, GREY, INK, PAPER, SizeName, each
from cjmkit.charts.words import joined
from cjmkit.journey import Journey
from cjmkit.language import Language


def team_gap_chart(
    journey: Journey,
    gaps: pd.DataFrame,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
) -> Any:
    """The team's estimate and the customers' rating of each touchpoint, both in percent of their own scale.

    Args:
        journey: the map.
        gaps: what `team_gap` gives.
        language: None is the journey's.
        as_of: the date that stands on it; None is the journey's.
        size: "page", or "room" for a wall read from five metres.
        accent: a colour such as "#0072b2"; None is the theme's.
    """
    say, of = theme.tongue(journey, language), theme.size_of(size)
    if gaps.empty:
        return theme.nothing(say, of, title=say("The team against its customers"),
                             missing=say("No touchpoint has both a team's score and a customers' rating."),
                             where=say("Enter scores in 05_scoring, and bring in a survey whose items name touchpoints: cjmkit import NAME survey FILE."))  # fmt: skip
    shown = gaps.sort_values("gap", ascending=False, kind="stable")
    rows = [Row(str(r.name), (_gap(say, r), _sides(say, r))) for r in each(shown)]
    table = Rows(rows, of, shares(say), theme.accent_of(accent))
    dot = of.text * 0.75
    looks = {"team": Mark(0, 0, "circle", dot**2, PAPER, INK, of.line * 1.3), "customers": Mark(0, 0, "diamond", dot**2, table.accent, table.accent, of.line)}  # fmt: skip
    table.stand(dot * 2.2, [(looks["team"], say("team estimate")), (looks["customers"], say("customers' ratings"))])
    for r, y in zip(each(shown), table.middles, strict=True):
        table.sheet.lines.append(Line(((table.x(r.team), y), (table.x(r.customers), y)), GREY, of.line * 0.8))
        for side, aside in (("team", -0.42), ("customers", 0.42)):
            at, low, high = (getattr(r, side + end) for end in ("", "_low", "_high"))
            if low == low:
                level = y + dot * aside
                table.sheet.lines.append(Line(((table.x(low), level), (table.x(high), level)), BAR, dot * 0.5))
            mark = looks[side]
            table.sheet.marks.append(Mark(table.x(at), y, mark.shape, mark.area, mark.fill, mark.stroke, mark.width))
    widest = each(gaps.loc[[gaps.gap.abs().idxmax()]])[0]
    title = say("Widest gap: {name}. The team {team}, customers {customers}", name=widest.name,
                team=say.percent(widest.team), customers=say.percent(widest.customers))  # fmt: skip
    subtitle = [
        joined(journey.title or journey.client, _count(say, gaps), theme.day(journey, as_of, say)),
        say("0% is the lowest point of each one's own scale, 100% the highest. Bars: 95% interval, with other colleagues above, with other customers below."),
    ]  # fmt: skip
    about = [joined(*row.notes, *_intervals(say, r)) for row, r in zip(rows, each(shown), strict=True)]
    return table.chart(say, title, subtitle, about)


def _gap(say: Language, row: Any) -> str:
    if row.gap > 0.005:
        return say("the team {points} points higher", points=say.number(row.gap * 100, 0))
    return (
        say("the team {points} points lower", points=say.number(-row.gap * 100, 0))
        if row.gap < -0.005
        else say("as customers say")
    )


def _sides(say: Language, row: Any) -> str:
    return joined(say("team {share} (n = {n})", share=say.percent(row.team), n=say.number(int(row.team_n), 0)),
                  say("customers {share} (n = {n})", share=say.percent(row.customers), n=say.number(int(row.customers_n), 0)))  # fmt: skip


def _intervals(say: Language, row: Any) -> list[str]:
    """Both intervals in words; empty where there is none."""
    sides = [(row.team_low, row.team_high), (row.customers_low, row.customers_high)]
    return [
        say("{low} to {high}", low=say.percent(low), high=say.percent(high)) if low == low else ""
        for low, high in sides
    ]


def _count(say: Language, gaps: pd.DataFrame) -> str:
    return say.plural("{n} touchpoint that both judged", "{n} touchpoints that both judged", len(gaps))
