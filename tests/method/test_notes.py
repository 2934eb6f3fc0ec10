"""Touchpoints that people noted: which name the same thing, and how they come into the journey."""

import pytest
from conftest import small_journey
from hypothesis import given
from hypothesis import strategies as st

from cjmkit.method import notes as method
from cjmkit.method.notes import decided, proposed, taken_in

KEYS = [f"note-{n:012}" for n in range(6)]


def note(n, name, stage="before", channel=""):
    return {"key": KEYS[n], "name": name, "stage": stage, "channel": channel}


def names(journey):
    return [(t.stage, t.name) for t in journey.touchpoints]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("A call", "a call!", True), ("The parcel is late", "the parcels are late", True), ("Żółta kartka", "żółta kartka", True),
     ("A call", "A visit", False), ("网上查价格", "网上查价格！", True), ("…", "!", False)],
)  # fmt: skip
def test_names_that_differ_in_a_sign_or_a_letter_are_one_thing(one, other, same):
    found = proposed(small_journey(), [note(0, one), note(1, other)])
    assert found == {KEYS[0]: "new", KEYS[1]: KEYS[0] if same else "new"}


def test_the_same_words_in_another_stage_are_another_thing():
    assert proposed(small_journey(), [note(0, "A call"), note(1, "A call", "use")]) == dict.fromkeys(KEYS[:2], "new")


def test_the_same_name_counts_before_one_that_only_looks_like_it():
    journey = small_journey(touchpoints=[
        {"id": "x", "stage": "before", "name": "Order by telephone"}, {"id": "y", "stage": "before", "name": "Orders by telephone"},
    ], paths=[])  # fmt: skip
    assert proposed(journey, [note(0, "orders by telephone")]) == {KEYS[0]: "y"}


def test_a_note_that_is_taken_in_comes_last_in_its_stage_with_a_channel_that_any_of_the_same_names():
    same = [note(0, "A call"), note(1, "a call", channel="phone"), note(2, "asdf"), note(3, "C", "use")]
    journey = taken_in(small_journey(), same, {KEYS[2]: "out"})
    assert names(journey) == [("before", "A"), ("before", "B"), ("before", "A call"), ("use", "C")]
    assert journey.touchpoints[2].channel == "phone"


def test_what_repeats_a_note_goes_with_it_wherever_it_goes():
    three = [note(0, "A call"), note(1, "A visit"), note(2, "A van")]
    repeats = {KEYS[1]: KEYS[0], KEYS[2]: KEYS[1]}
    assert decided(small_journey(), three, {**repeats, KEYS[0]: "a"}) == dict.fromkeys(KEYS[:3], "a")
    assert decided(small_journey(), three, {**repeats, KEYS[0]: "out"}) == dict.fromkeys(KEYS[:3], "out")


def test_of_notes_that_repeat_one_another_in_a_ring_the_first_comes_in():
    ring = {KEYS[0]: KEYS[1], KEYS[1]: KEYS[2], KEYS[2]: KEYS[1]}
    found = decided(small_journey(), [note(0, "A call"), note(1, "A visit"), note(2, "A van")], ring)
    assert found == {KEYS[0]: KEYS[1], KEYS[1]: "new", KEYS[2]: KEYS[1]}


words = st.sampled_from(["A", "A call", "a call!", "A visit", "The parcel is late", "asdf", "…", "网上"])
ways = st.sampled_from(["new", "out", "a", "c", "gone", *KEYS])


@st.composite
def rooms(draw):
    n = draw(st.integers(0, len(KEYS)))
    notes = [
        note(k, draw(words), draw(st.sampled_from(["before", "use"])), draw(st.sampled_from(["", "web"])))
        for k in range(n)
    ]
    return notes, draw(st.dictionaries(st.sampled_from(KEYS), ways))


def faults(decide, notes, decisions):
    """What no decision may leave behind: a note that goes nowhere, or repeats one that does not come in."""
    found, there = decide(small_journey(), notes, decisions), {t.id for t in small_journey().touchpoints}
    new = {key for key, to in found.items() if to == "new"}
    return [key for key, to in found.items() if to not in {"new", "out", *there, *new}] + [
        n["key"] for n in notes if n["key"] not in found
    ]


@given(rooms())
def test_every_note_comes_in_is_left_out_or_repeats_one_that_is_there(room):
    assert not faults(decided, *room)


def test_decisions_taken_as_they_stand_would_be_caught():
    as_they_stand = lambda journey, notes, decisions: {**proposed(journey, notes), **decisions}  # noqa: E731
    assert faults(as_they_stand, [note(0, "A call"), note(1, "A visit")], {KEYS[0]: "out", KEYS[1]: KEYS[0]})


@given(rooms())
def test_taken_in_twice_is_taken_in_once(room):
    once = taken_in(small_journey(), *room)
    assert names(taken_in(once, *room)) == names(once)


@given(rooms())
def test_nothing_that_was_there_is_lost_or_changed_and_ids_stay_apart(room):
    journey = taken_in(small_journey(), *room)
    assert [t for t in journey.touchpoints if t.id in "abc"] == list(small_journey().touchpoints)
    assert len({t.id for t in journey.touchpoints}) == len(journey.touchpoints)


def test_in_a_crowd_only_the_same_names_are_found_so_that_it_stays_quick(monkeypatch):
    monkeypatch.setattr(method, "MANY", 1)
    found = proposed(small_journey(), [note(0, "A call"), note(1, "A calls"), note(2, "a call")])
    assert found == {KEYS[0]: "new", KEYS[1]: "new", KEYS[2]: KEYS[0]}
