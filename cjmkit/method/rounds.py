"""Rounds of scoring: which is open, what it asks of whom, what may be shown, and the dots that each person has put."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cjmkit.errors import UsageError
from cjmkit.journey import Journey, Round, Scale, Touchpoint
from cjmkit.method.findings import path_figures, widest
from cjmkit.method.scores import of_persona

FIRST_ASKS = ("score", "importance", "moment_of_truth")
DOTS = {"importance": 5, "moment_of_truth": 3}  # each person's


def scale_points(scale: Scale) -> list[float]:
    """The points of a scale that a person chooses among: each of up to eleven, else eleven evenly apart.

    >>> scale_points(Scale(low=1, high=3)), len(scale_points(Scale(low=0, high=100)))
    ([1.0, 2.0, 3.0], 11)
    """
    steps = int(scale.span) if scale.span <= 10 and float(scale.span).is_integer() else 10
    return [float(scale.low + n * scale.span / steps) for n in range(steps + 1)]


def rounds_of(journey: Journey, scores: pd.DataFrame) -> tuple[Round, ...]:
    """The journey's rounds, and a closed one for each that only the scores know of.

    >>> from cjmkit.tables import scores_frame
    >>> [r.id for r in rounds_of(Journey(), scores_frame([{"round": 1, "participant": "a", "touchpoint": "x"}]))]
    [1]
    """
    known = {r.id: r for r in journey.rounds}
    for id in scores["round"].unique():
        known.setdefault(int(id), Round(id=int(id)))
    return tuple(known[id] for id in sorted(known))


def open_round(journey: Journey) -> Round | None:
    """The round that is open, the last if there are several; None where none is."""
    return next((r for r in reversed(journey.rounds) if r.state == "open"), None)


def begin_round(journey: Journey, scores: pd.DataFrame, asks: tuple[str, ...] = FIRST_ASKS) -> Journey:
    """A journey with one round more, open; the round before it is closed."""
    before = rounds_of(journey, scores)
    closed = [r.model_copy(update={"state": "closed"}) for r in before]
    new = Round.model_validate({"id": before[-1].id + 1 if before else 1, "state": "open", "asks": asks})
    return journey.changed(rounds=[*closed, new])


def change_round(journey: Journey, scores: pd.DataFrame, id: int, **values: Any) -> Journey:
    """A journey in which this round has other values, such as `state="closed"`."""
    rounds = [r.model_copy(update=values) if r.id == id else r for r in rounds_of(journey, scores)]
    return journey.changed(rounds=rounds)


def asked(journey: Journey, scores: pd.DataFrame, round: int, persona: str | None = None) -> tuple[Touchpoint, ...]:
    """The touchpoints that a round asks for: the first all of the path, later ones the three that divided the room.

    A touchpoint that was scored in a later round stays asked, even where it is no longer among the three.
    """
    along = journey.along(journey.path(persona))
    earlier = scores[(scores["round"] < round) & scores.score.notna()]
    if earlier.empty or of_persona(journey, earlier, persona).empty:
        return along
    mine = of_persona(journey, scores[(scores["round"] == round) & scores.score.notna()], persona)
    again = {*widest(path_figures(journey, earlier, persona)).index, *mine.touchpoint}
    return tuple(t for t in along if t.id in again)


def revealed(journey: Journey, scores: pd.DataFrame) -> pd.DataFrame:
    """The scores that may be shown: those of rounds that are closed.

    >>> from cjmkit.tables import scores_frame
    >>> rows = scores_frame([{"round": 1, "participant": "a", "touchpoint": "x", "score": 3}])
    >>> len(revealed(Journey(rounds=(Round(id=1, state="open"),)), rows)), len(revealed(Journey(), rows))
    (0, 1)
    """
    hidden = [r.id for r in journey.rounds if r.state == "open"]
    return scores[~scores["round"].isin(hidden)]


def check_scale(journey: Journey, scores: pd.DataFrame, low: float, high: float) -> None:
    """Refuse a scale on which the scores that were given would mean something else.

    Raises:
        UsageError: there are scores, they fit the journey's scale, and this is another one.
    """
    given = scores.score.dropna()
    fitting = given.between(journey.scale.low, journey.scale.high)
    if given.empty or (low, high) == (journey.scale.low, journey.scale.high):
        return
    off = int((~given.between(low, high)).sum())
    if off:
        raise UsageError(
            "{n} of the {all} scores lie off a scale from {low} to {high}. Take the scores out first, or keep the scale.",
            n=off, all=len(given), low=f"{low:g}", high=f"{high:g}",
        )  # fmt: skip
    if fitting.all():
        raise UsageError(
            "The {all} scores were given on a scale from {was_low} to {was_high}; on {low} to {high} they would mean "
            "something else. Take them out first, or keep the scale.",
            all=len(given), was_low=f"{journey.scale.low:g}", was_high=f"{journey.scale.high:g}",
            low=f"{low:g}", high=f"{high:g}",
        )  # fmt: skip
