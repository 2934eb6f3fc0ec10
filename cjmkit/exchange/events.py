"""Logs of events from other tools, read honestly: each row in the log or on the list of warnings, nothing guessed."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from cjmkit.errors import N_, Fault, InputError
from cjmkit.exchange.columns import Columns
from cjmkit.exchange.customers import Customers, free_name
from cjmkit.exchange.event_cells import amount_of, cell_of, check_columns, left_out, plain, times_of, unlabelled
from cjmkit.exchange.event_doubts import TWICE, doubts_between
from cjmkit.exchange.event_engine import asked, engine, literal, named, own_folder
from cjmkit.exchange.event_files import table_of
from cjmkit.exchange.event_rows import add_table, clear_away, complete_groups, count_once
from cjmkit.exchange.event_tables import DAMAGED, Table
from cjmkit.exchange.text import Source, first_of
from cjmkit.tables import EVENTS

AT = named("at")  # a word that SQL keeps for itself


@dataclass(frozen=True)
class Log:
    """What a log holds: `events`, a relation of the embedded engine with the columns customer, event, at, channel,
    amount where there is one, and one per segment, named as in `segments`.

    `rows` are its events, `duplicates` the rows of the file that are equal in every cell to an earlier one.
    """

    events: duckdb.DuckDBPyRelation
    rows: int
    customers: int
    first: datetime | None
    last: datetime | None
    duplicates: int
    segments: Mapping[str, str]
    warnings: tuple[Fault, ...]
    connection: duckdb.DuckDBPyConnection
    file: str = ""


def read_events(source: Source, columns: Columns, *, join: Mapping[Path | str, str] | None = None, largest: int | None = None) -> Log:  # fmt: skip
    """The events in a log's file, by the declaration of its columns.

    Args:
        source: the file, or its bytes: delimited text, Parquet, XES, or an Excel workbook; text and XES packed or not.
        columns: what each column is; see `cjmkit.exchange.columns`, kind "events".
        join: further tables whose columns are added, each with the column that both share.
        largest: how many bytes the log may have, unpacked; 20 GB where it is not said.

    Raises:
        InputError: it is no such file, no log, or a declared column is not there or cannot be read.
        NotFoundError: there is no such file.

    >>> from cjmkit.exchange.columns import parse_map
    >>> log = read_events(b"id;day\\n007;31.3.2026\\n", parse_map(["id=customer", "day=at:purchase"], "events"))
    >>> log.events.fetchall()
    [('007', 'purchase', datetime.datetime(2026, 3, 31, 0, 0), '')]
    """
    table = table_of(source, largest)
    for path, key in (join or {}).items():
        add_table(table, path, key)
    used = {name: column for name, column in columns.items() if column.role != "ignore"}
    check_columns(table, used)
    ignored = [name for name in table.headings if name not in columns]
    if ignored:
        sentence = N_("not declared and left out ({n} in all): {columns}")
        table.warnings.append(Fault("columns", sentence, {"n": str(len(ignored)), "columns": first_of(ignored)}))
    try:
        return _log(table, {name: used[name] for name in table.headings if name in used})
    except duckdb.Error as error:
        raise InputError(DAMAGED, file=table.file, problem=type(error).__name__) from error


def preview(source: Source, rows: int = 20, largest: int | None = None) -> tuple[list[str], list[list[str]]]:
    """The headings of a log's file and the text of its first rows, for whoever is to say what the columns are.

    >>> preview(b"id;day\\n007;31.3.2026\\n")
    (['id', 'day'], [['007', '31.3.2026']])
    """
    table = table_of(source, largest, max(rows, 1000))  # so many that an XES has shown its keys
    cells = ", ".join(f"coalesce({plain(table, n)}, '')" for n in range(len(table.headings)))
    return table.headings, [
        list(row) for row in asked(table.connection, f"SELECT {cells} FROM raw ORDER BY line LIMIT {int(rows)}")
    ]


def together(logs: Sequence[Log], customers: Customers | None = None) -> Log:
    """Several logs as one, with what is known of the customers as further segments; what only shows side by side is told.

    Args:
        logs: at least one; their segments of one name are one segment.
        customers: who they are; a customer who is not among them has "" there.

    A segment of the customers that is called as a column of a log gets a name of its own, which is told.
    """
    if len(logs) == 1 and customers is None:
        return logs[0]
    segments = _one_of_each([log.segments for log in logs])
    folder = own_folder()
    files = [folder / f"{n}.parquet" for n in range(len(logs))]
    amount = any("amount" in log.events.columns for log in logs)
    parts = []
    for n, (log, file) in enumerate(zip(logs, files, strict=True)):
        asked(log.connection, f"COPY events TO {literal(file)} (FORMAT parquet)")
        more = [f"{'amount' if 'amount' in log.events.columns else 'NULL'}::DOUBLE AS amount"] if amount else []
        has = {name.casefold() for name in log.segments}  # the engine knows no case in a name
        more += [f"{named(name) if name.casefold() in has else literal('')} AS {named(name)}" for name in segments]
        chosen = ", ".join([*map(named, EVENTS), *more])
        parts.append(
            f"SELECT {chosen}, {n} AS log, file_row_number AS n FROM read_parquet({literal(file)}, file_row_number = true)"
        )
    connection = engine(size=sum(file.stat().st_size for file in files))
    warnings = [fault for log in logs for fault in log.warnings]
    every = " UNION ALL ".join(parts)
    warnings += doubts_between(connection, every, [log.file or str(n) for n, log in enumerate(logs, 1)])
    if customers is None:
        connection.execute(f"CREATE TABLE events AS SELECT * EXCLUDE (log, n) FROM ({every})")
    else:
        segments |= _known(connection, every, customers, segments, warnings)
    shutil.rmtree(folder)
    return _finished(connection, "", sum(log.duplicates for log in logs), segments, tuple(warnings))


def _one_of_each(found: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The segments of several logs, those whose names differ in case only once."""
    first: dict[str, str] = {}
    for name in (name for one in found for name in one):
        first.setdefault(name.casefold(), name)
    return {name: next(one[name] for one in reversed(found) if name in one) for name in first.values()}


def _known(connection: duckdb.DuckDBPyConnection, every: str, customers: Customers, segments: Mapping[str, str], warnings: list[Fault]) -> Mapping[str, str]:  # fmt: skip
    """Put the events together with the segments of their customers; gives these segments, each under a free name."""
    taken, own = {name.casefold() for name in (*EVENTS, "amount", *segments)}, {}
    for name in customers.segments:
        own[name] = free_name(name, taken)
        taken.add(own[name].casefold())
    renamed = [f"{name} → {new}" for name, new in own.items() if new != name]
    if renamed:
        sentence = N_("columns of the customers that are called as another of the log, named anew beside it: {columns}")
        warnings.append(Fault("customers", sentence, {"columns": first_of(renamed)}))
    there = customers.table[["customer", *customers.segments]].astype(str)
    connection.register("arriving", there.set_axis([f"k{n}" for n in range(len(there.columns))], axis=1))
    connection.execute("CREATE TABLE known AS FROM arriving")
    connection.unregister("arriving")
    cells = "".join(f", coalesce(k{n}, '') AS {named(name)}" for n, name in enumerate(own.values(), 1))
    connection.execute(
        f"CREATE TABLE events AS SELECT * EXCLUDE (log, n) FROM (SELECT e.*{cells} FROM ({every}) e "
        "LEFT JOIN known ON customer = k0) ORDER BY log, n"
    )
    n = asked(connection, "SELECT count(DISTINCT customer) FROM events WHERE customer NOT IN (SELECT k0 FROM known)")[
        0
    ][0]
    if n:
        sentence = N_(
            "customers of the log who are not in the table of customers, their groups left empty ({n} in all)"
        )
        warnings.append(Fault("customers", sentence, {"n": n}))
    return {own[name]: shown for name, shown in customers.segments.items()}


def _log(table: Table, used: Columns) -> Log:
    connection, warnings = table.connection, table.warnings
    by_role: dict[str, list[str]] = {}
    for name, column in used.items():
        by_role.setdefault(column.role, []).append(name)
    cells = {name: cell_of(table, name, column) for name, column in used.items()}
    read = times_of(table, used, cells)
    segments = {name: used[name].name or name for name in by_role.get("segment", [])}
    warnings += [fault for one in read.values() for fault in one.warnings]
    warnings += left_out(table, by_role, cells, read)
    warnings += unlabelled(connection, used, cells)
    rest = _columns(table, by_role, cells, segments)
    what = ", ".join(f"nullif({cells[name]}, '')" for name in by_role.get("event", []))
    parts = []
    for name, one in read.items():
        event = literal(used[name].event) if used[name].event else f"concat_ws('/', {what})"
        who = cells[by_role["customer"][0]]
        chosen = ", ".join([f"{who} AS customer", f"{event} AS event", f"{one.sql} AS {AT}", *rest])
        parts.append(f"FROM (SELECT {chosen} FROM raw) WHERE customer <> '' AND event <> '' AND {AT} IS NOT NULL")
    connection.execute(f"CREATE TABLE events AS {' UNION ALL '.join(parts)}")
    if "lifecycle" in by_role:
        warnings += count_once(connection, by_role["lifecycle"][0])
    warnings += complete_groups(connection, segments)
    twice = asked(connection, "SELECT count(*) - count(DISTINCT h) FROM raw")[0][0]
    if twice:
        warnings.append(Fault(table.file, TWICE, {"n": twice}))
    if not table.rows:
        raise InputError("{file} has a heading and no row below it.", file=table.file)
    clear_away(connection)
    return _finished(connection, table.file, twice, segments, tuple(warnings))


def _columns(
    table: Table, by_role: Mapping[str, list[str]], cells: Mapping[str, str], segments: Mapping[str, str]
) -> list[str]:
    """The SQL of the columns that a log may have beside who, what and when."""
    channel = [cells[name] for name in by_role.get("channel", [])]
    rest = [f"{channel[0] if channel else literal('')} AS channel"]
    for name in by_role.get("amount", []):
        sql, warnings = amount_of(table, name, cells[name])
        rest.append(f"{sql} AS amount")
        table.warnings += warnings
    rest += [f"{cells[name]} AS {named(name)}" for name in segments]
    return [*rest, *(f"lower({cells[name]}) AS lifecycle" for name in by_role.get("lifecycle", []))]


def _finished(connection: duckdb.DuckDBPyConnection, file: str, duplicates: int, segments: Mapping[str, str], warnings: tuple[Fault, ...]) -> Log:  # fmt: skip
    rows, customers, first, last = asked(
        connection, f"SELECT count(*), count(DISTINCT customer), min({AT}), max({AT}) FROM events"
    )[0]
    if not rows:
        sentence = N_("{file} holds no event that could be read: {faults}")
        raise InputError(sentence, file=file, faults=list(warnings))
    return Log(
        connection.table("events"), rows, customers, first, last, duplicates, segments, warnings, connection, file
    )
