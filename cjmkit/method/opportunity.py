"""Where to concentrate: what customers want and do not get, and importance against performance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

from cjmkit.errors import FigureError
from cjmkit.method.importance import NAN, RUNS, Derived, derived_importance
from cjmkit.method.seed import SEED
from cjmkit.method.surveys import BEST, ratings


def opportunity(answers: pd.DataFrame, items: pd.DataFrame, runs: int = RUNS) -> pd.DataFrame:
    """Ulwick's opportunity score (2002), 0–20: I + max(I − S, 0), I and S ten times the share of best answers.

    Best answers are 4–5 of 5 (6–7 of 7, 9–10 of 10, 3 of 3): shares, not means. Each share is of those who answered
    that question. Interval: respondents resampled, fixed seed, percentiles.

    Args:
        answers: the `answers` table.
        items: its items; a touchpoint needs one of kind `importance` and one of kind `rating`.
        runs: how often respondents are resampled.

    Returns:
        One row per touchpoint, the highest first: touchpoint, n, n_importance, importance, satisfaction (0–10), value,
        low, high (0–20), of.

    Raises:
        FigureError: a scale is none whose best answers are agreed on.

    >>> answers = pd.DataFrame([(who, item, 5.0 if item == "i" or who < 3 else 2.0) for who in range(10)
    ...     for item in "is"], columns=["respondent", "item", "value"])
    >>> items = pd.DataFrame([("i", "importance", "food", 1, 5), ("s", "rating", "food", 1, 5)],
    ...     columns=["item", "kind", "touchpoint", "low", "high"])
    >>> opportunity(answers, items)[["importance", "satisfaction", "value"]].values.tolist()
    [[10.0, 3.0, 17.0]]
    """
    rows = []
    by_touchpoint = items[items.kind == "importance"].drop_duplicates("touchpoint").set_index("touchpoint")
    for item in items[items.kind == "rating"].drop_duplicates("touchpoint").to_dict("records"):
        if item["touchpoint"] in by_touchpoint.index:
            asked = [by_touchpoint.loc[[item["touchpoint"]]].reset_index().to_dict("records")[0], item]
            rows.append({"touchpoint": item["touchpoint"], **_opportunity(answers, asked, runs), "of": "customers"})
    columns = ["touchpoint", "n", "n_importance", "importance", "satisfaction", "value", "low", "high", "of"]
    return pd.DataFrame(rows, columns=columns).sort_values("value", ascending=False, kind="stable", ignore_index=True)


def opportunity_score(importance: float, satisfaction: float) -> float:
    """I + max(I − S, 0), both from 0 to 10.

    >>> opportunity_score(9, 3), opportunity_score(9, 9), opportunity_score(8, 4)
    (15, 9, 12)
    """
    return importance + max(importance - satisfaction, 0)


def importance_performance(
    answers: pd.DataFrame,
    items: pd.DataFrame,
    importance: Literal["derived", "stated"] | Derived = "derived",
    cross: Literal["mean", "midpoint"] = "mean",
) -> pd.DataFrame:
    """Importance against performance in four quadrants (Martilla & James 1977).

    *concentrate* = important and weak, *keep-up* = important and strong, *low-priority* = neither, *overkill* =
    unimportant and strong. On the cross-hair itself counts as above it.

    Args:
        answers: the `answers` table.
        items: its items; performance is the mean of those of kind `rating`, as a share 0–1 of its scale.
        importance: "derived" (the share of R², see `derived_importance`, or one found already), or "stated": the mean
            of the items of kind `importance`, as a share of their scale.
        cross: where the cross-hair stands: at the mean of the touchpoints, or at the midpoint of the scales. A derived
            importance has no midpoint, so there its mean, the equal share, stands for it.

    Returns:
        One row per touchpoint: touchpoint, item, n, n_importance, importance, importance_low, importance_high, value,
        low, high (performance), quadrant, cross_importance, cross_value, kind, of.

    Raises:
        FigureError: as `derived_importance`.

    >>> given = [(who, item, value) for who in range(10) for item, value in [("ia", 5.0), ("ra", 2.0), ("ib", 2.0), ("rb", 5.0)]]
    >>> answers = pd.DataFrame(given, columns=["respondent", "item", "value"])
    >>> items = pd.DataFrame([("ia", "importance", "food", 1, 5), ("ra", "rating", "food", 1, 5), ("ib", "importance", "shop", 1, 5),
    ...     ("rb", "rating", "shop", 1, 5)], columns=["item", "kind", "touchpoint", "low", "high"])
    >>> importance_performance(answers, items, "stated")[["touchpoint", "importance", "value", "quadrant"]].values.tolist()
    [['food', 1.0, 0.25, 'concentrate'], ['shop', 0.25, 1.0, 'overkill']]
    """
    kind = "stated" if importance == "stated" else "derived"
    if kind == "stated":
        weighed = _of_scale(ratings(answers, items[items.kind == "importance"].assign(kind="rating")))
    else:
        found = importance if isinstance(importance, Derived) else derived_importance(answers, items)
        weighed = found.table
    columns = {"n": "n_importance", "value": "importance", "low": "importance_low", "high": "importance_high"}
    weighed = weighed[weighed.n > 0].drop_duplicates("touchpoint").rename(columns=columns)
    rated = _of_scale(ratings(answers, items)).drop_duplicates("touchpoint")
    table = rated[rated.n > 0].merge(weighed[["touchpoint", *columns.values()]], on="touchpoint")
    middle = [0.5 if cross == "midpoint" and kind == "stated" else table.importance.mean()]
    middle.append(0.5 if cross == "midpoint" else table.value.mean())
    table = table.assign(cross_importance=middle[0], cross_value=middle[1], kind=kind)
    table["quadrant"] = [
        _quadrant(i >= middle[0] - 1e-12, v >= middle[1] - 1e-12)
        for i, v in zip(table.importance, table.value, strict=True)
    ]
    kept = ["touchpoint", "item", "n", *columns.values(), "value", "low", "high", "quadrant", "cross_importance",
            "cross_value", "scale_low", "scale_high", "kind", "of"]  # fmt: skip
    return table[kept].sort_values("importance", ascending=False, kind="stable", ignore_index=True)


def _opportunity(answers: pd.DataFrame, asked: list[dict[Any, Any]], runs: int) -> Mapping[str, float]:
    """The score of one touchpoint, its importance item first."""
    best = []
    for item in asked:
        scale = (item["low"], item["high"])
        if scale not in BEST:
            raise FigureError(
                "Opportunity of item {item}: nobody agrees which answers from {low} to {high} are the best. Its scales are {scales}.",
                item=item["item"], low=f"{item['low']:g}", high=f"{item['high']:g}", scales=[f"{a}–{b}" for a, b in BEST],
            )  # fmt: skip
        given = answers[(answers["item"] == item["item"]) & answers.value.notna()].set_index("respondent").value
        best.append((given >= BEST[scale][0]).groupby(level=0).mean())
    wide = pd.concat(best, axis=1).to_numpy(dtype=float)
    n = (~np.isnan(wide)).sum(axis=0)
    if not n.all():
        return {"n": int(n[1]), "n_importance": int(n[0]), **dict.fromkeys(("importance", "satisfaction", "value", "low", "high"), NAN)}  # fmt: skip
    importance, satisfaction = (10 * np.nanmean(wide, axis=0)).tolist()
    chance = np.random.default_rng(SEED)
    drawn = wide[chance.integers(0, len(wide), (runs, len(wide)))]
    there = (~np.isnan(drawn)).sum(axis=1)
    i, s = (10 * np.divide(np.nansum(drawn, axis=1), there, out=np.full(there.shape, NAN), where=there > 0)).T
    scores = i + np.maximum(i - s, 0)
    scores = scores[~np.isnan(scores)]
    low, high = np.percentile(scores, [2.5, 97.5]) if len(scores) else (NAN, NAN)
    return {"n": int(n[1]), "n_importance": int(n[0]), "importance": importance, "satisfaction": satisfaction,
            "value": opportunity_score(importance, satisfaction), "low": float(low), "high": float(high)}  # fmt: skip


def _quadrant(important: bool, strong: bool) -> str:
    if important:
        return "keep-up" if strong else "concentrate"
    return "overkill" if strong else "low-priority"


def _of_scale(table: pd.DataFrame) -> pd.DataFrame:
    """Value and interval as shares of the item's own scale."""
    span = table.scale_high - table.scale_low
    return table.assign(**{name: (table[name] - table.scale_low) / span for name in ("value", "low", "high")})
