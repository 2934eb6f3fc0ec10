"""What a survey's question may be, by its words and its answers; a suggestion is shown with its reason, never taken."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from cjmkit.errors import N_, Fault
from cjmkit.exchange.columns import Column
from cjmkit.exchange.survey_presets import detect, preset
from cjmkit.exchange.survey_tables import headed, widened
from cjmkit.exchange.text import number
from cjmkit.journey.ids import new_id

RECOMMENDS = re.compile(r"recommend|nps|promoter|net.?pro|polec|рекоменд|посовет|推荐", re.IGNORECASE)
EASY = re.compile(r"\beas[yi]|effort|łatw|wysił|легк|усили|容易|轻松|费力", re.IGNORECASE)
SATISFIED = re.compile(r"satisf|zadowol|удовлетвор|довол|满意", re.IGNORECASE)
WHOLE = re.compile(r"overall|as a whole|in general|ogóln|całości|в целом|в общем|总体|整体", re.IGNORECASE)
IMPORTANT = re.compile(r"importan|ważn|istotn|важн|重要", re.IGNORECASE)
WEIGHT = re.compile(r"weight|wgt|\bwaga\b|\bвес\b|权重", re.IGNORECASE)
DRAWN = re.compile(r"strat(a|um)|warstw|страт|分层", re.IGNORECASE)
WHO = re.compile(r"_?id|resp(ondent)?[ _]?(id|nr|no|num(ber)?)?|case[ _]?id|response[ _]?id", re.IGNORECASE)
OWN_NAME = re.compile(
    r"(full|first|last|sur|given|family|middle|nick|customer|client|contact|recipient|agent|person)[ _-]?(first|last)?[ _-]?name|"
    r"(recipient|contact)?[ _-]?e-?mail([ _-]?address)?|(mobile|tele)?[ _-]?phone([ _-]?(no|nr|number))?|ip[ _-]?address|"
    r"imię( i nazwisko)?|nazwisko|adres e-mail|telefon|имя|фамилия|фио|телефон|姓名|电话|邮箱", re.IGNORECASE)  # fmt: skip
DATED = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T,].*)?")
PERSONAL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|(\d{1,3}\.){3}\d{1,3}")
POINT = re.compile(r"(\d{1,2})\s*[-–—=:.)]\s*(\D.*)")  # "5 - very good"
CODE = re.compile(r"A0*(\d{1,2})")  # LimeSurvey's answer codes
USUAL_NUMBERS = {-99.0, -9.0, -1.0, 77.0, 88.0, 97.0, 98.0, 99.0, 999.0}
LABELLED = (  # five answers of a scale in words, the worst first
    ("very dissatisfied", "dissatisfied", "neutral", "satisfied", "very satisfied"),
    ("strongly disagree", "disagree", "neutral", "agree", "strongly agree"),
    ("bardzo niezadowolony", "niezadowolony", "ani tak, ani nie", "zadowolony", "bardzo zadowolony"),
    ("zdecydowanie się nie zgadzam", "nie zgadzam się", "nie mam zdania", "zgadzam się", "zdecydowanie się zgadzam"),
    ("совершенно не согласен", "не согласен", "затрудняюсь ответить", "согласен", "полностью согласен"),
    ("非常不满意", "不满意", "一般", "满意", "非常满意"),
    ("非常不同意", "不同意", "一般", "同意", "非常同意"),
)
NAMED = N_("is called as a person's name or address, which are personal data")
FEW = 12  # groups that a segment has at most


@dataclass(frozen=True)
class Suggestion:
    """What a column may be, why, and which of its values look like a code for blank, to be declared where they are."""

    column: Column
    why: Fault
    looks_blank: tuple[str, ...] = ()


def suggest(table: pd.DataFrame, names: Mapping[str, str] | None = None) -> dict[str, Suggestion]:
    """What each column of a survey may be, with the reason; columns of which nothing can be said are not there.

    Args:
        table: the cells as text, one row a response; a second heading (Qualtrics) is seen by itself.
        names: the questions' texts by heading, where the tool gives them.

    >>> table = pd.DataFrame({"How likely are you to recommend us?": [str(n) for n in (0, 9, 10, 7, 3, 11)]})
    >>> found = suggest(table)["How likely are you to recommend us?"]
    >>> found.column.role, found.looks_blank
    ('nps', ('11',))
    """
    headings = [str(heading) for heading in table.columns]
    if (tool := detect(headings)) == "qualtrics-answers":  # one row an answer: of each question something can be said
        certain = preset(tool, headings)
        own = {column.role: name for name, column in certain.items()}
        questions = dict(zip(table[own["item"]], table["question"], strict=True)) if "question" in table else {}
        return suggest(widened(table, certain)[0].drop(columns=own["respondent"]), questions)
    made = headed(table)
    texts = {**made.names, **(names or {})}
    found: dict[str, Suggestion] = {}
    taken: set[str] = set()
    for heading in made.table.columns:
        cells = [cell for cell in made.table[heading].str.strip() if cell]
        asked = texts.get(str(heading), str(heading))
        suggestion = _suggestion(str(heading), asked, Counter(cells)) if cells else None
        if suggestion and suggestion.column.role in ("rating", "importance"):
            id = new_id(asked, taken, "touchpoint")
            taken.add(id)
            suggestion = replace(suggestion, column=replace(suggestion.column, touchpoint=id))
        if suggestion:
            named = replace(suggestion.column, name=asked) if asked != heading else suggestion.column
            found[str(heading)] = replace(suggestion, column=named)
    return found


def _suggestion(heading: str, asked: str, times: Counter[str]) -> Suggestion | None:
    n = times.total()
    if OWN_NAME.fullmatch(heading.strip()):
        return _of(Column("ignore"), heading, NAMED)
    if WHO.fullmatch(heading.strip()) and len(times) == n > 1:
        return _of(Column("respondent"), heading, N_("is called as who answered, and is another in every row"))
    if sum(times[cell] for cell in times if PERSONAL.fullmatch(cell)) > n / 2:
        return _of(Column("ignore"), heading, N_("holds addresses, which are personal data and no answer"))
    if sum(times[cell] for cell in times if DATED.fullmatch(cell)) > 0.9 * n:
        return _of(Column("wave"), heading, N_("holds dates; as a wave each month is one"))
    labels = _labels(times)
    points = {cell: number(labels.get(cell, cell)) for cell in times}
    numeric = {cell: value for cell, value in points.items() if value is not None}
    if sum(times[cell] for cell in numeric) > 0.5 * n:
        return _scaled(heading, asked, times, numeric, labels)
    return _worded(heading, times)


def _scaled(
    heading: str, asked: str, times: Counter[str], points: Mapping[str, float], labels: Mapping[str, str]
) -> Suggestion | None:
    if WEIGHT.search(heading) or DRAWN.search(heading):  # how people were chosen, and no answer of theirs
        weighs = WEIGHT.search(heading) and all(value > 0 for value in points.values())
        return _of(Column("weight"), heading, N_("is called a weight and holds positive numbers")) if weighs else None
    recommends = bool(RECOMMENDS.search(f"{heading} {asked}"))
    odd = {cell for cell, value in points.items() if value in USUAL_NUMBERS or (recommends and value > 10)}
    given = [value for cell, value in points.items() if cell not in odd]
    if (
        not recommends and given and max(given) == 6 and min(given) in (0, 1)
    ):  # 1 to 5, and one more for "does not apply"
        odd |= {cell for cell, value in points.items() if value == 6}
        given = [value for value in given if value != 6]
    if not given or max(given) > 10 or min(given) < 0 or any(value != int(value) for value in given):
        return None
    high = 10.0 if recommends and max(given) > 5 else next(top for top in (3.0, 5.0, 7.0, 10.0) if top >= max(given))
    low = 0.0 if 0 in given and high == 10 else 1.0
    odd |= {cell for cell, value in points.items() if value < low}
    blank = (*sorted(odd), *sorted(cell for cell in times if cell not in points))
    role, why = _role(f"{heading} {asked}", low, high, recommends)
    if role == "ces" and high != 7 and max(given) < 7:
        low, high = 1.0, 7.0
    column = Column(role, low=low, high=high, labels=dict(labels))
    return Suggestion(column, Fault(heading, why, {"low": f"{low:g}", "high": f"{high:g}"}), blank)


NPS = N_("asks about recommending and holds whole numbers from 0 to 10")
TEN = N_("asks about recommending, but holds {low} to {high}; NPS is defined on 0 to 10 only")
CES = N_("asks how easy it was and holds whole numbers from {low} to {high}")
CSAT = N_("asks how satisfied people are and holds whole numbers from {low} to {high}")
OVERALL = N_("asks about the whole and holds whole numbers from {low} to {high}")
STATED = N_("asks how important something is and holds whole numbers from {low} to {high}; check its touchpoint")
RATING = N_("holds whole numbers from {low} to {high}, as a rating does; check its touchpoint")


def _role(words: str, low: float, high: float, recommends: bool) -> tuple[str, str]:
    if recommends:
        return ("nps", NPS) if (low, high) == (0, 10) else ("overall", TEN)
    if IMPORTANT.search(words):
        return "importance", STATED
    if EASY.search(words):
        return "ces", CES
    if WHOLE.search(words):
        return "overall", OVERALL
    return ("csat", CSAT) if SATISFIED.search(words) else ("rating", RATING)


def _worded(heading: str, times: Counter[str]) -> Suggestion | None:
    """Texts: few different ones are groups, answers of a list are codes, long or many are comments."""
    n = times.total()
    for sign in (";", ", "):
        pieces = Counter(
            piece.strip() for cell, many in times.items() for piece in cell.split(sign) * many if piece.strip()
        )
        if any(sign in cell for cell in times) and len(pieces) <= FEW < len(times) + FEW // 2 and len(pieces) < n / 2:
            column = Column("comment", labels={piece: piece for piece in sorted(pieces)})
            return _of(column, heading, N_("holds several answers of one list in a cell; each is counted by itself"))
    if len(times) <= min(FEW, max(n / 3, 2)):
        sentence = N_("holds few different texts, as a group of customers does")
        return _of(Column("segment"), heading, sentence)
    if sum(len(cell) * many for cell, many in times.items()) / n > 15 or len(times) > FEW:
        return _of(Column("comment"), heading, N_("holds texts that differ from row to row, as comments do"))
    return None


def _labels(times: Counter[str]) -> dict[str, str]:
    """Where answers stand as words or codes: each cell's point, as a declaration of labels gives it."""
    for worded in LABELLED:
        places = {word: str(point) for point, word in enumerate(worded, 1)}
        if sum(cell.casefold() in places for cell in times) >= 3:
            return {cell: places[cell.casefold()] for cell in sorted(times) if cell.casefold() in places}
    for pattern in (CODE, POINT):
        matched = {cell: found[1] for cell in sorted(times) if (found := pattern.fullmatch(cell))}
        if len(matched) >= 2 and len(matched) >= len(times) / 2:
            return matched
    return {}


def _of(column: Column, heading: str, sentence: str) -> Suggestion:
    return Suggestion(column, Fault(heading, sentence, {}))
