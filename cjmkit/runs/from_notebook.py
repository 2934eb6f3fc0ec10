"""Many clients from a notebook: what `cjmkit run` does, with a progress bar and a line for each client under the cell."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from cjmkit.errors import N_, RunError, UsageError
from cjmkit.language import Language, speak
from cjmkit.runs.children import Limits
from cjmkit.runs.many import Decided, Progress, Result, Run, carry_out, decide
from cjmkit.runs.spoken import named, several, spoken
from cjmkit.runs.telling import built_line, counted, failed_line, reasons

STATES = {
    "build": N_("to build"), "fresh": N_("as it was built"), "blocked": N_("blocked"),
    "built": N_("built"), "failed": N_("failed"),
}  # fmt: skip


@spoken
def plan_clients(
    names: str | Sequence[str] | None = None,
    *,
    only: str | Sequence[str] | None = None,
    language: str | Sequence[str] | None = None,
    template: str | os.PathLike[str] | None = None,
    parameters: Mapping[str, Any] | None = None,
    as_of: str | date | None = None,
    force: bool = False,
) -> pd.DataFrame:
    """What `run_clients` would build and why, one row for each client and language; nothing is built.

    Args:
        names: the clients; None is all.
        only: formats, such as "html" or ["html", "pdf"]; None is those of each client's report.toml, else all.
        language: a code such as "pl", or several; None is those of each client's report.toml, else its journey's.
        template: your own report notebook; None is the kit's.
        parameters: the template's own, by name.
        as_of: the day on which the reports stand; None is each journey's.
        force: build everything anew, also what is as it was built.

    Returns:
        client, language, state, build (formats), why; those that cannot be built stand first.

    Raises:
        CJMError: a name, format, language, parameter or date that is off.
    """
    say = speak()
    steps = sorted(
        _decided(names, only, language, template, parameters, as_of, force).steps, key=lambda s: not s.blocked
    )
    rows = [
        (s.client, s.language, say(STATES[s.state]), ", ".join(s.build), say.error(s.blocked) if s.blocked else reasons(say, s.why, s.build))
        for s in steps
    ]  # fmt: skip
    return Whole(rows, columns=["client", "language", "state", "build", "why"])


@spoken
def run_clients(
    names: str | Sequence[str] | None = None,
    *,
    only: str | Sequence[str] | None = None,
    language: str | Sequence[str] | None = None,
    template: str | os.PathLike[str] | None = None,
    parameters: Mapping[str, Any] | None = None,
    as_of: str | date | None = None,
    jobs: int | None = None,
    force: bool = False,
    scheduler: str | None = None,
    time_limit: float = Limits.seconds,
    memory_limit: float = Limits.megabytes,
) -> pd.DataFrame:
    """Build what is to be built of clients' reports, several at the same time, with a bar and a line for each under the cell.

    Args:
        names, only, language, template, parameters, as_of, force: as `plan_clients`.
        jobs: how many clients at the same time; None is one for each core.
        scheduler: the address of a dask cluster that does the work; None is this machine.
        time_limit: seconds that one client may take in one language.
        memory_limit: megabytes that one client may take.

    Returns:
        client, state, files, seconds, problem; those that failed stand first.

    Raises:
        CJMError: as `plan_clients`; a number that is too small; or the run was interrupted: what is built stays, and the same call goes on (without force).
    """
    say = speak()
    _refuse(jobs, time_limit, memory_limit)
    decided = _decided(names, only, language, template, parameters, as_of, force)
    shown = _Shown(say, len(decided.left))
    run = carry_out(decided, say=say, today=date.today(), tell=shown.tell, at_once=jobs, limits=Limits(time_limit, memory_limit),
                    scheduler=scheduler)  # fmt: skip
    shown.end(run)
    table = _table(say, decided, run)
    if run.stopped:
        if _in_notebook():
            from IPython.display import display

            display(table)  # type: ignore[no-untyped-call]
        if force:
            raise RunError("Stopped. What is built stays; the same call without force goes on from here.")
        raise RunError("Stopped. What is built stays; the same call goes on from here.")
    return table


class Whole(pd.DataFrame):
    """A table whose long texts a notebook shows whole."""

    def _repr_html_(self) -> str | None:
        with pd.option_context("display.max_colwidth", None):
            shown: str | None = pd.DataFrame(self)._repr_html_()  # type: ignore[operator]
            return shown


def _refuse(jobs: Any, time_limit: Any, memory_limit: Any) -> None:
    """Numbers with which nothing would ever be built."""
    if jobs is not None and not (isinstance(jobs, int) and jobs >= 1):
        raise UsageError("{name} is a whole number from 1 on, not {value}.", name="jobs", value=repr(jobs))
    for name, value in (("time_limit", time_limit), ("memory_limit", memory_limit)):
        if not (isinstance(value, int | float) and value > 0):
            raise UsageError("{name} is a number above 0, not {value}.", name=name, value=repr(value))


def _decided(
    names: str | Sequence[str] | None,
    only: str | Sequence[str] | None,
    language: str | Sequence[str] | None,
    template: str | os.PathLike[str] | None,
    parameters: Mapping[str, Any] | None,
    as_of: str | date | None,
    force: bool,
) -> Decided:
    return decide(
        named(names), Path(template) if template else None, parameters=parameters, only=several(only), languages=several(language),
        as_of=str(as_of) if as_of else None, force=force,
    )  # fmt: skip


def _table(say: Language, decided: Decided, run: Run) -> pd.DataFrame:
    done = {result.client: result for result in run.results}
    left = {step.client for step in decided.left} if run.stopped else set()
    rows = []
    for client in dict.fromkeys([*(step.client for step in decided.steps), *run.failures]):
        result = done.get(client, Result(client, ()))
        state = (
            "failed"
            if client in run.failures
            else "built"
            if client in done
            else "build"
            if client in left
            else "fresh"
        )
        problem = say.error(run.failures[client]) if client in run.failures else ""
        rows.append((client, say(STATES[state]), len(result.files), round(result.seconds, 1), problem))
    rows.sort(key=lambda row: row[-1] == "")
    return Whole(rows, columns=["client", "state", "files", "seconds", "problem"])


class _Shown:
    """The bar and the lines under a cell; outside a notebook nothing is shown."""

    def __init__(self, say: Language, steps: int) -> None:
        self.say, self.lines = say, list[str]()
        self.screen: Any = None
        if not steps or not _in_notebook():
            return
        import ipywidgets as widgets
        from IPython.display import display

        self.bar = widgets.IntProgress(max=steps, layout=widgets.Layout(width="60%"))
        self.count, self.text = widgets.HTML(f"0 / {steps}"), widgets.HTML()
        self.screen = widgets.VBox([widgets.HBox([self.bar, self.count]), self.text])
        display(self.screen)  # type: ignore[no-untyped-call]

    def tell(self, progress: Progress) -> None:
        if self.screen is None:
            return
        self.bar.value, self.count.value = progress.done, f"{progress.done} / {progress.of}"
        if progress.result:
            self.lines.insert(0, self._line(progress.result))
            self._show(self.lines)

    def end(self, run: Run) -> None:
        """The bar goes, what was counted and what failed stays."""
        if self.screen is None:
            return
        self.screen.children = [self.text]
        failed = [failed_line(self.say, client, self.say.error(error)) for client, error in run.failures.items()]
        self._show([counted(self.say, run), *failed])

    def _line(self, result: Result) -> str:
        if result.failure:
            return failed_line(self.say, result.client, self.say.error(result.failure))
        return built_line(self.say, result)

    def _show(self, lines: Sequence[str]) -> None:
        rows = "".join(f"<div>{escape(line)}</div>" for line in lines)
        self.text.value = f'<div style="max-height: 16em; overflow-y: auto; line-height: 1.5">{rows}</div>'


def _in_notebook() -> bool:
    with suppress(ImportError):
        from IPython.core.getipython import get_ipython

        return getattr(get_ipython(), "kernel", None) is not None
    return False
