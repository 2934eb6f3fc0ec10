"""Personas drafted from groups of customers: what sets each group apart, as measured, for the team to accept or not."""

from __future__ import annotations

from collections.abc import Mapping

from cjmkit.charts.segment_words import Names, called, segment_name, trait_figures, trait_named
from cjmkit.charts.theme import each
from cjmkit.charts.words import joined
from cjmkit.errors import UsageError
from cjmkit.journey import Item, Persona
from cjmkit.journey.ids import new_id
from cjmkit.language import speak
from cjmkit.language.words import ITEMS
from cjmkit.method.groups import OTHER
from cjmkit.method.segments import HOLDS, Segments
from cjmkit.method.traits import main_traits

TOP = 7  # traits of a draft


def persona_drafts(
    segments: Segments,
    *,
    names: Names | None = None,
    lists: Mapping[str, str] | None = None,
    source: str = "",
    language: str | None = None,
) -> tuple[Persona, ...]:
    """A draft persona for each group of customers that holds; none where there is no structure.

    Args:
        segments: what `segments` or `segments_by` gives.
        names: what columns are called, by column.
        lists: by column, the persona's list that what it says goes to (needs, goals, challenges, preferences, habits,
            hears_of_us, buys_how); habits where it is not named.
        source: what the figures are from, such as a file; it stands beside each item.
        language: None is that of the machine.

    Returns:
        Personas with the share of customers, facts, and items marked *measured*; the largest group first. A group that resamples
        do not find again, and "other" customers, make no persona.

    Raises:
        UsageError: `lists` names no list of a persona.
    """
    wrong = [name for name in (lists or {}).values() if name not in ITEMS]
    if wrong:
        raise UsageError("A persona has no list {name}. It has: {names}.", name=repr(wrong[0]), names=list(ITEMS))
    drafts: list[Persona] = []
    total = sum(segments.sizes.values())
    for group, n in segments.sizes.items() if segments.number > 1 else ():
        if group != OTHER and segments.stability.get(group, 1.0) >= HOLDS:
            drafts.append(_draft(segments, group, n / total, drafts, names, lists or {}, source, language))
    return tuple(drafts)


def _draft(
    segments: Segments, group: str, share: float, there: list[Persona], names: Names | None, lists: Mapping[str, str],
    source: str, language: str | None,
) -> Persona:  # fmt: skip
    say = speak(language)
    name = segment_name(say, segments, group, names)
    people = say.plural("{n} customer", "{n} customers", segments.sizes[group])
    items: dict[str, list[Item]] = {}
    traits = each(main_traits(segments.traits, group, TOP))
    for trait in traits:
        told = say("{what}: {figure}", what=trait_named(say, trait, names), figure=joined(*trait_figures(say, trait)))
        item = Item(text=told, evidence="measured", source=joined(source, people))
        items.setdefault(lists.get(trait.column, "habits"), []).append(item)
    facts = {called(t.column, names): t.level for t in traits if t.level and t.effect > 0}
    id = new_id(name, [draft.id for draft in there], "segment")
    return Persona.model_validate({"id": id, "name": name, "segment": name, "share": round(share, 3), "demographics": facts, **items})  # fmt: skip
