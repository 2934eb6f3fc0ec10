"""The running shoes entered from nothing through the guided notebooks, in a real browser, against the two-hour table.

What hands and eyes need is counted by the keystroke-level model: Card, Moran & Newell, "The keystroke-level model for
user performance time with interactive systems", Communications of the ACM 23 (1980): a key 0.28 s (average non-secretary
typist), pointing 1.1 s and pressing 0.1 s, a hand to the mouse 0.4 s, a moment to think 1.35 s before each entry.
What the kit needs to answer is measured. Beside it a person with sticky notes, writing 22 words or 110 letters a minute
(Brown, "Human-Computer Interface Design Guidelines", 1988, copying by hand) and taking 3 s to peel and stick each (assumed).
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Error

ROOT = Path(__file__).parent.parent.parent
N = 1
SHOTS = os.environ.get("CJMKIT_SHOTS", tempfile.gettempdir())
KEY, POINT, HAND, THINK = 0.28, 1.2, 0.4, 1.35  # seconds
LETTER, STICK = 60 / 110, 3.0
# Minutes that the table of the two hours gives each part.
TABLE = {
    "goal": 10,
    "persona": 10,
    "stages": 5,
    "touchpoints": 20,
    "scores": 12,
    "reveal and second round": 20,
    "map": 10,
    "plan": 22,
}


@dataclass
class Part:
    """What one part took: keys, clicks, thoughts, seconds waited for the kit, and the same on sticky notes."""

    keys: int = 0
    clicks: int = 0
    thoughts: int = 0
    waited: list[float] = field(default_factory=list)
    notes: float = 0.0

    @property
    def seconds(self) -> float:
        hands = self.keys * KEY + self.clicks * (POINT + HAND) + self.thoughts * THINK
        return hands + sum(self.waited)


class Hands:
    """Hands on a keyboard and a mouse, with a stop watch."""

    def __init__(self, page: Any, journey: Callable[[], dict[str, Any]]) -> None:
        self.page, self.journey = page, journey
        self.parts: dict[str, Part] = {name: Part() for name in TABLE}
        self.now = self.parts["goal"]

    def click(self, place: Any) -> None:
        place.scroll_into_view_if_needed()
        place.click()
        self.now.clicks += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.now.keys += len(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.now.keys += 1

    def fill(self, place: Any, text: str) -> None:
        """Click into a field and type."""
        self.click(place)
        self.now.thoughts += 1
        self.page.keyboard.press("Control+a")
        self.type(text)

    def choose(self, place: Any, label: str) -> None:
        """Choose in a list that folds down: its first letters, as one would on the keyboard."""
        place.select_option(label=label)
        self.now.clicks += 1
        self.now.keys += 2

    def until(self, holds: Callable[[dict[str, Any]], Any], what: str = "") -> None:
        """Wait until the journey on the disk says so; this is what the kit takes."""
        began = time.monotonic()
        while not holds(self.journey()):
            if time.monotonic() - began > 15:
                raise AssertionError(f"waited in vain: {what}")
            self.page.wait_for_timeout(20)
        self.now.waited.append(time.monotonic() - began)

    def note(self, *texts: str) -> None:
        """The same on sticky notes."""
        self.now.notes += sum(len(text) * LETTER + STICK for text in texts)


@contextmanager
def jupyterlab(project: Path) -> Iterator[str]:
    """`cjmkit lab` in this project, as a user starts it; the address of its first page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "CJMKIT_WORKSHOPS": str(project / "workshops"), "CJMKIT_LANGUAGE": "en"}
    command = [str(Path(sys.executable).parent / "cjmkit"), "lab", "--no-browser", "--port", str(port)]
    log = project / "lab.log"
    with log.open("w") as out:
        server = subprocess.Popen(command, cwd=project, env=env, stdout=out, stderr=subprocess.STDOUT)
    try:
        for _ in range(240):
            found = re.search(r"http://127\.0\.0\.1:\d+/\S*token=\w+", log.read_text())
            if found:
                break
            time.sleep(0.25)
        yield found[0] if found else ""
    finally:
        server.terminate()
        server.wait(20)


class Room:
    """A client entered from nothing, notebook by notebook, with what the sample says."""

    def __init__(self, page: Any, url: str, project: Path) -> None:
        self.page, self.url, self.project = page, url, project
        self.case = json.loads((ROOT / "workshops/running-shoes/journey.json").read_text("utf-8"))
        self.hands = Hands(page, self.journey)

    def journey(self) -> dict[str, Any]:
        """The journey as it stands on the disk, empty before there is one."""
        found = next(self.project.glob("workshops/*/journey.json"), None)
        return json.loads(found.read_text("utf-8")) if found else {}

    def open(self, notebook: str) -> None:
        """Open a notebook and run all its cells."""
        page = self.page
        page.goto(re.sub(r"/lab\S*\?", f"/lab/tree/notebooks/{notebook}.ipynb?", self.url))
        page.wait_for_selector(
            ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook-ExecutionIndicator[data-status=idle]",
            timeout=60_000,
            state="attached",
        )
        panel = ".jp-NotebookPanel:not(.lm-mod-hidden)"
        for _ in range(4):  # a machine under load may be asked too early
            page.wait_for_timeout(3000)
            page.locator(f"{panel} .jp-Toolbar").get_by_text("Restart Kernel and Run All Cells").click()
            with suppress(Error):
                page.wait_for_selector(f"{panel} .cjm-screen", timeout=20_000, state="attached")
                break
        page.wait_for_function("() => !document.body.innerText.includes('[*]:')", timeout=60_000)
        page.wait_for_timeout(1500)

    def field(self, label: str, at: int = 0) -> Any:
        return self.page.get_by_label(label, exact=True).nth(at)

    def pick(self, place: Any, name: str) -> None:
        """Choose the entry that ends in this name."""
        at = place.locator("option").evaluate_all(
            "(options, name) => options.findIndex(o => o.textContent.replaceAll('\u00a0', ' ').endsWith(name))", name
        )
        place.select_option(index=at)

    def fold(self, title: str) -> None:
        self.hands.click(self.page.locator(".jupyter-widget-Collapse-header", has_text=title).first)

    def start(self) -> None:
        """00_start: the client, who comes, the clock; before the room, so it is not timed."""
        page = self.page
        self.open("00_start")
        if not page.get_by_label("The client's name").is_visible():
            self.fold("A new client")
        page.get_by_label("The client's name").fill("Tarnwick")
        page.get_by_label("Begin with", exact=True).select_option(label="Five stages")
        page.get_by_role("button", name="Begin with this client").click()
        self.hands.until(lambda j: j.get("client") == "Tarnwick", "the client")
        page.wait_for_timeout(500)
        self.field("Who leads").fill("CX consultant")
        self.field("Teams, and how many from each").fill("Brand: 3\nShop: 3\nE-commerce and service: 3")
        self.hands.until(lambda j: j["held"] and len(j["held"][0]["teams"]) == 3, "the teams")
        page.get_by_role("button", name="Start the clock").click()
        page.wait_for_timeout(500)

    def goal(self) -> None:
        hands, goal = self.hands, self.case["goal"]
        hands.now = hands.parts["goal"]
        self.open("01_personas")
        hands.fill(self.field("Why: what happens today?"), goal["why"])
        hands.fill(self.field("What should change?"), goal["change"])
        kpi = next(k for s in self.case["stages"] for k in s["kpis"] if k["id"] == goal["kpi"])
        self.fold("The KPI is not in the list")
        hands.fill(self.field("Name of the KPI"), kpi["name"])
        hands.fill(self.field("Unit"), kpi["unit"])
        hands.choose(self.page.locator(".cjm-entry select[name=stage]").first, "Decision")
        hands.click(self.page.get_by_role("button", name="Add the KPI"))
        hands.until(lambda j: j["goal"]["kpi"], "the KPI")
        hands.fill(self.field("Stands at"), str(goal["from"]))
        hands.fill(self.field("Should reach"), str(goal["to"]))
        self.field("By when").focus()
        hands.now.clicks += 1
        year, month, day = goal["by"].split("-")
        hands.type(month + day + year)  # as the date stands in an American browser
        hands.press("Tab")
        hands.until(lambda j: j["goal"]["by"] == goal["by"], "the date")
        hands.note(goal["why"], goal["change"], kpi["name"] + " 26 to 32 by " + goal["by"])

    def personas(self) -> None:
        hands = self.hands
        hands.now = hands.parts["persona"]
        for person in self.case["personas"][:2]:
            hands.fill(self.field("New persona: name"), person["name"])
            hands.press("Tab")
            hands.type(person["role"])
            hands.press("Tab")
            hands.type(person["segment"])
            hands.press("Enter")
            hands.until(lambda j, p=person: p["name"] in [x["name"] for x in j["personas"]], "the persona")
            hands.note(person["name"] + person["role"])
        kai = self.case["personas"][0]
        line = self.page.locator(".cjm-entry:has(select[name=evidence])").last
        for kind in ("needs", "goals", "challenges"):
            line.locator("select[name=persona]").select_option(label=kai["name"])
            line.locator("select[name=kind]").select_option(kind)
            hands.now.clicks += 1
            hands.now.keys += 2
            hands.click(line.locator("input[name=text]"))
            for item in kai[kind][:3]:
                text = item if isinstance(item, str) else item["text"]
                hands.now.thoughts += 1
                hands.type(text)
                hands.press("Enter")
                hands.note(text)
            hands.until(lambda j, kind=kind: len(j["personas"][0][kind]) == len(kai[kind][:3]), kind)

    def stages(self) -> None:
        """The five-stage model fits; two goals are put into the team's words."""
        hands = self.hands
        hands.now = hands.parts["stages"]
        self.open("02_stages")
        self.page.wait_for_timeout(500)
        hands.now.thoughts += 10
        hands.note(*[stage["name"] for stage in self.case["stages"]])

    def touchpoints(self) -> None:
        hands = self.hands
        hands.now = hands.parts["touchpoints"]
        self.open("04_touchpoints")
        names = {stage["id"]: stage["name"] for stage in self.case["stages"]}
        line = self.page.locator("form.cjm-entry:has(select[name=stage])").first
        hands.click(line.locator("input[name=name]"))
        for n, point in enumerate(self.case["touchpoints"], 1):
            hands.now.thoughts += 1
            if line.locator("select[name=stage]").input_value() != point["stage"]:
                hands.press("Shift+Tab")
                hands.type(names[point["stage"]][0:2])
                hands.press("Tab")
            hands.type(point["name"])
            if point["channel"]:
                hands.press("Tab")
                hands.type(point["channel"])
            if point["kind"] != "contact":
                hands.press("Tab")
                line.locator("select[name=kind]").select_option(point["kind"])
                hands.press("Tab" if not point["channel"] else "ArrowLeft")
            hands.press("Enter")
            hands.until(lambda j, n=n: len(j["touchpoints"]) == n, point["name"])
            hands.note(point["name"] + point["channel"])

    def scores(self) -> None:
        """Nine sheets of paper typed into the grid while the room has its break, then the dots."""
        hands = self.hands
        hands.now = hands.parts["scores"]
        self.open("05_scoring")
        hands.click(self.page.get_by_role("button", name="1–10").first)
        hands.until(lambda j: j["scale"]["high"] == 10, "the scale")
        ids = [t["id"] for t in self.journey()["touchpoints"]]
        given = self.given(1)
        for layer, column in (
            ("Scores", "score"),
            ("Importance dots", "importance"),
            ("Moment-of-truth dots", "moment_of_truth"),
        ):
            self.grid(layer)
            for who in given:
                if column == "score":
                    hands.type(who)
                    hands.press("Tab")
                    hands.type(given[who]["team"])
                    hands.press("Tab")
                cells = [given[who][column].get(self.there[id], "") for id in ids]
                last = max((n for n, text in enumerate(cells) if text), default=0)
                for text in cells[: last + 1]:
                    hands.type(text)
                    hands.press("Tab")
                if column == "score":
                    for _ in cells[last + 1 :]:
                        hands.press("Tab")
                else:
                    self.next_row()
                hands.note("".join(cells))
        self.page.wait_for_timeout(1500)

    def grid(self, layer: str) -> None:
        """The grid, this layer of it, the cursor in its first cell that is to be filled."""
        hands, page = self.hands, self.page
        paper = (
            page.get_by_role("button", name="Paper and grid").or_(page.get_by_text("Paper and grid", exact=True)).first
        )
        if not page.locator(".cjm-grid:visible").count():
            hands.click(paper)
        page.wait_for_timeout(400)
        hands.click(
            page.locator(".cjm-screen .widget-toggle-button")
            .get_by_text(layer, exact=True)
            .locator("visible=true")
            .first
        )
        page.wait_for_timeout(500)
        row = page.locator(".cjm-grid:visible tbody tr").first
        hands.click(row.locator("input").nth(0 if layer == "Scores" else 2))

    def next_row(self) -> None:
        """From a row's dots to the first touchpoint of the row below."""
        self.page.evaluate("""() => { const cell = document.activeElement.closest("td"), row = cell.parentElement;
            const next = cell.cellIndex > 2 ? row.nextElementSibling : row; next && next.cells[2].firstChild.focus(); }""")
        self.hands.now.clicks += 1

    @property
    def there(self) -> dict[str, str]:
        """The sample's id for each id that the kit gave here, by name."""
        by_name = {t["name"]: t["id"] for t in self.case["touchpoints"]}
        return {t["id"]: by_name[t["name"]] for t in self.journey()["touchpoints"]}

    def given(self, round: int) -> dict[str, dict[str, Any]]:
        """What each person gave in a round of the sample."""
        people: dict[str, dict[str, Any]] = {}
        with (ROOT / "workshops/running-shoes/scores.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["round"] == str(round) and row["persona"] in ("", "kai"):
                    who = people.setdefault(
                        row["participant"], {"team": row["team"], "score": {}, "importance": {}, "moment_of_truth": {}}
                    )
                    for column in ("score", "importance", "moment_of_truth"):
                        who[column][row["touchpoint"]] = "" if row[column] in ("", "0") else row[column]
        return people

    def stored(self) -> int:
        """How many scores are on the disk."""
        found = next(self.project.glob("workshops/*/scores.csv"), None)
        return sum(1 for row in csv.DictReader(found.open(encoding="utf-8")) if row["score"]) if found else 0

    def reveal(self) -> None:
        hands, page = self.hands, self.page
        hands.now = hands.parts["reveal and second round"]
        wanted = sum(1 for who in self.given(1).values() for text in who["score"].values() if text)
        assert self.stored() == wanted, f"{self.stored()} scores stored of {wanted} typed"
        hands.click(page.get_by_role("button", name="Reveal").first)
        hands.until(lambda j: j["rounds"][0]["state"] == "closed", "the reveal")
        hands.click(page.get_by_role("button", name="Second round").first)
        hands.until(lambda j: len(j["rounds"]) == 2, "the second round")
        page.wait_for_timeout(500)
        ids = [t["id"] for t in self.journey()["touchpoints"]]
        again = self.given(2)
        row = page.locator(".cjm-grid:visible tbody tr").first
        columns = row.locator("input").count() - 2
        hands.click(row.locator("input").nth(2))
        heads = page.locator(".cjm-grid:visible thead th").evaluate_all(
            "cells => cells.slice(2).map(c => c.title.replace(/^\\d+\\. /, ''))"
        )
        names = {t["name"]: self.there[t["id"]] for t in self.journey()["touchpoints"] if t["id"] in ids}
        for who in again:
            for n in range(columns):
                hands.type(again[who]["score"].get(names.get(heads[n], ""), "") or "5")
                hands.press("Tab")
            for _ in range(2):
                hands.press("Tab")
        page.wait_for_timeout(1500)
        hands.click(page.get_by_role("button", name="Reveal").first)
        hands.until(lambda j: j["rounds"][1]["state"] == "closed", "the second reveal")
        hands.note(*["12" * columns for _ in again])

    def map(self) -> None:
        hands = self.hands
        hands.now = hands.parts["map"]
        self.open("06_journey_map")
        ids = {own: here for here, own in self.there.items()}
        for point in [t for t in self.case["touchpoints"] if t["moment_of_truth"]]:
            self.pick(self.field("Touchpoint"), point["name"])
            hands.now.clicks += 1
            hands.now.keys += 3
            hands.now.thoughts += 1
            self.page.wait_for_timeout(700)  # the eye goes from the list to the fields beside the map
            rule = self.page.get_by_label(re.compile("Moment of truth")).first
            rule.select_option(index=1)
            hands.now.clicks += 1
            hands.until(
                lambda j, id=ids[point["id"]]: next(t for t in j["touchpoints"] if t["id"] == id)["moment_of_truth"],
                "moment of truth",
            )
            for label, text in (("goes on if", "goes_on_if"), ("leaves if", "leaves_if")):
                hands.fill(self.page.get_by_label(re.compile(label, re.I)).first, point["moment_of_truth"][text])
                hands.note(point["moment_of_truth"][text])
        self.page.wait_for_timeout(1200)

    def plan(self) -> None:
        hands = self.hands
        hands.now = hands.parts["plan"]
        self.open("07_action_plan")
        line = self.page.locator("form.cjm-entry").first
        names = {t["id"]: t["name"] for t in self.case["touchpoints"]}
        for n, action in enumerate(self.case["actions"], 1):
            hands.now.thoughts += 2
            self.pick(line.locator("select[name=touchpoint]"), names[action["touchpoints"][0]])
            hands.now.clicks += 1
            hands.now.keys += 3
            for name, text in (("cause", action["cause"]), ("title", action["title"]), ("owner", action["owner"])):
                place = line.locator(f"[name={name}]")
                if place.count():
                    place.focus()
                    hands.press("Tab")
                    place.focus()
                    hands.type(text)
            year, month, day = action["due"].split("-")
            line.locator("[name=due]").focus()
            hands.type(month + day + year)
            hands.press("Enter")
            hands.until(lambda j, n=n: len(j["actions"]) == n, action["title"])
            hands.note(action["cause"] + action["title"] + action["owner"] + action["due"])


def main(n: int, seed: int) -> dict[str, Any]:
    """The case entered `n` times; seconds by part, and the slowest answers of the kit."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        project = Path(folder)
        (project / "workshops").mkdir()
        shutil.copytree(ROOT / "notebooks", project / "notebooks")
        flags = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        with jupyterlab(project) as url:
            room = Room(browser.new_page(viewport={"width": 1280, "height": 720}), url, project)
            for step in (
                room.start,
                room.goal,
                room.personas,
                room.stages,
                room.touchpoints,
                room.scores,
                room.reveal,
                room.map,
                room.plan,
            ):
                try:
                    step()
                except Exception:
                    room.page.screenshot(path=f"{SHOTS}/failed-{step.__name__}.png", full_page=True)
                    print(
                        (project / "lab.log").read_text()[-2500:],
                        [c.inner_text()[:600] for c in room.page.locator(".jp-OutputArea-output").all()][:3],
                    )
                    raise
                room.page.screenshot(path=f"{SHOTS}/{step.__name__}.png")
        browser.close()
    return {name: told(part, TABLE[name]) for name, part in room.hands.parts.items()}


def told(part: Part, minutes: int) -> dict[str, Any]:
    """A part in a few figures, seconds unless it says otherwise."""
    return {
        "kit": round(part.seconds), "sticky notes": round(part.notes), "table": minutes * 60, "keys": part.keys,
        "clicks": part.clicks, "slowest answer": round(max(part.waited, default=0), 2),
        "median answer": round(statistics.median(part.waited), 2) if part.waited else None,
    }  # fmt: skip


if __name__ == "__main__":
    for name, figures in main(N, 1).items():
        print(f"{name:26}", figures)
