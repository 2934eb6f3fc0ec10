"""The phones' door: what is not named is refused, whoever asks, however they ask."""

import asyncio
import json
import re
import secrets
from contextlib import asynccontextmanager

import pytest
from phones import Phone, new_id
from soak import room as killing

from cjmkit.room import crowd, desk, server
from cjmkit.room.box import BALLOTS
from cjmkit.room.door import Door
from cjmkit.room.session import Room

PHONES = {
    "/": {"GET"},
    "/room.js": {"GET"},
    "/room.css": {"GET"},
    "/join": {"POST"},
    "/state": {"GET"},
    "/ballot": {"POST"},
}
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "FOO")
OTHERS = [
    "/desk", "/wall", "/enter", "/status", "/do", "/picture/qr.svg", "/picture/three.svg", "/room.json", "/ballots.jsonl", "/journey.json",
    "/scores.csv", "/room.html", "/desk.js", "/../room.json", "/%2e%2e/room.json", "//room.js", "/room.js/", "/state/", "/ballot/x", "/api",
    "/api/kernels", "/static/x", "/favicon.ico", "/files/room.json", "/.backup", "/room.js%00", "*",
]  # fmt: skip
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'; "
    "form-action 'self'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@asynccontextmanager
async def opened(tmp_path, **round):
    """A room that listens on this machine, and what belongs to it."""
    room = Room(killing.client(tmp_path, 4), now=Clock())
    door = Door(room)
    door.start()
    if round:
        room.open(**round)
    try:
        yield room, door
    finally:
        door.stop()
        for each in [*door.open.values(), door._desk]:
            await each.close_all_connections()


async def inside(room, team="Sales"):
    phone = Phone(room.port)
    assert await phone.join(room.people.code, team) == 200
    return phone


def run(work):
    return asyncio.run(asyncio.wait_for(work, 30))


def test_the_table_of_routes_is_this():
    table = {pattern: set() for pattern, _ in server.routes()}
    assert set(table) == {"/", r"/(room\.js|room\.css)", "/join", "/state", "/ballot"}
    for pattern, handler in server.routes():
        verbs = {
            name.upper()
            for name in ("get", "post", "put", "delete", "patch", "head", "options")
            if name in vars(handler)
        }
        paths = [path for path in PHONES if re.fullmatch(pattern, path)]
        assert paths
        assert all(PHONES[path] == verbs for path in paths)
    assert not {pattern for pattern, _ in desk.routes()} & set(table)


def let_in(answers):
    """Which of these answers let somebody in where nobody may."""
    return sorted({(method, path, status) for (method, path), status in answers.items() if status < 400})


async def knocked(port, phone, paths):
    found = {}
    for path in paths:
        for method in METHODS:
            if path in PHONES and method in PHONES[path]:
                continue
            status, headers, body = await phone.ask(method, path, {} if method == "POST" else None)
            found[method, path] = status
            if not (status == 400 and not headers):  # tornado refuses what is no HTTP itself, with nothing in it
                assert {name: headers.get(name) for name in HEADERS} == HEADERS, (method, path)
                assert "server" not in headers
                assert not any(word in body for word in (b"Traceback", b"tornado", b"/work", b"cjmkit"))
    return found


def test_whatever_is_not_named_is_refused_also_to_those_inside(tmp_path):
    async def go():
        async with opened(tmp_path) as (room, _):
            for phone in (Phone(room.port), await inside(room)):
                answers = await knocked(room.port, phone, [*PHONES, *OTHERS])
                assert len(answers) > 300
                assert not let_in(answers)

    run(go())


def test_a_server_of_files_would_be_seen(tmp_path, monkeypatch):
    import tornado.web

    plain = server.routes
    files = (r"/(room\.json)", tornado.web.StaticFileHandler, {"path": str(tmp_path / "room")})
    monkeypatch.setattr(server, "routes", lambda: [*plain(), files])

    async def go():
        async with opened(tmp_path) as (room, _):
            found = {}
            for path in OTHERS:
                found["GET", path] = (await Phone(room.port).ask("GET", path))[0]
            assert ("GET", "/room.json", 200) in let_in(found)

    run(go())


def test_every_answer_has_the_strict_headers(tmp_path):
    async def go():
        async with opened(tmp_path, kind="score") as (room, _):
            phone = await inside(room)
            asked = [
                ("GET", "/", None), ("GET", "/room.js", None), ("GET", "/room.css", None), ("GET", "/state", None), ("POST", "/join", {"code": "x"}),
                ("POST", "/ballot", {"id": 5}), ("GET", "/nothing", None),
            ]  # fmt: skip
            for method, path, data in asked:
                _, headers, body = await phone.ask(method, path, data)
                assert {name: headers.get(name) for name in HEADERS} == HEADERS, path
                assert headers["cache-control"] in ("no-store", "no-cache")
                assert b"<script>" not in body
                assert (
                    not re.search(rb"https?://(?!127)", body.replace(b"http://www.w3.org", b"")) or path == "/room.js"
                )

    run(go())


def test_host_origin_token_and_kind_are_checked(tmp_path):
    async def go():
        async with opened(tmp_path, kind="score") as (room, _):
            phone, n = await inside(room), room.n
            ballot = {"id": new_id(), "n": n, "column": "score", "touchpoint": "t1", "value": 5}
            port = room.port

            async def status(**headers):
                without = tuple(name for name, value in headers.items() if value is None)
                given = {k: v for k, v in headers.items() if v is not None}
                without = tuple(name.replace("_", "-") for name in without)
                phone.hang_up()
                try:
                    return (await phone.ask("POST", "/ballot", ballot, without=without, **given))[0]
                except EOFError:  # it hung up on what is no HTTP
                    return 0

            for host in (
                "evil.test",
                f"evil.test:{port}",
                "127.0.0.1",
                f"127.0.0.1:{port + 1}",
                f"127.0.0.1.evil.test:{port}",
                "",
                None,
            ):
                assert await status(host=host) in (0, 400, 403), host
            for origin in (
                "http://evil.test",
                "null",
                f"https://127.0.0.1:{port}",
                "http://127.0.0.1",
                f"http://127.0.0.1:{port}.evil.test",
            ):
                assert await status(origin=origin) == 403, origin
            for token in (None, "", "2|x|y|z", secrets.token_hex(16)):
                assert await status(x_xsrftoken=token) == 403, token
            for kind in (
                None,
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data",
                "application/jsonx",
            ):
                assert await status(content_type=kind) in (400, 415), kind
            assert not room.box.kept
            for fine in (f"127.0.0.1:{port}", f"LOCALHOST:{port}"):
                assert await status(host=fine) == 200
            assert (
                await status(origin=f"http://127.0.0.1:{port}", content_type="application/json; charset=utf-8") == 200
            )
            assert (await phone.ask("GET", "/", host="evil.test"))[0] == 403, "a name that was rebound reads the page"

    run(go())


def test_the_cookies_are_strict_and_the_token_is_for_no_script(tmp_path):
    async def go():
        async with opened(tmp_path) as (room, _):
            phone = await inside(room)
            cookies = {c.split("=")[0]: {part.strip().lower() for part in c.split(";")[1:]} for c in phone.set_cookies}
            assert set(cookies) == {server.TOKEN, server.XSRF}
            assert {"httponly", "samesite=strict", "path=/"} <= cookies[server.TOKEN]
            assert "samesite=strict" in cookies[server.XSRF]

    run(go())


def test_only_a_token_opens_the_room(tmp_path):
    async def go():
        async with opened(tmp_path, kind="score") as (room, _):
            phone = await inside(room)
            person = next(iter(room.people))
            for wrong in (None, "", "0" * 32, person.token, person.id, room.people.code, room.desk_key, "x" * 4000):
                other = Phone(room.port)
                await other.load()
                if wrong is not None:
                    other.cookies[server.TOKEN] = wrong
                assert (await other.ask("GET", "/state"))[0] == 401, wrong
                assert await other.ballot(room.n, "t1", 5) == 401, wrong
            assert await phone.ballot(room.n, "t1", 5) == 200
            room.phase, room.box = "waiting", None
            room.end()
            assert (await phone.ask("GET", "/state"))[0] == 401
            assert await phone.join(room.people.code) == 401

    run(go())


BAD = [
    b"", b"[]", b"null", b"{", b'"x"', b"\xff\xfe{}", b"[" * 9000, b'{"a":' * 2000 + b"1" + b"}" * 2000,
    *(b'{"id":"%s","n":1,"column":"score","touchpoint":"t1","value":%s}' % (b"a" * 20, value) for value in (
        b"11", b"-1", b'"5"', b"5.5", b"true", b"NaN", b"Infinity", b"1e999", b"[5]", b'{"v":5}', b"5,\"value\":6", b"5,\"more\":1", b"9" * 5000)),
    b'{"id":"aaaaaaaaaaaaaaaaaaaa","n":1,"column":"comment","touchpoint":"t1","value":"%s"}' % (b"x" * 600),
    b'{"id":"aaaaaaaaaaaaaaaaaaaa","n":1,"column":"score","touchpoint":"nowhere","value":5}',
    b'{"id":"aaaaaaaaaaaaaaaaaaaa","n":2,"column":"score","touchpoint":"t1","value":5}',
    b'{"id":"short","n":1,"column":"score","touchpoint":"t1","value":5}',
]  # fmt: skip


def test_refused_values_are_4xx_and_nothing_is_written(tmp_path):
    async def go():
        async with opened(tmp_path, kind="score") as (room, _):
            phone = await inside(room)
            assert await phone.ballot(room.n, "t2", 7, id="b" * 20) == 200
            other, before = await inside(room), (room.folder / BALLOTS).read_bytes()
            for body in BAD:
                status, _, answer = await phone.ask("POST", "/ballot", raw=body)
                assert 400 <= status < 500, (body[:80], status)
                assert set(json.loads(answer)) == {"error"}
            assert await other.ballot(room.n, "t2", 7, id="b" * 20) == 409, "another's id"
            large = b'{"id":"%s","n":1,"column":"comment","touchpoint":"t1","value":"%s"}'
            for size in (16 * 1024, 2**20):
                try:
                    status = (await phone.ask("POST", "/ballot", raw=large % (b"c" * 20, b"x" * size)))[0]
                except (OSError, EOFError):  # it hangs up rather than read on
                    status = 413
                assert status in (400, 413)
            assert (room.folder / BALLOTS).read_bytes() == before
            assert await phone.ballot(room.n, "t2", 8) == 200

    run(go())


def told(answers):
    """What these answers say of the workshop."""
    return sorted({secret for answer in answers for secret in ("Refrigerators Ltd", "Sales") if secret in answer})


def test_whoever_has_no_code_learns_neither_whose_workshop_it_is_nor_its_teams(tmp_path):
    async def go():
        async with opened(tmp_path) as (room, _):
            room.workshop.save(title="Refrigerators Ltd")
            await inside(room, "Sales")
            stranger, answers = Phone(room.port), []
            for method, path, data in [
                ("GET", "/", None),
                ("GET", "/room.js", None),
                ("POST", "/join", {"code": "WRONG"}),
            ]:
                answers.append((await stranger.ask(method, path, data, accept_encoding="identity"))[2].decode())
            assert told(answers) == []
            status, _, body = await stranger.ask("POST", "/join", {"code": room.people.code})
            assert status == 200
            assert json.loads(body) == {"title": "Refrigerators Ltd", "teams": ["Sales"]}
            assert told([body.decode()])  # what is told with the code would be seen
            assert len(room.people) == 1, "asking for the teams is not joining"

    run(go())


def test_ten_wrong_codes_a_minute_from_one_address_and_those_inside_go_on(tmp_path, monkeypatch):
    monkeypatch.setattr(server, "PENALTY", 0)

    async def go():
        async with opened(tmp_path, kind="score") as (room, _):
            phone, guesser = await inside(room), Phone(room.port)
            for _ in range(30):  # as many right ones as there are people in the room
                await inside(room)
            wrong = [await guesser.join("WRONG") for _ in range(25)]
            assert wrong == [403] * 10 + [429] * 15
            late = Phone(room.port)
            assert await late.join(room.people.code) == 429, "right codes would tell which guess was right"
            _, _, body = await late.ask("POST", "/join", {"code": room.people.code, "team": "Late", "knock": "k" * 20})
            number = json.loads(body)["number"]
            assert await phone.ballot(room.n, "t1", 5) == 200
            room.admit(number)
            assert await late.join("", "x" * 50, knock="k" * 20) == 400, (
                "the admission is spent on a name that was too long"
            )
            assert await late.join("", "Late", knock="k" * 20) == 200
            assert await Phone(room.port).join("", knock="k" * 20) == 429, "one admission lets in two"
            room.now.now += 61
            assert await Phone(room.port).join(room.people.code) == 200
            assert len(room.people) == 33

    run(go())


def test_a_phone_waits_for_what_is_new(tmp_path):
    async def go():
        async with opened(tmp_path) as (room, _):
            phone = await inside(room)
            version = (await phone.state())["version"]
            waiting = asyncio.ensure_future(phone.state(version))
            await asyncio.sleep(0.05)
            assert not waiting.done()
            room.open("score")
            assert (await waiting)["phase"] == "open"

    run(go())


def test_the_desk_is_behind_its_key_and_not_on_the_phones_port(tmp_path):
    async def go():
        async with opened(tmp_path) as (room, _):
            port, key = room.desk_port, {"authorization": f"Desk {room.desk_key}"}
            assert (await Phone(room.port).ask("GET", "/status", **key))[0] == 404
            assert (await Phone(port).ask("GET", "/status", **key))[0] == 200
            for wrong in (
                {},
                {"authorization": "Desk x"},
                {"authorization": "Desk "},
                {"cookie": f"{desk.COOKIE}=x"},
                {**key, "host": f"evil.test:{port}"},
            ):
                for method, path in (("GET", "/status"), ("POST", "/do"), ("GET", "/picture/qr.svg")):
                    assert (await Phone(port).ask(method, path, {"do": "end"} if method == "POST" else None, **wrong))[
                        0
                    ] in (401, 403), wrong
            assert (await Phone(port).ask("POST", "/do", {"do": "end"}, **key, origin="http://evil.test"))[0] == 403
            assert not room.ended

    run(go())


@asynccontextmanager
async def flooding(*works):
    tasks = [asyncio.ensure_future(work) for work in works]
    await asyncio.sleep(0.3)
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def hammer(phone, seen, *what, **more):
    while True:
        try:
            seen.append((await phone.ask(*what, **more))[0])
        except (OSError, EOFError):
            seen.append(0)
            await asyncio.sleep(0.01)


async def dawdle(port):
    """A request that never ends, a byte at a time."""
    while True:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            while True:
                writer.write(b"G")
                await writer.drain()
                await asyncio.sleep(0.2)
        except OSError:
            pass
        finally:
            writer.close()


async def all_acknowledged(room, phones, each=6):
    """Everybody gives, beside a flood; whether each answer was stored."""
    ids = [[new_id() for _ in range(each)] for _ in phones]
    for k in range(each):
        await asyncio.gather(
            *(phone.give(room.n, f"t{k % 4}", k + 1, id=mine[k]) for phone, mine in zip(phones, ids, strict=True))
        )
    return {id for mine in ids for id in mine} <= set(room.box.kept)


def test_one_who_floods_is_slowed_down_and_the_others_are_not_stopped(tmp_path):
    async def go():
        async with opened(tmp_path, kind="score") as (room, door):
            phones = [await inside(room) for _ in range(6)]
            bad, seen, guessed = await inside(room), [], []
            lines = [Phone(room.port) for _ in range(20)]
            for line in lines:
                line.cookies = dict(bad.cookies)
            junk = b'{"id":"%s","n":1,"column":"score","touchpoint":"t1","value":3}' % (b"z" * 20)
            strangers = [Phone(room.port) for _ in range(4)]
            async with flooding(
                *(hammer(line, seen, "POST", "/ballot", raw=junk) for line in lines),
                *(hammer(phone, guessed, "POST", "/join", {"code": "WRONG"}, cookie="cjm_xsrf=1", x_xsrftoken="1") for phone in strangers),
                hammer(Phone(room.port), [], "GET", "/", x="h" * 20_000), *(dawdle(room.port) for _ in range(10)),
            ):  # fmt: skip
                assert await all_acknowledged(room, phones)
                await asyncio.sleep(1.2)
            assert 429 in seen
            assert seen.count(200) <= crowd.PERSON[1] + 3 * crowd.PERSON[0] + 10
            assert 429 in guessed
            assert len([p for p in door.app.settings["crowd"]._held.values() if len(p) > crowd.LINES]) <= 1, (
                "only strangers hold more"
            )

    run(go())


def test_idle_connections_are_let_go_of_and_those_in_use_are_not(tmp_path, monkeypatch):
    monkeypatch.setattr(crowd, "STRANGERS_LINES", 30)
    monkeypatch.setattr(crowd, "LINES", 8)

    async def go():
        async with opened(tmp_path, kind="score") as (room, door):
            phones = [await inside(room) for _ in range(3)]
            waiting = asyncio.ensure_future(phones[0].state((await phones[0].state())["version"]))
            idle = [await asyncio.open_connection("127.0.0.1", room.port) for _ in range(200)]
            await asyncio.sleep(0.1)
            assert len(door.app.settings["crowd"]) <= 30 + 3 * crowd.LINES
            assert await all_acknowledged(room, phones[1:], each=2)
            assert not waiting.done()
            await room.close()
            assert (await waiting)["phase"] == "closed"
            for _, writer in idle:
                writer.close()

    run(go())


def test_a_crowd_without_limits_would_be_seen(tmp_path, monkeypatch):
    for name in ("LINES", "STRANGERS_LINES"):
        monkeypatch.setattr(crowd, name, 10**6)

    async def go():
        async with opened(tmp_path) as (room, door):
            idle = [await asyncio.open_connection("127.0.0.1", room.port) for _ in range(200)]
            await asyncio.sleep(0.1)
            assert len(door.app.settings["crowd"]) > 30 + 3 * 8
            for _, writer in idle:
                writer.close()

    run(go())


def test_when_the_room_holds_all_it_can_newcomers_do_not_push_out_who_is_there():
    class Line:
        open = True

        def close(self):
            self.open = False

        def closed(self):
            return not self.open

    held, lines = crowd.Crowd(most=10), [Line() for _ in range(12)]
    for n, line in enumerate(lines):
        held.hold(line, f"p{n}", joined=True)
    assert [line.open for line in lines] == [True] * 10 + [False] * 2
    held.let_go(lines[0])
    late = Line()
    held.hold(late, "late", joined=True)
    assert late.open
    assert len(held) == 10


def test_many_at_once_then_one_after_another():
    turns = crowd.Turns(rate=5, burst=10)
    assert [turns.wait("a", 0) for _ in range(10)] == [0] * 10
    assert [turns.wait("a", 0) for _ in range(3)] == pytest.approx([0.2, 0.4, 0.6])
    assert turns.wait("b", 0) == 0
    assert turns.wait("a", 10) == 0
    impatient = crowd.Turns(rate=5, burst=10, longest=0.2)
    assert sum(impatient.wait("a", 0) == 0 for _ in range(1000)) == 10
    assert sum(impatient.wait("a", 1.0001) == 0 for _ in range(1000)) == 4, "whoever flooded is not shut out for long"


def test_what_is_acknowledged_while_the_server_is_killed_is_stored_once_and_counted():
    """The soak with a small N: 8 phones, 8 answers each, the server killed twice."""
    found = killing.checked(killing.run(killing.voted(20261122, 8, 8, 2)))
    assert (found["acknowledged"], found["kills"]) == (64, 2)


def test_a_server_that_acknowledges_what_is_not_on_the_disk_would_be_seen():
    assert killing.run(killing.voted(20261122, 4, 4, 1, killing.HASTY))["lost"]


def doubled(tmp_path, again):
    """How many ballots too many are stored where the acknowledgement of each was lost on its way."""

    async def go():
        async with opened(tmp_path, kind="score") as (room, _):
            phone, ids = await inside(room), [new_id() for _ in range(8)]
            for id in ids:
                await phone.give(room.n, "t1", 5, id=id)
                await phone.give(room.n, "t1", 5, id=again(id))
            return len((room.folder / BALLOTS).read_bytes().splitlines()) - len(ids)

    return run(go())


def test_what_is_sent_again_under_its_id_is_stored_once(tmp_path):
    assert doubled(tmp_path, again=str) == 0


def test_a_phone_that_makes_a_new_id_for_each_try_would_be_seen(tmp_path):
    assert doubled(tmp_path, again=lambda id: new_id()) == 8
