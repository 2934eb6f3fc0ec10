"""A real cluster of two worker processes: the same reports as here, each once, whatever happens to a worker."""

import json
import logging
import os
import pickle
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import monotonic, sleep

import psutil
import pytest
from many_clients import make_clients, word_of

from cjmkit import cli
from cjmkit.errors import CJMError, RunError, UsageError, missing_extra
from cjmkit.language import speak
from cjmkit.runs import build, cluster
from cjmkit.runs.build import Made
from cjmkit.runs.children import Limits
from cjmkit.runs.many import decide, run_clients
from cjmkit.runs.parcel import packed, unpacked
from cjmkit.runs.plan import Step

distributed = pytest.importorskip("distributed")
LOCAL = {
    "host": "127.0.0.1",
    "protocol": "tcp",
    "processes": True,
    "threads_per_worker": 1,
    "dashboard_address": "127.0.0.1:0",
}
CLIENTS, BAD = 8, 5
WITH_PAGE = (0, 3)  # the others have a diagram alone, which is quick


def run(folder: Path, **asked):
    return run_clients(workshops=folder, say=speak("en"), today=date(2026, 11, 22), **asked)


def built(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in sorted(folder.glob("*/out/*"))}


def family(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def gone(processes: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(processes, 10)
    return not alive


def until(true, seconds=10) -> bool:
    end = monotonic() + seconds
    while not true() and monotonic() < end:
        sleep(0.02)
    return bool(true())


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory):
    """A cluster of two worker processes; none of them, and nothing that they began, is there afterwards."""
    own = tmp_path_factory.mktemp("workers")  # other clusters of this machine share dask's usual folder
    before = {process.pid for process in family(os.getpid())}
    with distributed.LocalCluster(n_workers=2, silence_logs=50, local_directory=str(own), **LOCAL) as started:
        yield started
        left = [process for process in family(os.getpid()) if process.pid not in before]
    theirs = [
        process for process in left if "resource_tracker" not in words(process)
    ]  # Python's, which stays with ours
    assert left
    assert gone(theirs)


def clients(folder: Path) -> Path:
    """Eight clients; the survey of one has other columns, which only a build finds; another's logo stands beside the folders."""
    make_clients(folder, CLIENTS, largest=5)
    (folder / f"client-{BAD:04}/evidence/survey.csv").write_text("id,other\nr0000,10\n")
    (folder / "brand").mkdir()
    (folder / "brand/logo.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'
    )
    for n in range(CLIENTS):
        formats = 'formats = ["html", "mermaid"]\n' if n in WITH_PAGE else 'formats = ["mermaid"]\n'
        logo = '[brand]\nlogo = "../brand/logo.svg"\n' if n == 3 else ""
        (folder / f"client-{n:04}/report.toml").write_text(formats + logo)
    return folder


@pytest.fixture(scope="module")
def both(two_workers, tmp_path_factory):
    """The same clients built here, and on the cluster while one of its workers is killed; what landed, and what is left of the lost."""
    here, there = clients(tmp_path_factory.mktemp("here")), clients(tmp_path_factory.mktemp("there"))
    landed, lost = Counter(), []

    def kill(progress) -> None:
        if not lost:  # while it is at the first client, whose page takes longer
            busy = max(
                two_workers.scheduler.workers.values(), key=lambda w: [task.key[-2:] == "-0" for task in w.processing]
            )
            pid = next(nanny.pid for nanny in two_workers.workers.values() if nanny.worker_address == busy.address)
            lost.extend([psutil.Process(pid), *family(pid)])
            lost[0].kill()

    def land(folder, made):
        landed[folder.name] += 1
        return original(folder, made)

    original, build.land = build.land, land
    try:
        found = run(there, scheduler=two_workers.scheduler_address, tell=kill)
    finally:
        build.land = original
    return here, run(here), there, found, landed, lost


def test_what_a_cluster_makes_is_what_this_machine_makes_byte_for_byte_though_a_worker_was_killed(both):
    here, _, there, _, _, lost = both
    assert built(there) == built(here)
    assert len(built(there)) == len(WITH_PAGE) + CLIENTS - 1
    assert len(lost) > 1  # the worker, and the process beside it


def test_each_report_lands_once(both):
    assert both[4] == Counter(f"client-{n:04}" for n in range(CLIENTS) if n != BAD)


def test_a_client_that_fails_is_named_as_here_and_the_others_go_on(both):
    _, local, _, found, _, _ = both
    assert list(found.failures) == [f"client-{BAD:04}"]
    assert {name: str(e) for name, e in found.failures.items()} == {name: str(e) for name, e in local.failures.items()}
    assert len(found.results) == CLIENTS


def test_a_second_run_builds_only_what_failed_wherever_the_first_was_made(both):
    there = both[2]
    assert [step.client for step in decide(workshops=there).left] == [f"client-{BAD:04}"]


def test_nothing_of_one_client_stands_in_anothers_files(both):
    for name, content in built(both[2]).items():
        words = {n for n in range(CLIENTS) if word_of(n).encode() in content}
        assert words == {int(name[7:11])}, name


def test_no_process_of_a_lost_worker_stays(both):
    assert gone(both[5])


def test_workers_keep_no_client_on_their_disk(both, two_workers):
    left = [
        str(file)
        for nanny in two_workers.workers.values()
        for file in Path(nanny.local_directory).rglob("journey.json")
    ]
    assert not left


def test_an_endless_report_is_stopped_on_the_worker_and_named(two_workers, tmp_path):
    template = endless(tmp_path)
    make_clients(tmp_path, 1, largest=5)
    found = run(tmp_path, template=template, only=["html"], scheduler=two_workers.scheduler_address, limits=Limits(2))
    assert "--time-limit" in str(found.failures["client-0000"])


def endless(folder: Path) -> Path:
    code = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{**code, "id": "a", "metadata": {"tags": ["parameters"]}, "source": 'client = None\nlanguage = "en"\nas_of = None'},
             {**code, "id": "b", "source": "while True:\n    pass"}]  # fmt: skip
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    (folder / "endless.ipynb").write_text(
        json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})
    )
    return folder / "endless.ipynb"


def test_only_some_are_under_way_so_that_memory_does_not_grow_with_the_clients(two_workers, tmp_path, monkeypatch):
    make_clients(tmp_path, 4, largest=5)
    most = []
    monkeypatch.setattr(cluster, "WAVE", 1)
    found = run(
        tmp_path,
        only=["mermaid"],
        scheduler=two_workers.scheduler_address,
        tell=lambda _: most.append(len(two_workers.scheduler.tasks)),
    )
    assert len(found.results) == 4
    assert max(most) <= 2


def test_workers_with_other_libraries_are_refused_by_name_before_anything_begins(two_workers, tmp_path):
    make_clients(tmp_path, 1, largest=5)
    decided = decide(workshops=tmp_path, only=["mermaid"])
    ours = decided.wanted.made_from
    other = replace(
        decided, wanted=replace(decided.wanted, made_from={**ours, "libraries": {**ours["libraries"], "pandas": "9.9"}})
    )
    with pytest.raises(RunError, match=r"pandas: \S+ there, 9\.9 here"):
        list(cluster.cluster_events(two_workers.scheduler_address, other, decided.left, Limits()))
    assert list(cluster.cluster_events(two_workers.scheduler_address, decided, decided.left, Limits()))[-1][1] == "done"


def at_work() -> list[psutil.Process]:
    """What the processes beside the workers have begun."""
    return [process for process in family(os.getpid()) if "cjmkit.runs.warm" in words(process.parent())]


def test_a_report_nobody_waits_for_any_more_is_ended_on_the_worker_and_not_before(two_workers, tmp_path):
    make_clients(tmp_path, 1, largest=5)
    decided = decide(workshops=tmp_path, template=endless(tmp_path), only=["html"])
    parcel = packed(decided, decided.left[0], Limits())
    with distributed.Client(two_workers.scheduler_address, set_as_default=False) as client:
        assert until(lambda: not at_work())
        future = client.submit(cluster.make_there, parcel, pure=False)
        assert until(lambda: len(at_work()) > 1, 30)  # the job, and its cells
        sleep(3 * cluster.GLANCE)
        begun = at_work()
        assert len(begun) > 1
        future.release()
        assert gone(begun)


def test_a_run_that_is_stopped_takes_back_what_it_sent(two_workers, tmp_path):
    make_clients(tmp_path, 6, largest=5)
    decided, scheduler = decide(workshops=tmp_path, only=["mermaid"]), two_workers.scheduler
    before = set(scheduler.clients)
    events = cluster.cluster_events(two_workers.scheduler_address, decided, decided.left, Limits())
    next(events)
    assert set(scheduler.clients) - before
    events.close()
    assert until(lambda: not scheduler.tasks and set(scheduler.clients) == before)


def test_what_another_kit_made_does_not_land(tmp_path):
    make_clients(tmp_path, 1, largest=5)
    decided = decide(workshops=tmp_path, only=["mermaid"])
    ours, noted = dict(decided.wanted.made_from), {"journey.mmd": {"format": "mermaid", "inputs": {}}}
    for record, said in (({**ours, "kit": "other"}, "failed"), (ours, "done")):
        made = Made("en", {"journey.mmd": b"x"}, noted, record)
        (event,) = cluster._landed(0, decided, decided.left[0], [("done", pickle.dumps(made))])
        assert event[1] == said
        assert (tmp_path / "client-0000/out").exists() == (said == "done")


def test_another_kit_designs_python_or_library_is_told_by_name():
    one = {"cjmkit": "1", "libraries": {"pandas": "3"}, "kit": "a", "designs": {"x": "1"}, "seed": 1, "lock": "l"}
    assert cluster.differences(one, dict(one)) == []
    for change, named in (
        ({"cjmkit": "2"}, "cjmkit"), ({"libraries": {}}, "pandas"), ({"kit": "b"}, "cjmkit"), ({"designs": {}}, "cjmkit"), ({"lock": "m"}, "Python"),
    ):  # fmt: skip
        assert [fault.place for fault in cluster.differences(one, {**one, **change})] == [named]


def test_a_worker_whose_kit_lacks_its_templates_has_another_kit(tmp_path, monkeypatch):
    ours = cluster.made_from_there()
    for place in ("cjmkit.kit", "cjmkit.runs.versions"):
        monkeypatch.setattr(f"{place}.kit_folder", lambda: tmp_path)
    (off,) = cluster.differences(ours, cluster.made_from_there())
    assert (off.place, off.sentence) == ("cjmkit", "its files there are not those here")


def test_a_worker_without_cjmkit_is_refused_in_a_plain_sentence(two_workers, tmp_path):
    (tmp_path / "cjmkit").mkdir()
    (tmp_path / "cjmkit/__init__.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'cjmkit'\", name='cjmkit')"
    )
    make_clients(tmp_path / "clients", 1, largest=5)
    address = two_workers.scheduler_address
    words = [
        sys.executable,
        "-m",
        "distributed.cli.dask_worker",
        address,
        "--no-nanny",
        "--no-dashboard",
        "--name",
        "bare",
        "--nthreads",
        "1",
    ]
    bare = subprocess.Popen(
        [*words, "--local-directory", str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stderr=subprocess.DEVNULL,
    )
    try:
        assert until(lambda: any(worker.name == "bare" for worker in two_workers.scheduler.workers.values()))
        with pytest.raises(RunError, match="there is no cjmkit there, or an older one"):
            run(tmp_path / "clients", only=["mermaid"], scheduler=address)
    finally:
        bare.terminate()
        bare.wait(10)
    assert until(lambda: all(worker.name != "bare" for worker in two_workers.scheduler.workers.values()))


@pytest.mark.parametrize("address", ["fridge", "http://127.0.0.1:8786", "tcp://127.0.0.1", "tcp://", "127.0.0.1:8786"])
def test_what_is_no_address_is_told(tmp_path, address):
    make_clients(tmp_path, 1, largest=5)
    with pytest.raises(UsageError, match="is no address of a dask scheduler"):
        run(tmp_path, scheduler=address)


@pytest.mark.parametrize("address", ["", "fridge", "tcp://127.0.0.1"])
def test_the_command_refuses_what_is_no_address_before_it_looks_at_anything(tmp_path, monkeypatch, capsys, address):
    monkeypatch.setattr("cjmkit.runs.many.decide", lambda *_, **__: pytest.fail("it looked"))
    monkeypatch.setattr(sys, "argv", ["cjmkit", "run", "--workshops", str(tmp_path), "--scheduler", address])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 2
    assert "is no address of a dask scheduler" in capsys.readouterr().err


def test_a_cluster_that_does_not_answer_or_wants_tls_is_told(two_workers, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "ANSWERS", 0.5)
    make_clients(tmp_path, 1, largest=5)
    with pytest.raises(RunError, match="No dask scheduler answers"):
        run(tmp_path, scheduler="tcp://127.0.0.1:9")
    with pytest.raises(RunError, match="certificates"):
        run(tmp_path, scheduler=two_workers.scheduler_address.replace("tcp", "tls"))


def slow(parcel):
    sleep(0.4)
    return [("failed", RunError("{client} is over.", client=parcel.client))]


def test_a_cluster_without_workers_or_that_goes_away_is_told(tmp_path, capfd, caplog, monkeypatch):
    monkeypatch.setattr(cluster, "ANSWERS", 1)
    monkeypatch.setattr(cluster, "PATIENCE", 0.2)
    monkeypatch.setattr(cluster, "make_there", slow)
    make_clients(tmp_path, 3, largest=5)
    with distributed.LocalCluster(n_workers=0, silence_logs=50, **{**LOCAL, "processes": False}) as empty:
        with pytest.raises(RunError, match="has no workers"):
            run(tmp_path, scheduler=empty.scheduler_address)
        empty.scale(1)
        empty.wait_for_workers(1)
        found = run(tmp_path, only=["mermaid"], scheduler=empty.scheduler_address, tell=lambda _: empty.scale(0))
    assert "is over" in str(found.failures["client-0000"])
    assert "the cluster was lost" in str(found.failures["client-0002"])
    assert len(found.results) == 3
    assert "distributed" not in capfd.readouterr().err
    assert caplog.messages.count("No worker is left. Waiting 0.2 seconds for another.") == 1


def test_dasks_own_log_is_kept_from_whoever_shows_logs(caplog, monkeypatch):
    monkeypatch.setattr(logging.getLogger("distributed"), "propagate", True)  # as where the program shows logs itself

    def shown() -> list[str]:
        caplog.clear()
        with cluster._quiet():
            logging.getLogger("distributed.utils").error("a traceback")
            logging.getLogger("distributed.client").error("another")
        return caplog.messages

    assert not shown()
    monkeypatch.setenv("CJMKIT_DEBUG", "1")
    assert shown()


def test_a_report_that_kills_its_workers_is_told_with_what_to_do():
    class Worker:
        address = "tcp://10.0.0.7:4000"

    told = str(cluster._why("fridge", distributed.KilledWorker("cjmkit-1", Worker(), 3)))
    assert "fridge" in told
    assert "10.0.0.7" in told
    assert "without --scheduler" in told


def step_of(folder: Path) -> Step:
    return Step(folder.name, "en", build=("mermaid",))


def test_only_what_reports_are_made_from_travels(tmp_path):
    folder = clients(tmp_path) / "client-0003"
    for part in (
        "out/report.pl.html",
        "versions/old.json",
        ".backup/journey.json",
        "ballots.jsonl",
        "room.json",
        "evidence/unused.csv",
    ):
        (folder / part).parent.mkdir(exist_ok=True)
        (folder / part).write_text("secret")
    parcel = packed(decide(["client-0003"], workshops=tmp_path), step_of(folder), Limits())
    wanted = {"journey.json", "scores.csv", "report.toml", "evidence/survey.csv"}
    assert set(parcel.files) == {"brand/logo.svg", *(f"client-0003/{name}" for name in wanted)}
    (tmp_path / "worker").mkdir()
    there, template = unpacked(parcel, tmp_path / "worker")
    assert (there / "../brand/logo.svg").read_bytes() == (folder / "../brand/logo.svg").read_bytes()
    assert template.name == "report.ipynb"


def test_a_file_that_is_a_link_to_another_clients_does_not_travel(tmp_path):
    make_clients(tmp_path, 2, largest=5)
    decided = decide(["client-0001"], workshops=tmp_path)
    folder = tmp_path / "client-0001"
    assert packed(decided, step_of(folder), Limits()).files  # as it was
    (tmp_path / "client-0000/evidence/theirs.csv").write_text("theirs")
    (folder / "evidence/survey.csv").unlink()
    (folder / "evidence/survey.csv").symlink_to(tmp_path / "client-0000/evidence/theirs.csv")
    with pytest.raises(CJMError, match=r"leads out of the client.s folder"):
        packed(decided, step_of(folder), Limits())


def test_a_logo_named_by_its_whole_place_is_refused_because_no_worker_has_it(tmp_path):
    folder = clients(tmp_path) / "client-0003"
    (folder / "report.toml").write_text(f'[brand]\nlogo = "{tmp_path / "brand/logo.svg"}"\n')
    with pytest.raises(CJMError, match="on this machine alone"):
        packed(decide(["client-0003"], workshops=tmp_path), step_of(folder), Limits())


@pytest.mark.parametrize("name", ["../out.txt", "a/../../out.txt", "/tmp/out.txt", "a/../.."])
def test_nothing_is_unpacked_outside(tmp_path, name):
    make_clients(tmp_path / "clients", 1, largest=5)
    parcel = packed(decide(workshops=tmp_path / "clients"), step_of(tmp_path / "clients/client-0000"), Limits())
    for n, files in enumerate(({name: b"x"}, {"a/out.txt": b"x"})):
        home = tmp_path / str(n)
        home.mkdir()
        if n == 0:
            with pytest.raises(UsageError):
                unpacked(replace(parcel, files=files), home)
        else:
            unpacked(replace(parcel, files=files), home)
        assert bool(list(home.rglob("out.txt"))) == (n == 1)


def test_dask_that_is_not_installed_is_told_with_its_extra():
    assert "cjmkit[cluster]" in str(missing_extra(ModuleNotFoundError("x", name="distributed")))
