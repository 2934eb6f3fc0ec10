"""One client in one language as a job that a child process does: plain values in, plain values out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cjmkit.errors import CJMError
from cjmkit.runs.build import Made, land, make
from cjmkit.runs.comparing import write_comparison
from cjmkit.runs.evidence import evidence_gaps
from cjmkit.runs.opening import too_early
from cjmkit.runs.parameters import day
from cjmkit.workshop import Workshop

Tell = Callable[[Any], None]


class _Told(logging.Handler):
    """Sends the kit's log to whoever asked for the job: `-v` shows it there."""

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self.tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        self.tell(("log", record.getMessage()))


def build(tell: Tell, folder: Path, template: Path, language: str, formats: tuple[str, ...], options: dict[str, Any],
          as_of: str | None) -> tuple[tuple[str, ...], CJMError | None]:  # fmt: skip
    """Make a client's files and put them into its folder.

    Args:
        tell: called with ("cell", its number) as each cell of the notebook begins, ("note", a `CJMError`) for each gap, and
            ("log", a line).

    Returns:
        The names in `out/`, and what could not be made.
    """
    made = make_job(tell, folder, template, language, formats, options, as_of)
    land(folder, made)
    return tuple(made.files), made.failure


def make_job(tell: Tell, folder: Path, template: Path, language: str, formats: tuple[str, ...], options: dict[str, Any],
             as_of: str | None) -> Made:  # fmt: skip
    """Make a client's files and hand them back, for a machine that does not have its folder; as `build`."""
    tell(("begun", None))
    log = logging.getLogger("cjmkit")
    log.handlers, log.level, log.propagate = [_Told(tell)], logging.INFO, False
    workshop = Workshop(folder)
    for gap in (*evidence_gaps(workshop), *too_early(workshop, day(as_of))):
        tell(("note", gap))
    return make(
        workshop, template, language=language, parameters=options, as_of=day(as_of), only=formats, on_cell=lambda n: tell(("cell", n))
    )  # fmt: skip


def compare(tell: Tell, root: Path, template: Path, language: str) -> None:
    """Write the page that puts all clients beside one another."""
    write_comparison(root, template, language)
