"""What moves the overall score, where to concentrate: against published cases, closed forms and an independent computation."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjmkit.errors import FigureError
from cjmkit.method.importance import derived_importance, relative_weights
from cjmkit.method.opportunity import importance_performance, opportunity, opportunity_score

ITEMS = pd.DataFrame(
    [("all", "overall", "", 1, 5), *((name, "rating", name, 1, 5) for name in ("a", "b", "c"))],
    columns=["item", "kind", "touchpoint", "low", "high"],
)


def survey(n=200, seed=1, missing=0.0):
    """Ratings a, b, c that pull at the overall score 3 : 1 : 0."""
    draw = np.random.default_rng(seed)
    x = draw.integers(1, 6, (n, 3)).astype(float)
    y = np.clip(np.round(3 + (x[:, 0] - 3) * 0.6 + (x[:, 1] - 3) * 0.2 + draw.normal(0, 0.6, n)), 1, 5)
    x[draw.random((n, 3)) < missing] = np.nan
    wide = pd.DataFrame({"all": y, "a": x[:, 0], "b": x[:, 1], "c": x[:, 2]})
    return long(wide)


def long(wide):
    return wide.rename_axis("respondent").reset_index().melt("respondent", var_name="item")


def lmg(r, ry):
    """The mean gain in R² over all orders (Lindeman, Merenda & Gold 1980), for two predictors."""
    both = ry @ np.linalg.solve(r, ry)
    return np.array([(ry[0] ** 2 + both - ry[1] ** 2) / 2, (ry[1] ** 2 + both - ry[0] ** 2) / 2])


@given(st.floats(-0.9, 0.9), st.floats(-0.6, 0.6), st.floats(-0.6, 0.6))
def test_relative_weights_of_two_are_the_mean_gain_over_both_orders_and_add_up_to_r_squared(between, first, second):
    r, ry = np.array([[1, between], [between, 1]]), np.array([first, second])
    found = relative_weights(r, ry)
    assert found == pytest.approx(lmg(r, ry), abs=1e-9)
    assert found.sum() == pytest.approx(ry @ np.linalg.solve(r, ry))
    assert (found >= -1e-12).all()


def test_the_same_check_catches_squared_correlations_taken_for_importance():
    r, ry = np.array([[1, 0.5], [0.5, 1]]), np.array([0.6, 0.3])
    assert np.abs(ry**2 - lmg(r, ry)).max() > 0.02


def test_relative_weights_of_many_are_those_of_the_singular_values_of_complete_answers():
    answers = survey()
    found = derived_importance(answers, ITEMS, runs=0)
    wide = answers.pivot(index="respondent", columns="item", values="value")
    z = (wide - wide.mean()) / wide.std(ddof=0)
    u, _, vt = np.linalg.svd(z[["a", "b", "c"]].to_numpy(), full_matrices=False)  # Johnson's own road: Z = U·V'
    orthogonal = u @ vt * np.sqrt(len(z))
    beta = orthogonal.T @ z["all"].to_numpy() / len(z)
    root = orthogonal.T @ z[["a", "b", "c"]].to_numpy() / len(z)
    expected = dict(zip("abc", root.T**2 @ beta**2, strict=True))
    assert dict(zip(found.table["item"], found.table.weight, strict=True)) == pytest.approx(expected)
    fitted = np.linalg.lstsq(z[["a", "b", "c"]], z["all"], rcond=None)[1][0]
    assert found.r2 == pytest.approx(1 - fitted / len(z))
    assert found.table["item"].tolist() == ["a", "b", "c"]
    assert found.table.value.sum() == pytest.approx(1)


def test_correlations_are_pairwise_and_the_interval_holds_the_share():
    answers = survey(missing=0.4)
    found = derived_importance(answers, ITEMS, runs=100)
    wide = answers.pivot(index="respondent", columns="item", values="value")
    for row in found.table.itertuples():
        assert row.pearson == pytest.approx(wide.corr().loc["all", row.item])
        assert row.spearman == pytest.approx(wide.corr("spearman").loc["all", row.item])
        assert row.n == wide[["all", row.item]].dropna().shape[0]
        assert row.low <= row.value <= row.high
    assert found.r2_low < found.r2 < found.r2_high


def test_the_same_answers_in_another_order_give_the_same_to_the_last_digit():
    answers = survey(missing=0.2)
    shuffled = answers.sample(frac=1, random_state=3)
    first, second = (derived_importance(some, ITEMS, runs=20) for some in (answers, shuffled))
    pd.testing.assert_frame_equal(first.table, second.table, check_exact=True)


def test_items_with_few_answers_are_left_out_and_named_and_nothing_is_said_of_few_people():
    answers = survey()
    few = answers.copy()
    few.loc[(few["item"] == "c") & (few.respondent >= 29), "value"] = np.nan
    found = derived_importance(few, ITEMS, runs=0)
    assert found.left_out == ("c",)
    assert found.table["item"].tolist() == ["a", "b"]
    nobody = derived_importance(survey(n=12), ITEMS)
    assert nobody.table.empty
    assert nobody.left_out == ("a", "b", "c")


def test_touchpoints_that_move_together_are_told_and_share_what_they_explain():
    wide = survey().pivot(index="respondent", columns="item", values="value")
    wide["b"] = wide["a"].where(wide.index % 10 > 0, wide["b"])
    found = derived_importance(long(wide), ITEMS, runs=0).table.set_index("item")
    assert found.collinear.to_dict() == {"a": True, "b": True, "c": False}
    wide["b"] = wide["a"]
    same = derived_importance(long(wide), ITEMS, runs=0)
    assert same.smoothed
    assert same.table.set_index("item").value["a"] == pytest.approx(same.table.set_index("item").value["b"])


def test_without_an_overall_score_there_is_nothing_to_move():
    with pytest.raises(FigureError, match="no overall score"):
        derived_importance(survey(), ITEMS[ITEMS.kind == "rating"])
    with pytest.raises(FigureError, match="There are: all"):
        derived_importance(survey(), ITEMS, of="nps")


def test_opportunity_scores_are_the_published_ones(real_data):
    cases = json.loads((real_data / "published_stats_open/cases.json").read_text("utf-8"))
    case = next(case for case in cases if case["id"] == "opportunity_simple")
    assert [opportunity_score(pair["i"], pair["s"]) for pair in case["input"]] == case["published"]


STATED = pd.DataFrame(
    [
        ("ia", "importance", "a", 1, 5),
        ("a", "rating", "a", 1, 5),
        ("ib", "importance", "b", 1, 5),
        ("b", "rating", "b", 1, 7),
    ],
    columns=["item", "kind", "touchpoint", "low", "high"],
)


def asked():
    given = {"ia": [5, 4, 4, 1], "a": [5, 2, 2, 1], "ib": [1, 2, 4, np.nan], "b": [7, 7, 6, 6]}
    return long(pd.DataFrame(given, dtype=float))


def test_opportunity_takes_shares_of_best_answers_not_means():
    found = opportunity(asked(), STATED).set_index("touchpoint")
    assert found.loc["a", ["importance", "satisfaction", "value"]].tolist() == [7.5, 2.5, 12.5]
    assert found.loc["b", ["importance", "satisfaction"]].tolist() == pytest.approx([10 / 3, 10])
    assert found.value["b"] == pytest.approx(10 / 3)
    assert found.low["a"] <= 12.5 <= found.high["a"]
    assert (found.n_importance["b"], found.n["b"]) == (3, 4)
    with pytest.raises(FigureError, match="nobody agrees which answers from 0 to 3"):
        opportunity(asked(), STATED.assign(low=0, high=3))


def test_quadrants_are_martilla_and_james_with_the_cross_at_the_mean_or_the_midpoint():
    answers = long(pd.DataFrame({"ia": [5.0] * 5, "a": [2.0] * 5, "ib": [4.0] * 5, "b": [6.0] * 5}))
    mean = importance_performance(answers, STATED, "stated").set_index("touchpoint")
    assert mean.quadrant.to_dict() == {"a": "concentrate", "b": "overkill"}
    midpoint = importance_performance(answers, STATED, "stated", "midpoint").set_index("touchpoint")
    assert midpoint.quadrant.to_dict() == {"a": "concentrate", "b": "keep-up"}
    assert midpoint.value.to_dict() == {"a": 0.25, "b": pytest.approx(5 / 6)}
    derived = importance_performance(survey(), ITEMS)
    assert derived.cross_importance.iloc[0] == pytest.approx(1 / 3)
    assert derived.kind.unique().tolist() == ["derived"]
