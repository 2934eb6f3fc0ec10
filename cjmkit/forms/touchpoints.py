"""The touchpoints: a line as quick as a sticky note, rows pasted from a spreadsheet, all details folded out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import ipywidgets as widgets
import pandas as pd

from cjmkit.errors import CJMError, Fault, UsageError
from cjmkit.exchange.touchpoints import PastedTouchpoints, read_touchpoints
from cjmkit.forms.boards import board, numbered, touchpoint_card
from cjmkit.forms.draft import Follow, OnSave
from cjmkit.forms.entry import EntryLine
from cjmkit.forms.screen import Screen, html
from cjmkit.forms.touchpoint_details import TouchpointDetails, channels
from cjmkit.journey import Journey, Touchpoint
from cjmkit.journey.ids import new_id
from cjmkit.language.words import KIND_IN_A_LINE, TOUCHPOINT
from cjmkit.method.touchpoints import add


def edit_touchpoints(
    journey: Journey, on_save: OnSave, *, scores: pd.DataFrame | None = None, follow: Follow | None = None
) -> Screen:
    """The screen for touchpoints: enter, paste, correct, order and merge them, on a board of the stages.

    Args:
        journey: the map.
        on_save: gets the parts that were edited (`touchpoints=`, `paths=`, `scores=` ...), hands back the new journey.
        scores: the `scores` table, so that scores go along with what is removed or merged.
        follow: how to hear of what other screens save.
    """
    return TouchpointsScreen(journey, on_save, scores=scores, follow=follow)


class TouchpointsScreen(Screen):
    """The quick line above; pasting and details fold out; the board below."""

    def build(self) -> Sequence[widgets.Widget]:
        say = self.say
        self.line = EntryLine([], say("Add"), say, on_enter=self._entered, on_paste=self._pasted)
        self.box = PasteBox(self)
        self.details = TouchpointDetails(self)
        self.details.on_choose.append(self.refresh)
        self.fold = widgets.Accordion([self.details, self.box], titles=("", say("Paste rows from a spreadsheet")))
        return [self.line, self.fold]

    def show(self) -> None:
        say, journey = self.say, self.journey
        label = {name: say(word) for name, word in TOUCHPOINT.items()}
        self.line.fields = [
            {"name": "stage", "label": label["stage"], "keep": True,
             "options": [[s.id, s.name or s.id] for s in journey.stages]},
            {"name": "name", "label": say("Touchpoint"), "first": True, "grow": True,
             "hint": say("what the customer meets, does or waits for")},
            {"name": "channel", "label": label["channel"], "free": True,
             "options": [[c, ""] for c in channels(journey, say)]},
            {"name": "kind", "label": label["kind"], "value": "contact",
             "options": [[code, say(word)] for code, word in KIND_IN_A_LINE.items()]},
        ]  # fmt: skip
        self.details.show()
        chosen = self.details.chosen
        titles = list(self.fold.titles)
        titles[0] = say("Details of “{name}”", name=chosen.name or "…") if chosen else say("Details")
        if list(self.fold.titles) != titles:
            self.fold.titles = titles

    def draw(self) -> str:
        if not self.journey.touchpoints:
            return html(self.say("No touchpoint yet: type what the customer meets, then Enter. Begin with what limps."))
        return board(self.journey, self.say, partial(touchpoint_card, say=self.say, chosen=self.details.id))

    def pick(self, name: str) -> None:
        self.details.choose_id(name)
        self.fold.selected_index = 0
        self.picture.send({"go": ".cjm-main input"})

    def missing(self) -> str:
        say, all = self.say, self.journey.touchpoints
        nameless = sorted(numbered(self.journey)[t.id] for t in all if not t.name)
        parts = [say("touchpoint {n} still needs a name", n=nameless[0])] if nameless else []
        bare = [t for t in all if t.kind == "contact" and not t.channel]
        endless = [t for t in all if t.kind == "wait" and not t.lasts]
        unowned = [t for t in all if not t.owner]
        if bare:
            parts.append(say.plural("{n} contact has no channel", "{n} contacts have no channel", len(bare)))
        if endless:
            parts.append(say.plural("{n} wait: how long?", "{n} waits: how long?", len(endless)))
        if unowned:
            parts.append(say.plural("{n} touchpoint has no owner", "{n} touchpoints have no owner", len(unowned)))
        return " · ".join(parts)

    def take(self, text: str, stage: str = "") -> PastedTouchpoints:
        """Add what is right of pasted rows, in one step of undo; the rest stays in the box with what is wrong."""
        self.flush()
        pasted = read_touchpoints(text, self.journey, self.say, stage)
        if pasted.touchpoints:
            self.details.id = pasted.touchpoints[-1].id
            self.edit(add(self.journey, pasted.touchpoints)[0])
        self.box.tell(pasted)
        return pasted

    def _entered(self, values: dict[str, str]) -> None:
        self.flush()
        name = " ".join(values.get("name", "").split())
        stage = values.get("stage", "")
        if not self.journey.stages:
            raise UsageError("There is no stage yet to put touchpoints in. Put in the stages first.")
        if stage not in {s.id for s in self.journey.stages}:
            stage = self.journey.stages[0].id
        alike = [t for t in self.journey.touchpoints if t.name.casefold() == name.casefold()]
        taken = [t.id for t in self.journey.touchpoints]
        new = Touchpoint(
            id=new_id(name, taken, "touchpoint"), stage=stage, name=name, kind=values.get("kind") or "contact",
            channel=" ".join(values.get("channel", "").split()),
        )  # fmt: skip
        journey, path = add(self.journey, [new])
        self.details.id = new.id
        self.edit(journey)
        where = self.journey.stage(stage)
        said = [self.say("“{name}” stands in {stage}.", name=name, stage=where.name or stage)]
        if path is not None:
            said.append(self.say("It is on the path “{path}” too.", path=path.name or path.id))
        if alike:
            other = self.journey.stage(alike[0].stage)
            said.append(
                self.say("There is another one of this name in {stage}: merge them?", stage=other.name or other.id)
            )
        self.line.note = " ".join(said)

    def _pasted(self, text: str) -> None:
        if self.box.text.value.strip():
            raise UsageError("Rows of an earlier paste are still in the box below. Correct or delete them first.")
        try:
            pasted = self.take(text, self.line.beside.get("stage", ""))
        except CJMError:
            self.box.text.value = text
            self.fold.selected_index = 1
            raise
        self.line.note = self.box.sums(pasted)
        if pasted.left or pasted.notes:
            self.fold.selected_index = 1


class PasteBox(widgets.VBox):
    """A box for rows: what is right is added, what is not stays in it, with a sentence for each row."""

    def __init__(self, screen: TouchpointsScreen) -> None:
        self.screen, say = screen, screen.say
        hint = say("One touchpoint a row: stage, name, channel, owner; or with a heading that names the columns.")
        self.text = widgets.Textarea(description=hint, rows=6)
        self.button = widgets.Button(description=say("Add the rows"))
        self.button.on_click(lambda _: self._add())
        self.said = widgets.HTML()
        self.text.add_class("cjm-wide")
        super().__init__([self.text, self.button, self.said])
        self.add_class("cjm-paste")

    def tell(self, pasted: PastedTouchpoints) -> None:
        """Show what was left of a paste, and why."""
        self.text.value = pasted.left
        faults = [html(self._in_words(fault), of="li") for fault in pasted.faults]
        notes = [html(self.screen.say.error(note), of="li") for note in pasted.notes]
        wrong = f'<ul class="cjm-fault">{"".join(faults)}</ul>' if faults else ""
        self.said.value = f"{html(self.sums(pasted))}{wrong}{f'<ul>{chr(10).join(notes)}</ul>' if notes else ''}"

    def sums(self, pasted: PastedTouchpoints) -> str:
        """How many were added, how many were not."""
        say = self.screen.say
        wrong = len({fault.place for fault in pasted.faults})
        added = say.plural("{n} touchpoint added.", "{n} touchpoints added.", len(pasted.touchpoints))
        if not wrong:
            return added
        left = say.plural(
            "{n} row stays in the box: correct it and add it.", "{n} rows stay in the box: correct and add them.", wrong
        )
        return f"{added} {left}"

    def _in_words(self, fault: Fault) -> str:
        row = fault.place.removeprefix("row ")
        return self.screen.say("Row {n}: {problem}", n=row, problem=self.screen.say(fault.sentence, **fault.values))

    def _add(self) -> None:
        try:
            self.screen.take(self.text.value, self.screen.line.beside.get("stage", ""))
        except CJMError as error:
            self.said.value = html(self.screen.say.error(error), kind="cjm-fault")
