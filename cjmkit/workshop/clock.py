"""The clock of a workshop, `clock.json`: which agenda runs, and since when; apart from the journey.

It moves while the team works in another notebook, so keeping it must never be a conflict there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from cjmkit.workshop import saving

CLOCK = "clock.json"


class Clock:
    """The clock in a client's folder; `writing` is how that folder is written to, `can_keep` says whether it is."""

    def __init__(
        self, folder: Path, writing: Callable[[], AbstractContextManager[None]], *, can_keep: bool = True
    ) -> None:
        self.client, self.can_keep = folder.name, can_keep
        self._folder, self._writing = folder, writing

    @property
    def kept(self) -> dict[str, Any]:
        """What was kept last, by whichever notebook; nothing where there is none or it cannot be read."""
        try:
            kept = json.loads(saving.read_bytes(self._folder, CLOCK) or b"{}")
        except (OSError, ValueError):  # a clock is set again in a second, it is worth no error
            return {}
        return kept if isinstance(kept, dict) else {}

    def keep(self, state: dict[str, Any]) -> None:
        """Keep this, whole or not at all; the journey's revision stays. Raises `StorageError`."""
        with self._writing():
            saving.put(self._folder, {CLOCK: (json.dumps(state, sort_keys=True) + "\n").encode()})
