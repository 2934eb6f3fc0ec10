"""The deck: native, editable, within its slides, the same twice, and nothing in it that nobody may see."""

import io
import zipfile
from dataclasses import replace
from itertools import pairwise

import openpyxl
import pytest
from conftest import small_journey
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from cjmkit.errors import InputError
from cjmkit.exchange.archives import MOST_ENTRIES, check_archive
from cjmkit.journey import Journey
from cjmkit.reports.brand import Brand
from cjmkit.reports.report import Report
from cjmkit.reports.slide_charts import ChartTable
from cjmkit.reports.slide_story import _numbered
from cjmkit.reports.slide_text import BREADTH, LEAST, Line, rounded_off, shortened, tall
from cjmkit.reports.slides import slides_pptx
from cjmkit.reports.zipped import same_twice
from cjmkit.tables import empty_scores, scores_frame

FORMULA = "=1+1"
LONG = "Oczekiwanie na potwierdzenie dostępności produktu w magazynie i w sklepie obok"


def rows(touchpoints, people=6):
    return scores_frame(
        [{"round": 1, "participant": f"Secret Nowak {p}", "team": "Sales", "touchpoint": t, "score": (n + p) % 5 + 1}
         for n, t in enumerate(touchpoints) for p in range(people)]
    )  # fmt: skip


def small(language="en", brand=None, **parts) -> Report:
    given = {
        "actions": [{"id": "x", "title": "Call back", "due": "2027-01-31", "touchpoints": ["a"]}],
        "as_of": "2026-11-21",
    }
    journey = small_journey(**{**given, **parts})
    return Report(journey, rows([t.id for t in journey.touchpoints]), language=language, brand=brand or Brand())


def hard() -> Report:
    """Eleven stages, sixty touchpoints, long names in Polish and Chinese."""
    stages = [{"id": f"s{k}", "name": f"{LONG[:40]} {k}", "customer_goal": LONG} for k in range(11)]
    touchpoints = [
        {"id": f"t{n}", "stage": f"s{n * 11 // 60}", "name": f"{LONG} {n}" if n % 2 else f"门店咨询：与销售人员讨论保修和送货时间 {n}",
         "pain": LONG * 2, "owner": LONG[:30], "moment_of_truth": {"goes_on_if": LONG, "leaves_if": LONG} if n % 9 == 0 else None}
        for n in range(60)
    ]  # fmt: skip
    people = [{"id": "anna", "name": LONG, "quote": LONG, "needs": [LONG] * 9, "goals": [LONG] * 9}]
    actions = [{"id": f"a{n}", "title": LONG, "owner": LONG, "due": "2027-01-31"} for n in range(25)]
    path = [{"id": "main", "persona": "anna", "touchpoints": [t["id"] for t in touchpoints]}]
    return small(stages=stages, touchpoints=touchpoints, personas=people, paths=path, actions=actions, title=LONG * 2)


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    """Each deck once."""
    names = [
        {"id": t, "stage": "use", "name": name}
        for t, name in (("a", FORMULA), ("b", "https://example.org"), ("c", "C\x08"))
    ]
    return {
        "small": slides_pptx(small()),
        "hard": slides_pptx(hard()),
        "hostile": slides_pptx(small(touchpoints=names, stages=[{"id": "use", "name": "=cmd|' /C calc'!A0"}])),
        "zh": slides_pptx(small("zh", title="购买冰箱", actions=[{"id": "x", "title": "Перезвонить клиенту"}])),
        "draft": slides_pptx(Report(Journey.from_data({"client": "X"}), empty_scores())),
    }


def deck(content: bytes):
    return Presentation(io.BytesIO(content))


def shapes(content: bytes):
    return [shape for slide in deck(content).slides for shape in slide.shapes]


def unzipped(content: bytes) -> dict[str, bytes]:
    """All parts, those of the workbooks inside too."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            part = archive.read(name)
            inside = unzipped(part) if name.endswith(".xlsx") else {}
            found |= {name: part, **{f"{name}/{k}": v for k, v in inside.items()}}
    return found


def workbooks(content: bytes):
    parts = unzipped(content)
    return [openpyxl.load_workbook(io.BytesIO(parts[name])).active for name in parts if name.endswith(".xlsx")]


@pytest.mark.parametrize("name", ["small", "hard", "hostile", "zh", "draft"])
def test_a_deck_has_at_most_ten_slides_each_with_a_title_of_its_own_and_notes(made, name):
    slides = deck(made[name]).slides
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    assert 4 < len(titles) <= 10
    assert all(titles)
    assert len(set(titles)) == len(titles)
    assert all(slide.notes_slide.notes_text_frame.text for slide in slides)


def test_every_stage_stands_on_a_slide_however_many_there_are(made):
    text = "".join(s.notes_slide.notes_text_frame.text for s in deck(made["hard"]).slides)
    assert all(f"{LONG[:40]} {k}" in text for k in range(11))
    assert all(f"{LONG} {n}" in text for n in range(1, 60, 2))  # what a table had no room for stands in the notes
    assert [
        s.shapes.title.text_frame.text
        for s in deck(made["small"]).slides
        if s.shapes.title.text_frame.text.startswith("Use:")
    ]


def test_charts_and_tables_are_native_and_every_one_is_described(made):
    for name in ("small", "hard"):
        frames = [shape for shape in shapes(made[name]) if shape.has_chart or shape.has_table]
        assert {shape.has_chart for shape in frames} == {True, False}
        assert all(shape._element.nvGraphicFramePr.cNvPr.get("descr") for shape in frames)
        assert all(shape.table.first_row for shape in frames if shape.has_table)


def test_a_chart_holds_the_figures_and_nothing_else(made):
    report = small()
    chart = next(shape.chart for shape in shapes(made["small"]) if shape.has_chart)
    mean, low, high = chart.plots[0].series
    assert list(mean.values) == pytest.approx(report.figures.value.tolist(), abs=1e-4)
    assert list(low.values) == pytest.approx(report.figures.low.tolist(), abs=1e-4)
    assert list(high.values) == pytest.approx(report.figures.high.tolist(), abs=1e-4)
    assert next(iter(workbooks(made["small"]))).max_column == 2 + 3


def test_a_name_that_looks_like_a_formula_or_a_link_stays_a_text_in_the_workbook_of_a_chart(made):
    cells = [cell for sheet in workbooks(made["hostile"]) for row in sheet.iter_rows() for cell in row]
    assert FORMULA in {cell.value for cell in cells}
    assert "f" not in {cell.data_type for cell in cells}
    assert not [cell for cell in cells if cell.hyperlink]


def test_the_librarys_own_workbook_would_be_caught():
    blob = {}
    for kind in (CategoryChartData, ChartTable):
        data = kind()
        data.categories = [FORMULA]
        data.add_series("x", [1])
        slide = Presentation()
        slide = slide.slides.add_slide(slide.slide_layouts[6])
        slide.shapes.add_chart(XL_CHART_TYPE.LINE, 0, 0, Inches(1), Inches(1), data)
        sheet = openpyxl.load_workbook(io.BytesIO(slide.shapes[0].chart.part.chart_workbook.xlsx_part.blob)).active
        blob[kind] = sheet["A2"].data_type
    assert blob == {CategoryChartData: "f", ChartTable: "s"}


def test_no_participant_is_in_any_part_of_the_file(made):
    for content in made.values():
        assert not [name for name, part in unzipped(content).items() if b"Nowak" in part]
    told = slides_pptx(small(title="As Secret Nowak 1 said"))
    assert [name for name, part in unzipped(told).items() if b"Nowak" in part]


def sizes(content: bytes):
    """The sizes of all texts that we set: on slides, and in cells."""
    found = {True: set(), False: set()}
    for shape in shapes(content):
        frames = [c.text_frame for c in shape.table.iter_cells()] if shape.has_table else []
        frames += [shape.text_frame] if shape.has_text_frame else []
        found[shape.has_table] |= {r.font.size.pt for f in frames for p in f.paragraphs for r in p.runs if r.font.size}
    return found


def overflowing(content: bytes, larger: float = 1):
    """Shapes of ours whose text is taller than they are."""
    found = []
    for shape in shapes(content):
        if not shape.has_text_frame or shape.is_placeholder or not shape.text_frame.text:
            continue
        lines = [Line(p.text, bool(p.runs and p.runs[0].font.bold)) for p in shape.text_frame.paragraphs]
        size = shape.text_frame.paragraphs[0].runs[0].font.size.pt * larger
        if tall(lines, shape.width.pt - 18, size) > shape.height.pt - 8:
            found.append(shape)
    return found


def test_text_stands_within_its_panel_and_is_large_enough_to_be_read(made):
    for content in made.values():
        found = sizes(content)
        assert min(found[False]) >= LEAST
        assert min(found[True], default=11) >= 11
        assert not overflowing(content)
    assert overflowing(made["hard"], larger=1.5)


def test_nothing_stands_outside_its_slide_nor_on_something_else(made):
    for content in made.values():
        for slide in deck(content).slides:
            placed = [
                s for s in slide.shapes if not s.is_placeholder and not (s.has_text_frame and not s.text_frame.text)
            ]
            placed.sort(key=lambda s: s.top)
            for shape in placed:
                assert shape.left >= 0
                assert shape.top + shape.height <= Inches(7.5)
                assert shape.left + shape.width <= Inches(13.34)
            for above, below in pairwise(placed):
                assert above.top + above.height <= below.top + Pt(1) or above.left != below.left


def test_chinese_and_russian_texts_say_which_language_they_are_in_and_name_letters(made):
    runs = [
        r._r.find(qn("a:rPr"))
        for s in shapes(made["zh"])
        if s.has_text_frame
        for p in s.text_frame.paragraphs
        for r in p.runs
    ]
    langs = {run.get("lang") for run in runs}
    assert "zh-CN" in langs
    assert all(run.find(qn("a:ea")) is not None for run in runs if run.get("lang") == "zh-CN")
    cells = [c for s in shapes(made["zh"]) if s.has_table for c in s.table.iter_cells()]
    assert "ru-RU" in {
        r._r.find(qn("a:rPr")).get("lang") for c in cells for p in c.text_frame.paragraphs for r in p.runs
    }
    assert b"Microsoft YaHei" in unzipped(made["zh"])["ppt/theme/theme1.xml"]


def test_the_same_report_gives_the_same_bytes_on_another_day_and_in_another_zone(made, monkeypatch):
    monkeypatch.setattr("time.localtime", lambda *_: (2031, 5, 6, 7, 8, 9, 0, 0, 0))
    assert slides_pptx(small()) == made["small"]
    monkeypatch.setattr("cjmkit.reports.slides.same_twice", lambda content, day: content)
    assert slides_pptx(small()) != made["small"]


def zipped(year: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in (
            ("docProps/core.xml", f"<c><dcterms:modified a='b'>{year}-01-01T00:00:00Z</dcterms:modified></c>"),
            ("a.xml", "<a/>"),
        ):
            archive.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), text)
    return out.getvalue()


def test_an_archive_is_made_the_same_whenever_it_was_written():
    assert zipped(2026) != zipped(2027)
    assert same_twice(zipped(2026)) == same_twice(zipped(2027))


def template(change=lambda deck: None) -> bytes:
    """A client's template on a dark ground, with a slide that is none of ours."""
    given = Presentation()
    given.slide_masters[0].element.find(qn("p:clrMap")).attrib.update({"bg1": "dk1", "tx1": "lt1"})
    given.slides.add_slide(given.slide_layouts[1]).shapes.title.text = "Old offer to a competitor"
    given.core_properties.author = given.core_properties.last_modified_by = "Secret Author"
    change(given)
    out = io.BytesIO()
    given.save(out)
    return out.getvalue()


def test_a_clients_template_gives_master_layouts_and_size_and_none_of_its_slides():
    content = slides_pptx(small(brand=Brand(slides=template())))
    found = deck(content)
    assert (found.slide_width, found.slide_height) == (9144000, 6858000)
    assert {slide.slide_layout.name for slide in found.slides} == {"Title Slide", "Title and Content"}
    assert not [name for name, part in unzipped(content).items() if b"Old offer" in part or b"Secret Author" in part]
    colours = {
        s.fill.fore_color.theme_color
        for s in shapes(content)
        if s.has_text_frame and s.text_frame.text and not s.is_placeholder
    }
    assert {str(colour) for colour in colours} == {"BACKGROUND_1 (14)"}  # with its own text colour, dark or light


def lettered(typeface: str):
    """A change of a template: its theme's letters."""

    def change(given) -> None:
        theme = given.slide_masters[0].part.part_related_by(RELATIONSHIP_TYPE.THEME)
        theme._blob = theme.blob.replace(b'typeface="Calibri"', f'typeface="{typeface}"'.encode())

    return change


def cramped(content: bytes) -> list[str]:
    """Cells that would grow over what stands below, if the letters ran a fifth wider than Arial."""
    tables = [shape.table for shape in shapes(content) if shape.has_table]
    token = BREADTH.set(1.2)
    try:
        return [
            cell.text
            for table in tables
            for row in table.rows
            for cell, column in zip(row.cells, table.columns, strict=True)
            for p in cell.text_frame.paragraphs
            if p.runs and not cell.is_merge_origin
            if tall([Line(p.text, bool(p.runs[0].font.bold))], column.width.pt - 9, p.runs[0].font.size.pt)
            > row.height.pt
        ]
    finally:
        BREADTH.reset(token)


def test_a_template_with_wide_letters_gets_room_for_them():
    names = [{"id": t, "stage": "use", "name": f"{LONG} {t}", "pain": LONG} for t in "abc"]
    found = [cramped(slides_pptx(small(touchpoints=names, brand=Brand(slides=template(lettered(face))))))
             for face in ("Verdana", "Calibri")]  # fmt: skip
    assert not found[0]
    assert found[1]  # the same eye sees it where letters are measured that are narrower


def test_the_curves_touchpoints_are_numbered_and_named_in_a_table_below(made):
    slide = deck(made["small"]).slides[3]
    [chart] = [s.chart for s in slide.shapes if s.has_chart]
    [table] = [s.table for s in slide.shapes if s.has_table]
    names = [cell.text for cell in table.iter_cells() if cell.text][1:]
    report = small()
    assert names == [f"{n}. {name}" for n, name in enumerate(report.figures["name"], 1)]
    assert [str(label) for label in chart.plots[0].categories] == [str(n) for n in range(1, len(names) + 1)]


def test_however_many_touchpoints_are_named_no_column_of_their_table_is_empty():
    for n in range(1, 13):
        touchpoints = [{"id": f"t{i}", "stage": "use", "name": f"Step {i}"} for i in range(n)]
        path = {"id": "main", "persona": "anna", "touchpoints": [t["id"] for t in touchpoints]}
        table = _numbered(small(touchpoints=touchpoints, paths=[path], actions=[]))
        assert all(any(column) for column in zip(*table.rows, strict=True)), n


def test_what_a_persona_needs_is_a_list_with_bullets(made):
    [slide] = [s for s in deck(made["hard"]).slides if s.shapes.title.text_frame.text.startswith("Persona")]
    items = [
        p
        for s in slide.shapes
        if s.has_text_frame
        for p in s.text_frame.paragraphs
        if p._p.find(".//" + qn("a:buChar")) is not None
    ]
    assert len(items) == 18


def bare(given) -> None:
    """A template whose layouts have no title."""
    for layout in given.slide_layouts:
        for shape in list(layout.placeholders):
            if "TITLE" in str(shape.placeholder_format.type):
                shape._element.getparent().remove(shape._element)


def linked(given) -> None:
    given.slide_masters[0].part.relate_to(
        "http://example.org/a.png",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image",
        is_external=True,
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no zip", "damaged"),
        (zipped(2026), "no PowerPoint presentation"),
        (template(bare), "no layout with a title"),
        (template(linked), "loads a file from elsewhere"),
    ],
    ids=["no archive", "no presentation", "no layout", "a link"],
)
def test_a_template_that_cannot_be_used_is_refused_in_one_sentence(content, said):
    with pytest.raises(InputError, match=said):
        slides_pptx(small(brand=Brand(slides=content)))


def archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, part in parts.items():
            made.writestr(name, part)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        archive({"a.bin": bytes(5 * 2**20)}),
        archive({str(n): b"" for n in range(MOST_ENTRIES + 1)}),
        archive({"a.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        archive({"a.xml": "<!DOCTYPE a><a/>".encode("utf-16")}),
    ],
    ids=["a bomb", "too many parts", "entities", "entities in UTF-16"],
)
def test_an_archive_that_could_harm_is_not_opened(content):
    with pytest.raises(InputError):
        check_archive(content, "x.pptx")
    check_archive(archive({"a.xml": b"<a/>"}), "x.pptx")


def test_the_brands_logo_is_on_every_slide_and_described():
    logo = b'<svg xmlns="http://www.w3.org/2000/svg" width="30" height="12"><rect width="30" height="12" fill="#0a5"/></svg>'
    content = slides_pptx(small(brand=Brand("#FFD400", logo, "logo.svg", "Konsultantka")))
    for slide in deck(content).slides:
        pictures = [s for s in slide.shapes if s.shape_type == 13]
        assert [s._element.nvPicPr.cNvPr.get("descr") for s in pictures] == ["Logo of Konsultantka"]
    assert b"8B7300" in unzipped(content)["ppt/theme/theme1.xml"]
    with pytest.raises(InputError, match="cannot be put on a slide"):
        slides_pptx(replace(small(), brand=Brand(None, b"GIF?", "logo.png")))


def test_a_text_too_long_for_its_place_ends_after_a_clause_and_never_inside_a_quotation_or_bracket():
    """At any width: what is left is balanced, unless the quotation or bracket begins the text."""
    quoted = "The wait is the weakest link, 1.6 of 5: nobody rings for “a whole month, not a word” and customers leave."
    bracketed = (
        "Delivery is late, customers ring twice (and the second number, at night, knows nothing of them). It costs."
    )
    for text in (quoted, bracketed):
        cuts = {shortened(Line(text), width, 12, 1).text for width in range(220, 520, 10)}
        assert cuts - {text}
        for cut in cuts:
            assert cut == text or cut.endswith("…")
            assert cut.count("“") == cut.count("”")
            assert cut.count("(") == cut.count(")")
    assert rounded_off("The wait is long, nobody ri") == "The wait is long"
    assert rounded_off("It is 3,2 and 1.6 he") == "It is 3,2 and 1.6 he"  # no clause ends inside a number
