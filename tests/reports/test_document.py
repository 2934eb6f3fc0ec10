"""The printed report, read back from the PDF."""

import re
import time
from base64 import b64encode
from ctypes import create_string_buffer
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest
import typst
from conftest import ROOT, small_journey
from fontTools.ttLib import TTFont
from PIL import Image

from cjmkit.journey import Journey
from cjmkit.language.fonts import SANS, font_file
from cjmkit.reports import document
from cjmkit.reports.brand import Brand
from cjmkit.reports.content import action_plan, scored_map, sections_of
from cjmkit.reports.document import report_pdf
from cjmkit.reports.report import Report
from cjmkit.reports.sections import (
    Bullets,
    Card,
    Cards,
    Facts,
    Heading,
    Portrait,
    Quote,
    Section,
    Table,
    Text,
)  # fmt: skip
from cjmkit.runs.opening import open_report
from cjmkit.tables import empty_scores, scores_frame

SOURCE = (
    "#panic()",
    "= x",
    "$a$",
    "@ref",
    "*b*",
    "\\",
    "_i_",
    "// c",
    "- item",
    "`#x`",
    "<l>",
    "a -- b",
    "~",
    "#{1+1}",
)


def read(pdf: bytes) -> list[str]:
    """The text of each page."""
    return [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(pdf)]


def squeezed(text: str) -> str:
    """The text without the breaks and spaces that setting it in lines brings."""
    return re.sub(r"[\s\u200b\u0002\ufffe]", "", text)


def plain(**parts) -> Report:
    return Report(small_journey(**parts), empty_scores())


def dot() -> bytes:
    """A small PNG."""
    file = BytesIO()
    Image.new("RGB", (4, 4)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="module")
def fridge() -> tuple[bytes, tuple[Section, ...]]:
    report = replace(open_report("fridge", language="pl", workshops=ROOT / "workshops"), size="paper")
    sections = sections_of(report)
    return report_pdf(report, sections), sections


def test_every_section_and_every_cell_of_every_table_stands_in_the_printed_report(fridge):
    pdf, sections = fridge
    text = squeezed("".join(read(pdf)))
    for section in sections:
        assert squeezed(section.title) in text
        for table in (block for block in section.blocks if isinstance(block, Table)):
            assert not [cell for row in (table.columns, *table.rows) for cell in row if squeezed(cell) not in text]


def test_contents_and_bookmarks_lead_to_the_sections_in_order(fridge):
    pdf, sections = fridge
    pages = read(pdf)
    marks = [mark for mark in pdfium.PdfDocument(pdf).get_toc() if mark.level == 0]
    assert [squeezed(mark.get_title()) for mark in marks] == [squeezed(section.title) for section in sections]
    places = [mark.get_dest().get_index() for mark in marks]
    assert all(a <= b for a, b in pairwise(places))
    for section, place in zip(sections, places, strict=True):
        assert squeezed(section.title) in squeezed(pages[place])
        line = rf"{re.escape(squeezed(section.title))}\.+{place + 1}(?!\d)"
        assert re.search(line, squeezed(pages[1])), section.title


def test_the_map_has_a_sheet_across_and_the_rest_is_a4(fridge):
    pdf = pdfium.PdfDocument(fridge[0])
    sizes = [tuple(round(side) for side in page.get_size()) for page in pdf]
    [at] = [mark.get_dest().get_index() for mark in pdf.get_toc() if mark.get_title() == "Mapa podróży klienta"]
    assert sizes[at] == (1191, 842)
    assert sizes[at + 1] == (1191, 842)  # the curve
    assert {*sizes[:at], *sizes[at + 2 :]} == {(595, 842)}


def test_no_line_runs_over_the_edge_of_its_page(fridge):
    cells = ("Konstantynopolitańczykiewiczówna", "y" * 200, *("zaobserwowane",) * 6)
    wide = Section("w", "Wide", (Table(cells, (cells,)), Text("y" * 300), Cards("", (Card("y" * 90, "z" * 90),) * 3)))
    for pdf in (fridge[0], report_pdf(plain(), (wide,))):
        assert not beyond(pdf)
    assert beyond(typst.compile(b'#set page("a4")\n#box[' + b"y" * 300 + b"]"))


def beyond(pdf: bytes) -> list[int]:
    """The pages on which a line leaves the paper's inner part."""
    found = []
    for n, page in enumerate(pdfium.PdfDocument(pdf)):
        text = page.get_textpage()
        ends = [text.get_rect(k)[2] for k in range(text.count_rects())]
        found += [n] if max(ends, default=0) > page.get_width() - 30 else []
    return found


def test_every_page_but_the_first_says_which_of_how_many_it_is(fridge):
    pages = [squeezed(page) for page in read(fridge[0])]
    assert [n for n, page in enumerate(pages, 1) if f"Strona{n}z{len(pages)}" not in page] == [1]


def test_typed_text_stands_there_as_typed_and_never_runs():
    blocks = [
        block
        for text in SOURCE
        for block in (Text(text), Heading(text), Bullets((text,), text), Facts(((text, text),)), Quote(text, text),
                      Cards(text, (Card(text, text, text),)), Table((text,), ((text,),), text))
    ]  # fmt: skip
    journey = Journey.from_data({"client": "#panic()", "title": '*x* #read("look.typ")', "scope": {"market": "$m$"}})
    pages = read(
        report_pdf(Report(journey, empty_scores(), brand=Brand(by="#by()")), (Section("s", "@s", tuple(blocks)),))
    )
    assert all(text in pages[0] for text in ('*x* #read("look.typ")', "#panic()", "$m$", "#by()"))
    assert "@s" in pages[1]
    body = "\n".join(pages[2:])
    for text in SOURCE:
        assert body.count(text) >= 12, text


def test_text_put_into_the_source_would_be_caught():
    for text in SOURCE[:5]:
        try:
            shown = "".join(read(typst.compile(f"{text}\n".encode())))
        except typst.TypstError:
            continue
        assert text not in shown, text


def test_a_long_table_repeats_its_head_and_cuts_no_row():
    rows = tuple((f"row {n} begins", f"first{n} " + "and so on " * 20 + f"last{n}") for n in range(60))
    pages = read(report_pdf(plain(), (Section("s", "S", (Table(("Name", "Story"), rows),)),)))[2:]
    assert len(pages) > 3
    assert all("Name" in page and "Story" in page for page in pages)
    for n in range(60):
        assert [f"first{n} " in page for page in pages] == [bool(re.search(rf"last{n}\b", page)) for page in pages]


def test_what_is_longer_than_a_page_goes_on_over_it():
    story = " ".join(f"word{n}" for n in range(3000))
    blocks = (Cards("", (Card("Long", story),)), Table(("A",), ((story,),)), Facts((("a", story),)), Quote(story))
    text = squeezed("".join(read(report_pdf(plain(), (Section("s", "S", blocks),)))))
    assert text.count("word2999") == len(blocks)


def test_pictures_tell_what_they_show_to_those_who_cannot_see_them(fridge):
    pdf = pdfium.PdfDocument(fridge[0])
    assert raw.FPDFCatalog_IsTagged(pdf)
    assert pdf.get_metadata_dict()["Title"].startswith("Zakup lodówki")
    about = [text for n in range(len(pdf)) for text in alternatives(pdf[n])]
    assert sum("Miesiąc czekania na lodówkę: 1,6" in text for text in about) == 3  # the map, the curve, the ranking
    data = f"data:image/png;base64,{b64encode(dot()).decode()}"
    portrait = Section("p", "P", (Portrait(data, "Picture of Anna"),))
    assert "Picture of Anna" in alternatives(pdfium.PdfDocument(report_pdf(plain(), (portrait,)))[2])


def test_a_map_too_wide_for_paper_goes_on_over_sheets_that_a_printer_has(fridge):
    ids = [f"t{n}" for n in range(40)]
    journey = small_journey(
        touchpoints=[{"id": id, "stage": "use", "name": f"Touchpoint {id}"} for id in ids],
        paths=[{"id": "main", "persona": "anna", "touchpoints": ids}],
    )
    scores = scores_frame([{"round": 1, "participant": "1", "team": "A", "touchpoint": id, "score": 3} for id in ids])
    report = Report(journey, scores)
    pdf = pdfium.PdfDocument(report_pdf(report, (scored_map(report),)))
    sheets = range(2, len(pdf))
    assert {tuple(round(side) for side in pdf[n].get_size()) for n in sheets} == {(1191, 842)}
    assert sum("Touchpoint t39" in text for n in sheets for text in alternatives(pdf[n])) == 2  # the map and the curve

    assert "Use (continued)" in " ".join(page.get_textpage().get_text_range() for page in pdf)
    assert "(ciąg dalszy)" not in " ".join(read(fridge[0]))  # which has room for its stages


def smallest(content: bytes) -> float:
    """The smallest letters on pages of A4 in points, by the height that the font keeps for a line."""
    found = []
    for page in pdfium.PdfDocument(content):
        text = page.get_textpage() if max(page.get_size()) < 900 else None
        places = [n for n in range(text.count_chars()) if text.get_text_range(n, 1).strip()] if text else []
        found += [text.get_charbox(n, loose=True) for n in places]
    return min(top - bottom for _, bottom, _, top in found)


def test_no_letter_on_a4_is_smaller_than_seven_points(fridge, monkeypatch):
    assert smallest(fridge[0]) > 6.8
    report = open_report("fridge", language="pl", workshops=ROOT / "workshops")
    monkeypatch.setattr(document, "EASY", document.LEAST)
    assert smallest(report_pdf(report, (action_plan(report),))) < 6  # pictures made for a screen would be


def alternatives(page: pdfium.PdfPage) -> list[str]:
    """The text alternatives of a page's pictures."""
    tree = raw.FPDF_StructTree_GetForPage(page)
    found: list[str] = []

    def walk(part) -> None:
        size = raw.FPDF_StructElement_GetAltText(part, None, 0)
        if size > 2:
            text = create_string_buffer(size)
            raw.FPDF_StructElement_GetAltText(part, text, size)
            found.append(bytes(text).decode("utf-16-le").rstrip("\0"))
        for k in range(raw.FPDF_StructElement_CountChildren(part)):
            if child := raw.FPDF_StructElement_GetChildAtIndex(part, k):
                walk(child)

    for k in range(raw.FPDF_StructTree_CountChildren(tree)):
        walk(raw.FPDF_StructTree_GetChildAtIndex(tree, k))
    return found


def test_an_empty_draft_prints_and_says_what_is_missing():
    report = Report(Journey.from_data({"client": "X"}), empty_scores())
    text = "".join(read(report_pdf(report, sections_of(report))))
    assert "A map without a goal is useless" in text
    assert "This map has no touchpoints yet." in text


def test_a_brands_own_letters_are_those_of_the_report():
    letters = font_file(SANS, 700, "normal").read_bytes()
    renamed = BytesIO()
    font = TTFont(BytesIO(letters))
    for record in font["name"].names:
        if record.nameID in (1, 4, 6, 16):
            font["name"].setName("Ours", record.nameID, record.platformID, record.platEncID, record.langID)
    font.save(renamed)
    for brand, own in ((Brand(), False), (Brand(family="Ours", fonts={"ours.ttf": renamed.getvalue()}), True)):
        pdf = report_pdf(Report(small_journey(), empty_scores(), brand=brand), (Section("s", "S", ()),))
        assert (b"+Ours" in pdf) is own


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_the_brand_is_on_the_title_page(kind):
    drawn = b'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><rect width="90" height="30" fill="#c00"/></svg>'
    brand = Brand(accent="#c8102e", logo=drawn if kind == "svg" else dot(), logo_name=f"logo.{kind}", by="Our Firm")
    dressed, bare = (
        pdfium.PdfDocument(report_pdf(Report(small_journey(), empty_scores(), brand=b), ()))[0]
        for b in (brand, Brand())
    )
    assert "Our Firm" in dressed.get_textpage().get_text_range()
    assert len([*dressed.get_objects()]) > len([*bare.get_objects()])


def test_the_same_report_is_the_same_bytes_at_another_place_and_time(tmp_path: Path, monkeypatch):
    report = plain()
    sections = sections_of(report)
    first = report_pdf(report, sections)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    assert report_pdf(plain(), sections_of(plain())) == first
    stamped = [typst.compile(b"#set document(date: auto)\nx", timestamp=stamp) for stamp in (0, 1_000_000)]
    assert stamped[0] != stamped[1]
