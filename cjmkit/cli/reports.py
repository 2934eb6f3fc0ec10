"""The commands that make what a client receives, and say what will not work here."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from cjmkit.cli.app import PAIR, AsJson, Clients, Workshops, app, out, say
from cjmkit.cli.running import progress_shown, show_plan, show_run, stoppable
from cjmkit.runs import FORMATS
from cjmkit.runs.children import Limits


@app.command(
    help=say("Build the reports and maps of clients into their out/ folders, and index.html over all.") + "\n\n"
    + say("Only what is not as it should be is built: a client is as it was built until its files, the template, the parameters, the kit or "
          "the libraries change. Several are built at the same time; one that fails is named, the others go on. What is built stays when a "
          "run is stopped, and the same command goes on. It ends with 0 when all is built, 1 when a client failed, 2 when the words are off, "
          "130 when it was stopped.") + "\n\n"
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
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs", metavar="N", min=1, help=say("How many clients at the same time; else one for each core.")
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help=say("Build everything anew, also what is as it was built."))
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=say("Say what would be built and why; build nothing."))
    ] = False,
    time_limit: Annotated[
        float, typer.Option(metavar="SECONDS", min=1, help=say("How long one client may take in one language."))
    ] = Limits.seconds,
    memory_limit: Annotated[
        float, typer.Option(metavar="MB", min=1, help=say("How much memory one client may take."))
    ] = Limits.megabytes,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="tcp://HOST:PORT", help=say("Let this dask cluster do the work; else this machine does.")),
    ] = None,
    as_json: AsJson = False,
    workshops: Workshops = None,
) -> None:
    with stoppable():
        from cjmkit.runs.many import carry_out, decide
        from cjmkit.runs.parameters import read_parameters

        if scheduler is not None:  # "" is a variable that is not set
            from cjmkit.runs.cluster import checked_address

            checked_address(scheduler)
        given = {**(read_parameters(params) if params else {}), **dict(pair.split(PAIR, 1) for pair in parameter or [])}
        decided = decide(
            names, template, parameters=given, only=only.split(",") if only else None,
            languages=language.split(",") if language else None, as_of=as_of, workshops=workshops, force=force,
        )  # fmt: skip
        if dry_run:
            show_plan(decided, as_json)
            return
        with progress_shown(decided, as_json) as tell:
            result = carry_out(decided, say=say, today=date.today(), tell=tell, at_once=jobs, limits=Limits(time_limit, memory_limit),
                               scheduler=scheduler)  # fmt: skip
        show_run(result, as_json)
    if result.stopped:
        raise typer.Exit(130)
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
