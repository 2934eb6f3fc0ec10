"""Reading what was typed: numbers, lines and what they rest on; and writing it back the same way."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Any
from unicodedata import normalize

from cjmkit.errors import UsageError
from cjmkit.language import Language
from cjmkit.language.days import day_of
from cjmkit.language.words import EVIDENCE

# Chinese keyboards give the full-width signs.
MARKED = re.compile(r"^(.*\S)\s*[(（]\s*(\w+)\s*(?:[:：]\s*(.*?)\s*)?[)）]$", re.S)


def split_lines(shown: str) -> list[str]:
    """The lines that hold something, without the blanks around them."""
    return [line.strip() for line in shown.splitlines() if line.strip()]


def marked(line: str, say: Language, plain: str | None = None) -> dict[str, Any]:
    """A line with what it rests on taken off its end; the words of the language and the English ones count.

    >>> from cjmkit.language import speak
    >>> marked("quiet (observed: shop visits)", speak("en"))
    {'text': 'quiet', 'evidence': 'observed', 'source': 'shop visits'}
    """
    words = {word.casefold(): code for code, name in EVIDENCE.items() for word in (code, say(name))}
    found = MARKED.match(line)
    if found and found[2].casefold() in words:
        return {"text": found[1], "evidence": words[found[2].casefold()], "source": found[3] or ""}
    return {"text": line, "evidence": plain, "source": ""}


def mark(text: str, evidence: str | None, source: str, say: Language, plain: str | None = None) -> str:
    """The line that `marked` reads back."""
    if not source and evidence == plain:
        return text
    word = say(EVIDENCE[evidence or "assumed"])
    return f"{text} ({word}: {source})" if source else f"{text} ({word})"


def parse_number(shown: str, say: Language) -> float | None:
    """A number with comma or point, blanks between thousands; empty is none.

    >>> from cjmkit.language import speak
    >>> parse_number("1 200,5", speak("pl")), parse_number(" ", speak("pl"))
    (1200.5, None)
    >>> parse_number("１２．５", speak("zh"))
    12.5
    """
    plain = re.sub(r"[\s\u00a0\u202f']", "", normalize("NFKC", shown)).replace("−", "-")
    if not plain:
        return None
    if not re.fullmatch(r"[-+]?\d+([.,]\d+)?", plain):
        raise UsageError(
            "This must be a number such as {example}, not “{text}”.", example=say.number(12.5, 1), text=shown.strip()
        )
    return float(plain.replace(",", "."))


def shown_number(value: float | None, say: Language) -> str:
    """A number as the language writes it, with no more digits than it has."""
    if value is None or math.isinf(value):
        return ""
    digits = len(f"{value:.10f}".rstrip("0").partition(".")[2])
    return say.number(value, digits)


def parse_day(shown: str, say: Language) -> date | None:
    """A date as 2027-06-30, 2027年6月30日 or 30.06.2027; empty is none.

    >>> from cjmkit.language import speak
    >>> say = speak("zh")
    >>> parse_day("30.6.2027", say) == parse_day("2027-06-30", say) == parse_day("２０２７年６月３０日", say)
    True
    """
    return day_of(shown)
