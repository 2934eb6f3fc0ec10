"""Impact against effort: which actions to take first, each with its name, none upon another."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from cjmkit.charts import theme
from cjmkit.charts.picture import given, layer, pixels, words
from cjmkit.charts.theme import GREY, INK, PAPER, RULE, SizeName, each, lettering
from cjmkit.charts.words import joined, word
from cjmkit.language import Language, speak
from cjmkit.language.fonts import wrap

MOST = 5  # impact and effort are typed on 1-5
CROSS = 2  # 3 counts as high, so the cross stands after the second column and above the second row


def impact_effort(
    actions: pd.DataFrame,
    *,
    language: str | None = None,
    as_of: str | date | None = None,
    size: SizeName = "page",
    accent: str | None = None,
) -> Any:
    """The team's actions by their effort and impact, in four named fields; the number is the rank by gain.

    Args:
        actions: what `action_rank` gives, index action; title, impact, effort (1-5 or NaN), rank, quadrant.
        language: None is that of the machine.
        as_of: the date that stands on it.
        size: "page", or "room" for a wall read from five metres.
        accent: a colour such as "#0072b2"; None is the theme's.
    """
    say, of = speak(language), theme.size_of(size)
    placed = actions[actions.impact.notna() & actions.effort.notna()]
    heading = say("Impact and effort of the actions")
    if placed.empty:
        missing = say("There is no action yet.") if actions.empty else say("No action has both impact and effort yet.")
        return theme.nothing(say, of, title=heading, missing=missing,
                             where=say("Enter them in the notebook 07_action_plan."))  # fmt: skip
    wins = placed[placed.quadrant == "quick win"]
    title = say("No quick win among the actions")
    if len(wins) > 3:
        title = say.plural("{n} quick win", "{n} quick wins", len(wins))
    elif len(wins):
        title = say("Quick wins: {titles}", titles=say.list(wins.title))
    out = actions[actions.impact.isna() | actions.effort.isna()]
    subtitle = [
        joined(
            heading, say.plural("{n} action", "{n} actions", len(placed)), say("team estimate, 1 to 5"), say.date(as_of)
        ),
        say("Numbers: rank by the gain that the scores promise."),
        say("Without impact or effort, so not shown: {titles}.", titles=say.list(out.title)) if len(out) else "",
    ]
    about = "; ".join(
        say("{title}: impact {impact}, effort {effort}, {field}, rank {rank}", title=r.title, impact=int(r.impact),
            effort=int(r.effort), field=word(say, r.quadrant), rank=int(r.rank))
        for r in each(placed)
    )  # fmt: skip
    cells = _cells(placed, of)
    wide = MOST * cells["wide"]
    around = (of.text, of.text, of.leading(of.text) * 2.6, of.text * 6.5)
    layers = [*_grounds(say, of, cells), *_actions(cells, of, theme.accent_of(accent))]
    return theme.finish(layers, say, of, title=title, subtitle=subtitle, about=about, width=wide,
                        height=cells["height"], around=around)  # fmt: skip


def _cells(placed: pd.DataFrame, of: theme.Size) -> dict[str, Any]:
    """Each action's place: those on one point stand below one another; rows are as high as they need."""
    wide = max(of.width / MOST, of.text * 11)
    dot, gap, lead = of.text * 1.75, of.text * 0.5, of.leading(of.text)
    items = []
    for row in each(placed.sort_values(["rank", "title"], kind="stable")):
        lines = wrap(str(row.title), wide - dot - 3.4 * gap, of.text)
        items.append({"x": int(row.effort), "y": int(row.impact), "rank": int(row.rank), "lines": list(lines),
                      "quadrant": row.quadrant, "high": max(len(lines) * lead, dot) + gap})  # fmt: skip
    tall = {}
    for y in range(1, MOST + 1):
        stacks = [sum(i["high"] for i in items if i["y"] == y and i["x"] == x) for x in range(1, MOST + 1)]
        extra = lead * 1.6 if y in (MOST, CROSS) else 0.0  # the fields' names stand on top of these rows
        tall[y] = max(max(stacks) + 3 * gap, of.text * 5) + extra
    tops, at = {}, 0.0
    for y in range(MOST, 0, -1):
        tops[y], at = at, at + tall[y]
    below: dict[tuple[int, int], float] = {}
    for item in items:
        cell = (item["x"], item["y"])
        extra = lead * 1.6 if item["y"] in (MOST, CROSS) else 0.0
        start = below.get(cell, tops[item["y"]] + extra + 1.5 * gap)
        item["top"], below[cell] = start, start + item["high"]
        item["left"] = (item["x"] - 1) * wide + gap
    return {"wide": wide, "height": at, "tops": tops, "tall": tall, "items": items, "dot": dot, "gap": gap}


def _grounds(say: Language, of: theme.Size, cells: dict[str, Any]) -> list[Any]:
    """Four fields with their names, the axes named at their ends."""
    wide, high, tops = cells["wide"], cells["height"], cells["tops"]
    x, y = CROSS * wide, tops[CROSS]
    fields = [
        {"left": 0, "right": x, "top": 0, "bottom": y, "name": word(say, "quick win"), "fill": "#ebebe8"},
        {"left": x, "right": 5 * wide, "top": 0, "bottom": y, "name": word(say, "big project"), "fill": "#f6f6f5"},
        {"left": 0, "right": x, "top": y, "bottom": high, "name": word(say, "fill-in"), "fill": "#f6f6f5"},
        {"left": x, "right": 5 * wide, "top": y, "bottom": high, "name": word(say, "thankless"), "fill": PAPER},
    ]
    lines = [{"x": k * wide, "y": tops[MOST - k]} for k in range(1, MOST)]
    ends_x = [{"x": (k - 0.5) * wide, "text": t} for k, t in _ends(say("little effort"), say("much effort"))]
    ends_y = [
        {"y": tops[k] + cells["tall"][k] / 2, "text": list(wrap(t, of.text * 5.5, of.small))}
        for k, t in _ends(say("little impact"), say("much impact"))
    ]
    dashed, small = {"color": theme.GRID, "strokeDash": [2, 3]}, lettering(of.small, colour=GREY)
    return [
        layer(fields, "rect", {"stroke": RULE}, x=pixels("left"), x2={"field": "right"}, y=pixels("top"), y2={"field": "bottom"},
              fill=given("fill")),
        layer(lines, "rule", {**dashed, "y": 0, "y2": high}, x=pixels("x")),
        layer(lines, "rule", {**dashed, "x": 0, "x2": 5 * wide}, y=pixels("y")),
        layer(fields, "text", {"align": "left", "baseline": "top", "dx": cells["gap"], "dy": cells["gap"],
                               **lettering(of.text, bold=True, colour=GREY)}, x=pixels("left"), y=pixels("top"), text=words("name")),
        layer(ends_x, "text", {"baseline": "top", "y": high, "dy": of.small * 0.5, **small}, x=pixels("x"), text=words("text")),
        layer(ends_y, "text", {"align": "right", "baseline": "middle", "x": -of.small * 0.6, **small}, y=pixels("y"), text=words("text")),
    ]  # fmt: skip


def _ends(little: str, much: str) -> list[tuple[int, str]]:
    return [(1, joined("1", little)), (2, "2"), (3, "3"), (4, "4"), (5, joined("5", much))]


def _actions(cells: dict[str, Any], of: theme.Size, accent: str) -> list[Any]:
    dot, gap = cells["dot"], cells["gap"]
    rows = [
        {"x": i["left"] + dot / 2, "y": i["top"] + dot / 2, "rank": str(i["rank"]),
         "fill": accent if i["quadrant"] == "quick win" else PAPER, "ink": PAPER if i["quadrant"] == "quick win" else INK}
        for i in cells["items"]
    ]  # fmt: skip
    names = [
        {"x": i["left"] + dot + gap, "y": i["top"] + max(dot - of.leading(of.text), 0) / 2, "action": i["lines"]}
        for i in cells["items"]
    ]
    circle = dot**2 * 0.785
    return [
        layer([{k: r[k] for k in ("x", "y", "fill")} for r in rows], "point",
              {"shape": "circle", "size": circle, "opacity": 1, "stroke": accent, "strokeWidth": of.line},
              x=pixels("x"), y=pixels("y"), fill=given("fill")),
        layer(rows, "text", {"baseline": "middle", **lettering(of.small, bold=True)},
              x=pixels("x"), y=pixels("y"), text=words("rank"), color=given("ink")),
        layer(names, "text", {"align": "left", "baseline": "top", **lettering(of.text)},
              x=pixels("x"), y=pixels("y"), text=words("action")),
    ]  # fmt: skip
