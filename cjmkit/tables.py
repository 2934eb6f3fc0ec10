"""The columns of the kit's tables, and `scores.csv` as text; every table is a pandas frame.

`scores`: one row per round, participant, persona and touchpoint; empty = not given.
`answers`: one row per respondent and item; `items` says what each item asks.
`codes`: one row per code that a respondent's comment was given; `question` is what was asked, in words.
`events`: one row per event of a customer, then one column per segment; on any frame that narwhals knows.
`customers`: one row per customer, then any columns: texts are categories, numbers are numbers.
"""

from __future__ import annotations

import csv
import io
from difflib import get_close_matches
from typing import TYPE_CHECKING

import pandas as pd

from cjmkit.errors import N_, Fault, InputError

if TYPE_CHECKING:
    from cjmkit.journey import Journey

SCORE_KEY = ["round", "participant", "persona", "touchpoint"]
SCORE_NUMBERS = ["score", "importance", "moment_of_truth", "customer_effort"]
SCORE_TEXTS = ["participant", "team", "persona", "touchpoint", "comment", "at"]
SCORES = ["round", "participant", "team", "persona", "touchpoint", *SCORE_NUMBERS, "comment", "at"]
ANSWERS = ["respondent", "item", "value", "weight", "wave"]
CODES = ["respondent", "wave", "item", "question", "touchpoint", "code", "name"]
EVENTS = ["customer", "event", "at", "channel"]
ITEMS = ["item", "kind", "touchpoint", "low", "high", "name"]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "'")


def empty_scores() -> pd.DataFrame:
    """A `scores` table with all its columns and no row.

    >>> list(empty_scores().columns)[:3]
    ['round', 'participant', 'team']
    """
    return scores_frame([])


def scores_frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    """A `scores` table of these rows; columns that a row does not give are empty.

    >>> scores_frame([{"round": 1, "participant": "p1", "touchpoint": "forum", "score": 4}]).score.tolist()
    [4.0]
    """
    table = pd.DataFrame(rows, columns=SCORES)
    table["round"] = table["round"].astype(int)
    for name in SCORE_NUMBERS:
        table[name] = pd.to_numeric(table[name]).astype(float)
    for name in SCORE_TEXTS:
        table[name] = table[name].astype(object).where(table[name].notna(), "").astype(str)
    return table


def scores_from_csv(text: str) -> pd.DataFrame:
    """The `scores` table in the text of a `scores.csv`, as the kit itself writes it.

    Raises:
        InputError: a column is missing, a row is ragged, or a number is none; with its line.

    >>> scores_from_csv(scores_to_csv(empty_scores())).empty
    True
    """
    reader = csv.reader(io.StringIO(text, newline=""))
    head = next(reader, [])
    missing = [name for name in ("round", "participant", "touchpoint", "score") if name not in head]
    if missing:
        raise InputError(
            "scores.csv lacks the columns {missing}. It must have: {columns}.", missing=missing, columns=SCORES
        )
    unknown = [name for name in head if name not in SCORES]
    if unknown or len(set(head)) < len(head):
        raise InputError(
            "scores.csv has columns that are unknown or stand twice: {unknown}. It may have: {columns}.",
            unknown=unknown or head,
            columns=SCORES,
        )
    rows: list[dict[str, object]] = []
    for cells in reader:
        if not cells:
            continue
        if len(cells) != len(head):
            raise InputError(
                "scores.csv, line {line}: {found} cells where the first line has {wanted}.",
                line=reader.line_num, found=len(cells), wanted=len(head),
            )  # fmt: skip
        row = dict(zip(head, cells, strict=True))
        rows.append({name: _cell(name, value, reader.line_num) for name, value in row.items()})
    return scores_frame(rows)


def scores_to_csv(table: pd.DataFrame) -> str:
    """The text of a `scores.csv`: numbers short, missing empty, texts safe to open in a spreadsheet.

    >>> print(scores_to_csv(scores_frame([{"round": 1, "participant": "p1", "touchpoint": "a", "score": 4,
    ...     "comment": "=1+1"}])).splitlines()[1])
    1,p1,,,a,4,,,,'=1+1,
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(SCORES)
    for row in table[SCORES].itertuples(index=False):
        writer.writerow([_text(value) for value in row])
    return out.getvalue()


def score_faults(table: pd.DataFrame, journey: Journey) -> list[Fault]:
    """What in a `scores` table does not fit the journey: unknown names, values off the scale, rows twice.

    Args:
        table: the `scores` table.
        journey: whose touchpoints, personas and scale must hold it.

    Returns:
        The faults, each with its row as a spreadsheet counts, the heading being row 1; none where all fits.
    """
    faults = []
    scale = journey.scale
    touchpoints = {t.id for t in journey.touchpoints}
    personas = {p.id for p in journey.personas} | {""}
    for n, (score, participant) in enumerate(zip(table["score"], table["participant"], strict=True), 2):
        where = f"scores.csv, row {n}"
        if score is not None and (score < scale.low or score > scale.high):  # no comparison holds of a missing one
            values = {"value": _text(score), "low": scale.low, "high": scale.high}
            faults.append(Fault(where, "score {value} is not on the scale from {low} to {high}", values))
        if not participant:
            faults.append(Fault(where, "has no participant"))
    faults += _strangers(
        table.touchpoint, touchpoints, N_("touchpoint {value} is not in the journey ({rows} rows). Nearest: {near}")
    )
    faults += _strangers(
        table.persona, personas, N_("persona {value} is not in the journey ({rows} rows). Nearest: {near}")
    )
    for n in table.index[table.duplicated(SCORE_KEY)]:
        row_key = {"round": table.at[n, "round"], "participant": table.at[n, "participant"]}
        sentence = "round {round}, participant {participant}: this touchpoint is scored twice"
        faults.append(Fault(f"scores.csv, row {int(n) + 2}", sentence, row_key))
    return faults


def _strangers(named: pd.Series, known: set[str], sentence: str) -> list[Fault]:
    """One fault for each name that is not known, at its first row."""
    faults = []
    for value, rows in named[~named.isin(known)].groupby(named, sort=False):
        near = get_close_matches(str(value), sorted(known - {""}), n=2) or sorted(known - {""})[:5]
        where = f"scores.csv, row {int(rows.index[0]) + 2}"
        faults.append(Fault(where, sentence, {"value": value, "rows": len(rows), "near": near or ["–"]}))
    return faults


def _cell(name: str, value: str, line: int) -> object:
    if name in SCORE_TEXTS:
        return value[1:] if value.startswith("'") else value
    if value == "" and name != "round":
        return None
    try:
        number = int(value) if name == "round" else float(value)
    except ValueError:
        number = float("nan")
    if not abs(number) < 1e15:
        raise InputError(
            "scores.csv, line {line}: {name} must be a number, not {value}.", line=line, name=name, value=repr(value)
        )
    return number


def _text(value: object) -> str:
    if isinstance(value, str):
        return "'" + value if value.startswith(FORMULA_STARTS) else value
    if value is None or value != value:
        return ""
    return f"{value:.15g}"
