"""Groups of customers: those found, beside those known; how far each comes; and what sets the survey's segments apart."""

from __future__ import annotations

import pandas as pd

from cjmkit.charts.segment_words import WHY, called, segment_name, trait_figures, trait_named
from cjmkit.charts.segments import segments_chart
from cjmkit.charts.theme import each
from cjmkit.charts.words import joined
from cjmkit.errors import N_
from cjmkit.method.funnel import funnel
from cjmkit.method.groups import OTHER, safe_together
from cjmkit.method.known_groups import AgainstKnown, against_known, known_columns, with_groups
from cjmkit.method.segments import Segments, segments_by
from cjmkit.method.traits import main_traits
from cjmkit.reports.content.evidence_tables import interval, looks
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Block, Heading, Picture, Table, Text, blocks

TOP = 3  # things that set a segment apart
READING = {
    "largely": N_("The groups found are largely those that {column} names."),
    "partly": N_("The groups found are partly those that {column} names."),
    "hardly": N_("The groups found have little to do with {column}."),
}


def groups_of_customers(report: Report) -> tuple[Block, ...]:
    """The groups found in the table of customers, or that there are none; beside known ones, and through the stages."""
    say, found, names = report.say, report.groups, report.customer_columns
    if found is None:
        return ()
    heading = Heading(say("Groups of customers"))
    if found.number < 2:
        columns = say.list(called(rule["column"], names) for rule in found.rule.get("columns", ()))
        looked = joined(say.plural("{n} customer", "{n} customers", len(found.groups)), say("looked at: {columns}", columns=columns) if columns else "")  # fmt: skip
        why = WHY[found.why or "columns"]
        return (heading, Text(say(why)), Text(looked, "note"))
    chart = Picture(segments_chart(found, names=names, **looks(report)))
    return blocks(
        heading,
        chart,
        *(_beside(report, found, known) for known in report.once(held, report.alike)),
        funnel_by_group(report),
    )


def held(report: Report) -> list[AgainstKnown]:
    """The found groups against each column that names groups and was not among those they were found in."""
    found, table = report.groups, report.customers
    if found is None or table is None or found.number < 2:
        return []
    used = {rule["column"] for rule in found.rule["columns"]}
    return [against_known(found, table, column) for column in known_columns(table) if column not in used]


def group_funnel(report: Report) -> pd.DataFrame:
    """The funnel by found groups, for who is in one; empty where there is no log or no structure."""
    found = report.groups
    if report.real is None or found is None or found.number < 2:
        return pd.DataFrame()
    table = funnel(with_groups(report.events, found.groups), report.journey, by="segment")
    return table[table.group != ""].reset_index(drop=True)


def named_group(report: Report, group: str) -> str:
    """What a found group is called."""
    assert report.groups is not None
    return report.say("other customers") if group == OTHER else segment_name(report.say, report.groups, group, report.customer_columns)  # fmt: skip


def funnel_by_group(report: Report) -> Block | None:
    """How far the customers of each found group came."""
    say, table = report.say, report.once(group_funnel, report.alike)
    rows = tuple(
        (named_group(report, r.group), str(r.name), say.number(int(r.in_order), 0), say.percent(r.value) if r.value == r.value else "–", interval(report, r.low, r.high))
        for r in each(table)
    )  # fmt: skip
    heads = (say("Group"), say("Stage"), say("In order"), say("Of those before"), say("95% interval"))
    return Table(heads, rows, say("How far customers came, by group"), (2, 3, 4)) if rows else None


def exact_groups(report: Report) -> Block | None:
    """How the found groups agree with known ones, as a coefficient, for those who reproduce it."""
    say = report.say
    rows = tuple((called(k.column, report.customer_columns), say.number(k.customers, 0), say.number(k.rand, 3)) for k in report.once(held, report.alike))  # fmt: skip
    heads = (say("Known groups"), say("Customers"), say("Adjusted Rand index"))
    return Table(heads, rows, say("Groups found, against groups known (1 is the same, 0 what chance would give)"), (1, 2)) if rows else None  # fmt: skip


def survey_segments(report: Report) -> tuple[Block, ...]:
    """What sets the segments of a survey apart, measured: what drafts of personas are made of."""
    table = report.respondents
    if table is None:
        return ()
    asked = pd.DataFrame({"respondent": range(len(table)), "value": 1.0, **{c: table[c] for c in report.segments}})
    parts = [_segment(report, table, column) for column in safe_together(asked, tuple(report.segments))]
    shown = [part for part in parts if part is not None]
    note = Text(report.say("Measured in the survey; from these, personas can be drafted in 03_evidence."), "note")
    return (Heading(report.say("What sets customers apart")), *shown, note) if shown else ()


def _segment(report: Report, table: pd.DataFrame, column: str) -> Table | None:
    say, names = report.say, report.people_columns
    found = segments_by(table, column)
    total = sum(found.sizes.values())
    rows = tuple(
        (segment_name(say, found, group, names), say.number(n, 0), say.percent(n / total), _apart(report, found, group))
        for group, n in found.sizes.items()
    )
    heads = (called(column, names), say("n"), say("Share"), say("What sets them apart from the others (measured)"))
    return Table(heads, rows, say("By {column}", column=called(column, names)), (1, 2)) if found.number > 1 else None


def _apart(report: Report, found: Segments, group: str) -> str:
    say = report.say
    told = [
        say("{what}: {figure}", what=trait_named(say, trait, report.people_columns), figure=joined(*trait_figures(say, trait)))
        for trait in each(main_traits(found.traits, group, TOP))
    ]  # fmt: skip
    return say.apart(told) if told else say("nothing sets it apart")


def _beside(report: Report, found: Segments, known: AgainstKnown) -> list[Block]:
    """Known groups in rows, found ones across, shares of the known group."""
    say, column = report.say, called(known.column, report.customer_columns)
    said = Text(say(READING[known.reading], column=column))
    if known.table.empty:
        hidden = Text(
            say("Not shown by {column}: some cells would tell of fewer than five customers.", column=column), "note"
        )
        return [said, hidden]
    across = list(dict.fromkeys(known.table.found))
    rows = tuple(
        (say("other groups") if group == OTHER else str(group), say.number(int(part.n.sum()), 0), *map(say.percent, part.share))
        for group, part in known.table.groupby("known", sort=False)
    )  # fmt: skip
    heads = (column, say("Customers"), *(named_group(report, group) for group in across))
    caption = say("Groups that {column} names, and in which of the groups found they are", column=column)
    return [said, Table(heads, rows, caption, tuple(range(1, len(heads))))]
