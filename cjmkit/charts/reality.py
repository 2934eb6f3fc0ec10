"""The map against what customers did: who came by, who passed by, what was never seen, where they left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from cjmkit.charts import theme
from cjmkit.charts.rows import Row, Rows, shares
from cjmkit.charts.sheet import Line, Mark, r1
from cjmkit.charts.theme import BAR, FAINT, INK, PAIN, PAPER, SizeName, each
from cjmkit.charts.words import joined, sentences
from cjmkit.journey import Journey
from cjmkit.language import Language
from cjmkit.method.groups import FEW
from cjmkit.method.reality import AgainstMap

OFF = 5  # events that are not on the map
OFTEN = 0.1  # of those who were there; rarer loops are told in the appendix only


def map_against_reality(
    journey: Journey,
    real: AgainstMap,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
) -> Any:
    """The path's touchpoints in order, each with the share of customers who came by and of those who left there.

    Args:
        journey: the map.
        real: what `against_map` gives.
        language: None is the journey's.
        as_of: the date that stands on it; None is the journey's.
        size: "page", "room" for a wall read from five metres, "wall" for a projector of few pixels; on "paper" the events
            that are not on the map stand in the text only, so that the picture keeps the paper's width.
        accent: a colour such as "#0072b2"; None is the theme's.
    """
    say, of = theme.tongue(journey, language), theme.size_of(size)
    if not real.customers or real.touchpoints.empty:
        return theme.nothing(say, of, title=say("The map against what customers did"),
                             missing=say("No log of what customers did is here yet, or no touchpoint names its events."),
                             where=say("Bring a log in and give its events to touchpoints in 03_evidence."))  # fmt: skip
    met = each(real.touchpoints)
    off = [r for r in each(real.unmapped) if r.customers >= FEW][: 0 if size == "paper" else OFF]
    others = [r for r in each(real.elsewhere) if r.customers >= FEW]
    rows = [*(_met(say, journey, real, r) for r in met), *_others(say, others), *_off(say, off)]
    table = Rows(rows, of, shares(say), theme.accent_of(accent), names=0.3, notes=0.36)
    dot = (of.text * 0.8) ** 2
    came = Mark(0, 0, "square", dot, table.accent, table.accent, 0)
    left, pain = (Mark(0, 0, "triangle-down", dot, fill, PAIN, of.line) for fill in (PAIN, PAPER))
    key = [(came, say("came by")), (left, say("of these, left here and did not come back")), (pain, say("a pain, the team thinks"))]  # fmt: skip
    table.stand(of.text * 2.1, key)
    pains = set(real.beliefs[real.beliefs.finding == "pain"].touchpoint)
    for r, y in zip(met, table.middles, strict=False):
        _row(table, r, y, left, pain if r.touchpoint in pains else None)
    for r, y in zip([*others, *off], table.middles[len(met) :], strict=True):
        table.sheet.lines.append(Line(((table.x(0), y), (table.x(r.share), y)), FAINT, of.text * 0.6))
    return table.chart(say, _title(say, real), _subtitle(say, journey, real, as_of), [_told(say, real, r) for r in [*met, *others, *off]])  # fmt: skip


def _row(table: Rows, row: Any, y: float, left: Mark, pain: Mark | None) -> None:
    """A bar of those who came by with its interval; below it where they left, and before it what the team thinks."""
    of, sheet = table.of, table.sheet
    left_here = row.left_share == row.left_share and row.customers >= FEW
    above, below, half = y - of.text * 0.45 * left_here, y + of.text * 0.55, of.text * 0.34
    if row.n:
        sheet.lines.append(Line(((table.x(0), above), (table.x(row.share), above)), table.accent, half * 2))
        wide, thin = r1(table.x(row.high) - table.x(row.low)), r1(of.line / 2)
        sheet.marks.append(
            Mark(table.x(row.low), above, f"M0,-{thin}L{wide},-{thin}L{wide},{thin}L0,{thin}Z", 4, INK, INK, 0)
        )
    else:
        edge = table.x(1)
        sheet.lines.append(Line(((table.x(0), above), (edge, above)), FAINT, of.line, (3.0, 4.0)))
    if left_here:
        sheet.lines.append(Line(((table.x(row.left_low), below), (table.x(row.left_high), below)), BAR, half * 1.4))
        sheet.marks.append(replace(left, x=table.x(row.left_share), y=below))
    if pain is not None:
        sheet.marks.append(replace(pain, x=table.left + table.step * 0.12, y=y))


def _met(say: Language, journey: Journey, real: AgainstMap, row: Any) -> Row:
    stage = next((r.touchpoint for r in each(real.touchpoints) if r.stage == row.stage), "")
    heading = (journey.stage(row.stage).name or row.stage) if stage == row.touchpoint else ""
    return Row(row.name, _notes(say, real, row), heading, id=row.touchpoint, strong=not row.n)


def _notes(say: Language, real: AgainstMap, row: Any) -> tuple[str, ...]:
    """Who came by, who passed by, who left here; small groups are not told."""
    if not row.n:
        return (say("never seen in the log"), "")
    came = say("{share} came by", share=say.percent(row.share))
    passed = row.skipped >= FEW and row.passed - row.skipped >= FEW
    left = row.left_share == row.left_share and row.customers >= FEW
    more = joined(
        say("{share} passed it by", share=say.percent(row.skipped_share)) if passed else "",
        say("{share} left here", share=say.percent(row.left_share)) if left else "",
    )
    again = real.loops[
        (real.loops.name == row.touchpoint) & (real.loops.loop_customers >= FEW) & (real.loops.loop_share >= OFTEN)
    ]
    back = [say("{share} came back to it later", share=say.percent(r.loop_share)) for r in each(again)]
    return came, more, *back


def _others(say: Language, others: Sequence[Any]) -> list[Row]:
    """Touchpoints of the map that are not on this path, under a heading of their own."""
    heading = say("On the map, but not on this path")
    came = [(r, say("{share} came by", share=say.percent(r.share))) for r in others]
    return [Row(str(r.name), (told,), "" if k else heading) for k, (r, told) in enumerate(came)]


def _off(say: Language, off: Sequence[Any]) -> list[Row]:
    """Events that are not on the map, under a heading of their own."""
    return [
        Row(str(r.event), (say("{share} did this", share=say.percent(r.share)),), "" if k else say("Not on the map"))
        for k, r in enumerate(off)
    ]


def _told(say: Language, real: AgainstMap, row: Any) -> str:
    """The same with the intervals, for those who cannot see the picture."""
    between = say("{low} to {high}", low=say.percent(row.low), high=say.percent(row.high)) if row.low == row.low else ""
    return joined(*(_notes(say, real, row) if hasattr(row, "passed") else ()), between)


def _title(say: Language, real: AgainstMap) -> str:
    """Where most leave, and the touchpoint that was passed by most, or never seen."""
    table = real.touchpoints[real.touchpoints.customers >= FEW]
    leaving = table[table.left_share.notna()].sort_values(["left_share", "touchpoint"], ascending=[False, True])
    if leaving.empty:
        return say("The map against what customers did")
    worst = each(leaving)[0]
    return say("Most leave for good at “{name}”: {share} of those who were there", name=worst.name, share=say.percent(worst.left_share))  # fmt: skip


def _subtitle(say: Language, journey: Journey, real: AgainstMap, as_of: str | date | None) -> list[str]:
    on = {t.touchpoint for t in each(real.touchpoints)}
    quiet = sum(id not in on for id in real.unmatched)
    covered = real.coverage.set_index("of").share
    return [
        joined(journey.title or journey.client, say.plural("{n} customer", "{n} customers", real.customers),
               say("{share} of their events are on the map", share=say.percent(covered["events"])), theme.day(journey, as_of, say)),
        sentences(say("Bars and their lines: the share of customers, with the 95% interval of other customers like these."),
                  say.plural("{n} touchpoint names no events and cannot be seen.", "{n} touchpoints name no events and cannot be seen.", quiet) if quiet else ""),
    ]  # fmt: skip
