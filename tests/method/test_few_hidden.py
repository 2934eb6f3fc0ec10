"""What one to four customers of a group did is not told by a funnel, nor to be had from its total."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from cjmkit.method.funnel import with_rates
from cjmkit.method.groups import FEW, hide_few

COUNTS = st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=1, max_size=5)


def funnel_of_groups(*groups, of="log"):
    """The table of `funnel` by group; each group's counts fall from step to step."""
    parts = []
    for n, counts in enumerate(groups):
        falling = [*np.minimum.accumulate(counts)]
        ids = [f"s{k}" for k in range(len(falling))]
        there = [int(c) for c in falling]
        parts.append(with_rates(ids, ids, there, there, of).assign(group="abcde"[n]))
    return pd.concat(parts, ignore_index=True)


def told(shown, whole):
    """Counts from one to four that a reader has: those that stand there, and what is left of each step's total."""
    found = [n for n in [*shown.in_order, *shown.reached] if 0 < n < FEW]
    for step, at in shown.groupby("step"):
        for column in ("in_order", "reached"):
            rest = whole[whole.step == step][column].sum() - at[column].sum()
            found += [rest] if 0 < rest < FEW and len(whole[whole.step == step]) > int(at[column].isna().sum()) else []
    return found


@given(COUNTS)
def test_no_count_of_one_to_four_stands_there_or_is_left_of_the_total(groups):
    whole = funnel_of_groups(*groups)
    assert told(hide_few(whole), whole) == []


def test_the_same_check_finds_the_cell_that_was_hidden_by_itself():
    whole = funnel_of_groups([40, 9], [30, 4])
    alone = whole.assign(in_order=whole.in_order.astype(float).mask(whole.in_order < FEW),
                         reached=whole.reached.astype(float).mask(whole.reached < FEW))  # fmt: skip
    assert told(alone, whole) == [4, 4]
    assert told(hide_few(whole), whole) == []


def test_a_hidden_cell_keeps_no_share_and_the_next_step_none_of_those_before():
    shown = hide_few(funnel_of_groups([40, 3, 3], [50, 40, 30], [60, 9, 8])).set_index(["group", "id"])
    assert shown.hidden.to_dict() == {
        ("a", "s0"): "", ("a", "s1"): "few", ("a", "s2"): "few", ("b", "s0"): "", ("b", "s1"): "", ("b", "s2"): "",
        ("c", "s0"): "", ("c", "s1"): "beside", ("c", "s2"): "beside",
    }  # fmt: skip
    assert shown.loc[("c", "s1"), ["in_order", "value", "low", "high", "overall"]].isna().all()
    assert shown.loc[("b", "s2"), "value"] == 0.75
    assert np.isnan(shown.loc[("a", "s2"), "n"])
    assert np.isnan(shown.loc[("c", "s2"), "n"])


def test_large_groups_nobody_one_funnel_of_all_and_typed_counts_stay():
    for table in (
        funnel_of_groups([40, 9], [30, 0]),
        funnel_of_groups([40, 3]).drop(columns="group"),
        funnel_of_groups([40, 3], of="typed"),
    ):
        assert (hide_few(table).hidden == "").all()
        pd.testing.assert_frame_equal(hide_few(table)[list(table.columns)], table, check_dtype=False)
