"""Whether an answer is right, and else the hint that fits the mistake; never the answer itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from cjmkit.errors import N_
from cjmkit.language import Language
from cjmkit.lessons.lesson import Exercise

Value = Callable[[str], Any]
NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)")
ENOUGH = 15  # letters of an answer in words
NOT_YET = N_("Not yet. Read the part above once more, then try again.")


@dataclass(frozen=True)
class Verdict:
    """What is said to an answer; `right` is None where nobody but a reader can tell, `counts` is False where it was none."""

    right: bool | None
    said: str
    rubric: tuple[str, ...] = ()
    counts: bool = True

    def __repr__(self) -> str:
        return "\n".join([self.said, *(f"☐ {line}" for line in self.rubric)])


def judged(exercise: Exercise, answer: Any, value: Value, say: Language, own: Callable[[str], str] = str) -> Verdict:
    """What is said to an answer.

    Args:
        exercise: the question with its solution and typical mistakes.
        answer: as given; a number, the letter or id of a choice, a list of them, or words.
        value: computes an expression of the exercise.
        say: the language of the kit's sentences.
        own: a sentence of the lesson in that language.
    """
    if answer is ... or answer is None or (isinstance(answer, str | list | tuple | set) and not answer):
        return Verdict(False, say("Put your answer in first."), counts=False)
    if exercise.kind == "words":
        return _words(exercise, str(answer), say, own)
    if exercise.kind == "number":
        return _number(exercise, answer, value, say, own)
    labels = exercise.options or value(exercise.among)
    return _choice(exercise, answer, labels, value, say, own)


def number(answer: Any) -> float | None:
    """The number that was typed; None where it is none.

    >>> number("3,5"), number("NPS = 48 %"), number("−12"), number("1 200"), number("2 or 3"), number("much")
    (3.5, 48.0, -12.0, 1200.0, None, None)
    """
    if isinstance(answer, bool):
        return None
    text = str(answer).replace("−", "-").replace(",", ".")
    found = NUMBER.findall(re.sub(r"(?<=\d)[\s\xa0](?=\d{3}\b)", "", text))
    return float(found[0]) if len(found) == 1 else None


def _words(exercise: Exercise, answer: str, say: Language, own: Callable[[str], str]) -> Verdict:
    if len(answer.strip()) < ENOUGH:
        return Verdict(False, say("Write a sentence or two; then you see by what it is judged."), counts=False)
    said = say("Kept. Judge it yourself: tick what your answer has, and add what is missing.")
    return Verdict(None, said, tuple(own(line) for line in exercise.rubric))


def _number(exercise: Exercise, answer: Any, value: Value, say: Language, own: Callable[[str], str]) -> Verdict:
    given, right = number(answer), float(value(exercise.solution))
    if given is None:
        return Verdict(False, say("A number is asked for here."), counts=False)
    half = 0.5 * 10**-exercise.digits + 1e-9

    def same(other: float) -> bool:
        return bool(abs(given - round(other, exercise.digits)) < half or abs(given - other) < half / 5)

    if same(right):
        return Verdict(True, say("Right."))
    for wrong in exercise.wrong:
        if wrong.answer is not None and same(float(value(wrong.answer))):
            return Verdict(False, own(wrong.hint))
    if right and given and (same(right * 100) or same(right / 100) or abs(given * 100 - right) < half):
        return Verdict(False, say("The digits are right; look at the unit once more: a share, or per cent?"))
    if right and same(-right):
        return Verdict(False, say("The digits are right, but the sign is not."))
    if exercise.digits and abs(given - right) < 3 * half:
        return Verdict(False, say("Very near: look at how it is to be rounded, and whether you read the right line."))
    return Verdict(False, own(exercise.hint) if exercise.hint else say(NOT_YET))


def _choice(
    exercise: Exercise, answer: Any, labels: dict[str, str], value: Value, say: Language, own: Callable[[str], str]
) -> Verdict:
    many = exercise.kind == "several"
    given = {_key(one, labels) for one in (answer if many and not isinstance(answer, str) else [answer])}
    if None in given:
        return Verdict(
            False, say("That is not among the choices: {choices}.", choices=say.apart(map(own, labels.values())))
        )
    right = _set(value(exercise.solution))
    if given == right:
        return Verdict(True, say("Right."))
    for wrong in exercise.wrong:
        if _fits(wrong.answer, value, lambda of: given == of) and _fits(wrong.has, value, lambda of: bool(given & of)) and _fits(
            wrong.lacks, value, lambda of: bool(of - given)
        ):  # fmt: skip
            return Verdict(False, own(wrong.hint))
    if many:
        good, bad, left = len(given & right), len(given - right), len(right - given)
        return Verdict(False, say("Of yours {good} belong there and {bad} do not; {left} are missing.", good=good, bad=bad, left=left))  # fmt: skip
    return Verdict(False, own(exercise.hint) if exercise.hint else say(NOT_YET))


def _fits(expression: str | None, value: Value, holds: Callable[[set[str]], bool]) -> bool:
    return expression is None or holds(_set(value(expression)))


def _set(found: Any) -> set[str]:
    return {found} if isinstance(found, str) else {str(one) for one in _several(found)}


def _several(found: Any) -> Collection[Any]:
    return found if isinstance(found, list | tuple | set | frozenset) else list(found)


def _key(answer: Any, labels: dict[str, str]) -> str | None:
    """The id of what was chosen, by its id or its label, in any case."""
    text = str(answer).strip().casefold()
    return next(
        (key for key, label in labels.items() if text in (key.casefold(), f"{key})".casefold(), label.casefold())), None
    )
