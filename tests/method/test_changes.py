from functools import cache

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from cjmkit.errors import UsageError
from cjmkit.method.changes import what_changed
from cjmkit.method.over_time import shares_over_time

STEPS = {"product": ["product_view"], "basket": ["add_to_cart"], "shipping": ["shipping_details"],
         "payment": ["payment_details"], "purchase": ["purchase"]}  # fmt: skip
GROUPS = ["platform", "user_cohort", "user_lifecycle"]
DONE = [
    (f"c{n}", event, pd.Timestamp("2026-03-02") + pd.Timedelta(days=7 * week, hours=n, minutes=minute), "ab"[n % 2])
    for week in range(10) for n in range(40)
    for minute, event in enumerate(["home", *(["error"] if week in (4, 5) and n % 4 == 1 else []), *(["paid"] if n % 3 else [])])
]  # fmt: skip
LOG = pd.DataFrame(DONE, columns=["customer", "event", "at", "shop"])


@cache
def shop_of(folder):
    rows = pd.read_csv(folder / "retentioneering_ecom" / "ecom.csv.gz", parse_dates=["timestamp"])
    return rows.rename(columns={"user_id": "customer", "timestamp": "at"})


@pytest.fixture
def shop(real_data):
    return shop_of(real_data)


def told(table, name, **where):
    rows = table[(table["name"] == name) & table.sure]
    for column, value in where.items():
        rows = rows[rows[column] == value]
    return rows.iloc[0]


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
def test_a_planted_fault_is_told_with_its_weeks_and_its_group_on_every_engine(engine):
    log = {"pandas": LOG, "polars": pl.LazyFrame({c: LOG[c].tolist() for c in LOG}), "duckdb": duckdb.from_df(LOG)}[
        engine
    ]
    row = what_changed(log, by="shop").iloc[0]
    assert (row["name"], row["group"], row["sure"]) == ("error", "b", True)
    assert (str(row["since"]), str(row["until"])) == ("2026-03-30", "2026-04-12")
    assert (row["n"], row["value"], row["elsewhere_n"], row["elsewhere"]) == (40, 0.5, 160, 0.0)
    assert 0 < row["low"] < row["difference"] < row["high"]


def test_the_faults_planted_by_others_are_found_which_when_and_for_whom(shop):
    changed = what_changed(duckdb.from_df(shop), STEPS, of=["event", "step"], by=GROUPS)
    incident = told(changed, "payment_error", group="")
    assert (str(incident.since), str(incident.until)) == ("2024-05-20", "2024-06-09")
    chat = told(changed, "support_chat")
    assert (chat["group"], str(chat.since), str(chat.until)) == ("", "2024-05-20", "2024-06-09")
    bug = told(changed, "checkout_bug", against="times")
    assert (bug["group"], str(bug.since), str(bug.until)) == ("mobile", "2024-04-08", "2024-05-12")
    new = told(changed, "add_to_cart", against="groups")
    assert new["group"] == "new"
    assert new["difference"] < -0.1


def test_cohorts_that_explore_are_told_by_month_and_an_article_in_its_four_days(shop):
    cohorts = what_changed(shop, every="1mo", by="user_cohort")
    exploring = cohorts[cohorts.sure & (cohorts.against == "groups")]
    assert set(exploring["group"]) == {"2024-04"}
    assert {"search", "filter_results", "catalog"} <= set(exploring["name"])
    article = what_changed(shop, since="2024-02-29", until="2024-03-03")
    assert article[article.sure][["name", "n"]].values.tolist() == [["support_chat", 48]]


def test_nothing_is_sure_where_visits_and_groups_are_dealt_anew(shop):
    visits = shop.groupby("session_id").agg(
        began=("at", "min"), customer=("customer", "first"), **{c: (c, "first") for c in GROUPS}
    )
    for seed in range(1):
        dealt = visits.iloc[np.random.default_rng(seed).permutation(len(visits))].set_index(visits.index)
        moved = shop.session_id.map(dealt.began) - shop.session_id.map(visits.began)
        twin = shop.assign(at=shop["at"] + moved, **{c: shop.session_id.map(dealt[c]) for c in ["customer", *GROUPS]})
        assert not what_changed(twin, by=GROUPS).sure.any()


def test_steps_moves_and_the_mix_of_groups_are_looked_at_too():
    log = LOG[(LOG["at"] < "2026-03-30") | (LOG["at"] >= "2026-04-13") | (LOG.shop == "a")]
    mix = what_changed(log, of="customers", by="shop").iloc[0]
    assert (mix["what"], str(mix["since"]), mix["sure"]) == ("customers", "2026-03-30", True)
    steps = {"look": ["home"], "buy": ["paid"]}
    assert what_changed(LOG, steps, of="step").empty  # every week the same
    moves = what_changed(LOG, of="transition")
    assert moves[moves.sure].iloc[0][["name", "n"]].tolist() == ["home > error", 80]
    with pytest.raises(UsageError, match="steps"):
        what_changed(LOG, of="step")


def test_shares_over_time_are_of_the_customers_of_each_period():
    weeks = shares_over_time(LOG)
    error = weeks[weeks["name"] == "error"]
    assert error.value.tolist() == [0, 0, 0, 0, 0.25, 0.25, 0, 0, 0, 0]
    assert set(error.n) == {40}
    months = shares_over_time(LOG, every="1mo")
    assert sorted({str(day) for day in months.until}) == ["2026-03-31", "2026-04-30", "2026-05-31"]
    assert shares_over_time(LOG.head(0)).empty
    assert (
        shares_over_time(LOG[LOG.customer.isin(["c1", "c2", "c3", "c4"])]).value.isna().all()
    )  # of four nothing is told
    for every in ("6h", "month"):
        with pytest.raises(UsageError):
            shares_over_time(LOG, every=every)
