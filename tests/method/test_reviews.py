"""Following up: age of the map, what to ask first, how far a KPI has come, what is late."""

from datetime import date

import pytest
from conftest import ROOT, small_journey

from cjmkit.journey import Journey
from cjmkit.method.findings import path_figures
from cjmkit.method.reviews import days_old, follow_up, kpis, next_review, to_ask, way, with_actual
from cjmkit.tables import empty_scores, scores_from_csv

TODAY = date(2027, 3, 1)


def sample(name):
    folder = ROOT / "workshops" / name
    journey = Journey.from_json((folder / "journey.json").read_text("utf-8"))
    return journey, path_figures(journey, scores_from_csv((folder / "scores.csv").read_text("utf-8")))


def test_a_map_without_a_date_has_no_age():
    assert days_old(small_journey(as_of=None), TODAY) is None
    assert days_old(small_journey(as_of="2027-02-01"), TODAY) == 28


def test_the_next_review_is_the_nearest_ahead_and_today_still_counts():
    journey = small_journey(reviews=[{"on": "2027-06-01"}, {"on": "2027-03-01"}, {"on": "2027-02-28"}, {"on": None}])
    found = next_review(journey, TODAY)
    assert found
    assert found.on == TODAY
    assert next_review(small_journey(), TODAY) is None


def test_customers_are_asked_first_where_most_speaks_for_it():
    journey, figures = sample("fridge")
    asked = to_ask(journey, figures)
    assert next(iter(asked)) == "wait"
    assert set(asked["wait"]) >= {"weakest", "unknown"}
    assert all("rule" in asked[t.id] for t in journey.touchpoints if t.moment_of_truth)
    assert not any({"weakest", "lowest"} <= set(why) for why in asked.values())


def test_without_scores_what_the_team_marked_and_asked_is_still_proposed():
    journey = small_journey(unknowns=[{"touchpoint": "b", "question": "Why?"}])
    assert to_ask(journey, path_figures(journey, empty_scores())) == {"b": ("unknown",)}


@pytest.mark.parametrize(
    ("baseline", "actual", "target", "share"),
    [(30, 30, 7, 0.0), (30, 7, 7, 1.0), (22, 25, 28, 0.5), (30, 41.5, 7, -0.5), (0, 0, 0, None), (None, 3, 5, None)],
)
def test_the_way_runs_from_baseline_to_target_whichever_is_higher(baseline, actual, target, share):
    assert way(baseline, actual, target) == share


def test_what_is_overdue_stands_first_and_what_is_over_last():
    journey = small_journey(actions=[
        {"id": "later", "due": "2027-12-01"}, {"id": "done", "due": "2027-01-01", "status": "done"},
        {"id": "late", "due": "2027-02-28", "status": "doing"}, {"id": "undated"}, {"id": "soon", "due": "2027-03-01"},
    ])  # fmt: skip
    assert [(action.id, when) for action, when in follow_up(journey, TODAY)] == [
        ("late", "overdue"), ("soon", "30"), ("later", "later"), ("undated", "undated"), ("done", "done"),
    ]  # fmt: skip


def test_a_new_figure_bears_its_day_and_changes_no_other():
    journey, _ = sample("fridge")
    after = with_actual(journey, "days-without-news", 21, TODAY)
    moved = after.kpi("days-without-news")
    assert moved
    assert (moved.actual, moved.as_of, moved.baseline) == (21, TODAY, 30)
    changed = [k.id for k in kpis(after) if k != journey.kpi(k.id)]
    assert changed == ["days-without-news"]
    assert kpis(after)[0].id == journey.goal.kpi
