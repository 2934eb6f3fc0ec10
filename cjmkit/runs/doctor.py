"""What on this machine will not work, and what to do about it."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from cjmkit.charts import theme
from cjmkit.charts.drawing import png
from cjmkit.errors import CJMError
from cjmkit.language import Language
from cjmkit.language.fonts import missing_glyphs
from cjmkit.reports.typesetting import drawn_elsewhere
from cjmkit.workshop import clients, find_root

PARTS = (
    "pandas",
    "altair",
    "papermill",
    "nbconvert",
    "typst",
    "python-pptx",
    "xlsxwriter",
    "openpyxl",
    "jupyterlab",
    "ipywidgets",
    "duckdb",
    "scikit-learn",
    "sqlalchemy",
)
EXTRAS = {
    "jupyterlab": "lab",
    "ipywidgets": "lab",
    **dict.fromkeys(("duckdb", "scikit-learn", "sqlalchemy"), "evidence"),
}
SAMPLES = {"English": "Aa", "Polski": "ąćęłńóśźż", "Русский": "жщъыэюя", "中文": "客户旅程地图"}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, whether it is fine, and what was found."""

    what: str
    fine: bool
    text: str


def examine(workshops: str | os.PathLike[str] | None, say: Language) -> list[Finding]:
    """Look at everything that a workshop and its reports need on this machine."""
    return list(_findings(workshops, say))


def _findings(workshops: str | os.PathLike[str] | None, say: Language) -> Iterator[Finding]:
    new_enough = sys.version_info >= (3, 11)
    yield Finding("Python", new_enough, platform.python_version() if new_enough else say("needs 3.11 or newer"))
    for part in PARTS:
        try:
            yield Finding(part, True, version(part))
        except PackageNotFoundError:
            extra = EXTRAS.get(part, "report")
            yield Finding(part, False, say("not installed: pip install 'cjmkit[{extra}]'", extra=extra))
    for name, letters in SAMPLES.items():
        yield _letters(say("Letters: {language}", language=name), letters, say)
    yield _tried(
        say("Charts"),
        say("drawn without a browser"),
        lambda: png(theme.nothing(say, theme.SIZES["page"], title="Aa", missing="ą", where="客")),
    )
    yield _tried(say("Kernel"), say("python3 is there"), _kernel)
    root = find_root(workshops)
    yield _tried(say("Clients"), str(root), lambda: tempfile.TemporaryFile(dir=root).close())
    for client in clients(root):
        with suppress(OSError):
            text = (root / client / "journey.json").read_text("utf-8", errors="ignore")
            found = _letters(say("Letters of {client}", client=client), text, say)
            if found.text != say("all letters there"):
                yield found


def _letters(what: str, text: str, say: Language) -> Finding:
    """Whether the kit's fonts draw this text, else the machine's; else what to install."""
    try:
        missing = missing_glyphs(text)
    except CJMError as error:  # the package that brings a font
        return Finding(what, False, say.error(error))
    nowhere = missing - drawn_elsewhere(missing)
    if nowhere:
        return Finding(what, False, say(
            "no font here draws {letters}. Install one that does, such as Noto (Debian, Ubuntu: apt install fonts-noto), "
            "or write it otherwise.", letters=" ".join(sorted(nowhere)),
        ))  # fmt: skip
    if missing:
        shown = " ".join(sorted(missing))
        return Finding(
            what, True, say("drawn by this machine's own fonts, elsewhere they may differ: {letters}", letters=shown)
        )
    return Finding(what, True, say("all letters there"))


def _kernel() -> None:
    if find_spec("ipykernel") is None:
        raise ModuleNotFoundError("ipykernel")
    from jupyter_client.kernelspec import KernelSpecManager

    KernelSpecManager().get_kernel_spec("python3")


def _tried(what: str, fine: str, act: Callable[[], object]) -> Finding:
    try:
        act()
    except Exception as error:  # whatever goes wrong is the finding
        return Finding(what, False, f"{type(error).__name__}: {error}")
    return Finding(what, True, fine)
