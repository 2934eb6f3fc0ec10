"""The commands about a client's folder: begin, list, check, copy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from cjmkit.cli.app import AsJson, Client, Clients, Workshops, app, err, out, say
from cjmkit.errors import CJMError, JourneyError
from cjmkit.language import speak


@app.command(
    help=say("Begin a client's folder from a starter, or as a copy of another client.") + "\n\n"
    + say("Example: {example}", example="cjmkit new agd-nord --starter five-stage --language pl")
)  # fmt: skip
def new(
    name: Client,
    starter: Annotated[str, typer.Option(help=say("What to begin with."))] = "five-stage",
    language: Annotated[str, typer.Option(help=say("The language of the workshop."))] = say.code,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="OTHER|FILE",
            help=say("Copy this client or sample, or begin from a Mermaid diagram or a journey.json."),
        ),
    ] = None,
    workshops: Workshops = None,
) -> None:
    from cjmkit.runs.importing import DIAGRAMS, begin
    from cjmkit.workshop import find_root, new_workshop
    from cjmkit.workshop.folders import is_packed

    speak(language)
    if workshops is None and is_packed(find_root()):
        workshops = Path.cwd() / "workshops"
    if from_ and (Path(from_).is_file() or Path(from_).suffix.lower() in (*DIAGRAMS, ".json")):
        workshop, noticed = begin(name, Path(from_), language, workshops)
        for warning in noticed:
            err.print(say("note: {text}", text=say.error(warning)), markup=False)
    else:
        workshop = new_workshop(name, starter, language, from_, workshops)
    out.print(say("{client} is ready: {folder}", client=workshop.client, folder=str(workshop.folder)), markup=False)


@app.command(
    "list",
    help=say("The clients, what is filled in, how old.")
    + "\n\n"
    + say("Example: {example}", example="cjmkit list --json"),
)
def list_(workshops: Workshops = None, as_json: AsJson = False) -> None:
    from cjmkit.runs.settings import settings_of
    from cjmkit.workshop import clients, find_root, open_workshop

    root = find_root(workshops)
    rows: list[dict[str, Any]] = []
    for name in clients(root, lost=True):
        try:
            workshop = open_workshop(name, root, remember=False)
            settings_of(workshop)
            rows.append({**workshop.status().__dict__, "fault": ""})
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
    from cjmkit.runs.evidence import evidence_gaps, log_gaps
    from cjmkit.runs.importing import translation_gaps
    from cjmkit.runs.opening import report_of
    from cjmkit.workshop import clients, find_root, open_workshop

    root, found, broken = find_root(workshops), [], False
    for name in names or clients(root, lost=True):
        try:
            workshop = open_workshop(name, root, remember=False)
            report_of(workshop)
            name = workshop.client
            found_gaps = [
                *gaps(workshop.journey, workshop.scores),
                *translation_gaps(workshop),
                *evidence_gaps(workshop),
                *log_gaps(workshop),
            ]
            rows = [("gap", gap) for gap in found_gaps]
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
    help=say("A dated copy of the client's journey and scores in versions/.") + "\n\n"
    + say("Example: {example}", example="cjmkit snapshot agd-nord")
)  # fmt: skip
def snapshot(name: Client, workshops: Workshops = None) -> None:
    from cjmkit.workshop import open_workshop

    out.print(str(open_workshop(name, workshops, remember=False).snapshot()), markup=False)
