"""The journey map broken into rows, so that its letters are as large as an area of a given shape lets them be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

from cjmkit.charts.map_curve import HEIGHT
from cjmkit.charts.map_key import key
from cjmkit.charts.map_layout import footer, lanes
from cjmkit.charts.map_plan import GAP, LABEL, PAD, Plan
from cjmkit.charts.sheet import Sheet
from cjmkit.charts.theme import GREY
from cjmkit.language.fonts import text_width

BETWEEN, TALLEST = 22.0, 540.0  # rows are set so far apart; the curve grows to this height where there is room
TRIES = 7
WORTH = 1.06  # one more row must let letters grow by so much


def filled(the: Plan, ratio: float, first: int = 0, last: int | None = None) -> Sheet:
    """The map in as many rows as let its letters be largest where width is `ratio` times the height.

    Args:
        the: what the map is of; its own columns are not regarded.
        ratio: width by height of the area that is to be filled.
        first: the touchpoint of the path to begin with.
        last: the one before which to end; None is the whole path.

    Returns:
        A sheet that an area of this shape holds if it is `needed(sheet, ratio)` wide.
    """
    stages = tuple(t.stage for t in the.whole[first:last])
    best: Sheet | None = None
    for count in range(1, len(stages) + 1):
        sheet = _balanced(the, [first + cut for cut in breaks(stages, count)], ratio)
        if best is None or needed(best, ratio) > WORTH * needed(sheet, ratio):
            best = sheet
        else:
            break
    assert best is not None
    return best


def needed(sheet: Sheet, ratio: float) -> float:
    """How wide an area of this shape must be, in pixels, to hold the sheet."""
    return max(sheet.width, sheet.height * ratio)


def breaks(stages: tuple[str, ...], count: int) -> list[int]:
    """Where rows begin and end: rows of like length, broken between two stages where that costs little.

    >>> breaks(("a", "a", "a", "b", "b", "b", "b"), 2), breaks(("a", "a", "a", "a"), 2)
    ([0, 3, 7], [0, 2, 4])
    """
    share = len(stages) / count

    @cache
    def best(start: int, left: int) -> tuple[float, tuple[int, ...]]:
        if left == 1:
            return (len(stages) - start - share) ** 2, (len(stages),)
        found = []
        for end in range(start + 1, len(stages) - left + 2):
            cost, ends = best(end, left - 1)
            within = stages[end - 1] == stages[end]
            found.append((cost + (end - start - share) ** 2 + within * (0.3 * share) ** 2, (end, *ends)))
        return min(found)

    return [0, *best(0, count)[1]]


def _balanced(the: Plan, cuts: Sequence[int], ratio: float) -> Sheet:
    """The rows as wide as makes the whole of the shape asked for, the curve as high as there is room."""
    most, size = max(last - first for first, last in pairwise(cuts)), the.show.name
    edge = LABEL * the.show.scale + the.gutter + GAP * most
    words = (text_width(word, size, bold=True) for t in the.whole for word in (t.name or t.id).split())
    least = min(max(max(words, default=0.0) + 2 * PAD + 6, 6 * size), 11 * size)
    narrow, wide = edge + most * least, edge + most * 30 * size
    sheets = [_stacked(the, cuts, narrow)]
    for _ in range(TRIES):
        if sheets[0].width > sheets[0].height * ratio:
            break
        sheets.append(_stacked(the, cuts, width := math.sqrt(narrow * wide)))
        narrow, wide = (width, wide) if width < sheets[-1].height * ratio else (narrow, width)
    best = min(sheets, key=lambda sheet: (needed(sheet, ratio), -sheet.width))
    wide = needed(best, ratio)
    spare, low = (wide / ratio - best.height) / (len(cuts) - 1), the.show.curve or HEIGHT
    if max(spare, wide - best.width) > 1:
        taller = replace(the, show=replace(the.show, curve=min(low + max(spare, 0), TALLEST)))
        best = min(
            best, _stacked(taller, cuts, wide), key=lambda sheet: (needed(sheet, ratio), -sheet.width * sheet.height)
        )
    return best


def _stacked(the: Plan, cuts: Sequence[int], width: float) -> Sheet:
    """The rows one under the other, what the marks mean below them."""
    sheet, y = Sheet(width), 0.0
    for first, last in pairwise(cuts):
        row = lanes(the.row(first, last, width))
        sheet.add(row, y)
        y += row.height + BETWEEN
    y = key(sheet, the, y - BETWEEN + 10)
    note = the.show.note
    sheet.height = (sheet.write(0, y, note, width, the.show.body, colour=GREY) if note else footer(sheet, the, y)) + 2
    return sheet
