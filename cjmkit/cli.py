"""The commands: words in, one plain sentence out; 0 done, 1 the work failed, 2 the words are off."""

from __future__ import annotations

import json
import logging
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from cjmkit.errors import CJMError, JourneyError, NotFoundError, UsageError, missing_extra
from cjmkit.kit import template as kit_template
from cjmkit.language import speak

say = speak()
PAIR = "\x1f"
out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 200)
err = Console(stderr=True, highlight=False, soft_wrap=True)
app = typer.Typer(
    name="cjmkit", no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
    help=say("Customer journey mapping that measures: one folder a client, a report at any time, the same twice."),
)  # fmt: skip

Client = Annotated[str, typer.Argument(metavar="NAME", help=say("The client's folder."))]
Clients = Annotated[list[str] | None, typer.Argument(metavar="NAME", help=say("Clients; without a name, all."))]
Workshops = Annotated[
    Path | None,
    typer.Option("--workshops", metavar="DIR", envvar="CJMKIT_WORKSHOPS", help=say("Where the clients are.")),
]
AsJson = Annotated[bool, typer.Option("--json", help=say("Print JSON, for other programs."))]


def main() -> None:
    """Run the commands; every fault is one sentence on standard error, never a traceback."""
    try:
        app(args=_paired(sys.argv[1:]))
    except CJMError as error:
        _fail(error)
    except ModuleNotFoundError as error:
        missing = missing_extra(error)
        if missing is None:
            raise
        _fail(missing)


def _fail(error: CJMError) -> NoReturn:
    err.print(_told(error), markup=False)
    sys.exit(2 if isinstance(error, UsageError | NotFoundError) else 1)


def _told(error: CJMError) -> str:
    """An error as one sentence; more than three faults stand on lines of their own."""
    faults = error.faults if isinstance(error, JourneyError) else error.values.get("faults", ())
    if not isinstance(faults, list | tuple) or len(faults) <= 3:
        return say.error(error)
    return say(error.sentence, **{**error.values, "faults": "".join(f"\n  {say.error(fault)}" for fault in faults)})


def _paired(words: list[str]) -> list[str]:
    """The words as Typer takes them: each `-p NAME VALUE` as one option, `-v` in front wherever it stood."""
    paired: list[str] = []
    rest = iter(words)
    for word in rest:
        if word in ("-v", "--verbose"):
            paired.insert(0, word)
            continue
        paired.append(word)
        if word in ("-p", "--parameter"):
            name, value = next(rest, None), next(rest, None)
            if name is None or value is None:
                raise UsageError("-p takes a name and a value, such as: -p target 4.5")
            paired.append(name + PAIR + value)
    return paired


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        out.print(f"cjmkit {version('cjmkit')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=say("Print the version."))
    ] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help=say("Print a log of what is done."))] = False,
) -> None:
    """What all commands share."""
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    logging.getLogger("cjmkit").setLevel(logging.INFO if verbose else logging.ERROR)


@app.command(
    help=say("Begin a client's folder from a starter, or as a copy of another client.") + "\n\n"
    + say("Example: {example}", example="cjmkit new agd-nord --starter five-stage --language pl")
)  # fmt: skip
def new(
    name: Client,
    starter: Annotated[str, typer.Option(help=say("What to begin with."))] = "five-stage",
    language: Annotated[str, typer.Option(help=say("The language of the workshop."))] = say.code,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="OTHER", help=say("Copy this client or sample."))
    ] = None,
    workshops: Workshops = None,
) -> None:
    from cjmkit.workshop import find_root, new_workshop
    from cjmkit.workshop.folders import is_packed

    speak(language)
    if workshops is None and is_packed(find_root()):
        workshops = Path.cwd() / "workshops"
    workshop = new_workshop(name, starter, language, from_, workshops)
    out.print(say("{client} is ready: {folder}", client=workshop.client, folder=str(workshop.folder)), markup=False)


@app.command(
    "list",
    help=say("The clients, what is filled in, how old.")
    + "\n\n"
    + say("Example: {example}", example="cjmkit list --json"),
)
def list_(workshops: Workshops = None, as_json: AsJson = False) -> None:
    from cjmkit.workshop import clients, find_root, open_workshop

    root = find_root(workshops)
    rows: list[dict[str, Any]] = []
    for name in clients(root):
        try:
            rows.append({**open_workshop(name, root, remember=False).status().__dict__, "fault": ""})
        except CJMError as error:
            rows.append({"client": name, "fault": say.error(error)})
    if as_json:
        out.print_json(json.dumps(rows))
        return
    names = (say("Client"), say("Journey"), say("Touchpoints"), say("Scored"), say("Actions"), say("Days old"))
    table = Table(*names, box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    table.columns[0].overflow = "fold"
    for row in rows:
        if row["fault"]:
            table.add_row(row["client"], row["fault"])
            continue
        name = say("{client} (sample)", client=row["client"]) if row["is_sample"] else row["client"]
        counts = row["counts"]
        table.add_row(
            name,
            row["title"],
            str(counts["touchpoints"]),
            say.percent(row["scored"]),
            str(counts["actions"]),
            str(row["days"]),
        )
    out.print(table)


@app.command(
    help=say("Every fault and gap of a client with its place, and what to do.") + "\n\n"
    + say("Example: {example}", example="cjmkit check fridge")
)  # fmt: skip
def check(names: Clients = None, workshops: Workshops = None, as_json: AsJson = False) -> None:
    from cjmkit.method.gaps import gaps
    from cjmkit.runs.opening import report_of
    from cjmkit.workshop import clients, find_root, open_workshop

    root, found, broken = find_root(workshops), [], False
    for name in names or clients(root):
        try:
            workshop = open_workshop(name, root, remember=False)
            report_of(workshop)
            name = workshop.client
            rows = [("gap", gap) for gap in gaps(workshop.journey, workshop.scores)]
        except JourneyError as error:
            rows, broken = [("fault", fault) for fault in error.faults], True
        except CJMError as error:
            found.append({"client": name, "kind": "fault", "place": "", "text": say.error(error)})
            broken = True
            continue
        found += [
            {"client": name, "kind": kind, "place": f.place, "text": say(f.sentence, **f.values)} for kind, f in rows
        ]
    if as_json:
        out.print_json(json.dumps(found))
    for row in found if not as_json else []:
        kind = say("fault") if row["kind"] == "fault" else say("gap")
        out.print(
            f"{row['client']}  {kind}  " + ": ".join(part for part in (row["place"], row["text"]) if part), markup=False
        )
    if not found and not as_json:
        out.print(say("Nothing is missing."))
    if broken:
        raise typer.Exit(1)


@app.command(
    "import",
    help=say("Bring a survey, scores or a journey into a client's folder; the raw file is kept.") + "\n\n"
    + say("Example: {example}", example="cjmkit import airport survey answers.csv --columns columns.toml"),
)  # fmt: skip
def import_(
    name: Client,
    kind: Annotated[str, typer.Argument(metavar="survey|scores|journey", help=say("What the file holds."))],
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("The file as received."))],
    columns: Annotated[
        Path | None, typer.Option(metavar="F.toml", help=say("What each column of a survey is."))
    ] = None,
    map_: Annotated[
        list[str] | None, typer.Option("--map", metavar="COLUMN=ROLE", help=say("The same in short, for one column."))
    ] = None,
    create: Annotated[
        str | None,
        typer.Option(
            "--create-touchpoints",
            metavar="STAGE",
            help=say("Create touchpoints that are rated but not in the journey."),
        ),
    ] = None,
    workshops: Workshops = None,
) -> None:
    from cjmkit.exchange.columns import parse_map, read_columns
    from cjmkit.runs.importing import import_journey, import_scores, import_survey
    from cjmkit.workshop import open_workshop

    if kind not in ("survey", "scores", "journey"):
        raise UsageError(
            "{kind} cannot be imported. What can: {kinds}.", kind=kind, kinds=["survey", "scores", "journey"]
        )
    for path in (file, columns):
        if path is not None and not path.is_file():
            raise NotFoundError("There is no file {file}.", file=str(path))
    workshop = open_workshop(name, workshops)
    if kind == "survey":
        declared = {**(read_columns(columns) if columns else {}), **parse_map(map_ or [])}
        if not declared:
            raise UsageError("Say what the survey's columns are: --columns F.toml, or --map COLUMN=ROLE.")
        done = import_survey(workshop, file, declared, create_in=create)
    elif columns or map_ or create:
        raise UsageError("--columns, --map and --create-touchpoints are for a survey only.")
    else:
        done = import_scores(workshop, file) if kind == "scores" else import_journey(workshop, file)
    for warning in done.warnings:
        err.print(say("note: {text}", text=say.error(warning)), markup=False)
    if kind == "journey":
        parts = [
            say.plural(
                "{n} touchpoint of {file} is in.", "{n} touchpoints of {file} are in.", done.rows, file=file.name
            )
        ]
    else:
        parts = [say.plural("{n} row of {file} is in.", "{n} rows of {file} are in.", done.rows, file=file.name)]
    if done.created:
        parts.append(say("New touchpoints: {names}.", names=list(done.created)))
    if done.nps is not None:
        parts.append(say("NPS {value}.", value=say.number(done.nps, 2, sign=True)))
    out.print(" ".join(parts), markup=False)


@app.command(
    help=say("A dated copy of the client's journey and scores in versions/.") + "\n\n"
    + say("Example: {example}", example="cjmkit snapshot agd-nord")
)  # fmt: skip
def snapshot(name: Client, workshops: Workshops = None) -> None:
    from cjmkit.workshop import open_workshop

    out.print(str(open_workshop(name, workshops).snapshot()), markup=False)


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
    only: Annotated[str | None, typer.Option(metavar="html,svg,png", help=say("Only these formats."))] = None,
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
        err.print(say("{client} failed: {problem}", client=client, problem=_told(error)), markup=False)
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
