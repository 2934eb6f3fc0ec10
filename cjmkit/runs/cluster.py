"""The same runs on a dask cluster: a client's files travel there as bytes, what is made of them comes back and lands here."""

from __future__ import annotations

import logging
import os
import pickle
import re
import socket
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from cjmkit.errors import N_, CJMError, Fault, RunError, UsageError
from cjmkit.language import speak
from cjmkit.runs.children import Event, Limits
from cjmkit.runs.parcel import Parcel, packed, unpacked
from cjmkit.runs.versions import made_from
from cjmkit.runs.warm import Warm

if TYPE_CHECKING:
    from distributed import Client

    from cjmkit.runs.many import Decided
    from cjmkit.runs.plan import Step

ADDRESS = re.compile(r"(tcp|tls|wss?)://[^\s/]+:\d+/?")
ANSWERS = 5  # seconds in which a scheduler answers
PATIENCE = 30  # seconds in which another worker is there, where none is left
GLANCE = 0.5  # seconds after which a worker looks whether its report is still wanted
WAVE = 4  # steps under way for each thread of the cluster: none waits for the next, and the rest stays on the disk
HEAVY = 256 * 2**20  # bytes of clients' files under way; a larger one goes alone
RETRIES = 2  # where the process beside a worker was lost; how often a worker may be, dask's own `allowed-failures` says
LOGS = ("distributed", "distributed.client", "distributed.gc", "tornado.application", "asyncio")
LOG = logging.getLogger("cjmkit")
_BESIDE = threading.local()


def cluster_events(scheduler: str, decided: Decided, steps: Sequence[Step], limits: Limits) -> Iterator[Event]:
    """Do these steps on a cluster and give what came of each, as `cjmkit.runs.children.act` gives it.

    Args:
        scheduler: the address, such as "tcp://10.0.0.5:8786".
        decided: what they were decided by.
        steps: what is to be built.
        limits: of each step, on the worker.

    Raises:
        CJMError: there is no cluster at this address, or not one that makes the same reports. ModuleNotFoundError: dask is not here.
    """
    with _quiet(), _connected(scheduler) as client:
        _refuse_others(client, decided.wanted.made_from)
        yield from _events(client, decided, steps, limits)


def _events(client: Client, decided: Decided, steps: Sequence[Step], limits: Limits) -> Iterator[Event]:
    from distributed import as_completed

    run, room = uuid4().hex, WAVE * sum(client.nthreads().values())
    waiting, sent = deque(enumerate(steps)), dict[str, tuple[int, int]]()
    done = as_completed(loop=client.loop, with_results=True, raise_errors=False)
    while waiting or sent:
        while waiting and len(sent) < room and sum(size for _, size in sent.values()) < HEAVY:
            n, step = waiting.popleft()
            try:
                parcel = packed(decided, step, limits)
            except CJMError as error:
                yield n, "failed", error
                continue
            with warnings.catch_warnings():  # of bytes in a task, which are what keeps it whole when a worker is lost
                warnings.simplefilter("ignore")
                done.add(client.submit(make_there, parcel, key=f"cjmkit-{run}-{n}", pure=False, retries=RETRIES))
            sent[f"cjmkit-{run}-{n}"] = n, parcel.size
        if not sent:
            return
        future, came = _next(done, client)
        if future is None:
            for n in sorted([*(n for n, _ in sent.values()), *(n for n, _ in waiting)]):
                yield n, "failed", RunError("{client}: the cluster was lost before the report was there. When it is back, run it again; "
                                            "what is built stays.", client=steps[n].client)  # fmt: skip
            return
        n, _ = sent.pop(future.key)
        failed = came[1] if future.status == "error" else None
        future.release()
        yield from [(n, "failed", _why(steps[n].client, failed))] if failed else _landed(n, decided, steps[n], came)


def _next(done: Any, client: Client) -> tuple[Any, Any]:
    """The next task that is over and what came of it; (None, None) where the scheduler is gone, or for long all its workers."""
    say, looked, alone = speak(), monotonic(), None
    while not done.has_ready():
        sleep(0.02)
        if monotonic() - looked < ANSWERS:
            continue
        looked = monotonic()
        try:
            alone = None if client.nthreads() else alone or looked
        except (OSError, RuntimeError):
            return None, None
        if alone == looked:  # the run's own lines come with its clients only, and for long there is none
            LOG.error("%s", say("No worker is left. Waiting {n} seconds for another.", n=PATIENCE))
        elif alone and looked - alone >= PATIENCE:
            return None, None
    future, came = next(done)
    return (None, None) if future.cancelled() else (future, came)


def _landed(n: int, decided: Decided, step: Step, came: Sequence[tuple[str, Any]]) -> Iterator[Event]:
    """What a worker told; what it made is put into the client's folder, unless another kit made it."""
    from cjmkit.runs.build import land

    for kind, value in came:
        if kind != "done":
            yield n, kind, value
            continue
        made, ours = pickle.loads(value), decided.wanted.made_from
        try:
            if made.record:  # the template's place there says nothing here
                _refuse(differences(ours, made.record), step.client)
                made = replace(made, record={**made.record, "template": ours["template"]})
            land(decided.root / step.client, made)
        except CJMError as error:
            yield n, "failed", error
        else:
            yield n, "done", (tuple(made.files), made.failure)


def _why(client: str, error: BaseException) -> CJMError:
    """What to say of a task that came to nothing, whatever dask tried."""
    from distributed import KilledWorker

    if isinstance(error, CJMError):
        return error
    if isinstance(error, KilledWorker):
        return RunError("{client}: every worker that took the report up was lost, {worker} last, mostly for want of memory. Give the workers "
                        "more, or build this client on this machine, without --scheduler.", client=client, worker=error.last_worker.address)  # fmt: skip
    return RunError("{client}: the cluster could not build the report: {problem}.", client=client,
                    problem=f"{type(error).__name__}: {error}".rstrip("."))  # fmt: skip


def make_there(parcel: Parcel) -> list[tuple[str, Any]]:
    """On a worker: what `make_job` tells and makes, in a process that has no threads and stays beside this one of the worker's.

    Raises:
        RunError: that process was ended from outside.
    """
    from distributed import get_worker

    began = monotonic()
    if not hasattr(_BESIDE, "warm"):
        _BESIDE.warm = Warm(at_once=1)
    _BESIDE.warm.limits = parcel.limits
    with TemporaryDirectory(dir=get_worker().local_directory) as home:  # which dask empties when a worker is lost
        job = ("cjmkit.runs.cluster:make_bytes", (*unpacked(parcel, Path(home)), *parcel.asked))
        with _while_wanted(_BESIDE.warm):
            told = [(kind, value) for _, kind, value in _BESIDE.warm.run([job])]
    return [("told", ("took", monotonic() - began)), *told]


@contextmanager
def _while_wanted(warm: Warm) -> Iterator[None]:
    """End what a worker has beside it once nobody waits for its task any more; dask itself never ends one that is under way."""
    from distributed import get_worker

    worker, over = get_worker(), threading.Event()
    key = worker.get_current_task()

    def watch() -> None:
        while not over.wait(GLANCE):  # again, where `Warm` tries again
            task, wire = worker.state.tasks.get(key), warm._wire
            if wire and (task is None or task.state == "cancelled"):
                with suppress(OSError), socket.socket(fileno=os.dup(wire.fileno())) as line:
                    line.shutdown(socket.SHUT_RDWR)  # both ends hear it: the process ends its jobs, and `Warm` itself

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def make_bytes(tell: Callable[[Any], None], *asked: Any) -> bytes:
    """`make_job` in the process beside a worker; the worker itself need not know what was made, nor import what makes it."""
    from cjmkit.runs.job import make_job

    return pickle.dumps(make_job(tell, *asked))


def made_from_there() -> dict[str, Any]:
    """On a worker: what its reports are made from, the template apart, which travels."""
    return {
        key: value for key, value in made_from(Path(__file__)).items() if key != "template"
    }  # a kit may lack its own


def differences(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[Fault]:
    """In what another machine's kit and libraries differ from those here; nothing where its reports are the same bytes.

    >>> one = {"cjmkit": "0.7.0", "libraries": {"pandas": "3.0.1"}, "kit": "5f", "designs": {}, "seed": 1, "lock": "a"}
    >>> print(*differences(one, {**one, "libraries": {"pandas": "2.2.3"}}))
    pandas: 2.2.3 there, 3.0.1 here
    """
    here, there = ({"cjmkit": part["cjmkit"], **part["libraries"]} for part in (ours, theirs))
    off = [Fault(name, N_("{there} there, {here} here"), {"there": there.get(name) or "–", "here": here.get(name) or "–"})
           for name in sorted({*here, *there}) if there.get(name) != here.get(name)]  # fmt: skip
    if not off and any(ours[key] != theirs[key] for key in ("kit", "designs", "seed")):
        off = [Fault("cjmkit", N_("its files there are not those here"))]
    if not off and ours["lock"] != theirs["lock"]:
        off = [Fault("Python", N_("it, or a library that others need, is of another version there"))]
    return off


def _refuse(off: list[Fault], where: str) -> None:
    if off:
        raise RunError("{where}: a worker's reports would not be the same as those made here: {differences}. Install the same there "
                       "as here, and start the workers anew.", where=where, differences=off)  # fmt: skip


def _refuse_others(client: Client, ours: Mapping[str, Any]) -> None:
    """Stop before anything begins where the cluster has no workers, or those of another kit."""
    address = client.scheduler.address
    workers = client.run(made_from_there, on_error="return")
    if not workers:
        raise RunError(
            "The cluster at {address} has no workers. Start one on each machine: dask worker {address}", address=address
        )
    try:
        workers = {address: client.run_on_scheduler(made_from_there), **workers}
    except Exception as error:  # it takes the tasks apart, so it must know them
        workers = {address: error, **workers}
    for where, theirs in workers.items():
        if "ModuleNotFoundError" in repr(theirs):
            raise RunError(
                "{where}: there is no cjmkit there, or an older one. Install the same there as here, and start it anew.",
                where=where,
            )
        if isinstance(theirs, Exception):
            problem = str(theirs).rstrip(".")
            raise RunError(
                "{where}: the cluster does not do what it is asked: {problem}.", where=where, problem=problem
            )
        if where != address:
            _refuse(differences(ours, theirs), where)


def checked_address(scheduler: str) -> str:
    """The address of a scheduler as dask takes it.

    Raises:
        UsageError: it is none.

    >>> checked_address("tcp://10.0.0.5:8786/")
    'tcp://10.0.0.5:8786'
    """
    if not ADDRESS.fullmatch(scheduler):
        raise UsageError("{address} is no address of a dask scheduler. Write it as the scheduler says it when it starts, such as "
                         "tcp://10.0.0.5:8786", address=repr(scheduler))  # fmt: skip
    return scheduler.rstrip("/")


@contextmanager
def _connected(scheduler: str) -> Iterator[Client]:
    """The client of a cluster that is there already; it is closed at the end."""
    from distributed import Client

    address = checked_address(scheduler)
    try:
        with warnings.catch_warnings():  # of versions, which are compared better below
            warnings.simplefilter("ignore")
            client = Client(address, timeout=ANSWERS, set_as_default=False, name="cjmkit")
    except OSError as error:
        raise RunError("No dask scheduler answers at {address}. Is it running, with TLS or without as the address says, and may this machine "
                       "reach it? It is started with: dask scheduler", address=scheduler) from error  # fmt: skip
    except Exception as error:  # TLS without certificates is a TypeError, and so on
        raise RunError("The cluster at {address} cannot be used: {problem}. For tls:// dask's settings must name the certificates "
                       "(distributed.comm.tls).", address=scheduler, problem=str(error).rstrip(".")) from error  # fmt: skip
    with client:
        yield client


@contextmanager
def _quiet() -> Iterator[None]:
    """dask's own log kept from the terminal, whoever shows it: what concerns the user is said in sentences."""
    loggers = [logging.getLogger(name) for name in LOGS if "CJMKIT_DEBUG" not in os.environ]
    import distributed  # noqa: F401  (it sets its levels when it is imported)

    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.CRITICAL + 1)
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
