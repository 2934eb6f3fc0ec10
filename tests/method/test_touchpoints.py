"""Touchpoints added, moved and merged: whatever is done, none is lost, and paths keep what they had."""

from conftest import small_journey
from hypothesis import given, settings
from hypothesis import strategies as st

from cjmkit.method.touchpoints import add, by_stage, change_stage, merge, move, placed

IDS, STAGES = st.sampled_from("abc"), st.sampled_from(["before", "use"])
STEPS = st.lists(st.tuples(IDS, st.sampled_from([-1, 1])) | st.tuples(IDS, STAGES), max_size=12)


def shuffled(steps, go=move):
    journey = small_journey()
    for id, to in steps:
        journey = go(journey, id, to) if isinstance(to, int) else change_stage(journey, id, to)
    return journey


def whole(journey):
    return (
        sorted(t.id for t in journey.touchpoints) == ["a", "b", "c"]
        and sorted(journey.paths[0].touchpoints) == ["a", "b", "c"]
        and by_stage(journey) == journey.touchpoints
    )


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_however_they_are_moved_all_are_there_on_the_path_and_stage_after_stage(steps):
    assert whole(shuffled(steps))


def test_a_move_that_overwrites_its_neighbour_would_be_caught():
    def careless(journey, id, by):
        order = list(journey.touchpoints)
        order[0] = order[1]
        return journey.model_copy(update={"touchpoints": tuple(order)})

    assert not whole(shuffled([("a", 1)], careless))


def test_from_the_first_and_the_last_stage_there_is_no_way_out():
    journey = small_journey()
    assert move(journey, "a", -1) == journey
    assert move(journey, "c", 1) == journey


def test_a_step_that_is_in_order_stays_where_it_is_also_in_a_loop():
    loop = [{"id": "main", "persona": "anna", "touchpoints": ["a", "c", "b"]}]
    assert change_stage(small_journey(paths=loop), "b", "use").paths[0].touchpoints == ("a", "c", "b")
    assert placed(small_journey(), ("c",), "a") == ("a", "c")


def test_without_a_path_of_the_goals_persona_a_new_one_goes_onto_none():
    journey = small_journey(paths=[])
    new = journey.touchpoint("a").model_copy(update={"id": "d", "stage": "use"})
    fuller, path = add(journey, [new])
    assert path is None
    assert [t.id for t in fuller.touchpoints] == ["a", "b", "c", "d"]
    for_others = small_journey(personas=[{"id": "anna"}, {"id": "henryk"}])
    fuller, path = add(for_others, [new.model_copy(update={"personas": ("henryk",)})])
    assert path is None
    assert "d" not in fuller.paths[0].touchpoints


def test_merging_keeps_a_path_in_its_order_with_the_one_once():
    merged, _ = merge(small_journey(), "c", "a")
    assert merged.paths[0].touchpoints == ("c", "b")
    assert merged.touchpoint("c").name == "C / A"
