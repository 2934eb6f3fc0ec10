"""The two samples tell the cases they were made to tell, and the starters speak every language they offer."""

import csv
import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cjmkit.errors import InputError
from cjmkit.exchange.columns import columns_of, read_columns
from cjmkit.exchange.surveys import read_survey
from cjmkit.journey import Journey
from cjmkit.journey.translated import out_of_date, translated, typed_texts
from cjmkit.journey.values import thawed
from cjmkit.language import languages
from cjmkit.method.findings import contested, path_figures, weakest_link, widest
from cjmkit.method.gaps import gaps
from cjmkit.method.priorities import horizon
from cjmkit.method.scores import final_scores, of_persona
from cjmkit.tables import score_faults, scores_from_csv, scores_to_csv

ROOT = Path(__file__).parents[1]
SAMPLES = ["fridge", "running-shoes"]
GROUPS = ("Grupa klientów", "How long have you been running?")
STARTERS = sorted((ROOT / "templates" / "starters").glob("*.json"))
CODES = ("id", "phase", "stage", "kind", "party", "lasts", "evidence")

# The cases as they are told, typed by hand: means of nine people, to one decimal.
FIRST_ROUND = {
    "fridge": {
        "neighbour": 4.2, "leaflet": 1.9, "web": 3.1, "forum": 3.4, "shop-models": 4.0, "salesman": 3.3,
        "catalogues": 3.0, "second-visit": 2.3, "deposit": 2.9, "wait": 2.4, "call": 4.1, "carrying-in": 4.8, "half-year": 3.6,
        "grows-loud": 2.0, "service-call": 3.2, "repair": 4.4, "opinion": 3.3, "oven": 3.0,
    },
    "running-shoes": {
        "need": 6.0, "pair-in-shop": 7.1, "trying-on": 8.6, "salesperson": 7.4, "phone-prices": 4.8, "forum": 7.0,
        "instagram": 6.2, "web-shop": 7.2, "basket": 3.2, "payment": 6.4, "parcel": 6.8, "first-run": 8.0,
        "size-exchange": 4.4, "review": 6.1, "tells-friends": 7.3, "next-pair": 5.2,
    },
}  # fmt: skip
SECOND_ROUND = {
    "fridge": {"salesman": 3.0, "wait": 1.6, "service-call": 2.7},
    "running-shoes": {"phone-prices": 4.1, "instagram": 5.3, "size-exchange": 4.0},
}


def journey_of(name: str) -> Journey:
    return Journey.from_json((ROOT / "workshops" / name / "journey.json").read_text(encoding="utf-8"))


def scores_of(name: str) -> pd.DataFrame:
    return scores_from_csv((ROOT / "workshops" / name / "scores.csv").read_text(encoding="utf-8"))


def first_persona(name: str, number: int) -> pd.DataFrame:
    scores = scores_of(name)
    return scores[(scores["round"] == number) & (scores.persona == "")]


def answers_of(name: str, delimiter: str) -> list[dict[str, str]]:
    with (ROOT / "workshops" / name / "evidence" / "survey.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def answered(rows: list[dict[str, str]], heading: str) -> list[int]:
    [column] = [name for name in rows[0] if heading in name]
    return [int(row[column]) for row in rows if row[column]]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_loads_and_is_written_as_the_kit_would_write_it(name: str) -> None:
    text = (ROOT / "workshops" / name / "journey.json").read_text(encoding="utf-8")
    scores = (ROOT / "workshops" / name / "scores.csv").read_text(encoding="utf-8")
    assert journey_of(name).to_json() == text
    assert scores_to_csv(scores_of(name)) == scores
    assert (ROOT / "workshops" / name / ".sample").exists()


@pytest.mark.parametrize("name", SAMPLES)
def test_the_scores_fit_the_journey(name: str) -> None:
    assert score_faults(scores_of(name), journey_of(name)) == []


def test_a_score_of_a_touchpoint_that_is_not_there_would_be_seen() -> None:
    scores = scores_of("fridge").replace({"touchpoint": {"wait": "waiting"}})
    assert [f.values["rows"] for f in score_faults(scores, journey_of("fridge"))] == [
        27
    ]  # nine people twice, nine for Henryk


@pytest.mark.parametrize("name", SAMPLES)
def test_the_means_of_both_rounds_are_those_of_the_case(name: str) -> None:
    for number, expected in ((1, FIRST_ROUND[name]), (2, SECOND_ROUND[name])):
        table = first_persona(name, number).groupby("touchpoint").score
        assert table.mean().round(1).to_dict() == expected
        assert set(table.count()) == {9}


@pytest.mark.parametrize("name", SAMPLES)
def test_nine_people_in_three_teams_give_five_dots_and_three_votes_each(name: str) -> None:
    first = first_persona(name, 1)
    teams = first.groupby("team").participant.nunique().to_dict()
    assert teams == dict(journey_of(name).held[0].teams)
    assert set(teams.values()) == {3}
    assert set(first.groupby("participant").importance.sum()) == {5}
    assert set(first.groupby("participant").moment_of_truth.sum()) == {3}


@pytest.mark.parametrize(
    ("name", "split"),
    [("fridge", {"salesman", "wait", "service-call"}), ("running-shoes", {"phone-prices", "instagram"})],
)
def test_the_room_is_split_first_and_agrees_lower_after_talking(name: str, split: set[str]) -> None:
    journey, scores = journey_of(name), scores_of(name)
    first = scores[scores["round"] == 1]
    before = contested(final_scores(of_persona(journey, first)), journey.scale.low, journey.scale.high)
    assert set(before[before].index) == split
    assert set(widest(path_figures(journey, first)).index) == set(SECOND_ROUND[name])
    assert not path_figures(journey, scores).contested.any()
    assert all(SECOND_ROUND[name][id] < FIRST_ROUND[name][id] for id in SECOND_ROUND[name])


def test_the_fridge_has_a_fair_mean_and_a_wait_that_nobody_owns_as_weakest_link() -> None:
    journey = journey_of("fridge")
    figures = path_figures(journey, scores_of("fridge"))
    assert round(figures.value.mean(), 1) == 3.2
    assert figures.value.nsmallest(2).index.tolist() == ["wait", "leaflet"]
    assert (journey.touchpoint("wait").kind, journey.touchpoint("wait").owner) == ("wait", "")
    assert journey.touchpoint(str(figures.value.idxmax())).party == "partner"
    moments = [t.id for t in journey.touchpoints if t.moment_of_truth]
    assert moments == ["second-visit", "grows-loud", "oven"]
    assert [t.id for t in journey.touchpoints if t.decision == "keep"] == ["call", "carrying-in", "repair"]
    assert weakest_link(path_figures(journey, scores_of("fridge"), "henryk")) == "service-call"


def test_the_running_shoes_have_a_loop_with_a_competitor_in_it_and_a_basket_that_kills_sales() -> None:
    journey = journey_of("running-shoes")
    figures = path_figures(journey, scores_of("running-shoes"))
    assert weakest_link(figures) == "basket"
    assert figures.value.idxmax() == "trying-on"
    way = list(journey.path().touchpoints)
    assert way.index("trying-on") < way.index("phone-prices") < way.index("web-shop")
    assert journey.touchpoint("phone-prices").party == "competitor"
    goal = journey.kpi("basket-to-paid")
    assert goal is not None
    assert (goal.baseline, goal.target, goal.benchmark) == (26, 32, 29.81)
    video = scores_of("running-shoes").query("touchpoint == 'video'")
    assert set(video.persona) == {"marta"}
    assert round(video.score.mean(), 1) == 7.8


@pytest.mark.parametrize("name", SAMPLES)
def test_everything_that_a_finished_workshop_has_is_there(name: str) -> None:
    journey = journey_of(name)
    assert re.search("zmyślone|invented", journey.title)
    assert re.search("zmyślone|invented", journey.scope.market)
    assert {horizon(action, journey.as_of) for action in journey.actions} == {"30", "60", "90"}
    assert all(len(t.name) <= 34 for t in journey.touchpoints)
    assert all(t.doing and t.thinking and t.feeling and t.expects and t.backstage for t in journey.touchpoints)
    assert all(t.decision and t.channel and (t.pain or t.success) for t in journey.touchpoints)
    assert all(stage.kpis and stage.reached and stage.customer_goal for stage in journey.stages)
    improved = {id for action in journey.actions for id in action.touchpoints}
    assert {t.id for t in journey.touchpoints if t.decision in ("improve", "drop")} == improved
    for path in journey.paths:
        scored = path_figures(journey, scores_of(name), path.persona, path.id)
        assert (scored.n == 9).all()


@pytest.mark.parametrize("name", SAMPLES)
def test_only_what_nobody_owns_is_left_as_a_gap(name: str) -> None:
    left = {fault.place for fault in gaps(journey_of(name), scores_of(name))}
    nobodys = {"fridge": {"touchpoints[wait]", "touchpoints[neighbour]"}, "running-shoes": {"touchpoints[forum]"}}
    assert left == nobodys[name]


@pytest.mark.parametrize(
    ("name", "delimiter", "counts"), [("fridge", ";", (16, 14, 10)), ("running-shoes", ",", (21, 15, 12))]
)
def test_the_survey_counts_are_those_of_the_case(name: str, delimiter: str, counts: tuple[int, int, int]) -> None:
    values = answered(answers_of(name, delimiter), "0–10" if name == "fridge" else "0-10")
    found = (sum(v >= 9 for v in values), sum(7 <= v <= 8 for v in values), sum(v <= 6 for v in values))
    assert found == counts


def test_twelve_of_twenty_five_praise_the_service_by_telephone() -> None:
    rows = answers_of("fridge", ";")
    values = [v for v in answered(rows, "Kontakt telefoniczny") if v != 9]
    assert (len(values), sum(v >= 4 for v in values)) == (25, 12)
    assert sum(row["Grupa klientów"] == "senior" for row in rows) == 12
    assert min(Counter(row["Grupa klientów"] for row in rows).values()) >= 5


@pytest.mark.parametrize("name", SAMPLES)
def test_the_survey_is_read_by_the_columns_that_the_journey_declares(name: str) -> None:
    journey, evidence = journey_of(name), ROOT / "workshops" / name / "evidence"
    declared = thawed(journey.sources[0].columns)
    assert declared == tomllib.loads((evidence / "survey-columns.toml").read_text(encoding="utf-8"))
    survey = read_survey(evidence / "survey.csv", read_columns(evidence / "survey-columns.toml"))
    assert survey.rows == (40 if name == "fridge" else 48)
    assert survey.warnings == ()
    assert {item for item in survey.items.touchpoint if item} <= {t.id for t in journey.touchpoints}


def test_the_survey_is_refused_when_its_code_for_not_applicable_is_not_declared() -> None:
    declared = {name: dict(column) for name, column in journey_of("fridge").sources[0].columns.items()}
    for column in declared.values():
        column.pop("blank", None)
    survey = ROOT / "workshops" / "fridge" / "evidence" / "survey.csv"
    with pytest.raises(InputError, match="Kontakt telefoniczny"):
        read_survey(survey, columns_of(declared))


@pytest.mark.parametrize(
    ("name", "source"), [("fridge", "ankieta klientów 2026"), ("running-shoes", "customer survey 2026")]
)
def test_a_quote_from_the_survey_stands_in_the_survey(name: str, source: str) -> None:
    text = (ROOT / "workshops" / name / "evidence" / "survey.csv").read_text(encoding="utf-8")
    quotes = [q.text for t in journey_of(name).touchpoints for q in t.quotes if q.source == source]
    assert len(quotes) >= 5
    assert [q for q in quotes if q not in text] == []


def texts_without_a_language(value: Any, place: str = "") -> list[str]:
    """Where a starter has words that are not given in every language alike."""
    if isinstance(value, dict) and set(value) & set(languages()):
        same = {(isinstance(value.get(code), list), len_of(value.get(code) or [])) for code in languages()}
        return [] if set(value) == set(languages()) and len(same) == 1 and all(value.values()) else [place]
    if isinstance(value, dict):
        return [w for k, v in value.items() if k not in CODES for w in texts_without_a_language(v, f"{place}.{k}")]
    if isinstance(value, list):
        return [w for n, v in enumerate(value) for w in texts_without_a_language(v, f"{place}[{n}]")]
    return [place] if isinstance(value, str) else []


def len_of(value: str | list[str]) -> int:
    return len(value) if isinstance(value, list) else 1


@pytest.mark.parametrize("path", STARTERS, ids=lambda path: path.stem)
def test_every_text_of_a_starter_is_there_in_every_language(path: Path) -> None:
    starter = json.loads(path.read_text(encoding="utf-8"))
    assert texts_without_a_language(starter) == []
    starter["stages"][0]["customer_goal"].pop("pl")
    assert texts_without_a_language(starter) == [".stages[0].customer_goal"]


@pytest.mark.parametrize(("name", "stages"), [("five-stage", 5), ("eleven-goal", 11)])
def test_a_starter_makes_a_journey_in_every_language(name: str, stages: int) -> None:
    starter = json.loads((ROOT / "templates" / "starters" / f"{name}.json").read_text(encoding="utf-8"))
    ids = [stage["id"] for stage in starter["stages"]]
    assert len(set(ids)) == len(ids) == stages
    assert [stage["phase"] for stage in starter["stages"]] == sorted(
        (s["phase"] for s in starter["stages"]), reverse=True
    )
    for language in languages():
        made = [{k: v[language] if isinstance(v, dict) else v for k, v in stage.items()} for stage in starter["stages"]]
        scale = starter["scale"]
        labels = {point: words[language] for point, words in scale["labels"].items()}
        spoken = {**scale, "labels": labels, "question": scale["question"][language]}
        assert len(Journey.from_data({"stages": made, "scale": spoken}).stages) == stages
        assert "{persona}" in spoken["question"]


@pytest.mark.parametrize(("name", "code"), [("fridge", "en"), ("running-shoes", "pl")])
def test_every_text_that_was_typed_is_there_in_the_other_language_and_none_is_out_of_date(name: str, code: str) -> None:
    def untranslated(texts: dict[str, str]) -> set[str]:
        return {text for _, _, text in typed_texts(journey) if not texts.get(text)}

    journey, content = journey_of(name), (ROOT / "workshops" / name / f"translations.{code}.json").read_text("utf-8")
    texts = json.loads(content)["texts"]
    assert untranslated(texts) == set()
    assert out_of_date(journey, texts) == []
    assert {team for team in scores_of(name).team if team not in texts} == set()
    assert [t.name for t in translated(journey, texts).touchpoints if len(t.name) > 34] == []
    texts_of = {row.get(column) for row in answers_of(name, ";" if name == "fridge" else ",") for column in GROUPS} - {
        None
    }
    assert texts_of <= set(texts)
    taken = texts.pop(journey.title)
    assert untranslated(texts) == {journey.title}
    assert out_of_date(journey, {**texts, "?": taken}) == ["?"]
