import json

import duckdb
import pandas as pd
import polars as pl
import pytest

from cjmkit.charts.funnel import funnel_chart
from cjmkit.errors import FigureError, UsageError
from cjmkit.journey import Journey
from cjmkit.method.drop_off import between, instead
from cjmkit.method.funnel import funnel, funnel_of
from cjmkit.method.groups import hide_few
from cjmkit.method.reality import against_map
from cjmkit.method.transitions import loops, transitions
from cjmkit.method.what_if import not_a_funnel, what_if


def log_of(rows):
    customers, events, days = zip(*rows, strict=True)
    at = pd.to_datetime([f"2026-03-{day:02}" for day in days])
    return pd.DataFrame({"customer": customers, "event": events, "at": at})


UNSEEN = {"look": ["home"], "ask": ["forum"], "buy": ["paid"]}


@pytest.mark.parametrize("by", [None, "shop"])
def test_a_step_that_nobody_ever_came_to_is_marked_and_passed_over(by):
    log = log_of([(f"c{n}", name, n + k) for n in range(1, 11) for k, name in enumerate(["home", "paid"][: 1 + n % 2])]).assign(shop="a")  # fmt: skip
    found = funnel_of(log, UNSEEN, by)
    without = funnel_of(log, {id: UNSEEN[id] for id in ("look", "buy")}, by)
    columns = ["id", "reached", "in_order", "n", "value", "low", "overall"]
    assert found.seen.tolist() == [True, False, True]
    pd.testing.assert_frame_equal(found[found.seen][columns].reset_index(drop=True), without[columns])
    assert found[columns].iloc[1].tolist()[:4] == ["ask", 0, 0, 0]
    assert pd.isna(found.value.iloc[1])
    for steps, place in (
        (UNSEEN, 3),
        ({id: UNSEEN[id] for id in ("look", "buy")}, 2),
    ):  # the control: the same, one earlier
        assert between(log, steps)[["step", "n"]].values.tolist() == [[place, 5]]
        assert not_a_funnel(log, steps)[["step", "n"]].values.tolist() == [[place, 5]]
        assert instead(log, steps)[["step", "to", "customers", "n"]].values.tolist() == [[1, "left", 5, 5]]
    assert what_if(found)[["id", "exact"]].values.tolist() == [["buy", True]]
    assert not funnel_of(log, {"ask": ["forum"]}, by).seen.any()


def test_a_customer_is_of_the_first_group_given_and_how_many_had_others_is_told():
    rows = [(f"c{n}", event, n + k, shop) for n in range(1, 11) for k, (event, shop) in enumerate([("home", None), ("cart", "a"), ("paid", "ab"[n % 2])])]  # fmt: skip
    log = log_of([row[:3] for row in rows]).assign(shop=[row[3] for row in rows])
    found = funnel_of(log, {"look": ["home"], "choose": ["cart"], "buy": ["paid"]}, "shop")
    assert found[["group", "in_order", "several"]].values.tolist() == [["a", 10, 5]] * 3
    none = funnel_of(log.assign(shop=None), {"look": ["home"]}, "shop")
    assert none[["group", "several"]].values.tolist() == [["", 0]]


def test_a_log_or_a_call_that_cannot_be_meant_is_refused_in_a_sentence():
    log, steps = log_of([("a", "home", 1), ("a", "paid", 2)]), {"look": ["home"], "buy": ["paid"]}
    for wrong in (log.assign(at="2026-01-01"), pl.DataFrame({"customer": ["a"], "event": ["home"], "at": ["1"]}), log.assign(at=1)):  # fmt: skip
        with pytest.raises(FigureError, match="column at of the log holds no times"):
            funnel_of(wrong, steps)
    for call in (transitions, loops, between, lambda events: against_map(events, Journey())):
        with pytest.raises(FigureError, match="no column 'at'"):
            call(log.drop(columns="at"), *([steps] if call is between else []))
    for said, words in (({"since": "2026-13-01"}, "2026-01-31"), ({"steps": {"look": "home"}}, "list of events")):
        with pytest.raises(UsageError, match=words):
            funnel_of(log, **{"steps": steps, **said})
    for targets, words in (({"pay": 0.9}, "No conversion to the step 'pay'"), ({"look": 0.9}, "look"), ({"buy": 0.9}, "below")):  # fmt: skip
        with pytest.raises(UsageError, match=words):
            what_if(funnel_of(log, steps), targets=targets)


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
def test_times_of_a_zone_count_as_those_of_utc(engine):
    at = pd.to_datetime(["2026-01-01 23:30", "2026-01-02 00:30"]).tz_localize("Europe/Warsaw")
    zoned = pd.DataFrame({"customer": "a", "event": ["home", "paid"], "at": at})
    events = {
        "pandas": zoned,
        "polars": pl.DataFrame({name: zoned[name].tolist() for name in zoned}),
        "duckdb": duckdb.from_df(zoned),
    }[engine]
    steps = {"look": ["home"], "buy": ["paid"]}
    assert funnel_of(events, steps, until="2026-01-01").in_order.tolist() == [1, 1]  # 23:30 in UTC
    plain = zoned.assign(at=at.tz_localize(None))  # the control
    assert funnel_of(plain, steps, until="2026-01-01").seen.tolist() == [True, False]


@pytest.mark.parametrize(
    ("values", "names"), [(["new", "trained"], ["Nora", "Tom"]), (["new runners", "x"], ["", "Nora"])]
)
def test_a_personas_segment_is_found_where_the_log_says_it_shorter(values, names):
    people = [
        {"id": "n", "name": "Nora", "segment": "new runners"},
        {"id": "t", "name": "Tom", "segment": "trained runners"},
    ]
    journey = Journey.from_data({"personas": people, "stages": [{"id": "look"}], "touchpoints": [{"id": "web", "stage": "look", "events": ["home"]}]})  # fmt: skip
    log = log_of([(f"c{n}", "home", 1) for n in range(10)]).assign(running=values * 5)
    assert sorted(funnel(log, journey, by="persona").group) == names
    with pytest.raises(UsageError, match="Write into each persona's segment"):  # "runners" may be either
        funnel(log.assign(running="runners"), journey, by="persona")


def test_what_few_did_before_a_step_never_seen_is_hidden_after_it_too():
    rows = [(f"{shop}{n}", name, 1 + k) for shop, k_of in {"a": [3] * 30, "b": [2] * 3 + [1] * 12, "c": [3] * 9}.items()
            for n, far in enumerate(k_of) for k, name in enumerate(["home", "cart", "paid"][:far])]  # fmt: skip
    log = log_of(rows)
    log["shop"] = log.customer.str[0]
    steps = {"look": ["home"], "choose": ["cart"], "ask": ["forum"], "buy": ["paid"]}
    hidden = hide_few(funnel_of(log, steps, "shop"))
    without = hide_few(funnel_of(log, {id: steps[id] for id in ("look", "choose", "buy")}, "shop"))
    columns = ["group", "id", "in_order", "n", "value", "hidden"]
    assert (without.hidden == "few").any()
    pd.testing.assert_frame_equal(
        hidden[hidden.id != "ask"][columns].reset_index(drop=True), without[columns], check_dtype=False
    )
    picture = json.dumps(funnel_chart(Journey(), funnel_of(log, steps)).to_dict())
    assert picture.count("never seen in the log") >= 1
