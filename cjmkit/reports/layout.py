"""A section as HTML, by the templates of the page; every text in it is escaped, pictures are SVG."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cjmkit.charts.drawing import svg
from cjmkit.kit import template


@lru_cache
def environment() -> Environment:
    """The page's templates, with autoescape on."""
    templates = Environment(
        loader=FileSystemLoader(template("page")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.tests["kind"] = lambda block, kind: type(block).__name__ == kind
    templates.globals["svg"] = svg
    templates.filters["bound"] = bound
    return templates


def bound(text: str, language: str) -> str:
    """The text with its spaces as the language's typography asks for them.

    One-letter words are bound to the next one in Polish and Russian; a Chinese full stop holds its own space.

    >>> bound("w sklepie i w domu", "pl"), bound("评分。 三个触点。", "zh")
    ('w\xa0sklepie i\xa0w\xa0domu', '评分。三个触点。')
    """
    if language == "zh":
        return re.sub(r"(?<=[。，；：！？）]) (?=\S)", "", text)
    return re.sub(r"(?<!\w)(\w) (?=\S)", "\\1\xa0", text) if language in ("pl", "ru") else text


def section_html(section: Any) -> str:
    """A `cjmkit.reports.sections.Section` as HTML."""
    return environment().get_template("section.html.j2").render(section=section, language=section.language)
