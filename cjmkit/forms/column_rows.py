"""One column of a file that comes in: its first values, what it is, and what has to be said of it then."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as widgets

from cjmkit.errors import N_, UsageError
from cjmkit.exchange.columns import KINDS, Column
from cjmkit.exchange.first_look import FirstLook
from cjmkit.exchange.text import number
from cjmkit.forms import fields
from cjmkit.forms.fields import Field, grid
from cjmkit.forms.screen import html
from cjmkit.journey import Journey
from cjmkit.journey.ids import new_id
from cjmkit.language import Language

ROLES = {
    "respondent": N_("who answered"),
    "nps": N_("recommendation, 0–10 (NPS)"),
    "csat": N_("satisfaction (CSAT)"),
    "ces": N_("how easy it was (CES)"),
    "rating": N_("rating of a touchpoint"),
    "overall": N_("rating of the whole"),
    "importance": N_("how important a touchpoint is"),
    "segment": N_("group of customers"),
    "weight": N_("weight"),
    "wave": N_("wave of the survey"),
    "comment": N_("comment"),
    "item": N_("the question, one answer a row"),
    "value": N_("the answer, one answer a row"),
    "customer": N_("who it was"),
    "event": N_("what happened"),
    "at": N_("when"),
    "channel": N_("channel"),
    "amount": N_("amount of money"),
    "lifecycle": N_("begun or completed"),
    "number": N_("number"),
    "ignore": N_("left out"),
}
ORDERS = {"ymd": N_("year, month, day"), "dmy": N_("day, month, year"), "mdy": N_("month, day, year")}
NEEDS = ("touchpoint", "low", "high", "event", "order", "blank", "labels")  # in this order, where a role has them


class ColumnRow(widgets.VBox):
    """A column with its first values and a suggestion; what has to be said more depends on what it is."""

    def __init__(
        self, look: FirstLook, heading: str, journey: Journey, say: Language, changed: Callable[[], None]
    ) -> None:
        self.heading, self.kind, self.journey, self.say, self._changed = heading, look.kind, journey, say, changed
        self.suggestion = look.suggestions.get(heading)
        certain = look.certain.get(heading)
        roles = [(role, say(words)) for role, words in ROLES.items() if role in KINDS[look.kind]]
        self.role = fields.choice("role", heading, roles, none=say("nothing said yet"))
        self.role.control.style.description_width = "initial"
        self.role.on_edit(lambda field: self._chosen())
        self.details: dict[str, Field] = {}
        self.more = widgets.VBox()
        super().__init__([self.role, self._about(look), self.more])
        self.add_class("cjm-column")
        if certain:
            self.put(certain)

    def put(self, column: Column) -> None:
        """Show this declaration."""
        self.role.put(column.role)
        self._ask()
        shown = {**column.to_data(), "touchpoint": self._touchpoint_name(column.touchpoint),
                 "blank": "; ".join(map(str, column.blank))}  # fmt: skip
        for name, field in self.details.items():
            field.put(
                shown.get(name, {} if name == "labels" else "" if name in ("touchpoint", "event", "blank") else None)
            )

    def take_suggestion(self) -> None:
        """Take what is suggested, where nothing is said yet; codes for blank are never taken."""
        if self.suggestion and not self.role.value():
            self.put(self.suggestion.column)

    def data(self) -> dict[str, Any] | None:
        """The declaration as in a columns file; None where nothing is said.

        Raises:
            UsageError: a number or a label that is none.
        """
        role = self.role.value()
        if not role:
            return None
        given = {name: field.value() for name, field in self.details.items()}
        touchpoint = given.pop("touchpoint", "")
        if touchpoint:
            known = {(t.name or t.id).casefold(): t.id for t in self.journey.touchpoints}
            own = self.suggestion.column.touchpoint if self.suggestion else ""
            id = known.get(touchpoint.casefold()) or (
                own if touchpoint == own else new_id(touchpoint, (), "touchpoint")
            )
            given["touchpoint"] = id
            if id not in known.values():
                given["name"] = touchpoint
        elif self.suggestion and self.suggestion.column.name:
            given["name"] = self.suggestion.column.name
        given["blank"] = self._blank(given.get("blank") or "")
        return {"role": role, **{name: value for name, value in given.items() if value not in (None, "", [], {})}}

    def _about(self, look: FirstLook) -> widgets.HTML:
        values = " · ".join(escape(text[:40]) for text in look.first_values(self.heading)) or escape(self.say("empty"))
        parts = [f"<span class='cjm-note'>{values}</span>"]
        if self.suggestion:
            words = self.say(ROLES[self.suggestion.column.role])
            why = self.say(self.suggestion.why.sentence, **self.suggestion.why.values)
            parts.append(html(self.say("Perhaps: {role} – {why}.", role=words, why=why), of="span"))
        return widgets.HTML("<br>".join(parts))

    def _chosen(self) -> None:
        self._ask()
        self._changed()

    def _ask(self) -> None:
        """The fields that this role needs."""
        keys = KINDS[self.kind].get(self.role.value() or "", ()) if self.role.value() != "ignore" else ()
        self.details = {name: self._field(name) for name in NEEDS if name in keys}
        for field in self.details.values():
            field.on_edit(lambda _: self._changed())
        self.more.children = [grid(list(self.details.values()))] if self.details else []

    def _field(self, name: str) -> Field:
        say = self.say
        if name == "touchpoint":
            field = fields.known(name, say("Touchpoint"))
            fields.offer(field, [(t.id, t.name or t.id) for t in self.journey.touchpoints])
            return field
        if name in ("low", "high"):
            return fields.number(name, say("Lowest answer") if name == "low" else say("Highest answer"), say)
        if name == "event":
            return fields.text(name, say("What happened then"), say("only where a column holds the time of one thing"))
        if name == "order":
            return fields.choice(
                name, say("Order of a date"), [(k, say(v)) for k, v in ORDERS.items()], none=say("as it stands")
            )
        if name == "labels":
            return fields.pairs(name, say("Words for codes"), say("1: business"), say)
        looks = "; ".join(self.suggestion.looks_blank) if self.suggestion else ""
        hint = say("perhaps {codes}", codes=looks) if looks else say("such as: 0; n/a")
        return fields.text(name, say("Codes that mean no answer"), hint)

    def _touchpoint_name(self, id: str) -> str:
        return next((t.name or t.id for t in self.journey.touchpoints if t.id == id), id)

    def _blank(self, typed: str) -> list[int | float | str]:
        found: list[int | float | str] = []
        for code in filter(None, (part.strip() for part in typed.replace("；", ";").split(";"))):
            value = number(code)
            found.append(code if value is None else int(value) if value == int(value) else value)
        if len(found) > 100:
            raise UsageError("These are more codes than a column can have.")
        return found
