"""The codes of the method in a reader's words, and durations, people and scales as a picture says them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pandas as pd

from cjmkit.charts.theme import each, tongue
from cjmkit.errors import N_
from cjmkit.journey import Journey
from cjmkit.language import Language, words
from cjmkit.method.transitions import END, START

OWN = {
    "contested": N_("contested"),
    "weakest": N_("weakest link"),
    "current": N_("current state"),
    "future": N_("future state"),
    "day-in-the-life": N_("day in the life"),
}
WORDS = {
    **OWN,
    **words.KIND,
    **words.PARTY,
    **words.RULE,
    **words.FINDING,
    **words.LEVEL,
    **words.STANDING,
    **words.QUADRANT,
}


def word(say: Language, code: str) -> str:
    """A code of the method as a reader knows it.

    >>> from cjmkit.language import speak
    >>> word(speak("en"), "weakest")
    'weakest link'
    """
    return say(WORDS[code]) if WORDS[code] else ""


def people(say: Language, figures: pd.DataFrame) -> str:
    """Whose figures these are, and of how many: team estimate, or customers' ratings."""
    n = figures.n[figures.n > 0]
    if n.empty:
        return ""
    most, fewest = int(n.max()), int(n.min())
    if (figures["of"] == "customers").any():
        if most == fewest:
            return say.plural("customers' ratings, {n} answer each", "customers' ratings, {n} answers each", most)
        return say(
            "customers' ratings, {fewest} to {most} answers each",
            fewest=say.number(fewest, 0),
            most=say.number(most, 0),
        )
    if most == fewest:
        return say.plural("team estimate, {n} person", "team estimate, {n} people", most)
    return say("team estimate, {fewest} to {most} people", fewest=say.number(fewest, 0), most=say.number(most, 0))


def scale(say: Language, journey: Journey) -> str:
    """The scale with the labels of its ends: "scale 1 (very bad) to 5 (very good)"."""
    of = journey.scale
    ends = []
    for end in (of.low, of.high):
        label = of.labels.get(f"{end:g}", "")
        number = short(say, end)
        ends.append(say("{number} ({label})", number=number, label=label) if label else number)
    return say("scale {low} to {high}", low=ends[0], high=ends[1])


def question(say: Language, journey: Journey, persona: str | None = None) -> str:
    """The question of the scale, with the persona's name in it."""
    who = journey.persona(persona).name or tongue(journey, None)(N_("the customer"))
    return (journey.scale.question or say("How does {persona} feel here?")).replace("{persona}", who)


def short(say: Language, value: float) -> str:
    """A number without digits that say nothing: 5, 2.5."""
    return say.number(value, 0 if float(value).is_integer() else 1)


def score(say: Language, value: float) -> str:
    """A score as pictures print it, with one digit."""
    return say.number(value, 1)


def spread(say: Language, row: Any) -> str:
    """The interval of a figure in words; empty where there is none."""
    if row.low != row.low or row.high != row.high:
        return ""
    return say("{low} to {high}", low=score(say, row.low), high=score(say, row.high))


def joined(*parts: str) -> str:
    """The parts that there are, set apart by a middle dot.

    >>> joined("a", "", "b")
    'a · b'
    """
    return " · ".join(part for part in parts if part)


def sentences(*parts: str) -> str:
    """The sentences that there are, one after the other; a Chinese full stop holds its own space.

    >>> sentences("One.", "", "Two.") + sentences("一。", "二。")
    'One. Two.一。二。'
    """
    return " ".join(part for part in parts if part).replace("。 ", "。")


def interval_note(say: Language, figures: pd.DataFrame) -> str:
    """What the bars of a picture mean; empty where there are none."""
    if not figures.low.notna().any():
        return ""
    if (figures["of"] == "customers").any():
        return say("Bars: where the mean would likely lie with other customers (95% interval).")
    return say(
        "Bars: where the mean would likely lie with other colleagues in the room (95% interval); nothing about customers."
    )


def told(say: Language, figures: pd.DataFrame) -> str:
    """Every figure of a path in words, for readers who cannot see the picture."""
    lines = []
    for row in each(figures):
        if not row.n:
            lines.append(say("{name}: no score yet", name=row.name))
            continue
        marks = [word(say, c) for c in (row.finding,) if c] + [
            word(say, c) for c in ("contested", "weakest") if getattr(row, c)
        ]
        value = joined(score(say, row.value), spread(say, row), *marks)
        lines.append(f"{row.name}: {value}")
    return "; ".join(lines) + "." if lines else ""


def given(say: Language, points: pd.DataFrame) -> str:
    """The scores that people gave, from the lowest, each with how many gave it: "2, 4 × 3"."""
    counts = sorted(Counter(points.score.astype(float)).items())
    return ", ".join(short(say, value) + (f" × {say.number(n, 0)}" if n > 1 else "") for value, n in counts)


def short_date(say: Language, day: date | str | None) -> str:
    """A date that fits a narrow column."""
    return say.date(day, "medium")


def place(say: Language, journey: Journey, name: str) -> str:
    """What a log calls a place, as a reader knows it: a touchpoint's or a stage's name, else the event as it is.

    >>> from cjmkit.language import speak
    >>> place(speak("en"), Journey(), "view_cart"), place(speak("en"), Journey(), "")
    ('view_cart', 'not on the map')
    """
    if name in (START, END):
        return say("the beginning") if name == START else say("the end")
    names = {**{s.id: s.name for s in journey.stages}, **{t.id: t.name for t in journey.touchpoints}}
    return names.get(name) or name or say("not on the map")


def map_order(journey: Journey) -> dict[str, int]:
    """The place of each stage and touchpoint in the map's order."""
    return {id: n for n, id in enumerate([*(s.id for s in journey.stages), *(t.id for t in journey.touchpoints)])}
