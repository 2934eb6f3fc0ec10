"""What the lessons' expressions are computed from: the worked cases, opened in the language of the lesson."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
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
    report = open_report(name, language=spoken(code), workshops=kit_folder() / "workshops")
    return replace(report, journey=report.journey.changed(language=report.language))  # so that screens speak it too


def _made(module: str, name: str) -> Open:
    return lambda code: getattr(import_module(module), name)(code)


# What an expression may name, besides `cjm`, `pd` and `say`.
CASES: dict[str, Open] = {
    "fridge": lambda code: _sample("fridge", code),
    "shoes": lambda code: _sample("running-shoes", code),
    "capstone": _made("cjmkit.lessons.capstone", "open_capstone"),
    "planted": _made("cjmkit.lessons.capstone", "planted"),
    "twin": lru_cache(_made("cjmkit.lessons.twin", "twin")),
}


def open_case(name: str) -> Any:
    """One of the lessons' cases, in the language of the lesson: its `journey`, `scores`, `answers`, `events` and figures.

    Args:
        name: "fridge", "shoes" and the others in `CASES`.

    >>> open_case("fridge").who.name, open_case("fridge").language
    ('Anna', 'en')
    """
    return CASES[name](lesson_language())


def value(one: Lesson, expression: str, code: str) -> Any:
    """The value of an expression of this lesson.

    Args:
        one: the lesson.
        expression: Python, which may name the cases, `cjm`, `pd`, `say` and what the lesson gives.
        code: the language in which the cases are opened.
    """
    names = _named(one.name, tuple(one.given.items()), code)
    return eval(expression, {**names, **_opened(expression, code)})


@lru_cache
def _named(lesson: str, given: tuple[tuple[str, str], ...], code: str) -> dict[str, Any]:
    """The lesson's own names, each computed once; each may use those before it."""
    names = {"cjm": import_module("cjmkit"), "pd": import_module("pandas"), "say": speak(spoken(code))}
    for name, expression in given:
        names |= _opened(expression, code)
        names[name] = eval(expression, names)
    return names


def _opened(expression: str, code: str) -> dict[str, Any]:
    return {name: open(code) for name, open in CASES.items() if re.search(rf"\b{name}\b", expression)}
