"""Two edits of one journey put together: by part, in lists by id, down to the single field."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import pandas as pd

from cjmkit.errors import ConflictError, JourneyError
from cjmkit.journey import Journey
from cjmkit.tables import SCORE_KEY, SCORES, scores_from_csv, scores_to_csv

ABSENT = object()
# Lists whose lines have no id, and what a line is known by.
KNOWN_BY = {"checklist": ("stage", "source")}
SHOWN = 12


def merge(base: Journey, mine: Journey, theirs: Journey) -> Journey:
    """Both sides' changes of what they began from; `revision` is theirs.

    Raises:
        ConflictError: both changed the same field differently, or the two changes do not fit together; with the places.

    >>> base = Journey(title="Buying a fridge")
    >>> both = merge(base, base.changed(client="AGD Nord"), base.changed(language="pl"))
    >>> both.client, both.language
    ('AGD Nord', 'pl')
    """
    clashes: list[str] = []
    was, my, their = ({**side.to_data(), "revision": theirs.revision} for side in (base, mine, theirs))
    data = _three(was, my, their, "", clashes)
    if clashes:
        raise _conflict(clashes, theirs, base)
    try:
        return Journey.from_data(data)
    except JourneyError as error:
        raise ConflictError(
            "The two edits do not fit together: {places}. Take one of them whole, or set one of them aside.",
            theirs=theirs, base=base, places=list(error.faults[:SHOWN]),
        ) from None  # fmt: skip


def merge_scores(base: pd.DataFrame, mine: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    """Both sides' changes of a `scores` table, row by row.

    Args:
        base: the `scores` table both began from.
        mine: the one with my changes.
        theirs: the one with theirs.

    Returns:
        A `scores` table with all changes, in their order.

    Raises:
        ConflictError: both changed the same score differently; with the rows.
    """
    was, my, their = (
        list(csv.DictReader(io.StringIO(scores_to_csv(side), newline=""))) for side in (base, mine, theirs)
    )
    clashes: list[str] = []
    rows = _by_key(lambda row: ", ".join(row[k] for k in SCORE_KEY), was, my, their, "scores.csv", clashes)
    if clashes:
        raise _conflict(clashes, theirs, base)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, SCORES, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return scores_from_csv(out.getvalue())


def _conflict(clashes: list[str], theirs: Any, base: Any) -> ConflictError:
    return ConflictError(
        "Both edits changed the same places differently ({n}): {places}. "
        "Take theirs with reload(), or set yours aside with keep_both().",
        theirs=theirs, base=base, n=len(clashes), places=clashes[:SHOWN],
    )  # fmt: skip


def _three(base: Any, mine: Any, theirs: Any, place: str, clashes: list[str]) -> Any:
    if theirs in (mine, base):
        return mine
    if mine == base:
        return theirs
    sides = (base, mine, theirs)
    if all(isinstance(side, dict) for side in sides):
        merged = {}
        for name in dict.fromkeys([*theirs, *mine]):
            was, my, their = (side.get(name, ABSENT) for side in sides)
            merged[name] = _three(was, my, their, f"{place}.{name}" if place else name, clashes)
        return {name: value for name, value in merged.items() if value is not ABSENT}
    if all(isinstance(side, list) for side in sides):
        if all(isinstance(item, dict) and "id" in item for side in sides for item in side):
            return _by_key(lambda item: item["id"], base, mine, theirs, place, clashes)
        if place in KNOWN_BY:
            return _by_key(
                lambda item: ", ".join(item[k] or "*" for k in KNOWN_BY[place]), base, mine, theirs, place, clashes
            )
        if _only_added(base, mine) or _only_added(base, theirs):
            return _by_key(_content, base, mine, theirs, place, clashes)
    clashes.append(place)
    return theirs


def _by_key(
    key: Callable[[Any], Hashable],
    base: Sequence[Any],
    mine: Sequence[Any],
    theirs: Sequence[Any],
    place: str,
    clashes: list[str],
) -> list[Any]:
    was, my, their = ({key(item): item for item in side} for side in (base, mine, theirs))
    if (len(was), len(my), len(their)) != (len(base), len(mine), len(theirs)):
        clashes.append(place)
        return []
    merged = (
        _three(was.get(k, ABSENT), my.get(k, ABSENT), their.get(k, ABSENT), f"{place}[{k}]", clashes)
        for k in _order(list(was), list(my), list(their), place, clashes)
    )
    return [item for item in merged if item is not ABSENT]


def _order(base: list[Any], mine: list[Any], theirs: list[Any], place: str, clashes: list[str]) -> list[Any]:
    """The order of the side that changed it, with the other side's new items behind the ones they followed."""
    shared = set(base) & set(mine) & set(theirs)
    was, my, their = ([k for k in side if k in shared] for side in (base, mine, theirs))
    if was != my != their != was:
        clashes.append(place)
    order, other = (list(mine), theirs) if my != was else (list(theirs), mine)
    there = set(order)
    for n, k in enumerate(other):
        if k not in there:
            order.insert(order.index(other[n - 1]) + 1 if n else 0, k)
            there.add(k)
    return order


def _only_added(base: Sequence[Any], side: Sequence[Any]) -> bool:
    """Whether a list without ids lost nothing: then what the other side did to it is plain."""
    return {_content(item) for item in base} <= {_content(item) for item in side}


def _content(item: Any) -> str:
    return json.dumps(item, sort_keys=True)
