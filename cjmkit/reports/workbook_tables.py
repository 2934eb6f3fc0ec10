"""How the workbook's sheets are written: real tables, each cell of its own type, widths and heights that fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from cjmkit.exchange.cells import Cell, writable
from cjmkit.exchange.sheets import HIDDEN
from cjmkit.language import Language
from cjmkit.language.fonts import wrap

WIDTHS = {
    "key": 15, "text": 20, "long": 40, "lines": 24, "pairs": 28, "items": 34, "quotes": 40, "code": 20, "id": 16, "ids": 24,
    "date": 13, "number": 11, "figure": 13, "whole": 12, "name": 34, "share": 11, "duration": 13, "fixed": 30,
}  # fmt: skip
FORMATS = {"date": "yyyy-mm-dd", "number": "General", "figure": "0.00", "whole": "0", "share": "0%"}
RIGHT = ("number", "figure", "whole", "share")
LETTER, LINE, TALLEST = 16.0, 15.0, 400.0  # pixels a letter is taken for, points a line is high, points Excel allows
PAGE = 230  # letters beside each other that can still be read on A4


@dataclass
class Book:
    """The workbook while it is written: its formats, the lists to choose from, and what the hidden sheet will say."""

    book: Any
    say: Language
    colour: str
    hidden: Any = None
    lists: dict[tuple[str, ...], str] = field(default_factory=dict)
    formats: dict[str, Any] = field(default_factory=dict)
    written: list[tuple[str, str, str]] = field(default_factory=list)

    def format(self, kind: str) -> Any:
        """How the cells of a kind look."""
        if kind not in self.formats:
            look: dict[str, Any] = {"text_wrap": True, "valign": "top"}
            if kind.removeprefix("head ") in RIGHT:
                look |= {"align": "center"} if kind.endswith("whole") else {"align": "right", "indent": 1}
            if kind.startswith("head"):
                look |= {"bold": True, "font_color": "#FFFFFF", "bg_color": self.colour, "valign": "vcenter"}
            else:
                look |= {"bottom": 1, "bottom_color": "#DDDDDD"}
                look |= {"num_format": FORMATS.get(kind, "@"), **({"font_color": "#767676"} if kind == "key" else {})}
                look |= {"align": "left"} if kind == "date" else {}
            self.formats[kind] = self.book.add_format(look)
        return self.formats[kind]

    def choices(self, offered: Sequence[str]) -> str:
        """The range of the hidden sheet that holds this list."""
        key = tuple(offered)
        if key not in self.lists:
            from xlsxwriter.utility import xl_col_to_name

            column = 4 + len(self.lists)
            for n, word in enumerate(key):
                self.hidden.write_string(n, column, writable(word))
            letter = xl_col_to_name(column)
            self.lists[key] = f"={HIDDEN}!${letter}$1:${letter}${len(key)}"
        return self.lists[key]


def write_table(
    book: Book, tab: Any, name: str, heads: Sequence[tuple[str, str]], rows: Sequence[Sequence[Cell]], *, top: int
) -> list[str]:
    """A real table: filters, a frozen heading, widths, each cell of its own type; hands back its headings."""
    titles: list[str] = []
    for title, _ in heads:
        short, there = writable(title)[:200], {t.casefold() for t in titles}
        titles.append(next(t for t in (short, *(f"{short} ({n})" for n in range(2, 999))) if t.casefold() not in there))
    bottom = top + max(len(rows), 1)
    columns = [
        {"header": t, "header_format": book.format(f"head {k}")} for t, (_, k) in zip(titles, heads, strict=True)
    ]
    tab.add_table(top, 0, bottom, len(heads) - 1, {"name": name, "style": "Table Style Light 1", "columns": columns})
    for n, (_, kind) in enumerate(heads):
        tab.set_column(n, n, WIDTHS[kind], book.format(kind))
    widths = [WIDTHS[kind] for _, kind in heads]
    for n, row in enumerate(rows, top + 1):
        tab.set_row(n, height_of(row, widths))
        for k, (cell, (_, kind)) in enumerate(zip(row, heads, strict=True)):
            write_cell(tab, n, k, cell, book.format(kind))
    tab.set_row(top, height_of([f"{title} xxx" for title in titles], widths) + 4)  # room for the filter's arrow
    tab.freeze_panes(top + 1, 2)
    tab.set_landscape()
    tab.set_paper(9)
    tab.fit_to_pages(-(-sum(widths) // PAGE), 0)
    tab.repeat_rows(top)
    tab.repeat_columns(0, 1)
    tab.set_footer("&R&P / &N")
    return titles


def height_of(cells: Sequence[Cell], widths: Sequence[float]) -> float:
    """How high a row must be for its longest cell, in points; spreadsheets do not all find out themselves."""
    lines = [len(wrap(c, w * 7, LETTER)) for c, w in zip(cells, widths, strict=True) if isinstance(c, str)]
    return min(TALLEST, LINE * max([1, *lines]) + 2)


def write_cell(tab: Any, row: int, column: int, cell: Cell, look: Any) -> None:
    """A cell of the type that its value has: a text is a text, whatever it begins with."""
    if isinstance(cell, str):
        tab.write_string(row, column, writable(cell), look)
    elif isinstance(cell, date):
        tab.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), look)
    elif cell is not None:
        tab.write_number(row, column, cell, look)
