"""The capstone's case: the same bytes every time, what is planted is found by the kit's figures, and what is not planted is not."""

import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import replace
from functools import lru_cache

import pytest
from conftest import ROOT
from typer.testing import CliRunner

import cjmkit as cjm
from cjmkit.cli.app import app
from cjmkit.errors import UsageError
from cjmkit.journey.translated import typed_texts
from cjmkit.lessons.capstone import TRUTH, _journey, _texts, begin_capstone, made, open_capstone, planted

PLANTED = planted()
BLAND = replace(
    TRUTH, felt=dict.fromkeys(TRUTH.felt, (4.5, 4.5)), important=dict.fromkeys(TRUTH.important, 4.5), split="", kept=TRUTH.kept_else,
    unseen=(), loop="", promoters=0.5, detractors=0.1, satisfied=0.3,
)  # fmt: skip
both = pytest.mark.parametrize("case", [open_capstone("en"), open_capstone("pl")], ids=["en", "pl"])


@lru_cache
def bland():
    return open_capstone("en", BLAND)


def hashed(files):
    return hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()


def lowest(case):
    return cjm.ratings(case.answers, case.items).set_index("touchpoint").value.idxmin()


def split(case):
    found = cjm.contested(case.team_points, case.journey.scale.low, case.journey.scale.high)
    return [*found[found].index]


def break_of(case):
    """The step and the home whose conversion differs most from the others', downwards, with an interval below 0."""
    table = cjm.group_differences(cjm.funnel(case.events, case.journey, by="home"))
    below = table[table.high < 0]
    return (below.id.iloc[0], below.group.iloc[0]) if len(below) else None


def left_most(case):
    shares = case.real.touchpoints.set_index("touchpoint").left_share.astype(float)
    return shares.idxmax(), shares.max()


def loop(case):
    first = case.real.loops.sort_values("loop_share", ascending=False).iloc[0]
    return first["name"] if first.loop_customers else None


def concentrate(case):
    table = cjm.importance_performance(case.answers, case.items, "stated")
    return {*table[table.quadrant == "concentrate"].touchpoint}


def test_the_case_has_the_size_that_the_lesson_speaks_of():
    case = open_capstone("en")
    teams = case.team_points.groupby("team").participant.nunique()
    assert (teams.sum(), len(teams), teams.min(), teams.max()) == (14, 5, 2, 3)
    assert len(case.journey.touchpoints) == 26
    assert {t.kind for t in case.journey.touchpoints} == {"contact", "own-step", "wait"}
    assert (len(case.journey.stages), len(case.journey.personas), len(case.journey.paths)) == (6, 2, 3)
    assert (case.answers.respondent.nunique(), case.real.customers) == (400, 5000)
    assert (case.journey.scale.low, case.journey.scale.high, [*case.scores["round"].unique()]) == (1, 7, [1, 2])
    assert case.customers.home.value_counts().min() < 5  # a group that may not be told of
    assert b",99," in made()["evidence/survey.csv"]
    assert b",start," in made()["evidence/service.csv"]


def test_the_evidence_is_the_same_bytes_twice_and_in_another_process():
    assert made("pl") == made("pl")
    code = "import hashlib; from cjmkit.lessons.capstone import made; print(hashlib.sha256(repr(sorted(made('pl').items())).encode()).hexdigest())"
    env = {**os.environ, "PYTHONHASHSEED": "77"}
    there = subprocess.run([sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    assert there.stdout.strip() == hashed(made("pl"))


def test_other_truth_makes_other_bytes_of_that_file_alone():
    was, now = made(), made("en", replace(TRUTH, promoters=0.4))
    assert [name for name in was if was[name] != now[name]] == ["evidence/survey.csv"]


@both
def test_what_the_team_believes_and_what_customers_feel_is_found(case):
    assert cjm.weakest_link(case.figures) == PLANTED.weakest["team"] == "hotline"
    assert lowest(case) == PLANTED.weakest["customers"] == "first-bill"
    assert split(case) == [TRUTH.split]
    assert case.moments.votes.idxmax() == TRUTH.voted != TRUTH.quits
    assert concentrate(case) == {*PLANTED.quadrants["concentrate"]}


@both
def test_the_surveys_figures_are_those_that_were_planted(case):
    nps = cjm.nps(case.answers, case.items).iloc[0]
    assert nps.value == pytest.approx(PLANTED.nps)
    assert nps.low < 0 < nps.high
    assert cjm.csat(case.answers, case.items).iloc[0].value == pytest.approx(TRUTH.satisfied)
    assert set(case.items.set_index("item").kind.loc[["recommend", "liking"]]) == {"nps", "overall"}
    asked = case.items.assign(kind=case.items.kind.replace("overall", "nps"))
    with pytest.raises(cjm.CJMError, match="0 to 10"):
        cjm.nps(case.answers, asked)


@both
def test_what_customers_did_shows_where_they_leave_who_and_what_they_never_meet(case):
    home = case.journey.sources[0].columns["home"]["labels"][TRUTH.home]
    assert break_of(case) == ("switch", home)
    place, share = left_most(case)
    assert (place, share > 0.5) == (TRUTH.quits, True)
    assert case.real.never_seen == TRUTH.unseen
    assert loop(case) == TRUTH.loop


def test_what_is_not_planted_is_not_found():
    case = bland()
    assert cjm.weakest_link(case.figures) != PLANTED.weakest["team"]
    assert lowest(case) != PLANTED.weakest["customers"]
    assert split(case) == []
    assert cjm.nps(case.answers, case.items).iloc[0].low > 0
    assert cjm.csat(case.answers, case.items).iloc[0].high < TRUTH.satisfied
    assert break_of(case) is None
    assert left_most(case)[0] != TRUTH.quits
    assert case.real.never_seen == ()
    assert loop(case) is None
    assert concentrate(case) != {*PLANTED.quadrants["concentrate"]}


def test_by_device_nothing_was_planted_and_nothing_is_found():
    case = open_capstone("en")
    table = cjm.group_differences(cjm.funnel(case.events, case.journey, by="device_category"))
    assert not ((table.low > 0) | (table.high < 0)).any()


def test_three_actions_fit_the_budget_and_other_choices_bring_less():
    gains = PLANTED.gains
    assert len(PLANTED.best) == 3
    assert gains.effort[PLANTED.best].sum() <= TRUTH.budget < gains.effort[gains.gain.nlargest(3).index].sum()
    assert set(cjm.best_set(open_capstone("en").actions, TRUTH.budget)) != set(PLANTED.best)


def test_every_typed_text_of_the_map_is_in_polish():
    names = {p.name for p in _journey("en").personas}
    missing = [text for *_, text in typed_texts(_journey("en")) if text not in _texts("pl") and text not in names]
    assert not missing
    assert _journey("pl").touchpoint("landlord").name != _journey("en").touchpoint("landlord").name


@pytest.fixture(params=["en", "pl"])
def begun(request, tmp_path, monkeypatch):
    (tmp_path / "workshops").mkdir()
    begin_capstone(tmp_path / "workshops", request.param)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "workshops/capstone"


def test_the_students_folder_is_unfinished_sound_and_never_overwritten(begun):
    before = {path: path.read_bytes() for path in begun.rglob("*") if path.is_file()}
    journey = json.loads((begun / "journey.json").read_text("utf-8"))
    assert (journey["actions"], journey["sources"]) == ([], [])
    assert not any(t["moment_of_truth"] or t["verdict"] for t in journey["touchpoints"])
    assert CliRunner().invoke(app, ["check", "capstone"]).exit_code == 0
    with pytest.raises(UsageError, match="already"):
        begin_capstone(begun.parent)
    assert before == {path: path.read_bytes() for path in before}


def commands_of(place):
    cells = json.loads((ROOT / place / "14_capstone.ipynb").read_text("utf-8"))["cells"]
    text = next("".join(c["source"]) for c in cells if c["id"] == "own-folder")
    return re.findall(r"^\.venv/bin/cjmkit (.+)$", text, re.MULTILINE)


def test_the_lessons_commands_work_word_for_word(tmp_path, monkeypatch):
    commands = commands_of("notebooks/learn")
    assert [line.removesuffix(" --language pl") for line in commands_of("notebooks/pl/learn")] == commands
    (tmp_path / "workshops").mkdir()
    monkeypatch.chdir(tmp_path)
    assert [shlex.split(line)[0] for line in commands] == ["learn", *["import"] * 4, "lab"]
    for line in commands[:-1]:
        done = CliRunner().invoke(app, shlex.split(line))
        assert done.exit_code == 0, done.output
    assert CliRunner().invoke(app, ["check", "capstone"]).exit_code == 0
    report = cjm.open_report("capstone", workshops=tmp_path / "workshops")
    assert lowest(report) == PLANTED.weakest["customers"]
    assert report.real.never_seen == TRUTH.unseen
    assert break_of(report)[0] == "switch"
