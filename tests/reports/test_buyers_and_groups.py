"""What the report and its workbook say of purchases and of groups of customers; fewer than five are never told."""

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from conftest import small_journey

from cjmkit.charts.segment_words import segment_name
from cjmkit.method.events import small
from cjmkit.method.funnel import funnel
from cjmkit.method.known_groups import against_known, known_columns, looked_in, respondents, with_groups
from cjmkit.method.purchase_events import purchase_events
from cjmkit.method.segments import assign
from cjmkit.reports.content.buyers import what_they_bought
from cjmkit.reports.content.customer_groups import exact_groups, funnel_by_group, groups_of_customers, survey_segments
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Bullets, Picture, Table, Text
from cjmkit.reports.workbook_did import did_grid
from cjmkit.tables import empty_scores

MAP = small_journey(touchpoints=[
    {"id": "a", "stage": "before", "name": "A", "events": ["look"]},
    {"id": "b", "stage": "before", "name": "B"},
    {"id": "c", "stage": "use", "name": "C", "events": ["basket"]},
])  # fmt: skip


def people():
    """Sixty: thirty small ones in shops, thirty large ones of which six are in shops too; three live elsewhere."""
    rng = np.random.default_rng(4)
    large = np.arange(60) < 30
    return pd.DataFrame({
        "customer": [f"secret-{n:02}" for n in range(60)],
        "kind": np.where(large & (np.arange(60) >= 6), "hotel", "shop"),
        "milk": np.where(large, 90.0, 10.0) + rng.normal(0, 2, 60),
        "fish": np.where(large, 50.0, 5.0) + rng.normal(0, 2, 60),
        "town": ["north"] * 57 + ["south"] * 3,
    })  # fmt: skip


def log():
    """All look; the large ones and ten small ones buy, the large ones twenty days later again."""
    rows = [(f"secret-{n:02}", "look", "2026-01-01 09:00", np.nan) for n in range(60)]
    rows += [(f"secret-{n:02}", "basket", "2026-01-02 10:00", 5.0) for n in range(40)]
    rows += [(f"secret-{n:02}", "basket", "2026-01-22 10:00", 20.0) for n in range(30) for _ in "xy"]
    table = pd.DataFrame(rows, columns=["customer", "event", "at", "amount"])
    return table.assign(at=pd.to_datetime(table["at"]), channel="")


@pytest.fixture(scope="module")
def report():
    names = {"kind": "Kind of buyer", "milk": "Milk", "fish": "Fish", "town": "Town"}
    return Report(MAP, empty_scores(), "en", events=log(), customers=people(), customer_columns=names, duplicates=30)


def tables(blocks):
    return {b.caption: b for b in blocks if isinstance(b, Table)}


@pytest.mark.parametrize(("events", "names", "by"), [
    (["look", "Purchase"], ("Purchase",), "name"),  # the turning point, whatever its letters
    (["look", "basket"], ("basket",), "amount"),
])  # fmt: skip
def test_what_counts_as_a_purchase_is_the_first_rule_that_finds_one(events, names, by):
    table = pd.DataFrame(
        {"customer": "a", "event": events, "at": pd.to_datetime(["2026-01-01", "2026-01-02"]), "amount": [np.nan, 3.0]}
    )
    found = purchase_events(table, MAP)
    assert (found.names, found.by, found.same_time) == (names, by, "many")
    assert purchase_events(table.assign(amount=np.nan, event="look"), MAP) is None
    named = small_journey(
        turning_point="Contract",
        touchpoints=[{"id": "a", "stage": "before", "name": "contract", "events": ["loo*"]}],
        paths=[],
    )
    assert purchase_events(table.assign(event="look"), named).names == ("look",)


def test_lines_of_one_moment_are_one_purchase_where_the_log_knows_the_time_of_day():
    assert purchase_events(log(), MAP).same_time == "one"
    assert purchase_events(log().assign(at=log()["at"].dt.normalize()), MAP).same_time == "many"


def test_the_report_tells_who_bought_once_again_and_no_more(report):
    blocks = what_they_bought(report)
    lines = next(b for b in blocks if isinstance(b, Bullets)).items
    assert lines[0] == "70 purchases by 40 customers."
    assert "75% bought again (95% interval 60% to 86%); 10 bought once." in lines
    assert any(line.startswith("Of those who bought again, half did so within 20 days") for line in lines)
    states, groups = tables(blocks).values()
    assert [row[1:] for row in states.rows] == [("10", "25%", "10"), ("30", "75%", "0"), ("0", "0%", "0")]
    assert sum(int(row[1]) for row in groups.rows) == 40
    note = blocks[-1].text
    assert "an event with an amount: basket" in note
    assert "same moment" in note
    assert "60 days" in note
    assert "30 rows of the log are equal" in note


def test_nothing_is_told_of_a_log_without_purchases_or_with_four_buyers(report):
    assert what_they_bought(Report(MAP, empty_scores(), "en", events=log().drop(columns="amount"))) == ()
    assert what_they_bought(Report(MAP, empty_scores(), "en")) == ()
    for least, told in ((4, False), (5, True)):
        some = log()[log().customer < f"secret-{least:02}"]
        assert bool(what_they_bought(Report(MAP, empty_scores(), "en", events=some))) is told


def test_no_figure_tells_of_one_to_four_who_bought_once():
    few = log()[lambda t: t.customer < "secret-33"]  # thirty came again, three did not
    blocks = what_they_bought(Report(MAP, empty_scores(), "en", events=few))
    assert not any("bought once" in line for line in blocks[1].items)
    assert [row[1:] for row in tables(blocks)["Once, again, lapsed, as of Jan 22, 2026"].rows] == [
        ("0", "0%", "0"),
        ("33", "100%", "fewer than five on one side"),
    ]


def test_groups_are_looked_for_in_numbers_and_held_against_what_texts_name(report):
    assert looked_in(people()) == ["milk", "fish"]
    assert looked_in(people()[["customer", "kind", "milk"]]) is None
    assert known_columns(people()) == ["kind", "town"]
    found = against_known(report.groups, people(), "kind")
    assert (found.customers, found.reading) == (60, "partly")
    assert found.table.n.tolist() == [0, 24, 30, 6]
    # by hand: pairs together in both 276+15+435, in found 2·435, in known C(24,2)+C(36,2); of C(60,2)
    both, mine, theirs, pairs = 276 + 15 + 435, 870, 276 + 630, 1770
    assert found.rand == pytest.approx(
        (both - mine * theirs / pairs) / ((mine + theirs) / 2 - mine * theirs / pairs), abs=1e-6
    )


def test_a_table_of_groups_that_would_tell_of_three_customers_is_not_shown(report):
    few = people().assign(
        kind=lambda t: t.kind.where(t.customer >= "secret-03", "shop").where(t.customer > "secret-05", "hotel")
    )
    assert against_known(report.groups, few, "kind").table.n.between(1, 4).sum() == 0
    told = few.assign(kind=["hotel"] * 27 + ["shop"] * 33)
    assert against_known(report.groups, told, "kind").table.empty
    hidden = Report(MAP, empty_scores(), "en", customers=told)
    assert any("fewer than five" in b.text for b in groups_of_customers(hidden) if isinstance(b, Text))


def test_the_report_shows_groups_under_the_columns_names(report):
    blocks = groups_of_customers(report)
    picture = next(b.chart for b in blocks if isinstance(b, Picture))
    assert "Milk" in str(picture.to_dict())
    known = next(t for caption, t in tables(blocks).items() if "Kind of buyer" in caption)
    assert known.columns[0] == "Kind of buyer"
    assert all("Kind" not in name for name in known.columns[2:])  # a group is named by what it was found in
    assert any(
        b.text == "The groups found are partly those that Kind of buyer names." for b in blocks if isinstance(b, Text)
    )
    assert exact_groups(report).rows[0][:2] == ("Kind of buyer", "60")
    assert "secret" not in str([b for b in blocks if not isinstance(b, Picture)]) + str(picture.to_dict())


def test_where_there_are_no_groups_the_report_says_so_in_words():
    rng = np.random.default_rng(1)
    none = pd.DataFrame({"customer": range(80), "x": rng.normal(size=80), "y": rng.normal(size=80)})
    blocks = groups_of_customers(Report(MAP, empty_scores(), "en", customers=none))
    assert blocks[1].text.startswith("No groups")
    assert not any(isinstance(b, Picture) for b in blocks)


def test_a_log_takes_the_found_groups_so_that_a_funnel_counts_by_them(report):
    new = people().assign(customer=lambda t: "new-" + t.customer)
    groups = pd.concat([report.groups.groups, assign(report.groups, new)])
    both = pd.concat([log(), log().assign(customer=lambda t: "new-" + t.customer)], ignore_index=True)
    large = next(g for g, rows in report.groups.groups.groupby(report.groups.groups) if "secret-00" in rows.index)
    plain = both.to_dict("list")
    engines = (
        both,
        duckdb.connect().from_df(both),
        pl.LazyFrame({**plain, "at": [t.to_pydatetime() for t in both["at"]]}),
    )
    found = [
        funnel(with_groups(frame, groups), MAP, by="segment").set_index(["group", "id"]).in_order for frame in engines
    ]
    assert found[0][large].tolist() == [60, 60]
    assert sorted(found[0].xs("use", level="id").tolist()) == [20, 60]
    for other in found[1:]:
        pd.testing.assert_series_equal(other, found[0])
    assert set(small(with_groups(both, report.groups.groups).select("segment")).segment) == {"", "1", "2"}
    shown = funnel_by_group(report)
    assert {row[0] for row in shown.rows} == {
        segment_name(report.say, report.groups, g, report.customer_columns) for g in "12"
    }


def test_segments_of_a_survey_say_what_sets_them_apart():
    n = 60
    wide = pd.DataFrame(
        {"respondent": [f"secret-{k}" for k in range(n)], "wave": "", "why": ["work"] * 30 + ["leisure"] * 30}
    )
    answers = pd.concat(
        [
            wide.assign(item=t, value=v, weight=np.nan)
            for t, v in (("a", [2.0, 1.0] * 15 + [5.0, 4.0] * 15), ("q", [5.0, 7.0] * 30))
        ]
    )
    items = pd.DataFrame(
        [("q", "nps", "", 0, 10, "Recommend?"), ("a", "rating", "a", 1, 5, "")],
        columns=["item", "kind", "touchpoint", "low", "high", "name"],
    )
    asked = Report(MAP, empty_scores(), "en", answers=answers, items=items, segments={"why": "Purpose"})
    table = tables(survey_segments(asked))["By Purpose"]
    assert ("work", "30", "50%", "A: mean 1.5 · others 4.5") in table.rows
    assert asked.people is asked.respondents
    assert list(respondents(answers, items, ["why"]).columns) == ["why", "q", "a"]
    assert survey_segments(Report(MAP, empty_scores(), "en")) == ()
    assert "secret" not in str(survey_segments(asked))


def test_the_workbook_holds_every_table_of_the_log_as_numbers_and_no_customer(report):
    grid = did_grid(report)
    kinds = {row[0] for row in grid.rows}
    assert kinds >= {"Touchpoint", "Stage", "Time since the stage before", "Where they went instead", "What followed upon what",
                     "What a better step would bring", "Purchases", "Groups of customers"}  # fmt: skip
    assert "secret" not in str(grid)
    assert {len(row) for row in grid.rows} == {len(grid.heads)}
    assert all(isinstance(cell, float | None) for row in grid.rows for cell in row[4:12])
    assert not [row for row in grid.rows if 0 < (row[4] or 0) < 5]
    again = next(row for row in grid.rows if row[1] == "Bought again")
    assert again[4:7] == (30.0, 40.0, 0.75)
    assert did_grid(Report(MAP, empty_scores(), "en")) is None
