"""A log's file put before the engine as text, whatever it is: told by its content, row by row, nothing changed on the way."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import shutil
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import duckdb

from cjmkit.errors import N_, Fault, InputError
from cjmkit.exchange.any_table import read_any_table
from cjmkit.exchange.archives import RATIO, TOO_MUCH, UNPACKED
from cjmkit.exchange.event_engine import asked, engine, literal, named, own_folder
from cjmkit.exchange.text import (
    LARGEST,
    LONGEST_LINE,
    MOST_COLUMNS,
    NO_TEXT,
    NOT_TEXT,
    NUMBER,
    Source,
    decoded,
    delimiter_of,
    first_of,
    plain_file,
    text_rows,
)  # fmt: skip
from cjmkit.exchange.xes import xes_rows

LARGEST_LOG = 20 * 2**30
PIECE = 2**20
FREE_ROWS = 1_000_000  # of a Parquet file; beyond them an honest row takes at least a byte
Rows = Iterator[tuple[int, list[str]]]


@dataclass
class Table:
    """A log's file before the engine: the relation `raw` with the columns line, c0, c1 ... as in `headings`, and h.

    `typed` gives the engine's type of each column that is not text; `serial` where times are a spreadsheet's day numbers.
    """

    connection: duckdb.DuckDBPyConnection
    headings: list[str]
    rows: int
    file: str
    warnings: list[Fault] = field(default_factory=list)
    typed: dict[int, str] = field(default_factory=dict)
    serial: bool = False


@dataclass
class Raw:
    """A file as it lies there, unpacked where it was packed; `folder` goes when the log has been read."""

    path: Path
    file: str
    folder: Path
    largest: int

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    @property
    def head(self) -> bytes:
        with self.path.open("rb") as stream:
            return stream.read(200)


def table_of(source: Source, largest: int | None = None) -> Table:
    """The rows of a log before the engine.

    Args:
        source: the file, or its bytes: delimited text, Parquet, XES or an Excel workbook, text and XES packed by gzip or not.
        largest: how many bytes it may have, unpacked.

    Raises:
        InputError: it is nothing of these, larger, or damaged; packed to more than a hundred times its size.
        NotFoundError: there is no such file.
    """
    raw = _raw(source, LARGEST_LOG if largest is None else largest)
    try:
        if raw.head.startswith(b"\x1f\x8b"):
            raw = _unpacked(raw)
        return _table(raw)
    except duckdb.Error as error:
        raise InputError(
            "{file} is damaged and cannot be read ({problem}). Export it again.",
            file=raw.file, problem=type(error).__name__,
        ) from error  # fmt: skip
    finally:
        shutil.rmtree(raw.folder, ignore_errors=True)


def _raw(source: Source, largest: int) -> Raw:
    folder = own_folder()
    if isinstance(source, bytes):
        path, file = folder / "file", "file"
        path.write_bytes(source)
    else:
        path = plain_file(source).absolute()
        file = path.name
    raw = Raw(path, file, folder, largest)
    if raw.size > largest:
        raise InputError("{file} is larger than {limit} MB.", file=file, limit=largest // 2**20)
    return raw


def _unpacked(raw: Raw) -> Raw:
    """The file without its packing: no larger than allowed, and beyond 200 MB no more than a hundred times its size."""
    path = raw.folder / "unpacked"
    most, size = min(raw.largest, max(UNPACKED, RATIO * raw.size)), 0
    try:
        with gzip.open(raw.path) as packed, path.open("wb") as out:
            while piece := packed.read(PIECE):
                size += len(piece)
                if size > most:
                    raise InputError(TOO_MUCH, file=raw.file)
                out.write(piece)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputError("{file} is packed by gzip, but damaged or cut off. Fetch it again.", file=raw.file) from None
    return Raw(path, raw.file, raw.folder, raw.largest)


def _table(raw: Raw) -> Table:
    start = raw.head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"PAR1"):
        return _parquet(raw)
    if start.startswith(b"PK\x03\x04"):
        frame, warnings = read_any_table(raw.path)
        rows = ((n, list(map(str, cells))) for n, cells in enumerate(frame.itertuples(index=False), 2))
        table = _written(raw, list(frame.columns), rows, list(warnings))
        table.serial = True
        return table
    if start.startswith(b"<") and b"\0" not in start:
        headings: list[str] = []
        return _written(raw, headings, xes_rows(raw.path, raw.file, headings))
    for mark, sentence in NOT_TEXT:
        if start.startswith(mark):
            raise InputError(sentence, file=raw.file)
    return _text(raw)


def _parquet(raw: Raw) -> Table:
    connection = engine(raw.path, size=raw.size)
    path = literal(raw.path)
    unpacked, rows = asked(
        connection,
        f"SELECT (SELECT coalesce(sum(total_uncompressed_size), 0) FROM parquet_metadata({path})), "
        f"(SELECT num_rows FROM parquet_file_metadata({path}))",
    )[0]
    if rows > max(FREE_ROWS, raw.size) or unpacked > min(raw.largest, max(UNPACKED, RATIO * raw.size)):
        raise InputError(TOO_MUCH, file=raw.file)
    types = {str(row[0]): str(row[1]) for row in asked(connection, f"DESCRIBE FROM read_parquet({path})")}
    headings = _checked(list(types), raw.file)
    cells = ", ".join(f"{named(name)} AS c{n}" for n, name in enumerate(headings))
    every = ", ".join(map(named, headings))
    connection.execute(
        f"CREATE VIEW raw AS SELECT file_row_number + 1 AS line, {cells}, hash({every}) AS h "
        f"FROM read_parquet({path}, file_row_number = true)"
    )
    typed = {n: types[name] for n, name in enumerate(headings) if types[name] != "VARCHAR"}
    return Table(connection, headings, int(rows), raw.file, typed=typed)


def _text(raw: Raw) -> Table:
    look = _look(raw)
    with raw.path.open("rb") as stream:
        head = stream.read(LARGEST if not look.utf8 else 2**20)
    whole = len(head) == raw.size
    head = head if whole else head[: head.rfind(b"\n") + 1] or head
    encoding, text, warnings = (
        ("utf-8-sig", head.decode("utf-8-sig", "ignore"), []) if look.utf8 else decoded(head, raw.file)
    )
    if not look.utf8 and encoding == "utf-8-sig":
        raise InputError("{file} is UTF-8 in its beginning, then broken or cut off. Export it again.", file=raw.file)
    delimiter, skip = delimiter_of(text)
    if delimiter == "," and not skip and _runs_of_spaces(text):
        delimiter = " "
    del head
    with raw.path.open("rb") as stream:
        lines = text_rows(stream, encoding, delimiter, raw.file)
        try:
            if skip:
                next(lines)
            first, headings = next(((n, cells) for n, cells in lines if any(cells)), (0, []))
            headings = _checked([name.strip() for name in headings], raw.file)
            if first == 1 and look.plain and encoding == "utf-8-sig" and delimiter != " ":
                table = _scanned(raw, headings, delimiter, look)
                if table is not None:
                    return table
            return _written(raw, headings, _fitted(lines, headings, raw.file, warnings), warnings)
        except UnicodeError:
            raise InputError(NO_TEXT, file=raw.file) from None


@dataclass
class Look:
    """What the bytes of a text file say: whether they are UTF-8, and whether each line is sure to be a row."""

    utf8: bool = True
    lines: int = 0
    returns: int = 0
    quotes: int = 0
    ended: bool = True
    size: int = 0

    @property
    def plain(self) -> bool:
        return self.utf8 and self.returns in (0, self.lines) and (not self.quotes or self.size > LARGEST)


def _look(raw: Raw) -> Look:
    look = Look(size=raw.size)
    decoder = codecs.getincrementaldecoder("utf-8")()
    zeros = False
    with raw.path.open("rb") as stream:
        while piece := stream.read(PIECE):
            look.lines += piece.count(b"\n")
            look.returns += piece.count(b"\r")
            look.quotes += piece.count(b'"')
            look.ended = piece.endswith(b"\n")
            zeros = zeros or b"\0" in piece
            if look.utf8:
                try:
                    decoder.decode(piece)
                except UnicodeDecodeError:
                    look.utf8 = False
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        look.utf8 = False
    if zeros and not raw.head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(NO_TEXT, file=raw.file)
    return look


def _runs_of_spaces(text: str) -> bool:
    rows = [line.split() for line in islice((line for line in io.StringIO(text) if line.strip()), 30)]
    return bool(rows) and len(rows[0]) > 1 and all(len(cells) == len(rows[0]) for cells in rows[:-1])


def _checked(headings: list[str], file: str) -> list[str]:
    """The headings, where they are some."""
    if not any(headings):
        raise InputError("{file} is empty. It must have a heading and rows below it.", file=file)
    if len(headings) > MOST_COLUMNS:
        raise InputError("{file} has {n} columns, more than {limit}.", file=file, n=len(headings), limit=MOST_COLUMNS)
    if all(NUMBER.fullmatch(name) for name in headings if name):
        sentence = N_(
            "{file} has no heading: its first row holds only numbers ({cells}). Put a line with the names of the columns above it."
        )
        raise InputError(sentence, file=file, cells=first_of(headings, 6))
    return headings


def _fitted(lines: Rows, headings: list[str], file: str, warnings: list[Fault]) -> Rows:
    """The rows as wide as the heading: shorter ones filled up, a few longer ones left out, both told."""
    width, rows = len(headings), 0
    short: list[int] = []
    long: list[int] = []
    n_short = n_long = 0
    for line, cells in lines:
        if not any(cells):
            continue
        rows += 1
        if any(cells[width:]):
            n_long += 1
            long = long if len(long) > 10 else [*long, line]
            continue
        if len(cells) < width:
            n_short += 1
            short = short if len(short) > 10 else [*short, line]
        yield line, [*cells[:width], *[""] * (width - len(cells))]
    if n_long * 100 > rows:
        sentence = N_("{file}: these lines have more cells than the heading ({width}): {lines}. Is a cell unquoted?")
        raise InputError(sentence, file=file, width=width, lines=first_of(long))
    if n_long:
        sentence = N_("rows with more cells than the heading, left out ({n} in all): lines {lines}")
        warnings.append(Fault(file, sentence, {"n": n_long, "lines": first_of(long)}))
    if n_short:
        sentence = N_("rows with fewer cells than the heading, their rest left empty ({n} in all): lines {lines}")
        warnings.append(Fault(file, sentence, {"n": n_short, "lines": first_of(short)}))


def _written(raw: Raw, headings: list[str], rows: Rows, warnings: list[Fault] | None = None) -> Table:
    """Rows from any reader, written out cleanly for the engine; their number must be the same on both sides."""
    path = raw.folder / "clean"
    n, narrowest = 0, MOST_COLUMNS
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        for line, cells in rows:
            writer.writerow([line, *cells])
            n += 1
            narrowest = min(narrowest, len(cells))
    headings = _checked(headings, raw.file)
    names = ["line", *(f"c{i}" for i in range(len(headings)))]
    connection = engine(path, size=path.stat().st_size)
    how = ", header = false"
    if narrowest < len(headings):  # an XES finds its columns as it goes
        how += ", null_padding = true, parallel = false"
    _scan(connection, path, ",", '"', names, "line::BIGINT AS line, " + _cells(headings), how)
    found = asked(connection, "SELECT count(*) FROM raw")[0][0]
    if found != n:
        raise InputError(
            "{file} is damaged and cannot be read ({problem}). Export it again.", file=raw.file, problem="rows"
        )
    return Table(connection, headings, n, raw.file, warnings or [])


def _scanned(raw: Raw, headings: list[str], delimiter: str, look: Look) -> Table | None:
    """The rows as the engine itself reads them; None where they are not as many as the lines, or it stumbled."""
    connection = engine(raw.path, size=raw.size)
    try:
        names = [f"c{i}" for i in range(len(headings))]
        _scan(connection, raw.path, delimiter, '"' if look.quotes else "", names, _cells(headings), ", header = true")
    except duckdb.Error:
        return None
    rows = asked(connection, "SELECT count(*) FROM raw")[0][0]
    if rows != look.lines - look.ended:
        return None
    connection.execute("ALTER TABLE raw RENAME TO scanned")
    connection.execute("CREATE VIEW raw AS SELECT rowid + 2 AS line, * FROM scanned")
    return Table(connection, headings, rows, raw.file)


def _cells(headings: list[str]) -> str:
    names = [f"c{i}" for i in range(len(headings))]
    return f"{', '.join(names)}, hash({', '.join(names)}) AS h"


def _scan(connection: duckdb.DuckDBPyConnection, path: Path, delimiter: str, quote: str, names: Iterable[str], chosen: str, how: str) -> None:  # fmt: skip
    columns = ", ".join(f"{name}: 'VARCHAR'" for name in names)
    connection.execute(
        f"CREATE TABLE raw AS SELECT {chosen} FROM read_csv({literal(path)}, auto_detect = false, "
        f"delim = {literal(delimiter)}, quote = {literal(quote)}, escape = {literal(quote)}, columns = {{{columns}}}, "
        f"strict_mode = true, max_line_size = {4 * LONGEST_LINE}{how})"
    )
