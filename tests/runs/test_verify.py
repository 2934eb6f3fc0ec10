"""Every changed byte of an input or output is named with its file; an untouched build is clean."""

import json
import os
import shutil
from pathlib import Path

import pytest
from conftest import ROOT
from test_images import PNG

from cjmkit.kit import template
from cjmkit.runs.build import build_client
from cjmkit.runs.manifest import note_outputs
from cjmkit.runs.verifying import Found, differences, verify
from cjmkit.workshop import open_workshop
from cjmkit.workshop.translations import keep_translations

INPUTS = [
    "journey.json",
    "scores.csv",
    "report.toml",
    "evidence/survey.csv",
    "../brand/logo.png",
    "images/",
    "translations.en.json",
]


@pytest.fixture(scope="module")
def client(tmp_path_factory) -> Path:
    """A client with a brand beside it and a picture of a persona, its maps drawn by a template of its own."""
    folder = tmp_path_factory.mktemp("workshops")
    ignore = shutil.ignore_patterns("out", "build", ".sample", ".backup", "versions")
    shutil.copytree(ROOT / "workshops" / "fridge", folder / "fridge", ignore=ignore)
    (folder / "brand").mkdir()
    (folder / "brand/logo.png").write_bytes(PNG)
    own = shutil.copy(template("report.ipynb"), folder / "own.ipynb")
    workshop = open_workshop("fridge", folder)
    (workshop.folder / "report.toml").write_text('[brand]\nlogo = "../brand/logo.png"\n')
    first, *rest = workshop.journey.personas
    place = workshop.keep_image("anna.png", PNG)
    workshop.save(personas=[first.model_copy(update={"image": place}), *rest])
    keep_translations(workshop, {"en": {"Kupno lodówki": "Buying a fridge"}})
    build_client(workshop, Path(own), language="en", only=("svg", "pptx"))
    return workshop.folder


def flipped(path: Path, at: int) -> bytes:
    """Change one byte in the middle of a file, and hand back what it held; neither its size nor its time changes."""
    was, times = path.read_bytes(), path.stat()
    at %= len(was)
    path.write_bytes(was[:at] + bytes([was[at] ^ 1]) + was[at + 1 :])
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    return was


def test_an_untouched_build_is_clean(client, cjmkit):
    assert verify(client) == []
    code, out, err = cjmkit("verify", "fridge", "--workshops", client.parent)
    assert (code, err) == (0, "")
    assert "3 files are as they were built." in out


@pytest.mark.parametrize("name", [*INPUTS, "../own.ipynb", "out/map.en.svg", "out/map.henryk.en.svg"])
@pytest.mark.parametrize("at", [0, 1 / 2, -1])
def test_one_changed_byte_is_named_with_its_file_alone(client, name, at):
    path = next((client / name).iterdir()) if name.endswith("/") else client / name
    was = flipped(path, at if at <= 0 else path.stat().st_size // 2)
    try:
        (finding,) = verify(client)
    finally:
        path.write_bytes(was)
    shown = path.resolve() if name == "../own.ipynb" else name if name.startswith("..") else path.relative_to(client)
    assert finding.file == str(shown).removeprefix("out/")
    assert finding.kind == ("changed" if name.startswith("out/") else "input-changed")
    assert finding.is_off
    assert verify(client) == []


def test_who_looks_at_sizes_and_times_alone_would_see_nothing(client):
    def look():
        return {p: (p.stat().st_size, p.stat().st_mtime_ns) for p in client.rglob("*") if p.is_file()}

    before = look()
    was = flipped(client / "scores.csv", 100)
    try:
        assert look() == before
        assert [finding.file for finding in verify(client)] == ["scores.csv"]
    finally:
        (client / "scores.csv").write_bytes(was)


def test_what_is_missing_new_or_nobodys_is_told(client, cjmkit):
    stranger, moved = client / "out/map.fr.svg", client / "kept.svg"
    stranger.write_text("<svg/>")
    (client / "out/map.en.svg").rename(moved)
    (client / "images").rename(client / "away")
    try:
        code, out, err = cjmkit("verify", "fridge", "--workshops", client.parent)
        rows = json.loads(cjmkit("verify", "fridge", "--json", "--workshops", client.parent)[1])
    finally:
        moved.rename(client / "out/map.en.svg")
        (client / "away").rename(client / "images")
        stranger.unlink()
    assert code == 1
    assert "cjmkit run" in err
    assert "map.fr.svg was not built by cjmkit" in out
    assert "map.en.svg was built and is not there." in out
    assert [(row["kind"], row["file"].split("/")[0]) for row in rows] == [
        ("missing", "map.en.svg"), ("not-built", "map.fr.svg"), ("input-missing", "images"),
    ]  # fmt: skip
    assert rows[2]["outputs"] == ["map.en.svg", "map.henryk.en.svg", "slides.en.pptx"]


@pytest.mark.parametrize(
    ("name", "touched"),
    [
        ("../brand/logo.png", ("slides.en.pptx",)),
        ("translations.en.json", ("map.en.svg", "map.henryk.en.svg", "slides.en.pptx")),
    ],
)
def test_only_what_is_made_from_a_file_is_blamed_on_it(client, name, touched):
    was = flipped(client / name, 0)
    try:
        assert [finding.outputs for finding in verify(client)] == [touched]
    finally:
        (client / name).write_bytes(was)
    keep_translations(open_workshop("fridge", client.parent), {"ru": {"Kupno lodówki": "Холодильник"}})
    assert verify(client) == []  # nothing here is in Russian
    (client / "translations.ru.json").unlink()


@pytest.mark.parametrize("at", [1, 200, -40])
def test_a_manifest_that_is_not_as_it_was_written_is_named_itself_and_blames_no_file(client, at):
    was = flipped(client / "build/manifest.json", at)
    try:
        assert [(f.file, f.kind) for f in verify(client)] == [("build/manifest.json", "manifest")]
    finally:
        (client / "build/manifest.json").write_bytes(was)


def test_a_sheet_to_be_printed_is_noted_and_does_not_grow_old_with_the_scores(client, cjmkit):
    assert cjmkit("export", "fridge", "score-sheet", "--workshops", client.parent)[0] == 0
    was = flipped(client / "scores.csv", 100)
    (finding,) = verify(client)
    (client / "scores.csv").write_bytes(was)
    assert "score-sheet.pl.html" not in finding.outputs
    flipped(client / "out/score-sheet.pl.html", 50)
    assert [finding.file for finding in verify(client)] == ["score-sheet.pl.html"]
    (client / "out/score-sheet.pl.html").unlink()
    note_outputs(client, {})  # lets go of what is gone
    assert verify(client) == []


NOTED = {
    "a.pdf": {
        "sha256": "1",
        "inputs": {"journey.json": "2"},
        "template": {"name": "report.ipynb", "file": "", "sha256": "3"},
        "designs": {"templates/page/page.css": "4"},
        "cjmkit": "0.1.0",
        "libraries": {"typst": "0.14"},
    }
}
HERE = Found(
    {"journey.json": "2", "templates/report.ipynb": "3", "templates/page/page.css": "4"}, {"a.pdf": "1"},
    {"cjmkit": "0.1.0", "typst": "0.14"}, frozenset({"journey.json"}),
)  # fmt: skip


def test_the_kits_own_designs_and_a_new_input_count_too():
    assert differences(NOTED, HERE) == []
    changed = Found({**HERE.inputs, "templates/page/page.css": "9"}, HERE.outputs, HERE.versions, HERE.ours)
    assert [(f.file, f.kind) for f in differences(NOTED, changed)] == [("templates/page/page.css", "input-changed")]
    more = Found({**HERE.inputs, "scores.csv": "5"}, HERE.outputs, HERE.versions, HERE.ours | {"scores.csv"})
    assert [(f.file, f.kind) for f in differences(NOTED, more)] == [("scores.csv", "input-new")]


def test_another_version_is_told_and_is_no_reason_to_fail():
    newer = Found(HERE.inputs, HERE.outputs, {"cjmkit": "0.1.0", "typst": "0.15"}, HERE.ours)
    (finding,) = differences(NOTED, newer)
    assert (finding.file, finding.was, finding.now, finding.is_off) == ("typst", "0.14", "0.15", False)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"outputs": []}', b'{"outputs": {"map.en.svg": 7}}', b"\xff"])
def test_a_manifest_that_cannot_be_read_vouches_for_nothing(client, content):
    was = (client / "build/manifest.json").read_bytes()
    (client / "build/manifest.json").write_bytes(content)
    found = verify(client)
    (client / "build/manifest.json").write_bytes(was)
    assert [(finding.file, finding.kind) for finding in found] == [("build/manifest.json", "manifest")]


def test_a_client_that_was_never_built_has_nothing_to_hold(cjmkit, workshops):
    assert cjmkit("verify")[:2] == (0, "fridge  Nothing is built yet.\n")
    assert cjmkit("verify", "nobody")[0] == 2


def test_settings_that_cannot_be_used_and_a_journey_that_is_missing_are_told(client, cjmkit, workshops):
    """And the control: without them there is nothing to tell."""
    assert cjmkit("verify", "--json")[0] == 0
    (workshops / "fridge/report.toml").write_text('languages = "pl', "utf-8")
    (workshops / "lost/out").mkdir(parents=True)
    code, said, _ = cjmkit("verify")
    assert code == 1
    assert "fridge  report.toml of fridge, line 1, cannot be read" in said
    assert "lost has no journey.json. Put it back" in said
    listed = cjmkit("list")[1]
    assert "report.toml of fridge, line 1, cannot be read" in listed
    assert "lost has no journey.json" in listed
    (step,) = [step for step in json.loads(cjmkit("run", "--dry-run", "--json")[1]) if step["client"] == "lost"]
    assert step["state"] == "blocked"
    assert "has no journey.json" in step["blocked"]
