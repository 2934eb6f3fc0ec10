"""Many clients: what is to be done is decided first, then done, several at once; a failed one is named, the others go on."""

from __future__ import annotations

import logging
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Any

from cjmkit.errors import CJMError, Fault, RunError, UsageError
from cjmkit.kit import template as kit_template
from cjmkit.language import Language, languages, speak
from cjmkit.runs import FORMATS
from cjmkit.runs.children import Event, Job, Limits
from cjmkit.runs.failed import remember
from cjmkit.runs.index import PAGE, write_index
from cjmkit.runs.manifest import read_summary
from cjmkit.runs.parameters import checked, day
from cjmkit.runs.plan import Step, Wanted, plan
from cjmkit.runs.standing import standing
from cjmkit.runs.telling import ended
from cjmkit.runs.versions import made_from
from cjmkit.runs.warm import Warm, cores
from cjmkit.workshop.folders import client_folder, clients, find_root, is_packed

LOG = logging.getLogger("cjmkit")


@dataclass(frozen=True)
class Decided:
    """What a run is to do: the clients' folder, the template, the steps, and what they were decided by."""

    root: Path
    template: Path
    steps: tuple[Step, ...]
    wanted: Wanted
    all_clients: bool

    @property
    def left(self) -> list[Step]:
        """The steps that there is something to build for."""
        return [step for step in self.steps if step.build]


@dataclass(frozen=True)
class Result:
    """What came of one client: the files in `out/`, what failed, what should be known, and how long it took."""

    client: str
    languages: tuple[str, ...]
    files: tuple[Path, ...] = ()
    failure: CJMError | None = None
    notes: tuple[Fault, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class Progress:
    """How many of the steps are done, and a client that is done with all of its own."""

    done: int
    of: int
    result: Result | None = None


@dataclass(frozen=True)
class Run:
    """What a run left: the page over all clients, what went wrong by client, and whether it was stopped before its end."""

    index: Path
    failures: Mapping[str, CJMError]
    results: tuple[Result, ...] = ()
    fresh: tuple[str, ...] = ()
    stopped: bool = False


def decide(
    names: Sequence[str] | None = None,
    template: Path | None = None,
    *,
    parameters: Mapping[str, Any] | None = None,
    only: Sequence[str] | None = None,
    languages: Sequence[str] | None = None,
    as_of: str | None = None,
    workshops: str | os.PathLike[str] | None = None,
    force: bool = False,
) -> Decided:
    """What a run would do, without a change to anything.

    Args:
        names: the clients; None or empty is all.
        template: the report notebook; None is the kit's.
        parameters: the template's own.
        only: formats, of `FORMATS`; None is those of each client's report.toml, else all.
        languages: codes; None is those of each client's report.toml, else its journey's.
        as_of: the day on which the reports stand, as ISO text.
        workshops: the folder of the clients.
        force: build anew what is as it should be, too.

    Raises:
        CJMError: a parameter, format, language, date or client's name that is off; nothing starts then.
    """
    strange = [name for name in only or () if name not in FORMATS]
    if strange:
        raise UsageError("There is no format {formats}. There are: {known}.", formats=strange, known=list(FORMATS))
    for code in languages or []:
        speak(code)
    used, given = template or kit_template("report.ipynb"), dict(parameters or {})
    checked(used, given)
    on, root = day(as_of), find_root(workshops)
    if is_packed(root):
        raise UsageError("There is no place for reports here. Copy a sample first: cjmkit new demo --from fridge")
    wanted = Wanted(
        made_from(used), lambda own: checked(used, {**own, **given}), tuple(only) if only else None,
        tuple(languages) if languages else None, on.isoformat() if on else None, force,
    )  # fmt: skip
    folders = (
        [client_folder(name, root) for name in dict.fromkeys(names)]
        if names
        else [root / c for c in clients(root, lost=True)]
    )
    standings = (standing(folder, wanted.options) for folder in folders)
    return Decided(root, used, tuple(plan(standings, wanted)), wanted, not names)


def run_clients(
    names: Sequence[str] | None = None,
    template: Path | None = None,
    *,
    say: Language,
    today: date,
    tell: Callable[[Progress], None] = lambda progress: None,
    at_once: int | None = None,
    limits: Limits | None = None,
    scheduler: str | None = None,
    **asked: Any,
) -> Run:
    """Build what is to be built of clients' reports; what can be refused is refused before anything starts.

    Args:
        names, template, asked: as `decide`.
        say: the language of the page over all clients.
        today: for the ages on it.
        tell: called as the work goes on.
        at_once: how many at the same time; None is the cores.
        limits: of each client in each language.
        scheduler: the address of a dask cluster that does the work; None is this machine.

    Raises:
        CJMError: as `decide`; or the cluster is not there.
    """
    return carry_out(
        decide(names, template, **asked), say=say, today=today, tell=tell, at_once=at_once, limits=limits, scheduler=scheduler
    )  # fmt: skip


def carry_out(
    decided: Decided,
    *,
    say: Language,
    today: date,
    tell: Callable[[Progress], None] = lambda progress: None,
    at_once: int | None = None,
    limits: Limits | None = None,
    scheduler: str | None = None,
) -> Run:
    """Do what was decided; arguments as `run_clients`. A run that is interrupted leaves whole files and says so."""
    done: list[Result] = []
    stopped = False
    limits = limits or Limits()
    lost: dict[str, CJMError] = {}
    steps, narrowed = defaultdict[str, list[Step]](list), bool(decided.wanted.only or decided.wanted.languages)
    for step in decided.steps:
        steps[step.client].append(step)
    for client, some in steps.items():  # whoever has something to build is remembered once that is tried
        if not any(step.build for step in some):
            remember(decided.root / client, some, some[0].blocked, say, narrowed)
    try:
        with _Workers(decided, at_once, limits, scheduler) as workers:
            for progress in workers.progress():
                if progress.result:
                    done.append(result := progress.result)
                    remember(decided.root / result.client, steps[result.client], result.failure, say, narrowed)
                tell(progress)
            lost = workers.compare(say.code, anew=bool(done))
    except KeyboardInterrupt:
        stopped = True
    failures = {r.client: r.failure for r in done if r.failure}
    failures |= {s.client: s.blocked for s in decided.steps if s.blocked}
    fresh = tuple(client for client, some in steps.items() if all(step.state == "fresh" for step in some))
    try:
        write_index(decided.root, say, failures, today, status=_status(decided, done))
    except CJMError as error:  # what came of the clients is told all the same
        lost[PAGE] = error
    return Run(decided.root / PAGE, failures | lost, tuple(done), fresh, stopped)


class _Workers:
    """Who does the jobs of a run: a warm process here, which starts with the first of them, or a cluster."""

    def __init__(self, decided: Decided, at_once: int | None, limits: Limits, scheduler: str | None) -> None:
        self.decided, self.limits, self.scheduler = decided, limits, scheduler
        self.warm = Warm(min(at_once or cores(), max(len(decided.left), 1)), limits)

    def __enter__(self) -> _Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.warm.close()

    def progress(self) -> Iterator[Progress]:
        """Build what is left, and tell of it."""
        decided, steps = self.decided, self.decided.left
        if steps and self.scheduler:
            from cjmkit.runs.cluster import cluster_events

            yield from _results(
                decided, steps, self.limits, cluster_events(self.scheduler, decided, steps, self.limits)
            )
        elif steps:
            jobs: list[Job] = [
                ("cjmkit.runs.job:build", (decided.root / step.client, decided.template, step.language, step.build,
                                           dict(step.options), decided.wanted.as_of)) for step in steps
            ]  # fmt: skip
            yield from _results(decided, steps, self.limits, self.warm.run(jobs))

    def compare(self, language: str, *, anew: bool) -> dict[str, CJMError]:
        """Write the comparisons of all clients, where there are two.

        In this language after a run over all, where it is not there; and every one that is there, in whatever language, where
        anything was built or a client cannot be.
        """
        root = self.decided.root
        there = [code for code in languages() if (root / f"comparison.{code}.html").is_file()]
        anew = anew or any(step.blocked for step in self.decided.steps)
        wanted = dict.fromkeys([*([language] if self.decided.all_clients else []), *there])
        pages = [code for code in wanted if anew or code not in there]
        if not pages or sum(bool(read_summary(root / name)) for name in clients(root)) < 2:
            return {}
        jobs: list[Job] = [
            ("cjmkit.runs.job:compare", (root, kit_template("comparison.ipynb"), code)) for code in pages
        ]
        lost: dict[str, CJMError] = {}
        for n, kind, value in self.warm.run(jobs):
            page = f"comparison.{pages[n]}.html"
            if kind == "failed":
                lost[page] = value
            elif kind == "ended":
                lost[page] = RunError("{file} was not made: its process was ended ({signal}).", file=page, signal=value)
        return lost


def _results(decided: Decided, steps: Sequence[Step], limits: Limits, events: Iterator[Event]) -> Iterator[Progress]:
    """Progress from what the jobs tell: a client is done when it is in all its languages."""
    waiting: defaultdict[str, set[int]] = defaultdict(set)
    files: defaultdict[str, list[Path]] = defaultdict(list)
    notes: defaultdict[str, list[Fault]] = defaultdict(list)
    cells, began, failed = dict[int, int](), dict[str, float](), dict[str, CJMError]()
    languages: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for n, step in enumerate(steps):
        waiting[step.client].add(n)
        languages[step.client][step.language] = None
    over = 0
    for n, kind, value in events:
        step = steps[n]
        began.setdefault(step.client, monotonic())
        if kind == "told":
            what, told = value
            if what == "cell":
                cells[n] = told
            elif what == "note":
                notes[step.client] += [told] if told not in notes[step.client] else []
            elif what == "took":  # on another machine, which tells all at the end
                began[step.client] = min(began[step.client], monotonic() - told)
            elif what == "log":
                LOG.info("%s", told)
            continue
        if kind == "done":
            made, failure = value
            files[step.client] += [decided.root / step.client / "out" / name for name in made]
        else:
            failure = value if kind == "failed" else ended(step.client, value, cells.get(n), decided.template, limits)
        if failure:
            failed.setdefault(step.client, failure)
        over += 1
        waiting[step.client].discard(n)
        result = None
        if not waiting[step.client]:
            result = Result(step.client, tuple(languages[step.client]), tuple(dict.fromkeys(files[step.client])), failed.get(step.client),
                            tuple(notes[step.client]), monotonic() - began[step.client])  # fmt: skip
        yield Progress(over, len(steps), result)


def _status(decided: Decided, done: Sequence[Result]) -> dict[str, str]:
    """What the page over all clients says of each."""
    status: dict[str, str] = {}
    for step in decided.steps:
        status[step.client] = {
            "blocked": "blocked", "build": "stale" if step.was_built else "never", "fresh": status.get(step.client, "fresh")
        }[step.state]  # fmt: skip
    return status | {result.client: "built" for result in done if not result.failure}
