"""What nobody knows yet: a question, where it arose, who finds it out, by when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from html import escape
from typing import Any

import ipywidgets as widgets

from cjmkit.errors import UsageError
from cjmkit.forms import fields
from cjmkit.forms.draft import Follow, OnSave
from cjmkit.forms.entry import EntryLine
from cjmkit.forms.records import Records
from cjmkit.forms.screen import Screen, html
from cjmkit.forms.table import due_cell, fault, table
from cjmkit.forms.typed import parse_day, split_lines
from cjmkit.journey import Journey, Unknown
from cjmkit.method.evidence import answerable


def edit_unknowns(
    journey: Journey, on_save: OnSave, *, follow: Follow | None = None, today: Callable[[], date] = date.today
) -> Screen:
    """The screen for what nobody knows yet: a quick line, and a table of what is overdue or nobody's.

    Args:
        journey: the map.
        on_save: gets `unknowns=`, hands back the new journey.
        follow: how to hear of what other screens save.
        today: the day from which something is overdue.
    """
    return UnknownsScreen(journey, on_save, follow=follow, today=today)


class UnknownsScreen(Screen):
    """A quick line for questions; the details of each fold out."""

    def __init__(self, journey: Journey, on_save: OnSave, *, follow: Follow | None, today: Callable[[], date]) -> None:
        self.today = today
        super().__init__(journey, on_save, follow=follow)

    def build(self) -> Sequence[widgets.Widget]:
        say = self.say
        self.line = EntryLine(self._line(), say("Add the question"), say, on_enter=self._new, on_paste=self._pasted)
        self.list = Records(self, "unknowns", [
            fields.text("question", say("Question"), long=True, wide=True),
            fields.choice("touchpoint", say("Touchpoint"), [], none=say("none in particular")),
            fields.known("who", say("Who finds out")),
            fields.day("due", say("By when")),
        ], lambda u: u.question)  # fmt: skip
        self.details = widgets.Accordion(
            [self.list], titles=(say("Correct a question, or remove one that is answered"),)
        )
        return [self.line, self.details]

    def show(self) -> None:
        self.line.fields = self._line()
        by_name = {field.name: field for field in self.list.fields}
        fields.offer(by_name["touchpoint"], _touchpoints(self.journey), none=self.say("none in particular"))
        fields.offer(by_name["who"], [(name, name) for name in answerable(self.journey)])
        self.list.show()

    def missing(self) -> str:
        unknowns = self.journey.unknowns
        for n, unknown in enumerate(unknowns, 1):
            if not unknown.question:
                return self.say("question {n} still has no words", n=n)
        nobody = sum(not u.who for u in unknowns)
        if nobody:
            return self.say.plural(
                "{n} question has nobody who finds it out", "{n} questions have nobody who finds them out", nobody
            )
        undated = sum(u.due is None for u in unknowns)
        return self.say.plural("{n} question has no date", "{n} questions have no date", undated) if undated else ""

    def draw(self) -> str:
        say, today = self.say, self.today()
        if not self.journey.unknowns:
            return html(say("No question yet. What would you have to ask a customer to be sure?"), kind="cjm-note")
        heads = (say("Question"), say("Touchpoint"), say("Who finds out"), say("By when"))
        order = sorted(enumerate(self.journey.unknowns), key=lambda item: _urgency(item[1], today))
        rows = [self._row(n, unknown, today) for n, unknown in order]
        return f"{html(self._count(today), of='h4')}{table(heads, rows)}"

    def pick(self, name: str) -> None:
        """A question was chosen in the table: its details fold out."""
        self.list.choose(int(name))
        self.details.selected_index = 0

    def _count(self, today: date) -> str:
        say, unknowns = self.say, self.journey.unknowns
        late = sum(_late(u, today) for u in unknowns)
        count = say.plural("{n} question is open", "{n} questions are open", len(unknowns))
        return " · ".join(part for part in (count, say("{n} overdue", n=say.number(late, 0)) if late else "") if part)

    def _row(self, n: int, unknown: Unknown, today: date) -> Sequence[str]:
        say = self.say
        name = self.journey.touchpoint(unknown.touchpoint).name if unknown.touchpoint else ""
        who = escape(unknown.who) or fault(say("nobody yet"))
        cells = (f'<span data-choose="{n}" role="button">{escape(unknown.question) or "…"}</span>', escape(name), who)
        return (*cells, due_cell(say, unknown.due, today))

    def _line(self) -> list[dict[str, Any]]:
        say = self.say
        names = [[name, name] for name in answerable(self.journey)]
        where = [["", say("none in particular")], *([id, name] for id, name in _touchpoints(self.journey))]
        return [
            {"name": "question", "label": say("What do we not know?"), "first": True, "grow": True,
             "hint": say("Does silence hurt, or the length of the wait?")},
            {"name": "touchpoint", "label": say("Touchpoint"), "options": where},
            {"name": "who", "label": say("Who finds out"), "options": names, "free": True, "keep": True},
            {"name": "due", "label": say("By when"), "type": "date", "keep": True},
        ]  # fmt: skip

    def _new(self, entry: dict[str, str]) -> None:
        self.flush()
        unknown = Unknown(
            question=entry["question"].strip(), touchpoint=entry.get("touchpoint") or None,
            who=entry.get("who", "").strip(), due=parse_day(entry.get("due", ""), self.say),
        )  # fmt: skip
        self._add([unknown])

    def _pasted(self, text: str) -> None:
        """Each line a question, with who and by when in the cells behind it; what cannot be read is told by its row."""
        self.flush()
        found, wrong = [], []
        for n, line in enumerate(split_lines(text), 1):
            question, who, due, *_ = (*(cell.strip() for cell in line.split("\t")), "", "", "")
            try:
                found.append(Unknown(question=question, who=who, due=parse_day(due, self.say)))
            except UsageError as error:
                found.append(Unknown(question=question, who=who))
                wrong.append(self.say("Row {n}: {problem}", n=n, problem=self.say.error(error)))
        self._add(found)
        came = self.say.plural("{n} question came over.", "{n} questions came over.", len(found))
        self.line.note = " ".join([came, *wrong])

    def _add(self, unknowns: list[Unknown]) -> None:
        self.list.at = len(self.journey.unknowns)
        self.edit(self.journey.changed(unknowns=(*self.journey.unknowns, *unknowns)))


def _touchpoints(journey: Journey) -> list[tuple[str, str]]:
    return [(t.id, t.name or t.id) for t in journey.touchpoints]


def _late(unknown: Unknown, today: date) -> bool:
    return unknown.due is not None and unknown.due < today


def _urgency(unknown: Unknown, today: date) -> tuple[bool, bool, str]:
    return not _late(unknown, today), bool(unknown.who), str(unknown.due or "9999")
