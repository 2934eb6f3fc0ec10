"""One person at the laptop: what they are asked and what they give; the widget holds nothing of anybody else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import traitlets

from cjmkit.charts.words import short
from cjmkit.errors import CJMError
from cjmkit.forms.screen import HERE
from cjmkit.journey import Journey, Touchpoint
from cjmkit.language import Language
from cjmkit.method.rounds import DOTS, scale_points


class Ballot(anywidget.AnyWidget):
    """Asks who it is, then each situation, then the dots; `start`, `answer` and `finish` do what a person does.

    Args:
        say: the language of its words.
        on_start: takes nickname and team; answers the name to go by, or raises what is wrong with it.
        on_answer: takes the column of `scores`, the touchpoint and the number, each time one is given.
        on_done: the person has left.
    """

    _esm = HERE / "ballot.js"
    _css = HERE / "scoring.css"
    who = traitlets.Unicode().tag(sync=True)
    asks = traitlets.List().tag(sync=True)
    touchpoints = traitlets.List().tag(sync=True)
    points = traitlets.List().tag(sync=True)
    dots = traitlets.Dict().tag(sync=True)
    question = traitlets.Unicode().tag(sync=True)
    names = traitlets.List().tag(sync=True)
    teams = traitlets.List().tag(sync=True)
    given = traitlets.Dict().tag(sync=True)
    note = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        say: Language,
        *,
        on_start: Callable[[str, str], str],
        on_answer: Callable[[str, str, float], None],
        on_done: Callable[[], None],
    ) -> None:
        self._say, self._on_start, self._on_answer, self._on_done = say, on_start, on_answer, on_done
        super().__init__(words=_words(say), dots=DOTS)
        self.on_msg(self._heard)

    def ask(self, journey: Journey, touchpoints: Sequence[Touchpoint], asks: Sequence[str], question: str) -> None:
        """Ask this of whoever sits down next: situations, no stage."""
        self.asks = [name for name in ("score", *DOTS) if name in asks]
        self.touchpoints = [
            {"id": t.id, "number": n, "name": t.name or t.id, "doing": t.doing} for n, t in enumerate(touchpoints, 1)
        ]
        self.points = buttons(journey, self._say)
        self.question = question

    def start(self, nickname: str, team: str) -> None:
        """Sit down; a nickname that cannot be is told."""
        try:
            who = self._on_start(nickname, team)
        except CJMError as error:
            self.note = self._say.error(error)
            return
        self.given, self.note, self.who = {}, "", who

    def answer(self, column: str, touchpoint: str, value: float) -> None:
        """Give a score, or so many dots."""
        if self.who:
            self.given = {**self.given, column: {**self.given.get(column, {}), touchpoint: value}}
            self._on_answer(column, touchpoint, value)

    def finish(self) -> None:
        """Leave: the screen is empty for the next person."""
        if self.who:
            self._on_done()
            self.given, self.note, self.who = {}, "", ""

    def _heard(self, _: Any, content: dict[str, Any], buffers: Any = None) -> None:
        if "start" in content:
            self.start(*map(str, content["start"]))
        elif "answer" in content:
            column, touchpoint, value = content["answer"]
            self.answer(str(column), str(touchpoint), float(value))
        elif "done" in content:
            self.finish()


def buttons(journey: Journey, say: Language) -> list[dict[str, Any]]:
    """The points of the scale as buttons: value, how it is written, its label, the key that gives it.

    >>> from cjmkit.language import speak
    >>> [p["key"] for p in buttons(Journey(), speak("en"))]
    ['1', '2', '3', '4', '5']
    """
    values = scale_points(journey.scale)
    digits = all(value in range(11) for value in values)
    found = []
    for n, value in enumerate(values, 1):
        key = f"{value:g}" if digits else str(n)
        key = key if len(key) == 1 else "0" if n == 10 else ""
        label = journey.scale.labels.get(f"{value:g}", "")
        found.append({"value": value, "shown": short(say, value), "label": label, "key": key})
    return found


def _words(say: Language) -> dict[str, str]:
    return {
        "off": say("Turn the projector off, then score one after another."),
        "about": say("Nobody sees what others gave until it is revealed. Sit so that only you see the screen."),
        "name": say("Your nickname"),
        "team": say("Your team"),
        "start": say("Begin"),
        "back": say("Back"),
        "next": say("Next"),
        "keys": say("Press a number key or choose with the arrows; Backspace goes back."),
        "dotkeys": say("Arrow down and up choose, + and − put a dot or take it back."),
        "importance": say("What matters most to the customer? Put your dots there."),
        "moment_of_truth": say("Where does the customer decide to go on or leave? Put your dots there."),
        "left": say("{n} of {most} dots left", n="{n}", most="{most}"),
        "more": say("one dot more"),
        "less": say("one dot less"),
        "check": say("Anything to change? After this nobody can look back."),
        "open": say("Not scored yet:"),
        "done": say("Done, clear the screen"),
        "handover": say("What you gave is saved. The next person sees nothing of it."),
    }
