"""Another model of stages under the same journey: touchpoints, KPIs, counts and messages move, none is lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cjmkit.errors import UsageError
from cjmkit.journey import KPI, Journey, Stage
from cjmkit.method.evidence import moved_checks


def proposed(old: Sequence[Stage], new: Sequence[Stage]) -> dict[str, str]:
    """Where each old stage best goes: to the new one of its id, else of its name, else to that place in its phase.

    >>> old = [Stage(id="a"), Stage(id="b"), Stage(id="use", phase="after")]
    >>> proposed(old, [Stage(id="before"), Stage(id="after", phase="after")])
    {'a': 'before', 'b': 'before', 'use': 'after'}
    """
    if not new:
        return {}
    ids, names = {s.id for s in new}, {s.name.casefold(): s.id for s in new if s.name}
    found = {}
    for stage in old:
        kin, there = [s for s in old if s.phase == stage.phase], [s for s in new if s.phase == stage.phase]
        edge = new[-1] if stage.phase == "before" else new[0]  # the nearest there is, where the phase is missing
        at, last, ends = kin.index(stage), len(kin) - 1, len(there) - 1
        near = there[int(at / last * ends + 0.5) if last else ends // 2].id if there else edge.id
        found[stage.id] = stage.id if stage.id in ids else names.get(stage.name.casefold(), near)
    return found


def switch_model(journey: Journey, stages: Sequence[Stage], goes_to: Mapping[str, str]) -> Journey:
    """The journey in these stages; what stood in an old one stands in the one it goes to.

    Touchpoints keep all but their stage; KPIs, counts of customers, messages, the evidence checklist and what one persona
    sees differently go along. The old stages' own texts give way to the new ones'.

    Args:
        journey: the map.
        stages: the new stages, with whatever they bring along.
        goes_to: the id of a new stage by that of each old one.

    Raises:
        UsageError: an old stage goes nowhere.
    """
    ids = {stage.id for stage in stages}
    for stage in journey.stages:
        if goes_to.get(stage.id) not in ids:
            raise UsageError("Say where “{stage}” goes: nothing in it may be lost.", stage=stage.name or stage.id)
    filled = [_filled(new, [s for s in journey.stages if goes_to[s.id] == new.id]) for new in stages]
    return journey.changed(
        stages=filled,
        touchpoints=[t.model_copy(update={"stage": goes_to[t.stage]}) for t in journey.touchpoints],
        messages=[m.model_copy(update={"stage": goes_to.get(m.stage, m.stage)}) for m in journey.messages],
        checklist=moved_checks(journey.checklist, goes_to),
    )


def remove_stage(journey: Journey, id: str) -> Journey:
    """The journey without this stage; what stood in it goes to the one before it, else to the one behind.

    Raises:
        UsageError: it is the last one and touchpoints, KPIs or messages stand in it.
    """
    gone = journey.stage(id)
    rest = [stage for stage in journey.stages if stage.id != id]
    if not rest:
        if journey.touchpoints or journey.messages or gone.kpis or gone.reached:
            raise UsageError(
                "“{stage}” is the last stage and holds touchpoints or figures. Add another stage first, then they can move there.",
                stage=gone.name or gone.id,
            )  # fmt: skip
        return journey.changed(stages=[], checklist=[check for check in journey.checklist if not check.stage])
    return switch_model(journey, rest, {**{s.id: s.id for s in rest}, id: neighbour(journey, id).id})


def neighbour(journey: Journey, id: str) -> Stage:
    """The stage that takes over when this one is removed: of the same phase where there is one, the one before first."""
    at = journey.stages.index(journey.stage(id))
    near = [journey.stages[n] for n in (at - 1, at + 1) if 0 <= n < len(journey.stages)]
    return next((stage for stage in near if stage.phase == journey.stages[at].phase), near[0])


def _filled(new: Stage, old: Sequence[Stage]) -> Stage:
    """The new stage with what the old ones that go there held."""
    others = [stage for stage in old if stage is not new]  # a stage that stays brings nothing to itself
    by_persona = {id: own for stage in reversed(others) for id, own in stage.by_persona.items()}
    moved: dict[str, Any] = {
        "kpis": _apart((*new.kpis, *(kpi for stage in others for kpi in stage.kpis))),
        "reached": (*new.reached, *(count for stage in others for count in stage.reached)),
        "by_persona": {**by_persona, **new.by_persona},
    }
    return new.model_copy(update=moved)


def _apart(kpis: Iterable[KPI]) -> tuple[KPI, ...]:
    """The KPIs with an id of its own each."""
    found: dict[str, KPI] = {}
    for kpi in kpis:
        id = next(i for n in range(1, 10_000) if (i := kpi.id if n == 1 else f"{kpi.id[:58]}-{n}") not in found)
        found[id] = kpi if id == kpi.id else kpi.model_copy(update={"id": id})
    return tuple(found.values())
