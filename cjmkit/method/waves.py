"""The net promoter score from wave to wave of a survey, and whether it really moved."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from cjmkit.method.groups import OTHER
from cjmkit.method.intervals import Z
from cjmkit.method.surveys import nps

NAN = float("nan")
POINTS = 100.0


def nps_waves(answers: pd.DataFrame, items: pd.DataFrame, weighted: bool = False) -> pd.DataFrame:
    """NPS of each wave, and its change since the wave before with a 95% interval.

    The change's SE is √(SE₁² + SE₂² − 2·cov₁₂): whoever answered in both waves makes the two figures move together, so
    that the same people asked twice tell more than as many strangers (Kish 1965, panel and partial overlap). Waves in
    the order of their numbers, else of the alphabet; those with fewer than five answers are left out, and the
    next smallest with them where they are fewer than five together.

    Args:
        answers: the `answers` table; the column wave says when.
        items: its items; those of kind `nps` are shown.
        weighted: by the column weight; overlap is then left out of account, which makes the interval wider.

    Returns:
        The columns of `nps` by wave (`group` is called wave), change, change_low, change_high (points, NaN in the first
        wave), both (people who answered in this wave and the one before), moved (the interval leaves out 0).

    Raises:
        FigureError: as `nps`.

    >>> answers = pd.DataFrame({"respondent": range(20), "item": "q", "value": [10.0] * 5 + [3.0] * 5 + [9.0] * 9 + [3.0],
    ...     "wave": ["2025"] * 10 + ["2026"] * 10})
    >>> items = pd.DataFrame([{"item": "q", "kind": "nps", "touchpoint": "", "low": 0, "high": 10}])
    >>> nps_waves(answers, items)[["wave", "value", "change", "moved"]].values.tolist()[1]
    ['2026', 80.0, 80.0, True]
    """
    if "wave" not in answers or answers.empty:
        answers = answers.assign(wave="")
    table = nps(answers, items, by="wave", weighted=weighted).rename(columns={"group": "wave"})
    table = table[(table.n > 0) & (table.wave != OTHER) & (table.wave != "")]
    table = table.sort_values(["item", "wave"], key=lambda names: names.map(_order), kind="stable", ignore_index=True)
    changes = []
    before: Mapping[Any, Any] | None = None
    for row in table.to_dict("records"):
        if before is None or before["item"] != row["item"]:
            changes.append((NAN, NAN, NAN, 0, False))
        else:
            changes.append(_change(answers, before, row, weighted))
        before = row
    columns = ["change", "change_low", "change_high", "both", "moved"]
    return pd.concat([table, pd.DataFrame(changes, columns=columns, index=table.index)], axis=1)


def _order(name: object) -> tuple[float, str]:
    text = str(name)
    try:
        return float(text), text
    except ValueError:
        return math.inf, text


def _change(
    answers: pd.DataFrame, before: Mapping[Any, Any], row: Mapping[Any, Any], weighted: bool
) -> tuple[float, float, float, int, bool]:
    of_item = answers[(answers["item"] == row["item"]) & answers.value.notna()]
    first, second = (
        of_item[of_item.wave.astype(str) == wave]
        .drop_duplicates("respondent")
        .set_index("respondent")
        .value.map(_class)
        for wave in (before["wave"], row["wave"])
    )
    both = first.index.intersection(second.index)
    change = float(row["value"]) - float(before["value"])
    if before["se"] != before["se"] or row["se"] != row["se"]:
        return change, NAN, NAN, len(both), False
    shared = 0.0
    if len(both) and not weighted:
        shared = float(((first[both] - first.mean()) * (second[both] - second.mean())).sum()) / len(first) / len(second)
    se = math.sqrt(max(float(before["se"]) ** 2 + float(row["se"]) ** 2 - 2 * shared, 0.0))
    low, high = max(-2 * POINTS, change - Z * se), min(2 * POINTS, change + Z * se)
    return change, low, high, len(both), low > 0 or high < 0


def _class(value: float) -> float:
    """What an answer adds to the score: 100 a promoter, −100 a detractor, 0 a passive."""
    return POINTS if value >= 9 else -POINTS if value <= 6 else 0.0
