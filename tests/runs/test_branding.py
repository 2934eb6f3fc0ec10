"""A client's own colour, logo and letters: read before anything starts, safe whatever the files hold."""

import shutil

import pytest
from conftest import ROOT
from test_build import copy_of

from cjmkit.errors import InputError
from cjmkit.kit import template
from cjmkit.language.fonts import font_file
from cjmkit.runs.build import build_client
from cjmkit.runs.manifest import inputs
from cjmkit.runs.opening import report_of
from cjmkit.workshop import open_workshop

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#C8102E"/></svg>'
)


@pytest.fixture
def client(tmp_path):
    folder = copy_of("fridge", tmp_path)
    brand = tmp_path / "brand"
    brand.mkdir()
    (brand / "logo.svg").write_text(LOGO, "utf-8")
    shutil.copy(font_file(), brand / "own.ttf")
    shutil.copy(font_file("Noto Sans CJK SC"), brand / "other.otf")
    (brand / "broken.ttf").write_bytes(b"no font")

    def dressed(brand: str):
        (folder / "report.toml").write_text(f"[brand]\n{brand}\n", "utf-8")
        return open_workshop("fridge", tmp_path)

    return dressed


FAULTS = [
    ('logo = "../../logo.svg"', "brand.logo: ../../logo.svg leads out of the clients' folder"),
    ('logo = "../brand/gone.svg"', "brand.logo: there is no file ../brand/gone.svg"),
    ('logo = "../brand/own.ttf"', "brand.logo: ../brand/own.ttf must end in one of .png, .jpg, .jpeg, .svg"),
    ('fonts = "../brand/own.ttf"', "brand.fonts: must be a list of font files"),
    ('fonts = ["../brand/broken.ttf"]', "brand.fonts: ../brand/broken.ttf is no font that can be read"),
    ('fonts = ["../brand/own.ttf", "../brand/other.otf"]', "must be of one family, not of Noto Sans CJK SC, Source Sans Pro"),
    ("by = 3", "brand.by: must be a text, not 3"),
]  # fmt: skip


@pytest.mark.parametrize(("brand", "sentence"), FAULTS, ids=[b for b, _ in FAULTS])
def test_a_brand_that_cannot_be_is_told_before_anything_starts(client, brand, sentence):
    with pytest.raises(InputError) as told:
        report_of(client(brand))
    assert sentence in str(told.value)


def test_a_brand_dresses_the_page_and_what_a_figure_means_is_a_click_away_without_a_script(client):
    workshop = client('accent = "#FFD400"\nlogo = "../brand/logo.svg"\nby = "Nordlicht"\nfonts = ["../brand/own.ttf"]')
    report = report_of(workshop)
    assert (report.brand.family, report.brand.by, report.brand.colour) == ("Source Sans Pro", "Nordlicht", "#8b7300")
    assert {"../brand/logo.svg", "../brand/own.ttf"} <= set(inputs(workshop))
    build_client(workshop, template("report.ipynb"), language="en", only=("html",))
    page = (workshop.folder / "out/report.en.html").read_text("utf-8")
    assert '<img alt="Nordlicht" src="data:image/svg+xml;base64,' in page
    assert "--accent: #8b7300" in page
    assert str(ROOT) not in page
    number = page.split(">Weakest link</button>")[0].rsplit('popovertarget="means-', 1)[1].split('"')[0]
    shown = page.split(f'<div popover id="means-{number}"')[1].split("</div>")[0]
    assert "the lowest touchpoint that five people or more have scored" in shown
    assert page.count('class="dated">as of November') == page.count("<figcaption>") > 10
    assert "<script" not in page
