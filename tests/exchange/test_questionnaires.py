"""A questionnaire goes into survey tools and its answers come back without mapping; quotes come back to their touchpoint."""

import io
import re

import openpyxl
import pytest
from conftest import small_journey
from hypothesis import given, settings
from hypothesis import strategies as st
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from cjmkit.errors import CJMError, InputError
from cjmkit.exchange.columns import read_columns
from cjmkit.exchange.questionnaires import columns_toml, questions_csv, xlsform
from cjmkit.exchange.quotes import read_pasted_quotes, read_quotes, with_quotes
from cjmkit.exchange.surveys import read_survey
from cjmkit.exchange.text import read_text_table
from cjmkit.language import speak
from cjmkit.method.findings import path_figures
from cjmkit.method.questionnaire import questionnaire
from cjmkit.method.surveys import ces, nps, ratings
from cjmkit.tables import scores_frame

HOSTILE = '=1+1 ${nps} <script>alert(1)</script> "x" ]]> [a](javascript:b) \\u0041 \x7f'
PEOPLE = [{"id": "anna", "segment": "families"}, {"id": "jan", "segment": "seniors"}]


def asked(**parts):
    journey = small_journey(personas=PEOPLE, **parts)
    return questionnaire(journey, path_figures(journey, scores_frame([])))


def form(content):
    return convert(io.BytesIO(content), file_type=".xlsx", validate=False)


@pytest.fixture(scope="module")
def made():
    versions = [(speak(code), asked()) for code in ("pl", "en", "zh")]
    return xlsform(versions, "A small journey", "small", 7)


def test_the_form_is_read_by_the_survey_tools_reader_without_a_warning(made):
    read = form(made)
    assert read.warnings == []
    for part in ('<translation lang="Polish (pl)" default="true()">', 'lang="Chinese (zh)"', 'id="small" version="7"'):
        assert part in read.xform
    assert re.search(r'relevant="\s*/\w+/nps\s*!=', read.xform)
    for name in ("nps", "why", "csat_a", "csat_b", "csat_c", "ces", "persona"):
        assert re.search(rf'nodeset="/\w+/{name}"', read.xform)


def test_a_form_with_a_broken_name_would_be_told(made):
    book = openpyxl.load_workbook(io.BytesIO(made))
    book["survey"]["B4"] = "2 not a name"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(PyXFormError):
        form(out.getvalue())


def test_the_same_questions_give_the_same_bytes(made):
    assert made == xlsform([(speak(code), asked()) for code in ("pl", "en", "zh")], "A small journey", "small", 7)


def test_typed_text_is_no_formula_reference_or_markup_in_a_form():
    touchpoints = [{"id": "a", "stage": "before", "name": HOSTILE}]
    questions = asked(touchpoints=touchpoints, paths=[], questionnaire={"texts": {"why": HOSTILE, "nps": "${gone}"}})
    content = xlsform([(speak("en"), questions)], HOSTILE, "small", 1)
    read = form(content)
    label = read.xform.partition('<text id="/small/why:label">')[2].partition("</text>")[0] or read.xform
    assert "<output" not in read.xform
    assert "$\u2060{nps}" in label
    cells = [c for sheet in openpyxl.load_workbook(io.BytesIO(content)) for row in sheet for c in row if c.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "]\u2060(javascript" in " ".join(str(cell.value) for cell in cells)
    table, _ = read_text_table(questions_csv(speak("en"), questions))
    assert table.text[1].startswith("'=1+1")
    assert read_columns(columns_toml(speak("en"), questions))["csat_a"].name == HOSTILE


@settings(max_examples=8)
@given(st.text(max_size=60))
def test_any_name_comes_through_the_columns_file(name):
    questions = asked(touchpoints=[{"id": "a", "stage": "before", "name": name}], paths=[])
    columns = read_columns(columns_toml(speak("en"), questions))
    assert list(columns) == [question.id for question in questions]
    assert columns["csat_a"].touchpoint == "a"


def test_answers_come_back_by_the_columns_file_without_mapping():
    questions = asked()
    columns = read_columns(columns_toml(speak("en"), questions))
    head = ",".join(["intro", *(question.id for question in questions)])
    rows = [",10,good,5,not_used,4,7,anna", ",3,,1,2,not_used,2,jan", ',9,"so, so",,3,3,6,anna']
    survey = read_survey("\n".join([head, *rows]).encode(), columns)
    assert nps(survey.answers, survey.items).value.tolist() == pytest.approx([100 / 3])
    assert ratings(survey.answers, survey.items).set_index("touchpoint").value.round(3).to_dict() == {
        "a": 3,
        "b": 2.5,
        "c": 3.5,
    }
    assert ces(survey.answers, survey.items).n.tolist() == [3]
    assert survey.comments.text.tolist() == ["good", "so, so"]
    assert set(survey.answers.persona) == {"families", "seniors"}
    assert [str(warning) for warning in survey.warnings] == ["columns: not declared and left out (1 in all): intro"]
    with pytest.raises(InputError, match="csat_b"):  # the control: a "did not use" that was not declared
        read_survey(
            "\n".join([head, rows[0]]).encode(),
            {**columns, "csat_b": columns["csat_b"].__class__("rating", touchpoint="b", low=1, high=5)},
        )


QUOTES = """Punkt styku;Co powiedziano;Kto to powiedział i kiedy;Opiera się na
A;Tak głośno!;klient 3;zmierzone
a;Tak  głośno!;klient 4;
B;"Czekam; nikt nie dzwoni";jan@example.com;
nowhere;x;;
C;;;
C;'=ok;;guess
"""


def test_quotes_go_to_their_touchpoint_marked_by_what_they_rest_on():
    journey = small_journey()
    quotes, told = read_quotes(QUOTES.encode(), journey)
    assert [(id, q.text, q.source, q.evidence) for id, q in quotes] == [
        ("a", "Tak głośno!", "klient 3", "measured"), ("b", "Czekam; nikt nie dzwoni", "jan@example.com", "observed"), ("c", "=ok", "", "observed"),
    ]  # fmt: skip
    assert [fault.place for fault in told] == ["row 3", "row 4", "row 5", "row 6", "row 7"]
    assert "already" in str(told[0])
    assert "e-mail" in str(told[1])
    assert "no touchpoint" in str(told[2])
    fuller = with_quotes(journey, quotes)
    assert [len(t.quotes) for t in fuller.touchpoints] == [1, 1, 1]
    again, told = read_quotes(QUOTES.encode(), fuller)
    assert again == []


def test_pasted_rows_need_no_heading_and_are_told_by_their_own_number():
    quotes, told = read_pasted_quotes("A\tloud\tcustomer 3\nB\tslow\nX\ty\n", small_journey())
    assert [(id, q.text, q.source) for id, q in quotes] == [("a", "loud", "customer 3"), ("b", "slow", "")]
    assert [fault.place for fault in told] == ["row 3"]
    headed, _ = read_pasted_quotes("text\ttouchpoint\nloud\tA", small_journey())
    assert [(id, q.text) for id, q in headed] == [("a", "loud")]


@pytest.mark.parametrize("content", [b"a;b\n1;2\n", b"touchpoint;quote;text\nA;x;y\n", b"", b"touchpoint\nA\n"])
def test_what_is_no_table_of_quotes_is_refused_in_a_sentence(content):
    with pytest.raises(InputError):
        read_quotes(content, small_journey())


def test_two_touchpoints_of_one_name_are_told_apart_by_their_ids():
    twins = [{"id": "x", "stage": "before", "name": "Call"}, {"id": "y", "stage": "use", "name": "Call"}]
    quotes, told = read_quotes(b"touchpoint,text\nCall,hello\ny,bye\n", small_journey(touchpoints=twins, paths=[]))
    assert [(id, q.text) for id, q in quotes] == [("y", "bye")]
    assert "x, y" in str(told[0])


@settings(max_examples=40)
@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: f"touchpoint\ttext\n{text}".encode("utf-8", "replace"))
)
def test_any_bytes_are_quotes_or_a_sentence(content):
    try:
        quotes, _ = read_quotes(content, small_journey())
    except CJMError:
        return
    assert {id for id, _ in quotes} <= {"a", "b", "c"}
