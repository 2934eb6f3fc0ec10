"""The appendix: every figure of the path, what the figures mean in words, and what is still missing."""

from __future__ import annotations

from cjmkit.errors import Fault
from cjmkit.language.words import FIELDS, FINDING, LEVEL, PARTS, STANDING
from cjmkit.method.findings import weakest_link
from cjmkit.method.gaps import gaps
from cjmkit.method.journey_scores import journey_score, peak_end, plain_mean, scores_by
from cjmkit.reports.content.agreement import agreement_definitions, how_far_the_team_agrees
from cjmkit.reports.content.customer_groups import exact_groups
from cjmkit.reports.content.customers import exact_ratings
from cjmkit.reports.content.definitions import definitions, terms
from cjmkit.reports.content.director import plain
from cjmkit.reports.content.drivers import exact_importance
from cjmkit.reports.content.evidence_tables import all_they_did
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Block, Bullets, Facts, Section, Table, blocks


def appendix(report: Report) -> Section:
    """All figures of the path and how they were found."""
    say = report.say
    scored = bool(report.figures.n.sum())
    parts: list[Block] = []
    if scored:
        parts += [_three_figures(report), _touchpoints(report), _groups(report, "stage"), _groups(report, "owner")]
        parts.append(_groups(report, "channel"))
    agreement = how_far_the_team_agrees(report)
    missing = tuple(_gap(report, gap) for gap in gaps(report.journey, report.scores))
    return Section(
        "appendix",
        say("Appendix: the figures"),
        blocks(
            parts,
            agreement,
            exact_ratings(report),
            all_they_did(report),
            exact_groups(report),
            exact_importance(report),
            Bullets(
                (*definitions(report), *(agreement_definitions(report) if agreement else ())),
                say("What the figures mean"),
            ),
            Bullets(missing, say("What is missing")),
        ),
        report.language,
        tuple(terms(report).items()),
    )


def _gap(report: Report, gap: Fault) -> str:
    """A gap with the name that stands on the map instead of its place in the file."""
    say, journey = report.say, report.journey
    fields = gap.values.get("missing", ())
    text = say(gap.sentence, **{**gap.values, "missing": [say(FIELDS[name]) for name in fields]})
    list_, _, id = gap.place.rstrip("]").partition("[")
    named = {part.id: part for part in getattr(journey, list_, ())} if id else {}
    part = named.get(id)
    name = (getattr(part, "name", "") or getattr(part, "title", "")) if part else ""
    return f"{name or id or say(PARTS.get(list_, list_))}: {text}"


def _three_figures(report: Report) -> Block:
    """A journey is not the mean of its touchpoints: mean, weakest link and peak–end stand side by side."""
    say, figures = report.say, report.figures
    weak = report.rows[weakest_link(figures) or str(figures.index[0])]
    pairs = [
        (say("Scored touchpoints"), _scored(report)),
        (say("Mean of the scored touchpoints"), report.estimate(plain_mean(report.journey, figures, report.voices))),
        (say("Weakest link"), f"{weak['name']}: {report.estimate(weak)}"),
    ]
    if figures.importance_known.any():
        score = journey_score(report.journey, figures, report.voices)
        pairs.insert(2, (say("Journey score, weighted by importance"), report.estimate(score)))
    if report.way in report.journey.paths:  # without a path nobody has said what comes last
        memory = peak_end(report.journey, figures, report.voices, report.way)
        names = f"{report.rows[memory['peak']]['name']}, {report.rows[memory['end']]['name']}"
        pairs.append((say("Peak and end"), f"{report.estimate(memory)}: {names}"))
    return Facts(tuple(pairs))


def _scored(report: Report) -> str:
    scored = report.say.number(float((report.figures.n > 0).sum()), 0)
    return report.say("{n} of {all}", n=scored, all=report.say.number(len(report.figures), 0))


def _touchpoints(report: Report) -> Block:
    say = report.say
    rows = []
    for _, row in report.figures.iterrows():
        known, level, standing, finding = (row[name] for name in ("importance_known", "level", "standing", "finding"))
        rows.append((
            str(row["name"]),
            report.count(row),
            say.number(row["value"], 2),
            report.interval(row["low"], row["high"]),
            say.number(row["median"], 1),
            f"{plain(report, row['smallest'])}–{plain(report, row['largest'])}" if row["n"] else "–",
            say.percent(row["importance"]) if known else say("unknown"),
            say(LEVEL[level]),
            say(STANDING[standing]),
            say(FINDING[finding]) if finding else "",
        ))  # fmt: skip
    columns = (
        say("Touchpoint"), say("n"), say("Mean"), say("95% interval"), say("Median"), say("Range"), say("Importance"),
        say("Level"), say("Standing"), say("Finding"),
    )  # fmt: skip
    caption = (
        say("All touchpoints, customers' ratings") if report.by_customers else say("All touchpoints, team estimate")
    )
    return Table(columns, tuple(rows), caption, (1, 2, 3, 4, 5, 6))


def _groups(report: Report, by: str) -> Block:
    say = report.say
    table = scores_by(report.journey, report.figures, report.voices, by)
    if by != "stage":  # as a reader looks it up; what has no name stands last
        table = table.loc[sorted(table.index, key=lambda name: (name == "", say.place(str(name))))]
    names = {stage.id: stage.name or stage.id for stage in report.journey.stages} if by == "stage" else {}
    nobody = {"owner": say("nobody yet"), "channel": say("no channel"), "stage": "–"}[by]
    rows = tuple(
        (
            names.get(str(name), str(name) or nobody),
            say.number(float(row["touchpoints"]), 0),
            say.number(row["value"], 2),
            report.interval(row["low"], row["high"]),
            report.journey.touchpoint(row["weakest"]).name if row["weakest"] else "–",
        )
        for name, row in table.iterrows()
    )
    heads = {"stage": say("Stage"), "owner": say("Owner"), "channel": say("Channel")}
    titles = {
        "stage": say("By stage, weighted by importance"),
        "owner": say("By owner, weighted by importance"),
        "channel": say("By channel, weighted by importance"),
    }
    columns = (heads[by], say("Scored touchpoints"), say("Weighted mean"), say("95% interval"), say("Lowest"))
    return Table(columns, rows, titles[by], (1, 2, 3))
