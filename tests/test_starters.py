"""The six trades a client may begin from: touchpoints to correct, in the customer's words, in two languages."""

import json
from itertools import combinations

import pytest
from conftest import ROOT

from cjmkit.method.gaps import gaps
from cjmkit.tables import empty_scores
from cjmkit.workshop import new_workshop, starters

TRADES = ("bank", "online-shop", "public-service", "retail", "software-subscription", "two-part")
TEXTS = ("name", "doing", "thinking")


def raw(name):
    return json.loads((ROOT / "templates" / "starters" / f"{name}.json").read_text("utf-8"))


def begun(name, language, folder):
    return new_workshop(f"{name} {language}", starter=name, language=language, workshops=folder).journey


def alike(one, other):
    """The texts that two starters share, in either language."""
    texts = [
        {t[f][code] for t in s["touchpoints"] for f in TEXTS if f in t for code in ("en", "pl")} for s in (one, other)
    ]
    goals = [{stage["customer_goal"][code] for stage in s["stages"] for code in ("en", "pl")} for s in (one, other)]
    return texts[0] & texts[1] | goals[0] & goals[1]


def test_there_is_a_starter_for_each_trade():
    assert set(TRADES) <= set(starters())


@pytest.mark.parametrize("language", ["en", "pl"])
@pytest.mark.parametrize("name", TRADES)
def test_a_starter_opens_with_a_dozen_touchpoints_to_correct(name, language, tmp_path):
    journey = begun(name, language, tmp_path)
    kinds = {t.kind for t in journey.touchpoints}
    assert 12 <= len(journey.touchpoints) <= 15
    assert kinds == {"contact", "own-step", "wait"}
    assert all(t.lasts for t in journey.touchpoints if t.kind == "wait")
    assert {t.stage for t in journey.touchpoints} == {s.id for s in journey.stages}
    assert all(t.name and t.doing and t.channel and t.evidence == "assumed" for t in journey.touchpoints)
    assert {s.phase for s in journey.stages} == {"before", "after"}
    order = [s.id for s in journey.stages]
    assert [t.stage for t in journey.touchpoints] == sorted((t.stage for t in journey.touchpoints), key=order.index)


@pytest.mark.parametrize("name", TRADES)
def test_what_hurts_and_who_answers_for_it_is_left_for_the_team_to_find(name, tmp_path):
    journey = begun(name, "en", tmp_path)
    assert not any(t.pain or t.success or t.owner or t.verdict or t.moment_of_truth for t in journey.touchpoints)
    unowned = [g for g in gaps(journey, empty_scores()) if g.sentence.startswith("nobody owns it")]
    assert len(unowned) == len(journey.touchpoints)


@pytest.mark.parametrize("name", TRADES)
def test_touchpoints_stand_in_the_channels_that_the_starter_names(name):
    starter = raw(name)
    for code in ("en", "pl"):
        strangers = {t["channel"][code] for t in starter["touchpoints"]} - set(starter["channels"][code])
        assert strangers == set()


def test_no_two_starters_tell_the_same():
    for one, other in combinations(TRADES, 2):
        assert alike(raw(one), raw(other)) == set(), (one, other)


def test_a_starter_reworded_from_another_would_be_caught():
    assert alike(raw("bank"), raw("bank"))


def test_nobody_buys_anything_from_an_office(tmp_path):
    assert begun("public-service", "en", tmp_path).turning_point == "decision received"
    assert begun("public-service", "pl", tmp_path).turning_point == "otrzymanie decyzji"
    assert begun("retail", "en", tmp_path).turning_point == "purchase"
