"""What a comparison across clients is made from: the summaries of their last builds, on one level from 0 to 100."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from cjmkit.language import Language, speak
from cjmkit.method.intervals import FIRST_IMPRESSION_BELOW
from cjmkit.method.told_apart import more_than_chance

NAN = float("nan")
MOST_STAGES = 10


@dataclass(frozen=True, repr=False)
class Comparison:
    """Several clients beside one another; the tables are made once, when first asked for.

    Args:
        summaries: of each client what its manifest keeps as `summary`, with its `folder`.
        language: the code of the language to write in; names stay as the teams typed them.
        unbuilt: the clients of which nothing is built yet.
        stale: the folders of those whose reports are not up to date.
    """

    summaries: tuple[Mapping[str, Any], ...]
    language: str = "en"
    unbuilt: tuple[str, ...] = ()
    stale: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"Comparison({len(self.summaries)} clients, language={self.language!r})"

    @cached_property
    def say(self) -> Language:
        """The language of the comparison."""
        return speak(self.language)

    @cached_property
    def clients(self) -> pd.DataFrame:
        """A row a client, the lowest first; levels go from 0, the lowest point of the client's own scale, to 100.

        Columns: name (told apart from others of that name), title, persona, scale (low, high), as_of, of ("team", "customers"),
        people, alpha, value, low, high, n (of the mean), weakest, weakest_level, weakest_score, stage, phase, owner (of the
        weakest link), best, best_level, nps, nps_low, nps_high, nps_n, open, overdue, without_owner,
        stale (whether its report is not up to date).
        """
        rows = [_row(s) for s in self.summaries]
        table = pd.DataFrame(rows, columns=list(_row(NOTHING))).astype(dict.fromkeys(NUMBERS, float))
        table["name"] = _told_apart(self.summaries)
        table["stale"] = [s.get("folder") in self.stale for s in self.summaries]
        return table.sort_values(["value", "name"], kind="stable", na_position="last")

    @cached_property
    def stages(self) -> pd.DataFrame:
        """The level of each client's stages, a row a client as in `clients`, a column a stage.

        The columns are the stages that at least half of the clients have by the same name; where no two are, the phases
        "before" and "after" the turning point.
        """
        by = [_by_name(s) for s in self.summaries]
        there = Counter(key for stages in by for key in stages)
        shared = [key for key, n in there.items() if n >= max(2, len(by) / 2)]
        if not 2 <= len(shared) <= MOST_STAGES:
            return pd.DataFrame([_by_phase(s) for s in self.summaries], columns=["before", "after"]).reindex(
                self.clients.index
            )
        place = {key: sum([*stages].index(key) for stages in by if key in stages) / there[key] for key in shared}
        named = {
            key: next(stages[key][0] for stages in by if key in stages)
            for key in sorted(shared, key=lambda k: (place[k], k))
        }
        rows = [{name: stages[key][1] if key in stages else NAN for key, name in named.items()} for stages in by]
        return pd.DataFrame(rows, columns=list(named.values()), dtype=float).reindex(self.clients.index)

    @property
    def by_phase(self) -> bool:
        """Whether the columns of `stages` are phases, because the clients' stages bear other names."""
        return list(self.stages.columns) == ["before", "after"]

    @cached_property
    def scored(self) -> pd.DataFrame:
        """The clients that have a mean."""
        return self.clients[self.clients.value.notna()]

    @cached_property
    def aside(self) -> pd.DataFrame:
        """The clients that have a mean, but none of the columns of `stages`."""
        return self.scored[self.stages.loc[self.scored.index].isna().all(axis=1)]

    def shared_weakest(self, column: str) -> tuple[str, pd.DataFrame] | None:
        """The stage, or touchpoint, that is weakest at more clients than chance would give, and these clients; else None.

        A stage of many touchpoints holds the weakest one more often: its chance is its share of a client's touchpoints.

        Args:
            column: "stage" or "weakest".
        """
        linked = self.scored[self.scored.weakest != ""]
        chances = pd.DataFrame(
            [_chances(self.summaries[n], column) for n in linked.index], index=linked.index, dtype=float
        )
        shared = chances.loc[:, chances.notna().sum() > 1]
        happened = linked[column].str.strip().str.casefold()
        for key, n in sorted(
            Counter(happened[happened.isin(shared.columns)]).items(), key=lambda item: (-item[1], item[0])
        ):
            if n > 1 and more_than_chance(n, shared[key].dropna(), looked_at=shared.shape[1]):
                at = linked[happened == key]
                return str(at[column].iloc[0]), at
        return None

    @cached_property
    def few(self) -> pd.DataFrame:
        """The clients whose mean is of so few people that it is a first impression."""
        return self.scored[self.scored.n < FIRST_IMPRESSION_BELOW]

    def names(self, table: pd.DataFrame, most: int = 12) -> str:
        """The names of these clients, and how many more there are."""
        return self.listed(list(table.name), most)

    def listed(self, names: list[str], most: int = 12) -> str:
        """These names, and how many more there are."""
        if len(names) <= most + 1:
            return self.say.apart(names)
        rest = self.say("and {n} more", n=self.say.number(len(names) - most, 0))
        return f"{self.say.apart(names[:most])} {rest}"


NOTHING: Mapping[str, Any] = {
    "mean": None,
    "nps": None,
    "touchpoints": (),
    "stages": (),
    "actions": {},
    "scale": (0, 1),
}
NUMBERS = (
    "people", "alpha", "value", "low", "high", "n", "weakest_level", "weakest_score", "best_level", "nps", "nps_low", "nps_high",
    "nps_n", "open", "overdue", "without_owner",
)  # fmt: skip


def _row(summary: Mapping[str, Any]) -> dict[str, Any]:
    mean, nps, actions = summary.get("mean") or {}, summary.get("nps") or {}, summary["actions"]
    low, high = summary["scale"]
    weak: Mapping[str, Any] = next((t for t in summary["touchpoints"] if t["id"] == summary.get("weakest")), {})
    stage: Mapping[str, Any] = next((s for s in summary["stages"] if s["id"] == weak.get("stage")), {})
    scored = [t for t in summary["touchpoints"] if t["value"] is not None]
    settled = [t for t in scored if t["n"] >= FIRST_IMPRESSION_BELOW] or scored
    best: Mapping[str, Any] = max(settled, key=lambda t: t["value"], default={}) if len(settled) > 1 else {}
    return {
        "name": "", "title": summary.get("title", ""), "persona": (summary.get("persona") or {}).get("name", ""),
        "scale": (low, high), "as_of": date.fromisoformat(summary["as_of"]) if summary.get("as_of") else None,
        "of": "customers" if summary.get("by_customers") else "team", "people": summary.get("people", 0),
        "alpha": summary.get("alpha"), **{part: _level(summary, mean.get(part)) for part in ("value", "low", "high")}, "n": mean.get("n", 0),
        "weakest": weak.get("name") or weak.get("id", ""), "weakest_level": _level(summary, weak.get("value")),
        "weakest_score": weak.get("value"), "stage": stage.get("name", ""), "phase": stage.get("phase", ""), "owner": weak.get("owner", ""),
        "best": best.get("name") or best.get("id", ""), "best_level": _level(summary, best.get("value")),
        "nps": nps.get("value"), "nps_low": nps.get("low"), "nps_high": nps.get("high"), "nps_n": nps.get("n", 0),
        **{part: actions.get(part, 0) for part in ("open", "overdue", "without_owner")},
    }  # fmt: skip


def _level(summary: Mapping[str, Any], value: float | None) -> float:
    """A score between the lowest point of its scale, 0, and the highest, 100."""
    low, high = summary["scale"]
    return NAN if value is None else (value - low) / (high - low) * 100


def _told_apart(summaries: Iterable[Mapping[str, Any]]) -> list[str]:
    """What each client is called; those of one name by their journeys' titles, then by their folders."""
    names = [(s.get("client") or s.get("folder", ""), s.get("title", ""), s.get("folder", "")) for s in summaries]
    alone = Counter(name for name, _, _ in names)
    titled = Counter((name, title) for name, title, _ in names)
    return [
        name
        if alone[name] == 1
        else f"{name} · {title}"
        if titled[name, title] == 1 and title
        else f"{name} · {folder}"
        for name, title, folder in names
    ]


def _by_name(summary: Mapping[str, Any]) -> dict[str, tuple[str, float]]:
    """By the stage's name in small letters: the name as typed, its level."""
    return {
        s["name"].strip().casefold(): (s["name"].strip(), _level(summary, s["value"])) for s in summary["stages"] if s["name"].strip()
    }  # fmt: skip


def _by_phase(summary: Mapping[str, Any]) -> dict[str, float]:
    """The mean of the touchpoints of each phase, each counting the same."""
    phase = {s["id"]: s["phase"] for s in summary["stages"]}
    found: dict[str, list[float]] = {}
    for t in summary["touchpoints"]:
        if t["value"] is not None and t["stage"] in phase:
            found.setdefault(phase[t["stage"]], []).append(_level(summary, t["value"]))
    return {name: sum(levels) / len(levels) for name, levels in found.items()}


def _chances(summary: Mapping[str, Any], column: str) -> dict[str, float]:
    """By name in small letters: how likely chance alone makes a touchpoint of this name, or of this stage, the weakest."""
    stages = {s["id"]: s["name"] for s in summary["stages"]}
    scored = [t for t in summary["touchpoints"] if t["value"] is not None]
    names = [
        (stages.get(t["stage"], "") if column == "stage" else t["name"] or t["id"]).strip().casefold() for t in scored
    ]
    return {name: n / len(names) for name, n in Counter(names).items() if name}
