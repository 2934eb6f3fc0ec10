"""The kit's letters in the browser: pictures are measured in them, whatever fonts a machine has."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import anywidget
import traitlets

from cjmkit.language.fonts import BOLD, SANS, font_file


class Letters(anywidget.AnyWidget):
    """The font files, by weight; the page takes them as soon as the kernel tells of them."""

    _esm = Path(__file__).parent / "letters.js"
    family = traitlets.Unicode(SANS).tag(sync=True)
    files = traitlets.Dict().tag(sync=True)


@lru_cache
def bring_letters() -> Letters:
    """Send the letters to the page, once for each kernel."""
    return Letters(files={str(weight): font_file(SANS, weight).read_bytes() for weight in (400, BOLD)})
