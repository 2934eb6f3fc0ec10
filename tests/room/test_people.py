"""Who is in the room: codes and tokens that cannot be guessed, names that are not asked for."""

import json

import pytest

from cjmkit.language import speak
from cjmkit.room.ballots import Refused
from cjmkit.room.people import GUESSES, LETTERS, Guesses, People, digest, new_code

SAY = speak("en")


def test_a_code_is_eight_signs_of_thirty_two():
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert {len(code) for code in codes} == {8}
    assert set("".join(codes)) <= set(LETTERS)
    assert len(LETTERS) == len(set(LETTERS)) == 32


@pytest.mark.parametrize("typed", ["ABCD2345", "abcd2345", " abcd-2345\n", "AB CD 23 45", "ＡＢＣＤ２３４５"])
def test_a_code_is_right_however_it_was_typed(typed):
    assert People("ABCD2345").right(typed)


@pytest.mark.parametrize(
    "typed", ["", "ABCD234", "ABCD23456", "ABCD2346", None, 5, ["ABCD2345"], "ABCD2345\0", "\ud800" * 8, "A" * 16000]
)
def test_another_code_is_wrong(typed):
    assert not People("ABCD2345").right(typed)


def test_a_token_has_128_bits_and_only_its_hash_is_kept():
    people = People("ABCD2345")
    joined = [people.join("Sales", SAY) for _ in range(200)]
    assert len({token for _, token in joined}) == 200
    person, token = joined[0]
    assert len(bytes.fromhex(token)) == 16
    assert people.of(token) == person
    kept = json.dumps(people.to_data())
    assert not any(token in kept for _, token in joined)
    assert digest(token) in kept


@pytest.mark.parametrize("wrong", ["", "0" * 32, None, "\ud800", "x" * 10000])
def test_a_guessed_token_is_nobodys(wrong):
    people = People("ABCD2345")
    person, _ = people.join("Sales", SAY)
    assert people.of(wrong or "") is None
    assert people.of(person.token) is None, "the hash that is kept would open the door"


def test_who_somebody_is_in_anonymous_rounds_is_the_same_after_a_restart_and_follows_from_nothing_kept():
    people = People("ABCD2345")
    person, token = people.join("Sales", SAY)
    people.of(token)
    hidden = people.hidden(person)
    assert len(hidden) == 12
    assert hidden not in json.dumps(people.to_data())
    again = People("ABCD2345", people)
    assert again.hidden(person) == "", "known without the phone"
    again.of(token)
    assert again.hidden(person) == hidden


def test_everybody_gets_a_name_of_their_own_and_none_that_the_scores_know():
    people = People("ABCD2345", taken=["owl", "Fox 2"])
    names = [people.join("", SAY)[0].nickname for _ in range(300)]
    assert len({name.casefold() for name in names}) == 300
    assert not {"Owl", "Fox 2"} & set(names)


@pytest.mark.parametrize("team", [None, 5, ["Sales"], "x" * 41, "a\nb", "\ud800", "a\u202eb", "a\0"])
def test_what_is_no_name_of_a_team_is_refused(team):
    people = People("ABCD2345")
    with pytest.raises(Refused):
        people.join(team, SAY)
    assert len(people) == 0


def tried(guesses, moments):
    """How many of these codes of a stranger were tried at all."""
    n = 0
    for now in moments:
        if not guesses.seconds("10.0.0.9", now):
            n += 1
            guesses.wrong("10.0.0.9", now)
    return n


def test_ten_wrong_codes_a_minute_are_tried_of_one_address_and_others_go_on():
    guesses = Guesses()
    assert tried(guesses, [n / 100 for n in range(3000)]) == GUESSES
    assert guesses.seconds("10.0.0.8", 30.0) == 0
    assert 29 < guesses.seconds("10.0.0.9", 30.0) < 31


def test_after_the_minute_they_may_try_again():
    guesses = Guesses()
    tried(guesses, range(10))
    assert guesses.seconds("10.0.0.9", 59.9) > 0
    assert guesses.seconds("10.0.0.9", 60.0) == 0
    assert tried(Guesses(), [n / 10 for n in range(36_000)]) <= 61 * GUESSES


def test_a_limit_that_forgets_at_every_minute_would_be_seen():
    class ByTheClock(Guesses):
        def wrong(self, address, now):
            super().wrong(address, now)
            if now % 10 < 0.01:
                self._wrong.clear()

    assert tried(ByTheClock(), [n / 100 for n in range(3000)]) > GUESSES


def test_the_facilitator_lets_in_by_the_number_that_a_phone_shows():
    people = People("ABCD2345")
    one, other = people.knock("s" * 16), people.knock("t" * 16)
    assert one != other
    assert people.knock("s" * 16) == one, "a phone that asks again shows the same number"
    assert people.admit(one)
    assert not people.admit(one)
    assert set(people.admitted) == {"s" * 16}
    for wrong in ("short", "x" * 65, 5, None):
        with pytest.raises(Refused):
            people.knock(wrong)
    for n in range(500):
        people.knock(f"{n:016}")
    assert len(people.knocking) <= 100
