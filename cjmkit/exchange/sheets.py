"""The sheets of a client's workbook and their columns: what the writer and the reader of it share.

A column is known by the key in the hidden first row, "touchpoints.owner", so that a workbook comes back in any language.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cjmkit.errors import N_
from cjmkit.journey import Journey
from cjmkit.journey.translated import typed_texts
from cjmkit.language.words import (
    ACTION_KIND,
    DECISION,
    EVIDENCE,
    FINDING,
    ITEMS,
    KIND_IN_A_LINE,
    PARTY,
    RULE,
    STATUS,
    TOUCHPOINT,
)

SCHEMA = "cjmkit/workbook/1"
HIDDEN = "cjmkit"  # the sheet that says what the workbook was made from
TABS, ROWS = "=tabs", "=rows"  # there: the name and headings of each sheet; each row of those that do not come back
PHASE = {"before": N_("before the turning point"), "after": N_("after the turning point")}
VERDICT = {code: word for code, word in FINDING.items() if code}
Record = dict[str, Any]
Flat = dict[str, dict[str, Record]]


@dataclass(frozen=True)
class Column:
    """A column of an editable sheet.

    Args:
        key: the field of the record, dotted where it lies deeper.
        title: its heading.
        kind: "text", "long", "lines", "pairs", "items", "quotes", "code", "id", "ids", "number", "whole", "share", "date",
            "duration", "fixed" (shown, never read) or "key" (what the row is known by).
        words: the words of a code, in English.
        of: the list whose ids may stand here.
        empty: what an empty cell means.
        needed: an empty cell is a fault.
        free: other values than those offered may stand here.
    """

    key: str
    title: str
    kind: str = "text"
    words: Mapping[str, str] = field(default_factory=dict)
    of: str = ""
    empty: Any = ""
    needed: bool = False
    free: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet that can be edited: its records stand in the journey's list of the same key.

    Args:
        key: its name in keys.
        title: its name on the tab.
        about: what it holds, for the first sheet.
        columns: after the one that a row is known by.
        named: the fields from which a new row's id is made; empty: records without ids, known by their content.
    """

    key: str
    title: str
    about: str
    columns: tuple[Column, ...]
    named: str = ""


def _code(key: str, title: str, words: Mapping[str, str], *, optional: bool = False) -> Column:
    return Column(key, title, "code", words, empty=None if optional else "")


def _long(*pairs: tuple[str, str]) -> tuple[Column, ...]:
    return tuple(Column(key, title, "long") for key, title in pairs)


_T = TOUCHPOINT
SHEETS = (
    Sheet("personas", N_("Personas"), N_("Whose journey it is, one row each."), (
        Column("name", N_("Name")), Column("role", N_("Role")), Column("segment", N_("Segment")),
        Column("share", N_("Share of customers"), "share", empty=None), Column("quote", N_("In their own words"), "long"),
        Column("channels", N_("Channels"), "lines"), Column("demographics", N_("About the person"), "pairs"),
    ), "name"),
    Sheet("persona_lines", N_("What personas need"), N_("Needs, goals, challenges and habits, and what each rests on."), (
        Column("persona", N_("Persona"), "id", of="personas", needed=True),
        Column("list", N_("Kind"), "code", ITEMS, needed=True), Column("text", N_("Line"), "long", needed=True),
        _code("evidence", N_("Rests on"), EVIDENCE, optional=True), Column("source", N_("Source")),
    )),
    Sheet("stages", N_("Stages"), N_("The parts of the journey, in order."), (
        Column("name", N_("Name")), _code("phase", N_("Part of the journey"), PHASE),
        *_long(("customer_goal", N_("Customer goal"))),
        Column("expectations", N_("Expectations"), "items"), Column("tools", N_("Tools of marketing and sales"), "items"),
        *_long(("moves_on_when", N_("The customer goes on if")), ("stops_because", N_("Stops because"))),
    ), "name"),
    Sheet("touchpoints", N_("Touchpoints"), N_("Every contact, own step and wait, with what was said of it."), (
        Column("name", _T["name"]), Column("stage", _T["stage"], "id", of="stages", needed=True),
        _code("kind", _T["kind"], KIND_IN_A_LINE), Column("channel", _T["channel"], of="channels"),
        Column("owner", _T["owner"], of="owners"), _code("decision", N_("Decision"), DECISION, optional=True),
        *_long(*((key, _T[key]) for key in ("doing", "thinking", "feeling", "expects", "pain", "success", "backstage"))),
        Column("quotes", _T["quotes"], "quotes"),
        _code("moment_of_truth.rule", N_("Moment of truth"), RULE, optional=True),
        *_long(("moment_of_truth.goes_on_if", N_("The customer goes on if")),
               ("moment_of_truth.leaves_if", N_("The customer leaves if"))),
        _code("verdict.value", N_("Verdict"), VERDICT, optional=True), Column("verdict.why", N_("Why this verdict"), "long"),
        _code("party", _T["party"], PARTY), Column("party_name", _T["party_name"]), Column("device", _T["device"]),
        Column("personas", _T["personas"], "ids", of="personas"),
        Column("lasts", _T["lasts"], "duration", empty=None), Column("after", _T["after"], "duration", empty=None),
        Column("reach", _T["reach"], "share", empty=None), _code("evidence", _T["evidence"], EVIDENCE),
    ), "name"),
    Sheet("paths", N_("Paths"), N_("The touchpoints that each persona meets, in order."), (
        Column("name", N_("Name")), Column("persona", N_("Persona"), "id", of="personas"),
        Column("touchpoints", N_("Touchpoints"), "ids", of="touchpoints"),
    ), "name"),
    Sheet("actions", N_("Action plan"), N_("Who does what by when, and which KPI it moves."), (
        Column("title", N_("Action"), "long"), Column("owner", N_("Owner"), of="owners"), Column("due", N_("Due"), "date", empty=None),
        _code("status", N_("Status"), STATUS), _code("kind", N_("Kind"), ACTION_KIND),
        Column("touchpoints", N_("Touchpoints"), "ids", of="touchpoints"), Column("cause", N_("Cause"), "long"),
        Column("impact", N_("Impact, 1–5"), "whole", empty=None), Column("effort", N_("Effort, 1–5"), "whole", empty=None),
        Column("kpi", N_("KPI"), "id", of="kpis"), Column("from", N_("KPI from"), "number", empty=None),
        Column("to", N_("KPI to"), "number", empty=None),
    ), "title"),
    Sheet("messages", N_("Communication matrix"), N_("What to say to each persona at each stage."), (
        Column("persona", N_("Persona"), "id", of="personas", needed=True),
        Column("stage", N_("Stage"), "id", of="stages", needed=True),
        Column("touchpoint", N_("Touchpoint"), "id", of="touchpoints", empty=None),
        Column("channel", N_("Channel"), of="channels"), Column("message", N_("Message"), "long"),
        Column("status", N_("Status"), "code", STATUS, free=True),
    )),
    Sheet("unknowns", N_("Open questions"), N_("What nobody knows yet, and who finds out."), (
        Column("question", N_("Question"), "long"), Column("touchpoint", N_("Touchpoint"), "id", of="touchpoints", empty=None),
        Column("who", N_("Who finds out"), of="owners"), Column("due", N_("By when"), "date", empty=None),
    )),
)  # fmt: skip


def translation_sheet(journey: Journey, codes: Iterable[str]) -> Sheet:
    """The sheet with one row for each text that the team typed and a column for each other language."""
    from babel import Locale

    columns = [Column(code, str(Locale.parse(code).get_language_name(code)).capitalize(), "long")
               for code in codes if code != journey.language]  # fmt: skip
    fixed = (
        Column("place", N_("Where it stands"), "fixed"),
        Column("field", N_("Kind"), "fixed"),
        Column("text", N_("As typed"), "fixed"),
    )
    about = N_("Every text that the team typed once, to be translated; reports in that language then show it.")
    return Sheet("translations", N_("Translation"), about, (*fixed, *columns))


def records(journey: Journey, translations: Mapping[str, Mapping[str, str]] | None = None) -> Flat:
    """The rows of every sheet, by what each is known by."""
    data = journey.to_data()
    lines = [
        {"persona": persona["id"], "list": name, **_line(item)}
        for persona in data["personas"] for name in ITEMS for item in persona[name]
    ]  # fmt: skip
    flat = {s.key: _keyed(s, lines if s.key == "persona_lines" else data[s.key]) for s in SHEETS}
    return {**flat, "translations": _texts(journey, translations or {})}


def _texts(journey: Journey, translations: Mapping[str, Mapping[str, str]]) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for place, name, text in typed_texts(journey):
        row = found.setdefault(digest(text), {"place": place, "more": -1, "field": name, "text": text})
        row["more"] += 1
    for row in found.values():
        row.update({code: texts.get(row["text"], "") for code, texts in translations.items()})
    return found


def together(journey: Journey, flat: Flat) -> Record:
    """The data of the journey with these rows in place of its own."""
    data = journey.to_data()
    for sheet in SHEETS:
        rows = list(flat[sheet.key].values())
        if sheet.key == "persona_lines":
            for persona in data["personas"]:
                for name in ITEMS:
                    mine = [r for r in rows if r["persona"] == persona["id"] and r["list"] == name]
                    persona[name] = [
                        {"text": r["text"], "evidence": r.get("evidence"), "source": r.get("source") or ""}
                        for r in mine
                    ]
        else:
            data[sheet.key] = rows
    return data


def digest(value: Any) -> str:
    """A short name for a value, the same for equal ones."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def seen(cells: Iterable[Any]) -> str:
    """A short name for what is seen in a row, whichever program saved it.

    >>> seen(["Forum", None, 4.0, date(2027, 1, 31)]) == seen(["Forum ", 4, 46418.0])
    True
    """
    return digest([_seen(cell) for cell in cells if cell is not None and cell != ""])


def _seen(cell: Any) -> str:
    if isinstance(cell, date):
        cell = (cell - date(1899, 12, 30)).days
    return f"{cell:.10g}" if isinstance(cell, int | float) else " ".join(str(cell).split())


def _keyed(sheet: Sheet, rows: Iterable[Record]) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for row in rows:
        key = stem = row["id"] if sheet.named else f"row-{digest(row)}"
        for n in range(2, len(found) + 3):
            if key not in found:
                break
            key = f"{stem}-{n}"
        found[key] = row
    return found


def _line(item: Any) -> Record:
    return {"text": item, "evidence": None, "source": ""} if isinstance(item, str) else item
