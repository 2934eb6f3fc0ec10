"""The same analysis on pandas, Polars and DuckDB gives equal tables; on Spark: test_spark.py."""

import gzip
import random
from datetime import datetime, timedelta

import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cjmkit.journey import Journey
from cjmkit.method.drop_off import between, instead
from cjmkit.method.events import event_counts, known, on_map, small
from cjmkit.method.funnel import funnel
from cjmkit.method.purchases import buyers, rfm, with_state
from cjmkit.method.reality import against_map
from cjmkit.method.transitions import common_paths, loops, sessions, step_matrix, transitions

MAP = Journey.from_data({
    "personas": [{"id": "p"}],
    "stages": [{"id": "look"}, {"id": "choose"}, {"id": "buy"}, {"id": "use", "phase": "after"}],
    "touchpoints": [
        {"id": "web", "stage": "look", "events": ["home", "catalog", "a*"]}, {"id": "find", "stage": "look", "events": ["search"]},
        {"id": "product", "stage": "choose", "events": ["product_view", "b"]}, {"id": "basket", "stage": "choose", "events": ["*cart", "c"]},
        {"id": "till", "stage": "buy", "events": ["purchase", "d"]}, {"id": "again", "stage": "use", "events": ["order_*", "e"]},
    ],
})  # fmt: skip
FIGURES = {
    "transitions": lambda log: transitions(log),
    "transitions by segment": lambda log: transitions(log, by="segment"),
    "transitions in sessions": lambda log: transitions(sessions(log), within="session"),
    "step matrix": lambda log: step_matrix(log, steps=4, by="segment"),
    "paths": lambda log: common_paths(log, length=3, by="segment", top=5),
    "whole paths": lambda log: common_paths(sessions(log), length=3, within="session", whole=True, repeats=False),
    "loops": lambda log: loops(log, by="segment"),
    "funnel": lambda log: funnel(log, MAP, by="segment"),
    "between": lambda log: between(log, MAP),
    "instead": lambda log: instead(log, MAP),
    "against the map": lambda log: flat(against_map(log, MAP)),
    "event counts": lambda log: event_counts(known(log)),
    "touchpoints of events": lambda log: listed(on_map(known(log), MAP).select("customer", "event", "touchpoint", "stage")),
    "buyers": lambda log: listed(with_state(buyers(known(log), as_of="2026-01-31"))),
    "recency and frequency": lambda log: listed(rfm(known(log), as_of="2026-01-31")),
}  # fmt: skip


def flat(real):
    """The tables of a map held against a log under each other, as text."""
    parts = ("coverage", "unmapped", "touchpoints", "order", "loops", "paths", "beliefs")
    return pd.concat([getattr(real, part).astype(str).assign(part=part) for part in parts], ignore_index=True)


def listed(frame):
    """A frame of one row per customer or event as a table in an order of its own; kinds of numbers and times are the engine's."""
    table = small(frame)
    times = [name for name in ("first", "last") if name in table]
    table = table.assign(**{name: pd.to_datetime(table[name]).dt.tz_localize(None) for name in times})
    numbers = [name for name in ("second", "gap") if name in table]
    table = table.assign(**{name: pd.to_numeric(table[name]) for name in numbers})
    return table.sort_values(list(table)[:3], ignore_index=True)


def rows_of(log):
    return [[None if pd.isna(cell) else cell for cell in row] for row in log.astype(object).to_numpy().tolist()]


def on_polars(log):
    schema = {name: pl.Datetime("us") if name == "at" else pl.String for name in log}
    rows = [[cell.to_pydatetime() if isinstance(cell, pd.Timestamp) else cell for cell in row] for row in rows_of(log)]
    return pl.DataFrame(rows, schema=schema, orient="row")


def on_duckdb(log):
    table = pd.DataFrame(rows_of(log), columns=log.columns)
    table["at"] = pd.to_datetime(table["at"])
    base = duckdb.connect(config={"threads": 1})
    base.register("given", table)
    return base.sql('select * replace ("at"::timestamp as "at") from given')


ENGINES = {
    "Polars": on_polars,
    "Polars, lazy": lambda log: on_polars(log).lazy(),
    "DuckDB": on_duckdb,
}


def log_of(rows):
    log = pd.DataFrame(rows, columns=["customer", "event", "minute", "segment"])
    log["at"] = [datetime(2026, 1, 1) + timedelta(minutes=m) if pd.notna(m) else pd.NaT for m in log.pop("minute")]
    return log


def texts(letters):
    return st.one_of(st.none(), st.sampled_from(letters))


# Few customers, few minutes: ties, repeats and rows that lack something are common.
WHOLE = ("p", "a", 0, "old")  # one row at least that lacks nothing
ROWS = st.lists(
    st.tuples(texts("pqrstuvw"), texts("abcdez"), st.one_of(st.none(), st.integers(0, 90)), texts(["old", "new"])),
    max_size=30,
)


def differing(log, engines, figures=FIGURES):
    """The figures that are not equal on pandas and on other engines."""
    held, found = {name: engine(log) for name, engine in engines.items()}, []
    for name in figures:
        expected = FIGURES[name](log)
        for engine, frame in held.items():
            try:
                pd.testing.assert_frame_equal(expected, FIGURES[name](frame), check_dtype=False)
            except AssertionError:
                found.append((engine, name))
    return found


@settings(max_examples=4, phases=[Phase.explicit, Phase.generate])
@given(ROWS, st.sampled_from(list(FIGURES)))
def test_any_log_gives_the_same_table_on_every_engine(rows, figure):
    assert differing(log_of([*rows, WHOLE]), ENGINES, [figure]) == []


def few():
    """A log of 60 customers, always the same: ties, repeats, small groups, and rows that lack something."""
    draw = random.Random(6)
    age = {f"c{n:02}": "old" if n < 35 else "new" if n < 57 else "odd" for n in range(60)}
    rows = [
        (who, draw.choice("aabcdez"), draw.randrange(4000), age[who]) for who in [*age, *draw.choices(list(age), k=190)]
    ]
    return log_of(
        [*rows, ("c01", None, 5, "old"), (None, "a", 6, "old"), ("c02", "b", None, None), ("c03", "c", 7, None)]
    )


def test_sixty_customers_give_the_same_tables():
    assert differing(few(), ENGINES) == []


@pytest.fixture(scope="module")
def shop(request):
    from conftest import DATA

    if not DATA.is_dir():
        pytest.skip("the folder of real data, ../shared/data, is not here")
    with gzip.open(DATA / "retentioneering_ecom" / "ecom.csv.gz", "rt") as file:
        log = pd.read_csv(file, dtype=str)
    log = log.rename(columns={"user_id": "customer", "timestamp": "at", "platform": "segment"})
    few = log[log.customer.isin(sorted(log.customer.unique())[:60])]
    return few[["customer", "event", "segment", "at"]].assign(at=pd.to_datetime(few["at"]))


def test_the_web_shops_log_gives_the_same_tables(shop):
    assert differing(shop, {"DuckDB": on_duckdb}, ["transitions by segment", "paths", "funnel"]) == []


@pytest.mark.parametrize("figure", ["transitions by segment", "transitions in sessions", "between", "buyers"])
@pytest.mark.parametrize("rows", [[WHOLE, ("p", "b", 9, "old")], [("p", None, None, None), (None, "a", None, None)]])
def test_what_pandas_holds_as_objects_counts_alike(rows, figure):
    log = log_of(rows)
    assert log.astype(object)["at"].dtype == object
    assert differing(log, {"objects": lambda rows: rows.astype(object)}, [figure]) == []


def test_ties_that_nobody_orders_would_be_caught():
    """The control: a twin that orders by time alone depends on the order in which an engine holds the rows."""
    log = log_of([("p", name, 5, "old") for name in "bacd"])

    def unordered(rows):
        return rows.sort_values("at", kind="stable").event.tolist()

    assert unordered(log) != unordered(log[::-1])
    assert transitions(log).equals(transitions(log[::-1]))
    assert differing(log, {"backwards": lambda rows: on_duckdb(rows[::-1])}, ["transitions", "paths"]) == []
