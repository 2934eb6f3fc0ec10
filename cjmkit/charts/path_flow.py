"""The commonest paths that customers really took, as a flow; those in the map's order stand out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import pandas as pd

from cjmkit.charts import theme
from cjmkit.charts.sheet import LEADING, Mark, Rect, Sheet, draw, r1
from cjmkit.charts.theme import BAR, GREY, INK, PAPER, RULE, Size, SizeName, each, finish
from cjmkit.charts.words import joined, map_order, place, sentences
from cjmkit.journey import Journey, Path
from cjmkit.language import Language
from cjmkit.language.fonts import wrap
from cjmkit.method.groups import FEW

MOST = 8  # paths; more lie on each other


def path_flow(
    journey: Journey,
    paths: pd.DataFrame,
    way: Path | None = None,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
) -> Any:
    """The commonest paths from left to right, as wide as customers took them; in colour where the map has that order.

    Args:
        journey: the map.
        paths: what `common_paths` gives: path, n, customers, share.
        way: the mapped path; None is the journey's own.
        language: None is the journey's.
        as_of: the date that stands on it; None is the journey's.
        size: "page", "room" for a wall read from five metres, "wall" for a projector of few pixels.
        accent: a colour such as "#0072b2"; None is the theme's.
    """
    say, of = theme.tongue(journey, language), theme.size_of(size)
    shown = paths[paths.customers >= FEW].head(MOST)
    if shown.empty:
        return theme.nothing(say, of, title=say("The commonest real paths"), missing=say("No log of what customers did is here yet."),
                             where=say("Bring one in: in 03_evidence, or cjmkit import NAME events FILE."))  # fmt: skip
    order = {id: n for n, id in enumerate((way or journey.path()).touchpoints)}
    kept = [in_order(path, order) for path in shown.path]
    flow = Flow(journey, shown, kept, of, say, theme.accent_of(accent))
    first = each(shown)[0]
    title = say("The commonest real path, of {share} of customers: {path}", share=say.percent(first.share), path=_said(say, journey, first.path))  # fmt: skip
    subtitle = [
        joined(journey.title or journey.client, say.plural("{n} path shown", "{n} paths shown", len(shown)), theme.day(journey, as_of, say)),
        sentences(say("A band is as wide as customers took that path; one customer may take several."),
                  say("In colour: in the map's order. Grey: not in that order, or again and again.")),
    ]  # fmt: skip
    about = "; ".join(f"{_said(say, journey, r.path)}: {_customers(say, r)}" for r in each(shown)) + "."
    sheet = flow.sheet
    return finish(draw(sheet), say, of, title=title, subtitle=subtitle, about=about, width=sheet.width, height=sheet.height)  # fmt: skip


def in_order(path: Sequence[str], order: Mapping[str, int]) -> bool:
    """Whether these touchpoints follow each other on the map, steps left out or not.

    >>> in_order(("web", "basket"), {"web": 0, "shop": 1, "basket": 2}), in_order(("basket", "web"), {"web": 0, "basket": 2})
    (True, False)
    """
    places = [order.get(name, -1) for name in path]
    return -1 not in places and all(a < b for a, b in pairwise(places))


class Flow:
    """Columns of boxes, one a step, and the bands of the paths between them."""

    def __init__(self, journey: Journey, paths: pd.DataFrame, kept: Sequence[bool], of: Size, say: Language, accent: str) -> None:  # fmt: skip
        self.of, self.paths, self.kept, self.accent = of, list(paths.path), kept, accent
        self.people = [int(n) for n in paths.customers]
        self.steps = max(map(len, self.paths))
        self.sheet = Sheet(of.width - 3.2 * of.text)
        self.notes = of.text * 7
        self.wide = (self.sheet.width - self.notes) / (self.steps * 1.55 - 0.55)
        self.unit = of.text * 22 / sum(self.people)  # pixels for one customer
        self.boxes = {(k, p[k]): (0.0, 0.0) for p in self.paths for k in range(len(p))}
        names = {name: place(say, journey, name) for _, name in self.boxes}
        order = map_order(journey)
        for step in range(self.steps):
            self._column(step, names, order)
        self._bands(say)

    def _column(self, step: int, names: Mapping[str, str], order: Mapping[str, int]) -> None:
        """The boxes of one step from above to below, each as high as its bands, or its name, need."""
        here = sorted((n for k, n in self.boxes if k == step), key=lambda n: (order.get(n, len(order)), n))
        y, x, pad = 0.0, step * self.wide * 1.55, self.of.text * 0.5
        for name in here:
            lines = wrap(names[name], self.wide - 2 * pad, self.of.text, 3)
            bands = (
                sum(n for p, n in zip(self.paths, self.people, strict=True) if p[step : step + 1] == (name,))
                * self.unit
            )
            tall = max(bands, len(lines) * self.of.text * LEADING) + 2 * pad
            self.sheet.rects.append(Rect(x, y, x + self.wide, y + tall, PAPER, RULE))
            self.sheet.write(x + pad, y + tall / 2 - len(lines) * self.of.text * LEADING / 2, " ".join(lines), self.wide - 2 * pad, self.of.text)  # fmt: skip
            self.boxes[step, name] = (y + (tall - bands) / 2, y + tall)
            y += tall + self.of.text * 0.9
        self.sheet.height = max(self.sheet.height, y)

    def _bands(self, say: Language) -> None:
        """Each path through its boxes, the mapped ones on top, its customers behind the last box."""
        stop: dict[tuple[int, int], float] = {}  # where a band leaves a box, and where it enters one
        begin: dict[tuple[int, int], float] = {}
        for step, name in self.boxes:
            mine = [n for n, p in enumerate(self.paths) if p[step : step + 1] == (name,)]
            self._stacked(begin, mine, step, name, step + 1)
            self._stacked(stop, mine, step, name, step - 1)
        for n in sorted(range(len(self.paths)), key=lambda n: (self.kept[n], n)):
            for k in range(len(self.paths[n]) - 1):
                self._band(n, k, begin[n, k], stop[n, k + 1])
        last = [(len(path) - 1, n) for n, path in enumerate(self.paths)]
        ends = [(stop[n, k] + self.people[n] * self.unit / 2, (k * 1.55 + 1) * self.wide, n) for k, n in last]
        self._counts(say, ends)

    def _stacked(
        self, tops: dict[tuple[int, int], float], mine: Sequence[int], step: int, name: str, beside: int
    ) -> None:
        """Where each of these paths lies in a box, in the order of the boxes beside it, so that few bands cross."""

        def there(n: int) -> tuple[float, int]:
            path = self.paths[n]
            return (self.boxes[beside, path[beside]][0] if 0 <= beside < len(path) else 0.0), n

        y = self.boxes[step, name][0]
        for n in sorted(mine, key=there):
            tops[n, step] = y
            y += self.people[n] * self.unit

    def _band(self, n: int, step: int, start: float, end: float) -> None:
        """A band between two boxes; a mark of area 4 has its path in pixels."""
        wide, tall = self.wide * 0.55, self.people[n] * self.unit
        half, down = r1(wide / 2), r1(end - start)
        shape = (f"M0,0C{half},0,{half},{down},{r1(wide)},{down}L{r1(wide)},{r1(down + tall)}"
                 f"C{half},{r1(down + tall)},{half},{r1(tall)},0,{r1(tall)}Z")  # fmt: skip
        colour = self.accent if self.kept[n] else BAR
        self.sheet.marks.append(Mark((step * 1.55 + 1) * self.wide, start, shape, 4, colour, PAPER, 0.8))

    def _counts(self, say: Language, ends: Sequence[tuple[float, float, int]]) -> None:
        """How many took each path, beside its last box, never on another count."""
        line, free = self.of.text * LEADING, 0.0
        for y, x, n in sorted(ends):
            free = max(free, y - line / 2)
            mark = self.accent if self.kept[n] else GREY
            self.sheet.marks.append(Mark(x + self.of.text, free + line / 2, "square", (self.of.text * 0.6) ** 2, mark if self.kept[n] else BAR, mark, 0))  # fmt: skip
            text = say.number(self.people[n], 0)
            self.sheet.write(x + self.of.text * 1.8, free, text, 1e9, self.of.text, colour=INK, bold=self.kept[n])
            free += line * 1.05
        self.sheet.height = max(self.sheet.height, free)


def _said(say: Language, journey: Journey, path: Sequence[str]) -> str:
    return " → ".join(place(say, journey, name) for name in path)


def _customers(say: Language, row: Any) -> str:
    return joined(say.plural("{n} customer", "{n} customers", int(row.customers)), say.percent(row.share))
