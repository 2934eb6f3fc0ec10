"""Several clients, one after the other: a failed one is named, the others go on."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cjmkit.errors import CJMError, UsageError
from cjmkit.language import Language, speak
from cjmkit.runs import FORMATS
from cjmkit.runs.build import build_client
from cjmkit.runs.evidence import evidence_gaps
from cjmkit.runs.index import write_index
from cjmkit.runs.opening import day
from cjmkit.runs.parameters import checked
from cjmkit.runs.settings import settings_of
from cjmkit.workshop import clients, find_root, open_workshop
from cjmkit.workshop.folders import is_packed


@dataclass(frozen=True)
class Run:
    """What a run left: the page over all clients, and what went wrong, by client."""

    index: Path
    failures: Mapping[str, CJMError]


def run_clients(
    names: Sequence[str] | None,
    template: Path,
    *,
    parameters: Mapping[str, Any],
    only: Sequence[str] | None,
    languages: Sequence[str] | None,
    as_of: str | None,
    workshops: str | os.PathLike[str] | None,
    say: Language,
    today: date,
    tell: Callable[[str], None],
) -> Run:
    """Build the reports of clients; what can be refused is refused before anything starts.

    Args:
        names: the clients; None or empty is all.
        template: the report notebook.
        parameters: the template's own.
        only: formats, of `FORMATS`; None is those of each client's report.toml, else all.
        languages: codes; None is those of each client's report.toml, else its journey's.
        as_of: the day on which the reports stand, as ISO text.
        workshops: the folder of the clients.
        say: in which language to tell.
        today: for the ages on the page over all clients.
        tell: called with a line for each file built, and for each raw file that was changed since it was imported.

    Raises:
        CJMError: a parameter, format, language, date or client's name that is off.
    """
    strange = [name for name in only or () if name not in FORMATS]
    if strange:
        raise UsageError("There is no format {formats}. There are: {known}.", formats=strange, known=list(FORMATS))
    for code in languages or []:
        speak(code)
    checked(template, parameters)
    on, root = day(as_of), find_root(workshops)
    if is_packed(root):
        raise UsageError("There is no place for reports here. Copy a sample first: cjmkit new demo --from fridge")
    failures: dict[str, CJMError] = {}
    for name in _known(names, root):
        try:
            workshop = open_workshop(name, root, remember=False)
            for gap in evidence_gaps(workshop):
                tell(say("note: {text}", text=say.error(gap)))
            settings = settings_of(workshop)
            told: set[Path] = set()
            for code in languages or settings.languages or [workshop.journey.language]:
                built = build_client(
                    workshop,
                    template,
                    language=code,
                    parameters=parameters,
                    as_of=on,
                    only=tuple(only or settings.formats),
                )
                for file in built.files:
                    if file not in told:  # journey.mmd is the same in every language
                        tell(str(file))
                told.update(built.files)
                if built.failure:
                    failures[name] = built.failure
        except CJMError as error:
            failures[name] = error
    return Run(write_index(root, say, failures, today), failures)


def _known(names: Sequence[str] | None, root: Path) -> list[str]:
    """The folders of these clients; a name that is not there stops the run before it starts."""
    from cjmkit.workshop.folders import client_folder

    return [client_folder(name, root).name for name in names] if names else clients(root)
