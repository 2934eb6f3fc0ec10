"""What people read: sentences from the catalogues, numbers and dates by CLDR.

`speak("pl")` answers a `Language`, by custom called `say`: `say("Three lowest")`, `say.number(3.25)`.
Sentences are written in English in the code and looked up in `<code>.po`, which is read at run time.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from gettext import c2py
from pathlib import Path
from typing import Any
from unicodedata import normalize

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from cjmkit.errors import CJMError, Fault, JourneyError, UsageError, fill, joined

FOLDER = Path(__file__).parent
SOURCE = "en"
ALPHABETS = {"pl": "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż", "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"}


@dataclass(frozen=True)
class Language:
    """One language: called with an English sentence it answers the same sentence in that language.

    >>> say = speak("pl")
    >>> say.number(3.25), say.percent(0.4821), say.date("2026-11-21")
    ('3,25', '48\xa0%', '21\xa0listopada\xa02026')
    """

    code: str
    sentences: dict[str, Any] = field(repr=False)
    locale: Locale = field(repr=False)

    @property
    def tag(self) -> str:
        """The language as a page names it: Chinese with its script, by which a browser chooses the letters' shapes."""
        return "zh-Hans" if self.code == "zh" else self.code

    def __call__(self, sentence: str, **values: Any) -> str:
        """The sentence in this language, its named gaps filled; numbers in it are written as given."""
        return fill(self.sentences.get(sentence) or sentence, {k: self._shown(v) for k, v in values.items()})

    def plural(self, one: str, many: str, n: int, **values: Any) -> str:
        """The sentence in the form that the number n asks for; {n} is the number itself.

        >>> speak("en").plural("{n} person", "{n} people", 3)
        '3 people'
        """
        forms = self.sentences.get(one)
        form = forms[_plural_index(self.code, n)] if isinstance(forms, tuple) else None
        chosen = form or (one if n == 1 else many)
        return fill(chosen, {"n": self.number(n, 0), **{k: self._shown(v) for k, v in values.items()}})

    def error(self, error: CJMError | Fault) -> str:
        """An error or a fault as one sentence in this language."""
        if isinstance(error, JourneyError):
            faults = "; ".join(self.error(fault) for fault in error.faults)
            return self(error.sentence, **{**error.values, "faults": faults})
        text = self(error.sentence, **error.values)
        return f"{error.place}: {text}" if isinstance(error, Fault) else text

    def number(self, value: float | None, digits: int = 2, *, sign: bool = False) -> str:
        """A number with so many digits after the point, a dash where there is none."""
        if value is None or value != value:
            return "–"
        rounded = round(value, digits) + 0.0
        text = _decimal(abs(float(rounded)), digits, self.locale)
        mark = "−" if rounded < 0 else "+" if sign and rounded > 0 else ""
        return mark + text

    def percent(self, share: float | None, digits: int = 0) -> str:
        """A share from 0 to 1 as a percentage."""
        if share is None or share != share:
            return "–"
        space = "" if self.code in ("en", "zh") else "\xa0"
        return f"{self.number(share * 100, digits)}{space}%"

    def date(self, day: str | date | None, form: str = "long") -> str:
        """A date, given as ISO text or a date; empty text where there is none."""
        if not day:
            return ""
        try:
            text = str(format_date(date.fromisoformat(str(day)), form, locale=self.locale)).replace("\u202f", "\xa0")
            return text.replace(" ", "\xa0") if form == "long" else re.sub(r"(?<=\d) (?=\D)", "\xa0", text)
        except ValueError:
            return str(day)

    def place(self, text: str) -> tuple[Any, ...]:
        """Where a text stands in an alphabetical list of this language: a key for `sorted`.

        Letters of the language's own alphabet stand at their place in it, others with their accents beside the plain ones;
        Chinese stands by its sound, as the common characters of GB 2312 do.

        >>> sorted(["Ćma", "Dom", "Cebula"], key=speak("pl").place)
        ['Cebula', 'Ćma', 'Dom']
        """
        if self.code == "zh":
            return (text.casefold().encode("gb18030"), text)
        own = ALPHABETS.get(self.code, "")
        plain = "".join(c if c in own else normalize("NFKD", c)[0] for c in normalize("NFC", text.casefold()))
        return ([(own.find(c), c) for c in plain], text) if own else (plain, text)

    def quoted(self, text: str) -> str:
        """A name or words within the language's own quotation marks.

        >>> speak("pl").quoted("Kasa")
        '„Kasa”'
        """
        return self("“{text}”", text=text)

    def list(self, items: Iterable[str]) -> str:
        """Several words as one: "a, b and c"."""
        return str(format_list([*items], locale=self.locale))

    def apart(self, items: Iterable[str]) -> str:
        """Several names that may hold commas themselves, as one: "a; b"."""
        return ("；" if self.code == "zh" else "; ").join(items)

    def _shown(self, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        return joined(value, lambda item: self.error(item) if isinstance(item, Fault) else str(item))


@lru_cache(maxsize=2000)  # a map is laid out many times over with the same numbers
def _decimal(value: float, digits: int, locale: Locale) -> str:
    return str(format_decimal(value, "#,##0" + ("." + "0" * digits if digits else ""), locale=locale))


@lru_cache
def _catalogue(path: Path) -> Any:
    with path.open("rb") as file:
        return read_po(file)


@lru_cache
def _plural_index(code: str, n: int) -> int:
    return int(c2py(_catalogue(FOLDER / f"{code}.po").plural_expr)(n))


def languages() -> tuple[str, ...]:
    """The codes of all languages there are, English first."""
    return (SOURCE, *sorted(p.stem for p in FOLDER.glob("*.po")))


def spoken(code: str) -> str:
    """The code itself where the kit speaks it, else English's.

    >>> spoken("pl"), spoken("xx")
    ('pl', 'en')
    """
    return code if code in languages() else SOURCE


@lru_cache
def speak(code: str | None = None) -> Language:
    """The language of this code; without one, that of `CJMKIT_LANGUAGE` or of the machine, else English.

    Raises:
        UsageError: there is no catalogue of this code.

    >>> speak("en")("Stage {stage}", stage="Awareness")
    'Stage Awareness'
    """
    if code is None:
        wanted = os.environ.get("CJMKIT_LANGUAGE") or os.environ.get("LANG", "")[:2]
        code = spoken(wanted)
    if code not in languages():
        raise UsageError("There is no language {code}. There are: {codes}.", code=code, codes=list(languages()))
    sentences: dict[str, Any] = {}
    if code != SOURCE:
        for message in _catalogue(FOLDER / f"{code}.po"):
            if message.id and not message.fuzzy:
                one = message.id[0] if message.pluralizable else message.id
                sentences[one] = tuple(message.string) if message.pluralizable else message.string
    return Language(code, sentences, Locale.parse(code))
