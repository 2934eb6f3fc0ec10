"""The report as one HTML page: sections laid out, an executed notebook through our own nbconvert template.

The page carries its letters and pictures in itself, has no script, and forbids every outside request.
"""

from __future__ import annotations

import re
from base64 import b64encode
from html import escape, unescape
from importlib.metadata import version
from typing import Any

from cjmkit.charts.drawing import css_text, subset_css
from cjmkit.kit import template
from cjmkit.language import speak
from cjmkit.reports.brand import Brand
from cjmkit.reports.sections import SECTION_MIME

OWN_TAGS = (  # what a consultant may write
    "a abbr b blockquote br caption code col colgroup dd div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img li ol p "
    "pre s small span strong sub sup table tbody td tfoot th thead tr u ul"
)
FONTS = "/* fonts */"  # where the letters go once all the text is known


def page_html(notebook: Any, *, title: str, language: str, brand: Brand, dated: str = "") -> str:
    """The whole page from an executed report notebook.

    Sections go in as they are; what a consultant's own cells print is cleaned, and scripts are left out.

    Args:
        notebook: the executed notebook, as nbformat reads it.
        title: the title in the browser's tab.
        language: the code of the language of the page.
        brand: its colour, logo and letters.
        dated: what stands by every table: the day on which its figures stand.
    """
    from nbconvert.exporters.templateexporter import TemplateExporter

    say = speak(language)
    # nbconvert's HTML exporter would parse the finished page once more, and write viewBox as viewbox.
    exporter = TemplateExporter(
        template_name="page",
        extra_template_basedirs=[str(template())],
        file_extension=".html",
        filters={"own_html": own_html, "own_markdown": own_markdown},
    )
    contents = [
        output.data[SECTION_MIME]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if SECTION_MIME in output.get("data", {})
    ]
    means = {word: text for content in contents for word, text in content.get("means", ())}
    resources = {
        "title": title,
        "tag": say.tag,
        "css": (template("page") / "page.css").read_text("utf-8"),
        "accent": brand.colour,
        "letters": f"{css_text(brand.family)}, " if brand.family else "",
        "logo": f"data:{brand.logo_type};base64,{b64encode(brand.logo).decode()}" if brand.logo else "",
        "by": brand.by,
        "means": list(means.items()),
        "contents": contents,
        "contents_title": say("Contents"),
        "fonts": FONTS,
        "section_mime": SECTION_MIME,
        "footer": say("Made with cjmkit {version}.", version=version("cjmkit")),
    }
    page, _ = exporter.from_notebook_node(notebook, resources=resources)
    return lettered(_explained(str(page), list(means), dated), brand)


def _explained(page: str, words: list[str], dated: str) -> str:
    """The page with its terms made buttons that show what they mean, and the day by the caption of every table."""

    def shown(found: re.Match[str]) -> str:
        word = unescape(found[3])
        text = found[3]
        if word in words:
            text = f'<button type="button" class="term" popovertarget="means-{words.index(word)}">{text}</button>'
        if found[2] == "figcaption" and dated:
            text += f' <span class="dated">{escape(dated)}</span>'
        return found[1] + text

    return re.sub(r"(<(th|dt|h3|figcaption)\b[^>]*>)([^<]+)(?=</)", shown, page)


def own_markdown(text: str) -> str:
    """A consultant's own Markdown as clean HTML."""
    from mistune import create_markdown

    return own_html(str(create_markdown(escape=False, plugins=["table", "strikethrough", "footnotes"])(text)))


def own_html(html: str) -> str:
    """A consultant's own HTML without scripts, styles, handlers and outside pictures.

    >>> own_html('<h2 onclick="x()">Ours</h2><script>alert(1)</script><img src="https://example.invalid/x.png">')
    '<h2>Ours</h2><img>'
    """
    import nh3

    def kept(tag: str, name: str, value: str) -> str | None:
        return None if name == "src" and not value.startswith("data:image/") else value

    attributes = {
        "a": {"href"},
        "img": {"src", "alt"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan", "scope"},
    }
    schemes = {"https", "http", "mailto", "data"}
    return str(
        nh3.clean(html, tags=set(OWN_TAGS.split()), attributes=attributes, attribute_filter=kept, url_schemes=schemes)
    )


def lettered(page: str, brand: Brand | None = None) -> str:
    """The page with the letters that its text uses."""
    text = unescape(re.sub(r"<[^>]+>", " ", page))
    return page.replace(FONTS, subset_css([text], (brand or Brand()).fonts.values()), 1)
