"""What an edited workbook would change in a journey, as a list that is shown before anything is taken."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cjmkit.errors import Fault
from cjmkit.exchange.cells import merged
from cjmkit.exchange.sheets import SHEETS, Record, digest, records, together
from cjmkit.journey import Journey
from cjmkit.journey.translated import typed_texts


@dataclass(frozen=True)
class Change:
    """One change: where, which field, from what to what; `kind` is "changed", "added" or "removed".

    A `conflict` was changed in the journey too since the workbook was made; the journey's own stays unless asked for.
    """

    place: str
    title: str
    was: str
    to: str
    kind: str = "changed"
    conflict: bool = False
    sheet: str = ""
    row: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Changes:
    """All that a workbook would change, and what in it could not be taken."""

    changes: tuple[Change, ...] = ()
    warnings: tuple[Fault, ...] = ()

    def taken(self, theirs: bool = False) -> tuple[Change, ...]:
        """The changes to be made; `theirs` takes the workbook's side where both sides changed."""
        return tuple(change for change in self.changes if theirs or not change.conflict)

    def applied(self, journey: Journey, *, theirs: bool = False) -> Journey:
        """The journey with these changes.

        Raises:
            JourneyError: together they make no whole journey, such as a stage that is gone while touchpoints name it.
        """
        taken = [change for change in self.taken(theirs) if change.sheet != "translations"]
        for change in taken:
            if change.kind == "removed" and change.sheet in ("touchpoints", "personas"):
                verb = journey.remove_touchpoint if change.sheet == "touchpoints" else journey.remove_persona
                journey = verb(change.row)
        if not taken:
            return journey
        flat = records(journey)
        sheets = {s.key: s for s in SHEETS}
        for change in taken:
            rows = flat[change.sheet]
            if change.kind == "removed":
                rows.pop(change.row, None)
            elif change.kind == "added" or change.row in rows:
                row = rows.setdefault(change.row, {"id": change.row} if sheets[change.sheet].named else {})
                for column in sheets[change.sheet].columns:
                    if column.key in change.values:
                        _put(row, column.key, merged(column, change.values[column.key], value_at(row, column.key)))
        for row in flat["touchpoints"].values():
            _whole(row)
        return Journey.from_data(together(journey, flat))

    def translations(
        self, journey: Journey, there: Mapping[str, Mapping[str, str]], *, theirs: bool = False
    ) -> dict[str, dict[str, str]]:
        """The translations with those of the workbook; those whose text is nowhere in the journey any more are let go."""
        by_row = {digest(text): text for _, _, text in typed_texts(journey)}
        kept = {code: {k: v for k, v in texts.items() if digest(k) in by_row} for code, texts in there.items()}
        for change in self.taken(theirs):
            if change.sheet == "translations" and change.row in by_row:
                for code, text in change.values.items():
                    kept.setdefault(code, {})[by_row[change.row]] = text
        return kept


def value_at(record: Mapping[str, Any] | None, key: str) -> Any:
    """What a record holds under a dotted key; None where it holds nothing there."""
    value: Any = record
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _put(record: Record, key: str, value: Any) -> None:
    head, dot, rest = key.partition(".")
    if not dot:
        record[head] = value
        return
    inner = copy.copy(record.get(head)) or {}
    _put(inner, rest, value)
    record[head] = inner


def _whole(touchpoint: Record) -> None:
    """A verdict or moment of truth of which nothing is left is none."""
    for name in ("verdict", "moment_of_truth"):
        part = touchpoint.get(name)
        if part is not None and not any(part.values()):
            touchpoint[name] = None
