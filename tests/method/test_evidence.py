"""What the map rests on: the checklist of sources, and what was seen already."""

from datetime import date

import pytest
from conftest import small_journey

from cjmkit.errors import JourneyError
from cjmkit.journey import Check, Journey
from cjmkit.method.evidence import STATES, cycled, moved_checks, rests_on, to_get, unsaid_stages


def test_a_tick_goes_through_all_states_and_back_to_nothing_said():
    journey, seen = small_journey(), []
    for _ in range(len(STATES) + 1):
        journey = cycled(journey, "use", "crm")
        seen.append([c.state for c in journey.checklist])
    assert seen == [[state] for state in STATES] + [[]]


def test_ticking_on_never_throws_away_who_when_and_notes():
    journey = small_journey(checklist=[{"stage": "use", "source": "crm", "state": "not-needed", "who": "Ewa"}])
    for _ in range(9):
        journey = cycled(journey, "use", "crm")
        assert journey.checklist[0].who == "Ewa"


def test_other_lines_stay_where_they_are():
    lines = [{"source": "crm"}, {"source": "talks"}, {"source": "sent"}]
    assert [c.source for c in cycled(small_journey(checklist=lines), "", "talks").checklist] == ["crm", "talks", "sent"]


def test_a_stage_that_is_not_there_is_refused_with_its_place():
    with pytest.raises(JourneyError, match=r"checklist\[1\]\.stage"):
        small_journey(checklist=[{"stage": "nowhere", "source": "crm"}])
    assert small_journey(checklist=[{"stage": "", "source": "crm"}]).checklist[0].stage == ""


def test_what_is_to_be_got_stands_by_date_and_the_undated_last():
    lines = [{"source": "a"}, {"source": "b", "state": "there"}, {"source": "c", "state": "asked", "due": "2026-12-01"}]
    assert [c.source for c in to_get(small_journey(checklist=lines))] == ["c", "a"]


def test_a_line_for_all_stages_speaks_of_each():
    assert unsaid_stages(small_journey()) == ["before", "use"]
    assert unsaid_stages(small_journey(checklist=[{"stage": "use", "source": "crm"}])) == ["before"]
    assert unsaid_stages(small_journey(checklist=[{"source": "crm"}])) == []


def test_what_is_there_is_counted_by_stage_and_assumed_words_do_not_count():
    journey = small_journey(
        touchpoints=[
            {"id": "a", "stage": "before", "evidence": "observed",
             "quotes": [{"text": "Loud!", "evidence": "measured"}, {"text": "We think so"}]},
            {"id": "b", "stage": "use"},
        ],
        paths=[],
        sources=[{"id": "s", "file": "evidence/s.csv", "kind": "survey", "columns": {"Q1": {"role": "rating", "touchpoint": "b"}}}],
    )  # fmt: skip
    assert rests_on(journey).to_dict("index") == {
        "before": {"touchpoints": 1, "seen": 1, "quotes": 1, "files": 0},
        "use": {"touchpoints": 1, "seen": 0, "quotes": 0, "files": 1},
    }
    assert rests_on(Journey()).empty


def test_where_two_lines_meet_in_one_stage_the_graver_state_holds_and_nothing_written_is_lost():
    lines = [
        Check(stage="a", source="crm", state="there", who="Ewa", due=date(2027, 1, 9), note="2025"),
        Check(stage="b", source="crm", state="asked", who="Jan", due=date(2027, 1, 2), note="2026"),
        Check(stage="", source="crm", state="not-needed"),
    ]
    one, other = moved_checks(lines, {"a": "use", "b": "use"})
    assert (one.stage, one.state, one.who, one.due, one.note) == (
        "use", "asked", "Ewa, Jan", date(2027, 1, 2), "2025; 2026",
    )  # fmt: skip
    assert (other.stage, other.state) == ("", "not-needed")
