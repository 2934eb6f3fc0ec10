"""The agenda on the wall: what now, how long still, what then; its clock ticks in the browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import anywidget
import traitlets

from cjmkit.charts.theme import tongue
from cjmkit.errors import CJMError
from cjmkit.forms.screen import HERE, script
from cjmkit.journey import Journey
from cjmkit.language import Language
from cjmkit.method.agenda import AGENDAS, TITLES

OLD = timedelta(hours=16)  # a clock that was started before that belongs to another workshop
KEYS = {"agenda": str, "part": int, "spent": int | float, "since": str, "started": str, "extra": dict}


class KeepsClock(Protocol):
    """What holds a client's clock: a workshop's `clock`."""

    client: str
    can_keep: bool

    @property
    def kept(self) -> Mapping[str, Any]: ...

    def keep(self, state: dict[str, Any]) -> None: ...


class Agenda(anywidget.AnyWidget):
    """An agenda to choose, and its clock; small, it is one line that shows only while the clock runs."""

    _esm = script("agenda.js")
    _css = HERE / "screen.css"
    agendas = traitlets.List().tag(sync=True)
    choice = traitlets.Unicode().tag(sync=True)
    client = traitlets.Unicode().tag(sync=True)
    clock = traitlets.Dict().tag(sync=True)
    small = traitlets.Bool().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    language = traitlets.Unicode().tag(sync=True)
    note = traitlets.Unicode().tag(sync=True)

    def __init__(self, say: Language, clock: KeepsClock, choice: str, now: datetime, *, small: bool = False) -> None:
        self._say, self._keeper = say, clock
        kept = dict(clock.kept) if goes_on(clock.kept, now) else {}
        super().__init__(
            agendas=[_told(say, name) for name in AGENDAS], choice=choice, client=clock.client, clock=kept,
            small=small, words=_words(say), language=say.code,
        )  # fmt: skip
        self.observe(self._keep, "clock")

    def _keep(self, change: Any) -> None:
        if change["new"] and not is_clock(change["new"]):
            return
        try:
            self._keeper.keep(change["new"])
            self.note = ""
        except CJMError as error:
            fault = self._say.error(error)
            self.note = self._say("The clock runs, but is not kept: {problem}", problem=fault)


def run_agenda(
    journey: Journey, *, clock: KeepsClock, choice: str = "120", now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Agenda:
    """The agenda with its clock: start, pause, the next part, five minutes more.

    Args:
        journey: the map, for its language.
        clock: holds what was kept last, and keeps what changes when a button is pressed, never by the second.
        choice: the agenda offered first: "90", "120", "half-day" or "day".
        now: the time; a clock of another day is not gone on with.
    """
    return Agenda(tongue(journey, None), clock, choice, now())


def is_clock(clock: Mapping[str, Any]) -> bool:
    """Whether this is a clock as the agenda keeps it.

    >>> is_clock({"agenda": "120", "part": 0})
    False
    """
    typed = all(isinstance(clock.get(key), kind) for key, kind in KEYS.items()) and len(clock) == len(KEYS)
    return typed and clock["agenda"] in AGENDAS and clock["part"] >= 0


def goes_on(clock: Mapping[str, Any], now: datetime) -> bool:
    """Whether a kept clock is that of the workshop that is held now."""
    try:
        return is_clock(clock) and now - datetime.fromisoformat(clock["started"]) < OLD
    except (ValueError, TypeError):  # no time, or one without its zone
        return False


def _told(say: Language, name: str) -> dict[str, Any]:
    parts = [{"minutes": part.minutes, "what": say(part.what)} for part in AGENDAS[name]]
    return {"name": name, "title": say(TITLES[name]), "parts": parts}


def _words(say: Language) -> dict[str, str]:
    return {
        "choose": say("How long do you have?"),
        "start": say("Start the clock"),
        "min": say("min"),
        "left": say("{n} min left", n="{n}"),
        "past": say("{n} min over", n="{n}"),
        "paused": say("paused"),
        "then": say("Then:"),
        "last": say("This is the last part."),
        "end": say("All of it ends at {time}", time="{time}"),
        "next": say("Next part"),
        "more": say("Five minutes more"),
        "pause": say("Pause"),
        "goon": say("Go on"),
        "back": say("One part back"),
        "over": say("Start anew"),
        "finished": say("That was the last part. Thank you."),
    }
