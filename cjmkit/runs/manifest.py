"""What was built from what: hashes of every input and output, parameters, versions; never in `out/`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from cjmkit.kit import kit_folder
from cjmkit.kit import template as kit_template
from cjmkit.method.intervals import SEED
from cjmkit.reports.report import Report
from cjmkit.runs.branding import brand_files
from cjmkit.workshop import Workshop, saving
from cjmkit.workshop.translations import translation_files

MANIFEST = "build/manifest.json"
LIBRARIES = (
    "altair", "babel", "duckdb", "nbconvert", "openpyxl", "pandas", "papermill", "pydantic", "python-pptx", "scikit-learn", "scipy", "typst",
    "vl-convert-python", "xlsxwriter",
)  # fmt: skip


def inputs(workshop: Workshop) -> dict[str, str]:
    """SHA-256 of every file that a report of this client is made from, by its name in the folder."""
    names = ["journey.json", "scores.csv", "report.toml"]
    names += [file for source in workshop.journey.sources for file in (source.file, *source.join)]
    names += brand_files(workshop.settings.get("brand", {}))
    names += translation_files(workshop).values()
    names += [p.image for p in workshop.journey.personas if p.image and workshop.image(p.image)]
    return {name: sha256(workshop.folder / name) for name in names if (workshop.folder / name).is_file()}


def concerns(source: str, output: str, language: str, brand: Mapping[str, Any]) -> bool:
    """Whether an output is made from this input: a logo is in no map, a slide template in slides only.

    >>> concerns("translations.ru.json", "report.pl.html", "pl", {}), concerns("a.pptx", "map.pl.svg", "pl", {"slides": "a.pptx"})
    (False, False)
    """
    ending = output.rpartition(".")[2]
    translated = re.fullmatch(r"translations\.(\w+)\.json", source)
    if translated:  # the workbook has them all, the diagram none
        return ending == "xlsx" or (ending != "mmd" and translated[1] == language)
    if source == brand.get("slides"):
        return ending == "pptx"
    if source in brand_files(brand):
        return ending in ("html", "pdf", "pptx")
    return True


def designs() -> dict[str, str]:
    """SHA-256 of the kit's own designs for pages and print, by their names in the kit's folder."""
    files = [path for part in ("page", "print") for path in kit_template(part).glob("*.*")]
    return {path.relative_to(kit_folder()).as_posix(): sha256(path) for path in sorted(files)}


def sha256(path: Path) -> str:
    """The SHA-256 of a file, however large."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_outputs(folder: Path) -> dict[str, dict[str, Any]]:
    """What the last builds of the client in this folder noted, by output; nothing where that is not there or not whole."""
    return _noted(folder) or {}


def is_broken(folder: Path) -> bool:
    """Whether there is a manifest that says nothing, because it is not as it was written."""
    return (folder / MANIFEST).exists() and _noted(folder) is None


def _noted(folder: Path) -> dict[str, dict[str, Any]] | None:
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        outputs = manifest["outputs"]
        whole = all(isinstance(entry, dict) for entry in outputs.values())
        return outputs if whole and manifest.get("check", _check(outputs)) == _check(outputs) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _check(outputs: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(outputs, sort_keys=True).encode()).hexdigest()


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
    own = template.resolve() != kit_template("report.ipynb").resolve()
    brand = workshop.settings.get("brand", {})
    sources = inputs(workshop)
    made_from = {
        "template": {"name": template.name, "file": str(template.resolve()) if own else "", "sha256": sha256(template)},
        "designs": designs(),
        "parameters": dict(parameters),
        "language": report.language,
        "as_of": report.day.isoformat() if report.day else None,
        "seed": SEED,
        **versions(),
    }
    concerned = {
        name: {source: hash for source, hash in sources.items() if concerns(source, name, report.language, brand)}
        for name in files
    }
    note_outputs(workshop.folder, {name: {**made_from, "inputs": own} for name, own in concerned.items()})


def versions() -> dict[str, Any]:
    """The versions of the kit and of the libraries that files are made with."""
    return {"cjmkit": version("cjmkit"), "libraries": {name: v for name in LIBRARIES if (v := _installed(name))}}


def _installed(library: str) -> str:
    """Its version; "" where it is not installed, as what reads logs need not be."""
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def note_outputs(folder: Path, made: Mapping[str, Mapping[str, Any]]) -> None:
    """Note these files of `out/` in the manifest, and what they were made from; files that are gone are let go.

    Args:
        folder: the client's.
        made: by the names in `out/` that were just written what each was made from, as `write_manifest` notes it; empty
            where a file hangs on nothing.
    """
    out = folder / "out"
    outputs = {name: entry for name, entry in read_outputs(folder).items() if (out / name).is_file()}
    built = datetime.now(UTC).isoformat(timespec="seconds")
    for name, made_from in made.items():
        outputs[name] = {"sha256": sha256(out / name), **made_from, "built": built}
    manifest = {"schema": "cjmkit/manifest/1", "client": folder.name, "outputs": outputs, "check": _check(outputs)}
    text = json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    saving.put(folder / "build", {"manifest.json": text.encode()})
