"""The poster: the journey map on one sheet of paper, for the wall or with all its lanes, set by Typst."""

from __future__ import annotations

from typing import Any

from cjmkit.charts.drawing import svg
from cjmkit.charts.journey_map import heading, journey_map
from cjmkit.charts.map_plan import LANES, Plan, Show, plan
from cjmkit.charts.map_rows import filled, needed
from cjmkit.charts.sheet import draw
from cjmkit.charts.theme import SIZES, accent_of, finish
from cjmkit.charts.words import joined, told
from cjmkit.errors import InputError
from cjmkit.method.reviews import valid_until
from cjmkit.reports.content.director import director_page
from cjmkit.reports.layout import bound
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Card, Cards, Facts, Text
from cjmkit.reports.typesetting import typeset

# Millimetres, across; a sheet is half of the next one, so that a map which fits one shape fits all.
SHEETS = {"A3": (420, 297), "A2": (594, 420), "A1": (841, 594), "A0": (1189, 841)}
POINT = 72 / 25.4
WALL = Show(frozenset({"curve", "findings", "owners", "actions"}), body=17, name=22, curve=150, dated=True)
FULL = Show(frozenset(LANES), body=14, name=15, curve=150)
WALL_LEAST, FULL_LEAST = 10.0, 7.0  # points
EDGE = 0.027  # of the sheet's width, as are the next: what stands above and below the map, and what sets them apart
WALL_FRAME, FULL_FRAME, APART = (0.08, 0.026), (0.06, 0.02), 0.008


def poster_pdf(report: Report, *, full: bool = False, sheet: str | None = None) -> bytes:
    """The journey map as a poster of one page.

    On the wall: stages, touchpoints, waits, the curve, what is good and bad, owners and actions; no letter of the map
    smaller than 10 points, touchpoints' names and scores no smaller than 13, which is read from two metres. In full:
    all lanes, no letter of the map smaller than 7 points.

    Args:
        report: what is reported.
        full: all lanes, to be read close by.
        sheet: "A3", "A2", "A1" or "A0", across; None is the smallest on which they are large enough.

    Raises:
        InputError: the letters would be smaller than that; says which sheet would do.
    """
    frame = FULL_FRAME if full else WALL_FRAME
    wide = 1 - 2 * EDGE
    ratio = wide / (297 / 420 - 2 * EDGE - sum(frame) - 2 * APART)
    if report.way.touchpoints:
        the = planned(report, FULL if full else WALL)
        found = filled(the, ratio)
        paper = _sheet(the.show.small / needed(found, ratio) * wide, sheet, FULL_LEAST if full else WALL_LEAST)
        title, lines = heading(the, "")
        chart = finish(draw(found), report.say, SIZES["page"], title=title, subtitle=lines,
                       about=told(report.say, the.figures), width=found.width, height=found.height, bare=True)  # fmt: skip
    else:
        chart, lines = journey_map(report.journey, report.figures, persona=report.who.id, language=report.language), []
        paper = sheet or "A3"
    width, height = SHEETS[paper]
    page = {"width": width, "height": height, "edge": EDGE, "above": frame[0], "below": frame[1], "apart": APART}
    data = {**page, "empty": not report.way.touchpoints, "alt": chart.description, **_words(report, lines, full)}
    files = {"map.svg": svg(chart, report.language, apart=True).encode()}
    return typeset("poster", data, language=report.language, brand=report.brand, files=files)


def planned(report: Report, show: Show) -> Plan:
    """The map of a report's path; thousands of customers' ratings are not drawn one by one."""
    points = None if report.by_customers else report.points
    accent = accent_of(report.accent)
    return plan(report.journey, report.figures, report.way, report.who.id, points, report.say, accent, show)


def _sheet(smallest: float, asked: str | None, least: float) -> str:
    """The paper asked for, or the smallest on which letters of this share of its width are so many points high."""
    sizes = {name: width * POINT * smallest for name, (width, _) in SHEETS.items()}
    fit = [name for name, size in sizes.items() if size >= least]
    if not fit:
        raise InputError(
            "Even on A0 the smallest letters of this poster would have {size} points, and {least} are needed. "
            "Make a poster of a path with fewer touchpoints, or shorten the texts.",
            size=round(sizes["A0"], 1), least=round(least),
        )  # fmt: skip
    if asked and asked not in fit:
        raise InputError(
            "{sheet} is too small for this poster: its smallest letters would have {size} points, and {least} are needed. "
            "Take {fit}.",
            sheet=asked, size=round(sizes[asked], 1), least=round(least), fit=fit[0],
        )  # fmt: skip
    return asked or fit[0]


def _words(report: Report, lines: list[str], full: bool) -> dict[str, Any]:
    """What stands above and below the map, `lines` last."""
    say, journey, day, who = report.say, report.journey, report.day, report.who
    blocks = report.once(director_page, report).blocks
    goal = next((b for b in blocks[1:] if isinstance(b, Facts | Text)), Text(""))
    pairs = goal.pairs if isinstance(goal, Facts) else (("", goal.text),)
    cards = [card for block in blocks if isinstance(block, Cards) for card in block.cards]
    until = valid_until(journey, day) if day else None
    client = "" if journey.client == report.title else journey.client

    def tied(text: str) -> str:
        return bound(text, report.language)

    return {
        "title": tied(report.title),
        "who": joined(who.name, who.role, who.segment),
        "goal": [(name, tied(text)) for name, text in pairs if full or name != say("Why")],
        "card": {name: tied(text) for name, text in vars(cards[0] if cards else Card("")).items()},
        "below_lines": [line for line in (client, *lines) if line],
        "dated": [
            say("as of {date}", date=say.date(day)) if day else say("not dated"),
            *([say("valid until {date}", date=say.date(until))] if until else []),
        ],
    }  # fmt: skip
