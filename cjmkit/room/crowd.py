"""What keeps one who floods the room from stopping the others: how often somebody may ask, how many lines they hold."""

from __future__ import annotations

import time
from collections import OrderedDict
from contextlib import suppress
from math import inf
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.iostream import IOStream

PERSON = 5.0, 100.0  # requests a second of one person, and how many at once: more are refused
STRANGERS = 200.0, 200.0  # requests, and new lines, of all that share an address and have not joined: more wait
PENALTY = 1.0  # seconds that a person who asks more often waits for the refusal
LINES, STRANGERS_LINES, ALL_LINES = 100, 2_000, 6_000  # connections of a person, of strangers at one address, of all


class Turns:
    """Who may ask when: so many at once, then so many a second, each in turn.

    Args:
        rate: how many a second.
        burst: how many at once.
        longest: seconds that somebody's queue may be.
        most: how many are remembered; who asked longest ago is forgotten.
    """

    def __init__(self, rate: float, burst: float, longest: float = inf, most: int = 20_000) -> None:
        self.rate, self.burst, self.longest, self.most = rate, burst, longest, most
        self._at: OrderedDict[str, float] = OrderedDict()

    def wait(self, who: str, now: float) -> float:
        """How many seconds it is to this one's turn; 0 where it is now."""
        at = max(self._at.pop(who, -inf), now - self.burst / self.rate) + 1 / self.rate
        self._at[who] = min(at, now + self.longest)
        while len(self._at) > self.most:
            self._at.popitem(last=False)
        return max(0.0, at - now)


class Crowd:
    """Everybody who holds a connection: by name those who have joined, by address those who have not.

    Whoever holds too many loses the one that was used longest ago; where all hold too many, whoever holds the most.
    """

    def __init__(self, most: int = ALL_LINES) -> None:
        self.most = most
        self.people, self.strangers = Turns(*PERSON, longest=1 / PERSON[0]), Turns(*STRANGERS)
        self.newcomers = Turns(*STRANGERS)
        self._held: dict[str, OrderedDict[IOStream, None]] = {}
        self._whose: dict[IOStream, str] = {}

    def __len__(self) -> int:
        return len(self._whose)

    def hold(self, line: IOStream, who: str, *, joined: bool) -> None:
        """This connection was used by this one, just now."""
        self.let_go(line)
        if line.closed():
            return
        held = self._held.setdefault(who, OrderedDict())
        held[line], self._whose[line] = None, who
        if len(held) > (LINES if joined else STRANGERS_LINES):
            self._close(held)
        elif len(self) > self.most:
            largest = max(self._held.values(), key=len)
            self._close(largest if len(largest) > 1 else held)

    def let_go(self, line: IOStream) -> None:
        """This connection is closed."""
        who = self._whose.pop(line, None)
        if who is not None:
            del self._held[who][line]
            if not self._held[who]:
                del self._held[who]

    def _close(self, held: OrderedDict[IOStream, None]) -> None:
        oldest = next(iter(held))
        self.let_go(oldest)
        oldest.close()


class Server(HTTPServer):
    """A server that takes no more connections than its crowd may hold, and of one address one after another."""

    crowd: Crowd

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        who = str(address[0])
        self.crowd.hold(stream, who, joined=False)
        wait = self.crowd.newcomers.wait(who, time.monotonic())
        if wait:
            IOLoop.current().call_later(wait, self._serve, stream, address)
        else:
            self._serve(stream, address)

    def on_close(self, server_conn: Any) -> None:
        self.crowd.let_go(server_conn.stream)
        super().on_close(server_conn)

    def _serve(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        if not stream.closed():
            super().handle_stream(stream, address)


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
