"""The brand that a client's `report.toml` names: its files read and checked before anything starts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cjmkit.charts.theme import accent_of
from cjmkit.errors import N_, Fault, UsageError
from cjmkit.reports.brand import FONTS, LOGOS, Brand

KEYS = ("accent", "logo", "by", "fonts", "slides")
LARGEST_MB = 20
TEXT = N_("must be a text, not {value}")


def brand_of(given: Any, folder: Path) -> tuple[Brand, list[Fault]]:
    """The brand in the table `[brand]`, and what is wrong with it.

    Args:
        given: the table: `accent`, `logo` (a file), `by`, `fonts` (files of one family), `slides` (a .pptx). Files stand in
            the client's folder or beside it, where all clients share them: "../brand/logo.svg".
        folder: the client's folder.
    """
    faults: list[Fault] = []
    found: dict[str, Any] = {}
    for key in ("accent", "logo", "by", "slides"):
        if isinstance(given.get(key, ""), str):
            found[key] = given.get(key, "")
        else:
            faults.append(Fault(f"brand.{key}", TEXT, {"value": repr(given[key])}))
    try:
        accent_of(found.get("accent"))
    except UsageError:
        value = repr(found.pop("accent"))
        faults.append(Fault("brand.accent", "must be a colour such as #0072b2, not {value}", {"value": value}))
    fonts = given.get("fonts", [])
    if not isinstance(fonts, list) or not all(isinstance(f, str) for f in fonts):
        faults.append(Fault("brand.fonts", "must be a list of font files, not {value}", {"value": repr(fonts)}))
        fonts = []
    files: dict[str, bytes] = {}
    for key, name, endings in _files(found, fonts):
        content, fault = _read(folder, name, endings)
        files[name] = content
        faults += [Fault(f"brand.{key}", fault.sentence, fault.values)] if fault else []
    family, fault = _family({name: files[name] for name in fonts if files[name]})
    faults += [fault] if fault else []
    logo, slides = found.get("logo", ""), found.get("slides", "")
    brand = Brand(
        accent=found.get("accent") or None,
        logo=files.get(logo, b""),
        logo_name=f"logo{Path(logo).suffix.lower()}" if logo else "",
        by=found.get("by", ""),
        family=family,
        fonts={Path(name).name: files[name] for name in fonts},
        slides=files.get(slides, b""),
    )
    return brand, faults


def _files(found: dict[str, Any], fonts: list[str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if found.get("logo"):
        yield "logo", found["logo"], tuple(LOGOS)
    if found.get("slides"):
        yield "slides", found["slides"], (".pptx",)
    for name in fonts:
        yield "fonts", name, tuple(FONTS)


def _read(folder: Path, name: str, endings: tuple[str, ...]) -> tuple[bytes, Fault | None]:
    place = folder / name
    if place.suffix.lower() not in endings:
        return b"", Fault("", "{file} must end in one of {endings}", {"file": name, "endings": list(endings)})
    if not place.resolve().is_relative_to(folder.parent.resolve()):
        return b"", Fault("", "{file} leads out of the clients' folder", {"file": name})
    if not place.is_file():
        return b"", Fault("", "there is no file {file}", {"file": name})
    if place.stat().st_size > LARGEST_MB * 2**20:
        return b"", Fault("", "{file} is larger than {limit} MB", {"file": name, "limit": LARGEST_MB})
    return place.read_bytes(), None


def _family(fonts: dict[str, bytes]) -> tuple[str, Fault | None]:
    """The family that all these fonts belong to."""
    from fontTools.ttLib import TTFont, TTLibError

    families = {}
    for name, content in fonts.items():
        try:
            names = TTFont(io.BytesIO(content), lazy=True)["name"]
            families[str(names.getBestFamilyName())] = name
        except (TTLibError, KeyError, AssertionError, ValueError, OSError):
            return "", Fault("brand.fonts", "{file} is no font that can be read", {"file": name})
    if len(families) > 1:
        return "", Fault("brand.fonts", "must be of one family, not of {families}", {"families": sorted(families)})
    return next(iter(families), ""), None
