"""What the report says of the log: two shares apart, by stages, and nothing of groups of fewer than five."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from cjmkit.charts.drawing import svg
from cjmkit.charts.funnel import funnel_chart
from cjmkit.charts.what_if import what_if_chart
from cjmkit.method.funnel import funnel, with_rates
from cjmkit.method.what_if import what_if
from cjmkit.reports import content
from cjmkit.reports.content.evidence import against_the_log, how_far_they_came
from cjmkit.reports.document import ROOM
from cjmkit.reports.sections import Bullets, Picture, Table, Text
from cjmkit.runs.opening import open_report


@pytest.fixture(scope="module")
def report():
    return open_report("running-shoes", language="en")


@pytest.fixture(scope="module")
def did(report):
    return (*against_the_log(report).blocks, *how_far_they_came(report).blocks)


def test_who_left_for_good_and_who_came_to_the_goal_are_two_shares_and_said_so(report, did):
    line = next(b for b in did if isinstance(b, Bullets)).items[0]
    table = report.real.touchpoints
    worst = table.loc[table.left_share.idxmax()]
    assert line.startswith(f"Most leave for good at “{worst['name']}”: {report.say.percent(worst.left_share)} of those")
    assert "the others went to other touchpoints" in line
    chart = next(b for b in did if isinstance(b, Picture)).chart
    assert f"Most leave for good at “{worst['name']}”: {report.say.percent(worst.left_share)}" in str(chart.to_dict())


def test_the_stage_at_which_most_are_lost_says_what_it_holds(report, did):
    text = next(b.text for b in did if isinstance(b, Text) and "Counted by whole stages" in b.text)
    assert "The stage Decision holds these touchpoints: “Web shop, more colours”" in text
    assert "“Digital payment”" in text
    assert any("By whole stages, fewest go on to" in str(b.chart.to_dict()) for b in did if isinstance(b, Picture))


@pytest.mark.parametrize("language", ["en", "pl", "ru", "zh"])
def test_a_time_from_to_is_said_without_cases(language):
    blocks = how_far_they_came(open_report("running-shoes", language=language)).blocks
    table = [b for b in blocks if isinstance(b, Table)][-1]
    assert all(any(dash in row[-1] for dash in ("–", "—", "至")) for row in table.rows), table.rows
    assert not any(row[-1].startswith(("от ", "od ")) for row in table.rows)


def test_no_cell_of_the_funnel_by_group_tells_of_fewer_than_five(report):
    by = next(iter(report.event_segments))
    small = funnel(report.events, report.journey, by=by).query("0 < in_order < 5")
    assert len(small)  # the sample has some, or the check below would hold of itself
    tables = [
        b
        for b in content.appendix(report).blocks
        if isinstance(b, Table) and len(b.columns) == 6 and b.columns[3] == "In order"
    ]
    cells = [row for table in tables for row in table.rows]
    assert any(row[3] == "under 5" and row[4:] == ("–", "–") for row in cells)
    assert [row for row in cells if row[3] in ("1", "2", "3", "4")] == []


def test_the_moves_stand_in_the_order_of_what_is_shown(report):
    table = next(
        b for b in content.appendix(report).blocks if isinstance(b, Table) and b.caption == "What followed upon what"
    )
    shown = [int(row[2].replace(",", "")) for row in table.rows]
    assert shown == sorted(shown, reverse=True)
    assert len(set(shown)) > 1


def test_the_picture_of_the_funnel_hides_what_few_did_and_its_title_counts_them(report):
    parts = [with_rates(["a", "b"], ["A", "B"], there, there, "log").assign(group=group) for group, there in (("x", [90, 3]), ("y", [60, 40]), ("z", [50, 9]))]  # fmt: skip
    drawn = str(funnel_chart(report.journey, pd.concat(parts, ignore_index=True)).to_dict())
    assert "under 5" in drawn
    assert "not shown" in drawn
    assert "3 customers" not in drawn
    assert "9 customers" not in drawn
    assert "Fewest go on to B: 26%" in drawn
    assert "40 customers" in drawn


def test_one_point_is_one_point_and_an_interval_stands_only_where_there_is_one(report):
    table = with_rates(["a", "b", "c"], ["A", "B", "C"], [100, 99, 50], [100, 99, 50], "log")
    drawn = str(what_if_chart(report.journey, what_if(table)).to_dict())
    assert "+1 point: 99%" in drawn
    assert "+5 points: " in drawn
    assert "5 more" in drawn
    assert "5 more (5 to 5)" not in drawn
    assert "Without an interval: the last step" in drawn


def test_the_map_against_reality_takes_the_width_of_the_paper(report):
    drawn = next(b for b in against_the_log(replace(report, size="paper")).blocks if isinstance(b, Picture)).chart
    width, height = (float(size) for size in re.findall(r'\b(?:width|height)="([\d.]+)"', svg(drawn, "en"))[:2])
    assert min(0.75, ROOM[0] / width, ROOM[1] / height) * width > 0.85 * ROOM[0]
    assert min(0.75, ROOM[1] / (height + 175)) * width < 0.85 * ROOM[0]  # as it was, with the events off the map
