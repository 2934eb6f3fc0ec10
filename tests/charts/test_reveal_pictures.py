"""The pictures of the reveal: which three to discuss and why, a dot a person, what moved, what holds, the team's gap."""

import json
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import seen
from invented import figures, gaps, journey, shift, stability

from cjmkit.charts import dots, theme
from cjmkit.charts.dots import TEAM_SHAPES, DotRows, team_marks
from cjmkit.charts.drawing import svg
from cjmkit.charts.rank_stability import rank_stability_chart
from cjmkit.charts.reveal import reveal, spread_ranking, to_discuss
from cjmkit.charts.round_shift import round_shift_chart
from cjmkit.charts.team_gap import team_gap_chart
from cjmkit.charts.touchpoint_dots import touchpoint_dots
from cjmkit.method.findings import lowest, path_figures
from cjmkit.method.scores import final_scores
from cjmkit.tables import scores_frame

NAMES = ["Advice", "Wait", "Talk", "Call", "Visit", "Oven"]
TEAMS = ["Sales"] * 3 + ["Service"] * 3
GIVEN = {
    "Advice": [4, 4, 4, 4, 4, 5],
    "Wait": [1, 1, 2, 4, 5, 5],  # the teams against each other, and two camps
    "Talk": [1, 3, 5, 3, 3, 3],  # one team differs in itself
    "Call": [2, 3, 3, 4, 4, 4],
    "Visit": [3, 3, 3, 3, 3, 3],
}


def scored(given=GIVEN, teams=TEAMS, names=NAMES, importance=(), **parts):
    """A journey, its figures and everyone's scores, as the rooms before hand them over."""
    of = journey(names, **parts)
    ids = dict(zip(names, (t.id for t in of.touchpoints), strict=True))
    rows = [
        {"round": 1, "participant": f"secret-{n}", "team": teams[n], "touchpoint": ids[name], "score": score,
         "importance": dict(importance).get(name, 0)}
        for name, scores in given.items() for n, score in enumerate(scores)
    ]  # fmt: skip
    table = scores_frame(rows)
    return of, path_figures(of, table), final_scores(table)


def lines(chart) -> list[str]:
    """The texts of a picture from above to below, those of a line from left to right."""
    return [s.text for s in sorted(seen.texts(svg(chart)), key=lambda s: (round(s.box[3] / 4), s.box[0]))]


def marks(chart) -> pd.DataFrame:
    """All marks of a picture: shape, area, fill and place."""
    spec = chart.to_dict(validate=False)
    layers = [layer["data"]["values"] for layer in spec["layer"] if layer["mark"]["type"] == "point"]
    return pd.DataFrame([mark for layer in layers for mark in layer])


# --- which three, and why ------------------------------------------------------------------------------------------


def test_the_three_to_discuss_and_why_can_be_read_off():
    chart = spread_ranking(*scored())
    told = lines(chart)
    assert chart.spec["title"]["text"] == ["People are farthest apart at: Wait; Talk; Call"]
    first, others = told.index("Discuss these three"), told.index("The others, from far apart to close together")
    three = told[first:others]
    assert [t for t in three if t in NAMES] == ["Wait", "Talk", "Call"]
    for sentence in (
        "1.7 points apart on average", "Service gave 4 to 5, Sales 1 to 2.", "Contested, two camps: 3 low, 3 high.",
        "People of the same team differ: Sales 1 to 5.", "Service gave 4, Sales 2 to 3.",
    ):  # fmt: skip
        assert sentence in three
    assert [t for t in told[others:] if t in NAMES] == ["Advice", "Visit", "Oven"]
    assert "Contested: a quarter of the people or more" in svg(chart)


def test_a_ranking_that_took_the_lowest_for_the_widest_would_be_caught(monkeypatch):
    monkeypatch.setattr("cjmkit.charts.reveal.to_discuss", lambda figures: lowest(figures))
    with pytest.raises((AssertionError, KeyError)):
        test_the_three_to_discuss_and_why_can_be_read_off()


def test_the_reveal_keeps_the_order_of_the_journey_and_marks_the_three():
    told = lines(reveal(*scored()))
    assert [t for t in told if t in NAMES] == NAMES
    assert {t for t in told if "discuss" in t and t[0].isdigit()} == {"3.0 · discuss · contested", "3.0 · discuss", "3.3 · discuss"}  # fmt: skip
    assert "no score yet" in told


def test_importance_is_told_where_it_broke_a_tie_and_only_there():
    tied = {"Advice": [1, 5], "Wait": [2, 4], "Talk": [2, 4], "Call": [3, 5], "Visit": [3, 3]}
    told = lines(spread_ranking(*scored(tied, ["", ""], importance=[("Talk", 1), ("Call", 3)])))
    assert [t for t in told if t in NAMES][:3] == ["Advice", "Call", "Talk"]
    about = " ".join(told)
    assert "as more important: 75% of" in about
    assert "as more important: 25% of" in about
    assert about.count("more important") == 2


@pytest.mark.parametrize(
    ("given", "teams", "said"),
    [
        ({"Wait": [3, 3]}, ["A", "B"], "Nobody disagrees"), ({"Wait": [3]}, ["A"], "Nobody disagrees"),
        ({"Wait": [1, 5, 4]}, ["", "", ""], "The scores go from 1 to 5."), ({"Wait": [1, 5, 4]}, ["A"] * 3, "The scores go from 1 to 5."),
        ({"Wait": [1, 5]}, ["A", "B"], "first impression, n = 2"),
    ],
)  # fmt: skip
def test_few_people_no_teams_and_agreement_are_told_as_they_are(given, teams, said):
    assert said in svg(spread_ranking(*scored(given, teams)))


def test_nobody_is_named_in_a_picture():
    for picture in (reveal, spread_ranking):
        assert "secret" not in json.dumps(picture(*scored()).to_dict(validate=False))


# --- a dot a person --------------------------------------------------------------------------------------------------


def crowd(people, low, high, teams=3, step=None):
    """Dots of so many people on six touchpoints, far enough apart that nobody agrees on all."""
    draw = np.random.default_rng(people)
    step = step or (1 if high - low <= 10 else (high - low) / 10)
    names = [f"T{n}" for n in range(6)]
    given = {}
    for name in names:
        around = draw.normal(draw.uniform(low, high), (high - low) / 4, people)
        given[name] = np.clip(low + np.round((around - low) / step) * step, low, high).tolist()
    return scored(given, [f"team {n % teams}" for n in range(people)], names, scale={"low": low, "high": high})


def placed(of, points, size="room"):
    where = DotRows(points.assign(row=points.touchpoint), lambda v: 200 + v / of.scale.high * 700, 700 / 11 if of.scale.span > 5 else 700 / of.scale.span,
                    [of.scale.low + n for n in range(int(of.scale.span) + 1)], theme.size_of(size), points.team)  # fmt: skip
    return where, {row: where.marks(row, 0) for row in points.touchpoint.unique()}


@pytest.mark.parametrize(("people", "low", "high"), [(9, 1, 5), (60, 1, 5), (60, 1, 10), (30, 1, 3), (12, 0, 100)])
@pytest.mark.parametrize("size", ["page", "room"])
def test_everybody_has_a_dot_and_no_dot_hides_another(people, low, high, size):
    of, _, points = crowd(people, low, high, step=7 if high == 100 else None)
    where, rows = placed(of, points, size)
    assert not where.crowd
    for found in rows.values():
        assert len(found) == people
        assert max(abs(mark.y) for mark in found) * 2 <= where.tall
        for a, b in combinations(found, 2):
            assert max(abs(a.x - b.x), abs(a.y - b.y)) >= a.area**0.5


def test_dots_laid_on_one_another_would_be_caught(monkeypatch):
    inner = DotRows._mark
    monkeypatch.setattr(DotRows, "_mark", lambda self, team, x, y, size=0: inner(self, team, x, 0.0, size))
    with pytest.raises(AssertionError):
        test_everybody_has_a_dot_and_no_dot_hides_another(60, 1, 5, "room")


def test_a_thousand_people_become_circles_by_their_number_and_the_teams_their_means():
    of, table, points = crowd(1000, 1, 10, teams=8)
    where, rows = placed(of, points)
    circles = [mark for mark in rows["t0"] if mark.fill == "transparent"]
    assert where.crowd
    assert len(circles) == points[points.touchpoint == "t0"].score.nunique()
    assert len(rows["t0"]) == len(circles) + 8
    picture = svg(spread_ranking(of, table, points))
    assert "mean of team 7" in picture
    assert len(picture) < 60_000


def test_teams_differ_without_colour_and_keep_their_look_in_every_picture():
    assert len(set(TEAM_SHAPES)) >= 7
    assert len(set(team_marks(f"team {n}" for n in range(50)).values())) == 51
    of, table, points = scored({"Advice": [1, 5], "Wait": [3, 2, 2, 4]})
    points = points[(points.touchpoint != "t0") | (points.team == "Service")]
    points = pd.concat([points, points.tail(1).assign(touchpoint="t0", score=2.0)])
    service = team_marks(TEAMS)["Service"][0]
    assert set(marks(touchpoint_dots(of, table, points, "t0"))["shape"]) >= {service}
    assert team_marks(TEAMS)["Sales"][0] not in set(marks(touchpoint_dots(of, table, points, "t0"))["shape"])


@pytest.mark.parametrize("picture", [reveal, spread_ranking])
def test_in_the_room_it_is_read_from_five_metres(picture):
    drawn = svg(picture(*scored(), size="room"))
    assert 1700 <= seen.size(drawn)[0] <= 1725
    assert min(float(size) for size in seen.re.findall(r'font-size="([\d.]+)px"', drawn)) >= 24


# --- what moved, what holds, the team's gap ----------------------------------------------------------------------------


def test_the_shift_is_an_arrow_and_its_words_say_closer_or_wider():
    of = journey(NAMES[:3])
    told = lines(round_shift_chart(of, shift(figures(of, [2.0, 3.0, 4.0]))))
    assert {"2.0 → 2.8, closer together", "3.0 → 2.5, as far apart as before", "4.0 → 4.0, wider apart"} <= set(told)
    assert "After talking it over: 1 of 3 touchpoints are closer together" in told
    shapes = marks(round_shift_chart(of, shift(figures(of, [2.0, 3.0, 4.0]))))["shape"]
    assert {"triangle-right", "triangle-left"} <= set(shapes)


def test_whether_the_lowest_hold_is_the_title_and_other_weights_are_marked():
    of = journey(NAMES)
    chart = rank_stability_chart(of, stability(figures(of, [1.0, 2.0, 3.0, 4.0, 5.0, 4.5])))
    assert chart.spec["title"]["text"] == ["The lowest 3 hold in 87% of runs"]
    diamonds = marks(chart).query("shape == 'diamond'")
    assert len(diamonds) == 1 + 2  # the key, and the two that hold also if teams weigh the same
    assert "1 other touchpoint is as good as never among them." in lines(chart)


def test_the_gaps_are_sorted_the_team_hollow_and_the_customers_solid():
    of = journey(NAMES[:3])
    chart = team_gap_chart(of, gaps(figures(of, [1.0, 5.0, 3.0])))
    told = lines(chart)
    assert [t for t in told if t in NAMES] == ["Wait", "Talk", "Advice"]
    assert chart.spec["title"]["text"] == ["Widest gap: Wait. The team 100%, customers 48%"]
    assert {"the team 52 points higher", "the team 2 points higher", "the team 48 points lower"} <= set(told)
    looks = marks(chart).groupby("shape").fill.unique()
    assert (list(looks["circle"]), list(looks["diamond"])) == ([theme.PAPER], [theme.ACCENT])


def test_to_discuss_leaves_out_where_nobody_disagrees():
    assert list(to_discuss(scored({"Wait": [1, 5], "Visit": [3, 3]}, ["A", "B"])[1])["name"]) == ["Wait"]
    assert dots.by_team(pd.DataFrame({"team": ["", "A", "B"], "score": [1, 5, 2]}))[0][0] == "B"
