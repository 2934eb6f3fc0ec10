"""The paths: who goes which way through the touchpoints, ticked on the board and moved along."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import ipywidgets as widgets

from cjmkit.forms import fields
from cjmkit.forms.boards import board, path_rows, step_card
from cjmkit.forms.draft import Follow, OnSave
from cjmkit.forms.records import Records
from cjmkit.forms.screen import Screen, html
from cjmkit.journey import Journey, Path
from cjmkit.journey.ids import new_id
from cjmkit.method.touchpoints import placed


def edit_paths(journey: Journey, on_save: OnSave, *, follow: Follow | None = None) -> Screen:
    """The screen for paths: which touchpoints a persona meets, in which order; the paths stand below each other.

    Args:
        journey: the map.
        on_save: gets `paths=`, hands back the new journey.
        follow: how to hear of what other screens save.
    """
    return PathsScreen(journey, on_save, follow=follow)


class PathsScreen(Screen):
    """Choose a path; tick its touchpoints on the board; move a step along; all paths compared below."""

    def build(self) -> Sequence[widgets.Widget]:
        say = self.say
        self._showing = False
        self.paths = Records(
            self, "paths",
            [fields.text("name", say("Name of the path"), say("shop, then web")), fields.choice("persona", say("Persona"), [])],
            self._named, self._new, extra=[self._steps()],
        )  # fmt: skip
        self.paths.on_choose.append(self.refresh)
        return [self.paths]

    def show(self) -> None:
        people = [(p.id, p.name or p.id) for p in self.journey.personas]
        fields.offer(self.paths.fields[1], [("", self.say("any persona")), *people])
        self.paths.show()
        path, chosen = self.paths.chosen, self.steps.value
        self._showing = True
        along = self.journey.along(path) if path else ()
        options = [(f"{n}. {t.name or '…'}", t.id) for n, t in enumerate(along, 1)]
        if list(self.steps.options) != options:
            self.steps.options = options
        ids = [t.id for t in along]
        self.steps.value = chosen if chosen in ids else (ids[0] if ids else None)
        self.steps.rows = max(4, min(len(ids), 10))
        self._showing = False

    def draw(self) -> str:
        path = self.paths.chosen
        if path is None:
            return html(
                self.say(
                    "No path yet: every persona meets all touchpoints, stage after stage. Add a path to change that."
                )
            )
        title = html(
            self.say("“{path}”: choose a card to put it on the path or to take it off", path=path.name or "…"), of="h4"
        )
        cards = board(self.journey, self.say, partial(step_card, path=path, chosen=self.steps.value), marks=False)
        return title + cards + html(self.say("All paths"), of="h4") + path_rows(self.journey, self.say)

    def pick(self, name: str) -> None:
        """Put a touchpoint on the chosen path, at its stage's place, or take it off."""
        path = self.paths.chosen
        if path is None:
            return
        on = name in path.touchpoints
        rest = tuple(id for id in path.touchpoints if id != name)
        self._go(rest if on else placed(self.journey, path.touchpoints, name), None if on else name)

    def move(self, by: int) -> None:
        """Move the chosen step earlier (-1) or later (1)."""
        steps = list(dict.fromkeys(self.paths.chosen.touchpoints)) if self.paths.chosen else []
        at = steps.index(self.steps.value) if self.steps.value in steps else -1
        if at >= 0 and 0 <= at + by < len(steps):
            steps[at], steps[at + by] = steps[at + by], steps[at]
            self._go(tuple(steps), self.steps.value)

    def missing(self) -> str:
        say, paths = self.say, self.journey.paths
        empty = [p.name or p.id for p in paths if not p.touchpoints]
        on = {id for path in paths for id in path.touchpoints}
        off = [t for t in self.journey.touchpoints if paths and t.id not in on]
        parts = [say("“{path}” has no step yet", path=empty[0])] if empty else []
        if off:
            parts.append(say.plural("{n} touchpoint is on no path", "{n} touchpoints are on no path", len(off)))
        return " · ".join(parts)

    def _steps(self) -> widgets.Widget:
        say = self.say
        self.steps = widgets.Select(description=say("Steps, in order"), rows=4)
        self.steps.observe(self._stepped, "value")
        buttons = []
        for name, by in ((say("Earlier"), -1), (say("Later"), 1), (say("Take off"), 0)):
            button = widgets.Button(description=name)
            button.on_click(partial(self._pressed, by))
            buttons.append(button)
        self.earlier, self.later, self.off = buttons
        row = widgets.HBox(buttons)
        row.add_class("cjm-row")
        return widgets.VBox([self.steps, row])

    def _stepped(self, _: Any) -> None:
        if not self._showing:
            self.refresh()

    def _pressed(self, by: int, _: Any) -> None:
        if by:
            self.act(lambda: self.move(by))
        elif self.steps.value is not None:
            self.act(lambda: self.pick(self.steps.value))

    def _go(self, steps: Sequence[str], chosen: str | None) -> None:
        path = self.paths.chosen.model_copy(update={"touchpoints": tuple(steps)})
        self.edit(self.journey.changed(paths=[path if p.id == path.id else p for p in self.journey.paths]))
        if chosen is not None and chosen in [id for _, id in self.steps.options]:
            self.steps.value = chosen

    def _new(self, journey: Journey) -> Path:
        """The first path of a persona has all that this persona meets; a further one begins like the chosen one."""
        with_path = {path.persona for path in journey.paths}
        without = [p.id for p in journey.personas if p.id not in with_path]
        now = self.paths.chosen
        who = without[0] if without else now.persona if now else ""
        steps = journey.path(who).touchpoints if without or now is None else now.touchpoints
        name = journey.persona(who).name if who else ""
        return Path(id=new_id(name, [p.id for p in journey.paths], "path"), name=name, persona=who, touchpoints=steps)

    def _named(self, path: Path) -> str:
        who = self.journey.persona(path.persona).name if path.persona else ""
        return " · ".join(filter(None, (path.name, who if who != path.name else "")))
