"""Shares of customers period by period: who did what, who went on to the next step or back, and of which group they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Literal, get_args

import narwhals as nw
import pandas as pd

from cjmkit.errors import UsageError
from cjmkit.method.drop_off import Asked, asked
from cjmkit.method.events import Frame, known, small
from cjmkit.method.funnel import share
from cjmkit.method.groups import FEW, OTHER, merge_small_groups
from cjmkit.method.steps import Steps, apart, check_column, seconds

What = Literal["event", "step", "back", "transition", "customers", "new"]
WAYS = get_args(What)
Split = Callable[[Frame], Frame]
GROUPED = ["period", "column", "group"]
SERIES = ["what", "name", "column", "group", "period", "x", "n"]


def shares_over_time(
    events: Any, steps: Asked | None = None, *, of: What = "event", every: str = "1w", by: str | None = None,
    anchor: date | None = None,
) -> pd.DataFrame:  # fmt: skip
    """The share of customers, period by period, who did each thing.

    A customer counts once in each period in which they did something.

    Args:
        events: the log.
        steps: for "step" and "back": the map, along its path from touchpoint to touchpoint, or steps with their events.
        of: "event": of all customers of the period, those with the event; "step": of those at a step, those who came
            to the next one afterwards within the period; "back": of those who went from a step to the one before it
            or to a later one, those who went back; "transition": of those with an event, those whose next event in
            the period it was; "customers": of all, those of each group; "new": of all, those never seen before.
        every: how long a period is: "1d", "1w" (from Mondays), "2w", or "1mo" for calendar months.
        by: a column of the log: each group for itself; a customer is of every group they were in. Groups under five
            customers are merged.
        anchor: a day on which a period is to begin.

    Returns:
        Columns what, name, column, group, since, until (first and last day of the period), n, value, low, high (Wilson,
        95 %); steps, ways back and transitions are named "from > to". Where fewer than five customers stand
        behind a share, it is missing.

    >>> log = pd.DataFrame({"customer": list("abcdea"), "event": ["home"] * 5 + ["paid"], "at": pd.to_datetime(["2026-03-02"] * 6)})
    >>> shares_over_time(log)[["name", "n", "value"]].values.tolist()
    [['home', 5, 1.0], ['paid', 5, 0.2]]
    """
    frame, starts = periods(events, every, anchor)
    if of not in WAYS:
        raise UsageError("Over time there is event, step, back, transition, customers or new, not {what}.", what=repr(of))  # fmt: skip
    table = series(frame, of, named_steps(frame, steps) if of in ("step", "back") else None, [by])
    rates = [share(x, n) if n >= FEW else share(0, 0) for x, n in zip(table.x, table.n, strict=True)]
    ends = [starts[p + 1] - timedelta(seconds=1) for p in table.period]
    table = table.assign(since=[starts[p].date() for p in table.period], until=[end.date() for end in ends])
    for k, name in enumerate(("value", "low", "high")):
        table[name] = [rate[k] for rate in rates]
    return table[["what", "name", "column", "group", "since", "until", "n", "value", "low", "high"]]


def periods(events: Any, every: str, anchor: date | None = None) -> tuple[Frame, list[datetime]]:
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
    if anchor is not None:
        start -= timedelta(seconds=((start - datetime(anchor.year, anchor.month, anchor.day)).total_seconds()) % length)
    else:
        start -= timedelta(days=start.weekday() if every.endswith("w") else 0)
    count = int((last - start).total_seconds()) // length + 1
    number = (apart(frame, nw.col("at"), nw.lit(start)) // length).cast(nw.Int64)
    return frame.with_columns(period=number), [start + timedelta(seconds=length * k) for k in range(count + 1)]


def series(frame: Frame, what: What, steps: Steps | None, by: Sequence[str | None] = (None,)) -> pd.DataFrame:
    """How many of how many, for each thing, column, group and period: what, name, column, group, period, x, n; small.

    Args:
        frame: the log with its periods.
        what: see `shares_over_time`.
        steps: for "step" and "back".
        by: columns of groups; None is everybody.
    """
    split = partial(_split, few=_few(frame, by))
    if what in ("step", "back"):
        found = (_steps if what == "step" else _back)(frame, split, steps or {})
    else:
        there = small(_people(split(frame), *GROUPED)).rename(columns={"customers": "n"})
        found = {"event": _events, "transition": _moves, "customers": _mix, "new": _new}[what](frame, split, there)
    table = found.assign(what=what)[SERIES].astype({"x": int, "n": int, "period": int})
    return table.sort_values(["name", "column", "group", "period"], ignore_index=True)


def _people(frame: Frame, *keys: str) -> Frame:
    return frame.group_by(*keys).agg(customers=nw.col("customer").n_unique())


def _text(by: str | None) -> nw.Expr:
    return nw.lit("") if by is None else nw.col(by).cast(nw.String).fill_null("")


def _few(frame: Frame, by: Sequence[str | None]) -> dict[str | None, list[str]]:
    """The groups of each column that are too small to be shown."""
    for column in (name for name in by if name):
        check_column(frame, column)
    parts = [frame.select("customer", column=nw.lit(column), group=_text(column)) for column in by if column]
    sizes = small(_people(nw.concat(parts), "column", "group")) if parts else pd.DataFrame({"column": []})
    few: dict[str | None, list[str]] = {}
    for of in by:
        part = sizes[sizes["column"] == of]
        shown = merge_small_groups({str(g): int(n) for g, n in zip(part.group, part.customers, strict=True)}) if of else {}  # fmt: skip
        few[of] = [group for group, name in shown.items() if group != name]
    return few


def _split(frame: Frame, few: Mapping[str | None, list[str]]) -> Frame:
    """The rows once for each column, with their group in it, so that one question asks for all columns."""
    parts = []
    for by, names in few.items():
        group = nw.when(_text(by).is_in(names)).then(nw.lit(OTHER)).otherwise(_text(by)) if names else _text(by)
        parts.append(frame.with_columns(column=nw.lit(by or ""), group=group))
    return nw.concat(parts) if len(parts) > 1 else parts[0]


def _events(frame: Frame, split: Split, there: pd.DataFrame) -> pd.DataFrame:
    """Every event in every period in which its group was there at all, also where nobody did it."""
    did = small(_people(split(frame), *GROUPED, "event")).rename(columns={"event": "name", "customers": "x"})
    every = there.merge(did[["name"]].drop_duplicates(), how="cross")
    return every.merge(did, on=[*GROUPED, "name"], how="left").fillna({"x": 0})


def _moves(frame: Frame, split: Split, there: pd.DataFrame) -> pd.DataFrame:
    """Of the customers with an event, those whose next event it was, in the period of the first."""
    next_ = nw.col("event").shift(-1).over("customer", "period", order_by=["at", "event"])
    moved = split(frame.with_columns(to=next_).filter(~nw.col("to").is_null()))
    went = small(_people(moved, *GROUPED, "event", "to")).rename(columns={"customers": "x"})
    had = small(_people(split(frame), *GROUPED, "event")).rename(columns={"customers": "n"})
    every = had.merge(went[["event", "to"]].drop_duplicates(), on="event")
    found = every.merge(went, on=[*GROUPED, "event", "to"], how="left").fillna({"x": 0})
    return found.assign(name=found.event + " > " + found.to)


def _mix(frame: Frame, split: Split, there: pd.DataFrame) -> pd.DataFrame:
    """Of all customers of a period those of each group."""
    total = small(_people(split(frame), "period", "column")).rename(columns={"customers": "n"})
    every = total.merge(there[["column", "group"]].drop_duplicates(), on="column")
    found = every.merge(there.rename(columns={"n": "x"}), on=GROUPED, how="left").fillna({"x": 0})
    return found.assign(name=found.group)


def _new(frame: Frame, split: Split, there: pd.DataFrame) -> pd.DataFrame:
    """Of all customers of a period those never seen in an earlier one."""
    first = frame.group_by("customer").agg(first=nw.col("period").min())
    came = frame.join(first, on="customer").filter(nw.col("period") == nw.col("first"))
    new = small(_people(split(came), *GROUPED)).rename(columns={"customers": "x"})
    return there.merge(new, on=GROUPED, how="left").fillna({"x": 0}).assign(name="")


def named_steps(frame: Frame, steps: Asked | None) -> Steps:
    """The steps that have events."""
    if steps is None:
        raise UsageError("The share who went on needs the steps: a journey, or names with their events.")
    return {id: names for id, names in asked(frame, steps, "touchpoint", None)[0].items() if names}


def _steps(frame: Frame, split: Split, steps: Steps) -> pd.DataFrame:
    """Of the customers at a step in a period those at the next one afterwards, within it."""
    if len(steps) < 2:
        return pd.DataFrame(columns=SERIES)
    each = split(_placed(frame, steps)).group_by("customer", *GROUPED, "place")
    at = each.agg(first=nw.col("at").min(), last=nw.col("at").max())
    keys = ["customer", *GROUPED, "place"]
    after = at.select("customer", *GROUPED, place=nw.col("place") - 1, then=nw.col("last"))
    both = at.join(after, on=keys, how="left").with_columns(x=_flag(nw.col("then") >= nw.col("first")), n=nw.lit(1))
    sums = small(both.group_by(*GROUPED, "place").agg(nw.col("x", "n").sum()))
    ids = list(steps)
    sums = sums[sums.place < len(ids) - 1]
    return sums.assign(name=[f"{ids[int(k)]} > {ids[int(k) + 1]}" for k in sums.place])


def _back(frame: Frame, split: Split, steps: Steps) -> pd.DataFrame:
    """Of the customers who went from a step to the one before it or to a later one, within a period, those who went back."""
    ids = list(steps)
    if len(ids) < 2:
        return pd.DataFrame(columns=SERIES)
    rows = _placed(frame, steps)
    near = nw.concat([rows.filter(nw.col("place") >= k - 1).with_columns(step=nw.lit(k)) for k in range(1, len(ids))])
    next_ = nw.col("place").shift(-1).over("customer", "period", "step", order_by=["at", "event"])
    moved = near.with_columns(next=next_.fill_null(nw.col("step"))).filter((nw.col("place") == nw.col("step")) & (nw.col("next") != nw.col("step")))  # fmt: skip
    here = split(moved.with_columns(x=_flag(nw.col("next") == nw.col("step") - 1), n=nw.lit(1)))
    each = here.group_by("customer", *GROUPED, "step").agg(nw.col("x", "n").max())
    sums = small(each.group_by(*GROUPED, "step").agg(nw.col("x", "n").sum()))
    return sums.assign(name=[f"{ids[int(k)]} > {ids[int(k) - 1]}" for k in sums.step])


def _placed(frame: Frame, steps: Steps) -> Frame:
    """The events of the steps with their step's number."""
    return nw.concat([frame.filter(nw.col("event").is_in(list(names))).with_columns(place=nw.lit(k)) for k, names in enumerate(steps.values())])  # fmt: skip


def _flag(so: nw.Expr) -> nw.Expr:
    return nw.when(so).then(nw.lit(1)).otherwise(nw.lit(0))
