"""Shares of customers period by period: who did what, who went on to the next step or back, and of which group they were."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Literal

import narwhals as nw
import pandas as pd

from cjmkit.errors import UsageError
from cjmkit.method.drop_off import Asked, asked
from cjmkit.method.events import Frame, known, small
from cjmkit.method.funnel import share
from cjmkit.method.groups import FEW, OTHER, merge_small_groups
from cjmkit.method.steps import Steps, apart, check_column, seconds

What = Literal["event", "step", "back", "transition", "customers", "new"]
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
    table = series(frame, of, steps, by)
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


def series(frame: Frame, what: What, steps: Asked | None, by: str | None, name: str | None = None) -> pd.DataFrame:
    """How many of how many, for each thing, group and period: what, name, column, group, period, x, n; small; of steps only this one."""
    if what in ("step", "back"):
        found = (_steps if what == "step" else _back)(frame, by, named_steps(frame, steps), name)
    elif what in ("event", "transition", "customers", "new"):
        frame = _grouped(frame, by)
        there = small(_people(frame, "period", "group")).rename(columns={"customers": "n"})
        found = {"event": _events, "transition": _moves, "customers": _mix, "new": _new}[what](frame, there)
    else:
        raise UsageError("Over time there is event, step, back, transition, customers or new, not {what}.", what=repr(what))  # fmt: skip
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


def _new(frame: Frame, there: pd.DataFrame) -> pd.DataFrame:
    """Of all customers of a period those never seen in an earlier one."""
    first = frame.group_by("customer").agg(first=nw.col("period").min())
    came = frame.join(first, on="customer").filter(nw.col("period") == nw.col("first"))
    new = small(_people(came, "period", "group")).rename(columns={"customers": "x"})
    return there.merge(new, on=["period", "group"], how="left").fillna({"x": 0}).assign(name="")


def named_steps(frame: Frame, steps: Asked | None) -> Steps:
    """The steps that have events."""
    if steps is None:
        raise UsageError("The share who went on needs the steps: a journey, or names with their events.")
    return {id: names for id, names in asked(frame, steps, "touchpoint", None)[0].items() if names}


def _steps(frame: Frame, by: str | None, steps: Steps, name: str | None) -> pd.DataFrame:
    """Of the customers at a step in a period those at the next one afterwards, within it."""
    ids = list(steps)
    pairs = [k for k in range(1, len(ids)) if name in (None, f"{ids[k - 1]} > {ids[k]}")]
    if not pairs:
        return pd.DataFrame(columns=SERIES)
    at = {f"at{k}": nw.when(nw.col("event").is_in(list(names))).then(nw.col("at")) for k, names in enumerate(steps.values()) if {k, k + 1} & {*pairs}}  # fmt: skip
    rows = _grouped(frame, by).filter(nw.col("event").is_in([name for names in steps.values() for name in names]))
    ends = [
        edge for a in at for edge in (nw.col(a).min().alias(f"first{a[2:]}"), nw.col(a).max().alias(f"last{a[2:]}"))
    ]
    each = rows.with_columns(**at).group_by("customer", "period", "group").agg(*ends)
    there = {f"n{k}": _flag(~nw.col(f"first{k - 1}").is_null()) for k in pairs}
    went = {f"x{k}": _flag(nw.col(f"last{k}") >= nw.col(f"first{k - 1}")) for k in pairs}
    sums = small(each.with_columns(**there, **went).group_by("period", "group").agg(nw.col(*there, *went).sum()))
    return _long(sums, ids, [(k - 1, k) for k in pairs])


def _back(frame: Frame, by: str | None, steps: Steps, name: str | None) -> pd.DataFrame:
    """Of the customers who went from a step to the one before it or to a later one, within a period, those who went back."""
    ids = list(steps)
    pairs = [k for k in range(1, len(ids)) if name in (None, f"{ids[k]} > {ids[k - 1]}")]
    place = nw.lit(-1)
    for k, names in enumerate(steps.values()):
        place = nw.when(nw.col("event").is_in(list(names))).then(nw.lit(k)).otherwise(place)
    rows = _grouped(frame, by).with_columns(place=place).filter(nw.col("place") >= 0)
    parts = []
    for k in pairs:
        near = rows.filter(nw.col("place") >= k - 1)
        next_ = nw.col("place").shift(-1).over("customer", "period", order_by=["at", "event"])
        moved = near.with_columns(next=next_.fill_null(k)).filter((nw.col("place") == k) & (nw.col("next") != k))
        here = moved.with_columns(x=_flag(nw.col("next") == k - 1), n=nw.lit(1))
        each = here.group_by("customer", "period", "group").agg(nw.col("x", "n").max())
        sums = small(each.group_by("period", "group").agg(nw.col("x", "n").sum()))
        parts.append(_long(sums.rename(columns={"x": f"x{k}", "n": f"n{k}"}), ids, [(k, k - 1)]))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=SERIES)


def _long(sums: pd.DataFrame, ids: list[str], pairs: list[tuple[int, int]]) -> pd.DataFrame:
    parts = [sums[["period", "group"]].assign(name=f"{ids[a]} > {ids[b]}", x=sums[f"x{max(a, b)}"], n=sums[f"n{max(a, b)}"]) for a, b in pairs]  # fmt: skip
    found = pd.concat(parts, ignore_index=True)
    return found[found.n > 0]


def _flag(so: nw.Expr) -> nw.Expr:
    return nw.when(so).then(nw.lit(1)).otherwise(nw.lit(0))
