"""Groups of customers in words: what a group is called, what sets it apart, and why there are none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cjmkit.charts.theme import each
from cjmkit.charts.words import joined
from cjmkit.errors import N_
from cjmkit.language import Language
from cjmkit.method.groups import OTHER
from cjmkit.method.segments import HOLDS, Segments
from cjmkit.method.traits import main_traits

Names = Mapping[str, str]
WHY = {
    "few": N_("There are fewer than 20 customers with enough values: too few to look for groups."),
    "columns": N_("No column tells customers apart: each is empty, the same for all, or different for each."),
    "apart": N_("No groups: customers lie no farther apart than they would by chance. Take them as one, or by a segment that the team knows."),
    "stable": N_("No groups that hold: drawn again from the same customers, they come out differently. Take them as one, or by a segment that the team knows."),
}  # fmt: skip


def segment_name(say: Language, segments: Segments, group: str, names: Names | None = None) -> str:
    """What a group is called: the value of its column, or the two things that set it apart most, of those it was found in.

    Args:
        say: the language.
        segments: what `segments` or `segments_by` gives.
        group: one of its groups.
        names: what columns are called, by column.
    """
    if group == OTHER:
        return say("other customers")
    if segments.by:
        return group
    used = [rule["column"] for rule in segments.rule.get("columns", ())]
    mine = segments.traits[segments.traits.column.isin(used)] if used else segments.traits
    traits = each(main_traits(mine, group, 2))
    return joined(*(short_trait(say, trait, names) for trait in traits)) or say("group {n}", n=group)


def short_trait(say: Language, trait: Any, names: Names | None = None) -> str:
    """A trait in two words: "visits: many", "age: 25–34"."""
    column = called(trait.column, names)
    if trait.level:
        sentence = N_("{column}: {value}") if trait.effect > 0 else N_("{column}: not {value}")
        return say(sentence, column=column, value=trait.level)
    return say("{column}: high", column=column) if trait.effect > 0 else say("{column}: low", column=column)


def trait_figures(say: Language, trait: Any) -> tuple[str, str]:
    """A trait's figure in the group, and among the others: shares of a value, means or medians of a number."""
    if trait.measure == "share":
        return say.percent(trait.value), say("others {value}", value=say.percent(trait.rest))
    pair = (trait.value, trait.rest)
    whole = max(map(abs, pair)) >= 100 or all(float(v).is_integer() for v in pair)
    digits = 0 if whole else 1 if round(pair[0], 1) != round(pair[1], 1) else 2
    sentence = N_("median {value}") if trait.measure == "median" else N_("mean {value}")
    value, rest = (say.number(v, digits) for v in pair)
    return say(sentence, value=value), say("others {value}", value=rest)


def trait_named(say: Language, trait: Any, names: Names | None = None) -> str:
    """What a trait is of: the column, and the value where it is a category."""
    column = called(trait.column, names)
    return say("{column}: {value}", column=column, value=trait.level) if trait.level else column


def called(column: str, names: Names | None) -> str:
    """What a column is called."""
    return (names or {}).get(column, "") or column


def steadiness(say: Language, segments: Segments, group: str) -> str:
    """A warning where a group does not hold in resamples; empty where it does, or where it was not found but given."""
    return say("does not hold well") if segments.stability.get(group, 1.0) < HOLDS else ""
