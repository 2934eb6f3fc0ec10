"""Jobs in child processes, several at once: each has a state, a time and a memory of its own, and dies alone."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from time import monotonic
from typing import Any

from cjmkit.errors import CJMError, RunError, missing_extra

Job = tuple[str, tuple[Any, ...]]  # "package.module:function", and what it is called with after `tell`
Event = tuple[int, str, Any]  # the job's number, "told" | "done" | "failed" | "ended", and what was told
TICK = 0.2  # seconds between two looks at time and memory
DIE_WITH_PARENT = 1  # prctl's PR_SET_PDEATHSIG
CAN_FORK = sys.platform == "linux"  # elsewhere a system's own libraries do not outlive a fork


@dataclass(frozen=True)
class Limits:
    """What one job may take: seconds on the clock, megabytes of memory."""

    seconds: float = 600
    megabytes: float = 4096


@dataclass
class _Child:
    """A job under way."""

    n: int
    process: Any
    said: Connection
    scratch: str
    began: float = field(default_factory=monotonic)


def act(jobs: Sequence[Job], *, at_once: int, limits: Limits, stop: Any = None) -> Iterator[Event]:
    """Do jobs, each in a process of its own, and give what they tell as it comes.

    Args:
        jobs: what to call; the function gets `tell` first, which sends word of how far it is.
        at_once: how many at the same time.
        limits: of each.
        stop: a connection; as soon as it can be read, all that is under way is ended.

    Returns:
        For each job any number of "told", then "done" with what it returned, "failed" with a `CJMError`, or "ended" with
        "time", "memory" or "signal 9", where it was ended from outside.
    """
    waiting, running = deque(enumerate(jobs)), dict[Connection, _Child]()
    looked = monotonic()
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                child = _started(*waiting.popleft(), stop)
                running[child.said] = child
            ready = wait([*running, *([stop] if stop else [])], TICK)
            if stop in ready:
                return
            for said in [said for said in running if said in ready]:
                yield from _heard(running, said)
            if monotonic() - looked >= TICK:
                looked = monotonic()
                for child in list(running.values()):
                    if over := _over(child, limits):
                        yield from _heard(running, child.said)  # it may have been done in this moment
                        if running.pop(child.said, None):
                            _end(child)
                            yield child.n, "ended", over
    finally:
        for child in running.values():
            _end(child)


def _started(n: int, job: Job, stop: Connection | None) -> _Child:
    context: Any = get_context("fork" if CAN_FORK else "spawn")
    said, tell = context.Pipe(duplex=False)
    scratch = tempfile.mkdtemp(prefix="cjmkit-")
    process = context.Process(target=_do, args=(job, tell, stop if CAN_FORK else None, scratch))
    process.start()
    tell.close()
    return _Child(n, process, said, scratch)


def _do(job: Job, out: Connection, stop: Connection | None, scratch: str) -> None:
    """What the child does; its processes are one group, so that they can be ended together."""
    os.environ["TMPDIR"] = tempfile.tempdir = scratch  # it may be ended at any moment: its parent clears up
    if CAN_FORK:
        os.setsid()
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if stop:  # while a child held it, nobody would hear that its parent is gone
        stop.close()
    try:
        module, _, function = job[0].partition(":")
        act: Callable[..., Any] = getattr(import_module(module), function)
        out.send(("done", act(lambda value: out.send(("told", value)), *job[1])))
    except CJMError as error:
        out.send(("failed", error))
    except ModuleNotFoundError as error:
        out.send(
            ("failed", missing_extra(error) or RunError("Something is not installed: {problem}.", problem=str(error)))
        )
    except Exception as error:  # a fault of the kit's own must not end the other clients' runs
        out.send(
            (
                "failed",
                RunError(
                    "The kit itself has a fault here: {problem}. The others go on.",
                    problem=f"{type(error).__name__}: {error}",
                ),
            )
        )
    finally:
        out.close()
        sys.stdout.flush()


def _heard(running: dict[Connection, _Child], said: Connection) -> Iterator[Event]:
    """All that a child has told by now; it leaves the running ones with its last word."""
    child = running[said]
    with suppress(EOFError, OSError):
        while said.poll():
            kind, value = said.recv()
            yield child.n, kind, value
            if kind != "told":
                del running[said]
                _end(child)
                return
        return
    del running[said]
    child.process.join(1)
    signalled = -(child.process.exitcode or 0)
    _end(child)  # before it is told: who hears it may stop listening
    yield child.n, "ended", f"signal {signalled}"


def _over(child: _Child, limits: Limits) -> str | None:
    """Which limit a child is beyond; "signal 9" where it was killed and something that it began still lives."""
    import psutil

    if monotonic() - child.began > limits.seconds:
        return "time"
    try:
        family = psutil.Process(child.process.pid)
        if family.status() == psutil.STATUS_ZOMBIE:
            child.process.join()
            return f"signal {-(child.process.exitcode or 0)}"
        used = 0
        for one in (family, *family.children(recursive=True)):
            with suppress(psutil.Error):  # gone in this moment
                memory = one.memory_full_info()
                used += getattr(memory, "pss", memory.uss)  # what is shared with others is shared out
        return "memory" if used > limits.megabytes * 2**20 else None
    except psutil.Error:
        return None


def _end(child: _Child) -> None:
    """End a child and all that it began."""
    if CAN_FORK:
        with suppress(ProcessLookupError, PermissionError):  # it has no group of its own before its first line
            os.killpg(child.process.pid, signal.SIGKILL)
    child.process.kill()
    child.process.join()
    child.said.close()
    shutil.rmtree(child.scratch, ignore_errors=True)
