"""What comes into a client's folder: shown first as it will be understood, then kept; the raw file stays as it came."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from cjmkit.cli.app import Client, Workshops, app, err, out, say
from cjmkit.cli.coming_back import take_workbook
from cjmkit.errors import Fault, NotFoundError, UsageError

if TYPE_CHECKING:
    from cjmkit.exchange.columns import Column
    from cjmkit.exchange.first_look import FirstLook
    from cjmkit.runs.incoming import Imported, Incoming, Preview
    from cjmkit.workshop import Workshop

DECLARED = ("survey", "events", "customers")  # kinds of files whose columns are declared
KINDS = [*DECLARED, "scores", "journey", "quotes"]
WIDEST = 24  # letters of a cell in the preview


@app.command(
    "import",
    help=say("Bring a survey, a log of events, customers, scores, quotes or a journey (an edited workbook, JSON, Mermaid) into a client's folder; the raw file is kept.")
    + "\n\n" + say("Example: {example}", example="cjmkit import airport survey answers.csv --columns columns.toml"),
)  # fmt: skip
def import_(
    name: Client,
    kind: Annotated[str, typer.Argument(metavar="survey|events|customers|scores|journey|quotes", help=say("What the file holds."))],
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help=say("The file as received; none with --sql."))] = None,
    columns: Annotated[Path | None, typer.Option(metavar="F.toml", help=say("What each column is."))] = None,
    map_: Annotated[
        list[str] | None, typer.Option("--map", metavar="COLUMN=ROLE", help=say("The same in short, for one column."))
    ] = None,
    preset: Annotated[str | None, typer.Option(metavar="TOOL", help=say("The tool that the file is from, such as qualtrics or ga4."))] = None,
    join: Annotated[
        list[str] | None, typer.Option("--join", metavar="FILE=COLUMN", help=say("A further file with columns of the log, and the column that both share."))
    ] = None,
    create: Annotated[
        str | None, typer.Option("--create-touchpoints", metavar="STAGE", help=say("Create touchpoints that are rated but not in the journey."))
    ] = None,
    sql: Annotated[
        str | None, typer.Option("--sql", metavar="URL", envvar="CJMKIT_SQL", help=say("A database to ask instead of a file; better in CJMKIT_SQL, where no list of commands keeps the password."))
    ] = None,
    query: Annotated[str | None, typer.Option(metavar="SELECT", help=say("What to ask the database: one SELECT, or a file that ends in .sql."))] = None,
    preview: Annotated[bool, typer.Option("--preview", help=say("Only show what would come in."))] = False,
    take_out: Annotated[bool, typer.Option("--take-out", help=say("Take the file of this name out again; it stays in evidence/, but nothing is made of it."))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=say("Do not ask: take it, or the changes of a workbook."))] = False,
    theirs: Annotated[
        bool, typer.Option("--theirs", help=say("Where workbook and journey were both changed, take the workbook's."))
    ] = False,
    workshops: Workshops = None,
) -> None:  # fmt: skip
    from cjmkit.workshop import open_workshop

    if kind not in KINDS:
        raise UsageError("{kind} cannot be imported. What can: {kinds}.", kind=kind, kinds=KINDS)
    if kind not in DECLARED and (columns or map_ or create or preset or join or query or preview):
        raise UsageError("Columns, presets, joins and queries are for a survey, events or customers only.")
    if take_out:
        _out(open_workshop(name, workshops, remember=False), kind, file)
        return
    if query is None and file is None:
        raise UsageError("Name the file to import, or ask a database with --sql URL --query SELECT.")
    if query is not None and (file is not None or not sql):
        raise UsageError("A query goes with --sql URL (or CJMKIT_SQL) and without a file.")
    joined = _joined(join or [])
    for path in (file, columns, *map(Path, joined)):
        if path is not None and not path.is_file():
            raise NotFoundError("There is no file {file}.", file=str(path))
    workshop = open_workshop(name, workshops, remember=False)
    if kind not in DECLARED:
        assert file is not None
        _at_once(workshop, kind, file, yes=yes, theirs=theirs)
        return
    with _received(file, sql, query, kind) as (received, asked, noted):
        declared, tool = _declared(received, kind, columns, map_ or [], preset)
        incoming = _incoming(workshop, kind, received, declared, joined, tool, asked, create)
        for warning in noted:
            _noted(warning)
        _shown(incoming, incoming.preview())
        if preview:
            return
        if not yes and sys.stdin.isatty() and not typer.confirm(say("Bring it in like this?")):
            out.print(say("Nothing was changed."), markup=False)
            raise typer.Exit(1)
        _told(incoming.take(), received.name, kind)


def _out(workshop: Workshop, kind: str, file: Path | None) -> None:
    """Take a survey, a log or customers out again, by the name of the file as it came."""
    from cjmkit.runs.incoming import source_id, take_out

    if kind not in DECLARED or file is None:
        raise UsageError("Name the file to take out, as in: cjmkit import airport survey answers.csv --take-out.")
    gone = take_out(workshop, source_id(kind, file.name))
    out.print(say("{file} is out. The file itself stays there, and the map as it was in versions/.", file=gone.file), markup=False)  # fmt: skip


def _at_once(workshop: Workshop, kind: str, file: Path, *, yes: bool, theirs: bool) -> None:
    """What needs no declaration: scores, quotes, a journey."""
    from cjmkit.runs.importing import import_journey, import_scores

    if kind == "journey" and file.suffix.lower() == ".xlsx":
        take_workbook(workshop, file, yes=yes, theirs=theirs)
        return
    if kind == "quotes":
        from cjmkit.runs.quotes import import_quotes

        done = import_quotes(workshop, file)
    else:
        done = import_scores(workshop, file) if kind == "scores" else import_journey(workshop, file)
    for warning in done.warnings:
        _noted(warning)
    _told(done, file.name, kind)


def _joined(pairs: list[str]) -> dict[Path | str, str]:
    joined: dict[Path | str, str] = {}
    for pair in pairs:
        file, equals, key = pair.rpartition("=")
        if not equals or not file.strip() or not key.strip():
            raise UsageError("{pair} must be FILE=COLUMN: a file, and the column that it shares.", pair=repr(pair))
        joined[Path(file.strip())] = key.strip()
    return joined


@contextmanager
def _received(file: Path | None, url: str | None, query: str | None, kind: str) -> Iterator[tuple[Path, str, tuple[Fault, ...]]]:  # fmt: skip
    """The file as received, or a database's answer written to one; what was asked, and what was noticed."""
    if file is not None:
        yield file, "", ()
        return
    from cjmkit.exchange.databases import read_query
    from cjmkit.exchange.text import decoded, read_bytes

    query, place = str(query), Path(str(query)) if str(query).strip().lower().endswith(".sql") else None
    if place:
        data, called = read_bytes(place, 2**20)
        query = decoded(data, called)[1]
    stem = place.stem if place else f"{kind}-{sha256(query.encode()).hexdigest()[:8]}"
    with TemporaryDirectory() as folder:
        answer = Path(folder) / f"{stem}.csv"
        noticed = read_query(str(url), query, answer).warnings
        yield answer, query, noticed


def _declared(
    file: Path, kind: str, toml: Path | None, pairs: list[str], preset: str | None
) -> tuple[dict[str, Column], str]:
    """What the columns are: by the preset that is named, then by the declaration file, then in short form."""
    from cjmkit.exchange.columns import parse_map, read_columns
    from cjmkit.exchange.first_look import enough, first_look

    own = {**(read_columns(toml, kind) if toml else {}), **parse_map(pairs, kind)}
    look = first_look(file, kind, preset) if preset or not own else None
    if look is None:
        return own, ""
    if preset and (own or enough(look.certain, kind)):
        return {**look.certain, **own}, preset
    _suggest(file, kind, look)
    return own, ""


def _suggest(file: Path, kind: str, look: FirstLook) -> None:
    """Print what the columns may be, ready to be corrected; nothing is kept."""
    from cjmkit.exchange.first_look import columns_toml, enough

    out.print(columns_toml(look.columns, say, look), markup=False)
    if not look.columns:
        raise UsageError(
            "Nothing is kept yet: nobody said what the columns of {file} are, and nothing here tells. Declare them in a "
            "columns.toml, or in short --map COLUMN=ROLE.",
            file=file.name,
        )
    if look.preset and enough(look.certain, kind):
        raise UsageError(
            "Nothing is kept yet: {file} looks like a file of {preset}. Say --preset {preset}, or keep the lines above as "
            "columns.toml, correct them and say --columns columns.toml.",
            file=file.name, preset=look.preset,
        )  # fmt: skip
    raise UsageError(
        "Nothing is kept yet: nobody said what the columns of {file} are. Keep the lines above as columns.toml, correct them "
        "and say --columns columns.toml, or in short --map COLUMN=ROLE.",
        file=file.name,
    )


def _incoming(
    workshop: Workshop, kind: str, file: Path, columns: Mapping[str, Column], join: Mapping[Path | str, str], tool: str, query: str,
    create: str | None,
) -> Incoming:  # fmt: skip
    from cjmkit.runs.incoming import Incoming

    if create and kind != "survey":
        raise UsageError("--create-touchpoints is for a survey only.")
    return Incoming(workshop, kind, file, columns, join, tool, query.strip(), create)


def _shown(incoming: Incoming, preview: Preview) -> None:
    """Say what the file holds as it will be understood."""
    out.print(say.plural("{n} row", "{n} rows", preview.rows) + ", " + say.plural("{n} customer", "{n} customers", preview.customers), markup=False)  # fmt: skip
    if preview.first and preview.last:
        days = {"first": say.date(preview.first), "last": say.date(preview.last)}
        one_day = preview.first == preview.last
        told = say("On {day}", day=days["first"]) if one_day else say("From {first} to {last}", **days)
        out.print(told, markup=False)
    table = Table(box=None, pad_edge=False, show_header=False)  # a column of the file a line, so that it fits a window
    for heading in preview.head.columns:
        table.add_row(_cell(heading), *(_cell(value) for value in preview.head[heading].astype(object)))
    out.print(say("The first rows as they are understood:"), markup=False)
    out.print(table, markup=False)
    ignored = [name for name, column in incoming.columns.items() if column.role == "ignore"]
    if ignored:
        out.print(say("Left out: {columns}", columns=ignored), markup=False)
    for warning in preview.warnings:
        _noted(warning)
    if preview.measures:
        out.print(say("Measured now: {touchpoints}", touchpoints=list(preview.measures)), markup=False)


def _cell(value: object) -> str:
    from rich.markup import escape

    if value is None or value != value:
        return "–"
    text = f"{value:.15g}" if isinstance(value, float) else " ".join(str(value).split())
    return escape(text if len(text) <= WIDEST else text[: WIDEST - 1] + "…")


def _told(done: Imported, file: str, kind: str) -> None:
    if kind == "journey":
        parts = [say.plural("{n} touchpoint of {file} is in.", "{n} touchpoints of {file} are in.", done.rows, file=file)]  # fmt: skip
    else:
        parts = [say.plural("{n} row of {file} is in.", "{n} rows of {file} are in.", done.rows, file=file)]
    if done.created:
        parts.append(say("New touchpoints: {names}.", names=list(done.created)))
    if done.nps is not None:
        parts.append(say("NPS {value}.", value=say.number(done.nps, 2, sign=True)))
    out.print(" ".join(parts), markup=False)


def _noted(warning: Fault) -> None:
    err.print(say("note: {text}", text=say.error(warning)), markup=False)
