"""The answer of a company's database to one question, written to a CSV: only read, row by row, no password anywhere."""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from cjmkit.errors import N_, Fault, InputError, NotFoundError, UsageError, missing_extra
from cjmkit.exchange.text import MOST_COLUMNS

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, CursorResult, Engine

AT_ONCE = 5_000  # rows
DRIVERS = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
QUOTED = re.compile(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*(?!!).*?\*/", re.S
)  # texts, quoted names and comments: what stands in them is no statement
CHANGES = re.compile(r"\b(insert|update|delete|merge|into)\b", re.I)


@dataclass(frozen=True)
class Answered:
    """What was written: how many rows, under which headings, and what has to be known of it."""

    rows: int
    columns: tuple[str, ...]
    warnings: tuple[Fault, ...] = ()


def read_query(url: str, query: str, into: Path) -> Answered:
    """Ask a database one question and write its answer to a CSV file, every value as text, NULL as an empty cell.

    The question runs in a read-only transaction that is rolled back; a SQLite file is opened read-only.

    Args:
        url: where the database is, such as "postgresql://reader@host/crm" or "sqlite:///crm.db"; never stored nor shown
            whole.
        query: one SELECT.
        into: the file to write.

    Raises:
        UsageError: the address or the query is none that may be asked; nothing was asked then.
        InputError: the database refused, or its answer is no table. MissingExtraError: SQLAlchemy is not installed.
    """
    refuse_what_writes(query)
    engine, shown = _engine(url)
    try:
        with _said_plainly(shown, url), engine.connect() as connection, _only_reading(connection) as reading:
            return _written(reading.exec_driver_sql(query.strip().rstrip(";")), into, shown)
    finally:
        engine.dispose()


def refuse_what_writes(query: str) -> None:
    """Let a single SELECT pass.

    Raises:
        UsageError: it is something else, or several statements.

    >>> refuse_what_writes("-- all\\nSELECT ';' AS a FROM t;")
    >>> refuse_what_writes("SELECT 1; DROP TABLE t")
    Traceback (most recent call last):
    cjmkit.errors.UsageError: The query holds several statements. ...
    """
    bare = QUOTED.sub(lambda found: " " if found[0][:1] in "-/" else " '' ", query).strip().rstrip(";").strip()
    first = re.match(r"[(\s]*(\w+)", bare)
    changing = CHANGES.search(bare)
    if not first:
        raise UsageError("The query is empty. It must be one single SELECT.")
    if ";" in bare or "\0" in bare:
        raise UsageError("The query holds several statements. It must be one single SELECT that only reads.")
    if first[1].lower() not in ("select", "with"):
        raise UsageError(
            "The query begins with {word}. It must be one single SELECT (or WITH … SELECT) that only reads.",
            word=first[1][:30],
        )
    if changing:
        raise UsageError(
            "The query holds the word {word}, by which a database is changed. It must be one SELECT that only reads; a "
            "column or table that is called so goes into quotation marks.",
            word=changing[1],
        )


def _engine(url: str) -> tuple[Engine, str]:
    """The way to the database, and what to call it by in a sentence: without user, password and options."""
    try:
        from sqlalchemy import create_engine, make_url
        from sqlalchemy.exc import ArgumentError, NoSuchModuleError
    except ModuleNotFoundError as error:
        raise (missing_extra(error) or error) from None
    try:
        address = make_url(url)
        address = address.set(drivername=DRIVERS.get(address.drivername, address.drivername))
        kind = address.get_backend_name()
        if kind == "sqlite":
            return _sqlite(address)
        return create_engine(address, hide_parameters=True), f"{kind}://{address.host or ''}/{address.database or ''}"
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise UsageError(
            "This is no address of a database that is known here. It looks like {examples}.",
            examples=["postgresql://USER@HOST/DATABASE", "sqlite:///FILE.db"],
        ) from None
    except ModuleNotFoundError as error:
        raise UsageError(
            "To ask this database, Python needs the package {package}, which is not installed.", package=error.name
        ) from None


def _sqlite(address: URL) -> tuple[Engine, str]:
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    file = Path(address.database or "")
    if not file.is_file():
        raise NotFoundError("There is no file {file}.", file=str(file))
    place = f"file:{quote(str(file.resolve()))}?mode=ro"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(place, uri=True), poolclass=NullPool)
    return engine, f"sqlite:///{file.name}"


@contextmanager
def _only_reading(connection: Connection) -> Iterator[Connection]:
    """The connection in a transaction in which nothing can be written, and of which nothing stays."""
    kind = connection.dialect.name
    if kind == "postgresql":
        connection = connection.execution_options(postgresql_readonly=True)
    reading = connection.execution_options(stream_results=True, yield_per=AT_ONCE, no_parameters=True)
    refuse = {"sqlite": "PRAGMA query_only = ON", "mysql": "SET SESSION TRANSACTION READ ONLY"}.get(kind)
    if refuse:
        connection.exec_driver_sql(refuse)
        if kind == "mysql":  # it holds from the next transaction on
            connection.rollback()
    try:
        yield reading
    finally:
        connection.rollback()


@contextmanager
def _said_plainly(shown: str, url: str) -> Iterator[None]:
    """What the database says as one sentence, without any password that may stand in it."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        said = str(getattr(error, "orig", None) or error).strip()
        secrets = [make_url(url).password, *make_url(url).query.values(), url]
        for secret in sorted({str(s) for s in secrets if s}, key=len, reverse=True):
            said = said.replace(secret, "…")
        first = next((line for line in said.splitlines() if line.strip()), type(error).__name__)
        raise InputError("The database {database} refused: {problem}.", database=shown, problem=first.rstrip(". ")) from None  # fmt: skip


def _written(answer: CursorResult[Any], into: Path, shown: str) -> Answered:
    if not answer.returns_rows:
        raise InputError("The database {database} gave no table back.", database=shown)
    names = [str(name).strip() for name in answer.keys()]  # noqa: SIM118  a result has keys, and is no mapping
    if len(names) > MOST_COLUMNS:
        raise InputError("{file} has {n} columns, more than {limit}.", file=shown, n=len(names), limit=MOST_COLUMNS)
    off = sorted({name for name in names if not name or names.count(name) > 1})
    if off:
        raise InputError("Name each column of the query otherwise with AS; these are empty or stand twice: {columns}.", columns=[n or "–" for n in off])  # fmt: skip
    rows, nothing = 0, [0] * len(names)
    with open(into, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        for row in answer:
            writer.writerow([_text(value) for value in row])
            rows += 1
            for n, value in enumerate(row):
                nothing[n] += value is None
    if not rows:
        raise InputError("The database {database} has no row for this query.", database=shown)
    sentence = N_("the database had no value (NULL) in {n} rows; their cells are empty")
    return Answered(
        rows, tuple(names), tuple(Fault(name, sentence, {"n": n}) for name, n in zip(names, nothing, strict=True) if n)
    )


def _text(value: Any) -> str:
    """A value of a database as text that says the same.

    >>> [_text(v) for v in (None, True, Decimal("1.50"), datetime(2026, 1, 2, 3, 4), b"a")]
    ['', 'true', '1.50', '2026-01-02 03:04:00', '61']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return bytes(value).hex() if isinstance(value, bytes | bytearray | memoryview) else str(value)
