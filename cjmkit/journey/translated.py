"""What a team typed, in another language: the same journey, ids untouched, its texts replaced where a translation stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cjmkit.journey.faults import place
from cjmkit.journey.journey import Journey

# Texts in a journey that are no words: ids, codes, files, dates. And names of firms and people, which stay.
NO_WORDS = frozenset(
    [
        "schema",
        "id",
        "language",
        "kind",
        "phase",
        "party",
        "evidence",
        "decision",
        "status",
        "state",
        "rule",
        "value",
        "better",
        "nps",
        "persona",
        "personas",
        "stage",
        "touchpoint",
        "touchpoints",
        "kpi",
        "events",
        "image",
        "file",
        "columns",
        "lasts",
        "after",
        "as_of",
        "on",
        "by",
        "due",
        "asks",
        "how",
        "importance",
        "client",
        "facilitator",
    ]
)
AT_THE_TOP = (NO_WORDS | {"revision", "rounds"}) - {"personas", "touchpoints"}
NAMED_BY_HAND = ("demographics", "teams")  # here the names are typed too
Change = Callable[[tuple[str | int, ...], str], str]


def typed_texts(journey: Journey) -> Iterator[tuple[str, str, str]]:
    """Every text that the team typed: where it stands, the field, the text.

    >>> list(typed_texts(Journey(client="AGD Nord", title="Buying a fridge")))[0]
    ('title', 'title', 'Buying a fridge')
    """
    found: list[tuple[str, str, str]] = []
    data = journey.to_data()

    def note(loc: tuple[str | int, ...], text: str) -> str:
        field = next(str(part) for part in reversed(loc) if isinstance(part, str) and part != "text")
        held = next((name for name in ("labels", "texts", *NAMED_BY_HAND) if name in loc), field)
        found.append((place(loc, data), held, text))
        return text

    _through(data, (), note)
    yield from (line for line in found if line[2].strip())


def translated(journey: Journey, texts: Mapping[str, str]) -> Journey:
    """The journey with each text that has a translation replaced by it; ids, codes and everything else stay.

    Args:
        journey: as the team typed it.
        texts: translations by the text as typed.

    >>> translated(Journey(title="Lodówka"), {"Lodówka": "A fridge"}).title
    'A fridge'
    """
    if not texts:
        return journey
    return Journey.from_data(_through(journey.to_data(), (), lambda _, text: texts.get(text) or text))


def out_of_date(journey: Journey, texts: Mapping[str, str]) -> list[str]:
    """The translated texts that stand nowhere in the journey any more: they were changed, or are gone."""
    there = {text for _, _, text in typed_texts(journey)}
    return [text for text in texts if text not in there]


def _through(data: Any, loc: tuple[str | int, ...], change: Change) -> Any:
    """The same data with every typed text changed."""
    if isinstance(data, str):
        return change(loc, data)
    if isinstance(data, list):
        return [_through(item, (*loc, n), change) for n, item in enumerate(data)]
    if not isinstance(data, dict):
        return data
    if loc and loc[-1] in NAMED_BY_HAND:
        new = {change((*loc, name), name): _through(value, (*loc, name), change) for name, value in data.items()}
        return new if len(new) == len(data) else {name: _through(v, (*loc, name), change) for name, v in data.items()}
    if loc[:1] == ("sources",) and len(loc) == 2:
        return {**data, "columns": _columns(data, loc, change)}
    skipped = frozenset() if loc[-1:] in (("by_persona",), ("texts",), ("labels",)) else NO_WORDS if loc else AT_THE_TOP
    return {name: v if name in skipped else _through(v, (*loc, name), change) for name, v in data.items()}


def _columns(source: dict[str, Any], loc: tuple[str | int, ...], change: Change) -> Any:
    """The columns of a survey, which alone are shown by name, with their names and labels changed; the headings stay."""
    columns = source.get("columns", {})
    if source.get("kind") != "survey":
        return columns
    new = {}
    for heading, column in columns.items():
        words = (
            ("name", "labels") if column.get("role") in ("segment", "comment") else ("name",)
        )  # else they are points
        at = (*loc, "columns", heading)
        new[heading] = {k: _through(v, (*at, k), change) if k in words else v for k, v in column.items()}
    return new
