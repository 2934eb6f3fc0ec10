"""Pictures as bytes: what kind they are, and how a page carries them in itself."""

from __future__ import annotations

from base64 import b64encode


def kind_of(content: bytes) -> str | None:
    """What a picture is by its first bytes: png, jpeg or webp; None where it is none of them.

    >>> kind_of(bytes([0xFF, 0xD8, 0xFF, 0xE0])), kind_of(b"<svg onload=alert(1)>")
    ('jpeg', None)
    """
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    return "webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None


def data_uri(content: bytes | None) -> str:
    """The picture as a `data:` address; empty where it is none.

    >>> data_uri(bytes([0xFF, 0xD8, 0xFF])), data_uri(b"<svg>")
    ('data:image/jpeg;base64,/9j/', '')
    """
    kind = kind_of(content or b"")
    return f"data:image/{kind};base64,{b64encode(content or b'').decode()}" if kind else ""
