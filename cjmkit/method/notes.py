"""Touchpoints that people noted, each alone: which name the same thing, and how they come into the journey."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from cjmkit.journey import Journey, Touchpoint
from cjmkit.journey.ids import new_id
from cjmkit.method.touchpoints import add

ALIKE = 0.8  # of the letters of two names
MANY = 100  # names in a stage beyond which only the same ones are found: comparing letters takes too long
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
    there: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for t in journey.touchpoints:
        there[t.stage].append((t.id, _plain(t.name)))
    found: dict[str, str] = {}
    for note in notes:
        name, beside = _plain(note["name"]), there[note["stage"]]
        found[note["key"]] = _like(name, beside) or NEW
        if found[note["key"]] == NEW:
            beside.append((note["key"], name))
    return found


def decided(
    journey: Journey, notes: Sequence[Mapping[str, Any]], decisions: Mapping[str, str] | None = None
) -> dict[str, str]:
    """What becomes of each note: as decided, as proposed where nothing is.

    What repeats a note that itself repeats something, or is left out, goes with it; what repeats something that is not
    there, or itself in a ring, is new.

    Args:
        journey: whose touchpoints may be meant.
        notes: each with key, name, stage, channel.
        decisions: by a note's key "new", "out", the id of a touchpoint, or another note's key.

    Returns:
        By a note's key: "new", "out", the id of a touchpoint, or the key of a note that is new.

    >>> journey = Journey()
    >>> notes = [{"key": key, "name": name, "stage": "a"} for key, name in (("1", "A call"), ("2", "A visit"), ("3", "A van"))]
    >>> decided(journey, notes, {"2": "1", "3": "2"})
    {'1': 'new', '2': '1', '3': '1'}
    >>> decided(journey, notes, {"1": "out", "2": "1", "3": "gone"})
    {'1': 'out', '2': 'out', '3': 'new'}
    """
    keys = [note["key"] for note in notes]
    wanted = {**proposed(journey, notes), **{k: to for k, to in (decisions or {}).items() if k in keys}}
    there = {t.id for t in journey.touchpoints}
    found: dict[str, str] = {}
    for key in keys:
        way = [key]
        while (to := wanted[way[-1]]) in wanted and to not in way:
            way.append(to)
        last = min(way[way.index(to) :], key=keys.index) if to in way else way[-1]
        found[key] = to if to == OUT or to in there else NEW if last == key else last
    return found


def taken_in(journey: Journey, notes: Sequence[Mapping[str, Any]], decisions: Mapping[str, str]) -> Journey:
    """The journey with the notes that are decided to be new; the others only repeat, or are left out.

    A note that names a touchpoint of its stage word by word is that touchpoint, so that taken in twice is taken in once.

    Args:
        journey: the map.
        notes: each with key, name, stage, channel.
        decisions: as `decided` takes them.
    """
    chosen, named = decided(journey, notes, decisions), {(t.stage, t.name) for t in journey.touchpoints}
    ids, touchpoints = {t.id for t in journey.touchpoints}, []
    for note in notes:
        if chosen[note["key"]] != NEW or (note["stage"], note["name"]) in named:
            continue
        same = [note, *(other for other in notes if chosen[other["key"]] == note["key"])]
        channel = next((n["channel"] for n in same if n.get("channel")), "")
        id = new_id(note["name"], ids, "touchpoint")
        ids.add(id)
        named.add((note["stage"], note["name"]))
        touchpoints.append(Touchpoint(id=id, stage=note["stage"], name=note["name"], channel=channel))
    return add(journey, touchpoints)[0] if touchpoints else journey


def _plain(name: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in name).casefold().split())


def _like(name: str, others: Sequence[tuple[str, str]]) -> str:
    """Which of these is called the same, else the first that is called nearly the same; empty where none is."""
    if not name:
        return ""
    same = next((key for key, other in others if other == name), "")
    if same or len(others) > MANY:
        return same
    letters = SequenceMatcher(None, "", name)  # keeps what it learnt of the second one
    for key, other in others:
        letters.set_seq1(other)
        if letters.real_quick_ratio() >= ALIKE and letters.quick_ratio() >= ALIKE and letters.ratio() >= ALIKE:
            return key
    return ""
