"""A section of a report: a title and blocks of text, tables and pictures, ready to be laid out anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SECTION_MIME = "application/vnd.cjmkit.section+json"


@dataclass(frozen=True)
class Text:
    """A paragraph; `kind` is "text", "lead" (large, once a section) or "note" (small print)."""

    text: str
    kind: str = "text"


@dataclass(frozen=True)
class Heading:
    """A heading within a section; with `page` it begins a page of its own where there are pages."""

    text: str
    page: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list of lines, numbered where their order matters."""

    items: tuple[str, ...]
    title: str = ""
    numbered: bool = False


@dataclass(frozen=True)
class Facts:
    """Names and their values, side by side."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Card:
    """A finding or a decision: a headline, one sentence, small print; `tone` is "", "pain", "success" or "ask"."""

    title: str
    text: str = ""
    note: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Cards:
    """Cards side by side under a heading."""

    title: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Table:
    """Rows of texts under column names; `numbers` are the places of the columns that stand to the right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Quote:
    """What a customer said, and where."""

    text: str
    source: str = ""


@dataclass(frozen=True)
class Picture:
    """A chart; `wide` ones are scrolled sideways on a screen, and `hint` says so there."""

    chart: Any
    wide: bool = False
    hint: str = ""


@dataclass(frozen=True)
class Portrait:
    """A photograph or drawing that the page carries in itself, with its text alternative."""

    data: str
    about: str


Block = Text | Portrait | Heading | Bullets | Facts | Cards | Table | Quote | Picture


@dataclass(frozen=True)
class Section:
    """One part of a report. A notebook shows it as HTML; the page, poster or slides lay it out their own way.

    `means` explains words that stand over figures: word and definition.

    >>> Section("goal", "Goal", (Text("Nobody waits without news."),)).title
    'Goal'
    """

    id: str
    title: str
    blocks: tuple[Block, ...]
    language: str = "en"
    means: tuple[tuple[str, str], ...] = ()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        from cjmkit.reports.layout import section_html

        return {
            "text/html": section_html(self),
            "text/plain": self.title,
            SECTION_MIME: {"id": self.id, "title": self.title, "means": self.means},
        }


def blocks(*given: Block | Sequence[Block] | None) -> tuple[Block, ...]:
    """The blocks that there are, in order; empty tables, lists and None are left out.

    >>> blocks(Text("a"), None, Table(("x",), ()))
    (Text(text='a', kind='text'),)
    """
    flat: list[Block] = []
    for part in given:
        flat += [] if part is None else list(part) if isinstance(part, list | tuple) else [part]  # type: ignore[list-item]
    return tuple(b for b in flat if not _empty(b))


def _empty(block: Block) -> bool:
    if isinstance(block, Table):
        return not block.rows
    if isinstance(block, Bullets):
        return not block.items
    if isinstance(block, Facts):
        return not block.pairs
    if isinstance(block, Cards):
        return not block.cards
    return isinstance(block, Text) and not block.text
