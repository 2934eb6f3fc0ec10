import tomllib

import pytest

from cjmkit.errors import InputError, UsageError
from cjmkit.exchange.columns import Column, columns_of, parse_map, read_columns
from cjmkit.language import speak


def test_a_file_and_plain_data_declare_the_same():
    text = '[NETPRO]\nrole = "nps"\nblank = [11]\n[Q7]\nrole = "rating"\ntouchpoint = "food"\nlow = 0\nhigh = 10\n'
    columns = read_columns(text.encode())
    assert columns == columns_of(tomllib.loads(text))
    assert columns["Q7"] == Column("rating", touchpoint="food", low=0.0, high=10.0)


def test_what_is_read_can_be_kept_in_the_journey_and_read_again():
    declared = {
        "id": {"role": "respondent"},
        "q": {"role": "rating", "touchpoint": "food", "low": 1, "high": 4.5, "blank": [6, "x"], "stage": "use"},
        "age": {"role": "segment", "labels": {"1": "young"}, "name": "Age", "blank": [0]},
    }
    columns = columns_of(declared)
    assert columns_of({name: column.to_data() for name, column in columns.items()}) == columns


def test_scales_have_their_usual_ends_unless_declared():
    scales = {role: parse_map([f"q={role}"])["q"] for role in ("nps", "ces", "csat", "overall")}
    assert {role: (c.low, c.high) for role, c in scales.items()} == {
        "nps": (0, 10), "ces": (1, 7), "csat": (1, 5), "overall": (1, 5),
    }  # fmt: skip
    assert parse_map(["a=segment"])["a"].low is None


def test_the_short_form_takes_the_last_equals_sign():
    assert parse_map(["How = why=comment"])["How = why"].role == "comment"
    with pytest.raises(UsageError, match="column=role"):
        parse_map(["NETPRO"])
    with pytest.raises(UsageError, match="declared twice"):
        parse_map(["a=nps", "a=csat"])


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        ({"role": "ratings", "touchpoint": "a"}, "role ratings is unknown; nearest: rating"),
        ({"role": "nps", "blanc": [11]}, "key blanc is unknown; nearest: blank"),
        ({}, "has no role"),
        ("nps", "must be a table with a role"),
        ({"role": 3}, "role 3 is unknown"),
        ({"role": "rating"}, "needs a touchpoint"),
        ({"role": "rating", "touchpoint": "Second visit"}, "must be an id"),
        ({"role": "csat", "low": 5, "high": 1}, "low must be less than high, not 5 and 1"),
        ({"role": "csat", "low": 1}, "low and high must be given together"),
        ({"role": "csat", "low": "1", "high": True}, 'low must be a number, not "1".*high must be a number, not true'),
        ({"role": "csat", "low": float("nan"), "high": float("inf")}, "low must be a number"),
        ({"role": "csat", "blank": 6}, r"blank must be a list of numbers or texts, such as \[11"),
        ({"role": "csat", "blank": [[6]]}, "blank must be a list"),
        ({"role": "csat", "blank": [5, 6]}, "5 is declared as blank, but is an answer from 1 to 5"),
        ({"role": "segment", "low": 1, "high": 2}, "role segment takes no low; it takes role, name, blank, labels"),
        ({"role": "segment", "labels": ["a"]}, "labels must give words for each code"),
        ({"role": "segment", "name": 3}, "name must be a text"),
        ({"role": "nps", "FOOD": {"role": "nps"}}, r'dot must stand in quotation marks: \["Q7.FOOD"\]'),
    ],
)
def test_a_fault_of_the_declaration_is_named_with_what_would_be_right(declared, says):
    with pytest.raises(InputError, match=f"(?s)Q7.*{says}"):
        columns_of({"Q7": declared})


@pytest.mark.parametrize(("low", "high"), [(1, 10), (0, 5), (0, 100)])
def test_nps_on_another_scale_is_refused_with_the_reason_and_a_way_out(low, high):
    with pytest.raises(InputError, match=f"from {low} to {high}, but NPS is defined on 0 to 10 only.*overall, rating"):
        columns_of({"q": {"role": "nps", "low": low, "high": high}})


def test_all_faults_come_at_once_and_in_the_language_of_the_reader():
    with pytest.raises(InputError) as caught:
        columns_of({"a": {"role": "npc"}, "b": {"role": "rating"}, "c": {"role": "wave"}})
    assert str(caught.value) == speak("en").error(caught.value)
    assert "a: role npc is unknown; nearest: nps; b: a rating needs" in str(caught.value)


def test_a_role_that_only_one_column_may_have_is_not_given_twice():
    with pytest.raises(InputError, match="weight: only one column may have this role, not a, b"):
        parse_map(["a=weight", "b=weight", "q=nps"])


@pytest.mark.parametrize("data", [b"[a", b"a = 1", b"\xff", b"a = " + b"9" * 5000, b"a = " + b"[" * 9000])
def test_a_file_that_declares_nothing_readable_is_refused(data):
    with pytest.raises(InputError):
        read_columns(data)


def test_blanks_match_as_text_or_as_number_and_never_zero_by_accident():
    column = Column("csat", blank=(6, "n/a", "07"))
    assert [t for t in ("6", "6,0", "6.0", "n/a", "07", "", "0", "N/A", "60") if column.is_blank(t)] == [
        "6", "6,0", "6.0", "n/a", "07", "",
    ]  # fmt: skip
