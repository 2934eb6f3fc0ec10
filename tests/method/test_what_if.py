import duckdb
import pandas as pd
import pytest

from cjmkit.errors import UsageError
from cjmkit.method.funnel import funnel_of, with_rates
from cjmkit.method.intervals import newcombe, wilson
from cjmkit.method.what_if import not_a_funnel, what_if

FUNNEL = with_rates(["look", "basket", "buy"], ["Look", "Basket", "Buy"], [1000, 450, 100], [1000, 400, 100], "log")


def test_five_points_more_bring_their_share_of_those_who_go_on_to_the_end():
    found = what_if(FUNNEL, points=0.05).set_index("id")
    assert found.extra.to_dict() == pytest.approx({"basket": 1000 * 0.05 * 0.25, "buy": 400 * 0.05})
    low, high = wilson(0.25, 400)
    assert found.loc["basket", ["low", "high"]].tolist() == pytest.approx([50 * low, 50 * high])
    assert found.loc["basket", "out_of_order"] == pytest.approx(50 / 450)
    assert found.becomes.to_dict() == pytest.approx({"basket": 0.45, "buy": 0.3})


def test_the_rise_that_pays_for_itself_brings_as_much_as_it_costs():
    row = what_if(FUNNEL, cost=600, worth=30).iloc[0]
    assert what_if(FUNNEL, points=row.break_even).iloc[0].extra * 30 == pytest.approx(600)
    assert row.break_even_low < row.break_even < row.break_even_high
    assert what_if(FUNNEL).break_even.isna().all()


def test_half_of_the_gap_to_a_target_is_closed_and_there_is_no_target_unless_typed():
    found = what_if(FUNNEL, targets={"buy": 0.35})
    assert found[found.how == "target"][["id", "extra"]].values.tolist() == [["buy", pytest.approx(400 * 0.05)]]
    assert set(what_if(FUNNEL).how) == {"points"}
    for wrong in ({"targets": {"buy": 70.19}}, {"points": 5}):
        with pytest.raises(UsageError, match="0 to 1"):
            what_if(FUNNEL, **wrong)


def test_half_of_the_gap_to_the_best_group_is_closed_by_the_others():
    north, south = (
        with_rates(["a", "b"], "AB", c, c, "log").assign(group=g) for g, c in (("n", [200, 160]), ("s", [300, 120]))
    )
    row = what_if(pd.concat([north, south])).query("how == 'best'").iloc[0]
    assert (row["group"], row.extra) == ("n", pytest.approx(300 * 0.4 / 2))
    assert [row.low, row.high] == pytest.approx([300 * end / 2 for end in newcombe(0.8, 200, 0.4, 300)])
    assert row.becomes == pytest.approx(280 / 500 + 60 / 500)


def test_nothing_rises_above_all_and_steps_without_anybody_bring_nothing():
    assert what_if(with_rates("ab", "ab", [10, 10], [10, 10], "log")).extra.tolist() == [0]
    assert what_if(with_rates("abc", "abc", [10, 0, 0], [10, 0, 0], "log")).id.tolist() == ["b"]
    assert what_if(FUNNEL.head(0)).empty


@pytest.mark.parametrize("engine", [lambda t: t, duckdb.from_df])
def test_those_who_skip_a_step_and_those_who_come_back_are_told(engine):
    ways = ["home cart paid", "home paid", "paid home", "home cart home cart", "cart"]
    rows = [(f"c{n}", event, pd.Timestamp("2026-01-01") + pd.Timedelta(hours=k)) for n, way in enumerate(ways)
            for k, event in enumerate(way.split())]  # fmt: skip
    log = engine(pd.DataFrame(rows, columns=["customer", "event", "at"]))
    steps = {"look": ["home"], "basket": ["cart"], "buy": ["paid"]}
    found = not_a_funnel(log, steps)
    assert found[["n", "skipped", "returned"]].values.tolist() == [[3, pytest.approx(1 / 3), pytest.approx(1 / 3)],
                                                                    [3, pytest.approx(2 / 3), pytest.approx(1 / 3)]]  # fmt: skip
    assert len(what_if(funnel_of(log, steps))) == 2
