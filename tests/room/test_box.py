"""A ballot is acknowledged when it is on the disk, and each is there once, whatever the disk does."""

import asyncio
import errno
import json
import os

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_ballots import ASKED, GOOD

from cjmkit.errors import StorageError
from cjmkit.room import box as box_module
from cjmkit.room.ballots import Ballot, Refused, checked
from cjmkit.room.box import BALLOTS, BallotBox


def ballot(n, value=3, who="Owl", touchpoint="a", column="score"):
    return Ballot(f"{n:016}", 7, who, column, touchpoint, value)


def stored(folder):
    return [json.loads(line) for line in (folder / BALLOTS).read_bytes().splitlines()]


class Disk:
    """The disk calls of the box, in their order; each call in `refuse` fails with the error given."""

    def __init__(self, monkeypatch):
        self.calls, self.refuse, self.error, self.short = [], set(), errno.ENOSPC, 0
        for name in ("write", "fsync", "ftruncate"):
            monkeypatch.setattr(box_module.os, name, self.watched(name, getattr(os, name)))

    def watched(self, name, plain):
        def call(handle, *rest):
            self.calls.append(name)
            if name in self.refuse:
                if name == "write" and self.short:
                    plain(handle, bytes(rest[0])[: self.short])
                raise OSError(self.error, os.strerror(self.error))
            if name == "write" and self.short:
                return plain(handle, bytes(rest[0])[: self.short])
            return plain(handle, *rest)

        return call


@pytest.fixture
def disk(monkeypatch):
    return Disk(monkeypatch)


async def outcomes(*puts):
    return [type(o) for o in await asyncio.gather(*puts, return_exceptions=True)]


def loop(work):
    return asyncio.run(work)


def test_it_is_on_the_disk_before_it_is_acknowledged(tmp_path, disk):
    async def go():
        box = BallotBox(tmp_path)
        disk.calls.clear()
        await box.put(ballot(1))
        assert disk.calls == ["write", "fsync"]
        assert [b["id"] for b in stored(tmp_path)] == ["0000000000000001"]

    loop(go())


def test_those_that_arrive_together_share_one_fsync(tmp_path, disk):
    async def go():
        box = BallotBox(tmp_path)
        disk.calls.clear()
        await asyncio.gather(*(box.put(ballot(n, who=f"p{n}")) for n in range(200)))
        assert disk.calls.count("fsync") <= 2
        assert len(stored(tmp_path)) == 200

    loop(go())


def test_a_resend_is_harmless_at_once_later_and_after_a_restart(tmp_path):
    async def go():
        box = BallotBox(tmp_path)
        await asyncio.gather(*(box.put(ballot(1)) for _ in range(5)))
        await box.put(ballot(2, value=4))
        await box.put(ballot(1))
        box.close()
        again = BallotBox(tmp_path)
        await again.put(ballot(1))
        assert again.holds(f"{1:016}", "Owl")
        assert not again.holds(f"{1:016}", "Fox")
        assert again.given["Owl"] == {("score", "a"): 4}, "the resend took the place of the later score"
        assert len(stored(tmp_path)) == 2

    loop(go())


def test_an_id_is_one_persons_and_one_answers(tmp_path):
    async def go():
        box = BallotBox(tmp_path)
        await box.put(ballot(1))
        for other in (ballot(1, who="Fox"), ballot(1, value=4), ballot(1, touchpoint="b")):
            with pytest.raises(Refused) as refused:
                await box.put(other)
            assert refused.value.status == 409
        assert len(stored(tmp_path)) == 1

    loop(go())


@pytest.mark.parametrize("torn", [b'{"id":"0000', b"\x00" * 40, b'{"id":"0000000000000002","n":7,"who":"Owl"}'])
def test_a_last_line_that_was_not_finished_is_cut_off(tmp_path, torn):
    async def go():
        box = BallotBox(tmp_path)
        await box.put(ballot(1))
        with open(tmp_path / BALLOTS, "ab") as file:
            file.write(torn)
        again = BallotBox(tmp_path)
        await again.put(ballot(3, value=5))
        assert [b["value"] for b in stored(tmp_path)] == [3, 5]

    loop(go())


def test_a_line_that_the_disk_spoilt_takes_no_other_with_it(tmp_path):
    async def go():
        box = BallotBox(tmp_path)
        for n in range(3):
            await box.put(ballot(n, touchpoint="abc"[n]))
        lines = (tmp_path / BALLOTS).read_bytes().splitlines(keepends=True)
        (tmp_path / BALLOTS).write_bytes(lines[0] + b"\xff" + lines[1][1:] + lines[2])
        assert list(BallotBox(tmp_path).kept) == [f"{0:016}", f"{2:016}"]

    loop(go())


REFUSING = [{"write"}, {"fsync"}, {"write", "ftruncate"}, {"fsync", "ftruncate"}]


def lost_after_refusal(folder, disk, refuse, error):
    """The disk refuses one ballot of three: what is wrong after that, on it and after a restart."""

    async def go():
        box = BallotBox(folder)
        await box.put(ballot(1, touchpoint="a"))
        disk.refuse, disk.error, disk.short = refuse, error, 25
        refused = await outcomes(box.put(ballot(2, touchpoint="b")), box.put(ballot(3, touchpoint="b", value=5)))
        waiting = dict(box.given["Owl"])
        disk.refuse, disk.short = set(), 0
        await box.put(ballot(4, touchpoint="c"))
        again = BallotBox(folder)
        wrong = set(refused) - {StorageError}
        if set(again.kept) != {f"{1:016}", f"{4:016}"} or waiting != {("score", "a"): 3}:
            wrong.add("lost or half")
        return wrong

    return loop(go())


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("refuse", REFUSING, ids=lambda r: " and ".join(sorted(r)))
def test_what_the_disk_refuses_is_not_acknowledged_and_later_ones_work(tmp_path, disk, refuse, error):
    assert not lost_after_refusal(tmp_path, disk, refuse, error)


def test_a_box_that_leaves_the_half_line_would_be_seen(tmp_path, disk, monkeypatch):
    def append(self, content):
        view = memoryview(content)
        while view:
            view = view[os.write(self._file, view) :]
        os.fsync(self._file)

    monkeypatch.setattr(BallotBox, "_append", append)
    assert lost_after_refusal(tmp_path, disk, {"write"}, errno.ENOSPC)


def test_a_disk_that_writes_piecemeal_keeps_all(tmp_path, disk):
    async def go():
        box = BallotBox(tmp_path)
        disk.short = 7
        await asyncio.gather(*(box.put(ballot(n, who=f"p{n}")) for n in range(5)))
        disk.short = 0
        assert len(BallotBox(tmp_path).kept) == 5

    loop(go())


STEPS = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 5), st.booleans(), st.sampled_from([0, 0, 0, errno.ENOSPC])),
    max_size=14,
)


def most_dots(folder, steps, *, mine):
    """Dots put in some order, some at once, some while the disk refuses: the most that one person ever had."""

    async def go():
        (folder / BALLOTS).unlink(missing_ok=True)
        box, plain, most, running = BallotBox(folder), BallotBox._append, 0, []
        for n, (touchpoint, value, wait, error) in enumerate(steps):

            def append(content, error=error):
                if error:
                    raise OSError(error, "full")
                plain(box, content)

            box._append = append
            data = {**GOOD, "id": f"{n:016}", "column": "importance", "touchpoint": touchpoint, "value": value}

            async def give(data=data):  # checked and put with nothing between them, as the session does
                await box.put(checked(data, ASKED, "Owl", mine(box)))

            running.append(asyncio.ensure_future(give()))
            await asyncio.sleep(0)
            if wait:
                await asyncio.gather(*running, return_exceptions=True)
            most = max(most, sum(box.given["Owl"].values()))
        await asyncio.gather(*running, return_exceptions=True)
        box._disk.shutdown()
        again = BallotBox(folder)
        return max(most, sum(again.given["Owl"].values()))

    return loop(go())


@settings(max_examples=60, deadline=None)
@given(STEPS)
@example(
    [("b", 3, True, 0), *[("a", 0, False, e) for e in (0, errno.ENOSPC, 0)], ("b", 0, False, 0), ("a", 3, False, 0)]
)
def test_nobody_ever_has_more_than_five_dots(tmp_path_factory, steps):
    assert most_dots(tmp_path_factory.getbasetemp(), steps, mine=lambda box: box.given["Owl"]) <= 5


def test_a_check_against_the_disk_alone_would_let_six_through(tmp_path):
    def kept(box):
        return {b.cell: b.value for b in box.kept.values()}

    assert most_dots(tmp_path, [("a", 5, False, 0), ("b", 5, False, 0)], mine=kept) > 5
