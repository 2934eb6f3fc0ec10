"""Switching the model of stages: whatever the team had stands in the new stages."""

import pytest
from conftest import small_journey
from hypothesis import given, settings
from hypothesis import strategies as st

from cjmkit.errors import UsageError
from cjmkit.journey import Journey, Stage
from cjmkit.method.stage_models import neighbour, proposed, remove_stage, switch_model
from cjmkit.workshop import stage_models

MODELS = stage_models("en")


@st.composite
def journeys(draw):
    """A journey with stages, touchpoints, KPIs (ids may meet), counts and messages wherever they fall."""
    stages = [f"s{n}" for n in range(draw(st.integers(1, 5)))]
    one = st.sampled_from(stages)
    kpis = {s: draw(st.lists(st.sampled_from(["x", "y", "z"]), max_size=2, unique=True)) for s in stages}
    named = [k for s in stages for k in kpis[s]]
    return Journey.from_data({
        "personas": [{"id": "anna"}],
        "goal": {"kpi": draw(st.sampled_from([*named, ""]))},
        "stages": [
            {"id": s, "phase": draw(st.sampled_from(["before", "after"])),
             "kpis": [{"id": k, "name": f"{k} of {s}"} for k in kpis[s]],
             "reached": [{"persona": "anna", "count": draw(st.integers(0, 9))} for _ in range(draw(st.integers(0, 2)))]}
            for s in stages
        ],
        "touchpoints": [{"id": f"t{n}", "stage": draw(one), "pain": str(n)} for n in range(draw(st.integers(0, 6)))],
        "messages": [{"persona": "anna", "stage": draw(one), "message": str(n)} for n in range(draw(st.integers(0, 4)))],
        "checklist": [
            {"stage": s, "source": source, "note": f"{source} of {s}"}
            for s in ["", *stages] for source in draw(st.lists(st.sampled_from(["crm", "reviews"]), unique=True))
        ],
    })  # fmt: skip


def held(journey):
    """All that must survive, without the stages it stands in."""
    return {
        "touchpoints": [t.model_copy(update={"stage": ""}) for t in journey.touchpoints],
        "kpis": sorted(k.name for s in journey.stages for k in s.kpis),
        "reached": sorted(r.count for s in journey.stages for r in s.reached),
        "messages": [m.message for m in journey.messages],
        "checklist": sorted(note for check in journey.checklist for note in check.note.split("; ")),
    }


@settings(max_examples=150, deadline=None)
@given(journey=journeys(), data=st.data())
def test_no_touchpoint_kpi_count_or_message_is_lost_for_any_mapping(journey, data):
    stages = MODELS[data.draw(st.sampled_from(sorted(MODELS)))][1]
    goes_to = {s.id: data.draw(st.sampled_from([new.id for new in stages])) for s in journey.stages}
    after = switch_model(journey, stages, goes_to)
    assert held(after) == held(journey)
    assert [t.stage for t in after.touchpoints] == [goes_to[t.stage] for t in journey.touchpoints]
    assert len({(c.stage, c.source) for c in after.checklist}) == len(after.checklist)
    assert [m.stage for m in after.messages] == [goes_to[m.stage] for m in journey.messages]
    for stage in after.stages:
        assert len({k.id for k in stage.kpis}) == len(stage.kpis)


@settings(max_examples=80, deadline=None)
@given(journey=journeys(), data=st.data())
def test_nothing_is_lost_when_a_stage_is_removed(journey, data):
    gone = data.draw(st.sampled_from([s.id for s in journey.stages]))
    try:
        assert held(remove_stage(journey, gone)) == held(journey)
    except UsageError:
        assert len(journey.stages) == 1


def test_a_switch_that_drops_what_an_old_stage_held_would_be_caught():
    journey = small_journey(stages=[{"id": "before", "kpis": [{"id": "x", "name": "X"}]}, {"id": "use"}])
    careless = journey.changed(stages=[Stage(id="before"), Stage(id="use")])
    assert held(careless) != held(journey)
    assert held(switch_model(journey, [Stage(id="all")], {"before": "all", "use": "all"})) == held(journey)


def test_a_stage_that_goes_nowhere_is_refused():
    with pytest.raises(UsageError, match="Say where “Use” goes"):
        switch_model(small_journey(), [Stage(id="all")], {"before": "all"})


def test_each_stage_is_proposed_its_namesake_else_its_place_in_its_phase():
    five, eleven = MODELS["five-stage"][1], MODELS["eleven-goal"][1]
    there = proposed(five, eleven)
    assert there["awareness"] == "awareness"
    phases = {s.id: s.phase for s in (*five, *eleven)}
    assert all(phases[new] == phases[old] for old, new in there.items())
    assert set(proposed(eleven, five).values()) <= {s.id for s in five}
    only_after = [Stage(id="x", phase="after"), Stage(id="y", phase="after")]
    assert proposed([Stage(id="a")], only_after) == {"a": "y"}


def test_the_neighbour_is_of_the_same_phase_where_there_is_one():
    stages = [Stage(id="a"), Stage(id="b", phase="after"), Stage(id="c", phase="after")]
    journey = Journey(stages=stages)
    assert [neighbour(journey, s.id).id for s in stages] == ["b", "c", "b"]


def test_the_old_journey_stays_as_it_was():
    journey = small_journey()
    before = journey.to_json()
    remove_stage(journey, "use")
    assert journey.to_json() == before
