"""Nothing in a report is about fewer than five customers or fewer than three colleagues, nor can it be reckoned from it."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from conftest import ROOT, small_journey

from cjmkit.method.groups import safe_together
from cjmkit.method.surveys import nps
from cjmkit.reports.content import customers_said, sections_of
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Heading, Picture, Text
from cjmkit.runs.opening import open_report
from cjmkit.tables import scores_frame

ITEMS = pd.DataFrame([{"item": "q", "kind": "nps", "touchpoint": "", "low": 0, "high": 10, "name": "Would recommend"}])


def survey(**segments: str) -> Report:
    """A report whose customers stand in these groups, one letter a customer."""
    n = len(next(iter(segments.values())))
    answers = pd.DataFrame({"respondent": [f"c{i}" for i in range(n)], "item": "q", "weight": float("nan"), "wave": ""})
    answers["value"] = [[10.0, 8.0, 3.0][i % 3] for i in range(n)]
    for name, letters in segments.items():
        answers[name] = pd.Categorical([f"group {letter}" if letter != " " else "" for letter in letters])
    names = {name: name.capitalize() for name in segments}
    return Report(small_journey(), scores_frame([]), answers=answers, items=ITEMS, segments=names)


def groups(report: Report) -> dict[str, set[str]]:
    """By segment, the groups that its picture shows."""
    blocks = customers_said(report).blocks
    found = {}
    for n, block in enumerate(blocks):
        if isinstance(block, Heading) and isinstance(blocks[n + 1], Picture):
            found[block.text] = set(json.dumps(blocks[n + 1].chart.to_dict(), default=str).split('"'))
    return {name: {text for text in texts if text.startswith("group ")} for name, texts in found.items()}


def test_a_group_of_four_is_not_shown_and_neither_is_what_would_tell_of_it():
    assert groups(survey(age="a" * 20 + "b" * 6)) == {"Age": {"group a", "group b"}}
    assert groups(survey(age="a" * 20 + "b" * 6 + "c" * 4)) == {"Age": {"group a"}}  # c alone is the total less a and b
    assert groups(survey(age="a" * 20 + "b" * 6 + " " * 2)) == {"Age": {"group a"}}  # who did not say is a group too
    counts = nps(*(lambda r: (r.answers, r.items))(survey(age="a" * 20 + "b" * 6 + "c" * 4)), by="age").n
    assert min(counts) >= 5


def test_two_segments_whose_difference_would_tell_are_not_shown_together():
    told = survey(age="a" * 12 + "b" * 12, since="x" * 10 + "y" * 14)  # y is b and two of a
    assert groups(told) == {"Age": {"group a", "group b"}}
    (left_out,) = [b.text for b in customers_said(told).blocks if isinstance(b, Text) and "Not shown by" in b.text]
    assert "Since" in left_out
    naive = [nps(told.answers, told.items, by=by).set_index("group").n for by in ("age", "since")]
    assert naive[1]["group y"] - naive[0]["group b"] == 2  # without the rule two people's answers are a subtraction


@pytest.mark.parametrize(
    ("age", "since", "together"),
    [
        ("a" * 12 + "b" * 12, "x" * 12 + "y" * 12, True),  # the same groups under other names
        ("a" * 12 + "b" * 12, "xy" * 12, True),
        ("a" * 12 + "b" * 12, "x" * 11 + "y" + "x" + "y" * 11, False),  # one person went over on each side
        ("a" * 12 + "b" * 12, "x" * 6 + "y" * 8 + "z" * 10, False),  # x and y together are a and two of b
        ("a" * 12 + "b" * 12, "x" * 6 + "y" * 11 + "z" * 7, True),
    ],
)
def test_differences_between_two_segments_are_of_nobody_or_of_five(age, since, together):
    answers = survey(age=age, since=since).answers
    assert (safe_together(answers, ["age", "since"]) == ("age", "since")) is together
    assert safe_together(answers, ["since", "age"])[0] == "since"


def test_a_team_of_two_stands_with_the_others_in_every_section():
    report = open_report("fridge", language="en", workshops=ROOT / "workshops")
    first, *_ = report.journey.held
    teams = {"Sprzedaż": 3, "Zarząd-A": 2, "Zarząd-B": 1}
    scores = report.scores.copy()
    people = sorted(set(scores.participant))
    scores["team"] = scores.participant.map(
        {**dict.fromkeys(people, "Sprzedaż"), people[0]: "Zarząd-A", people[1]: "Zarząd-B"}
    )
    journey = report.journey.changed(held=[first.model_copy(update={"teams": teams})])
    told = text_of(replace(report, journey=journey, scores=scores))
    assert "Zarząd" not in told
    assert "other teams (3)" in told
    assert "Zarząd" in text_of(replace(report, journey=journey, scores=scores, team_min=1))


def text_of(report: Report) -> str:
    return repr([
        block.chart.to_dict() if isinstance(block, Picture) else block
        for section in sections_of(report) for block in section.blocks
    ])  # fmt: skip


def test_no_section_names_a_participant():
    report = open_report("fridge", language="en", workshops=ROOT / "workshops")
    people = {who: f"Participant-{n}-Qzx" for n, who in enumerate(sorted(set(report.scores.participant)))}
    renamed = replace(report, scores=report.scores.assign(participant=report.scores.participant.map(people)))
    assert "Qzx" not in text_of(renamed)
    assert "Qzx" in repr(renamed.points.participant.tolist())
