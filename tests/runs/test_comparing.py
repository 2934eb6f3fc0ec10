"""The comparison across clients as a consultant makes it: from manifests alone, in a notebook, beside the clients."""

import re
import shutil
from html import unescape
from pathlib import Path

import nbformat
import pytest
from summaries import summary

from cjmkit.errors import NotFoundError, RunError, UsageError
from cjmkit.kit import template
from cjmkit.runs.children import Limits
from cjmkit.runs.comparing import open_comparison, write_comparison
from cjmkit.runs.manifest import hashes, note_outputs
from cjmkit.runs.many import Decided, _Workers
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


def test_one_client_can_be_named_as_it_is_and_none_is_no_comparison(folder):
    assert open_comparison("beta", workshops=folder).clients.name.tolist() == ["Żółw"]
    with pytest.raises(UsageError, match="No client is named"):
        open_comparison([], workshops=folder)


def test_a_client_whose_files_changed_after_its_last_build_is_out_of_date(folder, tmp_path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    by = hashes(tmp_path / "alpha", ["journey.json"])
    for name in ("alpha", "beta"):
        note_outputs(tmp_path / name, {}, decided={"by": by, "reads": ["journey.json"]})
    assert open_comparison(workshops=tmp_path).stale == frozenset()
    (tmp_path / "beta/journey.json").write_text("another")
    assert open_comparison(workshops=tmp_path).stale == {"beta"}


def test_a_run_writes_every_comparison_that_is_there_anew(folder, tmp_path, monkeypatch):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "comparison.zh.html").write_text("old")
    decided = Decided(tmp_path, Path("report.ipynb"), (), None, all_clients=True)
    asked = []

    def run(jobs):
        asked.append([job[1][-1] for job in jobs])
        return iter([(0, "failed", RunError("Off.")), (1, "done", None)])

    workers = _Workers(decided, 1, Limits(), None)
    monkeypatch.setattr(workers.warm, "run", run)
    (tmp_path / "comparison.pl.html").write_text("old")
    assert workers.compare("pl", anew=False) == {}
    assert asked == []  # both are there, and nothing was built
    assert [*workers.compare("pl", anew=True)] == ["comparison.pl.html"]
    assert asked == [["pl", "zh"]]


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
