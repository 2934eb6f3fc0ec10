"""Other people's tables read as text first: every cell as it stands in the file, every doubt a warning."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd

from cjmkit.errors import N_, Fault, InputError, NotFoundError

Source = bytes | Path | str
LARGEST = 50 * 2**20
MOST_COLUMNS = 1_000
# Room in memory (512 MB), counted in cells: short cells are shared, a longer one costs about four more, so does a row.
MOST_CELLS = 15_000_000
LONGEST_LINE = 2**22
DELIMITERS = "\t;|,"  # where two fit alike, the later one is the likelier to stand inside of cells
URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:/|data:")
NUMBER = re.compile(r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]{1,3})?")
THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")

NOT_TEXT = (
    (b"PK\x03\x04", N_("{file} is an Excel workbook or another archive, not text. Save the sheet as CSV UTF-8.")),
    (b"\xd0\xcf\x11\xe0", N_("{file} is an old Excel workbook, not text. Save the sheet as CSV UTF-8.")),
    (b"%PDF", N_("{file} is a PDF, not a table. Ask for the same data as CSV.")),
    (b"PAR1", N_("{file} is a Parquet file, not text. Write it out as CSV.")),
    (b"\x1f\x8b", N_("{file} is compressed (gzip). Unpack it first.")),
    (b"<", N_("{file} is a web page or XML, not a table. Where it came by a download, sign in and download it again.")),
    (b'{"', N_("{file} is JSON, not a table. Export it as CSV.")),
    (b"[{", N_("{file} is JSON, not a table. Export it as CSV.")),
)
NO_TEXT = N_("{file} is not text: it holds bytes that no text has. Save the table as CSV UTF-8.")

# Letters that tell Central from Western European text, where one byte stands for two letters; "m³" is no Polish word.
CENTRAL = re.compile(
    rb"(?<=[A-Za-z])[\xb9\xbf\x9f\x9a\x9e]|(?<=[A-Za-ln-z])\xb3|m\xb3(?=\w)|[\xa3\xaf\x9a\x9e](?=[A-Za-z])"
    rb"|(?<=[A-Za-z])\x9c(?![\w\x80-\xff])|\x9c(?![uUiI])(?=\w)"
)
RATHER_CENTRAL = re.compile(rb"(?<=[A-Za-z])[\xea\xe6\xf1](?![\w\x80-\xff])|\xf1(?=[bcdfgklmnprstwz])")
WESTERN = re.compile(rb"(?<=[A-Za-z])[\xe0\xe8\xf9\xe5\xe3\xf5\xf8\xec\xf2\xfb]|\xbf(?=[A-Z])")


def read_text_table(source: Source) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """A CSV or another delimited file, every cell as its text.

    Args:
        source: the file, or its bytes; at most 50 MB and 1,000 columns.

    Returns:
        The table, all text, "" where a cell is empty; and what had to be assumed: the encoding, cells left empty at the
        end of a short row, rows without any content.

    Raises:
        InputError: it is no table of text, or a row does not fit the heading; with the line.
        NotFoundError: there is no such file.

    >>> table, warnings = read_text_table(b"code;answer\\n007;None\\n008;3,5\\n")
    >>> table.values.tolist(), warnings
    ([['007', 'None'], ['008', '3,5']], ())
    """
    data, file = read_bytes(source)
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    for mark, sentence in NOT_TEXT:
        if start.startswith(mark):
            raise InputError(sentence, file=file)
    encoding, text, warnings = decoded(data, file)
    delimiter, named = delimiter_of(text)
    del text
    lines = text_rows(io.BytesIO(data), encoding, delimiter, file)
    if named:
        next(lines)
    table, more = _table(lines, file)
    return table, (*warnings, *more)


def number(text: str) -> float | None:
    """The number that a text is, with a decimal point or comma; None where it is none or could be two.

    >>> number("3,5"), number(" 4 "), number("1,234"), number("1 234"), number("nan"), number("1e999")
    (3.5, 4.0, None, None, None, None)
    """
    text = text.strip()
    if not NUMBER.fullmatch(text) or THOUSANDS.fullmatch(text):
        return None
    value = float(text.replace(",", "."))
    return value if abs(value) < 1e15 else None


def refuse_headless(headings: Sequence[str], file: str) -> None:
    """Refuse a table whose first row holds numbers only.

    Raises:
        InputError: it does.
    """
    if headings and all(NUMBER.fullmatch(name) for name in headings if name):
        sentence = N_(
            "{file} has no heading: its first row holds only numbers ({cells}). Put a line with the names of the columns above it."
        )
        raise InputError(sentence, file=file, cells=first_of(headings, 6))


def first_of(items: Sequence[object], most: int = 10) -> list[str]:
    """The first few items, to be named in a sentence.

    >>> first_of(["a", "b", "c"], 2)
    ['a', 'b', '…']
    """
    return [*map(str, items[:most]), *(["…"] if len(items) > most else [])]


def read_bytes(source: Source, largest: int = LARGEST) -> tuple[bytes, str]:
    """The bytes of a file, and the name to call it by in a sentence.

    Raises:
        InputError: it is an address, no plain file, larger than `largest` bytes, or may not be read.
        NotFoundError: there is no such file.

    >>> read_bytes(b"a,b")
    (b'a,b', 'file')
    """
    if isinstance(source, bytes):
        data, name = source, "file"
    else:
        path = plain_file(source)
        with path.open("rb") as file:
            data, name = file.read(largest + 1), path.name
    if len(data) > largest:
        raise InputError("{file} is larger than {limit} MB.", file=name, limit=largest // 2**20)
    return data, name


def plain_file(source: Path | str) -> Path:
    """The path of a file that is there and may be read.

    Raises:
        InputError: it is an address, no plain file, or may not be read.
        NotFoundError: there is no such file.
    """
    if URL.match(str(source)):
        raise InputError("{file} is an internet address. Download the file first, then give its path.", file=source)
    path = Path(source)
    try:
        if not path.exists():
            raise NotFoundError("There is no file {file}.", file=str(source))
        if not path.is_file():
            raise InputError("{file} is not a file.", file=str(source))
        path.open("rb").close()
    except (OSError, ValueError) as error:
        raise InputError("{file} cannot be read: {problem}.", file=str(source), problem=str(error)) from None
    return path


def decoded(data: bytes, file: str) -> tuple[str, str, list[Fault]]:
    """The encoding, the text, and a warning where the encoding is a guess."""
    sixteen = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\0" in data and not sixteen:
        raise InputError(NO_TEXT, file=file)
    encoding = "utf-16" if sixteen else "utf-8-sig"
    try:
        text = data.decode(encoding)
        if "\0" in text:
            raise InputError(NO_TEXT, file=file)
        return encoding, text, []
    except UnicodeDecodeError as error:
        if sixteen:
            raise InputError(NO_TEXT, file=file) from None
        if not data[: error.start].removeprefix(b"\xef\xbb\xbf").isascii():
            line = data.count(b"\n", 0, error.start) + 1
            raise InputError(
                "{file}, line {line}: the text is UTF-8 up to here, then broken or cut off. Export it again.",
                file=file, line=line,
            ) from None  # fmt: skip
    central, rather, western = (len(clue.findall(data)) for clue in (CENTRAL, RATHER_CENTRAL, WESTERN))
    guesses = ("cp1250", "cp1252") if 5 * central + rather > western else ("cp1252", "cp1250")
    for encoding in guesses:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        words = [found[0] for found in islice(re.finditer(r"\w*[^\x00-\x7f]\w*", text), 3)]
        sentence = N_("is not UTF-8 and was read as {encoding}; check words such as {words}")
        return encoding, text, [Fault(file, sentence, {"encoding": encoding, "words": words})]
    raise InputError(NO_TEXT, file=file)


def delimiter_of(text: str) -> tuple[str, bool]:
    """The sign that parts the cells of a table, " " for runs of spaces, and whether the first line names it and is no heading."""
    first = re.match(r"(?i)\ufeff?sep=(.)[ \t]*(\r\n|\r|\n)", text[:20])  # Excel's own way to name the delimiter
    if first and first[1] in DELIMITERS:
        return first[1], True
    return _delimiter(text[:100_000], len(text) <= 100_000), bool(first)


def _delimiter(head: str, whole: bool) -> str:
    """The sign that splits the heading and the rows after it most evenly, outside of quotation marks."""
    best, chosen = (0.0, 1), ","
    for sign in DELIMITERS:
        try:
            reader = csv.reader(io.StringIO(head, newline=""), delimiter=sign)
            rows = list(islice((cells for cells in reader if any(cells)), 30))
        except csv.Error:
            continue
        if not whole and 1 < len(rows) < 30:
            rows.pop()  # may be cut off
        width = len(rows[0]) if rows else 0
        even = sum(len(cells) == width for cells in rows) / max(len(rows), 1)
        if width > 1 and (even, width) > best:
            best, chosen = (even, width), sign
    return " " if best == (0.0, 1) and _in_spaces(head, whole) else chosen


def _in_spaces(head: str, whole: bool) -> bool:
    """Whether runs of spaces part cells: each row has as many as the heading, more than one, and a number in one place."""
    rows = [line.split() for line in islice((line for line in io.StringIO(head) if line.strip()), 30)]
    rows = rows if whole or len(rows) in (1, 30) else rows[:-1]
    even = len(rows) > 1 and len(rows[0]) > 1 and len({len(cells) for cells in rows}) == 1
    return even and any(all(cell[:1].isdigit() for cell in column[1:]) for column in zip(*rows, strict=True))


def text_rows(stream: BinaryIO, encoding: str, delimiter: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Each row's cells, with the line on which it begins; a delimiter " " stands for any run of spaces."""
    if delimiter == " ":
        yield from ((n, line.split()) for n, line in enumerate(_physical_lines(stream, encoding, file), 1))
        return
    reader = csv.reader(_physical_lines(stream, encoding, file), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field larger" in str(error):
                sentence = N_("{file}, line {line}: a cell is longer than {limit} letters; is a quotation mark open?")
                raise InputError(sentence, file=file, line=line, limit=csv.field_size_limit()) from None
            raise InputError(
                "{file}, line {line}: a quotation mark opens a cell and does not close it, or text follows after it.",
                file=file, line=line,
            ) from None  # fmt: skip
        yield line, cells


def _physical_lines(stream: BinaryIO, encoding: str, file: str) -> Iterator[str]:
    wrapper = io.TextIOWrapper(stream, encoding=encoding, newline="")
    while line := wrapper.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise InputError("{file} has a line longer than {limit} letters.", file=file, limit=LONGEST_LINE)
        yield line


def _table(lines: Iterator[tuple[int, list[str]]], file: str) -> tuple[pd.DataFrame, list[Fault]]:
    head = [name.strip() for name in next((cells for _, cells in lines if any(cells)), [])]
    if not any(head):
        raise InputError("{file} is empty. It must have a heading and rows below it.", file=file)
    while not head[-1]:
        head.pop()
    if len(head) > MOST_COLUMNS:
        raise InputError("{file} has {n} columns, more than {limit}.", file=file, n=len(head), limit=MOST_COLUMNS)
    twice = [name for name, times in Counter(head).items() if name and times > 1]
    if twice:
        raise InputError("{file} has columns that stand twice: {twice}. Rename one of each.", file=file, twice=twice)
    cells, warnings = _cells(lines, len(head), file)
    block = np.array(cells, dtype=object).reshape(-1, len(head))
    cells.clear()
    named = [n for n, name in enumerate(head) if name]
    for n in sorted(set(range(len(head))) - set(named)):
        if any(block[:, n]):
            sentence = N_("{file}: column {n} has no heading, but cells below it. Give it a name or take it out.")
            raise InputError(sentence, file=file, n=n + 1)
    columns = pd.Index([head[n] for n in named])
    return pd.DataFrame(block if len(named) == len(head) else block[:, named], columns=columns, dtype=str), warnings


def _cells(lines: Iterator[tuple[int, list[str]]], width: int, file: str) -> tuple[list[str], list[Fault]]:
    """The cells of all rows in one list, each row as wide as the heading; and what had to be done for it."""
    kept: list[str] = []
    long: list[int] = []
    short: list[int] = []
    empty: list[int] = []
    shared: dict[str, str] = {}
    room = MOST_CELLS
    for line, cells in lines:
        room -= width + 4 + 4 * sum(len(cell) > 2 for cell in cells)
        if room < 0:
            raise InputError("{file} has too many cells to be read in one piece. Leave out columns.", file=file)
        if not any(cells):
            if cells or width == 1:
                empty.append(line)
            continue
        if any(cells[width:]):
            long.append(line)
        if len(cells) < width:
            short.append(line)
        kept.extend([shared.setdefault(cell, cell) if len(cell) < 3 else cell for cell in cells[:width]])
        kept.extend([""] * (width - len(cells)))
    if long:
        sentence = N_("{file}: these lines have more cells than the heading ({width}): {lines}. Is a cell unquoted?")
        raise InputError(sentence, file=file, width=width, lines=first_of(long))
    warnings = []
    if short:
        sentence = N_("rows with fewer cells than the heading, their rest left empty ({n} in all): lines {lines}")
        warnings.append(Fault(file, sentence, {"n": len(short), "lines": first_of(short)}))
    if empty:
        sentence = N_("rows without any content, left out ({n} in all): lines {lines}")
        warnings.append(Fault(file, sentence, {"n": len(empty), "lines": first_of(empty)}))
    return kept, warnings
