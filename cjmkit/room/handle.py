"""The room as a notebook or a command holds it: find the one that is open, start one, ask it, tell it what to do."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import Any

from cjmkit.errors import StorageError, UsageError
from cjmkit.room.kept import read_room
from cjmkit.workshop import Workshop

PATIENCE = 20.0  # seconds for a server to begin


class VotingRoom:
    """One client's voting room, wherever its process is; `status` is None while none is open.

    After each thing done the workshop is read anew, so that the screens show what was counted.
    """

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop

    def __repr__(self) -> str:
        return f"VotingRoom({self.workshop.client!r})"

    def status(self) -> dict[str, Any] | None:
        """What the room says of itself; None where none is open. A server that died and is not back yet says so too."""
        kept = read_room(self.workshop.folder)
        if not kept:
            return None
        try:
            status = self._ask(kept, "/status")
        except OSError:
            return {"phase": "gone", "url": "", **{name: kept.get(name) for name in ("host", "port")}}
        self._follow(status)
        return status

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
        there = self.status()
        if there is not None and there["phase"] != "gone":
            return self.do("listen", host=host) if host and host != there["host"] else there
        program = [sys.executable, "-m", "cjmkit.room", str(self.workshop.folder), host or "", str(port or "")]
        process = subprocess.Popen(
            program, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
        )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            status = self.status()
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
        """Have the room do this (`open`, `close`, `show`, `listen`, `test`, `admit`, `end`); its status after it.

        Raises:
            UsageError: the room refused, in its words. StorageError: it cannot be reached.
        """
        kept = read_room(self.workshop.folder)
        if not kept:
            raise UsageError("No voting room is open.")
        try:
            status = self._ask(kept, "/do", {"do": what, **values})
        except OSError:
            raise StorageError("The voting room gives no answer. Open it again: what was given is kept.") from None
        self._follow(status)
        return status

    def _follow(self, status: dict[str, Any]) -> None:
        """Read the workshop anew where the room has saved; what waits here unsaved is not let go of."""
        if status["revision"] != self.workshop.journey.revision and not self.workshop.unsaved:
            self.workshop.reload()

    def _ask(self, kept: dict[str, Any], path: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{kept['desk_port']}{path}", method="GET" if data is None else "POST",
            data=None if data is None else json.dumps(data).encode(),
            headers={"Authorization": f"Desk {kept['desk_key']}", "Content-Type": "application/json"},
        )  # fmt: skip
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
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
