"""From a click or a key to its effect in the picture, in a real browser on both samples; prints milliseconds."""

import statistics

import pytest
from lab import browser as browser
from lab import jupyterlab_of

# In the page: when the hand moved, and when the pictures changed for the last time since.
WATCH = """() => {
  const watch = (window.cjmWatch = { began: 0, changed: 0 });
  for (const kind of ["pointerdown", "keydown", "change"])
    document.addEventListener(kind, () => { watch.began = performance.now(); watch.changed = 0; }, true);
  const seen = new MutationObserver(() => { if (watch.began) watch.changed = performance.now(); });
  for (const picture of document.querySelectorAll(".cjm-picture"))
    seen.observe(picture, { subtree: true, childList: true, characterData: true, attributes: true });
}"""
ROUNDS = 9
SCREEN = ".cjm-screen .cjm-picture"
WAIT = {"04_touchpoints": ".cjm-entry"}  # the voting room stands above it


def timed(page, act) -> float:
    act()
    page.wait_for_function("() => window.cjmWatch.changed", timeout=15_000)
    page.wait_for_timeout(1200)  # the last change counts, not the first
    return page.evaluate("() => window.cjmWatch.changed - window.cjmWatch.began")


def choose_card(page, n):
    page.locator(".cjm-card[data-choose]:visible").nth(n + 1).click()


def enter(page, n):
    page.locator("form.cjm-entry input[name=name]").first.fill(f"Situation {n}")
    page.keyboard.press("Enter")


def choose_in_map(page, n):
    page.get_by_label("Touchpoint", exact=True).select_option(index=n % 2 + 4)


def plan(page, n):
    page.locator("form.cjm-entry [name=title]").first.fill(f"Something is done {n}")
    page.keyboard.press("Enter")


ACTS = {
    "04_touchpoints": {"a touchpoint entered": enter, "a card chosen": choose_card},
    "06_journey_map": {"a touchpoint chosen": choose_in_map},
    "07_action_plan": {"an action entered": plan},
}


@pytest.fixture(scope="module", params=["running-shoes", "fridge"])
def jupyterlab(request, tmp_path_factory, browser):
    yield from jupyterlab_of(request.param, tmp_path_factory.mktemp("project"))


def test_clicks(jupyterlab, browser):
    every = []
    for notebook, acts in ACTS.items():
        page = jupyterlab.open(browser, notebook, until=WAIT.get(notebook, SCREEN))
        page.wait_for_timeout(4000)
        page.evaluate(WATCH)
        for what, act in acts.items():
            took = [timed(page, lambda n=n, act=act, page=page: act(page, n)) for n in range(ROUNDS)]
            every += took
            print(
                f"\n{notebook:16} {what:22} median {statistics.median(took):4.0f} ms, most {max(took):4.0f} ms", end=""
            )
        page.context.close()
    print(f"\n{jupyterlab.journey.title}: of all {len(every)} median {statistics.median(every):.0f} ms")
