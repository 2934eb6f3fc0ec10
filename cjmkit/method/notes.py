"""Touchpoints that people noted, each alone: which name the same thing, and how they come into the journey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from cjmkit.errors import UsageError
from cjmkit.journey import Journey, Touchpoint
from cjmkit.journey.ids import new_id
from cjmkit.method.touchpoints import add

ALIKE = 0.8  # of the letters of two names
NEW, OUT = "new", "out"


def proposed(journey: Journey, notes: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What to do with each note, for the facilitator to change: `new`, or the touchpoint or note that it repeats.

    Args:
        journey: whose touchpoints may be meant.
        notes: each with key, name, stage, channel; in an order that the first of several alike is kept.

    Returns:
        By a note's key: "new", the id of a touchpoint, or the key of an earlier note.

    >>> from cjmkit.journey import Stage
    >>> journey = Journey(stages=[Stage(id="a")], touchpoints=[Touchpoint(id="forum", stage="a", name="The forum")])
    >>> notes = [{"key": "1", "name": "the Forum", "stage": "a"}, {"key": "2", "name": "A call", "stage": "a"},
    ...     {"key": "3", "name": "a call!", "stage": "a"}]
    >>> proposed(journey, notes)
    {'1': 'forum', '2': 'new', '3': '2'}
    """
    there = [(t.id, t.stage, t.name) for t in journey.touchpoints]
    found: dict[str, str] = {}
    for note in notes:
        same = [id for id, stage, name in there if stage == note["stage"] and _alike(name, note["name"])]
        found[note["key"]] = same[0] if same else NEW
        if not same:
            there.append((note["key"], note["stage"], note["name"]))
    return found


def taken_in(journey: Journey, notes: Sequence[Mapping[str, Any]], decisions: Mapping[str, str]) -> Journey:
    """The journey with the notes that are decided to be new; the others only repeat, or are left out.

    Args:
        journey: the map.
        notes: each with key, name, stage, channel.
        decisions: by a note's key what `proposed` gives, or "out"; a note without one is as proposed.

    Raises:
        UsageError: a decision names something that is neither a touchpoint nor a note that comes in.
    """
    chosen = {**proposed(journey, notes), **{k: v for k, v in decisions.items() if k in {n["key"] for n in notes}}}
    new = {key for key, to in chosen.items() if to == NEW}
    there = {(t.stage, t.name) for t in journey.touchpoints}
    chosen |= {n["key"]: OUT for n in notes if chosen[n["key"]] == NEW and (n["stage"], n["name"]) in there}
    known = {NEW, OUT, *new, *(t.id for t in journey.touchpoints)}
    ids = {t.id for t in journey.touchpoints}
    touchpoints = []
    for note in notes:
        to = chosen[note["key"]]
        if to not in known:
            raise UsageError(
                "“{name}” is to repeat a note that is left out or repeats another itself. Choose anew.",
                name=note["name"],
            )
        if to == NEW:
            id = new_id(note["name"], ids, "touchpoint")
            ids.add(id)
            channel = note.get("channel") or next(
                (other["channel"] for other in notes if chosen[other["key"]] == note["key"] and other.get("channel")),
                "",
            )
            touchpoints.append(Touchpoint(id=id, stage=note["stage"], name=note["name"], channel=channel))
    return add(journey, touchpoints)[0] if touchpoints else journey


def _alike(one: str, other: str) -> bool:
    a, b = (" ".join("".join(c if c.isalnum() else " " for c in name).casefold().split()) for name in (one, other))
    return bool(a) and (a == b or SequenceMatcher(None, a, b).ratio() >= ALIKE)
