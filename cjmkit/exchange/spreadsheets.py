"""An Excel workbook read cell by cell as it stands: caps before unpacking, no formula computed, no text changed."""

from __future__ import annotations

import io
import math
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final
from xml.parsers import expat

from cjmkit.errors import InputError
from cjmkit.exchange.archives import check_archive
from cjmkit.exchange.text import MOST_COLUMNS, Source, read_bytes

MOST_CELLS = 1_000_000
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Computed:
    """What stands in a cell that holds a formula or an error: nothing that anybody typed."""

    def __str__(self) -> str:
        return ""


COMPUTED: Final = Computed()
End = Callable[[str, dict[str, str], str, dict[str, str]], Any]
Raw = str | float | bool | Computed


@dataclass(frozen=True)
class Spreadsheet:
    """A workbook's sheets by name, each as rows by number of cells by number, both from 1; empty cells are not there."""

    file: str
    sheets: dict[str, dict[int, dict[int, Raw]]] = field(default_factory=dict)
    days_later: int = 0  # what to add to a date's number, in workbooks that count from 1904
    comments: bool = False  # whether somebody commented on a cell


def read_spreadsheet(source: Source) -> Spreadsheet:
    """The cells of an Excel workbook (.xlsx).

    Args:
        source: the file, or its bytes; at most 50 MB, unpacked 200 MB in 1,000 parts, 1,000 columns.

    Raises:
        InputError: it is no such workbook, larger than that, or holds what no spreadsheet needs.
        NotFoundError: there is no such file.
    """
    data, file = read_bytes(source)
    try:
        check_archive(data, file)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive, file)
    except (
        zipfile.BadZipFile, zlib.error, expat.ExpatError, LookupError, ValueError, NotImplementedError, RuntimeError, EOFError, OSError,
    ) as error:  # fmt: skip
        raise InputError(
            "{file} is no Excel workbook that can be read ({problem}). Save it as .xlsx and try again.",
            file=file, problem=type(error).__name__,
        ) from error  # fmt: skip


def _read(archive: zipfile.ZipFile, file: str) -> Spreadsheet:
    named: list[tuple[str, str]] = []
    targets: dict[str, str] = {}
    days_later = 0

    def book(name: str, given: dict[str, str], text: str, _: dict[str, str]) -> None:
        nonlocal days_later
        if name == "sheet":
            named.append((given["name"], next((v for k, v in given.items() if k.endswith("}id")), "")))
        elif name == "workbookPr" and given.get("date1904") in ("1", "true"):
            days_later = 1462

    def link(name: str, given: dict[str, str], text: str, _: dict[str, str]) -> None:
        if name == "Relationship":
            targets[given["Id"]] = given["Target"]

    _parse(archive, "xl/workbook.xml", book)
    _parse(archive, "xl/_rels/workbook.xml.rels", link)
    strings: list[str] = []
    if "xl/sharedStrings.xml" in archive.namelist():
        _strings(archive, strings)
    left = [MOST_CELLS]
    sheets = {}
    for name, id in named:
        target = str(PurePosixPath("/xl") / targets.get(id, "")).lstrip("/")
        if target in archive.namelist():
            sheets[name] = _cells(archive, target, file, strings, left)
    return Spreadsheet(file, sheets, days_later, any("comments" in part.lower() for part in archive.namelist()))


def _strings(archive: zipfile.ZipFile, strings: list[str]) -> None:
    pieces: list[str] = []

    def end(name: str, given: dict[str, str], text: str, _: dict[str, str]) -> None:
        if name == "t":
            pieces.append(text)
        elif name == "rPh":  # how it is pronounced
            pieces.pop()
        elif name == "si":
            strings.append(_unescaped("".join(pieces)))
            pieces.clear()

    _parse(archive, "xl/sharedStrings.xml", end)


def _cells(
    archive: zipfile.ZipFile, part: str, file: str, strings: list[str], left: list[int]
) -> dict[int, dict[int, Raw]]:
    rows: dict[int, dict[int, Raw]] = {}
    found: dict[str, str] = {}
    at = [0, 0]

    def end(name: str, given: dict[str, str], text: str, parent: dict[str, str]) -> None:
        if name in ("v", "t", "f"):
            found[name] = found.get(name, "") + text if name == "t" else text
        elif name == "rPh":
            found.pop("t", None)
        elif name == "c":
            row, column = _place(given.get("r", ""), int(parent.get("r", at[0] + 1)), at)
            value = _value(given.get("t", "n"), found, strings)
            found.clear()
            if value is not None:
                left[0] -= 1
                if column > MOST_COLUMNS or left[0] < 0:
                    raise InputError(
                        "{file} has more than {columns} columns or {cells} cells.",
                        file=file, columns=MOST_COLUMNS, cells=MOST_CELLS,
                    )  # fmt: skip
                rows.setdefault(row, {})[column] = value
        elif name == "row":
            at[:] = [int(given.get("r", at[0] + 1)), 0]

    _parse(archive, part, end)
    return rows


def _value(kind: str, found: dict[str, str], strings: list[str]) -> Raw | None:
    """What stands in a cell; a formula is never computed, nor is its last result believed."""
    if "f" in found or kind == "e":
        return COMPUTED
    if kind == "inlineStr":
        return _unescaped(found.get("t", "")) or None
    text = found.get("v", "")
    if not text:
        return None
    if kind == "s":
        return strings[int(text)] or None
    if kind == "b":
        return text == "1"
    if kind in ("str", "d"):
        return _unescaped(text)
    value = float(text)
    return value if math.isfinite(value) else text


def _place(reference: str, row: int, at: list[int]) -> tuple[int, int]:
    """Row and column of a reference such as B7; without one the cell follows the last."""
    letters = reference.rstrip("0123456789")
    if not letters:
        at[1] += 1
        return row, at[1]
    column = 0
    for letter in letters[:4].upper():
        column = column * 26 + ord(letter) - 64
    at[1] = column
    return int(reference[len(letters) :]), column


def _parse(archive: zipfile.ZipFile, part: str, end: End) -> None:
    """Read a part, telling each element as it ends: its name, attributes, own text, and its parent's attributes."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    open_: list[tuple[str, dict[str, str], list[str]]] = []

    def started(name: str, given: dict[str, str]) -> None:
        if len(open_) > 50:
            raise ValueError
        open_.append((name.rpartition("}")[2], given, []))

    def ended(name: str) -> None:
        own, given, text = open_.pop()
        end(own, given, "".join(text), open_[-1][1] if open_ else {})

    parser.StartElementHandler, parser.EndElementHandler = started, ended
    parser.CharacterDataHandler = lambda text: open_[-1][2].append(text)
    with archive.open(part) as stream:
        parser.ParseFile(stream)


def _unescaped(text: str) -> str:
    """A text as it was typed: Excel writes signs that XML cannot hold as _x000D_."""
    plain = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
    paired = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return UNWRITABLE.sub("\ufffd", paired)
