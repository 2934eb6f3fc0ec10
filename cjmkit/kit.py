"""Where the kit keeps what is not code: `templates/` and the samples."""

from __future__ import annotations

from pathlib import Path


def kit_folder() -> Path:
    """The folder that holds `templates/`: the checkout, or the part of an installed package that carries it."""
    package = Path(__file__).resolve().parent
    packed = package / "_kit"
    return packed if packed.is_dir() else package.parent


def template(*parts: str) -> Path:
    """A file or folder under `templates/`.

    >>> template("report.ipynb").name
    'report.ipynb'
    """
    return kit_folder().joinpath("templates", *parts)
