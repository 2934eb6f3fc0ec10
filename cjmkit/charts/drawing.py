"""A chart as SVG or PNG: no browser, no outside request, the kit's own fonts, the same bytes every time."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape, unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import altair as alt

from cjmkit.charts.direct import direct_svg
from cjmkit.charts.locale import d3_numbers, d3_times
from cjmkit.language import speak
from cjmkit.language.fonts import FILES, SANS, STACK, faces, font_file, font_folders, missing_glyphs, runs, text_width

TEXT = re.compile(r"<text\b([^>]*)>(.*?)</text>", re.S)
BOLD_FACE = re.compile(r'font-weight="(bold|[6-9]00)"')
# The engine's own words for each mark, English always; title and description say what the picture shows.
SPOKEN = re.compile(r' (?:aria-[a-z]+="[^"]*"|role="graphics-[a-z]+")')
FEATURES = (b"kern", b"mark", b"mkmk", b"ccmp", b"locl")  # what a subset keeps of what a font can do
PAGE_FACES = ((400, "normal"), (400, "italic"), (600, "normal"), (700, "normal"))


def svg(chart: Any, language: str | None = None, *, embed_fonts: bool = False, apart: bool = False) -> str:
    """A chart as SVG, with title and description for readers who cannot see it.

    Args:
        chart: an Altair chart.
        language: whose numbers and dates its axes show; None is as the chart itself says.
        embed_fonts: carry the letters that are used, so that it looks the same on a machine without the fonts.
        apart: lines of two scripts in a piece for each font, for programs that draw a line in one font.

    >>> svg(alt.Chart(alt.InlineData(values=[{"a": 1}])).mark_point().encode(x="a:Q"))[:4]
    '<svg'
    """
    return _dressed(_drawn(chart.to_dict(validate=False), language), embed_fonts, apart)


def png(chart: Any, scale: float = 2, language: str | None = None) -> bytes:
    """A chart as PNG, so many pixels of the file for one of the picture; Typst draws it, six times as fast as the engine."""
    import typst

    drawn = _apart(_drawn(chart.to_dict(validate=False), language)[0])
    wide = (re.search(r'width="([\d.]+)"', drawn) or ["", "1000"])[1]
    page = f'#set page(width: auto, height: auto, margin: 0pt)\n#image("chart.svg", width: {wide}pt)'
    with TemporaryDirectory() as folder:
        (Path(folder) / "chart.svg").write_text(drawn, "utf-8")
        (Path(folder) / "main.typ").write_text(page, "utf-8")
        fonts = typeface(bool(missing_glyphs(unescape(re.sub("<[^>]*>", "", drawn)))))
        made = typst.compile(
            str(Path(folder) / "main.typ"), root=folder, font_paths=fonts, format="png", ppi=72 * scale
        )
    return bytes(made)


@lru_cache(maxsize=2)
def typeface(system: bool, own: str | None = None) -> Any:
    """The fonts that Typst may use: those of a folder first, then the kit's; the machine's only where asked for.

    Those of the machine differ from one to the next: they are for signs only that the kit's lack.
    """
    import typst

    return typst.Fonts(font_paths=[*([own] if own else []), *map(str, font_folders())], include_system_fonts=system)


def subset_css(texts: Iterable[str], own: Iterable[bytes] = ()) -> str:
    """The `@font-face` rules of a page, with only the letters that its texts use, as data URIs.

    Args:
        texts: all that stands on the page.
        own: fonts that stand before the kit's, as files' bytes.
    """
    used: dict[tuple[str, int, str], set[str]] = {}
    signs = "".join(sorted(set("".join(texts))))
    for weight, style in PAGE_FACES:
        for face, some in faces(signs, weight, style).items():
            used.setdefault(face, set()).update(some)
    return "".join(_own_face(content, signs) for content in own) + _font_faces(used)


def enable_renderer() -> None:
    """Let notebooks show every chart as this SVG: papermill and JupyterLab then need no network and no script."""
    alt.renderers.register("cjmkit", shown)
    alt.renderers.enable("cjmkit")


def shown(spec: dict[str, Any], **_: Any) -> dict[str, str]:
    """What a notebook shows of a chart; it carries its letters, since a picture there takes none from the page around it."""
    return {"image/svg+xml": _dressed(_drawn(spec, None), True)}


def _drawn(spec: dict[str, Any], language: str | None) -> tuple[str, str, str]:
    """The bare SVG, its title and its description."""
    heading = spec.get("title", "")
    lines = heading.get("text", "") if isinstance(heading, dict) else heading
    title = lines if isinstance(lines, str) else " ".join(lines)
    return direct_svg(spec, STACK) or _by_engine(spec, language), title, str(spec.get("description", ""))


def _by_engine(spec: dict[str, Any], language: str | None) -> str:
    locale = {}
    if language:
        say = speak(language)
        numbers, times = d3_numbers(say), d3_times(say)
        locale = {"format_locale": numbers, "time_format_locale": times}
        spec = {**spec, "config": {**spec.get("config", {}), "locale": {"number": numbers, "time": times}}}
    drawn = _converter().vegalite_to_svg(json.dumps(spec, ensure_ascii=False), allowed_base_urls=[], **locale)
    bare = drawn.replace(f' font-family="{STACK}"', "")  # said once for the whole picture
    return SPOKEN.sub("", bare.replace("<svg ", f'<svg font-family="{STACK}" ', 1))


def _dressed(drawn: tuple[str, str, str], embed_fonts: bool, apart: bool = False) -> str:
    """The SVG with title, description and fonts; its ids made from its content, so that pages can hold many."""
    text, title, about = drawn
    if "xlink:" not in text.replace("xmlns:xlink", ""):
        text = text.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    order: dict[str, str] = {}
    for name in re.findall(r'\bid="([^"]+)"', text):
        order.setdefault(name, f"c{digest}-{len(order)}")
    for name, new in order.items():
        text = text.replace(f'id="{name}"', f'id="{new}"').replace(f"url(#{name})", f"url(#{new})")
    text = _apart(text) if embed_fonts or apart else text
    style = f"<style>{_font_faces(_faces_of(text))}</style>" if embed_fonts else ""
    head = f"<title>{escape(title)}</title><desc>{escape(about)}</desc>{style}"
    return re.sub(
        r"^<svg ([^>]*)>",
        lambda m: f'<svg {m[1]} role="img" style="max-width:100%;height:auto">{head}',
        text,
        count=1,
    )


def _apart(drawn: str) -> str:
    """Lines of two scripts as one piece for each font, each at its own place: some programs else draw all in one."""
    return TEXT.sub(lambda text: _pieces(text[0], text[1]) if not text[2].isascii() else text[0], drawn)


def _pieces(text: str, attributes: str) -> str:
    size = float((re.search(r'font-size="([\d.]+)px"', attributes) or ["", "12"])[1])
    bold = bool(BOLD_FACE.search(attributes))
    anchor = re.search(r'text-anchor="(\w+)"', attributes)

    def line(found: re.Match[str]) -> str:
        parts = runs(unescape(found[0]))
        if (
            len(parts) == 1
        ):  # one font, named where it is not the first: some programs would take another that has the signs
            same = parts[0][0] == SANS
            return found[0] if same else f'<tspan font-family="{parts[0][0]}">{found[0]}</tspan>'
        widths = [text_width(part, size, bold) for _, part in parts]
        x = -sum(widths) * {"middle": 0.5, "end": 1.0}.get(anchor[1] if anchor else "", 0.0)
        spans = []
        for (family, part), width in zip(parts, widths, strict=True):
            spans.append(
                f'<tspan x="{x:.1f}" text-anchor="start" font-family="{family}">{escape(part, quote=False)}</tspan>'
            )
            x += width
        return "".join(spans)

    return re.sub(r"(?<=>)[^<>]+(?=</t)", line, text)


@lru_cache
def _converter() -> Any:
    import vl_convert  # starts an engine; only a drawing needs it

    for folder in font_folders():
        vl_convert.register_font_directory(str(folder))
    return vl_convert


def _faces_of(drawn: str) -> dict[tuple[str, int, str], set[str]]:
    used: dict[tuple[str, int, str], set[str]] = {}
    for attributes, inside in TEXT.findall(drawn):
        weight = 600 if BOLD_FACE.search(attributes) else 400
        for face, signs in faces(unescape(re.sub(r"<[^>]*>", "", inside)), weight).items():
            used.setdefault(face, set()).update(signs)
    return used


def _own_face(content: bytes, signs: str) -> str:
    """A font given as a file: what it calls itself, how heavy and whether slanted."""
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(content), lazy=True)
    family, kind = str(font["name"].getBestFamilyName()), font["OS/2"]
    face = (family, int(kind.usWeightClass), "italic" if kind.fsSelection & 1 else "normal")
    return _face_rule(face, _subset(content, signs))


def _font_faces(used: dict[tuple[str, int, str], set[str]]) -> str:
    return "".join(
        _face_rule(face, _subset(font_file(*face), "".join(sorted(used[face])))) for face in FILES if face in used
    )


def _face_rule(face: tuple[str, int, str], font: bytes) -> str:
    family, weight, style = face
    data = base64.b64encode(font).decode()
    return (
        f"@font-face{{font-family:{css_text(family)};font-weight:{weight};font-style:{style};"
        f"src:url(data:font/woff;base64,{data}) format('woff')}}"
    )


def css_text(text: str) -> str:
    """A text as CSS has it between quotes, whatever stands in it.

    >>> css_text("Bob's </style>")
    "'Bob\\\\27 s \\\\3c \\\\2f style\\\\3e '"
    """
    return "'" + re.sub(r"[^\w .-]", lambda found: f"\\{ord(found[0]):x} ", text) + "'"


@lru_cache(maxsize=256)
def _subset(file: Path | bytes, signs: str) -> bytes:
    """A font with these letters alone, as WOFF: WOFF2 would be a quarter smaller and take ten times as long."""
    import uharfbuzz as hb
    from fontTools.ttLib import TTFont

    wanted, flags = hb.SubsetInput(), hb.SubsetFlags
    wanted.unicode_set.update(map(ord, signs))
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.update(int.from_bytes(tag, "big") for tag in FEATURES)
    wanted.flags = flags.NO_HINTING | flags.DESUBROUTINIZE | flags.NOTDEF_OUTLINE
    whole = hb.Blob(file) if isinstance(file, bytes) else hb.Blob.from_file_path(str(file))
    font = TTFont(io.BytesIO(hb.subset(hb.Face(whole), wanted).blob.data), lazy=True, recalcTimestamp=False)
    font.flavor = "woff"
    out = io.BytesIO()
    font.save(out, reorderTables=False)
    return out.getvalue()
