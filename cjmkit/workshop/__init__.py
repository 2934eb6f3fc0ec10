"""A client's folder: found by name, opened, begun from a starter, saved so that nothing is lost.

What a folder holds and how it is saved is told in `saving`; no other room writes a `journey.json` or a `scores.csv`.
"""

from cjmkit.kit import kit_folder
from cjmkit.workshop.folders import client_slug, clients, find_root
from cjmkit.workshop.merging import merge, merge_scores
from cjmkit.workshop.starting import about_starters, new_workshop, stage_models, starters
from cjmkit.workshop.workshop import Status, Workshop, open_workshop

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
