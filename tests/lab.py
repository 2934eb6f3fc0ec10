"""A real JupyterLab on a project of its own, and a browser on it that can reach nothing else."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT
from test_browser import browser as browser

from cjmkit.cli.lab import environment, options
from cjmkit.journey import Journey

HERE = ("http://127.0.0.1:", "ws://127.0.0.1:", "blob:http://127.0.0.1:", "data:")
READY = ".jp-Notebook-ExecutionIndicator[data-status=idle]"


@dataclass
class Lab:
    """JupyterLab on a copy of the notebooks, with a copy of the running shoes as the client opened last."""

    project: Path
    url: str

    @property
    def journey(self) -> Journey:
        """The journey as it stands on the disk."""
        return Journey.from_json((self.project / "workshops/case/journey.json").read_text("utf-8"))

    def until(self, holds: Callable[[Journey], bool], page) -> Journey:
        """Wait until this holds on the disk."""
        for _ in range(100):
            if holds(self.journey):
                return self.journey
            page.wait_for_timeout(100)
        raise AssertionError("waited for ten seconds in vain")

    def open(
        self, browser, notebook: str, width: int = 1280, height: int = 720, until: str = ".cjm-screen .cjm-picture"
    ):
        """The notebook in a new window, its cells run by keys alone up to the first screen, or until this is there."""
        page = browser.new_context(viewport={"width": width, "height": height}).new_page()
        page.outside = []
        page.on("request", lambda r: page.outside.append(r.url) if not r.url.startswith(HERE) else None)
        page.goto(f"{self.url}/lab/tree/notebooks/{notebook}.ipynb?token=t&reset")
        page.wait_for_selector(READY, timeout=60_000, state="attached")
        page.wait_for_timeout(2_000)  # idle is said before the kernel takes what it is sent
        page.keyboard.press("Escape")
        for _ in range(60):
            if page.locator(until).count():
                return page
            if page.locator(READY).count():
                page.keyboard.press("Shift+Enter")
            page.wait_for_timeout(300)
        raise AssertionError(f"no screen was shown, but: {page.locator('.jp-OutputArea').all_inner_texts()}")


@pytest.fixture(scope="module")
def jupyterlab(tmp_path_factory, browser) -> Iterator[Lab]:
    yield from jupyterlab_of("running-shoes", tmp_path_factory.mktemp("project"))


def jupyterlab_of(sample: str, project: Path) -> Iterator[Lab]:
    """JupyterLab in this folder, with a copy of a sample as the client `case`, in English."""
    ignore = shutil.ignore_patterns("out", "build", ".sample", ".backup", "versions")
    shutil.copytree(ROOT / "workshops" / sample, project / "workshops/case", ignore=ignore)
    case = project / "workshops/case/journey.json"
    case.write_text(Journey.from_json(case.read_text("utf-8")).changed(language="en").to_json(), "utf-8")
    (project / "workshops/.last").write_text("case\n")
    shutil.copytree(ROOT / "notebooks", project / "notebooks")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    root = project / "workshops"
    program = [sys.executable, "-m", "jupyterlab", *options(project, port, browser=False), "--IdentityProvider.token=t"]
    rest = {name: value for name, value in environment(root).items() if not name.startswith("PYTEST")}
    own = {"JUPYTER_DATA_DIR": ".jd", "IPYTHONDIR": ".ip"}
    with (project / "lab.log").open("w") as log:
        server = subprocess.Popen(
            program, cwd=project, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            env={**rest, **{name: str(project / place) for name, place in own.items()}},
        )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{url}/api?token=t", timeout=1)
                break
            except OSError:
                time.sleep(0.25)
        yield Lab(project, url)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(15)
