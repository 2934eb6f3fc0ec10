"""The commands that make what a client receives, and say what will not work here."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from cjmkit.cli.app import PAIR, Clients, Workshops, app, err, out, say, told
from cjmkit.kit import template as kit_template
from cjmkit.runs import FORMATS


@app.command(
    help=say("Build the reports and maps of clients into their out/ folders, and index.html over all.") + "\n\n"
    + say("Example: {example}", example="cjmkit run fridge --language en,pl")
)  # fmt: skip
def run(
    names: Clients = None,
    template: Annotated[Path | None, typer.Option(metavar="F.ipynb", help=say("Your own report notebook."))] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            "-p", "--parameter", metavar="NAME VALUE", help=say("A parameter of the template; may stand often.")
        ),
    ] = None,
    params: Annotated[Path | None, typer.Option(metavar="F.toml", help=say("Parameters from a file."))] = None,
    only: Annotated[
        str | None,
        typer.Option(metavar="html,pdf", help=say("Only these formats: {formats}.", formats=", ".join(FORMATS))),
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="en,pl", help=say("The languages; else those of report.toml."))
    ] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=say("The day on which the report stands."))] = None,
    workshops: Workshops = None,
) -> None:
    from cjmkit.runs.many import run_clients
    from cjmkit.runs.parameters import read_parameters

    given = {**(read_parameters(params) if params else {}), **dict(pair.split(PAIR, 1) for pair in parameter or [])}
    result = run_clients(
        names, template or kit_template("report.ipynb"), parameters=given, only=only.split(",") if only else None,
        languages=language.split(",") if language else None, as_of=as_of, workshops=workshops, say=say, today=date.today(),
        tell=lambda line: out.print(line, markup=False),
    )  # fmt: skip
    for client, error in result.failures.items():
        err.print(say("{client} failed: {problem}", client=client, problem=told(error)), markup=False)
    out.print(str(result.index), markup=False)
    if result.failures:
        raise typer.Exit(1)


@app.command(
    help=say("What will not work on this machine: fonts, charts, kernel, write permission, versions.") + "\n\n"
    + say("Example: {example}", example="cjmkit doctor")
)  # fmt: skip
def doctor(workshops: Workshops = None) -> None:
    from cjmkit.runs.doctor import examine

    findings = examine(workshops, say)
    for finding in findings:
        out.print(f"{'ok ' if finding.fine else '!! '} {finding.what}: {finding.text}", markup=False)
    if not all(finding.fine for finding in findings):
        raise typer.Exit(1)
