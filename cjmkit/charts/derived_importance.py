"""Which touchpoints move together with the overall score, the strongest first."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

from cjmkit.charts import theme
from cjmkit.charts.rows import Row, Rows
from cjmkit.charts.sheet import Line, Rect
from cjmkit.charts.theme import INK, SizeName, each
from cjmkit.charts.words import joined, sentences
from cjmkit.journey import Journey
from cjmkit.language import Language
from cjmkit.method.importance import Derived


def derived_importance_chart(
    journey: Journey,
    derived: Derived,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
) -> Any:
    """Each touchpoint's share of what the ratings tell of the overall score, with its interval.

    Args:
        journey: the map.
        derived: what `derived_importance` gives.
        language: None is the journey's.
        as_of: the date that stands on it; None is the journey's.
        size: "page", "paper", "room" or "wall".
        accent: a colour such as "#0072b2"; None is the theme's.
    """
    say, of = theme.tongue(journey, language), theme.size_of(size)
    table = derived.table
    if table.empty:
        return theme.nothing(say, of, title=say("What moves the overall score"),
                             missing=say("Too few customers both rated a touchpoint and gave an overall score (30 are needed)."),
                             where=say("Bring in a survey with both: cjmkit import NAME survey FILE."))  # fmt: skip
    names = {t.id: t.name for t in journey.touchpoints}
    above = [r.low > 1 / len(table) for r in each(table)]  # surely more than an equal share
    rows = [
        Row(str(names.get(r.touchpoint) or r.item), (say.percent(r.value), _note(say, r)), strong=strong)
        for r, strong in zip(each(table), above, strict=True)
    ]
    top = max(float(table.value.max()), float(table.high.max()) if table.high.notna().any() else 0.0)
    step = next(s for s in (0.02, 0.05, 0.1, 0.25) if s == 0.25 or top <= 5 * s)
    ticks = [(n * step, say.percent(n * step), "") for n in range(math.ceil(top / step - 1e-9) + 1)]
    drawn = Rows(rows, of, ticks, theme.accent_of(accent))
    drawn.stand(of.text)
    for r, y, strong in zip(each(table), drawn.middles, above, strict=True):
        half = of.text * 0.4
        fill = drawn.accent if strong else theme.BAR
        drawn.sheet.rects.append(Rect(drawn.x(0), y - half, drawn.x(r.value), y + half, fill))
        if r.low == r.low:
            drawn.sheet.lines.append(Line(((drawn.x(r.low), y), (drawn.x(r.high), y)), INK, of.line))
    first = rows[0].name
    n = say.plural("{n} customer answered", "{n} customers answered", derived.n)
    subtitle = [
        joined(journey.title or journey.client, n, theme.day(journey, as_of, say)),
        sentences(say("Bars: each touchpoint's share of what the ratings together tell of the overall score. Lines: 95% interval, had other customers answered."),
                  say("Coloured: surely more than an equal share.") if any(above) else "",
                  say("It moves together with the score; that is no proof that it causes it.")),
    ]  # fmt: skip
    about = [joined(*row.notes, _between(say, r)) for row, r in zip(rows, each(table), strict=True)]
    title = say("Moves most together with the overall score: {name}", name=first)
    if not any(above):
        title = say("No touchpoint surely stands out in moving the overall score; first is {name}", name=first)
    return drawn.chart(say, title, subtitle, about)


def _note(say: Language, row: Any) -> str:
    if row.pearson < 0:
        return say("the better it is rated, the lower the score")
    if row.collinear:
        return say("hard to tell from others")
    return ""


def _between(say: Language, row: Any) -> str:
    if row.low != row.low:
        return ""
    return say("{low} to {high}", low=say.percent(row.low), high=say.percent(row.high))
