"""Taking another model of stages: see where each old stage goes, correct it, apply; nothing that stood there is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from cjmkit.errors import CJMError
from cjmkit.forms.fields import Field, choice, grid
from cjmkit.forms.screen import Screen, html
from cjmkit.forms.stage_strip import strip
from cjmkit.journey import Stage
from cjmkit.method.stage_models import proposed, switch_model

Models = Mapping[str, tuple[str, Sequence[Stage]]]


class StageSwitch(widgets.VBox):
    """A model to choose, a choice for each old stage, the strip as it would be, one button."""

    def __init__(self, screen: Screen, models: Models) -> None:
        self.screen, self.models = screen, models
        say = screen.say
        titles = [(code, f"{title} ({len(stages)})") for code, (title, stages) in models.items()]
        self.model = choice("model", say("Model"), titles, none=say("choose a model"))
        self.model.on_edit(lambda _: self._choose())
        self.fates: list[Field] = []
        self.box, self.preview = widgets.VBox(), widgets.HTML()
        self.preview.add_class("cjm-picture")
        self.apply = widgets.Button(description=say("Take this model"), layout={"align_self": "flex-start"})
        self.apply.on_click(lambda _: self.take())
        super().__init__([self.model, self.box, self.preview, self.apply])
        self.show()

    def show(self) -> None:
        """Follow the journey: its stages may have other names and touchpoints by now."""
        if [fate.name for fate in self.fates] != [s.id for s in self._old()]:
            self._choose()
        self._draw()

    def take(self) -> None:
        """Switch to the chosen model, in one step of undo."""
        self.screen.flush()
        if self.model.value() is None:
            return
        stages = self.models[self.model.value()][1]
        try:
            after = switch_model(self.screen.journey, stages, {fate.name: fate.value() for fate in self.fates})
        except CJMError as error:
            self.screen.tell(error)
            return
        self.model.put(None)
        self.screen.edit(after)

    def _old(self) -> tuple[Stage, ...]:
        return self.screen.journey.stages if self.model.value() is not None else ()

    def _choose(self) -> None:
        """Another model: a choice for each old stage, set to where it best goes."""
        say, old = self.screen.say, self._old()
        new = self.models[self.model.value()][1] if self.model.value() is not None else ()
        counts = Counter(t.stage for t in self.screen.journey.touchpoints)
        self.fates = []
        for stage, to in zip(old, proposed(old, new).values(), strict=bool(new)):
            n = say.plural("{n} touchpoint", "{n} touchpoints", counts[stage.id])
            label = say("{stage} ({n}) goes to", stage=stage.name or stage.id, n=n)
            fate = choice(stage.id, label, [(s.id, s.name or s.id) for s in new])
            fate.put(to)
            fate.on_edit(lambda _: self._draw())
            self.fates.append(fate)
        self.box.children = [grid(self.fates)] if self.fates else []
        self._draw()

    def _draw(self) -> None:
        code = self.model.value()
        self.apply.layout.display = "none" if code is None else ""
        if code is None:
            self.preview.value = ""
            return
        goes_to: dict[str, Any] = {fate.name: fate.value() for fate in self.fates}
        counts = Counter(goes_to[t.stage] for t in self.screen.journey.touchpoints if t.stage in goes_to)
        note = self.screen.say(
            "So it would look. Touchpoints, KPIs, counts and messages go along; the old stages' goals and expectations give way to the model's. Undo brings all back."
        )
        self.preview.value = html(note, kind="cjm-note") + strip(self.screen, self.models[code][1], counts)
