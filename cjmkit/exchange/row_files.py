"""Rows taken out of files that are no plain text: workbooks, Parquet, XES, and what is packed by gzip."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

from cjmkit.errors import N_, InputError
from cjmkit.exchange.archives import UNPACKED, check_archive
from cjmkit.exchange.rows import Goes, without_rows
from cjmkit.exchange.text import decoded

Rest = tuple[bytes, int, int]  # the file without the rows, how many went, how many stay
OTHER = N_("{file} is not a table that can be read.")
TRACE = re.compile(rb"[ \t]*<trace\b.*?</trace\s*>[ \t]*\r?\n?", re.S)
EVENT = re.compile(r"[ \t]*<event\b.*?</event\s*>[ \t]*\r?\n?", re.S)
PAIR = re.compile(r"""<\w+\s(?=[^<>]*?\bkey\s*=\s*(["'])(.*?)\1)[^<>]*?\bvalue\s*=\s*(["'])(.*?)\3""", re.S)
UNSEARCHED = ("BOOLEAN", "DATE", "TIME")  # of a Parquet file: nobody is called so


def without_any_rows(data: bytes, file: str, goes: Goes) -> Rest:
    """The same as `without_rows`, for any table that can be imported, told by its content.

    In XES, a trace goes as a whole where its own attributes say so, their keys after "case:" as the heading; else those of
    its events whose attributes do.

    Raises:
        InputError: it is no table that can be written anew.

    >>> packed = gzip.compress(b"name;score\\nJan;4\\nOla;5\\n")
    >>> rest, gone, stay = without_any_rows(packed, "x.csv.gz", lambda head, cells: "Jan" in cells)
    >>> gzip.decompress(rest), gone, stay
    (b'name;score\\nOla;5\\n', 1, 1)
    """
    if data.startswith(b"\x1f\x8b"):
        rest, gone, stay = without_any_rows(_unpacked(data, file), file.removesuffix(".gz"), goes)
        return gzip.compress(rest, mtime=0), gone, stay
    if data.startswith(b"PAR1"):
        return _parquet(data, file, goes)
    if data.startswith(b"PK\x03\x04"):
        return _workbook(data, file, goes)
    if data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _xes(data, file, goes)
    return without_rows(data, file, goes)


def _unpacked(data: bytes, file: str) -> bytes:
    try:
        with gzip.open(io.BytesIO(data)) as packed:
            inner = packed.read(UNPACKED + 1)
    except (OSError, EOFError, zlib.error):
        raise InputError(OTHER, file=file) from None
    if len(inner) > UNPACKED or inner.startswith(b"\x1f\x8b"):
        raise InputError(OTHER, file=file)
    return inner


def _workbook(data: bytes, file: str, goes: Goes) -> Rest:
    from openpyxl import load_workbook

    check_archive(data, file)
    try:
        book = load_workbook(io.BytesIO(data))
    except (KeyError, ValueError, TypeError, OSError):
        raise InputError(OTHER, file=file) from None
    gone = stay = 0
    for sheet in book.worksheets:
        head: list[str] = []
        going = []
        for n, row in enumerate(sheet.iter_rows(values_only=True), 1):
            cells = [
                "" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value) for value in row
            ]
            if not head:
                head = cells if any(cells) else []
            elif goes(head, cells):
                going.append(n)
            else:
                stay += any(cells)
        for n in reversed(going):
            sheet.delete_rows(n)
        gone += len(going)
    if not gone:
        return data, 0, stay
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), gone, stay


def _parquet(data: bytes, file: str, goes: Goes) -> Rest:
    """A column of texts or whole numbers at a time, by its different values, so that the rows themselves stay in the engine."""
    import duckdb

    with TemporaryDirectory() as folder, duckdb.connect() as engine:
        was, new = Path(folder) / "was.parquet", Path(folder) / "new.parquet"
        was.write_bytes(data)
        try:
            table = engine.read_parquet(str(was))
            engine.execute("SET python_enable_replacements = false")
            table.create_view("rows_before")
            conditions: list[str] = []
            for name, kind in zip(table.columns, table.types, strict=True):
                if str(kind).startswith(UNSEARCHED):
                    continue
                column = '"' + name.replace('"', '""') + '"'
                values = [v for (v,) in engine.execute(f"SELECT DISTINCT {column}::VARCHAR FROM rows_before WHERE {column} IS NOT NULL").fetchall() if goes([name], [v]) or goes([name], [v.removesuffix(".0")])]  # fmt: skip
                if values:
                    engine.execute(f"CREATE TABLE v{len(conditions)} AS SELECT unnest(?) AS v", [values])
                    conditions.append(f"coalesce({column}::VARCHAR IN (SELECT v FROM v{len(conditions)}), false)")
            rows = engine.execute("SELECT count(*) FROM rows_before").fetchall()[0][0]
            if not conditions:
                return data, 0, rows
            engine.sql(f"SELECT * FROM rows_before WHERE NOT ({' OR '.join(conditions)})").write_parquet(str(new))
            stay = engine.execute("SELECT count(*) FROM read_parquet(?)", [str(new)]).fetchall()[0][0]
        except duckdb.Error:
            raise InputError(OTHER, file=file) from None
        return new.read_bytes(), rows - stay, stay


def _xes(data: bytes, file: str, goes: Goes) -> Rest:
    from html import unescape

    encoding = decoded(data, file)[0]
    if b"<trace" not in data or encoding == "utf-16":
        raise InputError(OTHER, file=file)
    gone = stay = 0

    def named(text: str, before: str = "") -> bool:
        pairs = [(before + unescape(key), unescape(value)) for _, key, _, value in PAIR.findall(text)]
        return goes([key for key, _ in pairs], [value for _, value in pairs])

    def rest(found: re.Match[bytes]) -> bytes:
        nonlocal gone, stay
        text = found[0].decode(encoding)
        if named(EVENT.sub("", text), "case:"):
            gone += 1
            return b""
        left = EVENT.sub(lambda event: "" if named(event[0]) else event[0], text)
        gone += len(EVENT.findall(text)) - len(EVENT.findall(left))
        stay += 1
        return found[0] if left == text else left.encode("utf-8" if encoding == "utf-8-sig" else encoding)

    return TRACE.sub(rest, data), gone, stay
