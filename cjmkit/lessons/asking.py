"""What a lesson's cells write: an exercise as a screen, an answer checked, a paragraph with figures, how far one is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cjmkit.language import Language, speak, spoken
from cjmkit.lessons.answers import answers_file, keep, read_answers
from cjmkit.lessons.cases import value
from cjmkit.lessons.judging import Verdict, judged
from cjmkit.lessons.lesson import Lesson, exercise_of, in_language, lesson, lesson_language

_FOLLOWERS: dict[str, Callable[[], None]] = {}


def check(id: str, answer: Any) -> Verdict:
    """Check an answer to an exercise, and keep it: right, or a hint that fits the mistake, never the answer.

    Args:
        id: of the exercise, such as "05-2".
        answer: a number, the letter or name of a choice, a list of them, or words.

    Raises:
        NotFoundError: there is no such exercise.

    >>> check("05-1", ...)
    Put your answer in first.
    """
    verdict = judge(id, answer, lesson_language())
    if verdict.counts:
        keep(answers_file(), id, list(answer) if isinstance(answer, set | tuple) else answer, verdict.right)
        _tell_those_who_follow()
    return verdict


def follow(name: str, hear: Callable[[], None]) -> None:
    """Let this be called after every answer that is kept; another of the same name takes its place."""
    _FOLLOWERS[name] = hear


def _tell_those_who_follow() -> None:
    for hear in _FOLLOWERS.values():
        hear()


def judge(id: str, answer: Any, code: str) -> Verdict:
    """What is said to an answer in this language; nothing is kept."""
    one = lesson(id)
    own = in_language(one, code)
    return judged(
        exercise_of(id),
        answer,
        lambda expression: value(one, expression, code),
        speak(spoken(code)),
        own.__getitem__,
    )


def ask(id: str) -> Any:
    """An exercise as a screen: the question, its choices or a field, and what is said to the answer.

    Args:
        id: of the exercise, such as "05-2".
    """
    from cjmkit.forms.exercise import ExerciseScreen

    code, file = lesson_language(), answers_file()
    one, kept = exercise_of(id), read_answers(file).answers.get(id)
    was = judge(id, kept.answer, code) if kept else None

    def on_answer(answer: Any) -> tuple[bool | None, str, tuple[str, ...]]:
        verdict = check(id, answer)
        return verdict.right, verdict.said, verdict.rubric

    def on_tick(answer: Any, ticked: list[int]) -> None:
        keep(file, id, answer, None, ticked)
        _tell_those_who_follow()

    return ExerciseScreen(
        id, one.kind, asked(id, code), choices(id, code), speak(spoken(code)), on_answer, on_tick,
        answer=kept.answer if kept else None, said=(was.right, was.said, was.rubric) if was else None,
        ticked=kept.ticked if kept else [],
    )  # fmt: skip


def asked(id: str, code: str) -> str:
    """The question of an exercise in this language, its figures computed."""
    one, found = lesson(id), exercise_of(id)
    return _filled(one, found.ask, found.figures, max(found.digits, 1), code)


def choices(id: str, code: str) -> dict[str, str]:
    """What can be chosen, by letter or id; nothing where a number or words are asked for."""
    one, found = lesson(id), exercise_of(id)
    own = in_language(one, code)
    if found.options:
        return {key: own[label] for key, label in found.options.items()}
    return dict(value(one, found.among, code)) if found.among else {}


def told(id: str, code: str) -> str:
    """A paragraph of a lesson in this language, its figures computed; `id` is such as "05-mean"."""
    one = lesson(id)
    found = one.told[id]
    return _filled(one, found.text, found.figures, found.digits, code)


def tell(id: str) -> None:
    """Show a paragraph of a lesson whose figures are computed from the case.

    Args:
        id: such as "05-mean".
    """
    from IPython.display import Markdown, display

    display(Markdown(told(id, lesson_language())))  # type: ignore[no-untyped-call]


def done(one: Lesson) -> dict[str, bool]:
    """Which exercises of a lesson this student has done."""
    kept = read_answers(answers_file()).answers
    return {id: id in kept and kept[id].is_done(len(exercise.rubric)) for id, exercise in one.exercise.items()}


def _filled(one: Lesson, sentence: str, figures: dict[str, str], digits: int, code: str) -> str:
    from cjmkit.errors import fill

    say = speak(spoken(code))
    shown = {name: _shown(value(one, expression, code), digits, say) for name, expression in figures.items()}
    text = in_language(one, code)[sentence]
    return fill(text, shown) if figures else text


def _shown(found: Any, digits: int, say: Language) -> str:
    if isinstance(found, str):
        return found
    if isinstance(found, list | tuple | set):
        return say.list(map(str, sorted(found) if isinstance(found, set) else found))
    return say.number(float(found), 0 if isinstance(found, int) else digits)
