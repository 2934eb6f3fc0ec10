"""Files from outside brought into a client's folder: the raw file kept unchanged, the journey extended, nothing lost."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd

from cjmkit.errors import Fault, InputError
from cjmkit.exchange.columns import Column
from cjmkit.exchange.journeys import read_journey
from cjmkit.exchange.scores import read_scores
from cjmkit.exchange.surveys import Survey, read_survey
from cjmkit.journey import Journey, Round
from cjmkit.method.surveys import nps
from cjmkit.tables import SCORE_KEY
from cjmkit.workshop import Workshop, client_slug, saving


@dataclass(frozen=True)
class Imported:
    """What came in: how many rows, which touchpoints are new, what was noticed; a survey's NPS where it asks one."""

    rows: int
    created: tuple[str, ...] = ()
    warnings: tuple[Fault, ...] = ()
    nps: float | None = None


def import_survey(
    workshop: Workshop,
    file: Path,
    columns: Mapping[str, Column],
    *,
    create_in: str | None = None,
    now: datetime | None = None,
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
    survey = read_survey(file, columns)
    journey = workshop.journey
    created = _new_touchpoints(journey, survey, create_in)
    id = f"survey-{client_slug(file.stem)}"[:64].rstrip("-")
    source = {
        "id": id,
        "file": _evidence_name(workshop, file),
        "kind": "survey",
        "columns": {name: column.to_data() for name, column in columns.items()},
        "as_of": None,
    }
    touchpoints = [*journey.to_data()["touchpoints"], *created]
    sources = [s for s in journey.to_data()["sources"] if s["id"] != id]
    journey.changed(touchpoints=touchpoints, sources=[*sources, source])  # a fault is told before anything is written
    workshop.snapshot(now)
    _keep(workshop, file)
    workshop.save(touchpoints=touchpoints, sources=[*sources, source])
    overall = nps(survey.answers, survey.items)
    return Imported(
        survey.rows,
        tuple(t["id"] for t in created),
        survey.warnings,
        float(overall.value.iloc[0]) if len(overall) and overall.n.iloc[0] else None,
    )


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
    _keep(workshop, file)
    workshop.save(scores=both, rounds=rounds)
    return Imported(len(table), warnings=warnings)


def import_journey(workshop: Workshop, file: Path, *, now: datetime | None = None) -> Imported:
    """Replace the client's journey by the one in a file, after a snapshot; the revision goes on counting.

    Raises:
        CJMError: the file is no journey, or the scores that are here do not fit it; nothing is kept then.
    """
    journey = read_journey(file)
    lost = set(workshop.scores.touchpoint) - {t.id for t in journey.touchpoints}
    if lost:
        raise InputError(
            "{file} lacks touchpoints that have been scored: {touchpoints}. Keep their ids, or begin a new client.",
            file=file.name, touchpoints=sorted(lost)[:12],
        )  # fmt: skip
    parts = {name: part for name, part in journey.to_data().items() if name not in ("schema", "revision")}
    workshop.snapshot(now)
    _keep(workshop, file)
    workshop.save(**parts)
    return Imported(len(journey.touchpoints))


def _new_touchpoints(journey: Journey, survey: Survey, create_in: str | None) -> list[dict[str, str]]:
    known = {t.id for t in journey.touchpoints}
    rated = survey.items[survey.items.touchpoint != ""].drop_duplicates("touchpoint")
    missing = rated[~rated.touchpoint.isin(known)]
    if len(missing) and create_in is None:
        raise InputError(
            "The survey rates touchpoints that are not in the journey: {touchpoints}. Correct the columns file, or "
            "create them with --create-touchpoints STAGE.",
            touchpoints=sorted(missing.touchpoint),
        )
    if create_in is not None:
        journey.stage(create_in)
    return [
        {"id": row["touchpoint"], "stage": row["stage"] or str(create_in), "name": row["name"] or row["touchpoint"],
         "evidence": "measured"}
        for row in missing.to_dict("records")
    ]  # fmt: skip


def _evidence_name(workshop: Workshop, file: Path) -> str:
    """Where in the client's folder the raw file goes: a safe name with its ending; never that of another file's content.

    "2017 Survey.csv" becomes "evidence/2017-survey-1f3a.csv"; what is in evidence stays under its name, because a source
    may name it.
    """
    ending = "".join(c for c in file.suffix.lower() if c.isalnum() or c == ".")[:8]
    name = f"evidence/{client_slug(file.stem)}{ending}"
    there = workshop.folder / name
    content = file.read_bytes()
    if there.is_file() and there.read_bytes() != content:
        name = f"evidence/{client_slug(file.stem)}-{hashlib.sha256(content).hexdigest()[:8]}{ending}"
    return name


def _keep(workshop: Workshop, file: Path) -> None:
    """Copy the raw file into the client's evidence, byte for byte."""
    with saving.said_plainly(workshop.client):
        target = workshop.folder / _evidence_name(workshop, file)
        target.parent.mkdir(exist_ok=True)
        saving.put(target.parent, {target.name: file.read_bytes()})
