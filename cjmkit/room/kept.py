"""`room.json`: what a room is, kept beside the client's journey while it is open, so that a restart finds it."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from cjmkit.errors import InputError, StorageError
from cjmkit.room.box import BALLOTS
from cjmkit.workshop import Workshop, saving

ROOM = "room.json"


def read_room(folder: Path) -> dict[str, Any]:
    """What `room.json` of this folder says; nothing where there is none.

    Raises:
        InputError: it cannot be read.
    """
    content = saving.read_bytes(folder, ROOM)
    if content is None:
        return {}
    try:
        data = json.loads(content)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise InputError(
            "{file} cannot be read. Take it away to open a new room; the ballots in {ballots} stay.",
            file=ROOM,
            ballots=BALLOTS,
        )
    return data


def is_away(folder: Path) -> bool:
    """Whether `room.json` was taken away, or the whole client: then nobody finds the room any more."""
    return not (folder / ROOM).exists()


def forget_room(folder: Path) -> None:
    """Take `room.json` away, and what a write of it that was cut short left; raises `StorageError`."""
    with saving.said_plainly(folder.name):
        for name in (f"{ROOM}.new", ROOM):
            with suppress(FileNotFoundError):
                os.unlink(folder / name)


def write_room(folder: Path, data: dict[str, Any]) -> None:
    """Write `room.json`, whole, readable by its owner alone; raises `StorageError`."""
    new = folder / f"{ROOM}.new"
    with saving.said_plainly(folder.name):
        with suppress(FileNotFoundError):
            os.unlink(new)
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write((json.dumps(data, ensure_ascii=False) + "\n").encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, folder / ROOM)
        saving.sync(folder)


def refuse_sample(workshop: Workshop) -> None:
    """Raise `StorageError` for a sample: nobody votes in it."""
    if workshop.is_sample:
        raise StorageError(
            "{client} is a sample and stays as it is. Make a copy to vote in: in notebook 00_start, or with cjmkit new NAME --from {client}.",
            client=workshop.client,
        )
