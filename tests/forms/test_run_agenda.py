"""The agenda and its clock; how it ticks is tried in a browser (test_lab.py)."""

from datetime import UTC, datetime, timedelta

import pytest
from conftest import small_journey

from cjmkit import run_agenda, show_progress
from cjmkit.errors import StorageError
from cjmkit.method.agenda import AGENDAS, TITLES, length
from cjmkit.method.progress import STEPS
from cjmkit.tables import empty_scores

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
RUNNING = {"agenda": "120", "part": 2, "spent": 61000, "since": "2026-11-20T09:55:00.000Z",
           "started": "2026-11-20T09:30:00.000Z", "extra": {"2": 5}}  # fmt: skip


class Keeper:
    """A clock in memory."""

    def __init__(self, kept=None, error=None):
        self.client, self.can_keep, self.kept, self.error = "acme", True, kept or {}, error

    def keep(self, state):
        if self.error:
            raise self.error
        self.kept = state


def agenda(keeper, **more):
    return run_agenda(small_journey(), clock=keeper, now=lambda: NOW, **more)


@pytest.mark.parametrize(("name", "minutes"), [("90", 90), ("120", 120), ("half-day", 240), ("day", 420)])
def test_an_agenda_takes_the_time_that_it_names(name, minutes):
    assert length(name) == minutes
    assert set(AGENDAS) == set(TITLES)


def test_two_hours_are_those_of_the_table():
    ends, total = [], 0
    for part in AGENDAS["120"]:
        total += part.minutes
        ends.append(total)
    assert ends == [10, 20, 25, 45, 57, 62, 82, 92, 114, 120]


@pytest.mark.parametrize("name", AGENDAS)
def test_an_agenda_walks_the_notebooks_in_their_order(name):
    walked = [part.notebook for part in AGENDAS[name] if part.notebook]
    assert walked == sorted(walked)
    assert set(walked) <= set(STEPS)


def test_a_clock_goes_on_where_it_was_kept():
    assert agenda(Keeper(RUNNING)).clock == RUNNING


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {**RUNNING, "started": str(NOW - timedelta(hours=17))},
        {**RUNNING, "started": "yesterday"},
        {**RUNNING, "started": "2026-11-20T09:30:00"},
        {**RUNNING, "agenda": "forever"},
        {**RUNNING, "part": -1},
        {**RUNNING, "more": 1},
        {"agenda": "120"},
    ],
)
def test_a_clock_of_another_day_or_a_damaged_one_is_not_gone_on_with(kept):
    assert agenda(Keeper(kept)).clock == {}


def test_a_press_of_a_button_is_kept():
    keeper = Keeper()
    made = agenda(keeper)
    made.clock = RUNNING
    assert keeper.kept == RUNNING
    made.clock = {}
    assert keeper.kept == {}


def test_what_is_no_clock_is_not_kept():
    keeper = Keeper(RUNNING)
    agenda(keeper).clock = {"agenda": "120", "part": "x"}
    assert keeper.kept == RUNNING


def test_a_disk_that_refuses_is_told_and_the_clock_runs_on():
    made = agenda(Keeper(error=StorageError("{client} is a sample and stays as it is.", client="fridge")))
    made.clock = RUNNING
    assert "not kept: fridge is a sample" in made.note
    assert made.clock == RUNNING


def test_the_agenda_speaks_the_workshop_s_language():
    made = run_agenda(small_journey(language="pl"), clock=Keeper())
    assert [a["title"] for a in made.agendas] == ["90 minut", "dwie godziny", "pół dnia", "cały dzień"]
    assert made.words["left"] == "zostało {n} min"


def test_the_clock_stands_small_on_top_of_every_notebook():
    line = show_progress(small_journey(), scores=empty_scores(), at="04_touchpoints", clock=Keeper())
    assert line.children[0].small
    assert len(show_progress(small_journey(), scores=empty_scores(), at="04_touchpoints").children) == 1
