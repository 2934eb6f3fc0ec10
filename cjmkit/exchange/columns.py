"""What each column of a survey, a log of events or a table of customers is: declared in a TOML file, in short form, or in `journey.sources[].columns`."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from cjmkit.errors import N_, Fault, InputError, UsageError
from cjmkit.exchange.text import Source, number, read_bytes
from cjmkit.journey.faults import SLUG

SCALES = {"nps": (0.0, 10.0), "ces": (1.0, 7.0), "csat": (1.0, 5.0), "rating": (1.0, 5.0), "overall": (1.0, 5.0),
          "importance": (1.0, 5.0)}  # fmt: skip
ASKED = ("blank", "touchpoint", "stage", "low", "high", "labels")
KINDS: dict[str, dict[str, tuple[str, ...]]] = {  # of files: their roles and each role's keys, beside role and name
    "survey": {
        "respondent": (),
        **dict.fromkeys(SCALES, ASKED),
        "segment": ("blank", "labels"),
        "weight": (),
        "wave": ("order",),
        "comment": ("blank", "touchpoint", "stage", "labels"),  # with labels: codes, several of them with ";" between
        "item": (),  # of a long table, one row an answer: which question
        "value": (),  # and what was answered
        "ignore": ASKED,
    },
    "events": {
        "customer": (),
        "event": ("blank", "labels"),  # several are joined by "/"
        "at": ("blank", "order", "event"),  # with `event` a row says when that happened; then there may be several
        "channel": ("blank", "labels"),
        "segment": ("blank", "labels"),
        "amount": ("blank",),
        "lifecycle": (),
        "ignore": ("blank", "labels"),
    },
    "customers": {
        "customer": (),
        "segment": ("blank", "labels"),
        "number": ("blank",),
        "ignore": ("blank", "labels"),
    },
}
ORDERS = ("ymd", "dmy", "mdy")
ONCE = {"survey": ("respondent", "weight", "wave", "item", "value"), "events": ("customer", "channel", "amount", "lifecycle"), "customers": ("customer",)}  # fmt: skip
ALL_KEYS = ("role", "name", *ASKED, "order", "event")
NOT_FITTING = N_("The declaration of the columns has faults: {faults}")


@dataclass(frozen=True)
class Column:
    """One declared column; `low` and `high` are set where its role has a scale."""

    role: str
    name: str = ""
    touchpoint: str = ""
    stage: str = ""
    low: float | None = None
    high: float | None = None
    blank: tuple[str | float, ...] = ()
    order: str = ""
    event: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    def is_blank(self, text: str) -> bool:
        """Whether this cell, spaces around it taken off, says that no answer was given.

        >>> [Column("nps", blank=(11, "Blank")).is_blank(text) for text in ("11", "Blank", "", "0")]
        [True, True, True, False]
        """
        value = number(text)
        return text == "" or any(text == str(b) or (value is not None and value == b) for b in self.blank)

    def to_data(self) -> dict[str, Any]:
        """The declaration as plain values, as in TOML and `journey.sources[].columns`.

        >>> Column("nps", low=0.0, high=10.0, blank=(11,)).to_data()
        {'role': 'nps', 'blank': [11], 'low': 0, 'high': 10}
        """
        given = {"name": self.name, "touchpoint": self.touchpoint, "stage": self.stage, "order": self.order,
                 "event": self.event, "blank": list(self.blank)}  # fmt: skip
        scale = {"low": self.low, "high": self.high} if self.low is not None and self.high is not None else {}
        whole = {key: int(x) if x == int(x) else x for key, x in scale.items()}
        data = {"role": self.role, **given, **whole, "labels": dict(self.labels)}
        return {key: value for key, value in data.items() if value not in ("", [], {})}


Columns = Mapping[str, Column]


def read_columns(source: Source, kind: str = "survey") -> dict[str, Column]:
    """The columns of a file of this kind ("survey", "events", "customers") declared in a TOML file.

    Raises:
        InputError: it is no TOML, or a column's declaration does not hold; all faults at once.

    >>> read_columns(b'[NETPRO]\\nrole = "nps"\\nblank = [11]')["NETPRO"].high
    10.0
    """
    data, file = read_bytes(source, 2**20)
    try:
        declared = tomllib.loads(data.decode("utf-8-sig"))
    except RecursionError:
        raise InputError("{file} is nested too deep.", file=file) from None
    except ValueError as error:
        sentence = N_(
            "{file} is not a TOML file: {problem}. A column begins with its name in brackets on a line of its own, such as {example}"
        )
        raise InputError(sentence, file=file, problem=str(error), example='[NETPRO], and then role = "nps"') from None
    return columns_of(declared, kind)


def parse_map(pairs: Iterable[str], kind: str = "survey") -> dict[str, Column]:
    """The columns declared in short form, `column=role`, `column=rating:touchpoint` or `column=at:event`.

    Raises:
        UsageError: a pair has no `=`, or a column stands twice.
        InputError: a role is unknown, or a rating names no touchpoint.

    >>> parse_map(["NETPRO=nps", "Q7FOOD=rating:food"])["Q7FOOD"].touchpoint
    'food'
    """
    declared: dict[str, dict[str, str]] = {}
    for pair in pairs:
        column, equals, role = pair.rpartition("=")
        if not equals or not column.strip():
            raise UsageError("{pair} must be column=role or column=role:touchpoint.", pair=repr(pair))
        if column.strip() in declared:
            raise UsageError("Column {column} is declared twice.", column=column.strip())
        role, _, more = (part.strip() for part in role.partition(":"))
        key = "event" if role == "at" else "order" if role == "wave" else "touchpoint"
        declared[column.strip()] = {"role": role, **({key: more} if more else {})}
    return columns_of(declared, kind)


def columns_of(declared: Mapping[str, Any], kind: str = "survey") -> dict[str, Column]:
    """The columns of a file of this kind declared as plain dicts, checked.

    Raises:
        InputError: an unknown role or key, a rating without a touchpoint, a scale that is none; all faults at once.

    >>> columns_of({"Q1": {"role": "ratng", "touchpoint": "food"}})
    Traceback (most recent call last):
    cjmkit.errors.InputError: ... Q1: role ratng is unknown; nearest: rating
    """
    faults = [fault for name, column in declared.items() for fault in _faults(name, column, kind)]
    if faults:
        raise InputError(NOT_FITTING, faults=faults)
    columns = {name: _column(data) for name, data in declared.items()}
    if twice := stands_twice(columns, kind):
        raise InputError(NOT_FITTING, faults=twice)
    return columns


def stands_twice(columns: Columns, kind: str = "survey") -> list[Fault]:
    """The roles that only one column may have, and that several do."""
    roles = Counter(column.role for column in columns.values())
    sentence = N_("only one column may have this role, not {columns}")
    return [
        Fault(role, sentence, {"columns": [name for name, column in columns.items() if column.role == role]})
        for role in ONCE[kind]
        if roles[role] > 1
    ]


def not_there(used: Columns, headings: Iterable[str]) -> list[Fault]:
    """The columns that are declared, but not among a file's headings."""
    there = list(headings)
    return [
        Fault(name, "is declared, but not in the file; nearest: {near}", {"near": nearest(name, there)})
        for name in used
        if name not in there
    ]


def nearest(word: str, known: Iterable[str]) -> list[str]:
    """The known words most like this one, else the first of them, to be named in a sentence.

    >>> nearest("NETPR", ["Q7FOOD", "NETPRO"])
    ['NETPRO']
    """
    words = list(known)
    by_fold = {w.casefold(): w for w in words}
    near = get_close_matches(word.casefold()[:100], by_fold, n=3, cutoff=0.6)
    return [by_fold[w] for w in near] or [*words[:12], *(["…"] if len(words) > 12 else [])] or ["–"]


def _column(data: Mapping[str, Any]) -> Column:
    role = data["role"]
    low, high = SCALES.get(role, (None, None))
    labels = {str(code): str(words) for code, words in data.get("labels", {}).items()}
    texts = {key: data.get(key, "") for key in ("name", "touchpoint", "stage", "order", "event")}
    if "low" in data and role in SCALES:
        low, high = float(data["low"]), float(data["high"])
    return Column(role, **texts, low=low, high=high, blank=tuple(data.get("blank", ())), labels=labels)


def _faults(column: str, data: Any, kind: str) -> list[Fault]:
    keys = KINDS[kind]
    if not isinstance(data, Mapping):
        return [Fault(column, "must be a table with a role, not {value}", {"value": _shown(data)})]
    role = data.get("role")
    if role is None:
        return [Fault(column, "has no role; give it one of {roles}", {"roles": list(keys)}), *_key_faults(column, data)]
    if not isinstance(role, str) or role not in keys:
        near = nearest(str(role), keys)
        return [Fault(column, "role {role} is unknown; nearest: {near}", {"role": str(role)[:100], "near": near})]
    faults = _key_faults(column, data)
    for key in data:
        if key in ALL_KEYS[2:] and key not in keys[role]:
            values = {"role": role, "key": key, "allowed": ["role", "name", *keys[role]]}
            faults.append(Fault(column, "role {role} takes no {key}; it takes {allowed}", values))
    if role in ("rating", "importance") and not data.get("touchpoint"):
        faults.append(Fault(column, "a rating needs a touchpoint, such as food"))
    return faults or (_scale_faults(column, role, data) if role in SCALES else [])


def _key_faults(column: str, data: Mapping[str, Any]) -> list[Fault]:
    faults = []
    for key, value in data.items():
        shown = {"key": key, "value": _shown(value)}
        if key not in ALL_KEYS and isinstance(value, dict):
            sentence = N_("a column whose name has a dot must stand in quotation marks: {name}")
            faults.append(Fault(column, sentence, {"name": f'["{column}.{key}"]'}))
        elif key not in ALL_KEYS:
            values = {"key": key, "near": nearest(key, ALL_KEYS)}
            faults.append(Fault(column, "key {key} is unknown; nearest: {near}", values))
        elif key in ("low", "high") and not _is_number(value):
            faults.append(Fault(column, "{key} must be a number, not {value}", shown))
        elif key == "order" and value not in ORDERS:
            faults.append(
                Fault(column, "order must be one of {orders}, not {value}", {"orders": list(ORDERS), **shown})
            )
        elif key in ("name", "stage", "touchpoint", "event") and not isinstance(value, str):
            faults.append(Fault(column, "{key} must be a text, not {value}", shown))
        elif key == "touchpoint" and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
            faults.append(Fault(f"{column}.touchpoint", SLUG, {"value": _shown(value)}))
        elif key == "blank" and not _is_blank_list(value):
            sentence = N_("blank must be a list of numbers or texts, such as {example}, not {value}")
            faults.append(Fault(column, sentence, {"example": '[11, "Blank"]', "value": shown["value"]}))
        elif key == "labels" and not (isinstance(value, Mapping) and all(isinstance(v, str) for v in value.values())):
            sentence = N_("labels must give words for each code, such as {example}, not {value}")
            faults.append(Fault(column, sentence, {"example": '{1 = "business"}', "value": shown["value"]}))
    return faults


def _scale_faults(column: str, role: str, data: Mapping[str, Any]) -> list[Fault]:
    low, high = data.get("low"), data.get("high")
    if (low is None) != (high is None):
        return [Fault(column, "low and high must be given together")]
    if low is None or high is None:
        low, high = SCALES[role]
    values = {"low": f"{low:g}", "high": f"{high:g}"}
    if low >= high:
        return [Fault(column, "low must be less than high, not {low} and {high}", values)]
    if role == "nps" and (low, high) != (0, 10):
        sentence = N_(
            "goes from {low} to {high}, but NPS is defined on 0 to 10 only: elsewhere its shares of 9–10 and of 0–6 "
            "mean something else. Declare it as overall, rating or csat"
        )
        return [Fault(column, sentence, values)]
    both = [b for b in map(str, data.get("blank", ())) if (n := number(b)) is not None and low <= n <= high]
    sentence = N_("{blank} is declared as blank, but is an answer from {low} to {high}; correct one of them")
    return [Fault(column, sentence, {"blank": both, **values})] if both else []


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15


def _is_blank_list(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, str) or _is_number(item) for item in value)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."
