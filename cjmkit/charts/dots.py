"""Everyone's scores as dots that do not hide one another: side by side where few, circles by their number where many."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count, cycle

import pandas as pd

from cjmkit.charts.sheet import Mark
from cjmkit.charts.theme import FAINT, INK, OKABE_ITO, Size
from cjmkit.language import Language

MOST = 12  # so many equal scores still stand side by side
LANES = 4  # so many dots of a row stand one above the other; twice as many small ones
NO_TEAM = "#c9c9c4"
TEAM_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-left")


@dataclass(frozen=True)
class Dot:
    """One dot: how many widths of a dot it stands aside, its area in dots, for how many people it stands."""

    touchpoint: str
    score: float
    aside: float = 0.0
    area: float = 1.0
    n: int = 1


def dots(points: pd.DataFrame) -> list[Dot]:
    """The dots of final scores or ratings.

    Args:
        points: columns touchpoint and score; one row per person or answer.

    Returns:
        In the order of touchpoint and score; one per person, or, where more than a dozen gave the same
        score anywhere, one per score, its area by the number of people.

    >>> [d.aside for d in dots(pd.DataFrame({"touchpoint": ["a", "a"], "score": [3.0, 3.0]}))]
    [-0.5, 0.5]
    """
    given = points[points.score.notna()]
    counts = given.groupby(["touchpoint", "score"], sort=True).size().reset_index(name="n")
    most = int(counts.n.max()) if len(counts) else 0
    found = []
    for touchpoint, score, n in zip(counts.touchpoint, counts.score, counts.n, strict=True):
        if most > MOST:
            found.append(Dot(str(touchpoint), float(score), 0.0, max(0.4, 30 * n / most), int(n)))
        else:
            found += [Dot(str(touchpoint), float(score), k - (n - 1) / 2) for k in range(int(n))]
    return found


def by_team(points: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The teams' parts of some scores, the lowest mean first, those of no team ("") last."""
    groups = [(str(team), part) for team, part in points.groupby("team")]
    return sorted(groups, key=lambda group: (not group[0], float(group[1].score.mean())))


def team_marks(teams: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Shape and colour of each team, the same in every picture of the same teams; no team ("") is a grey circle.

    >>> team_marks(["Shop", "", "Sales"])["Sales"]
    ('circle', '#0072b2')
    """
    shapes, colours = cycle(TEAM_SHAPES), cycle(OKABE_ITO)
    return {**{team: (next(shapes), next(colours)) for team in sorted({*teams} - {""})}, "": ("circle", NO_TEAM)}


class DotRows:
    """Everyone's dots in rows: blocks at each score, team by team; in a crowd a circle by the number of people.

    Args:
        points: columns row, team, score; one row per person and row of the picture.
        x: where a score stands across.
        step: pixels from one point of the scale to the next.
        on: the points of the scale; scores between them are put into columns a dot wide.
        of: the measures.
        teams: all that are told apart, those who have not scored here too.
    """

    def __init__(
        self,
        points: pd.DataFrame,
        x: Callable[[float], float],
        step: float,
        on: list[float],
        of: Size,
        teams: Iterable[str],
    ) -> None:
        given = points[points.score.notna()]
        self.looks, self.size = team_marks(teams), round(of.dot**0.5 * 1.05, 1)
        between = not given.score.round(6).isin([round(value, 6) for value in on]).all()
        places = given.score.map({value: x(value) for value in given.score.unique()})
        if between:
            places = (places / self.size).round() * self.size
        self.given = given.assign(place=places).sort_values(["row", "place", "team"], kind="stable")
        most = max((len(pile) for _, pile in self.given.groupby(["row", "place"])), default=0)
        self.crowd, self.lanes = False, 1
        for size, lanes in ((self.size, LANES), (self.size * 0.62, 2 * LANES)):
            across = 1 if between else max(1, int(step * 0.94 / size))
            self.size, self.across = size, across
            self.lanes = max(1, min(lanes, math.ceil(math.sqrt(most / 2))), math.ceil(most / across))
            if self.lanes <= lanes:
                break
        else:
            self.crowd, self.most, self.wide = True, most, step * 0.9
        self.of, self.x = of, x

    @property
    def tall(self) -> float:
        """How high a row must be for its dots."""
        return float(min(self.wide, self.of.dot**0.5 * 2.6) if self.crowd else self.lanes * self.size)

    def marks(self, row: str, y: float) -> list[Mark]:
        """The dots of a row whose middle is at y."""
        mine = self.given[self.given.row == row]
        piles = [(float(pile.place.iloc[0]), pile) for _, pile in mine.groupby("place", sort=False)]
        if self.crowd:
            areas = [(place, max(12.0, len(pile) / self.most * self.tall**2)) for place, pile in piles]
            means = mine[mine.team != ""].groupby("team").score.mean()
            return [*(Mark(place, y, "circle", area, "transparent", FAINT, self.of.line / 2) for place, area in areas),
                    *(self._mark(str(team), self.x(mean), y) for team, mean in means.items())]  # fmt: skip
        found = []
        for place, pile in piles:
            high = min(self.lanes, len(pile)) if len(pile) > 2 else 1 if self.across > 1 else len(pile)
            wide = math.ceil(len(pile) / high)
            for k, team in zip(count(), pile.team):
                across, down = k // high, k % high
                here = min(high, len(pile) - across * high)
                x = place + (across - (wide - 1) / 2) * self.size
                found.append(self._mark(team, x, y + (down - (here - 1) / 2) * self.size))
        return found

    def _mark(self, team: str, x: float, y: float, size: float = 0) -> Mark:
        shape, fill = self.looks[team]
        return Mark(x, y, shape, (size or self.size) ** 2 * 0.75, fill, INK, self.of.line * 0.4)

    def key(self, say: Language) -> list[tuple[Mark, str]]:
        """Which mark is which team's."""
        teams = sorted({str(team) for team in self.given.team}, key=lambda team: (not team, team))
        marks = [(self._mark(team, 0, 0, self.of.text * 0.7), team or say("no team")) for team in teams]
        if not self.crowd:
            return marks
        return [(mark, say("mean of {team}", team=team)) for mark, team in marks if team != say("no team")]

    def told(self, say: Language) -> str:
        """What a dot stands for."""
        return say("Circles: how many gave each score.") if self.crowd else say("One dot is one person.")


def unbroken(places: list[int]) -> list[list[int]]:
    """Places that follow one another, run by run: a line is not drawn across a touchpoint without scores.

    >>> unbroken([0, 1, 3])
    [[0, 1], [3]]
    """
    runs: list[list[int]] = []
    for n in places:
        if runs and n == runs[-1][-1] + 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    return runs
