"""What a client's journey and settings say about its reports; noted with each build, so that they need not be opened again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cjmkit.runs.manifest import hashes, inputs, reads
from cjmkit.runs.opening import refuse_unbuildable
from cjmkit.runs.settings import settings_of
from cjmkit.runs.standing import chosen_of
from cjmkit.workshop import Workshop

Options = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def opened(folder: Path, options: Options) -> dict[str, Any]:
    """The same as a `Standing` holds, from the folder itself.

    Raises:
        CJMError: no report can be made of it, as far as that can be said without reading a survey or a log.
    """
    workshop = Workshop(folder)
    said = _said(workshop)
    refuse_unbuildable(workshop, **chosen_of(options(said["parameters"])))
    return {**said, "inputs": inputs(workshop)}


def decided(workshop: Workshop, options: Mapping[str, Any]) -> dict[str, Any]:
    """The same for the manifest: what was said, by which files and parameters a report could be made, and what is read."""
    names = reads(workshop)
    return {**_said(workshop), "by": hashes(workshop.folder, names), "reads": names, "chosen": chosen_of(options)}


def _said(workshop: Workshop) -> dict[str, Any]:
    settings = settings_of(workshop)
    return {
        "languages": list(settings.languages or [workshop.journey.language]),
        "formats": list(settings.formats),
        "parameters": dict(settings.parameters),
        "brand": workshop.settings.get("brand", {}),
    }
