"""A persona's picture: chosen, made small in the browser, kept by whoever keeps pictures; shown as data, never as a link."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import anywidget
import traitlets

from cjmkit.errors import CJMError, InputError
from cjmkit.forms.screen import HERE
from cjmkit.journey import Persona
from cjmkit.journey.pictures import data_uri
from cjmkit.language import Language

OnImage = Callable[[str, bytes], str]
Image = Callable[[str], bytes | None]


class Portrait(anywidget.AnyWidget):
    """A button to choose a picture and one to take it away; `take` does what a user does, for tests."""

    _esm = HERE / "portrait.js"
    words = traitlets.Dict().tag(sync=True)
    note = traitlets.Unicode().tag(sync=True)
    there = traitlets.Bool().tag(sync=True)

    def __init__(self, say: Language, on_image: OnImage, on_change: Callable[[str | None], None]) -> None:
        self._say, self._on_image, self._on_change = say, on_image, on_change
        super().__init__(
            words={"label": say("Choose a picture (PNG, JPEG or WebP)"), "drop": say("Take the picture away")}
        )
        self.on_msg(self._heard)

    def take(self, name: str, content: bytes | None) -> None:
        """Keep this picture; what is wrong with it is said beside the button."""
        self.note = ""
        try:
            if content is None:
                raise InputError("{file} cannot be read as a picture. Choose a PNG, JPEG or WebP one.", file=name)
            self._on_change(self._on_image(name, content))
        except CJMError as error:
            self.note = self._say.error(error)

    def drop(self) -> None:
        """Take the picture away from the persona."""
        self.note = ""
        self._on_change(None)

    def _heard(self, _: Any, content: dict[str, Any], buffers: Any = None) -> None:
        if "picture" in content:
            self.take(str(content["picture"]), bytes(buffers[0]) if buffers else None)
        elif content.get("drop"):
            self.drop()


def portrait_html(persona: Persona, image: Image | None, say: Language) -> str:
    """The persona's picture with its text alternative, or the first letters of the name."""
    data = data_uri(image(persona.image) if image and persona.image else None)
    name = persona.name or persona.id
    if not data:
        letters = "".join(word[0] for word in name.split()[:2]).upper()
        return f'<span class="cjm-portrait" aria-hidden="true">{escape(letters)}</span>'
    about = escape(say("Picture of {persona}", persona=name))
    return f'<img class="cjm-portrait" src="{data}" alt="{about}">'
