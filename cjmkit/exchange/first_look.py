"""A file seen for the first time: its columns with their first values, the tool it is from, what each column may be and why."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from cjmkit.errors import N_, Fault
from cjmkit.exchange.columns import SCALES, Column, Columns
from cjmkit.exchange.survey_suggestions import DATED, FEW, NAMED, OWN_NAME, PERSONAL, Suggestion
from cjmkit.exchange.survey_suggestions import suggest as suggest_survey
from cjmkit.exchange.survey_tables import read_survey_table
from cjmkit.exchange.text import number, refuse_headless
from cjmkit.language import Language

ROWS = 500  # from which a log's columns are judged
WORDS = {  # of headings, in the kit's languages
    "customer": r"^(?!.*(language|locale|lang$|agent|type|status|country|count|created|first_touch|(?<!user_)(?<!user)name|język|язык|语言))"
    r".*(customer|client|user|visitor|person|member|household|case|klient|osoba|клиент|покупат|客户|用户)",
    "event": r"event|action|activity|step|page|status|zdarzen|działani|событи|действи|事件|行为",
    "at": r"time|date|(^|_)at$|when|^ts$|czas|data|время|дата|时间|日期",
    "channel": r"channel|(?<!re)source|medium|device|kanał|канал|渠道",
    "amount": r"amount|price|value|revenue|sales|total|kwota|cena|wartość|сумм|цена|金额|价格",
    "lifecycle": r"lifecycle|transition",
}
DAY = re.compile(r"(19|20)\d{6}")  # "20260131"
IDS = re.compile(r"_?(id|uuid|guid)|.*(_id| id|Id|ID)")
STATES = {"start", "complete", "schedule", "assign", "reassign", "suspend", "resume", "withdraw", "abort", "ate_abort"}
WHY = {
    "customer": N_("is called as who it was; the same value must be the same customer"),
    "event": N_("is called as what happened"),
    "at": N_("holds dates or times"),
    "channel": N_("is called as the way on which it happened"),
    "amount": N_("is called as an amount and holds numbers"),
    "lifecycle": N_("is called as begun and completed; what is begun does not count as done"),
}


@dataclass(frozen=True)
class FirstLook:
    """What can be said of a file before anything is declared.

    Args:
        kind: of the file: "survey", "events" or "customers".
        table: its first rows (a survey: all), every cell as text.
        preset: the tool it is from, "" where none is known by its headings.
        certain: what that tool's preset says of the columns.
        suggestions: what the other columns may be, each with its reason; never taken by themselves.
        warnings: what was noticed while reading.
    """

    kind: str
    table: pd.DataFrame
    preset: str = ""
    certain: Columns = field(default_factory=dict)
    suggestions: Mapping[str, Suggestion] = field(default_factory=dict)
    warnings: tuple[Fault, ...] = ()

    @property
    def columns(self) -> dict[str, Column]:
        """What is certain and what is suggested, as a declaration to begin with, in the order of the file."""
        both = {**{name: s.column for name, s in self.suggestions.items()}, **self.certain}
        own = [name for name in both if name not in self.table.columns]
        return {name: both[name] for name in [*self.table.columns, *own] if name in both}

    def first_values(self, column: str, most: int = 5) -> list[str]:
        """The first different values of a column that are not empty."""
        return list(dict.fromkeys(text for text in self.table[column].str.strip() if text))[:most]


def first_look(source: Path, kind: str, preset: str | None = None) -> FirstLook:
    """A file's columns, the tool it is from and what each column may be.

    Args:
        source: the file.
        kind: what it holds: "survey", "events" or "customers".
        preset: the tool it is from; None looks for it by the headings.

    Raises:
        CJMError: it is no table, or there is no such preset.
    """
    table, names, warnings = _head(source, kind)
    headings = [str(name) for name in table.columns]
    from cjmkit.exchange import event_presets, survey_presets

    if kind == "survey":
        tool = preset or survey_presets.detect(headings) or ""
        if not tool:
            event_presets.refuse_other(headings, kind)
        certain = survey_presets.preset(tool, headings) if tool else {}
        suggested = suggest_survey(table, names)
    else:
        tool = preset or event_presets.detect(headings) or ""
        certain = event_presets.preset(tool, headings, kind) if tool else {}
        suggested = {} if tool else suggest(table, kind)
    rest = {name: s for name, s in suggested.items() if name not in certain}
    return FirstLook(kind, table, tool, certain, rest, warnings)


def _head(source: Path, kind: str) -> tuple[pd.DataFrame, Mapping[str, str], tuple[Fault, ...]]:
    if kind == "survey":
        return read_survey_table(source)
    if kind == "customers":
        from cjmkit.exchange.any_table import read_any_table

        table, warnings = read_any_table(source)
        refuse_headless(list(table.columns), source.name)
        return table, {}, warnings
    from cjmkit.exchange.events import preview

    headings, rows = preview(source, ROWS)
    return pd.DataFrame(rows, columns=pd.Index(headings), dtype=str), {}, ()


def suggest(table: pd.DataFrame, kind: str) -> dict[str, Suggestion]:
    """What the columns of a log or of a table of customers may be, by their headings and first values.

    >>> table = pd.DataFrame({"user_id": ["7"], "action": ["buy"], "time": ["2026-01-02"], "x": ["9.5"]})
    >>> {name: found.column.role for name, found in suggest(table, "events").items()}
    {'user_id': 'customer', 'action': 'event', 'time': 'at'}
    """
    found: dict[str, Suggestion] = {}
    for heading in map(str, table.columns):
        cells = [cell for cell in table[heading].str.strip() if cell]
        taken = {s.column.role for s in found.values()}
        roles = [role for role in (WORDS if kind == "events" else ["customer"]) if role not in taken]
        role = next((role for role in roles if _may_be(role, heading, cells)), None)
        if role:
            found[heading] = Suggestion(Column(role), Fault(heading, WHY[role]))
        elif cells and (other := _other(heading, cells, kind)):
            found[heading] = other
    if "customer" not in {s.column.role for s in found.values()}:
        found = _with_ids(table, kind, found)
    if kind == "events" and "event" not in {s.column.role for s in found.values()}:
        for heading, suggestion in found.items():
            if suggestion.column.role == "at":
                sentence = N_("holds dates or times; no column says what happened then, so give it a name")
                found[heading] = Suggestion(Column("at", event=heading), Fault(heading, sentence))
    return found


def _with_ids(table: pd.DataFrame, kind: str, found: dict[str, Suggestion]) -> dict[str, Suggestion]:
    """The same, with a column that is only called an id as the customer: another in each row of customers, not of a log."""
    for heading in map(str, table.columns):
        cells = [cell for cell in table[heading].str.strip() if cell]
        if (
            IDS.fullmatch(heading.strip())
            and len(cells) > 1
            and (len(set(cells)) == len(cells)) == (kind == "customers")
        ):
            role = "customer"
            said = {**found, heading: Suggestion(Column(role), Fault(heading, WHY[role]))}
            return {name: said[name] for name in map(str, table.columns) if name in said}
    return found


def _may_be(role: str, heading: str, cells: Sequence[str]) -> bool:
    named = re.search(WORDS[role], heading, re.IGNORECASE) is not None
    numbers = [number(cell) for cell in cells]
    if not cells or role == "at":
        timed = named and (_are(DAY, cells) or all(n is not None and n > 1e8 for n in numbers))
        return bool(cells) and (_are(DATED, cells) or timed)
    if role == "event":  # the same things happen again and again
        often = len(cells) < 20 or len(set(cells)) <= len(cells) / 2
        return named and often and None in numbers and not _are(DATED, cells)
    if role == "lifecycle":
        return named and {cell.casefold() for cell in cells} <= STATES
    return named and (role != "amount" or None not in numbers)


def _other(heading: str, cells: Sequence[str], kind: str) -> Suggestion | None:
    if OWN_NAME.fullmatch(heading.strip()) or (kind == "customers" and heading.strip().casefold() == "name"):
        return Suggestion(Column("ignore"), Fault(heading, NAMED))
    if _are(PERSONAL, cells):
        return Suggestion(Column("ignore"), Fault(heading, "holds addresses, which are personal data and no answer"))
    numbers = all(number(cell) is not None for cell in cells)
    few = 1 < len(set(cells)) <= min(FEW, max(len(cells) / 3, 2)) and max(map(len, cells)) < 40
    if numbers and kind == "customers" and not _are(DAY, cells) and not (few and len(set(cells)) <= 3):
        return Suggestion(Column("number"), Fault(heading, N_("holds numbers")))
    if few and not (numbers and kind == "events"):
        return Suggestion(Column("segment"), Fault(heading, "holds few different texts, as a group of customers does"))
    return None


def _are(pattern: re.Pattern[str], cells: Sequence[str]) -> bool:
    return sum(pattern.fullmatch(cell) is not None for cell in cells) > 0.9 * len(cells)


def columns_toml(columns: Columns, say: Language | None = None, look: FirstLook | None = None) -> str:
    """A declaration of columns as the text of a TOML file, with the reasons of what was suggested as remarks.

    >>> print(columns_toml({"How was it?": Column("rating", touchpoint="food", blank=(0, "–"))}))
    ["How was it?"]
    role = "rating"
    touchpoint = "food"
    blank = [0, "–"]
    <BLANKLINE>
    """
    lines = []
    for name, column in columns.items():
        why = look.suggestions.get(name) if look else None
        if why and say:
            lines.append(f"# {' '.join(say.error(why.why).split())}")
        lines.append(f"[{name if re.fullmatch('[A-Za-z0-9_-]+', name) else _toml(name)}]")
        lines += [f"{key} = {_toml(value)}" for key, value in column.to_data().items()]
        if why and why.looks_blank:
            blank = [n if (n := number(text)) is not None and n == int(n) else text for text in why.looks_blank]
            lines.append(f"# blank = {_toml([int(b) if isinstance(b, float) else b for b in blank])}")
        lines.append("")
    if look and say:
        left = [str(name) for name in look.table.columns if name not in columns]
        lines += [f"# {' '.join(say.error(Fault(name, _why_not(look, name))).split())}" for name in left]
    return "\n".join(lines)


def _why_not(look: FirstLook, heading: str) -> str:
    """Why nothing is suggested for a column."""
    cells = [cell for cell in look.table[heading].str.strip() if cell]
    if not cells:
        return N_("not suggested: it is empty")
    if look.preset and look.kind != "survey":
        return N_("not suggested: nothing of the journey is read from it; declare it where it is a group")
    if all(number(cell) is not None for cell in cells):
        return N_("not suggested: holds numbers, and nothing tells what they count")
    return N_("not suggested: nothing tells what it is")


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_toml(str(key))} = {_toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def enough(columns: Columns, kind: str) -> bool:
    """Whether a file of this kind can be read by these columns alone.

    >>> enough({"user": Column("customer"), "plan": Column("segment")}, "customers")
    True
    """
    says = {"survey": (*SCALES, "comment"), "customers": ("segment", "number")}.get(kind, ("at",))
    return not lacking(columns, kind) and any(column.role in says for column in columns.values())


def lacking(columns: Columns, kind: str) -> list[str]:
    """The roles without which a file of this kind says nothing, and which no column has.

    >>> lacking({"user": Column("customer")}, "events")
    ['event', 'at']
    """
    roles = {column.role for column in columns.values()}
    dated = any(column.role == "at" and column.event for column in columns.values())
    needed = (
        ("customer", *(() if dated else ("event",)), "at") if kind == "events" else ()
    )  # rows of customers are counted
    return [role for role in needed if role not in roles]
