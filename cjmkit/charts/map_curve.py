"""The lane of the journey map that holds the curve: scale, intervals, everyone's scores, means and their names."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from cjmkit.charts.dots import unbroken
from cjmkit.charts.map_plan import PAD, Plan, label
from cjmkit.charts.sheet import LEADING, Line, Mark, Rect, Sheet
from cjmkit.charts.theme import BAR, FAINT, FILLS, GREY, GRID, INK, PAPER, SHAPES, TEXTS
from cjmkit.charts.words import score, short, word
from cjmkit.language.fonts import wrap

HEIGHT, STEEP = 210.0, 26.0  # at least so high, and so much for each point of the scale
WEAK = "#fbeee4"


def curve_lane(sheet: Sheet, the: Plan, y: float) -> float:
    """Draw the curve below y; answers where the lane ends."""
    say, cols = the.say, the.columns
    scored = [(n, row) for n, row in enumerate(the.shown) if row.value == row.value]
    name = say("Customers' ratings") if any(row.of == "customers" for row in the.rows) else say("Team estimate")
    end = label(sheet, the, y, name)
    if not any(row.value == row.value for row in the.rows):
        text = say(
            "No scores yet. Enter them in the notebook 05_scoring, or bring them in: cjmkit import NAME scores FILE."
        )
        return (
            max(sheet.write(cols.left(0) + PAD, y + PAD, text, cols.end - cols.left(0) - 2 * PAD, the.show.body), end)
            + 2 * PAD
        )
    labels = {n: _words(the, row, cols.width - PAD) for n, row in scored}
    above = max((len(w) for n, w in labels.items() if not _under(the, n)), default=0)
    below = max((len(w) for n, w in labels.items() if _under(the, n)), default=0)
    more = value_size(the) - (the.show.body + 1)
    top = max(y + 16 + (above + 1) * the.show.small * LEADING + more, end + 16)
    bottom = top + (the.show.curve or max(HEIGHT, STEEP * min(the.journey.scale.span, 10)))
    sheet.places["curve"] = (top, bottom)
    _scale(sheet, the, top, bottom)
    _weakest(sheet, the, y, top, bottom, below)
    _figures(sheet, the, scored, top, bottom)
    for n, row in scored:
        own = [dot.score for dot in the.everyone if dot.touchpoint == row.Index]
        _name(sheet, the, n, row, labels[n], own, top, bottom)
    for n, row in enumerate(the.shown):
        if row.value != row.value:
            sheet.write(
                cols.centre(n),
                bottom - 18,
                say("no score yet"),
                cols.width - PAD,
                the.show.small,
                colour=GREY,
                align="center",
            )
    return bottom + 18 + (below + 1) * the.show.small * LEADING + more


def value_size(the: Plan) -> float:
    """The size in which scores stand by their marks."""
    return max(the.show.body + 1, the.show.name)


def _at(the: Plan, value: float, top: float, bottom: float) -> float:
    of = the.journey.scale
    return bottom - (value - of.low) / of.span * (bottom - top)


def _under(the: Plan, n: int) -> bool:
    return bool(the.shown[n].finding == "pain")


def _scale(sheet: Sheet, the: Plan, top: float, bottom: float) -> None:
    """Grid and scale at the left, the path's mean at the right."""
    of, cols = the.journey.scale, the.columns
    step = 1 if of.span <= 10 else of.span / 5
    value = float(of.low)
    while value <= of.high + 1e-9:
        y = _at(the, value, top, bottom)
        sheet.lines.append(Line(((cols.left(0), y), (cols.end, y)), GRID, 1))
        sheet.write(
            the.columns.label - 10,
            y - the.show.small * 0.62,
            short(the.say, value),
            40,
            the.show.small,
            align="right",
            colour=GREY,
        )
        label = of.labels.get(f"{value:g}", "")
        if label and value in (of.low, of.high):
            sheet.write(
                the.columns.label - 32,
                y - the.show.small * 0.62,
                label,
                the.columns.label - 34,
                the.show.small,
                align="right",
            )
        value += step
    mean = float(the.figures.value.mean())
    y = _at(the, mean, top, bottom)
    sheet.lines.append(Line(((cols.left(0), y), (cols.end + 8, y)), the.accent, 1.2, (6, 4)))
    text = the.say("mean of the touchpoints {value}", value=score(the.say, mean))
    sheet.write(cols.end + 12, y - the.show.body * 0.62, text, the.gutter - 14, the.show.small, colour=the.accent)


def _weakest(sheet: Sheet, the: Plan, y: float, top: float, bottom: float, below: int) -> None:
    for n, row in enumerate(the.shown):
        if row.weakest is True or row.weakest == 1:
            end = bottom + 14 + (below + 1) * the.show.small * LEADING
            end += value_size(the) - (the.show.body + 1)
            sheet.rects.append(Rect(the.columns.left(n), y + 1, the.columns.right(n), end, WEAK))


def _figures(sheet: Sheet, the: Plan, scored: list[tuple[int, Any]], top: float, bottom: float) -> None:
    """Intervals, everyone's scores, the line and its marks."""
    cols, k = the.columns, the.show.scale
    for n, row in scored:
        if row.low == row.low:
            x, ends = cols.centre(n), (_at(the, row.high, top, bottom), _at(the, row.low, top, bottom))
            sheet.rects.append(Rect(x - 3.5 * k, ends[0], x + 3.5 * k, ends[1], BAR, radius=3 * k))
    place = {t.id: n for n, t in enumerate(cols.touchpoints)}
    for dot in (dot for dot in the.everyone if dot.touchpoint in place):
        x = cols.centre(place[dot.touchpoint]) + dot.aside * 6.5 * k
        sheet.marks.append(Mark(x, _at(the, dot.score, top, bottom), "circle", dot.area * 20 * k * k, PAPER, FAINT, 1))
    values = [row.value for row in the.rows]
    for run in unbroken([n for n, value in enumerate(values) if value == value]):
        at = [(_across(the, n - cols.first), _at(the, values[n], top, bottom)) for n in run]
        if inside := _between(at, cols.left(0), cols.end):
            sheet.lines.append(Line(inside, INK, 2 * k))
    for n, row in scored:
        x, y = cols.centre(n), _at(the, row.value, top, bottom)
        if cols.touchpoints[n].moment_of_truth:
            sheet.marks.append(Mark(x, y, "diamond", 560 * k * k, PAPER, the.accent, 1.8 * k))
        hollow = cols.touchpoints[n].evidence == "assumed" and row.of == "team"
        colour = FILLS[row.finding]
        sheet.marks.append(Mark(x, y, SHAPES[row.finding], 105 * k * k, PAPER if hollow else colour, colour, 2.2 * k))


def _across(the: Plan, n: int) -> float:
    """Where a column has its middle; those of the rows above and below lie beyond the edges."""
    cols = the.columns
    if 0 <= n < len(cols.touchpoints):
        return cols.centre(n)
    return cols.left(0) + (n + 0.5) * cols.width if n < 0 else cols.end + (n - len(cols.touchpoints) + 0.5) * cols.width


def _between(points: list[tuple[float, float]], left: float, right: float) -> tuple[tuple[float, float], ...]:
    """The part of a line between two edges; where a row breaks, the line reaches to its edge."""
    cut: list[tuple[float, float]] = []
    for (x, y), (x2, y2) in pairwise(points):
        if x2 > left and x < right:
            ends = [(at, y + (y2 - y) * (at - x) / (x2 - x)) for at in (max(x, left), min(x2, right))]
            cut += ends if not cut else ends[1:]
    return tuple(cut) or tuple(p for p in points if left < p[0] < right)


def _words(the: Plan, row: Any, room: float) -> tuple[str, ...]:
    """What stands under the figure: pain or success, weakest link, contested, first impression."""
    words = [
        word(the.say, "weakest") if row.weakest else "",
        word(the.say, row.finding) if row.finding else "",
        word(the.say, "contested") if row.contested else "",
        the.say("first impression, n = {n}", n=int(row.n)) if row.first_impression else "",
    ]
    return tuple(line for text in words if text for line in wrap(text, room, the.show.small))


def _name(
    sheet: Sheet, the: Plan, n: int, row: Any, words: tuple[str, ...], own: list[float], top: float, bottom: float
) -> None:
    x, lead = the.columns.centre(n), the.show.small * LEADING
    ends = [row.value, row.low, row.high, *own]
    ends = [_at(the, v, top, bottom) for v in ends if v is not None and v == v]
    far = (18 if the.columns.touchpoints[n].moment_of_truth else 9) * the.show.scale
    value, room, size = score(the.say, row.value), the.columns.width, value_size(the)
    if _under(the, n):
        y = max(max(ends) + 5, _at(the, row.value, top, bottom) + far)
        y = sheet.write(x, y, value, room, size, bold=True, colour=TEXTS[row.finding], align="center", halo=True)
    else:
        y = min(min(ends) - 4, _at(the, row.value, top, bottom) - far) - len(words) * lead - size * LEADING
        y = sheet.write(x, y, value, room, size, bold=True, colour=TEXTS[row.finding], align="center", halo=True)
    for line in words:
        bold = line == word(the.say, "weakest")
        y = sheet.write(
            x, y, line, room, the.show.small, bold=bold, colour=TEXTS[row.finding], align="center", halo=True
        )
