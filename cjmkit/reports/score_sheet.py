"""The score sheet on paper: one for each person, situations to score and dots to put, no stage names."""

from __future__ import annotations

from collections.abc import Sequence

from cjmkit.charts.theme import tongue
from cjmkit.charts.words import question, short
from cjmkit.journey import Journey, Touchpoint
from cjmkit.language import Language
from cjmkit.method.rounds import DOTS, FIRST_ASKS, scale_points
from cjmkit.reports.layout import environment
from cjmkit.reports.page import FONTS, lettered


def score_sheet(
    journey: Journey,
    *,
    persona: str | None = None,
    touchpoints: Sequence[Touchpoint] | None = None,
    asks: Sequence[str] = FIRST_ASKS,
    language: str | None = None,
) -> str:
    """The sheet as one HTML page, to be printed on both sides of A4.

    Args:
        journey: the map.
        persona: an id; None is the goal's persona, else the first.
        touchpoints: what to score, numbered in this order; None is all of the persona's path.
        asks: what the round asks: "score", "importance", "moment_of_truth".
        language: a code; None is the journey's language.
    """
    say = tongue(journey, language)
    met = journey.along(journey.path(persona)) if touchpoints is None else touchpoints
    page = environment().get_template("score-sheet.html.j2").render(
        language=say.code, tag=say.tag, fonts=FONTS, title=journey.title or journey.client, words=_words(say), question=question(say, journey, persona),
        points=[(short(say, v), journey.scale.labels.get(f"{v:g}", "")) for v in scale_points(journey.scale)],
        touchpoints=met, asks=tuple(asks), dots=DOTS,
    )  # fmt: skip
    return lettered(page)


def _words(say: Language) -> dict[str, str]:
    return {
        "sheet": say("Score sheet"),
        "hint": say("Print one for each person, on both sides of the paper, at full size."),
        "nickname": say("Nickname"),
        "team": say("Team"),
        "alone": say("Score alone. There is no right answer: tick one circle in each line."),
        "situation": say("Situation"),
        "score": say("Score"),
        "importance": say("Matters most"),
        "moment_of_truth": say("Goes on or leaves"),
        "importance_dots": say(
            "draw {n} dots in all where it matters most to the customer; several in one line count too.",
            n=DOTS["importance"],
        ),
        "moment_dots": say(
            "draw {n} dots in all where the customer decides to go on or to leave.", n=DOTS["moment_of_truth"]
        ),
        "none": say("There are no touchpoints yet. Enter them in 04_touchpoints."),
    }
