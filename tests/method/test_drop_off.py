import duckdb
import pandas as pd
import polars as pl
import pytest

from cjmkit.method.drop_off import between, group_differences, instead
from cjmkit.method.funnel import funnel_of
from cjmkit.method.intervals import newcombe

STEPS = {"look": ["home"], "basket": ["cart"], "buy": ["paid"]}


def log_of(ways, **columns):
    """One customer a way; each event an hour after the one before, or as many as it says."""
    rows = []
    for who, way in enumerate(ways):
        at = pd.Timestamp("2026-03-01")
        for event in way.split():
            name, _, hours = event.partition("+")
            at += pd.Timedelta(hours=float(hours or 1))
            rows.append({"customer": f"c{who}", "event": name, "at": at, **{k: v[who] for k, v in columns.items()}})
    return pd.DataFrame(rows)


WAYS = [*["home cart+2 paid"] * 2, *["home cart+4 help paid+9"] * 3, *["home cart+1 home cart+30 help home"] * 6,
        *["home"] * 5, *["home help"] * 2]  # fmt: skip
LOG = log_of(WAYS)


def engines(table):
    columns = {name: table[name].tolist() for name in table}
    return {"pandas": table, "polars": pl.LazyFrame(columns), "duckdb": duckdb.from_df(table)}


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
def test_quartiles_of_the_time_between_steps_are_those_of_numpy(engine):
    found = between(engines(LOG)[engine], STEPS)
    hours = pd.Series([2] * 2 + [4] * 3 + [1] * 6)
    assert found[["name", "n"]].values.tolist() == [["basket", 11], ["buy", 5]]
    assert found.loc[0, ["lower", "median", "upper"]].tolist() == hours.quantile([0.25, 0.5, 0.75]).tolist()
    assert found.loc[1, ["lower", "median", "upper"]].tolist() == pd.Series([1, 1, 10, 10, 10]).quantile([0.25, 0.5, 0.75]).tolist()  # fmt: skip


def test_times_of_fewer_than_five_are_not_told():
    found = between(log_of(["home cart"] * 4), STEPS)
    assert found.n.tolist() == [4]
    assert found["median"].isna().all()


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
def test_those_who_dropped_went_to_their_next_event_after_the_last_at_the_step(engine):
    found = instead(engines(LOG)[engine], STEPS)
    assert found[["id", "to", "customers", "n"]].values.tolist() == [["look", "left", 5, 7], ["basket", "help", 6, 6]]
    more = instead(engines(log_of([*WAYS, *["home help"] * 3]))[engine], STEPS)
    assert more[more.id == "look"][["to", "customers", "n"]].values.tolist() == [["help", 5, 10], ["left", 5, 10]]


def test_groups_differ_by_newcombes_interval_over_all_that_were_compared():
    shops = ["north"] * 100 + ["south"] * 100
    log = log_of(["home cart"] * 80 + ["home"] * 20 + ["home cart"] * 40 + ["home"] * 60, shop=shops)
    found = group_differences(funnel_of(log, STEPS, "shop"))
    top = found.iloc[0]
    assert (top["id"], top["difference"], top["n"], top["elsewhere_n"]) == ("basket", pytest.approx(0.4), 100, 100)
    alone = newcombe(0.8, 100, 0.4, 100)
    assert 0 < top.low < alone[0] < 0.4 < alone[1] < top.high
    assert group_differences(funnel_of(log, STEPS)).empty
    same = group_differences(funnel_of(log.assign(shop=log.customer.str[-1]), STEPS, "shop"))
    assert ((same.low <= 0) & (same.high >= 0)).all()


def test_newcombes_interval_is_as_published():
    # Newcombe 1998, table II, method 10: (a) 56/70 - 48/80, (b) 9/10 - 3/10, (e) 5/56 - 0/29
    for counts, ends in {(56, 70, 48, 80): (0.0524, 0.3339), (9, 10, 3, 10): (0.1705, 0.8090), (5, 56, 0, 29): (-0.0381, 0.1926)}.items():  # fmt: skip
        some, n, others, m = counts
        assert newcombe(some / n, n, others / m, m) == pytest.approx(ends, abs=6e-5)
