"""How many customers come how far: from a log, or from counts typed by hand."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import date
from typing import Any

import narwhals as nw
import pandas as pd

from cjmkit.journey import Journey, Stage
from cjmkit.journey.parts import Reached
from cjmkit.method.events import Frame, small
from cjmkit.method.groups import OTHER, merge_small_groups
from cjmkit.method.intervals import wilson
from cjmkit.method.steps import Of, Steps, by_persona, during, seen_steps, step_counts, steps_named, steps_on_map

NAN = float("nan")
COLUMNS = ["step", "id", "name", "reached", "in_order", "n", "value", "low", "high",
           "overall", "overall_low", "overall_high", "of", "evidence", "seen"]  # fmt: skip


def funnel(
    events: Any, journey: Journey, *, by: str | None = None, of: Of = "stage", persona: str | None = None,
    since: date | str | None = None, until: date | str | None = None, within: str | None = None,
) -> pd.DataFrame:  # fmt: skip
    """How many distinct customers reach each stage of the map, in time order.

    Customers are counted, not events: who comes twice, or whose step has a start and an end, counts once. A stage whose
    touchpoints name no events is no step. Intervals are Wilson's (1927), 95 %: other customers like these.

    Args:
        events: the log; its columns are told in `cjmkit.method.events`.
        journey: whose touchpoints say by `events` which event is theirs.
        by: a column of the log, such as "channel" or a segment; a customer is of the first group given at the events that
            count, "" where none is; "persona" finds the column of the personas' segments by itself. Groups under five
            customers are merged into "other", and the next smallest with them while it has under five, so that no few
            customers are told of, nor found by taking the others from all.
        of: "stage", or "touchpoint" in the order of the persona's path.
        persona: only touchpoints on this persona's path.
        since: the first day that counts.
        until: the last day that counts.
        within: in order only so long after the first step: "12h", "7d", "4w".

    Returns:
        One row per [group and] step: step (from 1), id, name; reached (there at all), in_order (after all steps before);
        n (in order at the step before), value = in_order / n, low, high; overall = in_order / in_order at the first
        step, overall_low, overall_high; of = "log", evidence = "measured". The first step has no value. seen is False for a
        step that no customer of the log ever came to: it has no figure and is passed over, so that the step after it is
        held against the one before. With `by` also several: how many of the group's customers had other groups later.

    >>> journey = Journey.from_data({"stages": [{"id": "look"}, {"id": "buy"}], "touchpoints": [
    ...     {"id": "web", "stage": "look", "events": ["home"]}, {"id": "till", "stage": "buy", "events": ["paid"]}]})
    >>> log = pd.DataFrame({"customer": ["a", "a", "b", "c"], "event": ["home", "paid", "home", "paid"],
    ...     "at": pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-01", "2026-01-01"])})
    >>> funnel(log, journey)[["id", "reached", "in_order", "value"]].values.tolist()
    [['look', 2, 2, nan], ['buy', 2, 1, 0.5]]
    """
    frame = during(events, since, until)
    steps = steps_on_map(frame, journey, of, persona)
    frame = by_persona(frame, journey) if by == "persona" and steps else frame
    return _funnel(frame, steps, step_names(journey, of, steps), by, within)


def funnel_of(
    events: Any, steps: Mapping[str, Sequence[str]], by: str | None = None, *, since: date | str | None = None,
    until: date | str | None = None, within: str | None = None,
) -> pd.DataFrame:  # fmt: skip
    """The funnel through any steps, each with its events' names, or patterns with `*`; as `funnel` counts.

    Raises:
        UsageError: an event stands in two steps, or the log has no such column.

    >>> log = pd.DataFrame({"customer": ["a", "a", "b"], "event": ["home", "paid", "home"],
    ...     "at": pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-01"])})
    >>> funnel_of(log, {"look": ["home"], "buy": ["paid"]}).in_order.tolist()
    [2, 1]
    """
    frame = during(events, since, until)
    found = steps_named(frame, steps, there=False)
    return _funnel(frame, found, {name: name for name in found}, by, within)


def typed_funnel(journey: Journey, persona: str | None = None) -> pd.DataFrame:
    """The funnel of the counts typed into the stages (`stage.reached`), where there is no log.

    Args:
        journey: the map.
        persona: whose counts; None is the goal's or the first. A stage without one of theirs takes the one that names
            no persona; a stage with neither is no step.

    Returns:
        The columns of `funnel`, with of = "typed" and the evidence as typed; `reached` and `in_order` are the count. Where
        more are typed than at the step before, the two are not one funnel, and that step has no value.

    >>> journey = Journey.from_data({"stages": [{"id": "a", "reached": [{"count": 1200}]}, {"id": "b", "reached": [{"count": 520}]}]})
    >>> typed_funnel(journey)[["in_order", "of", "evidence"]].values.tolist()
    [[1200, 'typed', 'assumed'], [520, 'typed', 'assumed']]
    """
    who = journey.persona(persona).id
    typed = [(stage, found) for stage in journey.stages if (found := _typed(stage, who))]
    counts = [found.count for _, found in typed]
    table = with_rates([s.id for s, _ in typed], [s.name or s.id for s, _ in typed], counts, counts, "typed")
    table["evidence"] = pd.Series([found.evidence for _, found in typed], dtype=object)
    return table


def step_names(journey: Journey, of: Of, steps: Steps) -> dict[str, str]:
    """The names of stages or touchpoints, in the order of the steps."""
    find = journey.stage if of == "stage" else journey.touchpoint
    return {id: find(id).name or id for id in steps}


def with_rates(
    ids: Sequence[str], names: Sequence[str], reached: Sequence[int], in_order: Sequence[int], of: str,
    seen: Container[str] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """The table of one funnel from its counts: step and overall conversion, each with Wilson's interval; of those `seen`."""
    rows: list[list[object]] = []
    told: list[int] = []
    for k, (id, name, there, here) in enumerate(zip(ids, names, reached, in_order, strict=True)):
        if seen is not None and id not in seen:
            rows.append([k + 1, id, name, 0, 0, 0, *[NAN] * 6, of, "measured", False])
            continue
        before = told[-1] if told else here
        step = share(here, before) if told else (NAN, NAN, NAN)
        overall = share(here, told[0]) if told else (share(here, here)[0], NAN, NAN)
        told.append(here)
        rows.append([k + 1, id, name, int(there), int(here), int(before), *step, *overall, of, "measured", True])
    return pd.DataFrame(rows, columns=COLUMNS)


def share(some: float, n: float) -> tuple[float, float, float]:
    """A share with Wilson's interval; missing where there is nobody, or more than all.

    >>> share(0, 0)
    (nan, nan, nan)
    """
    return (some / n, *wilson(some / n, n)) if 0 <= some <= n and n else (NAN, NAN, NAN)


def counted(times: Frame, keys: Sequence[str]) -> pd.DataFrame:
    """How many customers have each of the times, in each group: the keys, customers, and the names of the times; small."""
    flat = times if keys else times.with_columns(group=nw.lit(""))
    by = list(keys) or ["group"]
    names = [name for name in flat.collect_schema().names() if name.startswith(("reached", "in"))]
    table = small(flat.group_by(by).agg(nw.col(*names).count(), customers=nw.len()))
    return table.sort_values(by, ignore_index=True)


def merged(table: pd.DataFrame, by: str = "group") -> pd.DataFrame:
    """Counts with groups under five customers merged; groups by the alphabet, "other" last."""
    sizes = table.groupby(by).customers.sum()
    shown = merge_small_groups({str(group): int(n) for group, n in sizes.items()})
    summed = table.assign(**{by: table[by].map(shown)}).groupby(by, sort=True).sum(numeric_only=True).reset_index()
    return summed.sort_values(by, key=lambda column: column.eq(OTHER), kind="stable", ignore_index=True)


def _funnel(frame: Frame, steps: Steps, names: Mapping[str, str], by: str | None, within: str | None) -> pd.DataFrame:
    if not steps:
        return pd.DataFrame(columns=COLUMNS if by is None else ["group", *COLUMNS, "several"])
    seen, table = _seen_counts(frame, seen_steps(steps), by, within)
    place = {id: k for k, id in enumerate(seen)}
    table = merged(table) if by and seen else table
    parts = []
    for row in table.to_dict("records") or [{}]:
        reached, in_order = ([int(row.get(f"{kind}{place.get(id)}", 0)) for id in steps] for kind in ("reached", "in"))
        part = with_rates(list(steps), list(names.values()), reached, in_order, "log", seen)
        if by:
            part.insert(0, "group", row.get("group", ""))
            part["several"] = int(row.get("several", 0))
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _seen_counts(frame: Frame, steps: Steps, by: str | None, within: str | None) -> tuple[Steps, pd.DataFrame]:
    """The steps that anybody came to, and how many came to each; counted again where one of them turns out never seen."""
    table = step_counts(frame, steps, by, within) if steps else pd.DataFrame()
    seen = {id: events for k, (id, events) in enumerate(steps.items()) if table[f"reached{k}"].any()}
    return (steps, table) if len(seen) == len(steps) else _seen_counts(frame, seen, by, within)


def _typed(stage: Stage, persona: str) -> Reached | None:
    own = [r for r in stage.reached if r.persona == persona] or [r for r in stage.reached if not r.persona]
    return own[-1] if own else None
