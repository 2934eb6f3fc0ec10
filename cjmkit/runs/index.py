"""`index.html` over all clients: what is there, how old, the weakest link, failures on top."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from cjmkit.errors import CJMError
from cjmkit.language import Language
from cjmkit.method.findings import weakest_link
from cjmkit.reports.page import index_html
from cjmkit.runs.manifest import read_outputs
from cjmkit.runs.opening import report_of
from cjmkit.workshop import clients, open_workshop, saving


def write_index(workshops: Path, say: Language, failures: Mapping[str, CJMError], today: date) -> Path:
    """Write the page over all clients of a folder.

    Args:
        workshops: the folder of the clients.
        say: the language of the page.
        failures: what went wrong in the last run, by client.
        today: the day from which ages are counted.
    """
    rows = [_row(workshops, name, say, failures.get(name), today) for name in clients(workshops)]
    rows.sort(key=lambda row: (not row["fault"], row["folder"]))
    columns = [say("Client"), say("Journey"), say("As of"), say("Weakest link"), say("Files")]
    page = index_html(title=say("All clients"), unbuilt=say("not built yet"), tag=say.tag, columns=columns, rows=rows)
    with saving.said_plainly("index.html"):
        saving.put(workshops, {"index.html": page.encode()})
    return workshops / "index.html"


def _row(workshops: Path, name: str, say: Language, fault: CJMError | None, today: date) -> dict[str, Any]:
    row: dict[str, Any] = {
        "folder": name,
        "client": name,
        "title": "",
        "age": "",
        "weakest": "",
        "files": [],
        "fault": "",
    }
    try:
        workshop = open_workshop(name, workshops, remember=False)
        report = report_of(workshop, language=say.code)
        built = [n for n in sorted(read_outputs(workshop.folder)) if (workshop.folder / "out" / n).is_file()]
        built.sort(key=lambda n: (not n.startswith("report"), n.endswith(".png"), n))
        row |= {"client": workshop.journey.client or name, "title": workshop.journey.title}
        row["files"] = [(n, f"{name}/out/{n}") for n in built]
        row["age"] = _age(say, workshop.journey.as_of, today)
        link = weakest_link(report.figures)
        if link:
            figure = report.rows[link]
            row["weakest"] = f"{figure['name']} ({report.short(figure)})"
    except CJMError as error:
        fault = fault or error
    if fault:
        row["fault"] = say.error(fault) + " "
    return row


def _age(say: Language, as_of: date | None, today: date) -> str:
    if as_of is None:
        return say("not dated")
    days = (today - as_of).days
    shown = say.date(as_of, "medium")
    return shown if days <= 0 else say.plural("{date}, {n} day ago", "{date}, {n} days ago", days, date=shown)
