"""A thousand phones in one room: how soon an answer is acknowledged, and what the server takes for it."""

import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from statistics import quantiles
from time import perf_counter, sleep

import psutil
import pytest

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "soak")]
from phones import Phone  # noqa: E402
from room import KIT, Server, client  # noqa: E402

from cjmkit.room.handle import VotingRoom  # noqa: E402

PEOPLE, SECONDS, TOUCHPOINTS = 1000, 60, 20


def shares(seconds: list[float]) -> str:
    cuts = quantiles(seconds, n=100)
    return (
        f"p50 {cuts[49] * 1000:.0f} ms, p95 {cuts[94] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms, n = {len(seconds)}"
    )


def memory(pid: int) -> list[float]:
    """The resident memory of a process and of those it started, in MB."""
    keeper = psutil.Process(pid)
    return [p.memory_info().rss / 1e6 for p in [keeper, *keeper.children(recursive=True)]]


async def load(people: int = PEOPLE, seconds: float = SECONDS) -> dict:
    with tempfile.TemporaryDirectory() as place:
        workshop = client(Path(place), TOUCHPOINTS)
        handle, server = VotingRoom(workshop), Server(KIT, workshop.folder)
        try:
            while (await asyncio.to_thread(handle.status) or {"phase": "gone"})["phase"] == "gone":
                await asyncio.sleep(0.1)
            told, figures = await asyncio.to_thread(handle.status), {"empty": memory(server.process.pid)}
            phones, waiting = [Phone(told["port"]) for _ in range(people)], [Phone(told["port"]) for _ in range(people)]
            joins, ballots, heard = [], [], []
            at = perf_counter()

            async def come(phone: Phone, other: Phone) -> None:
                await asyncio.sleep(random.random() * people / 100)  # a hundred a second
                while True:
                    start = perf_counter()
                    if await phone.join(told["code"], random.choice("ABCD")) == 200:
                        break
                joins.append(perf_counter() - start)
                other.cookies = phone.cookies

            await asyncio.gather(*map(come, phones, waiting))
            figures["all joined, s"] = perf_counter() - at

            async def listen(phone: Phone, version: str = "") -> None:
                while True:
                    state = await phone.state(version)
                    if state["version"] != version:
                        version = state["version"]
                        heard.append(perf_counter())

            async def change(what: str, **values) -> float:
                heard.clear()
                await asyncio.to_thread(handle.do, what, **values)
                done = perf_counter()
                while len(heard) < people:
                    await asyncio.sleep(0.01)
                return max(heard) - done

            listeners = [asyncio.create_task(listen(phone)) for phone in waiting]
            while len(heard) < people:
                await asyncio.sleep(0.05)
            figures["opened: heard by all, s after the desk"] = await change(
                "open", kind="score", asks=["score", "comment"]
            )
            n = (await phones[0].state())["round"]["n"]
            end = perf_counter() + seconds

            async def vote(phone: Phone) -> None:
                await asyncio.sleep(random.random() * 3)
                while perf_counter() < end:
                    start = perf_counter()
                    await phone.give(n, f"t{random.randrange(TOUCHPOINTS)}", random.randint(1, 10))
                    ballots.append(perf_counter() - start)
                    await asyncio.sleep(random.uniform(2, 4))

            cpu = psutil.Process(server.process.pid).children()[0]
            before = sum(cpu.cpu_times()[:2])
            await asyncio.gather(*map(vote, phones))
            figures["cpu of one core"] = (sum(cpu.cpu_times()[:2]) - before) / seconds
            figures["full"] = memory(server.process.pid)
            at = perf_counter()
            figures["closed: heard by all, s after the desk"] = await change("close")
            figures["counting, s"] = perf_counter() - at - figures["closed: heard by all, s after the desk"]
            figures["closed"] = memory(server.process.pid)
            figures["shown: heard by all, s after the desk"] = await change("show", on=True)
            for task in listeners:
                task.cancel()
            await asyncio.to_thread(handle.do, "end")
        finally:
            server.stop()
        return {**figures, "joins": shares(joins), "ballots": shares(ballots)}


def test_a_thousand_phones():
    print("\n\n1,000 phones in one room, 20 touchpoints, a minute:")
    for name, value in asyncio.run(load()).items():
        print(" ", name, value)


async def flood(port: int, kind: str, code: str) -> None:
    """One client that does this as often as it can; it runs in a process of its own until that is ended."""
    bad = Phone(port)
    await bad.join(code)
    junk = b'{"id":"%s","n":1,"column":"score","touchpoint":"t1","value":3}' % (b"z" * 20)

    async def hammer(*what, known: bool = False, **more) -> None:
        phone = Phone(port)
        phone.cookies = dict(bad.cookies) if known else {"cjm_xsrf": "1"}
        while True:
            with suppress(OSError, EOFError, ValueError):
                await phone.ask(*what, **more)

    async def dawdle(byte: bytes) -> None:
        while True:
            with suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                while not reader.at_eof():
                    writer.write(byte)
                    await writer.drain()
                    await asyncio.sleep(0.5)

    works = {
        "a token, POST /ballot, 8 lines": [hammer("POST", "/ballot", raw=junk, known=True) for _ in range(8)],
        "the same, 100 lines": [hammer("POST", "/ballot", raw=junk, known=True) for _ in range(100)],
        "wrong codes, 50 lines": [hammer("POST", "/join", {"code": "WRONG"}) for _ in range(50)],
        "GET /, 200 lines": [hammer("GET", "/") for _ in range(200)],
        "headers of 20 kB, 50 lines": [hammer("GET", "/", x="h" * 20_000) for _ in range(50)],
        "a byte each half second, 1,000 lines": [dawdle(b"G") for _ in range(1000)],
        "5,000 idle lines": [dawdle(b"") for _ in range(5000)],
    }
    chosen = works.pop(kind, [])
    for others in works.values():
        for work in others:
            work.close()
    await asyncio.gather(*chosen)


FLOODS = [
    "nobody", "a token, POST /ballot, 8 lines", "the same, 100 lines", "wrong codes, 50 lines", "GET /, 200 lines", "headers of 20 kB, 50 lines",
    "a byte each half second, 1,000 lines", "5,000 idle lines", "nobody",
]  # fmt: skip


async def beside(kind: str, people: int = 60, seconds: float = 8) -> tuple[str, float]:
    """How soon sixty people's answers are acknowledged while one client floods; and the room's memory, in MB."""
    with tempfile.TemporaryDirectory() as place:
        workshop = client(Path(place), TOUCHPOINTS)
        handle, server = VotingRoom(workshop), Server(KIT, workshop.folder)
        try:
            while (await asyncio.to_thread(handle.status) or {"phase": "gone"})["phase"] == "gone":
                await asyncio.sleep(0.1)
            told = await asyncio.to_thread(handle.do, "open", kind="score", asks=["score"])
            phones, taken = [Phone(told["port"]) for _ in range(people)], []
            for phone in phones:
                await phone.join(told["code"])
            flooder = subprocess.Popen([sys.executable, __file__, str(told["port"]), kind, told["code"]])
            await asyncio.sleep(2)
            end = perf_counter() + seconds

            async def vote(phone: Phone) -> None:
                await asyncio.sleep(random.random())
                while perf_counter() < end:
                    start = perf_counter()
                    await phone.give(1, f"t{random.randrange(TOUCHPOINTS)}", random.randint(1, 10))
                    taken.append(perf_counter() - start)
                    await asyncio.sleep(random.uniform(0.5, 1.5))

            await asyncio.gather(*map(vote, phones))
            used = sum(memory(server.process.pid))
            flooder.kill()
            flooder.wait()
        finally:
            server.stop()
        return shares(taken), used


def test_one_client_that_floods():
    print("\n\n60 people's answers while one client floods:")
    for kind in FLOODS:
        taken, used = asyncio.run(beside(kind))
        print(f"  {kind}: {taken}; {used:.0f} MB")


SLIDERS = """import ipywidgets as w
w.VBox([w.IntSlider(5, 1, 10, description=f"Touchpoint {n}") for n in range(20)])"""


def instead(place: Path, pages: int) -> tuple[float, float]:
    """So many pages of a Voilà that was just started, opened at once: seconds until the last is whole, MB of all its processes."""
    voila = [
        place / "venv/bin/python",
        "-m",
        "voila",
        "page.ipynb",
        "--no-browser",
        "--port=18766",
        "--Voila.ip=127.0.0.1",
    ]
    process = subprocess.Popen(voila, cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def page() -> bytes:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
            "http://127.0.0.1:18766/", timeout=120
        ) as answer:
            return answer.read()

    try:
        for _ in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", 18766), 1):
                break
            sleep(0.1)
        start = perf_counter()
        with ThreadPoolExecutor(pages) as pool:
            found = list(pool.map(lambda _: page(), range(pages)))
        taken = perf_counter() - start
        assert all(b"widget-view" in body for body in found)
        return taken, sum(memory(process.pid))
    finally:
        for each in [*psutil.Process(process.pid).children(recursive=True), process]:
            each.kill()
        process.wait()


def test_a_page_per_participant_on_voila_instead(tmp_path):
    """Voilà is not in the lock, because it would hook into `make lab`; it is installed for this test alone."""
    uv = Path(sys.executable).parent / "uv"
    for words in (["venv", "--python", sys.executable, "venv"], ["pip", "install", "voila", "ipywidgets", "ipykernel"]):
        env = {**os.environ, "VIRTUAL_ENV": str(tmp_path / "venv")}
        done = subprocess.run([uv, *words], cwd=tmp_path, env=env, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"Voilà could not be installed here: {done.stderr.strip().splitlines()[-1:]}")
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "id": "a", "source": SLIDERS}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    (tmp_path / "page.ipynb").write_text(
        json.dumps({"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})
    )
    print("\n\nA page per participant on Voilà, one slider a touchpoint, no browser's time in it:")
    for n in (1, 5, 10, 20):
        seconds, used = instead(tmp_path, n)
        print(f"  {n} at once: the last page whole after {seconds:.1f} s, {used:.0f} MB")
    print(
        f"  extrapolated from 20, plainly in proportion: 1,000 pages take {seconds * 50 / 60:.0f} minutes and {used * 50 / 1000:.0f} GB"
    )


if __name__ == "__main__":
    asyncio.run(flood(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
