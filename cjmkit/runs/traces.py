"""What a client's file holds of a person: rows and files that go, and places that somebody must look at."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any
from unicodedata import normalize

from cjmkit.errors import InputError
from cjmkit.exchange.row_files import without_any_rows
from cjmkit.exchange.rows import Goes
from cjmkit.exchange.text import decoded, number

TABLES = (".csv", ".tsv", ".txt", ".gz", ".parquet", ".xes")
WHO = ("participant", "respondent", "customer")
SEALED = (".pdf", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".gz", ".parquet")
ARCHIVE = b"PK\x03\x04"
FORMULAS = re.compile(
    r"<(?:\w+:)?(f|formula[12]?|definedName)\b[^<>]*>[^<>]*</(?:\w+:)?\1>"
)  # they call cells "A1", too
SHARED = re.compile(r"<c\b[^<>]*\bt=\"s\"[^<>]*>.*?</c>", re.S)  # a cell that only counts which text it holds
PLACED = re.compile(r"\b(?:r|s|ref|sqref|spans|cell|activeCell|topLeftCell)=\"[^\"]*\"")
EMBEDDED = re.compile(r"base64,[A-Za-z0-9+/=]+")  # pictures and letters, in which a short name may stand by chance
LARGEST = 200 * 2**20


@dataclass(frozen=True)
class Trace:
    """What one file holds of a person.

    Args:
        file: its name in the client's folder.
        rows: how many rows go.
        new: the file without them; None where the whole file goes, or nothing of it.
        goes: whether the whole file goes.
        places: where the name also stands, in words that nobody but a reader can decide on.
        unread: whether the file cannot be searched.
    """

    file: str
    rows: int = 0
    new: bytes | None = field(default=None, repr=False)
    goes: bool = False
    places: tuple[str, ...] = ()
    unread: bool = False


class Person:
    """A name that is looked for: as a whole cell, and as a whole word in a text.

    >>> jan = Person("Jan")
    >>> jan.is_cell(" JAN "), jan.is_cell("Janina"), jan.is_in("So said Jan."), jan.is_in("Janina said so.")
    (True, False, True, False)
    """

    def __init__(self, name: str) -> None:
        self.name = name.strip()
        self.plain = _plain(name)
        self._is_common = number(self.name) is not None and len(self.name) < 4
        words = r"\s+".join(re.escape(word) for word in self.plain.split())
        first, last = (r"(?<!\w)" if _parted(c) else "" for c in (self.plain[:1], self.plain[-1:]))
        self._word = re.compile(first + words + (last and r"(?!\w)"))

    def is_cell(self, text: str) -> bool:
        """Whether this cell holds the name and nothing else."""
        return _plain(text.removeprefix("'")) == self.plain

    def is_in(self, text: str) -> bool:
        """Whether the name stands in this text as a word of its own; a short number stands everywhere and is not looked for."""
        return not self._is_common and bool(self._word.search(normalize("NFC", text).casefold()))

    def row_goes(self, whose: Collection[str] | None, head: list[str], cells: list[str]) -> bool:
        """Whether a row is this person's: a cell is the name, in one of the columns `whose` or, with None, in any."""
        known = None if whose is None else {_plain(name) for name in whose}
        named = [_plain(name) for name in head] + [""] * len(cells)
        return any(self.is_cell(cell) for n, cell in enumerate(cells) if known is None or named[n] in known)


def trace(name: str, content: bytes, person: Person, ids: Collection[str] | None = None) -> Trace:
    """What of this person a file holds, and what becomes of it.

    Args:
        name: the file's name in the client's folder.
        content: its bytes.
        person: who is looked for.
        ids: further columns of this file that say who a row is of; a name that is a number counts in such alone. None:
            it is no declared source.
    """
    folder, _, file = name.rpartition("/")
    evidence = folder.startswith("evidence")
    if file == "scores.csv" and not evidence:
        return _without(name, content, person, lambda head, cells: person.row_goes(("participant",), head, cells))
    if evidence and (file.lower().endswith(TABLES) or ids is not None):
        whose = (*WHO, *(ids or ())) if number(person.name) is not None else None
        return _without(name, content, person, lambda head, cells: person.row_goes(whose, head, cells), may_go=True)
    if file.startswith("ballots") and file.endswith(".jsonl"):
        lines = content.splitlines(keepends=True)
        rest = b"".join(line for line in lines if not _is_ballot_of(person, line))
        gone = len(lines) - len(rest.splitlines())
        return Trace(name, gone, rest if gone else None, places=_places(name, rest, person))
    places = _places(name, content, person)
    if places and (file.endswith(".tmp") or (folder.startswith("build") and file != "manifest.json")):
        return Trace(name, goes=True)
    return Trace(name, places=places, unread=evidence and _readable(name, content) is None)


def _without(name: str, content: bytes, person: Person, goes: Goes, *, may_go: bool = False) -> Trace:
    """A table without this person's rows; where it is evidence and none is left, it goes as a whole."""
    try:
        new, gone, stay = without_any_rows(content, name, goes)
    except InputError:
        return Trace(name, places=_places(name, content, person), unread=True)
    if gone and not stay and may_go:
        return Trace(name, gone, goes=True)
    return Trace(name, gone, new if gone else None, places=_places(name, new, person))


def _is_ballot_of(person: Person, line: bytes) -> bool:
    try:
        return person.is_cell(str(json.loads(line)["who"]))
    except (ValueError, KeyError, TypeError):
        return False


def _places(name: str, content: bytes, person: Person) -> tuple[str, ...]:
    """Where in a file the name stands: a path in JSON, else a line; "" where only the file's own name has it."""
    own = [""] if person.is_in(re.sub(r"[/_.-]", " ", name)) else []
    return (*own, *dict.fromkeys(place for place, text in _texts(name, content) if person.is_in(text)))


def _texts(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    """The texts of a file, each with its place; archives part by part."""
    if content.startswith(ARCHIVE):
        yield from _parts(content)
        return
    text = EMBEDDED.sub("", _readable(name, content) or "")
    if name.startswith("xl/") or "/charts/" in name:
        text = PLACED.sub("", SHARED.sub("", FORMULAS.sub("", text)))
    if name.endswith((".json", ".ipynb")):
        try:
            yield from _values(json.loads(text), "")
            return
        except (ValueError, RecursionError):
            pass
    for n, line in enumerate(text.splitlines(), 1):
        yield f"{n}", html.unescape(line)


def _readable(name: str, content: bytes) -> str | None:
    """The text of a file, "" where it is an archive; None where it is a picture, a sound or otherwise no text."""
    if content.startswith(ARCHIVE):
        return ""
    try:
        return None if name.lower().endswith(SEALED) else decoded(content, name)[1]
    except InputError:
        return None


def _parts(content: bytes) -> Iterator[tuple[str, str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST:
                return
            for part in archive.infolist():
                inner = archive.read(part)
                yield from ((part.filename, text) for _, text in _texts(part.filename, inner))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, RecursionError, OSError):
        return


def _values(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Each text in a JSON document with its path, a list's items by their ids."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield place or key, str(key)
            yield from _values(inner, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            id = inner.get("id", n) if isinstance(inner, dict) else n
            yield from _values(inner, f"{place}[{id}]")
    elif value is not None:
        yield place, html.unescape(str(value))


def _plain(text: str) -> str:
    return " ".join(normalize("NFC", text).casefold().split())


def _parted(letter: str) -> bool:
    """Whether words that begin or end so are parted by spaces; Chinese and Japanese ones are not."""
    return letter.isalnum() and not "\u2e80" <= letter <= "\ufaff"
