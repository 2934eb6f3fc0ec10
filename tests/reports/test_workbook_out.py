"""The workbook as a client receives it: nobody named, no team of too few, the same twice; and its way through the commands."""

import csv
import io
import json
import re
import zipfile

import pytest
from conftest import ROOT, small_journey
from openpyxl import load_workbook

from cjmkit.reports.report import Report
from cjmkit.reports.touchpoint_table import touchpoints_csv
from cjmkit.reports.workbook import workbook_xlsx
from cjmkit.reports.workbook_figures import grids, team_groups
from cjmkit.runs.opening import open_report
from cjmkit.tables import scores_frame


@pytest.fixture(scope="module")
def fridge() -> Report:
    return open_report("fridge", workshops=ROOT / "workshops")


@pytest.fixture(scope="module")
def made(fridge) -> bytes:
    return workbook_xlsx(fridge)


def named(content: bytes, report: Report) -> set[str]:
    """The participants whose names stand in any part of the file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = " ".join(archive.read(name).decode() for name in archive.namelist())
    people = {who for who in report.scores.participant if who in text}
    return {who for who in people if re.search(rf"\b{re.escape(who)}\b", text)}


def scored(teams: dict[str, int]) -> Report:
    people = [(f"{team}{n}", team) for team, size in teams.items() for n in range(size)]
    rows = [{"round": 1, "participant": who, "team": team, "touchpoint": "a", "score": 1 + n % 5}
            for n, (who, team) in enumerate(people)]  # fmt: skip
    return Report(small_journey(), scores_frame(rows))


def test_no_participant_is_named_in_any_part_of_the_workbook(fridge, made):
    assert named(made, fridge) == set()
    who = str(fridge.scores.participant.iloc[0])
    titled = Report(fridge.journey.changed(title=f"{who} said"), fridge.scores)  # the control
    assert named(workbook_xlsx(titled), fridge) == {who}


def test_no_team_of_too_few_is_shown_alone_nor_found_by_subtraction():
    assert set(team_groups(scored({"A": 5, "B": 4, "C": 1})).values()) == {"A", "other teams"}
    assert set(team_groups(scored({"A": 5, "B": 2, "C": 1})).values()) == {"A", "other teams"}
    assert team_groups(scored({"A": 5, "B": 2})) == {}
    assert set(team_groups(scored({"A": 5, "B": 3})).values()) == {"A", "B"}  # the control
    table = grids(scored({"A": 5, "B": 3}))[0]
    assert [cell for cell, (title, _) in zip(table.rows[0], table.heads, strict=True) if title.endswith(": n")] == [
        5,
        3,
    ]


def test_where_a_team_did_not_all_score_a_touchpoint_no_team_is_shown_there():
    report = scored({"A": 5, "B": 3})
    late = scores_frame(
        [
            *report.scores.to_dict("records"),
            {"round": 1, "participant": "A0", "team": "A", "touchpoint": "b", "score": 2},
        ]
    )
    rows = grids(Report(report.journey, late))[0].rows
    assert rows[0][-4:] == (3.0, 5.0, 2.0, 3.0)
    assert rows[1][-4:] == (None,) * 4


def test_a_workbook_is_the_same_twice_byte_for_byte(fridge, made, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert workbook_xlsx(open_report("fridge", workshops=ROOT / "workshops")) == made
    other = Report(fridge.journey.changed(title="Other"), fridge.scores)
    assert workbook_xlsx(other) != made  # the control


def test_numbers_are_numbers_dates_are_dates_and_tables_are_tables(fridge, made):
    book = load_workbook(io.BytesIO(made))
    tables = {name: tab for tab in book for name in tab.tables}
    assert {"touchpoints", "scores", "figures", "priorities", "actions", "translations"} <= set(tables)
    actions = tables["actions"]
    head = [cell.value for cell in actions[1]]
    assert actions.cell(3, head.index("actions.due") + 1).is_date
    figures = {row[1].value: row[4].value for row in tables["figures"].iter_rows(min_row=2)}
    wait = fridge.journey.touchpoint("wait").name
    assert figures[wait] == pytest.approx(fridge.rows["wait"]["value"])
    lists = {str(rule.sqref): rule.formula1 for rule in tables["touchpoints"].data_validations.dataValidation}
    assert all(formula.startswith("cjmkit!") for formula in lists.values() if "$" in formula)
    assert tables["touchpoints"].freeze_panes == "C3"


def test_an_empty_draft_still_makes_a_workbook():
    from cjmkit.exchange.workbook import read_workbook
    from cjmkit.journey import Journey
    from cjmkit.tables import empty_scores

    draft = Journey.from_data({"client": "X"})
    content = workbook_xlsx(Report(draft, empty_scores()))
    assert read_workbook(content, draft).changes == ()


def test_the_csv_keeps_numbers_and_lets_no_formula_through():
    first, *rest = small_journey().touchpoints
    journey = small_journey().changed(
        touchpoints=[first.model_copy(update={"pain": "=1+1", "doing": "-1", "reach": 0.5}), *rest]
    )
    text = touchpoints_csv(Report(journey, scored({"A": 4}).scores)).decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(text)))
    assert (row["pain"], row["doing"], row["reach"], row["n"], row["value"]) == ("'=1+1", "'-1", "0.5", "4", "2.5")
    assert '"\'=1+1"' in text
    assert ",0.5," in text


def edit(path, sheet: str, row: str, column: str, value: str) -> None:
    book = load_workbook(path)
    tab = next(tab for tab in book if str(tab["A1"].value).startswith(f"{sheet}."))
    at = [cell.value for cell in tab[1]].index(f"{sheet}.{column}") + 1
    number = next(n for n in range(1, tab.max_row + 1) if value_of(tab, n, row))
    tab.cell(number, at).value = value
    book.save(path)


def value_of(tab, number: int, wanted: str) -> bool:
    return wanted in (tab.cell(number, 1).value, tab.cell(number, 4).value)


def test_an_edited_workbook_comes_back_by_command_listed_first_taken_on_yes(cjmkit, workshops, tmp_path):
    book = tmp_path / "back.xlsx"
    assert cjmkit("export", "fridge", "xlsx", "-o", book)[0] == 0
    before = (workshops / "fridge/journey.json").read_bytes()
    assert "Nothing is to be changed." in cjmkit("import", "fridge", "journey", book)[1]
    edit(book, "touchpoints", "wait", "owner", "Logistyka")
    edit(book, "translations", "Obsługa klienta", "en", "Customer care")
    code, out, err = cjmkit("import", "fridge", "journey", book)
    assert (code, "touchpoints[wait].owner: (empty) → “Logistyka”" in out, "say --yes" in err) == (2, True, True)
    assert (workshops / "fridge/journey.json").read_bytes() == before
    assert cjmkit("import", "fridge", "journey", book, "--yes")[0] == 0
    assert json.loads((workshops / "fridge/journey.json").read_text("utf-8"))["touchpoints"][9]["owner"] == "Logistyka"
    assert len(list((workshops / "fridge/versions").iterdir())) == 1
    assert (workshops / "fridge/evidence/back.xlsx").read_bytes() == book.read_bytes()
    report = open_report("fridge", language="en", workshops=workshops)
    assert "Customer care" in {t.owner for t in report.touchpoints}
    assert "Obsługa klienta" in {t.owner for t in open_report("fridge", workshops=workshops).touchpoints}
    owner = {t.owner for t in open_report("fridge", language="ru", workshops=workshops).touchpoints}
    assert "Obsługa klienta" in owner  # nobody has translated it: as typed
    assert "out of date" not in cjmkit("check", "fridge")[1]
    renamed = (workshops / "fridge/journey.json").read_text("utf-8").replace("Obsługa klienta", "Biuro klienta")
    (workshops / "fridge/journey.json").write_text(renamed, "utf-8")
    assert "translations.en.json: translations whose texts were changed since (1)" in cjmkit("check", "fridge")[1]
    assert "Biuro klienta" in {t.owner for t in open_report("fridge", language="en", workshops=workshops).touchpoints}


def test_changes_that_leave_a_fault_are_all_listed_before_it_and_none_is_taken(cjmkit, workshops, tmp_path):
    book = tmp_path / "back.xlsx"
    assert cjmkit("export", "fridge", "xlsx", "-o", book)[0] == 0
    before = (workshops / "fridge/journey.json").read_bytes()
    edit(book, "translations", "bardzo dobrze", "en", "very well")
    whole = load_workbook(book)
    tab = next(tab for tab in whole if str(tab["A1"].value).startswith("stages."))
    tab.delete_rows(tab.max_row)
    whole.save(book)
    code, out, err = cjmkit("import", "fridge", "journey", book, "--yes")
    assert code == 1
    assert "Translations into en: 1 new, 0 changed\n  scale.labels.5 “bardzo dobrze” → en “very well”\n" in out
    assert "Taken out:\n  stages[loyalty]: “Lojalność”" in out
    assert "\n  stages[loyalty]: still has touchpoints; move or remove them first: " in err
    assert (workshops / "fridge/journey.json").read_bytes() == before


def test_json_goes_out_as_it_stands(cjmkit, workshops, tmp_path):
    assert cjmkit("export", "fridge", "json", "-o", tmp_path / "j.json")[0] == 0
    assert (tmp_path / "j.json").read_bytes() == (workshops / "fridge/journey.json").read_bytes()
    assert cjmkit("export", "fridge", "csv")[0] == 0
    assert (workshops / "fridge/out/touchpoints.pl.csv").is_file()
