"""What nobody knows yet: as quick as a sticky note, and what is late or nobody's is in plain sight."""

from datetime import date

import pytest
from conftest import small_journey

from cjmkit.forms.unknowns import UnknownsScreen, edit_unknowns

TODAY = date(2027, 2, 1)


class Disk:
    def __init__(self, journey):
        self.journey = journey

    def save(self, **parts):
        self.journey = self.journey.changed(**parts)
        return self.journey


def opened(kind=edit_unknowns, **parts):
    disk = Disk(small_journey(**parts))
    given = {"follow": None} if kind is not edit_unknowns else {}
    return kind(disk.journey, disk.save, today=lambda: TODAY, **given), disk


def test_a_question_takes_one_line_and_is_saved():
    screen, disk = opened()
    screen.line.enter(question=" Does silence hurt? ", touchpoint="b", who="Delivery", due="2027-03-01")
    found = disk.journey.unknowns[0]
    assert (found.question, found.touchpoint, found.who, found.due) == (
        "Does silence hurt?",
        "b",
        "Delivery",
        date(2027, 3, 1),
    )
    assert "Does silence hurt?" in screen.picture.value
    assert screen.line.note == ""
    screen.draft.undo()
    assert disk.journey.unknowns == ()


def test_a_question_alone_is_enough_and_the_bar_says_what_is_missing():
    screen, disk = opened()
    screen.line.enter(question="Why?")
    assert len(disk.journey.unknowns) == 1
    assert "1 question has nobody who finds it out" in screen.bar.text
    screen.list.fields[2].control.value = "Sales"
    assert "1 question has no date" in screen.bar.text


def test_a_date_that_is_none_is_told_and_nothing_is_added():
    screen, disk = opened()
    screen.line.enter(question="Why?", due="soon")
    assert screen.line.note == "This must be a date such as 2027-06-30 or 30.06.2027, not “soon”."
    assert disk.journey.unknowns == ()


def test_pasted_rows_come_over_whole_and_what_cannot_be_read_is_told_by_its_row():
    screen, disk = opened()
    screen.line.paste("Czy boli cisza?\tDostawa\t30.06.2027\n\n为什么离开?\tJan\tsoon\nWhy?")
    assert [(u.question, u.who, str(u.due)) for u in disk.journey.unknowns] == [
        ("Czy boli cisza?", "Dostawa", "2027-06-30"), ("为什么离开?", "Jan", "None"), ("Why?", "", "None"),
    ]  # fmt: skip
    assert screen.line.note.startswith("3 questions came over. Row 2: This must be a date")


LATE = [{"question": "Later?", "who": "Jan", "due": "2027-05-01"}, {"question": "<b>Late?</b>", "who": "Jan", "due": "2027-01-31"},
        {"question": "Nobody's?"}]  # fmt: skip


def tells_what_is_late(screen):
    shown = screen.picture.value
    first = shown.index("Late?") < shown.index("Nobody") < shown.index("Later?")
    return first and shown.count("overdue</b>") == 1 and "1 overdue" in shown and "nobody yet</b>" in shown


def test_what_is_overdue_stands_first_then_what_is_nobodys():
    screen, _ = opened(unknowns=LATE)
    assert tells_what_is_late(screen)


def test_a_table_that_forgets_the_date_would_be_caught():
    class Careless(UnknownsScreen):
        def _row(self, n, unknown, today):
            return super()._row(n, unknown.model_copy(update={"due": None}), today)

    assert not tells_what_is_late(opened(Careless, unknowns=LATE)[0])


def test_words_are_shown_as_words_never_as_markup():
    screen, _ = opened(unknowns=LATE)
    assert "<b>Late?" not in screen.picture.value
    assert "&lt;b&gt;Late?" in screen.picture.value


def test_choosing_a_question_opens_its_details_and_each_field_is_saved():
    screen, disk = opened(unknowns=LATE)
    screen.picture.choose("1")
    assert screen.details.selected_index == 0
    assert screen.list.chosen.question == "<b>Late?</b>"
    screen.list.fields[1].control.value = "b"
    screen.list.fields[3].control.value = date(2027, 4, 1)
    assert (disk.journey.unknowns[1].touchpoint, disk.journey.unknowns[1].due) == ("b", date(2027, 4, 1))
    screen.list.remove.click()
    assert [u.question for u in disk.journey.unknowns] == ["Later?", "Nobody's?"]


def test_an_empty_list_says_what_to_ask():
    assert "No question yet" in opened()[0].picture.value


@pytest.mark.parametrize("language", ["en", "pl"])
def test_every_control_has_a_label(language):
    screen, _ = opened(language=language, unknowns=LATE)
    assert all(field.control.description for field in screen.list.fields)
    assert all(field["label"] for field in screen.line.fields)
