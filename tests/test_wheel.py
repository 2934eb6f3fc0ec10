"""The wheel, installed elsewhere, works: templates and samples are inside."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory) -> Path:
    """A folder into which the wheel was unpacked, as an installer does."""
    folder = tmp_path_factory.mktemp("wheel")
    build = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", build, str(folder)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(folder / done.stdout.split()[-1]) as wheel:
        wheel.extractall(folder / "site")
    return folder


def run(elsewhere: Path, *commands: str) -> subprocess.CompletedProcess:
    """Commands in one process, one after the other: the code is that of the last."""
    (elsewhere / "empty").mkdir(exist_ok=True)
    env = {**os.environ, "PYTHONPATH": str(elsewhere / "site"), "CJMKIT_LANGUAGE": "en"}
    env.pop("CJMKIT_WORKSHOPS", None)
    return subprocess.run(
        [sys.executable, "-c", COMMANDS, *commands], cwd=elsewhere / "empty", env=env, capture_output=True, text=True
    )


COMMANDS = """
import shlex, sys
import cjmkit, cjmkit.cli
assert "site" in cjmkit.__file__ and "wheel" in cjmkit.__file__
*before, last = sys.argv[1:]
for command in before:
    sys.argv = ["cjmkit", *shlex.split(command)]
    try:
        cjmkit.cli.main()
    except SystemExit as end:
        assert not end.code, command
sys.argv = ["cjmkit", *shlex.split(last)]
cjmkit.cli.main()
"""


def test_the_samples_are_inside_and_only_read(elsewhere):
    refused = run(elsewhere, "list", "run fridge")
    assert "fridge (sample)" in refused.stdout
    assert (refused.returncode, "cjmkit new demo --from fridge" in refused.stderr) == (2, True)


def test_a_copy_of_a_sample_gets_its_report_in_the_folder_where_one_stands(elsewhere):
    done = run(elsewhere, "new demo --from fridge", "run demo --language pl --only html,poster")
    assert done.returncode == 0, done.stderr
    assert (elsewhere / "empty/workshops/demo/out/report.pl.html").stat().st_size > 50_000
    assert (elsewhere / "empty/workshops/demo/out/poster.pl.pdf").stat().st_size > 20_000


def test_a_client_begins_from_a_starter_inside_the_wheel(elsewhere):
    done = run(elsewhere, "new 'AGD Nord' --starter eleven-goal --language pl", "check 'AGD Nord'")
    assert "\nagd-nord-" in done.stdout, done.stderr
