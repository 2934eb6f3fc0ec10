"""What is being edited: saved at once, undone, kept when saving fails, settled when somebody else saved."""

from datetime import datetime, timedelta

import pandas as pd
import pytest
from conftest import small_journey
from hypothesis import given
from hypothesis import strategies as st

from cjmkit.errors import StorageError
from cjmkit.forms.draft import Draft
from cjmkit.tables import empty_scores, scores_frame
from cjmkit.workshop import new_workshop, open_workshop


class Disk:
    """What a workshop does, in memory: it takes parts and hands back the journey."""

    def __init__(self, journey):
        self.journey, self.full, self.calls = journey, False, []

    def save(self, **parts):
        self.calls.append(sorted(parts))
        if self.full:
            raise StorageError("The disk is full.")
        parts.pop("scores", None)
        self.journey = self.journey.changed(revision=self.journey.revision + 1, **parts)
        return self.journey


@pytest.fixture
def disk():
    return Disk(small_journey())


def test_a_change_is_saved_at_once_and_only_the_part_that_changed(disk):
    draft = Draft(disk.journey, disk.save)
    draft.edit(draft.journey.changed(title="New"))
    assert disk.calls == [["title"]]
    assert draft.saved_at is not None


def test_what_did_not_change_is_not_saved(disk):
    Draft(disk.journey, disk.save).edit(disk.journey)
    assert disk.calls == []


@given(st.lists(st.sampled_from(["a", "b", "c", "undo", "redo"]), max_size=12))
def test_undo_and_redo_walk_the_same_way_back_and_forth(steps):
    disk = Disk(small_journey())
    draft = Draft(disk.journey, disk.save)
    past, at = [draft.journey.title], 0
    for step in steps:
        if step == "undo":
            draft.undo()
            at = max(0, at - 1)
        elif step == "redo":
            draft.redo()
            at = min(len(past) - 1, at + 1)
        elif step != past[at]:
            draft.edit(draft.journey.changed(title=step))
            past, at = [*past[: at + 1], step], at + 1
        assert draft.journey.title == disk.journey.title == past[at]


def test_typing_on_in_one_field_is_one_step_of_undo(disk):
    clock = iter(datetime(2026, 11, 21) + timedelta(seconds=n) for n in range(99))
    draft = Draft(disk.journey, disk.save, now=lambda: next(clock))
    for title in ("B", "Bu", "Buy"):
        draft.edit(draft.journey.changed(title=title), what="title")
    draft.undo()
    assert draft.journey.title == "A small journey"


def test_the_same_field_a_minute_later_is_a_step_of_its_own(disk):
    clock = iter(datetime(2026, 11, 21) + timedelta(minutes=n) for n in range(99))
    draft = Draft(disk.journey, disk.save, now=lambda: next(clock))
    draft.edit(draft.journey.changed(title="one"), what="title")
    draft.edit(draft.journey.changed(title="two"), what="title")
    draft.undo()
    assert draft.journey.title == "one"


def test_a_touchpoint_and_its_scores_go_and_come_back_together(disk):
    scores = scores_frame([{"round": 1, "participant": "p1", "touchpoint": "a", "score": 4}])
    draft = Draft(disk.journey, disk.save, scores)
    draft.edit(draft.journey.remove_touchpoint("a"), scores=empty_scores())
    assert disk.calls == [["paths", "scores", "touchpoints"]]
    draft.undo()
    assert draft.journey.touchpoint("a").name == "A"
    pd.testing.assert_frame_equal(draft.scores, scores)


def test_a_full_disk_keeps_the_edit_and_the_next_change_saves_both(disk):
    draft = Draft(disk.journey, disk.save)
    disk.full = True
    draft.edit(draft.journey.changed(title="kept"))
    assert isinstance(draft.problem, StorageError)
    assert (draft.journey.title, disk.journey.title) == ("kept", "A small journey")
    disk.full = False
    draft.edit(draft.journey.changed(client="Nord"))
    assert draft.problem is None
    assert (disk.journey.title, disk.journey.client) == ("kept", "Nord")


def test_what_another_screen_saved_is_taken_over_and_never_undone_here(disk):
    mine, other = Draft(disk.journey, disk.save), Draft(disk.journey, disk.save)
    mine.edit(mine.journey.changed(title="mine"))
    other.follow(disk.journey, empty_scores())
    other.edit(other.journey.changed(title="theirs"))
    mine.follow(disk.journey, empty_scores())
    assert mine.journey.title == "theirs"
    mine.undo()
    assert (mine.journey.title, disk.journey.title) == ("theirs", "theirs")
    assert "changed elsewhere" in str(mine.problem)


@pytest.fixture
def two_tabs(tmp_path):
    """The same client open twice, as in two tabs, and a draft on each."""
    (tmp_path / "workshops").mkdir()
    new_workshop("case", workshops=tmp_path / "workshops")
    tabs = [open_workshop("case", tmp_path / "workshops") for _ in range(2)]
    return tabs, [Draft(tab.journey, tab.save, tab.scores) for tab in tabs]


def test_the_second_save_is_told_of_the_conflict_and_nothing_is_lost(two_tabs):
    (_, second), (one, two) = two_tabs
    one.edit(one.journey.changed(title="first"))
    two.edit(two.journey.changed(client="second"))
    assert set(two.conflict.ways) == {"merge", "reload", "keep_both"}
    assert second.reload().title == "first"
    assert two.journey.client == "second"


@pytest.mark.parametrize(
    ("way", "title", "client"),
    [("merge", "first", "second"), ("reload", "first", "case"), ("keep_both", "first", "case")],
)
def test_each_way_out_of_a_conflict_does_what_it_says(two_tabs, way, title, client):
    (_, second), (one, two) = two_tabs
    one.edit(one.journey.changed(title="first"))
    two.edit(two.journey.changed(client="second"))
    two.settle(way)
    assert two.conflict is None
    assert (two.journey.title, two.journey.client) == (title, client) == (second.journey.title, second.journey.client)
    kept = list((second.folder / "versions").glob("*-mine/journey.json"))
    assert len(kept) == (way == "keep_both")
    assert not kept or '"second"' in kept[0].read_text("utf-8")
    two.edit(two.journey.changed(title="on we go"))
    assert open_workshop("case", second.folder.parent).journey.title == "on we go"


def test_both_changed_the_same_field_so_putting_together_is_no_longer_offered(two_tabs):
    _, (one, two) = two_tabs
    one.edit(one.journey.changed(title="first"))
    two.edit(two.journey.changed(title="second"))
    two.settle("merge")
    assert set(two.conflict.ways) == {"reload", "keep_both"}
    assert two.conflict.values["places"] == ["title"]
    assert two.journey.title == "second"


def test_a_draft_that_forgets_what_failed_would_be_caught(disk):
    class Forgetful(Draft):
        def save(self):
            super().save()
            if self.problem:
                self.journey = self.saved

    draft = Forgetful(disk.journey, disk.save)
    disk.full = True
    draft.edit(draft.journey.changed(title="kept"))
    assert draft.journey.title != "kept"
