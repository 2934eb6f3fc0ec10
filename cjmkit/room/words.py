"""The words of the phones' page, in the workshop's language."""

from __future__ import annotations

from cjmkit.language import Language


def phone_words(say: Language) -> dict[str, str]:
    """By the names that the page's script knows them by."""
    return {"join": say("Join")}
