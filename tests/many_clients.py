"""Invented clients by the hundred, of mixed size and in four languages, the same every time.

`python tests/many_clients.py FOLDER 100` writes them; each client's texts hold a word that no other client's have.
"""

from __future__ import annotations

import csv
import io
import json
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

# by language: phases' stages, places, what is done there, what hurts, what is good, who answers, what to do
WORDS: dict[str, dict[str, list[str]]] = {
    "en": {
        "stages": ["Hears of us", "Compares", "Orders", "Uses it", "Comes again"],
        "places": ["web page", "shop", "phone line", "parcel", "invoice", "e-mail", "app", "repair"],
        "steps": ["looks at", "asks about", "waits for", "tries", "pays at", "complains about", "comes back to"],
        "pains": ["nobody answers", "two different prices", "a form of three pages"],
        "goods": ["a person who knows", "done in a day", "clear words"],
        "owners": ["Sales", "Service", "Logistics", "Marketing"],
        "acts": ["Call back within a day", "One price everywhere", "A shorter form"],
    },
    "pl": {
        "stages": ["Dowiaduje się", "Porównuje", "Zamawia", "Używa", "Wraca"],
        "places": ["strona www", "salon", "infolinia", "paczka", "faktura", "e-mail", "aplikacja", "naprawa"],
        "steps": ["ogląda:", "pyta o:", "czeka na:", "próbuje:", "płaci:", "skarży się na:", "wraca na:"],
        "pains": ["nikt nie odbiera", "dwie różne ceny", "formularz na trzy strony"],
        "goods": ["ktoś, kto się zna", "załatwione w jeden dzień", "proste słowa"],
        "owners": ["Sprzedaż", "Serwis", "Logistyka", "Marketing"],
        "acts": ["Oddzwonić w ciągu dnia", "Jedna cena wszędzie", "Krótszy formularz"],
    },
    "ru": {
        "stages": ["Узнаёт о нас", "Сравнивает", "Заказывает", "Пользуется", "Возвращается"],
        "places": ["сайт", "магазин", "горячая линия", "посылка", "счёт", "почта", "приложение", "ремонт"],
        "steps": ["смотрит:", "спрашивает:", "ждёт:", "пробует:", "платит:", "жалуется:", "снова:"],
        "pains": ["никто не отвечает", "две разные цены", "анкета на три страницы"],
        "goods": ["человек, который знает", "готово за день", "простые слова"],
        "owners": ["Продажи", "Сервис", "Логистика", "Маркетинг"],
        "acts": ["Перезвонить в течение дня", "Одна цена везде", "Анкета короче"],
    },
    "zh": {
        "stages": ["听说", "比较", "下单", "使用", "再次光顾"],
        "places": ["网站", "门店", "热线", "包裹", "发票", "邮件", "应用", "维修"],
        "steps": ["查看", "咨询", "等待", "试用", "支付", "投诉", "重访"],
        "pains": ["没有人接听", "两种价格", "表格有三页"],
        "goods": ["懂行的人", "一天办好", "话说得清楚"],
        "owners": ["销售部", "服务部", "物流部", "市场部"],
        "acts": ["一天内回电", "统一价格", "缩短表格"],
    },
}
LANGUAGES = tuple(WORDS)
SCORES = ["round", "participant", "team", "persona", "touchpoint", "score", "importance", "moment_of_truth", "customer_effort", "comment", "at"]  # fmt: skip
RULES = ("continue-or-quit", "disproportionate-impact", "largest-gap", "impression")


def word_of(n: int, seed: int = 1) -> str:
    """The word of client n, which stands in no other client's texts.

    >>> word_of(0), len({word_of(n) for n in range(5000)})
    ('Zq00061', 5000)
    """
    return f"Zq{(n * 2654435761 + seed * 97) % 16**5:05x}"


def make_clients(folder: Path, n: int, seed: int = 1, largest: int = 40) -> list[str]:
    """Write n clients' folders, of 4 touchpoints to the largest, and give their names; client n is the same however many are made."""
    return [make_client(folder, i, seed, largest) for i in range(n)]


def make_client(folder: Path, n: int, seed: int = 1, largest: int = 40) -> str:
    """Write one client's folder."""
    name = f"client-{n:04}"
    draw = random.Random(f"{seed} {n}")
    journey = _journey(draw, n, word_of(n, seed), largest)
    home = folder / name
    (home / "evidence").mkdir(parents=True, exist_ok=True)
    (home / "scores.csv").write_text(_scores(draw, journey), "utf-8")
    if n % 2:
        journey["sources"].append(_survey(draw, journey, home / "evidence/survey.csv"))
    if n % 5 == 2:
        journey["sources"].append(_log(draw, journey, home / "evidence/events.csv"))
    if n % 3 == 0:
        (home / "report.toml").write_text(
            f'team_min = {2 + n % 2}\n\n[brand]\naccent = "#{draw.randrange(0x3F3F3F):06x}"\n'
        )
    text = json.dumps(journey, ensure_ascii=False, indent=2, sort_keys=True)
    (home / "journey.json").write_text(text + "\n", "utf-8")
    return name


def _journey(draw: random.Random, n: int, word: str, largest: int) -> dict[str, Any]:
    code = LANGUAGES[n % 4]
    words = WORDS[code]
    size = 4 + int((largest - 3) * draw.random() ** 2)
    stages = [
        {"id": f"s{i}", "name": name, "phase": "before" if i < 3 else "after"} for i, name in enumerate(words["stages"])
    ]
    personas = [{"id": f"p{i}", "name": f"{['Anna', 'Boris', 'Chen'][i]} {word}", "role": words["steps"][i], "quote": words["pains"][i]}
                for i in range(1 + draw.randrange(3))]  # fmt: skip
    touchpoints = [_touchpoint(draw, words, word, i, size) for i in range(size)]
    ids = [t["id"] for t in touchpoints]
    as_of = datetime(2026, 6, 1) + timedelta(days=draw.randrange(170))
    paths = [{"id": f"path-{p['id']}", "name": f"{words['places'][i]} {word}", "persona": p["id"],
              "touchpoints": ids if i == 0 else [t for t in ids if draw.random() < 0.8] or ids[:2]} for i, p in enumerate(personas)]  # fmt: skip
    return {
        "schema": "cjmkit/journey/1", "revision": 1, "client": f"{word} {words['owners'][0]}", "title": f"{words['stages'][2]} {word}", "language": code,
        "as_of": as_of.date().isoformat(), "turning_point": "purchase", "goal": {"why": f"{words['pains'][0]} {word}", "persona": "p0"},
        "scale": {"low": 1, "high": draw.choice((5, 5, 7, 10))}, "personas": personas, "stages": stages, "touchpoints": touchpoints, "paths": paths,
        "actions": [_action(draw, words, word, i, ids, as_of) for i in range(draw.randrange(6))],
        "rounds": [{"id": i + 1, "asks": ["score", "importance", "moment_of_truth"], "anonymous": n % 7 == 3} for i in range(1 + draw.randrange(2))],
        "unknowns": [{"touchpoint": ids[-1], "question": f"{words['goods'][1]} {word}?"}], "sources": [],
    }  # fmt: skip


def _touchpoint(draw: random.Random, words: dict[str, list[str]], word: str, i: int, size: int) -> dict[str, Any]:
    truth = {
        "rule": draw.choice(RULES),
        "goes_on_if": draw.choice(words["goods"]),
        "leaves_if": draw.choice(words["pains"]),
    }
    return {
        "id": f"t{i}", "stage": f"s{i * 5 // size}", "name": f"{draw.choice(words['steps'])} {draw.choice(words['places'])} {i + 1}",
        "kind": draw.choice(("contact", "contact", "own-step", "wait")), "channel": draw.choice(words["places"]), "owner": draw.choice([*words["owners"], ""]),
        "pain": f"{draw.choice(words['pains'])} {word}", "success": draw.choice(words["goods"]), "doing": f"{draw.choice(words['steps'])} {word}",
        "quotes": [{"text": f"{draw.choice(words['pains'])} {word}", "source": word}] if i % 4 == 0 else [], "events": [f"step_{i}"],
        "moment_of_truth": truth if draw.random() < 0.15 else None, "evidence": draw.choice(("assumed", "observed", "measured")),
    }  # fmt: skip


def _action(draw: random.Random, words: dict[str, list[str]], word: str, i: int, ids: list[str], as_of: datetime) -> dict[str, Any]:  # fmt: skip
    due = as_of + timedelta(days=draw.randrange(-40, 200))
    return {
        "id": f"a{i}", "title": f"{draw.choice(words['acts'])} {word}", "kind": draw.choice(("procedure", "training", "message", "tool")),
        "touchpoints": [draw.choice(ids)], "cause": draw.choice(words["pains"]), "owner": draw.choice([*words["owners"], ""]),
        "due": due.date().isoformat(), "impact": 1 + draw.randrange(5), "effort": 1 + draw.randrange(5), "status": draw.choice(("idea", "agreed", "doing", "done")),
    }  # fmt: skip


def _scores(draw: random.Random, journey: dict[str, Any]) -> str:
    low, high, word = journey["scale"]["low"], journey["scale"]["high"], journey["title"].split()[-1]
    owners = WORDS[journey["language"]]["owners"]
    people, teams = 3 + draw.randrange(23), 1 + draw.randrange(4)
    middle = {t["id"]: draw.uniform(low, high) for t in journey["touchpoints"]}
    rows, at = [], datetime(2026, 5, 20, 10)
    for asked in journey["rounds"]:
        for who in range(people):
            for touchpoint, mean in middle.items():
                if draw.random() < 0.1:
                    continue
                score = min(high, max(low, round(draw.gauss(mean, 0.9))))
                at += timedelta(seconds=7)
                rows.append([asked["id"], f"Part{who:02}", owners[who % teams], "", touchpoint, score, draw.randrange(3), int(draw.random() < 0.1), "",
                             f"{word} ok" if draw.random() < 0.02 else "", "" if asked["anonymous"] else at.isoformat()])  # fmt: skip
    return _csv([SCORES, *rows])


def _survey(draw: random.Random, journey: dict[str, Any], file: Path) -> dict[str, Any]:
    word, rated = journey["title"].split()[-1], [t["id"] for t in journey["touchpoints"]][:6]
    columns: dict[str, Any] = {"id": {"role": "respondent"}, "recommend": {"role": "nps", "low": 0, "high": 10, "name": "NPS"},
                               "age": {"role": "segment", "name": "Age"}, "why": {"role": "comment"}}  # fmt: skip
    columns |= {f"q_{t}": {"role": "rating", "touchpoint": t, "low": 1, "high": 5, "blank": [9]} for t in rated}
    rows = [[f"r{i:04}", min(10, max(0, round(draw.gauss(7, 2.5)))), draw.choice(("18–34", "35–54", "55+")),
             f"{word} {draw.choice(('good', 'slow', 'dear'))}" if i % 9 == 0 else "", *(draw.choice((1, 2, 3, 4, 4, 5, 9)) for _ in rated)]
            for i in range(draw.randrange(40, 300))]  # fmt: skip
    file.write_text(_csv([list(columns), *rows]), "utf-8")
    return {
        "id": "survey",
        "file": "evidence/survey.csv",
        "kind": "survey",
        "columns": columns,
        "as_of": journey["as_of"],
    }


def _log(draw: random.Random, journey: dict[str, Any], file: Path) -> dict[str, Any]:
    size, rows = min(12, len(journey["touchpoints"])), []  # a web shop's log sees its own part of the journey
    for customer in range(draw.randrange(40, 120)):
        at = datetime(2026, 3, 1) + timedelta(minutes=draw.randrange(80_000))
        for i in range(size):
            if draw.random() < 0.75:
                at += timedelta(minutes=draw.randrange(1, 300))
                rows.append([f"k{customer:03}", at.isoformat(" "), f"step_{i}", ("phone", "computer")[customer % 2]])
            elif draw.random() < 0.3:
                break
    columns = {"user": {"role": "customer"}, "when": {"role": "at", "order": "ymd"}, "what": {"role": "event"}, "device": {"role": "segment", "name": "Device"}}  # fmt: skip
    file.write_text(_csv([list(columns), *sorted(rows, key=lambda row: (row[1], row[0]))]), "utf-8")
    return {"id": "log", "file": "evidence/events.csv", "kind": "events", "columns": columns, "as_of": journey["as_of"]}


def _csv(rows: list[list[Any]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


if __name__ == "__main__":
    print("\n".join(make_clients(Path(sys.argv[1]), int(sys.argv[2]))))
