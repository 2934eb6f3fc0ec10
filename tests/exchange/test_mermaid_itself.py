"""What the real Mermaid makes of a text: the npm package, asked by node, and its drawing in Chromium."""

import html
import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT
from test_browser import launched
from test_mermaid import NASTY, reading

from cjmkit.errors import InputError
from cjmkit.exchange import mermaid
from cjmkit.exchange.mermaid import write_mermaid
from cjmkit.exchange.mermaid_syntax import plain
from cjmkit.journey import Journey
from cjmkit.runs.opening import open_report

PACKAGE = ROOT / "tests" / "mermaid"
SEED = 20261121
OURS, STRANGE = 80, 300
LINES = [
    " title {}", " section {}", " section {}", "  {}: 3: {}", "  {}: 5: {}, {}", "  {} : 2.5", "  {}:4:", " accTitle: x{}",
    " accDescr: x{}", " accDescr {{\n {}\n }}", "%% {}", "%%{{init: {{'a': '{}'}}}}%%", "", "  {}: : {}", "  {}: 1e0:{}", " # {}",
]  # fmt: skip
PAYLOADS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</text></svg><script>alert(1)</script>", "#60;b#62;",
    '"><svg onload=alert(1)>', "javascript:alert(1)", "<a href='http://evil.example'>x</a>", "&lt;b&gt; & &amp;", "</script>",
    '%%{init: {"securityLevel": "loose", "themeCSS": "*{background:url(http://evil.example/x)}"}}%%', "click a call alert(1)",
    "<style>@import 'http://evil.example/x'</style>", "$$\\text{x}$$", "`**x**`", "ﬂ°°60¶ßimg src=x onerror=alert(1)ﬂ°°62¶ß",
    "<foreignObject><iframe src=http://evil.example></iframe></foreignObject>", "--- title: x ---", "journey title section",
]  # fmt: skip


def read_by_mermaid(texts: list[str]) -> list[dict]:
    """What Mermaid has in its hands after reading each text, or its complaint."""
    node = shutil.which("node")
    if not node or not (PACKAGE / "node_modules" / "mermaid").is_dir():
        if os.environ.get("CJMKIT_REQUIRE_MERMAID"):
            pytest.fail("Mermaid is required here: npm ci --prefix tests/mermaid")
        pytest.skip("Mermaid is not here: install node, then npm ci --prefix tests/mermaid")
    words = [node, str(PACKAGE / "read.mjs")]
    done = subprocess.run(words, input=json.dumps(texts), capture_output=True, text=True, check=True)
    read = json.loads(done.stdout)
    for diagram in read:
        for task in diagram.get("tasks", ()):
            task["score"] = task["score"] if task["score"] == "NaN" else float(task["score"])
    return read


def drawn(raw: str) -> str:
    """The text as Mermaid draws it: its marks for codes decoded, as its last step does it."""
    return html.unescape(raw.replace("&", "&amp;").replace("ﬂ°°", "&#").replace("ﬂ°", "&").replace("¶ß", ";"))


def hostile(chance: random.Random, words: list[str] = NASTY, most: int = 4) -> Journey:
    def name() -> str:
        return "".join(chance.choices(words, k=chance.randint(1, most)))

    return Journey(
        title=name(), client="X",
        personas=[{"id": f"p{n}", "name": name()} for n in range(2)],
        stages=[{"id": f"s{n}", "name": name()} for n in range(3)],
        touchpoints=[{"id": f"t{n}", "stage": f"s{n % 3}", "name": name(), "personas": ["p0"] * (n % 2)} for n in range(6)],
    )  # fmt: skip


def strange_diagram(chance: random.Random) -> str:
    words = [word for word in [*NASTY, "tea", "Me", "x y"] if word not in ("style:#;", "\ufeff", "%%{init: {}}%%")]
    lines = [line.format(*chance.choices(words, k=3)) for line in chance.choices(LINES, k=chance.randint(1, 6))]
    return "\n".join(["journey", *lines, " T: 3: x"])


def meant(journey: Journey) -> dict:
    """What must be read of a journey: the path goes by stage, each touchpoint has the score 2.4."""
    names = {part.id: plain(part.name) or part.id for part in (*journey.personas, *journey.stages)}
    return {
        "title": plain(journey.title or journey.client),
        "sections": [names[s.id] for s in journey.stages],
        "tasks": [
            (names[t.stage], plain(t.name) or t.id, 2.4, [names[id] for id in t.personas or ("p0", "p1")])
            for t in journey.along(journey.path())
        ],
    }


def text_of(journey: Journey) -> str:
    ids = [t.id for t in journey.touchpoints]
    return write_mermaid(journey, pd.DataFrame({"value": 2.4}, index=ids), journey.path()).text


def as_read(diagram: dict) -> dict:
    tasks = [(t["section"], t["task"], t["score"], t["people"]) for t in diagram["tasks"]]
    return {
        "title": drawn(diagram["title"]),
        "sections": [drawn(name) for name in diagram["sections"]],
        "tasks": [(drawn(s), drawn(name), score, [*map(drawn, people)]) for s, name, score, people in tasks],
    }


@pytest.fixture(scope="module")
def asked() -> dict[str, list]:
    """All that is asked of Mermaid here, in one call, with its answers."""
    chance = random.Random(SEED)
    ours = [hostile(chance) for _ in range(OURS)]
    strange = [strange_diagram(chance) for _ in range(STRANGE)]
    samples = [open_report(name) for name in ("fridge", "running-shoes")]
    written = [write_mermaid(r.journey, r.figures, r.way).text for r in samples]
    careless = pytest.MonkeyPatch()
    careless.setattr(mermaid, "coded", lambda text, more="": text)
    raw = [text_of(journey) for journey in ours]
    careless.undo()
    texts = [*map(text_of, ours), *raw, *strange, *written]
    answers = read_by_mermaid(texts)
    return {
        "ours": [*zip(ours, answers[:OURS], strict=True)],
        "raw": [*zip(ours, answers[OURS : 2 * OURS], strict=True)],
        "strange": [*zip(strange, answers[2 * OURS : -2], strict=True)],
        "samples": [*zip(samples, answers[-2:], strict=True)],
    }


def test_what_we_write_mermaid_reads_as_it_was_meant(asked):
    for journey, answer in asked["ours"]:
        assert "error" not in answer, (text_of(journey), answer)
        assert as_read(answer) == meant(journey), text_of(journey)


def test_the_same_names_without_codes_would_be_refused_or_misread(asked):
    wrong = [a for journey, a in asked["raw"] if "error" in a or as_read(a) != meant(journey)]
    assert len(wrong) > OURS / 2


def test_the_samples_are_read_touchpoint_by_touchpoint(asked):
    for report, answer in asked["samples"]:
        names = [t.name for t in report.touchpoints]
        assert [drawn(task["task"]) for task in answer["tasks"]] == names
        assert all(1 <= task["score"] <= 5 for task in answer["tasks"])


def test_strange_diagrams_are_read_as_mermaid_reads_them_or_refused_as_it_does(asked):
    read = 0
    for text, answer in asked["strange"]:
        try:
            mine = reading(text)
        except InputError:
            assert "error" in answer, text
            continue
        assert mine == answer, text
        read += 1
    assert STRANGE / 5 < read < STRANGE * 0.9


@pytest.mark.browser
def test_a_drawing_shows_hostile_names_as_they_are_and_does_nothing_they_say(asked):
    chance = random.Random(SEED)
    bundle = (PACKAGE / "node_modules/mermaid/dist/mermaid.min.js").read_text("utf-8")
    journeys = [hostile(chance, PAYLOADS, 1) for _ in range(2)]
    done, requests = [], []
    for browser in launched():
        page = browser.new_page()
        page.on("dialog", lambda dialog: (done.append(dialog.message), dialog.dismiss()))
        page.route("**/*", lambda route: (requests.append(route.request.url), route.abort()))
        page.add_script_tag(content=bundle)
        draw = """async text => {
            mermaid.initialize({startOnLoad: false, securityLevel: 'loose'});
            document.body.innerHTML = (await mermaid.render('drawing', text)).svg;
            return [...document.querySelectorAll('text')].map(text => text.textContent);
        }"""
        for journey in journeys:
            shown = page.evaluate(draw, text_of(journey))
            wanted = {plain(x.name) for x in (*journey.stages, *journey.touchpoints)} | {plain(journey.title)}
            assert wanted <= {plain(text) for text in shown}, (wanted - {*shown}, text_of(journey))
        assert (done, requests) == ([], [])
        page.evaluate("document.body.innerHTML = '<img src=x onerror=alert(1)>'")  # the control
        page.wait_for_timeout(50)
        assert done or requests


def test_the_lock_of_the_package_names_no_address():
    lock = Path(PACKAGE / "package-lock.json").read_text("utf-8")
    assert "http" not in lock
    assert '"integrity": "sha512-' in lock
