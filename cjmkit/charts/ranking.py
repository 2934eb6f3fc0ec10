"""The touchpoints of a path from best to worst, each with its interval and what it means in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from cjmkit.charts import theme
from cjmkit.charts.picture import at, given, layer, plain, words
from cjmkit.charts.theme import FILLS, GREY, INK, PAPER, SHAPES, TEXTS, SizeName, each, lettering
from cjmkit.charts.words import interval_note, joined, people, scale, score, sentences, short, told, word
from cjmkit.journey import Journey
from cjmkit.language import Language
from cjmkit.language.fonts import text_width, wrap

ZONES = ("#ededeb", "#f5f5f4", "#fbfbfa")


def touchpoint_ranking(
    journey: Journey,
    figures: pd.DataFrame,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
) -> Any:
    """The touchpoints ranked by their score: interval, thirds of the scale as ground, findings in words.

    Args:
        journey: the map.
        figures: what `path_figures` gives, index touchpoint; those without scores stand at the end.
        language: None is the journey's.
        as_of: the date that stands on it; None is the journey's.
        size: "page", or "room" for a wall read from five metres.
        accent: a colour such as "#0072b2"; None is the theme's.
    """
    say, of = theme.tongue(journey, language), theme.size_of(size)
    scored = figures[figures.n > 0]
    heading = joined(say("Touchpoints from best to worst"), journey.title or journey.client)
    if scored.empty:
        return theme.unscored(say, of, heading)
    ranked = pd.concat([scored.sort_values("value", ascending=False, kind="stable"), figures[figures.n == 0]])
    pains, successes = int((scored.finding == "pain").sum()), int((scored.finding == "success").sum())
    title = say("{pains} and {successes} among {all}", pains=say.plural("{n} pain point", "{n} pain points", pains),
                successes=say.plural("{n} success point", "{n} success points", successes),
                all=say.plural("{n} scored touchpoint", "{n} scored touchpoints", len(scored)))  # fmt: skip
    subtitle = [
        joined(heading, people(say, scored), scale(say, journey), theme.day(journey, as_of, say)),
        sentences(interval_note(say, scored), say("Above and below: by 5% of the scale or more, against the others.")),
    ]
    names = ["\n".join(wrap(str(name), of.text * 22, of.text, 2)) for name in ranked["name"]]
    ranked = ranked.assign(label=names)
    step = of.leading(of.text) * (2.3 if any("\n" in name for name in names) else 1.35)
    notes = [_note(say, row) for row in each(ranked)]
    left = max(text_width(line, of.text) for name in names for line in name.split("\n")) + of.text * 2
    right = max(text_width(note, of.small) for note in notes) + of.text * 4.5
    wide, height = of.width * 0.45, step * len(ranked)
    layers = [*_grounds(journey, say, of, height), *_rows(journey, ranked, notes, say, of, wide)]
    return theme.finish(layers, say, of, title=title, subtitle=subtitle, about=told(say, ranked), width=wide,
                        height=height, around=(of.leading(of.small) * 1.6, right, of.leading(of.small) * 1.8, left))  # fmt: skip


def _note(say: Language, row: Any) -> str:
    """What a figure means, in words: pain or success, standing, weakest link, contested, few people."""
    if not row.n:
        return say("no score yet")
    return joined(
        word(say, "weakest") if row.weakest else "",
        word(say, row.finding) if row.finding else "",
        word(say, row.standing) if row.standing in ("below", "above") else "",
        word(say, "contested") if row.contested else "",
        say("moment of truth") if row.rule else "",
        say("first impression, n = {n}", n=int(row.n)) if row.first_impression else "",
    )


def _x(journey: Journey, field: str) -> Any:
    return plain(field, journey.scale.low, journey.scale.high)


def _grounds(journey: Journey, say: Language, of: theme.Size, height: float) -> list[Any]:
    """The thirds of the scale as quiet zones with their names, the scale below."""
    of_ = journey.scale
    third = of_.span / 3
    zones = [
        {"from": of_.low + k * third, "to": of_.low + (k + 1) * third, "middle": of_.low + (k + 0.5) * third,
         "level": word(say, code), "fill": ZONES[k]}
        for k, code in enumerate(("low", "middle", "high"))
    ]  # fmt: skip
    step = 1 if of_.span <= 10 else of_.span / 5
    ticks = [of_.low + k * step for k in range(int(of_.span / step + 1e-9) + 1)]
    marks = [{"value": v, "label": short(say, v)} for v in ticks]
    rects = [{k: z[k] for k in ("from", "to", "fill")} for z in zones]
    names = [{k: z[k] for k in ("middle", "level")} for z in zones]
    small = lettering(of.small, colour=GREY)
    return [
        layer(rects, "rect", x=_x(journey, "from"), x2={"field": "to"}, fill=given("fill"), y=at(0), y2=at(height)),
        layer(names, "text", {"baseline": "bottom", "dy": -of.small * 0.4, **small},
              x=_x(journey, "middle"), text=words("level"), y=at(0)),
        layer([{"value": v} for v in ticks], "rule", {"color": PAPER, "strokeWidth": of.line},
              x=_x(journey, "value"), y=at(0), y2=at(height)),
        layer(marks, "text", {"baseline": "top", "dy": of.small * 0.4, **small},
              x=_x(journey, "value"), text=words("label"), y=at(height)),
    ]  # fmt: skip


def _rows(
    journey: Journey, ranked: pd.DataFrame, notes: list[str], say: Language, of: theme.Size, wide: float
) -> list[Any]:
    """A row for each touchpoint: its name, interval, mean, value and note."""
    y = plain("rank", len(ranked) + 0.5, 0.5)
    hollow = {t.id for t in journey.touchpoints if t.evidence == "assumed"}
    rows = [
        {"rank": n, "touchpoint": r.label, "lines": r.label.count("\n") + 1, "mean": score(say, r.value) if r.n else "", "note": note,
         "colour": TEXTS[r.finding] if r.n else GREY}
        for n, (r, note) in enumerate(zip(each(ranked), notes, strict=True), 1)
    ]  # fmt: skip
    bars = [{"rank": n, "low": r.low, "high": r.high} for n, r in enumerate(each(ranked), 1) if r.low == r.low]
    means = [
        {"rank": n, "value": r.value, "shape": SHAPES[r.finding], "colour": FILLS[r.finding],
         "fill": PAPER if r.Index in hollow and r.of == "team" else FILLS[r.finding]}
        for n, r in enumerate(each(ranked), 1) if r.n
    ]  # fmt: skip
    table = [{k: v for k, v in row.items() if k not in ("touchpoint", "lines")} for row in rows]
    beside: dict[str, Any] = {"align": "left", "baseline": "middle"}
    return [
        *([layer(bars, "rule", {"color": theme.BAR, "strokeWidth": of.dot**0.5 * 0.8}, y=y, x=_x(journey, "low"),
                 x2={"field": "high"})] if bars else []),
        layer(means, "point", {"opacity": 1, "size": of.dot * 1.3, "strokeWidth": of.line * 1.2}, x=_x(journey, "value"), y=y,
              shape=given("shape"), stroke=given("colour"), fill=given("fill")),
        *_names(rows, y, of),
        layer(table, "text", {**beside, **lettering(of.text, bold=True)},
              y=y, text=words("mean"), color=given("colour"), x=at(wide + of.text)),
        layer(table, "text", {**beside, **lettering(of.small)},
              y=y, text=words("note"), color=given("colour"), x=at(wide + of.text * 3.8)),
    ]  # fmt: skip


def _names(rows: list[dict[str, Any]], y: Any, of: theme.Size) -> list[Any]:
    """The touchpoints' names at the left; those of two lines stand around the middle of their row."""
    layers = []
    for lines in (1, 2):
        some = [{"rank": row["rank"], "touchpoint": row["touchpoint"]} for row in rows if row["lines"] == lines]
        style = lettering(of.text, colour=INK)
        dy = -style["lineHeight"] / 2 * (lines - 1)
        style |= {"align": "right", "baseline": "middle", "lineBreak": "\n", "dy": dy}
        layers += [layer(some, "text", style, y=y, text=words("touchpoint"), x=at(-of.text))] if some else []
    return layers
