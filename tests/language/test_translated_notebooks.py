"""Notebooks in other languages come from the English code cells and a catalogue; what is untranslated or out of date is told."""

import json

import pytest
from babel.messages.pofile import read_po

from cjmkit.language.notebooks import NOTEBOOKS, bring_up_to_date, catalogue_of, originals, out_of_date, translated

CODES = sorted(path.name for path in NOTEBOOKS.iterdir() if path.is_dir() and len(path.name) == 2)
PLACES = [place for place in originals() if place.parts[0] != "learn"]  # those have tests of their own
everywhere = pytest.mark.parametrize(("code", "place"), [(c, p) for c in CODES for p in PLACES], ids=str)


def text_cell(id, text):
    return {"cell_type": "markdown", "id": id, "metadata": {}, "source": text.splitlines(keepends=True)}


def code_cell(id, text):
    return {"cell_type": "code", "execution_count": None, "id": id, "metadata": {}, "outputs": [], "source": [text]}


def write(path, *cells):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), "utf-8")


def cells(path, kind):
    return [c for c in json.loads(path.read_text("utf-8"))["cells"] if c["cell_type"] == kind]


@pytest.fixture
def folder(tmp_path):
    """Notebooks with one lesson, all of it translated into Polish."""
    write(tmp_path / "00_start.ipynb", text_cell("title", "# Who comes?"), code_cell("run", "answer = 42"))
    write(tmp_path / "learn/01_why.ipynb", text_cell("aims", "Read [the start](../00_start.ipynb), [more](notes.md)."))
    (tmp_path / "learn/notes.md").write_text("Notes")
    (tmp_path / "learn/01_why.toml").write_text('[exercise.01-1]\nask = "Which one?"\nsolution = "1 + 1"\n')
    bring_up_to_date("pl", tmp_path)
    fill(tmp_path, "00_start", "Who comes?", "Kto przyjdzie?")
    fill(tmp_path, "learn/01_why", "Read [the start](../00_start.ipynb), [more](notes.md).",
         "Przeczytaj [początek](../00_start.ipynb), [więcej](notes.md).")  # fmt: skip
    fill(tmp_path, "learn/01_why", "Which one?", "Który?")
    assert bring_up_to_date("pl", tmp_path) == {}
    return tmp_path


def fill(folder, place, english, polish):
    """As a translator would, in the catalogue's file."""
    file = folder / "pl" / f"{place}.po"
    lines = file.read_text("utf-8").splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("msgid") and english in line)
    head = "# " if lines[at].startswith('msgid "# ') else ""
    lines[at + 1] = f'msgstr "{head}{polish}"'
    file.write_text("\n".join(lines) + "\n", "utf-8")


def test_code_is_copied_and_texts_are_translated(folder):
    polish = folder / "pl/00_start.ipynb"
    assert cells(polish, "code") == cells(folder / "00_start.ipynb", "code")
    assert cells(polish, "markdown")[0]["source"] == ["# Kto przyjdzie?"]


def test_a_code_cell_that_changes_changes_in_every_language(folder):
    write(folder / "00_start.ipynb", text_cell("title", "# Who comes?"), code_cell("run", "answer = 43"))
    assert bring_up_to_date("pl", folder) == {}
    assert cells(folder / "pl/00_start.ipynb", "code")[0]["source"] == ["answer = 43"]


def test_links_lead_to_the_notebook_beside_or_back_to_what_is_not_translated(folder):
    (text,) = cells(folder / "pl/learn/01_why.ipynb", "markdown")[0]["source"]
    assert "(../00_start.ipynb)" in text
    assert "(../../learn/notes.md)" in text


def test_a_changed_text_keeps_its_translation_and_is_told_as_out_of_date(folder):
    write(folder / "00_start.ipynb", text_cell("title", "# Who comes today?"), code_cell("run", "answer = 42"))
    assert bring_up_to_date("pl", folder) == {"00_start.ipynb": ["title: the English text changed"]}
    assert cells(folder / "pl/00_start.ipynb", "markdown")[0]["source"] == ["# Kto przyjdzie?"]
    kept = (folder / "pl/00_start.po").read_text("utf-8")
    assert "#, fuzzy" in kept
    assert "Who comes?" in kept, "the earlier English, for whoever translates"
    assert "00_start.ipynb" in bring_up_to_date("pl", folder), "told again until it is seen to"


def test_a_new_text_is_told_and_stands_in_english(folder):
    added = text_cell("more", "Bring a list of everybody who has ever answered the telephone.")
    write(folder / "00_start.ipynb", text_cell("title", "# Who comes?"), added)
    assert bring_up_to_date("pl", folder) == {"00_start.ipynb": ["more: no translation"]}
    shown = ["".join(c["source"]) for c in cells(folder / "pl/00_start.ipynb", "markdown")]
    assert shown == ["# Kto przyjdzie?", "".join(added["source"])]


def test_a_text_that_is_gone_leaves_the_catalogue(folder):
    write(folder / "00_start.ipynb", code_cell("run", "answer = 42"))
    assert bring_up_to_date("pl", folder) == {}
    with (folder / "pl/00_start.po").open("rb") as file:
        assert not [m for m in read_po(file) if m.id]


def test_an_exercise_s_words_are_translated_and_its_solution_is_not(folder):
    kept = (folder / "pl/learn/01_why.po").read_text("utf-8")
    assert "Który?" in kept
    assert "1 + 1" not in kept


def test_a_new_language_begins_in_english_with_everything_listed(folder):
    told = bring_up_to_date("ru", folder)
    assert told == {
        "00_start.ipynb": ["title: no translation"],
        "learn/01_why.ipynb": ["aims: no translation", "exercise.01-1.ask: no translation"],
    }
    assert cells(folder / "ru/00_start.ipynb", "markdown") == cells(folder / "00_start.ipynb", "markdown")
    assert {path.parts[0] for path in originals(folder)} == {"00_start.ipynb", "learn"}


def test_bringing_up_to_date_twice_changes_nothing(folder):
    def files():
        return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    before = files()
    bring_up_to_date("pl", folder)
    assert files() == before


@everywhere
def test_nothing_in_the_kit_s_notebooks_is_untranslated_or_out_of_date(code, place):
    there = NOTEBOOKS / code / place
    catalogue = catalogue_of(NOTEBOOKS / place, code, there.with_suffix(".po"))
    assert out_of_date(catalogue) == []
    assert there.read_text("utf-8") == translated(NOTEBOOKS / place, catalogue, there), "edited by hand? make notebooks"


@everywhere
def test_they_run_the_very_code_of_the_english_ones(code, place):
    """Outputs, tags and all: what a kernel says of the English ones it says of these."""
    assert cells(NOTEBOOKS / code / place, "code") == cells(NOTEBOOKS / place, "code")


@pytest.mark.parametrize(
    ("done", "told"), [("changed", "the English text changed"), ("untranslated", "no translation")]
)
def test_a_cell_of_the_kit_s_that_is_changed_or_untranslated_would_be_told(done, told, tmp_path):
    for path in (NOTEBOOKS / "01_personas.ipynb", NOTEBOOKS / "pl/01_personas.po"):
        there = tmp_path / path.relative_to(NOTEBOOKS)
        there.parent.mkdir(exist_ok=True)
        there.write_bytes(path.read_bytes())
    book = tmp_path / "01_personas.ipynb"
    cell = next(c for c in json.loads(book.read_text("utf-8"))["cells"] if c["id"] == "goal-discuss")
    english = "".join(cell["source"])
    new = english.replace("what will a customer notice", "what will customers notice") if done == "changed" else "New."
    changed = [
        text_cell("goal-discuss", new) if c["id"] == cell["id"] else c
        for c in json.loads(book.read_text("utf-8"))["cells"]
    ]
    write(book, *changed)
    assert bring_up_to_date("pl", tmp_path) == {"01_personas.ipynb": [f"goal-discuss: {told}"]}
