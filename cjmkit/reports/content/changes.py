"""What changed in the log, when and for whom, in sentences; and what was different in days that somebody names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from cjmkit.charts.over_time import over_time_chart
from cjmkit.charts.theme import each
from cjmkit.charts.words import place, sentences
from cjmkit.journey import Journey
from cjmkit.language.days import day_of
from cjmkit.method.changes import what_changed
from cjmkit.method.events import event_counts, small, touchpoints_of
from cjmkit.method.over_time import shares_over_time
from cjmkit.method.steps import during
from cjmkit.method.transitions import sessions
from cjmkit.reports.content.evidence_tables import looks
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Block, Bullets, Heading, Picture, Section, Table, Text, blocks

TIMES, GROUPS, HINTS, MORE = 5, 5, 4, 20
ALONE = 0.05


def when_it_changed(report: Report, *, since: date | str | None = None, until: date | str | None = None) -> Section:
    """What changed in the log, when and for whom, as far as it is sure; the first of it over time.

    Args:
        report: the client's, with its log.
        since: the first of the days in which something is known to have happened; they are held against spans as long.
        until: the last of them; either may be left out.

    Raises:
        UsageError: one of them is no date, or together they are no part of the log.
    """
    title = report.say("What changed, when and for whom")
    if report.events is None:
        return Section("changed", title, (), report.language)
    days = [day_of(str(day)) if day else None for day in (since, until)]
    found = _in_days(report, *days) if any(days) else _searched(report)
    return Section("changed", title, blocks(Heading(title), *found), report.language)


def _searched(report: Report) -> list[Block | None]:
    """What a search of all days and groups shows."""
    say = report.say
    changes = changes_of(report)
    times, sure = changes[changes.against == "times"], changes[changes.sure]
    when = _ordered(times[times.sure])
    whom = _of_columns(report, sure[sure.against != "times"])
    hints = times[~times.sure & (times.alone <= ALONE) & ~times.drift.astype(bool)].sort_values(["alone", "name", "group"]).head(HINTS)  # fmt: skip
    none = (
        ""
        if len(when) or len(whom)
        else say("Nothing in the log stands out beyond chance: no span of days, and no group.")
    )
    told = {*when.index[:TIMES], *whom.index}
    return [
        Text(none) if none else None,
        _bullets(report, when.head(TIMES), say("When it was different")),
        _picture(report, when.head(1)),
        _bullets(report, whom, say("For whom it is different, over the whole log")),
        _table(report, sure[~sure.index.isin(told)].head(MORE), say("More that is beyond chance")),
        _bullets(report, hints, say("Worth asking about, though it may be chance: one of these by itself would stand out, but of so much looked at some does")),
        Text(say("Each customer counts once in a span. Looked at: every span of days up to a third of the log, and each group; corrected for all of it. Where to look, not why."), "note"),
    ]  # fmt: skip


def changes_of(report: Report) -> pd.DataFrame:
    """What changed, of all days and groups: the page tells the foremost of it, the workbook all that is sure."""
    return report.once(_changes_of, report.alike)


def _changes_of(report: Report) -> pd.DataFrame:
    return what_changed(report.events, _steps(report), of=_kinds(report), by=tuple(report.event_segments))


def _in_days(report: Report, since: date | None, until: date | None) -> list[Block | None]:
    """What was different in these days, also where it is not beyond chance."""
    say = report.say
    changes = what_changed(report.events, _steps(report), of=("new", *_kinds(report)), since=since, until=until)
    if changes.empty:
        return [
            Text(say("Fewer than five customers came in these days, or at other times: nothing can be told of them."))
        ]
    span = each(changes)[0]
    there = sessions(during(report.events, span.since, span.until)).select("customer", "session").unique()
    customers, visits = len(set(small(there.select("customer").unique()).customer)), len(small(there))
    lead = say("{customers} came from {since} to {until}, in {visits}.", since=say.date(span.since), until=say.date(span.until),
               customers=say.plural("{n} customer", "{n} customers", customers), visits=say.plural("{n} visit", "{n} visits", visits))  # fmt: skip
    sure = _ordered(changes[changes.sure])
    none = "" if len(sure) else say("Nothing in these days is beyond chance.")
    rest = changes[~changes.index.isin(sure.index[:TIMES])].head(MORE)
    note = say("Held against all other spans as long; each customer counts once in a span; corrected for all lines.")
    return [Text(lead), Text(none) if none else None, _bullets(report, sure.head(TIMES)), _picture(report, sure.head(1)),
            _table(report, rest, say("What was different in these days")), Text(note, "note")]  # fmt: skip


def _kinds(report: Report) -> tuple[Any, ...]:
    return ("step", "back", "event") if len(_steps(report)) > 1 else ("event",)


def _steps(report: Report) -> dict[str, tuple[str, ...]]:
    """The touchpoints of the path that are in the log, with their events."""
    known = touchpoints_of(report.journey, sorted(event_counts(report.events).event))
    path = report.journey.along(report.journey.path(report.who.id))
    steps = {t.id: tuple(event for event, of in known.items() if of == t.id) for t in path}
    return {id: events for id, events in steps.items() if events}


def _ordered(found: pd.DataFrame) -> pd.DataFrame:
    """What got worse on the way first, then what came and went, then what goes on; each by how many customers it concerns."""
    worse = ((found.what == "step") & (found.difference < 0)) | ((found.what == "back") & (found.difference > 0))
    drift = found.drift.astype(bool)
    order = found.assign(worse=worse & ~drift, drift=drift).sort_values(["worse", "drift", "impact", "name", "group"], ascending=[False, True, False, True, True])  # fmt: skip
    return found.loc[order.index]


def _of_columns(report: Report, found: pd.DataFrame) -> pd.DataFrame:
    """Of each column what concerns most customers, and the last step."""
    steps = _steps(report)
    goal = {*list(steps.values())[-1]} if steps else set()
    first = found.groupby("column", sort=False).head(1).index
    last = found[found.name.isin(goal)].groupby("column", sort=False).head(1).index
    return found.loc[found.index.isin(first.union(last))].head(GROUPS)


def _bullets(report: Report, found: pd.DataFrame, title: str = "") -> Block | None:
    lines = tuple(_times(report, r) if r.against == "times" else _groups(report, r) for r in each(found))
    return Bullets(lines, title) if lines else None


def _names(report: Report, row: Any) -> dict[str, str]:
    """What it is about as a reader knows it: of a step both ends, of an event its touchpoint."""
    say, journey = report.say, report.journey
    if row.what in ("step", "back"):
        return dict(zip(("name", "to"), (place(say, journey, part) for part in row.name.split(" > ")), strict=True))
    return {"name": event_name(journey, row.name)}


def event_name(journey: Journey, event: str) -> str:
    """An event's touchpoint where it has one, with the event where the touchpoint has several; else the event.

    >>> event_name(Journey(), "payment_error")
    'payment_error'
    """
    id = touchpoints_of(journey, [event]).get(event)
    if id is None:
        return event
    touchpoint = journey.touchpoint(id)
    name = touchpoint.name or id
    return name if touchpoint.events == (event,) else f"{name} ({event})"


def _times(report: Report, row: Any) -> str:
    """One span in a sentence: when, what, of whom, how much, beside what."""
    say = report.say
    gaps = {"value": say.percent(row.value), "elsewhere": say.percent(row.elsewhere), "n": say.number(int(row.n), 0), "m": say.number(int(row.elsewhere_n), 0),
            "since": say.date(row.since), "until": say.date(row.until), **_names(report, row)}  # fmt: skip
    if row.what == "step":
        said = say(
            "From {since} to {until} {value} of those at “{name}” went on to “{to}” (n = {n}); in other spans as long {elsewhere} (n = {m}).",
            **gaps,
        )
    elif row.what == "back":
        said = say(
            "From {since} to {until} {value} of those who moved on from “{name}” went back to “{to}” (n = {n}); in other spans as long {elsewhere} (n = {m}).",
            **gaps,
        )
    elif row.what == "new":
        said = say(
            "From {since} to {until} {value} of those who came were there for the first time (n = {n}); in other spans as long {elsewhere} (n = {m}).",
            **gaps,
        )
    elif touchpoints_of(report.journey, [row.name]):
        said = say(
            "From {since} to {until} {value} of those who came were at “{name}” (n = {n}); in other spans as long {elsewhere} (n = {m}).",
            **gaps,
        )
    else:
        said = say("From {since} to {until} {value} of those who came had “{name}” (n = {n}); in other spans as long {elsewhere} (n = {m}).", **gaps)  # fmt: skip
    column = report.event_segments.get(row.column, row.column)
    return sentences(said, say("This is of customers “{group}” ({column}) alone.", group=row.group, column=column)) if row.group else said  # fmt: skip


def _groups(report: Report, row: Any) -> str:
    """One thing in all groups of a column, in a sentence."""
    say, column = report.say, report.event_segments.get(row.column, row.column)
    shares = sorted(row.groups, key=lambda group: (group[1], group[0]))
    groups = say.apart(say("{group} {value} (n = {n})", group=say.quoted(g), value=say.percent(v), n=say.number(n, 0)) for g, v, n in shares)  # fmt: skip
    gaps = {"column": column, "groups": groups, **_names(report, row)}
    if row.what == "step":
        return say("By {column}: of those at “{name}” these went on to “{to}”: {groups}.", **gaps)
    if touchpoints_of(report.journey, [row.name]):
        return say("By {column}: so many of the customers were at “{name}”: {groups}.", **gaps)
    return say("By {column}: so many of the customers had “{name}”: {groups}.", **gaps)


def _table(report: Report, found: pd.DataFrame, caption: str) -> Block | None:
    """The same in rows, with intervals of the difference."""
    say, rows = report.say, []
    for r in each(found):
        names = _names(report, r)
        what = " → ".join(names.values()) if r.name else say("there for the first time")
        who = f"{r.group} ({report.event_segments.get(r.column, r.column)})" if r.group else say("all customers")
        times = r.against == "times"
        when = say("{since} – {until}", since=say.date(r.since, "medium"), until=say.date(r.until, "medium"))
        beside = say("other spans as long") if times else r.against
        low, high = (say.number(end * 100, 0, sign=True) for end in (r.low, r.high))
        rows.append((what, who, *((when,) if times else (say("whole log"),)), f"{say.percent(r.value)} ({say.number(int(r.n), 0)})",
                     f"{beside}: {say.percent(r.elsewhere)} ({say.number(int(r.elsewhere_n), 0)})", say("{low} to {high}", low=low, high=high),
                     say("beyond chance") if r.sure else say("not beyond chance")))  # fmt: skip
    heads = (say("What"), say("Who"), say("When"), say("Share (n)"), say("Beside"), say("Points of difference, 95%"), say("Read as"))  # fmt: skip
    return Table(heads, tuple(rows), caption, (3,)) if rows else None


def _picture(report: Report, found: pd.DataFrame) -> Block | None:
    """A span beside all spans as long."""
    rows: Sequence[Any] = each(found)
    if not rows or rows[0].days > 9999:
        return None
    row = rows[0]
    shares = shares_over_time(report.events, _steps(report) or None, of=row.what, by=row.column or None, every=f"{row.days}d", anchor=row.since)  # fmt: skip
    shares = shares[shares.group == row.group]
    return Picture(over_time_chart(report.journey, shares, row.name, found, **looks(report)))
