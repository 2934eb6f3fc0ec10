"""Clients beside one another: the mean of each with its interval, its weakest and its best touchpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from cjmkit.charts import theme
from cjmkit.charts.rows import Row, Rows
from cjmkit.charts.sheet import Mark, Rect
from cjmkit.charts.theme import BAR, FILLS, PAPER, SHAPES, SizeName, each
from cjmkit.charts.words import joined, sentences
from cjmkit.language import Language, speak
from cjmkit.method.told_apart import like_the_lowest

ENDS = 20  # of many clients the lowest and the highest are drawn
TALL = 20  # rows of one part of a tall picture, which a sheet of A4 can hold


def clients_compared(
    clients: pd.DataFrame,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
    part: int | None = None,
) -> Any:
    """The mean of each client from 0 to 100, lowest first; what teams estimate apart from what customers say.

    Args:
        clients: a row a client: name, of ("team", "customers"), as_of, value, low, high, weakest, weakest_level, best, best_level.
        language: None is that of the machine.
        as_of: the date that stands on it; None is those of the clients.
        size: "page", "paper", "room" or "wall".
        accent: a colour such as "#0072b2"; None is the theme's.
        part: of a tall picture its first, second, ... part; None is all in one.
    """
    say, of = speak(language), theme.size_of(size)
    scored = clients[clients.value.notna()]
    if scored.empty:
        return theme.nothing(say, of, title=say("Clients beside one another"), missing=say("No client has a score yet."),
                             where=say("Enter scores in 05_scoring, then build the reports: cjmkit run."))  # fmt: skip
    whole = parts_of(say, scored)
    parts = part_of(whole, part)
    rows = [row for heading, part in parts for row in headed(heading, [_row(say, r) for r in each(part)])]
    ends = {0: say("lowest point of the scale"), 100: say("highest")}
    drawn = Rows(
        rows,
        of,
        [(float(v), say.number(v, 0), ends.get(v, "")) for v in (0, 25, 50, 75, 100)],
        theme.accent_of(accent),
        names=0.26,
        notes=0.34,
    )
    dot = of.text * 0.75
    looks = {
        "team": Mark(0, 0, "circle", dot**2, drawn.accent, drawn.accent, of.line),
        "customers": Mark(0, 0, "diamond", dot**2, PAPER, drawn.accent, of.line * 1.3),
        "weakest": Mark(0, 0, SHAPES["pain"], (dot * 0.8) ** 2, FILLS["pain"], FILLS["pain"], of.line * 0.5),
        "best": Mark(0, 0, SHAPES["success"], (dot * 0.8) ** 2, FILLS["success"], FILLS["success"], of.line * 0.5),
    }
    words = {"team": say("mean, team estimate"), "customers": say("mean, customers' ratings"),
             "weakest": say("weakest link"), "best": say("best touchpoint")}  # fmt: skip
    there = set(scored.of)
    drawn.stand(
        dot * 2.2, [(looks[kind], text) for kind, text in words.items() if kind in there or kind in ("weakest", "best")]
    )
    over_the_grid(drawn)
    shown = [r for _, part in parts for r in each(part)]
    for r, y in zip(shown, drawn.middles, strict=True):
        if r.low == r.low and r.high == r.high:
            drawn.sheet.rects.append(Rect(drawn.x(r.low), y - dot * 0.4, drawn.x(r.high), y + dot * 0.4, BAR))
        for at, look in ((r.best_level, "best"), (r.weakest_level, "weakest"), (r.value, r.of)):
            if at == at:
                drawn.sheet.marks.append(replace(looks[look], x=drawn.x(at), y=y))
    subtitle = [
        joined(say.plural("{n} client", "{n} clients", len(scored)), drawn_of(say, whole, len(scored), part), dates(say, scored, as_of)),
        sentences(say("0 is the lowest point of each one's own scale, 100 the highest."), say("Bars: 95% interval of the mean, with other people in the room.") if len(there) == 1 and "team" in there
                  else say("Bars: 95% interval of the mean.")),
    ]  # fmt: skip
    return drawn.chart(say, _title(say, scored), subtitle, [joined(*row.notes) for row in rows])


def headed(heading: str, rows: Sequence[Row]) -> list[Row]:
    """The rows with a heading above the first."""
    return [replace(row, heading=heading) if n == 0 else row for n, row in enumerate(rows)]


def ends_of(say: Language, table: pd.DataFrame, most: int = ENDS) -> list[tuple[str, pd.DataFrame]]:
    """The rows to draw under their headings: all, or of many the lowest and the highest."""
    if len(table) <= 2 * most:
        return [("", table)]
    return [
        (say("The {n} lowest", n=say.number(most, 0)), table.head(most)),
        (say("The {n} highest", n=say.number(most, 0)), table.tail(most)),
    ]


def parts(clients: pd.DataFrame) -> int:
    """In how many parts a picture of these clients is drawn, so that each fits a sheet of paper."""
    return -(-min(len(clients), 2 * ENDS) // TALL)


def part_of(pieces: list[tuple[str, pd.DataFrame]], part: int | None) -> list[tuple[str, pd.DataFrame]]:
    """The rows of this part under their headings; None is all."""
    if part is None:
        return pieces
    rows = pd.concat([piece.assign(heading=heading) for heading, piece in pieces])
    each_part = -(-len(rows) // -(-len(rows) // TALL))
    some = rows.iloc[(part - 1) * each_part : part * each_part]
    return [(str(heading), piece) for heading, piece in some.groupby("heading", sort=False)]


def drawn_of(say: Language, pieces: list[tuple[str, pd.DataFrame]], there: int, part: int | None) -> str:
    """How many clients the picture shows, where it is not all, and which part this is."""
    shown = sum(len(piece) for _, piece in pieces)
    told = say("part {n} of {m}", n=say.number(part, 0), m=say.number(-(-shown // TALL), 0)) if part else ""
    return joined(fewer(say, shown, there), told)


def fewer(say: Language, shown: int, there: int) -> str:
    """How many of the clients are drawn, where it is not all."""
    return say("drawn: {shown}, all others stand in the table", shown=say.number(shown, 0)) if shown < there else ""


def dates(say: Language, clients: pd.DataFrame, as_of: str | date | None = None) -> str:
    """The day on which the figures stand, or the first and the last of several."""
    days = sorted({day for day in clients.as_of if isinstance(day, date)}) if "as_of" in clients else []
    if as_of or not days:
        return say.date(as_of)
    if len(days) == 1:
        return say.date(days[0])
    return say("{low} to {high}", low=say.date(days[0]), high=say.date(days[-1]))


def over_the_grid(drawn: Rows) -> None:
    """Headings stand on the lines of the scale: give them a ground."""
    drawn.sheet.texts = [replace(t, halo=t.halo or (t.bold and t.x == 0)) for t in drawn.sheet.texts]


def parts_of(say: Language, scored: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The rows under their headings; a team's estimate is never ranked among customers' ratings."""
    kinds = {"team": say("Team estimates"), "customers": say("Customers' ratings")}
    there = {kind: word for kind, word in kinds.items() if (scored.of == kind).any()}
    found = []
    for kind, word in there.items():
        part = scored[scored.of == kind].sort_values(["value", "name"], kind="stable")
        most = ENDS if len(scored) <= 2 * ENDS else ENDS // len(there)
        for heading, rows in ends_of(say, part, most):
            found.append((joined(word if len(there) > 1 else "", heading), rows))
    return found


def _row(say: Language, row: Any) -> Row:
    value = say.number(row.value, 0)
    if row.low == row.low and row.high == row.high:
        value = joined(value, say("{low} to {high}", low=say.number(row.low, 0), high=say.number(row.high, 0)))
    weakest = say("weakest: {name}", name=row.weakest) if row.weakest else ""
    return Row(str(row.name), (value, weakest))


def _title(say: Language, scored: pd.DataFrame) -> str:
    kinds = set(scored.of)
    alike = like_the_lowest(scored) if len(kinds) == 1 else like_the_lowest(scored.iloc[:0])
    if len(alike) < 2:
        return say("Clients beside one another")
    lowest = scored.loc[alike.index].sort_values(["value", "name"], kind="stable").iloc[0]
    others = int(alike.sum()) - 1
    if not others:
        return say("Lowest: {name} ({value} of 100)", name=lowest["name"], value=say.number(lowest["value"], 0))
    if alike.all():
        return say("No client is told apart from the lowest")
    return say.plural(
        "Lowest: {name}, not told apart from {n} other",
        "Lowest: {name}, not told apart from {n} others",
        others,
        name=lowest["name"],
    )
