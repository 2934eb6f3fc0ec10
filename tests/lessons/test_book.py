"""The glossary, the reference of figures and the gallery: the code's own words, whole in every language, linked from every term's first use."""

import inspect
import json
import re
import shutil

import pytest
from conftest import ROOT

import cjmkit
from cjmkit.charts.drawing import svg
from cjmkit.language import notebooks, speak, spoken
from cjmkit.lessons import book
from cjmkit.lessons.lesson import lesson_languages, lessons
from cjmkit.lessons.linking import LAID, LEFT, link, linked, terms, uses
from cjmkit.method.priorities import best_set

FOLDER = ROOT / "notebooks"
CODES = lesson_languages()
# The figures of the method; see the table that the kit was built from.
FIGURES = [
    "final_scores",
    "touchpoint_scores",
    "level",
    "standing",
    "finding",
    "contested",
    "importance",
    "scores_by",
    "journey_score",
    "weakest_link",
    "peak_end",
    "moments_of_truth",
    "spread",
    "alpha",
    "icc",
    "rank_stability",
    "team_gap",
    "nps",
    "csat",
    "ces",
    "funnel",
    "what_if",
    "against_map",
    "segments",
    "opportunity",
    "importance_performance",
    "action_rank",
    "best_set",
    "questionnaire",
    "round_shift",
    "ratings",
    "derived_importance",
]

each_language = pytest.mark.parametrize("code", CODES)
each_book = pytest.mark.parametrize("name", book.BOOKS)
each_figure = pytest.mark.parametrize("name", FIGURES)


def place(name, code="en"):
    return FOLDER / ("learn" if code == "en" else f"{code}/learn") / f"{name}.ipynb"


def cells(name, code="en", kind="markdown"):
    there = json.loads(place(name, code).read_text("utf-8"))["cells"]
    return {c["id"]: "".join(c["source"]) for c in there if c["cell_type"] == kind}


def dead(name, code, text):
    """The links of a text in this book that lead to no file or no cell."""
    found = []
    for file, _, id in re.findall(r"\]\(([^)#\s]*)(#cell-id=([\w-]+))?\)", text):
        target = place(name, code).parent / file if file else place(name, code)
        if not target.exists() or (id and f'"id": "{id}"' not in target.read_text("utf-8")):
            found.append(f"{file}#{id}")
    return found


def unlinked(texts, of):
    """The terms that are used in the texts after the title cell, and whose first use is no link."""
    first = {}
    for text in texts[1:]:
        marks = [(m.start(), m[1], True) for m in re.finditer(r"\[[^\]]+\]\(glossary\.ipynb#cell-id=([\w-]+)\)", text)]
        for _, slug, laid in sorted([*marks, *((start, slug, False) for start, _, slug in uses(text, of))]):
            first.setdefault(slug, laid)
    return [slug for slug, laid in first.items() if not laid]


@each_book
def test_a_book_says_what_the_code_says(name):
    assert place(name).read_text("utf-8") == book.made()[name], "make notebooks"


def test_a_changed_docstring_would_be_caught(monkeypatch):
    monkeypatch.setattr(best_set, "__doc__", best_set.__doc__.replace("bring most", "bring much"))
    assert place("figures").read_text("utf-8") != book.made()["figures"]


@each_language
@each_book
def test_a_book_is_whole_in_every_language_and_its_index_is_in_the_order_of_the_language(name, code):
    own = cells(name, code)
    heads = {id: text.split("\n")[0].removeprefix("## ") for id, text in own.items() if text.startswith("## ")}
    assert own["index"] == book.index(speak(spoken(code)), heads)
    assert set(heads) == {book.anchor(id) for id in book.entries(name)}
    if code != "en":
        catalogue = notebooks.catalogue_of(place(name), code, place(name, code).with_suffix(".po"))
        assert notebooks.out_of_date(catalogue) == []
        assert place(name, code).read_text("utf-8") == notebooks.translated(place(name), catalogue, place(name, code))
        assert cells(name, code, "code") == cells(name, "en", "code")


@each_language
@each_book
def test_no_link_of_a_book_is_dead(name, code):
    text = "\n".join(cells(name, code).values())
    assert not dead(name, code, text)
    assert dead(name, code, text.replace("#cell-id=", "#cell-id=no-", 1))


@each_figure
def test_every_figure_has_a_definition_a_rule_a_source_and_a_number(name):
    summary, *body = book.told(book.named(name))
    text = " ".join([summary, *body])
    assert summary.endswith(".")
    assert body, "a formula or a rule"
    assert re.search(r"\b(1[89]|20)\d\d\b|Source:", text), "a source"
    shown = "".join("".join(c["outputs"][0]["data"]["text/plain"]) for c in book.examples(name))
    assert re.search(r"\d|True|low|pain|below|'b'|nps", shown), "an example with what comes out of it"
    assert book.anchor(name) in cells("figures")


def test_a_figure_without_a_source_or_an_example_would_be_caught():
    for name in ("lowest", "highest"):
        assert not re.search(r"\b(1[89]|20)\d\d\b|Source:", " ".join(book.told(getattr(cjmkit, name))))
        assert not book.examples(name)


def test_every_picture_of_the_kit_is_in_the_gallery_and_its_line_draws_it(monkeypatch):
    rooms = {n: home for home, names in cjmkit.ROOMS.items() for n in names if home.startswith("cjmkit.charts")}
    assert set(book.entries("gallery")) == set(rooms)
    monkeypatch.chdir(FOLDER / "pl/learn")
    names: dict = {}
    for id, source in cells("gallery", "pl", "code").items():
        *before, last = source.splitlines()
        exec(compile("\n".join(before), id, "exec"), names)
        if id == "open":
            exec(last, names)
        else:
            assert inspect.isfunction(getattr(cjmkit, id.removesuffix("-call").replace("-", "_")))
            assert len(svg(eval(last, names))) > 2500, f"{id}: something is drawn"


@each_language
@pytest.mark.parametrize("one", lessons(), ids=lambda one: one.name)
def test_every_term_s_first_use_in_a_lesson_is_linked_to_the_glossary(one, code):
    texts, of = list(cells(one.name, code).values()), terms(FOLDER, code)
    assert linked(texts, of) == texts, "make notebooks"
    assert not unlinked(texts, of)


def test_an_unlinked_first_use_and_a_second_link_would_be_caught():
    of = terms(FOLDER, "en")
    texts = [
        "# Title",
        "## The touchpoint",
        "A touchpoint, a `touchpoint` and a [touchpoint](x.md); once more a touchpoint.",
    ]
    done = linked(texts, of)
    assert done[2].startswith(
        "A [touchpoint](glossary.ipynb#cell-id=touchpoint), a `touchpoint` and a [touchpoint](x.md); once"
    )
    assert len(LAID.findall("".join(done))) == 1
    assert linked(done, of) == done
    assert unlinked(texts, of) == ["touchpoint"]
    assert unlinked(done, of) == []
    assert LEFT.fullmatch("## The touchpoint")


def test_the_longer_term_counts():
    done = linked(["# Title", "The journey score, customer effort and effort."], terms(FOLDER, "en"))
    assert re.findall(r"cell-id=([\w-]+)", done[1]) == ["journey-score", "customer-effort", "effort"]


def test_linking_a_lesson_makes_no_translation_out_of_date(tmp_path):
    for path in ("05_scoring.ipynb", "05_scoring.toml", "glossary.toml"):
        for code in ("learn", "pl/learn"):
            (tmp_path / code).mkdir(parents=True, exist_ok=True)
            for there in (FOLDER / code / path, (FOLDER / code / path).with_suffix(".po")):
                if there.is_file():
                    shutil.copy(there, tmp_path / code)
    lesson, own = tmp_path / "learn/05_scoring.ipynb", tmp_path / "pl/learn/05_scoring.po"
    before = json.loads(lesson.read_text("utf-8"))
    for cell in before["cells"]:
        cell["source"] = LAID.sub(r"\1", "".join(cell["source"])).splitlines(keepends=True)
    own.write_text(LAID.sub(r"\1", own.read_text("utf-8")), "utf-8")
    lesson.write_text(json.dumps(before, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    link(lesson, tmp_path)
    assert notebooks.out_of_date(notebooks.catalogue_of(lesson, "pl", own)) == []
    for path in (lesson, tmp_path / "pl/learn/05_scoring.ipynb"):
        assert "(glossary.ipynb#cell-id=" in path.read_text("utf-8")
        first = path.read_bytes()
        link(lesson, tmp_path)
        assert path.read_bytes() == first
