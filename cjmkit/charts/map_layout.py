"""Where everything stands on the journey map: pure, from a journey and its figures to a sheet of marks.

Columns are the touchpoints of one path, lanes are rows; every row takes the height its texts need.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from cjmkit.charts.icons import icon
from cjmkit.charts.map_curve import curve_lane
from cjmkit.charts.map_lanes import actions, findings, kpis, moments, owners, quotes, texts
from cjmkit.charts.map_plan import BODY, GAP, PAD, STAGE, Plan, label
from cjmkit.charts.sheet import LEADING, Line, Mark, Rect, Sheet
from cjmkit.charts.theme import FAINT, GREY, INK, PAPER, TINTS
from cjmkit.charts.words import joined, word
from cjmkit.journey import Touchpoint
from cjmkit.language.durations import duration
from cjmkit.language.fonts import text_width


def map_layout(the: Plan) -> Sheet:
    """The whole map as a sheet; lanes that nobody filled are left out."""
    sheet = lanes(the)
    sheet.places["lanes"] = (0, sheet.height)
    sheet.height = footer(sheet, the, sheet.height + 14) + 2
    return sheet


def lanes(the: Plan) -> Sheet:
    """The stages and touchpoints of these columns, and the lanes under them."""
    sheet = Sheet(width=the.columns.end + the.gutter)
    y = body = _header(sheet, the)
    y = _cards(sheet, the, y)
    say = the.say

    def told(name: str, cell: Callable[[Touchpoint], str]) -> Callable[[Sheet, Plan, float], float]:
        return lambda sheet, the, y: texts(sheet, the, y, name, cell)

    lane: dict[str, Callable[[Sheet, Plan, float], float]] = {
        "paths": _other_paths,
        "doing": told(say("Doing"), lambda t: t.doing),
        "thinking": told(say("Thinking"), lambda t: t.thinking),
        "feeling": told(say("Feeling"), lambda t: t.feeling),
        "quotes": quotes,
        "curve": curve_lane,
        "findings": findings,
        "moments": moments,
        "backstage": told(say("Backstage"), lambda t: t.backstage),
        "owners": owners,
        "actions": actions,
        "kpis": kpis,
    }
    for name, draw in lane.items():
        if name in the.show.lanes:
            y = draw(sheet, the, y)
    _grounds(sheet, the, body, y)
    sheet.height = y
    return sheet


def _header(sheet: Sheet, the: Plan) -> float:
    """Phases as two bands, the turning point between them, stages, and what the customer wants in each."""
    say, cols, top = the.say, the.columns, the.show.body + 14
    high = the.show.body + 9
    bands = [(phase, list(group)) for phase, group in groupby(cols.runs, key=lambda run: run[0].phase)]
    for phase, runs in bands:
        left, right = cols.left(runs[0][1]), cols.right(runs[-1][2])
        sheet.rects.append(Rect(left, top, right, top + high, "#dededa" if phase == "before" else "#c4c4bf"))
        name = say("Before") if phase == "before" else say("After")
        sheet.write(left + PAD, top + 3.5, name, right - left - 2 * PAD, the.show.body, bold=True)
        earlier = [the.journey.stage(t.stage).phase for t in the.whole[: cols.first + runs[0][1]]]
        if earlier and phase == "after" and "after" not in earlier:
            _turning_point(sheet, the, left - GAP / 2, top)
    top += high + 3
    size = STAGE - BODY + the.show.name
    names = [sheet.write(cols.left(a) + 10, top + 7, stage.name or stage.id, cols.right(b) - cols.left(a) - 18, size,
                         bold=True, colour=PAPER) for stage, a, b in cols.runs]  # fmt: skip
    bottom = max(names) + 7
    for _, a, b in cols.runs:
        sheet.rects.append(Rect(cols.left(a), top, cols.right(b), bottom, the.accent))
    first = [a for k, (stage, a, _) in enumerate(cols.runs) if stage.id not in {s.id for s, _, _ in cols.runs[:k]}]
    goals = [(s.goal_of(the.persona) if a in first else "", a, b) for s, a, b in cols.runs]
    if "goal" not in the.show.lanes or not any(goal for goal, _, _ in goals):
        return bottom
    label(sheet, the, bottom, say("Customer goal"))
    ends = [sheet.write(cols.left(a) + 10, bottom + PAD, goal, cols.right(b) - cols.left(a) - 18, the.show.body + 0.5)
            for goal, a, b in goals]  # fmt: skip
    return max(*ends, bottom + 2 * LEADING * the.show.body) + PAD


def _turning_point(sheet: Sheet, the: Plan, x: float, top: float) -> None:
    name = the.journey.turning_point
    wide = text_width(name, the.show.body, bold=True)
    at = min(max(x, the.columns.label + wide / 2), sheet.width - wide / 2)
    sheet.write(at, 2, name, wide + 1, the.show.body, bold=True, colour=the.accent, align="center")
    sheet.lines.append(Line(((x, top - 8), (x, top + the.show.body + 9)), the.accent, 2.5))


def _cards(sheet: Sheet, the: Plan, y: float) -> float:
    """A card for each touchpoint: channel, name, whose contact it is, how long; waits are hatched gaps."""
    label(sheet, the, y, the.say("Touchpoints"))
    cols, top = the.columns, y + PAD
    ends = [_card_text(sheet, the, n, t, top + PAD) for n, t in enumerate(cols.touchpoints)]
    bottom = max(ends) + PAD
    for n, t in enumerate(cols.touchpoints):
        left, right = cols.left(n) + 2, cols.right(n) - 2
        dash = (4.0, 3.0) if t.evidence == "assumed" else ()
        fill = {"contact": PAPER, "own-step": TINTS[1], "wait": TINTS[0]}[t.kind]
        edge = INK if t.evidence == "measured" else GREY
        sheet.rects.append(Rect(left, top, right, bottom, fill, edge, dash, 5))
        if t.kind == "wait":
            sheet.hatch(left + 1, bottom - 13, right - 1, bottom - 1)
    return bottom + PAD


def _card_text(sheet: Sheet, the: Plan, n: int, t: Touchpoint, y: float) -> float:
    say, x, room = the.say, the.columns.left(n) + PAD + 2, the.columns.width - 2 * PAD - 4
    k = the.show.scale
    path = icon(t)
    if path:
        sheet.marks.append(Mark(x + 8 * k, y + 8 * k, path, 230 * k * k, "transparent", INK, 1.1 * k))
    after = say("{duration} later", duration=duration(say, t.after)) if t.after else ""
    beside = room - (22 * k if path else 0)
    y = max(
        sheet.write(x + room - beside, y + 1, after, beside, the.show.small, colour=GREY), y + (20 * k if path else 0)
    )
    y = sheet.write(x, y, t.name or t.id, room, the.show.name, bold=True) + 2
    if t.lasts:
        y = sheet.write(x, y, duration(say, t.lasts), room, the.show.body, bold=t.kind == "wait")
    if "channel" not in the.show.lanes:
        return y + (14 if t.kind == "wait" else 0)
    kind = "" if t.kind == "contact" else word(say, t.kind)
    y = sheet.write(x, y, joined(kind, t.channel, t.device), room, the.show.small, colour=GREY)
    if t.party != "company":
        y = sheet.write(x, y, joined(word(say, t.party), t.party_name), room, the.show.small, colour=the.accent)
    return y + (14 if t.kind == "wait" else 0)


def _other_paths(sheet: Sheet, the: Plan, y: float) -> float:
    """Which of these touchpoints the other paths visit, each a thin line with dots; and how many it meets elsewhere."""
    cols, place = the.columns, {t.id: n for n, t in enumerate(the.columns.touchpoints)}
    for path in the.journey.paths:
        if path.id == the.path.id:
            continue
        who = next((p.name or p.id for p in the.journey.personas if p.id == path.persona), "")
        end = label(sheet, the, y, joined(who, path.name or path.id), plain=True)
        stops = [cols.centre(place[id]) for id in dict.fromkeys(path.touchpoints) if id in place]
        elsewhere = len(set(path.touchpoints) - {t.id for t in the.whole}) if not cols.first else 0
        level = y + 15
        if stops:
            sheet.lines.append(Line(((min(stops), level), (max(stops), level)), FAINT, 1.2))
        sheet.marks += [Mark(x, level, "circle", 46, PAPER, GREY, 1.6) for x in stops]
        if elsewhere:
            more = the.say.plural("{n} touchpoint not on this map", "{n} touchpoints not on this map", elsewhere)
            end = max(end, sheet.write(cols.end + 8, y + 8, more, the.gutter - 10, the.show.small, colour=GREY))
        y = max(end, level + 10) + 4
    return y


def _grounds(sheet: Sheet, the: Plan, top: float, bottom: float) -> None:
    """Every second stage on a faint ground, under everything else."""
    cols = the.columns
    sheet.rects[:0] = [
        Rect(cols.left(a), top, cols.right(b), bottom, "#fafaf8") for k, (_, a, b) in enumerate(cols.runs) if k % 2 == 0
    ]


def footer(sheet: Sheet, the: Plan, y: float) -> float:
    """What the marks mean, which stages are not met, and how far the map reaches."""
    say, journey = the.say, the.journey
    met = {t.stage for t in the.whole}
    missing = [s.name or s.id for s in journey.stages if s.id not in met]
    scope = joined(*(x for x in (journey.scope.starts, journey.scope.ends, journey.scope.market) if x))
    lines = [
        say("Dashed frames, hollow marks: assumed. Grey frames: observed. Black frames: measured.")
        if {t.evidence for t in the.whole} & {"assumed", "measured"} else "",
        say("No touchpoint of this path in: {stages}.", stages=missing) if missing else "",
        say("Scope: {scope}", scope=scope) if scope else "",
    ]  # fmt: skip
    for line in lines:
        y = sheet.write(0, y, line, min(sheet.width, 1400), the.show.small, colour=GREY)
    return y
