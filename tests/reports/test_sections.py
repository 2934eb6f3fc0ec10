import re

import pytest
from conftest import small_journey

from cjmkit.journey import Journey
from cjmkit.reports import content
from cjmkit.reports.layout import section_html
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Section, Table, Text, blocks
from cjmkit.tables import empty_scores, scores_frame

ONE = scores_frame(
    [{"round": 1, "participant": "Ola Nowak", "team": "Sales", "touchpoint": "a", "score": 2, "comment": "c"}]
)
DRAFTS = {
    "nothing at all": (Journey(), empty_scores()),
    "stages only": (small_journey(touchpoints=[], paths=[]), empty_scores()),
    "no persona": (small_journey(personas=[], paths=[]), empty_scores()),
    "nobody scored": (small_journey(), empty_scores()),
    "one person scored one touchpoint": (small_journey(), ONE),
}


@pytest.mark.parametrize("language", ["en", "pl"])
@pytest.mark.parametrize("draft", DRAFTS)
@pytest.mark.parametrize("name", content.__all__)
def test_every_section_of_a_draft_says_what_is_missing_instead_of_failing(name, draft, language):
    journey, scores = DRAFTS[draft]
    section = getattr(content, name)(Report(journey, scores, language=language))
    assert section.title
    assert section.blocks
    assert not re.search(r"\b(nan|None)\b", section_html(section))


def test_a_report_names_no_participant():
    report = Report(small_journey(), ONE)
    assert not [name for name in content.__all__ if "Nowak" in section_html(getattr(content, name)(report))]


def test_small_teams_are_merged_where_the_client_reads():
    journey = small_journey(held=[{"on": "2026-11-20", "teams": {"Sales": 3, "Law": 1, "IT": 1}}])
    html = section_html(content.who_took_part(Report(journey, ONE)))
    assert "Sales (3)" in html
    assert "other teams (2)" in html
    assert "Law" not in html


def test_texts_are_escaped_and_empty_blocks_left_out():
    section = Section("x", "<b>", blocks(Text("<i>"), Table(("a",), ()), None))
    html = section_html(section)
    assert "&lt;b&gt;" in html
    assert "&lt;i&gt;" in html
    assert "<table" not in html


def test_where_teams_weigh_the_same_the_report_says_what_that_counts_for():
    plain, equal = (content.appendix(Report(small_journey(), ONE, teams_equal=yes)) for yes in (False, True))
    sentence = "Each team weighs the same: intervals are over teams"
    assert sentence not in section_html(plain)
    assert sentence in section_html(equal)


def test_a_verdict_of_neutral_is_said_in_the_language_of_the_report():
    journey = small_journey()
    data = journey.to_data()
    data["touchpoints"][0]["verdict"] = {"value": "neutral", "why": "seen by one"}
    assert "neutralnie" in section_html(
        content.worst_and_best(Report(type(journey).from_data(data), ONE, language="pl"))
    )


def test_the_teams_question_stays_in_the_teams_language():
    journey = small_journey(personas=[], paths=[], scale={"question": "How does {persona} feel here?"})
    assert "How does the customer feel here?" in section_html(
        content.who_took_part(Report(journey, ONE, language="pl"))
    )
    polish = journey.changed(language="pl", scale={"question": "Jak {persona} to ocenia?"})
    assert "Jak klient to ocenia?" in section_html(content.who_took_part(Report(polish, ONE, language="en")))


def test_the_page_of_a_persona_carries_its_picture_in_itself_and_nothing_that_is_none():
    journey = small_journey(personas=[{"id": "anna", "name": 'An"na', "image": "images/a.png"}])
    shown = content.persona_page(Report(journey, ONE, images={"images/a.png": b"\x89PNG\r\n\x1a\n"}))
    assert '<img class="portrait" src="data:image/png;base64,iVBORw0KGgo=" alt="Picture of An&#34;na">' in section_html(
        shown
    )
    for images in ({}, {"images/a.png": b"<svg onload='x()'>"}):
        assert "<img" not in section_html(content.persona_page(Report(journey, ONE, images=images)))
