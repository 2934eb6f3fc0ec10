"""The notebooks' calls name what is planted: in the running-shoes sample, and in a public log with five documented faults."""

from dataclasses import replace

import pytest
from invented_log import PLANTED

import cjmkit as cjm
from cjmkit.charts.over_time import _stretches
from cjmkit.errors import UsageError
from cjmkit.exchange.columns import parse_map
from cjmkit.exchange.events import read_events
from cjmkit.method.funnel import funnel_of
from cjmkit.method.over_time import shares_over_time
from cjmkit.reports.content.changes import when_it_changed
from cjmkit.reports.content.evidence import against_the_log
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Bullets, Picture, Table, Text
from cjmkit.tables import empty_scores


@pytest.fixture(scope="module")
def shoes():
    return cjm.open_report("running-shoes", workshops=None)


def lines(section):
    return "\n".join(line for block in section.blocks if isinstance(block, Bullets) for line in block.items)


def test_the_planted_findings_come_out_of_the_review(shoes):
    real, told = shoes.real, lines(against_the_log(shoes))
    table = real.touchpoints.set_index("touchpoint")
    assert real.customers == 400
    assert real.never_seen == ("forum",)
    assert table.skipped_share["instagram"] == PLANTED["skip_instagram"]
    assert table.left_share.idxmax() == "basket"
    basket = real.loops.set_index("name").loc["basket"]
    assert (basket.loop_share, basket.body) == (PLANTED["basket_loop"], ("web-shop",))
    steps = {"basket": ["add_to_cart", "view_cart", "begin_checkout", "sign_up"], "paid": ["purchase"]}
    assert funnel_of(shoes.events, steps).value[1] == pytest.approx(PLANTED["basket_to_paid"])
    readings = real.beliefs.set_index("touchpoint").reading
    assert (readings["basket"], readings["instagram"], readings["web-shop"]) == ("confirmed", "feared", "unseen")
    for sentence in (
        "Never seen in the log: Specialist forum at home.", "The brand's Instagram: 38% of those", "26% of them came to “Digital payment” sooner or later",
        "A loop: 60% of those at “Basket: delivery cost, account” came back to it, mostly over “Web shop, more colours”", "page_view/size-guide (50%)",
    ):  # fmt: skip
        assert sentence in told
    assert any(isinstance(block, Picture) for block in cjm.how_far_they_came(shoes).blocks)


def test_no_customer_is_in_what_the_client_receives(shoes):
    found = cjm.customers_did(shoes).blocks
    told = repr([b.chart.to_dict(validate=False) if isinstance(b, Picture) else b for b in found])
    assert "400 customers" in told
    assert "u001" not in told


@pytest.fixture(scope="module")
def shop():
    """The public log as a client brings it in, its segments as the file calls them, its stages by its events."""
    from conftest import DATA

    file = DATA / "retentioneering_ecom" / "ecom.csv.gz"
    if not file.is_file():
        pytest.skip("the folder of real data, ../shared/data, is not here")
    roles = [
        "user_id=customer",
        "event=event",
        "timestamp=at",
        "session_id=ignore",
        *(f"{c}=segment" for c in SEGMENTS),
    ]
    log = read_events(file, parse_map(roles, "events"))
    stages = {"look": ["product_view", "catalog"], "basket": ["add_to_cart", "cart"], "delivery": ["shipping_details"],
              "payment": ["payment_details"], "bought": ["purchase"]}  # fmt: skip
    journey = cjm.Journey.from_data({
        "client": "Shop", "stages": [{"id": id} for id in stages], "personas": [{"id": "all"}],
        "touchpoints": [{"id": f"{id}-t", "stage": id, "name": id, "events": events} for id, events in stages.items()],
    })  # fmt: skip
    return Report(journey, empty_scores(), events=log.events, event_segments=log.segments)


SEGMENTS = ("platform", "acquisition_channel", "user_cohort", "user_lifecycle")


@pytest.fixture(scope="module")
def changed(shop):
    return when_it_changed(shop)


def test_the_notebook_names_the_payment_incident_first_and_draws_it_then_the_bug_the_new_customers_and_the_cohorts(
    changed,
):
    told = lines(changed).replace("\xa0", " ").split("\n")
    assert (
        told[0]
        == "From May 18, 2024 to June 6, 2024 24% of those at “payment” went on to “bought” (n = 110); in other spans as long 52% (n = 326)."
    )
    picture = next(block.chart for block in changed.blocks if isinstance(block, Picture))
    assert "payment → bought: 24% from" in repr(picture.to_dict(validate=False))
    for sentence in (
        "From May 19, 2024 to June 8, 2024 22% of those who came had “payment_error” (n = 390); in other spans as long 0% (n = 600).",
        "From April 13, 2024 to May 9, 2024 16% of those who came had “checkout_bug” (n = 183); in other spans as long 0% (n = 254). This is of customers “mobile” (platform) alone.",
        "By user_lifecycle: so many of the customers were at “basket (add_to_cart)”: “new” 33% (n = 482); “loyal” 68% (n = 357); “returning” 69% (n = 571).",
        "By user_cohort: so many of the customers were at “bought”: “2024-04” 39% (n = 153); “2024-02” 57% (n = 150); “2024-01” 61% (n = 154); “2024-03” 62% (n = 143).",
    ):  # fmt: skip
        assert sentence in told
    assert not [line for line in told if "user_0" in line]


def test_the_article_that_left_no_trace_is_described_day_by_day_and_dates_are_taken_as_they_are_typed(shop):
    article = when_it_changed(shop, since="29.02.2024", until="2024年3月3日")
    said = [block.text.replace("\xa0", " ") for block in article.blocks if isinstance(block, Text)]
    assert said[:2] == [
        "48 customers came from February 29, 2024 to March 3, 2024, in 48 visits.",
        "Nothing in these days is beyond chance.",
    ]
    table = next(block for block in article.blocks if isinstance(block, Table))
    assert {row[-1] for row in table.rows} == {"not beyond chance"}
    bought = next(row for row in table.rows if row[0] == "bought")
    assert (bought[3], bought[4]) == ("8% (48)", "other spans as long: 14% (600)")
    with pytest.raises(UsageError, match="date such as"):
        when_it_changed(shop, since="the third of March")


def test_a_log_whose_visits_are_dealt_anew_has_no_fault_of_a_span(shop):
    log = shop.events.df()
    day = log["at"].dt.normalize()
    visit = log.customer + day.astype(str)
    days = day.groupby(visit).first()
    dealt = days.sample(frac=1, random_state=7).set_axis(days.index)
    twin = log.assign(at=log["at"] - day + visit.map(dealt))
    section = when_it_changed(replace(shop, events=twin, event_segments={}))
    told = lines(section)
    assert not any(isinstance(block, Picture) for block in section.blocks)
    assert "payment_error" not in told


def test_no_line_is_drawn_through_a_time_without_customers(shop):
    log = shop.events.df()
    batches = log[(log["at"] < "2024-02-20") | (log["at"] >= "2024-06-01")]
    weeks = shares_over_time(batches, every="1w").query("name == 'home' and n >= 5")
    for table, stretches in ((weeks, 2), (shares_over_time(log, every="1w").query("name == 'home' and n >= 5"), 1)):
        assert len(_stretches(table.sort_values("since"))) == stretches
