import json
from pathlib import Path

import nbformat
import pytest

from cjmkit.errors import NotFoundError, UsageError
from cjmkit.kit import template
from cjmkit.runs.parameters import checked, declared, read_parameters


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
    [("weeks", "six"), ("weeks", 1.5), ("weeks", True), ("short", "yes"), ("rate", "high")],
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


def with_cell(folder: Path, source: str, tags=("parameters",), kind="code") -> Path:
    """A template whose first cell is this one."""
    cells = [{"cell_type": kind, "metadata": {"tags": list(tags)}, "source": source.splitlines(keepends=True)}]
    path = folder / "cell.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), "utf-8")
    return path


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("n: int = 3", "int"), ("n = 3", "int"), ("n = -3.5", "float"), ("n: float = 3", "float"), ("n = True", "bool"), ("n = None", ""),
        ("n: Optional[float] = None", "float"), ("n: float | None = None", "float"), ("n: None | str = None", "str"),
        ("n: list[str] = []", "list"), ("n: dict = {}", "dict"), ("n = ['a']", "list"), ("n = {'a': 1}", "dict"),
        ('n: "str" = "x"', "str"), ("n = 3  # how many", "int"), ("# n = 4\nn: int = 3", "int"), ("n = (\n    'long'\n    ' text'\n)", "str"),
        ("n: Any = 3", "Any"), ("n: 'a [' = 3", ""), ("n: int | str = 3", ""), ("n: dict[str, int | None] = {}", "dict"), ("n = 2 * 3", ""), ("n = float(3)", ""), ("import os\nn = 3\nprint(n)", "int"), ("n: int = 1; m = 2", "int"),
    ],
)  # fmt: skip
def test_a_parameter_is_read_from_its_assignment_whatever_stands_around_it(tmp_path, source, kind):
    assert declared(with_cell(tmp_path, source))["n"] == kind


@pytest.mark.parametrize(
    "source", ["# n = 3", "print('n = 3')", "n == 3", "def f():\n    n = 3", "if True:\n    n = 3", "x.n = 3", ""]
)
def test_what_is_no_assignment_of_the_cell_is_no_parameter(tmp_path, source):
    """The control: a look for `n = ` in the text would find most of these."""
    assert "n" not in declared(with_cell(tmp_path, source))


def test_values_for_lists_and_for_what_may_be_missing_are_read(tmp_path):
    own = with_cell(tmp_path, "client: str = ''\nn: Optional[float] = None\nwords: list[str] = []\nas_text: str = '5'")
    assert checked(own, {"n": "4", "words": '["a", "b"]', "as_text": "7"}) == {
        "n": 4.0,
        "words": ["a", "b"],
        "as_text": "7",
    }
    assert checked(own, {"n": None}) == {"n": None}
    with pytest.raises(UsageError, match="Parameter words must be a list"):
        checked(own, {"words": "a"})


def test_nothing_of_the_cell_is_run(tmp_path):
    declared(with_cell(tmp_path, f"n = open({str(tmp_path / 'made')!r}, 'w')\nm = 1 / 0"))
    assert not (tmp_path / "made").exists()


def test_a_template_without_the_tag_is_told_so_and_one_that_is_no_python_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"cell\.ipynb has no cell with the tag parameters"):
        declared(with_cell(tmp_path, "n = 3", tags=()))
    with pytest.raises(UsageError, match=r"cell\.ipynb is not a notebook"):
        declared(with_cell(tmp_path, "n <- 3 +"))


def test_a_template_that_was_changed_in_the_meantime_is_read_anew(tmp_path):
    assert declared(with_cell(tmp_path, "n = 3")) == {"n": "int"}
    assert declared(with_cell(tmp_path, "n = 3.5")) == {"n": "float"}


@pytest.mark.parametrize(
    ("name", "instead"), [("as_of", "--as-of"), ("language", "--language"), ("client", "cjmkit run NAME")]
)
def test_what_the_run_itself_gives_is_refused_with_what_to_use_instead(own, name, instead):
    with pytest.raises(UsageError, match=instead):
        checked(own, {name: "x"})


def test_a_file_of_parameters_that_is_none_is_as_off_as_other_words(tmp_path):
    (tmp_path / "p.toml").write_text("x")
    for place, said in ((tmp_path / "p.toml", "is not TOML"), (tmp_path, "cannot be read")):
        with pytest.raises(UsageError, match=said):
            read_parameters(place)
