"""Whether the built files of a client are as they were built, and what they were built from is as it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cjmkit.errors import N_, CJMError
from cjmkit.kit import kit_folder
from cjmkit.runs.manifest import MANIFEST, concerns, inputs, is_broken, read_outputs, sha256
from cjmkit.runs.settings import settings_of
from cjmkit.runs.versions import versions
from cjmkit.workshop import Workshop
from cjmkit.workshop.folders import without_journey

KINDS = {
    "changed": N_("{file} is not as it was built."),
    "missing": N_("{file} was built and is not there."),
    "not-built": N_("{file} was not built by cjmkit; nothing says what it was made from."),
    "input-changed": N_("{file} has changed. Built before that: {outputs}."),
    "input-missing": N_("{file} is not there any more. Built from it: {outputs}."),
    "input-new": N_("{file} is new. Built without it: {outputs}."),
    "manifest": N_("{file} is not as it was written: nothing says any more what the files of out/ were made from."),
    "fault": N_("{file} cannot be used: {now}"),
    "version": N_("{file} {now} is installed. Built with {was}: {outputs}."),
}


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was; `kind` is one of `KINDS`, `outputs` the files of `out/` that it touches.

    Where `kind` is "fault", no report can be built, and `fault` says why.
    """

    file: str
    kind: str
    outputs: tuple[str, ...] = ()
    was: str = ""
    now: str = ""
    fault: CJMError | None = None

    @property
    def is_off(self) -> bool:
        """Whether the file must be built anew; another version of a library alone does not say so."""
        return self.kind != "version"


@dataclass(frozen=True)
class Found:
    """What stands here now: the hashes of inputs and outputs by name, and the versions that are installed."""

    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    ours: frozenset[str] = frozenset()  # those inputs that the client has now
    brand: Mapping[str, Any] = field(default_factory=dict)


def verify(folder: Path) -> list[Finding]:
    """What in a client's folder is not as it was when its files were built; none where all of it is.

    Args:
        folder: the client's; its journey need not be readable.
    """
    if not (folder / "journey.json").exists():
        return [_fault("journey.json", without_journey(folder))]
    if is_broken(folder):
        return [Finding(MANIFEST, "manifest")]
    noted = read_outputs(folder)
    off = differences(noted, found(folder, noted))
    return [*off, *(fault for fault in _unusable(folder) if fault.file not in {finding.file for finding in off})]


def _unusable(folder: Path) -> list[Finding]:
    """The settings, where no report could be built by them."""
    with suppress(CJMError, OSError):  # a journey that cannot be read is named by its hash
        workshop = Workshop(folder)
        try:
            settings_of(workshop)
        except CJMError as error:
            return [_fault("report.toml", error)]
    return []


def _fault(file: str, error: CJMError) -> Finding:
    return Finding(file, "fault", now=str(error), fault=error)


def found(folder: Path, noted: Mapping[str, Mapping[str, Any]]) -> Found:
    """What stands in the folder of all that was noted, and what else a report would be made from now."""
    ours: dict[str, str] = {}
    brand: Mapping[str, Any] = {}
    with suppress(CJMError, OSError):  # a journey that cannot be read is named by its hash
        workshop = Workshop(folder)
        ours, brand = inputs(workshop), workshop.settings.get("brand", {})
    there = dict(ours)
    for name in {name for entry in noted.values() for name in made_from(entry)} - ours.keys():
        place = (kit_folder() if name.startswith("templates/") else folder) / name
        if place.is_file():
            there[name] = sha256(place)
    out = folder / "out"
    files = [path for path in sorted(out.rglob("*")) if path.is_file()]
    return Found(
        inputs=there,
        outputs={path.relative_to(out).as_posix(): sha256(path) for path in files},
        versions=_versions(versions()),
        ours=frozenset(ours),
        brand=brand,
    )


def made_from(entry: Mapping[str, Any]) -> dict[str, str]:
    """The hash of everything that an output was made from: the client's files, the template, the kit's designs."""
    given = entry.get("template") or {}
    name = given.get("file") or f"templates/{given.get('name')}"
    return {**entry.get("inputs", {}), **entry.get("designs", {}), **({name: given.get("sha256")} if given else {})}


def differences(noted: Mapping[str, Mapping[str, Any]], found: Found) -> list[Finding]:
    """What is not as it was noted: each file once, with all the outputs that it touches.

    >>> differences({"a.svg": {"sha256": "1", "inputs": {"journey.json": "7"}}}, Found({"journey.json": "8"}, {"a.svg": "1"}))
    [Finding(file='journey.json', kind='input-changed', outputs=('a.svg',), was='', now='', fault=None)]
    """
    off = [Finding(name, "not-built", (name,)) for name in found.outputs if name not in noted]
    touched: defaultdict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for output, entry in sorted(noted.items()):
        now = found.outputs.get(output)
        if now != entry.get("sha256"):
            off.append(Finding(output, "missing" if now is None else "changed", (output,)))
        for what in _inputs_off(output, entry, found):
            touched[what].append(output)
    off.sort(key=lambda finding: finding.file)
    return off + [
        Finding(file, kind, tuple(outputs), was, now) for (kind, file, was, now), outputs in sorted(touched.items())
    ]


def _inputs_off(output: str, entry: Mapping[str, Any], found: Found) -> Iterator[tuple[str, str, str, str]]:
    was = made_from(entry)
    for name, hash in was.items():
        if found.inputs.get(name) != hash:
            yield "input-changed" if name in found.inputs else "input-missing", name, "", ""
    if "inputs" in entry:
        language = str(entry.get("language"))
        ours = [name for name in found.ours if concerns(name, output, language, found.brand)]
        yield from (("input-new", name, "", "") for name in ours if name not in was)
    for name, version in _versions(entry).items():
        if found.versions.get(name, "") != version:
            yield "version", name, version, found.versions.get(name, "–")


def _versions(entry: Mapping[str, Any]) -> dict[str, str]:
    kit = {"cjmkit": entry["cjmkit"]} if "cjmkit" in entry else {}
    return {**kit, **entry.get("libraries", {})}
