"""The embedded engine that logs are read with: a database of its own for each log, shut off from everything else."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from contextlib import suppress
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

import duckdb

ROOM = "2GB"  # beyond it the engine goes to the disk
IN_MEMORY = 64 * 2**20  # a file up to this size needs no database on the disk


def engine(*reads: Path, size: int = 0) -> duckdb.DuckDBPyConnection:
    """A connection to an empty database that may read these files and nothing else.

    Args:
        reads: the files it may read.
        size: of the log in bytes; a large one is kept in a file that only this user can read, gone when Python ends.
    """
    folder = own_folder()
    connection = duckdb.connect(":memory:")
    for name in ("autoinstall_known_extensions", "autoload_known_extensions"):
        connection.execute(f"SET {name}=false")
    connection.execute(f"SET memory_limit='{ROOM}'")
    connection.execute(f"SET temp_directory={literal(folder / 'spill')}")
    if size > IN_MEMORY:
        connection.execute(f"ATTACH {literal(folder / 'log.db')} AS log")
        weakref.finalize(connection, _forget, folder / "log.db")
        connection.execute("USE log")
    connection.execute(f"SET allowed_paths=[{', '.join(literal(path) for path in reads)}]")
    connection.execute(f"SET allowed_directories=[{literal(f'{folder.parent}/')}]")
    connection.execute("SET enable_external_access=false")
    connection.execute("SET lock_configuration=true")
    return connection


def own_folder() -> Path:
    """A new empty folder that only this user can open, gone when Python ends."""
    return Path(tempfile.mkdtemp(dir=_private(os.getpid())))


def asked(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    """All rows of an answer."""
    return connection.execute(query).fetchall()


def literal(text: object) -> str:
    """A text as SQL writes it.

    >>> literal("Don't")
    "'Don''t'"
    """
    return "'" + str(text).replace("'", "''") + "'"


def named(text: str) -> str:
    """A column's name as SQL writes it.

    >>> named('own "name"').count('"')
    6
    """
    return '"' + text.replace('"', '""') + '"'


@cache
def _private(process: int) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="cjmkit-"))
    Finalize(
        None, shutil.rmtree, (folder,), {"ignore_errors": True}, exitpriority=0
    )  # in this process alone, forked or not
    return folder


def _forget(database: Path) -> None:
    with suppress(OSError):  # what still reads it keeps it open; some systems then keep it until Python ends
        database.unlink()
