"""Customers' words from talks brought into a client's folder: each to its touchpoint, the table kept as it came."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cjmkit.exchange.quotes import read_quotes, with_quotes
from cjmkit.runs.evidence import keep
from cjmkit.runs.incoming import Imported
from cjmkit.workshop import Workshop


def import_quotes(workshop: Workshop, file: Path, *, now: datetime | None = None) -> Imported:
    """Bring a table of quotes in; those whose touchpoint the journey lacks, and those it has already, are told.

    Args:
        workshop: the client, open.
        file: the table, with the columns touchpoint and text, and if any source and evidence.
        now: the time that the snapshot before it is named for.

    Raises:
        CJMError: the file; nothing is kept then.
    """
    quotes, warnings = read_quotes(file, workshop.journey)
    if quotes:
        journey = with_quotes(workshop.journey, quotes)
        workshop.snapshot(now)
        keep(workshop, file)
        workshop.save(touchpoints=journey.touchpoints)
    return Imported(len(quotes), warnings=warnings)
