"""Which touchpoints rest on what customers said or did, and not on what the team assumes."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd

from cjmkit.journey import Journey
from cjmkit.method.events import on_map, small

ENOUGH = 5  # customers: fewer are an anecdote, and could be known by it


def measured(
    journey: Journey, *, answers: pd.DataFrame | None = None, items: pd.DataFrame | None = None, events: Any = None
) -> tuple[str, ...]:
    """The touchpoints that at least five customers rated, or at which at least five were seen; in the map's order.

    Args:
        journey: the map.
        answers: the `answers` table of a survey, or None.
        items: what each item of it asks.
        events: a log on any engine, or None; the touchpoints' `events` say which is which.

    >>> journey = Journey.from_data({"stages": [{"id": "use"}],
    ...     "touchpoints": [{"id": "web", "stage": "use", "events": ["home"]}, {"id": "call", "stage": "use"}]})
    >>> measured(journey, events=pd.DataFrame({"customer": list("abcde"), "event": "home"}))
    ('web',)
    """
    found: set[str] = set()
    if answers is not None and items is not None:
        of = items[items.touchpoint != ""].set_index("item").touchpoint
        rated = answers[answers.value.notna() & answers.item.isin(of.index)]
        people = rated.groupby(rated.item.map(of)).respondent.nunique()
        found |= set(people[people >= ENOUGH].index)
    if events is not None and any(t.events for t in journey.touchpoints):
        seen = on_map(events, journey).filter(nw.col("touchpoint") != "")
        table = small(seen.group_by("touchpoint").agg(n=nw.col("customer").n_unique()))
        found |= set(table[table.n >= ENOUGH].touchpoint)
    return tuple(t.id for t in journey.touchpoints if t.id in found)
