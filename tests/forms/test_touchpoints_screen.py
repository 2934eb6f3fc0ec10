"""The touchpoints' screen as an object: entered, pasted, corrected, moved, merged, removed; each change in one step."""

import json

import pytest
from conftest import small_journey

from cjmkit.forms.boards import board, touchpoint_card
from cjmkit.forms.touchpoints import edit_touchpoints
from cjmkit.language import speak
from cjmkit.tables import scores_frame


class Saved:
    """What a workshop would keep: the journey and the scores, and how often they were saved."""

    def __init__(self, journey=None, scores=None):
        self.journey, self.scores, self.times = journey or small_journey(), scores, 0

    def __call__(self, scores=None, **parts):
        self.times += 1
        self.journey = self.journey.changed(**parts) if parts else self.journey
        self.scores = self.scores if scores is None else scores
        return self.journey

    @property
    def names(self):
        return [t.name for t in self.journey.touchpoints]


def scores_of(*touchpoints):
    return scores_frame(
        [{"round": 1, "participant": f"p{n}", "touchpoint": t, "score": 3} for n, t in enumerate(touchpoints)]
    )


def opened(journey=None, scores=None):
    saved = Saved(journey, scores)
    return edit_touchpoints(saved.journey, saved, scores=scores), saved


def field(screen, name):
    return next(f for f in screen.details.fields if f.name == name)


def test_a_line_and_enter_put_a_touchpoint_behind_the_last_of_its_stage_and_onto_the_path():
    screen, saved = opened()
    screen.line.enter(stage="before", name="  A talk  ", channel="shop", kind="contact")
    assert saved.names == ["A", "B", "A talk", "C"]
    assert saved.journey.touchpoints[2].channel == "shop"
    assert saved.journey.paths[0].touchpoints == ("a", "b", "a-talk", "c")
    assert "“A talk” stands in Before. It is on the path “Main” too." in screen.line.note
    assert screen.details.chosen.name == "A talk"


def test_what_has_a_name_that_is_there_is_added_and_told():
    screen, saved = opened()
    screen.line.enter(stage="use", name="a", channel="", kind="wait")
    assert saved.journey.touchpoints[-1].kind == "wait"
    assert "another one of this name in Before" in screen.line.note


def test_names_in_chinese_and_polish_get_ids_of_their_own():
    screen, saved = opened()
    for name in ("论坛", "论坛 2", "Żółw"):
        screen.line.enter(stage="use", name=name, channel="", kind="contact")
    assert [t.id for t in saved.journey.touchpoints[3:]] == ["touchpoint", "2", "zolw"]


def test_without_a_stage_the_line_says_what_to_do_and_keeps_what_was_typed():
    screen, saved = opened(small_journey(stages=[], touchpoints=[], paths=[]))
    sent = []
    screen.line.send = sent.append
    screen.line.enter(stage="", name="A", channel="", kind="contact")
    assert "Put in the stages first" in screen.line.note
    assert sent[0]["back"]["name"] == "A"
    assert saved.times == 0


def test_pasted_rows_are_one_step_of_undo_and_what_is_wrong_stays_in_the_box():
    screen, saved = opened()
    screen.line.paste("Use\tParcel\tcourier\nUse\tC\t\nBefre\tLeaflet\tstreet")
    assert saved.names == ["A", "B", "C", "Parcel"]
    assert saved.journey.paths[0].touchpoints == ("a", "b", "c", "parcel")
    assert screen.box.text.value == "Stage\tName\tChannel\nUse\tC\t\nBefre\tLeaflet\tstreet"
    assert "Row 2: “C” is in this stage already" in screen.box.said.value
    assert "Row 3: “Befre” is no stage of this journey. Did you mean “Before”?" in screen.box.said.value
    assert screen.fold.selected_index == 1
    screen.box.text.value = "Stage\tName\tChannel\nUse\tC, later\t\nBefore\tLeaflet\tstreet"
    screen.box.button.click()
    assert saved.names == ["A", "B", "Leaflet", "C", "Parcel", "C, later"]
    assert screen.box.text.value == ""
    screen.draft.undo()
    screen.draft.undo()
    assert saved.names == ["A", "B", "C"]
    assert saved.times == 4


def test_names_alone_go_into_the_stage_of_the_line():
    screen, saved = opened()
    screen.line._heard(None, {"pasted": "Parcel\nFirst run", "beside": {"stage": "use"}})
    assert [t.stage for t in saved.journey.touchpoints[3:]] == ["use", "use"]


def test_a_paste_that_cannot_be_read_is_kept_and_a_second_one_does_not_overwrite_the_first():
    screen, saved = opened()
    screen.line.paste("Owner;Channel;Stage\nAnna;shop;use")
    assert "must have “Name”" in screen.line.note
    assert screen.box.text.value == "Owner;Channel;Stage\nAnna;shop;use"
    screen.line.paste("Use\tParcel\nUse\tOther")
    assert "earlier paste" in screen.line.note
    assert saved.times == 0


def test_every_field_is_edited_and_a_duration_that_is_none_is_said_by_its_field():
    screen, saved = opened()
    screen.details.choose_id("b")
    for name, typed in (("name", "Bee"), ("pain", "queue"), ("lasts", "30 days"), ("reach", "12.5"), ("kind", "wait")):
        field(screen, name).control.value = typed
    b = saved.journey.touchpoint("b")
    assert (b.name, b.pain, b.lasts, b.reach, b.kind) == ("Bee", "queue", "P30D", 0.125, "wait")
    field(screen, "lasts").control.value = "soon"
    assert "must be a duration" in field(screen, "lasts").fault.value
    assert field(screen, "lasts").control.value == "soon"
    assert saved.journey.touchpoint("b").lasts == "P30D"


def test_moving_up_from_the_first_of_a_stage_goes_to_the_end_of_the_stage_before():
    screen, saved = opened()
    screen.details.choose_id("c")
    screen.details.up.click()
    assert [(t.id, t.stage) for t in saved.journey.touchpoints] == [("a", "before"), ("b", "before"), ("c", "before")]
    screen.details.up.click()
    assert [t.id for t in saved.journey.touchpoints] == ["a", "c", "b"]
    assert saved.journey.paths[0].touchpoints == ("a", "c", "b")
    assert screen.details.chosen.id == "c"
    screen.details.up.click()
    screen.details.up.click()
    assert [t.id for t in saved.journey.touchpoints] == ["c", "a", "b"]
    assert saved.times == 3


def test_another_stage_takes_a_touchpoint_to_its_place_on_the_path_too():
    screen, saved = opened()
    screen.details.choose_id("a")
    field(screen, "stage").control.value = "use"
    assert [t.id for t in saved.journey.touchpoints] == ["b", "c", "a"]
    assert saved.journey.paths[0].touchpoints == ("b", "c", "a")
    assert screen.details.chosen.id == "a"


def test_removing_takes_the_scores_along_and_one_undo_brings_all_back():
    journey = small_journey(actions=[{"id": "x", "touchpoints": ["a", "b"]}])
    screen, saved = opened(journey, scores_of("a", "a", "b"))
    screen.details.choose_id("a")
    screen.details.remove.click()
    assert "“A” is removed, with 2 scores" in screen.details.said.value
    assert saved.scores.touchpoint.tolist() == ["b"]
    assert saved.journey.actions[0].touchpoints == ("b",)
    assert saved.journey.paths[0].touchpoints == ("b", "c")
    screen.draft.undo()
    assert saved.scores.touchpoint.tolist() == ["a", "a", "b"]
    assert saved.journey.paths[0].touchpoints == ("a", "b", "c")


def test_two_are_put_into_one_with_all_that_named_the_other():
    journey = small_journey(
        touchpoints=[
            {"id": "a", "stage": "before", "name": "Forum", "pain": "slow", "quotes": [{"text": "Oh"}]},
            {"id": "b", "stage": "before", "name": "Forum and opinions", "pain": "nobody answers", "owner": "Care"},
            {"id": "c", "stage": "use", "name": "C"},
        ],
        actions=[{"id": "x", "touchpoints": ["b"]}],
        messages=[{"persona": "anna", "stage": "before", "touchpoint": "b"}],
        unknowns=[{"touchpoint": "b", "question": "?"}],
        sources=[
            {"id": "s", "file": "s.csv", "kind": "survey", "columns": {"Q": {"role": "rating", "touchpoint": "b"}}}
        ],
    )
    screen, saved = opened(journey, scores_of("b"))
    screen.details.choose_id("a")
    screen.details.other.value = "b"
    screen.details.put_together.click()
    both = saved.journey.touchpoint("a")
    assert (both.name, both.pain, both.owner) == ("Forum and opinions", "slow; nobody answers", "Care")
    assert saved.journey.paths[0].touchpoints == ("a", "c")
    assert saved.journey.actions[0].touchpoints == ("a",)
    assert (saved.journey.messages[0].touchpoint, saved.journey.unknowns[0].touchpoint) == ("a", "a")
    assert saved.journey.sources[0].columns["Q"]["touchpoint"] == "a"
    assert saved.scores.touchpoint.tolist() == ["a"]
    assert '"b"' not in json.dumps(saved.journey.to_data())
    screen.draft.undo()
    assert saved.journey.changed(revision=0) == journey
    assert saved.scores.touchpoint.tolist() == ["b"]


def test_two_that_both_have_scores_are_not_merged():
    screen, saved = opened(scores=scores_of("a", "b"))
    screen.details.choose_id("a")
    screen.details.other.value = "b"
    screen.details.put_together.click()
    assert "Both “A” and “B” have scores" in screen.bar.text
    assert saved.times == 0


def test_the_bar_says_what_is_missing_and_never_refuses_it():
    screen, saved = opened()
    screen.details.choose_id("b")
    field(screen, "name").control.value = ""
    field(screen, "owner").control.value = ""
    field(screen, "channel").control.value = ""
    assert screen.bar.text.endswith(
        "touchpoint 2 still needs a name · 1 contact has no channel · 1 touchpoint has no owner"
    )
    assert saved.journey.touchpoint("b").name == ""


def test_a_card_chosen_on_the_board_opens_its_details_and_is_marked():
    screen, _ = opened()
    screen.picture.choose("b")
    assert screen.details.chosen.id == "b"
    assert screen.fold.selected_index == 0
    assert screen.fold.titles[0] == "Details of “B”"
    assert screen.picture.value.count("cjm-chosen") == 1
    assert 'data-choose="b"' in screen.picture.value.split("cjm-chosen")[1][:80]


def shown(card):
    journey = small_journey(
        touchpoints=[
            {"id": "a", "stage": "before", "name": "<script>alert(1)</script>", "channel": "<b>x", "owner": "\"'>"},
            {"id": "w", "stage": "use", "name": "Waits", "kind": "wait", "lasts": "P30D", "evidence": "measured"},
        ],
        paths=[],
    )
    return board(journey, speak("en"), card)


def test_the_board_tells_waits_owners_and_evidence_and_escapes_what_was_typed():
    text = shown(lambda t: touchpoint_card(t, speak("en"), ""))
    assert "30 days" in text
    assert "nobody yet" in text
    assert "●" in text.split("Waits")[0]
    assert "<script>" not in text
    assert "<b>x" not in text


def test_a_card_that_does_not_escape_would_be_caught():
    assert "<script>" in shown(lambda t: t.name)


def test_what_another_screen_saves_is_shown_and_the_same_one_stays_chosen():
    followers = []
    saved = Saved()
    screen = edit_touchpoints(saved.journey, saved, follow=lambda name, listener: followers.append(listener))
    screen.details.choose_id("b")
    theirs = saved.journey.changed(touchpoints=saved.journey.touchpoints[1:], paths=[])
    followers[0](theirs, None)
    assert screen.details.chosen.id == "b"
    assert screen.details.list.label.startswith("1. B")


@pytest.mark.parametrize("code", ["en", "pl"])
def test_sixty_pasted_rows_are_all_on_the_board_or_in_the_box(code):
    screen, saved = opened(small_journey(language=code))
    rows = [f"{'Before' if n % 2 else 'Befroe' if n % 10 == 0 else 'use'}\t客户 {n} żółć\twww" for n in range(60)]
    screen.box.text.value = "\n".join(rows)
    screen.box.button.click()
    left = screen.box.text.value.splitlines()[1:]
    assert len(saved.names) - 3 + len(left) == 60
    assert screen.box.said.value.count("<li") == len(left) == 6
