"""A table of scores from a spreadsheet, held against the journey before anything of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from cjmkit.errors import N_, Fault, InputError
from cjmkit.exchange.columns import nearest
from cjmkit.exchange.text import Source, number, read_text_table
from cjmkit.journey import Journey
from cjmkit.tables import FORMULA_STARTS, SCORE_NUMBERS, SCORES, score_faults, scores_frame

NEEDED = ("participant", "touchpoint", "score")
NOT_FITTING = N_("The scores have {n} fault(s): {faults}")


def read_scores(source: Source, journey: Journey) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """The `scores` table in a delimited file, one row per participant and touchpoint.

    Args:
        source: the file, or its bytes; its columns as in `scores.csv`, in any order; without `round` all are round 1.
        journey: its touchpoints and personas may be named by id or by name; its scale must hold the scores.

    Returns:
        The table, and warnings such as columns that were left out.

    Raises:
        InputError: a column is missing, a name is unknown, a value is no number or off the scale, or a row stands
            twice; the first twenty at once.

    >>> from cjmkit.journey import Stage, Touchpoint
    >>> journey = Journey(stages=[Stage(id="a")], touchpoints=[Touchpoint(id="forum", stage="a", name="Forum")])
    >>> read_scores(b"participant;touchpoint;score\\nA;Forum;3,5\\n", journey)[0].score.tolist()
    [3.5]
    """
    table, warnings = read_text_table(source)
    names = {name: name.casefold().replace(" ", "_") for name in table.columns}
    known = {name: to for name, to in names.items() if to in SCORES}
    missing = [name for name in NEEDED if name not in known.values()]
    if missing or len(set(known.values())) < len(known):
        raise InputError(
            "The scores need each of the columns {needed} once. The file has {columns}.",
            needed=list(NEEDED), columns=list(table.columns),
        )  # fmt: skip
    if table.empty:
        raise InputError("The scores have a heading and no row below it.")
    rows, faults = _rows(table[list(known)].rename(columns=known), journey)
    scores = scores_frame(rows)
    faults += [replace(f, place=f.place.replace("scores.csv, ", "")) for f in score_faults(scores, journey)]
    if faults:
        shown = faults[:20] + ([Fault("…", "and {n} more", {"n": len(faults) - 20})] if len(faults) > 20 else [])
        raise InputError(NOT_FITTING, n=len(faults), faults=shown)
    ignored = [
        Fault(name, "is not a column of scores and was left out; nearest: {near}", {"near": nearest(name, SCORES)})
        for name in table.columns
        if name not in known
    ]
    return scores, (*warnings, *ignored)


def _rows(table: pd.DataFrame, journey: Journey) -> tuple[list[dict[str, object]], list[Fault]]:
    touchpoints = _by_name([(t.id, t.name) for t in journey.touchpoints])
    personas = _by_name([(p.id, p.name) for p in journey.personas])
    rows, faults = [], []
    for n, cells in enumerate(table.to_dict("records"), 2):
        row: dict[str, object] = {str(name): _plain(text) for name, text in cells.items()}
        row["touchpoint"] = touchpoints.get(cells["touchpoint"].strip(), cells["touchpoint"].strip())
        row["persona"] = personas.get(cells.get("persona", "").strip(), cells.get("persona", "").strip())
        for name in ("round", *SCORE_NUMBERS):
            text = cells.get(name, "").strip()
            value = number(text)
            if text and value is None:
                values = {"name": name, "value": repr(text[:40])}
                faults.append(Fault(f"row {n}", "{name} must be a number, not {value}", values))
            row[name] = value
        if row["round"] is not None and (row["round"] not in range(1, 1000)):
            faults.append(
                Fault(f"row {n}", "round must be a whole number from 1, not {value}", {"value": row["round"]})
            )
            row["round"] = None
        row["round"] = row["round"] or 1
        rows.append(row)
    return rows, faults


def _by_name(parts: list[tuple[str, str]]) -> Mapping[str, str]:
    """From name to id, where no other part has the same name."""
    names = [name for _, name in parts]
    return {name: id for id, name in parts if name and names.count(name) == 1} | {id: id for id, _ in parts}


def _plain(text: str) -> str:
    """The text before it was made safe for a spreadsheet, as `cjmkit.tables.scores_to_csv` does it."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text
