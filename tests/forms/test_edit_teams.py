"""Who comes to the workshop."""

from datetime import date

import pytest
from conftest import small_journey

from cjmkit import edit_teams
from cjmkit.forms.teams import parse_teams


@pytest.fixture
def saved():
    return []


def screen(journey, saved):
    def on_save(**parts):
        saved.append(parts)
        return journey.changed(**parts)

    return edit_teams(journey, on_save)


def test_the_first_workshop_is_one_of_today(saved):
    made = screen(small_journey(), saved)
    assert "who comes" in made.bar.text
    made.fields[2].control.value = "Sales: 3\nService: 2"
    (held,) = saved[-1]["held"]
    assert (held.on, dict(held.teams)) == (date.today(), {"Sales": 3, "Service": 2})
    assert "5 people: Sales: 3; Service: 2" in made.picture.value
    assert "first impression" not in made.picture.value


def test_few_people_and_a_single_team_are_told(saved):
    made = screen(small_journey(held=[{"on": "2026-11-20", "teams": {"Sales": 3}}]), saved)
    assert "first impression" in made.picture.value
    assert "All from one team" in made.picture.value


@pytest.mark.parametrize("typed", ["Sales", "Sales: many", "Sales: 3\nSales: 2", ": 3"])
def test_a_line_that_is_no_team_is_told_by_its_field_and_stays(saved, typed):
    made = screen(small_journey(), saved)
    made.fields[2].control.value = typed
    assert made.fields[2].fault.value
    assert made.fields[2].control.value == typed
    assert saved == []


def test_teams_come_over_from_a_spreadsheet():
    assert parse_teams("Sales\t3\nCustomer care\t2\n") == {"Sales": 3, "Customer care": 2}


def test_another_workshop_keeps_the_team_and_the_earlier_one(saved):
    made = screen(small_journey(held=[{"on": "2026-11-20", "facilitator": "Eve", "teams": {"Sales": 3}}]), saved)
    made.another.click()
    first, second = saved[-1]["held"]
    assert (str(first.on), second.on, second.facilitator) == ("2026-11-20", date.today(), "Eve")
    made.draft.undo()
    assert len(made.journey.held) == 1


def test_a_workshop_without_a_day_is_told(saved):
    made = screen(small_journey(held=[{"on": "2026-11-20"}]), saved)
    made.fields[0].control.value = None
    assert "needs its day" in made.fields[0].fault.value
    assert saved == []
