"""What every file of a run is made from, whoever the client is: the kit, its designs, the libraries, the template."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from typing import Any

from cjmkit.kit import kit_folder
from cjmkit.kit import template as kit_template
from cjmkit.method.seed import SEED
from cjmkit.runs.manifest import sha256

LIBRARIES = (
    "altair", "babel", "duckdb", "nbconvert", "openpyxl", "pandas", "papermill", "pydantic", "python-pptx", "scikit-learn", "scipy", "typst",
    "vl-convert-python", "xlsxwriter",
)  # fmt: skip


def made_from(template: Path) -> dict[str, Any]:
    """What every file of a run is made from, whoever the client is: template, designs, seed, kit, libraries."""
    own = template.resolve() != kit_template("report.ipynb").resolve()
    file = str(template.resolve()) if own else ""
    return {
        "template": {"name": template.name, "file": file, "sha256": sha256(template)},
        "designs": designs(),
        "seed": SEED,
        "kit": kit_hash(),
        "lock": lock_hash(),
        **versions(),
    }


@cache
def kit_hash() -> str:
    """SHA-256 of the package's own files: a kit under development changes without a new version."""
    digest = hashlib.sha256()
    folder = Path(__file__).resolve().parent.parent
    for path in sorted(p for kind in ("py", "po") for p in folder.rglob(f"*.{kind}")):
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def lock_hash() -> str:
    """SHA-256 of the names and versions of all that reports are made with, Python itself included."""
    from packaging.requirements import Requirement

    found: dict[str, str] = {}
    waiting = [("cjmkit", {"", "report", "evidence"})]
    while waiting:
        name, extras = waiting.pop()
        try:
            there = distribution(name)
        except PackageNotFoundError:
            continue
        found[name] = there.version
        for line in there.requires or ():
            wanted = Requirement(line)
            if wanted.name.lower() not in found and (
                not wanted.marker or any(wanted.marker.evaluate({"extra": extra}) for extra in extras)
            ):
                found[wanted.name.lower()] = ""
                waiting.append((wanted.name.lower(), {"", *wanted.extras}))
    return hashlib.sha256(f"{sys.version} {sorted(found.items())}".encode()).hexdigest()


@cache
def versions() -> dict[str, Any]:
    """The versions of the kit and of the libraries that files are made with."""
    return {"cjmkit": version("cjmkit"), "libraries": {name: v for name in LIBRARIES if (v := _installed(name))}}


def _installed(library: str) -> str:
    """Its version; "" where it is not installed, as what reads logs need not be."""
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def designs() -> dict[str, str]:
    """SHA-256 of the kit's own designs for pages and print, by their names in the kit's folder."""
    files = [path for part in ("page", "print") for path in kit_template(part).glob("*.*")]
    return {path.relative_to(kit_folder()).as_posix(): sha256(path) for path in sorted(files)}
