"""A client's `report.toml`, checked: an unknown key or a value of another kind is told before anything starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from cjmkit.errors import N_, Fault, InputError
from cjmkit.language import languages
from cjmkit.reports.brand import Brand
from cjmkit.reports.report import TEAM_MIN
from cjmkit.runs import FORMATS
from cjmkit.runs.branding import KEYS as BRAND_KEYS
from cjmkit.runs.branding import brand_of
from cjmkit.workshop import Workshop

SHEETS = ("A3", "A2", "A1", "A0")
KEYS = ("languages", "formats", "sheet", "team_min", "name_participants", "parameters", "brand")
LIST_OF = N_("must be a list of some of {known}, not {value}")


@dataclass(frozen=True)
class Settings:
    """What a client's reports are to be like."""

    languages: tuple[str, ...] = ()
    formats: tuple[str, ...] = FORMATS
    team_min: int = TEAM_MIN
    name_participants: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict)
    brand: Brand = field(default_factory=Brand)
    sheet: str | None = None


def settings_of(workshop: Workshop) -> Settings:
    """The settings in a client's `report.toml`; the usual ones where there is none.

    Raises:
        InputError: unknown keys with the nearest one, and values of another kind, all at once.
    """
    given = workshop.settings
    brand = given.get("brand", {})
    faults = [*_unknown(given, KEYS, ""), *(_unknown(brand, BRAND_KEYS, "brand.") if isinstance(brand, dict) else ())]
    for key, known in (("languages", languages()), ("formats", FORMATS)):
        value = given.get(key, [])
        if not isinstance(value, list) or any(v not in known for v in value):
            faults.append(Fault(key, LIST_OF, {"known": list(known), "value": repr(value)}))
    least = given.get("team_min", TEAM_MIN)
    if not isinstance(least, int) or isinstance(least, bool) or not 1 <= least <= 100:
        faults.append(Fault("team_min", "must be a whole number from 1 to 100, not {value}", {"value": repr(least)}))
    if not isinstance(given.get("name_participants", False), bool):
        faults.append(Fault("name_participants", "must be true or false"))
    for key in ("parameters", "brand"):
        if not isinstance(given.get(key, {}), dict):
            faults.append(Fault(key, "must be a table: [{key}], and its names and values below", {"key": key}))
    dressed, wrong = brand_of(brand, workshop.folder) if isinstance(brand, dict) else (Brand(), [])
    faults += wrong
    if given.get("sheet") not in (None, *SHEETS):
        faults.append(
            Fault(
                "sheet", "must be one of {known}, not {value}", {"known": list(SHEETS), "value": repr(given["sheet"])}
            )
        )
    if faults:
        raise InputError("report.toml of {client} has faults: {faults}", client=workshop.client, faults=faults)
    return Settings(
        languages=tuple(given.get("languages", ())),
        formats=tuple(given.get("formats", FORMATS)) or FORMATS,
        team_min=least,
        name_participants=given.get("name_participants", False),
        parameters=given.get("parameters", {}),
        brand=dressed,
        sheet=given.get("sheet"),
    )


def _unknown(given: Mapping[str, Any], known: tuple[str, ...], before: str) -> list[Fault]:
    return [
        Fault(
            before + key,
            "is not a setting; nearest: {near}",
            {"near": get_close_matches(key, known, n=1) or list(known)},
        )
        for key in given
        if key not in known
    ]
