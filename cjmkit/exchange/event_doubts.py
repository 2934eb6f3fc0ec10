"""What is doubtful only where several logs stand side by side: days beside times, customers that are in one of them alone."""

from __future__ import annotations

import duckdb

from cjmkit.errors import N_, Fault
from cjmkit.exchange.event_engine import asked

TWICE = N_("rows equal to another in every cell, kept since the same may happen twice ({n} in all)")
STRANGERS = N_(
    "no customer of this log is in another one; where they are the same people, bring their one id in with --join, or leave the log out"
)
DAY_ONLY = N_(
    "events that only say their day and share it with timed ones of the same customer ({n} in all); they count as the first of that day, which may be wrong"
)
DAYS = """
WITH every_event AS ({every}),
    kinds AS (SELECT log, event, bool_and("at" = date_trunc('day', "at")) AS whole FROM every_event GROUP BY log, event),
    days AS (SELECT customer, date_trunc('day', "at") AS day, whole FROM every_event JOIN kinds USING (log, event))
SELECT count(*) FROM days WHERE whole AND (customer, day) IN (SELECT (customer, day) FROM days WHERE NOT whole)
"""
ALONE = """
WITH people AS (SELECT DISTINCT log, customer FROM ({every})),
    shared AS (SELECT customer FROM people GROUP BY customer HAVING count(*) > 1)
SELECT log FROM people GROUP BY log HAVING count(*) FILTER (customer IN (FROM shared)) = 0 ORDER BY log
"""


def doubts_between(connection: duckdb.DuckDBPyConnection, every: str, files: list[str]) -> list[Fault]:
    """What is to be told of several logs together.

    Args:
        connection: the engine.
        every: the SQL of all events, each with the number of its `log`.
        files: what the logs are called by.

    Events that only say their day stand at 0:00, and so before those of the same day that say their time.
    """
    if len(files) < 2:
        return []
    warnings = []
    alone = [n for (n,) in asked(connection, ALONE.format(every=every))]
    for n in alone[1:] if len(alone) == len(files) else alone:
        warnings.append(Fault(files[n], STRANGERS))
    on_days = asked(connection, DAYS.format(every=every))[0][0]
    if on_days:
        warnings.append(Fault("at", DAY_ONLY, {"n": on_days}))
    return warnings
