"""A survey's file, one row a respondent or an answer, made into answers and items; what is not declared is never guessed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from cjmkit.errors import N_, Fault, InputError
from cjmkit.exchange.columns import NOT_FITTING, SCALES, Column, Columns, not_there, stands_twice
from cjmkit.exchange.date_order import months
from cjmkit.exchange.survey_tables import read_survey_table, widened
from cjmkit.exchange.text import Source, first_of, number
from cjmkit.tables import ANSWERS, CODES, ITEMS

WHOLE = ("nps", "csat", "ces")
Cells = list[str]


@dataclass(frozen=True)
class Survey:
    """What a survey holds: `answers` and `items` as in `cjmkit.tables`, an answer that was not given is NaN.

    Each segment is a column of `answers`, an ordered category, "" where it was not said; `segments` gives its name.
    `items` has the column `stage` too, for touchpoints that are to be created. `comments`: respondent, item, text;
    comments that were given codes are in `codes` instead.
    """

    answers: pd.DataFrame
    items: pd.DataFrame
    comments: pd.DataFrame
    rows: int
    segments: Mapping[str, str]
    warnings: tuple[Fault, ...] = ()
    codes: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=CODES))


def read_survey(source: Source, columns: Columns) -> Survey:
    """The answers in a survey's file, CSV or XLSX, by the declaration of its columns.

    Args:
        source: the file, or its bytes; one row a respondent, or, where columns are declared as `item` and `value`, one
            row an answer. A second and third heading (Qualtrics) is read as the questions' texts.
        columns: what each column is, and for one row an answer each question; see `cjmkit.exchange.columns`. `labels`
            of a scaled item turn words or codes into points: "very good", "5 - very good" or "A5" into 5.

    Raises:
        InputError: it is no table, a declared column is not there, or cells hold what was not declared: no number on
            the item's scale and no declared blank. All columns with such cells at once.

    >>> from cjmkit.exchange.columns import parse_map
    >>> survey = read_survey(b"q;age\\n9;young\\n;old\\n", parse_map(["q=nps", "age=segment"]))
    >>> survey.answers[["respondent", "item", "value", "age"]].values.tolist()
    [['1', 'q', 9.0, 'young'], ['2', 'q', nan, 'old']]
    """
    if twice := stands_twice(columns):
        raise InputError(NOT_FITTING, faults=twice)
    found = read_survey_table(source)
    table, declared, more_told = widened(found.table, columns)
    used = {
        name: column if column.name else replace(column, name=found.names.get(name, ""))
        for name, column in declared.items()
        if column.role != "ignore"
    }
    _check_columns(table, used)
    cells: dict[str, Cells] = {name: table[name].str.strip().tolist() for name in used}
    faults, values = _scaled(cells, used)
    wave = next((name for name, column in used.items() if column.role == "wave"), "")
    cells, by_month = _months(cells, wave, used)
    respondents, waves, weights, more = _people(cells, used, len(table))
    if faults or more:
        raise InputError("The survey does not fit the declaration of its columns: {faults}", faults=[*faults, *more])
    people = pd.DataFrame({"respondent": respondents, "weight": weights, "wave": waves})
    for name, column in used.items():
        if column.role == "segment":
            people[name] = _segment(cells[name], column)
    ignored = [name for name in table.columns if name not in columns]
    codes = _codes(people, cells, used)
    return Survey(
        answers=_answers(people, values),
        items=_items(used),
        comments=_comments(respondents, cells, used),
        codes=codes,
        rows=len(table),
        segments={name: column.name or name for name, column in used.items() if column.role == "segment"},
        warnings=(
            *found.warnings,
            *more_told,
            *by_month,
            *_doubts(ignored, values, used),
            *_unlabelled(people, codes, used),
        ),
    )


def _check_columns(table: pd.DataFrame, used: Columns) -> None:
    faults = not_there(used, table.columns)
    faults += [
        Fault(name, "a segment cannot have this name; rename the column in the file")
        for name, column in used.items()
        if column.role == "segment" and name in ANSWERS
    ]
    if not any(column.role in SCALES or column.role == "comment" for column in used.values()):
        roles = [*SCALES, "comment"]
        faults.append(
            Fault("columns", "none is declared as an answer; declare at least one as {roles}", {"roles": roles})
        )
    if faults:
        raise InputError(NOT_FITTING, faults=faults)


def _scaled(cells: Mapping[str, Cells], used: Columns) -> tuple[list[Fault], dict[str, list[float]]]:
    """Each scaled item's values in the order of the rows, NaN where it is blank; and what else its cells hold."""
    faults, values = [], {}
    for name, column in used.items():
        if column.role in SCALES:
            points = _points(column.labels)
            known = {text: _value(points.get(text.casefold(), text), column) for text in set(cells[name])}
            strange = [text for text, value in known.items() if value is None]
            if strange:
                faults.append(_undeclared(name, column, strange, Counter(cells[name])))
            values[name] = [value if (value := known[text]) is not None else float("nan") for text in cells[name]]
    return faults, values


def _points(labels: Mapping[str, str]) -> dict[str, str]:
    """The point behind each way to write a labelled answer: its words, its code, both; of code and words one is a number."""
    points: dict[str, str] = {}
    for code, words in labels.items():
        point = code if number(code) is not None else words
        points |= {text.casefold(): point for text in (code, words, *(f"{code}{sign}{words}" for sign in (" - ", " – ", ". ", ": ", " = ", " ")))}  # fmt: skip
    return points


def _value(text: str, column: Column) -> float | None:
    """The answer in a cell: NaN where it is blank, None where it is neither declared nor on the scale."""
    if column.is_blank(text):
        return float("nan")
    value = number(text)
    if value is None or column.low is None or column.high is None or not column.low <= value <= column.high:
        return None
    return None if column.role in WHOLE and value != int(value) else value


def _undeclared(name: str, column: Column, strange: list[str], times: Counter[str]) -> Fault:
    commonest = sorted(strange, key=lambda text: (-times[text], text))
    counted = first_of([f"{_short(text)} ({times[text]}×)" for text in commonest])
    blank = ", ".join(text if number(text) is not None else f'"{_short(text)}"' for text in commonest[:10])
    values = {"values": counted, "low": f"{column.low:g}", "high": f"{column.high:g}", "blank": f"blank = [{blank}]"}
    if column.role in WHOLE:
        sentence = N_(
            "holds values that are neither declared as blank nor whole numbers from {low} to {high}: {values}. "
            "Where they mean no answer, declare {blank}, else correct low and high"
        )
    else:
        sentence = N_(
            "holds values that are neither declared as blank nor numbers from {low} to {high}: {values}. "
            "Where they mean no answer, declare {blank}, else correct low and high"
        )
    return Fault(name, sentence, values)


def _people(cells: Mapping[str, Cells], used: Columns, rows: int) -> tuple[Cells, Cells, list[float], list[Fault]]:
    """Each row's respondent, wave and weight (NaN where none is declared), and what is wrong with them."""
    roles = {column.role: name for name, column in used.items()}
    respondents = cells[roles["respondent"]] if "respondent" in roles else [str(n) for n in range(1, rows + 1)]
    waves = cells[roles["wave"]] if "wave" in roles else [""] * rows
    faults: list[Fault] = []
    without = [str(n) for n, id in enumerate(respondents, 1) if not id]
    if without:
        sentence = N_("is empty in rows {rows}; each row needs its respondent")
        faults.append(Fault(roles["respondent"], sentence, {"rows": first_of(without)}))
    times = Counter(zip(respondents, waves, strict=True))
    twice = [f"{_short(id)} ({n}×)" for (id, _), n in times.items() if id and n > 1]
    if twice:
        sentence = N_("respondents in more than one row of the same wave ({n} in all): {respondents}")
        values = {"n": str(len(twice)), "respondents": first_of(twice)}
        faults.append(Fault(roles["respondent"], sentence, values))
    if "weight" not in roles:
        return respondents, waves, [float("nan")] * rows, faults
    weights = [number(text) for text in cells[roles["weight"]]]
    wrong = [text for text, x in zip(cells[roles["weight"]], weights, strict=True) if x is None or x <= 0]
    if wrong:
        shown = [f"{_short(text)!r} ({n}×)" for text, n in Counter(wrong).most_common(10)]
        faults.append(Fault(roles["weight"], "weights must be positive numbers, not {values}", {"values": shown}))
    return respondents, waves, [x or float("nan") for x in weights], faults


def _segment(cells: Cells, column: Column) -> pd.Categorical[str]:
    """Each row's group in words, ordered as the labels are, then by number or letter."""
    words = ["" if column.is_blank(text) else column.labels.get(text, text) for text in cells]
    rest = sorted(set(words) - set(column.labels.values()), key=lambda text: (number(text) or 0.0, text))
    return pd.Categorical(words, categories=list(dict.fromkeys([*column.labels.values(), *rest])), ordered=True)


def _answers(people: pd.DataFrame, values: Mapping[str, list[float]]) -> pd.DataFrame:
    parts = [people.assign(item=item, value=given) for item, given in values.items()]
    segments = [name for name in people.columns if name not in ANSWERS]
    if not parts:
        parts = [people.assign(item="", value=float("nan")).iloc[:0]]
    return pd.concat(parts, ignore_index=True)[[*ANSWERS, *segments]]


def _items(used: Columns) -> pd.DataFrame:
    rows = [
        [name, c.role, c.touchpoint, c.low, c.high, c.name or name, c.stage]
        for name, c in used.items()
        if c.role in SCALES or c.role == "comment"
    ]
    return pd.DataFrame(rows, columns=[*ITEMS, "stage"]).astype({"low": float, "high": float})


def _comments(respondents: Cells, cells: Mapping[str, Cells], used: Columns) -> pd.DataFrame:
    rows = [
        (respondent, name, text)
        for name, column in used.items()
        if column.role == "comment" and not column.labels
        for respondent, text in zip(respondents, cells[name], strict=True)
        if not column.is_blank(text)
    ]
    return pd.DataFrame(rows, columns=["respondent", "item", "text"])


def _months(cells: Mapping[str, Cells], wave: str, used: Columns) -> tuple[dict[str, Cells], list[Fault]]:
    """The cells, with months for waves that are days, which is told; columns of one question have one wave."""
    days = [text for text in cells[wave] if text] if wave else []
    told: list[Fault] = []
    read = months(days, wave, used[wave].order, told) if days else {}
    if not any(read.values()):
        return dict(cells), []
    strange = [text for text, month in read.items() if not month]
    if strange:
        sentence = N_("holds days and other texts ({values}), so each of them is a wave of its own; make them one kind")
        return dict(cells), [*told, Fault(wave, sentence, {"values": first_of(strange, 5)})]
    waves = [read.get(text, "") for text in cells[wave]]
    return {**cells, wave: waves}, [*told, Fault(wave, N_("holds days; each month is one wave"))]


def _codes(people: pd.DataFrame, cells: Mapping[str, Cells], used: Columns) -> pd.DataFrame:
    """One row for each code in a cell of a coded comment; columns of the same name are one question."""
    rows = [
        (respondent, wave, name, column.name or name, column.touchpoint, code, column.labels.get(code, code))
        for name, column in used.items()
        if column.role == "comment" and column.labels
        for respondent, wave, text in zip(people.respondent, people.wave, cells[name], strict=True)
        for code in _pieces(text, column)
    ]
    return pd.DataFrame(rows, columns=CODES)


def _pieces(text: str, column: Column) -> list[str]:
    """The codes in a cell: "12;34", and "a, b" where these are labels."""
    pieces = [text] if text in column.labels else re.split(r"[;|]", text)
    split = [p for piece in pieces for p in ([piece] if piece.strip() in column.labels else piece.split(", "))]
    return [code for code in dict.fromkeys(map(str.strip, split)) if not column.is_blank(code)]


def _doubts(ignored: list[str], values: Mapping[str, list[float]], used: Columns) -> list[Fault]:
    warnings = []
    if ignored:
        shown = {"n": str(len(ignored)), "columns": first_of(ignored)}
        warnings.append(Fault("columns", "not declared and left out ({n} in all): {columns}", shown))
    for name, given in values.items():
        answers = {value for value in given if value == value}
        if not answers:
            warnings.append(Fault(name, "holds no answer"))
        elif used[name].role == "nps" and 0 not in answers and (max(answers) <= 5 or 1 in answers):
            scale = {"low": f"{min(answers):g}", "high": f"{max(answers):g}"}
            sentence = N_("holds answers from {low} to {high} and no 0; make sure that people could choose 0 to 10")
            warnings.append(Fault(name, sentence, scale))
    return warnings


def _unlabelled(people: pd.DataFrame, codes: pd.DataFrame, used: Columns) -> list[Fault]:
    warnings = []
    for name, column in used.items():
        if column.role in ("segment", "comment") and column.labels:
            there = people[name].unique() if column.role == "segment" else codes[codes["item"] == name]["name"].unique()
            without = [text for text in there if text and text not in column.labels.values()]
            if without:
                values = {"codes": first_of([_short(text) for text in without])}
                warnings.append(Fault(name, "these codes have no label and stand as they are: {codes}", values))
    return warnings


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
