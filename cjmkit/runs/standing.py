"""What stands in a client's folder before a run: what its files hold, and which of its built files are as they were.

A folder whose files are as they were at the last build is not opened: a thousand take a second.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cjmkit.errors import CJMError, StorageError
from cjmkit.runs import FORMATS
from cjmkit.runs.manifest import hashes, read_manifest, sha256, translations
from cjmkit.workshop.folders import without_journey

CHOSEN = ("persona", "path", "target")  # the parameters that a journey may not know


@dataclass(frozen=True)
class Standing:
    """A client's folder as it stands.

    Args:
        client: the name of the folder.
        inputs: SHA-256 of every file that a report would be made from, by name.
        languages: those of report.toml, else the journey's.
        formats: those of report.toml, else all.
        parameters: the template's, from report.toml.
        brand: the table `[brand]` of report.toml.
        noted: what the manifest notes of each file in `out/` alone.
        builds: what it notes of several files alike, by the name that `noted` gives.
        whole: those of them that are as they were built.
        fault: why no report can be made.
    """

    client: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    languages: Sequence[str] = ()
    formats: Sequence[str] = FORMATS
    parameters: Mapping[str, Any] = field(default_factory=dict)
    brand: Mapping[str, Any] = field(default_factory=dict)
    noted: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    builds: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()
    fault: CJMError | None = None


def standing(folder: Path, options: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict) -> Standing:
    """What stands in this client's folder, and why no report can be made of it.

    Args:
        folder: the client's.
        options: the parameters of the template from those of the client's report.toml.
    """
    manifest = read_manifest(folder) or {"outputs": {}, "builds": {}}
    built = {"noted": manifest["outputs"], "builds": manifest["builds"], "whole": whole(folder, manifest["outputs"])}
    decided = manifest.get("decided") or {}
    try:
        if not (folder / "journey.json").exists():
            raise without_journey(folder)
        now = inputs_now(folder, decided)
        if decided and now == decided["by"] and chosen_of(options(decided["parameters"])) == decided.get("chosen"):
            said = {key: decided[key] for key in ("languages", "formats", "parameters", "brand")}
            return Standing(folder.name, now, **said, **built)
        from cjmkit.runs.deciding import opened

        return Standing(folder.name, **opened(folder, options), **built)
    except CJMError as error:
        return Standing(folder.name, fault=error, **built)
    except OSError as error:
        problem = error.strerror or str(error)
        fault = StorageError(
            "{client}: {file} cannot be read: {problem}.", client=folder.name, file=error.filename, problem=problem
        )
        return Standing(folder.name, fault=fault, **built)


def chosen_of(options: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters among these that a journey may not know."""
    return {name: options[name] for name in CHOSEN if options.get(name) is not None}


def inputs_now(folder: Path, decided: Mapping[str, Any]) -> dict[str, str]:
    """The hashes of all files that were read, or would be, at the last build."""
    return hashes(folder, {*decided["reads"], *translations(folder)}) if decided else {}


def whole(folder: Path, noted: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    """Those of the built files that are as they were built."""
    return frozenset(name for name, entry in noted.items() if _is_whole(f"{folder}/out/{name}", entry))


def is_as_noted(folder: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether what a client's last builds noted still holds: the files they made, and those they were made from."""
    decided, noted = manifest.get("decided") or {}, manifest["outputs"]
    made_from = [entry.get("inputs", {}) for entry in noted.values()]
    try:
        now = inputs_now(folder, decided)
        if now != decided.get("by", {}):
            return False
        now |= hashes(folder, {name for some in made_from for name in some} - now.keys())
    except OSError:
        return False
    return all(some.items() <= now.items() for some in made_from) and len(whole(folder, noted)) == len(noted)


def _is_whole(path: str, entry: Mapping[str, Any]) -> bool:
    """Whether a built file is as it was; one of the same size and time is not read again."""
    try:
        stat = os.stat(path)
    except OSError:
        return False
    if (stat.st_size, stat.st_mtime_ns) == (entry.get("size"), entry.get("mtime")):
        return True
    return stat.st_size == entry.get("size") and sha256(Path(path)) == entry.get("sha256")
