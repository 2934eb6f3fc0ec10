"""The comparison across clients as a consultant makes it: from manifests alone, in a notebook, beside the clients."""

import re
from html import unescape

import nbformat
import pytest
from summaries import summary

from cjmkit.errors import NotFoundError, RunError
from cjmkit.kit import template
from cjmkit.runs.comparing import open_comparison, write_comparison
from cjmkit.runs.manifest import note_outputs
from cjmkit.workshop import clients


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three clients, one not built, none with a journey that could be read."""
    root = tmp_path_factory.mktemp("workshops")
    for name, made in {"alpha": summary("Alpha", 1.5, 3), "beta": summary("Żółw", 4, 5), "gamma": None}.items():
        for part in ("out", "build"):
            (root / name / part).mkdir(parents=True)
        (root / name / "journey.json").write_text("no journey at all")
        if made:
            note_outputs(root / name, {}, summary={key: value for key, value in made.items() if key != "folder"})
    return root


@pytest.fixture(scope="module")
def page(folder):
    return write_comparison(folder, template("comparison.ipynb"), "pl").read_text("utf-8")


def test_a_comparison_reads_manifests_and_no_journey(folder):
    found = open_comparison(workshops=folder, language="pl")
    assert found.clients.name.tolist() == ["Alpha", "Żółw"]
    assert found.unbuilt == ("gamma",)
    assert found.say.code == "pl"


def test_some_clients_can_be_named_and_one_that_is_not_there_is_refused(folder):
    assert open_comparison(["beta", "beta"], workshops=folder).clients.name.tolist() == ["Żółw"]
    with pytest.raises(NotFoundError, match="Did you mean beta"):
        open_comparison(["betta"], workshops=folder)


def test_the_page_stands_beside_the_clients_in_the_language_asked_for(folder, page):
    assert '<html lang="pl">' in page
    for name in ("Alpha", "Żółw", "gamma"):
        assert name in unescape(page), name
    assert re.findall(r'<section class="cjm" id="([\w-]+)"', page) == [
        "stands-out", "clients-levels", "clients-nps", "clients-stages", "all-clients", "limits",
    ]  # fmt: skip


def test_the_executed_notebook_stays_with_the_consultant_and_is_no_client(folder, page):
    notebook = nbformat.read(folder / ".build" / "comparison.pl.ipynb", 4)
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")
    assert clients(folder) == ["alpha", "beta", "gamma"]
    assert str(folder) not in page


def test_the_same_twice(folder, page):
    assert write_comparison(folder, template("comparison.ipynb"), "pl").read_text("utf-8") == page


def test_a_cell_that_stops_is_told_and_the_page_stays_as_it_was(folder, page, tmp_path):
    notebook = nbformat.read(template("comparison.ipynb"), 4)
    notebook.cells[3].source = "1 / 0"
    nbformat.write(notebook, tmp_path / "own.ipynb")
    with pytest.raises(
        RunError, match=r"own\.ipynb stopped: division by zero\. The executed notebook is \.build/comparison\.pl\.ipynb"
    ):
        write_comparison(folder, tmp_path / "own.ipynb", "pl")
    assert (folder / "comparison.pl.html").read_text("utf-8") == page
