"""A date as people type it."""

from __future__ import annotations

import re
from datetime import date
from unicodedata import normalize

from cjmkit.errors import UsageError


def day_of(shown: str) -> date | None:
    """A date as 2027-06-30, 2027年6月30日 or 30.06.2027; empty is none.

    Raises:
        UsageError: it is no date.

    >>> day_of("30.6.2027") == day_of("2027-06-30") == day_of("２０２７年６月３０日")
    True
    """
    plain = normalize("NFKC", shown).strip()
    parts = re.fullmatch(r"(\d{4})(?:-|/|年)(\d{1,2})(?:-|/|月)(\d{1,2})日?|(\d{1,2})\.(\d{1,2})\.(\d{4})", plain)
    if not shown.strip():
        return None
    try:
        year, month, day = (
            parts.group(1, 2, 3) if parts and parts[1] else parts.group(6, 5, 4) if parts else ("", "", "")
        )
        return date(int(year), int(month), int(day))
    except ValueError:
        raise UsageError(
            "This must be a date such as 2027-06-30 or 30.06.2027, not “{text}”.", text=shown.strip()
        ) from None
