"""Summaries of clients as manifests keep them, made up."""

from __future__ import annotations

from typing import Any

STAGES = (("look", "Looks", "before"), ("buy", "Buys", "before"), ("use", "Uses", "after"))


def summary(client: str, *scores: float, half: float | None = 0.3, **parts: Any) -> dict[str, Any]:
    """A client whose touchpoints have these scores on a scale from 1 to 5, in three stages by turns.

    Args:
        client: its name.
        scores: of its touchpoints.
        half: of the interval of the mean; None where there is none.
        parts: what is otherwise.
    """
    touchpoints = [
        {"id": f"t{n}", "name": f"Touchpoint {n}", "stage": STAGES[n % 3][0], "value": score, "low": score, "high": score, "n": 9,
         "owner": "Sales" if n else "", "standing": "level"}
        for n, score in enumerate(scores)
    ]  # fmt: skip
    stages = []
    for id, name, phase in STAGES:
        values = [t["value"] for t in touchpoints if t["stage"] == id]
        if values:
            stages.append(
                {"id": id, "name": name, "phase": phase, "value": sum(values) / len(values), "n": len(values)}
            )
    mean = sum(scores) / len(scores) if scores else None
    sure = mean is not None and half is not None
    return {
        "client": client, "title": "Buying", "language": "en", "as_of": "2026-11-21", "persona": {"id": "anna", "name": "Anna"},
        "path": {"id": "main", "name": "Main"}, "people": 9, "teams": 3, "rounds": 1, "scale": [1, 5], "by_customers": False, "alpha": 0.5,
        "mean": {"value": mean, "low": mean - half if sure else None, "high": mean + half if sure else None, "n": 9} if scores else None,
        "touchpoints": touchpoints, "stages": stages, "weakest": f"t{scores.index(min(scores))}" if scores else None, "nps": None,
        "actions": {"open": 0, "overdue": 0, "without_owner": 0}, "moments": [], "folder": client.lower(), **parts,
    }  # fmt: skip
