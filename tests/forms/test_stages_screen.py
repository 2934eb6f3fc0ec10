"""The stages' screen: add, correct, remove, another model; nothing that stood in a stage is lost."""

from datetime import date

import pytest
from conftest import small_journey

from cjmkit.forms.stages import edit_stages
from cjmkit.journey import Journey
from cjmkit.workshop import stage_models

KPI = {"id": "days", "name": "Days"}


class Disk:
    def __init__(self, journey):
        self.journey = journey

    def save(self, **parts):
        self.journey = self.journey.changed(**parts)
        return self.journey


def opened(journey=None, **parts):
    disk = Disk(journey or small_journey(**parts))
    return disk, edit_stages(disk.journey, disk.save, models=stage_models("en"))


def names(disk):
    return [stage.name for stage in disk.journey.stages]


def test_a_new_stage_goes_to_the_end_of_its_part():
    disk, screen = opened()
    screen.line.enter(name="Decision", phase="before")
    screen.line.enter(name="Loyalty", phase="after")
    assert names(disk) == ["Before", "Decision", "Use", "Loyalty"]


def test_a_stage_is_renamed_moved_and_put_to_the_other_part():
    disk, screen = opened()
    name, phase = screen.stages.fields[:2]
    name.control.value = "Awareness"
    phase.control.value = "after"
    screen.stages.down.click()
    assert [(s.name, s.phase) for s in disk.journey.stages] == [("Use", "after"), ("Awareness", "after")]
    assert [t.stage for t in disk.journey.touchpoints] == ["before", "before", "use"]


def test_a_removed_stage_hands_its_touchpoints_to_its_neighbour_and_says_so():
    disk, screen = opened(stages=[{"id": "before", "name": "Before"}, {"id": "use", "name": "Use", "kpis": [KPI]}])
    screen.stages.choose(1)
    screen.stages.remove.click()
    assert {t.stage for t in disk.journey.touchpoints} == {"before"}
    assert disk.journey.stages[0].kpis[0].id == "days"
    assert screen.line.note == "“Use” is removed. 1 touchpoint and the stage's figures stand in “Before” now."


def test_the_last_stage_stays_while_touchpoints_stand_in_it():
    disk, screen = opened()
    screen.stages.remove.click()
    screen.stages.remove.click()
    assert names(disk) == ["Use"]
    assert "is the last stage and holds touchpoints" in screen.bar.text


def test_customers_goals_and_what_one_persona_sees_differently_are_saved():
    disk, screen = opened()
    {f.name: f for f in screen.stages.fields}["customer_goal"].control.value = "Know what I need"
    own = {f.name: f for f in screen.by_persona.own}
    own["expectations"].control.value = "plain words"
    own["stops_because"].control.value = "too many models"
    stage = disk.journey.stages[0]
    assert stage.customer_goal == "Know what I need"
    assert stage.by_persona["anna"].expectations[0].text == "plain words"
    assert stage.by_persona["anna"].customer_goal is None
    own["expectations"].control.value = own["stops_because"].control.value = ""
    assert dict(disk.journey.stages[0].by_persona) == {}


def test_counts_of_customers_stand_with_their_day_and_a_newer_one_of_that_day_takes_its_place():
    disk, screen = opened()
    add = screen.figures.count_line.enter
    add(persona="anna", count="1 200", as_of="2026-10-01", evidence="assumed")
    add(persona="anna", count="1300", as_of="2026-10-01", evidence="measured")
    add(persona="", count="40", as_of="")
    counts = [(r.persona, r.count, r.as_of, r.evidence) for r in disk.journey.stages[0].reached]
    assert counts == [("anna", 1300, date(2026, 10, 1), "measured"), ("", 40, None, "assumed")]
    add(persona="", count="many")
    assert "must be a number" in screen.figures.count_line.note
    assert len(disk.journey.stages[0].reached) == 2


def test_kpis_are_entered_in_a_line_and_corrected_field_by_field():
    disk, screen = opened()
    screen.figures.kpi_line.enter(name="Days without news", unit="days", baseline="30", target="7,5", better="lower")
    field = {f.name: f for f in screen.figures.kpi_list.fields}
    field["benchmark"].control.value = "7.5"
    field["owner"].control.value = "Delivery"
    kpi = disk.journey.stages[0].kpis[0]
    assert (kpi.id, kpi.baseline, kpi.target, kpi.better, kpi.owner) == (
        "days-without-news",
        30,
        7.5,
        "lower",
        "Delivery",
    )
    assert "The target is the benchmark" in screen.figures.warning.value
    field["benchmark"].control.value = "8"
    assert screen.figures.warning.value == ""


def test_a_removed_kpi_is_gone_from_goal_and_actions_too():
    stages = [{"id": "before", "kpis": [KPI]}, {"id": "use"}]
    disk, screen = opened(stages=stages, goal={"kpi": "days"}, actions=[{"id": "x", "kpi": "days"}])
    screen.figures.kpi_list.remove.click()
    assert (disk.journey.goal.kpi, disk.journey.actions[0].kpi) == ("", "")
    screen.draft.undo()
    assert disk.journey.goal.kpi == "days"


def test_a_figure_goes_to_the_stage_that_is_chosen():
    disk, screen = opened()
    screen.picture.choose("use")
    screen.figures.kpi_line.enter(name="Repairs")
    assert [len(s.kpis) for s in disk.journey.stages] == [0, 1]


def test_another_model_is_previewed_corrected_and_taken_in_one_step():
    disk, screen = opened(messages=[{"persona": "anna", "stage": "use", "message": "hello"}])
    before = disk.journey
    switch = screen.switch
    switch.model.control.value = "five-stage"
    assert disk.journey == before
    assert [fate.control.description for fate in switch.fates] == [
        "Before (2 touchpoints) goes to", "Use (1 touchpoint) goes to",
    ]  # fmt: skip
    switch.fates[0].control.value = "decision"
    assert "Decision" in switch.preview.value
    switch.apply.click()
    after = disk.journey
    assert [t.stage for t in after.touchpoints] == ["decision", "decision", "retention"]
    assert after.messages[0].stage == "retention"
    assert len(after.stages) == 5
    screen.draft.undo()
    assert disk.journey == before


def test_a_model_can_be_taken_where_there_is_no_stage_yet():
    disk, screen = opened(Journey())
    assert "add the stages" in screen.bar.text
    screen.switch.model.control.value = "five-stage"
    screen.switch.apply.click()
    assert len(disk.journey.stages) == 5


def test_choices_of_the_switch_follow_what_another_screen_did_to_the_stages():
    disk, screen = opened()
    screen.switch.model.control.value = "five-stage"
    screen.line.enter(name="Decision", phase="before")
    assert [fate.name for fate in screen.switch.fates] == ["before", "decision", "use"]
    screen.switch.apply.click()
    assert len(disk.journey.touchpoints) == 3


@pytest.mark.parametrize("turn", ["purchase", "<b>contract</b>", ""])
def test_the_strip_has_two_bands_named_by_the_turning_point_and_escapes_it(turn):
    _, screen = opened(turning_point=turn)
    assert screen.picture.value.count('class="cjm-band"') == 2
    assert "2 touchpoints" in screen.picture.value
    assert "<b>contract" not in screen.picture.value


def test_a_stage_on_the_wrong_side_of_the_turning_point_is_told():
    _, screen = opened()
    screen.stages.down.click()
    assert "“Before” stands behind the turning point but counts as before it" in screen.bar.text
