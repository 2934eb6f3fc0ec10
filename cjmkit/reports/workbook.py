"""The client's workbook: real tables to be filtered and edited, a translation sheet, and what it takes to come back."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from cjmkit.errors import N_
from cjmkit.exchange.cells import Cell, writable, written
from cjmkit.exchange.changes import value_at
from cjmkit.exchange.sheets import (
    HIDDEN,
    ROWS,
    SCHEMA,
    SHEETS,
    TABS,
    Column,
    Record,
    Sheet,
    records,
    seen,
    translation_sheet,
)
from cjmkit.exchange.workbook import base_of
from cjmkit.journey import Journey
from cjmkit.language import Language, languages
from cjmkit.language.words import FIELDS, ITEMS, TOUCHPOINT
from cjmkit.reports.report import Report
from cjmkit.reports.workbook_figures import grids
from cjmkit.reports.workbook_grids import Grid
from cjmkit.reports.workbook_tables import Book, height_of, write_cell, write_table

SPARE = 300  # rows under a table for which its lists hold too
LETTERS = {"zh": "Microsoft YaHei"}
EARLIEST = date(1980, 1, 1)
COMPUTED_AFTER = "paths"
# What a text of the team is, on the translation sheet, beside the headings of the sheets themselves.
KINDS = {
    **FIELDS, **ITEMS, **TOUCHPOINT, "labels": N_("Scale"), "texts": N_("Question"), "teams": N_("Team"), "turning_point": N_("Turning point"), "why": N_("Why"),
    "change": N_("What should change"), "starts": N_("From"), "ends": N_("To"), "market": N_("Market"), "unit": N_("Unit"),
    "note": N_("Note"), "changed_outside": N_("What changed outside"), "demographics": N_("About the person"),
}  # fmt: skip


def workbook_xlsx(report: Report) -> bytes:
    """The workbook of a report as an .xlsx file; what the team typed stands in it as typed, whatever its language."""
    import xlsxwriter

    say, journey = report.say, report.typed or report.journey
    out = io.BytesIO()
    options: dict[str, Any] = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    if say.code in LETTERS:
        options["default_format_properties"] = {"font_name": LETTERS[say.code]}
    made = xlsxwriter.Workbook(out, options)
    day = max(report.day or EARLIEST, EARLIEST)
    made.set_properties(
        {
            "title": writable(report.title),
            "author": writable(report.brand.by),
            "created": datetime(day.year, day.month, day.day),
        }
    )
    book = Book(made, say, report.brand.colour)
    computed = grids(report)
    sheets = (*SHEETS, translation_sheet(journey, languages()))
    first = made.add_worksheet(_tab(say("Read me first"), []))
    tabs = {key: made.add_worksheet(_tab(title, made.sheetnames)) for key, title in _order(sheets, computed, say)}
    book.hidden = made.add_worksheet(HIDDEN)
    book.hidden.hide()
    _read_me(book, first, report, sheets, computed, {key: tab.get_name() for key, tab in tabs.items()})
    rows = records(journey, report.translations)
    known = _known(journey)
    for sheet in sheets:
        _editable(book, tabs[sheet.key], sheet, rows[sheet.key], known)
    for grid in computed:
        _grid(book, tabs[grid.key], grid)
    _made_from(book, journey)
    first.activate()
    made.close()
    return out.getvalue()


def _order(sheets: Sequence[Sheet], computed: Sequence[Grid], say: Language) -> Iterable[tuple[str, str]]:
    for sheet in sheets:
        yield sheet.key, say(sheet.title)
        if sheet.key == COMPUTED_AFTER:
            yield from ((grid.key, grid.title) for grid in computed)


def _tab(title: str, taken: Iterable[str]) -> str:
    """A name that a sheet may have, which no other has."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or "?"
    there = {name.casefold() for name in (*taken, HIDDEN)}
    return next(n for n in (plain, *(f"{plain[:27]} {k}" for k in range(2, 99))) if n.casefold() not in there)


def _known(journey: Journey) -> dict[str, list[str]]:
    """What may stand in a column: ids by list, and the owners and channels that are named already."""
    known = {name: [part.id for part in getattr(journey, name)] for name in ("personas", "stages", "touchpoints")}
    known["kpis"] = [kpi.id for stage in journey.stages for kpi in stage.kpis]
    owners = [
        *(t.owner for t in journey.touchpoints),
        *(a.owner for a in journey.actions),
        *(u.who for u in journey.unknowns),
    ]
    known["owners"] = sorted({owner for owner in owners if owner})
    channels = [*(t.channel for t in journey.touchpoints), *(c for p in journey.personas for c in p.channels)]
    known["channels"] = sorted({channel for channel in channels if channel})
    return known


def _editable(
    book: Book, tab: Any, sheet: Sheet, rows: Mapping[str, Record], known: Mapping[str, Sequence[str]]
) -> None:
    """A sheet that comes back: a hidden row of keys, the table, and lists to choose from."""
    say = book.say
    columns = (Column("id", N_("Id"), "key"), *sheet.columns)
    for n, column in enumerate(columns):
        tab.write_string(0, n, f"{sheet.key}.{column.key}")
    tab.set_row(0, None, None, {"hidden": True})
    cells = [[key, *(_shown(sheet, c, row, say) for c in sheet.columns)] for key, row in rows.items()]
    for key, row in rows.items():
        fixed = [f"{c.key}={seen([_shown(sheet, c, row, say)])}" for c in sheet.columns if c.kind == "fixed"]
        book.written.append((sheet.key, key, " ".join([base_of(sheet, row, say, known), *fixed])))
    heads = [(say(c.title) if sheet.key != "translations" or c.kind != "long" else c.title, c.kind) for c in columns]
    titles = write_table(book, tab, sheet.key, heads, cells, top=1)
    book.written.append((TABS, sheet.key, f"name={seen([tab.get_name()])} head={seen(titles)}"))
    for n, column in enumerate(columns):
        rule = _rule(book, column, known)
        if rule:
            tab.data_validation(2, n, len(cells) + SPARE, n, {"ignore_blank": True, **rule})


def _shown(sheet: Sheet, column: Column, row: Record, say: Language) -> Cell:
    value = value_at(row, column.key)
    if sheet.key == "translations" and column.key == "place" and row["more"]:
        return say.plural("{place} and {n} other place", "{place} and {n} other places", row["more"], place=value)
    if sheet.key == "translations" and column.key == "field":
        titles = {c.key.rpartition(".")[2]: c.title for s in SHEETS for c in s.columns}
        return say({**titles, **KINDS}.get(value, value))
    return written(column, value, say)


def _rule(book: Book, column: Column, known: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    """What may be typed into a column; owners and channels are offered, others may be typed."""
    if column.kind == "code":
        offered = [book.say(word) for word in column.words.values()]
        return {"validate": "list", "source": book.choices(offered), "show_error": not column.free}
    if column.kind == "id" or (column.of and column.kind == "text"):
        if not known[column.of]:
            return None
        return {"validate": "list", "source": book.choices(known[column.of]), "show_error": column.kind == "id"}
    limits: dict[str, tuple[str, Any, Any]] = {
        "whole": ("integer", 1, 5), "share": ("decimal", 0, 1), "date": ("date", date(1950, 1, 1), date(2999, 12, 31)),
    }  # fmt: skip
    if column.kind not in limits:
        return None
    kind, low, high = limits[column.kind]
    return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}


def _grid(book: Book, tab: Any, grid: Grid) -> None:
    rows: list[Sequence[Any]] = [list(row) for row in grid.rows]
    titles = write_table(book, tab, grid.key, list(grid.heads), rows, top=0)
    book.written += [(ROWS, seen(row), "") for row in (titles, *rows)]


def _made_from(book: Book, journey: Journey) -> None:
    """The hidden sheet: the revision, the language, and the digest of all that was written, by which an edit is seen."""
    book.hidden.write_string(0, 0, SCHEMA)
    book.hidden.write_string(0, 1, str(journey.revision))
    book.hidden.write_string(0, 2, book.say.code)
    for n, line in enumerate(dict.fromkeys(book.written), 1):
        for k, text in enumerate(line):
            book.hidden.write_string(n, k, text)


def _read_me(
    book: Book, tab: Any, report: Report, sheets: Sequence[Sheet], computed: Sequence[Grid], names: Mapping[str, str]
) -> None:
    """What this is, what may be edited, how it comes back."""
    say = book.say
    large = book.book.add_format(
        {"bold": True, "font_size": 18, "font_color": book.colour, "text_wrap": True, "valign": "top"}
    )
    wrap = book.book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    tab.set_column(0, 0, 30, wrap)
    tab.set_column(1, 1, 74, wrap)
    tab.set_column(2, 2, 22, wrap)
    tab.hide_gridlines(2)
    row = 0
    for line, look in ((report.title, large), *((text, bold if b else wrap) for text, b in _introduction(report))):
        tab.merge_range(row, 0, row, 2, "", look)
        write_cell(tab, row, 0, line, look)
        book.written.append((ROWS, seen([line]), ""))
        tab.set_row(row, height_of([line], [126]) if row else 10 + 1.7 * height_of([line], [70]))
        row += 1
    titles = (say("Sheet"), say("What it holds"), say("Comes back"))
    heads = [{"header": title, "header_format": book.format("head")} for title in titles]
    about: dict[str, tuple[str, str]] = {s.key: (say(s.about), say("yes")) for s in sheets} | {
        g.key: (g.about, say("no, computed")) for g in computed
    }
    tab.add_table(
        row + 1,
        0,
        row + 1 + len(names),
        2,
        {"name": "sheets", "style": "Table Style Light 1", "autofilter": False, "columns": heads},
    )
    book.written.append((ROWS, seen(titles), ""))
    for n, (key, name) in enumerate(names.items(), row + 2):
        book.written.append((ROWS, seen([name, *about[key]]), ""))
        tab.set_row(n, height_of((name, *about[key]), (30, 74, 22)))
        for k, text in enumerate((name, *about[key])):
            write_cell(tab, n, k, text, wrap)
    tab.set_landscape()
    tab.set_paper(9)
    tab.fit_to_pages(1, 0)


def _introduction(report: Report) -> list[tuple[str, bool]]:
    say = report.say
    day = say.date(report.day)
    who = " · ".join(part for part in (report.journey.client, report.who.name, report.way.name) if part)
    source = (
        say("Scores are customers' ratings of the same touchpoints.")
        if report.by_customers
        else say("Scores are the team's estimate; they are not customer satisfaction.")
    )
    return [
        (" · ".join(part for part in (who, say("as of {date}", date=day) if day else say("not dated")) if part), True),
        (source, False),
        (say("Edit what you like in the sheets that come back: change cells, add rows, take rows out. Stages and touchpoints come back in the order of their rows."), False),
        (say("Leave the first column and the hidden first row as they are: by them a row and a column are known. A new row needs no id."), False),
        (say("Several ids in one cell are parted by commas; in lists each line of a cell is one entry. Formulas are not read: type values."), False),
        (say("To bring it back: cjmkit import NAME journey FILE.xlsx. It lists every change first and takes nothing unseen."), False),
    ]  # fmt: skip
