"""The net promoter score from wave to wave, and whether it moved by more than chance."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from cjmkit.charts import theme
from cjmkit.charts.rows import Row, Rows
from cjmkit.charts.sheet import Line, Mark, Rect
from cjmkit.charts.theme import BAR, GREY, PAPER, SizeName, each
from cjmkit.charts.words import joined, sentences
from cjmkit.language import Language, speak


def nps_waves_chart(
    waves: pd.DataFrame,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
) -> Any:
    """The NPS of each wave with its interval, from the first wave down to the last, and the change in words.

    Args:
        waves: what `nps_waves` gives, of one item.
        language: None is that of the machine.
        as_of: the date that stands on it.
        size: "page", "paper", "room" or "wall".
        accent: a colour such as "#0072b2"; None is the theme's.
    """
    say, of = speak(language), theme.size_of(size)
    shown = each(waves)
    if len(shown) < 2:
        return theme.nothing(say, of, title=say("Net promoter score from wave to wave"),
                             missing=say("Fewer than two waves with five answers to a 0–10 question each."),
                             where=say("Bring in a survey with a column that says the wave: cjmkit import NAME survey FILE --map COLUMN=wave."))  # fmt: skip
    rows = [Row(str(r.wave), (_value(say, r), change_in_words(say, r)), strong=r is shown[-1]) for r in shown]
    ticks = [(float(v), _points(say, v), "") for v in (-100, -50, 0, 50, 100)]
    drawn = Rows(rows, of, ticks, theme.accent_of(accent), notes=0.36)
    dot = of.text * 0.75
    drawn.stand(dot * 2.4)
    places = [(drawn.x(r.value), y) for r, y in zip(shown, drawn.middles, strict=True)]
    for r, (x, y) in zip(shown, places, strict=True):
        if r.low == r.low:
            drawn.sheet.rects.append(Rect(drawn.x(r.low), y - dot * 0.45, drawn.x(r.high), y + dot * 0.45, BAR))
        last = r is shown[-1]
        drawn.sheet.marks.append(
            Mark(x, y, "circle", dot**2, drawn.accent if last else PAPER, drawn.accent, of.line * 1.2)
        )
    drawn.sheet.lines.append(Line(tuple(places), GREY, of.line * 0.8))
    n = say.plural("{n} customer answered", "{n} customers answered", int(waves.n.sum()))
    subtitle = [
        joined(say("Net promoter score from wave to wave"), n, say("scale −100 to +100"), say.date(as_of)),
        sentences(say("Bars: 95% interval, had other customers answered."),
                  say("A change counts as one where its own 95% interval leaves out zero.")),
    ]  # fmt: skip
    return drawn.chart(say, _title(say, shown), subtitle, [joined(*row.notes) for row in rows])


def change_in_words(say: Language, row: Any) -> str:
    """What came of the score since the wave before, with its interval; empty in the first wave."""
    if row.change != row.change:
        return ""
    points = say.number(abs(row.change), 0)
    if row.change_low != row.change_low:
        return say("change {points}, how sure is not known", points=_points(say, row.change))
    between = {"low": _points(say, row.change_low), "high": _points(say, row.change_high)}
    if not row.moved:
        return say("no clear change ({low} to {high})", **between)
    if row.change > 0:
        return say("up by {points} ({low} to {high})", points=points, **between)
    return say("down by {points} ({low} to {high})", points=points, **between)


def _title(say: Language, shown: list[Any]) -> str:
    last, before = shown[-1], shown[-2]
    gaps = {"value": _points(say, last.value), "wave": str(last.wave), "before": str(before.wave)}
    if not last.moved:
        return say("NPS {value} in {wave}: no clear change since {before}", **gaps)
    points = say.number(abs(last.change), 0)
    if last.change > 0:
        return say("NPS {value} in {wave}: up by {points} since {before}", points=points, **gaps)
    return say("NPS {value} in {wave}: down by {points} since {before}", points=points, **gaps)


def _value(say: Language, row: Any) -> str:
    n = say("n = {n}", n=say.number(row.n, 0))
    if row.low != row.low:
        return joined(_points(say, row.value), n)
    between = say("{low} to {high}", low=_points(say, row.low), high=_points(say, row.high))
    return joined(_points(say, row.value), between, n)


def _points(say: Language, value: float) -> str:
    return say.number(value, 0, sign=True)
