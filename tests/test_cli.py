import json
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from cjmkit.errors import MissingExtraError


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and not p.name.endswith(".lock")
    }


def test_the_version_is_printed(cjmkit):
    assert cjmkit("--version")[:2] == (0, "cjmkit 0.1.0\n")


def test_a_new_client_is_told_its_folder(cjmkit, workshops):
    code, out, _ = cjmkit("new", "AGD Nord", "--language", "pl")
    assert code == 0
    assert "agd-nord" in out
    assert json.loads(next(workshops.glob("agd-nord*/journey.json")).read_text("utf-8"))["language"] == "pl"


def test_the_list_can_be_read_by_a_program(cjmkit, workshops):
    (workshops / "broken").mkdir()
    (workshops / "broken" / "journey.json").write_text("{")
    rows = json.loads(cjmkit("list", "--json")[1])
    assert [row["client"] for row in rows] == ["broken", "fridge"]
    assert "is not JSON" in rows[0]["fault"]
    assert rows[1]["counts"]["touchpoints"] == 18


def test_check_names_every_gap_with_its_place(cjmkit, workshops):
    code, out, _ = cjmkit("check", "fridge")
    assert code == 0
    assert "touchpoints[wait]: nobody owns it yet" in out


def test_check_names_every_fault_at_once_and_fails(cjmkit, workshops):
    path = workshops / "fridge" / "journey.json"
    data = json.loads(path.read_text("utf-8"))
    data["kind"], data["touchpoints"][0]["stage"] = "now", "nowhere"
    path.write_text(json.dumps(data), "utf-8")
    code, out, _ = cjmkit("check", "fridge")
    assert code == 1
    assert out.count("fault") == 2
    assert "touchpoints[neighbour].stage: nowhere is not among the stages" in out


def test_the_score_sheet_is_written_to_be_printed(cjmkit, workshops, tmp_path):
    code, out, _ = cjmkit("export", "fridge", "score-sheet")
    assert (code, out.strip()) == (0, str(workshops / "fridge" / "out" / "score-sheet.pl.html"))
    code, out, _ = cjmkit(
        "export", "fridge", "score-sheet", "-o", tmp_path / "henryk.html", "--persona", "henryk", "--language", "en"
    )
    assert code == 0
    assert "Henryk" in (tmp_path / "henryk.html").read_text("utf-8")


REFUSED = [
    (["export", "fridge", "poem"], 2, "poem cannot be exported. What can: xlsx, json, csv, "),
    (["export", "fridge", "score-sheet", "--persona", "nobody"], 2, "Persona 'nobody' is not in this journey."),
    (["run", "fridge", "-p", "tarrget", "4"], 2, "report.ipynb has no parameter tarrget. Did you mean target?"),
    (["run", "fridge", "-p", "target", "high"], 2, "Parameter target must be a number, not 'high'."),
    (["run", "fridge", "-p", "target", "9"], 1, "fridge failed: "),
    (["run", "fridge", "-p", "persona", "nobody"], 1, "fridge failed: Persona 'nobody' is not in this journey."),
    (["run", "frigde"], 2, "There is no client 'frigde'. Did you mean fridge?"),
    (["run", "fridge", "--only", "doc"], 2, "There is no format doc. There are: html, pdf,"),
    (["run", "fridge", "--language", "xx"], 2, "There is no language xx."),
    (["run", "fridge", "--as-of", "tomorrow"], 2, "'tomorrow' is not a date; write it as 2026-11-21."),
    (["run", "fridge", "--template", "none.ipynb"], 2, "There is no template none.ipynb."),
    (["import", "fridge", "survey", "none.csv"], 2, "There is no file none.csv."),
    (
        ["import", "fridge", "poem", "none.csv"],
        2,
        "poem cannot be imported. What can: survey, events, customers, scores, journey, quotes.",
    ),
    (["new", "fridge"], 2, "There is a client 'fridge' already"),
    (["new", "x", "--starter", "bakery"], 2, "There is no starter 'bakery'. There are: bank, eleven-goal, five-stage,"),
    (["snapshot", "nobody"], 2, "There is no client 'nobody'"),
]


TOLD = ("index.html", "fridge/build/failed.json")  # where a run says what failed


@pytest.mark.parametrize(("words", "code", "sentence"), REFUSED, ids=[" ".join(r[0]) for r in REFUSED])
def test_a_mistake_is_one_plain_sentence_and_nothing_is_half_written(
    cjmkit, kept_warm, workshops, words, code, sentence
):
    before = files(workshops)
    found, _, err = cjmkit(*words)
    assert sentence in err
    assert found == code
    assert len(err.strip().splitlines()) == 1
    assert {k: v for k, v in files(workshops).items() if k not in TOLD} == before


def test_many_faults_stand_on_lines_of_their_own(cjmkit, workshops, tmp_path):
    rows = "".join(f"Ola;nowhere{n};3\n" for n in range(5))
    (tmp_path / "scores.csv").write_text(f"participant;touchpoint;score\n{rows}", "utf-8")
    assert len(cjmkit("import", "fridge", "scores", tmp_path / "scores.csv")[2].strip().splitlines()) == 6


def test_a_broken_journey_stops_its_own_report_only(cjmkit, workshops):
    (workshops / "fridge" / "journey.json").write_text('{"titel": "x"}', "utf-8")
    before = files(workshops)
    code, _, err = cjmkit("run", "fridge")
    assert code == 1
    assert "titel: is not a field of a journey" in err
    assert "titel: is not a field of a journey" in (workshops / "index.html").read_text("utf-8")
    assert {k: v for k, v in files(workshops).items() if k not in TOLD} == before


def test_scores_of_a_touchpoint_that_is_not_in_the_journey_are_refused(cjmkit, workshops, tmp_path):
    (tmp_path / "scores.csv").write_text("participant;touchpoint;score\nOla;oven;3\nOla;ovn;3\n", "utf-8")
    before = files(workshops)
    code, _, err = cjmkit("import", "fridge", "scores", tmp_path / "scores.csv")
    assert code == 1
    assert "ovn" in err
    assert files(workshops) == before


def test_imported_scores_replace_their_own_rows_and_keep_the_others(cjmkit, workshops, tmp_path):
    (tmp_path / "scores.csv").write_text("round;participant;touchpoint;score\n3;Ola;oven;4,5\n", "utf-8")
    assert cjmkit("import", "fridge", "scores", tmp_path / "scores.csv")[0] == 0
    text = (workshops / "fridge" / "scores.csv").read_text("utf-8")
    assert "3,Ola,,,oven,4.5" in text
    assert len(text.splitlines()) == len((ROOT / "workshops/fridge/scores.csv").read_text("utf-8").splitlines()) + 1
    assert [r["id"] for r in json.loads((workshops / "fridge/journey.json").read_text("utf-8"))["rounds"]] == [1, 2, 3]
    assert len(list((workshops / "fridge" / "versions").iterdir())) == 1
    raw = (tmp_path / "scores.csv").read_bytes()
    assert [p for p in (workshops / "fridge" / "evidence").iterdir() if p.read_bytes() == raw]


def test_a_survey_that_rates_what_is_not_on_the_map_says_how_to_create_it(cjmkit, workshops, tmp_path):
    (tmp_path / "a.csv").write_text("q\n4\n5\n", "utf-8")
    code, _, err = cjmkit("import", "fridge", "survey", tmp_path / "a.csv", "--map", "q=rating:parking")
    assert code == 1
    assert "parking" in err
    assert "--create-touchpoints STAGE" in err
    done = cjmkit(
        "import",
        "fridge",
        "survey",
        tmp_path / "a.csv",
        "--map",
        "q=rating:parking",
        "--create-touchpoints",
        "decision",
    )
    assert done[0] == 0
    assert "New touchpoints: parking." in done[1]
    kept = [p for p in (workshops / "fridge" / "evidence").iterdir() if p.read_bytes() == b"q\n4\n5\n"]
    assert len(kept) == 1


def test_two_raw_files_of_one_name_both_stay_and_the_survey_keeps_its_own(cjmkit, workshops, tmp_path):
    (tmp_path / "a").mkdir()
    survey, scores = tmp_path / "a" / "data.csv", tmp_path / "data.csv"
    survey.write_text("q\n4\n5\n", "utf-8")
    scores.write_text("participant;touchpoint;score\nOla;oven;3\n", "utf-8")
    assert cjmkit("import", "fridge", "survey", survey, "--map", "q=rating:oven")[0] == 0
    assert cjmkit("import", "fridge", "scores", scores)[0] == 0
    kept = [p.read_bytes() for p in (workshops / "fridge" / "evidence").iterdir()]
    assert survey.read_bytes() in kept
    assert scores.read_bytes() in kept
    source = json.loads((workshops / "fridge" / "journey.json").read_text("utf-8"))["sources"][-1]
    assert (workshops / "fridge" / source["file"]).read_bytes() == survey.read_bytes()
    assert cjmkit("check", "fridge")[0] == 0
    assert cjmkit("import", "fridge", "scores", scores)[0] == 0  # the same file again makes no second copy
    assert len(list((workshops / "fridge" / "evidence").iterdir())) == len(kept)


def test_a_journey_comes_in_after_a_snapshot_and_the_revision_goes_on(cjmkit, workshops):
    path = workshops / "fridge" / "journey.json"
    data = json.loads(path.read_text("utf-8"))
    data["title"], data["revision"] = "Another title", 1
    incoming = workshops.parent / "other.json"
    incoming.write_text(json.dumps(data), "utf-8")
    was = json.loads(path.read_text("utf-8"))["revision"]
    assert cjmkit("import", "fridge", "journey", incoming)[0] == 0
    now = json.loads(path.read_text("utf-8"))
    assert (now["title"], now["revision"]) == ("Another title", was + 1)


SETTINGS = [
    ('langages = ["pl"]', "langages: is not a setting; nearest: languages"),
    ('languages = ["xx"]', "languages: must be a list of some of en, pl, ru, zh, not ['xx']"),
    ("team_min = 'x'", "team_min: must be a whole number from 1 to 100, not 'x'"),
    ("[brand]\nacent = '#C8102E'", "brand.acent: is not a setting; nearest: accent"),
    ("[brand]\naccent = 'red'", "brand.accent: must be a colour such as #0072b2, not 'red'"),
    ("parameters = 3", "parameters: must be a table"),
    ("languages = [", "report.toml of fridge, line 1, cannot be read"),
    (
        "[brand]\naccent = '#C8102E'\n[brand]\nby = 'us'",
        "report.toml of fridge, line 3: [brand] stands there a second time.",
    ),
]


@pytest.mark.parametrize(("text", "sentence"), SETTINGS, ids=[text for text, _ in SETTINGS])
def test_a_slip_in_report_toml_is_told_before_anything_starts(cjmkit, workshops, text, sentence):
    (workshops / "fridge" / "report.toml").write_text(text, "utf-8")
    for words in (["run", "fridge"], ["check", "fridge"]):
        code, out, err = cjmkit(*words)
        assert code == 1
        assert sentence in out + err
    assert {path.name for path in (workshops / "fridge" / "build").iterdir()} == {"failed.json"}


def test_parameters_of_a_file_may_stand_under_their_heading(cjmkit, kept_warm, workshops):
    (workshops / "p.toml").write_text("[parameters]\ntarget = 9\n", "utf-8")
    assert "The target 9.0 is not on the scale" in cjmkit("run", "fridge", "--params", workshops / "p.toml")[2]


def test_a_part_that_is_not_installed_is_said_with_what_to_install(cjmkit, workshops, monkeypatch):
    monkeypatch.setitem(sys.modules, "papermill", None)
    code, _, err = cjmkit("run", "fridge")
    assert code == 1
    assert err == "This needs papermill, which is not installed. Install it with: pip install 'cjmkit[report]'\n"


def test_the_doctor_names_the_letters_that_would_be_boxes_and_what_to_install(cjmkit, workshops, monkeypatch):
    path = workshops / "fridge" / "journey.json"
    path.write_text(path.read_text("utf-8").replace("Cisza", "😀ก Cisza"), "utf-8")
    for here, code, said in [
        (set(), 1, "!!  Letters of fridge: no font here draws ก 😀. Install one that does, such as Noto"),
        (set("😀ก"), 0, "ok  Letters of fridge: drawn by this machine's own fonts, elsewhere they may differ: "),
    ]:
        monkeypatch.setattr("cjmkit.runs.doctor.drawn_elsewhere", lambda signs, here=here: here & signs)
        told = cjmkit("doctor")
        assert told[0] == code
        assert said in told[1]


def test_the_doctor_says_which_package_brings_a_font_that_is_missing(cjmkit, workshops, monkeypatch):
    def gone(text):
        raise MissingExtraError(
            "The font {family} is not here. Do pip install {package}.", family="Noto", package="noto"
        )

    monkeypatch.setattr("cjmkit.runs.doctor.missing_glyphs", gone)
    code, out, _ = cjmkit("doctor")
    assert code == 1
    assert "!!  Letters: 中文: The font Noto is not here. Do pip install noto." in out


def test_the_doctor_finds_this_machine_fit(cjmkit, workshops):
    code, out, _ = cjmkit("doctor")
    assert code == 0, out
    assert "!!" not in out
