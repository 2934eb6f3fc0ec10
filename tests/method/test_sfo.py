"""A real survey: what moves passengers' recommendation, by whom, and what they wrote, each checked by another road."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from cjmkit.exchange.columns import columns_of, read_columns
from cjmkit.exchange.surveys import read_survey
from cjmkit.method.comments import comment_codes
from cjmkit.method.importance import derived_importance
from cjmkit.method.opportunity import importance_performance
from cjmkit.method.surveys import nps

COLUMNS = Path(__file__).parents[1] / "exchange" / "sfo-columns.toml"
DATA = Path(__file__).parents[2].parent / "shared" / "data" / "sfo2017"
CODED = [f"Q8COM{n}" for n in range(1, 6)]


def dictionary():
    """The codes of question 8 by the survey's own field guide."""
    text = next(DATA.glob("*.txt")).read_text("utf-8")
    part = text[text.index("Q8COM1-Q8COM5") : text.index("Cleanliness of SFO")]
    return {m[1]: m[2].strip() for m in re.finditer(r"(?m)^(\d+)[ \t]*(\D.*)$", part) if m[1] != "0"}


@pytest.fixture(scope="module")
def airport():
    if not DATA.is_dir():
        pytest.skip("the San Francisco Airport survey, ../shared/data/sfo2017, is not here")
    coded = {
        name: {"role": "comment", "name": "What could be better?", "blank": [0], "labels": dictionary()}
        for name in CODED
    }
    return read_survey(next(DATA.glob("*.csv")), {**read_columns(COLUMNS), **columns_of(coded)})


@pytest.fixture(scope="module")
def derived(airport):
    """With fewer draws for the intervals than a report makes: how wide they are is tried in test_importance.py."""
    return derived_importance(airport.answers, airport.items, runs=100)


def test_the_fourteen_touchpoints_share_what_they_explain_of_the_recommendation(airport, derived):
    table = derived.table
    assert (derived.outcome, derived.n, len(table)) == ("NETPRO", 2746, 14)
    assert table["item"].tolist()[:3] == ["Q7FOOD", "Q7LTPARKING", "Q7ART"]
    assert table.value.round(3).tolist()[:3] == [0.105, 0.086, 0.083]
    assert round(derived.r2, 3) == 0.295
    assert derived.r2_low < 0.295 < derived.r2_high
    assert set(table[table.collinear]["item"]) == {"Q7INFOUP", "Q7INFODOWN", "Q7LTPARKING"}


def test_the_same_weights_come_of_pandas_own_pairwise_correlations(airport, derived):
    wide = airport.answers.pivot(index="respondent", columns="item", values="value")
    items = derived.table["item"].tolist()
    r = wide[["NETPRO", *items]].corr().to_numpy()
    values, vectors = np.linalg.eigh(r[1:, 1:])
    root = vectors * np.sqrt(values) @ vectors.T
    expected = root**2 @ np.linalg.inv(root).dot(r[1:, 0]) ** 2
    assert derived.table.weight.to_numpy() == pytest.approx(expected)


def test_among_those_who_used_everything_the_weights_add_up_to_the_regressions_r_squared(airport):
    wide = airport.answers.pivot(index="respondent", columns="item", values="value")
    items = airport.items[airport.items.kind == "rating"]["item"].tolist()
    whole = wide[["NETPRO", *items]].dropna()
    answers = airport.answers[airport.answers.respondent.isin(whole.index)]
    found = derived_importance(answers, airport.items, runs=0)
    assert len(whole) > 100
    assert found.r2 == pytest.approx(
        LinearRegression().fit(whole[items], whole.NETPRO).score(whole[items], whole.NETPRO)
    )


def test_restaurants_and_parking_are_where_to_concentrate(airport, derived):
    table = importance_performance(airport.answers, airport.items, derived)
    assert set(table[table.quadrant == "concentrate"].touchpoint) == {"food", "long-term-parking-shuttle", "parking"}


def test_weighted_it_is_another_figure_and_stays_near(airport, derived):
    weighted = derived_importance(airport.answers, airport.items, weighted=True, runs=0)
    assert 0 < abs(weighted.r2 - derived.r2) < 0.05
    assert round(nps(airport.answers, airport.items, weighted=True).value[0], 2) == 40.40


def test_what_passengers_wrote_is_counted_under_the_field_guides_names(airport):
    found = comment_codes(airport.codes, airport.answers, airport.items)
    counted = found.set_index("code").n
    raw = pd.read_csv(next(DATA.glob("*.csv")), usecols=CODED, dtype=str)
    for code in ("1", "102", "14", "101"):
        assert counted[code] == (raw == code).any(axis=1).sum()
    assert found["name"].iloc[1] == "Offer a wider selection of restaurants"
    assert found.n.min() >= 5
    happy, hungry = (found[found.code == code].nps.iloc[0] for code in ("1", "102"))
    assert happy > 60 > 40 > hungry


def test_comments_by_segment_leave_nobody_alone(airport):
    found = comment_codes(airport.codes, airport.answers, airport.items, by="Q2PURP1")
    assert found.n.min() >= 5
    assert found.groupby("group").of_n.first().sum() == airport.codes.respondent.nunique()
