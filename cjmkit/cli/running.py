"""How a run is told: the plan, one progress bar for all, one line for each client, what failed."""

from __future__ import annotations

import json
import logging
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Any

import typer

from cjmkit.cli.app import err, out, say, told
from cjmkit.runs import FORMATS
from cjmkit.runs.telling import built_line, counted, failed_line, reasons

if TYPE_CHECKING:
    from cjmkit.runs.many import Decided, Progress, Result, Run
    from cjmkit.runs.plan import Step

LOG = logging.getLogger("cjmkit")


@contextmanager
def stoppable() -> Iterator[None]:
    """What cron and schedulers send, and a terminal that is closed, ends a run as Ctrl-C does: with a sentence and the exit code 130."""
    ends = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    asked = [end for end in ends if signal.getsignal(end) != signal.SIG_IGN]  # nohup
    before = {end: signal.signal(end, signal.default_int_handler) for end in asked}
    try:
        yield
    except KeyboardInterrupt:  # before the first client, or in the page over all
        _say_stopped()
        raise typer.Exit(130) from None
    finally:
        for end, handler in before.items():
            signal.signal(end, handler)


def show_plan(decided: Decided, as_json: bool) -> None:
    """Print what would be built and why; of clients that are as they were built the number, with -v their names."""
    if as_json:
        out.print_json(json.dumps([_step(step) for step in decided.steps]))
        return
    counts = dict.fromkeys(("build", "fresh", "blocked"), 0)
    for client, some in groupby(decided.steps, lambda step: step.client):
        steps = list(some)
        state = next((s for s in ("blocked", "build") if any(step.state == s for step in steps)), "fresh")
        counts[state] += 1
        if state != "fresh" or LOG.isEnabledFor(logging.INFO):
            out.print(_planned(client, steps, state), markup=False)
    out.print(
        say("Clients to build: {build}. As they were built: {fresh}. Blocked: {blocked}.", **counts), markup=False
    )


def _planned(client: str, steps: Sequence[Step], state: str) -> str:
    if state == "fresh":
        return say("{client}: as it was built", client=client)
    if state == "blocked":
        return say(
            "{client}: blocked: {problem}", client=client, problem=told(next(s.blocked for s in steps if s.blocked))
        )
    left = [step for step in steps if step.build]
    formats = [f for f in FORMATS if any(f in step.build for step in left)]
    return say(
        "{client} ({languages}): {formats} ({why})", client=client, languages=[step.language for step in left],
        formats=say("all formats") if len(formats) == len(FORMATS) else formats,
        why=reasons(say, [fault for step in left for fault in step.why], formats),
    )  # fmt: skip


def _step(step: Step) -> dict[str, Any]:
    return {
        "client": step.client, "language": step.language, "state": step.state, "build": list(step.build), "fresh": list(step.fresh),
        "why": reasons(say, step.why, step.build), "blocked": told(step.blocked) if step.blocked else None,
    }  # fmt: skip


@contextmanager
def progress_shown(decided: Decided, as_json: bool) -> Iterator[Callable[[Progress], None]]:
    """One bar for all on a terminal, and a line for each client as it is done; nothing but what comes at the end for a program."""
    from rich import progress as rich

    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TimeElapsedColumn(),
        rich.TimeRemainingColumn(),
    )
    plain = as_json or not out.is_terminal or LOG.isEnabledFor(logging.INFO)
    with rich.Progress(*columns, console=out, transient=True, disable=plain, redirect_stderr=err.is_terminal) as bar:
        task = bar.add_task(say("Reports"), total=len(decided.left) or None)

        def tell(progress: Progress) -> None:
            bar.update(task, completed=progress.done)
            if progress.result and not as_json:
                _show_client(progress.result)

        yield tell


def _show_client(result: Result) -> None:
    for note in result.notes:
        out.print(say("note: {text}", text=say.error(note)), markup=False)
    if result.failure:
        _show_failure(result.client, told(result.failure))
    if result.files:
        out.print(built_line(say, result), markup=False)


def _show_failure(client: str, problem: str) -> None:
    err.print(failed_line(say, client, problem), markup=False)


def show_run(run: Run, as_json: bool) -> None:
    """Print what came of it."""
    if as_json:
        out.print_json(json.dumps({
            "index": str(run.index), "stopped": run.stopped, "fresh": list(run.fresh),
            "built": {r.client: [str(file) for file in r.files] for r in run.results if r.files},
            "failed": {client: told(error).removeprefix(f"{client}: ") for client, error in run.failures.items()},
        }))  # fmt: skip
        return
    told_already = {result.client for result in run.results}
    for client, error in run.failures.items():
        if client not in told_already:
            _show_failure(client, told(error))
    out.print(counted(say, run), markup=False)
    if run.stopped:
        _say_stopped()
    out.print(str(run.index), markup=False)


def _say_stopped() -> None:
    err.print(say("Stopped. What is built stays; the same command goes on from here."), markup=False)
