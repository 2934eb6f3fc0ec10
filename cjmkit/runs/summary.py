"""A client's figures in short, kept with what was built: pages over all clients read nothing else."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cjmkit.errors import CJMError
from cjmkit.method.agreement import alpha
from cjmkit.method.findings import weakest_link
from cjmkit.method.journey_scores import plain_mean
from cjmkit.method.priorities import horizon
from cjmkit.method.surveys import nps
from cjmkit.method.waves import nps_waves
from cjmkit.reports.report import Report


def summary(report: Report) -> dict[str, Any]:
    """The figures of a report as plain values, names as the team typed them.

    Args:
        report: of the journey's own language, so that a translation's words do not stand in it.

    Returns:
        "client", "title", "language", "as_of", "persona" and "path" (id, name), "people", "teams", "rounds", "scale",
        "by_customers", "alpha" (ordinal, or None), "mean" (value, low, high, n), "touchpoints" (in the path's order), "stages",
        "weakest" (a touchpoint's id), "nps" (of the latest wave), "actions" (open, overdue, without_owner), "moments".
    """
    journey, points = report.typed or report.journey, report.points
    names = {t.id: t.name for t in journey.touchpoints}
    rows = report.figures.reset_index().to_dict("records")
    return {
        "client": journey.client,
        "title": journey.title,
        "language": journey.language,
        "as_of": report.day.isoformat() if report.day else None,
        "persona": {"id": report.who.id, "name": journey.persona(report.who.id).name},
        "path": {"id": report.way.id, "name": report.way.name},
        "people": int(report.team_points.participant.nunique()),
        "teams": int(report.team_points.team.replace("", None).nunique()),
        "rounds": len(journey.rounds),
        "scale": [journey.scale.low, journey.scale.high],
        "by_customers": report.by_customers,
        "alpha": _alpha(points),
        "mean": _estimate(plain_mean(report.journey, report.figures, report.voices)) if len(points) else None,
        "touchpoints": [
            {"id": r["touchpoint"], "name": names.get(r["touchpoint"], ""), "stage": r["stage"], "standing": r["standing"],
             "owner": journey.touchpoint(r["touchpoint"]).owner, **_estimate(r)} for r in rows
        ],
        "stages": _stages(report, rows),
        "weakest": weakest_link(report.figures),
        "nps": _nps(report),
        "actions": _actions(report),
        "moments": [str(name) for name in report.moments.index],
    }  # fmt: skip


def _estimate(row: Any) -> dict[str, Any]:
    figures = {key: _plain(row[key]) for key in ("value", "low", "high")}
    return {**figures, "n": int(row["n"])}


def _plain(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else round(float(value), 6)


def _alpha(points: pd.DataFrame) -> float | None:
    try:
        return _plain(alpha(points).value)
    except CJMError:
        return None


def _stages(report: Report, rows: list[dict[Any, Any]]) -> list[dict[str, Any]]:
    """The mean of each stage's touchpoints on the path."""
    found = []
    for stage in (report.typed or report.journey).stages:
        values = [r["value"] for r in rows if r["stage"] == stage.id and r["n"]]
        if values:
            mean = _plain(sum(values) / len(values))
            found.append({"id": stage.id, "name": stage.name, "phase": stage.phase, "value": mean, "n": len(values)})
    return found


def _nps(report: Report) -> dict[str, Any] | None:
    if report.answers is None or report.items is None or "nps" not in set(report.items.kind):
        return None
    try:
        waves = nps_waves(report.answers, report.items)
        last = (waves if len(waves) else nps(report.answers, report.items)).iloc[-1]
    except CJMError:
        return None
    return {**_estimate(last), "wave": str(last.get("wave", ""))}


def _actions(report: Report) -> dict[str, int]:
    actions = [a for a in report.journey.actions if a.status not in ("done", "dropped")]
    overdue = [a for a in actions if horizon(a, report.day) == "overdue"]
    return {"open": len(actions), "overdue": len(overdue), "without_owner": sum(not a.owner for a in actions)}
