"""The words of the facilitator's desk and of the wall, in the workshop's language."""

from __future__ import annotations

from cjmkit.language import Language


def desk_words(say: Language) -> dict[str, str]:
    """By the names that the two pages' scripts know them by."""
    return {"desk": say("The facilitator's desk")}
