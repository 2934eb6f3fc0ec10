"""The notebooks' calls name what is planted: in the running-shoes sample, and in a public log with five documented faults."""

from dataclasses import replace

import pytest
from invented_log import PLANTED

import cjmkit as cjm
from cjmkit.exchange.columns import parse_map
from cjmkit.exchange.events import read_events
from cjmkit.method.funnel import funnel_of
from cjmkit.reports.content.evidence import against_the_log, when_it_changed
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Bullets, Picture
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
        "Never seen in the log: Specialist forum at home.", "The brand's Instagram: 38% of those", "26% of those who were there came on to “Digital payment”",
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


def test_the_notebook_names_the_payment_incident_the_checkout_bug_and_the_new_customers(shop):
    told = lines(when_it_changed(shop))
    for sentence in (
        "payment_error: 17% from May 20, 2024 to Jun 9, 2024, 0% at other times (n = 529).",
        "support_chat: 19% from May 20, 2024 to Jun 9, 2024, 5% at other times (n = 529).",
        "platform: mobile · checkout_bug: 10% from Apr 8, 2024 to May 12, 2024, 0% at other times (n = 322).",
        "add_to_cart: 22% of user_lifecycle: new, 42% of the others (n = 829).",
    ):
        assert sentence in told.replace("\xa0", " ")


def test_the_article_is_found_in_its_days_and_the_cohorts_month_by_month(shop):
    article = lines(when_it_changed(shop, since="2024-02-29", until="2024-03-03")).replace("\xa0", " ")
    assert article == "support_chat: 19% from Feb 29, 2024 to Mar 3, 2024, 4% at other times (n = 48)."
    cohorts = lines(when_it_changed(replace(shop, event_segments={"user_cohort": "cohort"}), every="1mo"))
    assert "of cohort: 2024-04" in cohorts


def test_a_log_whose_days_are_dealt_anew_has_no_fault_of_a_span(shop):
    dealt = shop.events.df()
    dealt["at"] = dealt["at"].sample(frac=1, random_state=7).to_numpy()
    told = lines(when_it_changed(replace(shop, events=dealt, event_segments={})))
    assert "payment_error" not in told
