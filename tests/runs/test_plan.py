"""What a run decides: each change builds exactly what hangs on it, and nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjmkit.errors import InputError, UsageError
from cjmkit.runs import FORMATS
from cjmkit.runs.manifest import concerns
from cjmkit.runs.plan import ENDINGS, Wanted, _concerned, plan
from cjmkit.runs.standing import Standing

BRAND = {"logo": "../brand/logo.svg", "slides": "../brand/ours.pptx", "fonts": ["../brand/A.ttf"]}
INPUTS = {name: f"hash of {name}" for name in (
    "journey.json", "scores.csv", "report.toml", "evidence/survey.csv", "translations.pl.json", "translations.ru.json",
    "../brand/logo.svg", "../brand/ours.pptx", "../brand/A.ttf", "anna.png")}  # fmt: skip
RECORD = {"template": {"sha256": "t"}, "designs": {"page.css": "d"}, "kit": "k", "lock": "l", "cjmkit": "0.1", "seed": 1, "libraries": {"pandas": "3"}}  # fmt: skip
LANGUAGES = ("en", "pl")
WANTED = Wanted(RECORD, lambda own: {**own})


def noted(inputs=INPUTS, languages=LANGUAGES) -> dict:
    """What the manifest notes of a client that is built in all formats."""
    entries = {}
    for language in languages:
        for format in FORMATS:
            if format == "mermaid" and language != languages[0]:
                continue
            name = "journey.mmd" if format == "mermaid" else f"{format}.{language}.{ENDINGS.get(format, format)}"
            own = {s: h for s, h in inputs.items() if concerns(s, name, language, BRAND)}
            entries[name] = {"format": format, "build": language, "inputs": own}
    return entries


def builds(asked=None, options=None) -> dict:
    return {
        language: {**RECORD, "language": language, "parameters": options or {}, "asked": asked}
        for language in LANGUAGES
    }


def built(**changes) -> Standing:
    """A client that is as it was built."""
    entries = noted()
    client = Standing("acme", INPUTS, LANGUAGES, FORMATS, {}, BRAND, entries, builds(), frozenset(entries))
    return replace(client, **changes)


def left(standing: Standing, wanted: Wanted = WANTED) -> dict[str, set[str]]:
    """The formats to build, by language."""
    return {step.language: set(step.build) for step in plan([standing], wanted)}


def reasons(standing: Standing, wanted: Wanted = WANTED) -> set[str]:
    return {str(fault) for step in plan([standing], wanted) for fault in step.why}


def test_a_client_that_is_as_it_was_built_has_nothing_to_build():
    assert left(built()) == {"en": set(), "pl": set()}
    assert [(s.state, set(s.fresh)) for s in plan([built()], WANTED)] == [
        ("fresh", set(FORMATS)), ("fresh", set(FORMATS) - {"mermaid"}),
    ]  # fmt: skip


def test_one_that_was_never_built_is_built_whole_and_the_diagram_once_for_all_languages():
    new = built(noted={}, whole=frozenset())
    assert left(new) == {"en": set(FORMATS), "pl": set(FORMATS) - {"mermaid"}}
    assert reasons(new) == {f"{format}: not built yet" for format in FORMATS}
    assert [step.was_built for step in plan([new, built()], WANTED)] == [False, False, True, True]


HANGS = {
    "journey.json": {key: set(FORMATS) for key in LANGUAGES},
    "scores.csv": {key: set(FORMATS) for key in LANGUAGES},
    "evidence/survey.csv": {key: set(FORMATS) for key in LANGUAGES},
    "anna.png": {key: set(FORMATS) for key in LANGUAGES},
    "translations.pl.json": {"en": {"xlsx"}, "pl": set(FORMATS)},
    "translations.ru.json": {"en": {"xlsx"}, "pl": {"xlsx"}},
    "../brand/ours.pptx": {key: {"pptx"} for key in LANGUAGES},
    "../brand/logo.svg": {key: {"html", "pdf", "poster", "pptx"} for key in LANGUAGES},
    "../brand/A.ttf": {key: {"html", "pdf", "poster", "pptx"} for key in LANGUAGES},
}


@pytest.mark.parametrize("name", HANGS)
@pytest.mark.parametrize("how", ["changed", "gone", "added"])
def test_a_file_builds_what_is_made_from_it_and_is_named(name, how):
    others = {n: h for n, h in INPUTS.items() if n != name}
    now = {"changed": {**others, name: "another"}, "gone": others, "added": INPUTS}[how]
    before = noted(others if how == "added" else INPUTS)
    client = built(inputs=now, noted=before)
    hangs = HANGS[name]
    assert left(client) == {"en": hangs["en"], "pl": hangs["pl"] - {"mermaid"}}
    assert reasons(client) == {f"{name}: {how}"}


@given(st.sets(st.sampled_from(sorted(HANGS))))
def test_any_changes_together_build_what_hangs_on_any_of_them(changed):
    client = built(inputs={n: h + "!" if n in changed else h for n, h in INPUTS.items()})
    expected = {
        code: set().union(*(HANGS[name][code] for name in changed)) - ({"mermaid"} if code == "pl" else set())
        for code in LANGUAGES
    }
    assert left(client) == expected


@pytest.fixture
def unremembered():
    """What concerns what is worked out anew, before and after."""
    _concerned.cache_clear()
    yield
    _concerned.cache_clear()


def test_the_check_would_see_a_plan_that_forgets_an_input(monkeypatch, unremembered):
    """The control: were the survey no input of pages, a change of it would build less."""
    monkeypatch.setattr("cjmkit.runs.plan.concerns", lambda source, output, language, brand: source != "evidence/survey.csv" and concerns(source, output, language, brand))  # fmt: skip
    forgetful = noted({n: h for n, h in INPUTS.items() if n != "evidence/survey.csv"})
    assert left(built(inputs={**INPUTS, "evidence/survey.csv": "another"}, noted=forgetful)) == {
        "en": set(),
        "pl": set(),
    }


@pytest.mark.parametrize(
    ("key", "words"),
    [("template", "the template"), ("designs", "the kit's designs"), ("kit", "the kit"), ("lock", "the libraries"), ("libraries", "the libraries")],
)  # fmt: skip
def test_another_template_kit_or_library_builds_everything_and_is_named(key, words):
    wanted = replace(WANTED, made_from={**RECORD, key: "another"})
    assert left(built(), wanted) == {"en": set(FORMATS), "pl": set(FORMATS) - {"mermaid"}}
    assert reasons(built(), wanted) == {f"{words}: changed"}


def test_parameters_and_the_date_asked_for_build_everything():
    dated, other = replace(WANTED, as_of="2026-12-31"), replace(WANTED, options=lambda own: {**own, "target": 4.5})
    assert reasons(built(), dated) == {"the date asked for: changed"}
    assert reasons(built(), other) == {"the parameters: changed"}
    assert left(built(parameters={"target": 4.5})) == left(built(), other)
    so = builds(asked="2026-12-31", options={"target": 4.5})
    assert left(built(builds=so), replace(other, as_of="2026-12-31")) == {"en": set(), "pl": set()}


def test_another_language_is_built_and_those_that_are_there_stay():
    assert left(built(), replace(WANTED, languages=("pl", "zh"))) == {"pl": set(), "zh": set(FORMATS) - {"mermaid"}}


def test_only_what_is_asked_for_is_decided_on():
    assert left(built(inputs={}), replace(WANTED, only=("svg",))) == {"en": {"svg"}, "pl": {"svg"}}
    assert left(built(formats=("html",), noted={}, whole=frozenset())) == {"en": {"html"}, "pl": {"html"}}


@pytest.mark.parametrize("name", ["html.en.html", "png.pl.png", "journey.mmd"])
def test_a_file_that_is_not_as_it_was_built_is_built_and_no_other(name):
    touched = built(whole=frozenset(noted()) - {name})
    format, language = noted()[name]["format"], noted()[name]["build"]
    assert left(touched) == {"en": set(), "pl": set(), language: {format}}
    assert reasons(touched) == {f"{name}: not as it was built"}


def test_force_builds_what_is_as_it_was_built():
    forced = replace(WANTED, force=True)
    assert left(built(), forced) == {"en": set(FORMATS), "pl": set(FORMATS) - {"mermaid"}}
    assert reasons(built(), forced) == {f"{format}: asked for anew" for format in FORMATS}


def test_a_client_that_cannot_be_read_is_blocked_and_the_others_are_not():
    fault = InputError("{file} cannot be read.", file="journey.json")
    steps = list(plan([built(), built(fault=fault), built(inputs={})], WANTED))
    assert [step.state for step in steps] == ["fresh", "fresh", "blocked", "build", "build"]
    assert steps[2].blocked is fault
    assert not steps[2].build


def test_parameters_of_a_clients_own_that_are_off_block_that_client_alone():
    def strict(own):
        if own:
            raise UsageError("There is no parameter {name}.", name="targt")
        return {}

    steps = list(plan([built(parameters={"targt": 4}), built()], replace(WANTED, options=strict)))
    assert [step.state for step in steps] == ["blocked", "fresh", "fresh"]


@given(st.sets(st.sampled_from([*HANGS, "touched", "forced", "kit"])), st.sets(st.sampled_from(LANGUAGES), min_size=1), st.sets(st.sampled_from(FORMATS), min_size=1))  # fmt: skip
def test_a_format_is_built_or_fresh_and_what_is_built_says_why(changed, languages, only):
    client = built(
        inputs={n: h + "!" if n in changed else h for n, h in INPUTS.items()},
        whole=frozenset() if "touched" in changed else frozenset(noted()),
    )
    wanted = replace(WANTED, languages=tuple(sorted(languages)), only=tuple(sorted(only)), force="forced" in changed,
                     made_from={**RECORD, "kit": "new"} if "kit" in changed else RECORD)  # fmt: skip
    for n, step in enumerate(plan([client], wanted)):
        assert not set(step.build) & set(step.fresh)
        assert {*step.build, *step.fresh} == only - ({"mermaid"} if n else set())
        assert bool(step.why) == bool(step.build)
        assert list(plan([client], wanted))[n] == step
