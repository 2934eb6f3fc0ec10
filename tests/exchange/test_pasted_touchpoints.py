"""Sixty rows from somebody's spreadsheet: each is read, or told by its row; none vanishes."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjmkit.errors import CJMError, InputError
from cjmkit.exchange.touchpoints import read_touchpoints
from cjmkit.journey import Journey, Persona, Stage, Touchpoint
from cjmkit.language import speak

EN, PL = speak("en"), speak("pl")
JOURNEY = Journey(
    stages=[Stage(id="awareness", name="Świadomość"), Stage(id="buying", name="Zakup"), Stage(id="use", name="Użycie")],
    personas=[Persona(id="anna", name="Anna")],
    touchpoints=[Touchpoint(id="forum", stage="awareness", name="Forum")],
)


def read(text, say=EN, **more):
    return read_touchpoints(text, JOURNEY, say, **more)


def told(pasted, say=EN):
    return [say.error(fault) for fault in pasted.faults]


def test_without_a_heading_the_stage_is_the_column_that_names_stages():
    assert [
        (t.stage, t.name, t.channel) for t in read("Zakup\tKasa\tsklep\nużycie\tInfolinia\ttelefon").touchpoints
    ] == [
        ("buying", "Kasa", "sklep"),
        ("use", "Infolinia", "telefon"),
    ]
    assert read("Kasa;Zakup;sklep").touchpoints[0].stage == "buying"
    assert read("Kasa,sklep\nInfolinia,telefon", stage="use").touchpoints[1].channel == "telefon"
    assert [t.stage for t in read("Kasa\nInfolinia, czynna do 16\nKurier", stage="use").touchpoints] == ["use"] * 3


def test_a_heading_may_be_in_english_or_in_the_language_of_the_workshop():
    english = "Touchpoint,Stage,Owner,Kind,Lasts,Party,Reach\nA month's wait,use,Dostawa,wait,30 days,partner,12.5%"
    polish = (
        "Punkt styku;Etap;Odpowiedzialny;Rodzaj;Trwa;Strona;Zasięg\n"
        "A month's wait;UŻYCIE;Dostawa;czekanie;30\u00a0dni;partner;12,5\u00a0%"
    )
    for text, say in ((english, EN), (polish, PL)):
        (t,) = read(text, say).touchpoints
        assert (t.stage, t.owner, t.kind, t.lasts, t.party, t.reach) == (
            "use",
            "Dostawa",
            "wait",
            "P30D",
            "partner",
            0.125,
        )


def test_a_cell_in_quotation_marks_may_hold_line_breaks_and_a_quotation_mark_alone_is_one():
    pasted = read('name\tpain\n"Kasa"\t"kolejka\nbrak ""miejsc"""\n"Och" mówi\tnic\n"Ach\tnic\nOn\t2" ekran')
    assert [(t.name, t.pain) for t in pasted.touchpoints] == [
        ("Kasa", 'kolejka\nbrak "miejsc"'),
        ('"Och" mówi', "nic"),
        ('"Ach', "nic"),
        ("On", '2" ekran'),
    ]


def test_an_empty_stage_is_that_of_the_row_above_also_for_what_stays_in_the_box():
    pasted = read("stage\tname\tkind\nUżycie\tKurier\t\n\tMontaż\t\n\tWizyta\tvisit")
    assert [t.stage for t in pasted.touchpoints] == ["use", "use"]
    assert "Użycie\tWizyta\tvisit" in pasted.left


def test_a_stage_that_is_none_is_told_with_the_nearest_and_can_be_corrected_in_the_box():
    pasted = read("Zakup;Kasa;sklep\nZakop;Paragon;sklep\nXyz;Torba;sklep")
    assert told(pasted) == [
        "row 2: “Zakop” is no stage of this journey. Did you mean “Zakup”?",
        "row 3: “Xyz” is no stage of this journey. There are: Świadomość, Zakup, Użycie.",
    ]
    again = read(pasted.left)
    assert again.touchpoints == ()
    assert told(again) == told(pasted)
    assert [t.name for t in read(pasted.left.replace("Zakop", "Zakup")).touchpoints] == ["Paragon"]


def test_a_name_that_is_there_already_or_stands_twice_is_told():
    pasted = read("Świadomość;FORUM\nZakup;Kasa\nZakup; kasa \nUżycie;Kasa")
    assert told(pasted) == [
        "row 2: “FORUM” is in this stage already",
        "row 3: “kasa” was pasted twice for this stage",
    ]
    assert [t.stage for t in pasted.touchpoints] == ["buying", "use"]
    assert str(pasted.notes[0]) == "“Kasa”: was added, although Zakup has one of the same name"


def test_columns_that_are_none_are_told_and_a_slip_is_read_and_told():
    pasted = read("Stage;Name;Chanel;Ulubiony kolor\nZakup;Kasa;sklep;zielony")
    assert pasted.touchpoints[0].channel == "sklep"
    assert [str(note)[:60] for note in pasted.notes] == [
        "“Chanel”: the heading was read as “Channel”",
        "“Ulubiony kolor”: touchpoints have no such column, its cells",
    ]
    with pytest.raises(InputError, match="must have “Name”"):
        read("Stage;Channel;Owner\nZakup;sklep;Anna")
    with pytest.raises(InputError, match="No cell names a stage"):
        read("Kupowanie;Kasa;sklep\nKupowanie;Torba;sklep")


def test_what_does_not_fit_its_column_is_told_with_what_would_be_right():
    head = "name;kind;lasts;reach;personas;evidence\n"
    pasted = read(head + "a;waiting;;;;\nb;;soon;;;\nc;;;120%;;\nd;;;;Ana;\ne;;;;;guess\n;wait;;;;\nf;;;;;;;x")
    assert told(pasted) == [
        "row 2: “waiting” is none of those possible here. Did you mean “wait”?",
        "row 3: This must be a duration such as “30 days”, not “soon”.",
        "row 4: Reach must be a percentage from 0 to 100, not “120%”.",
        "row 5: “Ana” is no persona of this journey. Did you mean “Anna”?",
        "row 6: “guess” is none of those possible here. There are: assumed, observed, measured.",
        "row 7: has no name",
        "row 8: has more cells than the 6 columns; put a heading above that names each",
    ]


def sixty_rows():
    """Polish and Chinese, a stage misspelt in every tenth row, names twice, a kind that is none, a cell too many."""
    stages = ["Świadomość", "Zakup", "użycie"]
    rows = []
    for n in range(60):
        name = (
            f"客户在论坛上提问 {n}" if n % 3 == 0 else f"Zażółć gęślą jaźń\u00a0{n}" if n % 3 == 1 else f"Kasa nr {n}"
        )
        stage, kind, more = stages[n % 3], "", ""
        if n % 10 == 4:
            stage = "Zakóp"
        if n % 15 == 7:
            name = "Kasa nr 2"
            stage = "użycie"
        if n % 20 == 9:
            kind = "oczekiwanie"
        if n % 30 == 11:
            more = "\tco to?"
        rows.append(f"{stage}\t{name}\t网站\t{kind}{more}")
    return rows


def test_of_sixty_rows_each_is_in_or_told():
    rows = sixty_rows()
    pasted = read("Etap\tNazwa\tKanał\tRodzaj\n" + "\n".join(rows), PL)
    left = pasted.left.splitlines()[1:]
    assert len(pasted.touchpoints) + len(left) == 60
    assert {int(fault.place.removeprefix("row ")) for fault in pasted.faults} == set(range(2, len(left) + 2))
    wrong = [n for n in range(60) if n % 10 == 4 or (n % 15 == 7) or n % 20 == 9 or n % 30 == 11]
    assert len(left) == len(wrong)
    assert all(t.channel == "网站" for t in pasted.touchpoints)
    assert not any("\u00a0" in t.name for t in pasted.touchpoints)


CELLS = st.text(st.sampled_from("aż论 \u00a0\"',;0"), max_size=6)
STAGES = st.sampled_from(["Zakup", "Zakóp", "use", ""])
ROWS = st.lists(st.tuples(STAGES, CELLS) | st.lists(CELLS | STAGES, min_size=1, max_size=6), max_size=8)
HEADS = st.sampled_from(["", "stage\tname\tchannel\n", "Name\tKind\tLasts\tPain\n", "Etap;Nazwa;Kanał\n"])


def vanished(reader, text):
    """The letters of the rows that are neither in a touchpoint nor in what is left; the reader's refusals keep all."""
    try:
        pasted = reader(text)
    except InputError:
        return set()
    kept = " ".join([pasted.left, *(t.model_dump_json() for t in pasted.touchpoints)]).casefold()
    return {word for word in re.findall(r"\w+", text.casefold()) if word not in kept}


@settings(max_examples=150, deadline=None)
@given(HEADS, ROWS, st.sampled_from("\t;,"), st.booleans())
def test_no_row_vanishes(head, rows, sign, quoted):
    cells = [['"' + cell.replace('"', '""') + '"' if quoted else cell for cell in row] for row in rows]
    body = "\n".join(sign.join(row) for row in cells)
    known = {"stage", "name", "channel", "kind", "lasts", "pain", "etap", "nazwa", "kanał", "zakup"}
    assert vanished(lambda text: read(text, PL), head + body) - known == set()


def test_a_reader_that_drops_what_it_does_not_understand_is_caught():
    def in_a_hurry(text):
        pasted = read(text, PL)
        return type(pasted)(pasted.touchpoints)

    assert vanished(in_a_hurry, "Zakup;Kasa\nZakóp;Torba") >= {"zakóp", "torba"}


def test_of_500_damaged_tables_nothing_but_a_named_error_escapes():
    chance = random.Random(20261121)
    whole = "Etap\tNazwa\tRodzaj\tTrwa\n" + "\n".join(sixty_rows())
    for _ in range(500):
        letters = list(whole[: chance.randrange(len(whole))])
        for _ in range(chance.randrange(1, 30)):
            letters.insert(chance.randrange(len(letters) + 1), chance.choice('\t;,"\n\r\0\u2028\ufeff%P9名'))
        text = "".join(letters)
        try:
            pasted = read(text, PL)
        except CJMError:
            continue
        JOURNEY.changed(touchpoints=(*JOURNEY.touchpoints, *pasted.touchpoints))


def test_so_many_rows_that_no_screen_could_hold_them_are_refused():
    with pytest.raises(InputError, match="paste at most 300"):
        read("\n".join(f"Zakup;{n}" for n in range(301)))
    with pytest.raises(InputError, match="Put in the stages first"):
        read_touchpoints("Kasa", Journey(), EN)
