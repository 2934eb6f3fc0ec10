"""Every picture: what it says, what it carries, and that nothing in it lies on anything else."""

import json
import math
import re
import sys
from dataclasses import replace
from itertools import pairwise

import pytest
import seen
from invented import (
    actions,
    beside,
    derived,
    figures,
    funnels,
    gaps,
    grouped,
    journey,
    nps,
    points,
    quadrants,
    shift,
    stability,
    walked,
    waves,
    weeks,
)

from cjmkit.charts import emotion_curve, impact_effort, journey_map, nps_chart, theme, touchpoint_ranking
from cjmkit.charts.clients_by_stage import clients_by_stage
from cjmkit.charts.clients_compared import clients_compared
from cjmkit.charts.clients_nps import clients_nps
from cjmkit.charts.derived_importance import derived_importance_chart
from cjmkit.charts.drawing import svg
from cjmkit.charts.funnel import funnel_chart
from cjmkit.charts.importance_performance import importance_performance_chart
from cjmkit.charts.nps import FILLS
from cjmkit.charts.nps_waves import nps_waves_chart
from cjmkit.charts.over_time import over_time_chart
from cjmkit.charts.path_flow import path_flow
from cjmkit.charts.rank_stability import rank_stability_chart
from cjmkit.charts.reality import map_against_reality
from cjmkit.charts.reveal import reveal, spread_ranking
from cjmkit.charts.round_shift import round_shift_chart
from cjmkit.charts.segments import segments_chart
from cjmkit.charts.step_matrix import step_matrix_chart
from cjmkit.charts.team_gap import team_gap_chart
from cjmkit.charts.touchpoint_dots import touchpoint_dots
from cjmkit.charts.what_if import what_if_chart
from cjmkit.errors import UsageError
from cjmkit.language import Language, speak
from cjmkit.method.funnel import with_rates
from cjmkit.method.what_if import what_if

FRIDGE = [
    "A neighbour's advice",
    "Leaflet",
    "Web",
    "A month's wait",
    "Carried to the third floor",
    "讨论",
    "Совет соседа",
]
MEANS = [4.2, 1.9, 3.1, 1.6, 4.8, 3.0, math.nan]
PLAN = [
    ("Weekly message", 5, 2),
    ("Stock on web", 5, 4),
    ("One number", 4, 4),
    ("Price list", 1, 1),
    ("Later", math.nan, 2),
]
WAVES = [("2025", -5.0, 12.0), ("2026", 20.0, 11.0)]
GROUPS = [("", 16, 14, 10), ("Anna", 12, 9, 1), ("Henryk", 4, 5, 9)]


ALIKE = {
    "nps_waves_chart",
    "derived_importance_chart",
    "reveal",
    "touchpoint_dots",
    "round_shift_chart",
    "rank_stability_chart",
    "what_if_chart",
    "clients_compared",
    "clients_nps",
    "clients_by_stage",
}  # drawn in rows as spread_ranking is


def pictures(names=FRIDGE, means=MEANS, text="Nobody told me", size="page", plan=PLAN, groups=GROUPS, leave=()):
    """All of them, by name, or all but some."""
    of = journey(names, text=text)
    table = figures(of, means)
    everyone = points(table, of)
    steps = funnels(names, [900 // (n + 1) for n in range(len(names))])
    weekly, odd = weeks(names[0], [0.1, 0.6, 0.12, 0.1])
    clients, stages = beside(names, means)
    made = {
        "journey_map": journey_map(of, table, points=everyone),
        "emotion_curve": emotion_curve(of, table, everyone, size=size),
        "touchpoint_ranking": touchpoint_ranking(of, table, size=size),
        "nps_chart": nps_chart(nps(groups), language="en", as_of="2026-11-21", size=size),
        "impact_effort": impact_effort(actions(plan), language="en", as_of="2026-11-21", size=size),
        "reveal": reveal(of, table, everyone, size=size),
        "spread_ranking": spread_ranking(of, table, everyone, size=size),
        "touchpoint_dots": touchpoint_dots(of, table, everyone, "t0", size=size),
        "round_shift_chart": round_shift_chart(of, shift(table), size=size),
        "rank_stability_chart": rank_stability_chart(of, stability(table), size=size),
        "team_gap_chart": team_gap_chart(of, gaps(table), size=size),
        "segments_chart": segments_chart(grouped(names), language="en", as_of="2026-11-21", size=size),
        "nps_waves_chart": nps_waves_chart(waves(WAVES), language="en", as_of="2026-11-21", size=size),
        "derived_importance_chart": derived_importance_chart(of, derived(table), size=size),
        "importance_performance_chart": importance_performance_chart(of, quadrants(table), size=size),
        "funnel_chart": funnel_chart(of, steps, size=size),
        "what_if_chart": what_if_chart(of, what_if(steps, cost=100, worth=5), size=size),
        "over_time_chart": over_time_chart(of, weekly, names[0], odd, size=size),
        "clients_compared": clients_compared(clients, language="en", size=size),
        "clients_nps": clients_nps(clients, language="en", size=size),
        "clients_by_stage": clients_by_stage(clients, stages, language="en", size=size),
    }
    return {name: chart for name, chart in made.items() if name not in leave}


@pytest.fixture(scope="module")
def drawn():
    return {name: svg(chart) for name, chart in pictures().items()}


@pytest.mark.parametrize("size", ["page", "room"])
@pytest.mark.parametrize("stretch", [1.0, 1.35])
def test_no_text_lies_on_another_also_in_a_language_with_longer_words(size, stretch, monkeypatch):
    class Longer(Language):
        def __call__(self, sentence, **values):
            said = super().__call__(sentence, **values)
            return said + "nie" * round(len(said) * (stretch - 1) / 3)

    english = speak("en")
    longer = Longer(english.code, english.sentences, english.locale)
    for module in (
        "theme",
        "nps",
        "nps_waves",
        "impact_effort",
        "segments",
        "clients_compared",
        "clients_nps",
        "clients_by_stage",
    ):
        monkeypatch.setattr(sys.modules[f"cjmkit.charts.{module}"], "speak", lambda code=None: longer)
    names = [*FRIDGE, *(f"Rozmowa z niezbyt zorientowanym sprzedawcą {n}" for n in range(11))]
    plan = [(f"Szkolenie sprzedawców, koniec premii od marki {n}", 1 + n % 5, 1 + n * n % 3) for n in range(14)]
    groups = [("", 90, 5, 5), *((f"group {n}", n, 5, 5) for n in range(6))]
    means = [*MEANS, *(1 + n % 5 for n in range(11))]
    for name, chart in pictures(names, means, size=size, plan=plan, groups=groups).items():
        picture = svg(chart)
        assert seen.overlapping(seen.texts(picture)) == [], name
        assert seen.outside(picture) == [], name


def test_the_same_check_sees_two_texts_on_one_place():
    twice = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text transform="translate(1,8)">abc</text><text transform="translate(3,9)">xyz</text></svg>'
    assert seen.overlapping(seen.texts(twice)) == [("abc", "xyz")]
    assert seen.outside(twice)
    blank = '<svg xmlns="http://www.w3.org/2000/svg"><text transform="translate(1,9)"><tspan>a</tspan><tspan x="0" dy="13">b</tspan></text><text transform="translate(1,9)"><tspan/><tspan x="0" dy="13"/><tspan x="0" dy="13">c</tspan></text></svg>'
    assert seen.overlapping(seen.texts(blank)) == [("b", "c")]  # as a browser draws it: an empty line is not as high


def test_every_picture_says_what_it_shows_of_how_many_when_and_on_which_scale(drawn):
    assert "Lowest: A month's wait (1.6). Highest: Carried to the third floor (4.8)" in drawn["emotion_curve"].replace(
        "&#x27;", "'"
    )
    for name in ("journey_map", "emotion_curve", "touchpoint_ranking", "reveal", "spread_ranking", "touchpoint_dots"):
        for fact in ("team estimate, 9 people", "scale 1 to 5", "November\xa021,\xa02026", "95% interval"):
            assert fact in drawn[name], (name, fact)
    for name, facts in {
        "round_shift_chart": ("9 people scored both times", "scale 1 to 5", "95% interval"),
        "rank_stability_chart": ("team estimate, 9 people", "2,000 times", "87% of runs", "100%"),
        "nps_waves_chart": ("80 customers answered", "scale −100 to +100", "95% interval", "up by 25 since 2025"),
        "derived_importance_chart": ("1,234 customers answered", "95% interval", "no proof"),
        "importance_performance_chart": (
            "1,200 answers each",
            "95% interval",
            "no proof",
            "The cross stands at the mean",
        ),
        "segments_chart": ("200 customers", "cut at two", "60%", "does not hold well", "come out"),
        "team_gap_chart": ("n = 9", "n = 40", "own scale", "95% interval"),
        "funnel_chart": ("1,350 customers at the first step", "95% interval", "202 customers"),
        "what_if_chart": ("customers at the last step now", "95% bounds", "half the gap to"),
        "over_time_chart": ("40 customers in each period", "95% interval", "60% from"),
        "clients_compared": ("6 clients", "95% interval", "0 is the lowest point", "weakest link"),
        "clients_nps": ("6 clients", "240 customers answered", "Scale −100 to +100", "95% interval"),
        "clients_by_stage": ("6 clients", "0 is the lowest point", "the triangle marks"),
    }.items():
        for fact in (*facts, "November\xa021,\xa02026"):
            assert fact in drawn[name], (name, fact)
    for fact in ("40 customers answered", "scale −100 to +100", "November\xa021,\xa02026", "95% interval", "+15"):
        assert fact in drawn["nps_chart"], fact
    for fact in ("Quick wins: Weekly message", "4 actions", "November\xa021,\xa02026", "not shown: Later"):
        assert fact in drawn["impact_effort"], fact


def test_every_picture_tells_its_figures_to_those_who_cannot_see_it(drawn):
    for name, picture in drawn.items():
        assert 'role="img"' in picture
        assert re.search("<title>.+?</title>", picture), name
        assert re.search("<desc>.+?</desc>", picture, re.S), name
    told = re.search("<desc>(.+?)</desc>", drawn["journey_map"], re.S)[1]
    assert "1.6 · 1.1 to 2.1 · pain · weakest link" in told
    assert "Совет соседа: no score yet" in told
    assert "4 promoters, 5 passives, 9 detractors, NPS −28" in drawn["nps_chart"]


def test_names_stand_in_the_picture_letter_by_letter(drawn):
    for name in ("Leaflet", "讨论", "Web"):
        for picture in ("journey_map", "emotion_curve", "touchpoint_ranking", "reveal", "spread_ranking"):
            assert name in {s.text for s in seen.texts(drawn[picture])}, (name, picture)


@pytest.mark.parametrize(
    "hostile", ["</title></svg><script>alert(1)</script>", "{{7*7}} ${a} datum.b", "\"'`\\ a & b", "null"]
)
def test_hostile_names_are_shown_as_they_are_and_do_nothing(hostile):
    charts = pictures(
        [hostile, "B"], [2.0, 4.0], text=hostile, plan=[(hostile, 5, 1)], groups=[(hostile, 5, 5, 5)], leave=ALIKE
    )
    for name, chart in charts.items():
        picture = svg(chart)
        shown = "".join(s.text for s in seen.texts(picture)).replace(" ", "")
        assert hostile.replace(" ", "") in shown, name
        assert "<script" not in picture


def test_no_picture_asks_for_anything_from_outside():
    for name, chart in pictures(text="see http://example.org/x.png", leave=ALIKE).items():
        for embedded in (False, True) if name == "journey_map" else (False,):
            picture = svg(chart, embed_fonts=embedded)
            inside = re.sub(r"<(title|desc)>.*?</\1>|>[^<]*<", "><", picture, flags=re.S)
            assert set(re.findall(r"https?://[^\s\"'<)]+", inside)) <= {"http://www.w3.org/2000/svg"}, name
            assert not re.search(r"url\((?!data:|#)", inside), name
            assert not re.search(r"\b(href|src)=", inside), name


def test_a_picture_carries_only_what_it_shows():
    of = journey(FRIDGE, text="")
    table = figures(of, MEANS).assign(salary="secret 1")
    plan = actions(PLAN)
    charts = [journey_map(of, table, points=points(table, of)), emotion_curve(of, table, points(table, of)),
              touchpoint_ranking(of, table), impact_effort(plan, language="en"),
              nps_chart(nps(GROUPS).assign(mail="secret@example.org"), language="en")]  # fmt: skip
    for chart in charts:
        assert "secret" not in json.dumps(chart.to_dict()).lower()


def test_the_same_picture_twice_is_the_same_to_the_byte(drawn):
    again = {name: svg(chart) for name, chart in pictures(leave=ALIKE).items()}
    assert again.items() <= drawn.items()


def test_with_nothing_to_show_a_picture_says_what_is_missing_and_where_to_enter_it():
    bare, scoreless = journey([]), journey(["A", "B"])
    none = figures(scoreless, [math.nan, math.nan])
    empty = {
        "then the touchpoints in 04_touchpoints": journey_map(bare, none.iloc[:0]),
        "Nobody has scored": emotion_curve(scoreless, none),
        "cjmkit import NAME scores FILE": touchpoint_ranking(scoreless, none),
        "cjmkit import": nps_chart(nps(GROUPS).iloc[:0], language="en"),
        "cjmkit import NAME customers FILE": segments_chart(None, language="en"),
        "no farther apart than they would by chance": segments_chart(
            replace(grouped(["A"], 1), why="apart"), language="en"
        ),
        "notebook 07_action_plan": impact_effort(actions([]), language="en"),
        "impact and effort": impact_effort(actions([("A", math.nan, 1)]), language="en"),
        "Nobody has scored a touchpoint": reveal(scoreless, none, points(none, scoreless)),
        "bring them in: cjmkit import NAME scores": spread_ranking(scoreless, none, points(none, scoreless)),
        "second round in 05_scoring": round_shift_chart(scoreless, shift(none)),
        "Fewer than two people": rank_stability_chart(scoreless, stability(none)),
        "a column that says the wave": nps_waves_chart(waves(WAVES[:1]), language="en"),
        "(30 are needed)": derived_importance_chart(scoreless, derived(none)),
        "both an importance and a rating": importance_performance_chart(scoreless, quadrants(none)),
        "cjmkit import NAME survey FILE": team_gap_chart(scoreless, gaps(none)),
        "nobody has typed how many reach a stage": funnel_chart(scoreless, funnels([], [])),
        "how many reach each stage in the notebook 02_stages": what_if_chart(scoreless, what_if(funnels([], []))),
        "No client has a score yet": clients_compared(beside(["A"], [math.nan])[0], language="en"),
        "No client has answers to a 0–10 question": clients_nps(beside(["A"], [math.nan])[0], language="en"),
        "then build the reports: cjmkit run": clients_by_stage(*beside(["A"], [math.nan]), language="en"),
        "The log has nothing of this kind": over_time_chart(scoreless, weeks("A", [0.1, 0.2])[0], "B"),
        "give its events to touchpoints in 03_evidence": map_against_reality(bare, walked(bare, none)[0]),
        "or cjmkit import NAME events FILE": step_matrix_chart(bare, walked(bare, none)[1]),
        "No log of what customers did is here yet": path_flow(bare, walked(bare, none)[2]),
        "No scores yet. Enter them in the notebook": journey_map(scoreless, none),
    }
    for words, chart in empty.items():
        picture = svg(chart)
        assert words in " ".join(s.text for s in seen.texts(picture)), words
        assert (
            words in re.search("<desc>(.*?)</desc>", picture, re.S)[1]
            or chart is empty["No scores yet. Enter them in the notebook"]
        )


def test_customers_ratings_are_never_called_a_team_estimate():
    of = journey(["A", "B"])
    table = figures(of, [2.0, 4.0], n=1200, of="customers")
    many = points(table, of, people=300)
    for chart in (journey_map(of, table, points=many), emotion_curve(of, table, many), touchpoint_ranking(of, table)):
        picture = svg(chart)
        assert "customers' ratings, 1,200 answers each" in picture.replace("&#x27;", "'")
        assert "team estimate" not in picture.lower()


def test_thousands_of_answers_become_circles_not_thousands_of_dots():
    of = journey(["A", "B"])
    table = figures(of, [2.0, 4.0], n=5000, of="customers")
    assert len(svg(emotion_curve(of, table, points(table, of, people=5000)))) < 40_000


def test_assumed_touchpoints_are_hollow_and_measured_ones_solid():
    of = journey(["A", "B", "C"])  # assumed, observed, measured
    spec = emotion_curve(of, figures(of, [3.0, 3.0, 3.0])).to_dict()
    marks = next(rows for rows in (layer["data"]["values"] for layer in spec["layer"]) if "shape" in rows[0])
    assert [m["fill"] for m in marks] == [theme.PAPER, theme.INK, theme.INK]


def test_typed_counts_are_hollow_and_those_of_a_log_full():
    of, names = journey(["A", "B"]), ["A", "B"]
    fills = [{row["fill"] for layer in funnel_chart(of, funnels(names, [90, 40], of=kind)).spec["layer"]
              for row in layer["data"]["values"] if row.get("stroke") in theme.OKABE_ITO} for kind in ("typed", "log")]  # fmt: skip
    assert fills == [{theme.PAPER}, set(theme.OKABE_ITO[:2])]


def test_pain_and_success_differ_without_colour_and_bars_differ_in_grey():
    assert len(set(theme.SHAPES.values())) == 3
    greys = sorted(_grey(fill) for fill, _ in FILLS.values())
    assert min(b - a for a, b in pairwise(greys)) > 40


@pytest.mark.parametrize(
    "colour", [theme.INK, theme.GREY, theme.PAIN_TEXT, theme.SUCCESS_TEXT, theme.ACCENT, theme.accent_of("#ffee00")]
)
def test_text_has_contrast_enough_to_be_read(colour):
    assert (1.05) / (theme.luminance(_rgb(colour)) + 0.05) >= 4.5


@pytest.mark.parametrize("accent", ["red", "#12", "#zzzzzz", "url(x)"])
def test_an_accent_that_is_no_colour_is_refused_with_what_would_be_right(accent):
    of = journey(["A"])
    with pytest.raises(UsageError, match="such as #0072b2"):
        journey_map(of, figures(of, [3.0]), accent=accent)


def test_an_unknown_size_is_refused_with_those_there_are():
    of = journey(["A"])
    with pytest.raises(UsageError, match="page, paper, room, wall"):
        emotion_curve(of, figures(of, [3.0]), size="door")


def test_a_single_touchpoint_and_a_single_person_are_drawn():
    of = journey(["Only one"])
    table = figures(of, [3.0], n=1).assign(low=math.nan, high=math.nan, interval="one")
    one = points(table, of, people=1)
    for chart in (
        journey_map(of, table), emotion_curve(of, table), touchpoint_ranking(of, table), reveal(of, table, one),
        spread_ranking(of, table, one), touchpoint_dots(of, table, one, "t0"),
    ):  # fmt: skip
        assert "95%" not in svg(chart)


def test_many_quick_wins_are_counted_and_few_are_named():
    assert impact_effort(actions([(f"A{n}", 5, 1) for n in range(5)]), language="en").spec["title"]["text"] == ["5 quick wins"]  # fmt: skip


def _rgb(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def _grey(colour: str) -> float:
    return sum(w * c for w, c in zip((0.299, 0.587, 0.114), _rgb(colour), strict=True))


def test_a_step_that_gains_nothing_to_be_seen_is_left_out_of_what_a_better_step_would_bring():
    of = journey(FRIDGE)
    full = with_rates("abc", "abc", [1000, 1000, 400], [1000, 1000, 400], "log")
    words = str(what_if_chart(of, what_if(full), language="en").to_dict(validate=False))
    assert "100% → 100%" not in words
    assert "40% → 45%" in words
    whole = with_rates("ab", "ab", [1000, 1000], [1000, 1000], "log")
    assert "No step has room" in str(what_if_chart(of, what_if(whole), language="en").to_dict(validate=False))


def test_a_touchpoint_off_the_path_that_customers_met_is_drawn_under_a_heading_of_its_own():
    of = journey(FRIDGE)
    real = walked(of, figures(of, MEANS))[0]
    off = replace(real, elsewhere=real.touchpoints.head(1).assign(name="Video"))
    drawn = [str(map_against_reality(of, r, language="en").to_dict(validate=False)) for r in (off, real)]
    assert ["On the map, but not on this path" in words for words in drawn] == [True, False]
    assert "Video" in drawn[0]
