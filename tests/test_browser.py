"""The report in a real browser, with the network cut off: on a screen, on a phone, on paper."""

import os
import shutil
from pathlib import Path

import pytest
from conftest import ROOT
from soak import payloads

from cjmkit.kit import template
from cjmkit.runs.build import build_client
from cjmkit.workshop import open_workshop

pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


def launched(*flags):
    """Chromium, also with other flags than all tests have."""
    if not CHROMIUM:
        if os.environ.get("CJMKIT_REQUIRE_BROWSER"):
            pytest.fail("Chromium is required here and not installed")
        pytest.skip("Chromium is not installed on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def browser():
    yield from launched()


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("workshops")
    ignore = shutil.ignore_patterns("out", "build", ".sample")
    shutil.copytree(ROOT / "workshops" / "fridge", folder / "fridge", ignore=ignore)
    build_client(open_workshop("fridge", folder), template("report.ipynb"), language="pl", only=("html",))
    return folder / "fridge/out/report.pl.html"


def opened(browser, path: Path, width: int):
    """The page, the addresses it asked for, and what the browser complained of."""
    context = browser.new_context(viewport={"width": width, "height": 800}, offline=True)
    page = context.new_page()
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    page.goto(path.as_uri())
    page.wait_for_load_state("networkidle")
    return page, [url for url in asked if not url.startswith(("data:", path.as_uri()))], complaints


@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_the_page_asks_for_nothing_and_fits_the_screen(browser, report, width):
    page, asked, complaints = opened(browser, report, width)
    assert asked == []
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_every_picture_is_drawn_and_told_in_words(browser, report):
    page, _, _ = opened(browser, report, 1280)
    pictures = page.locator("figure.picture svg")
    assert pictures.count() >= 5
    for n in range(pictures.count()):
        box = pictures.nth(n).bounding_box()
        assert box["width"] > 200
        assert box["height"] > 100
        assert pictures.nth(n).locator("desc, title").first.text_content()
    page.context.close()


def test_the_letters_are_the_pages_own(browser, report):
    page, _, _ = opened(browser, report, 1280)
    assert page.evaluate("document.fonts.check('16px \"Source Sans Pro\"', 'ąęółżź')")
    assert page.evaluate("[...document.fonts].some(f => f.status === 'loaded')")
    page.context.close()


def test_a_page_that_asks_for_something_would_be_caught(browser, tmp_path):
    bad = tmp_path / "bad.html"
    bad.write_text('<body style="width:3000px"><img src="https://example.invalid/x.png"><script>alert(1)</script>')
    page, asked, complaints = opened(browser, bad, 1280)
    assert asked
    assert complaints
    assert page.evaluate("document.documentElement.scrollWidth") > 1280
    page.context.close()


def test_whatever_is_typed_is_shown_exactly_and_never_run(browser):
    """The soak with all its pieces in one payload: through every field, into the page and the map, and the other formats."""
    found = payloads.attack([" ".join(payloads.PIECES)], browser)
    assert not any(found[name] for name in ("dialogs", "requests", "changed", "formulas")), found
    assert found["texts"] >= 50
    assert found["files"] >= 4


def test_a_page_without_its_escaping_would_be_caught(browser):
    found = payloads.unescaped(browser)
    assert found["dialogs"]
    assert found["requests"]
