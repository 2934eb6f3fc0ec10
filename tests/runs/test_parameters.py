from pathlib import Path

import nbformat
import pytest

from cjmkit.errors import NotFoundError, UsageError
from cjmkit.kit import template
from cjmkit.runs.parameters import checked, declared


@pytest.fixture
def own(tmp_path) -> Path:
    """A consultant's own template with a parameter of each type."""
    cell = nbformat.v4.new_code_cell(
        'client: str = None\nweeks: int = 4\nrate = 0.5\nshort: bool = False\ntags: list = []\nnote = None',
        metadata={"tags": ["parameters"]},
    )  # fmt: skip
    notebook = nbformat.v4.new_notebook(
        cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": "x", "language": "python"}}
    )
    path = tmp_path / "own.ipynb"
    nbformat.write(notebook, path)
    return path


def test_the_types_are_those_of_the_cell(own):
    assert declared(own) == {
        "client": "str",
        "weeks": "int",
        "rate": "float",
        "short": "bool",
        "tags": "list",
        "note": "",
    }


def test_texts_from_the_command_line_are_read_as_the_declared_type(own):
    given = {"weeks": "6", "rate": "1", "short": "true", "tags": '["a"]', "note": "x"}
    assert checked(own, given) == {"weeks": 6, "rate": 1.0, "short": True, "tags": ["a"], "note": "x"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("weeks", "six"), ("weeks", 1.5), ("weeks", True), ("short", "yes"), ("rate", "high"), ("client", 3)],
)
def test_a_value_of_another_type_is_refused_with_the_type_it_must_have(own, name, value):
    with pytest.raises(UsageError, match=f"Parameter {name} must be a|Parameter {name} must be true"):
        checked(own, {name: value})


def test_a_misspelt_parameter_is_refused_with_the_nearest(own):
    with pytest.raises(UsageError, match=r"own\.ipynb has no parameter week\. Did you mean weeks\?"):
        checked(own, {"week": 3})


def test_papermill_alone_would_take_the_misspelt_one_in_silence(own):
    """The control: this is why the kit checks before papermill runs."""
    from papermill import execute_notebook

    executed = execute_notebook(str(own), None, parameters={"week": 3}, prepare_only=True, progress_bar=False)
    assert any("week = 3" in cell.source for cell in executed.cells)


def test_a_template_that_is_not_there_or_is_none_is_refused(tmp_path):
    with pytest.raises(NotFoundError, match="There is no template"):
        declared(tmp_path / "none.ipynb")
    (tmp_path / "text.ipynb").write_text("not a notebook")
    with pytest.raises(UsageError, match=r"text\.ipynb is not a notebook"):
        declared(tmp_path / "text.ipynb")


def test_the_kits_own_template_declares_all_its_types():
    assert set(declared(template("report.ipynb")).values()) <= {"str", "float", "bool", "int"}
