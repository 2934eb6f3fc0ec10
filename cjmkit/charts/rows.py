"""Pictures in rows: a name at the left, marks on one scale across, words at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cjmkit.charts.sheet import LEADING, Line, Mark, Rect, Sheet, draw
from cjmkit.charts.theme import GREY, GRID, INK, RULE, TINTS, Size, finish
from cjmkit.charts.words import short
from cjmkit.journey import Journey
from cjmkit.language import Language
from cjmkit.language.fonts import text_width, wrap
from cjmkit.method.rounds import scale_points


@dataclass(frozen=True)
class Row:
    """One row: its name, what is said of it in words (the first in bold), and a heading that stands above it."""

    name: str
    notes: tuple[str, ...] = ()
    heading: str = ""
    strong: bool = False
    id: str = ""


class Rows:
    """Rows on one sheet, as wide as the size asks; each is as high as its words and marks need.

    Args:
        rows: from above to below.
        of: the measures.
        ticks: the points of the scale, lowest first, each with its label and the words of its end.
        accent: the colour of the edge of strong rows.
        names: how much of the width names take at most.
        notes: how much of it the words at the right take at most.
        shaded: every second row, and strong ones, on a ground of their own.
    """

    def __init__(
        self, rows: Sequence[Row], of: Size, ticks: Sequence[tuple[float, str, str]], accent: str, names: float = 0.28,
        notes: float = 0.32, shaded: bool = True,
    ) -> None:  # fmt: skip
        self.rows, self.of, self.ticks, self.accent, self.shaded = rows, of, ticks, accent, shaded
        full, edge = of.width - 3.2 * of.text, of.text * 0.5
        widest = max((text_width(r.name, of.text, r.strong) for r in rows), default=0)
        said = max((text_width(note, of.text, True) for r in rows for note in r.notes), default=0)
        self.room, self.side = min(widest + 1, full * names), min(said + 1, full * notes)
        self.sheet = Sheet(full)
        self.left, self.right = edge + self.room + of.text, full - edge - (self.side + of.text if said else 0)
        self.step = (self.right - self.left) / len(ticks)  # from one point of the scale to the next
        self.middles: list[float] = []
        self.top = 0.0  # where the rows begin

    def x(self, value: float) -> float:
        """Where a value stands across."""
        low, high = self.ticks[0][0], self.ticks[-1][0]
        return self.left + self.step / 2 + (value - low) / (high - low) * (self.right - self.left - self.step)

    def stand(self, tall: float | Sequence[float], key: Sequence[tuple[Mark, str]] = ()) -> None:
        """Give every row its place, and draw grounds, scale, names and words.

        Args:
            tall: how high the marks of a row are, of all or of each.
            key: what the marks mean: a mark and its words, set in a line above the scale.
        """
        of, sheet, space = self.of, self.sheet, self.of.text * 0.35
        line = of.text * LEADING
        heights = [tall] * len(self.rows) if isinstance(tall, int | float) else list(tall)
        self.top = y = self._scale(self._key(key))
        for n, (row, marks) in enumerate(zip(self.rows, heights, strict=True)):
            if row.heading:
                y = sheet.write(0, y + space * 2, row.heading, sheet.width, of.text, bold=True) + space
            name = wrap(row.name, self.room, of.text, bold=row.strong)
            notes = [(wrap(note, self.side, of.text, bold=not k), not k) for k, note in enumerate(row.notes) if note]
            high = max(len(name) * line, sum(len(lines) for lines, _ in notes) * line, marks) + 2 * space
            middle = y + high / 2
            if self.shaded and (row.strong or n % 2 == 0):
                sheet.rects.append(Rect(0, y, sheet.width, y + high, TINTS[1] if row.strong else TINTS[0]))
            if self.shaded and row.strong:
                sheet.rects.append(Rect(0, y, of.text * 0.25, y + high, self.accent))
            sheet.write(of.text * 0.5, middle - len(name) * line / 2, row.name, self.room, of.text, bold=row.strong)
            at = middle - sum(len(lines) for lines, _ in notes) * line / 2
            for lines, bold in notes:
                at = sheet.write(self.right + of.text, at, " ".join(lines), self.side, of.text, bold=bold)
            self.middles.append(middle)
            if row.id:
                sheet.places[row.id] = (y, y + high)
            y += high
        grid = [
            Line(((self.x(v), self.top), (self.x(v), y)), RULE if label else GRID, of.line / 2)
            for v, label, _ in self.ticks
        ]
        sheet.lines[:0], sheet.height = grid, y

    def chart(self, say: Language, title: str, subtitle: Sequence[str], about: Sequence[str]) -> Any:
        """The chart of these rows; its `usermeta` says in pixels where in the plot the row of each id stands."""
        told = "; ".join(f"{row.name}: {text}" for row, text in zip(self.rows, about, strict=True)) + "."
        sheet = self.sheet
        return finish(draw(sheet), say, self.of, title=title, subtitle=subtitle, about=told, width=sheet.width,
                      height=sheet.height, places={"rows": sheet.places})  # fmt: skip

    def _key(self, key: Sequence[tuple[Mark, str]]) -> float:
        """What the marks mean, line by line; answers where it ends."""
        of, x, y = self.of, self.of.text * 0.5, 0.0
        for mark, text in key:
            wide = text_width(text, of.text) + of.text * 2.4
            if x > of.text and x + wide > self.sheet.width:
                x, y = of.text * 0.5, y + of.text * 1.5
            self.sheet.marks.append(Mark(x + of.text * 0.4, y + of.text * 0.62, *_looks(mark)))
            self.sheet.write(x + of.text * 1.2, y, text, self.sheet.width - x - of.text * 1.2, of.text)
            x += wide
        return y + of.text * 1.6 if key else 0.0

    def _scale(self, y: float) -> float:
        """The numbers of the scale above the rows, its ends in words; answers where the rows begin."""
        of, line = self.of, self.of.text * LEADING
        ends = [wrap(words, self.step * 1.9, of.text, 2) for _, _, words in self.ticks]
        y += max(map(len, ends)) * line
        for (value, label, _), lines in zip(self.ticks, ends, strict=True):
            for n, text in enumerate(reversed(lines), 1):
                self.sheet.write(self.x(value), y - n * line, text, 1e9, of.text, colour=GREY, align="center")
            self.sheet.write(self.x(value), y, label, 1e9, of.text, colour=GREY, align="center")
        return y + line + of.text * 0.2


def _looks(mark: Mark) -> tuple[str, float, str, str, float]:
    return mark.shape, mark.area, mark.fill, mark.stroke, mark.width


def tick(x: float, y: float, tall: float, of: Size) -> Mark:
    """An upright stroke of this height, a mean; it lies under the dots, and its ends stand out."""
    half = round(of.line * 1.4 / tall, 3)
    return Mark(x, y, f"M-{half},-1L{half},-1L{half},1L-{half},1Z", tall**2, INK, INK, 0.0)


def points_of(say: Language, journey: Journey) -> list[tuple[float, str, str]]:
    """The points of the journey's scale with their numbers, its ends with their words."""
    of = journey.scale
    return [(v, short(say, v), of.labels.get(f"{v:g}", "") if v in (of.low, of.high) else "") for v in scale_points(of)]


def shares(say: Language) -> list[tuple[float, str, str]]:
    """A scale from 0 to 100 percent."""
    return [(n / 4, say.percent(n / 4), "") for n in range(5)]
