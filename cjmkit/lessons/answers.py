"""What a student has answered so far: one small file on this machine, beside the clients; nothing leaves it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cjmkit.errors import InputError
from cjmkit.workshop import saving
from cjmkit.workshop.folders import client_slug, find_root, is_packed

SCHEMA = "cjmkit/answers/1"
FOLDER = ".learning"


@dataclass
class Answer:
    """The latest answer to an exercise: what, whether it is right (None: words), after how many tries, the rubric's ticked lines."""

    answer: Any = None
    right: bool | None = False
    tries: int = 0
    at: str = ""
    ticked: list[int] = field(default_factory=list)

    def is_done(self, lines: int) -> bool:
        """Right, or in words with every line of the rubric ticked."""
        return self.right is True or (self.right is None and self.tries > 0 and len(set(self.ticked)) >= lines)


@dataclass
class Answers:
    """One student's answers, by exercise."""

    student: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)


def answers_file(workshops: Path | None = None) -> Path | None:
    """Where this student's answers are kept; None inside an installed package, where nothing is.

    `CJMKIT_STUDENT` keeps several students of one machine apart.
    """
    root = find_root(workshops)
    return None if is_packed(root) else root / FOLDER / f"{client_slug(os.environ.get('CJMKIT_STUDENT') or 'me')}.json"


def read_answers(path: Path | None) -> Answers:
    """The answers in a file, none where there is none.

    Raises:
        InputError: the file holds something else.
    """
    if path is None or not path.is_file():
        return Answers(os.environ.get("CJMKIT_STUDENT", ""))
    try:
        data = json.loads(path.read_text("utf-8"))
        if data["schema"] != SCHEMA:
            raise ValueError(data["schema"])
        return Answers(str(data["student"]), {id: Answer(**one) for id, one in data["answers"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            "{file} holds no answers to exercises. It was changed, or is another file; take it out of its folder, and answers are kept anew.",
            file=path.name,
        ) from None  # fmt: skip


def keep(path: Path | None, id: str, answer: Any, right: bool | None, ticked: list[int] | None = None) -> None:
    """Keep an answer as the latest one; one that was right stays right.

    Args:
        path: the file; None keeps nothing.
        id: the exercise.
        answer: as given.
        right: whether it is; None where nobody but a reader can tell.
        ticked: the lines of the rubric that the student ticked; None leaves them as they are and counts a try.
    """
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with saving.locked(path.parent):
        kept = read_answers(path)
        was = kept.answers.get(id, Answer())
        if was.right is not True:
            now = datetime.now().isoformat(timespec="seconds")
            tries = was.tries + (ticked is None)
            kept.answers[id] = Answer(answer, right, tries, now, was.ticked if ticked is None else ticked)
            write_answers(path, kept)


def write_answers(path: Path, kept: Answers) -> None:
    """Write the file, whole or not at all."""
    folder = path.absolute().parent
    folder.mkdir(parents=True, exist_ok=True)
    data = {"schema": SCHEMA, "student": kept.student, "answers": {id: asdict(one) for id, one in kept.answers.items()}}
    saving.put(folder, {path.name: (json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()})
