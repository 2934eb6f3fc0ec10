"""Agendas of a workshop: what is done when, in which notebook, for how long a team has."""

from __future__ import annotations

from dataclasses import dataclass

from cjmkit.errors import N_


@dataclass(frozen=True)
class Part:
    """One part of an agenda; `notebook` is empty in a break."""

    minutes: int
    what: str
    notebook: str = ""


TITLES = {
    "90": N_("90 minutes"),
    "120": N_("two hours"),
    "half-day": N_("half a day"),
    "day": N_("a day"),
}
GOAL = N_("Goal, rules, how was your way here?")
PERSONA = N_("Persona: correct the draft, add two things")
STAGES = N_("Stages: rename, drop")
EVIDENCE = N_("Evidence: what we know, what we assume")
TOUCHPOINTS = N_("Touchpoints: silent first, then merge, then what is missing")
SCORE = N_("Score alone, in silence")
BREAK = N_("Break")
LUNCH = N_("Lunch")
REVEAL = N_("Reveal, discuss three, score those again")
MAP = N_("The map: lowest, weakest link, moments of truth")
ACTIONS = N_("Causes, and three to five actions with owner and date")
CLOSE = N_("Read out; when we test it with customers")
PLACES = {
    GOAL: "01_personas",
    PERSONA: "01_personas",
    STAGES: "02_stages",
    EVIDENCE: "03_evidence",
    TOUCHPOINTS: "04_touchpoints",
    SCORE: "05_scoring",
    REVEAL: "05_scoring",
    MAP: "06_journey_map",
    ACTIONS: "07_action_plan",
    CLOSE: "08_review",
}


def _agenda(*parts: tuple[int, str]) -> tuple[Part, ...]:
    return tuple(Part(minutes, what, PLACES.get(what, "")) for minutes, what in parts)


AGENDAS = {
    "90": _agenda(
        (5, GOAL), (8, PERSONA), (4, STAGES), (16, TOUCHPOINTS), (10, SCORE), (4, BREAK),
        (15, REVEAL), (8, MAP), (15, ACTIONS), (5, CLOSE),
    ),
    "120": _agenda(
        (10, GOAL), (10, PERSONA), (5, STAGES), (20, TOUCHPOINTS), (12, SCORE), (5, BREAK),
        (20, REVEAL), (10, MAP), (22, ACTIONS), (6, CLOSE),
    ),
    "half-day": _agenda(
        (10, GOAL), (20, PERSONA), (15, STAGES), (20, EVIDENCE), (40, TOUCHPOINTS), (15, BREAK),
        (15, SCORE), (30, REVEAL), (20, MAP), (40, ACTIONS), (15, CLOSE),
    ),
    "day": _agenda(
        (20, GOAL), (40, PERSONA), (25, STAGES), (15, BREAK), (30, EVIDENCE), (60, TOUCHPOINTS), (60, LUNCH),
        (20, SCORE), (45, REVEAL), (30, MAP), (15, BREAK), (45, ACTIONS), (15, CLOSE),
    ),
}  # fmt: skip


def length(agenda: str) -> int:
    """How many minutes an agenda takes, breaks included.

    >>> length("120")
    120
    """
    return sum(part.minutes for part in AGENDAS[agenda])
