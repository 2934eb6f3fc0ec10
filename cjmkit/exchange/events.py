"""Logs of events from other tools, read honestly: each row in the log or on the list of warnings, nothing guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from cjmkit.errors import N_, Fault, InputError
from cjmkit.exchange.any_table import read_any_table
from cjmkit.exchange.columns import NOT_FITTING, Column, Columns, nearest, stands_twice
from cjmkit.exchange.event_engine import asked, literal, named
from cjmkit.exchange.event_files import Table, table_of
from cjmkit.exchange.text import NUMBER, THOUSANDS, Source, first_of
from cjmkit.exchange.times import Times, times, typed_time
from cjmkit.tables import EVENTS

AT = named("at")  # a word that SQL keeps for itself
NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE", "DECIMAL")  # fmt: skip


@dataclass(frozen=True)
class Log:
    """What a log holds: `events`, a relation of the embedded engine with the columns customer, event, at (UTC), channel,
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
        _join(table, path, key)
    used = {name: column for name, column in columns.items() if column.role != "ignore"}
    _check(table, used)
    try:
        return _log(table, used)
    except duckdb.Error as error:
        raise InputError(
            "{file} is damaged and cannot be read ({problem}). Export it again.",
            file=table.file, problem=type(error).__name__,
        ) from error  # fmt: skip


def preview(source: Source, rows: int = 20, largest: int | None = None) -> tuple[list[str], list[list[str]]]:
    """The headings of a log's file and the text of its first rows, for whoever is to say what the columns are.

    >>> preview(b"id;day\\n007;31.3.2026\\n")
    (['id', 'day'], [['007', '31.3.2026']])
    """
    table = table_of(source, largest)
    cells = ", ".join(f"coalesce({_plain(table, n)}, '')" for n in range(len(table.headings)))
    return table.headings, [
        list(row) for row in asked(table.connection, f"SELECT {cells} FROM raw ORDER BY line LIMIT {int(rows)}")
    ]


def together(logs: Sequence[Log], customers: object = None) -> Log:
    """Several logs as one, with what is known of the customers as further segments.

    Args:
        logs: at least one.
        customers: a table as `read_customers` gives it.

    Raises:
        InputError: a segment's name would stand twice.
    """
    raise NotImplementedError


def _check(table: Table, used: Columns) -> None:
    times_there = Counter(table.headings)
    roles = [column.role for column in used.values()]
    faults = [
        Fault(
            name,
            "is declared, but not in the file; nearest: {near}",
            {"near": nearest(name, filter(None, table.headings))},
        )
        for name in used
        if name not in times_there
    ]
    faults += [Fault(name, "stands twice in the file; rename one of them") for name in used if times_there[name] > 1]
    segments = Counter(name.casefold() for name, column in used.items() if column.role == "segment")
    faults += [
        Fault(name, "a segment cannot have this name; rename the column in the file")
        for name, column in used.items()
        if column.role == "segment" and (name.casefold() in (*EVENTS, "amount") or segments[name.casefold()] > 1)
    ]
    faults += stands_twice(used, "events")
    if "customer" not in roles:
        sentence = N_(
            "none is declared as the customer: the one who did it, or the case it belongs to. Without it a table is no log"
        )
        faults.append(Fault("customer", sentence))
    if "at" not in roles:
        sentence = N_("none is declared as a time, when it happened. Without it a table is no log")
        faults.append(Fault("at", sentence))
    bare = [name for name, column in used.items() if column.role == "at" and not column.event]
    if len(bare) > 1 or (bare and "event" not in roles):
        sentence = N_(
            'say what happened at each time, such as event = "purchase", or declare the column that says it as event'
        )
        faults += [Fault(name, sentence) for name in bare]
    if faults:
        raise InputError(NOT_FITTING, faults=faults)


def _join(table: Table, path: Path | str, key: str) -> None:
    """Add another table's columns to `raw`, by the column that both share."""
    frame, warnings = read_any_table(path)
    other = Path(path).name
    for file, headings in ((table.file, table.headings), (other, list(frame.columns))):
        if key not in headings:
            near = nearest(key, filter(None, headings))
            raise InputError(
                "{file} has no column {key} to be joined by; nearest: {near}.", file=file, key=key, near=near
            )
    keys = frame[key].str.strip()
    twice = sorted(keys[keys.duplicated()].unique())
    if twice:
        sentence = N_("{file} cannot be joined: these values of {key} stand in more than one row: {values}")
        raise InputError(sentence, file=other, key=key, values=first_of(twice))
    more = [name for name in frame.columns if name not in table.headings]
    joined = frame[more].set_axis([f"c{len(table.headings) + n}" for n in range(len(more))], axis=1).assign(key=keys)
    connection, at = table.connection, table.headings.index(key)
    n = len(table.headings)
    connection.register("arriving", joined)
    connection.execute(f"CREATE TABLE joined{n} AS FROM arriving")
    connection.unregister("arriving")
    connection.execute(f"ALTER {_kind(connection)} raw RENAME TO before{n}")
    cells = "".join(f", joined{n}.{name}" for name in joined.columns if name != "key")
    connection.execute(
        f"CREATE VIEW raw AS SELECT before{n}.*{cells} FROM before{n} LEFT JOIN joined{n} "
        f"ON trim(before{n}.c{at}::VARCHAR) = joined{n}.key ORDER BY line"
    )
    table.headings += more
    table.warnings += warnings
    alone = asked(
        connection, f"SELECT count(*) FROM before{n} WHERE trim(c{at}::VARCHAR) NOT IN (SELECT key FROM joined{n})"
    )[0][0]
    if alone:
        sentence = N_("{n} rows have a {key} that {file} does not know; what it would add stays empty")
        table.warnings.append(Fault(key, sentence, {"n": alone, "key": key, "file": other}))


def _kind(connection: duckdb.DuckDBPyConnection) -> str:
    views = asked(connection, "SELECT count(*) FROM duckdb_views() WHERE view_name = 'raw'")[0][0]
    return "VIEW" if views else "TABLE"


def _log(table: Table, used: Columns) -> Log:
    connection, warnings = table.connection, table.warnings
    cells = {name: _cell(table, name, column) for name, column in used.items()}
    by_role = {role: [name for name, column in used.items() if column.role == role] for role in ("customer", "event", "at", "channel", "amount", "lifecycle", "segment")}  # fmt: skip
    read = {name: _time(table, name, used[name], cells[name]) for name in by_role["at"]}
    segments = {name: used[name].name or name for name in by_role["segment"]}
    warnings += [fault for one in read.values() for fault in one.warnings]
    warnings += _left_out(table, by_role, cells, read)
    warnings += _unlabelled(connection, used, cells)
    fixed = [f"{cells[by_role['customer'][0]]} AS customer"]
    rest = [f"{cells[by_role['channel'][0]] if by_role['channel'] else literal('')} AS channel"]
    if by_role["amount"]:
        sql, more = _amount(table, by_role["amount"][0], cells[by_role["amount"][0]])
        rest.append(f"{sql} AS amount")
        warnings += more
    rest += [f"{cells[name]} AS {named(name)}" for name in segments]
    if by_role["lifecycle"]:
        rest.append(f"lower({cells[by_role['lifecycle'][0]]}) AS lifecycle")
    what = (
        "concat_ws('/', " + ", ".join(f"nullif({cells[name]}, '')" for name in by_role["event"]) + ")"
        if by_role["event"]
        else ""
    )
    kept = " UNION ALL ".join(
        f"SELECT * FROM (SELECT {', '.join([*fixed, (literal(used[name].event) if used[name].event else what) + ' AS event', f'{one.sql} AS {AT}', *rest])} FROM raw) "
        f"WHERE customer <> '' AND event <> '' AND {AT} IS NOT NULL"
        for name, one in read.items()
    )
    connection.execute(f"CREATE TABLE events AS {kept}")
    if by_role["lifecycle"]:
        warnings += _once(connection, by_role["lifecycle"][0])
    warnings += _completed(connection, segments)
    twice = asked(connection, "SELECT count(*) - count(DISTINCT h) FROM raw")[0][0]
    if twice:
        sentence = N_("{n} rows are equal to another in every cell; they were kept, since the same may happen twice")
        warnings.append(Fault(table.file, sentence, {"n": twice}))
    ignored = [name for name in table.headings if name and name not in used]
    if ignored:
        sentence = N_("not declared and left out ({n} in all): {columns}")
        warnings.append(Fault("columns", sentence, {"n": str(len(ignored)), "columns": first_of(ignored)}))
    return _finished(connection, table.file, twice, segments, tuple(warnings))


def _finished(connection: duckdb.DuckDBPyConnection, file: str, duplicates: int, segments: Mapping[str, str], warnings: tuple[Fault, ...]) -> Log:  # fmt: skip
    rows, customers, first, last = asked(
        connection, f"SELECT count(*), count(DISTINCT customer), min({AT}), max({AT}) FROM events"
    )[0]
    if not rows:
        sentence = N_("{file} holds no event that could be read: {faults}")
        raise InputError(sentence, file=file, faults=list(warnings))
    return Log(connection.table("events"), rows, customers, first, last, duplicates, segments, warnings, connection)


def _plain(table: Table, n: int) -> str:
    return f"c{n}::VARCHAR" if n in table.typed else f"c{n}"


def _cell(table: Table, name: str, column: Column) -> str:
    """The SQL of a cell's text: spaces around it taken off, "" where it is blank, in words where it has a label."""
    text = f"coalesce(trim({_plain(table, table.headings.index(name))}), '')"
    if column.blank:
        same = f"{text} IN ({', '.join(literal(blank) for blank in column.blank)})"
        numbers = [repr(float(blank)) for blank in column.blank if not isinstance(blank, str)]
        if numbers:
            same += f" OR coalesce(try_cast(replace({text}, ',', '.') AS DOUBLE) IN ({', '.join(numbers)}), false)"
        text = f"CASE WHEN {same} THEN '' ELSE {text} END"
    if column.labels:
        words = " ".join(f"WHEN {literal(code)} THEN {literal(label)}" for code, label in column.labels.items())
        text = f"CASE {text} {words} ELSE {text} END"
    return text


def _time(table: Table, name: str, column: Column, cell: str) -> Times:
    n = table.headings.index(name)
    typed = typed_time(f"c{n}", table.typed.get(n, ""))
    if typed:
        empty = asked(table.connection, f"SELECT count(*) FROM raw WHERE ({typed}) IS NULL")[0][0]
        return Times(typed, empty)
    return times(table.connection, cell, name, column.order, table.serial)


def _left_out(
    table: Table, by_role: Mapping[str, list[str]], cells: Mapping[str, str], read: Mapping[str, Times]
) -> list[Fault]:
    """What is empty that a row of a log must have."""
    warnings = []
    customer, events = by_role["customer"][0], by_role["event"]
    conditions = [
        (customer, f"{cells[customer]} = ''", N_("rows without a customer, left out ({n} in all): lines {lines}"))
    ]
    if events and any(True for _ in read):
        empty = " AND ".join(f"{cells[name]} = ''" for name in events)
        conditions.append(
            (events[0], empty, N_("rows that do not say what happened, left out ({n} in all): lines {lines}"))
        )
    if all(one.empty for one in read.values()):
        empty = " AND ".join(f"{cells[name]} = ''" for name in read)
        conditions.append((next(iter(read)), empty, N_("rows without a time, left out ({n} in all): lines {lines}")))
    for place, condition, sentence in conditions:
        n = asked(table.connection, f"SELECT count(*) FROM raw WHERE {condition}")[0][0]
        if n:
            lines = [
                row[0]
                for row in asked(table.connection, f"SELECT line FROM raw WHERE {condition} ORDER BY line LIMIT 11")
            ]
            warnings.append(Fault(place, sentence, {"n": n, "lines": first_of(lines)}))
    return warnings


def _amount(table: Table, name: str, cell: str) -> tuple[str, list[Fault]]:
    """The SQL of an amount, with a decimal point or comma, and the cells that are none."""
    n = table.headings.index(name)
    if table.typed.get(n, "").split("(")[0] in NUMBERS:
        return f"c{n}::DOUBLE", []
    is_one = f"regexp_full_match({cell}, {literal(NUMBER.pattern)}) AND NOT regexp_full_match({cell}, {literal(THOUSANDS.pattern)})"
    sql = f"CASE WHEN {is_one} THEN try_cast(replace({cell}, ',', '.') AS DOUBLE) END"
    of = f"FROM (SELECT line, {cell} AS x FROM raw) WHERE x <> '' AND ({sql.replace(cell, 'x')}) IS NULL"
    wrong = asked(table.connection, f"SELECT count(*) {of}")[0][0]
    if not wrong:
        return sql, []
    first = asked(table.connection, f"SELECT line, x {of} ORDER BY line LIMIT 11")
    sentence = N_("amounts that are no number, left empty ({n} in all): {values}; lines {lines}")
    values = {"n": wrong, "values": first_of([x for _, x in first], 5), "lines": first_of([line for line, _ in first])}
    return sql, [Fault(name, sentence, values)]


def _unlabelled(connection: duckdb.DuckDBPyConnection, used: Columns, cells: Mapping[str, str]) -> list[Fault]:
    warnings = []
    for name, column in used.items():
        if column.labels:
            known = ", ".join(literal(words) for words in ("", *column.labels.values()))
            found = asked(
                connection, f"SELECT DISTINCT {cells[name]} AS x FROM raw WHERE x NOT IN ({known}) ORDER BY x LIMIT 11"
            )
            if found:
                sentence = N_("these codes have no label and stand as they are: {codes}")
                warnings.append(Fault(name, sentence, {"codes": first_of([row[0][:40] for row in found])}))
    return warnings


def _once(connection: duckdb.DuckDBPyConnection, place: str) -> list[Fault]:
    """Count each activity once: where it is said to be complete, only those rows, else those of its start."""
    before = asked(connection, "SELECT count(*) FROM events")[0][0]
    connection.execute("ALTER TABLE events RENAME TO all_states")
    connection.execute(
        "CREATE TABLE events AS SELECT * EXCLUDE (lifecycle, state) FROM (SELECT *, CASE WHEN lifecycle IN ('complete', '') THEN 0 "
        "WHEN lifecycle = 'start' THEN 1 ELSE 2 END AS state FROM all_states) "
        "QUALIFY state = min(state) OVER (PARTITION BY customer, event)"
    )
    connection.execute("DROP TABLE all_states")
    left = before - asked(connection, "SELECT count(*) FROM events")[0][0]
    sentence = N_(
        "{n} rows tell another state of something that is counted once already, when it was complete; left out"
    )
    return [Fault(place, sentence, {"n": left})] if left else []


def _completed(connection: duckdb.DuckDBPyConnection, segments: Mapping[str, str]) -> list[Fault]:
    """Give a customer's every row the group that only some of their rows name, where these agree."""
    warnings = []
    for name in segments:
        column = named(name)
        n, torn = asked(
            connection,
            f"SELECT coalesce(sum(empty) FILTER (groups = 1), 0), count(*) FILTER (groups > 1) FROM (SELECT count(*) FILTER ({column} = '') AS empty, "
            f"count(DISTINCT nullif({column}, '')) AS groups FROM events GROUP BY customer)",
        )[0]
        if n and not torn:
            connection.execute(
                f"CREATE OR REPLACE TABLE events AS SELECT * REPLACE (max({column}) OVER (PARTITION BY customer) AS {column}) FROM events"
            )
            sentence = N_(
                "is said once for each customer and then left empty; {n} rows were given what the same customer's others say"
            )
            warnings.append(Fault(name, sentence, {"n": int(n)}))
    return warnings
