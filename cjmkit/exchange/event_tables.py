"""A log's rows before the engine, as text, and how they get there."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import duckdb

from cjmkit.errors import N_, Fault, InputError
from cjmkit.exchange.event_engine import asked, engine, literal
from cjmkit.exchange.text import LONGEST_LINE, MOST_COLUMNS, refuse_headless

DAMAGED = N_("{file} is damaged and cannot be read ({problem}). Export it again.")
PIECE = 2**20
Rows = Iterator[tuple[int, list[str]]]


@dataclass
class Table:
    """A log's file before the engine: the relation `raw` with the columns line, c0, c1 ... as in `headings`, and h.

    `typed` gives the engine's type of each column that is not text; `serial` says, where times are a spreadsheet's day
    numbers, by how many days they are late: 0, or 1462 where it counts from 1904.
    """

    connection: duckdb.DuckDBPyConnection
    headings: list[str]
    rows: int
    file: str
    warnings: list[Fault] = field(default_factory=list)
    typed: dict[int, str] = field(default_factory=dict)
    serial: int | None = None


@dataclass
class Raw:
    """A file as it lies there, unpacked where it was packed; `folder` goes when the log has been read.

    `most` is how many rows are wanted, None for all.
    """

    path: Path
    file: str
    folder: Path
    largest: int
    most: int | None = None

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    @property
    def head(self) -> bytes:
        with self.path.open("rb") as stream:
            return stream.read(200)


def written(raw: Raw, headings: list[str], rows: Rows, warnings: list[Fault] | None = None) -> Table:
    """Rows from any reader, written out cleanly for the engine; their number must be the same on both sides."""
    path = raw.folder / "clean"
    n, narrowest = 0, MOST_COLUMNS
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for line, cells in islice(rows, raw.most):
            writer.writerow([line, *cells])
            n += 1
            narrowest = min(narrowest, len(cells))
    headings = checked(headings, raw.file)
    names = ["line", *(f"c{i}" for i in range(len(headings)))]
    connection = engine(path, size=path.stat().st_size)
    how = f", header = false, max_line_size = {4 * LONGEST_LINE}, new_line = '\\n'"
    if narrowest < len(headings):  # an XES finds its columns as it goes
        how += ", null_padding = true, parallel = false"
    scan(connection, path, ",", '"', names, "line::BIGINT AS line, " + hashed(headings), how)
    found = asked(connection, "SELECT count(*) FROM raw")[0][0]
    if found != n:
        raise InputError(DAMAGED, file=raw.file, problem="rows")
    return Table(connection, headings, n, raw.file, warnings or [])


def hashed(headings: list[str]) -> str:
    names = [f"c{i}" for i in range(len(headings))]
    return f"{', '.join(names)}, hash({', '.join(names)}) AS h"


def scan(connection: duckdb.DuckDBPyConnection, path: Path, delimiter: str, quote: str, names: Iterable[str], chosen: str, how: str) -> None:  # fmt: skip
    columns = ", ".join(f"{name}: 'VARCHAR'" for name in names)
    connection.execute(
        f"CREATE TABLE raw AS SELECT {chosen} FROM read_csv({literal(path)}, auto_detect = false, "
        f"delim = {literal(delimiter)}, quote = {literal(quote)}, escape = {literal(quote)}, columns = {{{columns}}}, "
        f"strict_mode = true{how})"
    )


def checked(headings: list[str], file: str) -> list[str]:
    """The headings, each with a name of its own: "#3" for the third where it has none, "age (2)" for a second "age".

    Raises:
        InputError: there are none, too many, or a row of numbers stands in their place.
    """
    while headings and not headings[-1]:
        headings = headings[:-1]
    if not headings:
        raise InputError("{file} is empty. It must have a heading and rows below it.", file=file)
    if len(headings) > MOST_COLUMNS:
        raise InputError("{file} has {n} columns, more than {limit}.", file=file, n=len(headings), limit=MOST_COLUMNS)
    refuse_headless(headings, file)
    own: list[str] = []
    for n, name in enumerate(headings, 1):
        times = headings[:n].count(name)
        own.append(f"{name} ({times})" if name and times > 1 else name or f"#{n}")
    return own
