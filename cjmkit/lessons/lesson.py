"""A lesson's file: `notebooks/learn/05_scoring.toml` holds the exercises of the notebook beside it, each with its solution.

Solutions and wrong answers are expressions that are computed from the case when they are needed, so that they cannot drift from it.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Literal

from babel.messages.pofile import read_po
from pydantic import BaseModel, ConfigDict, ValidationError

from cjmkit.errors import InputError, NotFoundError
from cjmkit.kit import kit_folder
from cjmkit.language import SOURCE

Kind = Literal["number", "choice", "one", "several", "words"]
ID = re.compile(r"(\d\d)-(\d+)")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wrong(_Part):
    """A typical mistake: an answer that is this, has this in it or lacks this (expressions), and the hint that fits."""

    hint: str
    answer: str | None = None
    has: str | None = None
    lacks: str | None = None


class Exercise(_Part):
    """One question of a lesson.

    `solution` is an expression, except of kind "words"; `among` gives what can be chosen from, as {answer: label}; `aim` is the
    number of the lesson's aim it shows; `figures` are expressions for the gaps in `ask`.
    """

    kind: Kind
    ask: str
    aim: int
    minutes: float = 2
    solution: str = ""
    digits: int = 0
    options: dict[str, str] = {}
    among: str = ""
    wrong: tuple[Wrong, ...] = ()
    hint: str = ""
    model: str = ""
    rubric: tuple[str, ...] = ()
    figures: dict[str, str] = {}


class Told(_Part):
    """A paragraph with figures that are computed where it is shown; floats with so many digits."""

    text: str
    figures: dict[str, str]
    digits: int = 1


class Lesson(_Part):
    """A lesson's aims, exercises and told figures; `given` are expressions that the others may name."""

    name: str
    title: str
    aims: tuple[str, ...]
    minutes: float = 0  # of what is tried, beyond reading and exercises
    given: dict[str, str] = {}
    exercise: dict[str, Exercise] = {}
    told: dict[str, Told] = {}

    @property
    def number(self) -> str:
        """Its number, such as "05"."""
        return self.name[:2]


def notebooks() -> Path:
    """The folder `notebooks/`: the one that the current folder lies in or beside, else the kit's own."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        for place in (folder, folder / "notebooks"):
            if place.name == "notebooks" and (place / "learn").is_dir():
                return place
    return kit_folder() / "notebooks"


def lesson_language() -> str:
    """The language that lessons speak here: that of the folder within `notebooks/`, such as `notebooks/pl/learn/`, else English.

    >>> lesson_language()
    'en'
    """
    try:
        first = Path.cwd().relative_to(notebooks()).parts[0]
    except (ValueError, IndexError):
        return SOURCE
    return first if first in lesson_languages() else SOURCE


def lesson_languages() -> tuple[str, ...]:
    """The languages in which there are lessons, English first."""
    return (SOURCE, *sorted(path.parent.name for path in notebooks().glob("*/learn") if len(path.parent.name) < 4))


def lessons() -> tuple[Lesson, ...]:
    """All lessons, in their order; raises `InputError` where a lesson's file cannot be read."""
    return tuple(_read(path) for path in sorted(notebooks().glob("learn/[0-9]*.toml")))


def lesson(number: str) -> Lesson:
    """The lesson of this number, or that this exercise belongs to.

    >>> lesson("05").name
    '05_scoring'
    """
    there = {one.number: one for one in lessons()}
    if number[:2] not in there:
        raise NotFoundError("There is no lesson {number}. There are: {lessons}.", number=number, lessons=[*there])
    return there[number[:2]]


def exercise_of(id: str) -> Exercise:
    """The exercise of this id, such as "05-2"; raises `NotFoundError` naming those that there are."""
    found = lesson(id).exercise
    if id not in found:
        raise NotFoundError("There is no exercise {id}. There are: {ids}.", id=id, ids=[*found])
    return found[id]


def notebook_of(one: Lesson, code: str) -> Path:
    """The lesson's notebook in this language."""
    return notebooks() / ("learn" if code == SOURCE else f"{code}/learn") / f"{one.name}.ipynb"


class Sentences(dict[str, str]):
    """Sentences of a language by the English ones; one that is not there is its own."""

    def __missing__(self, english: str) -> str:
        return english


def in_language(one: Lesson, code: str) -> Sentences:
    """What the lesson's sentences are in this language, by the English ones."""
    return Sentences() if code == SOURCE else _sentences(notebook_of(one, code).with_suffix(".po"))


@lru_cache
def _read(path: Path) -> Lesson:
    try:
        return Lesson.model_validate({**tomllib.loads(path.read_text("utf-8")), "name": path.stem})
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise InputError("{file} is no lesson: {problem}", file=path.name, problem=str(error)) from None


@lru_cache
def _sentences(path: Path) -> Sentences:
    if not path.is_file():
        return Sentences()
    with path.open("rb") as file:
        return Sentences({str(m.id): str(m.string) for m in read_po(file) if m.id and m.string})
