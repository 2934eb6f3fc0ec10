"""What customers bought: once, again and no more, and who brings what; nothing where a log has no purchases."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from cjmkit.charts.theme import each
from cjmkit.charts.words import joined, sentences
from cjmkit.errors import N_
from cjmkit.language.durations import duration
from cjmkit.method.groups import FEW, OTHER, merge_small_groups
from cjmkit.method.purchase_events import PurchaseEvents, purchase_events
from cjmkit.method.purchases import GAPS, Purchases, purchase_figures, rfm_groups
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Block, Bullets, Heading, Table, Text, blocks

NAMED = 4  # events of a rule
STATE = {"first": N_("bought once, may come again"), "repeat": N_("bought again, still come"), "lapsed": N_("lapsed")}
RFM = {
    "best": N_("best: lately and often"), "loyal": N_("loyal: often, not long ago"), "new": N_("new: lately, not often yet"),
    "occasional": N_("occasional: seldom, not long ago"), "slipping": N_("slipping away: often, but long ago"), "lost": N_("lost: seldom and long ago"),
}  # fmt: skip


@dataclass(frozen=True)
class Bought:
    """The purchases of a report's log: which events they are, the figures, and the groups by recency and frequency."""

    events: PurchaseEvents
    figures: Purchases
    groups: pd.DataFrame

    @property
    def states(self) -> list[tuple[tuple[str, ...], int]]:
        """The states with their customers; those under five together with the next."""
        counts = dict(zip(self.figures.states.state, self.figures.states.n, strict=True))
        shown = merge_small_groups(counts)
        alone = [((name,), int(n)) for name, n in counts.items() if not n or shown[name] != OTHER]
        rest = tuple(name for name, n in counts.items() if n and shown[name] == OTHER)
        return [*alone, *([(rest, sum(int(counts[name]) for name in rest))] if rest else [])]


def bought_in(report: Report) -> Bought | None:
    """The purchases of the log; None where it has none, or fewer than five customers bought."""
    journey = report.typed or report.journey
    found = purchase_events(report.events, journey) if report.events is not None else None
    if found is None:
        return None
    figures = purchase_figures(report.events, **found.asked)
    if figures.customers < FEW:
        return None
    groups = rfm_groups(report.events, **found.asked)  # where nobody comes again, nobody comes often
    return Bought(found, figures, groups if figures.customers - figures.once >= FEW else groups.iloc[:0])


def what_they_bought(report: Report) -> tuple[Block, ...]:
    """How many bought once, again and no more, how soon they came again, and what each group brings."""
    found = report.once(bought_in, report.alike)
    if found is None:
        return ()
    heading = Heading(report.say("What customers bought"))
    return blocks(heading, Bullets(_findings(report, found)), _states(report, found), _groups(report, found), Text(_rule(report, found), "note"))  # fmt: skip


def state_name(report: Report, states: tuple[str, ...]) -> str:
    """What customers of these states are called."""
    return joined(*(report.say(STATE[name]) for name in states))


def group_named(report: Report, group: str) -> str:
    """What a group by recency and frequency is called."""
    return report.say("other groups") if group == OTHER else report.say(RFM[group])


def _findings(report: Report, found: Bought) -> tuple[str, ...]:
    say, f = report.say, found.figures
    people = say.plural("{n} customer", "{n} customers", f.customers)
    bought = say.plural("{n} purchase", "{n} purchases", f.purchases)
    again, low, high = (say.percent(f.repeat[name]) for name in ("value", "low", "high"))
    lines = [say("{purchases} by {customers}.", purchases=bought, customers=people)]
    if _told(f.once, f.customers):
        lines.append(say("{share} bought again (95% interval {low} to {high}); {once} bought once.", share=again, low=low, high=high, once=say.number(f.once, 0)))  # fmt: skip
    if f.second.n >= FEW:
        days = [_days(report, float(f.second[name])) for name in ("median", "lower", "upper")]
        lines.append(say("Of those who bought again, half did so within {days}; the middle half took {low} to {high} (n = {n}).", days=days[0], low=days[1], high=days[2], n=say.number(int(f.second.n), 0)))  # fmt: skip
    best = found.groups[found.groups.group != OTHER].sort_values(["amount_share", "group"], ascending=[False, True]).head(1)  # fmt: skip
    if f.amount > 0 and len(found.groups) > 1 and len(best):
        row = each(best)[0]
        lines.append(say("{group}: {share} of the customers, who bring {amount} of the amount.", group=say.quoted(group_named(report, row.group)), share=say.percent(row.share), amount=say.percent(row.amount_share)))  # fmt: skip
    return tuple(lines)


def _states(report: Report, found: Bought) -> Table:
    say, f = report.say, found.figures
    once = dict(zip(f.states.state, f.states.once, strict=True))
    rows = tuple(
        (state_name(report, names), say.number(n, 0), say.percent(n / f.customers), _once(report, sum(int(once[s]) for s in names), n))
        for names, n in found.states
    )  # fmt: skip
    day = say.date(f.day, "medium")
    heads = (say("Customers who"), say("Customers"), say("Share"), say("of them with one purchase"))
    return Table(heads, rows, say("Once, again, lapsed, as of {date}", date=day), (1, 2, 3))


def _once(report: Report, once: int, n: int) -> str:
    return report.say.number(once, 0) if _told(once, n) else report.say("fewer than five on one side")


def _groups(report: Report, found: Bought) -> Table:
    say = report.say
    rows = tuple(
        (group_named(report, r.group), say.number(int(r.n), 0), say.percent(r.share), say.number(r.purchases, 1), say.number(r.days, 0),
         say.percent(r.amount_share) if r.amount_share == r.amount_share else "–")
        for r in each(found.groups)
    )  # fmt: skip
    heads = (say("Group"), say("Customers"), say("Share"), say("Purchases each"), say("Days since the last"), say("Share of the amount"))  # fmt: skip
    return Table(heads, rows, say("Customers by how lately and how often they bought"), (1, 2, 3, 4, 5))


def _rule(report: Report, found: Bought) -> str:
    """What counts as a purchase and as lapsed, how groups are made, and which rows stand twice."""
    say, f, named = report.say, found.figures, found.events.names
    names = say.list([*named[:NAMED], *(["…"] if len(named) > NAMED else [])])
    lines = [say("A purchase is an event named {names}.", names=names) if found.events.by == "name"
             else say("A purchase is an event with an amount: {names}.", names=names)]  # fmt: skip
    if found.events.same_time == "one":
        lines.append(say("A customer's rows at the same moment are one purchase."))
    if math.isfinite(f.usual_gap):
        lines.append(say("Lapsed is who has bought nothing for {times} times as long as they usually let pass; who bought once, for {days}.",
                         times=say.number(GAPS, 0), days=_days(report, GAPS * f.usual_gap)))  # fmt: skip
    if len(found.groups):
        lines.append(say("Groups: customers are ranked in fifths by their last purchase and by how many they made; lately and often are the upper two fifths."))  # fmt: skip
    if report.duplicates:
        lines.append(say.plural("{n} row of the log is equal to another in every cell; it was kept, since the same may happen twice.",
                                "{n} rows of the log are equal to another in every cell; they were kept, since the same may happen twice.", report.duplicates))  # fmt: skip
    return sentences(*lines)


def _told(some: int, n: int) -> bool:
    """Whether a part of so many can be told without telling of one to four customers."""
    return not 0 < some < FEW and not 0 < n - some < FEW


def _days(report: Report, days: float) -> str:
    return duration(report.say, f"P{max(round(days), 0)}D")
