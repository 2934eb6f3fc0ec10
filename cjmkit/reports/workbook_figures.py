"""The workbook's computed sheets: scores in sum, figures, priorities; never a participant, never a team of too few."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from cjmkit.exchange.cells import Cell
from cjmkit.language.words import FINDING, LEVEL, QUADRANT, RULE, STANDING, STATUS
from cjmkit.method.journey_scores import journey_score, peak_end, plain_mean, scores_by
from cjmkit.method.rounds import scale_points
from cjmkit.method.surveys import ratings
from cjmkit.reports.report import Report
from cjmkit.reports.workbook_customers import customers
from cjmkit.reports.workbook_did import did_grid
from cjmkit.reports.workbook_grids import Grid

NONE: tuple[Cell, ...] = (None, None, None)
FEW = 5  # customers are never shown in smaller groups


def grids(report: Report) -> tuple[Grid, ...]:
    """All computed sheets, in their order."""
    said, did = customers(report), did_grid(report)
    return (
        _scores(report),
        _figures(report),
        *([said] if said.rows else ()),
        *([did] if did else ()),
        _priorities(report),
    )


def team_groups(report: Report) -> dict[str, str]:
    """The group under which each team may be shown, by team: its own name, or that of all small ones together.

    Where the small ones together are still too few, the smallest other team joins them, so that no difference tells
    what few people gave; empty where fewer than two groups are left.
    """
    sizes = report.team_points.groupby("team").participant.nunique().sort_values(ascending=False, kind="stable")
    own = [team for team, n in sizes.items() if team and n >= report.team_min]
    rest = [team for team in sizes.index if team not in own]
    while own and rest and sizes[rest].sum() < report.team_min:
        rest.append(own.pop())
    others = report.say("other teams")
    groups = {**{str(team): str(team) for team in own}, **{str(team): others for team in rest}}
    return groups if len(set(groups.values())) > 1 and not report.by_customers else {}


def _scores(report: Report) -> Grid:
    say, points = report.say, report.points
    scale = scale_points(report.journey.scale)
    spread = scale if points.score.isin(scale).all() else []
    groups = team_groups(report)
    shown = list(dict.fromkeys(groups.values()))
    heads = [
        (say("Touchpoint"), "name"), (say("Stage"), "text"), (say("Round"), "whole"), (say("n"), "whole"), (say("Mean"), "figure"),
        *((say("gave {points}", points=say.number(p, 0 if p == int(p) else 1)), "whole") for p in spread),
    ]  # fmt: skip
    for group in shown:
        heads += [(say("{team}: mean", team=group), "figure"), (say("{team}: n", team=group), "whole")]
    rows = []
    for id, row in report.rows.items():
        mine = points[points.touchpoint == id]
        few = report.by_customers and len(mine) < FEW
        counts = [None if few else float((mine.score == p).sum()) for p in spread]
        head: list[Cell] = [
            _name(row),
            _stage(report, row),
            _number(row["round"]),
            float(row["n"]),
            _number(row["value"]),
        ]
        rows.append((*head, *counts, *_by_team(mine, groups, shown, report.team_min)))
    about = say("How many gave which score, and each team's mean; teams of fewer than {n} together.", n=report.team_min)
    return Grid("scores", say("Scores"), about, tuple(heads), tuple(rows))


def _by_team(points: pd.DataFrame, groups: Mapping[str, str], shown: Sequence[str], least: int) -> list[Cell]:
    """Mean and n of each group; all left empty where one of them is too small here, because the rest would tell it."""
    scores = [points.score[points.team.map(groups) == group] for group in shown]
    if any(0 < len(given) < least for given in scores):
        return [None] * (2 * len(shown))
    return [cell for given in scores for cell in (_number(given.mean()), float(len(given)))]


def _figures(report: Report) -> Grid:
    say = report.say
    heads = (
        (say("Figure of"), "text"), (say("Name"), "name"), (say("Stage"), "text"), (say("n"), "whole"), (say("Mean"), "figure"),
        (say("95% interval from"), "figure"), (say("95% interval to"), "figure"), (say("Median"), "figure"),
        (say("Lowest score"), "figure"), (say("Highest score"), "figure"), (say("Average distance from the mean"), "figure"),
        (say("Importance"), "share"), (say("Level"), "text"), (say("Standing"), "text"), (say("Finding"), "text"),
        (say("Note"), "text"), (say("Moment of truth"), "text"), (say("Votes"), "whole"),
        (say("Customers' rating"), "figure"), (say("Scale up to"), "number"), (say("n of customers"), "whole"),
    )  # fmt: skip
    rated = _ratings(report)
    rows = (*(_touchpoint(report, row, rated.get(id, NONE)) for id, row in report.rows.items()), *_sums(report))
    about = say("Each figure with its n and its interval; customers' ratings stand apart from the team's estimate.")
    return Grid("figures", say("Figures"), about, heads, tuple(rows))


def _touchpoint(report: Report, row: Mapping[Any, Any], rated: tuple[Cell, ...]) -> tuple[Cell, ...]:
    say = report.say
    notes = [
        say("customers' ratings") if report.by_customers else say("team estimate"),
        say("contested") if row["contested"] else "", say("first impression") if row["first_impression"] else "",
        say("weakest link") if row["weakest"] else "", say("the team's own verdict") if row["overruled"] else "",
    ]  # fmt: skip
    return (
        say("Touchpoint"), _name(row), _stage(report, row), float(row["n"]),
        *(_number(row[key]) for key in ("value", "low", "high", "median", "smallest", "largest", "deviation")),
        _number(row["importance"]) if row["importance_known"] else None,
        *(_word(report, words, row[key]) for key, words in (("level", LEVEL), ("standing", STANDING), ("finding", FINDING))),
        ", ".join(filter(None, notes)), _word(report, RULE, row["rule"]), float(row["votes"]), *rated,
    )  # fmt: skip


def _ratings(report: Report) -> dict[str, tuple[Cell, ...]]:
    """What customers say of each touchpoint that they rated: mean, top of their scale, n."""
    if report.answers is None or report.items is None:
        return {}
    table = ratings(report.answers, report.items)
    return {
        str(row["touchpoint"]): (_number(row["value"]), _number(row["scale_high"]), float(row["n"]))
        for row in table[table.n > 0].to_dict("records")
    }


def _sums(report: Report) -> Iterator[tuple[Cell, ...]]:
    """Means over several touchpoints: by stage, owner and channel, and of the whole journey."""
    say, journey, figures = report.say, report.journey, report.figures
    if not figures.n.sum():
        return
    names = {stage.id: stage.name or stage.id for stage in journey.stages}
    groups = {"stage": say("Stage"), "owner": say("Owner"), "channel": say("Channel")}
    nobody = {"owner": say("nobody yet"), "channel": say("no channel"), "stage": "–"}
    for by, title in groups.items():
        for key, row in scores_by(journey, figures, report.voices, by).iterrows():
            name = names.get(str(key), str(key)) if by == "stage" else str(key)
            yield _sum(title, name or nobody[by], row)
    whole = say("Journey")
    yield _sum(whole, say("Mean of the scored touchpoints"), plain_mean(journey, figures, report.voices))
    if figures.importance_known.any():
        score = journey_score(journey, figures, report.voices)
        yield _sum(whole, say("Journey score, weighted by importance"), score)
    if report.way in journey.paths:
        yield _sum(whole, say("Peak and end"), peak_end(journey, figures, report.voices, report.way))


def _sum(of: str, name: str, row: pd.Series) -> tuple[Cell, ...]:
    return (of, name, None, float(row["n"]), *(_number(row[key]) for key in ("value", "low", "high")), *[None] * 14)


def _priorities(report: Report) -> Grid:
    say = report.say
    heads = (
        (say("Rank"), "whole"), (say("Action"), "long"), (say("Owner"), "text"), (say("Due"), "date"), (say("Status"), "text"),
        (say("Gap to target"), "share"), (say("Gain by scores"), "figure"), (say("Impact (team)"), "whole"), (say("Effort"), "whole"),
        (say("Quadrant"), "text"), (say("Scored touchpoints"), "whole"), (say("Reach"), "text"),
    )  # fmt: skip
    rows = []
    for id, row in report.actions.iterrows():
        status, quadrant = row["status"], row["quadrant"]
        rows.append((
            float(row["rank"]), row["title"] or str(id), row["owner"] or say("nobody yet"),
            date.fromisoformat(row["due"]) if row["due"] else None, say(STATUS[status]),
            *(_number(row[key]) for key in ("gap", "gain", "impact", "effort")),
            say(QUADRANT[quadrant]) if quadrant else None, float(row["scored"]), say("known") if row["reach_known"] else say("unknown"),
        ))  # fmt: skip
    about = say("The open actions by what the scores promise; the team's own impact stands beside it.")
    return Grid("priorities", say("Priorities"), about, heads, tuple(rows))


def _name(row: Mapping[Any, Any]) -> str:
    return str(row["name"])


def _stage(report: Report, row: Mapping[Any, Any]) -> str:
    stage = report.journey.stage(str(row["stage"]))
    return stage.name or stage.id


def _word(report: Report, words: Mapping[str, str], code: str) -> Cell:
    return report.say(words[code]) if code else None


def _number(value: Any) -> Cell:
    return None if value is None or value != value else float(value)
