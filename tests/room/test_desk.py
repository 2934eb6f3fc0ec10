"""The facilitator's door: this machine alone, by its key; and the test with one phone."""

import asyncio
import http.client
import json
import shutil
import sys

import pytest
from conftest import ROOT

from cjmkit.errors import CJMError
from cjmkit.room.addresses import Address
from cjmkit.room.door import Door
from cjmkit.room.handle import voting_room
from cjmkit.room.session import Room
from cjmkit.workshop import Workshop

pytestmark = pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no other loopback addresses")
ELSEWHERE = "127.0.0.2"  # an address of this machine that is not the desk's
INSIDE = ["/status", "/picture/qr.svg", "/picture/three.svg"]


def client(folder) -> Workshop:
    shutil.copytree(ROOT / "workshops/running-shoes", folder / "shoes", ignore=shutil.ignore_patterns(".sample", "out"))
    workshop = Workshop(folder / "shoes")
    workshop.save(scores=workshop.scores.iloc[:0], rounds=())
    return workshop


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    held = voting_room(client(tmp_path_factory.mktemp("workshops")))
    held.start(ELSEWHERE)
    yield held
    held.do("end")


def asked(at, path, *, host=None, data=None, by=None, **headers):
    """The status, headers and content of an answer; `host` is what the request says, wherever it goes."""
    connection = http.client.HTTPConnection(*at, timeout=5, source_address=(by, 0) if by else None)
    try:
        sent = {
            "Host": host or f"{at[0]}:{at[1]}",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        if data is not None:
            sent.setdefault("Content-Type", "application/json")
        connection.request("GET" if data is None else "POST", path, None if data is None else json.dumps(data), sent)
        answer = connection.getresponse()
        return answer.status, answer, answer.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def desk(room):
    """Where the desk is, and its key as a notebook sends it."""
    place, key = room.links()["desk"].removeprefix("http://").split("/desk#")
    return ("127.0.0.1", int(place.split(":")[1])), {"Authorization": f"Desk {key}"}


@pytest.mark.parametrize("path", INSIDE)
def test_nothing_is_told_without_the_key(desk, path):
    at, key = desk
    assert asked(at, path)[0] == 401
    assert asked(at, path, Authorization="Desk " + "0" * 32)[0] == 401
    assert asked(at, path, **key)[0] == (404 if "three" in path else 200)


def test_the_pages_hold_nothing_of_the_room_before_the_key_is_given(desk, room):
    at, _ = desk
    status = room.status()
    for path in ("/desk", "/wall", "/desk.js", "/wall.js", "/talk.js"):
        code, answer, content = asked(at, path)
        assert code == 200
        assert not [w for w in (status["code"], status["title"], "Otter") if w in content.decode()], path
        assert "script-src 'self'; style-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_page_of_another_name_does_not_reach_the_desk_though_it_leads_here(desk):
    """DNS rebinding: a foreign name that points to 127.0.0.1."""
    at, key = desk
    for host in ("evil.example", f"evil.example:{at[1]}", f"{ELSEWHERE}:{at[1]}", "127.0.0.1", ""):
        for path in ("/desk", *INSIDE):
            assert asked(at, path, host=host or "x", **key)[0] == 403
    for host in (f"127.0.0.1:{at[1]}", f"localhost:{at[1]}"):
        assert asked(at, "/status", host=host, **key)[0] == 200


def test_the_desk_is_not_at_the_address_where_the_phones_come_in(desk, room):
    at, key = desk
    with pytest.raises(ConnectionRefusedError):
        asked((ELSEWHERE, at[1]), "/desk", host=f"127.0.0.1:{at[1]}")
    phones = (ELSEWHERE, room.status()["port"])
    assert asked(phones, "/")[0] == 200  # the control: that address does answer
    for path in ("/desk", "/wall", "/enter", "/do", *INSIDE):
        assert asked(phones, path, **key)[0] == 404
    assert asked(phones, "/do", data={"do": "end"}, **key)[0] in (403, 404)


def test_the_key_becomes_a_cookie_that_no_script_and_no_other_site_gets_and_a_click_needs_the_page(desk):
    at, key = desk
    _, answer, _ = asked(at, "/desk")
    token = answer.headers["Set-Cookie"].split("=", 1)[1].split(";")[0]
    xsrf = {"Cookie": f"cjm_desk_xsrf={token}", "X_Xsrftoken": token}
    assert asked(at, "/enter", data={"key": "0" * 32}, **xsrf)[0] == 401
    code, answer, _ = asked(at, "/enter", data={"key": key["Authorization"].removeprefix("Desk ")}, **xsrf)
    assert code == 200
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    mine = {"Cookie": f"{xsrf['Cookie']}; {cookie.split(';')[0]}"}
    do = {"do": "show", "on": True}
    assert asked(at, "/do", data=do, **mine)[0] == 403  # without what only the page can add
    assert asked(at, "/do", data=do, X_Xsrftoken=token, Origin="http://evil.example", **mine)[0] == 403
    assert asked(at, "/do", data=do, X_Xsrftoken=token, Content_Type="text/plain", **mine)[0] == 415
    code, _, content = asked(at, "/do", data=do, X_Xsrftoken=token, **mine)  # the control
    assert (code, json.loads(content)["error"]) == (400, "There is nothing to reveal yet: close the round first.")


def test_what_the_desk_cannot_do_is_said_in_a_sentence(room):
    for what, values in [("dance", {}), ("open", {"kind": "poem"}), ("open", {"mood": 1}), ("show", {"on": True, "picture": "x"}),
                         ("open", {"kind": "score", "asks": ["score", "shoe size"]}), ("open", {"kind": "score", "importance": "loud"})]:  # fmt: skip
        with pytest.raises(CJMError):
            room.do(what, **values)
    assert room.status()["phase"] == "waiting"


def test_a_round_asks_what_the_facilitator_chose(room):
    coming = room.status()["coming"]
    assert [(one["id"], one["first"]) for one in coming][:1] == [("kai", True)]
    wanted = ["score", "importance", "customer_effort", "comment"]
    status = room.do("open", kind="score", asks=wanted, importance="rating", anonymous=True, persona="kai")
    assert (status["asks"], status["anonymous"]) == (wanted, True)
    room.do("close", on_paper=True)
    status = room.status()
    assert status["phase"] == "waiting"
    assert status["coming"][0]["begun"]
    assert status["coming"][0]["importance"] == "rating"
    room.do("open", kind="score")
    assert room.do("close")["phase"] == "closed"


def while_testing(folder, monkeypatch, steps, *, own=True):
    """Do this with a room in this process on a machine that has two networks; `own=False` takes all that call for phones."""
    cards = [Address(ELSEWHERE, "wlan0"), Address("127.0.0.3", "eth0")]
    monkeypatch.setattr("cjmkit.room.door.addresses", lambda: cards)
    if not own:
        monkeypatch.setattr(Door, "_seen", lambda self, here, phone: setattr(self, "reached", here))

    async def run():
        room = Room(client(folder))
        door = Door(room)
        door.start()
        try:
            await door.test(True)
            return await steps(room, door)
        finally:
            door.stop()

    return asyncio.run(run())


def test_the_test_finds_the_address_by_which_the_phone_comes_and_listens_nowhere_else_after_it(tmp_path, monkeypatch):
    async def steps(room, door):
        status = door.status()
        assert [(a["ip"], a["answers"]) for a in status["addresses"]] == [(ELSEWHERE, True), ("127.0.0.3", True)]
        assert status["only_here"]
        await asyncio.to_thread(asked, ("127.0.0.3", room.port), "/", by="127.0.0.9")
        assert door.status()["reached"] == "127.0.0.3"
        door.listen("127.0.0.3")
        for here in ("127.0.0.1", ELSEWHERE):
            with pytest.raises(ConnectionRefusedError):
                await asyncio.to_thread(asked, (here, room.port), "/")
        return (await asyncio.to_thread(asked, ("127.0.0.3", room.port), "/", by="127.0.0.9"))[0]

    assert while_testing(tmp_path, monkeypatch, steps) == 200


@pytest.mark.parametrize("own", [True, False])
def test_this_machine_itself_is_no_phone(tmp_path, monkeypatch, own):
    async def steps(room, door):
        for here in (ELSEWHERE, "127.0.0.3"):
            await asyncio.to_thread(asked, (here, room.port), "/", by=here)
        return door.status()["reached"]

    assert bool(while_testing(tmp_path, monkeypatch, steps, own=own)) is not own  # where all count, it is taken in


def test_a_test_that_finds_nothing_leaves_the_room_where_it_was(tmp_path, monkeypatch):
    async def steps(room, door):
        await door.test(False)
        return room.host, sorted(door.open), door.testing

    assert while_testing(tmp_path, monkeypatch, steps) == ("127.0.0.1", ["127.0.0.1"], False)
