"""One client's report in one language: papermill runs the template, the page and the map go to `out/`."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cjmkit import errors
from cjmkit.errors import Fault, InputError, RunError, StorageError
from cjmkit.reports.page import page_html
from cjmkit.reports.report import Report
from cjmkit.reports.sections import SECTION_MIME
from cjmkit.runs import FORMATS
from cjmkit.runs.formats import files_of
from cjmkit.runs.manifest import write_manifest
from cjmkit.runs.opening import report_of
from cjmkit.runs.parameters import checked
from cjmkit.runs.settings import settings_of
from cjmkit.workshop import Workshop, saving

LOG = logging.getLogger("cjmkit")


@dataclass(frozen=True)
class Built:
    """What was built for one client in one language, and which formats could not be made."""

    client: str
    language: str
    files: tuple[Path, ...]
    failure: RunError | None = None


def build_client(
    workshop: Workshop,
    template: Path,
    *,
    language: str,
    parameters: Mapping[str, Any] | None = None,
    as_of: date | None = None,
    only: tuple[str, ...] = FORMATS,
) -> Built:
    """Build one client's files in one language; `out/` changes only when all are there that can be made.

    Args:
        workshop: the client's folder, open.
        template: the report notebook.
        language: a code.
        parameters: the template's own parameters, over those of `report.toml`.
        as_of: the day on which the report stands; None is the journey's.
        only: which of `FORMATS`.

    Raises:
        CJMError: the parameters, the client's files or a cell of the notebook; `out/` stays as it was.
    """
    settings = settings_of(workshop)
    options = checked(template, {**settings.parameters, **(parameters or {})})
    known = {name: options[name] for name in ("persona", "path", "target", "teams_equal") if name in options}
    report = report_of(workshop, language=language, as_of=as_of, **known)
    build, out = workshop.folder / "build", workshop.folder / "out"
    files: dict[str, bytes] = {}
    faults: list[Fault] = []
    try:
        build.mkdir(exist_ok=True)
        out.mkdir(exist_ok=True)
        if "html" in only:
            notebook = _executed(workshop, template, report, options, build / f"report.{language}.ipynb")
            if not settings.name_participants:
                _refuse_names(workshop, template, notebook)
            dated = report.say("as of {date}", date=report.say.date(report.day)) if report.day else ""
            page = page_html(notebook, title=report.title, language=language, brand=report.brand, dated=dated)
            files[f"report.{language}.html"] = page.encode()
        for format in only:
            try:
                files |= files_of(report, format, sheet=settings.sheet) if format != "html" else {}
            except InputError as error:  # a sheet that is too small, a template that cannot be used
                faults.append(Fault(format, error.sentence, error.values))
        for name, content in files.items():
            saving.put(out, {name: content})
        write_manifest(workshop, template, report, options, list(files))
        LOG.info("%s %s: %s; parameters %s", workshop.client, language, ", ".join(files), options)
    except OSError as error:
        raise StorageError(
            "{client}: the report could not be written: {problem}.",
            client=workshop.client,
            problem=error.strerror or error,
        ) from error
    failure = RunError("Not made: {faults} All else that was asked for is written.", faults=faults) if faults else None
    return Built(workshop.client, language, tuple(out / name for name in files), failure)


def _executed(workshop: Workshop, template: Path, report: Report, options: Mapping[str, Any], target: Path) -> Any:
    """The template run by papermill; the executed notebook stays in `build/` even where a cell failed."""
    from jupyter_client.kernelspec import NoSuchKernel
    from papermill import execute_notebook
    from papermill.exceptions import PapermillExecutionError

    given = {**options, "client": workshop.client, "language": report.language}
    if report.as_of:
        given["as_of"] = report.as_of.isoformat()
    try:
        with _surroundings(workshop.folder.parent):
            return execute_notebook(
                str(template),
                str(target),
                parameters=given,
                progress_bar=False,
                cwd=str(workshop.folder.parent),
                kernel_manager_class=quiet_kernel(),
            )
    except PapermillExecutionError as error:
        ours = hasattr(errors, error.ename)  # the kit's own sentence needs no name of a class before it
        problem = str(error.evalue) if ours else f"{error.ename}: {error.evalue}"
        raise RunError(
            "{client}: cell {cell} of {template} stopped: {problem} The executed notebook is {notebook}.",
            client=workshop.client, cell=error.exec_count or "?", template=template.name,
            problem=problem.rstrip(".") + ".", notebook=f"build/{target.name}",
        ) from error  # fmt: skip
    except (NoSuchKernel, RuntimeError) as error:
        raise RunError(
            "{client}: the notebook's kernel did not run: {problem}", client=workshop.client, problem=str(error)
        ) from error


def _refuse_names(workshop: Workshop, template: Path, notebook: Any) -> None:
    """Stop where a consultant's own cell prints who scored what: a client's report names no participant."""
    people = {who for who in workshop.scores.participant if len(who) > 1}
    for n, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", []):
            data = output.get("data", {"text/plain": output.get("text", "")})
            shown = (
                ()
                if SECTION_MIME in data
                else [str(data[kind]) for kind in data if kind.startswith(("text/", "image/svg"))]
            )
            named = [who for who in people if any(re.search(rf"\b{re.escape(who)}\b", text) for text in shown)]
            if named and len(named) >= min(2, len(people)):  # one name alone may be a word
                raise RunError(
                    "{client}: cell {cell} of {template} prints participants by name. Leave the column participant "
                    "out, or allow it with name_participants = true in report.toml.",
                    client=workshop.client, cell=n, template=template.name,
                )  # fmt: skip


def quiet_kernel() -> type:
    """A kernel that talks over files where the system can: no port to collide on, nothing to listen in to."""
    from jupyter_client.manager import AsyncKernelManager

    if sys.platform == "win32":
        return AsyncKernelManager

    class QuietKernel(AsyncKernelManager):
        def __init__(self, **given: Any) -> None:
            super().__init__(**{"transport": "ipc", **given})

        async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
            await super()._async_launch_kernel(
                kernel_cmd, **{**kw, "stderr": subprocess.DEVNULL}
            )  # cells keep their own

    return QuietKernel


@contextmanager
def _surroundings(workshops: Path) -> Iterator[None]:
    """What the kernel must know: where the clients are; no `.last`, and Python as it is here."""
    wanted = {"CJMKIT_WORKSHOPS": str(workshops), "CJMKIT_NO_LAST": "1", "PYTHONWARNINGS": "ignore"}
    wanted["JUPYTER_PATH"] = os.pathsep.join(
        part for part in (str(Path(sys.prefix) / "share" / "jupyter"), os.environ.get("JUPYTER_PATH", "")) if part
    )
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
