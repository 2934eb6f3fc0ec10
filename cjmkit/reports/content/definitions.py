"""What each figure of a report means, in words: listed in the appendix, and a click away from the words over the figures."""

from __future__ import annotations

from cjmkit.method.findings import EXTREMES
from cjmkit.reports.content.director import plain
from cjmkit.reports.report import Report


def definitions(report: Report) -> tuple[str, ...]:
    """What each figure means, for this report's scale."""
    say = report.say
    source = (
        say("Scores are customers' ratings of the same touchpoints.")
        if report.by_customers
        else say("Scores are the team's estimate; they are not customer satisfaction.")
    )
    teams = say(
        "Each team weighs the same: intervals are over teams, and the n of a mean over several touchpoints counts teams."
    )
    return (
        source,
        *([teams] if report.teams_equal else []),
        _interval(report),
        _level(report),
        _standing(report),
        _finding(report),
        say("Below five people a finding is a first impression."),
        _contested(report),
        _importance(report),
        _weighted(report),
        _weakest(report),
        _memory(report),
        _extremes(report),
    )


def terms(report: Report) -> dict[str, str]:
    """By the words that stand over a figure, what the figure means."""
    say = report.say
    best = say(
        "CSAT: the share of customers who gave the best answers; CES: the share who agree that it was easy, and the mean. "
        "Which answers count stands beside each."
    )
    return {
        say("95% interval"): _interval(report),
        say("Level"): _level(report),
        say("Standing"): _standing(report),
        say("Finding"): _finding(report),
        say("Importance"): _importance(report),
        say("Weighted mean"): _weighted(report),
        say("Journey score, weighted by importance"): _weighted(report),
        say("Weakest link"): _weakest(report),
        say("Peak and end"): _memory(report),
        say("Lowest scores"): _extremes(report),
        say("Highest scores"): _extremes(report),
        say("Where the team is most divided"): _contested(report),
        say("Rank by what the scores promise"): gain_rule(report),
        say("Gain by scores"): gain_rule(report),
        say("Satisfaction and effort"): best,
        say("Best answers"): best,
    }


def gain_rule(report: Report) -> str:
    """How an action's gain is found."""
    target = report.journey.scale.high if report.target is None else report.target
    return report.say(
        "Gain by scores, from 0 to 1: gap to the target of {target}, times importance, times reach, summed over the "
        "action's touchpoints; the gap shown is their mean. Unknown reach counts as everybody. "
        "The team's own impact stands beside it and is not mixed in.",
        target=plain(report, target),
    )


def _interval(report: Report) -> str:
    return report.say(
        "95% interval: below 15 people Student's t, from 15 a bootstrap with a fixed seed, above 200 Student's t again; "
        "cut to the scale. Where all agree or only one scored, there is none."
    )


def _level(report: Report) -> str:
    say, scale = report.say, report.journey.scale
    low, high = (say.number(value, 2) for value in (scale.low + scale.span / 3, scale.high - scale.span / 3))
    return say("Level: low below {low}, high above {high}, middle between (thirds of the scale).", low=low, high=high)


def _standing(report: Report) -> str:
    return report.say(
        "Standing: below or above the mean of the path's other touchpoints by at least {apart} points.",
        apart=report.say.number(report.journey.scale.span * 0.05, 2),
    )


def _finding(report: Report) -> str:
    return report.say("Pain: low, or middle and below the others. Success: high and not below the others.")


def _contested(report: Report) -> str:
    return report.say("Contested: at least two people and a quarter of the raters in each outer third of the scale.")


def _importance(report: Report) -> str:
    return report.say(
        "Importance: the share of all dots; where nobody gave any, all touchpoints count the same and it is unknown."
    )


def _weighted(report: Report) -> str:
    return report.say(
        "Journey, stage, owner and channel scores: means weighted by importance; a touchpoint without dots weighs nothing."
    )


def _weakest(report: Report) -> str:
    return report.say("Weakest link: the lowest touchpoint that five people or more have scored.")


def _memory(report: Report) -> str:
    return report.say(
        "Peak and end: the mean of the most intense moment, farthest from the middle of the scale, and the last one scored."
    )


def _extremes(report: Report) -> str:
    n = report.say.number(EXTREMES, 0)
    return report.say("The {n} lowest and the {n} highest are always named, whatever their level.", n=n)
