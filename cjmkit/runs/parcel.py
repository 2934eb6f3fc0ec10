"""A client's files as bytes, for a machine that has nothing of it: only those that its reports are made from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cjmkit.errors import InputError, StorageError
from cjmkit.runs.children import Limits
from cjmkit.runs.manifest import brand_files
from cjmkit.runs.standing import standing
from cjmkit.workshop.folders import inside

if TYPE_CHECKING:
    from cjmkit.runs.many import Decided
    from cjmkit.runs.plan import Step


@dataclass(frozen=True)
class Parcel:
    """One client in one language, for a machine that has nothing of it.

    Args:
        client: the name of the folder.
        files: what its reports are made from, by the place in the folder of all clients: "fridge/journey.json", "brand/logo.svg".
        template: the notebook's name and content.
        asked: what `cjmkit.runs.job.make_job` takes after the template.
        limits: of time and memory, there.
    """

    client: str
    files: Mapping[str, bytes]
    template: tuple[str, bytes]
    asked: tuple[Any, ...]
    limits: Limits

    @property
    def size(self) -> int:
        """How many bytes travel."""
        return sum(map(len, self.files.values()))


def packed(decided: Decided, step: Step, limits: Limits) -> Parcel:
    """What a worker needs for this step: the files that the client's reports are made from, and no other.

    Raises:
        CJMError: one of them cannot be read, leads out of where it must be, or has no name that holds elsewhere.
    """
    folder = decided.root / step.client
    now = standing(folder)
    if now.fault:
        raise now.fault
    beside = brand_files(now.brand)
    files = {}
    for name in now.inputs:
        if Path(name).is_absolute():
            raise InputError("{client}: {file} is a place on this machine alone. Name it as seen from the client's folder, such as "
                             "../brand/logo.svg, and a cluster finds it too.", client=step.client, file=name)  # fmt: skip
        path = inside(decided.root, f"{step.client}/{name}") if name in beside else inside(folder, name)
        files[Path(os.path.normpath(f"{step.client}/{name}")).as_posix()] = _content(step.client, name, path)
    template = decided.template.name, _content(step.client, decided.template.name, decided.template)
    return Parcel(
        step.client, files, template, (step.language, step.build, dict(step.options), decided.wanted.as_of), limits
    )


def _content(client: str, name: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        problem = error.strerror or str(error)
        raise StorageError(
            "{client}: {file} cannot be read: {problem}.", client=client, file=name, problem=problem
        ) from error


def unpacked(parcel: Parcel, home: Path) -> tuple[Path, Path]:
    """Write a parcel into an empty folder and give the client's folder and the template.

    Raises:
        UsageError: a name leads out of it.
    """
    root, template = home / "workshops", home / "template" / parcel.template[0]
    root.mkdir()
    template.parent.mkdir()
    for name, content in parcel.files.items():
        path = inside(root, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    inside(template.parent, template.name).write_bytes(parcel.template[1])
    return inside(root, parcel.client), template
