"""Files of customers' answers, events or data brought in: column by column what it is, and at once how it is understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Protocol

import ipywidgets as widgets
import pandas as pd

from cjmkit.errors import N_, CJMError, UsageError
from cjmkit.exchange.columns import Columns, columns_of
from cjmkit.exchange.event_presets import PRESETS as EVENT_PRESETS
from cjmkit.exchange.first_look import FirstLook, enough, lacking
from cjmkit.exchange.survey_presets import PRESETS as SURVEY_PRESETS
from cjmkit.forms import fields
from cjmkit.forms.column_rows import ROLES, ColumnRow
from cjmkit.forms.draft import Follow
from cjmkit.forms.fields import Field, grid
from cjmkit.forms.screen import Screen, html
from cjmkit.forms.table import table
from cjmkit.journey import Journey

LARGEST_UPLOAD = 8 * 2**20  # a notebook's connection takes no larger message
AT_ONCE = 20 * 2**20  # a larger file is not read anew at every key
KINDS = {"survey": N_("a survey"), "events": N_("events, a log"), "customers": N_("customers")}
PRESETS: Mapping[str, Sequence[str]] = {
    "survey": list(SURVEY_PRESETS),
    "events": list(EVENT_PRESETS),
    "customers": [
        name for name, layouts in EVENT_PRESETS.items() if any(layout.kind == "customers" for layout in layouts)
    ],
}


class Files(Protocol):
    """What the screen asks of a client's folder; `cjm.evidence_files(ws)` is one."""

    def receive(self, name: str, content: bytes) -> Path:
        """Lay an uploaded file aside, and say where."""

    def look(self, file: Path, kind: str, preset: str | None) -> FirstLook:
        """What can be said of a file before anything is declared."""

    def preview(self, file: Path, kind: str, columns: Columns, preset: str, create_in: str | None) -> Any:
        """How a file would be understood."""

    def take(self, file: Path, kind: str, columns: Columns, preset: str, create_in: str | None) -> Any:
        """Bring it in."""

    def take_out(self, id: str) -> None:
        """Take a file out again, by the id of its source."""


def bring_in(journey: Journey, files: Files, *, follow: Follow | None = None) -> Screen:
    """The screen that brings a survey, a log of events or customers' data in.

    Args:
        journey: the map.
        files: the client's, `cjm.evidence_files(ws)`.
        follow: how to hear of what other screens save.
    """
    return MappingScreen(journey, files, follow=follow)


class MappingScreen(Screen):
    """A file, its columns with what each is, and below how the first rows are understood; nothing is kept before the button."""

    def __init__(self, journey: Journey, files: Files, *, follow: Follow | None) -> None:
        self.files = files
        self.file: Path | None = None
        self.seen: FirstLook | None = None
        self.rows: list[ColumnRow] = []
        self.done = ""
        super().__init__(journey, lambda **parts: journey, follow=follow)

    def build(self) -> Sequence[widgets.Widget]:
        say = self.say
        self.kind = fields.choice("kind", say("The file holds"), [(k, say(words)) for k, words in KINDS.items()])
        self.path = fields.text("path", say("The file, by its path"), "answers.csv")
        self.preset = fields.choice("preset", say("The tool it is from"), [], none=say("as its headings say"))
        self.stage = fields.choice(
            "stage", say("Touchpoints that the map lacks go to"), [], none=say("nowhere: refuse them")
        )
        self.upload = widgets.FileUpload(description=say("Choose a file"), multiple=False)
        cap = widgets.HTML(
            html(say("Up to {limit} MB; a larger file by its path.", limit=LARGEST_UPLOAD // 2**20), kind="cjm-note")
        )
        self.upload.observe(self._uploaded, "value")
        self.opener = self._button(say("Look at the file"), self._look)
        self.suggested = self._button(say("Take what is suggested"), self._take_suggestions)
        self.show_it = self._button(say("Show how it is understood"), self.refresh)
        self.take = self._button(say("Bring it in"), self._bring, primary=True)
        self.columns = widgets.VBox()
        self.steps = widgets.HBox([self.suggested, self.show_it, self.take])
        self.steps.add_class("cjm-row")
        for field in (self.kind, self.preset):
            field.on_edit(self._again)
        self.stage.on_edit(lambda _: self._soon())
        choose = widgets.HBox([self.upload, cap, self.opener])
        choose.add_class("cjm-row")
        return [grid([self.kind, self.path, self.preset, self.stage]), choose, self.columns, self.steps]

    def show(self) -> None:
        kind, say = self.kind.value(), self.say
        fields.offer(self.preset, [(name, name) for name in PRESETS[kind]], none=say("as its headings say"))
        fields.offer(
            self.stage, [(s.id, s.name or s.id) for s in self.journey.stages], none=say("nowhere: refuse them")
        )
        self.stage.layout.display = "" if kind == "survey" else "none"
        self.preset.layout.display = "" if PRESETS[kind] else "none"
        self.steps.layout.display = "" if self.seen else "none"

    def missing(self) -> str:
        say = self.say
        if self.done:
            return self.done
        if self.seen is None:
            return say("choose a file; nothing is kept before you say so")
        try:
            return self._lacks() or say("nothing is kept yet")
        except CJMError as error:
            return say.error(error)

    def _lacks(self) -> str:
        """What is still to be said before this can come in; empty where nothing is."""
        say, columns, kind = self.say, self.declared(), self.kind.value()
        roles = [say(ROLES[role]) for role in lacking(columns, kind)]
        if roles:
            return say(
                "still to be said, of one column each: {roles}", roles=say.list(say.quoted(role) for role in roles)
            )
        if kind == "customers" and not enough(columns, kind):
            return say("say of at least one column that it is a group of customers or a number")
        return "" if columns else say("say of at least one column what it is")

    def declared(self) -> Columns:
        """What is said of the columns, checked; raises `CJMError` with what does not hold."""
        given = {row.heading: data for row in self.rows if (data := row.data())}
        own = {name: column.to_data() for name, column in (self.seen.certain if self.seen else {}).items()
               if name not in {row.heading for row in self.rows}}  # fmt: skip
        return columns_of({**given, **own}, self.kind.value())

    def draw(self) -> str:
        if self.seen is None or self.file is None:
            return self._in()
        columns = self.declared()
        if self._lacks():
            return ""
        return self._drawn(self.files.preview(*self._wanted(columns)))

    def pick(self, name: str) -> None:
        """A file that is in was chosen, to be taken out again."""
        source = next((s for s in self.journey.sources if s.id == name), None)
        if source is None:
            return
        self.files.take_out(source.id)
        self.done = self.say("{file} is out. The file itself stays there, and the map as it was in versions/.", file=source.file)  # fmt: skip
        self.refresh()

    def _in(self) -> str:
        """The files that are in, each with a way out again."""
        say, out = self.say, self.say("take it out")
        lines = []
        for source in self.journey.sources:
            if source.kind in KINDS:
                label = escape(say("take {file} out", file=source.file))
                button = f'<span class="cjm-button" data-choose="{escape(source.id)}" role="button" aria-label="{label}">{escape(out)} ×</span>'
                lines.append(f"{escape(source.file)} – {escape(say(KINDS[source.kind]))} {button}")
        items = "".join(f"<li>{line}</li>" for line in lines)
        return html(say("Files that are in"), of="h4") + f'<ul class="cjm-files">{items}</ul>' if items else ""

    def _wanted(self, columns: Columns) -> tuple[Path, str, Columns, str, str | None]:
        if self.file is None or self.seen is None:
            raise UsageError("Choose a file first.")
        return self.file, self.seen.kind, columns, self.seen.preset, self.stage.value()

    def _drawn(self, preview: Any) -> str:
        say = self.say
        parts = [
            say.plural("{n} row", "{n} rows", preview.rows),
            say.plural("{n} customer", "{n} customers", preview.customers),
        ]
        if preview.first and preview.last:
            one_day = preview.first == preview.last
            days = {"first": say.date(preview.first), "last": say.date(preview.last)}
            parts.append(say("On {day}", day=days["first"]) if one_day else say("From {first} to {last}", **days))
        told = [html(" · ".join(parts), of="h4"), html(say("The first rows as they are understood:"), kind="cjm-note")]
        rows = [[escape(_shown(value)) for value in row] for row in preview.head.astype(object).itertuples(index=False)]
        told.append(table([str(name) for name in preview.head.columns], rows))
        told += [html(say.error(warning), kind="cjm-fault") for warning in preview.warnings]
        if preview.creates:
            told.append(html(say("New touchpoints: {names}.", names=list(preview.creates))))
        if preview.measures:
            names = [self.journey.touchpoint(id).name or id for id in preview.measures if id not in preview.creates]
            told.append(html(say("Measured now: {touchpoints}", touchpoints=[*names, *preview.creates])))
        return "".join(told)

    def _uploaded(self, change: Any) -> None:
        def receive() -> None:
            for upload in self.upload.value:
                content = bytes(upload["content"])
                if len(content) > LARGEST_UPLOAD:
                    raise UsageError("{file} is larger than {limit} MB. Give its path instead.",
                                     file=str(upload["name"]), limit=LARGEST_UPLOAD // 2**20)  # fmt: skip
                self.path.put("")
                self._see(self.files.receive(str(upload["name"]), content))

        self.act(receive)

    def _look(self) -> None:
        if not self.path.value():
            raise UsageError("Choose a file first.")
        self._see(Path(self.path.value()).expanduser())

    def _again(self, field: Field) -> None:
        """Another kind or tool: look at the same file anew."""
        self.show()
        if self.file is not None:
            file = self.file
            self.act(lambda: self._see(file))

    def _see(self, file: Path) -> None:
        self.done, self.seen, self.rows, self.columns.children = "", None, [], ()
        try:
            self.seen = self.files.look(file, self.kind.value(), self.preset.value())
            self.file = file
            headings = [str(name) for name in self.seen.table.columns]
            headings += [name for name in self.seen.columns if name not in headings]
            own = [name for name in headings if name in self.seen.table.columns]
            self.rows = [ColumnRow(self.seen, name, self.journey, self.say, self._soon) for name in own]
            self.columns.children = [self._about(file), *self.rows]
        finally:
            self.refresh()

    def _about(self, file: Path) -> widgets.HTML:
        say, seen = self.say, self.seen
        assert seen is not None
        words = [html(file.name, of="b")]
        if seen.preset:
            words.append(html(say("It looks like a file of {preset}.", preset=seen.preset), of="span"))
        words += [html(say.error(warning), of="span", kind="cjm-fault") for warning in seen.warnings]
        return widgets.HTML("<br>".join(words))

    def _take_suggestions(self) -> None:
        for row in self.rows:
            row.take_suggestion()
        self.refresh()

    def _soon(self) -> None:
        """Show anew what is understood once nothing was typed for a moment, where the file is small enough."""
        self.done = ""
        if self.file is not None and self.file.stat().st_size <= AT_ONCE:
            self.soon("preview", self.refresh)

    def _bring(self) -> None:
        if lacks := self._lacks():
            self.tell(lacks)
            return
        done = self.files.take(*self._wanted(self.declared()))
        say, file = self.say, self.file
        assert file is not None
        self.seen, self.file, self.rows, self.columns.children = None, None, [], ()
        self.path.put("")
        parts = [say.plural("{n} row of {file} is in.", "{n} rows of {file} are in.", done.rows, file=file.name)]
        if done.measured:
            names = {t.id: t.name or t.id for t in self.journey.touchpoints}
            parts.append(say("Measured now: {touchpoints}", touchpoints=[names.get(id, id) for id in done.measured]))
        self.done = " ".join(parts)
        self.refresh()

    def _button(self, words: str, go: Any, *, primary: bool = False) -> widgets.Button:
        button = widgets.Button(description=words, button_style="primary" if primary else "")
        button.on_click(lambda _: self.act(go))
        return button


def _shown(value: object) -> str:
    if value is None or value is pd.NaT or value != value:
        return "–"
    return f"{value:.15g}" if isinstance(value, float) else str(value)[:80]
