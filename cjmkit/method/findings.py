"""What the scores mean on the map: level, standing, pain, success, contested, and the figures of a whole path."""

from __future__ import annotations

import math

import pandas as pd

from cjmkit.journey import Journey, Path
from cjmkit.method.intervals import FIRST_IMPRESSION_BELOW
from cjmkit.method.moments_of_truth import moments_of_truth
from cjmkit.method.scores import final_scores, importance, importance_kind, of_persona, touchpoint_scores

STANDS_OUT = 0.05
EXTREMES = 3


def level(value: float, low: float, high: float) -> str:
    """Low, middle or high by thirds of the scale; a boundary belongs to the middle.

    third = (high − low) / 3. Without a score there is no level. Source: the kit's own rule; thirds alone find many successes and
    hardly a pain point, because satisfaction sits high, so `standing` is asked too.

    >>> [level(x, 1, 5) for x in (2.3, 3.0, 3.7)]
    ['low', 'middle', 'high']
    """
    if math.isnan(value):
        return ""
    third = (high - low) / 3
    if value < low + third - 1e-9:
        return "low"
    return "high" if value > high - third + 1e-9 else "middle"


def standing(values: pd.Series, low: float, high: float) -> pd.Series:
    """Below, level or above the path's other touchpoints, by at least 5 % of the scale.

    A touchpoint is held against the mean of the other touchpoints' means: satisfaction sits high, so that thirds of
    the scale alone would find many successes and no pain. Of one touchpoint alone there is no other: level. Source: the kit's own
    rule; the threshold keeps names from being made of chance.

    Args:
        values: the touchpoints' means, index touchpoint, NaN = not scored.
        low: the lowest point of the scale.
        high: the highest.

    >>> standing(pd.Series({"a": 4.0, "b": 4.0, "c": 3.0}), 1, 5).tolist()
    ['above', 'above', 'below']
    """
    others = (values.sum() - values) / (values.notna().sum() - 1) if values.notna().sum() > 1 else values
    apart = (values - others) / (high - low)
    words = pd.Series("level", index=values.index).mask(apart <= -STANDS_OUT + 1e-9, "below")
    return words.mask(apart >= STANDS_OUT - 1e-9, "above").where(values.notna(), "")


def finding(level: str, standing: str) -> str:
    """Pain where the level is low, or middle and below the others; success where it is high and not below.

    Without a score there is neither. Below five people it is called a first impression; the team may overrule it and says why.
    Source: the kit's own rule, from `level` and `standing`.

    >>> finding("middle", "below"), finding("high", "level"), finding("middle", "above")
    ('pain', 'success', '')
    """
    if level == "low" or (level == "middle" and standing == "below"):
        return "pain"
    return "success" if level == "high" and standing != "below" else ""


def contested(points: pd.DataFrame, low: float, high: float) -> pd.Series:
    """Which touchpoints split the room: at least two people and a quarter of the raters in each outer third.

    One 2 and one 4 among eight raters are no split: by that rule 89 % of touchpoints would be. Two people are never enough, three
    neither. Source: the kit's own rule.

    Args:
        points: final scores, columns participant, touchpoint, score.
        low: the lowest point of the scale.
        high: the highest.

    Returns:
        Index touchpoint, bool.

    >>> points = pd.DataFrame({"participant": list("abcdabcd"), "touchpoint": list("xxxxyyyy"), "score": [1, 1, 5, 5, 2, 3, 3, 4]})
    >>> contested(points, 1, 5).to_dict()
    {'x': True, 'y': False}
    """
    given = points[points.score.notna()]
    levels = given.score.map(lambda x: level(float(x), low, high))
    groups = levels.groupby(given.touchpoint)
    needed = groups.size().map(lambda n: max(2, math.ceil(n / 4)))
    lows, highs = (levels == "low").groupby(given.touchpoint).sum(), (levels == "high").groupby(given.touchpoint).sum()
    return (lows >= needed) & (highs >= needed)


def path_figures(
    journey: Journey, scores: pd.DataFrame, persona: str | None = None, path: str | None = None,
    *, teams_equal: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """All that the team's scores say of one persona's path: the table behind map, curve, ranking and report.

    Args:
        journey: the map.
        scores: the `scores` table.
        persona: an id; None is the goal's, else the first.
        path: an id; None is the persona's first path.
        teams_equal: each team weighs the same.

    Returns:
        Index touchpoint in the order of the path; stage, name, what `touchpoint_scores` gives, of ("team"),
        level, standing, finding ("pain", "success", ""), computed (the finding before the team overruled it),
        overruled, first_impression (n < 5), contested, weakest (bool), importance (0–1), importance_known,
        rule (moment of truth, "" = none), votes (dots).

    >>> from cjmkit.tables import scores_frame
    >>> journey = Journey.from_data({"stages": [{"id": "use"}], "touchpoints": [{"id": "x", "stage": "use"}, {"id": "y", "stage": "use"}]})
    >>> scores = scores_frame([{"round": 1, "participant": p, "touchpoint": t, "score": s} for p in "abcde" for t, s in [("x", 2), ("y", 4)]])
    >>> path_figures(journey, scores)[["value", "level", "standing", "finding"]].values.tolist()
    [[2.0, 'low', 'below', 'pain'], [4.0, 'high', 'above', 'success']]
    """
    way = journey.path(persona, path)
    mine = of_persona(journey, scores, way.persona or persona)
    ids = [t.id for t in journey.along(way)]
    points = final_scores(mine)
    low, high = float(journey.scale.low), float(journey.scale.high)
    figures = touchpoint_scores(points, ids, low, high, teams_equal=teams_equal)
    figures = figures.join(importance(mine, ids, importance_kind(journey)))
    votes = moments_of_truth(journey, mine, way).votes.reindex(figures.index).fillna(0).astype(int)
    return _judged(journey, way, figures.assign(of="team", votes=votes), points)


def customer_points(journey: Journey, answers: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Customers' ratings of touchpoints in the shape of final scores, brought onto the journey's scale.

    Args:
        journey: the map; its scale is the one to come out.
        answers: columns respondent, item, value.
        items: columns item, kind, touchpoint, low, high; only kind "rating" counts, an overall item is no touchpoint.

    Returns:
        Columns participant (the respondent), team (""), touchpoint, score, round (1).
    """
    ratings = items[items.kind == "rating"]
    table = answers[answers.value.notna()].merge(ratings[["item", "touchpoint", "low", "high"]], on="item")
    share = (table.value - table.low) / (table.high - table.low)
    score = (journey.scale.low + share * journey.scale.span).where(
        (table.low != journey.scale.low) | (table.high != journey.scale.high), table.value
    )
    columns = {"participant": table.respondent, "team": "", "touchpoint": table.touchpoint, "score": score, "round": 1}
    return pd.DataFrame(columns).reset_index(drop=True)


def customer_figures(journey: Journey, points: pd.DataFrame, path: Path) -> pd.DataFrame:
    """What customers' ratings say of a path, in the shape of `path_figures`; importance is unknown.

    Args:
        journey: the map.
        points: what `customer_points` gives.
        path: whose touchpoints to answer.
    """
    ids = [t.id for t in journey.along(path)]
    figures = touchpoint_scores(points, ids, float(journey.scale.low), float(journey.scale.high))
    figures["importance"], figures["importance_known"], figures["dots"] = 1 / max(len(ids), 1), False, 0.0
    return _judged(journey, path, figures.assign(of="customers", votes=0), points)


def _judged(journey: Journey, path: Path, figures: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """The figures with names, level, standing, finding, what is contested, and the weakest link; verdicts overrule."""
    low, high = float(journey.scale.low), float(journey.scale.high)
    met = {t.id: t for t in journey.along(path)}
    table = figures.copy()
    table.insert(0, "stage", [met[id].stage for id in table.index])
    table.insert(1, "name", [met[id].name or id for id in table.index])
    table["level"] = [level(value, low, high) for value in table.value]
    table["standing"] = standing(table.value, low, high)
    table["computed"] = [finding(a, b) for a, b in zip(table.level, table.standing, strict=True)]
    verdicts = [met[id].verdict for id in table.index]
    table["finding"] = [
        (v.value if v.value != "neutral" else "") if v else c for v, c in zip(verdicts, table.computed, strict=True)
    ]
    table["overruled"] = [v is not None for v in verdicts]
    split = contested(points, low, high)
    table["contested"] = [bool(split.get(id, False)) for id in table.index]
    flags = [met[id].moment_of_truth for id in table.index]
    table["rule"] = [flag.rule if flag else "" for flag in flags]
    table["first_impression"] = table.n.between(1, FIRST_IMPRESSION_BELOW - 1)
    link = weakest_link(table)
    table["weakest"] = [id == link for id in table.index]
    return table


def settled(figures: pd.DataFrame) -> pd.DataFrame:
    """The touchpoints scored by five people or more, from which a headline may be made; all scored ones if there is none.

    >>> settled(pd.DataFrame({"value": [1.0, 3.0], "n": [1, 9]}, index=["a", "b"])).index.tolist()
    ['b']
    """
    scored = figures[figures.value.notna()]
    enough = scored[scored.n >= FIRST_IMPRESSION_BELOW]
    return scored if enough.empty else enough


def weakest_link(figures: pd.DataFrame) -> str | None:
    """The touchpoint of a path with the lowest score, on a tie the more important one.

    A first impression (n < 5) is no weakest link while others are scored by five people or more; None without scores. Bad
    is stronger than good (Baumeister, Bratslavsky, Finkenauer and Vohs 2001): one bad contact colours the whole firm.

    >>> weakest_link(pd.DataFrame({"value": [2.0, 1.5], "n": [9, 9], "importance": [0.5, 0.5]}, index=["a", "b"]))
    'b'
    """
    scored = settled(figures)
    if scored.empty:
        return None
    last = scored[scored.value <= scored.value.min() + 1e-9]
    return str(last.importance.idxmax()) if "importance" in last else str(last.index[0])


def lowest(figures: pd.DataFrame, n: int = EXTREMES) -> pd.DataFrame:
    """The n lowest touchpoints of the path, lowest first, whatever their level; none that is among the highest too."""
    return _ends(figures, n, ascending=True)


def highest(figures: pd.DataFrame, n: int = EXTREMES) -> pd.DataFrame:
    """The n highest touchpoints of the path, highest first, whatever their level; none that is among the lowest too."""
    return _ends(figures, n, ascending=False)


def _ends(figures: pd.DataFrame, n: int, *, ascending: bool) -> pd.DataFrame:
    scored = figures[figures.value.notna()]
    scored = scored.sort_values("value", ascending=ascending, kind="stable", key=lambda value: value.round(9))
    return scored.head(max(1, min(n, len(scored) // 2)) if len(scored) else 0)


def widest(figures: pd.DataFrame, n: int = EXTREMES) -> pd.DataFrame:
    """The n touchpoints that divide the room most, by average deviation, ties by importance: discuss these."""
    scored = figures[figures.n > 1]
    order = scored.assign(deviation=scored.deviation.round(9)).sort_values(
        ["deviation", "importance"], ascending=False, kind="stable"
    )
    return figures.loc[order.head(n).index]
