"""Several ways to run one report notebook for many clients, each a process of its own so that its cost can be told.

    python tests/bench/notebook_ways.py WAY TEMPLATE WORKSHOPS OUT NAME...

Each leaves OUT/NAME.ipynb. All get the same environment, none keeps a history, kernels talk over files where a port may
be taken twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import process_time
from typing import Any

Way = Callable[[Path, Path, Path, Sequence[str]], Any]
ALIKE = {
    "CJMKIT_NO_LAST": "1", "PYTHONWARNINGS": "ignore", "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]),
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
}  # fmt: skip


def _command(template: Path, workshops: Path, out: Path, name: str) -> int:
    """papermill's command; how often it had to be typed again because two kernels wanted one port."""
    words = [str(Path(sys.executable).parent / "papermill"), str(template), str(out / f"{name}.ipynb"), "--no-progress-bar",
             "--cwd", str(workshops), "-p", "client", name]  # fmt: skip
    for again in range(5):
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode == 0:
            return again
    raise SystemExit(done.stderr[-2000:])


def command_in_a_loop(template: Path, workshops: Path, out: Path, names: Sequence[str]) -> int:
    return sum(_command(template, workshops, out, name) for name in names)


def command_two_at_a_time(template: Path, workshops: Path, out: Path, names: Sequence[str]) -> int:
    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(lambda name: _command(template, workshops, out, name), names))


def _over_files() -> type:
    from jupyter_client.manager import AsyncKernelManager

    class OverFiles(AsyncKernelManager):
        def __init__(self, **given: Any) -> None:
            place = Path(tempfile.mkdtemp(prefix="k")) / "k.json"  # of its own each: a shared name is taken twice
            super().__init__(**{"transport": "ipc", "connection_file": str(place), **given})

    return OverFiles


def _papermill(template: Path, workshops: Path, out: Path, name: str, **how: Any) -> None:
    from papermill import execute_notebook

    execute_notebook(str(template), str(out / f"{name}.ipynb"), parameters={"client": name}, progress_bar=False, cwd=str(workshops), **how)  # fmt: skip


def _quick_papermill(template: Path, workshops: Path, out: Path, name: str) -> None:
    _papermill(template, workshops, out, name, kernel_manager_class=_over_files(), shutdown_kernel="immediate")


def api_in_two_processes(template: Path, workshops: Path, out: Path, names: Sequence[str]) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(_quick_papermill, *zip(*((template, workshops, out, name) for name in names), strict=True)))


def nbclient_four_at_a_time(template: Path, workshops: Path, out: Path, names: Sequence[str]) -> None:
    import nbformat
    from nbclient import NotebookClient
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    async def one(name: str, gate: asyncio.Semaphore) -> None:
        async with gate:
            notebook = parameterize_notebook(load_notebook_node(str(template)), {"client": name})
            how = {"kernel_manager_class": _over_files(), "shutdown_kernel": "immediate", "timeout": None}
            client = NotebookClient(notebook, resources={"metadata": {"path": str(workshops)}}, **how)
            await client.async_execute()
            nbformat.write(notebook, out / f"{name}.ipynb")

    async def all_of_them() -> None:
        gate = asyncio.Semaphore(4)
        await asyncio.gather(*(one(name, gate) for name in names))

    asyncio.run(all_of_them())


def job(tell: Callable[[Any], None], template: Path, workshops: Path, out: Path, name: str) -> None:
    _papermill(template, workshops, out, name, engine_name="cjmkit", request_save_on_cell_execute=False)  # as in a run


def ours(template: Path, workshops: Path, out: Path, names: Sequence[str]) -> int:
    from cjmkit.runs.warm import Warm

    with Warm() as warm:
        events = list(warm.run([("notebook_ways:job", (template, workshops, out, name)) for name in names]))
    wrong = [event for event in events if event[1] in ("failed", "ended")]
    if wrong:
        raise SystemExit(str(wrong))
    return 0


def floor(template: Path, workshops: Path, out: Path, names: Sequence[str]) -> float:
    """Seconds of CPU of the cells alone, in one process that has run them before; nothing is left in OUT."""
    import nbformat
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    os.chdir(workshops)
    given, *cells = [cell.source for cell in nbformat.read(template, 4).cells if cell.cell_type == "code"]
    shell = InteractiveShell.instance()

    def act(name: str) -> None:
        shell.reset(new_session=True)
        with capture_output():
            for source in (f"{given}\nclient = {name!r}", *cells):
                shell.run_cell(source).raise_error()

    with contextlib.redirect_stdout(io.StringIO()):
        act(names[0])
        began = process_time()
        for name in names:
            act(name)
    return process_time() - began


WAYS: dict[str, Way] = {
    way.__name__: way
    for way in (command_in_a_loop, command_two_at_a_time, api_in_two_processes, nbclient_four_at_a_time, ours, floor)
}

if __name__ == "__main__":
    way, template, workshops, out, *names = sys.argv[1:]
    print(json.dumps(WAYS[way](Path(template), Path(workshops), Path(out), names)))
