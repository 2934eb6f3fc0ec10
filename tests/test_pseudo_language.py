"""A language in which every sentence of the kit is longer and in other letters: what stays in Latin was never translated."""

import io
import json
import re
import sys
import zipfile
from html import unescape
from types import SimpleNamespace

import ipywidgets as widgets
import openpyxl
import pypdfium2
import pytest
from conftest import ROOT

from cjmkit.charts.drawing import svg
from cjmkit.errors import fill
from cjmkit.exchange.columns import columns_of
from cjmkit.exchange.surveys import read_survey
from cjmkit.journey import Journey
from cjmkit.language import Language
from cjmkit.method.scores import final_scores
from cjmkit.reports.content import sections_of
from cjmkit.reports.layout import section_html
from cjmkit.reports.questionnaire import interview_pdf, questionnaire_pdf
from cjmkit.reports.report import Report
from cjmkit.reports.score_sheet import score_sheet
from cjmkit.room.desk_words import desk_words
from cjmkit.room.words import phone_words
from cjmkit.runs.formats import files_of
from cjmkit.tables import scores_from_csv

LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
                        "аьсдефгнијклмпоряѕтцѵшхузюАБСДЕФГНИЈКЛМПОРЯЅТЦѴШХУЗЮ"[:52])  # fmt: skip
# What is never translated: codes in the kit's own tables, file names, addresses, ISO letters, statistics.
NEVER = r"""ru|English|Polski|n|k|α|NPS|CSAT|CES|ICC|KPI|CSV|JSON|PNG|JPEG|QR|x|px|r_wg|Krippendorff"""
FILE = r"[\w./-]+\.(?:svg|png|html|csv|json|toml|ipynb|pdf)|0\d_\w+"


def odd(sentence: str) -> str:
    """The sentence in other letters and a third longer, its gaps as they are."""
    parts = re.split(r"(\{[^}]*\})", sentence)
    told = "".join(part if part.startswith("{") else part.translate(LETTERS) for part in parts)
    return told + " жж" * (len(told) // 9)


@pytest.fixture(scope="module", autouse=True)
def pseudo():
    """Russian numbers and dates, and no sentence of any catalogue."""
    patch = pytest.MonkeyPatch()

    def said(self, sentence, **values):
        return fill(odd(sentence), {k: self._shown(v) for k, v in values.items()}) if sentence else ""

    def plural(self, one, many, n, **values):
        return fill(odd(many), {"n": self.number(n, 0), **{k: self._shown(v) for k, v in values.items()}})

    patch.setattr(Language, "__call__", said)
    patch.setattr(Language, "plural", plural)
    _forget_what_was_said()
    yield
    patch.undo()
    _forget_what_was_said()


def _forget_what_was_said():
    """Let go of everything that the kit remembers, so that no sentence of one language is answered in another."""
    for module in [m for name, m in sys.modules.items() if name.startswith("cjmkit")]:
        for thing in vars(module).values():
            if hasattr(thing, "cache_clear"):
                thing.cache_clear()


CODES = {
    "id", "stage", "kind", "party", "lasts", "after", "evidence", "phase", "status", "persona", "personas", "touchpoints", "better",
    "rule", "value", "decision", "language", "schema", "as_of", "due", "by", "on", "how", "file", "state", "asks", "importance", "image",
    "touchpoint", "kpi", "source_kind", "turning", "events", "columns", "sources", "low", "high", "rounds", "reached", "nps",
}  # fmt: skip


def in_chinese(value, key=""):
    """The same journey with all that the team typed in Chinese, so that no Latin letter is theirs."""
    if isinstance(value, dict):
        made = {k: in_chinese(v, k) for k, v in value.items()}
        return {"客" + str(n): v for n, v in enumerate(made.values())} if key in ("demographics", "teams") else made
    if isinstance(value, list):
        return [in_chinese(v, key) for v in value]
    return "客" * min(len(value), 14) if isinstance(value, str) and value and key not in CODES else value


@pytest.fixture(scope="module")
def report(pseudo) -> Report:
    folder = ROOT / "workshops" / "fridge"
    data = json.loads((folder / "journey.json").read_text("utf-8"))
    [source] = data["sources"]
    survey = read_survey(folder / source["file"], columns_of(source["columns"]))
    journey = Journey.from_data({**in_chinese(data), "sources": [], "language": "ru"})
    answers = survey.answers.copy()
    for column in survey.segments:
        answers[column] = "客" + answers[column].astype("category").cat.codes.astype(str)
    segments = {column: f"客户{n}" for n, column in enumerate(survey.segments)}
    items = survey.items.assign(name="客户")
    scores = scores_from_csv((folder / "scores.csv").read_text("utf-8"))
    scores["team"] = "客" + scores.team.astype("category").cat.codes.astype(str)
    scores["participant"] = "客" + scores.participant.astype("category").cat.codes.astype(str)
    return Report(journey, scores, language="ru", answers=answers, items=items, segments=segments)


def left(text: str) -> list[str]:
    """The words in Latin letters that a reader would see."""
    text = re.sub(rf"(?:{FILE}|\{{\w+\}})", " ", text)
    return [w for w in re.findall(r"[A-Za-z][A-Za-z_'-]*", text) if not re.fullmatch(NEVER, w)]


def shown(html: str) -> str:
    """What stands on a page, labels for readers who cannot see included."""
    html = re.sub(r"(?s)<(style|script)\b.*?</\1>", " ", html)
    spoken = re.findall(r'(?:aria-label|alt|title|placeholder)="([^"]*)"', html)
    return unescape(" ".join([re.sub(r"<[^>]*>", " ", html), *spoken]))


def test_every_word_of_the_report_is_translated(report):
    for section in sections_of(report):
        assert left(shown(section_html(section))) == [], section.id


def test_a_word_that_was_not_translated_would_be_seen(report):
    assert left(shown("<p>Жж</p><b title='Weakest link'>客</b>".replace("'", '"'))) == ["Weakest", "link"]
    assert left("report.svg 05_scoring n = 9") == []


def test_every_word_of_the_score_sheet_is_translated(report):
    assert left(shown(score_sheet(report.journey, persona=None, touchpoints=report.touchpoints, asks=("score", "importance"), language="ru"))) == []  # fmt: skip


def test_every_word_of_the_questionnaire_and_the_interview_guide_is_translated(report):
    for content in (questionnaire_pdf(report), interview_pdf(report)):
        text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
        assert sorted({*left(text)} - {"touchpoint", "text", "source"}) == []  # the names of columns


def test_every_word_of_the_room_is_translated(report):
    for words in (phone_words(report.say), desk_words(report.say)):
        assert [w for text in words.values() for w in left(re.sub(r"\{\w+\}", " ", text))] == []


def texts(widget) -> list[str]:
    """All that a screen shows: labels, hints, choices, texts, those inside too."""
    found = []
    for name in ("description", "placeholder", "tooltip"):
        found.append(str(getattr(widget, name, "") or ""))
    if isinstance(widget, widgets.HTML | widgets.HTMLMath | widgets.Label):
        found.append(shown(widget.value))
    found += [str(label) for label in getattr(widget, "_options_labels", ())]
    found += [str(title) for title in getattr(widget, "titles", ())]
    for child in getattr(widget, "children", ()):
        found += texts(child)
    for name in ("hint", "label", "words"):
        value = getattr(widget, name, None)
        found += [value] if isinstance(value, str) else [*map(str, value.values())] if isinstance(value, dict) else []
    return found


SCREENS = [
    "edit_goal", "edit_personas", "edit_stages", "check_evidence", "edit_unknowns", "edit_touchpoints", "edit_paths",
    "score_touchpoints", "judge_touchpoints", "plan_actions", "edit_messages", "review_journey", "follow_up_actions", "edit_teams",
    "make_questionnaire",
]  # fmt: skip


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("filled", [True, False], ids=["filled", "empty"])
def test_every_word_of_a_screen_is_translated(name, filled, report):
    import inspect

    import cjmkit as cjm

    journey = report.journey if filled else Journey(language="ru", turning_point="客")
    screen = getattr(cjm, name)
    takes = inspect.signature(screen).parameters
    given = {"scores": report.scores if filled else report.scores.iloc[:0]} if "scores" in takes else {}
    given |= {"models": {}} if "models" in takes else {}
    made = screen(journey, on_save=lambda **_: journey, **given)
    words = [w for text in texts(made if isinstance(made, widgets.Widget) else made.box) for w in left(text)]
    assert words == []


def test_every_word_of_the_pictures_is_translated(report):
    from cjmkit.charts.reveal import reveal, spread_ranking
    from cjmkit.charts.round_shift import round_shift_chart
    from cjmkit.method.findings import path_figures
    from cjmkit.method.scores import round_shift

    first = report.scores[(report.scores["round"] == 1) & (report.scores.persona == "")]
    table = path_figures(report.journey, first)
    assert SimpleNamespace(len=len(final_scores(first))).len
    made = [
        reveal(report.journey, table, final_scores(first)),
        spread_ranking(report.journey, table, final_scores(first)),
        round_shift_chart(report.journey, round_shift(report.scores[report.scores.persona == ""], 4)),
    ]
    for chart in made:
        assert left(shown(svg(chart))) == []


def pdf_text(content: bytes) -> str:
    pdf = pypdfium2.PdfDocument(content)
    return " ".join(page.get_textpage().get_text_bounded() for page in pdf)


def slide_texts(content: bytes) -> str:
    """All that stands on slides, in their notes and in what readers hear who cannot see them."""
    parts = zipfile.ZipFile(io.BytesIO(content))
    names = [n for n in parts.namelist() if re.match(r"ppt/(slides|notesSlides)/\w+\.xml", n)]
    sources = [parts.read(name).decode() for name in names]
    heard = [text for source in sources for text in re.findall(r'\bdescr="([^"]*)"', source)]
    return unescape(" ".join([t for source in sources for t in re.findall(r"<a:t>([^<]*)</a:t>", source)] + heard))


def sheet_texts(content: bytes) -> str:
    """What a reader of the workbook sees: names of sheets, the headings, the first sheet; keys and ids are not words."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    cells = [cell.value for row in seen[0].iter_rows() for cell in row]
    for sheet in seen[1:]:
        hidden = sheet.row_dimensions[1].hidden
        cells += [cell.value for cell in sheet[2 if hidden else 1]]
    return " ".join(str(cell) for cell in [*cells, *(s.title for s in seen)] if cell)


FILES = {
    "pdf": pdf_text,
    "poster": pdf_text,
    "pptx": slide_texts,
    "xlsx": sheet_texts,
}


@pytest.mark.parametrize("format", FILES)
def test_every_word_of_a_file_that_a_client_receives_is_translated(format, report):
    for name, content in files_of(report, format).items():
        assert left(FILES[format](content)) == [], name
