"""`kill -9` at random moments of saving: no unreadable file, no acknowledged revision lost, no pair torn apart.

Run alone: python tests/soak/saving.py 20 7   (20 kills, seed 7; prints what came out as JSON)
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import struct
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from cjmkit.errors import CJMError
from cjmkit.journey import Journey
from cjmkit.tables import scores_frame, scores_to_csv
from cjmkit.workshop import Workshop
from cjmkit.workshop.saving import journey_in, scores_in

N = 200
Saver = Callable[[Path, Callable[[int], object]], None]


def large_journey() -> Journey:
    """Two hundred touchpoints in five stages, with some text in each."""
    touchpoints = [
        {"id": f"t{n}", "stage": f"s{n % 5}", "name": f"Touchpoint {n}", "pain": "ż" * 80, "doing": "y" * 80}
        for n in range(200)
    ]
    stages = [{"id": f"s{n}", "name": f"Stage {n}"} for n in range(5)]
    return Journey.from_data({"client": "Large", "revision": 1, "stages": stages, "touchpoints": touchpoints})


def marked_scores(mark: str):
    return scores_frame(
        [{"round": 1, "participant": "p1", "touchpoint": f"t{n}", "score": 3, "comment": mark} for n in range(20)]
    )


def kit_saver(folder: Path, tell: Callable[[int], object]) -> None:
    """What the kit does; title and comments carry the revision, so that two halves of different saves show."""
    workshop = Workshop(folder)
    while True:
        mark = f"save {workshop.journey.revision + 1}"
        tell(workshop.save(title=mark, scores=marked_scores(mark)).revision)


def plain_saver(folder: Path, tell: Callable[[int], object]) -> None:
    """The control: what most programs do."""
    data = json.loads((folder / "journey.json").read_text("utf-8"))
    while True:
        data["revision"] += 1
        data["title"] = f"save {data['revision']}"
        with open(folder / "journey.json", "w", encoding="utf-8") as file:
            json.dump(data, file, indent=2)
        with open(folder / "scores.csv", "w", encoding="utf-8") as file:
            file.write(scores_to_csv(marked_scores(data["title"])))
        tell(data["revision"])


def hasty_saver(folder: Path, tell: Callable[[int], object]) -> None:
    """The second control: acknowledges before the save is done."""
    workshop = Workshop(folder)
    while True:
        mark = f"save {workshop.journey.revision + 1}"
        tell(workshop.journey.revision + 1)
        workshop.save(title=mark, scores=marked_scores(mark))


def kills(n: int, seed: int, saver: Saver) -> Counter[str]:
    """Start a saving process n times, kill it at a random moment, and count what is wrong on the disk after that."""
    chance = random.Random(seed)
    found: Counter[str] = Counter(kills=n)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "large"
        folder.mkdir()
        for _ in range(n):
            if not _is_whole(folder):
                (folder / "journey.json").write_text(large_journey().changed(title="save 1").to_json(), "utf-8")
                (folder / "scores.csv").write_text(scores_to_csv(marked_scores("save 1")), "utf-8")
            acknowledged = _start_and_kill(folder, saver, chance.uniform(0, 3))
            found["acknowledged"] += len(acknowledged)
            found["cut_short"] += any(folder.glob(".*.tmp")) or (folder / ".saving.json").exists()
            found.update(_wrong(folder, max(acknowledged)))
    return found


def main(n: int = N, seed: int = 1) -> dict[str, int]:
    """Kill the kit n times, and each control a tenth of that; raises where one came out wrong."""
    found = kills(n, seed, kit_saver)
    control, hasty = kills(max(10, n // 10), seed, plain_saver), kills(max(10, n // 10), seed, hasty_saver)
    result = {name: found[name] for name in ("kills", "acknowledged", "cut_short", "unreadable", "lost", "torn")}
    result |= {"plain_kills": control["kills"], "plain_unreadable": control["unreadable"]}
    result |= {"hasty_kills": hasty["kills"], "hasty_lost": hasty["lost"]}
    assert (found["unreadable"], found["lost"], found["torn"]) == (0, 0, 0), result
    assert min(control["unreadable"], hasty["lost"], found["cut_short"] if n >= 100 else 1) > 0, result
    return result


def _start_and_kill(folder: Path, saver: Saver, moment: float) -> list[int]:
    """The revisions that the process had acknowledged when it was killed, so many times the first one's wait later."""
    began = time.monotonic()
    ours, its = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(ours)
            saver(folder, lambda revision: os.write(its, struct.pack("q", revision)))
        finally:
            os._exit(1)
    os.close(its)
    select.select([ours], [], [], 30)
    time.sleep(moment * (time.monotonic() - began))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    said = b""
    while more := os.read(ours, 65536):
        said += more
    os.close(ours)
    assert os.WIFSIGNALED(status), "the saving process ended by itself"
    assert said, "the saving process saved nothing"
    return [revision for (revision,) in struct.iter_unpack("q", said)]


def _is_whole(folder: Path) -> bool:
    try:
        journey_in((folder / "journey.json").read_bytes())
        return len(scores_in((folder / "scores.csv").read_bytes())) == 20
    except (CJMError, OSError):
        return False


def _wrong(folder: Path, acknowledged: int) -> list[str]:
    if not _is_whole(folder):
        return ["unreadable"]
    workshop = Workshop(folder)
    wrong = ["lost"] if workshop.journey.revision < acknowledged else []
    marks = {workshop.journey.title, *workshop.scores["comment"]}
    return wrong + (["torn"] if marks != {f"save {workshop.journey.revision}"} else [])


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:]))))
