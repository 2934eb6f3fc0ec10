import math

import numpy as np
import pandas as pd
import pytest
from conftest import small_journey
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_ind, ttest_rel

from cjmkit.method.findings import contested, level, path_figures, widest
from cjmkit.method.intervals import mean_interval, weighted_mean
from cjmkit.method.journey_scores import journey_score, peak_end, scores_by
from cjmkit.method.scores import final_scores, importance, of_persona, round_shift, touchpoint_scores
from cjmkit.tables import empty_scores, scores_frame


def given_scores(*rows, **more):
    """Rows as (participant, touchpoint, score) or with the round in front."""
    full = [row if len(row) == 4 else (1, *row) for row in rows]
    return scores_frame([{"round": r, "participant": p, "touchpoint": t, "score": s, **more} for r, p, t, s in full])


def points_of(values, touchpoint="a"):
    return pd.DataFrame(
        {
            "participant": [f"p{i}" for i in range(len(values))],
            "team": "",
            "touchpoint": touchpoint,
            "score": values,
            "round": 1,
        }
    )


def test_the_score_of_the_latest_round_counts_and_the_others_stay():
    scores = given_scores((1, "p", "a", 2), (1, "p", "b", 3), (2, "p", "a", 4))
    assert final_scores(scores).set_index("touchpoint").score.to_dict() == {"a": 4, "b": 3}


def test_an_empty_score_in_round_two_does_not_push_out_the_first():
    assert final_scores(given_scores((1, "p", "a", 2), (2, "p", "a", None))).score.tolist() == [2]


def test_a_touchpoint_nobody_scored_is_missing_and_not_zero():
    figures = touchpoint_scores(points_of([3.0]), ["a", "b"], 1, 5)
    assert figures.at["b", "n"] == 0
    assert math.isnan(figures.at["b", "value"])


def test_scores_without_a_persona_belong_to_the_first():
    journey = small_journey(personas=[{"id": "anna"}, {"id": "henryk"}])
    scores = pd.concat([given_scores(("p", "a", 2)), given_scores(("p", "a", 5), persona="henryk")])
    assert of_persona(journey, scores).score.tolist() == [2]
    assert of_persona(journey, scores, "henryk").score.tolist() == [5]


def test_the_t_interval_is_that_of_the_textbook():
    # mean 3, s = 1.581139, n = 5, t(4) = 2.776445: half width 1.963243
    assert mean_interval([1, 2, 3, 4, 5], 0, 10)[:2] == pytest.approx((3 - 1.963243, 3 + 1.963243), abs=1e-5)


def test_the_interval_never_leaves_the_scale():
    interval = mean_interval([1, 5, 1], 1, 5)
    assert (interval.low, interval.high) == (1, 5)


@pytest.mark.parametrize(("values", "kind"), [([], "none"), ([3], "one"), ([3, 3], "equal"), ([1, 2], "t")])
def test_where_there_is_no_interval_the_reason_is_said(values, kind):
    assert mean_interval(values, 1, 5).kind == kind


def test_from_fifteen_people_the_interval_is_a_bootstrap_and_the_same_twice_in_any_order():
    values = [1, 2, 3, 4, 5] * 3
    assert mean_interval(values, 1, 5).kind == "bootstrap"
    assert mean_interval(values, 1, 5) == mean_interval(values[::-1], 1, 5)


def test_the_t_interval_covers_the_truth_where_the_percentile_bootstrap_does_not():
    """The control: with five people a percentile bootstrap misses more often than it says."""
    rng = np.random.default_rng(1)
    draws = rng.normal(5, 1, (400, 5))
    held = [low <= 5 <= high for low, high, _ in (mean_interval(x, -99, 99) for x in draws)]
    means = np.array([[rng.choice(x, 5).mean() for _ in range(200)] for x in draws])
    low, high = np.quantile(means, [0.025, 0.975], axis=1)
    assert np.mean(held) >= 0.92
    assert np.mean((low <= 5) & (high >= 5)) < 0.90


def test_where_everybody_scored_everything_the_weighted_interval_is_that_of_the_persons_own_means():
    table = pd.concat([points_of([1.0, 2, 4], "a"), points_of([2.0, 4, 4], "b")])
    value, interval, people = weighted_mean(table, pd.Series({"a": 0.25, "b": 0.75}), 0, 10)
    own = np.array([1 * 0.25 + 2 * 0.75, 2 * 0.25 + 4 * 0.75, 4.0])
    assert (value, people) == (pytest.approx(own.mean()), 3)
    assert interval[:2] == pytest.approx(mean_interval(own, 0, 10)[:2])


def test_teams_can_weigh_the_same_whatever_their_size():
    table = points_of([1.0, 1, 1, 5]).assign(team=["Sales", "Sales", "Sales", "Service"])
    assert touchpoint_scores(table, ["a"], 1, 5).at["a", "value"] == 2
    assert touchpoint_scores(table, ["a"], 1, 5, teams_equal=True).at["a", "value"] == 3


def test_the_boundaries_of_the_thirds_belong_to_the_middle():
    assert [level(x, 1, 4) for x in (1.99, 2, 3, 3.01)] == ["low", "middle", "middle", "high"]


def test_satisfaction_that_sits_high_still_has_a_pain_by_standing():
    scores = given_scores(*[(f"p{i}", t, s) for i in range(5) for t, s in [("a", 4), ("b", 4), ("c", 3.5)]])
    assert path_figures(small_journey(), scores).finding.to_dict() == {"a": "success", "b": "success", "c": "pain"}


def test_below_five_people_a_finding_is_a_first_impression():
    figures = path_figures(small_journey(), given_scores(*[(f"p{i}", "a", 1) for i in range(4)]))
    assert figures.at["a", "first_impression"]
    assert figures.at["a", "finding"] == "pain"
    assert not figures.at["b", "first_impression"]


def test_the_team_overrules_a_figure_and_both_are_kept():
    journey = small_journey()
    verdict = {"value": "neutral", "why": "seen by two only"}
    journey = journey.changed(touchpoints=[{**journey.to_data()["touchpoints"][0], "verdict": verdict}], paths=[])
    figures = path_figures(journey, given_scores(("p", "a", 1), ("q", "a", 1)))
    assert figures.loc["a", ["finding", "computed", "overruled"]].tolist() == ["", "pain", True]


@pytest.mark.parametrize(
    ("values", "split"),
    [
        ([1, 1, 5, 5], True),
        ([2, 3, 3, 3, 3, 3, 3, 4], False),
        ([1, 1, 5, 5, 3, 3, 3, 3, 3], False),  # nine raters: a quarter is three
        ([1, 1, 1, 5, 5, 5, 3, 3, 3], True),
        ([1, 5], False),
    ],
)
def test_contested_needs_two_people_and_a_quarter_of_the_raters_in_each_outer_third(values, split):
    assert bool(contested(points_of([float(v) for v in values]), 1, 5)["a"]) is split


def test_the_three_to_discuss_are_the_widest_and_ties_go_to_the_more_important():
    rows = [(f"p{i}", t, s) for t, pair in {"a": (1, 5), "b": (1, 5), "c": (3, 3)}.items() for i, s in enumerate(pair)]
    scores = given_scores(*rows)
    scores["importance"] = np.where(scores.touchpoint == "b", 2.0, 1.0)
    assert list(widest(path_figures(small_journey(), scores), 2).index) == ["b", "a"]


def test_importance_that_nobody_gave_is_equal_and_unknown():
    table = importance(given_scores(("p", "a", 3)), ["a", "b"])
    assert table.importance.tolist() == [0.5, 0.5]
    assert not table.importance_known.any()


def test_a_missing_rating_of_importance_counts_as_the_mean_of_the_others_and_is_unknown():
    scores = given_scores(("p", "a", 3), ("p", "b", 3))
    scores["importance"] = [2.0, 4.0]
    table = importance(scores, ["a", "b", "c"], "rating")
    assert table.importance.tolist() == pytest.approx([2 / 9, 4 / 9, 3 / 9])
    assert table.importance_known.tolist() == [True, True, False]


def test_peak_end_takes_the_most_intense_and_on_a_tie_the_negative_one():
    journey = small_journey()
    scores = given_scores(("p", "a", 5), ("p", "b", 1), ("p", "c", 4))
    found = peak_end(journey, path_figures(journey, scores), final_scores(scores), journey.path())
    assert (found["peak"], found["end"], found["value"]) == ("b", "c", 2.5)


def test_a_peak_at_the_end_counts_once_as_both():
    journey = small_journey()
    scores = given_scores(("p", "a", 3), ("p", "c", 1))
    assert peak_end(journey, path_figures(journey, scores), final_scores(scores), journey.path())["value"] == 1


def test_stage_scores_are_weighted_by_importance_and_name_their_weakest():
    journey = small_journey()
    scores = given_scores(("p", "a", 2), ("p", "b", 4), ("q", "a", 2), ("q", "b", 4))
    scores["importance"] = [3.0, 1.0, 3.0, 1.0]
    stages = scores_by(journey, path_figures(journey, scores), final_scores(scores))
    assert stages.at["before", "value"] == 2.5
    assert stages.at["before", "weakest"] == "a"
    assert math.isnan(stages.at["use", "value"])


def test_the_same_scores_can_be_read_by_owner_and_by_channel():
    journey = small_journey()
    scores = given_scores(("p", "a", 2), ("p", "b", 4), ("p", "c", 5))
    figures, points = path_figures(journey, scores), final_scores(scores)
    assert scores_by(journey, figures, points, "owner").value.to_dict() == {"Sales": 3, "Service": 5}
    assert scores_by(journey, figures, points, "channel").value.to_dict() == {"shop": 3.5, "www": 4}


def test_a_moment_of_truth_carries_its_rule_and_its_votes():
    journey = small_journey()
    flagged = {**journey.to_data()["touchpoints"][1], "moment_of_truth": {"rule": "largest-gap"}}
    data = journey.to_data()
    data["touchpoints"][1] = flagged
    scores = given_scores(("p", "a", 2), ("q", "a", 3))
    scores["moment_of_truth"] = [2.0, 1.0]
    figures = path_figures(type(journey).from_data(data), scores)
    assert figures[["rule", "votes"]].to_dict("index") == {
        "a": {"rule": "", "votes": 3}, "b": {"rule": "largest-gap", "votes": 0}, "c": {"rule": "", "votes": 0},
    }  # fmt: skip


def test_the_shift_between_rounds_uses_only_those_who_scored_in_both():
    shift = round_shift(
        given_scores((1, "p", "a", 1), (2, "p", "a", 3), (1, "q", "a", 3), (2, "q", "a", 3), (1, "r", "a", 5))
    )
    assert shift.loc["a", ["n", "before", "after", "shift"]].tolist() == [2, 2, 3, 1]


def test_the_shifts_interval_is_that_of_the_paired_differences():
    before, after = [1, 2, 4, 5, 2], [3, 2, 5, 5, 4]
    rows = [(r, f"p{n}", "a", x) for r, gave in ((1, before), (3, after)) for n, x in enumerate(gave)]
    row = round_shift(given_scores(*rows, (1, "new", "a", 5), (3, "late", "a", 1), (2, "p0", "a", None))).loc["a"]
    paired = ttest_rel(after, before).confidence_interval(0.95)
    assert [row.n, row.low, row.high] == pytest.approx([5, paired.low, paired.high])
    assert row["shift"] == pytest.approx(row.after - row.before)
    loose = ttest_ind(after, before).confidence_interval(0.95)
    assert row.low != pytest.approx(loose.low, abs=0.1)  # control: as if other people had scored


def test_where_all_moved_alike_or_one_did_the_shift_has_no_interval():
    moved = round_shift(
        given_scores(
            (1, "p", "a", 1), (2, "p", "a", 3), (1, "q", "a", 2), (2, "q", "a", 4), (1, "p", "b", 1), (2, "p", "b", 5)
        )
    )
    assert moved["shift"].tolist() == [2, 4]
    assert moved[["low", "high"]].isna().all(axis=None)


def test_a_journey_without_scores_has_no_figures_and_no_fault():
    journey = small_journey()
    figures = path_figures(journey, empty_scores())
    assert figures.finding.tolist() == ["", "", ""]
    assert not figures.weakest.any()
    assert math.isnan(journey_score(journey, figures, final_scores(empty_scores()))["value"])


people = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 5)), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(people, st.randoms())
def test_the_order_of_people_changes_nothing(rows, random):
    scores = given_scores(*[(f"p{n}", t, s) for n, (t, s) in enumerate(rows)])
    shuffled = scores.sample(frac=1, random_state=random.randrange(2**31))
    pd.testing.assert_frame_equal(path_figures(small_journey(), scores), path_figures(small_journey(), shuffled))


@settings(max_examples=60, deadline=None)
@given(people)
def test_the_interval_holds_the_mean_and_stays_on_the_scale(rows):
    figures = path_figures(small_journey(), given_scores(*[(f"p{n}", t, s) for n, (t, s) in enumerate(rows)]))
    drawn = figures[figures.low.notna()]
    assert ((drawn.low <= drawn.value + 1e-9) & (drawn.value <= drawn.high + 1e-9)).all()
    assert (drawn.low >= 1).all()
    assert (drawn.high <= 5).all()
