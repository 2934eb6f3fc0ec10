import json

import jsonschema
import pytest
from conftest import small_journey
from hypothesis import given, settings
from hypothesis import strategies as st

from cjmkit.errors import JourneyError, NotFoundError
from cjmkit.journey import Item, Journey, Touchpoint, json_schema


def faults_of(data) -> list[str]:
    with pytest.raises(JourneyError) as caught:
        Journey.from_data(data) if isinstance(data, dict) else Journey.from_json(data)
    return [str(fault) for fault in caught.value.faults]


def test_a_journey_survives_out_and_in():
    journey = small_journey(goal={"from": 30, "to": 7, "by": "2027-06-30"})
    assert Journey.from_json(journey.to_json()) == journey


def test_the_same_journey_is_written_the_same_way_whatever_the_order_of_its_fields():
    data = small_journey().to_data()
    assert Journey.from_data(dict(reversed(data.items()))).to_json() == Journey.from_data(data).to_json()


def test_an_item_is_a_plain_text_where_nothing_is_said_of_it():
    journey = small_journey(personas=[{"id": "anna", "needs": ["quiet", {"text": "speed", "evidence": "observed"}]}])
    needs = journey.to_data()["personas"][0]["needs"]
    assert needs == ["quiet", {"text": "speed", "evidence": "observed", "source": ""}]
    assert journey.personas[0].needs[0] == Item(text="quiet")


def test_adding_a_touchpoint_does_not_change_the_journey():
    journey = small_journey()
    assert len(journey.add_touchpoint(Touchpoint(id="d", stage="use")).touchpoints) == 4
    assert len(journey.touchpoints) == 3


def test_a_touchpoint_that_goes_leaves_paths_and_actions_too():
    journey = small_journey(actions=[{"id": "x", "touchpoints": ["a", "b"]}], unknowns=[{"touchpoint": "a"}])
    left = journey.remove_touchpoint("a")
    assert left.paths[0].touchpoints == ("b", "c")
    assert left.actions[0].touchpoints == ("b",)
    assert left.unknowns[0].touchpoint is None


@pytest.mark.parametrize(
    "change",
    [
        lambda j: setattr(j, "title", "x"),
        lambda j: setattr(j.touchpoints[0], "name", "x"),
        lambda j: j.scale.labels.__setitem__("1", "x"),
        lambda j: j.personas[0].demographics.update(age="3"),
        lambda j: j.touchpoints.append(1),
    ],
)
def test_a_journey_is_frozen_to_the_bottom(change):
    with pytest.raises((TypeError, AttributeError, ValueError)):
        change(small_journey())


def test_every_fault_is_told_at_once_with_its_place_and_what_would_be_right():
    found = faults_of(
        {
            "kind": "now",
            "personas": [{"id": "An na"}],
            "stages": [{"id": "s", "phase": "x"}, {"id": "s"}],
            "touchpoints": [{"id": "f", "stage": "t", "lasts": "30 days"}, {"id": "g", "stage": 3, "reach": 2}],
            "goal": {"by": "2027-13-01", "kpi": "nothing"},
            "scale": {"low": 5, "high": 1},
        }
    )
    assert found == [
        'kind: must be one of current, future, day-in-the-life, not "now"',
        'goal.by: must be a date such as 2027-06-30, not "2027-13-01"',
        'personas[An na].id: must be an id of small letters a–z, digits and hyphens, such as second-visit, not "An na"',
        'stages[s].phase: must be one of before, after, not "x"',
        'touchpoints[f].lasts: must be a duration such as P30D or PT2H, not "30 days"',
        "touchpoints[g].stage: must be a text, not 3",
        "touchpoints[g].reach: must be 1 or less, not 2",
        "stages[s]: the id stands 2 times; each must be unique",
        "goal.kpi: nothing is not among the kpis; there are none yet",
        "touchpoints[f].stage: t is not among the stages. There are: s",
        "scale: low must be less than high, not 5 and 1",
    ]


def test_a_touchpoint_that_is_not_in_the_journey_is_named_with_the_nearest():
    data = small_journey().to_data()
    data["touchpoints"][0]["id"] = "leaflet"
    data["paths"][0]["touchpoints"][0] = "leaflets"
    assert faults_of(data) == [
        "paths[main].touchpoints[1]: leaflets is not among the touchpoints. Did you mean leaflet?"
    ]


def test_a_misspelt_field_is_a_fault_and_not_ignored():
    assert faults_of({"titel": "x"}) == ["titel: is not a field of a journey; take it out or correct its name"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"title": ', "line 1, column 11: is not JSON: Expecting value"),
        ("[]", "journey: must be an object with names and values, not []"),
        ('{"title": "a", "title": "b"}', "title: stands twice in one object; keep one of the two"),
        ('{"goal": {"to": NaN}}', "NaN: is not a number; leave the field empty or give one"),
        ("[" * 100_000, "journey: is nested deeper than 50 levels"),
        ('{"client": ' + "[" * 60 + "]" * 60 + "}", "journey: is nested deeper than 50 levels"),
    ],
)
def test_what_is_no_journey_is_refused_in_one_sentence(text, fault):
    assert faults_of(text) == [fault]


def test_a_newer_schema_is_refused():
    assert "schema" in faults_of({"schema": "cjmkit/journey/2"})[0]


def test_gaps_are_no_faults():
    assert Journey.from_json("{}").title == ""


def test_numbers_written_as_text_are_not_taken_for_numbers():
    assert faults_of({"revision": "7"}) == ['revision: must be a whole number, not "7"']


def test_the_json_schema_accepts_what_the_kit_writes_and_refuses_what_it_refuses():
    schema = json_schema()
    jsonschema.validate(small_journey().to_data(), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"kind": "now"}, schema)


def test_without_a_named_path_all_touchpoints_of_the_persona_stand_in_stage_order():
    journey = small_journey(paths=[])
    data = journey.to_data()
    data["touchpoints"] = data["touchpoints"][::-1]
    assert Journey.from_data(data).path().touchpoints == ("b", "a", "c")


def test_looking_for_what_is_not_there_names_what_is():
    with pytest.raises(NotFoundError, match=r"Stage 'onbording' is not in this journey\. Its stages: before, use\."):
        small_journey().stage("onbording")


texts = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda x: st.lists(x, max_size=3) | st.dictionaries(st.sampled_from(["id", "stage", "low", "touchpoints"]), x),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from([*small_journey().to_data()]), texts))
def test_whatever_stands_in_the_file_only_a_journey_or_its_faults_come_back(data):
    try:
        journey = Journey.from_json(json.dumps(data))
    except JourneyError:
        return
    assert Journey.from_json(journey.to_json()) == journey
