"""Sixty phones vote while the server is killed ten times: what was acknowledged is stored, each once, and is counted.

Run alone: python tests/soak/room.py 2 7   (2 seeds from 7 on; prints what came out as JSON)
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))
from phones import Phone, new_id

from cjmkit.journey import Journey
from cjmkit.room.box import BALLOTS
from cjmkit.room.handle import VotingRoom
from cjmkit.workshop import Workshop
from cjmkit.workshop.saving import scores_in

N = 20
PEOPLE, GIVEN, KILLS, RESENT = 60, 30, 10, 0.05
KIT = ["-m", "cjmkit.room"]
HASTY = [__file__, "--hasty"]


def client(place: Path, touchpoints: int) -> Workshop:
    """A client's folder with so many touchpoints and no score."""
    stages = [{"id": "a", "name": "A"}]
    points = [{"id": f"t{n}", "stage": "a", "name": f"Touchpoint {n}"} for n in range(touchpoints)]
    journey = Journey.from_data({"client": "Room", "stages": stages, "touchpoints": points, "scale": {"high": 10}})
    folder = place / "room"
    folder.mkdir()
    (folder / "journey.json").write_text(journey.to_json(), "utf-8")
    return Workshop(folder)


def hasty(folder: Path) -> None:
    """The control, a server that acknowledges what it has in memory only, as a plain open file does."""
    from cjmkit.room import box, keeper

    def append(self: Any, content: bytes) -> None:
        self._late = getattr(self, "_late", b"") + content
        if len(self._late) > 4096:
            os.write(self._file, self._late)
            self._late = b""

    box.BallotBox._append = append  # type: ignore[method-assign]
    sys.exit(keeper.serve(folder))


async def voted(
    seed: int, people: int, given: int, kills: int, program: list[str] = KIT, again: Callable[[str], str] = str
) -> Counter[str]:
    """One round with everybody in it, and what is wrong on the disk after it.

    Args:
        seed: of what is given, resent, and when the server is killed.
        people: how many phones.
        given: how many answers each gives.
        kills: how often the server is killed meanwhile.
        program: the keeper; of `HASTY` the test is the keeper itself.
        again: from the id of an answer the id under which it is sent again; the control makes a new one.
    """
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        workshop = client(Path(place), max(3, given * 2 // 3))
        handle = VotingRoom(workshop)
        server = Server(program, workshop.folder)
        try:
            while (await asyncio.to_thread(handle.status) or {"phase": "gone"})["phase"] == "gone":
                await asyncio.sleep(0.1)
            status = await asyncio.to_thread(handle.do, "open", kind="score", asks=["score"])
            acknowledged: dict[str, tuple[str, str, int]] = {}
            found: Counter[str] = Counter()
            moments = sorted(chance.sample(range(1, people * given), kills))

            async def kill() -> None:
                for moment in moments:
                    while len(acknowledged) < moment:
                        await asyncio.sleep(0.005)
                    await asyncio.sleep(chance.random() * 0.05)
                    await server.kill()
                    found.update(kills=1)

            async def take_part(chance: random.Random) -> None:
                phone = Phone(status["port"])
                await phone.join(status["code"], chance.choice("ABC"))
                state = await phone.state()
                me, asked = state["me"]["nickname"], state["round"]
                for _ in range(given):
                    id, touchpoint = new_id(), chance.choice(asked["touchpoints"])["id"]
                    value = chance.choice(asked["points"])["value"]
                    tries = await phone.give(asked["n"], touchpoint, value, id=id, again=again)
                    acknowledged[id] = (me, touchpoint, value)
                    found.update(retried=tries - 1)
                    if chance.random() < RESENT:
                        await phone.give(asked["n"], touchpoint, value, id=again(id), again=again)
                        found.update(resent=1)
                    await asyncio.sleep(chance.random() * 0.1)
                phone.hang_up()

            await asyncio.gather(kill(), *(take_part(random.Random(f"{seed} {k}")) for k in range(people)))
            found["acknowledged"] = len(acknowledged)
            while (await asyncio.to_thread(handle.status) or {"phase": "gone"})["phase"] == "gone":
                await asyncio.sleep(0.1)  # the last one was killed just now
            found.update(_wrong(workshop.folder, acknowledged))
            await asyncio.to_thread(handle.do, "close")
            scores = scores_in((workshop.folder / "scores.csv").read_bytes())
            counted = {(row.participant, row.touchpoint): row.score for row in scores.itertuples()}
            found["miscounted"] = len(counted.items() ^ {v[:2]: float(v[2]) for v in acknowledged.values()}.items())
            await asyncio.to_thread(handle.do, "end")
            await server.gone()
            found["left"] = sum((workshop.folder / name).exists() for name in (BALLOTS, "room.json"))
        finally:
            server.stop()
    return found


def _wrong(folder: Path, acknowledged: dict[str, tuple[str, str, int]]) -> dict[str, int]:
    lines = [json.loads(line) for line in (folder / BALLOTS).read_text("utf-8").splitlines()]
    stored = {line["id"]: (line["who"], line["touchpoint"], line["value"]) for line in lines}
    return {
        "stored": len(lines),
        "doubled": max(0, len(lines) - len(acknowledged)),
        "lost": sum(stored.get(id) != what for id, what in acknowledged.items()),
    }


class Server:
    """The room's processes; of the kit's program the keeper, of a control the server, which is started again here."""

    def __init__(self, program: list[str], folder: Path) -> None:
        self.command, self.keeps = [sys.executable, *program, str(folder)], program is KIT
        self.process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self.command, stdout=subprocess.DEVNULL)

    async def kill(self) -> None:
        """Kill the server, not its keeper."""
        if not self.keeps:
            self.process.kill()
            self.process.wait()
            self.process = self._started()
            return
        for _ in range(500):
            if children := psutil.Process(self.process.pid).children():
                children[0].send_signal(signal.SIGKILL)
                return
            await asyncio.sleep(0.01)
        raise AssertionError("the keeper started no server")

    async def gone(self) -> None:
        await asyncio.to_thread(self.process.wait, 10)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)


def checked(found: Counter[str]) -> Counter[str]:
    """What came out, where the guarantee holds."""
    wrong = {name: found[name] for name in ("lost", "doubled", "miscounted", "left") if found[name]}
    assert not wrong, dict(found)
    assert found["stored"] == found["acknowledged"], dict(found)
    return found


def main(n: int = N, seed: int = 1) -> dict[str, int]:
    """So many rooms, and of each control a tenth of that; raises where one came out wrong."""
    total: Counter[str] = Counter(rooms=n)
    for each in range(seed, seed + n):
        total.update(checked(run(voted(each, PEOPLE, GIVEN, KILLS))))
    for each in range(seed, seed + max(1, n // 10)):
        total["hasty_lost"] += run(voted(each, PEOPLE, GIVEN, KILLS, HASTY))["lost"]
        total["new_ids_doubled"] += run(voted(each, PEOPLE, GIVEN, KILLS, again=lambda id: new_id()))["doubled"]
    assert min(total["hasty_lost"], total["new_ids_doubled"]) > 0, dict(total)
    return dict(total)


def run(work: Awaitable[Counter[str]]) -> Counter[str]:
    async def go() -> Counter[str]:
        return await work

    return asyncio.run(go())


if __name__ == "__main__":
    if sys.argv[1] == "--hasty":
        hasty(Path(sys.argv[2]))
    print(json.dumps(main(*map(int, sys.argv[1:]))))
