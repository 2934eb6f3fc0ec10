"""What a student and a teacher ask for at the terminal: how far one is, the solutions, the answers of a class, the capstone's folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cjmkit.cli.app import Workshops, app, err, out, say
from cjmkit.errors import CJMError, NotFoundError, UsageError

KINDS = ["progress", "solutions", "export", "capstone"]


@app.command(
    help=say("The lessons: how far you are, the lessons with their solutions, the answers of a class as one table.") + "\n\n"
    + say("Example: {example}", example="cjmkit learn export handed-in/*.json -o class.xlsx")
)  # fmt: skip
def learn(
    kind: Annotated[str, typer.Argument(metavar="|".join(KINDS), help=say("What is wanted."))] = "progress",
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help=say("Of an export: the files in which students' answers are kept; without one, your own.")),
    ] = None,
    file: Annotated[
        Path | None, typer.Option("-o", metavar="PATH", help=say("The folder of the solutions, or the file of the export: .xlsx, .csv or .json."))
    ] = None,
    language: Annotated[str | None, typer.Option(help=say("The language of the lessons; else that of the machine."))] = None,
    name: Annotated[str, typer.Option(help=say("Of an export as .json: your name, for your teacher."))] = "",
    workshops: Workshops = None,
) -> None:  # fmt: skip
    if kind not in KINDS:
        raise UsageError("{kind} cannot be asked of the lessons. What can: {kinds}.", kind=kind, kinds=KINDS)
    code = _language(language)
    if kind == "solutions":
        from cjmkit.lessons.solutions import write_solutions

        for place in write_solutions(file or Path("solutions" if code == "en" else f"solutions-{code}"), code):
            out.print(str(place), markup=False)
    elif kind == "capstone":
        from cjmkit.lessons.capstone import begin_capstone

        for line in begin_capstone(workshops, code).lines:
            out.print(line, markup=False)
    elif kind == "export":
        _export(files or [], file or Path("answers.xlsx"), name, workshops)
    else:
        from cjmkit.lessons.course import show_lessons

        for line in show_lessons(code).lines:
            out.print(line, markup=False)


def _language(wanted: str | None) -> str:
    from cjmkit.lessons.lesson import lesson_languages

    code = wanted or say.code
    return code if wanted or code in lesson_languages() else "en"


def _export(files: list[Path], to: Path, name: str, workshops: Path | None) -> None:
    from cjmkit.lessons.answers import answers_file, read_answers, write_answers
    from cjmkit.lessons.solutions import class_answers, write_table

    own = answers_file(workshops)
    given = files or ([own] if own else [])
    if not files and own and not own.is_file():
        raise NotFoundError("You have not answered any exercise here yet. Open the lessons with: cjmkit lab --learn")
    for one in given:
        if not one.is_file():
            raise NotFoundError("There is no file {file}. A student's answers are written by: cjmkit learn export -o NAME.json", file=str(one))  # fmt: skip
    if to.suffix == ".json":
        if len(given) != 1:
            raise UsageError("A .json holds the answers of one student. For a class: -o class.xlsx or -o class.csv")
        kept = read_answers(given[0])
        kept.student = name or kept.student
        if not kept.student:
            err.print(
                say("note: {text}", text=say("the file has no name of yours in it; give it with --name")), markup=False
            )
        write_answers(to, kept)
    else:
        told: list[CJMError] = []
        table = class_answers(given, told.append)
        for error in told:
            err.print(say("note: {text}", text=say.error(error)), markup=False)
        if table.empty:
            raise UsageError("There are no answers in these files: {files}.", files=[one.name for one in given])
        write_table(table, to)
    out.print(str(to), markup=False)
