"""What stands in a client's folder before a run: what its files hold, and which of its built files are as they were.

A folder whose journey and settings are as they were at the last build is not opened: a thousand take a second.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cjmkit.errors import CJMError, StorageError
from cjmkit.runs import FORMATS
from cjmkit.runs.manifest import hashes, read_manifest, sha256, translations

DECIDING = ("journey.json", "report.toml")  # what says which other files are read, in which languages and formats


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


def standing(folder: Path) -> Standing:
    """What stands in this client's folder."""
    manifest = read_manifest(folder) or {"outputs": {}, "builds": {}}
    noted, out = manifest["outputs"], f"{folder}/out/"
    built = {
        "noted": noted,
        "builds": manifest["builds"],
        "whole": frozenset(name for name, entry in noted.items() if _is_whole(out + name, entry)),
    }
    decided = manifest.get("decided") or {}
    try:
        now = hashes(folder, DECIDING)
        if decided and now == decided["by"]:
            now |= hashes(folder, {*decided["reads"], *translations(folder)} - now.keys())
            said = {key: decided[key] for key in ("languages", "formats", "parameters", "brand")}
            return Standing(folder.name, now, **said, **built)
        from cjmkit.runs.deciding import opened

        return Standing(folder.name, **opened(folder), **built)
    except CJMError as error:
        return Standing(folder.name, fault=error, **built)
    except OSError as error:
        problem = error.strerror or str(error)
        fault = StorageError(
            "{client}: {file} cannot be read: {problem}.", client=folder.name, file=error.filename, problem=problem
        )
        return Standing(folder.name, fault=fault, **built)


def _is_whole(path: str, entry: Mapping[str, Any]) -> bool:
    """Whether a built file is as it was; one of the same size and time is not read again."""
    try:
        stat = os.stat(path)
    except OSError:
        return False
    if (stat.st_size, stat.st_mtime_ns) == (entry.get("size"), entry.get("mtime")):
        return True
    return stat.st_size == entry.get("size") and sha256(Path(path)) == entry.get("sha256")
