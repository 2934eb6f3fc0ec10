"""Groups of customers: small ones are merged, so that no figure is about fewer than five people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pandas as pd

OTHER = "other"
FEW = 5  # customers; no figure is about fewer
MOST_GROUPS = 12  # of the smaller of two columns, all unions of which are looked at


def merge_small_groups(counts: Mapping[str, int], least: int = 5) -> dict[str, str]:
    """From group to the group it is shown in: those under `least` customers become "other".

    While "other" itself has fewer, the next smallest joins it, so that no group under `least` is found by taking the
    others from the total either. Where all together are fewer, "other" is everybody. A group without anybody stays.

    >>> merge_small_groups({"a": 20, "b": 3, "c": 6})
    {'a': 'a', 'b': 'other', 'c': 'other'}
    """
    sizes = {group: n for group, n in counts.items() if n > 0}
    merged = {group for group, n in sizes.items() if n < least}
    if merged:
        merged |= {OTHER} & sizes.keys()
        for group in sorted(sizes.keys() - merged, key=lambda group: (sizes[group], group)):
            if sum(sizes[name] for name in merged) >= least:
                break
            merged.add(group)
    return {group: OTHER if group in merged else group for group in counts}


def groups_of(asked: pd.DataFrame, by: str | None) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each group's part of one item's answers, small groups merged, in the order of the categories or the alphabet.

    Args:
        asked: columns respondent, value and `by`; a group counts those respondents who gave a value.
        by: the column of the groups; None is one group, "", of all.

    >>> asked = pd.DataFrame({"respondent": range(12), "value": 1.0, "age": ["old"] * 6 + ["young"] * 5 + ["child"]})
    >>> [(group, len(part)) for group, part in groups_of(asked, "age")]
    [('old', 6), ('other', 6)]
    """
    if by is None:
        yield "", asked
        return
    column = asked[by]
    categorical = isinstance(column.dtype, pd.CategoricalDtype)
    names = column.astype(object).where(column.notna(), "").astype(str)
    there = set(names)
    order = [str(c) for c in column.cat.categories if str(c) in there] if categorical else []
    order += sorted(there - set(order))
    people = asked[asked.value.notna()].groupby(names).respondent.nunique()
    shown = merge_small_groups({group: int(people.get(group, 0)) for group in order})
    merged = names.map(shown)
    for group in sorted(dict.fromkeys(shown.values()), key=lambda group: group == OTHER):
        yield group, asked[merged == group]


def hide_few(table: pd.DataFrame) -> pd.DataFrame:
    """A funnel by group without what one to four customers of a group did, nor what would tell it by subtraction.

    At each step a cell of one to four customers, there at all or in order, is hidden; where all hidden ones of the step
    hold under five together, the next smallest group's cell goes too, and where there is none all of the step, so that its
    total gives none of them away.
    A hidden cell keeps neither count nor share, and the step after it no share, which is of those at the step before.

    Args:
        table: what `cjmkit.method.funnel` gives; one without groups, or typed by hand, is given back whole.

    Returns:
        The same with the column hidden: "few" (one to four), "beside" (hidden beside such), "" (shown).

    >>> table = pd.DataFrame({"group": ["a", "b", "c"], "step": 1, "reached": [40, 9, 3], "in_order": [40, 9, 3]})
    >>> hide_few(table)[["in_order", "hidden"]].values.tolist()
    [[40.0, ''], [nan, 'beside'], [nan, 'few']]
    """
    table = table.assign(hidden="")
    unseen = ~table.seen.astype(bool) if "seen" in table else pd.Series(False, index=table.index)
    if unseen.any():  # the step after one never seen is held against the one before
        return pd.concat([hide_few(table[~unseen]), table[unseen]]).loc[table.index]
    if "group" not in table or ("of" in table and (table["of"] == "typed").any()):
        return table
    for _, at in table.groupby("step"):
        few: set[object] = set()
        for column in ("in_order", "reached"):
            counts = {f"{place}": int(n) for place, n in at[column].items()}
            few |= {int(place) for place, shown in merge_small_groups(counts).items() if shown == OTHER}
        if few and at.loc[[*few], "in_order"].sum() < FEW and at.loc[[*few], "reached"].sum() < FEW:
            few = set(at.index)  # nobody else is there: who it was is not told either
        small = at.index.isin([*few]) & (at.in_order.between(1, FEW - 1) | at.reached.between(1, FEW - 1))
        table.loc[[*few], "hidden"] = "beside"
        table.loc[at.index[small], "hidden"] = "few"
    gone = table.hidden != ""
    before = gone.groupby(table.group).shift(fill_value=False)
    first = gone & (table.step == table.step.min())
    return _without(table, gone, gone | before, gone | table.group.isin(table.group[first]))


def _without(table: pd.DataFrame, cells: pd.Series, steps: pd.Series, wholes: pd.Series) -> pd.DataFrame:
    """The table without these counts, these shares of the step before, and these shares of the first step."""
    of = {"reached": cells, "in_order": cells, "n": steps, "value": steps, "low": steps, "high": steps}
    of |= dict.fromkeys(("overall", "overall_low", "overall_high"), wholes)
    return table.assign(**{name: table[name].astype(float).mask(rows) for name, rows in of.items() if name in table})


def safe_together(asked: pd.DataFrame, columns: Iterable[str], least: int = 5) -> tuple[str, ...]:
    """Those of these columns whose groups can be shown beside each other; each in its turn, the first always.

    Two columns tell of few people where all of some groups of the one are all of some groups of the other but for one to
    four people: what those answered is the difference. Such a column is left out, whatever it shows by itself.

    Args:
        asked: one item's answers: respondent, value and the columns.
        columns: the names of the segments.
        least: how many people a difference must be about.

    >>> asked = pd.DataFrame({"respondent": range(20), "value": 1.0, "age": ["old"] * 10 + ["young"] * 10,
    ...     "since": ["2019"] * 8 + ["2020"] * 12, "shop": ["north", "south"] * 10})
    >>> safe_together(asked, ["age", "since", "shop"])
    ('age', 'shop')
    """
    shown: dict[str, pd.Series] = {}
    for column in columns:
        groups = {who: group for group, part in groups_of(asked, column) for who in part[part.value.notna()].respondent}
        mine = pd.Series(groups, dtype=object)
        if all(_fewest_between(mine, other) >= least for other in shown.values()):
            shown[column] = mine
    return tuple(shown)


def _fewest_between(first: pd.Series, second: pd.Series) -> float:
    """The fewest people by whom groups of the one, together, differ from groups of the other; infinite where by none."""
    counts = pd.crosstab(first, second).to_numpy()
    counts = counts if counts.shape[0] <= counts.shape[1] else counts.T
    rows = min(len(counts), MOST_GROUPS)
    fewest = float("inf")
    for chosen in range(1, 2 ** max(rows - 1, 0)):
        inside = counts[[n for n in range(rows) if chosen >> n & 1]].sum(axis=0)
        between = int(np.minimum(inside, counts.sum(axis=0) - inside).sum())
        fewest = min(fewest, between or fewest)
    return fewest
