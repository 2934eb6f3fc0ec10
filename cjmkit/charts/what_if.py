"""What a better step would bring: extra completions a step, each with its interval."""

from __future__ import annotations

from datetime import date
from math import isclose
from typing import Any

import pandas as pd

from cjmkit.charts import theme
from cjmkit.charts.funnel import group_name
from cjmkit.charts.rows import Row, Rows
from cjmkit.charts.sheet import Line, Mark
from cjmkit.charts.theme import BAR, INK, PAPER, SizeName, each
from cjmkit.charts.words import joined
from cjmkit.journey import Journey
from cjmkit.language import Language

OUT = 0.1  # of those at a step out of order: from here on it is said


def what_if_chart(
    journey: Journey,
    table: pd.DataFrame,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
) -> Any:
    """How many more would come to the last step if one step got better, a row a step and way.

    Args:
        journey: the map.
        table: what `what_if` gives.
        language: None is the journey's.
        as_of: the date that stands on it; None is the journey's.
        size: "page", or "room" for a wall read from five metres.
        accent: a colour such as "#0072b2"; None is the theme's.
    """
    say, of = theme.tongue(journey, language), theme.size_of(size)
    if table.empty:
        return theme.nothing(say, of, title=say("What a better step would bring"),
                             missing=say("There is no funnel of two steps or more to reckon with."),
                             where=say("Bring in a log: cjmkit import NAME events FILE. Or type how many reach each stage in the notebook 02_stages."))  # fmt: skip
    rows, table = [], table[[_shows(say, r) for r in each(table)]]
    if table.empty:
        return theme.nothing(say, of, title=say("What a better step would bring"),
                             missing=say("No step has room to get better by as much as a percent."),
                             where=say("Where customers are lost stands in the funnel."))  # fmt: skip
    for n, r in enumerate(each(table)):
        new = not n or table.id.iloc[n - 1] != r.id
        rows.append(Row(_way(say, r), (_extra(say, r), *_pays(say, r)), heading=str(r.name) if new else ""))
    drawn = Rows(rows, of, _ticks(say, table), theme.accent_of(accent), names=0.34, notes=0.3)
    dot = of.text * 0.75
    drawn.stand(dot * 2)
    for r, y in zip(each(table), drawn.middles, strict=True):
        if r.low == r.low:
            drawn.sheet.lines.append(Line(((drawn.x(r.low), y), (drawn.x(r.high), y)), BAR, dot * 0.7))
        drawn.sheet.marks.append(Mark(drawn.x(r.extra), y, "circle", dot**2, PAPER if r.of == "typed" else drawn.accent, drawn.accent, of.line * 1.3))  # fmt: skip
        drawn.sheet.lines.append(Line(((drawn.x(0), y - dot), (drawn.x(0), y + dot)), INK, of.line))
    top = theme.extreme(table.assign(value=table.extra), highest=True)
    title = say("Most would come of a better step to {name}: {extra} more at the end", name=top.name, extra=say.number(top.extra, 0))  # fmt: skip
    now = say.plural(
        "{n} customer at the last step now", "{n} customers at the last step now", int(table.completions.iloc[0])
    )
    subtitle = [
        joined(journey.title or journey.client, now, theme.day(journey, as_of, say)),
        say("Dots: how many more at the last step if only this one got better and all later ones stayed as they are; bars: 95% bounds carried through. Whether a step can be raised is not said here."),
        _sure(say, table),
        _warning(say, table),
    ]  # fmt: skip
    return drawn.chart(say, title, subtitle, [joined(row.heading, *row.notes) for row in rows])


def _shows(say: Language, r: Any) -> bool:
    """Whether the step gets better by as much as is shown: 99 % → 99 % says nothing."""
    return bool(say.percent(r.value) != say.percent(r.becomes))


def _way(say: Language, r: Any) -> str:
    now, then = say.percent(r.value), say.percent(r.becomes)
    if r.how == "best":
        return say("half the gap to {group}: {now} → {then}", group=group_name(say, r.group), now=now, then=then)
    if r.how == "target":
        return say("half the gap to the target: {now} → {then}", now=now, then=then)
    points = (r.becomes - r.value) * 100
    return say.plural("{points} point: {now} → {then}", "{points} points: {now} → {then}", abs(round(points)), points=say.number(points, 0, sign=True), now=now, then=then)  # fmt: skip


def _extra(say: Language, r: Any) -> str:
    """How many more, with the interval where there is one; with a digit more where the ends would look alike."""
    if r.low != r.low or isclose(r.low, r.high, abs_tol=1e-9):
        return say("{extra} more", extra=say.number(r.extra, 0))
    digits = int(round(r.low) == round(r.high))
    extra, low, high = (say.number(value, digits) for value in (r.extra, r.low, r.high))
    return say("{extra} more ({low} to {high})", extra=extra, low=low, high=high)


def _pays(say: Language, r: Any) -> tuple[str, ...]:
    if r.how != "points" or r.break_even != r.break_even:
        return ()
    return (say("pays for itself from {points} points", points=say.number(r.break_even * 100, 1)),)


def _sure(say: Language, table: pd.DataFrame) -> str:
    """Why some rows have no interval; empty where all have one."""
    sure = any(r.low != r.low or isclose(r.low, r.high, abs_tol=1e-9) for r in each(table))
    return say("Without an interval: the last step raised by points, after which nothing is uncertain.") if sure else ""


def _warning(say: Language, table: pd.DataFrame) -> str:
    """Where the funnel is not the journey."""
    out = table[table.out_of_order >= OUT].drop_duplicates("id")
    if out.empty:
        return ""
    steps = say.apart(f"{r.name} {say.percent(r.out_of_order)}" for r in each(out))
    return say("The journey is not only this funnel. Came to a step without the steps before it: {steps}.", steps=steps)


def _ticks(say: Language, table: pd.DataFrame) -> list[tuple[float, str, str]]:
    """Round numbers from the lowest bound to the highest."""
    low, high = min(0.0, float(table.low.min()), float(table.extra.min())), max(1.0, float(table.high.max()), float(table.extra.max()))  # fmt: skip
    step = next(m * 10.0**k for k in range(12) for m in (1, 2, 5) if (high - low) / (m * 10.0**k) <= 5)
    first, last = int(low // step), int(-(-high // step))
    return [(k * step, say.number(k * step, 0), "") for k in range(first, last + 1)]
