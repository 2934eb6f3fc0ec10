"""A workbook as it came back: its tables and what it was made from; refused where that can be told no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cjmkit.errors import N_, Fault, InputError
from cjmkit.exchange.sheets import HIDDEN, ROWS, SCHEMA, TABS, Sheet, seen
from cjmkit.exchange.spreadsheets import Raw, Spreadsheet, read_spreadsheet
from cjmkit.exchange.text import Source
from cjmkit.language import Language, speak, spoken

HEAD_WITHIN = 20
Base = dict[str, dict[str, dict[str, str]]]
Cells = Mapping[int, Raw]


@dataclass(frozen=True)
class Table:
    """A sheet that came back: where each column stands, by key, and its rows by number."""

    sheet: Sheet
    columns: Mapping[str, int]
    rows: dict[int, Cells]


@dataclass(frozen=True)
class Returned:
    """All that came back.

    Args:
        language: of the workbook.
        base: the digest of each cell as it was written, by sheet, row and column.
        tables: by sheet.
        days_later: what to add to a date's number.
        notes: what stands in the workbook and is not read.
    """

    language: str
    base: Base
    tables: Mapping[str, Table]
    days_later: int
    notes: tuple[Fault, ...]


def read_returned(source: Source, sheets: Mapping[str, Sheet]) -> Returned:
    """The workbook, by the sheets that it may hold.

    Raises:
        InputError: it is no workbook of the kit, or has lost what its sheets, columns or rows are known by.
    """
    book = read_spreadsheet(source)
    tables: dict[str, Table] = {}
    taken: dict[str, Table] = {}
    for name, rows in book.sheets.items():
        table = _table(rows, sheets)
        if table and table.sheet.key not in tables:
            taken[name] = tables[table.sheet.key] = table
    hidden = next((rows for rows in book.sheets.values() if str(rows.get(1, {}).get(1, "")).startswith(SCHEMA)), None)
    if hidden is None and not tables:
        raise InputError(
            "{file} is no workbook of a client. Write one with: cjmkit run NAME --only xlsx, and edit that.",
            file=book.file,
        )
    if hidden is None:
        raise InputError(
            "{file} has lost its hidden sheet {hidden}, by which an edit is told from what stood there before. Write a "
            "fresh workbook with: cjmkit run NAME --only xlsx, and copy the edits into it.",
            file=book.file,
            hidden=HIDDEN,
        )
    code, base = _made_from(hidden)
    missing = {
        mark for key, tab in base.get(TABS, {}).items() if key in sheets and key not in tables for mark in tab.values()
    }
    for name, rows in book.sheets.items():
        if missing & {seen([name]), *(seen(rows[n].values()) for n in sorted(rows)[:HEAD_WITHIN])}:
            raise InputError(
                "The sheet {sheet} of {file} has lost its hidden first row, by which its columns are known. Write a fresh "
                "workbook with: cjmkit run NAME --only xlsx, and copy the edits into it.",
                sheet=name,
                file=book.file,
            )
    for name, table in taken.items():
        _known_rows(name, table, base, book.file)
    say = speak(code)
    notes = [note for key, sheet in sheets.items() for note in _columns(say, sheet, tables.get(key))]
    notes += _elsewhere(book, {*taken, *(name for name, rows in book.sheets.items() if rows is hidden)}, base)
    return Returned(code, base, tables, book.days_later, tuple(notes))


def _table(rows: Mapping[int, Cells], sheets: Mapping[str, Sheet]) -> Table | None:
    """A sheet of ours, by its row of keys; what stands twice is read where it stands first."""
    for number in sorted(rows)[:HEAD_WITHIN]:
        keys = [str(cell).partition(".") for cell in rows[number].values()]
        mine = {key for key, dot, _ in keys if dot and key in sheets}
        if len(mine) == 1 and sum(bool(dot) for _, dot, _ in keys) * 2 > len(keys):
            sheet = sheets[mine.pop()]
            known = {"id", *(column.key for column in sheet.columns)}
            columns: dict[str, int] = {}
            for n, (key, _, field) in sorted(zip(rows[number], keys, strict=True)):
                if key == sheet.key and field in known:
                    columns.setdefault(field, n)
            return Table(sheet, columns, {n: cells for n, cells in sorted(rows.items()) if n != number})
    return None


def _made_from(rows: Mapping[int, Cells]) -> tuple[str, Base]:
    """The language of the workbook, and the digest of each cell as it was written."""
    code = str(rows[1].get(3, ""))
    base: Base = {}
    for number, cells in rows.items():
        if number > 1 and 1 in cells and 2 in cells:
            pairs = (pair.partition("=") for pair in str(cells.get(3, "")).split())
            base.setdefault(str(cells[1]), {})[str(cells[2])] = {key: value for key, _, value in pairs}
    return spoken(code), base


def _known_rows(name: str, table: Table, base: Base, file: str) -> None:
    """Refuse a table whose rows are known no more; else the row of headings is left out, wherever it was moved."""
    there, at = base.get(table.sheet.key, {}), table.columns.get("id", 0)
    rows = table.rows
    head = base.get(TABS, {}).get(table.sheet.key, {}).get("head")
    for number in [n for n, cells in rows.items() if seen(cells.values()) == head][:1] or _first(rows, there, at):
        del rows[number]
    lost = there and rows and not any(str(cells.get(at, "")).strip() in there for cells in rows.values())
    if not at or lost:
        raise InputError(
            "The sheet {sheet} of {file} has lost the ids of its first column, by which its rows are known. Write a fresh "
            "workbook with: cjmkit run NAME --only xlsx, and copy the edits into it.",
            sheet=name,
            file=file,
        )


def _first(rows: Mapping[int, Cells], there: Mapping[str, object], at: int) -> list[int]:
    """The row of headings where a heading was edited: the first, unless it is known by its id."""
    return [n for n in list(rows)[:1] if str(rows[n].get(at, "")).strip() not in there]


def _columns(say: Language, sheet: Sheet, table: Table | None) -> Iterator[Fault]:
    """What is gone from a sheet, and columns that it did not have."""
    title = say(sheet.title)
    if table is None:
        yield Fault(title, N_("is not in the workbook any more; nothing of it changes"))
        return
    say_gone = N_("has no column {column} any more; nothing of it changes")
    for column in sheet.columns:
        if column.key not in table.columns and column.kind != "fixed":
            yield Fault(title, say_gone, {"column": say(column.title)})
    strange = {n for cells in table.rows.values() for n in cells} - {*table.columns.values()}
    if strange:
        columns = [_letters(n) for n in sorted(strange)]
        yield Fault(
            title, N_("has columns that are not the kit's; they were not read: {columns}"), {"columns": columns}
        )


def _elsewhere(book: Spreadsheet, read: set[str], base: Base) -> Iterator[Fault]:
    """What was typed where nothing is read: in computed sheets, in sheets of one's own, in comments."""
    known = base.get(ROWS, {})
    for name, rows in book.sheets.items():
        strange = [n for n, cells in sorted(rows.items()) if seen(v for _, v in sorted(cells.items())) not in known]
        if known and name not in read and strange:
            sentence = N_("does not come back; what was changed in it was not taken (rows {rows})")
            yield Fault(name, sentence, {"rows": [*strange[:12], *(["…"] if strange[12:] else [])]})
    if book.comments:
        yield Fault(book.file, N_("has comments on cells; they were not read"))


def _letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
