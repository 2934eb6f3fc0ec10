"""Importance against performance: where to concentrate, in four named fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pandas as pd

from cjmkit.charts import theme
from cjmkit.charts.sheet import LEADING, Line, Mark, Rect, Sheet, draw
from cjmkit.charts.theme import BAR, GREY, GRID, INK, PAPER, RULE, SizeName, each
from cjmkit.charts.words import joined, sentences, short
from cjmkit.errors import N_
from cjmkit.journey import Journey
from cjmkit.language import Language
from cjmkit.language.fonts import text_width

QUADRANTS = {
    "concentrate": N_("concentrate here"),
    "keep-up": N_("keep up"),
    "low-priority": N_("low priority"),
    "overkill": N_("possible overkill"),
}
PLACES = {"concentrate": (0, 0), "keep-up": (1, 0), "low-priority": (0, 1), "overkill": (1, 1)}  # across, down


def importance_performance_chart(
    journey: Journey,
    table: pd.DataFrame,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
) -> Any:
    """Every touchpoint by how well it is rated and how important it is, numbered from the most important.

    Args:
        journey: the map.
        table: what `importance_performance` gives.
        language: None is the journey's.
        as_of: the date that stands on it; None is the journey's.
        size: "page", "paper", "room" or "wall".
        accent: a colour such as "#0072b2"; None is the theme's.
    """
    say, of = theme.tongue(journey, language), theme.size_of(size)
    heading = say("Importance and performance")
    if table.empty:
        return theme.nothing(say, of, title=heading, missing=say("No touchpoint has both an importance and a rating by customers."),
                             where=say("Bring in a survey that rates touchpoints and asks for an overall score or for importance: cjmkit import NAME survey FILE."))  # fmt: skip
    known = {t.id: t.name for t in journey.touchpoints}
    names = [str(known.get(r.touchpoint) or r.item) for r in each(table)]
    plot = _Plot(table, names, say, of, theme.accent_of(accent))
    plot.fill()
    derived = (table.kind == "derived").all()
    middle = table.cross_value.iloc[0] == 0.5
    n = say.plural("{n} touchpoint", "{n} touchpoints", len(table))
    subtitle = [
        joined(heading, journey.title or journey.client, n, _counts(say, table), theme.day(journey, as_of, say)),
        sentences(
            say("Upwards: share of what the ratings together tell of the overall score; it moves together with it, that is no proof of a cause.")
            if derived else say("Upwards: how important customers say it is."),
            say("To the right: customers' rating."),
            say("The cross stands in the middle of the scale.") if middle else say("The cross stands at the mean of the touchpoints."),
            say("Thin lines: 95% interval, had other customers answered."),
        ),
    ]  # fmt: skip
    about = "; ".join(
        f"{name}: " + joined(say(QUADRANTS[r.quadrant]), say("importance {value}", value=plot.importance(r.importance)),
                             say("rating {value}", value=plot.performance(r.value)))
        for name, r in zip(names, each(table), strict=True)
    )  # fmt: skip
    sheet = plot.sheet
    return theme.finish(draw(sheet), say, of, title=_title(say, table, names), subtitle=subtitle, about=about + ".",
                        width=sheet.width, height=sheet.height)  # fmt: skip


def _title(say: Language, table: pd.DataFrame, names: Sequence[str]) -> str:
    weak = [name for name, quadrant in zip(names, table.quadrant, strict=True) if quadrant == "concentrate"]
    if not weak:
        return say("No important touchpoint is rated below the others")
    if len(weak) > 3:
        return say.plural("Concentrate on {n} touchpoint", "Concentrate on {n} touchpoints", len(weak))
    return say("Concentrate here: {names}", names=say.list(weak))


def _counts(say: Language, table: pd.DataFrame) -> str:
    fewest, most = int(table.n.min()), int(table.n.max())
    if fewest == most:
        return say.plural("customers' ratings, {n} answer each", "customers' ratings, {n} answers each", most)
    return say(
        "customers' ratings, {fewest} to {most} answers each", fewest=say.number(fewest, 0), most=say.number(most, 0)
    )


class _Plot:
    """The field of the touchpoints at the left, their names by quadrant at the right."""

    def __init__(self, table: pd.DataFrame, names: Sequence[str], say: Language, of: theme.Size, accent: str) -> None:
        self.rows, self.names, self.say, self.of, self.accent = each(table), names, say, of, accent
        self.derived = bool((table.kind == "derived").all())
        self.same = table.scale_low.nunique() == 1 and table.scale_high.nunique() == 1
        self.scale = (float(table.scale_low.iloc[0]), float(table.scale_high.iloc[0]))
        self.x_range = _around([table.value, table.low, table.high, table.cross_value])
        self.y_range = _around([table.importance, table.importance_low, table.importance_high, table.cross_importance])
        full, line = of.width - 3.2 * of.text, of.text * LEADING
        self.sheet = Sheet(full)
        self.left, self.top = of.text * 3.6, line * 1.4
        self.right = self.left + full * 0.52
        self.bottom = self.top + full * 0.46
        self.cross = (self.x(table.cross_value.iloc[0]), self.y(table.cross_importance.iloc[0]))

    def x(self, value: float) -> float:
        low, high = self.x_range
        return self.left + (value - low) / (high - low) * (self.right - self.left)

    def y(self, value: float) -> float:
        low, high = self.y_range
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)

    def importance(self, value: float) -> str:
        return self.say.percent(value)

    def performance(self, value: float) -> str:
        """A rating in points of the scale where all have the same, else in percent of each one's own."""
        low, high = self.scale
        if not self.same:
            return self.say.percent(value)
        points = self.say.number(low + value * (high - low), 2)
        return self.say("{value} of {top}", value=points, top=short(self.say, high))

    def fill(self) -> None:
        self._grounds()
        self._axes()
        self._corners(self._points())
        self._lists()

    def _grounds(self) -> None:
        x, y = self.cross
        edges = ((self.left, x, self.right), (self.top, y, self.bottom))
        for quadrant, (across, down) in PLACES.items():
            fill = "#ebebe8" if quadrant == "concentrate" else "#f6f6f5" if quadrant != "low-priority" else PAPER
            self.sheet.rects.append(
                Rect(edges[0][across], edges[1][down], edges[0][across + 1], edges[1][down + 1], fill, RULE)
            )

    def _axes(self) -> None:
        of, say, sheet = self.of, self.say, self.sheet
        for value in _ticks(self.y_range):
            y = self.y(value)
            sheet.lines.append(Line(((self.left, y), (self.right, y)), GRID, of.line / 2))
            sheet.write(self.left - of.text * 0.4, y - of.small * 0.6, self.importance(value), 1e9, of.small, colour=GREY, align="right")  # fmt: skip
        low, high = self.scale if self.same else (0.0, 1.0)
        for value in _ticks((low + self.x_range[0] * (high - low), low + self.x_range[1] * (high - low))):
            x = self.x((value - low) / (high - low))
            sheet.lines.append(Line(((x, self.top), (x, self.bottom)), GRID, of.line / 2))
            label = short(say, value) if self.same else say.percent(value)
            sheet.write(x, self.bottom + of.small * 0.3, label, 1e9, of.small, colour=GREY, align="center")
        sheet.write(0, 0, say("more important ↑"), self.right, of.small, colour=GREY)
        below = self.bottom + of.small * (LEADING + 0.5)
        sheet.write(self.right, below, say("rated better →"), self.right, of.small, colour=GREY, align="right")
        sheet.height = below + of.small * LEADING

    def _corners(self, circles: Sequence[tuple[float, float]]) -> None:
        """Each quadrant's name in its corner, where it is wide enough and no circle lies there."""
        of, sheet, (x, y) = self.of, self.sheet, self.cross
        for quadrant, (across, down) in PLACES.items():
            words = self.say(QUADRANTS[quadrant])
            wide, high, edge = text_width(words, of.small), of.small * LEADING, of.text * 0.5
            left = self.right - edge - wide if across else self.left + edge
            top = self.bottom - edge - high if down else self.top + edge
            room = ((self.right - x) if across else (x - self.left), (self.bottom - y) if down else (y - self.top))
            reach = of.text
            free = not any(left - reach < a < left + wide + reach and top - reach < b < top + high + reach for a, b in circles)  # fmt: skip
            if free and wide + 2 * edge < room[0] and high + 2 * edge < room[1]:
                sheet.write(left, top, words, 1e9, of.small, colour=GREY)

    def _points(self) -> list[tuple[float, float]]:
        of, sheet = self.of, self.sheet
        dot = of.text * 1.75
        placed: list[tuple[float, float]] = []
        for number, r in enumerate(self.rows, 1):
            x, y = self.x(r.value), self.y(r.importance)
            ends = (("x", r.low, r.high), ("y", r.importance_low, r.importance_high))
            for way, low, high in ends:
                if low == low:
                    line = (
                        ((self.x(low), y), (self.x(high), y)) if way == "x" else ((x, self.y(low)), (x, self.y(high)))
                    )
                    sheet.lines.append(Line(line, BAR, of.line * 0.7))
            at = next(
                place for place in _near(x, y, dot)
                if self.left + dot / 2 <= place[0] <= self.right - dot / 2 and self.top + dot / 2 <= place[1] <= self.bottom - dot / 2
                and all((place[0] - a) ** 2 + (place[1] - b) ** 2 >= (dot * 1.05) ** 2 for a, b in placed)
            )  # fmt: skip
            placed.append(at)
            if at != (x, y):
                sheet.lines.append(Line(((x, y), at), INK, of.line * 0.6))
                sheet.marks.append(Mark(x, y, "circle", (of.text * 0.4) ** 2, INK, INK, 0))
            strong = r.quadrant == "concentrate"
            sheet.marks.append(
                Mark(*at, "circle", dot**2 * 0.785, self.accent if strong else PAPER, self.accent, of.line)
            )
            sheet.write(at[0], at[1] - of.small * 0.66, str(number), 1e9, of.small, bold=True, colour=PAPER if strong else INK, align="center")  # fmt: skip
        return placed

    def _lists(self) -> None:
        """Each quadrant's name, and the numbered names of its touchpoints under it."""
        of, sheet = self.of, self.sheet
        x, y = self.right + of.text * 1.6, self.top
        for quadrant, words in QUADRANTS.items():
            mine = [
                (n, name)
                for n, (r, name) in enumerate(zip(self.rows, self.names, strict=True), 1)
                if r.quadrant == quadrant
            ]
            if not mine:
                continue
            y = sheet.write(x, y, self.say(words), sheet.width - x, of.text, bold=True)
            for number, name in mine:
                sheet.write(x + of.text * 1.4, y, str(number), 1e9, of.text, bold=True, align="right")
                y = sheet.write(x + of.text * 2, y, name, sheet.width - x - of.text * 2, of.text)
            y += of.text * 0.8
        sheet.height = max(sheet.height, y)


def _around(given: Sequence[pd.Series]) -> tuple[float, float]:
    """A range that holds all these values, a tenth wider."""
    every = pd.concat(list(given)).dropna()
    low, high = float(every.min()), float(every.max())
    room = (high - low) * 0.1 or 0.1
    return max(0.0, low - room) if low >= 0 else low - room, min(1.0, high + room)


def _ticks(of: tuple[float, float]) -> list[float]:
    """Four to eight round values within a range."""
    low, high = of
    step = next((s for s in (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2) if (high - low) / s <= 7), 5)
    first = -(-low // step)
    return [round((first + n) * step, 6) for n in range(int((high - first * step) / step + 1e-9) + 1)]


def _near(x: float, y: float, dot: float) -> Iterator[tuple[float, float]]:
    """The place itself, then places around it, ever farther."""
    yield x, y
    for ring in range(1, 200):
        for across, down in ((1, 0), (0, -1), (-1, 0), (0, 1), (0.7, -0.7), (-0.7, -0.7), (-0.7, 0.7), (0.7, 0.7)):
            yield x + across * ring * dot * 0.35, y + down * ring * dot * 0.35
