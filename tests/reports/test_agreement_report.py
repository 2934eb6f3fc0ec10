import re

import pytest
from conftest import small_journey

from cjmkit.reports import content
from cjmkit.reports.layout import section_html
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Facts, Heading
from cjmkit.runs.opening import open_report
from cjmkit.tables import scores_frame


def report_of(*people, **options):
    rows = [
        {"round": 1, "participant": f"p{n}", "team": team, "touchpoint": t, "score": score}
        for n, (team, *scores) in enumerate(people)
        for t, score in zip("abc", scores, strict=False)
    ]
    return Report(small_journey(), scores_frame(rows), language="en", **options)


def agreement(report):
    blocks = content.appendix(report).blocks
    titles = [b.text for b in blocks if isinstance(b, Heading)]
    return titles, section_html(content.appendix(report))


def test_the_appendix_says_how_far_the_team_agrees_and_the_director_reads_words():
    report = open_report("fridge", language="en")
    titles, html = agreement(report)
    assert "How far the team agrees" in titles
    assert "162 scores of 18 touchpoints by 9 people" in html
    assert "people who guess" not in html  # nine raters
    director = section_html(content.director_page(report))
    assert not re.search("ICC|α|r_wg", director)
    assert re.search(
        r"exactly the same 3 would be the lowest in \d+% of 2,000 rooms", section_html(content.worst_and_best(report))
    )


def test_below_five_raters_the_coefficients_are_called_what_they_are():
    _, html = agreement(report_of(["A", 1, 2, 3], ["A", 2, 2, 4], ["B", 1, 3, 5]))
    assert "3 people who guess reach an r_wg of 0.70 or more on this scale in 23% of cases" in html


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        ([["A", 3, 3, 3], ["B", 3, 3, 3]], "all scores are the same"),
        ([["A", 3], ["B", 4]], "Only one touchpoint was scored by two people or more"),
        ([["A", 3, None, 4], ["B", 4, 2, None]], "Only one touchpoint was scored by two people or more"),
    ],
)
def test_what_is_not_defined_is_said_with_its_reason(people, sentence):
    assert sentence in agreement(report_of(*people))[1]


@pytest.mark.parametrize("people", [[], [["A", 1, 2, 3]]])
def test_without_two_people_nothing_is_said_of_agreement(people):
    titles, html = agreement(report_of(*people))
    assert "How far the team agrees" not in titles
    assert "Krippendorff" not in html


def test_where_teams_weigh_the_same_the_mean_of_touchpoints_does_too():
    people = [["A", 1, 1, 1]] * 4 + [["B", 5, 5, 5]]
    means = []
    for equal in (False, True):
        facts = next(b for b in content.appendix(report_of(*people, teams_equal=equal)).blocks if isinstance(b, Facts))
        means.append(dict(facts.pairs)["Mean of the scored touchpoints"][:3])
    assert means == ["1.8", "3.0"]


def test_agreement_is_of_what_was_given_alone_not_of_what_was_given_after_talking():
    apart, together = [["A", 1, 4, 5], ["A", 5, 1, 2], ["B", 3, 5, 1]], [["A", 3, 3, 5], ["A", 3, 3, 2], ["B", 3, 3, 1]]
    first = report_of(*apart)
    again = Report(
        first.journey, scores_frame([*first.scores.to_dict("records"),
                                     *report_of(*together).scores.assign(round=2).to_dict("records")]), language="en",
    )  # fmt: skip
    alpha = r"Krippendorff.*?(−?\d\.\d\d)"
    blind, after = (re.search(alpha, agreement(r)[1], re.S)[1] for r in (first, report_of(*together)))
    assert re.search(alpha, agreement(again)[1], re.S)[1] == blind != after
    assert "first score counts here, given alone" in agreement(again)[1]


def test_where_touchpoints_tie_at_the_edge_of_the_lowest_nothing_is_said_of_how_surely_they_hold():
    tied, apart = [["A", 2, 2, 4], ["B", 3, 3, 5]], [["A", 1, 3, 4], ["B", 2, 3, 5]]
    assert "Had other colleagues" not in agreement(report_of(*tied))[1]
    assert "Had other colleagues" in agreement(report_of(*apart))[1]
