"""One client in one language as a job that a child process does: plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cjmkit.errors import CJMError
from cjmkit.runs.build import Made, land, make
from cjmkit.runs.evidence import evidence_gaps
from cjmkit.runs.opening import day
from cjmkit.workshop import Workshop

Tell = Callable[[Any], None]


def build(tell: Tell, folder: Path, template: Path, language: str, formats: tuple[str, ...], options: dict[str, Any],
          as_of: str | None) -> tuple[tuple[str, ...], CJMError | None]:  # fmt: skip
    """Make a client's files and put them into its folder.

    Args:
        tell: called with ("cell", its number) as each cell of the notebook begins and ("note", a `CJMError`) for each gap.

    Returns:
        The names in `out/`, and what could not be made.
    """
    made = make_job(tell, folder, template, language, formats, options, as_of)
    tell(("lands", None))
    land(folder, made)
    return tuple(made.files), made.failure


def make_job(tell: Tell, folder: Path, template: Path, language: str, formats: tuple[str, ...], options: dict[str, Any],
             as_of: str | None) -> Made:  # fmt: skip
    """Make a client's files and hand them back, for a machine that does not have its folder; as `build`."""
    workshop = Workshop(folder)
    for gap in evidence_gaps(workshop):
        tell(("note", gap))
    return make(
        workshop, template, language=language, parameters=options, as_of=day(as_of), only=formats, on_cell=lambda n: tell(("cell", n))
    )  # fmt: skip
