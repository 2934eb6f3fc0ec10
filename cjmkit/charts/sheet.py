"""A sheet of rectangles, lines, marks and texts at exact pixels, and the Altair chart that draws it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from cjmkit.charts.picture import given, layer, pixels, words
from cjmkit.charts.theme import GREY, INK, PAPER
from cjmkit.language.fonts import BOLD, text_width, wrap

LEADING = 1.22
ASCENT = 0.95  # from the top of a line to its baseline, of the font size


@dataclass(frozen=True)
class Text:
    """Lines of text; x is the edge that `align` names, y the top of the first line."""

    x: float
    y: float
    lines: tuple[str, ...]
    size: float
    bold: bool = False
    colour: str = INK
    align: str = "left"
    halo: bool = False

    @property
    def width(self) -> float:
        return max((text_width(line, self.size, self.bold) for line in self.lines), default=0.0)

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * LEADING

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom in pixels."""
        left = self.x - {"left": 0.0, "center": 0.5, "right": 1.0}[self.align] * self.width
        return left, self.y, left + self.width, self.y + self.height


@dataclass(frozen=True)
class Rect:
    x: float
    y: float
    x2: float
    y2: float
    fill: str = PAPER
    stroke: str = "transparent"
    dash: tuple[float, ...] = ()
    radius: float = 0


@dataclass(frozen=True)
class Line:
    points: tuple[tuple[float, float], ...]
    colour: str = INK
    width: float = 1
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Mark:
    x: float
    y: float
    shape: str = "circle"
    area: float = 50
    fill: str = INK
    stroke: str = INK
    width: float = 1.4


@dataclass
class Sheet:
    """What a picture is made of while it is laid out; later ones lie on top, texts above all."""

    width: float
    height: float = 0
    rects: list[Rect] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    places: dict[str, tuple[float, float]] = field(default_factory=dict)  # named stretches, from and to

    def write(
        self, x: float, y: float, text: str, width: float, size: float, *, bold: bool = False, colour: str = INK,
        align: str = "left", halo: bool = False,
    ) -> float:  # fmt: skip
        """Set a text wrapped to a width, its top at y; answers where it ends below."""
        lines = wrap(text, width, size, bold=bold)
        if not lines:
            return y
        self.texts.append(Text(x, y, lines, size, bold, colour, align, halo))
        return y + self.texts[-1].height

    def add(self, other: Sheet, y: float) -> None:
        """Lay another sheet on this one, its top at y; its named stretches stay its own."""
        self.rects += [replace(r, y=r.y + y, y2=r.y2 + y) for r in other.rects]
        self.lines += [replace(line, points=tuple((x, at + y) for x, at in line.points)) for line in other.lines]
        self.marks += [replace(m, y=m.y + y) for m in other.marks]
        self.texts += [replace(t, y=t.y + y) for t in other.texts]

    def hatch(self, x: float, y: float, x2: float, y2: float, step: float = 7, colour: str = GREY) -> None:
        """Fill a rectangle with slanting lines, cut at its edges."""
        at = x - (y2 - y)
        while at < x2:
            left, right = max(at, x), min(at + (y2 - y), x2)
            if right - left > 1:
                self.lines.append(Line(((left, y2 - (left - at)), (right, y2 - (right - at))), colour, 0.6))
            at += step


def draw(sheet: Sheet) -> list[dict[str, Any]]:
    """The layers of a sheet, from the ground up, its coordinates in pixels."""
    return [*_rects(sheet.rects), *_lines(sheet.lines), *_marks(sheet.marks), *_texts(sheet.texts)]


PLACE = {"x": pixels("x"), "y": pixels("y")}


def _rects(rects: Sequence[Rect]) -> Iterator[dict[str, Any]]:
    for dash, some in groupby(sorted(rects, key=lambda r: (r.dash, r.radius)), lambda r: r.dash):
        rows = [
            {"x": r1(r.x), "y": r1(r.y), "x2": r1(r.x2), "y2": r1(r.y2), "fill": r.fill, "stroke": r.stroke, "radius": r.radius}
            for r in some
        ]  # fmt: skip
        yield layer(rows, "rect", {"cornerRadius": _each("radius"), **_dashed(dash)}, **PLACE, x2={"field": "x2"},
                    y2={"field": "y2"}, fill=given("fill"), stroke=given("stroke"))  # fmt: skip


def _lines(lines: Sequence[Line]) -> Iterator[dict[str, Any]]:
    for dash, some in groupby(sorted(lines, key=lambda line: (line.width, line.dash)), lambda line: line.dash):
        rows = [
            {"line": n, "step": step, "x": r1(x), "y": r1(y), "colour": line.colour, "width": line.width}
            for n, line in enumerate(some)
            for step, (x, y) in enumerate(line.points)
        ]
        yield layer(rows, "line", {"strokeJoin": "round", **_dashed(dash)}, **PLACE,
                    detail={"field": "line", "type": "nominal"}, order={"field": "step", "type": "quantitative"},
                    stroke=given("colour"), strokeWidth=given("width", "quantitative"))  # fmt: skip


def _marks(marks: Sequence[Mark]) -> Iterator[dict[str, Any]]:
    rows = [
        {"x": r1(m.x), "y": r1(m.y), "shape": m.shape, "area": m.area, "fill": m.fill, "stroke": m.stroke, "width": m.width}
        for m in sorted(marks, key=lambda m: m.width)
    ]  # fmt: skip
    yield layer(rows, "point", {"opacity": 1}, **PLACE, shape=given("shape"), size=given("area", "quantitative"),
                fill=given("fill"), stroke=given("stroke"), strokeWidth=given("width", "quantitative"))  # fmt: skip


def _texts(texts: Sequence[Text]) -> Iterator[dict[str, Any]]:
    for (size, halo), group in groupby(sorted(texts, key=_style), _style):
        some = list(group)
        rows = [
            {"x": r1(t.x), "y": r1(t.y + size * (n * LEADING + ASCENT)), "text": line, "colour": t.colour,
             "align": t.align, "weight": BOLD if t.bold else 400}
            for t in some
            for n, line in enumerate(t.lines)
        ]  # fmt: skip
        style = {
            "baseline": "alphabetic",
            "fontSize": size,
            "fontWeight": _each("weight"),
            "align": _each("align"),
        }
        text = words("text")
        if halo:
            ring = {"stroke": PAPER, "strokeWidth": size / 3.5, "strokeJoin": "round"}
            yield layer(rows, "text", {**style, **ring}, **PLACE, text=text, color={"value": PAPER})
        yield layer(rows, "text", style, **PLACE, text=text, color=given("colour"))


def _style(text: Text) -> tuple[float, bool]:
    return text.size, text.halo


def _each(field: str) -> dict[str, str]:
    """A property that each mark has for itself: fewer layers are drawn faster."""
    return {"expr": f"datum.{field}"}


def _dashed(dash: tuple[float, ...]) -> dict[str, Any]:
    return {"strokeDash": list(dash)} if dash else {}


def r1(value: float) -> float:
    """A pixel to one digit: enough for the eye, and equal on every machine."""
    return round(float(value), 1) + 0.0
