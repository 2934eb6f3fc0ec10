"""The paths' screen as an object: begun with all, ticked on the board, moved along, compared."""

from conftest import small_journey

from cjmkit.forms.boards import path_rows
from cjmkit.forms.paths import edit_paths
from cjmkit.journey import Path
from cjmkit.language import speak


def opened(journey):
    held = [journey]

    def on_save(**parts):
        held.append(held[-1].changed(**parts))
        return held[-1]

    return edit_paths(journey, on_save), held


def test_the_first_path_of_a_persona_begins_with_all_that_this_persona_meets():
    people = [{"id": "anna", "name": "Anna"}, {"id": "henryk", "name": "Henryk"}]
    journey = small_journey(paths=[], personas=people)
    only = journey.touchpoint("b").model_copy(update={"personas": ("henryk",)})
    journey = journey.changed(touchpoints=[only if t.id == "b" else t for t in journey.touchpoints])
    screen, held = opened(journey)
    screen.paths.add.click()
    screen.paths.add.click()
    screen.paths.add.click()
    assert [(p.persona, p.touchpoints) for p in held[-1].paths] == [
        ("anna", ("a", "c")),
        ("henryk", ("a", "b", "c")),
        ("henryk", ("a", "b", "c")),
    ]
    assert len({p.id for p in held[-1].paths}) == 3


def test_a_card_is_taken_off_and_put_back_at_its_stages_place():
    screen, held = opened(small_journey())
    screen.picture.choose("a")
    assert held[-1].paths[0].touchpoints == ("b", "c")
    screen.picture.choose("a")
    assert held[-1].paths[0].touchpoints == ("b", "a", "c")
    assert screen.steps.value == "a"


def test_a_step_is_moved_along_and_stays_chosen():
    screen, held = opened(small_journey())
    screen.steps.value = "c"
    screen.earlier.click()
    assert held[-1].paths[0].touchpoints == ("a", "c", "b")
    assert screen.steps.value == "c"
    screen.earlier.click()
    screen.earlier.click()
    assert held[-1].paths[0].touchpoints == ("c", "a", "b")
    screen.off.click()
    assert held[-1].paths[0].touchpoints == ("a", "b")
    screen.draft.undo()
    assert held[-1].paths[0].touchpoints == ("c", "a", "b")


def differing(text):
    return [part.split("</li>")[0] for part in text.split("<li")[1:] if part.startswith(' class="cjm-differs"')]


def test_where_paths_differ_stands_in_a_frame_and_a_way_back_has_its_arrow():
    journey = small_journey(
        paths=[
            Path(id="one", name="One", touchpoints=("a", "b", "c")),
            Path(id="two", name="Two", touchpoints=("a", "c", "b")),
            Path(id="three", name="Three", touchpoints=("a", "c")),
        ]
    )
    text = path_rows(journey, speak("en"))
    assert len(differing(text)) == 2
    assert text.count("↩ <") == 1


def test_equal_paths_have_no_frame():
    journey = small_journey(paths=[Path(id="one", touchpoints=("a", "b")), Path(id="two", touchpoints=("a", "b"))])
    assert differing(path_rows(journey, speak("en"))) == []


def test_what_is_on_no_path_and_a_path_without_steps_are_said():
    journey = small_journey(paths=[Path(id="main", name="Main", touchpoints=("a",)), Path(id="x", name="X")])
    screen, _ = opened(journey)
    assert screen.bar.text == "“X” has no step yet · 2 touchpoints are on no path"
    empty, _ = opened(small_journey(paths=[], personas=[]))
    assert "No path yet" in empty.picture.value
    empty.picture.choose("a")
    empty.paths.add.click()
    assert empty.journey.paths[0].touchpoints == ("a", "b", "c")
