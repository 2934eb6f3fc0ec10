"""The facilitator's door, on this machine alone: the desk with the controls, and the wall for the projector."""

from __future__ import annotations

import io
import json
import secrets
from collections.abc import Callable
from typing import Any

import segno
import tornado.template
import tornado.web

from cjmkit.errors import UsageError
from cjmkit.room.ballots import read_body
from cjmkit.room.desk_words import desk_words
from cjmkit.room.server import CSP, PAGE, Asset, Nothing, Page
from cjmkit.room.telling import status

COOKIE = "cjm_desk"
DESK_CSP = CSP.replace("connect-src", "img-src 'self'; connect-src")


def cookie(page: Page) -> str:
    """The name of the cookie that holds the key: cookies know no ports, and two rooms may be open on one machine."""
    return f"{COOKIE}_{page.room.desk_port}"


class Locked(Page):
    """A page for who holds the desk's key: as a cookie in a browser, as a header from a notebook."""

    csp = DESK_CSP

    async def prepare(self) -> None:
        await super().prepare()
        given = (
            self.request.headers.get("Authorization", "").removeprefix("Desk ") or self.get_cookie(cookie(self)) or ""
        )
        if not secrets.compare_digest(given.encode(), self.room.desk_key.encode()):
            raise tornado.web.HTTPError(401)

    def check_xsrf_cookie(self) -> None:
        """A foreign page can set no Authorization and no JSON content type here; a browser also sends its token."""
        if not self.request.headers.get("Authorization"):
            super().check_xsrf_cookie()


class Shell(Page):
    """Desk or wall, without anything of the room in it: the key comes in the fragment and is exchanged for a cookie."""

    csp = DESK_CSP

    def get(self, name: str) -> None:
        self.xsrf_token  # noqa: B018  sets its cookie
        say, page = self.room.say, self.settings["pages"].load(f"{name}.html")
        self.finish(page.generate(language=say.tag, words=json.dumps(desk_words(say), ensure_ascii=False)))


class Enter(Page):
    """The key for a cookie."""

    def post(self) -> None:
        key = read_body(self.request.body).get("key")
        if not isinstance(key, str) or not secrets.compare_digest(key.encode(), self.room.desk_key.encode()):
            raise tornado.web.HTTPError(401)
        self.set_cookie(cookie(self), key, httponly=True, samesite="Strict")
        self.answer({})


class Status(Locked):
    """Who is here and how far; nothing of what was given."""

    def get(self) -> None:
        self.answer({**status(self.room), **self.settings["door"].status()})


class Do(Locked):
    """What the facilitator does; answers the status after it."""

    async def post(self) -> None:
        data = read_body(self.request.body)
        do = data.pop("do", None)
        room, door = self.room, self.settings["door"]
        ways: dict[Any, Callable[..., Any]] = {
            "open": room.open, "close": room.close, "show": room.show, "end": room.end, "listen": door.listen,
            "test": door.test, "admit": room.admit, "decide": room.decide,
        }  # fmt: skip
        if do not in ways:
            raise UsageError("The desk can do {ways}, not {do}.", ways=list(ways), do=repr(do)[:40])
        try:
            done = ways[do](**data)
        except TypeError:
            raise UsageError("The desk cannot do {do} with {given}.", do=do, given=sorted(data)) from None
        if done is not None and hasattr(done, "__await__"):
            await done
        if room.phase == "closed":
            door.draw()  # while nobody waits for it yet
        self.answer({**status(room), **door.status()})


class Picture(Locked):
    """What the wall shows: the QR code, and the pictures of the reveal."""

    async def get(self, name: str) -> None:
        if name.startswith("qr"):
            text = self.settings["door"].url_of(self.get_query_argument("host", self.room.host))
            out = io.BytesIO()
            segno.make(text, error="m").save(out, kind="svg", scale=10, border=4, dark="#000", light="#fff")
            content = out.getvalue()
        else:
            pictures = await self.settings["door"].pictures()
            if name not in pictures:
                raise tornado.web.HTTPError(404)
            content = pictures[name].encode()
        self.set_header("Content-Type", "image/svg+xml")
        # An SVG shown as a picture runs nothing; its letters and styles are its own.
        self.set_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; font-src data:")
        self.finish(content)


def routes() -> list[tuple[str, type[Page]]]:
    """All that the facilitator's machine can reach."""
    return [
        (r"/(desk|wall)", Shell), (r"/(desk\.js|wall\.js|talk\.js|desk\.css|room\.css)", Asset), (r"/enter", Enter),
        (r"/status", Status), (r"/do", Do), (r"/picture/([a-z-]+)\.svg", Picture),
    ]  # fmt: skip


def application(room: Any, door: Any, hosts: Any) -> tornado.web.Application:
    """The facilitator's application; `door` says where the phones' server listens."""
    return tornado.web.Application(
        routes(), room=room, door=door, hosts=hosts, default_handler_class=Nothing, xsrf_cookies=True,
        xsrf_cookie_name=f"{COOKIE}_xsrf", xsrf_cookie_kwargs={"samesite": "Strict"}, pages=tornado.template.Loader(str(PAGE)),
        log_function=lambda handler: None,
    )  # fmt: skip
