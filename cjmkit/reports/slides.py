"""The deck that a client shows: at most ten slides with native charts and tables, on the kit's master or the client's."""

from __future__ import annotations

import io
from base64 import b64decode
from copy import deepcopy
from datetime import datetime
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.util import Pt

from cjmkit.errors import InputError
from cjmkit.language.fonts import font_folders
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Portrait
from cjmkit.reports.slide_master import BODIES, Box, Master, box_of, open_master
from cjmkit.reports.slide_parts import GAP, Chart, Panel, Panels, described, place
from cjmkit.reports.slide_story import Slide, story
from cjmkit.reports.slide_text import BREADTH, LEAST, Line, clean, fitted, framed, size_for, tall, unbulleted, write
from cjmkit.reports.zipped import EARLIEST, same_twice

TITLE_LEAST = 18
LOGO = Box(836, 30, 80, 48)
PORTRAIT = 0.2  # of the width


def slides_pptx(report: Report) -> bytes:
    """The deck as a PowerPoint file, the same bytes for the same report.

    Args:
        report: whose brand names colours, logo and, in `slides`, the client's own template.

    Raises:
        InputError: the template or the logo cannot be used.
    """
    master = open_master(report.brand)
    token = BREADTH.set(master.breadth)
    try:
        first, *others = story(report)
        _open(master, first, report)
        for slide in others:
            _add(master, slide, report)
    finally:
        BREADTH.reset(token)
    day = report.day or EARLIEST
    properties = master.deck.core_properties
    for name in (
        "author",
        "comments",
        "keywords",
        "last_modified_by",
        "category",
        "subject",
        "content_status",
        "identifier",
        "version",
    ):
        setattr(properties, name, "")
    properties.title, properties.language, properties.revision = clean(report.title)[:255], report.language, 1
    properties.author = clean(report.brand.by or report.journey.client)[:255]
    properties.created = properties.modified = datetime(day.year, day.month, day.day)
    out = io.BytesIO()
    master.deck.save(out)
    return same_twice(out.getvalue(), day)


def _open(master: Master, slide: Slide, report: Report) -> None:
    made = master.deck.slides.add_slide(master.opening)
    _title(made, slide.title, report)
    kinds = (PP_PLACEHOLDER.SUBTITLE, *BODIES)
    lead = next((shape for shape in made.placeholders if shape.placeholder_format.type in kinds), None)
    if lead is not None:
        _lead(lead, slide.lead, box_of(lead), report, 20)
    _finish(made, master, slide, report, logo=Box(72, 60, 200, 64))


def _add(master: Master, slide: Slide, report: Report) -> None:
    made = master.deck.slides.add_slide(master.content)
    title = made.shapes.title
    if report.brand.logo and master.own:
        box = box_of(title)
        title.left, title.top, title.width, title.height = box._replace(width=LOGO.left - box.left - GAP).emu
    _title(made, slide.title, report)
    area, parts = master.area, slide.parts
    if slide.portrait:
        _portrait(made, slide.portrait, area)
        side = area.width * PORTRAIT
        area = area._replace(left=area.left + side + GAP, width=area.width - side - GAP)
    body = next((shape for shape in made.placeholders if shape.placeholder_format.type in BODIES), None)
    if slide.lead and body is not None:
        room = area.height * (0.32 if parts else 1)
        lines = [Line(text) for text in slide.lead]
        largest = 14 if any(isinstance(part, Chart) for part in parts) else 18
        sizes = [size for size in (18, 16, LEAST) if size <= largest]
        height = min(room, tall(lines, area.width - 14, size_for(lines, area.width - 14, room, sizes)) + 12)
        _lead(body, slide.lead, area._replace(height=height), report, largest)
        area = area._replace(top=area.top + height + GAP / 2, height=area.height - height - GAP / 2)
    elif slide.lead:
        parts = (Panels((Panel("", slide.lead),)), *parts)
    place(made.shapes, parts, area, report.say, slide.title)
    _finish(made, master, slide, report, logo=LOGO)


def _title(made: Any, text: str, report: Report) -> None:
    """The title as the master has it, smaller where it would not stand in its place."""
    shape = made.shapes.title
    box, given = box_of(shape), _size_of(shape, made.slide_layout)
    sizes = [size for size in (given, 36, 32, 28, 26, 24, 22, 20, TITLE_LEAST) if size <= given] or [given]
    line = Line(text.replace("\n", " "), True)
    size = size_for([line], box.width - 16, box.height - 6, sizes)
    write(shape.text_frame, fitted([line], box.width - 16, box.height - 6, size), report.language, inherit=True)
    if size < given:
        for run in shape.text_frame.paragraphs[0].runs:
            run.font.size = Pt(size)


def _size_of(shape: Any, layout: Any) -> float:
    """The size of a title as its layout or master sets it."""
    for element in (layout.element, layout.slide_master.element):
        for holder in element.iter(qn("p:sp"), qn("p:titleStyle")):
            ph = None if holder.tag == qn("p:titleStyle") else holder.find(".//" + qn("p:ph"))
            if holder.tag == qn("p:titleStyle") or (
                ph is not None and "itle" in ph.get("type", "") and ph.get("type") != "subTitle"
            ):
                found = holder.find(".//" + qn("a:lvl1pPr") + "/" + qn("a:defRPr"))
                if found is not None and found.get("sz"):
                    return int(found.get("sz")) / 100
    return 44


def _lead(shape: Any, texts: tuple[str, ...], box: Box, report: Report, largest: float) -> None:
    """Lines below the title in the placeholder of the master, in its colours."""
    shape.left, shape.top, shape.width, shape.height = box.emu
    lines = [Line(text) for text in texts]
    size = size_for(lines, box.width - 14, box.height - 8, [size for size in (20, 18, 16, LEAST) if size <= largest])
    frame = framed(shape.text_frame, 7, 3)
    write(frame, fitted(lines, box.width - 14, box.height - 6, size), report.language, size, inherit=True)
    for paragraph in frame.paragraphs:
        unbulleted(paragraph)


def _portrait(made: Any, portrait: Portrait, area: Box) -> None:
    side = area.width * PORTRAIT
    content = b64decode(portrait.data.partition(",")[2])
    _picture(made, content, area._replace(width=side, height=side), portrait.about)


def _picture(made: Any, content: bytes, box: Box, about: str) -> None:
    """A picture, whole, in a place."""
    try:
        picture = made.shapes.add_picture(io.BytesIO(content), 0, 0)
    except Exception:  # whatever the library meets in a file that is none
        raise InputError("The picture “{name}” cannot be put on a slide. Save it as PNG or JPEG.", name=about) from None
    share = min(Pt(box.width) / picture.width, Pt(box.height) / picture.height)
    picture.width, picture.height = int(picture.width * share), int(picture.height * share)
    picture.left, picture.top = Pt(box.left + box.width) - picture.width, Pt(box.top)
    described(picture, about)


def _finish(made: Any, master: Master, slide: Slide, report: Report, *, logo: Box) -> None:
    """Logo, number and notes; placeholders that nothing was written into go."""
    if report.brand.logo and master.own:
        whose = report.brand.by or report.journey.client or report.title
        _picture(made, _logo(report), logo, report.say("Logo of {name}", name=whose))
    for shape in list(made.placeholders):
        if not shape.has_text_frame or not shape.text_frame.text:
            shape._element.getparent().remove(shape._element)
    for shape in master.content.placeholders if made.slide_layout is master.content else ():
        if shape.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER:
            number = deepcopy(shape._element)
            number.nvSpPr.cNvPr.set("id", str(made.shapes._next_shape_id))
            made.shapes._spTree.append(number)
    frame = made.notes_slide.notes_text_frame
    write(frame, [Line(text) for text in slide.notes], report.language, inherit=True)


def _logo(report: Report) -> bytes:
    """The logo as a picture that every PowerPoint knows."""
    if report.brand.logo_type != "image/svg+xml":
        return report.brand.logo
    import vl_convert

    for folder in font_folders():
        vl_convert.register_font_directory(str(folder))
    return bytes(vl_convert.svg_to_png(report.brand.logo.decode("utf-8", "replace"), scale=3))
