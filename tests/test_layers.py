"""Who may know whom: the walls of the house."""

import ast
from pathlib import Path

import pytest

import cjmkit

PACKAGE = Path(cjmkit.__file__).parent
# Each room, and the rooms it may import besides itself.
MAY_KNOW = {
    "errors": set(),
    "kit": set(),
    "language": {"errors"},
    "journey": {"errors"},
    "tables": {"errors", "journey"},
    "method": {"errors", "journey", "tables"},
    "charts": {"errors", "journey", "tables", "method", "language"},
    "exchange": {"errors", "journey", "tables", "language"},
    "forms": {"errors", "journey", "tables", "method", "charts", "exchange", "language"},
    "workshop": {"errors", "kit", "journey", "tables"},
    "room": {"errors", "journey", "tables", "method", "charts", "language", "workshop"},
    "reports": {"errors", "kit", "journey", "tables", "method", "charts", "exchange", "language"},
    "runs": {"errors", "kit", "journey", "tables", "method", "charts", "exchange", "language", "workshop", "reports"},
    "lessons": {
        "errors", "kit", "journey", "tables", "method", "charts", "language", "workshop", "forms", "reports", "runs",
    },
    "cli": {
        "lessons", "errors", "kit", "journey", "tables", "method", "charts", "exchange", "language", "workshop", "room", "runs",
    },
}  # fmt: skip
HEAVY = {"pandas", "altair", "scipy", "papermill", "nbconvert", "pydantic", "babel", "typer"}


def imports(source: str) -> set[str]:
    """The names of the modules that a source imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def strangers(room: str, source: str) -> set[str]:
    """The rooms that a source of this room imports and may not know."""
    rooms = {name.split(".")[1] for name in imports(source) if name.startswith("cjmkit.")} & set(MAY_KNOW)
    return rooms - MAY_KNOW[room] - {room}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_room_knows_only_the_rooms_it_may(path):
    if room_of(path) != "__init__":
        assert not strangers(room_of(path), path.read_text("utf-8"))


def test_every_room_is_named_here():
    assert {room_of(path) for path in PACKAGE.rglob("*.py")} == {*MAY_KNOW, "__init__"}


def test_a_method_that_draws_would_be_caught():
    assert strangers("method", "from cjmkit.charts import journey_map") == {"charts"}
    assert strangers("reports", "def f():\n    from cjmkit.workshop import open_workshop") == {"workshop"}


def test_the_method_never_meets_a_widget_a_chart_or_a_file():
    for path in (PACKAGE / "method").glob("*.py"):
        assert not imports(path.read_text("utf-8")) & {"altair", "ipywidgets", "pathlib", "os", "io"}, path.name


def test_the_front_door_imports_nothing_heavy():
    assert not imports((PACKAGE / "__init__.py").read_text("utf-8")) & HEAVY


def test_no_module_grows_past_its_room():
    long = {p.name: n for p in PACKAGE.rglob("*.py") if (n := len(p.read_text("utf-8").splitlines())) > 330}
    assert not long


def test_no_file_has_a_name_that_says_nothing():
    assert not {p.stem for p in PACKAGE.rglob("*.py")} & {"utils", "helpers", "core", "manager", "common", "misc"}
