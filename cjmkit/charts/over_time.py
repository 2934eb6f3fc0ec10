"""A share over time: a line a group with its interval, and the spans in which it was odd shaded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from cjmkit.charts import theme
from cjmkit.charts.funnel import group_name
from cjmkit.charts.sheet import Line, Mark, Rect, Sheet, draw
from cjmkit.charts.theme import GREY, GRID, TINTS, Size, SizeName, each
from cjmkit.charts.words import joined, place, short_date
from cjmkit.journey import Journey
from cjmkit.language import Language
from cjmkit.language.fonts import text_width
from cjmkit.method.groups import FEW

SHADE = TINTS[1]


def over_time_chart(
    journey: Journey,
    shares: pd.DataFrame,
    name: str,
    changes: pd.DataFrame | None = None,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
) -> Any:
    """The share of customers who did one thing, period by period; spans that `what_changed` is sure of are shaded.

    Args:
        journey: the map.
        shares: what `shares_over_time` gives.
        name: which event, step or transition of it.
        changes: what `what_changed` gives.
        language: None is the journey's.
        as_of: the date that stands on it; None is the journey's.
        size: "page", or "room" for a wall read from five metres.
        accent: a colour such as "#0072b2"; None is the theme's.
    """
    say, of = theme.tongue(journey, language), theme.size_of(size)
    shown = shares[(shares["name"] == name) & (shares.n >= FEW)].sort_values(["group", "since"])
    called = _called(say, journey, name)
    if shown.empty:
        return theme.nothing(say, of, title=say("{name}, over time", name=called),
                             missing=say("The log has nothing of this kind."),
                             where=say("Bring in a log: cjmkit import NAME events FILE."))  # fmt: skip
    odd = _odd(changes, shown, name)
    groups = list(dict.fromkeys(shown.group))
    colour = theme.accent_of(accent)
    colours = dict(zip(groups, [colour, *[c for c in theme.OKABE_ITO if c != colour]], strict=False))
    sheet = Sheet(of.width - 3.2 * of.text)
    _plot(sheet, of, say, shown, odd, colours)
    title = _title(say, called, odd) or say("{name}, over time", name=called)
    subtitle = [
        joined(journey.title or journey.client, _people(say, shown), theme.day(journey, as_of, say)),
        say("The share of the customers of each period, where there were five or more; strokes: 95% interval, with other customers like these, cut at the top."),
        say("Shaded: outside what the rest of the log shows, corrected for all that was looked at.") if len(odd) else "",
    ]  # fmt: skip
    told = "; ".join(f"{group_name(say, r.group) + ' ' if r.group else ''}{short_date(say, r.since)}: {say.percent(r.value)}" for r in each(shown))  # fmt: skip
    return theme.finish(draw(sheet), say, of, title=title, subtitle=subtitle, about=told + ".", width=sheet.width, height=sheet.height)  # fmt: skip


def _called(say: Language, journey: Journey, name: str) -> str:
    """An event as the map calls it; of a transition both."""
    return " → ".join(place(say, journey, part) for part in name.split(" > "))


def _odd(changes: pd.DataFrame | None, shown: pd.DataFrame, name: str) -> list[Any]:
    """The spans of this that are sure, of a group that is drawn, or of everybody where no groups are."""
    if changes is None or changes.empty:
        return []
    there = set(shown.group)
    fits = changes.sure & (changes["name"] == name) & (changes.against == "times") & (changes.group.isin(there))
    return each(changes[fits])


def _plot(
    sheet: Sheet, of: Size, say: Language, shown: pd.DataFrame, odd: Sequence[Any], colours: dict[str, str]
) -> None:
    """Scale, shaded spans, lines and the key."""
    ends = [date.fromisoformat(str(shown.since.min())), date.fromisoformat(str(shown.until.max()))]
    top = _top(max(float(shown.value.max()) * 1.2, float(shown.high.median())))
    line = of.leading(of.text)
    left, right = of.text * 4, sheet.width - of.text
    above = _key(sheet, of, say, colours)
    below = above + of.height * 0.75

    def x(day: date, part: float = 0.0) -> float:
        return left + ((day - ends[0]).days + part) / max((ends[1] - ends[0]).days + 1, 1) * (right - left)

    def y(value: float) -> float:
        return below - value / top * (below - above)

    for r in odd:
        sheet.rects.append(Rect(x(r.since), above, x(r.until, 1), below, SHADE))
    for k in range(5):
        at = y(top * k / 4)
        sheet.lines.append(Line(((left, at), (right, at)), GRID, of.line / 2))
        sheet.write(left - of.text * 0.5, at - line / 2, say.percent(top * k / 4, 0 if top >= 0.04 else 1), 1e9, of.text, colour=GREY, align="right")  # fmt: skip
    _dates(sheet, of, say, list(dict.fromkeys(shown.since)), x, below)
    for group, part in shown.groupby("group", sort=False):
        points = [((x(r.since) + x(r.until, 1)) / 2, y(r.value), y(r.low), y(min(r.high, top))) for r in each(part)]
        colour = colours.get(str(group), GREY)
        if len(colours) == 1 or group in {r.group for r in odd}:  # all groups' strokes would hide the lines
            sheet.lines += [Line(((at, low), (at, high)), colour, of.line * 0.6) for at, _, low, high in points]
        for stretch in _stretches(part):
            line_ = tuple(points[k][:2] for k in stretch)
            sheet.lines += [Line(line_, colour, of.line * 1.4)] if len(line_) > 1 else []
        sheet.marks += [
            Mark(at, value, "circle", (of.text * 0.45) ** 2, colour, colour, 0.0) for at, value, _, _ in points
        ]
    sheet.height = below + line * 1.6


def _stretches(part: pd.DataFrame) -> list[list[int]]:
    """The places of periods that follow upon each other; no line goes through those without customers."""
    found: list[list[int]] = []
    before = None
    for k, r in enumerate(each(part)):
        if before is None or (r.since - before).days > 1:
            found.append([])
        found[-1].append(k)
        before = r.until
    return found


def _key(sheet: Sheet, of: Size, say: Language, colours: dict[str, str]) -> float:
    """The groups with their colours, line by line; answers where it ends."""
    if list(colours) == [""]:
        return of.text * 0.6
    x, y = 0.0, 0.0
    for group, colour in colours.items():
        name = group_name(say, group)
        wide = text_width(name, of.text) + of.text * 3.5
        if x and x + wide > sheet.width:
            x, y = 0.0, y + of.text * 1.5
        sheet.lines.append(
            Line(((x, y + of.text * 0.62), (x + of.text * 1.4, y + of.text * 0.62)), colour, of.line * 2)
        )
        sheet.write(x + of.text * 1.8, y, name, sheet.width - x - of.text * 1.8, of.text)
        x += wide
    return y + of.text * 2.2


def _dates(sheet: Sheet, of: Size, say: Language, days: list[Any], x: Any, below: float) -> None:
    """As many first days of periods as there is room for."""
    wide = max(text_width(short_date(say, day), of.text) for day in days) + of.text
    free = -1e9
    for day in days:
        text, at = short_date(say, day), x(day)
        if at > free and at + wide < sheet.width:
            sheet.write(at, below + of.text * 0.35, text, 1e9, of.text, colour=GREY)
            sheet.lines.append(Line(((at, below), (at, below + of.text * 0.3)), GREY, of.line / 2))
            free = at + wide


def _top(high: float) -> float:
    """A round share above the highest bound."""
    return next((top for top in (0.02, 0.04, 0.1, 0.2, 0.4, 0.6, 0.8) if high <= top), 1.0)


def _people(say: Language, shown: pd.DataFrame) -> str:
    least, most = int(shown.n.min()), int(shown.n.max())
    if least == most:
        return say.plural("{n} customer in each period", "{n} customers in each period", most)
    return say("{least} to {most} customers in a period", least=say.number(least, 0), most=say.number(most, 0))


def _title(say: Language, called: str, odd: Sequence[Any]) -> str:
    if not odd:
        return ""
    r = odd[0]
    gaps = {"name": called, "value": say.percent(r.value), "elsewhere": say.percent(r.elsewhere),
            "since": say.date(str(r.since)), "until": say.date(str(r.until))}  # fmt: skip
    if r.group:
        return say("{name}: {value} from {since} to {until}, otherwise {elsewhere}; {group}", group=group_name(say, r.group), **gaps)  # fmt: skip
    return say("{name}: {value} from {since} to {until}, otherwise {elsewhere}", **gaps)
