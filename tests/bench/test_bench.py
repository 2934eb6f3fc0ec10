"""What the kit costs, beside what a user would use instead, in one run, as a ratio. Nothing here can fail by time.

`make bench` prints the table; every figure is the median of several runs.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest

ROOT = Path(__file__).parents[2]
RUNS = 5
ROWS: list[tuple[str, float, str, float]] = []

PLAIN_CHART = """
import json, csv, altair as alt, pandas as pd, vl_convert
journey = json.load(open("workshops/fridge/journey.json", encoding="utf-8"))
table = pd.read_csv("workshops/fridge/scores.csv").query("persona != persona").sort_values("round")
last = table.dropna(subset="score").drop_duplicates(["participant", "touchpoint"], keep="last")
means = last.groupby("touchpoint", sort=False).score.mean().reset_index()
chart = alt.Chart(means).mark_line(point=True).encode(x=alt.X("touchpoint", sort=None), y="score")
vl_convert.vegalite_to_svg(chart.to_dict())
"""
OUR_FIGURES = """
import cjmkit as cjm
report = cjm.open_report("fridge", language="en")
chart = cjm.emotion_curve(report.journey, report.figures, report.points, language="en")
"""
OUR_CHART = OUR_FIGURES + "from cjmkit.charts.drawing import svg\nsvg(chart, 'en')\n"


def seconds(act, runs: int = RUNS) -> float:
    taken = []
    for _ in range(runs):
        start = perf_counter()
        act()
        taken.append(perf_counter() - start)
    return median(taken)


def process(code: str):
    env = {**os.environ, "CJMKIT_WORKSHOPS": str(ROOT / "workshops")}
    return lambda: subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=env, capture_output=True)


def beside(what: str, ours: float, other: str, theirs: float) -> None:
    ROWS.append((what, ours, other, theirs))


@pytest.fixture(scope="module", autouse=True)
def printed():
    yield
    print("\n\n| what | cjmkit, s | instead | s | ratio |\n|---|---|---|---|---|")
    for what, ours, other, theirs in ROWS:
        print(f"| {what} | {ours:.3f} | {other} | {theirs:.3f} | {ours / theirs:.2f} |")
    print(f"\npeak memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, of its largest child "
          f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")  # fmt: skip


def test_importing():
    empty = seconds(process("pass"))
    beside("import cjmkit (less an empty process)", max(seconds(process("import cjmkit")) - empty, 1e-4),
           "import pandas", seconds(process("import pandas")) - empty)  # fmt: skip


def test_a_fresh_process_to_its_first_chart():
    beside("fresh process to a chart with intervals and dots", seconds(process(OUR_FIGURES)),
           "pandas + Altair by hand, means only, no SVG", seconds(process(PLAIN_CHART.replace("vl_convert.vegalite_to_svg(", "("))))  # fmt: skip
    beside(
        "the same, drawn as SVG",
        seconds(process(OUR_CHART)),
        "the same by hand, drawn as SVG",
        seconds(process(PLAIN_CHART)),
    )


@pytest.fixture
def large(tmp_path) -> Path:
    """A client with 200 touchpoints and 1,800 score rows."""
    from cjmkit.journey import Journey
    from cjmkit.tables import scores_frame, scores_to_csv

    touchpoints = [{"id": f"t{n}", "stage": "a", "name": f"Touchpoint {n}", "doing": "x" * 200} for n in range(200)]
    journey = Journey.from_data({"stages": [{"id": "a"}], "personas": [{"id": "p"}], "touchpoints": touchpoints})
    folder = tmp_path / "large"
    folder.mkdir()
    (folder / "journey.json").write_text(journey.to_json(), "utf-8")
    rows = [
        {"round": 1, "participant": f"p{p}", "touchpoint": f"t{n}", "score": (n + p) % 5 + 1}
        for p in range(9)
        for n in range(200)
    ]
    (folder / "scores.csv").write_text(scores_to_csv(scores_frame(rows)), "utf-8")
    return folder


def test_opening_and_saving(large):
    from cjmkit.workshop import open_workshop

    def plain_open():
        return json.loads((large / "journey.json").read_text("utf-8"))

    data = plain_open()
    beside(
        "open, 200 touchpoints, checked",
        seconds(lambda: open_workshop("large", large.parent), 20),
        "json.loads",
        seconds(plain_open, 20),
    )
    workshop, n = open_workshop("large", large.parent), iter(range(1000))
    beside("save safely, 200 touchpoints", seconds(lambda: workshop.save(title=str(next(n))), 20),
           "json.dump into the open file", seconds(lambda: (large.parent / "x.json").write_text(json.dumps(data, indent=2)), 20))  # fmt: skip


def test_the_figures_of_a_path(large):
    from cjmkit.method.findings import path_figures
    from cjmkit.workshop import open_workshop

    workshop = open_workshop("large", large.parent)
    scores = workshop.scores
    beside("all figures of 200 touchpoints", seconds(lambda: path_figures(workshop.journey, scores), 10),
           "pandas groupby mean and std", seconds(lambda: scores.groupby("touchpoint").score.agg(["mean", "std"]), 10))  # fmt: skip


def test_reading_a_survey(tmp_path):
    import pandas as pd

    from cjmkit.exchange.columns import columns_of
    from cjmkit.exchange.surveys import read_survey

    file = tmp_path / "survey.csv"
    head = ",".join(f"q{n}" for n in range(97))
    file.write_text(
        "\n".join([head, *(",".join(str((r + n) % 5 + 1) for n in range(97)) for r in range(2831))]), "utf-8"
    )
    columns = columns_of({f"q{n}": {"role": "rating", "touchpoint": f"t{n}", "low": 1, "high": 5} for n in range(15)})
    beside("read a survey, 2,831 × 97, every cell checked", seconds(lambda: read_survey(file, columns)),
           "pandas.read_csv, nothing checked", seconds(lambda: pd.read_csv(file)))  # fmt: skip


def test_a_clients_report(tmp_path):
    """The same notebook; papermill's command and nbconvert's stock page are what one would do without the kit."""
    shutil.copytree(
        ROOT / "workshops" / "fridge", tmp_path / "fridge", ignore=shutil.ignore_patterns("out", "build", ".sample")
    )
    env = {**os.environ, "CJMKIT_WORKSHOPS": str(tmp_path), "CJMKIT_CLIENT": "fridge"}
    template = ROOT / "templates" / "report.ipynb"
    bin_ = Path(sys.executable).parent

    def ours():
        subprocess.run(
            [bin_ / "cjmkit", "run", "fridge", "--language", "en", "--only", "html"],
            env=env,
            check=True,
            capture_output=True,
        )

    def by_hand():
        out = tmp_path / "by-hand.ipynb"
        subprocess.run(
            [bin_ / "papermill", template, out, "-p", "language", "en"], env=env, check=True, capture_output=True
        )
        subprocess.run(
            [sys.executable, "-m", "nbconvert", "--to", "html", "--no-input", out],
            env=env,
            check=True,
            capture_output=True,
        )

    beside("one client's report.html", seconds(ours, 3), "papermill, then nbconvert's stock page", seconds(by_hand, 3))
    everything = [bin_ / "cjmkit", "run", "fridge", "--language", "en"]
    whole = seconds(lambda: subprocess.run(everything, env=env, check=True, capture_output=True), 3)
    beside(
        "the same and two personas' maps as SVG and PNG", whole, "papermill, then nbconvert's stock page", ROWS[-1][3]
    )


def test_the_agreement_of_a_room():
    import krippendorff
    import numpy as np
    import pandas as pd
    import pingouin

    from cjmkit.method.agreement import alpha, icc
    from cjmkit.method.stability import rank_stability

    def room(people, touchpoints, share):
        rng = np.random.default_rng(1)
        cells = rng.choice(people * touchpoints, int(people * touchpoints * share), replace=False)
        names = {"participant": (cells // touchpoints).astype(str), "touchpoint": (cells % touchpoints).astype(str)}
        return pd.DataFrame({**names, "team": "", "score": rng.integers(1, 6, len(cells)).astype(float), "round": 1})

    whole, sparse = room(60, 20, 1), room(3000, 100, 70 / 300)
    ids = sorted(sparse.touchpoint.unique())

    def dense_alpha():
        table = sparse.pivot(index="participant", columns="touchpoint", values="score").to_numpy()
        drawn = np.random.default_rng(1).integers(100, size=(20, 100))
        return [krippendorff.alpha(table[:, run], level_of_measurement="ordinal") for run in drawn]

    def dense_ranks():
        table, rng = sparse.pivot(index="participant", columns="touchpoint", values="score"), np.random.default_rng(1)
        return [table.iloc[rng.integers(3000, size=3000)].mean().nsmallest(3) for _ in range(20)]

    theirs = {"targets": "touchpoint", "raters": "participant", "ratings": "score"}
    beside("α, its interval of 1,000 runs, 70,000 ratings by 3,000", seconds(lambda: alpha(sparse)),
           "krippendorff, dense, 20 runs", seconds(dense_alpha, 3))  # fmt: skip
    beside("rank stability of the same, 2,000 runs", seconds(lambda: rank_stability(sparse, ids), 3),
           "pandas, dense, 20 runs", seconds(dense_ranks, 3))  # fmt: skip
    beside("ICC(2,1) and (2,k), 60 people × 20, may miss scores", seconds(lambda: icc(whole)),
           "pingouin, complete tables only", seconds(lambda: pingouin.intraclass_corr(whole, **theirs)))  # fmt: skip
