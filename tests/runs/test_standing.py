"""What stands in a folder: the short way, without opening the journey, says what the long way says, whatever was changed."""

import json
import os
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from many_clients import make_client

from cjmkit.errors import CJMError, JourneyError
from cjmkit.runs.deciding import decided
from cjmkit.runs.manifest import MANIFEST, concerns, inputs, note_outputs, read_manifest
from cjmkit.runs.opening import report_of, too_early
from cjmkit.runs.plan import Wanted, plan
from cjmkit.runs.standing import is_as_noted, standing
from cjmkit.workshop import Workshop

LOGO = '[brand]\nlogo = "logo.svg"\n'
OUTPUTS = {"report.pl.html": "html", "map.pl.svg": "svg", "workbook.pl.xlsx": "xlsx", "journey.mmd": "mermaid"}


def noted(folder: Path) -> Path:
    """Note these outputs of a client as a build does, without the work of one."""
    (folder / "out").mkdir(exist_ok=True)
    (folder / "build").mkdir(exist_ok=True)
    sources = inputs(workshop := Workshop(folder))
    brand = workshop.settings.get("brand", {})
    for name in OUTPUTS:
        (folder / "out" / name).write_text(f"{name} of {folder.name}")
    made = {
        name: {"format": format, "inputs": {s: h for s, h in sources.items() if concerns(s, name, "pl", brand)}}
        for name, format in OUTPUTS.items()
    }
    record = {"kit": "k", "language": "pl", "parameters": {}, "asked": None}
    note_outputs(folder, made, record, decided=decided(workshop, {}), summary={})
    return folder


@pytest.fixture(scope="module")
def client(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("standing")
    home = folder / make_client(folder, 1, largest=6)
    (home / "report.toml").write_text('languages = ["pl"]\nformats = ["html", "svg", "xlsx", "mermaid"]\n' + LOGO)
    (home / "logo.svg").write_text("<svg/>")
    journey = json.loads((home / "journey.json").read_text("utf-8"))
    journey["personas"][0]["image"] = "images/anna.png"
    (home / "journey.json").write_text(json.dumps(journey, ensure_ascii=False, indent=2, sort_keys=True), "utf-8")
    return noted(home)


def without_what_was_decided(folder: Path) -> None:
    """Take out of the manifest what saves the opening of the journey."""
    manifest = read_manifest(folder)
    assert manifest
    noted = {name: manifest[name] for name in ("schema", "client", "outputs", "builds", "summary")}
    from cjmkit.runs.manifest import _checked, _text

    (folder / MANIFEST).write_text(_checked(_text({**noted, "decided": None})), "utf-8")


def write(name: str, text: str):
    return lambda folder: (folder / name).write_text(text)


def append(name: str, text: str):
    return lambda folder: (folder / name).open("a", encoding="utf-8").write(text)


def remove(name: str):
    return lambda folder: (folder / name).unlink(missing_ok=True)


def retitle(folder: Path) -> None:
    text = (folder / "journey.json").read_text("utf-8")
    (folder / "journey.json").write_text(text.replace('"title": "', '"title": "New ', 1), "utf-8")


def portrait(folder: Path) -> None:
    (folder / "images").mkdir(exist_ok=True)
    (folder / "images/anna.png").write_bytes(b"\x89PNG\r\n\x1a\n")


CHANGES = {
    "score": append("scores.csv", "\n"), "no scores": remove("scores.csv"), "title": retitle, "survey": append("evidence/survey.csv", "\n"),
    "no survey": remove("evidence/survey.csv"), "translation": write("translations.zh.json", "{}"), "logo": write("logo.svg", "<svg></svg>"),
    "no logo": remove("logo.svg"), "settings": write("report.toml", 'languages = ["pl", "en"]\nteam_min = 4\n'), "no settings": remove("report.toml"),
    "touched": append("out/map.pl.svg", "!"), "missing": remove("out/report.pl.html"), "stranger": write("out/notes.txt", "mine"),
    "portrait": portrait, "broken": write("journey.json", "{"),
    "off": write("report.toml", 'languages = "pl"\n'), "scores off": append("scores.csv", "1,x\n"), "lost": remove("journey.json"),
    "strange score": append("scores.csv", "1,p,t,,nowhere,3,,,,,\n"),
}  # fmt: skip


@settings(max_examples=40)
@example(["portrait"])
@given(st.lists(st.sampled_from(sorted(CHANGES)), max_size=4, unique=True))
def test_the_short_way_says_what_the_long_way_says_whatever_was_changed(client, tmp_path_factory, changes):
    folder = shutil.copytree(client, tmp_path_factory.mktemp("changed") / client.name)
    for change in changes:
        CHANGES[change](folder)
    short = standing(folder)
    without_what_was_decided(folder)
    long = standing(folder)
    assert str(short.fault) == str(long.fault), changes
    for part in ("inputs", "parameters", "brand", "noted", "builds", "whole"):
        assert getattr(short, part) == getattr(long, part), (part, changes)
    assert (list(short.languages), list(short.formats)) == (list(long.languages), list(long.formats))


def test_a_journey_that_is_as_it_was_is_not_opened(client, monkeypatch):
    """And the control: another title opens it."""
    opened = []
    monkeypatch.setattr("cjmkit.runs.deciding.opened", lambda folder, options: opened.append(folder) or {})
    standing(client)
    assert not opened
    without = json.loads((client / MANIFEST).read_text("utf-8"))["decided"]["by"]
    monkeypatch.setattr("cjmkit.runs.standing.hashes", lambda folder, names: {**without, "journey.json": "another"})
    standing(client)
    assert opened == [client]


def test_a_file_that_was_touched_or_is_missing_is_not_whole_and_the_others_are(client, tmp_path):
    folder = shutil.copytree(client, tmp_path / client.name)
    assert standing(folder).whole == set(OUTPUTS)
    append("out/map.pl.svg", "!")(folder)
    remove("out/journey.mmd")(folder)
    assert standing(folder).whole == {"report.pl.html", "workbook.pl.xlsx"}


def test_one_of_the_same_size_is_read_and_one_of_the_same_size_and_time_is_not(client, tmp_path):
    folder = shutil.copytree(client, tmp_path / client.name)
    map = folder / "out/map.pl.svg"
    before = map.stat()
    map.write_text(map.read_text()[::-1])
    os.utime(map, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert "map.pl.svg" not in standing(folder).whole
    os.utime(map, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "map.pl.svg" in standing(folder).whole, (
        "the price of a thousand clients in a second; `verify` reads them all"
    )


def test_a_copied_folder_is_as_it_was_built_under_its_new_times(client, tmp_path):
    folder = shutil.copytree(client, tmp_path / client.name, copy_function=shutil.copyfile)
    wanted = Wanted({"kit": "k"}, lambda own: own)
    assert [step.state for step in plan([standing(folder), standing(client)], wanted)] == ["fresh", "fresh"]


@pytest.mark.parametrize(
    ("change", "said"),
    [("scores off", "scores.csv, line"), ("strange score", "nowhere is not in the journey"), ("lost", "has no journey.json"),
     ("no survey", "is not in the client's folder. Put it back")],
)  # fmt: skip
def test_what_must_fail_is_blocked_before_it_begins_and_an_old_build_hides_nothing(client, tmp_path, change, said):
    folder = shutil.copytree(client, tmp_path / client.name)
    assert standing(folder).fault is None
    CHANGES[change](folder)
    assert said in str(standing(folder).fault)


@pytest.mark.parametrize(
    ("options", "said"),
    [({"persona": "nobody"}, "'nobody' is not in this journey"), ({"path": "nowhere"}, "'nowhere' is not in this journey"),
     ({"target": 99.0}, "99.0 is not on the scale")],
)  # fmt: skip
def test_a_persona_path_or_target_that_cannot_be_blocks_as_the_build_would(client, options, said):
    assert said in str(standing(client, lambda own: options).fault)
    with pytest.raises(CJMError) as raised:
        report_of(Workshop(client), **options)
    assert str(raised.value) == str(standing(client, lambda own: options).fault)


def test_a_client_is_as_noted_until_any_of_its_files_is_another(client, tmp_path):
    for change, holds in (
        ("stranger", True),
        ("score", False),
        ("translation", False),
        ("missing", False),
        ("no survey", False),
    ):
        folder = shutil.copytree(client, tmp_path / change)
        CHANGES[change](folder)
        manifest = read_manifest(folder)
        assert manifest
        assert is_as_noted(folder, manifest) == holds, change


def test_a_day_before_all_that_a_report_is_made_from_is_told(client):
    workshop = Workshop(client)
    assert too_early(workshop, date(1990, 1, 1))[0].place == client.name
    assert too_early(workshop, None) == too_early(workshop, date(2999, 1, 1)) == []


def test_a_broken_journey_blocks_its_client_with_a_sentence(client, tmp_path):
    folder = shutil.copytree(client, tmp_path / client.name)
    write("journey.json", "{")(folder)
    (step,) = plan([standing(folder)], Wanted({}, lambda own: own))
    assert step.state == "blocked"
    assert isinstance(step.blocked, JourneyError)
    assert "is not JSON" in str(step.blocked)


def test_a_file_that_may_not_be_read_blocks_its_client_with_a_sentence(client, tmp_path, monkeypatch):
    def refused(folder, names):
        raise PermissionError(13, "Permission denied", str(folder / "scores.csv"))

    monkeypatch.setattr("cjmkit.runs.standing.hashes", refused)
    (step,) = plan([standing(client)], Wanted({}, lambda own: own))
    assert "scores.csv cannot be read: Permission denied" in str(step.blocked)
