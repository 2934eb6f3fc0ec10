"""For maintainers: the glossary, the reference of figures and the gallery of pictures (`make notebooks`).

Definitions, formulas, sources and examples are the docstrings', so that book and code cannot differ; the rest stands in the `.toml`
beside each notebook. Indexes and lists of links are made for each language; all other Polish stands in the catalogues.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from doctest import DocTestParser, Example
from pathlib import Path
from textwrap import dedent
from typing import Any

import cjmkit
from cjmkit import journey
from cjmkit.language import SOURCE, Language, speak, spoken
from cjmkit.language.notebooks import NOTEBOOKS, PARAGRAPH, catalogue_of, translated, written
from cjmkit.method import findings

LEARN = NOTEBOOKS / "learn"
BOOKS = ("glossary", "figures", "gallery")
Cell = dict[str, Any]
FIRST = re.compile(r"(.+?[.])(?:\s|$)", re.DOTALL)
SECTIONS = re.compile(r"^(Args|Returns|Raises):$|^>>> ", re.MULTILINE)
IMPORT = re.compile(r"^from cjmkit.*\n?", re.MULTILINE)
USUAL = {"pd": "import pandas as pd", "np": "import numpy as np"}
RUN = {"tags": ["keep_output", "nbval-check-output"]}  # what it shows is stored, and compared in tests
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def named(name: str) -> Any:
    """The class or function of the kit that is called so."""
    for place in (cjmkit, findings, journey):
        if hasattr(place, name):
            return getattr(place, name)
    raise KeyError(name)


def told(thing: Any) -> list[str]:
    """The paragraphs of its docstring before its arguments, answer and example."""
    text = SECTIONS.split(inspect.getdoc(thing) or "", maxsplit=1)[0].strip()
    return [" ".join(part.split()) for part in text.split("\n\n")]


def defined(thing: Any) -> str:
    """The first sentence of its docstring.

    >>> defined(journey.Path)
    'The touchpoints that a persona meets, in order.'
    """
    found = FIRST.match(told(thing)[0])
    return found[1] if found else told(thing)[0]


def entries(book: str, folder: Path = LEARN) -> dict[str, dict[str, Any]]:
    """What stands in the book's own file, by the id of the cell."""
    return tomllib.loads((folder / f"{book}.toml").read_text("utf-8"))


def anchor(function: str) -> str:
    """The id of the cell of a figure or picture."""
    return function.replace("_", "-")


def glossary() -> list[Cell]:
    """The cells of the glossary."""
    say, all_terms = speak(SOURCE), entries("glossary")
    names = {slug: term["name"] for slug, term in all_terms.items()}
    cells = [_text("title", "# What does this word mean?", GLOSSARY_TOP), _text("index", index(say, names))]
    for slug, term in all_terms.items():
        unlike = f"**Not to be confused with** {term['unlike']}." if "unlike" in term else ""
        means = defined(named(term["of"])) if "of" in term else term["means"]
        parts = [f"## {term['name']}", means, f"**For example:** {term['example']}", unlike, further(say, term)]
        cells.append(_text(slug, *filter(None, parts)))
    return cells


def figures() -> list[Cell]:
    """The cells of the reference of figures, each with its example and what comes out of it."""
    say, all_figures = speak(SOURCE), entries("figures")
    names = {anchor(name): figure["name"] for name, figure in all_figures.items()}
    cells = [_text("title", "# How is this figure computed?", FIGURES_TOP), _text("index", index(say, names))]
    for name, figure in all_figures.items():
        cells.append(_text(anchor(name), f"## {figure['name']}", *told(named(name))))
        cells += examples(name)
    return cells


def gallery() -> list[Cell]:
    """The cells of the gallery, each picture with the line that draws it."""
    say, all_pictures = speak(SOURCE), entries("gallery")
    names = {anchor(name): picture["name"] for name, picture in all_pictures.items()}
    cells = [_text("title", "# Which pictures are there?", GALLERY_TOP), _text("index", index(say, names))]
    cells.append(_code("open", OPENED))
    for name, picture in all_pictures.items():
        cells.append(_text(anchor(name), f"## {picture['name']}", picture["shows"]))
        cells.append(_code(f"{anchor(name)}-call", picture["call"]))
    return cells


def index(say: Language, names: Mapping[str, str]) -> str:
    """All names as links, in the alphabetical order of the language."""
    order = sorted(names, key=lambda id: say.place(names[id]))
    return " · ".join(f"[{names[id]}](#cell-id={id})" for id in order)


def further(say: Language, term: Mapping[str, Any]) -> str:
    """Where more is told of a term: lessons, and the figure."""
    there = {path.stem[:2]: path.stem for path in LEARN.glob("[0-9]*.ipynb")}
    lesson, computed = say("Lesson"), say("How it is computed")
    links = [f"[{lesson} {int(number)}]({there[number]}.ipynb)" for number in term["lessons"]]
    if "figure" in term:
        links.append(f"[{computed}](figures.ipynb#cell-id={anchor(term['figure'])})")
    return "→ " + " · ".join(links)


def examples(name: str) -> list[Cell]:
    """The example of a figure's docstring as cells, run, each with what it shows."""
    thing = named(name)
    known: dict[str, Any] = vars(inspect.getmodule(thing))
    cells: list[Cell] = []
    room, source = {**known}, ""
    for part in _parsed(thing):
        source += part.source
        if not part.want:
            exec(compile(part.source, name, "exec"), room)
            continue
        answer = eval(compile(part.source.strip(), name, "eval"), room)
        number = f"-{len(cells) + 1}" if cells else ""
        cells.append(_run(f"{anchor(name)}-example{number}", _alone(source, known), answer))
        source = ""
    return cells


def _parsed(thing: Any) -> list[Example]:
    return DocTestParser().get_examples(inspect.getdoc(thing) or "")


def _alone(source: str, known: Mapping[str, Any]) -> str:
    """An example with the imports that it needs to stand alone, in the order of the kit's own files."""
    given = [line.strip() for line in IMPORT.findall(source)]
    names = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name) and node.id in known}
    own = {name for name in names if not re.search(rf"\b{name}\b", " ".join(given))}
    usual = [USUAL[name] for name in sorted(own & {*USUAL})]
    rest = sorted({*given, *(f"from {known[name].__module__} import {name}" for name in own - {*USUAL})})
    return "\n\n".join("\n".join(part) for part in (usual, rest, [IMPORT.sub("", source).strip()]) if part)


def _text(id: str, *paragraphs: str) -> Cell:
    source = PARAGRAPH.join(dedent(text).strip() for text in paragraphs)
    return {"cell_type": "markdown", "id": id, "metadata": {}, "source": source.splitlines(keepends=True)}


def _code(id: str, source: str) -> Cell:
    lines = source.strip().splitlines(keepends=True)
    return {"cell_type": "code", "execution_count": None, "id": id, "metadata": {}, "outputs": [], "source": lines}


def _run(id: str, source: str, answer: Any) -> Cell:
    from IPython.lib.pretty import pretty

    shown = {"text/plain": str(pretty(answer)).splitlines(keepends=True)}  # type: ignore[no-untyped-call]
    output = {"data": shown, "execution_count": 1, "metadata": {}, "output_type": "execute_result"}
    return {**_code(id, source), "execution_count": 1, "metadata": RUN, "outputs": [output]}


def notebook(cells: Iterable[Cell]) -> str:
    """A book as its file, in the bytes in which JupyterLab saves it."""
    metadata = {"cjmkit": {"texts": "paragraphs"}, "kernelspec": KERNEL, "language_info": {"name": "python"}}
    data = {"cells": [*cells], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def made() -> dict[str, str]:
    """The English books as their files, by name."""
    return {name: notebook(cells()) for name, cells in zip(BOOKS, (glossary, figures, gallery), strict=True)}


def made_links(book: str, code: str, heads: Mapping[str, str]) -> dict[str, str]:
    """What indexes and lists of links are in a language, by the English ones.

    Args:
        book: its name.
        code: the language.
        heads: the headings in it, by the English ones.
    """
    say, english, there = speak(spoken(code)), speak(SOURCE), entries(book)
    names = {anchor(id): entry["name"] for id, entry in there.items()}
    own = {id: heads.get(f"## {name}", f"## {name}").removeprefix("## ") for id, name in names.items()}
    links = {further(english, t): further(say, t) for t in there.values()} if book == "glossary" else {}
    return {index(english, names): index(say, own), **links}


def write_books(folder: Path = NOTEBOOKS) -> None:
    """Write the books, and what is made of their catalogues and notebooks in other languages."""
    for name, text in made().items():
        book = folder / "learn" / f"{name}.ipynb"
        book.write_text(text, "utf-8")
        for code in sorted(path.parent.name for path in folder.glob("??/learn")):
            there = folder / code / "learn" / book.name
            catalogue = catalogue_of(book, code, there.with_suffix(".po"))
            heads = {str(m.id): str(m.string) for m in catalogue if m.id and m.string and not m.fuzzy}
            for english, own in made_links(name, code, heads).items():
                catalogue[english].string = own
                catalogue[english].flags.discard("fuzzy")
                catalogue[english].previous_id = []
            there.with_suffix(".po").write_bytes(written(catalogue, code))
            there.write_text(translated(book, catalogue, there), "utf-8")


GLOSSARY_TOP = """
Every term of the method in one sentence, with an example and the word that it is easily confused with. The first use of each term in a lesson
leads here: the first time to this list, where you choose the word, from then on to the word itself. *Back to your lesson:* double-click it in the list of
files on the left. The fridge and the running shoes are invented, and so are their numbers.
"""
FIGURES_TOP = """
Every figure of the kit: what it is, how it is computed, what happens with few people and with what is missing, where it comes from, and an
example small enough to check by hand. All of it is taken from the code's own words, so that book and code cannot differ. Below each example stands
what came out of it. *Few people:* below five, a finding is only a first impression. *Missing is missing:* never 0, never dropped in silence.
"""
GALLERY_TOP = """
Every picture of the kit, each with the line that draws it: the one place in the lessons where code is on show. Choose *Run ▸ Run All Cells* once;
then change a line, press Shift+Enter and see. The fridge and the running shoes are invented, and so are their numbers.
"""
OPENED = """
import cjmkit as cjm

fridge, shoes, capstone = cjm.open_case("fridge"), cjm.open_case("shoes"), cjm.open_case("capstone")
language = fridge.language
"""

if __name__ == "__main__":
    write_books()
