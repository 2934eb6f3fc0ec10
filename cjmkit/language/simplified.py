"""The Chinese font with the shapes of mainland China: the package brings those of Taiwan, and the others inside it.

Pictures are drawn by programs that do not ask a font for another country's shapes, so the font is written once more with
these as its own, beside the caches of other programs.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from platformdirs import user_cache_path

FAMILY = "Noto Sans CJK SC"


@lru_cache
def simplified(source: Path) -> Path:
    """The font file made from this one, in a folder of its own; made when first asked for.

    Args:
        source: a Noto Sans CJK TC font.
    """
    name = f"{source.stem.replace('tc', 'sc')}-{source.stat().st_size}.otf"
    for folder in (user_cache_path("cjmkit") / "fonts", Path(gettempdir()) / "cjmkit-fonts"):
        if (folder / name).is_file():
            return folder / name
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            draft = folder / f".{name}.{os.getpid()}"
            _write(source, draft)
            os.replace(draft, folder / name)
            return folder / name
    return source


def _write(source: Path, target: Path) -> None:
    from fontTools.ttLib import TTFont

    shapes = _shapes(TTFont(source, lazy=True)["GSUB"].table)
    font = TTFont(
        source, lazy=True, recalcBBoxes=False, recalcTimestamp=False
    )  # what is not looked at is copied as it is
    for table in font["cmap"].tables:
        if table.format != 14:
            table.cmap = {sign: shapes.get(glyph, glyph) for sign, glyph in table.cmap.items()}
    for record in font["name"].names:
        text = record.toUnicode()
        font["name"].setName(
            text.replace("CJK TC", "CJK SC").replace("CJKtc", "CJKsc"),
            record.nameID, record.platformID, record.platEncID, record.langID,
        )  # fmt: skip
    font.save(target)


def _shapes(table: Any) -> dict[str, str]:
    """By glyph the one that stands for it in simplified Chinese."""
    scripts = {record.ScriptTag: record.Script for record in table.ScriptList.ScriptRecord}
    [chosen] = [r.LangSys for r in scripts["hani"].LangSysRecord if r.LangSysTag == "ZHS "]
    features = [table.FeatureList.FeatureRecord[n] for n in chosen.FeatureIndex]
    lookups = [n for f in features if f.FeatureTag == "locl" for n in f.Feature.LookupListIndex]
    found: dict[str, str] = {}
    for n in lookups:
        for part in table.LookupList.Lookup[n].SubTable:
            found.update(getattr(part, "ExtSubTable", part).mapping)
    return found
