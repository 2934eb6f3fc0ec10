"""The poster and the map for a projector, read back from PDF and PNG."""

import re
import struct
from ctypes import create_string_buffer
from dataclasses import replace
from io import BytesIO

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest
from conftest import ROOT, small_journey
from fontTools.ttLib import TTFont

from cjmkit.errors import InputError
from cjmkit.journey import Journey
from cjmkit.language.fonts import SANS, font_file
from cjmkit.reports import poster
from cjmkit.reports.brand import Brand
from cjmkit.reports.poster import FULL_LEAST, SHEETS, WALL_LEAST, poster_pdf
from cjmkit.reports.report import Report
from cjmkit.reports.room_map import HEIGHT, WIDTH, room_maps
from cjmkit.runs.opening import open_report
from cjmkit.tables import empty_scores

ODD = '#panic("x") $a$ </text><script>alert(1)</script> =1+1 *b*'


@pytest.fixture(scope="module")
def fridge():
    return open_report("fridge", language="pl", workshops=ROOT / "workshops")


@pytest.fixture(scope="module")
def wall(fridge):
    return poster_pdf(fridge)


def small(**parts) -> Report:
    return Report(small_journey(**parts), empty_scores(), language="en")


def page(content: bytes):
    document = pdfium.PdfDocument(content)
    assert len(document) == 1
    return document[0]


def text(content: bytes) -> str:
    """The poster's words, their lines joined."""
    return " ".join(page(content).get_textpage().get_text_bounded().replace("\ufffe", "").split())


def smallest(content: bytes) -> float:
    """The size of the smallest letters in points, by the height that the font keeps for a line."""
    read = page(content).get_textpage()
    heights = [read.get_charbox(n, loose=True) for n in range(read.count_chars()) if read.get_text_range(n, 1).strip()]
    return min(top - bottom for _, bottom, _, top in heights)  # in Source Sans an em


def paper(content: bytes) -> tuple[int, int]:
    return tuple(round(side / 72 * 25.4) for side in page(content).get_size())


def test_the_wall_says_what_staff_need(wall, fridge):
    said = text(wall)
    for stage in fridge.journey.stages:
        assert stage.name in said
    for t in fridge.touchpoints:
        assert all(word in said for word in t.name.split())
    for words in ("Anna", "najsłabsze ogniwo", "bolączka", "moment prawdy", "30 dni", "jeszcze nikt", "9 osób",
                  "Dostawa · 15 gru 2026", "stan na 21 listopada 2026", "ważna do 26 lutego 2027"):  # fmt: skip
        assert words in said, words
    assert "Pyta na klatce" not in said


def test_the_full_poster_has_all_lanes(fridge):
    said = text(poster_pdf(fridge, full=True))
    for words in (
        "Co robi",
        "Co myśli",
        "Zaplecze",
        "Pyta na klatce",
        "ankieta klientów",
        "Dni bez wiadomości: 30 → 7",
    ):
        assert words in said, words


def test_no_letter_is_smaller_than_stated_on_the_smallest_sheet_that_holds_them(wall, fridge, monkeypatch):
    assert paper(wall) == SHEETS["A1"]
    assert smallest(wall) >= WALL_LEAST - 0.1
    monkeypatch.setattr(poster, "WALL_LEAST", 1.0)
    assert smallest(poster_pdf(fridge)) < WALL_LEAST - 0.1  # the same eye sees it where nobody asks for a larger sheet


def test_a_sheet_that_is_too_small_is_refused_and_the_next_one_named(fridge, monkeypatch):
    with pytest.raises(InputError, match=r"A3 is too small .* 10 are needed. Take A1"):
        poster_pdf(fridge, sheet="A3")
    monkeypatch.setattr(poster, "FULL_LEAST", 10 * FULL_LEAST)
    with pytest.raises(InputError, match=r"Even on A0 .* fewer touchpoints"):
        poster_pdf(fridge, full=True)


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_sheet_is_one_page_of_its_size(sheet):
    assert paper(poster_pdf(small(), sheet=sheet)) == SHEETS[sheet]


def test_equal_reports_give_equal_bytes_and_a_changed_word_other_ones():
    first, again, other = poster_pdf(small()), poster_pdf(small()), poster_pdf(small(title="Another journey"))
    assert first == again
    assert first != other


def test_what_was_typed_is_text_and_nothing_else():
    said = text(poster_pdf(small(title=ODD, goal={"change": ODD})))
    assert said.count(ODD) == 2


def test_no_participant_is_named(wall, fridge):
    people = set(fridge.scores.participant) - {""}
    assert people
    assert not [name for name in people if name in text(wall)]
    typed = small(title=f"Map of {min(people)}")
    assert min(people) in text(poster_pdf(typed))


def test_a_draft_says_what_is_missing():
    draft = Report(Journey.from_data({"client": "X"}), empty_scores())
    said = text(poster_pdf(draft))
    assert "This map has no touchpoints yet." in said
    assert "not dated" in said
    assert "valid" not in said
    assert len(room_maps(draft)) == 1


def test_a_brand_gives_its_colour_its_logo_and_who_made_it():
    logo = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#b00"/></svg>'
    branded = replace(small(), brand=Brand(accent="#b00020", logo=logo, logo_name="logo.svg", by="Example Consulting"))
    content = poster_pdf(branded)
    assert "Example Consulting" in text(content)
    drawn = page(content).render(scale=0.5).to_pil().convert("RGB")
    corner = drawn.crop((drawn.width * 7 // 8, 0, drawn.width, drawn.height // 6))
    assert (187, 0, 0) in {colour for _, colour in corner.getcolors(100_000)}


def test_the_map_keeps_the_letters_that_its_words_were_measured_in(monkeypatch):
    own = TTFont(font_file(SANS, 700, "normal"))
    for record in own["name"].names:
        if record.nameID in (1, 4, 6, 16):
            record.string = "Ours"
    file = BytesIO()
    own.save(file)
    branded = replace(small(), brand=Brand(family="Ours", fonts={"ours.ttf": file.getvalue()}))
    name = branded.journey.stages[0].name.split()[0]
    assert "SourceSans" in fonts_of(poster_pdf(branded))[name]
    whole = poster.svg
    monkeypatch.setattr(
        poster, "svg", lambda *given, **more: re.sub(r'font-family="Source[^"]*"', "", whole(*given, **more))
    )
    assert "Ours" in fonts_of(poster_pdf(branded))[name]


def fonts_of(content: bytes) -> dict[str, str]:
    """The letters in which each word is last set."""
    sheet = page(content)
    read, found = sheet.get_textpage(), {}
    for match in re.finditer(r"\S+", read.get_text_range()):
        name = create_string_buffer(100)
        raw.FPDFText_GetFontInfo(read, match.start(), name, 100, None)
        found[match[0]] = name.value.decode()
    return found


def test_the_picture_for_the_room_is_no_larger_than_a_screen(fridge):
    screens = room_maps(fridge)
    assert len(screens) == 2
    for content in screens:
        width, height = struct.unpack(">II", content[16:24])
        assert WIDTH * 0.9 < width <= WIDTH
        assert height <= HEIGHT
