"""The goal's screen: read aloud, told where it is a wish, its KPI in step with it."""

import asyncio
from datetime import date

import pytest
from conftest import small_journey

from cjmkit.forms import fields
from cjmkit.forms.goal import edit_goal

KPI = {"id": "days", "name": "Days without news", "unit": "days", "baseline": 30, "target": 7, "benchmark": 12,
       "better": "lower"}  # fmt: skip
GOAL = {"why": "They cancel.", "change": "Nobody waits.", "persona": "anna", "kpi": "days", "from": 30, "to": 7,
        "by": "2027-06-30"}  # fmt: skip
STAGES = [{"id": "before", "name": "Before"}, {"id": "use", "name": "Use", "phase": "after", "kpis": [KPI]}]


class Disk:
    def __init__(self, journey):
        self.journey = journey

    def save(self, **parts):
        self.journey = self.journey.changed(**parts)
        return self.journey


def opened(**parts):
    disk = Disk(small_journey(**{"stages": STAGES, "as_of": "2026-11-21", **parts}))
    screen = edit_goal(disk.journey, disk.save)
    return disk, screen, {field.name: field for field in (*screen.goal.fields, *screen.map.fields)}


def test_what_is_typed_is_saved_and_read_aloud():
    disk, screen, field = opened()
    field["goal.why"].control.value = "They <cancel>."
    field["goal.change"].control.value = "Nobody waits."
    field["goal.persona"].control.value = "anna"
    field["goal.kpi"].control.value = "days"
    field["goal.by"].control.value = date(2027, 6, 30)
    goal = disk.journey.goal
    assert (goal.why, goal.persona, goal.kpi, goal.from_, goal.to) == ("They <cancel>.", "anna", "days", 30, 7)
    assert "Today: They &lt;cancel&gt;." in screen.picture.value
    assert "For Anna this should change: Nobody waits." in screen.picture.value
    assert (
        "We shall see it by “Days without news”: from 30 to 7\u00a0days by June\u00a030,\u00a02027."
        in screen.picture.value
    )
    assert "still a wish" not in screen.picture.value
    assert screen.bar.text.startswith("saved ")


def test_title_kind_and_scope_are_saved():
    disk, _, field = opened()
    field["title"].control.value = "Buying a fridge"
    field["kind"].control.value = "future"
    field["turning_point"].control.value = "contract"
    field["as_of"].control.value = None
    field["scope.market"].control.value = "Poland"
    journey = disk.journey
    assert (journey.title, journey.kind, journey.turning_point, journey.as_of) == (
        "Buying a fridge",
        "future",
        "contract",
        None,
    )
    assert journey.scope.market == "Poland"


def doubts(**goal):
    return opened(goal={**GOAL, **goal})[1].picture.value


@pytest.mark.parametrize(
    ("goal", "told"),
    [
        ({"change": "Improve the experience", "kpi": "", "from": None, "to": None, "by": None},
         "“Improve the experience” is still a wish: no KPI, no figure, and no date."),
        ({"by": None}, "still a wish: no date"),
        ({"to": 12}, "The target is the benchmark"),
        ({"to": 40}, "worse side"),
        ({"to": 30}, "nothing would change"),
        ({"by": "2026-11-01"}, "not after the date of the map"),
    ],
)  # fmt: skip
def test_a_goal_that_is_none_is_told(goal, told):
    assert told in doubts(**goal)
    assert told not in doubts()  # the control: the same goal put right


def test_a_benchmark_stands_beside_and_is_called_so():
    assert "Benchmark beside it, not a target: 12\u00a0days." in doubts()


def test_the_kpi_keeps_in_step_with_the_goal_unless_it_said_otherwise():
    disk, _, field = opened(goal=GOAL)
    field["goal.to"].control.value = "5"
    assert disk.journey.kpi("days").target == 5
    other = [STAGES[0], {**STAGES[1], "kpis": [{**KPI, "target": 9}]}]
    disk, _, field = opened(goal=GOAL, stages=other)
    field["goal.to"].control.value = "5"
    assert (disk.journey.goal.to, disk.journey.kpi("days").target) == (5, 9)


def test_a_new_kpi_stands_in_its_stage_and_is_the_goals_in_one_step():
    disk, screen, _ = opened(goal={**GOAL, "kpi": ""})
    screen.line.enter(name="Orders", unit="%", stage="before", better="higher")
    kpi = disk.journey.stage("before").kpis[0]
    assert (disk.journey.goal.kpi, kpi.name, kpi.unit, kpi.baseline, kpi.target) == ("orders", "Orders", "%", 30, 7)
    screen.draft.undo()
    assert disk.journey.goal.kpi == ""
    assert disk.journey.stage("before").kpis == ()


def test_a_kpi_without_any_stage_is_told_and_comes_back():
    _, screen, _ = opened(stages=[], touchpoints=[], paths=[])
    screen.line.enter(name="Orders")
    assert "There is no stage yet to hold the KPI" in screen.line.note


def test_a_wrong_number_is_said_by_its_field_and_stays():
    disk, _, field = opened(goal=GOAL)
    field["goal.to"].control.value = "seven"
    assert "must be a number" in field["goal.to"].fault.value
    assert field["goal.to"].control.value == "seven"
    assert disk.journey.goal.to == 7


def test_what_is_missing_is_listed_and_nothing_of_it_stops_the_saving():
    _, screen, field = opened()
    field["goal.why"].control.value = "They cancel."
    assert "still missing: what should change, for whom" in screen.bar.text


def typed_quickly(*steps):
    """Both fields typed into before the first of them was saved, on a loop as in a notebook."""

    async def session():
        disk, screen, field = opened()
        for name, text in steps:
            field[name].control.value = text
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.8)
        return disk, screen, field

    return asyncio.run(session())


def test_a_second_field_typed_into_before_the_first_is_saved_keeps_its_text():
    disk, screen, _ = typed_quickly(("goal.why", "They cancel."), ("goal.change", "Nobody"), ("goal.to", "7"))
    assert (disk.journey.goal.why, disk.journey.goal.change, disk.journey.goal.to) == ("They cancel.", "Nobody", 7)
    assert screen.bar.text.startswith("saved")


def test_a_field_that_shows_the_journey_at_any_time_would_lose_it(monkeypatch):
    def careless(field, value):
        field._putting = True
        field.control.value = field._write(value)
        field._putting = False

    monkeypatch.setattr(fields.Field, "put", careless)
    disk, _, _ = typed_quickly(("goal.why", "They cancel."), ("goal.change", "Nobody"), ("goal.to", "7"))
    assert (disk.journey.goal.why, disk.journey.goal.change, disk.journey.goal.to) != ("They cancel.", "Nobody", 7)


def test_what_is_wrong_stays_as_typed_while_other_fields_are_saved_and_gives_way_when_its_value_changes():
    disk, screen, field = opened(goal=GOAL)
    field["goal.to"].control.value = "seven"
    field["goal.why"].control.value = "Other"
    assert field["goal.to"].control.value == "seven"
    assert "must be a number" in field["goal.to"].fault.value
    screen.draft.follow(disk.journey.changed(goal={**GOAL, "to": 3}), None)
    assert field["goal.to"].control.value == "3"
    assert field["goal.to"].fault.value == ""


def test_the_bar_is_calm_again_once_what_was_wrong_is_put_right():
    _, screen, field = opened(goal=GOAL)
    field["goal.to"].control.value = "seven"
    assert screen.bar.tone == "problem"
    field["goal.to"].control.value = "7"
    assert screen.bar.tone == "saved"
