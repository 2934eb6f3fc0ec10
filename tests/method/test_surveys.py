import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, t

from cjmkit.errors import FigureError
from cjmkit.method.groups import OTHER, merge_small_groups
from cjmkit.method.intervals import wilson
from cjmkit.method.surveys import ces, csat, nps, overall, ratings

SCALES = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7), "rating": (1, 5), "overall": (1, 5)}
FIGURES = {"nps": nps, "csat": csat, "ces": ces, "rating": ratings, "overall": overall}


def answers_of(values, **columns):
    n = len(values)
    return pd.DataFrame(
        {"respondent": [f"r{i}" for i in range(n)], "item": "q", "value": np.array(values, dtype=float), **columns}
    )


def item(kind, low=None, high=None, touchpoint=""):
    scale = {"low": SCALES[kind][0] if low is None else low, "high": SCALES[kind][1] if high is None else high}
    return pd.DataFrame([{"item": "q", "kind": kind, "touchpoint": touchpoint, **scale, "name": "q"}])


def nps_of(promoters, passives, detractors, **columns):
    return nps(answers_of([10] * promoters + [8] * passives + [0] * detractors, **columns), item("nps")).iloc[0]


def published(real_data, case):
    cases = json.loads((real_data / "published_stats_open" / "cases.json").read_text())
    return next(c for c in cases if c["id"] == case)


def test_nps_and_its_margin_are_those_of_the_talkstats_example(real_data):
    case = published(real_data, "nps_talkstats")
    row = nps_of(*(case["input"][name] for name in ("promoters", "passives", "detractors")))
    assert row.n == case["input"]["n"]
    assert round(row.value) == case["published"]["nps_rounded"]
    assert round((row.high - row.low) / 2, 1) == case["published"]["margin"]
    assert row.se == pytest.approx(case["more_digits"]["se"])
    assert row.high - row.value == pytest.approx(case["more_digits"]["margin_z196"])


def test_nps_and_its_error_are_those_of_whubers_answer(real_data):
    case = published(real_data, "nps_whuber")
    row = nps_of(162, 108, 54)
    assert row.value == pytest.approx(100 / 3)
    assert row.se**2 * row.n / 100**2 == pytest.approx(5 / 9)
    assert row.se == pytest.approx(100 * case["more_digits"]["se"])


def test_only_nine_and_ten_promote_and_zero_to_six_detract():
    row = nps(answers_of(range(11)), item("nps")).iloc[0]
    assert (row.promoters, row.passives, row.detractors) == (2, 2, 7)


@pytest.mark.parametrize(("low", "high"), [(1, 10), (0, 5), (0, 100)])
def test_nps_of_another_scale_is_refused(low, high):
    with pytest.raises(FigureError, match=f"Item q goes from {low} to {high}. NPS is defined on 0 to 10 only"):
        nps(answers_of([5]), item("nps", low, high))


@pytest.mark.parametrize(
    ("low", "high", "values", "share", "rule"),
    [(1, 5, [3, 4, 5, 1], 0.5, (4, 5)), (1, 7, [5, 6, 7, 7], 0.75, (6, 7)), (1, 10, [8, 9, 10, 10], 0.75, (9, 10)),
     (1, 3, [1, 2, 3, 3], 0.5, (3, 3))],
)  # fmt: skip
def test_csat_is_the_share_of_the_best_answers_and_names_its_rule(low, high, values, share, rule):
    row = csat(answers_of(values), item("csat", low, high)).iloc[0]
    assert (row.value, row.rule, row.best) == (share, rule, share * 4)
    exact = binomtest(int(share * 4), 4).proportion_ci(method="wilson")
    assert (row.low, row.high) == pytest.approx((exact.low, exact.high), abs=1e-4)


def test_csat_on_a_scale_without_agreed_best_answers_is_refused():
    with pytest.raises(FigureError, match="1–5, 1–7, 1–10, 1–3"):
        csat(answers_of([1]), item("csat", 0, 10))


def test_customer_effort_gives_mean_and_share_of_agreement_with_the_rule():
    row = ces(answers_of([7, 5, 4, 2]), item("ces")).iloc[0]
    assert (row.value, row.agree, row.rule) == (4.5, 0.5, (5, 7))
    assert ces(answers_of([3, 4]), item("ces", 1, 5)).rule[0] == (4, 5)


def test_a_rating_has_students_interval_cut_to_the_scale():
    values = [5, 5, 4, 5, 5, 1]
    row = ratings(answers_of(values), item("rating", touchpoint="food")).iloc[0]
    low, high = t.interval(0.95, 5, np.mean(values), np.std(values, ddof=1) / math.sqrt(6))
    assert (row.touchpoint, row.interval) == ("food", "t")
    assert row.low == pytest.approx(low)
    assert high > 5
    assert row.high == 5
    assert (row.share_low, row.share_middle, row.share_high) == pytest.approx((1 / 6, 0, 5 / 6))


def test_each_figure_takes_only_its_own_items():
    for kind, figure in FIGURES.items():
        for other in FIGURES:
            assert len(figure(answers_of([3]), item(other))) == (kind == other)
            assert (
                figure(answers_of([3]), item(other)).columns.tolist()
                == figure(answers_of([]), item(kind)).columns.tolist()
            )


@pytest.mark.parametrize("kind", list(FIGURES))
def test_nobody_one_and_all_the_same_have_no_interval_and_say_so(kind):
    def of(values):
        return FIGURES[kind](answers_of(values), item(kind)).iloc[0]

    nobody, one, same = of([math.nan, math.nan]), of([3, math.nan]), of([5, 5, 5])
    assert (nobody.n, nobody.missing, nobody.interval) == (0, 2, "none")
    assert math.isnan(nobody.value)
    assert (one.n, one.missing, one.interval) == (1, 1, "one")
    assert not math.isnan(one.value)
    assert math.isnan(one.low)
    assert math.isnan(one.high)
    if kind == "csat":
        assert (same.value, same.high, same.interval) == (1, 1, "wilson")
        assert same.low < 0.5
    else:
        assert same.interval == "equal"
        assert math.isnan(same.low)


def test_weights_change_the_estimate_and_widen_its_error():
    values = answers_of([10, 10, 0, 0], weight=[3.0, 1, 1, 1])
    row = nps(values, item("nps"), weighted=True).iloc[0]
    assert row.value == pytest.approx(100 * (4 - 2) / 6)
    assert (row.n, row.n_eff) == (4, 3.0)
    assert row.se == pytest.approx(100 * math.sqrt((1 - (1 / 3) ** 2) / 3))
    assert nps(values, item("nps")).value[0] == 0


@pytest.mark.parametrize("kind", list(FIGURES))
def test_equal_weights_change_nothing(kind):
    values = answers_of([1, 3, 5, 5, 2], weight=0.4)
    plain, weighted = (FIGURES[kind](values, item(kind), weighted=w) for w in (False, True))
    pd.testing.assert_frame_equal(plain, weighted)


def test_weights_or_segments_that_are_not_there_are_said():
    with pytest.raises(FigureError, match="carry no weights"):
        nps(answers_of([1, 2], weight=[math.nan, math.nan]), item("nps"), weighted=True)
    with pytest.raises(FigureError, match="carry no weights"):
        nps(answers_of([1, 2]).drop(columns="weight", errors="ignore"), item("nps"), weighted=True)
    with pytest.raises(FigureError, match=r"no segment sex\. There are: age"):
        nps(answers_of([1], age="young"), item("nps"), by="sex")
    with pytest.raises(FigureError, match="no segment item"):
        nps(answers_of([1], age="young"), item("nps"), by="item")
    with pytest.raises(FigureError, match="not on its scale from 1 to 5"):
        csat(answers_of([6]), item("csat"))


@pytest.mark.parametrize("lacking", [math.nan, 0.0, -1.0, math.inf])
def test_of_some_missing_weights_it_is_said_how_many_not_that_there_are_none(lacking):
    with pytest.raises(FigureError, match="lack a weight above zero: 1 of 200"):
        nps(answers_of([9] * 200, weight=[1.0] * 199 + [lacking]), item("nps"), weighted=True)
    assert nps(answers_of([9] * 200, weight=[1.0] * 200), item("nps"), weighted=True).n[0] == 200


@pytest.mark.parametrize(("figure", "kind"), [(nps, "nps"), (overall, "overall"), (ratings, "rating")])
def test_an_answer_given_twice_is_an_error_and_no_second_customer(figure, kind):
    asked = item(kind)
    low, high = int(asked.low[0]), int(asked.high[0])
    once = answers_of([low, high])
    with pytest.raises(FigureError, match=r"answered it already \(2 in all\)"):
        figure(pd.concat([once, once]), asked)
    assert figure(once, asked).n[0] == 2
    waves = pd.concat([once.assign(wave="spring"), once.assign(wave="autumn")])
    assert figure(waves, asked).n[0] == 4  # a wave asks anew
    unanswered = pd.concat([once, once.assign(value=math.nan)])
    assert figure(unanswered, asked).n[0] == 2


def test_groups_stand_in_the_order_of_their_labels_and_small_ones_together_at_the_end():
    ages = ["old"] * 6 + ["young"] * 7 + ["child"] * 2 + ["middle"] * 5 + [""] * 5
    column = pd.Categorical(ages, categories=["child", "young", "middle", "old", ""], ordered=True)
    table = nps(answers_of([9] * 10 + [3] * 15, age=column), item("nps"), by="age")
    assert list(zip(table.group, table.n, strict=True)) == [("young", 7), ("middle", 5), ("old", 6), (OTHER, 7)]


def test_a_group_counts_those_who_answered_not_those_who_were_asked():
    ages = ["a"] * 9 + ["b"] * 9
    values = [5.0] * 9 + [4.0] * 2 + [math.nan] * 7
    assert ratings(answers_of(values, age=ages), item("rating"), by="age").group.tolist() == [OTHER]
    waves = pd.concat([answers_of([9] * 4, wave="1", age="a"), answers_of([9] * 4, wave="2", age="a")])
    assert nps(waves, item("nps"), by="age").group.tolist() == [OTHER]


sizes = st.dictionaries(st.sampled_from([*"abcdefgh", OTHER, ""]), st.integers(0, 30), max_size=8)


def smallest_to_be_found(counts, shown):
    """The smallest number of customers behind a group that is shown, or left when the others are taken away."""
    groups = {}
    for group, n in counts.items():
        groups[shown[group]] = groups.get(shown[group], 0) + n
    there = [n for n in groups.values() if n]
    return min(there) if len(there) > 1 else 5


def left_out(counts, least=5):
    """The control: small groups each become "other" and no more is done, so that one alone is found by subtraction."""
    return {group: OTHER if n < least else group for group, n in counts.items()}


@settings(deadline=None)
@given(sizes)
def test_no_group_under_five_can_be_found_by_subtraction_either(counts):
    shown = merge_small_groups(counts)
    assert shown.keys() == counts.keys()
    assert smallest_to_be_found(counts, shown) >= 5


def test_the_same_check_finds_the_group_that_was_only_renamed():
    counts = {"a": 20, "b": 3, "c": 6}
    assert smallest_to_be_found(counts, left_out(counts)) == 3
    assert smallest_to_be_found(counts, merge_small_groups(counts)) == 9


def test_groups_of_five_and_more_stay_as_they_are():
    assert merge_small_groups({"a": 5, "b": 9, "c": 0}) == {"a": "a", "b": "b", "c": "c"}


given_answers = st.lists(st.one_of(st.integers(1, 5), st.just(math.nan)), max_size=30)


@settings(deadline=None, max_examples=40)
@given(given_answers, st.randoms(use_true_random=False), st.sampled_from(list(FIGURES)))
def test_the_order_of_the_respondents_changes_nothing(values, chance, kind):
    table = answers_of(
        values, weight=[chance.uniform(0.1, 3) for _ in values], age=[chance.choice("ab") for _ in values]
    )
    order = chance.sample(range(len(values)), len(values))
    for by, weighted in ((None, False), ("age", True)):
        one, two = (FIGURES[kind](x, item(kind), by=by, weighted=weighted) for x in (table, table.iloc[order]))
        pd.testing.assert_frame_equal(one, two)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 10), st.floats(0.01, 50)), min_size=2, max_size=40), st.booleans())
def test_nps_lies_within_its_interval_and_that_within_a_hundred(rows, weighted):
    values, weights = zip(*rows, strict=True)
    row = nps(answers_of(values, weight=weights), item("nps"), weighted=weighted).iloc[0]
    assert -100 <= row.value <= 100
    assume(row.interval == "normal")
    assert -100 <= row.low <= row.value <= row.high <= 100
    assert row.promoters + row.passives + row.detractors == row.n


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(1, 5), min_size=2, max_size=40), st.sampled_from(["csat", "ces", "rating", "overall"]))
def test_a_figure_lies_within_its_interval_and_that_on_its_scale(values, kind):
    row = FIGURES[kind](answers_of(values), item(kind)).iloc[0]
    assume(row.interval in ("t", "wilson"))
    low, high = (0, 1) if kind == "csat" else SCALES[kind]
    assert low <= row.low <= row.value <= row.high <= high


def test_wilsons_interval_covers_what_it_says():
    chance = np.random.default_rng(1)
    found = [wilson(k / 40, 40) for k in chance.binomial(40, 0.85, 4000)]
    assert 0.93 < np.mean([low <= 0.85 <= high for low, high in found]) < 0.97
