"""The grid of participants and touchpoints, for the facilitator: typed or pasted from paper, wrong cells marked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import anywidget
import ipywidgets as widgets
import traitlets

from cjmkit.errors import N_, CJMError
from cjmkit.forms.score_paste import Pasted, read_pasted
from cjmkit.forms.score_rows import Reading, Row, dots_over, faults, put_dots, renewed, stored, stored_rows
from cjmkit.forms.screen import HERE, html
from cjmkit.method.rounds import DOTS
from cjmkit.method.scores import of_persona

if TYPE_CHECKING:
    from cjmkit.forms.scoring import ScoringScreen

LAYERS = {
    "score": N_("Scores"),
    "importance": N_("Importance dots"),
    "moment_of_truth": N_("Moment-of-truth dots"),
}
FEW = 6  # so many columns have room for their names
TOLD = 12  # so many sentences stand under the grid


class Grid(anywidget.AnyWidget):
    """A table to type into; columns are dicts of key, label, title and number, marks are row, key and sentence."""

    _esm = HERE / "grid.js"
    _css = HERE / "scoring.css"
    columns = traitlets.List().tag(sync=True)
    rows = traitlets.List().tag(sync=True)
    marks = traitlets.List().tag(sync=True)
    locked = traitlets.Bool().tag(sync=True)
    heard = traitlets.Dict().tag(sync=True)  # by view: the last message of it that is in `rows`
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, words: dict[str, str], do: dict[str, Callable[..., None]]) -> None:
        super().__init__(words=words)
        self._do = do
        self.on_msg(self._heard)

    def _heard(self, _: Any, content: dict[str, Any], buffers: Any = None) -> None:
        with self.hold_sync():  # one answer: what was typed must not be overwritten by what stood there before
            for name, go in self._do.items():
                if name in content:
                    place = content[name]
                    go(*(place if isinstance(place, list) else [place]))
            self.heard = {**self.heard, str(content.get("view", "")): int(content.get("n", 0))}


class GridStep:
    """The grid on the screen: `type_in`, `paste` and `remove` do what the facilitator does."""

    def __init__(self, screen: ScoringScreen) -> None:
        self.screen, self.say = screen, screen.say
        self.rows: list[Row] = []
        self.notes: list[str] = []
        self._shown: object = None
        say = self.say
        self.layer = widgets.ToggleButtons(options=[(say(name), code) for code, name in LAYERS.items()])
        self.layer.observe(lambda _: self.screen.act(self.fill), "value")
        words = {"remove": say("Remove this person's row"), "new": say("next person")}
        self.grid = Grid(words, {"cell": self.type_in, "paste": self.paste, "remove": self.remove})
        self.about, self.told = widgets.HTML(), widgets.HTML()
        self.told.add_class("cjm-told")
        self.box = widgets.VBox([self.about, self.layer, self.grid, self.told])

    @property
    def reading(self) -> Reading:
        return Reading(self.screen.journey, [t.id for t in self.screen.asked], self.say, self.screen.round.importance)

    def type_in(self, n: int, key: str, text: str) -> None:
        """Take what was typed into a cell: of row `n`, in "participant", "team" or a touchpoint's column."""
        if self.screen.closed:
            return
        self.notes = []
        self.rows += [Row() for _ in range(n + 1 - len(self.rows))]
        self._put(self.rows[n], key, text)
        self._lay_out()
        self.screen.soon("grid", lambda: self._take(f"grid[{n}].{key}"))

    def paste(self, n: int, key: str, text: str) -> None:
        """Lay pasted cells over the grid from this one on; named rows go to the people of those names."""
        if self.screen.closed:
            return
        try:
            pasted = read_pasted(text, self.layer.value, self.screen.asked, self.say, key)
        except CJMError as error:
            self.screen.tell(error)
            return
        self.notes = [self.say.error(fault).removeprefix(": ") for fault in pasted.faults]
        self._lay(pasted, n)
        self._take("")
        self.fill()

    def remove(self, n: int) -> None:
        """Take a person's row out, with what they gave in this round."""
        if n < len(self.rows) and not self.screen.closed:
            self.rows.pop(n)
            self._take("")
            self.fill()

    def fill(self) -> None:
        """Show the rows as the draft has them, and what could not be saved as it was typed."""
        screen, read = self.screen, self.reading
        there = stored_rows(screen.journey, screen.table, screen.round.id, screen.persona, self.say)
        now = (screen.round.id, screen.persona)
        self.rows = renewed(self.rows if now == self._shown else [], there, read)
        if now != self._shown or not self.rows:
            self.rows += self._expected()
        self._shown = now
        layers = [(self.say(name), code) for code, name in LAYERS.items() if code in screen.round.asks]
        if list(self.layer.options) != layers and layers:
            self.layer.options = layers
        self.layer.layout.display = "" if len(layers) > 1 else "none"
        self.grid.columns = self._columns()
        self.grid.locked = screen.closed
        self._lay_out()

    def _expected(self) -> list[Row]:
        """The people who scored in an earlier round and are not in this one yet."""
        screen, there = self.screen, {row.name for row in self.rows}
        before = screen.table[(screen.table["round"] < screen.round.id)]
        before = of_persona(screen.journey, before, screen.persona).drop_duplicates("participant")
        people = zip(before.participant, before.team, strict=True)
        return [Row(who, team) for who, team in people if who not in there and not screen.closed]

    def clear(self) -> None:
        """Show nothing: somebody else sits at the laptop."""
        self.grid.rows, self.grid.marks, self.told.value = [], [], ""

    def _columns(self) -> list[dict[str, Any]]:
        say = self.say
        first = [{"key": "participant", "label": say("Nickname"), "title": say("Nickname"), "number": False},
                 {"key": "team", "label": say("Team"), "title": say("Team"), "number": False}]  # fmt: skip
        asked, journey = self.screen.asked, self.screen.journey
        along = [t.id for t in journey.along(journey.path(self.screen.persona))]
        titles = [
            (t.id, along.index(t.id) + 1, t.name or t.id) for t in asked
        ]  # numbered as on everybody's first sheet
        return first + [
            {
                "key": id,
                "label": f"{n}. {name}" if len(asked) <= FEW else str(n),
                "title": f"{n}. {name}",
                "number": True,
            }
            for id, n, name in titles
        ]

    def _lay(self, pasted: Pasted, n: int) -> None:
        names = {row.name.casefold(): row for row in reversed(self.rows) if row.name}
        seen: set[str] = set()
        for k, new in enumerate(pasted.rows):
            name = new.name.casefold()
            row = names.get(name) if pasted.named and name not in seen else None
            if row is None and pasted.named:
                row = next((r for r in self.rows[n:] if not r.typed and not r.was), None)
            if row is None:
                self.rows += [Row() for _ in range(0 if pasted.named else n + k + 1 - len(self.rows))]
                row = Row() if pasted.named else self.rows[n + k]
                self.rows += [row] if pasted.named else []
            seen.add(name)
            row.participant = row.participant or new.participant if pasted.named else row.participant
            row.team = new.team or row.team
            row.cells |= new.cells

    def _put(self, row: Row, key: str, text: str) -> None:
        if key in ("participant", "team"):
            setattr(row, key, text)
        else:
            row.cells[self.layer.value, key] = text

    def _lay_out(self) -> None:
        """Put the rows into the table, what is wrong marked."""
        self.grid.rows = [
            [row.participant, row.team, *(row.cells.get((self.layer.value, t.id), "") for t in self.screen.asked)]
            for row in self.rows
        ]
        self._tell()

    def _take(self, what: str) -> None:
        """Save what is right; the rows then go by the names they are stored under."""
        screen, read = self.screen, self.reading
        wrong = {f.row for f in faults(self.rows, read) if f.cell == "participant"}
        at = "" if screen.round.anonymous else datetime.now().isoformat(timespec="seconds")
        table = stored(screen.journey, screen.table, self.rows, read, screen.round.id, screen.persona, at)
        for n, row in enumerate(self.rows):
            row.was = row.name if n not in wrong and row.name else row.was
        screen.give(table, what=what)

    def _tell(self) -> None:
        """Mark what is wrong, and say it under the grid."""
        say, read = self.say, self.reading
        found = faults(self.rows, read)
        shown = [
            f.cell if isinstance(f.cell, str) else f.cell[1] if f.cell[0] == self.layer.value else "" for f in found
        ]
        sentences = [say(f.fault.sentence, **self._values(f.fault.values)) for f in found]
        over = dots_over(self.rows, read)
        at = {id(row): n for n, row in enumerate(self.rows)}
        sums = [self._sum(row, column, n) for row, column, n in over]
        self.grid.marks = [
            *([f.row, key, text] for f, key, text in zip(found, shown, sentences, strict=True) if key),
            *([at[id(row)], "participant", text] for (row, _, _), text in zip(over, sums, strict=True)),
        ]
        lines = [*self.notes, *sentences, *sums]
        rest = [say("and {n} more", n=len(lines) - TOLD)] if len(lines) > TOLD else []
        self.told.value = "".join(html(line, kind="cjm-fault") for line in [*lines[:TOLD], *rest]) + self._counts(read)

    def _values(self, values: Any) -> dict[str, Any]:
        return {name: self.say.error(v) if isinstance(v, CJMError) else v for name, v in values.items()}

    def _sum(self, row: Row, column: str, n: int) -> str:
        text = self.say("{who}: {n} of {most} dots", who=row.name or "?", n=n, most=DOTS[column])
        return f"{text} ({self.say(LAYERS[column])})"

    def _counts(self, read: Reading) -> str:
        """How many dots each person has put, while dots are being entered."""
        column = self.layer.value
        if column not in DOTS or not read.dots(column):
            return ""
        say = self.say
        people = [say("{who} {n} of {most}", who=row.name, n=put_dots(row, column, read), most=DOTS[column])
                  for row in self.rows if row.name]  # fmt: skip
        return html(say("Dots: {people}.", people=people), kind="cjm-note") if people else ""
