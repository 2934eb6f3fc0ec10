"""Office files, which are zip archives, made the same twice: fixed times, fixed order, fixed properties."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

EARLIEST = date(1980, 1, 1)  # no zip archive knows an earlier day
FIRST = "[Content_Types].xml"  # some programs want it first
OFFICE = (".xlsx", ".docx", ".pptx")
MOMENTS = re.compile(rb"(<dcterms:(created|modified)\b[^>]*>)[^<]*")
WRITER = re.compile(rb"(<cp:lastModifiedBy>)[^<]*")


def same_twice(content: bytes, day: date | None = None) -> bytes:
    """An Office file written anew without anything that differs from one run to the next.

    Args:
        content: the file's bytes; Office files inside of it are treated alike.
        day: on which its properties say that it was made; None is the first that an archive can tell.

    >>> out = io.BytesIO()
    >>> with zipfile.ZipFile(out, "w") as archive:
    ...     archive.writestr("b.xml", "<b/>"), archive.writestr(FIRST, "<Types/>")
    (None, None)
    >>> [part.filename for part in zipfile.ZipFile(io.BytesIO(same_twice(out.getvalue()))).infolist()]
    ['[Content_Types].xml', 'b.xml']
    """
    moment = f"{(day or EARLIEST).isoformat()}T00:00:00Z".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in sorted(given.namelist(), key=lambda name: (name != FIRST, name)):
            part = given.read(name)
            if name.endswith(OFFICE):
                part = same_twice(part, day)
            elif name == "docProps/core.xml":
                part = WRITER.sub(rb"\1", MOMENTS.sub(rb"\g<1>" + moment, part))
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            made.writestr(entry, part)
    return out.getvalue()
