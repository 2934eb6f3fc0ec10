"""What every screen has: its draft, the bar that says what is saved, undo and redo, a conflict's ways, the picture."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as widgets
import pandas as pd
import traitlets

from cjmkit.charts.theme import tongue
from cjmkit.errors import N_, CJMError
from cjmkit.forms.draft import Draft, Follow, OnSave
from cjmkit.forms.letters import bring_letters
from cjmkit.journey import Journey

HERE = Path(__file__).parent
PAUSE = 0.6  # seconds without a key after which what was typed is saved
WAYS = {
    "merge": (N_("Put both together"), N_("keeps both edits; where both changed one field, it says so first")),
    "reload": (N_("Take theirs"), N_("drops what you changed here since")),
    "keep_both": (N_("Set mine aside"), N_("goes on with theirs; yours is kept as a copy in versions/")),
}


def script(name: str) -> str:
    """A part's script, with what keeps the notebook's shortcuts out of the screen it stands in."""
    return (HERE / "guard.js").read_text("utf-8") + (HERE / name).read_text("utf-8")


class Bar(anywidget.AnyWidget):
    """The line under a screen: what is saved, undo, redo, and the ways out of a conflict."""

    _esm = script("bar.js")
    _css = HERE / "screen.css"
    text = traitlets.Unicode().tag(sync=True)
    tone = traitlets.Enum(["saved", "waiting", "problem"], "saved").tag(sync=True)
    can_undo = traitlets.Bool().tag(sync=True)
    can_redo = traitlets.Bool().tag(sync=True)
    ways = traitlets.List().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)


class Picture(anywidget.AnyWidget):
    """The picture under a screen: HTML or SVG; a click or Enter on what has `data-choose` chooses it."""

    _esm = HERE / "picture.js"
    value = traitlets.Unicode().tag(sync=True)
    chosen = traitlets.Unicode().tag(sync=True)  # marked in the picture as it is; empty: as the picture says

    def __init__(self, on_choose: Callable[[str], None]) -> None:
        super().__init__()
        self.choose = on_choose
        self.on_msg(lambda _, content, buffers: self.choose(str(content.get("choose", ""))))


class Screen(widgets.VBox):
    """A thin view of a draft: what it shows comes from the journey, what is entered goes there and is saved.

    A screen overrides `build` (its widgets, once), `show` (the journey into them), `draw` (the picture as HTML),
    `missing` (what is still to be entered) and, where something in the picture has `data-choose="id"`, `pick`.
    """

    def __init__(
        self,
        journey: Journey,
        on_save: OnSave,
        *,
        scores: pd.DataFrame | None = None,
        follow: Follow | None = None,
    ) -> None:
        bring_letters()
        self.draft = Draft(journey, on_save, scores)
        self.say = tongue(journey, None)
        self._waiting: dict[str, tuple[Callable[[], None], Any]] = {}
        self._drawing: Any = None
        self.bar = Bar(words=self._words())
        self.bar.on_msg(self._asked)
        self.picture = Picture(self._picked)
        self.picture.add_class("cjm-picture")
        super().__init__([*self.build(), self.bar, self.picture])
        self.add_class("cjm-screen")
        self.draft.on_change.append(self.refresh)
        if follow is not None:
            follow(type(self).__name__, self.draft.follow)
        self.refresh()

    @property
    def journey(self) -> Journey:
        """The journey as it is edited here."""
        return self.draft.journey

    @property
    def scores(self) -> pd.DataFrame | None:
        """The scores as they are edited here."""
        return self.draft.scores

    def build(self) -> Sequence[widgets.Widget]:
        """The widgets of this screen, made once and filled by `show`."""
        return []

    def show(self) -> None:
        """Put the journey into the widgets; called after every change."""

    def draw(self) -> str:
        """The picture of what was entered, as HTML or SVG; empty where there is none."""
        return ""

    def missing(self) -> str:
        """What is still to be entered here, as a sentence; empty where nothing is."""
        return ""

    def pick(self, name: str) -> None:
        """What was chosen in the picture, by the name in its `data-choose`."""

    def edit(self, journey: Journey | None = None, *, scores: pd.DataFrame | None = None, what: str = "") -> None:
        """Take a change into the draft, which saves it."""
        self.draft.edit(journey, scores=scores, what=what)

    def soon(self, what: str, go: Callable[[], None]) -> None:
        """Do this once nothing was typed for a moment; until then the bar says that it is not saved."""
        if what in self._waiting:
            self._waiting.pop(what)[1].cancel()
        handle = later(PAUSE, lambda: self._now(what))
        if handle is None:
            go()
            return
        self._waiting[what] = (go, handle)
        self._say(self.say("not saved yet …"), "waiting")

    def flush(self) -> None:
        """Do at once what waits for a pause in typing."""
        for what in list(self._waiting):
            self._now(what)

    def tell(self, problem: CJMError | str) -> None:
        """Say in the bar what is wrong, in one sentence."""
        self._say(self.say.error(problem) if isinstance(problem, CJMError) else problem, "problem")

    def refresh(self) -> None:
        """Show the draft as it is now: fields, bar and picture."""
        self.show()
        self._show_bar()
        if self._drawing is not None:
            self._drawing.cancel()
        self._drawing = later(0.0, self._draw)
        if self._drawing is None:
            self._draw()

    def _draw(self) -> None:
        self._drawing = None
        try:
            self.picture.value = self.draw()
        except CJMError as error:
            self.picture.value = html(self.say.error(error), kind="cjm-fault")

    def act(self, go: Callable[[], None]) -> None:
        """Do this, what waits for a pause first; a fault is said in the bar."""
        self.flush()
        try:
            go()
        except CJMError as error:
            self.tell(error)

    def _picked(self, name: str) -> None:
        self.act(lambda: self.pick(name))

    def _now(self, what: str) -> None:
        if what not in self._waiting:
            return
        go, handle = self._waiting.pop(what)
        handle.cancel()
        try:
            go()
        except CJMError as error:
            self.tell(error)

    def _show_bar(self) -> None:
        """Say what is saved and what is missing, and which ways there are."""
        draft, conflict = self.draft, self.draft.conflict
        self.bar.can_undo, self.bar.can_redo = draft.can_undo, draft.can_redo
        self.bar.ways = [
            {"name": name, "label": self.say(WAYS[name][0]), "about": self.say(WAYS[name][1])}
            for name in WAYS
            if conflict and name in conflict.ways
        ]
        if draft.problem is not None:
            self.tell(self._told(draft.problem))
            return
        saved = self.say("saved {time}", time=f"{draft.saved_at:%H:%M:%S}") if draft.saved_at else ""
        self._say(" · ".join(part for part in (saved, self.missing()) if part), "saved")

    def _told(self, problem: CJMError) -> str:
        if self.draft.conflict is None:
            still = self.say("What you entered is still here, not saved.")
            return f"{self.say.error(problem)} {still}"
        clashes = problem.values.get("places")
        if clashes:
            return self.say("Both edits changed the same places differently: {places}.", places=clashes)
        return self.say(
            "Somebody else saved this client since you opened it here. What you entered is still here, not saved."
        )

    def _say(self, text: str, tone: str) -> None:
        self.bar.text, self.bar.tone = text, tone

    def _asked(self, _: Any, content: dict[str, Any], buffers: Any = None) -> None:
        """What the bar asks for: whether anybody is here, or what its buttons say."""
        if content.get("do") == "ping":
            self.bar.send({"pong": True})
            return
        self.flush()
        draft = self.draft
        go = {"undo": draft.undo, "redo": draft.redo, "save": draft.save}.get(content.get("do", ""))
        if go:
            go()
        elif content.get("do") == "settle":
            self.act(lambda: draft.settle(str(content.get("way"))))

    def _words(self) -> dict[str, str]:
        say = self.say
        return {
            "undo": say("Undo"),
            "redo": say("Redo"),
            "again": say("Try again"),
            "cut": say("No answer from the kernel: what you type now is not saved. Copy it, then run all cells again."),
        }


def later(seconds: float, go: Callable[[], None]) -> asyncio.TimerHandle | None:
    """Do this after so many seconds on the kernel's loop; None where there is no loop to wait on."""
    try:
        return asyncio.get_running_loop().call_later(seconds, go)
    except RuntimeError:
        return None


def html(sentence: str, *, of: str = "p", kind: str = "") -> str:
    """A sentence as an HTML element, its signs escaped.

    >>> html("a < b", kind="note")
    '<p class="note">a &lt; b</p>'
    """
    return f'<{of} class="{kind}">{escape(sentence)}</{of}>'
