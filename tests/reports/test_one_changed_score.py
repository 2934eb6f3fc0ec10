"""One score of one person is changed: exactly the figures change that hang on it, each by what a hand reckons."""

import json
from dataclasses import replace

import pytest
from conftest import as_typed

from cjmkit.method.findings import weakest_link
from cjmkit.method.journey_scores import journey_score, peak_end, plain_mean
from cjmkit.reports.content import sections_of
from cjmkit.reports.sections import Cards, Facts, Picture, Section, Table
from cjmkit.runs.opening import open_report

WHO, WHAT, NAME = "Kos", "deposit", "Zamówienie i zaliczka"  # 3 becomes 2


def cells(sections: list[Section]) -> dict[tuple[str, ...], str]:
    """Every text and picture of a report under the words by which a reader finds it."""
    found: dict[tuple[str, ...], str] = {}
    for section in sections:
        for n, block in enumerate(section.blocks):
            if isinstance(block, Table):
                where = block.caption or str(n)
                for row in block.rows:
                    name = row[1] if row[0].isdigit() else row[0]  # a plan is numbered
                    for column, text in zip(block.columns, row, strict=True):
                        found[section.id, where, name, column] = text
            elif isinstance(block, Facts):
                found |= {(section.id, name): text for name, text in block.pairs}
            elif isinstance(block, Cards):
                found |= {(section.id, block.title, str(i)): str(card) for i, card in enumerate(block.cards)}
            elif isinstance(block, Picture):
                found[section.id, f"picture {n}"] = json.dumps(block.chart.to_dict(), sort_keys=True, default=str)
            else:
                found[section.id, str(n)] = str(block)
    return found


@pytest.fixture(scope="module")
def reports():
    was = open_report("fridge", language="en", workshops=as_typed())
    scores = was.scores.copy()
    mine = (scores.participant == WHO) & (scores.touchpoint == WHAT) & (scores.persona == "")
    assert scores[mine].score.tolist() == [3.0]
    scores.loc[mine, "score"] = 2.0
    return was, replace(was, scores=scores)


@pytest.fixture(scope="module")
def changed(reports):
    was, now = (cells(list(sections_of(report))) for report in reports)
    assert was.keys() == now.keys()
    assert len(was) > 700
    return {place: (text, now[place]) for place, text in was.items() if text != now[place]}


def test_exactly_the_predicted_places_of_the_report_change(reports, changed):
    deposit = reports[0].journey.touchpoint(WHAT)
    stage, estimate = reports[0].journey.stage(deposit.stage).name, "All touchpoints, team estimate"
    groups = {("stage", stage), ("owner", deposit.owner), ("channel", deposit.channel)}
    means = {("appendix", f"By {by}, weighted by importance", name) for by, name in groups}
    means |= {("appendix", estimate, NAME)}
    seen = {place[:3] for place in changed if place[0] == "appendix" and place[1] in {row[1] for row in means}}
    assert seen == means
    rest = {place for place in changed if place[:3] not in means}
    assert {place[0] for place in rest} == {"appendix", "map", "owners", "plan", "worst-and-best"}
    assert {place[:2] for place in rest if place[0] == "map"} == {("map", "picture 0"), ("map", "picture 1")}
    assert all("picture" in place[1] for place in rest if place[0] == "worst-and-best")
    assert {place[2] for place in rest if place[0] == "owners"} == {NAME}
    plan = {place[2] for place in rest if place[0] == "plan"}
    assert plan == {a.title for a in reports[0].journey.actions if a.touchpoints[:1] == (WHAT,)}
    agreement = {place for place in rest if place[0] == "appendix"}
    assert {place[2] for place in agreement if len(place) > 2} == {NAME}
    assert len([place for place in agreement if len(place) == 2]) == 1  # how far the team agrees, over all


def test_every_figure_moves_by_what_a_hand_reckons(reports, changed):
    (was, now), estimate = reports, "All touchpoints, team estimate"
    assert changed["appendix", estimate, NAME, "Mean"] == ("2.89", "2.78")  # 26 / 9 and 25 / 9
    assert was.figures.loc[WHAT, "value"] == pytest.approx(26 / 9)
    assert now.figures.loc[WHAT, "value"] == pytest.approx(25 / 9)
    rest = [id for id in was.figures.index if id != WHAT]
    assert was.figures.loc[rest].equals(now.figures.loc[rest])
    same = ["n", "median", "importance", "importance_known", "level", "standing", "finding", "smallest", "largest"]
    assert was.figures.loc[WHAT, same].equals(now.figures.loc[WHAT, same])
    mean = [plain_mean(r.journey, r.figures, r.voices)["value"] for r in reports]
    assert mean[1] - mean[0] == pytest.approx(-1 / 9 / 18)
    score = [journey_score(r.journey, r.figures, r.voices)["value"] for r in reports]
    share = was.figures.loc[WHAT, "importance"]
    assert share == pytest.approx(3 / 45)  # three of the nine people's forty-five dots
    assert score[1] - score[0] == pytest.approx(-share / 9)
    assert weakest_link(was.figures) == weakest_link(now.figures) == "wait"
    memory = [peak_end(r.journey, r.figures, r.voices, r.way)["value"] for r in reports]
    assert memory[0] == memory[1]


def test_a_report_that_ranks_otherwise_would_be_caught(reports):
    """The control: a score that pulls the path's mean past its neighbours changes what is said of them."""
    was, _ = reports
    scores = was.scores.copy()
    scores.loc[(scores.participant == WHO) & (scores.touchpoint == "half-year") & (scores.persona == ""), "score"] = 5.0
    now = replace(was, scores=scores)
    rest = [id for id in was.figures.index if id != "half-year"]
    assert not was.figures.loc[rest].equals(now.figures.loc[rest])
