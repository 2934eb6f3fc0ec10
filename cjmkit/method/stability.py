"""Whether the lowest touchpoints would stay the lowest, had other colleagues been in the room or teams weighed otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from cjmkit.method.findings import lowest
from cjmkit.method.scores import team_means
from cjmkit.method.seed import SEED

CHUNK = 100
NAN = float("nan")
Floats = NDArray[np.float64]


class Stability(NamedTuple):
    """How the rank of each touchpoint holds (`table`), in what share of the runs exactly the same are lowest (`holds`), of so many people."""

    table: pd.DataFrame
    holds: float
    runs: int
    people: int


def rank_stability(points: pd.DataFrame, touchpoints: list[str], runs: int = 2000) -> Stability:
    """In how many rooms of other colleagues the lowest three touchpoints would be among the lowest three.

    Each run draws as many people as scored, with replacement and all their scores, by a fixed seed; names and the order of rows
    change nothing. How many are "the lowest" is the number that `cjmkit.method.findings.lowest` names: three, fewer
    on a path of fewer than six. Of two with the same mean the one that comes first is the lower one, here as there. A touchpoint
    that nobody of a run scored is not among its lowest. Source: bootstrap (Efron 1979).

    Args:
        points: the final scores, columns participant, team, touchpoint, score.
        touchpoints: the path's, in its order.
        runs: how many rooms are drawn.

    Returns:
        table, index touchpoint: value (mean), rank (1 = lowest), lowest (bool), share (0–1, of the runs in which it is among
        the lowest), teams_equal (bool: among the lowest where each team weighs the same), without_a_team (0–1, of the
        rooms without one of the teams in which it is; NaN below two teams). holds (0–1). NaN below two people.

    >>> points = pd.DataFrame({"participant": list("aabb"), "team": "", "touchpoint": list("xyxy"), "score": [1, 5, 2, 5.0]})
    >>> rank_stability(points, ["x", "y"]).holds
    1.0
    """
    given = points[points.score.notna() & points.touchpoint.isin(touchpoints)]

    def means(part: pd.DataFrame) -> Floats:
        return part.groupby("touchpoint").score.mean().reindex(touchpoints).to_numpy(dtype=float)

    value = pd.Series(means(given), pd.Index(touchpoints, name="touchpoint"), name="value")
    n = len(lowest(value.to_frame()))
    now = _among(means(given), n)
    people = given.participant.nunique()
    found = np.concatenate(list(_rooms(given, touchpoints, n, runs))) if people > 1 else np.full((1, len(value)), NAN)
    rest = [given[given.team != team] for team in sorted(given.team.unique())]
    columns = {
        "value": value,
        "rank": value.round(9).rank(method="first"),
        "lowest": now,
        "share": found.mean(axis=0),
        "teams_equal": _among(means(team_means(given)), n),
        "without_a_team": np.mean([_among(means(part), n) for part in rest], axis=0) if len(rest) > 1 else NAN,
    }
    holds = float((found == now).all(axis=1).mean()) if people > 1 else NAN
    return Stability(pd.DataFrame(columns, index=value.index), holds, runs, people)


def _among(means: Floats, n: int) -> NDArray[np.bool_]:
    """Which touchpoints are among the n lowest, along the last axis; a mean that is NaN never is."""
    order = np.argsort(np.round(means, 9), axis=-1, kind="stable")[..., :n]
    found = np.zeros(means.shape, dtype=bool)
    np.put_along_axis(found, order, True, axis=-1)
    return found & ~np.isnan(means)


def _rooms(given: pd.DataFrame, touchpoints: list[str], n: int, runs: int) -> Iterator[NDArray[np.bool_]]:
    """The lowest of each drawn room, so many rooms at a time that the people drawn never fill the memory."""
    place = pd.Index(touchpoints).get_indexer(pd.Index(given.touchpoint))
    person, score = pd.factorize(given.participant)[0], given.score.to_numpy(dtype=float)
    order = np.lexsort((place, person))
    starts = np.flatnonzero(np.diff(person[order], prepend=-1))
    gave = np.split(np.stack([place, score], axis=1)[order], starts[1:])
    gave.sort(key=lambda rows: rows.tolist())  # people by what they gave, not by name
    people, table = len(gave), np.concatenate(gave)
    where = (np.repeat(np.arange(people), [len(rows) for rows in gave]), table[:, 0].astype(int))
    sums, asked = (csr_array((x, where), shape=(people, len(touchpoints))) for x in (table[:, 1], np.ones(len(table))))
    rng = np.random.default_rng(SEED)
    for start in range(0, runs, CHUNK):
        rooms = min(CHUNK, runs - start)
        drawn = rng.integers(people, size=(rooms, people)) + np.arange(rooms)[:, None] * people
        often = np.bincount(drawn.ravel(), minlength=rooms * people).reshape(rooms, people)
        with np.errstate(invalid="ignore"):
            means = (sums.T @ often.T).T / (asked.T @ often.T).T
        yield _among(means, n)
