"""The course as a whole: how long each lesson takes, how far a student is."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any

import pandas as pd

from cjmkit.language import SOURCE, speak, spoken
from cjmkit.lessons.asking import done, follow
from cjmkit.lessons.lesson import Lesson, in_language, lesson, lesson_language, lessons, notebook_of

WORDS_A_MINUTE = 180
WORD = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")
LINK = re.compile(r"\]\([^)]*\)")


class Told:
    """HTML that is also plain lines."""

    def __init__(self, lines: list[str], html: str) -> None:
        self.lines, self._html = lines, html

    def __repr__(self) -> str:
        return "\n".join(self.lines)

    def _repr_html_(self) -> str:
        return self._html


def reading_words(one: Lesson, code: str = SOURCE) -> int:
    """How many words a student reads in a lesson: its cells, its questions and choices, its told paragraphs."""
    cells = json.loads(notebook_of(one, code).read_text("utf-8"))["cells"]
    own = in_language(one, code)
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    texts += [own[s] for e in one.exercise.values() for s in (e.ask, *e.options.values(), *e.rubric)]
    texts += [own[t.text] for t in one.told.values()]
    return sum(len(WORD.findall(LINK.sub("]", text))) for text in texts)


def minutes_of(one: Lesson, code: str = SOURCE) -> int:
    """How long a lesson takes: its words at 180 a minute, its exercises, and what is tried."""
    return round(reading_words(one, code) / WORDS_A_MINUTE + doing(one))


def doing(one: Lesson) -> float:
    """The minutes of a lesson's exercises and of what is tried."""
    return sum(exercise.minutes for exercise in one.exercise.values()) + one.minutes


def lesson_minutes(language: str | None = None) -> pd.DataFrame:
    """How long each lesson takes.

    Args:
        language: a code; None is that of the lesson.

    Returns:
        A row a lesson, by number: title, words, reading (minutes at 180 words a minute), exercises (minutes), minutes (all in all,
        with what is tried).
    """
    code = language or lesson_language()
    rows = []
    for one in lessons():
        words, exercises = reading_words(one, code), doing(one)
        title = in_language(one, code)[one.title]
        rows.append(
            (one.number, title, words, words / WORDS_A_MINUTE, exercises, round(words / WORDS_A_MINUTE + exercises))
        )
    return pd.DataFrame(rows, columns=["lesson", "title", "words", "reading", "exercises", "minutes"]).set_index(
        "lesson"
    )


def show_learned(number: str) -> None:
    """Show what of a lesson's aims this student has shown by its exercises, and keep it up with every answer.

    Args:
        number: of the lesson, such as "05".
    """
    from IPython.display import display

    shown: Any = display(learned(number), display_id=True)  # type: ignore[no-untyped-call]
    if shown is not None:
        follow(number, lambda: shown.update(learned(number)))


def learned(number: str) -> Told:
    """The aims of a lesson, each with a mark and the exercises that are still open."""
    one, code = lesson(number), lesson_language()
    say, own, finished = speak(spoken(code)), in_language(one, code), done(one)
    lines = []
    for n, aim in enumerate(one.aims, 1):
        mine = [id for id, exercise in one.exercise.items() if exercise.aim == n]
        ok = [id for id in mine if finished[id]]
        mark = _mark([finished[id] for id in mine])
        left = say("still open: {ids}", ids=", ".join(i for i in mine if i not in ok)) if len(ok) < len(mine) else ""
        lines.append(f"{mark} {own[aim]}" + (f" – {left}" if left else ""))
    return Told(lines, '<div class="cjm-recap">' + "".join(f"<p>{escape(line)}</p>" for line in lines) + "</div>")


def show_lessons(language: str | None = None) -> Told:
    """All lessons as links, with their minutes and how many exercises this student has done.

    Args:
        language: a code; None is that of the lesson.
    """
    code = language or lesson_language()
    say, minutes = speak(spoken(code)), lesson_minutes(code).minutes
    lines, rows = [], []
    for one in lessons():
        finished = [*done(one).values()]
        title = in_language(one, code)[one.title]
        mark = _mark(finished)
        far = say("{done} of {all}", done=sum(finished), all=len(finished))
        length = say.plural("{n} minute", "{n} minutes", int(minutes[one.number]))
        lines.append(f"{mark} {one.number} {title} – {length} – {far}")
        rows.append(_row(mark, one, title, length, far))
    heads = [" ", say("Lesson"), say("Time"), say("Exercises done")]
    head = "".join(f'<th style="text-align:left">{escape(text)}</th>' for text in heads)
    return Told(lines, f"<table><tr>{head}</tr>{''.join(rows)}</table>")


def _mark(finished: list[bool]) -> str:
    return "✓" if finished and all(finished) else "◐" if any(finished) else "○"


def _row(mark: str, one: Lesson, title: str, *rest: Any) -> str:
    link = f'<a href="{one.name}.ipynb">{one.number} {escape(title)}</a>'
    return "".join(
        ["<tr>", *(f'<td style="text-align:left">{cell}</td>' for cell in (mark, link, *map(escape, rest))), "</tr>"]
    )
