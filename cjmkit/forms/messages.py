"""The communication matrix: what to say to each persona in each stage, by which channel."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import ipywidgets as widgets

from cjmkit.charts.theme import tongue
from cjmkit.errors import UsageError
from cjmkit.forms import fields
from cjmkit.forms.draft import Follow, OnSave
from cjmkit.forms.entry import EntryLine
from cjmkit.forms.records import Records
from cjmkit.forms.screen import Screen, html
from cjmkit.journey import Journey, Message
from cjmkit.language.words import STATUS

USUAL = ("idea", "agreed", "doing", "done", "dropped")


def edit_messages(journey: Journey, on_save: OnSave, *, follow: Follow | None = None) -> Screen:
    """The screen for the communication matrix: personas down, stages across, messages in the cells.

    Args:
        journey: the map.
        on_save: gets `messages=`, hands back the new journey.
        follow: how to hear of what other screens save.
    """
    return MessagesScreen(journey, on_save, follow=follow)


class MessagesScreen(Screen):
    """A cell that is chosen puts its persona and stage into the quick line; its messages fold out to be edited."""

    def build(self) -> Sequence[widgets.Widget]:
        say, f = self.say, fields
        self.cell = ("", "")
        self.line = EntryLine(self._line(), say("Add the message"), say, on_enter=self._add)
        self.details = Records(self, "messages", [
            f.choice("persona", say("Persona"), []),
            f.choice("stage", say("Stage"), []),
            f.known("channel", say("Channel")),
            f.choice("status", say("Status"), []),
            f.choice("touchpoint", say("At this touchpoint"), []),
            f.text("message", say("Message"), long=True, wide=True),
        ], self._named)  # fmt: skip
        self.folds = widgets.Accordion([self.details], titles=(say("All messages, to be changed or removed"),))
        return [self.line, self.folds]

    def show(self) -> None:
        say, journey = self.say, self.journey
        self.line.fields = self._line()
        by_name = {field.name: field for field in self.details.fields}
        fields.offer(by_name["persona"], _people(journey))
        fields.offer(by_name["stage"], _stages(journey))
        fields.offer(by_name["channel"], [(name, name) for name in channels(journey)])
        fields.offer(by_name["status"], [(code, self._status(code)) for code in self._codes()])
        fields.offer(by_name["touchpoint"], [(t.id, t.name or t.id) for t in journey.touchpoints], none=say("anywhere in the stage"))  # fmt: skip
        self.details.show()

    def missing(self) -> str:
        say, empty = self.say, self._empty()
        if not self.journey.personas or not self.journey.stages:
            return say("a message needs a persona and a stage: add them in 01_personas and 02_stages")
        return say.plural("{n} cell is empty", "{n} cells are empty", len(empty)) if empty else ""

    def pick(self, name: str) -> None:
        """A cell was chosen, or one of its messages."""
        if name.startswith("message "):
            self.folds.selected_index = 0
            self.details.choose(int(name.removeprefix("message ")))
            self.picture.send({"go": ".cjm-main textarea"})
            return
        persona, _, stage = name.partition(" ")
        self.cell = (persona, stage)
        self.line.send({"choose": {"persona": persona, "stage": stage}})
        self.refresh()
        self.picture.send({"go": ".cjm-entry input[name=message]"})

    def draw(self) -> str:
        say, journey = self.say, self.journey
        if not journey.personas or not journey.stages:
            return ""
        head = "".join(html(name, of="th") for _, name in _stages(journey))
        rows = []
        for persona, name in _people(journey):
            cells = "".join(self._cell(persona, stage) for stage, _ in _stages(journey))
            rows.append(f"<tr>{html(name, of='th')}{cells}</tr>")
        title = html(say("What we say to whom, and when"), of="h4")
        wide = 7 + 10 * len(journey.stages)  # so many letters wide at least; a phone scrolls it
        table = f'<table class="cjm-matrix" style="min-width:{wide}em"><tr><td></td>{head}</tr>{"".join(rows)}</table>'
        return f'{title}<div class="cjm-scroll">{table}</div>'

    def _cell(self, persona: str, stage: str) -> str:
        say = self.say
        found = [(n, m) for n, m in enumerate(self.journey.messages) if (m.persona, m.stage) == (persona, stage)]
        nowhere = say("no channel yet")
        notes = "".join(
            f'<div class="cjm-card" data-choose="message {n}" role="button">{escape(m.message or "…")}'
            f"<br><small>{escape(m.channel or nowhere)} · {escape(self._status(m.status))}</small></div>"
            for n, m in found
        )
        marked = " cjm-chosen" if self.cell == (persona, stage) else ""
        call = say("add another") if found else say("no message yet")
        add = (
            f'<button type="button" class="cjm-pick{marked}" data-choose="{persona} {stage}">+ {escape(call)}</button>'
        )
        return f'<td class="{"" if found else "cjm-empty"}">{notes}{add}</td>'

    def _empty(self) -> list[tuple[str, str]]:
        said = {(m.persona, m.stage) for m in self.journey.messages}
        return [
            (p, s) for p, _ in _people(self.journey) for s, _ in _stages(self.journey) if (p, s) not in said
        ]  # fmt: skip

    def _line(self) -> list[dict[str, Any]]:
        say, journey = self.say, self.journey
        states = [[code, self._status(code)] for code in ("idea", "agreed")]
        return [
            {"name": "persona", "label": say("Persona"), "options": [list(p) for p in _people(journey)], "keep": True},
            {"name": "stage", "label": say("Stage"), "options": [list(s) for s in _stages(journey)], "keep": True},
            {"name": "channel", "label": say("Channel"), "options": [[n, n] for n in channels(journey)], "free": True},
            {"name": "message", "label": say("Message"), "first": True, "grow": True, "hint": say("Your fridge leaves us on Friday.")},
            {"name": "status", "label": say("Status"), "options": states},
        ]  # fmt: skip

    def _add(self, entry: dict[str, str]) -> None:
        self.flush()
        if not entry.get("persona") or not entry.get("stage"):
            raise UsageError("A message needs a persona and a stage. Add them first, in 01_personas and 02_stages.")
        message = Message(
            persona=entry["persona"], stage=entry["stage"], channel=entry.get("channel", "").strip(),
            message=entry["message"].strip(), status=entry.get("status") or "idea",
        )  # fmt: skip
        self.cell = (message.persona, message.stage)
        self.edit(self.journey.changed(messages=(*self.journey.messages, message)))

    def _named(self, message: Message) -> str:
        names = {**dict(_people(self.journey)), **dict(_stages(self.journey))}
        return f"{names[message.persona]} · {names[message.stage]}: {message.message or '…'}"

    def _codes(self) -> list[str]:
        """The usual states, and whatever else stands in the file."""
        return [*USUAL, *sorted({m.status for m in self.journey.messages} - {*USUAL})]

    def _status(self, code: str) -> str:
        return self.say(STATUS[code]) if code in STATUS else code


def _people(journey: Journey) -> list[tuple[str, str]]:
    return [(p.id, p.name or p.id) for p in journey.personas]


def _stages(journey: Journey) -> list[tuple[str, str]]:
    return [(s.id, s.name or s.id) for s in journey.stages]


def channels(journey: Journey) -> list[str]:
    """The channels that are in use, by which something could be said."""
    used = {*(m.channel for m in journey.messages), *(t.channel for t in journey.touchpoints)}
    return sorted({*used, *(c for p in journey.personas for c in p.channels)} - {""}, key=tongue(journey, None).place)
