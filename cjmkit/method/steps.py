"""When each customer came to each step of a funnel, on the engine the log lives on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any, Literal

import narwhals as nw
import pandas as pd

from cjmkit.errors import UsageError
from cjmkit.journey import Journey
from cjmkit.method.events import NEEDED, Frame, known, small, touchpoints_of

Of = Literal["stage", "touchpoint"]
Steps = dict[str, tuple[str, ...]]
VALUES = 1000  # of a column that may be a segment
BITS = 29  # steps whose meeting one number holds, beside whether a customer had several groups
UNITS = {"h": 3600, "d": 86400, "w": 604800}


def seconds(length: str) -> int:
    """The seconds of a length such as "6h", "7d" or "2w".

    Raises:
        UsageError: it is none.

    >>> seconds("7d")
    604800
    """
    number, unit = length[:-1], length[-1:]
    if unit not in UNITS or not (number.isascii() and number.isdigit()) or not 0 < int(number) < 10000:
        raise UsageError("A length of time is a number and h, d or w, such as 7d, not {length}.", length=repr(length))
    return int(number) * UNITS[unit]


def apart(frame: Frame, later: nw.Expr, earlier: nw.Expr) -> nw.Expr:
    """The whole seconds from one time to another; Spark knows no length of time, so there they are counted from the calendar."""
    if frame.implementation.is_spark_like():
        return (_microseconds(later) - _microseconds(earlier)) // 1_000_000
    return (later - earlier).dt.total_seconds()


def during(events: Any, since: date | str | None, until: date | str | None) -> Frame:
    """The log from one day to another, both counted, without the rows that lack a customer, an event or a time."""
    frame = known(events)
    if since is not None:
        frame = frame.filter(nw.col("at") >= nw.lit(midnight(since)))
    if until is not None:
        frame = frame.filter(nw.col("at") < nw.lit(midnight(until) + timedelta(days=1)))
    return frame


def steps_on_map(frame: Frame, journey: Journey, of: Of, persona: str | None = None) -> Steps:
    """The events of each stage, or of each touchpoint along a path; those with no events on the map are no steps.

    Args:
        frame: the log.
        journey: whose touchpoints name their events.
        of: "stage", or "touchpoint" in the order of the persona's path.
        persona: only the touchpoints on this persona's path; None is all of them, and for touchpoints the goal's persona.

    Raises:
        UsageError: `of` is neither.
    """
    if of not in ("stage", "touchpoint"):
        raise UsageError("A funnel is of stages or of touchpoints, not of {of}.", of=repr(of))
    path = journey.along(journey.path(persona))
    chosen = path if persona or of == "touchpoint" else journey.touchpoints
    found = touchpoints_of(journey, _names(frame))
    order = [s.id for s in journey.stages] if of == "stage" else [t.id for t in chosen]
    where = {t.id: t.stage if of == "stage" else t.id for t in chosen}
    there = {where[t.id] for t in chosen if t.events}
    return {id: tuple(e for e, t in found.items() if where.get(t) == id) for id in order if id in there}


def by_persona(frame: Frame, journey: Journey) -> Frame:
    """The log with a column persona: whose segment a customer is of, "" where no persona's.

    The column that holds most of the personas' `segment` texts is taken, the first of several; where a text is not in it,
    the one value that has all of its words, or whose words it has ("new" for "new runners"), stands for it.

    Raises:
        UsageError: no column holds a persona's segment.
    """
    segments = {p.segment: p.name or p.id for p in journey.personas if p.segment}
    best, most, found = "", (0, 0), dict[str, str]()
    for name, kind in frame.collect_schema().items():
        if segments and name not in NEEDED and kind in (nw.String, nw.Categorical, nw.Enum, nw.Object):
            values = small(frame.select(value=nw.col(name).cast(nw.String)).unique().head(VALUES)).value.dropna()
            fits = _fitting(list(segments), sorted(values))
            hits = (sum(value == segment for value, segment in fits.items()), len(fits))
            best, most, found = (name, hits, fits) if hits > most else (best, most, found)
    if not best:
        raise UsageError("No column of the log holds the personas' segments ({segments}). Write into each persona's segment the value that stands in the log.", segments=list(segments) or ["–"])  # fmt: skip
    persona = nw.lit("")
    for value, segment in found.items():
        persona = nw.when(nw.col(best).cast(nw.String) == value).then(nw.lit(segments[segment])).otherwise(persona)
    return frame.with_columns(persona=persona)


def _fitting(segments: Sequence[str], values: Sequence[str]) -> dict[str, str]:
    """The segment of each value that has one: the same, or the only one whose words hold the value's, or are held by them.

    >>> _fitting(["new runners", "old"], ["new", "new runners of 2026", "old", "none"])
    {'old': 'old'}
    >>> _fitting(["new runners", "old"], ["new", "old"])
    {'old': 'old', 'new': 'new runners'}
    """
    same = {value: value for value in values if value in segments}
    open_ = [segment for segment in segments if segment not in same]
    words = {text: set(text.casefold().split()) for text in (*open_, *values)}
    pairs = [(v, s) for v in values for s in open_ if v not in same and words[v] and (words[v] <= words[s] or words[s] <= words[v])]  # fmt: skip
    clear = {v: s for v, s in pairs if sum(v == w for w, _ in pairs) == 1 and sum(s == z for _, z in pairs) == 1}
    return same | clear


def steps_named(frame: Frame, steps: Mapping[str, Sequence[str]], *, there: bool = True) -> Steps:
    """The events of each step that are in the log; names with `*` looked up there. A step that is never seen has none.

    Args:
        frame: the log.
        steps: the names of each step's events.
        there: look for names without `*` too, which takes another pass over the log; else they are taken to be in it.

    Raises:
        UsageError: an event stands in two steps, or a step has one text in place of several.
    """
    names = _names(frame) if there or any("*" in p for patterns in steps.values() for p in patterns) else []
    found: Steps = {}
    for step, patterns in steps.items():
        if isinstance(patterns, str):
            raise UsageError("The step {step} takes a list of events, such as {right}, not one text.", step=repr(step), right=f"[{patterns!r}]")  # fmt: skip
        hits = [[n for n in names if fnmatchcase(n, p.replace("[", "[[]"))] if "*" in p else [p] for p in patterns]
        found[step] = tuple(dict.fromkeys(name for some in hits for name in some))
    every = [name for some in found.values() for name in some]
    twice = sorted({name for name in every if every.count(name) > 1})
    if twice:
        raise UsageError("These events stand in two steps of the funnel: {events}.", events=twice)
    return {step: tuple(name for name in some if name in names) for step, some in found.items()} if there else found


def seen_steps(steps: Steps) -> Steps:
    """The steps that anybody in the log came to; one that nobody did cannot be seen, and is passed over."""
    return {id: events for id, events in steps.items() if events}


def first_times(
    frame: Frame, steps: Steps, by: str | None = None, unit: Sequence[str] = ("customer",), *, last: bool = False
) -> Frame:  # fmt: skip
    """One row per customer who came to any step: the first time at each, whatever the order.

    Args:
        frame: the log.
        steps: the events of each step, in order.
        by: a column; the customer is of the first group given at these events, of two at once the first by the
            alphabet, and of "" where none is given.
        unit: what is counted once: a customer, or a customer in each period.
        last: with a column last: the last time at the last step.

    Returns:
        The unit's columns, group and several (1 = more than one was given; both where asked), reached0, reached1 …,
        each a time or missing.

    Raises:
        UsageError: the log has no such column.
    """
    keys = list(unit)
    rows = frame.filter(nw.col("event").is_in([name for names in steps.values() for name in names]))
    at = {f"reached{k}": _at(names) for k, names in enumerate(steps.values())}
    end = {"last": _at(list(steps.values())[-1])} if last else {}
    if by is None:
        return (
            rows.with_columns(**at, **end).group_by(keys).agg(nw.col(*at).min(), *(nw.col(name).max() for name in end))
        )
    check_column(frame, by)
    rows = rows.with_columns(group=nw.col(by).cast(nw.String).fill_null(""), began=nw.col("at"), **at, **end)
    ends = [nw.col(name).max() for name in end]
    each = rows.group_by([*keys, "group"]).agg(nw.col("began", *at).min(), *ends)
    each = each.with_columns(began=nw.when(nw.col("group") != "").then(nw.col("began")))
    each = each.with_columns(first=nw.col("began").min().over(*keys))
    each = each.with_columns(group=nw.when(nw.col("began") == nw.col("first")).then(nw.col("group")))
    each = each.group_by(keys).agg(nw.col("group", *at).min(), *ends, several=nw.col("began").count())
    several = nw.when(nw.col("several") > 1).then(nw.lit(1)).otherwise(nw.lit(0))
    return each.with_columns(nw.col("group").fill_null(""), several=several)


def step_counts(frame: Frame, steps: Steps, by: str | None = None, within: str | None = None) -> pd.DataFrame:
    """How many customers came to each step at all, and in order, per group; small.

    Args:
        frame: as in `first_times`; so are steps and by.
        within: in order only so long after the first step, such as "7d".

    Returns:
        Columns group ("" where none is asked), customers, several, reached0, reached1 …, in0, in1 …
    """
    return counted(furthest(frame, steps, by, within), len(steps))


def counted(found: Frame, count: int) -> pd.DataFrame:
    """What `step_counts` gives, of what `furthest` found for so many steps."""
    told = {f"reached{k}": nw.col(f"seen{k - k % BITS}") // 2 ** (k % BITS) % 2 for k in range(count)}
    told |= {f"in{k}": nw.when(nw.col("far") > k).then(nw.lit(1)).otherwise(nw.lit(0)) for k in range(count)}
    told["several"] = nw.col("seen0") // 2**BITS
    table = small(found.select("group", **told).group_by("group").agg(nw.col(*told).sum(), customers=nw.len()))
    return table.astype(dict.fromkeys((*told, "customers"), int)).sort_values("group", ignore_index=True)


def furthest(frame: Frame, steps: Steps, by: str | None = None, within: str | None = None) -> Frame:
    """How many steps each customer came through in order: customer, group, far, and seen0 … whose bits are the steps met at all.

    One pass finds the first times; each step between takes one join; to the last it is enough that somebody's last time
    there is not too early. What is carried along is narrow.

    Args:
        frame: as in `step_counts`; so are steps, by and within.
    """
    count, far = len(steps), nw.col("far")
    by_last = within is None and count > 1
    found = first_times(frame, steps, by, last=by_last)
    bits = {f"seen{start}": range(start, min(start + BITS, count)) for start in range(0, count, BITS)}
    there = {
        name: nw.sum_horizontal(*[_there(f"reached{k}") * 2 ** (k % BITS) for k in ks]) for name, ks in bits.items()
    }
    group = nw.col("group") if by is not None else nw.lit("")
    if by is not None:
        there["seen0"] = there["seen0"] + nw.col("several") * 2**BITS
    more = {"last": nw.col("last")} if by_last else {}
    found = found.select(
        "customer",
        group=group,
        **there,
        **more,
        began=nw.col("reached0"),
        came=nw.col("reached0"),
        far=_there("reached0"),
    )
    carried = ["group", *bits, *more, "began", "far"]
    for names in list(steps.values())[1 : -1 if by_last else count]:
        met = nw.col("later") >= nw.col("came")
        if within is not None:
            met = met & (apart(frame, nw.col("later"), nw.col("began")) <= seconds(within))
        later = frame.filter(nw.col("event").is_in(list(names))).select("customer", later=nw.col("at"))
        met_at = found.join(later, on="customer", how="left").with_columns(came=nw.when(met).then(nw.col("later")))
        found = met_at.group_by("customer").agg(nw.col(*carried, "came").min())
        found = found.with_columns(far=far + _there("came"))
    if by_last:
        found = found.with_columns(came=nw.when(nw.col("last") >= nw.col("came")).then(nw.col("last")))
        found = found.with_columns(far=far + _there("came"))
    return found.select("customer", "group", "far", *bits)


def step_times(
    frame: Frame, steps: Steps, by: str | None = None, unit: Sequence[str] = ("customer",), within: str | None = None
) -> Frame:  # fmt: skip
    """The same with the first time in order at each step: in0, in1 … in place of reached0, reached1 …

    A customer is in order at a step from their first time there that is not before their time in order at the step
    before; times that tie count as in order.

    Args:
        frame: as in `first_times`; so are steps, by and unit.
        within: in order only so long after the first step, such as "7d".
    """
    keys = list(unit)
    found = first_times(frame, steps, by, unit).rename({"reached0": "in0"})
    kept = ["group", "in0"] if by is not None else ["in0"]
    for k, names in enumerate(list(steps.values())[1:], 1):
        met = nw.col("later") >= nw.col(f"in{k - 1}")
        if within is not None:
            met = met & (apart(frame, nw.col("later"), nw.col("in0")) <= seconds(within))
        later = frame.filter(nw.col("event").is_in(list(names))).select(*keys, later=nw.col("at"))
        met_at = found.select(*keys, *kept).join(later, on=keys, how="left")
        met_at = met_at.with_columns(nw.when(met).then(nw.col("later")).alias(f"in{k}"))
        kept.append(f"in{k}")
        found = met_at.group_by(keys).agg(nw.col(*kept).min())
    return found.select(*keys, *kept)


def check_column(frame: Frame, by: str) -> None:
    """Refuse a column that the log does not have."""
    columns = frame.collect_schema().names()
    if by not in columns:
        raise UsageError(
            "The log has no column {column}. Its columns: {columns}.",
            column=repr(by), columns=[name for name in columns if name not in ("customer", "at")],
        )  # fmt: skip


def _there(time: str) -> nw.Expr:
    return nw.when(nw.col(time).is_null()).then(nw.lit(0)).otherwise(nw.lit(1))


def _at(names: Sequence[str]) -> nw.Expr:
    return nw.when(nw.col("event").is_in(list(names))).then(nw.col("at"))


def _microseconds(time: nw.Expr) -> nw.Expr:
    """A time as a count, from its year, day of the year and time of day: no zone of a session has a say in it."""
    past = time.dt.year().cast(nw.Int64) - 1
    days = past * 365 + past // 4 - past // 100 + past // 400 + time.dt.ordinal_day()
    clock = (time.dt.hour() * 60 + time.dt.minute()) * 60 + time.dt.second()
    return (days * 86400 + clock).cast(nw.Int64) * 1_000_000 + time.dt.microsecond().cast(nw.Int64)


def _names(frame: Frame) -> list[str]:
    return sorted(small(frame.select("event").unique()).event.dropna())


def midnight(day: date | str) -> datetime:
    """The beginning of a day.

    Raises:
        UsageError: the text is no day.
    """
    if isinstance(day, str):
        try:
            day = date.fromisoformat(day)
        except ValueError:
            raise UsageError("A day is written as 2026-01-31, not {day}.", day=repr(day)) from None
    return datetime(day.year, day.month, day.day)
