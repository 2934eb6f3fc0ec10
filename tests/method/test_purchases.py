"""Who bought once, again, and no more: against counts known of a real shop, by hand, and on every engine alike."""

import duckdb
import pandas as pd
import polars as pl
import pytest

from cjmkit.errors import FigureError, UsageError
from cjmkit.method.events import small
from cjmkit.method.purchases import buyers, purchase_figures, rfm, rfm_groups, with_state

ROWS = [  # customer, day, amount
    ("a", "2026-01-01", 10.0), ("a", "2026-01-11", 20.0), ("a", "2026-01-21", 30.0),
    ("b", "2026-01-02", 5.0), ("b", "2026-03-02", 5.0),
    ("c", "2026-01-03", 0.0),
    ("d", "2026-03-30", 7.0),
    ("e", "2026-03-29", 8.0), ("e", "2026-03-29", 1.0),
]  # fmt: skip


def log(rows=ROWS, **columns):
    table = pd.DataFrame(rows, columns=["customer", "at", "amount"])
    return table.assign(at=pd.to_datetime(table["at"]), event="purchase", channel="", **columns)


def engines(table):
    rows = table.to_dict("list")
    yield "pandas", table
    yield "polars", pl.DataFrame({**rows, "at": [t.to_pydatetime() for t in table["at"]]})
    yield "polars, lazy", pl.LazyFrame({**rows, "at": [t.to_pydatetime() for t in table["at"]]})
    yield "duckdb", duckdb.connect().from_df(table)


def test_first_repeat_and_lapsed_customers_as_counted_by_hand():
    found = purchase_figures(log())
    assert (found.customers, found.purchases, found.amount, found.free, found.once) == (5, 9, 86.0, 1, 2)
    assert found.repeat["value"] == 3 / 5
    # a usually comes every 10 days and was away for 68; c has no rhythm: three times the others' median of 34.5 days is 103.5
    assert found.usual_gap == 34.5
    assert found.states.values.tolist() == [["first", 2, 2, 0.4], ["repeat", 2, 0, 0.4], ["lapsed", 1, 0, 0.2]]
    assert found.second[["n", "lower", "median", "upper"]].tolist() == [3, 5.0, 10.0, 34.5]


def test_how_long_is_too_long_is_a_setting():
    def lapsed(**settings):
        frame = with_state(buyers(log()), **settings)
        return sorted(small(frame).query("state == 'lapsed'").customer)

    assert lapsed(lapsed_after=20) == ["a", "b", "c"]
    assert lapsed(gaps=0.4) == ["a", "b", "c"]
    assert lapsed(gaps=100) == []
    with pytest.raises(UsageError, match="more than 0"):
        lapsed(lapsed_after=0)


def test_lines_of_one_basket_are_one_purchase_where_asked():
    many, one = (small(buyers(log(), same_time=how)).set_index("customer") for how in ("many", "one"))
    assert many.loc["e", ["purchases", "amount"]].tolist() == [2, 9.0]
    assert one.loc["e", ["purchases", "amount"]].tolist() == [1, 9.0]


def test_a_day_leaves_out_what_came_later_and_a_day_without_times_is_zero_days_ago():
    table = small(buyers(log(), as_of="2026-03-02")).set_index("customer")
    assert table.days.to_dict() == {"a": 40, "b": 0, "c": 58}


def test_without_amounts_the_names_say_what_a_purchase_is():
    visits = log().drop(columns="amount").assign(event=["visit", "paid"] * 4 + ["visit"])
    assert purchase_figures(visits, of=["paid"]).purchases == 4
    with pytest.raises(FigureError, match="no purchase"):
        purchase_figures(visits, of=["payed"])


def test_equal_values_are_in_equal_fifths_and_fifths_are_even_without_ties():
    many = log([(f"c{n:02}", f"2026-01-{1 + n:02}", float(n)) for n in range(20)])
    table = small(rfm(many)).sort_values("customer")
    assert table.recency.tolist() == table.monetary.tolist() == [1] * 4 + [2] * 4 + [3] * 4 + [4] * 4 + [5] * 4
    assert set(table.frequency) == {3}


def test_groups_of_fewer_than_five_buyers_are_merged():
    table = rfm_groups(log())
    assert table.group.tolist() == ["other"]
    assert table[["n", "amount"]].values.tolist() == [[5, 86.0]]


def test_every_engine_counts_alike():
    ties = log([(f"c{n % 40:02}", f"2026-{1 + n % 9:02}-{1 + n * n % 28:02}", n % 7 / 10) for n in range(300)])
    found = {name: (purchase_figures(f), rfm_groups(f), small(rfm(f)).sort_values("customer", ignore_index=True)) for name, f in engines(ties)}  # fmt: skip
    for name, (figures, groups, table) in found.items():
        first = found["pandas"]
        assert repr(figures) == repr(first[0]), name
        pd.testing.assert_frame_equal(groups, first[1], check_dtype=False)
        pd.testing.assert_frame_equal(table, first[2], check_dtype=False)


def test_the_purchases_of_a_real_shop(real_data):
    text = real_data / "cdnow" / "CDNOW_master.txt"
    table = pd.read_csv(
        text, sep=r"\s+", names=["customer", "day", "cds", "amount"], skiprows=1, dtype={"customer": str}
    )
    shop = table.assign(at=pd.to_datetime(table.day.astype(str)), event="purchase")
    found = purchase_figures(duckdb.connect().from_df(shop))
    assert (found.customers, found.purchases, found.amount) == (23_570, 69_659, 2_500_315.63)
    assert (found.once, found.free, str(found.day)) == (11_908, 80, "1998-06-30")
    assert round(found.repeat["value"], 4) == 0.4948
    assert found.states.n.tolist() == [0, 6_643, 16_927]
    assert found.states.once.tolist() == [0, 0, 11_908]  # whoever came in early 1997 and never again is lapsed by now
    assert found.second[["n", "lower", "median", "upper"]].tolist() == [11_662, 16, 54, 168]
    assert int(shop.duplicated().sum()) == 255
    groups = rfm_groups(shop).set_index("group")
    assert groups.n.sum() == 23_570
    assert groups.amount_share["best"] > 0.7


def test_money_back_is_no_purchase_and_is_told_by_itself():
    back = [*ROWS, ("a", "2026-03-01", -5.0), ("zoe", "2026-01-01", -1.0)]
    found, before = purchase_figures(log(back), as_of="2026-03-31"), purchase_figures(log(), as_of="2026-03-31")
    assert (found.refunds, before.refunds) == (2, 0)
    assert (found.customers, found.purchases, found.amount) == (before.customers, before.purchases, before.amount)


def test_two_purchases_of_a_moment_are_no_day_apart_and_never_less_than_none():
    rows = [("a", "2026-01-01 23:59:59.9", 5.0)] * 2
    for _, events in engines(log(rows)):
        found = small(buyers(events))
        assert [str(x) for x in found[["days", "second"]].astype(float).iloc[0]] == ["0.0", "0.0"]
