"""A line to enter things as quickly as a sticky note: Enter, the next one; a pasted table comes over whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import traitlets

from cjmkit.errors import CJMError
from cjmkit.forms.screen import HERE
from cjmkit.language import Language


class EntryLine(anywidget.AnyWidget):
    """Fields in one line; each field is a dict of name, label and, where wanted, options, free, keep, first, grow, hint.

    `options` are (value, name) pairs, a closed list unless `free`; `keep` stays for the next entry, `first` gets the
    cursor back. `enter` and `paste` do what a user does, for tests.
    """

    _esm = HERE / "entry.js"
    fields = traitlets.List().tag(sync=True)
    button = traitlets.Unicode().tag(sync=True)
    note = traitlets.Unicode().tag(sync=True)
    unanswered = traitlets.Unicode().tag(sync=True)
    pastes = traitlets.Bool().tag(sync=True)  # else pasted lines go into the field as they are

    def __init__(
        self,
        fields: Sequence[dict[str, Any]],
        button: str,
        say: Language,
        *,
        on_enter: Callable[[dict[str, str]], None],
        on_paste: Callable[[str], None] | None = None,
    ) -> None:
        self._say, self._on_enter, self._on_paste = say, on_enter, on_paste
        self.beside: dict[str, str] = {}  # what stood in the fields when rows were pasted
        unanswered = say("Not saved, the kernel does not answer:")
        super().__init__(fields=list(fields), button=button, pastes=on_paste is not None, unanswered=unanswered)
        self.on_msg(self._heard)

    def enter(self, **values: str) -> None:
        """Take one entry, as if typed and sent with Enter; a fault is said, and what was typed comes back."""
        self.note = ""
        try:
            self._on_enter(values)
        except CJMError as error:
            self.note = self._say.error(error)
            self.send({"back": values})

    def paste(self, text: str) -> None:
        """Take pasted text of several lines or cells."""
        self.note = ""
        try:
            if self._on_paste:
                self._on_paste(text)
        except CJMError as error:
            self.note = self._say.error(error)

    def _heard(self, _: Any, content: dict[str, Any], buffers: Any = None) -> None:
        if "entered" in content:
            self.send({"heard": content.get("n")})
            self.enter(**{str(name): str(value) for name, value in content["entered"].items()})
        elif "pasted" in content:
            self.beside = {str(name): str(value) for name, value in content.get("beside", {}).items()}
            self.paste(str(content["pasted"]))
