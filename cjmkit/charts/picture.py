"""A picture written in Vega-Lite: its layers with their marks and channels, and Altair's chart of it where one is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from cjmkit.charts.drawing import shown

MEASURES = {"description", "height", "padding", "usermeta", "width"}  # they are the same for Altair


class Drawing:
    """A finished picture: a notebook shows it as SVG, and what it has not it has from `altair`.

    Altair checks and copies whatever goes through it, which takes longer than to draw; so its chart is made only when
    something of Altair's is asked for: `picture.properties(width=900)`, `picture.save("map.svg")`, `picture + mine`.

    >>> (Drawing({"layer": []}) + Drawing({"layer": []})).to_dict(validate=False).keys() >= {"layer"}
    True
    """

    def __init__(self, spec: dict[str, Any]) -> None:
        self.spec = spec

    @cached_property
    def altair(self) -> Any:
        """The same as an Altair chart."""
        import altair

        return altair.LayerChart.from_dict(self.spec)

    def to_dict(self, **_: Any) -> dict[str, Any]:
        """The picture as Vega-Lite."""
        return self.spec

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in MEASURES:
            return self.spec[name]
        return getattr(self.altair, name)

    def __add__(self, other: Any) -> Any:
        return self.altair + (other.altair if isinstance(other, Drawing) else other)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return shown(self.spec)


def layer(
    rows: Sequence[Mapping[str, Any]], mark: str, style: Mapping[str, Any] | None = None, **channels: Any
) -> dict[str, Any]:
    """Marks of one kind, one for each row; what the rows hold is all that the picture carries."""
    return {"data": {"values": rows}, "mark": {"type": mark, **(style or {})}, "encoding": channels}


def plain(field: str, low: float, high: float) -> dict[str, Any]:
    """A place on a scale with these ends and no axis: the picture draws its own."""
    scale = {"domain": [low, high], "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": None, "title": None}


def pixels(field: str) -> dict[str, Any]:
    """A place whose values are pixels already."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def given(field: str, kind: str = "nominal") -> dict[str, Any]:
    """A colour, shape or size that stands in the data as it is."""
    return {"field": field, "type": kind, "scale": None, "legend": None}


def words(field: str) -> dict[str, Any]:
    """The text of a mark."""
    return {"field": field, "type": "nominal"}


def at(pixel: float) -> dict[str, Any]:
    """A place that is the same for all rows, in pixels."""
    return {"value": pixel}
