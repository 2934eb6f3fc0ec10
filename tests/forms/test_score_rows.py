"""Rows of scores as typed and pasted: what is right is stored, what is not stays as it was typed and is told."""

import pytest
from conftest import small_journey
from hypothesis import given, settings
from hypothesis import strategies as st

from cjmkit.forms.score_paste import read_pasted
from cjmkit.forms.score_rows import Reading, Row, dots_over, faults, stored, stored_rows
from cjmkit.language import speak
from cjmkit.tables import SCORE_KEY, empty_scores, score_faults, scores_frame

EN, PL = speak("en"), speak("pl")
JOURNEY = small_journey()
IDS = ["a", "b", "c"]
READ = Reading(JOURNEY, IDS, EN)


def row(name, *scores, team="", was="", column="score"):
    return Row(name, team, {(column, id): text for id, text in zip(IDS, scores, strict=False)}, was)


def table(rows, scores=None, round=1):
    return stored(JOURNEY, empty_scores() if scores is None else scores, rows, READ, round, None, "2026-11-21T10:00:00")


def pasted(text, at="participant", say=EN, column="score"):
    return read_pasted(text, column, JOURNEY.touchpoints, say, at)


def names(reading):
    return [(r.participant, r.team, [r.cells.get(("score", id), "") for id in IDS]) for r in reading.rows]


PASTES = {
    "with team": "Kasia\tSales\t4\t3,5\t1\n",
    "with a heading of words": "Name\tTeam\tA\tB\tC\nKasia\tSales\t4\t3,5\t1\n",
    "with a heading of numbers": "\t\t1\t2\t3\nKasia\tSales\t4\t3,5\t1\n",
    "in another order": "c\tb\ta\tdepartment\tnickname\n1\t3,5\t4\tSales\tKasia\n",
    "with semicolons and quotes": 'Kasia;Sales;"4";3,5;1\n',
    "with Windows line ends": "Kasia\tSales\t4\t3,5\t1\r\n",
}


@pytest.mark.parametrize("text", PASTES.values(), ids=PASTES)
def test_pasted_rows_are_read_however_the_spreadsheet_holds_them(text):
    assert names(pasted(text)) == [("Kasia", "Sales", ["4", "3,5", "1"])]


def test_rows_without_a_team_or_without_anybody_are_read_too():
    assert names(pasted("Kasia\t4\t3\t1\nOla\t5\t\t2\n")) == [
        ("Kasia", "", ["4", "3", "1"]),
        ("Ola", "", ["5", "", "2"]),
    ]
    alone = pasted("4\t3\t1\n5\t\t2\n")
    assert not alone.named
    assert [r[2] for r in names(alone)] == [["4", "3", "1"], ["5", "", "2"]]
    assert names(pasted("3\t1\n", at="b")) == [("", "", ["", "3", "1"])]
    assert names(pasted("Kasia\t\t4\t3\t1\nOla\t\t5\t1\t2\n"))[0] == ("Kasia", "", ["4", "3", "1"])


def test_a_person_whose_number_is_their_name_is_no_score():
    assert names(pasted("1\tSales\t4\t3\t1\n2\tShop\t5\t5\t5\n"))[1] == ("2", "Shop", ["5", "5", "5"])
    assert names(pasted("Kasia\tSales\t1\t2\t3\n")) == [("Kasia", "Sales", ["1", "2", "3"])]


def test_a_polish_heading_and_chinese_names_are_read():
    found = pasted("Uczestnik\tZespół\tA\tB\tC\n李娜\tSprzedaż\t4\t3\t1\n", say=PL)
    assert names(found) == [("李娜", "Sprzedaż", ["4", "3", "1"])]


def test_an_unknown_column_and_cells_too_many_are_told():
    found = pasted("Name\tA\tX\tC\nKasia\t4\t9\t1\n")
    assert [f.place for f in found.faults] == ["X"]
    assert found.rows[0].cells == {("score", "a"): "4", ("score", "c"): "1"}
    assert pasted("Kasia\tSales\t1\t2\t3\t4\n").faults[0].values == {"n": 1, "cells": ["4"]}


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(st.text(alphabet="Kéż15,.李-", max_size=5), min_size=1, max_size=7), max_size=5))
def test_no_pasted_cell_vanishes_unsaid(lines):
    lines = [["", "", "1", "2"][: len(line)] if n == 0 else line for n, line in enumerate(lines)]
    found = pasted("\n".join("\t".join(line) for line in lines))
    kept = [cell for r in found.rows for cell in (r.participant, r.team, *r.cells.values())]
    said = [cell for fault in found.faults for cell in fault.values.get("cells", [])]
    typed = [cell for line in lines[1:] for cell in line]
    assert not set(filter(None, typed)) - {*kept, *said}


def test_what_is_right_is_stored_and_what_is_not_is_told_cell_by_cell():
    rows = [row("Kasia", "4", "9", "x", team="Sales"), row("kasia", "1"), row("", "2"), row("Ola", "3,5")]
    scores = table(rows)
    assert scores[["participant", "touchpoint", "score"]].values.tolist() == [["Kasia", "a", 4.0], ["Ola", "a", 3.5]]
    assert score_faults(scores, JOURNEY) == []
    found = faults(rows, READ)
    assert [(f.row, f.cell) for f in found] == [
        (0, ("score", "b")), (0, ("score", "c")), (1, "participant"), (2, "participant")
    ]  # fmt: skip


def test_a_row_that_takes_the_name_of_another_takes_nothing_of_theirs():
    scores = table([row("Kasia", "4"), row("Ola", "2")])
    rows = [row("Ola", "4", was="Kasia"), row("Ola", "2", was="Ola")]
    after = table(rows, scores)
    assert after[["participant", "score"]].values.tolist() == [["Kasia", 4.0], ["Ola", 2.0]]
    assert [f.row for f in faults(rows, READ)] == [0]


def test_a_new_name_goes_for_all_rounds_unless_somebody_has_it_there():
    scores = scores_frame([
        {"round": 1, "participant": "Kasia", "touchpoint": "a", "score": 1},
        {"round": 1, "participant": "Ola", "touchpoint": "a", "score": 2},
        {"round": 2, "participant": "Kasia", "touchpoint": "a", "score": 3},
    ])  # fmt: skip
    renamed = table([row("Katarzyna", "3", was="Kasia")], scores, round=2)
    assert renamed.participant.tolist() == ["Katarzyna", "Ola", "Katarzyna"]
    it_was_ola = table([row("Ola", "3", was="Kasia")], scores, round=2)
    assert it_was_ola.participant.tolist() == ["Kasia", "Ola", "Ola"]


def test_comments_other_rounds_and_other_personas_stay():
    scores = scores_frame([
        {"round": 1, "participant": "K", "persona": "anna", "touchpoint": "a", "score": 1, "comment": "slow", "at": "x"},
        {"round": 1, "participant": "K", "persona": "", "touchpoint": "b", "score": 1, "customer_effort": 3},
        {"round": 2, "participant": "K", "persona": "anna", "touchpoint": "a", "score": 5},
    ])  # fmt: skip
    after = table([row("K", "2", "", was="K")], scores)
    assert after.comment.tolist() == ["slow", "", ""]
    assert after.customer_effort.tolist()[1] == 3
    assert after.score.tolist()[0] == 2
    assert after["round"].tolist() == [1, 1, 2]
    assert table([row("K", "1", "1", was="K")], scores).equals(scores)


def test_somebody_who_has_given_nothing_yet_is_kept():
    scores = table([row("Kasia", team="Sales")])
    assert scores[["participant", "team", "touchpoint"]].values.tolist() == [["Kasia", "Sales", "a"]]
    assert scores.score.isna().all()
    assert [r.name for r in stored_rows(JOURNEY, scores, 1, None, EN)] == ["Kasia"]


def test_more_dots_than_there_are_is_told_person_by_person():
    rows = [row("Kasia", "4", "2", column="importance"), row("Ola", "5", "0", column="importance")]
    assert [(r.name, c, n) for r, c, n in dots_over(rows, READ)] == [("Kasia", "importance", 6)]
    assert [f.cell for f in faults([row("K", "1,5", "-1", column="moment_of_truth")], READ)] == [
        ("moment_of_truth", "a"), ("moment_of_truth", "b")
    ]  # fmt: skip


def test_ratings_of_importance_are_no_dots():
    read = Reading(JOURNEY, IDS, EN, "rating")
    assert dots_over([row("Kasia", "5", "5", column="importance")], read) == []


def test_no_row_is_stored_twice_whatever_the_names():
    rows = [row("A", "1"), row("a", "2"), row(" A ", "3"), row("B", "4", was="B")]
    scores = table(rows, table([row("B", "1"), row("A", "1")]))
    assert not scores.duplicated(SCORE_KEY).any()
