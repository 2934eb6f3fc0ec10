"""What was built from what: hashes of every input and output, parameters, versions; never in `out/`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cjmkit.method.intervals import SEED
from cjmkit.reports.report import Report
from cjmkit.runs.branding import brand_files
from cjmkit.workshop import Workshop, saving

LIBRARIES = (
    "altair", "babel", "nbconvert", "openpyxl", "pandas", "papermill", "pydantic", "python-pptx", "scipy", "typst",
    "vl-convert-python", "xlsxwriter",
)  # fmt: skip


def inputs(workshop: Workshop) -> dict[str, str]:
    """SHA-256 of every file that a report of this client is made from, by its name in the folder."""
    names = ["journey.json", "scores.csv", "report.toml", *(source.file for source in workshop.journey.sources)]
    names += brand_files(workshop.settings.get("brand", {}))
    names += [p.image for p in workshop.journey.personas if p.image and workshop.image(p.image)]
    return {name: sha256(workshop.folder / name) for name in names if (workshop.folder / name).is_file()}


def sha256(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_manifest(workshop: Workshop) -> dict[str, Any]:
    """The manifest of the last builds; empty where there is none or it cannot be read."""
    try:
        manifest = json.loads((workshop.folder / "build" / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def write_manifest(
    workshop: Workshop, template: Path, report: Report, parameters: Mapping[str, Any], files: Iterable[str]
) -> None:
    """Note what these files of `out/` were built from; what other builds left there stays noted.

    Args:
        workshop: the client's folder.
        template: the report notebook.
        report: what was reported.
        parameters: the template's own parameters.
        files: the names in `out/` that were just built.
    """
    manifest = read_manifest(workshop)
    made_from = {
        "inputs": inputs(workshop),
        "template": {"name": template.name, "sha256": sha256(template)},
        "parameters": dict(parameters),
        "language": report.language,
        "as_of": report.day.isoformat() if report.day else None,
        "seed": SEED,
        "cjmkit": version("cjmkit"),
        "libraries": {name: version(name) for name in LIBRARIES},
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    outputs = manifest.get("outputs", {})
    for name in files:
        outputs[name] = {"sha256": sha256(workshop.folder / "out" / name), **made_from}
    manifest = {"schema": "cjmkit/manifest/1", "client": workshop.client, "outputs": outputs}
    text = json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    saving.put(workshop.folder / "build", {"manifest.json": text.encode()})
