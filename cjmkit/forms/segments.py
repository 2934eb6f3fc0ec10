"""Groups of customers as draft personas, which the team accepts or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import ipywidgets as widgets
import pandas as pd

from cjmkit.charts.drawing import svg
from cjmkit.charts.segment_words import called, segment_name
from cjmkit.charts.segments import segments_chart
from cjmkit.forms import fields
from cjmkit.forms.draft import Follow, OnSave
from cjmkit.forms.persona_drafts import persona_drafts
from cjmkit.forms.personas import MARKS
from cjmkit.forms.screen import Screen, html
from cjmkit.journey import Journey, Persona
from cjmkit.journey.ids import new_id
from cjmkit.language.words import EVIDENCE, ITEMS
from cjmkit.method.known_groups import known_columns, looked_in
from cjmkit.method.segments import HOLDS, Segments, segments, segments_by

FOUND = ""  # of the choice of groups: those that are found, not those that a column names


def draft_personas(
    journey: Journey,
    on_save: OnSave,
    *,
    customers: pd.DataFrame | None,
    columns: Iterable[str] | None = None,
    names: Mapping[str, str] | None = None,
    lists: Mapping[str, str] | None = None,
    source: str = "",
    follow: Follow | None = None,
) -> Screen:
    """The screen for personas drafted from customers: the groups, and each draft with *accept* and *not now*.

    Args:
        journey: the map.
        on_save: gets `personas=`, hands back the new journey.
        customers: a row each, such as the `customers` table; None where there is none yet.
        columns: in which to look for groups; None is the numbers where there are two or more, else all.
        names: what columns are called, by column.
        lists: by column, the persona's list that what it says goes to; see `persona_drafts`.
        source: what the figures are from, such as a file.
        follow: how to hear of what other screens save.
    """
    chosen = [*columns] if columns is not None else None
    return DraftPersonasScreen(journey, on_save, customers, chosen, names or {}, lists or {}, source, follow)


class DraftPersonasScreen(Screen):
    """Which groups, their picture, and a card for each draft; what is accepted joins the personas, none is overwritten."""

    def __init__(
        self, journey: Journey, on_save: OnSave, customers: pd.DataFrame | None, columns: list[str] | None,
        names: Mapping[str, str], lists: Mapping[str, str], source: str, follow: Follow | None,
    ) -> None:  # fmt: skip
        self.customers, self.columns, self.names, self.lists, self.source = customers, columns, names, lists, source
        self.later: set[str] = set()
        self._found: dict[str, Segments] = {}
        super().__init__(journey, on_save, follow=follow)

    @property
    def segments(self) -> Segments | None:
        """The groups that are chosen; each kind is looked for once."""
        if self.customers is None:
            return None
        by = str(self.which.value())
        if by not in self._found:
            self._found[by] = self._look(by, self.customers)
        return self._found[by]

    @property
    def drafts(self) -> tuple[Persona, ...]:
        """The personas drafted from the groups that are chosen."""
        found = self.segments
        told: dict[str, Any] = {"names": self.names, "lists": self.lists, "source": self.source}
        return persona_drafts(found, **told, language=self.say.code) if found is not None else ()

    def accepted(self, draft: Persona) -> bool:
        """Whether a persona of this group is on the map."""
        return any(p.segment == draft.segment for p in self.journey.personas)

    def build(self) -> Sequence[widgets.Widget]:
        say = self.say
        known = [] if self.customers is None else known_columns(self.customers)
        choices = [
            (FOUND, say("found by being alike")),
            *((c, say("by {column}", column=called(c, self.names))) for c in known),
        ]
        self.which = fields.choice("which", say("Groups"), choices)
        self.which.on_edit(lambda _: self.act(self.refresh))
        return [self.which] if known else []

    def missing(self) -> str:
        if self.customers is None:
            return ""
        open_ = [d for d in self.drafts if not self.accepted(d) and d.id not in self.later]
        return self.say.plural("{n} draft to decide on", "{n} drafts to decide on", len(open_)) if open_ else ""

    def draw(self) -> str:
        found = self.segments
        chart = segments_chart(found, names=self.names, language=self.say.code, as_of=self.journey.as_of)
        cards = "".join(map(self._card, self.drafts))
        legend = html(f"{MARKS['measured']} {self.say(EVIDENCE['measured'])}", kind="cjm-note")
        later = self.say("“Not now” folds a draft away until this notebook is opened anew; nothing of it is kept.")
        note = html(later, kind="cjm-note")
        cards = f'{legend}<div class="cjm-people">{cards}</div>{note}' if cards else ""
        return f'<div class="cjm-scroll">{svg(chart)}</div>{self._how(found)}{cards}'

    def pick(self, name: str) -> None:
        """A draft was accepted, or put off, or taken up again."""
        what, _, id = name.partition(" ")
        draft = next((d for d in self.drafts if d.id == id), None)
        if draft is None:
            return
        if what == "accept" and not self.accepted(draft):
            self.later.discard(id)
            own = draft.model_copy(update={"id": new_id(draft.id, [p.id for p in self.journey.personas], "segment")})
            self.edit(self.journey.changed(personas=[*self.journey.personas, own]), what=f"personas + {id}")
        elif what in ("later", "again"):
            self.later ^= {id}
            self.refresh()

    def _look(self, by: str, customers: pd.DataFrame) -> Segments:
        if by == FOUND:
            return segments(customers, self.columns if self.columns is not None else looked_in(customers))
        return segments_by(customers, by, None if self.columns is None else [c for c in self.columns if c != by])

    def _how(self, found: Segments | None) -> str:
        """What was done with columns, and how sure the groups are, in words."""
        if found is None:
            return ""
        say, lines = self.say, []
        if found.number > 1 and not found.by:
            numbers = say.list(f"{n}: {say.number(s, 2)}" for n, s in found.tried.items())
            lines.append(say("How clearly groups lie apart, by their number (silhouette; {least} has to be passed): {numbers}", least=say.number(found.reference, 2), numbers=numbers))  # fmt: skip
        lines += [say("{name} comes out differently in resamples: no draft is made of it", name=segment_name(say, found, g, self.names))
                  for g in found.sizes if found.stability.get(g, 1.0) < HOLDS]  # fmt: skip
        lines += [f"{called(fault.place, self.names)}: {say(fault.sentence, **fault.values)}" for fault in found.told]
        items = "".join(html(line, of="li") for line in lines)
        head = html(say("How the groups were found"), of="summary")
        return f"<details>{head}<ul>{items}</ul></details>" if lines else ""

    def _card(self, draft: Persona) -> str:
        say, id = self.say, escape(draft.id)
        share = say("{share} of customers", share=say.percent(draft.share))
        if self.accepted(draft):
            buttons = html(say("is among the personas"), kind="cjm-note")
        elif draft.id in self.later:
            buttons = _button(f"again {id}", say("Look at it again"))
        else:
            buttons = _button(f"accept {id}", say("Accept the draft"), "cjm-first") + _button(
                f"later {id}", say("Not now")
            )
        lists = "" if draft.id in self.later else "".join(self._list(draft, name) for name in ITEMS)
        if not lists and draft.id not in self.later:
            lists = html(say("nothing sets it apart"), kind="cjm-note")
        off = " cjm-off" if draft.id in self.later else ""
        return (
            f'<article class="cjm-card{off}">{html(draft.name, of="h4")}{html(share)}{lists}'
            f'<p class="cjm-small">{buttons}</p></article>'
        )

    def _list(self, draft: Persona, name: str) -> str:
        lines = "".join(f"<li>{MARKS['measured']} {escape(item.text)}</li>" for item in getattr(draft, name))
        head = html(self.say(ITEMS[name]), of="h5")
        return f'<section>{head}<ul style="list-style: none; padding-left: 0">{lines}</ul></section>' if lines else ""


def _button(choose: str, words: str, kind: str = "") -> str:
    return f'<button type="button" class="cjm-button {kind}" data-choose="{choose}">{escape(words)}</button>'
