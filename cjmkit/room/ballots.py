"""What a phone may send: one cell of one person's ballot, checked by the server whatever the page did."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from sys import intern
from typing import Any

from cjmkit.errors import InputError
from cjmkit.room.asking import Asked

ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
LONGEST = {"comment": 500, "name": 120, "channel": 60}
MOST_NOTES = 60  # each person's
Cell = tuple[str, str]  # column, touchpoint (or a note's own key)


@dataclass(frozen=True, slots=True)  # there are tens of thousands
class Ballot:
    """One answer: whose, in which cell, its value (None takes it back); `at` is empty where the round is anonymous.

    `who` is the participant that the scores will name.
    """

    id: str
    n: int
    who: str
    column: str
    touchpoint: str
    value: Any
    at: str = ""
    team: str = ""

    def to_line(self) -> bytes:
        """As a line of `ballots.jsonl`."""
        return (json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")) + "\n").encode()

    @property
    def cell(self) -> Cell:
        return self.column, self.touchpoint


class Refused(InputError):
    """A ballot that is not taken; `status` is what the server answers."""

    def __init__(self, sentence: str, status: int = 400, **values: Any) -> None:
        self.status = status
        super().__init__(sentence, **values)


def read_body(body: bytes) -> dict[str, Any]:
    """The object in a request's body: JSON as the standard has it, without NaN and without a key that stands twice."""
    try:
        data = json.loads(body.decode("utf-8"), parse_constant=_no_number, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Refused("This is no JSON object.") from None
    if not isinstance(data, dict):
        raise Refused("This is no JSON object.")
    return data


def checked(
    data: Mapping[str, Any], asked: Asked | None, who: str, mine: Mapping[Cell, Any], at: str = "", team: str = ""
) -> Ballot:
    """The ballot in what a phone sent.

    Args:
        data: `id`, `n` (the round's number in the room), `column`, `touchpoint`, `value`.
        asked: what the open round asks; None where none is open.
        who: the person whose token came with it.
        mine: what this person has given in this round, by cell.
        at: the time to keep.
        team: that person's.

    Raises:
        Refused: it is not taken, with the status to answer.
    """
    if set(data) != {"id", "n", "column", "touchpoint", "value"}:
        raise Refused("A ballot has id, n, column, touchpoint and value, and nothing else.")
    id, n, column, touchpoint, value = (data[name] for name in ("id", "n", "column", "touchpoint", "value"))
    if not isinstance(id, str) or not ID.fullmatch(id):
        raise Refused("The id of a ballot is 16 to 64 letters and digits.")
    if asked is None or type(n) is not int or n != asked.n:
        raise Refused("This round is closed.", 409)
    if not isinstance(column, str) or column not in (*asked.asks, "done"):
        raise Refused("This round does not ask for that.")
    if not isinstance(touchpoint, str):
        raise Refused("This round does not ask for that touchpoint.")
    if column == "note":
        value = _note(touchpoint, value, asked, mine)
    elif column == "done":
        if touchpoint or type(value) is not bool:
            raise Refused("Done is true or false.")
    else:
        if touchpoint not in asked.ids:
            raise Refused("This round does not ask for that touchpoint.")
        if value is not None:
            value = _answer(column, touchpoint, value, asked, mine)
    at = "" if asked.anonymous else intern(at)
    return Ballot(id, n, who, intern(column), intern(touchpoint), value, at, team)


def _answer(column: str, touchpoint: str, value: Any, asked: Asked, mine: Mapping[Cell, Any]) -> Any:
    if column == "comment":
        return _text(value, "comment")
    if type(value) not in (int, float):
        raise Refused("This must be a number.")
    most = asked.dots(column)
    if most is None:
        points = asked.effort if column == "customer_effort" else asked.points
        same = [p["value"] for p in points if p["value"] == value]
        if not same:
            raise Refused("This is no point of the scale.")
        return same[0]
    if type(value) is not int or not 0 <= value <= most:
        raise Refused("Dots are whole numbers from 0 to {most}.", most=most)
    others = sum(v or 0 for (c, t), v in mine.items() if c == column and t != touchpoint)
    if others + value > most:
        raise Refused("There are only {most} dots.", 409, most=most)
    return value


def _note(key: str, value: Any, asked: Asked, mine: Mapping[Cell, Any]) -> Any:
    if not ID.fullmatch(key):
        raise Refused("The id of a note is 16 to 64 letters and digits.")
    if value is None:
        return None
    if not isinstance(value, dict) or set(value) != {"name", "stage", "channel"}:
        raise Refused("A note has name, stage and channel, and nothing else.")
    if value["stage"] not in [s["id"] for s in asked.stages]:
        raise Refused("This journey has no such stage.")
    note = {
        "name": _text(value["name"], "name"),
        "stage": value["stage"],
        "channel": _text(value["channel"], "channel"),
    }
    if not note["name"]:
        raise Refused("A note needs a name.")
    if len([c for (c, k), v in mine.items() if c == "note" and v is not None and k != key]) >= MOST_NOTES:
        raise Refused("{most} notes are the most.", 409, most=MOST_NOTES)
    return note


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise Refused("This must be a text.")
    text = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    if len(text) > LONGEST[what]:
        raise Refused("This is longer than {most} letters.", most=LONGEST[what])
    return text


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)
