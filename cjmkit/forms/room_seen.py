"""What is seen of a voting room: the next steps, who is how far, what was noted; made from its status, of what was given nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from cjmkit.charts.words import joined
from cjmkit.errors import N_
from cjmkit.forms.screen import html
from cjmkit.forms.table import table
from cjmkit.journey import Journey
from cjmkit.language import Language

NAMED = 80  # people up to whom each has a name on the screen
Status = Mapping[str, Any]
BUTTONS = {
    "again": N_("Open it again"),
    "warm-up": N_("Warm-up: one test vote"),
    "collect": N_("Collect touchpoints"),
    "score": N_("Score on the phones"),
    "anew": N_("A new first round over all touchpoints"),
    "close": N_("Close and count"),
    "paper": N_("Use paper instead"),
    "show": N_("Show it on the wall"),
    "hide": N_("Hide it on the wall"),
    "end": N_("End the room"),
}
CLOSE = {"warm-up": N_("End the test vote"), "collect": N_("Take them in"), "score": BUTTONS["close"]}


def next_steps(status: Status, rounds: Sequence[str]) -> list[str]:
    """Which buttons make sense now, by name; the first is the next step.

    >>> next_steps({"phase": "open", "kind": "score"}, ["score"]), next_steps({}, ["score"])
    (['close', 'paper'], [])
    """
    coming = next(iter(status.get("coming", ())), {"first": True, "begun": False})
    anew = "score" in rounds and not coming["first"] and not coming["begun"]
    begin = [kind for kind in BUTTONS if kind in rounds or (kind == "anew" and anew)]
    if status.get("did"):
        begin.sort(key=lambda kind: kind == "warm-up")
    there = {
        "gone": ["again"], "waiting": [*begin, "end"], "closed": ["show", *begin, "end"], "shown": [*begin, "hide", "end"],
        "open": ["close", *(["paper"] if status.get("kind") == "score" else [])],
    }  # fmt: skip
    return there.get(status.get("phase", ""), [])


def label(name: str, status: Status, say: Language) -> str:
    """What stands on a button."""
    coming = next(iter(status.get("coming", ())), {"first": True, "begun": False})
    if name == "score" and coming["begun"] and status.get("did"):
        return say("Go on with the round that is open")
    if name == "score" and not coming["first"]:
        return say("Score again: the three that divided the room")
    word = CLOSE.get(status.get("kind") or "", BUTTONS[name]) if name == "close" else BUTTONS[name]
    return say(word)


def way_in(status: Status, links: Mapping[str, str], code: str, say: Language) -> str:
    """The QR code with its address in words, and the facilitator's two pages; no code where no phone could come in."""
    pages = (("wall", say("The wall, for the projector")), ("desk", say("The desk, with all choices")))
    doors = " ".join(
        f'<a class="cjm-button" href="{escape(links[name])}" target="_blank" rel="noopener">{escape(word)} ↗</a>'
        for name, word in pages if name in links
    )  # fmt: skip
    if status["only_here"]:
        alone = html(say("Only this machine reaches the room. Open it for phones, above."))
        return f"<div>{alone}<p>{doors}</p></div>"
    address = f"http://{status['host']}:{status['port']}"
    words = html(address, of="b") + html(say("Code: {code}", code=f"{status['code'][:4]} {status['code'][4:]}"), of="b")
    return f'<div class="cjm-way-in"><div role="img" aria-label="{escape(address)}">{code}</div>{words}<p>{doors}</p></div>'


def who_is_here(status: Status, say: Language) -> str:
    """What is on, and who is how far, team by team; numbers alone where the round is anonymous or many are here."""
    on = status["phase"] == "open"
    ready = say("Scan the code, choose a team. When all are here, begin.")
    did = status.get("did", ())
    ready = say("Nothing is asked at the moment.") if did else ready
    if did and did[-1] == "paper":
        ready = say("What the phones gave is counted. Type the sheets in under Paper and grid, below, then reveal.")
    said = {
        "warm-up": say("A test vote is on; it is not counted."),
        "collect": say("Notes so far: {n}", n=len(status["notes"])),
        "score": say("Everybody scores alone."),
        "closed": say("Counted and saved. Look at the reveal for yourself before you show it on the wall."),
        "shown": say("The wall shows the reveal."),
    }.get(status["kind"] if on else status["phase"], ready)
    people = sorted(status["people"], key=lambda person: (person["team"], person["nickname"]))
    named = not status["anonymous"] and len(people) <= NAMED
    parts = []
    for team in dict.fromkeys(person["team"] for person in people):
        members = [person for person in people if person["team"] == team]
        done = say("{n} done", n=sum(bool(p["done"]) for p in members)) if on else ""
        count = joined(say.plural("{n} person", "{n} people", len(members)), done)
        named_team = team or say("no team")
        parts.append(html(f"{named_team}: {count}"))
        names = "".join(_person(person, on, say) for person in members) if named else ""
        parts.append(f'<div class="cjm-people">{names}</div>' if names else "")
    late = ", ".join(str(n) if status["anonymous"] else f"{who}: {n}" for who, n in status.get("late", {}).items())
    lost = say(
        "Came too late and was not counted: {who}. Reopen the round in 05_scoring, go on with it here, and ask them again.",
        who=late,
    )
    return html(said, of="h4") + (html(lost, kind="cjm-fault") if late else "") + "".join(parts)


def _person(person: Mapping[str, Any], on: bool, say: Language) -> str:
    far = say("{n} of {all}", n=person["given"], all=person["of"]) if person["of"] else say.number(person["given"], 0)
    far = say("✓ done") if person["done"] else joined(far, say("not heard of") if person.get("away") else "")
    state = "there" if on and person["done"] else "asked" if on and person["given"] else ""
    return f'<span class="cjm-tick" data-state="{state}">{escape(joined(person["nickname"], far if on else ""))}</span>'


def notes_told(journey: Journey, status: Status, say: Language, chosen: str) -> str:
    """The notes by stage and what becomes of each; one can be chosen."""
    stages = {stage.id: stage.name or stage.id for stage in journey.stages}
    names = {t.id: t.name or t.id for t in journey.touchpoints} | {n["key"]: n["name"] for n in status["notes"]}
    proposed, rows = status["proposed"], []
    for note in status["notes"]:
        to = proposed[note["key"]]
        says = {"new": html(say("new"), of="b"), "out": html(say("leave out"), of="span", kind="cjm-again")}
        same = html(say("the same as: {name}", name=names.get(to, "…")), of="span")
        text = escape(joined(note["name"], note["channel"]))
        rows.append((escape(stages.get(note["stage"], note["stage"])), text, says.get(to, same)))
    new = sum(to == "new" for to in proposed.values())
    sums = say.plural("{n} of them becomes a touchpoint", "{n} of them become touchpoints", new)
    keys = [escape(note["key"]) for note in status["notes"]]
    about = html(joined(sums, say("choose a note to decide otherwise")))
    return about + table((say("Stage"), say("Note"), say("What becomes of it")), rows, names=keys, chosen=chosen)


def alike(journey: Journey, status: Status, note: Mapping[str, Any], say: Language) -> Sequence[tuple[str, str]]:
    """What this note may repeat: touchpoints and notes that become one, those of its stage first."""
    proposed = status["proposed"]
    there = [(t.id, t.stage, t.name or t.id) for t in journey.touchpoints]
    there += [
        (n["key"], n["stage"], n["name"]) for n in status["notes"] if proposed[n["key"]] == "new" and n is not note
    ]
    there.sort(key=lambda other: other[1] != note["stage"])
    return [(id, say("the same as: {name}", name=name)) for id, _, name in there]
