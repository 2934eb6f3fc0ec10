"""Seconds for each format of what a client receives, beside what a user would use instead. Nothing here can fail by time.

`make bench` prints the table; every figure is the median of several runs in a process that has drawn before.
"""

import io
from pathlib import Path

import pandas as pd
import pytest
from test_bench import seconds

from cjmkit.kit import template
from cjmkit.runs import FORMATS
from cjmkit.runs.build import build_client
from cjmkit.runs.formats import files_of
from cjmkit.runs.opening import open_report
from cjmkit.workshop import new_workshop, open_workshop

ROWS: list[tuple[str, float, str, str]] = []
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module", autouse=True)
def printed():
    yield
    print("\n\n| format | fridge, s | kB | instead |\n|---|---|---|---|")
    for name, taken, size, instead in ROWS:
        print(f"| {name} | {taken:.2f} | {size} | {instead} |")


@pytest.fixture(scope="module")
def client(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("workshops")
    new_workshop("fridge", "five-stage", "pl", "fridge", folder)
    return folder


def by_chromium(page: Path, **given) -> float:
    """What printing the page to PDF by a browser takes, its start included."""
    from playwright.sync_api import sync_playwright

    def act():
        with sync_playwright() as p:
            browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)
            shown = browser.new_page()
            shown.goto(page.as_uri())
            shown.pdf(**given)
            browser.close()

    return seconds(act, 3)


def by_pandas(report) -> float:
    """The same tables without their looks, by pandas and openpyxl."""

    def act():
        with pd.ExcelWriter(io.BytesIO(), engine="openpyxl") as book:
            for name, rows in report.journey.to_data().items():
                if isinstance(rows, list) and rows:
                    pd.json_normalize(rows).to_excel(book, sheet_name=name)
            report.figures.to_excel(book, sheet_name="figures")

    return seconds(act, 3)


def test_each_format(client):
    report = open_report("fridge", language="pl", workshops=client)
    page = client / "fridge/out/report.pl.html"
    workshop = open_workshop("fridge", client)
    html = seconds(lambda: build_client(workshop, template("report.ipynb"), language="pl", only=("html",)), 3)
    ROWS.append(("html", html, f"{page.stat().st_size // 1000}", "–"))
    total = html
    for name in FORMATS:
        if name == "html":
            continue
        files = files_of(report, name)
        taken = seconds(lambda name=name: files_of(open_report("fridge", language="pl", workshops=client), name), 3)
        total += taken
        instead = "–"
        if name == "pdf":
            theirs = by_chromium(page, format="A4")
            instead = f"the page printed by Chromium {theirs:.2f} s, ratio {taken / theirs:.2f}"
        elif name == "poster":
            svg = client / "fridge/out/map.pl.svg"
            svg.write_bytes(files_of(report, "svg")["map.pl.svg"])
            theirs = by_chromium(svg, width="594mm", height="420mm")
            instead = f"the map printed by Chromium on one sheet {theirs:.2f} s, ratio to our two posters {taken / theirs:.2f}"
        elif name == "xlsx":
            theirs = by_pandas(report)
            instead = f"bare tables by pandas and openpyxl {theirs:.2f} s, ratio {taken / theirs:.2f}"
        ROWS.append((name, taken, f"{sum(map(len, files.values())) // 1000}", instead))
    ROWS.append(("all, one after the other", total, "", "–"))
