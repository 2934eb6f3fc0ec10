"""The workbook's sheet of what customers did, beside the map; groups of fewer than five customers stay out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from cjmkit.charts.theme import each
from cjmkit.exchange.cells import Cell
from cjmkit.method.funnel import funnel
from cjmkit.method.groups import FEW
from cjmkit.method.reality import AgainstMap
from cjmkit.reports.report import Report
from cjmkit.reports.workbook_grids import Grid


def did_grid(report: Report) -> Grid | None:
    """Touchpoints, stages and events off the map with their customers, each with n and interval; None without a log."""
    say, real = report.say, report.real
    if real is None:
        return None
    heads = (
        (say("Figure of"), "text"), (say("Name"), "name"), (say("What"), "text"), (say("Customers"), "whole"), (say("of"), "whole"),
        (say("Share"), "share"), (say("95% interval from"), "share"), (say("95% interval to"), "share"),
    )  # fmt: skip
    rows = tuple(row for row in _rows(report, real) if not 0 < float(str(row[3])) < FEW)
    about = say("What customers did, from the log: counts of customers, never of events; fewer than five are left out.")
    return Grid("did", say("What customers did"), about, heads, rows)


def _rows(report: Report, real: AgainstMap) -> Iterator[tuple[Cell, ...]]:
    say = report.say
    for r in each(real.touchpoints):
        yield _row(say("Touchpoint"), r.name, say("came by"), r.customers, real.customers, r.share, r.low, r.high)
        if r.passed:
            yield _row(say("Touchpoint"), r.name, say("passed it by"), r.skipped, r.passed, r.skipped_share, r.skipped_low, r.skipped_high)  # fmt: skip
        if r.left_share == r.left_share:
            yield _row(say("Touchpoint"), r.name, say("left here"), r.left, r.customers, r.left_share, r.left_low, r.left_high)  # fmt: skip
    table: pd.DataFrame = funnel(report.events, report.journey)
    for r in each(table):
        yield _row(say("Stage"), r.name, say("came on, in order"), r.in_order, r.n, r.value, r.low, r.high)
    for r in each(real.unmapped):
        yield _row(
            say("Event"), str(r.event), say("not on the map"), r.customers, real.customers, r.share, r.low, r.high
        )


def _row(*cells: Any) -> tuple[Cell, ...]:
    return (*cells[:3], *(None if cell != cell else float(cell) for cell in cells[3:]))
