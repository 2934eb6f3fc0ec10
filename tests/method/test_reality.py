from datetime import datetime, timedelta

import pandas as pd
import pytest
from scipy.stats import spearmanr

from cjmkit.journey import Journey
from cjmkit.method.reality import against_map
from cjmkit.method.transitions import common_paths

DAY = datetime(2026, 1, 1)
# a, b and c before the turning point, d after it; e names an event that never happens, f names none.
MAP = Journey.from_data({
    "personas": [{"id": "anna"}],
    "stages": [{"id": "before", "phase": "before"}, {"id": "after", "phase": "after"}],
    "touchpoints": [
        *({"id": t, "stage": "before", "events": [t]} for t in "abc"),
        {"id": "e", "stage": "before", "events": ["never/*"]},
        {"id": "f", "stage": "before"},
        {"id": "d", "stage": "after", "events": ["d*"]},
    ],
    "paths": [{"id": "way", "persona": "anna", "touchpoints": ["a", "b", "f", "c", "d"]}],
})  # fmt: skip


def log_of(*ways):
    """A log in which each customer in turn does these things, one letter a minute; x and z are on no map."""
    rows = [(f"p{k}", name, DAY + timedelta(minutes=n)) for k, way in enumerate(ways) for n, name in enumerate(way)]
    return pd.DataFrame(rows, columns=["customer", "event", "at"])


def rows(table, *columns):
    return [tuple(row) for row in table[list(columns)].itertuples(index=False, name=None)]


def test_coverage_is_of_events_and_of_customers_and_what_is_off_the_map_is_ranked_by_customers():
    real = against_map(log_of("axxx", "azb", "z", "x"), MAP)
    assert rows(real.coverage, "of", "n", "all", "share") == [("events", 3, 9, 3 / 9), ("customers", 2, 4, 0.5)]
    assert real.coverage.low.isna().tolist() == [True, False]  # events of one customer are no sample
    assert rows(real.unmapped, "event", "customers", "n") == [("x", 2, 4), ("z", 2, 2)]


def test_touchpoints_that_nobody_met_and_those_without_events_are_told_apart():
    real = against_map(log_of("abd"), MAP)
    assert (real.never_seen, real.unmatched) == (("c", "e"), ("f",))


def test_a_touchpoint_is_skipped_by_those_who_met_a_later_one_and_never_this_one():
    real = against_map(log_of("abcd", "acd", "ad", "ab", "cb"), MAP).touchpoints.set_index("touchpoint")
    assert rows(real, "passed", "skipped") == [(5, 1), (4, 2), (3, 1), (0, 0)]
    assert real.skipped_share.tolist()[:3] == pytest.approx([0.2, 0.5, 1 / 3])


def test_order_is_of_first_meetings_and_coming_back_does_not_break_it():
    real = against_map(log_of("abcd", "abab", "ba", "ad", "a", "da"), MAP).order.set_index("of")
    assert real.loc["two", ["n", "in_order"]].tolist() == [5, 3]
    assert real.loc["all", ["n", "in_order"]].tolist() == [6, 1]


def test_first_meetings_at_the_same_time_are_in_order():
    log = pd.DataFrame({"customer": "p", "event": ["b", "a"], "at": DAY})
    assert against_map(log, MAP).order.in_order.tolist() == [1, 1]
    later = log.assign(at=[DAY, DAY + timedelta(seconds=1)])  # the control
    assert against_map(later, MAP).order.in_order.tolist() == [0, 0]


def test_who_left_was_last_there_and_never_came_to_the_goal():
    real = against_map(log_of("ab", "aba", "abx", "abc", "abd", "b"), MAP)
    assert real.goal == "c"
    assert rows(real.touchpoints.head(2), "touchpoint", "customers", "left") == [("a", 5, 1.0), ("b", 6, 3.0)]
    assert real.touchpoints["left"].isna().tolist() == [False, False, True, True]


def test_loops_and_real_paths_are_of_touchpoints():
    real = against_map(log_of("aaxab", "abab", "ba"), MAP)
    assert rows(real.loops, "name", "loops", "body") == [("a", 1, ("b",)), ("b", 1, ("a",))]
    assert rows(real.paths, "path", "n", "mapped") == [
        (("a", "b"), 1, True), (("a", "b", "a", "b"), 1, False), (("b", "a"), 1, False),
    ]  # fmt: skip


def figures(**found):
    return pd.DataFrame({"value": [v for v, _ in found.values()], "n": 9, "finding": [f for _, f in found.values()]}, index=list(found))  # fmt: skip


def test_an_imagined_pain_is_read_beside_where_customers_really_leave():
    log = log_of(*["a"] * 2, *["ab"] * 60, *["abc"] * 60)
    real = against_map(log, MAP, figures=figures(a=(1.5, "pain"), b=(4.5, "success"))).beliefs.set_index("touchpoint")
    assert real.reading.to_dict() == {"a": "feared", "b": "unseen"}
    assert real[["team_rank", "left_rank"]].values.tolist() == [[1, 2], [2, 1]]
    agreed = against_map(log, MAP, figures=figures(a=(4.5, ""), b=(1.5, "pain"))).beliefs
    assert agreed.reading.tolist() == ["", "confirmed"]


def test_few_customers_are_not_read():
    real = against_map(log_of("ab", "ab", "abc"), MAP, figures=figures(a=(1.5, "pain"), b=(4.5, "success")))
    assert real.beliefs.reading.tolist() == ["", ""]
    assert (pd.isna(real.rank), real.rank_n) == (True, 0)


def test_the_rank_is_spearmans():
    way = {"id": "way", "persona": "anna", "touchpoints": ["a", "b", "c", "d"]}
    late = MAP.changed(stages=[{"id": "before", "phase": "after"}, {"id": "after", "phase": "after"}], paths=[way])
    log = log_of(*["a"] * 5, *["ab"] * 20, *["abc"] * 10, *["abcd"] * 10)
    of = figures(a=(4, ""), b=(1, "pain"), c=(2, ""))
    real = against_map(log, late, figures=of)
    assert real.goal == "d"
    assert (real.rank, real.rank_n) == (pytest.approx(3**0.5 / 2), 3)  # leaving 5/45, 20/40, 10/20 ties b and c
    assert real.rank == pytest.approx(spearmanr([-4, -1, -2], [5 / 45, 0.5, 0.5]).statistic)


@pytest.mark.parametrize("ways", [(), ("xz", "x")])
def test_a_log_that_is_empty_or_off_the_map_gives_empty_tables_and_no_figure(ways):
    real = against_map(log_of(*ways), MAP)
    assert (real.customers, int(real.touchpoints.n.sum())) == (len(ways), 0)
    assert real.loops.empty
    assert real.paths.empty
    assert real.order["n"].tolist() == [0, 0]


def test_rows_that_lack_something_are_left_out_and_counted():
    log = log_of("ab")
    real = against_map(pd.concat([log, log.assign(customer=None), log.assign(at=pd.NaT)]), MAP)
    assert (real.events, real.left_out) == (2, 4)


def test_a_map_without_events_finds_everything_off_it():
    bare = Journey.from_data(
        {"personas": [{"id": "p"}], "stages": [{"id": "s"}], "touchpoints": [{"id": "t", "stage": "s"}]}
    )
    real = against_map(log_of("ab"), bare)
    assert (real.goal, real.unmatched, real.touchpoints.empty) == ("", ("t",), True)
    assert len(real.unmapped) == 2


def test_a_loop_of_events_inside_one_touchpoint_is_no_loop_of_the_map():
    log = log_of("d", "d").assign(event=["d1", "d2"], customer="p")  # the control: of events it is a path of two
    assert against_map(log, MAP).loops.loops.sum() == 0
    assert len(common_paths(log, length=2)) == 1


def test_a_touchpoint_off_the_path_is_told_beside_those_on_it():
    off = MAP.changed(paths=[{"id": "way", "persona": "anna", "touchpoints": ["a", "c", "d"]}])
    real = against_map(log_of("ab", "b", "bb", "c"), off)
    assert rows(real.elsewhere, "touchpoint", "customers", "n", "share") == [("b", 3, 4, 0.75)]
    assert "b" not in set(real.touchpoints.touchpoint)
    assert against_map(log_of("ab"), MAP).elsewhere.empty  # the control: on the path


ENDS = {
    "personas": [{"id": "anna"}], "stages": [{"id": "all"}],
    "touchpoints": [{"id": t, "stage": "all", "events": [t]} for t in "apc"],
    "paths": [{"id": "way", "persona": "anna", "touchpoints": ["a", "p", "c"]}],
}  # fmt: skip


def ends(log, **changes):
    real = against_map(log, Journey.from_data({**ENDS, **changes}))
    return real.endings, real.touchpoints["left"].tolist()[:2]


def test_who_comes_to_one_of_two_ends_of_the_journey_has_not_left():
    paid_or_collected = log_of(*["ap"] * 19, "apa", *["ac"] * 20, *["a"] * 10)
    assert ends(paid_or_collected) == (("p",), [10, pytest.approx(float("nan"), nan_ok=True)])
    pain = [
        {"id": t, "stage": "all", "events": [t], **({"verdict": {"value": "pain"}} if t == "p" else {})} for t in "apc"
    ]
    assert ends(paid_or_collected, touchpoints=pain) == ((), [11, 19])  # a pain: there they leave
    mostly_on = log_of(*["ap"] * 19, *["apc"] * 20, *["a"] * 10)  # the control: one way, many leave
    assert ends(mostly_on) == ((), [10, 19])
    first = log_of(*["ap"] * 2, *["apc"] * 20, *["a"] * 400)
    assert ends(first) == ((), [400, 2])  # most leave at the first, which is not beside the goal


def test_an_end_of_another_path_and_a_success_after_which_nothing_comes_are_endings():
    log = log_of(*["ap"] * 19, *["apc"] * 1, *["a"] * 10)
    assert ends(log)[0] == ()
    other = {"id": "short", "persona": "anna", "touchpoints": ["a", "p"]}
    assert ends(log, paths=[*ENDS["paths"], other])[0] == ("p",)
    success = [
        {"id": t, "stage": "all", "events": [t], **({"verdict": {"value": "success"}} if t == "p" else {})}
        for t in "apc"
    ]
    assert ends(log, touchpoints=success)[0] == ("p",)
