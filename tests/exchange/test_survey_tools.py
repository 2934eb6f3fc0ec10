"""Surveys as their tools write them: headings, trial answers, long tables, labels; what is suggested and what is told."""

import io

import pandas as pd
import pytest
import xlsxwriter

from cjmkit.errors import InputError, UsageError
from cjmkit.exchange.columns import columns_of, parse_map
from cjmkit.exchange.survey_presets import PRESETS, detect, preset, suggest
from cjmkit.exchange.survey_tables import read_survey_table
from cjmkit.exchange.surveys import read_survey

QUALTRICS = (
    "StartDate,EndDate,Status,IPAddress,Progress,Finished,RecordedDate,ResponseId,Q1,Q2_1\n"
    'Start Date,End Date,Response Type,IP Address,Progress,Finished,Recorded Date,Response ID,"How likely, 0 to 10, to recommend us?",Food\n'
    + ",".join(f'"{{""ImportId"":""x{n}""}}"' for n in range(10))
    + "\n"
    "2026-01-02 10:00:00,2026-01-02 10:05:00,IP Address,1.2.3.4,100,True,2026-01-02 10:05:00,R_1,9,4\n"
    "2026-02-02 10:00:00,2026-02-02 10:05:00,IP Address,1.2.3.4,40,False,2026-02-02 10:05:00,R_2,3,\n"
    "2026-02-03 10:00:00,2026-02-03 10:05:00,Survey Preview,1.2.3.4,100,True,2026-02-03 10:05:00,R_3,10,5\n"
)
ANSWERS = {"Q1": {"role": "nps"}, "Q2_1": {"role": "rating", "touchpoint": "food"}}


def told(warnings):
    return " | ".join(map(str, warnings))


def read(text, name, **declared):
    columns = {**preset(name, text.splitlines()[0].split(",")), **columns_of(declared)}
    return read_survey(text.encode(), columns)


def workbook(rows):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            sheet.write(y, x, cell)
    book.close()
    return out.getvalue()


def test_qualtrics_three_headings_are_names_texts_and_nothing_and_trials_are_told():
    survey = read(QUALTRICS, "qualtrics", **ANSWERS)
    assert survey.rows == 2
    assert survey.answers[survey.answers["item"] == "Q1"][["respondent", "value"]].values.tolist() == [
        ["R_1", 9.0],
        ["R_2", 3.0],
    ]
    assert survey.items["name"].tolist() == ["How likely, 0 to 10, to recommend us?", "Food"]
    assert "trial answers, tests and spam (1 in all)" in told(survey.warnings)
    assert "begun and not sent off (1 in all)" in told(survey.warnings)


def test_the_same_qualtrics_file_as_a_workbook_with_two_headings_says_the_same():
    lines = [
        line.split(",")
        for line in QUALTRICS.replace('"How likely, 0 to 10, to recommend us?"', "How likely?").splitlines()
    ]
    del lines[2]
    columns = {**preset("qualtrics", lines[0]), **columns_of(ANSWERS)}
    survey = read_survey(workbook(lines), columns)
    pd.testing.assert_frame_equal(survey.answers, read(QUALTRICS, "qualtrics", **ANSWERS).answers)


def test_a_plain_table_with_a_row_of_words_is_not_robbed_of_it():
    survey = read_survey(b"id,why\n1,Start Date\n2,x\n", parse_map(["id=respondent", "why=comment"]))
    assert survey.rows == 2


def test_limesurvey_codes_become_points_and_responses_that_were_not_sent_off_are_told():
    text = (
        "id. Response ID,submitdate. Date submitted,lastpage. Last page,startlanguage. Start language,G1Q1. NPS,G1Q2[SQ001]. Food\n"
        "1,2026-01-02 10:00:00,2,en,9,A5\n2,,1,en,0,A2\n"
    )
    heads = text.splitlines()[0].split(",")
    assert detect(heads) == "limesurvey"
    columns = {
        "G1Q1. NPS": {"role": "nps"},
        "G1Q2[SQ001]. Food": {"role": "rating", "touchpoint": "food", "labels": {f"A{n}": str(n) for n in range(1, 6)}},
    }
    survey = read(text, "limesurvey", **columns)
    assert survey.answers.value.tolist() == [9, 0, 5, 2]
    assert "begun and not sent off (1 in all)" in told(survey.warnings)
    assert detect(["id", "submitdate", "lastpage", "startlanguage", "seed", "Q1"]) == "limesurvey"


def test_microsoft_forms_words_of_a_scale_are_points_once_declared():
    rows = [["ID", "Start time", "Completion time", "Email", "Name", "How was the food?", "Recommend?"],
            [1, 45000.4, 45000.5, "a@b.pl", "Anna", "very good", 10], [2, 45001.4, 45001.5, "c@d.pl", "Jan", "2 - bad", 6]]  # fmt: skip
    heads = rows[0]
    assert detect(heads) == "microsoft-forms"
    declared = {
        "How was the food?": {"role": "rating", "touchpoint": "food", "labels": {"5": "very good", "2": "bad"}},
        "Recommend?": {"role": "nps"},
    }
    survey = read_survey(workbook(rows), {**preset("microsoft-forms", heads), **columns_of(declared)})
    assert survey.answers.value.tolist() == [5, 2, 10, 6]
    assert not {"a@b.pl", "Anna"} & set(survey.answers.astype(str).to_numpy().ravel())
    bare = columns_of({"How was the food?": {"role": "rating", "touchpoint": "food"}})
    with pytest.raises(InputError, match="very good"):
        read_survey(workbook(rows), {**preset("microsoft-forms", heads), **bare})


def test_google_forms_cells_of_several_answers_are_counted_one_by_one():
    text = 'Timestamp,What did you use?,Score 0-10\n2026/01/02 10:00:00,"Shop, App",9\n2026/01/02 11:00:00,App,7\n'
    declared = {
        "What did you use?": {"role": "comment", "labels": {"Shop": "Shop", "App": "App"}},
        "Score 0-10": {"role": "nps"},
    }
    assert detect(text.splitlines()[0].split(",")) == "google-forms"
    survey = read(text, "google-forms", **declared)
    assert survey.codes[["respondent", "code"]].values.tolist() == [["1", "Shop"], ["1", "App"], ["2", "App"]]
    assert survey.comments.empty


def test_tools_are_told_apart_by_their_headings_and_an_unknown_one_is_none():
    assert detect(["Timestamp", "q"]) == "google-forms"
    assert detect(["id", "q", "Timestamp"]) is None
    assert detect(["id", "name", "q1"]) is None
    with pytest.raises(UsageError, match="limesurvey"):
        preset("lime", [])
    assert all(set(made.roles.values()) <= {"respondent", "ignore", "item", "value"} for made in PRESETS.values())


LONG = "response_id,question_id,question_option_key,value\nR_1,QID1,,9\nR_1,QID2,,4\nR_2,QID1,,3\nR_2,QID1,,5\n"


def test_a_long_table_is_read_as_a_wide_one_and_answers_given_twice_are_told():
    declared = {"QID1": {"role": "nps"}, "QID2": {"role": "rating", "touchpoint": "food"}}
    survey = read(LONG, "qualtrics-answers", **declared)
    wide = read_survey(b"id,QID1,QID2\nR_1,9,4\nR_2,5,\n", {**parse_map(["id=respondent"]), **columns_of(declared)})
    pd.testing.assert_frame_equal(survey.answers, wide.answers)
    assert "given twice to the same question (1 in all)" in told(survey.warnings)


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        (["a=item", "q=nps"], "not declared: respondent, value"),
        (["who=respondent", "a=item", "x=value", "q=nps"], "columns x are declared, but not in the file"),
        (["who=respondent", "a=item", "v=value", "q2=nps"], "nearest: q"),
    ],
)
def test_a_long_table_that_lacks_what_it_needs_is_refused_in_a_clear_sentence(pairs, says):
    with pytest.raises(InputError, match=says):
        read_survey(b"who,a,v\n1,q,9\n", parse_map(pairs))


def test_days_of_waves_are_months_which_is_told():
    survey = read_survey(b"q,day\n9,2026-01-02\n8,2026-01-30 10:00\n7,2026-02-01\n", parse_map(["q=nps", "day=wave"]))
    assert survey.answers.wave.tolist() == ["2026-01", "2026-01", "2026-02"]
    assert "day: holds days; each month is one wave" in told(survey.warnings)
    named = read_survey(b"q,day\n9,spring\n8,2026-01-30\n", parse_map(["q=nps", "day=wave"]))
    assert named.answers.wave.tolist() == ["spring", "2026-01-30"]


SUGGESTED = {
    "Would you recommend us?": (["0", "9", "10", "7", "11"], "nps", ("11",)),
    "Jak bardzo prawdopodobne, że nas polecisz?": (["10", "9", "0", "N/A"], "nps", ("N/A",)),
    "Вероятность рекомендовать нас": (["1", "10", "9", "8"], "overall", ()),
    "How easy was it?": (["1", "7", "5"], "ces", ()),
    "How satisfied are you with the shop?": (["5", "4", "1", "99"], "csat", ("99",)),
    "Satisfaction overall": (["5", "4", "1"], "overall", ()),
    "How important is the food?": (["5", "4", "1"], "importance", ()),
    "Food": (["5 - very good", "4 - good", "1 - bad"], "rating", ()),
    "Kolej": (["A1", "A5", "A3"], "rating", ()),
    "WEIGHT": (["0.5", "1.25", "2"], "weight", ()),
    "Contact": (["a@b.pl", "c@d.pl", "e@f.pl"], "ignore", ()),
    "Date": (["2026-01-02", "2026-01-03", "2026-02-02"], "wave", ()),
    "Why?": (["it took far too long", "nobody answered the telephone", "all was well and quick"], "comment", ()),
    "Age": (["young", "old"], "segment", ()),
}


@pytest.mark.parametrize("heading", SUGGESTED)
def test_roles_are_suggested_with_a_reason_and_blanks_told_never_declared(heading):
    cells, role, blank = SUGGESTED[heading]
    table = pd.DataFrame({heading: (cells * 4)[: 12 if role != "comment" else 3]})
    found = suggest(table)[heading]
    assert (found.column.role, found.looks_blank) == (role, blank)
    assert found.column.blank == ()
    assert str(found.why).startswith(f"{heading}: ")
    columns_of({heading: found.column.to_data()})  # holds as a declaration


def test_a_suggestion_once_confirmed_is_read():
    table = "Food,Recommend?\n5 - very good,9\n1 - bad,10\n4 - good,0\n"
    found = suggest(read_survey_table(table.encode()).table)
    survey = read_survey(table.encode(), {name: s.column for name, s in found.items()})
    assert survey.answers.value.tolist() == [5, 1, 4, 9, 10, 0]


def test_real_export_shapes_are_read_or_refused_clearly(real_data):
    folder = real_data / "fivetran_export_shapes"
    answers = folder / "qualtrics__question_response.csv"
    heads = list(read_survey_table(answers).table.columns)
    assert detect(heads) == "qualtrics-answers"
    declared = {"QID2": {"role": "rating", "touchpoint": "drink"}}
    survey = read_survey(answers, {**preset("qualtrics-answers", heads), **columns_of(declared)})
    assert sorted(survey.answers.value.dropna()) == [1, 2, 2, 3]
    assert "rating" in {s.column.role for s in suggest(read_survey_table(answers).table).values()}
    for other in ("survey_response", "question", "question_option", "survey", "distribution"):
        with pytest.raises(InputError, match="none is declared as an answer"):
            read_survey(folder / f"qualtrics__{other}.csv", columns_of({"id": {"role": "ignore"}}))


def waves(*days, order=""):
    cells = "".join(f"{n};9;{day}\n" for n, day in enumerate(days))
    columns = columns_of({"who": {"role": "respondent"}, "q": {"role": "nps"}, "w": {"role": "wave", **({"order": order} if order else {})}})  # fmt: skip
    survey = read_survey(f"who;q;w\n{cells}".encode(), columns)
    return survey.answers.wave.tolist(), [str(fault) for fault in survey.warnings]


def test_dates_of_waves_that_could_be_two_days_are_asked_for_never_taken():
    with pytest.raises(
        InputError, match=r'Column w holds dates such as 01/04/2026, and every one could be .* order = "dmy"'
    ):
        waves("02/02/2026", "01/04/2026")
    assert waves("02/02/2026", "01/04/2026", order="mdy")[0] == ["2026-02", "2026-01"]
    assert waves("02/02/2026", "01/04/2026", order="dmy")[0] == ["2026-02", "2026-04"]
    with pytest.raises(InputError, match="dates in two orders"):
        waves("13/02/2026", "01/14/2026")


def test_dates_of_waves_decide_their_order_where_one_fits_no_other_which_is_told():
    read, told = waves("13/02/2026", "01/04/2026", "02.02.2026 10:00")
    assert read == ["2026-02", "2026-04", "2026-02"]
    assert any("read as day, month, year, since some fit no other order (1 of 3)" in text for text in told)
    assert any("each month is one wave" in text for text in told)


def test_waves_that_are_no_days_stay_as_they_are_and_a_mixture_is_told():
    assert waves("spring", "2", "2026") == (["spring", "2", "2026"], [])
    read, told = waves("2026-01-31", "spring")
    assert read == ["2026-01-31", "spring"]
    assert "holds days and other texts (spring)" in told[0]
