from dataclasses import replace
from pathlib import Path

import pytest

from cjmkit.errors import InputError
from cjmkit.exchange.columns import columns_of, parse_map, read_columns
from cjmkit.exchange.surveys import read_survey
from cjmkit.method.surveys import nps, overall, ratings

SFO = "sfo2017/2017_SFO_Customer_Survey_20250817.csv"
SFO_COLUMNS = Path(__file__).parent / "sfo-columns.toml"


def survey_of(text, *pairs, **declared):
    return read_survey(text.encode(), {**parse_map(pairs), **columns_of(declared)})


def test_each_respondent_and_item_is_one_answer_and_missing_is_missing():
    survey = survey_of(
        "id;q;food;age;w;why\n7;0;4,5;2;0,5;slow\n8;11;;1;1; \n",
        "id=respondent", "food=rating:food", "w=weight", "why=comment",
        q={"role": "nps", "blank": [11]},
        age={"role": "segment", "name": "Age", "labels": {"1": "young", "2": "old"}},
    )  # fmt: skip
    answers = survey.answers.astype(object).where(survey.answers.notna(), None)
    assert answers[["respondent", "item", "value", "weight", "wave", "age"]].values.tolist() == [
        ["7", "food", 4.5, 0.5, "", "old"],
        ["8", "food", None, 1.0, "", "young"],
        ["7", "q", 0.0, 0.5, "", "old"],
        ["8", "q", None, 1.0, "", "young"],
    ]
    assert survey.items[["item", "kind", "touchpoint", "low", "high"]].values.tolist()[0] == [
        "food", "rating", "food", 1.0, 5.0,
    ]  # fmt: skip
    assert survey.comments.values.tolist() == [["7", "why", "slow"]]
    assert (survey.rows, survey.segments) == (2, {"age": "Age"})
    assert list(survey.answers.age.cat.categories) == ["young", "old"]


def test_undeclared_columns_are_left_out_and_said():
    survey = survey_of("q,a,b\n0,1,2\n", "q=nps", "b=ignore")
    assert [str(w) for w in survey.warnings] == ["columns: not declared and left out (1 in all): a"]


def test_a_declared_column_that_is_not_there_is_named_with_the_nearest_one():
    with pytest.raises(InputError, match="NETPR: is declared, but not in the file; nearest: netpro"):
        survey_of("netpro\n9\n", "NETPR=nps")


def test_every_undeclared_value_is_named_with_its_count_and_what_to_do():
    text = "q,food,all\n11,6,Blank\n11,0,5\n9.5,3,Blank\n"
    with pytest.raises(InputError) as caught:
        survey_of(text, "q=nps", "food=rating:food", "all=overall")
    said = str(caught.value)
    assert (
        "q: holds values that are neither declared as blank nor whole numbers from 0 to 10: 11 (2×), 9.5 (1×)" in said
    )
    assert "food: holds values that are neither declared as blank nor numbers from 1 to 5: 0 (1×), 6 (1×)" in said
    assert "all: holds" in said
    assert 'declare blank = ["Blank"]' in said


def test_a_zero_on_a_scale_from_one_is_never_taken_for_missing():
    with pytest.raises(InputError, match=r"0 \(1×\)"):
        survey_of("q\n0\n5\n", "q=csat")


def test_respondents_stand_once_unless_in_different_waves():
    with pytest.raises(InputError, match=r"respondents in more than one row of the same wave \(1 in all\): 7 \(2×\)"):
        survey_of("id,q\n7,9\n7,10\n", "id=respondent", "q=nps")
    survey = survey_of("id,q,w\n7,9,2025\n7,10,2026\n", "id=respondent", "q=nps", "w=wave")
    assert survey.answers.wave.tolist() == ["2025", "2026"]
    with pytest.raises(InputError, match="is empty in rows 2"):
        survey_of("id,q\n7,9\n,10\n", "id=respondent", "q=nps")


@pytest.mark.parametrize("weight", ["0", "-1", "", "much", "1e999"])
def test_weights_are_positive_numbers(weight):
    with pytest.raises(InputError, match="w: weights must be positive numbers"):
        survey_of(f"q,w\n9,1\n9,{weight}\n", "q=nps", "w=weight")


def test_an_nps_item_that_looks_like_another_scale_is_doubted():
    assert "no 0" in str(survey_of("q\n1\n10\n7\n", "q=nps").warnings[0])
    assert "from 2 to 5" in str(survey_of("q\n2\n5\n", "q=nps").warnings[0])
    assert not survey_of("q\n6\n10\n", "q=nps").warnings
    assert not survey_of("q\n0\n1\n", "q=nps").warnings
    assert "holds no answer" in str(survey_of("q,p\n,0\n,1\n", "q=csat", "p=nps").warnings[0])


def test_nothing_to_read_is_said_plainly():
    with pytest.raises(InputError, match="heading and no row"):
        survey_of("q\n", "q=nps")
    with pytest.raises(InputError, match="is empty"):
        survey_of("", "q=nps")
    with pytest.raises(InputError, match="none is declared as an answer"):
        survey_of("id\n1\n", "id=respondent")
    with pytest.raises(InputError, match="a segment cannot have this name"):
        survey_of("q,item\n1,2\n", "q=nps", "item=segment")
    with pytest.raises(InputError, match="only one column may have this role"):
        read_survey(b"a,b,q\n1,1,1\n", {**parse_map(["a=weight", "q=nps"]), **parse_map(["b=weight"])})


def test_codes_without_a_label_stand_as_they_are_and_are_said():
    survey = survey_of("q,age\n0,1\n1,9\n2,\n", "q=nps", age={"role": "segment", "labels": {"1": "young"}})
    assert survey.answers.age.tolist() == ["young", "9", ""]
    assert "age: these codes have no label and stand as they are: 9" in [str(w) for w in survey.warnings]


@pytest.fixture(scope="module")
def airport():
    path = Path(__file__).parents[2].parent / "shared" / "data" / SFO
    if not path.exists():
        pytest.skip("the San Francisco Airport survey, ../shared/data/sfo2017, is not here")
    return read_survey(path, read_columns(SFO_COLUMNS))


def test_the_airports_nps_is_the_published_one(airport):
    row = nps(airport.answers, airport.items).iloc[0]
    assert (airport.rows, row.n, row.missing) == (2831, 2746, 85)
    assert (row.promoters, row.passives, row.detractors) == (1436, 968, 342)
    assert [round(x, 2) for x in (row.value, row.low, row.high)] == [39.84, 37.22, 42.45]
    assert round(row.se, 3) == 1.334
    assert round(nps(airport.answers, airport.items, weighted=True).value[0], 2) == 40.40


def test_the_airports_touchpoints_are_rated_and_the_whole_stands_apart(airport):
    rated = ratings(airport.answers, airport.items).set_index("item").value.sort_values()
    assert len(rated) == 14
    assert list(rated.index[:2]) == ["Q7FOOD", "Q7STORE"]
    assert [round(rated[item], 3) for item in ("Q7FOOD", "Q7STORE")] == [3.615, 3.641]
    assert (rated.index[-1], round(rated.iloc[-1], 4)) == ("Q7WALKWAYS", 4.1468)
    whole = overall(airport.answers, airport.items)
    assert whole.item.tolist() == ["Q7ALL"]
    assert round(whole.value[0], 4) == 4.0644


def test_the_airports_small_groups_are_merged(airport):
    groups = nps(airport.answers, airport.items, by="Q2PURP1")
    assert groups.n.min() >= 5
    assert groups.n.sum() == 2746
    assert "Volunteer, political or religious" not in set(groups.group)
    assert groups.group.iloc[-1] == "other"
    ages = nps(airport.answers, airport.items, by="Q19AGE").group.tolist()
    assert ages[:2] + ages[-2:] == ["Under 18", "18–24", "65 and over", ""]


def test_the_airports_codes_for_blank_must_be_declared(airport, real_data):
    columns = read_columns(SFO_COLUMNS)
    bare = {name: replace(column, blank=()) for name, column in columns.items()}
    with pytest.raises(InputError) as caught:
        read_survey(real_data / SFO, bare)
    said = str(caught.value)
    assert "NETPRO: " in said
    assert "11 (84×)" in said
    assert "Q7ALL: " in said
    assert "Blank (143×)" in said
    assert "Q7FOOD: holds values that are neither declared as blank nor numbers from 1 to 5: 6 (341×), 0 (69×)" in said
