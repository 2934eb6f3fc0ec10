"""How a run is told: the plan, one progress bar for all, one line for each client, what failed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cjmkit.cli.app import err, out, say, told

if TYPE_CHECKING:
    from cjmkit.errors import Fault
    from cjmkit.runs.many import Decided, Progress, Result, Run
    from cjmkit.runs.plan import Step


def show_plan(decided: Decided, as_json: bool) -> None:
    """Print what would be built and why."""
    if as_json:
        out.print_json(json.dumps([_step(step) for step in decided.steps]))
        return
    for step in decided.steps:
        out.print(_planned(step), markup=False)
    count = {state: sum(step.state == state for step in decided.steps) for state in ("build", "fresh", "blocked")}
    out.print(say("To build: {build}. As they were built: {fresh}. Blocked: {blocked}.", **count), markup=False)


def _planned(step: Step) -> str:
    if step.blocked:
        return say("{client}: blocked: {problem}", client=step.client, problem=told(step.blocked))
    if not step.build:
        return say("{client} {language}: as it was built", client=step.client, language=step.language)
    why = "; ".join(_reasons(step.why))
    return say(
        "{client} {language}: build {formats} ({why})",
        client=step.client,
        language=step.language,
        formats=", ".join(step.build),
        why=why,
    )


def _reasons(why: Sequence[Fault]) -> list[str]:
    """Each reason once, with all that it holds for: "html, pdf: not built yet"."""
    places: dict[str, list[str]] = {}
    for fault in why:
        places.setdefault(fault.sentence, []).append(say(fault.place))
    return [say("{files}: {reason}", files=", ".join(some), reason=say(sentence)) for sentence, some in places.items()]


def _step(step: Step) -> dict[str, Any]:
    return {
        "client": step.client, "language": step.language, "state": step.state, "build": list(step.build), "fresh": list(step.fresh),
        "why": _reasons(step.why), "blocked": told(step.blocked) if step.blocked else None,
    }  # fmt: skip


@contextmanager
def progress_shown(decided: Decided, as_json: bool) -> Iterator[Callable[[Progress], None]]:
    """One bar for all on a terminal, and a line for each client as it is done; nothing but what comes at the end for a program."""
    from rich import progress as rich

    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TimeRemainingColumn(elapsed_when_finished=True),
    )
    with rich.Progress(*columns, console=out, transient=True, disable=as_json or not out.is_terminal) as bar:
        task = bar.add_task(say("Reports"), total=len(decided.left))

        def tell(progress: Progress) -> None:
            bar.update(task, completed=progress.done)
            if progress.result and not as_json:
                _show_client(progress.result)

        yield tell


def _show_client(result: Result) -> None:
    for note in result.notes:
        out.print(say("note: {text}", text=say.error(note)), markup=False)
    if result.failure:
        err.print(say("{client} failed: {problem}", client=result.client, problem=told(result.failure)), markup=False)
    if result.files:
        files = say.plural("{n} file", "{n} files", len(result.files))
        out.print(say("{client}: {languages}, {files} in {folder} ({seconds} s)", client=result.client, languages=", ".join(result.languages),
                      files=files, folder=str(result.files[0].parent), seconds=say.number(result.seconds, 1)), markup=False)  # fmt: skip


def show_run(decided: Decided, run: Run, as_json: bool) -> None:
    """Print what came of it."""
    if as_json:
        out.print_json(json.dumps({
            "index": str(run.index), "stopped": run.stopped, "fresh": list(run.fresh),
            "built": {r.client: [str(file) for file in r.files] for r in run.results if r.files},
            "failed": {client: told(error) for client, error in run.failures.items()},
        }))  # fmt: skip
        return
    for step in decided.steps:
        if step.blocked:
            err.print(say("{client} failed: {problem}", client=step.client, problem=told(step.blocked)), markup=False)
    if run.fresh:
        out.print(
            say.plural("{n} client is as it was built.", "{n} clients are as they were built.", len(run.fresh)),
            markup=False,
        )
    if run.stopped:
        err.print(say("Stopped. What is built stays; the same command goes on from here."), markup=False)
    out.print(str(run.index), markup=False)
