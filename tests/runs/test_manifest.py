"""The manifest: whether it is as it was written, what it says of a build, and what a build takes away."""

import json
from pathlib import Path

import pytest
from conftest import small_journey

from cjmkit.runs.build import Made, land
from cjmkit.runs.manifest import MANIFEST, is_broken, note_outputs, read_manifest, read_outputs, read_summary
from cjmkit.runs.standing import standing
from cjmkit.runs.verifying import verify

RECORD = {"kit": "k", "language": "pl"}


@pytest.fixture
def folder(tmp_path) -> Path:
    home = tmp_path / "acme"
    home.mkdir()
    (home / "journey.json").write_text(small_journey(language="pl").to_json(), "utf-8")
    return home


def made(*names: str, format: str = "poster", language: str = "pl", **parts) -> Made:
    """What a build made of this format, by the names in out/."""
    noted = {name: {"format": format, "inputs": {}} for name in names}
    files = {name: f"{name}".encode() for name in names}
    return Made(language, files, noted, {**RECORD, "language": language}, {}, {"client": "Acme"}, b"", **parts)


def there(folder: Path) -> set[str]:
    return {path.name for path in (folder / "out").iterdir()}


def test_what_is_written_says_that_it_is_whole(folder):
    land(folder, made("map.pl.svg", format="svg"))
    manifest = read_manifest(folder)
    assert manifest
    assert manifest["client"] == "acme"
    assert not is_broken(folder)
    assert read_outputs(folder)["map.pl.svg"]["kit"] == "k", "what was noted once for all its files"
    assert read_summary(folder) == {"client": "Acme"}


@pytest.mark.parametrize("place", [0.05, 0.3, 0.6, 0.95])
def test_a_changed_byte_makes_it_say_nothing(folder, place):
    land(folder, made("map.pl.svg", format="svg"))
    content = bytearray((folder / MANIFEST).read_bytes())
    at = next(n for n in range(int(len(content) * place), len(content)) if chr(content[n]).isalnum())
    content[at] = ord("7" if content[at] != ord("7") else "8")
    (folder / MANIFEST).write_bytes(content)
    assert is_broken(folder)
    assert read_manifest(folder) is None
    assert read_outputs(folder) == {}
    assert [finding.kind for finding in verify(folder)] == ["manifest"]
    assert standing(folder).noted == {}, "so that all is built anew"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"outputs": 3}', '{"schema": "cjmkit/manifest/2", "outputs": {}}']
)
def test_what_is_no_manifest_says_nothing(folder, text):
    (folder / "build").mkdir()
    (folder / MANIFEST).write_text(text)
    assert is_broken(folder)
    assert read_summary(folder) == {}


def test_one_of_an_older_kit_counts_as_not_built_and_is_written_anew(folder):
    land(folder, made("map.pl.svg", format="svg"))
    old = json.loads((folder / MANIFEST).read_text("utf-8")) | {"schema": "cjmkit/manifest/1"}
    old.pop("check")
    (folder / MANIFEST).write_text(json.dumps(old, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    assert standing(folder).noted == {}
    land(folder, made("map.pl.svg", format="svg"))
    assert set(read_outputs(folder)) == {"map.pl.svg"}


def test_a_build_keeps_what_is_noted_of_other_formats_and_languages_and_forgets_what_is_gone(folder):
    land(folder, made("map.pl.svg", format="svg"))
    land(folder, made("map.en.svg", format="svg", language="en"))
    land(folder, made("report.pl.html", format="html"))
    assert set(read_outputs(folder)) == {"map.pl.svg", "map.en.svg", "report.pl.html"}
    assert {entry["language"] for entry in read_outputs(folder).values()} == {"pl", "en"}
    (folder / "out/map.en.svg").unlink()
    note_outputs(folder, {})
    manifest = read_manifest(folder)
    assert manifest
    assert set(manifest["outputs"]) == {"map.pl.svg", "report.pl.html"}
    assert {build["language"] for build in manifest["builds"].values()} == {"pl"}


def test_the_files_of_a_persona_who_is_gone_are_taken_away(folder):
    land(folder, made("poster.pl.pdf", "poster.henryk.pl.pdf"))
    land(folder, made("poster.en.pdf", "poster.henryk.en.pdf", language="en"))
    land(folder, made("map.henryk.pl.svg", format="svg"))
    land(folder, made("poster.pl.pdf"))
    assert there(folder) == {"poster.pl.pdf", "poster.en.pdf", "poster.henryk.en.pdf", "map.henryk.pl.svg"}
    assert "poster.henryk.pl.pdf" not in read_outputs(folder)


def test_what_somebody_changed_or_put_there_is_never_taken_away(folder):
    land(folder, made("poster.pl.pdf", "poster.henryk.pl.pdf"))
    (folder / "out/poster.henryk.pl.pdf").write_text("with remarks of the client")
    (folder / "out/poster.maria.pl.pdf").write_text("another's")
    land(folder, made("poster.pl.pdf"))
    assert (folder / "out/poster.henryk.pl.pdf").read_text() == "with remarks of the client"
    assert "poster.maria.pl.pdf" in there(folder)


def test_without_the_look_at_its_hash_a_changed_file_would_be_gone(folder, monkeypatch):
    """The control."""
    land(folder, made("poster.pl.pdf", "poster.henryk.pl.pdf"))
    (folder / "out/poster.henryk.pl.pdf").write_text("with remarks of the client")
    noted = read_outputs(folder)["poster.henryk.pl.pdf"]["sha256"]
    monkeypatch.setattr("cjmkit.runs.build.sha256", lambda path: noted)
    land(folder, made("poster.pl.pdf"))
    assert there(folder) == {"poster.pl.pdf"}


def test_what_a_run_that_was_ended_left_half_written_is_taken_away(folder):
    land(folder, made("poster.pl.pdf"))
    (folder / "out/.poster.pl.pdf.77.tmp").write_text("half")
    (folder / "build/.manifest.json.77.tmp").write_text("half")
    land(folder, made("poster.pl.pdf"))
    assert there(folder) == {"poster.pl.pdf"}
    assert not list((folder / "build").glob(".*.tmp"))


def test_a_build_that_made_nothing_leaves_the_manifest_as_it_was(folder):
    land(folder, made("poster.pl.pdf"))
    before = (folder / MANIFEST).read_bytes()
    land(folder, Made("pl", notebook=b"{}"))
    assert (folder / MANIFEST).read_bytes() == before
    assert (folder / "build/report.pl.ipynb").read_bytes() == b"{}"
