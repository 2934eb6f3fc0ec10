"""A person taken out of a client's folder: scores, ballots, evidence, versions, backups, and what was built for oneself."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from cjmkit.errors import CJMError, NotFoundError, UsageError
from cjmkit.exchange.columns import KINDS, columns_of
from cjmkit.journey.values import thawed
from cjmkit.runs.evidence import people_in
from cjmkit.runs.traces import LARGEST, Person, Trace, trace
from cjmkit.workshop import Workshop, clients, open_workshop, saving

ROOM = "room.json"


@dataclass(frozen=True)
class Forgetting:
    """What goes of a person, and what somebody must look at, file by file."""

    person: str
    traces: tuple[Trace, ...]

    @property
    def going(self) -> tuple[Trace, ...]:
        """The files that lose rows or go as a whole."""
        return tuple(t for t in self.traces if t.rows or t.goes)

    @property
    def standing(self) -> tuple[Trace, ...]:
        """The files in whose words the name also stands, and those that cannot be searched."""
        return tuple(t for t in self.traces if not t.goes and (t.places or t.unread))


def traces_of(workshop: Workshop, name: str) -> Forgetting:
    """What the client's folder holds of a person; nothing is changed.

    Args:
        workshop: the client, open.
        name: the participant, respondent or customer, as they are called in the files.

    Raises:
        NotFoundError: nobody is called so in any file, with the nearest participants. UsageError: no name is given, or
            a voting room is open.
    """
    person = Person(name)
    if not person.plain:
        raise UsageError(
            "Say who is to be forgotten: a participant, a respondent or a customer, as the files call them."
        )
    if (workshop.folder / ROOM).exists():
        raise UsageError("A voting room of {client} is open. End it, then try again.", client=workshop.client)
    ids = _ids(workshop)
    home = workshop.folder.resolve()
    found = []
    for path in _files(workshop.folder):
        file = path.relative_to(workshop.folder).as_posix()
        if not path.resolve().is_relative_to(home) or path.stat().st_size > LARGEST:
            found.append(Trace(file, unread=True))
            continue
        content = path.read_bytes()
        left = trace(file, content, person, ids.get(file))
        found.append(_sure(workshop, left, content, person) if file in ids and not left.unread else left)
    forgetting = Forgetting(person.name, tuple(found))
    if not forgetting.going and not any(t.places or (t.unread and t.file in ids) for t in found):
        raise _unknown(workshop, person)
    return forgetting


def forget(workshop: Workshop, name: str) -> Forgetting:
    """Take a person out of the client's folder; each file whole, the scores last, and after a crash run it again.

    Raises:
        CJMError: as `traces_of`; StorageError: the disk refused, or this is a sample.
    """
    with workshop.writing():
        stored = saving.read(workshop.folder)
        forgetting = traces_of(workshop, name)
        changes = {t.file: t.new for t in forgetting.going}
        scores = changes.pop(saving.SCORES, None)
        for file, content in changes.items():
            _replace(workshop.folder / file, content)
        journey = _journey(stored, scores, {t.file: t.new for t in forgetting.going})
        last = {saving.JOURNEY: journey} if journey != stored.journey else {}
        if scores is not None:
            last[saving.SCORES] = scores
        if last:
            saving.put(workshop.folder, last)
    workshop.reload()
    return forgetting


def _journey(stored: saving.Stored, scores: bytes | None, changed: Mapping[str, bytes | None]) -> bytes:
    """The journey of the next revision, without sources of which no row is left, with the hashes of those that lost rows; the same where nothing changed."""
    journey = saving.journey_in(stored.journey)
    left = [source for source in journey.sources if changed.get(source.file, b"") is not None]
    hashes = {file: hashlib.sha256(content).hexdigest() for file, content in changed.items() if content is not None}
    sources = [
        source.model_copy(
            update={
                "sha256": hashes.get(source.file, source.sha256) if source.sha256 else "",
                "join": {file: key for file, key in source.join.items() if changed.get(file, b"") is not None},
            }
        )
        for source in left
    ]
    if scores is None and tuple(sources) == journey.sources:
        return stored.journey
    if tuple(sources) != journey.sources:
        journey = journey.changed(sources=sources)
    return journey.model_copy(update={"revision": journey.revision + 1}).to_json().encode()


def _replace(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink()
        saving.sync(path.parent)
        return
    mode = path.stat().st_mode
    saving.put(path.parent, {path.name: content})
    os.chmod(path, mode)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.endswith(".lock"):
            yield path


def _ids(workshop: Workshop) -> Mapping[str, set[str]]:
    """By evidence file, the columns that say who a row is of; files that are joined to a log have the same."""
    found: dict[str, set[str]] = {}
    for source in workshop.journey.sources:
        if source.kind in KINDS:
            columns = columns_of(thawed(source.columns), source.kind)
            who = {name for name, column in columns.items() if column.role in ("respondent", "customer")}
            for file in (source.file, *source.join):
                found.setdefault(file, set()).update(who)
    return found


def _sure(workshop: Workshop, left: Trace, content: bytes, person: Person) -> Trace:
    """The same, named as a file to look at where its own reader still finds the person in what would be left of it."""
    source = next((s for s in workshop.journey.sources if s.file == left.file), None)
    if left.goes or source is None or source.kind not in KINDS:
        return left
    try:
        still = any(person.is_cell(who) for who in people_in(source, content if left.new is None else left.new))
    except CJMError:
        still = left.new is None  # it could not be read before either
    return replace(left, unread=True) if still else left


def _unknown(workshop: Workshop, person: Person) -> NotFoundError:
    near = get_close_matches(person.name, sorted(set(workshop.scores.participant)), n=3, cutoff=0.6)
    if near:
        return NotFoundError(
            "Nobody is called {person} in the files of {client}. Did you mean {near}?",
            person=repr(person.name), client=workshop.client, near=near,
        )  # fmt: skip
    return NotFoundError(
        "Nobody is called {person} in the files of {client}.", person=repr(person.name), client=workshop.client
    )


def others_with(workshop: Workshop, person: str) -> list[str]:
    """The other clients beside this one, samples aside, in whose scores somebody of this name stands: copies hold people too."""
    found = []
    for name in clients(workshop.folder.parent):
        if name != workshop.client:
            with suppress(CJMError):
                other = open_workshop(name, workshop.folder.parent, remember=False)
                if not other.is_sample and person in set(other.scores.participant):
                    found.append(name)
    return found
