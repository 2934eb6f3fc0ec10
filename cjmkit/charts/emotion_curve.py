"""The emotion curve: one path from left to right, everyone's score, the mean and its interval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import altair as alt
import pandas as pd

from cjmkit.charts import theme
from cjmkit.charts.dots import Dot, dots, unbroken
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
    given,
    lettering,
    pixels,
    values,
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
    chart = theme.finish(layers, say, of, title=title, subtitle=subtitle, about=told(say, figures),
                  width=frame.width, height=of.height, around=frame.around)  # fmt: skip
    ends = {id: (n * frame.step, (n + 1) * frame.step) for n, id in enumerate(figures.index)}
    chart.usermeta = {"columns": ends, "above": frame.around[0]}
    return chart


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
    return theme.plain(alt.X, field, -0.5, frame.n - 0.5)


def _y(journey: Journey, field: str = "value") -> Any:
    return theme.plain(alt.Y, field, journey.scale.low, journey.scale.high)


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
        alt.Chart(values([{k: b[k] for k in ("from", "to", "fill")} for b in bands]))
        .mark_rect()
        .encode(_x(frame, "from"), alt.X2("to"), given(alt.Fill, "fill"), y=alt.value(top), y2=alt.value(low)),
        alt.Chart(values([{"from": b["from"], "stage": b["stage"]} for b in bands]))
        .mark_text(align="left", dx=edge, baseline="top", **lettering(size.text, bold=True))
        .encode(_x(frame, "from"), alt.Text("stage:N"), y=alt.value(top + edge)),
        alt.Chart(values([{"value": v} for v in ticks])).mark_rule(color=theme.GRID).encode(_y(journey)),
        alt.Chart(values(marks))
        .mark_text(align="right", baseline="middle", **lettering(size.small, colour=GREY))
        .encode(_y(journey), alt.Text("label:N"), x=alt.value(-edge)),
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
        alt.Chart(values(people))
        .mark_point(filled=True, stroke=FAINT, fill=PAPER, opacity=1, strokeWidth=size.line * 0.6)
        .encode(x, y, given(alt.Size, "area")),
        alt.Chart(values(line)).mark_line(color=INK, strokeWidth=size.line).encode(x, y, alt.Detail("run:N")),
        alt.Chart(values(marks))
        .mark_point(opacity=1, size=size.dot * 1.6, strokeWidth=size.line * 1.3)
        .encode(x, y, given(alt.Shape, "shape"), given(alt.Stroke, "colour"), given(alt.Fill, "fill")),
    ]
    bar = alt.Chart(values(bars)).mark_rule(color=theme.BAR, strokeWidth=size.dot**0.5 * 0.9)
    return ([bar.encode(x, _y(journey, "low"), alt.Y2("high"))] if bars else []) + layers[0 if people else 1 :]


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
        alt.Chart(values([middle]))
        .mark_rule(color=accent, strokeDash=[6, 4], strokeWidth=size.line * 0.7)
        .encode(_y(journey)),
        alt.Chart(values([middle]))
        .mark_text(align="left", dx=size.text * 0.5, **lettering(size.small, colour=accent))
        .encode(_y(journey), alt.Text("word:N"), x=alt.value(frame.width)),
        alt.Chart(values(scores))
        .mark_text(baseline="top", **lettering(size.text, bold=True))
        .encode(_x(frame), alt.Text("score:N"), given(alt.Color, "colour"), y=alt.value(below)),
        alt.Chart(values(names)).mark_text(baseline="top", **small).encode(_x(frame), alt.Text("touchpoint:N"), y=alt.value(under)),
        *([alt.Chart(values(split)).mark_text(baseline="top", **lettering(size.small, colour=GREY))
           .encode(_x(frame), pixels(alt.Y, "down"), alt.Text("word:N"))] if split else []),
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
        at = {"place": list(figures.index).index(row.Index), "value": max(ends) if up else min(ends), "word": text}
        style = lettering(size.small, bold=True, colour=TEXTS[row.finding])
        mark = alt.Chart(values([at])).mark_text(
            baseline="bottom" if up else "top", dy=size.dot**0.5 * (-0.8 if up else 0.8), **style
        )
        layers.append(mark.encode(_x(frame), _y(journey), alt.Text("word:N")))
    return layers
