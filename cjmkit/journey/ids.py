"""Ids for new things, made of their names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable


def new_id(name: str, taken: Iterable[str], fallback: str) -> str:
    """An id for a new thing of this name that no other has.

    >>> new_id("Forum and opinions", ["forum-and-opinions"], "touchpoint"), new_id("论坛", [], "touchpoint")
    ('forum-and-opinions-2', 'touchpoint')
    """
    letters = name.translate(str.maketrans("łŁøØđĐß", "lLoOdDs"))
    plain = unicodedata.normalize("NFKD", letters).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:48].strip("-") or fallback
    there = set(taken)
    return next(id for n in range(1, 10_000) if (id := stem if n == 1 else f"{stem}-{n}") not in there)
