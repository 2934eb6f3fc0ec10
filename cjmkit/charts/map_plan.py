"""What the journey map is of, and its columns: the frame that every lane is laid into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Any

import pandas as pd

from cjmkit.charts.dots import Dot, dots
from cjmkit.charts.sheet import Line, Sheet
from cjmkit.charts.theme import GREY, INK, RULE, each
from cjmkit.journey import Journey, Path, Stage, Touchpoint
from cjmkit.language import Language
from cjmkit.language.fonts import text_width

BODY, SMALL, STAGE = 12.0, 11.0, 15.0
LABEL, GUTTER, GAP, PAD = 124.0, 84.0, 6.0, 7.0
NARROW, WIDE, ROOMY = 106.0, 250.0, 1150.0
LANES = (
    "goal", "channel", "paths", "doing", "thinking", "feeling", "quotes", "curve", "findings", "moments", "backstage",
    "owners", "actions", "kpis",
)  # fmt: skip


@dataclass(frozen=True)
class Show:
    """What of a journey its map shows, and how large.

    Args:
        lanes: some of `LANES`; stages, touchpoints and waits always stand there.
        body: the size of most letters, in pixels; small ones are one smaller, the frame stays as it is.
        name: the size of touchpoints' names and scores.
        curve: the height of the curve, in pixels; None is what its scale needs.
        dated: who does an action, and by when, stands at every touchpoint it is meant for.
        note: what stands below instead of the usual remarks.
    """

    lanes: frozenset[str] = frozenset(LANES)
    body: float = BODY
    name: float = BODY
    curve: float | None = None
    dated: bool = False
    note: str = ""

    @property
    def scale(self) -> float:
        """How much larger marks are than on the map of a report."""
        return self.body / BODY

    @property
    def small(self) -> float:
        """The size of the smallest letters."""
        return self.body - BODY + SMALL


@dataclass(frozen=True)
class Columns:
    """The touchpoints of a path, left to right, and the stages above them, in pixels."""

    touchpoints: tuple[Touchpoint, ...]
    width: float
    runs: tuple[tuple[Stage, int, int], ...]
    first: int = 0  # how many touchpoints of the path stand in rows above
    label: float = LABEL

    def left(self, n: int) -> float:
        run = next(k for k, (_, first, last) in enumerate(self.runs) if first <= n <= last)
        return self.label + n * self.width + run * GAP

    def right(self, n: int) -> float:
        return self.left(n) + self.width

    def centre(self, n: int) -> float:
        return self.left(n) + self.width / 2

    @property
    def end(self) -> float:
        return self.right(len(self.touchpoints) - 1)


@dataclass(frozen=True)
class Plan:
    """What the map is of, and in whose words."""

    journey: Journey
    figures: pd.DataFrame
    rows: list[Any]
    path: Path
    persona: str
    everyone: tuple[Dot, ...]
    say: Language
    accent: str
    columns: Columns
    show: Show = Show()

    @property
    def shown(self) -> list[Any]:
        """The figures of these columns alone, one row each; `figures` has the whole path's."""
        first = self.columns.first
        return self.rows[first : first + len(self.columns.touchpoints)]

    @property
    def gutter(self) -> float:
        """The room at the right of the columns."""
        return GUTTER * self.show.scale

    @cached_property
    def whole(self) -> tuple[Touchpoint, ...]:
        """All touchpoints of the path, those in other rows too."""
        return self.journey.along(self.path)

    def row(self, first: int, last: int, wide: float) -> Plan:
        """The part of the path from one touchpoint up to another, so many pixels wide in all."""
        met = self.whole[first:last]
        gaps = GAP * (len(_runs(self.journey, met)) - 1)
        beside = LABEL * self.show.scale
        width = (wide - beside - self.gutter - gaps) / len(met)
        return replace(self, columns=Columns(met, width, _runs(self.journey, met), first, beside))


def plan(
    journey: Journey, figures: pd.DataFrame, path: Path, persona: str, points: pd.DataFrame | None, say: Language,
    accent: str, show: Show | None = None,
) -> Plan:  # fmt: skip
    """The columns of a map: as wide as its longest word needs, wider where there are few."""
    met = journey.along(path)
    words = [text_width(part, BODY, bold=True) for t in met for part in (t.name or t.id).split()]
    width = min(max(NARROW, ROOMY / max(len(met), 1), min(max(words, default=0) + 2 * PAD + 2, 160)), WIDE)
    shown, columns = figures.reindex([t.id for t in met]), Columns(met, width, _runs(journey, met))
    everyone = () if points is None else tuple(dots(points[points.touchpoint.isin(shown.index)]))
    return Plan(journey, shown, each(shown), path, persona, everyone, say, accent, columns, show or Show())


def _runs(journey: Journey, met: Sequence[Touchpoint]) -> tuple[tuple[Stage, int, int], ...]:
    """The stages above these touchpoints, each with its first and last column."""
    places = groupby(range(len(met)), key=lambda n: met[n].stage)
    return tuple((journey.stage(stage), span[0], span[-1]) for stage, span in ((s, list(g)) for s, g in places))


def label(sheet: Sheet, the: Plan, y: float, name: str, *, plain: bool = False) -> float:
    """A lane's name at the left and the rule above the lane."""
    sheet.lines.append(Line(((0, y), (the.columns.end, y)), RULE, 0.8))
    size = the.show.small if plain else the.show.body
    return sheet.write(0, y + PAD, name, the.columns.label - 14, size, bold=not plain,
                       colour=GREY if plain else INK)  # fmt: skip
