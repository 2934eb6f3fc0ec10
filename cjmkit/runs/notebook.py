"""A report notebook run by papermill for one client, and what must not stand in it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cjmkit import errors
from cjmkit.errors import RunError
from cjmkit.reports.report import Report
from cjmkit.reports.sections import SECTION_MIME
from cjmkit.workshop import Workshop

ENGINE = "cjmkit"  # see `cjmkit.runs.engine`


def executed(
    workshop: Workshop,
    template: Path,
    report: Report,
    options: Mapping[str, Any],
    target: Path,
    on_cell: Callable[[int], None] | None,
) -> Any:
    """The template run by papermill; the executed notebook is there even where a cell failed."""
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient.exceptions import DeadKernelError
    from papermill import execute_notebook
    from papermill.exceptions import PapermillExecutionError

    begun = [0]

    def began(cell: int) -> None:
        begun.append(cell)
        if on_cell:
            on_cell(cell)

    given = {**options, "client": workshop.client, "language": report.language}
    if report.as_of:
        given["as_of"] = report.as_of.isoformat()
    try:
        with surroundings(workshop.folder.parent):
            notebook = execute_notebook(
                str(template),
                str(target),
                parameters=given,
                engine_name=ENGINE,
                request_save_on_cell_execute=False,
                progress_bar=False,
                cwd=str(workshop.folder.parent),
                on_cell=began,
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
        if isinstance(error, DeadKernelError) and begun[-1]:
            raise RunError(
                "{client}: cell {cell} of {template} ended its own process, or the machine had no memory left. Take out what ends it, "
                "such as os._exit, or let the cell read less at once.",
                client=workshop.client, cell=begun[-1], template=template.name,
            ) from error  # fmt: skip
        raise RunError(
            "{client}: the notebook's kernel did not run: {problem}", client=workshop.client, problem=str(error)
        ) from error
    if any(cell.metadata.papermill.status == "pending" for cell in notebook.cells):  # papermill lets sys.exit(0) pass
        raise RunError(
            "{client}: cell {cell} of {template} ended the notebook before its end, so the report would lack what follows. "
            "Take sys.exit out of the cell.",
            client=workshop.client, cell=begun[-1], template=template.name,
        )  # fmt: skip
    return notebook


def refuse_names(workshop: Workshop, template: Path, notebook: Any) -> None:
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


@contextmanager
def surroundings(workshops: Path) -> Iterator[None]:
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
