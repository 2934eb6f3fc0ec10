"""The facilitator's guide and the teacher's plan: minutes that are computed, names as the screens say them, links that lead somewhere."""

import json
import re
import shlex
import shutil

import pandas as pd
import pytest
from babel.messages.pofile import read_po
from conftest import ROOT
from typer.testing import CliRunner

from cjmkit.cli import app
from cjmkit.errors import InputError
from cjmkit.language import FOLDER, notebooks
from cjmkit.lessons import plans
from cjmkit.lessons.answers import keep, read_answers
from cjmkit.lessons.twin import statements, twin_report
from cjmkit.method.agenda import AGENDAS

PLACES = ["facilitating.ipynb", "learn/teaching.ipynb"]
GUIDES = [ROOT / "notebooks" / folder / place for folder in ("", "pl") for place in PLACES]
by_guide = pytest.mark.parametrize("guide", GUIDES, ids=lambda path: str(path.relative_to(ROOT / "notebooks")))
LESSONS = [f"{n:02d}" for n in range(1, 15)]
KIT = {"en": "**In the kit**", "pl": "**W notatniku**"}


def cells(guide, kind):
    return [c for c in json.loads(guide.read_text("utf-8"))["cells"] if c["cell_type"] == kind]


def words(guide):
    return "\n\n".join("".join(c["source"]) for c in cells(guide, "markdown"))


def names_of_screens(text, language):
    """What stands in italics in the lines that say where the kit helps, numbers taken out."""
    lines = [line for line in text.splitlines() if line.startswith(KIT[language])]
    assert lines
    found = [name for line in lines for name in re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", line)]
    return [re.sub(r"\d+$", "{n}", name) for name in found]


def broken(guide, text):
    """The links of a text that lead to no file, or to no cell of the guide."""
    there = {
        f"#cell-id={cell['id']}" for cell in cells(guide, "markdown")
    }  # JupyterLab finds no heading with letters beyond ASCII
    links = re.findall(r"\]\(([^)]+)\)", text)
    return [a for a in links if (a not in there if a.startswith("#") else not (guide.parent / a).exists())]


@by_guide
def test_no_code_is_on_the_projector_and_the_file_stands_as_jupyterlab_saves_it(guide):
    text = guide.read_text("utf-8")
    assert json.dumps(json.loads(text), ensure_ascii=False, indent=1, sort_keys=True) + "\n" == text
    for cell in cells(guide, "code"):
        assert cell["metadata"]["jupyter"]["source_hidden"] is True
        assert len(cell["source"]) <= 5
        assert cell["outputs"] == []


@by_guide
def test_every_link_and_anchor_leads_somewhere(guide):
    text = words(guide)
    assert not broken(guide, text)
    assert broken(guide, text.replace("](#cell-id=", "](#cell-id=no-", 1)) != broken(guide, text)  # would be seen
    assert "05_score.ipynb" in broken(guide, text.replace("(05_scoring.ipynb", "(05_score.ipynb", 1))


@by_guide
def test_a_guide_runs_without_a_client(guide, tmp_path, monkeypatch):
    monkeypatch.setenv("CJMKIT_WORKSHOPS", str(tmp_path / "none"))
    monkeypatch.chdir(guide.parent)
    names: dict = {}
    for cell in cells(guide, "code"):
        exec(compile("".join(cell["source"]), guide.name, "exec"), names)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_untranslated_or_out_of_date(place, tmp_path):
    folder = ROOT / "notebooks"
    english, kept = folder / place, (folder / "pl" / place).with_suffix(".po")
    assert notebooks.out_of_date(notebooks.catalogue_of(english, "pl", kept)) == []
    changed = tmp_path / english.name
    changed.write_text(english.read_text("utf-8").replace("By the end", "At the end", 1), "utf-8")
    assert notebooks.out_of_date(notebooks.catalogue_of(changed, "pl", kept)) != []


def test_the_guide_names_what_stands_on_the_screens_in_both_languages():
    with (FOLDER / "pl.po").open("rb") as file:
        polish = {m.id: m.string for m in read_po(file) if isinstance(m.id, str)}
    english, own = (names_of_screens(words(guide), code) for guide, code in zip(GUIDES[::2], KIT, strict=True))
    assert len(english) > 30
    assert [name for name in english if name not in polish] == []
    assert own == [polish[name] for name in english]
    assert (
        names_of_screens(f"{KIT['en']} *Reveal all*", "en")[0] not in polish
    )  # a name that no screen has would be seen


@pytest.mark.parametrize("guide", GUIDES[::2], ids=["en", "pl"])
def test_each_situation_says_what_one_sees_what_to_say_and_where_the_kit_helps(guide):
    situations = words(guide).split("\n#### ")[1:]
    assert len(situations) >= 15
    for situation in situations:
        assert re.search(r"^\*\*(You see|Widzisz)\*\* ", situation, re.MULTILINE), situation
        said = re.findall(r"^> (.*)$", situation, re.MULTILINE)
        assert len(said) == 1, situation
        assert 5 <= len(said[0].split()) <= 40, said
        assert re.search(r"\]\(0\d_\w+\.ipynb\)", situation), situation


@pytest.mark.parametrize("guide", GUIDES[::2], ids=["en", "pl"])
def test_the_minutes_in_the_room_are_those_of_the_agenda(guide):
    told = [tuple(map(int, pair)) for pair in re.findall(r"^\| (\d+)–(\d+) \|", words(guide), re.MULTILINE)]
    assert [end - begin for begin, end in told] == [part.minutes for part in AGENDAS["120"]]
    assert [begin for begin, _ in told] == [0, *(end for _, end in told[:-1])]


@pytest.fixture
def lessons(monkeypatch):
    """Fourteen lessons of 26 minutes."""
    table = pd.DataFrame({"title": [f"lesson {n}" for n in LESSONS], "minutes": 26}, index=LESSONS)
    monkeypatch.setattr(plans, "lesson_minutes", lambda: table)
    one = type("Lesson", (), {})
    made = []
    for n in LESSONS:
        made.append(one())
        made[-1].number, made[-1].name = n, f"{n}_name"
    monkeypatch.setattr(plans, "lessons", lambda: tuple(made))
    return table


def test_the_agenda_is_told_with_clock_notebook_and_checklist():
    sheet = plans.show_agenda("120", "14:30")
    assert sheet.lines[0].startswith("14:30 · 10 min")
    assert sheet.lines[-1].startswith("16:30")
    assert 'href="05_scoring.ipynb"' in sheet._repr_html_()
    assert sheet._repr_html_().count("☐") == 2 * sum(map(len, plans.CHECKLIST.values()))  # on the screen and on paper


def test_the_print_button_brings_its_own_look_where_no_screen_is():
    button = re.search("<button[^>]*>", plans.show_agenda("120")._repr_html_())[0]
    assert "border:" in button
    assert "class=" not in button


POLITE = r"(?<![.?!„>] )(?<!^> )(?<![|*>„])\b(Wy|Was|Wam|Wami|Wasz\w*)\b"


@pytest.mark.parametrize("guide", sorted((ROOT / "notebooks/pl").glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_room_is_spoken_to_in_small_letters_and_a_run_is_told_in_one_wording(guide):
    text = words(guide)
    assert re.findall(POLITE, text) == []
    assert re.findall(POLITE, "nie zapomnieli o Was") == ["Was"]
    assert "*Aby uruchomić: wybierz* Run ▸ Restart Kernel and Run All Cells…" in text


def test_a_wrong_agenda_or_time_is_told_plainly():
    with pytest.raises(InputError, match="half-day"):
        plans.show_agenda("3 hours")
    with pytest.raises(InputError, match="09:00"):
        plans.show_agenda("90", "nine")


def test_a_day_is_six_hours_and_what_the_lessons_leave_is_for_discussion(lessons):
    told = plans.show_course("09:00").lines
    assert told[-1].startswith("15:00")
    assert any("Discussion" in line for line in told)
    lessons["minutes"] = 60  # too long: the day says when it would end
    told = plans.show_course("09:00").lines
    assert told[-1] > "17:00"
    assert not any("Discussion" in line for line in told)


def test_in_six_weeks_every_lesson_is_taught_or_done_at_home_and_each_week_takes_ninety_minutes(lessons):
    told = plans.show_weeks("10:00").lines
    assert {n for n in LESSONS if any(f"lesson {n}" in line for line in told)} == set(LESSONS)
    assert [line for line in told if "End" in line] == [f"Week {n} 11:30 · End" for n in range(1, 7)]
    taught = [number for room, home in plans.WEEKS for number in (*room, *home)]
    assert sorted(part for part in taught if isinstance(part, str)) == LESSONS
    assert "14" not in [part for room, _ in plans.WEEKS for part in room]  # too long for a room


def needed(number):
    """The lessons that a lesson says one needs: those it links to, with all between where it says “to”."""
    first = next((ROOT / "notebooks/learn").glob(f"{number}_*.ipynb"))
    head = words(first).split("By the end")[0]
    if "all lessons before" in head:
        return LESSONS[: int(number) - 1]
    linked = re.findall(r"\]\((\d\d)_", head)
    return LESSONS[int(linked[0]) - 1 : int(linked[1])] if ") to [" in head else linked


def too_early(order):
    """The lessons that come before one they need."""
    return [number for n, number in enumerate(order) if set(needed(number)) - set(order[:n])]


def test_no_plan_has_a_lesson_before_one_that_it_needs():
    day = ["01", *(part for part in plans.DAY if isinstance(part, str)), "10", "11", "13", "14"]
    weeks = [part for room, home in plans.WEEKS for part in (*room, *home) if isinstance(part, str)]
    assert sorted(day) == LESSONS
    assert too_early(day) == too_early(weeks) == []
    assert too_early(["01", "13", *LESSONS[1:12], "14"]) == ["13"]
    said = words(GUIDES[1]).split("## 1 ")[1].split("## 2 ")[0]
    assert re.findall(r"\]\((\d\d)_", said) == ["01", *day[-4:]]


def shell_lines(guide):
    return [line for block in re.findall(r"```sh\n(.*?)```", words(guide), re.DOTALL) for line in block.splitlines()]


@pytest.mark.parametrize("guide", GUIDES[1::2], ids=["en", "pl"])
def test_every_command_of_the_teachers_page_works_as_shown(guide, tmp_path, monkeypatch):
    """In order, as the reader would; what students sent lies in the folder that the page names."""
    monkeypatch.delenv("CJMKIT_WORKSHOPS", raising=False)
    monkeypatch.chdir(tmp_path)
    for case in ("fridge", "running-shoes"):
        shutil.copytree(ROOT / "workshops" / case, tmp_path / "workshops" / case, ignore=shutil.ignore_patterns("out"))
    for student in ("me", "maria"):
        keep(tmp_path / f"workshops/.learning/{student}.json", "05-1", 3.1, True)
    lines = shell_lines(guide)
    assert len(lines) == 6
    assert [line.replace("--language pl", "--language en") for line in lines] == shell_lines(GUIDES[1])
    told = ""
    for line in lines if guide == GUIDES[1] else lines[2:]:  # posters are slow, and the same program in both
        *setting, program = re.match(r"(?:CJMKIT_(STUDENT)=(\w+) )?\.venv/bin/cjmkit (.*)$", line).groups()
        env = {f"CJMKIT_{setting[0]}": setting[1]} if setting[0] else {}
        (tmp_path / "handed-in").mkdir(exist_ok=True)
        if (tmp_path / "maria.json").exists():
            (tmp_path / "maria.json").rename(tmp_path / "handed-in/maria.json")
        args = [*map(str, (tmp_path / "handed-in").glob("*.json"))]
        typed = [w for word in shlex.split(program) for w in (args if word == "handed-in/*.json" else [word])]
        done = CliRunner().invoke(app, typed, env=env)
        assert done.exit_code == 0, f"{line}\n{done.output}"
        told = f"{told}{done.output}"
    assert read_answers(tmp_path / "handed-in/maria.json").student == "Maria"
    assert "class.xlsx" in told
    assert (tmp_path / ("solutions" if "pl" not in guide.parts else "solutions-pl")).is_dir()


def test_the_twins_report_has_a_button_that_prints_its_statements_alone():
    page = re.search(r'<iframe srcdoc="(.*?)"', twin_report()._repr_html_(), re.DOTALL)
    assert page
    assert page[1].count("&lt;li ") == len(statements()) == 18
    assert "<button" not in page[1]
    assert "contentWindow.print()" in twin_report()._repr_html_()


def test_the_real_lessons_fit_into_a_day_of_six_hours():
    assert plans.show_course("09:00").lines[-1].startswith("15:00")


@by_guide
def test_the_minutes_to_read_are_those_of_its_words(guide):
    text = words(guide)
    told = re.search(r"\*\*(\d+) minut", text)
    assert told
    assert abs(int(told[1]) - len(re.findall(r"\w+", re.sub(r"\]\([^)]*\)", "]", text))) / 180) <= 3
