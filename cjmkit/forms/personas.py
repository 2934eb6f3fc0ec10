"""Personas: who the customer is, line by line, and what each line rests on."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import ipywidgets as widgets
import pandas as pd

from cjmkit.errors import UsageError
from cjmkit.forms import fields
from cjmkit.forms.draft import Follow, OnSave
from cjmkit.forms.entry import EntryLine
from cjmkit.forms.portrait import Image, OnImage, Portrait, portrait_html
from cjmkit.forms.records import Records, new_id
from cjmkit.forms.screen import Screen, html
from cjmkit.forms.typed import marked, split_lines
from cjmkit.journey import Item, Journey, Persona
from cjmkit.language.words import EVIDENCE, ITEMS
from cjmkit.method.scores import with_personas

MARKS = {"assumed": "○", "observed": "◐", "measured": "●"}


def edit_personas(
    journey: Journey,
    on_save: OnSave,
    *,
    scores: pd.DataFrame | None = None,
    follow: Follow | None = None,
    on_image: OnImage | None = None,
    image: Image | None = None,
) -> Screen:
    """The screen for personas: a quick line for what is known of them, cards that show what it rests on.

    Args:
        journey: the map.
        on_save: gets the parts that were edited (`personas=`, `scores=` ...), hands back the new journey.
        scores: the `scores` table, so that scores go along with a persona that is removed.
        follow: how to hear of what other screens save.
        on_image: keeps a picture given as name and bytes, hands back what the persona's `image` then holds.
        image: hands back the bytes of such a picture, None where there is none.
    """
    return PersonasScreen(journey, on_save, scores=scores, follow=follow, on_image=on_image, image=image)


class PersonasScreen(Screen):
    """Two quick lines, the cards, and all fields of the chosen persona to fold out."""

    def __init__(
        self, journey: Journey, on_save: OnSave, *, on_image: OnImage | None, image: Image | None, **rest: Any
    ) -> None:
        self._on_image, self._image = on_image, image
        super().__init__(journey, on_save, **rest)

    def edit(self, journey: Journey | None = None, *, scores: pd.DataFrame | None = None, what: str = "") -> None:
        """Take a change, and what it means for the scores: whose they are, and which of them go."""
        if journey is not None and self.scores is not None:
            scores = with_personas(self.scores, self.journey, journey)
        super().edit(journey, scores=scores, what=what)

    def build(self) -> Sequence[widgets.Widget]:
        say = self.say
        self.line = EntryLine(
            self._line(), say("Add the line"), say, on_enter=self._new_item, on_paste=self._pasted
        )  # fmt: skip
        self.who = EntryLine(
            [
                {"name": "name", "label": say("New persona: name"), "first": True, "hint": say("Anna")},
                {"name": "role", "label": say("Role"), "hint": say("buyer and user")},
                {"name": "segment", "label": say("Segment"), "hint": say("young families")},
            ],
            say("Add the persona"),
            say,
            on_enter=self._new_persona,
        )
        self.portrait = Portrait(say, self._on_image, self._keep) if self._on_image else None
        self.people = Records(
            self, "personas", self._fields(), lambda p: p.name, removed=self._removed, folds=self._folds(),
            extra=[self.portrait] if self.portrait else [],
        )  # fmt: skip
        self.people.on_choose.append(self._chosen)
        self.details = widgets.Accordion([self.people], titles=(say("Correct a persona: all fields, picture"),))
        return [self.line, self.who, self.details]

    def show(self) -> None:
        self.line.fields = self._line()
        self.people.show()
        if self.portrait:
            self.portrait.there = bool(self.people.chosen and self.people.chosen.image)
            self.portrait.layout.display = "" if self.people.chosen else "none"

    def missing(self) -> str:
        say, people = self.say, self.journey.personas
        if not people:
            return say("add a persona: every map is drawn for one")
        for n, person in enumerate(people, 1):
            if not person.name:
                return say("persona {n} still needs a name", n=n)
            if not (person.needs or person.goals or person.challenges):
                return say("{persona}: still to say what they need, aim at and struggle with", persona=person.name)
        return ""

    def draw(self) -> str:
        say = self.say
        if not self.journey.personas:
            return html(say("There is no persona yet. Type a name above and press Enter."), kind="cjm-note")
        legend = " · ".join(f"{MARKS[code]} {say(EVIDENCE[code])}" for code in MARKS)
        cards = "".join(self._card(n, person) for n, person in enumerate(self.journey.personas))
        return f'{html(legend, kind="cjm-note")}<div class="cjm-people">{cards}</div>'

    def pick(self, name: str) -> None:
        """A persona's card was chosen: its fields fold out."""
        self.details.selected_index = 0
        self.people.choose([p.id for p in self.journey.personas].index(name))

    def _card(self, n: int, person: Persona) -> str:
        say = self.say
        share = say("{share} of customers", share=say.percent(person.share)) if person.share is not None else ""
        about = " · ".join(part for part in (person.role, person.segment, share) if part)
        facts = " · ".join(f"{key}: {value}" for key, value in person.demographics.items())
        facts = " · ".join(part for part in (facts, ", ".join(person.channels)) if part)
        lists = "".join(_list(self, title, getattr(person, name)) for name, title in ITEMS.items())
        chosen = " cjm-chosen" if n == self.people.at and len(self.journey.personas) > 1 else ""
        quote = html(say("“{quote}”", quote=person.quote), of="blockquote") if person.quote else ""
        return (
            f'<article class="cjm-card{chosen}" data-choose="{escape(person.id)}">'
            f"<header>{portrait_html(person, self._image, say)}<div>{html(person.name or '…', of='h4')}"
            f"{html(about)}{html(facts, kind='cjm-note')}</div></header>{quote}"
            f'<div class="cjm-lists">{lists}</div>{rests_on(self, person)}</article>'
        )

    def _line(self) -> list[dict[str, Any]]:
        say, people = self.say, self.journey.personas
        sources = dict.fromkeys(i.source for p in people for name in ITEMS for i in getattr(p, name) if i.source)
        who = {
            "name": "persona",
            "label": say("Persona"),
            "options": [[p.id, p.name or p.id] for p in people],
            "keep": True,
        }
        return [
            *([who] if people else []),
            {"name": "kind", "label": say("What"), "options": [[c, say(w)] for c, w in ITEMS.items()], "keep": True},
            {"name": "text", "label": say("In a few words"), "first": True, "grow": True, "hint": say("a firm delivery date")},
            {"name": "evidence", "label": say("It is"), "options": [[c, say(w)] for c, w in EVIDENCE.items()], "keep": True},
            {"name": "source", "label": say("Source"), "options": [[s, s] for s in sources], "free": True,
             "hint": say("interviews, October")},
        ]  # fmt: skip

    def _new_item(self, entry: dict[str, str]) -> None:
        item = Item.model_validate({
            "text": entry["text"].strip(), "evidence": entry.get("evidence") or "assumed",
            "source": entry.get("source", "").strip(),
        })  # fmt: skip
        self._add(entry, [item])

    def _pasted(self, text: str) -> None:
        """Each pasted line becomes an item, with what it rests on where its end says so."""
        entry = self.line.beside
        plain = entry.get("evidence") or "assumed"
        found = [marked(line, self.say, plain) for line in split_lines(text.replace("\t", " "))]
        source = entry.get("source", "").strip()
        self._add(entry, [Item(**{**line, "source": line["source"] or source}) for line in found])

    def _add(self, entry: dict[str, str], items: Sequence[Item]) -> None:
        self.flush()
        kind = entry.get("kind") or "needs"
        if not self.journey.personas:
            self.edit(self.journey.changed(personas=[Persona.model_validate({"id": "persona", kind: tuple(items)})]))
            return
        ids = [p.id for p in self.journey.personas]
        self.people.at = ids.index(entry["persona"]) if entry.get("persona") in ids else self.people.at
        self._set(**{kind: (*getattr(self.people.chosen, kind), *items)})

    def _new_persona(self, entry: dict[str, str]) -> None:
        self.flush()
        name, people = entry["name"].strip(), self.journey.personas
        if name.casefold() in [p.name.casefold() for p in people]:
            raise UsageError("There is a persona {name} already. Add something that tells the two apart.", name=name)
        named = {"name": name, "role": entry.get("role", "").strip(), "segment": entry.get("segment", "").strip()}
        nameless = [n for n, p in enumerate(people) if not p.name]
        self.people.at = nameless[0] if nameless else len(people)
        if nameless:  # lines were typed before the name
            self._set(**named)
        else:
            id = new_id(name, [p.id for p in people], "persona")
            self.edit(self.journey.changed(personas=[*people, Persona(id=id, **named)]))
        self._chosen()

    def _chosen(self) -> None:
        """The chosen persona is also the one that the quick line adds to, and the card that is marked."""
        if self.people.chosen:
            self.line.send({"choose": {"persona": self.people.chosen.id}})
        if self.portrait:
            self.portrait.note = ""
        self.refresh()

    def _keep(self, image: str | None) -> None:
        self.flush()
        self._set(image=image)

    def _set(self, **values: Any) -> None:
        """Give the chosen persona these values, each time a step of undo of its own."""
        people = list(self.people.all)
        people[self.people.at] = people[self.people.at].model_copy(update=values)
        self.people.put(tuple(people))

    def _removed(self, journey: Journey, person: Persona) -> Journey:
        rest = journey.remove_persona(person.id)
        n = 0 if self.scores is None else len(self.scores) - len(with_personas(self.scores, journey, rest))
        self.who.note = self.say.plural(
            "{persona} is removed, with the counts and messages that were only theirs, and {n} score. Undo brings all back.",
            "{persona} is removed, with the counts and messages that were only theirs, and {n} scores. Undo brings all back.",
            n, persona=person.name or person.id,
        )  # fmt: skip
        return rest

    def _fields(self) -> list[fields.Field]:
        say, f = self.say, fields
        return [
            f.text("name", say("Name")),
            f.text("role", say("Role")),
            f.text("segment", say("Segment")),
            f.share("share", say("Share of customers, in %"), say),
            f.text("quote", say("In their own words"), wide=True),
        ]

    def _folds(self) -> dict[str, list[fields.Field]]:
        say, f = self.say, fields
        return {
            say("Lines: needs, goals, challenges, habits …"): [
                f.items(name, say(title), say) for name, title in ITEMS.items()
            ],
            say("Facts and channels"): [
                f.pairs("demographics", say("Facts"), say("age: 34"), say),
                f.lines("channels", say("Channels, one a line")),
            ],
        }


def rests_on(screen: Screen, person: Persona) -> str:
    """How much of a persona rests on something, and a warning where nothing does."""
    say = screen.say
    lines = [item for name in ITEMS for item in getattr(person, name)]
    known = sum(item.evidence in ("observed", "measured") for item in lines)
    if lines and not known:
        return html(
            say("Everything here is assumed: name one thing that somebody observed or measured."), kind="cjm-fault"
        )
    if not lines:
        return ""
    text = say.plural("{known} of {n} line was observed or measured; the rest is assumed.",
                      "{known} of {n} lines were observed or measured; the rest is assumed.",
                      len(lines), known=say.number(known, 0))  # fmt: skip
    return html(text, kind="cjm-note")


def _list(screen: Screen, title: str, lines: Sequence[Item]) -> str:
    if not lines:
        return ""
    rows = ""
    for item in lines:
        code = item.evidence or "assumed"
        word = escape(screen.say(EVIDENCE[code]))
        source = f" <small>{escape(item.source)}</small>" if item.source else ""
        mark = f'<span role="img" aria-label="{word}" title="{word}">{MARKS[code]}</span>'
        rows += f'<li data-evidence="{code}">{mark} {escape(item.text)}{source}</li>'
    return f"<section>{html(screen.say(title), of='h5')}<ul>{rows}</ul></section>"
