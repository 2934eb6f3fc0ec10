"""A log's rows: other tables joined to them, states of one activity counted once, groups said for every row."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from cjmkit.errors import N_, Fault, InputError
from cjmkit.exchange.any_table import read_any_table
from cjmkit.exchange.columns import nearest
from cjmkit.exchange.event_engine import asked, named
from cjmkit.exchange.event_tables import Table
from cjmkit.exchange.text import first_of


def add_table(table: Table, path: Path | str, key: str) -> None:
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
        f"CREATE TABLE raw AS SELECT before{n}.*{cells} FROM before{n} LEFT JOIN joined{n} "
        f"ON trim(before{n}.c{at}::VARCHAR) = joined{n}.key ORDER BY line"
    )
    table.headings += more
    table.warnings += warnings
    alone = asked(
        connection, f"SELECT count(*) FROM before{n} WHERE trim(c{at}::VARCHAR) NOT IN (SELECT key FROM joined{n})"
    )[0][0]
    if alone:
        sentence = N_("rows whose {key} {file} does not know, what it would add left empty ({n} in all)")
        table.warnings.append(Fault(key, sentence, {"n": alone, "key": key, "file": other}))


def _kind(connection: duckdb.DuckDBPyConnection) -> str:
    views = asked(connection, "SELECT count(*) FROM duckdb_views() WHERE view_name = 'raw'")[0][0]
    return "VIEW" if views else "TABLE"


def count_once(connection: duckdb.DuckDBPyConnection, place: str) -> list[Fault]:
    """Count each activity once: where it is said to be complete, only those rows, else those of its start."""
    before = asked(connection, "SELECT count(*) FROM events")[0][0]
    connection.execute("ALTER TABLE events RENAME TO all_states")
    connection.execute(
        "CREATE TABLE events AS SELECT * EXCLUDE (lifecycle, state, n) FROM (SELECT *, rowid AS n, CASE WHEN lifecycle IN ('complete', '') THEN 0 "
        "WHEN lifecycle = 'start' THEN 1 ELSE 2 END AS state FROM all_states) "
        "QUALIFY state = min(state) OVER (PARTITION BY customer, event) ORDER BY n"
    )
    connection.execute("DROP TABLE all_states")
    left = before - asked(connection, "SELECT count(*) FROM events")[0][0]
    sentence = N_("rows that tell another state of something already counted once, left out ({n} in all)")
    return [Fault(place, sentence, {"n": left})] if left else []


def complete_groups(connection: duckdb.DuckDBPyConnection, segments: Mapping[str, str]) -> list[Fault]:
    """Give a customer's every row the group that only some of their rows name, where these agree."""
    warnings = []
    for name in segments:
        column = named(name)
        if not asked(connection, f"SELECT count(*) FROM events WHERE {column} = ''")[0][0]:
            continue
        n, torn = asked(
            connection,
            f"SELECT coalesce(sum(empty) FILTER (groups = 1), 0), count(*) FILTER (groups > 1) FROM (SELECT count(*) FILTER ({column} = '') AS empty, "
            f"count(DISTINCT nullif({column}, '')) AS groups FROM events GROUP BY customer)",
        )[0]
        if n and not torn:
            connection.execute(
                f"CREATE OR REPLACE TABLE events AS SELECT * REPLACE (max({column}) OVER (PARTITION BY customer) AS {column}) FROM events ORDER BY rowid"
            )
            sentence = N_(
                "is said once for each customer and empty in their other rows; these were given the same ({n} in all)"
            )
            warnings.append(Fault(name, sentence, {"n": int(n)}))
    return warnings


def clear_away(connection: duckdb.DuckDBPyConnection) -> None:
    """Forget the rows as they stood in the file: the events are all that stays."""
    for kind, relation in (("VIEW", "view"), ("TABLE", "table")):
        names = asked(connection, f"SELECT {relation}_name FROM duckdb_{relation}s() WHERE NOT internal ORDER BY 1")
        for (name,) in names:
            if name != "events":
                connection.execute(f"DROP {kind} {named(name)}")
