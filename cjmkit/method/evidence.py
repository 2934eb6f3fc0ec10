"""What the map rests on: the checklist of sources for each stage, and what was seen or measured already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from cjmkit.journey import Check, Journey

INSIDE = ("observation", "web-analytics", "crm", "sent", "cms", "social-media", "statistics", "support")
OUTSIDE = ("research", "surveys", "reviews", "talks")
STATES = ("there", "asked", "missing", "not-needed")
OPEN = ("asked", "missing")
GRAVEST = ("missing", "asked", "there", "not-needed")


def check_of(journey: Journey, stage: str, source: str) -> Check | None:
    """The checklist's line for a source at a stage, "" for all stages; None where nothing is said of it."""
    return next((c for c in journey.checklist if (c.stage, c.source) == (stage, source)), None)


def with_check(journey: Journey, check: Check) -> Journey:
    """The journey with this line of the checklist in place of the one for the same source and stage.

    >>> with_check(Journey(), Check(source="crm", state="there")).checklist[0].state
    'there'
    """
    there = check_of(journey, check.stage, check.source)
    lines = [check if c is there else c for c in journey.checklist]
    return journey.changed(checklist=lines if there else [*lines, check])


def without_check(journey: Journey, stage: str, source: str) -> Journey:
    """The journey in whose checklist nothing is said of this source at this stage."""
    return journey.changed(checklist=[c for c in journey.checklist if (c.stage, c.source) != (stage, source)])


def cycled(journey: Journey, stage: str, source: str) -> Journey:
    """The next state of a source at a stage: there, asked for, missing, not needed, and nothing said again.

    >>> [c.state for c in cycled(cycled(Journey(), "", "crm"), "", "crm").checklist]
    ['asked']
    """
    check = check_of(journey, stage, source)
    if check is None:
        return with_check(journey, Check(stage=stage, source=source, state=STATES[0]))
    if check.state == STATES[-1]:
        # Who, when and a note are somebody's work: with them the round begins again instead of ending in nothing.
        if not (check.who or check.due or check.note):
            return without_check(journey, stage, source)
        return with_check(journey, check.model_copy(update={"state": STATES[0]}))
    return with_check(journey, check.model_copy(update={"state": STATES[STATES.index(check.state) + 1]}))


def to_get(journey: Journey) -> list[Check]:
    """What is asked for or missing, in the order of its dates, those without one at the end."""
    wanted = [c for c in journey.checklist if c.state in OPEN]
    return sorted(wanted, key=lambda c: (c.due is None, str(c.due or "")))


def unsaid_stages(journey: Journey) -> list[str]:
    """The stages of which the checklist says nothing yet; none where a source is named for all of them."""
    if any(not check.stage for check in journey.checklist):
        return []
    said = {check.stage for check in journey.checklist}
    return [stage.id for stage in journey.stages if stage.id not in said]


def answerable(journey: Journey) -> list[str]:
    """Who could find something out: all owners, teams and people that the journey names, each once."""
    named = [
        *(t.owner for t in journey.touchpoints), *(a.owner for a in journey.actions), *(u.who for u in journey.unknowns),
        *(c.who for c in journey.checklist), *(team for held in journey.held for team in held.teams),
    ]  # fmt: skip
    return sorted({name for name in named if name})


def rests_on(journey: Journey) -> pd.DataFrame:
    """What each stage rests on already.

    Args:
        journey: the map.

    Returns:
        Index stage; touchpoints, seen (touchpoints observed or measured), quotes (customers' words heard, not
        assumed), files (evidence files that rate a touchpoint of it).

    >>> from cjmkit.journey import Stage, Touchpoint
    >>> forum = Touchpoint(id="forum", stage="use", evidence="observed")
    >>> rests_on(Journey(stages=[Stage(id="use")], touchpoints=[forum])).loc["use"].tolist()
    [1, 1, 0, 0]
    """
    rated = [
        {str(c.get("touchpoint", "")) for c in s.columns.values() if isinstance(c, Mapping)} for s in journey.sources
    ]
    rows = []
    for stage in journey.stages:
        its = [t for t in journey.touchpoints if t.stage == stage.id]
        rows.append({
            "stage": stage.id,
            "touchpoints": len(its),
            "seen": sum(t.evidence != "assumed" for t in its),
            "quotes": sum(q.evidence != "assumed" for t in its for q in t.quotes),
            "files": sum(bool(ids & {t.id for t in its}) for ids in rated),
        })  # fmt: skip
    return pd.DataFrame(rows, columns=["stage", "touchpoints", "seen", "quotes", "files"]).set_index("stage")


def moved_checks(checklist: Iterable[Check], goes_to: Mapping[str, str]) -> tuple[Check, ...]:
    """The lines of a checklist in other stages; where two of one source meet, the graver state holds, notes join.

    Args:
        checklist: the lines.
        goes_to: the id of a new stage by that of each old one.

    >>> lines = [Check(stage="a", source="crm", state="there"), Check(stage="b", source="crm", who="Ewa")]
    >>> [(c.stage, c.state, c.who) for c in moved_checks(lines, {"a": "use", "b": "use"})]
    [('use', 'missing', 'Ewa')]
    """
    found: dict[tuple[str, str], Check] = {}
    for check in checklist:
        stage = goes_to.get(check.stage, check.stage)
        met = found.get((stage, check.source))
        moved = check.model_copy(update={"stage": stage})
        found[stage, check.source] = moved if met is None else _joined(met, moved)
    return tuple(found.values())


def _joined(one: Check, other: Check) -> Check:
    dates = [c.due for c in (one, other) if c.due]
    return one.model_copy(update={
        "state": min(one.state, other.state, key=GRAVEST.index),
        "who": ", ".join(dict.fromkeys(c.who for c in (one, other) if c.who)),
        "due": min(dates) if dates else None,
        "note": "; ".join(c.note for c in (one, other) if c.note),
    })  # fmt: skip
