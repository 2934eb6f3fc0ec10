"""Ten million events counted by the kit and by what a user would take instead, side by side; nothing here can fail by time.

`make bench` prints the table: medians of three, a process of its own for each. All must count alike. The other tools are installed into a
folder of their own that goes with the test. CJMKIT_BENCH_EVENTS sets the size; a hundred million stay under 4 GB.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

TASKS = ("transitions", "funnel", "paths")
ENGINES = ("duckdb", "polars", "pandas")
SIZE = int(os.environ.get("CJMKIT_BENCH_EVENTS", "10_000_000"))
RUNS = int(os.environ.get("CJMKIT_BENCH_RUNS", "3"))
ROWS: list[tuple[str, str, dict[str, float]]] = []
LOG = """copy (select 'c' || lpad((hash(i) % {people})::varchar, 7, '0') as customer,
    'touchpoint_' || lpad(least(24, (hash(i * 7 + 1) % 100 * (hash(i * 13 + 5) % 100) / 400)::int)::varchar, 2, '0') as event,
    timestamp '2026-01-01' + to_microseconds((hash(i * 3 + 2) % 15552000000000)::bigint) as "at",
    ['web', 'app', 'shop', 'phone'][1 + (hash(i * 5 + 3) % 4)::int] as channel,
    ['new', 'loyal', 'lapsed', 'young'][1 + (hash(hash(i) % {people}) % 4)::int] as segment
    from range({size}) as t(i)) to '{file}' (format parquet)"""


def written(file: Path, size: int) -> str:
    import duckdb

    with duckdb.connect(config={"memory_limit": "2GB", "preserve_insertion_order": False}) as base:
        base.execute(LOG.format(people=max(size * 3 // 100, 10), size=size, file=file))
    return str(file)


def counted(python: str, tool: str, task: str, file: str):
    env = {**os.environ, "RETENTIONEERING_NO_TRACK": "1"}
    words = [python, str(Path(__file__).with_name("event_tools.py")), tool, task, file]
    done = subprocess.run(words, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    file = tmp_path_factory.mktemp("log") / "events.parquet"
    yield written(file, SIZE)
    file.unlink()
    print(f"\n\n| {SIZE:,} events | counted by | read, s | count, s | CPU, s | peak MB |\n|---|---|---|---|---|---|")
    for task, tool, told in ROWS:
        print(
            f"| {task} | {tool} | {told['read']:.2f} | {told['seconds']:.2f} | {told['cpu']:.2f} | {told['MB']:.0f} |"
        )
    for task in TASKS:
        mine, hand = (
            [t["cpu"] for k, w, t in ROWS if k == task and w.startswith(who)] for who in ("cjmkit duckdb", "hand")
        )
        if mine and hand:
            print(f"{task}: cjmkit on DuckDB takes {mine[0] / min(hand):.2f} × the CPU of the best by hand")


@pytest.fixture(scope="module")
def others(tmp_path_factory):
    """Python with the other tools, in a folder that goes."""
    folder = tmp_path_factory.mktemp("others") / "venv"
    uv = str(Path(sys.executable).with_name("uv"))
    python = str(folder / "bin" / "python")
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
    wanted = ["retentioneering>=5,<6", "pm4py", "pyarrow"]
    got = subprocess.run([uv, "pip", "install", "--quiet", "--python", python, *wanted], capture_output=True, text=True)
    if got.returncode:
        pytest.skip(f"the other tools cannot be installed here: {got.stderr[-200:]}")
    return python


def measure(python: str, tool: str, task: str, file: str):
    runs = [counted(python, tool, task, file) for _ in range(RUNS)]
    told = {name: median(run[name] for run in runs) for name in ("read", "seconds", "cpu", "MB")}
    ROWS.append((task, tool, told))
    return runs[0]["result"]


@pytest.mark.parametrize("task", TASKS)
def test_the_kit_counts_what_is_counted_by_hand_on_every_engine(log, task):
    found = {
        (who, on): measure(sys.executable, f"{who} {on}", task, log) for on in ENGINES for who in ("cjmkit", "hand")
    }
    assert all(result == found["hand", "duckdb"] for result in found.values())


@pytest.mark.parametrize("tool", ["retentioneering", "pm4py"])
def test_other_tools_count_the_same_transitions(log, others, tool):
    assert (
        measure(others, tool, "transitions", log)
        == counted(sys.executable, "hand duckdb", "transitions", log)["result"]
    )


def test_the_bare_scan(log):
    measure(sys.executable, "hand duckdb", "scan", log)


def test_ten_times_as_many_stay_under_four_gigabytes(tmp_path):
    file = written(tmp_path / "events.parquet", SIZE * 10)
    for task in TASKS:
        told = counted(sys.executable, "cjmkit duckdb", task, file)
        print(f"\n{SIZE * 10:,} events, {task}: {told['seconds']:.0f} s, peak {told['MB']:.0f} MB")
        assert told["MB"] < 4096
    Path(file).unlink()
