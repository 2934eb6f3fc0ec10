"""What was built from what: hashes of every input and output, parameters, versions; never in `out/`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # a thousand clients are decided on before anything heavy is imported
    from cjmkit.workshop import Workshop

MANIFEST = "build/manifest.json"
SCHEMA = "cjmkit/manifest/2"
CHECK = re.compile(r'\{\n "check": "[0-9a-f]{64}",\n')


def reads(workshop: Workshop) -> list[str]:
    """The names of all files that a report of this client is made from, those too that are not there."""
    names = ["journey.json", "scores.csv", "report.toml"]
    names += [file for source in workshop.journey.sources for file in (source.file, *source.join)]
    names += brand_files(workshop.settings.get("brand", {}))
    pictures = [p.image for p in workshop.journey.personas if p.image and p.image.startswith("images/")]
    names += [name for name in pictures if workshop.image(name) or not (workshop.folder / name).exists()]
    return sorted({*names, *translations(workshop.folder)})


def inputs(workshop: Workshop) -> dict[str, str]:
    """SHA-256 of every file that a report of this client is made from, by its name in the folder."""
    return hashes(workshop.folder, reads(workshop))


def hashes(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """SHA-256 of these files, by name, of those that are there."""
    return {name: sha256(folder / name) for name in names if (folder / name).is_file()}


def translations(folder: Path) -> list[str]:
    """The client's files of translations."""
    return sorted(path.name for path in folder.glob("translations.*.json"))


def brand_files(brand: Any) -> list[str]:
    """The files that the table `[brand]` names, as it names them."""
    if not isinstance(brand, dict):
        return []
    fonts = brand.get("fonts", [])
    named = [brand.get("logo"), brand.get("slides"), *(fonts if isinstance(fonts, list) else [])]
    return [name for name in named if name and isinstance(name, str)]


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


def sha256(path: Path) -> str:
    """The SHA-256 of a file, however large."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """What the last builds in a client's folder noted; None where that is not there, or not as it was written.

    "outputs" by name in `out/`, "builds" what several of them were made from alike, "decided" and "summary" of the client.
    """
    try:
        text = (folder / MANIFEST).read_text("utf-8")
        manifest = json.loads(text)
        whole = (
            all(isinstance(entry, dict) for entry in manifest["outputs"].values())
            and CHECK.match(text)
            and _checked(text) == text
        )
        return manifest if whole and manifest["schema"] == SCHEMA else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def read_outputs(folder: Path) -> dict[str, dict[str, Any]]:
    """What the last builds of the client in this folder noted, by output; nothing where that is not there or not whole."""
    manifest = read_manifest(folder) or {"outputs": {}}
    return {
        name: {**manifest["builds"].get(entry.get("build"), {}), **entry} for name, entry in manifest["outputs"].items()
    }


def read_summary(folder: Path) -> dict[str, Any]:
    """The client's figures as they were when last built, for pages over all clients; empty where nothing was built."""
    summary = (read_manifest(folder) or {}).get("summary")
    return summary if isinstance(summary, dict) else {}


def is_broken(folder: Path) -> bool:
    """Whether there is a manifest that says nothing, because it is not as it was written."""
    return (folder / MANIFEST).exists() and read_manifest(folder) is None


def _checked(text: str) -> str:
    """The text of a manifest with the line by which it says that it is whole: the hash of all the others."""
    bare = CHECK.sub("{\n", text, count=1)
    return bare.replace("{\n", f'{{\n "check": "{hashlib.sha256(bare.encode()).hexdigest()}",\n', 1)


def note_outputs(
    folder: Path,
    made: Mapping[str, Mapping[str, Any]],
    build: Mapping[str, Any] | None = None,
    *,
    decided: Mapping[str, Any] | None = None,
    summary: Mapping[str, Any] | None = None,
) -> None:
    """Note these files of `out/` in the manifest, and what they were made from; files that are gone are let go.

    Args:
        folder: the client's.
        made: by the names in `out/` that were just written what each alone was made from; empty where it hangs on nothing.
        build: what all of them were made from.
        decided: what the client's journey and settings say about reports; see `cjmkit.runs.deciding`.
        summary: the client's figures, for pages over all clients.
    """
    from cjmkit.workshop import saving

    out, before = folder / "out", read_manifest(folder) or {"outputs": {}, "builds": {}}
    outputs = {name: entry for name, entry in before["outputs"].items() if (out / name).is_file()}
    named = {"build": hashlib.sha256(_text(build).encode()).hexdigest()[:12]} if build else {}
    built = datetime.now(UTC).isoformat(timespec="seconds")
    for name, own in made.items():
        stat = (out / name).stat()
        outputs[name] = {
            "sha256": sha256(out / name),
            "size": stat.st_size,
            "mtime": stat.st_mtime_ns,
            **own,
            **named,
            "built": built,
        }
    used = {entry.get("build") for entry in outputs.values()}
    builds = {**before["builds"], **({named["build"]: build} if build else {})}
    manifest = {
        "schema": SCHEMA, "client": folder.name, "outputs": outputs,
        "builds": {id: content for id, content in builds.items() if id in used},
        "decided": decided if decided is not None else before.get("decided"),
        "summary": summary if summary is not None else before.get("summary"),
    }  # fmt: skip
    saving.put(folder / "build", {"manifest.json": _checked(_text(manifest)).encode()})


def _text(content: Any) -> str:
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
