"""A workbook that comes back: its changes are listed first, and taken only when somebody says so."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from cjmkit.cli.app import err, out, say
from cjmkit.errors import UsageError

if TYPE_CHECKING:
    from cjmkit.exchange.changes import Change, Changes
    from cjmkit.workshop import Workshop

LONGEST = 70


def take_workbook(workshop: Workshop, file: Path, *, yes: bool, theirs: bool) -> None:
    """List what a workbook would change, ask, take it."""
    from cjmkit.runs.importing import read_back, take_back

    with workshop.writing():  # a sample is refused before anything is asked
        changes = read_back(workshop, file)
    changes.applied(workshop.journey, theirs=theirs)  # what makes no whole journey is told before it is asked for
    _list(changes, theirs)
    n = len(changes.taken(theirs))
    if not n:
        out.print(say("Nothing is to be changed."), markup=False)
        return
    if not yes and not sys.stdin.isatty():
        raise UsageError("Nothing was taken yet. To take these changes, say --yes.")
    if not yes and not typer.confirm(say.plural("Take {n} change?", "Take {n} changes?", n)):
        out.print(say("Nothing was changed."), markup=False)
        raise typer.Exit(1)
    done = take_back(workshop, file, changes, theirs=theirs)
    out.print(
        say.plural("{n} change of {file} is in.", "{n} changes of {file} are in.", done.rows, file=file.name),
        markup=False,
    )


def _list(changes: Changes, theirs: bool) -> None:
    for warning in changes.warnings:
        err.print(say("note: {text}", text=say.error(warning)), markup=False)
    plain = [change for change in changes.changes if not change.conflict]
    _part(say("Changed:"), (c for c in plain if c.kind == "changed"))
    _part(say("New:"), (c for c in plain if c.kind == "added"))
    _part(say("Taken out:"), (c for c in plain if c.kind == "removed"))
    title = (
        say("Changed in the journey too since the workbook was made; the workbook's side is taken:")
        if theirs
        else say(
            "Changed in the journey too since the workbook was made; the journey's own stays (--theirs takes the workbook's):"
        )
    )
    _part(title, (c for c in changes.changes if c.conflict))


def _part(title: str, changes: Iterable[Change]) -> None:
    lines = [f"  {c.place}: {_line(c)}" for c in changes]
    if lines:
        out.print(title, markup=False)
        out.print("\n".join(lines), markup=False)


def _line(change: Change) -> str:
    if change.kind == "changed":
        return f"{_short(change.was)} → {_short(change.to)}"
    return _short(change.to if change.kind == "added" else change.was)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return f"“{plain if len(plain) <= LONGEST else plain[:LONGEST] + '…'}”"
