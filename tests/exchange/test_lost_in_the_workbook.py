"""What a workbook may lose or get on its way: refused where nothing can be known any more, told where nothing is taken."""

import io
from collections.abc import Callable

import pytest
from conftest import small_journey
from openpyxl import load_workbook
from openpyxl.comments import Comment

from cjmkit.errors import InputError, JourneyError
from cjmkit.exchange.workbook import read_workbook
from cjmkit.journey import Journey
from cjmkit.reports.report import Report
from cjmkit.reports.workbook import workbook_xlsx
from cjmkit.tables import empty_scores

JOURNEY = small_journey(
    scale={"labels": {"1": "bad", "5": "good"}, "question": "How does {persona} feel here?"},
    actions=[{"id": "one", "title": "One"}, {"id": "two", "title": "Two"}],
)


@pytest.fixture(scope="module")
def made() -> bytes:
    return workbook_xlsx(Report(JOURNEY, empty_scores(), "en"))


def edited(content: bytes, edit: Callable) -> bytes:
    """The workbook after an edit of the whole book, as a person would make it."""
    book = load_workbook(io.BytesIO(content))
    for tab in book:
        tab.tables.clear()
    edit(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def back(content: bytes, edit: Callable, journey: Journey = JOURNEY):
    return read_workbook(edited(content, edit), journey)


def typed(sheet: str, cell: str, value):
    return lambda book: book[sheet].__setitem__(cell, value)


def column(tab, key: str) -> int:
    return [cell.value for cell in tab[1]].index(key) + 1


def set_by(sheet: str, field: str, value, row: int = 3):
    def edit(book):
        key = {"Action plan": "actions"}.get(sheet, sheet.lower())
        book[sheet].cell(row, column(book[sheet], f"{key}.{field}")).value = value

    return edit


def translate(text: str, language: str, value: str):
    def edit(book):
        tab = book["Translation"]
        row = next(n for n in range(3, tab.max_row + 1) if tab.cell(n, 4).value == text)
        tab.cell(row, column(tab, f"translations.{language}")).value = value

    return edit


def swap(sheet: str, one: int, other: int):
    def edit(book):
        tab = book[sheet]
        for n in range(1, tab.max_column + 1):
            a, b = tab.cell(one, n), tab.cell(other, n)
            a.value, b.value = b.value, a.value

    return edit


def no_ids(book):
    for n in range(3, book["Touchpoints"].max_row + 1):
        book["Touchpoints"].cell(n, 1).value = None


def new_row(book):
    tab = book["Touchpoints"]
    row = tab.max_row + 1
    for key, value in {"name": "Survey", "stage": "use", "owner": "Sales"}.items():
        tab.cell(row, column(tab, f"touchpoints.{key}")).value = value


LOST = {
    "the column of ids": (lambda book: book["Touchpoints"].delete_cols(1), "Touchpoints of {} has lost the ids"),
    "the ids": (no_ids, "Touchpoints of {} has lost the ids"),
    "the hidden row": (lambda book: book["Touchpoints"].delete_rows(1), "Touchpoints of {} has lost its hidden first row"),
    "the hidden row and the name": (
        lambda book: (book["Touchpoints"].delete_rows(1), setattr(book["Touchpoints"], "title", "T")),
        "The sheet T of {} has lost its hidden first row",
    ),
    "the hidden sheet": (lambda book: book.remove(book["cjmkit"]), "has lost its hidden sheet cjmkit"),
}  # fmt: skip


@pytest.mark.parametrize("lost", LOST)
def test_a_workbook_that_lost_what_it_is_known_by_is_refused_with_what_to_do(made, lost):
    edit, sentence = LOST[lost]
    with pytest.raises(InputError) as found:
        back(made, edit)
    assert sentence.format(found.value.values["file"]) in str(found.value)
    assert "cjmkit run NAME --only xlsx, and copy the edits" in str(found.value)


def nothing(book):
    pass


NOT_TAKEN = {
    "a figure": (typed("Figures", "E2", 4.5), "Figures: does not come back; what was changed in it was not taken (rows 2)"),
    "the first sheet": (typed("Read me first", "A3", "x"), "Read me first: does not come back"),
    "a sheet of one's own": (lambda b: b.create_sheet("Mine").append(["x"]), "Mine: does not come back"),
    "a renamed sheet": (lambda b: (typed("Figures", "E2", 4.5)(b), setattr(b["Figures"], "title", "F")), "F: does not"),
    "a text as typed": (translate("Main", "text", "Another"), "paths[main].name: “As typed” is not read back"),
    "a column": (lambda b: b["Touchpoints"].delete_cols(5), "Touchpoints: has no column Channel any more"),
    "a column of one's own": (typed("Touchpoints", "AC4", "x"), "Touchpoints: has columns that are not the kit's; they were not read: AC"),
    "a whole sheet": (lambda b: b.remove(b["Stages"]), "Stages: is not in the workbook any more"),
    "rows of actions": (swap("Action plan", 3, 4), "Action plan: its rows stand in another order"),
    "a comment": (lambda b: setattr(b["Touchpoints"]["B3"], "comment", Comment("x", "me")), "has comments on cells"),
    "an id in a path": (set_by("Paths", "touchpoints", "a, nosuch, c"), "paths[main].touchpoints: nosuch is not among the ids that there are: a, b, c"),
    "a row of formulas": (set_by("Touchpoints", "stage", "=A1", 9), "touchpoints[touchpoint].stage: holds a formula"),
    "braces": (translate("How does {persona} feel here?", "pl", "Co czuje {klient}?"), "must hold {persona} exactly"),
    "no braces": (translate("A small journey", "pl", "Droga {x}"), "must hold – exactly"),
}  # fmt: skip


ALONE = ("a renamed sheet", "a column", "a whole sheet")  # the others fit into one book


@pytest.mark.parametrize("together", [NOT_TAKEN.keys() - ALONE, *({name} for name in ALONE)], ids=["all", *ALONE])
def test_an_edit_that_is_not_taken_is_told(made, together):
    changes = back(made, lambda book: [NOT_TAKEN[name][0](book) for name in NOT_TAKEN if name in together])
    assert [c for c in changes.changes if c.kind != "removed"] == []
    told = " ".join(map(str, changes.warnings))
    assert [name for name in together if NOT_TAKEN[name][1] not in told] == []


def test_what_nobody_edited_is_not_told_not_even_where_rows_were_sorted(made):
    assert back(made, nothing).warnings == ()
    assert back(made, swap("Figures", 2, 3)) == back(made, nothing)
    assert back(made, lambda b: b["Touchpoints"].delete_rows(2)).warnings == ()  # only the headings


def test_translations_that_keep_their_braces_come_in_and_an_emptied_one_stays():
    words = {"pl": {"A small journey": "Mała podróż"}}
    content = workbook_xlsx(Report(JOURNEY, empty_scores(), "en", translations=words))
    asked = "How does {persona} feel here?"
    good = read_workbook(edited(content, translate(asked, "pl", "Co czuje {persona}?")), JOURNEY, words)
    (change,) = good.changes
    assert (change.place, change.text, change.to) == ("scale.question → pl", asked, "Co czuje {persona}?")
    empty = read_workbook(edited(content, translate("A small journey", "pl", "")), JOURNEY, words)
    assert "the translation that stands was left" in str(empty.warnings[0])
    assert empty.translations(JOURNEY, words) == words


def test_the_order_of_stages_and_touchpoints_is_that_of_their_rows(made):
    changes = back(made, lambda b: (swap("Touchpoints", 3, 4)(b), swap("Stages", 3, 4)(b)))
    assert [(c.place, c.was, c.to) for c in changes.changes] == [
        ("stages", "Before · Use", "Use · Before"), ("touchpoints", "A · B", "B · A"),
    ]  # fmt: skip
    now = changes.applied(JOURNEY)
    assert ([s.id for s in now.stages], [t.id for t in now.touchpoints]) == (["use", "before"], ["b", "a", "c"])
    moved = JOURNEY.changed(touchpoints=[*JOURNEY.touchpoints[2:], *JOURNEY.touchpoints[:2]])
    conflict = back(made, swap("Touchpoints", 3, 4), moved)
    assert [c.conflict for c in conflict.changes] == [True]
    assert conflict.applied(moved) == moved


def test_an_emptied_name_is_listed_with_what_comes_of_it(made):
    names = ("Stages", "Touchpoints", "Personas")
    emptied = back(made, lambda book: [set_by(sheet, "name", None)(book) for sheet in names]).changes
    assert [(c.to, c.notes) for c in emptied] == [("", ("will have no name: its id stands on the map",))] * 3
    assert back(made, set_by("Stages", "name", "Other")).changes[0].notes == ()


def test_a_new_touchpoint_shows_its_fields_and_that_it_is_on_no_path(made):
    (change,) = back(made, new_row).changes
    assert [(part.title, part.to) for part in change.parts] == [
        ("Name", "Survey"),
        ("Stage", "use"),
        ("Owner", "Sales"),
    ]
    assert change.notes == ("on no path yet: it will not stand on the map",)
    placed = back(made, lambda b: (new_row(b), set_by("Paths", "touchpoints", "a, b, c, survey")(b)))
    assert next(c for c in placed.changes if c.kind == "added").notes == ()


def test_a_mistyped_id_is_named_alone_with_those_that_are_near():
    journey = JOURNEY.changed(
        touchpoints=[t.model_copy(update={"id": f"{t.id}-step"}) for t in JOURNEY.touchpoints], paths=[]
    )
    journey = journey.changed(paths=[{"id": "main", "touchpoints": ["a-step"]}])
    content = workbook_xlsx(Report(journey, empty_scores(), "en"))
    changes = back(content, set_by("Paths", "touchpoints", "a-step, bb-step"), journey)
    assert "touchpoints: bb-step is not among the ids that there are. Did you mean b-step" in str(changes.warnings[0])


def test_a_stage_that_still_holds_something_is_told_and_all_else_is_listed(made):
    changes = back(made, lambda b: (b["Stages"].delete_rows(4), set_by("Touchpoints", "owner", "Other")(b)))
    assert [c.place for c in changes.changes] == ["stages[use]", "touchpoints[a].owner"]
    with pytest.raises(JourneyError) as found:
        changes.applied(JOURNEY)
    assert list(map(str, found.value.faults)) == ["stages[use]: still has touchpoints; move or remove them first: C"]


def test_a_workbook_that_was_taken_says_nothing_when_it_comes_again():
    journey = JOURNEY.changed(unknowns=[{"question": "Why?"}])
    content = edited(workbook_xlsx(Report(journey, empty_scores(), "en")), typed("Open questions", "B3", "Who?"))
    changes = read_workbook(content, journey)
    assert read_workbook(content, changes.applied(journey)) == type(changes)()
    gone = read_workbook(content, journey.changed(unknowns=[]))
    assert "was changed or removed in the journey since" in str(gone.warnings[0])  # the control
