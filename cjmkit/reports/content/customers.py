"""What customers said: recommendation, satisfaction, effort and ratings, each with n and interval."""

from __future__ import annotations

import pandas as pd

from cjmkit.charts import nps_chart
from cjmkit.charts.team_gap import team_gap_chart
from cjmkit.errors import FigureError
from cjmkit.method.groups import safe_together
from cjmkit.method.surveys import BEST, OTHER, ces, csat, nps, overall, ratings
from cjmkit.method.team_gap import team_gap
from cjmkit.reports.content.customer_groups import survey_segments
from cjmkit.reports.content.drivers import wave_by_wave, what_moves_the_score, what_they_wrote
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Block, Facts, Heading, Picture, Quote, Section, Table, Text, blocks


def customers_said(report: Report) -> Section:
    """The survey's figures, and customers' words beside their touchpoints."""
    say = report.say
    quotes = [Quote(q.text, " · ".join(filter(None, (t.name, q.source)))) for t in report.touchpoints for q in t.quotes]
    if report.answers is None or report.items is None:
        text = say("No survey is here yet: import one, so that the map can be held against what customers say.")
        return Section("customers", say("What customers said"), blocks(Text(text), quotes), report.language)
    return Section(
        "customers",
        say("What customers said"),
        blocks(*_survey(report, report.answers, report.items), quotes),
        report.language,
    )


def _survey(report: Report, answers: pd.DataFrame, items: pd.DataFrame) -> list[Block]:
    kinds = set(items.kind)
    parts: list[Block] = []
    if "nps" in kinds:
        parts += [*_recommendation(report, answers, items), *wave_by_wave(report)]
    parts.append(_shares(report, answers, items))
    parts += [_ratings(report, answers, items), *_against_the_team(report, answers, items)]
    parts.append(_overall(report, answers, items))
    return [
        *parts,
        *what_moves_the_score(report),
        *what_they_wrote(report),
        *report.once(survey_segments, report.alike),
    ]


def _against_the_team(report: Report, answers: pd.DataFrame, items: pd.DataFrame) -> list[Block]:
    """The team's estimate against the ratings, where a touchpoint has both."""
    if report.by_customers:
        return []
    gaps = team_gap(report.journey, report.figures, answers, items)
    chart = team_gap_chart(
        report.journey, gaps, size=report.size, language=report.language, as_of=report.day, accent=report.accent
    )
    return [Picture(chart)] if len(gaps) else []


def _overall(report: Report, answers: pd.DataFrame, items: pd.DataFrame) -> Block:
    """The rating of the whole, which is no touchpoint and stands apart."""
    pairs = [
        (_asked(report, items, row), " · ".join([report.rating(row), report.interval(row["low"], row["high"])]))
        for _, row in overall(answers, items).iterrows()
        if row["n"]
    ]
    return Facts(tuple((report.say("Overall: {name}", name=name), text) for name, text in pairs))


def exact_ratings(report: Report) -> Block | None:
    """All ratings to four digits, for those who reproduce them."""
    say = report.say
    if report.answers is None or report.items is None:
        return None
    table = pd.concat([ratings(report.answers, report.items), overall(report.answers, report.items)])
    rows = tuple(
        (_asked(report, report.items, row), report.count(row), say.number(row["value"], 4), say.number(row["sd"], 4))
        for _, row in table.iterrows()
    )
    columns = (say("Asked about"), say("n"), say("Mean"), say("Standard deviation"))
    return Table(columns, rows, say("Customers' ratings, to reproduce"), (1, 2, 3))


def _recommendation(report: Report, answers: pd.DataFrame, items: pd.DataFrame) -> list[Block]:
    say = report.say
    parts: list[Block] = []
    for _, row in nps(answers, items).iterrows():
        counts = {name: report.say.number(float(row[name]), 0) for name in ("promoters", "passives", "detractors")}
        if not row["n"]:
            continue
        text = say(
            "NPS {value}: {promoters} promoters, {passives} passives and {detractors} detractors of {n} answers.",
            value=say.number(row["value"], 2 if row["n"] >= 1000 else 0, sign=True), n=report.count(row), **counts,
        )  # fmt: skip
        if row["low"] == row["low"]:
            text += " " + say(
                "95% interval: {low} to {high}.", low=_signed(report, row["low"]), high=_signed(report, row["high"])
            )
        parts.append(Text(text, "lead"))
        parts.append(Text(_weighted(report, answers, items), "note"))
    whole = nps(answers, items).assign(group="")
    shown = _shown_segments(report, answers, items)
    charts = [_chart(report, whole)] if not shown else []
    for column, name in shown.items():
        groups = nps(answers, items, by=column)
        groups = groups[groups.n > 0].assign(group=groups.group.map(lambda group: _group(report, str(group))))
        charts += [Heading(name), _chart(report, pd.concat([whole, groups], ignore_index=True))]
    several = say(
        "“other groups” are put together for each question by who answered it, and may be other people for the next one."
    )
    if len(whole) < 2 or not any(OTHER in set(nps(answers, items, by=column).group) for column in shown):
        several = ""
    rule = say("NPS: the share of 9–10 less the share of 0–6, in points from −100 to +100.")
    left_out = say.list(name for column, name in report.segments.items() if column not in shown)
    why = say(
        "Not shown by {names}: beside the other groups it would tell what fewer than five customers answered.",
        names=left_out,
    )
    return [*parts, *charts, Text(several, "note"), Text(why if left_out else "", "note"), Text(rule, "note")]


def _shown_segments(report: Report, answers: pd.DataFrame, items: pd.DataFrame) -> dict[str, str]:
    """The segments whose groups, beside each other, tell of nobody."""
    columns: tuple[str, ...] = tuple(report.segments)
    for item in items[items.kind == "nps"]["item"]:
        columns = safe_together(answers[answers["item"] == item], columns)
    return {column: report.segments[column] for column in columns}


def _chart(report: Report, table: pd.DataFrame) -> Block:
    return Picture(nps_chart(table, size=report.size, language=report.language, as_of=report.day, accent=report.accent))


def _group(report: Report, group: str) -> str:
    """A segment's name, or what stands for the small ones and for those who did not say."""
    return report.say("other groups") if group == OTHER else group or report.say("not said")


def _weighted(report: Report, answers: pd.DataFrame, items: pd.DataFrame) -> str:
    if "weight" not in answers or answers.weight.isna().all() or answers.weight.nunique() < 2:
        return ""
    try:
        row = nps(answers, items, weighted=True).iloc[0]
    except FigureError as error:  # of some answers only; the figures that need no weights stand
        return report.say.error(error)
    return report.say(
        "Weighted by the survey's weights: NPS {value}. All other figures are unweighted.",
        value=_signed(report, row["value"]),
    )


def _signed(report: Report, value: float) -> str:
    return report.say.number(value, 1, sign=True)


def _shares(report: Report, answers: pd.DataFrame, items: pd.DataFrame) -> Block:
    """Satisfaction and effort: shares of answers with their rule, Wilson's interval."""
    say = report.say
    rows = []
    for _, row in csat(answers, items).iterrows():
        rows.append((_asked(report, items, row), say("CSAT"), _rule(report, row), report.count(row),
                     say.percent(row["value"]), _shares_interval(report, row["low"], row["high"])))  # fmt: skip
    for _, row in ces(answers, items).iterrows():
        name = _asked(report, items, row)
        rows.append((name, say("CES"), _rule(report, row), report.count(row), say.percent(row["agree"]),
                     _shares_interval(report, row["agree_low"], row["agree_high"])))  # fmt: skip
        rows.append(
            (
                name,
                say("CES"),
                say("mean"),
                report.count(row),
                say.number(row["value"], 1),
                report.interval(row["low"], row["high"]),
            )
        )
    columns = (say("Asked about"), say("Figure"), say("Answers counted"), say("n"), say("Result"), say("95% interval"))
    return Table(columns, tuple(rows), say("Satisfaction and effort"), (3, 4, 5))


def _ratings(report: Report, answers: pd.DataFrame, items: pd.DataFrame) -> Block:
    """Mean ratings, lowest first, the overall item apart; the team's estimate beside them where there is one."""
    say = report.say
    team = report.figures.value if not report.by_customers else pd.Series(dtype=float)
    known = pd.Series(list(zip(items.low, items.high, strict=True)), index=items.index).isin(list(BEST))
    best = csat(answers, items[known].assign(kind="csat")).set_index("item")
    rows = []
    for _, row in ratings(answers, items).sort_values("value", kind="stable").iterrows():
        estimate = report.rows.get(str(row["touchpoint"]), {}) if len(team) else {}
        guess = report.short(estimate) if estimate.get("n") else "–"
        rows.append((*_rated(report, row, _asked(report, items, row), best), guess))
    columns = (
        say("Touchpoint"), say("n"), say("Customers' rating"), say("95% interval"), say("Best answers"), say("Team estimate")
    )  # fmt: skip
    keep = len(columns) if len(team) else len(columns) - 1
    caption = say("How customers rate the touchpoints")
    return Table(columns[:keep], tuple(row[:keep] for row in rows), caption, (1, 2, 3, 4, 5)[: keep - 1])


def _rated(report: Report, row: pd.Series, name: str, best: pd.DataFrame) -> tuple[str, ...]:
    share = "–"
    if row["item"] in best.index and row["n"]:
        answers = best.loc[[row["item"]]].iloc[0]
        share = f"{report.say.percent(answers['value'])} ({_rule(report, answers)})"
    return name, report.count(row), _of_scale(report, row), report.interval(row["low"], row["high"]), share


def _of_scale(report: Report, row: pd.Series) -> str:
    value, top = report.say.number(row["value"], 2), report.say.number(row["scale_high"], 0)
    return report.say("{value} of {top}", value=value, top=top)


def _asked(report: Report, items: pd.DataFrame, row: pd.Series) -> str:
    """What an item asks about: its touchpoint's name, else the name it was given, else its column."""
    known = {t.id: t.name for t in report.journey.touchpoints}
    item = items[items["item"] == row["item"]].iloc[0]
    return str(known.get(item["touchpoint"]) or item["name"] or row["item"])


def _rule(report: Report, row: pd.Series) -> str:
    low, high = row["rule"]
    return f"{report.say.number(low, 0)}–{report.say.number(high, 0)}"


def _shares_interval(report: Report, low: float, high: float) -> str:
    if low != low:
        return "–"
    return report.say("{low} to {high}", low=report.say.percent(low), high=report.say.percent(high))
