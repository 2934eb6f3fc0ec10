"""Every notebook of the kit runs, top to bottom, in a real kernel; only marked cells hold outputs, and they are compared.

The lessons share one kernel, which forgets all names between them.

Those in other languages hold the very same code cells (tests/language/test_translated_notebooks.py): a kernel would say the same of them.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT

from cjmkit.language.notebooks import NOTEBOOKS as BOOKS
from cjmkit.language.notebooks import originals

TEMPLATES = sorted(ROOT.glob("templates/*.ipynb"))
GUIDED = [BOOKS / place for place in originals()]
NOTEBOOKS = [*TEMPLATES, *GUIDED]
MARK, TAG = "# NBVAL_CHECK_OUTPUT", "nbval-check-output"


@pytest.fixture(scope="module")
def clients(tmp_path_factory):
    folder = tmp_path_factory.mktemp("workshops")
    for name in ("fridge", "running-shoes"):
        ignore = shutil.ignore_patterns("out", "build", ".sample", ".backup", "versions")
        shutil.copytree(ROOT / "workshops" / name, folder / name, ignore=ignore)
    return folder


def nbval(notebooks: list[Path], clients: Path, client: str) -> str:
    """What pytest says of these notebooks, each run in a kernel of its own on a client: a line begins with each fault."""
    env = {**os.environ, "CJMKIT_WORKSHOPS": str(clients), "CJMKIT_CLIENT": client}
    empty = clients / "pytest.ini"  # so that the project's own settings stay out of it
    empty.write_text("[pytest]\n")
    # Faults are named by their notebook only where it lies in the folder that pytest begins from.
    copies = [n if n.parent == clients else Path(shutil.copy(n, clients / copied(n))) for n in notebooks]
    words = ["--nbval-lax", "--nbval-current-env", "-q", "-rfE", "-p", "no:cacheprovider", "-p", "no:xdist"]
    command = [sys.executable, "-m", "pytest", *words, "-c", str(empty), *map(str, copies)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, cwd=clients)
    assert " passed" in done.stdout, done.stdout[-3000:]
    return done.stdout


def copied(notebook: Path) -> str:
    """The name of its copy: a lesson and a guided notebook may be called the same."""
    return "-".join(notebook.relative_to(BOOKS).parts) if BOOKS in notebook.parents else notebook.name


def one_after_the_other(notebooks: list[Path], place: Path) -> dict[str, str]:
    """Write these as one notebook, names forgotten between them, so that they share a kernel's start; whose each cell is."""
    book, whose = nbformat.v4.new_notebook(), {}
    for notebook in notebooks:
        code_cells = [cell for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
        for n, cell in enumerate([nbformat.v4.new_code_cell("%reset -f"), *code_cells]):
            whose[f"{place.name}::Cell {len(book.cells)}"] = f"{copied(notebook)}::Cell {n - 1}"
            book.cells.append({**cell, "id": f"cell-{len(book.cells)}"})
    nbformat.write(nbformat.from_dict(book), place)
    return whose


def named_by_its_own(said: str, whose: dict[str, str]) -> str:
    """What pytest says, each cell called by the notebook that it is of."""
    return re.sub(r"[\w-]+\.ipynb::Cell \d+", lambda found: whose.get(found[0], found[0]), said)


def faults_of(notebook: Path, said: str) -> list[str]:
    """The cells of a notebook that failed."""
    faults = [f"{word} {copied(notebook)}::" for word in ("FAILED", "ERROR")]
    return [line for line in said.splitlines() if line.startswith(tuple(faults))]


def cells_of(notebook: Path) -> list[dict]:
    return list(json.loads(notebook.read_text("utf-8"))["cells"])


def source_of(cell: dict) -> str:
    return "".join(cell["source"])


def marked(cell: dict) -> bool:
    """Whether nbval compares what the cell gives: by its first line, or by a tag where the code is to be read."""
    return source_of(cell).startswith(MARK) or TAG in cell.get("metadata", {}).get("tags", [])


def unlike_their_marks(cells: list[dict]) -> list[str]:
    """The cells that hold outputs without a mark, or a mark without an output: those could never fail."""
    return [source_of(c) for c in cells if marked(c) != bool(c.get("outputs"))]


@pytest.fixture(scope="module")
def said(clients) -> str:
    """All notebooks and the controls, run: the report on the fridge, the workshop's on the running shoes."""
    control = altered(clients / CONTROL, BOOKS / "08_review.ipynb", BROKEN, CALLBACK, said="all is well")
    together, alone = clients / "together.ipynb", [n for n in GUIDED if n.parent == BOOKS]
    whose = one_after_the_other([n for n in GUIDED if n.parent != BOOKS], together)
    of_lessons = named_by_its_own(nbval([together], clients, "running-shoes"), whose)
    return nbval(TEMPLATES, clients, "fridge") + nbval([*alone, control], clients, "running-shoes") + of_lessons


def test_each_notebook_is_run_as_itself():
    names = [copied(notebook) for notebook in NOTEBOOKS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=copied)
def test_every_notebook_runs(notebook, said):
    assert not faults_of(notebook, said), said[-3000:]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=copied)
def test_only_marked_cells_are_stored_with_outputs(notebook):
    cells = cells_of(notebook)
    assert unlike_their_marks(cells) == []
    for cell in cells:
        kept = "keep_output" in cell["metadata"].get("tags", [])
        assert kept == marked(cell), "nbstripout would take the output, or leave it"


def test_a_cell_that_is_right_is_not_named(said):
    assert len(caught(said)) == 3


def test_a_marked_cell_without_its_output_would_be_caught():
    assert unlike_their_marks([{"source": [MARK], "outputs": []}]) == [MARK]


def altered(copy: Path, notebook: Path, *more: str, said: str) -> Path:
    """The beginning and the marked cell of a notebook, another text stored where it is marked; and more cells."""
    book = nbformat.read(notebook, as_version=4)
    code_cells = [cell for cell in book.cells if cell.cell_type == "code"]
    (marked,) = (cell for cell in code_cells[2:] if cell.outputs)
    marked.outputs[0]["data"]["text/plain"] = said
    book.cells = [*code_cells[:2], marked, *map(nbformat.v4.new_code_cell, more)]  # what is between needs no repeating
    nbformat.write(book, copy)
    return copy


CONTROL = "control.ipynb"
BROKEN = "cjm.director_page(reprt)"
CALLBACK = """
import ipywidgets as widgets
output, button = widgets.Output(), widgets.Button()
@output.capture()
def broken(_):
    raise ZeroDivisionError("in a callback")
button.on_click(broken)
button.click()
"""


def caught(said: str) -> list[str]:
    """The cells of the control that failed."""
    return [fault.split("::")[1].split(" - ")[0] for fault in faults_of(Path(CONTROL), said)]


def test_a_notebook_with_a_broken_cell_would_be_caught(said):
    assert "Cell 3" in caught(said)


def test_a_callback_that_fails_inside_an_output_would_be_caught(said):
    """papermill runs over it without a word."""
    assert "Cell 4" in caught(said)
    assert "in a callback" in said


def test_a_lesson_that_lives_on_another_s_names_would_be_caught_and_named(clients):
    first, second = clients / "first.ipynb", clients / "second.ipynb"
    for place, source in ((first, "name = 1"), (second, "name")):
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)]), place)
    whose = one_after_the_other([first, second], clients / "both.ipynb")
    said = named_by_its_own(nbval([clients / "both.ipynb"], clients, "fridge"), whose)
    assert not faults_of(first, said)
    assert [line.split(" - ")[0] for line in faults_of(second, said)] == ["FAILED second.ipynb::Cell 0"]


def test_a_recap_that_says_something_else_would_be_caught(said):
    assert "Cell 2" in caught(said)
