"""Whatever the README, the pages for each kind of user, and the help show is tried here."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer
from conftest import ROOT
from typer.testing import CliRunner

from cjmkit.cli import app
from cjmkit.method.agenda import AGENDAS

PAGES = [
    "README.md", "notebooks/README.md", "notebooks/pl/README.md", "notebooks/learn/README.md", "workshops/README.md", "workshops/EVIDENCE.md",
    "workshops/MANY_CLIENTS.md", "templates/README.md", "CONTRIBUTING.md",
]  # fmt: skip
TEXTS = {page: (ROOT / page).read_text("utf-8") for page in PAGES}
COMMANDS = [
    "new",
    "lab",
    "list",
    "check",
    "import",
    "run",
    "snapshot",
    "doctor",
    "export",
    "room",
    "verify",
    "forget",
    "learn",
]
MAKE_TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
BROUGHT = {  # what a reader brings along
    "answers.csv": "id;recommend;food\n1;9;4\n2;10;5\n3;3;2\n4;;3\n",
    "visits.csv": "user;page;time\nu1;home;2026-01-31 10:00\nu1;cart;2026-01-31 10:05\n",
    "people.csv": "id;plan;age\nu1;gold;34\n",
    "workshops/.learning/me.json": '{"schema": "cjmkit/answers/1", "student": "", "answers": {}}',
    "jan.json": '{"schema": "cjmkit/answers/1", "student": "Jan", "answers": {}}',
}


def blocks(page, language):
    return re.findall(rf"```{language}\n(.*?)```", TEXTS[page], re.S)


def shown(page, language="sh"):
    """The lines of a page's shell blocks, comments taken off."""
    return [
        line.split("#")[0].strip()
        for block in blocks(page, language)
        for line in block.splitlines()
        if line.split("#")[0].strip()
    ]


def commands(page):
    return [line for line in shown(page) if line.startswith(".venv/bin/cjmkit ")]


WITH_COMMANDS = [page for page in PAGES if commands(page)]


def without_blocks(text):
    return re.sub(r"```.*?```", "", text, flags=re.S)


def anchors(text):
    """What may follow the `#` of a link to this page: its headings, spelt as they are where pages are shown."""
    headings = re.findall(r"^#+ (.+)$", without_blocks(text), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def dead_links(page, text):
    """Links of a page that lead to no file, or to no heading of another page."""
    for link in re.findall(r"\]\((?!http)([^)]+)\)", without_blocks(text)):
        path, _, anchor = link.partition("#")
        there = (ROOT / page).parent / path if path else ROOT / page
        if not there.exists() or (anchor and anchor not in anchors(text if not path else there.read_text("utf-8"))):
            yield link


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_to_a_file_and_a_heading(page):
    assert list(dead_links(page, TEXTS[page])) == []


def test_a_link_to_no_file_and_one_to_no_heading_are_caught():
    broken = "# A\n[1](nobody.md) [2](README.md#licence) [3](README.md#licences) [4](#a) [5](#b)"
    assert list(dead_links("README.md", broken)) == ["nobody.md", "README.md#licences", "#b"]


def test_every_page_is_reached_from_the_first_one():
    seen, ahead = set(), ["README.md"]
    while ahead:
        page = ahead.pop()
        if page in seen:
            continue
        seen.add(page)
        links = re.findall(r"\]\(([^)#]+\.md)", TEXTS.get(page, ""))
        ahead += [
            (ROOT / page).parent.joinpath(link).resolve().relative_to(ROOT.resolve()).as_posix() for link in links
        ]
    assert set(PAGES) <= seen


def test_the_first_screen_is_short():
    assert len(TEXTS["README.md"].splitlines()) <= 80


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_that_a_page_names_is_there(page):
    named = {line.split()[1] for line in shown(page) if line.startswith("make ")}
    named |= set(re.findall(r"`make ([a-z]+)", TEXTS[page]))
    assert named <= MAKE_TARGETS


def test_the_first_screen_names_the_three_doors_and_the_tests():
    assert {"lab", "report", "test"} == {line.split()[1] for line in shown("README.md") if line.startswith("make ")}


@pytest.mark.parametrize("page", WITH_COMMANDS)
def test_every_command_that_a_page_shows_works_as_shown(page, tmp_path, cjmkit, kept_warm, monkeypatch):
    """The commands are run in order, in an empty folder, as the reader would; the first of the consultant's as a program of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CJMKIT_WORKSHOPS", raising=False)
    (tmp_path / "workshops/.learning").mkdir(parents=True)
    for name, text in [*BROUGHT.items(), *named_blocks(page)]:
        (tmp_path / name).write_text(text, "utf-8")
    program = Path(sys.executable).with_name("cjmkit")
    monkeypatch.setattr("os.execve", lambda *program: sys.exit(0))  # JupyterLab would take this process's place
    for n, line in enumerate(commands(page)):
        monkeypatch.chdir(tmp_path)
        words = shlex.split(line)[1:]
        if (page, n) == ("workshops/README.md", 0):
            done = subprocess.run([program, *words], capture_output=True, text=True)
            code, out, err = done.returncode, done.stdout, done.stderr
        else:
            code, out, err = cjmkit(*words)
        assert code in ((0, 1) if " check" in line else (0,)), f"{line}\n{out}\n{err}"
        assert "Traceback" not in err, line


def made_by(page):
    """The clients that the commands of a page make."""
    return [shlex.split(line)[2] for line in commands(page) if line.split()[1] == "new"]


def test_the_pages_can_be_followed_one_after_the_other_since_no_two_make_the_same_client():
    made = [client for page in WITH_COMMANDS for client in made_by(page)]
    assert len(made) > 5
    assert len(made) == len(set(made))
    assert set(made_by("workshops/README.md")) & {"demo", "fridge"} == {"demo"}  # one that another made would be seen


def named_blocks(page):
    """The TOML blocks that begin with the name of their file."""
    for block in blocks(page, "toml"):
        if name := re.match(r"# (\w+\.toml)", block):
            yield name[1], block


def unknown_words(text):
    """Commands in running text that are none, or have an option that the command does not have."""
    known = typer.main.get_command(app).commands
    for words in re.findall(r"(?<![\w./-])(?<!import )(?<!engine )cjmkit ([a-z][^`#\n]*)", text):
        name, *rest = words.split()
        command = known.get(name)
        if command is not None and rest and hasattr(command, "commands"):
            command = command.commands.get(rest[0], command)
        options = {o for part in command.params for o in part.opts + part.secondary_opts} if command else set()
        if command is None or {w for w in rest if w.startswith("--")} - options:
            yield words


@pytest.mark.parametrize("page", PAGES)
def test_every_command_in_the_running_text_of_a_page_is_one(page):
    text = "\n".join(
        [*re.findall(r"`([^`\n]+)`", without_blocks(TEXTS[page])), *blocks(page, "text"), *blocks(page, "bat")]
    )
    assert (
        list(unknown_words(text.replace(".venv/bin/", "").replace(".venv\\Scripts\\", "").replace("/srv/cjmkit/", "")))
        == []
    )


def test_a_command_that_is_none_is_caught():
    assert list(unknown_words("cjmkit run --only html\ncjmkit runs\ncjmkit run --lonely")) == ["runs", "run --lonely"]


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_that_a_page_shows_is_toml_and_every_name_of_the_kit_is_one(page):
    import cjmkit

    for block in blocks(page, "toml"):
        assert tomllib.loads(block)
    for name in re.findall(r"\bcjm\.(\w+)\(", TEXTS[page]):
        assert hasattr(cjmkit, name), name


def test_the_two_hours_on_the_facilitators_page_are_those_of_the_agenda():
    rows = re.findall(r"^\| (\d+)–(\d+) \| .*\| (\w*) ?\|$", TEXTS["notebooks/README.md"], re.M)
    minutes, agenda = 0, []
    for part in AGENDAS["120"]:
        agenda.append((str(minutes), str(minutes := minutes + part.minutes), part.notebook))
    assert rows == agenda


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


def test_what_the_page_on_evidence_shows_in_python_works():
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
        for line in shown("workshops/EVIDENCE.md", "python")
    ]
    assert len(lines) == 5
    for line in lines[1:]:
        assert eval(line, {"cjm": cjm, "frame": frame, "journey": journey}) is not None
