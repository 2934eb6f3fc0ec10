"""The running-shoes sample's log is the invented one, and holds what was planted."""

import hashlib
import io
from pathlib import Path

import pandas as pd
import pytest
from invented_log import PLANTED, invented_log

from cjmkit.journey import Journey
from cjmkit.method.events import touchpoints_of

ROOT = Path(__file__).parents[2]

SAMPLE = ROOT / "workshops" / "running-shoes"


@pytest.fixture(scope="module")
def log():
    return pd.read_csv(io.StringIO(invented_log()))


def test_the_sample_holds_what_the_generator_writes_and_its_hash():
    written = invented_log().encode()
    assert (SAMPLE / "evidence" / "events.csv").read_bytes() == written
    journey = Journey.from_json((SAMPLE / "journey.json").read_text("utf-8"))
    assert [s.sha256 for s in journey.sources if s.kind == "events"] == [hashlib.sha256(written).hexdigest()]
    assert len(written) < 400_000
    assert [s.sha256 for s in journey.sources] != [hashlib.sha256(written + b"\n").hexdigest()] * 2


def test_the_log_holds_what_was_planted(log):
    journey = Journey.from_json((SAMPLE / "journey.json").read_text("utf-8"))
    at = touchpoints_of(journey, sorted(log.event_name.unique()))
    there = log.assign(touchpoint=log.event_name.map(at)).groupby("touchpoint").user.nunique()
    assert log.user.nunique() == 400
    assert "forum" not in there
    assert 1 - there["instagram"] / 400 == PLANTED["skip_instagram"]
    assert (there["basket"], there["payment"]) == (PLANTED["baskets"], PLANTED["paid"])
    assert round(there["payment"] / there["basket"], 2) == 0.26
    assert log.event_time.between("2026-09-01", "2026-11-21").all()
