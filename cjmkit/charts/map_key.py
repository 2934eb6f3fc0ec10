"""What the marks of a journey map mean: a line or two below it, each mark beside its words."""

from __future__ import annotations

from typing import Any

from cjmkit.charts.map_plan import Plan
from cjmkit.charts.sheet import Mark, Rect, Sheet
from cjmkit.charts.theme import BAR, FAINT, GREY, PAIN, PAPER, SHAPES, SUCCESS, TINTS
from cjmkit.charts.words import word
from cjmkit.language.fonts import text_width


def key(sheet: Sheet, the: Plan, y: float) -> float:
    """Set the key with its top at y; answers where it ends."""
    x, size, k = 0.0, the.show.body, the.show.scale
    line, beside = size * 1.7, 22 * k
    for mark, text in _entries(the):
        wide = beside + text_width(text, size) + 1
        if x and x + wide > sheet.width:
            x, y = 0.0, y + line
        middle = y + line / 2 - 1
        if isinstance(mark, Mark):
            sheet.marks.append(
                Mark(x + 8 * k, middle, mark.shape, mark.area * k * k, mark.fill, mark.stroke, mark.width)
            )
        else:
            sheet.rects.append(
                Rect(x + mark.x * k, y + 2, x + mark.x2 * k, y + line - 4, mark.fill, mark.stroke, (), 3)
            )
        if isinstance(mark, Rect) and mark.fill == TINTS[0]:
            sheet.hatch(x + mark.x * k + 1, middle, x + mark.x2 * k - 1, y + line - 5)
        sheet.write(x + beside, y + 1, text, wide, size)
        x += wide + size * 1.5
    return y + line + 4


def _entries(the: Plan) -> list[tuple[Mark | Rect, str]]:
    """The marks that this map has, each with its words."""
    say, rows, met = the.say, the.rows, the.whole
    found: list[tuple[Any, Mark | Rect, str]] = [
        (any(row.finding == "success" for row in rows), Mark(0, 0, SHAPES["success"], 105, SUCCESS, SUCCESS), word(say, "success")),
        (any(row.finding == "pain" for row in rows), Mark(0, 0, SHAPES["pain"], 105, PAIN, PAIN), word(say, "pain")),
        (any(row.value == row.value and row.finding == "" for row in rows), Mark(0, 0, "circle", 90), say("neither of the two")),
        (any(t.moment_of_truth for t in met), Mark(0, 0, "diamond", 190, PAPER, the.accent, 1.8), say("moment of truth")),
        (any(row.low == row.low for row in rows), Rect(5, 0, 12, 0, BAR), say("where the mean would likely lie (95%)")),
        (bool(the.everyone), Mark(0, 0, "circle", 24, PAPER, FAINT, 1), say("people's scores")),
        (any(t.kind == "wait" for t in met), Rect(0, 0, 17, 0, TINTS[0], GREY), word(say, "wait")),
    ]  # fmt: skip
    return [(mark, text) for there, mark, text in found if there]
