"""How far a team is: the steps of the method, what each holds, what it lacks, what the next one needs first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from cjmkit.errors import Fault
from cjmkit.journey import Journey
from cjmkit.method.evidence import to_get
from cjmkit.method.gaps import (
    ASSUMED,
    MAY_STAY,
    NAMELESS,
    VACANT,
    action_gaps,
    goal_gaps,
    people_gaps,
    score_gaps,
    stage_gaps,
    touchpoint_gaps,
)

STEPS = (
    "00_start", "01_personas", "02_stages", "03_evidence", "04_touchpoints",
    "05_scoring", "06_journey_map", "07_action_plan", "08_review",
)  # fmt: skip
# Places of the journey that may not be empty before a step makes sense.
NEEDS = {
    "02_stages": ("personas",),
    "03_evidence": ("personas",),
    "04_touchpoints": ("personas", "stages"),
    "05_scoring": ("stages", "touchpoints"),
    "06_journey_map": ("touchpoints", "scores"),
    "07_action_plan": ("goal", "touchpoints", "scores"),
    "08_review": ("actions",),
}


@dataclass(frozen=True)
class Step:
    """One step of the method: empty, begun or done, how much is in it, and what is missing."""

    name: str
    state: str
    counts: Mapping[str, int]
    missing: tuple[Fault, ...]


def progress(journey: Journey, scores: pd.DataFrame) -> dict[str, Step]:
    """Each step of the method by its name, in the order in which a team walks them.

    A step is done when nothing is missing but what is a finding itself, such as a touchpoint that nobody owns.

    Args:
        journey: the map.
        scores: the `scores` table.

    >>> from cjmkit.tables import empty_scores
    >>> progress(Journey(), empty_scores())["04_touchpoints"].state
    'empty'
    """
    counts, missing = _counts(journey, scores), _missing(journey, scores)
    return {name: Step(name, _state(counts[name], missing[name]), counts[name], missing[name]) for name in STEPS}


def before(steps: Mapping[str, Step], name: str) -> list[Fault]:
    """What is missing before this step makes sense, in the order in which to enter it.

    Args:
        steps: what `progress` gives.
        name: the step to begin.
    """
    wanted = NEEDS.get(name, ())
    faults = [fault for step in steps.values() for fault in step.missing if fault.sentence not in MAY_STAY]
    nameless = [fault for fault in faults if fault.sentence == NAMELESS and fault.place.partition("[")[0] in wanted]
    return [fault for fault in faults if fault.place in wanted] + nameless


def following(name: str) -> str:
    """The step after this one; empty after the last.

    >>> following("04_touchpoints"), following("08_review")
    ('05_scoring', '')
    """
    return (*STEPS, "")[STEPS.index(name) + 1]


def _state(counts: Mapping[str, int], missing: tuple[Fault, ...]) -> str:
    if not any(counts.values()):
        return "empty"
    return "begun" if any(fault.sentence not in MAY_STAY for fault in missing) else "done"


def _counts(journey: Journey, scores: pd.DataFrame) -> dict[str, dict[str, int]]:
    given, touchpoints = scores[scores.score.notna()], journey.touchpoints
    known = {t.id for t in touchpoints}
    return {
        "00_start": {"held": len(journey.held), "invited": sum(journey.held[-1].teams.values()) if journey.held else 0},
        "01_personas": {"goal": int(bool(journey.goal.why or journey.goal.change)), "personas": len(journey.personas)},
        "02_stages": {"stages": len(journey.stages)},
        "03_evidence": {
            "sources": len(journey.sources),
            "checked": sum(check.state == "there" for check in journey.checklist),
            "wanted": len(to_get(journey)),
            "observed": _observed(journey),
            "unknowns": len(journey.unknowns),
        },
        "04_touchpoints": {"touchpoints": len(touchpoints), "paths": len(journey.paths)},
        "05_scoring": {
            "people": given.participant.nunique(),
            "scored": len(known & set(given.touchpoint)),
            "rounds": given["round"].nunique(),
        },
        "06_journey_map": {
            "moments": sum(t.moment_of_truth is not None for t in touchpoints),
            "verdicts": sum(t.verdict is not None for t in touchpoints),
        },
        "07_action_plan": {
            "actions": sum(a.status != "dropped" for a in journey.actions),
            "kept": sum(t.decision == "keep" for t in touchpoints),
        },
        "08_review": {"reviews": sum(r.on is not None for r in journey.reviews)},
    }


def _missing(journey: Journey, scores: pd.DataFrame) -> dict[str, tuple[Fault, ...]]:
    goal, people, stages = [*goal_gaps(journey)], [*people_gaps(journey)], [*stage_gaps(journey)]
    lacking = [f for f in stages if f.place == "paths" or f.sentence == VACANT]
    faults = {
        "00_start": [*(f for f in goal if f.place != "goal"), *_held_gaps(journey)],
        "01_personas": [*(f for f in goal if f.place == "goal"), *(f for f in people if f.sentence != ASSUMED)],
        "02_stages": [f for f in stages if f not in lacking],
        "03_evidence": [*_evidence_gaps(journey), *(f for f in people if f.sentence == ASSUMED)],
        "04_touchpoints": [*touchpoint_gaps(journey), *lacking],
        "05_scoring": [*score_gaps(journey, scores)],
        "06_journey_map": [*_map_gaps(journey)],
        "07_action_plan": [*action_gaps(journey)],
        "08_review": [*_review_gaps(journey)],
    }
    return {name: tuple(found) for name, found in faults.items()}


def _held_gaps(journey: Journey) -> Iterator[Fault]:
    if not any(held.teams for held in journey.held):
        yield Fault("held", "say who leads, and how many come from which team")


def _evidence_gaps(journey: Journey) -> Iterator[Fault]:
    if not (journey.sources or _observed(journey)):
        yield Fault("sources", "nothing here rests on customers yet: add what was observed or measured")
    if any(not check.who for check in to_get(journey)):
        yield Fault("checklist", "say who gets each source that is asked for or missing")
    if any(not unknown.who for unknown in journey.unknowns):
        yield Fault("unknowns", "say who finds out what nobody knows yet")


def _map_gaps(journey: Journey) -> Iterator[Fault]:
    if not any(t.moment_of_truth for t in journey.touchpoints):
        yield Fault("moments", "mark one moment of truth at least: where the customer goes on or leaves")


def _review_gaps(journey: Journey) -> Iterator[Fault]:
    if not any(review.on for review in journey.reviews):
        yield Fault("reviews", "agree on the day when the map is tested with customers")


def _observed(journey: Journey) -> int:
    """How many things were seen or measured, not assumed: lines of personas, customers' words, touchpoints."""
    said = [i.evidence for p in journey.personas for part in (p.needs, p.goals, p.challenges, p.habits) for i in part]
    seen = [*said, *(quote.evidence for t in journey.touchpoints for quote in t.quotes)]
    return sum(evidence in ("observed", "measured") for evidence in (*seen, *(t.evidence for t in journey.touchpoints)))
