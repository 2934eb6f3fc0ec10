"""The action plan: from what hurts to who does what by when, and what stays as it is; at the end it is read out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import ipywidgets as widgets
import pandas as pd

from cjmkit.charts import impact_effort
from cjmkit.charts.drawing import svg
from cjmkit.charts.theme import tongue
from cjmkit.errors import UsageError
from cjmkit.forms import fields
from cjmkit.forms.draft import Follow, OnSave
from cjmkit.forms.entry import EntryLine
from cjmkit.forms.plan_told import decisions, plan_table, read_out, suggestions
from cjmkit.forms.reading import Reading, suggested
from cjmkit.forms.records import Records, new_id
from cjmkit.forms.screen import Picture, Screen, html
from cjmkit.journey import Action, Journey
from cjmkit.language.words import ACTION_KIND, STATUS
from cjmkit.method.priorities import action_rank, open_actions


def plan_actions(
    journey: Journey, on_save: OnSave, *, scores: pd.DataFrame | None, follow: Follow | None = None
) -> Screen:
    """The screen for who does what by when, begun from the lowest scores, the weakest link and the moments of truth.

    Args:
        journey: the map.
        on_save: gets `actions=` or `touchpoints=` (their decisions), hands back the new journey.
        scores: the `scores` table; of an open round nothing is shown.
        follow: how to hear of what other screens save.
    """
    return ActionsScreen(journey, on_save, scores=scores, follow=follow)


class ActionsScreen(Screen):
    """Suggestions, the quick line, details folded; under them the plan, or the plan in letters for the whole room."""

    def build(self) -> Sequence[widgets.Widget]:
        say = self.say
        self._drawn: tuple[Any, str] = (None, "")
        self._reading: Reading | None = None
        self.view = widgets.ToggleButtons(options=[(say("Plan"), "plan"), (say("Read out"), "aloud")])
        self.view.observe(lambda _: self.refresh(), "value")
        self.hints, self.stays = Picture(self._plan_for), Picture(self._decide)
        for picture in (self.hints, self.stays):
            picture.add_class("cjm-picture")
        self.line = EntryLine(self._line(), say("Add the action"), say, on_enter=self._add)
        self.details = Actions(self, *_fields(self))
        self.folds = widgets.Accordion([self.details, self.stays], titles=(
            say("Details: cause, several touchpoints, impact and effort, KPI, status"),
            say("What stays as it is: keep, watch, drop"),
        ))  # fmt: skip
        self.work = widgets.VBox([self.hints, self.line, self.folds])
        return [self.view, self.work]

    @property
    def reading(self) -> Reading:
        """What the scores say of the goal persona's path; read anew only where something changed."""
        old = self._reading
        if old is None or old.journey is not self.journey or old.scores is not self.scores:
            self._reading = old = Reading.of(self.journey, self.scores, None, None)
        return old

    def show(self) -> None:
        journey = self.journey
        self.work.layout.display = "none" if self.view.value == "aloud" else ""
        self.line.fields = self._line()
        names = [(t.id, t.name or t.id) for t in journey.touchpoints]
        kpis = [(kpi.id, kpi.name or kpi.id) for stage in journey.stages for kpi in stage.kpis]
        by_name = {field.name: field for field in self.details.fields}
        fields.offer(by_name["touchpoints"], names)
        fields.offer(by_name["kpi"], [("", self.say("no KPI yet")), *kpis])
        fields.offer(by_name["owner"], [(name, name) for name in owners(journey)])
        self.details.show()

    def missing(self) -> str:
        say, open_ = self.say, open_actions(self.journey)
        lacking = [a for a in open_ if not a.owner or not a.due]
        if lacking:
            return say.plural(
                "{n} action still needs an owner or a date", "{n} actions still need an owner or a date", len(lacking)
            )
        past = [a for a in open_ if a.due and a.due < date.today()]
        if past:
            return say.plural("{n} action should be done already: {names}", "{n} actions should be done already: {names}",
                              len(past), names=[a.title for a in past])  # fmt: skip
        return "" if open_ else say("no action yet: three to five are enough")

    def pick(self, name: str) -> None:
        """An action of the plan was chosen: its details fold out."""
        ids = [action.id for action in self.journey.actions]
        if name in ids:
            self.folds.selected_index = 0
            self.details.choose(ids.index(name))

    def draw(self) -> str:
        say, journey, reading = self.say, self.journey, self.reading
        if self.view.value == "aloud":
            return read_out(say, journey)
        ranks = action_rank(journey, reading.figures)
        self.hints.value = suggestions(say, reading, suggested(reading))
        self.stays.value = decisions(say, reading)
        chosen = self.details.chosen.id if self.details.chosen else ""
        if not journey.actions:
            return html(say("Nothing is planned yet. Choose above what hurts most, then say who does what by when."))
        return plan_table(say, journey, ranks, chosen) + self._chart(ranks)

    def _chart(self, ranks: pd.DataFrame) -> str:
        """Impact against effort, drawn anew only where something in it has changed."""
        now = ranks[["title", "impact", "effort", "rank"]].to_csv()
        if self._drawn[0] != now:
            chart = impact_effort(ranks, language=self.say.code, as_of=self.journey.as_of)
            self._drawn = (now, f'<div class="cjm-scroll">{svg(chart)}</div>')
        return self._drawn[1]

    def _line(self) -> list[dict[str, Any]]:
        say, journey = self.say, self.journey
        names = [["", say("no touchpoint")], *([t.id, t.name or t.id] for t in journey.touchpoints)]
        return [
            {"name": "touchpoint", "label": say("Touchpoint"), "options": names, "keep": True,
             "value": self.reading.weakest or ""},
            {"name": "title", "label": say("What is done"), "first": True, "grow": True, "hint": say("a weekly text message")},
            {"name": "owner", "label": say("Owner"), "options": [[n, n] for n in owners(journey)], "free": True},
            {"name": "due", "label": say("By when"), "type": "date"},
            {"name": "cause", "label": say("Because (the cause)"), "hint": say("three teams, no owner")},
        ]  # fmt: skip

    def _plan_for(self, touchpoint: str) -> None:
        """Put a suggested touchpoint into the quick line, the cursor behind it."""
        self.journey.touchpoint(touchpoint)
        self.line.send({"choose": {"touchpoint": touchpoint}})
        self.hints.send({"go": ".cjm-entry input[name=title]"})

    def _add(self, entry: dict[str, str]) -> None:
        self.flush()
        journey, title = self.journey, entry["title"].strip()
        owner, due = entry.get("owner", "").strip(), typed_day(entry.get("due", ""))
        action = Action(
            id=new_id(title, [a.id for a in journey.actions], "action"),
            title=title,
            touchpoints=(entry["touchpoint"],) if entry.get("touchpoint") else (),
            cause=entry.get("cause", "").strip(),
            owner=owner,
            due=due,
            status="agreed" if owner and due else "idea",
        )
        self.details.at = len(journey.actions)
        self.edit(journey.changed(actions=(*journey.actions, action)))

    def _decide(self, name: str) -> None:
        """Take a decision, or take it back where it is taken already."""
        id, _, decision = name.partition(" ")
        journey, now = self.journey, self.journey.touchpoint(id).decision
        value = None if now == decision else decision
        touchpoints = [t.model_copy(update={"decision": value}) if t.id == id else t for t in journey.touchpoints]
        self.edit(journey.changed(touchpoints=touchpoints))


class Actions(Records):
    """The actions; a KPI that is chosen brings where it stands and where it should, unless that was said."""

    def change(self, at: int, **values: Any) -> None:
        kpi, action = self.screen.journey.kpi(values.get("kpi", "")), self.all[at]
        if kpi and action.from_ is None and action.to is None:
            stands = kpi.baseline if kpi.actual is None else kpi.actual
            values = {**values, "from_": stands, "to": kpi.target}
        super().change(at, **values)


def _fields(screen: Screen) -> tuple[Any, ...]:
    """The part, its fields, the names in the list, a new action; the rest folded by what it answers."""
    say, f = screen.say, fields

    def new(journey: Journey) -> Action:
        return Action(id=new_id("", [a.id for a in journey.actions], "action"))

    shown = [
        f.text("title", say("What is done"), wide=True),
        f.known("owner", say("Owner")),
        f.day("due", say("By when")),
        f.text("cause", say("Why does it happen? The cause, and the cause of the cause"), long=True, wide=True),
        f.number("impact", say("Impact, 1 to 5"), say, low=1, high=5, whole=True),
        f.number("effort", say("Effort, 1 to 5"), say, low=1, high=5, whole=True),
        f.choice("kpi", say("KPI that it moves"), []),
        f.number("from_", say("from"), say),
        f.number("to", say("to"), say),
        f.choice("status", say("Status"), [(code, say(name)) for code, name in STATUS.items()]),
        f.choice("kind", say("Kind"), [(code, say(name)) for code, name in ACTION_KIND.items()]),
        f.several("touchpoints", say("Touchpoints"), []),
    ]
    return "actions", shown, lambda action: action.title, new


def owners(journey: Journey) -> list[str]:
    """Who answers for something already: teams that were there, owners of touchpoints and actions."""
    held = [team for held in journey.held for team in held.teams]
    named = [*held, *(t.owner for t in journey.touchpoints), *(a.owner for a in journey.actions)]
    return sorted({name for name in named if name}, key=tongue(journey, None).place)


def typed_day(shown: str) -> date | None:
    """A date as a date field sends it; empty is none.

    >>> typed_day("2027-06-30"), typed_day(" ")
    (datetime.date(2027, 6, 30), None)
    """
    if not shown.strip():
        return None
    try:
        return date.fromisoformat(shown.strip())
    except ValueError:
        raise UsageError(
            "This must be a date such as {example}, not “{text}”.", example="2027-06-30", text=shown
        ) from None
