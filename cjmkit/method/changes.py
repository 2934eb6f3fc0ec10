"""What changed, when, and for whom: spans of days and groups whose shares lie outside what the rest shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any, NamedTuple

import narwhals as nw
import numpy as np
import pandas as pd
from scipy.special import chdtrc

from cjmkit.errors import UsageError
from cjmkit.method.drop_off import Asked, corrected_z
from cjmkit.method.events import NEEDED, Frame, known, small
from cjmkit.method.groups import FEW, OTHER
from cjmkit.method.intervals import newcombe
from cjmkit.method.over_time import What, named_steps, series
from cjmkit.method.scan import Counts, calibrated, many, ratio, strongest
from cjmkit.method.steps import Steps, apart, check_column

MOST_PERIODS = 182  # half a year day by day; a longer log is looked at in longer periods
HOPELESS = 0.95  # of what a tenth of logs without any change reach; spans below are not counted anew
RECOUNTED = 12  # spans of a kind whose customers are counted anew
OWN = 0.9  # a group of whom so many have what nobody else has is defined by it
ALPHA = 0.05
APART, BESIDE = 1_000_000, 999_000  # in one question: the periods of one span and of the next; those of its two sides
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
    kinds: list[What] = [of] if isinstance(of, str) else list(of)
    columns = [by] if isinstance(by, str) else list(by)
    for column in columns:
        check_column(frame, column)
    frame = frame.select(*dict.fromkeys((*NEEDED, *columns)))
    log = _span(frame)
    named = _asked(log, since, until) if since is not None or until is not None else None
    if not log.days:
        return pd.DataFrame(columns=COLUMNS).astype({"sure": bool})
    found: list[Found] = []
    ways = named_steps(frame, steps) if {"step", "back"} & set(kinds) else None
    fit = [column for column in columns if _filled(frame, column)]
    for what in kinds:
        mixes: list[str | None] = [*fit] if what == "customers" else [None, *fit]
        found += [_named(frame, log, what, ways, mixes, named) if named else _times(frame, log, what, ways, mixes)]
        if named is None and fit and what not in ("customers", "new", "back"):
            found.append(_groups(frame, log, what, ways, fit))
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
    frame: Frame, log: Span, what: What, steps: Steps | None, columns: list[str | None], days: tuple[int, int]
) -> Found:  # fmt: skip
    """Each share in these days beside all other spans as long."""
    start, length = days[0], days[1] - days[0] + 1
    framed, here = _windows(frame, log, length, start)
    split = _sides(framed, log, length, start, here)
    table, both = (series(f, what, steps, columns) for f in (framed, split))
    keys = [
        [str(k) for k in key] for key in table[["name", "column", "group"]].drop_duplicates().itertuples(index=False)
    ]
    found = [(name, column, group) for name, column, group in keys if group != OTHER and (group or not column)]
    counted = (_counted(table, both, log, what, *key, start, length, here) for key in found)
    rows = [row for row in counted if row]
    return rows, len(found)


def _times(frame: Frame, log: Span, what: What, steps: Steps | None, columns: list[str | None]) -> Found:
    """The span of each share that stands out most, its customers counted anew; overlapping ones of the same name but once."""
    length = math.ceil(log.days / MOST_PERIODS)
    count = math.ceil(log.days / length)
    framed, _ = _windows(frame, log, length)
    scanned = strongest(series(framed, what, steps, columns), count)
    found = sorted((-strength, *key, start * length, size * length, drift) for key, strength, start, size, drift in scanned if strength > calibrated(count)[1] * HOPELESS)[:RECOUNTED]  # fmt: skip
    rows: list[dict[str, Any]] = []
    for (strength, *_, drift), counted in zip(found, _anew(frame, log, what, steps, found), strict=True):
        if counted:
            least = min(counted["strength"], -strength)  # by customers of the span and day by day
            counted["alone"] = min(1.0, float(chdtrc(1, 2 * least)) * many(count, least))
            rows.append({**counted, "drift": bool(drift)})
    return _once(rows), len(scanned)


def _anew(frame: Frame, log: Span, what: What, steps: Steps | None, spans: Sequence[Any]) -> list[dict[str, Any] | None]:  # fmt: skip
    """The customers of each span and of those beside it; all spans in one question, each with periods of its own."""
    parts, heres, own = [], [], what in ("customers", "new")  # these two ask of the whole log who is in it
    for k, (_, name, column, group, start, size, _) in enumerate(spans):
        of_group = frame.filter(nw.col(column).cast(nw.String) == group) if column and what != "customers" else frame
        again, here = _windows(_only(of_group, what, name, steps), log, size, start)
        split = _sides(again, log, size, start, here)
        parts += [f.with_columns(period=nw.col("period").cast(nw.Int64) + at) for f, at in ((again, k * APART), (split, k * APART + BESIDE))]  # fmt: skip
        heres.append(here)
    if not parts:
        return []
    columns = [[span[2] if what == "customers" else None] for span in spans for _ in range(2)]
    asked = zip(parts, columns, strict=True) if own else [(nw.concat(parts), (None,))]
    table = pd.concat([series(part, what, steps, by) for part, by in asked])
    counted = []
    for k, ((_, name, column, group, start, size, _), here) in enumerate(zip(spans, heres, strict=True)):
        part = table[(table.period // APART == k) & (table["name"] == name)].assign(column=column, group=group)
        part["period"] -= k * APART
        alone, both = part[part.period < BESIDE], part[part.period >= BESIDE]
        both = both.assign(period=both.period - BESIDE)
        if what in ("event", "transition") and not both.x.any():  # nobody in it, nor beside it
            both = both[:0]
        counted.append(_counted(alone, both, log, what, name, column, group, start, size, here))
    return counted


def _once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of spans of one name that overlap the likeliest, of everybody's or a group's."""
    kept: list[dict[str, Any]] = []
    for row in sorted(rows, key=lambda row: (row["alone"], row["name"], row["column"], row["group"])):
        near = (k for k in kept if k["name"] == row["name"])
        if not any(row["since"] <= k["until"] and k["since"] <= row["until"] for k in near):
            kept.append(row)
    return kept


def _only(frame: Frame, what: What, name: str, steps: Steps | None) -> Frame:
    """What is needed to count one name: of an event's the same customers, of steps those from the earlier one on."""
    if what == "event":
        return frame.with_columns(event=nw.when(nw.col("event") == name).then(nw.col("event")).otherwise(nw.lit("")))
    if steps is None or what not in ("step", "back"):
        return frame
    ids = list(steps)
    k = next(k for k in range(1, len(ids)) if name in (f"{ids[k - 1]} > {ids[k]}", f"{ids[k]} > {ids[k - 1]}"))
    used = ids[k - 1 : k + 1] if what == "step" else ids[k - 1 :]
    return frame.filter(nw.col("event").is_in([event for id in used for event in steps[id]]))


def _sides(frame: Frame, log: Span, size: int, start: int, here: int) -> Frame:
    """The same with two periods: 1 is this one, 0 are the whole ones beside it, or all others where none is whole."""
    first, last = here - start // size, here + (log.days - start) // size - 1
    whole = nw.col("period").is_between(first, last) if last > first else nw.col("period") >= 0
    return frame.filter(whole).with_columns(period=nw.when(nw.col("period") == here).then(nw.lit(1)).otherwise(nw.lit(0)))  # fmt: skip


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


def _groups(frame: Frame, log: Span, what: What, steps: Steps | None, columns: Sequence[str]) -> Found:
    """Each two groups of a column over the whole log: of each name the two furthest apart."""
    table = series(frame.with_columns(period=nw.lit(0)), what, steps, columns)
    table = table[(table.n >= FEW) & ~table.group.isin(["", OTHER])]
    rows, looks = [], 0
    for (column, name), part in table.groupby(["column", "name"], sort=True):
        sides = [(float(x), float(n), str(group)) for x, n, group in zip(part.x, part.n, part.group, strict=True)]
        pairs = [(a, b) if a[0] / a[1] <= b[0] / b[1] else (b, a) for a, b in combinations(sides, 2)]
        looks += len(pairs)
        pairs = [(a, b) for a, b in pairs if a[0] or b[0] / b[1] < OWN]
        found = [_row(log, what, str(name), str(column), a[2], b[2], 0, log.days, (*a[:2], *b[:2])) for a, b in pairs]
        named = tuple((group, x / n, int(n)) for x, n, group in sides)
        rows += [{**r, "groups": named} for r in sorted((r for r in found if r), key=lambda r: -r["strength"])[:1]]
    return rows, looks


def _row(
    log: Span, what: What, name: str, column: str, group: str, against: str, start: int, size: int, sides: Sequence[float]
) -> dict[str, Any] | None:  # fmt: skip
    some, n, others, m = sides
    if n < FEW or m < FEW:
        return None
    strength = float(ratio(*(np.asarray(side) for side in sides)))
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
