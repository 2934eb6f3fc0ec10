"""How a client's files are read and replaced: whole, one writer at a time, both of a pair or none.

A save: lock, compare with what was read, keep a backup, write beside, fsync, replace, fsync the folder.
Where `journey.json` and `scores.csv` change together, `.saving.json` names both new files before the first is replaced;
whoever reads next finishes what a crash cut short.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout

from cjmkit.errors import Fault, InputError, JourneyError, StorageError
from cjmkit.journey import SCHEMA, Journey
from cjmkit.journey.faults import from_json
from cjmkit.tables import empty_scores, scores_from_csv
from cjmkit.workshop.folders import inside

JOURNEY, SCORES, JOURNAL, LOCK = "journey.json", "scores.csv", ".saving.json", ".journey.json.lock"
LARGEST_MB = 50
BACKUPS = 10
PATIENCE = 10.0  # seconds to wait for another writer


@dataclass(frozen=True)
class Stored:
    """What stands on the disk, byte for byte; two are equal only where nothing was changed."""

    journey: bytes
    scores: bytes | None

    def files(self) -> dict[str, bytes]:
        """The files by name; no scores.csv where there is none."""
        return {JOURNEY: self.journey} | ({} if self.scores is None else {SCORES: self.scores})


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, so that nobody else reads or writes between two files of a save."""
    lock = FileLock(folder / LOCK, mode=0o666)  # whoever may write in the folder may lock it
    lock.acquire(timeout=PATIENCE, poll_interval=0.01)
    try:
        yield
    finally:
        with suppress(OSError):
            lock.release()


@contextmanager
def said_plainly(client: str) -> Iterator[None]:
    """Turn whatever the disk refuses while saving into one `StorageError`."""
    try:
        yield
    except Timeout:
        raise StorageError(
            "{client} is not saved: somebody else has been saving it for {seconds} seconds. "
            "Nothing is lost; try again in a moment.",
            client=client, seconds=PATIENCE,
        ) from None  # fmt: skip
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageError(
                "{client} is not saved: the disk is full. "
                "Nothing is half written and nothing is lost; make room and try again.",
                client=client,
            ) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise StorageError(
                "{client} is not saved: {file} may not be written. "
                "Nothing is half written and nothing is lost; get the permission and try again.",
                client=client, file=error.filename or client,
            ) from error  # fmt: skip
        raise StorageError(
            "{client} is not saved: the disk reports a fault ({problem}). "
            "Nothing is half written and nothing is lost; try again, or on another disk.",
            client=client, problem=error.strerror or str(error),
        ) from error  # fmt: skip


def read(folder: Path, *, finish: bool = True) -> Stored:
    """What stands on the disk; with the lock held, a save that was cut short is finished first."""
    if finish:
        _finish(folder)
    journey = read_bytes(folder, JOURNEY)
    if journey is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder / JOURNEY))
    return Stored(journey, read_bytes(folder, SCORES))


def read_bytes(folder: Path, name: str) -> bytes | None:
    """The content of a file in the folder, None where there is none; refused above 50 MB or where it lies outside."""
    path = inside(folder, name)
    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST_MB * 2**20 + 1)
    except FileNotFoundError:
        return None
    if len(content) > LARGEST_MB * 2**20:
        raise InputError("{file} is larger than {limit} MB. Make it smaller.", file=name, limit=LARGEST_MB)
    return content


def journey_in(content: bytes) -> Journey:
    """The journey in the bytes of a `journey.json`.

    Raises:
        JourneyError: it is no journey, or one of a newer kit.
    """
    try:
        data = from_json(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise JourneyError(
            [Fault(JOURNEY, "is not UTF-8 text from byte {byte} on; save it as UTF-8", {"byte": error.start + 1})]
        ) from None
    number = re.fullmatch(r"cjmkit/journey/([0-9]{1,9})", str(data.get("schema")))
    if number and int(number[1]) > int(SCHEMA.rpartition("/")[2]):
        known = {"value": data["schema"], "known": SCHEMA}
        raise JourneyError(
            [Fault("schema", "{value} is newer than this kit, which knows {known}; bring the kit up to date", known)]
        )
    return Journey.from_data(data)


def scores_in(content: bytes | None) -> pd.DataFrame:
    """The `scores` table in the bytes of a `scores.csv`, an empty one where there is none; raises `InputError`."""
    if content is None:
        return empty_scores()
    try:
        return scores_from_csv(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        byte = error.start + 1
        raise InputError("scores.csv is not UTF-8 text from byte {byte} on. Save it as UTF-8.", byte=byte) from None


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replace these files of the folder, all or none; on return they are on the disk for good."""
    temporary = {name: folder / f".{name}.{os.getpid()}.tmp" for name in files}
    begun = False
    try:
        for name, content in files.items():
            write(temporary[name], content)
        if len(files) > 1:
            plan = {"writer": os.getpid(), "sha256": {name: _sha256(new) for name, new in files.items()}}
            write(folder / f"{JOURNAL}.tmp", json.dumps(plan).encode())
            begun = True  # from here on the new files are wanted, whatever happens
            os.replace(folder / f"{JOURNAL}.tmp", folder / JOURNAL)
            sync(folder)
        for name in files:
            os.replace(temporary[name], folder / name)
        sync(folder)
    finally:
        if not begun:
            _remove(*temporary.values(), folder / f"{JOURNAL}.tmp")
    _remove(folder / JOURNAL)


def put_each(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replace these files of the folder, each whole; on return they are on the disk for good."""
    temporary = {name: folder / f".{name}.{os.getpid()}.tmp" for name in files}
    try:
        for name, content in files.items():
            write(temporary[name], content)
        for name in files:
            os.replace(temporary[name], folder / name)
        sync(folder)
    finally:
        _remove(*temporary.values())


def keep(folder: Path, name: str, files: Mapping[str, bytes]) -> Path:
    """Write copies of files into a new folder, which appears only when all of them are whole."""
    folder.mkdir(exist_ok=True)
    temporary = folder / f".{name}.{os.getpid()}.tmp"
    try:
        temporary.mkdir()
        for file, content in files.items():
            write(temporary / file, content)
        unique = name
        for n in range(2, 1000):
            if not (folder / unique).exists():
                break
            unique = f"{name}-{n}"
        os.rename(temporary, folder / unique)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    sync(folder)
    return folder / unique


def back_up(folder: Path, stored: Stored, revision: int) -> None:
    """Keep what stands on the disk before it is replaced, and of all such copies the ten last."""
    place = inside(folder, ".backup")
    mark = f"-r{revision}-{_sha256(stored.journey + (stored.scores or b''))[:8]}"
    there = sorted(place.iterdir()) if place.is_dir() else []
    kept = [p for p in there if not p.name.startswith(".")]
    if not (kept and kept[-1].name.endswith(mark)):  # a save that failed and is tried again is kept once
        kept.append(keep(place, f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S-%f}{mark}", stored.files()))
    for old in [*kept[:-BACKUPS], *(p for p in there if p not in kept)]:
        shutil.rmtree(old, ignore_errors=True)


def write(path: Path, content: bytes) -> None:
    """Write a file and wait until it is on the disk."""
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    if os.name == "nt":  # Windows has no such thing
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _finish(folder: Path) -> None:
    """Replace what a save that was cut short had ready, and take away what it left."""
    content = read_bytes(folder, JOURNAL)
    if content is not None:
        for name, (temporary, sha256) in _plan(content).items():
            ready = read_bytes(folder, temporary)
            if ready is not None and _sha256(ready) == sha256:
                os.replace(folder / temporary, folder / name)
        sync(folder)
        _remove(folder / JOURNAL)
    _remove(*folder.glob(".*.tmp"))


def _plan(content: bytes) -> dict[str, tuple[str, str]]:
    """By file: its new content beside it and that content's hash; nothing where the plan itself is damaged."""
    try:
        plan = json.loads(content)
        return {name: (f".{name}.{int(plan['writer'])}.tmp", plan["sha256"][name]) for name in (JOURNEY, SCORES)}
    except (ValueError, KeyError, TypeError):
        return {}


def _remove(*paths: Path) -> None:
    for path in paths:
        with suppress(OSError):
            path.unlink()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
