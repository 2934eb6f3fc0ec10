"""A page for each who answers for something: their touchpoints, what customers say of them, their actions."""

from __future__ import annotations

from cjmkit.journey import Touchpoint
from cjmkit.method.findings import lowest
from cjmkit.method.priorities import open_actions
from cjmkit.reports.content.plan import actions_table
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Block, Heading, Quote, Section, Table, Text, blocks

QUOTES = 3


def owner_pages(report: Report) -> Section:
    """One page for each owner, those first who answer for the most; what nobody owns yet comes last."""
    say = report.say
    named = {t.owner for t in report.touchpoints} | {a.owner for a in open_actions(report.journey)}
    count = {name: sum(t.owner == name for t in report.touchpoints) for name in named}
    names = sorted(named, key=lambda name: (name == "", -count[name], say.place(name)))
    parts: list[Block] = []
    for name in names:
        parts += _page(report, name)
    nothing = Text(say("Nobody answers for a touchpoint or an action yet: enter owners in 04_touchpoints."))
    title = say("A page for each owner")
    return Section("owners", title, blocks(parts if any(names) else nothing), report.language)


def _page(report: Report, owner: str) -> list[Block]:
    say = report.say
    mine = [t for t in report.touchpoints if t.owner == owner]
    ids = {t.id for t in mine}
    # Their own, and what others do for their touchpoints: whoever answers for one wants to know.
    actions = [a for a in open_actions(report.journey) if a.owner == owner or ids & set(a.touchpoints)]
    heard = [q for t in mine for q in t.quotes][:QUOTES]
    return [
        Heading(owner or say("Nobody answers for these yet"), page=True),
        _touchpoints(report, mine),
        *(Quote(q.text, q.source) for q in heard),
        actions_table(report, say("Actions"), actions) if actions else Text(say("No action is agreed here yet.")),
    ]


def _touchpoints(report: Report, mine: list[Touchpoint]) -> Block:
    say = report.say
    worst = set(lowest(report.figures).index)
    rows = tuple(
        (
            t.name,
            report.estimate(report.rows[t.id]),
            " · ".join(
                filter(
                    None,
                    (
                        say("among the three lowest") if t.id in worst else "",
                        say("moment of truth") if t.moment_of_truth else "",
                    ),
                )
            ),
            t.pain or "–",
            t.success or "–",
            report.rated.get(t.id, "–"),
        )
        for t in mine
    )
    columns = (say("Touchpoint"), say("Score"), "", say("Pain"), say("Success"), say("Customers' ratings"))
    return Table(columns, rows, say("Touchpoints"))
