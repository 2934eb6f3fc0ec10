"""papermill's engine `cjmkit`: cell by cell what a normal kernel gives, nothing left over, nothing left behind."""

from __future__ import annotations

import gc
import json
import math
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import unified_diff
from pathlib import Path
from queue import Empty
from typing import Any

import nbformat
import papermill
import pytest
from jupyter_client.channels import AsyncZMQSocketChannel
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from cjmkit.runs.calling import pack, unpack
from cjmkit.runs.kernel import quiet_kernel

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a normal kernel runs the cells elsewhere")
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

# A tag stands before a colon in the first line. A normal kernel needs the pauses to hear what comes from other processes.
AWKWARD = [
    "1 + 1",
    "print('to stdout'); import sys; print('to stderr', file=sys.stderr); print('and again')",
    "import os; os.system('echo from a shell'); os.write(1, 'zażółć by its number\\n'.encode()); import time\ntime.sleep(0.3); print('last')",
    "import subprocess; subprocess.run(['echo', 'from a process'], check=True); time.sleep(0.3)",
    "os.write(2, b'errors by their number\\n'); time.sleep(0.3)",
    "from IPython.display import display, HTML, Image, JSON, Markdown, SVG, clear_output, update_display\n"
    "display(HTML('<b>bold</b>'), {'text/plain': 'raw', 'application/x-own': {'a': [1, None]}}, raw=False); HTML('<i>i</i>')",
    f"import base64; png = base64.b64decode({PNG!r}); display(Image(png, width=3), metadata={{'own': 1}}); Image(png)",
    "handle = display('first', display_id='known'); display('between'); handle.update('second')",
    "update_display('third', display_id='known'); display('shown anew', display_id='known')",
    "print('gone'); display(1); clear_output(); print('left')",
    "print('stays until something comes'); clear_output(wait=True); print('it came')",
    "print('stays to the end'); clear_output(wait=True)",
    "raises-exception:\ndef deep(n):\n    return 1 / 0 if n == 0 else deep(n - 1)\ndeep(3)",
    "raises-exception:\nthis is no Python",
    "raises-exception:\nprint('before'); raise KeyError('zażółć')",
    "raises-exception:\nclass Odd(Exception):\n    def __str__(self): return 'told oddly'\nraise Odd from ValueError('cause')",
    "class NoPicture:\n    def _repr_html_(self): raise RuntimeError('no picture')\nNoPicture() and None",
    "raises-exception:\nclass Broken:\n    def __repr__(self): raise RuntimeError('no words')\nBroken()",
    "class Both:\n    def _repr_mimebundle_(self, **_):\n"
    "        return {'text/plain': 'bundle', 'image/svg+xml': '<svg/>'}, {'image/svg+xml': {'isolated': True}}\nBoth()",
    "!echo by an exclamation mark; echo to stderr >&2",
    "kept = !echo one; echo two\nkept",
    "%%capture caught\nprint('out'); display(2); 3",
    "caught.stdout, len(caught.outputs)",
    "%%bash\necho from bash; cd /; pwd",
    "raises-exception:\n%%bash\nexit 3",
    "%%writefile note.txt\nwritten by a cell",
    "%cat note.txt\n%pwd",
    "%time sum(range(10))",
    "raises-exception:\n%no_such_magic",
    "import asyncio\nasync def later(n):\n    await asyncio.sleep(0.01)\n    return n\nawait later(5), asyncio.get_running_loop().is_running()",
    "task = asyncio.create_task(later(7)); None",
    "await task",
    "raises-exception:\nsys.exit(2)",
    "import warnings; warnings.warn('mind'); warnings.warn('old', DeprecationWarning)",
    "import logging; logging.warning('by the root'); logging.getLogger('a.b').error('by another'); logging.info('unheard')",
    "get_ipython().set_next_input('ignored'); 6",
    "raises-exception:\ninput('name? ')",
    "raises-exception:\nimport getpass; getpass.getpass()",
    "if __name__ == '__main__': print('main', __name__, sys.modules['__main__'].__name__)",
    "from dataclasses import dataclass\nimport pickle\n@dataclass\nclass Point:\n    x: int = 1\npickle.loads(pickle.dumps(Point(2)))",
    "import multiprocessing\ndef double(n):\n    print('in a child', flush=True)\n    return 2 * n\n"
    "with multiprocessing.get_context('fork').Pool(1) as pool: both = pool.map(double, [1, 2])\ntime.sleep(0.3); print(both)",
    "import threading\ndef told(): print('from a thread'); display('shown by a thread')\n"
    "thread = threading.Thread(target=told); thread.start(); thread.join()",
    "print('a line that is over\\rwritten'); print('abc\\b\\bX'); print('no end', end='')",
    "print('x' * 300_000); len('x')",
    "import pandas as pd; pd.DataFrame({'a': [1, None], 'ż': ['<b>', 'c']})",
    "float('nan'), 'text', None, ...",
    "[_, __, _1, Out[1], In[1], len(In)]",
    "'hidden';",
    "%who_ls",
    "%config InlineBackend.figure_formats = ['png']\nimport matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()",
    "plt.figure(figsize=(1, 1)); plt.plot([2, 1]);",
    "import ipywidgets as w; slider = w.IntSlider(value=3, description='score'); slider",
    "out = w.Output()\nwith out: print('inside'); display('a widget')\nout",
    "with out: print('more')\nlen(out.outputs)",
    "sys.stdout.write('number'), sys.stdout.isatty(), sys.stdout.encoding",
    "get_ipython().execution_count, type(get_ipython()).__name__, get_ipython().kernel.implementation",
    "os.environ['TERM'], os.environ['MPLBACKEND'], os.environ['JPY_PARENT_PID'].isdigit(), sys.stdin.read(), os.path.basename(sys.argv[0]), sys.path[0]",
    "skip-cell:\n'skipped'",
    "  ",
    "from tqdm.auto import tqdm; type(tqdm(range(2), disable=True)).__name__",
    "%%timeit -n1 -r1 -q\n1",
    "import random, numpy; random.seed(1); numpy.random.seed(1); random.random(), numpy.random.rand()",
    "raises-exception:\n1 +",
    "eval('__IPYTHON__'), 'get_ipython' in globals(), display.__module__",
    "from IPython.display import Javascript; Javascript('1')",
    "%alias_magic t time",
    "_i, _ih[-1] == In[-1]",
    "exit_code = get_ipython().system('exit 4'); _exit_code",
    "raise ValueError('the end')",
    "print('never')",
]  # fmt: skip


def _notebook(*sources: str) -> Any:
    """Cells in a notebook, a word of text between the first two."""
    cells = []
    for n, source in enumerate(sources):
        tag, found, rest = source.partition(":\n")
        tagged = found and "\n" not in tag and tag in ("raises-exception", "skip-cell")
        cell = nbformat.v4.new_code_cell(rest if tagged else source, id=f"c{n}")
        cell.metadata["tags"] = [tag] if tagged else []
        cells.append(cell)
    cells.insert(1, nbformat.v4.new_markdown_cell("words", id="words"))
    about = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=about)


def _run(folder: Path, *sources: str, engine: str | None = "cjmkit", **given: Any) -> Any:
    """The executed notebook, also where a cell failed."""
    folder.mkdir(exist_ok=True)
    nbformat.write(_notebook(*sources), folder / "in.ipynb")
    given = {"progress_bar": False, "cwd": str(folder), "execution_timeout": 90, **given}
    try:
        with _as_on_a_terminal():
            papermill.execute_notebook(str(folder / "in.ipynb"), str(folder / "out.ipynb"), engine_name=engine, **given)
    except PapermillExecutionError as error:
        return nbformat.read(folder / "out.ipynb", 4), error
    return nbformat.read(folder / "out.ipynb", 4), None


def _plain(text: str) -> str:
    """Without what differs from one normal kernel to the next: process ids, places of objects, times, ids of widgets."""
    for pattern, word in (
        (r"ipykernel_\d+", "ipykernel_N"), (r"0x[0-9a-f]+", "0xN"), (r"[0-9a-f]{32}", "ID"),
        (r"[\d.]+(e\+\d+)? ([nµμm])?s\b", "T"), (r"/tmp/[^ '\"]*/(ours|normal)\b", "FOLDER"),
    ):  # fmt: skip
        text = re.sub(pattern, word, text)
    return text


def _shown(notebook: Any) -> list[str]:
    """What each cell holds, in words that can be compared."""
    return [
        _plain(json.dumps(_whole(cell), indent=1, ensure_ascii=False))
        for cell in notebook.cells
        if "papermill-error-cell-tag" not in cell.metadata.get("tags", [])
    ]


def _whole(cell: Any) -> dict[str, Any]:
    """A cell; what it printed in several pieces, as a busy machine makes them, is one."""
    whole: list[Any] = []
    for output in cell.get("outputs", []):
        if whole and output.output_type == "stream" and whole[-1].get("name") == output.name:
            whole[-1] = {**whole[-1], "text": whole[-1]["text"] + output.text}
        else:
            whole.append(output)
    return {**cell, "metadata": _timeless(cell), "outputs": whole}


def _timeless(cell: Any) -> Any:
    """A cell's metadata with the names of its times only."""
    told = dict(cell.metadata)
    told["execution"] = sorted(cell.metadata.get("execution", {}))
    told["papermill"] = {k: v for k, v in cell.metadata.get("papermill", {}).items() if k in ("exception", "status")}
    return told


@contextmanager
def _as_on_a_terminal() -> Iterator[None]:
    """A kernel that is started by pytest does not look at what comes by file descriptors: it must not know."""
    hidden = {name: os.environ.pop(name) for name in ("PYTEST_CURRENT_TEST", "PYTHONWARNINGS") if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)


@contextmanager
def _asking_again() -> Iterator[None]:
    """Look for a normal kernel's answers twice a second, where nbclient looks once and waits.

    nbclient sends an Output widget's state on the socket on which it waits for the answer; on a busy machine the answer is then
    there and not seen until the wait ends, which takes a minute and a half.
    """
    plain = AsyncZMQSocketChannel.get_msg

    async def get_msg(channel: AsyncZMQSocketChannel, timeout: float | None = None) -> dict[str, Any]:
        until = time.monotonic() + (math.inf if timeout is None else timeout)
        while True:
            try:
                return await plain(channel, max(0, min(0.5, until - time.monotonic())))
            except Empty:
                if time.monotonic() >= until:
                    raise

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AsyncZMQSocketChannel, "get_msg", get_msg)
        yield


def test_awkward_cells_give_what_a_normal_kernel_gives(tmp_path: Path) -> None:
    with _asking_again():
        normal, wrong = _run(tmp_path / "normal", *AWKWARD, engine=None, kernel_manager_class=quiet_kernel())
    ours, also_wrong = _run(tmp_path / "ours", *AWKWARD)
    assert wrong is not None
    assert also_wrong is not None
    assert _plain(str(wrong)) == _plain(str(also_wrong))
    pairs = zip(_shown(normal), _shown(ours), strict=True)
    different = [line for a, b in pairs if a != b for line in unified_diff(a.splitlines(), b.splitlines(), lineterm="")]
    assert not different, "\n".join(different)
    assert normal.metadata.language_info == ours.metadata.language_info
    states = [next(iter(book.metadata.widgets.values()))["state"] for book in (normal, ours)]
    assert _widgets(states[0]) == _widgets(states[1])
    assert len(states[0]) == 5


CHATTY = (
    "import logging, sys, os, time\nfor n in range(4):\n    print('printed', n); logging.warning(n); time.sleep(0.12)\n"
    "display('between')\nos.system('echo out; echo wrong >&2; echo out again')\nprint('last'); None"
)


def test_what_a_slow_cell_prints_stands_the_same_way_every_time(tmp_path: Path) -> None:
    cells = [json.dumps(_run(tmp_path / name, CHATTY)[0].cells[0].outputs) for name in "abc"]
    assert len(set(cells)) == 1
    assert [output.get("name") for output in json.loads(cells[0])] == ["stdout", "stderr", None, "stdout", "stderr"]


def test_as_it_came_it_would_stand_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    from cjmkit.runs import engine

    monkeypatch.setattr(engine, "_joined", lambda outputs: outputs)
    assert len(_run(tmp_path / "a", CHATTY)[0].cells[0].outputs) > 5


def test_a_display_that_a_later_cell_changes_is_found_though_pieces_before_it_were_joined(tmp_path: Path) -> None:
    slow = "import time; print('a'); time.sleep(0.3); print('b'); handle = display('first', display_id=True)"
    outputs = _run(tmp_path / "a", slow, "handle.update('second')")[0].cells[0].outputs
    assert [output.get("text") or output.data["text/plain"] for output in outputs] == ["a\nb\n", "'second'"]


def test_the_comparison_sees_one_changed_letter(tmp_path: Path) -> None:
    one, two = (_run(tmp_path / name, f"1\n# {name}", f"print({word!r})")[0] for name, word in (("a", "x"), ("b", "y")))
    assert sum(a != b for a, b in zip(_shown(one), _shown(two), strict=True)) == 2


LEAVES = (
    "import os, pandas as pd, random, cjmkit, builtins, tempfile, sys, warnings\n"
    "left = 1; os.chdir('/'); os.environ['LEFT'] = '1'; pd.options.display.max_rows = 3; cjmkit.left = 1\n"
    "builtins.left_too = 1; sys.path.append('/left'); sys.modules['left'] = cjmkit; warnings.simplefilter('error')"
)
LOOKS = (
    "import os, sys, pandas as pd, cjmkit, builtins, random, numpy\n"
    "found = [name for name, there in {'name': 'left' in globals(), 'folder': os.getcwd() == '/', 'environment': 'LEFT' in os.environ,\n"
    "  'option': pd.options.display.max_rows == 3, 'module': hasattr(cjmkit, 'left'), 'builtin': hasattr(builtins, 'left_too'),\n"
    "  'path': '/left' in sys.path, 'modules': 'left' in sys.modules, 'count': len(In) != looks_at}.items() if there]; found"
)


def test_nothing_of_one_run_is_found_in_the_next(tmp_path: Path) -> None:
    looks = LOOKS.replace("looks_at", "2")
    _run(tmp_path / "a", LEAVES)
    after, _ = _run(tmp_path / "b", looks)
    assert after.cells[0].outputs[0].data["text/plain"] == "[]"
    assert "LEFT" not in os.environ
    assert os.getcwd() != "/"
    control, _ = _run(tmp_path / "c", LEAVES, looks)  # both in one shell
    assert len(eval(control.cells[2].outputs[0].data["text/plain"])) == 9


def test_each_run_has_chance_of_its_own(tmp_path: Path) -> None:
    import numpy.random  # noqa: F401  in the process that is forked

    cell = "import random, numpy; random.random(), float(numpy.random.rand())"
    drawn = [eval(_run(tmp_path / name, cell)[0].cells[0].outputs[0].data["text/plain"]) for name in "ab"]
    assert drawn[0][0] != drawn[1][0]
    assert drawn[0][1] != drawn[1][1]


def test_a_cell_that_ends_its_process_is_named(tmp_path: Path) -> None:
    begun: list[int] = []
    with pytest.raises(DeadKernelError, match="Kernel died"):
        _run(
            tmp_path / "a",
            "1",
            "print('told', flush=True); import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
            on_cell=begun.append,
        )
    assert begun == [1, 2]
    kept = nbformat.read(tmp_path / "a" / "out.ipynb", 4)
    assert kept.cells[0].execution_count == 1


def test_an_endless_cell_is_stopped_with_all_that_it_began(tmp_path: Path) -> None:
    cell = "import subprocess, pathlib\npathlib.Path('pid').write_text(str(subprocess.Popen(['sleep', '60']).pid))\nwhile True: pass"
    with pytest.raises(CellTimeoutError, match="after 1 seconds"):
        _run(tmp_path / "a", cell, execution_timeout=1)
    assert _gone(int((tmp_path / "a" / "pid").read_text()))


def test_a_time_limit_leaves_no_word_of_asyncios(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(CellTimeoutError):
        _run(tmp_path / "a", "import time; time.sleep(30)", execution_timeout=1)
    gc.collect()
    assert "pending" not in caplog.text


def test_nothing_that_a_cell_began_outlives_the_notebook(tmp_path: Path) -> None:
    cell = "import subprocess\nsubprocess.Popen(['sleep', '60'], start_new_session=False).pid"
    ran, _ = _run(tmp_path / "a", cell)
    assert _gone(int(ran.cells[0].outputs[0].data["text/plain"]))
    assert not _gone(os.getpid())


def _gone(pid: int) -> bool:
    until = time.monotonic() + 3
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX":
                return True
        except OSError:
            return True
        if pid == os.getpid():
            return False
        time.sleep(0.02)
    return False


def test_what_atexit_promises_is_done_and_the_callers_files_stay(tmp_path: Path) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as callers:
        _run(
            tmp_path / "a",
            "import atexit, pathlib; atexit.register(pathlib.Path('left').touch)",
            "import gc; gc.collect();",
        )
        assert (tmp_path / "a" / "left").exists()
        assert Path(callers).is_dir()


def test_ten_megabytes_in_one_piece_come_through(tmp_path: Path) -> None:
    ran, _ = _run(tmp_path / "a", "print('ż' * 5_000_000)")
    assert len(ran.cells[0].outputs[0].text) == 5_000_001


def test_a_process_with_a_thread_uses_one_that_has_none_and_keeps_it(tmp_path: Path) -> None:
    from cjmkit.runs import engine

    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        parents = []
        for name in "ab":
            ran, _ = _run(
                tmp_path / name, "import os, threading; os.getppid()", "threading.active_count() < 9, os.getcwd()"
            )
            parents.append(int(ran.cells[0].outputs[0].data["text/plain"]))
            assert str(tmp_path / name) in ran.cells[2].outputs[0].data["text/plain"]
        assert parents[0] == parents[1] != os.getpid()
        with pytest.raises(DeadKernelError):
            _run(tmp_path / "c", "import os; os._exit(3)")
        with pytest.raises(PapermillExecutionError):
            raise _run(tmp_path / "d", "1 / 0")[1] or AssertionError
    finally:
        stop.set()
        thread.join()
        while engine._IDLE:
            engine._IDLE.pop().close()


def test_papermills_own_command_takes_the_engine(tmp_path: Path) -> None:
    nbformat.write(_notebook("print('said')", "word = 'x'", "word * 2"), tmp_path / "in.ipynb")
    command = [
        sys.executable,
        "-m",
        "papermill",
        "--engine",
        "cjmkit",
        "--log-output",
        "--progress-bar",
        "in.ipynb",
        "out.ipynb",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "said" in done.stderr
    assert "4/4" in done.stderr
    assert nbformat.read(tmp_path / "out.ipynb", 4).cells[3].outputs[0].data["text/plain"] == "'xx'"


@pytest.mark.parametrize("first", ["papermill", "cjmkit.runs.engine"])
def test_the_engine_is_known_whichever_is_imported_first(first: str) -> None:
    look = "from papermill.engines import papermill_engines as e; print(e.get_engine('cjmkit').__name__)"
    done = subprocess.run([sys.executable, "-c", f"import {first}; {look}"], capture_output=True, text=True)
    assert done.stdout == "CellsEngine\n", done.stderr


def test_a_kernel_of_another_kind_runs_as_it_always_did(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    from cjmkit.runs.engine import _why_not

    assert _why_not("python3", {}) is None
    assert "resources" in str(_why_not("python3", {"resources": {}}))
    share = tmp_path / "share" / "kernels" / "other"
    share.mkdir(parents=True)
    (share / "kernel.json").write_text(
        '{"argv": ["/usr/bin/R", "{connection_file}"], "display_name": "R", "language": "R"}'
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
        assert "not this Python" in str(_why_not("other", {}))


def test_messages_are_packed_whole() -> None:
    parts = [b"", b"\n\n", bytes(range(256)), memoryview(b"view")]
    assert unpack(pack("shell", parts)) == ("shell", [bytes(part) for part in parts])


def _widgets(state: dict[str, Any]) -> list[str]:
    """A notebook's widgets, their ids made equal."""
    return sorted(_plain(json.dumps(widget, sort_keys=True)) for widget in state.values())


def test_all_ends_when_the_one_who_asked_is_killed(tmp_path: Path) -> None:
    cell = "import subprocess, pathlib, os\npathlib.Path('new').write_text(f\"{os.getpid()} {subprocess.Popen(['sleep', '60']).pid}\")\n"
    nbformat.write(_notebook(cell + "os.rename('new', 'pids')\nwhile True: pass"), tmp_path / "in.ipynb")
    command = [sys.executable, "-m", "papermill", "--engine", "cjmkit", "--no-progress-bar", "in.ipynb", "out.ipynb"]
    running = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 30
    while not (tmp_path / "pids").exists() and time.monotonic() < until:
        time.sleep(0.02)
    running.kill()
    running.wait()
    assert all(_gone(int(pid)) for pid in (tmp_path / "pids").read_text().split())
