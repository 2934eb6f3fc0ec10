"""One client's report in one language: papermill runs the template; what is made of it lands in the client's folder."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from filelock import Timeout

from cjmkit.errors import Fault, InputError, RunError, StorageError
from cjmkit.reports.content import sections_of
from cjmkit.reports.page import page_html
from cjmkit.runs import FORMATS
from cjmkit.runs.deciding import decided
from cjmkit.runs.formats import files_of
from cjmkit.runs.manifest import concerns, inputs, note_outputs, read_outputs, sha256
from cjmkit.runs.notebook import executed, refuse_names
from cjmkit.runs.opening import kept, report_of
from cjmkit.runs.parameters import checked
from cjmkit.runs.settings import settings_of
from cjmkit.runs.summary import summary
from cjmkit.runs.versions import made_from
from cjmkit.workshop import Workshop, saving

LOG = logging.getLogger("cjmkit")


@dataclass(frozen=True)
class Made:
    """What was made of one client in one language, not yet in its folder."""

    language: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    noted: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # what each file alone was made from
    record: Mapping[str, Any] = field(default_factory=dict)  # what all of them were made from
    decided: Mapping[str, Any] = field(default_factory=dict)
    summary: Mapping[str, Any] | None = None
    notebook: bytes = b""
    failure: RunError | None = None


@dataclass(frozen=True)
class Built:
    """What was built for one client in one language, and which formats could not be made."""

    client: str
    language: str
    files: tuple[Path, ...]
    failure: RunError | None = None


def build_client(
    workshop: Workshop,
    template: Path,
    *,
    language: str,
    parameters: Mapping[str, Any] | None = None,
    as_of: date | None = None,
    only: tuple[str, ...] = FORMATS,
) -> Built:
    """Build one client's files in one language; `out/` changes only when all are there that can be made.

    Args:
        workshop: the client's folder, open.
        template: the report notebook.
        language: a code.
        parameters: the template's own parameters, over those of `report.toml`.
        as_of: the day on which the report stands; None is the journey's.
        only: which of `FORMATS`.

    Raises:
        CJMError: the parameters, the client's files or a cell of the notebook; `out/` stays as it was.
    """
    made = make(workshop, template, language=language, parameters=parameters, as_of=as_of, only=only)
    files = land(workshop.folder, made)
    if made.failure and not made.files:
        raise made.failure
    return Built(workshop.client, language, files, made.failure)


def make(
    workshop: Workshop,
    template: Path,
    *,
    language: str,
    parameters: Mapping[str, Any] | None = None,
    as_of: date | None = None,
    only: tuple[str, ...] = FORMATS,
    on_cell: Callable[[int], None] | None = None,
) -> Made:
    """Make one client's files in one language, without a change to its folder; arguments as in `build_client`.

    `on_cell` is called with its number as each cell of the notebook begins.

    Raises:
        CJMError: the parameters or the client's files. A cell that stops is the `failure` of what was made.
    """
    settings = settings_of(workshop)
    options = checked(template, {**settings.parameters, **(parameters or {})})
    known = {name: options[name] for name in ("persona", "path", "target", "teams_equal") if name in options}
    report = report_of(workshop, language=language, as_of=as_of, **known)
    files: dict[str, dict[str, bytes]] = {}
    faults: list[Fault] = []
    content = b""
    if "html" in only:
        if "pdf" in only:
            sections_of(replace(report, size="paper"))  # what both need is computed here, and known in the fork
        with TemporaryDirectory() as folder, kept(workshop, report, language=language, as_of=as_of, **known):
            target = Path(folder) / f"report.{language}.ipynb"
            try:
                notebook = executed(workshop, template, report, options, target, on_cell)
                if not settings.name_participants:
                    refuse_names(workshop, template, notebook)
            except RunError as error:
                return Made(language, notebook=_content(target), failure=error)
            content = _content(target)
        dated = report.say("as of {date}", date=report.say.date(report.day)) if report.day else ""
        page = page_html(notebook, title=report.title, language=language, brand=report.brand, dated=dated)
        files["html"] = {f"report.{language}.html": page.encode()}
    for format in only:
        try:
            files |= {format: files_of(report, format, sheet=settings.sheet)} if format != "html" else {}
        except InputError as error:  # a sheet that is too small, a template that cannot be used
            faults.append(Fault(format, error.sentence, error.values))
    brand, sources = workshop.settings.get("brand", {}), inputs(workshop)
    noted = {
        name: {"format": format, "inputs": {s: hash for s, hash in sources.items() if concerns(s, name, language, brand)}}
        for format, some in files.items() for name in some
    }  # fmt: skip
    record = {
        **made_from(template), "parameters": dict(options), "language": language,
        "as_of": report.day.isoformat() if report.day else None, "asked": as_of.isoformat() if as_of else None,
    }  # fmt: skip
    LOG.info("%s %s: %s; parameters %s", workshop.client, language, ", ".join(noted), options)
    failure = RunError("Not made: {faults} All else that was asked for is written.", faults=faults) if faults else None
    return Made(
        language, {name: content for some in files.values() for name, content in some.items()}, noted, record, decided(workshop, options),
        summary(report), content, failure,
    )  # fmt: skip


def land(folder: Path, made: Made) -> tuple[Path, ...]:
    """Put what was made into the client's folder: each file by replace, the manifest last.

    A file that an earlier build made of the same format and this one does not, a persona's who is gone, is taken away.

    Args:
        folder: the client's.
        made: what was made of it, here or on another machine.

    Raises:
        StorageError: the disk refused; each file is the old one or the new one.
    """
    build, out = folder / "build", folder / "out"
    try:
        build.mkdir(exist_ok=True)
        out.mkdir(exist_ok=True)
        with saving.locked(folder):
            for left in (*out.glob(".*.tmp"), *build.glob(".*.tmp")):  # of a run that was ended
                left.unlink(missing_ok=True)
            if made.notebook:
                saving.put(build, {f"report.{made.language}.ipynb": made.notebook})
            if made.files:
                before = _made_before(folder, made)
                saving.put_each(out, made.files)
                for name in before:
                    (out / name).unlink(missing_ok=True)
                note_outputs(folder, made.noted, made.record, decided=made.decided, summary=made.summary)
    except (OSError, Timeout) as error:
        raise _refused(folder, error) from error
    return tuple(out / name for name in made.files)


def _refused(folder: Path, error: OSError | Timeout) -> StorageError:
    """What the disk refused, where, and what to do."""
    at = {"client": folder.name, "folder": str(folder), "file": str(getattr(error, "filename", None) or folder)}
    if isinstance(error, Timeout):
        return StorageError("{client}: the report could not be written: somebody else has been saving in {folder}. "
                            "Run it again in a moment.", **at)  # fmt: skip
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageError("{client}: the report could not be written to {folder}: the disk is full. "
                            "What was there stays. Make room, then run it again.", **at)  # fmt: skip
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageError("{client}: the report could not be written: {file} may not be changed. "
                            "Get the permission, or copy the client to where you may write, then run it again.", **at)  # fmt: skip
    if error.errno in (errno.EEXIST, errno.ENOTDIR, errno.EISDIR):
        return StorageError("{client}: the report could not be written: {file} is in the way. "
                            "Rename it or take it away, then run it again.", **at)  # fmt: skip
    return StorageError("{client}: the report could not be written to {file}: {problem}. What was there stays. "
                        "Mend this, then run it again.", **at, problem=error.strerror or str(error))  # fmt: skip


def _made_before(folder: Path, made: Made) -> list[str]:
    """What earlier builds left of the same formats and language that is not made any more, and is as it was built."""
    formats = {entry["format"] for entry in made.noted.values()}
    return [
        name for name, entry in read_outputs(folder).items()
        if name not in made.files and entry.get("format") in formats
        and (entry.get("language") == made.language or entry["format"] == "mermaid")
        and (folder / "out" / name).is_file() and sha256(folder / "out" / name) == entry["sha256"]
    ]  # fmt: skip


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""
