"""How a client's files are dressed: the colour, logo and letters of the client or the consultancy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from pathlib import PurePath
from string import ascii_letters

from cjmkit.charts.theme import accent_of
from cjmkit.language.fonts import text_width

LOGOS = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml"}
FONTS = {".ttf": "font/ttf", ".otf": "font/otf"}


@dataclass(frozen=True)
class Brand:
    """A brand; what it leaves out is the kit's own.

    Args:
        accent: "#rrggbb"; `colour` is the same, dark enough to be read on paper.
        logo: the picture's bytes, PNG, JPEG or SVG.
        logo_name: its file name.
        by: who made the report, for its title page and footers.
        family: the name of the fonts' family; empty: the kit's own letters.
        fonts: the fonts' bytes by file name. Pages, printed reports and posters are set in them; pictures keep the kit's
            own letters, because every word in them has been measured.
        slides: the bytes of the client's own PowerPoint template.
    """

    accent: str | None = None
    logo: bytes = b""
    logo_name: str = ""
    by: str = ""
    family: str = ""
    fonts: Mapping[str, bytes] = field(default_factory=dict)
    slides: bytes = b""

    @property
    def colour(self) -> str:
        """The accent colour, dark enough to be read on white.

        >>> Brand("#FFD400").colour
        '#8b7300'
        """
        return accent_of(self.accent)

    @cached_property
    def breadth(self) -> float:
        """How much wider its letters run than the kit's, 1 where they do not."""
        from fontTools.ttLib import TTFont

        found = [1.0]
        for content in self.fonts.values():
            font = TTFont(BytesIO(content), lazy=True)
            glyphs, advances, per_em = font.getBestCmap(), font["hmtx"].metrics, font["head"].unitsPerEm
            letters = [letter for letter in ascii_letters if ord(letter) in glyphs]
            run = sum(advances[glyphs[ord(letter)]][0] for letter in letters) / per_em
            found += [run / text_width("".join(letters), 1, bold=True)] if letters else []
        return max(found)

    @property
    def logo_type(self) -> str:
        """The media type of the logo."""
        return LOGOS[PurePath(self.logo_name).suffix.lower()]
