"""What is being edited: the journey with every change so far, saved at once, undone and redone; no widget knows more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from cjmkit.errors import CJMError, ConflictError, JourneyError, UsageError
from cjmkit.journey import Journey

OnSave = Callable[..., Journey]
Listener = Callable[[Journey, pd.DataFrame], None]
Follow = Callable[[str, Listener], None]
TOGETHER = 8.0  # seconds within which typing on in one field is one step of undo


@dataclass(frozen=True)
class Step:
    """One change: the parts as they were and as they became."""

    what: str
    was: dict[str, Any]
    now: dict[str, Any]
    at: datetime


class Draft:
    """A journey and its scores under edit: every change is saved at once, a fault keeps it in memory.

    >>> draft = Draft(Journey(title="Fridge"), lambda **parts: Journey(**parts))
    >>> draft.edit(draft.journey.changed(title="Buying a fridge"), what="title")
    >>> draft.undo()
    >>> draft.journey.title
    'Fridge'
    """

    def __init__(
        self,
        journey: Journey,
        on_save: OnSave,
        scores: pd.DataFrame | None = None,
        *,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self.journey = self.saved = journey
        self.scores = self.saved_scores = scores
        self.saved_at: datetime | None = None
        self.problem: CJMError | None = None
        self.on_change: list[Callable[[], None]] = []
        self._on_save, self._now = on_save, now
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._saving = False

    @property
    def conflict(self) -> ConflictError | None:
        """The conflict that waits for one of its ways, if there is one."""
        return self.problem if isinstance(self.problem, ConflictError) else None

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    def edit(self, journey: Journey | None = None, *, scores: pd.DataFrame | None = None, what: str = "") -> None:
        """Take these as the new state and save; the same `what` again within seconds is one step of undo."""
        was = self._state()
        self.journey = self.journey if journey is None else journey
        self.scores = self.scores if scores is None else scores
        now = _differing(self._state(), was)
        if not now:
            return
        step = Step(what, {name: was[name] for name in now}, now, self._now())
        last = self._done[-1] if self._done else None
        if what and last and last.what == what and (step.at - last.at).total_seconds() < TOGETHER:
            self._done.pop()
            step = Step(what, {**step.was, **last.was}, {**last.now, **now}, step.at)
        self._done.append(step)
        self._undone.clear()
        self.save()

    def undo(self) -> None:
        """Take back the last change; said, not done, where somebody changed the same part since."""
        self._move(self._done, self._undone, back=True)

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        self._move(self._undone, self._done, back=False)

    def save(self) -> None:
        """Save all that differs from what was saved last; a fault is kept as `problem`, the edit in memory."""
        parts = _differing(self._state(), self._state(self.saved, self.saved_scores))
        try:
            if parts:
                self._saving = True
                self._accept(self._on_save(**parts), self.scores)
            self.problem = None
        except CJMError as error:
            self.problem = error
        finally:
            self._saving = False
        self._tell()

    def settle(self, way: str) -> None:
        """Go one of the ways out of a conflict: `reload`, `merge` or `keep_both`; raises where the disk refuses."""
        if self.conflict is None:
            return
        conflict = self.conflict
        try:
            journey, scores = conflict.ways[way]()
        except ConflictError as error:  # both changed the same place: that way is closed
            error.ways = {name: go for name, go in (error.ways or conflict.ways).items() if name != "merge"}
            self.problem = error
        else:
            self.problem = None
            self._done.clear()
            self._undone.clear()
            self._accept(journey, scores)
        self._tell()

    def follow(self, journey: Journey, scores: pd.DataFrame) -> None:
        """Take over what another screen saved; what could not be saved here yet stays on top of it."""
        if journey is self.saved or self._saving:  # one's own save is told too
            return
        mine = _differing(self._state(), self._state(self.saved, self.saved_scores))
        table = mine.pop("scores", None)
        try:
            self.journey = journey.changed(**mine) if mine else journey
        except JourneyError as error:
            self.problem = error
            self._tell()
            return
        self.saved, self.saved_scores = journey, scores
        self.scores = scores if table is None else table
        self._tell()

    def _move(self, source: list[Step], target: list[Step], *, back: bool) -> None:
        if not source:
            return
        step = source.pop()
        wanted, found = (step.was, step.now) if back else (step.now, step.was)
        state = self._state()
        if _differing({name: state[name] for name in found}, found):
            source.clear()
            self.problem = UsageError("This was changed elsewhere since, so it cannot be taken back here.")
            self._tell()
            return
        parts = dict(wanted)
        scores = parts.pop("scores", None)
        self.journey = self.journey.changed(**parts) if parts else self.journey
        self.scores = self.scores if scores is None else scores
        target.append(step)
        self.save()

    def _accept(self, journey: Journey, scores: pd.DataFrame | None) -> None:
        self.journey = self.saved = journey
        self.scores = self.saved_scores = scores
        self.saved_at = self._now()

    def _state(self, journey: Journey | None = None, scores: pd.DataFrame | None = None) -> dict[str, Any]:
        journey, scores = (journey, scores) if journey is not None else (self.journey, self.scores)
        parts = {name: getattr(journey, name) for name in Journey.model_fields if name not in ("schema_", "revision")}
        return parts if scores is None else {**parts, "scores": scores}

    def _tell(self) -> None:
        for listener in self.on_change:
            listener()


def _differing(state: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The parts of a state that the other has differently."""
    return {name: part for name, part in state.items() if name not in other or not _same(part, other[name])}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, pd.DataFrame):
        return one is other or (isinstance(other, pd.DataFrame) and one.equals(other))
    return bool(one == other)
