"""Following up: how old the map is, what to ask customers first, how far each KPI has come, what is overdue."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from cjmkit.journey import KPI, Action, Journey, Review
from cjmkit.method.findings import lowest, weakest_link
from cjmkit.method.priorities import OPEN, horizon

OLD_AFTER = 183  # days: half a year
ORDER = ("overdue", "30", "60", "90", "later", "undated")


def days_old(journey: Journey, today: date) -> int | None:
    """How many days ago the map was made; None where it bears no date.

    >>> days_old(Journey(as_of=date(2026, 11, 21)), date(2026, 12, 1))
    10
    """
    return None if journey.as_of is None else (today - journey.as_of).days


def next_review(journey: Journey, today: date) -> Review | None:
    """The nearest review that lies ahead, today included; None where none is planned."""
    ahead = [review for review in journey.reviews if review.on and review.on >= today]
    return min(ahead, key=lambda review: str(review.on)) if ahead else None


def valid_until(journey: Journey, today: date) -> date | None:
    """The day until which the map is to be trusted: its next review, else until it is old; None where it bears no date.

    >>> valid_until(Journey(as_of=date(2026, 11, 21)), date(2026, 12, 1))
    datetime.date(2027, 5, 23)
    """
    review = next_review(journey, today)
    if review:
        return review.on
    return journey.as_of and journey.as_of + timedelta(days=OLD_AFTER)


def to_ask(journey: Journey, figures: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """What to hold against customers first: the touchpoints, and why each.

    Args:
        journey: the map.
        figures: what `path_figures` gives.

    Returns:
        By touchpoint, those with the most reasons first, then the lowest scores: "weakest", "lowest", "contested",
        "rule" (a moment of truth), "unknown" (an open question stands by it).
    """
    low, weakest = set(lowest(figures).index), weakest_link(figures)
    asked = {unknown.touchpoint for unknown in journey.unknowns}
    found = {}
    for touchpoint in journey.touchpoints:
        id = touchpoint.id
        why = {
            "weakest": id == weakest,
            "lowest": id in low and id != weakest,
            "contested": id in figures.index and bool(figures.contested[id]),
            "rule": touchpoint.moment_of_truth is not None,
            "unknown": id in asked,
        }
        if any(why.values()):
            found[id] = tuple(name for name, true in why.items() if true)
    values = figures.value.to_dict()
    last = float(journey.scale.high) + 1
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), _or(values.get(item[0]), last))))


def way(baseline: float | None, actual: float | None, target: float | None) -> float | None:
    """The share of the way from baseline to target: 0 at the start, 1 there, below 0 the wrong way; None if unknown.

    >>> way(30, 21, 7), way(22, None, 28), way(5, 6, 5)
    (0.391304347826087, None, None)
    """
    if baseline is None or actual is None or target is None or baseline == target:
        return None
    return (actual - baseline) / (target - baseline)


def follow_up(journey: Journey, today: date) -> list[tuple[Action, str]]:
    """The actions, each with when it is due seen from today: what is overdue first, then by date, what is over last."""

    def place(item: tuple[Action, str]) -> tuple[int, bool, str]:
        action, when = item
        return ORDER.index(when) if when in ORDER else len(ORDER), action.due is None, str(action.due or "")

    due = [(action, horizon(action, today) if action.status in OPEN else action.status) for action in journey.actions]
    return sorted(due, key=place)


def with_actual(journey: Journey, id: str, actual: float | None, today: date) -> Journey:
    """The journey in which the KPI of this id stands at `actual`, measured today."""
    update = {"actual": actual, **({} if actual is None else {"as_of": today})}
    stages = []
    for stage in journey.stages:
        kpis = tuple(kpi.model_copy(update=update) if kpi.id == id else kpi for kpi in stage.kpis)
        stages.append(stage.model_copy(update={"kpis": kpis}))
    return journey.changed(stages=stages)


def kpis(journey: Journey) -> list[KPI]:
    """All KPIs in the order of the stages, the goal's first."""
    every = [kpi for stage in journey.stages for kpi in stage.kpis]
    return sorted(every, key=lambda kpi: kpi.id != journey.goal.kpi)


def _or(value: float | None, other: float) -> float:
    return other if value is None or value != value else value
