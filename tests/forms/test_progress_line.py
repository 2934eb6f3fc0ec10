"""The line on top of a notebook and the recap at its end."""

import re

import pytest
from conftest import small_journey

from cjmkit import recap, show_progress
from cjmkit.forms.progress import LACK, THERE, TITLES, lacks
from cjmkit.journey import Journey
from cjmkit.language import speak
from cjmkit.method import gaps
from cjmkit.method.progress import STEPS, progress
from cjmkit.tables import empty_scores, scores_frame
from cjmkit.workshop import open_workshop

EN = speak("en")


def plain(html):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", "", html.replace("</p>", " ")))


def test_the_line_says_who_what_is_missing_and_what_is_next():
    line = show_progress(small_journey(revision=7), scores=empty_scores(), at="05_scoring", client="test")
    text = plain(line.html)
    assert "Test · A small journey · revision 7" in text
    assert "Missing here: say in words what its lowest" in text
    assert "Next: 6 Journey map" in text
    assert line.html.count('href="06_journey_map.ipynb"') == 2


def test_the_line_says_what_comes_first():
    text = plain(show_progress(Journey(), scores=empty_scores(), at="06_journey_map").html)
    assert "Before this step makes sense: add the touchpoints: begin with what limps · nobody has scored yet" in text
    assert "Before this" not in show_progress(small_journey(), scores=empty_scores(), at="05_scoring").html


def test_one_step_is_marked_as_the_place_where_one_is():
    html = show_progress(small_journey(), scores=empty_scores(), at="04_touchpoints").html
    assert re.findall(r'aria-current="step"[^>]*href="(\w+)\.ipynb"', html) == ["04_touchpoints"]
    assert len(re.findall('class="cjm-step"', html)) == len(STEPS)


def test_the_line_keeps_up_with_what_is_saved():
    told = {}
    line = show_progress(
        small_journey(), scores=empty_scores(), at="04_touchpoints", follow=lambda name, go: told.update({name: go})
    )
    assert "saved" not in line.html
    told["show_progress"](small_journey(revision=8, title="Another"), empty_scores())
    assert re.search(r"Another · revision 8 · saved \d\d:\d\d:\d\d", line.html)


def test_a_sample_says_that_nothing_is_kept():
    sample = open_workshop("fridge")
    line = show_progress(small_journey(), scores=empty_scores(), at="04_touchpoints", clock=sample.clock)
    assert "fridge is a sample: what you change here is not kept" in line.html


def test_a_client_of_one_s_own_does_not(workshops):
    own = open_workshop("fridge")
    assert (
        "sample" not in show_progress(small_journey(), scores=empty_scores(), at="04_touchpoints", clock=own.clock).html
    )


def test_signs_in_names_are_no_markup():
    journey = small_journey(client="<b>A&B</b>", title="<i>", touchpoints=[], paths=[])
    journey = journey.changed(touchpoints=[{"id": "x", "stage": "before", "name": "<script>"}])
    html = show_progress(journey, scores=empty_scores(), at="04_touchpoints").html
    assert "&lt;b&gt;A&amp;B" in html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_recap_counts_what_is_there_and_names_what_is_not():
    journey = small_journey().changed(
        touchpoints=[t.model_copy(update={"owner": ""}) if t.id != "c" else t for t in small_journey().touchpoints]
    )
    assert repr(recap(journey, "04_touchpoints", scores=empty_scores())).splitlines() == [
        "Test · A small journey",
        "✓ 3 touchpoints",
        "✓ 1 path",
        "– 2 touchpoints have no owner: A; B",
    ]


def test_the_recap_speaks_the_workshop_s_language():
    workshop = open_workshop("fridge")
    text = repr(recap(workshop.journey, "05_scoring", scores=workshop.scores))
    assert "oceniło 9 osób" in text
    assert text == repr(recap(workshop.journey, "05_scoring", scores=workshop.scores))


def test_many_names_are_cut_short():
    touchpoints = [{"id": f"t{n}", "stage": "before", "name": f"T{n}"} for n in range(60)]
    journey = small_journey(paths=[]).changed(touchpoints=touchpoints)
    line = lacks(EN, journey, progress(journey, empty_scores())["04_touchpoints"].missing)[0]
    assert line == "60 touchpoints have no owner: T0; T1; T2; …"


def test_an_action_says_in_words_what_it_needs():
    journey = small_journey().changed(actions=[{"id": "x", "title": "Call", "owner": "Sales"}])
    assert lacks(EN, journey, progress(journey, empty_scores())["07_action_plan"].missing) == [
        "Call: still needs: date, impact, effort, KPI, target"
    ]


@pytest.mark.parametrize("step", STEPS)
def test_every_count_has_its_words(step):
    counts = progress(small_journey(), scores_frame([]))[step].counts
    assert set(counts) - {"goal"} <= set(THERE)
    assert step in TITLES


def test_a_gap_that_is_counted_is_one_that_there_is():
    assert set(LACK) <= {value for value in vars(gaps).values() if isinstance(value, str)}
    assert all(name.isidentifier() for name in THERE)
