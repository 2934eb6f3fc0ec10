"""The map against what customers really did: what it covers, in which order, where they left, and what the team thought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw
import pandas as pd

from cjmkit.journey import Journey, Path
from cjmkit.method.events import Frame, event_counts, known, lazy, on_map, small, touchpoints_of
from cjmkit.method.funnel import share
from cjmkit.method.groups import FEW
from cjmkit.method.transitions import END, common_paths, loops

MOST = 0.9  # of the customers of a touchpoint: who was last there, at an ending
LONGEST = 12  # touchpoints of a real path that are told
SHARE = ["share", "low", "high"]


@dataclass(frozen=True)
class AgainstMap:
    """A log beside one path of the map; shares are of customers, with Wilson's 95 % interval.

    Attributes:
        events: how many events were counted.
        customers: how many customers.
        left_out: rows without a customer, an event or a time.
        goal: the touchpoint at which a customer has come far enough: the path's last one before the turning point that
            names events, else its last one that does; "" = none does.
        coverage: what the mapping covers: of ("events", "customers"), n, all, share, low, high. Events have no interval:
            those of one customer are no sample.
        unmapped: events that no touchpoint names: event, n, customers, share, low, high; most customers first.
        never_seen: touchpoints of the map that name events, none of which happened.
        unmatched: touchpoints of the map that name no events.
        touchpoints: the path's touchpoints that name events, in order: touchpoint, name, stage; n (events), customers, share,
            low, high; passed (customers who met a later one of the path), skipped (of these, who never met this one),
            skipped_share, skipped_low, skipped_high; left (whose last touchpoint it was, and who never came to the goal or
            past it), left_share (of its customers), left_low, left_high, missing from the goal on.
        order: of ("two": customers who met at least two of the path's touchpoints, in_order = their first meetings follow the
            path; "all": customers who met any, in_order = they met all that were ever seen, in order), n, in_order, share, low,
            high. First meetings at the same time are in order.
        loops: what comes back, as `cjmkit.method.transitions.loops` gives it, of touchpoints.
        paths: the commonest real paths, a touchpoint right after itself once: path (ids; those longer than 12 are cut), n,
            customers, share, mapped (they follow the path's order, steps left out or not).
        beliefs: the path's touchpoints before the goal beside what the team thinks: touchpoint, name, value, finding (the team's),
            n (who scored), customers, left, left_share, left_low, left_high, team_rank (1 = worst), left_rank (1 = most leave),
            reading: "confirmed" (a pain, and more leave than elsewhere), "unseen" (more leave, and the team has no pain),
            "feared" (a pain, but fewer leave than elsewhere), "" (neither, too few, or too close to tell).
        rank: Spearman's rank correlation of low score and leaving, +1 = the same order; missing below three touchpoints.
        rank_n: of how many touchpoints.
        endings: touchpoints before the goal at which the journey ends as well: nobody leaves there, and whoever met one has not
            left. A touchpoint that the team judged a pain is none. One is: the last one that names events of any path of the
            map; one judged a success at which nine in ten of its customers were last; and one right before the goal at which
            nine in ten were last, while of those at the goal nine in ten never met it, so that the two are ways of the same
            end, as paying a fine and having it collected are.
        elsewhere: touchpoints off the path whose events happened: touchpoint, name, n, customers, share, low, high; most
            customers first.
    """

    events: int
    customers: int
    left_out: int
    goal: str
    coverage: pd.DataFrame
    unmapped: pd.DataFrame
    never_seen: tuple[str, ...]
    unmatched: tuple[str, ...]
    touchpoints: pd.DataFrame
    order: pd.DataFrame
    loops: pd.DataFrame
    paths: pd.DataFrame
    beliefs: pd.DataFrame
    rank: float
    rank_n: int
    endings: tuple[str, ...] = ()
    elsewhere: pd.DataFrame = field(default_factory=pd.DataFrame)


def against_map(
    events: Any, journey: Journey, path: Path | None = None, figures: pd.DataFrame | None = None
) -> AgainstMap:
    """What customers did beside what the map says they do.

    Coverage = events, and customers, whose event belongs to a touchpoint / all. Events of no touchpoint are named, the commonest first;
    touchpoints that nobody was seen at are named, too. A touchpoint without events in the map has no figure: not seen is not never
    visited. Shares have Wilson's interval (1927). Source: conformance of a log to a model (van der Aalst 2016).

    Args:
        events: the log.
        journey: the map, whose touchpoints name their events.
        path: which path; None is the goal's persona's.
        figures: what the team thinks, of `path_figures`; None = only the verdicts typed on the map.

    >>> journey = Journey.from_data({"personas": [{"id": "a"}], "stages": [{"id": "buy"}], "touchpoints": [
    ...     {"id": "web", "stage": "buy", "events": ["home"]}, {"id": "till", "stage": "buy", "events": ["paid"]}]})
    >>> log = pd.DataFrame({"customer": ["a", "a", "b", "b"], "event": ["home", "paid", "home", "search"],
    ...     "at": pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-01", "2026-01-02"])})
    >>> real = against_map(log, journey)
    >>> real.coverage[["of", "n", "all"]].values.tolist(), real.unmapped.event.tolist(), real.goal
    ([['events', 3, 4], ['customers', 2, 2]], ['search'], 'till')
    >>> real.touchpoints[["touchpoint", "customers", "left"]].values.tolist()
    [['web', 2, 1.0], ['till', 1, nan]]
    """
    path = path or journey.path()
    frame = known(events)
    counts = event_counts(frame)
    found = touchpoints_of(journey, counts.event)
    people = _one(frame.select(n=nw.col("customer").n_unique()))
    steps = [t.id for t in journey.along(path) if t.events]
    goal = _goal(journey, steps)
    judged = _judged(journey, figures)
    mapped = on_map(frame, journey).filter(nw.col("touchpoint") != "")
    beyond = _beyond(journey, steps, goal)
    each = _meetings(mapped, steps, beyond)
    met, ways = _met(each), small(_ways(each)).astype(int)
    table = _touchpoints(journey, steps, met, ways, _leavers(each), people, goal)
    endings = _endings(journey, table, goal, judged)
    if endings:
        leavers = _leavers(_meetings(mapped, steps, [*beyond, *endings]))
        table = _touchpoints(journey, steps, met, ways, leavers, people, goal, endings)
    beliefs = _beliefs(table[table["left"].notna()], figures, judged)
    both = beliefs[beliefs.value.notna() & (beliefs.customers >= FEW)]
    return AgainstMap(
        events=int(counts.n.sum()),
        customers=people,
        left_out=_one(lazy(events).select(n=nw.len())) - int(counts.n.sum()),
        goal=goal,
        coverage=_coverage(counts, found, people, _one(mapped.select(n=nw.col("customer").n_unique()))),
        unmapped=_unmapped(counts, found, people),
        never_seen=tuple(t.id for t in journey.touchpoints if t.events and t.id not in met.index),
        unmatched=tuple(t.id for t in journey.touchpoints if not t.events),
        touchpoints=table,
        order=_order(ways, int((table.n > 0).sum())),
        loops=loops(mapped, of="touchpoint"),
        paths=_paths(mapped, steps),
        beliefs=beliefs,
        rank=float((-both.value).rank().corr(both.left_share.rank())) if len(both) > 2 else float("nan"),
        rank_n=len(both),
        endings=tuple(endings),
        elsewhere=_elsewhere(journey, met.drop(index=[id for id in steps if id in met.index]), people),
    )


def _goal(journey: Journey, steps: Sequence[str]) -> str:
    before = [id for id in steps if journey.stage(journey.touchpoint(id).stage).phase == "before"]
    return (before or list(steps) or [""])[-1]


def _beyond(journey: Journey, steps: Sequence[str], goal: str) -> list[str]:
    """The goal and all that comes after it: on the path, and in a stage after the turning point."""
    after = {s.id for s in journey.stages if s.phase == "after"}
    if goal and journey.touchpoint(goal).stage in after:
        return [goal]
    on = list(steps)[list(steps).index(goal) :] if goal else []
    return list(dict.fromkeys([*on, *(t.id for t in journey.touchpoints if t.stage in after)]))


def _meetings(mapped: Frame, steps: Sequence[str], beyond: Sequence[str]) -> Frame:
    """One row per customer and touchpoint, with its place on the path (-1 = off it) and what else the customer did."""
    place = nw.lit(-1)
    for k, id in enumerate(steps):
        place = nw.when(nw.col("touchpoint") == id).then(nw.lit(k)).otherwise(place)
    done = nw.when(nw.col("touchpoint").is_in(list(beyond))).then(nw.lit(1)).otherwise(nw.lit(0))
    each = mapped.group_by("customer", "touchpoint").agg(n=nw.len(), first=nw.col("at").min(), last=nw.col("at").max())
    each = each.with_columns(place=place, done=done)
    whole = {"furthest": "place", "end": "last", "reached": "done"}
    return each.with_columns(**{name: nw.col(of).max().over("customer") for name, of in whole.items()})


def _met(each: Frame) -> pd.DataFrame:
    """Per touchpoint its events, its customers, and those of them who went further along the path."""
    further = nw.when(nw.col("furthest") > nw.col("place")).then(nw.lit(1)).otherwise(nw.lit(0))
    sums = each.with_columns(further=further).group_by("touchpoint")
    table = small(sums.agg(n=nw.col("n").sum(), customers=nw.len(), further=nw.col("further").sum()))
    return table.set_index("touchpoint").astype(int)


def _ways(each: Frame) -> Frame:
    """How many customers came how far along the path, met how many of its touchpoints, and whether out of order."""
    on = each.filter(nw.col("place") >= 0)
    on = on.with_columns(before=nw.col("first").shift(1).over("customer", order_by="place"))
    on = on.with_columns(wrong=nw.when(nw.col("first") < nw.col("before")).then(nw.lit(1)).otherwise(nw.lit(0)))
    way = on.group_by("customer").agg(furthest=nw.col("place").max(), met=nw.len(), wrong=nw.col("wrong").max())
    return way.group_by("furthest", "met", "wrong").agg(n=nw.len())


def _judged(journey: Journey, figures: pd.DataFrame | None) -> dict[str, str]:
    """What the team thinks of each touchpoint: a pain, a success, or "" – of the figures, else as typed on the map."""
    typed = {t.id: t.verdict.value if t.verdict else "" for t in journey.touchpoints}
    if figures is None or "finding" not in figures:
        return typed
    return {**dict.fromkeys(typed, ""), **{str(id): found for id, found in figures.finding.fillna("").items()}}


def _endings(journey: Journey, table: pd.DataFrame, goal: str, judged: dict[str, str]) -> list[str]:
    """Touchpoints before the goal at which the journey ends; see `AgainstMap.endings`."""
    last = set()
    for way in journey.paths:
        last.update([t.id for t in journey.along(way) if t.events][-1:])
    before = table[table["left"].notna() & (table.n > 0)]
    final = (before.left_share >= MOST) & (before.customers >= FEW)
    well = before.touchpoint.map(judged).eq("success")
    at = table[(table.touchpoint == goal)].customers.sum()
    beside = (before.index == before.index.max()) & (before.skipped_share >= MOST) & (at >= FEW)
    ends = before.touchpoint.isin(last) | (final & (well | beside))
    return list(before[ends & before.touchpoint.map(judged).ne("pain")].touchpoint)


def _leavers(each: Frame) -> pd.DataFrame:
    """Where those were last who never came to the goal; of two at the same time the one further along the path."""
    last = each.filter((nw.col("last") == nw.col("end")) & (nw.col("reached") == 0))
    return small(last.group_by("customer").agg(place=nw.col("place").max()).group_by("place").agg(n=nw.len())).astype(
        int
    )


def _touchpoints(
    journey: Journey, steps: Sequence[str], met: pd.DataFrame, ways: pd.DataFrame, leavers: pd.DataFrame, people: int, goal: str,
    endings: Sequence[str] = (),
) -> pd.DataFrame:  # fmt: skip
    left_at = leavers.set_index("place").n
    rows = []
    for k, id in enumerate(steps):
        n, customers, further = (int(met[name].get(id, 0)) for name in ("n", "customers", "further"))
        passed = int(ways[ways.furthest > k].n.sum())
        left = float(left_at.get(k, 0)) if k < steps.index(goal) and id not in endings else float("nan")
        t = journey.touchpoint(id)
        rows.append([id, t.name or id, t.stage, n, customers, *share(customers, people), passed, passed - further,
                     *share(passed - further, passed), left, *share(left, customers)])  # fmt: skip
    columns = ["touchpoint", "name", "stage", "n", "customers", *SHARE, "passed", "skipped",
               "skipped_share", "skipped_low", "skipped_high", "left", "left_share", "left_low", "left_high"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _elsewhere(journey: Journey, met: pd.DataFrame, people: int) -> pd.DataFrame:
    rows = [[id, journey.touchpoint(str(id)).name or id, r["n"], r["customers"], *share(r["customers"], people)] for id, r in met.iterrows()]  # fmt: skip
    table = pd.DataFrame(rows, columns=["touchpoint", "name", "n", "customers", *SHARE])
    return table.sort_values(["customers", "touchpoint"], ascending=[False, True], ignore_index=True)


def _coverage(counts: pd.DataFrame, found: dict[str, str], people: int, covered: int) -> pd.DataFrame:
    n, every = int(counts[counts.event.isin(list(found))].n.sum()), int(counts.n.sum())
    rows = [
        ["events", n, every, share(n, every)[0], None, None],
        ["customers", covered, people, *share(covered, people)],
    ]
    return pd.DataFrame(rows, columns=["of", "n", "all", *SHARE]).astype(dict.fromkeys(SHARE, float))


def _unmapped(counts: pd.DataFrame, found: dict[str, str], people: int) -> pd.DataFrame:
    table = counts[~counts.event.isin(list(found))]
    table = table.sort_values(["customers", "n", "event"], ascending=[False, False, True], ignore_index=True)
    shares = pd.DataFrame([share(n, people) for n in table.customers], columns=SHARE, dtype=float)
    return table.join(shares)


def _order(ways: pd.DataFrame, seen: int) -> pd.DataFrame:
    two, right = ways[ways.met >= 2], ways[ways.wrong == 0]
    whole = right[right.met == seen] if seen > 1 else right.head(0)
    pairs = {"two": (two.n.sum(), right[right.met >= 2].n.sum()), "all": (ways.n.sum(), whole.n.sum())}
    rows = [[of, int(n), int(some), *share(some, n)] for of, (n, some) in pairs.items()]
    return pd.DataFrame(rows, columns=["of", "n", "in_order", *SHARE])


def _paths(mapped: Frame, steps: Sequence[str]) -> pd.DataFrame:
    table = common_paths(mapped, of="touchpoint", length=LONGEST, top=10, whole=True, repeats=False)
    table["path"] = [tuple(id for id in path if id != END) for path in table.path]
    place = {id: k for k, id in enumerate(steps)}
    along = [[place.get(id, -1) for id in path] for path in table.path]
    table["mapped"] = [-1 not in places and places == sorted(set(places)) for places in along]
    return table


def _beliefs(table: pd.DataFrame, figures: pd.DataFrame | None, judged: dict[str, str]) -> pd.DataFrame:
    columns = ["touchpoint", "name", "customers", "left", "left_share", "left_low", "left_high"]
    beliefs = table[columns].reset_index(drop=True)
    thought = pd.DataFrame(index=beliefs.touchpoint) if figures is None else figures.reindex(beliefs.touchpoint)
    beliefs["value"] = thought["value"].to_numpy(float) if "value" in thought else float("nan")
    beliefs["n"] = thought["n"].fillna(0).to_numpy(int) if "n" in thought else 0
    beliefs["finding"] = beliefs.touchpoint.map(judged).fillna("").to_numpy()
    some = beliefs.customers >= FEW
    beliefs["team_rank"] = beliefs.value.rank(method="min")
    beliefs["left_rank"] = beliefs.left_share.where(some).rank(method="min", ascending=False)
    usual = beliefs["left"].sum() / max(int(beliefs.customers.sum()), 1)
    more, fewer = some & (beliefs.left_low > usual), some & (beliefs.left_high < usual)
    pain = beliefs.finding == "pain"
    beliefs["reading"] = ""
    for reading, where in {"confirmed": pain & more, "unseen": ~pain & more, "feared": pain & fewer}.items():
        beliefs.loc[where, "reading"] = reading
    return beliefs


def _one(frame: Frame) -> int:
    return int(small(frame)["n"].fillna(0).iloc[0])  # of no row, an engine may know no number of different ones
