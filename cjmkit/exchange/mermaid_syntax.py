"""A Mermaid `journey` as Mermaid itself reads it: the same tokens in the same order, and the codes that stand for signs.

Nothing in a diagram is acted on: directives, settings and styles are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from cjmkit.errors import N_, InputError

# What JavaScript takes for white space, which is not what Python does.
S = "[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"
TOKENS = re.compile(
    rf"""(?P<skipped>%(?!\{{)[^\n]*|[^}}]%%[^\n]*)
    |(?P<newline>\n+)|(?P<space>{S}+)|(?P<comment>\#[^\n]*)
    |(?P<journey>journey\b)|title{S}(?P<title>[^#\n;]+)
    |accTitle{S}*:{S}*(?P<acc_title>[^\n]*)|accDescr{S}*:{S}*(?P<acc_text>[^\n]*)
    |accDescr{S}*\{{{S}*(?:(?P<acc_lines>[^}}]*)\}}|(?P<unclosed>))
    |section{S}(?P<section>[^#:\n;]+)|(?P<task>[^#:\n;]+)|:(?P<data>[^#\n;]+)""".replace("\n    ", ""),
    re.IGNORECASE | re.ASCII,
)
DIRECTIVE = re.compile(
    rf"%%\{{{S}*(?:(?:\w+){S}*:|\w+){S}*(?:\w+|(?:(?!\}}%%)[^\u2028\u2029])*)?{S}*(?:\}}%%)?", re.ASCII
)
COMMENT = re.compile(r"^[^\S\n]*%%(?!\{).+", re.MULTILINE)
FRONT = re.compile(r"([^\S\n]*)---[^\S\n]*\n(.*?)\n\1---[^\S\n]*\n", re.DOTALL)
FRONT_TITLE = re.compile(r"""^title:[ ]+(["']?)(.*?)\1[ ]*$""", re.MULTILINE)
FENCE = re.compile(r"[ \t]*(`{3,}|~{3,}|:{3,})[ \t]*\{?mermaid\b")
ENTITY = re.compile(r"#(\w+);", re.ASCII)
TAG, QUOTED = re.compile(r"<\w+[^>]*>", re.ASCII), re.compile(r'="([^"]*)"')
BREAK = re.compile(rf"<br{S}*/?>", re.IGNORECASE)
NUMBER = re.compile(r"[+-]?(?:([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|Infinity)|0[xX][0-9a-fA-F]{1,99}")

# Signs that end a text, begin a comment or are taken for HTML, and those that Mermaid itself writes for codes.
ODD = re.compile(r"[#;:<>&\ufeffﬂ¶]|^%|%(?=%)|^[jtsa](?=(?:ourney|itle|ection|cctitle|ccdescr)\b)", re.I | re.ASCII)


@dataclass(frozen=True)
class Task:
    """A line with a score: its texts as in the file, codes as Mermaid keeps them, the score NaN where it is no number."""

    section: str
    name: str
    score: float
    given: str
    people: tuple[str, ...]
    line: int
    rest: str = ""


@dataclass
class Diagram:
    """What Mermaid has in its hands after reading a journey, and what it passed over, each with its line."""

    title: str = ""
    title_line: int = 1
    front_title: str = ""
    acc_title: str = ""
    acc_text: str = ""
    sections: list[tuple[str, int]] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    comments: list[tuple[str, int]] = field(default_factory=list)
    settings: bool = False


def read_diagram(text: str, file: str = "file") -> Diagram:
    """The journey in a Mermaid text, read as Mermaid reads it.

    Raises:
        InputError: it is another diagram, or Mermaid would refuse it; with the line.

    >>> read_diagram("journey\\n section Work\\n  Make tea: 5: Me").tasks[0].people
    ('Me',)
    """
    diagram = Diagram()
    text = _prepared(text, diagram)
    first = text.split(None, 1)[:1] or [""]
    if not first[0].startswith("journey"):
        raise InputError("{file} is no Mermaid journey: it begins with “{word}”.", file=file, word=first[0][:40])
    open_task = ""
    section, last = "", 0
    for kind, value, line in _tokens(text, file):
        if bool(open_task) != (kind == "data") or (kind == "journey") != (last == 0):
            raise _refused(file, line, open_task or value)
        if kind == "section":
            section = value
            diagram.sections.append((value, line))
        elif kind == "data":
            diagram.tasks.append(_task(section, open_task, value, line))
        elif kind == "comment" and line == last:
            diagram.comments.append((value, line))
        elif kind in ("title", "acc_title", "acc_text") or (kind == "acc_lines" and value):
            setattr(diagram, kind.replace("lines", "text"), value if kind == "title" else value.strip())
            diagram.title_line = line if kind == "title" else diagram.title_line
        open_task = value if kind == "task" else ""
        last = line if kind != "newline" else -1
    if open_task:
        raise _refused(file, last, open_task)
    diagram.acc_text = re.sub(rf"\n{S}+", "\n", diagram.acc_text)
    return diagram


def blocks(text: str) -> list[str]:
    """The Mermaid texts in a Markdown page, each on its own lines; the whole text where there is no fence.

    >>> blocks("Look:\\n```mermaid\\njourney\\n```\\n")
    ['\\n\\njourney']
    """
    found: list[str] = []
    mark, begun, lines = "", 0, text.split("\n")
    for n, line in enumerate([*lines, ""]):
        opening = None if mark else FENCE.match(line)
        if opening:
            mark, begun = opening[1], n + 1
        elif mark and (n == len(lines) or re.fullmatch(rf"\s*{mark}+\s*", line)):
            found.append("\n" * begun + "\n".join(lines[begun:n]))
            mark = ""
    return found or [text]


def shown(raw: str) -> str:
    """A text as the diagram shows it, on one line: breaks as spaces, codes as their signs.

    >>> shown(" Make<br/>tea ﬂ°°58¶ß now")
    'Make tea : now'
    """
    text = re.sub("ﬂ°(°?)(\\w{1,60})¶ß", lambda m: unescape(f"&{'#' if m[1] else ''}{m[2]};"), BREAK.sub(" ", raw))
    return plain(text)


def plain(text: str) -> str:
    """The text on one line: no control signs, one space between words."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split())


def coded(text: str, more: str = "") -> str:
    """The text with codes for the signs that Mermaid would misread; `more` names further signs.

    >>> coded("Order #5: <b>"), coded("Title page"), coded("Smith, Anna", more=",")
    ('Order #35;5#58; #60;b#62;', '#84;itle page', 'Smith#44; Anna')
    """
    text = ODD.sub(lambda m: f"#{ord(m[0])};", text)
    return re.sub(f"[{more}]", lambda m: f"#{ord(m[0])};", text) if more else text


def _prepared(text: str, diagram: Diagram) -> str:
    """The text without front matter, directives and comments, every line where it was; codes marked as Mermaid does."""
    text = re.sub(r"\r\n?", "\n", text).lstrip("\ufeff")
    tags, end, rest = text.rpartition(">")  # what is no tag is not searched
    text = TAG.sub(lambda m: QUOTED.sub(r"='\1'", m[0]), tags + end) + rest
    lead = len(text) - len(text.lstrip("\n"))
    front = FRONT.match(text, lead)
    if front:
        title = FRONT_TITLE.search(front[2])
        diagram.front_title = title[2] if title and title[2] not in ("|", ">") else ""
        diagram.settings = bool(re.search(r"^(?!title:)\S", front[2], re.MULTILINE))
        text = "\n" * text.count("\n", 0, front.end()) + text[front.end() :]
    without = DIRECTIVE.sub(lambda m: "\n" * m[0].count("\n"), text)
    diagram.settings |= without != text
    text = COMMENT.sub(lambda m: "\n" * m[0].count("\n"), without)
    return ENTITY.sub(lambda m: f"ﬂ°{'°' if m[1].isdigit() else ''}{m[1]}¶ß", text)


def _tokens(text: str, file: str) -> Iterator[tuple[str, str, int]]:
    place = len(text) - len(text.lstrip())
    line = 1 + text.count("\n", 0, place)
    while place < len(text):
        found = TOKENS.match(text, place)
        if not found or found.lastgroup in (None, "unclosed"):
            raise _refused(file, line, text[place : place + 80].split("\n")[0])
        if found.lastgroup not in ("skipped", "space"):
            yield found.lastgroup, found[found.lastgroup], line
        line += found[0].count("\n")
        place = found.end()


def _task(section: str, name: str, data: str, line: int) -> Task:
    pieces = data.split(":")
    people = [re.sub(f"^{S}+|{S}+$", "", person) for person in pieces[1].split(",")] if len(pieces) > 1 else []
    return Task(section, name, _number(pieces[0]), pieces[0].strip(), tuple(people), line, ":".join(pieces[2:]))


def _number(text: str) -> float:
    """What JavaScript's `Number` makes of a text: nothing is 0, what is no number NaN."""
    text = re.sub(f"^{S}+|{S}+$", "", text)
    if not text:
        return 0.0
    if not NUMBER.fullmatch(text):
        return float("nan")
    return float(int(text, 16)) if text[:2] in ("0x", "0X") else float(text)


def _refused(file: str, line: int, text: str) -> InputError:
    return InputError(
        N_("{file}, line {line}: Mermaid does not read this: {text}. A line is “Make tea: 5: Me”, a score after a colon."),
        file=file, line=line, text=text.strip()[:80],
    )  # fmt: skip
