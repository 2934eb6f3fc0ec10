"""The net promoter score: what it is made of, and how sure it is, for all and for each group."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from cjmkit.charts import theme
from cjmkit.charts.picture import given, layer, pixels, words
from cjmkit.charts.theme import GREY, INK, PAPER, SizeName, each, lettering
from cjmkit.charts.words import joined, sentences
from cjmkit.language import Language, speak
from cjmkit.language.fonts import text_width

# Vermillion, light grey, dark green: three greys that differ in print.
FILLS = {"detractors": (theme.PAIN, PAPER), "passives": ("#dededb", INK), "promoters": (theme.SUCCESS_TEXT, PAPER)}


def nps_chart(
    nps: pd.DataFrame,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
) -> Any:
    """Shares of detractors, passives and promoters with their counts, and the NPS with its interval.

    Args:
        nps: a row per group ("" = all, as is a table without that column): group, n, value, low, high (points from -100 to 100), promoters, passives,
            detractors (counts).
        language: None is that of the machine.
        as_of: the date that stands on it.
        size: "page", or "room" for a wall read from five metres.
        accent: a colour such as "#0072b2"; None is the theme's.
    """
    say, of = speak(language), theme.size_of(size)
    shown = nps[nps.n > 0].reset_index(drop=True)
    if "group" not in shown:
        shown = shown.assign(group="")
    heading = say("Net promoter score")
    if shown.empty:
        return theme.nothing(say, of, title=heading, missing=say("No customer has answered a 0–10 question yet."),
                             where=say("Bring in a survey: cjmkit import NAME survey FILE."))  # fmt: skip
    whole = shown[shown.group == ""]
    first = (whole if len(whole) else shown).iloc[0]
    title = say("Net promoter score {value}", value=_points(say, first.value))
    if first.low == first.low:
        title = say("Net promoter score {value}, between {low} and {high}", value=_points(say, first.value),
                    low=_points(say, first.low), high=_points(say, first.high))  # fmt: skip
    subtitle = [
        joined(say.plural("{n} customer answered", "{n} customers answered", int(first.n)),
               say("scale −100 to +100"), say.date(as_of)),
        sentences(say("Bars at the left: who answered 0–6, 7–8 and 9–10, with their number."),
                  say("Bars at the right: 95% interval, had other customers answered.")),
    ]  # fmt: skip
    draft = _Rows(shown, say, of, theme.accent_of(accent))
    about = "; ".join(
        f"{name}: " + say("{promoters} promoters, {passives} passives, {detractors} detractors, NPS {value}",
                          promoters=int(r.promoters), passives=int(r.passives), detractors=int(r.detractors),
                          value=_points(say, r.value))
        for name, r in zip(draft.names, each(shown), strict=True)
    )  # fmt: skip
    return theme.finish(draft.layers(), say, of, title=title, subtitle=subtitle, about=about, width=draft.width,
                        height=draft.height, around=(of.leading(of.small) * 1.8, of.text * 4, of.leading(of.small) * 1.5, draft.left))  # fmt: skip


def _points(say: Language, value: float) -> str:
    return say.number(value, 0, sign=True)


class _Rows:
    """A row for each group: its name, the stacked shares at the left, the score on its scale at the right."""

    def __init__(self, nps: pd.DataFrame, say: Language, of: theme.Size, accent: str) -> None:
        self.nps, self.say, self.of, self.accent = nps, say, of, accent
        self.names = [str(group) if group else say("all") for group in nps.group]
        self.counts = [say("n = {n}", n=say.number(n, 0)) for n in nps.n]
        self.left = max(text_width(t, of.text, True) for t in (*self.names, *self.counts)) + of.text * 1.5
        self.step = of.leading(of.text) * 2.7
        self.height = self.step * len(nps)
        self.bar, self.gap, self.axis = of.width * 0.48, of.text * 3.5, of.width * 0.28
        self.width = self.bar + self.gap + self.axis

    def at(self, points: float) -> float:
        """Pixels of an NPS."""
        return self.bar + self.gap + (points + 100) / 200 * self.axis

    def layers(self) -> list[Any]:
        return [*self._shares(), *self._scores(), *self._names()]

    def _y(self, row: int, aside: float = 0.0) -> float:
        return (row + 0.5 + aside) * self.step

    def _shares(self) -> list[Any]:
        of, say, parts = self.of, self.say, []
        kinds = {"detractors": say("Detractors"), "passives": say("Passives"), "promoters": say("Promoters")}
        for row, r in enumerate(each(self.nps)):
            start = 0.0
            for kind in kinds:
                n = int(getattr(r, kind))
                end = start + n / r.n * self.bar
                text = say("{share} ({n})", share=say.percent(n / r.n), n=say.number(n, 0))
                text = text if text_width(text, of.small, True) + 6 < end - start else say.number(n, 0)
                text = text if text_width(text, of.small, True) + 2 < end - start else ""
                parts.append({"group": self.names[row], "kind": kind, "count": n, "from": start, "to": end,
                              "top": self._y(row, -0.32), "bottom": self._y(row, 0.32), "middle": self._y(row),
                              "centre": (start + end) / 2, "text": text, "fill": FILLS[kind][0], "ink": FILLS[kind][1]})  # fmt: skip
                start = end
        places = zip(kinds.values(), (0.0, self.bar / 2, self.bar), ("left", "center", "right"), strict=True)
        heads: list[dict[str, Any]] = [{"x": x, "name": name, "align": align} for name, x, align in places]
        rects = [{k: p[k] for k in ("group", "kind", "count", "from", "to", "top", "bottom", "fill")} for p in parts]
        texts = [{k: p[k] for k in ("centre", "middle", "text", "ink")} for p in parts]
        above = {"baseline": "bottom", "y": -of.small * 0.3, **lettering(of.small, colour=GREY)}
        return [
            layer(rects, "rect", {"stroke": PAPER, "strokeWidth": of.line * 0.7}, x=pixels("from"), x2={"field": "to"},
                  y=pixels("top"), y2={"field": "bottom"}, fill=given("fill")),
            layer(texts, "text", {"baseline": "middle", **lettering(of.small, bold=True)}, x=pixels("centre"),
                  y=pixels("middle"), text=words("text"), color=given("ink")),
            *[layer([{"x": h["x"], "name": h["name"]}], "text", {"align": h["align"], **above}, x=pixels("x"), text=words("name"))
              for h in heads],
        ]  # fmt: skip

    def _scores(self) -> list[Any]:
        of, say = self.of, self.say
        marks = [
            {"group": self.names[row], "nps": r.value, "x": self.at(r.value), "y": self._y(row), "low": self.at(r.low),
             "high": self.at(r.high), "text": _points(say, r.value)}
            for row, r in enumerate(each(self.nps))
        ]  # fmt: skip
        bars = [{k: m[k] for k in ("low", "high", "y")} for m in marks if m["low"] == m["low"]]
        ticks = [{"x": self.at(v), "label": _points(say, v)} for v in (-100, -50, 0, 50, 100)]
        dots = [{k: m[k] for k in ("x", "y", "text")} for m in marks]
        bar = {"color": theme.BAR, "strokeWidth": of.dot**0.5}
        below = {"baseline": "top", "y": self.height, "dy": of.small * 0.3, **lettering(of.small, colour=GREY)}
        label = {**lettering(of.text, bold=True, colour=self.accent), "baseline": "bottom", "dy": -(of.dot**0.5) * 0.8}
        return [
            layer(ticks, "rule", {"color": theme.GRID, "y": 0, "y2": self.height}, x=pixels("x")),
            layer(ticks, "text", below, x=pixels("x"), text=words("label")),
            *([layer(bars, "rule", bar, x=pixels("low"), x2={"field": "high"}, y=pixels("y"))] if bars else []),
            layer(dots, "point", {"filled": True, "opacity": 1, "size": of.dot * 1.5, "color": self.accent}, x=pixels("x"), y=pixels("y")),
            layer(dots, "text", label, x=pixels("x"), y=pixels("y"), text=words("text")),
        ]  # fmt: skip

    def _names(self) -> list[Any]:
        of = self.of
        rows = [
            {"y": self._y(row), "group": name, "n": n}
            for row, (name, n) in enumerate(zip(self.names, self.counts, strict=True))
        ]
        place: dict[str, Any] = {"align": "right", "x": -of.text}
        name = {**place, "baseline": "bottom", "dy": 1, **lettering(of.text, bold=True)}
        count = {**place, "baseline": "top", "dy": 2, **lettering(of.small, colour=GREY)}
        return [
            layer(rows, "text", name, y=pixels("y"), text=words("group")),
            layer(rows, "text", count, y=pixels("y"), text=words("n")),
        ]  # fmt: skip
