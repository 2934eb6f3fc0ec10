"""Which events of the log belong to which touchpoint, and the log's counts taken into the map."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from html import escape
from typing import Any

import ipywidgets as widgets
import pandas as pd

from cjmkit.errors import UsageError
from cjmkit.forms.draft import Follow, OnSave
from cjmkit.forms.screen import Screen, html
from cjmkit.forms.table import fault, table
from cjmkit.journey import Journey, Touchpoint
from cjmkit.method.events import event_counts, touchpoints_of
from cjmkit.method.funnel import funnel
from cjmkit.method.log_counts import with_counts

SHOWN = 30  # of the events that are not on the map


def match_events(journey: Journey, on_save: OnSave, *, events: Any = None, follow: Follow | None = None) -> Screen:
    """The screen that gives the events of a log to the touchpoints of the map.

    Args:
        journey: the map.
        on_save: gets `touchpoints=` or `stages=`, hands back the new journey.
        events: the log on any engine, or None.
        follow: how to hear of what other screens save.
    """
    return EventPatternsScreen(journey, on_save, events=events, follow=follow)


class EventPatternsScreen(Screen):
    """An event, or a pattern of several, and the touchpoint it belongs to; below what is covered, and what is not."""

    def __init__(self, journey: Journey, on_save: OnSave, *, events: Any, follow: Follow | None) -> None:
        self.events = events
        self.unmapped: list[str] = []
        super().__init__(journey, on_save, follow=follow)

    @cached_property
    def counts(self) -> pd.DataFrame:
        """How often each event is in the log, and of how many customers; those of most customers first."""
        order = ["customers", "n", "event"]
        return event_counts(self.events).sort_values(order, ascending=[False, False, True], ignore_index=True)

    def build(self) -> Sequence[widgets.Widget]:
        say = self.say
        wide = {"style": {"description_width": "initial"}, "layout": {"width": "auto", "min_width": "260px"}}
        self.event = widgets.Combobox(description=say("Event, or a pattern with *"), placeholder="view_item*", **wide)
        self.touchpoint = widgets.Dropdown(description=say("belongs to"), **wide)
        self.give = widgets.Button(description=say("It belongs there"), button_style="primary")
        self.give.on_click(lambda _: self.act(self._give))
        self.persona = widgets.Dropdown(description=say("Persona"), **wide)
        self.take = widgets.Button(description=say("Take the log's counts into the map"))
        self.take.on_click(lambda _: self.act(self._take))
        there = self.events is not None
        for widget in (self.event, self.touchpoint, self.give, self.persona, self.take):
            widget.disabled = not there
        return [
            widgets.HBox([self.event, self.touchpoint, self.give], layout={"flex_flow": "row wrap"}),
            widgets.HBox([self.persona, self.take], layout={"flex_flow": "row wrap"}),
        ]

    def show(self) -> None:
        chosen, who = self.touchpoint.value, self.persona.value
        touchpoints = [(t.name or t.id, t.id) for t in self.journey.touchpoints]
        people = [(p.name or p.id, p.id) for p in self.journey.personas] or [(self.say("all customers"), "")]
        self.touchpoint.options, self.persona.options = touchpoints, people
        self.touchpoint.value = _kept(chosen, touchpoints)
        self.persona.value = _kept(who, people, self.journey.goal.persona)
        if self.events is not None:
            known = touchpoints_of(self.journey, self.counts.event)
            self.unmapped = [name for name in self.counts.event if name not in known]
            self.event.options = self.unmapped

    def missing(self) -> str:
        if self.events is None:
            return self.say("no log is here yet: bring one in above")
        if not self.unmapped:
            return ""
        return self.say.plural("{n} event is not on the map", "{n} events are not on the map", len(self.unmapped))

    def draw(self) -> str:
        say = self.say
        if self.events is None:
            where = say("No log of what customers did is here yet. Bring one in: in 03_evidence, or cjmkit import NAME events FILE.")  # fmt: skip
            return html(where, kind="cjm-note")
        return "".join([html(self._coverage(), of="h4"), self._touchpoints(), self._off_the_map()])

    def pick(self, name: str) -> None:
        """An event off the map was chosen, to be given to a touchpoint; or a pattern, to be taken away."""
        kind, _, place = name.partition(":")
        if kind == "event":
            self.event.value = self.unmapped[int(place)]
            self.picture.send({"go": ".cjm-screen select"})
            return
        t, k = (int(part) for part in place.split("."))
        patterns = self.journey.touchpoints[t].events
        self._set(t, (*patterns[:k], *patterns[k + 1 :]))

    def _give(self) -> None:
        pattern, id = self.event.value.strip(), self.touchpoint.value
        if not pattern:
            raise UsageError("Choose an event, or type a pattern such as view_item*.")
        if not id:
            raise UsageError("There is no touchpoint yet. Enter them in 04_touchpoints.")
        at = next(n for n, t in enumerate(self.journey.touchpoints) if t.id == id)
        self._set(at, tuple(dict.fromkeys((*self.journey.touchpoints[at].events, pattern))))
        self.event.value = ""

    def _set(self, at: int, patterns: tuple[str, ...]) -> None:
        touchpoints = list(self.journey.touchpoints)
        touchpoints[at] = touchpoints[at].model_copy(update={"events": patterns})
        self.edit(self.journey.changed(touchpoints=touchpoints), what=f"touchpoints[{at}].events")

    def _take(self) -> None:
        counted = funnel(self.events, self.journey)
        if counted.empty:
            raise UsageError("No event of the log is on the map yet: give events to touchpoints first.")
        self.edit(with_counts(self.journey, self.events, self.persona.value or ""))

    def _coverage(self) -> str:
        say, total = self.say, max(int(self.counts.n.sum()), 1)
        covered = int(self.counts.n[~self.counts.event.isin(self.unmapped)].sum())
        return say("On the map: {share} of {n} events", share=say.percent(covered / total), n=say.number(total, 0))

    def _touchpoints(self) -> str:
        say, known = self.say, touchpoints_of(self.journey, self.counts.event)
        n = self.counts.groupby(self.counts.event.map(known)).n.sum()
        rows = [self._row(at, t, int(n.get(t.id, 0))) for at, t in enumerate(self.journey.touchpoints)]
        heads = (say("Touchpoint"), say("Its events (choose one to take it away)"), say("In the log"))
        return table(heads, rows) if rows else html(say("There is no touchpoint yet."), kind="cjm-note")

    def _row(self, at: int, touchpoint: Touchpoint, n: int) -> Sequence[str]:
        say = self.say
        labels = [escape(say("take away {event}", event=pattern)) for pattern in touchpoint.events]
        patterns = " ".join(
            f'<span class="cjm-button" data-choose="pattern:{at}.{k}" role="button" aria-label="{label}">{escape(p)} ×</span>'
            for k, (p, label) in enumerate(zip(touchpoint.events, labels, strict=True))
        )
        none = fault(say("never seen")) if touchpoint.events else escape(say("no events named"))
        return escape(touchpoint.name or touchpoint.id), patterns, say.number(n, 0) if n else none

    def _off_the_map(self) -> str:
        """Events that no touchpoint has, of most customers first."""
        say = self.say
        if not self.unmapped:
            return html(say("Every event of the log is on the map."), kind="cjm-note")
        off = self.counts[self.counts.event.isin(self.unmapped)].head(SHOWN)
        rows = [
            (f'<span data-choose="event:{k}" role="button">{escape(str(r.event))}</span>', say.number(int(str(r.customers)), 0), say.number(int(str(r.n)), 0))
            for k, r in enumerate(off.itertuples())
        ]  # fmt: skip
        heads = (say("Not on the map (choose one)"), say("Customers"), say("Events"))
        return html(say("What customers did that is not on the map"), of="h4") + table(heads, rows)


def _kept(value: Any, options: Sequence[tuple[str, str]], first: str = "") -> str | None:
    """The value if it is still offered, else the one wished for, else the first."""
    there = [id for _, id in options]
    return next((id for id in (value, first) if id in there), there[0] if there else None)
