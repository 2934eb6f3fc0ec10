"""Rows of scores as a spreadsheet hands them over: with or without a heading, names, teams; read to the grid's cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from cjmkit.errors import N_, CJMError, Fault, InputError
from cjmkit.forms.score_rows import Row
from cjmkit.forms.typed import parse_number
from cjmkit.journey import Touchpoint
from cjmkit.language import Language

WHO = ("person", "name", N_("participant"), N_("Nickname"))
TEAM = ("department", N_("team"))
Place = str | None  # "participant", "team", a touchpoint's id, or None: left out


@dataclass(frozen=True)
class Pasted:
    """What was pasted, as rows of the grid: `named` or to be laid over the rows from where it was pasted."""

    rows: tuple[Row, ...]
    named: bool
    faults: tuple[Fault, ...]


def read_pasted(
    text: str, column: str, touchpoints: Sequence[Touchpoint], say: Language, at: str = "participant"
) -> Pasted:
    """Read pasted cells into rows.

    Args:
        text: cells with tabs between, as a spreadsheet copies them, or semicolons.
        column: what is being entered: "score", "importance" or "moment_of_truth".
        touchpoints: the grid's, in its order.
        say: the language whose words a heading may use.
        at: the column pasted into: "participant", "team" or a touchpoint's id.

    Raises:
        InputError: a quotation mark is not closed, or a column stands twice in the heading.

    >>> from cjmkit.language import speak
    >>> shop = Touchpoint(id="shop", stage="a", name="Shop")
    >>> read_pasted("Kasia\\tSales\\t3,5\\n", "score", [shop], speak("en")).rows[0].cells
    {('score', 'shop'): '3,5'}
    """
    cells = _cells(text)
    order: list[Place] = ["participant", "team", *(t.id for t in touchpoints)]
    head, left_out = _heading(cells[0], touchpoints, say) if len(cells) > 1 else (None, ())
    if head is not None:
        places, first = head, 2
    else:
        places, first = _places(cells, order[order.index(at) :], len(touchpoints)), 1
    faults = [Fault(name, "is no touchpoint of this round; the column was left out") for name in left_out]
    if head is not None:
        nameless = [n for n, place in enumerate(head) if place is None and not cells[0][n]]
        held = [line[n] for n in nameless for line in cells[1:] if n < len(line) and line[n]]
        sentence = N_("these cells stand under no heading and were left out: {cells}")
        faults += [Fault("", sentence, {"cells": held})] if held else []
    rows = []
    for n, line in enumerate(cells[first - 1 :], first):
        row = Row()
        for place, cell in zip(places, line, strict=False):
            if place == "participant":
                row.participant = cell
            elif place == "team":
                row.team = cell
            elif place is not None:
                row.cells[column, place] = cell
        over = [cell for cell in line[len(places) :] if cell]
        if over:
            values = {"n": n, "cells": over}
            faults.append(Fault("", "pasted row {n} has more cells than there are columns; left out: {cells}", values))
        rows.append(row)
    return Pasted(tuple(rows), "participant" in places, tuple(faults))


def _cells(text: str) -> list[list[str]]:
    sign = "\t" if "\t" in text else ";"
    try:
        lines = list(csv.reader(io.StringIO(text.strip("\r\n"), newline=""), delimiter=sign, strict=True))
    except csv.Error:
        lines = [line.split(sign) for line in text.strip("\r\n").splitlines()]
    cells = [[" ".join(cell.split()) for cell in line] for line in lines]
    while cells and not any(cells[-1]):
        cells.pop()
    width = max((n for line in cells for n, cell in enumerate(line, 1) if cell), default=0)
    return [line[:width] for line in cells]


def _heading(
    line: Sequence[str], touchpoints: Sequence[Touchpoint], say: Language
) -> tuple[list[Place] | None, tuple[str, ...]]:
    """What each column of a heading is, and the names that are nothing; None where the line is no heading."""
    known: dict[str, Place] = {}
    for n, t in enumerate(touchpoints, 1):
        for name in (str(n), f"{n}.", t.id, t.name, f"{n}. {t.name}", f"{n} {t.name}"):
            known.setdefault(name.casefold(), t.id)
    known |= {word.casefold(): "team" for name in TEAM for word in (name, say(name))}
    known |= {word.casefold(): "participant" for name in WHO for word in (name, say(name))}
    places = [known.get(cell.casefold()) if cell else None for cell in line]
    words = [cell for cell in line if cell and not _number(cell, say)]
    found = [known[w.casefold()] for w in words if w.casefold() in known]
    counting = not line[0] and [c for c in line if c] == [str(n) for n in range(1, sum(map(bool, line)) + 1)]
    if not ((found and len(found) * 2 >= len(words)) or (counting and len(line) > 2)):
        return None, ()
    for n, place in enumerate(("participant", "team")):
        if n < len(line) and not line[n] and place not in places:
            places[n] = place
    twice = sorted({str(place) for place in places if place and places.count(place) > 1})
    if twice:
        raise InputError("The heading names a column twice: {columns}.", columns=twice)
    return places, tuple(c for c, place in zip(line, places, strict=True) if c and place is None)


def _places(cells: Sequence[Sequence[str]], order: Sequence[Place], touchpoints: int) -> list[Place]:
    """What each column is where there is no heading, by where it was pasted and what stands in it."""
    if order[0] != "participant":
        return list(order)
    width = max(len(line) for line in cells) if cells else 0
    texts = [_mostly_text(cells, n) for n in range(2)]
    texts[1] |= not any(line[1] for line in cells if len(line) > 1)  # a team that nobody filled in
    if not texts[0] and width <= touchpoints:
        return list(order[2:])
    if not texts[1] and width != touchpoints + 2 and width > 1:
        return [order[0], *order[2:]]
    return list(order)


def _mostly_text(cells: Sequence[Sequence[str]], n: int) -> bool:
    there = [line[n] for line in cells if n < len(line) and line[n]]
    return sum(not any(ch.isdigit() for ch in cell) for cell in there) * 2 > len(there)


def _number(cell: str, say: Language) -> bool:
    try:
        return parse_number(cell, say) is not None
    except CJMError:
        return False
