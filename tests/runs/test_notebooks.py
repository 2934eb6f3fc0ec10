"""Every notebook of the kit runs, top to bottom, in a real kernel; only marked cells hold outputs, and they are compared."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT

TEMPLATES = sorted(ROOT.glob("templates/*.ipynb"))
GUIDED = sorted(ROOT.glob("notebooks/**/*.ipynb"))
NOTEBOOKS = [*TEMPLATES, *GUIDED]
MARK = "# NBVAL_CHECK_OUTPUT"


@pytest.fixture(scope="module")
def clients(tmp_path_factory):
    folder = tmp_path_factory.mktemp("workshops")
    for name in ("fridge", "running-shoes"):
        ignore = shutil.ignore_patterns("out", "build", ".sample", ".backup", "versions")
        shutil.copytree(ROOT / "workshops" / name, folder / name, ignore=ignore)
    return folder


def nbval(notebook: Path, clients: Path) -> subprocess.CompletedProcess:
    client = "fridge" if notebook in TEMPLATES else "running-shoes"
    env = {**os.environ, "CJMKIT_WORKSHOPS": str(clients), "CJMKIT_CLIENT": client}
    words = [
        "-m",
        "pytest",
        "--nbval-lax",
        "--nbval-current-env",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-c",
    ]
    empty = clients / "pytest.ini"  # so that the project's own settings stay out of it
    empty.write_text("[pytest]\n")
    command = [sys.executable, *words, str(empty), str(notebook)]
    return subprocess.run(command, env=env, capture_output=True, text=True, cwd=clients)


def cells_of(notebook: Path) -> list[dict]:
    return list(json.loads(notebook.read_text("utf-8"))["cells"])


def source_of(cell: dict) -> str:
    return "".join(cell["source"])


def unlike_their_marks(cells: list[dict]) -> list[str]:
    """The cells that hold outputs without a mark, or a mark without an output: those could never fail."""
    return [source_of(c) for c in cells if source_of(c).startswith(MARK) != bool(c.get("outputs"))]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name)
def test_every_notebook_runs(notebook, clients):
    done = nbval(notebook, clients)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name)
def test_only_marked_cells_are_stored_with_outputs(notebook):
    cells = cells_of(notebook)
    assert unlike_their_marks(cells) == []
    for cell in cells:
        kept = "keep_output" in cell["metadata"].get("tags", [])
        assert kept == source_of(cell).startswith(MARK), "nbstripout would take the output, or leave it"


def test_a_marked_cell_without_its_output_would_be_caught():
    assert unlike_their_marks([{"source": [MARK], "outputs": []}]) == [MARK]


def altered(tmp_path: Path, notebook: Path, code: str | None = None, said: str | None = None) -> Path:
    """A copy of a notebook with one more cell, or with another text stored where a cell is marked."""
    book = nbformat.read(notebook, as_version=4)
    if code:
        book.cells.append(nbformat.v4.new_code_cell(code))
    for cell in book.cells:
        if said and cell.cell_type == "code" and cell.outputs:
            cell.outputs[0]["data"]["text/plain"] = said
    copy = tmp_path / "altered.ipynb"
    nbformat.write(book, copy)
    return copy


def test_a_notebook_with_a_broken_cell_would_be_caught(clients, tmp_path):
    assert nbval(altered(tmp_path, TEMPLATES[0], "cjm.director_page(reprt)"), clients).returncode == 1


CALLBACK = """
import ipywidgets as widgets
output, button = widgets.Output(), widgets.Button()
@output.capture()
def broken(_):
    raise ZeroDivisionError("in a callback")
button.on_click(broken)
button.click()
"""


def test_a_callback_that_fails_inside_an_output_would_be_caught(clients, tmp_path):
    """papermill runs over it without a word."""
    done = nbval(altered(tmp_path, GUIDED[0], CALLBACK), clients)
    assert done.returncode == 1
    assert "in a callback" in done.stdout


def test_a_recap_that_says_something_else_would_be_caught(clients, tmp_path):
    assert nbval(altered(tmp_path, GUIDED[-1], said="all is well"), clients).returncode == 1
