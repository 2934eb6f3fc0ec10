"""Clients by stage: a square for each, the darker the lower it is scored."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from cjmkit.charts import theme
from cjmkit.charts.clients_compared import dates, drawn_of, headed, part_of, parts_of
from cjmkit.charts.rows import Row, Rows
from cjmkit.charts.sheet import LEADING, Mark, Rect, Sheet, draw
from cjmkit.charts.step_matrix import shade
from cjmkit.charts.theme import FILLS, INK, PAPER, SHAPES, SizeName
from cjmkit.charts.words import joined, sentences
from cjmkit.errors import N_
from cjmkit.language import Language, speak
from cjmkit.language.fonts import wrap
from cjmkit.method.told_apart import more_than_chance

PHASES = {"before": N_("before the turning point"), "after": N_("after the turning point")}


def clients_by_stage(
    clients: pd.DataFrame,
    stages: pd.DataFrame,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
    part: int | None = None,
) -> Any:
    """The level of each client's stages from 0 to 100; a triangle marks the lowest of each client.

    Args:
        clients: a row a client: name, of, as_of, value.
        stages: the same rows, a column a stage; or the columns "before" and "after".
        language: None is that of the machine.
        as_of: the date that stands on it; None is those of the clients.
        size: "page", "paper", "room" or "wall".
        accent: a colour such as "#0072b2"; None is the theme's.
        part: of a tall picture its first, second, ... part; None is all in one.
    """
    say, of = speak(language), theme.size_of(size)
    levels = stages.loc[clients.index][stages.notna().any(axis=1).loc[clients.index]]
    if levels.empty or levels.shape[1] < 2:
        return theme.nothing(say, of, title=say("Clients by stage"), missing=say("No client has a score yet."),
                             where=say("Enter scores in 05_scoring, then build the reports: cjmkit run."))  # fmt: skip
    there = clients.loc[levels.index]
    whole = parts_of(say, there)
    parts = part_of(whole, part)
    shown = pd.concat([part for _, part in parts])
    rows = [row for heading, part in parts for row in headed(heading, [Row(str(name)) for name in part.name])]
    drawn = Rows(
        rows,
        of,
        [(float(n), "", "") for n in range(levels.shape[1])],
        theme.accent_of(accent),
        names=0.34,
        shaded=False,
    )
    drawn.stand(of.text * 1.6)
    drawn.sheet.lines.clear()  # the squares are the grid
    about = [_squares(say, drawn, levels.loc[id], y) for id, y in zip(shown.index, drawn.middles, strict=True)]
    names = [_stage(say, str(column)) for column in levels.columns]
    sheet = Sheet(drawn.sheet.width)
    top = _heads(drawn, sheet, names)
    sheet.add(drawn.sheet, top)
    sheet.height = top + drawn.sheet.height
    subtitle = [
        joined(say.plural("{n} client", "{n} clients", len(there)), drawn_of(say, whole, len(there), part), dates(say, there, as_of)),
        sentences(say("0 is the lowest point of each one's own scale, 100 the highest."),
                  say("The darker, the lower; the triangle marks the lowest of each client, told apart from its others or not; an empty place is what it has not.")),
    ]  # fmt: skip
    told = "; ".join(f"{row.name}: {text}" for row, text in zip(rows, about, strict=True)) + "."
    return theme.finish(draw(sheet), say, of, title=_title(say, levels), subtitle=subtitle, about=told,
                        width=sheet.width, height=sheet.height)  # fmt: skip


def _squares(say: Language, drawn: Rows, levels: pd.Series, y: float) -> str:
    """One client's squares with their figures; answers them in words."""
    of, sheet, told = drawn.of, drawn.sheet, []
    half, tall = drawn.step * 0.48, of.text * 0.95
    lowest = _lowest(levels)
    for n, (name, level) in enumerate(levels.items()):
        if level != level:
            continue
        x, share = drawn.x(n), 1 - level / 100
        sheet.rects.append(Rect(x - half, y - tall, x + half, y + tall, shade(drawn.accent, share)))
        colour = PAPER if share > 0.7 else INK
        sheet.write(
            x,
            y - of.text * LEADING / 2,
            say.number(level, 0),
            1e9,
            of.text,
            bold=name == lowest,
            colour=colour,
            align="center",
        )
        if name == lowest:
            mark = Mark(x - of.text * 1.5, y, SHAPES["pain"], (of.text * 0.6) ** 2, FILLS["pain"], PAPER, of.line * 0.6)
            sheet.marks.append(mark)
        told.append(joined(_stage(say, str(name)), say.number(level, 0)))
    return say.list(told)


def _heads(drawn: Rows, sheet: Sheet, names: list[str]) -> float:
    """The names of the stages above their columns; answers where the rows begin."""
    of = drawn.of
    line = of.text * LEADING
    heads = [wrap(name, drawn.step * 0.94, of.text, 4) for name in names]
    high = max(map(len, heads)) * line
    for n, lines in enumerate(heads):
        for k, text in enumerate(reversed(lines), 1):
            sheet.write(drawn.x(n), high - k * line, text, 1e9, of.text, colour=theme.GREY, align="center")
    return high - of.text * 0.8  # the rows bring an empty line for a scale


def _stage(say: Language, name: str) -> str:
    return say(PHASES[name]) if name in PHASES else name


def _lowest(levels: pd.Series) -> Any:
    """The stage that is the lowest of one client; None where two are, or there is but one."""
    return levels.idxmin() if levels.notna().sum() > 1 and levels.eq(levels.min()).sum() == 1 else None


def _title(say: Language, levels: pd.DataFrame) -> str:
    """Which stage is the lowest at more clients than chance would give."""
    lowest = levels.apply(_lowest, axis=1).dropna()
    if len(levels) < 2 or lowest.empty:
        return say("Clients by stage")
    alone = levels.loc[lowest.index]
    often = lowest.value_counts()
    most = next(name for name in levels.columns if often.get(name, 0) == often.max())
    there = alone[alone[most].notna()]
    if more_than_chance(int(often.max()), 1 / there.notna().sum(axis=1), looked_at=levels.shape[1]):
        return say(
            "“{stage}” is the lowest at {n} of {m} clients, more than chance would give",
            stage=_stage(say, str(most)), n=say.number(int(often.max()), 0), m=say.number(len(alone), 0),
        )  # fmt: skip
    if set(levels.columns) == set(PHASES):
        return say("Neither phase is the lower one at more clients than chance would give")
    return say("No stage is the lowest at more clients than chance would give")
