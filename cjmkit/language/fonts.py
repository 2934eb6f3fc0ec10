"""The fonts of every picture and page: where they are, how wide a text runs in them, where its lines break.

Source Sans Pro for Latin, Greek and Cyrillic, Noto Sans CJK for what it lacks; both come as packages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from cjmkit.errors import MissingExtraError
from cjmkit.language.simplified import FAMILY, simplified

SANS = "Source Sans Pro"
CJK = FAMILY
STACK = f"{SANS}, {CJK}, sans-serif"
BOLD: Final = 600
FILES = {
    (SANS, 400, "normal"): ("font_source_sans_pro", "files/SourceSansPro-Regular.ttf"),
    (SANS, 400, "italic"): ("font_source_sans_pro", "files/SourceSansPro-It.ttf"),
    (SANS, 600, "normal"): ("font_source_sans_pro", "files/SourceSansPro-Semibold.ttf"),
    (SANS, 700, "normal"): ("font_source_sans_pro", "files/SourceSansPro-Bold.ttf"),
    (CJK, 400, "normal"): ("cvttf_NotoSansCJK_Regular", "NotoSansCJKtc-Regular.otf"),
    (CJK, 700, "normal"): ("cvttf_NotoSansCJK_Bold", "NotoSansCJKtc-Bold.otf"),
}
ELLIPSIS = "…"
# A line may break between two of these letters (Chinese, Japanese, Korean), ...
WIDE = "\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60"
# ... but never before the closing marks or after the opening ones.
CLOSING = "、。，．：；？！）」』】》〉”’…ー％）"
OPENING = "（「『【《〈“‘"
PIECE = re.compile(
    rf"[{OPENING}]*[{WIDE}][{CLOSING}]*[^\S\u00a0]*"
    rf"|[^{WIDE}\s\u00a0]?(?:[^{WIDE}\s]|\u00a0)*?[-–/](?=[^\W\d])[^\S\u00a0]*"
    rf"|(?:[^{WIDE}\s]|\u00a0)+[{CLOSING}]*[^\S\u00a0]*"
)


@lru_cache
def font_file(family: str = SANS, weight: int = 400, style: str = "normal") -> Path:
    """The font's file on this machine.

    Raises:
        MissingExtraError: the package that brings it is not installed.

    >>> font_file().name
    'SourceSansPro-Regular.ttf'
    """
    package, name = FILES[family, weight, style]
    found = find_spec(package)
    path = Path(next(iter(found.submodule_search_locations or ()), "")) / name if found else Path(name)
    if not path.is_file():
        raise MissingExtraError(
            "The font {family} is not here. Do pip install {package}.", family=family, package=package
        )
    return simplified(path) if family == CJK else path


def font_folders() -> tuple[Path, ...]:
    """The folders that hold the fonts, for programs that take them by the folder."""
    return tuple(dict.fromkeys(font_file(*key).parent for key in FILES))


def text_width(text: str, size: float, bold: bool = False) -> float:
    """How many pixels a text of one line runs at this font size, by the fonts' own advance widths.

    >>> text_width("WWW", 12) > text_width("iii", 12) > 0
    True
    """
    return _thousandths(text, bold) * size / 1000


def wrap(text: str, width: float, size: float, lines: int | None = None, bold: bool = False) -> tuple[str, ...]:
    """The lines of a text that is set so many pixels wide; a word breaks only where it is wider than a line.

    Args:
        text: its own line breaks are kept.
        width: of a line, in pixels.
        size: of the font, in pixels.
        lines: at most so many; what is left over ends in an ellipsis. None: as many as it takes.
        bold: set in semibold.

    >>> wrap("advice of neighbours", 60, 12)
    ('advice of', 'neighbours')
    >>> wrap("one two three four", 50, 12, lines=1)
    ('one tw…',)
    """
    broken = [line for part in text.strip().splitlines() for line in _lines(part, width, size, bold)]
    if lines is None or len(broken) <= lines:
        return tuple(broken)
    last = broken[lines - 1]
    while last and text_width(last.rstrip() + ELLIPSIS, size, bold) > width:
        last = "".join(list(letters(last))[:-1])
    return (*broken[: lines - 1], last.rstrip(" ,;:·–") + ELLIPSIS)


def letters(text: str) -> Iterator[str]:
    """The letters as a reader counts them: a base with its combining marks, joiners and variants is one.

    >>> len(list(letters("e\\u0301a")))
    2
    """
    cluster = ""
    for sign in text:
        joined = unicodedata.category(sign) in ("Mn", "Me", "Mc") or sign in "\u200d\ufe0e\ufe0f"
        if cluster and not joined and not cluster.endswith("\u200d"):
            yield cluster
            cluster = ""
        cluster += sign
    if cluster:
        yield cluster


def missing_glyphs(text: str) -> set[str]:
    """The signs of a text that no font of ours can draw; a page would show boxes.

    >>> missing_glyphs("Żółć, 冰箱, холодильник")
    set()
    """
    return {c for c in set(text) if c.isprintable() and not _in(SANS, c) and not _in(CJK, c)}


def faces(text: str, weight: int = 400, style: str = "normal") -> dict[tuple[str, int, str], set[str]]:
    """Which signs of a text each font draws, by (family, weight, style)."""
    found: dict[tuple[str, int, str], set[str]] = {}
    for sign in set(text):
        if _in(SANS, sign, weight, style):
            found.setdefault((SANS, weight, style), set()).add(sign)
        elif _in(CJK, sign):
            found.setdefault((CJK, 700 if weight >= BOLD else 400, "normal"), set()).add(sign)
    return found


def runs(text: str) -> list[tuple[str, str]]:
    """A text cut where its font changes: (family, part), in order.

    >>> runs("Anna: 冰箱")
    [('Source Sans Pro', 'Anna: '), ('Noto Sans CJK SC', '冰箱')]
    """
    found: list[tuple[str, str]] = []
    for sign in text:
        family = CJK if not sign.isascii() and not _in(SANS, sign) and _in(CJK, sign) else SANS
        if found and found[-1][0] == family:
            found[-1] = (family, found[-1][1] + sign)
        else:
            found.append((family, sign))
    return found


def _lines(text: str, width: float, size: float, bold: bool) -> Iterator[str]:
    line, run = "", 0
    for piece in _fitting(_pieces(text), width, size, bold):
        ends = run + _thousandths(piece.rstrip(), bold) if piece.strip() else _thousandths(line.rstrip(), bold)
        if line and ends * size / 1000 > width:
            if line.strip():
                yield line.rstrip()
            line, run = "", 0
        line, run = line + piece, run + _thousandths(piece, bold)
    if line.strip():
        yield line.rstrip()


def _fitting(pieces: Iterable[str], width: float, size: float, bold: bool) -> Iterator[str]:
    """The pieces, those wider than a line taken apart: at their spaces, else between letters."""
    for piece in pieces:
        if text_width(piece.rstrip(), size, bold) <= width:
            yield piece
        elif " " in piece.rstrip():
            first, rest = piece.split(" ", 1)
            yield from _fitting((first + " ", rest), width, size, bold)
        else:
            part = ""
            for letter in letters(piece):
                if part.strip() and not letter.isspace() and text_width(part + letter, size, bold) > width:
                    yield part
                    part = ""
                part += letter
            yield part


@lru_cache(maxsize=5000)
def _pieces(text: str) -> tuple[str, ...]:
    """What must stay on one line: words; one-letter words (Polish "w sklepie") and an opening bracket go with the next."""
    found, held = [], ""
    for piece in PIECE.findall(text.strip()):
        held += piece
        if piece in OPENING:
            continue
        if len(piece.rstrip()) == 1 and piece.rstrip().isalpha() and piece != piece.rstrip() and piece[0] < "\u2e80":
            continue
        found.append(held)
        held = ""
    return (*found, held) if held else (*found,)


@lru_cache(maxsize=50_000)
def _thousandths(text: str, bold: bool) -> int:
    """How wide a text runs in thousandths of its size: whole numbers, so that sums are the same in any order."""
    return sum(map(ADVANCES[bold].__getitem__, text))


class _Advances(dict[str, int]):
    """By letter how wide it runs, looked up when first asked for."""

    def __init__(self, weight: int) -> None:
        self.weight = weight

    def __missing__(self, letter: str) -> int:
        self[letter] = self._measured(letter)
        return self[letter]

    def _measured(self, letter: str) -> int:
        if unicodedata.combining(letter) or letter in "\u200b\u200d\ufe0e\ufe0f":
            return 0
        for face in ((SANS, self.weight, "normal"), (CJK, 400, "normal")):
            font = _font(face)
            glyph = font.get_nominal_glyph(ord(letter))
            if glyph is not None:
                return int(font.get_glyph_h_advance(glyph)) * 1000 // int(font.face.upem)
        return 1000


ADVANCES = _Advances(400), _Advances(BOLD)


def _in(family: str, sign: str, weight: int = 400, style: str = "normal") -> bool:
    return _font((family, weight, style)).get_nominal_glyph(ord(sign)) is not None


@lru_cache
def _font(face: tuple[str, int, str]) -> Any:
    import uharfbuzz  # only a picture with text needs it

    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(font_file(*face)))))
