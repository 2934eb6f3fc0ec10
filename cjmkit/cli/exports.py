"""What leaves a client's folder: the workbook, the journey for other programs, the score sheet to be printed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cjmkit.cli.app import Client, Workshops, app, err, out, say
from cjmkit.errors import Fault, UsageError

KINDS = ["xlsx", "json", "csv", "mermaid", "score-sheet", "questionnaire", "interview-guide"]
ASKING = KINDS[-2:]


@app.command(
    help=say("Write something of a client's for people or other programs: a workbook, JSON, CSV, the score sheet, a questionnaire, an interview guide.")
    + "\n\n" + say("Example: {example}", example="cjmkit export fridge xlsx -o fridge.xlsx")
)  # fmt: skip
def export(
    name: Client,
    kind: Annotated[str, typer.Argument(metavar="|".join(KINDS), help=say("What to write."))],
    file: Annotated[
        Path | None, typer.Option("-o", metavar="FILE", help=say("Where to; else the client's out/ folder."))
    ] = None,
    language: Annotated[str | None, typer.Option(help=say("A language; else the workshop's."))] = None,
    persona: Annotated[str | None, typer.Option(help=say("A persona; else the goal's."))] = None,
    wave: Annotated[int, typer.Option(help=say("Of a questionnaire: which wave, from 1; touchpoints take turns."))] = 1,
    workshops: Workshops = None,
) -> None:
    from cjmkit.runs.exporting import export as write_export
    from cjmkit.runs.printing import print_score_sheet
    from cjmkit.workshop import open_workshop

    if kind not in KINDS:
        raise UsageError("{kind} cannot be exported. What can: {kinds}.", kind=kind, kinds=KINDS)
    workshop = open_workshop(name, workshops, remember=False)
    if kind in ASKING:
        from cjmkit.runs.asking import write_questions

        for place in write_questions(workshop, kind, wave=wave, language=language, persona=persona, file=file):
            out.print(str(place), markup=False)
        return
    if kind == "score-sheet":
        place = print_score_sheet(workshop, persona, language=language, file=file)
    else:
        place = write_export(workshop, kind, language=language, persona=persona, file=file, tell=_noted)
    out.print(str(place), markup=False)


def _noted(loss: Fault) -> None:
    err.print(say("note: {text}", text=say.error(loss)), markup=False)
