"""Every table of the log for the appendix: steps, commonest paths, what followed upon what, loops, the funnel by segment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from cjmkit.charts.funnel import hidden_name
from cjmkit.charts.path_flow import path_flow
from cjmkit.charts.step_matrix import step_matrix_chart
from cjmkit.charts.theme import each
from cjmkit.charts.words import place
from cjmkit.method.events import on_map
from cjmkit.method.funnel import funnel
from cjmkit.method.groups import FEW, OTHER, hide_few
from cjmkit.method.reality import AgainstMap
from cjmkit.method.transitions import common_paths, loops, step_matrix, transitions
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Block, Heading, Picture, Table, blocks

TOP = 15


def all_they_did(report: Report) -> Sequence[Block]:
    """The log's pictures and tables that the section leaves out; nothing where no log is on the map."""
    if report.real is None:
        return ()
    say, mapped = report.say, report.once(on_map, report.events, report.journey)
    paths = common_paths(mapped, of="touchpoint", repeats=False)
    return blocks(
        Heading(say("What customers did, step by step")),
        Picture(path_flow(report.journey, paths, report.way, **looks(report))) if len(paths) else None,
        Picture(step_matrix_chart(report.journey, step_matrix(mapped, of="touchpoint"), **looks(report))),
        _paths(report, paths),
        _moves(report, report.once(transitions, mapped, of="touchpoint")),
        _loops(report, report.once(loops, mapped, of="touchpoint")),
        *(_funnel(report, column, name) for column, name in report.event_segments.items()),
    )


def looks(report: Report) -> dict[str, Any]:
    """How the report's pictures look."""
    return {"language": report.language, "as_of": report.day, "size": report.size, "accent": report.accent}


def interval(report: Report, low: float, high: float) -> str:
    """The interval of a share in words, a dash where there is none."""
    say = report.say
    return say("{low} to {high}", low=say.percent(low), high=say.percent(high)) if low == low else "–"


def beside(report: Report, real: AgainstMap, most: int = 8) -> Table:
    """The path's touchpoints: who came by, who left there, and the team's score; the first so many."""
    say = report.say
    rows = tuple(
        (str(r.name), say.percent(r.share), say.percent(r.left_share) if r.left_share == r.left_share else "–", report.short(row) if row["n"] else "–")
        for r in each(real.touchpoints[real.touchpoints.customers >= FEW].head(most))
        for row in (report.rows[r.touchpoint],)
    )  # fmt: skip
    return Table((say("Touchpoint"), say("came by"), say("left here"), say("Score")), rows, "", (1, 2, 3))


def _name(report: Report, id: str) -> str:
    return place(report.say, report.journey, id)


def _paths(report: Report, paths: pd.DataFrame) -> Block:
    say = report.say
    rows = tuple(
        (" → ".join(_name(report, id) for id in r.path), say.number(int(r.customers), 0), say.percent(r.share))
        for r in each(paths[paths.customers >= FEW].head(TOP))
    )
    return Table((say("Path"), say("Customers"), say("Share")), rows, say("The commonest real paths"), (1, 2))


def _moves(report: Report, table: pd.DataFrame) -> Block:
    """From where to where, what most customers did first."""
    say = report.say
    shown = table[(table.customers >= FEW) & (table["from"] != table["to"])].sort_values(["customers", "from", "to"], ascending=[False, True, True]).head(TOP)  # fmt: skip
    rows = tuple(
        (_name(report, a), _name(report, b), say.number(int(customers), 0), say.percent(share))
        for a, b, customers, share in zip(shown["from"], shown["to"], shown.customers, shown.share, strict=True)
    )
    heads = (say("From"), say("To"), say("Customers"), say("Share of those leaving"))
    return Table(heads, rows, say("What followed upon what"), (2, 3))


def _loops(report: Report, table: pd.DataFrame) -> Block:
    say = report.say
    rows = tuple(
        (_name(report, r.name), say.number(int(r.loop_customers), 0), say.percent(r.loop_share), interval(report, r.low, r.high), " → ".join(_name(report, id) for id in r.body) or "–")
        for r in each(table[table.loop_customers >= FEW].head(TOP))
    )  # fmt: skip
    heads = (say("Came back to"), say("Customers"), say("Of those who were there"), say("95% interval"), say("Mostly over"))  # fmt: skip
    return Table(heads, rows, say("Loops: back again after something else"), (1, 2, 3))


def _funnel(report: Report, column: str, name: str) -> Block:
    """The funnel of one segment; what few did is not told."""
    say, table = report.say, hide_few(report.once(funnel, report.events, report.journey, by=column))
    rows = tuple(
        (say("other groups") if r.group == OTHER else str(r.group) or say("not said"), str(r.name), hidden_name(say, r.hidden) or say.number(int(r.reached), 0), hidden_name(say, r.hidden) or say.number(int(r.in_order), 0),
         say.percent(r.value) if r.value == r.value else "–", interval(report, r.low, r.high))
        for r in each(table)
    )  # fmt: skip
    heads = (name, say("Stage"), say("There at all"), say("In order"), say("Of those before"), say("95% interval"))
    return Table(heads, rows, say("How far customers came, by {segment}", segment=name), (2, 3, 4, 5))
