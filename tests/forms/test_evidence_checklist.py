"""The evidence checklist: a tick says how it is, a line says who brings what by when."""

import re
from datetime import date

from conftest import small_journey

from cjmkit.forms.evidence import SOURCES, EvidenceScreen, check_evidence
from cjmkit.method.evidence import INSIDE, OUTSIDE
from cjmkit.workshop import open_workshop

TODAY = date(2027, 2, 1)


class Disk:
    def __init__(self, journey):
        self.journey = journey
        self.saves = 0

    def save(self, **parts):
        self.saves += 1
        self.journey = self.journey.changed(**parts)
        return self.journey


def opened(kind=check_evidence, **parts):
    disk = Disk(small_journey(**parts))
    given = {"follow": None} if kind is not check_evidence else {}
    return kind(disk.journey, disk.save, today=lambda: TODAY, **given), disk


def lines(disk):
    return [(c.stage, c.source, c.state, c.who) for c in disk.journey.checklist]


def field(screen, name):
    return next(f for f in screen.fields if f.name == name)


def test_the_matrix_has_every_source_for_every_stage_and_for_all():
    screen, _ = opened()
    places = set(re.findall(r'data-choose="tick\|([^|]*)\|([^"]*)"', screen.matrix.value))
    assert places == {(stage, source) for stage in ("", "before", "use") for source in (*INSIDE, *OUTSIDE)}
    assert set(SOURCES) == {*INSIDE, *OUTSIDE}


def test_a_tick_goes_on_to_the_next_state_and_is_saved():
    screen, disk = opened()
    screen.matrix.choose("tick|use|crm")
    assert lines(disk) == [("use", "crm", "there", "")]
    screen.matrix.choose("tick|use|crm")
    assert lines(disk) == [("use", "crm", "asked", "")]
    assert field(screen, "state").value() == "asked"
    assert 'data-state="asked"' in screen.matrix.value
    screen.draft.undo()
    assert lines(disk) == []


def test_who_and_when_belong_to_the_place_that_was_ticked_last():
    screen, disk = opened()
    screen.matrix.choose("tick|use|crm")
    field(screen, "who").control.value = "Ewa"
    screen.matrix.choose("tick|before|talks")
    assert field(screen, "who").value() == ""
    field(screen, "due").control.value = date(2027, 1, 15)
    assert lines(disk) == [("use", "crm", "there", "Ewa"), ("before", "talks", "there", "")]
    assert disk.journey.checklist[1].due == date(2027, 1, 15)


def test_a_name_alone_asks_for_a_source_and_nothing_said_again_takes_it_away():
    screen, disk = opened()
    field(screen, "who").control.value = "Ewa"
    assert lines(disk) == [("", "observation", "asked", "Ewa")]
    field(screen, "state").control.value = ""
    assert lines(disk) == []


def test_a_source_is_asked_for_in_one_line_by_its_name_or_in_the_teams_own_words():
    screen, disk = opened()
    screen.line.enter(source="surveys of customers", stage="use", who="Ewa", due="2027-03-01")
    screen.line.enter(source="<i>drivers' diary</i>", stage="", who="", due="")
    assert lines(disk) == [("use", "surveys", "asked", "Ewa"), ("", "<i>drivers' diary</i>", "asked", "")]
    assert "<i>drivers" not in screen.matrix.value
    assert 'tick||&lt;i&gt;drivers&#x27; diary&lt;/i&gt;"' in screen.matrix.value
    assert "1 source has nobody who gets it" in screen.bar.text
    screen.matrix.choose("tick||<i>drivers' diary</i>")
    assert lines(disk)[1][2] == "missing"


def test_asking_again_keeps_who_was_named():
    screen, disk = opened(checklist=[{"source": "crm", "state": "missing", "who": "Ewa", "note": "2026"}])
    screen.line.enter(source="crm", stage="", who="", due="2027-03-01")
    screen.line.enter(source="CRM: contacts, purchases, notes", stage="", who="", due="2027-03-01")
    found = next(c for c in disk.journey.checklist if c.source == "crm")
    assert (found.state, found.who, found.note, found.due) == ("asked", "Ewa", "2026", date(2027, 3, 1))
    assert len(disk.journey.checklist) == 1


def shows_what_is_wanted(screen):
    shown = screen.picture.value
    return (
        "Who brings what by when" in shown and "overdue</b>" in shown and "nobody yet</b>" in shown and "Use" in shown
    )


WANTED = [
    {"stage": "use", "source": "crm", "state": "asked", "who": "Ewa", "due": "2027-01-15"},
    {"source": "talks", "state": "missing"},
    {"stage": "before", "source": "surveys", "state": "there"},
]


def test_who_brings_what_by_when_stands_under_the_matrix():
    screen, _ = opened(checklist=WANTED)
    assert shows_what_is_wanted(screen)
    assert "Surveys of customers" not in screen.picture.value
    screen.picture.choose("see|use|crm")
    assert screen.at == ("use", "crm")
    assert field(screen, "who").value() == "Ewa"


def test_a_list_of_what_is_there_instead_would_be_caught():
    class Careless(EvidenceScreen):
        def _wanted(self, check, today):
            return ""

    assert not shows_what_is_wanted(opened(Careless, checklist=WANTED)[0])


def test_what_the_map_rests_on_already_is_shown_beside_it():
    screen, _ = opened(sources=[{"id": "s", "file": "evidence/s.csv", "kind": "survey"}])
    assert "evidence/s.csv" in screen.picture.value
    assert "On the map already" in screen.picture.value


def test_the_stages_of_which_nothing_is_said_are_named():
    screen, _ = opened(checklist=[{"stage": "use", "source": "crm", "state": "there"}])
    assert "nothing is said yet of: Before" in screen.bar.text
    assert "tick what there is" in opened()[0].bar.text


def test_a_stage_that_goes_takes_the_chosen_place_along():
    screen, disk = opened()
    screen.matrix.choose("see|use|crm")
    screen.draft.follow(disk.journey.changed(stages=disk.journey.stages[:1], touchpoints=[], paths=[]), None)
    assert screen.at == ("", "crm")


def test_it_speaks_polish():
    screen, _ = opened(language="pl")
    assert "Bezpośrednie rozmowy z klientami" in screen.matrix.value


def test_two_who_tick_at_once_lose_nothing(workshops):
    one, other = open_workshop("fridge", workshops), open_workshop("fridge", workshops)
    here = check_evidence(one.journey, one.save, follow=one.follow)
    there = check_evidence(other.journey, other.save, follow=other.follow)
    here.matrix.choose("tick|retention|crm")
    there.matrix.choose("tick|retention|talks")
    assert there.draft.conflict is not None
    there.draft.settle("merge")
    assert there.draft.conflict is None
    assert {(c.source, c.state) for c in open_workshop("fridge", workshops).journey.checklist} == {
        ("crm", "there"), ("talks", "there"),
    }  # fmt: skip
