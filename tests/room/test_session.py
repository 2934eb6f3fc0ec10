"""A room from its opening to its end, whatever the disk does and whoever else saves."""

import asyncio
import errno
import json
import os
import stat

import pytest
from conftest import small_journey

from cjmkit.errors import CJMError, StorageError, UsageError
from cjmkit.room import counting, telling
from cjmkit.room.ballots import Refused
from cjmkit.room.box import BALLOTS
from cjmkit.room.kept import ROOM
from cjmkit.room.session import Room
from cjmkit.tables import scores_frame
from cjmkit.workshop import Workshop, saving

CALLS = ("open", "fsync", "replace", "unlink")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "test"
    folder.mkdir()
    (folder / "journey.json").write_text(small_journey(rounds=[], scale={"low": 1, "high": 10}).to_json(), "utf-8")
    return folder


async def joined(room, *teams):
    """People of these teams, each with their token seen once, as every request does."""
    found = []
    for person, token in await asyncio.gather(*(room.join(team) for team in teams)):
        room.people.of(token)
        found.append((person, token))
    return found


def data(room, n, value, touchpoint="a", column="score"):
    return {"id": f"{n:016}", "n": room.n, "column": column, "touchpoint": touchpoint, "value": value}


async def scored(room, people):
    """Everybody scores a, b and c: apart at a, less at b, alike at c."""
    for k, (person, _) in enumerate(people):
        for m, touchpoint in enumerate("abc"):
            await room.give(person, data(room, room.n * 1000 + k * 10 + m, (1 + 3 * k, 5 + k, 6)[m], touchpoint))


def scores(folder):
    return saving.scores_in((folder / "scores.csv").read_bytes())


def everything(folder):
    """The bytes of every file of the folder, by its path, with hidden ones and backups."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_restarted_room_is_the_same(folder):
    async def go():
        room = Room(Workshop(folder))
        room.host, room.port, room.desk_port = "127.0.0.1", 4567, 4568
        people = await joined(room, "Sales", "Service")
        room.open("score")
        await scored(room, people)
        mode = stat.S_IMODE((folder / ROOM).stat().st_mode)
        again = Room(Workshop(folder))
        assert mode == 0o600
        assert stat.S_IMODE((folder / BALLOTS).stat().st_mode) == 0o600
        for name in ("host", "port", "desk_port", "desk_key", "phase", "n", "asked", "url"):
            assert getattr(again, name) == getattr(room, name), name
        for person, token in people:
            assert again.people.of(token) == person
            assert telling.state_of(again, person)["given"] == telling.state_of(room, person)["given"]
        assert again.people.right(room.people.code)
        await again.close()
        assert len(scores(folder)) == 6

    asyncio.run(go())


def test_nothing_of_a_room_stays_but_the_scores(folder):
    async def go():
        room = Room(Workshop(folder))
        people = await joined(room, "Sales")
        room.open("score")
        await scored(room, people)
        with pytest.raises(UsageError):
            room.end()
        (folder / f"{ROOM}.new").write_text("what a killed server left")
        await room.close()
        assert not (folder / BALLOTS).exists()
        room.end()
        for act in (room.keep, lambda: room.show(True)):
            with pytest.raises(UsageError):
                act()
        assert {p.name for p in folder.iterdir()} == {"journey.json", "scores.csv", ".backup", ".journey.json.lock"}

    asyncio.run(go())


def test_a_round_that_goes_on_shows_each_phone_what_it_gave_before(folder):
    async def go():
        room = Room(Workshop(folder))
        people = await joined(room, "Sales", "sales ")
        assert [p.team for p, _ in people] == ["Sales", "Sales"]
        room.open("score")
        await scored(room, people)
        await room.give(people[0][0], data(room, 50, 5, column="importance"))
        await room.close(on_paper=True)
        assert telling.state_of(room, people[0][0])["paper"]
        room.open("score")
        given = telling.state_of(room, people[0][0])["given"]
        assert given == {"score": {"a": 1, "b": 5, "c": 6}, "importance": {"a": 5}}
        with pytest.raises(Refused, match="only 5 dots"):
            await room.give(people[0][0], data(room, 51, 1, "b", "importance"))
        await room.give(people[0][0], data(room, 52, 2))
        await room.close()
        mine = scores(folder).query("participant == @people[0][0].nickname").set_index("touchpoint")
        assert mine.score.to_dict() == {"a": 2, "b": 5, "c": 6}
        assert mine.importance["a"] == 5

    asyncio.run(go())


def test_what_came_too_late_and_whose_phone_is_away_is_told(folder):
    async def go():
        clock = [0.0]
        room = Room(Workshop(folder), now=lambda: clock[0])
        people = await joined(room, "Sales", "Service")
        room.open("score")
        await scored(room, people)
        telling.status(room)
        clock[0] += 60
        room.heard[people[0][0].id] = clock[0]
        assert [p["away"] for p in telling.status(room)["people"]] == [False, True]
        late = data(room, 99, 4)
        await room.close()
        with pytest.raises(Refused):
            await room.give(people[1][0], late)
        assert telling.status(room)["late"] == {people[1][0].nickname: 1}
        room.open("score")
        assert telling.status(room)["late"] == {}

    asyncio.run(go())


def test_the_wall_begins_with_what_this_round_moved_not_with_what_others_did_before(folder):
    before = [{"round": n, "persona": "anna", "participant": who, "team": "Sales", "touchpoint": t, "score": s}
              for n, t, s in [(1, "a", 2), (1, "b", 3), (1, "c", 4), (2, "a", 5)] for who in ("Ann", "Bob")]  # fmt: skip
    Workshop(folder).save(scores=scores_frame(before), rounds=[{"id": 1}, {"id": 2}])

    async def go():
        room = Room(Workshop(folder))
        people = await joined(room, "Sales", "Service")
        room.open("score", whole=True)
        assert room.asked.ids == ("a", "b", "c")
        assert room.asked.asks == ("score", "importance", "moment_of_truth")
        await scored(room, people)
        await room.close()
        assert room.picture == "three"
        room.open("score", asks=["score"])
        assert room.asked.again or len(room.asked.ids) == 3
        await scored(room, people)
        await room.close()
        assert room.picture == "shift"

    asyncio.run(go())


def traces(folder, room, people, times):
    """What in the folder leads from an anonymous round to somebody."""
    scored = {participant.encode() for participant in scores(folder).participant}
    found = set()
    for name, content in everything(folder).items():
        inside = (
            {s for s in scored if s in content}
            if name not in ("scores.csv", ".backup") and ".backup" not in name
            else set()
        )
        found |= {f"{name}: who scored" for _ in inside}
        if "scores.csv" in name or "ballots" in name:
            found |= {f"{name}: {p.nickname}" for p, _ in people if p.nickname.encode() in content}
            found |= {f"{name}: time" for time in times if time.encode() in content}
        found |= {f"{name}: token" for _, token in people if token.encode() in content}
    order = list(dict.fromkeys(scores(folder).participant))
    return (
        found
        | ({"order"} if order != sorted(order) else set())
        | ({"time"} if set(scores(folder)["at"]) - {""} else set())
    )


async def anonymous_round(folder):
    room = Room(Workshop(folder))
    people = await joined(room, "Sales", "Sales", "Service", "Service")
    room.open("score", anonymous=True)
    await scored(room, people)
    during = (folder / ROOM).read_bytes()
    assert not any(b.who.encode() in during for b in room.box.kept.values()), "room.json leads to who scored"
    await room.close()
    return traces(folder, room, people, ["2026-", "2027-", "2028-"]), room, people


def test_an_anonymous_round_leads_to_nobody_neither_while_the_room_is_open_nor_after(folder):
    async def go():
        found, room, people = await anonymous_round(folder)
        assert not found
        assert len(scores(folder)) == 12
        first = set(scores(folder).participant)
        room.open("score", anonymous=True)
        await scored(room, people)
        await room.close()
        assert set(scores(folder).participant) == first, "who moved could not be told"
        room.end()
        assert not traces(folder, room, people, [])

    asyncio.run(go())


def test_a_room_that_counts_by_its_own_ids_would_be_seen(folder, monkeypatch):
    monkeypatch.setattr(Room, "who", lambda self, person: person.id)
    with pytest.raises(AssertionError, match=r"room\.json leads to who scored"):
        asyncio.run(anonymous_round(folder))


def test_a_second_round_asks_only_for_what_divided_the_room(folder):
    points = [{"id": f"t{n}", "stage": "use", "name": f"T{n}"} for n in range(6)]
    path = [{"id": "main", "name": "Main", "persona": "anna", "touchpoints": [p["id"] for p in points]}]
    (folder / "journey.json").write_text(small_journey(rounds=[], touchpoints=points, paths=path).to_json(), "utf-8")

    async def go():
        room = Room(Workshop(folder))
        (one, _), (two, _) = await joined(room, "Sales", "Service")
        room.open("score", asks=["score"])
        apart = {"t0": 0, "t1": 4, "t2": 1, "t3": 3, "t4": 0, "t5": 2}
        for n, (id, by) in enumerate(apart.items()):
            await room.give(one, data(room, n, 1, id))
            await room.give(two, data(room, 100 + n, 1 + by, id))
        await room.close()
        room.open("score")
        assert set(room.asked.ids) == {"t1", "t3", "t5"}
        with pytest.raises(Refused):
            await room.give(one, data(room, 200, 3, "t0"))
        await room.give(one, data(room, 201, 3, "t1"))
        await room.close()
        table = scores(folder)
        assert table[table["round"] == 2].touchpoint.tolist() == ["t1"]
        assert len(table[table["round"] == 1]) == 12

    asyncio.run(go())


def test_a_closed_round_takes_nothing_but_knows_what_it_has(folder):
    async def go():
        room = Room(Workshop(folder))
        (one, _), (two, _) = await joined(room, "Sales", "Service")
        with pytest.raises(Refused):
            await room.give(one, data(room, 1, 5))
        room.open("score")
        await room.give(one, data(room, 1, 5))
        closing = asyncio.ensure_future(room.close())
        await asyncio.sleep(0)
        with pytest.raises(Refused) as counting_now:
            await room.give(one, data(room, 2, 5))
        for act in (lambda: room.open("score"), room.end):
            with pytest.raises(UsageError):
                act()
        with pytest.raises(UsageError):
            await room.close()
        await closing
        assert counting_now.value.status == 503
        assert await room.give(one, data(room, 1, 5)) == f"{1:016}", (
            "the answer was lost on its way, the ballot was not"
        )
        for who, id in ((one, 2), (two, 1)):
            with pytest.raises(Refused) as refused:
                await room.give(who, data(room, id, 5))
            assert refused.value.status == 409
        assert len(scores(folder)) == 1

    asyncio.run(go())


class Full:
    """From now on the disk refuses this call, the k-th time and ever after."""

    def __init__(self, monkeypatch):
        self.name, self.left, self.met = "", 0, False
        for name in CALLS:
            monkeypatch.setattr(os, name, self.watched(name, getattr(os, name)))

    def watched(self, name, plain):
        def call(*given, **more):
            if name == self.name and not (name == "open" and given[1] == os.O_RDONLY):
                self.left -= 1
                if self.left < 0:
                    self.met = True
                    raise OSError(errno.ENOSPC, "full", str(given[0]))
            return plain(*given, **more)

        return call


def state_of(room):
    return room.phase, room.n, room.asked, room.box, room.picture, dict(room.decisions), len(room.people), room.ended


STEPS = {
    "open": (lambda room: None, lambda room: room.open("score")),
    "close": (lambda room: room.open("score"), lambda room: room.close()),
    "show": (None, lambda room: room.show(True, "reveal")),
    "join": (lambda room: room.open("score"), lambda room: room.join("Sales")),
    "end": (lambda room: None, lambda room: room.end()),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("call", CALLS)
def test_where_the_disk_refuses_the_room_is_as_it_was_and_the_step_works_later(folder, monkeypatch, step, call):
    refused_at_each(folder, monkeypatch, step, call)


def test_a_room_that_changes_before_it_is_kept_would_be_seen(folder, monkeypatch):
    monkeypatch.setattr(Room, "_change", lambda self, **values: (vars(self).update(values), self.keep()))
    with pytest.raises((AssertionError, CJMError)):
        refused_at_each(folder, monkeypatch, "open", "replace")


def refused_at_each(folder, monkeypatch, step, call):
    """The step with the first such call refused, then with the second, and so on until it makes no more of them."""

    async def go(full, k):
        room = Room(Workshop(folder))
        people = await joined(room, "Sales", "Service")
        before, act = STEPS[step]
        if before:
            before(room)
        if step in ("close", "show"):
            if step == "show":
                room.open("score")
            await scored(room, people)
            if step == "show":
                await room.close()
        was, full.name, full.left, full.met = state_of(room), call, k, False
        try:
            done = act(room)
            if asyncio.iscoroutine(done):
                await done
            full.name = ""
            return not full.met or step == "close"  # what was counted is saved; the ballots go when the disk allows
        except StorageError:
            full.name = ""
            if state_of(room) != was:  # closing is over, only the counted ballots could not be taken away
                assert (step, call, room.phase) == ("close", "unlink", "closed")
                return True
        done = act(room)
        if asyncio.iscoroutine(done):
            await done
        if room.phase == "open":
            await scored(room, people)
            await room.close()
            assert len(scores(folder)) == 6
        if not room.ended:
            room.end()
        return False

    for k in range(40):
        for name in (ROOM, BALLOTS, "scores.csv"):
            (folder / name).unlink(missing_ok=True)
        (folder / "journey.json").write_text(small_journey(rounds=[], scale={"low": 1, "high": 10}).to_json(), "utf-8")
        with monkeypatch.context() as patch:
            if asyncio.run(go(Full(patch), k)):
                break


def left_behind(folder, monkeypatch, kind):
    """The process dies between saving what was counted and letting go of the ballots; what a second closing makes of it."""

    async def go():
        room = Room(Workshop(folder))
        people = await joined(room, "Sales", "Service")
        room.open(kind)
        if kind == "score":
            await scored(room, people)
        else:
            note = {"name": "A call", "stage": "use", "channel": "phone"}
            await room.give(people[0][0], data(room, 1, note, "k" * 16, "note"))
        with monkeypatch.context() as patch:
            patch.setattr(Room, "_change", dies)
            with pytest.raises(KeyboardInterrupt):
                await room.close()
        saved = (folder / "scores.csv").read_bytes() if kind == "score" else Workshop(folder).journey.touchpoints
        again = Room(Workshop(folder))
        assert again.phase == "open"
        await again.close()
        now = (folder / "scores.csv").read_bytes() if kind == "score" else Workshop(folder).journey.touchpoints
        return saved, now

    def dies(*_, **__):
        raise KeyboardInterrupt

    return asyncio.run(go())


@pytest.mark.parametrize("kind", ["score", "collect"])
def test_a_crash_between_saving_and_letting_go_counts_nothing_twice(folder, monkeypatch, kind):
    saved, now = left_behind(folder, monkeypatch, kind)
    assert saved == now
    assert len(saved) > 3


def test_a_counting_that_only_adds_would_be_seen(folder, monkeypatch):
    import pandas as pd

    plain = counting.counted
    monkeypatch.setattr(counting, "counted", lambda table, *rest: pd.concat([table, plain(table.iloc[:0], *rest)]))
    saved, now = left_behind(folder, monkeypatch, "score")
    assert saved != now


def test_ballots_of_a_room_that_nothing_is_known_of_are_not_thrown_away(folder):
    (folder / BALLOTS).write_text('{"id":"x"}\n')
    Room(Workshop(folder))
    assert [p.read_text() for p in folder.glob("ballots-left-*")] == ['{"id":"x"}\n']


def test_somebody_else_saves_while_it_is_counted(folder, monkeypatch):
    async def go():
        room = Room(Workshop(folder))
        people = await joined(room, "Sales", "Service")
        room.open("score")
        await scored(room, people)
        other, plain, met = Workshop(folder), counting.counted, []

        def meanwhile(*given):
            if len(met) < 3:
                met.append(other.reload())
                paper = {"round": 1, "participant": "paper", "touchpoint": "a", "score": 9}
                other.save(title=f"meanwhile {len(met)}", scores=counting.scores_frame([paper]))
            return plain(*given)

        monkeypatch.setattr(counting, "counted", meanwhile)
        await room.close()
        assert Workshop(folder).journey.title == "meanwhile 3"
        assert sorted(scores(folder).participant.unique()) == sorted(["paper", *(p.nickname for p, _ in people)])
        assert room.workshop.journey.revision == Workshop(folder).journey.revision
        assert json.loads((folder / ROOM).read_text())["phase"] == "closed"

    asyncio.run(go())
