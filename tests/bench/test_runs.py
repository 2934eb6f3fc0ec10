"""What a hundred clients' reports cost, ours and every other way to run the same notebook. Nothing here can fail by time.

`make bench` prints the tables; CJMKIT_BENCH_CLIENTS=20 lowers the number of clients for a first look.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from time import perf_counter

import nbformat
import psutil
import pytest
from many_clients import make_client, make_clients
from notebook_ways import ALIKE, WAYS

from cjmkit.kit import template
from cjmkit.runs import FORMATS

N = int(os.environ.get("CJMKIT_BENCH_CLIENTS", "100"))
MANY = 10 * N
SAMPLE = 20  # of them, where all would take more than LONG
LONG = int(os.environ.get("CJMKIT_BENCH_LONG", "600"))  # seconds
TICK = 0.25
TEMPLATE = template("report.ipynb")
COMMAND = [str(Path(sys.executable).parent / "cjmkit")]  # as it is typed


@dataclass(frozen=True)
class Cost:
    """What a process and all that it began took."""

    wall: float
    cpu: float
    megabytes: float  # what is shared among its processes counted once
    said: str
    largest: dict[str, float]  # by process, "main" and what follows -m, the most it had


def measured(words: Sequence[str], code: int = 0, **env: str) -> Cost:
    """Run a command and look at it, and at all that it began, four times a second."""
    began = perf_counter()
    process = psutil.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=gettempdir(), env={**os.environ, **ALIKE, **env})  # fmt: skip
    done, peak, largest = threading.Event(), [0.0], {}

    def look() -> None:
        while not done.wait(TICK):
            together = 0.0
            for one in _family(process):
                try:
                    memory = one.memory_full_info().pss / 2**20
                    who = "main" if one.pid == process.pid else _module(one.cmdline())
                except psutil.Error:
                    continue
                together += memory
                largest[who] = max(largest.get(who, 0.0), memory)
            peak[0] = max(peak[0], together)

    looking = threading.Thread(target=look)
    looking.start()
    before = os.times()
    said, complaints = process.communicate()
    wall, after = perf_counter() - began, os.times()
    done.set()
    looking.join()
    assert process.returncode == code, said[-2000:] + complaints[-2000:]
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(wall, cpu, peak[0], said, largest)


def _family(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def _module(words: list[str]) -> str:
    return words[words.index("-m") + 1] if "-m" in words else Path(words[0]).name if words else ""


def cells_of(path: Path) -> list[tuple[object, ...]]:
    """What a notebook's cells say, without ids and times."""
    found = []
    for cell in nbformat.read(path, 4).cells:
        outputs = [
            {k: v for k, v in output.items() if k not in ("metadata", "transient")}
            for output in cell.get("outputs", [])
        ]
        found.append((cell.cell_type, cell.source, cell.get("execution_count"), json.dumps(outputs, sort_keys=True)))
    return found


def table(title: str, heads: str, rows: Sequence[Sequence[object]]) -> None:
    shown = [f"| {' | '.join(f'{v:.1f}' if isinstance(v, float) else str(v) for v in row)} |" for row in rows]
    heads = f"| {heads.replace(', ', ' | ')} |"
    rule = "|---" * heads.count(" | ") + "|---|"
    print(f"\n\n{title}\n\n{heads}\n{rule}\n" + "\n".join(shown))


@pytest.fixture(scope="module")
def clients(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("clients") / "workshops"
    make_clients(folder, N)
    return folder


def _names(folder: Path, n: int = 0) -> list[str]:
    """The clients of a folder; or n of them, evenly, so that they are of the same mix."""
    names = sorted(path.name for path in folder.iterdir() if (path / "journey.json").is_file())
    return names[:: max(1, len(names) // n)][:n] if n else names


def _run(way: str, folder: Path, out: Path, names: Sequence[str]) -> Cost:
    out.mkdir(exist_ok=True)
    return measured(
        [sys.executable, str(Path(__file__).parent / "notebook_ways.py"), way, str(TEMPLATE), str(folder), str(out), *names],
        CJMKIT_WORKSHOPS=str(folder),
    )  # fmt: skip


def test_the_same_notebook_by_every_way(clients, tmp_path):
    """papermill's command, its API, nbclient and ours; the floor is the cells' own CPU over two cores."""
    names = _names(clients)
    costs: dict[str, tuple[int, Cost]] = {}
    for way in WAYS:
        some = names
        if way.startswith("command"):
            one = _run(way, clients, tmp_path / "one", names[:2])
            some = _names(clients, SAMPLE) if one.wall / 2 * len(names) > LONG and len(names) > SAMPLE else names
        costs[way] = len(some), _run(way, clients, tmp_path / way, some)
    n, cost = costs["ours"]
    ours = cost.wall / n
    rows = []
    for way, (n, cost) in costs.items():
        each = float(cost.said) / 2 / n if way == "floor" else cost.wall / n
        kind = f"{way.replace('_', ' ')}{f' (a sample of {n})' if n < len(names) else ''}"
        again = f"{cost.said.strip()} repeated" if way.startswith("command") and cost.said.strip() != "0" else ""
        cpu = float(cost.said) / n if way == "floor" else cost.cpu / n
        rows.append(
            (kind, each * len(names), cpu * len(names), 60 / each, f"{cost.megabytes:.0f}", f"{each / ours:.2f}", again)
        )
    table(f"One notebook for {len(names)} clients", "way, wall s for all, CPU s for all, clients a minute, peak MB, wall / ours, ", rows)  # fmt: skip
    way_of = {way: {p.stem: cells_of(p) for p in (tmp_path / way).glob("*.ipynb")} for way in costs if way != "floor"}
    usual = way_of["api_in_two_processes"]
    assert len(usual) == len(names)
    for way, found in way_of.items():
        differing = [name for name in found if found[name] != usual[name]]
        assert differing == [], way
        assert len(found) == costs[way][0], way
    assert len({json.dumps(cells) for cells in usual.values()}) == len(names)  # the control: clients' cells do differ


def _command(folder: Path, *words: str) -> Cost:
    return measured([*COMMAND, "run", "--json", "--workshops", str(folder), *words])


def _built(cost: Cost) -> list[str]:
    return sorted(json.loads(cost.said)["built"])


def test_the_whole_command_by_format(tmp_path):
    """Each format alone for the same clients, and all together."""
    rows = []
    for format in (*FORMATS, ",".join(FORMATS)):
        folder = tmp_path / format
        make_clients(folder, N)
        names = _names(folder, min(SAMPLE, N))
        cost = _command(folder, *names, "--only", format)
        assert _built(cost) == names
        kb = sum(p.stat().st_size for p in folder.glob("*/out/*")) / 1000 / len(names)
        rows.append((format if format in FORMATS else "all", cost.wall, cost.cpu, 60 * len(names) / cost.wall, f"{cost.megabytes:.0f}", f"{kb:.0f}"))  # fmt: skip
        shutil.rmtree(folder)
    table(f"cjmkit run for {min(SAMPLE, N)} clients, by format", "format, wall s, CPU s, clients a minute, peak MB, kB a client", rows)  # fmt: skip


@pytest.fixture(scope="module")
def thousand(tmp_path_factory) -> Path:
    """A client built in all formats, and copies of its folder under other names."""
    folder = tmp_path_factory.mktemp("thousand") / "workshops"
    make_client(folder, 0, largest=5)
    _command(folder)
    for n in range(1, MANY):
        shutil.copytree(folder / "client-0000", folder / f"client-{n:04}")
    return folder


def test_a_thousand_clients_of_which_nothing_or_one_changed(thousand):
    rows = []
    for _ in range(2):
        cost = measured([*COMMAND, "run", "--dry-run", "--json", "--workshops", str(thousand)])
        assert {step["state"] for step in json.loads(cost.said)} == {"fresh"}
        rows.append(("cjmkit run --dry-run", cost.wall, cost.cpu, f"{cost.megabytes:.0f}", "0"))
    seconds = json.loads(measured([sys.executable, "-c", PLAN, str(thousand)]).said)
    rows.append(("the plan alone, in a process that has it imported", seconds[0], seconds[0], "", "0"))
    nothing = _command(thousand)
    assert _built(nothing) == []
    rows.append(("cjmkit run, nothing changed", nothing.wall, nothing.cpu, f"{nothing.megabytes:.0f}", "0"))
    scores = thousand / "client-0007/scores.csv"
    rounds, *lines = scores.read_text("utf-8").splitlines()
    cells = lines[0].split(",")
    cells[5] = "2" if cells[5] != "2" else "3"
    scores.write_text("\n".join([rounds, ",".join(cells), *lines[1:]]) + "\n", "utf-8")
    one = _command(thousand)
    assert _built(one) == ["client-0007"]
    rows.append(("cjmkit run, one score changed", one.wall, one.cpu, f"{one.megabytes:.0f}", "1"))
    table(f"{MANY:,} clients, all formats built before", "what, wall s, CPU s, peak MB, clients built", rows)


PLAN = """
import json, sys, time
from cjmkit.runs.many import decide
decide([], workshops=sys.argv[1])
began = time.perf_counter()
steps = decide([], workshops=sys.argv[1]).steps
print(json.dumps([time.perf_counter() - began, len(steps)]))
"""


def test_cost_by_the_number_of_clients(tmp_path):
    """Ten, a hundred, a thousand: the same seconds for each and the same memory."""
    rows = []
    for n in dict.fromkeys((max(2, MANY // 100), max(2, MANY // 10), MANY)):
        folder = tmp_path / str(n)
        make_clients(folder, n, largest=12)
        cost = _command(folder, "--only", "mermaid,svg")
        assert len(_built(cost)) == n
        rows.append((n, cost.wall, 1000 * cost.wall / n, cost.cpu, f"{cost.largest.get('main', 0):.0f}",
                     f"{cost.largest.get('cjmkit.runs.warm', 0):.0f}", f"{cost.megabytes:.0f}"))  # fmt: skip
        shutil.rmtree(folder)
    table("Cost by the number of clients, --only mermaid,svg",
          "clients, wall s, ms a client, CPU s, MB of the command, most MB of one builder, peak MB of all", rows)  # fmt: skip
