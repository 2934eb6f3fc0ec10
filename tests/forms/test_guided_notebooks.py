"""The guided notebooks have one shape, show no code on the projector, and work on any client, at any point."""

import json
import re
import shutil

import pytest
from conftest import ROOT

from cjmkit.workshop import new_workshop

GUIDED = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
NAMES = ["00_start", "01_personas", "02_stages", "03_evidence", "04_touchpoints", "05_scoring", "06_journey_map",
         "07_action_plan", "08_review"]  # fmt: skip
by_name = pytest.mark.parametrize("notebook", GUIDED, ids=lambda path: path.stem)


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


@by_name
def test_a_notebook_stands_as_jupyterlab_saves_it(notebook):
    text = notebook.read_text("utf-8")
    assert as_saved(text) == text
    split = text.replace('\\n",', '",\n    "\\n",', 1)
    assert as_saved(split) != split  # lines that are split otherwise would be seen


@by_name
def test_no_code_is_on_the_projector(notebook):
    for cell in cells(notebook, "code"):
        assert cell["metadata"]["jupyter"]["source_hidden"] is True
        assert "hide-input" in cell["metadata"]["tags"]
        assert len("".join(cell["source"]).splitlines()) <= 5


@by_name
def test_the_first_cell_is_a_question_with_its_minutes(notebook):
    first = "".join(cells(notebook, "markdown")[0]["source"])
    assert re.match(r"# .*\?", first), first
    assert "minutes" in first


@by_name
def test_the_client_is_a_parameter_and_none_is_the_one_opened_last(notebook):
    parameters = [c for c in cells(notebook, "code") if "parameters" in c["metadata"]["tags"]]
    assert len(parameters) == 1
    assert re.match(r"client = None\b", "".join(parameters[0]["source"]))


@by_name
def test_there_is_something_to_discuss_a_recap_and_a_way_on(notebook):
    text = words(notebook)
    assert notebook.stem == "00_start" or text.count("Discuss") >= 1
    assert "Recap" in text
    assert [source for source in code(notebook) if "cjm.show_recap(" in source]


@by_name
def test_every_link_leads_to_a_file_that_is_there(notebook):
    for link in re.findall(r"\]\(([^)#]+)\)", words(notebook)):
        assert (notebook.parent / link).exists(), link


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
