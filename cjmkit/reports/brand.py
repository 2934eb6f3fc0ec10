"""How a client's files are dressed: the colour, logo and letters of the client or the consultancy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from cjmkit.charts.theme import accent_of

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

    @property
    def logo_type(self) -> str:
        """The media type of the logo."""
        return LOGOS[PurePath(self.logo_name).suffix.lower()]
