"""One client's workshop: the journey as last read, and the ways to save it."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from cjmkit.errors import ConflictError, InputError, JourneyError, StorageError, UsageError
from cjmkit.journey import Journey
from cjmkit.tables import SCORES, scores_to_csv
from cjmkit.workshop import images, saving
from cjmkit.workshop.clock import Clock
from cjmkit.workshop.folders import client_folder, clients, find_root, inside, last_client, remembers
from cjmkit.workshop.merging import merge, merge_scores


@dataclass(frozen=True)
class Status:
    """How far a client's workshop is: counts, and the names of the parts that are filled in."""

    client: str
    title: str
    language: str
    revision: int
    is_sample: bool
    counts: dict[str, int]  # personas, stages, touchpoints, actions, rounds, participants
    scored: float | None  # share of touchpoints with a score, 0-1
    filled: tuple[str, ...]
    days: int  # since the last save


class Workshop:
    """A client's folder, opened; `journey` is as last read or saved, `unsaved` what could not be saved yet."""

    journey: Journey
    unsaved: dict[str, Any]
    stored: saving.Stored
    _tried: saving.Stored
    _scores: pd.DataFrame | None

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._followers: dict[str, Callable[[Journey, pd.DataFrame], None]] = {}
        self.reload()

    def __repr__(self) -> str:
        return f"Workshop({self.client!r}, revision={self.journey.revision})"

    @property
    def client(self) -> str:
        """The name of the folder, by which the client is opened."""
        return self.folder.name

    @property
    def is_sample(self) -> bool:
        """Whether this is one of the kit's samples, which stay as they are."""
        return (self.folder / ".sample").exists()

    @property
    def scores(self) -> pd.DataFrame:
        """The `scores` table as last read or saved; raises `InputError` where scores.csv is broken."""
        if self._scores is None:
            self._scores = saving.scores_in(self.stored.scores)
        return self._scores.copy()

    @property
    def settings(self) -> dict[str, Any]:
        """What `report.toml` says, nothing where there is none; raises `InputError` with its line."""
        try:
            content = saving.read_bytes(self.folder, "report.toml")
            return tomllib.loads((content or b"").decode("utf-8-sig").replace("\r\n", "\n"))
        except OSError as error:
            raise self._unreadable(error) from error
        except UnicodeDecodeError as error:
            line, problem = error.object[: error.start].count(b"\n") + 1, error.reason
        except tomllib.TOMLDecodeError as error:
            at = re.search(r"^(.*) \(at line (\d+)", str(error))
            line = int(at[2]) if at else (content or b"").count(b"\n") + 1
            problem = at[1] if at else str(error)
            twice = re.search(r"Cannot declare \('(\w+)',?\) twice", problem)
            if twice:
                raise InputError(
                    "report.toml of {client}, line {line}: [{part}] stands there a second time. Put both together.",
                    client=self.client, line=line, part=twice[1],
                ) from None  # fmt: skip
        raise InputError(
            "report.toml of {client}, line {line}, cannot be read: {problem}.",
            client=self.client, line=line, problem=problem,
        )  # fmt: skip

    def reload(self) -> Journey:
        """Read the folder anew and let go of what was not saved."""
        try:
            if self.is_sample or not os.access(self.folder, os.W_OK):  # nobody here writes it, nobody waits
                stored = saving.read(self.folder, finish=False)
            else:
                with saving.locked(self.folder):
                    stored = saving.read(self.folder)
        except OSError as error:
            raise self._unreadable(error) from error
        try:
            journey = saving.journey_in(stored.journey)
        except JourneyError as error:
            raise JourneyError(
                error.faults,
                "The journey of {client} has {n} fault(s): {faults}. Mend it, or take an earlier copy from .backup/ or versions/.",
                client=self.client,
            ) from None
        self._accept(stored, journey)
        return journey

    def save(self, **parts: Any) -> Journey:
        """Save these parts of the journey, or `scores=` a table of scores, and whatever is still unsaved.

        Returns:
            The journey as it now stands on the disk, its revision one higher; the same one where nothing changed.

        Raises:
            ConflictError: somebody else saved in the meantime; then `reload`, `merge` or `keep_both`.
            StorageError: the disk refused, or this is a sample.
            JourneyError: the parts do not fit the journey. InputError: the table is no `scores` table.
        """
        wanted = {**self.unsaved, **parts}
        journey, scores = self._edited(wanted)
        self.unsaved = wanted
        with self.writing():
            disk = saving.read(self.folder)
            self._compare(disk)
            was = self.journey if disk == self.stored else saving.journey_in(disk.journey)
            return self._write(disk, was, journey, scores)

    def merge(self) -> Journey:
        """Save what is unsaved together with what somebody else saved in the meantime.

        Raises:
            ConflictError: both changed the same field differently; with the places, nothing is written.
        """
        journey, scores = self._edited(self.unsaved)
        with self.writing():
            disk = saving.read(self.folder)
            theirs = saving.journey_in(disk.journey)
            merged = merge(self.journey, journey, theirs)
            if scores is not None:
                table = merge_scores(self.scores, saving.scores_in(scores), saving.scores_in(disk.scores))
                scores = scores_to_csv(table).encode()
            return self._write(disk, theirs, merged, scores)

    def keep_both(self, now: datetime | None = None) -> Path:
        """Set what is unsaved aside in `versions/<time>-mine`, and go on with what is on the disk."""
        journey, scores = self._edited(self.unsaved)
        mine = saving.Stored(journey.to_json().encode(), self.stored.scores if scores is None else scores)
        with self.writing():
            place = saving.keep(inside(self.folder, "versions"), f"{_stamp(now)}-mine", mine.files())
        self.reload()
        return place

    def keep_image(self, name: str, content: bytes) -> str:
        """Keep a picture in the client's folder; the answer is what a persona's `image` holds.

        Raises:
            InputError: it is no PNG, JPEG or WebP picture, or larger than 5 MB.
            StorageError: the disk refused, or this is a sample.
        """
        with self.writing():
            return images.keep_image(self.folder, name, content)

    def image(self, image: str) -> bytes | None:
        """The picture kept under this name; None where there is none."""
        return images.read_image(self.folder, image)

    def follow(self, name: str, listener: Callable[[Journey, pd.DataFrame], None]) -> None:
        """Tell this listener the journey and the scores after every save; a later one of the same name takes its place."""
        self._followers[name] = listener

    @property
    def clock(self) -> Clock:
        """The workshop's clock, kept beside the journey."""
        return Clock(self.folder, self.writing, can_keep=not self.is_sample)

    def snapshot(self, now: datetime | None = None) -> Path:
        """A dated copy of journey.json and scores.csv, as they stand on the disk, in `versions/`."""
        with self.writing():
            return saving.keep(inside(self.folder, "versions"), _stamp(now), saving.read(self.folder).files())

    def status(self, now: datetime | None = None) -> Status:
        """How far this workshop is; `now` is the time to count the days from."""
        journey, scores = self.journey, self.scores
        given = scores[scores["score"].notna()]
        counts = {name: len(getattr(journey, name)) for name in ("personas", "stages", "touchpoints", "actions")}
        counts["rounds"] = given["round"].nunique()
        counts["participants"] = given["participant"].nunique()
        ids = {t.id for t in journey.touchpoints}
        filled = [name for name, n in counts.items() if n]
        if journey.goal.change or journey.goal.kpi:
            filled.insert(0, "goal")
        try:
            saved = datetime.fromtimestamp((self.folder / saving.JOURNEY).stat().st_mtime)
        except OSError as error:
            raise self._unreadable(error) from error
        return Status(
            client=self.client,
            title=journey.title,
            language=journey.language,
            revision=journey.revision,
            is_sample=self.is_sample,
            counts=counts,
            scored=len(ids & set(given["touchpoint"])) / len(ids) if ids else None,
            filled=tuple(filled),
            days=max(0, ((now or datetime.now()) - saved).days),
        )

    def _edited(self, parts: dict[str, Any]) -> tuple[Journey, bytes | None]:
        """The journey with these parts, and the text of scores.csv where scores are among them."""
        rest = {name: part for name, part in parts.items() if name != "scores"}
        journey = self.journey.changed(**rest) if rest else self.journey
        if "scores" not in parts:
            return journey, None
        missing = [name for name in SCORES if name not in parts["scores"].columns]
        if missing:
            raise InputError("The table of scores lacks the columns {missing}.", missing=missing)
        content = scores_to_csv(parts["scores"]).encode("utf-8", "surrogatepass")
        if scores_to_csv(saving.scores_in(content)).encode() != content:
            raise InputError("The table of scores holds values that a scores.csv cannot hold. Check its columns.")
        return journey, content

    def _compare(self, disk: saving.Stored) -> None:
        # What this workshop tried to save itself may be there although the disk reported a fault.
        if disk not in (self.stored, self._tried):
            theirs = saving.journey_in(disk.journey)
            raise ConflictError(
                "{client} was changed by somebody else since it was opened here (revision {was}, now {now}). "
                "Your edit is still in memory: take theirs with reload(), put both together with merge(), "
                "or set yours aside with keep_both().",
                theirs=theirs, base=self.journey, ways=self._ways(),
                client=self.client, was=self.journey.revision, now=theirs.revision,
            )  # fmt: skip

    def _write(self, disk: saving.Stored, was: Journey, journey: Journey, scores: bytes | None) -> Journey:
        if scores is None:
            scores = disk.scores
        if journey.model_copy(update={"revision": was.revision}) == was and scores == disk.scores:
            self._accept(disk, was)
            return was
        journey = journey.model_copy(update={"revision": was.revision + 1})
        self._tried = saving.Stored(journey.to_json().encode(), scores)
        changed = {name: new for name, new in self._tried.files().items() if new != disk.files().get(name)}
        saving.back_up(self.folder, disk, was.revision)
        saving.put(self.folder, changed)
        self._accept(self._tried, journey)
        return journey

    def _accept(self, stored: saving.Stored, journey: Journey) -> None:
        if not hasattr(self, "stored") or stored.scores != self.stored.scores:
            self._scores = None  # read again when somebody asks
        self.journey = journey
        self.unsaved = {}
        self.stored = self._tried = stored
        for listener in self._followers.values():
            listener(journey, self.scores)

    def _ways(self) -> dict[str, Callable[[], tuple[Journey, pd.DataFrame]]]:
        """The ways out of a conflict, each handing back the journey and the scores that then hold."""

        def way(go: Callable[[], object]) -> Callable[[], tuple[Journey, pd.DataFrame]]:
            def gone() -> tuple[Journey, pd.DataFrame]:
                go()
                return self.journey, self.scores

            return gone

        return {"merge": way(self.merge), "reload": way(self.reload), "keep_both": way(self.keep_both)}

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the folder's lock; one plain sentence where the disk refuses or this is a sample."""
        with saving.said_plainly(self.client):
            if self.is_sample:
                raise StorageError(
                    "{client} is a sample and stays as it is. Make a copy to work in: in notebook 00_start, or with cjmkit new NAME --from {client}.",
                    client=self.client,
                )
            with saving.locked(self.folder):
                yield

    def _unreadable(self, error: OSError) -> StorageError:
        return StorageError(
            "{client} cannot be read: {problem} ({file}). Check the folder and its permissions, then open it again.",
            client=self.client, problem=error.strerror or str(error), file=error.filename or str(self.folder),
        )  # fmt: skip


def open_workshop(
    client: str | None = None, workshops: str | os.PathLike[str] | None = None, *, remember: bool = True
) -> Workshop:
    """Open a client's folder: the one named, else `CJMKIT_CLIENT`, else the one opened last.

    Args:
        client: the folder's name, or the client's.
        workshops: the folder of the clients, if not the one that `find_root` finds.
        remember: whether this becomes the one opened last; notebooks remember it, commands and reports do not.

    Raises:
        NotFoundError: no such client; with the nearest names. UsageError: none is named, or it leads elsewhere.
        JourneyError: its journey.json is broken; with all its faults. StorageError: it cannot be read.
    """
    root = find_root(workshops)
    name = client or os.environ.get("CJMKIT_CLIENT") or last_client(root)
    if not name:
        raise UsageError(
            "No client is open yet. Choose one in the notebook 00_start, or name it. There are: {clients}.",
            clients=clients(root)[:12] or ["–"],
        )
    workshop = Workshop(client_folder(name, root))
    if remember and remembers(root):
        with suppress(OSError):  # a convenience, never worth an error
            saving.put(root, {".last": f"{workshop.client}\n".encode()})
    return workshop


def _stamp(now: datetime | None) -> str:
    return f"{now or datetime.now():%Y-%m-%dT%H-%M-%S}"
