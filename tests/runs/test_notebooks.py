"""Every notebook of the kit runs, top to bottom, in a real kernel; none is stored with outputs."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT

NOTEBOOKS = sorted([*ROOT.glob("templates/*.ipynb"), *ROOT.glob("notebooks/**/*.ipynb")])


@pytest.fixture(scope="module")
def clients(tmp_path_factory):
    folder = tmp_path_factory.mktemp("workshops")
    shutil.copytree(ROOT / "workshops" / "fridge", folder / "fridge", ignore=shutil.ignore_patterns("out", "build"))
    return folder


def nbval(notebook, clients) -> subprocess.CompletedProcess:
    env = {**os.environ, "CJMKIT_WORKSHOPS": str(clients), "CJMKIT_CLIENT": "fridge"}
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
        "-o",
        "addopts=",
        str(notebook),
    ]
    return subprocess.run([sys.executable, *words], env=env, capture_output=True, text=True, cwd=clients)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name)
def test_every_notebook_runs(notebook, clients):
    done = nbval(notebook, clients)
    assert done.returncode == 0, done.stdout[-3000:]


def test_a_notebook_with_a_broken_cell_would_be_caught(clients, tmp_path):
    broken = json.loads((ROOT / "templates" / "report.ipynb").read_text("utf-8"))
    broken["cells"] = [*broken["cells"][:2], {**broken["cells"][2], "source": "cjm.director_page(reprt)"}]
    (tmp_path / "broken.ipynb").write_text(json.dumps(broken), "utf-8")
    assert nbval(tmp_path / "broken.ipynb", clients).returncode == 1


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name)
def test_no_notebook_is_stored_with_outputs(notebook):
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    assert not [c for c in cells if c.get("outputs") or c.get("execution_count")]
