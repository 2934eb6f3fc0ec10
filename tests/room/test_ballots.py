"""What a phone may send: exactly a valid ballot, and nothing else."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjmkit.room import ballots
from cjmkit.room.asking import Asked
from cjmkit.room.ballots import Refused, checked, read_body

POINTS = tuple({"value": v, "shown": str(v), "label": ""} for v in (1, 2, 3, 4, 5))
ASKED = Asked(
    7, "score", round=1, asks=("score", "importance", "moment_of_truth", "customer_effort", "comment"), points=POINTS, effort=POINTS,
    touchpoints=tuple({"id": id, "number": n, "name": id, "doing": ""} for n, id in enumerate("abc", 1)),
)  # fmt: skip
NOTES = Asked(8, "collect", asks=("note",), stages=({"id": "use", "name": "Use"},))
ID = "a" * 16
GOOD = {"id": ID, "n": 7, "column": "score", "touchpoint": "a", "value": 5}
NOTE = {
    "id": ID,
    "n": 8,
    "column": "note",
    "touchpoint": "k" * 16,
    "value": {"name": "A call", "stage": "use", "channel": ""},
}


def refusal(asked=ASKED, mine=None, **changed):
    with pytest.raises(Refused) as refused:
        checked({**GOOD, **changed}, asked, "Owl", mine or {})
    return refused.value.status


@pytest.mark.parametrize("value", [11, -1, 0, 6, "5", 5.5, True, False, 1e999, -1e999, [5], {"value": 5}, "x" * 2**20])
@pytest.mark.parametrize("column", ["score", "customer_effort"])
def test_what_is_no_point_of_the_scale_is_refused(column, value):
    assert refusal(column=column, value=value) == 400


@pytest.mark.parametrize("value", [6, -1, "5", 1.0, True, 1e999, [1]])
def test_what_is_no_number_of_dots_is_refused(value):
    assert refusal(column="importance", value=value) == 400


@pytest.mark.parametrize("value", [5, True, ["x"], "x" * 501, {"text": "x"}])
def test_what_is_no_comment_is_refused(value):
    assert refusal(column="comment", value=value) == 400


@pytest.mark.parametrize(
    "changed",
    [
        {"touchpoint": "d"}, {"touchpoint": ""}, {"touchpoint": ["a"]}, {"column": "owner"}, {"column": ["score"]}, {"column": "note"},
        {"id": "short"}, {"id": "a" * 65}, {"id": "ä" * 16}, {"id": ID + "\n"}, {"id": 5}, {"more": 1},
        {"column": "done", "touchpoint": "", "value": 1}, {"column": "done", "touchpoint": "a", "value": True},
    ],
)  # fmt: skip
def test_what_the_round_does_not_ask_for_is_refused(changed):
    assert refusal(**changed) == 400


@pytest.mark.parametrize("missing", sorted(GOOD))
def test_a_ballot_without_one_of_its_parts_is_refused(missing):
    with pytest.raises(Refused):
        checked({k: v for k, v in GOOD.items() if k != missing}, ASKED, "Owl", {})


@pytest.mark.parametrize("n", [6, 8, 7.0, "7", True, None, 1e999])
def test_another_round_is_closed(n):
    assert refusal(n=n) == 409
    assert refusal(asked=None) == 409


def test_dots_are_five_and_the_sixth_is_refused():
    mine = {("importance", "a"): 3, ("importance", "b"): 2}
    assert refusal(mine=mine, column="importance", touchpoint="c", value=1) == 409
    assert checked({**GOOD, "column": "importance", "touchpoint": "b", "value": 1}, ASKED, "Owl", mine).value == 1


def test_a_point_is_kept_as_the_scale_has_it():
    """5.0 is 5, and no second number is stored for the same point."""
    kept = checked({**GOOD, "value": 5.0}, ASKED, "Owl", {}).value
    assert (kept, type(kept)) == (5, int)


def test_no_time_is_kept_where_the_round_is_anonymous():
    from dataclasses import replace

    assert checked(GOOD, ASKED, "Owl", {}, at="2026-11-22T10:00:00").at
    assert checked(GOOD, replace(ASKED, anonymous=True), "3f", {}, at="2026-11-22T10:00:00").at == ""


@pytest.mark.parametrize(
    "value",
    [
        "A call", [], {}, {"name": "x", "stage": "use"}, {"name": "", "stage": "use", "channel": ""}, {"name": "x", "stage": "no", "channel": ""},
        {"name": "x" * 121, "stage": "use", "channel": ""}, {"name": "x", "stage": ["use"], "channel": ""},
        {"name": "x", "stage": "use", "channel": "y" * 61}, {"name": "x", "stage": "use", "channel": None}, {**NOTE["value"], "id": "x"},
    ],
)  # fmt: skip
def test_what_is_no_note_is_refused(value):
    with pytest.raises(Refused):
        checked({**NOTE, "value": value}, NOTES, "Owl", {})
    assert checked(NOTE, NOTES, "Owl", {}).value == NOTE["value"]


def test_nobody_fills_the_wall_with_notes():
    mine = {("note", f"{n:016}"): NOTE["value"] for n in range(ballots.MOST_NOTES)}
    with pytest.raises(Refused):
        checked(NOTE, NOTES, "Owl", mine)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"5", b"null", b"{", b'{"value": NaN}', b'{"value": Infinity}', b'{"a": 1, "a": 2}', b'{"v": {"a": 1, "a": 1}}', b"\xff{}",
        b'{"a": "\xed\xa0\x80"}', b'\xef\xbb\xbf{"a": 1}', b'{"a": ' + b"[" * 8000 + b"]" * 8000 + b"}", b'{"a":' * 2500 + b"1" + b"}" * 2500,
        b'{"a": 1} x', b'{"a": 1e}', b'{"a": ' + b"9" * 15000 + b"}",
    ],
)  # fmt: skip
def test_what_is_no_plain_json_object_is_refused(body):
    with pytest.raises(Refused):
        read_body(body)


def lone_half_of_a_letter():
    return json.loads('"\\ud800"')


@given(st.text(max_size=600) | st.just(lone_half_of_a_letter()))
def test_a_comment_is_one_line_that_can_be_kept(text):
    try:
        kept = checked({**GOOD, "column": "comment", "value": text}, ASKED, "Owl", {})
    except Refused:
        assert len(" ".join(text.split())) > 500
        return
    assert json.loads(kept.to_line())["value"] == kept.value
    assert kept.value.isprintable()
    assert kept.to_line().count(b"\n") == 1


JUNK = st.sampled_from(
    [None, True, False, -1, 0, 1, 5, 6, 5.0, 5.5, -0.0, 1e999, -1e999, float("nan"), 10**30, "", "5", "a", "score", "done", ID, [], [1], {}, {"a": 1}]
)  # fmt: skip
NEAR = st.fixed_dictionaries(
    {
        "id": st.just(ID) | JUNK,
        "n": st.just(7) | JUNK,
        "column": st.sampled_from([*ASKED.asks, "done"]) | JUNK,
        "touchpoint": st.sampled_from([*"abcd", ""]) | JUNK,
        "value": JUNK,
    },
    optional={"more": JUNK},
)


def is_valid(data):
    """The rule in other words: what may be accepted, cell by cell."""
    if set(data) != set(GOOD) or data["id"] != ID or type(data["n"]) is not int or data["n"] != 7:
        return False
    column, touchpoint, value = data["column"], data["touchpoint"], data["value"]
    if column == "done":
        return touchpoint == "" and (value is True or value is False)
    if touchpoint not in ("a", "b", "c") or column not in ASKED.asks:
        return False
    if value is None or column == "comment":
        return value is None or isinstance(value, str)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if column in ("score", "customer_effort"):
        return value in (1, 2, 3, 4, 5)
    return isinstance(value, int) and 0 <= value <= (5 if column == "importance" else 3)


def accepted_wrongly(check, data):
    try:
        check(data)
    except Refused:
        return False
    return not is_valid(data)


@settings(max_examples=300, deadline=None)
@given(NEAR)
def test_only_a_valid_ballot_is_taken(data):
    assert not accepted_wrongly(lambda d: checked(d, ASKED, "Owl", {}), data)
    if is_valid(data):
        checked(data, ASKED, "Owl", {})


def test_a_check_that_takes_true_for_one_would_be_seen():
    assert accepted_wrongly(lambda d: d["value"] in (1, 2, 3, 4, 5) or refusal(value=None), {**GOOD, "value": True})
