"""For teachers: the lessons with their solutions in place, and the answers of a class as one table."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from cjmkit.errors import UsageError
from cjmkit.language import SOURCE, speak, spoken
from cjmkit.language.notebooks import LINK
from cjmkit.lessons.answers import read_answers
from cjmkit.lessons.asking import asked, choices
from cjmkit.lessons.cases import value
from cjmkit.lessons.lesson import Lesson, in_language, lesson_languages, lessons, notebooks
from cjmkit.tables import FORMULA_STARTS
from cjmkit.workshop import saving


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
    place = notebooks() / ("learn" if code == SOURCE else f"{code}/learn") / f"{one.name}.ipynb"
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
        lines += [own.get(found.model, found.model), "", *(f"- {own.get(line, line)}" for line in found.rubric)]
    else:
        lines += [f"**{shown(value(one, found.solution, code))}** (`{found.solution}`)", ""]
        for wrong in found.wrong:
            what = wrong.answer or wrong.has or wrong.lacks or ""
            mark = "" if wrong.answer else say("with") if wrong.has else say("without")
            lines.append(f"- {mark} {shown(value(one, what, code))}: {own.get(wrong.hint, wrong.hint)}")
    return "\n".join(lines)


def class_answers(files: Iterable[Path]) -> pd.DataFrame:
    """The answers of a class, from the files in which its students' answers are kept.

    Returns:
        A row a student and exercise, in their order: student (the file's name where none is given), lesson, exercise, kind, done,
        tries, at, answer, rubric (lines ticked of all).

    Raises:
        InputError: a file holds something else.
    """
    rows = []
    for file in files:
        kept = read_answers(file)
        for one in lessons():
            for id, exercise in one.exercise.items():
                given = kept.answers.get(id)
                ticked = f"{len(set(given.ticked))}/{len(exercise.rubric)}" if given and exercise.rubric else ""
                done = bool(given and given.is_done(len(exercise.rubric)))
                answer = "" if given is None else "; ".join(map(str, given.answer if isinstance(given.answer, list) else [given.answer]))  # fmt: skip
                rows.append((kept.student or file.stem, one.number, id, exercise.kind, done, given.tries if given else 0, given.at if given else "", answer, ticked))  # fmt: skip
    return pd.DataFrame(
        rows, columns=["student", "lesson", "exercise", "kind", "done", "tries", "at", "answer", "rubric"]
    )


def write_table(table: pd.DataFrame, file: Path) -> None:
    """Write a table as .xlsx or .csv, whole or not at all; what students typed is text there, never a formula.

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
            summary = table.groupby(["student", "lesson"], sort=False).done.agg(["sum", "size"]).reset_index()
            summary.columns = ["student", "lesson", "done", "exercises"]
            summary.to_excel(book, sheet_name="by lesson", index=False)
            table.to_excel(book, sheet_name="answers", index=False)
            book.book.set_properties({"created": datetime(2000, 1, 1)})  # the same answers, the same bytes
            for sheet in book.sheets.values():
                sheet.freeze_panes(1, 0)
                sheet.autofit(400)
        content = made.getvalue()
    else:
        raise UsageError("{file} ends in no kind of table that is known. Use .xlsx or .csv.", file=file.name)
    file.absolute().parent.mkdir(parents=True, exist_ok=True)
    saving.put(file.absolute().parent, {file.name: content})


def _cell(id: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": id, "metadata": {}, "source": text.splitlines(keepends=True)}
