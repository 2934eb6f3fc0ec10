"""Who bought once, again, and no more: recency, frequency and amount of each customer, from a log of any engine.

A purchase is an event of the names given, or, without names, every event with an amount, or every event where the log has no
amounts; its amount is 0 (free) or more. What is below 0 is money back: it is no purchase, lowers no amount, and is counted
by itself (`Purchases.refunds`). What is computed a customer stays on the log's engine; only groups and figures come back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

import narwhals as nw
import pandas as pd

from cjmkit.errors import FigureError, UsageError
from cjmkit.method.events import Frame, lazy, small
from cjmkit.method.groups import merge_small_groups
from cjmkit.method.intervals import wilson
from cjmkit.method.steps import apart, during, midnight

DAY = 86400
GAPS = 3.0  # times the usual time between purchases, after which a customer counts as lapsed
SameTime = Literal["many", "one"]
# By recency (5 = the last to buy) and frequency (5 = most often); the first that fits.
GROUPS = (("best", 4, 4), ("loyal", 3, 3), ("new", 4, 1), ("occasional", 3, 1), ("slipping", 1, 3), ("lost", 1, 1))


@dataclass(frozen=True)
class Purchases:
    """What a log says of purchases.

    `customers`, `purchases`, `amount` (sum), `free` (purchases of amount 0), `refunds` (of an amount below 0,
    which are no purchases), `once` (customers with one purchase),
    `repeat` (share with more than one; columns n, value, low, high: Wilson), `second` (days from the first to the second
    purchase, of those who came again: n, lower, median, upper), `states` (state, n, once: those of them with one purchase, share), `usual_gap` (days: the median
    of the customers' own median gaps), `day` (the day on which it stands).
    """

    customers: int
    purchases: int
    amount: float
    free: int
    refunds: int
    once: int
    repeat: pd.Series
    second: pd.Series
    states: pd.DataFrame
    usual_gap: float
    day: date


def buyers(
    events: Any, *, of: Sequence[str] | None = None, as_of: date | str | None = None, same_time: SameTime = "many"
) -> Frame:
    """One row per customer who bought, on the log's engine.

    Args:
        events: the log.
        of: the names of events that are purchases.
        as_of: the day on which it stands, later purchases left out; None is the day of the last one.
        same_time: "many", each row is a purchase; "one", rows of a customer at the same time are one, as lines of a basket are.

    Returns:
        Columns customer, purchases, amount, free, first and last (times), days (whole days since the last), second (whole days from
        the first purchase to the next, of those who have one), gap (median seconds between purchases that are not at the same time).

    Raises:
        FigureError: the log has no purchase.
        UsageError: `same_time` is neither.

    >>> log = pd.DataFrame({"customer": list("aab"), "event": "buy", "amount": [5.0, 7, 0],
    ...     "at": pd.to_datetime(["2026-01-01", "2026-01-11", "2026-01-03"])})
    >>> small(buyers(log)).sort_values("customer")[["customer", "purchases", "amount", "days", "second"]].values.tolist()
    [['a', 2, 12.0, 0, 10.0], ['b', 1, 0.0, 8, nan]]
    """
    return _buyers(_bought(events, of, as_of, same_time), _day(events, of, as_of, same_time))


def rfm(
    events: Any, *, of: Sequence[str] | None = None, as_of: date | str | None = None, same_time: SameTime = "many"
) -> Frame:
    """Each customer's recency, frequency and amount in fifths (5 is best), and the group of the first two.

    A value's fifth is that of its middle rank, so that equal values have equal fifths: 1 + ⌊5 · (below + equal / 2) / n⌋.
    Groups: best (R ≥ 4, F ≥ 4), loyal (R ≥ 3, F ≥ 3), new (R ≥ 4), occasional (R 3), slipping (F ≥ 3), lost (the rest).

    Returns:
        The columns of `buyers`, and recency, frequency, monetary (1–5) and group.
    """
    frame = buyers(events, of=of, as_of=as_of, same_time=same_time)
    for name, value, down in (("recency", "days", True), ("frequency", "purchases", False), ("monetary", "amount", False)):  # fmt: skip
        frame = _fifths(frame, name, value, down)
    named = nw.lit(GROUPS[-1][0])
    for name, recency, frequency in reversed(GROUPS[:-1]):
        fits = (nw.col("recency") >= recency) & (nw.col("frequency") >= frequency)
        named = nw.when(fits).then(nw.lit(name)).otherwise(named)
    return frame.with_columns(group=named)


def rfm_groups(
    events: Any, *, of: Sequence[str] | None = None, as_of: date | str | None = None, same_time: SameTime = "many"
) -> pd.DataFrame:
    """How many customers each group of `rfm` has and what they bring; groups under five merged.

    Returns:
        Columns group, n (customers), share, purchases (mean a customer), days (mean since the last), amount (sum), amount_share.
    """
    sums = small(
        rfm(events, of=of, as_of=as_of, same_time=same_time)
        .group_by("group")
        .agg(n=nw.len(), purchases=nw.col("purchases").sum(), days=nw.col("days").sum(), amount=nw.col("amount").sum())
    )
    order = [name for name, _, _ in GROUPS]
    sums = sums.sort_values("group", key=lambda names: names.map(order.index)).astype({"amount": float})
    shown = merge_small_groups({str(g): int(n) for g, n in zip(sums.group, sums.n, strict=True)})
    table = sums.groupby(sums.group.map(shown), sort=False)[["n", "purchases", "days", "amount"]].sum().reset_index()
    total, people = table.amount.sum(), table.n.sum()
    table.insert(2, "share", table.n / people)
    table["purchases"], table["days"] = table.purchases / table.n, table.days / table.n
    table["amount"] = table.amount.round(6)
    return table.assign(amount_share=table.amount / total if total else float("nan")).astype({"n": int})


def with_state(frame: Frame, *, lapsed_after: float | None = None, gaps: float = GAPS) -> Frame:
    """Buyers with one more column, `state`: first (one purchase so far), repeat, or lapsed.

    Lapsed is whose last purchase is longer ago than `lapsed_after` days, or, where that is not given, than `gaps` times the median
    time between their own purchases, at least a day; of whoever has no such time, than `gaps` times the others' median.

    Args:
        frame: what `buyers` gives.
        lapsed_after: days, for all alike.
        gaps: how many times the own usual gap.

    Raises:
        UsageError: a length is not above 0.
    """
    if (lapsed_after if lapsed_after is not None else gaps) <= 0:
        raise UsageError("After how long a customer counts as lapsed must be more than 0.")
    limit: Any = nw.lit(float(lapsed_after or 0))
    if lapsed_after is None:
        usual = _usual_gap(frame)
        own = nw.when(nw.col("gap").is_null()).then(nw.lit(usual * DAY)).otherwise(nw.col("gap")) * (gaps / DAY)
        limit = nw.when(own < 1).then(nw.lit(1.0)).otherwise(own)
    bought = nw.when(nw.col("purchases") > 1).then(nw.lit("repeat")).otherwise(nw.lit("first"))
    return frame.with_columns(state=nw.when(nw.col("days") > limit).then(nw.lit("lapsed")).otherwise(bought))


def purchase_figures(
    events: Any,
    *,
    of: Sequence[str] | None = None,
    as_of: date | str | None = None,
    same_time: SameTime = "many",
    lapsed_after: float | None = None,
    gaps: float = GAPS,
) -> Purchases:
    """How many customers bought once, again and no more, and how long the second purchase took.

    The days to the second purchase are of those who came again by now: who still may come is not in them, so that they
    are too short in a young log. Arguments as in `buyers` and `with_state`.
    """
    frame = with_state(buyers(events, of=of, as_of=as_of, same_time=same_time), lapsed_after=lapsed_after, gaps=gaps)
    second = nw.col("second")
    marks = {name: second.quantile(q, interpolation="linear") for name, q in (("lower", 0.25), ("median", 0.5), ("upper", 0.75))}  # fmt: skip
    row = small(
        frame.select(
            customers=nw.len(), purchases=nw.col("purchases").sum(), amount=nw.col("amount").sum(), free=nw.col("free").sum(),
            again=(nw.col("purchases") > 1).cast(nw.Int64).sum(), n=second.count(), **marks,
        )
    ).iloc[0]  # fmt: skip
    n, again = int(row.customers), int(row.again)
    counted = frame.with_columns(once=(nw.col("purchases") == 1).cast(nw.Int64)).group_by("state")
    states = small(counted.agg(n=nw.len(), once=nw.col("once").sum())).set_index("state")
    counts = states.reindex(["first", "repeat", "lapsed"]).fillna(0).astype(int).rename_axis("state").reset_index()
    low, high = wilson(again / n, n)
    return Purchases(
        customers=n, purchases=int(row.purchases), amount=round(float(row.amount), 6), free=int(row.free), refunds=_refunds(events, of, as_of, same_time), once=n - again,
        repeat=pd.Series({"n": n, "value": again / n, "low": low, "high": high}),
        second=pd.Series({"n": int(row.n), **{name: float(row[name]) for name in marks}}),
        states=counts.assign(share=counts.n / n), usual_gap=_usual_gap(frame), day=_day(events, of, as_of, same_time),
    )  # fmt: skip


def _bought(events: Any, of: Sequence[str] | None, as_of: date | str | None, same_time: SameTime) -> Frame:
    """The purchases up to a day: customer, at, amount."""
    return _paid(events, of, as_of, same_time).filter(nw.col("amount") >= 0)


def _refunds(events: Any, of: Sequence[str] | None, as_of: date | str | None, same_time: SameTime) -> int:
    back = _paid(events, of, as_of, same_time).filter(nw.col("amount") < 0)
    return int(small(back.select(n=nw.len())).n.iloc[0])


def _paid(events: Any, of: Sequence[str] | None, as_of: date | str | None, same_time: SameTime) -> Frame:
    """The same with what was paid back."""
    if same_time not in ("many", "one"):
        raise UsageError("Purchases at the same time are many or one, not {same_time}.", same_time=repr(same_time))
    frame = during(lazy(events), None, as_of).drop_nulls(["customer", "at"])
    has_amount = "amount" in frame.collect_schema().names()
    if of is not None:
        frame = frame.filter(nw.col("event").is_in(list(of)))
    elif has_amount:
        frame = frame.filter(~nw.col("amount").is_null())
    amount = nw.col("amount").cast(nw.Float64).fill_null(0.0) if has_amount else nw.lit(0.0)
    frame = frame.select("customer", "at", amount=amount)
    return frame.group_by("customer", "at").agg(nw.col("amount").sum()) if same_time == "one" else frame


def _day(events: Any, of: Sequence[str] | None, as_of: date | str | None, same_time: SameTime) -> date:
    if as_of is not None:
        return midnight(str(as_of)[:10]).date()
    last = small(_bought(events, of, None, same_time).select(nw.col("at").max()))["at"].dropna()
    if last.empty:
        raise FigureError("The log has no purchase: no event of these names, or none with an amount.")
    return pd.Timestamp(last.iloc[0]).date()


def _buyers(frame: Frame, day: date) -> Frame:
    order = ["at", "amount"]
    end = datetime.combine(day, time.max)
    frame = frame.with_columns(one=nw.lit(1))
    frame = frame.with_columns(before=nw.col("at").shift(1).over("customer", order_by=order),
                               turn=nw.col("one").cum_sum().over("customer", order_by=order))  # fmt: skip
    frame = frame.with_columns(
        since=apart(frame, nw.col("at"), nw.col("before")), ago=apart(frame, nw.lit(end), nw.col("at"))
    )
    frame = frame.with_columns(
        gap=nw.when(nw.col("since") > 0).then(nw.col("since")),
        second=nw.when(nw.col("turn") == 2).then(nw.col("at")),
        free=(nw.col("amount") == 0).cast(nw.Int64),
    )  # fmt: skip
    found = frame.group_by("customer").agg(
        purchases=nw.len(), amount=nw.col("amount").sum(), free=nw.col("free").sum(), first=nw.col("at").min(), last=nw.col("at").max(),
        ago=nw.col("ago").min(), second=nw.col("second").min(), gap=nw.col("gap").median(),
    )  # fmt: skip
    days = (nw.col("ago") / DAY).floor().cast(nw.Int64)
    second = (apart(found, nw.col("second"), nw.col("first")) // DAY).cast(nw.Float64)
    return found.with_columns(amount=nw.col("amount").round(6), days=days, second=second).drop("ago")


def _fifths(frame: Frame, name: str, value: str, down: bool) -> Frame:
    counts = frame.group_by(value).agg(equal=nw.len())
    counts = counts.with_columns(
        upto=nw.col("equal").cum_sum(reverse=down).over(order_by=value), all=nw.col("equal").sum()
    )
    fifth = ((nw.col("upto") - nw.col("equal") / 2) * 5 / nw.col("all")).floor() + 1
    return frame.join(counts.select(value, **{name: fifth.cast(nw.Int64)}), on=value, how="left")


def _usual_gap(frame: Frame) -> float:
    """Days: the median of the customers' own median gaps; infinite where nobody came again."""
    gap = pd.to_numeric(small(frame.select(nw.col("gap").median()))["gap"]).dropna().tolist()
    return float(gap[0]) / DAY if gap else float("inf")
