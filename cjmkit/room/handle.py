"""The room as a notebook or a command holds it: find the one that is open, start one, ask it, tell it what to do."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any

from cjmkit.errors import StorageError, UsageError
from cjmkit.language import speak
from cjmkit.room.addresses import Address, addresses
from cjmkit.room.kept import read_room, refuse_sample
from cjmkit.workshop import Workshop

PATIENCE = 20.0  # seconds for a server to begin


class VotingRoom:
    """One client's voting room, wherever its process is; `status` is None while none is open.

    After each thing done the workshop is read anew, so that the screens show what was counted.
    """

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self._on: int | None = None

    def __repr__(self) -> str:
        return f"VotingRoom({self.workshop.client!r})"

    def check(self) -> None:
        """Raise `StorageError` where nobody can vote: a sample stays as it is."""
        refuse_sample(self.workshop)

    def status(self) -> dict[str, Any] | None:
        """What the room says of itself; None where none is open. A server that died and is not back yet says so too."""
        status = self.ask()
        self.follow(status)
        return status

    def ask(self, do: str = "", **values: Any) -> dict[str, Any] | None:
        """The same, after it has done something if that is named; it touches no workshop, so that a thread may wait for it."""
        kept = read_room(self.workshop.folder)
        if not kept and not do:
            return None
        if not kept:
            raise UsageError("No voting room is open.")
        try:
            return self._send(kept, {"do": do, **values} if do else None)
        except (OSError, HTTPException, json.JSONDecodeError):  # it died, perhaps while it answered
            if do:
                raise StorageError("The voting room gives no answer. Open it again: what was given is kept.") from None
            return {"phase": "gone", "url": "", **{name: kept.get(name) for name in ("host", "port")}}

    def voting(self) -> int:
        """The journey's round that is open on the phones, 0 where none is."""
        kept = read_room(self.workshop.folder)
        return (kept.get("asked") or {}).get("round", 0) if kept.get("phase") == "open" else 0

    def addresses(self) -> list[Address]:
        """By which of this machine's addresses phones could come in, their cards in the workshop's words."""
        return [Address(a.ip, a.named(speak(self.workshop.journey.language)), a.virtual) for a in addresses()]

    def qr(self, url: str) -> str:
        """This address as a QR code, an SVG to stand in a page."""
        import segno  # only a room needs it

        return str(segno.make(url, error="m").svg_inline(border=4, dark="#000", light="#fff", omitsize=True))

    def links(self) -> dict[str, str]:
        """The addresses of the facilitator's `desk` and of the `wall` on this machine, with the key; none while none is open."""
        kept = read_room(self.workshop.folder)
        if not kept:
            return {}
        return {name: f"http://127.0.0.1:{kept['desk_port']}/{name}#{kept['desk_key']}" for name in ("desk", "wall")}

    def start(self, host: str | None = None, port: int | None = None) -> dict[str, Any]:
        """Open the room, or the one that was open: its own process, which outlives this kernel.

        Raises:
            StorageError: it did not begin; with what it said.
        """
        there = self.ask()
        if there is not None and there["phase"] != "gone":
            return self._done("listen", host=host) if host and host != there["host"] else there
        program = [sys.executable, "-m", "cjmkit.room", str(self.workshop.folder), host or "", str(port or "")]
        process = subprocess.Popen(
            program, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
        )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            status = self.ask()
            if status is not None and status["phase"] != "gone":
                return status
            if process.poll() is not None:
                break
            time.sleep(0.1)
        said = (
            process.stderr.read().decode(errors="replace").strip()
            if process.poll() is not None and process.stderr
            else ""
        )
        raise StorageError("The voting room did not open: {problem}", problem=said or "it gave no answer")

    def do(self, what: str, **values: Any) -> dict[str, Any]:
        """Have the room do this (`open`, `close`, `show`, `listen`, `test`, `admit`, `decide`, `end`); its status after it.

        Raises:
            UsageError: the room refused, in its words. StorageError: it cannot be reached.
        """
        status = self._done(what, **values)
        self.follow(status)
        return status

    def follow(self, status: Mapping[str, Any] | None) -> None:
        """Read the workshop anew where the room has saved or another round is on; what waits here unsaved is not let go of."""
        if not status or "revision" not in status:
            return
        newer = status["revision"] > self.workshop.journey.revision
        was, self._on = self._on, self.voting()
        if (newer or was not in (None, self._on)) and not self.workshop.unsaved:
            self.workshop.reload()

    def _done(self, what: str, **values: Any) -> dict[str, Any]:
        return self.ask(what, **values) or {}

    def _send(self, kept: dict[str, Any], data: dict[str, Any] | None) -> dict[str, Any]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{kept['desk_port']}/{'do' if data else 'status'}", method="POST" if data else "GET",
            data=json.dumps(data).encode() if data else None,
            headers={"Authorization": f"Desk {kept['desk_key']}", "Content-Type": "application/json"},
        )  # fmt: skip
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                request, timeout=30 if data else 5
            ) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            try:
                sentence = json.load(error)["error"]
            except (ValueError, KeyError):
                sentence = str(error)
            raise UsageError(sentence) from None  # in the room's words and language already


def voting_room(workshop: Workshop) -> VotingRoom:
    """The voting room of this client: the one that is open, or one to be opened."""
    return VotingRoom(workshop)
