"""What customers answered: NPS, CSAT, CES, ratings per touchpoint and overall, each with its interval.

All take `answers` and `items` (see `cjmkit.tables`) and give one row per item, or per item and group of `by`:

    item, group (with `by`), touchpoint, n (answers), n_eff (n, or Kish's effective n where weighted), value, low, high
    (95% interval), interval ("normal", "wilson", "t"; "equal", "one", "none" have no interval), of ("customers"),
    missing (asked, but no answer), scale_low, scale_high, and the figure's own columns.

Missing answers are NaN, counted and never taken for 0. Groups under five customers are merged (`cjmkit.method.groups`), for
each item by who answered it: "other" of one item may be other groups than "other" of the next. A respondent answers an item
once in a wave; twice is an error, not two customers.
A weighted figure has the weighted estimate, and n_eff = (Σw)²/Σw² in its error (Kish 1965).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cjmkit.errors import FigureError
from cjmkit.method.findings import level
from cjmkit.method.groups import OTHER as OTHER
from cjmkit.method.groups import groups_of
from cjmkit.method.groups import merge_small_groups as merge_small_groups
from cjmkit.method.intervals import Z, t_quantile, wilson
from cjmkit.tables import ANSWERS

FIGURE = ["item", "touchpoint", "n", "n_eff", "value", "low", "high", "interval", "of", "missing"]
FIGURE += ["scale_low", "scale_high"]
NAN = float("nan")
BEST = {(1, 5): (4, 5), (1, 7): (6, 7), (1, 10): (9, 10), (1, 3): (3, 3)}
Row = dict[str, Any]
Answered = NDArray[np.bool_]


@dataclass(frozen=True)
class Sample:
    """The answers given to one item by one group, on its scale, and what each weighs."""

    values: NDArray[np.float64]
    weights: NDArray[np.float64]
    low: float
    high: float

    @property
    def n_eff(self) -> float:
        return float(self.weights.sum() ** 2 / (self.weights**2).sum()) if len(self.weights) else 0.0

    def share(self, which: Answered) -> float:
        return float(self.weights[which].sum() / self.weights.sum()) if len(self.weights) else NAN

    def mean(self) -> float:
        return float((self.weights * self.values).sum() / self.weights.sum()) if len(self.weights) else NAN


def nps(answers: pd.DataFrame, items: pd.DataFrame, by: str | None = None, weighted: bool = False) -> pd.DataFrame:
    """Net promoter score: 100 · (share of 9–10 − share of 0–6).

    SE = 100·√((p + d − (p − d)²)/n), the interval is ± 1.96 SE, cut to ±100 (Reichheld 2003; Rocks 2016); no interval where all
    stand in one of the three classes. Who did not answer does not count.

    Args:
        answers: the `answers` table.
        items: its items; those of kind `nps` are answered, on a scale of 0 to 10.
        by: a column of `answers`, a segment or "wave"; its groups apart.
        weighted: by the column weight.

    Returns:
        One row per item and group, value from −100 to 100; promoters, passives, detractors (counts), se (points).

    Raises:
        FigureError: an item or answer is not on 0 to 10, or `by` or the weights are not there.

    >>> answers = pd.DataFrame({"respondent": list("abcd"), "item": "q", "value": [10.0, 9, 7, 3]})
    >>> items = pd.DataFrame([{"item": "q", "kind": "nps", "touchpoint": "", "low": 0, "high": 10}])
    >>> nps(answers, items)[["n", "value", "promoters", "passives", "detractors"]].values.tolist()
    [[4.0, 25.0, 2.0, 1.0, 1.0]]
    """
    for item in items[items.kind == "nps"].to_dict("records"):
        if (item["low"], item["high"]) != (0, 10):
            raise FigureError(
                "Item {item} goes from {low} to {high}. NPS is defined on 0 to 10 only: elsewhere its shares of 9–10 "
                "and of 0–6 mean something else. Show its mean or CSAT instead.",
                item=item["item"], low=_g(item["low"]), high=_g(item["high"]),
            )  # fmt: skip
    return _table(answers, items, "nps", by, weighted, _nps, ["promoters", "passives", "detractors", "se"])


def csat(answers: pd.DataFrame, items: pd.DataFrame, by: str | None = None, weighted: bool = False) -> pd.DataFrame:
    """Customer satisfaction: the share of the best answers, 4–5 of 5, 6–7 of 7, 9–10 of 10, 3 of 3; not the mean.

    The interval is Wilson's (1927). Who did not answer does not count, and is told as missing.

    Args:
        answers: the `answers` table.
        items: its items; those of kind `csat` are answered.
        by: a column of `answers`, a segment or "wave"; its groups apart.
        weighted: by the column weight.

    Returns:
        One row per item and group, value, low, high as shares 0–1; best (count), rule (the best answers, from and to).

    Raises:
        FigureError: the scale is none of the four, an answer is not on it, or `by` or the weights are not there.

    >>> answers = pd.DataFrame({"respondent": list("abcd"), "item": "q", "value": [5.0, 4, 3, 1]})
    >>> items = pd.DataFrame([{"item": "q", "kind": "csat", "touchpoint": "", "low": 1, "high": 5}])
    >>> csat(answers, items)[["value", "rule"]].values.tolist()
    [[0.5, (4, 5)]]
    """
    for item in items[items.kind == "csat"].to_dict("records"):
        if (item["low"], item["high"]) not in BEST:
            raise FigureError(
                "CSAT of item {item}: nobody agrees which answers from {low} to {high} are the best. Its scales are "
                "{scales}.",
                item=item["item"], low=_g(item["low"]), high=_g(item["high"]), scales=[f"{a}–{b}" for a, b in BEST],
            )  # fmt: skip
    return _table(answers, items, "csat", by, weighted, _csat, ["best", "rule"])


def ces(answers: pd.DataFrame, items: pd.DataFrame, by: str | None = None, weighted: bool = False) -> pd.DataFrame:
    """Customer effort (CES 2.0): mean agreement, 1–7, with "made it easy", and the share of 5–7 beside it.

    Three calculations are in use (Dixon, Freeman and Toman 2010); here `value` is the mean with Student's t interval cut to the scale, `agree` the
    share above the scale's middle with Wilson's. On another declared scale `rule` says what counts as agreement.

    Args:
        answers: the `answers` table.
        items: its items; those of kind `ces` are answered.
        by: a column of `answers`, a segment or "wave"; its groups apart.
        weighted: by the column weight.

    Returns:
        One row per item and group, value in points of the scale; sd, agree, agree_low, agree_high (shares 0–1), rule.

    Raises:
        FigureError: an answer is not on the scale, or `by` or the weights are not there.

    >>> answers = pd.DataFrame({"respondent": list("abcd"), "item": "q", "value": [7.0, 6, 5, 2]})
    >>> items = pd.DataFrame([{"item": "q", "kind": "ces", "touchpoint": "", "low": 1, "high": 7}])
    >>> ces(answers, items)[["value", "agree", "rule"]].values.tolist()
    [[5.0, 0.75, (5, 7)]]
    """
    return _table(answers, items, "ces", by, weighted, _ces, ["sd", "agree", "agree_low", "agree_high", "rule"])


def ratings(answers: pd.DataFrame, items: pd.DataFrame, by: str | None = None, weighted: bool = False) -> pd.DataFrame:
    """Customers' mean rating of each touchpoint; an overall item is never among them.

    mean = sum of ratings / n, with Student's t interval (1908) cut to the scale. Who did not answer is counted as missing, never as 0.

    Args:
        answers: the `answers` table.
        items: its items; those of kind `rating` are answered.
        by: a column of `answers`, a segment or "wave"; its groups apart.
        weighted: by the column weight.

    Returns:
        One row per item and group, value in points of the scale, with Student's t interval cut to it; sd, share_low,
        share_middle, share_high (0–1, by thirds of the scale).

    Raises:
        FigureError: an answer is not on the scale, or `by` or the weights are not there.

    >>> answers = pd.DataFrame({"respondent": list("abc"), "item": "q", "value": [5.0, 4, np.nan]})
    >>> items = pd.DataFrame([{"item": "q", "kind": "rating", "touchpoint": "food", "low": 1, "high": 5}])
    >>> ratings(answers, items)[["touchpoint", "n", "value", "missing"]].values.tolist()
    [['food', 2, 4.5, 1]]
    """
    return _table(answers, items, "rating", by, weighted, _rating, ["sd", "share_low", "share_middle", "share_high"])


def overall(answers: pd.DataFrame, items: pd.DataFrame, by: str | None = None, weighted: bool = False) -> pd.DataFrame:
    """Customers' mean rating of the whole, which stands beside the touchpoints and never among them.

    Arguments, columns and errors are those of `ratings`; the items are those of kind `overall`.

    >>> answers = pd.DataFrame({"respondent": list("ab"), "item": "q", "value": [5.0, 4]})
    >>> items = pd.DataFrame([{"item": "q", "kind": "overall", "touchpoint": "", "low": 1, "high": 5}])
    >>> overall(answers, items).value.tolist()
    [4.5]
    """
    return _table(answers, items, "overall", by, weighted, _rating, ["sd", "share_low", "share_middle", "share_high"])


def _nps(sample: Sample) -> Row:
    promoters, detractors = sample.values >= 9, sample.values <= 6
    passives = ~promoters & ~detractors
    p, d = sample.share(promoters), sample.share(detractors)
    value = 100 * (p - d)
    counts = {"promoters": promoters.sum(), "passives": passives.sum(), "detractors": detractors.sum()}
    kind = _kind(sample, "normal", sum(n > 0 for n in counts.values()) == 1)
    se = 100 * math.sqrt((p + d - (p - d) ** 2) / sample.n_eff) if kind == "normal" else NAN
    low, high = max(-100.0, value - Z * se), min(100.0, value + Z * se)
    return {"value": value, **_interval(kind, low, high), **counts, "se": se}


def _csat(sample: Sample) -> Row:
    rule = BEST[int(sample.low), int(sample.high)]
    best = (sample.values >= rule[0]) & (sample.values <= rule[1])
    share, kind = sample.share(best), _kind(sample, "wilson", False)
    low, high = wilson(share, sample.n_eff) if kind == "wilson" else (NAN, NAN)
    return {"value": share, **_interval(kind, low, high), "best": best.sum(), "rule": rule}


def _ces(sample: Sample) -> Row:
    middle = (sample.low + sample.high) / 2
    agree = sample.values > middle
    share = sample.share(agree)
    low, high = wilson(share, sample.n_eff) if len(agree) > 1 else (NAN, NAN)
    rule = (math.floor(middle) + 1, int(sample.high))
    return {**_mean(sample), "agree": share, "agree_low": low, "agree_high": high, "rule": rule}


def _rating(sample: Sample) -> Row:
    levels = np.array([level(x, sample.low, sample.high) for x in sample.values], dtype=object)
    return {**_mean(sample), **{f"share_{name}": sample.share(levels == name) for name in ("low", "middle", "high")}}


def _mean(sample: Sample) -> Row:
    """Mean, standard deviation and Student's t interval cut to the scale."""
    mean, n = sample.mean(), sample.n_eff
    same = len(sample.values) > 1 and bool((sample.values == sample.values[0]).all())
    kind = _kind(sample, "t", same)
    if kind != "t":
        mean = float(sample.values[0]) if same else mean
        return {"value": mean, **_interval(kind, NAN, NAN), "sd": 0.0 if same else NAN}
    spread = (sample.weights * (sample.values - mean) ** 2).sum() / sample.weights.sum()
    sd = math.sqrt(spread * n / (n - 1))
    half = t_quantile(n - 1) * sd / math.sqrt(n)
    return {"value": mean, **_interval(kind, max(sample.low, mean - half), min(sample.high, mean + half)), "sd": sd}


def _kind(sample: Sample, kind: str, equal: bool) -> str:
    """How the interval is found, or why there is none; weights that leave one person's answer count as one."""
    if len(sample.values) == 0:
        return "none"
    if len(sample.values) == 1 or sample.n_eff < 1 + 1e-9:
        return "one"
    return "equal" if equal else kind


def _interval(kind: str, low: float, high: float) -> Row:
    has = kind in ("normal", "wilson", "t")
    return {"low": low if has else NAN, "high": high if has else NAN, "interval": kind}


def _table(
    answers: pd.DataFrame, items: pd.DataFrame, kind: str, by: str | None, weighted: bool,
    figure: Callable[[Sample], Row], own: list[str],
) -> pd.DataFrame:  # fmt: skip
    if by is not None and (by not in answers.columns or (by in ANSWERS and by != "wave")):
        segments = [name for name in answers.columns if name not in ANSWERS or name == "wave"]
        raise FigureError("There is no segment {by}. There are: {segments}.", by=by, segments=segments or ["–"])
    rows = []
    for item in items[items.kind == kind].to_dict("records"):
        asked = _once(answers[answers.item == item["item"]], item["item"])
        for group, part in groups_of(asked, by):
            sample = _sample(part, item, weighted)
            row = {"item": item["item"], "touchpoint": item["touchpoint"], "n": len(sample.values), "of": "customers"}
            row |= {"n_eff": sample.n_eff, "missing": len(part) - len(sample.values)}
            row |= {"scale_low": sample.low, "scale_high": sample.high, "group": group}
            rows.append(row | figure(sample))
    return pd.DataFrame(rows, columns=[*FIGURE[:1], *(["group"] if by else []), *FIGURE[1:], *own])


def _sample(part: pd.DataFrame, item: Mapping[Any, Any], weighted: bool) -> Sample:
    given = part[part.value.notna()]
    values, low, high = given.value.to_numpy(dtype=float), float(item["low"]), float(item["high"])
    if not ((values >= low) & (values <= high)).all():
        raise FigureError(
            "Item {item} holds answers that are not on its scale from {low} to {high}.",
            item=item["item"], low=_g(low), high=_g(high),
        )  # fmt: skip
    return Sample(values, _weights(given, item["item"]) if weighted else np.ones(len(values)), low, high)


def _weights(given: pd.DataFrame, item: str) -> NDArray[np.float64]:
    """What each answer weighs.

    Raises:
        FigureError: there are no weights, or some answers have none above zero.
    """
    if "weight" not in given or (len(given) and given.weight.isna().all()):
        raise FigureError("The answers to item {item} carry no weights. Declare the survey's weight column.", item=item)
    weights = given.weight.to_numpy(dtype=float)
    if wrong := int((~((weights > 0) & np.isfinite(weights))).sum()):
        raise FigureError(
            "Answers to item {item} that lack a weight above zero: {n} of {all}. Give each a weight, or leave them out.",
            item=item, n=wrong, all=len(given),
        )  # fmt: skip
    return weights


def _once(asked: pd.DataFrame, item: str) -> pd.DataFrame:
    """The answers to one item, each respondent's once in a wave.

    Raises:
        FigureError: somebody answers it more than once.
    """
    given = asked[asked.value.notna()]
    if given.respondent.is_unique:
        return asked
    keys = [name for name in ("respondent", "wave") if name in given]
    if again := int(given[given.respondent.notna() & (given.respondent.astype(str) != "")].duplicated(keys).sum()):
        raise FigureError(
            "Item {item} holds answers of respondents who answered it already ({n} in all). Keep one answer of each.",
            item=item, n=again,
        )  # fmt: skip
    return asked


def _g(value: float) -> str:
    return f"{value:g}"
