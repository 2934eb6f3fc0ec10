"""The same analysis on pandas and on a real local Spark session gives equal tables; the other engines: test_engines.py."""

import os
import shutil
from importlib.util import find_spec

import pandas as pd
import pytest
from test_engines import FIGURES, few, rows_of

from cjmkit.method.transitions import transitions

# For a few hundred rows: nothing is split, and nothing is compiled for speed that a large log would need.
SETTINGS = {
    "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1", "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.session.timeZone": "UTC", "spark.sql.shuffle.partitions": "2", "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}  # fmt: skip


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    missing = "Java" if shutil.which("java") is None else "pyspark" if find_spec("pyspark") is None else ""
    if missing and os.environ.get("CJMKIT_REQUIRE_SPARK"):
        pytest.fail(f"{missing} is not here, and CJMKIT_REQUIRE_SPARK asks for it")
    if missing:
        pytest.skip(f"{missing} is not here: nothing is shown on Spark")
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]")
    folder = str(tmp_path_factory.mktemp("spark"))
    for name, value in {**SETTINGS, "spark.local.dir": folder, "spark.sql.warehouse.dir": folder}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def on_spark(session, log, kind="timestamp"):
    kinds = ", ".join(f"`{name}` {kind if name == 'at' else 'string'}" for name in log)
    rows = [[cell.to_pydatetime() if isinstance(cell, pd.Timestamp) else cell for cell in row] for row in rows_of(log)]
    return session.createDataFrame(rows, kinds).coalesce(1)


@pytest.fixture(scope="module")
def log(spark):
    return on_spark(spark, few())


@pytest.mark.parametrize("figure", FIGURES)
def test_sixty_customers_give_the_same_tables_on_spark(log, figure):
    pd.testing.assert_frame_equal(FIGURES[figure](few()), FIGURES[figure](log), check_dtype=False)


def test_times_without_a_time_zone_count_alike(spark):
    """The other kind of time that Spark has."""
    local = on_spark(spark, few(), "timestamp_ntz")
    for figure in ("transitions in sessions", "between", "buyers"):
        pd.testing.assert_frame_equal(FIGURES[figure](few()), FIGURES[figure](local), check_dtype=False)


def test_another_log_on_spark_is_not_taken_for_equal(log):
    """The control: one event less is seen."""
    with pytest.raises(AssertionError):
        pd.testing.assert_frame_equal(transitions(few().iloc[1:]), transitions(log), check_dtype=False)
