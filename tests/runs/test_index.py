"""The page over all clients: read from manifests alone, failures on top, in words as well as in colour."""

import json
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from cjmkit.errors import RunError
from cjmkit.language import speak
from cjmkit.runs import index
from cjmkit.runs.index import write_index
from cjmkit.runs.manifest import note_outputs

TODAY = date(2026, 11, 30)
SUMMARY = {
    "client": "AGD Nord", "title": "Buying a fridge", "as_of": "2026-11-21", "scale": [1, 5], "weakest": "wait",
    "touchpoints": [{"id": "wait", "name": "A month's wait", "value": 1.6}], "nps": {"value": 15.4, "n": 40},
}  # fmt: skip


def client(root, name, summary=None, files=("report.pl.html", "map.pl.png")):
    for part in ("build", "out"):
        (root / name / part).mkdir(parents=True)
    (root / name / "journey.json").write_text(json.dumps({"client": f"The {name}", "title": "A journey"}))
    for file in files:
        (root / name / "out" / file).touch()
    if summary is not None:
        (root / name / "out" / "gone.pdf").touch()
        note_outputs(root / name, {file: {} for file in (*files, "gone.pdf")}, summary={**SUMMARY, **summary})
        (root / name / "out" / "gone.pdf").unlink()


def page(root, failures=None, status=None, language="en"):
    path = write_index(root, speak(language), failures or {}, TODAY, status=status or {})
    return unescape(path.read_text("utf-8")).replace("\xa0", " ")


@pytest.fixture
def three(tmp_path):
    client(tmp_path, "alpha", {})
    client(tmp_path, "beta", {"client": "Бета", "as_of": None, "nps": None, "weakest": None})
    client(tmp_path, "gamma", files=())
    return tmp_path


def test_each_client_stands_with_its_age_nps_and_weakest_link(three):
    told = page(three)
    for fact in (
        "AGD Nord",
        "Nov 21, 2026, 9 days ago",
        "+15 (n = 40)",
        "A month's wait (1.6 of 5)",
        "Бета",
        "not dated",
    ):
        assert fact in told, fact
    assert 'href="alpha/out/report.pl.html"' in told
    assert "gone.pdf" not in told  # noted, but not there


def test_a_client_without_a_summary_stands_by_what_its_journey_calls_itself(three):
    told = page(three)
    assert "The gamma" in told
    assert "A journey" in told
    assert "not built yet" in told


def test_what_stands_where_is_told_in_words_and_counted(three):
    told = page(three, status={"alpha": "stale", "beta": "fresh", "gamma": "never"})
    assert "3 clients · out of date: 1 · not built yet: 1 · up to date: 1" in told
    assert told.index("out of date</span>") < told.index("not built yet</span>") < told.index("up to date</span>")


def test_without_a_plan_nothing_is_called_up_to_date_and_what_is_not_as_it_was_built_is_out_of_date(three):
    for name in ("alpha", "beta"):
        (three / name / "out/gone.pdf").touch()
    assert "built earlier: 2" in page(three)
    assert "up to date" not in page(three)
    (three / "beta/out/gone.pdf").unlink()
    assert "out of date: 1 · not built yet: 1 · built earlier: 1" in page(three)


def test_a_failure_stands_on_top_with_its_cell_and_what_to_do(three):
    (three / "beta/build/report.pl.ipynb").touch()
    fault = RunError(
        "{client}: cell {cell} of {template} stopped: {problem} The executed notebook is {notebook}.",
        client="beta", cell=4, template="report.ipynb", problem="no figures.", notebook="build/report.pl.ipynb",
    )  # fmt: skip
    told = page(three, {"beta": fault}, {"alpha": "fresh", "beta": "built"})
    assert told.index("beta: cell 4 of report.ipynb stopped: no figures.") < told.index("AGD Nord")
    assert told.index('<td class="name">Бета') < told.index('<td class="name">AGD Nord')
    assert "cjmkit run beta" in told
    assert 'href="beta/build/report.pl.ipynb"' in told
    assert "What failed" not in page(three)


def test_names_do_nothing_on_the_page_but_stand_there(tmp_path):
    bad = "</td><script>alert(1)</script>"
    client(tmp_path, "alpha", {"client": bad, "title": bad})
    raw = write_index(tmp_path, speak("en"), {}, TODAY).read_text("utf-8")
    assert "<script" not in raw
    assert bad in unescape(raw)


@pytest.mark.parametrize("manifest", ["", "[]", '{"outputs": 3, "summary": 4}', '{"summary": {"client": "x"}}'])
def test_a_manifest_that_says_nothing_hides_no_client(tmp_path, manifest):
    client(tmp_path, "alpha")
    (tmp_path / "alpha/build/manifest.json").write_text(manifest)
    assert "The alpha" in page(tmp_path)


def test_a_comparison_that_is_there_is_linked(three):
    assert "comparison" not in page(three)
    (three / "comparison.pl.html").touch()
    assert 'href="comparison.pl.html"' in page(three)
    assert "(polski)" in page(three)


def test_without_clients_the_page_says_how_to_begin(tmp_path):
    assert "cjmkit new NAME" in page(tmp_path)


def test_a_page_that_stays_the_same_is_not_written_again(three):
    path = write_index(three, speak("en"), {}, TODAY)
    before = path.stat().st_mtime_ns
    write_index(three, speak("en"), {}, TODAY)
    assert path.stat().st_mtime_ns == before
    write_index(three, speak("en"), {}, date(2026, 12, 24))
    assert path.stat().st_mtime_ns != before  # the ages are others


def test_the_journeys_of_built_clients_are_not_read(three, monkeypatch):
    read = []
    monkeypatch.setattr(index, "_read", lambda path, real=index._read: read.append(path.parent.name) or real(path))
    page(three)
    assert read == ["gamma"]


def test_the_page_needs_no_letters_and_no_charts():
    source = Path(index.__file__).read_text("utf-8")
    assert "cjmkit.reports" not in source
    assert "altair" not in source
