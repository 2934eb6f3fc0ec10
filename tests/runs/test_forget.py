"""A person taken out of a client's folder: afterwards no file of it holds the name, and everything still works."""

import csv
import io
import json
import shutil
import zipfile

import pytest
from leaks import holds

from cjmkit.errors import NotFoundError, UsageError
from cjmkit.exchange.rows import without_rows
from cjmkit.runs import forgetting
from cjmkit.runs.evidence import read_latest_survey
from cjmkit.runs.forgetting import forget, traces_of
from cjmkit.runs.manifest import note_outputs
from cjmkit.runs.opening import report_of
from cjmkit.runs.traces import Person, trace
from cjmkit.tables import scores_frame
from cjmkit.workshop import open_workshop

IDS = {"Jan": "99001", "Janina": "99002"}
ROW = "{};2026-10-02 10:02;para bez dzieci;0;1;;1;1;1;1;1;1;{}\r\n"


def row(who):
    return ROW.format(IDS[who], who).encode()


@pytest.fixture
def client(workshops):
    """A client in whose scores, versions, backups, evidence, ballots and build Jan stands, and Janina too."""
    workshop = open_workshop("fridge")
    rows = [
        {"round": 1, "participant": who, "team": "T", "touchpoint": t.id, "score": 1, "comment": ""}
        for who in ("Jan", "Janina") for t in workshop.journey.touchpoints
    ]  # fmt: skip
    workshop.save(scores=scores_frame([*workshop.scores.to_dict("records"), *rows]))
    workshop.snapshot()
    workshop.save(title="Kupno lodówki, dalej")
    survey = workshop.folder / "evidence/survey.csv"
    survey.write_bytes(survey.read_bytes() + b"".join(map(row, ("Jan", "Janina"))))
    (workshop.folder / "evidence/old.csv").write_bytes("osoba;uwaga\njan ;źle\nŻaneta;Jan był miły\n".encode("cp1250"))
    ballots = [json.dumps({"id": "x" * 16, "n": 1, "who": who, "value": 3}) + "\n" for who in ("Jan", "Janina")]
    (workshop.folder / "ballots-left-2026-11-20T10-00-00.jsonl").write_text("".join(ballots))
    (workshop.folder / "build").mkdir()
    (workshop.folder / "build/report.pl.ipynb").write_text(json.dumps({"cells": [{"text": "1  Jan  4"}]}))
    (workshop.folder / "out").mkdir()
    (workshop.folder / "out/map.pl.svg").write_text("<svg/>")
    note_outputs(workshop.folder, {"map.pl.svg": {"language": "pl"}})
    return open_workshop("fridge")


def names(folder, name):
    """The files of a folder that hold the name as a word, archives unpacked."""
    return {
        p.relative_to(folder).as_posix()
        for p in folder.rglob("*")
        if p.is_file() and holds(p.name, p.read_bytes(), [name])
    }


def test_afterwards_no_file_of_the_client_holds_the_name(client, cjmkit):
    versions = {p.relative_to(client.folder).as_posix() for p in client.folder.glob("versions/*/scores.csv")}
    backups = {p.relative_to(client.folder).as_posix() for p in client.folder.glob(".backup/*/scores.csv")}
    before = names(client.folder, "Jan")
    assert before >= {"scores.csv", "evidence/survey.csv", "evidence/old.csv", "build/report.pl.ipynb", *versions}
    assert len(versions) == 1
    assert before & backups
    others = names(client.folder, "Janina")
    (client.folder / "evidence/old.csv").write_bytes("osoba;uwaga\njan ;źle\nŻaneta;było miło\n".encode("cp1250"))
    code, out, _ = cjmkit("forget", "fridge", "Jan", "--yes")
    assert code == 0
    assert "scores.csv: 18 rows go" in out
    assert "Git history and files that were sent already still hold the person" in out
    assert "What stands in out/ was built before. Build it anew: cjmkit run fridge" in out
    assert names(client.folder, "Jan") == set()
    assert names(client.folder, "Janina") == others
    assert (client.folder / "evidence/old.csv").read_bytes() == "osoba;uwaga\nŻaneta;było miło\n".encode("cp1250")
    assert not list(client.folder.rglob("*.tmp"))


def test_what_is_left_is_as_it_was_and_still_reads(client):
    was, survey = client.scores, (client.folder / "evidence/survey.csv").read_bytes()
    answers, journey = read_latest_survey(client).answers, client.journey
    report_of(client)
    forget(client, "Jan")
    now = open_workshop("fridge")
    assert now.scores.equals(was[was.participant != "Jan"].reset_index(drop=True))
    assert now.journey == journey.model_copy(update={"revision": journey.revision + 1})
    assert (client.folder / "evidence/survey.csv").read_bytes() == survey.replace(row("Jan"), b"")
    assert read_latest_survey(now).answers.respondent.nunique() == answers.respondent.nunique() - 1
    report_of(now)
    assert client.save(title="Weiter").revision == journey.revision + 2  # who forgot goes on working


def test_words_in_which_the_name_stands_are_told_and_stay(client):
    quote = {"text": "Jan z salonu był miły.", "source": "rozmowa"}
    first, *rest = client.journey.to_data()["touchpoints"]
    client.save(touchpoints=[{**first, "quotes": [quote]}, *rest])
    with zipfile.ZipFile(client.folder / "evidence/notes.docx", "w") as archive:
        archive.writestr("word/document.xml", "<w:t>Jan</w:t>")
    (client.folder / "evidence/talk.mp3").write_bytes(b"ID3\0\0")
    standing = {t.file: t for t in forget(client, "Jan").standing}
    assert standing["journey.json"].places == (f"touchpoints[{first['id']}].quotes[0].text",)
    assert standing["evidence/old.csv"].places == ("2",)
    assert standing["evidence/notes.docx"].places == ("word/document.xml",)
    assert standing["evidence/talk.mp3"].unread
    assert open_workshop("fridge").journey.touchpoint(first["id"]).quotes[0].text == quote["text"]
    assert "evidence/survey-columns.toml" not in standing


def test_a_number_is_a_person_only_where_a_column_says_so(client):
    assert [t.file for t in traces_of(client, "30412").going] == ["evidence/survey.csv"]
    assert traces_of(client, "30412").going[0].rows == 1
    with pytest.raises(NotFoundError):
        traces_of(client, "9")  # an answer, in many rows
    head, cells = ["code", "customer"], ["9", "8"]
    assert not Person("9").row_goes(("customer",), head, cells)
    assert Person("8").row_goes(("customer",), head, cells)


def test_nothing_changes_without_a_yes(client, cjmkit, monkeypatch):
    was = names(client.folder, "Jan")
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    code, out, _ = cjmkit("forget", "fridge", "Jan")
    assert code == 1
    assert "Nothing was changed." in out
    data = json.loads(cjmkit("forget", "fridge", "Jan", "--json")[1])
    assert data["done"] is False
    assert {"file": "scores.csv", "rows": 18, "whole": False} in data["going"]
    assert names(client.folder, "Jan") == was


def test_a_copy_of_the_client_that_holds_the_person_too_is_named(client, cjmkit):
    shutil.copytree(client.folder, client.folder.with_name("copy"))
    assert "scores of the same name: copy." in cjmkit("forget", "fridge", "Jan", "--yes")[1]
    assert "same name" not in cjmkit("forget", "copy", "Jan", "--yes")[1]


def test_a_sample_a_stranger_and_an_open_room_are_refused(client, cjmkit):
    assert cjmkit("forget", "fridge", "Jna")[0] == 2
    assert "Did you mean Jan" in cjmkit("forget", "fridge", "Jna")[2]
    with pytest.raises(UsageError):
        forget(client, " ")
    (client.folder / "room.json").write_text("{}")
    assert "A voting room of fridge is open." in cjmkit("forget", "fridge", "Jan")[2]
    (client.folder / "room.json").unlink()
    (client.folder / ".sample").touch()
    code, out, err = cjmkit("forget", "fridge", "Jan", "--yes")
    assert (code, out) == (1, "")
    assert "is a sample and stays as it is" in err


def test_a_crash_at_any_moment_leaves_whole_files_and_can_be_run_again(client, monkeypatch):
    """Stopped before each of its steps in turn, until one run comes through."""
    replace, plan = forgetting._replace, traces_of(client, "Jan")
    whole = {t.file: {t.new, (client.folder / t.file).read_bytes()} for t in plan.going}
    stops = 0
    for after in range(100):
        left = [after]

        def stopping(path, content, left=left):
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            replace(path, content)

        monkeypatch.setattr(forgetting, "_replace", stopping)
        try:
            forget(open_workshop("fridge"), "Jan")
        except KeyboardInterrupt:
            stops += 1
            for file, contents in whole.items():
                path = client.folder / file
                assert (path.read_bytes() if path.exists() else None) in contents
            continue
        break
    assert stops >= 2  # each stop leaves less to do
    assert names(client.folder, "Jan") == {"evidence/old.csv"}
    assert open_workshop("fridge").journey.revision == client.journey.revision + 1


def test_a_survey_of_that_person_alone_goes_with_its_source(client):
    (client.folder / "evidence/survey.csv").write_text(
        (client.folder / "evidence/survey.csv").read_text("utf-8").splitlines()[0] + "\n" + row("Jan").decode(), "utf-8"
    )
    forget(client, "Jan")
    assert not (client.folder / "evidence/survey.csv").exists()
    assert open_workshop("fridge").journey.sources == ()
    report_of(open_workshop("fridge"))


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1250"])
@pytest.mark.parametrize("sign", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_byte_of_the_other_rows_stays(codec, sign, end):
    rows = [["Jan", "who"], ["Jan", "a"], ["Żaneta", f'two{end}lines, "quoted"'], ["Jan", f"b{end}b"], ["'=Ola", "c"]]

    def text(kept):
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=sign, lineterminator=end).writerows(kept)
        mark = "\ufeff" if codec == "utf-16-be" else ""
        return (mark + out.getvalue()).encode(codec)

    new, gone, stay = without_rows(text(rows), "x.csv", lambda head, cells: cells[0] == "Jan")
    assert (new, gone, stay) == (text([rows[0], rows[2], rows[4]]), 2, 2)


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Jan", "Jan!", True), ("Jan", "Janina, Jana i Marjan", False), ("jan kowalski", "To Jan\u00a0Kowalski.", True),
        ("安娜", "安娜说很好", True), ("Zoë", "Zoe\u0308", True), ("O'Brien", "O&#39;Brien", True), ("J.", "J. said", True),
    ],
)  # fmt: skip
def test_a_name_is_found_as_a_word_of_its_own(name, text, found):
    assert bool(trace("evidence/notes.md", text.encode(), Person(name)).places) is found


def test_a_name_that_stands_by_chance_in_an_embedded_picture_is_none():
    assert not trace("out/map.svg", b'<image href="data:image/png;base64,ab/jan+xy=="/>', Person("Jan")).places
