"""A lesson in a real JupyterLab: an exercise is answered and kept, a slider is moved and its figures follow."""

import json

import pytest
from lab import READY
from lab import browser as browser
from lab import jupyterlab as jupyterlab

from cjmkit.lessons.cases import value
from cjmkit.lessons.lesson import lesson

ONE = lesson("09")
EXERCISE = ONE.exercise["09-1"]
RIGHT = str(round(value(ONE, EXERCISE.solution, "en")))
SLIP = EXERCISE.wrong[0]


def kept(lab):
    return json.loads((lab.project / "workshops/.learning/me.json").read_text("utf-8"))["answers"]["09-1"]


def answer(page, number):
    exercise = page.locator(".cjm-exercise").first
    exercise.locator("input").fill(number)
    exercise.locator("button").click()
    return exercise.locator(".cjm-said")


def run_on(page, until):
    for _ in range(100):
        if page.locator(until).count():
            return
        if page.locator(READY).count():
            page.keyboard.press("Shift+Enter")
        page.wait_for_timeout(100)
    raise AssertionError(f"no {until}")


@pytest.mark.browser
def test_an_exercise_gives_a_hint_then_is_right_and_kept_and_a_try_it_follows_its_slider(jupyterlab, browser):
    page = jupyterlab.open(browser, "learn/09_surveys", until=".cjm-exercise")
    said = answer(page, str(int(value(ONE, SLIP.answer, "en"))))
    said.get_by_text(SLIP.hint).wait_for()
    assert "✓" not in said.inner_text()
    assert kept(jupyterlab)["right"] is False

    answer(page, RIGHT)
    said.get_by_text("✓ Right.").wait_for()
    assert (kept(jupyterlab)["right"], kept(jupyterlab)["tries"]) == (True, 2)

    page.locator(".jp-Cell:has(.cjm-exercise) ~ .jp-MarkdownCell").first.click(position={"x": 8, "y": 8})
    run_on(page, ".cjm-try table tr")
    rows = page.locator(".cjm-try table tr[data-moved=true]")
    assert rows.count() == 0, "before anything is moved, first and now are the same"
    slider = page.locator(".cjm-try input[type=range]").first
    slider.fill("30")
    rows.first.wait_for()
    was, now = rows.first.locator("td").nth(1).inner_text(), rows.first.locator("td").nth(2).inner_text()
    assert was != now
    page.locator(".cjm-try .cjm-button").click()
    rows.first.wait_for(state="detached")
    page.context.close()
    assert page.outside == []

    again = jupyterlab.open(browser, "learn/09_surveys", until=".cjm-exercise .cjm-said p")
    exercise = again.locator(".cjm-exercise").first
    assert "✓" in exercise.locator(".cjm-said").inner_text()
    assert exercise.locator("input").input_value() == RIGHT
    assert again.outside == []
    again.context.close()
