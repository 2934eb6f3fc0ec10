"""What a round asks of everybody: the same value checks the ballots and is sent to the phones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal

import pandas as pd

from cjmkit.errors import N_, UsageError
from cjmkit.journey import Journey, Round, Scale
from cjmkit.language import Language
from cjmkit.method.rounds import DOTS, FIRST_ASKS, asked, open_round, scale_points
from cjmkit.method.scores import of_persona

Kind = Literal["warm-up", "collect", "score"]
EFFORT = Scale(low=1, high=5, labels={"1": N_("no effort"), "5": N_("a great effort")})
WAY = "way"  # the one thing that a warm-up asks


@dataclass(frozen=True)
class Asked:
    """One round in the room: its running number `n`, what it asks, and for the journey's rounds their id."""

    n: int
    kind: Kind
    round: int = 0
    persona: str = ""
    asks: tuple[str, ...] = ()
    importance: str = "dots"
    anonymous: bool = False
    question: str = ""
    points: tuple[dict[str, Any], ...] = ()
    effort: tuple[dict[str, Any], ...] = ()
    touchpoints: tuple[dict[str, Any], ...] = ()
    stages: tuple[dict[str, Any], ...] = ()
    channels: tuple[str, ...] = ()
    known: tuple[dict[str, Any], ...] = ()
    again: bool = False

    @property
    def ids(self) -> tuple[str, ...]:
        """The touchpoints asked for."""
        return tuple(t["id"] for t in self.touchpoints)

    def dots(self, column: str) -> int | None:
        """How many dots each person has for this column; None where it holds points of a scale."""
        return None if column == "importance" and self.importance == "rating" else DOTS.get(column)

    @cached_property
    def data(self) -> dict[str, Any]:
        """As plain data, for the phones and for `room.json`."""
        return {**asdict(self), "dots": {c: n for c in self.asks if (n := self.dots(c))}}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Asked:
        """What `data` gave."""
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in known.items()}
        return cls(**values)


def warm_up(n: int, say: Language) -> Asked:
    """One test vote on each phone; it is never counted."""
    labels = {"1": say("terrible"), "5": say("wonderful")}
    return Asked(
        n, "warm-up", asks=("score",), question=say("How was your way here?"), anonymous=True,
        points=_points(Scale(low=1, high=5, labels=labels), say),
        touchpoints=({"id": WAY, "number": 1, "name": say("A first try: your way here"), "doing": ""},),
    )  # fmt: skip


def collecting(n: int, journey: Journey, say: Language) -> Asked:
    """Touchpoints as notes: a name, the stage, the channel."""
    if not journey.stages:
        raise UsageError(
            "There are no stages yet, so nobody could say where a touchpoint belongs. Enter them in 02_stages."
        )
    channels = sorted({t.channel for t in journey.touchpoints} - {""}, key=say.place)
    stages = tuple({"id": s.id, "name": s.name or s.id} for s in journey.stages)
    known = tuple({"stage": t.stage, "name": t.name} for t in journey.touchpoints if t.name)
    return Asked(n, "collect", asks=("note",), stages=stages, channels=tuple(channels), known=known)


def scoring(
    n: int, journey: Journey, scores: pd.DataFrame, round: Round, persona: str | None, say: Language, *, whole: bool = False
) -> Asked:  # fmt: skip
    """The touchpoints of a round as situations, with the scale's points and what else it asks; `whole`: all of the path."""
    along = journey.along(journey.path(persona))
    touchpoints = along if whole else asked(journey, scores, round.id, persona)
    if not touchpoints:
        raise UsageError("There are no touchpoints yet. Enter them in 04_touchpoints.")
    who = journey.persona(persona)
    question = journey.scale.question or say("How does {persona} feel here?")
    return Asked(
        n, "score", round=round.id, persona=who.id if journey.personas else "", asks=tuple(round.asks),
        importance=round.importance, anonymous=round.anonymous, again=len(touchpoints) < len(along),
        question=question.replace("{persona}", who.name or say("the customer")),
        points=_points(journey.scale, say),
        effort=_points(EFFORT.model_copy(update={"labels": {k: say(v) for k, v in EFFORT.labels.items()}}), say),
        touchpoints=tuple(
            {"id": t.id, "number": k, "name": t.name or t.id, "doing": t.doing} for k, t in enumerate(touchpoints, 1)
        ),
    )  # fmt: skip


def first_asks(journey: Journey, scores: pd.DataFrame, persona: str | None) -> tuple[str, ...]:
    """What a new round asks where nobody says otherwise: the first of a persona score and dots, a later one the score."""
    return FIRST_ASKS if of_persona(journey, scores, persona).score.notna().sum() == 0 else ("score",)


def coming(journey: Journey, scores: pd.DataFrame) -> list[dict[str, Any]]:
    """What the next scoring round would ask, persona by persona, the goal's first; `first` where nobody has scored yet."""
    on, found = open_round(journey), []
    for who in sorted(journey.personas, key=lambda p: p.id != journey.persona().id) or [journey.persona()]:
        asks = first_asks(journey, scores, who.id)
        found.append(
            {"id": who.id if journey.personas else None, "name": who.name, "first": len(asks) > 1,
             "asks": on.asks if on else asks, "importance": on.importance if on else "dots", "begun": on is not None}
        )  # fmt: skip
    return found


def _points(scale: Scale, say: Language) -> tuple[dict[str, Any], ...]:
    points: Sequence[float] = scale_points(scale)
    return tuple(
        {"value": int(v) if v == int(v) else v, "shown": say.number(v, 0 if v == int(v) else 1),
         "label": scale.labels.get(f"{v:g}", "")}
        for v in points
    )  # fmt: skip
