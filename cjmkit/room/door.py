"""Where the room listens: the phones' address, the facilitator's on this machine alone, and the test with one phone."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application

from cjmkit.errors import StorageError, UsageError
from cjmkit.room import desk, server
from cjmkit.room.addresses import LOOPBACK, addresses, names
from cjmkit.room.crowd import many_files
from cjmkit.room.session import Room


class Door:
    """The two servers of a room; `listen` moves the phones' one to another address."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.app = server.application(room, self.hosts)
        self.app.settings["seen"] = self._seen
        self.open: dict[str, HTTPServer] = {}
        self.testing, self.reached, self.answering = False, "", set[str]()
        self._drawing: tuple[str, asyncio.Task[dict[str, str]] | None] = ("", None)
        self._desk: HTTPServer | None = None

    def start(self, host: str | None = None, port: int | None = None) -> None:
        """Listen where the room did before, else where it is told to; the desk on this machine alone."""
        self.app.settings["crowd"].most = many_files()
        room = self.room
        desk_app = desk.application(room, self, lambda: {f"{n}:{room.desk_port}" for n in (LOOPBACK, "localhost")})
        self._desk, room.desk_port = _bound(desk_app, LOOPBACK, room.desk_port)
        if port:
            room.port = port
        self.listen(host or room.host)

    def stop(self) -> None:
        """Take no more connections."""
        for each in [*self.open.values(), *([self._desk] if self._desk else [])]:
            each.stop()

    def hosts(self) -> set[str]:
        """What a phone's request may name as its host."""
        called = {name for host in self.open for name in names(host)}
        return {f"{name}:{self.room.port}" for name in called} | (called if self.room.port == 80 else set())

    def listen(self, host: str) -> None:
        """Be reached at this address, and at no other."""
        self._bind(host)
        self.room.host, self.testing = host, False
        for other in [h for h in self.open if h != host]:
            self.open.pop(other).stop()
        self.room.keep()

    async def test(self, on: bool) -> None:
        """Try with one phone: be reached at every address of this machine, and see by which the phone came.

        `answering` are the addresses at which this machine reaches itself: where a phone does not come through at one
        of these, something between them keeps it away.
        """
        if not on:
            self.listen(self.reached or self.room.host)
            return
        for address in addresses():
            with suppress(UsageError):
                self._bind(address.ip)
        self.testing, self.reached = True, ""
        self.answering = {host for host in self.open if await _answers(host, self.room.port)}

    def url_of(self, host: str) -> str:
        """What the QR code of this address holds."""
        return self.room.url.replace(f"//{self.room.host}:", f"//{host}:", 1)

    def status(self) -> dict[str, Any]:
        """Where it listens and could listen, and how the test goes."""
        say, answering = self.room.say, self.answering
        found = [{**asdict(a), "card": a.named(say), "answers": a.ip in answering} for a in addresses()]
        return {
            "addresses": found,
            "testing": self.testing,
            "reached": self.reached,
            "only_here": self.room.host == LOOPBACK,
            "drawn": self._names_drawn(),
        }

    async def pictures(self) -> dict[str, str]:
        """The pictures of the reveal as SVG, drawn by a process of their own: drawing takes memory and time."""
        return await asyncio.shield(self.draw()) if self.room.phase in ("closed", "shown") else {}

    def draw(self) -> asyncio.Future[dict[str, str]]:
        """Begin to draw what was not drawn yet."""
        key, drawing = self._drawing
        if drawing is None or key != self._key or (drawing.done() and drawing.exception()):
            drawing = asyncio.ensure_future(_drawn(str(self.room.folder)))
            self._drawing = (self._key, drawing)
        return drawing

    def _names_drawn(self) -> list[str]:
        key, drawing = self._drawing
        fine = drawing and key == self._key and drawing.done() and not drawing.cancelled() and not drawing.exception()
        return list(drawing.result()) if drawing and fine else []

    @property
    def _key(self) -> str:
        """Of what the pictures are drawn."""
        return f"{self.room.n} {self.room.workshop.journey.revision}"

    def _seen(self, here: str, phone: str) -> None:
        """A page was asked for at this address of ours, from that one; this machine itself is no phone."""
        if self.testing and phone not in {LOOPBACK, *(a.ip for a in addresses())}:
            self.reached = here

    def _bind(self, host: str) -> None:
        if host not in self.open:
            self.open[host], self.room.port = _bound(self.app, host, self.room.port)


async def _drawn(folder: str) -> dict[str, str]:
    program = [sys.executable, "-m", "cjmkit.room.pictures", folder]
    drawing = await asyncio.create_subprocess_exec(
        *program, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    out, _ = await drawing.communicate()
    if drawing.returncode:
        raise StorageError(
            "The pictures of the reveal could not be drawn. The scores are safe; see them in 05_scoring."
        )
    drawn: dict[str, str] = json.loads(out)
    return drawn


async def _answers(host: str, port: int) -> bool:
    with suppress(OSError, TimeoutError):
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), 2)
        writer.close()
        return True
    return False


def _bound(app: Application, host: str, port: int) -> tuple[HTTPServer, int]:
    """A server at this address and port, or at a free one for port 0."""
    try:
        sockets = bind_sockets(port, host, family=socket.AF_INET, backlog=1024)
    except OSError as error:
        raise UsageError(
            "The room cannot listen at {host}, port {port}: {problem}. Choose another address or port.",
            host=host, port=port, problem=error.strerror or str(error),
        ) from None  # fmt: skip
    found = server.http_server(app)
    found.add_sockets(sockets)
    return found, int(sockets[0].getsockname()[1])
