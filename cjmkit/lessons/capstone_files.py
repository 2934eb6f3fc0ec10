"""The capstone's evidence as the text of files: scores, a survey, two logs and customers, drawn from what is planted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cjmkit.method.seed import SEED
from cjmkit.tables import scores_frame, scores_to_csv

if TYPE_CHECKING:
    from cjmkit.lessons.capstone import Truth

TEAMS = {
    "Marketing": ("Heron", "Lynx", "Magpie"),
    "Sales": ("Badger", "Crane", "Dormouse"),
    "Field service": ("Beaver", "Stork"),
    "Customer care": ("Hare", "Robin", "Weasel"),
    "Network and IT": ("Marten", "Swift", "Vole"),
}
BEST, WORST = ("Marketing", "Sales"), ("Field service", "Customer care")  # what they see where the room is split
WIDE = ("advert", "price-rise")  # wide apart at first, nearer in the second round
CUSTOMERS, RESPONDENTS, SILENT = 5000, 400, 20
AT_HOME = {"R": 0.52, "O": 0.28, "H": 0.20}
HOUSEBOATS = 3
FIRST_DAY = datetime(2025, 1, 7, 8)
EVENTS = {"chat": "chat_open", "referral": "referral_share"}  # what would be seen of a touchpoint, were anybody there


def _drawn(part: int) -> np.random.Generator:
    """Chance of its own for each file, so that a change of one leaves the others as they are."""
    return np.random.default_rng([SEED, part])


def scores_csv(truth: Truth, touchpoints: Sequence[str], texts: Mapping[str, str]) -> str:
    """Fourteen people of five teams, two rounds; the three widest are scored twice."""
    chance, first, second = _drawn(1), [], []
    start = datetime(2026, 10, 20, 10)
    for team, people in TEAMS.items():
        for person in people:
            chosen = [id for id in touchpoints if id not in (truth.voted, truth.quits, truth.split)]
            dots = [truth.voted, *chance.choice(["prices", "hotline", "order-form", *chosen], 4)]
            votes = [truth.voted, *chance.choice(chosen, 2, replace=False)]
            for k, id in enumerate(touchpoints):
                score = _score(truth, id, team, 1.9 if id in WIDE else 0.8, chance)
                row = {"participant": person, "team": texts.get(team, team), "touchpoint": id}
                at = (start + timedelta(seconds=30 * k)).isoformat()
                first.append({**row, "round": 1, "score": score, "importance": dots.count(id), "moment_of_truth": votes.count(id), "at": at})  # fmt: skip
                if id in (*WIDE, truth.split):
                    later = (start + timedelta(minutes=40, seconds=30 * k)).isoformat()
                    second.append({**row, "round": 2, "score": _score(truth, id, team, 0.6, chance), "at": later})
    return scores_to_csv(scores_frame(first + second))


def _score(truth: Truth, id: str, team: str, apart: float, chance: np.random.Generator) -> int:
    mean = truth.felt[id][1]
    if id == truth.split:
        mean, apart = 6.3 if team in BEST else 1.7 if team in WORST else 4.0, 0.4
    return int(np.clip(np.rint(chance.normal(mean, apart)), 1, 7))


def survey_csv(truth: Truth) -> str:
    """Four hundred answers; 99 where nothing was answered."""
    chance = _drawn(2)
    homes = _homes(chance, RESPONDENTS)
    columns: dict[str, Iterable[Any]] = {"id": range(70001, 70001 + RESPONDENTS), "home": homes}
    given = RESPONDENTS - SILENT
    promoters, detractors = round(given * truth.promoters), round(given * truth.detractors)
    columns["recommend"] = _mixed(
        chance,
        [
            chance.choice([9, 10], promoters),
            chance.choice([7, 8], given - promoters - detractors),
            chance.choice(7, detractors, p=[0.03, 0.03, 0.06, 0.12, 0.16, 0.3, 0.3]),
        ],
    )
    columns["liking"] = _mixed(chance, [chance.choice(range(1, 11), given, p=[0.02, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.2, 0.15])])  # fmt: skip
    best = round(given * truth.satisfied)
    columns["switching"] = _mixed(chance, [chance.choice([4, 5], best), chance.choice([1, 2, 3], given - best)])
    for id, weight in truth.important.items():
        columns[f"r_{id}"] = _points(chance, truth.felt[id][0], 0.5 if id == "hotline" else 0.12)
        columns[f"i_{id}"] = _points(chance, weight, 0.05)
    return _csv(columns)


def _mixed(chance: np.random.Generator, answers: Iterable[NDArray[Any]]) -> NDArray[Any]:
    """These answers and those who gave none, in any order."""
    return chance.permutation(np.concatenate([*answers, np.full(SILENT, 99)]))


def _points(chance: np.random.Generator, mean: float, blank: float) -> NDArray[Any]:
    """Points from 1 to 7 about this mean; so many blank."""
    points = np.clip(np.rint(chance.normal(mean, 1.3, RESPONDENTS)), 1, 7).astype(int)
    return np.where(chance.random(RESPONDENTS) < blank, 99, points)


def _homes(chance: np.random.Generator, n: int) -> NDArray[Any]:
    homes = chance.choice([*AT_HOME], n, p=[*AT_HOME.values()])
    homes[chance.permutation(n)[:HOUSEBOATS]] = "B"
    return homes


@lru_cache
def _customers() -> tuple[list[str], list[str]]:
    """Who they are and how they live; the same in all files."""
    return [f"c{n:05}" for n in range(1, CUSTOMERS + 1)], _homes(_drawn(3), CUSTOMERS).tolist()


def customers_csv() -> str:
    """A row each: home, plan, age."""
    (ids, homes), chance = _customers(), _drawn(4)
    plans, ages = chance.choice(["S", "M", "L"], CUSTOMERS), chance.integers(19, 84, CUSTOMERS)
    return _csv({"customer": ids, "home": homes, "plan": plans, "age": ages})


@lru_cache(maxsize=2)
def _lives(key: tuple[Any, ...]) -> list[tuple[str, list[tuple[datetime, str]]]]:
    """What each customer did, and when, until the contract and after it."""
    split_home, quits, kept, kept_else, unseen, loop = key
    ids, homes = _customers()
    lots: list[list[float]] = _drawn(5).random((CUSTOMERS, 16)).tolist()
    lives = []
    for id, home, lot in zip(ids, homes, lots, strict=True):
        steps = ["view_prices"]
        steps += ["faq_view"] * (lot[0] < 0.2) + [EVENTS["chat"]] * ("chat" not in unseen and lot[1] < 0.3)
        steps += ["portal_visit"] * (not loop and lot[3] < 0.3)
        if lot[2] < 0.9:
            away = "portal_visit" if lot[3] < 0.75 else "view_prices"
            steps += ["address_check"] + [away, "address_check"] * (bool(loop) + bool(loop and lot[4] < 0.35) if lot[5] < 0.45 else 0)  # fmt: skip
        if lot[6] < 0.72:
            steps += ["begin_checkout", "video_ident_start"] + ["video_ident_done"] * (lot[7] < 0.97)
            goes_on = lot[8] < (kept if home == split_home else kept_else)
            if home == "R" and quits:
                steps += ["landlord_form_requested"] + ["landlord_form_signed"] * bool(goes_on)
            steps += _after(lot, unseen) if goes_on else []
        lives.append((id, _timed(steps, lot)))
    return lives


def _after(lot: Sequence[float], unseen: Sequence[str]) -> list[str]:
    """What follows a contract."""
    steps = ["contract_confirmed", "Appointment booked"] + ["Hotline call"] * (lot[9] < 0.35)
    if lot[10] < 0.97:
        steps += ["Engineer visit" if lot[11] < 0.8 else "Router sent", "bill_view"] + ["app_open"] * (lot[12] < 0.5)
        steps += ["price_letter_open"] * (lot[13] < 0.8)
        steps += [EVENTS["referral"]] * ("referral" not in unseen and lot[14] < 0.1)
    return steps


GAPS = {"view_prices": 1, "begin_checkout": 20, "Appointment booked": 30, "Engineer visit": 400, "Router sent": 300,
        "bill_view": 700, "price_letter_open": 7000}  # fmt: skip


def _timed(steps: Iterable[str], lot: Sequence[float]) -> list[tuple[datetime, str]]:
    """Each step at a time after the one before; the gaps are hours."""
    at, found = FIRST_DAY + timedelta(minutes=int(lot[15] * 60 * 24 * 45)), []
    for k, step in enumerate(steps):
        at += timedelta(minutes=int(60 * GAPS.get(step, 2) * (0.5 + lot[k % 15])) + 1)
        found.append((at, step))
    return found


def _happened(truth: Truth) -> list[tuple[str, list[tuple[datetime, str]]]]:
    return _lives((truth.home, truth.quits, truth.kept, truth.kept_else, truth.unseen, truth.loop))


def web_csv(truth: Truth) -> str:
    """What was done on the website and in the app; names in small letters, as analytics of the web write them."""
    devices = _drawn(6).choice(["mobile", "desktop"], CUSTOMERS, p=[0.55, 0.45])
    rows = [
        f"{id},{name},{at:%Y-%m-%d %H:%M:%S},{device}"
        for (id, done), device in zip(_happened(truth), devices, strict=True)
        for at, name in done
        if name[0].islower()
    ]
    return "\n".join(["user_id,event_name,event_time,device_category", *rows]) + "\n"


def service_csv(truth: Truth) -> str:
    """Tickets of the field service and the hotline; a visit and a call have a row for their start and one for their end."""
    rows, ticket = [], 40000
    for id, done in _happened(truth):
        for at, name in done:
            if name[0].isupper():
                ticket += 1
                once = name in ("Appointment booked", "Router sent")
                for transition, then in (("complete", at),) if once else (("start", at), ("complete", at + timedelta(minutes=25))):  # fmt: skip
                    rows.append(f"{ticket},{id},{name},{transition},{then:%Y-%m-%d %H:%M:%S}")
    return "\n".join(["ticket,customer,activity,transition,time", *rows]) + "\n"


def columns_toml(columns: Mapping[str, Mapping[str, Any]]) -> str:
    """What a file's columns are, as the text of a TOML file."""
    lines = []
    for name, column in columns.items():
        lines += [f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in column.items()), ""]
    return "\n".join(lines)


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def _csv(columns: Mapping[str, Iterable[Any]]) -> str:
    lines = [",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    return "\n".join(lines) + "\n"
