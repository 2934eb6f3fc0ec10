"""The room's own process: a keeper that starts the server again where it died, and the server itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

STARTS = 50  # in a row, each dying within seconds: then the keeper gives up
ENDED = 0
REFUSED = 3  # it could not begin: starting it again would not help


def main(folder: Path, host: str | None = None, port: int | None = None) -> int:
    """Keep a server of this room running until the room is ended; its exit code.

    The keeper imports nothing of the kit, so that it costs a few megabytes.
    """
    program = [sys.executable, "-m", "cjmkit.room", "--serve", str(folder), host or "", str(port or "")]
    failures, begun, running = 0, False, list[subprocess.Popen[bytes]]()
    stopping: list[object] = []
    env = {**os.environ, "MALLOC_ARENA_MAX": "1"}  # one heap for all threads, which saves a tenth of the memory

    def stop(*told: object) -> None:
        stopping.extend(told)
        for child in running:
            child.terminate()

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, stop)
    while True:
        began = time.monotonic()
        running[:] = [subprocess.Popen(program, env=env)]
        if stopping:  # told so while no server was there to hear it
            running[0].terminate()
        code = running[0].wait()
        failures = failures + 1 if time.monotonic() - began < 5 else 0
        if stopping or code in (ENDED, -signal.SIGTERM) or (code == REFUSED and not begun) or failures > STARTS:
            return code
        begun = True  # what refuses a later start may pass: an address that is gone while the laptop sleeps
        time.sleep(min(0.1 * failures, 2.0))


def serve(folder: Path, host: str | None = None, port: int | None = None) -> int:
    """Serve this room until it is ended."""
    import asyncio
    import gc
    import logging

    from filelock import FileLock, Timeout

    from cjmkit.errors import CJMError, UsageError
    from cjmkit.room.door import Door
    from cjmkit.room.kept import is_away
    from cjmkit.room.session import Room
    from cjmkit.workshop import Workshop

    logging.disable()  # nothing of a request is written down, and nobody reads what is said here
    lock = FileLock(folder / ".room.lock")
    try:
        lock.acquire(timeout=5)
    except Timeout:
        print(UsageError("A voting room of {client} is open already.", client=folder.name), file=sys.stderr)
        return REFUSED

    async def run() -> None:
        room = Room(Workshop(folder))
        door = Door(room)
        door.start(host, port)
        gc.collect()
        gc.freeze()  # what stays till the end is not looked through again and again while phones wait
        gc.set_threshold(20_000, 20, 100)
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        if os.name != "nt":
            for sign in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(sign, stop.set)
        while not (room.ended or stop.is_set() or is_away(folder)):
            news = asyncio.ensure_future(room.news.wait())
            await asyncio.wait(
                [news, asyncio.ensure_future(stop.wait())], timeout=1, return_when=asyncio.FIRST_COMPLETED
            )
        await asyncio.sleep(1.5)  # phones, desk and wall are still told that it is over
        door.stop()

    try:
        asyncio.run(run())
    except CJMError as error:
        print(error, file=sys.stderr)
        return REFUSED
    finally:
        lock.release()
    return ENDED
