import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT

from cjmkit.errors import RunError
from cjmkit.kit import template
from cjmkit.runs.build import build_client
from cjmkit.workshop import open_workshop


def copy_of(name: str, folder: Path) -> Path:
    ignore = shutil.ignore_patterns("out", "build", ".sample", ".backup", "versions")
    return shutil.copytree(ROOT / "workshops" / name, folder / name, ignore=ignore)


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A folder of clients with both samples built in both languages."""
    folder = tmp_path_factory.mktemp("workshops")
    for name in ("fridge", "running-shoes"):
        copy_of(name, folder)
    cli = "from cjmkit.cli import main; main()"
    words = ["run", "--workshops", str(folder), "--language", "en,pl"]
    done = subprocess.run([sys.executable, "-c", cli, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("name", ["fridge", "running-shoes"])
def test_a_run_leaves_report_and_maps_in_out_and_the_notebook_in_build(built, name):
    second = {"fridge": "henryk", "running-shoes": "marta"}[name]
    out = {p.name for p in (built / name / "out").iterdir()}
    maps = {f"map{who}.{code}.{kind}" for who in ("", f".{second}") for code in ("en", "pl") for kind in ("svg", "png")}
    assert out >= maps | {f"report.{code}.{kind}" for code in ("en", "pl") for kind in ("html", "pdf")}
    assert {p.name for p in (built / name / "build").iterdir()} == {
        "report.en.ipynb",
        "report.pl.ipynb",
        "manifest.json",
    }


def test_the_page_has_no_script_no_code_and_no_outside_address(built):
    for page in built.glob("*/out/*.html"):
        text = page.read_text("utf-8")
        assert "<script" not in text.lower()
        assert "cjm." not in re.sub(r"<style>.*?</style>", "", text, flags=re.S)
        outside = set(re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?(?!data:|#)([^\"'\s)>]+)", text))
        assert not outside, page


def test_no_participant_of_the_workshop_is_named_anywhere_in_out(built):
    for name in ("fridge", "running-shoes"):
        people = set(open_workshop(name, built).scores.participant)
        for page in [*built.glob(f"{name}/out/*.html"), *built.glob(f"{name}/out/*.svg")]:
            text = re.sub(r"base64,[A-Za-z0-9+/=]+", "", page.read_text("utf-8"))
            assert not [who for who in people if re.search(rf"\b{re.escape(who)}\b", text)], page.name


def test_no_path_of_this_machine_is_in_out(built):
    for page in built.glob("*/out/*"):
        assert str(built).encode() not in page.read_bytes()


def test_the_manifest_names_every_input_and_output_by_its_hash(built):
    import hashlib

    folder = built / "fridge"
    manifest = json.loads((folder / "build/manifest.json").read_text("utf-8"))
    assert set(manifest["outputs"]) == {p.name for p in (folder / "out").iterdir()}
    for name, entry in manifest["outputs"].items():
        assert entry["sha256"] == hashlib.sha256((folder / "out" / name).read_bytes()).hexdigest()
        assert set(entry["inputs"]) == {"journey.json", "scores.csv", "report.toml", "evidence/survey.csv"}
        assert entry["as_of"] == "2026-11-21"


def test_the_page_over_all_clients_names_each_with_its_weakest_link(built):
    page = (built / "index.html").read_text("utf-8")
    assert page.index("AGD Nord") < page.index("Tarnwick")
    assert "fridge/out/report.pl.html" in page
    assert "Miesiąc czekania na lodówkę (1.6 of 5)" in page


def test_the_same_inputs_give_the_same_bytes_in_another_folder_zone_locale_and_hash_seed(built, tmp_path):
    copy_of("fridge", tmp_path)
    env = {**os.environ, "TZ": "Asia/Shanghai", "LC_ALL": "C", "PYTHONHASHSEED": "7", "CJMKIT_LANGUAGE": "pl"}
    words = ["run", "fridge", "--workshops", str(tmp_path), "--language", "pl"]
    subprocess.run(
        [sys.executable, "-c", "from cjmkit.cli import main; main()", *words], env=env, check=True, capture_output=True
    )
    for path in (tmp_path / "fridge/out").iterdir():
        assert path.read_bytes() == (built / "fridge/out" / path.name).read_bytes(), path.name


def own_template(folder: Path, *sources: str) -> Path:
    notebook = nbformat.read(template("report.ipynb"), 4)
    cells = [
        nbformat.v4.new_code_cell(s) if not s.startswith("# ") else nbformat.v4.new_markdown_cell(s) for s in sources
    ]
    notebook.cells = [*notebook.cells[:2], *cells]
    path = folder / "own.ipynb"
    nbformat.write(notebook, path)
    return path


def test_a_failing_cell_is_named_and_out_stays_as_it_was(tmp_path):
    folder = copy_of("fridge", tmp_path)
    (folder / "out").mkdir()
    (folder / "out/report.en.html").write_text("the last good one")
    own = own_template(tmp_path, "1 / 0")
    with pytest.raises(RunError, match=r"fridge: cell 4 of own\.ipynb stopped: ZeroDivisionError: division by zero\."):
        build_client(open_workshop("fridge", tmp_path), own, language="en", only=("html",))
    assert (folder / "out/report.en.html").read_text() == "the last good one"
    assert (folder / "build/report.en.ipynb").exists()


def test_a_consultants_own_cells_are_shown_and_cleaned(tmp_path):
    copy_of("fridge", tmp_path)
    own = own_template(
        tmp_path,
        "# Our view\n\nA **bold** word <script>alert(1)</script>\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n![p](https://example.invalid/p.png)",
        "import pandas as pd\npd.DataFrame({'a': ['<img src=x onerror=alert(1)>']})",
        "from IPython.display import HTML\nHTML('<p onclick=\"alert(1)\">mine</p><script>alert(2)</script>')",
        "from IPython.display import Javascript\nJavascript('alert(3)')",
        "cjm.touchpoint_ranking(report.journey, report.figures, language=report.language)",
        "cjm.director_page(report)",
    )
    build_client(open_workshop("fridge", tmp_path), own, language="pl", only=("html",))
    page = (tmp_path / "fridge/out/report.pl.html").read_text("utf-8")
    assert "<h1>Our view</h1>" in page
    assert "<strong>bold</strong>" in page
    assert "<td>1</td>" in page
    assert "example.invalid" not in page
    assert "tbody tr th" not in page
    assert "mine" in page
    assert "data:image/svg+xml;base64," in page
    assert "<script" not in page
    assert not re.search(r"<[^>]+\son\w+\s*=", page)
    assert "alert(3)" not in page


@pytest.mark.parametrize(
    "cell",
    [
        "report.scores.head(20)",
        "print(report.scores.to_string())",
        "import altair as alt\nalt.Chart(report.scores.head(20)).mark_text().encode(y='participant', text='participant')",
    ],
)
def test_a_cell_that_prints_who_scored_what_stops_the_report(tmp_path, cell):
    copy_of("fridge", tmp_path)
    own = own_template(tmp_path, cell)
    with pytest.raises(RunError, match=r"cell 4 of own\.ipynb prints participants by name"):
        build_client(open_workshop("fridge", tmp_path), own, language="en", only=("html",))
    assert not list((tmp_path / "fridge/out").iterdir())


def test_a_report_shown_by_mistake_says_one_short_line(tmp_path):
    copy_of("fridge", tmp_path)
    build_client(open_workshop("fridge", tmp_path), own_template(tmp_path, "report"), language="en", only=("html",))
    assert "Report(&#39;AGD Nord&#39;, persona=&#39;anna&#39;" in (tmp_path / "fridge/out/report.en.html").read_text(
        "utf-8"
    )


PAYLOAD = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}</title></style>"


def test_whatever_is_typed_is_shown_exactly_and_never_run(tmp_path):
    folder = copy_of("fridge", tmp_path)
    data = json.loads((folder / "journey.json").read_text("utf-8"))

    def poisoned(value, key=""):
        if isinstance(value, dict):
            return {k: poisoned(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [poisoned(v, key) for v in value]
        texts = {
            "title",
            "client",
            "name",
            "text",
            "pain",
            "success",
            "owner",
            "doing",
            "thinking",
            "why",
            "change",
            "quote",
            "goes_on_if",
        }
        return PAYLOAD if key in texts and isinstance(value, str) else value

    data["sources"] = []
    (folder / "journey.json").write_text(json.dumps(poisoned(data)), "utf-8")
    build_client(open_workshop("fridge", tmp_path), template("report.ipynb"), language="en")
    for name in ("report.en.html", "map.en.svg"):
        text = (folder / "out" / name).read_text("utf-8")
        assert "<script" not in text
        assert "<img src=x" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in (folder / "out/report.en.html").read_text("utf-8")
    assert "49" not in re.findall(r"<h2>(.*?)</h2>", (folder / "out/report.en.html").read_text("utf-8"))[0]
