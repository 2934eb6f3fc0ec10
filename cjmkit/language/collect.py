"""For maintainers: collect the sentences of the code into every catalogue (`make catalogue`).

A sentence is the first argument of `say(...)`, `say.plural(...)`, `N_(...)` or of an error or `Fault` being made.
"""

from __future__ import annotations

import inspect
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from cjmkit import errors
from cjmkit.language import FOLDER

CONTENT = "Content-Type: text/plain; charset=utf-8\\n"
KINDS = [name for name, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)]
KEYWORDS = {
    **dict.fromkeys(["say", "N_", "Refused", *KINDS], None),
    "plural": (1, 2),
    "Fault": (2,),
    "JourneyError": (2,),
}


def sentences(root: Path = FOLDER.parent) -> Catalog:
    """All sentences that the code under `root` can say, as a catalogue without translations."""
    found = Catalog()
    for _, _, message, _, _ in extract_from_dir(root, [("**.py", "python")], keywords=KEYWORDS):
        if message and (message if isinstance(message, str) else message[0]):
            found.add(message)
    return found


def main() -> None:
    """Write the sentences of the code into each `<language>.po`: new ones empty, gone ones taken out."""
    found = sentences()
    for path in sorted(FOLDER.glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file)
        catalogue.update(found, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with path.open("wb") as file:
            file.write(f'msgid ""\nmsgstr ""\n"{CONTENT}"\n"Language: {path.stem}\\n"\n'.encode())
            file.write(f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'.encode())
            write_po(file, catalogue, omit_header=True, sort_output=True, no_location=True, width=110)


if __name__ == "__main__":
    main()
