import json
import tracemalloc

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjmkit.errors import FigureError
from cjmkit.journey import Scale
from cjmkit.method import agreement
from cjmkit.method.agreement import alpha, guessing, icc, spread, why_apart
from cjmkit.method.stability import rank_stability

NONE = None
DATA_C = [  # Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, data C
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NONE, NONE, NONE],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NONE, NONE],
    [NONE, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 3],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NONE],
]
JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]  # Shrout & Fleiss (1979)
LEVELS = ["nominal", "ordinal", "interval", "ratio"]
ONE_TO_FIVE = Scale(low=1, high=5)


def table_of(people_by_touchpoints, teams=None):
    """Final scores of a table with a row per person; None is a missing score, and no row."""
    return pd.DataFrame(
        [
            {"participant": f"p{p}", "team": teams[p] if teams else "", "touchpoint": f"t{t:02}", "score": float(x), "round": 1}
            for p, row in enumerate(people_by_touchpoints)
            for t, x in enumerate(row)
            if x is not None
        ],
        columns=["participant", "team", "touchpoint", "score", "round"],
    )  # fmt: skip


def dense(points, missing=np.nan):
    return points.pivot(index="participant", columns="touchpoint", values="score").fillna(missing).to_numpy()


def random_table(seed, people=8, touchpoints=7, missing=0.3, high=5):
    rng = np.random.default_rng(seed)
    base = rng.integers(1, high + 1, touchpoints)
    scores = np.clip(base + rng.integers(-1, 2, (people, touchpoints)) + rng.integers(-1, 2, (people, 1)), 1, high)
    gone = rng.random(scores.shape) < missing
    return table_of(
        [[None if g else int(x) for x, g in zip(*row, strict=True)] for row in zip(scores, gone, strict=True)]
    )


@pytest.fixture(scope="module", autouse=True)
def few_runs():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(agreement, "RUNS", 30)
        yield


def case_of(real_data, name):
    cases = json.loads((real_data / "published_stats_open" / "cases.json").read_text("utf-8"))
    return next(case for case in cases if case["id"] == name)


@pytest.mark.parametrize(("level", "published"), list(zip(LEVELS, [0.743, 0.815, 0.849, 0.797], strict=True)))
def test_krippendorffs_own_example_comes_out_as_printed(level, published):
    assert round(alpha(table_of(DATA_C), level).value, 3) == published
    zeros = krippendorff.alpha(dense(table_of(DATA_C), missing=0), level_of_measurement=level)
    assert abs(zeros - published) > 0.1  # control: what is missing taken for 0


@pytest.mark.parametrize("name", ["kripp_C", "kripp_wikipedia"])
def test_alpha_is_as_published_to_the_last_digit(real_data, name):
    case = case_of(real_data, name)
    points = table_of(case["input"]["raters_by_units"])
    for level, value in case["more_digits"].items():
        found = alpha(points, level)
        assert found.value == pytest.approx(value, abs=1e-12)
        assert found.low <= found.value <= found.high
    for level, value in case["published"].items():
        assert round(alpha(points, level).value, 3) == value


def test_alpha_counts_what_two_people_scored():
    found = alpha(table_of(DATA_C))
    assert (found.ratings, found.touchpoints, found.people) == (40, 11, 4)  # unit 12 has one rating and drops out


def test_the_psychiatrists_diagnoses(real_data):
    case = case_of(real_data, "fleiss_1971_diagnoses")
    rows = [[int(name[0]) for name in row] for row in case["input"]["subjects_by_raters"]]
    found = alpha(table_of(np.array(rows).T.tolist()), "nominal")
    assert found.value == pytest.approx(case["more_digits"]["alpha_nominal"], abs=1e-5)


def test_shrout_and_fleiss_judges_come_out_as_printed():
    points = table_of(np.array(JUDGES).T.tolist())
    found = icc(points)
    assert (round(found.single, 2), round(found.average, 2), found.k) == (0.29, 0.62, 4)
    assert (
        round(icc(points.rename(columns={"participant": "touchpoint", "touchpoint": "participant"})).single, 2) != 0.29
    )


def test_the_iccs_are_as_published_to_the_last_digit(real_data):
    case = case_of(real_data, "shrout_fleiss_1979")
    found = icc(table_of(np.array(case["input"]["subjects_by_judges"]).T.tolist()))
    assert found.single == pytest.approx(case["more_digits"]["ICC(2,1)"], abs=5e-5)
    assert found.average == pytest.approx(case["more_digits"]["ICC(2,4)"], abs=5e-5)


def ordinal_distance(points):
    """Krippendorff's ordinal distance, from how often each point was given where two people scored."""
    shared = points[points.groupby("touchpoint").score.transform("size") > 1]
    often = shared.score.value_counts()

    def apart(a, b):
        low, high = min(a, b), max(a, b)
        between = often[(often.index >= low) & (often.index <= high)].sum()
        return float(between - (often[low] + often[high]) / 2) ** 2

    return apart


@pytest.mark.parametrize("seed", range(5))
def test_another_package_finds_the_same_alpha_on_random_tables(seed):
    from nltk.metrics.agreement import AnnotationTask
    from nltk.metrics.distance import binary_distance, interval_distance

    points = random_table(seed)
    rows = points[["participant", "touchpoint", "score"]].values.tolist()
    ways = {"nominal": binary_distance, "interval": interval_distance, "ordinal": ordinal_distance(points)}
    for level, distance in ways.items():
        theirs = AnnotationTask(rows, distance).alpha()
        assert alpha(points, level).value == pytest.approx(theirs, abs=1e-9), level
    assert alpha(points, "nominal").value != pytest.approx(AnnotationTask(rows, interval_distance).alpha(), abs=1e-3)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(3))
def test_another_package_finds_the_same_icc_on_random_tables(seed):
    import pingouin

    points = random_table(seed, missing=0)
    theirs = pingouin.intraclass_corr(points, targets="touchpoint", raters="participant", ratings="score")
    theirs = theirs.set_index("Type").ICC
    found = icc(points)
    assert found.single == pytest.approx(theirs["ICC(A,1)"], abs=1e-9)
    assert found.average == pytest.approx(theirs["ICC(A,k)"], abs=1e-9)
    assert found.single != pytest.approx(theirs["ICC(C,1)"], abs=1e-3)  # control: consistency is another question


def henderson_by_matrices(points):
    """ICC(2,1) from the traces of the dense projections: no formula of the kit's."""
    y = points.score.to_numpy()
    effects = [pd.get_dummies(points[name]).to_numpy(dtype=float) for name in ("touchpoint", "participant")]
    onto = [z @ np.linalg.inv(z.T @ z) @ z.T for z in effects]
    mean, all_ = np.full((len(y), len(y)), 1 / len(y)), np.eye(len(y))
    forms = [onto[0] - mean, onto[1] - mean, all_ - onto[0] - onto[1] + mean]
    spreads = [z @ z.T for z in effects] + [all_]
    expected = [[np.trace(q @ v) for v in spreads] for q in forms]
    touchpoints, people, rest = np.linalg.solve(expected, [y @ q @ y for q in forms])
    return touchpoints / (touchpoints + people + rest)


@pytest.mark.parametrize("seed", range(6))
def test_icc_with_missing_scores_is_hendersons(seed):
    points = random_table(seed, missing=0.4)
    assert icc(points).single == pytest.approx(henderson_by_matrices(points), abs=1e-9)
    zeros = table_of(dense(points, missing=0).tolist())
    assert icc(zeros).single != pytest.approx(henderson_by_matrices(points), abs=1e-2)  # control: missing taken for 0


def test_k_is_the_harmonic_mean_of_the_raters():
    points = table_of([[1, 4, 5], [2, 5, 4], [1, None, 4], [3, None, None]])
    assert icc(points).k == pytest.approx(3 / (1 / 4 + 1 / 2 + 1 / 3))


def test_the_interval_is_a_bootstrap_over_whole_touchpoints(monkeypatch):
    from scipy.stats import bootstrap

    monkeypatch.setattr(agreement, "RUNS", 2500)
    points = random_table(3, people=6, touchpoints=15)
    matrix, found = dense(points), alpha(points, "interval")

    def by_touchpoints(drawn):
        return krippendorff.alpha(matrix[:, drawn.astype(int)], level_of_measurement="interval")

    def by_people(drawn):
        return krippendorff.alpha(matrix[drawn.astype(int)], level_of_measurement="interval")

    def interval(of, size):
        how = {"method": "percentile", "n_resamples": 2500, "vectorized": False, "rng": 7}
        return bootstrap((np.arange(size, dtype=float),), of, **how).confidence_interval

    assert [found.low, found.high] == pytest.approx(list(interval(by_touchpoints, 15)), abs=0.02)
    assert [found.low, found.high] != pytest.approx(list(interval(by_people, 6)), abs=0.02)


def test_spread_by_hand():
    row = spread(table_of([[4], [4], [5], [5], [4]]), ["t00"], ONE_TO_FIVE).loc["t00"]
    assert (row.n, row.smallest, row.largest, row["range"]) == (5, 4, 5, 1)
    assert row.deviation == pytest.approx(0.48)
    assert row.sd**2 == pytest.approx(0.3)
    assert row.r_wg == pytest.approx(1 - 0.3 / 2)


@pytest.mark.parametrize(("low", "high", "expected"), [(1, 3, 8 / 12), (1, 10, 99 / 12), (0, 100, 1000), (-5, 5, 10)])
def test_r_wg_is_held_against_the_points_that_the_scale_offers(low, high, expected):
    found = spread(table_of([[low], [high]]), ["t00"], Scale(low=low, high=high)).at["t00", "r_wg"]
    assert found == pytest.approx(1 - (high - low) ** 2 / 2 / expected)
    assert found < 0


def test_three_who_guess_often_seem_to_agree():
    assert guessing(ONE_TO_FIVE, 3) == 0.232
    drawn = np.random.default_rng(1).integers(1, 4, (20000, 4))
    shown = (1 - drawn.var(axis=1, ddof=1) / (8 / 12) >= 0.7).mean()
    assert guessing(Scale(low=1, high=3), 4) == pytest.approx(shown, abs=0.02)


def test_where_there_is_no_figure_the_reason_is_said():
    nothing, alone, agreed = table_of([]), table_of([[1, 2, 5]]), table_of([[3, 3], [3, 3]])
    assert [alpha(x).reason for x in (nothing, alone, agreed)] == ["none", "one rater", "equal"]
    assert [icc(x).reason for x in (nothing, alone, agreed)] == ["none", "one rater", "equal"]
    assert icc(table_of([[1], [2]])).reason == "one touchpoint"
    assert icc(table_of([[1, None], [None, 5]])).reason == "unlinked"
    for found in (alpha(agreed), icc(agreed)):
        assert np.isnan(found[:2]).all()
    one = spread(alone, ["t00"], ONE_TO_FIVE).loc["t00"]
    assert one[["sd", "r_wg"]].isna().all()
    assert one.deviation == 0


@pytest.mark.parametrize("points", [table_of([[1], [2]]), table_of([[1, 2], [2, None]])])
def test_alpha_of_one_touchpoint_is_refused_with_the_reason(points):
    with pytest.raises(FigureError, match="compares touchpoints"):
        alpha(points)


def test_coefficients_may_be_negative():
    points = table_of([[1, 5, 1], [5, 1, 5]])
    assert alpha(points, "interval").value < 0
    assert icc(points).single < 0


def test_means_without_variance_have_no_icc_and_no_crash():
    found = icc(table_of([[8, 6], [None, 10]]))
    assert np.isnan(found.average)
    assert found.single < 0


def test_raters_who_are_constant_but_apart_agree_on_nothing():
    points = table_of([[1, 1, 1], [5, 5, 5]])
    assert icc(points).single == pytest.approx(0, abs=1e-9)
    assert alpha(points, "interval").value <= 0


scores = st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(0, 10), min_size=1, max_size=25)


def frame(given_scores):
    rows = [(f"p{p}", "Sales" if p % 2 else "Service", f"t{t}", float(x), 1) for (p, t), x in given_scores.items()]
    return pd.DataFrame(rows, columns=["participant", "team", "touchpoint", "score", "round"])


def figures(points, ids, scale):
    """Everything of this file; an error is its sentence."""
    try:
        found = [alpha(points, "interval"), alpha(points)]
    except FigureError as error:
        found = [str(error)]
    return [*found, icc(points), spread(points, ids, scale), why_apart(points)]


def same(ours, theirs):
    for a, b in zip(ours, theirs, strict=True):
        if isinstance(a, pd.DataFrame):
            pd.testing.assert_frame_equal(a, b)
        elif isinstance(a, str):
            assert a == b
        else:
            assert a[-1] == b[-1]
            assert a[:-1] == pytest.approx(b[:-1], abs=1e-7, nan_ok=True)


@settings(max_examples=12, deadline=None)
@given(scores, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_the_names_of_people_change_nothing(given_scores, random):
    points = frame(given_scores)
    names = sorted(points.participant.unique())
    others = dict(zip(names, random.sample(names, len(names)), strict=True))
    order = random.sample(range(len(points)), len(points))
    other = points.iloc[order].assign(participant=points.participant.map(others)).reset_index(drop=True)
    ids, scale = ["t0", "t1", "t2", "t3", "t4"], Scale(low=0, high=10)
    same(figures(points, ids, scale), figures(other, ids, scale))


def test_names_of_touchpoints_do_not_move_the_interval():
    points = random_table(4)
    turned = points.assign(touchpoint=points.touchpoint.map(lambda name: f"t{99 - int(name[1:])}"))
    assert alpha(points) == alpha(turned.sort_values("touchpoint"))

    def by_order_of_names(table):  # control: drawn in the order in which the touchpoints stand
        matrix, drawn = dense(table), np.random.default_rng(1).integers(7, size=(30, 7))
        return np.percentile([krippendorff.alpha(matrix[:, d], level_of_measurement="ordinal") for d in drawn], 2.5)

    assert by_order_of_names(points) != by_order_of_names(turned)


@settings(max_examples=12, deadline=None)
@given(scores, st.sampled_from([(1, -5), (10, 0), (100, 3)]))
def test_a_scale_that_is_shifted_or_stretched_says_the_same(given_scores, change):
    by, plus = change
    points, ids = frame(given_scores), ["t0", "t1", "t2", "t3", "t4"]
    other, scale = points.assign(score=points.score * by + plus), Scale(low=plus, high=10 * by + plus)
    ours, theirs = (figures(p, ids, s) for p, s in ((points, Scale(low=0, high=10)), (other, scale)))
    same(ours[:-2], theirs[:-2])
    assert ours[-2].r_wg.tolist() == pytest.approx(theirs[-2].r_wg.tolist(), nan_ok=True)


def test_control_a_stretched_scale_moves_alpha_for_ratios():
    points = random_table(2)
    assert alpha(points, "ratio").value != pytest.approx(alpha(points.assign(score=points.score + 5), "ratio").value)


@settings(max_examples=12, deadline=None)
@given(scores)
def test_a_touchpoint_without_scores_changes_nothing(given_scores):
    points, ids, scale = frame(given_scores), ["t0", "t1"], Scale(low=0, high=10)
    empty = pd.DataFrame(
        {"participant": ["p0", "p1"], "team": "Sales", "touchpoint": "t9", "score": np.nan, "round": 1}
    )
    same(figures(points, ids, scale), figures(pd.concat([points, empty]), ids, scale))
    row = spread(points, ["t9"], scale).loc["t9"]
    assert row.n == 0
    assert row.drop("n").isna().all()


TEAMS = ["Sales", "Sales", "Service", "Service"]


@pytest.mark.parametrize(
    ("gave", "teams", "expected"),
    [
        ([5, 4, 1, 2], TEAMS, ["teams", "Sales", "Service", 4, 5, 1, 2]),
        ([1, 3, 4, 5], TEAMS, ["teams", "Service", "Sales", 4, 5, 1, 3]),
        ([5, 3, 1, 3], TEAMS, ["people", "", ""]),  # touching is not above
        ([5, 1, 5, 1], TEAMS, ["people", "", ""]),
        ([3, 3, 3, 3], TEAMS, ["", "", ""]),
        ([5, 5, 5, 1], ["Sales", "Sales", "Sales", "Service"], ["people", "", ""]),  # one person is not a team
        ([5, 4, 1, 2], [""] * 4, ["people", "", ""]),
        ([5, 4, 1, 2], ["Sales", "Sales", "", ""], ["people", "", ""]),
        ([5, 3, 4, 4, 1, 2], [*TEAMS, "Web", "Web"], ["teams", "Service", "Web", 4, 4, 1, 2]),
        ([5, 5, 3, 3, 1, 2], [*TEAMS, "Web", "Web"], ["teams", "Sales", "Web", 5, 5, 1, 2]),  # the farthest pair
    ],
)
def test_why_people_are_apart(gave, teams, expected):
    row = why_apart(table_of([[x] for x in gave], teams)).loc["t00"]
    assert [*row.iloc[:3], *row.iloc[3:].dropna()] == expected


def test_one_person_alone_is_not_apart():
    assert why_apart(table_of([[3, 4], [None, 5]])).index.tolist() == ["t01"]
    assert why_apart(table_of([])).empty


@pytest.mark.parametrize("level", LEVELS)
def test_all_draws_at_once_give_the_alphas_of_each(level):
    rng = np.random.default_rng(2)
    counts, values = rng.multinomial(4, [0.2] * 5, size=6), np.array([0.0, 1, 2, 4, 5])
    counts[:2] = [4, 0, 0, 0, 0]
    drawn = np.concatenate([rng.integers(6, size=(40, 6)), [[0, 1, 0, 1, 0, 1]]])
    each = [agreement._alpha(counts[rows], values, level) for rows in drawn]
    np.testing.assert_allclose(agreement._alphas(counts, drawn, values, level), each, rtol=0, atol=1e-12)
    assert np.isnan(each[-1])
    assert not np.isnan(each[0])
    with pytest.raises(AssertionError):  # control: the values' distances matter
        np.testing.assert_allclose(agreement._alphas(counts, drawn, values**3, "interval"), each, rtol=0, atol=1e-12)


@pytest.fixture(scope="module")
def sparse():
    """70,000 ratings by 3,000 people of 2,000 touchpoints; as a dense table 48 MB."""
    cells = np.random.default_rng(1).choice(3000 * 2000, 70000, replace=False)
    people, touchpoints = cells // 2000, cells % 2000
    columns = {
        "participant": people.astype(str),
        "team": (people % 3).astype(str),
        "touchpoint": touchpoints.astype(str),
    }
    return pd.DataFrame({**columns, "score": (cells * 7919 % 5 + 1).astype(float), "round": 1})


def peak(act):
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("figure", [alpha, icc, spread, why_apart, rank_stability])
def test_sparse_ratings_of_thousands_never_become_a_dense_table(sparse, figure):
    ids = sorted(sparse.touchpoint.unique())
    more = {spread: (ids, ONE_TO_FIVE), rank_stability: (ids, 100)}.get(figure, ())
    assert peak(lambda: figure(sparse, *more)) < 40


def test_control_a_dense_table_breaks_that_bound(sparse):
    assert peak(lambda: dense(sparse)) > 40
