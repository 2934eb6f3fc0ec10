"""The personas' screen: a line as quick as a sticky note, cards that say what they rest on, pictures."""

import pytest
from conftest import small_journey

from cjmkit.errors import InputError
from cjmkit.forms.personas import edit_personas
from cjmkit.journey import Journey
from cjmkit.tables import scores_frame

PNG = b"\x89PNG\r\n\x1a\n"


class Disk:
    def __init__(self, journey):
        self.journey, self.pictures, self.saves = journey, {}, 0

    def save(self, scores=None, **parts):
        self.saves += 1
        self.journey = self.journey.changed(**parts)
        return self.journey

    def keep(self, name, content):
        if not content.startswith(PNG):
            raise InputError(
                "{file} is no PNG, JPEG or WebP picture. Save it as one of these and choose it again.", file=name
            )
        self.pictures[f"images/{name}"] = content
        return f"images/{name}"


def opened(journey=None, **parts):
    disk = Disk(journey or small_journey(**parts))
    return disk, edit_personas(disk.journey, disk.save, on_image=disk.keep, image=disk.pictures.get)


def test_a_line_is_added_with_what_it_rests_on():
    disk, screen = opened()
    screen.line.enter(persona="anna", kind="needs", text=" quiet ", evidence="observed", source="shop visits")
    item = disk.journey.personas[0].needs[0]
    assert (item.text, item.evidence, item.source) == ("quiet", "observed", "shop visits")
    assert "quiet <small>shop visits</small>" in screen.picture.value
    assert "shop visits" in [value for value, _ in screen.line.fields[-1]["options"]]


def test_two_lines_are_two_entries_and_two_steps_of_undo():
    disk, screen = opened()
    screen.line.enter(persona="anna", kind="needs", text="quiet")
    screen.line.enter(persona="anna", kind="needs", text="quick")
    screen.draft.undo()
    assert [item.text for item in disk.journey.personas[0].needs] == ["quiet"]


def test_pasted_lines_each_become_one_with_their_mark():
    disk, screen = opened()
    screen.line.beside = {"persona": "anna", "kind": "goals", "evidence": "assumed"}
    screen.line.paste("a cold kitchen (measured: survey)\n\nbuy once\n")
    goals = disk.journey.personas[0].goals
    assert [(g.text, g.evidence, g.source) for g in goals] == [
        ("a cold kitchen", "measured", "survey"), ("buy once", "assumed", ""),
    ]  # fmt: skip


def test_a_line_typed_before_any_name_is_kept_and_the_name_comes_to_it():
    disk, screen = opened(Journey())
    screen.line.enter(kind="needs", text="quiet")
    assert "persona 1 still needs a name" in screen.bar.text
    screen.who.enter(name="Łucja", role="buyer")
    [persona] = disk.journey.personas
    assert (persona.name, persona.role, persona.needs[0].text) == ("Łucja", "buyer", "quiet")
    screen.who.enter(name="Henryk")
    assert [p.id for p in disk.journey.personas] == ["persona", "henryk"]


def test_a_second_persona_of_the_same_name_is_told():
    disk, screen = opened()
    screen.who.enter(name="anna")
    assert "There is a persona anna already" in screen.who.note
    assert len(disk.journey.personas) == 1


def persona(**lists):
    return {"personas": [{"id": "anna", "name": "Anna", **lists}]}


def test_a_persona_that_is_all_assumed_is_warned_of():
    line = {"text": "quiet", "evidence": "assumed", "source": ""}
    assert "Everything here is assumed" in opened(**persona(needs=[line, "quick"]))[1].picture.value
    known = opened(**persona(needs=[{**line, "evidence": "measured"}, "quick"]))[1].picture.value
    assert "Everything here is assumed" not in known
    assert "1 of 2 lines were observed or measured" in known


def marks(screen):
    return [part.split('"')[0] for part in screen.picture.value.split('data-evidence="')[1:]]


def test_marks_show_what_each_line_rests_on_and_a_line_of_which_nothing_is_said_counts_as_assumed():
    lines = [{"text": e, "evidence": e, "source": ""} for e in ("assumed", "observed", "measured")]
    screen = opened(**persona(needs=[*lines, "plain"]))[1]
    assert marks(screen) == ["assumed", "observed", "measured", "assumed"]


def test_all_fields_of_a_persona_can_be_corrected():
    disk, screen = opened()
    field = {f.name: f for f in screen.people.fields}
    field["demographics"].control.value = "age: 34\nfloor: third"
    field["share"].control.value = "45 %"
    field["needs"].control.value = "quiet (observed: shop visits)\nquick"
    field["channels"].control.value = "www\nshop"
    anna = disk.journey.personas[0]
    assert dict(anna.demographics) == {"age": "34", "floor": "third"}
    assert (anna.share, anna.channels, anna.needs[0].source) == (0.45, ("www", "shop"), "shop visits")
    field["demographics"].control.value = "thirty-four"
    assert "should be a name, a colon and a value" in field["demographics"].fault.value


def test_every_text_is_escaped():
    screen = opened(
        **persona(role="<script>x</script>", quote="<b>", needs=["<img src=x>"], demographics={"<i>": "<u>"})
    )[1]
    for bad in ("<script", "<b>", "<img", "<i>", "<u>"):
        assert bad not in screen.picture.value


def test_a_picture_is_kept_and_shown_with_a_text_alternative_and_taken_away():
    disk, screen = opened(**persona(name='A"nna'))
    assert ">A</span>" in screen.picture.value
    screen.portrait.take("a.png", PNG)
    assert disk.journey.personas[0].image == "images/a.png"
    assert 'src="data:image/png;base64,iVBORw0KGgo=" alt="Picture of A&quot;nna"' in screen.picture.value
    screen.portrait.drop()
    assert disk.journey.personas[0].image is None
    screen.draft.undo()
    assert disk.journey.personas[0].image == "images/a.png"


@pytest.mark.parametrize("content", [b"<svg>", None])
def test_what_is_no_picture_is_one_sentence_by_the_button(content):
    disk, screen = opened()
    screen.portrait.take("notes.txt", content)
    assert "notes.txt" in screen.portrait.note
    assert disk.saves == 0


def test_without_a_place_for_pictures_none_is_asked_for():
    assert edit_personas(small_journey(), lambda **parts: None).portrait is None


def test_a_removed_persona_is_gone_from_all_that_names_it_and_comes_back_with_undo():
    stages = [
        {"id": "before", "reached": [{"persona": "anna", "count": 3}], "by_persona": {"anna": {"customer_goal": "x"}}},
        {"id": "use"},
    ]
    messages = [{"persona": "anna", "stage": "use", "message": "hello"}]
    disk, screen = opened(stages=stages, messages=messages, goal={"persona": "anna"})
    before = disk.journey
    screen.people.remove.click()
    after = disk.journey
    assert "anna" not in after.to_json()
    assert after.paths[0].touchpoints == before.paths[0].touchpoints
    assert "Undo brings all back" in screen.who.note
    screen.draft.undo()
    assert disk.journey == before


def test_a_card_chosen_in_the_picture_is_the_one_that_is_corrected():
    disk, screen = opened(personas=[{"id": "anna", "name": "Anna"}, {"id": "henryk", "name": "Henryk"}])
    screen.picture.choose("henryk")
    screen.people.fields[0].control.value = "Henryk K."
    assert [p.name for p in disk.journey.personas] == ["Anna", "Henryk K."]


def test_what_is_wrong_with_one_persona_does_not_stand_by_the_next():
    _, screen = opened(personas=[{"id": "anna", "name": "Anna"}, {"id": "henryk", "name": "Henryk"}])
    share = {f.name: f for f in screen.people.fields}["share"]
    share.control.value = "many"
    assert "must be a number" in share.fault.value
    screen.people.list.value = 1
    assert (share.control.value, share.fault.value) == ("", "")


def scored(*personas):
    rows = [{"round": 1, "participant": "p1", "persona": p, "touchpoint": "a", "score": 4} for p in personas]
    return scores_frame(rows)


@pytest.mark.parametrize(("at", "left"), [(0, ["henryk"]), (1, [""])])
def test_scores_go_with_the_persona_they_speak_of_and_come_back_with_undo(at, left):
    """An empty persona in the scores is the first: with the first gone it must not become the second's."""
    journey = small_journey(personas=[{"id": "anna", "name": "Anna"}, {"id": "henryk", "name": "Henryk"}])
    screen = edit_personas(journey, Disk(journey).save, scores=scored("", "henryk"))
    screen.people.choose(at)
    screen.people.remove.click()
    assert list(screen.scores.persona) == left
    assert "1 score" in screen.who.note
    screen.draft.undo()
    assert list(screen.scores.persona) == ["", "henryk"]


def test_another_persona_in_the_first_place_does_not_take_over_the_scores():
    journey = small_journey(personas=[{"id": "anna", "name": "Anna"}, {"id": "henryk", "name": "Henryk"}])
    screen = edit_personas(journey, Disk(journey).save, scores=scored("", "henryk"))
    screen.people.choose(1)
    screen.people.up.click()
    assert list(screen.scores.persona) == ["anna", "henryk"]
