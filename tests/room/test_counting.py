"""What came of a round, counted."""

from dataclasses import replace

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from test_ballots import ASKED, GOOD, NOTE, NOTES

from cjmkit.journey import Journey
from cjmkit.method.notes import taken_in
from cjmkit.room.asking import Asked
from cjmkit.room.ballots import Ballot, Refused, checked
from cjmkit.room.counting import counted, notes_in
from cjmkit.tables import empty_scores, scores_frame, scores_to_csv
from cjmkit.workshop.saving import scores_in


def ballot(n, value, touchpoint="a", who="Owl", column="score", at="", asked=7):
    return Ballot(f"{n:016}", asked, who, column, touchpoint, value, at, "Sales")


def rows(table):
    return table[["participant", "touchpoint", "score", "importance", "comment", "at"]].fillna(0).values.tolist()


def test_the_last_ballot_of_a_cell_counts_in_the_servers_order():
    ballots = [
        ballot(1, 2, at="2"),
        ballot(2, 5, at="3"),
        ballot(3, 4, at="1"),
        ballot(4, 3, column="importance"),
        ballot(5, 9, asked=6),
    ]
    assert rows(counted(empty_scores(), ASKED, ballots)) == [["Owl", "a", 4.0, 3.0, "", "3"]]


def test_what_was_taken_back_is_not_given():
    ballots = [
        ballot(1, 2),
        ballot(2, None),
        ballot(3, 3, "b"),
        ballot(4, 2, "b", column="importance"),
        ballot(5, 0, "b", column="importance"),
    ]
    assert rows(counted(empty_scores(), ASKED, ballots)) == [["Owl", "b", 3.0, 0.0, "", ""]]


def test_counted_twice_is_the_same_and_others_rows_stay():
    there = scores_frame(
        [
            {"round": 1, "participant": "paper", "touchpoint": "a", "score": 1},
            {"round": 1, "participant": "Owl", "touchpoint": "c", "score": 1},
        ]
    )
    ballots = [ballot(n, n % 5 + 1, "abc"[n % 3], who="Fox" if n % 2 else "Owl") for n in range(12)]
    once = counted(there, ASKED, ballots)
    pd.testing.assert_frame_equal(counted(once, ASKED, ballots), once)
    assert once.participant.value_counts().to_dict() == {"Owl": 3, "Fox": 3, "paper": 1}
    added = pd.concat([once, counted(empty_scores(), ASKED, ballots)])
    assert added.duplicated(["participant", "touchpoint"]).any(), "a counting that only adds would be seen"


def test_an_anonymous_round_keeps_neither_time_nor_order():
    asked, ballots = (
        replace(ASKED, anonymous=True),
        [ballot(n, 3, "cab"[n % 3], who=f"{9 - n // 3:012}") for n in range(15)],
    )
    forth, back = (counted(empty_scores(), asked, given) for given in (ballots, ballots[::-1]))
    pd.testing.assert_frame_equal(forth, back)
    assert set(forth["at"]) == {""}


def of_teams(table):
    return table.drop_duplicates("participant").groupby("team").size().to_dict()


def anonymous(*teams):
    """The teams that a round keeps of people of these."""
    ballots = [replace(ballot(n, 3, who=f"{n:012}"), team=team) for n, team in enumerate(teams)]
    return counted(empty_scores(), replace(ASKED, anonymous=True), ballots), ballots


def test_an_anonymous_round_names_no_team_that_would_tell_who_somebody_is():
    assert of_teams(anonymous(*"AAABBB")[0]) == {"A": 3, "B": 3}
    assert of_teams(anonymous(*"AAABBBCCD")[0]) == {"A": 3, "B": 3, "": 3}
    assert of_teams(anonymous(*"AAAABBBC")[0]) == {"A": 4, "": 4}, "the one without a team would be C"
    assert of_teams(anonymous("A", "B", "", "C")[0]) == {"": 4}
    twin = counted(empty_scores(), ASKED, anonymous(*"AAABBBC")[1])
    assert of_teams(twin)["C"] == 1  # a round that is not anonymous names everybody's team, and the same check sees it


def test_an_anonymous_round_counted_twice_is_the_same():
    once, ballots = anonymous(*"AAAABBBC")
    pd.testing.assert_frame_equal(counted(once, replace(ASKED, anonymous=True), ballots), once)


def test_what_stood_in_a_cell_stays_where_the_phone_gave_another():
    there = scores_frame(
        [
            {
                "round": ASKED.round,
                "persona": ASKED.persona,
                "participant": "Owl",
                "touchpoint": "a",
                "score": 2,
                "importance": 4,
            }
        ]
    )
    assert rows(counted(there, ASKED, [ballot(1, 5)])) == [["Owl", "a", 5.0, 4.0, "", ""]]
    assert rows(counted(there, ASKED, [ballot(1, "slow", column="comment")])) == [["Owl", "a", 2.0, 4.0, "slow", ""]]


TEXTS = st.text(max_size=80) | st.sampled_from(
    ["NA", "None", "nan", "=1+1", "'=1+1", "007", '"', "a,b;c", "\u00a0", "-", "\ufeffx", "\u2028x"]
)


@settings(max_examples=25, deadline=None)
@given(st.lists(TEXTS, max_size=30))
def test_whatever_is_taken_as_comment_or_team_can_be_saved(texts):
    """Nobody keeps a round from being closed by what they write."""
    ballots, kept = [], {}
    for n, text in enumerate(texts):
        who, team = f"p{n:02}", " ".join(text.split()) if text.isprintable() else ""
        kept[who] = checked({**GOOD, "column": "comment", "value": text}, ASKED, who, {}).value
        ballots += [
            replace(b, team=team)
            for b in (ballot(n, kept[who], who=who, column="comment"), ballot(100 + n, 3, who=who))
        ]
    content = scores_to_csv(counted(empty_scores(), ASKED, ballots)).encode()
    assert scores_to_csv(scores_in(content)).encode() == content
    assert dict(scores_in(content)[["participant", "comment"]].values) == kept


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=130), st.text(max_size=65)), max_size=4))
def test_whatever_is_taken_as_a_note_can_come_into_the_journey_and_only_once(texts):
    journey, given = Journey.from_data({"stages": [{"id": "use", "name": "Use"}]}), {}
    for n, (name, channel) in enumerate(texts):
        data = {**NOTE, "touchpoint": f"{n:016}", "value": {"name": name, "stage": "use", "channel": channel}}
        try:
            taken = checked(data, NOTES, "Owl", {})
        except Refused:
            continue
        given.setdefault("Owl", {})[taken.cell] = taken.value
    notes = notes_in(NOTES, given)
    once = taken_in(journey, notes, {note["key"]: "new" for note in notes})
    assert Journey.from_json(once.to_json()) == once
    assert taken_in(once, notes, {note["key"]: "new" for note in notes}) == once


def test_what_a_round_asks_comes_back_from_the_file_as_it_was():
    assert Asked.from_data(ASKED.data) == ASKED
