"""What changed, when, and for whom: spans of time and groups whose shares lie outside what the rest shows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtrc, xlogy

from cjmkit.method.drop_off import Asked, corrected_z
from cjmkit.method.groups import FEW
from cjmkit.method.intervals import newcombe
from cjmkit.method.over_time import What, periods, series
from cjmkit.method.steps import during, seconds

PER_NAME = 3  # spans told of one event, step or transition
Counts = NDArray[np.float64]
COLUMNS = ["what", "name", "column", "group", "against", "since", "until", "n", "value", "elsewhere_n", "elsewhere",
           "difference", "low", "high", "p", "sure"]  # fmt: skip


class _Found(NamedTuple):
    row: int
    start: int
    end: int
    strength: float
    looks: int


def what_changed(
    events: Any, steps: Asked | None = None, *, of: What | Sequence[What] = "event", every: str = "1w",
    by: str | Sequence[str] = (), since: date | str | None = None, until: date | str | None = None,
    beside: str = "4w", most: int = 20,
) -> pd.DataFrame:  # fmt: skip
    """Which events or steps changed, when and for whom; the strongest evidence first.

    For each share of `shares_over_time`, of everybody and of each group, every span of successive periods up to half of the log is
    held against the other periods of the same people; the span with the greatest likelihood ratio is told (the scan
    statistic of Kulldorff 1997, for shares), then taken out and the rest looked at again. Each group is also held
    against the other groups over the whole log. Every interval is Newcombe's (1998), widened for all the
    comparisons looked at (Bonferroni). A customer counts once in each period: those who come often count often,
    so read it as a list of where to look, not as proof.

    Args:
        events: the log.
        steps: for "step": the map, or steps with their events.
        of: "event", "step", "transition", "customers" (the mix of groups), or several.
        every: the length of a period, as in `shares_over_time`.
        by: columns of groups, such as "channel".
        since: with `until`: only this span is looked at, such as a week in which something is known to have
            happened, day by day, against the time beside it. Far fewer comparisons: what a search misses may show.
        until: its last day.
        beside: how much time before and after such a span it is held against.
        most: how many rows at most.

    Returns:
        Columns what, name, column, group ("" is everybody), against ("times" or "groups"), since, until, n and value (in that span and
        group), elsewhere_n and elsewhere, difference, low, high, p (corrected), sure (the interval is off 0, and p at most 0.05).
        Where fewer than five customers stand on either side nothing is told.
    """
    named = since is not None and until is not None
    if named:
        first, last = (date.fromisoformat(str(day)) for day in (since, until))
        aside = timedelta(seconds=seconds(beside))
        events, every = during(events, first - aside, last + aside), "1d"
    frame, starts = periods(events, every)
    days = [start.date() for start in starts]
    span = (bisect_left(days, first), bisect_left(days, last)) if named else None
    tables = [series(frame, what, steps, column) for what in ([of] if isinstance(of, str) else of)
              for column in ((None,) if what != "customers" else ()) + ((by,) if isinstance(by, str) else tuple(by))]  # fmt: skip
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
    found = [row for _, part in table.groupby(["what", "name"], sort=True) for row in _of_name(part, len(days) - 1, span)] if len(table) else []  # fmt: skip
    looks = sum(row["looks"] for row in found)
    rows = [_told(row, days, max(looks, 1)) for row in found if row["strength"] > 0]
    told = pd.DataFrame(rows, columns=[*COLUMNS, "strength"]).astype({"sure": bool})
    told = told.sort_values(["sure", "strength", "what", "name", "group"], ascending=[False, False, True, True, True])
    return told[COLUMNS].head(most).reset_index(drop=True)


def _of_name(part: pd.DataFrame, count: int, span: tuple[int, int] | None) -> Iterator[dict[str, Any]]:
    """What is found of one event, step or transition: some spans, and the group that differs most of each column."""
    wide = [part.pivot(index=["column", "group"], columns="period", values=kind) for kind in ("x", "n")]
    x, n = (table.sort_index().reindex(columns=range(count)).fillna(0).to_numpy(float) for table in wide)
    about = {"what": part["what"].iloc[0], "name": part["name"].iloc[0]}
    keys = list(wide[0].sort_index().index)
    open_ = np.ones(count)
    for turn in range(1 if span else PER_NAME):
        found = _strongest(x * open_, n * open_, open_, span)
        if found.strength <= 0:
            yield {**about, "strength": 0.0, "looks": found.looks if not turn else 0}
            break
        inside = np.zeros(count)
        inside[found.start : found.end + 1] = 1
        sides = [float((a[found.row] * side).sum()) for side in (inside, open_ - inside) for a in (x, n)]
        yield {**about, "key": keys[found.row], "against": "times", "start": found.start, "end": found.end, "sides": sides,
               "strength": found.strength, "looks": found.looks if not turn else 0}  # fmt: skip
        open_ = open_ - inside
    if span is None and about["what"] != "customers":
        yield from _groups(x, n, keys, about, count)


def _strongest(x: Counts, n: Counts, open_: Counts, span: tuple[int, int] | None) -> _Found:
    """The span of the row whose share differs most from that row's other periods, and how many spans there were."""
    count = x.shape[1]
    sums = [np.pad(np.cumsum(a, axis=1), ((0, 0), (1, 0))) for a in (x, n, (n >= FEW).astype(float))]
    shut = np.concatenate([[0], np.cumsum(1 - open_)])
    best, looks = _Found(0, 0, 0, 0.0, 0), 0
    for length in [span[1] - span[0] + 1] if span else range(1, count // 2 + 1):
        some, all_, big = (a[:, length:] - a[:, :-length] for a in sums)
        rest, rest_all, rest_big = (a[:, -1:] - inside for a, inside in zip(sums, (some, all_, big), strict=True))
        fits = (big > 0) & (rest_big > 0) & (shut[length:] == shut[:-length])
        if span:
            fits = fits & (np.arange(fits.shape[1]) == span[0])
        looks += int(fits.sum())
        strength = np.where(fits, _ratio(some, all_, rest, rest_all), 0.0)
        row, start = np.unravel_index(int(strength.argmax()), strength.shape) if strength.size else (0, 0)
        if strength.size and strength[row, start] > best.strength + 1e-9:
            best = _Found(int(row), int(start), int(start) + length - 1, float(strength[row, start]), 0)
    return best._replace(looks=looks)


def _groups(x: Counts, n: Counts, keys: list[Any], about: dict[str, Any], count: int) -> Iterator[dict[str, Any]]:
    """The group of each column that differs most from the column's other groups, over the whole log."""
    for column in sorted({column for column, _ in keys if column}):
        rows = [k for k, (of, _) in enumerate(keys) if of == column]
        some, all_ = x[rows].sum(axis=1), n[rows].sum(axis=1)
        rest, rest_all = some.sum() - some, all_.sum() - all_
        big = (n[rows] >= FEW).any(axis=1)
        strength = np.where(big & (rest_all >= FEW), _ratio(some, all_, rest, rest_all), 0.0)
        k = int(strength.argmax())
        sides = [float(a[k]) for a in (some, all_, rest, rest_all)]
        yield {**about, "key": keys[rows[k]], "against": "groups", "start": 0, "end": count - 1, "sides": sides,
               "strength": float(strength[k]), "looks": len(rows)}  # fmt: skip


def _ratio(some: Counts, n: Counts, others: Counts, m: Counts) -> Counts:
    """The log likelihood ratio of two shares against one."""

    def likely(x: Counts, of: Counts) -> Counts:
        p = np.divide(x, of, out=np.zeros_like(x), where=of > 0)
        return np.asarray(xlogy(x, p) + xlogy(of - x, 1 - p))

    return likely(some, n) + likely(others, m) - likely(some + others, n + m)


def _told(row: dict[str, Any], days: list[date], looks: int) -> dict[str, Any]:
    some, n, others, m = row["sides"]
    low, high = newcombe(some / n, n, others / m, m, corrected_z(looks))
    p = min(1.0, looks * float(chdtrc(1, 2 * row["strength"])))
    column, group = row["key"]
    return {
        "what": row["what"], "name": row["name"], "column": column, "group": group, "against": row["against"],
        "since": days[row["start"]], "until": days[row["end"] + 1] - timedelta(days=1), "n": int(n), "value": some / n,
        "elsewhere_n": int(m), "elsewhere": others / m, "difference": some / n - others / m, "low": low, "high": high,
        "p": p, "sure": p <= 0.05 and (low > 0 or high < 0), "strength": row["strength"],
    }  # fmt: skip
