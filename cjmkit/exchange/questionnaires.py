"""A questionnaire for survey tools: XLSForm, CSV, and the columns file by which its answers come back without mapping."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from babel import Locale

from cjmkit.errors import N_
from cjmkit.exchange.cells import writable
from cjmkit.exchange.columns import Column
from cjmkit.language import Language
from cjmkit.language.questions import Asked, answers_of, question_text
from cjmkit.tables import FORMULA_STARTS

INTRO = N_("A few short questions, about {minutes} min. Leave out whatever you do not wish to answer.")
ROLES = {"csat": "rating"}  # of one touchpoint: held against what the team believed of it
A_MINUTE = 4  # questions
HEAD = ["id", "kind", "touchpoint", "text", "scale"]
EARLIEST = date(1980, 1, 1)
Versions = Sequence[tuple[Language, Sequence[Asked]]]
FORM_TYPES = {"comment": "text"}


def columns_of_answers(say: Language, questions: Sequence[Asked]) -> dict[str, Column]:
    """What each column of the answers will be, by the question's id."""
    return {question.id: _column(say, question) for question in questions}


def _column(say: Language, question: Asked) -> Column:
    scaled = question.low is not None and question.high is not None
    return Column(
        ROLES.get(question.kind, question.kind),
        name=question.values["touchpoint"] if question.touchpoint else question_text(say, question),
        touchpoint=question.touchpoint,
        low=float(question.low) if question.low is not None else None,
        high=float(question.high) if question.high is not None else None,
        blank=tuple(code for code, _ in question.choices) if scaled else (),
        labels={} if scaled else dict(question.choices),
    )


def columns_toml(say: Language, questions: Sequence[Asked]) -> bytes:
    """The columns file for the answers, as `cjmkit import NAME survey answers.csv --columns` takes it.

    >>> from cjmkit.exchange.columns import read_columns
    >>> from cjmkit.language import speak
    >>> from cjmkit.method.questionnaire import Question
    >>> written = columns_toml(speak("en"), [Question("nps", "nps", "nps-relational", {"client": "“A\\\\B”"}, low=0, high=10)])
    >>> read_columns(written)["nps"].role
    'nps'
    """
    tables = []
    for name, column in columns_of_answers(say, questions).items():
        lines = [f"{key} = {_toml(value)}" for key, value in column.to_data().items()]
        tables.append("\n".join([f"[{_toml(name)}]", *lines]))
    return ("\n\n".join(tables) + "\n").encode()


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_toml(k)} = {_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    text = writable(value) if isinstance(value, str) else value
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def questions_csv(say: Language, questions: Sequence[Asked]) -> bytes:
    """One row for each question: id, kind, touchpoint, text, scale; UTF-8 with a mark, no cell a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(HEAD)
    for question in questions:
        scale = "; ".join(f"{code} = {words}" if words != code else code for code, words in answers_of(say, question))
        row = [question.id, question.kind, question.touchpoint, question_text(say, question), scale]
        writer.writerow(["'" + cell if cell.startswith(FORMULA_STARTS) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig", "replace")


def xlsform(versions: Versions, title: str, form_id: str, version: int, day: date | None = None) -> bytes:
    """The questionnaire as an XLSForm workbook: the sheets survey, choices and settings, a label in each language.

    Args:
        versions: the same questions in each language, the first one its default.
        title: of the form.
        form_id: its name for machines.
        version: grows with every change.
        day: on which the workbook says that it was made.
    """
    import xlsxwriter

    out = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, plain)
    made = max(day or EARLIEST, EARLIEST)
    book.set_properties({"title": writable(title), "created": datetime(made.year, made.month, made.day)})
    default = _named(versions[0][0])
    settings = [
        ["form_title", "form_id", "version", "default_language"],
        [_still(title), form_id, str(version), default],
    ]
    for name, rows in {"survey": _survey(versions), "choices": _choices(versions), "settings": settings}.items():
        sheet = book.add_worksheet(name)
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)
    book.close()
    return out.getvalue()


def minutes_of(questions: Sequence[Asked]) -> int:
    """About how long the questions take, as the customer is told."""
    return max(1, -(-len(questions) // A_MINUTE))


def _survey(versions: Versions) -> list[list[str]]:
    first = versions[0][1]
    rows = [["type", "name", *_headings(versions), "required", "relevant"]]
    rows.append(["note", "intro", *(say(INTRO, minutes=minutes_of(first)) for say, _ in versions), "", ""])
    for n, question in enumerate(first):
        kind = FORM_TYPES.get(question.kind) or f"select_one {question.kind}"
        texts = [_still(question_text(say, questions[n])) for say, questions in versions]
        after = "${nps} != ''" if question.id == "why" else ""
        rows.append([kind, question.id, *texts, "yes" if question.kind == "nps" else "", after])
    return rows


def _choices(versions: Versions) -> list[list[str]]:
    rows = [["list_name", "name", *_headings(versions)]]
    firsts = {question.kind: n for n, question in reversed(list(enumerate(versions[0][1])))}
    for kind, n in sorted(firsts.items(), key=lambda item: item[1]):
        if kind not in FORM_TYPES:
            words = [answers_of(say, questions[n]) for say, questions in versions]
            rows += [[kind, line[0][0], *(_point(*pair) for pair in line)] for line in zip(*words, strict=True)]
    return rows


def _headings(versions: Versions) -> list[str]:
    return [f"label::{_named(say)}" for say, _ in versions]


def _point(code: str, words: str) -> str:
    return _still(f"{code} – {words}" if code.isdigit() and words != code else words)


def _named(say: Language) -> str:
    """The language as XLSForm names it: "Polish (pl)"."""
    return f"{Locale.parse(say.code).get_language_name('en')} ({say.code})"


def _still(text: str) -> str:
    """The text with nothing in it that a form would run: no reference to another answer, no markup, no link."""
    return re.sub(r"(?<=\$)(?=\{)|(?<=<)(?=\S)|(?<=\])(?=\()", "\u2060", writable(text))
