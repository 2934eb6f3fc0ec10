"""A log's file put before the engine as text, whatever it is: told by its content, row by row, nothing changed on the way."""

from __future__ import annotations

import gzip
import shutil
import zlib
from dataclasses import replace

import duckdb

from cjmkit.errors import InputError
from cjmkit.exchange.any_table import sheet_table
from cjmkit.exchange.archives import RATIO, TOO_MUCH, UNPACKED
from cjmkit.exchange.event_engine import asked, engine, literal, named, own_folder
from cjmkit.exchange.event_tables import DAMAGED, PIECE, Raw, Table, checked, written
from cjmkit.exchange.event_text import text_table
from cjmkit.exchange.spreadsheets import read_spreadsheet
from cjmkit.exchange.text import NOT_TEXT, Source, plain_file
from cjmkit.exchange.xes import xes_rows

LARGEST_LOG = 20 * 2**30
FREE_ROWS = 1_000_000  # of a Parquet file; beyond them an honest row takes at least a byte


def table_of(source: Source, largest: int | None = None, most: int | None = None) -> Table:
    """The rows of a log before the engine.

    Args:
        source: the file, or its bytes: delimited text, Parquet, XES or an Excel workbook, text and XES packed by gzip or not.
        largest: how many bytes it may have, unpacked.
        most: how many rows are wanted, the first ones; None for all.

    Raises:
        InputError: it is nothing of these, larger, or damaged; packed to more than a hundred times its size.
        NotFoundError: there is no such file.
    """
    raw = replace(_raw(source, LARGEST_LOG if largest is None else largest), most=most)
    try:
        if raw.head.startswith(b"\x1f\x8b"):
            raw = _unpacked(raw)
        return _table(raw)
    except duckdb.Error as error:
        raise InputError(
            DAMAGED,
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
    return replace(raw, path=path)


def _table(raw: Raw) -> Table:
    start = raw.head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"PAR1"):
        return _parquet(raw)
    if start.startswith(b"PK\x03\x04"):
        book = read_spreadsheet(raw.path)
        frame, warnings = sheet_table(book)
        rows = ((n, list(map(str, cells))) for n, cells in enumerate(frame.itertuples(index=False), 2))
        table = written(raw, list(frame.columns), rows, list(warnings))
        table.serial = book.days_later
        return table
    if start.startswith(b"<") and b"\0" not in start:
        headings: list[str] = []
        return written(raw, headings, xes_rows(raw.path, raw.file, headings))
    for mark, sentence in NOT_TEXT:
        if start.startswith(mark):
            raise InputError(sentence, file=raw.file)
    return text_table(raw)


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
    headings = checked(list(types), raw.file)
    cells = ", ".join(f"{named(name)} AS c{n}" for n, name in enumerate(headings))
    every = ", ".join(map(named, headings))
    connection.execute(
        f"CREATE {'TABLE' if raw.path.is_relative_to(raw.folder) else 'VIEW'} raw AS SELECT file_row_number + 1 AS line, {cells}, hash({every}) AS h "
        f"FROM read_parquet({path}, file_row_number = true)"
    )
    typed = {n: types[name] for n, name in enumerate(headings) if types[name] != "VARCHAR"}
    return Table(connection, headings, int(rows), raw.file, typed=typed)
