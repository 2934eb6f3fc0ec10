"""Which events of a log are purchases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import narwhals as nw

from cjmkit.journey import Journey
from cjmkit.method.events import event_counts, known, small, touchpoints_of
from cjmkit.method.purchases import SameTime

USUAL = "purchase"  # what shops' logs call it


@dataclass(frozen=True)
class PurchaseEvents:
    """Purchases of a log: the `names` of their events, whether they are known by "name" or by "amount", how lines are counted."""

    names: tuple[str, ...]
    by: Literal["name", "amount"]
    same_time: SameTime

    @property
    def asked(self) -> dict[str, Any]:
        """The arguments of `cjmkit.method.purchases` that ask for these."""
        return {"of": self.names if self.by == "name" else None, "same_time": self.same_time}


def purchase_events(events: Any, journey: Journey) -> PurchaseEvents | None:
    """The events that are purchases, by the first rule that finds some; None where none does.

    1. Events that are called as the map's turning point, or "purchase".
    2. Events of touchpoints whose name or id that is.
    3. Events with an amount.

    Where the log knows the time of day, a customer's rows at the same moment are lines of one purchase; where it knows
    days only, each row is one.

    Args:
        events: the log.
        journey: whose turning point and touchpoints count.

    >>> import pandas as pd
    >>> log = pd.DataFrame({"customer": "a", "event": ["look", "Purchase"], "at": pd.to_datetime(["2026-01-01", "2026-01-02"])})
    >>> purchase_events(log, Journey())
    PurchaseEvents(names=('Purchase',), by='name', same_time='many')
    """
    wanted = {journey.turning_point.strip().casefold(), USUAL} - {""}
    there = sorted(str(name) for name in event_counts(known(events)).event)
    names = [name for name in there if name.casefold() in wanted]
    if not names:
        points = {t.id for t in journey.touchpoints if {t.id.casefold(), t.name.strip().casefold()} & wanted}
        names = [name for name, point in touchpoints_of(journey, there).items() if point in points]
    frame, by = known(events), "name"
    if not names:
        if "amount" not in frame.collect_schema().names():
            return None
        by = "amount"
        names = sorted(map(str, small(frame.filter(~nw.col("amount").is_null()).select("event").unique()).event))
    if not names:
        return None
    at = nw.col("at").dt
    clock = small(frame.filter(nw.col("event").is_in(names)).select(n=(at.hour() + at.minute() + at.second()).max()))
    same: SameTime = "one" if clock.n.iloc[0] > 0 else "many"
    return PurchaseEvents(tuple(names), "name" if by == "name" else "amount", same)
