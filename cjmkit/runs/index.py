"""`index.html` over all clients: failures on top, then what is built of each, how old, NPS and weakest link.

It is read from the manifests, so that a thousand clients take no longer than one report. Of those that the run did not touch it
says why they failed when last tried, and whether their files are as they were when built.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale

from cjmkit.errors import N_, CJMError
from cjmkit.kit import template
from cjmkit.language import Language, languages
from cjmkit.runs.failed import kept_failure
from cjmkit.runs.manifest import read_manifest
from cjmkit.runs.standing import is_as_noted
from cjmkit.workshop.folders import clients, without_journey

PAGE = "index.html"
# What the plan calls a client, in a reader's words; the most urgent first.
STATUS = {
    "failed": N_("failed"),
    "blocked": N_("blocked"),
    "stale": N_("out of date"),
    "never": N_("not built yet"),
    "there": N_("built earlier"),
    "built": N_("built now"),
    "fresh": N_("up to date"),
}


def write_index(
    workshops: Path,
    say: Language,
    failures: Mapping[str, CJMError],
    today: date,
    *,
    status: Mapping[str, str] = {},
) -> Path:
    """Write the page over all clients of a folder; a page that would be the same is left as it is.

    Args:
        workshops: the folder of the clients.
        say: the language of the page.
        failures: what went wrong in the last run, by client.
        today: the day from which ages are counted.
        status: what the plan says of a client: "fresh", "built", "stale", "never" or "blocked"; of others is told whether
            something is built, and whether it is out of date.

    Raises:
        StorageError: the page cannot be saved.
    """
    page = _page(workshops, say, failures, today, status).encode("utf-8", "replace")
    path = workshops / PAGE
    try:
        if path.read_bytes() == page:
            return path
    except OSError:
        pass
    from cjmkit.workshop import saving  # brings pandas, which a page that stays does not need

    with saving.said_plainly(str(path)):
        saving.put(workshops, {PAGE: page})
    return path


def _page(
    workshops: Path, say: Language, failures: Mapping[str, CJMError], today: date, status: Mapping[str, str]
) -> str:
    shown = _Words(say, today)
    there = clients(workshops, lost=True)
    rows = [_row(shown, workshops / name, failures.get(name), status.get(name, "")) for name in there]
    order = [*STATUS]
    rows.sort(key=lambda row: (min(order.index(row["status"]), order.index("there")), row["folder"]))
    found = Counter(row["status"] for row in rows)
    counts = [say.plural("{n} client", "{n} clients", len(rows))]
    counts += [
        say("{status}: {n}", status=shown.status[kind], n=say.number(found[kind], 0)) for kind in STATUS if found[kind]
    ]
    page: str = _environment().get_template("clients.html.j2").render(
        css=(template("page") / "page.css").read_text("utf-8"), title=say("All clients"), tag=say.tag, rows=rows,
        counts=" · ".join(counts), heads=_heads(say), failed=[row for row in rows if row["fault"]], failed_title=say("What failed"),
        nothing=say("There is no client here yet. Begin one with: cjmkit new NAME"),
        again=say("Mend this, then run again. Only what is missing is built."),
        executed=say("The notebook as far as it ran"),
        comparisons=[(say("Comparison across clients"), name, language) for name, language in _comparisons(workshops)],
    )  # fmt: skip
    return page


def _heads(say: Language) -> dict[str, str]:
    return {
        "client": say("Client"),
        "title": say("Journey"),
        "status": say("Status"),
        "age": say("As of"),
        "nps": say("NPS"),
        "weakest": say("Weakest link"),
        "files": say("Files"),
    }


def _comparisons(workshops: Path) -> list[tuple[str, str]]:
    """The comparisons that are there, each with its language as it is called in itself."""
    there = [(path.name, path.name.split(".")[1]) for path in sorted(workshops.glob("comparison.*.html"))]
    return [(name, str(Locale.parse(code).display_name)) for name, code in there if code in languages()]


class _Words:
    """The words that many rows share, said once."""

    def __init__(self, say: Language, today: date) -> None:
        self.say, self.today = say, today
        self.age = cache(self._age)
        self.status = {kind: say(words) for kind, words in STATUS.items()}
        self.number = cache(say.number)
        self.undated = say("not dated")

    def _age(self, day: str | None) -> str:
        if not day:
            return self.undated
        say, days = self.say, (self.today - date.fromisoformat(day)).days
        shown = say.date(day, "medium")
        return shown if days <= 0 else say.plural("{date}, {n} day ago", "{date}, {n} days ago", days, date=shown)

    def nps(self, nps: Mapping[str, Any] | None) -> str:
        if not nps or nps.get("value") is None:
            return ""
        value, n = self.number(nps["value"], 0, sign=True), self.number(float(nps["n"]), 0)
        return self.say("{value} (n = {n})", value=value, n=n).replace("n = ", "n\xa0=\xa0")

    def weakest(self, summary: Mapping[str, Any]) -> str:
        for touchpoint in summary["touchpoints"]:
            if touchpoint["id"] == summary["weakest"] and touchpoint["value"] is not None:
                value, top = self.number(touchpoint["value"], 1), self.number(float(summary["scale"][1]), 0)
                score = self.say("{value} of {top}", value=value, top=top)
                return f"{touchpoint['name'] or touchpoint['id']} ({score})"
        return ""


def _row(words: _Words, folder: Path, fault: CJMError | None, status: str) -> dict[str, Any]:
    manifest = read_manifest(folder) or {"outputs": {}}
    summary: Any = manifest.get("summary")
    files = _files(folder, manifest["outputs"])
    if not fault and not (folder / "journey.json").exists():
        fault, status = without_journey(folder), "blocked"
    fault = fault or kept_failure(folder)
    standing = (
        "failed"
        if fault and status != "blocked"
        else status
        if status in STATUS
        else _untouched(folder, manifest, files)
    )
    row: dict[str, Any] = {
        "folder": folder.name, "client": folder.name, "title": "", "age": "", "nps": "", "weakest": "",
        "status": standing, "word": words.status[standing], "files": files,
        "fault": words.say.error(fault) if fault else "", "notebook": _notebook(folder, fault),
    }  # fmt: skip
    try:
        told = {
            "client": str(summary["client"]) or folder.name, "title": str(summary["title"]), "age": words.age(summary["as_of"]),
            "nps": words.nps(summary["nps"]), "weakest": words.weakest(summary),
        }  # fmt: skip
    except (KeyError, TypeError, ValueError):  # an older manifest, or none: the journey as it stands
        journey = _read(folder / "journey.json")
        told = {name: text for name in ("client", "title") if isinstance(text := journey.get(name), str) and text}
    return row | told


def _untouched(folder: Path, manifest: Mapping[str, Any], files: Sequence[Any]) -> str:
    """The status of a client that the run did not look at."""
    return "never" if not files else "there" if is_as_noted(folder, manifest) else "stale"


def _files(folder: Path, outputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is built and there: reports first, pictures last."""
    try:
        there = set(os.listdir(folder / "out"))
    except OSError:
        there = set()
    built = sorted(there & outputs.keys(), key=lambda n: (not n.startswith("report"), n.endswith(".png"), n))
    return [(name, f"{folder.name}/out/{name}") for name in built]


def _notebook(folder: Path, fault: CJMError | None) -> str:
    """Where the executed notebook is that stopped; empty where there is none."""
    name = str(fault.values.get("notebook", "")) if fault else ""
    return f"{folder.name}/{name}" if re.fullmatch(r"build/[\w.-]+", name) and (folder / name).is_file() else ""


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(template("page")), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
