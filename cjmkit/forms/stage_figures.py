"""What stands inside a stage: a persona's own view of it, how many customers get there, its KPIs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from cjmkit.errors import UsageError
from cjmkit.forms import fields
from cjmkit.forms.entry import EntryLine
from cjmkit.forms.records import Records, new_id, take_field
from cjmkit.forms.screen import Screen
from cjmkit.forms.typed import parse_number
from cjmkit.journey import KPI, Reached, Stage, StageForPersona
from cjmkit.language import Language
from cjmkit.language.words import EVIDENCE

OWN = ("customer_goal", "expectations", "moves_on_when", "stops_because")


class Inside(Records):
    """The records of a list that stands inside the chosen stage."""

    def __init__(self, screen: Screen, stages: Records, part: str, *given: Any, **named: Any) -> None:
        self.stages = stages
        super().__init__(screen, part, *given, **named)

    @property
    def all(self) -> tuple[Any, ...]:
        """The list, as the chosen stage has it."""
        return tuple(getattr(self.stages.chosen, self.part)) if self.stages.chosen else ()

    def put(self, records: tuple[Any, ...], what: str = "") -> None:
        """Give the chosen stage these records."""
        if self.stages.chosen is None:
            raise UsageError("There is no stage yet. Add one first.")
        at = self.stages.at
        stages = list(self.stages.all)
        stages[at] = stages[at].model_copy(update={self.part: records})
        self.screen.edit(self.screen.journey.changed(stages=stages), what=f"stages[{at}].{what}" if what else "")


class StageFigures:
    """Counts of customers and KPIs of the chosen stage: a quick line each, and all fields below."""

    def __init__(self, screen: Screen, stages: Records) -> None:
        self.screen, self.stages = screen, stages
        say, f = screen.say, fields
        evidence = [(code, say(word)) for code, word in EVIDENCE.items()]
        self.who = f.choice("persona", say("Persona"), [("", say("all customers"))])
        self.count_line = EntryLine(self._count_line(), say("Add the count"), say, on_enter=self._count)
        self.counts = Inside(screen, stages, "reached", [
            self.who, f.number("count", say("How many"), say, low=0, whole=True), f.day("as_of", say("Counted on")),
            f.choice("evidence", say("It is"), evidence),
        ], self._count_name)  # fmt: skip
        self.kpi_line = EntryLine(self._kpi_line(), say("Add the KPI"), say, on_enter=self._kpi)
        self.kpi_list = Inside(screen, stages, "kpis", [
            f.text("name", say("Name")), f.text("unit", say("Unit")), f.number("baseline", say("At the start"), say),
            f.number("actual", say("Now"), say), f.number("target", say("Target"), say),
            f.number("benchmark", say("Benchmark: what others reach"), say),
            f.choice("better", say("Better is"), [("higher", say("higher")), ("lower", say("lower"))]),
            f.day("by", say("By when")), f.text("owner", say("Owner")), f.text("source", say("Source")),
            f.choice("evidence", say("It is"), evidence), f.day("as_of", say("Figures of")),
        ], lambda kpi: kpi.name, removed=self._kpi_removed)  # fmt: skip
        self.warning = widgets.HTML()
        self.reached = widgets.VBox([self.count_line, self.counts])
        self.kpis = widgets.VBox([self.kpi_line, self.kpi_list, self.warning])

    def show(self) -> None:
        """Show the figures of the chosen stage."""
        say = self.screen.say
        people = [(p.id, p.name or p.id) for p in self.screen.journey.personas]
        fields.offer(self.who, [("", say("all customers")), *people])
        self.count_line.fields = self._count_line()
        for records in (self.counts, self.kpi_list):
            records.show()
            records.layout.display = "" if records.all else "none"
        kpi = self.kpi_list.chosen
        same = kpi is not None and kpi.target is not None and kpi.target == kpi.benchmark
        text = say("The target is the benchmark: what others reach stands beside it, set a target of your own.")
        self.warning.value = f'<p class="cjm-fault">{text}</p>' if same else ""

    def _count_line(self) -> list[dict[str, Any]]:
        say = self.screen.say
        people = [["", say("all customers")], *([p.id, p.name or p.id] for p in self.screen.journey.personas)]
        return [
            {"name": "persona", "label": say("Persona"), "options": people, "keep": True},
            {"name": "count", "label": say("How many"), "first": True, "hint": "1 200"},
            {"name": "as_of", "label": say("Counted on"), "type": "date", "keep": True},
            {"name": "evidence", "label": say("It is"), "options": [[c, say(w)] for c, w in EVIDENCE.items()], "keep": True},
        ]  # fmt: skip

    def _kpi_line(self) -> list[dict[str, Any]]:
        say = self.screen.say
        return [
            {"name": "name", "label": say("Name of the KPI"), "first": True, "grow": True},
            {"name": "unit", "label": say("Unit"), "hint": say("days, %, pieces …")},
            {"name": "baseline", "label": say("At the start")},
            {"name": "target", "label": say("Target")},
            {"name": "better", "label": say("Better is"), "options": [["higher", say("higher")], ["lower", say("lower")]]},
        ]  # fmt: skip

    def _count(self, entry: dict[str, str]) -> None:
        """Take a count; one of the same persona and day takes its place."""
        self.screen.flush()
        count = parse_number(entry["count"], self.screen.say)
        if count is None or count < 0 or count != int(count):
            raise UsageError("This must be a whole number, not {text}.", text=entry["count"].strip())
        new = Reached.model_validate({
            "persona": entry.get("persona", ""), "count": int(count), "as_of": entry.get("as_of") or None,
            "evidence": entry.get("evidence") or "assumed",
        })  # fmt: skip
        rest = [c for c in self.counts.all if (c.persona, c.as_of) != (new.persona, new.as_of)]
        self.counts.at = len(rest)
        self.counts.put((*rest, new))

    def _kpi(self, entry: dict[str, str]) -> None:
        self.screen.flush()
        say, name = self.screen.say, entry["name"].strip()
        taken = [kpi.id for stage in self.screen.journey.stages for kpi in stage.kpis]
        new = KPI.model_validate({
            "id": new_id(name, taken, "kpi"), "name": name, "unit": entry.get("unit", "").strip(),
            "baseline": _plain(entry.get("baseline", ""), say), "target": _plain(entry.get("target", ""), say),
            "better": entry.get("better") or "higher",
        })  # fmt: skip
        self.kpi_list.at = len(self.kpi_list.all)
        self.kpi_list.put((*self.kpi_list.all, new))

    def _count_name(self, count: Reached) -> str:
        say, people = self.screen.say, {p.id: p.name or p.id for p in self.screen.journey.personas}
        who = people.get(count.persona, count.persona) or say("all customers")
        return " · ".join(part for part in (who, say.number(count.count, 0), say.date(count.as_of, "medium")) if part)

    def _kpi_removed(self, journey: Any, kpi: KPI) -> Any:
        """Without this KPI, also gone from the goal and from actions."""
        at = self.stages.at
        stages = [
            s.model_copy(update={"kpis": tuple(k for k in s.kpis if k.id != kpi.id)}) if n == at else s
            for n, s in enumerate(journey.stages)
        ]
        goal = {"kpi": ""} if journey.goal.kpi == kpi.id else {}
        actions = [a.model_copy(update={"kpi": ""}) if a.kpi == kpi.id else a for a in journey.actions]
        return journey.changed(stages=stages, goal=journey.goal.model_copy(update=goal), actions=actions)


class ByPersona(widgets.VBox):
    """What one persona wants, expects and stops at in the chosen stage, where that differs from the stage's own."""

    def __init__(self, screen: Screen, stages: Records) -> None:
        self.screen, self.stages = screen, stages
        say, f = screen.say, fields
        self.who = f.choice("persona", say("Persona"), [("", say("no persona yet"))])
        self.own: Sequence[fields.Field] = [
            f.text("customer_goal", say("Customer's goal"), long=True), f.items("expectations", say("Expectations"), say),
            f.text("moves_on_when", say("Goes on when"), long=True), f.text("stops_because", say("Stops because"), long=True),
        ]  # fmt: skip
        self.who.on_edit(lambda _: self._other())
        for field in self.own:
            field.on_edit(self._edited)
        note = widgets.Label(say("What is left empty is as in the stage itself."))
        super().__init__([self.who, fields.grid(self.own), note])

    def show(self) -> None:
        """Show what the chosen persona has of its own in the chosen stage."""
        people = [(p.id, p.name or p.id) for p in self.screen.journey.personas]
        fields.offer(self.who, people or [("", self.screen.say("no persona yet"))])
        stage: Stage | None = self.stages.chosen
        own = (stage.by_persona.get(self.who.value()) if stage else None) or StageForPersona()
        for field in self.own:
            field.put(getattr(own, field.name) or (() if field.name == "expectations" else ""))
            field.control.disabled = not (people and stage)

    def _other(self) -> None:
        self.screen.flush()
        for field in self.own:
            field.taken()
        self.show()

    def _edited(self, field: fields.Field) -> None:
        who, at = self.who.value(), self.stages.at
        what = f"stages[{at}].{who}.{field.name}"

        def take(value: Any) -> None:
            stage = self.stages.all[at]
            own = stage.by_persona.get(who, StageForPersona()).model_copy(update={field.name: value or None})
            views = {id: view for id, view in stage.by_persona.items() if id != who}
            if any(getattr(own, name) for name in OWN):
                views[who] = own
            stages = [
                s.model_copy(update={"by_persona": views}) if n == at else s for n, s in enumerate(self.stages.all)
            ]
            self.screen.edit(self.screen.journey.changed(stages=stages), what=what)

        self.screen.soon(what, lambda: take_field(self.screen, field, take))


def _plain(shown: str, say: Language) -> float | None:
    """A typed number, whole ones without a point."""
    value = parse_number(shown, say)
    return int(value) if value is not None and value == int(value) else value
