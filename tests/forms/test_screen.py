"""A screen is a thin view: the bar says what is saved, faults are one sentence, nothing typed is lost."""

import asyncio

import pytest
from conftest import small_journey

from cjmkit.errors import ConflictError, StorageError
from cjmkit.forms import fields
from cjmkit.forms.records import Records, new_id
from cjmkit.forms.screen import Screen
from cjmkit.journey import Persona


class People(Screen):
    def build(self):
        shown = [fields.text("name", "Name"), fields.share("share", "Share", self.say)]
        self.people = Records(
            self, "personas", shown, lambda p: p.name, lambda j: Persona(id=new_id("", ids(j), "persona"))
        )
        return [self.people]

    def show(self):
        self.people.show()

    def draw(self):
        return " ".join(p.name for p in self.journey.personas)

    def missing(self):
        return "" if all(p.name for p in self.journey.personas) else "one has no name"


def ids(journey):
    return [p.id for p in journey.personas]


class Disk:
    def __init__(self, journey):
        self.journey, self.error = journey, None

    def save(self, **parts):
        if self.error:
            raise self.error
        self.journey = self.journey.changed(**parts)
        return self.journey


@pytest.fixture
def disk():
    return Disk(small_journey())


@pytest.fixture
def screen(disk):
    return People(disk.journey, disk.save)


def name_of(screen):
    return screen.people.fields[0].control


def test_what_is_typed_is_saved_and_the_picture_follows(screen, disk):
    name_of(screen).value = "Ania"
    assert disk.journey.personas[0].name == "Ania"
    assert screen.picture.value == "Ania"
    assert screen.bar.text.startswith("saved ")


def test_a_draft_with_gaps_saves_and_the_bar_says_what_is_missing(screen, disk):
    screen.people.add.click()
    assert ids(disk.journey) == ["anna", "persona"]
    assert screen.bar.text.endswith("one has no name")


def test_a_wrong_value_is_a_sentence_by_its_field_and_stays_as_typed(screen, disk):
    field = screen.people.fields[1]
    field.control.value = "lots"
    assert "such as 12.5, not “lots”" in field.fault.value
    assert (field.control.value, disk.journey.personas[0].share) == ("lots", None)
    field.control.value = "40"
    assert (field.fault.layout.display, disk.journey.personas[0].share) == ("none", 0.4)


def test_add_move_remove_and_all_of_it_undone_and_redone(screen, disk):
    screen.people.add.click()
    name_of(screen).value = "Henryk"
    screen.people.up.click()
    assert [p.name for p in disk.journey.personas] == ["Henryk", "Anna"]
    screen.people.remove.click()
    assert [p.name for p in disk.journey.personas] == ["Anna"]
    for _ in range(4):
        screen.bar._handle_custom_msg({"do": "undo"}, [])
    assert [p.name for p in disk.journey.personas] == ["Anna"]
    assert not screen.bar.can_undo
    for _ in range(3):
        screen.bar._handle_custom_msg({"do": "redo"}, [])
    assert [p.name for p in disk.journey.personas] == ["Henryk", "Anna"]


def test_a_full_disk_is_one_sentence_and_trying_again_saves(screen, disk):
    disk.error = StorageError("The disk is full.")
    name_of(screen).value = "Ania"
    assert screen.bar.tone == "problem"
    assert screen.bar.text == "The disk is full. What you entered is still here, not saved."
    assert name_of(screen).value == "Ania"
    disk.error = None
    screen.bar._handle_custom_msg({"do": "save"}, [])
    assert (screen.bar.tone, disk.journey.personas[0].name) == ("saved", "Ania")


def test_a_conflict_offers_its_three_ways_in_words(screen, disk):
    theirs = disk.journey.changed(title="theirs")
    ways = dict.fromkeys(["merge", "reload", "keep_both"], lambda: (theirs, None))
    disk.error = ConflictError("{client} was changed", theirs=theirs, base=disk.journey, ways=ways, client="x")
    name_of(screen).value = "Ania"
    assert [way["label"] for way in screen.bar.ways] == ["Put both together", "Take theirs", "Set mine aside"]
    assert "reload()" not in screen.bar.text
    screen.bar._handle_custom_msg({"do": "settle", "way": "reload"}, [])
    assert (screen.journey.title, screen.bar.ways, name_of(screen).value) == ("theirs", [], "Anna")


def test_a_way_out_that_the_disk_refuses_is_said_and_the_ways_stay_open(screen, disk):
    def refused():
        raise StorageError("The disk is full.")

    ways = dict.fromkeys(["merge", "reload"], refused)
    disk.error = ConflictError("{client} was changed", theirs=disk.journey, base=disk.journey, ways=ways, client="x")
    name_of(screen).value = "Ania"
    screen.bar._handle_custom_msg({"do": "settle", "way": "merge"}, [])
    assert screen.bar.text == "The disk is full."
    assert [way["name"] for way in screen.bar.ways] == ["merge", "reload"]
    assert name_of(screen).value == "Ania"


def test_in_polish_the_bar_speaks_polish(disk):
    screen = People(disk.journey.changed(language="pl"), disk.save)
    name_of(screen).value = "Ania"
    assert screen.bar.text.startswith("zapisano ")
    assert screen.bar.words["undo"] == "Cofnij"


def typing(screen, *steps):
    """What a user does while the kernel's loop runs, and then a moment of rest."""

    async def session():
        for step in steps:
            step()
            await asyncio.sleep(0)
        seen = screen.bar.text
        await asyncio.sleep(0.7)
        return seen

    return asyncio.run(session())


def test_while_typing_goes_on_the_bar_says_that_it_is_not_saved_yet(screen, disk):
    seen = typing(screen, lambda: setattr(name_of(screen), "value", "An"))
    assert seen == "not saved yet …"
    assert disk.journey.personas[0].name == "An"


def test_what_was_typed_goes_to_its_own_record_even_if_another_is_chosen_at_once(screen, disk):
    screen.people.add.click()
    screen.people.choose(0)
    typing(screen, lambda: setattr(name_of(screen), "value", "Ania"), lambda: setattr(screen.people.list, "value", 1))
    assert [p.name for p in disk.journey.personas] == ["Ania", ""]


def test_without_that_care_the_name_would_land_on_the_wrong_one(disk):
    class Careless(People):
        def flush(self):
            self._waiting.clear()

    screen = Careless(disk.journey, disk.save)
    screen.people.add.click()
    screen.people.choose(0)
    typing(screen, lambda: setattr(name_of(screen), "value", "Ania"), lambda: setattr(screen.people.list, "value", 1))
    assert [p.name for p in disk.journey.personas] != ["Ania", ""]


def test_ids_are_made_from_names_in_any_script_and_never_twice():
    assert new_id("Łódź – pokaz żużlowy", [], "touchpoint") == "lodz-pokaz-zuzlowy"
    assert new_id("论坛", ["touchpoint"], "touchpoint") == "touchpoint-2"
    assert len(new_id("x" * 500, [], "touchpoint")) <= 64
