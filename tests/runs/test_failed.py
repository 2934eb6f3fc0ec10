"""Why a client failed stays until it is built; whoever runs another client does not hide it."""

import json
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from cjmkit.errors import Fault, JourneyError, RunError
from cjmkit.language import speak
from cjmkit.runs.failed import FAILED, keep_failure, kept_failure, remember
from cjmkit.runs.index import write_index
from cjmkit.runs.plan import Step

FAULT = RunError(
    "{client}: cell {cell} of {template} stopped: {problem}", client="acme", cell=4, template="r.ipynb", problem="<b>"
)
STEPS = [Step("acme", "en", build=("html", "pdf")), Step("acme", "pl", build=("html",))]


@pytest.fixture
def acme(tmp_path) -> Path:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme/journey.json").write_text('{"client": "Acme"}')
    return tmp_path / "acme"


def page(root: Path, **status: str) -> str:
    return unescape(write_index(root, speak("en"), {}, date(2026, 12, 1), status=status).read_text("utf-8"))


def test_a_kept_failure_stands_on_the_page_of_a_run_that_did_not_touch_the_client(acme):
    remember(acme, STEPS, FAULT, speak("en"), False)
    told = page(acme.parent, other="built")
    assert "acme: cell 4 of r.ipynb stopped: <b>" in told
    assert "failed: 1" in told
    assert "<b>" not in write_index(acme.parent, speak("en"), {}, date(2026, 12, 1)).read_text("utf-8")
    (acme / FAILED).unlink()
    assert "What failed" not in page(acme.parent, other="built")


def test_it_goes_when_the_client_is_built_and_not_when_less_than_what_failed_is(acme):
    for done, narrowed, stays in (
        ([Step("acme", "en", build=("html", "pdf"))], True, True),  # Polish has failed as well
        ([Step("acme", "en", fresh=("html",), build=("pdf",)), Step("acme", "pl", fresh=("html",))], True, False),
        ([Step("acme", "en", fresh=("html",))], False, False),  # Polish is not asked for any more
    ):
        remember(acme, STEPS, FAULT, speak("en"), False)
        remember(acme, done, None, speak("en"), narrowed)
        assert (kept_failure(acme) is not None) == stays


def test_faults_are_told_in_the_words_of_the_run_and_the_sentence_in_those_of_the_page(acme):
    error = JourneyError([Fault("title", "must be true or false")])
    keep_failure(acme, error, speak("pl"), ())
    kept = kept_failure(acme)
    assert kept
    assert speak("pl").error(kept) == speak("pl").error(error)


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"sentence": 3}', '{"sentence": "{a.__class__}", "values": {"a": 1}}', '{"sentence": "{a:>9}{", "values": {"a": 1}}',
             '{"sentence": "{b}", "values": {"a": 1}}'],
)  # fmt: skip
def test_a_kept_failure_that_somebody_wrote_by_hand_says_nothing(acme, text):
    (acme / "build").mkdir()
    (acme / FAILED).write_text(text)
    assert kept_failure(acme) is None
    page(acme.parent)


def test_a_notebook_outside_the_client_is_no_link(acme):
    (acme.parent / "secret").touch()
    for name, linked in (("build/../../secret", False), ("build/report.pl.ipynb", True)):
        (acme / "build").mkdir(exist_ok=True)
        (acme / "build/report.pl.ipynb").touch()
        keep_failure(acme, RunError("Stopped: {notebook}", notebook=name), speak("en"), ())
        assert ("href=" in page(acme.parent)) == linked


def test_a_client_without_a_journey_stands_on_the_page_and_nothing_is_written_into_its_folder(tmp_path):
    (tmp_path / "lost").mkdir()
    (tmp_path / "lost/scores.csv").touch()
    (tmp_path / "brand").mkdir()  # no client's
    told = page(tmp_path)
    assert "lost has no journey.json" in told
    assert "1 client · blocked: 1" in told
    remember(tmp_path / "lost", [Step("lost", "", blocked=FAULT)], FAULT, speak("en"), False)
    assert [path.name for path in (tmp_path / "lost").iterdir()] == ["scores.csv"]


def test_a_full_disk_costs_the_memory_and_not_the_run(acme, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cjmkit.workshop.saving.put", full)
    keep_failure(acme, FAULT, speak("en"), ())
    assert kept_failure(acme) is None


def test_what_is_kept_is_a_plain_document(acme):
    keep_failure(acme, FAULT, speak("en"), [("en", "html")])
    kept = json.loads((acme / FAILED).read_text("utf-8"))
    assert kept == {"sentence": FAULT.sentence, "values": {"client": "acme", "cell": "4", "template": "r.ipynb", "problem": "<b>"},
                    "steps": [["en", "html"]]}  # fmt: skip
