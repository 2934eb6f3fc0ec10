"""What the room tells: one phone its own answers, wall and facilitator who is how far; of what was given nothing."""

from __future__ import annotations

from typing import Any

from cjmkit.room.asking import coming
from cjmkit.room.counting import notes_in, progress
from cjmkit.room.people import Person
from cjmkit.room.session import Room

AWAY = 45.0  # seconds without a word from a phone; it asks at least every 25


def state_of(room: Room, person: Person) -> dict[str, Any]:
    """What one phone is told: what is asked, and what this person gave."""
    given: dict[str, dict[str, Any]] = {}
    for (column, touchpoint), value in (room.given(person) if room.box else {}).items():
        given.setdefault(column, {})[touchpoint] = value
    on_paper = room.phase == "waiting" and room.did[-1:] == ["paper"]
    return {
        "version": room.version, "title": room.title, "me": {"nickname": person.nickname, "team": person.team},
        "phase": room.seen_phase, "round": room.asked.data if room.asked and room.seen_phase == "open" else None,
        "given": given, "paper": on_paper,
    }  # fmt: skip


def status(room: Room) -> dict[str, Any]:
    """What wall and facilitator are told: who is how far; of a collecting round its notes."""
    asked, journey, people = room.asked, room.workshop.journey, list(room.people)
    notes = notes_in(asked, room.box.answers) if asked and room.box and asked.kind == "collect" else []
    given = {p.id: room.given(p) for p in people} if room.box else {}
    away = {p.id for p in people if room.now() - room.heard.setdefault(p.id, room.now()) > AWAY}
    return {
        "version": room.version, "phase": room.seen_phase, "n": room.n, "revision": journey.revision,
        "client": room.workshop.client, "title": room.title, "language": room.say.code,
        "host": room.host, "port": room.port, "code": room.people.code, "url": room.url,
        "kind": asked.kind if asked else None, "round": asked.round if asked else 0, "again": bool(asked and asked.again),
        "touchpoints": [t["name"] for t in asked.touchpoints] if asked else [],
        "anonymous": bool(asked and asked.anonymous), "joined": len(people),
        "people": progress(asked, people, given, away) if asked else [
            {"nickname": p.nickname, "team": p.team, "given": 0, "of": 0, "done": False, "away": p.id in away} for p in people
        ],
        "tried": room.tried if room.did[-1:] == ["warm-up"] else [], "late": dict(room.late), "did": room.did, "picture": room.picture, "coming": coming(journey, room.workshop.scores),
        "asks": asked.asks if asked else (), "question": asked.question if asked else "",
        "knocking": list(room.people.knocking.values()),
        "notes": [{k: v for k, v in note.items() if k != "who"} for note in notes],
        "there": {t.id: t.name for t in journey.touchpoints} if notes else {},
        "stages": {t.id: t.name for t in journey.stages} if notes else {},
        "proposed": room.decided(notes),
    }  # fmt: skip
