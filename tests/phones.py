"""What a phone does, without its screen: for the tests of the room, its soak and its bench."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Any

GONE = (OSError, EOFError, ValueError)  # the server died, or dies in the middle of an answer


class Phone:
    """One phone in a room: a line that is kept open, its cookies, and the answers it has not seen acknowledged."""

    def __init__(self, port: int, host: str = "127.0.0.1", to: str | None = None) -> None:
        self.port, self.host, self.to = port, host, to or host
        self.cookies: dict[str, str] = {}
        self.set_cookies: list[str] = []
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, raw: bytes) -> tuple[int, dict[str, str], bytes]:
        """Send these bytes and read one answer: status, headers, body."""
        if self._line is None or self._line[0].at_eof() or self._line[1].is_closing():
            self._line = await asyncio.open_connection(self.to, self.port)
        reader, writer = self._line
        try:
            writer.write(raw)
            await writer.drain()
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {}
            for line in head[1:-2]:
                name, _, value = line.partition(": ")
                headers[name.lower()] = value
                if name.lower() == "set-cookie":
                    self.set_cookies.append(value)
                    self.cookies.__setitem__(*value.split(";")[0].split("=", 1))
            body = await reader.readexactly(0 if raw.startswith(b"HEAD ") else int(headers.get("content-length", 0)))
        except BaseException:
            self.hang_up()
            raise
        if headers.get("connection") == "close":
            self.hang_up()
        return int(head[0].split()[1]), headers, body

    async def ask(
        self, method: str, path: str, data: Any = None, *, raw: bytes | None = None, without: tuple[str, ...] = (), **headers: str
    ) -> tuple[int, dict[str, str], bytes]:  # fmt: skip
        """One request as the page makes it; `headers` (underscores for dashes) stand in place of its own."""
        body = raw if raw is not None else b"" if data is None else json.dumps(data).encode()
        sent = {"host": f"{self.host}:{self.port}"}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            token = next((v for k, v in self.cookies.items() if k.endswith("xsrf")), "")
            sent |= {"content-type": "application/json", "x-xsrftoken": token, "content-length": str(len(body))}
        sent |= {name.replace("_", "-").lower(): value for name, value in headers.items()}
        head = [f"{method} {path} HTTP/1.1", *(f"{name}: {v}" for name, v in sent.items() if name not in without)]
        return await self.send("\r\n".join([*head, "", ""]).encode("latin-1") + body)

    async def load(self) -> int:
        """Open the page."""
        return (await self.ask("GET", "/"))[0]

    async def join(self, code: str, team: str = "", **more: Any) -> int:
        """Open the page where that was not done yet, and join; the status of the answer."""
        if not self.cookies:
            await self.load()
        return (await self.ask("POST", "/join", {"code": code, "team": team, **more}))[0]

    async def state(self, seen: str = "") -> dict[str, Any]:
        """What the room says."""
        status, _, body = await self.ask("GET", f"/state?seen={seen}")
        assert status == 200, (status, body)
        found: dict[str, Any] = json.loads(body)
        return found

    async def ballot(self, n: int, touchpoint: str, value: Any, column: str = "score", id: str | None = None) -> int:
        """One answer, sent once; the status of what came back."""
        data = {"id": id or new_id(), "n": n, "column": column, "touchpoint": touchpoint, "value": value}
        return (await self.ask("POST", "/ballot", data))[0]

    async def give(
        self, n: int, touchpoint: str, value: Any, column: str = "score", id: str | None = None, again: Callable[[str], str] = str
    ) -> int:  # fmt: skip
        """One answer, sent until it is acknowledged, as the page does it (`again`: under the same id); how often it was sent."""
        id, pause = id or new_id(), 0.05
        for tries in range(1, 400):
            with suppress(*GONE):
                status = await self.ballot(n, touchpoint, value, column, id)
                if status == 200:
                    return tries
                assert status in (429, 503, 507), status
            id = again(id)
            await asyncio.sleep(pause)
            pause = min(1.0, pause * 1.5)
        raise AssertionError("never acknowledged")

    def hang_up(self) -> None:
        if self._line is not None:
            self._line[1].close()
            self._line = None


def new_id() -> str:
    return secrets.token_hex(12)
