"""A table under a screen: what is late or lacking stands out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

from cjmkit.charts.words import short_date
from cjmkit.forms.screen import html
from cjmkit.language import Language


def table(heads: Sequence[str], rows: str) -> str:
    """A table under a screen; its cells are HTML already, its heads are not."""
    head = "".join(html(text, of="th") for text in heads)
    return f'<div class="cjm-scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def row(*cells: str) -> str:
    """A row of such a table."""
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


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
