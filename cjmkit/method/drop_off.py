"""Between the steps of a funnel: how long it takes, where those went who left it, and which groups differ."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

import narwhals as nw
import pandas as pd

from cjmkit.journey import Journey
from cjmkit.method.events import Frame, small, touchpoints_of
from cjmkit.method.funnel import NAN, share, step_names
from cjmkit.method.groups import FEW, OTHER, merge_small_groups
from cjmkit.method.intervals import newcombe
from cjmkit.method.steps import (
    Of,
    Steps,
    apart,
    by_persona,
    counted,
    during,
    first_times,
    furthest,
    seen_steps,
    step_times,
    steps_named,
    steps_on_map,
)

LEFT = "left"  # no further event

QUARTILES = {"lower": 0.25, "median": 0.5, "upper": 0.75}
Asked = Journey | Mapping[str, Sequence[str]]


def between(
    events: Any, journey: Asked, *, by: str | None = None, of: Of = "stage", persona: str | None = None,
    since: date | str | None = None, until: date | str | None = None,
) -> pd.DataFrame:  # fmt: skip
    """How long customers take from one step of the funnel to the next; a step never seen in the log is passed over.

    Args:
        events: the log; its columns are told in `cjmkit.method.events`.
        journey: the map, or steps with their events as `funnel_of` takes them.
        by: as in `funnel`; so are of, persona, since, until.

    Returns:
        One row per [group and] step from the second: step, id, name, n (customers in order at both), and median, lower
        and upper quartile (linear between the two nearest) of the hours since the step before; fewer than five
        customers are not described.

    >>> log = pd.DataFrame({"customer": [f"c{n // 2}" for n in range(10)], "event": ["home", "paid"] * 5,
    ...     "at": pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-01", "2026-01-03"] * 2 + ["2026-01-01", "2026-01-05"])})
    >>> between(log, {"look": ["home"], "buy": ["paid"]})[["name", "n", "lower", "median", "upper"]].values.tolist()
    [['buy', 5, 24.0, 48.0, 48.0]]
    """
    frame = during(events, since, until)
    steps, names = asked(frame, journey, of, persona)
    frame = by_persona(frame, journey) if by == "persona" and isinstance(journey, Journey) and steps else frame
    columns = [*(["group"] if by else []), "step", "id", "name", "n", "median", "lower", "upper"]
    number = {id: k for k, id in enumerate(steps, 1)}
    if len(steps := seen_steps(steps)) < 2:
        return pd.DataFrame(columns=columns)
    every = {"": tuple(name for events in steps.values() for name in events)}
    shown = _shown(small(first_times(frame, every, by).group_by("group").agg(customers=nw.len()))) if by else {}
    times = _under(step_times(frame, steps, by), shown)
    found = _near_quartiles(times, len(steps))
    rows = []
    for (group, place), part in found.groupby(["group", "step"], sort=True):
        step = int(str(place))
        n, id = int(part.n.iloc[0]), list(steps)[step]
        hours = part.set_index("place").took.astype(float).sort_index() / 3600
        marks = {name: _quantile(hours, (n - 1) * q) if n >= FEW else NAN for name, q in QUARTILES.items()}
        rows.append({"group": group, "step": number[id], "id": id, "name": names[id], "n": n, **marks})
    return pd.DataFrame(rows, columns=["group", *columns[-7:]])[columns]


def instead(
    events: Any, journey: Asked, *, by: str | None = None, of: Of = "stage", persona: str | None = None,
    to: Literal["event", "touchpoint"] = "event", since: date | str | None = None, until: date | str | None = None,
    within: str | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Where those who came to a step and not to the next went instead: their next event after their last at the step.

    Who does the step twice went on from the second time. A step never seen in the log is passed over, as in `funnel`.

    Args:
        events: the log; its columns are told in `cjmkit.method.events`.
        journey: the map, or steps with their events as `funnel_of` takes them.
        by: as in `funnel`; so are of, persona, since, until and within.
        to: "event", or "touchpoint" where the map has one for the event.

    Returns:
        One row per [group,] step and event, the commonest first, "other" last: step, id, name (of the step they were at), to ("left"
        where nothing followed), customers, n (all who did not come further), share, low, high (Wilson, 95 %). What fewer
        than five did is under "other"; where these are under five together they are left out, so that the customers of a
        step may be up to four fewer than n.

    >>> log = pd.DataFrame({"customer": list("aabbcc"), "event": ["home", "help", "home", "help", "home", "paid"],
    ...     "at": pd.to_datetime(["2026-01-01", "2026-01-02"] * 3)})
    >>> instead(log, {"look": ["home"], "buy": ["paid"]})[["name", "to", "customers", "n"]].values.tolist()
    [['look', 'other', 2, 2]]
    """
    frame = during(events, since, until)
    steps, names = asked(frame, journey, of, persona)
    frame = by_persona(frame, journey) if by == "persona" and isinstance(journey, Journey) and steps else frame
    columns = [*(["group"] if by else []), "step", "id", "name", "to", "customers", "n", "share", "low", "high"]
    number = {id: k for k, id in enumerate(steps, 1)}
    if len(steps := seen_steps(steps)) < 2:
        return pd.DataFrame(columns=columns)
    came = furthest(frame, steps, by, within)
    counts = counted(came, len(steps))
    shown = _shown(counts) if by else {}
    counts = counts.assign(group=[shown.get(group, group) for group in counts.group]).groupby("group").sum()
    dropped = came.with_columns(step=nw.col("far").cast(nw.Int64) - 1)
    dropped = _under(dropped.filter(nw.col("step").is_between(0, len(steps) - 2)), shown)
    found = small(_next(frame, dropped.select("customer", "group", "step"), steps))
    if to == "touchpoint" and isinstance(journey, Journey):
        found["to"] = found.to.replace(touchpoints_of(journey, sorted(set(found.to))))
    rows = []
    for group, step in [(group, step) for group in sorted(counts.index) for step in range(len(steps) - 1)]:
        n = int(counts.loc[group, f"in{step}"] - counts.loc[group, f"in{step + 1}"])
        went = found[(found.group == group) & (found.step == step)].groupby("to").customers.sum()
        for name, customers in _ranked({**went.to_dict(), LEFT: n - int(went.sum())}):
            id = list(steps)[step]
            rows.append([group, number[id], id, names[id], name, customers, n, *share(customers, n)])
    return pd.DataFrame(rows, columns=["group", *columns[-9:]])[columns]


def group_differences(table: pd.DataFrame) -> pd.DataFrame:
    """How each group's step conversion differs from that of all other groups together, the widest first.

    Args:
        table: what `funnel` gives `by` a column.

    Returns:
        Columns group, step, id, name, n, value, elsewhere_n, elsewhere, difference, low, high: Newcombe's interval (1998)
        at 95 % over all rows together (Bonferroni); rows whose interval holds 0 come last.
    """
    rows = []
    for id in list(dict.fromkeys(table[table.step > 1].id)) if "group" in table else []:
        step = table[(table.id == id) & (table.n > 0)]
        for group in step.group:
            mine, rest = step[step.group == group], step[step.group != group]
            some, n, others, m = mine.in_order.sum(), mine.n.sum(), rest.in_order.sum(), rest.n.sum()
            if n and m:
                place = mine.iloc[0]
                rows.append([group, place.step, id, place["name"], n, some / n, m, others / m, some / n - others / m])
    columns = ["group", "step", "id", "name", "n", "value", "elsewhere_n", "elsewhere", "difference"]
    found = pd.DataFrame(rows, columns=columns)
    z = corrected_z(len(found))
    sides = zip(*(found[name].astype(float) for name in ("value", "n", "elsewhere", "elsewhere_n")), strict=True)
    ends = [newcombe(a, n, b, m, z) for a, n, b, m in sides]
    found["low"], found["high"] = [e[0] for e in ends], [e[1] for e in ends]
    sure = (found.low > 0) | (found.high < 0)
    order = found.assign(sure=~sure, wide=-found.difference.abs()).sort_values(["sure", "wide", "step", "group"])
    return found.loc[order.index].reset_index(drop=True)


def corrected_z(looks: int) -> float:
    """The z of 95 % intervals that hold all together, so many looked at (Bonferroni).

    >>> round(corrected_z(1), 2), round(corrected_z(100), 2)
    (1.96, 3.48)
    """
    from scipy.special import ndtri

    return float(-ndtri(0.025 / max(looks, 1)))


def asked(frame: Frame, journey: Asked, of: Of, persona: str | None) -> tuple[Steps, dict[str, str]]:
    """The events of each step, and its name, of a map or of steps as they are given."""
    if isinstance(journey, Journey):
        steps = steps_on_map(frame, journey, of, persona)
        return steps, step_names(journey, of, steps)
    steps = steps_named(frame, journey)
    return steps, {name: name for name in steps}


def _shown(sizes: pd.DataFrame) -> dict[str, str]:
    """The name each group is shown under."""
    return merge_small_groups({str(group): int(n) for group, n in zip(sizes.group, sizes.customers, strict=True)})


def _near_quartiles(times: Frame, count: int) -> pd.DataFrame:
    """The seconds between steps that stand next to a quartile: group, step, n, place (from 0, the shortest first), took."""
    took = {f"took{k}": apart(times, nw.col(f"in{k}"), nw.col(f"in{k - 1}")) for k in range(1, count)}
    wide = times.select("group", **took).with_columns(
        **{f"one{k}": nw.when(~nw.col(f"took{k}").is_null()).then(nw.lit(1)) for k in range(1, count)}
    )
    for k in range(1, count):
        one = nw.col(f"one{k}")
        place = one.fill_null(0).cum_sum().over("group", order_by=f"took{k}") - 1
        wide = wide.with_columns(one.count().over("group").alias(f"n{k}"), (place * one).alias(f"place{k}"))
    near = {
        k: nw.any_horizontal(
            *[(nw.col(f"place{k}") - (nw.col(f"n{k}") - 1) * q).abs() < 1 for q in QUARTILES.values()],
            ignore_nulls=True,
        )
        for k in range(1, count)
    }
    kept = small(wide.filter(nw.any_horizontal(*near.values(), ignore_nulls=True)))
    parts = [
        kept[["group", f"n{k}", f"place{k}", f"took{k}"]]
        .set_axis(["group", "n", "place", "took"], axis=1)
        .assign(step=k)
        for k in range(1, count)
    ]
    return pd.concat(parts).dropna(subset=["took"])


def _under(times: Frame, shown: Mapping[str, str]) -> Frame:
    """The same with the group that each customer is shown in, "" where none is asked."""
    if "group" not in times.collect_schema().names():
        return times.with_columns(group=nw.lit(""))
    few = [group for group, name in shown.items() if group != name]
    other = next((shown[group] for group in few), "")
    return times.with_columns(group=nw.when(nw.col("group").is_in(few)).then(nw.lit(other)).otherwise(nw.col("group")))


def _next(frame: Frame, dropped: Frame, steps: Steps) -> Frame:
    """How many of those who dropped had which event next: group, step, to, customers."""
    keys = ["customer", "group", "step"]
    place = nw.lit(-1)
    for k, names in enumerate(steps.values()):
        place = nw.when(nw.col("event").is_in(list(names))).then(nw.lit(k)).otherwise(place)
    rows = frame.select("customer", "event", "at")
    there = rows.filter(nw.col("event").is_in([name for names in steps.values() for name in names]))
    there = there.join(dropped, on="customer", how="inner").filter(place == nw.col("step"))
    last = there.group_by(keys).agg(last=nw.col("at").max())
    # What is not before that is little, so only there the rows of a customer are held against each other.
    rows = rows.join(last, on="customer", how="inner").filter(nw.col("at") >= nw.col("last"))
    ended = nw.when((nw.col("at") == nw.col("last")) & (place == nw.col("step"))).then(nw.col("event"))
    rows = rows.with_columns(ended=ended).with_columns(ended=nw.col("ended").max().over("customer"))
    after = rows.filter((nw.col("at") > nw.col("last")) | (nw.col("event") > nw.col("ended")))
    after = after.with_columns(soonest=nw.col("at").min().over("customer"))
    first = after.filter(nw.col("at") == nw.col("soonest")).group_by(keys).agg(to=nw.col("event").min())
    return first.group_by("group", "step", "to").agg(customers=nw.len())


def _ranked(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Counts, the largest first; small ones merged, last, or left out where they are few together.

    What nobody knows by name may be told by subtraction: it says that some did else, not what.

    >>> _ranked({"left": 1065, "appeal": 1}), _ranked({"left": 9, "appeal": 3, "call": 2}), _ranked({"left": 2})
    ([('left', 1065)], [('left', 9), ('other', 5)], [('other', 2)])
    """
    shown = {name: int(n) for name, n in counts.items() if n >= FEW and name != OTHER}
    rest = int(sum(counts.values())) - sum(shown.values())
    ranked = sorted(shown.items(), key=lambda pair: (-pair[1], pair[0]))
    return [*ranked, (OTHER, rest)] if rest >= FEW or (rest and not ranked) else ranked


def _quantile(ordered: pd.Series, place: float) -> float:
    low, high = float(ordered[math.floor(place)]), float(ordered[math.ceil(place)])
    return low + (high - low) * (place - math.floor(place))
