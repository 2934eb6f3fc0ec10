"""Clients beside one another: on one level, never ranked where they are not told apart, with what cannot be compared."""

import json
import math
import re
from html import unescape

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from summaries import summary

from cjmkit.charts.drawing import svg
from cjmkit.method.told_apart import like_the_lowest
from cjmkit.reports.comparison import Comparison
from cjmkit.reports.content.comparison import (
    all_clients,
    level_of_clients,
    nps_of_clients,
    stages_of_clients,
    what_stands_out,
)
from cjmkit.reports.content.comparison_limits import not_comparable
from cjmkit.reports.layout import section_html
from cjmkit.reports.sections import Bullets, Cards, Picture, Table

SECTIONS = (what_stands_out, level_of_clients, nps_of_clients, stages_of_clients, all_clients, not_comparable)
NPS = {"value": 20.0, "low": 5.0, "high": 35.0, "n": 80, "wave": ""}


def compared(*summaries, language="en", **parts) -> Comparison:
    return Comparison(tuple(summaries), language, **parts)


def told(section) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", section_html(section))).split())


def cards_of(comparison) -> dict:
    return {
        card.title: card
        for block in what_stands_out(comparison).blocks
        if isinstance(block, Cards)
        for card in block.cards
    }


@pytest.fixture(scope="module")
def three() -> Comparison:
    """Alpha and Beta overlap at the bottom, Gamma is told apart; on a scale of its own."""
    return compared(
        summary("Gamma", 9, 8, 10, scale=[0, 10], half=0.5, nps=NPS, as_of="2026-01-31", persona={"id": "h", "name": "Henryk"}),
        summary("Alpha", 1.5, 3.0, 3.0, nps={**NPS, "value": -40.0, "low": -60.0, "high": -20.0}, actions={"open": 3, "overdue": 2, "without_owner": 1}),
        summary("Beta", 2.0, 3.0, 3.4),
    )  # fmt: skip


def test_levels_run_from_the_lowest_point_of_each_ones_own_scale_to_the_highest(three):
    levels = three.clients.set_index("name").value
    assert levels["Gamma"] == pytest.approx(90)
    assert levels["Alpha"] == pytest.approx((2.5 - 1) / 4 * 100)
    assert list(levels.index) == ["Alpha", "Beta", "Gamma"]  # lowest first


def test_the_weakest_link_is_that_of_the_clients_own_report_with_its_stage_and_owner(three):
    row = three.clients.set_index("name").loc["Alpha"]
    assert (row.weakest, row.stage, row.owner, row.phase) == ("Touchpoint 0", "Looks", "", "before")
    assert row.weakest_level == pytest.approx(12.5)
    assert row.best_level == pytest.approx(50)


def test_intervals_that_overlap_are_not_told_apart():
    table = pd.DataFrame({"value": [2.0, 3, 5], "low": [1.5, 2.4, 4.0], "high": [2.5, 3.6, 6.0]})
    assert like_the_lowest(table).tolist() == [True, True, False]
    assert like_the_lowest(table.assign(low=table.value - 0.1, high=table.value + 0.1)).tolist() == [
        True,
        False,
        False,
    ]  # the control


def test_a_mean_without_an_interval_is_told_apart_from_none():
    table = pd.DataFrame({"value": [1.0, 2, 5], "low": [math.nan, 1.5, 4.0], "high": [math.nan, 2.5, 6.0]})
    assert like_the_lowest(table).to_dict() == {1: True, 2: False}


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 50)), min_size=1, max_size=30))
def test_the_lowest_is_like_itself_and_whoever_lies_below_one_that_is_alike_by_its_low_end_is_alike_too(rows):
    table = pd.DataFrame([{"value": v, "low": v - h, "high": v + h} for v, h in rows])
    alike = like_the_lowest(table)
    assert alike[table.value.idxmin()]
    assert table.low[alike].max() < table.low[~alike].min() or alike.all()


def test_clients_that_overlap_are_said_not_to_be_told_apart(three):
    words = told(level_of_clients(three))
    assert "Not told apart from Alpha, the lowest, because the 95% intervals overlap: Beta." in words
    assert "Gamma." not in words.split("overlap:")[1]
    apart = compared(summary("Alpha", 1.5, 2), summary("Gamma", 4.5, 5))
    assert "Told apart from all others by its 95% interval: Alpha." in told(level_of_clients(apart))


def test_the_title_names_a_lowest_only_where_it_is_told_apart(three):
    def title(comparison):
        return " ".join(level_of_clients(comparison).blocks[0].chart.to_dict(validate=False)["title"]["text"])

    assert title(three) == "Lowest: Alpha, not told apart from 1 other"
    assert title(compared(summary("Alpha", 2, 3), summary("Beta", 2.1, 3))) == "No client is told apart from the lowest"
    assert title(compared(summary("Alpha", 2, 3), summary("Beta", 4, 5))) == "Lowest: Alpha (38 of 100)"


def test_teams_estimates_and_customers_ratings_are_never_in_one_order():
    mixed = compared(summary("Alpha", 2, 3), summary("Beta", 4, 5), summary("Cust", 1.1, 1.2, by_customers=True))
    tables = [block for block in all_clients(mixed).blocks if isinstance(block, Table)]
    assert [[row[0] for row in table.rows] for table in tables] == [["Alpha", "Beta"], ["Cust"]]
    words = told(level_of_clients(mixed))
    assert "Told apart from all others by its 95% interval: Alpha." in words
    assert "Lowest" not in words
    assert "never in one order" in told(not_comparable(mixed))


def test_stages_that_half_of_the_clients_share_by_name_are_columns(three):
    assert list(three.stages.columns) == ["Looks", "Buys", "Uses"]
    assert three.stages.loc[three.clients.index[0]].round(1).tolist() == [12.5, 50.0, 50.0]


def test_a_stage_is_called_the_lowest_only_where_chance_alone_would_not_make_it_so():
    def title(of):
        return " ".join(stages_of_clients(of).blocks[0].chart.to_dict()["title"]["text"])

    looks = [summary(f"C{n}", 1 + n / 10, 3, 4) for n in range(6)]
    assert title(compared(*looks)) == "“Looks” is the lowest at 6 of 6 clients, more than chance would give"  # 3 / 3^6
    chance = [*looks[:3], *(summary(f"D{n}", 4, 2, 3) for n in range(3))]
    assert title(compared(*chance)) == "No stage is the lowest at more clients than chance would give"
    level = [summary(f"E{n}", 2, 2, 3) for n in range(6)]  # two are as low: none is marked
    assert title(compared(*level)) == "Clients by stage"


def test_phases_too_are_told_apart_by_more_than_a_toss_of_a_coin():
    def title(n, of):
        made = [summary(f"C{i}", *((2, 2, 4) if i < n else (4, 4, 2))) for i in range(of)]
        made = [{**m, "stages": [{**s, "name": f"{s['name']} {i}"} for s in m["stages"]]} for i, m in enumerate(made)]
        return " ".join(stages_of_clients(compared(*made)).blocks[0].chart.to_dict()["title"]["text"])

    assert title(31, 60) == "Neither phase is the lower one at more clients than chance would give"
    assert "is the lowest at 45 of 60 clients, more than chance would give" in title(45, 60)


def test_a_tall_picture_is_cut_into_parts_that_fit_a_sheet_and_lose_nobody():
    many = compared(*(summary(f"Client {n:02}", 1 + n / 10, 2 + n / 20, nps=NPS) for n in range(25)))
    for make in (level_of_clients, nps_of_clients, stages_of_clients):
        charts = [json.dumps(block.chart.to_dict()) for block in make(many).blocks if isinstance(block, Picture)]
        drawn = [set(re.findall(r"Client \d+", chart.replace("Client 00, not told", ""))) for chart in charts]
        assert [len(names) for names in drawn] == [13, 12], make.__name__
        assert not drawn[0] & drawn[1]
        assert "part 2 of 2" in charts[1]


def test_a_client_whose_stages_match_no_others_is_named_below_the_picture(three):
    other = summary("Odd", 3, 4, 5)
    other["stages"] = [{**s, "name": f"{s['name']} else"} for s in other["stages"]]
    assert "that others have, too: Odd." in told(stages_of_clients(compared(*three.summaries, other)))
    assert "Not in the picture" not in told(stages_of_clients(three))


def test_a_client_whose_report_is_out_of_date_is_marked(three):
    stale = compared(*three.summaries, stale=frozenset({"beta"}))
    assert "Beta · out of date" in told(all_clients(stale))
    assert "not up to date, so their figures may no longer hold: Beta." in told(not_comparable(stale))
    assert "out of date" not in told(all_clients(three)) + told(not_comparable(three))


def test_figures_a_quarter_apart_are_said_to_be_so():
    def words(day):
        return told(not_comparable(compared(summary("A", 2, as_of="2026-01-01"), summary("B", 3, as_of=day))))

    assert "lie 92 days apart" in words("2026-04-03")
    assert "days apart" not in words("2026-04-02")


def test_where_stages_bear_other_names_phases_stand_beside_one_another():
    def renamed(n):
        made = summary(f"C{n}", 2 + n, 3, 4)
        return {**made, "stages": [{**s, "name": f"{s['name']} {n}"} for s in made["stages"]]}

    other = compared(renamed(0), renamed(1))
    assert other.by_phase
    assert other.stages.iloc[0].round(1).tolist() == [37.5, 75.0]  # (25 + 50) / 2, 75
    assert "only phases" in told(not_comparable(other))


def test_what_several_share_stands_out_with_their_names(three):
    five = compared(*(summary(f"C{n}", 1 + n / 10, 3, 4, owner="") for n in range(5)), *three.summaries[1:2])
    cards = cards_of(five)
    stage = cards["The same stage is weakest at several clients: “Looks”"]
    assert stage.text == "at 6 of 6 clients, more than chance would give"
    assert cards["Nobody owns the weakest link"].text == "at 6 of 6 clients"
    assert cards["Actions overdue"].text == "2 actions were overdue, each on the day of its client's report."


def test_what_chance_alone_may_give_does_not_stand_out(three):
    assert set(cards_of(three)) == {"Nobody owns the weakest link", "Actions overdue"}  # Looks at 2 of 3
    assert "No stage and no touchpoint is the weakest at more clients than chance would give." in told(
        what_stands_out(three)
    )


def test_a_stage_of_many_touchpoints_holds_the_weakest_more_often_by_chance():
    def made(n, of):
        one = summary(f"C{n}", *(1 + (k + 1) / 10 for k in range(of)), 1)
        return {
            **one,
            "touchpoints": [
                {**t, "stage": "look" if k % of or k == of else "buy", "name": f"{n} {k}"}
                for k, t in enumerate(one["touchpoints"])
            ],
        }

    assert cards_of(compared(*(made(n, 2) for n in range(14)))).keys() >= {
        "The same stage is weakest at several clients: “Looks”"
    }
    crowded = cards_of(compared(*(made(n, 9) for n in range(14))))  # 9 of 10 touchpoints are in it: 0.9^14 = 0.23
    assert not [title for title in crowded if "same stage" in title]


def test_what_cannot_be_compared_is_said(three):
    [lines] = [block.items for block in not_comparable(three).blocks if isinstance(block, Bullets)]
    words = " ".join(lines)
    for fact in ("Scales differ (0–10 and 1–5)", "294 days apart", "2 different personas", "judges its own firm"):
        assert fact in words, fact
    assert "first impression" not in words
    few = compared(
        summary("Alpha", 2, 3, mean={"value": 2.5, "low": None, "high": None, "n": 3}, as_of=None), summary("Beta", 3)
    )
    words = told(not_comparable(few))
    for fact in (
        "Fewer than five people scored, a first impression: Alpha.",
        "told apart from nobody: Alpha.",
        "Not dated: Alpha.",
    ):
        assert fact in words, fact
    assert "Scales differ" not in words


def test_agreement_is_told_in_words_and_customers_are_no_team():
    rows = [summary("A", 2, alpha=0.9), summary("B", 2, alpha=0.7), summary("C", 2, alpha=0.1), summary("D", 2, alpha=None),
            summary("E", 2, alpha=0.9, people=3), summary("F", 2, by_customers=True)]  # fmt: skip
    words = {
        row[0]: row[-1]
        for block in all_clients(compared(*rows)).blocks
        if isinstance(block, Table)
        for row in block.rows
    }
    assert words == {
        "A": "they agree",
        "B": "they agree in part",
        "C": "they differ",
        "D": "–",
        "E": "too few people to say",
        "F": "–",
    }


def test_clients_of_one_name_are_told_apart_by_title_or_folder():
    rows = [
        summary("Nord", 2, folder="n1"),
        summary("Nord", 3, folder="n2", title="Repair"),
        summary("Nord", 4, folder="n3"),
        summary("", 5, folder="n4"),
    ]
    assert compared(*rows).clients.name.tolist() == ["Nord · n1", "Nord · Repair", "Nord · n3", "n4"]


def test_clients_without_scores_stand_in_the_table_and_in_no_picture(three):
    with_bare = compared(*three.summaries, summary("Bare"), unbuilt=("later",))
    assert "Bare not" not in told(level_of_clients(with_bare))
    assert "Bare" not in svg(level_of_clients(with_bare).blocks[0].chart)
    words = told(all_clients(with_bare))
    assert "Bare" in words
    assert "Not built yet, so not here: later." in words


@pytest.mark.parametrize("summaries", [(), (summary("Bare"),)], ids=["no client", "no score"])
def test_with_nothing_to_compare_every_section_says_so(summaries):
    for make in SECTIONS:
        assert told(make(compared(*summaries))), make.__name__
    assert "cjmkit run" in told(what_stands_out(compared(*summaries)))


def test_of_three_hundred_clients_the_ends_are_drawn_and_all_stand_in_the_table():
    many = compared(
        *(
            summary(f"Client {n}", 1 + 4 * n / 300, 1 + 3.9 * n / 300, half=0.01, nps={**NPS, "value": n / 3})
            for n in range(300)
        )
    )
    for section in (level_of_clients(many), nps_of_clients(many), stages_of_clients(many)):
        drawn = " ".join(json.dumps(block.chart.to_dict()) for block in section.blocks if isinstance(block, Picture))
        assert len(set(re.findall(r"Client \d+", drawn))) == 40, section.id
        assert "drawn: 40, all others stand in the table" in drawn
        assert "The 20 lowest" in drawn
    [table] = [block for block in all_clients(many).blocks if isinstance(block, Table)]
    assert len(table.rows) == 300
    assert "and 287 more" in told(what_stands_out(many))


def test_the_same_summaries_in_another_order_make_the_same_page(three):
    turned = compared(*reversed(three.summaries))
    for make in SECTIONS:
        assert section_html(make(turned)) == section_html(make(three)), make.__name__


def test_names_are_shown_as_they_are_and_do_nothing():
    bad = "</h4><script>alert(1)</script>"
    page = "".join(section_html(make(compared(summary(bad, 1, 2), summary("B", 1, 3)))) for make in SECTIONS)
    assert "<script" not in page
    assert bad in unescape(page)
