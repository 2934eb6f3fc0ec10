import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import cjmkit
from cjmkit.errors import JourneyError, UsageError
from cjmkit.journey import Journey
from cjmkit.language import FOLDER, languages, speak
from cjmkit.language.collect import KEYWORDS, sentences

PACKAGE = Path(cjmkit.__file__).parent
FOUND = {m.id: m for m in sentences() if m.id}
# Rooms that speak to people; the others raise errors, whose sentences are collected too.
SPEAKING = ("charts", "forms", "lessons", "reports", "room", "runs", "cli")


def catalogue(code):
    with (FOLDER / f"{code}.po").open("rb") as file:
        return {m.id: m for m in read_po(file) if m.id}


def gaps_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("code", [code for code in languages() if code != "en"])
def test_every_sentence_of_the_code_is_translated_and_none_is_left_over(code):
    there = catalogue(code)
    assert set(FOUND) - set(there) == set()
    assert set(there) - set(FOUND) == set()
    empty = [id for id, m in there.items() if not (all(m.string) if m.pluralizable else m.string) or m.fuzzy]
    assert empty == []


@pytest.mark.parametrize("code", [code for code in languages() if code != "en"])
def test_a_translation_has_the_gaps_of_its_sentence(code):
    for id, message in catalogue(code).items():
        forms = message.string if message.pluralizable else (message.string,)
        wanted = gaps_of(id[-1] if isinstance(id, tuple) else id)
        for form in forms:  # "the same one" needs no number
            assert gaps_of(form) | {"n"} == wanted | {"n"} if message.pluralizable else gaps_of(form) == wanted, id


def loose_words(source: str) -> list[str]:
    """Literals with words in them that are put into a text block, a table or a chart without being translated."""
    shown = {"Text", "Bullets", "Card", "Cards", "Table", "Section", "Quote", "TitleParams", "print", "Finding", "tell"}
    loose = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in shown:
            for part in [
                *node.args,
                *(k.value for k in node.keywords if k.arg in ("title", "caption", "text", "help")),
            ]:
                loose += [
                    c.value for c in constants(part) if re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}|^[A-Z][a-z]{2,}", c.value)
                ]
    return loose


def constants(node):
    """The texts in an expression, those inside `say(...)` left out."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in KEYWORDS:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from constants(child)


@pytest.mark.parametrize("room", SPEAKING)
def test_no_literal_escapes_the_catalogues(room):
    place = PACKAGE / room
    names = {"Python", "English", "Polski"}
    for path in [place] if place.is_file() else place.rglob("*.py"):
        assert [w for w in loose_words(path.read_text("utf-8")) if w not in names] == [], path.name


def test_a_literal_that_escaped_would_be_caught():
    assert loose_words('Text("Nobody has scored yet.")') == ["Nobody has scored yet."]
    assert loose_words('Card(say("Fine"), "Not fine at all")') == ["Not fine at all"]
    assert loose_words('Text(say("Nobody has scored yet."))') == []


def hidden(source: str) -> list[str]:
    """Sentences said inside an f-string, where what collects the sentences cannot see them."""
    inside = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr)]
    calls = [c for node in inside for c in ast.walk(node) if isinstance(c, ast.Call)]
    said = [c for c in calls if getattr(c.func, "id", getattr(c.func, "attr", "")) in KEYWORDS]
    return [c.args[0].value for c in said if c.args and isinstance(c.args[0], ast.Constant)]


@pytest.mark.parametrize("room", SPEAKING)
def test_no_sentence_hides_inside_an_f_string(room):
    place = PACKAGE / room
    for path in [place] if place.is_file() else place.rglob("*.py"):
        assert hidden(path.read_text("utf-8")) == [], path.name


def test_a_sentence_that_hides_would_be_caught():
    assert hidden("f\"<p>{say('Nobody yet')}</p>\"") == ["Nobody yet"]
    assert hidden("name = say('Nobody yet')\nf'<p>{name}</p>'") == []


@pytest.mark.parametrize(("code", "forms"), [("en", "abbbb"), ("pl", "abccc"), ("ru", "abcca"), ("zh", "aaaaa")])
def test_a_plural_has_the_forms_of_its_language(code, forms):
    said = [speak(code).plural("{n} vote of the room", "{n} votes of the room", n) for n in (1, 2, 5, 12, 21)]
    rest = [re.sub(r"\d+", "", form) for form in said]
    kinds = list(dict.fromkeys(rest))
    assert "".join("abc"[kinds.index(form)] for form in rest) == forms


@pytest.mark.parametrize(
    ("code", "ordered"),
    [
        ("en", "eat éclair Zoe"),
        ("pl", "cud ćma dom Lublin Łódź Zebra Żółw"),
        ("ru", "Анна ель ёлка жук"),
        ("zh", "北京 广州 上海"),
    ],
)
def test_lists_stand_in_the_order_of_the_language(code, ordered):
    words = ordered.split()
    assert sorted({*words}, key=speak(code).place) == words
    if code in ("pl", "zh"):  # the order of code points would not do
        assert sorted(words) != words


@pytest.mark.parametrize(
    ("code", "number", "percent", "day"),
    [
        ("en", "−12,345.7", "48%", "June\xa030,\xa02027"),
        ("pl", "−12\xa0345,7", "48\xa0%", "30\xa0czerwca\xa02027"),
        ("ru", "−12\xa0345,7", "48\xa0%", "30\xa0июня\xa02027\xa0г."),
        ("zh", "−12,345.7", "48%", "2027年6月30日"),
    ],
)
def test_numbers_and_dates_are_those_of_the_language(code, number, percent, day):
    say = speak(code)
    assert (say.number(-12345.678, 1), say.percent(0.48), say.date("2027-06-30")) == (number, percent, day)


def test_a_missing_number_is_a_dash_and_minus_zero_is_zero():
    assert speak("en").number(float("nan")) == "–"
    assert speak("en").number(-0.001, 1) == "0.0"


def test_an_error_is_said_in_the_language_with_all_its_faults():
    with pytest.raises(JourneyError) as caught:
        Journey.from_data({"stages": [{"id": "a", "phase": "x"}]})
    said = speak("pl").error(caught.value)
    assert "stages[a].phase" in said
    assert "must be" not in said


def test_a_language_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(UsageError, match=r"There is no language xx\. There are: en, pl, ru, zh\."):
        speak("xx")


UNBOUND = re.compile(r"[\d}] ?%(?![\w-])")  # but 95%-ный


@pytest.mark.parametrize("code", ["pl", "ru"])
def test_between_a_number_and_its_percent_sign_stands_a_space_that_does_not_break(code):
    texts = [text for m in catalogue(code).values() for text in (m.string if m.pluralizable else (m.string,))]
    assert [text for text in texts if UNBOUND.search(text)] == []
    assert not UNBOUND.search(speak(code).percent(0.95))
    assert all(UNBOUND.search(text) for text in ("95% interval", "95 %", "{share}%"))  # as it was


@pytest.mark.parametrize("code", [code for code in languages() if code != "en"])
def test_a_unit_stands_by_its_number_in_every_language(code):
    said = speak(code)("{kpi}: {start}\xa0→ {end}\xa0{unit}", kpi="Paid", start="26", end="32", unit="%")
    assert said.endswith("32\xa0%")


def test_the_parts_of_a_short_date_that_belong_together_stay_together():
    assert [speak(code).date("2026-11-21", "medium") for code in ("en", "pl", "ru", "zh")] == [
        "Nov\u00a021, 2026".replace("\u00a0", " "), "21\u00a0lis 2026", "21\u00a0нояб. 2026\u00a0г.", "2026年11月21日"
    ]  # fmt: skip


QUOTES_IN_CODE = re.compile(r"f[\"'][^\"'\n]*[“„«]")


def test_a_name_is_quoted_as_its_language_quotes_and_nowhere_by_the_code_itself():
    assert [speak(code).quoted("A") for code in ("en", "pl", "ru", "zh")] == ["“A”", "„A”", "«A»", "“A”"]
    files = [file for file in PACKAGE.rglob("*.py") if QUOTES_IN_CODE.search(file.read_text("utf-8"))]
    assert files == []
    assert QUOTES_IN_CODE.search('say.list(f"“{name}”" for name in names)')
