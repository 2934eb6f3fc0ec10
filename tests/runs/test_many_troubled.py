"""Many clients in one run, with trouble; `make soak` does the same with more of them."""

import json
import shutil
import sys
from datetime import date
from pathlib import Path

import pytest

from cjmkit.language import speak
from cjmkit.runs.many import run_clients

sys.path.append(str(Path(__file__).parents[1] / "soak"))
import runs


@pytest.fixture(scope="module")
def whole(tmp_path_factory, lent_warm) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    names = runs.make_clients(folder, 4, largest=5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cjmkit.runs.many.Warm", lent_warm)
        run = run_clients(
            names, only=["mermaid", "svg"], workshops=folder, say=speak("en"), today=date(2026, 12, 1), at_once=2
        )
    assert not run.failures
    return folder


@pytest.fixture
def rerun(cjmkit, kept_warm, monkeypatch) -> None:
    """The run that gets into trouble is a program of its own; the one after it is served by a process that is there."""

    def ran(folder: Path, *words: str):
        code, said, complaints = cjmkit("run", "--json", "--workshops", folder, *words)
        assert code == 0, complaints
        return json.loads(said)

    monkeypatch.setattr(runs, "ran", ran)


def test_one_bad_file_one_endless_cell_and_one_killed_leave_the_others_right_and_are_built_once_mended(rerun):
    found = runs.troubled(5, 1, only="html", largest=5, limit=10, sections=1, beside=False)
    assert (found["failed"], found["right"], found["control_leaked"]) == (3, 2, 1)


def test_ctrl_c_leaves_whole_files_and_no_process_and_the_rerun_builds_only_what_is_missing(whole, tmp_path, rerun):
    runs.make_clients(tmp_path, 4, largest=5)
    found = runs.stopped_and_rerun(tmp_path, runs.built(whole), "mermaid,svg", 2.5)
    assert found["tracebacks"] == 0


def half_written(folder: Path) -> None:
    for file in folder.glob("client-0000/out/*.svg"):
        file.write_bytes(file.read_bytes()[:1000])


def without_its_manifest(folder: Path) -> None:
    for file in folder.glob("client-0000/build/manifest.json"):
        file.write_text("{")


def of_another(folder: Path) -> None:
    shutil.copytree(folder / "client-0001/out", folder / "client-0000/out", dirs_exist_ok=True)


@pytest.mark.parametrize("damage", [half_written, without_its_manifest, of_another])
def test_what_is_half_written_would_be_seen(whole, tmp_path, damage):
    copy = Path(shutil.copytree(whole, tmp_path / "copy"))
    right = runs.built(whole)
    assert runs.wrong(copy, right) == []
    damage(copy)
    assert runs.wrong(copy, right)


def test_a_process_that_goes_on_after_its_run_would_be_seen(tmp_path):
    import os
    import subprocess

    process = subprocess.Popen(["sleep", "60"], env={**os.environ, runs.MARK: "here"}, start_new_session=True)
    while process.pid not in runs.left_over("here"):  # its environment is there a moment after it
        assert process.poll() is None
    assert runs.gone("here", within=0) == [process.pid]
    process.kill()
    process.wait()
    assert runs.left_over("here") == []
