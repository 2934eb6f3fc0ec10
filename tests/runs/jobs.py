"""Jobs that child processes are tried with: each a plain function, called with `tell` first."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cjmkit.errors import ConflictError, Fault, InputError, JourneyError

STATE: list[int] = []


def add(tell, *numbers: int) -> int:
    for number in numbers:
        tell(number)
    return sum(numbers)


def remember(tell, number: int) -> list[int]:
    """A job that keeps something where another one could find it."""
    STATE.append(number)
    os.environ["CJMKIT_TOLD"] = str(number)
    return list(STATE)


def sleep(tell, seconds: float) -> None:
    tell(os.getpid())
    time.sleep(seconds)


def endless(tell) -> None:
    tell(os.getpid())
    while True:
        pass


def hungry(tell, megabytes: int) -> None:
    kept = []
    for _ in range(megabytes // 10):
        kept.append(bytearray(os.urandom(1)) * (10 * 2**20))
        time.sleep(0.02)
    time.sleep(30)


def die(tell, how: int = signal.SIGKILL) -> None:
    os.kill(os.getpid(), how)
    time.sleep(10)


def with_a_grandchild(tell, then: str) -> None:
    """Begin a process that would outlive its parent, then end somehow."""
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    tell(other.pid)
    {"done": lambda: None, "die": lambda: die(tell), "wait": lambda: time.sleep(60), "fail": lambda: 1 / 0}[then]()


def leave(tell, then: str) -> None:
    """Begin what nobody clears up, then end somehow."""
    Path(tempfile.mkdtemp(prefix="left-"), "file").touch()
    subprocess.run(["mktemp", "-d", "-t", "left-too-XXXXXX"], check=True, stdout=subprocess.DEVNULL)
    tell(os.getpid())
    {"done": lambda: None, "die": lambda: die(tell), "wait": lambda: time.sleep(60), "fail": lambda: 1 / 0}[then]()


def fail(tell, kind: str) -> None:
    faults = [Fault("title", "must be a text"), Fault("stages[2]", "must be one of {allowed}", {"allowed": ["a", "b"]})]
    errors = {
        "input": InputError("{file} cannot be read.", file=Path("a.csv")),
        "journey": JourneyError(faults),
        "conflict": ConflictError("{client} was saved.", client="acme", theirs={"a": 1}, base=None),
        "plain": ValueError("not that one"),
        "missing": ModuleNotFoundError("No module named 'typst'", name="typst"),
        "unknown": ModuleNotFoundError("No module named 'own'", name="own"),
        "exit": SystemExit(3),
    }
    raise errors[kind]


def loaded(tell, module: str) -> bool:
    return module in sys.modules


def threads_of_parent(tell) -> int:
    import psutil

    return psutil.Process(os.getppid()).num_threads()
