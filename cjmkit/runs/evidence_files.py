"""What the screen for files that come in asks of a client's folder."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from cjmkit.exchange.columns import Columns
from cjmkit.exchange.first_look import FirstLook, first_look
from cjmkit.runs.incoming import Imported, Incoming, Preview, take_out
from cjmkit.workshop import Workshop


def evidence_files(workshop: Workshop) -> EvidenceFiles:
    """The client's evidence, for `cjm.bring_in(ws.journey, cjm.evidence_files(ws))`."""
    return EvidenceFiles(workshop)


class EvidenceFiles:
    """Looks at files, shows how they are understood, brings them in; what was read once is not read again."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self._uploads = TemporaryDirectory()  # gone with the notebook
        self._last: Incoming | None = None

    def receive(self, name: str, content: bytes) -> Path:
        """Lay an uploaded file aside under its own name; nothing of it is in the client's folder yet."""
        file = Path(self._uploads.name) / (Path(name.replace("\\", "/")).name or "file")
        file.write_bytes(content)
        return file

    def look(self, file: Path, kind: str, preset: str | None) -> FirstLook:
        """What can be said of a file before anything is declared; raises `CJMError`."""
        self._last = None
        return first_look(file, kind, preset)

    def preview(self, file: Path, kind: str, columns: Columns, preset: str, create_in: str | None) -> Preview:
        """How a file would be understood; raises `CJMError`."""
        return self._incoming(file, kind, columns, preset, create_in).preview()

    def take(self, file: Path, kind: str, columns: Columns, preset: str, create_in: str | None) -> Imported:
        """Bring it in, as `cjmkit import` does; raises `CJMError`."""
        self._last = None  # the map or the file may be another by now
        return self._incoming(file, kind, columns, preset, create_in).take()

    def take_out(self, id: str) -> None:
        """Declare a file no longer, as `cjmkit import --take-out` does; raises `CJMError`."""
        self._last = None
        take_out(self.workshop, id)

    def _incoming(self, file: Path, kind: str, columns: Columns, preset: str, create_in: str | None) -> Incoming:
        wanted = Incoming(self.workshop, kind, file, columns, preset=preset, create_in=create_in)
        if self._last != wanted or self._last is None:
            self._last = wanted
        return self._last
