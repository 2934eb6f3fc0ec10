"""The workbook's sheet of what customers said: each figure with its n and interval, never a customer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from cjmkit.charts.importance_performance import QUADRANTS
from cjmkit.charts.theme import each
from cjmkit.exchange.cells import Cell
from cjmkit.method.opportunity import importance_performance, opportunity
from cjmkit.method.surveys import ces, csat, nps, overall, ratings
from cjmkit.method.waves import nps_waves
from cjmkit.reports.content.drivers import code_name, codes_of, names
from cjmkit.reports.report import Report
from cjmkit.reports.workbook_grids import Grid


def customers(report: Report) -> Grid:
    """All figures of the survey, one a row; no row where there is no survey."""
    say = report.say
    heads = (
        (say("Figure of"), "text"), (say("Name"), "name"), (say("n"), "whole"), (say("Value"), "figure"),
        (say("95% interval from"), "figure"), (say("95% interval to"), "figure"), (say("Unit"), "text"), (say("Note"), "text"),
    )  # fmt: skip
    rows = () if report.answers is None or report.items is None else tuple(_rows(report, report.answers, report.items))
    about = say("What customers said: scores, waves, what moves the overall score, what comments were about.")
    return Grid("customers", say("Customers"), about, heads, rows)


def _rows(report: Report, answers: pd.DataFrame, items: pd.DataFrame) -> Iterator[tuple[Cell, ...]]:
    say = report.say
    asked = dict(zip(items["item"], items["name"], strict=True))
    points, share = say("points, −100 to +100"), say("share, 0 to 1")
    for r in each(nps(answers, items)):
        yield _row(say("NPS"), asked[r.item], r, points)
    for r in _waves(answers, items):
        yield _row(say("NPS of a wave"), str(r.wave), r, points, "")
        if r.change == r.change:
            yield (say("NPS, change since the wave before"), str(r.wave), float(r.n), *map(_number, (r.change, r.change_low, r.change_high)), points, None)  # fmt: skip
    for r in each(csat(answers, items)):
        yield _row(say("CSAT"), asked[r.item], r, share)
    for figure, table in ((say("CES"), ces(answers, items)), (say("Customers' rating"), ratings(answers, items)), (say("Overall"), overall(answers, items))):  # fmt: skip
        for r in each(table):
            unit = say("points, {low} to {high}", low=say.number(r.scale_low, 0), high=say.number(r.scale_high, 0))
            yield _row(figure, names(report, [r.touchpoint])[0] if r.touchpoint else asked[r.item], r, unit)
    yield from _importance(report, answers, items)
    for r in each(codes_of(report)):
        yield (
            say("Comments"),
            code_name(report, r),
            float(r.n),
            *map(_number, (r.share, r.low, r.high)),
            share,
            str(r.question),
        )


def _importance(report: Report, answers: pd.DataFrame, items: pd.DataFrame) -> Iterator[tuple[Cell, ...]]:
    say, derived = report.say, report.derived
    if derived is not None and not derived.table.empty:
        quadrants = importance_performance(answers, items, derived).set_index("touchpoint").quadrant
        for name, r in zip(names(report, derived.table.touchpoint), each(derived.table), strict=True):
            quadrant = quadrants.get(r.touchpoint)
            yield _row(
                say("Importance, derived"), name, r, say("share, 0 to 1"), say(QUADRANTS[quadrant]) if quadrant else ""
            )
    for r in each(opportunity(answers, items)):
        yield _row(say("Opportunity"), names(report, [r.touchpoint])[0], r, say("points, 0 to 20"))


def _waves(answers: pd.DataFrame, items: pd.DataFrame) -> list[Any]:
    waves = nps_waves(answers, items)
    return each(waves) if len(waves) > 1 else []


def _row(figure: str, name: str, r: Any, unit: str, note: str = "") -> tuple[Cell, ...]:
    return figure, name, float(r.n), _number(r.value), _number(r.low), _number(r.high), unit, note or None


def _number(value: Any) -> Cell:
    return None if value != value else float(value)
