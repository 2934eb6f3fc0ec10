"""A client built as a consultant builds it: what is left in out/, what never is, and the same twice."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from leaks import holds
from platformdirs import user_cache_path

from cjmkit.charts.drawing import svg
from cjmkit.errors import RunError
from cjmkit.kit import template
from cjmkit.language import speak
from cjmkit.reports.content import sections_of
from cjmkit.reports.content.findings import drawn_map
from cjmkit.reports.layout import section_html
from cjmkit.runs import FORMATS
from cjmkit.runs.build import build_client
from cjmkit.runs.many import run_clients
from cjmkit.runs.notebook import refuse_names
from cjmkit.runs.opening import open_report
from cjmkit.runs.verifying import verify
from cjmkit.workshop import open_workshop


def copy_of(name: str, folder: Path) -> Path:
    ignore = shutil.ignore_patterns("out", "build", ".sample", ".backup", "versions")
    return shutil.copytree(ROOT / "workshops" / name, folder / name, ignore=ignore)


SECRET = "s3cr3t-T0ken-9f41"
MADE = {
    "html": r"report\.pl\.html", "pdf": r"report\.pl\.pdf", "poster": r"poster(-full)?(\.henryk)?\.pl\.pdf", "pptx": r"slides\.pl\.pptx",
    "xlsx": r"workbook\.pl\.xlsx", "svg": r"map(\.henryk)?\.pl\.svg", "png": r"map[a-z0-9.-]*\.pl\.png", "mermaid": r"journey\.mmd",
}  # fmt: skip


def own_template(folder: Path, *sources: str, parameters: str = "") -> Path:
    """The kit's report with one more parameter; or, with sources, its first two cells and these."""
    notebook = nbformat.read(template("report.ipynb"), 4)
    cells = [
        nbformat.v4.new_code_cell(s) if not s.startswith("# ") else nbformat.v4.new_markdown_cell(s) for s in sources
    ]
    notebook.cells = [*notebook.cells[:2], *cells] if cells else notebook.cells
    first = next(cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", []))
    first.source += parameters
    path = folder / "own.ipynb"
    nbformat.write(notebook, path)
    return path


def running(folder: Path, *words: str, **env: str) -> subprocess.Popen:
    """The command, in a process and a folder of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", "from cjmkit.cli import main; main()", "run", "--workshops", str(folder), *words],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=folder, env={**os.environ, **env},
    )  # fmt: skip


def done(*processes: subprocess.Popen) -> None:
    for process in processes:
        _, complaints = process.communicate()
        assert process.returncode == 0, complaints


def fridge_with_secrets(folder: Path) -> Path:
    """The fridge, its participants and customers under names that nothing else is called, a secret in its parameters."""
    client = copy_of("fridge", folder)
    scores = (client / "scores.csv").read_text("utf-8")
    (client / "scores.csv").write_text(re.sub(r"(?m)^(\d+,\w+),", r"\1Qzx,", scores), "utf-8")
    survey = (client / "evidence/survey.csv").read_bytes()
    (client / "evidence/survey.csv").write_bytes(re.sub(rb"(?m)^(\d+);", rb"kunde\1Qzx;", survey))
    (client / "report.toml").write_text(f'[parameters]\napi_token = "{SECRET}"\n')
    return own_template(folder, parameters='\napi_token = ""')


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A folder of clients: the fridge in all formats and the running shoes' map; see `again`."""
    folder, elsewhere = tmp_path_factory.mktemp("workshops"), tmp_path_factory.mktemp("elsewhere") / "Ćwiczenie 2"
    elsewhere.mkdir()
    own, same = fridge_with_secrets(folder), fridge_with_secrets(elsewhere)
    shoes = copy_of("running-shoes", folder)
    (shoes / "report.toml").write_text('formats = ["svg", "mermaid"]\nlanguages = ["en"]\n')
    done(running(folder, "--template", str(own)))
    env = {
        "TZ": "Asia/Shanghai",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "7",
        "CJMKIT_LANGUAGE": "pl",
        "HOME": str(elsewhere),
        "XDG_CACHE_HOME": str(user_cache_path()),
    }
    done(running(elsewhere, "fridge", "--template", str(same), "--language", "pl", **env))
    return folder


@pytest.fixture(scope="module")
def again(built) -> Path:
    """The fridge once more: later, in another folder, home, time zone, locale, with another hash seed."""
    return built.parent / "elsewhere0" / "Ćwiczenie 2"


def files(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


def test_a_run_leaves_the_files_of_every_format_in_out_and_the_notebook_in_build(built):
    assert set(MADE) == set(FORMATS)
    out = files(built / "fridge/out")
    kinds = {name: [kind for kind, form in MADE.items() if re.fullmatch(form, name)] for name in out}
    assert all(len(kind) == 1 for kind in kinds.values()), kinds
    assert {kind for (kind,) in kinds.values()} == set(FORMATS)
    assert {"map.pl.svg", "map.henryk.pl.svg", "map.pl.png", "poster-full.pl.pdf", "poster.henryk.pl.pdf"} <= set(out)
    assert set(files(built / "fridge/build")) == {"report.pl.ipynb", "manifest.json"}
    assert set(files(built / "running-shoes/out")) == {"map.en.svg", "map.marta.en.svg", "journey.mmd"}


def test_the_page_has_no_script_no_code_and_no_outside_address(built):
    for page in built.glob("*/out/*.html"):
        text = page.read_text("utf-8")
        assert "<script" not in text.lower()
        assert "cjm." not in re.sub(r"<style>.*?</style>", "", text, flags=re.S)
        outside = set(re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?(?!data:|#)([^\"'\s)>]+)", text))
        assert not outside, page


def test_no_participant_customer_parameter_or_path_stands_in_any_part_of_any_file(built, again):
    for folder in (built, again):
        places = [str(folder), str(ROOT), str(Path.home()), sys.prefix, "own.ipynb"]
        words = ["Qzx", SECRET, "api_token", *(place for place in places if len(place) > 5)]
        for name, content in files(folder / "fridge/out").items():
            assert not holds(name, content, words, whole=False), name
    people = set(open_workshop("running-shoes", built).scores.participant)
    assert not holds("map", (built / "running-shoes/out/map.en.svg").read_bytes(), people)


def test_the_build_that_is_searched_did_hold_the_names_and_the_secret(built):
    """The control: the notebook in build/, which stays with the consultant, has what no file of out/ has."""
    notebook = (built / "fridge/build/report.pl.ipynb").read_bytes()
    assert holds("report.ipynb", notebook, [SECRET], whole=False)
    assert open_workshop("fridge", built).scores.participant.str.endswith("Qzx").all()


def test_the_manifest_names_every_input_and_output_by_its_hash(built):
    folder = built / "fridge"
    manifest = json.loads((folder / "build/manifest.json").read_text("utf-8"))
    assert set(manifest["outputs"]) == {p.name for p in (folder / "out").iterdir()}
    for name, entry in manifest["outputs"].items():
        assert entry["sha256"] == hashlib.sha256((folder / "out" / name).read_bytes()).hexdigest()
        texts = {"translations.en.json"} if ".en." in name or name.endswith(".xlsx") else set()
        assert set(entry["inputs"]) - texts == {"journey.json", "scores.csv", "report.toml", "evidence/survey.csv"}
        assert manifest["builds"][entry["build"]]["as_of"] == "2026-11-21"
    assert verify(folder) == []
    assert verify(built / "running-shoes") == []


def test_the_page_over_all_clients_names_each_with_its_weakest_link(built):
    page = (built / "index.html").read_text("utf-8")
    assert page.index("AGD Nord") < page.index("Tarnwick")
    assert "fridge/out/report.pl.html" in page
    assert "Miesiąc czekania na lodówkę (1.6 of 5)" in page


def test_the_same_inputs_give_the_same_bytes_in_another_folder_zone_locale_and_hash_seed(built, again):
    first, second = files(built / "fridge/out"), files(again / "fridge/out")
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    times = [json.loads((f / "fridge/build/manifest.json").read_text("utf-8"))["outputs"] for f in (built, again)]
    assert all(times[0][name]["built"] < times[1][name]["built"] for name in first)  # a second apart and more


def test_a_failing_cell_is_named_and_out_stays_as_it_was(tmp_path):
    folder = copy_of("fridge", tmp_path)
    (folder / "out").mkdir()
    (folder / "out/report.en.html").write_text("the last good one")
    own = own_template(tmp_path, "1 / 0")
    with pytest.raises(RunError, match=r"fridge: cell 4 of own\.ipynb stopped: ZeroDivisionError: division by zero\."):
        build_client(open_workshop("fridge", tmp_path), own, language="en", only=("html",))
    assert (folder / "out/report.en.html").read_text() == "the last good one"
    assert (folder / "build/report.en.ipynb").exists()


def test_a_sheet_too_small_for_the_poster_is_named_and_all_other_files_are_written(tmp_path, kept_warm):
    folder = copy_of("fridge", tmp_path)
    (folder / "report.toml").write_text('sheet = "A3"')
    run = run_clients(["fridge"], template("report.ipynb"), parameters={}, only=["poster", "mermaid"], languages=["pl"],
                      as_of=None, workshops=tmp_path, say=speak("en"), today=date(2026, 12, 1), tell=print)  # fmt: skip
    assert "poster: A3 is too small" in str(run.failures["fridge"])
    assert set(files(folder / "out")) == {"journey.mmd"}


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
        "report",
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
    assert "Report(&#39;AGD Nord&#39;, persona=&#39;anna&#39;" in page  # shown by mistake, it is one short line


NAMING = [
    "report.scores.head(20)",
    "print(report.scores.to_string())",
    "import altair as alt\nalt.Chart(report.scores.head(20)).mark_text().encode(y='participant', text='participant')",
]


def test_a_cell_that_prints_who_scored_what_stops_the_report(tmp_path):
    folder = copy_of("fridge", tmp_path)
    own = own_template(tmp_path, *NAMING)
    with pytest.raises(RunError, match=r"cell 4 of own\.ipynb prints participants by name"):
        build_client(open_workshop("fridge", tmp_path), own, language="en", only=("html",))
    assert not list((folder / "out").iterdir())
    executed = nbformat.read(folder / "build/report.en.ipynb", 4)
    for cell in executed.cells[-len(NAMING) :]:  # each of them would have
        with pytest.raises(RunError, match=r"cell 1 of own\.ipynb prints participants by name"):
            refuse_names(open_workshop("fridge", tmp_path), own, nbformat.v4.new_notebook(cells=[cell]))


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
    report = open_report("fridge", language="en", workshops=tmp_path)
    sections = [section_html(section) for section in sections_of(report)]
    for text in (*sections, svg(drawn_map(report), "en")):
        assert "<script" not in text
        assert "<img src=x" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in "".join(sections)
    assert "49" not in re.findall(r"<h2>(.*?)</h2>", "".join(sections))[0]
