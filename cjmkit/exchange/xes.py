"""XES, the process miners' format for logs, read as rows: an event a row, its trace's own attributes before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

from cjmkit.errors import N_, InputError
from cjmkit.exchange.text import MOST_COLUMNS

OF_TRACE = "case:"  # before the key of a trace's attribute, as pm4py and others write it
DEEPEST = 50
MOST_HELD = 100_000  # events of one trace before they are handed on
VALUES = {"string", "date", "int", "float", "boolean", "id"}
DECLARES = N_("{file} holds XML with declarations of its own. Save it anew.")


def xes_rows(path: Path, file: str, headings: list[str]) -> Iterator[tuple[int, list[str]]]:
    """The events of an XES file with their lines; `headings` grows as keys are met, so early rows may be shorter.

    Args:
        path: the file, unpacked.
        file: what to call it.
        headings: filled with the keys of attributes: "case:concept:name" for a trace's, "concept:name" for an event's.

    Raises:
        InputError: it is no XES, damaged, nested deeper than 50, or declares entities or a document type.
    """
    reader = _Reader(file, headings)
    try:
        with path.open("rb") as stream:
            while piece := stream.read(2**16):
                reader.parser.Parse(piece, False)
                yield from reader.taken()
            reader.parser.Parse(b"", True)
            yield from reader.taken()
    except (expat.ExpatError, LookupError, ValueError) as error:
        line = reader.parser.CurrentLineNumber
        raise InputError(
            "{file}, line {line}: this is no XML that can be read ({problem}). Export it again.",
            file=file, line=line, problem=str(error)[:100],
        ) from None  # fmt: skip
    if not headings:
        raise InputError("{file} is XES, but holds no event.", file=file)


class _Reader:
    def __init__(self, file: str, headings: list[str]) -> None:
        self.file, self.headings = file, headings
        self.places: dict[str, int] = {}
        self.open: list[str] = []
        self.trace: dict[str, str] = {}
        self.event: dict[str, str] = {}
        self.held: list[tuple[int, dict[str, str]]] = []
        self.ready: list[tuple[int, list[str]]] = []
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.StartElementHandler = self.started
        self.parser.EndElementHandler = self.ended
        self.parser.StartDoctypeDeclHandler = self.declared
        self.parser.EntityDeclHandler = self.declared

    def declared(self, *_: Any) -> None:
        raise InputError(DECLARES, file=self.file)

    def started(self, tag: str, given: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if not self.open and name != "log":
            sentence = N_(
                "{file} is a web page or XML, not a table. Where it came by a download, sign in and download it again."
            )
            raise InputError(sentence, file=self.file)
        if len(self.open) >= DEEPEST:
            raise InputError("{file} is nested too deep.", file=self.file)
        above = self.open[-1] if self.open else ""
        if name in VALUES and above == "event":
            self.event[given.get("key", "")] = given.get("value", "")
        elif name in VALUES and above == "trace":
            self.trace[OF_TRACE + given.get("key", "")] = given.get("value", "")
        self.open.append(name)

    def ended(self, tag: str) -> None:
        name = self.open.pop()
        if name == "event":
            self.held.append((self.parser.CurrentLineNumber, self.event))
            self.event = {}
            if len(self.held) >= MOST_HELD:
                self.hand_on()
        elif name == "trace":
            self.hand_on()
            self.trace = {}

    def hand_on(self) -> None:
        for line, event in self.held:
            row = [""] * len(self.headings)
            for key, value in (*self.trace.items(), *event.items()):
                place = self.places.get(key)
                if place is None:
                    place = self.places[key] = len(self.headings)
                    self.headings.append(key)
                    if len(self.headings) > MOST_COLUMNS:
                        sentence = N_("{file} has {n} columns, more than {limit}.")
                        raise InputError(sentence, file=self.file, n=len(self.headings), limit=MOST_COLUMNS)
                row += [""] * (place + 1 - len(row))
                row[place] = value
            self.ready.append((line, row))
        self.held = []

    def taken(self) -> list[tuple[int, list[str]]]:
        ready, self.ready = self.ready, []
        return ready
