"""What changed, when, and for whom: spans of days and groups whose shares lie outside what the rest shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import combinations
from typing import Any, NamedTuple

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtrc, chdtri, xlogy

from cjmkit.errors import UsageError
from cjmkit.method.drop_off import Asked, corrected_z
from cjmkit.method.events import Frame, known, small
from cjmkit.method.groups import FEW, OTHER
from cjmkit.method.intervals import newcombe
from cjmkit.method.over_time import What, named_steps, series
from cjmkit.method.seed import SEED
from cjmkit.method.steps import apart, check_column

MOST_PERIODS = 182  # half a year day by day; a longer log is looked at in longer periods
SHORTEST = 26  # a span is at least this part of the log: a week of half a year
MOST_NAMES = 60  # the commonest events or transitions
HOPELESS = 0.95  # of what a tenth of logs without any change reach; spans below are not counted anew
RECOUNTED = 12  # spans of a kind whose customers are counted anew
OWN = 0.9  # a group of whom so many have what nobody else has is defined by it
ALPHA = 0.05
Counts = NDArray[np.float64]
Found = tuple[list[dict[str, Any]], int]  # rows, and how many shares were looked at
COLUMNS = ["what", "name", "column", "group", "against", "since", "until", "days", "n", "value", "elsewhere_n", "elsewhere",
           "difference", "low", "high", "alone", "p", "sure", "impact", "drift", "groups"]  # fmt: skip


class Span(NamedTuple):
    """The whole log's first day, its number of days, and its number of customers."""

    first: date
    days: int
    customers: int


def what_changed(
    events: Any, steps: Asked | None = None, *, of: What | Sequence[What] = "event", by: str | Sequence[str] = (),
    since: date | None = None, until: date | None = None, most: int = 200,
) -> pd.DataFrame:  # fmt: skip
    """Which events or steps changed, when and for whom; what is sure and concerns most customers first.

    For each share, of everybody and of each group, the span of days up to a third of the log is sought that stands out most
    (the scan statistic of Kulldorff 1997, for shares), day by day in logs of up to half a year. Then customers are counted
    anew, each once: those of the span, and those of equally long spans before and after it, where one who came in several
    of them has the same weight as others together with all of theirs. Over the whole log each group is held against
    each other group of its column. Of all that was looked at only a twentieth of what is told as sure is expected to be chance, and
    where nothing changed the chance to be told anything at all is a twentieth (Benjamini and Hochberg 1995).

    Args:
        events: the log.
        steps: for "step" and "back": the map, or steps with their events.
        of: "event", "step", "back", "transition", "customers" (the mix of groups), "new", or several: see `shares_over_time`.
        by: columns of groups, such as "channel".
        since: only the days from here are looked at, in which something is known to have happened: one look at each share.
        until: their last day; without `since` from the first day of the log, and without this to its last.
        most: how many rows at most.

    Returns:
        Columns what, name, column, group ("" is everybody), against ("times", or the other group), since, until, days, n (customers) and
        value, elsewhere_n (customers) and elsewhere (of spans as long, or of the other group), difference, low, high
        (Newcombe's interval, 1998, 95 %), alone (p, had only this share been looked at, in all its spans), p (corrected for all),
        sure, impact (the share of all customers that the difference makes), drift (the span is at an end of the group's time), groups (of a column: each with its share and n).
        Where fewer than five customers stand on either side nothing is told, nor of customers without a group.

    Raises:
        UsageError: the span ends before it begins, or lies outside the log, or is all of it.
    """
    frame = known(events)
    log = _span(frame)
    kinds: list[What] = [of] if isinstance(of, str) else list(of)
    columns = [by] if isinstance(by, str) else list(by)
    for column in columns:
        check_column(frame, column)
    named = _asked(log, since, until) if since is not None or until is not None else None
    if not log.days:
        return pd.DataFrame(columns=COLUMNS).astype({"sure": bool})
    found: list[Found] = []
    if {"step", "back"} & set(kinds):
        steps = named_steps(frame, steps)
    fit = [column for column in columns if _filled(frame, column)]
    for what in kinds:
        mixes: list[str | None] = [*fit] if what == "customers" else [None, *fit]
        found += [_named(frame, log, what, steps, mixes, named) if named else _times(frame, log, what, steps, mixes)]
        if named is None and what not in ("customers", "new", "back"):
            found += [_groups(frame, log, what, steps, column) for column in fit]
    told = pd.DataFrame([row for rows, _ in found for row in rows], columns=COLUMNS)
    told["p"] = _corrected(told.alone, sum(looks for _, looks in found))
    told["sure"] = (told.p <= ALPHA) & ((told.low > 0) | (told.high < 0))
    told = told.sort_values(["sure", "impact", "what", "name", "group", "against"], ascending=[False, False, True, True, True, True])  # fmt: skip
    return told.head(most).reset_index(drop=True).astype({"sure": bool})


def _span(frame: Frame) -> Span:
    ends = small(frame.select(first=nw.col("at").min(), last=nw.col("at").max(), n=nw.col("customer").n_unique())).iloc[0]  # fmt: skip
    if pd.isna(ends["first"]):
        return Span(date(1970, 1, 1), 0, 0)
    first, last = pd.Timestamp(ends["first"]).date(), pd.Timestamp(ends["last"]).date()
    return Span(first, (last - first).days + 1, int(ends["n"]))


def _asked(log: Span, since: date | None, until: date | None) -> tuple[int, int]:
    """The first and the last day asked for, as places in the log.

    Raises:
        UsageError: they make no part of the log.
    """
    last = log.first + timedelta(days=max(log.days - 1, 0))
    if since and until and until < since:
        raise UsageError("The last of the days, {until}, is before the first, {since}.", since=str(since), until=str(until))  # fmt: skip
    since, until = since or log.first, until or last
    if until < log.first or since > last or not log.days:
        raise UsageError("The log has nothing in these days: it goes from {first} to {last}.", first=str(log.first), last=str(last))  # fmt: skip
    since, until = max(since, log.first), min(until, last)
    if (since, until) == (log.first, last):
        raise UsageError("These days are the whole log: there is nothing to hold them against.")
    return (since - log.first).days, (until - log.first).days


def _filled(frame: Frame, column: str) -> bool:
    """Whether groups can be compared: every event that five customers had has the column filled, and it is not what most events are."""
    rows = frame.select("customer", "event", value=nw.col(column).cast(nw.String).fill_null(""))
    table = small(rows.group_by("event", "value").agg(customers=nw.col("customer").n_unique()))
    often = table.groupby("event").customers.max()
    filled = table[(table.value != "") & table.event.isin(often[often >= FEW].index)].groupby("event").value.nunique()
    return bool(len(filled) == (often >= FEW).sum() and table.value[table.value != ""].nunique() > 1 and (filled == 1).mean() <= 0.5)  # fmt: skip


def _windows(frame: Frame, log: Span, length: int, start: int = 0) -> tuple[Frame, int]:
    """The log with its number of equally long periods, one of which begins on day `start`, and the number of that one."""
    before = -(-start // length)
    origin = datetime(log.first.year, log.first.month, log.first.day) + timedelta(days=start - before * length)
    number = (apart(frame, nw.col("at"), nw.lit(origin)) // (86400 * length)).cast(nw.Int64)
    return frame.with_columns(period=number), before


def _named(
    frame: Frame, log: Span, what: What, steps: Asked | None, columns: list[str | None], days: tuple[int, int]
) -> Found:  # fmt: skip
    """Each share in these days beside all other spans as long."""
    start, length = days[0], days[1] - days[0] + 1
    framed, here = _windows(frame, log, length, start)
    split = _sides(framed, log, length, start, here)
    table, both = (pd.concat([series(f, what, steps, column) for column in columns]) for f in (framed, split))
    keys = [
        [str(k) for k in key] for key in table[["name", "column", "group"]].drop_duplicates().itertuples(index=False)
    ]
    found = [(name, column, group) for name, column, group in keys if group != OTHER and (group or not column)]
    counted = (_counted(table, both, log, what, *key, start, length, here) for key in found)
    rows = [row for row in counted if row]
    return rows, len(found)


def _times(frame: Frame, log: Span, what: What, steps: Asked | None, columns: list[str | None]) -> Found:
    """The span of each share that stands out most, its customers counted anew; overlapping ones of the same name but once."""
    length = math.ceil(log.days / MOST_PERIODS)
    count = math.ceil(log.days / length)
    framed, _ = _windows(frame, log, length)
    table = pd.concat([series(framed, what, steps, column) for column in columns], ignore_index=True)
    scanned = _scanned(table, count)
    found = sorted((-strength, *key, start * length, size * length, drift) for key, strength, start, size, drift in scanned if strength > _calibrated(count)[1] * HOPELESS)  # fmt: skip
    rows: list[dict[str, Any]] = []
    for strength, name, column, group, start, size, drift in found[:RECOUNTED]:
        of_group = frame.filter(nw.col(column).cast(nw.String) == group) if column and what != "customers" else frame
        again, here = _windows(of_group, log, size, start)
        again, own = _only(again, what, name), column if what == "customers" else None
        tables = [series(side, what, steps, own, name) for side in (again, _sides(again, log, size, start, here))]
        alone, beside = (t[t["name"] == name].assign(column=column, group=group) for t in tables)
        counted = _counted(alone, beside, log, what, name, column, group, start, size, here)
        if counted:
            least = min(counted["strength"], -strength)  # by customers of the span and day by day
            counted["alone"] = min(1.0, float(chdtrc(1, 2 * least)) * _many(count, least))
            rows.append({**counted, "drift": bool(drift)})
    return _once(rows), len(scanned)


def _once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of spans of one name that overlap the likeliest, of everybody's or a group's."""
    kept: list[dict[str, Any]] = []
    for row in sorted(rows, key=lambda row: (row["alone"], row["name"], row["column"], row["group"])):
        near = (k for k in kept if k["name"] == row["name"])
        if not any(row["since"] <= k["until"] and k["since"] <= row["until"] for k in near):
            kept.append(row)
    return kept


def _only(frame: Frame, what: What, name: str) -> Frame:
    """The same customers with what is not counted under one name: counting is quicker."""
    if what != "event":
        return frame
    return frame.with_columns(event=nw.when(nw.col("event") == name).then(nw.col("event")).otherwise(nw.lit("")))


def _scanned(table: pd.DataFrame, count: int) -> list[tuple[tuple[str, str, str], float, int, int, bool]]:
    """Of each share its strongest span: how much it stands out, where it starts, how long it is, whether at an end."""
    names = table.groupby("name").x.sum().sort_values(ascending=False, kind="stable").index[:MOST_NAMES]
    table = table[table["name"].isin(names) & (table.group != OTHER) & ((table.group != "") | (table.column == ""))]
    if table.empty:
        return []
    keys = ["name", "column", "group"]
    wide = [table.pivot(index=keys, columns="period", values=kind).sort_index() for kind in ("x", "n")]
    x, n = (part.reindex(columns=range(count)).fillna(0).to_numpy(float) for part in wide)
    sums = [np.pad(np.cumsum(a, axis=1), ((0, 0), (1, 0))) for a in (x, n, n > 0)]
    best, start, size = np.zeros(len(x)), np.zeros(len(x), int), np.zeros(len(x), int)
    for length in _lengths(count):
        some, all_, filled = (a[:, length:] - a[:, :-length] for a in sums)
        rest, rest_all = sums[0][:, -1:] - some, sums[1][:, -1:] - all_
        fits = (all_ >= FEW) & (rest_all >= FEW) & (2 * filled > length * (sums[2][:, -1:] > count / 2))
        strength = np.where(fits, _ratio(some, all_, rest, rest_all), 0.0)
        at = strength.argmax(axis=1)
        found = strength[np.arange(len(x)), at]
        better = found > best + 1e-9
        best[better], start[better], size[better] = found[better], at[better], length
    there, edge = n.cumsum(axis=1), _lengths(count).start
    drift = [start[k] <= (there[k] <= 0).sum() + edge or start[k] + size[k] >= (there[k] < there[k, -1]).sum() + 1 - edge for k in range(len(x))]  # fmt: skip
    return [(key, float(best[k]), int(start[k]), int(size[k]), drift[k]) for k, key in enumerate(wide[0].index) if best[k] > 0]  # fmt: skip


def _sides(frame: Frame, log: Span, size: int, start: int, here: int) -> Frame:
    """The same with two periods: 1 is this one, 0 are the whole ones beside it, or all others where none is whole."""
    first, last = here - start // size, here + (log.days - start) // size - 1
    whole = nw.col("period").is_between(first, last) if last > first else nw.col("period") >= 0
    return frame.filter(whole).with_columns(period=nw.when(nw.col("period") == here).then(nw.lit(1)).otherwise(nw.lit(0)))  # fmt: skip


def _lengths(count: int) -> range:
    """How many periods a span has."""
    return range(max(round(count / SHORTEST), 1), max(count // 3, 1) + 1)


def _counted(
    table: pd.DataFrame, both: pd.DataFrame, log: Span, what: What, name: str, column: str, group: str, start: int, size: int, here: int
) -> dict[str, Any] | None:  # fmt: skip
    """A span beside the equally long ones before and after it, or what there is of them; None where fewer than five are."""
    part, sides = (t[(t["name"] == name) & (t.column == column) & (t.group == group)].set_index("period") for t in (table, both))  # fmt: skip
    first, last = here - start // size, here + (log.days - start) // size - 1
    others = part.drop(index=here, errors="ignore")
    others = others.loc[first:last] if last > first else others
    if here not in part.index or others.empty or 0 not in sides.index:
        return None
    m, elsewhere = float(sides.n[0]), float(others.x.sum() / others.n.sum())
    return _row(log, what, name, column, group, "times", start, size, (float(part.x[here]), float(part.n[here]), elsewhere * m, m))  # fmt: skip


def _groups(frame: Frame, log: Span, what: What, steps: Asked | None, column: str) -> Found:
    """Each two groups of a column over the whole log: of each name the two furthest apart."""
    table = series(frame.with_columns(period=nw.lit(0)), what, steps, column)
    table = table[(table.n >= FEW) & ~table.group.isin(["", OTHER])]
    rows, looks = [], 0
    for name, part in table.groupby("name", sort=True):
        sides = [(float(x), float(n), str(group)) for x, n, group in zip(part.x, part.n, part.group, strict=True)]
        pairs = [(a, b) if a[0] / a[1] <= b[0] / b[1] else (b, a) for a, b in combinations(sides, 2)]
        looks += len(pairs)
        pairs = [(a, b) for a, b in pairs if a[0] or b[0] / b[1] < OWN]
        found = [_row(log, what, str(name), column, a[2], b[2], 0, log.days, (*a[:2], *b[:2])) for a, b in pairs]
        named = tuple((group, x / n, int(n)) for x, n, group in sides)
        rows += [{**r, "groups": named} for r in sorted((r for r in found if r), key=lambda r: -r["strength"])[:1]]
    return rows, looks


def _row(
    log: Span, what: What, name: str, column: str, group: str, against: str, start: int, size: int, sides: Sequence[float]
) -> dict[str, Any] | None:  # fmt: skip
    some, n, others, m = sides
    if n < FEW or m < FEW:
        return None
    strength = float(_ratio(*(np.asarray(side) for side in sides)))
    low, high = newcombe(some / n, n, others / m, m, corrected_z(1))
    since = log.first + timedelta(days=start)
    until = log.first + timedelta(days=min(start + size, log.days) - 1)
    difference = some / n - others / m
    return {
        "what": what, "name": name, "column": column, "group": group, "against": against, "since": since, "until": until,
        "days": (until - since).days + 1, "n": int(n), "value": some / n, "elsewhere_n": round(m), "elsewhere": others / m,
        "difference": difference, "low": low, "high": high, "alone": float(chdtrc(1, 2 * strength)), "strength": strength,
        "impact": abs(difference) * n / log.customers, "drift": False, "groups": (),
    }  # fmt: skip


def _ratio(some: Any, n: Any, others: Any, m: Any) -> Counts:
    """The log likelihood ratio of two shares against one."""

    def likely(x: Any, of: Any) -> Counts:
        p = np.divide(x, of, out=np.zeros_like(x, dtype=float), where=of > 0)
        return np.asarray(xlogy(x, p) + xlogy(of - x, 1 - p))

    return np.maximum(likely(some, n) + likely(others, m) - likely(some + others, n + m), 0.0)


@lru_cache(maxsize=32)
def _calibrated(count: int) -> tuple[float, float]:
    """How many independent spans all spans of so many periods are worth, and at what strength that was found: simulated."""
    z = np.random.default_rng(SEED).standard_normal((400, count))
    sums = np.pad(np.cumsum(z - z.mean(axis=1, keepdims=True), axis=1), ((0, 0), (1, 0)))
    best = np.zeros(len(z))
    for length in _lengths(count):
        inside = sums[:, length:] - sums[:, :-length]
        best = np.maximum(best, (inside**2).max(axis=1) / (length * (1 - length / count)) / 2)
    usual = max(float(np.quantile(best, 0.9)), float(chdtri(1, 0.1)) / 2)
    return max(0.1 / float(chdtrc(1, 2 * usual)), 1.0), usual


def _many(count: int, strength: float) -> float:
    """So many times likelier is it that some span stands out this much than that a given one does; the ends give two powers."""
    many, usual = _calibrated(count)
    return many * max(1.0, strength / usual) ** 2


def _corrected(p: pd.Series, looks: int) -> Counts:
    """Corrected for all that was looked at (Benjamini and Hochberg 1995): what was looked at and not told has p = 1."""
    if not len(p):
        return np.zeros(0)
    values = np.minimum(p.to_numpy(float), 1.0)
    order = np.argsort(values, kind="stable")
    raised = values[order] * max(looks, len(p)) / np.arange(1, len(p) + 1)
    found = np.empty(len(p))
    found[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
    return found
