"""The reveal: everybody's dots of every touchpoint, and which three to discuss, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from cjmkit.charts import theme
from cjmkit.charts.dots import DotRows, by_team
from cjmkit.charts.rows import Row, Rows, points_of, tick
from cjmkit.charts.sheet import Rect
from cjmkit.charts.theme import BAR, SizeName, each
from cjmkit.charts.words import given, interval_note, joined, people, scale, score, sentences, short, spread, word
from cjmkit.journey import Journey
from cjmkit.language import Language
from cjmkit.method.agreement import why_apart
from cjmkit.method.findings import level, widest
from cjmkit.method.rounds import scale_points


def reveal(
    journey: Journey,
    figures: pd.DataFrame,
    points: pd.DataFrame,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
) -> Any:
    """Every touchpoint of the path in its order: a dot a person by team, the mean with its interval, the three to discuss.

    Args:
        journey: the map.
        figures: what `path_figures` gives.
        points: everyone's final scores (participant, team, touchpoint, score, round).
        language: None is the journey's.
        as_of: the date that stands on it; None is the journey's.
        size: "page", "room" for a wall read from five metres, "wall" for a projector of few pixels.
        accent: a colour such as "#0072b2"; None is the theme's.
    """
    say, of = theme.tongue(journey, language), theme.size_of(size)
    three = to_discuss(figures)
    rows = []
    for r in each(figures):
        first = r.Index in three.index
        note = joined(
            score(say, r.value) if r.n else say("no score yet"), say("discuss") if first else "", _split(say, r)
        )
        rows.append(Row(str(r.name), (note,), strong=first, id=str(r.Index)))
    names = say.apart(map(str, three["name"]))
    title = say("Everyone's scores. Discuss these three: {names}", names=names) if len(three) == 3 else (
        say("Everyone's scores. Discuss these: {names}", names=names))  # fmt: skip
    return _drawn(journey, figures, points, rows, title if len(three) else agreed(say), say, of, as_of, accent)


def spread_ranking(
    journey: Journey,
    figures: pd.DataFrame,
    points: pd.DataFrame,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
) -> Any:
    """The touchpoints by how far people are apart; the first three set apart, each with why it is worth discussing.

    Args:
        journey: the map.
        figures: what `path_figures` gives.
        points: everyone's final scores (participant, team, touchpoint, score, round).
        language: None is the journey's.
        as_of: the date that stands on it; None is the journey's.
        size: "page", "room" for a wall read from five metres, "wall" for a projector of few pixels.
        accent: a colour such as "#0072b2"; None is the theme's.
    """
    say, of = theme.tongue(journey, language), theme.size_of(size)
    three, order = to_discuss(figures), list(widest(figures, len(figures)).index)
    ranked = figures.loc[[*order, *(id for id in figures.index if id not in order)]]
    reasons = why(say, journey, figures, points)
    headings = {0: say("Discuss these three") if len(three) == 3 else say("Discuss these"),
                len(three): say("The others, from far apart to close together")} if len(three) else {}  # fmt: skip
    rows = [
        Row(
            str(r.name),
            reasons.get(str(r.Index), (joined(_apart(say, r), _split(say, r)),)),
            headings.get(n, ""),
            n < len(three),
            str(r.Index),
        )
        for n, r in enumerate(each(ranked))
    ]
    title = say("People are farthest apart at: {names}", names=say.apart(map(str, three["name"])))
    apart = say("Apart: how far scores lie from their mean, on average.")
    return _drawn(journey, ranked, points, rows, title if len(three) else agreed(say), say, of, as_of, accent, apart)


def to_discuss(figures: pd.DataFrame) -> pd.DataFrame:
    """The rows of the three where people are farthest apart; fewer where fewer divide the room."""
    rows = widest(figures)
    return rows[rows.deviation > 1e-9]


def why(say: Language, journey: Journey, figures: pd.DataFrame, points: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Why each of the three is worth discussing: how far apart people are, who is, in which camps, what broke a tie."""
    three = to_discuss(figures)
    given = points[points.touchpoint.isin(three.index) & points.score.notna()]
    reasons, told = why_apart(given), {}
    for row in each(three):
        mine = given[given.touchpoint == row.Index]
        said = [joined(say("{points} points apart on average", points=score(say, row.deviation)), _few(say, row)),
                _who(say, reasons.loc[row.Index], mine), _camps(say, journey, mine) if row.contested else "",
                _tie(say, figures, row.Index)]  # fmt: skip
        told[str(row.Index)] = tuple(sentence for sentence in said if sentence)
    return told


def agreed(say: Language) -> str:
    """What a picture says where there is nothing to discuss."""
    return say("Nobody disagrees: everyone gave the same scores, or only one person has scored.")


def _apart(say: Language, row: Any) -> str:
    if row.n > 1:
        return say("{points} apart", points=score(say, row.deviation))
    return say("one person only") if row.n else say("no score yet")


def _few(say: Language, row: Any) -> str:
    return say("first impression, n = {n}", n=int(row.n)) if row.first_impression else ""


def _split(say: Language, row: Any) -> str:
    return word(say, "contested") if row.contested else ""


def _range(say: Language, low: float, high: float) -> str:
    return short(say, low) if low == high else say("{low} to {high}", low=short(say, low), high=short(say, high))


def _who(say: Language, why: pd.Series, mine: pd.DataFrame) -> str:
    """Which teams lie apart; where none do, in which team people differ most."""
    if why.kind == "teams":
        return say("{high} gave {high_scores}, {low} {low_scores}.", high=why.high_team, low=why.low_team,
                   high_scores=_range(say, why.high_from, why.high_to), low_scores=_range(say, why.low_from, why.low_to))  # fmt: skip
    teams = by_team(mine)
    team, part = max(teams, key=lambda one: float(np.ptp(one[1].score)))
    if team and len(teams) > 1 and np.ptp(part.score) >= np.ptp(mine.score) / 2 > 0:
        given = _range(say, part.score.min(), part.score.max())
        return say("People of the same team differ: {team} {scores}.", team=team, scores=given)
    return say(
        "The scores go from {low} to {high}.", low=short(say, mine.score.min()), high=short(say, mine.score.max())
    )


def _camps(say: Language, journey: Journey, mine: pd.DataFrame) -> str:
    of = mine.score.map(lambda value: level(float(value), float(journey.scale.low), float(journey.scale.high)))
    return say("Contested, two camps: {low} low, {high} high.", low=say.number(int((of == "low").sum()), 0),
               high=say.number(int((of == "high").sum()), 0))  # fmt: skip


def _tie(say: Language, figures: pd.DataFrame, touchpoint: str) -> str:
    """How important it is, where that put it before one where people are as far apart."""
    order = widest(figures, len(figures))
    after = list(order.index).index(touchpoint) + 1
    if after >= len(order):
        return ""
    row, other = order.iloc[after - 1], order.iloc[after]
    if round(row.deviation, 9) > round(other.deviation, 9) or not row.importance > other.importance + 1e-9:
        return ""
    return say("Before another as far apart, as more important: {share} of the importance.", share=say.percent(row.importance))  # fmt: skip


def _drawn(
    journey: Journey, figures: pd.DataFrame, points: pd.DataFrame, rows: Sequence[Row], title: str,
    say: Language, of: theme.Size, as_of: str | date | None, accent: str | None,
    apart: str = "",
) -> Any:  # fmt: skip
    """Rows of dots with their means, in the order of the figures."""
    scored = figures[figures.n > 0]
    if scored.empty:
        return theme.unscored(say, of, joined(say("Everyone's scores"), journey.title or journey.client))
    on, mine = scale_points(journey.scale), points[points.touchpoint.isin(figures.index)]
    table = Rows(rows, of, points_of(say, journey), theme.accent_of(accent))
    dots = DotRows(mine.assign(row=mine.touchpoint), table.x, table.step, on, of, points.team)
    table.stand(dots.tall, [*dots.key(say), (tick(0, 0, of.text, of), say("the mean of all"))])
    for row, middle in zip(each(figures), table.middles, strict=True):
        if row.low == row.low:
            half = of.text * 0.32
            table.sheet.rects.append(Rect(table.x(row.low), middle - half, table.x(row.high), middle + half, BAR))
        table.sheet.marks += dots.marks(str(row.Index), middle)
        if row.n:
            table.sheet.marks.append(tick(table.x(row.value), middle, max(dots.tall, of.text) * 1.3, of))
    subtitle = [
        joined("" if of.brief else journey.title or journey.client, people(say, scored), scale(say, journey), theme.day(journey, as_of, say)),
        sentences(dots.told(say), apart, "" if of.brief else interval_note(say, scored)),
        say("Contested: a quarter of the people or more in the lowest third of the scale, and as many in the highest. The three to discuss are those where people are farthest apart, contested or not.")
        if scored.contested.any() and not of.brief else "",
    ]  # fmt: skip
    about = [joined(_told(say, r, mine), *row.notes[1:]) for row, r in zip(rows, each(figures), strict=True)]
    return table.chart(say, title, subtitle, about)


def _told(say: Language, row: Any, points: pd.DataFrame) -> str:
    """A row's figures in words, and what each team gave."""
    if not row.n:
        return say("no score yet")
    teams = by_team(points[(points.touchpoint == row.Index) & points.score.notna()])
    gave = [" ".join((team or say("no team"), given(say, part))) for team, part in teams]
    return joined(say("mean {value}", value=score(say, row.value)), spread(say, row), say("n = {n}", n=say.number(int(row.n), 0)),
                  _few(say, row), _apart(say, row), _split(say, row), *gave)  # fmt: skip
