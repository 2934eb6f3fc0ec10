"""Shares of customers week by week: who did what, who went on to the next step, and of which group they were."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

import narwhals as nw
import pandas as pd

from cjmkit.errors import UsageError
from cjmkit.method.drop_off import Asked, asked
from cjmkit.method.events import Frame, known, small
from cjmkit.method.funnel import counted, share
from cjmkit.method.groups import FEW, OTHER, merge_small_groups
from cjmkit.method.steps import apart, check_column, seconds, step_times

What = Literal["event", "step", "transition", "customers"]
SERIES = ["what", "name", "column", "group", "period", "x", "n"]


def shares_over_time(
    events: Any, steps: Asked | None = None, *, of: What = "event", every: str = "1w", by: str | None = None
) -> pd.DataFrame:  # fmt: skip
    """The share of customers, period by period, who did each thing.

    A customer counts once in each period in which they did something.

    Args:
        events: the log.
        steps: for "step": the map, or steps with their events.
        of: "event": of all customers of the period, those with the event; "transition": of those with an event, those
            whose next event in the period it was; "step": of those in order at a step within the period, those who came to the next;
            "customers": of all, those of each group.
        every: how long a period is: "1d", "1w" (from Mondays), "2w", or "1mo" for calendar months.
        by: a column of the log: each group for itself; a customer is of every group they were in. Groups under five
            customers are merged.

    Returns:
        Columns what, name, column, group, since, until (first and last day of the period), n, value, low, high (Wilson,
        95 %); transitions are named "from > to". Where fewer than five customers stand
        behind a share, it is missing.

    >>> log = pd.DataFrame({"customer": list("abcdea"), "event": ["home"] * 5 + ["paid"], "at": pd.to_datetime(["2026-03-02"] * 6)})
    >>> shares_over_time(log)[["name", "n", "value"]].values.tolist()
    [['home', 5, 1.0], ['paid', 5, 0.2]]
    """
    frame, starts = periods(events, every)
    table = series(frame, of, steps, by)
    rates = [share(x, n) if n >= FEW else share(0, 0) for x, n in zip(table.x, table.n, strict=True)]
    ends = [starts[p + 1] - timedelta(seconds=1) for p in table.period]
    table = table.assign(since=[starts[p].date() for p in table.period], until=[end.date() for end in ends])
    for k, name in enumerate(("value", "low", "high")):
        table[name] = [rate[k] for rate in rates]
    return table[["what", "name", "column", "group", "since", "until", "n", "value", "low", "high"]]


def periods(events: Any, every: str) -> tuple[Frame, list[datetime]]:
    """The log with the number of each event's period, and when each period starts; the last start is the end."""
    frame = known(events)
    ends = small(frame.select(first=nw.col("at").min(), last=nw.col("at").max())).iloc[0]
    if pd.isna(ends["first"]):
        return frame.with_columns(period=nw.lit(0)), [datetime(1970, 1, 1), datetime(1970, 1, 2)]
    first, last = (pd.Timestamp(ends[name]).to_pydatetime() for name in ("first", "last"))
    if every == "1mo":
        month = nw.col("at").dt.year().cast(nw.Int64) * 12 + nw.col("at").dt.month().cast(nw.Int64)
        from_, to = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
        starts = [datetime(m // 12, m % 12 + 1, 1) for m in range(from_, to + 2)]
        return frame.with_columns(period=month - (from_ + 1)), starts
    length = seconds(every)
    if length < 86400:
        raise UsageError("A period is at least one day: 1d, 1w, 2w or 1mo, not {every}.", every=repr(every))
    start = datetime(first.year, first.month, first.day)
    start -= timedelta(days=start.weekday() if every.endswith("w") else 0)
    count = int((last - start).total_seconds()) // length + 1
    number = (apart(frame, nw.col("at"), nw.lit(start)) // length).cast(nw.Int64)
    return frame.with_columns(period=number), [start + timedelta(seconds=length * k) for k in range(count + 1)]


def series(frame: Frame, what: What, steps: Asked | None, by: str | None) -> pd.DataFrame:
    """How many of how many, for each thing, group and period: what, name, column, group, period, x, n; small."""
    frame = _grouped(frame, by)
    if what == "step":
        found = _steps(frame, steps)
    elif what in ("event", "transition", "customers"):
        there = small(_people(frame, "period", "group")).rename(columns={"customers": "n"})
        found = {"event": _events, "transition": _moves, "customers": _mix}[what](frame, there)
    else:
        raise UsageError("Over time there is event, step, transition or customers, not {what}.", what=repr(what))
    table = found.assign(what=what, column=by or "")[SERIES].astype({"x": int, "n": int, "period": int})
    return table.sort_values(["name", "group", "period"], ignore_index=True)


def _people(frame: Frame, *keys: str) -> Frame:
    return frame.group_by(*keys).agg(customers=nw.col("customer").n_unique())


def _grouped(frame: Frame, by: str | None) -> Frame:
    if by is None:
        return frame.with_columns(group=nw.lit(""))
    check_column(frame, by)
    frame = frame.with_columns(group=nw.col(by).cast(nw.String).fill_null(""))
    sizes = small(_people(frame, "group")).set_index("group").customers
    shown = merge_small_groups({str(group): int(n) for group, n in sizes.items()})
    few = [group for group, name in shown.items() if group != name]
    return frame.with_columns(group=nw.when(nw.col("group").is_in(few)).then(nw.lit(OTHER)).otherwise(nw.col("group"))) if few else frame  # fmt: skip


def _events(frame: Frame, there: pd.DataFrame) -> pd.DataFrame:
    """Every event in every period in which its group was there at all, also where nobody did it."""
    did = small(_people(frame, "period", "group", "event")).rename(columns={"event": "name", "customers": "x"})
    every = there.merge(did[["name"]].drop_duplicates(), how="cross")
    return every.merge(did, on=["period", "group", "name"], how="left").fillna({"x": 0})


def _moves(frame: Frame, there: pd.DataFrame) -> pd.DataFrame:
    """Of the customers with an event, those whose next event it was, in the period of the first."""
    next_ = nw.col("event").shift(-1).over("customer", "period", order_by=["at", "event"])
    moved = frame.with_columns(to=next_).filter(~nw.col("to").is_null())
    went = small(_people(moved, "period", "group", "event", "to")).rename(columns={"customers": "x"})
    had = small(_people(frame, "period", "group", "event")).rename(columns={"customers": "n"})
    every = had.merge(went[["event", "to"]].drop_duplicates(), on="event")
    found = every.merge(went, on=["period", "group", "event", "to"], how="left").fillna({"x": 0})
    return found.assign(name=found.event + " > " + found.to)


def _mix(frame: Frame, there: pd.DataFrame) -> pd.DataFrame:
    """Of all customers of a period those of each group."""
    total = small(_people(frame, "period")).rename(columns={"customers": "n"})
    every = total.merge(there[["group"]].drop_duplicates(), how="cross")
    found = every.merge(there.rename(columns={"n": "x"}), on=["period", "group"], how="left").fillna({"x": 0})
    return found.assign(name=found.group)


def _steps(frame: Frame, steps: Asked | None) -> pd.DataFrame:
    """Of the customers in order at a step within a period those who came to the next within it."""
    if steps is None:
        raise UsageError("The share who went on needs the steps: a journey, or names with their events.")
    found, names = asked(frame, steps, "stage", None)
    keys = ["period", "group"]
    rows = frame.with_columns(by=nw.col("group"))
    times = step_times(rows, found, "by", unit=("customer", "period")) if found else None
    if times is None or len(found) < 2:
        return pd.DataFrame(columns=SERIES)
    table = counted(times, keys)
    parts = [
        table[keys].assign(name=names[id], x=table[f"in{k}"], n=table[f"in{k - 1}"])
        for k, id in enumerate(found)
        if k
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)
