"""What the team estimates against what customers say of the same touchpoints."""

from __future__ import annotations

import pandas as pd

from cjmkit.journey import Journey
from cjmkit.method.findings import customer_points
from cjmkit.method.surveys import ratings


def team_gap(journey: Journey, figures: pd.DataFrame, answers: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """The team's estimate less the customers' rating of each touchpoint that both judged, each on 0–1 of its own scale.

    Several items of one touchpoint are joined by each customer's mean of them on 0–1, so that a customer counts once;
    with one item the rating and its interval (Student's t, cut to the scale) are those of `cjmkit.method.surveys.ratings`.
    A touchpoint that only one side judged has no gap. Source: the gap model (Parasuraman, Zeithaml and Berry 1985).

    Args:
        journey: the map.
        figures: the team's, what `path_figures` gives.
        answers: the `answers` table.
        items: its items; those of kind `rating` count.

    Returns:
        Index touchpoint in the order of `figures`; name, team, team_low, team_high, team_n, customers, customers_low,
        customers_high, customers_n, gap (team − customers; above 0 the team thinks better of it). Intervals 95 %.

    >>> journey = Journey.from_data({"stages": [{"id": "use"}], "touchpoints": [{"id": "food", "stage": "use"}]})
    >>> figures = pd.DataFrame({"name": "Food", "value": 4.0, "low": 3.0, "high": 5.0, "n": 9}, index=["food"])
    >>> items = pd.DataFrame([{"item": "q", "kind": "rating", "touchpoint": "food", "low": 0, "high": 10}])
    >>> answers = pd.DataFrame({"respondent": list("ab"), "item": "q", "value": [2.0, 3.0]})
    >>> team_gap(journey, figures, answers, items)[["team", "customers", "gap"]].values.tolist()
    [[0.75, 0.25, 0.5]]
    """
    low, high, span = (float(x) for x in (journey.scale.low, journey.scale.high, journey.scale.span))
    points = customer_points(journey, answers, items)
    each = points.groupby(["touchpoint", "participant"]).score.mean()
    joined = each.rename("value").rename_axis(["item", "respondent"]).reset_index()
    asked = pd.DataFrame({"item": joined["item"].unique(), "kind": "rating", "low": low, "high": high})
    rated = ratings(joined, asked.assign(touchpoint=asked["item"])).set_index("touchpoint")
    team = figures[(figures.n > 0) & figures.index.isin(rated.index)]
    table = team[["name"]].rename_axis("touchpoint")
    for side, of in (("team", team), ("customers", rated.loc[team.index])):
        for name, column in (("", "value"), ("_low", "low"), ("_high", "high")):
            table[side + name] = (of[column] - low) / span
        table[f"{side}_n"] = of.n
    return table.assign(gap=table.team - table.customers)
