"""For teachers: the lessons with their solutions in place, and the answers of a class as one table."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from cjmkit.errors import CJMError, UsageError
from cjmkit.language import SOURCE, speak, spoken
from cjmkit.language.notebooks import LINK
from cjmkit.lessons.answers import Answer, read_answers
from cjmkit.lessons.asking import asked, choices
from cjmkit.lessons.cases import value
from cjmkit.lessons.lesson import Lesson, in_language, lesson_languages, lessons, notebook_of
from cjmkit.tables import FORMULA_STARTS
from cjmkit.workshop import saving

COLUMNS = ["student", "file", "lesson", "exercise", "kind", "done", "tries", "at", "answer", "rubric"]


def write_solutions(folder: Path, code: str = SOURCE) -> list[Path]:
    """Write every lesson with its exercises solved: the question, the answer, typical mistakes with their hints, rubrics.

    Args:
        folder: where they go; it is made where it is not there.
        code: a language of the lessons.

    Returns:
        The notebooks written, each called as its lesson.

    Raises:
        UsageError: there are no lessons in this language.
    """
    if code not in lesson_languages():
        raise UsageError(
            "There are no lessons in {code}. There are: {codes}.", code=code, codes=list(lesson_languages())
        )
    folder.mkdir(parents=True, exist_ok=True)
    files = {f"{one.name}.ipynb": solved(one, code, folder).encode() for one in lessons()}
    saving.put(folder, files)
    return [folder / name for name in files]


def solved(one: Lesson, code: str, folder: Path) -> str:
    """A lesson's notebook as it stands in that folder, a cell with the solution under each of its exercises."""
    place = notebook_of(one, code)
    data = json.loads(place.read_text("utf-8"))
    beside = {f"{other.name}.ipynb" for other in lessons()}

    def from_here(link: re.Match[str]) -> str:
        there = place.parent / link[1]
        return link[1] if link[1] in beside or not there.exists() else Path(os.path.relpath(there, folder)).as_posix()

    cells = []
    for cell in data["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            cell["source"] = LINK.sub(from_here, source).splitlines(keepends=True)
        solutions = [
            _cell(f"solution-{id}", solution(one, id, code)) for id in one.exercise if f'cjm.ask("{id}")' in source
        ]
        cells += [cell, *solutions]
    return json.dumps({**data, "cells": cells}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def solution(one: Lesson, id: str, code: str) -> str:
    """An exercise with its answer, the typical mistakes and the rubric, as Markdown."""
    say, own, found, labels = speak(spoken(code)), in_language(one, code), one.exercise[id], choices(id, code)

    def shown(answer: Any) -> str:
        if found.kind == "number":
            return say.number(float(answer), found.digits)
        return say.apart(labels.get(key, key) for key in ([answer] if isinstance(answer, str) else answer))

    head = say("Solution of {id}", id=id)
    lines = [f"**{head}** – {asked(id, code)}", ""]
    if found.kind == "words":
        lines += [own[found.model], "", *(f"- {own[line]}" for line in found.rubric)]
    else:
        lines += [f"**{shown(value(one, found.solution, code))}** (`{found.solution}`)", ""]
        for wrong in found.wrong:
            what = wrong.answer or wrong.has or wrong.lacks or ""
            mark = "" if wrong.answer else say("with") if wrong.has else say("without")
            lines.append(f"- {mark} {shown(value(one, what, code))}: {own[wrong.hint]}")
    return "\n".join(lines)


def class_answers(files: Iterable[Path], tell: Callable[[CJMError], None] | None = None) -> pd.DataFrame:
    """The answers of a class, from the files in which its students' answers are kept.

    Args:
        files: one a student; the same bytes a second time are left out, another file of the same name counts as somebody else.
        tell: hears of a file that holds no answers, which is left out; None stops at it.

    Returns:
        A row a student and exercise, in their order: student, file, lesson, exercise, kind, done, tries, at, answer, rubric (the
        ticked lines of all).

    Raises:
        InputError: a file holds something else, and nobody is to be told.
    """
    rows: list[tuple[Any, ...]] = []
    known: dict[bytes, str] = {}
    for file in files:
        try:
            kept = read_answers(file)
        except CJMError as error:
            if tell is None:
                raise
            tell(error)
            continue
        if (content := file.read_bytes()) in known:
            continue
        name = kept.student or file.stem
        known[content] = f"{name} ({file.name})" if name in known.values() else name
        for one in lessons():
            rows += [_row(known[content], file, one, id, kept.answers.get(id)) for id in one.exercise]
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(student: str, file: Path, one: Lesson, id: str, given: Answer | None) -> tuple[Any, ...]:
    exercise = one.exercise[id]
    if given is None:
        return (student, file.name, one.number, id, exercise.kind, False, 0, "", "", "")
    several = given.answer if isinstance(given.answer, list) else [given.answer]
    lines = len(exercise.rubric)
    ticked = f"{', '.join(str(n + 1) for n in sorted(set(given.ticked))) or '–'} / {lines}" if lines else ""
    done = given.is_done(lines)
    return (
        student,
        file.name,
        one.number,
        id,
        exercise.kind,
        done,
        given.tries,
        given.at,
        "; ".join(map(str, several)),
        ticked,
    )


def by_student(table: pd.DataFrame) -> pd.DataFrame:
    """A row a student: exercises done and all, of those judged by the kit, in words, and of the capstone."""
    words, last = table.kind == "words", table.lesson == "14"
    parts = {"exercises": table[~words & ~last], "words": table[words & ~last], "capstone": table[last]}
    counted = {
        f"{name} {what}": part.groupby("student", sort=False).done.agg(how).astype(int)
        for name, part in parts.items() for what, how in (("done", "sum"), ("of", "size"))
    }  # fmt: skip
    return pd.DataFrame(counted).reindex(table.student.unique()).rename_axis("student").reset_index()


def by_lesson(table: pd.DataFrame) -> pd.DataFrame:
    """A row a student and a column a lesson: how many of its exercises are done."""
    done = table.pivot_table(index="student", columns="lesson", values="done", aggfunc="sum", sort=False)
    return done.astype(int).reset_index()


def write_table(table: pd.DataFrame, file: Path) -> None:
    """Write the answers of a class as .xlsx or .csv, whole or not at all; what students typed is text there, never a formula.

    Raises:
        UsageError: the file's name ends otherwise.
    """
    if file.suffix == ".csv":
        typed = table.map(
            lambda cell: f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
        )
        content = typed.to_csv(index=False).encode("utf-8-sig")
    elif file.suffix == ".xlsx":
        made = BytesIO()
        plain = {"strings_to_formulas": False, "strings_to_urls": False}
        with pd.ExcelWriter(made, engine="xlsxwriter", engine_kwargs={"options": plain}) as book:
            book.book.set_properties({"created": datetime(2000, 1, 1)})  # the same answers, the same bytes
            sheets = {"by student": by_student(table), "by lesson": by_lesson(table), "answers": table}
            for name, rows in sheets.items():
                rows.to_excel(book, sheet_name=name, index=False)
                sheet = book.sheets[name]
                sheet.freeze_panes(1, 1)
                sheet.autofit(400)
                sheet.set_landscape()
                sheet.fit_to_pages(1, 0)
                sheet.repeat_rows(0)
        content = made.getvalue()
    else:
        raise UsageError("{file} ends in no kind of table that is known. Use .xlsx or .csv.", file=file.name)
    file.absolute().parent.mkdir(parents=True, exist_ok=True)
    saving.put(file.absolute().parent, {file.name: content})


def _cell(id: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": id, "metadata": {}, "source": text.splitlines(keepends=True)}
