"""Numbers and dates inside a chart by CLDR: the locales that d3 asks for, made from Babel's."""

from __future__ import annotations

from typing import Any

from cjmkit.language import Language


def d3_numbers(say: Language) -> dict[str, Any]:
    """The d3 number locale of a language.

    >>> from cjmkit.language import speak
    >>> d3_numbers(speak("pl"))["decimal"]
    ','
    """
    symbols = say.locale.number_symbols
    latn = symbols.get("latn", symbols)
    return {
        "decimal": latn["decimal"],
        "thousands": latn["group"],
        "grouping": [3],
        "currency": ["", ""],
        "minus": "−",
        "percent": say.percent(0).replace(say.number(0, 0), ""),
    }


def d3_times(say: Language) -> dict[str, Any]:
    """The d3 date locale of a language.

    >>> from cjmkit.language import speak
    >>> d3_times(speak("pl"))["shortDays"][0]
    'niedz.'
    """
    days, months, periods = say.locale.days, say.locale.months, say.locale.periods

    def week(width: str) -> list[str]:
        names = days["format"][width]
        return [names[6], *(names[n] for n in range(6))]

    return {
        "dateTime": "%d.%m.%Y %H:%M",
        "date": "%d.%m.%Y",
        "time": "%H:%M",
        "periods": [periods.get("am", "AM"), periods.get("pm", "PM")],
        "days": week("wide"),
        "shortDays": week("abbreviated"),
        "months": [months["stand-alone"]["wide"][n] for n in range(1, 13)],
        "shortMonths": [months["stand-alone"]["abbreviated"][n] for n in range(1, 13)],
    }
