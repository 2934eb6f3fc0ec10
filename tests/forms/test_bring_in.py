"""A file comes in on a screen: column by column what it is, live how it is understood, and nothing before the button."""

import json
from datetime import datetime

import pytest

from cjmkit.exchange.columns import read_columns
from cjmkit.forms.mapping import LARGEST_UPLOAD, bring_in
from cjmkit.runs.evidence_files import evidence_files
from cjmkit.workshop import open_workshop

SURVEY = "who;How likely are you to recommend us?;Oven;plan\n" + "".join(
    f"{n:03};{(9, 10, 0, 11)[n % 4]};{1 + n % 5};{('gold', 'basic')[n % 2]}\n" for n in range(12)
)
NPS = "How likely are you to recommend us?"


@pytest.fixture
def answers(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text(SURVEY, "utf-8")
    return path


@pytest.fixture
def screen(workshops):
    workshop = open_workshop("fridge")
    workshop.save(language="en")
    return bring_in(workshop.journey, evidence_files(workshop), follow=workshop.follow)


def row(screen, heading):
    return next(row for row in screen.rows if row.heading == heading)


def say_role(screen, heading, role, **details):
    row(screen, heading).role.control.value = role
    for name, value in details.items():
        row(screen, heading).details[name].control.value = value


def look(screen, file, kind="survey"):
    screen.kind.control.value = kind
    screen.path.control.value = str(file)
    screen.opener.click()


def test_a_suggestion_is_shown_with_its_reason_and_taken_only_when_somebody_says_so(screen, answers):
    look(screen, answers)
    assert [r.heading for r in screen.rows] == ["who", NPS, "Oven", "plan"]
    about = row(screen, NPS).children[1].value
    assert "asks about recommending" in about
    assert "11" in about
    assert not screen.declared()
    screen.suggested.click()
    assert screen.declared()[NPS].role == "nps"
    assert screen.declared()[NPS].blank == ()  # a code for blank is declared by a person
    assert "11 (3×)" in screen.picture.value


def test_the_preview_is_what_comes_in_and_the_declaration_is_written_beside_the_file(screen, answers, workshops):
    look(screen, answers)
    say_role(screen, "who", "respondent")
    say_role(screen, NPS, "nps", blank="11")
    first = screen.journey.touchpoints[0]
    say_role(screen, "Oven", "rating", touchpoint=first.name, low="1", high="5")
    say_role(screen, "plan", "segment", labels="gold: Gold plan")
    assert "12 rows · 12 customers" in screen.picture.value
    assert "Gold plan" in screen.picture.value
    before = (workshops / "fridge/journey.json").read_bytes()
    screen.show_it.click()
    assert (workshops / "fridge/journey.json").read_bytes() == before
    screen.take.click()
    assert screen.bar.text.startswith("12 rows of answers.csv are in.")
    folder = workshops / "fridge"
    source = json.loads((folder / "journey.json").read_text("utf-8"))["sources"][-1]
    assert (folder / source["file"]).read_bytes() == answers.read_bytes()
    assert source["columns"]["Oven"] == {"role": "rating", "touchpoint": first.id, "low": 1, "high": 5}
    declared = read_columns(folder / "evidence/answers-columns.toml")
    assert {name: column.to_data() for name, column in declared.items()} == source["columns"]
    assert screen.rows == []


def test_what_lacks_and_what_does_not_hold_is_said_at_once(screen, answers, tmp_path):
    look(screen, tmp_path / "none.csv")
    assert "There is no file" in screen.bar.text
    look(screen, answers, "events")
    assert "still to be said, of one column each: “who it was”, “what happened”, and “when”" in screen.bar.text
    screen.take.click()
    assert screen.bar.tone == "problem"
    assert "still to be said, of one column each" in screen.bar.text
    assert "declared" not in screen.bar.text
    look(screen, answers, "customers")
    assert "say of at least one column that it is a group" in screen.bar.text
    say_role(screen, "plan", "segment")
    assert "nothing is kept yet" in screen.bar.text  # rows without a customer are counted
    screen.kind.control.value = "survey"
    say_role(screen, "Oven", "rating", low="5", high="1")
    assert "a rating needs a touchpoint" in screen.picture.value


def test_an_upload_is_looked_at_like_a_path_and_one_too_large_is_refused(screen, workshops):
    screen.upload.value = ({"name": "../../answers.csv", "type": "", "size": 1, "content": memoryview(SURVEY.encode()), "last_modified": datetime(2026, 1, 1)},)  # fmt: skip
    assert screen.rows[0].heading == "who"
    assert not list(workshops.rglob("answers*"))
    screen.upload.value = ({"name": "big.csv", "type": "", "size": 1, "content": memoryview(bytes(LARGEST_UPLOAD + 1)), "last_modified": datetime(2026, 1, 1)},)  # fmt: skip
    assert "big.csv is larger than 8 MB. Give its path instead." in screen.bar.text


def test_hostile_headings_and_values_are_shown_as_text(screen, tmp_path):
    (tmp_path / "x.csv").write_text("b;<img src=x onerror=alert(1)>\n2;<script>1</script>\n", "utf-8")
    look(screen, tmp_path / "x.csv", "customers")
    say_role(screen, "b", "customer")
    say_role(screen, "<img src=x onerror=alert(1)>", "segment")
    shown = screen.picture.value + "".join(r.children[1].value for r in screen.rows)
    assert "&lt;script&gt;" in shown
    assert "<script>" not in shown
    assert "<img" not in shown


def test_a_file_that_is_in_can_be_taken_out_again_and_the_screen_says_what_stays(screen, answers, workshops):
    look(screen, answers, "customers")
    say_role(screen, "plan", "segment")
    screen.take.click()
    assert "Files that are in" in screen.picture.value
    assert 'data-choose="customers-answers"' in screen.picture.value
    screen.pick("customers-answers")
    assert "evidence/answers.csv is out." in screen.bar.text
    assert 'data-choose="customers-answers"' not in screen.picture.value
    assert (workshops / "fridge/evidence/answers.csv").is_file()
    assert all(s.id != "customers-answers" for s in open_workshop("fridge").journey.sources)
