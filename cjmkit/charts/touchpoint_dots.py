"""One touchpoint: a dot for each person, team by team, on the scale of the workshop."""

from __future__ import annotations

from datetime import date
from typing import Any

import altair as alt
import pandas as pd

from cjmkit.charts import theme
from cjmkit.charts.dots import dots
from cjmkit.charts.theme import GREY, INK, OKABE_ITO, PAPER, SizeName, each, lettering, values
from cjmkit.charts.words import joined, scale, score, sentences, short, spread, word
from cjmkit.journey import Journey
from cjmkit.language import Language
from cjmkit.language.fonts import text_width, wrap


def touchpoint_dots(
    journey: Journey,
    figures: pd.DataFrame,
    points: pd.DataFrame,
    touchpoint: str,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
) -> Any:
    """Who gave what: one dot a person, a row for each team, the mean of all with its interval.

    Args:
        journey: the map.
        figures: what `path_figures` gives.
        points: everyone's final scores (participant, team, touchpoint, score, round).
        touchpoint: an id.
        language: None is the journey's.
        as_of: the date that stands on it; None is the journey's.
        size: "page", or "room" for a wall read from five metres.
        accent: a colour such as "#0072b2"; None is the theme's.
    """
    say, of = theme.tongue(journey, language), theme.size_of(size)
    mine = points[(points.touchpoint == touchpoint) & points.score.notna()]
    name = journey.touchpoint(touchpoint).name or touchpoint
    if mine.empty or touchpoint not in figures.index:
        missing, where = say("Nobody has scored this touchpoint yet."), say("Enter the scores in 05_scoring.")
        return theme.nothing(say, of, title=name, missing=missing, where=where)
    row = each(figures.loc[[touchpoint]])[0]
    teams = _teams(mine, say)
    title = say("{name}: {value}", name=name, value=score(say, row.value))
    n = say.plural("team estimate, {n} person", "team estimate, {n} people", int(row.n))
    few = say("first impression, n = {n}", n=int(row.n)) if row.first_impression else ""
    subtitle = [
        joined(
            n, few, word(say, "contested") if row.contested else "", scale(say, journey), theme.day(journey, as_of, say)
        ),
        sentences(say("One dot is one person. Dashed: the mean of all."), _band_note(say, row)),
    ]
    step = of.dot**0.5 * 1.15
    most = int(mine.groupby(["team", "score"]).size().max())
    tall = max(of.leading(of.text) * 1.9, step * min(most, 6) * 1.15)
    left = max(text_width(team, of.text, bold=True) for team, _ in teams) + of.text * 1.5
    layers = _layers(journey, teams, row, say, of, tall, theme.accent_of(accent))
    return theme.finish(layers, say, of, title=title, subtitle=subtitle, about=_told(teams, row, say), width=of.width * 0.6,
                        height=tall * len(teams), around=(of.leading(of.small) * 1.6, of.text * 2, of.leading(of.small) * 2.8, left))  # fmt: skip


def _band_note(say: Language, row: Any) -> str:
    if row.low != row.low:
        return ""
    return say(
        "Grey band: where the mean would likely lie with other colleagues in the room (95% interval); nothing about customers."
    )


def _teams(mine: pd.DataFrame, say: Language) -> list[tuple[str, pd.DataFrame]]:
    """The teams by their mean, lowest first; those of no team last."""
    groups = sorted(mine.groupby("team"), key=lambda g: (str(g[0]) == "", float(g[1].score.mean())))
    return [(str(team) or say("no team"), part) for team, part in groups]


def _layers(
    journey: Journey,
    teams: list[tuple[str, pd.DataFrame]],
    row: Any,
    say: Language,
    of: theme.Size,
    tall: float,
    accent: str,
) -> list[Any]:
    scale_, height, width = journey.scale, tall * len(teams), of.width * 0.6
    step = 1 if scale_.span <= 10 else scale_.span / 5
    ends = {
        scale_.low: scale_.labels.get(f"{scale_.low:g}", ""),
        scale_.high: scale_.labels.get(f"{scale_.high:g}", ""),
    }
    at = [scale_.low + k * step for k in range(int(scale_.span / step + 1e-9) + 1)]
    marks = [{"value": v, "label": [short(say, v), *wrap(ends.get(v, ""), of.text * 9, of.small, 1)]} for v in at]
    found = [
        {"value": d.score, "y": (n + 0.5) * tall + d.aside * min(of.dot**0.5 * 1.15, tall / max(_pile(part), 1)),
         "colour": OKABE_ITO[n % len(OKABE_ITO)] if team != say("no team") else GREY}
        for n, (team, part) in enumerate(teams) for d in dots(part)
    ]  # fmt: skip
    names = [{"y": (n + 0.5) * tall, "team": team} for n, (team, _) in enumerate(teams)]
    bands = [{"y": n * tall, "to": (n + 1) * tall, "fill": theme.TINTS[n % 2]} for n in range(len(teams))]
    mean = [{"value": row.value, "word": say("mean {value}", value=score(say, row.value))}]
    interval = [{"low": row.low, "high": row.high}] if row.low == row.low else []

    def x(field: str = "value") -> Any:
        pad = scale_.span * 0.04
        return theme.plain(alt.X, field, scale_.low - pad, scale_.high + pad)

    foot = alt.value(height + of.small * 0.5)
    return [
        alt.Chart(values(bands)).mark_rect()
        .encode(theme.pixels(alt.Y, "y"), alt.Y2("to"), theme.given(alt.Fill, "fill"), x=alt.value(0), x2=alt.value(width)),
        *([alt.Chart(values(interval)).mark_rect(color=theme.BAR, opacity=0.6)
           .encode(x("low"), alt.X2("high"), y=alt.value(0), y2=alt.value(height))] if interval else []),
        alt.Chart(values([{"value": v} for v in at])).mark_rule(color=PAPER, strokeWidth=of.line)
        .encode(x(), y=alt.value(0), y2=alt.value(height)),
        alt.Chart(values(mean)).mark_rule(color=accent, strokeDash=[6, 4], strokeWidth=of.line)
        .encode(x(), y=alt.value(0), y2=alt.value(height)),
        alt.Chart(values(mean)).mark_text(baseline="bottom", dy=-of.small * 0.4, **lettering(of.small, colour=accent))
        .encode(x(), alt.Text("word:N"), y=alt.value(0)),
        alt.Chart(values(marks)).mark_text(baseline="top", **lettering(of.small, colour=GREY)).encode(x(), alt.Text("label:N"), y=foot),
        alt.Chart(values(names)).mark_text(align="right", baseline="middle", **lettering(of.text, bold=True))
        .encode(theme.pixels(alt.Y, "y"), alt.Text("team:N"), x=alt.value(-of.text * 0.8)),
        alt.Chart(values(found)).mark_circle(opacity=1, size=of.dot, stroke=INK, strokeWidth=of.line * 0.4)
        .encode(x(), theme.pixels(alt.Y, "y"), theme.given(alt.Fill, "colour")),
    ]  # fmt: skip


def _pile(part: pd.DataFrame) -> int:
    return int(part.groupby("score").size().max())


def _told(teams: list[tuple[str, pd.DataFrame]], row: Any, say: Language) -> str:
    parts = [f"{team}: {', '.join(short(say, v) for v in sorted(part.score))}" for team, part in teams]
    return "; ".join([*parts, *([spread(say, row)] if spread(say, row) else [])]) + "."
