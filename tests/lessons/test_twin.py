"""The fridge's twin: each seeded error is in it and in nothing else, and the sound statements are just as true of the sample."""

from dataclasses import replace

import pytest

import cjmkit as cjm
from cjmkit.errors import FigureError
from cjmkit.lessons import cases
from cjmkit.lessons.asking import told
from cjmkit.lessons.cases import CASES
from cjmkit.lessons.lesson import lesson
from cjmkit.lessons.twin import BENCHMARK, ERRORS, statement_titles, statements
from cjmkit.method.events import event_counts
from cjmkit.method.findings import contested

NUMBERS = {str(error.statement) for error in ERRORS}
each_error = pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.where)
each_language = pytest.mark.parametrize("code", ["en", "pl"])


def dots(case, touchpoint):
    return case.team_points[case.team_points.touchpoint == touchpoint]


def is_refused(case):
    try:
        cjm.nps(case.answers, case.items)
    except FigureError:
        return True
    return False


def counts_events(case):
    if case.events is None:
        return False
    counts = event_counts(case.events).set_index("event")
    return bool(counts.n["consideration"] > counts.customers["consideration"])


# How the method itself would find each of them.
FOUND = {
    "goal": lambda case: not case.journey.goal.kpi or case.journey.goal.to is None or case.journey.goal.by is None,
    "wait": lambda case: case.journey.touchpoint("wait").stage != "retention",
    "forum": lambda case: case.journey.touchpoint("forum").party != "people",
    "half-year": lambda case: dots(case, "half-year").participant.nunique() < 5,
    "catalogues": lambda case: bool(contested(case.team_points, 1, 5)["catalogues"]),
    "nps": is_refused,
    "consideration": counts_events,
    "visit-to-order": lambda case: case.journey.kpi("visit-to-order").target == case.journey.kpi("visit-to-order").benchmark,
}  # fmt: skip


@pytest.fixture(scope="module")
def fridge():
    return CASES["fridge"]("en")


@pytest.fixture(scope="module")
def twin():
    return CASES["twin"]("en")


@each_error
def test_an_error_is_in_the_twin_and_not_in_the_sample(error, fridge, twin):
    assert FOUND[error.where](twin)
    assert not FOUND[error.where](fridge)


@each_error
def test_a_change_seeds_its_own_error_and_no_other(error, fridge):
    alone = replace(error.change(fridge), known={})
    assert {where for where, found in FOUND.items() if found(alone)} == {error.where}


def test_there_are_eight_errors_each_explained_by_a_lesson_that_is_there():
    assert len(ERRORS) == len(NUMBERS) == len(FOUND) == 8
    assert all(lesson(error.lesson) for error in ERRORS)


def test_the_split_has_the_mean_that_it_had(fridge, twin):
    assert twin.figures.value["catalogues"] == fridge.figures.value["catalogues"] == 3
    assert set(dots(twin, "catalogues").score) == {1, 3, 5}


def test_only_what_was_seeded_is_found_otherwise(fridge, twin):
    own = fridge.figures.reindex(twin.figures.index)
    assert (twin.figures.finding == own.finding).all()
    changed = twin.figures.index[(twin.figures.value != own.value) | (twin.figures.stage != own.stage)]
    assert set(changed) == {"half-year", "wait"}


def test_the_benchmark_is_that_of_the_shoes(twin):
    case, kpi = BENCHMARK
    assert twin.journey.kpi("visit-to-order").benchmark == CASES[case]("en").journey.kpi(kpi).benchmark


def test_counting_customers_in_the_twins_log_gives_the_typed_funnel(fridge, twin):
    counts = event_counts(twin.events).set_index("event").customers
    reached = cjm.typed_funnel(fridge.journey).set_index("id").reached
    assert {stage: int(counts[stage]) for stage in reached.index} == reached.astype(int).to_dict()


@each_language
def test_the_report_has_eighteen_statements_each_with_a_title_of_its_own(code):
    titles = statement_titles(code)
    assert [*titles] == [str(n) for n in range(1, 19)]
    assert len(set(titles.values())) == 18


def test_the_exercises_solution_is_the_table_of_errors():
    exercise = lesson("13").exercise["13-1"]
    assert set(cases.value(lesson("13"), exercise.solution, "en")) == NUMBERS
    accused = {cases.value(lesson("13"), wrong.has, "en")[0] for wrong in exercise.wrong if wrong.has}
    missed = {cases.value(lesson("13"), wrong.lacks, "en")[0] for wrong in exercise.wrong if wrong.lacks}
    assert (accused | NUMBERS, missed) == (set(statement_titles("en")), NUMBERS)
    for error in ERRORS:
        hint = next(w.hint for w in exercise.wrong if w.lacks == f'["{error.statement}"]')
        assert str(int(error.lesson)) in hint


@each_language
def test_what_a_sound_statement_says_is_just_as_true_of_the_sample(code, monkeypatch):
    touched = {"13-01", "13-03", "13-08"}
    said = {id: told(id, code) for id in statements() if id in touched or str(int(id[3:])) not in NUMBERS}
    sample = replace(CASES["fridge"](code), events=CASES["twin"](code).events, known={})
    monkeypatch.setitem(CASES, "twin", lambda code: sample)
    cases._named.cache_clear()
    try:
        differ = {id for id in said if told(id, code) != said[id]}
    finally:
        cases._named.cache_clear()
    assert differ == touched, "those that an error touches say something else, and no others"


@each_language
def test_the_page_shows_the_statements_in_their_order_and_escapes_them(code, monkeypatch):
    monkeypatch.setattr("cjmkit.lessons.twin.lesson_language", lambda: code)
    page = cjm.twin_report()
    assert [line.split(".")[0] for line in page.lines] == [str(n) for n in range(1, 19)]
    assert page._repr_html_().count("<li value=") == page._repr_html_().count("<b>") == 18
    assert "**" not in page._repr_html_()
    assert "Improve" not in page._repr_html_() or code == "en"
