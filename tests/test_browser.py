"""The report in a real browser, with the network cut off: on a screen, on a phone, on paper."""

import os
import shutil
from pathlib import Path

import pytest
from conftest import ROOT

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


PAYLOADS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "javascript:alert(1)", "</title><script>alert(1)</script>",
    "'-alert(1)-'", "</style><script>alert(1)</script>", "{{7*7}}", "${alert(1)}", "<a href=javascript:alert(1)>x</a>", "]]><script>alert(1)</script>",
    "<iframe src=https://example.invalid>", "<link rel=stylesheet href=//example.invalid>", "&lt;script&gt;alert(1)", "\\u003cscript\\u003e",
    "=1+1", "<style>*{display:none}</style>", "<base href=https://example.invalid>", "<math><mi xlink:href=javascript:alert(1)>", "%3Cscript%3E",
]  # fmt: skip


def test_whatever_is_typed_is_shown_exactly_and_never_run(browser, tmp_path):
    """Each payload in the texts of one touchpoint, persona or action; every one must be readable as typed."""
    import json

    folder = shutil.copytree(
        ROOT / "workshops" / "fridge", tmp_path / "fridge", ignore=shutil.ignore_patterns("out", "build", ".sample")
    )
    data = json.loads((folder / "journey.json").read_text("utf-8"))
    data["sources"], texts = [], iter(PAYLOADS * 40)
    for touchpoint in data["touchpoints"]:
        for field in ("name", "doing", "thinking", "feeling", "pain", "success", "backstage", "owner", "channel"):
            touchpoint[field] = next(texts)
    for part in (*data["personas"], *data["stages"]):
        part["name"] = next(texts)
    for action in data["actions"]:
        action["title"], action["owner"] = next(texts), next(texts)
    data["title"], data["client"], data["goal"]["why"], data["scope"]["market"] = (next(texts) for _ in range(4))
    (folder / "journey.json").write_text(json.dumps(data), "utf-8")
    build_client(open_workshop("fridge", tmp_path), template("report.ipynb"), language="en")
    for name in ("report.en.html", "map.en.svg"):
        page, asked, complaints = opened(browser, folder / "out" / name, 1280)
        assert asked == []
        assert complaints == []
        page.context.close()
    page, _, _ = opened(browser, folder / "out" / "report.en.html", 1280)
    shown = page.evaluate("document.body.innerText")
    assert [payload for payload in PAYLOADS if payload not in shown] == []
    page.context.close()
