"""What customers wrote, by the codes that somebody gave their comments."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cjmkit.errors import FigureError
from cjmkit.method.groups import OTHER, groups_of, merge_small_groups
from cjmkit.method.intervals import wilson
from cjmkit.method.surveys import nps
from cjmkit.tables import ANSWERS

NAN = float("nan")


def comment_codes(
    codes: pd.DataFrame, answers: pd.DataFrame, items: pd.DataFrame, by: str | None = None
) -> pd.DataFrame:
    """How many customers' comments were given each code, most first, with the NPS of those customers beside it.

    A customer counts once a code, in however many columns it stands; one comment may have several codes, so that shares
    add up to more than 1. The share is of those whose comment was given any code; Wilson's interval. Codes of fewer
    than five customers are counted together as "other", and groups of `by` too (`cjmkit.method.groups`).

    Args:
        codes: one row per respondent, wave, question and code; see `cjmkit.tables`.
        answers: the `answers` table; NPS and groups are taken from it.
        items: the `items` table of the same survey; its first item of kind nps is the recommendation, and without one NPS is
            missing.
        by: a segment's column in `answers`, or "touchpoint": what the question is about.

    Returns:
        One row per question, group and code: question, group (with `by`), code, name, n (customers), of_n (customers
        with any code), share, low, high, nps, nps_n, nps_low, nps_high (NaN below five answers), of.

    Raises:
        FigureError: there is no such segment.
    """
    if by not in (None, "touchpoint", "wave") and (by in ANSWERS or by not in answers.columns):
        segments = [name for name in answers.columns if name not in ANSWERS or name == "wave"]
        raise FigureError("There is no segment {by}. There are: {segments}.", by=by, segments=[*segments, "touchpoint"])
    who = ["respondent", "wave"]
    people = answers.drop_duplicates(who)
    columns = [*who, *([by] if by and by not in ("touchpoint", "wave") else [])]
    given = codes.merge(people[columns], on=who, how="left")
    rows = []
    for question, asked in given.groupby("question", sort=False):
        for group, part in _groups(asked, by):
            rows += [{"question": question, "group": group, **row} for row in _codes(part, answers, items)]
    figures = ["n", "of_n", "share", "low", "high", "nps", "nps_n", "nps_low", "nps_high", "of"]
    return pd.DataFrame(rows, columns=["question", *(["group"] if by else []), "code", "name", *figures])


def _groups(asked: pd.DataFrame, by: str | None) -> list[tuple[str, pd.DataFrame]]:
    if by == "touchpoint":
        return [(str(name), part) for name, part in asked.groupby("touchpoint", sort=False)]
    return list(groups_of(asked.assign(value=1.0), by))


def _codes(part: pd.DataFrame, answers: pd.DataFrame, items: pd.DataFrame) -> list[dict[str, Any]]:
    who = ["respondent", "wave"]
    once = part.drop_duplicates([*who, "code"])
    names = dict(zip(once.code, once["name"], strict=True))
    times = once.groupby("code", sort=False)[who[0]].size()
    merged = merge_small_groups({str(code): int(n) for code, n in times.items()})
    once = once.assign(code=once.code.map(merged)).drop_duplicates([*who, "code"])
    everyone = len(part.drop_duplicates(who))
    rows = []
    for code, mine in once.groupby("code", sort=False):
        n = len(mine)
        low, high = wilson(n / everyone, everyone) if everyone > 1 else (NAN, NAN)
        rows.append({"code": code, "name": "" if code == OTHER else names[code], "n": n, "of_n": everyone,
                     "share": n / everyone, "low": low, "high": high, **_nps(mine, answers, items), "of": "customers"})  # fmt: skip
    return sorted(rows, key=lambda row: (row["code"] == OTHER, -float(row["n"]), str(row["code"])))


def _nps(people: pd.DataFrame, answers: pd.DataFrame, items: pd.DataFrame) -> dict[str, float]:
    """The NPS of these customers; nothing below five answers."""
    asked = items[items.kind == "nps"].head(1)
    theirs = answers[answers["item"].isin(asked["item"])].merge(
        people[["respondent", "wave"]], on=["respondent", "wave"]
    )
    row = nps(theirs, asked).iloc[0] if len(asked) else None
    if row is None or row["n"] < 5:
        return {"nps": NAN, "nps_n": NAN, "nps_low": NAN, "nps_high": NAN}
    return {"nps": row["value"], "nps_n": float(row["n"]), "nps_low": row["low"], "nps_high": row["high"]}
