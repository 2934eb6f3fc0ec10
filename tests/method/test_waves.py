"""NPS from wave to wave, and comments by code: against figures counted by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from cjmkit.errors import FigureError
from cjmkit.method.comments import comment_codes
from cjmkit.method.waves import nps_waves
from cjmkit.tables import CODES

ITEMS = pd.DataFrame([{"item": "q", "kind": "nps", "touchpoint": "", "low": 0, "high": 10}])


def waves(*rows, same_people=False):
    """Each row: the wave and its promoters, passives, detractors."""
    table = []
    for wave, *counts in rows:
        values = [v for v, n in zip((10, 8, 2), counts, strict=True) for _ in range(n)]
        who = [f"p{n}" if same_people else f"{wave}-{n}" for n in range(len(values))]
        table += [(p, "q", float(v), math.nan, wave) for p, v in zip(who, values, strict=True)]
    return pd.DataFrame(table, columns=["respondent", "item", "value", "weight", "wave"])


def test_a_change_has_the_interval_of_a_difference_of_two_samples():
    found = nps_waves(waves(("2025", 40, 40, 20), ("2026", 60, 20, 20)), ITEMS)
    assert found.wave.tolist() == ["2025", "2026"]
    assert found.value.tolist() == pytest.approx([20, 40])
    se = 100 * math.sqrt((0.6 - 0.04) / 100 + (0.8 - 0.16) / 100)
    row = found.iloc[1]
    assert (row.change, row.change_low, row.change_high) == pytest.approx((20, 20 - 1.96 * se, 20 + 1.96 * se))
    assert not row.moved
    assert math.isnan(found.change[0])


def test_the_same_people_asked_again_tell_more_than_as_many_strangers():
    counts = ("1", 40, 40, 20), ("2", 50, 30, 20)
    panel, strangers = (nps_waves(waves(*counts, same_people=same), ITEMS).iloc[1] for same in (True, False))
    assert (panel.both, strangers.both) == (100, 0)
    assert panel.change == strangers.change == pytest.approx(10)
    x = np.repeat([100.0, 0, -100], [40, 40, 20])
    y = np.repeat([100.0, 0, -100], [50, 30, 20])
    assert panel.change_high - panel.change == pytest.approx(1.96 * (y - x).std() / 10)
    assert panel.moved
    assert not strangers.moved


def test_waves_stand_in_the_order_of_their_numbers_and_tiny_ones_are_left_out():
    found = nps_waves(waves(("10", 9, 0, 1), ("9", 9, 0, 1), ("8", 2, 1, 1)), ITEMS)
    assert found.wave.tolist() == ["9"]  # four answers alone would be told by the rest: the next smallest joins them
    assert nps_waves(waves(("10", 9, 0, 1), ("9", 9, 0, 1)), ITEMS).wave.tolist() == ["9", "10"]
    assert nps_waves(waves(("", 9, 0, 1)), ITEMS).empty


def coded(*rows):
    made = [(who, "", item, "Why?", "", code, f"about {code}") for who, item, code in rows]
    return pd.DataFrame(made, columns=CODES)


def test_a_customer_counts_once_a_code_in_however_many_columns_it_stands():
    answers = waves(("", 8, 0, 4)).assign(respondent=[str(n) for n in range(12)])
    codes = coded(*((str(n), "c1", "food") for n in range(6)), *((str(n), "c2", "food") for n in range(6)),
                  *((str(n), "c1", "shop") for n in range(4, 12)), ("0", "c3", "rare"), ("1", "c3", "odd"))  # fmt: skip
    found = comment_codes(codes, answers, ITEMS).set_index("code")
    assert found.n.to_dict()["shop"] == 8
    assert set(found.index) == {
        "shop",
        "other",
    }  # two rare codes alone would be two people: the next smallest joins them
    assert found.of_n.unique().tolist() == [12]
    assert found.share["shop"] == pytest.approx(8 / 12)
    assert found["name"]["shop"] == "about shop"
    assert found.nps["shop"] == pytest.approx(0)  # four promoters, four detractors
    assert found.n.min() >= 5


def test_codes_are_counted_by_segment_and_by_what_was_asked_about():
    answers = waves(("", 10, 0, 10)).assign(respondent=[str(n) for n in range(20)], age=["old"] * 12 + ["young"] * 8)
    codes = coded(*((str(n), "c", "a") for n in range(20)))
    found = comment_codes(codes, answers, ITEMS, by="age")
    assert found[["group", "n", "of_n"]].values.tolist() == [["old", 12, 12], ["young", 8, 8]]
    codes["touchpoint"] = "food"
    assert comment_codes(codes, answers, ITEMS, by="touchpoint").group.tolist() == ["food"]
    with pytest.raises(FigureError, match="no segment sex"):
        comment_codes(codes, answers, ITEMS, by="sex")
