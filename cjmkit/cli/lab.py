"""The command that opens the guided notebooks in JupyterLab: on this machine only, nothing asked of the network."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from cjmkit.cli.app import Workshops, app, err, say
from cjmkit.errors import NotFoundError
from cjmkit.kit import kit_folder
from cjmkit.language import speak

FIRST = "notebooks/00_start.ipynb"
LESSONS = "notebooks/learn/00_contents.ipynb"
# Catalogues, and solutions that a student should not stumble on.
HIDDEN = ("__pycache__", "*.pyc", "*~", "*.po", "[0-9][0-9]_*.toml", "glossary.toml", "figures.toml", "gallery.toml", "capstone*.json")  # fmt: skip
OWN = ".lab"  # beside the clients: what JupyterLab keeps for this project, such as a folded side bar


@app.command(
    help=say("JupyterLab on the guided notebooks, with that client open; nothing is asked of the network.") + "\n\n"
    + say("Example: {example}", example="cjmkit lab agd-nord")
)  # fmt: skip
def lab(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help=say("The client to open; without a name, the last one."))
    ] = None,
    port: Annotated[int, typer.Option(help=say("Where it listens; the next free one where this is taken."))] = 8888,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help=say("Open it in the browser."))] = True,
    learn: Annotated[bool, typer.Option("--learn", help=say("Open the lessons, to learn the method."))] = False,
    language: Annotated[str, typer.Option(help=say("The language of the notebooks."))] = say.code,
    workshops: Workshops = None,
) -> None:
    from cjmkit.runs.evidence import evidence_gaps
    from cjmkit.workshop import find_root, open_workshop
    from cjmkit.workshop.folders import is_packed

    root = find_root(workshops)
    if find_spec("jupyterlab") is None:
        raise ModuleNotFoundError("jupyterlab", name="jupyterlab")
    wanted, code = LESSONS if learn else FIRST, speak(language).code
    home = with_notebooks(root, wanted)
    if home is None:
        raise NotFoundError(
            "There is no {file} in {folder}. Call this in the folder that holds notebooks/ and workshops/, or copy the kit's notebooks/ there.",
            file=wanted, folder=str(Path.cwd() if is_packed(root) else root.parent),
        )  # fmt: skip
    if name := name or os.environ.get("CJMKIT_CLIENT"):
        workshop = open_workshop(name, root)  # remembered, so that another one can be chosen in the first notebook
        for gap in evidence_gaps(workshop):
            err.print(say("note: {text}", text=say.error(gap)), markup=False)
    tidy(root)
    program = [
        sys.executable,
        "-m",
        "jupyterlab",
        *options(home, port, browser=browser, first=in_language(home, wanted, code)),
    ]
    os.chdir(home)
    os.execve(sys.executable, program, {**environment(root), "CJMKIT_LANGUAGE": code})


def with_notebooks(root: Path, wanted: str = FIRST) -> Path | None:
    """The folder whose notebooks are opened: beside the clients, else here or above, else the kit's own."""
    here = Path.cwd()
    for folder in (root.parent, here, *here.parents, kit_folder()):
        if (folder / wanted).is_file():
            return folder
    return None


def in_language(home: Path, notebook: str, code: str) -> str:
    """The notebook in this language where there is one, else in English: both as places within that folder."""
    own = notebook.replace("notebooks/", f"notebooks/{code}/", 1)
    return own if (home / own).is_file() else notebook


def options(home: Path, port: int, *, browser: bool, first: str = FIRST) -> list[str]:
    """What JupyterLab is started with: this machine only, no terminal, no word to the outside."""
    from cjmkit.kit import template

    return [
        f"--ServerApp.root_dir={home}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.terminals_enabled=False",
        "--ServerApp.answer_yes=True",  # Ctrl-C ends it at once
        "--ServerApp.allow_remote_access=False",
        f"--ServerApp.open_browser={browser}",
        f"--LabApp.default_url=/lab/tree/{first}",
        f"--FileContentsManager.pre_save_hook={__name__}.as_it_was",
        f"--FileContentsManager.hide_globs={[*HIDDEN]!r}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        "--LabApp.custom_css=True",
        f"--LabApp.app_settings_dir={template('lab')}",
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ]


def tidy(root: Path) -> None:
    """Put the workshop's look where JupyterLab finds it; side bars are folded away the first time, later as they were left."""
    from jupyterlab_server.workspaces_handler import WORKSPACE_EXTENSION, slugify

    from cjmkit.kit import template

    own = root / OWN
    layout = own / "lab" / "workspaces" / (slugify("default") + WORKSPACE_EXTENSION)
    with suppress(OSError):  # a folder that may not be written opens all the same, less tidy
        for folder in (own / "custom", layout.parent):
            folder.mkdir(parents=True, exist_ok=True)
        (own / "custom" / "custom.css").write_bytes(template("lab", "custom.css").read_bytes())
        if not layout.exists():
            layout.write_bytes(template("lab", "workspace.json").read_bytes())


def environment(root: Path) -> dict[str, str]:
    """What JupyterLab finds around it: the clients of this project, its own settings, not the user's, and no known token."""
    others = ("CJMKIT_CLIENT", "JUPYTER_TOKEN", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    kept = {name: value for name, value in os.environ.items() if name not in others}
    return {**kept, "JUPYTER_CONFIG_DIR": str(root / OWN), "CJMKIT_WORKSHOPS": str(root)}


def as_it_was(model: dict[str, Any], contents_manager: Any, path: str = "", **_: Any) -> None:
    """Save a notebook of the kit, in whatever language, with the outputs and the settings it had: they would carry a client's name into git.

    Called by JupyterLab before each save, with the notebook as it is about to be written.
    """
    place = Path(path.strip("/"))
    file = Path(contents_manager.root_dir) / place
    if model.get("type") != "notebook" or place.parts[:1] != ("notebooks",) or not file.is_file():
        return
    was = json.loads(file.read_text("utf-8"))
    cells = {cell.get("id"): cell for cell in was["cells"]}
    model["content"]["metadata"] = was["metadata"]
    for cell in model["content"]["cells"]:
        old = cells.get(cell.get("id"), {})
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = old.get("outputs", []), old.get("execution_count")
        if old:
            cell["metadata"] = old["metadata"]
