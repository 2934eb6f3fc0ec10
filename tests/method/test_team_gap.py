import pandas as pd
import pytest
from conftest import small_journey

from cjmkit.errors import FigureError
from cjmkit.method.findings import path_figures
from cjmkit.method.surveys import ratings
from cjmkit.method.team_gap import team_gap
from cjmkit.tables import scores_frame


def items_of(*rows):
    columns = ["item", "kind", "touchpoint", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def answers_of(*rows):
    return pd.DataFrame(rows, columns=["respondent", "item", "value"])


def scored(**gave):
    """The figures of the small journey, a, b and c as these people scored them on 1–5."""
    rows = [
        {"round": 1, "participant": f"p{n}", "touchpoint": t, "score": x}
        for t, scores in gave.items()
        for n, x in enumerate(scores)
    ]
    return path_figures(small_journey(), scores_frame(rows))


ITEMS = items_of(["q1", "rating", "c", 0, 10], ["q2", "rating", "a", 1, 3], ["q3", "overall", "", 1, 5])
ANSWERS = answers_of(
    ["r1", "q1", 2], ["r2", "q1", 4], ["r3", "q1", 6], ["r1", "q2", 3], ["r2", "q2", 3], ["r1", "q3", 5]
)


def test_both_sides_stand_on_their_own_scale_from_0_to_1():
    gap = team_gap(small_journey(), scored(a=[1, 3], b=[3, 3], c=[4, 5]), ANSWERS, ITEMS)
    assert gap.index.tolist() == ["a", "c"]  # in path order; b was not asked of customers
    assert gap.name.tolist() == ["A", "C"]
    assert gap.team.tolist() == pytest.approx([0.25, 0.875])
    assert gap.customers.tolist() == pytest.approx([1, 0.4])
    assert gap.gap.tolist() == pytest.approx([-0.75, 0.475])
    assert (gap.team_n.tolist(), gap.customers_n.tolist()) == ([2, 2], [2, 3])


def test_the_intervals_are_those_of_each_side():
    figures = scored(a=[1, 3], c=[4, 5, 5])
    gap = team_gap(small_journey(), figures, ANSWERS, ITEMS)
    rated = ratings(ANSWERS, ITEMS).set_index("touchpoint")
    assert gap.loc["c", ["customers_low", "customers_high"]].tolist() == pytest.approx(
        [x / 10 for x in rated.loc["c", ["low", "high"]]]
    )
    assert gap.loc["c", ["team_low", "team_high"]].tolist() == pytest.approx(
        [(x - 1) / 4 for x in figures.loc["c", ["low", "high"]]]
    )
    assert gap.loc["a", ["customers_low", "customers_high"]].isna().all()  # all the same: no interval


def test_a_customer_who_answers_two_items_of_a_touchpoint_counts_once():
    items = items_of(["q1", "rating", "a", 0, 10], ["q2", "rating", "a", 1, 5])
    answers = answers_of(["r1", "q1", 10], ["r1", "q2", 3], ["r2", "q1", 0])
    row = team_gap(small_journey(), scored(a=[3, 3]), answers, items).loc["a"]
    assert row.customers_n == 2
    assert row.customers == pytest.approx((0.75 + 0) / 2)
    assert row.customers != pytest.approx((1 + 0.5 + 0) / 3)  # control: answers counted, not customers


@pytest.mark.parametrize(
    ("figures", "answers"),
    [
        (scored(b=[3]), ANSWERS),
        (scored(), ANSWERS),
        (scored(a=[3]), ANSWERS.iloc[:0]),
        (scored(a=[3]), ANSWERS.assign(value=None)),
    ],
)
def test_where_only_one_side_judged_there_is_no_gap(figures, answers):
    gap = team_gap(small_journey(), figures, answers.assign(value=answers.value.astype(float)), ITEMS)
    assert gap.empty
    assert "gap" in gap


def test_an_answer_off_its_scale_is_refused():
    with pytest.raises(FigureError, match="not on its scale"):
        team_gap(small_journey(), scored(a=[3]), answers_of(["r1", "q2", 11]), ITEMS)
