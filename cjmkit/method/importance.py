"""Which touchpoint moves the overall score.

Derived importance says that two things move together, never that one causes the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cjmkit.errors import FigureError
from cjmkit.method.seed import SEED

Matrix = NDArray[np.float64]
NAN = float("nan")
RUNS = 500
FEWEST = 30  # answers that a correlation must rest on
FEWEST_BETWEEN = 10  # of two touchpoints with each other
COLLINEAR = 5.0  # variance inflation from which a touchpoint's own part is hard to tell
SMALLEST = 1e-4  # of an eigenvalue: what pairwise correlations may lack to be those of one sample
OF = ("nps", "overall")


@dataclass(frozen=True)
class Derived:
    """How much of the overall score each touchpoint's rating accounts for.

    `table` has one row per item, the largest first: item, touchpoint, n (who answered it and the overall question),
    pearson, spearman, weight (part of R²), value (share of R², the derived importance), low, high (95% bootstrap
    interval of the share), vif, collinear, of. `outcome` is the item of the overall score, `r2` how much of it all
    together account for. `left_out` names items with too few answers; `smoothed` says that the pairwise correlations
    were not those of one sample and were moved to the nearest that are.
    """

    table: pd.DataFrame
    outcome: str
    n: int
    r2: float
    r2_low: float
    r2_high: float
    left_out: tuple[str, ...] = ()
    smoothed: bool = False


def derived_importance(
    answers: pd.DataFrame, items: pd.DataFrame, of: str | None = None, weighted: bool = False, runs: int = RUNS
) -> Derived:
    """Which touchpoints move together with the overall score: relative weights, which add up to R² (Johnson 2000).

    The ratings are replaced by the nearest uncorrelated variables, whose squared effects are handed back to them, so
    that touchpoints which move together share what they explain. Correlations are pairwise: each uses whoever
    answered both questions, because few customers use every touchpoint. Items that fewer than 30 answered together
    with the overall question are left out and named. Intervals: respondents resampled, fixed seed, percentiles.

    Args:
        answers: the `answers` table.
        items: its items; those of kind `rating` are weighed.
        of: the item of the overall score; None is the first of kind `nps`, else of kind `overall`.
        weighted: by the column weight; Spearman's correlation stays unweighted.
        runs: how often respondents are resampled; 0 gives no interval.

    Returns:
        The importance of each item; an empty table where nothing can be said.

    Raises:
        FigureError: there is no such overall score, or the answers carry no weights.

    >>> given = [(who, item, who % 5 + 1.0 if item != "b" else who % 3 + 1.0) for who in range(60) for item in ("all", "a", "b")]
    >>> answers = pd.DataFrame(given, columns=["respondent", "item", "value"])
    >>> items = pd.DataFrame([("all", "overall", "", 1, 5), ("a", "rating", "food", 1, 5), ("b", "rating", "shop", 1, 5)],
    ...     columns=["item", "kind", "touchpoint", "low", "high"])
    >>> derived_importance(answers, items, runs=0).table[["touchpoint", "value"]].round(2).values.tolist()
    [['food', 1.0], ['shop', 0.0]]
    """
    outcome = _outcome(items, of)
    rated = [str(item) for item in items[items.kind == "rating"]["item"] if item != outcome]
    wide, weights = _wide(answers, [outcome, *rated], weighted)
    chosen, left_out = _usable(wide, outcome, rated)
    whole = int(wide[outcome].notna().sum())
    if not chosen:
        return Derived(
            _table(pd.DataFrame(), items, wide, outcome, NAN), outcome, whole, NAN, NAN, NAN, tuple(left_out)
        )
    x = wide[[outcome, *chosen]].to_numpy(dtype=float)
    r, smoothed = _nearest(_correlations(x, weights))
    parts = relative_weights(r[1:, 1:], r[0, 1:])
    drawn = _resampled(x, weights, runs)
    shares = np.divide(drawn, drawn.sum(axis=1, keepdims=True)) if len(drawn) else drawn
    low, high = np.percentile(shares, [2.5, 97.5], axis=0) if len(drawn) else (np.full(len(chosen), NAN),) * 2
    r2_low, r2_high = np.percentile(drawn.sum(axis=1), [2.5, 97.5]) if len(drawn) else (NAN, NAN)
    vif = np.diag(np.linalg.inv(r[1:, 1:]))
    figures = pd.DataFrame({"item": chosen, "pearson": r[0, 1:], "weight": parts, "low": low, "high": high, "vif": vif})
    r2 = float(parts.sum())
    return Derived(
        _table(figures, items, wide, outcome, r2), outcome, whole, r2, float(r2_low), float(r2_high), tuple(left_out), smoothed
    )  # fmt: skip


def relative_weights(between: Matrix, with_outcome: Matrix) -> Matrix:
    """Johnson's relative weights (2000): what each predictor adds to R², their sum.

    With Λ the symmetric root of the predictors' correlations, β = Λ⁻¹·r and ε = Λ²∘·β²∘ (elementwise squares).

    Args:
        between: the correlations between the predictors, shape (k, k).
        with_outcome: their correlations with the outcome, shape (k,).

    >>> relative_weights(np.eye(2), np.array([0.6, 0.3])).round(2).tolist()
    [0.36, 0.09]
    """
    values, vectors = np.linalg.eigh(between)
    root = vectors @ np.diag(np.sqrt(values)) @ vectors.T
    parts: Matrix = (root**2) @ (np.linalg.solve(root, with_outcome) ** 2)
    return parts


def _outcome(items: pd.DataFrame, of: str | None) -> str:
    able = [str(item) for kind in OF for item in items[items.kind == kind]["item"]]
    if of is None and able:
        return able[0]
    if of is None or of not in set(items[items.kind != "comment"]["item"]):
        raise FigureError(
            "There is no overall score {item} that touchpoints could move. There are: {items}.",
            item=of or "–", items=able or ["–"],
        )  # fmt: skip
    return of


def _wide(answers: pd.DataFrame, names: list[str], weighted: bool) -> tuple[pd.DataFrame, Matrix]:
    """One row per respondent and wave, one column per item; and what each row weighs."""
    asked = answers[answers["item"].isin(names)]
    keys = ["respondent", "wave"] if "wave" in asked else ["respondent"]
    wide = asked.pivot_table(index=keys, columns="item", values="value", aggfunc="first", dropna=False, sort=True)
    wide = wide.reindex(columns=names).dropna(how="all")
    if not weighted:
        return wide, np.ones(len(wide))
    weights = asked.groupby(keys).weight.first().reindex(wide.index).to_numpy(dtype=float)
    if not (np.isfinite(weights).all() and (weights > 0).all()):
        raise FigureError(
            "The answers to item {item} carry no weights. Declare the survey's weight column.", item=names[0]
        )
    return wide, weights


def _usable(wide: pd.DataFrame, outcome: str, rated: list[str]) -> tuple[list[str], list[str]]:
    """The items whose correlations rest on enough answers; and the others."""
    there = wide.notna().astype(float)
    enough = [
        item for item in rated
        if (there[item] * there[outcome]).sum() >= FEWEST and wide.loc[wide[outcome].notna(), item].nunique() > 1
    ]  # fmt: skip
    if wide[outcome].nunique() < 2:
        enough = []
    while enough:
        pairs = there[enough].T @ there[enough]
        if pairs.to_numpy().min() >= FEWEST_BETWEEN:
            break
        enough.remove(str((pairs < FEWEST_BETWEEN).sum().idxmax()))
    return enough, [item for item in rated if item not in enough]


def _correlations(x: Matrix, w: Matrix) -> Matrix:
    """Pearson's correlations, each of the rows that have both columns; w is what each row weighs."""
    there = ~np.isnan(x)
    mask, given = there.astype(float), np.where(there, x, 0.0)
    n = mask.T @ (mask * w[:, None])
    mean = (given * w[:, None]).T @ mask / n  # of the row's variable, where the column's is there
    square = (given**2 * w[:, None]).T @ mask / n
    spread = square - mean**2
    with np.errstate(invalid="ignore", divide="ignore"):
        r: Matrix = (given.T @ (given * w[:, None]) / n - mean * mean.T) / np.sqrt(spread * spread.T)
    np.fill_diagonal(r, 1.0)
    return np.clip(r, -1.0, 1.0)


def _nearest(r: Matrix) -> tuple[Matrix, bool]:
    """The correlations, moved as little as makes them those of one sample where they are not; and whether they were."""
    r = np.nan_to_num(r)
    values, vectors = np.linalg.eigh(r)
    if values[0] >= SMALLEST:
        return r, False
    moved = vectors @ np.diag(np.maximum(values, SMALLEST)) @ vectors.T
    size = np.sqrt(np.diag(moved))
    return moved / np.outer(size, size), True


def _resampled(x: Matrix, w: Matrix, runs: int) -> Matrix:
    """The weights of each run, shape (runs, items)."""
    chance = np.random.default_rng(SEED)
    drawn = []
    for _ in range(runs):
        times = np.bincount(chance.integers(0, len(x), len(x)), minlength=len(x)).astype(float)
        r, _moved = _nearest(_correlations(x, w * times))
        drawn.append(relative_weights(r[1:, 1:], r[0, 1:]))
    return np.array(drawn).reshape(runs, x.shape[1] - 1)


def _table(figures: pd.DataFrame, items: pd.DataFrame, wide: pd.DataFrame, outcome: str, r2: float) -> pd.DataFrame:
    columns = [
        "item",
        "touchpoint",
        "n",
        "pearson",
        "spearman",
        "weight",
        "value",
        "low",
        "high",
        "vif",
        "collinear",
        "of",
    ]
    if figures.empty:
        return pd.DataFrame(columns=columns)
    touchpoints = dict(zip(items["item"], items.touchpoint, strict=True))
    both = {item: wide[[outcome, item]].dropna() for item in figures["item"]}
    table = figures.assign(
        touchpoint=figures["item"].map(touchpoints),
        n=[len(both[item]) for item in figures["item"]],
        spearman=[both[item].rank().corr().to_numpy()[0, 1] for item in figures["item"]],
        value=figures.weight / r2 if r2 > 0 else NAN,
        collinear=figures.vif >= COLLINEAR,
        of="customers",
    )
    return table[columns].sort_values("value", ascending=False, kind="stable", ignore_index=True)
