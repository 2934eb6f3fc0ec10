"""A table under a screen: what is late or lacking stands out; on a phone each row is a card."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from itertools import zip_longest

from cjmkit.charts.words import short_date
from cjmkit.forms.screen import html
from cjmkit.language import Language


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, names: Sequence[str] = (), chosen: str = "") -> str:
    """A table under a screen; its cells are HTML already, its heads are not; rows with names can be chosen."""
    head = "".join(html(text, of="th") for text in heads)
    begins = [f' data-choose="{name}" class="{"cjm-chosen" if name == chosen else ""}"' for name in names]
    filled = zip_longest(begins, rows, fillvalue="")
    body = "".join(f"<tr{begin}>{''.join(map(_cell, heads, cells))}</tr>" for begin, cells in filled)
    return f'<div class="cjm-scroll"><table class="cjm-list"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def due_cell(say: Language, due: date | None, today: date) -> str:
    """A date in a table, marked where it has passed or is missing."""
    if due is None:
        return fault(say("no date"))
    shown = date_cell(say, due)
    return shown + " " + fault(say("overdue")) if due < today else shown


def date_cell(say: Language, day: date | None) -> str:
    """A date in a table, in one line."""
    return escape(short_date(say, day).replace(" ", "\u00a0"))


def fault(text: str) -> str:
    """A few words in a table that say what is wrong."""
    return html(text, of="b", kind="cjm-fault")


def _cell(head: str, cell: str) -> str:
    return f'<td data-head="{escape(head)}">{cell}</td>' if cell else "<td></td>"
