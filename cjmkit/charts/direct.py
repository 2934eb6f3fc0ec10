"""A chart whose marks all have their places, drawn without the engine and just as the engine draws it.

To start the engine costs a process more than all pictures of a report. What is not known here is left to the engine.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from cjmkit.charts.strokes import BASELINES, DRAWN, NUMBER, STYLE, Row, Unknown, box, line_marks, number, text_mark

PLACES = {"x", "x2", "y", "y2"}
LETTERS = {"text", "align", "baseline", "dx", "dy", "fontSize", "fontWeight", "lineHeight", "lineBreak"}
# What a mark may say of itself: anything else is the engine's.
KNOWN = {
    "rect": {*STYLE, *PLACES, "cornerRadius"},
    "rule": {*STYLE, *PLACES, "color"},
    "line": {*STYLE, "x", "y", "color", "detail", "order"},
    "point": {*STYLE, "x", "y", "color", "filled", "shape", "size"},
    "text": {*STYLE, *LETTERS, "x", "y", "color"},
}
FIELD = {"field", "type", "scale", "axis", "legend", "title"}
HEADING = {"text", "anchor", "color", "dx", "fontSize", "fontWeight", "frame", "lineHeight", "offset", "subtitle",
           "subtitleColor", "subtitleFontSize", "subtitleLineHeight", "subtitlePadding"}  # fmt: skip
CHART = {"$schema", "autosize", "config", "datasets", "description", "height", "layer", "padding", "title", "usermeta",
         "width"}  # fmt: skip
CONFIG = {"aria", "background", "font", "locale", "view"}


def direct_svg(spec: Mapping[str, Any], font: str) -> str | None:
    """The SVG of a chart, or None where only the engine can draw it.

    Args:
        spec: the chart as Vega-Lite has it.
        font: the family that is said once for the whole picture.
    """
    try:
        config = spec["config"]
        _only(spec, CHART)
        _only(config, CONFIG)
        if spec["autosize"] != {"type": "none"} or config["font"] != font or config["view"].get("stroke", ""):
            return None
        return _picture(spec, font)
    except (Unknown, KeyError, TypeError, ValueError, AttributeError):
        return None


def _only(given: Mapping[str, Any], known: set[str]) -> None:
    if not given.keys() <= known:
        raise Unknown


def _picture(spec: Mapping[str, Any], font: str) -> str:
    width, height, edge = spec["width"], spec["height"], spec["padding"]
    left, top, right, bottom = [edge[side] if edge else 0 for side in ("left", "top", "right", "bottom")]
    wide, high = number(left + width + right), number(top + height + bottom)
    ground = f'<path class="background" d="{box(0, 0, width, height)}"/>'
    scales: dict[str, Any] = {}
    marks = [_layer(spec, n, layer, scales, ground) for n, layer in enumerate(spec["layer"])]
    heading = _heading(spec["title"], _top(marks)) if "title" in spec else ""
    return (
        f'<svg font-family="{font}" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'version="1.1" class="marks" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}">'
        f'<rect width="{wide}" height="{high}" fill="{escape(spec["config"]["background"])}"/>'
        f'<g fill="none" stroke-miterlimit="10" transform="translate({number(left)},{number(top)})">'
        f'<g class="mark-group role-frame root"><g transform="translate(0,0)">{ground}<g>'
        f"{''.join(drawn for drawn, *_ in marks)}{heading}</g>"
        '<path class="foreground" d="" display="none"/></g></g></g></svg>'
    )


def _layer(
    spec: Mapping[str, Any], n: int, layer: Mapping[str, Any], scales: dict[str, Any], ground: str
) -> tuple[str, str, float]:
    """The marks of a layer, of which kind they are, and how high the highest reaches."""
    _only(layer, {"data", "mark", "encoding"})
    data, encoding = layer["data"], layer.get("encoding", {})
    rows = spec["datasets"][data["name"]] if "name" in data else data["values"]
    kind = layer["mark"]["type"]
    said = {name: _property(value) for name, value in layer["mark"].items() if name != "type"}
    said |= {name: _channel(spec, name, channel, encoding, scales) for name, channel in encoding.items()}
    _only(said, KNOWN[kind])
    items = [{name: value(row) if callable(value) else value for name, value in said.items()} for row in rows]
    if kind == "line":
        drawn = line_marks(n, items, ground)
    else:
        role = f"mark-{'symbol' if kind == 'point' else kind} role-mark layer_{n}_marks"
        inside = "".join(DRAWN[kind](item, spec) for item in items)
        drawn = f'<g class="{role}">{inside}</g>' if inside else f'<g class="{role}"/>'
    return drawn, kind, min((_reach(kind, item) for item in items), default=math.inf)


def _top(layers: list[tuple[str, str, float]]) -> float:
    """The upper edge of all marks: rectangles have it; where another mark may stand above them the engine has to measure."""
    top = min(reach for _, kind, reach in layers if kind == "rect")
    if min(reach for *_, reach in layers) < top:
        raise Unknown
    return top


def _property(value: Any) -> Any:
    """What a mark says of itself: a value, or a column of its rows."""
    if isinstance(value, dict):
        found = re.fullmatch(r"datum\.(\w+)", value["expr"])
        if not found:
            raise Unknown
        name = found[1]
        return lambda row: row[name]
    return value


def _channel(
    spec: Mapping[str, Any], name: str, channel: Mapping[str, Any], encoding: Mapping[str, Any], scales: dict[str, Any]
) -> Any:
    if "value" in channel:
        _only(channel, {"value"})
        return channel["value"]
    _only(channel, FIELD)
    field, axis = channel["field"], name[0]
    if name not in PLACES:
        if name not in ("text", "detail", "order") and channel.get("scale", "") is not None:
            raise Unknown
        return lambda row: row[field]
    of = encoding[axis]
    if of.get("axis", "") is not None or of["type"] != "quantitative":
        raise Unknown
    if of["scale"] is None:
        return lambda row: _place(row[field])
    scale = _scale(of["scale"], spec["width"] if axis == "x" else -spec["height"])
    if scales.setdefault(axis, of["scale"]) != of["scale"]:
        raise Unknown
    return lambda row: scale(_place(row[field]))


def _scale(said: Mapping[str, Any], length: float) -> Callable[[float], float]:
    """From values to pixels, upwards where the length is below zero."""
    if said.keys() != {"domain", "nice", "zero"} or said["nice"] or said["zero"]:
        raise Unknown
    (low, high), (start, end) = said["domain"], (0, length) if length > 0 else (-length, 0)
    if high < low:
        low, high, start, end = high, low, end, start

    def at(value: float) -> float:
        share = (value - low) / (high - low)
        return float(start * (1 - share) + end * share)

    return at


def _place(value: Any) -> float:
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise Unknown
    return value


def _reach(kind: str, item: Row) -> float:
    """How high a mark reaches at most."""
    y = item.get("y", 0)
    if kind == "text":
        above = {"top": 0.0, "alphabetic": 0.0, "middle": 0.7}.get(item.get("baseline", "middle"), 1.3)
        return float(y + item.get("dy", 0) - above * item["fontSize"])
    edge = item.get("strokeWidth", 1) if item.get("stroke", "transparent") != "transparent" else 0
    if kind == "point":
        shape = item.get("shape", "circle")
        half = math.sqrt(item["size"]) / 2
        return float(y + half * min([-1.0, *map(float, NUMBER.findall(shape))]) - edge)
    return float(min(y, item.get("y2", y)) - edge)


def _heading(said: Mapping[str, Any], top: float) -> str:
    """Title and subtitle above all that is drawn."""
    _only(said, HEADING)
    if (said["anchor"], said["frame"]) != ("start", "group"):
        raise Unknown
    above, below = said["text"], said["subtitle"]
    place = {"x": said["dx"], "align": "left", "baseline": "top", "opacity": 1}
    title = {**place, "y": 0, "text": above, "color": said["color"], "fontSize": said["fontSize"],
             "fontWeight": said["fontWeight"], "lineHeight": said["lineHeight"]}  # fmt: skip
    high = said["fontSize"] + said["lineHeight"] * (len(above) - 1)
    words = [("title-text", title)]
    if below:
        words.append(("title-subtitle", {
            **place, "y": high + said["subtitlePadding"], "text": below, "color": said["subtitleColor"],
            "fontSize": said["subtitleFontSize"], "lineHeight": said["subtitleLineHeight"],
        }))  # fmt: skip
        high += said["subtitlePadding"] + said["subtitleFontSize"] + said["subtitleLineHeight"] * (len(below) - 1)
    size = said["fontSize"]
    lift = math.floor(BASELINES["top"] * size + 0.5) - math.floor(0.8 * size + 0.5)  # how the engine measures a line
    texts = "".join(
        f'<g class="mark-text role-{role}" pointer-events="none">{text_mark(item, {})}</g>' for role, item in words
    )
    return (
        f'<g class="mark-group role-title"><g transform="translate(0,{number(top - said["offset"] - high + lift)})">'
        f'<path class="background" d="M0,0h0v0h0Z" pointer-events="none"/><g>{texts}</g>'
        '<path class="foreground" d="" pointer-events="none" display="none"/></g></g>'
    )
