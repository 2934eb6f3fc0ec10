"""A workshop through the voting room, in real browsers: three phones and the facilitator's notebook and wall.

Collect, score, reveal, second round; one phone goes offline and comes back, the server dies once; the phones come in by a
host name that is not loopback, so that the browser treats them as phones. Screenshots of every step are kept in CJMKIT_SHOTS.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
N = 1
SHOTS = Path(os.environ.get("CJMKIT_SHOTS", tempfile.gettempdir()))
HOST = f"{socket.gethostname().lower().removesuffix('.local')}.local"
NOTES = [
    ("consideration", "Asks a friend who runs"),
    ("consideration", "asks a friend who runs!"),
    ("loyalty", "A running group"),
]


class Walk:
    """The windows of one workshop, and what is seen in them."""

    def __init__(self, lab: Any, browser: Any, ip: str) -> None:
        self.lab, self.browser, self.ip = lab, browser, ip
        self.case = lab.project / "workshops/case"
        self.outside: list[str] = []
        self.weight: dict[str, int] = {}

    @property
    def room(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.case / "room.json").read_text("utf-8"))
        return found

    def shot(self, page: Any, name: str) -> None:
        page.screenshot(path=SHOTS / f"room-{name}.png")

    def notebook(self, name: str) -> Any:
        """A guided notebook up to its voting room."""
        page = self.lab.open(self.browser, name, until=".cjm-voting, button:has-text('Open it on this machine only')")
        page.keyboard.press("Escape")
        return page

    def press(self, page: Any, label: str) -> None:
        button = page.get_by_role("button", name=re.compile(f"^{re.escape(label)}")).locator("visible=true").first
        button.wait_for(timeout=30_000)
        button.scroll_into_view_if_needed()
        button.click()

    def phone(self, team: str) -> Any:
        """A phone scans the code, chooses its team."""
        context = self.browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
        page = context.new_page()
        page.heard = []
        page.on("pageerror", lambda error: page.heard.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith(f"http://{HOST}:") else self.outside.append(r.url))
        page.on(
            "response",
            lambda r: (
                self.weight.__setitem__(r.url.split("?")[0], len(r.body()))
                if r.request.resource_type != "fetch"
                else None
            ),
        )
        page.goto(f"http://{HOST}:{self.room['port']}/#{self.room['code']}")
        page.locator(".choices button", has_text=re.compile(f"^{team}$")).click()
        page.wait_for_selector("h1:has-text('You are')")
        assert page.evaluate("window.isSecureContext") is False
        return page

    def until(self, page: Any, holds: Callable[[], bool], what: str) -> None:
        for _ in range(200):
            if holds():
                return
            page.wait_for_timeout(100)
        raise AssertionError(f"waited in vain: {what}")

    def sent(self, phone: Any) -> None:
        self.until(phone, lambda: "all sent" in phone.locator(".sum").inner_text(), "everything is sent")


def give(phone: Any, touchpoint: str, value: int) -> None:
    phone.locator(f"[data-cell='score {touchpoint}'] .pick").nth(value - 1).click()


def warm_up(walk: Walk, page: Any, phones: list[Any], wall: Any) -> None:
    """One test vote on each phone; the wall shows how many gave what, and nothing of it is kept."""
    walk.press(page, "Warm-up: one test vote")
    for n, phone in enumerate(phones):
        phone.locator(".pick").nth(n + 2).click()
        walk.sent(phone)
    walk.press(page, "End the test vote")
    wall.locator(".tried").wait_for()
    walk.shot(wall, "wall-warm-up")


def collect(walk: Walk, page: Any, phones: list[Any]) -> None:
    walk.press(page, "Collect touchpoints")
    for phone, (stage, name) in zip(phones, NOTES, strict=True):
        phone.wait_for_selector("form input[name=name]")
        phone.locator(f"input[name=stage][value={stage}]").check(force=True)
        phone.fill("input[name=name]", name)
        phone.locator("form .first").click()
        walk.sent(phone)
    walk.shot(phones[0], "phone-collect")
    page.get_by_text("Asks a friend who runs").first.wait_for()
    walk.shot(page, "notebook-collect")
    walk.press(page, "Take them in")
    journey = walk.lab.until(lambda j: any(t.name == "A running group" for t in j.touchpoints), page)
    assert sum("friend who runs" in t.name for t in journey.touchpoints) == 1  # two notes of one thing


def score(walk: Walk, page: Any, phones: list[Any], wall: Any) -> dict[str, list[int]]:
    """Everybody scores; one is offline for a while, and the server dies once. What was given, by touchpoint."""
    walk.press(page, "Score on the phones")
    for phone in phones:
        phone.wait_for_selector(".card")
    ids = [t["id"] for t in walk.room["asked"]["touchpoints"]]
    given: dict[str, list[int]] = {id: [] for id in ids}
    for n, id in enumerate(ids):
        if n == 3:
            phones[1].context.set_offline(True)
        if n == 6:
            keeper = next(
                p
                for p in psutil.process_iter(["cmdline"])
                if "cjmkit.room" in " ".join(p.info["cmdline"] or [])
                and "--serve" not in p.info["cmdline"]
                and str(walk.case) in p.info["cmdline"]
            )
            [server] = keeper.children()
            server.send_signal(signal.SIGKILL)
        if n == 9:
            walk.shot(phones[1], "phone-offline")
            phones[1].context.set_offline(False)
        for k, phone in enumerate(phones):
            value = 1 + (n * (k + 1) + 3 * k) % 10
            give(phone, id, value)
            given[id].append(value)
    for phone in phones:
        walk.sent(phone)
    walk.shot(phones[0], "phone-score")
    for phone in phones:
        for column in (1, 2):
            phone.locator(".finish > button, .finish button.first").first.click()
            phone.wait_for_selector(".rows li")
            for row in range(3):
                phone.locator(".rows [aria-label^='one dot more']").nth(row).click()
            if phone is phones[0]:
                walk.shot(phone, f"phone-dots-{column}")
        phone.locator(".finish > button, .finish button.first").first.click()
        walk.sent(phone)
    walk.shot(phones[2], "phone-done")
    walk.shot(wall, "wall-scoring")
    walk.shot(page, "notebook-scoring")
    return given


def drawn(wall: Any) -> None:
    """Wait until the wall shows a picture that was drawn."""
    whole = "() => [...document.querySelectorAll('.page img')].some(i => i.complete && i.naturalWidth > 200)"
    for _ in range(300):
        if wall.evaluate(whole) and not wall.locator(".drawing").count():
            return
        wall.wait_for_timeout(200)
    raise AssertionError("no picture was drawn")


def stored(walk: Walk, round: int) -> dict[str, list[int]]:
    """What stands in scores.csv, by touchpoint, in the order of the values."""
    import pandas as pd

    table = pd.read_csv(walk.case / "scores.csv")
    mine = table[(table["round"] == round) & table.score.notna()]
    return {str(id): sorted(int(x) for x in part.score) for id, part in mine.groupby("touchpoint")}


def walked(lab: Any, browser: Any, ip: str) -> dict[str, Any]:
    walk = Walk(lab, browser, ip)
    page = walk.notebook("04_touchpoints")
    walk.press(page, f"Open it for phones at {ip}")
    walk.until(page, lambda: (walk.case / "room.json").exists() and walk.room.get("host") == ip, "the room is open")
    page.locator(".cjm-way-in svg").wait_for()
    walk.shot(page, "notebook-open")
    wall = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    wall.goto(f"http://127.0.0.1:{walk.room['desk_port']}/wall#{walk.room['desk_key']}")
    phones = [walk.phone(team) for team in ("Brand", "Shop", "E-commerce and service")]
    wall.wait_for_timeout(1500)
    walk.shot(wall, "wall-waiting")
    warm_up(walk, page, phones, wall)
    collect(walk, page, phones)
    page.close()
    page = walk.notebook("05_scoring")
    given = score(walk, page, phones, wall)
    page.get_by_text("Done: 3 of 3").first.wait_for()
    walk.press(page, "Close and count")
    walk.until(page, lambda: not (walk.case / "ballots.jsonl").exists(), "the ballots are counted")
    assert stored(walk, 1) == {id: sorted(values) for id, values in given.items()}
    walk.press(page, "Show it on the wall")
    drawn(wall)
    walk.shot(wall, "wall-reveal")
    walk.shot(phones[0], "phone-shown")
    walk.press(page, "Score again: the three that divided the room")
    for phone in phones:
        phone.wait_for_selector(".card")
    three = [t["id"] for t in walk.room["asked"]["touchpoints"]]
    assert len(three) == 3
    assert all(phone.locator(".card").count() == 3 for phone in phones)
    for phone in phones:
        for id in three:
            give(phone, id, 5)
        walk.sent(phone)
    walk.press(page, "Close and count")
    page.wait_for_timeout(800)  # a double click closes nothing
    walk.press(page, "Close all the same")
    walk.until(page, lambda: not (walk.case / "ballots.jsonl").exists(), "the second round is counted")
    assert stored(walk, 2) == {id: [5, 5, 5] for id in three}
    walk.press(page, "Show it on the wall")
    drawn(wall)
    walk.shot(wall, "wall-shift")
    page.wait_for_timeout(3000)
    walk.shot(page, "notebook-second")
    walk.press(page, "End the room")
    walk.until(page, lambda: not (walk.case / "room.json").exists(), "the room is gone")
    phones[0].get_by_text("This room has ended.").first.wait_for()
    assert walk.outside == []
    assert [phone.heard for phone in phones] == [[], [], []]
    assert sum(walk.weight.values()) < 100_000
    names = sorted(path.name for path in walk.case.iterdir())
    assert not [name for name in names if name.startswith("ballots")]
    return {"scores": sum(map(len, given.values())), "page bytes": sum(walk.weight.values()), "files left": names}


def main(n: int, seed: int) -> dict[str, Any]:
    """Walk through it; raises AssertionError where something is lost, counted twice or not seen."""
    from lab import jupyterlab_of
    from test_browser import launched

    from cjmkit.room.addresses import addresses

    ip = addresses()[0].ip
    result: dict[str, Any] = {}
    project = Path(tempfile.mkdtemp())
    for _ in range(n):
        for lab in jupyterlab_of("running-shoes", project):
            empty(lab.project / "workshops/case")
            rules = f"--host-resolver-rules=MAP {HOST} {ip}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
            for browser in launched("--no-proxy-server", rules):
                result = walked(lab, browser, ip)
    shutil.rmtree(project, ignore_errors=True)
    return result


def empty(case: Path) -> None:
    """The same map, with nothing scored yet."""
    from cjmkit.workshop import open_workshop

    workshop = open_workshop(case.name, case.parent, remember=False)
    workshop.save(scores=workshop.scores.iloc[:0], rounds=())
