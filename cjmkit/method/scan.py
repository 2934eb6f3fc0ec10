"""The span of periods in which a share stands out most, and how likely one stands out so much by chance (Kulldorff 1997)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtrc, chdtri, xlogy

from cjmkit.method.groups import FEW, OTHER
from cjmkit.method.seed import SEED

SHORTEST = 26  # a span is at least this part of the log: a week of half a year
MOST_NAMES = 60  # the commonest events or transitions
Counts = NDArray[np.float64]


def strongest(table: pd.DataFrame, count: int) -> list[tuple[tuple[str, str, str], float, int, int, bool]]:
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
        strength = np.where(fits, ratio(some, all_, rest, rest_all), 0.0)
        at = strength.argmax(axis=1)
        found = strength[np.arange(len(x)), at]
        better = found > best + 1e-9
        best[better], start[better], size[better] = found[better], at[better], length
    there, edge = n.cumsum(axis=1), _lengths(count).start
    drift = [start[k] <= (there[k] <= 0).sum() + edge or start[k] + size[k] >= (there[k] < there[k, -1]).sum() + 1 - edge for k in range(len(x))]  # fmt: skip
    return [(key, float(best[k]), int(start[k]), int(size[k]), drift[k]) for k, key in enumerate(wide[0].index) if best[k] > 0]  # fmt: skip


def _lengths(count: int) -> range:
    """How many periods a span has."""
    return range(max(round(count / SHORTEST), 1), max(count // 3, 1) + 1)


def ratio(some: Any, n: Any, others: Any, m: Any) -> Counts:
    """The log likelihood ratio of two shares against one."""

    def likely(x: Any, of: Any) -> Counts:
        p = np.divide(x, of, out=np.zeros_like(x, dtype=float), where=of > 0)
        return np.asarray(xlogy(x, p) + xlogy(of - x, 1 - p))

    return np.maximum(likely(some, n) + likely(others, m) - likely(some + others, n + m), 0.0)


@lru_cache(maxsize=32)
def calibrated(count: int) -> tuple[float, float]:
    """How many independent spans all spans of so many periods are worth, and at what strength that was found: simulated."""
    z = np.random.default_rng(SEED).standard_normal((400, count))
    sums = np.pad(np.cumsum(z - z.mean(axis=1, keepdims=True), axis=1), ((0, 0), (1, 0)))
    best = np.zeros(len(z))
    for length in _lengths(count):
        inside = sums[:, length:] - sums[:, :-length]
        best = np.maximum(best, (inside**2).max(axis=1) / (length * (1 - length / count)) / 2)
    usual = max(float(np.quantile(best, 0.9)), float(chdtri(1, 0.1)) / 2)
    return max(0.1 / float(chdtrc(1, 2 * usual)), 1.0), usual


def many(count: int, strength: float) -> float:
    """So many times likelier is it that some span stands out this much than that a given one does; the ends give two powers."""
    many, usual = calibrated(count)
    return many * max(1.0, strength / usual) ** 2
