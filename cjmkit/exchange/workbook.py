"""A client's workbook, edited and come back: what changed against the journey, told before anything is taken."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cjmkit.errors import N_, CJMError, Fault, InputError
from cjmkit.exchange.cells import merged, plain, read, written
from cjmkit.exchange.changes import Change, Changes, value_at
from cjmkit.exchange.returned import Base, Cells, Table, read_returned
from cjmkit.exchange.sheets import SHEETS, Column, Flat, Record, Sheet, digest, records, seen, translation_sheet
from cjmkit.exchange.spreadsheets import COMPUTED, Raw
from cjmkit.exchange.text import Source
from cjmkit.journey import Journey
from cjmkit.journey.ids import new_id
from cjmkit.journey.translated import out_of_date
from cjmkit.language import Language, languages, speak

NEVER_READ = ("fixed", "key")
ORDERED = ("stages", "touchpoints")  # where the order of the rows says something
GAP = re.compile(r"\{[^{}]*\}")
NAMELESS = N_("will have no name: its id stands on the map")
OFF_PATH = N_("on no path yet: it will not stand on the map")
GOES_WITH = {"personas": N_("with its needs, counts and messages"), "stages": N_("with its KPIs, counts and checklist")}


@dataclass
class _Reading:
    """What is known while a workbook is read."""

    flat: Flat
    base: Base
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
        The changes, removals and conflicts among them; and a warning for each edit that was not taken.

    Raises:
        InputError: it is no workbook of the kit, too large, or has lost what its sheets, columns or rows are known by.
    """
    book = read_returned(source, {s.key: s for s in (*SHEETS, translation_sheet(journey, languages()))})
    known = {name: {part.id for part in getattr(journey, name)} for name in ("personas", "stages", "touchpoints")}
    known["kpis"] = {kpi.id for stage in journey.stages for kpi in stage.kpis}
    given = {language: dict(texts) for language, texts in (translations or {}).items()}
    flat = records(journey, given)
    reading = _Reading(flat, book.base, speak(book.language), known, kept or {}, book.days_later, [], [*book.notes])
    named = {key: dict(_named(table, reading)) for key, table in book.tables.items()}
    for key, rows in named.items():
        sheet, columns = book.tables[key].sheet, book.tables[key].columns
        for name, cells in rows.items():
            _row(sheet, columns, name, cells, reading)
        _removed(sheet, rows, reading)
        _order(sheet, rows, reading)
    reading.changes = [_off_path(change, reading) for change in reading.changes]
    stale = sum(len(out_of_date(journey, texts)) for texts in given.values())
    if stale and any(change.sheet == "translations" for change in reading.changes):
        sentence = N_("translations of texts that were changed or are gone; they will be let go ({n})")
        reading.warnings.append(Fault(_title(book.tables["translations"].sheet, reading), sentence, {"n": stale}))
    return Changes(tuple(reading.changes), tuple(reading.warnings))


def _named(table: Table, reading: _Reading) -> Iterator[tuple[str, Cells]]:
    """The rows by what they are known by; new ones get an id, empty ones are passed over."""
    sheet, columns = table.sheet, table.columns
    done: set[str] = set()
    there = {*reading.flat[sheet.key], *reading.base.get(sheet.key, {})}
    fields = [columns[c.key] for c in sheet.columns if c.key in columns]
    for number, cells in table.rows.items():
        typed = str(cells.get(columns["id"], "")).strip()
        if typed not in there and not any(cells.get(n) is COMPUTED or str(cells.get(n, "")).strip() for n in fields):
            continue
        if typed in done:
            sentence = N_(
                "stands in two rows; the second, row {row}, was not read. A new row needs an empty first cell."
            )
            reading.warnings.append(Fault(_place(sheet.key, typed), sentence, {"row": number}))
            continue
        if typed not in there and sheet.key == "translations":
            sentence = N_("row {row} is no text of this journey; it was not read")
            reading.warnings.append(Fault(_title(sheet, reading), sentence, {"row": number}))
            continue
        if typed not in there:
            name = str(cells.get(columns.get(sheet.named, 0), "")) if sheet.named else ""
            typed = new_id(typed or name, {*there, *done}, {"actions": "action"}.get(sheet.key, sheet.key.rstrip("s")))
        done.add(typed)
        if sheet.key in reading.known:
            reading.known[sheet.key].add(typed)
        yield typed, cells


def _row(sheet: Sheet, columns: Mapping[str, int], name: str, cells: Cells, reading: _Reading) -> None:
    record, base = reading.flat[sheet.key].get(name), reading.base.get(sheet.key, {}).get(name)
    found: list[Change] = []
    faults = [*_only_shown(sheet, columns, name, cells, reading)]
    for column in sheet.columns:
        if column.kind in NEVER_READ or (column.key not in columns and (record or not column.needed)):
            continue
        change = _cell(sheet, column, name, cells.get(columns.get(column.key, 0)), record, base, reading, faults)
        found += [change] if change else []
    values = {key: value for change in found for key, value in change.values.items()}
    if record is None and base is not None:
        there = any(all(value_at(r, k) == v for k, v in values.items()) for r in reading.flat[sheet.key].values())
        if not there and any(digest(value) != base.get(key, "") for key, value in values.items()):
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
    notes = (NAMELESS,) if sheet.named and not values.get(sheet.named) else ()
    place, parts = _place(sheet.key, name), tuple(c for c in found if c.to)
    reading.changes.append(Change(place, sheet.title, "", "", "added", False, sheet.key, name, values, notes, parts))


def _only_shown(
    sheet: Sheet, columns: Mapping[str, int], name: str, cells: Cells, reading: _Reading
) -> Iterator[Fault]:
    """Cells that were edited and are never read, such as a text as typed beside its translation."""
    base = reading.base.get(sheet.key, {}).get(name, {})
    for column in sheet.columns:
        if column.key in columns and base.get(column.key, "") and column.kind == "fixed":
            now = seen([cells.get(columns[column.key])])
            if now != base[column.key]:
                sentence = N_("“{column}” is not read back: change the text in its own sheet or in the journey")
                place = str((reading.flat[sheet.key].get(name) or {}).get("place") or _title(sheet, reading))
                yield Fault(place, sentence, {"column": reading.say(column.title)})


def _cell(
    sheet: Sheet, column: Column, name: str, cell: Raw | None, record: Record | None, base: Mapping[str, str] | None,
    reading: _Reading, faults: list[Fault],
) -> Change | None:  # fmt: skip
    """The change that a cell makes, None where it makes none or cannot be taken."""
    translation = record is not None and sheet.key == "translations"
    place = f"{record['place']} → {column.key}" if record and translation else f"{_place(sheet.key, name)}.{column.key}"
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
    changed_here = base is None or digest(value) != base.get(column.key)
    if record and (value == was or not changed_here):
        return None  # nothing was changed, or only on the journey's own side
    refused = _refused(was == plain(column, now), value, record if translation else None)
    if record and refused:
        faults.append(Fault(place, refused[0], refused[1]))
        return None
    conflict = bool(record) and (base is None or digest(was) != base.get(column.key))
    if isinstance(cell, float) and column.kind in ("text", "long", "lines", "items", "quotes"):
        sentence = N_(
            "is a number in the workbook and was read as {text}; were there zeros before it, or is it a date?"
        )
        reading.warnings.append(Fault(place, sentence, {"text": repr(value)}))
    shown = _said(column, merged(column, value, now), reading)
    before = _said(column, now, reading) if record else ""
    notes = (NAMELESS,) if column.key == sheet.named and not str(value).strip() else ()
    source = str(record["text"]) if record and translation else ""
    values = {column.key: value}
    return Change(place, column.title, before, shown, "changed", conflict, sheet.key, name, values, notes, text=source)


def _said(column: Column, value: Any, reading: _Reading) -> str:
    cell = written(column, value, reading.say)
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell or "")


def _refused(fits: bool, value: Any, translated: Record | None) -> tuple[str, dict[str, Any]] | None:
    """Why a cell that was changed is not taken; `translated` is the text whose translation it is."""
    if not fits:
        return N_("is more than a cell can hold: change it in the journey itself"), {}
    if translated is None:
        return None
    if not value:
        return N_("is empty in the workbook; the translation that stands was left"), {}
    gaps = GAP.findall(translated["text"])
    if sorted(gaps) != sorted(GAP.findall(value)):
        sentence = N_("must hold {gaps} exactly as the text as typed does, and no other in braces; it was not taken")
        return sentence, {"gaps": gaps or "–"}
    return None


def _removed(sheet: Sheet, there: Collection[str], reading: _Reading) -> None:
    """Rows that the workbook was made with and that are gone from it; what has been scored is never removed."""
    gone = {name: base for name, base in reading.base.get(sheet.key, {}).items()
            if name not in there and name in reading.flat[sheet.key]}  # fmt: skip
    if sheet.key == "translations":
        n = sum(any(base.get(c.key, digest("")) != digest("") for c in sheet.columns if c.kind not in NEVER_READ)
                for base in gone.values())  # fmt: skip
        if n:
            sentence = N_("lacks rows that held a translation; what is translated stays ({n})")
            reading.warnings.append(Fault(_title(sheet, reading), sentence, {"n": n}))
        return
    for name, base in gone.items():
        record, place = reading.flat[sheet.key][name], _place(sheet.key, name)
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
        more = sheet.key == "personas" or record.get("kpis") or record.get("reached")
        notes = (GOES_WITH[sheet.key],) if more and sheet.key in GOES_WITH else ()
        reading.changes.append(Change(place, sheet.title, text, "", "removed", changed, sheet.key, name, notes=notes))


def _order(sheet: Sheet, rows: Collection[str], reading: _Reading) -> None:
    """Rows that stand in another order than they were written in: a change where the order says something."""
    flat, base = reading.flat[sheet.key], [*reading.base.get(sheet.key, {})]
    added = {change.row for change in reading.changes if change.sheet == sheet.key and change.kind == "added"}
    now = tuple(name for name in rows if name in flat or name in added)
    old = [name for name in now if name in base]
    was = [name for name in base if name in now]
    if sheet.key == "translations" or now == (*was, *(name for name in now if name not in base)):
        return
    if sheet.key not in ORDERED:
        if old != was:
            reading.warnings.append(
                Fault(_title(sheet, reading), N_("its rows stand in another order; it is not read"))
            )
        return
    mine = [name for name in flat if name in now]
    if mine == [*now]:
        return
    old_names, new_names = (
        " · ".join(str(flat.get(name, {}).get("name") or name) for name in names)
        for names in _where_they_differ(mine, now)
    )
    conflict, notes = [name for name in mine if name in base] != was, (N_("order of the rows"),)
    reading.changes.append(
        Change(sheet.key, sheet.title, old_names, new_names, "changed", conflict, sheet.key, "", {"order": now}, notes)
    )


def _where_they_differ(one: Sequence[str], other: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Two orders from the first place to the last at which they are not the same."""
    short = min(len(one), len(other))
    start = next((n for n in range(short) if one[n] != other[n]), short)
    end = next((n for n in range(short - start) if one[-1 - n] != other[-1 - n]), short - start)
    return one[start : len(one) - end], other[start : len(other) - end]


def _off_path(change: Change, reading: _Reading) -> Change:
    """A new touchpoint says so where there are paths and none has it."""
    if change.sheet != "touchpoints" or change.kind != "added" or not reading.flat["paths"]:
        return change
    met = {id for path in reading.flat["paths"].values() for id in path["touchpoints"]}
    met |= {id for c in reading.changes if c.sheet == "paths" for id in c.values.get("touchpoints", ())}
    return change if change.row in met else replace(change, notes=(*change.notes, OFF_PATH))


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
