"""A file of customers' answers, events or data on its way in: shown as it will be understood, then kept or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from cjmkit.errors import Fault, InputError, NotFoundError
from cjmkit.exchange.columns import Columns
from cjmkit.exchange.first_look import columns_toml
from cjmkit.exchange.surveys import Survey, read_survey
from cjmkit.journey import Journey
from cjmkit.journey.parts import Source
from cjmkit.method.measured import measured
from cjmkit.method.surveys import nps
from cjmkit.runs.evidence import beside, keep
from cjmkit.workshop import Workshop, client_slug, saving

if TYPE_CHECKING:
    from cjmkit.exchange.customers import Customers
    from cjmkit.exchange.events import Log

SHOWN = 5  # rows of a preview


@dataclass(frozen=True)
class Preview:
    """What a file holds as it will be understood: counts, the first rows, what is left out, what is doubtful."""

    rows: int
    customers: int
    head: pd.DataFrame
    first: date | None = None
    last: date | None = None
    warnings: tuple[Fault, ...] = ()
    creates: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Imported:
    """What came in: how many rows, which touchpoints are new or now measured, what was noticed; a survey's NPS where it asks one."""

    rows: int
    created: tuple[str, ...] = ()
    warnings: tuple[Fault, ...] = ()
    nps: float | None = None
    measured: tuple[str, ...] = ()


@dataclass(frozen=True)
class Incoming:
    """One file that is to come into a client's folder; nothing of it is kept before `take`.

    Args:
        workshop: the client's folder, open.
        kind: "survey", "events" or "customers".
        file: the file as received.
        columns: what each column is.
        join: further files whose columns a log needs, each with the column that both share.
        preset: the tool it is from, "" where none is named.
        query: what a database was asked, where the file is its answer.
        create_in: the stage in which touchpoints that the journey lacks are created (a column may name another).
    """

    workshop: Workshop
    kind: str
    file: Path
    columns: Columns
    join: Mapping[Path | str, str] = field(default_factory=dict)
    preset: str = ""
    query: str = ""
    create_in: str | None = None

    @cached_property
    def survey(self) -> Survey | None:
        """The answers, where it is a survey."""
        return read_survey(self.file, self.columns) if self.kind == "survey" else None

    @cached_property
    def customers(self) -> Customers | None:
        """The customers, where it is a table of them."""
        if self.kind != "customers":
            return None
        from cjmkit.exchange.customers import read_customers

        return read_customers(self.file, self.columns)

    @cached_property
    def log(self) -> Log | None:
        """The events, where it is a log."""
        if self.kind != "events":
            return None
        from cjmkit.exchange.events import read_events

        return read_events(self.file, self.columns, join=dict(self.join))

    @cached_property
    def created(self) -> list[dict[str, str]]:
        """The touchpoints that the survey rates and the journey lacks.

        Raises:
            InputError: there are some, and no stage is said for them.
        """
        return _new_touchpoints(self.workshop.journey, self.survey, self.create_in) if self.survey else []

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """The touchpoints that this file marks as measured."""
        journey = self.workshop.journey
        if self.created:
            journey = journey.changed(touchpoints=[*journey.to_data()["touchpoints"], *self.created])
        survey, log = self.survey, self.log
        if survey is not None:
            ids = measured(journey, answers=survey.answers, items=survey.items)
        else:
            ids = measured(journey, events=log.events) if log is not None else ()
        return tuple(id for id in ids if journey.touchpoint(id).evidence != "measured")

    @cached_property
    def beside(self) -> tuple[Fault, ...]:
        """What is doubtful of a log beside the client's others."""
        return beside(self.workshop, self.log, source_id(self.kind, self.file.name)) if self.log is not None else ()

    def preview(self) -> Preview:
        """What the file holds as it will be understood.

        Raises:
            CJMError: the file or its columns cannot be used; says which and why.
        """
        creates, measures = tuple(t["id"] for t in self.created), self.measures
        if self.survey is not None:
            head, people = _first_people(self.survey)
            return Preview(
                self.survey.rows, people, head, warnings=self.survey.warnings, creates=creates, measures=measures
            )
        if self.customers is not None:
            table = self.customers.table
            return Preview(len(table), table.customer.nunique(), table.head(SHOWN), warnings=self.customers.warnings)
        log = self.log
        assert log is not None
        head = log.events.order('"at", customer, event').limit(SHOWN).df()
        return Preview(
            log.rows,
            log.customers,
            head,
            _day(log.first),
            _day(log.last),
            (*log.warnings, *self.beside),
            measures=measures,
        )

    def take(self, now: datetime | None = None) -> Imported:
        """Keep the file in evidence, declare it in the journey, mark what is measured now; a snapshot is made before.

        Raises:
            CJMError: as `preview`; StorageError: the disk refused, or this is a sample. Nothing is kept then.
        """
        shown = self.preview()
        workshop = self.workshop
        self._sources("", "", {})  # a fault is told before anything is written
        workshop.snapshot(now)
        name, hash = keep(workshop, self.file)
        joined = {keep(workshop, Path(file))[0]: key for file, key in self.join.items()}
        declared = f"{Path(name).name.split('.')[0]}-columns.toml"
        with saving.said_plainly(workshop.client):
            saving.put(workshop.folder / "evidence", {declared: columns_toml(self.columns).encode()})
        workshop.save(**self._sources(name, hash, joined))
        overall = nps(self.survey.answers, self.survey.items) if self.survey is not None else pd.DataFrame()
        value = float(overall.value.iloc[0]) if len(overall) and overall.n.iloc[0] else None
        return Imported(shown.rows, shown.creates, shown.warnings, value, shown.measures)

    def _sources(self, name: str, hash: str, joined: Mapping[str, str]) -> dict[str, Any]:
        """The parts of the journey that change; a source of the same kind and file name is replaced."""
        journey = self.workshop.journey
        id = source_id(self.kind, self.file.name)
        source = {"id": id, "file": name or self.file.name, "kind": self.kind, "as_of": None, "sha256": hash,
                  "columns": {name: column.to_data() for name, column in self.columns.items()},
                  "preset": self.preset, "query": self.query, "join": dict(joined)}  # fmt: skip
        data = journey.to_data()
        touchpoints = [*data["touchpoints"], *self.created]
        touchpoints = [{**t, "evidence": "measured"} if t["id"] in self.measures else t for t in touchpoints]
        parts = {"touchpoints": touchpoints, "sources": [*(s for s in data["sources"] if s["id"] != id), source]}
        journey.changed(**parts)
        return parts


def source_id(kind: str, file: str) -> str:
    """Under which id a file of this kind is declared; one of the same name takes its place."""
    return f"{kind}-{client_slug(file.split('.')[0])}"[:64].rstrip("-")


def take_out(workshop: Workshop, id: str, now: datetime | None = None) -> Source:
    """Declare a file of a client no longer; it stays in evidence, and the map as it was in `versions/`.

    Raises:
        NotFoundError: there is no such source. StorageError: the disk refused, or this is a sample.
    """
    sources = workshop.journey.sources
    gone = next((source for source in sources if source.id == id), None)
    if gone is None:
        there = [source.file for source in sources]
        raise NotFoundError("No such file is in. What is: {files}.", files=there or "–")
    workshop.snapshot(now)
    workshop.save(sources=[source for source in workshop.journey.to_data()["sources"] if source["id"] != id])
    return gone


def _first_people(survey: Survey) -> tuple[pd.DataFrame, int]:
    """The answers of the first few people, a column an item; and how many people there are."""
    who = ["respondent", *(["wave"] if (survey.answers.wave != "").any() else []), *survey.segments]
    answers = survey.answers.astype(dict.fromkeys(survey.segments, str))
    rows = answers.drop_duplicates(["respondent", "wave"])
    first = answers.merge(rows[["respondent", "wave"]].head(SHOWN))
    wide = first.pivot(index=who, columns="item", values="value").reset_index() if len(first) else rows
    order = {id: n for n, id in enumerate(rows.respondent.head(SHOWN))}
    wide = wide.sort_values("respondent", key=lambda ids: ids.map(order), kind="stable")
    return wide[[*who, *(item for item in survey.items.item if item in wide)]], answers.respondent.nunique()


def _day(at: Any) -> date | None:
    return None if at is None or pd.isna(at) else pd.Timestamp(at).date()


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
        {"id": row["touchpoint"], "stage": row["stage"] or str(create_in), "name": row["name"] or row["touchpoint"]}
        for row in missing.to_dict("records")
    ]
