"""The first screen: choose or begin a client, and where it stands."""

import re

import ipywidgets as widgets
import pytest

from cjmkit import clients, edit_teams, new_workshop, open_workshop, start_workshop
from cjmkit.workshop import about_starters


@pytest.fixture
def opened(workshops):
    """What was opened and remembered, by name."""
    (workshops / "fridge" / ".sample").touch()
    return []


def begin(client, opened):
    def on_open(name, *, remember=True):
        if remember and name:
            opened.append(name)
        return open_workshop(name)

    return start_workshop(client, clients=clients, on_open=on_open, on_new=new_workshop, starters=about_starters())


def plain(html):
    return re.sub("<[^>]+>", " ", html)


def test_without_a_client_it_asks_for_one_and_calls_it_no_fault(opened):
    start = begin(None, opened)
    assert "No client is open yet" in start.board.html
    assert start.note.value == ""
    assert [value for _, value in start.list.options] == ["fridge"]


def test_a_client_that_is_not_there_is_told_in_one_sentence(opened):
    start = begin("fridg", opened)
    assert "There is no client &#x27;fridg&#x27;. Did you mean fridge?" in start.note.value


def test_the_list_says_how_far_each_client_is(opened):
    new_workshop("acme")
    start = begin(None, opened)
    assert [shown for shown, _ in start.list.options] == [
        "acme · ○○✓○○○○○○ · saved today",
        "AGD Nord (fridge) · ✓✓✓✓✓✓✓✓✓ · sample, stays as it is · Zakup lodówki (przykład, liczby zmyślone)",
    ]
    assert opened == []  # looking into the clients opens none of them


def test_a_broken_client_does_not_stop_the_others(opened, workshops):
    (workshops / "broken").mkdir()
    (workshops / "broken" / "journey.json").write_text("{", "utf-8")
    assert "broken · cannot be opened" in [shown for shown, _ in begin(None, opened).list.options]


def test_choosing_a_client_opens_and_remembers_it(opened):
    new_workshop("acme")
    start = begin("fridge", opened)
    start.list.value = "acme"
    assert opened == ["fridge"]  # not by walking through the list
    start.choose.click()
    assert opened == ["fridge", "acme"]
    assert "acme" in plain(start.board.html)


def test_a_new_client_begins_from_a_starter_in_its_language(opened):
    start = begin(None, opened)
    start.fold.selected_index = 0
    start.name.value, start.language.value, start.starter.value = "AGD Nord", "pl", "retail"
    start.begin.click()
    assert start.opened.journey.client == "AGD Nord"
    assert start.opened.journey.language == "pl"
    assert opened == [start.opened.client]
    assert "Dalej:" in start.board.html
    assert start.choose.description == "Pracuj z tym klientem"
    assert start.fold.selected_index is None


@pytest.mark.parametrize(("name", "said"), [("", "A client needs a name."), ("fridge", "There is a client")])
def test_a_name_that_cannot_be_is_one_sentence_and_what_was_typed_stays(opened, name, said):
    start = begin(None, opened)
    start.name.value = name
    start.begin.click()
    assert said in start.note.value
    assert start.name.value == name
    assert start.opened is None


def test_a_starter_is_described_in_the_language_that_is_chosen(opened):
    start = begin(None, opened)
    start.starter.value = "retail"
    english = start.about.value
    start.language.value = "pl"
    assert start.starter.value == "retail"
    assert start.about.value not in ("", english)


def test_a_sample_says_that_nothing_is_kept_and_is_copied_with_one_press(opened):
    start = begin("fridge", opened)
    assert "To przykład: zmiany w nim nie zostają" in plain(start.board.html)
    start.duplicate.click()
    assert start.opened.client == "fridge-copy"
    assert "przykład: zmiany" not in start.board.html
    assert start.duplicate.layout.display == "none"
    start.opened.save(title="Kept")
    start.list.value = "fridge"
    start.choose.click()
    start.duplicate.click()
    assert start.opened.client == "fridge-copy-2"


def test_a_copy_of_another_client_is_begun_like_any_other(opened):
    start = begin(None, opened)
    start.name.value, start.starter.value = "mine", "copy of fridge"
    start.begin.click()
    assert len(start.opened.journey.touchpoints) == 18


def test_the_other_screens_are_those_of_the_client_that_is_open(opened):
    new_workshop("acme")
    start = begin(None, opened)
    place = start.screen(lambda ws: widgets.Label(ws.client))
    assert "Choose or begin a client first" in place.children[0].value
    for name in ("acme", "fridge"):
        start.list.value = name
        start.choose.click()
        assert place.children[0].value == name


def test_what_is_saved_on_another_screen_shows_at_once(opened):
    new_workshop("acme")
    start = begin("acme", opened)
    place = start.screen(lambda ws: edit_teams(ws.journey, ws.save, follow=ws.follow))
    assert "3 people invited" not in start.board.html
    place.children[0].fields[2].control.value = "Sales: 3"
    assert "3 people invited" in start.board.html


def test_every_step_is_a_link_and_says_what_it_needs_first(opened):
    new_workshop("acme")
    html = begin("acme", opened).board.html
    assert re.findall(r'<td>\S+ <a href="(\w+)\.ipynb"', html)[4:6] == ["04_touchpoints", "05_scoring"]
    assert "add a persona: every map is drawn for one" in html
    assert 'Go on with:</b> <a href="01_personas.ipynb"' in html
