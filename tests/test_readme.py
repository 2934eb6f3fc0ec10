"""Whatever the README and the help show is tried here."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from typer.testing import CliRunner

from cjmkit.cli import app

README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = ["new", "lab", "list", "check", "import", "run", "snapshot", "doctor", "export", "room", "verify", "forget"]
MAKE_TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))


def shown(language="sh"):
    """The lines of the README's shell blocks, comments taken off."""
    for block in re.findall(rf"```{language}\n(.*?)```", README, re.S):
        for line in block.splitlines():
            if line.split("#")[0].strip():
                yield line.split("#")[0].strip()


def test_every_make_target_that_the_readme_shows_is_there():
    targets = {line.split()[1] for line in shown() if line.startswith("make ")}
    assert {"report", "test"} <= targets <= MAKE_TARGETS


def test_every_file_that_the_readme_names_is_there():
    for path in re.findall(r"\]\((?!http|#)([^)#]+)", README):
        assert (ROOT / path).exists(), path


def test_every_command_that_the_readme_shows_works_as_shown(tmp_path, cjmkit, kept_warm, monkeypatch):
    """The commands are run in order, in an empty folder, as a consultant would; the first one as a program of its own."""
    lines = [line for line in shown() if line.startswith(".venv/bin/cjmkit ")]
    assert len(lines) >= 5
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CJMKIT_WORKSHOPS", raising=False)
    (tmp_path / "answers.csv").write_text("id;recommend;food\n1;9;4\n2;10;5\n3;3;2\n4;;3\n", "utf-8")
    columns = '[id]\nrole = "respondent"\n[recommend]\nrole = "nps"\n[food]\nrole = "rating"\ntouchpoint = "food"\nlow = 1\nhigh = 5\n'
    (tmp_path / "columns.toml").write_text(columns, "utf-8")
    (tmp_path / "visits.csv").write_text(
        "user;page;time\nu1;home;2026-01-31 10:00\nu1;cart;2026-01-31 10:05\n", "utf-8"
    )
    (tmp_path / "people.csv").write_text("id;plan;age\nu1;gold;34\n", "utf-8")
    (tmp_path / "workshops").mkdir()
    program = Path(sys.executable).with_name("cjmkit")
    for n, line in enumerate(lines):
        words = shlex.split(line)[1:]
        if n == 0:
            done = subprocess.run([program, *words], capture_output=True, text=True)
            code, out, err = done.returncode, done.stdout, done.stderr
        else:
            code, out, err = cjmkit(*words)
        assert code in ((0, 1) if " check" in line else (0,)), f"{line}\n{out}\n{err}"
        assert "Traceback" not in err, line


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_help_with_an_example(command):
    done = CliRunner().invoke(app, [command, "--help"])
    assert done.exit_code == 0
    assert f"cjmkit {command}" in re.sub(r"\s+", " ", done.output)


def test_these_are_the_commands_and_no_other():
    assert {c.name or c.callback.__name__ for c in app.registered_commands} == set(COMMANDS)


def test_the_polish_help_is_polish():
    code = "from cjmkit.cli import app; app()"
    env = {"CJMKIT_LANGUAGE": "pl", "PATH": "", "COLUMNS": "200"}
    done = subprocess.run([sys.executable, "-c", code, "run", "--help"], capture_output=True, text=True, env=env)
    assert "raporty" in done.stdout
    assert "Build the reports" not in done.stdout


def test_the_schema_in_templates_is_that_of_the_code():
    from cjmkit.journey import json_schema

    assert json.loads((ROOT / "templates/journey.schema.json").read_text("utf-8")) == json_schema()


def test_nothing_in_the_project_names_an_index_or_a_place_of_one_machine():
    hosts = ["py" + "pi.org", "python" + "hosted.org", "npm" + "js.com", "deb" + ".debian.org"]
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split("\n")
    if not any(files):
        pytest.skip("this is no git checkout")
    for name in filter(None, files):
        path = ROOT / name
        if path.is_file() and path.suffix not in (".png", ".svg"):
            text = path.read_text("utf-8", errors="replace")
            assert not [host for host in hosts if host in text], name


def test_what_the_readme_shows_in_python_works():
    """The lines on frames, on a small log."""
    import pandas as pd

    import cjmkit as cjm
    from cjmkit.journey import Journey

    at = pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-01", "2026-01-03"])
    frame = pd.DataFrame({"customer": list("aabb"), "event": ["view", "purchase"] * 2, "at": at})
    journey = Journey.from_data(
        {"stages": [{"id": "use"}], "touchpoints": [{"id": "web", "stage": "use", "events": ["view"]}]}
    )
    lines = [
        line.split("#")[0].strip().replace('cjm.open_workshop("airport").journey', "journey")
        for line in shown("python")
    ]
    assert len(lines) == 5
    for line in lines[1:]:
        assert eval(line, {"cjm": cjm, "frame": frame, "journey": journey}) is not None
