"""The raw files in a client's `evidence/`: kept byte for byte with their hash, found again, read as they were declared."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from cjmkit.errors import N_, CJMError, Fault, InputError, NotFoundError
from cjmkit.exchange.columns import columns_of
from cjmkit.exchange.survey_tables import read_survey_table
from cjmkit.exchange.surveys import Survey, read_survey
from cjmkit.journey.parts import Source
from cjmkit.journey.translated import translated
from cjmkit.journey.values import thawed
from cjmkit.runs.manifest import sha256
from cjmkit.workshop import Workshop, client_slug, saving

if TYPE_CHECKING:
    from cjmkit.exchange.customers import Customers
    from cjmkit.exchange.events import Log

PIECE = 2**20


def keep(workshop: Workshop, file: Path) -> tuple[str, str]:
    """Copy a raw file into the client's evidence, byte for byte and piece by piece.

    Returns:
        Its name in the client's folder, and its SHA-256.

    Raises:
        StorageError: the disk refused, or this is a sample.
    """
    with workshop.writing(), saving.said_plainly(workshop.client):
        (workshop.folder / "evidence").mkdir(exist_ok=True)
        temporary = workshop.folder / "evidence" / f".{os.getpid()}.tmp"
        hash = hashlib.sha256()
        try:
            with file.open("rb") as raw, temporary.open("wb") as copy:
                while piece := raw.read(PIECE):
                    hash.update(piece)
                    copy.write(piece)
                copy.flush()
                os.fsync(copy.fileno())
            name = _name(workshop.folder, file, hash.hexdigest())
            os.replace(temporary, workshop.folder / name)
            saving.sync(workshop.folder / "evidence")
        finally:
            temporary.unlink(missing_ok=True)
    return name, hash.hexdigest()


def _name(folder: Path, file: Path, hash: str) -> str:
    """Where in the client's folder a raw file goes: a safe name with its endings; never that of another file's content.

    "2017 Survey.csv" becomes "evidence/2017-survey-1f3a.csv"; what is in evidence stays under its name, because a source
    may name it.
    """
    endings = "".join(file.suffixes[-2:] if file.suffix.lower() == ".gz" else [file.suffix])
    stem = file.name.removesuffix(endings)
    ending = "".join(c for c in endings.lower() if c.isalnum() or c == ".")[:12]
    name = f"evidence/{client_slug(stem)}{ending}"
    if (folder / name).is_file() and sha256(folder / name) != hash:
        name = f"evidence/{client_slug(stem)}-{hash[:8]}{ending}"
    return name


def file_of(workshop: Workshop, source: Source, name: str = "") -> Path:
    """Where a source's file, or one that is joined to it, stands.

    Raises:
        InputError: it leads out of the client's folder. NotFoundError: it is not there.
    """
    name = name or source.file
    file = workshop.folder / name
    if not file.resolve().is_relative_to(workshop.folder.resolve()):
        raise InputError("{file} of source {source} leads out of the client's folder.", file=name, source=source.id)
    if not file.is_file():
        raise NotFoundError(
            "{file} of source {source} is not in the client's folder. Put it back, or import it again.",
            file=name,
            source=source.id,
        )
    return file


def files_read(workshop: Workshop) -> list[Path]:
    """The raw files that a report is made from, unread; raises as `file_of` where one is not there."""
    latest = [found[-1] for kind in ("survey", "customers") if (found := _of_kind(workshop, kind, ()))]
    files = [file_of(workshop, source) for source in latest]
    logs = _of_kind(workshop, "events", ())
    return files + [file_of(workshop, source, name) for source in logs for name in (*source.join, source.file)]


def evidence_gaps(workshop: Workshop) -> list[Fault]:
    """The raw files that are no longer as they were imported."""
    sentence = N_("is not as it was imported (its hash differs): import it again, or put the file as it came back")
    return [
        Fault(source.file, sentence)
        for source in workshop.journey.sources
        if source.sha256
        and (workshop.folder / source.file).is_file()
        and sha256(file_of(workshop, source)) != source.sha256
    ]


def read_latest_survey(
    workshop: Workshop, without: Container[str] = (), texts: Mapping[str, str] | None = None
) -> Survey | None:
    """The client's latest survey, from the raw file in `evidence/` and the columns declared for it; none of `without`.

    Args:
        workshop: the client.
        without: ids of sources that do not count.
        texts: translations of what the columns are named, by the text as typed.
    """
    surveys = _of_kind(workshop, "survey", without)
    if not surveys:
        return None
    [named] = [s for s in translated(workshop.journey, texts or {}).sources if s.id == surveys[-1].id]
    return read_survey(file_of(workshop, surveys[-1]), columns_of(thawed(named.columns)))


def read_people(workshop: Workshop, without: Container[str] = ()) -> Customers | None:
    """The client's latest table of customers; none of `without`."""
    sources = _of_kind(workshop, "customers", without)
    if not sources:
        return None
    from cjmkit.exchange.customers import read_customers

    return read_customers(file_of(workshop, sources[-1]), columns_of(thawed(sources[-1].columns), "customers"))


def read_log(workshop: Workshop, customers: Customers | None = None, without: Container[str] = ()) -> Log | None:
    """What customers did: all the client's files of events as one log, the customers' columns as segments of it."""
    sources = _of_kind(workshop, "events", without)
    if not sources:
        return None
    from cjmkit.exchange.events import together

    return together(list(_logs(workshop, sources)), customers)


def log_gaps(workshop: Workshop) -> list[Fault]:
    """What is doubtful of the client's logs, and may change what they say: equal rows, days beside times, strangers."""
    log = read_log(workshop)
    if log is None:
        return []
    from cjmkit.exchange.event_doubts import DAY_ONLY, STRANGERS, TWICE

    return [warning for warning in log.warnings if warning.sentence in (TWICE, STRANGERS, DAY_ONLY)]


def beside(workshop: Workshop, log: Log, id: str) -> tuple[Fault, ...]:
    """What is doubtful of a log beside the client's others, itself (by its source's id) apart; nothing where these cannot be read."""
    sources = [source for source in _of_kind(workshop, "events", ()) if source.id != id]
    if not sources:
        return ()
    from cjmkit.exchange.events import together

    try:
        logs = [*_logs(workshop, sources), log]
    except CJMError:
        return ()
    return together(logs).warnings[sum(len(one.warnings) for one in logs) :]


def people_in(source: Source, content: bytes) -> set[str]:
    """Who stands in a source's file of this content, as its reader reads it: respondents or customers.

    Raises:
        CJMError: it cannot be read.
    """
    columns = columns_of(thawed(source.columns), source.kind)
    who = {name: column for name, column in columns.items() if column.role in ("respondent", "customer")}
    if source.kind == "survey":
        table = read_survey_table(content).table
        return {cell for name in who if name in table for cell in table[name].str.strip()}
    if source.kind == "customers":
        from cjmkit.exchange.any_table import read_any_table

        people = read_any_table(content)[0]
        return {cell for name in who if name in people for cell in people[name].str.strip()}
    from cjmkit.exchange.event_cells import cell_of
    from cjmkit.exchange.event_engine import asked
    from cjmkit.exchange.event_files import table_of

    log = table_of(content)
    return {
        str(cell)
        for name, column in who.items() if name in log.headings
        for (cell,) in asked(log.connection, f"SELECT DISTINCT {cell_of(log, name, column)} FROM raw")
    }  # fmt: skip


def broken_sources(workshop: Workshop) -> dict[str, CJMError]:
    """The files that cannot be read as they are declared, by the id of their source; each is read by itself."""
    readers = {"survey": read_latest_survey, "customers": read_people, "events": read_log}
    ids, broken = [source.id for source in workshop.journey.sources], {}
    for source in workshop.journey.sources:
        try:
            if source.kind in readers:
                readers[source.kind](workshop, without={id for id in ids if id != source.id})  # type: ignore[operator]
        except CJMError as error:
            broken[source.id] = error
    return broken


def _of_kind(workshop: Workshop, kind: str, without: Container[str]) -> list[Source]:
    return [source for source in workshop.journey.sources if source.kind == kind and source.id not in without]


def _logs(workshop: Workshop, sources: list[Source]) -> Iterator[Log]:
    from cjmkit.exchange.events import read_events

    for source in sources:
        join: dict[Path | str, str] = {file_of(workshop, source, name): key for name, key in source.join.items()}
        yield read_events(file_of(workshop, source), columns_of(thawed(source.columns), "events"), join=join)
