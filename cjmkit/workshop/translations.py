"""What a team typed, in other languages: `translations.<code>.json` in the client's folder, by the text as typed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from cjmkit.errors import InputError
from cjmkit.workshop import saving
from cjmkit.workshop.workshop import Workshop

SCHEMA = "cjmkit/translations/1"
NAME = re.compile(r"translations\.([a-z]{2,3})\.json")


def translation_files(workshop: Workshop) -> dict[str, str]:
    """The files of translations that there are, by language."""
    names = sorted(path.name for path in workshop.folder.glob("translations.*.json"))
    return {found[1]: name for name in names if (found := NAME.fullmatch(name))}


def read_translations(workshop: Workshop) -> dict[str, dict[str, str]]:
    """The translations by language and text as typed.

    Raises:
        InputError: a file holds something else.
    """
    found = {}
    for code, name in translation_files(workshop).items():
        try:
            texts = json.loads(saving.read_bytes(workshop.folder, name) or b"{}")["texts"]
            if not all(isinstance(text, str) for pair in texts.items() for text in pair):
                raise ValueError
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise InputError(
                "{file} of {client} is no file of translations. Take it out and import the workbook again.",
                file=name, client=workshop.client,
            ) from None  # fmt: skip
        found[code] = texts
    return found


def keep_translations(workshop: Workshop, translations: Mapping[str, Mapping[str, str]]) -> None:
    """Keep these translations in the client's folder, each file whole or not at all; raises `StorageError`."""
    with workshop.writing():
        for code, texts in translations.items():
            data = {"schema": SCHEMA, "texts": dict(texts)}
            text = json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
            saving.put(workshop.folder, {f"translations.{code}.json": text.encode("utf-8", "replace")})
