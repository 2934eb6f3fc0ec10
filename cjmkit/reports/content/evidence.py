"""What customers did: the map against reality, how far they came, where they went instead, each with n and interval."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cjmkit.charts.funnel import funnel_chart
from cjmkit.charts.reality import OFF, OFTEN, map_against_reality
from cjmkit.charts.theme import each
from cjmkit.charts.what_if import what_if_chart
from cjmkit.charts.words import place, sentences
from cjmkit.language.durations import duration
from cjmkit.method.drop_off import LEFT, between, instead
from cjmkit.method.events import event_counts, touchpoints_of
from cjmkit.method.funnel import funnel, funnel_of, typed_funnel
from cjmkit.method.groups import FEW, OTHER, hide_few
from cjmkit.method.reality import AgainstMap
from cjmkit.method.what_if import not_a_funnel, what_if
from cjmkit.reports.content.buyers import what_they_bought
from cjmkit.reports.content.changes import when_it_changed
from cjmkit.reports.content.customer_groups import groups_of_customers
from cjmkit.reports.content.evidence_tables import interval, looks
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Block, Bullets, Heading, Picture, Section, Table, Text, blocks


def customers_did(report: Report) -> Section:
    """The map against the log, or the counts typed by hand where there is no log; what changed, and who they are."""
    sections = (against_the_log(report), how_far_they_came(report), when_it_changed(report))
    parts = (
        *(block for section in sections for block in section.blocks),
        *what_they_bought(report),
        *groups_of_customers(report),
    )
    return Section("did", report.say("What customers did"), parts, report.language)


def against_the_log(report: Report) -> Section:
    """Who came by, who passed by, what was never seen, and where they left."""
    say, real = report.say, report.real
    title = say("The map and what customers did")
    if report.events is None:
        none = say("No log of what customers did is here yet: bring one in, in 03_evidence or with cjmkit import NAME events FILE, so that the map can be held against it.")  # fmt: skip
        return Section("reality", title, (Text(none),), report.language)
    if real is None:
        none = say(
            "A log is here, but no touchpoint of this path names its events: say which are whose in 03_evidence."
        )
        return Section("reality", title, (Text(none),), report.language)
    chart = map_against_reality(report.journey, real, **looks(report))
    found = blocks(Text(_covered(report, real), "lead"), Bullets(_findings(report, real)), _beliefs(report, real), Picture(chart))  # fmt: skip
    return Section("reality", title, found, report.language)


def how_far_they_came(report: Report) -> Section:
    """The funnel through the stages: measured where there is a log, else as typed, and said so."""
    say, title = report.say, report.say("How far customers came")
    if report.events is None or (table := report.once(funnel, report.events, report.journey)).empty:
        table = typed_funnel(report.journey, report.who.id)
        note = say("These counts were typed by hand; no log stands behind them.")
        found = blocks(Heading(title), Text(note, "note"), _funnel(report, table)) if len(table) > 1 else ()
        return Section("funnel", title, found, report.language)
    shown = report.once(funnel, report.events, report.journey, by=next(iter(report.event_segments), None))
    hidden = hide_few(shown)
    few = {(r.id, getattr(r, "group", "")) for r in each(hidden[hidden.hidden != ""])}
    better = what_if(shown)
    better = better[[r.how != "best" or (r.id, r.group) not in few for r in each(better)]].reset_index(drop=True)
    chart = Picture(what_if_chart(report.journey, better, **looks(report))) if len(better) else None
    found = blocks(Heading(title), Text(_lost(report, table)), _funnel(report, shown), _instead(report, table), _between(report), chart, Text(_no_funnel(report), "note"))  # fmt: skip
    return Section("funnel", title, found, report.language)


def _covered(report: Report, real: AgainstMap) -> str:
    """How much of what customers did is on the map, and of how many customers."""
    say, share = report.say, real.coverage.set_index("of").share
    n = say.plural("{n} customer", "{n} customers", real.customers)
    return say("{share} of what {customers} did is on the map.", share=say.percent(share["events"]), customers=n)


def _findings(report: Report, real: AgainstMap) -> tuple[str, ...]:
    """Sentences, one a finding: never seen, passed by, order, loops, what the map lacks."""
    say, names = report.say, {t.id: t.name or t.id for t in report.journey.touchpoints}
    passed = real.touchpoints[
        (real.touchpoints.skipped >= FEW) & (real.touchpoints.customers >= FEW) & real.touchpoints["left"].notna()
    ]
    skipped = passed.sort_values(["skipped_share", "touchpoint"], ascending=[False, True]).head(2)
    order = each(real.order[real.order["of"] == "two"])[0]
    loop = (
        real.loops[real.loops.loop_customers >= FEW]
        .sort_values(["loop_share", "name"], ascending=[False, True])
        .head(1)
    )
    off = real.unmapped[real.unmapped.customers >= FEW].head(OFF)
    lines = [
        _most_leave(report, real),
        say("Never seen in the log: {names}.", names=say.list(names[id] for id in real.never_seen)) if real.never_seen else "",
        *(say("{name}: {share} of those who came further passed it by ({interval}, n = {n}).", name=r.name, share=say.percent(r.skipped_share),
              interval=interval(report, r.skipped_low, r.skipped_high), n=say.number(int(r.passed), 0)) for r in each(skipped)),
        say("In the map's order came {share} of those who were at two touchpoints or more ({interval}, n = {n}).", share=say.percent(order.share),
            interval=interval(report, order.low, order.high), n=say.number(int(order.n), 0)) if order.n else "",
        *(say("A loop: {share} of those at “{name}” came back to it, mostly over {body} ({interval}, n = {n}).", share=say.percent(r.loop_share), name=names.get(r.name, r.name),
              body=say.list(say.quoted(names.get(id, id)) for id in r.body) or "–", interval=interval(report, r.low, r.high), n=say.number(int(r.customers), 0)) for r in each(loop)),
        say("Not on the map: {events}.", events=say.list(f"{r.event} ({say.percent(r.share)})" for r in each(off))) if len(off) else "",
    ]  # fmt: skip
    return tuple(line for line in lines if line)


def _most_leave(report: Report, real: AgainstMap) -> str:
    """Where most leave for good, and how many came on from there to the goal: two shares, and what the others did."""
    say, table = report.say, real.touchpoints[real.touchpoints.customers >= FEW]
    worst = table[table.left_share.notna()].sort_values(["left_share", "touchpoint"], ascending=[False, True]).head(1)
    if worst.empty or not real.goal:
        return ""
    ends = (str(worst.touchpoint.iloc[0]), real.goal)
    known = touchpoints_of(report.journey, sorted(event_counts(report.events).event))
    steps = {id: [event for event, of in known.items() if of == id] for id in ends}
    if not all(steps.values()):
        return ""
    row, last = each(funnel_of(report.events, steps))[-1], each(worst)[0]
    names = [report.journey.touchpoint(id).name or id for id in ends]
    left = say("Most leave for good at “{name}”: {share} of those who were there came to no other touchpoint afterwards and never to “{goal}” ({interval}, n = {n}).", name=names[0], goal=names[1],
               share=say.percent(last.left_share), interval=interval(report, last.left_low, last.left_high), n=say.number(int(last.customers), 0))  # fmt: skip
    came = say("{share} of them came to “{goal}” sooner or later ({interval}); the others went to other touchpoints, but not there.",
               share=say.percent(row.value), goal=names[1], interval=interval(report, row.low, row.high))  # fmt: skip
    return sentences(left, came)


def _beliefs(report: Report, real: AgainstMap) -> Block:
    """Imagined pain beside real drop-off."""
    say = report.say
    reading = {
        "confirmed": say("a pain, and more leave here than elsewhere"),
        "unseen": say("more leave here than elsewhere, and the team saw no pain"),
        "feared": say("a pain to the team, but fewer leave here than elsewhere"),
        "": "–",
    }
    rows = tuple(
        (str(r.name), say.number(r.value, 1) if r.value == r.value else "–", say.percent(r.left_share),
         interval(report, r.left_low, r.left_high), say.number(int(r.customers), 0), reading[r.reading])
        for r in each(real.beliefs[real.beliefs.customers >= FEW])
    )  # fmt: skip
    heads = (say("Touchpoint"), say("Team estimate"), say("Left here"), say("95% interval"), say("n"), say("Read as"))
    return Table(heads, rows, say("What the team thinks hurts, and where customers really left"), (1, 2, 3, 4))


def _funnel(report: Report, table: pd.DataFrame) -> Block:
    return Picture(funnel_chart(report.journey, table, **looks(report)))


def _no_funnel(report: Report) -> str:
    """How far a funnel is not the journey; empty where it is."""
    say, table = report.say, not_a_funnel(report.events, report.journey)
    back = table[table.returned_low > OFTEN].sort_values(["returned", "step"], ascending=[False, True])
    return "" if back.empty else say(
        "A funnel is not the whole journey: {share} of those who came to {stage} went back to an earlier stage afterwards.",
        share=say.percent(back.returned.iloc[0]), stage=str(back["name"].iloc[0]),
    )  # fmt: skip


def _lost(report: Report, table: pd.DataFrame) -> str:
    """The step at which most are lost, and which touchpoints the stage before it holds."""
    say, steps = report.say, table[table.value.notna()].sort_values(["value", "step"])
    if steps.empty:
        return ""
    worst = each(steps)[0]
    last = each(table[table.seen & (table.step < worst.step)])[-1]
    before = str(last.name)
    came = say("Counted by whole stages, the fewest come from {before} to {stage}: {share} ({interval}, n = {n}).", before=before, stage=worst.name,
               share=say.percent(worst.value), interval=interval(report, worst.low, worst.high), n=say.number(int(worst.n), 0))  # fmt: skip
    holds = [t.name or t.id for t in report.journey.touchpoints if t.stage == last.id and t.events]
    within = say("The stage {stage} holds these touchpoints: {names}. Who leaves between two of them is still counted as having come to it.", stage=before, names=say.list(say.quoted(name) for name in holds))  # fmt: skip
    return sentences(came, within if len(holds) > 1 else "")


def _instead(report: Report, table: pd.DataFrame) -> Block | None:
    """Where those went who did not come further, at the step where most are lost."""
    say, steps = report.say, table[table.value.notna()].sort_values(["value", "step"])
    if steps.empty:
        return None
    before = int(table[table.seen & (table.step < steps.step.iloc[0])].step.iloc[-1])
    went = report.once(instead, report.events, report.journey, to="touchpoint")
    rows = tuple(
        (_to(report, r.to), say.number(int(r.customers), 0), say.percent(r.share), interval(report, r.low, r.high))
        for r in each(went[went.step == before])
    )
    heads = (say("Went next to"), say("Customers"), say("Share"), say("95% interval"))
    stage = str(table[table.step == before]["name"].iloc[0])
    return Table(heads, rows, say("Where they went instead, after {stage}", stage=stage), (1, 2, 3))


def _to(report: Report, name: str) -> str:
    if name in (LEFT, OTHER):
        return report.say("nothing more in this log") if name == LEFT else report.say("something else")
    return place(report.say, report.journey, name)


def _between(report: Report) -> Block:
    """How long they took from stage to stage."""
    say, table = report.say, report.once(between, report.events, report.journey)
    rows = tuple(
        (str(r.name), say.number(int(r.n), 0), _took(report, r.median), say("{low} – {high}", low=_took(report, r.lower), high=_took(report, r.upper)))
        for r in each(table[table["median"].notna()])
    )  # fmt: skip
    heads = (say("Until"), say("n"), say("Half of them within"), say("The middle half took"))
    return Table(heads, rows, say("Time since the stage before"), (1, 2, 3))


def _took(report: Report, hours: Any) -> str:
    """Hours as minutes, hours or days, whichever a reader would say."""
    hours = float(hours)
    unit = (
        f"P{round(hours / 24)}D" if hours >= 48 else f"PT{round(hours)}H" if hours >= 2 else f"PT{round(hours * 60)}M"
    )
    return duration(report.say, unit)
