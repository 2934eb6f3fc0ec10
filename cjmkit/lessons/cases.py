"""What the lessons' expressions are computed from: the worked cases, opened in the language of the lesson."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any

from cjmkit.kit import kit_folder
from cjmkit.language import speak, spoken
from cjmkit.lessons.lesson import Lesson, lesson_language
from cjmkit.reports.report import Report
from cjmkit.runs.opening import open_report

Open = Callable[[str], Any]


@lru_cache
def _sample(name: str, code: str) -> Report:
    return open_report(name, language=spoken(code), workshops=kit_folder() / "workshops")


def _made(module: str, name: str) -> Open:
    return lambda code: getattr(import_module(module), name)(code)


# What an expression may name, besides `cjm`, `pd` and `say`.
CASES: dict[str, Open] = {
    "fridge": lambda code: _sample("fridge", code),
    "shoes": lambda code: _sample("running-shoes", code),
}


def open_case(name: str) -> Any:
    """One of the lessons' cases, in the language of the lesson: its `journey`, `scores`, `answers`, `events` and figures.

    Args:
        name: "fridge", "shoes" and the others in `CASES`.

    >>> open_case("fridge").who.name, open_case("fridge").language
    ('Anna', 'en')
    """
    return CASES[name](lesson_language())


def computed(expression: str, given: Mapping[str, str], code: str) -> Any:
    """The value of a lesson's expression.

    Args:
        expression: Python, which may name the cases, `cjm`, `pd`, `say` and what is given.
        given: the lesson's own names and their expressions; each may use those before it.
        code: the language in which the cases are opened.
    """
    wanted = f"{expression} {' '.join(given.values())}"
    names = {name: open(code) for name, open in CASES.items() if re.search(rf"\b{name}\b", wanted)}
    names |= {"cjm": import_module("cjmkit"), "pd": import_module("pandas"), "say": speak(spoken(code))}
    for name, one in given.items():
        names[name] = eval(one, names)
    return eval(expression, names)


@lru_cache(maxsize=500)
def _once(expression: str, given: tuple[tuple[str, str], ...], code: str) -> Any:
    return computed(expression, dict(given), code)


def value(one: Lesson, expression: str, code: str) -> Any:
    """The value of an expression of this lesson, computed once."""
    return _once(expression, tuple(one.given.items()), code)
