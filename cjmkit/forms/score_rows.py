"""What stands in the grid, as typed: each person's row, what of it is right, and the `scores` table that it makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from cjmkit.errors import N_, Fault, UsageError
from cjmkit.forms.typed import parse_number, shown_number
from cjmkit.journey import Journey
from cjmkit.language import Language
from cjmkit.method.rounds import DOTS
from cjmkit.method.scores import of_persona
from cjmkit.tables import SCORE_NUMBERS, SCORES, scores_frame

COLUMNS = ("score", "importance", "moment_of_truth")
Cell = tuple[str, str]  # column of `scores`, touchpoint


@dataclass
class Row:
    """One person's row as typed; `was` is the name it is stored under, "" where it is not stored yet."""

    participant: str = ""
    team: str = ""
    cells: dict[Cell, str] = field(default_factory=dict)
    was: str = ""

    @property
    def name(self) -> str:
        return " ".join(self.participant.split())

    @property
    def typed(self) -> bool:
        return bool(self.name or any(text.strip() for text in self.cells.values()))


@dataclass(frozen=True)
class CellFault:
    """What is wrong in one cell: the row, and "participant" or the cell."""

    row: int
    cell: str | Cell
    fault: Fault


class Reading:
    """How a cell is read: its column's scale or dots, its touchpoint's number on the score sheet."""

    def __init__(self, journey: Journey, touchpoints: Sequence[str], say: Language, kind: str = "dots") -> None:
        self.low, self.high, self.say, self.kind = journey.scale.low, journey.scale.high, say, kind
        self.numbers = {id: n for n, id in enumerate(touchpoints, 1)}

    def value(self, cell: Cell, text: str) -> float | None:
        """The number in a cell, None where it is empty; raises `UsageError` with what would be right."""
        value = parse_number(text, self.say)
        if value is None:
            return None
        if self.dots(cell[0]):
            most = DOTS[cell[0]]
            if value != int(value) or value < 0:
                raise UsageError(
                    "dots are whole numbers, such as 0 to {most}, not {text}", most=most, text=text.strip()
                )
        elif not self.low <= value <= self.high:
            raise UsageError("{text} is not on the scale from {low} to {high}", text=text.strip(),
                             low=shown_number(self.low, self.say), high=shown_number(self.high, self.say))  # fmt: skip
        return value

    def dots(self, column: str) -> bool:
        """Whether this column holds dots, not points of the scale."""
        return column in DOTS and (column != "importance" or self.kind == "dots")

    def or_none(self, cell: Cell, row: Row) -> float | None:
        """The number in a cell of a row, None where it is empty or wrong."""
        text = row.cells.get(cell, "")
        return self.value(cell, text) if self.right(cell, text) else None

    def right(self, cell: Cell, text: str) -> bool:
        """Whether a cell can be read."""
        try:
            self.value(cell, text)
        except UsageError:
            return False
        return True


def stored_rows(journey: Journey, scores: pd.DataFrame, round: int, persona: str | None, say: Language) -> list[Row]:
    """The rows of the people in one round of `scores`, in the order in which they stand there."""
    mine = of_persona(journey, scores[scores["round"] == round], persona)
    rows: dict[str, Row] = {}
    for r in mine.to_dict("records"):
        row = rows.setdefault(r["participant"], Row(r["participant"], r["team"], was=r["participant"]))
        for column in COLUMNS:
            if pd.notna(r[column]):
                row.cells[column, r["touchpoint"]] = shown_number(r[column], say)
    return list(rows.values())


def renewed(old: Sequence[Row], stored: Sequence[Row], read: Reading) -> list[Row]:
    """The stored rows in the order of the old ones; what was typed and could not be stored stays as it was typed."""
    by_name = {row.was: row for row in stored}
    rows = []
    for row in old:
        new = by_name.pop(row.was, None) if row.was else None
        if new is not None:
            rows.append(_kept(row, new, read))
        elif not row.was and row.typed:
            rows.append(row)
    for n, row in enumerate(stored):
        if row.was in by_name:
            rows.insert(n, row)
    return rows


def _kept(old: Row, new: Row, read: Reading) -> Row:
    cells = dict(new.cells)
    for cell, text in old.cells.items():
        if read.or_none(cell, old) == read.or_none(cell, new) and (cell in cells or not read.right(cell, text)):
            cells[cell] = text
    return Row(old.participant, new.team if old.name == new.was else old.team, cells, new.was)


def faults(rows: Sequence[Row], read: Reading) -> list[CellFault]:
    """Everything that keeps a cell or a row from being saved, from the first row to the last."""
    found: list[CellFault] = []
    owners = {row.name.casefold() for row in rows if row.name.casefold() == row.was.casefold()}
    seen: set[str] = set()
    for n, row in enumerate(rows):
        name = row.name.casefold()
        if not name and row.typed:
            found.append(CellFault(n, "participant", Fault("", "row {n} has no nickname", {"n": n + 1})))
        elif name and (name in seen or (name in owners and name != row.was.casefold())):
            values = {"who": row.name, "n": n + 1}
            sentence = N_("{who} stands twice; row {n} is not saved until it has a nickname of its own")
            found.append(CellFault(n, "participant", Fault("", sentence, values)))
        else:
            seen.add(name)
        for cell, text in row.cells.items():
            try:
                read.value(cell, text)
            except UsageError as error:
                number = read.numbers.get(cell[1], "?")
                values = {"who": row.name, "n": n + 1, "number": number, "problem": error}
                nameless = N_("row {n}, touchpoint {number}: {problem}")
                problem = Fault("", N_("{who}, touchpoint {number}: {problem}") if row.name else nameless, values)
                found.append(CellFault(n, cell, problem))
    return found


def stored(
    journey: Journey, scores: pd.DataFrame, rows: Sequence[Row], read: Reading, round: int, persona: str | None, at: str
) -> pd.DataFrame:
    """The `scores` table with what is right in these rows; comments and other rounds stay as they were.

    A person who has given nothing yet is kept as one empty row. A new name goes for all rounds of that person, unless
    another round knows somebody of that name already: then it was that person all along.
    """
    wrong = {f.row for f in faults(rows, read) if f.cell == "participant"}
    right = [row for n, row in enumerate(rows) if n not in wrong and row.name]
    table = _renamed(journey, scores, right, round, persona)
    mine = of_persona(journey, table[table["round"] == round], persona)
    own = journey.persona(persona).id if journey.personas else ""
    before = {(r["participant"], r["touchpoint"]): r for r in mine.to_dict("records")}
    held = {rows[n].was for n in wrong} - {""}
    records = [r for (who, _), r in before.items() if who in held]
    for row in right:
        records += _records(row, read, before, {"round": round, "persona": own, "at": at})
    return _joined(table, mine, records)


def _records(
    row: Row, read: Reading, before: Mapping[tuple[str, str], dict[Any, Any]], base: dict[str, Any]
) -> list[dict[Any, Any]]:
    there = [touchpoint for who, touchpoint in before if who == row.name]
    who = {"participant": row.name, "team": row.team.strip()}
    found = []
    for touchpoint in dict.fromkeys([*read.numbers, *there]):
        old = before.get((row.name, touchpoint), {})
        values = {column: read.or_none((column, touchpoint), row) for column in COLUMNS}
        same = bool(old) and all(_same(old[column], value) for column, value in values.items())
        record = {**base, **old, **who, **values, "touchpoint": touchpoint, "at": old["at"] if same else base["at"]}
        if any(not _same(record.get(c), None) for c in SCORE_NUMBERS) or record.get("comment"):
            found.append(record)
    first = next(iter([*read.numbers, *there]), None)
    if not found and first is not None:
        return [{**base, **who, "touchpoint": first, "at": ""}]
    return found


def _same(one: Any, other: Any) -> bool:
    return bool(one == other or (pd.isna(one) and pd.isna(other)))


def _renamed(
    journey: Journey, scores: pd.DataFrame, rows: Iterable[Row], round: int, persona: str | None
) -> pd.DataFrame:
    table = scores.copy()
    rows = [row for row in rows if row.was]
    names = {row.was: row.name for row in rows if row.was != row.name}
    others = set(table.participant) - set(names)
    here = set(of_persona(journey, table[table["round"] == round], persona).index)
    who = zip(table.index, table.participant, strict=True)
    table["participant"] = [names.get(w, w) if i in here or names.get(w) not in others else w for i, w in who]
    teams = {row.name: row.team.strip() for row in rows}
    table["team"] = [teams.get(w, team) for w, team in zip(table.participant, table.team, strict=True)]
    return table


def _joined(table: pd.DataFrame, mine: pd.DataFrame, records: Sequence[Mapping[Any, Any]]) -> pd.DataFrame:
    """The table with these records in place of `mine`, each where it stood, new ones at the end."""
    new = {(r["participant"], r["touchpoint"]): dict(r) for r in records}
    own = set(mine.index)
    rows: list[dict[Any, Any]] = []
    for index, old in zip(table.index, table.to_dict("records"), strict=True):
        record = new.pop((old["participant"], old["touchpoint"]), None) if index in own else old
        rows += [] if record is None else [record]
    return scores_frame([*rows, *new.values()])[SCORES]


def dots_over(rows: Sequence[Row], read: Reading) -> list[tuple[Row, str, int]]:
    """Who put more dots than there are: the row, the column, how many."""
    kinds = [column for column in DOTS if read.dots(column)]
    return [(row, c, n) for row in rows for c in kinds if (n := put_dots(row, c, read)) > DOTS[c]]


def put_dots(row: Row, column: str, read: Reading) -> int:
    """How many dots a person has put."""
    return int(sum(read.or_none(cell, row) or 0 for cell in row.cells if cell[0] == column))
