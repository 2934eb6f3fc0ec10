from collections import Counter
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjmkit.method.findings import lowest
from cjmkit.method.scores import team_means, touchpoint_scores
from cjmkit.method.stability import rank_stability

IDS = ["a", "b", "c", "d", "e", "f"]
SPLIT = {"p": [1, 5, 3, 3, 4, 4], "q": [5, 1, 3, 3, 4, 4], "r": [3, 3, 2, 3, 4, 5]}


def points_of(gave, teams=None):
    rows = [
        (person, (teams or {}).get(person, ""), touchpoint, float(score), 1)
        for person, scores in gave.items()
        for touchpoint, score in zip(IDS, scores, strict=False)
        if score is not None
    ]
    return pd.DataFrame(rows, columns=["participant", "team", "touchpoint", "score", "round"])


def lowest_three(people):
    """The three lowest by plain sums; on a tie the one that comes first."""
    sums = [sum(p[i] for p in people) for i in range(6)]
    return frozenset(sorted(range(6), key=lambda i: (sums[i], i))[:3])


def test_the_shares_are_those_of_all_rooms_that_can_be_drawn():
    rooms = [lowest_three(drawn) for drawn in product(SPLIT.values(), repeat=3)]
    found = rank_stability(points_of(SPLIT), IDS)
    exact = [sum(i in room for room in rooms) / 27 for i in range(6)]
    assert found.table.share.tolist() == pytest.approx(exact, abs=0.03)
    assert found.holds == pytest.approx(Counter(rooms)[lowest_three(list(SPLIT.values()))] / 27, abs=0.03)
    assert found.runs == 2000

    rng = np.random.default_rng(1)  # control: scores drawn one by one, not people with all theirs
    columns = [[row[i] for row in SPLIT.values()] for i in range(6)]
    loose = [lowest_three([*zip(*(rng.choice(column, 3) for column in columns), strict=True)]) for _ in range(2000)]
    shares = [sum(i in room for room in loose) / 2000 for i in range(6)]
    assert shares != pytest.approx(exact, abs=0.03)


def test_value_rank_and_which_are_lowest():
    table = rank_stability(points_of({"p": [5, 1, 4, 2, 3, None], "q": [5, 1, 4, 2, 3, None]}), IDS).table
    assert table["rank"].tolist()[:5] == [5, 1, 4, 2, 3]
    assert table.index[table.lowest].tolist() == ["b", "d"]  # five were scored: two ends of two
    assert np.isnan(table.at["f", "value"])
    assert not table.at["f", "lowest"]
    assert table.at["f", "share"] == 0


def test_of_two_with_the_same_mean_the_first_on_the_path_is_the_lower():
    found = rank_stability(points_of({"p": [3] * 6, "q": [3] * 6}), IDS)
    assert found.table.index[found.table.lowest].tolist() == ["a", "b", "c"]
    assert found.table["rank"].tolist() == [1, 2, 3, 4, 5, 6]
    assert found.holds == 1
    assert rank_stability(points_of({"p": [3] * 6, "q": [3] * 6}), IDS[::-1]).table.lowest["f"]


def test_means_that_differ_by_a_rounding_error_are_the_same():
    gave = {"p": [0.1, 0.3], "q": [0.2, 0.2], "r": [0.3, 0.1]}
    assert 0.1 + 0.2 + 0.3 != 0.3 + 0.2 + 0.1
    for first, second in ("ab", "ba"):
        share = rank_stability(points_of(gave), [first, second]).table.share
        assert share[first] == pytest.approx(17 / 27, abs=0.03)  # 10 of 27 rooms are lower, 7 tie
    assert lowest(pd.DataFrame({"value": [0.1 + 0.2, 0.3]}, index=["a", "b"])).index.tolist() == ["a"]


def test_a_touchpoint_that_nobody_of_a_room_scored_is_not_among_its_lowest():
    table = rank_stability(points_of({"p": [1, 2, 3, 4, 5, 5], "q": [None] * 5 + [5]}), IDS).table
    assert table.share.tolist() == pytest.approx([0.75, 0.75, 0.75, 0, 0, 0.25], abs=0.03)


def test_nothing_is_said_of_how_one_person_or_nobody_would_hold():
    one, nobody = (rank_stability(points_of(gave), IDS) for gave in ({"p": [1, 2, 3, 4, 5, 5]}, {}))
    assert np.isnan(one.holds)
    assert np.isnan(nobody.holds)
    assert one.table.share.isna().all()
    assert one.table.lowest.sum() == 3
    assert not nobody.table.lowest.any()


def test_touchpoints_off_the_path_do_not_count():
    points = points_of(SPLIT)
    assert rank_stability(points, IDS[1:]).table.index.tolist() == IDS[1:]


def test_a_large_team_does_not_decide_alone_and_none_may_be_needed():
    gave = {f"a{n}": [1, 1, 1, 4, 4, 5] for n in range(5)} | {f"b{n}": [5, 5, 2, 1, 1, 2] for n in range(3)}
    gave |= {"c": [4, 4, 1, 5, 5, 1]}
    table = rank_stability(points_of(gave, {name: name[0] for name in gave}), IDS).table
    assert table.index[table.lowest].tolist() == ["a", "b", "c"]
    assert table.index[table.teams_equal].tolist() == ["a", "c", "f"]  # means of the teams 10, 10, 4, 10, 10, 8 thirds
    assert (table.without_a_team * 3).tolist() == pytest.approx([2, 2, 3, 1, 0, 1])
    assert rank_stability(points_of(gave), IDS).table.without_a_team.isna().all()


people = st.lists(st.lists(st.integers(1, 5) | st.none(), min_size=6, max_size=6), min_size=1, max_size=7)


@settings(max_examples=15, deadline=None)
@given(people, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_the_names_of_people_change_nothing(gave, random):
    names = [f"p{i}" for i in range(len(gave))]
    others = random.sample(names, len(names))
    points, other = (points_of(dict(zip(n, gave, strict=True))) for n in (names, others))
    other = other.iloc[random.sample(range(len(other)), len(other))]
    ours, theirs = (rank_stability(p, IDS, runs=150) for p in (points, other))
    pd.testing.assert_frame_equal(ours.table, theirs.table)
    assert ours.holds == pytest.approx(theirs.holds, abs=0, nan_ok=True)


def test_control_people_drawn_by_their_names_would_change_it():
    def by_name(gave):
        rng, rows = np.random.default_rng(1), [gave[name] for name in sorted(gave)]
        return [lowest_three([rows[i] for i in rng.integers(3, size=3)]) for _ in range(20)]

    assert by_name(SPLIT) != by_name(dict(zip(["q", "r", "p"], SPLIT.values(), strict=True)))


def test_teams_as_one_voice_each_give_the_touchpoint_scores_of_equal_teams():
    points = points_of(SPLIT, {"p": "A", "q": "A", "r": "B"})
    ours = touchpoint_scores(points, IDS, 1, 5, teams_equal=True)
    voices = touchpoint_scores(team_means(points).assign(round=1), IDS, 1, 5)
    assert ours[["value", "low", "high"]].equals(voices[["value", "low", "high"]])
    assert ours.n.tolist() == [3] * 6  # people, not teams
    assert ours.deviation.tolist() == touchpoint_scores(points, IDS, 1, 5).deviation.tolist()
