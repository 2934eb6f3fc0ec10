"""A client's folder: found by name, opened, begun from a starter, saved so that nothing is lost.

What a folder holds and how it is saved is told in `saving`; no other room writes a `journey.json` or a `scores.csv`.
A name loads when it is first used: whoever only looks for folders waits for nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cjmkit.kit import kit_folder
    from cjmkit.workshop.folders import client_slug, clients, find_root
    from cjmkit.workshop.merging import merge, merge_scores
    from cjmkit.workshop.starting import about_starters, new_workshop, stage_models, starters
    from cjmkit.workshop.workshop import Status, Workshop, open_workshop

_HOME = {
    "kit_folder": "cjmkit.kit",
    **dict.fromkeys(("client_slug", "clients", "find_root"), "cjmkit.workshop.folders"),
    **dict.fromkeys(("merge", "merge_scores"), "cjmkit.workshop.merging"),
    **dict.fromkeys(("about_starters", "new_workshop", "stage_models", "starters"), "cjmkit.workshop.starting"),
    **dict.fromkeys(("Status", "Workshop", "open_workshop"), "cjmkit.workshop.workshop"),
}
__all__ = [
    "Status",
    "Workshop",
    "about_starters",
    "client_slug",
    "clients",
    "find_root",
    "kit_folder",
    "merge",
    "merge_scores",
    "new_workshop",
    "open_workshop",
    "stage_models",
    "starters",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"cjmkit.workshop has no {name!r}.")
    return getattr(import_module(_HOME[name]), name)
