from collections import Counter
from datetime import datetime, timedelta
from itertools import groupby, pairwise

import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjmkit.errors import UsageError
from cjmkit.method.events import small
from cjmkit.method.transitions import END, START, common_paths, loops, sessions, step_matrix, transitions

DAY = datetime(2026, 1, 1)


def log_of(**events):
    """A log in which each customer does these things, one letter a minute."""
    rows = [(who, name, DAY + timedelta(minutes=n)) for who, names in events.items() for n, name in enumerate(names)]
    return pd.DataFrame(rows, columns=["customer", "event", "at"])


def table(frame, *columns):
    return [tuple(row) for row in frame[list(columns)].itertuples(index=False, name=None)]


LOGS = st.lists(st.text("abc", min_size=1, max_size=6), min_size=1, max_size=6)


@settings(max_examples=12)
@given(LOGS)
def test_every_step_from_one_event_to_the_next_is_counted_once(ways):
    log = log_of(**{f"c{n}": way for n, way in enumerate(ways)})
    expected = Counter(pair for way in ways for pair in pairwise([START, *way, END]))
    people = Counter(pair for way in ways for pair in set(pairwise([START, *way, END])))
    found = transitions(log)
    assert {(a, b): n for a, b, n in table(found, "from", "to", "n")} == expected
    assert {(a, b): n for a, b, n in table(found, "from", "to", "customers")} == people
    assert found.groupby("from").share.sum().tolist() == pytest.approx([1] * found["from"].nunique())


@settings(max_examples=12)
@given(LOGS)
def test_the_shares_of_a_step_make_one(ways):
    found = step_matrix(log_of(**{f"c{n}": way for n, way in enumerate(ways)}), steps=4)
    assert found.groupby("step").share.sum().tolist() == pytest.approx([1] * 4)
    assert dict(table(found[found.step == 1], "name", "n")) == Counter(way[0] for way in ways)
    over = [sum(len(way) < step for way in ways) for step in range(1, 5)]
    assert [int(found[(found.step == s) & (found.name == END)].n.sum()) for s in range(1, 5)] == over


@settings(max_examples=12)
@given(LOGS)
def test_every_run_of_three_is_a_path_and_the_commonest_come_first(ways):
    found = common_paths(log_of(**{f"c{n}": way for n, way in enumerate(ways)}), length=3, top=1000)
    expected = Counter(tuple(way[k : k + 3]) for way in ways for k in range(len(way) - 2))
    assert dict(table(found, "path", "n")) == expected
    assert table(found, "n", "path") == sorted(table(found, "n", "path"), key=lambda row: (-row[0], row[1]))
    assert len(common_paths(log_of(**{f"c{n}": way for n, way in enumerate(ways)}), length=3, top=2)) <= 2


def test_whole_paths_say_where_they_end_and_are_cut_where_they_are_long():
    log = log_of(a="xy", b="xy", c="xyzx", d="xxy")
    found = common_paths(log, length=2, whole=True)
    assert table(found, "path", "n") == [(("x", "y", END), 2), (("x", "x"), 1), (("x", "y"), 1)]
    found = common_paths(log, length=2, whole=True, repeats=False)
    assert table(found, "path", "n", "share") == [(("x", "y", END), 3, 0.75), (("x", "y"), 1, 0.25)]


def test_a_loop_is_a_return_after_others_and_a_repeat_is_none():
    found = loops(log_of(a="xyxyx", b="xxx", c="xyzx", d="xyyx")).set_index("name")
    assert found.loc["x", ["n", "customers", "loops", "loop_customers", "repeats"]].tolist() == [10, 4, 4, 3, 2]
    assert (found.loc["x", "body"], found.loc["x", "body_n"]) == (("y",), 3)  # y twice in a row is one step
    assert found.loc["y", ["loops", "repeats", "repeat_customers"]].tolist() == [1, 1, 1]
    assert found.loc["x", "loop_share"] == 0.75
    assert found.loc["x", ["low", "high"]].tolist() == pytest.approx([0.3006, 0.9544], abs=1e-4)  # Wilson, 3 of 4


def test_a_session_ends_after_half_an_hour_of_nothing():
    at = [DAY + timedelta(minutes=m) for m in (0, 30, 61, 62)]
    log = pd.DataFrame({"customer": "a", "event": list("xyxy"), "at": at})
    assert small(sessions(log)).session.tolist() == [1, 1, 2, 2]
    assert small(sessions(log, minutes=20)).session.tolist() == [1, 2, 3, 3]
    found = transitions(sessions(log), within="session")
    assert table(found, "from", "to", "n", "customers") == [
        (START, "x", 2, 2), ("x", "y", 2, 2), ("y", END, 2, 2),
    ]  # fmt: skip


def test_events_at_the_same_time_follow_the_alphabet_in_whatever_order_they_are_written():
    log = pd.DataFrame({"customer": "a", "event": ["y", "z", "x"], "at": DAY})
    for rows in (log, log[::-1], log.iloc[[1, 0, 2]]):
        assert table(transitions(rows), "from", "to") == [(START, "x"), ("x", "y"), ("y", "z"), ("z", END)]


def test_rows_without_a_customer_an_event_or_a_time_are_left_out():
    log = log_of(a="xy")
    holes = pd.concat([log, log.assign(customer=None), log.assign(event=None), log.assign(at=pd.NaT)])
    pd.testing.assert_frame_equal(transitions(holes), transitions(log))


@pytest.mark.parametrize("of", [transitions, step_matrix, common_paths, loops])
def test_an_empty_log_gives_an_empty_table_with_its_columns(of):
    empty = log_of(a="x").head(0)
    assert list(of(empty).columns) == list(of(log_of(a="xyzxy")).columns)
    assert of(empty).empty


def test_customers_are_of_the_group_of_their_first_event_and_small_groups_are_merged():
    ways = {f"p{n}": "xy" for n in range(6)} | {f"w{n}": "x" for n in range(5)} | {"t": "y"}
    log = log_of(**ways)
    log["device"] = log.customer.str[0].map({"p": "phone", "w": "web", "t": "tablet"})
    log.loc[log.event == "y", "device"] = log.device.where(log.customer.str[0] == "t", "web")
    found = transitions(log, by="device")
    begun = found[found["from"] == START]
    # One on a tablet would be known by subtraction, and so the next smallest joins it.
    assert table(begun, "group", "to", "n") == [("other", "x", 5), ("other", "y", 1), ("phone", "x", 6)]
    assert set(step_matrix(log, by="device").group) == set(loops(log, by="device").group) == {"other", "phone"}
    assert table(common_paths(log, length=2, by="device"), "group", "path", "n", "share") == [
        ("phone", ("x", "y"), 6, 1.0)
    ]


def test_a_column_that_is_not_there_is_refused():
    with pytest.raises(UsageError, match="no column 'age'"):
        transitions(log_of(a="xy"), by="age")


def test_events_off_the_map_are_passed_over():
    log = log_of(a="xqy").assign(touchpoint=["web", "", "shop"])
    assert table(transitions(log, of="touchpoint"), "from", "to") == [(START, "web"), ("shop", END), ("web", "shop")]


def recounted(log):
    """Loops, repeats and whole paths (with repeats and without), in plain Python."""
    back, again, whole, short = Counter(), Counter(), Counter(), Counter()
    for _, rows in groupby(sorted(log.itertuples(index=False, name=None)), key=lambda row: row[0]):
        names = [name for _, _, name in rows]
        steps = [name for name, _ in groupby(names)]
        again.update(name for name, next_ in pairwise(names) if name == next_)
        back.update(name for k, name in enumerate(steps) if name in steps[:k])
        for counts, way in ((whole, names), (short, steps)):
            counts[(*way[:4], *[END][: len(way) <= 4])] += 1
    return back, again, whole, short


ALIKE = st.lists(st.tuples(st.sampled_from("pq"), st.integers(0, 3), st.sampled_from("abc")), min_size=1, max_size=14)


@settings(max_examples=8, deadline=None)
@given(ALIKE)
def test_rows_alike_in_customer_event_and_time_are_counted_alike_on_every_engine(rows):
    log = pd.DataFrame([(who, DAY + timedelta(minutes=n), name) for who, n, name in rows * 2], columns=["customer", "at", "event"])  # fmt: skip
    back, again, whole, short = recounted(log)
    for events in (log, pl.from_dict(log.to_dict("list")), duckdb.from_df(log)):
        found = loops(events)
        assert ({n: k for n, k in table(found, "name", "loops") if k}, {n: k for n, k in table(found, "name", "repeats") if k}) == (back, again)  # fmt: skip
        assert dict(table(common_paths(events, whole=True, top=99), "path", "n")) == whole
        assert dict(table(common_paths(events, whole=True, top=99, repeats=False), "path", "n")) == short
        session = small(sessions(events, minutes=1)).groupby(["customer", "at", "event"]).session.nunique()
        assert set(session) == {1}
