"""Text on slides: measured before it is set, so that none runs over; in letters and with the language it is in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.text import MSO_AUTO_SIZE
from pptx.oxml.ns import qn
from pptx.util import Pt

from cjmkit.language.fonts import ELLIPSIS, WIDE, letters, wrap
from cjmkit.reports.layout import bound
from cjmkit.reports.slide_master import BROADER, EAST_ASIAN

LEAST = 14.0  # what a room can read; cells of tables go down to 11
LEADING = 1.2
BREADTH: ContextVar[float] = ContextVar("BREADTH", default=1.0)  # how much wider than Arial the letters of the deck run
AIR = 0.4
BULLET = 11.0  # how far an item stands in, points
AIRY = re.compile(f"(?<=[{WIDE}])[^\\s{WIDE}]|(?<=[^\\s{WIDE}])[{WIDE}]|[→▼▲◆]")
LOOSE, OPENING, CLOSING = " ,;:·–.", "„“«‹([「（《", "”»›)]」）》"  # “ opens, but after „ none closes with it here
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # no XML may hold them
LANGUAGES = {"en": "en-GB", "pl": "pl-PL"}


@dataclass(frozen=True)
class Line:
    """One paragraph: its text, whether it is bold, whether it is an item of a list."""

    text: str
    bold: bool = False
    item: bool = False


def clean(text: str) -> str:
    """The text without the signs that no Office file may hold."""
    return FORBIDDEN.sub("", text).replace("\t", " ")


def tag(text: str, language: str) -> str:
    """The language of a text: by its script, else that of the report.

    >>> tag("冰箱", "pl"), tag("холодильник", "en"), tag("fridge", "zh")
    ('zh-CN', 'ru-RU', 'en-GB')
    """
    if re.search(f"[{WIDE}]", text):
        return "zh-CN"
    return "ru-RU" if re.search("[\u0400-\u04ff]", text) else LANGUAGES.get(language, "en-GB")


def tall(lines: Sequence[Line], width: float, size: float) -> float:
    """How many points high these paragraphs stand at a width."""
    return sum(rows(line, width, size) for line in lines) * size * LEADING


def broader(text: str) -> float:
    """How much wider a text runs on a slide than it is measured: other letters, and air between Chinese and Latin."""
    return BROADER * BREADTH.get() + AIR * len(AIRY.findall(text)) / max(len(text), 1)


def rows(line: Line, width: float, size: float) -> int:
    """How many lines a paragraph takes."""
    return _rows(line, width, size * broader(line.text))


@lru_cache(maxsize=50_000)
def _rows(line: Line, width: float, size: float) -> int:
    return max(len(wrap(line.text, width - BULLET * line.item, size, bold=line.bold)), 1)


def shortened(line: Line, width: float, size: float, most: int) -> Line:
    """The paragraph in at most so many lines, with an ellipsis where it was longer, if possible after a clause.

    >>> shortened(Line("one two three four"), 60, 12, 1).text
    'one two…'
    >>> shortened(Line("The wait is long, nobody rings"), 130, 12, 1).text
    'The wait is long…'
    """
    if rows(line, width, size) <= most:
        return line
    inner = width - BULLET * line.item
    parts = wrap(line.text, inner, size * broader(line.text), most, line.bold)
    kept = sum(len("".join(part.split())) for part in parts) - 1
    text = ""
    for letter in line.text:
        if kept <= 0:
            break
        kept -= not letter.isspace()
        text += letter
    cut = replace(line, text=text.rstrip(LOOSE) + ELLIPSIS)
    while text and rows(cut, width, size) > most:
        text = "".join(list(letters(text))[:-1])
        cut = replace(line, text=text.rstrip(LOOSE) + ELLIPSIS)
    return replace(line, text=rounded_off(text).rstrip(LOOSE) + ELLIPSIS)


def rounded_off(text: str) -> str:
    """The beginning of a text up to its last sentence or clause, outside quotations and brackets; a third of it at least.

    >>> rounded_off("The wait is weakest: “a month and no word”, they sa")
    'The wait is weakest: “a month and no word”'
    >>> rounded_off("The lowest score is the wait (a month wi")
    'The lowest score is the wait'
    """
    outside, depth = 0, 0  # how far the text goes outside of quotations and brackets
    sentence = clause = 0
    for n, letter in enumerate(text):
        depth += (letter in OPENING) - (letter in CLOSING and depth > 0)
        if depth == 0:
            outside = n + 1
            ends = text[n + 1 : n + 2].isspace() or letter in "。！？，；："
            sentence = n + 1 if ends and letter in ".!?…。！？" else sentence
            clause = n if ends and letter in ",;:–，；：" else clause
    whole = text if depth == 0 else text[:outside].rstrip()
    half, third = len(text) / 2, len(text) / 3
    places = ((sentence, half), (clause, half), (len(whole), third))
    return next((text[:end] for end, least in places if end >= least), text)


def fitted(lines: Sequence[Line], width: float, height: float, size: float) -> tuple[Line, ...]:
    """The paragraphs shortened, the longest first, until they stand in this height; the whole is in the notes."""
    most = max(int(height / (size * LEADING) + 1e-6), 1)
    kept = list(lines)[:most]
    counts = [rows(line, width, size) for line in kept]
    while sum(counts) > most:
        counts[counts.index(max(counts))] -= 1
    return tuple(shortened(line, width, size, count) for line, count in zip(kept, counts, strict=True))


def size_for(lines: Sequence[Line], width: float, height: float, sizes: Sequence[float]) -> float:
    """The first of these sizes at which the paragraphs stand in the height, else the last."""
    return next((size for size in sizes if tall(lines, width, size) <= height), sizes[-1])


def write(
    frame: Any, lines: Sequence[Line], language: str, size: float | None = None, *, inherit: bool = False
) -> None:
    """Set paragraphs into a text frame.

    Args:
        frame: of a shape or a cell.
        lines: what to write, already made to fit.
        language: of the report.
        size: in points; None is as the placeholder has it.
        inherit: keep the placeholder's colour, which stands on the template's own ground.
    """
    for n, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
        paragraph.text = bound(clean(line.text), language)
        if size:
            paragraph.line_spacing = Pt(size * LEADING)
        if line.item:
            properties = paragraph._p.get_or_add_pPr()
            properties.attrib.update({"marL": str(Pt(BULLET)), "indent": str(-Pt(BULLET))})
            properties.append(properties.makeelement(qn("a:buChar"), {"char": "•"}))
        if size and not paragraph.runs:
            paragraph._p.get_or_add_endParaRPr().set("sz", str(round(size * 100)))
        for run in paragraph.runs:
            if size:
                run.font.size = Pt(size)
            if not inherit:
                run.font.bold = line.bold
                run.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
            speak_as(run._r.get_or_add_rPr(), run.text, language)


def speak_as(properties: Any, text: str, language: str) -> None:
    """Say of letters which language they are in, and name East-Asian ones where it is Chinese."""
    lang = tag(text, language)
    properties.set("lang", lang)
    if lang == "zh-CN":
        properties.set("altLang", "en-GB")
        asian = properties.makeelement(qn("a:ea"), {"typeface": EAST_ASIAN})
        latin = properties.find(qn("a:latin"))
        if latin is not None:
            latin.addnext(asian)
        else:
            properties.append(asian)


def unbulleted(paragraph: Any) -> None:
    """A paragraph of a body placeholder without its bullet."""
    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", "0")
    properties.set("indent", "0")
    properties.append(properties.makeelement(qn("a:buNone"), {}))


def framed(frame: Any, left: float = 7, top: float = 5) -> Any:
    """A text frame that wraps, with its margins in points."""
    frame.word_wrap = True
    frame.auto_size = MSO_AUTO_SIZE.TEXT_TO_FIT_SHAPE
    frame.margin_left = frame.margin_right = Pt(left)
    frame.margin_top = frame.margin_bottom = Pt(top)
    return frame


def paint(fill: Any, colour: str | Any) -> None:
    """Fill with a colour of the theme, or one that means something everywhere ("#rrggbb")."""
    fill.solid()
    if isinstance(colour, str):
        fill.fore_color.rgb = RGBColor.from_string(colour[1:].upper())
    else:
        fill.fore_color.theme_color = colour
