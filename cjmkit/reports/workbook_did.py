"""The workbook's sheet of what customers did: every table of the log; groups of fewer than five customers stay out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from cjmkit.charts.funnel import group_name
from cjmkit.charts.theme import each
from cjmkit.charts.words import place
from cjmkit.exchange.cells import Cell
from cjmkit.method.drop_off import LEFT, between, instead
from cjmkit.method.events import on_map
from cjmkit.method.funnel import funnel
from cjmkit.method.groups import FEW, OTHER, hide_few
from cjmkit.method.reality import AgainstMap
from cjmkit.method.transitions import common_paths, loops, transitions
from cjmkit.method.what_if import what_if
from cjmkit.reports.content.buyers import bought_in, group_named, state_name
from cjmkit.reports.content.changes import changes_of, event_name
from cjmkit.reports.content.customer_groups import group_funnel, held, named_group
from cjmkit.reports.report import Report
from cjmkit.reports.workbook_grids import Grid

Row = tuple[Cell, ...]
PATHS = 20


def did_grid(report: Report) -> Grid | None:
    """What customers did as one table, each figure with its customers, n and interval; None where nothing is known of it."""
    say = report.say
    heads = (
        (say("Figure of"), "text"), (say("Name"), "name"), (say("What"), "text"), (say("Group"), "text"), (say("Customers"), "whole"), (say("of"), "whole"),
        (say("Share"), "share"), (say("95% interval from"), "share"), (say("95% interval to"), "share"),
        (say("Value"), "figure"), (say("Value from"), "figure"), (say("Value to"), "figure"), (say("Unit"), "text"),
    )  # fmt: skip
    rows = tuple(row for row in _rows(report) if not 0 < float(str(row[4] or 0)) < FEW)
    about = say("What customers did, from the log: counts of customers, never of events; fewer than five are left out.")
    return Grid("did", say("What customers did"), about, heads, rows) if rows else None


def _rows(report: Report) -> Iterator[Row]:
    if report.real is not None:
        yield from _touchpoints(report, report.real)
        yield from _stages(report)
        yield from _moves(report)
        yield from _changes(report)
    yield from _bought(report)
    yield from _groups(report)


def _touchpoints(report: Report, real: AgainstMap) -> Iterator[Row]:
    say = report.say
    for r in each(real.touchpoints):
        yield _row(say("Touchpoint"), r.name, say("came by"), r.customers, real.customers, r.share, r.low, r.high)
        if r.passed:
            yield _row(say("Touchpoint"), r.name, say("passed it by"), r.skipped, r.passed, r.skipped_share, r.skipped_low, r.skipped_high)  # fmt: skip
        if r.left_share == r.left_share:
            yield _row(say("Touchpoint"), r.name, say("left here"), r.left, r.customers, r.left_share, r.left_low, r.left_high)  # fmt: skip
    for r in each(real.unmapped):
        yield _row(say("Event"), str(r.event), say("not on the map"), r.customers, real.customers, r.share, r.low, r.high)  # fmt: skip


def _stages(report: Report) -> Iterator[Row]:
    """The funnel, of all and by segment, times, where they went instead, and what a better step would bring."""
    say = report.say
    whole: pd.DataFrame = report.once(funnel, report.events, report.journey)
    yield from _funnel(report, whole)
    for column, name in report.event_segments.items():
        yield from _funnel(report, hide_few(report.once(funnel, report.events, report.journey, by=column)), name)
    for r in each(report.once(between, report.events, report.journey)):
        yield _row(say("Time since the stage before"), r.name, say("median and the middle half"), r.n, values=(r.median, r.lower, r.upper), unit=say("hours"))  # fmt: skip
    for r in each(report.once(instead, report.events, report.journey, to="touchpoint")):
        yield _row(say("Where they went instead"), r.name, _to(report, r.to), r.customers, r.n, r.share, r.low, r.high)
    for r in each(what_if(whole)):
        raised = say("{now} → {then}", now=say.percent(r.value), then=say.percent(r.becomes))
        yield _row(say("What a better step would bring"), r.name, raised, values=(r.extra, r.low, r.high), unit=say("more customers at the last step"))  # fmt: skip


def _funnel(report: Report, table: pd.DataFrame, by: str = "") -> Iterator[Row]:
    say = report.say
    for r in each(table[table.in_order.notna()]):
        group = f"{by}: {group_name(say, r.group)}" if by else ""
        yield _row(say("Stage"), r.name, say("came on, in order"), r.in_order, r.n, r.value, r.low, r.high, group=group)


def _moves(report: Report) -> Iterator[Row]:
    """The commonest paths, what followed upon what, and loops."""
    say, mapped = report.say, report.once(on_map, report.events, report.journey)
    for r in each(common_paths(mapped, of="touchpoint", top=PATHS, repeats=False)):
        yield _row(say("Path"), " → ".join(place(say, report.journey, id) for id in r.path), say("went it"), r.customers, share=r.share)  # fmt: skip
    moves = report.once(transitions, mapped, of="touchpoint")
    for start, end, customers, share in zip(moves["from"], moves.to, moves.customers, moves.share, strict=True):
        yield _row(say("What followed upon what"), _to(report, start), _to(report, end), customers, share=share)
    again = report.once(loops, mapped, of="touchpoint")
    for r in each(again[again.loop_customers > 0]):
        body = " → ".join(place(say, report.journey, id) for id in r.body)
        yield _row(say("Loop"), _to(report, r.name), body, r.loop_customers, r.customers, r.loop_share, r.low, r.high)


def _changes(report: Report) -> Iterator[Row]:
    """What changed, as far as it is sure: the share here beside the share elsewhere."""
    say = report.say
    found = changes_of(report)
    for r in each(found[found.sure]):
        when = say("{low} – {high}", low=say.date(r.since, "medium"), high=say.date(r.until, "medium"))
        beside = [r.group] if r.against == "times" else [r.group, r.against]
        names = " / ".join(group_name(say, name) for name in beside)
        group = f"{report.event_segments.get(r.column, r.column)}: {names}" if r.column else ""
        ends = [place(say, report.journey, part) for part in r.name.split(" > ")] if r.what in ("step", "back") else [event_name(report.journey, r.name)]  # fmt: skip
        yield _row(say("What changed"), " → ".join(ends), when, round(r.value * r.n), r.n, r.value, group=group, values=(r.difference, r.low, r.high), unit=say("difference of shares"))  # fmt: skip


def _bought(report: Report) -> Iterator[Row]:
    """Purchases: once, again, lapsed, how soon they came again, and the groups by how lately and how often."""
    say, found = report.say, report.once(bought_in, report.alike)
    if found is None:
        return
    f, name = found.figures, say("Purchases")
    yield _row(name, say("Purchases"), say("of all customers who bought"), f.customers, values=(f.purchases,), unit=say("purchases"))  # fmt: skip
    if f.amount:
        yield _row(name, say("Amount"), say("of all customers who bought"), f.customers, values=(f.amount,), unit=say("as in the log"))  # fmt: skip
    if f.customers - f.once >= FEW <= f.once or f.once in (0, f.customers):
        yield _row(
            name, say("Bought again"), "", f.customers - f.once, f.customers, *f.repeat[["value", "low", "high"]]
        )
    for states, n in found.states:
        yield _row(name, state_name(report, states), "", n, f.customers, n / f.customers)
    yield _row(name, say("From the first purchase to the second"), say("median and the middle half"), f.second.n, values=tuple(f.second[["median", "lower", "upper"]]), unit=say("days"))  # fmt: skip
    for r in each(found.groups):
        group = group_named(report, r.group)
        yield _row(name, say("Purchases each"), "", r.n, f.customers, r.share, group=group, values=(r.purchases,), unit=say("purchases"))  # fmt: skip
        yield _row(name, say("Days since the last"), "", r.n, f.customers, r.share, group=group, values=(r.days,), unit=say("days"))  # fmt: skip
        yield _row(name, say("Amount"), "", r.n, f.customers, r.share, group=group, values=(r.amount,), unit=say("as in the log"))  # fmt: skip


def _groups(report: Report) -> Iterator[Row]:
    """The groups found among customers, beside those known, and through the stages."""
    say, found = report.say, report.groups
    if found is None or found.number < 2:
        return
    total = sum(found.sizes.values())
    for group, n in found.sizes.items():
        yield _row(say("Groups of customers"), named_group(report, group), "", n, total, n / total)
    for known in report.once(held, report.alike):
        column = report.customer_columns.get(known.column) or known.column
        for r in each(known.table):
            yield _row(say("Groups of customers"), named_group(report, r.found), "", r.n, round(r.n / r.share) if r.n else None, r.share, group=f"{column}: {group_name(say, r.known)}")  # fmt: skip
    table = report.once(group_funnel, report.alike)
    for r in each(hide_few(table)) if len(table) else ():
        yield _row(say("Stage"), r.name, say("came on, in order"), r.in_order, r.n, r.value, r.low, r.high, group=named_group(report, r.group))  # fmt: skip


def _to(report: Report, name: str) -> str:
    say = report.say
    return say("nothing more in this log") if name == LEFT else say("something else") if name == OTHER else place(say, report.journey, name)  # fmt: skip


def _row(
    figure: str, name: Any, what: str = "", customers: Any = None, n: Any = None, share: Any = None, low: Any = None, high: Any = None,
    *, group: str = "", values: tuple[Any, ...] = (), unit: str = "",
) -> Row:  # fmt: skip
    numbers = (customers, n, share, low, high, *(*values, None, None, None)[:3])
    cells = [None if x is None or x != x else float(x) for x in numbers]
    return (figure, str(name), what or None, group or None, *cells, unit or None)
