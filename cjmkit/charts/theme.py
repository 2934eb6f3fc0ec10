"""One look for all pictures: colours, sizes, quiet grid, heading, and what stands where nothing can be shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pandas as pd

from cjmkit.charts.locale import d3_numbers, d3_times
from cjmkit.charts.picture import Drawing, layer, pixels, words
from cjmkit.errors import UsageError
from cjmkit.journey import Journey
from cjmkit.language import Language, speak, spoken
from cjmkit.language.fonts import BOLD, STACK, wrap

PAPER = "#ffffff"
INK = "#1c1c1c"
GREY = "#5f5f5f"
FAINT = "#8f8f8f"
RULE = "#d4d4d4"
GRID = "#e3e3e1"
BAR = "#c6c6c1"
TINTS = ("#f5f5f3", "#ebebe8")
# Okabe & Ito's palette; the dark twins carry text, which needs more contrast than a dot.
PAIN, PAIN_TEXT = "#d55e00", "#a84300"
SUCCESS, SUCCESS_TEXT = "#009e73", "#00664a"
ACCENT = "#0072b2"
OKABE_ITO = (ACCENT, "#e69f00", SUCCESS, "#cc79a7", "#56b4e9", PAIN, "#f0e442", "#000000")
# Pain and success differ by shape too: their greys are alike in print.
SHAPES = {"pain": "triangle-down", "success": "triangle-up", "": "circle"}
FILLS = {"pain": PAIN, "success": SUCCESS, "": INK}
TEXTS = {"pain": PAIN_TEXT, "success": SUCCESS_TEXT, "": INK}


@dataclass(frozen=True)
class Size:
    """Measures of a picture in pixels: `page` for a report, `paper` for a sheet of A4, `room` for a wall read from five metres, `wall` for a projector of few pixels."""

    text: float
    small: float
    title: float
    width: float
    height: float
    dot: float
    line: float
    brief: bool = False  # only what has to be said at once

    def leading(self, of: float) -> float:
        """The height of a line of text of this font size."""
        return round(of * 1.22, 1)


SIZES = {
    "page": Size(text=12.5, small=11, title=18, width=880, height=330, dot=70, line=1.6),
    "paper": Size(text=13, small=12.5, title=19, width=640, height=330, dot=80, line=1.7),
    "room": Size(text=24, small=21, title=36, width=1720, height=640, dot=260, line=3.2),
    "wall": Size(text=23, small=20, title=32, width=1240, height=640, dot=240, line=3.2, brief=True),
}
SizeName = Literal["page", "paper", "room", "wall"]


def size_of(name: str) -> Size:
    """The measures of this name.

    Raises:
        UsageError: there is no such size.
    """
    if name not in SIZES:
        raise UsageError("There is no size {size}. There are: {sizes}.", size=repr(name), sizes=list(SIZES))
    return SIZES[name]


def accent_of(colour: str | None) -> str:
    """The accent colour asked for, dark enough to be read on paper; without one, the theme's own.

    Raises:
        UsageError: it is no colour of the form #rrggbb.

    >>> accent_of(None), accent_of("#FFD400")
    ('#0072b2', '#8b7300')
    """
    if not colour:
        return ACCENT
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise UsageError("The accent must be a colour such as #0072b2, not {colour}.", colour=repr(colour))
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    while (luminance(parts) + 0.05) * 4.5 > 1.05:
        parts = [int(p * 0.96) for p in parts]
    return "#" + "".join(f"{p:02x}" for p in parts)


def luminance(parts: Sequence[float]) -> float:
    """Relative luminance (WCAG 2) of red, green and blue from 0 to 255.

    >>> luminance([255, 255, 255])
    1.0
    """
    linear = [c / 3294.6 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def tongue(journey: Journey, language: str | None) -> Language:
    """The language of a picture: the one asked for, else the journey's, else English."""
    return speak(language or spoken(journey.language))


def day(journey: Journey, as_of: str | date | None, say: Language) -> str:
    """The date that stands on a picture: the one asked for, else the journey's."""
    return say.date(as_of or journey.as_of)


def each(table: pd.DataFrame) -> list[Any]:
    """The rows of a table, each with its columns as attributes and its index as `Index`."""
    return list(table.itertuples())


def extreme(table: pd.DataFrame, *, highest: bool) -> Any:
    """The row with the highest or the lowest value, the first of several."""
    return each(table.sort_values("value", ascending=not highest, kind="stable").head(1))[0]


def lettering(size: float, *, bold: bool = False, colour: str = INK) -> dict[str, Any]:
    """How a text mark is set."""
    return {"fontSize": size, "fontWeight": BOLD if bold else 400, "lineHeight": round(size * 1.22, 1), "color": colour}


def finish(
    layers: Sequence[Any],
    say: Language,
    size: Size,
    *,
    title: str,
    subtitle: Sequence[str],
    about: str = "",
    width: float,
    height: float,
    around: tuple[float, float, float, float] = (0, 0, 0, 0),
    bare: bool = False,
    places: Mapping[str, Any] | None = None,
) -> Drawing:
    """The chart with its heading, text alternative, fonts and number formats.

    Args:
        layers: the picture without heading, from the ground up.
        say: its language.
        size: its measures.
        title: what it shows.
        subtitle: n, date, scale and what the marks mean, each wrapped on its own.
        about: what a reader who cannot see the picture is told beside title and subtitle.
        width: of the plot in pixels.
        height: of the plot in pixels.
        around: pixels that words take beside the plot: above, right, below, left.
        bare: no heading and no edge: it stands on a page that has them; title and subtitle are told all the same.
        places: where in the plot what stands, in pixels: its `usermeta`.
    """
    top, right, bottom, left = around
    wide = left + width + right
    above = list(wrap(title, wide, size.title, bold=True))
    below = [line for text in subtitle if text for line in wrap(text, wide, size.text)]
    edge, gap = size.text * 1.6, size.text * 1.2
    heading = _heading(above, below, size, left, gap)
    high = len(above) * size.leading(size.title) + len(below) * size.leading(size.text) + gap + size.text * 0.5
    text = "\n".join(part for part in (title if bare else "", *subtitle, about) if part)
    ground = layer(
        [{"ground": 0}], "rect", {"x": -left, "x2": width + right, "y": -top, "y2": height + bottom, "fill": PAPER}
    )
    sides = {
        "top": round(edge + high + top),
        "right": round(edge + right),
        "bottom": round(edge + bottom),
        "left": round(edge + left),
    }
    # Nothing is left to the engine's own measuring: it differs with the fonts of a machine, and takes a second.
    spec = {
        "layer": [ground, *layers],
        "width": round(width),
        "height": round(height),
        "description": text,
        "autosize": {"type": "none"},
        "padding": 0 if bare else sides,
        "usermeta": dict(places or {}),
        "config": {
            "aria": False, "background": PAPER, "font": STACK, "view": {"stroke": None},
            "locale": {"number": d3_numbers(say), "time": d3_times(say)},
        },
    }  # fmt: skip
    return Drawing(spec if bare else {**spec, "title": heading})


def _heading(above: list[str], below: list[str], size: Size, left: float, gap: float) -> dict[str, Any]:
    """Title and subtitle, flush with the left edge of the whole picture."""
    return {
        "text": above, "anchor": "start", "frame": "group", "offset": gap, "dx": -left, "color": INK, "fontSize": size.title,
        "fontWeight": BOLD, "lineHeight": size.leading(size.title), "subtitle": below, "subtitleColor": GREY,
        "subtitleFontSize": size.text, "subtitleLineHeight": size.leading(size.text), "subtitlePadding": size.text * 0.5,
    }  # fmt: skip


def unscored(say: Language, size: Size, heading: str) -> Any:
    """The picture of a path that nobody has scored yet."""
    missing = say("Nobody has scored a touchpoint yet.")
    where = say("Enter scores in the notebook 05_scoring, or bring them in: cjmkit import NAME scores FILE.")
    return nothing(say, size, title=heading, missing=missing, where=where)


def nothing(say: Language, size: Size, *, title: str, missing: str, where: str) -> Any:
    """The picture that stands where there is nothing to show: what is missing, and where to enter it."""
    width = min(size.width, 640 * size.text / 12.5)
    lines = wrap(missing, width - 4 * size.text, size.text, bold=True)
    lines2 = wrap(where, width - 4 * size.text, size.text)
    step = size.leading(size.text)
    height = (len(lines) + len(lines2) + 3) * step
    frame = {"x": 0, "x2": width, "y": 0, "y2": height, "fill": PAPER, "stroke": RULE}
    rows = [{"y": (n + 2) * step, "text": text} for n, text in enumerate((*lines, *lines2))]
    style = {"align": "left", "x": 2 * size.text, "fontSize": size.text, "color": INK}
    texts = [
        layer(some, "text", {**style, "fontWeight": weight}, y=pixels("y"), text=words("text"))
        for some, weight in ((rows[: len(lines)], BOLD), (rows[len(lines) :], 400))
    ]
    return finish(
        [layer([{"x": 0}], "rect", frame), *texts],
        say,
        size,
        title=title,
        subtitle=[],
        about=f"{missing} {where}",
        width=width,
        height=height,
    )
