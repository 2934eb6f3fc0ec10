"""The score sheet on paper: situations, circles and dots for each person; no stage, nothing that a line of text could break."""

import re
from html import unescape
from pathlib import Path

import pytest
from conftest import ROOT, small_journey

from cjmkit.language.fonts import missing_glyphs
from cjmkit.reports.score_sheet import score_sheet
from cjmkit.runs.printing import print_score_sheet
from cjmkit.workshop import open_workshop

CHROMIUM = Path("/usr/bin/chromium")


def text(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("</style>")[1])))


def sample(name: str):
    return open_workshop(name, ROOT / "workshops", remember=False)


def test_each_situation_has_its_number_and_a_circle_for_each_point():
    page = score_sheet(sample("fridge").journey)
    assert page.count('class="number"') == 18
    assert page.count("<i>") == 18 * 5
    assert "Pyta o hałas" in text(page)


def stages_named(journey) -> list[str]:
    return [stage.name for stage in journey.stages if stage.name in text(score_sheet(journey))]


def test_no_stage_is_named():
    assert stages_named(sample("running-shoes").journey) == []
    assert stages_named(small_journey(title="Use it")) == ["Use"]  # the check does see a stage that is named


@pytest.mark.parametrize(("language", "word"), [("en", "Nickname"), ("pl", "Pseudonim")])
def test_the_sheet_speaks_the_language_that_is_asked_for(language, word):
    assert word in text(score_sheet(sample("fridge").journey, language=language))


def test_it_asks_only_what_the_round_asks_and_only_of_the_touchpoints_given():
    journey = small_journey()
    page = score_sheet(journey, touchpoints=journey.touchpoints[1:], asks=("score",))
    assert page.count('class="number"') == 2
    assert '<td class="dots">' not in page
    assert score_sheet(journey).count('<td class="dots">') == 6


def test_names_are_text_and_never_html():
    journey = small_journey(
        title="<script>alert(1)</script>", touchpoints=[{"id": "a", "stage": "use", "name": "a<b>&"}], paths=[]
    )
    page = score_sheet(journey)
    assert "<script>" not in page
    assert "a&lt;b&gt;&amp;" in page


def test_chinese_letters_are_carried_in_the_page():
    page = score_sheet(small_journey(title="购买跑鞋"))
    assert missing_glyphs("购买跑鞋") == set()
    assert "font-family:'Noto Sans CJK SC'" in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_sheet_of_a_second_round_asks_for_the_three_and_lies_beside_the_first(workshops):
    workshop = open_workshop("fridge", workshops)
    first = print_score_sheet(workshop)
    workshop.save(rounds=[*workshop.journey.rounds[:1], workshop.journey.rounds[1].model_copy(update={"state": "open"})],
                  scores=workshop.scores[workshop.scores["round"] == 1])  # fmt: skip
    again = print_score_sheet(workshop)
    assert (first.name, again.name) == ("score-sheet.pl.html", "score-sheet-2.pl.html")
    assert again.read_text("utf-8").count('class="number"') == 3


@pytest.mark.browser
@pytest.mark.parametrize("client", ["fridge", "running-shoes"])
def test_eighteen_situations_fit_on_one_sheet_printed_on_both_sides(client, tmp_path):
    if not CHROMIUM.exists():
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    journey = sample(client).journey
    (tmp_path / "sheet.html").write_text(score_sheet(journey), "utf-8")
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto((tmp_path / "sheet.html").as_uri())
        pdf = page.pdf(prefer_css_page_size=True)
        browser.close()
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 2
