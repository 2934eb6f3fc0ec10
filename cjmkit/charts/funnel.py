"""How far customers come: a bar a step, of each group, with those who went elsewhere in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from cjmkit.charts import theme
from cjmkit.charts.rows import Row, Rows, shares
from cjmkit.charts.sheet import Line, Rect
from cjmkit.charts.theme import GREY, INK, PAPER, SizeName, each
from cjmkit.charts.words import joined, place
from cjmkit.journey import Journey
from cjmkit.language import Language
from cjmkit.method.drop_off import LEFT
from cjmkit.method.groups import FEW, OTHER, hide_few
from cjmkit.method.what_if import all_together


def funnel_chart(
    journey: Journey,
    table: pd.DataFrame,
    went: pd.DataFrame | None = None,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
) -> Any:
    """The share of those at the first step who came to each further one, by group; measured full, typed hollow.

    Args:
        journey: the map.
        table: what `funnel`, `funnel_of` or `typed_funnel` gives; of groups, what few did is left out as `hide_few` says.
        went: what `instead` gives for the same steps: where those went who did not go on.
        language: None is the journey's.
        as_of: the date that stands on it; None is the journey's.
        size: "page", or "room" for a wall read from five metres.
        accent: a colour such as "#0072b2"; None is the theme's.
    """
    say, of = theme.tongue(journey, language), theme.size_of(size)
    if table.empty or not table.in_order.any():
        return theme.nothing(say, of, title=say("How far customers come"),
                             missing=say("There is no log of what customers did, and nobody has typed how many reach a stage."),
                             where=say("Bring in a log: cjmkit import NAME events FILE. Or type how many reach each stage in the notebook 02_stages."))  # fmt: skip
    shown = hide_few(table).sort_values("step", kind="stable")
    groups = list(dict.fromkeys(table.group)) if "group" in table else [""]
    rows, last = [], None
    for r in each(shown):
        grouped = "group" in table
        heading = str(r.name) if grouped and r.id != last else ""
        name = group_name(say, r.group) if grouped else str(r.name)
        rows.append(Row(name, (hidden_name(say, r.hidden),) if r.hidden else (_step(say, r), *_elsewhere(say, journey, r, went)), heading=heading))  # fmt: skip
        last = r.id
    drawn = Rows(rows, of, shares(say), theme.accent_of(accent), names=0.24, notes=0.42, shaded=not groups[0])
    drawn.stand(of.text * 1.5)
    colours = dict(zip(groups, [drawn.accent, *[c for c in theme.OKABE_ITO if c != drawn.accent]], strict=False))
    for r, y in zip(each(shown), drawn.middles, strict=True):
        _bar(drawn, r, y, colours.get(getattr(r, "group", ""), GREY), of.text * 0.62)
    about = [joined(*row.notes) for row in rows]
    subtitle = [joined(journey.title or journey.client, _first(say, table), theme.day(journey, as_of, say)), *_meaning(say, shown)]  # fmt: skip
    return drawn.chart(say, _title(say, journey, table.sort_values("step", kind="stable")), subtitle, [joined(row.heading, told) for row, told in zip(rows, about, strict=True)])  # fmt: skip


def group_name(say: Language, group: str) -> str:
    """A group as a reader knows it."""
    return say("all the others") if group == OTHER else group or say("not given")


def hidden_name(say: Language, hidden: str) -> str:
    """What stands for a cell that `hide_few` left out; empty for one that is shown."""
    names = {"": "", "few": say("under {few}", few=say.number(FEW, 0)), "beside": say("not shown")}
    return names[hidden]


def _bar(drawn: Rows, r: Any, y: float, colour: str, half: float) -> None:
    """The share in order, hollow where it was typed; its interval across the end."""
    if r.overall != r.overall:
        return
    sheet, left, end = drawn.sheet, drawn.x(0), drawn.x(min(r.overall, 1.0))
    typed = r.of == "typed"
    sheet.rects.append(Rect(left, y - half, end, y + half, PAPER if typed else colour, colour))
    if typed and r.evidence == "assumed":
        sheet.hatch(left, y - half, end, y + half, colour=colour)
    if r.overall_low == r.overall_low:
        low, high, wide = drawn.x(r.overall_low), drawn.x(r.overall_high), drawn.of.line
        sheet.lines.append(Line(((low, y), (high, y)), INK, wide))
        sheet.lines += [Line(((x, y - half * 0.5), (x, y + half * 0.5)), INK, wide) for x in (low, high)]


def _step(say: Language, r: Any) -> str:
    if not getattr(r, "seen", True):
        return say("never seen in the log")
    count = say.plural("{n} customer", "{n} customers", int(r.in_order))
    if r.value != r.value:
        return count
    return joined(count, say("{share} of those before ({low} to {high})", share=say.percent(r.value), low=say.percent(r.low), high=say.percent(r.high)))  # fmt: skip


def _elsewhere(say: Language, journey: Journey, r: Any, went: pd.DataFrame | None) -> tuple[str, ...]:
    """Where those went who came to this step and not to the next: the three commonest."""
    if went is None or went.empty:
        return ()
    mine = went[went.id == r.id]
    mine = mine[mine.group == r.group] if "group" in mine and hasattr(r, "group") else mine
    if not (mine.to != OTHER).any() or ("group" in mine) != hasattr(r, "group"):
        return ()
    names = {LEFT: say("nowhere, they left"), OTHER: say("elsewhere")}
    ways = [f"{names.get(w.to) or place(say, journey, w.to)} {say.percent(w.share)}" for w in each(mine.head(3))]
    return (say("those who did not go on went: {ways}", ways=say.apart(ways)),)


def _first(say: Language, table: pd.DataFrame) -> str:
    there = table[table.seen.astype(bool)] if "seen" in table else table
    n = int(there[there.step == there.step.min()].in_order.sum())
    return say.plural("{n} customer at the first step", "{n} customers at the first step", n)


def _meaning(say: Language, table: pd.DataFrame) -> list[str]:
    if (table["of"] == "typed").any():
        return [
            say(
                "Counts typed by hand, not taken from a log; bars: the share of those at the first step; hatched: assumed."
            )
        ]
    return [say("Customers, not events, in the order of time. Bars: the share of those at the first step; strokes: 95% interval, with other customers like these.")]  # fmt: skip


def _title(say: Language, journey: Journey, table: pd.DataFrame) -> str:
    steps = all_together(table)
    known = steps[steps.value.notna()]
    if known.empty:
        return say("How far customers come")
    worst = theme.extreme(known, highest=False)
    if set(table.id) <= {stage.id for stage in journey.stages}:
        return say("By whole stages, fewest go on to {name}: {share}", name=worst.name, share=say.percent(worst.value))
    return say("Fewest go on to {name}: {share}", name=worst.name, share=say.percent(worst.value))
