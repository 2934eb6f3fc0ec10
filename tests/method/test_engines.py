"""The same analysis on pandas, Polars, DuckDB and a real local Spark session gives equal tables."""

import gzip
import os
import shutil
from datetime import datetime, timedelta
from importlib.util import find_spec

import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cjmkit.journey import Journey
from cjmkit.method.drop_off import between, instead
from cjmkit.method.funnel import funnel
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
}  # fmt: skip


def flat(real):
    """The tables of a map held against a log under each other, as text."""
    parts = ("coverage", "unmapped", "touchpoints", "order", "loops", "paths", "beliefs")
    return pd.concat([getattr(real, part).astype(str).assign(part=part) for part in parts], ignore_index=True)


def rows_of(log):
    return [[None if pd.isna(cell) else cell for cell in row] for row in log.astype(object).to_numpy().tolist()]


def on_polars(log):
    schema = {name: pl.Datetime("us") if name == "at" else pl.String for name in log}
    rows = [[cell.to_pydatetime() if isinstance(cell, pd.Timestamp) else cell for cell in row] for row in rows_of(log)]
    return pl.DataFrame(rows, schema=schema, orient="row")


def on_duckdb(log):
    table = pd.DataFrame(rows_of(log), columns=log.columns)
    table["at"] = pd.to_datetime(table["at"])
    base = duckdb.connect()
    base.register("given", table)
    return base.sql('select * replace ("at"::timestamp as "at") from given')


ENGINES = {
    "Polars": on_polars,
    "Polars, lazy": lambda log: on_polars(log).lazy(),
    "DuckDB": on_duckdb,
}


@pytest.fixture(scope="module")
def spark():
    missing = "Java" if shutil.which("java") is None else "pyspark" if find_spec("pyspark") is None else ""
    if missing and os.environ.get("CJMKIT_REQUIRE_SPARK"):
        pytest.fail(f"{missing} must be here")
    if missing:
        pytest.skip(f"{missing} is not here: nothing is shown on Spark")
    from pyspark.sql import SparkSession

    settings = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "1", "spark.driver.host": "127.0.0.1",
                "spark.driver.bindAddress": "127.0.0.1", "spark.sql.session.timeZone": "UTC"}  # fmt: skip
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def on_spark(session, log):
    kinds = ", ".join(f"`{name}` {'timestamp_ntz' if name == 'at' else 'string'}" for name in log)
    rows = [[cell.to_pydatetime() if isinstance(cell, pd.Timestamp) else cell for cell in row] for row in rows_of(log)]
    return session.createDataFrame(rows, kinds)


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


def differing(log, engine):
    """The figures that are not equal on pandas and on another engine."""
    found = []
    for name, figure in FIGURES.items():
        try:
            pd.testing.assert_frame_equal(figure(log), figure(engine(log)), check_dtype=False)
        except AssertionError:
            found.append(name)
    return found


@settings(max_examples=2, phases=[Phase.explicit, Phase.generate])
@given(ROWS)
def test_any_log_gives_the_same_tables_on_every_engine(rows):
    assert {
        name: found for name, engine in ENGINES.items() if (found := differing(log_of([*rows, WHOLE]), engine))
    } == {}


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


@pytest.mark.parametrize("engine", ["Polars, lazy", "DuckDB"])
def test_the_web_shops_log_gives_the_same_tables(shop, engine):
    assert differing(shop, ENGINES[engine]) == []


def test_the_web_shops_log_gives_the_same_tables_on_spark(shop, spark):
    assert differing(shop, lambda log: on_spark(spark, log)) == []


def test_ties_that_nobody_orders_would_be_caught():
    """The control: a twin that orders by time alone depends on the order in which an engine holds the rows."""
    log = log_of([("p", name, 5, "old") for name in "bacd"])

    def unordered(rows):
        return rows.sort_values("at", kind="stable").event.tolist()

    assert unordered(log) != unordered(log[::-1])
    assert transitions(log).equals(transitions(log[::-1]))
    assert differing(log, lambda rows: on_duckdb(rows[::-1])) == []
