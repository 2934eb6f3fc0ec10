"""The evidence checklist: which source is there, asked for or missing at which stage, who gets it by when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from html import escape
from typing import Any

import ipywidgets as widgets

from cjmkit.charts.words import joined, short_date
from cjmkit.errors import N_
from cjmkit.forms import fields
from cjmkit.forms.draft import Follow, OnSave
from cjmkit.forms.entry import EntryLine
from cjmkit.forms.fields import Field, grid
from cjmkit.forms.records import take_edit
from cjmkit.forms.screen import Picture, Screen, html
from cjmkit.forms.table import due_cell, fault, table
from cjmkit.forms.typed import parse_day
from cjmkit.journey import Check, Journey
from cjmkit.method.evidence import (
    INSIDE,
    OUTSIDE,
    STATES,
    answerable,
    check_of,
    cycled,
    rests_on,
    to_get,
    unsaid_stages,
    with_check,
    without_check,
)  # fmt: skip

SOURCES = {
    "observation": N_("Observation: stood there, watched"),
    "web-analytics": N_("Web and app analytics"),
    "crm": N_("CRM: contacts, purchases, notes"),
    "sent": N_("What was sent to whom and when"),
    "cms": N_("CMS: what was published, what was read"),
    "social-media": N_("Social media: comments, messages"),
    "statistics": N_("Sales and marketing statistics"),
    "support": N_("Support: calls, complaints, returns"),
    "research": N_("Market research, studies"),
    "surveys": N_("Surveys of customers"),
    "reviews": N_("Reviews, forums"),
    "talks": N_("Direct talks with customers"),
}
SAID = {
    "there": N_("there"),
    "asked": N_("asked for"),
    "missing": N_("missing"),
    "not-needed": N_("not needed"),
    "": N_("nothing said yet"),
}
MARKS = {"there": "●", "asked": "◐", "missing": "○", "not-needed": "–", "": ""}


def check_evidence(
    journey: Journey, on_save: OnSave, *, follow: Follow | None = None, today: Callable[[], date] = date.today
) -> Screen:
    """The screen for the evidence checklist: sources × stages to tick, who brings what by when, what is there already.

    Args:
        journey: the map.
        on_save: gets `checklist=`, hands back the new journey.
        follow: how to hear of what other screens save.
        today: the day from which something is overdue.
    """
    return EvidenceScreen(journey, on_save, follow=follow, today=today)


class EvidenceScreen(Screen):
    """A matrix in which a tick goes from state to state, and the details of the place ticked last."""

    def __init__(self, journey: Journey, on_save: OnSave, *, follow: Follow | None, today: Callable[[], date]) -> None:
        self.today = today
        self.at = ("", INSIDE[0])
        super().__init__(journey, on_save, follow=follow)

    def build(self) -> Sequence[widgets.Widget]:
        say = self.say
        self.line = EntryLine(self._line(), say("Ask for it"), say, on_enter=self._ask)
        self.matrix = Picture(self._picked)
        self.matrix.add_class("cjm-picture")
        self.heading = widgets.HTML()
        self.fields = [
            fields.choice("state", say("It is"), [(code, say(SAID[code])) for code in ("", *STATES)]),
            fields.known("who", say("Who gets it")),
            fields.day("due", say("By when")),
            fields.text("note", say("Note"), say("2026 only, ask for the region too")),
        ]
        for field in self.fields:
            field.on_edit(self._edited)
        return [self.matrix, self.heading, grid(self.fields), self.line]

    def show(self) -> None:
        stage, source = self.at
        if stage and stage not in {s.id for s in self.journey.stages}:
            stage, source = self.at = ("", source)
        self.line.fields = self._line()
        self.matrix.value = self._drawn_matrix()
        self.heading.value = html(joined(self._source(source), self._stage(stage)), of="h4")
        check = check_of(self.journey, stage, source)
        fields.offer(self.fields[1], [(name, name) for name in answerable(self.journey)])
        for field in self.fields:
            empty = "" if field.name != "due" else None
            field.put(getattr(check, field.name) if check else empty)

    def missing(self) -> str:
        say = self.say
        if not self.journey.checklist:
            return say("tick what there is, begin with the stage you know least")
        nobody = [check for check in to_get(self.journey) if not check.who]
        if nobody:
            return say.plural("{n} source has nobody who gets it", "{n} sources have nobody who gets them", len(nobody))
        unsaid = [self._stage(id) for id in unsaid_stages(self.journey)]
        return say("nothing is said yet of: {stages}", stages=say.list(unsaid)) if unsaid else ""

    def draw(self) -> str:
        say, today, wanted = self.say, self.today(), to_get(self.journey)
        parts = []
        if wanted:
            heads = (say("Source"), say("Stage"), say("It is"), say("Who gets it"), say("By when"), say("Note"))
            rows = [self._wanted(check, today) for check in wanted]
            parts = [html(say("Who brings what by when"), of="h4"), table(heads, rows)]
        unsaid = [self._stage(id) for id in unsaid_stages(self.journey)] if self.journey.checklist else []
        if unsaid:
            parts.append(html(say("Nothing is said yet of: {stages}.", stages=say.list(unsaid)), kind="cjm-fault"))
        return "".join([*parts, self._already()])

    def pick(self, name: str) -> None:
        """A place of the matrix was ticked, or a line of the list chosen."""
        do, stage, source = name.split("|", 2)
        self.at = (stage, source)
        if do == "tick":
            self.edit(cycled(self.journey, stage, source), what=name)
        else:
            self.show()

    def _ask(self, entry: dict[str, str]) -> None:
        """Ask for a source in a line: one of the checklist by its name, or one of the team's own."""
        self.flush()
        name, stage = entry["source"].strip(), entry.get("stage", "")
        known = {self._source(code).casefold(): code for code in SOURCES}
        source = known.get(name.casefold(), name)
        was = check_of(self.journey, stage, source) or Check(stage=stage, source=source)
        asked = {
            "state": "asked",
            "who": entry.get("who", "").strip() or was.who,
            "due": parse_day(entry.get("due", ""), self.say) or was.due,
        }
        self.at = (stage, source)
        self.edit(with_check(self.journey, was.model_copy(update=asked)))

    def _edited(self, field: Field) -> None:
        at = self.at

        take_edit(self, field, f"{at}.{field.name}", lambda value: self._take(at, field.name, value))

    def _take(self, at: tuple[str, str], name: str, value: Any) -> None:
        """Who, when or a note for a source of which nothing was said yet: then it is asked for."""
        was = check_of(self.journey, *at)
        if name == "state" and not value:
            self.edit(without_check(self.journey, *at))
        elif was or value:
            line = was or Check(stage=at[0], source=at[1], state="asked")
            self.edit(with_check(self.journey, line.model_copy(update={name: value})), what=f"{at}.{name}")

    def _drawn_matrix(self) -> str:
        say = self.say
        columns = ["", *(stage.id for stage in self.journey.stages)]
        own = dict.fromkeys(c.source for c in self.journey.checklist if c.source not in SOURCES)
        if self.at[1] not in SOURCES:
            own.setdefault(self.at[1])
        groups = ((say("Inside the company"), INSIDE), (say("Outside"), (*OUTSIDE, *own)))
        heads = "".join(html(self._stage(stage), of="th") for stage in columns)
        bodies = ""
        for title, sources in groups:
            rows = "".join(
                f"<tr>{html(self._source(s), of='th')}{''.join(self._place(c, s) for c in columns)}</tr>"
                for s in sources
            )
            bodies += f'<tbody><tr>{html(title, of="th", kind="cjm-group")}<td colspan="{len(columns)}"></td></tr>{rows}</tbody>'
        legend = "  ".join(f"{MARKS[code]} {say(SAID[code])}" for code in STATES)
        how = say("A click or Enter goes on to the next; arrows move.")
        return (
            f'{html(f"{legend}   {how}", kind="cjm-note")}<div class="cjm-scroll"><table class="cjm-checks">'
            f"<thead><tr><td></td>{heads}</tr></thead>{bodies}</table></div>"
        )

    def _place(self, stage: str, source: str) -> str:
        check = check_of(self.journey, stage, source)
        state = check.state if check else ""
        told = f"{self._source(source)}, {self._stage(stage)}: {self.say(SAID[state])}"
        chosen = " cjm-chosen" if self.at == (stage, source) else ""
        text = joined(f"{MARKS[state]} {self.say(SAID[state])}", check.who if check else "") if state else ""
        return (
            f'<td><span class="cjm-tick{chosen}" role="button" data-state="{state}" aria-label="{escape(told)}" '
            f'data-choose="{escape(f"tick|{stage}|{source}")}">{escape(text) or "&nbsp;"}</span></td>'
        )

    def _wanted(self, check: Check, today: date) -> Sequence[str]:
        choose = escape(f"see|{check.stage}|{check.source}")
        return (
            f'<span data-choose="{choose}" role="button">{escape(self._source(check.source))}</span>',
            escape(self._stage(check.stage)),
            escape(f"{MARKS[check.state]} {self.say(SAID[check.state])}"),
            escape(check.who) or fault(self.say("nobody yet")),
            due_cell(self.say, check.due, today),
            escape(check.note),
        )

    def _already(self) -> str:
        """What the map rests on already, stage by stage, and the files in evidence/."""
        say, there = self.say, rests_on(self.journey)
        heads = (say("Stage"), say("Touchpoints seen or measured"), say("Customers' words"), say("Files that rate it"))
        rows = []
        for id, line in there.iterrows():
            seen = say("{n} of {all}", n=say.number(line.seen, 0), all=say.number(line.touchpoints, 0))
            marked = escape(seen) if line.seen or not line.touchpoints else fault(seen)
            rows.append((escape(self._stage(str(id))), marked, say.number(line.quotes, 0), say.number(line.files, 0)))
        files = [joined(source.file, short_date(say, source.as_of)) for source in self.journey.sources]
        told = say("Files: {files}", files=say.apart(files)) if files else say("No file in evidence/ yet.")
        return (
            html(say("On the map already"), of="h4")
            + (table(heads, rows) if rows else "")
            + html(told, kind="cjm-note")
        )

    def _source(self, source: str) -> str:
        return self.say(SOURCES[source]) if source in SOURCES else source

    def _stage(self, id: str) -> str:
        return (self.journey.stage(id).name or id) if id else self.say("All stages")

    def _line(self) -> list[dict[str, Any]]:
        say = self.say
        stages = [["", say("All stages")], *([s.id, s.name or s.id] for s in self.journey.stages)]
        people = [[name, name] for name in answerable(self.journey)]
        return [
            {"name": "source", "label": say("What else do we need? A source"), "first": True, "grow": True, "free": True,
             "options": [[self._source(code), ""] for code in SOURCES], "hint": say("the drivers' delivery diary")},
            {"name": "stage", "label": say("Stage"), "options": stages, "keep": True},
            {"name": "who", "label": say("Who gets it"), "options": people, "free": True, "keep": True},
            {"name": "due", "label": say("By when"), "type": "date", "keep": True},
        ]  # fmt: skip
