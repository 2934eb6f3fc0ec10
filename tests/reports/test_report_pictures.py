"""The pictures of agreement in a report: how the lowest hold, and the team against its customers."""

import pytest
from conftest import as_typed, small_journey

from cjmkit.reports import content
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Picture
from cjmkit.runs.opening import open_report
from cjmkit.tables import empty_scores, scores_frame


def titles(section) -> str:
    return " | ".join(" ".join(b.chart.spec["title"]["text"]) for b in section.blocks if isinstance(b, Picture))


def test_a_report_shows_how_the_lowest_hold_and_the_team_against_its_customers():
    report = open_report("fridge", language="en", workshops=as_typed())
    assert "The lowest 3 hold in 87% of runs" in titles(content.worst_and_best(report))
    assert "Widest gap: Telefon do serwisu. The team 42%, customers 57%" in titles(content.customers_said(report))


@pytest.mark.parametrize("scores", [[], [("a", "p1", 3)]])
def test_without_two_people_no_picture_says_how_the_lowest_hold(scores):
    rows = [{"round": 1, "participant": p, "touchpoint": t, "score": s} for t, p, s in scores]
    report = Report(small_journey(), scores_frame(rows) if rows else empty_scores(), language="en")
    assert "hold" not in titles(content.worst_and_best(report))


def test_without_a_teams_scores_customers_stand_for_themselves():
    full = open_report("fridge", language="en")
    report = Report(full.journey, empty_scores(), language="en", answers=full.answers, items=full.items)
    assert "Widest gap" not in titles(content.customers_said(report))
