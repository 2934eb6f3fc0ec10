"""Times in a log, in whatever way they are written; what cannot be read is told, what could be two dates is asked.

Where a file's time zones differ by at most an hour, as summer time does in one place, the clock on the wall is kept as it was
written, so that no evening moves to another day; where they differ by more, all become UTC. Which of both is told.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import duckdb

from cjmkit.errors import N_, Fault, InputError
from cjmkit.exchange.date_order import decided
from cjmkit.exchange.event_engine import asked, literal
from cjmkit.exchange.text import first_of

ZONE = r"Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?"
ZONED = rf"^(.*:\d{{2}}(?:[.,]\d+)?)\s*({ZONE})$"
CLOCK = r"\d{1,2}:\d{2}(:\d{2}([.,]\d{1,9})?)?"
ISO = rf"\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}([T ]\s*{CLOCK})?"
DOTTED = rf"\d{{1,2}}[./-]\d{{1,2}}[./-](\d{{4}}|\d{{2}})([T ,]\s*{CLOCK}(\s*[AaPp][Mm])?)?"
DAY = r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})[T ,]*"
CLOCKS = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p", " %I:%M:%S.%f %p")
KNOWN = "2026-03-31 14:05, 31.3.2026, 3/31/2026, 20260331"
SINCE_1970 = (
    (r"\d{9,10}(\.\d{1,9})?", "* 1000000"), (r"\d{12,13}(\.\d{1,9})?", "* 1000"), (r"\d{15,16}", ""), (r"\d{18,19}", "/ 1000"),
)  # fmt: skip
SUMMER = 60  # minutes
SERIAL = r"\d{1,6}(\.\d+)?"


@dataclass(frozen=True)
class Times:
    """A column of times: the SQL that gives each or nothing, how many are empty, what is to be told, and by how many minutes
    its time zones are ahead of UTC, the least and the most; None where it has none."""

    sql: str
    empty: int
    warnings: tuple[Fault, ...] = ()
    ahead: tuple[int, int] | None = None


def times(
    connection: duckdb.DuckDBPyConnection, cell: str, place: str, order: str = "", serial: int | None = None,
    ahead: tuple[int, int] | None = None,
) -> Times:  # fmt: skip
    """How the times of a column of text in `raw` are read.

    Args:
        connection: where `raw` is.
        cell: the SQL that gives a cell's text, "" where it is blank.
        place: the column's name, for sentences.
        order: of day and month where the cells leave it open: "dmy" or "mdy".
        serial: by how many days plain numbers are late, where they are a spreadsheet's days; else None.
        ahead: of the whole file, where that is known already.

    Raises:
        InputError: no cell is a time; day and month could stand either way and no order is given, or they contradict.
    """
    plain, filled, rows = asked(
        connection, f"SELECT count({_iso('x')}), count(*) FILTER (x <> ''), count(*) FROM (SELECT {cell} AS x FROM raw)"
    )[0]
    if plain and plain == filled:  # the commonest case, settled at once
        return Times(_iso(cell), rows - filled)
    years = (True, False) if order in ("dmy", "mdy") else (True,)
    with_zone, iso, digits, only_dmy, only_mdy, either, dotted, example = _counted(connection, cell, years, serial)
    warnings: list[Fault] = []
    chosen = (
        order
        if order in ("dmy", "mdy")
        else decided(place, only_dmy, only_mdy, either, dotted, example, order, warnings)
    )
    ahead = (ahead or _ahead(connection, cell)) if with_zone else None
    to_utc = ahead is not None and ahead[1] - ahead[0] > SUMMER
    stem = _stem(cell) if ahead else cell
    forms = [(_iso(stem), iso), (_numbers(stem, serial), digits)]
    forms += [(_dotted(stem, chosen == "dmy", years), dotted)] if chosen else []
    used = [sql for sql, n in forms if n] or ["NULL::TIMESTAMP"]
    if len(used) > 1:
        warnings.append(Fault(place, "holds times written in more than one way; make sure that they mean the same"))
    if ahead and ahead != (0, 0):
        sentence = (
            N_("times in zones more than an hour apart ({least} to {most}) were turned to UTC")
            if to_utc
            else N_(
                "times are kept as the clock on the wall showed them; their time zones ({least} to {most}) are left out"
            )
        )
        warnings.append(Fault(place, sentence, {"least": _clock(ahead[0]), "most": _clock(ahead[1])}))
    if to_utc and 0 < with_zone < filled:
        sentence = N_(
            "times without a time zone, taken as they stand beside others that were turned to UTC ({n} of {of})"
        )
        warnings.append(Fault(place, sentence, {"n": filled - with_zone, "of": filled}))
    sql = f"coalesce({', '.join(used)})" + (f" - to_minutes({_offset(cell)})" if to_utc else "")
    warnings += _unread(connection, cell, sql, place, filled)
    return Times(sql, rows - filled, tuple(warnings), ahead)


def _ahead(connection: duckdb.DuckDBPyConnection, cell: str) -> tuple[int, int]:
    """By how many minutes the time zones of a column are ahead of UTC, the least and the most."""
    zoned = f"regexp_matches(x, {literal(ZONED)})"
    least, most = asked(connection, f"SELECT min(o), max(o) FROM (SELECT {_offset('x')} AS o FROM (SELECT {cell} AS x FROM raw) WHERE {zoned})")[0]  # fmt: skip
    return int(least), int(most)


def _clock(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _counted(connection: duckdb.DuckDBPyConnection, cell: str, years: tuple[bool, ...], serial: int | None) -> tuple[Any, ...]:  # fmt: skip
    """How many cells fit each way of writing: with a zone, ISO, digits, one order only, both but differing, any; and one."""
    zoned = f"regexp_matches(x, {literal(ZONED)})"
    dmy, mdy = (_dotted("stem", day_first, years) for day_first in (True, False))
    ways = (
        f"SELECT *, {_iso('stem')} AS iso, {_numbers('stem', serial)} AS numbers, {dmy} AS dmy, {mdy} AS mdy "
        f"FROM (SELECT x, {zoned} AS zoned, {_stem('x')} AS stem FROM (SELECT {cell} AS x FROM raw))"
    )
    rest = "iso IS NULL AND numbers IS NULL AND"
    return asked(
        connection,
        f"SELECT count(*) FILTER (zoned), count(iso), count(numbers), count(*) FILTER ({rest} mdy IS NULL AND dmy IS NOT NULL), "
        f"count(*) FILTER ({rest} dmy IS NULL AND mdy IS NOT NULL), count(*) FILTER (dmy <> mdy), count(coalesce(dmy, mdy)), "
        f"min(stem) FILTER (dmy <> mdy) FROM ({ways})",
    )[0]


def typed_time(column: str, kind: str) -> str | None:
    """The SQL that gives UTC from a column that the engine knows as a time; None where it is none."""
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"CASE WHEN isfinite({column}) THEN make_timestamp(epoch_us({column})) END"
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        return f"CASE WHEN isfinite({column}::TIMESTAMP) THEN {column}::TIMESTAMP END"
    return None


def _unread(connection: duckdb.DuckDBPyConnection, cell: str, sql: str, place: str, filled: int) -> list[Fault]:
    of = f"FROM (SELECT line, {cell} AS x, {sql} AS t FROM raw) WHERE x <> '' AND t IS NULL"
    n = asked(connection, f"SELECT count(*) {of}")[0][0]
    if not n:
        return []
    first = asked(connection, f"SELECT line, x {of} ORDER BY line LIMIT 11")
    values = first_of([_short(x) for x in Counter(x for _, x in first)], 5)
    if n == filled:
        raise InputError(
            "Column {column} is declared as a time, but none of its cells can be read as one, such as {values}. Known are {known} and seconds or milliseconds since 1970.",
            column=place, values=values, known=KNOWN,
        )  # fmt: skip
    sentence = N_("times that cannot be read, their rows left out ({n} in all): {values}; lines {lines}")
    return [Fault(place, sentence, {"n": n, "values": values, "lines": first_of([line for line, _ in first])})]


def _stem(cell: str) -> str:
    """The text of a time without its zone."""
    zoned = literal(ZONED)
    return f"CASE WHEN regexp_matches({cell}, {zoned}) THEN regexp_extract({cell}, {zoned}, 1) ELSE {cell} END"


def _offset(cell: str) -> str:
    """The minutes by which a time's zone is ahead of UTC."""
    zone = f"regexp_extract({cell}, {literal(ZONED)}, 2)"
    minutes = f"60 * {zone}[2:3]::INTEGER + CASE WHEN length({zone}) > 3 THEN right({zone}, 2)::INTEGER ELSE 0 END"
    return f"CASE WHEN {zone}[1] = '-' THEN -({minutes}) WHEN {zone}[1] = '+' THEN {minutes} ELSE 0 END"


def _iso(x: str) -> str:
    return f"CASE WHEN regexp_full_match({x}, {literal(ISO)}) THEN try_cast(replace({x}, ',', '.') AS TIMESTAMP) END"


def _dotted(x: str, day_first: bool, four_digits: tuple[bool, ...]) -> str:
    """Day and month in this order, then the year: of four digits, or of two where the order is declared."""
    text = f"upper(trim(replace(regexp_replace({x}, {literal(DAY)}, '\\1-\\2-\\3 '), ',', '.')))"
    text = f"regexp_replace({text}, '\\s*([AP]M)$', ' \\1')"
    tries = []
    for four in four_digits:
        day = ("%d-%m-" if day_first else "%m-%d-") + ("%Y" if four else "%y")
        formats = ", ".join(literal(day + clock) for clock in CLOCKS)
        year = r"^\d+[./-]\d+[./-]\d{4}" if four else r"^\d+[./-]\d+[./-]\d{2}(\D|$)"
        tries.append(f"WHEN regexp_matches({x}, {literal(year)}) THEN try_strptime({text}, [{formats}])")
    return f"CASE WHEN regexp_full_match({x}, {literal(DOTTED)}) THEN CASE {' '.join(tries)} END END"


def _digits(x: str) -> str:
    """Eight or fourteen digits of a date; else seconds, milli-, micro- or nanoseconds since 1970, by their length."""

    since = " ".join(
        f"WHEN regexp_full_match({x}, {literal(digits)}) "
        f"THEN make_timestamp(try_cast(floor(try_cast({x} AS DECIMAL(38, 9)) {factor}) AS BIGINT))"
        for digits, factor in SINCE_1970
    )
    return (
        f"CASE WHEN regexp_full_match({x}, '\\d{{8}}') THEN try_strptime({x}, '%Y%m%d') "
        f"WHEN regexp_full_match({x}, '\\d{{14}}') THEN try_strptime({x}, '%Y%m%d%H%M%S') {since} END"
    )


def _numbers(x: str, serial: int | None) -> str:
    return _digits(x) if serial is None else _serial(x, serial)


def _serial(x: str, late: int) -> str:
    """A spreadsheet's days since the end of 1899, or so many days later."""
    seconds = f"try_cast(round(try_cast({x} AS DOUBLE) * 86400000) AS BIGINT)"
    return f"CASE WHEN regexp_full_match({x}, {literal(SERIAL)}) THEN TIMESTAMP '1899-12-30' + to_days({int(late)}) + to_milliseconds({seconds}) END"


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
