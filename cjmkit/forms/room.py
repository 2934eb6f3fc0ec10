"""The voting room in a notebook: open it, see who is here and how far, begin and close rounds, merge what was noted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic
from typing import Any, ClassVar, Protocol

import ipywidgets as widgets

from cjmkit.errors import CJMError
from cjmkit.forms.draft import Follow
from cjmkit.forms.fields import choice, offer
from cjmkit.forms.room_seen import BUTTONS, Status, alike, label, next_steps, notes_told, way_in, who_is_here
from cjmkit.forms.screen import Picture, Screen, html, later
from cjmkit.journey import Journey

TWICE = 0.7  # seconds within which a second click belongs to the first
EVERY = 2.0  # seconds between two looks at the room
WAITING = ThreadPoolExecutor(1, "voting-room")  # for the room, one after the other
Way = tuple[str, Callable[[], None]]


class VotingRoom(Protocol):
    """A client's voting room, wherever it runs; `ask` and `start` touch nothing of the notebook's and may take their time."""

    def check(self) -> None: ...
    def ask(self, do: str = "", **values: Any) -> dict[str, Any] | None: ...
    def start(self, host: str | None = None) -> dict[str, Any]: ...
    def follow(self, status: Status | None) -> None: ...
    def addresses(self) -> Sequence[Any]: ...
    def links(self) -> dict[str, str]: ...
    def qr(self, url: str) -> str: ...


def vote_in_room(
    journey: Journey, room: VotingRoom, *, rounds: Sequence[str] = ("warm-up", "score"), follow: Follow | None = None
) -> Screen:
    """The screen of the voting room: everybody answers on their own phone.

    Args:
        journey: the map.
        room: the room of this client, as `voting_room` finds it.
        rounds: which may be begun here: "warm-up", "collect", "score".
        follow: how to hear of what other screens save.
    """
    return RoomScreen(journey, room, rounds, follow)


class RoomScreen(Screen):
    """What the room says of itself, with the buttons of the next step; nothing of it is kept here."""

    latest: ClassVar[dict[tuple[str, ...], RoomScreen]] = {}  # once run again, the one before stops asking

    def __init__(self, journey: Journey, room: VotingRoom, rounds: Sequence[str], follow: Follow | None) -> None:
        self.room, self.rounds = room, tuple(rounds)
        self.status: Status = {}  # empty where no room is open
        self.refused = self.wrong = self.note = ""
        self.sure, self._busy, self._code = 0.0, 0, ("", "")
        super().__init__(journey, lambda **parts: journey, follow=follow)
        self.children = (self.places, self.steps, self.knocks, self.bar, self.picture, self.becomes, self.noted)
        self.latest[self.rounds] = self
        try:
            room.check()
        except CJMError as error:
            self.refused = self.say.error(error)
            self.refresh()
        else:
            self.look()

    def build(self) -> Sequence[widgets.Widget]:
        self.places, self.steps, self.knocks = widgets.HBox(), widgets.HBox(), widgets.HBox()
        self.buttons = {name: widgets.Button() for name in BUTTONS}
        begin = {kind: partial(self.go, "open", kind=kind) for kind in ("warm-up", "collect", "score")}
        anew = partial(self.go, "open", kind="score", whole=True)
        ways: dict[str, Callable[[], None]] = {
            **begin, "anew": anew, "again": self.start, "close": self.finish, "paper": partial(self.go, "close", on_paper=True),
            "show": partial(self.go, "show", on=True), "hide": partial(self.go, "show", on=False), "end": partial(self.go, "end"),
        }  # fmt: skip
        for name, button in self.buttons.items():
            button.on_click(lambda _, way=ways[name]: self.act(way))
        for row in (self.places, self.steps, self.knocks):
            row.add_class("cjm-row")
        self.steps.add_class("cjm-next")
        self.becomes = choice("becomes", "", [])
        self.becomes.on_edit(lambda field: self.go("decide", key=self.note, to=field.value()))
        self.noted = Picture(self._picked)
        self.noted.add_class("cjm-picture")
        return [self.places, self.steps, self.knocks]

    def look(self) -> None:
        """Ask the room how it is, now and then again and again, as long as this is the screen that is seen."""
        if self.latest.get(self.rounds) is self:
            self._wait(self.room.ask)
            later(EVERY, self.look)

    def start(self, host: str | None = None) -> None:
        """Open the room at this address; None is where it was, else this machine alone."""
        self._work(partial(self.room.start, host))

    def go(self, do: str, **values: Any) -> None:
        """Have the room do this."""
        self._work(partial(self.room.ask, do, **values))

    def finish(self) -> None:
        """Close the round; while somebody is still scoring this is asked once."""
        done, here = self._done
        if self._open("score") and done < here and not self.sure:
            self.sure = monotonic()
            self.refresh()
        elif not self.sure or monotonic() - self.sure > TWICE:
            self.go("close")

    def show(self) -> None:
        there, status, say = next_steps(self.status, self.rounds), self.status, self.say
        for name, button in self.buttons.items():
            first = name in there[:1] and (name == "score" or name not in status.get("did", ()))
            button.button_style, button.disabled = "primary" if first else "", bool(self._busy)
            button.description = label(name, status, say)
        if list(self.steps.children) != [self.buttons[name] for name in there]:
            self.steps.children = tuple(self.buttons[name] for name in there)
        if self.sure:
            self.buttons["close"].description = say("Close all the same")
        self._offer(self.places, self._addresses())
        knocking = [
            (say("Let in {number}", number=n), partial(self.go, "admit", number=n)) for n in status.get("knocking", ())
        ]
        self._offer(self.knocks, knocking)
        self._show_note()

    def draw(self) -> str:
        say, phase = self.say, self.status.get("phase", "")
        told = {
            "": say("No voting room is open. With one, everybody answers on their own phone: no app, no account, no name."),
            "gone": say("The room gives no answer. It comes back by itself within seconds; if not, open it again. What was given is kept."),
            "ended": say("The room is closed."),
        }  # fmt: skip
        if self.refused or phase in told:
            return html(self.refused or told[phase])
        if self._code[0] != self.status["url"]:
            self._code = (self.status["url"], self.room.qr(self.status["url"]))
        door = way_in(self.status, self.room.links(), self._code[1], say)
        return f'<div class="cjm-voting">{door}<div>{who_is_here(self.status, say)}</div></div>'

    def missing(self) -> str:
        done, here = self._done
        if not here:
            return self.say("Nobody has joined yet.") if self.status.get("url") else ""
        if self.sure:
            return self.say(
                "{done} of {all} are done. What the others have given is counted too, but they can give no more.",
                done=done,
                all=here,
            )
        if self._open():
            return self.say("Done: {done} of {all}", done=done, all=here)
        return self.say.plural("{n} person is here", "{n} people are here", here)

    def pick(self, name: str) -> None:
        """A note was chosen: what becomes of it?"""
        self.note = name
        self.refresh()
        self.noted.send({"go": ".cjm-field select"})

    @property
    def _done(self) -> tuple[int, int]:
        """How many are done, of how many."""
        people = self.status.get("people", [])
        return sum(bool(p["done"]) for p in people), len(people)

    def _open(self, kind: str = "") -> bool:
        """Whether a round is open, of this kind."""
        return self.status.get("phase") == "open" and kind in ("", self.status["kind"])

    def _addresses(self) -> list[Way]:
        """A button for each address by which phones could come in; opening the room there names the address."""
        say, there = self.say, self.status
        if self.refused or (there and not there.get("only_here")):
            return []
        real = [a for a in self.room.addresses() if not a.virtual]
        ways: list[Way] = [
            (say("Open it for phones at {ip}: {card}", ip=a.ip, card=a.card), partial(self.start, a.ip)) for a in real
        ]
        return ways if there else [*ways, (say("Open it on this machine only"), self.start)]

    def _offer(self, row: widgets.HBox, ways: Sequence[Way]) -> None:
        """A row of buttons, made anew only where it says something else: a button keeps the cursor."""
        if [button.description for button in row.children] != [label for label, _ in ways]:
            row.children = tuple(widgets.Button(description=label) for label, _ in ways)
            for button, (_, way) in zip(row.children, ways, strict=True):
                button.on_click(lambda _, way=way: self.act(way))
        for button in row.children:
            button.disabled = bool(self._busy)
        row.layout.display = "" if ways else "none"

    def _show_note(self) -> None:
        """The notes, and what may become of the one that is chosen."""
        status, say = self.status, self.say
        note = next((n for n in status.get("notes", ()) if n["key"] == self.note and self._open("collect")), None)
        self.becomes.layout.display = "" if note else "none"
        self.noted.value = notes_told(self.journey, status, say, self.note) if self._open("collect") else ""
        if note:
            self.becomes.control.description = say("What becomes of “{name}”?", name=note["name"])
            same = alike(self.journey, status, note, say)
            offer(self.becomes, [("new", say("new")), ("out", say("leave out")), *same])
            if not self._busy:  # what was chosen since is on its way
                self.becomes.put(status["proposed"][self.note])

    def _show_bar(self) -> None:
        super()._show_bar()
        if self._busy:
            self._say(self.say("one moment …"), "waiting")
        elif self.wrong:
            self.tell(self.wrong)

    def _asked(self, widget: Any, content: dict[str, Any], buffers: Any = None) -> None:
        if content.get("do") == "save":  # "Try again"
            self._work(self.room.ask)
        super()._asked(widget, content, buffers)

    def _words(self) -> dict[str, str]:
        return {**super()._words(), "undo": "", "redo": ""}  # what happened in a room is not undone

    def _work(self, go: Callable[[], Status | None]) -> None:
        """Do this while nothing else can be pressed."""
        self._busy, self.wrong, self.sure = self._busy + 1, "", 0.0
        self.show()
        self._show_bar()
        self._wait(go, 1)

    def _wait(self, go: Callable[[], Status | None], busy: int = 0) -> None:
        """Let a thread wait for the room, so that a screen beside this one takes what is typed meanwhile."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # nobody would hear of it later
            self._take(go, busy)
        else:
            done = WAITING.submit(go)
            done.add_done_callback(lambda done: loop.call_soon_threadsafe(self._take, done.result, busy))

    def _take(self, go: Callable[[], Status | None], busy: int) -> None:
        """Show what the room answers, or what is wrong; after something done the cursor is on the next step."""
        self._busy -= busy
        before = (self.status, self.wrong)
        try:
            self.status = go() or {}
            self.room.follow(self.status)
        except CJMError as error:
            self.wrong = self.say.error(error)
        self.sure = self.sure if self._open() else 0.0
        if busy or (self.status, self.wrong) != before:
            self.refresh()
        if busy:
            self.picture.send({"next": ".cjm-next button.mod-primary"})
