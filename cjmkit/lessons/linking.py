"""For maintainers: the first use of each term of the glossary in a lesson becomes a link to it, its minutes are counted (`make notebooks`).

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

from cjmkit.language import SOURCE, speak, spoken
from cjmkit.language.notebooks import NOTEBOOKS, catalogue_of, translated, written
from cjmkit.lessons.course import minutes_of
from cjmkit.lessons.lesson import Lesson, in_language, lessons

NEXT = re.compile(r"(\*\*\w+:\*\*).*\]\((\d\d_\w+)\.ipynb\)")
MINUTES = re.compile(r"\*\*\d+ \w+")
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


def counted(texts: list[str], one: Lesson | None, code: str) -> list[str]:
    """The texts of a lesson, the minutes in its title cell and the name of the next lesson as they are."""
    if one is None:
        return texts
    minutes = speak(spoken(code)).plural("{n} minute", "{n} minutes", minutes_of(one, code))
    return [MINUTES.sub(f"**{minutes}", texts[0], count=1), *texts[1:-1], onward(texts[-1], code)]


def onward(text: str, code: str) -> str:
    """The last cell, its link called as the lesson that it leads to."""
    found = NEXT.match(text)
    there = next((one for one in lessons() if found and one.name == found[2]), None)
    return f"{found[1]} [{in_language(there, code)[there.title]}]({there.name}.ipynb)" if found and there else text


def link(notebook: Path, folder: Path = NOTEBOOKS) -> None:
    """Lay the links of a lesson in all its languages: its notebook, its catalogues, the translated notebooks."""
    codes = sorted(path.parent.name for path in folder.glob("??*/learn") if path.parent.name.isalpha())
    place = notebook.relative_to(folder)
    kept = {code: catalogue_of(notebook, code, (folder / code / place).with_suffix(".po")) for code in codes}
    data = json.loads(notebook.read_text("utf-8"))
    cells = [cell for cell in data["cells"] if cell["cell_type"] == "markdown"]
    before = ["".join(cell["source"]) for cell in cells]
    one = next((one for one in lessons() if one.name == notebook.stem), None)
    after = counted(linked(before, terms(folder, SOURCE)), one, SOURCE)
    for cell, text in zip(cells, after, strict=True):
        cell["source"] = text.splitlines(keepends=True)
    notebook.write_text(json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    for code, catalogue in kept.items():
        there = folder / code / place
        messages = {str(m.id): str(m.string or "") for m in catalogue if m.id}
        own = counted(linked([messages[text] for text in before], terms(folder, code)), one, code)
        moved = _moved(catalogue, dict(zip(before, zip(after, own, strict=True), strict=True)), code)
        there.with_suffix(".po").write_bytes(written(moved, code))
        there.write_text(translated(notebook, moved, there), "utf-8")


def _moved(catalogue: Catalog, texts: Mapping[str, tuple[str, str]], code: str) -> Catalog:
    """The catalogue with each English text and its translation as they are afterwards."""
    done = Catalog(locale=code)
    for m in catalogue:
        if m.id:
            english, own = texts.get(str(m.id), (m.id, m.string))
            done.add(english, own, auto_comments=m.auto_comments, flags=m.flags, user_comments=m.user_comments,
                     previous_id=m.previous_id)  # fmt: skip
    return done


def main() -> None:
    """Lay the links of the lessons named, such as 05_scoring, or of all of them."""
    names = sys.argv[1:] or sorted(path.stem for path in NOTEBOOKS.glob("learn/[0-9]*.toml"))
    for name in names:
        link(NOTEBOOKS / "learn" / f"{name}.ipynb")


if __name__ == "__main__":
    main()
