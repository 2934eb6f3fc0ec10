from datetime import date
from itertools import combinations

import pandas as pd
import pytest
from conftest import small_journey
from hypothesis import given
from hypothesis import strategies as st

from cjmkit.errors import FigureError
from cjmkit.journey import Action
from cjmkit.method.findings import path_figures
from cjmkit.method.gaps import gaps
from cjmkit.method.priorities import action_rank, best_set, horizon, quadrant
from cjmkit.tables import empty_scores, scores_frame

SCORES = scores_frame(
    [
        {"round": 1, "participant": "p", "touchpoint": t, "score": s, "importance": i}
        for t, s, i in [("a", 1, 4), ("b", 3, 1)]
    ]
)


def journey_with(*actions):
    return small_journey(actions=list(actions))


def test_the_gain_is_gap_times_importance_times_reach_over_the_touchpoints():
    journey = journey_with({"id": "x", "touchpoints": ["a", "b"], "impact": 4, "effort": 2})
    rank = action_rank(journey, path_figures(journey, SCORES))
    assert rank.at["x", "gain"] == pytest.approx(1.0 * 0.8 + 0.5 * 0.2)
    assert not rank.at["x", "reach_known"]


def test_the_typed_impact_is_never_mixed_into_the_rank():
    journey = journey_with(
        {"id": "low", "touchpoints": ["b"], "impact": 5}, {"id": "high", "touchpoints": ["a"], "impact": 1}
    )
    assert list(action_rank(journey, path_figures(journey, SCORES)).index) == ["high", "low"]


def test_a_score_above_the_target_promises_nothing_and_takes_nothing():
    journey = journey_with({"id": "x", "touchpoints": ["b"]})
    assert action_rank(journey, path_figures(journey, SCORES), target=2).at["x", "gain"] == 0


def test_a_target_off_the_scale_is_refused():
    journey = journey_with()
    with pytest.raises(FigureError, match="not on the scale from 1 to 5"):
        action_rank(journey, path_figures(journey, SCORES), target=7)


def test_done_and_dropped_actions_are_not_ranked():
    journey = journey_with({"id": "x", "status": "done"}, {"id": "y", "status": "agreed"})
    assert list(action_rank(journey, path_figures(journey, SCORES)).index) == ["y"]


@pytest.mark.parametrize(
    ("impact", "effort", "name"),
    [(4, 2, "quick win"), (3, 3, "big project"), (2, 2, "fill-in"), (1, 5, "thankless"), (None, 2, "")],
)
def test_quadrants_have_their_names(impact, effort, name):
    assert quadrant(Action(id="a", impact=impact, effort=effort)) == name


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 20)), max_size=7), st.integers(0, 15))
def test_the_best_set_is_as_good_as_trying_all_sets(pairs, budget):
    table = pd.DataFrame(pairs, columns=["effort", "gain"], index=[f"a{i}" for i in range(len(pairs))])
    chosen = table.loc[best_set(table, budget)]
    every = [list(c) for n in range(len(pairs) + 1) for c in combinations(table.index, n)]
    possible = [table.loc[c].gain.sum() for c in every if table.loc[c].effort.sum() <= budget]
    assert chosen.effort.sum() <= budget
    assert chosen.gain.sum() == max(possible)


@pytest.mark.parametrize(
    ("due", "when"),
    [
        ("2026-11-20", "overdue"),
        ("2026-12-21", "30"),
        ("2027-01-20", "60"),
        ("2027-02-19", "90"),
        ("2027-02-20", "later"),
    ],
)
def test_an_action_falls_due_within_thirty_sixty_or_ninety_days(due, when):
    assert horizon(Action(id="a", due=date.fromisoformat(due)), date(2026, 11, 21)) == when


@pytest.mark.parametrize("part", ["personas", "stages", "touchpoints"])
def test_a_part_that_has_no_name_is_told(part):
    first, *rest = getattr(small_journey(), part)
    nameless = small_journey().changed(**{part: [first.model_copy(update={"name": ""}), *rest]})
    assert f"{part}[{first.id}]: still needs a name" in [str(gap) for gap in gaps(nameless, empty_scores())]


def test_every_gap_is_told_with_its_place_and_what_to_enter():
    found = [str(gap) for gap in gaps(small_journey(), empty_scores())]
    assert not [gap for gap in found if "still needs a name" in gap]
    assert any(gap.startswith("actions: ") for gap in found)
    assert any(gap.startswith("scores: nobody has scored yet") for gap in found)
