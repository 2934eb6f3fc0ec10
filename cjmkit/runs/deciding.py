"""What a client's journey and settings say about its reports; noted with each build, so that they need not be opened again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cjmkit.runs.manifest import hashes, reads
from cjmkit.runs.settings import settings_of
from cjmkit.runs.standing import DECIDING
from cjmkit.workshop import Workshop


def opened(folder: Path) -> dict[str, Any]:
    """The same as a `Standing` holds, from the folder itself.

    Raises:
        CJMError: the journey or the settings cannot be used.
    """
    workshop = Workshop(folder)
    return {**_said(workshop), "inputs": hashes(folder, reads(workshop))}


def decided(workshop: Workshop) -> dict[str, Any]:
    """The same for the manifest: what was said, by which files, and which others are read."""
    said = _said(workshop)
    return {**said, "by": hashes(workshop.folder, DECIDING), "reads": reads(workshop)}


def _said(workshop: Workshop) -> dict[str, Any]:
    settings = settings_of(workshop)
    return {
        "languages": list(settings.languages or [workshop.journey.language]),
        "formats": list(settings.formats),
        "parameters": dict(settings.parameters),
        "brand": workshop.settings.get("brand", {}),
    }
