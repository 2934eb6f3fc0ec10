"""The child that runs a notebook's cells: IPython's own kernel, on a pipe instead of sockets.

All that a cell can see is the kernel's own code: shell, display, streams, comms, magics, the loop that top-level `await` uses.
"""

from __future__ import annotations

import asyncio
import atexit
import gc
import logging
import os
import select
import signal
import site
import sys
import tempfile
import threading
import traceback
import warnings
import weakref
from codecs import getincrementaldecoder
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from fcntl import LOCK_EX, LOCK_UN, lockf
from importlib import reload
from multiprocessing import process, util
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import ipykernel_launcher
import zmq
from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.session import Session
from jupyter_core.utils import _loop as loop_of_parent
from traitlets import Any as Any_
from traitlets.config import Application, Config

from cjmkit.runs.calling import GOODBYE, KEY, pack, unpack


class Out(IOPubThread):
    """The way out: whole messages, one after the other, from any thread and any process that a cell forks."""

    thread = None  # who prints sends

    def __init__(self, wire: Connection) -> None:
        self.wire, self.io_loop = wire, self
        self.order = threading.RLock()
        self._order_of_forks = os.memfd_create("order")  # a file's lock is let go when its holder dies
        os.register_at_fork(
            before=self.order.acquire, after_in_parent=self.order.release, after_in_child=self.order.release
        )

    def send_multipart(self, parts: Sequence[bytes], channel: str = "iopub", **_: Any) -> None:
        """Send a message; where nobody listens any more, nothing happens."""
        with self.order, suppress(OSError):
            lockf(self._order_of_forks, LOCK_EX)
            try:
                self.wire.send_bytes(pack(channel, parts))
            finally:
                lockf(self._order_of_forks, LOCK_UN)

    def schedule(self, f: Callable[[], Any]) -> None:
        """Do it now."""
        f()


class Shell:
    """The shell channel: what is asked comes in, answers go out."""

    def __init__(self, out: Out) -> None:
        self.out = out

    def on_recv(self, answer: Callable[[list[zmq.Message]], Coroutine[Any, Any, Any]], **_: Any) -> None:
        """Keep what answers."""
        self.answer = answer

    def send_multipart(self, parts: Sequence[bytes], **_: Any) -> None:
        """Send an answer."""
        self.out.send_multipart(parts, "shell")

    def flush(self, *_: Any) -> None:
        """Nothing waits here."""


class Stream(OutStream):
    """A kernel's stdout or stderr; what comes by the file descriptor takes its place in order, none is lost at a cell's end."""

    def __init__(self, session: Session, out: Out, name: str, **given: Any) -> None:
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._timer: threading.Timer | None = None
        super().__init__(session, out, name, **{**given, "watchfd": "force"})
        self._buffer_lock = out.order
        self._pipe = select.poll()
        self._pipe.register(self._fid, select.POLLIN)

    def _watch_pipe_fd(self) -> None:
        with suppress(OSError, ValueError):
            while select.select([self._fid], [], []):
                self._drain()

    def _drain(self) -> None:
        with self.pub_thread.order:
            while select.select([self._fid], [], [], 0)[0]:
                super().write(self._decoder.decode(os.read(self._fid, 65536)))

    def write(self, string: str) -> Any:
        """Print, after what is in the pipe already."""
        if os.getpid() != self._master_pid:  # a process that a cell forked may be ended in the middle of a message
            with open(self._original_stdstream_fd, "w", encoding="utf-8", closefd=False) as plain:
                return plain.write(string)
        if self.pub_thread is None or not isinstance(string, str):  # refused there, in its own words
            return super().write(string)
        with self._buffer_lock:  # a loop that prints must not wait: one look at the pipe, one copy
            if self._pipe.poll(0):
                self._drain()
            self._buffers[frozenset(self.parent_header.items())].write(string)
        self._schedule_flush()
        return len(string)

    def flush(self) -> None:
        """Send what was printed."""
        if os.getpid() == self._master_pid:
            self._drain()
            super().flush()

    def _schedule_flush(self) -> None:
        """What a long cell prints is told while it runs; a short one's is told once, whole."""
        if self._timer is None:
            self._timer = threading.Timer(self.flush_interval, self._flush)
            self._timer.daemon = True
            self._timer.start()

    def _flush(self) -> None:
        with self.pub_thread.order:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            super()._flush()


class NoThread:
    """In the place of the thread that reads a kernel's sockets: there is none, but its parent is asked for."""

    parent_thread = threading.main_thread()

    def __bool__(self) -> bool:
        return False


class CellsKernel(IPythonKernel):
    """IPython's kernel; its shell channel is no socket."""

    shell_stream = debugger_class = Any_()
    _supports_kernel_subshells = False


class CellsApp(IPKernelApp):
    """IPython's kernel application without sockets, heartbeat and connection file, and without anybody's own settings."""

    def load_config_file(self, *_: Any, **__: Any) -> None:
        """Read no settings: a report does not depend on whose machine it is."""

    def init_code(self) -> None:
        """Run no start-up file."""
        self.shell.user_ns_hidden.update(self.shell.user_ns)

    def _nothing(self, *_: Any, **__: Any) -> None:
        pass

    init_connection_file = init_sockets = init_heartbeat = init_poller = _nothing
    write_connection_file = log_connection_info = _nothing

    def init_kernel(self) -> None:
        """The kernel itself; its streams are none, its way out is ours."""
        self.kernel = CellsKernel.instance(
            parent=self, session=self.session, iopub_thread=self.iopub_thread, iopub_socket=self.iopub_thread,
            shell_stream=Shell(self.iopub_thread), shell_channel_thread=NoThread(), log=self.log, profile_dir=self.profile_dir, user_ns=self.user_ns,
        )  # fmt: skip
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count


def fork(wire: Connection) -> int:
    """Fork a child that runs what comes over `wire`; the answer is its process id."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of libraries that outlive a fork
        pid = os.fork()
    if pid == 0:
        try:
            os.setsid()
            _let_go_of_files(wire.fileno())
            terminal = os.fdopen(os.dup(2), "w")
            serve(wire)
        except BaseException:
            traceback.print_exc(file=terminal)
        finally:
            os._exit(1)
    return pid


def serve(wire: Connection) -> NoReturn:
    """Be the kernel for whoever is at the other end, then leave without going back to the caller's code."""
    _begin_anew()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    out = Out(wire)
    config = Config()
    config.HistoryManager.hist_file = ":memory:"  # as nbclient asks for
    app = CellsApp.instance(config=config, outstream_class=f"{__name__}.Stream", iopub_thread=out)
    app.session = Session(key=KEY, parent=app)
    app.initialize([])
    kernel = app.kernel
    kernel.shell.exit_now = False
    Kernel.start(kernel)
    threading.Thread(target=_listen, args=(wire, kernel, loop), daemon=True).start()
    loop.run_forever()
    threading._shutdown()  # type: ignore[attr-defined]  # what an interpreter does at its end
    atexit._run_exitfuncs()
    os._exit(0)


def _listen(wire: Connection, kernel: Any, loop: asyncio.AbstractEventLoop) -> None:
    """Hand what is asked to the kernel's loop, in a thread, so that whoever asks never waits for a cell to be heard."""
    tasks = set()

    def begin(parts: list[bytes]) -> None:
        task = loop.create_task(kernel.shell_stream.answer([zmq.Message(part) for part in parts]))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    with suppress(EOFError, OSError):
        while (message := wire.recv_bytes()) != GOODBYE:
            loop.call_soon_threadsafe(begin, unpack(message)[1])
        loop.call_soon_threadsafe(loop.stop)
        return
    os.killpg(0, signal.SIGKILL)  # the one who asked is gone


def _begin_anew() -> None:
    """Forget what the process did before the fork that a new interpreter would not know, and leave its files alone."""
    gc.freeze()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM, signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(name, signal.default_int_handler if name == signal.SIGINT else signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    atexit._clear()
    util._finalizer_registry.clear()  # type: ignore[attr-defined]
    atexit.register(util._exit_function)  # type: ignore[attr-defined]
    process._children.clear()  # type: ignore[attr-defined]
    weakref.finalize._registry.clear()  # type: ignore[attr-defined]  # its temporary folders are not ours to remove
    weakref.finalize._registered_with_atexit = False  # type: ignore[attr-defined]
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.stdin = sys.__stdin__ = os.fdopen(0, closefd=False)  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = os.fdopen(1, "w", closefd=False)  # type: ignore[misc]  # nothing that the caller has not yet written
    sys.stderr = sys.__stderr__ = os.fdopen(2, "w", closefd=False)  # type: ignore[misc]
    loop_of_parent.set(None)
    for known in (InteractiveShell, Application, Kernel):
        if known.initialized():
            type(known.instance()).clear_instance()
    sys.modules["ipykernel.debugger"] = without = ModuleType("ipykernel.debugger")  # 0.1 s that nobody would use
    without._is_debugpy_available = False  # type: ignore[attr-defined]
    logging.root.handlers.clear()
    logging.root.setLevel(logging.WARNING)
    logging.disable(logging.NOTSET)
    _warn_as_new()
    sys.path[:] = _path_as_new()
    sys.argv = [str(ipykernel_launcher.__file__)]
    tempfile.tempdir = None
    os.environ["JPY_PARENT_PID"] = str(os.getppid())
    if "numpy.random" in sys.modules:
        sys.modules["numpy"].random.seed()  # Python's own does so by itself


def _path_as_new() -> list[str]:
    """Where a new interpreter looks for modules: without the caller's script, tests and own additions."""
    given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    named = [site.getusersitepackages()]
    for folder in map(Path, site.getsitepackages()):
        for file in sorted(folder.glob("*.pth")):
            named += file.read_text(errors="replace").splitlines()
    script = os.path.dirname(os.path.abspath(sys.argv[0] or "."))
    own = [at for at in sys.path if at.startswith((sys.prefix, sys.base_prefix)) and at != script]
    return list(dict.fromkeys(at for at in (*given, *own, *named) if at and at in sys.path))


def _warn_as_new() -> None:
    """The filters of warnings with which an interpreter begins."""
    reload(warnings)  # the caller may record them
    warnings.resetwarnings()
    for kind in (ResourceWarning, ImportWarning, PendingDeprecationWarning, DeprecationWarning):
        warnings.simplefilter("ignore", kind)
    warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")
    warnings._processoptions(filter(None, os.environ.get("PYTHONWARNINGS", "").split(",")))  # type: ignore[attr-defined]


def _let_go_of_files(keep: int) -> None:
    """Put nothing in the place of the caller's files: a lock or a pipe of its own does not live on in a cell's processes."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd in map(int, os.listdir("/proc/self/fd")):
        if fd > 2 and fd not in (keep, nothing):
            with suppress(OSError):
                os.dup2(nothing, fd, inheritable=False)
