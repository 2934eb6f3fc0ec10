"""Scoring without phones: the scale, the grid, one laptop, the reveal and the second round, as a user goes through them."""

import json

import pytest
from conftest import small_journey

from cjmkit.errors import StorageError, UsageError
from cjmkit.forms.scoring import ScoringScreen, score_touchpoints
from cjmkit.method.rounds import revealed
from cjmkit.tables import empty_scores, score_faults, scores_frame


class Disk:
    def __init__(self, journey):
        self.journey, self.scores, self.error, self.saves = journey, None, None, 0

    def save(self, **parts):
        if self.error:
            raise self.error
        self.scores = parts.pop("scores", self.scores)
        self.journey = self.journey.changed(**parts) if parts else self.journey
        self.saves += 1
        return self.journey


def begin(scores=None, kind=ScoringScreen, **parts):
    disk = Disk(small_journey(**{"rounds": [], **parts}))
    screen = kind(disk.journey, disk.save, scores=empty_scores() if scores is None else scores)
    return screen, disk


def on(screen, step):
    screen.steps.value = step
    return screen


def given(disk, *columns):
    return disk.scores[list(columns)].values.tolist()


THREE = "Kasia\tSales\t1\t2\t3\nOla\tSales\t5\t2\t4\nJan\tShop\t5\t3\t4\n"


def scored():
    screen, disk = begin()
    on(screen, "grid").grid.paste(0, "participant", THREE)
    return screen, disk


# --- the scale ---------------------------------------------------------------------------------------------------


def test_a_preset_brings_its_labels_and_one_undo_takes_it_back():
    screen, disk = begin()
    screen.scale.presets[1, 10].click()
    assert (disk.journey.scale.high, disk.journey.scale.labels["10"]) == (10, "very good")
    screen.draft.undo()
    assert disk.journey.scale.high == 5


def test_an_end_that_is_typed_takes_its_label_along():
    screen, disk = begin()
    screen.scale.presets[1, 5].click()
    screen.scale.high.control.value = "7"
    assert dict(disk.journey.scale.labels) == {"1": "very bad", "3": "neither good nor bad", "7": "very good"}
    screen.scale.low.control.value = "9"
    assert "must be less" in screen.scale.low.fault.value
    assert disk.journey.scale.low == 1


def test_once_scores_exist_another_scale_is_refused_with_a_sentence():
    screen, disk = scored()
    on(screen, "scale")
    for click in (screen.scale.presets[1, 3].click, screen.scale.presets[1, 10].click):
        click()
        assert disk.journey.scale.high == 5
        assert "scale" in screen.bar.text
        assert screen.bar.tone == "problem"
    screen.scale.question.control.value = "How is it?"
    assert disk.journey.scale.question == "How is it?"


def test_a_scale_that_the_scores_do_not_fit_may_be_mended():
    scores = scores_frame([{"round": 1, "participant": "a", "touchpoint": "a", "score": 9}])
    screen, disk = begin(scores)
    screen.scale.presets[1, 10].click()
    assert disk.journey.scale.high == 10


def test_what_the_round_asks_is_kept_with_the_round():
    screen, disk = begin()
    screen.scale.asks.control.value = ("score", "importance")
    assert disk.journey.rounds[0].asks == ("score", "importance")
    assert [code for _, code in on(screen, "grid").grid.layer.options] == ["score", "importance"]


# --- the grid ----------------------------------------------------------------------------------------------------


def test_pasted_rows_are_scores_and_the_first_opens_the_first_round():
    _, disk = scored()
    assert given(disk, "participant", "touchpoint", "score")[:3] == [
        ["Kasia", "a", 1],
        ["Kasia", "b", 2],
        ["Kasia", "c", 3],
    ]
    assert [(r.id, r.state) for r in disk.journey.rounds] == [(1, "open")]
    assert set(disk.scores.persona) == {"anna"}


def test_a_pasted_table_is_one_step_of_undo_and_comes_back_by_redo():
    screen, disk = scored()
    screen.draft.undo()
    assert disk.scores.empty
    assert screen.grid.grid.rows == []
    screen.draft.redo()
    assert len(disk.scores) == 9
    assert len(screen.grid.grid.rows) == 3


def test_a_wrong_cell_is_marked_and_told_and_stays_as_typed_while_the_right_ones_are_saved():
    screen, disk = scored()
    screen.grid.type_in(0, "a", "9")
    screen.grid.type_in(0, "b", "4")
    screen.grid.type_in(1, "c", "?")
    assert [tuple(mark[:2]) for mark in screen.grid.grid.marks] == [(0, "a"), (1, "c")]
    assert "Kasia, touchpoint 1: 9 is not on the scale from 1 to 5" in screen.grid.told.value
    assert screen.grid.grid.rows[0] == ["Kasia", "Sales", "9", "4", "3"]
    assert screen.grid.grid.rows[1][4] == "?"
    assert score_faults(disk.scores, disk.journey) == []
    on(on(screen, "scale"), "grid")
    assert screen.grid.grid.rows[0][2] == "9"


def test_a_person_who_stands_twice_is_marked_and_the_first_row_stays_saved():
    screen, disk = scored()
    screen.grid.type_in(3, "participant", "kasia")
    screen.grid.type_in(3, "a", "5")
    assert [tuple(mark[:2]) for mark in screen.grid.grid.marks] == [(3, "participant")]
    assert given(disk, "participant", "score")[0] == ["Kasia", 1]
    screen.grid.type_in(3, "participant", "Kasia B.")
    assert screen.grid.grid.marks == []
    assert given(disk, "participant", "score")[-1] == ["Kasia B.", 5]


def test_pasting_again_goes_to_the_people_of_those_names():
    screen, disk = scored()
    screen.grid.paste(2, "participant", "ola\t\t1\t1\t1\nEwa\tShop\t2\t2\t2\n")
    assert [row[0] for row in screen.grid.grid.rows] == ["Kasia", "Ola", "Jan", "Ewa"]
    assert screen.grid.grid.rows[1] == ["Ola", "Sales", "1", "1", "1"]
    assert disk.scores.participant.nunique() == 4


def test_cells_pasted_into_the_middle_go_where_they_were_pasted():
    screen, _ = scored()
    screen.grid.paste(1, "b", "1\t2\n3\t4\n")
    assert [row[2:] for row in screen.grid.grid.rows] == [["1", "2", "3"], ["5", "1", "2"], ["5", "3", "4"]]


def test_too_many_dots_are_said_person_by_person():
    screen, disk = scored()
    screen.grid.layer.value = "importance"
    screen.grid.type_in(0, "a", "4")
    screen.grid.type_in(0, "b", "2")
    screen.grid.type_in(1, "b", "5")
    assert "Kasia: 6 of 5 dots (Importance dots)" in screen.grid.told.value
    assert "Ola: " not in screen.grid.told.value
    assert disk.scores.importance.sum() == 11


def test_a_screen_that_sums_dots_wrongly_would_be_caught(monkeypatch):
    monkeypatch.setattr("cjmkit.forms.score_rows.put_dots", lambda row, column, read: 5)
    with pytest.raises(AssertionError):
        test_too_many_dots_are_said_person_by_person()


def test_a_row_is_taken_out_with_what_was_given_and_undo_brings_it_back():
    screen, disk = scored()
    screen.grid.remove(1)
    assert set(disk.scores.participant) == {"Kasia", "Jan"}
    screen.draft.undo()
    assert [row[0] for row in screen.grid.grid.rows] == ["Kasia", "Ola", "Jan"]


def test_when_the_disk_is_full_the_grid_keeps_what_was_typed():
    screen, disk = scored()
    disk.error = StorageError("The disk is full.")
    screen.grid.type_in(0, "a", "4")
    assert screen.grid.grid.rows[0][2] == "4"
    assert screen.bar.tone == "problem"
    disk.error = None
    screen.draft.save()
    assert given(disk, "participant", "score")[0] == ["Kasia", 4]


# --- one laptop --------------------------------------------------------------------------------------------------


def shown_to_a_participant(screen) -> str:
    """All that the widgets of the laptop's step, the bar and the picture send to the browser."""
    found = []

    def walk(widget):
        state = {k: v for k, v in widget.get_state().items() if not k.startswith("_") and k != "words"}
        found.append(json.dumps(state, default=str, ensure_ascii=False))
        for child in getattr(widget, "children", ()):
            walk(child)

    for part in (screen.laptop, screen.grid.grid, screen.grid.told, screen.bar, screen.picture, screen.state):
        walk(part)
    return " ".join(found)


SECRET = "Kasia\tSales\t4.25\t4.25\t4.25\n"


def one_after_the_other(kind=ScoringScreen) -> str:
    screen, _ = begin(kind=kind)
    on(screen, "grid").grid.paste(0, "participant", SECRET)
    on(screen, "laptop").ballot.start("Jan", "Shop")
    screen.ballot.answer("score", "a", 2)
    during = shown_to_a_participant(screen)
    screen.ballot.finish()
    return during + shown_to_a_participant(screen)


def test_at_the_laptop_nothing_of_what_others_gave_is_in_the_browser():
    seen = one_after_the_other()
    assert "4.25" not in seen
    assert "4,25" not in seen
    assert "Kasia" not in seen
    assert "mean" not in seen


class Leaking(ScoringScreen):
    """Draws the curve while the round is open."""

    def draw(self):
        return str(self.given.score.tolist())


class Remembering(ScoringScreen):
    """Leaves the grid filled behind the laptop."""

    def show(self):
        super().show()
        self.grid.fill()


@pytest.mark.parametrize("kind", [Leaking, Remembering])
def test_a_screen_that_shows_others_before_the_reveal_would_be_caught(kind):
    assert "4.25" in one_after_the_other(kind)


def test_a_participant_sees_situations_and_no_stage():
    screen, _ = begin()
    seen = shown_to_a_participant(on(screen, "laptop"))
    assert screen.ballot.touchpoints[0] == {"id": "a", "number": 1, "name": "A", "doing": ""}
    assert "Before" not in seen


def test_each_answer_is_saved_and_done_clears_the_screen():
    screen, disk = begin()
    on(screen, "laptop").ballot.start("  Jan  K. ", "Shop")
    screen.ballot.answer("score", "a", 2)
    screen.ballot.answer("score", "a", 3)
    screen.ballot.answer("importance", "b", 5)
    assert given(disk, "participant", "team", "touchpoint", "score")[0] == ["Jan K.", "Shop", "a", 3.0]
    assert disk.scores.importance.sum() == 5
    screen.ballot.finish()
    assert (screen.ballot.who, screen.ballot.given) == ("", {})
    assert len(disk.scores) == 2
    assert all(disk.scores["at"])


def test_a_nickname_that_has_scored_opens_nothing():
    screen, _ = scored()
    on(screen, "laptop").ballot.start("KASIA", "")
    assert screen.ballot.who == ""
    assert "Kasia has scored already" in screen.ballot.note
    screen.ballot.start(" ", "")
    assert "nickname" in screen.ballot.note


def test_while_somebody_scores_nothing_else_can_be_opened_or_undone():
    screen, disk = scored()
    on(screen, "laptop").ballot.start("Ewa", "Shop")
    assert screen.steps.disabled
    assert not screen.bar.can_undo
    screen._asked(None, {"do": "undo"})
    assert len(disk.scores) == 9
    screen.ballot.finish()
    assert not screen.steps.disabled


def test_in_an_anonymous_round_neither_name_nor_time_is_kept():
    screen, disk = begin(rounds=[{"id": 1, "state": "open", "anonymous": True}])
    on(screen, "laptop").ballot.start("Jan", "Shop")
    screen.ballot.answer("score", "a", 2)
    assert "Jan" not in set(disk.scores.participant)
    assert set(disk.scores["at"]) == {""}


# --- the reveal and the second round -------------------------------------------------------------------------------


def test_nothing_is_shown_until_the_round_is_revealed_and_reopening_hides_it_again():
    screen, disk = scored()
    on(screen, "reveal")
    assert "<svg" not in screen.picture.value
    assert "3 of 3 scores" in screen.picture.value
    screen.reveal.reveal_button.click()
    assert disk.journey.rounds[0].state == "closed"
    assert "team estimate, 3 people" in screen.picture.value
    screen.reveal.reopen_button.click()
    assert "<svg" not in screen.picture.value
    screen.draft.undo()
    assert "<svg" in screen.picture.value


def test_the_widest_come_with_what_each_team_gave_and_why():
    screen, _ = scored()
    on(screen, "reveal").reveal.reveal_button.click()
    picture = screen.picture.value
    assert picture.split('data-choose="')[1].startswith("a")
    three = picture.split("<desc>")[1].split("</desc>")[0].split("\n")[-1].split("; ")
    assert three[0].startswith("A: mean 3.7")
    for said in ("People of the same team differ: Sales 1 to 5.", "Shop 5", "Sales 1, 5", "first impression, n = 3"):
        assert said in three[0]
    assert "1.8 points apart on average" in picture
    assert picture.index("Discuss these three") < picture.index("1.8 points apart on average")


def test_a_chosen_touchpoint_shows_one_dot_a_person_by_team():
    screen, _ = scored()
    on(screen, "reveal").reveal.reveal_button.click()
    before = screen.picture.value.count("<svg")
    screen.pick("a")
    assert screen.picture.value.count("<svg") == before + 1
    assert "One dot is one person" in screen.picture.value
    assert screen.reveal.choice.value == "a"


def test_an_empty_round_cannot_be_revealed():
    screen, disk = begin()
    on(screen, "reveal").reveal.reveal_button.click()
    assert "nothing to reveal" in screen.bar.text
    assert disk.saves == 0


FIVE = [{"id": id, "stage": "before", "name": id.upper()} for id in "abcde"]


def after_one_round():
    screen, disk = begin(touchpoints=FIVE, paths=[])
    on(screen, "grid").grid.paste(
        0, "participant", "Kasia\tS\t1\t3\t5\t2\t3\nOla\tS\t5\t3\t1\t2\t4\nJan\tB\t5\t3\t1\t3\t3\n"
    )
    on(screen, "reveal").reveal.reveal_button.click()
    screen.reveal.again_button.click()
    return screen, disk


def test_the_second_round_asks_only_for_the_three_and_of_the_same_people():
    screen, disk = after_one_round()
    assert [(r.id, r.state, r.asks) for r in disk.journey.rounds][1] == (2, "open", ("score",))
    on(screen, "grid")
    assert [c["key"] for c in screen.grid.grid.columns] == ["participant", "team", "a", "c", "d"] or [
        c["key"] for c in screen.grid.grid.columns
    ] == ["participant", "team", "a", "c", "e"]
    assert [row[0] for row in screen.grid.grid.rows] == ["Kasia", "Ola", "Jan"]
    assert [t["id"] for t in on(screen, "laptop").ballot.touchpoints][:2] == ["a", "c"]
    assert screen.ballot.names == ["Jan", "Kasia", "Ola"]


def test_the_second_round_is_hidden_until_revealed_and_then_shows_the_shift():
    screen, disk = after_one_round()
    on(screen, "grid").grid.type_in(0, "a", "4")
    screen.grid.type_in(1, "a", "4")
    on(screen, "reveal")
    assert "After talking it over" not in screen.picture.value
    assert set(revealed(disk.journey, disk.scores)["round"]) == {1}
    screen.reveal.reveal_button.click()
    assert "After talking it over: 1 of 1 touchpoint is closer together" in screen.picture.value
    assert "3.0 → 4.0, closer together" in screen.picture.value
    assert disk.scores[disk.scores["round"] == 1].score.tolist()[0] == 1


def test_a_closed_round_is_locked_in_the_grid_and_at_the_laptop():
    screen, disk = scored()
    on(screen, "reveal").reveal.reveal_button.click()
    on(screen, "grid").grid.type_in(0, "a", "5")
    screen.grid.paste(0, "participant", THREE.replace("1", "2"))
    assert screen.grid.grid.locked
    assert given(disk, "score")[0] == [1]
    on(screen, "laptop").ballot.start("Ewa", "")
    assert "closed" in screen.ballot.note


def test_scores_that_were_imported_are_revealed_and_can_go_into_a_second_round():
    scores = scores_frame([{"round": 1, "participant": p, "touchpoint": t, "score": s}
                           for p, s in (("x", 1), ("y", 5)) for t in "abc"])  # fmt: skip
    screen, disk = begin(scores)
    assert "<svg" in on(screen, "reveal").picture.value
    screen.reveal.again_button.click()
    assert [(r.id, r.state) for r in disk.journey.rounds] == [(1, "closed"), (2, "open")]


# --- personas, and what is not there ---------------------------------------------------------------------------------


def test_each_persona_has_scores_of_its_own():
    screen, disk = begin(personas=[{"id": "anna", "name": "Anna"}, {"id": "jan", "name": "Jan"}])
    on(screen, "grid").grid.paste(0, "participant", THREE)
    screen.who.value = "jan"
    assert screen.grid.grid.rows == []
    screen.grid.paste(0, "participant", "Kasia\tSales\t5\t5\t5\n")
    assert disk.scores.groupby("persona").size().to_dict() == {"anna": 9, "jan": 3}


def test_without_touchpoints_it_says_where_to_enter_them():
    screen, _ = begin(touchpoints=[], paths=[])
    for step in ("scale", "grid", "laptop", "reveal"):
        assert "04_touchpoints" in on(screen, step).picture.value


def test_the_printed_sheet_is_told_by_its_file():
    disk = Disk(small_journey())
    asked = []
    screen = score_touchpoints(
        disk.journey, disk.save, scores=empty_scores(), on_print=lambda who: asked.append(who) or "out/sheet.html"
    )
    screen.print.click()
    assert asked == ["anna"]
    assert "out/sheet.html" in screen.printed.value


def test_what_another_screen_saves_is_taken_over():
    followers = {}
    disk = Disk(small_journey(rounds=[]))
    screen = ScoringScreen(disk.journey, disk.save, scores=empty_scores(), follow=followers.__setitem__)
    on(screen, "grid")
    scores = scores_frame([{"round": 1, "participant": "Ewa", "touchpoint": "b", "score": 2}])
    followers["ScoringScreen scale laptop grid reveal"](disk.journey.changed(title="new"), scores)
    assert screen.grid.grid.rows == [["Ewa", "", "", "2", ""]]


def test_screens_with_other_steps_follow_one_another_and_not_in_one_anothers_place():
    followers, disk = {}, Disk(small_journey(rounds=[]))
    for steps in (["scale"], ["laptop", "grid"], ["reveal"]):
        ScoringScreen(disk.journey, disk.save, scores=empty_scores(), follow=followers.__setitem__, steps=steps)
    assert len(followers) == 3
    with pytest.raises(UsageError, match="not phones"):
        score_touchpoints(disk.journey, disk.save, scores=empty_scores(), steps=["phones"])
