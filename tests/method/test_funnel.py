import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjmkit.errors import UsageError
from cjmkit.journey import Journey
from cjmkit.method.funnel import funnel, funnel_of, typed_funnel
from cjmkit.method.intervals import wilson

FINES = {
    "created": ["Create Fine"], "sent": ["Send Fine"], "notified": ["Insert Fine Notification"],
    "paid": ["Payment"], "collected": ["Send for Credit Collection"],
}  # fmt: skip
STEPS = {"look": ["home", "search"], "basket": ["cart"], "buy": ["paid"]}


def log_of(rows, **columns):
    customers, events, days = zip(*rows, strict=True) if rows else ((), (), ())
    at = pd.to_datetime([f"2026-03-{day:02}" for day in days])
    return pd.DataFrame({"customer": list(customers), "event": list(events), "at": at, **columns})


SMALL = log_of([
    ("a", "home", 1), ("a", "cart", 2), ("a", "paid", 3), ("a", "paid", 3), ("a", "home", 4),
    ("b", "search", 1), ("b", "paid", 2), ("b", "cart", 3),
    ("c", "cart", 1), ("c", "home", 2), ("c", "cart", 2),
    ("d", "help", 1),
    ("e", "home", 5),
])  # fmt: skip


def engines(table):
    columns = {name: table[name].tolist() for name in table}
    return {"pandas": table, "polars": pl.DataFrame(columns), "lazy": pl.LazyFrame(columns), "duckdb": duckdb.from_df(table)}  # fmt: skip


def test_each_customer_counts_once_and_in_the_order_of_time():
    found = funnel_of(SMALL, STEPS)
    assert found.reached.tolist() == [4, 3, 2]
    assert found.in_order.tolist() == [4, 3, 1]  # c's basket on the day of the look counts; b paid before the basket
    assert found.value.tolist()[1:] == [3 / 4, 1 / 3]
    assert found.value.isna()[0]
    assert found.overall.tolist() == [1, 3 / 4, 1 / 4]
    assert found.n.tolist() == [4, 4, 3]
    assert tuple(found.loc[2, ["low", "high"]]) == wilson(1 / 3, 3)
    assert tuple(found.loc[2, ["overall_low", "overall_high"]]) == wilson(1 / 4, 4)


def test_a_count_of_events_would_be_seen():
    events = [int(SMALL.event.isin(names).sum()) for names in STEPS.values()]
    assert events != funnel_of(SMALL, STEPS).reached.tolist()


@pytest.mark.parametrize("engine", ["polars", "lazy", "duckdb"])
def test_every_engine_gives_the_same_funnel(engine):
    log = pd.concat([SMALL.assign(customer=SMALL.customer + str(n), shop=f"s{n % 2}") for n in range(6)])
    for ask in ({}, {"by": "shop"}, {"within": "1d"}, {"since": "2026-03-02", "until": "2026-03-04"}):
        expected = funnel_of(log, STEPS, **ask)
        pd.testing.assert_frame_equal(funnel_of(engines(log)[engine], STEPS, **ask), expected)


def test_a_window_and_days_leave_out_what_lies_outside():
    assert funnel_of(SMALL, STEPS, within="1d").in_order.tolist() == [4, 2, 0]
    assert funnel_of(SMALL, STEPS, within="24h").in_order.tolist() == [4, 2, 0]
    assert funnel_of(SMALL, STEPS, since="2026-03-02", until="2026-03-03").reached.tolist() == [1, 3, 2]
    with pytest.raises(UsageError, match="7d"):
        funnel_of(SMALL, STEPS, within="soon")


def test_a_customer_is_of_the_group_of_their_first_step_and_few_are_merged():
    rows = [(f"{group}{n}", event, day) for group, many in (("x", 6), ("y", 5), ("z", 2)) for n in range(many)
            for event, day in (("home", 1), ("cart", 2))]  # fmt: skip
    log = log_of(rows, shop=["later" if event == "cart" and who == "x0" else who[0] for who, event, _ in rows])
    found = funnel_of(log, STEPS, "shop")
    assert list(dict.fromkeys(found.group)) == ["x", "other"]
    assert found[found.step == 1].in_order.tolist() == [6, 7]
    with pytest.raises(UsageError, match=r"'town'.*shop"):
        funnel_of(log, STEPS, "town")


def test_an_event_cannot_stand_in_two_steps():
    with pytest.raises(UsageError, match="cart"):
        funnel_of(SMALL, {"one": ["cart"], "two": ["c*"]})


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["home", "cart", "paid", "x"]), st.integers(1, 5))),
       st.randoms())  # fmt: skip
def test_in_order_never_rises_nor_passes_reached_whatever_the_order_of_rows(rows, chance):
    found = funnel_of(log_of(rows), STEPS)
    assert found[found.seen].in_order.is_monotonic_decreasing
    assert found.seen.tolist() == (found.reached > 0).tolist()
    assert (found.in_order <= found.reached).all()
    mixed = list(rows)
    chance.shuffle(mixed)
    pd.testing.assert_frame_equal(funnel_of(log_of(mixed), STEPS), found)


def map_of(**reached):
    stages = [{"id": s, "name": s.title(), "reached": reached.get(s, [])} for s in ("look", "choose", "buy")]
    touchpoints = [
        {"id": "web", "stage": "look", "events": ["home", "search"]},
        {"id": "basket", "stage": "choose", "events": ["cart"]},
        {"id": "till", "stage": "buy", "events": ["pai*"]},
        {"id": "forum", "stage": "look"},
    ]
    paths = [{"id": "p", "persona": "anna", "touchpoints": ["web", "forum", "till"]}]
    personas = [{"id": "anna"}, {"id": "henryk"}]
    return Journey.from_data({"stages": stages, "touchpoints": touchpoints, "paths": paths, "personas": personas})


def test_stages_and_touchpoints_of_the_map_are_steps():
    journey = map_of()
    assert funnel(SMALL, journey)[["id", "name", "in_order"]].values.tolist() == [["look", "Look", 4], ["choose", "Choose", 3], ["buy", "Buy", 1]]  # fmt: skip
    assert funnel(SMALL, journey, of="touchpoint")[["id", "in_order"]].values.tolist() == [["web", 4], ["till", 2]]
    assert funnel(SMALL, journey, persona="anna").id.tolist() == ["look", "buy"]
    assert funnel(SMALL, Journey()).empty


@pytest.mark.parametrize("engine", ["pandas", "lazy", "duckdb"])
def test_personas_are_found_by_their_segments(engine):
    people = [{"id": "anna", "name": "Anna", "segment": "families"}, {"id": "henryk", "segment": "pensioners"}]
    log = log_of([(f"c{n}", event, 1) for n in range(18) for event in ("home", "cart")][:-3])
    who = log.customer.str[1:].astype(int)
    log = log.assign(
        device="phone", age=who.map(lambda n: "families" if n < 6 else "pensioners" if n < 12 else "students")
    )
    found = funnel(engines(log)[engine], map_of().changed(personas=people, paths=[]), by="persona")
    assert found[found.step == 1][["group", "in_order"]].values.tolist() == [["", 5], ["Anna", 6], ["henryk", 6]]
    with pytest.raises(UsageError, match="segment"):
        funnel(log, map_of(), by="persona")


def test_counts_typed_by_hand_are_a_funnel_marked_as_typed():
    counts = {
        "look": [{"count": 1200}],
        "choose": [{"count": 520, "persona": "anna"}, {"count": 9}],
        "buy": [{"count": 160}],
    }
    found = typed_funnel(map_of(**counts), "anna")
    assert found.in_order.tolist() == [1200, 520, 160]
    assert set(found["of"]) == {"typed"}
    assert set(found.evidence) == {"assumed"}
    assert found.value[1] == pytest.approx(520 / 1200)
    rising = typed_funnel(map_of(**counts), "henryk")
    assert rising.in_order.tolist() == [1200, 9, 160]
    assert rising.value.isna().tolist() == [True, False, True]


def test_the_typed_funnel_of_the_fridge_is_as_told():
    from cjmkit.workshop import open_workshop

    assert typed_funnel(open_workshop("fridge").journey).in_order.tolist() == [1200, 520, 160, 121, 13]


def test_the_traffic_fines_reach_the_steps_as_counted(real_data):
    rows = pd.read_csv(
        real_data / "traffic_fines_10k" / "traffic_fines_10k.csv.gz", usecols=["case_id", "activity", "timestamp"]
    )
    log = duckdb.from_df(rows.rename(columns={"case_id": "customer", "activity": "event", "timestamp": "at"}).assign(
        at=lambda t: pd.to_datetime(t["at"]).dt.tz_localize(None)))  # fmt: skip
    found = funnel_of(log, FINES)
    assert found.reached.tolist() == [10000, 6570, 4635, 4626, 3387]
    assert found.in_order[0] == 10000
    assert found.in_order.is_monotonic_decreasing
