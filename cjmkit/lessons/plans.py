"""Plans to stand by and to print: the agenda of a workshop with its checklist, a course of lessons for a day or six weeks."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import escape

from cjmkit.errors import N_, InputError
from cjmkit.language import Language, speak, spoken
from cjmkit.lessons.course import Told, lesson_minutes
from cjmkit.lessons.lesson import lesson_language, lessons
from cjmkit.method.agenda import AGENDAS, BREAK, LUNCH

CHECKLIST = {
    N_("A week before"): (
        N_("The goal has a figure and a date, and whoever pays has read it."),
        N_("Six to ten people are invited, from every team that the customer meets."),
        N_("Each colleague has their line of the evidence checklist, with a day."),
    ),
    N_("The day before"): (
        N_("Twelve to fifteen touchpoints are on the board, and one persona."),
        N_("A score sheet for each person is printed, in case no phone gets through."),
        N_("Sticky notes, thick pens, tape and a charger are in the bag."),
    ),
    N_("The hour before"): (
        N_("A real phone has voted in this room, in this network; the vote is ended."),
        N_("The clock can be read from the last row."),
        N_("The wall is on the projector, the notebook on your screen alone."),
        N_("No chair stands at the head of a table."),
    ),
}
ALONE, PAIRS, PLENUM = N_("alone"), N_("in pairs"), N_("all together")
AT_HOME, SITTINGS, FOURS = N_("at home"), N_("at home, in two sittings"), N_("in fours")
OPENING, HOMEWORK, OWN, TALK, CLOSING = (
    N_("Opening: what shall we be able to do afterwards?"),
    N_("The homework: three pairs, drawn by lot, read out one exercise each"),
    N_("Reading out: your own journey, five minutes each and three for questions"),
    N_("Discussion: where did we answer differently?"), N_("Closing: one sentence from each"),
)  # fmt: skip
HOW = {
    "02": PAIRS, "03": PAIRS, "04": PAIRS, "05": PLENUM, "06": PLENUM, "08": PAIRS, "11": PAIRS, "12": PAIRS, "13": PAIRS, OWN: FOURS,
}  # fmt: skip
DAY = (
    (10, OPENING), "02", "03", "04", (15, BREAK), "05", "06", (45, LUNCH), "07", "08", (15, BREAK), "09", "12", (0, TALK), (15, CLOSING),
)  # fmt: skip
# Of each week: what is done in the room, and at home afterwards.
WEEKS = (
    (("01", "02"), ("03",)), (("04", "05"), ()), (("06", "07"), ("08",)), (("09", "10"), ()), (("11", "12"), ()), (("13", (32, OWN)), ("14",)),
)  # fmt: skip
WEEK, SIX_HOURS = 90, 360
Part = tuple[int, str, str, str]  # minutes, what, how, notebook
Row = tuple[str, int, str, str, str]  # time, minutes, what, how, notebook
BUTTON = (
    '<button style="font:inherit;min-height:36px;padding:4px 14px;border:1px solid #8f8f8f;border-radius:4px;background:#fff" '
    'onclick="this.nextElementSibling.contentWindow.print()">{print}</button>'
)
SHEET = '<iframe srcdoc="{page}" title="{print}" style="position:absolute;width:0;height:0;border:0"></iframe>'
LOOK = "<style>body{font:12pt sans-serif}table{border-collapse:collapse}th,td{padding:3px 12px 3px 0;text-align:left}</style>"


def show_agenda(agenda: str = "120", begins: str = "09:00") -> Told:
    """What is done when in a workshop, and what to have ready, as a sheet to print.

    Args:
        agenda: "90", "120", "half-day" or "day".
        begins: the time at which the workshop begins.

    Raises:
        InputError: there is no such agenda, or the time is none.

    >>> print(show_agenda("90", "10:00").lines[0])
    10:00 · 5 min · Goal, rules, how was your way here?
    """
    if agenda not in AGENDAS:
        raise InputError("There is no agenda {agenda}. There are: {agendas}.", agenda=agenda, agendas=[*AGENDAS])
    say = speak(spoken(lesson_language()))
    parts = [(part.minutes, part.what, "", part.notebook) for part in AGENDAS[agenda]]
    lists = "".join(
        f"<h4>{escape(say(head))}</h4>" + "".join(f"<div>☐ {escape(say(line))}</div>" for line in lines)
        for head, lines in CHECKLIST.items()
    )
    return _sheet(say, _clocked(say, parts, begins), lists)


def show_course(begins: str = "09:00") -> Told:
    """A course of one day, six hours with its breaks: which lesson when and how; what the lessons leave is for discussion.

    Args:
        begins: the time at which the day begins.
    """
    say, there = speak(spoken(lesson_language())), _lessons()
    parts = [_part(part, there) for part in DAY if isinstance(part, tuple) or part in there]
    return _sheet(say, _clocked(say, _filled(parts, SIX_HOURS), begins))


def show_weeks(begins: str = "09:00") -> Told:
    """A course of six weeks, ninety minutes each and homework; what the lessons leave of the ninety is for discussion.

    Args:
        begins: the time at which a week's meeting begins.
    """
    say, there, rows = speak(spoken(lesson_language())), _lessons(), list[Row]()
    for n, (room, home) in enumerate(WEEKS, 1):
        taught = [_part(part, there) for part in room if isinstance(part, tuple) or part in there]
        parts = [_part((10, HOMEWORK if n > 1 else OPENING), there), *taught, _part((0, TALK), there)]
        rows += _clocked(say, _filled(parts, WEEK), begins, say("Week {n}", n=n))
        for number in home:
            if number in there:
                minutes, what, _, notebook = there[number]
                how = SITTINGS if number == "14" else AT_HOME
                rows.append((say("Week {n}", n=n), minutes, what, say(how), notebook))
    return _sheet(say, rows)


def _lessons() -> dict[str, Part]:
    """By number: a lesson's minutes, title, how it is done, notebook."""
    table, names = lesson_minutes(), {one.number: one.name for one in lessons()}
    return {
        number: (int(minutes), f"{number} {title}", HOW.get(number, ALONE), names[number])
        for number, title, minutes in zip(map(str, table.index), table.title, table.minutes, strict=True)
    }


def _part(part: str | tuple[int, str], there: dict[str, Part]) -> Part:
    if isinstance(part, str):
        return there[part]
    return *part, "" if part[1] in (BREAK, LUNCH) else HOW.get(part[1], PLENUM), ""


def _filled(parts: list[Part], minutes: int) -> list[Part]:
    """The parts, with what they leave of so many minutes for the discussion."""
    left = minutes - sum(part[0] for part in parts)
    return [(left, *part[1:]) if part[1] == TALK else part for part in parts if part[1] != TALK or left > 0]


def _clocked(say: Language, parts: list[Part], begins: str, before: str = "") -> list[Row]:
    try:
        at = datetime.strptime(begins, "%H:%M")
    except ValueError:
        raise InputError("{time} is no time; write it as 09:00.", time=begins) from None
    rows = []
    for minutes, what, how, notebook in parts:
        rows.append((f"{before} {at:%H:%M}".strip(), minutes, say(what), say(how) if how else "", notebook))
        at += timedelta(minutes=minutes)
    return [*rows, (f"{before} {at:%H:%M}".strip(), 0, say("End"), "", "")]


def _sheet(say: Language, rows: list[Row], below: str = "") -> Told:
    lines = [" · ".join(filter(None, (time, f"{n} min" if n else "", what, how))) for time, n, what, how, _ in rows]
    return Told(lines, _table(say, rows) + below + printing(say, _table(say, rows, links=False) + below))


def printing(say: Language, page: str) -> str:
    """A button that prints this page alone; JupyterLab's own File ▸ Print asks the network for its looks."""
    word = escape(say("Print"))
    return "<p></p>" + BUTTON.format(print=word) + SHEET.format(page=escape(LOOK + page), print=word)


def _table(say: Language, rows: list[Row], *, links: bool = True) -> str:
    """The rows as a table, with a column of how they are done where one says so."""
    told = any(how for *_, how, _ in rows)
    heads = [say("Time"), say("min"), say("What is done"), *([say("How")] if told else [])]
    body = ""
    for time, minutes, what, how, notebook in rows:
        name = f'<a href="{notebook}.ipynb">{escape(what)}</a>' if links and notebook else escape(what)
        cells = (time, str(minutes or ""), name, *([escape(how)] if told else []))
        body += "<tr>" + "".join(f'<td style="text-align:left">{cell}</td>' for cell in cells) + "</tr>"
    head = "".join(f'<th style="text-align:left">{escape(text)}</th>' for text in heads)
    return f"<table><tr>{head}</tr>{body}</table>"
