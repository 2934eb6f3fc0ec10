"""Change one number and see which figure moves: sliders, a table of figures at first and now, a picture that follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import anywidget
import traitlets

from cjmkit.forms.letters import bring_letters
from cjmkit.forms.screen import HERE, script
from cjmkit.language import Language


@dataclass(frozen=True)
class Slider:
    """One number that can be changed: its name, what it is at first, and between what; `step` apart."""

    id: str
    name: str
    at_first: float
    low: float
    high: float
    step: float = 1


@dataclass(frozen=True)
class Moved:
    """What follows from the numbers: figures as (name, value as shown), and an SVG or nothing."""

    figures: Sequence[tuple[str, str]]
    picture: str = ""
    note: str = ""


class TryScreen(anywidget.AnyWidget):
    """Sliders and the figures that follow from them; nothing is saved.

    Args:
        sliders: what can be changed.
        follow: from the numbers, by slider, to what follows.
        say: the language of the screen.
    """

    _esm = script("try_it.js")
    _css = HERE / "screen.css"
    sliders = traitlets.List().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    rows = traitlets.List().tag(sync=True)
    picture = traitlets.Unicode().tag(sync=True)
    note = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, sliders: Sequence[Slider], follow: Callable[[dict[str, float]], Moved], say: Language) -> None:
        bring_letters()
        self._follow = follow
        first = {one.id: one.at_first for one in sliders}
        self._first = follow(first)
        words = {"figure": say("Figure"), "first": say("at first"), "now": say("now"), "back": say("As it was")}
        words["code"] = say.code
        super().__init__(sliders=[vars(one) for one in sliders], values=first, words=words)
        self._show(self._first)
        self.observe(lambda _: self._show(self._follow(dict(self.values))), "values")

    def change(self, **values: float) -> None:
        """Move sliders, as a hand does."""
        self.values = {**self.values, **values}

    def _show(self, moved: Moved) -> None:
        rows = [[name, was, now] for (_, was), (name, now) in zip(self._first.figures, moved.figures, strict=True)]
        with self.hold_sync():
            self.rows, self.picture, self.note = rows, moved.picture, moved.note
