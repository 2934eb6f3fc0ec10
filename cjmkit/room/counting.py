"""What came of a round: ballots become rows of `scores`, notes become touchpoints."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from cjmkit.method.notes import taken_in
from cjmkit.method.rounds import change_round
from cjmkit.method.scores import of_persona, round_shift
from cjmkit.room.asking import Asked
from cjmkit.room.ballots import Ballot, Cell
from cjmkit.room.people import Person
from cjmkit.tables import SCORE_KEY, SCORE_NUMBERS, scores_frame
from cjmkit.workshop import Workshop

FEWEST = 3  # people of a team, for it to be named in an anonymous round
GIVEN = [*SCORE_NUMBERS, "comment"]


def counted(scores: pd.DataFrame, asked: Asked, ballots: Iterable[Ballot]) -> pd.DataFrame:
    """The `scores` table with what the room gave in one round; counted twice it is the same.

    Of each cell the last ballot counts, in the server's order; a cell without one stays as it was. Anonymous: by ids that
    lead to nobody, sorted, no time, no team of fewer than three.

    Args:
        scores: the `scores` table as it stands.
        asked: the round.
        ballots: in the server's order.
    """
    mine = scores[(scores["round"] == asked.round) & (scores.persona == asked.persona)]
    before = {
        (r["participant"], r["touchpoint"]): {c: r[c] for c in GIVEN if not _empty(r[c])}
        for r in mine.to_dict("records")
    }
    cells: dict[tuple[str, str], dict[str, Any]] = {}
    for b in ballots:
        if b.n != asked.n or b.column in ("done", "note"):
            continue
        row = cells.setdefault((b.who, b.touchpoint), {**before.get((b.who, b.touchpoint), {}), "team": b.team})
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
        own = table["round"] == asked.round
        table.loc[own, "team"] = table[own].participant.map(_large_teams(table[own]))
    return table


def _large_teams(table: pd.DataFrame) -> dict[str, str]:
    """By person the team, where neither it nor the rest without one is so small that it tells who somebody is."""
    team_of = table.sort_values("team").groupby("participant").team.last()
    sizes = team_of[team_of != ""].value_counts().sort_values(kind="stable")
    named = list(sizes.index[sizes >= FEWEST])
    while named and 0 < int((~team_of.isin(named)).sum()) < FEWEST:
        named.pop(0)  # the smallest goes among the nameless too
    return {str(who): str(team) if team in named else "" for who, team in team_of.items()}


def given_before(workshop: Workshop, asked: Asked) -> dict[str, dict[Cell, Any]]:
    """What stands in the scores of a round that goes on, by person and cell."""
    scores = workshop.scores
    mine = of_persona(workshop.journey, scores[scores["round"] == asked.round], asked.persona or None)
    found: dict[str, dict[Cell, Any]] = {}
    for row in mine.to_dict("records"):
        cells = found.setdefault(row["participant"], {})
        for column in GIVEN:
            if not _empty(row[column]):
                value = row[column]
                cells[column, row["touchpoint"]] = (
                    int(value) if isinstance(value, float) and value.is_integer() else value
                )
    return found


def moved(workshop: Workshop, asked: Asked) -> pd.DataFrame:
    """What a round moved, touchpoint by touchpoint, of those who gave in it (`method.scores.round_shift`)."""
    scores = of_persona(workshop.journey, workshop.scores, asked.persona or None)
    now = scores[(scores["round"] == asked.round) & scores.score.notna()]
    mine = scores[(scores["round"] <= asked.round) & scores.participant.isin(now.participant)]
    return round_shift(mine[mine.touchpoint.isin(now.touchpoint)], workshop.journey.scale.span)


def _empty(value: Any) -> bool:
    return bool(value == "" or pd.isna(value))


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


def progress(
    asked: Asked, people: Sequence[Person], given: Mapping[str, Mapping[Cell, Any]], away: Container[str] = ()
) -> list[dict[str, Any]]:
    """How far each person is, and nothing of what they gave: given, of how many, whether done, whether not heard of."""
    found = []
    for person in people:
        cells = given.get(person.id, {})
        column = "note" if asked.kind == "collect" else "score"
        n = sum(1 for (c, _), v in cells.items() if c == column and v is not None)
        found.append(
            {"nickname": person.nickname, "team": person.team, "given": n, "of": len(asked.touchpoints),
             "done": bool(cells.get(("done", ""))), "away": person.id in away}
        )  # fmt: skip
    return found


def tally(asked: Asked, given: Mapping[str, Mapping[Cell, Any]]) -> list[tuple[str, int]]:
    """How many gave each point of a warm-up, the best first: what the room sees at once, and nobody keeps."""
    values = [value for cells in given.values() for (column, _), value in cells.items() if column == "score"]
    return [(f"{p['shown']} {p['label']}".strip(), values.count(p["value"])) for p in reversed(asked.points)]


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
