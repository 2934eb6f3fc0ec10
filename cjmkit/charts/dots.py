"""Everyone's scores as dots that do not hide one another: side by side where few, circles by their number where many."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

MOST = 12  # so many equal scores still stand side by side


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
