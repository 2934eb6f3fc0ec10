"""What keeps one who floods the room from stopping the others: how often somebody may ask, how many lines they hold."""

from __future__ import annotations

import time
from collections import OrderedDict
from contextlib import suppress
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream

RATE, BURST = 5.0, 100.0  # requests a second of one person, and how many at once
STRANGERS = 200.0, 3_000.0  # of all that share an address and have not joined: a whole room that opens the page
PENALTY = 1.0  # seconds that whoever asks more often waits to be refused
DELAY = 5.0  # seconds that a stranger waits to be served where too many ask: a page that loads slowly is still a page
LINES, STRANGERS_LINES, ALL_LINES = 8, 2_000, 6_000  # connections of a person, of strangers at one address, of all


class Throttle:
    """How often somebody may ask: a bucket that fills up again; the oldest are forgotten."""

    def __init__(self, rate: float = RATE, burst: float = BURST, most: int = 20_000) -> None:
        self.rate, self.burst, self.most = rate, burst, most
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def takes(self, who: str, now: float) -> bool:
        """Whether this one may ask now."""
        left, at = self._left.pop(who, (self.burst, now))
        left = min(self.burst, left + (now - at) * self.rate)
        self._left[who] = (left - 1 if left >= 1 else left, now)
        while len(self._left) > self.most:
            self._left.popitem(last=False)
        return left >= 1


class Crowd:
    """Everybody who holds a connection: by name those who have joined, by address those who have not.

    Whoever holds too many loses the one that was used longest ago, so that idle ones harm nobody.
    """

    def __init__(self, most: int = ALL_LINES) -> None:
        self.most = most
        self._throttles = {True: Throttle(), False: Throttle(*STRANGERS)}
        self._held: dict[str, OrderedDict[IOStream, None]] = {}
        self._whose: dict[IOStream, str] = {}

    def __len__(self) -> int:
        return len(self._whose)

    def takes(self, who: str, *, joined: bool) -> bool:
        """Whether this one may ask now."""
        return self._throttles[joined].takes(who, time.monotonic())

    def hold(self, line: IOStream, who: str, *, joined: bool) -> None:
        """This connection was used by this one, just now."""
        self.let_go(line)
        held = self._held.setdefault(who, OrderedDict())
        held[line], self._whose[line] = None, who
        if len(held) > (LINES if joined else STRANGERS_LINES) or len(self) > self.most:
            oldest = next(iter(held))
            self.let_go(oldest)
            oldest.close()

    def let_go(self, line: IOStream) -> None:
        """This connection is closed."""
        who = self._whose.pop(line, None)
        if who is not None:
            del self._held[who][line]
            if not self._held[who]:
                del self._held[who]


class Server(HTTPServer):
    """A server that takes only small requests, none that dawdle, and no more connections than its crowd may hold."""

    crowd: Crowd

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        self.crowd.hold(stream, str(address[0]), joined=False)
        if not stream.closed():
            super().handle_stream(stream, address)

    def on_close(self, server_conn: Any) -> None:
        self.crowd.let_go(server_conn.stream)
        super().on_close(server_conn)


def many_files() -> int:
    """Let this process open as many files as it may; how many of them the phones' connections may be."""
    with suppress(ImportError):  # Windows has no such limit
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        for wanted in (65_536, 10_240, 4_096):  # more than it allows is refused whole
            with suppress(ValueError, OSError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
                break
        return min(ALL_LINES, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)
    return ALL_LINES
