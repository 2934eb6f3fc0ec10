"""The workbook out and back: nothing changes by itself, every edit comes back, and what cannot be taken is told."""

import io
import random
import zipfile
from datetime import date

import pytest
from conftest import ROOT, small_journey
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from cjmkit.errors import CJMError, InputError, JourneyError
from cjmkit.exchange.sheets import SHEETS, translation_sheet
from cjmkit.exchange.spreadsheets import read_spreadsheet
from cjmkit.exchange.workbook import read_workbook
from cjmkit.journey import Journey
from cjmkit.language import languages, speak
from cjmkit.reports.report import Report
from cjmkit.reports.workbook import workbook_xlsx
from cjmkit.runs.opening import open_report
from cjmkit.tables import empty_scores

HOSTILE = ['=HYPERLINK("http://x.example","x")', "@SUM(A1)", "-1+1", "+1", "a\r\nb", "😀 emoji", "007", "None", "NO", "1,5",
           "2027-01-31", "TRUE", "_x000D_", "_x005F_x", "'quoted", " blank ", "\tTAB", "1e999", "http://x.example", "€" * 200]  # fmt: skip


@pytest.fixture(scope="module")
def client() -> Report:
    """A small journey with something on every sheet, in Polish."""
    touchpoints = [
        {"id": "forum", "stage": "before", "name": "Forum", "owner": "Obsługa", "channel": "www", "lasts": "PT5M",
         "quotes": [{"text": "Nikt nie odpisał.", "source": "ankieta", "evidence": "measured"}]},
        {"id": "web", "stage": "before", "name": "Strona", "owner": "Obsługa"},
        {"id": "wait", "stage": "use", "name": "Czekanie", "kind": "wait", "lasts": "P30D"},
    ]  # fmt: skip
    journey = small_journey(
        language="pl", touchpoints=touchpoints,
        personas=[{"id": "anna", "name": "Anna", "demographics": {"wiek": "34"}, "needs": ["spokój"]}, {"id": "henryk"}],
        paths=[{"id": "main", "persona": "anna", "touchpoints": ["forum", "web", "wait"]}],
        actions=[{"id": "message", "title": "SMS co tydzień", "due": "2026-12-15", "impact": 5, "touchpoints": ["wait"], "to": 7}],
        unknowns=[{"question": "Co boli?"}], messages=[{"persona": "anna", "stage": "use", "message": "Dzień dobry"}],
    )  # fmt: skip
    return Report(journey, empty_scores(), "pl")


@pytest.fixture(scope="module")
def made(client) -> bytes:
    return workbook_xlsx(client)


def report(journey: Journey, language: str = "en") -> Report:
    return Report(journey, empty_scores(), language)


def edited(content: bytes, *edits) -> bytes:
    """The workbook with cells set, as a person would: (sheet, row, column, value), a row that is not there begun below."""
    book = load_workbook(io.BytesIO(content))
    tabs = {str(tab["A1"].value).partition(".")[0]: tab for tab in book if "." in str(tab["A1"].value)}
    for sheet, row, column, value in edits:
        tab = tabs[sheet]
        at = [cell.value for cell in tab[1]].index(f"{sheet}.{column}") + 1
        names = [tab.cell(n, 1).value for n in range(1, tab.max_row + 1)]
        if row == "delete":
            tab.delete_rows(names.index(value) + 1)
            continue
        number = names.index(row) + 1 if row in names else tab.max_row + (1 if row == "new" else 0)
        cell = tab.cell(number, at)
        cell.value = value
        if isinstance(value, str) and row != "formula":
            cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def told(changes) -> list[str]:
    return [f"{c.kind} {c.place}: {c.was} → {c.to}" for c in changes.changes]


@pytest.mark.parametrize(("name", "language"), [("fridge", "zh"), ("running-shoes", "ru")])
def test_a_workbook_that_nobody_edited_changes_nothing(name, language):
    found = open_report(name, language=language, workshops=ROOT / "workshops")
    changes = read_workbook(workbook_xlsx(found), found.journey)
    assert told(changes) == []
    assert changes.warnings == ()
    assert changes.applied(found.journey) == found.journey


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=30) | st.sampled_from(HOSTILE)


@settings(max_examples=5, deadline=None)
@given(st.lists(texts, min_size=6, max_size=6), st.sampled_from([None, 0.1 + 0.2, 1 / 3, 1]))
def test_whatever_stands_in_a_journey_nothing_of_it_is_changed_by_going_out_and_in(words, share):
    name, pain, unit, need, quote, question = words
    journey = small_journey(
        personas=[{"id": "anna", "name": name, "share": share, "needs": [need, {"text": quote, "evidence": "observed"}],
                   "demographics": {unit: pain}, "channels": [unit]}],
        unknowns=[{"question": question}, {"question": question}],
        messages=[{"persona": "anna", "stage": "use", "message": pain, "status": unit}],
    )  # fmt: skip
    first = journey.touchpoints[0].model_copy(
        update={"pain": pain, "owner": unit, "lasts": "P1Y2M3DT4H", "reach": share}
    )
    journey = journey.changed(touchpoints=[first, *journey.touchpoints[1:]])
    changes = read_workbook(workbook_xlsx(report(journey)), journey)
    assert told(changes) == []
    assert changes.applied(journey) == journey


EDITS = [
    ("touchpoints", "forum", "owner", "Marketing"), ("touchpoints", "forum", "kind", "wait"),
    ("touchpoints", "forum", "decision", speak("pl")("improve")), ("touchpoints", "forum", "reach", 0.25),
    ("touchpoints", "wait", "lasts", "5 tygodni"), ("touchpoints", "forum", "personas", "anna, henryk"),
    ("touchpoints", "forum", "verdict.value", speak("ru")("success")), ("touchpoints", "forum", "pain", "=1+1"),
    ("stages", "use", "tools", "ulotki\nkupon"), ("personas", "anna", "demographics", "wiek: 35"),
    ("actions", "message", "due", date(2027, 3, 1)), ("actions", "message", "impact", 3),
    ("actions", "message", "to", "6,5"), ("paths", "main", "touchpoints", "web; forum"),
]  # fmt: skip


def test_each_edit_comes_back_and_no_other(client, made):
    changes = read_workbook(edited(made, *EDITS), client.journey)
    assert changes.warnings == ()
    assert sorted(c.place for c in changes.changes) == sorted(
        f"{sheet}[{row}].{column}" for sheet, row, column, _ in EDITS
    )
    now = changes.applied(client.journey)
    forum, wait, action = now.touchpoint("forum"), now.touchpoint("wait"), now.actions[0]
    assert (forum.owner, forum.kind, forum.decision, forum.reach, forum.pain) == (
        "Marketing",
        "wait",
        "improve",
        0.25,
        "=1+1",
    )
    assert (forum.personas, forum.verdict.value, wait.lasts) == (("anna", "henryk"), "success", "P5W")
    assert [item.text for item in now.stage("use").tools] == ["ulotki", "kupon"]
    assert (action.due, action.impact, action.to) == (date(2027, 3, 1), 3, 6.5)
    assert dict(now.persona("anna").demographics) == {"wiek": "35"}
    assert now.path(id="main").touchpoints == ("web", "forum")


def test_what_an_item_rests_on_is_kept_where_its_text_is(client, made):
    quotes = client.journey.touchpoint("forum").quotes
    changes = read_workbook(
        edited(made, ("touchpoints", "forum", "quotes", quotes[0].text + "\nNowy głos")), client.journey
    )
    now = changes.applied(client.journey).touchpoint("forum").quotes
    assert (now[0], now[1].text, now[1].evidence) == (quotes[0], "Nowy głos", "assumed")


def test_a_hostile_text_survives_out_and_in_as_text():
    content = workbook_xlsx(
        report(small_journey().changed(title="=1+1", unknowns=[{"question": text} for text in HOSTILE]))
    )
    rows = next(
        rows for rows in read_spreadsheet(content).sheets.values() if rows.get(1, {}).get(2) == "unknowns.question"
    )
    assert [rows[n][2] for n in range(3, 3 + len(HOSTILE))] == [text.replace("\r\n", "\n") for text in HOSTILE]
    sheets = b"".join(part for name, part in parts(content).items() if "worksheets/sheet" in name)
    assert b"<f>" not in sheets
    assert b"hyperlink" not in sheets.lower()


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_new_rows_become_touchpoints_and_lines_with_ids_of_their_own(client, made):
    new = edited(
        made, ("touchpoints", "new", "name", "Ankieta"), ("touchpoints", "last", "stage", "use"),
        ("persona_lines", "new", "persona", "anna"), ("persona_lines", "last", "list", "Potrzeby"), ("persona_lines", "last", "text", "cisza"),
        ("messages", "new", "persona", "anna"), ("messages", "last", "stage", "use"), ("messages", "last", "message", "Dzień dobry"),
    )  # fmt: skip
    changes = read_workbook(new, client.journey)
    assert [c.kind for c in changes.changes] == ["added"] * 3
    now = changes.applied(client.journey)
    assert (now.touchpoints[-1].id, now.touchpoints[-1].kind) == ("ankieta", "contact")
    assert now.persona("anna").needs[-1].text == "cisza"
    assert now.messages[-1].message == "Dzień dobry"


def test_a_row_that_is_gone_is_told_apart_and_what_was_scored_stays(client, made):
    gone = edited(made, ("touchpoints", "delete", "id", "forum"), ("actions", "delete", "id", "message"))
    kept = {"touchpoints": {"forum"}}
    changes = read_workbook(gone, client.journey, kept=kept)
    assert [(c.kind, c.place) for c in changes.changes] == [("removed", "actions[message]")]
    assert "touchpoints[forum]: is gone from the workbook and stays" in str(changes.warnings[0])
    unscored = read_workbook(gone, client.journey)  # the control: without scores it goes, from the paths too
    now = unscored.applied(client.journey)
    assert "forum" not in [t.id for t in now.touchpoints] + list(now.path(id="main").touchpoints)


FAULTY = [
    (("touchpoints", "forum", "kind", "contakt"), "touchpoints[forum].kind: must be one of"),
    (("touchpoints", "forum", "stage", "nowhere"), "touchpoints[forum].stage: nowhere is not among the ids"),
    (("touchpoints", "forum", "reach", 35), "touchpoints[forum].reach: must be a percentage"),
    (("touchpoints", "forum", "lasts", 30), "touchpoints[forum].lasts: This must be a duration"),
    (("touchpoints", "formula", "owner", "=1+1"), "touchpoints[wait].owner: holds a formula"),
    (("touchpoints", "forum", "stage", None), "touchpoints[forum].stage: must not be empty"),
    (("actions", "message", "due", "31/01/2027"), "actions[message].due: must be a date"),
    (("actions", "message", "impact", 9), "actions[message].impact: must be a whole number from 1 to 5"),
    (("personas", "anna", "demographics", "35"), "personas[anna].demographics: each line must be"),
    (("touchpoints", "new", "name", "Nameless stage"), "touchpoints[nameless-stage].stage: must not be empty"),
    (("touchpoints", "new", "id", "forum"), ""),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "sentence"), FAULTY, ids=[" ".join(map(str, e)) for e, _ in FAULTY])
def test_a_cell_that_cannot_be_taken_is_told_with_its_place_and_nothing_of_it_changes(client, made, edit, sentence):
    changes = read_workbook(edited(made, edit), client.journey)
    assert sentence in " ".join(map(str, changes.warnings))
    assert changes.applied(client.journey) == client.journey


def test_a_number_where_a_text_belongs_is_read_and_told(client, made):
    changes = read_workbook(edited(made, ("touchpoints", "forum", "device", 7)), client.journey)
    assert changes.applied(client.journey).touchpoint("forum").device == "7"
    assert "were there zeros before it" in str(changes.warnings[0])


def test_what_both_sides_changed_stays_as_the_journey_has_it_unless_the_other_is_asked_for(client, made):
    both = edited(made, ("touchpoints", "forum", "owner", "Marketing"), ("touchpoints", "web", "owner", "Marketing"))
    forum = client.journey.touchpoint("forum").model_copy(update={"owner": "Zarząd", "pain": "nowy ból"})
    later = client.journey.changed(touchpoints=[forum if t.id == "forum" else t for t in client.journey.touchpoints])
    changes = read_workbook(both, later)
    assert {c.place: c.conflict for c in changes.changes} == {
        "touchpoints[forum].owner": True,
        "touchpoints[web].owner": False,
    }
    assert [changes.applied(later, theirs=t).touchpoint("forum").owner for t in (False, True)] == [
        "Zarząd",
        "Marketing",
    ]
    assert changes.applied(later).touchpoint("forum").pain == "nowy ból"  # changed in the journey alone
    assert changes.applied(later).touchpoint("web").owner == "Marketing"


def test_more_than_a_cell_can_hold_is_never_cut_off_on_the_way_back():
    journey = small_journey(unknowns=[{"question": "x" * 40_000}])
    content = workbook_xlsx(report(journey))
    assert told(read_workbook(content, journey)) == []
    row = next(iter(read_spreadsheet(content).sheets["Open questions"][3].values()))
    changes = read_workbook(edited(content, ("unknowns", row, "question", "short")), journey)
    assert "is more than a cell can hold" in str(changes.warnings[0])
    assert changes.applied(journey) == journey


def test_changes_that_make_no_whole_journey_are_refused_with_their_place(client, made):
    gone = edited(made, ("stages", "delete", "id", "use"))
    with pytest.raises(JourneyError, match=r"stages\[use\]: still has touchpoints; .*: Czekanie"):
        read_workbook(gone, client.journey).applied(client.journey)


def test_the_words_of_a_code_are_told_apart_in_every_language():
    for language in languages():
        for sheet in SHEETS:
            for column in sheet.columns:
                words = [speak(language)(word).casefold() for word in column.words.values()]
                assert len(set(words)) == len(words), (language, sheet.key, column.key)


def test_columns_are_those_of_a_journey():
    data = small_journey(actions=[{"id": "x"}], unknowns=[{}], messages=[{"persona": "anna", "stage": "use"}]).to_data()
    for sheet in SHEETS:
        if sheet.key != "persona_lines":
            assert {c.key.partition(".")[0] for c in sheet.columns} <= set(data[sheet.key][0]), sheet.key


def test_the_translation_sheet_has_each_text_once_and_comes_back(client, made):
    sheet = translation_sheet(client.journey, languages())
    assert [c.title for c in sheet.columns][3:] == ["English", "Русский", "中文"]
    rows = next(r for r in read_spreadsheet(made).sheets.values() if r[1].get(1) == "translations.id")
    found = {cells[4]: cells[1] for n, cells in rows.items() if n > 2}
    assert len(found) == len(rows) - 2
    owner = client.journey.touchpoint("forum").owner
    changes = read_workbook(edited(made, ("translations", found[owner], "en", "Customer care")), client.journey)
    assert changes.applied(client.journey) == client.journey
    assert changes.translations(client.journey, {"ru": {"gone": "ушло"}}) == {"ru": {}, "en": {owner: "Customer care"}}


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa">]><x>&a;</x>'


def repacked(content: bytes, name: str, part: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for there, kept in {**parts(content), name: part}.items():
            archive.writestr(there, kept)
    return out.getvalue()


@pytest.mark.parametrize(("name", "part"), [
    ("xl/workbook.xml", BOMB), ("xl/sharedStrings.xml", b"<sst>" + b" " * 60_000_000 + b"</sst>"), ("xl/workbook.xml", b"<workbook"),
])  # fmt: skip
def test_a_workbook_that_would_blow_up_is_not_opened(client, made, name, part):
    with pytest.raises(InputError):
        read_workbook(repacked(made, name, part), client.journey)


def test_damaged_workbooks_bring_nothing_but_a_plain_sentence(client, made):
    seed = random.Random(5)
    small = workbook_xlsx(report(small_journey()))
    sheet = parts(small)["xl/worksheets/sheet5.xml"]
    for _ in range(25):
        part = bytearray(sheet)
        for _ in range(seed.randint(1, 30)):
            part[seed.randrange(len(part))] = seed.randrange(256)
        try:
            read_workbook(repacked(small, "xl/worksheets/sheet5.xml", bytes(part)), client.journey)
        except CJMError:
            continue
    for content in (b"", b"PK\x03\x04", made[:5000], b"<html>"):
        with pytest.raises(InputError):
            read_workbook(content, client.journey)
