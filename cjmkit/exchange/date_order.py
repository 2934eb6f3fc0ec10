"""Whether dates are written day first or month first: declared, else decided by the cells, else asked; never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from cjmkit.errors import N_, Fault, InputError

CLOCKED = r"(?:[T ,]\s*\d{1,2}:\d{2}.*)?"
YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){CLOCKED}|((?:19|20)\d{{2}})(\d{{2}})(\d{{2}})")
YEAR_LAST = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}|\d{{2}}){CLOCKED}")


def decided(
    place: str, only_dmy: int, only_mdy: int, either: int, dotted: int, example: str, order: str, warnings: list[Fault]
) -> str:
    """The order of day and month that the cells themselves decide.

    Args:
        place: the column's name.
        only_dmy: how many cells are a date only day first.
        only_mdy: the same, only month first.
        either: how many are two different dates.
        dotted: how many are such dates at all.
        example: one that could be either.
        order: what is declared, "" where nothing is.
        warnings: what was decided is added here.

    Raises:
        InputError: the cells leave it open, or contradict each other.
    """
    if order == "ymd" or not (only_dmy or only_mdy or either):
        return "" if order == "ymd" else "dmy"  # no such date, or the same both ways
    if only_dmy and only_mdy:
        raise InputError(
            'Column {column} holds dates in two orders: some fit only day, month, year ({dmy}), others only month, day, year ({mdy}). Correct them, or declare order = "dmy" or order = "mdy"; the others are then left out.',
            column=place, dmy=only_dmy, mdy=only_mdy,
        )  # fmt: skip
    if not only_dmy and not only_mdy:
        raise InputError(
            'Column {column} holds dates such as {example}, and every one could be day, month, year as well as month, day, year. Declare order = "dmy" or order = "mdy".',
            column=place, example=example,
        )  # fmt: skip
    sentence = (
        N_("dates such as {example} were read as day, month, year, since some fit no other order ({n} of {of})")
        if only_dmy
        else N_("dates such as {example} were read as month, day, year, since some fit no other order ({n} of {of})")
    )
    if either:
        values = {"example": example, "n": only_dmy or only_mdy, "of": dotted}
        warnings.append(Fault(place, sentence, values))
    return "dmy" if only_dmy else "mdy"


def months(cells: Sequence[str], place: str, order: str, warnings: list[Fault]) -> dict[str, str]:
    """The month of each cell that is a date, as "2026-03"; "" for one that is none in this order.

    Raises:
        InputError: as `decided`.

    >>> months(["31.3.2026", "2.4.2026", "2026-05-01", "spring"], "wave", "", [])
    {'31.3.2026': '2026-03', '2.4.2026': '2026-04', '2026-05-01': '2026-05', 'spring': ''}
    """
    fixed = {cell: _month(*(part for part in found.groups() if part)) for cell in cells if (found := YEAR_FIRST.fullmatch(cell))}  # fmt: skip
    last = {cell: found.groups() for cell in cells if (found := YEAR_LAST.fullmatch(cell)) and cell not in fixed}
    both = {cell: (_month(year, month, day), _month(year, day, month)) for cell, (day, month, year) in last.items()}
    written = [both[cell] for cell in cells if cell in both]
    only_dmy, only_mdy = (sum(bool(one[n]) and not one[1 - n] for one in written) for n in (0, 1))
    doubtful = [cell for cell in cells if cell in both and all(both[cell]) and both[cell][0] != both[cell][1]]
    dotted = sum(any(one) for one in written)
    chosen = order if order in ("dmy", "mdy") else decided(
        place, only_dmy, only_mdy, len(doubtful), dotted, min(doubtful, default=""), order, warnings)  # fmt: skip
    read: Mapping[str, str] = {cell: one[chosen == "mdy"] for cell, one in both.items()} if chosen else {}
    return {cell: fixed.get(cell) or read.get(cell, "") for cell in dict.fromkeys(cells)}


def _month(year: str, month: str, day: str) -> str:
    try:
        return f"{date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day)):%Y-%m}"
    except ValueError:
        return ""
