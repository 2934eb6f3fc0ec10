"""Nothing is lost: whatever the disk refuses, whoever else saves, whenever the process is killed."""

import builtins
import errno
import fcntl
import io
import json
import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime

import pytest
from conftest import small_journey
from hypothesis import given, settings
from hypothesis import strategies as st
from soak import interleavings
from soak import saving as killing

from cjmkit.errors import ConflictError, InputError, JourneyError, StorageError
from cjmkit.journey import Journey
from cjmkit.tables import scores_frame, scores_to_csv
from cjmkit.workshop import Workshop, merge, merge_scores, new_workshop, saving

SEED = 20261121
REFUSALS = [errno.ENOSPC, errno.EIO, errno.EACCES]


def scores_of(mark, touchpoints="abc"):
    rows = [{"round": 1, "participant": "p1", "touchpoint": t, "score": 3, "comment": mark} for t in touchpoints]
    return scores_frame(rows)


@pytest.fixture
def folder(tmp_path):
    """A client whose title and comments both say "old"."""
    folder = tmp_path / "workshops" / "test"
    folder.mkdir(parents=True)
    (folder / "journey.json").write_text(small_journey(revision=1, title="old").to_json(), "utf-8")
    (folder / "scores.csv").write_text(scores_to_csv(scores_of("old")), "utf-8")
    return folder


def on_disk(folder):
    """Title and comments, read plainly; raises where a file is not whole."""
    journey = Journey.from_json((folder / "journey.json").read_text("utf-8"))
    comments = saving.scores_in((folder / "scores.csv").read_bytes())["comment"]
    assert len(comments) == 3
    return {journey.title, *comments}


class Killed(BaseException):
    """The process is gone: nothing after this moment runs."""


class Disk:
    """Every call to the disk counted, and one of them refused; or the process killed there."""

    # Not lstat, half of all calls: Python itself takes a refusal there for "no link".
    CALLS = ("open", "fsync", "replace", "rename", "mkdir", "rmdir", "unlink", "stat", "scandir", "listdir")

    def __init__(self, monkeypatch):
        self.on, self.calls, self.refuse, self.error, self.kill = False, [], None, None, False
        for name in self.CALLS:
            monkeypatch.setattr(os, name, self._watched(name, getattr(os, name)))
        plain_flock, plain_open = fcntl.flock, io.open

        def flock(handle, how):
            if how & fcntl.LOCK_UN and self.kill:  # the system lets go of a dead process's locks
                plain_flock(handle, how)
            self._step("flock")
            return plain_flock(handle, how)

        def opened(path, mode="r", *rest, **named):
            self._step(f"open {mode}")
            file = plain_open(path, mode, *rest, **named)
            return _File(file, self._step) if self.on else file

        monkeypatch.setattr(fcntl, "flock", flock)
        monkeypatch.setattr(builtins, "open", opened)
        monkeypatch.setattr(io, "open", opened)

    @contextmanager
    def refusing(self, number, error, kill=False):
        self.on, self.calls, self.refuse, self.error, self.kill = True, [], number, error, kill
        try:
            yield
        finally:
            self.on = False

    def _watched(self, name, call):
        def watched(*args, **named):
            self._step(name)
            return call(*args, **named)

        return watched

    def _step(self, name):
        if not self.on:
            return
        self.calls.append(name)
        if self.refuse is not None and self.kill and len(self.calls) >= self.refuse:
            raise Killed
        if self.refuse is not None and len(self.calls) == self.refuse:
            raise OSError(self.error, os.strerror(self.error), "journey.json")


class _File:
    def __init__(self, file, step):
        self.file, self.step = file, step

    def write(self, content):
        self.file.write(content[: len(content) // 2])  # what a full disk and a killed process leave
        self.file.flush()
        self.step("write")
        return self.file.write(content[len(content) // 2 :])

    def read(self, *args):
        self.step("read")
        return self.file.read(*args)

    def flush(self):
        self.step("flush")
        self.file.flush()

    def fileno(self):
        return self.file.fileno()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.step("close")


@pytest.fixture
def disk(monkeypatch):
    return Disk(monkeypatch)


def save_both(workshop):
    workshop.save(title="new", scores=scores_of("new"))


def fresh(folder):
    """The client as it was, in a folder of the same name, opened."""
    again = folder.parent.parent / "again"
    shutil.rmtree(again, ignore_errors=True)
    shutil.copytree(folder, again / folder.name)
    return Workshop(again / folder.name)


def every_call(folder, disk):
    """The numbers of all calls to the disk that one save makes, with what each is."""
    save_both(fresh(folder))  # what is imported at the first save is no part of it
    workshop = fresh(folder)
    with disk.refusing(None, None):
        save_both(workshop)
    return list(enumerate(disk.calls, 1))


def wrong_after_refusal(folder, disk, number, error):
    """What a refused call to the disk did wrong: a file not whole, two halves of different saves, a lost edit."""
    workshop, wrong = fresh(folder), []
    try:
        with disk.refusing(number, error):
            save_both(workshop)
        expected = [{"new"}]
    except StorageError as refusal:
        expected = [{"old"}, {"new"}]
        if set(workshop.unsaved) != {"title", "scores"}:
            wrong.append("the edit is gone")
        if "test is not saved" not in str(refusal) or "\n" in str(refusal):
            wrong.append("no plain sentence")
    except OSError:
        return ["no plain sentence"]
    return wrong + wrong_on_disk(workshop.folder, expected) + wrong_again(workshop)


def wrong_on_disk(folder, expected):
    try:
        on_disk(folder)
        marks = {Workshop(folder).journey.title, *Workshop(folder).scores["comment"]}
        return [] if marks in expected else [f"torn or lost: {marks}"]
    except (JourneyError, InputError, AssertionError):
        return ["a file is not whole"]


def wrong_again(workshop):
    try:
        workshop.save()
        return [] if on_disk(workshop.folder) <= {"new"} else ["the edit was not saved when the disk was well again"]
    except (ConflictError, JourneyError, InputError, AssertionError) as error:
        return [f"saving again: {error}"]


def plain_put(folder, files):
    """The control: what most programs do."""
    for name, content in files.items():
        with open(folder / name, "wb") as file:
            file.write(content)


def unpaired_put(folder, files):
    """The control of the pair: each file whole, but one after the other."""
    for name, content in files.items():
        saving.write(folder / f".{name}.tmp", content)
        os.replace(folder / f".{name}.tmp", folder / name)


@pytest.mark.parametrize("error", REFUSALS, ids=errno.errorcode.get)
def test_whatever_call_the_disk_refuses_the_files_are_whole_and_the_edit_is_kept(folder, disk, error):
    calls = every_call(folder, disk)
    kinds = {name for _, name in calls}
    assert kinds >= {"open", "open wb", "write", "flush", "fsync", "close", "replace", "rename", "mkdir", "flock"}
    wrong = {(n, name): found for n, name in calls if (found := wrong_after_refusal(folder, disk, n, error))}
    assert not wrong


def test_the_same_check_catches_a_plain_write(folder, disk, monkeypatch):
    monkeypatch.setattr(saving, "put", plain_put)
    calls = every_call(folder, disk)
    assert any("a file is not whole" in wrong_after_refusal(folder, disk, n, errno.ENOSPC) for n, _ in calls)


def wrong_after_kill(folder, disk, number):
    workshop = fresh(folder)
    with pytest.raises(Killed), disk.refusing(number, None, kill=True):
        save_both(workshop)
    place = workshop.folder
    del workshop
    found = wrong_on_disk(place, [{"old"}, {"new"}])
    if not found:
        Workshop(place).save(title="later", scores=scores_of("later"))
        left = [p.name for p in place.rglob(".*") if p.name not in (".backup", ".journey.json.lock")]
        found = wrong_on_disk(place, [{"later"}]) + [f"left behind: {name}" for name in left]
    return found


def test_a_process_killed_at_any_call_leaves_both_files_old_or_both_new(folder, disk):
    calls = every_call(folder, disk)
    wrong = {(n, name): found for n, name in calls if (found := wrong_after_kill(folder, disk, n))}
    assert not wrong


@pytest.mark.parametrize(("put", "caught"), [(plain_put, "not whole"), (unpaired_put, "torn")])
def test_the_same_check_catches_a_save_without_care(folder, disk, monkeypatch, put, caught):
    monkeypatch.setattr(saving, "put", put)
    calls = every_call(folder, disk)
    assert any(caught in wrong for n, _ in calls for wrong in wrong_after_kill(folder, disk, n))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 needs a Unix")
def test_ten_kills_at_random_moments_lose_nothing_and_the_controls_do():
    print("seed", SEED)
    program = os.path.join(os.path.dirname(__file__), "soak", "saving.py")
    done = subprocess.run([sys.executable, program, "10", str(SEED)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["unreadable"], found["lost"], found["torn"]) == (0, 0, 0)
    assert found["acknowledged"] >= 10
    assert found["plain_unreadable"] > 0
    assert found["hasty_lost"] > 0


def test_the_first_save_of_scores_killed_at_any_call_is_whole_or_not_there(folder, disk):
    (folder / "scores.csv").unlink()
    for n, _ in every_call(folder, disk):
        workshop = fresh(folder)
        with pytest.raises(Killed), disk.refusing(n, None, kill=True):
            save_both(workshop)
        again = Workshop(workshop.folder)
        assert (again.journey.title, len(again.scores)) in [("old", 0), ("new", 3)]


def test_a_damaged_plan_of_a_save_is_set_aside(folder):
    for text in ["", "{", "[]", '{"writer": "x", "sha256": {}}', '{"writer": 1, "sha256": 3}', "null"]:
        (folder / ".saving.json").write_text(text)
        assert Workshop(folder).journey.title == "old"
        assert not (folder / ".saving.json").exists()


def test_a_second_kernel_on_one_revision_gets_a_conflict_with_both_sides(folder):
    first, second = Workshop(folder), Workshop(folder)
    first.save(title="theirs")
    with pytest.raises(ConflictError) as caught:
        second.save(title="mine")
    assert (caught.value.theirs.title, caught.value.base.title) == ("theirs", "old")
    assert "revision 1, now 2" in str(caught.value)
    assert second.unsaved == {"title": "mine"}
    assert on_disk(folder) == {"theirs", "old"}


def test_scores_changed_by_another_program_are_a_conflict_too(folder):
    workshop = Workshop(folder)
    (folder / "scores.csv").write_text(scores_to_csv(scores_of("by hand")), "utf-8")
    with pytest.raises(ConflictError):
        workshop.save(title="mine")
    workshop.merge()
    assert on_disk(folder) == {"mine", "by hand"}


def test_reload_takes_theirs_and_lets_go_of_mine(folder):
    first, second = Workshop(folder), Workshop(folder)
    first.save(title="theirs")
    with pytest.raises(ConflictError):
        second.save(title="mine")
    assert second.reload().title == "theirs"
    assert second.unsaved == {}
    assert second.save(client="Next").revision == 3


def test_keep_both_sets_mine_aside_whole(folder):
    first, second = Workshop(folder), Workshop(folder)
    first.save(title="theirs")
    with pytest.raises(ConflictError):
        second.save(title="mine", scores=scores_of("mine"))
    place = second.keep_both(datetime(2026, 11, 21, 14, 2, 11))
    assert place == folder / "versions" / "2026-11-21T14-02-11-mine"
    assert on_disk(place) == {"mine"}
    assert on_disk(folder) == {"theirs", "old"}
    assert second.journey.title == "theirs"


def test_merge_puts_both_edits_together_and_saves_them(folder):
    first, second = Workshop(folder), Workshop(folder)
    first.save(title="theirs", scores=scores_of("old", "abc").replace({"comment": {"old": "theirs"}}).iloc[[0, 1, 2]])
    with pytest.raises(ConflictError):
        second.save(client="Mine")
    merged = second.merge()
    assert (merged.title, merged.client, merged.revision) == ("theirs", "Mine", 3)
    assert Workshop(folder).journey == merged
    assert second.unsaved == {}
    assert set(second.scores["comment"]) == {"theirs"}


def test_a_merge_that_clashes_names_the_places_and_writes_nothing(folder):
    first, second = Workshop(folder), Workshop(folder)
    first.save(title="theirs")
    with pytest.raises(ConflictError):
        second.save(title="mine", client="Mine")
    before = (folder / "journey.json").read_bytes()
    with pytest.raises(ConflictError) as caught:
        second.merge()
    assert caught.value.values["places"] == ["title"]
    assert (folder / "journey.json").read_bytes() == before
    assert set(second.unsaved) == {"title", "client"}


def test_fifty_random_orders_of_three_people_overwrite_nothing_silently():
    print("seed", SEED)
    found = interleavings.interleave(50, SEED)
    assert (found["overwritten"], found["kept_wrong"]) == (0, 0)
    assert min(found["saved"], found["merged"], found["conflicts"], found["clashes"]) > 10


def test_the_same_orders_without_the_comparison_are_caught():
    assert interleavings.interleave(10, SEED, interleavings.Unchecked)["overwritten"] > 0


def save_in_between(folder, monkeypatch):
    """Whether an edit is lost that another kernel tries to save just before the first one writes."""
    monkeypatch.setattr(saving, "PATIENCE", 0.05)
    first, second, acknowledged = Workshop(folder), Workshop(folder), []
    plain = saving.back_up

    def interrupted(*args):
        monkeypatch.setattr(saving, "back_up", plain)

        def other():
            with suppress(StorageError):
                acknowledged.append(second.save(client="Second").client)

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        plain(*args)

    monkeypatch.setattr(saving, "back_up", interrupted)
    first.save(title="First")
    return bool(acknowledged) and Workshop(folder).journey.client != "Second"


def test_nobody_saves_between_the_comparison_and_the_write(folder, monkeypatch):
    assert not save_in_between(folder, monkeypatch)


def test_the_same_check_catches_a_save_without_the_lock(folder, monkeypatch):
    monkeypatch.setattr(saving, "locked", lambda folder: nullcontext())
    assert save_in_between(folder, monkeypatch)


def test_after_a_refusal_the_next_save_brings_the_first_edit_too(folder, disk):
    workshop = Workshop(folder)
    with pytest.raises(StorageError, match="disk is full"), disk.refusing(len(every_write(disk, folder)), errno.ENOSPC):
        workshop.save(title="new")
    workshop.save(client="Later")
    assert (Workshop(folder).journey.title, Workshop(folder).journey.client) == ("new", "Later")


def every_write(disk, folder):
    workshop = fresh(folder)
    with disk.refusing(None, None):
        workshop.save(title="new")
    return disk.calls[: disk.calls.index("write") + 1]


def test_ten_backups_are_kept_and_the_last_is_what_stood_before(folder):
    workshop = Workshop(folder)
    for n in range(13):
        workshop.save(title=f"title {n}")
    kept = sorted((folder / ".backup").iterdir())
    assert len(kept) == 10
    assert [Journey.from_json((p / "journey.json").read_text("utf-8")).revision for p in kept] == list(range(4, 14))
    assert (kept[-1] / "scores.csv").read_bytes() == (folder / "scores.csv").read_bytes()


def test_a_save_tried_again_and_again_does_not_push_out_the_backups(folder, monkeypatch):
    workshop = Workshop(folder)
    for n in range(9):
        workshop.save(title=f"title {n}")

    def refused(*_):
        raise OSError(errno.EIO, "input/output error")

    monkeypatch.setattr(saving, "put", refused)
    for _ in range(12):
        with pytest.raises(StorageError, match="reports a fault"):
            workshop.save(title="never")
    revisions = [int(p.name.split("-r")[1].split("-")[0]) for p in sorted((folder / ".backup").iterdir())]
    assert revisions == list(range(1, 11))


def test_a_save_that_changes_nothing_writes_nothing(folder):
    workshop = Workshop(folder)
    before = (folder / "journey.json").stat().st_mtime_ns
    assert workshop.save(title="old").revision == 1
    assert (folder / "journey.json").stat().st_mtime_ns == before
    assert not (folder / ".backup").exists()


def test_parts_that_do_not_fit_are_refused_with_their_faults_and_not_kept_for_later(folder):
    workshop = Workshop(folder)
    with pytest.raises(JourneyError, match="stage"):
        workshop.save(touchpoints=[{"id": "d", "stage": "nowhere"}])
    with pytest.raises(InputError, match="lacks the columns comment"):
        workshop.save(scores=scores_of("x").drop(columns="comment"))
    assert workshop.unsaved == {}
    assert on_disk(folder) == {"old"}


@pytest.mark.parametrize("text", ["a\ud800b", "a\rb"])
def test_scores_that_could_not_be_read_again_are_not_written(folder, text):
    workshop = Workshop(folder)
    try:
        workshop.save(scores=scores_of(text))
        assert set(Workshop(folder).scores["comment"]) == {text}
    except InputError:
        assert on_disk(folder) == {"old"}


def test_a_newer_schema_is_refused_and_left_as_it_is(folder):
    workshop = Workshop(folder)
    newer = (folder / "journey.json").read_text().replace("cjmkit/journey/1", "cjmkit/journey/2")
    (folder / "journey.json").write_text(newer)
    for attempt in (lambda: Workshop(folder), lambda: workshop.save(title="x"), workshop.merge):
        with pytest.raises(JourneyError, match="newer than this kit, which knows cjmkit/journey/1"):
            attempt()
    assert (folder / "journey.json").read_text() == newer


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"title": 3, "kind": "x"}', b"1" * 5000])
def test_a_broken_journey_is_told_with_its_faults_and_left_as_it_is(folder, content):
    (folder / "journey.json").write_bytes(content)
    with pytest.raises(JourneyError):
        Workshop(folder)
    assert (folder / "journey.json").read_bytes() == content


def test_a_file_over_the_limit_is_refused(folder, monkeypatch):
    monkeypatch.setattr(saving, "LARGEST_MB", 0)
    with pytest.raises(InputError, match="larger than 0 MB"):
        Workshop(folder)


def test_scores_may_begin_with_a_byte_order_mark(folder):
    content = (folder / "scores.csv").read_bytes()
    (folder / "scores.csv").write_bytes(b"\xef\xbb\xbf" + content)
    assert len(Workshop(folder).scores) == 3


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x,y\n1,2\n"])
def test_broken_scores_are_told_when_they_are_asked_for(folder, content):
    (folder / "scores.csv").write_bytes(content)
    workshop = Workshop(folder)
    with pytest.raises(InputError, match=r"scores\.csv"):
        _ = workshop.scores


def test_a_folder_that_cannot_be_read_is_one_plain_sentence(folder, disk):
    with disk.refusing(None, None):
        Workshop(folder)
    said = set()
    for n in range(1, len(disk.calls) + 1):
        try:
            with disk.refusing(n, errno.EIO):
                Workshop(folder)
        except StorageError as refusal:
            said.add(refusal.sentence)
    assert [sentence[:24] for sentence in said] == ["{client} cannot be read:"]


# Merging


def base():
    return small_journey(personas=[{"id": "anna", "needs": ["quiet", "speed"]}, {"id": "ben"}])


def test_edits_of_different_fields_of_one_touchpoint_are_both_taken():
    was = base()
    mine = was.changed(touchpoints=[was.touchpoints[0].model_copy(update={"pain": "slow"}), *was.touchpoints[1:]])
    theirs = was.changed(touchpoints=[was.touchpoints[0].model_copy(update={"owner": "Care"}), *was.touchpoints[1:]])
    merged = merge(was, mine, theirs).touchpoint("a")
    assert (merged.pain, merged.owner) == ("slow", "Care")


def test_touchpoints_that_both_added_stand_behind_the_ones_they_followed():
    was = base()
    new = [{"id": "mine", "stage": "before"}, {"id": "theirs", "stage": "use"}]
    a, b, c = was.touchpoints
    merged = merge(was, was.changed(touchpoints=[a, new[0], b, c]), was.changed(touchpoints=[a, b, c, new[1]]))
    assert [t.id for t in merged.touchpoints] == ["a", "mine", "b", "c", "theirs"]


def test_one_side_may_put_things_in_another_order():
    was = base()
    a, b, c = was.touchpoints
    merged = merge(
        was, was.changed(touchpoints=[b, a, c]), was.changed(touchpoints=[a, b, c, {"id": "d", "stage": "use"}])
    )
    assert [t.id for t in merged.touchpoints] == ["b", "a", "c", "d"]
    with pytest.raises(ConflictError, match="touchpoints"):
        merge(was, was.changed(touchpoints=[b, a, c]), was.changed(touchpoints=[c, b, a]))


def test_lines_of_a_list_without_ids_are_merged_where_one_side_only_added():
    was = base()

    def needs(*lines):
        return was.changed(personas=[{"id": "anna", "needs": lines}, {"id": "ben"}])

    merged = merge(was, needs("quiet", "speed", "price"), needs("silence", "speed"))
    assert [n.text for n in merged.personas[0].needs] == ["silence", "speed", "price"]
    with pytest.raises(ConflictError, match=r"personas\[anna\]\.needs"):
        merge(was, needs("calm", "speed"), needs("silence", "speed"))


def test_two_who_fill_the_checklist_at_once_meet_only_where_both_changed_one_line():
    def checks(**states):
        return base().changed(checklist=[{"source": source, "state": state} for source, state in states.items()])

    was = checks(crm="asked", talks="missing")
    merged = merge(was, checks(crm="there", talks="missing", sent="asked"), checks(crm="asked", talks="asked"))
    assert [(c.source, c.state) for c in merged.checklist] == [("crm", "there"), ("talks", "asked"), ("sent", "asked")]
    with pytest.raises(ConflictError, match=r"checklist\[\*, crm\]"):
        merge(was, checks(crm="there", talks="missing"), checks(crm="not-needed", talks="missing"))


def test_what_one_removed_and_the_other_changed_is_a_conflict():
    was = base()
    removed = was.changed(personas=was.personas[:1])
    changed = was.changed(personas=[was.personas[0], was.personas[1].model_copy(update={"name": "Ben"})])
    with pytest.raises(ConflictError, match=r"personas\[ben\]"):
        merge(was, removed, changed)
    assert merge(was, removed, was) == removed


def test_edits_that_break_each_other_are_a_conflict():
    was = base()
    mine = was.changed(stages=[*was.stages, {"id": "late"}])
    stage_gone = was.remove_touchpoint("c").changed(stages=was.stages[:1])
    theirs = was.changed(touchpoints=[*was.touchpoints, {"id": "d", "stage": "use"}])
    assert len(merge(was, mine, theirs).touchpoints) == 4
    with pytest.raises(ConflictError, match="do not fit together"):
        merge(was, stage_gone, theirs)


def test_rows_of_scores_are_merged_by_round_participant_persona_and_touchpoint():
    was = scores_of("old")
    mine, theirs = was.copy(), was.copy()
    mine.loc[0, "score"], theirs.loc[0, "importance"] = 5, 2
    theirs = scores_frame(
        [*theirs.to_dict("records"), {"round": 2, "participant": "p2", "touchpoint": "a", "score": 1}]
    )
    merged = merge_scores(was, mine, theirs)
    assert (merged.at[0, "score"], merged.at[0, "importance"], len(merged)) == (5, 2, 4)
    theirs.loc[0, "score"] = 1
    with pytest.raises(ConflictError, match=r"scores\.csv\[1, p1, , a\]\.score"):
        merge_scores(was, mine, theirs)


FIELDS = ["title", "goal.why", "touchpoints[a].pain", "touchpoints[b].pain", "personas[anna].name"]
EDITS = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(["x", "y"]), max_size=4)


def edited(journey, edits):
    parts = {}
    for place, text in edits.items():
        if place == "title":
            parts["title"] = text
        elif place == "goal.why":
            parts["goal"] = {"why": text}
        else:
            name, id, field = place.replace("].", "[").split("[")
            items = parts.get(name, getattr(journey, name))
            parts[name] = [i.model_copy(update={field: text}) if i.id == id else i for i in items]
    return journey.changed(**parts) if parts else journey


@settings(deadline=None, max_examples=60)
@given(EDITS, EDITS)
def test_a_merge_holds_every_edit_of_both_or_names_every_place_that_clashes(mine, theirs):
    was = base()
    clash = sorted(place for place in mine.keys() & theirs.keys() if mine[place] != theirs[place])
    sides = was, edited(was, mine), edited(was, theirs)
    if clash:
        with pytest.raises(ConflictError) as caught:
            merge(*sides)
        assert sorted(caught.value.values["places"]) == clash
    else:
        assert merge(*sides) == edited(was, mine | theirs)


def test_two_hundred_touchpoints_are_saved_and_read_again(tmp_path):
    (tmp_path / "journey.json").write_text(killing.large_journey().to_json(), "utf-8")
    workshop = Workshop(tmp_path)
    workshop.save(title="large", scores=killing.marked_scores("x"))
    assert len(Workshop(tmp_path).journey.touchpoints) == 200


@pytest.mark.parametrize("kill", [False, True])
def test_a_client_is_begun_whole_or_not_at_all(folder, disk, kill):
    def begin(name):
        return new_workshop(name, source="test", workshops=folder.parent)

    with disk.refusing(None, None):
        begin("first")
    for n, _ in list(enumerate(disk.calls, 1)):
        name = f"client-{n}"
        try:
            with disk.refusing(n, errno.EIO, kill=kill):
                begin(name)
        except (StorageError, Killed):
            pass
        if (folder.parent / name).exists():
            assert on_disk(folder.parent / name) == {"old"}
    left = [p.name for p in folder.parent.iterdir() if p.name.startswith(".")]
    assert kill or not left
