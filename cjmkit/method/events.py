"""A log of events beside the map: which event belongs to which touchpoint, and how often each happened.

A log is a frame that narwhals knows (pandas, Polars, DuckDB, Ibis, Spark), one row per event, with the columns

    customer: who; text or number.
    event: what; text.
    at: when; a time, in UTC (one of a zone is turned into it). Text is refused.
    channel: where; text. Optional, as are amount (a number) and further columns of text, one per segment.

Rows without a customer, an event or a time count nowhere. What is computed from it stays on that engine; only small tables come back, as pandas.
Events of one customer at the same time follow the order of their names, so that every engine counts alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

import narwhals as nw
import pandas as pd

from cjmkit.errors import FigureError, UsageError
from cjmkit.journey import Journey

Frame = nw.LazyFrame[Any]
NEEDED = ("customer", "event", "at")


def lazy(events: Any) -> Frame:
    """The log as one lazy frame, whatever engine it is on.

    >>> lazy(pd.DataFrame({"customer": ["a"], "event": ["home"]})).collect_schema().names()
    ['customer', 'event']
    """
    if isinstance(events, pd.DataFrame) and "at" in events and events["at"].dtype == object:
        events = events.assign(at=_times(events["at"]))
    frame = nw.from_native(events)
    return frame if isinstance(frame, nw.LazyFrame) else frame.lazy()


def _times(column: pd.Series) -> pd.Series:
    """Times that pandas holds as objects, as times; where all are missing too, so that lengths can be counted."""
    return pd.to_datetime(column) if column.isna().all() else column.infer_objects()


def small(frame: Frame) -> pd.DataFrame:
    """A small result as a pandas table."""
    if frame.implementation.is_spark_like():  # row by row: no Arrow needed
        return pd.DataFrame([tuple(row) for row in frame.to_native().collect()], columns=frame.collect_schema().names())
    found = frame.collect() if frame.implementation.is_polars() else frame.collect(backend="pandas")
    return pd.DataFrame(found.to_dict(as_series=False)) if found.implementation.is_polars() else found.to_native()


def known(events: Any) -> Frame:
    """The log without the rows that lack a customer, an event or a time; times of a zone are those of UTC.

    Raises:
        FigureError: the log lacks one of these columns, or its `at` holds no times.
    """
    frame = lazy(events)
    schema = frame.collect_schema()
    for column in NEEDED:
        if column not in schema:
            raise FigureError("The log has no column {column}. It needs customer, event and at: rename its columns, or read the file with read_events.", column=repr(column))  # fmt: skip
    kind = schema["at"]
    if kind.is_numeric() or isinstance(kind, nw.String | nw.Object | nw.Boolean | nw.Categorical | nw.Enum):
        raise FigureError("The column {column} of the log holds no times. Turn it into times first, as pandas.to_datetime does, or read the file with read_events.", column="at")  # fmt: skip
    if isinstance(kind, nw.Datetime) and kind.time_zone and not frame.implementation.is_spark_like():
        frame = _in_utc(frame)
    return frame.drop_nulls(list(NEEDED))


def _in_utc(frame: Frame) -> Frame:
    """Times of a zone as those of UTC, without one; DuckDB shows such times in the zone of the machine."""
    if frame.implementation.is_duckdb():
        plain: Frame = nw.from_native(frame.to_native().project('* REPLACE (make_timestamp(epoch_us("at")) AS "at")'))
        return plain
    return frame.with_columns(nw.col("at").dt.convert_time_zone("UTC").dt.replace_time_zone(None))


def first_groups(frame: Frame, by: str) -> Frame:
    """The group of each customer: the first value given in the column, of several at once the first by name.

    Args:
        frame: what `known` gives.
        by: a column of the log.

    Returns:
        Columns customer and group, "" where none is given in any row.

    Raises:
        UsageError: the log has no such column.

    >>> log = pd.DataFrame({"customer": "a", "event": "x", "at": pd.to_datetime(["2026-01-02", "2026-01-01"]), "age": [3, 4]})
    >>> small(first_groups(lazy(log), "age")).values.tolist()
    [['a', '4']]
    """
    columns = frame.collect_schema().names()
    if by not in columns:
        raise UsageError(
            "The log has no column {column}. Its columns: {columns}.",
            column=repr(by), columns=[name for name in columns if name not in ("customer", "at")],
        )  # fmt: skip
    rows = frame.select("customer", "at", group=nw.col(by).cast(nw.String).fill_null(""))
    each = rows.group_by("customer", "group").agg(nw.col("at").min())
    each = each.with_columns(at=nw.when(nw.col("group") != "").then(nw.col("at")))
    each = each.with_columns(first=nw.col("at").min().over("customer"))
    each = each.with_columns(group=nw.when(nw.col("at") == nw.col("first")).then(nw.col("group")))
    return each.group_by("customer").agg(nw.col("group").min()).with_columns(nw.col("group").fill_null(""))


def event_counts(events: Any) -> pd.DataFrame:
    """How often each event happened, and to how many customers.

    Args:
        events: the log.

    Returns:
        Columns event, n (events), customers; the commonest first.

    >>> log = pd.DataFrame({"customer": ["a", "a", "b"], "event": ["home", "cart", "home"]})
    >>> event_counts(log).values.tolist()
    [['home', 2, 2], ['cart', 1, 1]]
    """
    counted = lazy(events).group_by("event").agg(n=nw.len(), customers=nw.col("customer").n_unique())
    table = small(counted).astype({"n": int, "customers": int})
    return table.sort_values(["n", "event"], ascending=[False, True], ignore_index=True)


def touchpoints_of(journey: Journey, events: Iterable[str]) -> dict[str, str]:
    """The touchpoint of each event that has one, by the patterns in `touchpoint.events`; the narrowest pattern wins.

    A pattern is an event's name, or one with `*` for any letters; the one with most letters of its own is the narrowest,
    and of equals the first on the map.

    >>> journey = Journey.from_data({"stages": [{"id": "use"}], "touchpoints": [
    ...     {"id": "web", "stage": "use", "events": ["web/*"]}, {"id": "forum", "stage": "use", "events": ["web/forum*"]}]})
    >>> touchpoints_of(journey, ["web/forum/7", "web/home", "call"])
    {'web/forum/7': 'forum', 'web/home': 'web'}
    """
    patterns = [(len(p.replace("*", "")), p, t.id) for t in journey.touchpoints for p in t.events]
    patterns.sort(key=lambda found: -found[0])
    found = {}
    for event in events:
        hit = next((id for _, p, id in patterns if fnmatchcase(event, p.replace("[", "[[]"))), None)
        if hit is not None:
            found[event] = hit
    return found


def on_map(events: Any, journey: Journey) -> Frame:
    """The log with two more columns: the touchpoint and the stage of each event, "" where the map has none.

    Args:
        events: the log.
        journey: whose touchpoints' `events` say which is which.

    >>> journey = Journey.from_data({"stages": [{"id": "use"}],
    ...     "touchpoints": [{"id": "web", "stage": "use", "events": ["home"]}]})
    >>> log = pd.DataFrame({"customer": ["a", "a"], "event": ["home", "x"]})
    >>> small(on_map(log, journey))[["touchpoint", "stage"]].values.tolist()
    [['web', 'use'], ['', '']]
    """
    frame = lazy(events)
    names = small(frame.select("event").unique()).event.dropna().tolist()
    found = touchpoints_of(journey, sorted(names))
    stage_of = {t.id: t.stage for t in journey.touchpoints}
    groups: dict[str, list[str]] = {}
    stages: dict[str, list[str]] = {}
    for event, id in found.items():
        groups.setdefault(id, []).append(event)
        stages.setdefault(stage_of[id], []).append(event)
    return frame.with_columns(touchpoint=_named(groups), stage=_named(stages))


def _named(groups: dict[str, list[str]]) -> nw.Expr:
    """The name of the group that an event is of, else ""."""
    named = nw.lit("")
    for name, events in groups.items():
        named = nw.when(nw.col("event").is_in(events)).then(nw.lit(name)).otherwise(named)
    return named
