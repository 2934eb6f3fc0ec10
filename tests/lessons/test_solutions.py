"""For teachers: the lessons solved, and a class as one table in which nothing that a student typed is a formula."""

import csv
import json
import re
from io import BytesIO

import openpyxl
import pytest
from conftest import ROOT

from cjmkit.errors import InputError, UsageError
from cjmkit.lessons.answers import Answer, Answers, write_answers
from cjmkit.lessons.lesson import in_language, lesson, lesson_languages, lessons
from cjmkit.lessons.solutions import by_student, class_answers, solution, solved, write_solutions, write_table

FORMULA = "=HYPERLINK('http://a')"


def markdown(text):
    return {c["id"]: "".join(c["source"]) for c in json.loads(text)["cells"] if c["cell_type"] == "markdown"}


@pytest.fixture
def two(tmp_path):
    """What two students handed in; one of them typed a formula."""
    write_answers(tmp_path / "maria.json", Answers("Maria", {"05-1": Answer("c", True, 2, "2026-11-22T10:00:00")}))
    words = next(id for id, one in lesson("05").exercise.items() if one.kind == "words")
    lines = len(lesson("05").exercise[words].rubric)
    write_answers(
        tmp_path / "jan.json",
        Answers("", {"05-1": Answer("a", False, 3), words: Answer(FORMULA, None, 1, ticked=[*range(lines)])}),
    )
    return [tmp_path / "maria.json", tmp_path / "jan.json"], words


@pytest.mark.parametrize("code", lesson_languages())
def test_every_exercise_has_its_solution_under_it_and_the_students_notebook_has_none(code, tmp_path, monkeypatch):
    """That each can be computed is seen in test_lessons.py; here, that each is there."""
    monkeypatch.setattr("cjmkit.lessons.solutions.value", lambda *_: "1")
    monkeypatch.setattr("cjmkit.lessons.solutions.choices", lambda *_: {})
    monkeypatch.setattr("cjmkit.lessons.solutions.asked", lambda id, code: id)
    for one in lessons():
        cells = markdown(solved(one, code, tmp_path))
        own = in_language(one, code)
        for id, exercise in one.exercise.items():
            shown = cells[f"solution-{id}"]
            expected = own.get(exercise.model, exercise.model) if exercise.kind == "words" else f"`{exercise.solution}`"
            assert expected in shown
            assert all(own.get(w.hint, w.hint) in shown for w in exercise.wrong)
            assert not re.search(r"\{\w+\}", shown.replace(f"`{exercise.solution}`", "")), id
        student = ROOT / "notebooks" / ("learn" if code == "en" else f"{code}/learn") / f"{one.name}.ipynb"
        plain = student.read_text("utf-8")
        assert "solution-" not in plain
        assert not any(json.dumps(e.model, ensure_ascii=False)[1:-1] in plain for e in one.exercise.values() if e.model)


def test_the_check_for_solutions_in_a_students_notebook_would_find_one(tmp_path):
    one = lesson("05")
    assert "solution-05-1" in solved(one, "en", tmp_path)
    assert "Solution of 05-1" in solution(one, "05-1", "en")


def test_they_are_written_as_notebooks_into_a_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("cjmkit.lessons.solutions.lessons", lambda: (lesson("05"), lesson("06")))
    places = write_solutions(tmp_path / "solutions")
    assert [p.name for p in places] == ["05_scoring.ipynb", "06_agreement.ipynb"]
    assert all(json.loads(p.read_text("utf-8"))["nbformat"] == 4 for p in places)
    before = [p.read_bytes() for p in places]
    assert [p.read_bytes() for p in write_solutions(tmp_path / "solutions")] == before


def test_a_language_without_lessons_is_told():
    with pytest.raises(UsageError, match="There are no lessons in xx"):
        write_solutions(ROOT, "xx")


def test_a_class_has_a_row_for_each_student_and_exercise(two):
    files, words = two
    table = class_answers(files).set_index(["student", "exercise"])
    assert len(table) == 2 * sum(len(one.exercise) for one in lessons())
    assert (table.done["Maria", "05-1"], table.tries["Maria", "05-1"], table.answer["Maria", "05-1"]) == (True, 2, "c")
    assert (table.done["jan", "05-1"], table.done["jan", words]) == (False, True)
    assert table.answer["jan", "05-2" if words != "05-2" else "05-3"] == ""


def test_two_students_of_one_name_stay_two_and_the_same_file_twice_is_one(two, tmp_path):
    maria = two[0][0]
    again, other = tmp_path / "maria (1).json", tmp_path / "other.json"
    again.write_bytes(maria.read_bytes())
    other.write_text(maria.read_text("utf-8").replace('"tries": 2', '"tries": 5'), "utf-8")
    table = class_answers([maria, again, other])
    assert list(table.student.unique()) == ["Maria", "Maria (other.json)"]
    counted = by_student(table).set_index("student")
    assert (
        counted["exercises done"].tolist()
        == [table[(table.student == "Maria") & (table.kind != "words")].done.sum()] * 2
    )


def test_a_broken_file_does_not_stop_a_class(two, tmp_path):
    (tmp_path / "list.json").write_text("[1]")
    told = []
    table = class_answers([tmp_path / "list.json", *two[0]], told.append)
    assert table.student.nunique() == 2
    assert "list.json" in str(told[0])


def test_a_file_that_holds_something_else_is_told(tmp_path):
    (tmp_path / "list.json").write_text("[1]")
    with pytest.raises(InputError, match=r"list\.json holds no answers"):
        class_answers([tmp_path / "list.json"])


def test_what_a_student_typed_is_text_in_both_kinds_of_table(two, tmp_path):
    table = class_answers(two[0])
    write_table(table, tmp_path / "class.csv")
    with (tmp_path / "class.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert f"'{FORMULA}" in cells
    assert FORMULA not in cells
    write_table(table, tmp_path / "class.xlsx")
    book = openpyxl.load_workbook(BytesIO((tmp_path / "class.xlsx").read_bytes()))
    assert book.sheetnames == ["by student", "by lesson", "answers"]
    typed = [cell for row in book["answers"].iter_rows() for cell in row if cell.value == FORMULA]
    assert [cell.data_type for cell in typed] == ["s"]


def test_a_formula_that_is_one_would_be_seen(two, tmp_path):
    class_answers(two[0]).to_excel(tmp_path / "plain.xlsx", engine="xlsxwriter")
    book = openpyxl.load_workbook(tmp_path / "plain.xlsx")
    assert "f" in {cell.data_type for row in book.active.iter_rows() for cell in row}


def test_the_same_answers_give_the_same_bytes(two, tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        write_table(class_answers(two[0]), tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_another_kind_of_file_is_told(two, tmp_path):
    with pytest.raises(UsageError, match=r"class\.txt"):
        write_table(class_answers(two[0]), tmp_path / "class.txt")
