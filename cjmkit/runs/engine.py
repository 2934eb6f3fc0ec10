"""papermill's engine `cjmkit`: a notebook's cells in a process forked from one with the imports done.

Papermill imports every registered engine when it starts, so nothing but papermill is imported here.
"""

from __future__ import annotations

import asyncio
import atexit
import math
import os
import socket
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any


def __getattr__(name: str) -> None:
    """Papermill asks for its engines while it is imported, so below, before this one stands; it is registered at the end."""
    if name != "CellsEngine":
        raise AttributeError(name)


from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines  # noqa: E402
from papermill.log import logger  # noqa: E402

if TYPE_CHECKING:
    from cjmkit.runs.calling import ForkedKernel
    from cjmkit.runs.warm import Warm

_IDLE: list[Warm] = []  # processes with the imports done that wait for the next notebook


class CellsEngine(NBClientEngine):
    """Cells in a fresh fork of a process with the imports done; a normal kernel where there is no fork.

    Equal, cell by cell, to a normal kernel's: the child *is* IPython's kernel, on a pipe instead of sockets, and papermill's own client
    reads it. Streams (also what subprocesses and C code print), results, displays and their updates, errors and tracebacks, magics,
    `await`, comms and so widgets, tags, timeouts, a kernel that dies, `input()` refused: the same code on both sides.

    Falls back to a normal kernel, with one line in the log: no Linux; a kernel that is not this Python's plain ipykernel; `km`,
    `resources` or `extra_arguments` given.

    Forks from the process it is called in while that has one thread, no running loop, no ZMQ context, no pyplot; otherwise from a
    process of the kit's own (`cjmkit.runs.warm`), which starts with the first notebook and serves until this one ends.

    Differs: nobody's IPython settings and start-up files are read. What the caller has imported is there already, as it then stood, and
    what the caller has set in those modules holds; what a cell sets never comes back. What a subprocess prints stands in order and none
    is lost at a cell's end (a normal kernel may lose it, and repeats it on the terminal). What cells began ends with the notebook, at
    once. `display` in a process that a cell forked may be lost. `%connect_info`, `%qtconsole`, `%subshell`, windows (`%gui`) and the
    debugger have nothing to connect to. What a cell prints between two displays stands once, stdout before stderr, as a normal kernel
    gives it for a quick cell; there, a cell of more than 0.2 s gives pieces in an order that differs from run to run.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        on_cell: Callable[[int], None] | None = None,
        **options: Any,
    ) -> Any:
        """Run a notebook's cells; papermill calls this.

        Args:
            nb_man: papermill's.
            kernel_name: as in the notebook or as asked for.
            on_cell: called as each code cell begins, with its number from 1, as in `In [1]`.
            options: papermill's and nbclient's own.

        Raises:
            CellTimeoutError: a cell took longer than `execution_timeout`.
            DeadKernelError: the child was ended from outside, or ended itself.
        """
        if why := _why_not(kernel_name, options):
            from cjmkit.runs.kernel import quiet_kernel

            logger.info(f"A normal kernel runs the cells: {why}.")
            told = {"on_cell_execute": _counted(on_cell)} if on_cell else {}
            given = {"kernel_manager_class": quiet_kernel(), **told, **options}
            with _joined_at_the_end(nb_man):
                return super().execute_managed_notebook(nb_man, kernel_name, **given)
        began = _forked_here() if _may_fork() else _forked_elsewhere(options.get("start_timeout") or 60)
        with _joined_at_the_end(nb_man), began as kernel:
            kernel.on_cell = on_cell
            return super().execute_managed_notebook(nb_man, kernel_name, km=kernel, **options)


@contextmanager
def _joined_at_the_end(nb_man: NotebookExecutionManager) -> Iterator[None]:
    """Join what cells printed in pieces; not before the end, as a later cell may change a display that it knows by its place."""
    try:
        yield
    finally:
        for cell in nb_man.nb.cells:
            if cell.cell_type == "code":
                cell.outputs = _joined(cell.outputs)


def _joined(outputs: list[Any]) -> list[Any]:
    """A cell's outputs, in which each stream stands once between two others: when a piece was sent is chance."""
    whole: list[Any] = []
    for printed, some in groupby(outputs, lambda output: output.output_type == "stream"):
        pieces = list(some)
        if printed:
            names = sorted({piece.name for piece in pieces}, reverse=True)  # stdout first
            texts = ["".join(piece.text for piece in pieces if piece.name == name) for name in names]
            pieces = [
                type(pieces[0])({**pieces[0], "name": name, "text": text})
                for name, text in zip(names, texts, strict=True)
            ]
        whole += pieces
    return whole


def _counted(on_cell: Callable[[int], None]) -> Callable[..., None]:
    numbers = count(1)
    return lambda **_: on_cell(next(numbers))


def _why_not(kernel_name: str, options: dict[str, Any]) -> str | None:
    """Why a normal kernel is needed; None where a fork does."""
    if sys.platform != "linux":
        return "a process does not outlive a fork here"
    if given := {"km", "resources", "extra_arguments"} & options.keys():
        return f"{', '.join(sorted(given))} given"
    from jupyter_client.kernelspec import get_kernel_spec

    spec = get_kernel_spec(kernel_name)
    python, *rest = spec.argv
    ours = python in {"python", "python3", "python{}.{}".format(*sys.version_info), sys.executable}
    plain = set(rest) <= {"-m", "ipykernel_launcher", "-f", "{connection_file}", "-Xfrozen_modules=off"}
    if not ours or not plain or "ipykernel_launcher" not in rest or spec.env or "kernel_provisioner" in spec.metadata:
        return f"{kernel_name} is not this Python's own ipykernel"
    return None


def _may_fork() -> bool:
    """Whether this process can be forked without harm: one thread, no loop, nothing that a fork would tear."""
    from tqdm import tqdm

    if tqdm.monitor is not None:  # papermill's progress bar has a thread; the next bar starts another one
        tqdm.monitor.exit()
        tqdm.monitor = None
    if threading.active_count() > 1 or asyncio._get_running_loop() is not None or "matplotlib.pyplot" in sys.modules:
        return False
    threads = [Path("/proc/self/task", task, "comm") for task in os.listdir("/proc/self/task")]
    # Libraries that name their threads (ZMQ, V8, tokio, Polars) need them; those of linear algebra bear the process's name.
    return len({comm.read_text() for comm in threads}) == 1


@contextmanager
def _forked_here() -> Iterator[ForkedKernel]:
    """A kernel forked from this process."""
    from multiprocessing.connection import Pipe

    from cjmkit.runs.calling import ForkedKernel
    from cjmkit.runs.cells import fork

    ours, theirs = Pipe()
    kernel = ForkedKernel(fork(theirs), ours)
    theirs.close()
    with _closing(kernel):
        yield kernel


@contextmanager
def _closing(kernel: ForkedKernel) -> Iterator[None]:
    whole = False
    try:
        yield
        whole = True
    finally:
        kernel.close(at_once=not whole)


@contextmanager
def _forked_elsewhere(start_timeout: float) -> Iterator[ForkedKernel]:
    """A kernel forked from a process with the imports done, which is kept for the next notebook."""
    from multiprocessing.connection import Connection

    from cjmkit.errors import RunError
    from cjmkit.runs.calling import ForkedKernel

    warm = _warm()
    with tempfile.TemporaryDirectory() as private, socket.socket(socket.AF_UNIX) as door:
        path = str(Path(private, "kernel"))
        door.bind(path)
        door.listen(1)
        door.settimeout(start_timeout)
        events = warm.run([("cjmkit.runs.engine:_be_kernel", (path, os.getcwd(), dict(os.environ)))], tries=1)
        try:
            _, word, pid = next(events)
            if word != "told":
                raise RuntimeError(f"Kernel died before replying to kernel_info: {pid}")
            kernel = ForkedKernel(pid, Connection(door.accept()[0].detach()), reaped_elsewhere=True)
            try:
                with _closing(kernel):
                    yield kernel
            finally:
                with suppress(RunError):  # it was killed, which papermill hears from the kernel
                    deque(events, 0)  # until the child is buried
                _IDLE.append(warm)
        finally:
            if warm not in _IDLE:
                warm.close()


def _warm() -> Warm:
    """A process with the imports done that nobody uses at this moment."""
    from cjmkit.runs.children import Limits
    from cjmkit.runs.warm import Warm

    with suppress(IndexError):
        return _IDLE.pop()
    warm = Warm(1, Limits(seconds=math.inf, megabytes=math.inf))  # papermill has limits of its own
    atexit.register(warm.close)
    return warm


def _be_kernel(tell: Callable[[Any], None], path: str, folder: str, environment: dict[str, str]) -> None:
    """What the fork of the other process does: be the kernel for whoever listens at `path`."""
    from multiprocessing.connection import Connection

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    door = socket.socket(socket.AF_UNIX)
    door.connect(path)
    tell(os.getpid())
    from cjmkit.runs.cells import serve

    serve(Connection(door.detach()))


papermill_engines.register("cjmkit", CellsEngine)
