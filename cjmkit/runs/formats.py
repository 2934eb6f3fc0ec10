"""The files of each format: what `out/` holds of one report in one language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cjmkit.charts.drawing import png, svg
from cjmkit.reports.content import sections_of
from cjmkit.reports.content.findings import drawn_map
from cjmkit.reports.report import Report


def files_of(report: Report, format: str, *, sheet: str | None = None) -> dict[str, bytes]:
    """The files of one format, by their names in `out/`; the page is made from the executed notebook instead.

    Args:
        report: what is reported.
        format: "pdf", "poster", "pptx", "xlsx", "svg", "png" or "mermaid".
        sheet: the poster's paper, "A3" to "A0"; None is the smallest on which it can be read.
    """
    if format == "pdf":
        from cjmkit.reports.document import report_pdf

        printed = replace(report, size="paper")
        return {f"report.{report.language}.pdf": report_pdf(printed, sections_of(printed))}
    if format == "poster":
        from cjmkit.reports.poster import poster_pdf

        return {
            f"{kind}{whose}.{report.language}.pdf": poster_pdf(one, full=kind == "poster-full", sheet=sheet)
            for whose, one in _walked(report)
            for kind in ("poster", "poster-full")
        }
    if format == "mermaid":
        from cjmkit.exchange.mermaid import write_mermaid

        typed = report.typed or report.journey  # one file for all languages
        path = typed.path(report.persona, report.path)
        return {"journey.mmd": write_mermaid(typed, report.figures, path).text.encode()}
    if format == "pptx":
        from cjmkit.reports.slides import slides_pptx

        return {f"slides.{report.language}.pptx": slides_pptx(report)}
    if format == "xlsx":
        from cjmkit.reports.workbook import workbook_xlsx

        return {f"workbook.{report.language}.xlsx": workbook_xlsx(report)}
    pictures = dict(_maps(report, format))
    if format == "png":
        from cjmkit.reports.room_map import room_maps

        for n, screen in enumerate(room_maps(report), 1):
            pictures[f"map-room{'' if n == 1 else f'-{n}'}.{report.language}.png"] = screen
    return pictures


def _maps(report: Report, format: str) -> Iterator[tuple[str, bytes]]:
    """The journey map as a picture, one for each persona."""
    for whose, one in _walked(report):
        chart, name = drawn_map(one), f"map{whose}.{report.language}"
        if format == "svg":
            yield f"{name}.svg", svg(chart, report.language, embed_fonts=True).encode()
        else:
            yield f"{name}.png", png(chart, 2, report.language)


def _walked(report: Report) -> Iterator[tuple[str, Report]]:
    """The report, and one of each other persona that has a path of their own, by what their files' names add."""
    yield "", report
    for persona in dict.fromkeys(path.persona for path in report.journey.paths):
        if persona and persona != report.who.id:
            yield f".{persona}", replace(report, persona=persona, path=None)
