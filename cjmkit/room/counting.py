"""What came of a round: ballots become rows of `scores`, notes become touchpoints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from cjmkit.method.notes import taken_in
from cjmkit.method.rounds import change_round
from cjmkit.room.asking import Asked
from cjmkit.room.ballots import Ballot, Cell
from cjmkit.room.people import Person
from cjmkit.tables import SCORE_KEY, SCORE_NUMBERS, scores_frame
from cjmkit.workshop import Workshop


def counted(scores: pd.DataFrame, asked: Asked, ballots: Iterable[Ballot]) -> pd.DataFrame:
    """The `scores` table with what the room gave in one round; counted twice it is the same.

    Of each cell the last ballot counts, in the server's order. Anonymous: by ids that lead to nobody, sorted, no time.

    Args:
        scores: the `scores` table as it stands.
        asked: the round.
        ballots: in the server's order.
    """
    cells: dict[tuple[str, str], dict[str, Any]] = {}
    for b in ballots:
        if b.n != asked.n or b.column in ("done", "note"):
            continue
        row = cells.setdefault((b.who, b.touchpoint), {"team": b.team})
        row[b.column] = b.value
        row["at"] = max(row.get("at", ""), b.at)
    rows = [_row(asked, who, touchpoint, row) for (who, touchpoint), row in cells.items()]
    given = [row for row in rows if any(row.get(c) is not None for c in SCORE_NUMBERS) or row.get("comment")]
    given.sort(key=lambda row: (row["participant"], asked.ids.index(row["touchpoint"])))
    new = scores_frame(given)
    keys = set(new[SCORE_KEY].itertuples(index=False, name=None))
    kept = [key not in keys for key in scores[SCORE_KEY].itertuples(index=False, name=None)]
    table = pd.concat([scores[kept], new], ignore_index=True) if kept else new
    if asked.anonymous:
        table = table.sort_values(["round", "participant", "touchpoint"], kind="stable", ignore_index=True)
    return table


def _row(asked: Asked, participant: str, touchpoint: str, row: Mapping[str, Any]) -> dict[str, Any]:
    dots = {c: row[c] or None for c in row if asked.dots(c)}  # a dot taken back is no dot
    base = {"round": asked.round, "persona": asked.persona, "participant": participant}
    return {**base, "touchpoint": touchpoint, **row, **dots}


def notes_in(asked: Asked, given: Mapping[str, Mapping[Cell, Any]]) -> list[dict[str, Any]]:
    """The notes that a round collected, by stage: key, name, stage, channel, and whose."""
    found = [
        {"key": key, "who": who, **value}
        for who, cells in given.items()
        for (column, key), value in cells.items()
        if column == "note" and value is not None
    ]
    order = [s["id"] for s in asked.stages]
    return sorted(found, key=lambda note: (order.index(note["stage"]), note["name"].casefold()))


def progress(asked: Asked, people: Sequence[Person], given: Mapping[str, Mapping[Cell, Any]]) -> list[dict[str, Any]]:
    """How far each person is, and nothing of what they gave: given, of how many, and whether they are done."""
    found = []
    for person in people:
        cells = given.get(person.id, {})
        column = "note" if asked.kind == "collect" else "score"
        n = sum(1 for (c, _), v in cells.items() if c == column and v is not None)
        found.append(
            {"nickname": person.nickname, "team": person.team, "given": n, "of": len(asked.touchpoints),
             "done": bool(cells.get(("done", "")))}
        )  # fmt: skip
    return found


def closed_with(workshop: Workshop, asked: Asked, ballots: list[Ballot], on_paper: bool) -> dict[str, Any]:
    """What closing a scoring round saves: the scores, and unless sheets are still typed in, that the round is closed."""
    there = {t.id for t in workshop.journey.touchpoints}
    scores = counted(workshop.scores, asked, [b for b in ballots if b.touchpoint in there])
    state = "open" if on_paper else "closed"
    return {"scores": scores, "rounds": change_round(workshop.journey, scores, asked.round, state=state).rounds}


def taken_with(workshop: Workshop, notes: list[dict[str, Any]], decisions: Mapping[str, str]) -> dict[str, Any]:
    """What closing a collecting round saves: the touchpoints that came in."""
    journey = taken_in(workshop.journey, notes, decisions)
    return {"touchpoints": journey.touchpoints, "paths": journey.paths}
