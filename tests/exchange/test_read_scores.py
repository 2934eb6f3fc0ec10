import pytest
from conftest import small_journey

from cjmkit.errors import InputError, JourneyError
from cjmkit.exchange.journeys import read_journey
from cjmkit.exchange.scores import read_scores
from cjmkit.tables import scores_frame, scores_to_csv


def scores_of(text, **parts):
    return read_scores(text.encode(), small_journey(**parts))


def test_a_spreadsheets_scores_are_read_with_decimal_commas_and_names():
    scores, warnings = scores_of("Participant;Touchpoint;Score;Persona;Comment\np1;A;3,5;Anna;NO\np1;b;;anna;\n")
    assert scores[["round", "participant", "persona", "touchpoint", "comment"]].values.tolist() == [
        [1, "p1", "anna", "a", "NO"],
        [1, "p1", "anna", "b", ""],
    ]
    assert scores.score.isna().tolist() == [False, True]
    assert warnings == ()


def test_what_the_kit_wrote_it_reads_back():
    row = {"participant": "=p", "team": "T", "comment": "-x"}
    table = scores_frame([{**row, "round": r, "touchpoint": "c", "score": r + 1, "at": "2026-11-21"} for r in (1, 2)])
    assert read_scores(scores_to_csv(table).encode(), small_journey())[0].equals(table)


def test_everything_that_does_not_fit_is_said_at_once():
    text = "participant,touchpoint,score,persona,round\np1,x,3,,1\np2,a,6,bob,1\np3,a,2,,1.5\np4,b,much,,\n,c,1,,\n"
    with pytest.raises(InputError) as caught:
        scores_of(text + "p1,c,1,,1\np1,c,2,,1\n")
    said = str(caught.value)
    for part in (
        "row 2: touchpoint x is not in the journey", "row 3: persona bob", "row 3: score 6 is not on the scale from 1",
        "row 4: round must be a whole number", "row 5: score must be a number, not 'much'", "row 6: has no participant",
        "row 8: round 1, participant p1: this touchpoint is scored twice",
    ):  # fmt: skip
        assert part in said


def test_of_very_many_faults_the_first_twenty_are_shown():
    with pytest.raises(InputError, match=r"has|have 50 fault.*and 30 more") as caught:
        scores_of("participant,touchpoint,score\n" + "".join(f"p{i},x{i},1\n" for i in range(50)))
    assert str(caught.value).count("is not in the journey") == 20


def test_a_name_that_two_touchpoints_share_must_be_given_by_id():
    twins = [{"id": i, "stage": "before", "name": "Shop"} for i in ("a", "b")]
    with pytest.raises(InputError, match="touchpoint Shop is not in the journey"):
        scores_of("participant,touchpoint,score\np,Shop,3\n", touchpoints=twins, paths=[])


def test_columns_are_needed_known_or_said():
    with pytest.raises(InputError, match=r"participant, touchpoint, score once. The file has participant, score"):
        scores_of("participant,score\np,3\n")
    with pytest.raises(InputError, match="no row below"):
        scores_of("participant,touchpoint,score\n")
    _, warnings = scores_of("participant,touchpoint,score,importanse\np,a,3,5\n")
    assert "importanse: is not a column of scores and was left out; nearest: importance" in str(warnings[0])


def test_a_journey_file_is_read_with_or_without_its_mark():
    text = small_journey(client="Łódź").to_json()
    assert read_journey(text.encode("utf-8-sig")) == read_journey(text.encode()) == small_journey(client="Łódź")
    with pytest.raises(InputError, match="line 2: is not UTF-8"):
        read_journey(b'{\n"client": "\xb3"}')
    with pytest.raises(JourneyError, match="is not JSON"):
        read_journey(b"client")
