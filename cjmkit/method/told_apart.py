"""Who is told apart from whom among several means: only those whose 95% intervals do not overlap."""

from __future__ import annotations

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
