"""Groups of customers: how large each is, and how far it lies from all others in what sets it apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from statistics import fmean
from typing import Any

from cjmkit.charts import theme
from cjmkit.charts.rows import Row, Rows
from cjmkit.charts.segment_words import WHY, Names, called, segment_name, steadiness, trait_figures, trait_named
from cjmkit.charts.sheet import Rect, Sheet, draw
from cjmkit.charts.theme import INK, PAPER, SizeName, each
from cjmkit.charts.words import joined
from cjmkit.language import Language, speak
from cjmkit.language.fonts import text_width
from cjmkit.method.segments import Segments
from cjmkit.method.traits import main_traits

FAR = 2.0  # standard deviations: the end of the scale


def segments_chart(
    segments: Segments | None,
    *,
    names: Names | None = None,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
) -> Any:
    """The groups of customers with their sizes, and what sets each apart from all others.

    Args:
        segments: what `segments` or `segments_by` gives; None where there are no customers.
        names: what columns are called, by column.
        language: None is that of the machine.
        as_of: the date that stands on it.
        size: "page", or "room" for a wall read from five metres.
        accent: a colour such as "#0072b2"; None is the theme's.
    """
    say, of = speak(language), theme.size_of(size)
    heading = say("Groups of customers")
    if segments is None:
        return theme.nothing(say, of, title=heading, missing=say("There is no table of customers yet."),
                             where=say("Bring one in, in 03_evidence or with cjmkit import NAME customers FILE."))  # fmt: skip
    if segments.number < 2:
        where = segments.why or "columns"
        return theme.nothing(say, of, title=heading, missing=say(WHY[where]), where=_looked(say, segments, names))
    colours = _Picture(say, of, segments, names, theme.accent_of(accent))
    return colours.chart(as_of)


def _looked(say: Language, segments: Segments, names: Names | None) -> str:
    """In which columns groups were looked for, and among how many."""
    columns = [called(rule["column"], names) for rule in segments.rule.get("columns", ())]
    people = say.plural("{n} customer", "{n} customers", len(segments.groups))
    return joined(people, say("looked at: {columns}", columns=say.list(columns)) if columns else "")


class _Picture:
    """A strip of sizes above, then the traits of each group, bars around the middle of one scale."""

    def __init__(self, say: Language, of: theme.Size, segments: Segments, names: Names | None, accent: str) -> None:
        self.say, self.of, self.segments, self.names, self.accent = say, of, segments, names, accent
        self.sizes = segments.sizes
        self.total = sum(self.sizes.values())
        top = 3 if of.brief or len(self.sizes) > 4 else 5
        self.traits = {group: each(main_traits(segments.traits, group, top)) for group in self.sizes}

    def chart(self, as_of: str | date | None) -> Any:
        say, of = self.say, self.of
        ends = {-FAR: say("less than other customers"), FAR: say("more than other customers")}
        ticks = [(v, say.number(v, 0, sign=True), ends.get(v, "")) for v in (-FAR, -FAR / 2, 0.0, FAR / 2, FAR)]
        table = Rows(self._rows(), of, ticks, self.accent, names=0.3, notes=0.32)
        table.stand(of.text * 1.2)
        table.sheet.texts = [
            replace(t, halo=t.halo or (t.bold and t.x == 0)) for t in table.sheet.texts
        ]  # headings over the grid
        grid, table.sheet.lines = table.sheet.lines, []  # as rectangles, so that bars lie over it
        table.sheet.rects += [Rect(x - g.width / 2, top, x + g.width / 2, end, g.colour) for g in grid for (x, top), (_, end) in [g.points]]  # fmt: skip
        high, shown = of.text * 0.8, [t for group in self.sizes for t in self.traits[group] or [None]]
        for trait, y in zip(shown, table.middles, strict=True):
            if trait is not None:
                at = sorted((table.x(0), table.x(max(-FAR, min(FAR, trait.effect)))))
                fill = self.accent if trait.effect > 0 else PAPER
                table.sheet.rects.append(Rect(at[0], y - high / 2, at[1], y + high / 2, fill, self.accent))
        sheet = Sheet(table.sheet.width)
        y = self._strip(sheet)
        sheet.add(table.sheet, y)
        sheet.height = y + table.sheet.height
        largest = next(iter(self.sizes))
        title = say("{groups}. The largest, {share}: {name}", groups=say.plural("{n} group of customers", "{n} groups of customers", len(self.sizes)),
                    share=say.percent(self.sizes[largest] / self.total), name=self._name(largest))  # fmt: skip
        return theme.finish(draw(sheet), say, of, title=title, subtitle=self._below(as_of), about=self._about(),
                            width=sheet.width, height=sheet.height)  # fmt: skip

    def _name(self, group: str) -> str:
        return segment_name(self.say, self.segments, group, self.names)

    def _rows(self) -> list[Row]:
        say, rows = self.say, []
        for group in self.sizes:
            head = self._heading(group)
            if not self.traits[group]:
                rows.append(Row(say("nothing sets it apart"), heading=head))
            for n, trait in enumerate(self.traits[group]):
                rows.append(Row(trait_named(say, trait, self.names), (joined(*trait_figures(say, trait)),), head if n == 0 else ""))  # fmt: skip
        return rows

    def _heading(self, group: str) -> str:
        say, n = self.say, self.sizes[group]
        return joined(self._name(group), say.percent(n / self.total), say.plural("{n} customer", "{n} customers", n),
                      steadiness(say, self.segments, group))  # fmt: skip

    def _strip(self, sheet: Sheet) -> float:
        """The sizes side by side, in the order of the groups below; answers where it ends."""
        of, x, high = self.of, 0.0, self.of.text * 2.2
        for n, (group, size) in enumerate(self.sizes.items()):
            end = x + size / self.total * sheet.width
            sheet.rects.append(Rect(x, 0, end, high, self.accent if n == 0 else theme.TINTS[1], PAPER))
            share = self.say.percent(size / self.total)
            for text in (joined(self._name(group), share), share):
                if text_width(text, of.small, True) + of.text < end - x:
                    colour = PAPER if n == 0 else INK
                    sheet.write(x + of.text * 0.5, high / 2 - of.small * 0.61, text, 1e9, of.small, bold=True, colour=colour)  # fmt: skip
                    break
            x = end
        return high + of.text * 0.8

    def _below(self, as_of: str | date | None) -> Sequence[str]:
        say, s = self.say, self.segments
        people = say.plural("{n} customer", "{n} customers", self.total)
        if s.by:
            how = say("Groups as {column} names them; nothing was looked for.", column=called(s.by, self.names))
        else:
            alike = say.percent(fmean(s.stability.values()))
            how = say("Found by being alike. Made anew from customers drawn again, the groups come out {share} the same.", share=alike)  # fmt: skip
        bars = say("Bars: how far a group lies from all others, in standard deviations, cut at two.")
        return [joined(people, say.date(as_of)), how, bars]

    def _about(self) -> str:
        say = self.say
        told = []
        for group in self.sizes:
            traits = say.apart(
                " ".join((trait_named(say, t, self.names), *trait_figures(say, t))) for t in self.traits[group]
            )
            told.append(f"{self._heading(group)}: {traits}" if traits else self._heading(group))
        return "\n".join(told)
