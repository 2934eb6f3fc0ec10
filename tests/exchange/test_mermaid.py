"""Mermaid journeys in and out: read as Mermaid reads them, written so that Mermaid reads what was meant."""

import html
import json
import math
from dataclasses import replace

import pandas as pd
import pytest
from conftest import small_journey
from hypothesis import given, settings
from hypothesis import strategies as st

from cjmkit.errors import InputError
from cjmkit.exchange.mermaid import BARE, CARRIED, LEFT_BEHIND, read_mermaid, write_mermaid
from cjmkit.exchange.mermaid_syntax import plain, read_diagram
from cjmkit.journey import Journey, Path, Persona, Stage, Touchpoint
from cjmkit.runs.opening import open_report

NASTY = ["#", ";", ":", ",", "%", "%%", "%%{init: {}}%%", "&", "&lt;", "#58;", "<b>", "<br>", "\n", "\ufeff", "ﬂ°°58¶ß", "}",
         "journey", "Title ", "section ", "accTitle:", "accDescr {", "style:#;", "---", "```", '"', "Ż", "中", "й", " ", "a"]  # fmt: skip
names = st.one_of(st.lists(st.sampled_from(NASTY), max_size=5).map("".join), st.text(max_size=12))


def sentences(faults) -> str:
    return "\n".join(map(str, faults))


def reading(text: str):
    """What we have in our hands after reading a text, in the shape of what Mermaid has."""
    diagram = read_diagram(text)
    return {
        "title": diagram.title,
        "accTitle": diagram.acc_title,
        "accDescr": diagram.acc_text,
        "sections": [name for name, _ in diagram.sections],
        "tasks": [
            {"section": t.section, "task": t.name, "score": "NaN" if math.isnan(t.score) else t.score,
             "people": list(t.people)}
            for t in diagram.tasks
        ],
    }  # fmt: skip


def test_all_59_diagrams_are_read_as_mermaid_reads_them(real_data):
    files = sorted((real_data / "mermaid_journeys_open").glob("*.mmd"))
    assert len(files) == 59
    for file in files:
        expected = json.loads(file.with_name(file.stem + ".expected.json").read_text("utf-8"))
        mine = reading(file.read_text("utf-8"))
        assert mine == {**{name: expected[name] for name in mine}, "title": html.unescape(expected["title"])}, file.name
        read = read_mermaid(file)
        scored = sum(1 <= task["score"] <= 5 for task in mine["tasks"] if task["score"] != "NaN")
        assert (len(read.journey.touchpoints), len(read.scores)) == (len(mine["tasks"]), scored), file.name
        assert {p.name for p in read.journey.personas} == set(map(plain, expected["actors"])) - {""}, file.name


def test_a_diagram_becomes_stages_touchpoints_and_personas():
    read = read_mermaid(
        b"journey\n title Go shopping\n section Get there\n  Find keys: 5: Dad\n  Get into car: 4: Dad, Mum\n"
        b" section Shop\n  Pay: 2.5\n section Home\n"
    )
    assert (read.journey.title, [s.name for s in read.journey.stages]) == ("Go shopping", ["Get there", "Shop", "Home"])
    assert [(t.id, t.stage, t.personas) for t in read.journey.touchpoints] == [
        ("find-keys", "get-there", ("dad",)),
        ("get-into-car", "get-there", ()),  # all of them
        ("pay", "shop", ()),
    ]
    assert read.scores == {"find-keys": 5, "get-into-car": 4, "pay": 2.5}
    assert "name nobody who gave them, so they are not the team's and stay in the file: Find keys (5)" in sentences(
        read.warnings
    )


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffjourney\r\n  section Work\r\n    Make tea: 5: Me\r\n",
        "---\ntitle: Day\nconfig:\n  theme: dark\n---\njourney\nsection Work\nMake tea: 5: Me",
        "%%{init: {'theme': 'base'}}%%\n%% a comment\njourney\n\nsection Work\n%% another\nMake tea: 5: Me",
        "# A page\n\n```mermaid\njourney\nsection Work\nMake tea: 5: Me\n```\n\n```python\nx\n```\n",
        "```mermaid\nflowchart TD\n a-->b\n```\n~~~ mermaid\njourney\nsection Work\nMake tea: 5: Me\n~~~",
        "journey\nSECTION Work\n  Make tea :5:Me,",
    ],
)
def test_settings_comments_fences_and_other_line_ends_change_nothing(text):
    journey = read_mermaid(text.encode()).journey
    assert [(s.name, t.name) for s in journey.stages for t in journey.touchpoints] == [("Work", "Make tea")]
    assert [p.name for p in journey.personas] == ["Me"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("journey\n a: 7: Me\n b: 2rem\n c: 0", "no number from 1 to 5 was left out; lines 2 (a: 7), 3 (b: 2rem), 4 (c: 0)"),
        ("journey\n section S\n a: 3: Dad, Child#1, Child#2", "a comment begins at #, so this was not read; lines 3 (#1, Child#2)"),
        ("journey\n section S\n a: 3: Me: more", "after a third colon is not read by Mermaid; lines 3 (more)"),
        ("journey\n section A\n a: 3\n section B\n b: 3\n section A\n c: 3", "comes again and is the same stage; lines 6 (A)"),
        ("journey\n a: 3", "stand in a stage without a name; lines 2 (a)"),
        ("journey\n accTitle: Day\n title T\n accDescr {\n two\n lines }", "was left out: Day two lines"),
        ("journey\n section Go<br/>on", "became spaces; lines 2 (Go on)"),
        ("%%{init: {}}%%\njourney", "settings of the drawing"),
        ("```mermaid\npie\n```\n```mermaid\njourney\n```", "holds 2 Mermaid diagrams"),
    ],
)  # fmt: skip
def test_what_a_journey_has_no_place_for_is_told_with_its_line(text, told):
    assert told in sentences(read_mermaid(text.encode()).warnings)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("flowchart TD\n a-->b", "file is no Mermaid journey: it begins with “flowchart”."),
        ("", "file is no Mermaid journey: it begins with “”."),
        ("\n\njourney\n section A\n  Make tea", "file, line 5: Mermaid does not read this: Make tea."),
        ("---\ntitle: x\n---\njourney\n a: 3\n b; c: 3", "file, line 6: Mermaid does not read this"),
        ("```mermaid\njourney\n click a call b()\n```", "file, line 3: Mermaid does not read this: click a call b()."),
        ("journey\n accDescr { never closed", "file, line 2: Mermaid does not read this"),
        ("journey\n section A\n  Bad line\n  Tea: 3", "file, line 3: Mermaid does not read this: Bad line."),
        ("journey\n journey to town: 3", "file, line 2: Mermaid does not read this: journey."),
        ("journey\n" + "a: 3\n" * 1001, "file has more than 1000 sections, tasks or people."),
    ],
)
def test_what_mermaid_refuses_is_refused_with_its_line(text, told):
    with pytest.raises(InputError) as refused:
        read_mermaid(text.encode())
    assert str(refused.value).startswith(told)


def test_a_file_too_large_or_not_utf8_is_refused():
    for content in (b"journey\n" + b" " * 2**20, "journey\n ż: 3".encode("cp1250")):
        with pytest.raises(InputError):
            read_mermaid(content)


@st.composite
def journeys(draw):
    people = ["p1", "p2", "p3"][: draw(st.integers(0, 3))]
    stages = ["s1", "s2", "s3", "s4"][: draw(st.integers(1, 4))]
    touchpoints = [
        Touchpoint(
            id=id, stage=draw(st.sampled_from(stages)), name=draw(names),
            personas=draw(st.lists(st.sampled_from(people), unique=True)) if people else (),
        )
        for id in ["t1", "t2", "t3", "t4", "t5", "t6"][: draw(st.integers(0, 6))]
    ]  # fmt: skip
    journey = Journey(
        title=draw(names), client=draw(names), scale={"low": 0, "high": 10},
        personas=[Persona(id=id, name=draw(names)) for id in people],
        stages=[Stage(id=id, name=draw(names)) for id in stages], touchpoints=touchpoints,
    )  # fmt: skip
    way = draw(st.permutations([t.id for t in touchpoints]))[: draw(st.integers(0, 6))]
    given = [draw(st.one_of(st.just(float("nan")), st.floats(0, 10))) for _ in way]
    return journey, pd.DataFrame({"value": given}, index=way), Path(id="way", touchpoints=way)


@settings(deadline=None, max_examples=40, derandomize=True)
@given(journeys())
def test_title_stages_touchpoints_personas_and_scores_survive_out_and_in(made):
    journey, figures, path = made
    written = write_mermaid(journey, figures, path)
    read = read_mermaid(written.text.encode())
    named = {part.id: plain(part.name) or part.id for part in (*journey.personas, *journey.stages)}
    assert read.journey.title == plain(journey.title or journey.client)
    assert [s.name for s in read.journey.stages] == list(dict.fromkeys(named[s.id] for s in journey.stages))
    back = {part.id: part.name for part in (*read.journey.stages, *read.journey.personas)}
    for was, now in zip(journey.along(path), read.journey.touchpoints, strict=True):
        assert (now.name, read.journey.stage(now.stage).name) == (plain(was.name) or was.id, named[was.stage])
        met = {named[id] for id in was.personas or [p.id for p in journey.personas]}
        assert {back[id] for id in now.personas or [p.id for p in read.journey.personas]} == met
        score = 1 + 4 * figures.value[was.id] / 10
        assert read.scores.get(now.id, float("nan")) == pytest.approx(score, abs=0.0501, nan_ok=True)
    for persona in read.journey.personas:
        mine = [t.id for t in read.journey.touchpoints if not t.personas or persona.id in t.personas]
        assert list(read.journey.path(persona.id).touchpoints) == mine
    assert read_mermaid(written.text.encode(), journey).journey == journey
    assert write_mermaid(journey, figures, path) == written


def test_all_that_is_left_behind_is_listed_field_by_field():
    journey = small_journey(client="", language="en", goal={}, rounds=[])
    journey = Journey(title="T", personas=journey.personas, stages=[Stage(id="use", name="Use")],
                      touchpoints=[Touchpoint(id="a", stage="use", name="A")])  # fmt: skip
    figures, bare = pd.DataFrame({"value": [3.0]}, index=["a"]), {Journey: "journey"}
    bare |= {Persona: "personas", Stage: "stages", Touchpoint: "touchpoints"}

    def losses(changed: Journey) -> str:
        return sentences(write_mermaid(changed, figures, journey.path()).losses)

    assert (
        losses(journey) == "Mermaid: a score has one decimal; how many gave it and how far apart they were is left out"
    )
    seen = 0
    for name in ("fridge", "running-shoes"):
        sample = open_report(name).journey
        for part in (sample, *sample.personas, *sample.stages, *sample.touchpoints):
            kind = type(part)
            for field in set(kind.model_fields) - CARRIED[kind]:
                value = getattr(part, field)
                if value == getattr(BARE[kind], field):
                    continue
                seen += 1
                if kind is Journey:
                    changed = journey.model_copy(update={field: value})
                else:
                    rich = getattr(journey, bare[kind])[0].model_copy(update={field: value})
                    changed = journey.model_copy(update={bare[kind]: (rich,)})
                assert LEFT_BEHIND[kind] in losses(changed), (kind, field)
    assert seen > 300


def test_what_the_diagram_says_otherwise_than_the_journey_is_listed():
    journey = small_journey(
        scale={"low": 0, "high": 10},
        personas=[{"id": "anna", "name": "Smith, Anna"}, {"id": "b", "name": "Bo"}, {"id": "c", "name": "Bo"}],
        stages=[{"id": "before", "name": ""}, {"id": "use", "name": "Use"}],
    )  # fmt: skip
    path = Path(id="way", persona="anna", touchpoints=["a", "b"])
    told = sentences(write_mermaid(journey, pd.DataFrame({"value": [5.0]}, index=["a"]), path).losses)
    for sentence in (
        "touchpoints that are not on this path are left out: ",
        "a touchpoint without a score has a question mark, and Mermaid draws its face at the upper edge: ",
        "stages or personas of the same name become one: Bo",
        "an id stands where there is no name: before",
        "written as codes such as #58; and drawn as they were: Smith, Anna",
        "scores from 0 to 10 stand on Mermaid's scale from 1 to 5",
        "the scores are those of Smith, Anna, whoever else comes by",
    ):
        assert sentence in told


def test_a_diagram_adds_to_a_journey_and_takes_nothing_away():
    journey = small_journey()
    text = "journey\n section Use\n  A new step: 4: Zoe\n section After\n  Farewell: 2: Anna, Zoe\n"
    read = read_mermaid(text.encode(), journey)
    assert read.created == ("a-new-step", "farewell")
    assert [t.id for t in read.journey.touchpoints] == [*(t.id for t in journey.touchpoints), *read.created]
    assert [s.id for s in read.journey.stages] == [*(s.id for s in journey.stages), "after"]
    assert read.journey.touchpoint("a-new-step").personas == ("zoe",)
    assert replace(read, warnings=()).journey.touchpoints[: len(journey.touchpoints)] == journey.touchpoints
