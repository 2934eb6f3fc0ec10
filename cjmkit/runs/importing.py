"""Files from outside brought into a client's folder: the raw file kept unchanged, the journey extended, nothing lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pandas as pd

from cjmkit.errors import N_, Fault, InputError, UsageError
from cjmkit.exchange.changes import Changes
from cjmkit.exchange.columns import Columns
from cjmkit.exchange.journeys import read_journey
from cjmkit.exchange.mermaid import read_mermaid
from cjmkit.exchange.scores import read_scores
from cjmkit.exchange.workbook import read_workbook
from cjmkit.journey import Round
from cjmkit.journey.translated import out_of_date
from cjmkit.runs.evidence import keep
from cjmkit.runs.incoming import Imported, Incoming
from cjmkit.tables import SCORE_KEY
from cjmkit.workshop import Workshop, new_workshop
from cjmkit.workshop.translations import keep_translations, read_translations, translation_files

DIAGRAMS = (".mmd", ".mermaid", ".md")


def import_survey(
    workshop: Workshop, file: Path, columns: Columns, *, create_in: str | None = None, now: datetime | None = None
) -> Imported:
    """Bring a survey into a client's folder; a survey of the same file name is replaced.

    Args:
        workshop: the client's folder, open.
        file: the survey as received.
        columns: what each column is.
        create_in: the stage in which touchpoints that the journey lacks are created (a column may name another).
        now: the time that the snapshot before it is named for.

    Raises:
        CJMError: the file, the columns or a touchpoint; nothing is kept then.
    """
    return Incoming(workshop, "survey", file, columns, create_in=create_in).take(now)


def import_events(
    workshop: Workshop,
    file: Path,
    columns: Columns,
    *,
    join: Mapping[Path | str, str] | None = None,
    now: datetime | None = None,
) -> Imported:
    """Bring a log of events into a client's folder; several files make one log, one of the same name is replaced.

    Args:
        workshop: the client's folder, open.
        file: the log as received, CSV, Parquet or XES.
        columns: what each column is.
        join: further files with columns of the log, each with the column that both share.
        now: the time that the snapshot before it is named for.

    Raises:
        CJMError: a file or its columns; nothing is kept then.
    """
    return Incoming(workshop, "events", file, columns, join=join or {}).take(now)


def import_customers(workshop: Workshop, file: Path, columns: Columns, *, now: datetime | None = None) -> Imported:
    """Bring a table of customers into a client's folder; one of the same file name is replaced.

    Raises:
        CJMError: the file or its columns; nothing is kept then.
    """
    return Incoming(workshop, "customers", file, columns).take(now)


def import_scores(workshop: Workshop, file: Path, *, now: datetime | None = None) -> Imported:
    """Bring a table of scores in; rows of the same round, participant, persona and touchpoint are replaced.

    Raises:
        CJMError: the file or a row; nothing is kept then.
    """
    table, warnings = read_scores(file, workshop.journey)
    both = pd.concat([workshop.scores, table]).drop_duplicates(SCORE_KEY, keep="last")
    both = both.sort_values(SCORE_KEY, kind="stable").reset_index(drop=True)
    known = {r.id for r in workshop.journey.rounds}
    rounds = [*workshop.journey.rounds, *(Round(id=int(n)) for n in sorted(set(table["round"])) if n not in known)]
    workshop.snapshot(now)
    keep(workshop, file)
    workshop.save(scores=both, rounds=rounds)
    return Imported(len(table), warnings=warnings)


def import_journey(workshop: Workshop, file: Path, *, now: datetime | None = None) -> Imported:
    """Replace the client's journey by the one in a file, after a snapshot; a Mermaid diagram only adds to it.

    Raises:
        CJMError: the file is no journey, or the scores that are here do not fit it; nothing is kept then.
    """
    if file.suffix.lower() in DIAGRAMS:
        return _add_diagram(workshop, file, now)
    journey = read_journey(file)
    lost = set(workshop.scores.touchpoint) - {t.id for t in journey.touchpoints}
    if lost:
        raise InputError(
            "{file} lacks touchpoints that have been scored: {touchpoints}. Keep their ids, or begin a new client.",
            file=file.name, touchpoints=sorted(lost)[:12],
        )  # fmt: skip
    parts = {name: part for name, part in journey.to_data().items() if name not in ("schema", "revision")}
    workshop.snapshot(now)
    keep(workshop, file)
    workshop.save(**parts)
    return Imported(len(journey.touchpoints))


def begin(name: str, file: Path, language: str, workshops: Path | None = None) -> tuple[Workshop, tuple[Fault, ...]]:
    """Begin a client's folder with the journey in a file, which is kept in evidence; and what was noticed in it.

    Raises:
        UsageError: the client is there already, or the file is neither a Mermaid diagram nor a `journey.json`.
        CJMError: the file cannot be read.
    """
    warnings: tuple[Fault, ...] = ()
    if file.suffix.lower() in DIAGRAMS:
        read = read_mermaid(file)
        journey, warnings = read.journey.changed(language=language), read.warnings
    elif file.suffix.lower() == ".json":
        journey = read_journey(file)
    else:
        sentence = N_("{file} is no journey. A client begins from a Mermaid diagram (.mmd) or a journey.json.")
        raise UsageError(sentence, file=file.name)
    workshop = new_workshop(name, workshops=workshops, journey=journey)
    keep(workshop, file)
    return workshop, warnings


def _add_diagram(workshop: Workshop, file: Path, now: datetime | None) -> Imported:
    read = read_mermaid(file, workshop.journey)
    if read.journey != workshop.journey:
        workshop.snapshot(now)
        keep(workshop, file)
        parts = read.journey.to_data()
        workshop.save(**{name: parts[name] for name in ("title", "personas", "stages", "touchpoints", "paths")})
    return Imported(len(read.created), read.created, read.warnings)


def read_back(workshop: Workshop, file: Path) -> Changes:
    """What a client's edited workbook would change; nothing is taken yet, and what has been scored is never removed.

    Raises:
        CJMError: it is no workbook of the kit, or too large.
    """
    journey, scores = workshop.journey, workshop.scores
    declared = [column for source in journey.sources for column in source.columns.values()]
    rated = {str(c.get("touchpoint")) for c in declared if isinstance(c, Mapping)}
    first = {p.id for p in journey.personas[:1]} if len(scores) else set()  # whose scores are where no persona is named
    kept = {"touchpoints": {*scores.touchpoint, *rated}, "personas": {*scores.persona, *first}}
    return read_workbook(file, journey, read_translations(workshop), kept=kept)


def take_back(
    workshop: Workshop, file: Path, changes: Changes, *, theirs: bool = False, now: datetime | None = None
) -> Imported:
    """Take the changes of an edited workbook into the client's folder, after a snapshot.

    Args:
        workshop: the client's folder, open.
        file: the workbook, which is kept in evidence.
        changes: what `read_back` found in it.
        theirs: take the workbook's side where the journey was changed too.
        now: the time that the snapshot is named for.

    Raises:
        JourneyError: the changes together make no whole journey; nothing is kept then.
        StorageError: the disk refused.
    """
    journey = changes.applied(workshop.journey, theirs=theirs)
    texts = changes.translations(journey, read_translations(workshop), theirs=theirs)
    taken = changes.taken(theirs)
    if taken:
        workshop.snapshot(now)
        keep(workshop, file)
        workshop.save(**{k: part for k, part in journey.to_data().items() if k not in ("schema", "revision")})
        if any(change.sheet == "translations" for change in taken):
            keep_translations(workshop, texts)
    return Imported(len(taken))


def translation_gaps(workshop: Workshop) -> list[Fault]:
    """How many translations are of texts that were changed since, or are gone."""
    stale = {code: len(out_of_date(workshop.journey, texts)) for code, texts in read_translations(workshop).items()}
    sentence = N_("translations whose texts were changed since ({n}): export the workbook and translate them anew")
    return [Fault(translation_files(workshop)[code], sentence, {"n": n}) for code, n in stale.items() if n]
