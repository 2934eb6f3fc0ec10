"""Customers' words from talks and surveys, a table that comes back: each goes to its touchpoint, marked by what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from cjmkit.errors import N_, Fault, InputError
from cjmkit.exchange.any_table import read_any_table
from cjmkit.exchange.columns import nearest
from cjmkit.exchange.text import Source
from cjmkit.journey import Journey, Quote
from cjmkit.language import languages, speak
from cjmkit.language.words import EVIDENCE

COLUMNS = {
    "touchpoint": (N_("Touchpoint"),),
    "text": (N_("Quote"), N_("Customers' words"), N_("What was said")),
    "source": (N_("Source"), N_("Who said it, when")),
    "evidence": (N_("Rests on"),),
}
NEEDED = ("touchpoint", "text")
LONGEST = 2_000
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w+|(?:\+|00)\d[\d ()-]{7,}\d")
Quoted = tuple[str, Quote]


def read_quotes(source: Source, journey: Journey, *, first: int = 2) -> tuple[list[Quoted], tuple[Fault, ...]]:
    """The quotes in a table, each with the id of its touchpoint, and what was noticed.

    A quote that its touchpoint has already is left out, so is one whose touchpoint the journey lacks; both are told. One
    that says nothing of what it rests on was observed.

    Args:
        source: the file, or its bytes; columns touchpoint (id or name), text and, if any, source and evidence, named so or in a
            language of the kit.
        journey: the map.
        first: by which number the first row below the heading is told.

    Raises:
        InputError: it is no table, or has no touchpoint or text.

    >>> from cjmkit.journey import Stage, Touchpoint
    >>> journey = Journey(stages=[Stage(id="use")], touchpoints=[Touchpoint(id="noise", stage="use", name="It grows loud")])
    >>> rows, warnings = read_quotes(b"touchpoint;text\\nIt grows loud;I sleep with earplugs\\nforum;x\\n", journey)
    >>> [(id, quote.text, quote.evidence) for id, quote in rows], str(warnings[0])
    ([('noise', 'I sleep with earplugs', 'observed')], 'row 3: “forum” is no touchpoint of this journey; nearest: It grows loud')
    """
    table, warnings = read_any_table(source)
    known = _known(COLUMNS)
    columns = {str(name): known.get(_plain(str(name)), "") for name in table.columns}
    named = [to for to in columns.values() if to]
    if not {*NEEDED} <= {*named} or len({*named}) < len(named):
        raise InputError(
            "Quotes need each of the columns {needed} once. The file has {columns}.",
            needed=list(NEEDED), columns=[str(name)[:40] for name in table.columns][:20],
        )  # fmt: skip
    rows = table[[name for name, to in columns.items() if to]].rename(columns=columns)
    found, told = _read(
        [{str(k): str(v).strip() for k, v in row.items()} for row in rows.to_dict("records")], journey, first
    )
    return found, (*warnings, *told)


def read_pasted_quotes(text: str, journey: Journey) -> tuple[list[Quoted], tuple[Fault, ...]]:
    """The quotes in rows pasted from a spreadsheet; without a heading: touchpoint, words, source, what they rest on.

    Raises:
        InputError: these are no such rows.
    """
    rows = [line.split("\t") for line in text.splitlines() if line.strip()] or [[""]]
    headed = bool({_plain(cell) for cell in rows[0]} & {*_known(COLUMNS)})
    if not headed:
        rows.insert(0, [*COLUMNS])
    width = max(len(NEEDED), *(len(cells) for cells in rows[1:])) if rows[1:] else len(rows[0])
    whole = ["\t".join([*cells, *[""] * width][: max(width, len(cells))]) for cells in (rows[0][:width], *rows[1:])]
    return read_quotes("\n".join(whole).encode("utf-8", "replace"), journey, first=2 if headed else 1)


def with_quotes(journey: Journey, quotes: Iterable[Quoted]) -> Journey:
    """The journey with these quotes behind those that their touchpoints have."""
    more: dict[str, list[Quote]] = {}
    for id, quote in quotes:
        more.setdefault(id, []).append(quote)
    touchpoints = [t.model_copy(update={"quotes": (*t.quotes, *more.get(t.id, ()))}) for t in journey.touchpoints]
    return journey.changed(touchpoints=touchpoints)


def _read(rows: Sequence[dict[str, str]], journey: Journey, first: int) -> tuple[list[Quoted], list[Fault]]:
    names: dict[str, list[str]] = {}
    for t in journey.touchpoints:
        for word in {_plain(t.id), _plain(t.name)} - {""}:
            names.setdefault(word, []).append(t.id)
    words = _known({code: (word,) for code, word in EVIDENCE.items()})
    there = {(t.id, _plain(quote.text)) for t in journey.touchpoints for quote in t.quotes}
    found: list[Quoted] = []
    told: list[Fault] = []
    for n, row in enumerate(rows, first):
        place, text, where = f"row {n}", _typed(row["text"]), row["touchpoint"]
        ids = names.get(_plain(where), [])
        evidence = words.get(_plain(row.get("evidence", "")))
        if not text:
            told.append(Fault(place, "has no words; it was left out"))
        elif not ids:
            near = nearest(where, [t.name or t.id for t in journey.touchpoints])[:3]
            sentence = N_("“{word}” is no touchpoint of this journey; nearest: {near}")
            told.append(Fault(place, sentence, {"word": where[:60], "near": near}))
        elif len(ids) > 1:
            sentence = N_("several touchpoints are called “{word}”; name one by its id: {ids}")
            told.append(Fault(place, sentence, {"word": where[:60], "ids": ids}))
        elif len(text) > LONGEST:
            told.append(Fault(place, "is longer than {limit} letters; keep what matters", {"limit": LONGEST}))
        elif (ids[0], _plain(text)) in there:
            told.append(Fault(place, "stands at its touchpoint already; it was left out"))
        else:
            there.add((ids[0], _plain(text)))
            told += _doubts(place, row, evidence)
            rests_on = evidence or "observed"
            quote = {"text": text, "source": _typed(row.get("source", ""))[:200], "evidence": rests_on}
            found.append((ids[0], Quote.model_validate(quote)))
    return found, told


def _doubts(place: str, row: dict[str, str], evidence: str | None) -> list[Fault]:
    doubts = []
    if row.get("evidence") and evidence is None:
        sentence = N_("“{word}” is none of {words}; it is marked as observed")
        doubts.append(Fault(place, sentence, {"word": row["evidence"][:40], "words": list(EVIDENCE)}))
    if ADDRESS.search(f"{row['text']} {row.get('source', '')}"):
        doubts.append(
            Fault(place, "seems to hold an e-mail address or a telephone number; take it out before anybody reads it")
        )
    return doubts


def _known(words: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """From what people write, in any language of the kit, to the code that it stands for."""
    says = [speak(code) for code in languages()]
    return {
        _plain(said): code
        for code, more in words.items()
        for word in more
        for said in (code, *(say(word) for say in says))
    }


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").casefold().split())


def _typed(text: str) -> str:
    """The text as it was before a spreadsheet was kept from taking it for a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text
