"""A kernel that was forked, as papermill's client sees it: it asks over a pipe, and hears over the same one."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty
from time import monotonic, sleep
from typing import Any
from weakref import WeakSet

from jupyter_client.session import Session
from nbclient.exceptions import DeadKernelError

GOODBYE = b"goodbye"  # whoever hears the end of the pipe without it was left alone
KEY = b"a pipe between two processes of one user"  # jupyter_client warns where messages are not signed
SECONDS_TO_END = 5.0  # what a kernel gets to leave by itself; jupyter_client gives as much


def pack(channel: str, parts: Sequence[bytes]) -> bytes:
    """A Jupyter message as one piece; nothing in it runs when it is read.

    >>> unpack(pack("iopub", [b"ab", b"", b"c"]))
    ('iopub', [b'ab', b'', b'c'])
    """
    views = [memoryview(part).cast("B") for part in parts]
    return b"\n".join([json.dumps([channel, [len(view) for view in views]]).encode(), b"".join(views)])


def unpack(message: bytes) -> tuple[str, list[bytes]]:
    """What `pack` made one piece of."""
    head = message.index(b"\n")
    channel, sizes = json.loads(message[:head])
    parts, at = [], head + 1
    for size in sizes:
        parts.append(message[at : at + size])
        at += size
    return channel, parts


class Channel:
    """What came in on one of a kernel's channels."""

    def __init__(self, kernel: ForkedKernel) -> None:
        self.kernel, self.heard = kernel, asyncio.Queue[dict[str, Any]]()
        self.asked = WeakSet[asyncio.Task[Any]]()  # who waited here

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """The next message; `Empty` where none comes in time."""
        self.kernel.listen()
        if task := asyncio.current_task():
            self.asked.add(task)
        try:
            return await asyncio.wait_for(self.heard.get(), timeout)
        except TimeoutError:
            raise Empty from None

    def send(self, message: dict[str, Any]) -> None:
        """Send what a widget answers."""
        self.kernel.send(message)


class ForkedKernel:
    """Kernel manager and client in one, as far as nbclient uses them.

    Args:
        pid: of the child, which leads a process group of its own.
        wire: our end of the pipe.
        reaped_elsewhere: whether the child is another process's, which buries it.
    """

    has_kernel, allow_stdin = True, False

    def __init__(self, pid: int, wire: Connection, *, reaped_elsewhere: bool = False) -> None:
        self.pid, self.wire, self.reaped_elsewhere = pid, wire, reaped_elsewhere
        self.on_cell: Callable[[int], None] | None = None  # called as each cell is sent, with its number as in `In [1]`
        self.session = Session(key=KEY)
        self.shell_channel, self.iopub_channel = Channel(self), Channel(self)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._cells = 0

    def client(self) -> ForkedKernel:
        """The same."""
        return self

    def start_channels(self) -> None:
        """They are there."""

    def wait_for_ready(self, timeout: float | None = None) -> None:
        """What is asked waits until it can be answered."""

    def execute(self, code: str, *, store_history: bool = True, stop_on_error: bool = True) -> str:
        """Send a cell; the answer is the message's id."""
        self._cells += 1
        if self.on_cell:
            self.on_cell(self._cells)
        return self._ask(
            "execute_request",
            {"code": code, "silent": False, "store_history": store_history, "user_expressions": {},
             "allow_stdin": False, "stop_on_error": stop_on_error},
        )  # fmt: skip

    def kernel_info(self) -> str:
        """Ask what language this is."""
        return self._ask("kernel_info_request", {})

    def _ask(self, kind: str, content: dict[str, Any]) -> str:
        message = self.session.msg(kind, content)
        self.send(message)
        return str(message["header"]["msg_id"])

    def send(self, message: dict[str, Any]) -> None:
        """Send a message.

        Raises:
            DeadKernelError: nobody is there any more.
        """
        try:
            self.wire.send_bytes(pack("shell", self.session.serialize(message)))
        except OSError as error:
            raise DeadKernelError("Kernel died") from error

    def listen(self) -> None:
        """Hear what comes while the running loop runs."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop = loop
            loop.add_reader(self.wire.fileno(), self._hear)

    def _hear(self) -> None:
        try:
            channel, parts = unpack(self.wire.recv_bytes())
        except (EOFError, OSError):
            self._deaf()
            return
        message = self.session.deserialize(self.session.feed_identities(parts)[1])
        (self.iopub_channel if channel == "iopub" else self.shell_channel).heard.put_nowait(message)

    def _deaf(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self.wire.fileno())

    def _forget_tasks(self) -> None:
        """End what nbclient still waits for: after a time limit it does not do so itself."""
        loop = self._loop
        if loop is None or loop.is_running() or loop.is_closed():
            return
        left = asyncio.all_tasks(loop) & {*self.shell_channel.asked, *self.iopub_channel.asked}
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left))

    def is_alive(self) -> bool:
        """Whether the child still runs; one that was ended and not yet buried does not."""
        try:
            return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
        except OSError:
            return False

    def interrupt_kernel(self) -> None:
        """What Ctrl-C would do in the cell."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGINT)

    def close(self, *, at_once: bool) -> None:
        """End the child and all that its cells began.

        Args:
            at_once: whether to give it no time to leave by itself.
        """
        self._deaf()
        self._forget_tasks()
        if not at_once:
            with suppress(OSError):
                self.wire.send_bytes(GOODBYE)
        self.wire.close()
        until = 0 if at_once else monotonic() + SECONDS_TO_END
        while self.is_alive() and monotonic() < until:
            sleep(0.002)
        for end in (os.killpg, os.kill):  # it leads no group yet where it has only just begun
            with suppress(ProcessLookupError, PermissionError):
                end(self.pid, signal.SIGKILL)
        if not self.reaped_elsewhere:
            with suppress(ChildProcessError):
                os.waitpid(self.pid, 0)
