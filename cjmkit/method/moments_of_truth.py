"""Moments of truth: a flag with its rule, and the votes of the room beside it."""

from __future__ import annotations

import pandas as pd

from cjmkit.journey import Journey, Path


def moments_of_truth(journey: Journey, scores: pd.DataFrame, path: Path) -> pd.DataFrame:
    """The touchpoints of a path that the team flagged or gave votes to; never a bare flag.

    Four definitions are in use, so each flag names its rule: *continue or quit* (the customer goes on or leaves),
    *disproportionate impact*, *largest gap*, *impression*. Votes are dots, three a person, of the latest round in which they gave
    one; no dot is no vote. Source: the word is Normann's (1984), made known by Carlzon (1987).

    Args:
        journey: the map.
        scores: the `scores` table of the path's persona; moment_of_truth holds dots.
        path: along which to look.

    Returns:
        Index touchpoint in the order of the path; rule ("" = voted for, not flagged), goes_on_if, leaves_if,
        votes (dots), voters (people who gave any dot to any touchpoint).

    >>> from cjmkit.tables import scores_frame
    >>> journey = Journey.from_data({"stages": [{"id": "use"}], "touchpoints": [
    ...     {"id": "call", "stage": "use", "moment_of_truth": {"rule": "continue-or-quit"}}, {"id": "web", "stage": "use"}]})
    >>> scores = scores_frame([{"round": 1, "participant": p, "touchpoint": "call", "moment_of_truth": 1} for p in "ab"])
    >>> moments_of_truth(journey, scores, Path(id="p", touchpoints=["call", "web"]))[["rule", "votes", "voters"]].values.tolist()
    [['continue-or-quit', 2, 2]]
    """
    given = scores[scores.moment_of_truth.notna() & (scores.moment_of_truth > 0)]
    last = given[given["round"] == given.groupby("participant")["round"].transform("max")]
    votes = last.groupby("touchpoint").moment_of_truth.sum()
    rows = []
    for touchpoint in journey.along(path):
        flag, dots = touchpoint.moment_of_truth, int(votes.get(touchpoint.id, 0))
        if flag or dots:
            rows.append(
                {
                    "touchpoint": touchpoint.id,
                    "rule": flag.rule if flag else "",
                    "goes_on_if": flag.goes_on_if if flag else "",
                    "leaves_if": flag.leaves_if if flag else "",
                    "votes": dots,
                    "voters": last.participant.nunique(),
                }
            )
    columns = ["touchpoint", "rule", "goes_on_if", "leaves_if", "votes", "voters"]
    return pd.DataFrame(rows, columns=columns).set_index("touchpoint")
