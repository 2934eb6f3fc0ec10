"""Three people edit one client in a random order: nobody's saved edit is silently overwritten."""

from __future__ import annotations

import csv
import json
import random
import tempfile
from collections import Counter
from pathlib import Path

from cjmkit.errors import ConflictError
from cjmkit.journey import Journey
from cjmkit.tables import scores_frame
from cjmkit.workshop import Workshop

N = 1000
STEPS = 8
PLACES = [(t, field) for t in ("a", "b", "c") for field in ("pain", "success", "score")]
View = dict[tuple[str, str], str]


class Unchecked(Workshop):
    """The control: saves without comparing what it read with what is on the disk."""

    def _compare(self, disk) -> None:
        pass


def small() -> Journey:
    touchpoints = [{"id": t, "stage": "s"} for t in ("a", "b", "c")]
    return Journey.from_data({"client": "x", "revision": 1, "stages": [{"id": "s"}], "touchpoints": touchpoints})


def view(folder: Path) -> View:
    """What stands at each place of the files, read without the kit."""
    touchpoints = json.loads((folder / "journey.json").read_text())["touchpoints"]
    seen = {(t["id"], f): t[f] for t in touchpoints for f in ("pain", "success")}
    scores = folder / "scores.csv"
    rows = csv.DictReader(scores.read_text().splitlines()) if scores.exists() else []
    return seen | {(t, "score"): "" for t in "abc"} | {(row["touchpoint"], "score"): row["comment"] for row in rows}


def parts(workshop: Workshop, saw: View, edits: View) -> dict[str, object]:
    """The parts a form would hand to `save` after these edits of what it saw."""
    wanted = saw | edits
    changed: dict[str, object] = {}
    if any(field != "score" for _, field in edits):
        changed["touchpoints"] = [
            t.model_copy(update={f: wanted[t.id, f] for f in ("pain", "success")}) for t in workshop.journey.touchpoints
        ]
    if any(field == "score" for _, field in edits):
        rows = [(t, text) for (t, field), text in wanted.items() if field == "score" and text]
        changed["scores"] = scores_frame(
            [{"round": 1, "participant": "p", "touchpoint": t, "score": 3, "comment": text} for t, text in rows]
        )
    return changed


class Person:
    """One kernel on the client's folder: what it saw, what it means to change, and what came of it."""

    def __init__(self, folder: Path, kind: type[Workshop]) -> None:
        self.workshop = kind(folder)
        self.saw = view(folder)
        self.edits: View = {}

    def act(self, chance: random.Random, token: str, found: Counter[str]) -> None:
        before = view(self.workshop.folder)
        self.edits[chance.choice(PLACES)] = token
        try:
            self.workshop.save(**parts(self.workshop, self.saw, self.edits))
            self._check("saved", before, found)
        except ConflictError:
            found["conflicts"] += 1
            way = chance.choice(["reload", "merge", "merge", "keep_both", "wait"])
            self._go_on(way, before, found)

    def _go_on(self, way: str, before: View, found: Counter[str]) -> None:
        if way == "wait":
            return
        if way == "merge":
            try:
                self.workshop.merge()
                self._check("merged", before, found)
            except ConflictError:
                found["clashes"] += 1
            return
        mine = self.workshop.keep_both() if way == "keep_both" else None
        if mine:
            found["kept_wrong"] += not self.edits.items() <= view(mine).items()
        else:
            self.workshop.reload()
        found["overwritten"] += view(self.workshop.folder) != before
        self.edits, self.saw = {}, view(self.workshop.folder)

    def _check(self, how: str, before: View, found: Counter[str]) -> None:
        """After a save the disk holds what it held, and my edits; and I had seen what I replaced."""
        found[how] += 1
        after = view(self.workshop.folder)
        unseen = any(before[place] not in (self.saw[place], text) for place, text in self.edits.items())
        found["overwritten"] += unseen or after != before | self.edits
        self.edits, self.saw = {}, after


def interleave(n: int, seed: int, kind: type[Workshop] = Workshop) -> Counter[str]:
    """Play n random orders of edits by three people, and count what was silently overwritten."""
    chance = random.Random(seed)
    found: Counter[str] = Counter(orders=n)
    for order in range(n):
        with tempfile.TemporaryDirectory() as place:
            (Path(place) / "journey.json").write_text(small().to_json())
            people = [Person(Path(place), kind) for _ in range(3)]
            for step in range(STEPS):
                chance.choice(people).act(chance, f"token-{order}-{step}", found)
    return found


def main(n: int = N, seed: int = 1) -> dict[str, int]:
    """The kit n times, the control a tenth of that; raises where one came out wrong."""
    found, control = interleave(n, seed), interleave(max(10, n // 10), seed, Unchecked)
    names = ("orders", "saved", "merged", "conflicts", "clashes", "overwritten", "kept_wrong")
    result = {name: found[name] for name in names} | {"unchecked_overwritten": control["overwritten"]}
    assert (found["overwritten"], found["kept_wrong"]) == (0, 0), result
    assert min(found["merged"], found["clashes"], control["overwritten"]) > 0, result
    return result
