"""A small table from any tool, delimited text or an Excel workbook, every cell as its text."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from cjmkit.errors import N_, Fault, InputError
from cjmkit.exchange.spreadsheets import COMPUTED, Raw, Spreadsheet, read_spreadsheet
from cjmkit.exchange.text import Source, first_of, read_bytes, read_text_table


def read_any_table(source: Source) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """A table of text, told by its content: delimited text, or the first filled sheet of an Excel workbook.

    Args:
        source: the file, or its bytes; at most 50 MB and 1,000 columns.

    Returns:
        The table, all text, "" where a cell is empty; and what had to be assumed.

    Raises:
        InputError: it is neither, or a row does not fit the heading.
        NotFoundError: there is no such file.

    >>> read_any_table(b"id;age\\n007;34\\n")[0].values.tolist()
    [['007', '34']]
    """
    data, _ = read_bytes(source)
    return sheet_table(read_spreadsheet(source)) if data.startswith(b"PK\x03\x04") else read_text_table(source)


def sheet_table(book: Spreadsheet) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """A workbook's first filled sheet as `read_any_table` gives it."""
    filled = [name for name, rows in book.sheets.items() if rows]
    if not filled:
        raise InputError("{file} is empty. It must have a heading and rows below it.", file=book.file)
    rows = book.sheets[filled[0]]
    first = min(rows)
    head = {n: str(_text(cell)).strip() for n, cell in rows[first].items()}
    head = {n: name for n, name in sorted(head.items()) if name}
    if not head:
        raise InputError("{file} is empty. It must have a heading and rows below it.", file=book.file)
    twice = [name for name, times in Counter(head.values()).items() if times > 1]
    if twice:
        raise InputError(
            "{file} has columns that stand twice: {twice}. Rename one of each.", file=book.file, twice=twice
        )
    below = [(n, cells) for n, cells in sorted(rows.items()) if n > first]
    stray = next((n for _, cells in below for n in cells if n not in head), None)
    if stray is not None:
        sentence = N_("{file}: column {n} has no heading, but cells below it. Give it a name or take it out.")
        raise InputError(sentence, file=book.file, n=stray)
    table = pd.DataFrame(
        [[_text(cells.get(n, "")) for n in head] for _, cells in below], columns=list(head.values()), dtype=str
    )
    return table, tuple(_doubts(book, filled, [(n, cells) for n, cells in below]))


def _doubts(book: Spreadsheet, filled: list[str], below: list[tuple[int, dict[int, Raw]]]) -> list[Fault]:
    warnings = []
    if len(filled) > 1:
        sentence = N_("only the first sheet, {sheet}, was read; left out: {others}")
        warnings.append(Fault(book.file, sentence, {"sheet": filled[0], "others": first_of(filled[1:])}))
    computed = [n for n, cells in below if any(cell is COMPUTED for cell in cells.values())]
    if computed:
        sentence = N_(
            "cells with a formula or an error, left empty ({n} rows in all): rows {rows}. Paste them as values"
        )
        warnings.append(Fault(book.file, sentence, {"n": len(computed), "rows": first_of(computed)}))
    return warnings


def _text(cell: Raw) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)
