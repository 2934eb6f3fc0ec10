"""Rows pasted from a spreadsheet as touchpoints: what is right is read, the rest stays as it is, told row by row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from cjmkit.errors import N_, CJMError, Fault, InputError
from cjmkit.exchange.text import number
from cjmkit.journey import Journey, Quote, Touchpoint
from cjmkit.journey.faults import from_pydantic
from cjmkit.journey.ids import new_id
from cjmkit.language import Language
from cjmkit.language.durations import parse_duration
from cjmkit.language.words import EVIDENCE, KIND, KIND_IN_A_LINE, PARTY, TOUCHPOINT, TOUCHPOINT_TOO

MOST_ROWS = 300
LONGEST = 500_000
CODES = {"kind": (KIND, KIND_IN_A_LINE), "party": (PARTY,), "evidence": (EVIDENCE,)}
LONG = ("doing", "thinking", "feeling", "expects", "pain", "success", "backstage")


@dataclass(frozen=True)
class PastedTouchpoints:
    """What was read; what was not, as a table to be corrected; the faults by its rows; and notes on what was read."""

    touchpoints: tuple[Touchpoint, ...]
    left: str = ""
    faults: tuple[Fault, ...] = ()
    notes: tuple[Fault, ...] = ()


@dataclass
class Reading:
    """What is known while the rows are read: the journey, its language, what each column is, what was read so far."""

    journey: Journey
    say: Language
    columns: list[str]  # the field of each column, "" where it is none
    stage: str  # as written in the last row that said one
    touchpoints: list[Touchpoint] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)


def read_touchpoints(text: str, journey: Journey, say: Language, stage: str = "") -> PastedTouchpoints:
    """The touchpoints in pasted rows, with or without a heading, split by tabs, semicolons or commas.

    Args:
        text: the rows. Without a heading: names; name, channel, owner; or stage, name, channel, owner.
        journey: its stages and personas may be named by id or by name; what it holds already is not read again.
        say: the language of heading and codes, beside English.
        stage: the id of the stage of rows that name none.

    Returns:
        Each row with content is among the touchpoints, or in `left` with a fault that names its row there.

    Raises:
        InputError: there is no stage yet, the heading cannot be used, or these are too many rows.

    >>> from cjmkit.journey import Stage
    >>> from cjmkit.language import speak
    >>> journey = Journey(stages=[Stage(id="a", name="Awareness"), Stage(id="b", name="Buying")])
    >>> pasted = read_touchpoints("Awareness;Forum;www\\nBying;Order;www", journey, speak("en"))
    >>> [t.name for t in pasted.touchpoints], str(pasted.faults[0])
    (['Forum'], 'row 2: “Bying” is no stage of this journey. Did you mean “Buying”?')
    """
    if not journey.stages:
        raise InputError("There is no stage yet to put touchpoints in. Put in the stages first.")
    known = _heading_words(say)
    rows = _split(text, {*known, *_stages(journey)})
    if len(rows) > MOST_ROWS:
        raise InputError("These are {n} rows; paste at most {most} at once.", n=len(rows), most=MOST_ROWS)
    head, columns, notes = _columns(rows, journey, known, say)
    reading = Reading(journey, say, columns, stage or journey.stages[0].id, notes=notes)
    left: list[list[str]] = []
    faults: list[Fault] = []
    headed = bool(head) or len(columns) > 1
    for cells in rows[1:] if head else rows:
        found = _read(cells, reading)
        if found:
            faults += [Fault(f"row {len(left) + 1 + headed}", f.sentence, f.values) for f in found]
            left.append(_with_stage(cells, reading))
    if left and headed:
        titles = head or [say(TOUCHPOINT[name]) if name else "?" for name in columns]
        left.insert(0, [say(TOUCHPOINT[name]) if name else title for name, title in zip(columns, titles, strict=True)])
    return PastedTouchpoints(tuple(reading.touchpoints), _as_text(left), tuple(faults), tuple(reading.notes))


def _split(text: str, known: set[str]) -> list[list[str]]:
    """The cells of each row that has content, by the sign that splits them."""
    if len(text) > LONGEST:
        raise InputError("This is longer than {limit} letters; paste fewer rows.", limit=LONGEST)
    if "\t" in text:
        return _rows(text, "\t")
    for sign in ";,":
        rows = _rows(text, sign)
        widths = {len(cells) for cells in rows}
        told = any(_key(cell) in known for cells in rows for cell in cells[:2])
        if widths and max(widths) > 1 and (told or (len(widths) == 1 and len(rows) > 1)):
            return rows
    return _rows(text, "\t")


def _rows(text: str, sign: str) -> list[list[str]]:
    """Rows as a spreadsheet copies them: a cell in quotation marks may hold signs and line breaks."""
    cell = re.compile(rf'[ ]*"((?:[^"]|"")*)"[ ]*(?={sign}|\r|\n|\Z)|([^{sign}\r\n]*)')
    rows: list[list[str]] = [[]]
    at = 0
    while True:
        found = cell.match(text, at)
        assert found is not None  # its second half fits everywhere
        quoted, plain = found.groups()
        rows[-1].append(_clean(plain if quoted is None else quoted.replace('""', '"')))
        at = found.end()
        if at >= len(text):
            return [cells for cells in rows if any(cells)]
        if text[at] != sign:
            rows.append([])
        at += 2 if text.startswith("\r\n", at) else 1


def _columns(
    rows: Sequence[list[str]], journey: Journey, known: Mapping[str, str], say: Language
) -> tuple[list[str], list[str], list[Fault]]:
    """The heading, empty where there is none; the field of each column; and what was made of odd headings."""
    first = rows[0] if rows else []
    hits = [known.get(_key(title), "") for title in first]
    if "name" in hits or sum(map(bool, hits)) * 2 > max(2, len(list(filter(None, first)))):
        columns, notes = _named(rows, hits, known, say)
        return [*first, *[""] * (len(columns) - len(first))], columns, notes
    width = max(map(len, rows), default=1)
    stages = _stages(journey)
    fits = [[_key(cells[n]) in stages for cells in rows if len(cells) > n] for n in range(min(width, 2))]
    near = [bool(get_close_matches(_key(cells[0]), stages, 1, 0.75)) for cells in rows]
    if width == 1:
        columns = ["name"]
    elif any(fits[0]) or (not any(fits[1]) and sum(near) * 2 >= len(rows)):
        columns = ["stage", "name", "channel", "owner"]
    elif any(fits[1]):
        columns = ["name", "stage", "channel", "owner"]
    elif width == 2:
        columns = ["name", "channel"]
    else:
        raise InputError(
            "No cell names a stage of this journey ({stages}). Put a heading above, such as: {heading}.",
            stages=[s.name or s.id for s in journey.stages],
            heading=[say(TOUCHPOINT[name]) for name in ("stage", "name", "channel", "owner")],
        )
    return [], columns[: max(width, 2)] if width > 1 else columns, []


def _named(
    rows: Sequence[list[str]], hits: list[str], known: Mapping[str, str], say: Language
) -> tuple[list[str], list[Fault]]:
    """The fields that a heading names, near misses too, and what is told of those that it does not name."""
    notes = []
    for n, title in enumerate(rows[0]):
        if hits[n] or not any(cells[n] for cells in rows[1:] if len(cells) > n):
            continue
        near = [known[word] for word in get_close_matches(_key(title), known, 1, 0.75)]
        if near and near[0] not in hits:
            hits[n] = near[0]
            sentence = N_("the heading was read as “{field}”")
            notes.append(Fault(say.quoted(title), sentence, {"field": say(TOUCHPOINT[hits[n]])}))
        else:
            sentence = N_("touchpoints have no such column, its cells were left out; there are: {columns}")
            notes.append(Fault(say.quoted(title), sentence, {"columns": [say(word) for word in TOUCHPOINT.values()]}))
    twice = {name for name in hits if name and hits.count(name) > 1}
    needed = TOUCHPOINT["name"]
    if twice or "name" not in hits:
        raise InputError(
            "The heading must have “{name}” and each column once; it has: {heading}.",
            name=say(needed), heading=rows[0],
        )  # fmt: skip
    return hits, notes


def _read(cells: list[str], reading: Reading) -> list[Fault]:
    """Take a row as a touchpoint; or its faults, and it is not taken."""
    faults, values = [], {}
    given = dict(zip(reading.columns, cells, strict=False))
    if any(cells[len(reading.columns) :]):
        sentence = N_("has more cells than the {n} columns; put a heading above that names each")
        faults.append(Fault("", sentence, {"n": len(reading.columns)}))
    given["stage"] = reading.stage = given.get("stage") or reading.stage
    for name, text in given.items():
        if name and text:
            try:
                values[name] = _value(name, text, reading)
            except CJMError as error:
                faults.append(Fault("", error.sentence, error.values))
    if not given.get("name"):
        faults.append(Fault("", N_("has no name")))
    faults += [] if faults else _twice(values, reading)
    if faults:
        return faults
    taken = [t.id for t in (*reading.journey.touchpoints, *reading.touchpoints)]
    try:
        reading.touchpoints.append(Touchpoint(id=new_id(values["name"], taken, "touchpoint"), **values))
    except ValidationError as error:
        return from_pydantic(error, values)
    return []


def _value(name: str, text: str, reading: Reading) -> Any:
    """What the journey holds for the text of a cell; raises with what would be right."""
    say, journey = reading.say, reading.journey
    if name == "stage":
        return _one_of(text, _stages(journey), [s.name or s.id for s in journey.stages],
                       N_("“{text}” is no stage of this journey. {hint}"), say)  # fmt: skip
    if name == "personas":
        people = {_key(word): p.id for p in journey.personas for word in (p.id, p.name) if word}
        shown = [p.name or p.id for p in journey.personas]
        sentence = N_("“{text}” is no persona of this journey. {hint}")
        return tuple(
            _one_of(who.strip(), people, shown, sentence, say) for who in re.split("[,;\n]", text) if who.strip()
        )
    if name in CODES:
        words = {_key(w): code for names in CODES[name] for code, one in names.items() for w in (code, one, say(one))}
        shown = [say(one) for one in CODES[name][-1].values()]
        return _one_of(text, words, shown, N_("“{text}” is none of those possible here. {hint}"), say)
    if name in ("lasts", "after"):
        return parse_duration(text, say)
    if name == "reach":
        return _share(text)
    if name == "quotes":
        return tuple(Quote(text=line.strip()) for line in text.splitlines() if line.strip())
    return text if name in LONG else " ".join(text.split())


def _one_of(text: str, words: Mapping[str, str], shown: Sequence[str], sentence: str, say: Language) -> str:
    """What the text stands for; else it is told with the nearest word, or with all."""
    if _key(text) in words:
        return words[_key(text)]
    by_key = {_key(word): word for word in shown}
    near = get_close_matches(_key(text), by_key, 1, 0.6)
    if near:
        hint = say("Did you mean “{near}”?", near=by_key[near[0]])
    else:
        hint = say("There are: {words}.", words=list(shown) or ["–"])
    raise InputError(sentence, text=text, hint=hint)


def _share(text: str) -> float:
    """A share from a percentage, or from a number up to 1."""
    plain = re.sub(r"\s", "", text)
    value = number(plain.removesuffix("%"))
    if value is None or not 0 <= value <= 100:
        raise InputError("Reach must be a percentage from 0 to 100, not “{text}”.", text=text)
    return value if value <= 1 and not plain.endswith("%") else value / 100


def _twice(values: Mapping[str, Any], reading: Reading) -> list[Fault]:
    """A name that its stage has already is a fault, one that another stage has is worth a note."""
    alike = [t for t in reading.journey.touchpoints if _key(t.name) == _key(values["name"])]
    above = [t for t in reading.touchpoints if _key(t.name) == _key(values["name"])]
    stage = values["stage"]
    if any(t.stage == stage for t in alike):
        return [Fault("", N_("“{name}” is in this stage already"), {"name": values["name"]})]
    if any(t.stage == stage for t in above):
        return [Fault("", N_("“{name}” was pasted twice for this stage"), {"name": values["name"]})]
    for t in (*alike, *above)[:1]:
        other = reading.journey.stage(t.stage)
        sentence = N_("was added, although {stage} has one of the same name")
        reading.notes.append(Fault(reading.say.quoted(values["name"]), sentence, {"stage": other.name or other.id}))
    return []


def _with_stage(cells: list[str], reading: Reading) -> list[str]:
    """The row with the stage written in that it had from the row above: it will stand under another one."""
    if "stage" not in reading.columns:
        return cells
    at = reading.columns.index("stage")
    return [*cells[:at], reading.stage, *cells[at + 1 :]]


def _as_text(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(rows)
    return out.getvalue().rstrip("\n")


def _heading_words(say: Language) -> dict[str, str]:
    words = [(name, word) for name, word in TOUCHPOINT.items()]
    words += [(name, word) for name, more in TOUCHPOINT_TOO.items() for word in more]
    return {_key(shown): name for name, word in words for shown in (name, word, say(word))}


def _stages(journey: Journey) -> dict[str, str]:
    return {_key(word): stage.id for stage in journey.stages for word in (stage.id, stage.name) if word}


def _key(text: str) -> str:
    """The text without case, blanks and hyphens: what people see as the same."""
    return re.sub(r"[\s_-]+", " ", text).strip().casefold()


def _clean(text: str) -> str:
    """The text with plain blanks, without invisible signs."""
    return re.sub(r"[\u200b\ufeff]", "", text).replace("\u00a0", " ").replace("\u202f", " ").strip()
