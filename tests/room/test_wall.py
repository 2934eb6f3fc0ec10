"""The desk and the wall in a real browser: a workshop's way through, and what the wall never shows."""

import http.client
import json
import re
import secrets

import pytest
from conftest import small_journey
from test_browser import launched

from cjmkit.room.handle import voting_room
from cjmkit.workshop import Workshop

pytestmark = pytest.mark.browser
SECRET = "nobody must read this yet"


@pytest.fixture(scope="module")
def chromium():
    yield from launched("--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")


class Phone:
    """A phone that has joined, without a browser."""

    def __init__(self, status, team):
        self.at, self.cookies = (status["host"], status["port"]), {}
        self.send("/")
        assert self.send("/join", {"code": status["code"], "team": team})["team"] == team

    def send(self, path, data=None):
        connection = http.client.HTTPConnection(*self.at, timeout=10)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= {"Content-Type": "application/json", "X-Xsrftoken": self.cookies.get("cjm_xsrf", "")}
        connection.request("POST" if data else "GET", path, json.dumps(data) if data else None, headers)
        answer = connection.getresponse()
        self.cookies |= dict(c.split(";")[0].split("=", 1) for c in answer.headers.get_all("Set-Cookie") or [])
        content = answer.read()
        connection.close()
        assert answer.status == 200, content
        return json.loads(content) if path != "/" else None

    def give(self, column, touchpoint, value):
        n = self.send("/state")["round"]["n"]
        ballot = {"id": secrets.token_hex(10), "n": n, "column": column, "touchpoint": touchpoint, "value": value}
        self.send("/ballot", ballot)


class Hall:
    """An open room, its desk and its wall."""

    def __init__(self, folder, chromium, language="en", **parts):
        folder.mkdir()
        (folder / "journey.json").write_text(small_journey(language=language, rounds=[], **parts).to_json(), "utf-8")
        self.room = voting_room(Workshop(folder))
        self.status = self.room.start()
        self.heard, self.wall_asked, self.wall_got = [], [], []
        self.desk, self.wall = (self._page(chromium, name) for name in ("desk", "wall"))
        self.wall.on("request", lambda request: self.wall_asked.append(request.url))
        self.wall.on("response", lambda answer: self.wall_got.append(answer))

    def _page(self, chromium, name):
        page = chromium.new_context(viewport={"width": 1280, "height": 720}).new_page()
        page.on("pageerror", lambda error: self.heard.append(str(error)))
        page.goto(self.room.links()[name])
        page.wait_for_selector("h1")
        assert "#" not in page.url  # the key does not stay in the address bar
        return page

    def join(self, *teams):
        return [Phone(self.status, team) for team in teams]

    def click(self, key):
        self.desk.click(f"[data-key='{key}']")

    def end(self):
        for page in (self.desk, self.wall):
            page.context.close()
        if self.room.status()["phase"] == "open":
            self.room.do("close")
        self.room.do("end")
        assert self.heard == []


@pytest.fixture(scope="module")
def hall(tmp_path_factory, chromium):
    found = Hall(tmp_path_factory.mktemp("workshops") / "case", chromium)
    yield found
    found.end()


def test_the_way_through_a_workshop_is_one_click_a_step_and_the_wall_shows_no_answer_before_the_reveal(hall):
    desk, wall = hall.desk, hall.wall
    assert desk.locator(".large").inner_text() == "Test with one phone"
    assert "no phone can reach it" in wall.inner_text("main")
    owl, fox, elk = hall.join("Sales", "Sales", "Service")
    wall.wait_for_selector("text=Joined: 3")
    hall.click("warm-up")
    wall.wait_for_selector("text=how was your way here")
    owl.give("score", "way", 5)
    hall.click("close_warm-up")
    desk.wait_for_selector(".large >> text=Collect touchpoints")
    hall.click("collect")
    wall.wait_for_selector("text=Note what the customer meets")
    for phone, name in ((owl, "A call"), (fox, "a call!"), (elk, "Rumours")):
        phone.give("note", secrets.token_hex(10), {"name": name, "stage": "use", "channel": ""})
    desk.wait_for_selector("text=Notes so far: 3")
    hall.click("close_collect")
    assert desk.locator(".notes select").evaluate_all("all => all.map(one => one.selectedOptions[0].text)") == ["new", "the same as: A call", "new"]  # fmt: skip
    desk.get_by_label("Rumours").select_option("out")
    desk.wait_for_selector(".notes li.soft:has-text('Rumours')")
    hall.click("take")
    desk.wait_for_selector(".large >> text=Score, first round")
    assert [t.name for t in Workshop(hall.room.workshop.folder).journey.touchpoints] == ["A", "B", "C", "A call"]
    desk.click("#step summary")
    desk.get_by_label("a comment").check()
    hall.click("score")
    wall.wait_for_selector("text=Score alone")
    for phone, value in ((owl, 1), (fox, 3), (elk, 5)):
        phone.give("score", "a", value)
        phone.give("comment", "a", SECRET)
    owl.give("done", "", True)
    wall.wait_for_selector(".chips .done")
    assert wall.locator(".chips li").evaluate_all("all => all.map(one => one.className).sort()") == ["busy", "busy", "done"]  # fmt: skip
    assert "Done: 1 of 3" in wall.inner_text("main")
    hall.click("close_score")
    desk.wait_for_selector("#step >> text=1 of 3 are done")
    hall.click("sure-close")
    wall.wait_for_selector("text=Counted.")
    desk.wait_for_selector("#step img.picture")  # the facilitator looks at it alone
    assert SECRET in json.dumps(elk_state := Workshop(hall.room.workshop.folder).scores.to_dict()), elk_state
    assert not [url for url in hall.wall_asked if "/picture/" in url and "qr.svg" not in url]
    assert not [a.url for a in hall.wall_got if a.url.endswith("/status") and SECRET in a.text()]
    hall.click("show")
    wall.wait_for_selector("img.picture")
    assert [url for url in hall.wall_asked if "/picture/three.svg" in url]  # the control: now it does ask
    assert desk.locator(".large").inner_text() == "Score again: the three that divided the room"


def crowd(status, n):
    """What the room would say with so many people in it."""
    people = [
        {"nickname": f"Hedgehog {k}", "team": f"Team {k % 5}", "given": k % 3, "of": 20, "done": k % 3 == 2}
        for k in range(n)
    ]
    return {**status, "phase": "open", "kind": "score", "question": "How is it?", "people": people, "joined": n}


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_sixty_people_stand_on_the_wall_by_name_and_a_thousand_as_numbers(hall, size):
    wall, status, fits = hall.wall, hall.room.status(), "all => all.scrollHeight <= all.clientHeight + 4"
    wall.set_viewport_size({"width": size[0], "height": size[1]})
    for n, names, done in ((60, 60, 20), (1000, 0, 333)):
        wall.route("**/status", lambda route, _, n=n: route.fulfill(json=crowd(status, n)))
        wall.wait_for_selector(f"text=Done: {done} of {n}")
        assert wall.locator(".chips li").count() == names
        assert wall.locator(".crowd").evaluate(fits)
        assert wall.locator(".crowd >> text=Team").count() == 5
        wall.unroute("**/status")


def test_an_anonymous_round_names_nobody_and_a_server_that_is_gone_is_said(hall):
    hall.join("Sales", "Service")
    n = hall.room.do("open", kind="score", anonymous=True)["joined"]
    for page in (hall.desk, hall.wall):
        page.wait_for_selector(f"text=Done: 0 of {n}")
        assert page.locator(".chips").count() == 0
    hall.desk.context.set_offline(True)
    hall.desk.wait_for_selector("#fault >> text=gives no answer")
    hall.desk.context.set_offline(False)
    hall.desk.wait_for_selector("#fault .fault", state="detached")


def test_without_its_key_the_desk_says_where_to_get_it_and_in_polish_it_speaks_polish(tmp_path, chromium):
    hall = Hall(tmp_path / "sala", chromium, language="pl")
    page = chromium.new_context().new_page()
    page.goto(hall.room.links()["desk"].split("#")[0])
    page.wait_for_selector("text=nie ma ona klucza")
    page.context.close()
    assert hall.desk.locator(".large").inner_text() == "Próba z jednym telefonem"
    hall.click("test")
    hall.desk.wait_for_selector("#step [data-key=stop]")
    assert not re.search(r"\{\w+\}", hall.desk.inner_text("body"))
    hall.end()
