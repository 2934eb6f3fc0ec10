"""The net promoter scores of several clients, each with its interval."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from cjmkit.charts import theme
from cjmkit.charts.clients_compared import dates, drawn_of, ends_of, headed, over_the_grid, part_of
from cjmkit.charts.rows import Row, Rows
from cjmkit.charts.sheet import Mark, Rect
from cjmkit.charts.theme import BAR, SizeName, each
from cjmkit.charts.words import joined, sentences
from cjmkit.language import Language, speak
from cjmkit.method.told_apart import like_the_lowest


def clients_nps(
    clients: pd.DataFrame,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
    part: int | None = None,
) -> Any:
    """The NPS of each client that asked for it, lowest first.

    Args:
        clients: a row a client: name, as_of, nps, nps_low, nps_high, nps_n.
        language: None is that of the machine.
        as_of: the date that stands on it; None is those of the clients.
        size: "page", "paper", "room" or "wall".
        accent: a colour such as "#0072b2"; None is the theme's.
        part: of a tall picture its first, second, ... part; None is all in one.
    """
    say, of = speak(language), theme.size_of(size)
    asked = clients[clients.nps.notna()].sort_values(["nps", "name"], kind="stable")
    if asked.empty:
        return theme.nothing(say, of, title=say("Net promoter score by client"),
                             missing=say("No client has answers to a 0–10 question yet."),
                             where=say("Bring in a survey, then build the reports: cjmkit import NAME survey FILE."))  # fmt: skip
    whole = ends_of(say, asked)
    parts = part_of(whole, part)
    shown = [r for _, part in parts for r in each(part)]
    rows = [row for heading, part in parts for row in headed(heading, [_row(say, r) for r in each(part)])]
    ticks = [(float(v), say.number(v, 0, sign=True), "") for v in (-100, -50, 0, 50, 100)]
    drawn = Rows(rows, of, ticks, theme.accent_of(accent), names=0.32)
    dot = of.text * 0.75
    drawn.stand(dot * 2)
    over_the_grid(drawn)
    for r, y in zip(shown, drawn.middles, strict=True):
        if r.nps_low == r.nps_low and r.nps_high == r.nps_high:
            low, high = drawn.x(max(r.nps_low, -100)), drawn.x(min(r.nps_high, 100))
            drawn.sheet.rects.append(Rect(low, y - dot * 0.4, high, y + dot * 0.4, BAR))
        drawn.sheet.marks.append(Mark(drawn.x(r.nps), y, "circle", dot**2, drawn.accent, drawn.accent, of.line))
    subtitle = [
        joined(say("Net promoter score by client"), say.plural("{n} client", "{n} clients", len(asked)),
               say.plural("{n} customer answered", "{n} customers answered", int(asked.nps_n.sum())), drawn_of(say, whole, len(asked), part), dates(say, asked, as_of)),
        sentences(say("Scale −100 to +100."), say("Bars: 95% interval, had other customers answered.")),
    ]  # fmt: skip
    return drawn.chart(say, _title(say, asked), subtitle, [joined(*row.notes) for row in rows])


def _row(say: Language, row: Any) -> Row:
    value = joined(say.number(row.nps, 0, sign=True), say("n = {n}", n=say.number(int(row.nps_n), 0)))
    between = say(
        "{low} to {high}", low=say.number(row.nps_low, 0, sign=True), high=say.number(row.nps_high, 0, sign=True)
    )
    return Row(str(row.name), (value, between if row.nps_low == row.nps_low else ""))


def _title(say: Language, asked: pd.DataFrame) -> str:
    figures = asked[["name", "nps", "nps_low", "nps_high"]].set_axis(["name", "value", "low", "high"], axis=1)
    alike = like_the_lowest(figures)
    if len(alike) < 2:
        return say("Net promoter score by client")
    lowest, others = figures.loc[alike.index].iloc[0], int(alike.sum()) - 1
    if alike.all():
        return say("By NPS no client is told apart from the lowest")
    value = say.number(lowest["value"], 0, sign=True)
    if not others:
        return say("Lowest NPS: {name} ({value})", name=lowest["name"], value=value)
    return say.plural("Lowest NPS: {name} ({value}), not told apart from {n} other", "Lowest NPS: {name} ({value}), not told apart from {n} others", others,
                      name=lowest["name"], value=value)  # fmt: skip
