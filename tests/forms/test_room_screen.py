"""The voting room's screen as a facilitator goes through it, with a room that is only played; nothing of it is kept here."""

from contextlib import suppress
from dataclasses import dataclass

import pytest
from conftest import small_journey

import cjmkit as cjm
from cjmkit.errors import CJMError, StorageError, UsageError
from cjmkit.forms.room import RoomScreen, vote_in_room
from cjmkit.forms.scoring import ScoringScreen
from cjmkit.tables import scores_frame
from cjmkit.workshop import new_workshop, open_workshop

QR = "<svg>QR of {}</svg>"


@dataclass
class Address:
    ip: str
    card: str
    virtual: bool = False


class Played:
    """A room with three people, that notes what it is told to do."""

    def __init__(self, **status):
        self.told, self.heard, self.error, self.sample = [], [], None, False
        self.now = status or None

    def check(self):
        if self.sample:
            raise StorageError("{client} is a sample and stays as it is.", client="shoes")

    def ask(self, do="", **values):
        if self.error:
            raise self.error
        if do:
            self.told.append((do, values))
            self.now = {**self.now, **self.after(do, values)}
        return self.now

    def after(self, do, values):
        ways = {"open": {"phase": "open", "kind": values.get("kind")}, "close": {"phase": "closed", "did": ["score"]},
                "show": {"phase": "shown"}, "admit": {"knocking": []}}  # fmt: skip
        return ways.get(do, {})

    def start(self, host=None):
        self.told.append(("start", host))
        self.now = status(host=host or "127.0.0.1", only_here=host is None)
        return self.now

    def follow(self, status):
        self.heard.append(status)

    def addresses(self):
        return [Address("192.168.0.7", "Wi-Fi (wlan0)"), Address("172.17.0.1", "docker0", virtual=True)]

    def links(self):
        return {"wall": "http://127.0.0.1:5/wall#KEY", "desk": "http://127.0.0.1:5/desk#KEY"}

    def qr(self, url):
        return QR.format(url)


def person(nickname, team, given=0, done=False, of=3):
    return {"nickname": nickname, "team": team, "given": given, "of": of, "done": done}


def status(phase="waiting", kind=None, **more):
    people = [person("Otter", "Sales", 3, True), person("Fox<b>", "Sales", 1), person("Owl", "", 0)]
    return {
        "phase": phase, "kind": kind, "host": "192.168.0.7", "port": 8080, "code": "ABCD2345", "only_here": False,
        "url": "http://192.168.0.7:8080/#ABCD2345", "people": people, "anonymous": False, "knocking": [], "notes": [],
        "proposed": {}, "did": [], "coming": [{"first": True, "begun": False}], "revision": 1, **more,
    }  # fmt: skip


def begin(room, rounds=("warm-up", "score"), journey=None):
    return vote_in_room(journey or small_journey(), room, rounds=rounds)


def seen(row):
    return [button.description for button in row.children]


def test_looking_at_the_screen_opens_nothing_and_a_click_opens_the_room_where_the_button_says():
    room = Played()
    screen = begin(room)
    assert room.told == []
    assert seen(screen.places) == ["Open it for phones at 192.168.0.7: Wi-Fi (wlan0)", "Open it on this machine only"]
    screen.places.children[0].click()
    assert room.told == [("start", "192.168.0.7")]
    assert QR.format("http://192.168.0.7:8080/#ABCD2345") in screen.picture.value
    assert "http://192.168.0.7:8080<" in screen.picture.value
    assert "ABCD2345" in screen.picture.value
    assert 'href="http://127.0.0.1:5/wall#KEY"' in screen.picture.value
    assert screen.places.layout.display == "none"


def test_on_this_machine_alone_it_shows_no_code_and_offers_the_phones_way():
    screen = begin(Played())
    screen.places.children[1].click()
    assert "QR of" not in screen.picture.value
    assert "Only this machine" in screen.picture.value
    assert seen(screen.places) == ["Open it for phones at 192.168.0.7: Wi-Fi (wlan0)"]


def test_the_next_step_stands_first_and_each_is_one_click():
    room = Played(**status())
    screen = begin(room)
    assert seen(screen.steps) == ["Warm-up: one test vote", "Score on the phones", "End the room"]
    screen.buttons["score"].click()
    assert room.told == [("open", {"kind": "score"})]
    assert seen(screen.steps) == ["Close and count", "Use paper instead"]
    screen.buttons["paper"].click()
    assert room.told[-1] == ("close", {"on_paper": True})
    assert seen(screen.steps)[0] == "Show it on the wall"
    assert screen.steps.children[0].button_style == "primary"
    screen.buttons["show"].click()
    assert room.told[-1] == ("show", {"on": True})


def test_closing_while_somebody_still_scores_is_asked_once_and_a_double_click_closes_nothing(monkeypatch):
    room = Played(**status("open", "score"))
    screen = begin(room)
    screen.buttons["close"].click()
    assert room.told == []
    assert screen.buttons["close"].description == "Close all the same"
    assert "1 of 3 are done" in screen.bar.text
    screen.buttons["close"].click()
    assert room.told == []
    monkeypatch.setattr("cjmkit.forms.room.TWICE", 0)
    screen.buttons["close"].click()
    assert room.told == [("close", {})]
    assert screen.buttons["close"].description == "Close and count"


def test_it_shows_who_is_done_and_nothing_of_what_was_given():
    screen = begin(Played(**status("open", "score")))
    assert "Otter · ✓ done" in screen.picture.value
    assert "Fox&lt;b&gt; · 1 of 3" in screen.picture.value
    assert "no team: 1 person" in screen.picture.value
    hidden = begin(Played(**status("open", "score", anonymous=True)))
    assert "Otter" not in hidden.picture.value
    assert "Sales: 2 people · 1 done" in hidden.picture.value


def test_a_phone_that_knocks_is_let_in_by_its_number():
    room = Played(**status(knocking=["0421"]))
    screen = begin(room)
    assert seen(screen.knocks) == ["Let in 0421"]
    screen.knocks.children[0].click()
    assert room.told == [("admit", {"number": "0421"})]
    assert seen(screen.knocks) == []


def test_a_room_that_gives_no_answer_is_opened_again():
    room = Played(phase="gone", url="", host="192.168.0.7", port=8080)
    screen = begin(room)
    assert "no answer" in screen.picture.value
    assert seen(screen.steps) == ["Open it again"]
    screen.buttons["again"].click()
    assert room.told == [("start", None)]


def test_a_fault_is_one_sentence_in_the_bar_and_trying_again_takes_it_away():
    room = Played(**status())
    screen = begin(room)
    room.error = UsageError("A round is open. Close it first.")
    screen.buttons["score"].click()
    assert (screen.bar.text, screen.bar.tone) == ("A round is open. Close it first.", "problem")
    room.error = None
    screen._asked(None, {"do": "save"})
    assert screen.bar.tone == "saved"


def test_a_sample_says_so_before_anything_is_tried():
    room = Played()
    room.sample = True
    screen = begin(room)
    assert "stays as it is" in screen.picture.value
    assert seen(screen.places) == seen(screen.steps) == []


def test_every_answer_of_the_room_is_told_to_the_workshop():
    room = Played(**status("open", "score"))
    screen = begin(room)
    n = len(room.heard)
    screen.look()
    assert len(room.heard) == n + 1


def test_run_again_the_screen_before_stops_asking():
    room = Played(**status())
    first, heard = begin(room), len(room.heard)
    begin(Played(**status()))
    first.look()
    assert len(room.heard) == heard


NOTES = [
    {"key": "note-aaaaaaaaaaaa", "name": "A call", "stage": "one", "channel": "phone"},
    {"key": "note-bbbbbbbbbbbb", "name": "a call!", "stage": "one", "channel": ""},
    {"key": "note-cccccccccccc", "name": "<i>asdf", "stage": "one", "channel": ""},
]


def collecting():
    journey = small_journey()
    notes = [{**note, "stage": journey.stages[0].id} for note in NOTES]
    keys = [note["key"] for note in notes]
    now = status("open", "collect", notes=notes, proposed={keys[0]: "new", keys[1]: keys[0], keys[2]: "new"})
    room = Played(**now)
    return begin(room, ["collect"], journey), room, keys


def test_a_note_that_is_chosen_becomes_what_is_said_and_then_all_are_taken_in():
    screen, room, keys = collecting()
    assert "the same as: A call" in screen.noted.value
    assert "&lt;i&gt;asdf" in screen.noted.value
    assert screen.becomes.layout.display == "none"
    screen.noted.choose(keys[2])
    assert screen.becomes.control.description == "What becomes of “<i>asdf”?"
    assert screen.becomes.control.value == "new"
    offered = dict(screen.becomes.control.options)
    assert offered["the same as: A call"] == keys[0]
    assert "the same as: a call!" not in offered  # that one repeats another itself
    screen.becomes.control.value = "out"
    assert room.told == [("decide", {"key": keys[2], "to": "out"})]
    screen.buttons["close"].click()
    assert room.told[-1] == ("close", {})
    assert screen.noted.value == ""


def scored(voting):
    journey = small_journey(rounds=[{"id": 1, "state": "open", "asks": ["score"]}])
    rows = [{"round": 1, "participant": "Ola", "touchpoint": t.id, "score": 3} for t in journey.touchpoints]
    saved = []

    def save(**parts):
        saved.append(parts)
        return journey.changed(**{name: part for name, part in parts.items() if name != "scores"})

    return ScoringScreen(journey, save, scores=scores_frame(rows), voting=voting, steps=["reveal"]), saved


def test_while_phones_vote_a_reveal_would_leave_ballots_uncounted_and_says_so():
    screen, saved = scored(lambda: 1)
    assert "close it in the voting room" in screen.state.value
    screen.reveal.reveal_button.click()
    assert "Close it there" in screen.bar.text
    assert saved == []
    screen, saved = scored(lambda: 0)
    screen.reveal.reveal_button.click()
    assert saved[0]["rounds"][0].state == "closed"


# --- the handle, which stands between the screen and the process -------------------------------------------------


@pytest.fixture
def ws(tmp_path):
    return new_workshop("case", "online-shop", workshops=tmp_path)


def test_where_no_room_was_ever_opened_there_is_none(ws):
    room = cjm.voting_room(ws)
    assert room.status() is None
    assert room.voting() == 0
    assert room.links() == {}
    assert isinstance(cjm.vote_in_room(ws.journey, room), RoomScreen)
    with pytest.raises(UsageError, match="No voting room"):
        room.do("close")


def counts_reloads(ws, monkeypatch):
    reloads, real = [], ws.reload
    monkeypatch.setattr(ws, "reload", lambda: (reloads.append(1), real())[1])
    return reloads


def test_the_workshop_is_read_anew_only_where_the_room_is_ahead(ws, monkeypatch):
    room, reloads = cjm.voting_room(ws), counts_reloads(ws, monkeypatch)
    ws.save(title="Saved here after the room looked")
    room.follow({"revision": ws.journey.revision - 1, "phase": "open"})
    assert reloads == []
    room.follow({"revision": ws.journey.revision + 1, "phase": "open"})
    assert reloads == [1]


def test_what_could_not_be_saved_yet_is_not_let_go_of_and_the_conflict_is_offered(ws, monkeypatch):
    from cjmkit.forms.goal import edit_goal

    room, reloads = cjm.voting_room(ws), counts_reloads(ws, monkeypatch)
    screen = edit_goal(ws.journey, on_save=ws.save, follow=ws.follow)
    screen.flush()
    other = open_workshop(ws.client, ws.folder.parent)
    other.save(title="Saved by the room")
    screen.edit(screen.journey.changed(goal={"why": "Typed here"}))
    assert [way["name"] for way in screen.bar.ways] == ["merge", "reload", "keep_both"]
    room.follow({"revision": other.journey.revision, "phase": "waiting"})
    assert reloads == []
    assert screen.journey.goal.why == "Typed here"
    screen._asked(None, {"do": "settle", "way": "merge"})
    assert (ws.journey.title, ws.journey.goal.why) == ("Saved by the room", "Typed here")
    room.follow({"revision": ws.journey.revision + 1, "phase": "waiting"})
    assert reloads == [1]


def test_whoever_opens_the_client_again_finds_the_same_room_with_its_round_open(ws):
    """As after a restart of the kernel: nothing of the room is kept in a screen."""
    screen = cjm.vote_in_room(ws.journey, cjm.voting_room(ws), rounds=["collect"])
    try:
        screen.places.children[-1].click()
        screen.buttons["collect"].click()
        again = open_workshop(ws.client, ws.folder.parent)
        other = cjm.vote_in_room(again.journey, cjm.voting_room(again), rounds=["collect"])
        assert other.status["code"] == screen.status["code"]
        assert seen(other.steps) == ["Take them in"]
        other.buttons["close"].click()
        other.buttons["end"].click()
        assert other.status["phase"] == "ended"
    finally:
        for do in ("close", "end"):
            with suppress(CJMError):
                cjm.voting_room(ws).do(do)
