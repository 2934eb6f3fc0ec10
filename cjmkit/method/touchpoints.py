"""The touchpoints in their order: add, move, merge; paths, actions, messages and scores go along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from cjmkit.errors import UsageError
from cjmkit.journey import Journey, Path, Questionnaire, Source, Touchpoint

SHORT = ("name", "channel", "device", "party_name", "owner")
LONG = ("doing", "thinking", "feeling", "expects", "pain", "success", "backstage")
KEPT = ("lasts", "after", "moment_of_truth", "verdict", "decision", "reach", "image")


def by_stage(journey: Journey) -> tuple[Touchpoint, ...]:
    """All touchpoints, stage after stage, within a stage in the order of the journey."""
    order = {stage.id: place for place, stage in enumerate(journey.stages)}
    return tuple(sorted(journey.touchpoints, key=lambda t: order[t.stage]))


def add(journey: Journey, touchpoints: Sequence[Touchpoint]) -> tuple[Journey, Path | None]:
    """Each behind the last of its stage, and on the first path of the goal's persona where there is one.

    Returns:
        The new journey, and the path; None where the touchpoints went onto no path.

    >>> from cjmkit.journey import Stage
    >>> journey = Journey(stages=[Stage(id="a"), Stage(id="b")], touchpoints=[Touchpoint(id="x", stage="b")])
    >>> [t.id for t in add(journey, [Touchpoint(id="y", stage="a")])[0].touchpoints]
    ['y', 'x']
    """
    fuller = journey.changed(touchpoints=(*journey.touchpoints, *touchpoints))
    who = journey.persona().id
    path = next((p for p in journey.paths if p.persona == who), None)
    if path is None:
        return fuller.changed(touchpoints=by_stage(fuller)), None
    steps = path.touchpoints
    for t in touchpoints:
        if not t.personas or who in t.personas:
            steps = placed(fuller, steps, t.id)
    paths = [p.model_copy(update={"touchpoints": steps}) if p.id == path.id else p for p in journey.paths]
    return fuller.changed(touchpoints=by_stage(fuller), paths=paths), path if steps != path.touchpoints else None


def placed(journey: Journey, steps: Sequence[str], id: str) -> tuple[str, ...]:
    """The steps of a path with this touchpoint behind the last one of its stage or of a stage before it."""
    stages = [stage.id for stage in journey.stages]
    order = {t.id: stages.index(t.stage) for t in journey.touchpoints}
    rest = [step for step in steps if step != id]
    at = max((n for n, step in enumerate(rest, 1) if order[step] <= order[id]), default=0)
    return (*rest[:at], id, *rest[at:])


def move(journey: Journey, id: str, by: int) -> Journey:
    """The touchpoint one place up (-1) or down (1); from the edge of a stage it goes into the stage beside it.

    Where it passes another one, it passes it also on each path on which the two stand side by side.

    >>> from cjmkit.journey import Stage
    >>> pair = [Touchpoint(id="x", stage="a"), Touchpoint(id="y", stage="b")]
    >>> journey = Journey(stages=[Stage(id="a"), Stage(id="b")], touchpoints=pair)
    >>> [t.stage for t in move(journey, "y", -1).touchpoints]
    ['a', 'a']
    """
    order = list(by_stage(journey))
    at = next(n for n, t in enumerate(order) if t.id == id)
    own, to = order[at], at + by
    if 0 <= to < len(order) and order[to].stage == own.stage:
        passed = order[to].id
        order[at], order[to] = order[to], own
        return journey.changed(touchpoints=order, paths=[_swapped(p, id, passed) for p in journey.paths])
    stages = [stage.id for stage in journey.stages]
    beside = stages.index(own.stage) + by
    if not 0 <= beside < len(stages):
        return journey
    order[at] = own.model_copy(update={"stage": stages[beside]})
    return journey.changed(touchpoints=order)


def change_stage(journey: Journey, id: str, stage: str) -> Journey:
    """The touchpoint at the end of another stage; a path on which it would now stand out of order takes it there."""
    own = journey.touchpoint(id).model_copy(update={"stage": stage})
    moved = journey.changed(touchpoints=[*(t for t in journey.touchpoints if t.id != id), own])
    stages = [s.id for s in journey.stages]
    order = {t.id: stages.index(t.stage) for t in moved.touchpoints}

    def settled(path: Path) -> Path:
        steps = path.touchpoints
        if steps.count(id) != 1:
            return path
        at = steps.index(id)
        around = [order[step] for step in steps[max(0, at - 1) : at + 2]]
        return path if around == sorted(around) else path.model_copy(update={"touchpoints": placed(moved, steps, id)})

    return moved.changed(touchpoints=by_stage(moved), paths=[settled(path) for path in journey.paths])


def merge(journey: Journey, kept: str, gone: str, scores: pd.DataFrame | None = None) -> tuple[Journey, Any]:
    """Two touchpoints put into one: texts joined, and whatever named the other names the one that is kept.

    Returns:
        The new journey, and the scores with the other's under the kept name; None where none were given.

    Raises:
        UsageError: both have scores, or the two are one.
    """
    one, other = journey.touchpoint(kept), journey.touchpoint(gone)
    if kept == gone:
        raise UsageError("Choose another touchpoint to merge this one with.")
    if scores is not None:
        if scored(scores, kept) and scored(scores, gone):
            raise UsageError(
                "Both “{kept}” and “{gone}” have scores, so they cannot be merged: remove one of them.",
                kept=one.name or kept, gone=other.name or gone,
            )  # fmt: skip
        scores = scores.assign(touchpoint=scores.touchpoint.replace(gone, kept))
    if any(_asked(source, kept) and _asked(source, gone) for source in journey.sources):
        raise UsageError(
            "Customers were asked about both “{kept}” and “{gone}”, so they cannot be merged.",
            kept=one.name or kept, gone=other.name or gone,
        )  # fmt: skip

    def ids(named: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(kept if id == gone else id for id in named))

    def pointed(part: Any) -> Any:
        return part.model_copy(update={"touchpoint": kept}) if part.touchpoint == gone else part

    def asking(source: Source) -> Source:
        asked = {name: {**column, "touchpoint": kept} for name, column in _asked(source, gone).items()}
        return source.model_copy(update={"columns": {**source.columns, **asked}})

    both = one.model_copy(update=_joined(one, other))
    merged = journey.changed(
        touchpoints=[both if t.id == kept else t for t in journey.touchpoints if t.id != gone],
        paths=[p.model_copy(update={"touchpoints": ids(p.touchpoints)}) for p in journey.paths],
        actions=[a.model_copy(update={"touchpoints": ids(a.touchpoints)}) for a in journey.actions],
        messages=[pointed(m) for m in journey.messages],
        unknowns=[pointed(u) for u in journey.unknowns],
        sources=[asking(s) for s in journey.sources],
        questionnaire=_renamed(journey.questionnaire, kept, gone),
    )
    return merged, scores


def scored(scores: pd.DataFrame | None, id: str) -> int:
    """How many rows of scores name this touchpoint."""
    return 0 if scores is None else int((scores.touchpoint == id).sum())


def _joined(one: Touchpoint, other: Touchpoint) -> dict[str, Any]:
    texts: dict[str, Any] = {name: _text(getattr(one, name), getattr(other, name), " / ") for name in SHORT}
    texts |= {name: _text(getattr(one, name), getattr(other, name), "; ") for name in LONG}
    texts |= {name: getattr(other, name) for name in KEPT if getattr(one, name) is None}
    texts["personas"] = (
        tuple(dict.fromkeys((*one.personas, *other.personas))) if one.personas and other.personas else ()
    )
    texts["quotes"] = (*one.quotes, *(q for q in other.quotes if q not in one.quotes))
    texts["events"] = tuple(dict.fromkeys((*one.events, *other.events)))
    return texts


def _text(one: str, other: str, between: str) -> str:
    """Both texts, or the longer one where it holds the other."""
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    return longer if shorter.casefold() in longer.casefold() else f"{one}{between}{other}"


def _renamed(asked: Questionnaire, kept: str, gone: str) -> Questionnaire:
    chosen = dict.fromkeys(kept if id == gone else id for id in asked.touchpoints)
    return asked.model_copy(update={"touchpoints": tuple(chosen)})


def _asked(source: Source, *ids: str) -> dict[str, Any]:
    """The columns of a survey that ask about one of these touchpoints."""
    return {
        name: column
        for name, column in source.columns.items()
        if isinstance(column, Mapping) and column.get("touchpoint") in ids
    }


def _swapped(path: Path, one: str, other: str) -> Path:
    steps = list(path.touchpoints)
    for n, pair in enumerate(pairwise(steps)):
        if set(pair) == {one, other}:
            steps[n], steps[n + 1] = steps[n + 1], steps[n]
            break
    return path.model_copy(update={"touchpoints": tuple(steps)})
