"""A customers table as numbers of one measure, so that customers can be near or far: the rule for each column.

Each column weighs the same: its numbers have mean 0 and, over all of it, variance 1.

- A number is taken in logarithms where it is never negative and its skewness is above 1, or where asked: log(x), or
  log(1 + x) where there are zeros; it is
  cut to median ± 3 · IQR / 1.349 (for a normal distribution three standard deviations), so that a few rare customers make
  no group; then standardised.
- A category becomes one column of 0 and 1 for each level; levels of fewer than 5 % of the customers, or of fewer than
  five people, are one level together. The columns are divided by √Σ p(1 − p), so that they have variance 1 together.
- A missing value takes the column's mean, 0: it speaks for no group. A customer who lacks more than half is in none.

Left out, and told: columns with one value, with more than half missing, and with no level that is common (such as names).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cjmkit.errors import N_, Fault, UsageError

Matrix = NDArray[np.float64]
Rule = Mapping[str, Any]
SKEWED, CUT, NORMAL_IQR = 1.0, 3.0, 1.349
RARE, LEAST, MOST_MISSING = 0.05, 5, 0.5
ALIKE = N_("is left out: it has one value for all")
EMPTY = N_("is left out: {share}% of the customers have no value")
MANY = N_("is left out: no value is that of {share}% of the customers or more")
REST = ""  # the level of all rare ones together


def column_rules(table: pd.DataFrame, columns: Iterable[str], log: Sequence[str]) -> tuple[list[Rule], list[Fault]]:
    """How each column becomes numbers, as plain values, and what is told of it.

    Raises:
        UsageError: a column is not in the table, or logarithms are asked of one that is no number or is negative.

    >>> table = pd.DataFrame({"spent": [1.0, 2, 3, 4, 900], "town": ["a"] * 5})
    >>> rules, told = column_rules(table, ["spent", "town"], [])
    >>> rules[0]["log"], [str(fault) for fault in told]
    (True, ['spent: is taken in logarithms: its skewness is 1.5', 'town: is left out: it has one value for all'])
    """
    rules: list[Rule] = []
    told: list[Fault] = []
    for name in columns:
        if name not in table.columns:
            raise UsageError("There is no column {column}. There are: {columns}.", column=name, columns=[*map(str, table.columns)])  # fmt: skip
        missing = float(table[name].isna().mean()) if len(table) else 1.0
        if missing > MOST_MISSING:
            told.append(Fault(name, EMPTY, {"share": round(missing * 100)}))
            continue
        rule, faults = _number(table[name], name in log) if is_number(table[name]) else _category(table[name], name in log)  # fmt: skip
        told += faults
        if rule:
            rules.append({"column": name, **rule})
    return rules, told


def is_number(column: pd.Series) -> bool:
    """Whether a column holds numbers; yes and no are categories."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def matrix(rules: Sequence[Rule], table: pd.DataFrame) -> tuple[Matrix, NDArray[np.bool_]]:
    """The customers as numbers, a row each, and who of them has at least half of the values."""
    parts, given = [], np.zeros(len(table))
    for rule in rules:
        column: Any = (
            table[rule["column"]] if rule["column"] in table.columns else pd.Series(np.nan, table.index, dtype=object)
        )
        part = _numbers(rule, column) if rule["kind"] == "number" else _levels(rule, column)
        given += ~np.isnan(part).any(axis=1)
        parts.append(np.nan_to_num(part))
    all_ = np.column_stack(parts) if parts else np.zeros((len(table), 0))
    return all_, given * 2 >= len(rules)


def widths(rules: Sequence[Rule]) -> list[int]:
    """How many columns of the matrix each column of the table has."""
    return [1 if rule["kind"] == "number" else len(rule["levels"]) for rule in rules]


def texts(column: pd.Series) -> pd.Series:
    """A column's values as texts, missing and empty ones None."""
    found = [None if gone or value == "" else str(value) for value, gone in zip(column, column.isna(), strict=True)]
    return pd.Series(found, column.index, dtype=object, name=column.name)


def _number(column: pd.Series, asked: bool) -> tuple[Rule | None, list[Fault]]:
    name, values = str(column.name), column.dropna().to_numpy(dtype=float)
    values = values[np.isfinite(values)]
    if asked and (values < 0).any():
        raise UsageError("Column {column} has values below 0, so it has no logarithms.", column=name)
    skew = skewness(values)
    log = bool(asked or (skew > SKEWED and (values >= 0).all()))
    plus = float(log and not (values > 0).all())
    x = np.log(values + plus) if log else values
    if not len(x) or np.ptp(x) == 0:
        return None, [Fault(name, ALIKE)]
    first, middle, third = np.quantile(x, [0.25, 0.5, 0.75])
    far = CUT * (third - first) / NORMAL_IQR
    low, high = (middle - far, middle + far) if far > 0 else (x.min(), x.max())
    x = np.clip(x, low, high)
    told = [Fault(name, "is taken in logarithms: its skewness is {skew}", {"skew": f"{skew:.1f}"})] if log else []
    spread = float(x.std()) or 1.0
    return {"kind": "number", "log": log, "plus": plus, "low": _r(low), "high": _r(high), "mean": _r(x.mean()), "sd": _r(spread)}, told  # fmt: skip


def _category(column: pd.Series, asked: bool) -> tuple[Rule | None, list[Fault]]:
    name = str(column.name)
    if asked:
        raise UsageError("Column {column} is no number, so it has no logarithms.", column=name)
    shares = texts(column).value_counts(normalize=True)
    n = int(column.notna().sum())
    if len(shares) < 2:
        return None, [Fault(name, ALIKE)]
    common = shares[(shares >= RARE) & (shares * n >= LEAST)]
    if common.empty:
        return None, [Fault(name, MANY, {"share": round(RARE * 100)})]
    levels = [(level, _r(common[level])) for level in sorted(map(str, common.index))]
    if (rest := 1 - sum(p for _, p in levels)) > 1e-6:
        levels.append((REST, _r(rest)))
    if len(levels) < 2:
        return None, [Fault(name, ALIKE)]
    return {"kind": "category", "levels": levels, "sd": _r(np.sqrt(sum(p * (1 - p) for _, p in levels)))}, []


def _numbers(rule: Rule, column: pd.Series) -> Matrix:
    x = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    x = np.where(np.isfinite(x), x, np.nan)
    x = np.log(np.maximum(x, 0) + (rule["plus"] or 1e-300)) if rule["log"] else x
    return np.asarray((np.clip(x, rule["low"], rule["high"]) - rule["mean"]) / rule["sd"])[:, None]


def _levels(rule: Rule, column: pd.Series) -> Matrix:
    """0 and 1 a level, around the shares; a level that nobody knew is as the rare ones, or missing where there are none."""
    levels, found = pd.Index([level for level, _ in rule["levels"]]), texts(column)
    at = levels.get_indexer(pd.Index(found.to_numpy(dtype=object)))
    if REST in levels:
        at = np.where((at < 0) & found.notna().to_numpy(), levels.get_loc(REST), at)
    there = np.vstack([np.eye(len(levels)), np.full(len(levels), np.nan)])[at]
    return np.asarray((there - np.array([share for _, share in rule["levels"]])) / rule["sd"])


def skewness(values: Matrix) -> float:
    """The third standardised moment; 0 where all are equal."""
    spread = values.std() if len(values) else 0.0
    return float((((values - values.mean()) / spread) ** 3).mean()) if spread else 0.0


def _r(value: float) -> float:
    """Ten digits: a rule that is written down and read again gives the same groups."""
    return float(f"{value:.10g}")
