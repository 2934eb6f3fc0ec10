"""A client's journey for other programs: workbook, JSON, CSV."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cjmkit.errors import Fault, UsageError
from cjmkit.exchange.mermaid import write_mermaid
from cjmkit.reports.report import Report
from cjmkit.runs.manifest import inputs, note_outputs
from cjmkit.runs.opening import report_of
from cjmkit.workshop import Workshop, saving

KINDS = ("xlsx", "json", "csv", "mermaid")


def export(
    workshop: Workshop, kind: str, *, language: str | None = None, persona: str | None = None, file: Path | None = None,
    tell: Callable[[Fault], object] = lambda loss: None,
) -> Path:  # fmt: skip
    """Write a client's journey in another format.

    Args:
        workshop: the client, open.
        kind: "xlsx" (the workbook that can be edited and imported), "json" (as journey.json), "csv" (touchpoints) or
            "mermaid" (the path as a diagram).
        language: a code; None is the journey's language.
        persona: an id; None is the goal's persona, else the first.
        file: where to; None is the client's `out/`.
        tell: takes each loss where the format cannot carry all.

    Raises:
        NotFoundError: there is no such persona. StorageError: the disk refused.
    """
    if kind not in KINDS:
        raise UsageError("{kind} cannot be exported. What can: {kinds}.", kind=kind, kinds=list(KINDS))
    report = report_of(workshop, language=language, persona=persona)
    name, content = _made(report, workshop, kind, tell)
    place = file or workshop.folder / "out" / name
    with saving.said_plainly(workshop.client):
        place.parent.mkdir(parents=True, exist_ok=True)
        saving.put(place.parent, {place.name: content})
        if file is None:
            (workshop.folder / "build").mkdir(exist_ok=True)
            note_outputs(workshop.folder, {place.name: {"inputs": inputs(workshop), "language": report.language}})
    return place


def _made(report: Report, workshop: Workshop, kind: str, tell: Callable[[Fault], object]) -> tuple[str, bytes]:
    code = report.language
    if kind == "xlsx":
        from cjmkit.reports.workbook import workbook_xlsx

        return f"workbook.{code}.xlsx", workbook_xlsx(report)
    if kind == "csv":
        from cjmkit.reports.touchpoint_table import touchpoints_csv

        return f"touchpoints.{code}.csv", touchpoints_csv(report)
    if kind == "mermaid":
        written = write_mermaid(report.journey, report.figures, report.way)
        for loss in written.losses:
            tell(loss)
        return "journey.mmd", written.text.encode()
    return "journey.json", workshop.journey.to_json().encode()
