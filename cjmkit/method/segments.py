"""Groups of customers who are alike, how many there are, whether they are there at all, and what sets each apart.

The rule, the same for those whose groups were found and for new customers: columns become numbers of one measure
(`cjmkit.method.segment_columns`), and a customer is of the group whose centre is nearest.

Groups are made by k-means; their number is the one with the highest silhouette (Rousseeuw 1987). Two things are asked
before they are called groups:

- *apart*: their silhouette is higher than that of groups made in the same way where there are none: in 19 tables with each
  column shuffled by itself (where there are several), in 19 clouds of one normal distribution with the same covariance,
  and in 19 even boxes along the principal axes (Tibshirani, Walther & Hastie 2001). Higher means above the mean of each
  kind by more than three of its standard deviations;
- *stable*: in 30 resamples, customers drawn with replacement, groups made anew are like these: the mean over the groups'
  mean highest Jaccard similarity (Hennig 2007) is 0.6 or more; above 0.75 a group is called stable.

Where one of the two fails there is *no structure*: one group of all. Both look at up to 800 customers, centres are
found on up to 3,000, drawn by the seed; all are then assigned. `segments_by` takes groups that are known instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cjmkit.errors import Fault, FigureError, InputError, UsageError
from cjmkit.method.groups import OTHER, merge_small_groups
from cjmkit.method.seed import SEED
from cjmkit.method.segment_columns import Matrix, column_rules, matrix, texts, widths
from cjmkit.method.traits import traits_of

SCHEMA = "cjmkit/segments/1"
LEAST, FEWEST = 5, 20  # customers of a group, and of a table in which groups are looked for
LOOKED_AT, FOUND_ON = 800, 3000
REFERENCES, RESAMPLES = 19, 30
ABOVE, HOLDS, STABLE = 3.0, 0.6, 0.75
NAN = float("nan")
Labels = NDArray[np.int_]


@dataclass(frozen=True, repr=False)
class Segments:
    """Groups of customers and how sure they are.

    `groups`: by customer, "1" for the largest group, then "2" ...; "" for who has too few values. With no structure all are "1".
    `number`: of the groups; 1 is no structure. `by`: the column they were taken from, "" where they were found. `tried`: by number, the silhouette. `reference`: the silhouette
    that must be passed, because less is found where there is nothing. `stability`: by group, 0–1. `traits`: what sets each group apart, see `traits_of`.
    `rule`: plain values, by which `assign` finds a customer's group. `told`: what was done with columns. `why`: "",
    or why there is no structure: "few", "columns", "apart", "stable".
    """

    groups: pd.Series
    number: int
    tried: Mapping[int, float]
    reference: float
    stability: Mapping[str, float]
    traits: pd.DataFrame
    rule: Mapping[str, Any]
    told: tuple[Fault, ...]
    why: str = ""
    by: str = ""

    @property
    def silhouette(self) -> float:
        """Of the best number of groups, whether or not it holds; NaN where none was tried."""
        return max(self.tried.values(), default=NAN)

    @property
    def sizes(self) -> dict[str, int]:
        """How many customers each group has, the largest first, "other" last; those in none left out."""
        counts = {str(group): int(n) for group, n in self.groups[self.groups != ""].value_counts().items()}
        order = sorted(counts, key=lambda group: (group == OTHER, -counts[group], group))
        return {group: counts[group] for group in order}

    def __repr__(self) -> str:
        return f"Segments(number={self.number}, sizes={self.sizes}, silhouette={self.silhouette:.2f}, why={self.why!r})"


def segments(
    customers: pd.DataFrame,
    columns: Iterable[str] | None = None,
    *,
    log: Sequence[str] = (),
    most: int = 8,
    seed: int = SEED,
) -> Segments:
    """Groups of customers found in these columns, or that there are none.

    k-means, as many groups as have the highest silhouette (Rousseeuw 1987); one group where customers lie no further apart than in tables
    without groups (Tibshirani, Walther and Hastie 2001), or where other draws find others (Hennig 2007). Below 20 customers none are
    looked for, and none is smaller than five.

    Args:
        customers: a row each; numbers and categories, missing ones NaN.
        columns: which make the groups; None is all but `customer`. What sets the groups apart is looked for in all.
        log: numbers to take in logarithms, whatever their skewness.
        most: the highest number of groups that is tried.
        seed: of all draws; the order of rows changes nothing where there is a column `customer`.

    Raises:
        UsageError: a column is not there, or has no logarithms.
        FigureError: a customer stands twice.

    >>> table = pd.DataFrame({"customer": range(60), "visits": [1, 2, 3] * 20, "spent": ([10, 12, 11] * 10) + [90, 95, 99] * 10})
    >>> segments(table, ["spent"]).sizes
    {'1': 30, '2': 30}
    """
    if "customer" in customers.columns:
        if customers.customer.duplicated().any():
            raise FigureError("A customer stands twice in the table: one row each is needed.")
        customers = customers.sort_values("customer", kind="stable").set_index("customer")
    names = [*columns] if columns is not None else [str(c) for c in customers.columns]
    rules, told = column_rules(customers, names, log)
    x, enough = matrix(rules, customers)
    tried, reference, centres, held, why = _searched(x[enough], rules, most, seed)
    stability = {str(n + 1): round(float(v), 6) for n, v in enumerate(held)} if len(centres) > 1 else {}
    rule = {"schema": SCHEMA, "columns": [dict(r) for r in rules], "seed": seed,
            "centres": [[_r(v) for v in row] for row in centres]}  # fmt: skip
    groups = assign(rule, customers)
    others = [str(c) for c in customers.columns if c not in names]
    told_of = [r["column"] for r in (*rules, *column_rules(customers, others, [])[0])]
    traits = traits_of(customers, groups, told_of)
    return Segments(groups, len(centres), tried, reference, stability, traits, rule, tuple(told), why)


def segments_by(customers: pd.DataFrame, by: str, columns: Iterable[str] | None = None) -> Segments:
    """The groups that a column names, where the team knows them already; those under five customers are merged.

    Args:
        customers: a row each.
        by: the column whose values are the groups; who has none is in no group.
        columns: in which to look for what sets them apart; None is all others but `customer`.

    Raises:
        UsageError: a column is not there.

    >>> table = pd.DataFrame({"purpose": ["work"] * 7 + ["leisure"] * 5, "bags": [0, 1] * 3 + [0] + [2, 1] * 2 + [2]})
    >>> segments_by(table, "purpose").sizes
    {'work': 7, 'leisure': 5}
    """
    table = customers.set_index("customer") if "customer" in customers.columns else customers
    names = [*columns] if columns is not None else [str(c) for c in table.columns if c != by]
    if missing := [name for name in (by, *names) if name not in table.columns]:
        raise UsageError("There is no column {column}. There are: {columns}.", column=missing[0], columns=[*map(str, table.columns)])  # fmt: skip
    counts = texts(table[by]).value_counts()
    shown = merge_small_groups({str(group): int(n) for group, n in counts.items()}, LEAST)
    rule = {"schema": SCHEMA, "by": by, "groups": dict(sorted(shown.items()))}
    groups = assign(rule, customers)
    return Segments(groups, len(set(shown.values())), {}, NAN, {}, traits_of(table, groups, names), rule, (), by=by)


def assign(rule: Segments | Mapping[str, Any], customers: pd.DataFrame) -> pd.Series:
    """The group of each customer by the rule that was found before: "1", "2" ..., "" for who lacks more than half.

    Args:
        rule: what `segments` gave, or its `rule`, also read back from JSON.
        customers: a row each, with the rule's columns; one that is not there counts as missing.

    Returns:
        A series "segment" by customer (the index, where there is no column of that name).

    Raises:
        InputError: it is no such rule.
    """
    rule = rule.rule if isinstance(rule, Segments) else rule
    if rule.get("schema") != SCHEMA:
        raise InputError("This is no rule for segments: its schema is {found}, not {wanted}.", found=repr(rule.get("schema"))[:60], wanted=SCHEMA)  # fmt: skip
    table = customers.set_index("customer") if "customer" in customers.columns else customers
    if "by" in rule:
        found = texts(table[rule["by"]]) if rule["by"] in table.columns else pd.Series(None, table.index, dtype=object)
        other = OTHER if OTHER in rule["groups"].values() else ""
        return (
            found.map(lambda v: rule["groups"].get(v, other) if isinstance(v, str) else "")
            .rename("segment")
            .astype(object)
        )
    x, enough = matrix(rule["columns"], table)
    nearest = _nearest(x, np.array(rule["centres"], dtype=float))
    names = np.where(enough, (nearest + 1).astype(str), "").astype(object)
    return pd.Series(names, table.index, name="segment", dtype=object)


def _searched(
    x: Matrix, rules: Sequence[Mapping[str, Any]], most: int, seed: int
) -> tuple[dict[int, float], float, Matrix, Matrix, str]:
    """The silhouettes tried, the one to pass, the centres, how they hold, and why there are none."""
    import sklearn.cluster
    import sklearn.metrics  # noqa: F401
    from threadpoolctl import threadpool_limits  # limits only what is loaded by then

    none = np.zeros((1, x.shape[1]))
    if not rules or len(x) < FEWEST:
        return {}, NAN, none, np.ones(1), "few" if rules else "columns"
    rng = np.random.default_rng(seed)
    looked, found_on = (x[np.sort(rng.permutation(len(x))[:size])] for size in (LOOKED_AT, FOUND_ON))
    with threadpool_limits(1):  # sums add up alike on every machine
        tried = _tried(looked, most, seed)
        number = max(tried, key=lambda k: (tried[k], -k), default=1)
        why, reference = _apart(looked, widths(rules), number, tried.get(number, -1.0), rng, seed)
        if why:
            return tried, reference, none, np.ones(1), why
        centres = _without_small(_centres(found_on, number, seed), x)
        held = _stability(looked, centres, rng, seed)
    if len(centres) < 2 or held.mean() < HOLDS:
        return tried, reference, none, np.ones(1), "stable"
    return tried, reference, centres, held, ""


def _nearest(x: Matrix, centres: Matrix) -> Labels:
    """The nearest centre of each; of two equally near the first."""
    if len(centres) < 2:
        return np.zeros(len(x), dtype=int)
    distances = np.stack([((x - centre) ** 2).sum(axis=1) for centre in centres], axis=1)
    return np.asarray(np.round(distances, 9).argmin(axis=1))


def _centres(x: Matrix, number: int, seed: int, starts: int = 10) -> Matrix:
    """The centres of so many groups, the largest group's first."""
    import warnings

    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a resample may hold fewer different customers than groups
        labels = KMeans(number, n_init=starts, random_state=seed % 2**32).fit(x).labels_
    found = [(-int((labels == n).sum()), *x[labels == n].mean(axis=0)) for n in np.unique(labels)]
    return np.array(sorted(found))[:, 1:]


def _silhouette(x: Matrix, labels: Labels) -> float:
    from sklearn.metrics import silhouette_score

    if not 1 < len(np.unique(labels)) < len(x):
        return -1.0
    return round(float(silhouette_score(x, labels)), 6)


def _tried(x: Matrix, most: int, seed: int) -> dict[int, float]:
    """The silhouette of each number of groups that leaves none under five customers and is at most half of the different ones."""
    found = {}
    for number in range(2, min(most, len(x) // LEAST, len(np.unique(x, axis=0)) // 2) + 1):
        labels = _nearest(x, _centres(x, number, seed))
        if np.bincount(labels).min() >= LEAST:
            found[number] = _silhouette(x, labels)
    return found


def _apart(
    x: Matrix, wide: Sequence[int], number: int, silhouette: float, rng: np.random.Generator, seed: int
) -> tuple[str, float]:
    """Whether the groups are farther apart than where nothing is to be found: "" or "apart", and that silhouette."""
    if number < 2:
        return "apart", NAN
    middle = x.mean(axis=0)
    _, spread, axes = np.linalg.svd(x - middle, full_matrices=False)
    ends = (x - middle) @ axes.T
    found: list[list[float]] = []
    for _ in range(REFERENCES):
        shuffled = np.column_stack([rng.permutation(part) for part in np.split(x, np.cumsum(wide)[:-1], axis=1)])
        cloud = rng.standard_normal(ends.shape) * spread / np.sqrt(len(x))
        box = rng.uniform(ends.min(axis=0), ends.max(axis=0), ends.shape)
        others = (cloud, box, shuffled) if len(wide) > 1 else (cloud, box)  # a column shuffled by itself is the same
        found.append([_silhouette(other, _nearest(other, _centres(other, number, seed, 3))) for other in others])
    limit = float(np.max(np.mean(found, axis=0) + ABOVE * np.std(found, axis=0, ddof=1)))
    return "" if silhouette > limit else "apart", round(limit, 6)


def _without_small(centres: Matrix, x: Matrix) -> Matrix:
    """The centres without those nearest to fewer than five customers, who go to the nearest that is left; largest first."""
    while len(centres) > 1:
        counts = np.bincount(_nearest(x, centres), minlength=len(centres))
        if counts.min() >= LEAST:
            return centres[np.argsort(-counts, kind="stable")]
        centres = np.delete(centres, counts.argmin(), axis=0)
    return centres


def _stability(x: Matrix, centres: Matrix, rng: np.random.Generator, seed: int) -> Matrix:
    """By group, how like the likest group of a resample is to it: Jaccard similarity, mean over resamples."""
    labels, found = _nearest(x, centres), []
    for _ in range(RESAMPLES if len(centres) > 1 else 0):
        other = _nearest(x, _centres(x[rng.integers(len(x), size=len(x))], len(centres), seed, 3))
        both = np.zeros((len(centres), len(centres)))
        np.add.at(both, (labels, other), 1)
        either = both.sum(axis=1)[:, None] + both.sum(axis=0)[None, :] - both
        found.append((both / np.maximum(either, 1)).max(axis=1))
    return np.mean(found, axis=0) if found else np.ones(1)


def _r(value: float) -> float:
    return float(f"{value:.10g}") + 0.0
