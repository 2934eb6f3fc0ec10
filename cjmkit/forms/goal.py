"""Goal and scope: why the map is made, what should change, for whom, by which figure, by when."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import ipywidgets as widgets

from cjmkit.errors import UsageError
from cjmkit.forms import fields
from cjmkit.forms.draft import Follow, OnSave
from cjmkit.forms.entry import EntryLine
from cjmkit.forms.records import new_id
from cjmkit.forms.screen import Screen, html
from cjmkit.forms.sheet import Sheet, with_value
from cjmkit.forms.typed import shown_number
from cjmkit.journey import KPI, Journey
from cjmkit.language.words import JOURNEY_KIND
from cjmkit.method.goals import goal_faults

BLANK = "______"
OF_KPI = {"goal.from_": "baseline", "goal.to": "target", "goal.by": "by"}


def edit_goal(journey: Journey, on_save: OnSave, *, follow: Follow | None = None) -> Screen:
    """The screen for goal and scope; the goal is read out under it, with what makes it vague.

    Args:
        journey: the map.
        on_save: gets the parts that were edited (`goal=`, `scope=`, `title=` ...), hands back the new journey.
        follow: how to hear of what other screens save.
    """
    return GoalScreen(journey, on_save, follow=follow)


class GoalScreen(Screen):
    """Why and what in full sight; the map's own facts and its scope fold out."""

    def build(self) -> Sequence[widgets.Widget]:
        say, f = self.say, fields
        self.goal = Sheet(self, [
            f.text("goal.why", say("Why: what happens today?"), say("Every fourth waiting customer cancels."), long=True, wide=True),
            f.text("goal.change", say("What should change?"), say("Nobody waits without news."), long=True, wide=True),
            f.choice("goal.persona", say("For whom"), [("", say("nobody named yet"))]),
            f.choice("goal.kpi", say("By which KPI"), [("", say("no KPI yet"))]),
            f.number("goal.from_", say("Stands at"), say),
            f.number("goal.to", say("Should reach"), say),
            f.day("goal.by", say("By when")),
        ], in_step)  # fmt: skip
        self.map = Sheet(self, [
            f.text("title", say("Title of the map"), say("Buying a fridge")),
            f.choice("kind", say("Kind of map"), [(code, say(name)) for code, name in JOURNEY_KIND.items()]),
            f.text("turning_point", say("Turning point"), say("purchase, contract, decision received …")),
            f.day("as_of", say("Date of the map")),
            f.text("scope.starts", say("The journey starts with"), say("the old fridge fails")),
            f.text("scope.ends", say("The journey ends with"), say("the next purchase")),
            f.text("scope.market", say("Market"), wide=True),
        ])  # fmt: skip
        self.line = EntryLine(self._line(), say("Add the KPI"), say, on_enter=self._new_kpi)
        self.line.add_class("cjm-row")
        self.folds = widgets.Accordion(
            [self.line, self.map],
            titles=(
                say("The KPI is not in the list: name a new one"),
                say("Title, kind, date, start and end of the map"),
            ),
        )
        return [self.goal, self.folds]

    def show(self) -> None:
        by_name = {field.name: field for field in self.goal.fields}
        personas = [(p.id, p.name or p.id) for p in self.journey.personas]
        fields.offer(by_name["goal.persona"], [("", self.say("nobody named yet")), *personas])
        kpis = [(kpi.id, _kpi_name(kpi, stage.name)) for stage in self.journey.stages for kpi in stage.kpis]
        fields.offer(by_name["goal.kpi"], [("", self.say("no KPI yet")), *kpis])
        self.line.fields = self._line()
        self.goal.show()
        self.map.show()

    def missing(self) -> str:
        say, journey, goal = self.say, self.journey, self.journey.goal
        gaps = [
            (goal.why, say("why")), (goal.change, say("what should change")), (goal.persona, say("for whom")),
            (goal.kpi, say("the KPI")), (goal.from_ is not None, say("from what")), (goal.to is not None, say("to what")),
            (goal.by, say("by when")), (journey.title, say("the map's title")), (journey.as_of, say("the map's date")),
        ]  # fmt: skip
        missing = [name for there, name in gaps if not there]
        return say("still missing: {what}", what=say.list(missing)) if missing else ""

    def draw(self) -> str:
        say, journey, goal = self.say, self.journey, self.journey.goal
        aim = "".join(f'<p class="cjm-aloud">{escape(text)}</p>' for text in read_aloud(self) if text)
        doubts = [html(_sentence(say(fault.sentence)), kind="cjm-fault") for fault in goal_faults(journey)]
        if goal.change and not (goal.kpi and goal.to is not None and goal.by):
            doubts.insert(0, html(self._vague(), kind="cjm-fault"))
        kpi = journey.kpi(goal.kpi)
        beside = ""
        if kpi and kpi.benchmark is not None:
            text = say("Benchmark beside it, not a target: {figure}.", figure=_figure(self, kpi.benchmark, kpi.unit))
            beside = html(text, kind="cjm-note")
        return html(say("The goal, read aloud"), of="h4") + aim + beside + "".join(doubts)

    def _vague(self) -> str:
        say, goal = self.say, self.journey.goal
        gaps = [(goal.kpi, say("no KPI")), (goal.to is not None, say("no figure")), (goal.by, say("no date"))]
        lacks = say.list([name for there, name in gaps if not there])
        return say("“{change}” is still a wish: {lacks}. Who could say next year whether it came true?",
                   change=goal.change, lacks=lacks)  # fmt: skip

    def _line(self) -> list[dict[str, Any]]:
        say = self.say
        stages = [[stage.id, stage.name or stage.id] for stage in self.journey.stages]
        return [
            {"name": "name", "label": say("Name of the KPI"), "first": True, "grow": True, "hint": say("days without news")},
            {"name": "unit", "label": say("Unit"), "hint": say("days, %, pieces …")},
            {"name": "stage", "label": say("Stage"), "options": stages, "keep": True},
            {"name": "better", "label": say("Better is"), "options": [["higher", say("higher")], ["lower", say("lower")]]},
        ]  # fmt: skip

    def _new_kpi(self, entry: dict[str, str]) -> None:
        """Put a new KPI into its stage and make it the goal's, in one step."""
        self.flush()
        journey, name = self.journey, entry["name"].strip()
        if not journey.stages:
            raise UsageError("There is no stage yet to hold the KPI. Add the stages first, in the notebook 02_stages.")
        stage = journey.stage(entry.get("stage") or journey.stages[0].id)
        taken = [kpi.id for s in journey.stages for kpi in s.kpis]
        goal = journey.goal
        kpi = KPI.model_validate({
            "id": new_id(name, taken, "kpi"), "name": name, "unit": entry.get("unit", "").strip(),
            "better": entry.get("better") or "higher", "baseline": goal.from_, "target": goal.to, "by": goal.by,
        })  # fmt: skip
        stages = [
            s.model_copy(update={"kpis": (*s.kpis, kpi)}) if s.id == stage.id else s for s in journey.stages
        ]  # fmt: skip
        self.edit(journey.changed(stages=stages, goal=goal.model_copy(update={"kpi": kpi.id})))
        self.line.note = self.say("“{kpi}” stands in the stage “{stage}” and is the goal's KPI.",
                                  kpi=name, stage=stage.name or stage.id)  # fmt: skip


def in_step(journey: Journey, name: str, value: Any) -> Journey:
    """The journey with this value of the goal; its KPI says the same where it said the same, or nothing, before."""
    before, kpi = journey.goal, journey.kpi(journey.goal.kpi)
    if name == "goal.kpi":
        new = journey.kpi(value)
        empty = {"from_": before.from_ is None, "to": before.to is None, "by": before.by is None}
        found = {"from_": new.baseline, "to": new.target, "by": new.by} if new else {}
        filled = {field: found[field] for field in found if empty[field]}
        return journey.changed(goal=before.model_copy(update={"kpi": value, **filled}))
    after = with_value(journey, name, value)
    if name not in OF_KPI or kpi is None:
        return after
    if getattr(kpi, OF_KPI[name]) not in (None, getattr(before, name.removeprefix("goal."))):
        return after
    moved = kpi.model_copy(update={OF_KPI[name]: value})
    stages = [
        s.model_copy(update={"kpis": tuple(moved if k.id == kpi.id else k for k in s.kpis)}) for s in after.stages
    ]  # fmt: skip
    return after.changed(stages=stages)


def read_aloud(screen: Screen) -> list[str]:
    """The goal in sentences to be read out; what is not said yet stands as a blank."""
    say, journey, goal = screen.say, screen.journey, screen.journey.goal
    kpi = journey.kpi(goal.kpi)
    unit = kpi.unit if kpi else ""
    who = journey.persona(goal.persona).name if goal.persona else ""
    return [
        say("Today: {why}", why=goal.why or BLANK),
        say("For {persona} this should change: {change}", persona=who or BLANK, change=goal.change or BLANK),
        say("We shall see it by {kpi}: from {low} to {high} by {date}.",
            kpi=say("“{quote}”", quote=kpi.name or kpi.id) if kpi else BLANK, low=_figure(screen, goal.from_, ""),
            high=_figure(screen, goal.to, unit), date=say.date(goal.by) or BLANK),
    ]  # fmt: skip


def _figure(screen: Screen, value: float | None, unit: str) -> str:
    if value is None:
        return BLANK
    return f"{shown_number(value, screen.say)} {unit}".strip().replace(" ", "\u00a0")


def _kpi_name(kpi: KPI, stage: str) -> str:
    unit = f" ({kpi.unit})" if kpi.unit else ""
    return f"{kpi.name or kpi.id}{unit} · {stage}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
