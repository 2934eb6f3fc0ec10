"""The log's counts as the map keeps them: how many reach each stage, and which share meets each touchpoint."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw
import pandas as pd

from cjmkit.journey import Journey, Reached
from cjmkit.method.events import lazy, on_map, small
from cjmkit.method.funnel import funnel
from cjmkit.method.groups import FEW


def with_counts(journey: Journey, events: Any, persona: str = "") -> Journey:
    """The journey with `stage.reached` and `touchpoint.reach` as measured in a log.

    A stage counts the customers who came that far in the stages' order; a touchpoint's reach is the share of the log's
    customers who were there, given from five of them on. Stages and touchpoints without events keep what they have.

    Args:
        journey: the map.
        events: the log.
        persona: whose counts they become; "" is all customers'.
    """
    mapped = on_map(events, journey)
    total = int(small(lazy(events).select(nw.col("customer").n_unique())).to_numpy()[0, 0])
    there = small(mapped.group_by("touchpoint").agg(n=nw.col("customer").n_unique())).set_index("touchpoint").n
    stages = funnel(events, journey).set_index("id").in_order
    day = _last_day(events)

    def stage(part: Any) -> Any:
        if part.id not in stages.index:
            return part
        mine = Reached(persona=persona, count=int(stages[part.id]), as_of=day, evidence="measured")
        return part.model_copy(update={"reached": (*(r for r in part.reached if r.persona != persona), mine)})

    def touchpoint(part: Any) -> Any:
        if there.get(part.id, 0) < FEW:
            return part
        return part.model_copy(update={"reach": round(int(there[part.id]) / total, 3), "evidence": "measured"})

    return journey.changed(stages=[*map(stage, journey.stages)], touchpoints=[*map(touchpoint, journey.touchpoints)])


def _last_day(events: Any) -> date | None:
    last = small(lazy(events).select("at").drop_nulls().select(nw.col("at").max()))["at"].dropna()
    return pd.Timestamp(last.iloc[0]).date() if len(last) else None
