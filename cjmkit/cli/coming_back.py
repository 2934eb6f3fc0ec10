"""A workbook that comes back: its changes are listed first, and taken only when somebody says so."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from cjmkit.cli.app import err, out, say
from cjmkit.errors import JourneyError, UsageError

if TYPE_CHECKING:
    from cjmkit.exchange.changes import Change, Changes
    from cjmkit.workshop import Workshop

LONGEST = 70


def take_workbook(workshop: Workshop, file: Path, *, yes: bool, theirs: bool) -> None:
    """List what a workbook would change, ask, take it."""
    from cjmkit.runs.importing import read_back, take_back

    with workshop.writing():  # a sample is refused before anything is asked
        changes = read_back(workshop, file)
    _list(changes, theirs)
    _stop_at_faults(workshop, changes, theirs)
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


def _stop_at_faults(workshop: Workshop, changes: Changes, theirs: bool) -> None:
    """Where the changes make no whole journey, each fault on a line of its own; none of them is taken."""
    try:
        changes.applied(workshop.journey, theirs=theirs)
    except JourneyError as error:
        err.print(say("Nothing was taken: together these changes leave faults. Correct them in the workbook:"))
        for fault in error.faults:
            err.print(f"  {say.error(fault)}", markup=False)
        raise typer.Exit(1) from None


def _list(changes: Changes, theirs: bool) -> None:
    """Translations, of which there may be hundreds, before all else; what could not be taken comes first."""
    for warning in changes.warnings:
        err.print(say("note: {text}", text=say.error(warning)), markup=False)
    plain = [change for change in changes.changes if not change.conflict]
    mine = [change for change in plain if change.sheet != "translations"]
    for code in dict.fromkeys(next(iter(c.values)) for c in plain if c.sheet == "translations"):
        into = [c for c in plain if c.sheet == "translations" and code in c.values]
        new = sum(not c.was for c in into)
        title = say("Translations into {language}: {new} new, {n} changed", language=code, new=new, n=len(into) - new)
        _part(title, into)
    _part(say("Changed:"), [c for c in mine if c.kind == "changed"])
    _part(say("New:"), [c for c in mine if c.kind == "added"])
    _part(say("Taken out:"), [c for c in mine if c.kind == "removed"])
    title = (
        say("Changed in the journey too since the workbook was made; the workbook's side is taken:")
        if theirs
        else say(
            "Changed in the journey too since the workbook was made; the journey's own stays (--theirs takes the workbook's):"
        )
    )
    _part(title, [c for c in changes.changes if c.conflict])


def _part(title: str, changes: Sequence[Change]) -> None:
    if changes:
        out.print(title, markup=False)
        out.print("\n".join(f"  {_line(change)}" for change in changes), markup=False)


def _line(change: Change) -> str:
    if change.text:
        place, dot, code = change.place.rpartition(" → ")
        was, to = _pair(change.was, change.to)
        source = _short(change.text)
        line = f"{place} {source}{dot}{code} {was} → {to}" if change.was else f"{place} {source}{dot}{code} {to}"
    elif change.kind == "changed":
        line = f"{change.place}: {' → '.join(_pair(change.was, change.to))}"
    elif change.parts:
        line = f"{change.place}: " + "; ".join(f"{say(part.title)} {_short(part.to)}" for part in change.parts)
    else:
        line = f"{change.place}: {_short(change.was)}"
    return " – ".join([line, *(say(note) for note in change.notes)])


def _pair(was: str, to: str) -> tuple[str, str]:
    """Two texts in short, from a little before the place where they begin to differ."""
    one, other = (" ".join(text.split()) for text in (was, to))
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    start = same - 20 if same > LONGEST // 2 and max(len(one), len(other)) > LONGEST else 0
    return _short(one, start), _short(other, start)


def _short(text: str, start: int = 0) -> str:
    plain = " ".join(text.split())
    if not plain:
        return say("(empty)")
    before, after = ("…" if start else ""), ("…" if len(plain) > start + LONGEST else "")
    return say.quoted(f"{before}{plain[start : start + LONGEST]}{after}")
