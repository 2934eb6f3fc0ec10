"""The fridge's twin: the same case with eight errors seeded in it, to be found out (lesson 13).

The twin is never stored: it is made of the sample by the changes below, so that it differs from it in these eight errors alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import pandas as pd

from cjmkit.journey import KPI, Goal, Journey
from cjmkit.language import speak, spoken
from cjmkit.lessons.asking import told
from cjmkit.lessons.course import Told
from cjmkit.lessons.lesson import lesson, lesson_language
from cjmkit.lessons.plans import printing
from cjmkit.reports.report import Report

LESSON = "13"
BENCHMARK = ("shoes", "basket-to-paid")  # whose KPI it is a benchmark of
AIMED = "visit-to-order"
SPLIT = (1, 1, 1, 1, 3, 5, 5, 5, 5)
THREE = ("Sowa", "Bocian", "Łoś")
VISITS = (1, 2, 3)  # how often one customer after another comes to look before ordering


@dataclass(frozen=True)
class Seeded:
    """An error of the twin.

    Args:
        what: it is.
        where: the touchpoint, KPI, item or stage that carries it.
        lesson: which explains it.
        statement: of the consultant's report that makes it, by its number.
        change: makes it of the sample.
    """

    what: str
    where: str
    lesson: str
    statement: int
    change: Callable[[Report], Report]


def twin(code: str) -> Report:
    """The fridge with all eight errors, in this language."""
    from cjmkit.lessons.cases import CASES

    case: Report = CASES["fridge"](code)
    for error in ERRORS:
        case = error.change(case)
    return replace(case, typed=None, known={})


def twin_report() -> Told:
    """The consultant's report about the fridge's twin: eighteen numbered statements, ten of them sound."""
    code = lesson_language()
    texts = [told(id, code) for id in statements()]
    marks = [text.replace("**", "") for text in texts]
    items = [f'<li value="{n}" style="margin:6px 0">{_bold(text)}</li>' for n, text in enumerate(texts, 1)]
    style = "max-width:44em;border:1px solid #999;padding:8px 20px;line-height:1.45"
    page = f"<ol>{''.join(items)}</ol>"
    return Told(
        [f"{n}. {text}" for n, text in enumerate(marks, 1)],
        f'<div class="cjm-report-page" style="{style}">{page}</div>' + printing(speak(code), page),
    )


def statements() -> list[str]:
    """The ids of the report's statements, in their order."""
    return [id for id in lesson(LESSON).told if id.removeprefix(f"{LESSON}-").isdigit()]


def statement_titles(code: str) -> dict[str, str]:
    """What each statement of the report is called in this language, by its number: the words in bold with which it begins."""
    titles = [told(id, code).split("**")[1].rstrip(".") for id in statements()]
    return {str(n): f"{n} · {title}" for n, title in enumerate(titles, 1)}


def _bold(text: str) -> str:
    return "".join(f"<b>{escape(part)}</b>" if n % 2 else escape(part) for n, part in enumerate(text.split("**")))


def _stage(case: Report) -> Report:
    """The wait under awareness, and on the path where that stage is."""
    way = [id for id in case.way.touchpoints if id != "wait"]
    way.insert(way.index("leaflet") + 1, "wait")
    journey = _touchpoint(case.journey, "wait", stage="awareness")
    paths = [
        path.model_copy(update={"touchpoints": tuple(way)}) if path.id == case.way.id else path
        for path in journey.paths
    ]
    return replace(case, journey=journey.changed(paths=paths))


def _party(case: Report) -> Report:
    return replace(case, journey=_touchpoint(case.journey, "forum", party="company"))


def _goal(case: Report) -> Report:
    say = speak(spoken(case.language))
    goal = Goal(persona=case.journey.goal.persona, change=say("Improve the customer experience."))
    return replace(case, journey=case.journey.changed(goal=goal))


def _target(case: Report) -> Report:
    """The benchmark of online baskets as the target of the visits to the shop."""
    from cjmkit.lessons.cases import CASES

    others: KPI = CASES[BENCHMARK[0]](case.language).journey.kpi(BENCHMARK[1])
    new = {"benchmark": others.benchmark, "target": others.benchmark}
    stages = [
        stage.model_copy(update={"kpis": tuple(k.model_copy(update=new) if k.id == AIMED else k for k in stage.kpis)})
        for stage in case.journey.stages
    ]
    actions = [
        action.model_copy(update={"to": others.benchmark}) if action.kpi == AIMED else action
        for action in case.journey.actions
    ]
    return replace(case, journey=case.journey.changed(stages=stages, actions=actions))


def _split(case: Report) -> Report:
    """Half of the people at the bottom, half at the top; the mean stays what it is."""
    scores = case.scores.copy()
    mine = (scores.touchpoint == "catalogues") & (scores.persona == "")
    scores.loc[mine, "score"] = [float(score) for score in SPLIT]
    return replace(case, scores=scores)


def _three(case: Report) -> Report:
    """Half a year of use was scored by three people alone, one of each team."""
    gone = (case.scores.touchpoint == "half-year") & ~case.scores.participant.isin(THREE)
    return replace(case, scores=case.scores[~gone].reset_index(drop=True))


def _one_to_ten(case: Report) -> Report:
    """The question of NPS as if it had been asked from 1 to 10: whoever gave 0 gives 1."""
    assert case.items is not None
    assert case.answers is not None
    items, answers = case.items.copy(), case.answers.copy()
    old = items.loc[items.kind == "nps", "item"].item()
    new = old.replace("0–10", "1–10")
    items.loc[items["item"] == old, ["item", "low"]] = [new, 1.0]
    mine = answers["item"] == old
    answers.loc[mine, "value"] = answers.loc[mine, "value"].clip(lower=1)
    answers.loc[mine, "item"] = new
    return replace(case, items=items, answers=answers)


def _events(case: Report) -> Report:
    """A log of the counts typed in by hand in which whoever looks comes once, twice or three times."""
    reached = {
        stage.id: next(r.count for r in stage.reached if r.persona == case.who.id) for stage in case.journey.stages
    }
    rows: list[dict[str, Any]] = []
    for day, (stage, customers) in enumerate(reached.items()):
        for n in range(customers):
            times = VISITS[n % len(VISITS)] if stage == "consideration" else 1
            rows += [{"customer": f"c{n:04}", "event": stage, "at": _at(10 * day + time)} for time in range(times)]
    return replace(case, events=pd.DataFrame(rows).sort_values(["at", "customer"], ignore_index=True))


def _at(day: int) -> pd.Timestamp:
    return pd.Timestamp("2026-09-01 10:00") + pd.Timedelta(days=day)


def _touchpoint(journey: Journey, id: str, **new: Any) -> Journey:
    return journey.changed(touchpoints=[t.model_copy(update=new) if t.id == id else t for t in journey.touchpoints])


ERRORS = (
    Seeded("a goal that nobody can miss or reach", "goal", "01", 1, _goal),
    Seeded("a wait after the order stands in the first stage", "wait", "03", 3, _stage),
    Seeded("what strangers say is given to the company", "forum", "04", 5, _party),
    Seeded("a verdict from three raters", "half-year", "06", 8, _three),
    Seeded("a split of ones and fives told as neutral", "catalogues", "05", 11, _split),
    Seeded("an NPS from an item that goes from 1 to 10", "nps", "09", 13, _one_to_ten),
    Seeded("a funnel that counts events", "consideration", "10", 15, _events),
    Seeded("a benchmark as the target", AIMED, "12", 17, _target),
)
