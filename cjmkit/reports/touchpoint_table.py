"""The touchpoints with their figures as CSV, for other programs and spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from cjmkit.reports.report import Report
from cjmkit.tables import FORMULA_STARTS

TYPED = (
    "id", "stage", "name", "kind", "channel", "device", "party", "party_name", "owner", "lasts", "after", "doing", "thinking", "feeling",
    "expects", "pain", "success", "backstage", "decision", "reach", "evidence",
)  # fmt: skip
FIGURES = (
    "n", "value", "low", "high", "interval", "median", "smallest", "largest", "deviation", "importance", "level", "standing", "finding",
    "contested", "first_impression", "weakest", "rule", "votes", "of",
)  # fmt: skip


def touchpoints_csv(report: Report) -> bytes:
    """One row for each touchpoint of the report's path: what was said of it and its figures; UTF-8 with a mark.

    Numbers stay numbers; a text that a spreadsheet could take for a formula is quoted and begins with an apostrophe.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([*TYPED, *FIGURES])
    for touchpoint in report.touchpoints:
        row = report.rows[touchpoint.id]
        unknown = {"importance"} if not row["importance_known"] else set()
        figures = [None if name in unknown else row[name] for name in FIGURES]
        writer.writerow(_cells([*(getattr(touchpoint, name) for name in TYPED), *figures]))
    return out.getvalue().encode("utf-8-sig", "replace")


def _cells(values: Iterable[Any]) -> Iterable[str | float]:
    for value in values:
        if isinstance(value, str):
            yield "'" + value if value.startswith(FORMULA_STARTS) else value
        elif value is None or value != value:
            yield ""
        elif isinstance(value, bool) or str(value) in ("True", "False"):
            yield str(value).lower()
        else:
            yield int(value) if value == int(value) else float(f"{value:.15g}")
