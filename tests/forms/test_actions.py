"""The action plan: suggestions, the quick line, the table by owner and date, and what is read out."""

import re
from datetime import date

import pytest
from conftest import small_journey
from test_map_screen import SCORES, Disk

from cjmkit.forms.actions import plan_actions

KPI = {"id": "wait", "name": "Days without news", "unit": "days", "baseline": 30, "target": 7}


@pytest.fixture
def disk():
    stages = [{"id": "before", "name": "Before"}, {"id": "use", "name": "Use", "phase": "after", "kpis": [KPI]}]
    return Disk(small_journey(stages=stages))


@pytest.fixture
def screen(disk):
    return plan_actions(disk.journey, disk.save, scores=SCORES)


def field(screen, name):
    return next(f for f in screen.details.fields if f.name == name)


def cells(html):
    """The rows of the plan, each cell without its tags."""
    rows = re.findall(r"<tr data-choose.*?</tr>", html)
    return [[re.sub(r"<[^>]+>", " ", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)] for row in rows]


def add(screen, title, owner="", due="", touchpoint="b"):
    screen.line.enter(touchpoint=touchpoint, title=title, owner=owner, due=due)


def test_it_begins_with_the_weakest_link_and_says_that_nothing_is_planned(screen):
    names = re.findall(r'data-choose="(\w+)"', screen.hints.value)
    assert names[0] == "b"
    assert "weakest link" in screen.hints.value
    assert "no action yet" in screen.bar.text


def test_one_line_is_one_action_agreed_where_owner_and_date_are_said(screen, disk):
    add(screen, "Weekly text message", "Sales", "2027-01-31")
    add(screen, "Train the agency")
    agreed, idea = disk.journey.actions
    assert (agreed.touchpoints, agreed.owner, agreed.due, agreed.status) == (
        ("b",),
        "Sales",
        date(2027, 1, 31),
        "agreed",
    )
    assert (idea.status, idea.due) == ("idea", None)
    assert "1 action still needs an owner or a date" in screen.bar.text


def test_the_cause_may_stand_in_the_same_line(screen, disk):
    screen.line.enter(touchpoint="b", title="Name one owner", cause="three teams, no owner")
    assert disk.journey.actions[0].cause == "three teams, no owner"


def test_a_suggestion_that_is_clicked_goes_into_the_line(screen):
    sent = []
    screen.line.send = sent.append
    screen.hints.choose("b")
    assert sent == [{"choose": {"touchpoint": "b"}}]


def test_a_date_that_is_none_is_told_and_the_entry_comes_back(screen, disk):
    sent = []
    screen.line.send = sent.append
    add(screen, "Later", due="next spring")
    assert "such as 2027-06-30, not “next spring”" in screen.line.note
    assert sent[0]["back"]["title"] == "Later"
    assert disk.journey.actions == ()


def test_the_plan_stands_by_owner_and_date_those_of_nobody_last(screen):
    add(screen, "late", "Sales", "2027-03-01")
    add(screen, "orphan", "", "2027-01-01")
    add(screen, "early", "Sales", "2027-02-01")
    add(screen, "service", "Before sales", "2027-04-01")
    assert [row[2].split()[0] for row in cells(screen.picture.value)] == ["service", "early", "late", "orphan"]


def test_the_gain_that_scores_promise_stands_beside_the_teams_impact(screen):
    add(screen, "x", "Sales", "2027-03-01")
    before = cells(screen.picture.value)[0]
    field(screen, "impact").control.value = "4"
    field(screen, "effort").control.value = "1"
    after = cells(screen.picture.value)[0]
    assert (before[4], after[4], after[5]) == ("–", "4", "1")
    assert before[6] == after[6]
    assert re.sub(r"\s+", " ", after[6]) == "0.306 rank 1"
    assert "quick win" in screen.picture.value.casefold()


def test_an_impact_off_the_scale_is_told_by_its_field(screen, disk):
    add(screen, "x")
    field(screen, "impact").control.value = "7"
    assert "from 1 to 5, not 7" in field(screen, "impact").fault.value
    assert disk.journey.actions[0].impact is None


def test_a_kpi_brings_where_it_stands_and_where_it_should_unless_that_was_said(screen, disk):
    add(screen, "x")
    field(screen, "kpi").control.value = "wait"
    assert (disk.journey.actions[0].from_, disk.journey.actions[0].to) == (30, 7)
    add(screen, "y")
    field(screen, "to").control.value = "14"
    field(screen, "kpi").control.value = "wait"
    assert (disk.journey.actions[1].from_, disk.journey.actions[1].to) == (None, 14)


def test_several_touchpoints_can_be_ticked(screen, disk):
    add(screen, "x")
    field(screen, "touchpoints").control.boxes["c"].value = True
    assert disk.journey.actions[0].touchpoints == ("b", "c")


def test_a_decision_is_one_click_and_the_same_click_takes_it_back(screen, disk):
    screen.stays.choose("a keep")
    assert disk.journey.touchpoint("a").decision == "keep"
    assert 'aria-pressed="true" data-choose="a keep"' in screen.stays.value
    screen.stays.choose("a keep")
    assert disk.journey.touchpoint("a").decision is None


def test_read_out_says_who_what_when_what_stays_and_what_still_lacks(screen):
    add(screen, "Weekly text message", "Sales", "2027-01-31")
    add(screen, "Orphan")
    screen.stays.choose("a keep")
    screen.view.value = "aloud"
    said = re.sub(r"<[^>]+>", " ", screen.picture.value)
    for words in (
        "Weekly text message",
        "Sales, by January\xa031,\xa02027",
        "Stays as it is: A.",
        "no date",
        "test this map",
    ):
        assert words in said, words
    assert said.index("Weekly") < said.index("Orphan")


def test_an_action_chosen_in_the_plan_folds_its_details_out(screen, disk):
    add(screen, "one")
    add(screen, "two")
    screen.picture.choose(disk.journey.actions[0].id)
    assert (screen.folds.selected_index, screen.details.chosen.title) == (0, "one")


def test_undo_takes_back_the_last_action(screen, disk):
    add(screen, "one")
    add(screen, "two")
    screen.draft.undo()
    assert [a.title for a in disk.journey.actions] == ["one"]


def test_titles_are_shown_as_text(screen):
    add(screen, "<b>bold</b>", "<i>", "2027-01-31")
    screen.view.value = "aloud"
    assert "<i>" not in screen.picture.value
    screen.view.value = "plan"
    assert "<b>bold" not in screen.picture.value
    assert "&lt;b&gt;bold" in screen.picture.value
