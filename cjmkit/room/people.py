"""Who is in the room: the join code, each phone's token (only its hash is kept), team and drawn nickname."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from unicodedata import normalize

from cjmkit.errors import N_
from cjmkit.language import Language
from cjmkit.room.ballots import Refused

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32, none that is read as another
GUESSES, WHILE = 10, 60.0  # wrong codes from one address, in so many seconds
ADDRESSES = 10_000  # remembered at once
KNOCKS = 100
MOST = 5_000
TEAM = 40
NICKNAMES = N_(
    "Owl, Fox, Heron, Otter, Lynx, Badger, Swift, Beaver, Crane, Hare, Stork, Falcon, Hedgehog, Squirrel, Deer, Robin, "
    "Wolf, Seal, Marten, Raven, Dolphin, Bear, Kestrel, Moose, Puffin, Ibex, Newt, Trout, Finch, Salmon, Wren, Bison, "
    "Gecko, Panda, Koala, Tiger, Zebra, Llama, Camel, Penguin, Pelican, Toucan, Lemur, Walrus, Turtle, Octopus, Jaguar, Cheetah"
)


@dataclass(frozen=True)
class Person:
    """One phone in the room: an id of its own, the hash of its token, what it goes by."""

    id: str
    token: str
    nickname: str
    team: str


def new_code() -> str:
    """A join code: eight signs of thirty-two."""
    return "".join(secrets.choice(LETTERS) for _ in range(8))


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class People:
    """Everybody who joined, by their token; `taken` are names that somebody in the scores goes by already."""

    def __init__(self, code: str, people: Iterable[Person] = (), taken: Iterable[str] = ()) -> None:
        self.code = code
        self.taken = {name.casefold() for name in taken}
        self._by_token = {person.token: person for person in people}
        self._hidden: dict[str, str] = {}
        self.knocking: OrderedDict[str, str] = OrderedDict()  # a phone's own secret, and the number it shows
        self.admitted: dict[str, str] = {}

    def __iter__(self) -> Iterator[Person]:
        return iter(self._by_token.values())

    def __len__(self) -> int:
        return len(self._by_token)

    def of(self, token: str) -> Person | None:
        """Whose token this is."""
        person = self._by_token.get(digest(token)) if token else None
        if person is not None and person.id not in self._hidden:
            self._hidden[person.id] = digest(f"anonymous {token}")[:12]
        return person

    def hidden(self, person: Person) -> str:
        """Who this person is in anonymous rounds; it comes from the token, so nothing that is kept leads to it."""
        return self._hidden.get(person.id, "")

    def right(self, code: Any) -> bool:
        """Whether this is the join code, however it was typed."""
        typed = normalize("NFKC", code) if isinstance(code, str) else ""  # Chinese keyboards give full-width letters
        plain = "".join(typed.split()).replace("-", "").upper()
        return secrets.compare_digest(plain.encode("utf-8", "replace"), self.code.encode())

    def join(self, team: Any, say: Language, teams: Iterable[str] = ()) -> tuple[Person, str]:
        """A new person of this team, written as one of `teams` is, and the token that is theirs alone."""
        if not isinstance(team, str) or len(team) > TEAM or not all(c.isprintable() for c in team):
            raise Refused("A team's name has {most} letters at most.", most=TEAM)
        if len(self) >= MOST:
            raise Refused("The room is full: {most} have joined.", 409, most=MOST)
        token, named = secrets.token_hex(16), " ".join(team.split())
        named = next((known for known in teams if known.casefold() == named.casefold()), named)
        person = Person(secrets.token_hex(6), digest(token), self._nickname(say), named)
        self._by_token[person.token] = person
        return person, token

    def leave(self, person: Person) -> None:
        """Take back a joining that could not be kept."""
        self._by_token.pop(person.token, None)

    def knock(self, secret: Any) -> str:
        """The number that a phone shows which may not try codes for now; the facilitator admits it by that."""
        if not isinstance(secret, str) or not 16 <= len(secret) <= 64:
            raise Refused("This is no knock.")
        if secret not in self.knocking:
            there = {*self.knocking.values(), *self.admitted.values()}
            self.knocking[secret] = next(
                n for _ in range(1000) if (n := f"{secrets.randbelow(10_000):04}") not in there
            )
            while len(self.knocking) > KNOCKS:
                self.knocking.popitem(last=False)
        return self.knocking[secret]

    def admit(self, number: str) -> bool:
        """Let the phone in that shows this number."""
        for secret, shown in list(self.knocking.items()):
            if shown == number:
                self.admitted[secret] = self.knocking.pop(secret)
                return True
        return False

    def to_data(self) -> list[dict[str, str]]:
        """As plain data, for `room.json`."""
        return [asdict(person) for person in self]

    def _nickname(self, say: Language) -> str:
        names = [name.strip() for name in say(NICKNAMES).replace("、", ",").replace("，", ",").split(",")]
        taken = self.taken | {person.nickname.casefold() for person in self}
        return next(name for name in _numbered(names) if name.casefold() not in taken)


def _numbered(names: Sequence[str]) -> Iterator[str]:
    """The names in a drawn order, then each with a 2, with a 3 ..."""
    drawn = list(names)
    secrets.SystemRandom().shuffle(drawn)
    yield from drawn
    for n in range(2, MOST + 2):
        yield from (f"{name} {n}" for name in drawn)


class Guesses:
    """Wrong join codes by address: ten a minute, then nothing from there is tried until the minute is over."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def wrong(self, address: str, now: float) -> None:
        """Remember a wrong code."""
        times = self._wrong.pop(address, deque(maxlen=GUESSES))
        times.append(now)
        self._wrong[address] = times
        while len(self._wrong) > ADDRESSES:
            self._wrong.popitem(last=False)

    def seconds(self, address: str, now: float) -> float:
        """How long nothing is tried from this address; 0 where it may."""
        times = self._wrong.get(address, deque())
        if len(times) < GUESSES:
            return 0.0
        return max(0.0, times[0] + WHILE - now)
