"""How far the people in the room agree: spread of each touchpoint, Krippendorff's α, ICC, and why people are apart.

All take `points`, the final scores (columns participant, team, touchpoint, score): one row per person and touchpoint.
What is missing is no row or NaN; it is never 0. No table of people × touchpoints is made. Every coefficient may be negative and
is given as it is. With few raters they say little; `guessing` says how little.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cjmkit.errors import FigureError
from cjmkit.journey import Scale
from cjmkit.method.rounds import scale_points
from cjmkit.method.scores import distances
from cjmkit.method.seed import SEED

RUNS = 1000
NAN = float("nan")
Measured = Literal["nominal", "ordinal", "interval", "ratio"]
Reason = Literal["", "none", "one rater", "one touchpoint", "equal", "unlinked"]
Floats = NDArray[np.float64]


class Alpha(NamedTuple):
    """Krippendorff's α with its 95% interval over touchpoints, and of what; `reason` says why there is none.

    Reasons: "none" (no score), "one rater" (no touchpoint has two), "equal" (all scores are the same, so that nothing
    tells agreement from chance).
    """

    value: float
    low: float
    high: float
    ratings: int
    touchpoints: int
    people: int
    reason: Reason = ""


class Icc(NamedTuple):
    """ICC(2,1) and ICC(2,k), k the raters a touchpoint; `reason` says why there is none.

    Reasons: "none", "one rater", "one touchpoint", "equal", "unlinked" (who scored what does not tell people's
    differences from touchpoints').
    """

    single: float
    average: float
    k: float
    touchpoints: int
    people: int
    reason: Reason = ""


def spread(points: pd.DataFrame, touchpoints: list[str], scale: Scale) -> pd.DataFrame:
    """How far apart people are on each touchpoint.

    r_wg = 1 − s²/σ², s² with n − 1, σ² the variance where each point that the scale offers is equally likely: (A² − 1)/12
    for A points one apart (James, Demaree & Wolf 1984). Negative where people are further apart than by guessing. Three people
    who guess reach .70 in 23 % of cases, so below five no word is said of it.

    Args:
        points: the final scores.
        touchpoints: the ids to answer, in this order.
        scale: the journey's.

    Returns:
        Index touchpoint; n (people), smallest, largest, range, sd (n − 1), deviation (average absolute deviation from
        the mean), all in points of the scale; r_wg. NaN without a score, sd and r_wg also with one.

    >>> points = pd.DataFrame({"participant": ["a", "b", "c"], "team": "", "touchpoint": "x", "score": [1.0, 3, 5]})
    >>> spread(points, ["x"], Scale(low=1, high=5))[["n", "range", "sd", "r_wg"]].values.tolist()
    [[3.0, 4.0, 2.0, -1.0]]
    """
    table = distances(points, touchpoints)
    table.insert(3, "range", table.largest - table.smallest)
    return table.assign(r_wg=1 - table.sd**2 / np.var(scale_points(scale)))


def guessing(scale: Scale, raters: int = 3, r_wg: float = 0.7) -> float:
    """The share of cases in which so many raters who guess reach this r_wg: every combination of points counted.

    >>> guessing(Scale(low=1, high=5))
    0.232
    """
    points = scale_points(scale)
    drawn = np.array(np.meshgrid(*[points] * raters)).reshape(raters, -1)
    return float((1 - drawn.var(axis=0, ddof=1) / np.var(points) >= r_wg - 1e-9).mean())


def alpha(points: pd.DataFrame, level: Measured = "ordinal") -> Alpha:
    """Krippendorff's α (2011) over all touchpoints that two or more people scored: 1 − observed/expected disagreement.

    The 95 % interval is a percentile bootstrap of 1,000 runs that draws whole touchpoints with a fixed seed; a run in
    which all scores are the same has no α and is left out.

    Args:
        points: the final scores.
        level: what the scale's points mean: "nominal", "ordinal", "interval" or "ratio".

    Returns:
        value, low, high; ratings, touchpoints and people that counted; reason, where the figures are NaN.

    Raises:
        FigureError: only one touchpoint was scored by two or more: α compares touchpoints.

    >>> points = pd.DataFrame({"participant": list("abab"), "team": "", "touchpoint": list("xxyy"), "score": [1, 1, 4, 5]})
    >>> round(alpha(points, "interval").value, 3)
    0.941
    """
    given = points[points.score.notna()]
    shared = given[given.groupby("touchpoint").score.transform("size") > 1]
    touchpoints, people = shared.touchpoint.nunique(), shared.participant.nunique()
    found = Alpha(NAN, NAN, NAN, len(shared), touchpoints, people)
    if not touchpoints:
        return found._replace(reason="one rater" if len(given) else "none")
    if touchpoints == 1:
        raise FigureError(
            "Only one touchpoint was scored by two people or more. Krippendorff's α compares touchpoints: it needs two."
        )
    if shared.score.nunique() == 1:
        return found._replace(reason="equal")
    values, code = np.unique(shared.score.to_numpy(dtype=float), return_inverse=True)
    counts = np.zeros((touchpoints, len(values)), dtype=int)
    np.add.at(counts, (pd.factorize(shared.touchpoint)[0], code), 1)
    counts = counts[np.lexsort(counts.T)]  # by what was given: names and order of rows change nothing
    drawn = np.random.default_rng(SEED).integers(touchpoints, size=(RUNS, touchpoints))
    low, high = np.nanpercentile(_alphas(counts, drawn, values, level), [2.5, 97.5])
    return found._replace(value=_alpha(counts, values, level), low=float(low), high=float(high))


def _alpha(counts: NDArray[np.int_], values: Floats, level: Measured) -> float:
    """α of a table touchpoints × values of how many gave which value; NaN where only one was given."""
    from krippendorff import alpha as krippendorff

    used = counts.any(axis=0)
    if used.sum() < 2:
        return NAN
    return float(krippendorff(value_counts=counts[:, used], value_domain=values[used], level_of_measurement=level))


def _alphas(counts: NDArray[np.int_], drawn: NDArray[np.int64], values: Floats, level: Measured) -> Floats:
    """α of each draw of touchpoints, as `_alpha` of its rows: coincidences add up over touchpoints."""
    n = counts.sum(axis=1)
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(len(values))
    often = np.array([np.bincount(rows, minlength=len(n)) for rows in drawn])
    met = (often @ (pairs / (n - 1)[:, None, None]).reshape(len(n), -1)).reshape(-1, len(values), len(values))
    given = met.sum(axis=1)  # runs × values
    a, b = given[:, :, None], given[:, None, :]
    if level == "ordinal":
        below = given.cumsum(axis=1)
        apart = np.abs(below[:, None, :] - below[:, :, None] + (a - b) / 2)
    elif level == "ratio":
        sums = values[:, None] + values
        apart = np.divide(values[:, None] - values, sums, out=np.zeros_like(sums), where=sums != 0)
    else:
        apart = values[:, None] - values if level == "interval" else 1 - np.eye(len(values))
    expected = a * b / (given.sum(axis=1) - 1)[:, None, None]  # of a value with itself nothing is apart
    with np.errstate(invalid="ignore"):
        found = 1 - (met * apart**2).sum(axis=(1, 2)) / (expected * apart**2).sum(axis=(1, 2))
    return np.where((given > 0).sum(axis=1) > 1, found, NAN)


def icc(points: pd.DataFrame) -> Icc:
    """How much of the scores' variance lies between touchpoints: ICC(2,1) of one rater, ICC(2,k) of the mean of k.

    Shrout & Fleiss (1979), people and touchpoints both drawn at random: σ²ₜ/(σ²ₜ + σ²ₚ + σ²ₑ) and
    σ²ₜ/(σ²ₜ + (σ²ₚ + σ²ₑ)/k). The variances come from sums of squares by touchpoint and by person, Henderson's method I
    (Searle, Casella & McCulloch 1992, ch. 5): on a complete table exactly the mean squares' result, and defined where
    scores are missing. k is the harmonic mean of the raters a touchpoint.

    Args:
        points: the final scores.

    Returns:
        single, average, k, touchpoints, people; reason, where the figures are NaN. Only average is NaN where touchpoints
        differ so much less than people that the variance of the means comes out as none.

    >>> points = pd.DataFrame({"participant": list("abab"), "team": "", "touchpoint": list("xxyy"), "score": [1, 2, 4, 5]})
    >>> [round(x, 3) for x in icc(points)[:2]]
    [0.9, 0.947]
    """
    given = points[points.score.notna()]
    touchpoint, person = (pd.factorize(given[name])[0] for name in ("touchpoint", "participant"))
    by, each = np.bincount(touchpoint), np.bincount(person)
    k = len(by) / float((1 / by).sum()) if len(by) else NAN
    found = Icc(NAN, NAN, k, len(by), len(each))
    if not len(by):
        return found._replace(reason="none")
    if len(each) == 1 or len(by) == 1:
        return found._replace(reason="one rater" if len(each) == 1 else "one touchpoint")
    if given.score.nunique() == 1:
        return found._replace(reason="equal")
    parts = _components(given.score.to_numpy(dtype=float), touchpoint, person)
    if parts is None:
        return found._replace(reason="unlinked")
    between, rest = parts[0], parts[1] + parts[2]
    of_means = between + rest / k
    return found._replace(single=between / (between + rest), average=between / of_means if of_means > 1e-9 else NAN)


def _components(y: Floats, touchpoint: NDArray[np.intp], person: NDArray[np.intp]) -> list[float] | None:
    """The variances of touchpoints, people and the rest by Henderson's method I; None where they cannot be told apart.

    Each sum of squares is set equal to what it is expected to be; a person scores a touchpoint once or not at all.
    """
    y = (y - y.mean()) / y.std()  # a ratio of variances does not feel the scale
    by, each, n = np.bincount(touchpoint), np.bincount(person), len(y)
    a, b = len(by), len(each)
    of_touchpoints = float((np.bincount(touchpoint, y) ** 2 / by).sum())
    of_people = float((np.bincount(person, y) ** 2 / each).sum())
    by_n, each_n = float((by**2).sum()) / n, float((each**2).sum()) / n
    expected = [
        [n - by_n, a - each_n, a - 1],
        [b - by_n, n - each_n, b - 1],
        [by_n - b, each_n - a, n - a - b + 1],
    ]
    if np.linalg.cond(expected) > 1e9:
        return None
    squares = [of_touchpoints, of_people, float((y**2).sum()) - of_touchpoints - of_people]
    found: list[float] = np.linalg.solve(expected, squares).tolist()
    return found if sum(found) > 1e-9 else None


def why_apart(points: pd.DataFrame) -> pd.DataFrame:
    """Why people are apart on each touchpoint: teams against each other, or people of the same team.

    Teams, where all of one team lie above all of another, both of two people or more: of these the pair farthest apart,
    as the score that all of the one reach and the one that none of the other passes.

    Args:
        points: the final scores.

    Returns:
        Index touchpoint, those with two scores or more; kind ("teams", "people", "" = all gave the same), high_team, low_team
        (names), high_from, high_to, low_from, low_to (what they gave); of teams only for kind "teams".

    >>> points = pd.DataFrame({"participant": list("abcd"), "team": ["Sales", "Sales", "Service", "Service"],
    ...     "touchpoint": "x", "score": [5.0, 4, 2, 1]})
    >>> why_apart(points)[["kind", "high_team", "high_from", "low_team", "low_to"]].values.tolist()
    [['teams', 'Sales', 4.0, 'Service', 2.0]]
    """
    given = points[points.score.notna()]
    scores = given.groupby("touchpoint").score
    kind = scores.nunique().gt(1).map({True: "people", False: ""})[scores.size() > 1]
    teams = given[given.team != ""].groupby(["touchpoint", "team"]).score.agg(["size", "min", "max"])
    by = (teams := teams[teams["size"] > 1]).groupby("touchpoint")
    high, low = (teams.loc[ends].reset_index("team") for ends in (by["min"].idxmax(), by["max"].idxmin()))
    of_teams = pd.DataFrame({
        "high_team": high.team, "low_team": low.team, "high_from": high["min"], "high_to": high["max"],
        "low_from": low["min"], "low_to": low["max"],
    })  # fmt: skip
    of_teams = of_teams[of_teams.high_from > of_teams.low_to]
    table = kind.to_frame("kind").join(of_teams)
    table.loc[of_teams.index, "kind"] = "teams"
    names = ["high_team", "low_team"]
    table[names] = table[names].fillna("")
    return table
