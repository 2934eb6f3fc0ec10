"""What sets each group of customers apart from all others: where its numbers lie, and which values are common in it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cjmkit.method.segment_columns import SKEWED, is_number, skewness, texts

TRAITS = ["group", "column", "level", "measure", "value", "rest", "effect", "n", "n_rest"]
NOTABLE = 0.2  # Cohen 1988: a small effect
LEAST = 5


def traits_of(customers: pd.DataFrame, groups: pd.Series, columns: Sequence[str]) -> pd.DataFrame:
    """What sets each group apart from the customers of all other groups, the strongest first.

    For a number: the standardised mean difference, of ranks, so that a few large values do not decide; `value` and `rest` are
    the means, or the medians where the skewness is beyond 1. For a level of a category: Cohen's h = 2 arcsin √p − 2 arcsin √q; `value` and `rest` are the shares.
    They say how groups differ that were made to differ: no test, no interval. Left out: differences below 0.2, and what would
    be about one to four customers.

    Args:
        customers: a row each, its index as that of `groups`.
        groups: by customer; "" is in none.
        columns: which to look at.

    Returns:
        Columns group, column, level ("" for a number), measure ("share", "mean", "median"), value, rest, effect (signed), n and n_rest (customers with a value).

    >>> table = pd.DataFrame({"town": ["a"] * 6 + ["b"] * 6})
    >>> traits_of(table, pd.Series(["1"] * 6 + ["2"] * 6), ["town"])[["group", "level", "value", "rest"]].head(1)
      group level  value  rest
    0     1     a    1.0   0.0
    """
    rows = []
    table, named = customers.reset_index(drop=True), groups.reset_index(drop=True)
    for group in sorted(set(named) - {""}):
        inside, outside = (named == group).to_numpy(), (~named.isin([group, ""])).to_numpy()
        for column in columns:
            side = _number(table[column]) if is_number(table[column]) else _levels(table[column])
            for level, values, shown in side:
                rows += _trait(group, column, level, values, shown, inside, outside)
    found = pd.DataFrame([r for r in rows if abs(r["effect"]) >= NOTABLE], columns=TRAITS)
    found["strength"] = -found.effect.abs().round(9).astype(float)
    order = found.sort_values(["group", "strength", "column", "level"], kind="stable", ignore_index=True)
    return order.drop(columns="strength")


def main_traits(traits: pd.DataFrame, group: str, top: int = 5) -> pd.DataFrame:
    """The strongest traits of a group, one of each column: of a category the value that is common in it, where one is.

    Args:
        traits: what `traits_of` gives.
        group: "1", "2" ...
        top: how many at most.
    """
    mine = traits[traits.group == group]
    rare = ((mine.level != "") & (mine.effect < 0)).astype(int)
    chosen = mine.assign(rare=rare).sort_values("rare", kind="stable").drop_duplicates("column")
    return chosen.sort_index().drop(columns="rare").head(top).reset_index(drop=True)


def _number(column: pd.Series) -> Iterator[tuple[str, pd.Series, pd.Series]]:
    yield "", column.rank(), column.astype(float)


def _levels(column: pd.Series) -> Iterator[tuple[str, pd.Series, pd.Series]]:
    found = texts(column)
    for level in sorted(found.dropna().unique()):
        there = (found == level).astype(float).where(found.notna())
        yield str(level), there, there


def _trait(
    group: str, column: str, level: str, values: pd.Series, shown: pd.Series, inside: Any, outside: Any
) -> list[dict[str, Any]]:
    mine, others = values[inside].dropna(), values[outside].dropna()
    if len(mine) < LEAST or len(others) < LEAST:
        return []
    if level:
        if any(0 < k < LEAST for part in (mine, others) for k in (part.sum(), len(part) - part.sum())):
            return []
        measure, value, rest = "share", float(mine.mean()), float(others.mean())
        effect = 2 * math.asin(math.sqrt(value)) - 2 * math.asin(math.sqrt(rest))
    else:
        spread = float(np.concatenate([mine, others]).std())
        measure = "median" if abs(skewness(shown.dropna().to_numpy(dtype=float))) > SKEWED else "mean"
        value, rest = (float(getattr(shown[side], measure)()) for side in (inside, outside))
        effect = float(mine.mean() - others.mean()) / spread if spread else 0.0
    return [{"group": group, "column": column, "level": level, "measure": measure, "value": value, "rest": rest, "effect": round(effect, 9),
             "n": len(mine), "n_rest": len(others)}]  # fmt: skip
