"""The questionnaire and the guide to a talk on paper, to be filled in by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cjmkit.errors import N_
from cjmkit.exchange.questionnaires import INTRO, minutes_of
from cjmkit.language import Language
from cjmkit.language.questions import Asked, answers_of, question_text
from cjmkit.method.questionnaire import interview_guide, questionnaire
from cjmkit.reports.report import Report
from cjmkit.reports.typesetting import typeset

HINTS = (
    N_("Let the customer tell; after each answer ask only: and then? what do you mean by that?"),
    N_("Write down their words, not what you make of them. No names: “customer 3, March” is enough."),
)
LINES = {"comment": 3, "open": 3}


def questionnaire_pdf(report: Report, wave: int = 1) -> bytes:
    """The questions of a wave as a sheet of paper, A4, the same bytes every time."""
    say, questions = report.say, questionnaire(report.journey, report.figures, wave)
    hints = [say("Tick one box in each line."), say(INTRO, minutes=minutes_of(questions))]
    return _sheet(report, say("Questionnaire"), questions, hints[::-1])


def interview_pdf(report: Report) -> bytes:
    """The six open questions with room for answers, and a table for customers' words by touchpoint."""
    say, questions = report.say, interview_guide(report.journey, report.figures)
    names = [touchpoint.name or touchpoint.id for touchpoint in report.touchpoints]
    return _sheet(report, say("Interview guide"), questions, [say(hint) for hint in HINTS], names)


def _sheet(
    report: Report, heading: str, questions: Sequence[Asked], hints: Sequence[str], names: Sequence[str] = ()
) -> bytes:
    say = report.say
    data = {
        "title": report.title,
        "heading": heading,
        "hints": list(hints),
        "page": say("Page {n} of {all}", n="{n}", all="{all}"),  # only Typst knows the numbers
        "questions": [_question(say, question) for question in questions],
        "rows": list(names),
        "table": {
            "heading": say("Customers' words"),
            "hint": say("They come back as a table with the columns touchpoint, text and source."),
            "heads": [say("Touchpoint"), say("What was said"), say("Who said it, when")],
        },
    }
    return typeset("questionnaire", data, language=report.language, brand=report.brand)


def _question(say: Language, question: Asked) -> dict[str, Any]:
    points = [{"code": code, "words": words} for code, words in answers_of(say, question)]
    kind = {"nps": "ends", "csat": "points", "ces": "points", "segment": "choices"}.get(question.kind, "open")
    if kind == "points":
        points = [{**p, "code": p["code"] if p["code"].isdigit() else ""} for p in points]
    return {"text": question_text(say, question), "kind": kind, "points": points, "lines": LINES.get(question.kind, 0)}
