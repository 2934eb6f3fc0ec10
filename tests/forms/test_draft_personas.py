"""Personas drafted from customers: what they say is measured, the team decides, and nothing is overwritten."""

import re

import numpy as np
import pandas as pd
import pytest
from conftest import small_journey

from cjmkit.errors import UsageError
from cjmkit.exchange.columns import columns_of
from cjmkit.exchange.customers import read_customers
from cjmkit.forms.persona_drafts import persona_drafts
from cjmkit.forms.segments import draft_personas
from cjmkit.journey import Persona
from cjmkit.method.segments import segments, segments_by


def shoppers():
    """Forty who come often by web, thirty who come rarely to the shop."""
    rng = np.random.default_rng(3)
    often = np.arange(70) < 40
    return pd.DataFrame({
        "customer": [f"secret-{n:02}" for n in range(70)],
        "visits": np.where(often, 20, 3) + rng.integers(0, 3, 70),
        "spent": np.where(often, 30.0, 200.0) + rng.normal(0, 5, 70).round(1),
        "channel": np.where(often ^ (np.arange(70) % 5 == 0), "web", "shop"),
    })  # fmt: skip


class Disk:
    def __init__(self):
        self.journey = small_journey()

    def save(self, **parts):
        self.journey = self.journey.changed(**parts)
        return self.journey


@pytest.fixture(scope="module")
def found():
    return segments(shoppers(), ["visits", "spent"])


@pytest.fixture
def opened(monkeypatch, found):
    monkeypatch.setattr("cjmkit.forms.segments.segments", lambda *_: found)
    disk = Disk()
    return disk, draft_personas(disk.journey, disk.save, customers=shoppers(), names={"visits": "Visits a year"}, source="crm.csv")  # fmt: skip


def test_a_draft_has_its_share_and_what_sets_it_apart_as_measured(found):
    often, rarely = persona_drafts(found, names={"visits": "Visits a year"}, source="crm.csv", language="en")
    assert (often.share, rarely.share) == (0.571, 0.429)
    assert {item.text for item in often.habits} == {
        "Visits a year: mean 20.9 · others 3.8", "spent: mean 29 · others 200", "channel: web: 80% · others 20%",
    }  # fmt: skip
    assert {(item.evidence, item.source) for item in often.habits} == {("measured", "crm.csv · 40 customers")}
    assert (dict(often.demographics), dict(rarely.demographics)) == ({"channel": "web"}, {"channel": "shop"})


def test_what_a_column_says_goes_to_the_list_it_is_named_for(found):
    often = persona_drafts(found, lists={"channel": "buys_how"}, language="pl")[0]
    assert [len(often.habits), len(often.buys_how)] == [2, 1]
    with pytest.raises(UsageError, match="no list 'wishes'"):
        persona_drafts(found, lists={"channel": "wishes"})


def test_an_accepted_draft_joins_the_personas_and_undo_takes_it_back(opened):
    disk, screen = opened
    before = disk.journey.personas
    screen.picture.choose(f"accept {screen.drafts[0].id}")
    assert disk.journey.personas[:-1] == before
    assert disk.journey.personas[-1] == screen.drafts[0]
    screen.picture.choose(f"accept {screen.drafts[0].id}")  # a second click on an old picture
    assert len(disk.journey.personas) == len(before) + 1
    assert screen.picture.value.count("data-choose=") == 2
    screen.draft.undo()
    assert disk.journey.personas == before


def test_a_persona_of_the_team_is_never_overwritten(opened):
    disk, screen = opened
    draft = screen.drafts[0]
    mine = Persona(id=draft.id, name="Ours")
    screen.edit(screen.journey.changed(personas=[*screen.journey.personas, mine]))
    screen.picture.choose(f"accept {draft.id}")
    *_, ours, new = disk.journey.personas
    assert (ours, new.id, new.segment) == (mine, f"{draft.id}-2", draft.segment)


def test_not_now_folds_a_draft_away_and_changes_nothing(opened):
    disk, screen = opened
    before, id = disk.journey, screen.drafts[1].id
    assert "2 drafts to decide on" in screen.bar.text
    screen.picture.choose(f"later {id}")
    assert disk.journey is before
    assert "1 draft to decide on" in screen.bar.text
    assert f'data-choose="again {id}"' in screen.picture.value
    screen.picture.choose("accept something-else")
    assert disk.journey is before


def test_groups_may_be_those_that_a_column_names(opened):
    _, screen = opened
    screen.which.control.value = "channel"
    assert [draft.name for draft in screen.drafts] == ["web", "shop"]
    assert "Groups as channel names them" in screen.picture.value


def test_no_structure_and_no_customers_are_said_in_words():
    disk = Disk()
    bare = draft_personas(disk.journey, disk.save, customers=None)
    assert "cjmkit import NAME customers FILE" in re.sub("<[^>]+>", " ", bare.picture.value)
    few = draft_personas(disk.journey, disk.save, customers=shoppers().head(12))
    assert few.drafts == ()
    assert "too few to look for groups" in re.sub("<[^>]+>", " ", few.picture.value)


def test_no_customer_is_named_in_picture_or_draft(opened):
    _, screen = opened
    assert "secret" not in screen.picture.value
    assert "secret" not in repr(screen.drafts)


def test_hostile_words_of_a_file_are_shown_as_they_are(monkeypatch, found):
    monkeypatch.setattr("cjmkit.forms.segments.segments", lambda *_: found)
    bad = "<img src=x onerror=alert(1)>"
    table = shoppers().assign(channel=lambda t: t.channel.replace("web", bad))
    disk = Disk()
    screen = draft_personas(disk.journey, disk.save, customers=table, columns=["visits", "spent", "channel"])
    screen.which.control.value = "channel"
    assert "<img src=x" not in screen.picture.value
    assert persona_drafts(segments_by(table, "channel"))[0].name == bad


PURPOSES = {
    "1": "business",
    "2": "pleasure",
    "3": "friends or relatives",
    "4": "school",
    "5": "conference",
    "6": "family event",
}
AGES = {"1": "under 18", "2": "18–24", "3": "25–34", "4": "35–44", "5": "45–54", "6": "55–64", "7": "65 and over"}
INCOMES = {"1": "under $50,000", "2": "$50,000–100,000", "3": "$100,001–150,000", "4": "over $150,000"}


def passengers(real_data):
    """The airport's passengers: what they are as categories, how they rate as numbers."""
    rated = ["Q7FOOD", "Q7STORE", "Q7SIGN", "Q7WIFI", "Q7LTPARKING", "Q9ALL", "Q10SAFE"]
    columns = columns_of({
        "RESPNUM": {"role": "customer"},
        "Q2PURP1": {"role": "segment", "name": "Purpose", "labels": PURPOSES, "blank": [0, 7, 8, 9, 10, 11, 12, 13]},
        "Q19AGE": {"role": "segment", "name": "Age", "labels": AGES, "blank": [0, 8]},
        "Q21INCOME": {"role": "segment", "name": "Income", "labels": INCOMES, "blank": [0, 5]},
        "AIRLINE": {"role": "segment", "name": "Airline"},
        **{name: {"role": "number", "blank": [0, 6]} for name in rated},
    }, "customers")  # fmt: skip
    return read_customers(next((real_data / "sfo2017").glob("*.csv")), columns)


def test_passengers_of_an_airport_are_no_groups_by_themselves_but_drafts_by_their_purpose(real_data):
    people = passengers(real_data)
    assert segments(people.table).why == "apart"  # no groups, however many are asked for
    found = segments_by(people.table, "Q2PURP1")
    drafts = persona_drafts(found, names=people.segments, lists={"Q7LTPARKING": "challenges"}, source="SFO 2017", language="en")  # fmt: skip
    assert [draft.name for draft in drafts][:3] == ["pleasure", "business", "friends or relatives"]
    business = drafts[1]
    assert business.demographics["Income"] == "over $150,000"
    assert business.habits[0].text == "Income: over $150,000: 48% · others 22%"
    assert [item.text for item in business.challenges] == ["Q7LTPARKING: mean 3.5 · others 3.9"]
    assert {item.evidence for item in (*business.habits, *business.challenges)} == {"measured"}


def test_households_of_a_grocer_fall_into_groups_by_who_lives_there(real_data):
    table = pd.read_csv(real_data / "completejourney" / "demographics.csv").rename(columns={"household_id": "customer"})
    found = segments(table)
    assert (found.number, found.why) == (7, "")
    first = persona_drafts(found, language="en")[0]
    assert (first.name, first.share) == ("household_comp: 2 Adults No Kids · household_size: 2", 0.313)
