"""Pages set by Typst: text reaches it as data only, never as source; the same bytes every time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cjmkit.charts.drawing import typeface
from cjmkit.kit import template
from cjmkit.language.fonts import CJK, SANS, missing_glyphs
from cjmkit.reports.brand import Brand

LANGUAGE = {"zh": ("zh", "cn")}  # Typst's language and region, where the code alone does not say which letters' shapes


def typeset(
    name: str, data: Mapping[str, Any], *, language: str, brand: Brand, files: Mapping[str, bytes] | None = None
) -> bytes:
    """A PDF made from `templates/print/<name>.typ` and data.

    Args:
        name: of the template; it reads `json("data.json")` and what `look.typ` gives.
        data: texts and numbers, put into `data.json` with `language`, `region`, `accent`, `fonts` (families, first
            choice first) and `logo` (a file name or empty).
        language: a code.
        brand: colours, logo, letters.
        files: pictures that the data names, by name.
    """
    import typst

    code, region = LANGUAGE.get(language, (language, ""))
    families = [*([brand.family] if brand.family else []), SANS, CJK]
    dressed = {
        "language": code,
        "region": region,
        "accent": brand.colour,
        "fonts": families,
        "logo": brand.logo_name if brand.logo else "",
        "by": brand.by,
        **data,
    }
    source = {
        "main.typ": (template("print") / f"{name}.typ").read_bytes(),
        "look.typ": (template("print") / "look.typ").read_bytes(),
        "data.json": json.dumps(dressed, ensure_ascii=False).encode(),
        **({brand.logo_name: brand.logo} if brand.logo else {}),
        **(files or {}),
    }
    texts = [content for name, content in source.items() if name.endswith((".json", ".svg"))]
    system = bool(missing_glyphs(b"".join(texts).decode()))
    with TemporaryDirectory() as folder:  # what Typst takes from memory may be text only: no pictures, no fonts
        for file, content in source.items():
            (Path(folder) / file).write_bytes(content)
        for n, content in enumerate(brand.fonts.values()):
            (Path(folder) / f"{n}.otf").write_bytes(content)
        fonts = typeface(system, folder if brand.fonts else None)
        return bytes(typst.compile(str(Path(folder) / "main.typ"), root=folder, font_paths=fonts, timestamp=0))


def drawn_elsewhere(signs: set[str]) -> set[str]:
    """Those of these signs that some font of this machine draws.

    >>> drawn_elsewhere(set())
    set()
    """
    import typst
    from fontTools.ttLib import TTFont, TTLibError

    found: set[str] = set()
    for font in typst.Fonts(include_system_fonts=True).fonts() if signs else ():
        if font.path and found != signs:
            with suppress(TTLibError, OSError, KeyError):
                there = TTFont(font.path, lazy=True, fontNumber=font.index).getBestCmap() or {}
                found |= {sign for sign in signs if ord(sign) in there}
    return found
