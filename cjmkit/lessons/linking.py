"""For maintainers: the first use of each term of the glossary in a lesson becomes a link to it (`make notebooks`).

Links are taken out and laid anew, so that doing it twice changes nothing. The English cells and their translations change together, so
that no translation is out of date afterwards. Headings, code, formulas, links and the title cell are left alone: aims are promises.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog

from cjmkit.language import SOURCE
from cjmkit.language.notebooks import NOTEBOOKS, catalogue_of, translated, written

LAID = re.compile(r"\[([^\]]+)\]\(glossary\.ipynb#cell-id=[\w-]+\)")
# What is never linked: headings, code, formulas, links, addresses.
LEFT = re.compile(r"^#+ .*$|^```[\s\S]*?^```|`[^`]*`|\$[^$\n]*\$|!?\[[^\]]*\]\([^)]*\)|https?://\S+", re.MULTILINE)


@lru_cache
def terms(folder: Path, code: str) -> Mapping[str, re.Pattern[str]]:
    """How each term of the glossary is written in this language, by its slug; terms without forms in it are left out."""
    there = tomllib.loads((folder / "learn/glossary.toml").read_text("utf-8"))
    forms = {slug: term.get(code, "") for slug, term in there.items()}
    return {slug: re.compile(rf"(?<![\w-])(?:{form})(?![\w-])", re.IGNORECASE) for slug, form in forms.items() if form}


def uses(text: str, of: Mapping[str, re.Pattern[str]]) -> Iterator[tuple[int, int, str]]:
    """Where which term is used in a text, in its order; of two at the same place the longer one counts."""
    left = [found.span() for found in LEFT.finditer(text)]
    found = sorted((m.start(), -m.end(), slug) for slug, form in of.items() for m in form.finditer(text))
    past = 0
    for start, end, slug in ((start, -end, slug) for start, end, slug in found):
        if start >= past:
            past = end
            if not any(start < b and a < end for a, b in left):
                yield start, end, slug


def linked(texts: list[str], of: Mapping[str, re.Pattern[str]]) -> list[str]:
    """The texts of a lesson, the first of which is its title cell, with each term's first use linked and no other.

    >>> linked(["# Stages", "Stages, and a stage more."], {"stage": re.compile("stages?", re.IGNORECASE)})
    ['# Stages', '[Stages](glossary.ipynb#cell-id=stage), and a stage more.']
    """
    seen: set[str] = set()
    done = [LAID.sub(r"\1", text) for text in texts[:1]]
    for text in (LAID.sub(r"\1", text) for text in texts[1:]):
        parts, at = [], 0
        for start, end, slug in uses(text, of):
            if slug not in seen:
                seen.add(slug)
                parts += [text[at:start], f"[{text[start:end]}](glossary.ipynb#cell-id={slug})"]
                at = end
        done.append("".join([*parts, text[at:]]))
    return done


def link(notebook: Path, folder: Path = NOTEBOOKS) -> None:
    """Lay the links of a lesson in all its languages: its notebook, its catalogues, the translated notebooks."""
    codes = sorted(path.parent.name for path in folder.glob("??*/learn") if path.parent.name.isalpha())
    place = notebook.relative_to(folder)
    kept = {code: catalogue_of(notebook, code, (folder / code / place).with_suffix(".po")) for code in codes}
    data = json.loads(notebook.read_text("utf-8"))
    cells = [cell for cell in data["cells"] if cell["cell_type"] == "markdown"]
    before = ["".join(cell["source"]) for cell in cells]
    after = linked(before, terms(folder, SOURCE))
    for cell, text in zip(cells, after, strict=True):
        cell["source"] = text.splitlines(keepends=True)
    notebook.write_text(json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    for code, catalogue in kept.items():
        there = folder / code / place
        moved = _moved(catalogue, before, after, terms(folder, code), code)
        there.with_suffix(".po").write_bytes(written(moved, code))
        there.write_text(translated(notebook, moved, there), "utf-8")


def _moved(
    catalogue: Catalog, before: list[str], after: list[str], of: Mapping[str, re.Pattern[str]], code: str
) -> Catalog:
    """The catalogue with the English texts as they are afterwards, and links of their own in the translations."""
    messages = {str(m.id): m for m in catalogue if m.id}
    own = dict(zip(before, linked([str(messages[text].string or "") for text in before], of), strict=True))
    english = dict(zip(before, after, strict=True))
    done = Catalog(locale=code)
    for id, m in messages.items():
        done.add(english.get(id, id), own.get(id, m.string), auto_comments=m.auto_comments, flags=m.flags,
                 user_comments=m.user_comments, previous_id=m.previous_id)  # fmt: skip
    return done


def main() -> None:
    """Lay the links of the lessons named, such as 05_scoring, or of all of them."""
    names = sys.argv[1:] or sorted(path.stem for path in NOTEBOOKS.glob("learn/[0-9]*.toml"))
    for name in names:
        link(NOTEBOOKS / "learn" / f"{name}.ipynb")


if __name__ == "__main__":
    main()
