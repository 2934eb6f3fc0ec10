"""What a computed sheet of the workbook holds."""

from __future__ import annotations

from dataclasses import dataclass

from cjmkit.exchange.cells import Cell


@dataclass(frozen=True)
class Grid:
    """A computed sheet: its key and name, headings with the kind of each column, and rows."""

    key: str
    title: str
    about: str
    heads: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]
