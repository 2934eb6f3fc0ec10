"""From a client's folder to what its report is made from."""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cjmkit.errors import N_, Fault, JourneyError
from cjmkit.journey.translated import translated
from cjmkit.language import spoken
from cjmkit.method.priorities import aimed_at
from cjmkit.reports.report import Report
from cjmkit.runs.evidence import files_read, read_latest_survey, read_log, read_people
from cjmkit.runs.parameters import day
from cjmkit.runs.settings import settings_of
from cjmkit.tables import score_faults
from cjmkit.workshop import Workshop, open_workshop
from cjmkit.workshop.translations import read_translations

if TYPE_CHECKING:
    import pandas as pd

    from cjmkit.exchange.events import Log


SMALL = 50_000  # events
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KEPT: list[tuple[Path, dict[str, Any], Report]] = []


def open_report(
    client: str | None = None,
    *,
    language: str | None = None,
    persona: str | None = None,
    path: str | None = None,
    as_of: str | date | None = None,
    target: float | None = None,
    teams_equal: bool = False,
    workshops: str | os.PathLike[str] | None = None,
) -> Report:
    """A client's folder, read and checked, ready to be reported on.

    Args:
        client: the client's name; None is the one that is open.
        language: a code; None is the journey's language, or English where the kit does not speak it.
        persona: an id; None is the goal's persona, else the first.
        path: an id; None is the persona's first path.
        as_of: the day on which the report stands; None is the journey's.
        target: the score to reach, in points of the scale; None is its top.
        teams_equal: each team weighs the same.
        workshops: the folder of the clients.

    Raises:
        CJMError: the folder, the journey, the scores or the survey cannot be used; says which and why.
    """
    asked: dict[str, Any] = {
        "language": language,
        "persona": persona,
        "path": path,
        "as_of": day(as_of),
        "target": target,
        "teams_equal": teams_equal,
    }
    workshop = open_workshop(client, workshops, remember=False)
    for folder, kept, report in _KEPT:
        if (folder, kept) == (workshop.folder, asked):
            return report
    return report_of(workshop, **asked)


@contextmanager
def kept(workshop: Workshop, report: Report, **asked: Any) -> Iterator[None]:
    """Let whoever opens this report here, or in a process forked from this one, have it with all it has computed already.

    Args:
        workshop: the client.
        report: what `open_report` is to give.
        asked: how it was asked for.
    """
    usual = {"language": None, "persona": None, "path": None, "as_of": None, "target": None, "teams_equal": False}
    _KEPT.append((workshop.folder, {**usual, **asked}, report))
    try:
        yield
    finally:
        _KEPT.pop()


def report_of(
    workshop: Workshop,
    *,
    language: str | None = None,
    persona: str | None = None,
    path: str | None = None,
    as_of: str | date | None = None,
    target: float | None = None,
    teams_equal: bool = False,
    without: Container[str] = (),
) -> Report:
    """The same for a workshop that is already open, without the sources of these ids."""
    journey, scores = workshop.journey, scores_of(workshop)
    code = language or spoken(journey.language)
    translations = read_translations(workshop)
    texts = translations.get(code, {}) if code != journey.language else {}
    survey, people = read_latest_survey(workshop, without, texts), read_people(workshop, without)
    log = read_log(workshop, people, without)
    settings = settings_of(workshop)
    report = Report(
        journey=translated(journey, texts),
        scores=scores.assign(team=[texts.get(team) or team for team in scores.team]),
        language=code,
        typed=journey if texts else None,
        translations=translations,
        answers=survey.answers if survey else None,
        items=survey.items if survey else None,
        codes=survey.codes if survey else None,
        segments=survey.segments if survey else {},
        events=_at_hand(log) if log else None,
        event_segments=log.segments if log else {},
        customers=people.table if people else None,
        customer_columns={**people.segments, **(people.numbers or {})} if people else {},
        duplicates=log.duplicates if log else 0,
        persona=persona,
        path=path,
        as_of=day(as_of),
        target=target,
        teams_equal=teams_equal,
        team_min=settings.team_min,
        brand=settings.brand,
        images={p.image: content for p in journey.personas if p.image and (content := workshop.image(p.image))},
    )
    _ = report.say, report.actions  # a language, persona, path or target that cannot be is told now
    return report


def scores_of(workshop: Workshop) -> pd.DataFrame:
    """The client's scores, which fit the journey; raises `CJMError` where they cannot be read or do not."""
    scores = workshop.scores
    faults = score_faults(scores, workshop.journey)
    if faults:
        raise JourneyError(faults, "The scores of the journey have {n} fault(s): {faults}")
    return scores


def refuse_unbuildable(
    workshop: Workshop, *, persona: str | None = None, path: str | None = None, target: float | None = None
) -> None:
    """Raise what would stop a report of this client, as far as it can be said without reading a survey or a log."""
    scores_of(workshop)
    files_read(workshop)
    read_translations(workshop)
    journey = workshop.journey
    journey.persona(journey.path(persona, path).persona or persona)
    aimed_at(journey, target)


def too_early(workshop: Workshop, on: date | None) -> list[Fault]:
    """That a report is to stand on a day before there were scores or sources; where these have no date, before the journey's own."""
    journey = workshop.journey
    days = [source.as_of.isoformat() for source in journey.sources if source.as_of]
    days += [at[:10] for at in workshop.scores["at"] if DAY.match(at)]
    if journey.as_of and not days:
        days = [journey.as_of.isoformat()]
    if on is None or not days or on.isoformat() >= min(days):
        return []
    sentence = N_("the report stands on {day}, before the first date of what it is made from, {first}")
    return [Fault(workshop.client, sentence, {"day": on.isoformat(), "first": min(days)})]


def _at_hand(log: Log) -> Any:
    """The events; a small log, which is asked many small questions, as a pandas table that answers each at once."""
    return log.events.df() if log.rows <= SMALL else log.events
