"""Events of a log are given to touchpoints, and the log's counts come into the map."""

import io
import re

import pandas as pd
import pytest
from conftest import ROOT
from invented_log import PLANTED, invented_log

from cjmkit.forms.event_patterns import match_events
from cjmkit.journey import Journey
from cjmkit.method.log_counts import with_counts


@pytest.fixture(scope="module")
def log():
    table = pd.read_csv(io.StringIO(invented_log()), parse_dates=["event_time"])
    return table.rename(columns={"user": "customer", "event_name": "event", "event_time": "at"})


@pytest.fixture
def shoes():
    return Journey.from_json((ROOT / "workshops" / "running-shoes" / "journey.json").read_text("utf-8"))


def opened(journey, log):
    def save(**parts):
        kept.append(parts)
        return screen.journey

    kept: list[dict] = []
    screen = match_events(journey, save, events=log)
    return screen, kept


def test_what_is_not_on_the_map_is_ranked_by_customers_and_what_was_never_seen_is_told(shoes, log):
    screen, _ = opened(shoes, log)
    off = re.findall(r'data-choose="event:\d+" role="button">([^<]+)<', screen.picture.value)
    assert off == ["page_view/home", "page_view/size-guide", "view_search_results", "page_view/find-a-shop"]
    forum = re.search(r"Specialist forum at home.*?</tr>", screen.picture.value, re.S)[0]
    assert "never seen" in forum
    assert "never seen" not in screen.picture.value.replace(forum, "")


def test_a_chosen_event_goes_to_a_touchpoint_and_the_share_on_the_map_rises_at_once(shoes, log):
    screen, _ = opened(shoes, log)
    before = re.search(r"On the map: (\d+)%", screen.picture.value)[1]
    screen.pick("event:1")
    assert screen.event.value == "page_view/size-guide"
    screen.touchpoint.value = "web-shop"
    screen.give.click()
    assert screen.journey.touchpoint("web-shop").events == ("view_item*", "page_view/size-guide")
    assert int(re.search(r"On the map: (\d+)%", screen.picture.value)[1]) > int(before)
    at = [t.id for t in screen.journey.touchpoints].index("web-shop")
    screen.pick(f"pattern:{at}.1")
    assert screen.journey.touchpoint("web-shop").events == ("view_item*",)
    assert re.search(r"On the map: (\d+)%", screen.picture.value)[1] == before


def test_nothing_typed_is_a_sentence_and_a_hostile_event_is_only_text(shoes, log):
    hostile = '<img src=x onerror=alert(1)>"*['
    screen, _ = opened(shoes, pd.concat([log, log.head(1).assign(event=hostile)]))
    assert "<img" not in screen.picture.value
    screen.give.click()
    assert "Choose an event" in screen.bar.text
    screen.event.value, screen.touchpoint.value = hostile, "forum"
    screen.give.click()
    assert "<img" not in screen.picture.value
    assert screen.journey.touchpoint("forum").events == ("forum_*", hostile)


def test_without_a_log_the_screen_says_where_to_bring_one(shoes):
    screen, _ = opened(shoes, None)
    assert "cjmkit import NAME events FILE" in screen.picture.value
    assert screen.take.disabled


def test_the_counts_of_the_log_come_into_the_map_measured_for_the_persona(shoes, log):
    screen, _ = opened(shoes, log)
    screen.persona.value = "kai"
    screen.take.click()
    decision = screen.journey.stage("decision").reached
    assert [(r.persona, r.evidence) for r in decision] == [("marta", "assumed"), ("kai", "measured")]
    assert str(decision[1].as_of) < "2026-11-21"
    assert screen.journey.touchpoint("instagram").reach == 1 - PLANTED["skip_instagram"]
    assert (
        screen.journey.touchpoint("forum").reach == shoes.touchpoint("forum").reach
    )  # never seen: not counted as none
    assert with_counts(shoes, log, "kai").stages == screen.journey.stages
