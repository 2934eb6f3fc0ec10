"""What an edited workbook would change in a journey, as a list that is shown before anything is taken."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cjmkit.errors import N_, Fault, JourneyError
from cjmkit.exchange.cells import merged
from cjmkit.exchange.sheets import SHEETS, Record, digest, records, together
from cjmkit.journey import Journey
from cjmkit.journey.translated import typed_texts


@dataclass(frozen=True)
class Change:
    """One change: where, which field, from what to what; `kind` is "changed", "added" or "removed".

    A `conflict` was changed in the journey too since the workbook was made; the journey's own stays unless asked for.
    `notes` say what comes of it, `parts` are the fields of a new row, `text` is the text as typed of a translation.
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
    notes: tuple[str, ...] = ()
    parts: tuple[Change, ...] = ()
    text: str = ""


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
        for change in taken:
            if "order" in change.values and not change.row:
                flat[change.sheet] = _in_order(flat[change.sheet], change.values["order"])
        for row in flat["touchpoints"].values():
            _whole(row)
        return _whole_journey(
            together(journey, flat), {c.row for c in taken if (c.sheet, c.kind) == ("stages", "removed")}
        )

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


def _in_order(rows: Mapping[str, Record], order: Sequence[str]) -> dict[str, Record]:
    """These rows in this order, each of the others where it was."""
    wanted = iter([name for name in order if name in rows])
    return {found: rows[found] for found in (next(wanted) if name in order else name for name in rows)}


def _whole_journey(data: Record, gone: Collection[str]) -> Journey:
    """The journey of these data; where a stage that was taken out still holds something, that is said of the stage."""
    data["checklist"] = [check for check in data["checklist"] if check["stage"] not in gone]
    try:
        return Journey.from_data(data)
    except JourneyError as error:
        held = ("touchpoints[", "messages[")
        faults = [f for f in error.faults if not (f.place.startswith(held) and f.values.get("value") in gone)]
        for stage in sorted(gone):
            names = [t.get("name") or t["id"] for t in data["touchpoints"] if t.get("stage") == stage]
            n = sum(message.get("stage") == stage for message in data["messages"])
            if names:
                sentence = N_("still has touchpoints; move or remove them first: {touchpoints}")
                faults.append(Fault(f"stages[{stage}]", sentence, {"touchpoints": names}))
            if n:
                sentence = N_("still stands in the communication matrix; change or remove its rows first ({n})")
                faults.append(Fault(f"stages[{stage}]", sentence, {"n": n}))
        raise JourneyError(faults) from None


def _whole(touchpoint: Record) -> None:
    """A verdict or moment of truth of which nothing is left is none."""
    for name in ("verdict", "moment_of_truth"):
        part = touchpoint.get(name)
        if part is not None and not any(part.values()):
            touchpoint[name] = None
