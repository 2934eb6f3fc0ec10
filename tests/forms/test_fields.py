"""What is typed is read as the language writes it; what cannot be read is one sentence by its field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjmkit.errors import UsageError
from cjmkit.forms import fields
from cjmkit.forms.typed import mark, marked, parse_number, shown_number
from cjmkit.journey import Item
from cjmkit.language import speak
from cjmkit.language.durations import parse_duration
from cjmkit.language.words import EVIDENCE

EN, PL = speak("en"), speak("pl")


@pytest.mark.parametrize(
    ("typed", "held"),
    [
        ("30 days", "P30D"),
        ("1 month", "P1M"),
        ("2 hours 15 minutes", "PT2H15M"),
        ("3 wk", "P3W"),
        ("P1Y", "P1Y"),
        (" ", None),
    ],
)
def test_a_duration_is_read_in_words(typed, held):
    assert parse_duration(typed, EN) == held


@pytest.mark.parametrize(
    ("typed", "held"), [("30 dni", "P30D"), ("1 miesiąc", "P1M"), ("5 tygodni", "P5W"), ("2 days", "P2D")]
)
def test_a_duration_is_read_in_the_workshops_own_language_too(typed, held):
    assert parse_duration(typed, PL) == held


@pytest.mark.parametrize("typed", ["soon", "30", "5 apples", "2 days and a bit"])
def test_what_is_no_duration_is_said_with_an_example(typed):
    with pytest.raises(UsageError, match=f"such as “30 days”, not “{typed}”"):
        parse_duration(typed, EN)


@given(st.floats(-1e9, 1e9).map(lambda x: round(x, 3)), st.sampled_from([EN, PL]))
def test_a_number_shown_is_read_back_the_same(value, say):
    shown = shown_number(value, say)
    assert parse_number(shown if say is PL else shown.replace(",", ""), say) == value


def test_a_number_that_is_none_is_said_in_the_language():
    with pytest.raises(UsageError) as error:
        parse_number("dużo", PL)
    assert "na przykład 12,5, a nie „dużo”" in PL.error(error.value)


words = st.text(
    st.characters(codec="utf-8", exclude_characters="()\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), min_size=1
)


@given(words.map(str.strip).filter(bool), st.sampled_from([None, *EVIDENCE]), st.sampled_from([EN, PL]))
def test_a_line_keeps_its_text_and_what_it_rests_on(text, evidence, say):
    item = Item(text=text, evidence=evidence, source="visits" if evidence else "")
    assert Item(**marked(mark(item.text, item.evidence, item.source, say), say)) == item


def test_brackets_that_are_no_mark_stay_part_of_the_text():
    assert marked("opens at 9 (on Sundays)", EN) == {"text": "opens at 9 (on Sundays)", "evidence": None, "source": ""}


def test_what_is_being_typed_stays_as_it_was_typed():
    field = fields.number("n", "N", EN)
    field.control.value = "12,50"
    field.put(12.5)
    assert field.control.value == "12,50"
    field.put(13)
    assert field.control.value == "13"


def test_a_value_put_there_by_the_kit_is_no_edit():
    field, heard = fields.text("name", "Name"), []
    field.on_edit(lambda f: heard.append(f.value()))
    field.put("Forum")
    assert heard == []
    field.control.value = " Forum, opinions "
    assert heard == ["Forum, opinions"]


def test_boxes_ticked_are_the_values_in_the_order_offered():
    field = fields.several("touchpoints", "Touchpoints", [("a", "A"), ("b", "B")])
    heard = []
    field.on_edit(lambda f: heard.append(f.value()))
    field.control.boxes["b"].value = True
    field.control.boxes["a"].value = True
    assert heard == [("b",), ("a", "b")]
    fields.offer(field, [("b", "B"), ("c", "C")])
    assert field.value() == ("b",)


def test_offering_other_choices_is_no_edit():
    field, heard = fields.choice("stage", "Stage", [("a", "A"), ("b", "B")]), []
    field.on_edit(lambda f: heard.append(f.value()))
    field.put("b")
    fields.offer(field, [("x", "X"), ("b", "B")])
    assert field.value() == "b"
    fields.offer(field, [("x", "X")])
    assert (field.value(), heard) == ("x", [])


@pytest.mark.parametrize("typed", ["-1", "101", "many", "12.5.1"])
def test_a_share_off_the_scale_is_refused(typed):
    field = fields.share("share", "Share", EN)
    field.control.value = typed
    with pytest.raises(UsageError):
        field.value()
