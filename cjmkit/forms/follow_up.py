"""Following up: what became of each action, and where each KPI stands between where it was and where it should be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from html import escape
from typing import Any

import ipywidgets as widgets

from cjmkit.charts.theme import ACCENT, BAR, INK, PAIN
from cjmkit.charts.words import joined
from cjmkit.forms import fields
from cjmkit.forms.draft import Follow, OnSave
from cjmkit.forms.fields import Field, grid
from cjmkit.forms.records import take_field
from cjmkit.forms.screen import Screen, html
from cjmkit.forms.table import date_cell, due_cell, fault, table
from cjmkit.forms.typed import shown_number
from cjmkit.journey import KPI, Action, Journey
from cjmkit.language.words import STATUS
from cjmkit.method.reviews import follow_up, kpis, way, with_actual

WIDE, EDGE = 220, 12  # of a KPI's track, in pixels
OVER = ("done", "dropped")


def follow_up_actions(
    journey: Journey, on_save: OnSave, *, follow: Follow | None = None, today: Callable[[], date] = date.today
) -> Screen:
    """The screen for what became of the plan: each action's status and date, each KPI's figure of today.

    Args:
        journey: the map.
        on_save: gets `actions=` or `stages=` (their KPIs), hands back the new journey.
        follow: how to hear of what other screens save.
        today: the day from which something is overdue; a KPI's new figure bears it.
    """
    return FollowUpScreen(journey, on_save, follow=follow, today=today)


class FollowUpScreen(Screen):
    """A line for each action, a field for each KPI: all in sight, nothing to open first."""

    def __init__(self, journey: Journey, on_save: OnSave, *, follow: Follow | None, today: Callable[[], date]) -> None:
        self.today = today
        self.of_action: dict[str, tuple[widgets.HTML, Field, Field]] = {}
        self.of_kpi: dict[str, Field] = {}
        super().__init__(journey, on_save, follow=follow)

    def build(self) -> Sequence[widgets.Widget]:
        say = self.say
        self.actions, self.figures = widgets.VBox(), widgets.VBox()
        self.plan = widgets.HTML(html(say("What became of the actions"), of="h4"))
        self.today_s = widgets.HTML(html(say("Where the figures stand today"), of="h4"))
        return [self.plan, self.actions, self.today_s, self.figures]

    def show(self) -> None:
        if [*self.of_action] != [action.id for action in self.journey.actions]:
            self.of_action = {action.id: self._action_fields(action.id) for action in self.journey.actions}
            self.actions.children = [self._line(*found) for found in self.of_action.values()]
        wanted = {kpi.id: self._label(kpi) for kpi in kpis(self.journey)}
        if {id: field.control.description for id, field in self.of_kpi.items()} != wanted:
            self.of_kpi = {id: self._kpi_field(id, label) for id, label in wanted.items()}
            self.figures.children = [grid([*self.of_kpi.values()])] if wanted else []
        self.plan.layout.display = "" if self.journey.actions else "none"
        self.today_s.layout.display = "" if wanted else "none"
        for action in self.journey.actions:
            name, status, due = self.of_action[action.id]
            name.value = html(joined(action.title or action.id, action.owner or self.say("nobody yet")))
            status.put(action.status)
            due.put(action.due)
        for kpi in kpis(self.journey):
            self.of_kpi[kpi.id].put(kpi.actual)

    def missing(self) -> str:
        say = self.say
        late = sum(when == "overdue" for _, when in follow_up(self.journey, self.today()))
        if late:
            return say.plural("{n} action is overdue", "{n} actions are overdue", late)
        unmeasured = sum(kpi.actual is None for kpi in kpis(self.journey))
        return (
            say.plural("{n} KPI was not measured again", "{n} KPIs were not measured again", unmeasured)
            if unmeasured
            else ""
        )

    def draw(self) -> str:
        say = self.say
        if not self.journey.actions and not kpis(self.journey):
            return html(say("There is no action and no KPI yet. The plan is made in 07_action_plan."), kind="cjm-note")
        return self._plan() + self._tracks()

    def _plan(self) -> str:
        say, due = self.say, follow_up(self.journey, self.today())
        if not due:
            return html(say("There is no action yet. The plan is made in 07_action_plan."), kind="cjm-note")
        late = sum(when == "overdue" for _, when in due)
        done = sum(action.status == "done" for action, _ in due)
        count = say("{done} of {all} done", done=say.number(done, 0), all=say.number(len(due), 0))
        overdue = say("{n} overdue", n=say.number(late, 0)) if late else ""
        heads = (say("Action"), say("Owner"), say("Due"), say("Status"), say("KPI"))
        rows = [self._row(action, when) for action, when in due]
        return html(joined(count, overdue), of="h4") + table(heads, rows)

    def _row(self, action: Action, when: str) -> Sequence[str]:
        say, kpi = self.say, self.journey.kpi(action.kpi)
        title = escape(action.title or action.id)
        if when == "overdue":
            day = due_cell(say, action.due, self.today())
        else:
            day = date_cell(say, action.due) or (fault(say("no date")) if when == "undated" else "")
        status = f"{'✓ ' if action.status == 'done' else ''}{say(STATUS[action.status])}"
        return (
            f"<s>{title}</s>" if action.status == "dropped" else title,
            escape(action.owner) or ("" if action.status in OVER else fault(say("nobody yet"))),
            day,
            escape(status),
            escape(f"{kpi.name}: {self._from_to(kpi, action)}") if kpi else "",
        )

    def _tracks(self) -> str:
        """Each KPI on its way: where it was, where it is, where it should be."""
        say, every = self.say, kpis(self.journey)
        if not every:
            return ""
        rows = []
        for kpi in every:
            gone = way(kpi.baseline, kpi.actual, kpi.target)
            if kpi.actual is None:
                told = fault(say("not measured again"))
            elif gone is None:
                told = escape(self._number(kpi.actual))
            else:
                told = (
                    escape(say("{share} of the way", share=say.percent(gone)))
                    if gone >= 0
                    else fault(say("the wrong way"))
                )
            name = joined(kpi.name or kpi.id, say("the goal's") if kpi.id == self.journey.goal.kpi else "")
            rows.append((escape(name), track(self, kpi), told, date_cell(say, kpi.by)))
        heads = (say("KPI"), say("was ○ is ● should be ◇"), say("How far"), say("By when"))
        return html(say("How far the figures have come"), of="h4") + table(heads, rows)

    def _action_fields(self, id: str) -> tuple[widgets.HTML, Field, Field]:
        say = self.say
        status = fields.choice("status", say("Status"), [(code, say(STATUS[code])) for code in STATUS])
        due = fields.day("due", say("Due"))
        for field in (status, due):
            field.on_edit(lambda field: self._take(field, lambda value: self._act(id, field.name, value)))
        return widgets.HTML(), status, due

    def _kpi_field(self, id: str, label: str) -> Field:
        field = fields.number(id, label, self.say)
        take: Callable[[Any], None] = lambda value: self.edit(  # noqa: E731
            with_actual(self.journey, id, value, self.today()), what=f"kpi {id}"
        )
        field.on_edit(lambda field: self.soon(f"kpi {id}", lambda: take_field(self, field, take)))
        return field

    def _take(self, field: Field, take: Callable[[Any], None]) -> None:
        self.flush()
        take_field(self, field, take)

    def _act(self, id: str, name: str, value: Any) -> None:
        actions = [a.model_copy(update={name: value}) if a.id == id else a for a in self.journey.actions]
        self.edit(self.journey.changed(actions=actions), what=f"actions[{id}].{name}")

    def _line(self, name: widgets.HTML, status: Field, due: Field) -> widgets.Box:
        line = widgets.Box([name, status, due])
        line.add_class("cjm-follow")
        return line

    def _label(self, kpi: KPI) -> str:
        return f"{kpi.name or kpi.id}: {self._from_to(kpi)}"

    def _from_to(self, kpi: KPI, action: Action | None = None) -> str:
        low = kpi.baseline if action is None or action.from_ is None else action.from_
        high = kpi.target if action is None or action.to is None else action.to
        return f"{self._number(low)} → {self._number(high)} {kpi.unit}".strip().replace(" ", "\u00a0")

    def _number(self, value: float | None) -> str:
        return "–" if value is None else shown_number(value, self.say)


def track(screen: Screen, kpi: KPI) -> str:
    """A KPI as a line from where it was to where it should be, with where it is; hollow was, solid is."""
    say, gone = screen.say, way(kpi.baseline, kpi.actual, kpi.target)
    was, now, should = (shown_number(value, say) or "–" for value in (kpi.baseline, kpi.actual, kpi.target))
    told = say(
        "{kpi}: was {was}, is {now}, should be {should}", kpi=kpi.name or kpi.id, was=was, now=now, should=should
    )
    start, end = (_at(share) for share in (0.0, 1.0))
    marks, high = "", 20
    if gone is not None:
        high = 38
        x, colour = _at(gone), PAIN if gone < 0 else ACCENT
        marks = (
            f'<line x1="{start}" y1="10" x2="{x}" y2="10" stroke="{colour}" stroke-width="4"/>'
            f'<circle cx="{x}" cy="10" r="7" fill="{colour}"/>'
            f'<text x="{x}" y="34" text-anchor="middle" font-weight="600">{escape(now)}</text>'
        )
    return (
        f'<span class="cjm-track"><span>{escape(was)}</span>'
        f'<svg width="{WIDE}" height="{high}" viewBox="0 0 {WIDE} {high}" role="img" aria-label="{escape(told)}" font-size="15">'
        f'<line x1="{start}" y1="10" x2="{end}" y2="10" stroke="{BAR}" stroke-width="2"/>'
        f'<circle cx="{start}" cy="10" r="6" fill="#fff" stroke="{INK}" stroke-width="2"/>'
        f'<path d="M{end},2l8,8l-8,8l-8,-8Z" fill="#fff" stroke="{INK}" stroke-width="2"/>{marks}</svg>'
        f"<span>{escape(f'{should} {kpi.unit}'.strip())}</span></span>"
    )


def _at(share: float) -> int:
    """Where on a track this share of the way lies; a quarter of it is room on either side."""
    return round(EDGE + (WIDE - 2 * EDGE) * (min(max(share, -0.25), 1.25) + 0.25) / 1.5)
