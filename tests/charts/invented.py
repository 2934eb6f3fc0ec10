"""Journeys and figures to draw, as other rooms would hand them over."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd

from cjmkit.journey import KPI, Action, Journey, MomentOfTruth, Path, Persona, Quote, Stage, Touchpoint
from cjmkit.method.events import on_map
from cjmkit.method.importance import Derived
from cjmkit.method.reality import AgainstMap, against_map
from cjmkit.method.segments import Segments
from cjmkit.method.stability import Stability
from cjmkit.method.transitions import common_paths, step_matrix

NAN = float("nan")


def journey(names: list[str], *, stages: int = 3, text: str = "", **parts) -> Journey:
    """A journey of one path through these touchpoints, every lane filled with `text` where there is one."""
    count = max(min(stages, len(names)), 1)
    ids = [f"t{n}" for n in range(len(names))]
    kinds = ["contact", "own-step", "wait"]
    touchpoints = [
        Touchpoint(
            id=id, stage=f"s{n * count // max(len(names), 1)}", name=name, kind=kinds[n % 3],
            channel=["shop", "telephone", "forum", text][n % 4], party=["company", "partner", "competitor", "people"][n % 4],
            party_name=text, owner=text if n % 3 else "", lasts="P30D" if n % 3 == 2 else None,
            after="P5D" if n % 5 == 4 else None, doing=text, thinking=text, feeling=text, pain=text, success=text if n % 2 else "",
            backstage=text, quotes=[Quote(text=text, source=text)] if text and n % 4 == 0 else [],
            moment_of_truth=MomentOfTruth(goes_on_if=text, leaves_if=text) if n % 7 == 3 else None,
            evidence=["assumed", "observed", "measured"][n % 3],
        )
        for n, (id, name) in enumerate(zip(ids, names, strict=True))
    ]  # fmt: skip
    made = [
        Stage(
            id=f"s{k}", name=f"Stage {k} {text}", phase="before" if 2 * k < count else "after", customer_goal=text,
            kpis=[KPI(id=f"k{k}", name=text or "KPI", unit="days", baseline=30, target=7)],
        )
        for k in range(count)
    ]  # fmt: skip
    data = {
        "title": "Buying a fridge",
        "client": "AGD Nord",
        "personas": [Persona(id="anna", name="Anna"), Persona(id="henryk", name="Henryk")],
        "stages": made,
        "touchpoints": touchpoints,
        "paths": [
            Path(id="a", name="first", persona="anna", touchpoints=tuple(ids)),
            Path(id="b", name=f"second {text}", persona="henryk", touchpoints=tuple(ids[::2])),
        ],
        "actions": [
            Action(id=f"a{n}", title=text or "Do it", touchpoints=(id,), owner=text, status="agreed")
            for n, id in enumerate(ids[::3])
        ],
        "as_of": "2026-11-21",
    }
    return Journey().changed(**{**data, **parts})


def figures(journey: Journey, means: list[float], *, n: int = 9, of: str = "team", wide: float = 0.5) -> pd.DataFrame:
    """The table of `path_figures`: NaN is a touchpoint that nobody scored."""
    low, high = float(journey.scale.low), float(journey.scale.high)
    third = (high - low) / 3
    rows = []
    for t, value in zip(journey.touchpoints, means, strict=True):
        gone = math.isnan(value)
        level = "" if gone else "low" if value < low + third else "high" if value > high - third else "middle"
        rows.append(
            {
                "touchpoint": t.id, "stage": t.stage, "name": t.name or t.id, "n": 0 if gone else n, "value": value,
                "median": value, "smallest": value, "largest": value, "low": max(low, value - wide),
                "high": min(high, value + wide), "interval": "none" if gone else "t", "of": of, "level": level,
                "standing": "" if gone else "level", "finding": {"low": "pain", "high": "success"}.get(level, ""),
                "overruled": False, "first_impression": 0 < n < 5 and not gone, "contested": len(rows) % 6 == 2 and not gone,
                "importance": 1 / len(means), "importance_known": True,
                "rule": t.moment_of_truth.rule if t.moment_of_truth else "", "votes": 0, "deviation": NAN if gone else len(rows) % 5 / 4,
            }
        )  # fmt: skip
        if gone:
            rows[-1].update(low=NAN, high=NAN)
    table = pd.DataFrame(rows).set_index("touchpoint")
    table["weakest"] = table.index == (table.value.idxmin() if table.value.notna().any() else None)
    return table


def points(table: pd.DataFrame, journey: Journey, people: int = 9) -> pd.DataFrame:
    """Everyone's final scores around the means, the same at every call."""
    draw = np.random.default_rng(7)
    low, high = journey.scale.low, journey.scale.high
    rows = [
        {"participant": f"secret-p{k}", "team": "secret team", "touchpoint": id, "round": 1,
         "score": float(np.clip(np.round(value + draw.normal(0, 0.8)), low, high))}
        for id, value in table.value.dropna().items() for k in range(people)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["participant", "team", "touchpoint", "score", "round"])


def shift(table: pd.DataFrame) -> pd.DataFrame:
    """The table of `round_shift`, of the touchpoints that somebody scored."""
    scored = table[table.n > 0]
    moved = [0.8, -0.5, 0.0][: len(scored)] * len(scored)
    return pd.DataFrame({
        "n": scored.n, "before": scored.value, "after": scored.value + moved[: len(scored)], "shift": moved[: len(scored)],
        "low": -0.9, "high": 0.9, "deviation_before": 0.8, "deviation_after": [0.4, 0.8, 1.2, *[0.4] * len(scored)][: len(scored)],
    })  # fmt: skip


def stability(table: pd.DataFrame) -> Stability:
    """What `rank_stability` answers."""
    value = table.value
    rank = value.rank(method="first")
    columns = {"value": value, "rank": rank, "lowest": rank <= 3, "share": (1.2 - rank * 0.2).clip(0, 1),
               "teams_equal": rank <= 2, "without_a_team": 2 / 3}  # fmt: skip
    return Stability(pd.DataFrame(columns), 0.87 if value.notna().any() else NAN, 2000, 9)


def gaps(table: pd.DataFrame) -> pd.DataFrame:
    """The table of `team_gap`, of the touchpoints that somebody scored."""
    scored = table[table.n > 0]
    team, customers = (scored.value - 1) / 4, 0.48
    return pd.DataFrame({
        "name": scored["name"], "team": team, "team_low": (team - 0.1).clip(0), "team_high": (team + 0.1).clip(upper=1), "team_n": 9,
        "customers": customers, "customers_low": 0.4, "customers_high": 0.55, "customers_n": 40, "gap": team - customers,
    })  # fmt: skip


def waves(rows: list[tuple[str, float, float]]) -> pd.DataFrame:
    """The table of `nps_waves`: wave, value, half of its interval; each change is measured from the one before."""
    table = pd.DataFrame(rows, columns=["wave", "value", "half"]).assign(n=40)
    table["low"], table["high"] = table.value - table.half, table.value + table.half
    table["change"] = table.value.diff()
    table["change_low"], table["change_high"] = table.change - 9, table.change + 9
    return table.assign(moved=(table.change.abs() > 9))


def derived(table: pd.DataFrame) -> Derived:
    """What `derived_importance` answers, of the touchpoints that somebody scored."""
    scored = table[table.n > 0]
    share = np.linspace(2, 1, len(scored)) / max(1.5 * len(scored), 1)
    made = pd.DataFrame({
        "item": [f"q{n}" for n in range(len(scored))], "touchpoint": list(scored.index), "n": 1200, "pearson": np.linspace(0.5, -0.1, len(scored)),
        "value": share, "low": share * 0.7, "high": share * 1.2, "collinear": [n % 3 == 1 for n in range(len(scored))], "vif": 2.0,
    })  # fmt: skip
    return Derived(made, "q", 1234, 0.3, 0.2, 0.4)


def quadrants(table: pd.DataFrame) -> pd.DataFrame:
    """The table of `importance_performance`, of the touchpoints that somebody scored."""
    found = derived(table).table
    value = np.tile([0.2, 0.7, 0.45], len(found))[: len(found)] + np.arange(len(found)) * 0.001
    made = pd.DataFrame({
        "item": found["item"], "touchpoint": found.touchpoint, "n": 1200, "n_importance": 1200, "importance": found.value,
        "importance_low": found.low, "importance_high": found.high, "value": value, "low": value - 0.02, "high": value + 0.02,
        "scale_low": 1.0, "scale_high": 5.0, "kind": "derived",
    })  # fmt: skip
    middle = made.importance.mean(), made.value.mean()
    names = {
        (True, True): "keep-up",
        (True, False): "concentrate",
        (False, True): "overkill",
        (False, False): "low-priority",
    }
    pairs = zip(made.importance >= middle[0], made.value >= middle[1], strict=True)
    return made.assign(
        quadrant=[names[bool(i), bool(v)] for i, v in pairs], cross_importance=middle[0], cross_value=middle[1]
    )


def actions(rows: list[tuple[str, float, float]]) -> pd.DataFrame:
    """The table of `action_rank`: title, impact, effort."""
    names = {
        (True, False): "quick win",
        (True, True): "big project",
        (False, False): "fill-in",
        (False, True): "thankless",
    }
    table = pd.DataFrame(rows, columns=["title", "impact", "effort"])
    table["owner"], table["due"], table["gain"] = "Secret Owner", "2027-01-31", 0.1
    table["rank"] = range(1, len(table) + 1)
    table["quadrant"] = [
        names[i >= 3, e >= 3] if i == i and e == e else "" for i, e in zip(table.impact, table.effort, strict=True)
    ]
    return table.set_index(pd.Index([f"a{n}" for n in range(len(table))], name="action"))


def nps(rows: list[tuple[str, int, int, int]]) -> pd.DataFrame:
    """The table of `nps`: group, promoters, passives, detractors."""
    table = pd.DataFrame(rows, columns=["group", "promoters", "passives", "detractors"])
    table["n"] = table.promoters + table.passives + table.detractors
    p, d = table.promoters / table.n, table.detractors / table.n
    table["value"] = 100 * (p - d)
    half = 196 * np.sqrt((p + d - (p - d) ** 2) / table.n)
    table["low"], table["high"] = (table.value - half).clip(lower=-100), (table.value + half).clip(upper=100)
    return table


def funnels(names: list[str], counts: list[int], *, of: str = "log") -> pd.DataFrame:
    """The table of `funnel` of two groups through steps of these names."""
    from cjmkit.method.funnel import with_rates

    ids = [f"t{n}" for n in range(len(names))]
    parts = [
        with_rates(ids, names, there, there, of).assign(group=group)
        for group, there in (("phone", counts), ("shop", [c * 9**n // (2 * 10**n) for n, c in enumerate(counts)]))
    ]
    return pd.concat(parts, ignore_index=True)


def weeks(name: str, shares: list[float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables of `shares_over_time` and of `what_changed`: one event in two groups, odd in the second week."""
    days = [pd.Timestamp("2026-03-02").date() + pd.Timedelta(days=7 * n).to_pytimedelta() for n in range(len(shares))]
    rows = [
        {"what": "event", "name": name, "column": "shop", "group": group, "since": day, "until": day + pd.Timedelta(days=6).to_pytimedelta(),
         "n": 40, "value": value, "low": value * 0.7, "high": min(1.0, value * 1.4)}
        for group in ("phone", "shop") for day, value in zip(days, shares, strict=True)
    ]  # fmt: skip
    odd = {**rows[1], "against": "times", "elsewhere": 0.1, "sure": True}
    return pd.DataFrame(rows), pd.DataFrame([odd])


def walked(of: Journey, table: pd.DataFrame) -> tuple[AgainstMap, pd.DataFrame, pd.DataFrame]:
    """What `against_map`, `step_matrix` and `common_paths` give of 40 customers who stop one after the other, the last
    touchpoint never seen, and an event that is not on the map."""
    seen = of.changed(touchpoints=[t.model_copy(update={"events": (t.id,)}) for t in of.touchpoints])
    ids = [t.id for t in of.touchpoints][: -1 if len(of.touchpoints) > 3 else None]
    rows = [
        {"customer": f"secret-c{c}", "event": event, "at": pd.Timestamp("2026-11-01") + pd.Timedelta(hours=k)}
        for c in range(40)
        for k, event in enumerate([*ids[: 1 + c % len(ids) if ids else 0], "search", *ids[:2]])
    ]
    log = pd.DataFrame(rows, columns=["customer", "event", "at"])
    mapped = on_map(log, seen)
    figures_ = table if table.n.any() else None
    paths = common_paths(mapped, of="touchpoint", length=min(max(len(ids), 2), 4), repeats=False)
    return against_map(log, seen, figures=figures_), step_matrix(mapped, of="touchpoint"), paths


def grouped(names: list[str], number: int = 3) -> Segments:
    """What `segments` gives of 200 customers: each group apart in its own two or three of these columns."""
    sizes = [200 - 40 * (number - 1), *[40] * (number - 1)]
    groups = pd.Series([str(n + 1) for n, size in enumerate(sizes) for _ in range(size)])
    rows = [
        {"group": str(n + 1), "column": names[(n + k) % len(names)], "level": "" if k % 2 else names[-1],
         "measure": "median" if k % 2 else "share", "value": 0.8, "rest": 0.1, "effect": (1.7 - k) * (-1) ** k, "n": 40, "n_rest": 160}
        for n in range(number) for k in range(3)
    ]  # fmt: skip
    stability = {str(n + 1): 0.9 - 0.4 * (n == 1) for n in range(number)}
    return Segments(groups, number, {number: 0.4}, 0.2, stability, pd.DataFrame(rows), {"columns": []}, ())


def beside(names: list[str], means: list[float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Clients of these names as a comparison has them, and the levels of their stages."""
    level = (pd.Series(means, dtype=float) - 1) * 25
    table = pd.DataFrame({
        "name": names, "of": ["customers" if n % 5 == 4 else "team" for n in range(len(names))], "as_of": date(2026, 11, 21),
        "value": level, "low": level - 5, "high": level + 5, "weakest": names[::-1], "weakest_level": (level - 20).clip(0),
        "best_level": (level + 20).clip(upper=100), "nps": level * 2 - 100, "nps_low": level * 2 - 120, "nps_high": level * 2 - 80, "nps_n": 40.0,
    })  # fmt: skip
    return table, pd.DataFrame({name: level - 5 * n for n, name in enumerate(names[:4])}, index=table.index)
