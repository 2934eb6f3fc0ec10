"""Rectangles, rules, lines, symbols and texts as SVG, in the words that the engine has for them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

Row = Mapping[str, Any]
STYLE = {
    "fill": "fill",
    "stroke": "stroke",
    "strokeWidth": "stroke-width",
    "strokeJoin": "stroke-linejoin",
    "strokeDash": "stroke-dasharray",
    "opacity": "opacity",
}
ANCHORS = {"left": "start", "center": "middle", "right": "end"}
BASELINES = {"alphabetic": 0.0, "top": 0.79, "middle": 0.3, "bottom": -0.21}  # of the font size
CORNER = 0.448084975506  # how a rounded corner pulls
COMMAND = re.compile(r"([MLHVCZ])([^A-Z]*)")
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


class Unknown(Exception):
    """Only the engine can draw this."""


def number(value: float) -> str:
    """A number to a thousandth of a pixel: the same on every machine, and more than the eye sees."""
    return repr(round(float(value), 3) + 0.0).removesuffix(".0")


def _style(item: Row) -> str:
    said = ""
    for name, attribute in STYLE.items():
        value = item.get(name)
        if value is None or (name in ("fill", "stroke") and value == "transparent"):
            continue
        values = value if isinstance(value, list) else [value]
        text = ",".join(escape(one) if isinstance(one, str) else number(one) for one in values)
        said += f' {attribute}="{text}"'
    return said


def _rect(item: Row, spec: Row) -> str:
    x, x2 = sorted((item["x"], item["x2"]))
    y, y2 = sorted((item["y"], item["y2"]))
    width, height = x2 - x, y2 - y
    r = min(item.get("cornerRadius", 0), min(width, height) / 2)
    shape = box(x, y, width, height) if r <= 0 else _rounded(x, y, x + width, y + height, r)
    return f'<path d="{shape}"{_style(item)}/>'


def box(x: float, y: float, width: float, height: float) -> str:
    """The path of a rectangle."""
    return f"M{number(x)},{number(y)}h{number(width)}v{number(height)}h{number(-width)}Z"


def _rounded(x: float, y: float, x2: float, y2: float, r: float) -> str:
    c = CORNER * r
    parts = (
        ("M", x + r, y), ("L", x2 - r, y), ("C", x2 - c, y, x2, y + c, x2, y + r), ("L", x2, y2 - r),
        ("C", x2, y2 - c, x2 - c, y2, x2 - r, y2), ("L", x + r, y2), ("C", x + c, y2, x, y2 - c, x, y2 - r),
        ("L", x, y + r), ("C", x, y + c, x + c, y, x + r, y),
    )  # fmt: skip
    return "".join(str(command) + ",".join(number(at) for at in places) for command, *places in parts) + "Z"


def _rule(item: Row, spec: Row) -> str:
    if "x" not in item:
        item = {**item, "x": spec["width"], "x2": 0}
    x, y = item["x"], item["y"]
    ends = f'x2="{number(item.get("x2", x) - x)}" y2="{number(item.get("y2", y) - y)}"'
    return f'<line transform="translate({number(x)},{number(y)})" {ends}{_style({"stroke": item["color"], **item})}/>'


def line_marks(n: int, items: Sequence[Row], ground: str) -> str:
    """A layer of lines, each in a group of its own as the engine has it."""
    runs: dict[Any, list[Row]] = {}
    for item in items:
        runs.setdefault(item["detail"], []).append(item)
    drawn = []
    for run in runs.values():
        run.sort(key=lambda item: item.get("order", 0) if "order" in item else item["x"])
        shape = "M" + "L".join(f"{number(item['x'])},{number(item['y'])}" for item in run)
        style = _style({"stroke": run[0].get("color"), **run[0]})
        drawn.append(
            f'<g transform="translate(0,0)">{ground}<g><g class="mark-line role-mark layer_{n}_marks">'
            f'<path d="{shape}"{style}/></g></g><path class="foreground" d="" display="none"/></g>'
        )
    return f'<g class="mark-group role-scope layer_{n}_pathgroup">{"".join(drawn)}</g>'


def _point(item: Row, spec: Row) -> str:
    item = {"strokeWidth": 2, **({"fill": item.get("color")} if item.get("filled") else {}), **item}
    place = f"translate({number(item['x'])},{number(item['y'])})"
    return f'<path transform="{place}" d="{_shape(item.get("shape", "circle"), item["size"])}"{_style(item)}/>'


def _shape(name: str, area: float) -> str:
    side = math.sqrt(area)
    r = side / 2
    h = math.sqrt(3) / 2 * r
    if name == "circle":
        turn = f"A{number(r)},{number(r)},0,1,1,"
        return f"M{number(r)},0{turn}{number(-r)},0{turn}{number(r)},0"
    if name == "square":
        return box(-r, -r, side, side)
    s = r / 2.5
    corners = {
        "triangle-up": ((0, -h), (-r, h), (r, h)),
        "triangle-down": ((0, h), (-r, -h), (r, -h)),
        "triangle-left": ((-h, 0), (h, -r), (h, r)),
        "triangle-right": ((h, 0), (-h, -r), (-h, r)),
        "diamond": ((-r, 0), (0, -r), (r, 0), (0, r)),
        "cross": ((-r, -s), (-r, s), (-s, s), (-s, r), (s, r), (s, s), (r, s), (r, -s), (s, -s), (s, -r), (-s, -r), (-s, -s)),
    }  # fmt: skip
    if name in corners:
        return "M" + "L".join(f"{number(x)},{number(y)}" for x, y in corners[name]) + "Z"
    return _path(name, r)


def _path(path: str, r: float) -> str:
    """A path in a square from -1 to 1, made so much larger."""
    if COMMAND.sub("", path) or "Z" in path[:-1]:  # the engine draws no Z within
        raise Unknown
    drawn, x, y = "", 0.0, 0.0
    for command, said in COMMAND.findall(path):
        at = [float(found) * r for found in NUMBER.findall(said)]
        if command == "Z":
            drawn += "Z"
            continue
        if command in "HV":
            command, at = "L", [at[0], y] if command == "H" else [x, at[0]]
        x, y = at[-2:]
        drawn += command + ",".join(map(number, at))
    return drawn


def text_mark(item: Row, spec: Row) -> str:
    """A text of one line or several."""
    said = item["text"]
    if isinstance(said, str) and item.get("lineBreak"):
        said = said.split(item["lineBreak"])
    lines = [said] if isinstance(said, str) else said
    down = item.get("dy", 0) + math.floor(BASELINES[item.get("baseline", "middle")] * item["fontSize"] + 0.5)
    place = f"translate({number(item['x'] + item.get('dx', 0))},{number(item['y'] + down)})"
    weight = f' font-weight="{escape(str(item["fontWeight"]))}"' if "fontWeight" in item else ""
    style = _style({"fill": item["color"], **item})
    head = (
        f'<text text-anchor="{ANCHORS[item.get("align", "center")]}" transform="{place}" '
        f'font-size="{number(item["fontSize"])}px"{weight}{style}'
    )
    inside = [escape(line.strip(), quote=False) for line in lines]
    if len(lines) < 2:
        return f"{head}>{inside[0]}</text>" if inside and inside[0] else f"{head}/>"
    step = f'<tspan x="0" dy="{number(item["lineHeight"])}">'
    return f"{head}><tspan>{f'</tspan>{step}'.join(inside)}</tspan></text>"


DRAWN: dict[str, Callable[[Row, Row], str]] = {"rect": _rect, "rule": _rule, "point": _point, "text": text_mark}
