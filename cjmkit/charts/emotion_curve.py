"""The emotion curve: one path from left to right, everyone's score, the mean and its interval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import pandas as pd

from cjmkit.charts import theme
from cjmkit.charts.dots import Dot, dots, unbroken
from cjmkit.charts.picture import at, given, layer, pixels, plain, words
from cjmkit.charts.theme import (
    FAINT,
    FILLS,
    GREY,
    INK,
    PAPER,
    SHAPES,
    TEXTS,
    Size,
    SizeName,
    each,
    lettering,
)
from cjmkit.charts.words import interval_note, joined, people, scale, score, sentences, short, told, word
from cjmkit.journey import Journey
from cjmkit.language import Language
from cjmkit.language.fonts import text_width, wrap


@dataclass(frozen=True)
class Frame:
    """The picture's measures in pixels, and the words that stand around the plot."""

    size: Size
    step: float
    names: tuple[tuple[str, ...], ...]
    stages: tuple[tuple[tuple[str, ...], int, int], ...]
    n: int

    @property
    def width(self) -> float:
        return self.step * self.n

    @property
    def around(self) -> tuple[float, float, float, float]:
        size = self.size
        head = max((len(lines) for lines, _, _ in self.stages), default=1) * size.leading(size.text)
        foot = (max(map(len, self.names)) + 2.5) * size.leading(size.small) + size.leading(size.text)
        return head + self.margin + size.text * 0.6, size.text * 5, foot, size.text * 8

    @property
    def margin(self) -> float:
        """Above and below the plot, for the words at the highest and lowest point."""
        return self.size.small * 2.4


def emotion_curve(
    journey: Journey,
    figures: pd.DataFrame,
    points: pd.DataFrame | None = None,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
) -> Any:
    """The curve along a path: each person's dot, the mean with its interval, the lowest and highest by name.

    Args:
        journey: the map.
        figures: what `path_figures` gives, index touchpoint in the order of the path.
        points: everyone's final scores (participant, team, touchpoint, score, round), or customers' ratings.
        language: None is the journey's.
        as_of: the date that stands on it; None is the journey's.
        size: "page", or "room" for a wall read from five metres.
        accent: a colour such as "#0072b2"; None is the theme's.

    Returns:
        An Altair chart; its `usermeta` says in pixels where in the plot each touchpoint's column stands (from, to), and how
        far above the plot the stages begin.
    """
    say, of = theme.tongue(journey, language), theme.size_of(size)
    scored = figures[figures.n > 0]
    heading = joined(say("Emotion curve"), journey.title or journey.client)
    if scored.empty:
        return theme.unscored(say, of, heading)
    found = dots(points[points.touchpoint.isin(figures.index)]) if points is not None else []
    low, high = theme.extreme(scored, highest=False), theme.extreme(scored, highest=True)
    title = say("Lowest: {low} ({low_value}). Highest: {high} ({high_value})", low=low.name, high=high.name,
                low_value=score(say, low.value), high_value=score(say, high.value))  # fmt: skip
    subtitle = [
        joined(heading, people(say, scored), scale(say, journey), theme.day(journey, as_of, say)),
        sentences(_dots_note(say, found), interval_note(say, scored)),
    ]
    frame = _frame(journey, figures, of)
    layers = [
        *_grounds(journey, frame, say),
        *_figures(journey, figures, found, frame),
        *_labels(journey, figures, found, frame, say, theme.accent_of(accent)),
    ]
    ends = {id: (n * frame.step, (n + 1) * frame.step) for n, id in enumerate(figures.index)}
    return theme.finish(layers, say, of, title=title, subtitle=subtitle, about=told(say, figures), width=frame.width,
                        height=of.height, around=frame.around, places={"columns": ends, "above": frame.around[0]})  # fmt: skip


def _dots_note(say: Language, found: list[Dot]) -> str:
    if not found:
        return ""
    many = any(dot.n > 1 for dot in found)
    return say("Circles: how many gave each score.") if many else say("Small dots: each person's score.")


def _frame(journey: Journey, figures: pd.DataFrame, of: Size) -> Frame:
    """As wide as its longest word needs: names are never cut."""
    names = [str(name) for name in figures["name"]]
    longest = max(text_width(part, of.small) for name in names for part in name.split() or [""])
    step = max(min(longest + of.small * 0.9, of.small * 11), of.small * 5, min(of.width / len(names), of.small * 14))
    known = {s.id: s.name or s.id for s in journey.stages}
    stages = list(figures.stage)
    runs = [list(g) for _, g in groupby(range(len(stages)), key=lambda n: stages[n])]
    heads = [
        (wrap(known.get(stages[r[0]], ""), len(r) * step - of.text, of.text, bold=True), r[0], r[-1]) for r in runs
    ]
    return Frame(of, step, tuple(wrap(n, step - of.small * 0.7, of.small) for n in names), tuple(heads), len(names))


def _x(frame: Frame, field: str = "place") -> Any:
    return plain(field, -0.5, frame.n - 0.5)


def _y(journey: Journey, field: str = "value") -> Any:
    return plain(field, journey.scale.low, journey.scale.high)


def _grounds(journey: Journey, frame: Frame, say: Language) -> list[Any]:
    """Stages as bands with their names, the scale with its labels, the touchpoints' names below."""
    of, size, scale_ = frame.size.height, frame.size, journey.scale
    edge = size.text * 0.6
    bands = [
        {"from": a - 0.5, "to": b + 0.5, "stage": list(lines), "fill": theme.TINTS[k % 2]}
        for k, (lines, a, b) in enumerate(frame.stages)
    ]
    top, low = -frame.around[0], of + frame.margin
    step = 1 if scale_.span <= 10 else scale_.span / 5
    ticks = [scale_.low + k * step for k in range(int(scale_.span / step + 1e-9) + 1)]
    labels = {value: scale_.labels.get(f"{value:g}", "") for value in (scale_.low, scale_.high)}
    marks = [
        {"value": v, "label": list(wrap(joined(labels.get(v, ""), short(say, v)), size.text * 7, size.small))}
        for v in ticks
    ]
    return [
        layer(
            [{k: b[k] for k in ("from", "to", "fill")} for b in bands],
            "rect",
            x=_x(frame, "from"),
            x2={"field": "to"},
            fill=given("fill"),
            y=at(top),
            y2=at(low),
        ),
        layer(
            [{"from": b["from"], "stage": b["stage"]} for b in bands],
            "text",
            {"align": "left", "dx": edge, "baseline": "top", **lettering(size.text, bold=True)},
            x=_x(frame, "from"),
            text=words("stage"),
            y=at(top + edge),
        ),
        layer([{"value": v} for v in ticks], "rule", {"color": theme.GRID}, y=_y(journey)),
        layer(
            marks,
            "text",
            {"align": "right", "baseline": "middle", **lettering(size.small, colour=GREY)},
            y=_y(journey),
            text=words("label"),
            x=at(-edge),
        ),
    ]


def _figures(journey: Journey, figures: pd.DataFrame, found: list[Dot], frame: Frame) -> list[Any]:
    """Intervals, everyone's scores, the line through the means, and the means."""
    size, place = frame.size, {id: n for n, id in enumerate(figures.index)}
    rows = [(place[r.Index], r) for r in each(figures) if r.n > 0]
    bars = [{"place": n, "low": r.low, "high": r.high} for n, r in rows if r.low == r.low]
    aside = size.dot**0.5 * 0.75 / frame.step
    people = [
        {"place": place[d.touchpoint] + d.aside * aside, "value": d.score, "area": d.area * size.dot * 0.3}
        for d in found
    ]
    runs = unbroken([n for n, _ in rows])
    means = dict(rows)
    line = [{"run": k, "place": n, "value": means[n].value} for k, run in enumerate(runs) for n in run]
    hollow = {t.id for t in journey.touchpoints if t.evidence == "assumed"}
    marks = [
        {
            "touchpoint": r.name, "place": n, "value": r.value, "shape": SHAPES[r.finding], "colour": FILLS[r.finding],
            "fill": PAPER if r.Index in hollow and r.of == "team" else FILLS[r.finding],
        }
        for n, r in rows
    ]  # fmt: skip
    x, y = _x(frame), _y(journey)
    layers = [
        layer(people, "point", {"filled": True, "stroke": FAINT, "fill": PAPER, "opacity": 1, "strokeWidth": size.line * 0.6},
              x=x, y=y, size=given("area", "quantitative")),
        layer(line, "line", {"color": INK, "strokeWidth": size.line}, x=x, y=y, detail=words("run")),
        layer(marks, "point", {"opacity": 1, "size": size.dot * 1.6, "strokeWidth": size.line * 1.3},
              x=x, y=y, shape=given("shape"), stroke=given("colour"), fill=given("fill")),
    ]  # fmt: skip
    thick = {"color": theme.BAR, "strokeWidth": size.dot**0.5 * 0.9}
    spans = layer(bars, "rule", thick, x=x, y=_y(journey, "low"), y2={"field": "high"})
    return ([spans] if bars else []) + layers[0 if people else 1 :]


def _labels(
    journey: Journey, figures: pd.DataFrame, found: list[Dot], frame: Frame, say: Language, accent: str
) -> list[Any]:
    """The path's mean; below the plot each value and name; at the plot the weakest link and the best moment."""
    size, rows = frame.size, list(enumerate(each(figures)))
    below = frame.size.height + frame.margin + size.text * 0.4
    mean = float(figures.value.mean())
    under = below + size.leading(size.text)
    split = [
        {
            "place": n,
            "word": list(wrap(word(say, "contested"), frame.step, size.small)),
            "down": under + len(frame.names[n]) * size.leading(size.small),
        }
        for n, r in rows
        if r.contested
    ]
    scores = [{"place": n, "score": score(say, r.value), "colour": TEXTS[r.finding] if r.n else GREY} for n, r in rows]
    names = [{"place": n, "touchpoint": list(lines)} for n, lines in enumerate(frame.names)]
    middle = {
        "value": mean,
        "word": list(wrap(say("mean {value}", value=score(say, mean)), size.text * 4.4, size.small)),
    }
    small = lettering(size.small)
    return [
        layer([middle], "rule", {"color": accent, "strokeDash": [6, 4], "strokeWidth": size.line * 0.7}, y=_y(journey)),
        layer([middle], "text", {"align": "left", "dx": size.text * 0.5, **lettering(size.small, colour=accent)},
              y=_y(journey), text=words("word"), x=at(frame.width)),
        layer(scores, "text", {"baseline": "top", **lettering(size.text, bold=True)},
              x=_x(frame), text=words("score"), color=given("colour"), y=at(below)),
        layer(names, "text", {"baseline": "top", **small}, x=_x(frame), text=words("touchpoint"), y=at(under)),
        *([layer(split, "text", {"baseline": "top", **lettering(size.small, colour=GREY)}, x=_x(frame), y=pixels("down"),
                 text=words("word"))] if split else []),
        *_extremes(journey, figures, found, frame, say),
    ]  # fmt: skip


def _extremes(journey: Journey, figures: pd.DataFrame, found: list[Dot], frame: Frame, say: Language) -> list[Any]:
    scored, size = figures[figures.n > 0], frame.size
    layers = []
    for text, up in ((word(say, "weakest"), False), (say("best moment"), True)):
        row = theme.extreme(scored, highest=up)
        ends = [
            v for v in (row.value, row.low, row.high, *(d.score for d in found if d.touchpoint == row.Index)) if v == v
        ]
        place = {"place": list(figures.index).index(row.Index), "value": max(ends) if up else min(ends), "word": text}
        style = lettering(size.small, bold=True, colour=TEXTS[row.finding])
        style |= {"baseline": "bottom" if up else "top", "dy": size.dot**0.5 * (-0.8 if up else 0.8)}
        layers.append(layer([place], "text", style, x=_x(frame), y=_y(journey), text=words("word")))
    return layers
