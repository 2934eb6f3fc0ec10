"""What the report and its workbook say of a survey with waves, an overall score and coded comments."""

import numpy as np
import pandas as pd
import pytest
from conftest import small_journey

from cjmkit.reports.content import appendix, customers_said
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Picture, Table, Text
from cjmkit.reports.workbook_customers import customers
from cjmkit.tables import CODES, empty_scores

ITEMS = pd.DataFrame(
    [("q", "nps", "", 0, 10, "Recommend?"), *((t, "rating", t, 1, 5, t) for t in "abc")],
    columns=["item", "kind", "touchpoint", "low", "high", "name"],
)


def survey(n=120):
    draw = np.random.default_rng(5)
    a, b, c = draw.integers(1, 6, (3, n))
    score = np.clip(2 * a + draw.integers(0, 3, n), 0, 10)
    wide = pd.DataFrame({"respondent": [f"secret-{k}" for k in range(n)], "wave": ["2025"] * (n // 2) + ["2026"] * (n - n // 2),
                         "q": score, "a": a, "b": b, "c": c})  # fmt: skip
    answers = wide.melt(["respondent", "wave"], var_name="item").assign(
        weight=np.nan, value=lambda t: t.value.astype(float)
    )
    codes = [(f"secret-{k}", wide.wave[k], "why", "Why?", "", f"c{k % 3}", f"about {k % 3}") for k in range(min(n, 60))]
    return answers, pd.DataFrame(codes, columns=CODES)


@pytest.fixture(scope="module")
def report():
    answers, codes = survey()
    return Report(small_journey(), empty_scores(), "en", answers=answers, items=ITEMS, codes=codes)


def test_the_section_has_waves_what_moves_the_score_where_to_concentrate_and_comments(report):
    blocks = customers_said(report).blocks
    pictures = [" ".join(b.chart.spec["title"]["text"]) for b in blocks if isinstance(b, Picture)]
    assert any("since 2025" in title for title in pictures)
    assert "Moves most together with the overall score: A" in pictures
    assert any(title.startswith(("Concentrate", "No important touchpoint")) for title in pictures)
    table = next(b for b in blocks if isinstance(b, Table) and b.caption == "Why?")
    assert [row[:3] for row in table.rows] == [(f"about {n}", "20", "33%") for n in range(3)]
    assert any("60 customers whose comment" in b.text for b in blocks if isinstance(b, Text))


def test_coefficients_stand_in_the_appendix_and_nowhere_before(report):
    said = str([b for b in customers_said(report).blocks if not isinstance(b, Picture)])
    assert "Pearson" not in said
    table = next(b for b in appendix(report).blocks if isinstance(b, Table) and "Johnson" in b.caption)
    assert table.rows[0][0] == "A"
    assert "R² = " in table.caption


def test_the_workbook_has_every_figure_of_the_survey_and_no_customer(report):
    grid = customers(report)
    kinds = [str(row[0]) for row in grid.rows]
    assert {
        "NPS",
        "NPS of a wave",
        "NPS, change since the wave before",
        "Customers' rating",
        "Importance, derived",
        "Comments",
    } <= set(kinds)
    assert kinds.count("NPS of a wave") == 2
    assert "secret" not in str(grid)
    assert "secret" not in str(customers_said(report).blocks)
    bare = Report(small_journey(), empty_scores(), "en")
    assert customers(bare).rows == ()


def test_of_few_customers_nothing_is_said_about_what_moves_the_score():
    answers, _ = survey(20)
    few = Report(small_journey(), empty_scores(), "en", answers=answers, items=ITEMS)
    said = [b.text for b in customers_said(few).blocks if isinstance(b, Text)]
    assert any("30 are needed" in text for text in said)
    assert not any("Johnson" in b.caption for b in appendix(few).blocks if isinstance(b, Table))
