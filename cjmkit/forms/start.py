"""The first screen: choose a client or begin one, see where the team stands and what the next step needs first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any, Protocol

import ipywidgets as widgets
import pandas as pd
from babel import Locale

from cjmkit.charts.theme import tongue
from cjmkit.charts.words import joined
from cjmkit.errors import CJMError, UsageError
from cjmkit.forms.progress import MARKS, Told, holds, lacks, link
from cjmkit.forms.screen import html
from cjmkit.journey import Journey
from cjmkit.language import Language, languages, speak
from cjmkit.method.progress import before, progress
from cjmkit.tables import empty_scores

LISTED = 40  # so many clients are looked into for the list
COPY = "copy of "
Starters = Mapping[str, Mapping[str, tuple[str, str]]]


class Opened(Protocol):
    """A client's workshop, as this screen needs it."""

    journey: Journey

    @property
    def client(self) -> str: ...
    @property
    def is_sample(self) -> bool: ...
    @property
    def scores(self) -> pd.DataFrame: ...
    def status(self) -> Any: ...
    def follow(self, name: str, listener: Callable[[Journey, pd.DataFrame], None]) -> None: ...


def start_workshop(
    client: str | None,
    clients: Callable[..., list[str]],
    on_open: Callable[..., Opened],
    on_new: Callable[..., Opened],
    starters: Starters,
) -> Start:
    """The screen on which a client is chosen or begun.

    Args:
        client: the client to open; None is the one opened last.
        clients: the names of the clients, with `samples=True` also of samples to copy.
        on_open: opens a client, given its name, and remembers it unless told `remember=False`.
        on_new: begins a client, given its name, and `starter=` and `language=`, or `source=` to copy.
        starters: each starter's title and description by language.
    """
    return Start(client, clients, on_open, on_new, starters)


class Start(widgets.VBox):
    """The clients, a new one, and where the one that is open stands; `opened` is its workshop, None before."""

    def __init__(
        self,
        client: str | None,
        clients: Callable[..., list[str]],
        on_open: Callable[..., Opened],
        on_new: Callable[..., Opened],
        starters: Starters,
    ) -> None:
        self.opened: Opened | None = None
        self._clients, self._on_open, self._on_new, self._starters = clients, on_open, on_new, starters
        self._followers: dict[str, Callable[[Journey, pd.DataFrame], None]] = {}
        self._screens: list[tuple[widgets.Box, Callable[[Any], widgets.Widget]]] = []
        self._seen: dict[tuple[str, str], str] = {}
        self._make()
        super().__init__([self._choice(), self.fold, self.note, self.board])
        self.add_class("cjm-screen")
        try:
            self._take(on_open(client))
        except CJMError as error:
            self._show()
            if client or not isinstance(error, UsageError):  # that no client was chosen yet is no fault here
                self._tell(error)

    @property
    def say(self) -> Language:
        """The language of the client that is open, else of this machine."""
        return tongue(self.opened.journey, None) if self.opened else speak()

    @property
    def journey(self) -> Journey:
        """The journey of the client that is open, an empty one before."""
        return self.opened.journey if self.opened else Journey()

    @property
    def scores(self) -> pd.DataFrame:
        """The scores of the client that is open, none before."""
        return self.opened.scores if self.opened else empty_scores()

    def follow(self, name: str, listener: Callable[[Journey, pd.DataFrame], None]) -> None:
        """Tell this listener of every save, and of every other client that is opened."""
        self._followers[name] = listener

    def screen(self, make: Callable[[Any], widgets.Widget]) -> widgets.Box:
        """A place for another screen of the client that is open; made anew when another is opened."""
        place = widgets.VBox()
        self._screens.append((place, make))
        self._fill(place, make)
        return place

    def _make(self) -> None:
        self.list = widgets.Select(rows=4)
        self.choose, self.duplicate, self.begin = (
            widgets.Button(),
            widgets.Button(),
            widgets.Button(button_style="primary"),
        )
        self.name, self.language, self.starter = widgets.Text(), widgets.Dropdown(), widgets.Dropdown()
        self.about, self.note, self.board = widgets.HTML(), widgets.HTML(), Told()
        self.note.add_class("cjm-fault")
        self.choose.on_click(lambda _: self._try(lambda: self._take(self._on_open(self._named()))))
        self.duplicate.on_click(lambda _: self._try(self._copy))
        self.begin.on_click(lambda _: self._try(self._begin))
        for control in (self.starter, self.language):
            control.observe(lambda _: self._describe(), "value")
        boxes = [widgets.VBox([control]) for control in (self.name, self.language, self.starter)]
        for box in boxes:
            box.add_class("cjm-field")
        fields = widgets.Box(boxes)
        fields.add_class("cjm-fields")
        row = widgets.HBox([self.begin])
        row.add_class("cjm-row")
        self.fold = widgets.Accordion([widgets.VBox([fields, self.about, row])], selected_index=None)
        self.language.options = [(Locale(code).get_display_name(code).capitalize(), code) for code in languages()]
        self.language.value = speak().code

    def _choice(self) -> widgets.Widget:
        buttons = widgets.HBox([self.choose, self.duplicate])
        buttons.add_class("cjm-row")
        field = widgets.VBox([self.list])
        field.add_class("cjm-field")
        return widgets.VBox([field, buttons])

    def _show(self) -> None:
        """Every label and list in the language that holds now."""
        say = self.say
        self.list.description, self.choose.description = say("Clients"), say("Work with this client")
        self.duplicate.description = say("Make a copy to work in")
        self.duplicate.layout.display = "" if self.opened and self.opened.is_sample else "none"
        self.name.description, self.name.placeholder = say("The client's name"), "AGD Nord"
        self.language.description, self.starter.description = say("Language of the workshop"), say("Begin with")
        self.begin.description = say("Begin with this client")
        self.fold.set_title(0, say("A new client"))
        self._list()
        self._describe()
        self.board.html = self._stands()

    def _list(self) -> None:
        there, code = self._clients(), self.say.code
        for name in there[:LISTED]:
            if (name, code) not in self._seen or (self.opened and name == self.opened.client):
                self._seen[name, code] = self._glance(name)
        self.list.options = [(self._seen.get((name, code), name), name) for name in there]
        self.list.rows = max(2, min(8, len(there)))
        if self.opened and self.opened.client in there:
            self.list.value = self.opened.client
        if not there:
            self.fold.selected_index = 0

    def _glance(self, name: str) -> str:
        """One line about a client: its name, how many steps are done, how long ago it was saved."""
        say = self.say
        try:
            opened = self._on_open(name, remember=False)
            steps = progress(opened.journey, opened.scores)
        except CJMError:
            return joined(name, say("cannot be opened"))
        marks = "".join(MARKS[step.state] for step in steps.values())
        kind = say("sample, stays as it is") if opened.is_sample else _age(say, opened)
        client = opened.journey.client or name
        shown = name if client == name else f"{client} ({name})"
        return joined(shown, marks, kind, opened.journey.title)

    def _describe(self) -> None:
        """What there is to begin with, and what the chosen one is, in the language of the new workshop."""
        code, say, chosen = self.language.value, self.say, self.starter.value
        order = sorted(self._starters, key=lambda name: name != "five-stage")
        texts = {name: self._starters[name].get(code) or self._starters[name]["en"] for name in order}
        copies = [(say("a copy of {client}", client=name), COPY + name) for name in self._clients(samples=True)]
        options = [*((title, name) for name, (title, _) in texts.items()), *copies]
        if list(self.starter.options) != options:
            self.starter.options = options
            self.starter.value = chosen if chosen in [value for _, value in options] else options[0][1]
        about = texts[self.starter.value][1] if self.starter.value in texts else ""
        copied = say("With its touchpoints, scores and evidence, in its own language.")
        self.about.value = html(about or copied)

    def _take(self, opened: Opened) -> None:
        """Work with this client from now on."""
        self.opened = opened
        self.language.value = self.say.code
        opened.follow("start_workshop", lambda journey, scores: self._refresh())
        self._show()
        self._tell_followers()
        for place, make in self._screens:
            self._fill(place, make)

    def _refresh(self) -> None:
        self.board.html = self._stands()
        self._tell_followers()

    def _tell_followers(self) -> None:
        for listener in self._followers.values():
            listener(self.journey, self.scores)

    def _begin(self) -> None:
        wanted, name = self.starter.value, self.name.value.strip()
        if not name:
            raise UsageError("A client needs a name.")
        if wanted.startswith(COPY):
            made = self._on_new(name, source=wanted.removeprefix(COPY))
        else:
            made = self._on_new(name, starter=wanted, language=self.language.value)
        self._take(self._on_open(made.client))
        self.name.value, self.fold.selected_index = "", None

    def _copy(self) -> None:
        assert self.opened is not None
        source, there = self.opened.client, self._clients()
        names = (f"{source}-copy" if n == 1 else f"{source}-copy-{n}" for n in range(1, 1000))
        made = self._on_new(next(name for name in names if name not in there), source=source)
        self._take(self._on_open(made.client))

    def _named(self) -> str:
        if not self.list.value:
            raise UsageError("Choose a client in the list, or begin a new one.")
        return str(self.list.value)

    def _fill(self, place: widgets.Box, make: Callable[[Any], widgets.Widget]) -> None:
        if self.opened is None:
            place.children = [widgets.HTML(html(self.say("Choose or begin a client first, on top.")))]
            return
        try:
            place.children = [make(self.opened)]
        except CJMError as error:
            place.children = [widgets.HTML(html(self.say.error(error), kind="cjm-fault"))]

    def _try(self, go: Callable[[], None]) -> None:
        self.note.value = ""
        try:
            go()
        except CJMError as error:
            self._tell(error)

    def _tell(self, error: CJMError) -> None:
        self.note.value = escape(self.say.error(error))

    def _stands(self) -> str:
        """Where the client that is open stands: each step, what is in it, what the next one needs first."""
        say, opened = self.say, self.opened
        if opened is None:
            return html(say("No client is open yet: choose one above, or begin a new one."))
        journey, steps = opened.journey, progress(opened.journey, opened.scores)
        head = joined(journey.title, say("revision {n}", n=say.number(journey.revision, 0)), _age(say, opened))
        rows = []
        for name, step in steps.items():
            first = [f"<b>{escape(line)}</b>" for line in lacks(say, journey, before(steps, name))[:2]]
            there = [escape(line) for line in holds(say, journey, step)]
            cells = f"{MARKS[step.state]} {link(say, name)}", ", ".join(there) or "–", say.apart(first) or "–"
            rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
        heads = (say("Step"), say("What is in it"), say("What it needs first"))
        row = "".join(f"<th>{escape(text)}</th>" for text in heads)
        onward = next(
            (name for name, step in steps.items() if name != "00_start" and step.state != "done"), "08_review"
        )
        go_on = say("Go on with:")
        sample = say("This is a sample: what you change in it is not kept. Make a copy to work in.")
        note = html(sample, kind="cjm-fault") if opened.is_sample else ""
        title = f"<p><b>{escape(journey.client or opened.client)}</b> · {escape(head)}</p>"
        return f'{title}{note}<div class="cjm-wide-table"><table><tr>{row}</tr>{"".join(rows)}</table></div><p><b>{escape(go_on)}</b> {link(say, onward)}</p>'


def _age(say: Language, opened: Opened) -> str:
    days = int(opened.status().days)
    return say.plural("saved {n} day ago", "saved {n} days ago", days) if days else say("saved today")
