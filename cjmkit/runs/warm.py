"""A process with the imports done, that forks a child for each job: fresh state every time, and no start to wait for.

It has no thread, no loop and no socket, so a fork is safe in it; whoever asks may have them: a terminal's progress bar, a
notebook's kernel, a cluster's worker. It ends, with all that it began, when the one who asked is gone.
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from importlib import import_module
from importlib.util import find_spec
from multiprocessing.connection import Connection, Pipe
from types import TracebackType

from cjmkit.errors import RunError
from cjmkit.kit import kit_folder
from cjmkit.language import languages, speak
from cjmkit.runs.children import CAN_FORK, Event, Job, Limits, act

IMPORTS = (
    "cjmkit.runs.job", "cjmkit.runs.cells", "cjmkit.runs.formats", "cjmkit.reports.document", "cjmkit.reports.poster", "cjmkit.reports.slides",
    "cjmkit.reports.workbook", "cjmkit.exchange.events", "cjmkit.exchange.customers", "cjmkit.exchange.surveys", "papermill", "nbconvert",
    "altair", "pandas", "krippendorff", "uharfbuzz", "fontTools.ttLib", "duckdb", "typst", "narwhals",
)  # fmt: skip
MANY = 8  # jobs from which a rehearsal pays
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)  # clients share the cores


class Warm:
    """The process and the wire to it; it starts with the first jobs and serves until it is closed.

    Args:
        at_once: how many jobs at the same time; None is the cores that this process may use.
        limits: of each job.
    """

    def __init__(self, at_once: int | None = None, limits: Limits | None = None) -> None:
        self.at_once, self.limits = at_once or cores(), limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None
        self._wire: Connection | None = None
        self._scratch = ""

    def run(self, jobs: Sequence[Job], *, tries: int = 2) -> Iterator[Event]:
        """Do jobs and give what they tell as it comes; see `cjmkit.runs.children.act`.

        Where the process itself is killed, those not yet done begin anew in another one.

        Args:
            jobs: what to do.
            tries: how many processes may be killed.

        Raises:
            RunError: all of them were killed. ModuleNotFoundError: what builds reports is not installed.
        """
        for package in ("papermill", "nbconvert", "psutil"):
            if find_spec(package) is None:
                raise ModuleNotFoundError(package, name=package)
        if not CAN_FORK:
            yield from act(jobs, at_once=self.at_once, limits=self.limits)
            return
        left = dict(enumerate(jobs))
        for _ in range(tries):
            with closing(self._served(dict(left))) as events:
                for n, kind, value in events:
                    if kind != "told":
                        del left[n]
                    yield n, kind, value
            if not left:
                return
        raise RunError(
            "The process that builds the reports was ended from outside each time. Where memory is short, let fewer run at once with "
            "--jobs; then run it again: what is built stays."
        )

    def _served(self, jobs: dict[int, Job]) -> Generator[Event, None, None]:
        """What jobs tell, up to their end or that of the process."""
        wire, numbers = self.start(), list(jobs)
        whole = False
        try:
            wire.send((self.at_once, self.limits, list(jobs.values())))
            while event := wire.recv():
                yield numbers[event[0]], event[1], event[2]
            whole = True
        except (EOFError, OSError):  # killed from outside
            pass
        finally:
            if not whole:  # whoever asked has stopped listening: nothing goes on behind their back
                self.close()

    def start(self) -> Connection:
        """Start the process where it does not run yet: its imports then go on while the plan is made."""
        if self._wire is None:
            ours, theirs = Pipe()
            self._scratch = tempfile.mkdtemp(prefix="cjmkit-")
            self._process = subprocess.Popen(
                [sys.executable, "-m", "cjmkit.runs.warm", str(theirs.fileno()), self._scratch],
                pass_fds=[theirs.fileno()], start_new_session=True, env={**os.environ, **ONE_THREAD, "PYTHONWARNINGS": "ignore", "TMPDIR": self._scratch},
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=None if "CJMKIT_DEBUG" in os.environ else subprocess.DEVNULL,
            )  # fmt: skip
            theirs.close()
            self._wire = ours
        return self._wire

    def close(self) -> None:
        """End the process and all that it began."""
        if self._wire is not None and self._process is not None:
            self._wire.close()
            self._process.terminate()  # heeded during the imports only; later it ends its jobs first
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            shutil.rmtree(self._scratch, ignore_errors=True)
        self._wire = self._process = None

    def __enter__(self) -> Warm:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()


def cores() -> int:
    """How many cores this process may use.

    >>> cores() >= 1
    True
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def serve(wire: Connection) -> None:
    """Import what reports need, then do what comes over the wire, until it is closed."""
    for name in IMPORTS:
        with suppress(ImportError):  # the job that needs it says so
            import_module(name)
    signal.signal(signal.SIGTERM, lambda *_: None)
    for code in languages():
        speak(code)
    with suppress(ImportError):
        from cjmkit.runs.versions import kit_hash, lock_hash, versions

        kit_hash(), lock_hash(), versions()  # what every manifest names is the same for all: found once
    _freeze()
    rehearsed = False
    with suppress(EOFError, OSError):
        while True:
            at_once, limits, jobs = wire.recv()
            if len(jobs) >= MANY and not rehearsed:
                _rehearse()
                rehearsed = True
            for event in act(jobs, at_once=at_once, limits=limits, stop=wire):
                wire.send(event)
            wire.send(None)


def _rehearse() -> None:
    """Make a sample's sections once: what is read and computed at the first use then is there in every child."""
    from cjmkit.reports.content import sections_of
    from cjmkit.reports.layout import section_html
    from cjmkit.runs.opening import open_report

    with suppress(Exception):  # the sample is not here: the children do it themselves
        for section in sections_of(open_report("fridge", workshops=kit_folder() / "workshops")):
            section_html(section)
    _freeze()


def _freeze() -> None:
    """What is here already is never written to by the collector, so children share it."""
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    try:
        serve(Connection(int(sys.argv[1])))
    finally:
        shutil.rmtree(sys.argv[2], ignore_errors=True)
