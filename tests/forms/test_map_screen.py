"""The map screen: what the scores say in words, one click to a touchpoint, and the team's judgement saved."""

import re

import pytest
from conftest import small_journey

from cjmkit.forms.map import judge_touchpoints
from cjmkit.forms.reading import dot_table, suggested
from cjmkit.language import speak
from cjmkit.tables import empty_scores, scores_frame

TEAMS = {"p1": "Sales", "p2": "Sales", "p3": "Service"}


def scored(**given):
    """Each person's score of each touchpoint: `a=(4, 4, 5)`."""
    return scores_frame([
        {"round": 1, "participant": who, "team": TEAMS[who], "touchpoint": id, "score": score,
         "moment_of_truth": 1 if id == "b" else None}
        for id, marks in given.items() for who, score in zip(TEAMS, marks, strict=True)
    ])  # fmt: skip


SCORES = scored(a=(4, 5, 5), b=(1, 2, 1), c=(2, 5, 1))


class Disk:
    def __init__(self, journey):
        self.journey, self.calls = journey, []

    def save(self, **parts):
        self.calls.append(sorted(parts))
        self.journey = self.journey.changed(**parts)
        return self.journey


@pytest.fixture
def disk():
    return Disk(small_journey())


@pytest.fixture
def screen(disk):
    return judge_touchpoints(disk.journey, disk.save, scores=SCORES)


def field(screen, label):
    return next(f for f in screen.judged.fields if f.control.description == label)


def marked(screen):
    """What is chosen in the map and in the lists; each must offer it."""
    assert all(f'data-choose="{screen.picture.chosen}"' in p.value for p in (screen.picture, screen.found))
    assert screen.picture.chosen == screen.found.chosen
    return screen.picture.chosen


def test_it_begins_with_the_weakest_link_marked_in_the_map(screen):
    assert screen.chosen == "b"
    assert marked(screen) == "b"


def test_a_touchpoint_is_one_click_away_in_the_lists_and_in_the_map(screen):
    screen.found.choose("a")
    assert (marked(screen), screen.which.value()) == ("a", "a")
    screen.picture.choose("c")
    assert marked(screen) == "c"
    assert "<h4" in screen.told.value
    assert ">C<" in screen.told.value


def test_choosing_draws_nothing_anew_a_verdict_does(screen):
    before = screen.picture.value, screen.found.value
    screen.choose("a")
    assert (screen.picture.value, screen.found.value) == before
    field(screen, "Verdict").control.value = "pain"
    assert screen.picture.value != before[0]


def test_its_figures_are_told_in_words_with_what_they_bear(screen):
    assert "Team estimate 1.3 of 5, n = 3" in screen.told.value
    assert "First impression: fewer than five people have scored it." in screen.told.value
    assert "3 moment-of-truth dots" in screen.told.value
    assert "customer satisfaction" not in screen.told.value


def test_each_person_is_one_dot_in_the_row_of_their_team():
    table = dot_table(speak("en"), small_journey(), SCORES.assign(round=1), "c")
    assert table.count("●") == 3
    assert re.findall(r"<th[^>]*>(\w+)</th>", table)[-2:] == ["Service", "Sales"]


def test_a_verdict_goes_over_the_figure_with_its_reason(screen, disk):
    assert field(screen, "Why this verdict").control.disabled
    field(screen, "Verdict").control.value = "neutral"
    field(screen, "Why this verdict").control.value = "only three of us were there"
    verdict = disk.journey.touchpoint("b").verdict
    assert (verdict.value, verdict.why) == ("neutral", "only three of us were there")
    assert disk.calls == [["touchpoints"]] * 2


def test_taking_the_verdict_back_leaves_the_scores_to_speak(screen, disk):
    field(screen, "Verdict").control.value = "success"
    field(screen, "Verdict").control.value = ""
    assert disk.journey.touchpoint("b").verdict is None


def test_a_moment_of_truth_is_never_a_bare_flag(screen, disk):
    field(screen, "Moment of truth").control.value = "continue-or-quit"
    field(screen, "The customer leaves if").control.value = "nobody knows the date"
    moment = disk.journey.touchpoint("b").moment_of_truth
    assert (moment.rule, moment.leaves_if) == ("continue-or-quit", "nobody knows the date")


def test_what_was_typed_for_one_touchpoint_does_not_stand_at_the_next(screen, disk):
    field(screen, "Verdict").control.value = "pain"
    field(screen, "Why this verdict").control.value = "a reason"
    screen.choose("a")
    assert field(screen, "Why this verdict").control.value == ""
    screen.choose("b")
    assert field(screen, "Why this verdict").control.value == "a reason"
    assert disk.journey.touchpoint("a").verdict is None


def test_undo_takes_back_one_touchpoint_at_a_time(screen, disk):
    field(screen, "Pain, in words").control.value = "slow"
    screen.choose("a")
    field(screen, "Pain, in words").control.value = "dear"
    screen.draft.undo()
    assert [disk.journey.touchpoint(id).pain for id in "ab"] == ["", "slow"]


def test_an_open_round_shows_nothing_of_what_was_given(disk):
    rounds = [r.model_copy(update={"state": "open"}) for r in disk.journey.rounds]
    hidden = judge_touchpoints(disk.journey.changed(rounds=rounds), disk.save, scores=SCORES)
    shown = judge_touchpoints(disk.journey, disk.save, scores=SCORES)
    tell = ["1.3", "weakest link"]
    assert not any(word in hidden.picture.value + hidden.told.value for word in tell)
    assert all(word in shown.picture.value for word in tell)
    assert "no scores are revealed yet" in hidden.bar.text


def test_an_empty_client_is_told_where_to_begin(disk):
    empty = small_journey(touchpoints=[], paths=[])
    assert "04_touchpoints" in judge_touchpoints(empty, disk.save, scores=None).bar.text
    assert "05_scoring" in judge_touchpoints(disk.journey, disk.save, scores=empty_scores()).bar.text


def test_names_from_elsewhere_are_shown_as_text(disk):
    touchpoints = [t.model_copy(update={"name": "<script>x</script>"}) for t in disk.journey.touchpoints]
    screen = judge_touchpoints(disk.journey.changed(touchpoints=touchpoints), disk.save, scores=SCORES)
    assert "<script" not in screen.picture.value + screen.found.value + screen.told.value
    assert "&lt;script" in screen.found.value


def test_ones_own_save_is_drawn_once_and_anothers_is_drawn_too(screen, disk):
    drawn = []
    screen.draft.on_change.append(lambda: drawn.append(1))
    save = screen.draft._on_save
    screen.draft._on_save = lambda **parts: _told_of(screen, save(**parts))
    field(screen, "Decision").control.value = "improve"
    assert drawn == [1]
    screen.draft.follow(disk.journey.changed(title="Another"), SCORES)
    assert drawn == [1, 1]
    assert screen.journey.title == "Another"


def _told_of(screen, journey):
    """What a workshop does: it tells its followers while it saves."""
    screen.draft.follow(journey, SCORES)
    return journey


def test_what_to_plan_for_begins_with_the_weakest_link_and_says_why(screen):
    field(screen, "Moment of truth").control.value = "impression"
    screen.choose("a")
    field(screen, "Decision").control.value = "improve"
    assert suggested(screen.reading) == {"b": ["weakest", "lowest", "moment"], "a": ["improve"]}


def test_it_speaks_the_language_of_the_journey():
    disk = Disk(small_journey(language="pl"))
    screen = judge_touchpoints(disk.journey, disk.save, scores=SCORES)
    assert "Szacunek zespołu 1,3 na 5, n = 3" in screen.told.value
    assert "Team" not in screen.told.value + screen.found.value
