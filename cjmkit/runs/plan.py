"""What a run is to do, decided before it does anything: pure, from what stands in the folders and what is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cjmkit.errors import N_, CJMError, Fault
from cjmkit.runs.manifest import brand_files, concerns
from cjmkit.runs.standing import Standing

ENDINGS = {"mermaid": "mmd", "poster": "pdf"}
NEVER, FORCED, TOUCHED = N_("not built yet"), N_("asked for anew"), N_("not as it was built")
CHANGED, ADDED, GONE = N_("changed"), N_("added"), N_("gone")
# What of a build's record is told by which words, when it differs.
RECORD = {
    "template": N_("the template"), "designs": N_("the kit's designs"), "kit": N_("the kit"), "cjmkit": N_("the kit"), "seed": N_("the kit"),
    "lock": N_("the libraries"), "libraries": N_("the libraries"), "parameters": N_("the parameters"), "asked": N_("the date asked for"),
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What a run is asked for.

    Args:
        made_from: what all files are made from, whoever the client is; see `cjmkit.runs.versions.made_from`.
        options: the parameters for the template from those of a client's report.toml, checked.
        only: formats; None is each client's own.
        languages: codes; None is each client's own.
        as_of: the day asked for, as ISO text.
        force: build all, fresh or not.
    """

    made_from: Mapping[str, Any]
    options: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    only: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    as_of: str | None = None
    force: bool = False


@dataclass(frozen=True)
class Step:
    """One client in one language: which formats are to be built and why, and which are as they should be."""

    client: str
    language: str
    build: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()
    why: tuple[Fault, ...] = ()
    blocked: CJMError | None = None
    was_built: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """ "build", "fresh" or "blocked"."""
        return "blocked" if self.blocked else "build" if self.build else "fresh"


def plan(standings: Iterable[Standing], wanted: Wanted) -> Iterator[Step]:
    """What is to be done for each client in each language.

    Args:
        standings: the clients' folders.
        wanted: what is asked for.
    """
    for client in standings:
        yield from _steps(client, wanted)


def _steps(client: Standing, wanted: Wanted) -> Iterator[Step]:
    languages = wanted.languages or client.languages
    built = bool(client.noted)
    fault = client.fault
    options: Mapping[str, Any] = {}
    if fault is None:
        try:
            options = wanted.options(client.parameters)
        except CJMError as error:
            fault = error
    if fault is not None:
        yield Step(client.client, (languages or ("",))[0], blocked=fault, was_built=built)
        return
    record = {**wanted.made_from, "parameters": dict(options), "asked": wanted.as_of}
    for n, language in enumerate(languages):
        formats = [
            f for f in wanted.only or client.formats if n == 0 or f != "mermaid"
        ]  # one diagram for all languages
        why = {format: _why(client, format, language, record, wanted.force) for format in formats}
        yield Step(
            client.client, language, build=tuple(f for f in formats if why[f]), fresh=tuple(f for f in formats if not why[f]),
            why=_each_once(fault for f in formats for fault in why[f]), was_built=built, options=options,
        )  # fmt: skip


def _why(client: Standing, format: str, language: str, record: Mapping[str, Any], force: bool) -> Sequence[Fault]:
    """Why a format must be built; empty where it is as it should be."""
    files = [
        (name, entry, client.builds.get(entry.get("build", ""), {})) for name, entry in client.noted.items()
        if entry.get("format") == format
    ]  # fmt: skip
    files = [file for file in files if format == "mermaid" or file[2].get("language") == language]
    if not files:
        return [Fault(format, NEVER)]
    if force:
        return [Fault(format, FORCED)]
    brand = client.brand
    concerned = _concerned(
        tuple(client.inputs), ENDINGS.get(format, format), language, tuple(brand_files(brand)), brand.get("slides")
    )
    own = {source: client.inputs[source] for source in concerned}
    for name, entry, build in files:
        if name not in client.whole:
            return [Fault(name, TOUCHED)]
        if entry["inputs"] != own:
            return _inputs(entry["inputs"], own)
        off = dict.fromkeys(RECORD[key] for key, value in record.items() if build.get(key) != value)
        if off:
            return [Fault(what, CHANGED) for what in off]
    return []


@lru_cache(maxsize=512)  # most clients have files of the same names
def _concerned(
    names: tuple[str, ...], ending: str, language: str, files: tuple[str, ...], slides: str | None
) -> tuple[str, ...]:
    brand = {"slides": slides, "fonts": [name for name in files if name != slides]}
    return tuple(name for name in names if concerns(name, f"x.{ending}", language, brand))


def _inputs(was: Mapping[str, str], now: Mapping[str, str]) -> list[Fault]:
    off = [name for name in sorted({*was, *now}) if was.get(name) != now.get(name)]
    return [Fault(name, ADDED if name not in was else GONE if name not in now else CHANGED) for name in off]


def _each_once(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple({(fault.place, fault.sentence): fault for fault in faults}.values())
