"""The master that slides are made on: the kit's own in the brand's colours, or the client's template, emptied."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Pt

from cjmkit.charts.theme import INK, OKABE_ITO, PAIN, SUCCESS
from cjmkit.errors import InputError
from cjmkit.exchange.archives import check_archive
from cjmkit.reports.brand import Brand

LATIN, EAST_ASIAN = "Arial", "Microsoft YaHei"  # every Office has them, LibreOffice letters of the same width
TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
BODIES = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT)
# What a template remembers of the people who worked on it, and what runs or prints.
REMEMBERED = ("commentAuthors", "authors", "changesInfo", "revisionInfo", "printerSettings", "vbaProject")
BROADER = 1.12  # Arial runs so much wider than the letters that are measured
# Letters that run about as wide as Arial, or less; any other may run wider by so much.
NARROW = {"", "arial", "helvetica", "helvetica neue", "liberation sans", "calibri", "calibri light", "carlito", "aptos",
          "aptos display", "segoe ui", "segoe ui light", "segoe ui semibold", "tahoma", "source sans pro", "lato", "roboto",
          "inter tight", "times new roman", "cambria", "garamond", "arial narrow", "gill sans mt", "corbel", "candara"}  # fmt: skip
WIDER = 1.2
WIDE = 12_192_000 / 9_144_000  # from the library's own 4:3 master to 16:9


class Box(NamedTuple):
    """A place on a slide, in points."""

    left: float
    top: float
    width: float
    height: float

    @property
    def emu(self) -> tuple[Any, ...]:
        """The same in the measure of the file."""
        return tuple(Pt(n) for n in self)


@dataclass(frozen=True)
class Master:
    """An empty deck with the two layouts that are used, where a slide's content stands, how much wider than Arial it runs."""

    deck: Any
    opening: Any
    content: Any
    area: Box
    own: bool
    breadth: float


def open_master(brand: Brand) -> Master:
    """The master that a brand's slides are made on.

    Raises:
        InputError: the client's template cannot be read, loads files from elsewhere, or has no layout to write on.
    """
    deck = _template(brand.slides) if brand.slides else _own(brand)
    layouts = [layout for master in deck.slide_masters for layout in master.slide_layouts]
    able = [layout for layout in layouts if _kinds(layout, (TITLES[0],)) and len(_kinds(layout, BODIES)) < 2]
    able = [layout for layout in able if _roomy(deck, _area(deck, layout))]
    if not able:
        raise InputError("The template for slides has no layout with a title and room below it. Add one to its master.")
    content = max(able, key=lambda layout: (len(_kinds(layout, BODIES)), _surface(_area(deck, layout))))
    subtitled = (*TITLES[1:], PP_PLACEHOLDER.SUBTITLE)
    opening = [layout for layout in layouts if _kinds(layout, TITLES) and _kinds(layout, subtitled)]
    breadth = _breadth(content) if brand.slides else brand.breadth / BROADER if brand.family else 1.0
    return Master(deck, (opening or [content])[0], content, _area(deck, content), not brand.slides, max(breadth, 1.0))


def box_of(shape: Any) -> Box:
    """Where a shape stands."""
    return Box(*((n or 0) / 12_700 for n in (shape.left, shape.top, shape.width, shape.height)))


def _kinds(layout: Any, kinds: Sequence[Any]) -> list[Any]:
    return [shape for shape in layout.placeholders if shape.placeholder_format.type in kinds]


def _area(deck: Any, layout: Any) -> Box:
    """The body's place; without a body, all below the title."""
    body = _kinds(layout, BODIES)
    if body:
        return box_of(body[0])
    title = box_of(_kinds(layout, TITLES)[0])
    top = title.top + title.height + 8
    return Box(title.left, top, title.width, deck.slide_height / 12_700 * 0.93 - top)


def _surface(box: Box) -> float:
    return box.width * box.height


def _roomy(deck: Any, box: Box) -> bool:
    return bool(box.width > deck.slide_width / 12_700 * 0.6 and box.height > deck.slide_height / 12_700 * 0.45)


def _breadth(layout: Any) -> float:
    """How much wider than Arial the letters of a template may run, by their names."""
    theme = etree.fromstring(layout.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob)
    fonts = [font for kind in ("a:majorFont", "a:minorFont") for font in theme.iter(qn(kind))]
    named = [
        latin for place in (*fonts, layout.element, layout.slide_master.element) for latin in place.iter(qn("a:latin"))
    ]
    names = {latin.get("typeface", "").lower() for latin in named}
    return WIDER if any(name not in NARROW for name in names if not name.startswith("+")) else 1.0


def _template(content: bytes) -> Any:
    """The client's template without its slides, and without what it remembers of those who made it."""
    check_archive(content, "brand.slides")
    try:
        deck = Presentation(io.BytesIO(content))
        _ = [layout.placeholders for master in deck.slide_masters for layout in master.slide_layouts]
    except Exception:  # whatever the library meets in a file that is none
        raise InputError("The template for slides is no PowerPoint presentation (.pptx) that can be read.") from None
    if deck.part.content_type == CONTENT_TYPE.PML_PRES_MACRO_MAIN:
        raise InputError("The template for slides holds macros. Save it as a presentation without them (.pptx).")
    ids = deck.slides._sldIdLst
    for slide in list(ids):
        deck.part.drop_rel(slide.rId)
        ids.remove(slide)
    for name in ("p:extLst", "p:custShowLst"):  # sections and shows of slides that are gone
        for element in deck.element.findall(qn(name)):
            deck.element.remove(element)
    _forget(deck)
    for part in deck.part.package.iter_parts():
        if any(rel.is_external and rel.reltype != RELATIONSHIP_TYPE.HYPERLINK for rel in part.rels.values()):
            raise InputError("The template for slides loads a file from elsewhere. Put the file into it instead.")
    return deck


def _forget(deck: Any) -> None:
    """Take out what is no part of the presentation itself."""
    package, kept = deck.part.package._rels, (RELATIONSHIP_TYPE.OFFICE_DOCUMENT, RELATIONSHIP_TYPE.CORE_PROPERTIES)
    for key in [key for key, rel in package.items() if rel.reltype not in kept]:
        package.pop(key)
    for key in [key for key, rel in deck.part.rels.items() if rel.reltype.rsplit("/", 1)[-1] in REMEMBERED]:
        deck.part.rels.pop(key)


def _own(brand: Brand) -> Any:
    """The library's plain master as 16:9, flush left, in the brand's colour."""
    deck = Presentation()
    deck.slide_width = int(deck.slide_width * WIDE)
    deck.element.find(qn("p:sldSz")).attrib.pop("type")
    _forget(deck)
    master = deck.slide_masters[0]
    for element in (master.element, *(layout.element for layout in master.slide_layouts)):
        for place in element.iter(qn("a:off"), qn("a:ext")):
            for name in ("x", "cx"):
                if place.get(name):
                    place.set(name, str(round(int(place.get(name)) * WIDE)))
    _place(master, {"title": Box(44, 24, 872, 70), "body": Box(44, 102, 872, 392), "sldNum": Box(816, 500, 100, 26),
                    "ftr": Box(320, 500, 320, 26), "dt": Box(44, 500, 200, 26)})  # fmt: skip
    _place(master.slide_layouts[0], {"ctrTitle": Box(72, 150, 816, 130), "subTitle": Box(72, 290, 816, 130)})
    _style(master, brand)
    return deck


def _place(layout: Any, boxes: dict[str, Box]) -> None:
    for shape in layout.placeholders:
        box = boxes.get(shape._element.ph.get("type", ""))
        if box:
            shape.left, shape.top, shape.width, shape.height = box.emu


def _style(master: Any, brand: Brand) -> None:
    """Titles flush left, a band of the accent colour, and the theme's colours and letters."""
    title = master.element.find(".//" + qn("p:titleStyle") + "/" + qn("a:lvl1pPr"))
    title.set("algn", "l")
    title.find(qn("a:defRPr")).attrib.update({"sz": "2800", "b": "1"})
    heading, lead = list(master.slide_layouts[0].placeholders)[:2]
    heading._element.txBody.find(qn("a:bodyPr")).set("anchor", "b")
    heading._element.txBody.find(qn("a:lstStyle")).append(parse_xml(OPENING))
    lead._element.txBody.find(qn("a:lstStyle") + "/" + qn("a:lvl1pPr")).set("algn", "l")
    master.shapes._spTree.insert(2, parse_xml(BAND))
    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme = etree.fromstring(part.blob)
    extra = [colour for colour in OKABE_ITO if colour not in (PAIN, SUCCESS)]
    colours = [brand.colour, PAIN, SUCCESS, *extra[1:4]]
    for name, colour in (("dk1", INK), ("dk2", "#3a3a3a"), ("lt2", "#f2f2f0"),
                         *((f"accent{n}", colour) for n, colour in enumerate(colours, 1))):  # fmt: skip
        place = theme.find(".//" + qn(f"a:{name}"))
        place.clear()
        etree.SubElement(place, qn("a:srgbClr"), val=colour[1:].upper())
    for fonts in theme.iter(qn("a:majorFont"), qn("a:minorFont")):
        fonts.find(qn("a:latin")).set("typeface", brand.family or LATIN)
        fonts.find(qn("a:ea")).set("typeface", EAST_ASIAN)
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)


A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
OPENING = f'<a:lvl1pPr {A}><a:defRPr sz="4000"/></a:lvl1pPr>'
BAND = (
    '<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    f"{A}>"
    '<p:nvSpPr><p:cNvPr id="20" name="Band"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
    '<p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="152400" cy="6858000"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:schemeClr val="accent1"/></a:solidFill>'
    "<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
)
