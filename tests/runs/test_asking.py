"""A client's questionnaire leaves as a sheet, a form or a list; its answers and customers' words come back."""

import json

import pypdfium2
from conftest import ROOT

from cjmkit.reports.questionnaire import interview_pdf, questionnaire_pdf
from cjmkit.runs.opening import report_of
from cjmkit.workshop import open_workshop

ANSWERS = """nps,why,csat_leaflet,csat_web,csat_wait,ces,persona
10,good,1,5,not_used,7,anna
2,,1,4,2,3,henryk
"""


def words(content: bytes) -> str:
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))


def told(text: str) -> str:
    return " ".join(text.split())


def test_answers_come_back_with_the_columns_file_that_went_out_with_the_form(cjmkit, workshops, tmp_path):
    code, out, err = cjmkit("export", "fridge", "questionnaire", "-o", tmp_path / "form.xlsx")
    assert (code, err) == (0, "")
    assert [line.rpartition("/")[2] for line in out.split()] == ["form.xlsx", "form-columns.toml"]
    answers = tmp_path / "answers.csv"
    first = ANSWERS.splitlines()
    asked = [line for line in (tmp_path / "form-columns.toml").read_text("utf-8").splitlines() if line.startswith("[")]
    names = [line.strip('[]"') for line in asked]
    given = [dict(zip(first[0].split(","), line.split(","), strict=True)) for line in first[1:]]
    rows = [",".join(row.get(name, "3" if name.startswith("csat") else "") for name in names) for row in given]
    answers.write_text("\n".join([",".join(names), *rows]), "utf-8")
    code, out, err = cjmkit("import", "fridge", "survey", answers, "--columns", tmp_path / "form-columns.toml", "--yes")
    assert (code, err) == (0, "")
    source = json.loads((workshops / "fridge" / "journey.json").read_text("utf-8"))["sources"][-1]
    assert source["columns"]["csat_wait"]["blank"] == ["not_used"]
    report = report_of(open_workshop("fridge", workshops, remember=False))
    assert report.answers.value.notna().sum() > 10


def test_the_list_and_the_columns_can_be_written_alone_and_the_sheet_goes_into_out(cjmkit, workshops, tmp_path):
    code, out, _ = cjmkit("export", "fridge", "questionnaire")
    assert (code, out.strip()) == (0, str(workshops / "fridge" / "out" / "questionnaire.pl.pdf"))
    assert cjmkit("verify", "fridge")[0] == 0
    assert cjmkit("export", "fridge", "questionnaire", "--wave", "2", "-o", tmp_path / "q.csv")[0] == 0
    assert cjmkit("export", "fridge", "questionnaire", "-o", tmp_path / "q.toml")[0] == 0
    assert (tmp_path / "q-columns.toml").read_bytes() != (tmp_path / "q.toml").read_bytes()  # of another wave
    assert cjmkit("export", "fridge", "interview-guide", "-o", tmp_path / "guide.csv")[0] == 0
    assert len((tmp_path / "guide.csv").read_text("utf-8-sig").splitlines()) == 7
    code, _, err = cjmkit("export", "fridge", "questionnaire", "-o", tmp_path / "q.docx")
    assert (code, told(err)) == (2, "q.docx cannot be written: its ending must be one of .pdf, .xlsx, .csv, .toml.")
    assert cjmkit("export", "fridge", "questionnaire", "--wave", "0")[0] == 2


def test_sheets_hold_every_question_and_touchpoint_twice_the_same(workshops):
    workshop = open_workshop("fridge", workshops, remember=False)
    polish, chinese = (report_of(workshop, language=code) for code in ("pl", "zh"))
    sheet, guide = questionnaire_pdf(polish), interview_pdf(polish)
    assert sheet == questionnaire_pdf(polish)
    text = told(words(sheet))
    for part in ("Ankieta", "AGD Nord", "Miesiąc czekania na lodówkę", "nie dotyczy mnie", "młode rodziny", "seniorzy"):
        assert part in text
    for touchpoint in polish.touchpoints:
        assert touchpoint.name.split()[0] in words(guide)
    assert "问卷" in words(questionnaire_pdf(chinese))
    assert "访谈提纲" in words(interview_pdf(chinese))


def test_quotes_come_back_to_their_touchpoint_and_the_table_is_kept(cjmkit, workshops, tmp_path):
    table = tmp_path / "talks.csv"
    table.write_text(
        "touchpoint,text,source\nwait,Nikt nie dzwoni,klient 3\nnigdzie,x,\nwait,Nikt nie dzwoni,klient 4\n", "utf-8"
    )
    code, _, err = cjmkit("import", "fridge", "quotes", table)
    assert code == 0
    assert "“nigdzie” is no touchpoint" in err
    assert "already" in err
    quotes = open_workshop("fridge", workshops, remember=False).journey.touchpoint("wait").quotes
    assert [q.evidence for q in quotes if q.text == "Nikt nie dzwoni"] == ["observed"]
    assert (workshops / "fridge" / "evidence" / "talks.csv").read_bytes() == table.read_bytes()
    before = (workshops / "fridge" / "journey.json").read_bytes()
    assert cjmkit("import", "fridge", "quotes", table)[0] == 0
    assert (workshops / "fridge" / "journey.json").read_bytes() == before


def test_a_real_survey_chooses_what_the_next_one_asks(cjmkit, workshops, real_data, tmp_path):
    survey, columns = next((real_data / "sfo2017").glob("*.csv")), ROOT / "tests" / "exchange" / "sfo-columns.toml"
    cjmkit("new", "airport")
    assert (
        cjmkit(
            "import", "airport", "survey", survey, "--columns", columns, "--create-touchpoints", "retention", "--yes"
        )[0]
        == 0
    )
    assert cjmkit("export", "airport", "questionnaire", "-o", tmp_path / "next.csv")[0] == 0
    text = (tmp_path / "next.csv").read_text("utf-8-sig")
    assert len(text.splitlines()) == 12  # with its heading; no personas yet
    assert "Restaurants" in text  # the lowest of all
    assert cjmkit("export", "airport", "interview-guide", "-o", tmp_path / "guide.pdf")[0] == 0
