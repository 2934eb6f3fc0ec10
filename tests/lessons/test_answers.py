"""What a student has answered is kept on this machine, and judged with a hint that fits."""

import json

import pytest

from cjmkit.errors import InputError
from cjmkit.language import speak
from cjmkit.lessons.answers import Answers, answers_file, keep, read_answers, write_answers
from cjmkit.lessons.judging import ENOUGH, judged
from cjmkit.lessons.lesson import Exercise

SAY = speak("en")
SHARE = Exercise(kind="number", ask="?", aim=1, digits=2, solution="0.48", hint="own hint")
PEOPLE = Exercise(kind="number", ask="?", aim=1, digits=0, solution="-15")
SEVERAL = Exercise(
    kind="several", ask="?", aim=1, among="{'a': 'Wait', 'b': 'Call', 'c': 'Visit'}", solution="['a', 'b']"
)
WORDS = Exercise(kind="words", ask="?", aim=1, rubric=("one", "two"), model="m")


def verdict(exercise, answer):
    return judged(exercise, answer, eval, SAY)


def said(exercise, answer):
    return verdict(exercise, answer).said


@pytest.fixture
def file(tmp_path):
    return tmp_path / "workshops" / ".learning" / "me.json"


def test_an_answer_is_kept_and_its_tries_are_counted(file):
    keep(file, "05-1", 3.5, False)
    keep(file, "05-1", 3.1, False)
    keep(file, "05-2", ["a"], True)
    answers = read_answers(file).answers
    assert (answers["05-1"].answer, answers["05-1"].right, answers["05-1"].tries) == (3.1, False, 2)
    assert (answers["05-2"].answer, answers["05-2"].right) == (["a"], True)


def test_what_was_right_stays_right_whatever_is_tried_afterwards(file):
    keep(file, "05-1", "b", True)
    keep(file, "05-1", "a", False)
    assert (read_answers(file).answers["05-1"].answer, read_answers(file).answers["05-1"].tries) == ("b", 1)


def test_words_are_done_when_every_line_of_the_rubric_is_ticked(file):
    keep(file, "05-6", "words", None)
    assert not read_answers(file).answers["05-6"].is_done(2)
    keep(file, "05-6", "words", None, [0, 1])
    assert read_answers(file).answers["05-6"].is_done(2)
    assert read_answers(file).answers["05-6"].tries == 1, "ticking is no try"


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"schema": "another"}', '{"schema": "cjmkit/answers/1", "student": "", "answers": {"x": {"y": 1}}}'])  # fmt: skip
def test_a_broken_file_is_told_plainly_and_not_overwritten(file, broken):
    file.parent.mkdir(parents=True)
    file.write_text(broken)
    with pytest.raises(InputError, match=r"me\.json holds no answers"):
        keep(file, "05-1", "b", True)
    assert file.read_text() == broken


def test_answers_are_the_same_read_again_and_none_are_there_at_first(file):
    assert read_answers(file) == read_answers(None) == Answers("")
    keep(file, "05-1", "ś", True)
    kept = read_answers(file)
    kept.student = "Łucja"
    write_answers(file, kept)
    assert read_answers(file) == kept
    assert json.loads(file.read_text("utf-8"))["student"] == "Łucja"


def test_students_of_one_machine_are_kept_apart(tmp_path, monkeypatch):
    monkeypatch.setenv("CJMKIT_STUDENT", "Łucja B.")
    hers = answers_file(tmp_path)
    monkeypatch.delenv("CJMKIT_STUDENT")
    mine = answers_file(tmp_path)
    assert hers != mine
    assert hers.parent == mine.parent == tmp_path / ".learning"


def test_nothing_is_kept_inside_an_installed_package():
    keep(None, "05-1", "b", True)
    assert read_answers(None).answers == {}


@pytest.mark.parametrize("answer", [0.48, "0,48", "0.48 "])
def test_a_number_is_right_however_it_is_written(answer):
    assert verdict(SHARE, answer).right is True


@pytest.mark.parametrize(
    ("exercise", "answer", "word"),
    [
        (SHARE, 48, "share, or per cent"),
        (SHARE, "48 %", "share, or per cent"),
        (PEOPLE, 15, "sign"),
        (SHARE, 0.49, "rounded"),
        (SHARE, 3, "own hint"),
        (PEOPLE, 99, "Not yet"),
        (SHARE, "much", "A number is asked for"),
        (SHARE, True, "A number is asked for"),
        (SHARE, ..., "Put your answer in first"),
        (SEVERAL, [], "Put your answer in first"),
    ],
)
def test_a_slip_with_a_number_is_told_by_its_kind_and_without_the_number(exercise, answer, word):
    assert verdict(exercise, answer).right is False
    assert word in said(exercise, answer)
    assert "0.48" not in said(exercise, answer)


def test_a_name_that_is_not_among_the_choices_is_told_with_those_there_are():
    assert said(SEVERAL, ["Waiting"]) == "That is not among the choices: Wait; Call; Visit."


def test_of_several_it_is_told_how_many_belong_there_and_not_which():
    assert said(SEVERAL, ["Wait", "c"]) == "Of yours 1 belong there and 1 do not; 1 are missing."
    assert verdict(SEVERAL, {"call", "WAIT"}).right is True


def test_words_are_judged_by_the_reader_who_then_sees_the_rubric():
    assert verdict(WORDS, "x" * (ENOUGH - 1)).right is False
    full = verdict(WORDS, "x" * ENOUGH)
    assert (full.right, full.rubric) == (None, ("one", "two"))
    assert repr(full).endswith("☐ one\n☐ two")


COUNT = Exercise(kind="number", ask="How many?", aim=1, solution="9")


def test_a_count_has_nothing_to_round_and_nought_is_no_share():
    assert "rounded" not in said(COUNT, 8)
    assert "per cent" not in said(COUNT, 0)


def test_what_is_no_answer_is_no_try():
    assert [verdict(COUNT, answer).counts for answer in ("much", "3 or 4", "", 3)] == [False, False, False, True]
