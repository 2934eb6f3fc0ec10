"""What the team gave: final scores, each touchpoint's score with its interval, importance, shift between rounds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cjmkit.journey import Journey
from cjmkit.method.intervals import mean_interval, t_quantile


def of_persona(journey: Journey, scores: pd.DataFrame, persona: str | None = None) -> pd.DataFrame:
    """The rows of `scores` that speak of this persona; an empty persona is the journey's first.

    Args:
        journey: whose personas these are.
        scores: the `scores` table.
        persona: an id; None is the goal's persona, else the first.
    """
    first = journey.personas[0].id if journey.personas else ""
    wanted = journey.persona(persona).id if journey.personas else ""
    return scores[scores.persona.where(scores.persona != "", first) == wanted]


def with_personas(scores: pd.DataFrame, was: Journey, now: Journey) -> pd.DataFrame:
    """The `scores` table after the personas changed: an empty persona stays who was first, rows of one who is gone go.

    Args:
        scores: the `scores` table of `was`.
        was: the journey with its personas as they were.
        now: the same with its personas as they are now.
    """
    first, firsts = (journey.personas[0].id if journey.personas else "" for journey in (was, now))
    persona = scores.persona if first == firsts else scores.persona.where(scores.persona != "", first)
    there = {"", *(p.id for p in now.personas)}
    return scores.assign(persona=persona)[persona.isin(there)].reset_index(drop=True)


def final_scores(scores: pd.DataFrame) -> pd.DataFrame:
    """Each person's score of each touchpoint in the latest round in which they gave one.

    Round two asks only for what was discussed, so the rounds are not compared by their means; see `round_shift`.
    A score that is missing stays missing: it is never 0 and never pushes out an earlier one. Source: the kit's own rule, after
    the Delphi method (Dalkey and Helmer 1963), where people answer again once they have seen each other's answers.

    Args:
        scores: the `scores` table of one persona.

    Returns:
        Columns participant, team, touchpoint, score (points of the scale), round.

    >>> from cjmkit.tables import scores_frame
    >>> final_scores(scores_frame([
    ...     {"round": 1, "participant": "a", "touchpoint": "x", "score": 2},
    ...     {"round": 2, "participant": "a", "touchpoint": "x", "score": 4}])).score.tolist()
    [4.0]
    """
    given = scores[scores.score.notna()].sort_values(["round", "participant", "touchpoint"], kind="stable")
    last = given.drop_duplicates(["participant", "touchpoint"], keep="last")
    return last[["participant", "team", "touchpoint", "score", "round"]].reset_index(drop=True)


def touchpoint_scores(
    points: pd.DataFrame, touchpoints: list[str], low: float, high: float, *, teams_equal: bool = False
) -> pd.DataFrame:
    """Mean, median, range, n and 95% interval of each touchpoint.

    mean = sum of scores / n. Interval: Student's t cut to the scale below 15 people, bootstrap with a fixed seed from 15 (Efron 1979);
    all equal or one person: none, and said so. A mean hides a 1–5 split: show the dots. Who gave no score does not count.

    Args:
        points: final scores, columns participant, team, touchpoint, score, round.
        touchpoints: the ids to answer, in this order; those without scores come with n = 0.
        low: the lowest point of the scale.
        high: the highest.
        teams_equal: each team weighs the same: the mean and the t interval of the teams' means.

    Returns:
        Index touchpoint; n (people), value, median, smallest, largest, low, high (points of the scale),
        interval ("t", "bootstrap", "equal", "one", "none"), deviation (average absolute deviation from the
        mean), round (the latest in which somebody scored it, 0 = none).

    >>> points = pd.DataFrame({"participant": ["a", "b", "c"], "team": "", "touchpoint": "x",
    ...     "score": [1.0, 3, 5], "round": 1})
    >>> touchpoint_scores(points, ["x"], 1, 5)[["n", "value", "deviation"]].round(2).to_dict("records")
    [{'n': 3, 'value': 3.0, 'deviation': 1.33}]
    """
    apart = distances(points, touchpoints)
    groups = dict(tuple(points.groupby("touchpoint")))
    voices = dict(tuple(team_means(points).groupby("touchpoint"))) if teams_equal else groups
    rows = []
    for touchpoint in touchpoints:
        group = groups.get(touchpoint, points.iloc[:0])
        x = group.score.to_numpy(dtype=float)
        counted = voices.get(touchpoint, group).score.to_numpy(dtype=float)
        interval = mean_interval(counted, low, high)
        rows.append({
            "value": float(counted.mean()) if len(counted) else float("nan"),
            "median": float(np.median(x)) if len(x) else float("nan"),
            "low": interval.low,
            "high": interval.high,
            "interval": interval.kind,
            "round": int(group["round"].max()) if len(x) else 0,
        })  # fmt: skip
    columns = ["n", "value", "median", "smallest", "largest", "low", "high", "interval", "deviation", "round"]
    means = pd.DataFrame(rows, index=apart.index, columns=["value", "median", "low", "high", "interval", "round"])
    return apart.join(means)[columns]


def team_means(points: pd.DataFrame) -> pd.DataFrame:
    """Each team as one person who gives its mean: final scores in which teams weigh the same, whatever is made of them.

    Their intervals are over teams, "had other teams been in the room"; people without a team are one team.

    >>> points = pd.DataFrame({"participant": ["a", "b", "c"], "team": ["A", "A", "B"], "touchpoint": "x", "score": [1.0, 3, 5]})
    >>> team_means(points)[["participant", "score"]].values.tolist()
    [['A', 2.0], ['B', 5.0]]
    """
    means = points.groupby(["team", "touchpoint"]).score.mean().reset_index()
    return means.assign(participant=means.team)


def distances(points: pd.DataFrame, touchpoints: list[str]) -> pd.DataFrame:
    """How far apart the scores of each touchpoint lie, in points of the scale; see `cjmkit.method.agreement.spread`."""
    given = points[points.score.notna()]
    means = given.score.groupby(given.touchpoint).transform("mean")
    by = given.assign(apart=(given.score - means).abs()).groupby("touchpoint")
    table = by.agg(
        n=("score", "size"), smallest=("score", "min"), largest=("score", "max"), sd=("score", "std"),
        deviation=("apart", "mean"),
    ).reindex(touchpoints)  # fmt: skip
    table["n"] = table.n.fillna(0).astype(int)
    return table.rename_axis("touchpoint")


def importance(scores: pd.DataFrame, touchpoints: list[str], kind: str = "dots") -> pd.DataFrame:
    """Each touchpoint's share of the importance that the team gave.

    Dots: the share of all dots, each person's latest round with dots counted; no dot there is a share of 0.
    Ratings: mean rating over the sum of means; a touchpoint without one gets the mean of the others and is *unknown*.
    Nobody gave any: all are equal, and unknown. Source: dot voting; ratings saturate at 4–5, so dots are the default.

    Args:
        scores: the `scores` table of one persona.
        touchpoints: the ids to answer, in this order.
        kind: "dots" or "rating", as the journey's round says.

    Returns:
        Index touchpoint; importance (0–1, sums to 1), importance_known (bool), dots (sum of what was given).

    >>> from cjmkit.tables import scores_frame
    >>> rows = [{"round": 1, "participant": "a", "touchpoint": t, "importance": d} for t, d in [("x", 3), ("y", 1)]]
    >>> importance(scores_frame(rows), ["x", "y"]).importance.tolist()
    [0.75, 0.25]
    """
    given = scores[scores.importance.notna()]
    last = given[given["round"] == given.groupby("participant")["round"].transform("max")]
    last = last[last.touchpoint.isin(touchpoints)]
    dots = last.groupby("touchpoint").importance.sum().reindex(touchpoints)
    if kind == "dots":
        weight, known = dots.fillna(0.0), pd.Series(dots.sum() > 0, index=touchpoints)
    else:
        means = last.groupby("touchpoint").importance.mean().reindex(touchpoints)
        weight, known = means.fillna(means.mean()), means.notna()
    total = weight.sum()
    share = weight / total if total > 0 else pd.Series(1 / max(len(touchpoints), 1), index=touchpoints)
    table = pd.DataFrame({"importance": share, "importance_known": known, "dots": dots.fillna(0.0)})
    return table.rename_axis("touchpoint")


def importance_kind(journey: Journey) -> str:
    """How importance was asked in the journey's rounds: "dots" or "rating"."""
    asked = [r.importance for r in journey.rounds if "importance" in r.asks]
    return asked[-1] if asked else "dots"


def round_shift(scores: pd.DataFrame, span: float = float("inf")) -> pd.DataFrame:
    """How far each touchpoint moved between the first and the last round, among those who scored it in both.

    shift = mean of each person's (last − first). Who scored only once does not count; with one person there is no interval. Source:
    paired differences (Student 1908).

    Args:
        scores: the `scores` table of one persona.
        span: the scale's, in points: no shift is larger, so the interval is cut to it.

    Returns:
        Index touchpoint; n (people in both), before, after, shift (points of the scale), low, high (95% interval of
        the shift, Student's t on the persons' differences), deviation_before, deviation_after.

    >>> from cjmkit.tables import scores_frame
    >>> rows = [{"round": r, "participant": p, "touchpoint": "x", "score": s}
    ...         for r, p, s in [(1, "a", 1), (2, "a", 3), (1, "b", 5), (2, "b", 3), (1, "c", 5)]]
    >>> round_shift(scores_frame(rows))[["n", "before", "after"]].to_dict("records")
    [{'n': 2, 'before': 3.0, 'after': 3.0}]
    """
    given = scores[scores.score.notna()].sort_values("round", kind="stable")
    pairs = given.groupby(["touchpoint", "participant"]).agg(
        rounds=("round", "nunique"), before=("score", "first"), after=("score", "last")
    )
    pairs = pairs[pairs.rounds > 1].reset_index()
    rows = []
    for touchpoint, group in pairs.groupby("touchpoint"):
        moved = (group.after - group.before).to_numpy(dtype=float)
        n, spread = len(moved), moved.std(ddof=1) if len(moved) > 1 else 0.0
        half = t_quantile(n - 1) * spread / np.sqrt(n) if spread > 0 else float("nan")
        rows.append(
            {
                "touchpoint": touchpoint,
                "n": n,
                "before": group.before.mean(),
                "after": group.after.mean(),
                "shift": moved.mean(),
                "low": float(np.clip(moved.mean() - half, -span, span)),
                "high": float(np.clip(moved.mean() + half, -span, span)),
                "deviation_before": (group.before - group.before.mean()).abs().mean(),
                "deviation_after": (group.after - group.after.mean()).abs().mean(),
            }
        )
    columns = ["touchpoint", "n", "before", "after", "shift", "low", "high", "deviation_before", "deviation_after"]
    return pd.DataFrame(rows, columns=columns).set_index("touchpoint")
