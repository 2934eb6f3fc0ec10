"""A report whose notebook ends before its end is no report: what ended it is named, with what to do."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import ROOT

from cjmkit.errors import RunError
from cjmkit.runs.children import CAN_FORK
from cjmkit.runs.notebook import executed
from cjmkit.runs.opening import report_of
from cjmkit.workshop import Workshop


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workshop, Any]:
    ignore = shutil.ignore_patterns("out", "build", ".sample", ".backup", "versions")
    folder = tmp_path_factory.mktemp("workshops")
    workshop = Workshop(shutil.copytree(ROOT / "workshops" / "fridge", folder / "fridge", ignore=ignore))
    return workshop, report_of(workshop, language="en")


def ran(opened: tuple[Workshop, Any], folder: Path, *sources: str) -> Any:
    """These cells, run as a report's are; cell 1 is that of the parameters."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    about = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=about), folder / "own.ipynb")
    workshop, report = opened
    return executed(workshop, folder / "own.ipynb", report, {}, folder / "ran.ipynb", None)


@pytest.mark.parametrize("end", ["import sys; sys.exit(0)", "raise SystemExit"])
def test_a_cell_that_ends_the_notebook_before_its_end_is_named(opened, tmp_path, end):
    with pytest.raises(RunError, match=r"^fridge: cell 3 of own\.ipynb ended the notebook before its end"):
        ran(opened, tmp_path, "1", end, "'never'")


def test_one_that_ends_it_at_its_end_is_let_pass_and_so_is_one_without_an_end(opened, tmp_path):
    """The control."""
    for last in ("raise SystemExit", "'shown'"):
        assert ran(opened, tmp_path, "1", last).cells[-1].execution_count == 3


@pytest.mark.skipif(not CAN_FORK, reason="a normal kernel waits for its end elsewhere")
@pytest.mark.parametrize("end", ["os._exit(3)", "os.kill(os.getpid(), 11)", "os.kill(os.getpid(), 9)"])
def test_a_cell_that_ends_its_process_is_named_with_what_to_do(opened, tmp_path, end):
    with pytest.raises(RunError, match=r"^fridge: cell 2 of own\.ipynb ended its own process.* Take out what ends it"):
        ran(opened, tmp_path, f"import os; {end}", "'never'")


def test_an_exit_code_other_than_0_is_told_as_any_error(opened, tmp_path):
    with pytest.raises(RunError, match=re.escape("fridge: cell 2 of own.ipynb stopped: SystemExit: 3.")):
        ran(opened, tmp_path, "import sys; sys.exit(3)", "'never'")
