"""What stands on a slide below its title: panels of text, native tables and charts, one below the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Pt

from cjmkit.charts.theme import FAINT, PAIN, RULE, SUCCESS
from cjmkit.language import Language
from cjmkit.language.fonts import WIDE, text_width
from cjmkit.reports.sections import Table
from cjmkit.reports.slide_master import Box
from cjmkit.reports.slide_text import (
    LEADING,
    LEAST,
    Line,
    broader,
    clean,
    fitted,
    framed,
    paint,
    rows,
    shortened,
    tall,
    write,
)

GAP = 10.0
EDGE, INSET = 7.0, 5.0  # of a panel's text
CELL, CELL_TOP = 5.0, 2.5
SIZES = (18.0, 16.0, 15.0, LEAST)
CELLS = (18.0, 16.0, 15.0, 14.0, 13.0, 12.0, 11.0)
SLACK = 18.0  # below a table, where there is room, for a line that runs over in other letters
LISTED = 0.5  # of the room of a chart and its table: the table's, at most
LOOSE = 1.4  # how much higher than its text a row may be where there is room
PLAIN_TABLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's "no style, no grid"
BREAKS = re.compile(rf"[^\S\xa0]+|(?<=[{WIDE}])")  # where a line may break
SHORT = 0.22  # of the width: a column of nothing longer is not squeezed
TONES = {"pain": PAIN, "success": SUCCESS, "": FAINT}


@dataclass(frozen=True)
class Panel:
    """A heading and lines of text, or items, on a ground of its own; `tone` is a card's."""

    title: str
    lines: tuple[str, ...] = ()
    tone: str = ""
    items: bool = False

    @property
    def text(self) -> tuple[Line, ...]:
        """What is written on it."""
        head = (Line(self.title, True),) if self.title else ()
        return head + tuple(Line(line, item=self.items) for text in self.lines for line in text.splitlines() if line)


@dataclass(frozen=True)
class Panels:
    """Panels side by side."""

    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Chart:
    """A native chart: who draws it into a place, and its text alternative."""

    draw: Callable[[Any, Box], Any]
    about: str


Part = Panels | Table | Chart


def place(shapes: Any, parts: Sequence[Part], area: Box, say: Language, about: str) -> None:
    """Set the parts one below the other; tables and charts take the room that panels leave.

    Args:
        shapes: the slide's.
        parts: from above to below.
        area: where they may stand.
        say: the language.
        about: what a table is told to be for those who cannot see it.
    """
    row = [part for part in parts if isinstance(part, Panels)]
    tables = [part for part in parts if isinstance(part, Table)]
    charts = len(parts) - len(row) - len(tables)
    room = area.height - GAP * (len(parts) - 1)
    size = _size(row, tables, charts, area, room)
    wanted = [_tall(p, area.width, size) for p in row]
    share = min(1.0, (room - max((_least(part, area) for part in parts), default=0)) / sum(wanted)) if row else 1.0
    left = room - sum(wanted) * share
    listed = {id(t): min(_high(t, area.width, CELLS[-2]), left * LISTED) for t in tables} if charts else {}
    shared = (left - sum(listed.values())) / max(charts or len(tables), 1)
    y = area.top
    for part in parts:
        if isinstance(part, Panels):
            box = Box(area.left, y, area.width, _tall(part, area.width, size) * share)
            _panels(shapes, part, box, size, say.code)
            y += box.height + GAP
            continue
        box = Box(area.left, y, area.width, listed.get(id(part), shared))
        if isinstance(part, Table):
            frame = _table(shapes, part, box, say)
            height = frame.height / 12_700
            y += height + GAP + min(max(box.height - height, 0), SLACK)
            described(frame, part.caption or about)
        else:
            described(part.draw(shapes, box), part.about)
            y += box.height + GAP


def _size(row: Sequence[Panels], tables: Sequence[Table], charts: int, area: Box, room: float) -> float:
    """The letters of panels: as large as those of the tables beside them may be."""
    for size in () if charts else SIZES:
        if sum(_tall(p, area.width, size) for p in row) + sum(_high(t, area.width, size) for t in tables) <= room:
            return size
    room -= max((_least(part, area) for part in (*tables, *[None] * charts)), default=0)
    sizes = SIZES[2:] if tables or charts else SIZES
    return next((s for s in sizes if sum(_tall(p, area.width, s) for p in row) <= room), LEAST)


def _high(table: Table, width: float, size: float) -> float:
    return _heights(_lines(table), _widths(table, width, size), size)


def _least(part: Part | None, area: Box) -> float:
    """How high a table or chart must be at least, whatever else stands beside it."""
    if isinstance(part, Panels):
        return 0
    need = area.height
    if isinstance(part, Table):
        need = _high(part, area.width, CELLS[-2])
    return min(max(need, area.height * 0.4), area.height * (0.68 if isinstance(part, Table) else 0.6))


def described(shape: Any, about: str) -> None:
    """Give a shape its text alternative."""
    next(shape._element.iter(qn("p:cNvPr"))).set("descr", clean(about))


def _width(row: Panels, width: float) -> float:
    return (width - GAP * (len(row.panels) - 1)) / len(row.panels)


def _tall(row: Panels, width: float, size: float) -> float:
    inner = _width(row, width) - 2 * EDGE - 4
    return max(tall(panel.text, inner, size) for panel in row.panels) + 2 * INSET + 2


def _panels(shapes: Any, row: Panels, box: Box, size: float, language: str) -> None:
    width = _width(row, box.width)
    for n, panel in enumerate(row.panels):
        place = Box(box.left + n * (width + GAP), box.top, width, box.height)
        ground, edge = (shapes.add_shape(MSO_SHAPE.RECTANGLE, *box.emu) for box in (place, place._replace(width=4)))
        for shape in (ground, edge):  # without the theme's shadows
            shape._element.remove(shape._element.find(qn("p:style")))
        paint(ground.fill, MSO_THEME_COLOR.BACKGROUND_1)
        paint(ground.line.fill, RULE)
        paint(edge.fill, TONES.get(panel.tone, MSO_THEME_COLOR.ACCENT_1))
        edge.line.fill.background()
        frame = framed(ground.text_frame, EDGE, INSET)
        frame.margin_left = Pt(EDGE + 4)
        frame.vertical_anchor = MSO_ANCHOR.TOP
        write(frame, fitted(panel.text, width - 2 * EDGE - 4, box.height - 2 * INSET, size), language, size)
        for paragraph in frame.paragraphs:
            paragraph.alignment = PP_ALIGN.LEFT


def _table(shapes: Any, table: Table, box: Box, say: Language) -> Any:
    """A native table with a heading row; cells are shortened, then rows left out, where it would not fit."""
    cells = _lines(table)
    for size in CELLS:
        widths = _widths(table, box.width, size)
        if _heights(cells, widths, size) <= box.height:
            break
    for most in (6, 5, 4, 3, 2, 1):
        if _heights(cells, widths, size) <= box.height:
            break
        cells = [[shortened(c, w, size, most) for c, w in _cells(row, widths)] for row in cells]
    cells = _kept(cells, widths, size, box.height, say)
    share = min(LOOSE, max(box.height / _heights(cells, widths, size), 1))
    heights = [_row(row, widths, size) * share for row in cells]
    frame = shapes.add_table(len(cells), len(widths), *box._replace(height=sum(heights)).emu)
    frame.table._tbl.tblPr.find(qn("a:tableStyleId")).text = PLAIN_TABLE
    frame.table.horz_banding = False
    for column, width in zip(frame.table.columns, widths, strict=True):
        column.width = Pt(width)
    for n, (row, height) in enumerate(zip(cells, heights, strict=True)):
        frame.table.rows[n].height = Pt(height)
        if _heads(row):
            frame.table.cell(n, 0).merge(frame.table.cell(n, len(widths) - 1))
        for k, line in enumerate(row):
            _cell(frame.table.cell(n, k), line, size, say.code, head=n == 0, right=k in table.numbers)
    return frame


def _lines(table: Table) -> list[list[Line]]:
    """The cells; a row with nothing but its first cell heads those below it and runs through all columns."""
    rows = [[Line(text) for text in row] for row in table.rows]
    return [[Line(text, True) for text in table.columns], *([Line(c.text, _heads(r)) for c in r] for r in rows)]


def _heads(row: Sequence[Line]) -> bool:
    return len(row) > 1 and not any(cell.text for cell in row[1:])


def _cells(row: Sequence[Line], widths: Sequence[float]) -> list[tuple[Line, float]]:
    """Each cell with the width of its text."""
    inner = [sum(widths) - 2 * CELL] * len(row) if _heads(row) else [width - 2 * CELL for width in widths]
    return list(zip(row, inner, strict=True))


def _kept(
    cells: list[list[Line]], widths: Sequence[float], size: float, height: float, say: Language
) -> list[list[Line]]:
    """As many rows as stand in the height, and how many more there are."""
    kept, empty = cells, [Line("")] * (len(widths) - 1)
    while len(kept) > 2 and _heights(kept, widths, size) > height:
        rest = kept[: -2 if kept is not cells else -1]
        rest = rest[:-1] if _heads(rest[-1]) else rest
        gone = sum(not _heads(row) for row in cells[len(rest) :])
        kept = [*rest, [Line(say.plural("and {n} more, in the notes", "and {n} more, in the notes", gone)), *empty]]
    return kept


def _heights(cells: Sequence[Sequence[Line]], widths: Sequence[float], size: float) -> float:
    return sum(_row(row, widths, size) for row in cells)


def _row(row: Sequence[Line], widths: Sequence[float], size: float) -> float:
    return max(rows(cell, width, size) for cell, width in _cells(row, widths)) * size * LEADING + 2 * CELL_TOP


def _cell(cell: Any, line: Line, size: float, language: str, *, head: bool, right: bool) -> None:
    paint(cell.fill, MSO_THEME_COLOR.BACKGROUND_1)
    cell.margin_left = cell.margin_right = Pt(CELL)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.margin_top = cell.margin_bottom = Pt(CELL_TOP)
    write(cell.text_frame, [line], language, size)
    if right:
        cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
    properties = cell._tc.get_or_add_tcPr()
    rule = properties.makeelement(qn("a:lnB"), {"w": "19050" if head else "6350"})
    fill = rule.makeelement(qn("a:solidFill"), {})
    colour = ("a:schemeClr", "accent1") if head else ("a:srgbClr", RULE[1:].upper())
    fill.append(fill.makeelement(qn(colour[0]), {"val": colour[1]}))
    rule.append(fill)
    properties.insert(0, rule)


def _widths(table: Table, width: float, size: float) -> list[float]:
    """Columns by what stands in them: none narrower than its longest word, long ones share what is left."""
    filled = [row for row in table.rows if any(row[1:])]
    columns = list(zip(table.columns, *filled, strict=True))
    words = [max(_run(w, size) for text in column for w in BREAKS.split(text) if w) for column in columns]
    whole = [max(_run(line, size) for text in column for line in text.splitlines() or [""]) for column in columns]
    pad = 2 * CELL + 4
    least = [
        pad + (w if w <= width * SHORT else min(word, width * SHORT)) for w, word in zip(whole, words, strict=True)
    ]
    wanted = [max(low, min(full + pad, full**0.7 * 6)) for low, full in zip(least, whole, strict=True)]
    spare = width - sum(least)
    if spare <= 0:
        return [low * width / sum(least) for low in least]
    extra = [want - low for want, low in zip(wanted, least, strict=True)]
    total = sum(extra) or 1
    return [
        low + spare * more / total if sum(extra) else width / len(least) for low, more in zip(least, extra, strict=True)
    ]


def _run(text: str, size: float) -> float:
    return text_width(text, size * broader(text), bold=True)
