"""Every number of the samples' reports, recomputed by hand: from the raw files, with nothing of the kit's method."""

import csv
import json
import math
import re
from collections import defaultdict
from datetime import date
from functools import cache
from statistics import mean, median, stdev

import pytest
from conftest import ROOT, as_typed

from cjmkit.reports import content
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Cards, Facts, Section, Table, Text
from cjmkit.runs.opening import open_report

T8 = 2.306004  # Student's t, 97.5 %, 8 degrees of freedom, from the table in any textbook
Z = 1.959964
SAMPLES = ("fridge", "running-shoes")


class Hand:
    """A sample as plain dicts and lists, and the figures of its first persona's path, computed the long way."""

    def __init__(self, name: str) -> None:
        folder = ROOT / "workshops" / name
        self.journey = json.loads((folder / "journey.json").read_text("utf-8"))
        self.low, self.high = self.journey["scale"]["low"], self.journey["scale"]["high"]
        self.first = self.journey["goal"]["persona"]
        self.path = next(p for p in self.journey["paths"] if p["persona"] == self.first)["touchpoints"]
        self.touchpoints = {t["id"]: t for t in self.journey["touchpoints"]}
        rows = list(csv.DictReader((folder / "scores.csv").open(encoding="utf-8", newline="")))
        self.rows = [r for r in rows if r["persona"] in ("", self.first)]
        final: dict[str, dict[str, float]] = defaultdict(dict)
        for row in sorted(self.rows, key=lambda r: int(r["round"])):
            if row["score"]:
                final[row["touchpoint"]][row["participant"]] = float(row["score"])
        self.final = final
        self.mean = {t: mean(final[t].values()) for t in self.path}
        dots = {
            t: sum(float(r["importance"] or 0) for r in self.rows if r["touchpoint"] == t and r["round"] == "1")
            for t in self.path
        }
        self.share = {t: d / sum(dots.values()) for t, d in dots.items()}
        text = (folder / "evidence" / "survey.csv").read_text("utf-8-sig")
        self.survey = list(csv.reader(text.splitlines(), delimiter=";" if ";" in text.splitlines()[0] else ","))
        self.columns = self.journey["sources"][0]["columns"]

    def interval(self, t: str) -> tuple[float, float] | None:
        return self.t_interval(list(self.final[t].values()))

    def t_interval(self, values: list[float]) -> tuple[float, float] | None:
        assert len(values) == 9
        if len(set(values)) == 1:
            return None
        half = T8 * stdev(values) / math.sqrt(9)
        return max(self.low, mean(values) - half), min(self.high, mean(values) + half)

    def weighted(self, ids: list[str], weights: dict[str, float]) -> tuple[float, tuple[float, float] | None]:
        """Everybody scored everything, so that the interval is that of the nine persons' own weighted means."""
        total = sum(weights[t] for t in ids)
        use = {t: weights[t] / total if total else 1 / len(ids) for t in ids}
        people = sorted(self.final[ids[0]])
        own = [sum(use[t] * self.final[t][p] for t in ids) for p in people]
        return mean(own), self.t_interval([round(x, 12) for x in own])

    def answers(self, column: str) -> list[float]:
        at = self.survey[0].index(column)
        blank = {str(b) for b in self.columns[column].get("blank", [])}
        cells = [row[at].strip() for row in self.survey[1:]]
        return [float(c) for c in cells if c and c not in blank]


@pytest.fixture(scope="module", params=SAMPLES)
def hand(request):
    return Hand(request.param), request.param


@cache
def report(name: str, language: str = "en") -> Report:
    return open_report(name, language=language, workshops=as_typed())


@cache
def appendix(name: str) -> Section:
    return content.appendix(report(name))


def say(x: float, digits: int, code: str = "en", sign: bool = False) -> str:
    text = f"{abs(round(x, digits)):.{digits}f}"
    mark = "−" if round(x, digits) < 0 else "+" if sign and round(x, digits) > 0 else ""
    return mark + (text.replace(".", ",") if code == "pl" else text)


def table(section: Section, first: str) -> list[tuple[str, ...]]:
    return next(
        b.rows
        for b in section.blocks
        if (isinstance(b, Table) and b.columns[0] == first) or getattr(b, "caption", "") == first
    )


def between(pair, digits=2) -> str:
    return "–" if pair is None else f"{say(pair[0], digits)} to {say(pair[1], digits)}"


def test_every_touchpoints_figures(hand):
    by_hand, name = hand
    rows = table(appendix(name), "All touchpoints, team estimate")
    third = (by_hand.high - by_hand.low) / 3
    assert len(rows) == len(by_hand.path)
    for id, row in zip(by_hand.path, rows, strict=True):
        x = list(by_hand.final[id].values())
        others = mean(m for t, m in by_hand.mean.items() if t != id)
        apart = (mean(x) - others) / (by_hand.high - by_hand.low)
        level = "low" if mean(x) < by_hand.low + third else "high" if mean(x) > by_hand.high - third else "middle"
        standing = "below the others" if apart <= -0.05 else "above the others" if apart >= 0.05 else "like the others"
        pain = level == "low" or (level == "middle" and standing.startswith("below"))
        success = level == "high" and not standing.startswith("below")
        assert row == (
            by_hand.touchpoints[id]["name"], "9", say(mean(x), 2), between(by_hand.interval(id)), say(median(x), 1),
            f"{min(x):g}–{max(x):g}", f"{say(by_hand.share[id] * 100, 0)}%", level, standing,
            "pain" if pain else "success" if success else "",
        )  # fmt: skip


@pytest.mark.parametrize("by", ["stage", "owner", "channel"])
def test_stage_owner_and_channel_scores(hand, by):
    by_hand, name = hand
    section = appendix(name)
    rows = {row[0]: row for row in table(section, f"By {by}, weighted by importance")}
    names = {s["id"]: s["name"] for s in by_hand.journey["stages"]}
    groups = defaultdict(list)
    for id in by_hand.path:
        groups[by_hand.touchpoints[id][by]].append(id)
    for group, ids in groups.items():
        value, interval = by_hand.weighted(ids, by_hand.share)
        lowest = by_hand.touchpoints[min(ids, key=lambda t: by_hand.mean[t])]["name"]
        shown = rows[names.get(group, group) or {"owner": "nobody yet", "channel": "no channel"}[by]]
        assert shown[1:] == (str(len(ids)), say(value, 2), between(interval), lowest)


def test_mean_weighted_mean_weakest_link_and_peak_end(hand):
    by_hand, name = hand
    facts = dict(next(b for b in appendix(name).blocks if isinstance(b, Facts)).pairs)
    top, m = f"of {by_hand.high}", by_hand.mean
    middle = (by_hand.low + by_hand.high) / 2
    weak = min(by_hand.path, key=lambda t: m[t])
    far = max(round(abs(m[t] - middle), 9) for t in by_hand.path)
    peak = min((t for t in by_hand.path if round(abs(m[t] - middle), 9) == far), key=lambda t: m[t])
    end = by_hand.path[-1]
    even = dict.fromkeys(by_hand.path, 1.0)
    for title, (value, interval) in {
        "Mean of the scored touchpoints": by_hand.weighted(by_hand.path, even),
        "Journey score, weighted by importance": by_hand.weighted(by_hand.path, by_hand.share),
        "Weakest link": (m[weak], by_hand.interval(weak)),
        "Peak and end": by_hand.weighted([peak, end], even),
    }.items():
        assert interval
        phrase = f"{say(value, 1)} {top} ({say(interval[0], 1)}–{say(interval[1], 1)}, n\xa0=\xa09)"
        assert phrase in facts[title], title


def test_the_three_lowest_and_highest_are_named_in_order(hand):
    by_hand, name = hand
    cards = [b for b in content.worst_and_best(report(name)).blocks if isinstance(b, Cards)]
    order = sorted(by_hand.path, key=lambda t: by_hand.mean[t])
    names = [by_hand.touchpoints[t]["name"] for t in order]
    assert [card.title for card in cards[0].cards] == names[:3]
    assert [card.title for card in cards[1].cards] == names[::-1][:3]


def test_what_the_discussion_moved(hand):
    by_hand, name = hand
    rows = {row[0]: row for row in table(content.worst_and_best(report(name)), "What the discussion moved")}
    again = {r["touchpoint"] for r in by_hand.rows if r["round"] == "2" and r["score"]}
    assert {by_hand.touchpoints[t]["name"] for t in again} == set(rows)
    for t in again:
        scores = {
            n: {r["participant"]: float(r["score"]) for r in by_hand.rows if r["touchpoint"] == t and r["round"] == n}
            for n in "12"
        }
        both = sorted(scores["1"].keys() & scores["2"].keys())
        before, after = mean(scores["1"][p] for p in both), mean(scores["2"][p] for p in both)
        moved = [scores["2"][p] - scores["1"][p] for p in both]
        half = T8 * stdev(moved) / 3
        low, high = mean(moved) - half, mean(moved) + half
        assert rows[by_hand.touchpoints[t]["name"]][1:] == (
            "9", say(before, 2), say(after, 2), say(after - before, 2, sign=True),
            f"{say(low, 2, sign=True)} to {say(high, 2, sign=True)}",
        )  # fmt: skip


def test_where_the_team_is_most_divided(hand):
    by_hand, name = hand
    rows = table(content.worst_and_best(report(name)), "Where the team is most divided")
    apart = {t: mean(abs(x - by_hand.mean[t]) for x in by_hand.final[t].values()) for t in by_hand.path}
    order = sorted(by_hand.path, key=lambda t: (-round(apart[t], 9), -by_hand.share[t]))[:3]
    assert [(row[0], row[3]) for row in rows] == [(by_hand.touchpoints[t]["name"], say(apart[t], 1)) for t in order]


def test_the_rank_of_actions(hand):
    by_hand, name = hand
    rows = table(content.action_plan(report(name)), "Rank by what the scores promise")
    gains = {}
    for action in by_hand.journey["actions"]:
        if action["status"] in ("idea", "agreed", "doing"):
            ids = [t for t in action["touchpoints"] if t in by_hand.mean]
            gaps = [(by_hand.high - by_hand.mean[t]) / (by_hand.high - by_hand.low) for t in ids]
            reach = [1 if (r := by_hand.touchpoints[t]["reach"]) is None else r for t in ids]
            gain = sum(g * by_hand.share[t] * r for g, t, r in zip(gaps, ids, reach, strict=True))
            gains[action["title"]] = (
                f"{say(mean(gaps) * 100, 0)}%",
                say(gain, 3),
                gain,
                f"{action['impact']}",
                f"{action['effort']}",
            )
    order = sorted(gains, key=lambda title: -gains[title][2])
    assert [row[1] for row in rows] == order
    for rank, row in enumerate(rows, 1):
        gap, gain, _, impact, effort = gains[row[1]]
        assert row[:6] == (str(rank), row[1], gap, gain, impact, effort)


def test_actions_stand_under_the_days_in_which_they_fall_due(hand):
    by_hand, name = hand
    section = content.action_plan(report(name))
    start = date.fromisoformat(by_hand.journey["as_of"])
    for action in by_hand.journey["actions"]:
        days = (date.fromisoformat(action["due"]) - start).days
        title = next(
            t
            for limit, t in ((30, "Within 30 days"), (60, "Within 60 days"), (90, "Within 90 days"), (9999, "Later"))
            if days <= limit
        )
        assert action["title"] in [row[0] for row in table(section, title)]


def test_the_recommendation_of_customers(hand):
    by_hand, name = hand
    column = next(c for c, d in by_hand.columns.items() if d["role"] == "nps")
    x = by_hand.answers(column)
    n, p, d = len(x), sum(v >= 9 for v in x), sum(v <= 6 for v in x)
    value = 100 * (p - d) / n
    error = 100 * math.sqrt((p / n + d / n - (p / n - d / n) ** 2) / n)
    lead = next(b.text for b in content.customers_said(report(name)).blocks if isinstance(b, Text))
    assert lead == (
        f"NPS {say(value, 0, sign=True)}: {p} promoters, {n - p - d} passives and {d} detractors of {n} answers. "
        f"95% interval: {say(value - Z * error, 1, sign=True)} to {say(value + Z * error, 1, sign=True)}."
    )


def test_customers_ratings_beside_the_teams_estimate(hand):
    by_hand, name = hand
    rows = table(content.customers_said(report(name)), "How customers rate the touchpoints")
    shown = {row[0]: row for row in rows}
    asked = {c: d for c, d in by_hand.columns.items() if d["role"] == "rating"}
    assert len(shown) == len(asked)
    for column, declared in asked.items():
        x = by_hand.answers(column)
        row = shown[by_hand.touchpoints[declared["touchpoint"]]["name"]]
        best = sum(v >= 4 for v in x) / len(x)
        assert (declared["low"], declared["high"]) == (1, 5)
        assert (row[1], row[2]) == (str(len(x)), f"{say(mean(x), 2)} of 5")
        assert row[4] == f"{say(best * 100, 0)}% (4–5)"
        assert row[5] == f"{say(by_hand.mean[declared['touchpoint']], 1)} of {by_hand.high}"


def test_the_rating_of_the_whole_stands_apart(hand):
    by_hand, name = hand
    column = next(c for c, d in by_hand.columns.items() if d["role"] == "overall")
    x = by_hand.answers(column)
    facts = [b for b in content.customers_said(report(name)).blocks if isinstance(b, Facts)]
    assert facts[-1].pairs[0][1].startswith(f"{say(mean(x), 2)} of 5 (n\xa0=\xa0{len(x)})")


def test_the_directors_page_holds_the_weakest_link_against_what_customers_say(hand):
    by_hand, name = hand
    cards = next(b for b in content.director_page(report(name)).blocks if isinstance(b, Cards)).cards
    weak = min(by_hand.path, key=lambda t: by_hand.mean[t])
    x = by_hand.answers(next(c for c, d in by_hand.columns.items() if d.get("touchpoint") == weak))
    assert cards[0].title.endswith(by_hand.touchpoints[weak]["name"])
    assert f"customers: {say(mean(x), 2)} of 5 (n\xa0=\xa0{len(x)})" in cards[0].note


def test_votes_for_moments_of_truth(hand):
    by_hand, name = hand
    section = content.moments(report(name))
    cards = next(b for b in section.blocks if isinstance(b, Cards)).cards
    for card in cards:
        id = next(i for i, t in by_hand.touchpoints.items() if t["name"] == card.title)
        votes = sum(float(r["moment_of_truth"] or 0) for r in by_hand.rows if r["touchpoint"] == id)
        assert f"{votes:g} vote" in card.note
    flagged = [t["name"] for t in by_hand.journey["touchpoints"] if t["moment_of_truth"] and t["id"] in by_hand.path]
    assert sorted(card.title for card in cards) == sorted(flagged)


def test_what_is_only_assumed_is_counted(hand):
    by_hand, name = hand
    lead = content.assumptions(report(name)).blocks[0].text
    rated = {d.get("touchpoint") for d in by_hand.columns.values()}
    assumed = sum(by_hand.touchpoints[t]["evidence"] == "assumed" and t not in rated for t in by_hand.path)
    assert lead.startswith(f"{assumed} of {len(by_hand.path)} touchpoints rest on what the team assumes.")


def test_the_polish_report_says_the_same_numbers_in_polish(hand):
    _, name = hand
    english, polish = (report(name, code) for code in ("en", "pl"))
    for make in ("appendix", "worst_and_best", "action_plan", "customers_said"):
        one, other = (numbers(getattr(content, make)(report)) for report in (english, polish))
        assert [x.replace(".", ",") for x in one] == other, make
        assert one


def numbers(section: Section) -> list[str]:
    """The cells of the number columns of a section's tables."""
    cells = []
    for block in section.blocks:
        if isinstance(block, Table):
            cells += [row[n] for row in block.rows for n in block.numbers]
    return re.findall(r"[−+]?\d+(?:[.,]\d+)?", " ".join(cells))
