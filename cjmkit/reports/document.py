"""The printed report: the page's sections with a title page and a list of contents, set by Typst."""

from __future__ import annotations

import math
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from html import unescape
from importlib.metadata import version
from itertools import groupby, pairwise
from typing import Any

from cjmkit.charts.drawing import svg
from cjmkit.language.fonts import PIECE, WIDE, text_width
from cjmkit.reports.layout import bound
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Block, Picture, Portrait, Section, Table
from cjmkit.reports.typesetting import typeset

# In points: the room of a page of A4, the larger sheets (A4 across, A3 ... A0), and what their edges and words take.
ROOM = (493.0, 640.0)
SHEETS = ((842, 595), (1191, 842), (842, 1191), (1684, 1191), (2384, 1684), (3370, 2384))
EDGES = (68.0, 135.0)
LEAST, EASY = 4.3, 6.9  # points, how small a picture's letters may be: on a large sheet, on A4
TYPE, PAD, WORD, WIDEST = (
    (9.0, 8.5, 8.0, 7.5, 7.0),
    12.0,
    125.0,
    190.0,
)  # of tables; the room of a word and of a sentence
ENDLESS = re.compile(rf"([^\s\-/{WIDE}]{{24}})(?=\S)")

Data = dict[str, Any]


def report_pdf(report: Report, sections: Sequence[Section]) -> bytes:
    """The report as a PDF: title page, contents, every section with all its blocks, large pictures on larger sheets.

    Args:
        report: whose title, date and brand it carries.
        sections: what `cjmkit.reports.content.sections_of` gives.
    """
    say, journey, day = report.say, report.journey, report.day
    files: dict[str, bytes] = {}
    data = {
        "title": report.title,
        "lines": [
            line for line in (journey.client, report.who.name, report.way.name) if line not in ("", report.title)
        ],
        "date": say("as of {date}", date=say.date(day)) if day else say("not dated"),
        "note": journey.scope.market,
        "contents": say("Contents"),
        "made": say("Made with cjmkit {version}.", version=version("cjmkit")),
        "page": say("Page {n} of {all}", n="{n}", all="{all}"),  # only Typst knows the numbers
        "sections": [
            {
                "title": part.title,
                "sheets": [*_sheets([_data(block, report, files) for block in part.blocks])],
            }
            for part in sections
        ],
    }
    return typeset("document", _set(data, report.language), language=report.language, brand=report.brand, files=files)


def _set(data: Any, language: str) -> Any:
    """The same with one-letter words bound to the next one, and words longer than a column made breakable."""
    if isinstance(data, str):
        return ENDLESS.sub("\\1\u200b", bound(data.replace("\t", " "), language))
    if isinstance(data, dict):
        return {name: _set(value, language) for name, value in data.items()}
    return [_set(part, language) for part in data] if isinstance(data, list | tuple) else data


def _data(block: Block, report: Report, files: dict[str, bytes]) -> Data:
    """A block as data; its picture goes to the files."""
    kind = type(block).__name__
    if isinstance(block, Picture):
        drawn = svg(block.chart, report.language, apart=True)
        name = f"{len(files)}.svg"
        files[name] = drawn.encode()
        width, height = (float(size) for size in re.findall(r'\b(?:width|height)="([\d.]+)"', drawn)[:2])
        about = re.findall(r"<(?:title|desc)>(.*?)</", drawn, re.S)[:2]
        letters = min(map(float, re.findall(r'\bfont-size="([\d.]+)px"', drawn)), default=LEAST)
        placed = _placed(block, width, height, letters)
        again = _again(report, block.chart, placed["pieces"])
        return {"block": kind, "file": name, "about": unescape(". ".join(about)), "again": again, **placed}
    if isinstance(block, Portrait):
        head, _, content = block.data.partition(",")
        name = f"{len(files)}.{'jpg' if 'jpeg' in head else 'png'}"
        files[name] = b64decode(content)
        return {"block": kind, "file": name, "about": block.about}
    return {
        **asdict(block),
        "block": kind,
        **(_widths(block, report.brand.breadth) if isinstance(block, Table) else {}),
    }


def _placed(picture: Picture, width: float, height: float, letters: float) -> Data:
    """On which sheet a picture can be read, none where the page will do, and in how many pieces; all in its pixels."""
    scale = min(0.75, ROOM[0] / width, ROOM[1] / height)
    if scale * letters >= EASY:
        return {"sheet": None, "scale": scale, "width": width, "height": height, "pieces": []}
    for sheet in SHEETS:
        across, high = sheet[0] - EDGES[0], sheet[1] - EDGES[1]
        scale = min(0.75, across / width, high / height)
        if scale * letters >= (EASY if sheet == SHEETS[0] else LEAST):
            break
        if picture.wide and sheet != SHEETS[0] and high / height * letters >= LEAST:
            return {
                "sheet": sheet,
                "width": width,
                "height": height,
                **_cut(picture.chart, width, across * letters / LEAST, across, high / height),
            }
    return {"sheet": sheet, "scale": scale, "width": width, "height": height, "pieces": []}


def _cut(chart: Any, width: float, room: float, across: float, most: float) -> Data:
    """A picture too wide for paper in pieces that end where columns end, each with the names at the left."""
    left, columns = chart.padding["left"], [*chart.usermeta["columns"].values()]
    names = left + columns[0][0]
    room -= names
    room = min(room, (width - names) / math.ceil((width - names) / room) + columns[0][1] - columns[0][0])
    cuts = [names]
    for start, end in columns:
        if left + end - cuts[-1] > room:
            cuts.append(left + start)
    pieces = [*pairwise([*cuts, width])]
    scale = min(0.75, most, across / (names + max(end - start for start, end in pieces)))
    top, about = chart.padding["top"], chart.usermeta
    shown = {"from": top - about.get("above", 0), "to": top + about["lanes"][1] if "lanes" in about else None}
    return {"pieces": pieces, "names": names, "shown": shown, "scale": scale}


def _again(report: Report, chart: Any, pieces: Sequence[tuple[float, float]]) -> list[str]:
    """For each piece of a picture the stage that began on the piece before, or nothing."""
    said, columns = [""] * len(pieces), chart.usermeta["columns"] if pieces else {}
    stages = {chart.padding["left"] + start: report.journey.touchpoint(id).stage for id, (start, _) in columns.items()}
    places = [*stages]
    for n, (start, _) in enumerate(pieces[1:], 1):
        stage = stages[start]
        if stages[places[places.index(start) - 1]] == stage:
            name = report.journey.stage(stage).name or stage
            said[n] = report.say("{stage} (continued)", stage=name)
    return said


def _widths(table: Table, breadth: float) -> Data:
    """How wide each column is, and how large the type: no word is broken where it can be helped."""
    columns = [*zip(table.columns, *table.rows, strict=True)]
    words = [
        [*PIECE.findall(name), *(cells if n in table.numbers else PIECE.findall(" ".join(cells))), ""]
        for n, (name, *cells) in enumerate(columns)
    ]
    for size in TYPE:
        longest = [
            PAD + breadth * max(text_width(word.rstrip(), size, bold=True) for word in column) for column in words
        ]
        least = [min(width, WORD) for width in longest]
        if sum(least) <= 0.9 * ROOM[0]:  # something left for names and sentences
            break
    want = [
        PAD + min(breadth * max(text_width(cell, size, bold=True) for cell in column), WIDEST) for column in columns
    ]
    widths, spare = [*least], max(ROOM[0] - sum(least), 0.0)
    short_first = sorted(range(len(columns)), key=lambda n: want[n] - least[n])
    for others, n in zip(range(len(columns), 0, -1), short_first, strict=True):
        more = min(max(want[n] - least[n], 0.0), spare / others)
        widths[n], spare = widths[n] + more, spare - more
    fit = min(1.0, ROOM[0] / sum(widths))
    tight = any(width * fit < long - 0.1 for width, long in zip(widths, longest, strict=True))
    return {"widths": [width * fit for width in widths], "size": size, "tight": tight}


def _sheets(parts: Iterable[Data]) -> Iterator[Data]:
    """The blocks by the sheets that they stand on; what explains a large picture stays with it."""
    size: tuple[int, int] | None = None
    held: list[Data] = []
    for part in parts:
        if part.get("sheet") or (size and part["block"] != "Text"):
            if held:
                yield {"size": size, "blocks": [*_together(held)]}
            size, held = part.get("sheet"), []
        held.append(part)
    yield {"size": size, "blocks": [*_together(held)]}


def _together(parts: list[Data]) -> Iterator[Data]:
    """The blocks of a sheet, many short lists as one block, and beside a portrait what stands before the lists."""
    beside: list[Data] | None = None
    for kind, run in groupby(parts, key=lambda part: part["block"]):
        group = [*run]
        if kind == "Portrait":
            beside = []
            yield {**group[0], "beside": beside}
        elif kind == "Bullets":
            beside = None
            yield from [{"block": "Lists", "lists": group}] if len(group) > 2 else group
        elif beside is not None:
            beside += group
        else:
            yield from group
