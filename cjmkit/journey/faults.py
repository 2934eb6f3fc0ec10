"""Every fault of a broken `journey.json` at once: where it stands and what would be right.

Works on plain data, so that a journey too broken to be built can still be told all that is wrong with it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from cjmkit.errors import N_, Fault, JourneyError

DEEPEST = 50

# What pydantic calls a fault, and how a person would say it.
SENTENCES = {
    "missing": N_("is missing"),
    "extra_forbidden": N_("is not a field of a journey; take it out or correct its name"),
    "literal_error": N_("must be one of {allowed}, not {value}"),
    "string_type": N_("must be a text, not {value}"),
    "int_type": N_("must be a whole number, not {value}"),
    "int_from_float": N_("must be a whole number, not {value}"),
    "float_type": N_("must be a number, not {value}"),
    "finite_number": N_("must be a number, not {value}"),
    "bool_type": N_("must be true or false, not {value}"),
    "tuple_type": N_("must be a list, not {value}"),
    "mapping_type": N_("must be an object with names and values, not {value}"),
    "model_type": N_("must be an object with names and values, not {value}"),
    "model_attributes_type": N_("must be an object with names and values, not {value}"),
    "date_type": N_("must be a date such as 2027-06-30, not {value}"),
    "date_parsing": N_("must be a date such as 2027-06-30, not {value}"),
    "date_from_datetime_parsing": N_("must be a date such as 2027-06-30, not {value}"),
    "date_from_datetime_inexact": N_("must be a date such as 2027-06-30, not {value}"),
    "greater_than_equal": N_("must be {limit} or more, not {value}"),
    "less_than_equal": N_("must be {limit} or less, not {value}"),
    "string_too_long": N_("must have at most {limit} letters"),
    "string_too_short": N_("must not be empty"),
}
SLUG = N_("must be an id of small letters a–z, digits and hyphens, such as second-visit, not {value}")
DURATION = N_("must be a duration such as P30D or PT2H, not {value}")


def from_json(text: str) -> dict[str, Any]:
    """The data in a JSON text, or its first fault with line and column.

    Raises:
        JourneyError: it is no JSON, no object, nested too deep, has a name twice or a number that is none.

    >>> from_json('{"title": "x"}')
    {'title': 'x'}
    """
    try:
        data = json.loads(text, object_pairs_hook=_each_once, parse_constant=_no_constant, parse_int=_whole)
    except json.JSONDecodeError as error:
        raise JourneyError(
            [Fault(f"line {error.lineno}, column {error.colno}", "is not JSON: {problem}", {"problem": error.msg})]
        ) from None
    except ValueError:  # see _whole
        raise JourneyError([Fault("journey", "holds a number with too many digits")]) from None
    except RecursionError:
        raise JourneyError([Fault("journey", "is nested deeper than {limit} levels", {"limit": DEEPEST})]) from None
    if not isinstance(data, dict):
        raise JourneyError([Fault("journey", "must be an object with names and values, not {value}", _value(data))])
    if _depth(data) > DEEPEST:
        raise JourneyError([Fault("journey", "is nested deeper than {limit} levels", {"limit": DEEPEST})])
    return data


def from_pydantic(error: ValidationError, data: Any) -> list[Fault]:
    """The faults that pydantic found, each in a person's words and with a place that names ids."""
    faults: dict[str, Fault] = {}
    for e in error.errors(include_url=False):
        context = e.get("ctx", {})
        values = {
            **_value(e["input"]),
            "allowed": str(context.get("expected", "")).replace("'", "").replace(" or ", ", "),
            "limit": f"{context.get('ge', context.get('le', context.get('max_length', 0))):g}",
            "problem": e["msg"],
        }
        if e["type"] == "string_pattern_mismatch":
            sentence = DURATION if str(context.get("pattern", "")).startswith("^P") else SLUG
        else:
            sentence = SENTENCES.get(e["type"], N_("is not right: {problem}"))
        loc = tuple(part for part in e["loc"] if part not in ("int", "float"))
        faults.setdefault(place(loc, data), Fault(place(loc, data), sentence, values))
    return list(faults.values())


def place(loc: Sequence[str | int], data: Any) -> str:
    """Where in the journey: `touchpoints[forum].stage`, or a list's place counted from 1 where there is no id.

    >>> place(("stages", 0, "name"), {"stages": [{"name": 3}]})
    'stages[1].name'
    """
    text = ""
    for part in loc:
        if isinstance(part, int):
            data = data[part] if isinstance(data, list) and part < len(data) else None
            id = data.get("id") if isinstance(data, dict) else None
            text += f"[{id}]" if isinstance(id, str) and id else f"[{part + 1}]"
        else:
            data = data.get(part) if isinstance(data, dict) else None
            text += f".{part}" if text else str(part)
    return text or "journey"


def broken_references(data: Mapping[str, Any]) -> list[Fault]:
    """Ids that stand twice or that name nothing, a scale that is none: what no single field can show."""
    ids = {name: _ids(data, name) for name in ("personas", "stages", "touchpoints", "paths", "actions", "sources")}
    known = {name: set(of) for name, of in ids.items()}
    known["kpis"] = {k for _, s in _each(data, "stages") for k in _ids(s, "kpis")}
    faults = []
    for name, of in ids.items():
        for id, times in Counter(of).items():
            if times > 1:
                faults.append(
                    Fault(f"{name}[{id}]", "the id stands {times} times; each must be unique", {"times": times})
                )
    for number, times in Counter(r["id"] for _, r in _each(data, "rounds") if isinstance(r.get("id"), int)).items():
        if times > 1:
            faults.append(
                Fault(f"rounds[{number}]", "the id stands {times} times; each must be unique", {"times": times})
            )
    for where, id, room in _references(data):
        if id and isinstance(id, str) and id not in known[room]:
            near = get_close_matches(id, sorted(known[room]), n=1, cutoff=0.6)
            if near:
                values = {"value": id, "room": room, "near": near[0]}
                faults.append(Fault(where, "{value} is not among the {room}. Did you mean {near}?", values))
            elif not known[room]:
                values = {"value": id, "room": room}
                faults.append(Fault(where, "{value} is not among the {room}; there are none yet", values))
            else:
                there = ", ".join(sorted(known[room])[:12])
                values = {"value": id, "room": room, "there": there}
                faults.append(Fault(where, "{value} is not among the {room}. There are: {there}", values))
    return faults + _scale_faults(data.get("scale"))


def _references(data: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    """Every place that names something, the id it names, and the list that must hold it."""
    goal = data.get("goal")
    if isinstance(goal, dict):
        yield "goal.persona", goal.get("persona"), "personas"
        yield "goal.kpi", goal.get("kpi"), "kpis"
    one = [
        ("touchpoints", "stage", "stages"),
        ("paths", "persona", "personas"),
        ("actions", "kpi", "kpis"),
        ("messages", "persona", "personas"),
        ("messages", "stage", "stages"),
        ("messages", "touchpoint", "touchpoints"),
        ("unknowns", "touchpoint", "touchpoints"),
        ("checklist", "stage", "stages"),
    ]
    for items, field, room in one:
        for where, item in _each(data, items):
            yield f"{where}.{field}", item.get(field), room
    many = [("touchpoints", "personas", "personas"), ("paths", "touchpoints", "touchpoints")]
    for items, field, room in [*many, ("actions", "touchpoints", "touchpoints")]:
        for where, item in _each(data, items):
            named = item.get(field)
            for n, id in enumerate(named if isinstance(named, list) else []):
                yield f"{where}.{field}[{n + 1}]", id, room
    asked = data.get("questionnaire")
    chosen = asked.get("touchpoints") if isinstance(asked, dict) else None
    for n, id in enumerate(chosen if isinstance(chosen, list) else []):
        yield f"questionnaire.touchpoints[{n + 1}]", id, "touchpoints"
    for where, stage in _each(data, "stages"):
        for place, reached in _each(stage, "reached"):
            yield f"{where}.{place}.persona", reached.get("persona"), "personas"
        by_persona = stage.get("by_persona")
        for id in by_persona if isinstance(by_persona, dict) else {}:
            yield f"{where}.by_persona", id, "personas"


def _scale_faults(scale: Any) -> list[Fault]:
    if not isinstance(scale, dict):
        return []
    low, high = scale.get("low", 1), scale.get("high", 5)
    if not all(isinstance(x, int | float) and not isinstance(x, bool) for x in (low, high)):
        return []
    if low >= high:
        return [Fault("scale", "low must be less than high, not {low} and {high}", {"low": low, "high": high})]
    faults = []
    labels = scale.get("labels")
    for label in labels if isinstance(labels, dict) else {}:
        try:
            inside = low <= float(label) <= high
        except ValueError:
            inside = False
        if not inside:
            values = {"label": label, "low": low, "high": high}
            faults.append(Fault("scale.labels", "{label} is not a number from {low} to {high}", values))
    return faults


def _each(data: Mapping[str, Any], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    items = data.get(name)
    for n, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            yield place((name, n), data), item


def _ids(data: Mapping[str, Any], name: str) -> list[str]:
    return [item["id"] for _, item in _each(data, name) if isinstance(item.get("id"), str)]


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    twice = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]
    if twice:
        raise JourneyError([Fault(twice[0], "stands twice in one object; keep one of the two")])
    return dict(pairs)


def _whole(digits: str) -> int:
    if len(digits) > 300:  # more than a float can hold
        raise ValueError
    return int(digits)


def _no_constant(word: str) -> Any:
    raise JourneyError([Fault(word, "is not a number; leave the field empty or give one")])


def _depth(data: Any) -> int:
    level, depth = [data], 0
    while level:
        depth += 1
        level = [
            v
            for item in level
            for v in (item.values() if isinstance(item, dict) else item if isinstance(item, list) else ())
        ]
    return depth


def _value(value: Any) -> dict[str, str]:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return {"value": text if len(text) <= 60 else text[:57] + "..."}
