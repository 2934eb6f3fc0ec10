"""The communication matrix: personas down, stages across, empty cells said."""

import re

import pytest
from conftest import small_journey
from test_map_screen import Disk

from cjmkit.forms.messages import edit_messages


@pytest.fixture
def disk():
    personas = [{"id": "anna", "name": "Anna"}, {"id": "henryk", "name": "Henryk"}]
    return Disk(small_journey(personas=personas))


@pytest.fixture
def screen(disk):
    return edit_messages(disk.journey, disk.save)


def empty(screen):
    return re.findall(r'<td class="cjm-empty">.*?data-choose="([^"]+)"', screen.picture.value)


def test_every_empty_cell_is_said_and_can_be_chosen(screen):
    assert empty(screen) == ["anna before", "anna use", "henryk before", "henryk use"]
    assert "4 cells are empty" in screen.bar.text


def test_a_cell_that_is_clicked_puts_persona_and_stage_into_the_line(screen):
    sent = []
    screen.line.send = sent.append
    screen.picture.choose("henryk use")
    assert sent == [{"choose": {"persona": "henryk", "stage": "use"}}]


def test_one_line_is_one_message_in_its_cell(screen, disk):
    screen.line.enter(
        persona="henryk", stage="use", channel="telephone", message="It comes on Friday.", status="agreed"
    )
    message = disk.journey.messages[0]
    assert (message.persona, message.stage, message.channel, message.status) == ("henryk", "use", "telephone", "agreed")
    assert "henryk use" not in empty(screen)
    assert "It comes on Friday." in screen.picture.value
    assert "telephone · agreed" in screen.picture.value


def test_a_message_that_is_clicked_can_be_changed_and_removed(screen, disk):
    for text in ("one", "two"):
        screen.line.enter(persona="anna", stage="use", message=text)
    screen.picture.choose("message 1")
    field = next(f for f in screen.details.fields if f.name == "message")
    assert field.control.value == "two"
    field.control.value = "three"
    assert [m.message for m in disk.journey.messages] == ["one", "three"]
    screen.details.remove.click()
    assert [m.message for m in disk.journey.messages] == ["one"]


def test_a_status_of_ones_own_stays_as_it_is(disk):
    own = disk.journey.changed(messages=[{"persona": "anna", "stage": "use", "status": "at the printer's"}])
    screen = edit_messages(own, disk.save)
    assert "at the printer&#x27;s" in screen.picture.value
    next(f for f in screen.details.fields if f.name == "channel").control.value = "leaflet"
    assert disk.journey.messages[0].status == "at the printer's"


def test_without_persona_or_stage_it_is_told_where_to_add_them(disk):
    screen = edit_messages(small_journey(personas=[], paths=[]), disk.save)
    assert "01_personas" in screen.bar.text
    screen.line.enter(persona="", stage="", message="x")
    assert "needs a persona and a stage" in screen.line.note


def test_messages_are_shown_as_text(screen):
    screen.line.enter(persona="anna", stage="use", message="<script>x</script>")
    assert "<script" not in screen.picture.value
