"""The sections of a comparison across clients; each takes a `Comparison`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from cjmkit.charts.clients_by_stage import clients_by_stage
from cjmkit.charts.clients_compared import clients_compared, parts
from cjmkit.charts.clients_nps import clients_nps
from cjmkit.charts.theme import each
from cjmkit.charts.words import joined, sentences
from cjmkit.language import Language
from cjmkit.method.intervals import FIRST_IMPRESSION_BELOW
from cjmkit.method.told_apart import like_the_lowest
from cjmkit.reports.comparison import Comparison
from cjmkit.reports.sections import Card, Cards, Picture, Section, Table, Text, blocks

AGREE, PARTLY = 0.8, 0.667  # Krippendorff (2004): from here conclusions are drawn; from there only tentative ones


def what_stands_out(comparison: Comparison) -> Section:
    """What several clients have in common, who is told apart from whom, and what nobody answers for."""
    say, scored = comparison.say, comparison.scored
    told = (
        Text(say("Nothing is built yet that could be compared. Build the reports first: cjmkit run."))
        if scored.empty
        else None
    )
    count = say.plural("{n} client", "{n} clients", len(comparison.clients))
    return Section(
        "stands-out",
        say("Comparison across clients"),
        blocks(
            Text(say("{clients}, beside one another as their last reports stand.", clients=count), "lead") if len(comparison.clients) else None,
            told,
            Cards(say("What stands out"), tuple(_cards(comparison))),
            Text(say("No stage and no touchpoint is the weakest at more clients than chance would give."), "note")
            if len(scored) > 1 and not any(comparison.shared_weakest(column) for column in ("stage", "weakest")) else None,
        ),
        comparison.language,
    )  # fmt: skip


def all_clients(comparison: Comparison) -> Section:
    """The table of all clients, what teams estimate first, the lowest first."""
    say, table = comparison.say, comparison.clients
    kinds = [
        ("team", say("By team estimates, the lowest mean first")),
        ("customers", say("By customers' ratings, the lowest mean first")),
    ]
    tables = [
        Table(_columns(say), tuple(_line(comparison, r) for r in each(table[table.of == kind])), title, (1, 2, 3, 5))
        for kind, title in kinds
    ]
    return Section(
        "all-clients",
        say("All clients"),
        blocks(tables, Text(_nobody(comparison)), Text(say("Mean: of all touchpoints of the path, from 0, the lowest point of the client's own scale, to 100; in brackets its 95% interval. Clients whose intervals overlap are not told apart, whatever their order here."), "note") if len(table) else None),
        comparison.language,
    )  # fmt: skip


def level_of_clients(comparison: Comparison) -> Section:
    """The mean of each client with its interval, and who is not told apart from the lowest."""
    say = comparison.say
    return Section(
        "clients-levels",
        say("Means of clients"),
        blocks(
            _pictures(say, clients_compared, comparison.clients, parts(comparison.scored)),
            *(Text(_apart(comparison, kind)) for kind in ("team", "customers")),
        ),
        comparison.language,
    )


def nps_of_clients(comparison: Comparison) -> Section:
    """The NPS of the clients that asked for it."""
    say, table = comparison.say, comparison.clients
    without = table[table.nps.isna()]
    note = (
        say("Without answers to a 0–10 question: {names}.", names=comparison.names(without))
        if 0 < len(without) < len(table)
        else ""
    )
    pictures = _pictures(say, clients_nps, table, parts(table[table.nps.notna()]))
    return Section("clients-nps", say("Net promoter scores"), blocks(pictures, Text(note, "note")), comparison.language)


def stages_of_clients(comparison: Comparison) -> Section:
    """The level of each client's stages; of its phases where clients' stages bear other names."""
    say = comparison.say
    note = (
        say(
            "The clients' stages bear different names, so that the phases before and after the turning point stand here instead."
        )
        if comparison.by_phase and len(comparison.scored) > 1
        else ""
    )
    aside = comparison.names(comparison.aside)
    told = (
        ""
        if comparison.aside.empty
        else say(
            "Not in the picture, because their touchpoints lie neither before nor after a turning point: {names}.",
            names=aside,
        )
        if comparison.by_phase
        else say(
            "Not in the picture, because none of their stages bears a name that others have, too: {names}.", names=aside
        )
    )
    pictures = _pictures(
        say,
        clients_by_stage,
        comparison.scored,
        parts(comparison.scored.drop(comparison.aside.index)),
        comparison.stages,
    )
    title = say("Before and after the turning point") if comparison.by_phase else say("Clients by stage")
    return Section("clients-stages", title, blocks(pictures, Text(note, "note"), Text(told, "note")), comparison.language)  # fmt: skip


def _pictures(say: Language, draw: Callable[..., Any], table: pd.DataFrame, many: int, *more: Any) -> list[Picture]:
    """A picture, or of a tall one its parts, each of which fits a sheet of paper; on a phone its title stands above it, too."""
    charts = [draw(table, *more, language=say.code, part=n) for n in (range(1, many + 1) if many > 1 else [None])]
    return [Picture(chart, hint=_wide(say, chart)) for chart in charts]


def _wide(say: Language, chart: Any) -> str:
    title = ("" if say.code == "zh" else " ").join(chart.to_dict()["title"]["text"])
    return say("{title}. The picture is wider than a phone: scroll it sideways.", title=title)


def _cards(comparison: Comparison) -> list[Card]:
    """The weakest links that several share, then what nobody answers for and what is overdue."""
    say, linked = comparison.say, comparison.scored[comparison.scored.weakest != ""]
    cards = []
    for column in ("stage", "weakest"):
        found = comparison.shared_weakest(column)
        if found:
            name, at = say.quoted(found[0]), found[1]
            title = (
                say("The same stage is weakest at several clients: {name}", name=name)
                if column == "stage"
                else say("The same touchpoint is the weakest link at several clients: {name}", name=name)
            )
            text = say(
                "at {n} of {m} clients, more than chance would give",
                n=say.number(len(at), 0),
                m=say.number(len(linked), 0),
            )
            cards.append(Card(title, text, comparison.names(at), "pain"))
    if len(linked) > 1:
        nobody = linked[linked.owner == ""]
        if len(nobody):
            cards.append(
                Card(
                    say("Nobody owns the weakest link"),
                    _at(say, len(nobody), len(linked)),
                    comparison.names(nobody),
                    "ask",
                )
            )
    late = comparison.clients[comparison.clients.overdue > 0]
    if len(late):
        text = say.plural("{n} action was overdue on the day of the client's report.", "{n} actions were overdue, each on the day of its client's report.",
                          int(late.overdue.sum()))  # fmt: skip
        cards.append(Card(say("Actions overdue"), text, comparison.names(late), "ask"))
    return cards


def _at(say: Language, n: int, of: int) -> str:
    return say("at {n} of {m} clients", n=say.number(n, 0), m=say.number(of, 0))


def _columns(say: Language) -> tuple[str, ...]:
    return (
        say("Client"), say("As of"), say("People"), say("Mean, 0 to 100"), say("Weakest link"), say("NPS"),
        say("Actions on that day: open, overdue, without an owner"), say("Agreement"),
    )  # fmt: skip


def _line(comparison: Comparison, row: Any) -> tuple[str, ...]:
    say = comparison.say
    weakest = say("{name} ({value})", name=row.weakest, value=say.number(row.weakest_level, 0)) if row.weakest else "–"
    nps = (
        say("{value} (n = {n})", value=say.number(row.nps, 0, sign=True), n=say.number(row.nps_n, 0))
        if row.nps == row.nps
        else "–"
    )
    people = say.number(row.n if row.of == "customers" else row.people, 0)
    actions = joined(*(say.number(n, 0) for n in (row.open, row.overdue, row.without_owner))) if row.open else "–"
    return (
        joined(str(row.name), say("out of date") if row.stale else ""), say.date(row.as_of, "medium") or say("not dated"), people, _mean(say, row), weakest, nps, actions, _agreement(say, row),
    )  # fmt: skip


def _mean(say: Language, row: Any) -> str:
    if row.low != row.low or row.high != row.high:
        return say.number(row.value, 0)
    return say(
        "{value} ({low}–{high})",
        value=say.number(row.value, 0),
        low=say.number(row.low, 0),
        high=say.number(row.high, 0),
    )


def _agreement(say: Language, row: Any) -> str:
    """How far the team agrees, in words; customers are no team."""
    if row.of == "customers" or row.alpha != row.alpha:
        return "–"
    if row.people < FIRST_IMPRESSION_BELOW:
        return say("too few people to say")
    return (
        say("they agree")
        if row.alpha >= AGREE
        else say("they agree in part")
        if row.alpha >= PARTLY
        else say("they differ")
    )


def _nobody(comparison: Comparison) -> str:
    return (
        comparison.say("Not built yet, so not here: {names}.", names=comparison.listed(list(comparison.unbuilt)))
        if comparison.unbuilt
        else ""
    )


def _apart(comparison: Comparison, kind: str) -> str:
    """Who is not told apart from the lowest, in words; empty where there are no two to tell apart."""
    say = comparison.say
    table = comparison.scored[comparison.scored.of == kind]
    alike = like_the_lowest(table)
    if len(alike) < 2:
        return ""
    lowest = table.loc[alike.index].iloc[0]["name"]
    others = table.loc[alike[alike].index].iloc[1:]
    scales = (
        say("Their scales differ: a small difference may come from that alone.") if table.scale.nunique() > 1 else ""
    )
    if others.empty:
        return sentences(say("Told apart from all others by its 95% interval: {name}.", name=lowest), scales)
    names = comparison.names(others)
    told = say(
        "Not told apart from {name}, the lowest, because the 95% intervals overlap: {names}.", name=lowest, names=names
    )
    return sentences(told, scales)
