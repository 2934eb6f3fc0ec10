"""Rows taken out of somebody's table; every byte of the rows that stay is as it was."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator

from cjmkit.errors import InputError
from cjmkit.exchange.text import decoded, delimiter_of

BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
Goes = Callable[[list[str], list[str]], bool]


def without_rows(data: bytes, file: str, goes: Goes) -> tuple[bytes, int, int]:
    """The file without some of its rows, how many went, and how many stay; its heading always stays.

    Args:
        data: the file, a delimited one.
        file: the name to call it by.
        goes: given the heading and a row's cells, whether the row goes.

    Raises:
        InputError: it is no table of text.

    >>> without_rows(b"name;score\\r\\nJan;4\\r\\n'Ola;5\\r\\n", "x.csv", lambda head, cells: "Jan" in cells)
    (b"name;score\\r\\n'Ola;5\\r\\n", 1, 1)
    """
    encoding, text, _ = decoded(data, file)
    bom = next((mark for mark in BOMS if data.startswith(mark)), b"")
    codec = BOMS.get(bom, "utf-8" if encoding == "utf-8-sig" else encoding)
    delimiter, named = delimiter_of(text)
    head: list[str] = []
    kept: list[str] = []
    gone = stay = 0
    try:
        for raw, cells in _records(text, delimiter):
            if named or not head:
                named, head = False, head if named else cells if any(cells) else []
            elif goes(head, cells):
                gone += 1
                continue
            else:
                stay += any(cells)
            kept.append(raw)
    except csv.Error:
        raise InputError("{file} is not a table that can be read.", file=file) from None
    return bom + "".join(kept).encode(codec), gone, stay


def _records(text: str, delimiter: str) -> Iterator[tuple[str, list[str]]]:
    """Each row as it stands, and its cells."""
    if delimiter == " ":  # runs of spaces, as the readers take them
        yield from ((line, line.split()) for line in io.StringIO(text, newline=""))
        return
    raw: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            raw.append(line)
            yield line

    for cells in csv.reader(lines(), delimiter=delimiter):
        yield "".join(raw), cells
        raw.clear()
