"""Who is told apart from whom among several means, and what happens more often than chance alone would have it."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd


def like_the_lowest(table: pd.DataFrame) -> pd.Series:
    """Which rows are not told apart from the lowest: their 95% intervals overlap, the lowest one's own among them.

    Two 95% intervals that do not overlap are a stricter rule than a test at 5 % (Schenker & Gentleman 2001), which suits a
    table in which many are looked at.

    Args:
        table: value, low, high; rows without an interval are told apart from none and left out.

    Returns:
        Bool, on the rows that have an interval.

    >>> like_the_lowest(pd.DataFrame({"value": [2.0, 3.0, 5.0], "low": [1.0, 1.9, 4.0], "high": [2.5, 4.1, 6.0]})).tolist()
    [True, True, False]
    """
    sure = table[table.value.notna() & table.low.notna() & table.high.notna()]
    if sure.empty:
        return pd.Series(dtype=bool)
    lowest = sure.sort_values("value", kind="stable").iloc[0]
    return sure["low"].le(lowest["high"])


def more_than_chance(happened: int, chances: Iterable[float], *, looked_at: int = 1) -> bool:
    """Whether something happened more often than chance alone would have it, at 5 %.

    The upper tail of a binomial with the mean of the chances, which bounds the tail of unequal ones (Hoeffding 1956), times
    the number of things that were looked at (Bonferroni), as the most frequent is picked after the fact.

    Args:
        happened: how often.
        chances: of each time it could have happened.
        looked_at: among how many things this one was picked.

    >>> more_than_chance(9, [0.5] * 10, looked_at=2), more_than_chance(8, [0.5] * 10, looked_at=2)  # 0.021, 0.109
    (True, False)
    """
    from scipy.special import bdtrc

    each = list(chances)
    return bool(happened > 0 and each and bdtrc(happened - 1, len(each), sum(each) / len(each)) * looked_at < 0.05)
