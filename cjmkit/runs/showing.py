"""What a notebook shows of a client's evidence, drawn anew once files come in or go, and around any that cannot be read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any, Literal

import pandas as pd
from IPython.display import HTML, display

from cjmkit.errors import CJMError
from cjmkit.journey import Journey
from cjmkit.language import speak, spoken
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Section, Text
from cjmkit.runs.evidence import broken_sources
from cjmkit.runs.opening import report_of
from cjmkit.workshop import Workshop

PAUSE = 0.3  # seconds, so that the screen that saved is drawn first
MAP = ("personas", "stages", "touchpoints", "paths")
Show = Callable[[Report], Any]
Of = Literal["files", "map"]


def open_evidence(workshop: Workshop) -> Evidence:
    """What is known of a client's customers, for the cells of a notebook: `cjm.open_evidence(ws).show(cjm.against_the_log)`."""
    return Evidence(workshop)


class Evidence:
    """A client's report with its surveys, logs and customers, read anew when they change; see `show`."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.broken: dict[str, CJMError] = {}
        self._report: Report | None = None
        self._seen = workshop.journey
        self._shown: dict[Any, tuple[Show, Of, bool, Any]] = {}
        self._waiting: Any = None
        workshop.follow(type(self).__name__, self._follow)

    @property
    def report(self) -> Report:
        """The client's report; a file that cannot be read is left out of it, and told in `broken`.

        Raises:
            CJMError: the journey or the scores cannot be used.
        """
        if self._report is None:
            self.broken = {}
            try:
                self._report = report_of(self.workshop)
            except CJMError:
                self.broken = broken_sources(self.workshop)
                if not self.broken:
                    raise
                self._report = report_of(self.workshop, without=self.broken)
        return self._report

    def show(self, what: Show, *, of: Of = "files", title: bool = True) -> None:
        """Show what this makes of the report, here and anew in the same place when it changes.

        Args:
            what: gets the report, gives what is shown.
            of: "files" = drawn anew when files come in or go; "map" = also when the map changes.
            title: whether a section shows its title; False where one stands above it already.
        """
        handle = display(self._made(what, title), display_id=True)  # type: ignore[no-untyped-call]
        self._shown[getattr(what, "__code__", what)] = (what, of, title, handle)

    def _made(self, what: Show, title: bool) -> Any:
        say = speak(spoken(self.workshop.journey.language))
        try:
            made = what(self.report)
            if isinstance(made, Section):
                made = replace(
                    made, title=made.title if title else "", blocks=made.blocks or (Text(self._nothing(made)),)
                )
            return _Beside(self._told(), made) if self.broken else made
        except CJMError as error:
            return HTML(f"<p>{escape(say.error(error))}</p>")  # type: ignore[no-untyped-call]

    def _nothing(self, section: Section) -> str:
        """What is to be entered before this section has anything to tell."""
        say = speak(section.language)
        if section.id == "funnel":
            return say("There is nothing to tell yet. Bring a log of what customers did in, in 03_evidence, or type how many came to each stage, in 02_stages.")  # fmt: skip
        return say("There is nothing to tell yet. Bring a log of what customers did in, in 03_evidence.")

    def _told(self) -> str:
        """Which files cannot be read, why, and how to take them out."""
        say = speak(spoken(self.workshop.journey.language))
        files = {source.id: source.file for source in self.workshop.journey.sources}
        told = [
            say("{file} cannot be read and is left out here: {problem}", file=files[id], problem=say.error(error))
            for id, error in self.broken.items()
        ]
        way = say("Take it out under “Files that are in” in 03_evidence, or bring it in again.")
        return "".join(f"<p><b>{escape(line)}</b></p>" for line in [*told, way])

    def _follow(self, journey: Journey, scores: pd.DataFrame) -> None:
        files = journey.sources != self._seen.sources
        drawn = any(getattr(journey, part) != getattr(self._seen, part) for part in MAP)
        self._seen = journey
        if files or (self._report is not None and self._report.typed is not None):
            self._report = None
        elif self._report is not None:
            self._report = replace(self._report, journey=journey, scores=scores)
        if files or drawn:
            self._soon(files)

    def _soon(self, files: bool) -> None:
        """Draw anew once the screen that saved has been drawn itself."""
        if self._waiting is not None:
            handle, before = self._waiting
            handle.cancel()
            files = files or before
        try:
            handle = asyncio.get_running_loop().call_later(PAUSE, self._anew, files)
        except RuntimeError:
            self._anew(files)
        else:
            self._waiting = handle, files

    def _anew(self, files: bool) -> None:
        self._waiting = None
        for what, of, title, handle in [*self._shown.values()]:
            if handle is not None and (files or of == "map"):
                handle.update(self._made(what, title))


class _Beside:
    """What was made, below a note."""

    def __init__(self, note: str, made: Any) -> None:
        self.note, self.made = note, made

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        bundle = self.made._repr_mimebundle_(include=include, exclude=exclude)
        if "text/html" not in bundle:  # a screen says by itself what it lacks
            return bundle
        return {**bundle, "text/html": self.note + bundle["text/html"]}
