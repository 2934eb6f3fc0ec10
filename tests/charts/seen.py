"""What an eye would see of a picture: its texts with their boxes, read back from the SVG."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from cjmkit.language.fonts import text_width

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Seen:
    text: str
    box: tuple[float, float, float, float]


def texts(svg: str) -> list[Seen]:
    """Every line of text with left, top, right, bottom in pixels; a halo and its text count once."""
    found: dict[tuple[str, float, float], Seen] = {}
    for seen in _walk(ET.fromstring(svg), 0.0, 0.0):
        found[seen.text, round(seen.box[0]), round(seen.box[1])] = seen
    return list(found.values())


def size(svg: str) -> tuple[float, float]:
    root = ET.fromstring(svg)
    return float(root.get("width", 0)), float(root.get("height", 0))


def overlapping(found: list[Seen], slack: float = 1.5) -> list[tuple[str, str]]:
    """Pairs of texts that lie on one another by more than a pixel and a half."""
    pairs = []
    for n, a in enumerate(found):
        for b in found[n + 1 :]:
            wide = min(a.box[2], b.box[2]) - max(a.box[0], b.box[0])
            high = min(a.box[3], b.box[3]) - max(a.box[1], b.box[1])
            if wide > slack and high > slack:
                pairs.append((a.text, b.text))
    return pairs


def outside(svg: str) -> list[str]:
    """Texts that reach beyond the edge of the picture."""
    width, height = size(svg)
    return [
        s.text for s in texts(svg) if s.box[0] < 0 or s.box[1] < 0 or s.box[2] > width + 0.5 or s.box[3] > height + 0.5
    ]


def _walk(node: ET.Element, x: float, y: float):
    move = re.match(r"translate\(([-\d.e]+),([-\d.e]+)\)", node.get("transform", ""))
    if move:
        x, y = x + float(move[1]), y + float(move[2])
    if node.tag == SVG + "text":
        spans = [s for s in node if s.tag == SVG + "tspan"]
        at = y
        for line, dy in (
            [(node.text or "", 0.0)] if not spans else [(s.text or "", float(s.get("dy", 0))) for s in spans]
        ):
            if line.strip():  # an empty line moves nothing down in a browser
                at += dy
                yield _line(node, line, x, at)
    for child in node:
        if child.tag != SVG + "text" or node.tag != SVG + "text":
            yield from _walk(child, x, y)


def _line(node: ET.Element, text: str, x: float, baseline: float) -> Seen:
    font = float((node.get("font-size") or "12px").removesuffix("px"))
    width = text_width(text, font, bold=node.get("font-weight") in ("600", "bold"))
    left = x - {"start": 0, "middle": width / 2, "end": width}[node.get("text-anchor", "start")]
    return Seen(text, (left, baseline - 0.72 * font, left + width, baseline + 0.2 * font))
