"""Groups of customers: found where they were planted, denied where there are none, the same for new customers."""

import json

import numpy as np
import pandas as pd
import pytest

from cjmkit.errors import FigureError, InputError, UsageError
from cjmkit.method.segment_columns import column_rules, matrix
from cjmkit.method.segments import assign, segments, segments_by
from cjmkit.method.traits import main_traits, traits_of


def planted(n=150, seed=5, apart=4.0):
    """Three groups in two numbers and a category, and a number that says nothing; some values missing."""
    rng = np.random.default_rng(seed)
    which = rng.integers(0, 3, n)
    table = pd.DataFrame({
        "customer": [f"c{k:04}" for k in range(n)],
        "visits": np.array([0, apart, 0])[which] + rng.normal(size=n),
        "spent": np.exp(np.array([0, 0, apart])[which] + rng.normal(size=n)),
        "channel": np.where(rng.random(n) < 0.8, np.array(["web", "shop", "telephone"])[which], "web"),
        "noise": rng.normal(size=n),
    })  # fmt: skip
    table.loc[::17, "visits"] = np.nan
    table.loc[::19, "channel"] = None
    return table, which


@pytest.fixture(scope="module")
def three():
    table, which = planted()
    return table, which, segments(table)


def alike(one, other):
    """The adjusted Rand index."""
    from sklearn.metrics import adjusted_rand_score

    return adjusted_rand_score(list(one), list(other))


def test_planted_groups_are_found_and_hold(three):
    _, which, found = three
    assert (found.number, found.why) == (3, "")
    assert alike(which, found.groups) > 0.85
    assert min(found.stability.values()) > 0.9
    assert found.silhouette == found.tried[3] > found.reference
    assert list(found.sizes.values()) == sorted(found.sizes.values(), reverse=True)


@pytest.mark.parametrize("kind", ["even noise", "one blob", "mixed noise"])
def test_no_structure_is_said_where_there_is_none(kind):
    rng = np.random.default_rng(8)
    none = {
        "even noise": lambda: pd.DataFrame(rng.uniform(size=(120, 3)), columns=list("abc")),
        "one blob": lambda: pd.DataFrame(rng.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], 120), columns=list("ab")),
        "mixed noise": lambda: pd.DataFrame({"a": rng.gamma(1, size=120), "b": rng.choice(list("xyz"), 120), "c": rng.normal(size=120)}),
    }[kind]()  # fmt: skip
    found = segments(none)
    assert (found.number, found.why) == (1, "apart")
    assert set(found.groups) == {"1"}
    assert found.traits.empty
    assert found.silhouette > 0.2  # by itself the silhouette would have named groups


def test_what_sets_a_group_apart_is_told_in_its_own_measure(three):
    _, which, found = three
    often, telephone = (found.groups[which == n].mode()[0] for n in (1, 2))
    assert main_traits(found.traits, often).iloc[0][["column", "measure"]].tolist() == ["visits", "mean"]
    first = main_traits(found.traits, telephone).iloc[0]
    assert first[["column", "level", "measure"]].tolist() == ["channel", "telephone", "share"]
    assert first.value > 0.7 > 0.1 > first.rest
    assert "noise" not in set(found.traits.column)
    assert found.traits[found.traits.column == "spent"].measure.unique().tolist() == ["median"]


def test_new_customers_are_assigned_by_the_same_rule_also_read_back_from_json(three):
    table, _, found = three
    rule = json.loads(json.dumps(found.rule, sort_keys=True))
    assert assign(rule, table).sort_index().equals(found.groups)
    new, which = planted(seed=6)
    assert alike(which, assign(found, new)) > 0.8
    stranger = pd.DataFrame({"customer": ["x", "y"], "visits": [5.0, None], "spent": [1.0, None], "channel": ["fax", "fax"], "noise": [0.0, None]})  # fmt: skip
    assert [g != "" for g in assign(found, stranger)] == [True, False]  # y lacks more than half
    with pytest.raises(InputError, match="no rule for segments"):
        assign({"schema": "x"}, new)


def test_columns_that_made_no_groups_tell_of_them_too():
    table = pd.DataFrame(
        {"spent": [1.0, 2, 3] * 20 + [91.0, 92, 93] * 20, "town": ["a"] * 60 + ["b"] * 60, "name": range(120)}
    )
    found = segments(table.assign(name=table.name.astype(str)), ["spent"])
    assert set(found.traits.column) == {"spent", "town"}
    assert [rule["column"] for rule in found.rule["columns"]] == ["spent"]


def test_the_order_of_rows_and_columns_beside_changes_nothing(three):
    table, _, found = three
    again = segments(table.sample(frac=1, random_state=1).assign(more="x"), ["visits", "spent", "channel", "noise"])
    assert again.rule == found.rule
    assert again.groups.equals(found.groups)
    pd.testing.assert_frame_equal(again.traits, found.traits)


def test_a_few_far_away_make_no_group_of_their_own():
    table, _ = planted(80)
    found = segments(pd.concat([table, table.head(3).assign(customer=list("xyz"), visits=900.0, noise=900.0)]))
    assert min(found.sizes.values()) >= 5


def test_what_is_done_with_columns_is_told():
    n = 60
    table = pd.DataFrame({
        "name": [f"n{k}" for k in range(n)], "one": "x", "gone": [1.0] * 10 + [None] * 50, "yes": [True, False] * 30,
        "spent": [1.0] * 30 + [2.0] * 20 + [400.0] * 10, "rare": ["a"] * 57 + ["b"] * 3,
    })  # fmt: skip
    rules, told = column_rules(table, table.columns, [])
    assert [str(fault) for fault in told] == [
        "name: is left out: no value is that of 5% of the customers or more",
        "one: is left out: it has one value for all",
        "gone: is left out: 83% of the customers have no value",
        "spent: is taken in logarithms: its skewness is 1.8",
    ]
    assert {rule["column"]: rule["kind"] for rule in rules} == {
        "yes": "category",
        "spent": "number",
        "rare": "category",
    }
    x, _ = matrix(rules, table)
    assert np.allclose([x[:, :2].var(axis=0).sum(), x[:, 2].var(), x[:, 3:].var(axis=0).sum()], 1)  # each weighs alike


def test_a_missing_value_speaks_for_no_group():
    rules, _ = column_rules(pd.DataFrame({"a": [1.0, 2, 3, 4, None] * 4}), ["a"], [])
    x, enough = matrix(rules, pd.DataFrame({"a": [None, 2.5]}))
    assert (x.tolist(), enough.tolist()) == ([[0.0], [0.0]], [False, True])


def test_wrong_columns_are_named():
    table, _ = planted(30)
    for columns, log, said in ((["visit"], (), "no column visit"), (["visits"], ["visits"], "below 0"), (["channel"], ["channel"], "no number")):  # fmt: skip
        with pytest.raises(UsageError, match=said):
            segments(table, columns, log=log)
    with pytest.raises(FigureError, match="stands twice"):
        segments(pd.concat([table, table]))
    assert [segments(table.head(12)).why, segments(table.assign(x=1), ["x"]).why] == ["few", "columns"]


def test_known_groups_under_five_are_merged_and_told_apart_alike():
    table = pd.DataFrame({"town": ["a"] * 20 + ["b"] * 9 + ["c"] * 3 + [None] * 2, "age": [30.0] * 20 + [60.0] * 14})
    found = segments_by(table, "town")
    assert found.sizes == {"a": 20, "other": 12}  # b joins c, or c could be taken from the total
    assert found.traits.iloc[0][["group", "column", "value", "rest"]].tolist() == ["a", "age", 30.0, 60.0]
    assert assign(found, pd.DataFrame({"town": ["a", "b", "z", None]})).tolist() == ["a", "other", "other", ""]


def test_nothing_is_told_of_one_to_four_customers():
    table = pd.DataFrame({"pet": ["dog"] * 4 + ["cat"] * 36 + ["cat"] * 40})
    groups = pd.Series(["1"] * 40 + ["2"] * 40)
    assert traits_of(table, groups, ["pet"]).empty
    table.loc[:4, "pet"] = "dog"  # five
    assert set(traits_of(table, groups, ["pet"]).level) == {"cat", "dog"}


def test_effects_are_those_of_the_textbook():
    table = pd.DataFrame({"yes": ["y"] * 50 + ["n"] * 50 + ["y"] * 20 + ["n"] * 80, "x": [0.0] * 100 + [1.0] * 100})
    found = (
        traits_of(table, pd.Series(["1"] * 100 + ["2"] * 100), ["yes", "x"])
        .query("group == '1'")
        .set_index(["column", "level"])
    )
    assert round(found.effect["yes", "y"], 4) == 0.6435  # Cohen 1988: 2·arcsin √.5 − 2·arcsin √.2
    assert found.effect["x", ""] == -2.0


def test_wholesale_customers_fall_into_their_known_channels(real_data):
    table = pd.read_csv(real_data / "wholesale_customers" / "wholesale_customers.csv")
    found = segments(table, ["Fresh", "Milk", "Grocery", "Frozen", "Detergents_Paper", "Delicassen"])
    assert found.number == 2
    assert all(rule["log"] for rule in found.rule["columns"])
    known = table.Channel.map({1: "hotels, restaurants", 2: "retail"})
    assert pd.crosstab(known, found.groups).values.tolist() == [[244, 54], [8, 134]]
    assert round(alike(known, found.groups), 3) == 0.514
    assert set(main_traits(found.traits, "2", 3).column) == {"Grocery", "Detergents_Paper", "Milk"}
