"""The questionnaire on the screen: why each question is there, its words, what is wrong with them, quotes that come back."""

import pytest
from conftest import small_journey

from cjmkit.forms.questionnaire import make_questionnaire
from cjmkit.method.findings import path_figures
from cjmkit.tables import scores_frame

SCORES = scores_frame([
    {"round": n, "participant": who, "touchpoint": t, "score": score}
    for n, of in ((1, {"a": 1, "b": 4, "c": 5}), (2, {"a": 5, "b": 1, "c": 5})) for who in ("x", "y") for t, score in of.items()
])  # fmt: skip


class Disk:
    def __init__(self, **parts):
        self.journey = small_journey(**parts)
        self.saved = []

    def save(self, **parts):
        self.saved.append(sorted(parts))
        self.journey = self.journey.changed(**parts)
        return self.journey


@pytest.fixture
def opened():
    def of(**parts):
        disk = Disk(**parts)
        return make_questionnaire(disk.journey, disk.save, scores=SCORES), disk

    return of


def test_the_questions_stand_there_with_why_and_how_many(opened):
    screen, _ = opened()
    shown = screen.asked.value
    assert "6 of at most 12 questions, about 2 min" in shown
    assert "How would you rate your satisfaction with “B”?" in shown
    assert shown.count("among the lowest scores") == 2  # on the sheet and in the talk
    assert "●" in screen.picture.value
    assert screen.bar.text == ""


def test_scores_of_a_round_that_is_open_do_not_choose(opened):
    rounds = [{"id": 1}, {"id": 2, "state": "open"}]
    screen, _ = opened(rounds=rounds)
    row = screen.asked.value.partition("with “A”?")[2].partition("</tr>")[0]
    assert "among the lowest scores" in row


def test_where_nobody_scored_an_earlier_survey_chooses():
    disk = Disk()
    figures = path_figures(disk.journey, SCORES[SCORES["round"] == 1])
    for given, times in (
        (figures, 2),
        (None, 0),
        (figures.drop("c"), 0),
    ):  # of a touchpoint that came since it says nothing
        screen = make_questionnaire(disk.journey, disk.save, figures=given)
        assert screen.asked.value.count("among the lowest scores") == times


def test_own_words_are_kept_by_the_question_checked_and_given_up_again(opened):
    screen, disk = opened()
    screen.pick("csat_b")
    screen.words.control.value = "Don't you love B and C?"
    assert dict(disk.journey.questionnaire.texts) == {"csat_b": "Don't you love B and C?"}
    assert disk.saved == [["questionnaire"]]
    assert "may ask two things at once (“and”)" in screen.asked.value
    assert "may lead to an answer" in screen.asked.value
    assert "1 question to look at again" in screen.bar.text
    screen.pick("talk_leave")
    assert screen.words.control.value == ""
    screen.words.control.value = "What made you stay?"
    screen.pick("csat_b")
    assert screen.words.control.value == "Don't you love B and C?"
    screen.words.control.value = ""
    assert dict(disk.journey.questionnaire.texts) == {"talk_leave": "What made you stay?"}


def test_the_team_chooses_touchpoints_and_the_kind_of_the_question_to_recommend(opened):
    screen, disk = opened()
    screen.chosen.control.boxes["c"].value = True
    screen.nps.control.value = "transactional"
    assert (disk.journey.questionnaire.touchpoints, disk.journey.questionnaire.nps) == (("c",), "transactional")
    assert "chosen by the team" in screen.asked.value
    assert "After “A small journey”" in screen.asked.value
    assert "with “A”" not in screen.asked.value


def test_a_wave_is_looked_at_without_being_saved(opened):
    touchpoints = [{"id": f"t{n}", "stage": "before", "name": f"T{n}."} for n in range(1, 12)]
    screen, disk = opened(touchpoints=touchpoints, paths=[])
    assert "“T9.”" not in screen.asked.value
    screen.turn.control.value = "2"
    assert "“T9.”" in screen.asked.value
    assert disk.saved == []


def test_quotes_are_typed_or_pasted_and_what_cannot_be_taken_is_told(opened):
    screen, disk = opened()
    screen.line.enter(touchpoint="b", text="Slow!", source="customer 1")
    screen.line.paste("B\tSlow!\tcustomer 2\nC\tLoud\tcustomer 2\nX\ty")
    assert [(q.text, q.evidence) for t in disk.journey.touchpoints for q in t.quotes] == [
        ("Slow!", "observed"),
        ("Loud", "observed"),
    ]
    assert "1 quote came over. row 1: stands at its touchpoint already" in screen.line.note
    assert "row 3: “X” is no touchpoint" in screen.line.note


def test_what_was_typed_is_shown_as_text_only(opened):
    screen, _ = opened(questionnaire={"texts": {"why": "<img src=x onerror=alert(1)>"}})
    assert "<img" not in screen.asked.value
    assert "&lt;img" in screen.asked.value


def test_an_own_step_is_asked_about_in_its_own_sentence_and_its_name_is_no_fault_of_the_question(opened):
    touchpoints = [
        {"id": "sleep", "stage": "before", "kind": "own-step", "name": "I leave it in the basket and sleep on it"}
    ]
    screen, _ = opened(touchpoints=touchpoints, paths=[])
    assert "How was it for you: I leave it in the basket and sleep on it?" in screen.asked.value
    assert screen.bar.text == ""


def test_a_leading_question_to_recommend_is_no_longer_the_nps(opened):
    screen, _ = opened()
    screen.pick("nps")
    screen.words.control.value = "How likely are you to recommend A to a friend?"
    assert "no NPS as it is defined" not in screen.asked.value
    screen.words.control.value = "Wouldn't you recommend our great shop?"
    assert "no NPS as it is defined" in screen.asked.value


def test_the_firm_is_named_without_what_the_team_noted_in_brackets(opened):
    screen, _ = opened(client="", title="Running shoes (example, invented numbers)")
    assert "recommend “Running shoes” to" in screen.asked.value
    assert "invented" not in screen.asked.value
