"""Stages: what the customer wants in each part of the journey, who gets there, by which figures; and other models of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import ipywidgets as widgets

from cjmkit.forms import fields
from cjmkit.forms.draft import Follow, OnSave
from cjmkit.forms.entry import EntryLine
from cjmkit.forms.records import Records, new_id
from cjmkit.forms.screen import Screen, html
from cjmkit.forms.stage_figures import ByPersona, StageFigures
from cjmkit.forms.stage_strip import phase_words, strip
from cjmkit.forms.stage_switch import Models, StageSwitch
from cjmkit.journey import Journey, Stage
from cjmkit.method.stage_models import neighbour, remove_stage


def edit_stages(journey: Journey, on_save: OnSave, *, models: Models, follow: Follow | None = None) -> Screen:
    """The screen for stages: add, rename, order, remove, another model; figures and customers' goals fold out.

    Args:
        journey: the map.
        on_save: gets the parts that were edited (`stages=`, `touchpoints=` ...), hands back the new journey.
        models: the models to choose from, each a title and its stages; see `cjmkit.workshop.stage_models`.
        follow: how to hear of what other screens save.
    """
    return StagesScreen(journey, on_save, models=models, follow=follow)


class StagesScreen(Screen):
    """A quick line, the list with name and phase, all else folded; the strip of stages under it."""

    def __init__(self, journey: Journey, on_save: OnSave, *, models: Models, follow: Follow | None) -> None:
        self._models = models
        super().__init__(journey, on_save, follow=follow)

    def build(self) -> Sequence[widgets.Widget]:
        say, f = self.say, fields
        phases = [[code, word] for code, word in phase_words(self).items()]
        self.line = EntryLine(
            [
                {"name": "name", "label": say("New stage"), "first": True, "grow": True, "hint": say("Delivery and first use")},
                {"name": "phase", "label": say("Part of the journey"), "options": phases, "keep": True},
            ],
            say("Add the stage"),
            say,
            on_enter=self._new_stage,
        )  # fmt: skip
        names = [f.text("name", say("Name")), f.choice("phase", say("Part of the journey"), phase_words(self).items())]
        self.stages = Records(
            self, "stages", names, lambda stage: stage.name, removed=self._removed, folds=self._folds(),
        )  # fmt: skip
        self.stages.on_choose.append(self.refresh)
        self.by_persona = ByPersona(self, self.stages)
        self.figures = StageFigures(self, self.stages)
        more = widgets.Accordion(
            [self.by_persona, self.figures.reached, self.figures.kpis],
            titles=(say("Where a persona sees it differently"), say("How many customers get here"), say("KPIs")),
        )
        first, *rest = self.stages.main.children
        details = widgets.Accordion(
            [widgets.VBox([*rest, more])], titles=(say("More of this stage: goal, personas, KPIs"),)
        )
        self.stages.main.children = [first, details]
        self.switch = StageSwitch(self, self._models)
        other = widgets.Accordion([self.switch], titles=(say("Take another model of stages"),))
        return [self.line, self.stages, *([other] if self._models else [])]

    def show(self) -> None:
        self.stages.show()
        self.by_persona.show()
        self.figures.show()
        self.switch.show()

    def missing(self) -> str:
        say, stages = self.say, self.journey.stages
        if not stages:
            return say("add the stages, or take a model")
        for n, stage in enumerate(stages, 1):
            if not stage.name:
                return say("stage {n} still needs a name", n=n)
            if stage.phase == "before" and any(s.phase == "after" for s in stages[: n - 1]):
                return say("“{stage}” stands behind the turning point but counts as before it", stage=stage.name)
        for stage in stages:
            if not stage.customer_goal and not any(p.customer_goal for p in stage.by_persona.values()):
                return say("“{stage}”: still to say what the customer wants there", stage=stage.name)
        return ""

    def draw(self) -> str:
        if not self.journey.stages:
            return html(self.say("There is no stage yet. Type one above, or take a model."), kind="cjm-note")
        counts = Counter(t.stage for t in self.journey.touchpoints)
        chosen = self.stages.chosen.id if self.stages.chosen else ""
        return strip(self, self.journey.stages, counts, chosen)

    def pick(self, name: str) -> None:
        """A stage was chosen in the strip."""
        self.stages.choose([stage.id for stage in self.journey.stages].index(name))

    def _new_stage(self, entry: dict[str, str]) -> None:
        """Put a new stage at the end of its part of the journey."""
        self.flush()
        stages, name, phase = list(self.journey.stages), entry["name"].strip(), entry.get("phase") or "before"
        new = Stage.model_validate({"id": new_id(name, [s.id for s in stages], "stage"), "name": name, "phase": phase})
        last = [n for n, stage in enumerate(stages) if stage.phase == phase]
        at = last[-1] + 1 if last else 0 if phase == "before" else len(stages)
        self.stages.at = at
        self.edit(self.journey.changed(stages=[*stages[:at], new, *stages[at:]]))

    def _removed(self, journey: Journey, stage: Stage) -> Journey:
        after = remove_stage(journey, stage.id)
        n = sum(t.stage == stage.id for t in journey.touchpoints)
        self.line.note = self.say("“{stage}” is removed.", stage=stage.name or stage.id)
        if after.stages:
            to = neighbour(journey, stage.id)
            self.line.note += " " + self.say.plural(
                "{n} touchpoint and the stage's figures stand in “{to}” now.",
                "{n} touchpoints and the stage's figures stand in “{to}” now.", n, to=to.name or to.id,
            )  # fmt: skip
        return after

    def _folds(self) -> dict[str, list[fields.Field]]:
        say, f = self.say, fields
        return {
            say("Customer's goal, expectations, what moves on, why they stop"): [
                f.text("customer_goal", say("Customer's goal"), long=True),
                f.items("expectations", say("Expectations"), say),
                f.text("moves_on_when", say("Goes on when"), long=True),
                f.text("stops_because", say("Stops because"), long=True),
                f.items("tools", say("Our tools here"), say),
            ]
        }
