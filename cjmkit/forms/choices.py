"""Frames over a drawn picture that can be chosen: a column of the map, a row of dots."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from cjmkit.charts.drawing import svg

Box = tuple[str, str, float, float, float, float]


def with_frames(drawn: str, frames: Iterable[Box]) -> str:
    """A picture with a frame to be chosen over each part: its id, its name; left, top, width and height in pixels."""
    over = "".join(
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}" data-choose="{escape(id)}" '
        f'role="button"><title>{escape(name)}</title></rect>'
        for id, name, x, y, width, height in frames
    )
    return f"{drawn.removesuffix('</svg>')}{over}</svg>"


def with_rows(chart: Any, names: dict[str, str]) -> str:
    """A chart in rows, each of them to be chosen; another chart as it is."""
    rows = (chart.usermeta if isinstance(chart.usermeta, dict) else {}).get("rows", {})
    edge = chart.padding
    return with_frames(
        svg(chart),
        ((id, names.get(id, id), edge["left"], edge["top"] + top, chart.width, bottom - top) for id, (top, bottom) in rows.items()),
    )  # fmt: skip
