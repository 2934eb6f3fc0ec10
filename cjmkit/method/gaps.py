"""What a map still lacks before it can be believed: no faults, but each with its place and what to do."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from cjmkit.errors import N_, Fault
from cjmkit.journey import Journey
from cjmkit.method.goals import goal_faults
from cjmkit.method.intervals import FIRST_IMPRESSION_BELOW
from cjmkit.method.priorities import horizon

NAMELESS = N_("still needs a name")
UNOWNED = N_("nobody owns it yet: that is a finding, or name who answers for it")
ASSUMED = N_("everything here is assumed: name one thing that was observed")
VACANT = N_("has no touchpoint: add one or drop the stage")
FEW = N_("was scored by {n}: a first impression, not yet a finding")
UNWEIGHED = N_("importance is unknown: all touchpoints count the same")
OVERDUE = N_("is overdue: do it, move its date or drop it")
LENGTHLESS = N_("say how long the customer waits")
RULELESS = N_("a moment of truth: say when the customer goes on and when they leave")
OFF_PATH = N_("is on no path: put it on one, or say who meets it")
UNSCORED = N_("was not scored")
NEEDLESS = N_("say what this persona needs, aims at and struggles with")
UNNAMED = N_(
    "a log is here, but no touchpoint says which events are its own: say it in notebook 03, or in journey.json as {example}"
)
GOALLESS = N_("say what the customer wants to reach in this stage")
# What a finished step may still have: findings rather than faults.
MAY_STAY = (UNOWNED, ASSUMED, FEW, UNWEIGHED, OVERDUE)


def gaps(journey: Journey, scores: pd.DataFrame) -> list[Fault]:
    """Everything that is missing from a journey and its scores, in the order of the method's steps.

    Args:
        journey: the map.
        scores: the `scores` table.

    Returns:
        One Fault for each gap: its place, and a sentence that says what to enter.

    >>> from cjmkit.tables import empty_scores
    >>> print(gaps(Journey(), empty_scores())[0])
    goal: a map without a goal is useless: say why, what should change, by which figure, by when
    """
    return [
        *goal_gaps(journey),
        *people_gaps(journey),
        *stage_gaps(journey),
        *touchpoint_gaps(journey),
        *event_gaps(journey),
        *score_gaps(journey, scores),
        *action_gaps(journey),
    ]


def goal_gaps(journey: Journey) -> Iterator[Fault]:
    """Why the map is made, when, and what it is called."""
    goal = journey.goal
    if not (goal.why or goal.change):
        yield Fault("goal", "a map without a goal is useless: say why, what should change, by which figure, by when")
    elif not goal.kpi or goal.to is None or goal.by is None:
        yield Fault("goal", "name the KPI, from what to what, and the date by which it should be reached")
    yield from goal_faults(journey)
    if journey.as_of is None:
        yield Fault("as_of", "date the map: without a date nobody knows when it grows old")
    if not journey.title:
        yield Fault("title", "give the map a title")


def people_gaps(journey: Journey) -> Iterator[Fault]:
    """Who the customer is, and how anybody knows."""
    if not journey.personas:
        yield Fault("personas", "add a persona: every map is drawn for one")
    for persona in journey.personas:
        if not persona.name:
            yield Fault(f"personas[{persona.id}]", NAMELESS)
        items = (*persona.needs, *persona.goals, *persona.challenges)
        said = (*items, *persona.preferences, *persona.habits, *persona.hears_of_us, *persona.buys_how)
        if not items:
            yield Fault(f"personas[{persona.id}]", NEEDLESS)
        elif not any(item.evidence in ("observed", "measured") for item in said):
            yield Fault(f"personas[{persona.id}]", ASSUMED)


def stage_gaps(journey: Journey) -> Iterator[Fault]:
    """The stages, what the customer wants in each, and what is in them."""
    if len(journey.personas) > 1 and not journey.paths:
        yield Fault("paths", "give each persona a path: without one all are shown on the same touchpoints")
    if not journey.stages:
        yield Fault("stages", "add the stages, or begin from a starter")
    used = {t.stage for t in journey.touchpoints}
    for stage in journey.stages:
        if not stage.name:
            yield Fault(f"stages[{stage.id}]", NAMELESS)
        if not stage.customer_goal and not any(p.customer_goal for p in stage.by_persona.values()):
            yield Fault(f"stages[{stage.id}]", GOALLESS)
        if stage.id not in used:
            yield Fault(f"stages[{stage.id}]", VACANT)


def touchpoint_gaps(journey: Journey) -> Iterator[Fault]:
    """The touchpoints: names, owners, how long, on whose path."""
    if not journey.touchpoints:
        yield Fault("touchpoints", "add the touchpoints: begin with what limps")
    for t in journey.touchpoints:
        where = f"touchpoints[{t.id}]"
        if not t.name:
            yield Fault(where, NAMELESS)
        if not t.owner:
            yield Fault(where, UNOWNED)
        if t.kind == "wait" and not t.lasts:
            yield Fault(where, LENGTHLESS)
        if t.moment_of_truth and not (t.moment_of_truth.goes_on_if or t.moment_of_truth.leaves_if):
            yield Fault(where, RULELESS)
    on_paths = {id for path in journey.paths for id in path.touchpoints}
    for t in journey.touchpoints:
        if journey.paths and t.id not in on_paths:
            yield Fault(f"touchpoints[{t.id}]", OFF_PATH)


def event_gaps(journey: Journey) -> Iterator[Fault]:
    """Which events of a log are whose."""
    if any(source.kind == "events" for source in journey.sources) and not any(t.events for t in journey.touchpoints):
        yield Fault("touchpoints", UNNAMED, {"example": '"events": ["view_item*"]'})


def score_gaps(journey: Journey, scores: pd.DataFrame) -> Iterator[Fault]:
    """Who scored what, and by which scale."""
    if len(journey.scale.labels) < 2:
        yield Fault("scale", "say in words what its lowest and its highest point mean")
    given = scores[scores.score.notna()]
    if given.empty:
        if not any(source.kind == "survey" for source in journey.sources):
            yield Fault("scores", "nobody has scored yet, and there is no survey")
        return
    people = given.groupby("touchpoint").participant.nunique()
    for t in journey.touchpoints:
        n = int(people.get(t.id, 0))
        if n == 0:
            yield Fault(f"touchpoints[{t.id}]", UNSCORED)
        elif n < FIRST_IMPRESSION_BELOW:
            yield Fault(f"touchpoints[{t.id}]", FEW, {"n": n})
    if given.participant.nunique() > 0 and scores.importance.notna().sum() == 0:
        yield Fault("scores", UNWEIGHED)


def action_gaps(journey: Journey) -> Iterator[Fault]:
    """Who does what by when."""
    if not journey.actions:
        yield Fault("actions", "the map ends in nothing: agree on three to five actions")
    for action in journey.actions:
        if action.status in ("done", "dropped"):
            continue
        asked = ("title", "owner", "due", "impact", "effort", "kpi", "to")
        missing = [name for name in asked if getattr(action, name) in ("", None)]  # to 0 is a target too
        if missing:
            yield Fault(f"actions[{action.id}]", "still needs: {missing}", {"missing": missing})
        if horizon(action, journey.as_of) == "overdue":
            yield Fault(f"actions[{action.id}]", OVERDUE)
