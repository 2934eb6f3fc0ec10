"""The journey map for a projector, read from five metres: stages, touchpoints and the curve, on as many screens as it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from cjmkit.charts.drawing import png
from cjmkit.charts.journey_map import heading, journey_map
from cjmkit.charts.map_plan import Plan, Show
from cjmkit.charts.map_rows import breaks, filled
from cjmkit.charts.sheet import draw
from cjmkit.charts.theme import SIZES, finish
from cjmkit.charts.words import joined, told
from cjmkit.reports.poster import planned
from cjmkit.reports.report import Report

WIDTH, HEIGHT = 1920, 1080
LEAST = 16.0  # pixels of such a screen, for the smallest letters; names and scores are a third larger
MOST = 24  # so many touchpoints never find room on fewer screens
ROOM = Show(frozenset({"curve"}), body=17, name=22, curve=90)
SIZE = replace(SIZES["page"], text=ROOM.body, small=ROOM.small, title=26)
RATIO = 2.06  # of what is left of a screen below the title


def room_maps(report: Report) -> tuple[bytes, ...]:
    """The map as PNG, each no larger than a screen of 1920 × 1080 pixels, no letter smaller than 16 of them, names no smaller than 21.

    The pictures leave out channels, words, owners, actions and KPIs, and say so.
    """
    language, say = report.language, report.say
    if not report.way.touchpoints:
        chart = journey_map(report.journey, report.figures, persona=report.who.id, language=language)
        return (png(chart, _scale(chart), language),)
    note = say(
        "Left out, so that it can be read from afar: channels, words, owners, actions, KPIs. The map and the report have them."
    )
    the = planned(report, replace(ROOM, note=note))
    stages = tuple(t.stage for t in the.whole)
    for count in range(max(1, len(stages) // MOST), len(stages) + 1):
        screens = _screens(the, breaks(stages, count), say.date(report.day), count < len(stages))
        if screens:
            break
    return tuple(png(chart, _scale(chart), language) for chart in screens)


def _screens(the: Plan, cuts: Sequence[int], date: str, strict: bool) -> list[Any]:
    """The screens of a path that is cut at these touchpoints; none where letters would be too small."""
    say, screens, count = the.say, list[Any](), len(cuts) - 1
    title, lines = heading(the, date)
    for n, (first, last) in enumerate(pairwise(cuts), 1):
        sheet = filled(the, RATIO, first, last)
        which = say("screen {n} of {all}", n=say.number(n, 0), all=say.number(count, 0)) if count > 1 else ""
        chart = finish(draw(sheet), say, SIZE, title=title, subtitle=[joined(which, lines[0])], about=told(say, the.figures),
                       width=sheet.width, height=sheet.height)  # fmt: skip
        if strict and _scale(chart) * the.show.small < LEAST:
            return []
        screens.append(chart)
    return screens


def _scale(chart: Any) -> float:
    """How much larger the picture may be drawn on a screen."""
    edge = chart.padding
    wide = chart.width + edge["left"] + edge["right"]
    return float(min(WIDTH / wide, HEIGHT / (chart.height + edge["top"] + edge["bottom"])))
