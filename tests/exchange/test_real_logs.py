"""Real logs, and the figures that their publishers or a plain count give."""

import pytest

from cjmkit.errors import InputError
from cjmkit.exchange.columns import parse_map
from cjmkit.exchange.customers import read_customers
from cjmkit.exchange.event_presets import detect, preset
from cjmkit.exchange.events import preview, read_events, together
from cjmkit.method.events import event_counts


def events(*pairs):
    return parse_map(pairs, "events")


def test_cdnow_is_read_whole_and_its_equal_rows_are_told(real_data):
    columns = events("customer_id=customer", "date=at:purchase", "dollar_value=amount")
    log = read_events(real_data / "cdnow" / "CDNOW_master.txt", columns)
    assert (log.rows, log.customers, log.duplicates) == (69_659, 23_570, 255)
    assert (str(log.first), str(log.last)) == ("1997-01-01 00:00:00", "1998-06-30 00:00:00")
    assert round(log.events.sum("amount").fetchall()[0][0], 2) == 2_500_315.63
    assert "rows equal to another in every cell, kept since the same may happen twice (255 in all)" in " ".join(
        map(str, log.warnings)
    )


def test_cdnow_without_a_heading_is_refused_saying_what_would_do(real_data):
    with pytest.raises(InputError, match=r"has no heading: its first row holds only numbers \(00004, 0001, 19970101"):
        read_events(real_data / "cdnow" / "CDNOW_sample.txt", events("a=customer", "b=at:purchase"))


def test_traffic_fines_are_read_whole(real_data):
    columns = events(
        "case_id=customer", "activity=event", "timestamp=at", "lifecycle=lifecycle", "vehicleclass=segment"
    )
    log = read_events(real_data / "traffic_fines_10k" / "traffic_fines_10k.csv.gz", columns)
    assert (log.rows, log.customers) == (34_724, 10_000)
    counts = event_counts(log.events).set_index("event").customers
    assert [counts[name] for name in ("Create Fine", "Send Fine", "Add penalty", "Payment", "Send for Credit Collection")] == [
        10_000, 6_570, 4_635, 4_626, 3_387,
    ]  # fmt: skip
    assert log.events.filter("vehicleclass = ''").count("*").fetchall() == [(0,)]


def test_travel_permits_are_read_from_xes_by_the_preset(real_data):
    file = real_data / "bpic2020_permits_xes" / "bpic2020_permit_log_1t_per_variant.xes.gz"
    headings, _ = preview(file, 1)
    log = read_events(file, preset(detect(headings), headings))
    assert (log.rows, log.customers, len(event_counts(log.events))) == (26_028, 1_478, 51)


def test_the_shop_of_retentioneering_is_read_whole(real_data):
    columns = events(
        "user_id=customer", "event=event", "timestamp=at", "acquisition_channel=channel", "platform=segment"
    )
    log = read_events(real_data / "retentioneering_ecom" / "ecom.csv.gz", columns)
    assert (log.rows, log.customers) == (31_106, 600)
    counts = event_counts(log.events).set_index("event").n
    assert [counts[name] for name in ("product_view", "catalog", "purchase", "payment_error")] == [
        6_851,
        6_521,
        470,
        119,
    ]


def test_campaigns_baskets_and_coupons_come_together_with_what_is_known_of_the_households(real_data):
    folder = real_data / "completejourney"
    mailed = read_events(
        folder / "campaigns.csv",
        events("household_id=customer", "start_date=at:campaign", "campaign_type=segment"),
        join={folder / "campaign_descriptions.csv": "campaign_id"},
    )
    shopped = read_events(
        folder / "transactions_sample.csv.gz",
        events("household_id=customer", "transaction_timestamp=at:basket", "sales_value=amount"),
    )
    redeemed = read_events(
        folder / "coupon_redemptions.csv", events("household_id=customer", "redemption_date=at:coupon")
    )
    people = parse_map(["household_id=customer", "age=segment", "income=segment"], "customers")
    known = read_customers(folder / "demographics.csv", people)
    log = together([mailed, shopped, redeemed], known)
    assert (log.rows, len(known.table)) == (6_589 + 75_000 + 2_102, 801)
    counts = event_counts(log.events).set_index("event").customers.to_dict()
    assert counts == {"campaign": 1_559, "basket": 2_377, "coupon": 410}
    assert list(log.segments) == ["campaign_type", "age", "income"]
    names = [row[0] for row in log.events.select("event").fetchall()]
    assert names == ["campaign"] * 6_589 + ["basket"] * 75_000 + ["coupon"] * 2_102  # in the order of the files


BECOMES = {  # of each export: events and customers of the log, or why it is none
    "ga4_export__event_data": (6, 4),
    "qualtrics__directory_contact": "lists people",
    "qualtrics__distribution": "holds no customers' steps",
    "qualtrics__distribution_contact": (9, 2),
    "qualtrics__question": "holds no customers' steps",
    "qualtrics__question_option": "holds no customers' steps",
    "qualtrics__question_response": "Import it as a survey",
    "qualtrics__survey": "holds no customers' steps",
    "qualtrics__survey_response": "Import the table of their answers",
    "zendesk__audit_log_data": "holds no customers' steps",
    "zendesk__organization_data": "holds no customers' steps",
    "zendesk__ticket_chat_event_data": (12, 9),
    "zendesk__ticket_comment_data": (20, 4),
    "zendesk__ticket_data": (10, 10),
    "zendesk__ticket_field_history_data": (38, 17),
    "zendesk__user_data": "lists people",
}


@pytest.mark.parametrize("name", list(BECOMES))
def test_each_export_is_mapped_by_itself_or_refused_saying_what_it_is(name, real_data):
    file = real_data / "fivetran_export_shapes" / f"{name}.csv"
    headings, _ = preview(file)
    becomes = BECOMES[name]
    if isinstance(becomes, tuple):
        log = read_events(file, preset(detect(headings), headings))
        assert (log.rows, log.customers) == becomes
        return
    with pytest.raises(InputError, match=becomes):
        preset(detect(headings), headings)
    if becomes == "lists people":
        people = read_customers(file, preset(detect(headings), headings, "customers"))
        assert len(people.table) == people.table.customer.nunique() > 0


def test_no_export_is_forgotten_here(real_data):
    there = {file.stem for file in (real_data / "fivetran_export_shapes").glob("*.csv")}
    assert there == set(BECOMES)
