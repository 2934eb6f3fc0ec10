"""The journey map broken into rows: nothing lost, nothing on top of another, letters as large as the shape allows."""

import math

import pytest
from invented import figures, journey, points
from test_map_layout import beyond, overlaps

from cjmkit.charts.map_layout import lanes
from cjmkit.charts.map_plan import Show, plan
from cjmkit.charts.map_rows import breaks, filled, needed
from cjmkit.language import speak

LONG = ["Rozmowa telefoniczna z przedstawicielem", "等待一个月的送货通知", "Ожидание подтверждения заказа"]
WALL = Show(frozenset({"curve", "owners", "actions"}), body=17, name=22, curve=150)


def planned(count, stages=3, text="", show=WALL, means=None):
    of = journey([f"T{n} {LONG[n % 3]}" for n in range(count)], stages=stages, text=text)
    table = figures(of, means or [1 + 4 * (n * 7 % 11) / 11 for n in range(count)])
    return plan(of, table, of.path(), "anna", points(table, of), speak("en"), "#0072b2", show)


@pytest.fixture(scope="module")
def hard():
    """Eleven stages, sixty touchpoints, every lane filled."""
    return filled(planned(60, 11, "Nikt nie powiedział, jak długo to potrwa"), 1.85)


@pytest.mark.parametrize("count", [1, 2, 7, 19])
def test_every_touchpoint_stands_there_once_and_nothing_lies_on_anything_else(count):
    sheet = filled(planned(count, text="Nobody told me"), 1.85)
    names = [" ".join(t.lines).split()[0] for t in sheet.texts if t.bold and t.size == WALL.name]
    assert sorted(n for n in names if n[0] == "T" and n[1:].isdigit()) == sorted(f"T{n}" for n in range(count))
    assert (overlaps(sheet.texts), beyond(sheet)) == ([], [])


def test_a_hard_map_fills_its_shape_with_nothing_cut_off(hard):
    assert (overlaps(hard.texts), beyond(hard)) == ([], [])
    assert not any(line.endswith("…") for text in hard.texts for line in text.lines)
    assert min(hard.width, hard.height * 1.85) / needed(hard, 1.85) > 0.9


def test_rows_let_letters_be_larger_than_one_long_row(hard):
    assert needed(hard, 1.85) < 0.65 * lanes(planned(60, 11)).width


def test_the_curve_goes_on_from_row_to_row_and_breaks_only_where_nobody_scored():
    means = [2.0, 3.0, 4.0, math.nan, 5.0, 2.0]
    the = planned(6, means=means)
    first, last = lanes(the.row(0, 2, 900)), lanes(the.row(2, 6, 900))
    ends = [line.points for sheet in (first, last) for line in sheet.lines if line.width == 2 * the.show.scale]
    assert [len(run) for run in ends] == [3, 2, 2]  # two marks and the edge; the edge and a mark; two marks
    assert ends[0][-1][0] == pytest.approx(the.row(0, 2, 900).columns.end)
    assert ends[1][0][0] == pytest.approx(the.row(2, 6, 900).columns.left(0))


def test_the_mean_beside_each_row_is_that_of_the_whole_path():
    the = planned(6, means=[1.0, 1.0, 1.0, 5.0, 5.0, 5.0])
    for part in (the.row(0, 3, 900), the.row(3, 6, 900)):
        assert any("touchpoints 3.0" in " ".join(t.lines) for t in lanes(part).texts)


def test_the_turning_point_stands_where_a_row_begins_with_it_and_only_there():
    of = planned(6, stages=2)
    rows = [lanes(of.row(0, 3, 900)), lanes(of.row(3, 5, 900)), lanes(of.row(5, 6, 900))]
    assert [any("purchase" in t.lines for t in sheet.texts) for sheet in rows] == [False, True, False]


def test_rows_break_between_stages_where_that_costs_little():
    assert breaks(tuple("aaaaaabbbbbbbb"), 2) == [0, 6, 14]
    assert breaks(tuple("aabbbbbbbbbbbb"), 2) == [0, 7, 14]
