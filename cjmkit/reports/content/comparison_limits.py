"""What cannot be compared across clients, in plain words."""

from __future__ import annotations

from cjmkit.charts.words import short
from cjmkit.reports.comparison import Comparison
from cjmkit.reports.sections import Bullets, Section, Text, blocks

FAR_APART = 92  # days between the first and the last client, a quarter of a year
MANY = 20  # of so many clients one is the lowest by chance alone


def not_comparable(comparison: Comparison) -> Section:
    """Why these figures say less than they seem to: scales, personas, dates, few people, who judged."""
    say = comparison.say
    lines = tuple(line for line in (*_of_figures(comparison), *_of_people(comparison)) if line)
    return Section(
        "limits",
        say("What cannot be compared"),
        blocks(Bullets(lines), Text(say("Each client's own report says more than a place in this order."), "note") if lines else Text(say("There is nothing to compare yet."))),
        comparison.language,
    )  # fmt: skip


def _of_figures(comparison: Comparison) -> list[str]:
    say, table = comparison.say, comparison.scored
    scales = [f"{short(say, low)}–{short(say, high)}" for low, high in sorted(set(table.scale))]
    days = sorted(day for day in comparison.clients.as_of if day)
    undated = comparison.clients[comparison.clients.as_of.isna()]
    stale = comparison.clients[comparison.clients.stale.astype(bool)]
    return [
        say("Their reports are not up to date, so their figures may no longer hold: {names}.", names=comparison.names(stale)) if len(stale) else "",
        say("Scales differ ({scales}). Levels from 0 to 100 put their ends on one another, but people use a long scale otherwise than a short one.", scales=say.list(scales)) if len(scales) > 1 else "",
        say("The figures lie {n} days apart, from {first} to {last}: what changed in between for everybody looks like a difference between clients.",
            n=say.number((days[-1] - days[0]).days, 0), first=say.date(days[0]), last=say.date(days[-1])) if days and (days[-1] - days[0]).days >= FAR_APART else "",
        say("Not dated: {names}.", names=comparison.names(undated)) if len(undated) else "",
        say("Stages bear different names from client to client, so only phases stand beside one another.") if comparison.by_phase and len(table) > 1 else "",
        say("Of {n} clients one is the lowest by chance alone: look at the interval before the place.", n=say.number(len(table), 0)) if len(table) >= MANY else "",
    ]  # fmt: skip


def _of_people(comparison: Comparison) -> list[str]:
    say, table = comparison.say, comparison.scored
    personas = table.persona.str.strip().str.casefold()
    kinds = table.of.nunique()
    return [
        say("Some figures are team estimates and some customers' ratings. Teams do not judge as customers do: the two are never in one order here.") if kinds > 1 else "",
        say("Each team judges its own firm. A strict team looks like a bad journey, a mild one like a good one.") if (table.of == "team").sum() > 1 else "",
        say.plural("The journeys are those of {n} persona.", "The journeys are those of {n} different personas: what is easy for one may be hard for another.", personas.nunique()) if personas.nunique() > 1 else "",
        say("Fewer than five people scored, a first impression: {names}.", names=comparison.names(comparison.few)) if len(comparison.few) else "",
        say("Without an interval, so told apart from nobody: {names}.", names=comparison.names(table[table.low.isna() | table.high.isna()])) if (table.low.isna() | table.high.isna()).any() else "",
    ]  # fmt: skip
