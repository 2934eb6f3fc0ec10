"""The search that other tests rely on finds a word wherever it is put."""

import base64
import io
import zipfile
import zlib

import pytest
import typst
from leaks import holds
from openpyxl import Workbook
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE

WORD = "Żaneta-Qzx"


def workbook() -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active["B2"] = WORD
    book.save(out)
    return out.getvalue()


def slides() -> bytes:
    """A chart whose embedded workbook has the word in a category."""
    deck, out, data = Presentation(), io.BytesIO(), CategoryChartData()
    data.categories = [WORD]
    data.add_series("n", (1,))
    deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_chart(XL_CHART_TYPE.PIE, 0, 0, 99, 99, data)
    deck.save(out)
    with zipfile.ZipFile(out) as archive, zipfile.ZipFile(kept := io.BytesIO(), "w") as less:
        for part in archive.infolist():  # nowhere but in the workbook
            if part.filename.endswith(".xlsx"):
                less.writestr(part, archive.read(part))
    return kept.getvalue()


def picture() -> bytes:
    text = b"Comment\0" + WORD.encode()
    chunk = len(text).to_bytes(4, "big") + b"tEXt" + text + zlib.crc32(b"tEXt" + text).to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + chunk


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.xlsx", workbook()),
        ("x.pptx", slides()),
        ("x.png", picture()),
        ("page.pdf", typst.compile(f"= Title\nsaid {WORD}.".encode())),
        ("properties.pdf", typst.compile(f'#set document(author: "{WORD}")\nnothing'.encode())),
        ("link.pdf", typst.compile(f'#link("https://x.invalid/Qzx")[{WORD}]'.encode())),
        ("x.svg", "<svg><text><tspan>Żan</tspan><tspan>eta-Qzx</tspan></text></svg>".encode()),
        ("x.html", b"<p title='&#379;aneta-Qzx'>"),
        ("x.csv", WORD.encode("utf-16")),
    ],
)  # fmt: skip
def test_a_word_is_found_however_it_is_packed(name, content):
    assert holds(name, content, [WORD])
    assert not holds(name, content, ["Henryk-Qzx"])


def test_a_part_of_a_word_and_an_embedded_picture_are_no_find():
    assert not holds("x.html", b"<p>Janina</p>", ["Jan"])
    picture = base64.b64encode(b"\x8d\xa9\xff" * 9).decode()
    assert not holds("x.html", f'<img src="data:image/png;base64,{picture}">'.encode(), ["ja"], whole=False)
