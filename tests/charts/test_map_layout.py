"""The journey map's layout as data: nothing on top of another, nothing beyond the frame, nothing cut off."""

import math

import pytest
import seen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invented import figures, journey, points

from cjmkit.charts.map_layout import map_layout
from cjmkit.charts.map_plan import plan
from cjmkit.charts.sheet import Sheet, Text
from cjmkit.language import speak

WORDS = [
    "fridge",
    "wait",
    "Sprzedaż",
    "opóźnienie",
    "konstantynopolitańczyk",
    "冰箱太吵了",
    "холодильник",
    "a",
    "w",
    "–",
    "1,9",
]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)
NAMES = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=7).map(" ".join), min_size=1, max_size=40)


def sheet_of(names, text="", means=None, stages=3, n=9, of="team") -> Sheet:
    of_journey = journey(names, text=text, stages=stages)
    table = figures(of_journey, means or [1 + 4 * k / len(names) for k in range(len(names))], n=n, of=of)
    way = of_journey.path()
    return map_layout(plan(of_journey, table, way, "anna", points(table, of_journey), speak("en"), "#0072b2"))


def overlaps(texts: list[Text]) -> list[tuple[str, str]]:
    return seen.overlapping([seen.Seen(" ".join(t.lines), t.box) for t in texts], slack=2)


def beyond(sheet: Sheet) -> list[str]:
    inside = [(t.lines[0], t.box) for t in sheet.texts]
    inside += [("rect", (r.x, r.y, r.x2, r.y2)) for r in sheet.rects]
    inside += [("mark", (m.x, m.y, m.x, m.y)) for m in sheet.marks]
    inside += [("line", (x, y, x, y)) for line in sheet.lines for x, y in line.points]
    return [
        name
        for name, (left, top, right, bottom) in inside
        if left < -0.5 or top < -0.5 or right > sheet.width + 0.5 or bottom > sheet.height + 0.5
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(NAMES, TEXTS, st.integers(1, 7), st.sampled_from([3, 9]), st.sampled_from(["team", "customers"]), st.data())
def test_no_text_lies_on_another_and_nothing_leaves_the_frame(names, text, stages, n, of, data):
    score = st.one_of(st.floats(1, 5), st.just(math.nan))
    means = data.draw(st.lists(score, min_size=len(names), max_size=len(names)))
    sheet = sheet_of(names, text, means, stages, n, of)
    assert overlaps(sheet.texts) == []
    assert beyond(sheet) == []


def test_the_same_check_finds_a_text_that_was_moved_onto_another_or_out_of_the_frame():
    sheet = sheet_of(["Forum", "Shop", "Wait"], "Nobody told me")
    first = sheet.texts[0]
    sheet.texts.append(Text(first.x + 1, first.y + 1, first.lines, first.size))
    assert overlaps(sheet.texts)
    sheet.texts[-1] = Text(sheet.width - 3, 5, ("much too far right",), 12)
    assert beyond(sheet) == ["much too far right"]


@pytest.mark.parametrize("count", [1, 4, 18, 40])
def test_no_word_of_any_lane_is_cut_off(count):
    text = "Nobody told me how long it would take, " * 6
    sheet = sheet_of([f"Touchpoint {n}" for n in range(count)], text)
    shown = " ".join(line for t in sheet.texts for line in t.lines)
    assert "…" not in shown
    assert shown.count("told") >= 6 * count * 4  # doing, thinking, feeling, backstage


def test_few_touchpoints_get_wide_columns_and_many_get_narrow_ones():
    few, many = sheet_of(["A", "B", "C", "D"]), sheet_of([f"T{n}" for n in range(40)])
    assert 1000 < few.width < 1400 < many.width


def test_lanes_that_nobody_filled_are_left_out():
    def lanes(sheet):
        return {" ".join(t.lines) for t in sheet.texts if t.x == 0}

    filled, bare = lanes(sheet_of(["A", "B"], "words")), lanes(sheet_of(["A", "B"]))
    assert {
        "Doing",
        "Thinking",
        "Feeling",
        "Backstage",
        "Pain and success, in words",
        "In a customer's words",
    } <= filled
    assert (
        not {"Doing", "Thinking", "Feeling", "Backstage", "Pain and success, in words", "In a customer's words"} & bare
    )


def test_a_wait_is_hatched_and_says_how_long():
    sheet = sheet_of(["Order", "Think", "Wait for it"])
    assert any("30 days" in t.lines for t in sheet.texts)
    assert sum(line.width == 0.6 for line in sheet.lines) > 5


def test_a_touchpoint_that_nobody_answers_for_is_named_as_a_finding():
    assert sum("nobody yet" in t.lines and t.bold for t in sheet_of(["A", "B", "C"]).texts) == 3


def test_the_line_breaks_where_a_touchpoint_has_no_score():
    sheet = sheet_of(["A", "B", "C", "D", "E"], means=[2.0, 3.0, math.nan, 4.0, 5.0])
    assert sorted(len(line.points) for line in sheet.lines if line.width == 2) == [2, 2]


def test_a_path_that_comes_back_to_a_stage_shows_the_stage_twice_and_its_goal_once():
    loop = journey(["A", "B", "C"], stages=2, text="")
    loop = loop.changed(
        paths=[{"id": "a", "persona": "anna", "touchpoints": ["t0", "t2", "t1"]}],
        stages=[
            {"id": s.id, "name": s.name, "phase": s.phase, "customer_goal": f"goal of {s.id}"} for s in loop.stages
        ],
    )
    table = figures(loop, [2.0, 3.0, 4.0])
    sheet = map_layout(plan(loop, table, loop.path(), "anna", None, speak("en"), "#0072b2"))
    lines = [" ".join(t.lines) for t in sheet.texts]
    assert lines.count("Stage 0") == 2
    assert lines.count("goal of s0") == 1
