"""What the touchpoints add up to: stage and journey score, peak–end, and the same by owner or channel."""

from __future__ import annotations

import pandas as pd

from cjmkit.journey import Journey, Path
from cjmkit.method.intervals import weighted_mean

RESULT = ["value", "low", "high", "interval", "n", "touchpoints"]


def scores_by(journey: Journey, figures: pd.DataFrame, points: pd.DataFrame, by: str = "stage") -> pd.DataFrame:
    """The importance-weighted mean of the touchpoints of each stage, owner, channel or party.

    sum of importance × score / sum of importance, over the touchpoints that were scored; importance that nobody gave counts as
    equal for all. Those without a score are left out and counted. Source: weighted mean; the interval is over people.

    Args:
        journey: the map.
        figures: what `path_figures` gives (value, importance).
        points: the final scores behind it.
        by: a field of a touchpoint: "stage", "owner", "channel" or "party".

    Returns:
        Index the group, stages in the journey's order; value, low, high (points of the scale, 95 % over people),
        interval, n (people), touchpoints (how many were scored), importance (sum of shares), weakest (touchpoint).

    >>> from cjmkit.method.findings import path_figures
    >>> from cjmkit.method.scores import final_scores
    >>> from cjmkit.tables import scores_frame
    >>> journey = Journey.from_data({"stages": [{"id": "use"}], "touchpoints": [{"id": "x", "stage": "use"}, {"id": "y", "stage": "use"}]})
    >>> given = [("x", 1, 3), ("y", 5, 1)]
    >>> scores = scores_frame([{"round": 1, "participant": "a", "touchpoint": t, "score": s, "importance": d} for t, s, d in given])
    >>> figures, points = path_figures(journey, scores), final_scores(scores)
    >>> scores_by(journey, figures, points)[["value", "weakest"]].values.tolist()
    [[2.0, 'x']]
    """
    groups = {id: getattr(journey.touchpoint(str(id)), by) for id in figures.index}
    order = [s.id for s in journey.stages] if by == "stage" else []
    names = [g for g in order if g in groups.values()] + sorted({g for g in groups.values() if g not in order})
    rows = {}
    for name in names:
        part = figures[[groups[id] == name for id in figures.index]]
        scored = part[part.value.notna()]
        rows[name] = {
            **_weighted(journey, points, scored.importance),
            "importance": float(part.importance.sum()),
            "weakest": str(scored.value.idxmin()) if len(scored) else "",
        }
    return pd.DataFrame.from_dict(rows, orient="index", columns=[*RESULT, "importance", "weakest"]).rename_axis(by)


def journey_score(journey: Journey, figures: pd.DataFrame, points: pd.DataFrame) -> pd.Series:
    """The importance-weighted mean of all touchpoints of the path; shown with the weakest link and peak–end beside it.

    sum of importance × score / sum of importance. A journey is not the mean of its touchpoints: one bad contact colours the whole
    firm. Touchpoints without a score are left out and counted. Source: weighted mean; the interval is over people.

    Returns:
        value, low, high (points of the scale), interval, n (people), touchpoints (how many were scored).

    >>> from cjmkit.method.findings import path_figures
    >>> from cjmkit.method.scores import final_scores
    >>> from cjmkit.tables import scores_frame
    >>> journey = Journey.from_data({"stages": [{"id": "use"}], "touchpoints": [{"id": "x", "stage": "use"}, {"id": "y", "stage": "use"}]})
    >>> given = [("x", 1, 3), ("y", 5, 1)]
    >>> scores = scores_frame([{"round": 1, "participant": "a", "touchpoint": t, "score": s, "importance": d} for t, s, d in given])
    >>> figures, points = path_figures(journey, scores), final_scores(scores)
    >>> float(journey_score(journey, figures, points).value)
    2.0
    """
    return pd.Series(_weighted(journey, points, figures[figures.value.notna()].importance))


def plain_mean(journey: Journey, figures: pd.DataFrame, points: pd.DataFrame) -> pd.Series:
    """The mean of all touchpoints of the path, each counting the same; what most people call "the average".

    Returns:
        As `journey_score`.
    """
    scored = figures[figures.value.notna()]
    return pd.Series(_weighted(journey, points, scored.importance * 0 + 1))


def peak_end(journey: Journey, figures: pd.DataFrame, points: pd.DataFrame, path: Path) -> pd.Series:
    """(most intense + last) / 2 along one path: what is remembered.

    Most intense is farthest from the scale's midpoint, on a tie the negative one (Kahneman, Fredrickson, Schreiber and
    Redelmeier 1993; Fredrickson 2000). The interval takes the two touchpoints as given. Touchpoints without a score are passed
    over, also at the end.

    Returns:
        value, low, high, interval, n, touchpoints as in `journey_score`; peak and end (touchpoint ids).

    >>> from cjmkit.method.findings import path_figures
    >>> from cjmkit.method.scores import final_scores
    >>> from cjmkit.tables import scores_frame
    >>> journey = Journey.from_data({"stages": [{"id": "use"}], "touchpoints": [{"id": "x", "stage": "use"}, {"id": "y", "stage": "use"}]})
    >>> given = [("x", 1, 3), ("y", 5, 1)]
    >>> scores = scores_frame([{"round": 1, "participant": "a", "touchpoint": t, "score": s, "importance": d} for t, s, d in given])
    >>> figures, points = path_figures(journey, scores), final_scores(scores)
    >>> found = peak_end(journey, figures, points, Path(id="p", touchpoints=["x", "y"]))
    >>> float(found.value), found.peak, found.end
    (3.0, 'x', 'y')
    """
    scored = figures[figures.value.notna()]
    if scored.empty:
        return pd.Series({**_weighted(journey, points, scored.importance), "peak": "", "end": ""})
    middle = (journey.scale.low + journey.scale.high) / 2
    apart = (scored.value - middle).abs().round(9)
    peaks = scored[apart == apart.max()]
    peak = str(peaks.value.idxmin())
    along = [id for id in path.touchpoints if id in scored.index]
    end = along[-1]
    weights = pd.Series(0.0, index=list(dict.fromkeys([peak, end])))
    for id in (peak, end):
        weights[id] += 0.5
    return pd.Series({**_weighted(journey, points, weights), "peak": peak, "end": end})


def _weighted(journey: Journey, points: pd.DataFrame, weights: pd.Series) -> dict[str, object]:
    value, interval, people = weighted_mean(points, weights, float(journey.scale.low), float(journey.scale.high))
    return {
        "value": value,
        "low": interval.low,
        "high": interval.high,
        "interval": interval.kind,
        "n": people,
        "touchpoints": len(weights),
    }
