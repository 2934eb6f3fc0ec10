import atexit
import os
import shutil
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings

from cjmkit.journey import Journey

# The same examples every time, and no example fails because a machine is slow.
settings.register_profile("cjmkit", deadline=None, derandomize=True)
settings.load_profile("cjmkit")
os.environ["CJMKIT_LANGUAGE"] = "en"
ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data"


# Those that take longest go first, so that no process is left with one of them at the end.
LONGEST = (
    "test_notebooks.py", "test_build.py", "test_spark.py", "test_readme.py", "test_touchpoints_keyboard.py", "test_many_troubled.py", "test_lab.py",
    "test_saving.py", "test_engine.py", "test_cluster.py", "test_wheel.py", "test_running.py", "test_planted_faults.py", "test_phone.py", "test_browser.py",
    "test_pictures.py", "test_guided_notebooks.py", "test_wall.py", "test_sfo.py", "test_changes.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {name: n for n, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


@pytest.fixture
def real_data() -> Path:
    if not DATA.is_dir():
        pytest.skip("the folder of real data, ../shared/data, is not here")
    return DATA


@cache
def as_typed() -> Path:
    """A folder of the samples without their translations: in every language the texts stay as typed."""
    folder = TemporaryDirectory()
    atexit.register(folder.cleanup)
    for name in ("fridge", "running-shoes"):
        ignore = shutil.ignore_patterns("out", "build", ".backup", "translations.*")
        shutil.copytree(ROOT / "workshops" / name, Path(folder.name, name), ignore=ignore)
    return Path(folder.name)


@pytest.fixture
def workshops(tmp_path, monkeypatch) -> Path:
    """A folder of clients that holds a copy of the fridge, as typed: without its translation."""
    folder = tmp_path / "workshops"
    folder.mkdir()
    monkeypatch.setenv("CJMKIT_WORKSHOPS", str(folder))
    monkeypatch.setenv("COLUMNS", "300")
    ignore = shutil.ignore_patterns("out", "build", ".sample", ".backup", "versions", "translations.*")
    shutil.copytree(ROOT / "workshops" / "fridge", folder / "fridge", ignore=ignore)
    return folder


@pytest.fixture
def cjmkit(capsys, monkeypatch):
    """The command, as typed: its exit code, what it printed, what it complained of."""

    from cjmkit import cli

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["cjmkit", *map(str, words)])
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture(scope="session")
def lent_warm():
    """What builds reports, served by one process for all tests here; it starts with the first of them."""
    from cjmkit.runs.warm import Warm

    with Warm() as warm:

        class Lent(Warm):
            def start(self):
                return warm.start()

        yield Lent


@pytest.fixture
def kept_warm(lent_warm, monkeypatch):
    """Commands need not start what builds reports; that each starts and ends its own is tried in runs/test_running.py."""
    monkeypatch.setattr("cjmkit.runs.many.Warm", lent_warm)


def small_journey(**parts) -> Journey:
    """Three touchpoints a, b, c in two stages, one persona, scale 1–5; small enough to check by hand."""
    data = {
        "client": "Test",
        "title": "A small journey",
        "personas": [{"id": "anna", "name": "Anna"}],
        "stages": [{"id": "before", "name": "Before"}, {"id": "use", "name": "Use", "phase": "after"}],
        "touchpoints": [
            {"id": "a", "stage": "before", "name": "A", "owner": "Sales", "channel": "shop"},
            {"id": "b", "stage": "before", "name": "B", "owner": "Sales", "channel": "www"},
            {"id": "c", "stage": "use", "name": "C", "owner": "Service", "channel": "shop"},
        ],
        "paths": [{"id": "main", "name": "Main", "persona": "anna", "touchpoints": ["a", "b", "c"]}],
        "rounds": [{"id": 1, "asks": ["score", "importance", "moment_of_truth"]}],
    }
    return Journey.from_data({**data, **parts})
