"""Where everything stands on the journey map: pure, from a journey and its figures to a sheet of marks.

Columns are the touchpoints of one path, lanes are rows; every row takes the height its texts need.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from cjmkit.charts.icons import icon
from cjmkit.charts.map_curve import curve_lane
from cjmkit.charts.map_lanes import actions, findings, kpis, moments, owners, quotes, texts
from cjmkit.charts.map_plan import BODY, GAP, GUTTER, LABEL, PAD, SMALL, STAGE, Plan, label
from cjmkit.charts.sheet import LEADING, Line, Mark, Rect, Sheet
from cjmkit.charts.theme import FAINT, GREY, INK, PAPER, TINTS
from cjmkit.charts.words import joined, word
from cjmkit.journey import Touchpoint
from cjmkit.language.durations import duration
from cjmkit.language.fonts import text_width


def map_layout(the: Plan) -> Sheet:
    """The whole map as a sheet; lanes that nobody filled are left out."""
    sheet = Sheet(width=the.columns.end + GUTTER)
    y = _header(sheet, the)
    body = y
    y = _cards(sheet, the, y)
    y = _other_paths(sheet, the, y)
    say = the.say
    told: list[tuple[str, Callable[[Touchpoint], str]]] = [
        (say("Doing"), lambda t: t.doing),
        (say("Thinking"), lambda t: t.thinking),
        (say("Feeling"), lambda t: t.feeling),
    ]
    for name, cell in told:
        y = texts(sheet, the, y, name, cell)
    y = quotes(sheet, the, y)
    y = curve_lane(sheet, the, y)
    y = findings(sheet, the, y)
    y = moments(sheet, the, y)
    y = texts(sheet, the, y, say("Backstage"), lambda t: t.backstage)
    y = owners(sheet, the, y)
    y = actions(sheet, the, y)
    y = kpis(sheet, the, y)
    _grounds(sheet, the, body, y)
    sheet.height = _footer(sheet, the, y + 14) + 2
    return sheet


def _header(sheet: Sheet, the: Plan) -> float:
    """Phases as two bands, the turning point between them, stages, and what the customer wants in each."""
    say, cols, top = the.say, the.columns, 26.0
    bands = [(phase, list(group)) for phase, group in groupby(cols.runs, key=lambda run: run[0].phase)]
    for n, (phase, runs) in enumerate(bands):
        left, right = cols.left(runs[0][1]), cols.right(runs[-1][2])
        sheet.rects.append(Rect(left, top, right, top + 21, "#dededa" if phase == "before" else "#c4c4bf"))
        name = say("Before") if phase == "before" else say("After")
        sheet.write(left + PAD, top + 3.5, name, right - left - 2 * PAD, BODY, bold=True)
        if n and phase == "after" and not any(b[0] == "after" for b in bands[:n]):
            _turning_point(sheet, the, left - GAP / 2, top)
    top += 24
    names = [sheet.write(cols.left(a) + 10, top + 7, stage.name or stage.id, cols.right(b) - cols.left(a) - 18, STAGE,
                         bold=True, colour=PAPER) for stage, a, b in cols.runs]  # fmt: skip
    bottom = max(names) + 7
    for _, a, b in cols.runs:
        sheet.rects.append(Rect(cols.left(a), top, cols.right(b), bottom, the.accent))
    first = [a for k, (stage, a, _) in enumerate(cols.runs) if stage.id not in {s.id for s, _, _ in cols.runs[:k]}]
    goals = [(s.goal_of(the.persona) if a in first else "", a, b) for s, a, b in cols.runs]
    if not any(goal for goal, _, _ in goals):
        return bottom
    label(sheet, the, bottom, say("Customer goal"))
    ends = [sheet.write(cols.left(a) + 10, bottom + PAD, goal, cols.right(b) - cols.left(a) - 18, BODY + 0.5)
            for goal, a, b in goals]  # fmt: skip
    return max(*ends, bottom + 2 * LEADING * BODY) + PAD


def _turning_point(sheet: Sheet, the: Plan, x: float, top: float) -> None:
    name = the.journey.turning_point
    wide = text_width(name, BODY, bold=True)
    at = min(max(x, LABEL + wide / 2), sheet.width - wide / 2)
    sheet.write(at, 2, name, wide + 1, BODY, bold=True, colour=the.accent, align="center")
    sheet.lines.append(Line(((x, top - 8), (x, top + 21)), the.accent, 2.5))


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
        sheet.rects.append(Rect(left, top, right, bottom, fill, GREY, dash, 5))
        if t.kind == "wait":
            sheet.hatch(left + 1, bottom - 13, right - 1, bottom - 1)
    return bottom + PAD


def _card_text(sheet: Sheet, the: Plan, n: int, t: Touchpoint, y: float) -> float:
    say, x, room = the.say, the.columns.left(n) + PAD + 2, the.columns.width - 2 * PAD - 4
    path = icon(t)
    if path:
        sheet.marks.append(Mark(x + 8, y + 8, path, 230, "transparent", INK, 1.1))
    after = say("{duration} later", duration=duration(say, t.after)) if t.after else ""
    beside = room - (22 if path else 0)
    y = max(sheet.write(x + room - beside, y + 1, after, beside, SMALL, colour=GREY), y + (20 if path else 0))
    y = sheet.write(x, y, t.name or t.id, room, BODY, bold=True) + 2
    if t.lasts:
        y = sheet.write(x, y, duration(say, t.lasts), room, BODY, bold=t.kind == "wait")
    kind = "" if t.kind == "contact" else word(say, t.kind)
    y = sheet.write(x, y, joined(kind, t.channel, t.device), room, SMALL, colour=GREY)
    if t.party != "company":
        y = sheet.write(x, y, joined(word(say, t.party), t.party_name), room, SMALL, colour=the.accent)
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
        elsewhere = len(set(path.touchpoints) - set(place))
        level = y + 15
        if stops:
            sheet.lines.append(Line(((min(stops), level), (max(stops), level)), FAINT, 1.2))
        sheet.marks += [Mark(x, level, "circle", 46, PAPER, GREY, 1.6) for x in stops]
        if elsewhere:
            more = the.say.plural("{n} touchpoint not on this map", "{n} touchpoints not on this map", elsewhere)
            end = max(end, sheet.write(cols.end + 8, y + 8, more, GUTTER - 10, SMALL, colour=GREY))
        y = max(end, level + 10) + 4
    return y


def _grounds(sheet: Sheet, the: Plan, top: float, bottom: float) -> None:
    """Every second stage on a faint ground, under everything else."""
    cols = the.columns
    sheet.rects[:0] = [
        Rect(cols.left(a), top, cols.right(b), bottom, "#fafaf8") for k, (_, a, b) in enumerate(cols.runs) if k % 2 == 0
    ]


def _footer(sheet: Sheet, the: Plan, y: float) -> float:
    """What the marks mean, which stages are not met, and how far the map reaches."""
    say, journey, cols = the.say, the.journey, the.columns
    met = {stage.id for stage, _, _ in cols.runs}
    missing = [s.name or s.id for s in journey.stages if s.id not in met]
    scope = joined(*(x for x in (journey.scope.starts, journey.scope.ends, journey.scope.market) if x))
    lines = [
        say("Dashed frames, hollow marks: assumed. Solid ones: observed or measured.")
        if any(t.evidence == "assumed" for t in cols.touchpoints) else "",
        say("No touchpoint of this path in: {stages}.", stages=missing) if missing else "",
        say("Scope: {scope}", scope=scope) if scope else "",
    ]  # fmt: skip
    for line in lines:
        y = sheet.write(0, y, line, min(sheet.width, 1400), SMALL, colour=GREY)
    return y
