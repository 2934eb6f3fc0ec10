"""The page of contents: every lesson is on it, its links lead somewhere, and what it says of handing in is so."""

import json
import re
import shlex

import pytest
from conftest import ROOT
from typer.testing import CliRunner

from cjmkit.cli.app import app
from cjmkit.cli.lab import LESSONS, in_language
from cjmkit.language.notebooks import catalogue_of, out_of_date
from cjmkit.lessons.answers import keep, read_answers
from cjmkit.lessons.course import show_lessons
from cjmkit.lessons.lesson import in_language as sentences_in
from cjmkit.lessons.lesson import lesson_languages, lessons

each_language = pytest.mark.parametrize("code", lesson_languages())


def place(code):
    return ROOT / in_language(ROOT, LESSONS, code)


def cells(code, kind):
    there = json.loads(place(code).read_text("utf-8"))["cells"]
    return ["".join(c["source"]) for c in there if c["cell_type"] == kind]


def dead(text, folder):
    links = re.findall(r"\]\(([^)\s#]+)[)#]", text)
    return [link for link in links if ":" not in link and not (folder / link).exists()]


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A student's own folder."""
    (tmp_path / "workshops").mkdir()
    monkeypatch.setenv("CJMKIT_WORKSHOPS", str(tmp_path / "workshops"))
    monkeypatch.delenv("CJMKIT_STUDENT", raising=False)
    return tmp_path


@each_language
def test_it_opens_in_the_readers_language(code):
    assert place(code).is_file()
    assert ("pl" in place(code).parts) == (code == "pl")


@each_language
def test_its_cells_run_and_show_every_lesson_with_its_link(code, own, monkeypatch):
    monkeypatch.chdir(place(code).parent)
    names: dict = {}
    for source in cells(code, "code"):
        exec(compile(source, "contents", "exec"), names)
    shown = show_lessons()
    assert len(shown.lines) == len(lessons())
    for one in lessons():
        title = sentences_in(one, code).get(one.title, one.title)
        assert any(f"{one.number} {title}" in line for line in shown.lines)
        assert f'href="{one.name}.ipynb"' in shown._repr_html_()
        assert (place(code).parent / f"{one.name}.ipynb").is_file()


def test_a_lesson_that_is_begun_is_marked(own, monkeypatch):
    monkeypatch.chdir(place("en").parent)
    assert show_lessons().lines[4].startswith("○ 05")
    keep(own / "workshops/.learning/me.json", "05-1", 3.1, True)
    assert show_lessons().lines[4].startswith("◐ 05")


@each_language
def test_no_link_is_dead(code):
    assert dead("[a](nowhere.ipynb)", place(code).parent) == ["nowhere.ipynb"]
    for text in cells(code, "markdown"):
        assert not dead(text, place(code).parent)


@each_language
def test_it_says_where_answers_are_and_how_they_are_handed_in(code, own, monkeypatch):
    keep(own / "workshops/.learning/me.json", "05-1", 3.1, True)
    text = "\n".join(cells(code, "markdown"))
    assert "`workshops/.learning`" in text
    command = re.search(r"^\.venv/bin/cjmkit (.*)$", text, re.M)
    assert command
    monkeypatch.chdir(own)
    done = CliRunner().invoke(app, shlex.split(command[1]))
    assert done.exit_code == 0, done.output
    assert read_answers(own / "maria.json").student == "Maria"
    assert [*read_answers(own / "maria.json").answers] == ["05-1"]
    assert f"CJMKIT_STUDENT=maria {command[0]}" in text  # two students on one machine


def test_who_has_answered_nothing_is_told_so_and_has_no_file(own, monkeypatch):
    monkeypatch.chdir(own)
    done = CliRunner().invoke(app, ["learn", "export", "-o", "maria.json", "--name", "Maria"])
    assert done.exit_code != 0
    assert not (own / "maria.json").exists()


@pytest.mark.parametrize("code", lesson_languages()[1:])
def test_it_is_whole_in_every_language_from_the_same_code(code):
    assert cells(code, "code") == cells("en", "code")
    assert not out_of_date(catalogue_of(place("en"), code, place(code).with_suffix(".po")))
