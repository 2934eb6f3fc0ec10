"""One touchpoint: a dot for each person, team by team, on the scale of the workshop."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from cjmkit.charts import theme
from cjmkit.charts.dots import DotRows, by_team
from cjmkit.charts.rows import Row, Rows, points_of, tick
from cjmkit.charts.sheet import Line, Rect
from cjmkit.charts.theme import INK, SizeName, each
from cjmkit.charts.words import given, joined, scale, score, sentences, spread, word
from cjmkit.journey import Journey
from cjmkit.language import Language
from cjmkit.method.rounds import scale_points


def touchpoint_dots(
    journey: Journey,
    figures: pd.DataFrame,
    points: pd.DataFrame,
    touchpoint: str,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
) -> Any:
    """Who gave what: one dot a person, a row for each team, the mean of all with its interval.

    Args:
        journey: the map.
        figures: what `path_figures` gives.
        points: everyone's final scores (participant, team, touchpoint, score, round).
        touchpoint: an id.
        language: None is the journey's.
        as_of: the date that stands on it; None is the journey's.
        size: "page", or "room" for a wall read from five metres.
        accent: a colour such as "#0072b2"; None is the theme's.
    """
    say, of = theme.tongue(journey, language), theme.size_of(size)
    mine = points[(points.touchpoint == touchpoint) & points.score.notna()]
    name = journey.touchpoint(touchpoint).name or touchpoint
    if mine.empty or touchpoint not in figures.index:
        missing, where = say("Nobody has scored this touchpoint yet."), say("Enter the scores in 05_scoring.")
        return theme.nothing(say, of, title=name, missing=missing, where=where)
    row, teams = each(figures.loc[[touchpoint]])[0], by_team(mine)
    rows = [Row(team or say("no team"), (_mean(say, part),), strong=True) for team, part in teams]
    table = Rows(rows, of, points_of(say, journey), theme.accent_of(accent), shaded=False)
    dots = DotRows(mine.assign(row=mine.team), table.x, table.step, scale_points(journey.scale), of, points.team)
    table.stand(max(dots.tall, of.text * 1.5), [(tick(0, 0, of.text, of), say("the mean of all"))])
    for (team, _), middle in zip(teams, table.middles, strict=True):
        table.sheet.marks += dots.marks(team, middle)
    ends = table.top, table.sheet.height
    table.sheet.lines.append(Line(tuple((table.x(row.value), y) for y in ends), INK, of.line * 1.5))
    if row.low == row.low:
        table.sheet.rects.append(Rect(table.x(row.low), ends[0], table.x(row.high), ends[1], theme.TINTS[1]))
    n = say.plural("team estimate, {n} person", "team estimate, {n} people", int(row.n))
    few = say("first impression, n = {n}", n=int(row.n)) if row.first_impression else ""
    subtitle = [
        joined(n, few, word(say, "contested") if row.contested else "", scale(say, journey), theme.day(journey, as_of, say)),
        sentences(dots.told(say), _band_note(say, row)),
    ]  # fmt: skip
    about = [given(say, part) for _, part in teams]
    about[-1] = joined(about[-1], spread(say, row))
    return table.chart(say, say("{name}: {value}", name=name, value=score(say, row.value)), subtitle, about)


def _mean(say: Language, part: pd.DataFrame) -> str:
    n = say("n = {n}", n=say.number(len(part), 0))
    return joined(say("mean {value}", value=score(say, float(part.score.mean()))), n)


def _band_note(say: Language, row: Any) -> str:
    if row.low != row.low:
        return ""
    return say(
        "Grey band: where the mean would likely lie with other colleagues in the room (95% interval); nothing about customers."
    )
