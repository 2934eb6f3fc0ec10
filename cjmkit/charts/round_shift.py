"""What talking it over moved: an arrow a touchpoint from the first round to the last."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from cjmkit.charts import theme
from cjmkit.charts.rows import Row, Rows, points_of
from cjmkit.charts.sheet import Line, Mark, Rect
from cjmkit.charts.theme import BAR, INK, PAPER, SizeName, each
from cjmkit.charts.words import joined, scale, score, sentences
from cjmkit.journey import Journey
from cjmkit.language import Language


def round_shift_chart(
    journey: Journey,
    shift: pd.DataFrame,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
) -> Any:
    """An arrow a touchpoint, from the first round's mean to the last's, of the people who scored it in both.

    Args:
        journey: the map.
        shift: what `round_shift` gives.
        language: None is the journey's.
        as_of: the date that stands on it; None is the journey's.
        size: "page", "room" for a wall read from five metres, "wall" for a projector of few pixels.
        accent: a colour such as "#0072b2"; None is the theme's.
    """
    say, of = theme.tongue(journey, language), theme.size_of(size)
    if shift.empty:
        return theme.nothing(say, of, title=say("What talking it over moved"),
                             missing=say("Nobody has scored the same touchpoint in two rounds yet."),
                             where=say("Begin the second round in 05_scoring, under Reveal."))  # fmt: skip
    rows = [Row(journey.touchpoint(str(r.Index)).name or str(r.Index), (_moved(say, r), _about(say, r)), id=str(r.Index)) for r in each(shift)]  # fmt: skip
    closer = int((shift.deviation_after < shift.deviation_before - 1e-9).sum())
    title = say.plural("After talking it over: {closer} of {n} touchpoint is closer together",
                       "After talking it over: {closer} of {n} touchpoints are closer together", len(shift),
                       closer=say.number(closer, 0))  # fmt: skip
    table = Rows(rows, of, points_of(say, journey), theme.accent_of(accent))
    head = of.text * 0.8
    table.stand(head)
    for r, y in zip(each(shift), table.middles, strict=True):
        start, end = table.x(r.before), table.x(r.after)
        if r.low == r.low:
            half, edges = of.text * 0.3, [max(journey.scale.low, min(journey.scale.high, r.before + by)) for by in (r.low, r.high)]  # fmt: skip
            table.sheet.rects.append(Rect(table.x(edges[0]), y - half, table.x(edges[1]), y + half, BAR))
        table.sheet.lines.append(Line(((start, y), (end, y)), table.accent, of.line * 1.6))
        way = "triangle-right" if end > start + 1 else "triangle-left" if end < start - 1 else "circle"
        table.sheet.marks += [Mark(start, y, "circle", (head * 0.8) ** 2, PAPER, INK, of.line),
                              Mark(end, y, way, head**2, table.accent, table.accent, of.line)]  # fmt: skip
    bars = say(
        "Bars: where the shift would likely end with other colleagues in the room (95% interval); nothing about customers."
    )
    subtitle = [joined(journey.title or journey.client, say("team estimate"), scale(say, journey), theme.day(journey, as_of, say)),
                sentences(say("Circle: the mean before. Arrow: the mean after, of the people who scored both times."),
                          bars if shift.low.notna().any() else "")]  # fmt: skip
    return table.chart(say, title, subtitle, [joined(*row.notes) for row in rows])


def apart_now(say: Language, row: Any) -> str:
    """Whether people are closer together after the last round, in words."""
    if row.deviation_after < row.deviation_before - 1e-9:
        return say("closer together")
    return say("wider apart") if row.deviation_after > row.deviation_before + 1e-9 else say("as far apart as before")


def _moved(say: Language, row: Any) -> str:
    return f"{score(say, row.before)} → {score(say, row.after)}, {apart_now(say, row)}"


def _about(say: Language, row: Any) -> str:
    """How sure the shift is, and how many scored both times."""
    signed = {name: say.number(value, 1, sign=True) for name, value in (("low", row.low), ("high", row.high))}
    between = say("shift {low} to {high}", **signed) if row.low == row.low else ""
    return joined(between, say.plural("{n} person scored both times", "{n} people scored both times", int(row.n)))
