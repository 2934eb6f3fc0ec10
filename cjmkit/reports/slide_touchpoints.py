"""The touchpoints of a slide as a table, and what a speaker may be asked about each."""

from __future__ import annotations

from collections.abc import Sequence

from cjmkit.charts.words import joined
from cjmkit.journey import Stage, Touchpoint
from cjmkit.language.words import FINDING
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Table

FEW = 5  # touchpoints on a slide, beside which there is room for what the customer does


def touchpoint_table(report: Report, met: Sequence[Touchpoint], stages: Sequence[Stage]) -> Table:
    """The touchpoints of a slide; with few there is room for what the customer does, with many each takes a line."""
    say, few = report.say, len(met) <= FEW
    columns = [
        (say("Touchpoint"), ["◆ " * bool(t.moment_of_truth) + (t.name or t.id) for t in met]),
        (say("Doing") if few else "", [t.doing for t in met]),
        (say("Pain ▼ and success ▲"), [_felt(report, t) for t in met]),
        (say("Owner"), [t.owner or say("nobody yet") for t in met]),
        (say("Score"), [unbroken(report.estimate(report.rows[t.id]), few) for t in met]),
    ]
    columns = [(head, cells) for head, cells in columns if head and any(cells)]
    lines = list(zip(*(cells for _, cells in columns), strict=True))
    rows: list[tuple[str, ...]] = []
    for stage in stages:
        own = [line for t, line in zip(met, lines, strict=True) if t.stage == stage.id]
        head = joined(stage.name or stage.id, stage.goal_of(report.who.id))
        rows += [(head, *[""] * (len(columns) - 1))] * (len(stages) > 1 and len(columns) > 1) + own
    return Table(tuple(head for head, _ in columns), tuple(rows))


def _felt(report: Report, t: Touchpoint) -> str:
    """What is good about a success, else what hurts."""
    finding = report.rows[t.id]["finding"]
    mark = {"pain": "▼ ", "success": "▲ "}.get(finding, "")
    felt = t.success if finding == "success" or not t.pain else t.pain
    return mark + (felt or (report.say(FINDING[finding]) if finding else ""))


def unbroken(estimate: str, two: bool) -> str:
    """A figure in one line, or with its interval in a second one."""
    lines = estimate.replace(" (", "\n(").replace("（", "\n（") if two else estimate
    return lines.replace(" ", "\xa0")


def lanes(report: Report, t: Touchpoint) -> str:
    """Everything of a touchpoint that a speaker may be asked about."""
    row = report.rows[t.id]
    return joined(f"{t.name or t.id}: {report.estimate(row)}", t.channel, t.doing, t.thinking, t.feeling, t.pain,
                  t.success, report.rated.get(t.id, ""), t.owner or report.say("nobody yet"))  # fmt: skip
