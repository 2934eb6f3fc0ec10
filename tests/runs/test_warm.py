"""The process with the imports done: it serves, it starts anew where it was ended, and it never outlives who asked."""

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import psutil
import pytest
from test_children import is_gone

from cjmkit.errors import RunError
from cjmkit.runs.children import CAN_FORK, Limits
from cjmkit.runs.warm import Warm

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="there is no safe fork here")
HERE = str(Path(__file__).parent)


@pytest.fixture(scope="module", autouse=True)
def light():
    """The process finds the jobs that it is tried with; its heavy imports are left out where a test needs none."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = HERE
    yield
    os.environ.pop("PYTHONPATH")
    if before:
        os.environ["PYTHONPATH"] = before


@pytest.fixture(scope="module")
def warm():
    with Warm(2, Limits(20, 4096)) as one:
        yield one


def job(name: str, *args):
    return f"jobs:{name}", args


def test_it_serves_again_and_again_from_one_process_with_the_imports_done(warm):
    first = [event for event in warm.run([job("add", 1), job("add", 2)]) if event[1] == "done"]
    pid = warm._process.pid
    assert sorted(first) == [(0, "done", 1), (1, "done", 2)]
    assert list(warm.run([job("loaded", "papermill")])) == [(0, "done", True)]
    assert warm._process.pid == pid


def test_no_job_finds_what_another_left_however_long_it_serves(warm):
    for n in (1, 2):
        assert list(warm.run([job("remember", n)])) == [(0, "done", [n])]


def test_it_has_no_thread_so_a_fork_in_it_is_safe_though_who_asks_has_some(warm):
    waiting = threading.Event()
    thread = threading.Thread(target=waiting.wait)
    thread.start()
    try:
        ((_, _, threads),) = warm.run([job("threads_of_parent")])
        assert threads == 1
    finally:
        waiting.set()
        thread.join()


def test_limits_hold_in_it(warm):
    before, warm.limits = warm.limits, Limits(0.5, 4096)
    *_, last = warm.run([job("endless")])
    warm.limits = before
    assert last == (0, "ended", "time")


def test_whoever_stops_listening_ends_it_with_all_that_it_began_and_it_starts_anew_until_it_is_killed(warm):
    events = warm.run([job("with_a_grandchild", "wait"), job("sleep", 60)])
    pids = [next(events)[2], next(events)[2], warm._process.pid]
    events.close()
    assert all(is_gone(pid) for pid in pids)


def test_killed_each_time_it_says_so_and_leaves_neither_a_process_nor_a_file(warm, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    warm.close()
    children = []

    def killing():
        for event in warm.run([job("leave", "wait")]):
            assert list(tmp_path.rglob("left-*/file"))
            children.append(event[2])
            warm._process.kill()

    with pytest.raises(RunError, match="ended from outside each time"):
        killing()
    assert len(children) == 2
    assert all(is_gone(child) for child in children), "nobody would look after its limits"
    assert list(tmp_path.iterdir()) == []


def test_where_it_is_killed_what_is_not_done_is_done_again_once_and_what_is_done_is_not(warm):
    seen = []
    for event in warm.run([job("add", 1), job("sleep", 0.3), job("add", 2), job("sleep", 0.1)]):
        seen.append(event)
        if len([kind for _, kind, _ in seen if kind == "done"]) == 1 and warm._process and event[1] == "done":
            warm._process.kill()
    assert sorted(n for n, kind, _ in seen if kind == "done") == [0, 1, 2, 3]


def test_stopped_while_it_still_starts_it_is_gone():
    warm = Warm(1)
    warm.start()
    pid = warm._process.pid
    warm.close()
    assert is_gone(pid)


def test_it_ends_with_all_that_it_began_and_its_files_when_who_asked_is_killed(tmp_path):
    program = (
        "from cjmkit.runs.warm import Warm\n"
        "warm = Warm(1)\n"
        "for event in warm.run([('jobs:with_a_grandchild', ('wait',))]):\n"
        "    print(event[2], warm._process.pid, flush=True)\n"
    )
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    asked = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=env)
    pids = [int(word) for word in asked.stdout.readline().split()]
    assert len(pids) == 2
    assert all(psutil.pid_exists(pid) for pid in pids)
    assert list(tmp_path.iterdir())
    asked.kill()
    asked.wait()
    assert all(is_gone(pid) for pid in pids)
    assert list(tmp_path.iterdir()) == []
