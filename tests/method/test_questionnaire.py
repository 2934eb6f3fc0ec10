"""What customers are asked is chosen by the map, short, takes turns, and does not lead; faults of wording are pointed at."""

import pytest
from conftest import small_journey
from hypothesis import given, settings
from hypothesis import strategies as st

from cjmkit.language import languages, speak
from cjmkit.language.questions import QUESTIONS, question_text
from cjmkit.method.findings import path_figures
from cjmkit.method.questionnaire import MOST, MOST_RATED, interview_guide, questionnaire, reasons, rotation
from cjmkit.method.wording import wording
from cjmkit.tables import scores_frame

# Hand-made: each question, and what must be pointed at; "" = nothing may be.
GOOD = {
    "en": [
        "How likely are you to recommend us to a friend or colleague?", "How often did you visit the shop in the last four weeks?",
        "How satisfied or dissatisfied were you with the delivery?", "On which day did the parcel arrive?", "What brought you here today?",
        "How easy or uneasy was it to find the entrance?", "Did you find what you came for, yes or no?", "How many people live with you?",
        "Would you say the price was fair?", "What did you do before you called us?",
        "Compared with last year, is the service better, worse or the same?", "Why did you not buy?", "Why didn't you buy?", "What did you not find?",
        "How was your bed and breakfast stay?", "How did you order the black and white prints?", "How satisfied are you with “Parcel and tracking”?",
        "How far do you agree: “The parcel always came in time”?", "To what extent do you agree that the price was fair?", "And how was the delivery?",
        "Do you agree or disagree that the price is fair?",
    ],
    "pl": [
        "Jak często był Pan w sklepie w ostatnich czterech tygodniach?", "Kiedy ostatnio kupiła Pani buty?", "Na ile jest Pani zadowolona z dostawy?",
        "Czy poleci nas Pan znajomym lub rodzinie?", "Ile dni czekała Pani na paczkę?", "Co było powodem wizyty?", "Którego dnia przyszła paczka?",
        "Proszę ocenić rozmowę ze sprzedawcą w skali od 1 do 5.", "Czy znalazła Pani to, czego szukała, tak czy nie?", "Co zrobił Pan przed telefonem do nas?",
        "Na ile prawdopodobne jest, że poleci nas Pan znajomemu lub koledze?", "Jak ocenia Pani: „Paczka i śledzenie”?", "I jak minęła dostawa?",
        "W jakim stopniu zgadza się Pani, że cena była uczciwa?", "Dlaczego nie kupił Pan butów?",
    ],
    "ru": [
        "Как часто вы заходили в магазин за последние четыре недели?", "Насколько вы удовлетворены доставкой?", "В какой день пришла посылка?",
        "Порекомендуете ли вы нас друзьям или знакомым?", "Сколько дней вы ждали посылку?", "Что привело вас к нам сегодня?", "Вы нашли то, что искали, да или нет?",
        "Оцените разговор с продавцом по шкале от 1 до 5.", "Что вы сделали перед звонком нам?", "Сколько человек живёт с вами?",
        "Стало ли обслуживание лучше, хуже или осталось прежним?", "И как вам доставка?", "Насколько вы удовлетворены: «Посылка и отслеживание»?",
        "Насколько вы согласны, что цена справедлива?", "Почему вы не купили?",
    ],
    "zh": [
        "过去四周您来过几次商店？", "您对送货的满意程度如何？", "包裹是哪一天到的？", "您最近一次购买是什么时候？", "您等了多少天？", "您今天为什么来？",
        "您会向朋友或同事推荐我们吗？", "您找到想要的东西了吗？", "这次购物对您来说有多容易？", "和我们联系之前，您做了什么？",
        "您是不是第一次来？", "您如何评价“包裹和物流查询”？", "您参与过会员活动吗？", "与去年相比，服务如何？", "您在多大程度上同意我们的价格合理？", "您是否认为价格合理？",
    ],
}  # fmt: skip
BAD = {
    "en": [
        ("How satisfied were you with the price and the delivery?", "double"), ("Don't you agree that the shop is clean?", "leading"),
        ("How much did you like the new app?", "leading"), ("How was our friendly staff?", "leading"), ("Do you regularly visit the shop?", "vague"),
        ("Have you recently bought shoes?", "vague"), ("Do you always read reviews?", "absolute"), ("Was it not unpleasant to wait?", "negative"),
        ("Was the staff not unhelpful?", "negative"), ("When did the parcel come? Who opened it?", "double"),
        ("Would you agree that our price is fair?", "leading"), ("Do you agree that the shop is clean?", "leading"), ("Was it not difficult to find us?", "leading"),
        ("How bad was the wait?", "leading"), ("Were the staff not slow?", "leading"), ("How were “Parcel and tracking” and the shop?", "double"), ("Thinking " + "about it " * 12 + "how was it?", "long"),
    ],
    "pl": [
        ("Jak ocenia Pan cenę i dostawę?", "double"), ("Czy jest Pani zadowolona z ceny oraz obsługi?", "double"), ("Czy nie uważa Pan, że sklep jest czysty?", "leading"),
        ("Jak bardzo podobała się Pani aplikacja?", "leading"), ("Jak ocenia Pan naszą wspaniałą obsługę?", "leading"), ("Czy często bywa Pan w sklepie?", "vague"),
        ("Czy zawsze czyta Pani opinie?", "absolute"), ("Czy to nie było nieuprzejme?", "negative"), ("Czy zwykle kupuje Pani w sobotę?", "vague"),
        ("Czy zgodzi się Pani, że ceny są uczciwe?", "leading"), ("Czy zgadza się Pan, że sklep jest czysty?", "leading"), ("Czy to nie było trudne?", "leading"),
        ("Jak złe było czekanie?", "leading"), ("Jak ocenia Pani „Paczka i śledzenie” oraz sklep?", "double"),
    ],
    "ru": [
        ("Довольны ли вы ценой и доставкой?", "double"), ("Не считаете ли вы, что в магазине чисто?", "leading"), ("Насколько вам понравилось приложение?", "leading"),
        ("Оцените нашу замечательную службу поддержки.", "leading"), ("Вы часто бываете в магазине?", "vague"), ("Вы всегда читаете отзывы?", "absolute"),
        ("Вы не были недовольны ожиданием?", "negative"), ("Вы звонили или писали?", "double"), ("Вы обычно покупаете в субботу?", "vague"),
        ("Согласны ли вы, что цены справедливы?", "leading"), ("Не было ли трудно нас найти?", "leading"), ("Насколько плохим было ожидание?", "leading"),
        ("И цена, и доставка вас устроили?", "double"),
    ],
    "zh": [
        ("您对价格和送货满意吗？", "double"), ("您难道不喜欢这家店？", "leading"), ("您有多喜欢新的应用？", "leading"), ("您如何评价我们贴心的服务？", "leading"),
        ("您经常来商店吗？", "vague"), ("您总是看评论吗？", "absolute"), ("您没有觉得不方便吧？", "negative"), ("您通常周六购物吗？", "vague"), ("您打过电话或者写过信吗？", "double"),
        ("您对价格与服务满意吗？", "double"), ("您是不是也认为我们的服务很好？", "leading"), ("是不是不难？", "leading"), ("所有店员都友好吗？", "absolute"),
        ("您同意我们的价格合理吗？", "leading"), ("等待有多糟？", "leading"),
    ],
}  # fmt: skip


def twelve(**parts):
    """Twelve touchpoints t1 … t12 of one path; t12 a wait, t3 flagged as a moment of truth."""
    touchpoints = [
        {"id": f"t{n}", "stage": "before", "name": f"T{n}", "kind": "wait" if n == 12 else "contact",
         "moment_of_truth": {"rule": "continue-or-quit"} if n == 3 else None} for n in range(1, 13)
    ]  # fmt: skip
    paths = [{"id": "main", "persona": "anna", "touchpoints": [t["id"] for t in touchpoints]}]
    return small_journey(touchpoints=touchpoints, paths=paths, **parts)


def rows(values, **more):
    """Scores of one round: by participant, the scores of t1, t2 …"""
    return scores_frame([
        {"round": 1, "participant": who, "touchpoint": f"t{n}", "score": score, "importance": more.get(f"t{n}", 0)}
        for who, scores in values.items() for n, score in enumerate(scores, 1)
    ])  # fmt: skip


SCORES = rows({who: [4, 4, 4, 4, 5 if who in "ab" else 1, 4, 4, 4, 4, 1, 2, 2] for who in "abcd"}, t7=3, t9=1)


def test_the_questionnaire_asks_what_hurts_what_is_contested_and_what_decides():
    journey = twelve()
    questions = questionnaire(journey, path_figures(journey, SCORES))
    assert [q.kind for q in questions] == ["nps", "comment", *["csat"] * 8, "ces"]
    why = {q.touchpoint: q.why for q in questions if q.touchpoint}
    assert why["t10"] == why["t11"] == why["t12"] == ("lowest",)
    assert why["t5"] == ("contested",)
    assert why["t3"] == ("moment",)
    assert why["t7"] == why["t9"] == ("important",)
    assert [q.touchpoint for q in questions if q.touchpoint] == ["t1", "t3", "t5", "t7", "t9", "t10", "t11", "t12"]


def test_without_scores_the_path_is_asked_about_and_votes_stand_for_flags():
    journey = twelve()
    assert next(iter(reasons(journey, path_figures(journey, scores_frame([]))))) == "t3"
    plain = journey.changed(touchpoints=[t.model_copy(update={"moment_of_truth": None}) for t in journey.touchpoints])
    votes = scores_frame([{"round": 1, "participant": "a", "touchpoint": "t8", "moment_of_truth": 3}])
    assert reasons(plain, path_figures(plain, votes))["t8"] == ("moment",)


def test_what_is_not_asked_now_is_asked_in_a_later_wave_and_what_hurts_in_every_one():
    journey = twelve()
    figures = path_figures(journey, SCORES)
    waves = rotation(journey, figures)
    assert waves == rotation(journey, figures)
    assert {id for wave in waves for id in wave} == set(figures.index)
    assert all(len(wave) == MOST_RATED and {"t3", "t5", "t10", "t11", "t12"} <= set(wave) for wave in waves)
    again = questionnaire(journey, figures, wave=len(waves) + 1)
    assert again == questionnaire(journey, figures)
    assert questionnaire(journey, figures, wave=2) != again


def test_the_team_chooses_touchpoints_the_kind_of_nps_and_the_words():
    own = {"touchpoints": ["t2", "t1"], "nps": "transactional", "texts": {"csat_t2": "How was T2?", "csat_gone": "x"}}
    journey = twelve(questionnaire=own)
    figures = path_figures(journey, SCORES)
    questions = questionnaire(journey, figures)
    assert [(q.touchpoint, q.text) for q in questions if q.touchpoint] == [("t1", ""), ("t2", "How was T2?")]
    assert questions[0].code == "nps-transactional"
    assert len(rotation(journey, figures)) == 1
    assert journey.remove_touchpoint("t2").questionnaire.touchpoints == ("t1",)


def test_personas_are_told_apart_in_words_that_a_customer_knows_or_not_at_all():
    people = [{"id": "anna", "name": "Anna", "segment": "families"}, {"id": "jan", "name": "Jan", "segment": "seniors"}]
    journey = twelve(personas=people)
    last = questionnaire(journey, path_figures(journey, SCORES))[-1]
    assert (last.kind, last.choices) == ("segment", (("anna", "families"), ("jan", "seniors")))
    alike = twelve(personas=[{**p, "segment": "", "name": "X"} for p in people])
    assert questionnaire(alike, path_figures(alike, SCORES))[-1].kind == "ces"


@settings(max_examples=6)
@given(st.lists(st.lists(st.integers(1, 5), min_size=12, max_size=12), max_size=6), st.integers(1, 9))
def test_no_questionnaire_is_longer_than_twelve_questions(scores, wave):
    journey = twelve(personas=[{"id": "anna", "segment": "a"}, {"id": "jan", "segment": "b"}])
    figures = path_figures(journey, rows(dict(zip("abcdef", scores, strict=False))))
    questions = questionnaire(journey, figures, wave)
    assert len(questions) <= MOST
    assert len({q.id for q in questions}) == len(questions)
    assert sum(q.kind == "csat" for q in questions) <= MOST_RATED


def test_a_talk_has_six_questions_each_about_another_touchpoint():
    journey = twelve()
    guide = interview_guide(journey, path_figures(journey, SCORES))
    assert [(q.code, q.touchpoint) for q in guide] == [
        ("last-time", ""), ("moment", "t3"), ("lowest", "t10"), ("wait", "t12"), ("leave", ""), ("unasked", ""),
    ]  # fmt: skip
    bare = small_journey()
    codes = [q.code for q in interview_guide(bare, path_figures(bare, scores_frame([])))]
    assert codes == ["last-time", "moment-any", "lowest-any", "wait-any", "leave", "unasked"]


@pytest.mark.parametrize("code", languages())
def test_questions_of_the_kit_pass_its_own_check(code):
    names = {"client": "AGD Nord", "title": "ABC", "touchpoint": "ABC"}
    for sentence in QUESTIONS.values():
        assert wording(speak(code)(sentence, **names), code) == [], sentence


@pytest.mark.parametrize("code", languages())
def test_a_good_question_raises_nothing(code):
    assert {text: [f.place for f in wording(text, code)] for text in GOOD[code] if wording(text, code)} == {}


@pytest.mark.parametrize("code", languages())
def test_a_bad_question_is_pointed_at_for_what_is_wrong_with_it(code):
    missed = [(text, fault) for text, fault in BAD[code] if fault not in {f.place for f in wording(text, code)}]
    assert missed == []


def test_a_long_chinese_question_is_counted_in_signs_and_an_unknown_language_by_its_length_alone():
    assert [f.place for f in wording("您" * 41, "zh")] == ["long"]
    assert wording("Et toujours et jamais?", "fr") == []


def test_a_touchpoint_whose_name_joins_two_things_is_no_fault_of_the_question():
    journey = small_journey(touchpoints=[{"id": "a", "stage": "before", "name": "Delivery and installation"}], paths=[])
    rating = questionnaire(journey, path_figures(journey, scores_frame([])))[2]
    asked = question_text(speak("en"), rating)
    assert "Delivery and installation" in asked
    assert wording(asked, "en") == []
    bare = asked.replace("“", "").replace("”", "")
    assert [(f.place, f.values["word"]) for f in wording(bare, "en")] == [("double", "and")]
