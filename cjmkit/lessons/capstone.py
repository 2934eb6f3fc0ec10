"""The capstone's case: what is really so stands on top, and the scores, the survey and the log are made from it, never stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from cjmkit.journey import Journey
from cjmkit.journey.translated import translated
from cjmkit.language import SOURCE, speak, spoken
from cjmkit.lessons import capstone_files as drawn
from cjmkit.lessons.course import Told
from cjmkit.lessons.lesson import lesson_language, notebooks
from cjmkit.method.priorities import best_set
from cjmkit.reports.report import Report
from cjmkit.runs.opening import open_report
from cjmkit.workshop import new_workshop, saving

CLIENT = "capstone"
AS_OF = "2026-10-31"


@dataclass(frozen=True, eq=False)  # two of them are never the same, so that one can stand for a case
class Truth:
    """What is really so in the invented case, and what the team believes instead.

    Attributes:
        felt: what customers feel at a touchpoint, what the team believes they do (means, 1–7).
        important: how important customers find it (mean, 1–7); these touchpoints the survey asks about.
        split: where one half of the teams sees the best and the other half the worst.
        voted: which touchpoint the team takes for the moment of truth.
        promoters, detractors, satisfied: of the survey's answers.
        home: whom the funnel loses; of them `kept` go on at `quits`, of all others `kept_else` at the same step.
        quits: where they go on or leave: the moment of truth, by the rule "continue or quit".
        unseen: what is on the map, and no customer ever meets.
        loop: where customers come back to, after a look elsewhere.
        reach: the share of customers who come by.
        budget: points of effort for actions.
    """

    felt: Mapping[str, tuple[float, float]]
    important: Mapping[str, float]
    split: str = "id-check"
    voted: str = "order-form"
    promoters: float = 0.25
    detractors: float = 0.30
    satisfied: float = 0.60
    home: str = "R"
    kept: float = 0.40
    kept_else: float = 0.92
    quits: str = "landlord"
    unseen: tuple[str, ...] = ("chat", "referral")
    loop: str = "address-check"
    reach: Mapping[str, float] | None = None
    budget: int = 6


TRUTH = Truth(
    felt={
        "slow-evening": (3.4, 3.3), "neighbour": (5.4, 5.1), "leaflet": (4.0, 4.6), "advert": (4.1, 5.2),
        "prices": (5.2, 5.3), "address-check": (3.9, 5.4), "portal": (4.8, 3.9), "chat": (4.0, 5.7),
        "shop": (5.5, 4.8), "order-form": (4.9, 4.2), "id-check": (4.3, 4.0), "landlord": (2.0, 4.6),
        "paper-contract": (4.2, 4.4), "confirm": (5.3, 5.2), "appointment": (3.1, 4.4), "wait": (3.6, 3.5),
        "hotline": (5.2, 2.0), "engineer": (6.3, 4.9), "self-install": (5.0, 5.3), "welcome-box": (6.1, 6.0),
        "first-evening": (6.2, 6.1), "app": (4.0, 5.6), "first-bill": (2.2, 5.0), "price-rise": (3.3, 3.6),
        "referral": (4.0, 5.5), "tells-friends": (4.6, 5.0),
    },
    important={
        "prices": 5.4, "address-check": 4.0, "appointment": 6.2, "hotline": 5.6, "engineer": 6.3, "welcome-box": 2.4,
        "app": 3.0, "first-bill": 6.0,
    },
    reach={
        "first-bill": 1.0, "landlord": 0.5, "address-check": 0.9, "appointment": 0.8, "hotline": 0.35, "app": 0.5,
        "welcome-box": 0.8,
    },
)  # fmt: skip
ASKED_LATER = {"landlord": 6.5}  # how important: said by the tenants of ten later talks, not in the survey


@dataclass(frozen=True)
class Planted:
    """What is to be found out in the case, computed from what was planted, not from what was made of it."""

    truth: Truth
    journey: Journey
    touchpoints: tuple[str, ...]  # of the path
    sides: Mapping[str, list[str]]  # which teams see the best and the worst where the room is split

    @property
    def weakest(self) -> dict[str, str]:
        """The weakest link, as the "team" believes and as the "customers" whom the survey asked feel."""
        felt = self.truth.felt
        return {
            "team": min(self.touchpoints, key=lambda id: felt[id][1]),
            "customers": min(self.truth.important, key=lambda id: felt[id][0]),
        }

    @property
    def nps(self) -> float:
        """The net promoter score, in points."""
        return 100 * (self.truth.promoters - self.truth.detractors)

    @property
    def quadrants(self) -> dict[str, list[str]]:
        """The touchpoints of each quadrant of importance and performance, cross-hair at the means."""
        felt = {id: self.truth.felt[id][0] for id in self.truth.important}
        height, width = (sum(x.values()) / len(x) for x in (felt, self.truth.important))
        names = {(True, False): "concentrate", (True, True): "keep-up", (False, False): "low-priority", (False, True): "overkill"}  # fmt: skip
        found: dict[str, list[str]] = {name: [] for name in names.values()}
        for id, weight in self.truth.important.items():
            found[names[weight >= width, felt[id] >= height]].append(id)
        return found

    @property
    def gains(self) -> pd.DataFrame:
        """What each action would really bring: gap × importance (0–1 of its scale) × reach, and its effort."""
        weights, scale = {**self.truth.important, **ASKED_LATER}, self.journey.scale
        rows = {}
        for action in self.journey.actions:
            (id,) = action.touchpoints
            felt, reach = self.truth.felt[id][0], (self.truth.reach or {}).get(id, 1.0)
            gap, weight = (scale.high - felt) / scale.span, (weights[id] - scale.low) / scale.span
            rows[action.id] = {"title": action.title, "touchpoint": self.journey.touchpoint(id).name, "gap": gap,
                "weight": weight, "reach": reach, "gain": gap * weight * reach, "effort": action.effort}  # fmt: skip
        return pd.DataFrame.from_dict(rows, orient="index")

    @property
    def best(self) -> list[str]:
        """The actions that together bring most within the budget."""
        return best_set(self.gains, self.truth.budget)


def planted(code: str = SOURCE) -> Planted:
    """What is to be found out, with the names of this language."""
    journey, texts = _journey(code), _texts(code)
    sides = {
        name: [texts.get(team, team) for team in teams]
        for name, teams in (("best", drawn.BEST), ("worst", drawn.WORST))
    }
    return Planted(TRUTH, journey, tuple(t.id for t in journey.along(journey.path())), sides)


def made(code: str = SOURCE, truth: Truth = TRUTH) -> dict[str, bytes]:
    """The evidence as files, by their names in the client's folder: always the same bytes.

    Args:
        code: the language of the teams and of the declared columns' names.
        truth: what it is made from.
    """
    journey, texts = _journey(SOURCE), _texts(code)
    files = {
        "scores.csv": drawn.scores_csv(truth, [t.id for t in journey.touchpoints], texts),
        "evidence/survey.csv": drawn.survey_csv(truth),
        "evidence/web.csv": drawn.web_csv(truth),
        "evidence/service.csv": drawn.service_csv(truth),
        "evidence/customers.csv": drawn.customers_csv(),
    }
    for name, columns in _columns(code).items():
        files[f"evidence/{name}-columns.toml"] = drawn.columns_toml(columns)
    return {name: text.encode() for name, text in files.items()}


@lru_cache
def open_capstone(code: str = SOURCE, truth: Truth | None = None) -> Report:
    """The case with its evidence, opened in this language.

    Args:
        code: the language.
        truth: what the evidence is made from; None is what was planted.
    """
    with TemporaryDirectory() as place:
        folder = Path(place) / CLIENT
        (folder / "evidence").mkdir(parents=True)
        sources = [
            {"id": name, "file": f"evidence/{name}.csv", "kind": kind, "columns": _columns(code)[name], "as_of": AS_OF}
            for name, kind in (("survey", "survey"), ("web", "events"), ("service", "events"), ("customers", "customers"))
        ]  # fmt: skip
        data = json.loads(_journey(code).to_json())
        for touchpoint in data["touchpoints"]:
            touchpoint["reach"] = (TRUTH.reach or {}).get(touchpoint["id"])
        journey = Journey.from_data({**data, "sources": sources})
        files = {"journey.json": journey.to_json().encode(), **made(code, truth or TRUTH)}
        for name, content in files.items():
            (folder / name).write_bytes(content)
        report = open_report(CLIENT, language=spoken(code), workshops=place)
    return report


def begin_capstone(workshops: Path | None = None, code: str | None = None) -> Told:
    """Begin the client's folder `capstone`: the map, unfinished, the team's scores, and the raw evidence, not yet imported.

    Args:
        workshops: the folder of the clients.
        code: the language; None is that of the lesson.

    Raises:
        UsageError: there is such a folder already; nothing in it is touched.
    """
    code = code or lesson_language()
    workshop = new_workshop(CLIENT, workshops=workshops, journey=_journey(code).changed(actions=()))
    with workshop.writing():
        (workshop.folder / "evidence").mkdir()
        for name, content in made(code).items():
            saving.write(workshop.folder / name, content)
    say = speak(spoken(code))
    said = say("The client {client} is there: map, scores and raw evidence, in {folder}.", client=CLIENT, folder=str(workshop.folder))  # fmt: skip
    return Told([said], f"<p>{said}</p>")


@lru_cache
def _journey(code: str) -> Journey:
    """The map as it was typed, with the ideas for actions, in this language."""
    typed = Journey.from_json((notebooks() / "learn" / "capstone.json").read_text("utf-8"))
    texts = _texts(code)
    return translated(typed, texts).changed(language=code) if texts else typed


@lru_cache
def _texts(code: str) -> dict[str, str]:
    file = notebooks() / "learn" / f"capstone.{code}.json"
    return dict(json.loads(file.read_text("utf-8"))["texts"]) if file.is_file() else {}


def _columns(code: str) -> dict[str, dict[str, dict[str, Any]]]:
    """What the columns of each file are; names and labels in this language."""
    texts, journey = _texts(code), _journey(code)
    named = {t.id: t.name for t in journey.touchpoints}

    def own(text: str) -> str:
        return texts.get(text, text)

    homes = {key: own(text) for key, text in HOMES.items()}
    home = {"role": "segment", "name": own("Home"), "labels": homes}
    scale = {"low": 1, "high": 7, "blank": [99]}
    asked = {f"r_{id}": {"role": "rating", "touchpoint": id, "name": named[id], **scale} for id in TRUTH.important}
    asked |= {f"i_{id}": {"role": "importance", "touchpoint": id, "name": named[id], **scale} for id in TRUTH.important}
    at = {"role": "at", "order": "ymd"}
    return {
        "survey": {
            "id": {"role": "respondent"},
            "home": home,
            "recommend": {"role": "nps", "name": own("Recommendation"), "low": 0, "high": 10, "blank": [99]},
            "liking": {"role": "overall", "name": own("Lumen Net as a whole"), "low": 1, "high": 10, "blank": [99]},
            "switching": {"role": "csat", "name": own("The switch"), "low": 1, "high": 5, "blank": [99]},
            **asked,
        },
        "web": {"user_id": {"role": "customer"}, "event_name": {"role": "event"}, "event_time": at,
                "device_category": {"role": "segment", "name": own("Device")}},
        "service": {"customer": {"role": "customer"}, "activity": {"role": "event"}, "time": at,
                    "transition": {"role": "lifecycle"}, "ticket": {"role": "ignore"}},
        "customers": {"customer": {"role": "customer"}, "home": home,
                      "plan": {"role": "segment", "name": own("Plan")}, "age": {"role": "number", "name": own("Age")}},
    }  # fmt: skip


HOMES = {"R": "rented flat", "O": "own flat", "H": "house", "B": "houseboat"}
