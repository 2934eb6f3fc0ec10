"""Reading what was typed: numbers, durations, lines and what they rest on; and writing it back the same way."""

from __future__ import annotations

import math
import re
from typing import Any

from cjmkit.charts.words import duration as in_words
from cjmkit.errors import UsageError
from cjmkit.language import Language
from cjmkit.language.words import EVIDENCE

MARKED = re.compile(r"^(.*\S)\s*\(\s*(\w+)\s*(?::\s*(.*?)\s*)?\)$", re.S)
UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day", "TH": "hour", "TM": "minute"}


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
    """
    plain = re.sub(r"[\s\u00a0\u202f']", "", shown).replace("−", "-")
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


def parse_duration(shown: str, say: Language) -> str | None:
    """A duration in words ("30 days", "2 h 15 min"), or as ISO 8601 itself; empty is none.

    >>> from cjmkit.language import speak
    >>> parse_duration("30 dni", speak("pl")), parse_duration("1 month 2 hours", speak("en"))
    ('P30D', 'P1MT2H')
    """
    if not shown.strip():
        return None
    if re.fullmatch(r"P(?=.)(\d+[YMWD])*(T(\d+[HMS])+)?", shown.strip()):
        return shown.strip()
    words = unit_words(say)
    parts = re.findall(r"(\d+)\s*([^\W\d_]+)\.?", shown.casefold())
    rest = re.sub(r"(\d+)\s*([^\W\d_]+)\.?", "", shown.casefold()).strip(" ,")
    found = {words[word]: int(n) for n, word in parts if word in words}
    if rest or not parts or len(found) < len(parts):
        raise UsageError("This must be a duration such as “{example}”, not “{text}”.",
                         example=in_words(say, "P30D"), text=shown.strip())  # fmt: skip
    days = "".join(f"{found[u]}{u}" for u in "YMWD" if u in found)
    hours = "".join(f"{found['T' + u]}{u}" for u in "HM" if "T" + u in found)
    return f"P{days}" + (f"T{hours}" if hours else "")


def unit_words(say: Language) -> dict[str, str]:
    """Each form of each unit's name, in the language and in English, and the unit's ISO letter."""
    from babel import Locale
    from babel.units import format_unit

    found: dict[str, str] = {}
    for locale in (Locale("en"), say.locale):
        for code, unit in UNITS.items():
            for length in ("long", "short"):
                for n in (1, 2, 5, 22):
                    shown = format_unit(n, f"duration-{unit}", length, locale=locale).casefold()
                    found.setdefault(re.sub(r"[\d\s\u00a0.]", "", shown), code)
    return found
