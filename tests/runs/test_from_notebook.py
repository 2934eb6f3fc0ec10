"""Many clients from a notebook: in a real kernel, with its threads, sockets and loop."""

import time
from html import unescape
from pathlib import Path

import psutil
import pytest
from jupyter_client.manager import start_new_kernel
from many_clients import make_clients

import cjmkit as cjm
from cjmkit.errors import UsageError
from cjmkit.language import speak
from cjmkit.runs.verifying import verify


@pytest.fixture(scope="module")
def some(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("workshops")
    make_clients(folder, 4, largest=5)
    (folder / "client-0003/journey.json").write_text("{")
    return folder


@pytest.fixture(scope="module")
def kernel(some):
    manager, client = start_new_kernel()
    client.execute_interactive(f"import os; os.environ['CJMKIT_WORKSHOPS'] = {str(some)!r}; os.environ['CJMKIT_LANGUAGE'] = 'en'\nimport cjmkit as cjm", timeout=60)  # fmt: skip
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_it_builds_in_a_kernel_and_shows_a_screen_and_a_table_with_those_that_failed_on_top(some, kernel):
    _, client = kernel
    heard = []
    names = [f"client-{n:04}" for n in (0, 1, 3)]
    code = f"table = cjm.run_clients({names}, only='mermaid'); print(table.to_csv(index=False))"
    reply = client.execute_interactive(code, timeout=90, output_hook=heard.append)
    assert reply["content"]["status"] == "ok", reply["content"]
    assert any("widget-view" in kind for m in heard if m["msg_type"] == "display_data" for kind in m["content"]["data"])
    rows = "".join(m["content"]["text"] for m in heard if m["msg_type"] == "stream").splitlines()
    assert rows[0] == "client,state,files,seconds,problem"
    assert rows[1].startswith("client-0003,failed,0,0.0,")
    assert [row.split(",")[:3] for row in rows[2:4]] == [["client-0000", "built", "1"], ["client-0001", "built", "1"]]
    assert not verify(some / "client-0000")


def test_an_interrupted_kernel_stops_it_whole_with_one_sentence_and_the_same_call_goes_on(some, kernel):
    manager, client = kernel
    code = "cjm.run_clients(['client-0000', 'client-0001', 'client-0002'], only='svg', language='en,pl,ru,zh', jobs=1)"
    client.execute(code)
    builders = []
    for _ in range(300):
        family = psutil.Process(manager.provisioner.pid).children(recursive=True)
        builders = [p for p in family if "cjmkit.runs.warm" in " ".join(p.cmdline())]
        if (some / "client-0000/out/map.en.svg").is_file():
            break
        time.sleep(0.1)
    assert builders
    manager.interrupt_kernel()
    error, shown = {}, ""
    while not error:
        message = client.get_iopub_msg(timeout=30)
        shown += (
            message["content"].get("data", {}).get("text/html", "") if message["msg_type"] == "display_data" else ""
        )
        error = message["content"] if message["msg_type"] == "error" else {}
    assert "the same call goes on from here" in error["evalue"]
    assert error["traceback"] == ["Stopped. What is built stays; the same call goes on from here."]
    assert "client-0002" in shown  # the table of what came out
    assert "to build" in shown
    assert not [p for p in builders if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
    assert [found for folder in some.glob("client-*") for found in verify(folder)] == []


def test_the_plan_is_a_table_with_what_cannot_be_built_on_top_and_words_that_are_off_are_refused(some, monkeypatch):
    monkeypatch.setenv("CJMKIT_WORKSHOPS", str(some))
    plan = cjm.plan_clients(["client-0002", "client-0003"], only=["html", "mermaid"], language=["en", "pl"])
    assert list(plan.columns) == ["client", "language", "state", "build", "why"]
    assert plan.state[0] == "blocked"
    assert "is not JSON" in plan.why[0]
    assert unescape(plan._repr_html_()).count(plan.why[0]) == 1  # whole, however long
    assert plan.values.tolist()[1:] == [
        ["client-0002", "en", "to build", "html, mermaid", "not built yet"], ["client-0002", "pl", "to build", "html", "not built yet"],
    ]  # fmt: skip
    assert list(cjm.plan_clients("client-0002", language="pl").language) == ["pl"]
    with pytest.raises(UsageError, match="There is no format docx"):
        cjm.plan_clients(only="docx")
    with pytest.raises(UsageError, match="Did you mean target"):
        cjm.run_clients(parameters={"targt": 4})
    for none in ([], "", " , "):
        with pytest.raises(UsageError, match="No client is named"):
            cjm.plan_clients(none)


@pytest.mark.parametrize(
    "off",
    [{"jobs": -3}, {"jobs": 0}, {"jobs": 1.5}, {"time_limit": -1}, {"memory_limit": 0}, {"time_limit": float("nan")}],
)
def test_numbers_with_which_nothing_would_be_built_are_refused(some, monkeypatch, off):
    monkeypatch.setenv("CJMKIT_WORKSHOPS", str(some))
    with pytest.raises(UsageError, match=f"{next(iter(off))} is a"):
        cjm.run_clients(**off)


def test_a_notebook_shows_what_is_off_in_the_reader_s_language(monkeypatch):
    monkeypatch.setattr("cjmkit.runs.spoken.speak", lambda: speak("pl"))
    with pytest.raises(UsageError) as found:
        cjm.run_clients(only="docx")
    assert found.value._render_traceback_() == [speak("pl").error(found.value)] != [str(found.value)]
