"""A survey's file as a plain table: one heading, one row a response; what tools put around it is read and told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from cjmkit.errors import N_, Fault, InputError
from cjmkit.exchange.any_table import read_any_table
from cjmkit.exchange.columns import Column, Columns
from cjmkit.exchange.survey_presets import detect
from cjmkit.exchange.text import MOST_CELLS, MOST_COLUMNS, Source, first_of

TRIALS = {"survey preview", "survey test", "spam", "1", "2", "8", "9", "12", "17"}  # Status of what no customer gave
UNFINISHED = {"false", "0", "no"}


class SurveyTable(NamedTuple):
    """The cells as text, the questions' texts by heading where the tool gives them, and what had to be done."""

    table: pd.DataFrame
    names: Mapping[str, str]
    warnings: tuple[Fault, ...]


def read_survey_table(source: Source) -> SurveyTable:
    """A survey's file, CSV or XLSX, as a table with one heading and a row for each response.

    Raises:
        InputError: it is no table.
        NotFoundError: there is no such file.

    >>> read_survey_table(b"a,b\\n1,2\\n").table.values.tolist()
    [['1', '2']]
    """
    table, warnings = read_any_table(source)
    if table.empty:
        raise InputError("The survey has a heading and no row below it. It must have one row for each respondent.")
    made = headed(table)
    if made.table.empty:
        raise InputError("The survey holds headings and trial answers only, and no customer's response.")
    return SurveyTable(made.table, made.names, (*warnings, *made.warnings))


def headed(table: pd.DataFrame) -> SurveyTable:
    """The table without a second and third heading (Qualtrics) and without trial responses; unfinished ones are told.

    A table that has none of them comes back as it is.
    """
    tool = detect(list(table.columns))
    if tool == "limesurvey":
        return SurveyTable(table, {}, _unfinished(table, _column(table, "submitdate", "Date submitted"), {""}))
    if tool != "qualtrics":
        return SurveyTable(table, {}, ())
    names: dict[str, str] = {}
    started = table["StartDate"] if "StartDate" in table else table.iloc[:, 0]
    if len(table) and not any(letter.isdigit() for letter in started.iloc[0]):
        names = {str(heading): text.strip() for heading, text in table.iloc[0].items() if text.strip()}
        third = len(table) > 1 and any(cell.lstrip().startswith('{"ImportId"') for cell in table.iloc[1])
        table = table.iloc[2 if third else 1 :].reset_index(drop=True)
    warnings: list[Fault] = []
    if "Status" in table:
        trial = table.Status.str.strip().str.casefold().isin(TRIALS)
        if trial.any():
            sentence = N_("left out: trial answers, tests and spam ({n} in all), which no customer gave")
            warnings.append(Fault("Status", sentence, {"n": str(int(trial.sum()))}))
            table = table[~trial].reset_index(drop=True)
    return SurveyTable(table, names, (*warnings, *_unfinished(table, _column(table, "Finished"), UNFINISHED)))


def widened(table: pd.DataFrame, columns: Columns) -> tuple[pd.DataFrame, dict[str, Column], tuple[Fault, ...]]:
    """A long table, one row an answer, with one row a respondent; the columns of its questions then hold for it.

    Args:
        table: the cells as text.
        columns: two of them say which question (`item`) and what was answered (`value`); those of the questions are
            declared under the questions' names.

    Returns:
        The wide table; the columns that are left; what is told: answers given twice, of which the last counts.

    >>> long = pd.DataFrame({"who": ["1", "1", "2"], "q": ["nps", "food", "nps"], "v": ["9", "4", "3"]})
    >>> columns = {"who": Column("respondent"), "q": Column("item"), "v": Column("value"), "nps": Column("nps")}
    >>> widened(long, columns)[0].values.tolist()
    [['1', '9', '4'], ['2', '3', '']]
    """
    roles = {
        column.role: name for name, column in columns.items() if column.role in ("item", "value", "respondent", "wave")
    }
    if not {"item", "value"} & set(roles):
        return table, dict(columns), ()
    lacking = [role for role in ("respondent", "item", "value") if role not in roles]
    if lacking:
        raise InputError(
            "A table with one row for each answer needs a column for each of respondent, item and value; not declared: {roles}.",
            roles=lacking,
        )
    missing = [roles[role] for role in roles if roles[role] not in table]
    if missing:
        raise InputError("The columns {columns} are declared, but not in the file. It has: {there}.",
                         columns=missing, there=first_of(list(table.columns)))  # fmt: skip
    own = [name for name in table.columns if name in columns and name not in (roles["item"], roles["value"])]
    keys = [name for name in own if columns[name].role in ("respondent", "wave")]
    stripped = table.apply(lambda cells: cells.str.strip())
    stripped = stripped[stripped[roles["item"]] != ""]
    clash = sorted(set(stripped[roles["item"]]) & set(own))
    if clash:
        raise InputError(
            "These are questions and columns of the file at once: {names}. Rename the columns.", names=clash
        )
    twice = int(stripped.duplicated([*keys, roles["item"]]).sum())
    warnings = [Fault(roles["item"], N_("answers given twice to the same question ({n} in all); the last one counts"), {"n": str(twice)})] if twice else []  # fmt: skip
    if (many := stripped[roles["item"]].nunique()) > MOST_COLUMNS:
        raise InputError("The column {column} names {n} questions, more than {limit}. Is it the right one?",
                         column=roles["item"], n=many, limit=MOST_COLUMNS)  # fmt: skip
    if many * len(stripped.drop_duplicates(keys)) > MOST_CELLS:
        raise InputError("The table has too many answers to be read in one piece. Leave out questions.")
    last = stripped.drop_duplicates([*keys, roles["item"]], keep="last")
    wide = last.pivot(index=keys, columns=roles["item"], values=roles["value"]).fillna("")
    wide = wide[list(dict.fromkeys(stripped[roles["item"]]))]
    fixed = stripped.drop_duplicates(keys).set_index(keys)[[name for name in own if name not in keys]]
    joined = fixed.join(wide).reset_index()
    joined.columns.name = None
    rest = {name: column for name, column in columns.items() if column.role not in ("item", "value")}
    return joined, rest, tuple(warnings)


def _column(table: pd.DataFrame, *names: str) -> str:
    """The table's column of one of these names, or of one with its code before a dot; "" where there is none."""
    return next((str(c) for c in table.columns if c in names or str(c).partition(". ")[0] in names), "")


def _unfinished(table: pd.DataFrame, column: str, words: set[str]) -> tuple[Fault, ...]:
    if not column:
        return ()
    n = Counter(table[column].str.strip().str.casefold().isin(words))[True]
    sentence = N_("responses that were begun and not sent off ({n} in all); what they answered counts")
    return (Fault(column, sentence, {"n": str(n)}),) if n else ()
