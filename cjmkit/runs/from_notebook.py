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

from cjmkit.errors import N_, RunError
from cjmkit.language import Language, speak
from cjmkit.runs.children import Limits
from cjmkit.runs.many import Decided, Progress, Result, Run, carry_out, decide
from cjmkit.runs.telling import built_line, counted, failed_line, reasons

STATES = {
    "build": N_("to build"), "fresh": N_("as it was built"), "blocked": N_("blocked"),
    "built": N_("built"), "failed": N_("failed"),
}  # fmt: skip


def plan_clients(
    names: str | Sequence[str] | None = None,
    *,
    only: str | Sequence[str] | None = None,
    languages: str | Sequence[str] | None = None,
    template: str | os.PathLike[str] | None = None,
    parameters: Mapping[str, Any] | None = None,
    as_of: str | date | None = None,
    force: bool = False,
) -> pd.DataFrame:
    """What `run_clients` would build and why, one row for each client and language; nothing is built.

    Args:
        names: the clients; None is all.
        only: formats, such as "html" or ["html", "pdf"]; None is those of each client's report.toml, else all.
        languages: codes, such as "pl"; None is those of each client's report.toml, else its journey's.
        template: your own report notebook; None is the kit's.
        parameters: the template's own, by name.
        as_of: the day on which the reports stand; None is each journey's.
        force: build everything anew, also what is as it was built.

    Returns:
        client, language, state, build (formats), why.

    Raises:
        CJMError: a name, format, language, parameter or date that is off.
    """
    say = speak()
    steps = _decided(names, only, languages, template, parameters, as_of, force).steps
    rows = [
        (s.client, s.language, say(STATES[s.state]), ", ".join(s.build), say.error(s.blocked) if s.blocked else reasons(say, s.why, s.build))
        for s in steps
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["client", "language", "state", "build", "why"])


def run_clients(
    names: str | Sequence[str] | None = None,
    *,
    only: str | Sequence[str] | None = None,
    languages: str | Sequence[str] | None = None,
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
        names, only, languages, template, parameters, as_of, force: as `plan_clients`.
        jobs: how many clients at the same time; None is one for each core.
        scheduler: the address of a dask cluster that does the work; None is this machine.
        time_limit: seconds that one client may take in one language.
        memory_limit: megabytes that one client may take.

    Returns:
        client, state, files, seconds, problem; those that failed stand first.

    Raises:
        CJMError: as `plan_clients`; or the run was interrupted: what is built stays, and the same call goes on.
    """
    say = speak()
    decided = _decided(names, only, languages, template, parameters, as_of, force)
    shown = _Shown(say, len(decided.left))
    run = carry_out(decided, say=say, today=date.today(), tell=shown.tell, at_once=jobs, limits=Limits(time_limit, memory_limit),
                    scheduler=scheduler)  # fmt: skip
    shown.end(run)
    if run.stopped:
        raise RunError("Stopped. What is built stays; the same call goes on from here.")
    return _table(say, decided, run)


def _decided(
    names: str | Sequence[str] | None,
    only: str | Sequence[str] | None,
    languages: str | Sequence[str] | None,
    template: str | os.PathLike[str] | None,
    parameters: Mapping[str, Any] | None,
    as_of: str | date | None,
    force: bool,
) -> Decided:
    return decide(
        _several(names), Path(template) if template else None, parameters=parameters, only=_several(only), languages=_several(languages),
        as_of=str(as_of) if as_of else None, force=force,
    )  # fmt: skip


def _several(given: str | Sequence[str] | None) -> Sequence[str] | None:
    return [word.strip() for word in given.split(",")] if isinstance(given, str) else given


def _table(say: Language, decided: Decided, run: Run) -> pd.DataFrame:
    done = {result.client: result for result in run.results}
    rows = []
    for client in dict.fromkeys([*(step.client for step in decided.steps), *run.failures]):
        result = done.get(client, Result(client, ()))
        state = "failed" if client in run.failures else "built" if client in done else "fresh"
        problem = say.error(run.failures[client]) if client in run.failures else ""
        rows.append((client, say(STATES[state]), len(result.files), round(result.seconds, 1), problem))
    table = pd.DataFrame(rows, columns=["client", "state", "files", "seconds", "problem"])
    return table.sort_values("problem", key=lambda column: column == "", kind="stable", ignore_index=True)


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
