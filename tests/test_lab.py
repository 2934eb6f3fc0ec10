"""`cjmkit lab`: JupyterLab on the guided notebooks, for this machine alone, with nothing asked of the network."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import ROOT
from test_browser import browser as browser

from cjmkit.cli.lab import OWN, as_it_was, environment, options, tidy
from cjmkit.workshop import open_workshop

IDLE = ".jp-Notebook-ExecutionIndicator[data-status=idle]"


def filled(folder: Path) -> Path:
    """A folder with notebooks/ and workshops/, as a facilitator has it."""
    ignore = shutil.ignore_patterns("out", "build", ".sample", ".backup", "versions")
    shutil.copytree(ROOT / "workshops" / "running-shoes", folder / "workshops" / "case", ignore=ignore)
    shutil.copytree(ROOT / "workshops" / "fridge", folder / "workshops" / "fridge")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    return folder


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """Such a folder, and we are in it."""
    monkeypatch.chdir(filled(tmp_path))
    for name in ("PYTEST_VERSION", "CJMKIT_WORKSHOPS", "CJMKIT_CLIENT"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def started(monkeypatch):
    """What would have been started instead of this process; nobody tests, as far as the kit can see."""
    calls = []
    monkeypatch.setattr("cjmkit.workshop.workshop.remembers", lambda root: True)
    monkeypatch.setattr("cjmkit.workshop.folders.remembers", lambda root: True)
    monkeypatch.setattr(os, "execve", lambda *call: calls.append(call))
    return calls


def test_it_starts_jupyterlab_on_the_project_with_that_client_open(project, cjmkit, started):
    assert cjmkit("lab", "fridge", "--no-browser")[0] == 0
    ((_, words, env),) = started
    assert words[1:3] == ["-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={project}" in words
    assert "--ServerApp.open_browser=False" in words
    assert "--LabApp.default_url=/lab/tree/notebooks/00_start.ipynb" in words
    assert env["CJMKIT_WORKSHOPS"] == str(project / "workshops")
    assert open_workshop().client == "fridge"


def test_a_client_named_in_the_environment_can_be_changed_in_the_first_notebook(project, cjmkit, started, monkeypatch):
    monkeypatch.setenv("CJMKIT_CLIENT", "case")
    assert cjmkit("lab")[0] == 0
    assert "CJMKIT_CLIENT" not in started[0][2]
    monkeypatch.delenv("CJMKIT_CLIENT")
    assert open_workshop().client == "case"


def test_a_client_that_is_not_there_is_one_sentence(project, cjmkit, started):
    code, _, said = cjmkit("lab", "frige")
    assert (code, started) == (2, [])
    assert "Did you mean fridge?" in said


def test_clients_elsewhere_open_in_the_notebooks_of_the_folder_it_is_called_in(
    project, cjmkit, started, tmp_path_factory
):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "clients"
    shutil.copytree(project / "workshops", elsewhere)
    assert cjmkit("lab", "case", "--workshops", str(elsewhere))[0] == 0
    assert f"--ServerApp.root_dir={project}" in started[0][1]
    assert started[0][2]["CJMKIT_WORKSHOPS"] == str(elsewhere)
    (project / "notebooks").rename(elsewhere.parent / "notebooks")  # those beside the clients come first
    assert cjmkit("lab", "case", "--workshops", str(elsewhere))[0] == 0
    assert f"--ServerApp.root_dir={elsewhere.parent}" in started[1][1]


def test_a_project_without_notebooks_uses_the_kit_s(project, cjmkit, started):
    shutil.rmtree(project / "notebooks")
    assert cjmkit("lab")[0] == 0
    assert f"--ServerApp.root_dir={ROOT}" in started[0][1]


def test_a_project_without_notebooks_is_told_what_to_do(project, cjmkit, started, monkeypatch):
    shutil.rmtree(project / "notebooks")
    monkeypatch.setattr("cjmkit.cli.lab.kit_folder", lambda: project)
    code, _, said = cjmkit("lab")
    assert (code, started) == (2, [])
    assert "There is no notebooks/00_start.ipynb" in said
    assert "copy the kit's notebooks/ there" in said


FIRST_PAGE = "--LabApp.default_url=/lab/tree/notebooks/"


def first_page(words: list[str]) -> str:
    return next(word.removeprefix(FIRST_PAGE) for word in words if word.startswith(FIRST_PAGE))


@pytest.mark.parametrize(
    ("code", "page"), [("pl", "pl/00_start.ipynb"), ("en", "00_start.ipynb"), ("ru", "00_start.ipynb")]
)
def test_the_first_notebook_is_in_the_language_asked_for_where_there_is_one(code, page, project, cjmkit, started):
    assert cjmkit("lab", "--language", code)[0] == 0
    ((_, words, env),) = started
    assert first_page(words) == page
    assert env["CJMKIT_LANGUAGE"] == code  # the screens speak it too, before a client is open


def test_without_an_option_the_notebooks_speak_the_language_of_the_machine():
    ask = "from inspect import signature as s; from cjmkit.cli.lab import lab; print(s(lab).parameters['language'].default)"
    env = {**os.environ, "CJMKIT_LANGUAGE": "pl"}
    said = subprocess.run([sys.executable, "-c", ask], env=env, capture_output=True, text=True)
    assert said.stdout.strip() == "pl", said.stderr


def test_a_language_that_is_not_there_is_one_sentence(project, cjmkit, started):
    code, _, said = cjmkit("lab", "--language", "xx")
    assert (code, started) == (2, [])
    assert "There is no language xx" in said


def test_the_lessons_open_in_their_language_on_request(project, cjmkit, started):
    for folder in ("notebooks/learn", "notebooks/pl/learn"):
        (project / folder).mkdir(exist_ok=True)
        (project / folder / "00_contents.ipynb").write_text("{}")
    for code in ("en", "pl", "ru"):
        assert cjmkit("lab", "--learn", "--language", code)[0] == 0
    pages = [first_page(words) for _, words, _ in started]
    assert pages == ["learn/00_contents.ipynb", "pl/learn/00_contents.ipynb", "learn/00_contents.ipynb"]


def test_a_project_without_lessons_is_told_which_file_is_not_there(project, cjmkit, started, monkeypatch):
    shutil.rmtree(project / "notebooks/learn", ignore_errors=True)
    monkeypatch.setattr("cjmkit.cli.lab.kit_folder", lambda: project)
    code, _, said = cjmkit("lab", "--learn")
    assert (code, started) == (2, [])
    assert "There is no notebooks/learn/00_contents.ipynb" in said


def test_the_user_s_own_settings_and_tokens_stay_out(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_TOKEN", "known")
    monkeypatch.setenv("JUPYTERLAB_SETTINGS_DIR", "/elsewhere")
    env = environment(tmp_path)
    assert not {"JUPYTER_TOKEN", "JUPYTERLAB_SETTINGS_DIR"} & set(env)
    assert env["JUPYTER_CONFIG_DIR"] == str(tmp_path / OWN)


def test_side_bars_are_folded_away_once_and_then_left_as_they_are(tmp_path):
    tidy(tmp_path)
    (layout,) = (tmp_path / OWN).rglob("*.jupyterlab-workspace")
    assert json.loads(layout.read_text())["data"]["layout-restorer:data"]["left"]["collapsed"] is True
    layout.write_text("{}")
    tidy(tmp_path)
    assert layout.read_text() == "{}"


def test_a_folder_that_may_not_be_written_is_no_reason_not_to_open(tmp_path):
    (tmp_path / OWN).write_text("a file in the way")
    tidy(tmp_path)


def test_it_listens_on_this_machine_only(tmp_path):
    words = options(tmp_path, 8888, browser=True)
    assert "--ServerApp.ip=127.0.0.1" in words
    assert not [word for word in words if "token" in word.lower()]  # it is made anew at each start


class Running:
    """The command as a facilitator starts it, on a port that is taken."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.taken = socket.create_server(("127.0.0.1", 0))
        port = self.taken.getsockname()[1]
        hidden = ("PYTEST", "CJMKIT")
        env = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
        self.log = (project / "lab.log").open("w+")
        cli = Path(sys.executable).with_name("cjmkit")
        self.process = subprocess.Popen(
            [cli, "lab", "case", "--no-browser", "--port", str(port)],
            cwd=project, env={**env, "IPYTHONDIR": str(project / ".ip")}, stdout=self.log, stderr=subprocess.STDOUT,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )  # fmt: skip
        self.address = self._address()
        self.root = self.address.split("/lab/")[0]
        self.token = self.address.split("token=")[1]
        self._answers()

    def _address(self) -> str:
        for _ in range(240):
            found = re.search(r"http://127\.0\.0\.1:\d+/lab\S+token=\w+", (self.project / "lab.log").read_text())
            if found:
                return found[0]
            time.sleep(0.25)
        raise AssertionError((self.project / "lab.log").read_text())

    def _answers(self) -> None:
        """On a busy machine the address may be said before anybody listens there."""
        for _ in range(80):
            with (
                suppress(OSError),
                socket.create_connection(("127.0.0.1", int(self.root.rpartition(":")[2])), timeout=1),
            ):
                return
            time.sleep(0.25)

    def ask(self, path: str, method: str = "GET", *, token: bool = True) -> tuple[int, str]:
        """What the server answers: its code and text."""
        headers = {"Authorization": f"token {self.token}"} if token else {}
        request = urllib.request.Request(self.root + path, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.url + "\n" + answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, ""

    def end(self) -> int:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(20)
        finally:
            self.process.kill()
            self.taken.close()
            self.log.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    running = Running(filled(tmp_path_factory.mktemp("project")))
    yield running
    running.end()


@pytest.mark.browser
def test_it_takes_a_free_port_asks_for_a_token(lab):
    port = int(lab.root.rpartition(":")[2])
    assert port != lab.taken.getsockname()[1]
    assert lab.ask("/api/contents", token=False)[0] == 403
    assert "/login" in lab.ask("/lab", token=False)[1].splitlines()[0]
    assert lab.ask("/api/contents")[0] == 200
    assert lab.ask("/api/terminals", "POST")[0] in (403, 404)
    assert '"notification": null' in lab.ask("/lab/api/update")[1]
    assert '"news": []' in lab.ask("/lab/api/news")[1]


def window(browser, lab, more=""):
    """The first page in a browser, and what it asked for elsewhere than at this server."""
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    outside = []
    own = (lab.root, lab.root.replace("http", "ws"), "data:", "blob:")
    page.on("request", lambda request: outside.append(request.url) if not request.url.startswith(own) else None)
    page.goto(lab.address + more)
    page.wait_for_selector(IDLE, timeout=60_000, state="attached")
    return page, outside


def run_all(page):
    """Restart the kernel and run all cells, until the recap is there; pressed again where no kernel was there yet."""
    for _ in range(3):
        page.locator(".jp-NotebookPanel-toolbar:visible").get_by_text("Restart Kernel and Run All").click()
        for _ in range(50):
            page.wait_for_timeout(300)
            idle = page.locator(f"{IDLE} >> visible=true").count()
            if idle and page.locator(".jp-Notebook:visible .jp-OutputArea-output", has_text="✓").count():
                return
    raise AssertionError("the cells did not run")


@pytest.mark.browser
def test_the_first_notebook_is_open_without_questions_without_code_and_without_the_network(browser, lab):
    page, outside = window(browser, lab)
    assert page.url.endswith("/notebooks/00_start.ipynb")
    run_all(page)
    page.get_by_text("Running shoes", exact=False).first.wait_for()
    assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0
    assert page.get_by_text("import cjmkit").locator("visible=true").count() == 0
    assert page.locator(".jp-FileBrowser").locator("visible=true").count() == 0
    assert outside == []
    page.context.close()


@pytest.mark.browser
def test_the_clock_goes_on_in_the_next_notebook_and_after_a_restart(browser, lab):
    page, _ = window(browser, lab, "&reset")
    run_all(page)
    page.locator("[data-move=start]").click()
    page.locator("[data-move=next]").click()
    page.locator(".cjm-now", has_text="Persona: correct the draft").wait_for()
    page.locator("[data-move=more]").click()
    page.locator(".cjm-left", has_text="15 min left").wait_for()
    kept = lab.project / "workshops/case/clock.json"
    for _ in range(50):
        if kept.exists() and json.loads(kept.read_text())["extra"]:
            break
        page.wait_for_timeout(100)
    clock = json.loads(kept.read_text())
    assert (clock["agenda"], clock["part"], clock["extra"]) == ("120", 1, {"1": 5})
    gone = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 18 * 60))
    kept.write_text(json.dumps({**clock, "since": gone}))
    run_all(page)
    page.locator(".cjm-left", has_text="3 min over").wait_for()
    page.get_by_role("link", name="1 Goal and persona").first.click()
    page.wait_for_url("**/notebooks/01_personas.ipynb")
    page.wait_for_selector(f"{IDLE} >> visible=true", timeout=60_000)
    run_all(page)
    small = page.locator(".cjm-small:visible")
    small.locator(".cjm-left", has_text="3 min over").wait_for()
    small.locator("[data-move=next]").click()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.cjm-agenda .cjm-now')].filter(e => e.textContent.startsWith('Stages')).length == 2"
    )  # the large one, in the notebook behind, too
    page.context.close()


@pytest.mark.browser
def test_it_ends_with_one_ctrl_c(lab):
    """The last of those that need it."""
    port = int(lab.root.rpartition(":")[2])
    assert lab.end() == 0
    with pytest.raises(ConnectionRefusedError):  # nobody listens any more
        socket.create_connection(("127.0.0.1", port), timeout=1)


def saved(place: str, change, root: Path = ROOT) -> dict:
    """The notebook as it would be written, with what JupyterLab has put into it."""
    content = json.loads((root / place).read_text("utf-8"))
    change(content)
    model = {"type": "notebook", "content": content}
    as_it_was(model, SimpleNamespace(root_dir=str(root)), place)
    return model["content"]


def run_for_a_client(content):
    content["metadata"]["widgets"] = {"state": "Bank Żółw"}
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "Bank Żółw"}]
            cell["execution_count"] = 7
            cell["metadata"]["execution"] = {"shell.execute_reply": "now"}


NOTEBOOK = "notebooks/04_touchpoints.ipynb"


@pytest.mark.parametrize("folder", ["notebooks", "notebooks/pl", "notebooks/learn", "notebooks/pl/learn"])
def test_a_client_s_name_never_gets_into_the_notebooks_that_git_keeps(folder, tmp_path):
    (tmp_path / folder).mkdir(parents=True)
    shutil.copy(ROOT / NOTEBOOK, tmp_path / folder / "it.ipynb")
    assert saved(f"{folder}/it.ipynb", run_for_a_client, tmp_path) == json.loads((ROOT / NOTEBOOK).read_text("utf-8"))


def test_a_notebook_of_one_s_own_keeps_what_it_shows(tmp_path):
    (tmp_path / "case").mkdir()
    shutil.copy(ROOT / NOTEBOOK, tmp_path / "case/own.ipynb")
    assert "Bank Żółw" in json.dumps(saved("case/own.ipynb", run_for_a_client, tmp_path), ensure_ascii=False)


def test_what_is_written_into_a_cell_stays():
    content = saved(NOTEBOOK, lambda content: content["cells"][0].update(source="# Our own question?"))
    assert content["cells"][0]["source"] == "# Our own question?"
