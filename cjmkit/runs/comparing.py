"""Several clients beside one another: their summaries opened, and the page made from the comparison notebook."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cjmkit.errors import RunError
from cjmkit.language import speak
from cjmkit.reports.brand import Brand
from cjmkit.reports.comparison import Comparison
from cjmkit.reports.page import page_html
from cjmkit.runs.manifest import read_manifest
from cjmkit.runs.notebook import ENGINE, surroundings
from cjmkit.runs.spoken import named, spoken
from cjmkit.runs.standing import inputs_now
from cjmkit.workshop import clients as all_clients
from cjmkit.workshop import find_root, saving
from cjmkit.workshop.folders import client_folder

NOTEBOOKS = ".build"  # beside the clients, and no client by its name


@spoken
def open_comparison(
    clients: str | Sequence[str] | None = None,
    *,
    language: str | None = None,
    workshops: str | os.PathLike[str] | None = None,
) -> Comparison:
    """The summaries of clients, as their last builds left them; no journey is read.

    Args:
        clients: a name, or several; None is all.
        language: a code; None is that of the machine.
        workshops: the folder of the clients.

    Raises:
        CJMError: no client is named, one is not there, or a language that the kit does not speak.
    """
    root = find_root(workshops)
    asked = named(clients)
    names = all_clients(root) if asked is None else [client_folder(name, root).name for name in asked]
    noted = {name: read_manifest(root / name) or {} for name in dict.fromkeys(names)}
    found = {name: made for name, manifest in noted.items() if isinstance(made := manifest.get("summary"), dict)}
    return Comparison(
        tuple({**summary, "folder": name} for name, summary in found.items()),
        speak(language).code,
        tuple(name for name in noted if name not in found),
        frozenset(name for name in found if not _is_of_now(root / name, noted[name])),
    )


def _is_of_now(folder: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether a client's files are those of its last build; of an older manifest that does not say, they are taken to be."""
    decided = manifest.get("decided")
    try:
        return not decided or inputs_now(folder, decided) == decided["by"]
    except OSError:
        return False


def write_comparison(workshops: Path, template: Path, language: str, clients: Sequence[str] | None = None) -> Path:
    """Run the comparison notebook and write its page, `comparison.<language>.html`, beside the clients' folders.

    The page is the consultant's own; the executed notebook stays in `.build/` beside it.

    Args:
        workshops: the folder of the clients.
        template: the comparison notebook.
        language: a code.
        clients: their names; None is all.

    Raises:
        CJMError: the language, a cell of the notebook, or the disk.
    """
    from jupyter_client.kernelspec import NoSuchKernel
    from papermill import execute_notebook
    from papermill.exceptions import PapermillExecutionError

    say, name = speak(language), f"comparison.{language}.html"
    target = workshops / NOTEBOOKS / f"comparison.{language}.ipynb"
    with saving.said_plainly(name):
        target.parent.mkdir(exist_ok=True)
        try:
            with surroundings(workshops):
                notebook = execute_notebook(
                    str(template), str(target), parameters={"clients": list(clients) if clients else None, "language": language},
                    engine_name=ENGINE, request_save_on_cell_execute=False, progress_bar=False, cwd=str(workshops),
                )  # fmt: skip
        except (PapermillExecutionError, NoSuchKernel, RuntimeError) as error:
            problem = str(getattr(error, "evalue", error)).rstrip(".")
            raise RunError(
                "The comparison across clients was not made. {template} stopped: {problem}. The executed notebook is {notebook}.",
                template=template.name, problem=problem, notebook=f"{NOTEBOOKS}/{target.name}",
            ) from error  # fmt: skip
        page = page_html(notebook, title=say("Comparison across clients"), language=language, brand=Brand())
        saving.put(workshops, {name: page.encode()})
    return workshops / name
