"""Change one number and see which figure moves: the lessons' try-its, each on the figures of the kit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from cjmkit.charts.drawing import svg
from cjmkit.charts.emotion_curve import emotion_curve
from cjmkit.charts.funnel import funnel_chart
from cjmkit.charts.impact_effort import impact_effort
from cjmkit.charts.nps import nps_chart
from cjmkit.charts.touchpoint_dots import touchpoint_dots
from cjmkit.errors import NotFoundError
from cjmkit.forms.try_it import Moved, Slider, TryScreen
from cjmkit.language import Language, speak, spoken
from cjmkit.language.words import QUADRANT
from cjmkit.lessons.lesson import lesson_language
from cjmkit.method.agreement import guessing, spread
from cjmkit.method.findings import path_figures
from cjmkit.method.funnel import typed_funnel
from cjmkit.method.intervals import mean_interval
from cjmkit.method.journey_scores import journey_score, peak_end
from cjmkit.method.priorities import action_rank, best_set
from cjmkit.method.surveys import nps
from cjmkit.method.what_if import what_if
from cjmkit.reports.report import Report

NPS_ITEM = pd.DataFrame([{"item": "nps", "kind": "nps", "touchpoint": "", "low": 0.0, "high": 10.0, "name": ""}])


def try_scores(case: Report, touchpoint: str, figures: Sequence[str] = ("mean", "median", "range")) -> TryScreen:
    """Change anybody's score of one touchpoint, and see which figure moves.

    Args:
        case: an opened case.
        touchpoint: its id.
        figures: of "mean", "median", "range", "interval", "deviation", "sd", "r_wg".
    """
    say, journey = case.say, case.journey
    mine = case.team_points[case.team_points.touchpoint == touchpoint].sort_values(["team", "participant"])
    if mine.empty:
        raise NotFoundError("Nobody scored a touchpoint {id}. Scored: {ids}.", id=touchpoint, ids=[*case.rows])
    scale = journey.scale
    sliders = [
        Slider(str(row["participant"]), f"{row['team']} · {row['participant']}", row["score"], scale.low, scale.high)
        for row in mine.to_dict("records")
    ]

    def follow(values: dict[str, float]) -> Moved:
        points = mine.assign(score=[values[name] for name in mine.participant])
        shown = figure_words(say, points, touchpoint, case, figures)
        table = path_figures(journey, _with_scores(case, points), case.who.id, case.path)
        everyone = pd.concat([case.team_points[case.team_points.touchpoint != touchpoint], points])
        return Moved(shown, svg(touchpoint_dots(journey, table, everyone, touchpoint, language=say.code), say.code))

    return TryScreen(sliders, follow, say)


def figure_words(
    say: Language, points: pd.DataFrame, touchpoint: str, case: Report, figures: Sequence[str]
) -> list[tuple[str, str]]:
    """These figures of one touchpoint's scores, named and shown in a language."""
    scale, scores = case.journey.scale, points.score.to_numpy(float)
    apart = spread(points, [touchpoint], scale).to_dict("records")[0]
    around = mean_interval(scores, scale.low, scale.high)
    interval = say("{low} to {high}", low=say.number(around.low, 1), high=say.number(around.high, 1))
    known: dict[str, tuple[str, str]] = {
        "mean": (say("mean"), say.number(float(scores.mean()), 1)),
        "median": (say("median"), say.number(float(np.median(scores)), 1)),
        "range": (
            say("range"),
            say("{low} to {high}", low=say.number(float(scores.min()), 0), high=say.number(float(scores.max()), 0)),
        ),
        "interval": (
            say("95% interval of the mean"),
            interval if around.low == around.low else say("none: all are equal"),
        ),
        "deviation": (say("average deviation"), say.number(apart["deviation"], 2)),
        "sd": (say("standard deviation"), say.number(apart["sd"], 2)),
        "r_wg": ("r_wg", say.number(apart["r_wg"], 2)),
    }
    return [known[name] for name in figures]


def try_path(case: Report) -> TryScreen:
    """Change the mean of any touchpoint of the path, and see the journey score, peak–end and the weakest link.

    Args:
        case: an opened case.
    """
    say, journey, first = case.say, case.journey, case.figures.value
    scale = journey.scale
    sliders = [Slider(t.id, t.name, round(float(first[t.id]), 1), scale.low, scale.high, 0.1) for t in case.touchpoints if first[t.id] == first[t.id]]  # fmt: skip

    def follow(values: dict[str, float]) -> Moved:
        points = case.team_points.copy()
        for id, value in values.items():
            if abs(value - round(float(first[id]), 1)) > 0.01:
                points.loc[points.touchpoint == id, "score"] = value
        table = path_figures(journey, _with_scores(case, points), case.who.id, case.path)
        ends = peak_end(journey, table, points, case.way)
        name = dict(zip(table.index, table.name, strict=True))
        low = next(iter(table.index[table.weakest]), "")
        shown = [
            (say("mean of all scores"), say.number(points.score.mean(), 1)),
            (say("journey score, by importance"), say.number(journey_score(journey, table, points).value, 1)),
            (say("peak–end"), say.number(ends.value, 1)),
            (say("the peak"), str(name.get(ends.peak, "–"))),
            (say("the end"), str(name.get(ends.end, "–"))),
            (say("weakest link"), str(name.get(low, "–"))),
        ]
        note = say("A touchpoint that you moved counts as if everybody had given it that score.")
        return Moved(shown, svg(emotion_curve(journey, table, points, language=say.code), say.code), note)

    return TryScreen(sliders, follow, say)


def try_nps(promoters: int, passives: int, detractors: int) -> TryScreen:
    """Change how many promoters, passives and detractors there are, and see NPS and its interval.

    Args:
        promoters: who answered 9 or 10.
        passives: who answered 7 or 8.
        detractors: who answered 0 to 6.
    """
    say = _say()
    names = {"promoters": (say("promoters, 9–10"), promoters, 10.0), "passives": (say("passives, 7–8"), passives, 8.0),
             "detractors": (say("detractors, 0–6"), detractors, 3.0)}  # fmt: skip
    top = max(60, 2 * max(promoters, passives, detractors))
    sliders = [Slider(id, name, n, 0, top) for id, (name, n, _) in names.items()]

    def follow(values: dict[str, float]) -> Moved:
        given = [names[id][2] for id, n in values.items() for _ in range(int(n))]
        answers = pd.DataFrame({"respondent": [str(n) for n in range(len(given))], "item": "nps", "value": given})
        table = nps(answers, NPS_ITEM)
        row = table.iloc[0]
        interval = say(
            "{low} to {high}", low=say.number(row.low, 0, sign=True), high=say.number(row.high, 0, sign=True)
        )
        shown = [
            (say("NPS"), say.number(row.value, 0, sign=True)),
            (say("95% interval"), interval if row.low == row.low else "–"),
            (say("answers"), say.number(len(given), 0)),
        ]
        return Moved(shown, svg(nps_chart(table, language=say.code), say.code) if given else "")

    return TryScreen(sliders, follow, say)


def try_funnel(case: Report) -> TryScreen:
    """Change how many customers reach each stage, and see the conversions and where a lift would bring most.

    Args:
        case: an opened case whose stages have typed counts.
    """
    say, journey = case.say, case.journey
    first = typed_funnel(journey)
    top = 2 * int(first.reached.max())
    sliders = [Slider(row["id"], row["name"], int(row["reached"]), 0, top) for row in first.to_dict("records")]

    def follow(values: dict[str, float]) -> Moved:
        table = typed_funnel(_with_counts(case, values))
        shown = [
            (_step(say, was, now), _rate(say, now))
            for was, now in zip(table.name, table.to_dict("records")[1:], strict=False)
        ]
        shown.append((say("all the way through"), say.percent(float(table.overall.iloc[-1]), 1)))
        best = what_if(table)
        best = best[best.extra == best.extra.max()]
        if len(best):
            row = best.iloc[0]
            shown.append((say("five points more at one stage bring most at"), say("{stage}: {n} more at the end", stage=row["name"], n=say.number(row.extra, 1))))  # fmt: skip
        return Moved(shown, svg(funnel_chart(journey, table, language=say.code), say.code))

    return TryScreen(sliders, follow, say)


def try_raters() -> TryScreen:
    """Change how many people score, and see how wide the interval is and how often people who guess seem to agree."""
    say = _say()

    def follow(values: dict[str, float]) -> Moved:
        n = int(values["people"])
        half = mean_interval(([2.0, 3, 4, 3, 2, 4, 3, 2, 4] * 4)[:n], 1, 5)
        return Moved([
            (say("95% interval of a mean of 3 on 1–5"), say("{low} to {high}", low=say.number(half.low, 1), high=say.number(half.high, 1))),
            (say("people who guess reach r_wg ≥ .70 in"), say.percent(_guessing(n))),
        ])  # fmt: skip

    return TryScreen([Slider("people", say("people who score"), 3, 2, 15)], follow, say)


def try_plan(case: Report) -> TryScreen:
    """Change the effort and the typed impact of the actions and the budget, and see quadrants, gains and the best set.

    Args:
        case: an opened case with actions.
    """
    say, journey = case.say, case.journey
    named = {"impact": say("impact"), "effort": say("effort")}
    rated = [a for a in journey.actions if a.impact and a.effort]
    sliders = [Slider("budget", say("budget of effort"), 6, 0, sum(a.effort or 0 for a in rated))]
    sliders += [
        Slider(f"{f}:{a.id}", f"{a.title}: {named[f]}", float(getattr(a, f)), 1, 5) for a in rated for f in named
    ]

    def follow(values: dict[str, float]) -> Moved:
        changed = [a.model_copy(update={f: int(values[f"{f}:{a.id}"]) for f in named}) if a in rated else a for a in journey.actions]  # fmt: skip
        table = action_rank(journey.changed(actions=tuple(changed)), case.figures)
        chosen = best_set(table, int(values["budget"]))
        shown = [
            (("✓ " if id in chosen else "○ ") + row["title"], say("gain {gain}, {quadrant}", gain=say.number(row["gain"], 3), quadrant=say(QUADRANT[row["quadrant"]])))
            for id, row in table.sort_index().to_dict("index").items()
        ]  # fmt: skip
        return Moved(shown, svg(impact_effort(table, language=say.code, as_of=case.day), say.code))

    return TryScreen(sliders, follow, say)


def _say() -> Language:
    return speak(spoken(lesson_language()))


def _with_scores(case: Report, points: pd.DataFrame) -> pd.DataFrame:
    """The case's scores, each that counts replaced by the one given."""
    key = ["participant", "touchpoint", "round"]
    both = case.scores.merge(points[[*key, "score"]], on=key, how="left", suffixes=("", "_now"))
    return both.assign(score=both.score_now.fillna(both.score)).drop(columns="score_now")


def _with_counts(case: Report, values: dict[str, float]) -> Any:
    stages = []
    for stage in case.journey.stages:
        reached = [
            r.model_copy(update={"count": int(values[stage.id])}) if stage.id in values else r for r in stage.reached
        ]
        stages.append(stage.model_copy(update={"reached": tuple(reached)}))
    return case.journey.changed(stages=tuple(stages))


def _step(say: Language, was: str, now: dict[Any, Any]) -> str:
    return say("{one} → {other}", one=was, other=now["name"])


def _rate(say: Language, row: dict[Any, Any]) -> str:
    if row["value"] != row["value"]:
        return "–"
    return say("{value} ({low} to {high})", value=say.percent(row["value"]), low=say.percent(row["low"]), high=say.percent(row["high"]))  # fmt: skip


def _guessing(raters: int) -> float:
    """The share in which so many people who guess on 1–5 reach r_wg ≥ .70: counted up to seven, else drawn."""
    from cjmkit.journey import Scale

    if raters <= 7:
        return guessing(Scale(low=1, high=5), raters)
    from cjmkit.method.seed import SEED

    drawn = np.random.default_rng(SEED).integers(1, 6, (20_000, raters))
    return float((1 - drawn.var(axis=1, ddof=1) / 2 >= 0.7).mean())
