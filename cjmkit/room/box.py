"""The ballot box, `ballots.jsonl`: a ballot is acknowledged when it is on the disk, and each is there once."""

from __future__ import annotations

import asyncio
import json
import os
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from cjmkit.errors import StorageError
from cjmkit.room.ballots import Ballot, Cell, Refused
from cjmkit.workshop import saving

BALLOTS = "ballots.jsonl"


class BallotBox:
    """The ballots of one round, in the order in which the server took them; the last of a cell counts.

    Ballots that arrive together share one fsync. After a crash the same file is opened again: a line that was not
    finished was never acknowledged, and is cut off.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / BALLOTS
        self.kept: dict[str, Ballot] = {}
        self.given: defaultdict[str, dict[Cell, Any]] = defaultdict(dict)
        self._waiting: dict[str, tuple[Ballot, asyncio.Future[None]]] = {}
        self._flushing: asyncio.Task[None] | None = None
        self._disk = ThreadPoolExecutor(1)
        self._file = -1
        self._size = 0
        self._spoilt = False
        self._open()

    async def put(self, ballot: Ballot) -> None:
        """Keep this ballot; on return it is on the disk. One that is there already is there once.

        Raises:
            Refused: the id is another person's, or another answer's.
            StorageError: the disk refused; nothing of it is kept.
        """
        known = self.kept.get(ballot.id) or (self._waiting[ballot.id][0] if ballot.id in self._waiting else None)
        if known is not None:
            if (known.who, known.cell, known.value) != (ballot.who, ballot.cell, ballot.value):
                raise Refused("This id is another ballot's.", 409)
            if ballot.id in self._waiting:
                await asyncio.shield(self._waiting[ballot.id][1])
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[ballot.id] = (ballot, done)
        self.given[ballot.who][ballot.cell] = ballot.value
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.get_running_loop().create_task(self._flush())
        await asyncio.shield(done)

    def holds(self, id: str, who: str) -> bool:
        """Whether this person's ballot is here already, or on its way to the disk."""
        known = self.kept.get(id) or (self._waiting[id][0] if id in self._waiting else None)
        return known is not None and known.who == who

    async def settled(self) -> None:
        """Wait until nothing is on its way to the disk."""
        while self._flushing is not None and not self._flushing.done():
            await self._flushing

    def close(self) -> None:
        """Let go of the file; it stays."""
        self._disk.shutdown()
        os.close(self._file)

    async def _flush(self) -> None:
        loop = asyncio.get_running_loop()
        while batch := list(self._waiting.values()):
            try:
                await loop.run_in_executor(self._disk, self._append, b"".join(b.to_line() for b, _ in batch))
            except OSError as error:
                self._give_up(error)
                return
            for ballot, done in batch:
                self.kept[ballot.id] = ballot
                del self._waiting[ballot.id]
                done.set_result(None)

    def _append(self, content: bytes) -> None:
        try:
            if self._spoilt:  # what was refused is still there: what comes now must not stand behind it
                os.ftruncate(self._file, self._size)
            self._spoilt, view = True, memoryview(content)
            while view:
                view = view[os.write(self._file, view) :]
            os.fsync(self._file)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._file, self._size)
            raise
        self._size, self._spoilt = self._size + len(content), False

    def _give_up(self, error: OSError) -> None:
        """The disk refused: whoever waits is told, and what was given is again what stands on the disk."""
        waiting, self._waiting = self._waiting, {}
        self._fold()
        for _, done in waiting.values():
            done.set_exception(
                StorageError(
                    "The answer could not be kept: {problem}. It is still on the phone.", problem=str(error.strerror)
                )
            )
            done.exception()  # whoever waited may be gone

    def _open(self) -> None:
        new = not self.path.exists()
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        content = self.path.read_bytes()
        self._size = content.rfind(b"\n") + 1
        if self._size < len(content):
            os.ftruncate(self._file, self._size)
            os.fsync(self._file)
        self.kept = {ballot.id: ballot for ballot in _ballots(content[: self._size])}
        if new:
            saving.sync(self.path.parent)
        self._fold()

    def _fold(self) -> None:
        self.given.clear()
        for ballot in self.kept.values():
            self.given[ballot.who][ballot.cell] = ballot.value

    @property
    def answers(self) -> Mapping[str, Mapping[Cell, Any]]:
        """By person and cell what counts; what was taken back is None."""
        return self.given


def _ballots(content: bytes) -> list[Ballot]:
    """The ballots of these lines; one that the disk spoilt is left out, those after it are not."""
    found = []
    for line in content.splitlines():
        try:
            found.append(Ballot(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return found


def set_aside(folder: Path, *, lost: bool = False) -> None:
    """Take away ballots that were counted; those of a room that nothing is known of are kept under another name."""
    with suppress(FileNotFoundError):
        if lost:
            os.rename(folder / BALLOTS, folder / f"ballots-left-{datetime.now():%Y-%m-%dT%H-%M-%S}.jsonl")
        else:
            os.unlink(folder / BALLOTS)
