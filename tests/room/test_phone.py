"""The participants' page in phone-sized windows of a real browser, at a real room, by a name that is not loopback."""

import json
import re
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest
from conftest import small_journey
from test_browser import launched

from cjmkit.journey import Scale
from cjmkit.language import speak
from cjmkit.room.addresses import addresses
from cjmkit.room.handle import voting_room
from cjmkit.room.server import PAGE
from cjmkit.room.words import phone_words
from cjmkit.workshop import open_workshop

SCRIPT, STYLE = (PAGE / "room.js").read_text("utf-8"), (PAGE / "room.css").read_text("utf-8")
NAME = f"{socket.gethostname().lower().removesuffix('.local')}.local"
GIVES_UP = SCRIPT.replace("await sending.for(pause);", "kept.drop(name);")  # a page that tries once


@pytest.fixture(scope="module")
def address():
    found = addresses()
    if not found:
        pytest.skip("this machine is in no network")
    return found[0].ip


@pytest.fixture(scope="module")
def phones(address):
    yield from launched("--no-proxy-server", f"--host-resolver-rules=MAP {NAME} {address}, MAP * ~NOTFOUND")


class Hall:
    """A room in a process of its own, and phones that come in."""

    def __init__(self, folder, address):
        self.folder = folder / "case"
        self.folder.mkdir()
        (self.folder / "journey.json").write_text(small_journey(language="en").to_json(), "utf-8")
        program = [sys.executable, "-m", "cjmkit.room", str(self.folder), address]
        self.keeper = subprocess.Popen(program, stderr=subprocess.DEVNULL)
        self.room = voting_room(open_workshop("case", folder))
        until(lambda: (self.room.status() or {}).get("phase") == "waiting")
        self.url = self.room.status()["url"].replace(address, NAME)

    def open(self, *asks, **parts):
        """A first round, whatever was before."""
        until(lambda: self.room.status()["phase"] != "gone")
        if self.room.status()["phase"] == "open":
            self.room.do("close")
        workshop = open_workshop("case", self.folder.parent)
        workshop.save(scores=workshop.scores.iloc[:0], rounds=(), **parts)
        self.room.do("open", kind="score", asks=asks)

    def phone(self, phones, script=SCRIPT, width=390, height=844, **more):
        page = phones.new_context(viewport={"width": width, "height": height}, **more).new_page()
        page.context.route("**/room.js", lambda r: r.fulfill(body=script, content_type="text/javascript"))
        page.heard = []
        page.on("pageerror", lambda error: page.heard.append(str(error)))
        page.goto(self.url)
        page.locator(".choices button").last.click()
        page.wait_for_selector("h1:has-text('You are'), .card")
        return page

    def kill(self):
        for child in psutil.Process(self.keeper.pid).children():
            child.send_signal(signal.SIGKILL)

    @property
    def ballots(self):
        """What stands on the disk: id, column, touchpoint, value."""
        lines = (self.folder / "ballots.jsonl").read_text("utf-8").splitlines()
        return [tuple(json.loads(line)[name] for name in ("id", "column", "touchpoint", "value")) for line in lines]

    def lost(self, given):
        """What of this is not stored once, and once only."""
        stored = [ballot[1:] for ballot in self.ballots]
        return [g for g in given if stored.count(g) != 1]


def until(holds, page=None):
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(50) if page else time.sleep(0.05)
    raise AssertionError("waited for five seconds in vain")


@pytest.fixture(scope="module")
def hall(tmp_path_factory, address):
    here = Hall(tmp_path_factory.mktemp("workshops"), address)
    yield here
    servers = psutil.Process(here.keeper.pid).children()
    here.keeper.kill()
    here.keeper.wait()
    for server in servers:
        server.kill()


def pick(page, touchpoint, nth):
    page.locator(f"[data-cell='score {touchpoint}'] .pick").nth(nth).click()


def mark(page, touchpoint):
    return page.locator(f"[data-cell='score {touchpoint}'] .mark").inner_text()


@pytest.mark.browser
@pytest.mark.parametrize(("script", "loses"), [(SCRIPT, False), (GIVES_UP, True)], ids=["page", "gives-up"])
def test_answers_given_without_a_network_go_out_once_even_from_a_tab_that_was_closed(hall, phones, script, loses):
    hall.open("score")
    page = hall.phone(phones, script)
    pick(page, "a", 0)
    until(lambda: "sent" in mark(page, "a"), page)
    page.context.set_offline(True)
    pick(page, "b", 1)
    pick(page, "b", 2)
    if not loses:
        assert page.locator("[data-cell='score b'] input").nth(2).is_checked()
        assert "waiting" in mark(page, "b")
        assert "waiting: 2" in page.locator(".sum").inner_text()
    page.wait_for_timeout(200)
    again = page.context.new_page()
    page.close()
    again.context.set_offline(False)
    again.goto(hall.url)  # scanned once more: straight in
    again.wait_for_selector(".card")
    until(lambda: "all sent" in again.locator(".sum").inner_text(), again)
    given = [("score", "a", 1), ("score", "b", 2), ("score", "b", 3)]
    assert (hall.lost(given) != []) is loses
    if not loses:
        assert again.locator("[data-cell='score b'] input").nth(2).is_checked()
        assert not again.url.count("#")
    again.context.close()


@pytest.mark.browser
def test_a_server_that_dies_while_answers_are_given_loses_none_and_counts_none_twice(hall, phones):
    hall.open("score")
    page = hall.phone(phones)
    for n, touchpoint in enumerate("abcabc"):
        pick(page, touchpoint, n % 5)
        if n == 2:
            hall.kill()
    until(lambda: hall.room.status()["phase"] == "open", page)
    page.reload()
    until(lambda: "all sent" in page.locator(".sum").inner_text(), page)
    assert hall.lost([("score", t, n % 5 + 1) for n, t in enumerate("abcabc")]) == []
    assert page.heard == []
    page.context.close()


@pytest.mark.browser
def test_an_answer_after_the_round_was_closed_is_said_to_come_too_late(hall, phones):
    hall.open("score")
    page = hall.phone(phones)
    pick(page, "a", 0)
    until(lambda: "sent" in mark(page, "a"), page)
    page.context.set_offline(True)
    pick(page, "b", 0)
    hall.room.do("close")
    page.context.set_offline(False)
    page.wait_for_selector("text=Came too late and not counted: 1")
    page.wait_for_selector("h1:has-text('This round is counted')")
    page.reload()
    page.wait_for_selector("text=Came too late and not counted: 1")
    page.click("text=OK")
    assert hall.room.workshop.scores.touchpoint.tolist() == ["a"]
    assert page.heard == []
    page.context.close()


@pytest.mark.browser
def test_a_refused_value_is_said_at_its_place_and_a_phone_that_keeps_nothing_still_works(hall, phones):
    hall.open("score")
    page = hall.phone(phones)
    page.evaluate("answer(state.round.n, 'score', 'a', 11)")
    until(lambda: "not taken: This is no point of the scale." in mark(page, "a"), page)
    page.context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('private'); } })"
    )
    page.reload()
    page.wait_for_selector("text=This browser keeps nothing")
    pick(page, "b", 1)
    until(lambda: "sent" in mark(page, "b"), page)
    assert [ballot[1:] for ballot in hall.ballots] == [("score", "b", 2)]
    page.context.close()


@pytest.mark.browser
def test_a_whole_ballot_is_given_by_keys_alone_on_the_smallest_phone_in_the_dark(hall, phones):
    scale = {"low": 0, "high": 100, "labels": {"0": "Unbeschreiblichfürchterlich", "100": "非常好"}}
    hall.open("score", "importance", "comment", scale=Scale(**scale))
    page = hall.phone(phones, width=320, height=568, color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 18, 18)"
    page.wait_for_selector(".card")
    for touchpoint in "ab":
        to(page, f"[name='score {touchpoint}']")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
    to(page, "textarea")
    page.keyboard.type("slow")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert min(box(pick)["height"] for pick in page.locator(".pick").all()[:11]) >= 48
    assert min(box(pick)["width"] for pick in page.locator(".pick").all()[:11]) >= 48
    to(page, ".finish button")
    page.keyboard.press("Enter")
    for _ in range(2):
        to(page, ".rows li:first-child button:last-of-type")
        page.keyboard.press("Enter")
    until(lambda: "3 of 5 dots left" in page.locator("[role=status]").first.inner_text(), page)
    to(page, ".finish > button")
    page.keyboard.press("Enter")
    until(lambda: "all sent" in page.locator(".sum").inner_text(), page)
    last = {ballot[1:3]: ballot[3] for ballot in hall.ballots}
    assert last == {
        ("score", "a"): 10, ("score", "b"): 10, ("comment", "b"): "slow", ("importance", "a"): 2, ("done", ""): True,
    }  # fmt: skip
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.heard == []
    page.context.close()


def box(locator):
    return locator.bounding_box()


def to(page, selector):
    """Go on with the tabulator until this has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} was not reached by keys")


@pytest.mark.browser
def test_the_page_weighs_less_than_100_kB_and_asks_for_nothing_outside(hall, phones):
    page = phones.new_context().new_page()
    asked, weighed = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda response: weighed.append(len(response.body())))
    page.goto(hall.url)
    page.wait_for_selector(".choices")
    own = hall.url.split("#")[0]
    assert [url for url in asked if not url.startswith(own)] == []
    assert 10_000 < sum(weighed) < 100_000
    reached = page.evaluate("fetch('http://elsewhere.example/').then(() => 'reached', () => 'refused')")
    assert reached == "refused"
    page.evaluate("document.body.append(Object.assign(new Image(), { src: 'http://elsewhere.example/x.png' }))")
    assert [url for url in asked if not url.startswith(own)]  # the same list catches a page that asks outside
    page.context.close()


def test_every_word_of_the_script_is_given_and_none_is_left_over():
    given = set(phone_words(speak("en")))
    used = set(re.findall(r"\bwords\.(\w+)|\btell\(\"(\w+)", SCRIPT))
    assert {a or b for a, b in used} - given == set()
    spoken = set(re.findall(r"\w+", SCRIPT)) | {
        "step_score",
        "step_importance",
        "step_moment_of_truth",
        "moment_of_truth",
    }
    assert given - spoken == set()


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_what_is_read_stands_out_from_its_ground(theme):
    colours = dict(re.findall(r"--([\w-]+): (#\w+)", re.findall(r":root.*", STYLE)[theme]))
    for text, ground in [("ink", "paper"), ("ink", "tint"), ("soft", "paper"), ("soft", "tint"), ("accent", "paper"),
                         ("good", "paper"), ("bad", "paper"), ("on-fill", "fill")]:  # fmt: skip
        assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    assert contrast(colours["edge"], colours["paper"]) >= 3
    assert contrast(colours["line"], colours["paper"]) < 3  # a control: a quiet line would not do for words


def contrast(*colours):
    light = sorted(luminance(colour) for colour in colours)
    return (light[1] + 0.05) / (light[0] + 0.05)


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * p for weight, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.browser
def test_a_code_that_is_typed_wrong_is_said_and_a_right_one_leads_to_the_teams(hall, phones):
    page = phones.new_context().new_page()
    address, _, code = hall.url.partition("#")
    page.goto(address)
    page.fill("input[name=code]", "WRONG")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=This is not the code of this room.")
    assert page.locator(".choices").count() == 0
    page.fill("input[name=code]", f"{code[:4]} {code[4:].lower()}")
    page.keyboard.press("Enter")
    page.locator(".choices button").last.click()
    page.wait_for_selector("h1:has-text('You are'), .card, h1:has-text('counted')")
    page.reload()
    page.wait_for_selector("h1:has-text('You are'), .card, h1:has-text('counted')")
    page.context.close()
