"""A disk that fills up while what was made lands: each file is the old one or the new one, and the next run builds what is missing."""

import errno
import os

import pytest

from cjmkit.errors import StorageError
from cjmkit.kit import template
from cjmkit.runs.build import Made, land, make
from cjmkit.runs.many import decide
from cjmkit.workshop import open_workshop, saving

FORMATS = ("svg", "mermaid")
WRITE = saving.write


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Made, Made]:
    """The same client made before and after its title was changed."""
    folder = tmp_path_factory.mktemp("once")
    _fridge(folder)
    workshop = open_workshop("fridge", folder)
    before = make(workshop, template("report.ipynb"), language="pl", only=FORMATS)
    workshop.save(title="Another title")
    return before, make(workshop, template("report.ipynb"), language="pl", only=FORMATS)


def _fridge(folder) -> None:
    from conftest import ROOT

    for name in ("journey.json", "scores.csv", "evidence/survey.csv"):
        (folder / "fridge" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "fridge" / name).write_bytes((ROOT / "workshops/fridge" / name).read_bytes())


def full_from(n: int):
    """Writes that are refused from the n-th on, half done, as on a full disk."""
    left = iter(range(n))

    def write(path, content):
        if next(left, None) is None:
            path.write_bytes(content[: len(content) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        WRITE(path, content)

    return write


def halves(folder, *made: Made) -> list[str]:
    """Files of out/ that are neither the old one nor the new one, hidden ones too."""
    out = folder / "fridge/out"
    return [p.name for p in out.iterdir() if p.read_bytes() not in [one.files.get(p.name) for one in made]]


@pytest.mark.parametrize("n", range(5))
def test_whichever_write_is_refused_no_file_is_half_and_the_next_run_builds_what_is_missing(
    made, tmp_path, monkeypatch, n
):
    _fridge(tmp_path)
    old, new = made
    land(tmp_path / "fridge", old)
    with monkeypatch.context() as patch:
        patch.setattr(saving, "write", full_from(n))
        if n < 4:  # three pictures and the manifest
            with pytest.raises(StorageError, match="fridge"):
                land(tmp_path / "fridge", new)
        else:
            land(tmp_path / "fridge", new)
    assert halves(tmp_path, old, new) == []
    open_workshop("fridge", tmp_path).save(title="Another title")
    left = decide(["fridge"], only=FORMATS, languages=["pl"], workshops=tmp_path).left
    assert bool(left) == (n < 4)
    land(tmp_path / "fridge", new)
    assert {p.name: p.read_bytes() for p in (tmp_path / "fridge/out").iterdir()} == dict(new.files)


def test_files_written_in_place_are_seen_to_be_halves(made, tmp_path, monkeypatch):
    """The control."""
    _fridge(tmp_path)
    old, new = made
    land(tmp_path / "fridge", old)
    write = full_from(1)
    monkeypatch.setattr(
        saving, "put_each", lambda folder, files: [write(folder / name, c) for name, c in files.items()]
    )
    with pytest.raises(StorageError):
        land(tmp_path / "fridge", new)
    assert halves(tmp_path, old, new)
