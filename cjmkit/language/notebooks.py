"""For maintainers: the notebooks in other languages, from the same code cells (`make notebooks`).

`notebooks/pl/05_scoring.ipynb` is written from `notebooks/05_scoring.ipynb` and the catalogue beside it, `05_scoring.po`, which holds
every English cell of text, every sentence of a lesson's `.toml` and what it is in Polish. A new language: its code as the argument.
A notebook with the metadata `{"cjmkit": {"texts": "paragraphs"}}` is translated paragraph by paragraph, not cell by cell.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.localedata import locale_identifiers
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from cjmkit.language import FOLDER

NOTEBOOKS = FOLDER.parent.parent / "notebooks"
SHOWN = 10  # of what is left of a notebook
CODE = re.compile(r"[a-z]{2,3}")
LINK = re.compile(r"(?<=\]\()([^)#\s]+)(?=[)#])")
PARAGRAPH = "\n\n"
# The keys of a lesson's file that hold words for people.
SENTENCES = ("title", "aims", "ask", "options", "hint", "model", "rubric", "text")


def originals(folder: Path = NOTEBOOKS) -> list[Path]:
    """The English notebooks, by their places within the folder."""
    found = sorted(path.relative_to(folder) for path in folder.rglob("*.ipynb"))
    return [path for path in found if not CODE.fullmatch(path.parts[0]) and not path.parts[0].startswith(".")]


def texts(notebook: Path) -> Iterator[tuple[str, str]]:
    """What is to be translated of a notebook and its lesson's file: where it stands, and the English."""
    data = json.loads(notebook.read_text("utf-8"))
    for cell in data["cells"]:
        if cell["cell_type"] == "markdown":
            whole = "".join(cell["source"])
            if _by_paragraph(data):
                yield from ((f"{cell['id']}[{n}]", text) for n, text in enumerate(whole.split(PARAGRAPH), 1))
            else:
                yield cell["id"], whole
    lesson = notebook.with_suffix(".toml")
    if lesson.is_file():
        yield from _sentences(tomllib.loads(lesson.read_text("utf-8")), "")


def catalogue_of(notebook: Path, code: str, kept: Path) -> Catalog:
    """The notebook's catalogue: translations that are kept, new texts empty, those whose English changed marked as such."""
    catalogue = Catalog(locale=code)
    if kept.is_file():
        catalogue = read_po(BytesIO(kept.read_bytes()), locale=code)
        for message in catalogue:
            message.user_comments = []  # Babel takes an earlier English text, "#|", for one and would write it again
    wanted = Catalog(locale=code)
    for place, text in texts(notebook):
        wanted.add(text, auto_comments=[place])
    catalogue.update(wanted)
    catalogue.obsolete.clear()
    return catalogue


def out_of_date(catalogue: Catalog) -> list[str]:
    """Where texts stand that have no translation, or one of an earlier English text."""
    return [
        f"{' '.join(m.auto_comments)}: {'the English text changed' if m.string else 'no translation'}"
        for m in catalogue if m.id and (m.fuzzy or not m.string)
    ]  # fmt: skip


def translated(notebook: Path, catalogue: Catalog, there: Path) -> str:
    """The notebook with its texts translated, as it stands at another place; code cells are the same."""
    data = json.loads(notebook.read_text("utf-8"))
    for cell in data["cells"]:
        if cell["cell_type"] == "markdown":
            whole = "".join(cell["source"])
            parts = whole.split(PARAGRAPH) if _by_paragraph(data) else [whole]
            own = [str(message.string or part) if (message := catalogue.get(part)) else part for part in parts]
            cell["source"] = _relinked(PARAGRAPH.join(own), notebook, there).splitlines(keepends=True)
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def written(catalogue: Catalog, code: str) -> bytes:
    """A catalogue as its file."""
    file = BytesIO()
    file.write(f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: {code}\\n"\n\n'.encode())
    write_po(file, catalogue, omit_header=True, no_location=True, width=0, include_previous=True)
    return file.getvalue()


def bring_up_to_date(code: str, folder: Path = NOTEBOOKS) -> dict[str, list[str]]:
    """Write the catalogues and notebooks of a language anew.

    Returns:
        What is untranslated or out of date, by notebook; empty where all is well.
    """
    stale = {}
    for place in originals(folder):
        there = folder / code / place
        catalogue = catalogue_of(folder / place, code, there.with_suffix(".po"))
        there.parent.mkdir(parents=True, exist_ok=True)
        there.with_suffix(".po").write_bytes(written(catalogue, code))
        there.write_text(translated(folder / place, catalogue, there), "utf-8")
        if missing := out_of_date(catalogue):
            stale[str(place)] = missing
    return stale


def _by_paragraph(data: Any) -> bool:
    return bool(data["metadata"].get("cjmkit", {}).get("texts") == "paragraphs")


def _sentences(part: Any, place: str, *, shown: bool = False) -> Iterator[tuple[str, str]]:
    if isinstance(part, dict):
        for name, value in part.items():
            yield from _sentences(value, f"{place}.{name}".strip("."), shown=shown or name in SENTENCES)
    elif isinstance(part, list):
        for n, value in enumerate(part):
            yield from _sentences(value, f"{place}[{n + 1}]", shown=shown)
    elif isinstance(part, str) and shown and part:
        yield place, part


def _relinked(text: str, notebook: Path, there: Path) -> str:
    """Links to what is not translated lead back to the English folder; other notebooks stand beside, as they did."""

    def moved(found: re.Match[str]) -> str:
        target = notebook.parent / found[1]
        if ":" in found[1] or target.suffix == ".ipynb" or (there.parent / found[1]).exists() or not target.exists():
            return found[1]
        return Path(os.path.relpath(target, there.parent)).as_posix()

    return LINK.sub(moved, text)


def main() -> None:
    """Bring the languages up to date that there are, or those named, and tell what is left to translate."""
    there = sorted(path.name for path in NOTEBOOKS.iterdir() if path.is_dir() and CODE.fullmatch(path.name))
    for code in sys.argv[1:]:
        if not CODE.fullmatch(code) or code not in locale_identifiers():
            sys.exit(f"{code} is no language. Its code is wanted, such as: python -m cjmkit.language.notebooks de")
    left = {f"{code}/{name}": lines for code in sys.argv[1:] or there for name, lines in bring_up_to_date(code).items()}
    for name, lines in left.items():
        more = [f"... and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
        print(name, *lines[:SHOWN], *more, sep="\n  ")
    sys.exit(f"{sum(map(len, left.values()))} texts in {len(left)} notebooks are to be translated." if left else 0)


if __name__ == "__main__":
    main()
