"""What customers are asked, in a survey and in a talk: sentences, scales and why a question is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from cjmkit.errors import N_
from cjmkit.language import Language

QUESTIONS = {
    "nps-relational": N_("How likely are you to recommend “{client}” to somebody you know?"),
    "nps-transactional": N_("After “{title}”: how likely are you to recommend “{client}” to somebody you know?"),
    "why": N_("What is the main reason for the number you gave?"),
    "csat": N_("How would you rate your satisfaction with “{touchpoint}”?"),
    "csat-own": N_("How was it for you: {touchpoint}?"),
    "ces": N_("How far do you agree: “{client}” made it easy for me to do what I came for?"),
    "persona": N_("Which of these describes you best?"),
    "last-time": N_("Think of the last time: “{title}”. What happened, step by step?"),
    "moment": N_("“{touchpoint}”: what decided there whether you went on?"),
    "moment-any": N_("What decided whether you went on?"),
    "lowest": N_("“{touchpoint}”: what was that like for you?"),
    "lowest-any": N_("Which part would you change first?"),
    "wait": N_("“{touchpoint}”: what did you do in that time?"),
    "wait-any": N_("What did you do while you waited?"),
    "leave": N_("What, if anything, nearly made you give up?"),
    "unasked": N_("What did we not ask that you would like to tell?"),
}
SATISFIED = (
    N_("very dissatisfied"), N_("dissatisfied"), N_("neither dissatisfied nor satisfied"), N_("satisfied"), N_("very satisfied"),
)  # fmt: skip
AGREES = (
    N_("strongly disagree"), N_("disagree"), N_("rather disagree"), N_("neither disagree nor agree"), N_("rather agree"),
    N_("agree"), N_("strongly agree"),
)  # fmt: skip
LABELS: Mapping[str, Mapping[int, str]] = {
    "nps": {0: N_("not at all likely"), 10: N_("extremely likely")},
    "csat": dict(enumerate(SATISFIED, 1)),
    "ces": dict(enumerate(AGREES, 1)),
}
NOT_USED = N_("did not use it")
WHY = {
    "lowest": N_("among the lowest scores"),
    "contested": N_("contested in the room"),
    "moment": N_("moment of truth"),
    "important": N_("important"),
    "chosen": N_("chosen by the team"),
    "always": N_("in every questionnaire"),
    "in-talk": N_("in every talk"),
    "tells-apart": N_("tells the personas apart"),
}


class Asked(Protocol):
    """A question as the method makes it; see `cjmkit.method.questionnaire`."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def values(self) -> Mapping[str, str]: ...
    @property
    def touchpoint(self) -> str: ...
    @property
    def low(self) -> int | None: ...
    @property
    def high(self) -> int | None: ...
    @property
    def choices(self) -> Sequence[tuple[str, str]]: ...
    @property
    def text(self) -> str: ...


def question_text(say: Language, question: Asked) -> str:
    """The question in this language, or in the team's own words where it has some.

    >>> from types import SimpleNamespace
    >>> from cjmkit.language import speak
    >>> question_text(speak("en"), SimpleNamespace(text="", code="why", values={}))
    'What is the main reason for the number you gave?'
    """
    return question.text or say(QUESTIONS[question.code], **question.values)


def answers_of(say: Language, question: Asked) -> list[tuple[str, str]]:
    """The codes that can be answered with their words, the code itself where a point has none; none for open questions."""
    if question.low is None or question.high is None:
        return list(question.choices)
    labels = LABELS[question.kind]
    points = [(str(n), say(labels[n]) if n in labels else str(n)) for n in range(question.low, question.high + 1)]
    return [*points, *((code, say(NOT_USED)) for code, _ in question.choices)]
