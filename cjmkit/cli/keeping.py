"""The commands about what is kept: whether built files still hold, and a person taken out of a client's folder."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from cjmkit.cli.app import AsJson, Client, Clients, Workshops, app, err, out, say

SHOWN = 6


@app.command(
    help=say("Whether the files in out/ are as they were built, and what they were built from is as it was.") + "\n\n"
    + say("Example: {example}", example="cjmkit verify fridge")
)  # fmt: skip
def verify(names: Clients = None, workshops: Workshops = None, as_json: AsJson = False) -> None:
    from cjmkit.runs.manifest import read_outputs
    from cjmkit.runs.verifying import KINDS
    from cjmkit.runs.verifying import verify as verify_client
    from cjmkit.workshop import clients, find_root
    from cjmkit.workshop.folders import client_folder

    root, rows, off = find_root(workshops), list[dict[str, Any]](), False
    for folder in (
        [client_folder(name, root) for name in names] if names else [root / c for c in clients(root, lost=True)]
    ):
        findings = verify_client(folder)
        off |= any(finding.is_off for finding in findings)
        for f in findings:
            words = say(KINDS[f.kind], file=f.file, outputs=list(f.outputs), was=f.was, now=f.now)
            text = say.error(f.fault) if f.fault else words
            rows.append(
                {"client": folder.name, "file": f.file, "kind": f.kind, "outputs": list(f.outputs), "text": text}
            )
            if not as_json:
                out.print(f"{folder.name}  {text}", markup=False)
        if not findings and not as_json:
            n = len(read_outputs(folder))
            text = say.plural("{n} file is as it was built.", "{n} files are as they were built.", n)
            nothing = say("Nothing is built yet.")
            out.print(f"{folder.name}  {text if n else nothing}", markup=False)
    if as_json:
        out.print_json(json.dumps(rows))
    elif off:
        err.print(say("Build anew what is to be sent: {command}", command="cjmkit run NAME"), markup=False)
    if off:
        raise typer.Exit(1)


@app.command(
    help=say("Take a person out of a client's scores, ballots, evidence, versions and backups.") + "\n\n"
    + say("Example: {example}", example='cjmkit forget agd-nord "Jan Kowalski"')
)  # fmt: skip
def forget(
    name: Client,
    person: Annotated[
        str, typer.Argument(metavar="PERSON", help=say("A participant or a customer, as the files call them."))
    ],
    yes: Annotated[bool, typer.Option("--yes", help=say("Do not ask."))] = False,
    workshops: Workshops = None,
    as_json: AsJson = False,
) -> None:
    from cjmkit.runs.forgetting import forget as forget_person
    from cjmkit.runs.forgetting import others_with, traces_of
    from cjmkit.runs.manifest import read_outputs
    from cjmkit.workshop import open_workshop

    workshop = open_workshop(name, workshops, remember=False)
    with workshop.writing():  # a sample is refused before anything is asked
        forgetting = traces_of(workshop, person)
    if not as_json:
        _preview(forgetting)
        if forgetting.going and not yes and not typer.confirm(say("Take this out for good?")):
            out.print(say("Nothing was changed."), markup=False)
            raise typer.Exit(1)
    done = bool(forgetting.going) and (yes or not as_json)
    if done:
        forgetting = forget_person(workshop, person)
    if as_json:
        going = [{"file": t.file, "rows": t.rows, "whole": t.goes} for t in forgetting.going]
        standing = [{"file": t.file, "places": list(t.places), "searched": not t.unread} for t in forgetting.standing]
        data = {
            "client": workshop.client,
            "person": forgetting.person,
            "done": done,
            "going": going,
            "standing": standing,
        }
        out.print_json(json.dumps(data))
    elif done:
        out.print(
            say(
                "Done. Git history and files that were sent already still hold the person; so does a notebook that is open."
            ),
            markup=False,
        )
        elsewhere = others_with(workshop, forgetting.person)
        if elsewhere:
            out.print(
                say("Other clients of this folder hold scores of the same name: {names}.", names=elsewhere),
                markup=False,
            )
        if read_outputs(workshop.folder):
            command = f"cjmkit run {workshop.client}"
            out.print(
                say("What stands in out/ was built before. Build it anew: {command}", command=command), markup=False
            )


def _preview(forgetting: Any) -> None:
    """Say file by file what goes, and what somebody must look at."""
    for t in forgetting.going:
        rows = say.plural("{n} row goes", "{n} rows go", t.rows) if t.rows else say("the file goes")
        out.print(f"{t.file}: {rows}", markup=False)
    if not forgetting.going:
        out.print(say("No row and no file is this person's."), markup=False)
    if forgetting.standing:
        out.print(say("What only a reader can decide stays. Look there yourself:"), markup=False)
    for t in forgetting.standing:
        places = [_place(place) for place in t.places[:SHOWN]] + (["…"] if len(t.places) > SHOWN else [])
        words = places or [say("cannot be searched here: look yourself, and put one without the person in its place")]
        out.print(f"  {t.file}: {', '.join(words)}", markup=False)
    out.print(say("Other forms of the name, such as another grammatical case, are not looked for."), markup=False)


def _place(place: str) -> str:
    if place.isdecimal():
        return say("line {n}", n=place)
    return place or say("the name of the file")
