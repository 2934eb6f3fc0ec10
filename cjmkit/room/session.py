"""A room from its opening to its end: which round is open, who is here, what was given; kept so that a restart finds it."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cjmkit.errors import ConflictError, UsageError
from cjmkit.language import Language, speak, spoken
from cjmkit.method.notes import decided
from cjmkit.method.rounds import FIRST_ASKS, begin_round, change_round, open_round
from cjmkit.room.asking import Asked, collecting, first_asks, scoring, warm_up
from cjmkit.room.ballots import Cell, Refused, checked
from cjmkit.room.box import BallotBox, set_aside
from cjmkit.room.counting import closed_with, given_before, moved, notes_in, taken_with, tally
from cjmkit.room.kept import forget_room, read_room, refuse_sample, write_room
from cjmkit.room.people import People, Person, new_code
from cjmkit.workshop import Workshop, saving

PICTURES = ("three", "reveal", "shift")  # of the reveal
TOGETHER = 0.03  # seconds in which those who join are kept together
TRIES = 20  # to save what was counted while somebody else saves too


class Room:
    """One client's voting room; whatever it answers for is on the disk before it says so.

    `phase` is what the phones see: "waiting", "open" (a round is on), "closed" (it was counted), "shown" (the wall
    shows the reveal). `version` changes with it: the phones wait for another one.
    """

    def __init__(self, workshop: Workshop, *, now: Callable[[], float] = time.monotonic) -> None:
        self.workshop, self.now = workshop, now
        refuse_sample(workshop)
        kept = read_room(workshop.folder)
        names = [] if kept else list(workshop.scores.participant)
        people = [Person(**p) for p in kept.get("people", [])]
        self.people = People(kept.get("code") or new_code(), people, kept.get("taken", names))
        self.host, self.port = str(kept.get("host", "127.0.0.1")), int(kept.get("port", 0))
        self.desk_port, self.desk_key = int(kept.get("desk_port", 0)), kept.get("desk_key") or secrets.token_hex(16)
        self.phase = str(kept.get("phase", "waiting"))
        self.n, self.did = int(kept.get("n", 0)), list(kept.get("did", []))
        self.picture = str(kept.get("picture", PICTURES[0]))
        self.decisions: dict[str, str] = dict(kept.get("decisions", {}))  # what becomes of the notes, as far as decided
        self._proposals: tuple[Any, dict[str, str]] = (None, {})
        self.asked = Asked.from_data(kept["asked"]) if kept.get("asked") else None
        self.version = secrets.token_hex(4)
        self.news = asyncio.Event()
        self.box = BallotBox(workshop.folder) if self.asked and self.phase == "open" else None
        self.counted: dict[str, str] = {}  # of the round that was closed last: by ballot whose it was
        self.ended = False
        self._teams: tuple[Any, list[str]] = (None, [])
        self.heard: dict[str, float] = {}  # by person when their phone was heard of last
        self.tried: list[tuple[str, int]] = []  # of the warm-up: how many gave each point
        self.late: Counter[str] = Counter()  # by nickname what came after the round was closed
        self.before = given_before(workshop, self.asked) if self.box and self.asked else {}
        self._keeping: asyncio.Task[None] | None = None
        if self.box is None:
            set_aside(workshop.folder, lost=not kept)

    @property
    def folder(self) -> Path:
        return self.workshop.folder

    @property
    def say(self) -> Language:
        """The workshop's language."""
        return speak(spoken(self.workshop.journey.language))

    @property
    def title(self) -> str:
        """What the workshop is about."""
        return self.workshop.journey.title or self.workshop.journey.client

    @property
    def teams(self) -> list[str]:
        """The teams to choose among: those of the workshops held, of the scores, and of whoever joined."""
        now = (self.workshop.journey.revision, len(self.people))  # every phone asks, most often nothing has changed
        if self._teams[0] != now:
            held = {team for h in self.workshop.journey.held for team in h.teams}
            found = held | set(self.workshop.scores.team) | {p.team for p in self.people}
            self._teams = (now, sorted(found - {""}, key=self.say.place))
        return self._teams[1]

    def open(
        self, kind: str, *, asks: Sequence[str] = (), importance: str | None = None, anonymous: bool | None = None,
        persona: str | None = None, whole: bool = False,
    ) -> None:  # fmt: skip
        """Begin a round: "warm-up", "collect" or "score"; a scoring round that is open in the journey goes on here.

        Args:
            kind: which.
            asks: what a scoring round asks; empty: as it stands, in a first round score and dots.
            importance: "dots" or "rating"; None: as it stands.
            anonymous: no name, no time, no order is kept; None: as the round says.
            persona: whose journey; None is the goal's.
            whole: a first round anew, over all touchpoints of the path, also where there are scores already.

        Raises:
            UsageError: a round is open already, or there is nothing to ask.
        """
        if self.phase in ("open", "closing"):
            raise UsageError("A round is open. Close it first.")
        self.workshop.reload()
        n = self.n + 1
        if kind == "warm-up":
            asked = warm_up(n, self.say)
        elif kind == "collect":
            asked = collecting(n, self.workshop.journey, self.say)
        elif kind == "score":
            wanted = {"asks": tuple(asks) or None, "importance": importance, "anonymous": anonymous}
            asked = self._scoring(n, persona, whole, {k: v for k, v in wanted.items() if v is not None})
        else:
            raise UsageError("A round is one of {kinds}, not {kind}.", kinds=["warm-up", "collect", "score"], kind=kind)
        with saving.said_plainly(self.workshop.client):
            set_aside(self.folder)
            box = BallotBox(self.folder)
        before = given_before(self.workshop, asked) if asked.kind == "score" else {}
        try:
            self._change(
                n=n, asked=asked, phase="open", box=box, counted={}, decisions={}, before=before, late=Counter()
            )
        except BaseException:
            box.close()
            raise
        self._tell()

    async def close(self, decisions: Mapping[str, str] | None = None, *, on_paper: bool = False) -> None:
        """Count what came in, save it, and only then let go of the ballots.

        Args:
            decisions: of a round that collected: what becomes of each note (`method.notes`).
            on_paper: the journey's round stays open, for score sheets to be typed in beside what came in.

        Raises:
            UsageError: no round is open. StorageError: the disk refused; the round stays open, nothing is lost.
        """
        if self.asked is None or self.box is None or self.phase != "open":
            raise UsageError("No round is open.")
        asked, box, self.phase = self.asked, self.box, "closing"
        try:
            await box.settled()
            ballots, notes = list(box.kept.values()), notes_in(asked, box.answers)
            if asked.kind == "warm-up":
                self.tried = tally(asked, box.answers)
            if asked.kind == "score":
                self.workshop = await self._saved(lambda ws: closed_with(ws, asked, ballots, on_paper))
            elif asked.kind == "collect":
                chosen = {**self.decisions, **(decisions or {})}
                self.workshop = await self._saved(lambda ws: taken_with(ws, notes, chosen))
            phase = "waiting" if asked.kind != "score" or on_paper else "closed"
            self._change(
                phase=phase, asked=None if phase == "waiting" else asked, box=None, did=[*self.did, "paper" if on_paper else asked.kind],
                picture=self._first_picture(asked), counted={ballot.id: ballot.who for ballot in ballots},
            )  # fmt: skip
        except BaseException:
            self.phase = "open"
            raise
        box.close()
        self._tell()
        with saving.said_plainly(self.workshop.client):
            set_aside(self.folder)

    def _first_picture(self, asked: Asked) -> str:
        """What the wall begins with: what talking moved, where somebody here has scored twice, else the three to discuss."""
        return "shift" if asked.kind == "score" and len(moved(self.workshop, asked)) else PICTURES[0]

    def show(self, on: bool, picture: str | None = None) -> None:
        """Show the reveal on the wall, one of its pictures, or hide it again."""
        if picture not in (None, *PICTURES):
            raise UsageError(
                "There is no picture {picture}. There are: {pictures}.", picture=picture, pictures=PICTURES
            )
        if self.phase not in ("closed", "shown"):
            raise UsageError("There is nothing to reveal yet: close the round first.")
        self._change(phase="shown" if on else "closed", picture=picture or self.picture)
        self._tell()

    def decide(self, key: str, to: str) -> None:
        """Say what becomes of a note that was collected ("new", "out", or what it repeats); kept until the round is closed."""
        self._change(decisions={**self.decisions, str(key): str(to)})

    def end(self) -> None:
        """Close the room for good: no token is good any more, nothing of it stays but the scores."""
        if self.phase in ("open", "closing"):
            raise UsageError(
                "A round is open. Close it first, at the desk or in the notebook, so that what came in is counted."
            )
        forget_room(self.folder)
        self.ended = True
        self._tell()

    def admit(self, number: str) -> None:
        """Let the phone in that may not try codes for now and shows this number."""
        if not self.people.admit(str(number)):
            raise UsageError("No phone shows the number {number}.", number=number)

    async def join(self, team: Any) -> tuple[Person, str]:
        """A new person, kept before the answer; their token. Those who join together are kept together."""
        person, token = self.people.join(team, self.say, self.teams)
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.get_running_loop().create_task(self._keep_soon())
        try:
            await asyncio.shield(self._keeping)
        except BaseException:
            self.people.leave(person)
            raise
        return person, token

    async def give(self, person: Person, data: Mapping[str, Any]) -> str:
        """Take a ballot; its id, once it is on the disk. Raises `Refused`."""
        if self.phase == "closing":
            raise Refused("The round is being counted. Try again in a moment.", 503)
        box, id = self.box if self.phase == "open" else None, str(data.get("id"))
        if self.counted.get(id) in (person.nickname, self.people.hidden(person)):
            return id  # its acknowledgement was lost, the ballot was not
        if box is None and data.get("n") == self.n and data.get("column") != "done":
            self.late[person.nickname] += 1
        who = self.who(person)
        mine: Mapping[Cell, Any] = {} if box is None or box.holds(id, who) else self.given(person)
        now = datetime.now().isoformat(timespec="seconds")
        ballot = checked(data, self.asked if box else None, who, mine, now, person.team)
        if box:
            await box.put(ballot)
        return id

    def given(self, person: Person) -> dict[Cell, Any]:
        """What this person has given in the round that is open, on paper or on an earlier day too."""
        who = self.who(person)
        return {**self.before.get(who, {}), **(self.box.given.get(who, {}) if self.box else {})}

    def who(self, person: Person) -> str:
        """As whom this person gives in this round."""
        return self.people.hidden(person) if self.asked and self.asked.anonymous else person.nickname

    @property
    def seen_phase(self) -> str:
        """The phase as the phones see it: while the round is counted nothing is taken any more."""
        return "ended" if self.ended else "closed" if self.phase == "closing" else self.phase

    @property
    def url(self) -> str:
        """What the QR code holds: the address, and in its fragment the join code, which is sent to nobody."""
        return f"http://{self.host}:{self.port}/#{self.people.code}"

    def keep(self) -> None:
        """Write `room.json`, so that a restarted server is the same room."""
        data = {
            "host": self.host, "port": self.port, "desk_port": self.desk_port, "desk_key": self.desk_key,
            "code": self.people.code, "taken": sorted(self.people.taken), "n": self.n,
            "phase": "open" if self.phase == "closing" else self.phase,
            "asked": self.asked.data if self.asked else None, "people": self.people.to_data(),
            "did": self.did, "picture": self.picture, "decisions": self.decisions,
        }  # fmt: skip
        if self.ended:
            raise UsageError("No voting room is open.")
        write_room(self.folder, data)

    async def _keep_soon(self) -> None:
        await asyncio.sleep(TOGETHER)
        self.keep()

    def _change(self, **values: Any) -> None:
        """Be in this state, and keep it; where the disk refuses, still in the one before."""
        before = {name: getattr(self, name) for name in values}
        vars(self).update(values)
        try:
            self.keep()
        except BaseException:
            vars(self).update(before)
            raise

    def decided(self, notes: list[dict[str, Any]]) -> dict[str, str]:
        """What becomes of the notes; worked out anew only where something changed."""
        now = (self.workshop.journey.revision, dict(self.decisions), notes)
        if self._proposals[0] != now:
            self._proposals = (now, decided(self.workshop.journey, notes, self.decisions))
        return self._proposals[1]

    def _tell(self) -> None:
        self.version, news, self.news = secrets.token_hex(4), self.news, asyncio.Event()
        news.set()

    def _scoring(self, n: int, persona: str | None, whole: bool, wanted: Mapping[str, Any]) -> Asked:
        """Begin the journey's round where none is open, and what it asks."""
        journey, scores = self.workshop.journey, self.workshop.scores
        if open_round(journey) is None:
            journey = begin_round(journey, scores, FIRST_ASKS if whole else first_asks(journey, scores, persona))
        id = max(r.id for r in journey.rounds if r.state == "open")
        journey = change_round(journey, scores, id, **wanted)
        round = next(r for r in journey.rounds if r.id == id)
        asked = scoring(n, journey, scores, round, persona, self.say, whole=whole)
        self.workshop.save(rounds=journey.rounds)
        return asked

    async def _saved(self, parts: Callable[[Workshop], dict[str, Any]]) -> Workshop:
        """Save what was counted onto what stands on the disk, again where somebody else saved in between."""
        for n in range(TRIES):
            workshop = await asyncio.to_thread(Workshop, self.folder)
            try:
                await asyncio.to_thread(lambda: workshop.save(**parts(workshop)))  # noqa: B023  awaited here
                break
            except ConflictError:
                if n == TRIES - 1:
                    raise
                await asyncio.sleep(0.05)
        return workshop
