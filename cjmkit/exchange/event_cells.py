"""A log's columns as they are declared, each cell turned to what it says; every doubt told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import duckdb

from cjmkit.errors import N_, Fault, InputError
from cjmkit.exchange.columns import NOT_FITTING, Column, Columns, not_there, stands_twice
from cjmkit.exchange.event_engine import asked, literal
from cjmkit.exchange.event_tables import Table
from cjmkit.exchange.text import NUMBER, THOUSANDS, first_of
from cjmkit.exchange.times import Times, times, typed_time
from cjmkit.tables import EVENTS

NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE", "DECIMAL")  # fmt: skip


def check_columns(table: Table, used: Columns) -> None:
    roles = [column.role for column in used.values()]
    faults = not_there(used, table.headings)
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


def plain(table: Table, n: int) -> str:
    return f"c{n}::VARCHAR" if n in table.typed else f"c{n}"


def cell_of(table: Table, name: str, column: Column) -> str:
    """The SQL of a cell's text: spaces around it taken off, "" where it is blank, in words where it has a label."""
    text = f"coalesce(trim({plain(table, table.headings.index(name))}), '')"
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


def times_of(table: Table, used: Columns, cells: Mapping[str, str]) -> dict[str, Times]:
    """How each column of times is read; their time zones count together, as those of one file."""
    read = {name: _time_of(table, name, column, cells[name]) for name, column in used.items() if column.role == "at"}
    zones = [one.ahead for one in read.values() if one.ahead]
    if len(set(zones)) > 1:
        ahead = min(zone[0] for zone in zones), max(zone[1] for zone in zones)
        return {n: _time_of(table, n, used[n], cells[n], ahead) if one.ahead else one for n, one in read.items()}
    return read


def _time_of(table: Table, name: str, column: Column, cell: str, ahead: tuple[int, int] | None = None) -> Times:
    n = table.headings.index(name)
    typed = typed_time(f"c{n}", table.typed.get(n, ""))
    if typed:
        empty = asked(table.connection, f"SELECT count(*) FROM raw WHERE ({typed}) IS NULL")[0][0]
        return Times(typed, empty)
    return times(table.connection, cell, name, column.order, table.serial, ahead)


def left_out(
    table: Table, by_role: Mapping[str, list[str]], cells: Mapping[str, str], read: Mapping[str, Times]
) -> list[Fault]:
    """What is empty that a row of a log must have."""
    warnings = []
    customer, events = by_role["customer"][0], by_role.get("event", [])
    conditions = [
        (customer, f"{cells[customer]} = ''", N_("rows without a customer, left out ({n} in all): lines {lines}"))
    ]
    if events:
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


def amount_of(table: Table, name: str, cell: str) -> tuple[str, list[Fault]]:
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


def unlabelled(connection: duckdb.DuckDBPyConnection, used: Columns, cells: Mapping[str, str]) -> list[Fault]:
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
