"""A new client's folder: from a starter, or as a copy of another client."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from cjmkit.errors import UsageError
from cjmkit.journey import Journey, Stage
from cjmkit.kit import kit_folder
from cjmkit.workshop import images, saving
from cjmkit.workshop.folders import client_folder, client_slug, clients, find_root, inside, is_packed
from cjmkit.workshop.workshop import Workshop

PARTS = ("turning_point", "stages", "touchpoints", "scale")


def starters() -> list[str]:
    """The names of the starters that a new client can begin with."""
    return sorted(p.stem for p in (kit_folder() / "templates" / "starters").glob("*.json"))


def about_starters() -> dict[str, dict[str, tuple[str, str]]]:
    """Each starter's title and description, by its name and a language's code.

    >>> about_starters()["five-stage"]["pl"][0]
    'Pięć etapów'
    """
    texts = {name: _data(name) for name in starters()}
    return {
        name: {code: (title, data["about"].get(code, "")) for code, title in data["name"].items()}
        for name, data in texts.items()
    }


def stage_models(language: str = "en") -> dict[str, tuple[str, tuple[Stage, ...]]]:
    """The models of stages to choose from, by starter: its title and its stages, in this language.

    >>> stage_models("pl")["five-stage"][0]
    'Pięć etapów'
    """
    found = {}
    for starter in starters():
        data, journey = _data(starter), _from_starter(starter, language)
        found[starter] = (data["name"].get(language, data["name"]["en"]), journey.stages)
    return found


def new_workshop(
    name: str,
    starter: str = "five-stage",
    language: str = "en",
    source: str | None = None,
    workshops: str | os.PathLike[str] | None = None,
    journey: Journey | None = None,
) -> Workshop:
    """Begin a client's folder, whole or not at all: from a journey, a starter, or as a copy of the client `source`.

    Raises:
        UsageError: the client is there already, the starter is not, or there is no place for clients yet.
        NotFoundError: `source` is no client. StorageError: the disk refused; nothing is left behind.
    """
    root = find_root(workshops)
    if not name.strip():
        raise UsageError("A client needs a name, such as: cjmkit new NAME")
    if is_packed(root):
        raise UsageError("There is no place for clients here yet. Make a folder named workshops, or name one.")
    with saving.said_plainly(name):
        root.mkdir(exist_ok=True)
        folder = inside(root, client_slug(name))
        if folder.exists():
            raise UsageError(
                "There is a client {client} already, in {folder}. Choose another name.",
                client=repr(name), folder=str(folder),
            )  # fmt: skip
        origin = Workshop(_source_folder(source, root)) if source else None
        journey = journey or (origin.journey if origin else _from_starter(starter, language))
        called = "" if origin and client_slug(name) == name.strip() else name.strip()  # a copy's folder is no client
        journey = journey.changed(client=called, revision=1)
        _build(folder, journey, origin)
    return Workshop(folder)


def _source_folder(source: str, root: Path) -> Path:
    """The folder to copy: a client here, else one of the kit's samples."""
    samples = kit_folder() / "workshops"
    if client_slug(source) not in clients(root) and (samples / client_slug(source) / saving.JOURNEY).is_file():
        root = samples
    return client_folder(source, root)


def _build(folder: Path, journey: Journey, origin: Workshop | None) -> None:
    """Fill a hidden folder beside, then give it its name: an interrupted beginning leaves no half client."""
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    try:
        temporary.mkdir()
        saving.write(temporary / saving.JOURNEY, journey.to_json().encode())
        if origin:
            _copy(origin, temporary)
        saving.sync(temporary)
        try:
            os.rename(temporary, folder)
        except OSError:
            if not folder.exists():
                raise
            raise UsageError(
                "There is a client {client} already, in {folder}. Choose another name.",
                client=repr(journey.client), folder=str(folder),
            ) from None  # fmt: skip
        saving.sync(folder.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _copy(origin: Workshop, folder: Path) -> None:
    """Copy scores, settings, translations, evidence and pictures; what was made of them, and the marks of samples and rooms, stay behind."""
    names = ("report.toml", *sorted(path.name for path in origin.folder.glob("translations.*.json")))
    beside = [(name, saving.read_bytes(origin.folder, name)) for name in names]
    for name, content in [(saving.SCORES, origin.stored.scores), *beside]:
        if content is not None:
            saving.write(folder / name, content)
    kept = [inside(origin.folder, name) for name in ("evidence", images.FOLDER)]
    for path in [path for place in kept if place.is_dir() for path in sorted(place.rglob("*"))]:
        within = path.relative_to(origin.folder)
        inside(origin.folder, str(within))
        if path.is_dir():
            (folder / within).mkdir(parents=True, exist_ok=True)
        else:
            (folder / within).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / within)


def _from_starter(starter: str, language: str) -> Journey:
    if starter not in starters():
        raise UsageError(
            "There is no starter {starter}. There are: {starters}.",
            starter=repr(starter), starters=starters() or ["–"],
        )  # fmt: skip
    data = _data(starter)
    language = language if language in data["name"] else "en"
    parts = {name: _in_language(data[name], language, set(data["name"])) for name in PARTS if name in data}
    return Journey.from_data({**parts, "language": language})


def _data(starter: str) -> dict[str, Any]:
    text = (kit_folder() / "templates" / "starters" / f"{starter}.json").read_text("utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def _in_language(value: Any, language: str, languages: set[str]) -> Any:
    """The value with each text in several languages replaced by the one asked for, or the English."""
    if isinstance(value, dict):
        if "en" in value and set(value) <= languages:
            return value.get(language, value["en"])
        return {name: _in_language(inner, language, languages) for name, inner in value.items()}
    if isinstance(value, list):
        return [_in_language(inner, language, languages) for inner in value]
    return value
