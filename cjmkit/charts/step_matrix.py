"""Where customers are at their first, second, third step: a square for each, the darker the more of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from cjmkit.charts import theme
from cjmkit.charts.rows import Row, Rows
from cjmkit.charts.sheet import LEADING, Rect
from cjmkit.charts.theme import INK, PAPER, SizeName, each
from cjmkit.charts.words import joined, map_order, place
from cjmkit.journey import Journey
from cjmkit.language import Language
from cjmkit.method.groups import FEW
from cjmkit.method.transitions import END

MOST = 14  # rows; what is left is rare


def step_matrix_chart(
    journey: Journey,
    matrix: pd.DataFrame,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
) -> Any:
    """The share of customers at each touchpoint or event, step by step; those of fewer than five are left empty.

    Args:
        journey: the map.
        matrix: what `step_matrix` gives: step, name, n, share.
        language: None is the journey's.
        as_of: the date that stands on it; None is the journey's.
        size: "page", "room" for a wall read from five metres, "wall" for a projector of few pixels.
        accent: a colour such as "#0072b2"; None is the theme's.
    """
    say, of = theme.tongue(journey, language), theme.size_of(size)
    shown = matrix[matrix.n >= FEW]
    if shown.empty:
        return theme.nothing(say, of, title=say("Step by step"), missing=say("No log of what customers did is here yet."),
                             where=say("Bring one in: in 03_evidence, or cjmkit import NAME events FILE."))  # fmt: skip
    names = _rows(journey, shown)
    said = {name: place(say, journey, name) for name in names}
    first = each(
        shown[(shown.name != END) & (shown.step == shown.step.min())].sort_values(
            ["n", "name"], ascending=[False, True]
        )
    )[0]
    ticks = [(float(s), say.number(int(s), 0), "") for s in sorted(matrix.step.unique())]
    ticks = ticks if len(ticks) > 1 else [*ticks, (ticks[0][0] + 1, "", "")]
    rows = [Row(said[name], (_most(say, shown, name),)) for name in names]
    table = Rows(rows, of, ticks, theme.accent_of(accent), shaded=False)
    table.stand(of.text * 1.5)
    table.sheet.lines.clear()  # the squares are the grid
    line = of.text * LEADING
    for name, y in zip(names, table.middles, strict=True):
        for r in each(shown[shown.name == name]):
            x, half, tall = table.x(r.step), table.step * 0.47, of.text * 1.05
            table.sheet.rects.append(Rect(x - half, y - tall, x + half, y + tall, shade(table.accent, r.share)))
            dark = r.share > 0.7
            table.sheet.write(x, y - line / 2, say.percent(r.share), 1e9, of.text, colour=PAPER if dark else INK, align="center")  # fmt: skip
    people = round(first.n / first.share) if first.share else int(first.n)
    title = say("Step by step: most begin with {name} ({share})", name=said.get(first.name, place(say, journey, first.name)), share=say.percent(first.share))  # fmt: skip
    subtitle = [joined(journey.title or journey.client, say.plural("{n} customer", "{n} customers", people), theme.day(journey, as_of, say)),
                say("Across: the first, second, third … step of each customer. In a square: the share of all customers. Fewer than five are left empty.")]  # fmt: skip
    told = ["; ".join(say("step {n}: {share}", n=say.number(int(r.step), 0), share=say.percent(r.share)) for r in each(shown[shown.name == name].sort_values("step"))) for name in names]  # fmt: skip
    return table.chart(say, title, subtitle, told)


def shade(colour: str, share: float) -> str:
    """The colour, the paler the smaller the share.

    >>> shade("#0072b2", 0), shade("#0072b2", 1)
    ('#f0f7fa', '#0072b2')
    """
    by = 0.06 + 0.94 * min(max(share, 0.0), 1.0) ** 0.8
    return "#" + "".join(f"{round(255 + (int(colour[i : i + 2], 16) - 255) * by):02x}" for i in (1, 3, 5))


def _rows(journey: Journey, shown: pd.DataFrame) -> list[str]:
    """What is shown, in the map's order; names that the map has not by how often they are."""
    often = shown.groupby("name").n.sum().sort_values(ascending=False, kind="stable")
    there = sorted(often.index, key=lambda name: (-often[name], name))[:MOST]
    order = map_order(journey)
    return sorted(there, key=lambda name: (name == END, order.get(name, len(order)), -often[name], name))


def _most(say: Language, shown: pd.DataFrame, name: str) -> str:
    row = each(shown[shown.name == name].sort_values(["n", "step"], ascending=[False, True]))[0]
    return say("most at step {n}", n=say.number(int(row.step), 0))
