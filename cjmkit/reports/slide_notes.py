"""What a speaker has before them: the whole text of a slide, and whose figures it shows."""

from __future__ import annotations

from collections.abc import Iterable

from cjmkit.charts.words import joined
from cjmkit.language import Language
from cjmkit.reports.content.definitions import definitions
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Block, Bullets, Cards, Facts, Quote, Table, Text


def notes_of(report: Report, title: str, blocks: Iterable[Block] = (), more: Iterable[str] = ()) -> tuple[str, ...]:
    """What to say, then the whole text, then whose figures these are."""
    say = report.say
    texts = [line for block in blocks for line in _words(say, block)]
    source = definitions(report)[0] if report.figures.n.sum() else ""
    return tuple(line for line in (say("To say: {text}", text=title), *texts, *more, source) if line)


def _words(say: Language, block: Block) -> list[str]:
    """A block as plain lines."""
    if isinstance(block, Cards):
        return [block.title, *(joined(card.title, card.text.replace("\n", " · "), card.note) for card in block.cards)]
    if isinstance(block, Facts):
        return [f"{name}: {text}" for name, text in block.pairs]
    if isinstance(block, Bullets):
        return [block.title, *(f"– {item}" for item in block.items)]
    if isinstance(block, Table):
        rows = (
            joined(*(f"{c}: {v}" if c else v for c, v in zip(block.columns, row, strict=True) if v))
            for row in block.rows
        )
        return [block.caption, *rows]
    if isinstance(block, Quote):
        return [joined(say.quoted(block.text), block.source)]
    return [block.text] if isinstance(block, Text) and block.text else []
