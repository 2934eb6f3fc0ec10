"""Jobs in child processes: what each tells, what ends it, and that nothing of it is left."""

import signal
import tempfile
import time

import jobs as tried
import psutil
import pytest

from cjmkit.errors import ConflictError, InputError, JourneyError, MissingExtraError, RunError
from cjmkit.runs import children
from cjmkit.runs.children import CAN_FORK, Limits, act

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="there is no safe fork here")
PLENTY = Limits(60, 4096)


def job(name: str, *args):
    return f"jobs:{name}", args


def heard(*some, at_once: int = 2, limits: Limits = PLENTY) -> dict[int, list]:
    """What each job told, by its number."""
    told: dict[int, list] = {n: [] for n in range(len(some))}
    for n, kind, value in act(some, at_once=at_once, limits=limits):
        told[n].append((kind, value))
    return told


def is_gone(pid: int) -> bool:
    for _ in range(50):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.1)
    return False


def test_jobs_tell_and_hand_back_each_for_itself():
    told = heard(*(job("add", n, n + 1) for n in range(5)))
    assert told == {n: [("told", n), ("told", n + 1), ("done", 2 * n + 1)] for n in range(5)}


def test_no_job_finds_what_another_left_and_nothing_comes_back_here():
    told = heard(*(job("remember", n) for n in range(4)), at_once=1)
    assert [told[n] for n in range(4)] == [[("done", [n])] for n in range(4)]
    assert tried.STATE == []


def test_in_one_process_a_job_would_find_what_another_left():
    """The control."""
    try:
        assert [tried.remember(print, n) for n in range(3)] == [[0], [0, 1], [0, 1, 2]]
    finally:
        tried.STATE.clear()


@pytest.mark.parametrize(
    ("kind", "error", "text"),
    [
        ("input", InputError, "a.csv cannot be read."),
        ("journey", JourneyError, "The journey has 2 fault(s): title: must be a text; stages[2]: must be one of a, b"),
        ("conflict", ConflictError, "acme was saved."),
        ("plain", RunError, "ValueError: not that one"),
        ("missing", MissingExtraError, "pip install 'cjmkit[report]'"),
        ("unknown", RunError, "No module named 'own'"),
    ],
)
def test_an_error_comes_over_as_it_was(kind, error, text):
    ((what, value),) = heard(job("fail", kind))[0]
    assert what == "failed"
    assert type(value) is error
    assert text in str(value)


def test_all_parts_of_an_error_come_over():
    told = heard(job("fail", "journey"), job("fail", "conflict"))
    assert [fault.values for fault in told[0][0][1].faults] == [{}, {"allowed": ["a", "b"]}]
    assert told[1][0][1].theirs == {"a": 1}


def test_one_that_ends_itself_or_is_killed_is_told_and_the_others_go_on():
    told = heard(job("die"), job("add", 1), job("die", signal.SIGTERM), job("fail", "exit"), job("add", 2))
    assert told[0] == [("ended", "signal 9")]
    assert told[2] == [("ended", "signal 15")]
    assert told[3][0][0] == "ended"
    assert [told[1][-1], told[4][-1]] == [("done", 1), ("done", 2)]


def test_an_endless_one_is_ended_by_time_and_the_others_go_on():
    told = heard(job("endless"), job("add", 1), job("add", 2), limits=Limits(0.5, 4096))
    assert told[0][-1] == ("ended", "time")
    assert is_gone(told[0][0][1])
    assert [told[1][-1], told[2][-1]] == [("done", 1), ("done", 2)]


def test_a_hungry_one_is_ended_by_memory_and_one_within_its_limit_is_not():
    assert heard(job("hungry", 2000), limits=Limits(20, 150))[0] == [("ended", "memory")]
    assert heard(job("add", 1), limits=Limits(20, 150))[0][-1] == ("done", 1)


@pytest.mark.parametrize("then", ["done", "fail", "die", "wait"])
def test_what_a_job_began_ends_with_it(then):
    told = heard(job("with_a_grandchild", then), limits=Limits(1.5, 4096))
    assert told[0][-1][0] == {"done": "done", "fail": "failed", "die": "ended", "wait": "ended"}[then]
    assert is_gone(told[0][0][1])


def test_without_the_end_of_its_group_a_grandchild_would_live_on(monkeypatch):
    """The control: the check sees a process that is left."""
    monkeypatch.setattr(children.os, "killpg", lambda pid, how: None)
    told = heard(job("with_a_grandchild", "done"))
    left = psutil.Process(told[0][0][1])
    assert left.is_running()
    left.kill()


@pytest.mark.parametrize("then", ["done", "fail", "die", "wait"])
def test_no_temporary_file_of_a_job_is_left_however_it_ends(then, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kept = []
    for _, kind, _ in act([job("leave", then)], at_once=1, limits=Limits(0.5, 4096)):
        kept += [kind, len(list(tmp_path.glob("*/left-*")))] if kind == "told" else [kind]
    assert kept[0] == "told"
    assert (kept[1], kept[2]) == (2, {"done": "done", "fail": "failed", "die": "ended", "wait": "ended"}[then])
    assert list(tmp_path.iterdir()) == []


def test_nor_of_one_that_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    events = act([job("leave", "wait")], at_once=1, limits=PLENTY)
    next(events)
    assert list(tmp_path.glob("*/left-*/file"))
    events.close()
    assert list(tmp_path.iterdir()) == []


def test_what_a_job_leaves_would_be_seen(tmp_path, monkeypatch):
    """The control."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(children.shutil, "rmtree", lambda *_, **__: None)
    heard(job("leave", "done"))
    assert list(tmp_path.glob("*/left-*/file"))


def test_whoever_stops_listening_ends_all_that_is_under_way():
    events = act([job("sleep", 60), job("sleep", 60)], at_once=2, limits=PLENTY)
    pids = [next(events)[2], next(events)[2]]
    events.close()
    assert all(is_gone(pid) for pid in pids)


def test_never_more_than_asked_for_are_under_way():
    events = act([job("sleep", 0.3)] * 4, at_once=2, limits=PLENTY)
    under, most = set(), 0
    for n, kind, _ in events:
        under = under | {n} if kind == "told" else under - {n}
        most = max(most, len(under))
    assert most == 2
