from datetime import date
from functools import cache

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from cjmkit.errors import UsageError
from cjmkit.method.changes import what_changed
from cjmkit.method.over_time import shares_over_time

STEPS = {"look": ["product_view", "catalog"], "basket": ["add_to_cart", "cart"], "shipping": ["shipping_details"],
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


@cache
def changes_of(folder):
    return what_changed(duckdb.from_df(shop_of(folder)), STEPS, of=["step", "back", "event"], by=GROUPS)


@pytest.fixture
def shop(real_data):
    return shop_of(real_data)


@pytest.fixture
def changes(real_data):
    return changes_of(real_data)


def told(table, name, **where):
    rows = table[table["name"] == name]
    for column, value in where.items():
        rows = rows[rows[column] == value]
    return rows.iloc[0]


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
def test_a_planted_fault_is_told_with_its_days_and_its_group_on_every_engine(engine):
    log = {"pandas": LOG, "polars": pl.LazyFrame({c: LOG[c].tolist() for c in LOG}), "duckdb": duckdb.from_df(LOG)}[
        engine
    ]
    row = told(what_changed(log, by="shop"), "error", against="times")
    assert (row["group"], row["sure"]) == ("b", True)
    assert (str(row["since"]), str(row["until"])) == ("2026-03-30", "2026-04-07")
    assert (row["n"], row["value"], row["elsewhere_n"], row["elsewhere"]) == (20, 0.5, 20, 0.0)
    assert 0 < row["low"] < row["difference"] < row["high"]


def test_the_faults_planted_by_others_are_found_which_when_and_for_whom(changes):
    incident = told(changes, "payment > purchase", against="times", sure=True)
    assert (incident.group, str(incident.since), str(incident.until)) == ("", "2024-05-18", "2024-06-06")
    assert incident.value < 0.25 < 0.5 < incident.elsewhere
    bug = told(changes, "checkout_bug", against="times", sure=True)
    assert (bug["group"], str(bug.since), str(bug.until)) == ("mobile", "2024-04-13", "2024-05-09")
    look = {
        group: share for group, share, _ in told(changes, "look > basket", column="user_lifecycle", sure=True).groups
    }
    assert look["new"] < 0.35 < 0.65 < look["loyal"]
    bought = {
        group: (round(share, 2), n)
        for group, share, n in told(changes, "purchase", column="user_cohort", sure=True).groups
    }
    assert (bought["2024-01"], bought["2024-04"]) == ((0.61, 154), (0.39, 153))


def test_what_a_sure_row_says_is_what_counting_customers_once_in_pandas_says(shop, changes):
    assert (changes.n <= 600).all()
    assert (changes.elsewhere_n <= 600).all()
    for row in changes[changes.sure & (changes.against == "times") & (changes.what == "event")].itertuples():
        log = shop[shop[row.column] == row.group] if row.column else shop
        day = (log["at"].dt.normalize() - pd.Timestamp(row.since)).dt.days // row.days
        came, did = log.groupby(day).customer.agg(set), log[log.event == row.name].groupby(day).customer.agg(set)
        first, last = shop["at"].min().normalize(), shop["at"].max().normalize()
        whole = [w for w in came.index if w and pd.Timestamp(row.since) + pd.Timedelta(days=w * row.days) >= first
                 and pd.Timestamp(row.since) + pd.Timedelta(days=(w + 1) * row.days - 1) <= last]  # fmt: skip
        assert (row.n, row.value) == (len(came[0]), pytest.approx(len(did[0]) / len(came[0])))
        assert row.elsewhere_n == len(set().union(*came[whole]))
        assert row.elsewhere == pytest.approx(sum(len(did.get(w, ())) for w in whole) / sum(len(came[w]) for w in whole))  # fmt: skip


def test_the_loop_at_the_checkout_comes_out_without_the_event_that_names_it(shop):
    silent = duckdb.from_df(shop[shop.event != "checkout_bug"])
    changes = what_changed(silent, STEPS, of=["step", "back"], by="platform")
    back = told(changes, "shipping > basket", group="mobile", against="times")
    on = told(changes, "shipping > payment", group="mobile", against="times")
    for row in (back, on):  # each by itself beyond chance, in the days of the bug; not among all that was looked at
        assert row.alone < 0.05
        assert "2024-04-09" <= str(row.since) <= str(row.until) <= "2024-05-09"
    assert back.value == 1 > back.elsewhere
    mobile = duckdb.from_df(shop[(shop.event != "checkout_bug") & (shop.platform == "mobile")])
    there = what_changed(mobile, STEPS, of=["step", "back"], since=date(2024, 4, 9), until=date(2024, 5, 9))
    assert set(there[there.sure]["name"]) == {"shipping > payment", "shipping > basket"}


def test_the_article_that_left_no_trace_beyond_chance_is_described_and_not_alarmed_at(shop):
    article = what_changed(shop, STEPS, of=["new", "step", "event"], since=date(2024, 2, 29), until=date(2024, 3, 3))
    assert not article.sure.any()
    bought, new = told(article, "purchase"), told(article, "", what="new")
    assert (bought.n, round(bought.value, 2), round(bought.elsewhere, 2)) == (48, 0.08, 0.14)
    assert new.value > new.elsewhere


def test_nothing_is_sure_where_visits_and_groups_are_dealt_anew(shop):
    visits = shop.groupby("session_id").agg(
        began=("at", "min"), customer=("customer", "first"), **{c: (c, "first") for c in GROUPS}
    )
    dealt = visits.iloc[np.random.default_rng(0).permutation(len(visits))].set_index(visits.index)
    moved = shop.session_id.map(dealt.began) - shop.session_id.map(visits.began)
    twin = shop.assign(at=shop["at"] + moved, **{c: shop.session_id.map(dealt[c]) for c in ["customer", *GROUPS]})
    assert not what_changed(twin, STEPS, of=["step", "event"], by=GROUPS[:2]).sure.any()


def test_groups_without_a_name_and_groups_that_an_event_defines_are_no_finding():
    rows = LOG.assign(blank=[None if n % 3 else "x" if n % 2 else "y" for n in range(len(LOG))])
    assert "" not in set(what_changed(rows, by="blank").query("column == 'blank'")["group"])
    where = {"home": "web", "paid": "shop", "error": "web"}
    assert "channel" not in set(what_changed(LOG.assign(channel=LOG.event.map(where)), by="channel").column)
    half = LOG.assign(tier=[("gold" if n % 2 else "blue") if e == "home" else None for n, e in enumerate(LOG.event)])
    assert "tier" not in set(what_changed(half, by="tier").column)  # filled in one of two files
    whole = LOG.assign(tier=["gold" if c in ("c1", "c4", "c7", "c10", "c13", "c16") else "blue" for c in LOG.customer])
    assert "tier" in set(what_changed(whole, by="tier").column)


@pytest.mark.parametrize(
    ("since", "until", "sentence"),
    [("2026-04-10", "2026-04-01", "before the first"), ("2027-01-01", None, "nothing in these days"),
     (None, "2026-01-01", "nothing in these days"), ("2026-01-01", "2027-01-01", "whole log")],
)  # fmt: skip
def test_days_that_are_no_part_of_the_log_are_told(since, until, sentence):
    days = [date.fromisoformat(day) if day else None for day in (since, until)]
    with pytest.raises(UsageError, match=sentence):
        what_changed(LOG, since=days[0], until=days[1])


def test_one_end_of_the_days_is_enough():
    late = told(what_changed(LOG, since=date(2026, 4, 13)), "error")
    assert (str(late.since), str(late.until), late.value) == ("2026-04-13", "2026-05-05", 0.0)
    early = told(what_changed(LOG, until=date(2026, 3, 10)), "error")
    assert (str(early.since), str(early.until), early.n) == ("2026-03-02", "2026-03-10", 40)


def test_steps_moves_and_the_mix_of_groups_are_looked_at_too():
    log = LOG[(LOG["at"] < "2026-03-30") | (LOG["at"] >= "2026-04-13") | (LOG.shop == "a")]
    mix = told(what_changed(log, of="customers", by="shop"), "a")
    assert (mix["what"], str(mix["since"]), mix["sure"]) == ("customers", "2026-03-30", True)
    steps = {"look": ["home"], "buy": ["paid"]}
    assert not what_changed(LOG, steps, of="step").sure.any()  # every week the same
    moves = what_changed(LOG, of="transition")
    assert moves[moves.alone < 0.05]["name"].tolist() == ["home > error"]
    with pytest.raises(UsageError, match="steps"):
        what_changed(LOG, of="step")


def test_shares_over_time_are_of_the_customers_of_each_period():
    weeks = shares_over_time(LOG)
    error = weeks[weeks["name"] == "error"]
    assert error.value.tolist() == [0, 0, 0, 0, 0.25, 0.25, 0, 0, 0, 0]
    assert set(error.n) == {40}
    months = shares_over_time(LOG, every="1mo")
    assert sorted({str(day) for day in months.until}) == ["2026-03-31", "2026-04-30", "2026-05-31"]
    moved = shares_over_time(LOG, every="9d", anchor=date(2026, 3, 30))
    assert "2026-03-30" in {str(day) for day in moved.since}
    assert shares_over_time(LOG.head(0)).empty
    assert (
        shares_over_time(LOG[LOG.customer.isin(["c1", "c2", "c3", "c4"])]).value.isna().all()
    )  # of four nothing is told
    for every in ("6h", "month"):
        with pytest.raises(UsageError):
            shares_over_time(LOG, every=every)


def test_who_went_back_is_counted_among_those_who_moved_on():
    ways = {"a": "home pay home", "b": "home pay", "c": "home pay done", "d": "home pay pay done home", "e": "pay done",
            "f": "home pay home pay done", "g": "pay home", "h": "pay done"}  # fmt: skip
    rows = [(who, event, pd.Timestamp("2026-03-02") + pd.Timedelta(minutes=k)) for who, way in ways.items() for k, event in enumerate(way.split())]  # fmt: skip
    log = pd.DataFrame(rows, columns=["customer", "event", "at"])
    steps = {"look": ["home"], "pay": ["pay"], "end": ["done"]}
    back = told(shares_over_time(log, steps, of="back"), "pay > look")
    assert (back.n, back.value) == (7, pytest.approx(3 / 7))  # a, f, g of all but b
    on = told(shares_over_time(log, steps, of="step"), "pay > end")
    assert (on.n, on.value) == (8, pytest.approx(5 / 8))
