"""The guided notebooks have one shape in every language, show no code on the projector, and work on any client, at any point."""

import json
import re
import shutil

import pytest
from conftest import ROOT
from markdown_it import MarkdownIt

from cjmkit.language import speak
from cjmkit.workshop import new_workshop

GUIDED = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
POLISH = [path.parent / "pl" / path.name for path in GUIDED]
NAMES = ["00_start", "01_personas", "02_stages", "03_evidence", "04_touchpoints", "05_scoring", "06_journey_map",
         "07_action_plan", "08_review"]  # fmt: skip
# What the headings are called: minutes, something to discuss, a recap.
HEADS = {"notebooks": ("minutes", "Discuss", "Recap"), "pl": ("minut", "Omów", "Podsumowanie")}
by_name = pytest.mark.parametrize("notebook", GUIDED, ids=lambda path: path.stem)
in_each_language = pytest.mark.parametrize(
    "notebook", GUIDED + POLISH, ids=lambda path: f"{path.parent.name}-{path.stem}"
)
in_polish = pytest.mark.parametrize("notebook", POLISH, ids=lambda path: path.stem)


def cells(notebook, kind):
    return [c for c in json.loads(notebook.read_text("utf-8"))["cells"] if c["cell_type"] == kind]


def words(notebook):
    return "\n\n".join("".join(c["source"]) for c in cells(notebook, "markdown"))


def code(notebook):
    return ["".join(c["source"]) for c in cells(notebook, "code")]


def test_the_notebooks_are_those_of_the_method_in_its_order():
    assert [path.stem for path in GUIDED] == NAMES


def as_saved(text):
    """A notebook's text as JupyterLab saves it: an ordinary workshop then leaves nothing for git to see."""
    data = json.loads(text)
    for cell in data["cells"]:
        cell["source"] = "".join(cell["source"]).splitlines(keepends=True)
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


@in_each_language
def test_a_notebook_stands_as_jupyterlab_saves_it(notebook):
    text = notebook.read_text("utf-8")
    assert as_saved(text) == text
    split = text.replace('\\n",', '",\n    "\\n",', 1)
    assert as_saved(split) != split  # lines that are split otherwise would be seen


@in_each_language
def test_no_code_is_on_the_projector(notebook):
    for cell in cells(notebook, "code"):
        assert cell["metadata"]["jupyter"]["source_hidden"] is True
        assert "hide-input" in cell["metadata"]["tags"]
        assert len("".join(cell["source"]).splitlines()) <= 5


@in_each_language
def test_the_first_cell_is_a_question_with_its_minutes(notebook):
    first = "".join(cells(notebook, "markdown")[0]["source"])
    assert re.match(r"# .*\?", first), first
    assert HEADS[notebook.parent.name][0] in first


@in_each_language
def test_the_client_is_a_parameter_and_none_is_the_one_opened_last(notebook):
    parameters = [c for c in cells(notebook, "code") if "parameters" in c["metadata"]["tags"]]
    assert len(parameters) == 1
    assert re.match(r"client = None\b", "".join(parameters[0]["source"]))


@in_each_language
def test_there_is_something_to_discuss_a_recap_and_a_way_on(notebook):
    text, (_, discuss, recap) = words(notebook), HEADS[notebook.parent.name]
    assert notebook.stem == "00_start" or f"**{discuss}" in text
    assert f"## {recap}" in text
    assert [source for source in code(notebook) if "cjm.show_recap(" in source]


@in_each_language
def test_every_link_leads_to_a_file_that_is_there(notebook):
    for link in re.findall(r"\]\(([^)#]+)\)", words(notebook)):
        assert (notebook.parent / link).exists(), link


def lost_anchors(notebook):
    """Links to cells that are not there; JupyterLab finds a cell by its id in every language, a heading only in plain letters."""
    lost = []
    for file, anchor in re.findall(r"\]\(([^)#]*)#([^)]+)\)", words(notebook)):
        there = notebook.parent / file if file else notebook
        ids = [f"cell-id={c['id']}" for kind in ("markdown", "code") for c in cells(there, kind)]
        lost += [anchor] if anchor not in ids else []
    return lost


@in_each_language
def test_every_link_within_a_notebook_finds_its_cell(notebook):
    assert not lost_anchors(notebook)


def test_a_link_to_a_cell_that_is_gone_would_be_told(tmp_path):
    text = (ROOT / "notebooks/pl/05_scoring.ipynb").read_text("utf-8")
    (tmp_path / "it.ipynb").write_text(text.replace('"id": "alone-say"', '"id": "other"'), "utf-8")
    assert len(lost_anchors(tmp_path / "it.ipynb")) == 1


def stars(text):
    """Whether asterisks would stand in the text as it is read: italics that begin or end at a wrong place."""
    return "*" in re.sub(r"<code>.*?</code>", "", MarkdownIt().render(text))


@in_each_language
def test_no_italics_are_left_as_asterisks(notebook):
    assert not [text for text in map("".join, (c["source"] for c in cells(notebook, "markdown"))) if stars(text)]
    assert stars("*begin with* Warm-up*, end it, and go on.*")


def texts(notebook):
    return {c["id"]: "".join(c["source"]) for c in cells(notebook, "markdown")}


def shape(text):
    """What a translation keeps: headings, list items, lines that are said, bold words, code, and where links lead."""
    marks = [len(re.findall(p, text, re.M)) for p in (r"^#+ ", r"^- ", r"^\d\. ", r"^>", r"\*\*", r"`")]
    return marks, re.findall(r"\]\(([^)#]*)", text)


@in_polish
def test_a_polish_notebook_has_the_shape_of_the_english_one(notebook):
    english, polish = texts(ROOT / "notebooks" / notebook.name), texts(notebook)
    assert {id: shape(text) for id, text in polish.items()} == {id: shape(text) for id, text in english.items()}
    assert shape("- **One**\n- Two") != shape("- **Jeden**, dwa")


PROSE = {
    "discuss",
    "next",
    "a week before",
    "the day before",
}  # headings of the notebooks, whatever buttons are called so


def other_names(english, polish):
    """Names of buttons, folds and states in the English text whose Polish ones, as screens show them, are not in the Polish text."""
    shown = {e.lower(): p.lower() for e, p in speak("pl").sentences.items() if isinstance(p, str)}
    named = {part.strip(" .,:;\n").lower() for part in re.split(r"\*+|[“”]", english)} - PROSE
    return [shown[name] for name in named if name in shown and shown[name] not in polish.lower()]


@in_polish
def test_buttons_are_named_as_polish_screens_show_them(notebook):
    english = texts(ROOT / "notebooks" / notebook.name)
    assert not [name for id, text in texts(notebook).items() for name in other_names(english[id], text)]
    assert other_names("Press *Next part*.", "Naciśnij *Dalsza część*.") == ["następna część"]


@pytest.fixture
def clients(tmp_path, monkeypatch):
    """An empty client, one with a starter in Polish, and copies of both samples."""
    root = tmp_path / "workshops"
    root.mkdir()
    new_workshop("empty", workshops=root)
    new_workshop("bank", "bank", "pl", workshops=root)
    for name in ("fridge", "running-shoes"):
        ignore = shutil.ignore_patterns("out", "build", ".sample", ".backup", "versions")
        shutil.copytree(ROOT / "workshops" / name, root / name, ignore=ignore)
    monkeypatch.setenv("CJMKIT_WORKSHOPS", str(root))
    return root


@by_name
@pytest.mark.parametrize("client", ["empty", "bank", "fridge", "running-shoes"])
def test_every_notebook_works_on_every_client(notebook, client, clients, monkeypatch):
    monkeypatch.setenv("CJMKIT_CLIENT", client)
    before = (clients / client / "journey.json").read_bytes()
    names: dict = {}
    for source in code(notebook):
        exec(compile(source, notebook.name, "exec"), names)
    assert (clients / client / "journey.json").read_bytes() == before, "running a notebook must not change the client"
    assert not (clients / client / "room.json").exists(), "running a notebook must not open a voting room"
