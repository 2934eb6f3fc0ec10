"""Pictures in a client's folder, `images/`: real pictures only, small, under a name of their own."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath

from cjmkit.errors import CJMError, InputError
from cjmkit.journey.pictures import kind_of
from cjmkit.workshop import saving
from cjmkit.workshop.folders import inside, plain_letters

FOLDER = "images"
LARGEST_MB = 5


def keep_image(folder: Path, name: str, content: bytes) -> str:
    """Write a picture into the client's folder; the folder's lock is held.

    Returns:
        Its place in the folder, such as `images/anna-1f2e3d4c.png`: the same for the same picture.

    Raises:
        InputError: it is no PNG, JPEG or WebP picture, or too large.
    """
    kind = kind_of(content)
    if kind is None:
        raise InputError(
            "{file} is no PNG, JPEG or WebP picture. Save it as one of these and choose it again.", file=name
        )
    if len(content) > LARGEST_MB * 2**20:
        raise InputError("{file} is larger than {limit} MB. Make it smaller.", file=name, limit=LARGEST_MB)
    stem = plain_letters(PurePosixPath(name.replace("\\", "/")).stem)[:40].strip("-") or "picture"
    file = f"{stem}-{hashlib.sha256(content).hexdigest()[:8]}.{kind}"
    place = inside(folder, FOLDER)
    place.mkdir(exist_ok=True)
    saving.put(place, {file: content})
    return f"{FOLDER}/{file}"


def read_image(folder: Path, image: str) -> bytes | None:
    """A picture of the client's folder; None where there is none, or what lies there is no picture of it."""
    try:
        content = (
            saving.read_bytes(inside(folder, FOLDER), Path(image).name) if image.startswith(f"{FOLDER}/") else None
        )
    except (CJMError, OSError):
        return None
    return content if content and kind_of(content) else None
