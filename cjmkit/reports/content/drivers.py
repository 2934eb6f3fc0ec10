"""What moves customers' overall score, how it changed from wave to wave, and what their comments were about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from cjmkit.charts.derived_importance import derived_importance_chart
from cjmkit.charts.importance_performance import importance_performance_chart
from cjmkit.charts.nps_waves import nps_waves_chart
from cjmkit.charts.theme import each
from cjmkit.charts.words import joined
from cjmkit.method.comments import comment_codes
from cjmkit.method.groups import OTHER
from cjmkit.method.importance import COLLINEAR, FEWEST
from cjmkit.method.opportunity import importance_performance, opportunity
from cjmkit.method.waves import nps_waves
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Block, Heading, Picture, Table, Text

MOST = 15  # codes of a question that a page lists


def wave_by_wave(report: Report) -> list[Block]:
    """The NPS from wave to wave, where a survey has two or more."""
    if report.answers is None or report.items is None:
        return []
    waves = nps_waves(report.answers, report.items)
    shown = waves[waves["item"] == waves["item"].iloc[0]] if len(waves) else waves
    if len(shown) < 2:
        return []
    chart = nps_waves_chart(shown, language=report.language, as_of=report.day, size=report.size, accent=report.accent)
    return [Heading(report.say("From wave to wave")), Picture(chart)]


def what_moves_the_score(report: Report) -> list[Block]:
    """Derived importance, and importance against performance."""
    say, derived = report.say, report.derived
    if derived is None or report.answers is None or report.items is None:
        return []
    heading = Heading(say("What moves the overall score"))
    if derived.table.empty:
        few = say("Too few customers both rated a touchpoint and gave an overall score: {n} are needed.", n=FEWEST)
        return [heading, Text(few, "note")]
    look: dict[str, Any] = {"language": report.language, "as_of": report.day, "size": report.size, "accent": report.accent}  # fmt: skip
    share = say.percent(derived.r2)
    told = say(
        "Customers' ratings of the touchpoints together tell {share} of why their overall scores differ; the rest has other reasons.",
        share=share,
    )
    stated = (report.items.kind == "importance").any()
    table = importance_performance(report.answers, report.items, "stated" if stated else derived)
    return [
        heading,
        Text(told),
        Picture(derived_importance_chart(report.journey, derived, **look)),
        Heading(say("Where to concentrate")),
        Picture(importance_performance_chart(report.journey, table, **look)),
        _opportunities(report),
    ]


def _opportunities(report: Report) -> Block:
    """Ulwick's score, where customers were asked how important a touchpoint is."""
    say = report.say
    if report.answers is None or report.items is None:
        return Text("")
    rows = tuple(
        (names(report, [r.touchpoint])[0], say.number(r.n, 0), say.number(r.importance, 1), say.number(r.satisfaction, 1),
         say.number(r.value, 1), report.interval(r.low, r.high))
        for r in each(opportunity(report.answers, report.items)) if r.value == r.value
    )  # fmt: skip
    columns = (say("Touchpoint"), say("n"), say("Importance"), say("Satisfaction"), say("Opportunity"), say("95% interval"))  # fmt: skip
    caption = say("Opportunity, 0 to 20: importance, and what satisfaction lacks of it once more; both are ten times the share of best answers")  # fmt: skip
    return Table(columns, rows, caption, (1, 2, 3, 4, 5))


def what_they_wrote(report: Report) -> list[Block]:
    """The codes of customers' comments, most first, with the NPS of those who wrote so."""
    say, table = report.say, codes_of(report)
    parts: list[Block] = []
    for question, asked in table.groupby("question", sort=False):
        shown = each(asked.head(MOST))
        rows = tuple(
            (code_name(report, r), say.number(r.n, 0), say.percent(r.share), _percents(report, r.low, r.high),
             say.number(r.nps, 0, sign=True) if r.nps == r.nps else "–")
            for r in shown
        )  # fmt: skip
        columns = (say("What they wrote about"), say("Customers"), say("Share"), say("95% interval"), say("Their NPS"))
        parts.append(Table(columns, rows, str(question), (1, 2, 3, 4)))
        rest = len(asked) - len(shown)
        note = say("Shares are of the {n} customers whose comment was given a code; one comment may have several.", n=say.number(shown[0].of_n, 0))  # fmt: skip
        more = say.plural("{n} rarer code is in the workbook.", "{n} rarer codes are in the workbook.", rest)
        parts.append(Text(f"{note} {more}" if rest else note, "note"))
    return [Heading(say("What customers wrote about")), *parts] if parts else []


def exact_importance(report: Report) -> list[Block]:
    """The coefficients behind the derived importance, for those who reproduce them."""
    say, derived = report.say, report.derived
    if derived is None or derived.table.empty:
        return []
    called = names(report, derived.table.touchpoint)
    rows = tuple(
        (name, say.number(r.n, 0), say.number(r.pearson, 3), say.number(r.spearman, 3), say.number(r.weight, 4),
         say.percent(r.value, 1), _percents(report, r.low, r.high), say.number(r.vif, 1))
        for name, r in zip(called, each(derived.table), strict=True)
    )  # fmt: skip
    columns = (
        say("Touchpoint"), say("n"), say("Pearson's r"), say("Spearman's ρ"), say("Relative weight"), say("Share of R²"),
        say("95% interval"), say("VIF"),
    )  # fmt: skip
    fit = say("R² = {r2} ({low} to {high})", r2=say.number(derived.r2, 3), low=say.number(derived.r2_low, 3), high=say.number(derived.r2_high, 3))  # fmt: skip
    caption = say("What moves the overall score: relative weights after Johnson (2000), correlations pairwise")
    notes = [
        say("VIF: how much less sure a touchpoint's own part is because others move with it; from {n} on it is hard to tell from them.",
            n=say.number(COLLINEAR, 0)),
        say("Left out, because fewer than {n} customers answered them together with the overall question: {items}.",
            n=FEWEST, items=say.list(_questions(report, derived.left_out))) if derived.left_out else "",
        say("The pairwise correlations were not those of one sample and were moved to the nearest that are.") if derived.smoothed else "",
    ]  # fmt: skip
    return [
        Table(columns, rows, joined(caption, fit), (1, 2, 3, 4, 5, 6, 7)),
        *(Text(note, "note") for note in notes if note),
    ]


def _questions(report: Report, items: Iterable[str]) -> list[str]:
    asked = {} if report.items is None else dict(zip(report.items["item"], report.items["name"], strict=True))
    return [str(asked.get(item) or item) for item in items]


def codes_of(report: Report) -> pd.DataFrame:
    """The codes of the comments, counted; no row where no comment was coded."""
    if report.codes is None or report.answers is None or report.items is None or report.codes.empty:
        return pd.DataFrame(columns=["question"])
    return comment_codes(report.codes, report.answers, report.items)


def code_name(report: Report, row: Any) -> str:
    """What a code means in words, as it was declared."""
    return report.say("something else") if row.code == OTHER else str(row.name)


def names(report: Report, touchpoints: Iterable[str]) -> list[str]:
    """The touchpoints' names as they stand on the map, else in the survey."""
    known = {t.id: t.name for t in report.journey.touchpoints}
    asked = {} if report.items is None else dict(zip(report.items.touchpoint, report.items["name"], strict=True))
    return [str(known.get(id) or asked.get(id) or id) for id in touchpoints]


def _percents(report: Report, low: float, high: float) -> str:
    if low != low:
        return "–"
    return report.say("{low} to {high}", low=report.say.percent(low), high=report.say.percent(high))
