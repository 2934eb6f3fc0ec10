"""What the journey map is of, and its columns: the frame that every lane is laid into."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import pandas as pd

from cjmkit.charts.sheet import Line, Sheet
from cjmkit.charts.theme import GREY, INK, RULE
from cjmkit.journey import Journey, Path, Stage, Touchpoint
from cjmkit.language import Language
from cjmkit.language.fonts import text_width

BODY, SMALL, STAGE = 12.0, 11.0, 15.0
LABEL, GUTTER, GAP, PAD = 124.0, 84.0, 6.0, 7.0
NARROW, WIDE, ROOMY = 106.0, 250.0, 1150.0


@dataclass(frozen=True)
class Columns:
    """The touchpoints of a path, left to right, and the stages above them, in pixels."""

    touchpoints: tuple[Touchpoint, ...]
    width: float
    runs: tuple[tuple[Stage, int, int], ...]

    def left(self, n: int) -> float:
        run = next(k for k, (_, first, last) in enumerate(self.runs) if first <= n <= last)
        return LABEL + n * self.width + run * GAP

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
    path: Path
    persona: str
    points: pd.DataFrame | None
    say: Language
    accent: str
    columns: Columns


def plan(
    journey: Journey, figures: pd.DataFrame, path: Path, persona: str, points: pd.DataFrame | None, say: Language,
    accent: str,
) -> Plan:  # fmt: skip
    """The columns of a map: as wide as its longest word needs, wider where there are few."""
    met = journey.along(path)
    words = [text_width(part, BODY, bold=True) for t in met for part in (t.name or t.id).split()]
    width = min(max(NARROW, ROOMY / max(len(met), 1), min(max(words, default=0) + 2 * PAD + 2, 160)), WIDE)
    places = groupby(range(len(met)), key=lambda n: met[n].stage)
    runs = [(journey.stage(stage), span[0], span[-1]) for stage, span in ((s, list(g)) for s, g in places)]
    shown = figures.reindex([t.id for t in met])
    return Plan(journey, shown, path, persona, points, say, accent, Columns(met, width, tuple(runs)))


def label(sheet: Sheet, the: Plan, y: float, name: str, *, plain: bool = False) -> float:
    """A lane's name at the left and the rule above the lane."""
    sheet.lines.append(Line(((0, y), (the.columns.end, y)), RULE, 0.8))
    return sheet.write(0, y + PAD, name, LABEL - 14, SMALL if plain else BODY, bold=not plain,
                       colour=GREY if plain else INK)  # fmt: skip
