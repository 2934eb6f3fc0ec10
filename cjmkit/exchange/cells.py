"""A cell of the workbook and the value that it stands for; what a cell cannot hold is never read back from it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from cjmkit.errors import CJMError, InputError
from cjmkit.exchange.sheets import Column
from cjmkit.exchange.spreadsheets import UNWRITABLE
from cjmkit.exchange.text import number
from cjmkit.language import Language, languages, speak
from cjmkit.language.durations import duration, parse_duration

Cell = str | float | bool | date | None
LONGEST = 32_767

FIRST_DAY = date(1900, 3, 1)  # before it spreadsheets disagree by a day


def written(column: Column, value: Any, say: Language) -> Cell:
    """What stands in the cell for a value of the journey."""
    kind, value = column.kind, plain(column, value)
    if value is None or value == "":
        return None
    if kind in ("number", "whole", "share"):
        return float(value)
    if kind == "date":
        day = date.fromisoformat(value)
        return day if day >= FIRST_DAY else value
    if kind == "duration":
        words = duration(say, value)
        return words if _same_duration(words, value, say) else value
    if kind == "code":
        return say(column.words[value]) if value in column.words else writable(str(value))
    if kind == "pairs":
        return writable("\n".join(f"{name}: {text}" for name, text in value.items())) or None
    if isinstance(value, list):
        return writable((", " if kind == "ids" else "\n").join(value)) or None
    return writable(value)


def read(column: Column, cell: Cell, say: Language, known: Mapping[str, Collection[str]]) -> Any:
    """The value that a cell stands for.

    Args:
        column: of which column.
        cell: as it stands in the workbook.
        say: the workbook's language.
        known: the ids that there are, by list.

    Raises:
        CJMError: it stands for none; says what would be right.
    """
    kind = column.kind
    if cell is None or (isinstance(cell, str) and not cell.strip() and kind not in ("text", "long")):
        if column.needed or (kind == "code" and column.empty == "" and not column.free):
            raise InputError("must not be empty")
        return {"lines": [], "items": [], "quotes": [], "ids": [], "pairs": {}}.get(kind, column.empty)
    if kind in ("number", "whole", "share"):
        return _number(kind, cell)
    if kind == "date":
        return _date(cell)
    text = _text(cell)
    if kind == "duration":
        return parse_duration(text, say)
    if kind == "code":
        return _code(column, text, say)
    if kind in ("id", "ids"):
        return _ids(column, text, known.get(column.of, ()))
    if kind == "pairs":
        return dict(_pair(line) for line in text.splitlines() if line.strip())
    if kind in ("lines", "items", "quotes"):
        return [line.strip() for line in text.splitlines() if line.strip()]
    if column.needed and not text.strip():
        raise InputError("must not be empty")
    return text


def plain(column: Column, value: Any) -> Any:
    """The value as far as a cell can say it: items and quotes as their texts, ends of lines as one sign."""
    kind = column.kind
    if kind in ("items", "quotes"):
        return [item if isinstance(item, str) else item["text"] for item in value or []]
    if kind in ("number", "whole", "share"):
        return None if value is None else _short(float(value))
    if kind in ("text", "long", "fixed"):
        return re.sub("\r\n?", "\n", value or "")
    return value


def merged(column: Column, value: Any, was: Any) -> Any:
    """A value that was read, with what a cell cannot say kept from the one that was there: what an item rests on."""
    if column.kind not in ("items", "quotes"):
        return value
    there = {item if isinstance(item, str) else item["text"]: item for item in was or []}
    return [there.get(text, text if column.kind == "items" else {"text": text}) for text in value]


def writable(text: str) -> str:
    """The text without what no cell can hold."""
    return UNWRITABLE.sub("\ufffd", re.sub("\r\n?", "\n", text))[:LONGEST]


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        raise InputError("is TRUE or FALSE in the workbook; type it as text")
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return re.sub("\r\n?", "\n", str(cell))


def _number(kind: str, cell: Cell) -> float | int:
    value: float | None = None
    if isinstance(cell, str):
        value = number(cell.strip().removesuffix("%"))
        value = value / 100 if value is not None and kind == "share" and cell.strip().endswith("%") else value
    elif isinstance(cell, float):
        value = cell
    if value is None or abs(value) >= 1e15:
        raise InputError("must be a number, not {value}", value=repr(cell))
    if kind == "whole" and (value != int(value) or not 1 <= value <= 5):
        raise InputError("must be a whole number from 1 to 5, not {value}", value=f"{value:.15g}")
    if kind == "share" and not 0 <= value <= 1:
        raise InputError("must be a percentage from 0 to 100, not {value}", value=f"{value * 100:.15g}")
    return _short(value)


def _short(value: float) -> float | int:
    value = float(f"{value:.15g}")
    return int(value) if value == int(value) else value


def _date(cell: Cell) -> str:
    if isinstance(cell, float) and 61 <= cell < 2_958_466:
        return (date(1899, 12, 30) + timedelta(days=int(cell))).isoformat()
    text = cell.strip() if isinstance(cell, str) else ""
    dotted = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
    try:
        if isinstance(cell, date):
            return cell.isoformat()
        return (
            date(*map(int, reversed(dotted.groups()))).isoformat()
            if dotted
            else date.fromisoformat(text[:10]).isoformat()
        )
    except ValueError:
        raise InputError("must be a date such as 2027-06-30, not {value}", value=repr(cell)) from None


def _code(column: Column, text: str, say: Language) -> str:
    by_word = _words(tuple(column.words.items()))
    code = by_word.get(_key(text))
    if code is None and not column.free:
        raise InputError(
            "must be one of {allowed}, not {value}",
            allowed=[say(word) for word in column.words.values()],
            value=repr(text),
        )
    return text if code is None else code


@lru_cache
def _words(words: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Each code by its words in every language."""
    said = {_key(speak(language)(word)): code for language in languages() for code, word in words}
    return {**said, **{_key(code): code for code, _ in words}}


def _ids(column: Column, text: str, known: Collection[str]) -> Any:
    ids = [part for part in re.split(r"[,;\s]+", text) if part]
    strange = [id for id in ids if id not in known]
    near = [id for part in strange for id in get_close_matches(part, sorted(known), n=2)]
    if near:
        raise InputError(
            "{value} is not among the ids that there are. Did you mean {near}?",
            value=strange,
            near=[*dict.fromkeys(near)],
        )
    if strange:
        raise InputError(
            "{value} is not among the ids that there are: {known}", value=strange, known=sorted(known)[:12] or ["–"]
        )
    if column.kind == "id" and len(ids) > 1:
        raise InputError("must be one id, not {value}", value=ids)
    return ids if column.kind == "ids" else ids[0]


def _pair(line: str) -> tuple[str, str]:
    name, sign, text = line.partition(":")
    if not sign or not name.strip():
        raise InputError("each line must be a name, a colon and a text, not {value}", value=repr(line))
    return name.strip(), text.strip()


def _same_duration(words: str, iso: str, say: Language) -> bool:
    try:
        return parse_duration(words, say) == iso
    except CJMError:
        return False


def _key(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().casefold()
