"""The lessons: exercises that cannot drift from the cases, hints that fit and tell nothing, texts that are whole in every language."""

import json
import re

import pytest
from conftest import ROOT

from cjmkit.language.notebooks import catalogue_of, out_of_date
from cjmkit.lessons.asking import asked, choices, judge, told
from cjmkit.lessons.cases import value
from cjmkit.lessons.course import WORDS_A_MINUTE, reading_words
from cjmkit.lessons.judging import number
from cjmkit.lessons.lesson import exercise_of, in_language, lesson_language, lesson_languages, lessons
from cjmkit.lessons.twin import statements

FOLDER = ROOT / "notebooks"
LESSONS = lessons()
EXERCISES = [(one, id) for one in LESSONS for id in one.exercise]
JUDGED = [(one, id) for one, id in EXERCISES if one.exercise[id].kind != "words"]
COEFFICIENTS = re.compile(r"α|\br_wg\b|\bICC\b|Krippendorff|standard deviation|odchylenie standardowe|\bSD\b")
TYPED = re.compile(r"\d+[.,]\d+|\d\s*%")
SOURCED = re.compile(r"\b(19|20)\d\d\b|\\|`")

each_language = pytest.mark.parametrize("code", lesson_languages())
each_lesson = pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.name)
each_exercise = pytest.mark.parametrize(("one", "id"), EXERCISES, ids=lambda x: x if isinstance(x, str) else "")
each_judged = pytest.mark.parametrize(("one", "id"), JUDGED, ids=lambda x: x if isinstance(x, str) else "")


def place(one, code="en"):
    return FOLDER / ("learn" if code == "en" else f"{code}/learn") / f"{one.name}.ipynb"


def cells(one, code="en", kind=None):
    there = json.loads(place(one, code).read_text("utf-8"))["cells"]
    return [c for c in there if kind in (None, c["cell_type"])]


def prose(one, code="en"):
    return ["".join(c["source"]) for c in cells(one, code, "markdown")]


def code_of(one, code="en"):
    return ["".join(c["source"]) for c in cells(one, code, "code")]


def numbered(text):
    """The first numbered list in a text."""
    return [line.split(".", 1)[1].strip().rstrip(".,;") for line in text.splitlines() if re.match(r"\d\.", line)]


def right_answer(one, id, code):
    found = value(one, one.exercise[id].solution, code)
    return round(float(found), one.exercise[id].digits) if one.exercise[id].kind == "number" else found


def wrong_answers(one, id, code):
    """Each typical mistake as somebody would answer it, and the hint that fits."""
    exercise, own = one.exercise[id], in_language(one, code)

    def of(expression):
        found = value(one, expression, code)
        return [found] if isinstance(found, str) else list(found)

    for wrong in exercise.wrong:
        if wrong.answer is not None:
            answer = value(one, wrong.answer, code)
            answer = round(float(answer), exercise.digits) if exercise.kind == "number" else answer
        else:
            right = [right_answer(one, id, code)] if exercise.kind != "several" else [*right_answer(one, id, code)]
            if exercise.kind != "several":
                answer = of(wrong.has)[0]
            else:
                answer = [a for a in right if wrong.lacks is None or a not in of(wrong.lacks)]
                answer += [of(wrong.has)[0]] if wrong.has else []
                answer = answer or [next(iter(set(choices(id, code)) - set(right)))]
        yield answer, own.get(wrong.hint, wrong.hint)


@each_language
@each_judged
def test_every_solution_passes_its_check(one, id, code):
    assert judge(id, right_answer(one, id, code), code).right is True


@each_language
@each_judged
def test_at_least_three_typical_wrong_answers_get_the_hint_that_fits(one, id, code):
    found = list(wrong_answers(one, id, code))
    assert len(found) >= 3
    assert len({hint for _, hint in found}) == len(found), "each mistake has a hint of its own"
    for answer, hint in found:
        verdict = judge(id, answer, code)
        assert (verdict.right, verdict.said) == (False, hint), answer


@each_language
@each_judged
def test_no_hint_holds_the_answer(one, id, code):
    exercise, right = one.exercise[id], right_answer(one, id, code)
    labels = choices(id, code)
    own = in_language(one, code)
    for sentence in [*(w.hint for w in exercise.wrong), exercise.hint]:
        said = own.get(sentence, sentence)
        if exercise.kind == "number":
            assert right not in [number(n) for n in re.findall(r"[-−]?\d+(?:[.,]\d+)?", said)] or right in (
                0,
                1,
                2,
                3,
            ), said
        else:
            for answer in [right] if isinstance(right, str) else right:
                assert labels[answer].casefold() not in said.casefold(), said


def test_a_drifted_solution_a_hint_that_does_not_fit_and_one_that_tells_would_be_caught():
    one = next(one for one, id in JUDGED if one.exercise[id].kind == "number")
    id = next(id for id in one.exercise if one.exercise[id].kind == "number")
    right = right_answer(one, id, "en")
    assert judge(id, right + 7, "en").right is False
    assert judge(id, right + 7, "en").said not in {w.hint for w in one.exercise[id].wrong}


@each_language
@each_exercise
def test_every_question_can_be_asked_in_every_language_with_its_figures(one, id, code):
    text = asked(id, code)
    assert text
    assert not re.search(r"\{\w+\}|\bnan\b|–\s*$", text), text
    exercise = exercise_of(id)
    assert exercise.kind not in ("choice", "one", "several") or len(choices(id, code)) >= 3
    assert exercise.kind != "words" or (len(exercise.rubric) >= 2 and exercise.model)


@each_language
@each_lesson
def test_every_told_figure_is_there(one, code):
    for id in one.told:
        assert not re.search(r"\{\w+\}|\bnan\b|None", told(id, code)), id
    shown = set(re.findall(r'cjm\.tell\("([^"]+)"\)', "\n".join(code_of(one))))
    shown |= {*statements()} if "cjm.twin_report()" in "\n".join(code_of(one)) else set()
    assert shown == set(one.told)


@each_lesson
def test_a_lesson_shows_each_of_its_exercises_once(one):
    asked_for = re.findall(r'cjm\.ask\("([^"]+)"\)', "\n".join(code_of(one)))
    assert asked_for == sorted(asked_for)
    assert sorted(asked_for) == sorted(one.exercise)
    assert all(id.startswith(f"{one.number}-") for id in [*one.exercise, *one.told])


@each_language
@each_lesson
def test_the_aims_stand_on_top_are_shown_by_exercises_and_mirrored_at_the_end(one, code):
    own, texts = in_language(one, code), prose(one, code)
    assert numbered(texts[0]) == [own.get(aim, aim).rstrip(".,;") for aim in one.aims]
    assert texts[0].startswith(f"# {own.get(one.title, one.title)}")
    assert {e.aim for e in one.exercise.values()} == set(range(1, len(one.aims) + 1))
    recap = next(text for text in texts if re.match(r"## (Recap|Podsumowanie)", text))
    assert len(numbered(recap)) == len(one.aims)
    assert any(f'cjm.show_learned("{one.number}")' in source for source in code_of(one))


@each_language
@each_lesson
def test_no_lesson_takes_longer_than_half_an_hour_and_it_says_how_long(one, code):
    minutes = reading_words(one, code) / WORDS_A_MINUTE + one.minutes + sum(e.minutes for e in one.exercise.values())
    said = re.search(r"\*\*(\d+) (?:minutes|minut)", prose(one, code)[0])
    assert said, "the title cell says how long the lesson takes"
    most = 30 if int(one.number) <= 12 else 90
    assert 15 <= minutes <= most, minutes
    assert int(said[1]) == round(minutes), "make notebooks"


@each_language
@each_lesson
def test_figures_of_the_cases_are_computed_not_typed(one, code):
    for text in prose(one, code):
        for line in text.splitlines():
            assert not TYPED.search(line) or SOURCED.search(line), line


@each_lesson
def test_coefficients_come_only_after_the_lesson_on_agreement(one):
    if int(one.number) < 6:
        texts = [*prose(one), *(e.ask for e in one.exercise.values()), *code_of(one)]
        assert not [text for text in texts if COEFFICIENTS.search(text)]
    assert COEFFICIENTS.search("the standard deviation")


@pytest.mark.parametrize("code", lesson_languages()[1:])
@each_lesson
def test_a_lesson_is_whole_in_every_language_from_the_same_code(one, code):
    assert code_of(one, code) == code_of(one)
    assert not out_of_date(catalogue_of(place(one), code, place(one, code).with_suffix(".po")))
    assert len(prose(one, code)) == len(prose(one))


@each_language
@each_lesson
def test_no_link_is_dead(one, code):
    for text in prose(one, code):
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            file, _, fragment = link.partition("#")
            if ":" not in file:
                target = place(one, code).parent / file if file else place(one, code)
                assert target.exists(), link
                if fragment.startswith("cell-id="):
                    ids = [c["id"] for c in json.loads(target.read_text("utf-8"))["cells"]]
                    assert fragment.removeprefix("cell-id=") in ids, link


@each_lesson
def test_code_is_hidden_and_short(one):
    for cell in cells(one, kind="code"):
        assert cell["metadata"]["jupyter"]["source_hidden"] is True
        assert len("".join(cell["source"]).splitlines()) <= 5
        assert not cell["outputs"]


@pytest.mark.parametrize("code", lesson_languages()[1:])
@each_lesson
def test_a_lesson_runs_in_every_language(one, code, monkeypatch):
    """In English each runs in a kernel of its own; see tests/runs/test_notebooks.py."""
    monkeypatch.chdir(place(one, code).parent)
    names: dict = {}
    for source in code_of(one, code):
        exec(compile(source, one.name, "exec"), names)
    assert lesson_language() == code
