"""The phones' door: six routes, everything else is refused; no kernel, no file of the client's is behind it."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import tornado.template
import tornado.web
from tornado.iostream import IOStream

from cjmkit.errors import CJMError, StorageError
from cjmkit.room.ballots import Refused, read_body
from cjmkit.room.crowd import PENALTY, Crowd, Server
from cjmkit.room.people import Guesses, Person
from cjmkit.room.session import Room
from cjmkit.room.telling import state_of
from cjmkit.room.words import phone_words

PAGE = Path(__file__).parent / "page"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'; "
    "form-action 'self'; base-uri 'none'"
)
TOKEN, XSRF = "cjm_room", "cjm_xsrf"
LARGEST = 16 * 1024
PATIENCE = 25.0  # seconds that a phone waits for something new before it asks again


class Page(tornado.web.RequestHandler):
    """What every answer has in common: the right host, the strict headers, one sentence where something is wrong."""

    SUPPORTED_METHODS = ("GET", "POST")
    csp = CSP
    person: Person | None = None

    @property
    def room(self) -> Room:
        room: Room = self.settings["room"]
        return room

    @property
    def stream(self) -> IOStream:
        """The connection by which the request came."""
        stream: IOStream = self.request.connection.stream  # type: ignore[union-attr]
        return stream

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Content-Security-Policy", self.csp)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cache-Control", "no-store")

    async def prepare(self) -> None:
        await self._take_turns()
        if self.request.host.lower() not in self.settings["hosts"]():
            raise tornado.web.HTTPError(403)
        if self.request.method == "POST":
            origin = self.request.headers.get("Origin")
            if origin and (urlsplit(origin).scheme, urlsplit(origin).netloc.lower()) != (
                "http",
                self.request.host.lower(),
            ):
                raise tornado.web.HTTPError(403)
            if self.request.headers.get("Content-Type", "").split(";")[0].strip() != "application/json":
                raise tornado.web.HTTPError(415)

    async def _take_turns(self) -> None:
        """A person who asks too often is refused; strangers, who may be a whole room at one address, wait for their turn."""
        self.person = self.room.people.of(self.get_cookie(self.settings.get("token", "")) or "")
        crowd: Crowd = self.settings["crowd"]
        now, address = time.monotonic(), str(self.request.remote_ip)
        if self.person is None:
            crowd.hold(self.stream, address, joined=False)
            if wait := crowd.strangers.wait(address, now):
                await asyncio.sleep(wait)
            return
        crowd.hold(self.stream, self.person.id, joined=True)
        if crowd.people.wait(self.person.id, now):
            await asyncio.sleep(PENALTY)
            raise tornado.web.HTTPError(429)

    def answer(self, data: Any, status: int = 200) -> None:
        """Answer with JSON."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps(data, ensure_ascii=False))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, CJMError):
            status_code = (
                error.status if isinstance(error, Refused) else 507 if isinstance(error, StorageError) else 400
            )
            self.set_status(status_code)
            self.answer({"error": self.room.say.error(error)}, status_code)
        else:
            self.answer({"error": self._reason}, status_code)

    def log_exception(self, *error: Any) -> None:
        if not isinstance(error[1], CJMError | tornado.web.HTTPError):
            super().log_exception(*error)


class Nothing(Page):
    """Whatever is not named is not there."""

    async def prepare(self) -> None:
        await super().prepare()
        raise tornado.web.HTTPError(404)


class Front(Page):
    """The one page that the phones have."""

    def get(self) -> None:
        say = self.room.say
        if seen := self.settings.get("seen"):
            connection: Any = self.request.connection
            seen(connection.stream.socket.getsockname()[0], self.request.remote_ip)
        self.xsrf_token  # noqa: B018  sets its cookie
        page = self.settings["pages"].load("room.html")
        words = json.dumps(phone_words(say), ensure_ascii=False)
        self.finish(page.generate(language=say.tag, title=say("Voting room"), words=words))


class Asset(Page):
    """Script and style, read once."""

    def get(self, name: str) -> None:
        kind = {"js": "text/javascript", "css": "text/css"}[name.rpartition(".")[2]]
        self.set_header("Content-Type", f"{kind}; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.finish(asset(name))


class Inside(Page):
    """A page for those who have joined."""

    async def prepare(self) -> None:
        await super().prepare()
        if self.person is None or self.room.ended:
            raise tornado.web.HTTPError(401)
        self.room.heard[self.person.id] = self.room.now()

    @property
    def me(self) -> Person:
        """Whose token came with the request."""
        assert self.person is not None  # `prepare` has seen to it
        return self.person


class Join(Page):
    """A join code, or a knock that the facilitator has answered, for the room's teams; with a team for a token of one's own."""

    async def post(self) -> None:
        room, data, address = self.room, read_body(self.request.body), str(self.request.remote_ip)
        if room.ended:
            raise tornado.web.HTTPError(401)
        guesses: Guesses = self.settings["guesses"]
        secret = data.get("knock")
        admitted = isinstance(secret, str) and secret in room.people.admitted
        if not admitted:
            if guesses.seconds(address, room.now()):
                await asyncio.sleep(PENALTY)
                number = room.people.knock(secret) if secret else ""
                say = room.say(
                    "Too many wrong codes came from your network. Tell the facilitator the number {number}.",
                    number=number,
                )
                self.answer({"error": say, "number": number}, 429)
                return
            if not room.people.right(data.get("code")):
                guesses.wrong(address, room.now())
                raise Refused("This is not the code of this room.", 403)
        if "team" not in data:
            self.answer({"title": room.title, "teams": room.teams})
            return
        person, token = await room.join(data["team"])
        if admitted:
            room.people.admitted.pop(str(secret), None)
        self.settings["crowd"].hold(self.stream, person.id, joined=True)
        self.set_cookie(TOKEN, token, httponly=True, samesite="Strict", expires_days=2)
        self.answer({"nickname": person.nickname, "team": person.team})


class State(Inside):
    """What is asked and what this person gave; with `seen` it waits until there is something new."""

    async def get(self) -> None:
        room = self.room
        seen = self.get_query_argument("seen", "")
        if seen == room.version:
            with suppress(TimeoutError):
                await asyncio.wait_for(room.news.wait(), PATIENCE)
        room.heard[self.me.id] = room.now()
        self.answer(state_of(room, self.me))


class Give(Inside):
    """One ballot; the answer comes when it is on the disk."""

    async def post(self) -> None:
        self.answer({"stored": await self.room.give(self.me, read_body(self.request.body))})


def routes() -> list[tuple[str, type[Page]]]:
    """All that a phone can reach."""
    return [(r"/", Front), (r"/(room\.js|room\.css)", Asset), (r"/join", Join), (r"/state", State), (r"/ballot", Give)]


def application(room: Room, hosts: Any, **settings: Any) -> tornado.web.Application:
    """The phones' application; `hosts()` answers the names and ports by which it may be called."""
    return tornado.web.Application(
        routes(), room=room, hosts=hosts, default_handler_class=Nothing, xsrf_cookies=True, xsrf_cookie_name=XSRF,
        xsrf_cookie_kwargs={"samesite": "Strict"}, guesses=Guesses(), crowd=Crowd(), token=TOKEN,
        pages=tornado.template.Loader(str(PAGE)), log_function=lambda handler: None, compress_response=True, **settings,
    )  # fmt: skip


def http_server(app: tornado.web.Application) -> Server:
    """A server for it that takes only small requests, and none that dawdle."""
    server = Server(
        app, max_body_size=LARGEST, max_header_size=LARGEST, body_timeout=10, idle_connection_timeout=60, chunk_size=LARGEST,
    )  # fmt: skip
    server.crowd = app.settings.setdefault("crowd", Crowd())
    return server


_ASSETS: dict[str, bytes] = {}


def asset(name: str) -> bytes:
    """A file of the page, read once."""
    if name not in _ASSETS:
        _ASSETS[name] = (PAGE / name).read_bytes()
    return _ASSETS[name]
