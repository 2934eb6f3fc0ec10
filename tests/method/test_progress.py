"""How far a team is, step by step, and what the next step needs first."""

import pytest
from conftest import small_journey

from cjmkit.journey import Journey
from cjmkit.method.gaps import gaps
from cjmkit.method.progress import STEPS, before, following, progress
from cjmkit.tables import empty_scores, scores_frame
from cjmkit.workshop import open_workshop

SCORED = scores_frame(
    [{"round": 1, "participant": p, "touchpoint": t, "score": 3, "importance": 1} for p in "pqrst" for t in "abc"]
)


def state(step, journey, scores=None):
    return progress(journey, empty_scores() if scores is None else scores)[step].state


def test_nothing_is_entered_in_a_new_map():
    assert {step.state for step in progress(Journey(), empty_scores()).values()} == {"empty"}


@pytest.mark.parametrize("sample", ["fridge", "running-shoes"])
def test_the_worked_cases_are_done_although_nobody_owns_some_touchpoints(sample):
    workshop = open_workshop(sample)
    steps = progress(workshop.journey, workshop.scores)
    assert {step.state for step in steps.values()} == {"done"}
    assert any("nobody owns" in fault.sentence for fault in steps["04_touchpoints"].missing)


def test_a_touchpoint_without_a_name_leaves_the_step_begun():
    whole = small_journey()
    assert state("04_touchpoints", whole) == "done"
    nameless = whole.changed(touchpoints=[t.model_copy(update={"name": ""}) for t in whole.touchpoints])
    assert state("04_touchpoints", nameless) == "begun"


def test_evidence_is_begun_as_long_as_nobody_gets_a_source_or_finds_out_a_question():
    seen = small_journey()
    seen = seen.changed(touchpoints=[t.model_copy(update={"evidence": "observed"}) for t in seen.touchpoints])
    assert state("03_evidence", seen) == "done"
    assert state("03_evidence", small_journey(checklist=[{"source": "crm", "who": "Ewa"}])) == "begun"
    assert state("03_evidence", seen.changed(checklist=[{"source": "crm"}])) == "begun"
    assert state("03_evidence", seen.changed(checklist=[{"source": "crm", "who": "Ewa"}])) == "done"
    assert state("03_evidence", seen.changed(unknowns=[{"question": "Why?"}])) == "begun"


def test_scoring_is_done_when_every_touchpoint_is_scored():
    labelled = small_journey(scale={"low": 1, "high": 5, "labels": {"1": "bad", "5": "good"}})
    assert state("05_scoring", labelled, SCORED) == "done"
    assert state("05_scoring", labelled, SCORED[SCORED.touchpoint != "c"]) == "begun"
    assert state("05_scoring", labelled) == "empty"


def test_every_gap_of_the_map_stands_at_one_step_and_at_one_only():
    for journey, scores in ((Journey(), empty_scores()), (small_journey(), SCORED), (small_journey(), SCORED[:4])):
        found = [str(fault) for step in progress(journey, scores).values() for fault in step.missing]
        assert len(found) == len(set(found))
        assert {str(fault) for fault in gaps(journey, scores)} <= set(found)


def test_a_step_says_what_it_needs_first():
    def places(journey, scores, step):
        return [fault.place for fault in before(progress(journey, scores), step)]

    assert places(Journey(), empty_scores(), "01_personas") == []
    assert places(Journey(), empty_scores(), "04_touchpoints") == ["personas", "stages"]
    assert places(small_journey(), empty_scores(), "05_scoring") == []
    assert places(small_journey(), empty_scores(), "06_journey_map") == ["scores"]
    assert places(small_journey(), SCORED, "06_journey_map") == []
    assert places(small_journey(), SCORED, "07_action_plan") == ["goal"]


def test_a_touchpoint_is_named_before_it_is_scored():
    journey = small_journey().changed(touchpoints=[{"id": "a", "stage": "before"}], paths=[])
    assert [f.place for f in before(progress(journey, empty_scores()), "05_scoring")] == ["touchpoints[a]"]


def test_the_steps_follow_one_another():
    walked = ["00_start"]
    while following(walked[-1]):
        walked.append(following(walked[-1]))
    assert walked == list(STEPS)
