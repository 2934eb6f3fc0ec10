"""Groups that were found, beside those that are known already, and in a log of what customers did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import pandas as pd

from cjmkit.method.events import Frame, lazy
from cjmkit.method.groups import FEW, OTHER, merge_small_groups
from cjmkit.method.segment_columns import is_number, texts
from cjmkit.method.segments import Segments

LARGELY, PARTLY = 0.65, 0.2  # of the adjusted Rand index; 0.65 is "moderate" in Steinley 2004


@dataclass(frozen=True)
class AgainstKnown:
    """Found groups held against a column that names groups already.

    `column`; `customers` (those with both); `rand`: the adjusted Rand index (Hubert & Arabie 1985), 1 where both are the
    same, about 0 where they have nothing to do with each other; `reading`: "largely" (from 0.65), "partly" (from 0.2) or
    "hardly"; `table`: known, found, n, share (of the known group). A table that would tell of one to four customers is empty.
    """

    column: str
    customers: int
    rand: float
    reading: str
    table: pd.DataFrame


def looked_in(customers: pd.DataFrame) -> list[str] | None:
    """The columns in which groups are looked for where nobody says which: the numbers, where there are two or more.

    Then the groups that texts name can be held against those that are found. None is all columns.
    """
    numbers = [str(c) for c in customers.columns if c != "customer" and is_number(customers[c])]
    return numbers if len(numbers) > 1 else None


def known_columns(customers: pd.DataFrame, most: int = 12) -> list[str]:
    """The columns that name groups: texts with two to so many values."""
    names = [str(c) for c in customers.columns if c != "customer" and not is_number(customers[c])]
    return [c for c in names if 1 < texts(customers[c]).nunique() <= most]


def against_known(found: Segments, customers: pd.DataFrame, by: str) -> AgainstKnown:
    """Found groups held against those that a column names; of neither, who is in none.

    Args:
        found: what `segments` gives.
        customers: the table it was found in.
        by: the column.

    >>> from cjmkit.method.segments import segments
    >>> table = pd.DataFrame({"customer": range(60), "spent": ([10, 12, 11] * 10) + [90, 95, 99] * 10, "kind": ["a"] * 30 + ["b"] * 30})
    >>> against_known(segments(table, ["spent"]), table, "kind").rand
    1.0
    """
    from sklearn.metrics import adjusted_rand_score

    table = customers.set_index("customer") if "customer" in customers.columns else customers
    both = pd.DataFrame({"known": texts(table[by]), "found": found.groups}).dropna()
    both = both[both.found != ""]
    rand = round(float(adjusted_rand_score(both.known, both.found)), 6)
    reading = "largely" if rand >= LARGELY else "partly" if rand >= PARTLY else "hardly"
    shown = merge_small_groups({str(group): int(n) for group, n in both.known.value_counts().items()})
    counts = _safe(pd.crosstab(both.known.map(shown), both.found))
    rows = [
        (str(known), str(group), int(n), n / row.sum())
        for known, row in counts.iterrows()
        for group, n in row.items()
    ]  # fmt: skip
    return AgainstKnown(by, len(both), rand, reading, pd.DataFrame(rows, columns=["known", "found", "n", "share"]))


def with_groups(events: Any, groups: pd.Series, column: str = "segment") -> Frame:
    """The log with one more column: the group of each customer, "" for who is in none.

    New customers' groups come from `assign`, by the same rule. Then `funnel(..., by="segment")` counts by group.

    Args:
        events: the log.
        groups: by customer, as `Segments.groups` or `assign` gives them.
        column: what it is called.

    >>> log = pd.DataFrame({"customer": ["a", "b"], "event": "home"})
    >>> with_groups(log, pd.Series({"a": "1"})).collect().to_native().segment.tolist()
    ['1', '']
    """
    named = nw.lit("")
    for group in sorted(set(groups) - {""}):
        inside = [str(customer) for customer in groups.index[groups == group]]
        named = nw.when(nw.col("customer").is_in(inside)).then(nw.lit(group)).otherwise(named)
    return lazy(events).with_columns(**{column: named})


def respondents(answers: pd.DataFrame, items: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """Who answered a survey as a table of customers: a row each, the segments, then what they gave to each item.

    Args:
        answers: the survey's, one row per respondent and item.
        items: what each item asks.
        columns: the segments that are wanted.

    >>> answers = pd.DataFrame({"respondent": ["a", "b"], "wave": "", "item": "q", "value": [9.0, 3.0], "age": ["old", "young"]})
    >>> respondents(answers, pd.DataFrame({"item": ["q"]}), ["age"]).values.tolist()
    [['old', 9.0], ['young', 3.0]]
    """
    who = ["respondent", "wave"]
    about = answers.drop_duplicates(who).set_index(who)[list(columns)]
    given = answers.drop_duplicates([*who, "item"]).pivot(index=who, columns="item", values="value")
    asked = [name for name in dict.fromkeys(items["item"]) if name in given and name not in about]
    return about.join(given[asked]).reset_index(drop=True)


def _safe(counts: pd.DataFrame) -> pd.DataFrame:
    """Counts without a cell of one to four: found groups are merged, and where that does not help none are left."""
    while (few := counts.where(counts > 0, FEW).min()).min() < FEW:
        if len(counts.columns) < 3:
            return counts.iloc[:0]
        order = pd.DataFrame({"few": few >= FEW, "n": counts.sum(), "name": counts.columns})
        two = order.sort_values(["few", "n", "name"]).name.tolist()[:2]
        counts = counts.drop(columns=two).assign(**{OTHER: counts[two].sum(axis=1)})
    return counts
