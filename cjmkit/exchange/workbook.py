"""A client's workbook, edited and come back: what changed against the journey, told before anything is taken."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cjmkit.errors import N_, CJMError, Fault, InputError
from cjmkit.exchange.cells import merged, plain, read, written
from cjmkit.exchange.changes import Change, Changes, value_at
from cjmkit.exchange.sheets import (
    HIDDEN,
    SCHEMA,
    SHEETS,
    Column,
    Flat,
    Record,
    Sheet,
    digest,
    records,
    translation_sheet,
)
from cjmkit.exchange.spreadsheets import COMPUTED, Raw, Spreadsheet, read_spreadsheet
from cjmkit.exchange.text import Source
from cjmkit.journey import Journey
from cjmkit.journey.ids import new_id
from cjmkit.journey.translated import out_of_date
from cjmkit.language import Language, languages, speak

HEAD_WITHIN = 20
NEVER_READ = ("fixed", "key")


@dataclass
class _Reading:
    """What is known while a workbook is read."""

    flat: Flat
    base: dict[str, dict[str, dict[str, str]]]
    say: Language
    known: dict[str, set[str]]
    kept: Mapping[str, Collection[str]]
    days_later: int
    changes: list[Change] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)


def read_workbook(
    source: Source,
    journey: Journey,
    translations: Mapping[str, Mapping[str, str]] | None = None,
    *,
    kept: Mapping[str, Collection[str]] | None = None,
) -> Changes:
    """What an edited workbook would change in a journey.

    Args:
        source: the file, or its bytes.
        journey: as it stands now.
        translations: those that there are, by language and text as typed.
        kept: ids that must not be removed, by list, such as touchpoints that have been scored.

    Returns:
        The changes, removals and conflicts among them; and a warning for each cell or row that was not taken.

    Raises:
        InputError: it is no workbook of the kit, or too large.
    """
    book = read_spreadsheet(source)
    sheets = {s.key: s for s in (*SHEETS, translation_sheet(journey, languages()))}
    tables = dict(_tables(book, sheets))
    if not tables:
        raise InputError(
            "{file} has no sheet with the hidden first row by which its columns are known. Was it made with: cjmkit export NAME xlsx",
            file=book.file,
        )
    code, base = _made_from(book)
    known = {name: {part.id for part in getattr(journey, name)} for name in ("personas", "stages", "touchpoints")}
    known["kpis"] = {kpi.id for stage in journey.stages for kpi in stage.kpis}
    given = {code: dict(texts) for code, texts in (translations or {}).items()}
    reading = _Reading(records(journey, given), base, speak(code), known, kept or {}, book.days_later)
    if not base:
        sentence = N_("no longer says what it was made from: what differs from the journey is taken for a conflict")
        reading.warnings.append(Fault(book.file, sentence))
    for key, (sheet, columns, rows) in tables.items():
        named = dict(_named(sheet, columns, rows, reading))
        tables[key] = (sheet, columns, named)
    for sheet, columns, named in tables.values():
        for name, cells in named.items():
            _row(sheet, columns, str(name), cells, reading)
        _removed(sheet, {str(name) for name in named}, reading)
    reading.warnings += [
        Fault(_title(s, reading), N_("is not in the workbook any more; nothing of it changes"))
        for s in SHEETS if s.key not in tables
    ]  # fmt: skip
    stale = sum(len(out_of_date(journey, texts)) for texts in given.values())
    if stale and any(change.sheet == "translations" for change in reading.changes):
        sentence = N_("translations of texts that were changed or are gone; they will be let go ({n})")
        reading.warnings.append(Fault(_title(sheets["translations"], reading), sentence, {"n": stale}))
    return Changes(tuple(reading.changes), tuple(reading.warnings))


Table = tuple[Sheet, dict[str, int], dict[Any, dict[int, Raw]]]


def _tables(book: Spreadsheet, sheets: Mapping[str, Sheet]) -> Iterator[tuple[str, Table]]:
    """Each sheet of ours: its definition, the place of each column by key, and its rows below the heading."""
    for rows in book.sheets.values():
        for number in sorted(rows)[:HEAD_WITHIN]:
            keys = [str(cell).partition(".") for cell in rows[number].values()]
            mine = {key for key, dot, _ in keys if dot and key in sheets}
            if len(mine) == 1 and sum(bool(dot) for _, dot, _ in keys) * 2 > len(keys):
                sheet = sheets[mine.pop()]
                columns = {field: n for n, (_, _, field) in zip(rows[number], keys, strict=True)}
                body = {n: cells for n, cells in sorted(rows.items()) if n > number + 1}
                yield sheet.key, (sheet, columns, body)
                break


def _made_from(book: Spreadsheet) -> tuple[str, dict[str, dict[str, dict[str, str]]]]:
    """The language of the workbook, and the digest of each cell as it was written."""
    rows = book.sheets.get(HIDDEN, {})
    head = rows.get(1, {})
    if not str(head.get(1, "")).startswith(SCHEMA):
        return "en", {}
    code = str(head.get(3, ""))
    base: dict[str, dict[str, dict[str, str]]] = {}
    for number, cells in rows.items():
        if number > 1 and 1 in cells and 2 in cells:
            pairs = (pair.partition("=") for pair in str(cells.get(3, "")).split())
            base.setdefault(str(cells[1]), {})[str(cells[2])] = {key: value for key, _, value in pairs}
    return (code if code in languages() else "en"), base


def _named(sheet: Sheet, columns: Mapping[str, int], rows: Mapping[int, dict[int, Raw]], reading: _Reading) -> Any:
    """The rows by what they are known by; new ones get an id, empty ones are passed over."""
    seen: set[str] = set()
    there = {*reading.flat[sheet.key], *reading.base.get(sheet.key, {})}
    fields = [columns[c.key] for c in sheet.columns if c.key in columns]
    for number, cells in rows.items():
        typed = str(cells.get(columns.get("id", 0), "")).strip()
        if typed not in there and not any(str(cells.get(n, "")).strip() for n in fields):
            continue
        if typed in seen:
            place = _place(sheet.key, typed)
            sentence = N_(
                "stands in two rows; the second, row {row}, was not read. A new row needs an empty first cell."
            )
            reading.warnings.append(Fault(place, sentence, {"row": number}))
            continue
        if typed not in there:
            if sheet.key == "translations":
                reading.warnings.append(
                    Fault(
                        _title(sheet, reading),
                        N_("row {row} is no text of this journey; it was not read"),
                        {"row": number},
                    )
                )
                continue
            name = str(cells.get(columns.get(sheet.named, 0), "")) if sheet.named else ""
            stem = typed or name or sheet.key
            typed = new_id(stem, {*there, *seen}, {"actions": "action"}.get(sheet.key, sheet.key.rstrip("s")))
        seen.add(typed)
        if sheet.key in reading.known:
            reading.known[sheet.key].add(typed)
        yield typed, cells


def _row(sheet: Sheet, columns: Mapping[str, int], name: str, cells: Mapping[int, Raw], reading: _Reading) -> None:
    record, base = reading.flat[sheet.key].get(name), reading.base.get(sheet.key, {}).get(name)
    found: list[Change] = []
    faults: list[Fault] = []
    for column in sheet.columns:
        if column.key not in columns or column.kind in NEVER_READ:
            continue
        change = _cell(sheet, column, name, cells.get(columns[column.key]), record, base, reading, faults)
        found += [change] if change else []
    if record is None and base is not None:
        if any(change.values and digest(next(iter(change.values.values()))) != base.get(next(iter(change.values)), "")
               for change in found):  # fmt: skip
            sentence = N_("was changed or removed in the journey since; what the workbook says of it was not taken")
            reading.warnings.append(Fault(_place(sheet.key, name), sentence))
        return
    reading.warnings += faults
    if record is not None:
        reading.changes += found
        return
    missing = [f for f in faults if f.place.rpartition(".")[2] in {c.key for c in sheet.columns if c.needed}]
    if missing:
        sentence = N_("is new and was not added: correct its faults first")
        reading.warnings.append(Fault(_place(sheet.key, name), sentence))
        return
    values = {key: value for change in found for key, value in change.values.items()}
    reading.changes.append(
        Change(
            _place(sheet.key, name),
            sheet.title,
            "",
            "; ".join(c.to for c in found if c.to),
            "added",
            sheet=sheet.key,
            row=name,
            values=values,
        )
    )


def _cell(
    sheet: Sheet, column: Column, name: str, cell: Raw | None, record: Record | None, base: Mapping[str, str] | None,
    reading: _Reading, faults: list[Fault],
) -> Change | None:  # fmt: skip
    """The change that a cell makes, None where it makes none or cannot be taken."""
    place = f"{_place(sheet.key, name)}.{column.key}"
    if record is None and not column.needed and (cell is None or cell == ""):
        return None
    now = value_at(record, column.key) if record else column.empty
    was = _kept(column, now, reading) if record else None
    try:
        if cell is COMPUTED:
            raise InputError("holds a formula or an error; type its value instead")
        if column.kind == "date" and isinstance(cell, float):
            cell += reading.days_later
        value = read(column, cell, reading.say, reading.known)  # type: ignore[arg-type]
    except CJMError as error:
        faults.append(Fault(place, error.sentence, error.values))
        return None
    if record and value == was:
        return None
    if record and sheet.key == "translations" and not value:
        return None  # an empty cell leaves the translation that stands
    if record and was != plain(column, now):
        faults.append(Fault(place, N_("is more than a cell can hold: change it in the journey itself")))
        return None
    changed_here = base is None or digest(value) != base.get(column.key)
    if record and not changed_here:
        return None  # only the journey's own side was changed
    conflict = bool(record) and (base is None or digest(was) != base.get(column.key))
    if isinstance(cell, float) and column.kind in ("text", "long", "lines", "items", "quotes"):
        sentence = N_(
            "is a number in the workbook and was read as {text}; were there zeros before it, or is it a date?"
        )
        reading.warnings.append(Fault(place, sentence, {"text": repr(value)}))
    shown = str(written(column, merged(column, value, now), reading.say) or "")
    before = str(written(column, now, reading.say) or "") if record else ""
    return Change(place, column.title, before, shown, "changed", conflict, sheet.key, name, {column.key: value})


def _removed(sheet: Sheet, there: set[str], reading: _Reading) -> None:
    """Rows that the workbook was made with and that are gone from it; what has been scored is never removed."""
    if sheet.key == "translations":
        return
    for name, base in reading.base.get(sheet.key, {}).items():
        record = reading.flat[sheet.key].get(name)
        if name in there or record is None:
            continue
        place = _place(sheet.key, name)
        if name in reading.kept.get(sheet.key, ()):
            sentence = N_("is gone from the workbook and stays in the journey: it has been scored or rated")
            reading.warnings.append(Fault(place, sentence))
            continue
        changed = any(
            digest(_kept(c, value_at(record, c.key), reading)) != base.get(c.key)
            for c in sheet.columns
            if c.kind not in NEVER_READ
        )
        text = str(value_at(record, sheet.named or sheet.columns[0].key) or "")
        reading.changes.append(Change(place, sheet.title, text, "", "removed", changed, sheet.key, name))


def base_of(sheet: Sheet, record: Record, say: Language, known: Mapping[str, Collection[str]]) -> str:
    """What the hidden sheet keeps of a row: the digest of each cell, by its column."""
    columns = [c for c in sheet.columns if c.kind not in NEVER_READ]
    return " ".join(f"{c.key}={digest(_back(c, value_at(record, c.key), say, known))}" for c in columns)


def _kept(column: Column, value: Any, reading: _Reading) -> Any:
    return _back(column, value, reading.say, reading.known)


def _back(column: Column, value: Any, say: Language, known: Mapping[str, Collection[str]]) -> Any:
    """The value as it comes back from its cell."""
    try:
        return read(column, written(column, value, say), say, known)
    except CJMError:
        return None


def _place(list_: str, name: str) -> str:
    return f"{list_}[{name}]"


def _title(sheet: Sheet, reading: _Reading) -> str:
    return reading.say(sheet.title)
