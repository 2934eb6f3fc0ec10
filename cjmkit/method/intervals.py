"""95% intervals of a mean, by how many people gave it."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cjmkit.method.seed import SEED

Z = 1.96
BOOTSTRAP_FROM = 15
BOOTSTRAP_UP_TO = 200
FIRST_IMPRESSION_BELOW = 5

Kind = Literal["t", "bootstrap", "equal", "one", "none"]


class Interval(NamedTuple):
    """A 95% interval and how it was found; `equal` and `one` have none, because nothing is known of the spread."""

    low: float
    high: float
    kind: Kind


def t_quantile(degrees: float) -> float:
    """The 97.5 % quantile of Student's t.

    >>> round(t_quantile(8), 3)
    2.306
    """
    from scipy.special import stdtrit

    return float(stdtrit(degrees, 0.975))


def mean_interval(values: ArrayLike, low: float, high: float) -> Interval:
    """The 95% interval of a mean: had other colleagues been in the room, where would it lie?

    Below 15 people Student's t, cut to the scale (a percentile bootstrap covers only 71 / 85 / 90 % at n = 3 / 5 / 8);
    from 15 people a bootstrap with a fixed seed (bias-corrected, Efron 1987); above 200, where both agree, Student's t
    again, which is quicker. One person or all equal: no interval.

    Args:
        values: the scores, shape (n,), NaN left out, in points of the scale.
        low: the lowest point of the scale.
        high: the highest.

    >>> mean_interval([2, 3, 4], 1.0, 5.0)
    Interval(low=1.0, high=5.0, kind='t')
    >>> mean_interval([3, 3, 3], 1, 5).kind
    'equal'
    """
    x = np.sort(np.asarray(values, dtype=float))
    x = x[~np.isnan(x)]
    nan = float("nan")
    if len(x) == 0:
        return Interval(nan, nan, "none")
    if len(x) == 1:
        return Interval(nan, nan, "one")
    if x[0] == x[-1]:
        return Interval(nan, nan, "equal")
    if not BOOTSTRAP_FROM <= len(x) <= BOOTSTRAP_UP_TO:
        half = t_quantile(len(x) - 1) * x.std(ddof=1) / np.sqrt(len(x))
        return Interval(max(low, float(x.mean() - half)), min(high, float(x.mean() + half)), "t")
    from scipy.stats import bootstrap

    found = bootstrap((x,), np.mean, vectorized=True, rng=np.random.default_rng(SEED)).confidence_interval
    return Interval(float(found.low), float(found.high), "bootstrap")


def wilson(share: float, n: float, z: float = Z) -> tuple[float, float]:
    """Wilson's interval (1927) of a share among n, which may be an effective n; 95 % unless another z is given.

    >>> [round(x, 3) for x in wilson(0.5, 10)]
    [0.237, 0.763]
    """
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def newcombe(share: float, n: float, other: float, m: float, z: float = Z) -> tuple[float, float]:
    """Newcombe's interval (1998, method 10) of the difference of two shares, from Wilson's intervals of both.

    >>> [round(x, 4) for x in newcombe(56 / 70, 70, 48 / 80, 80)]
    [0.0524, 0.3339]
    """
    low, high = wilson(share, n, z)
    other_low, other_high = wilson(other, m, z)
    down, up = math.hypot(share - low, other_high - other), math.hypot(high - share, other - other_low)
    return max(-1.0, share - other - down), min(1.0, share - other + up)


def weighted_mean(points: pd.DataFrame, weights: pd.Series, low: float, high: float) -> tuple[float, Interval, int]:
    """The weighted mean of touchpoint means, with the interval over people.

    Only people who scored a touchpoint that counts are counted. Where one of those touchpoints has a single score, its
    spread is unknown, and so there is no interval. It is Student's t on each person's influence, sum over touchpoints of w·(x − mean)/n (infinitesimal
    jackknife, Jaeckel 1972); where everybody scored everything it equals the t interval of the persons' own means.

    Args:
        points: columns participant, touchpoint, score; one row per person and touchpoint.
        weights: one weight per touchpoint, index touchpoint, any positive sum; all 0 weigh equally.
        low: the lowest point of the scale.
        high: the highest.

    Returns:
        The mean in points of the scale (NaN without scores), its interval, the number of people.

    >>> table = pd.DataFrame({"participant": ["a", "b"], "touchpoint": ["x", "x"], "score": [2.0, 4.0]})
    >>> weighted_mean(table, pd.Series({"x": 1.0}), 1, 5)[0]
    3.0
    """
    nan = float("nan")
    counting = weights[weights > 0] if (weights > 0).any() else weights
    at, scores = counting.index.get_indexer(pd.Index(points.touchpoint)), points.score.to_numpy(dtype=float)
    counts = (at >= 0) & ~np.isnan(scores)
    scores, (ids, place) = scores[counts], np.unique(at[counts], return_inverse=True)
    if not len(scores):
        return nan, Interval(nan, nan, "none"), 0
    n = np.bincount(place)
    means = np.bincount(place, scores) / n
    share = np.nan_to_num(counting.to_numpy(dtype=float)[ids])
    share = share / share.sum() if share.sum() > 0 else np.full(len(ids), 1 / len(ids))
    value = float((means * share).sum())
    each = np.bincount(pd.factorize(points.participant[counts])[0], (share / n)[place] * (scores - means[place]))
    people = len(each)
    if people < 2 or n.min() < 2:
        return value, Interval(nan, nan, "one"), people
    error = float(np.sqrt((each**2).sum() * people / (people - 1)))
    if error < 1e-12:
        return value, Interval(nan, nan, "equal"), people
    half = t_quantile(people - 1) * error
    return value, Interval(max(low, value - half), min(high, value + half), "t"), people
