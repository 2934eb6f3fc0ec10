"""The invented clients that runs are tried on: they open, they differ, and they are the same every time."""

import json
from pathlib import Path

import pytest
from many_clients import make_client, make_clients, word_of

from cjmkit.errors import CJMError
from cjmkit.runs.opening import open_report


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("clients")
    make_clients(folder, 12)
    return folder


def test_each_opens_as_a_report_in_its_language_some_with_a_survey_and_some_with_a_log(made):
    reports = [open_report(f"client-{n:04}", workshops=made) for n in range(12)]
    assert {r.language for r in reports} == {"en", "pl", "ru", "zh"}
    assert [r.answers is not None for r in reports] == [n % 2 == 1 for n in range(12)]
    assert [r.events is not None for r in reports] == [n % 5 == 2 for n in range(12)]
    sizes = {len(r.journey.touchpoints) for r in reports}
    assert min(sizes) >= 4
    assert max(sizes) <= 40
    assert len(sizes) > 4


def test_a_score_for_a_touchpoint_that_is_not_there_would_not_open(made):
    scores = made / "client-0000/scores.csv"
    whole = scores.read_text("utf-8")
    scores.write_text(whole.replace(",t0,", ",t99,"), "utf-8")
    with pytest.raises(CJMError):
        open_report("client-0000", workshops=made)
    scores.write_text(whole, "utf-8")


def test_they_are_the_same_twice_however_many_are_made_and_others_with_another_seed(made, tmp_path):
    make_clients(tmp_path / "again", 5)
    again = contents(tmp_path / "again")
    assert again == {name: content for name, content in contents(made).items() if name in again}
    make_client(tmp_path / "other", 4, seed=2)
    assert contents(tmp_path / "other")["client-0004/journey.json"] != again["client-0004/journey.json"]


def test_the_word_of_each_stands_in_its_own_texts_and_in_no_others(made):
    texts = {n: "".join(c.decode() for name, c in contents(made).items() if f"{n:04}" in name) for n in range(12)}
    assert all((word_of(n) in text) == (n == m) for n in range(12) for m, text in texts.items())
    assert word_of(3) in json.loads((made / "client-0003/journey.json").read_text("utf-8"))["client"]
