"""Office files from outside, which are zip archives: looked at before anything is unpacked."""

from __future__ import annotations

import io
import zipfile

from cjmkit.errors import N_, InputError
from cjmkit.exchange.text import LARGEST

UNPACKED = 200 * 2**20
MOST_ENTRIES = 1_000
RATIO = 100
SMALL = 2**20  # a part of this size is no bomb, however well it packs
TOO_MUCH = N_("{file} would unpack to more than any honest file of its size. It was not opened.")


def check_archive(content: bytes, file: str) -> None:
    """Let an Office file pass, or say why it may not be read.

    Args:
        content: the file's bytes; at most 50 MB, 200 MB unpacked, a hundred times its size, 1,000 parts.
        file: what to call it.

    Raises:
        InputError: it is no such archive, or larger than these, or its XML declares entities or a document type.
    """
    if len(content) > LARGEST:
        raise InputError("{file} is larger than {limit} MB.", file=file, limit=LARGEST // 2**20)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_ENTRIES:
                raise InputError(
                    "{file} has {n} parts, more than {limit}.", file=file, n=len(parts), limit=MOST_ENTRIES
                )
            tight = any(p.file_size > max(SMALL, RATIO * p.compress_size) for p in parts)
            if tight or sum(p.file_size for p in parts) > UNPACKED:
                raise InputError(TOO_MUCH, file=file)
            for part in parts:
                if part.filename.endswith((".xml", ".rels", ".vml")) and _declares(archive.read(part)):
                    raise InputError("{file} holds XML with declarations of its own. Save it anew.", file=file)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError, NotImplementedError):
        raise InputError("{file} is damaged, locked by a password, or no Office file.", file=file) from None


def _declares(part: bytes) -> bool:
    """Whether a part has a document type, in whatever encoding."""
    start = part.replace(b"\0", b"").upper()
    return b"<!DOCTYPE" in start or b"<!ENTITY" in start
