"""Durations in words, and words read as durations (ISO 8601)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal
from unicodedata import normalize

from babel import Locale
from babel.units import format_unit

from cjmkit.errors import UsageError
from cjmkit.language import Language

UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day"}
HOURS = {"H": "hour", "M": "minute", "S": "second"}
LENGTHS: tuple[Literal["long"], Literal["short"]] = ("long", "short")
TYPED = {**UNITS, "TH": "hour", "TM": "minute"}


def duration(say: Language, iso: str) -> str:
    """An ISO 8601 duration in words.

    >>> from cjmkit.language import speak
    >>> duration(speak("pl"), "P30D"), duration(speak("en"), "P1MT2H")
    ('30 dni', '1 month 2 hours')
    >>> duration(speak("zh"), "P5D"), duration(speak("ru"), "PT5M")
    ('5天', '5 минут')
    """
    days, _, hours = iso.removeprefix("P").partition("T")
    parts = [(n, UNITS[u]) for n, u in re.findall(r"(\d+)([YMWD])", days)]
    parts += [(n, HOURS[u]) for n, u in re.findall(r"(\d+)([HMS])", hours)]
    return " ".join(_unit(int(n), unit, "long", say.locale) for n, unit in parts)


@lru_cache(maxsize=2000)
def _unit(n: int, unit: str, length: Literal["long", "short"], locale: Locale) -> str:
    """So many of a unit in words; where CLDR has no long form of its own, Babel would give its code."""
    shown = str(format_unit(n, f"duration-{unit}", length, locale=locale))
    return shown if "duration-" not in shown else str(format_unit(n, f"duration-{unit}", "short", locale=locale))


def parse_duration(shown: str, say: Language) -> str | None:
    """A duration in words ("30 days", "2 h 15 min"), or as ISO 8601 itself; empty is none.

    >>> from cjmkit.language import speak
    >>> parse_duration("30 dni", speak("pl")), parse_duration("1 month 2 hours", speak("en"))
    ('P30D', 'P1MT2H')
    >>> parse_duration("２小时，３０分钟", speak("zh")), parse_duration("2 часа 15 мин.", speak("ru"))
    ('PT2H30M', 'PT2H15M')
    """
    shown = normalize("NFKC", shown)  # Chinese keyboards give the full-width signs
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
                         example=duration(say, "P30D"), text=shown.strip())  # fmt: skip
    days = "".join(f"{found[u]}{u}" for u in "YMWD" if u in found)
    hours = "".join(f"{found['T' + u]}{u}" for u in "HM" if "T" + u in found)
    return f"P{days}" + (f"T{hours}" if hours else "")


def unit_words(say: Language) -> dict[str, str]:
    """Each form of each unit's name, in the language and in English, and the unit's ISO letter."""
    return _unit_words(say.locale)


@lru_cache
def _unit_words(own: Locale) -> dict[str, str]:
    found: dict[str, str] = {}
    for locale in (Locale("en"), own):
        for code, unit in TYPED.items():
            for length in LENGTHS:
                for n in (1, 2, 5, 22):
                    shown = _unit(n, unit, length, locale).casefold()
                    found.setdefault(re.sub(r"[\d\s\u00a0.]", "", shown), code)
    return found
