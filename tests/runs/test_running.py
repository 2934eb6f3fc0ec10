"""A run as it is told: on a terminal, to a program, before it begins, when it is stopped."""

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import typer
from many_clients import make_clients

from cjmkit.cli.running import show_run, stoppable
from cjmkit.errors import RunError
from cjmkit.runs.children import CAN_FORK
from cjmkit.runs.many import Result, Run
from cjmkit.runs.verifying import verify

PROGRAM = str(Path(sys.executable).with_name("cjmkit"))
NAMES = [f"client-{n:04}" for n in range(4)]  # by name, so that no page over all is made each time
FAST = (*NAMES, "--only", "mermaid")
MARK = "CJMKIT_TRIED_BY"


@pytest.fixture(scope="module")
def raw(tmp_path_factory) -> Path:
    """Four clients, nothing built; the last one's journey is broken."""
    folder = tmp_path_factory.mktemp("raw")
    make_clients(folder, 4, largest=5)
    (folder / "client-0003/journey.json").write_text("{")
    return folder


@pytest.fixture
def some(raw, tmp_path, monkeypatch) -> Path:
    folder = Path(shutil.copytree(raw, tmp_path / "workshops"))
    monkeypatch.setenv("CJMKIT_WORKSHOPS", str(folder))
    return folder


@pytest.fixture(scope="module")
def run_once(raw, tmp_path_factory):
    """The four built by the program with -v, without a terminal: its exit code, what it printed, what it complained of."""
    folder = Path(shutil.copytree(raw, tmp_path_factory.mktemp("once") / "workshops"))
    done = subprocess.run([PROGRAM, "-v", "run", *FAST, "--workshops", folder], capture_output=True, text=True)
    return folder, done.returncode, done.stdout, done.stderr


def test_without_a_terminal_there_are_plain_lines_one_for_each_client_and_the_count(run_once):
    folder, _, out, _ = run_once
    lines = out.splitlines()
    assert "\x1b" not in out
    assert "\r" not in out
    told = {line.split(":")[0]: line for line in lines if line.startswith("client-")}
    assert sorted(told) == [f"client-{n:04}" for n in range(3)]
    assert re.fullmatch(r"client-0001: pl, 1 file in .*client-0001.out \(\d+\.\d s\)", told["client-0001"])
    assert lines[-2:] == ["3 clients built. Failed: client-0003.", str(folder / "index.html")]


def test_with_v_there_is_a_log_and_a_client_that_failed_is_named_with_what_to_do_and_the_exit_code_is_1(run_once):
    _, ended, _, err = run_once
    assert ended == 1
    *log, line = err.splitlines()
    assert sorted(log) == [
        f"client-{n:04} {code}: journey.mmd; parameters {{}}" for n, code in enumerate(("en", "pl", "ru"))
    ]
    assert line.startswith(
        "client-0003 failed: The journey of client-0003 has 1 fault(s): line 1, column 2: is not JSON"
    )
    assert "Mend it" in line


@pytest.fixture
def once_built(run_once, tmp_path, monkeypatch) -> Path:
    folder = Path(shutil.copytree(run_once[0], tmp_path / "workshops"))
    monkeypatch.setenv("CJMKIT_WORKSHOPS", str(folder))
    return folder


def test_the_second_run_builds_nothing_and_fails_for_the_same_reason(cjmkit, once_built):
    before = {path: path.stat().st_mtime_ns for path in once_built.rglob("out/*")}
    code, out, err = cjmkit("run", *FAST)
    assert code == 1
    assert out.splitlines()[0] == "3 clients are as they were built. Failed: client-0003."
    assert err.startswith("client-0003 failed")
    assert {path: path.stat().st_mtime_ns for path in once_built.rglob("out/*")} == before


def test_the_dry_run_says_what_would_be_built_and_why_and_changes_nothing(cjmkit, once_built):
    scores = once_built / "client-0002/scores.csv"
    scores.write_text(scores.read_text("utf-8") + "\n", "utf-8")
    before = sorted(once_built.rglob("*"))
    code, out, err = cjmkit("run", *FAST, "--dry-run")
    assert (code, err, sorted(once_built.rglob("*"))) == (0, "", before)
    build, blocked, counts = out.splitlines()
    assert build == "client-0002 (ru): mermaid (scores.csv: changed)"
    assert blocked.startswith("client-0003: blocked: The journey of client-0003 has 1 fault(s)")
    assert counts == "Clients to build: 1. As they were built: 2. Blocked: 1."


def test_the_dry_run_says_a_reason_for_all_once_and_with_v_names_those_that_stay(cjmkit, once_built):
    assert (
        "client-0000 (en): html, pdf (not built yet)"
        in cjmkit("run", "client-0000", "--only", "html,pdf", "--dry-run")[1]
    )
    assert (
        "client-0001 (en, pl): all formats (html"
        in cjmkit("run", "client-0001", "--language", "en,pl", "--force", "--dry-run")[1]
    )
    _, out, _ = cjmkit("run", "client-0000", "--only", "mermaid", "--dry-run", "-v")
    assert out.splitlines()[0] == "client-0000: as it was built"
    assert "client-0000" not in cjmkit("run", "client-0000", "--only", "mermaid", "--dry-run")[1]


def test_a_program_reads_the_plan_and_the_run_as_one_document(cjmkit, once_built):
    (once_built / "client-0002/out/journey.mmd").write_text("touched")
    steps = {step["client"]: step for step in json.loads(cjmkit("run", *FAST, "--dry-run", "--json")[1])}
    assert [steps[name]["state"] for name in NAMES] == ["fresh", "fresh", "build", "blocked"]
    assert steps["client-0002"]["why"] == "journey.mmd: not as it was built"
    code, out, err = cjmkit("run", "client-0000", "client-0003", "--only", "mermaid", "--json")
    told = json.loads(out)
    assert (code, err, told["stopped"], told["built"]) == (1, "", False, {})
    assert (told["fresh"], list(told["failed"])) == (["client-0000"], ["client-0003"])


def test_the_document_names_what_was_built_and_what_failed_though_some_of_it_was_built(capsys, tmp_path):
    page = tmp_path / "acme/out/report.en.html"
    failed = RunError("Not made: {faults}", faults=[])
    show_run(
        Run(tmp_path / "index.html", {"acme": failed}, (Result("acme", ("en",), (page,), failed),), stopped=True), True
    )
    told = json.loads(capsys.readouterr().out)
    assert (told["built"], told["failed"]) == ({"acme": [str(page)]}, {"acme": "Not made: "})
    assert told["stopped"] is True


def test_all_done_is_0_and_words_that_are_off_are_2_before_anything_starts(cjmkit, once_built):
    assert cjmkit("run", "client-0000", "--only", "mermaid")[0] == 0
    for words in (["--only", "docx"], ["-p", "targt", "4"], ["--as-of", "soon"], ["--language", "xx"], ["nobody"]):
        code, out, err = cjmkit("run", *words)
        assert (code, out, len(err.splitlines())) == (2, "", 1), words


def test_verify_reads_what_the_run_noted(cjmkit, once_built):
    assert cjmkit("verify", "client-0000")[1].splitlines() == ["client-0000  1 file is as it was built."]
    (once_built / "client-0000/out/journey.mmd").write_text("touched")
    code, out, _ = cjmkit("verify", "client-0000")
    assert (code, out.splitlines()) == (1, ["client-0000  journey.mmd is not as it was built."])
    assert "client-0000" in cjmkit("list")[1]


@dataclass
class Terminal:
    """The program in a terminal of its own."""

    folder: Path
    mark: str
    written: bytes = b""

    def start(self, *words: str) -> None:
        self.pid, self.wire = pty.fork()
        if self.pid == 0:
            os.environ.update(
                {"TERM": "xterm", "COLUMNS": "100", "LINES": "30", MARK: self.mark, "CJMKIT_LANGUAGE": "en"}
            )
            os.execv(PROGRAM, ["cjmkit", "run", *words, "--workshops", str(self.folder)])

    def until(self, text: str | None) -> bool:
        """Read what is written until this is; None is its end."""
        ends = time.monotonic() + 90
        while time.monotonic() < ends and not (text and text in self.text):
            if select.select([self.wire], [], [], 0.2)[0]:
                try:
                    self.written += os.read(self.wire, 65536)
                except OSError:
                    return text is None
        return text is not None

    @property
    def text(self) -> str:
        return self.written.decode("utf-8", errors="replace")

    def end(self) -> int:
        assert self.until(None), "it does not end"
        os.close(self.wire)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def left(self) -> list[str]:
        """The processes that it began and that still live."""

        def marked(process):
            try:
                return process.environ().get(MARK) == self.mark
            except psutil.Error:
                return False

        return [process.name() for process in psutil.process_iter() if marked(process)]


@pytest.mark.skipif(not CAN_FORK, reason="there is no terminal of this kind here")
def test_a_run_that_is_stopped_says_so_leaves_no_process_and_the_same_command_goes_on(cjmkit, some):
    terminal, words = Terminal(some, f"{os.getpid()}"), (*NAMES[:3], "--language", "en,pl", "--only", "mermaid,svg")
    terminal.start(*words, "--jobs", "1")
    assert terminal.until(" s)"), terminal.text
    assert "━" in terminal.text, "the bar"
    os.write(terminal.wire, b"\x03")
    assert terminal.end() == 130
    assert "Stopped. What is built stays; the same command goes on from here." in terminal.text
    assert "Traceback" not in terminal.text
    assert terminal.left() == []
    assert all(not verify(folder) for folder in some.glob("client-*"))
    steps = json.loads(cjmkit("run", *words, "--dry-run", "--json")[1])
    assert [s["state"] for s in steps if s["client"] == "client-0000"] == ["fresh"] * 2
    assert any(step["state"] == "build" for step in steps)


@pytest.mark.parametrize("sent", ["SIGTERM", "SIGHUP"])
def test_what_cron_and_schedulers_send_and_a_closed_terminal_end_a_run_as_ctrl_c_does(capsys, sent):
    sent = getattr(signal, sent, signal.SIGTERM)
    before = signal.getsignal(sent)
    with pytest.raises(typer.Exit) as end, stoppable():
        os.kill(os.getpid(), sent)
    assert end.value.exit_code == 130
    assert capsys.readouterr().err == "Stopped. What is built stays; the same command goes on from here.\n"
    assert signal.getsignal(sent) is before


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="terminals are closed otherwise here")
def test_nohup_is_heeded():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stoppable():
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.skipif(not CAN_FORK, reason="there is no Ctrl-C of this kind here")
@pytest.mark.parametrize("at", ["typer", "rich.table", "cjmkit.cli.reports", "cjmkit.runs.many"])
def test_ctrl_c_while_the_program_starts_ends_it_without_a_traceback(at, some):
    program = (
        "import importlib.abc, os, signal, sys\n"
        "class Early(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == os.environ['STOPPED_AT']: os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Early())\n"
        "sys.argv[1:] = ['run', '--dry-run']\n"
        "from cjmkit.cli import main\n"
        "main()\n"
    )
    env = {**os.environ, "STOPPED_AT": at}
    stopped = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=env)
    assert (stopped.returncode, stopped.stdout) == (130, "")
    assert "Traceback" not in stopped.stderr


def test_what_a_stopped_run_leaves_behind_would_be_seen(tmp_path):
    """The control."""
    terminal = Terminal(tmp_path, f"control {os.getpid()}")
    other = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"], env={**os.environ, MARK: terminal.mark}
    )
    try:
        assert terminal.left()
    finally:
        other.kill()
        other.wait()


def test_a_page_that_cannot_be_saved_and_an_out_that_is_a_file_are_told_with_their_place_and_what_to_do(
    cjmkit, kept_warm, some
):
    (some / "index.html").mkdir()
    (some / "client-0001/out").touch()
    code, out, err = cjmkit("run", "client-0000", "client-0001", "--only", "mermaid")
    assert code == 1
    assert "1 client built. Failed: client-0001, index.html." in out
    assert (
        f"client-0001 failed: the report could not be written: {some / 'client-0001/out'} is in the way. Rename it"
        in err
    )
    assert f"{some / 'index.html'} is not saved" in err
    (some / "index.html").rmdir()
    assert cjmkit("run", "client-0000", "--only", "mermaid")[0] == 0
    assert "is in the way" in (some / "index.html").read_text("utf-8"), "another client's run hides nothing"
    (some / "client-0001/out").unlink()
    assert cjmkit("run", "client-0001", "--only", "mermaid")[0] == 0
    assert "What failed" not in (some / "index.html").read_text("utf-8")
    told = json.loads(cjmkit("run", "client-0001", "-p", "persona", "x", "--json")[1])
    assert told["failed"]["client-0001"].startswith("Persona 'x' is not in this journey.")
