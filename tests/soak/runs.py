"""Many clients in one run, with trouble: a bad file, an endless cell, a `kill -9`, Ctrl-C at random moments.

Run alone: python tests/soak/runs.py 50 7   (50 clients, 50 moments, seed 7; prints what came out as JSON)
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from uuid import uuid4

import nbformat
import psutil

sys.path.append(str(Path(__file__).parents[1]))
from leaks import holds
from many_clients import make_clients, word_of

from cjmkit.kit import template
from cjmkit.runs.manifest import read_outputs, sha256

N = 50
BAD, ENDLESS, KILLED = 1, 3, 4  # which clients
MARK = "CJMKIT_SOAK_RUN"
TROUBLE = """
import os, pathlib, time
place = os.environ.get("CJMKIT_SOAK_TROUBLE")
if place and client in ("client-0003", "client-0004"):
    pathlib.Path(place, client).write_text(str(os.getpid()))
    while True:
        time.sleep(0.05)
"""
Files = dict[str, bytes]


def started(folder: Path, *words: str, mark: str = "", **env: str) -> subprocess.Popen[str]:
    """`cjmkit run --json`; all that it begins carries the mark."""
    return subprocess.Popen(
        [sys.executable, "-c", "from cjmkit.cli import main; main()", "run", "--json", "--workshops", str(folder), *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder, start_new_session=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore", MARK: mark, **env},
    )  # fmt: skip


def ran(folder: Path, *words: str, code: int = 0) -> Mapping[str, Mapping[str, list[str]]]:
    process = started(folder, *words)
    said, complaints = process.communicate()
    assert process.returncode == code, (process.returncode, complaints[-2000:])
    result: Mapping[str, Mapping[str, list[str]]] = json.loads(said)
    return result


def built(folder: Path, *parts: str) -> Files:
    """What stands in the clients' `out/`, or in other parts of their folders, by place; what is hidden too."""
    found = (p for part in parts or ("out",) for p in sorted(folder.glob(f"*/{part}/*")) if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}


def leaked(files: Files, n: int, seed: int) -> list[tuple[str, str]]:
    """Where in one client's files a word of another's stands; of n clients, n × (n - 1) are looked at."""
    words = {f"client-{i:04}": word_of(i, seed) for i in range(n)}
    found = []
    for name, content in files.items():
        others = [word for client, word in words.items() if client != name.split("/")[0]]
        found += holds(name, content, others, whole=False)
    return found


def left_over(mark: str) -> list[int]:
    """The processes that a run began and that are still there."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def wrong(folder: Path, right: Files) -> list[str]:
    """What is half written: files that are not as an undisturbed run leaves them, or noted and not so on the disk."""
    found = [f"not whole: {name}" for name, content in built(folder).items() if right.get(name) != content]
    for client in folder.glob("client-*"):
        outputs = read_outputs(client)
        if (client / "build/manifest.json").exists() and not outputs:
            found.append(f"no manifest: {client.name}")
        for name, entry in outputs.items():
            file = client / "out" / name
            if not file.is_file() or sha256(file) != entry["sha256"]:
                found.append(f"noted and not so: {client.name}/{name}")
    return found


def own_template(folder: Path, sections: int = 99) -> Path:
    """The kit's report, or its first sections, and a cell that gets into trouble as long as the surroundings say so."""
    notebook = nbformat.read(template("report.ipynb"), 4)
    notebook.cells = notebook.cells[: 2 + sections]
    notebook.cells.append(nbformat.v4.new_code_cell(TROUBLE))
    path = folder / "own.ipynb"
    nbformat.write(notebook, path)
    return path


def troubled(
    n: int,
    seed: int,
    *,
    only: str = "html,mermaid,svg",
    limit: int = 60,
    largest: int = 40,
    sections: int = 99,
    beside: bool = True,
) -> Counter[str]:
    """One bad file, one endless cell, one killed, and n - 3 right reports; then the three once mended; beside an undisturbed run, or not."""
    with tempfile.TemporaryDirectory() as place:
        right, folder, trouble = (Path(place) / name for name in ("right", "folder", "trouble"))
        for each in (right, folder):
            make_clients(each, n, seed, largest)
        trouble.mkdir()
        words = ["--template", str(own_template(Path(place), sections)), "--only", only]
        if beside:
            ran(right, *words)
        three = {f"client-{i:04}" for i in (BAD, ENDLESS, KILLED)}
        journey = folder / f"client-{BAD:04}/journey.json"
        whole = journey.read_bytes()
        journey.write_bytes(whole[: len(whole) // 2])
        first = _disturbed(folder, [*words, "--time-limit", str(limit)], trouble)
        assert set(first["failed"]) == three, first["failed"]
        of = built(right) if beside else built(folder)
        good = {name: content for name, content in of.items() if name.split("/")[0] not in three}
        found: Counter[str] = Counter(clients=n, failed=len(three), right=len({name.split("/")[0] for name in good}))
        assert built(folder) == good
        times = {path: path.stat().st_mtime_ns for path in folder.glob("*/out/*")}
        journey.write_bytes(whole)
        assert set(ran(folder, *words)["built"]) == three
        assert all(path.stat().st_mtime_ns == time for path, time in times.items())
        assert not beside or built(folder) == built(right)
        everything = built(folder, "out", "build")
        found["words_looked_for"] = n * (n - 1)
        assert leaked(everything, n, seed) == []
        assert all(
            holds(name, page, [word_of(int(name[7:11]), seed)], whole=False)
            for name, page in everything.items()
            if name.endswith(".html")
        )
        found["control_leaked"] = _caught_leak(everything, n, seed)
    return found


def _caught_leak(files: Files, n: int, seed: int) -> int:
    """The control: one client's page under another's name is seen."""
    a, b = [name for name in files if name.endswith(".html")][:2]
    return len({where for where, _ in leaked({**files, a: files[b]}, n, seed)}) or _none("no leak was seen")


def _none(said: str) -> int:
    raise AssertionError(said)


def _disturbed(folder: Path, words: list[str], trouble: Path) -> Mapping[str, Mapping[str, str]]:
    """A run whose child for one client is killed as soon as it is at the last cell."""
    process = started(folder, *words, mark=(mark := uuid4().hex), CJMKIT_SOAK_TROUBLE=str(trouble))
    at = trouble / f"client-{KILLED:04}"
    while not (at.is_file() and at.read_text()) and process.poll() is None:
        time.sleep(0.05)
    if process.poll() is None:
        child = psutil.Process(int(at.read_text()))
        while (
            parent := child.parent()
        ) and parent.ppid() != process.pid:  # the warm process begins one child for each client
            child = parent
        child.kill()
    said, complaints = process.communicate()
    assert process.returncode == 1, (process.returncode, complaints[-2000:])
    assert gone(mark) == [], "processes are left over"
    result: Mapping[str, Mapping[str, str]] = json.loads(said)
    return result


def gone(mark: str, within: float = 10) -> list[int]:
    """The processes of a run that are there after this many seconds; what ends by itself may take them."""
    until = time.monotonic() + within
    while (found := left_over(mark)) and time.monotonic() < until:
        time.sleep(0.05)
    return found


def interrupted(
    moments: int, seed: int, *, clients: int = 8, only: str = "html,mermaid,svg", largest: int = 12
) -> Counter[str]:
    """Ctrl-C at random moments of a run: what is there is whole, nothing goes on, the rerun builds only what is missing."""
    chance = random.Random(seed)
    found: Counter[str] = Counter(moments=moments)
    with tempfile.TemporaryDirectory() as place:
        right, folder = Path(place) / "right", Path(place) / "folder"
        make_clients(right, clients, seed, largest)
        began = time.monotonic()
        ran(right, "--only", only)
        lasts = time.monotonic() - began
        for _ in range(moments):
            shutil.rmtree(folder, ignore_errors=True)
            make_clients(folder, clients, seed, largest)
            found.update(stopped_and_rerun(folder, built(right), only, chance.uniform(0, lasts)))
    return found


def stopped_and_rerun(folder: Path, right: Files, only: str, moment: float) -> Counter[str]:
    """One run with Ctrl-C at this moment, and the run after it."""
    process = started(folder, "--only", only, mark=(mark := uuid4().hex))
    time.sleep(moment)
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=120)
    assert gone(mark) == [], "processes are left over"
    assert wrong(folder, right) == [], wrong(folder, right)
    there = {path: path.stat().st_mtime_ns for path in _noted(folder)}
    done = ran(folder, "--only", only)
    assert all(path.stat().st_mtime_ns == time for path, time in there.items()), "built twice"
    assert {str(path) for path in there}.isdisjoint(path for files in done["built"].values() for path in files)
    assert built(folder) == right, set(built(folder)) ^ set(right)
    some = 0 < len(there) < len(right)
    return Counter(
        {f"code {process.returncode}": 1, "tracebacks": int("Traceback" in complaints), "with some built": int(some)}
    )


def _noted(folder: Path) -> Iterable[Path]:
    return [client / "out" / name for client in folder.glob("client-*") for name in read_outputs(client)]


def main(n: int = N, seed: int = 1) -> dict[str, int]:
    """Trouble among n clients, n interruptions; raises where one came out wrong."""
    result = {**troubled(n, seed), **interrupted(n, seed)}
    assert result["with some built"] > 0 or n < 20, result
    return result


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:]))))
