"""What to do first: the gain an action promises, the rank, impact against effort, the best set within a budget."""

from __future__ import annotations

from datetime import date

import pandas as pd

from cjmkit.errors import FigureError
from cjmkit.journey import Action, Journey

CROSS = 3  # impact and effort are typed on 1–5; the midpoint counts as high
HORIZONS = (30, 60, 90)
OPEN = ("idea", "agreed", "doing")


def open_actions(journey: Journey) -> list[Action]:
    """The actions that are neither done nor dropped, in the journey's order."""
    return [action for action in journey.actions if action.status in OPEN]


def aimed_at(journey: Journey, target: float | None) -> float:
    """The score to reach: the target, else the top of the scale.

    Raises:
        FigureError: the target is not on the scale.
    """
    scale = journey.scale
    aim = float(scale.high if target is None else target)
    if not scale.low <= aim <= scale.high:
        raise FigureError(
            "The target {target} is not on the scale from {low} to {high}.", target=aim, low=scale.low, high=scale.high
        )
    return aim


def action_rank(journey: Journey, figures: pd.DataFrame, *, target: float | None = None) -> pd.DataFrame:
    """The open actions, ranked by the gain that the scores promise.

    gain = sum over the action's touchpoints of gap × importance × reach, gap = (target − score) / (high − low), never
    below 0. The team's typed impact stands beside it and is never mixed in; reach that nobody knows counts as 1; touchpoints
    without a score bring no gain, and an action with none of them has no gain and stands last. Source: the kit's own rule.

    Args:
        journey: the map with its actions.
        figures: what `path_figures` gives.
        target: the score to reach, in points of the scale; None is the top of the scale.

    Returns:
        Index action; title, owner, due, status, impact, effort (1–5 or NaN), gap (mean over its touchpoints, 0–1),
        gain (0–1), reach_known, scored (touchpoints with a score), quadrant, rank (1 = most gain; ties share it).

    >>> journey = Journey.from_data({"stages": [{"id": "use"}], "touchpoints": [{"id": "x", "stage": "use"}, {"id": "y", "stage": "use"}],
    ...     "actions": [{"id": "a", "touchpoints": ["x"]}, {"id": "b", "touchpoints": ["y"]}]})
    >>> figures = pd.DataFrame({"value": [2.0, 4.0], "importance": [0.75, 0.25]}, index=["x", "y"])
    >>> action_rank(journey, figures)[["gap", "gain", "rank"]].values.tolist()
    [[0.75, 0.5625, 1.0], [0.25, 0.0625, 2.0]]
    """
    scale, aim = journey.scale, aimed_at(journey, target)
    values, weights = figures.value.dropna().to_dict(), figures.importance.to_dict()
    rows = []
    for action in open_actions(journey):
        ids = [id for id in action.touchpoints if id in values]
        reaches = [journey.touchpoint(id).reach for id in ids]
        gaps = [max(0.0, (aim - values[id]) / scale.span) for id in ids]
        parts = [
            gap * weights[id] * (1.0 if reach is None else reach)
            for id, gap, reach in zip(ids, gaps, reaches, strict=True)
        ]
        rows.append(
            {
                "action": action.id,
                "title": action.title,
                "owner": action.owner,
                "due": action.due.isoformat() if action.due else "",
                "status": action.status,
                "impact": float("nan") if action.impact is None else float(action.impact),
                "effort": float("nan") if action.effort is None else float(action.effort),
                "gap": sum(gaps) / len(gaps) if gaps else float("nan"),
                "gain": sum(parts) if parts else float("nan"),
                "reach_known": bool(ids) and all(reach is not None for reach in reaches),
                "scored": len(ids),
                "quadrant": quadrant(action),
            }
        )
    columns = ["action", "title", "owner", "due", "status", "impact", "effort", "gap", "gain", "reach_known"]
    table = pd.DataFrame(rows, columns=[*columns, "scored", "quadrant"]).set_index("action")
    table["rank"] = table.gain.round(12).rank(method="min", ascending=False, na_option="bottom").astype(int)
    return table.sort_values(["rank", "impact"], ascending=[True, False], kind="stable")


def quadrant(action: Action) -> str:
    """The field of the impact–effort picture: high from 3 on a scale of 1–5; empty where one of both is missing.

    >>> quadrant(Action(id="a", impact=4, effort=2))
    'quick win'
    """
    if action.impact is None or action.effort is None:
        return ""
    names = {
        (True, False): "quick win",
        (True, True): "big project",
        (False, False): "fill-in",
        (False, True): "thankless",
    }
    return names[action.impact >= CROSS, action.effort >= CROSS]


def best_set(actions: pd.DataFrame, budget: int, by: str = "gain") -> list[str]:
    """The actions that together bring most within a budget of effort points (0/1 knapsack, exact).

    Of all sets whose effort stays within the budget, the one with the largest sum. Actions without effort or value are left out.
    Source: Bellman 1957, dynamic programming.

    Args:
        actions: what `action_rank` gives; rows without effort or without the value are left out.
        budget: the sum of effort points that may be spent.
        by: "gain" (computed) or "impact" (typed by the team).

    >>> table = pd.DataFrame({"effort": [3, 2, 2], "gain": [0.5, 0.3, 0.3]}, index=["a", "b", "c"])
    >>> best_set(table, 4)
    ['b', 'c']
    """
    best: list[tuple[float, list[str]]] = [(0.0, [])] * (max(budget, 0) + 1)
    for action, row in actions[actions.effort.notna() & actions[by].notna()].iterrows():
        effort, value = int(row["effort"]), float(row[by])
        for spent in range(budget, effort - 1, -1):
            before, chosen = best[spent - effort]
            if before + value > best[spent][0] + 1e-12:
                best[spent] = (before + value, [*chosen, str(action)])
    return best[-1][1]


def horizon(action: Action, as_of: date | None) -> str:
    """When an action is due, seen from a date: "overdue", "30", "60", "90" days, "later", "undated".

    >>> horizon(Action(id="a", due=date(2027, 1, 31)), date(2026, 11, 21))
    '90'
    """
    if action.due is None or as_of is None:
        return "undated"
    days = (action.due - as_of).days
    if days < 0:
        return "overdue"
    return next((str(limit) for limit in HORIZONS if days <= limit), "later")
