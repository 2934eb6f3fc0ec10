"""Hostile texts through every text field of a journey and a survey, into every file that a client receives.

The page and the map are opened in headless Chromium with the network off: no dialog, no request, each text readable as it
was typed. Workbooks, those inside of slides too, hold no formula. The control is the same page with its escaping taken off.

Run alone: python tests/soak/payloads.py 5 7   (5 payloads, seed 7)
"""

from __future__ import annotations

import io
import json
import random
import re
import shutil
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

from cjmkit.charts.drawing import svg
from cjmkit.errors import CJMError
from cjmkit.journey import Journey
from cjmkit.reports.content import sections_of
from cjmkit.reports.content.findings import drawn_map
from cjmkit.reports.page import page_html
from cjmkit.reports.report import Report
from cjmkit.runs.formats import files_of
from cjmkit.tables import scores_frame

N = 500
OFFICE_EVERY = 10
PIECES = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "javascript:alert(1)", "</title>", "</style>",
    "</svg>", "</script>", "'-alert(1)-'", '"', "'", "{{7*7}}", "${alert(1)}", "{%raw%}", "<a href=javascript:alert(1)>x</a>", "]]>", "-->",
    "<!--", "<iframe src=https://example.invalid>", "<iframe srcdoc='<script>alert(1)</script>'>", "&lt;script&gt;", "&#60;b&#62;", "%3Cscript%3E",
    "<link rel=stylesheet href=//example.invalid>", "<style>*{display:none}</style>", "@import url(//example.invalid/x.css);", "<base href=//example.invalid>",
    "<meta http-equiv=refresh content='0;url=//example.invalid'>", "<math><mi xlink:href=javascript:alert(1)>", "<form action=//example.invalid><input autofocus onfocus=alert(1)>",
    "<object data=//example.invalid>", "<template>", "<details open ontoggle=alert(1)>", "\\u003cscript\\u003e", "=1+1", "=HYPERLINK(\"//example.invalid\")", "+1", "-2+3", "@SUM(A1)",
    "datum.x", "#eval(\"1\")", "#include \"x\"", "$ x^2 $", "//", "/*", "*/", "\\", "`id`", "**b**", "[x](javascript:alert(1))", "\u202eabc", "ąłż", "安娜", "👩‍🔧", "${{<%[%'\"}}%\\.",
    "onmouseover=alert(1) x=", "background:url(//example.invalid/x.png)", "https://example.invalid/x", "<b>", "</p>", "&", "<", ">", "null",
]  # fmt: skip
MARK = re.compile(r"§(\d+)§")


def payloads(n: int, seed: int) -> list[str]:
    """Each piece by itself, then several drawn together."""
    chance = random.Random(seed)
    drawn = (chance.choice(["", " "]).join(chance.choices(PIECES, k=chance.randint(2, 4))) for _ in range(n))
    return [*PIECES, *drawn][:n]


def everywhere(payload: str) -> tuple[Report, int]:
    """A report whose every text is the payload, each with a number behind it; and how many there are."""
    count = iter(range(1, 10_000))

    def text() -> str:
        return f"{payload}§{next(count)}§"

    def item() -> dict[str, str]:
        return {"text": text(), "evidence": "observed", "source": text()}

    lists = ("needs", "goals", "preferences", "challenges", "habits", "hears_of_us", "buys_how")
    persona = {"id": "p", "name": text(), "role": text(), "segment": text(), "quote": text(), "demographics": {text(): text()},
               "channels": [text()], **{name: [item()] for name in lists}}  # fmt: skip
    kpi = {"id": "k", "name": text(), "unit": text(), "source": text(), "owner": text(), "baseline": 3, "target": 1}
    stage = {"id": "s", "name": text(), "customer_goal": text(), "expectations": [item()], "tools": [item()],
             "moves_on_when": text(), "stops_because": text(), "kpis": [kpi]}  # fmt: skip
    words = (
        "name",
        "channel",
        "device",
        "party_name",
        "owner",
        "doing",
        "thinking",
        "feeling",
        "expects",
        "pain",
        "success",
        "backstage",
    )
    touchpoints = [
        {"id": id, "stage": "s", **{word: text() for word in words}, "quotes": [{"text": text(), "source": text()}],
         "moment_of_truth": {"rule": "continue-or-quit", "goes_on_if": text(), "leaves_if": text()},
         "verdict": {"value": "pain", "why": text()}} for id in ("a", "b", "c")
    ]  # fmt: skip
    journey = Journey.from_data({
        "client": text(), "title": text(), "turning_point": text(), "goal": {"why": text(), "change": text(), "persona": "p", "kpi": "k"},
        "scope": {"starts": text(), "ends": text(), "market": text()}, "scale": {"labels": {"1": text()}, "question": text()},
        "personas": [persona], "stages": [stage], "touchpoints": touchpoints,
        "paths": [{"id": "w", "name": text(), "persona": "p", "touchpoints": ["a", "b", "c"]}],
        "actions": [{"id": "x", "title": text(), "touchpoints": ["a"], "cause": text(), "owner": text(), "status": "agreed", "kpi": "k"}],
        "messages": [{"persona": "p", "stage": "s", "channel": text(), "message": text()}],
        "unknowns": [{"touchpoint": "a", "question": text(), "who": text()}],
        "checklist": [{"stage": "s", "source": text(), "who": text(), "note": text()}],
        "rounds": [{"id": 1, "asks": ["score", "importance", "moment_of_truth"]}],
        "held": [{"on": "2026-11-20", "facilitator": text(), "teams": {text(): 3}}],
        "reviews": [{"how": text(), "changed_outside": text(), "note": text()}],
    })  # fmt: skip
    team = text()
    scores = scores_frame([
        {"round": 1, "participant": who, "team": team, "touchpoint": t, "score": 1 + n, "importance": n, "comment": text()}
        for who in ("one", "two", "three") for n, t in enumerate(("a", "b", "c"))
    ])  # fmt: skip
    items = pd.DataFrame(
        [("q", "nps", "", 0.0, 10.0, text()), ("r", "rating", "a", 1.0, 5.0, text()), ("o", "overall", "", 1.0, 5.0, text())],
        columns=["item", "kind", "touchpoint", "low", "high", "name"],
    )  # fmt: skip
    groups = [text(), text()]
    answers = pd.DataFrame(
        [(f"c{n}", i, float(v), float("nan"), "", groups[n % 2]) for n in range(12) for i, v in (("q", n % 11), ("r", 1 + n % 5), ("o", 4))],
        columns=["respondent", "item", "value", "weight", "wave", "group"],
    )  # fmt: skip
    report = Report(journey, scores, answers=answers, items=items, segments={"group": text()})
    return report, next(count) - 1


def page_of(report: Report) -> str:
    """The page as a run makes it, without the kernel."""
    cells = [
        nbformat.v4.new_code_cell(
            "", outputs=[nbformat.v4.new_output("display_data", data=section._repr_mimebundle_())]
        )
        for section in sections_of(report)
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    return page_html(notebook, title=report.title, language=report.language, brand=report.brand)


def shown(browser: Any, file: Path, found: Counter[str]) -> list[str]:
    """The lines that a reader sees, pictures left out; what the browser asked for and said is counted."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.on("request", lambda request: found.update(requests=not request.url.startswith(("data:", file.as_uri()))))
    page.on("dialog", lambda dialog: (found.update(dialogs=1), dialog.dismiss()))
    page.goto(file.as_uri())
    page.wait_for_load_state("networkidle")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    text = page.evaluate(
        "(document.querySelectorAll('svg').forEach(s => s.parentNode && s !== document.documentElement && s.remove()),"
        " document.body ? document.body.innerText : '')"
    )
    context.close()
    return str(text).splitlines()


def formulas(content: bytes) -> int:
    """How many formulas a workbook holds, or the workbooks within slides."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        inner = sum(formulas(archive.read(name)) for name in archive.namelist() if name.endswith(".xlsx"))
        sheets = [archive.read(name) for name in archive.namelist() if "/worksheets/sheet" in name]
    return inner + sum(len(re.findall(rb"<f[ >/]", sheet)) for sheet in sheets)


def changed(payload: str, lines: list[str]) -> tuple[int, int]:
    """How many of the numbered texts are on the page, and how many of them are not as they were typed."""
    seen = wrong = 0
    for line in lines:
        for mark in MARK.finditer(line):
            seen += 1
            wrong += not line[: mark.start()].endswith(payload)
    return seen, wrong


def attack(hostile: Sequence[str], browser: Any) -> Counter[str]:
    """Each payload through all fields into the page and the map, each tenth into all other formats too."""
    found: Counter[str] = Counter(payloads=0, dialogs=0, requests=0, changed=0, formulas=0)
    with tempfile.TemporaryDirectory() as place:
        for k, payload in enumerate(hostile):
            report, _ = everywhere(payload)
            page, drawn = page_of(report), svg(drawn_map(report), "en", embed_fonts=True)
            for name, content in (("report.html", page), ("map.svg", drawn)):
                (Path(place) / name).write_text(content, "utf-8")
            seen, wrong = changed(payload, shown(browser, Path(place) / "report.html", found))
            shown(browser, Path(place) / "map.svg", found)
            found.update(payloads=1, texts=seen, changed=wrong)
            if k % OFFICE_EVERY == 0:
                for format in ("xlsx", "pptx", "pdf", "poster", "mermaid"):
                    try:
                        made = files_of(report, format)
                    except CJMError:  # so much text that no poster holds it
                        found.update(refused=1)
                        continue
                    office = [content for name, content in made.items() if name.endswith(("xlsx", "pptx"))]
                    found.update(files=len(made), formulas=sum(map(formulas, office)))
    return found


def unescaped(browser: Any) -> Counter[str]:
    """The control: a page with its escaping and its policy taken off; the first texts alone, a hundred dialogs take long."""
    found: Counter[str] = Counter(dialogs=0, requests=0)
    page = unescape(re.sub(r"<meta[^>]*Content-Security-Policy[^>]*>", "", page_of(everywhere(PIECES[1])[0])))
    head, *texts = page.split(PIECES[1])
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "report.html").write_text(PIECES[1].join([head, *texts[:3]]) + "".join(texts[3:]), "utf-8")
        shown(browser, Path(place) / "report.html", found)
    return found


def chromium() -> Iterator[Any]:
    """A browser without a network of its own."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu", "--no-first-run"])
        yield browser
        browser.close()


def main(n: int = N, seed: int = 1) -> dict[str, int]:
    """All payloads and the control; raises where one did something, or was not shown as typed."""
    for browser in chromium():
        control, found = unescaped(browser), attack(payloads(n, seed), browser)
    result = {
        **found,
        "fields": everywhere("x")[1],
        "unescaped_dialogs": control["dialogs"],
        "unescaped_requests": control["requests"],
    }
    assert not any(found[name] for name in ("dialogs", "requests", "changed", "formulas")), result
    assert found["texts"] >= 50 * n, result
    assert min(control["dialogs"], control["requests"]) > 0, result
    return result


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:]))))
