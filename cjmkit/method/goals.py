"""What is wrong with a goal that looks whole: a benchmark taken for a target, the worse side, a date gone by."""

from __future__ import annotations

from collections.abc import Iterator

from cjmkit.errors import Fault
from cjmkit.journey import Journey


def goal_faults(journey: Journey) -> Iterator[Fault]:
    """What in the goal's figures and date cannot be meant.

    >>> stage = {"id": "decision", "kpis": [{"id": "left", "benchmark": 70.19, "better": "lower"}]}
    >>> goal = {"kpi": "left", "from": 60, "to": 70.19}
    >>> for fault in goal_faults(Journey.from_data({"stages": [stage], "goal": goal})): print(fault)
    goal: the target is the benchmark: what others reach stands beside it, set a target of your own
    goal: the target lies on the worse side: turn the two figures round, or say which way is better
    """
    goal = journey.goal
    kpi = journey.kpi(goal.kpi)
    if kpi and goal.to is not None and goal.to == kpi.benchmark:
        yield Fault("goal", "the target is the benchmark: what others reach stands beside it, set a target of your own")
    if kpi and goal.from_ is not None and goal.to is not None:
        if goal.from_ == goal.to:
            yield Fault("goal", "the target is where it stands already: nothing would change")
        elif (goal.to > goal.from_) != (kpi.better == "higher"):
            yield Fault(
                "goal", "the target lies on the worse side: turn the two figures round, or say which way is better"
            )
    if goal.by and journey.as_of and goal.by <= journey.as_of:
        yield Fault("goal", "the date to reach it is not after the date of the map")
