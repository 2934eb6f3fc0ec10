"""What a better step would bring: extra completions, break-even, and how far a funnel is the journey at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import pandas as pd

from cjmkit.errors import UsageError
from cjmkit.method.drop_off import Asked, asked
from cjmkit.method.events import known, small
from cjmkit.method.funnel import NAN, share
from cjmkit.method.intervals import newcombe
from cjmkit.method.steps import Of, first_times, seen_steps

COLUMNS = ["step", "id", "name", "how", "group", "n", "value", "becomes", "extra", "low", "high", "completions",
           "break_even", "break_even_low", "break_even_high", "out_of_order", "of", "exact"]  # fmt: skip


def what_if(
    table: pd.DataFrame, *, points: float = 0.05, targets: Mapping[str, float] | None = None,
    cost: float | None = None, worth: float | None = None,
) -> pd.DataFrame:  # fmt: skip
    """How many more would come to the last step if one step's conversion rose and all later ones stayed as they are.

    extra = customers at the step before × rise × share of those at the step who come to the last. Wilson's 95 % bounds of
    that share are carried, and those of the gap (Newcombe 1998 between groups), each at its end: the interval is
    rather too wide than too narrow. Where nobody was at the step before, there is no row. It says nothing of whether the step can be raised, and feeds no other figure.

    Args:
        table: what `funnel`, `funnel_of` or `typed_funnel` gives; with groups, also their best is a mark to reach for.
        points: by how much the conversion rises, 0.05 being five points; never above 1.
        targets: a step's conversion to reach, by the step's id: half of the gap is closed. There are no others.
        cost: what it would cost to raise a step.
        worth: what one more completion is worth; with the cost, the rise that pays for itself.

    Returns:
        One row per step from the second and way (how = "points", "best" group, "target"): group (the best one), n and
        value (the step now), becomes, extra, low, high, completions (now); break_even and its ends, as a share like `points`;
        out_of_order: the share of those at the step who did not come there in the order of the funnel. exact: the last
        step raised by points, after which nothing is uncertain: n times the points, with neither low nor high. A step
        never seen in the log has no row.

    Raises:
        UsageError: points or a target is not between 0 and 1, a target is of no step, or below what the step has now.

    >>> from cjmkit.method.funnel import with_rates
    >>> found = what_if(with_rates("abc", "abc", [100, 50, 10], [100, 50, 10], "log"), points=0.1, cost=40, worth=10)
    >>> found[["id", "extra", "break_even"]].round(2).values.tolist()
    [['b', 2.0, 0.2], ['c', 5.0, 0.08]]
    """
    for value in (points, *(targets or {}).values()):
        if not 0 <= value <= 1:
            raise UsageError("A conversion is a share from 0 to 1, not {value}.", value=repr(value))
    steps = all_together(table)
    steps = steps[steps.seen.astype(bool)] if "seen" in steps else steps
    _check_targets(steps, targets or {})
    rows = []
    for place, row in enumerate(steps.to_dict("records")):
        if not place or not row["n"] or row["value"] != row["value"]:
            continue
        on = share(steps.in_order.iloc[-1], row["in_order"]) if place < len(steps) - 1 else (1.0, 1.0, 1.0)
        n, value = row["n"], row["value"]
        pays = [cost / (worth * n * end) if cost and worth and end > 0 else NAN for end in (on[0], on[2], on[1])]
        rise = min(points, 1 - value)
        ways = [("points", "", n, (rise, rise, rise))]
        if best := _best(table, row["id"]):
            group, people, gap = best
            ways.append(("best", group, people, (gap[0] / 2, gap[1] / 2, gap[2] / 2)))
        if row["id"] in (targets or {}):
            goal = (targets or {})[row["id"]]
            ways.append(("target", "", n, ((goal - value) / 2, (goal - row["high"]) / 2, (goal - row["low"]) / 2)))
        for how, group, people, (gain, least, most) in ways:
            exact = how == "points" and place == len(steps) - 1
            ends = [NAN] if exact else [people * side * end for side in (least, most) for end in on[1:]]
            out = 1 - row["in_order"] / row["reached"] if row["reached"] else NAN
            rows.append([row["step"], row["id"], row["name"], how, group, n, value, value + gain * people / n, people * gain * on[0],
                         min(ends), max(ends), steps.in_order.iloc[-1], *pays, out, row["of"], exact])  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def not_a_funnel(events: Any, journey: Asked, *, of: Of = "stage", persona: str | None = None) -> pd.DataFrame:
    """How far the journey is no funnel: who skipped the step before, and who came back to an earlier one.

    Args:
        events: the log; its columns are told in `cjmkit.method.events`.
        journey: the map, or steps with their events; a step never seen in the log is passed over.
        of: as in `funnel`; so is persona.

    Returns:
        One row per step from the second: step, id, name, n (customers there at all), skipped (the share of them not at
        the step before until then), returned (the share of them who were at an earlier step afterwards), each with
        Wilson's interval: skipped_low, skipped_high, returned_low, returned_high.

    >>> log = pd.DataFrame({"customer": ["a", "a", "a", "b"], "event": ["home", "paid", "home", "paid"],
    ...     "at": pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-01"])})
    >>> not_a_funnel(log, {"look": ["home"], "buy": ["paid"]})[["n", "skipped", "returned"]].values.tolist()
    [[2.0, 0.5, 0.5]]
    """
    frame = known(events)
    steps, names = asked(frame, journey, of, persona)
    number = {id: k for k, id in enumerate(steps, 1)}
    ids = list(steps := seen_steps(steps))
    at = {f"last{k}": nw.when(nw.col("event").is_in(list(e))).then(nw.col("at")) for k, e in enumerate(steps.values())}
    columns = [
        "step",
        "id",
        "name",
        "n",
        "skipped",
        "skipped_low",
        "skipped_high",
        "returned",
        "returned_low",
        "returned_high",
    ]
    if len(ids) < 2:
        return pd.DataFrame(columns=columns)
    lasts = frame.with_columns(**at).group_by("customer").agg(**{name: nw.col(name).max() for name in at})
    both = first_times(frame, steps).join(lasts, on="customer", how="left")
    flags = {}
    for k in range(1, len(ids)):
        before, here = nw.col(f"reached{k - 1}"), nw.col(f"reached{k}")
        flags[f"skipped{k}"] = ~here.is_null() & (before.is_null() | (before > here).fill_null(False))
        back = [(nw.col(f"last{j}") > here).fill_null(False) for j in range(k)]
        flags[f"returned{k}"] = nw.any_horizontal(*back, ignore_nulls=True)
        flags[f"there{k}"] = ~here.is_null()
    sums = both.select(*(flag.cast(nw.Int64).sum().alias(name) for name, flag in flags.items()))
    found = small(sums).iloc[0].fillna(0)
    rows = [[number[id], id, names[id], int(found[f"there{k}"]), *share(found[f"skipped{k}"], found[f"there{k}"]),
             *share(found[f"returned{k}"], found[f"there{k}"])] for k, id in enumerate(ids) if k]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def all_together(table: pd.DataFrame) -> pd.DataFrame:
    """The funnel of all groups together."""
    if "group" not in table or table.empty:
        return table
    keys = ["step", "id", "name", "of", *(["seen"] if "seen" in table else [])]
    summed = table.groupby(keys, sort=True)[["reached", "in_order", "n"]].sum().reset_index()
    rates = [share(some, n) for some, n in zip(summed.in_order, summed.n, strict=True)]
    return summed.assign(**{name: [r[k] for r in rates] for k, name in enumerate(("value", "low", "high"))})


def _check_targets(steps: pd.DataFrame, targets: Mapping[str, float]) -> None:
    """Refuse a target of no step, and one that the step has passed already."""
    now = dict(zip(steps.id.iloc[1:], steps.value.iloc[1:], strict=True))
    for id, target in targets.items():
        if id not in now:
            raise UsageError("No conversion to the step {step} is known. Steps that may have a target: {steps}.", step=repr(id), steps=list(now) or ["–"])  # fmt: skip
        if target < now[id]:
            raise UsageError("The target of the step {step}, {target}, is below what it has now, {value}.", step=repr(id), target=target, value=round(now[id], 3))  # fmt: skip


def _best(table: pd.DataFrame, id: str) -> tuple[str, float, tuple[float, float, float]] | None:
    """The group whose conversion is best for sure (by its lower bound), how many others, and the gap to them."""
    step = table[(table.id == id) & (table.n > 0)] if "group" in table else table.head(0)
    if len(step) < 2:
        return None
    best = step.sort_values(["low", "group"], ascending=[False, True]).iloc[0]
    rest = step[step.group != best.group]
    n, value = float(rest.n.sum()), float(rest.in_order.sum() / rest.n.sum())
    gap = (float(best.value) - value, *newcombe(float(best.value), float(best.n), value, n))
    return (str(best.group), n, gap) if gap[0] > 0 else None
