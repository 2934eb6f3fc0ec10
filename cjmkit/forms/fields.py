"""One field each for the kinds of values a journey holds: text, lines, number, date, duration, choice, several."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as widgets
import traitlets

from cjmkit.errors import CJMError, UsageError
from cjmkit.forms.typed import mark, marked, parse_number, shown_number, split_lines
from cjmkit.journey import Item, Quote
from cjmkit.language import Language
from cjmkit.language.durations import duration as in_words
from cjmkit.language.durations import parse_duration

Choices = Iterable[tuple[str, str]]  # (value, what is shown)
Options = list[tuple[str, str | None]]  # as a list of choices in ipywidgets wants them


class Field(widgets.VBox):
    """A labelled input: `value()` is what the journey holds, `put` shows it, a fault stands under it."""

    def __init__(
        self,
        name: str,
        control: widgets.Widget,
        read: Callable[[Any], Any] = lambda shown: shown,
        write: Callable[[Any], Any] = lambda value: value,
        *,
        typed: bool = False,
        wide: bool = False,
    ) -> None:
        self.name, self.control, self.typed = name, control, typed
        self._read, self._write = read, write
        self._putting = False
        self._untaken, self._shown = False, None
        self._listener: Callable[[Field], None] = lambda field: None
        self.fault = widgets.HTML(layout={"display": "none"})
        self.fault.add_class("cjm-fault")
        super().__init__([control, self.fault])
        self.add_class("cjm-field")
        if wide:
            self.add_class("cjm-wide")
        control.observe(self._edited, "value")

    def value(self) -> Any:
        """What was entered, as the journey holds it; raises `UsageError` with what would be right."""
        return self._read(self.control.value)

    def put(self, value: Any) -> None:
        """Show this value; what is being typed, or is wrong, stays as it was typed while the value itself stays."""
        try:
            same = self.value() == value
        except CJMError:
            same = False
        if not same and self._untaken and (not self.fault.value or value == self._shown):
            return
        self._shown, self._untaken = value, False
        if same:
            return
        self._putting = True
        try:
            self.control.value = self._write(value)
        finally:
            self._putting = False
        self.taken()

    def taken(self) -> None:
        """What was typed is in the journey, or no longer wanted; from now on the field shows what the journey has."""
        self._untaken = False
        self.say_fault("")

    def on_edit(self, listener: Callable[[Field], None]) -> None:
        """Call this whenever the user changed the field."""
        self._listener = listener

    def say_fault(self, sentence: str) -> None:
        """Put this sentence by the field; empty takes it away."""
        self.fault.value = escape(sentence)
        self.fault.layout.display = "" if sentence else "none"

    def _edited(self, _: Any) -> None:
        if not self._putting:
            self._untaken = self.typed
            self._listener(self)


class Several(widgets.HBox):
    """Boxes to tick; `value` is the tuple of the values ticked, in the order of the choices."""

    def __init__(self, label: str, choices: Choices) -> None:
        self.label = widgets.Label(label)
        self.choose(choices)
        super().__init__([self.label, *self.boxes.values()])
        self.add_class("cjm-several")
        self._listeners: list[Callable[[Any], None]] = []

    def choose(self, choices: Choices) -> None:
        """Offer these choices instead; what is ticked and still offered stays ticked."""
        before = set(self.value) if hasattr(self, "boxes") else set()
        self.boxes = {v: widgets.Checkbox(v in before, description=name, indent=False) for v, name in choices}
        for box in self.boxes.values():
            box.observe(self._ticked, "value")
        if self.trait_values().get("children"):
            self.children = [self.label, *self.boxes.values()]

    @property
    def value(self) -> tuple[str, ...]:
        return tuple(value for value, box in self.boxes.items() if box.value)

    @value.setter
    def value(self, values: Iterable[str]) -> None:
        wanted = set(values)
        for value, box in self.boxes.items():
            box.value = value in wanted

    def observe(self, handler: Callable[[Any], None], names: Any = "value", type: str = "change") -> None:
        if names == "value":
            self._listeners.append(handler)
        else:
            super().observe(handler, names, type)

    def _ticked(self, change: Any) -> None:
        for listener in self._listeners:
            listener(change)


class Day(anywidget.AnyWidget):
    """A date to type or to choose; None while there is none."""

    _esm = Path(__file__).parent / "day.js"
    description = traitlets.Unicode().tag(sync=True)
    value = traitlets.Instance(date, allow_none=True).tag(
        sync=True,
        to_json=lambda day, _: day.isoformat() if day else None,
        from_json=lambda text, _: date.fromisoformat(text) if text else None,
    )


def text(name: str, label: str, hint: str = "", *, long: bool = False, wide: bool = False) -> Field:
    """A text: one line, or several where it is long."""
    kind = widgets.Textarea if long else widgets.Text
    control = kind(description=label, placeholder=hint, **({"rows": 2} if long else {}))
    return Field(name, control, lambda shown: shown.strip(), lambda value: value or "", typed=True, wide=wide)


def lines(name: str, label: str, hint: str = "") -> Field:
    """Several short texts, one a line."""
    control = widgets.Textarea(description=label, placeholder=hint, rows=3)
    return Field(name, control, lambda s: tuple(split_lines(s)), "\n".join, typed=True)


def items(name: str, label: str, say: Language) -> Field:
    """Lines that may end in what they rest on: "quiet (observed: shop visits)"."""
    return _marked(name, label, say, Item, None)


def quotes(name: str, label: str, say: Language) -> Field:
    """Customers' words, one a line, each with where it was heard: "So loud! (measured: survey 2026)"."""
    return _marked(name, label, say, Quote, "assumed")


def _marked(name: str, label: str, say: Language, kind: Any, plain: str | None) -> Field:
    hint = say("one a line, such as: quiet (observed: shop visits)")

    def read(shown: str) -> Any:
        return tuple(kind(**marked(line, say, plain)) for line in split_lines(shown))

    def write(values: Iterable[Any]) -> str:
        return "\n".join(mark(value.text, value.evidence, value.source, say, plain) for value in values)

    return Field(name, widgets.Textarea(description=label, placeholder=hint, rows=3), read, write, typed=True)


def pairs(name: str, label: str, hint: str, say: Language) -> Field:
    """Names with values, one a line: "age: 34"."""

    def read(shown: str) -> dict[str, str]:
        found = {}
        for line in split_lines(shown):
            key, colon, value = (part.strip() for part in line.replace("：", ":", 1).partition(":"))
            if not colon or not key:
                raise UsageError(
                    "“{line}” should be a name, a colon and a value, such as: {hint}", line=line, hint=hint
                )
            found[key] = value
        return found

    def write(values: Mapping[str, str]) -> str:
        return "\n".join(f"{key}: {value}" for key, value in values.items())

    return Field(name, widgets.Textarea(description=label, placeholder=hint, rows=3), read, write, typed=True)


def number(
    name: str, label: str, say: Language, *, low: float = -math.inf, high: float = math.inf, whole: bool = False
) -> Field:
    """A number as the language writes it; empty is none."""

    def read(shown: str) -> int | float | None:
        value = parse_number(shown, say)
        if value is None:
            return None
        if whole and value != int(value):
            raise UsageError("This must be a whole number, not {text}.", text=shown.strip())
        if not low <= value <= high:
            raise UsageError("This must be a number from {low} to {high}, not {text}.",
                             low=shown_number(low, say), high=shown_number(high, say), text=shown.strip())  # fmt: skip
        return int(value) if value == int(value) else value

    return Field(name, widgets.Text(description=label), read, lambda value: shown_number(value, say), typed=True)


def share(name: str, label: str, say: Language) -> Field:
    """A share from 0 to 1, entered as a percentage; empty is none."""
    percent = number(name, label, say, low=0, high=100)

    def read(shown: str) -> float | None:
        value = percent._read(shown.replace("%", "").replace("％", ""))
        return None if value is None else value / 100

    return Field(
        name, percent.control, read, lambda v: "" if v is None else shown_number(round(v * 100, 6), say), typed=True
    )


def day(name: str, label: str) -> Field:
    """A date; empty is none."""
    return Field(name, Day(description=label))


def duration(name: str, label: str, say: Language) -> Field:
    """How long something lasts, in words ("30 days"); held as an ISO 8601 duration."""
    control = widgets.Text(description=label, placeholder=in_words(say, "P30D"))
    return Field(
        name, control, lambda shown: parse_duration(shown, say), lambda v: in_words(say, v) if v else "", typed=True
    )


def choice(name: str, label: str, choices: Choices, *, none: str | None = None) -> Field:
    """One of several; `none` is what stands for none of them, held as None."""
    options = _options(choices, none)
    control = widgets.Dropdown(description=label, options=options, value=options[0][1] if options else None)
    return _with_none(Field(name, control), none)


def known(name: str, label: str, hint: str = "") -> Field:
    """A short text, with those in use to choose from; `offer` says which."""
    control = widgets.Combobox(description=label, placeholder=hint, ensure_option=False)
    return Field(name, control, lambda shown: shown.strip(), lambda value: value or "", typed=True)


def several(name: str, label: str, choices: Choices) -> Field:
    """Any of several, ticked."""
    return Field(name, Several(label, choices), wide=True)


def offer(field: Field, choices: Choices, *, none: str | None = None) -> None:
    """Offer these choices in a field of `choice`, `known` or `several`, without that counting as an edit."""
    field._putting = True
    try:
        if isinstance(field.control, widgets.Combobox):
            field.control.options = [shown for _, shown in choices]
            return
        if isinstance(field.control, Several):
            if list(field.control.boxes) != [v for v, _ in choices] or [
                box.description for box in field.control.boxes.values()
            ] != [name for _, name in choices]:
                field.control.choose(choices)
            return
        options = _options(choices, none)
        _with_none(field, none)
        if list(field.control.options) != options:
            before = field.control.value
            field.control.options = options
            values = [value for _, value in options]
            field.control.value = before if before in values else (values[0] if values else None)
    finally:
        field._putting = False


def _with_none(field: Field, none: str | None) -> Field:
    """A dropdown shows nothing at all where its value is None, so that none is an empty text in it."""
    if none is not None:
        field._read, field._write = (lambda value: value or None), (lambda value: value or "")
    return field


def _options(choices: Choices, none: str | None) -> Options:
    return [*([] if none is None else [(none, "")]), *((shown, value) for value, shown in choices)]


def grid(fields: Sequence[Field]) -> widgets.Box:
    """Fields side by side, as many as the window holds."""
    box = widgets.Box(list(fields))
    box.add_class("cjm-fields")
    return box
