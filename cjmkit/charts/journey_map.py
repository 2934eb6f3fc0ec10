"""The journey map: the picture people hang on the wall."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from cjmkit.charts.map_layout import map_layout
from cjmkit.charts.map_plan import Plan, plan
from cjmkit.charts.sheet import draw
from cjmkit.charts.theme import SIZES, accent_of, day, finish, nothing, tongue
from cjmkit.charts.words import interval_note, joined, people, scale, score, told, word
from cjmkit.journey import Journey
from cjmkit.language import Language


def journey_map(
    journey: Journey,
    figures: pd.DataFrame,
    *,
    persona: str | None = None,
    path: str | None = None,
    points: pd.DataFrame | None = None,
    language: str | None = None,
    as_of: str | date | None = None,
    accent: str | None = None,
) -> Any:
    """The whole journey of one persona along one path: stages as columns, lanes as rows, the curve through them.

    Args:
        journey: the map.
        figures: what `path_figures` gives for this path, index touchpoint; touchpoints without scores have n = 0.
        persona: an id; None is the goal's, else the first.
        path: an id; None is the persona's first.
        points: everyone's final scores (participant, team, touchpoint, score, round), drawn as dots behind the means.
        language: None is the journey's.
        as_of: the date that stands on it; None is the journey's.
        accent: a colour such as "#0072b2"; None is the theme's.

    Returns:
        An Altair chart, as wide as its touchpoints need; its `usermeta` says in pixels where in the plot each
        touchpoint's column stands (from, to), and the curve and all lanes.
    """
    say, size = tongue(journey, language), SIZES["page"]
    way = journey.path(persona, path)
    who = journey.persona(way.persona or persona)
    if not way.touchpoints:
        return nothing(say, size, title=_name(journey, who.id, say), missing=say("This map has no touchpoints yet."),
                       where=say("Enter the stages in the notebook 02_stages, then the touchpoints in 04_touchpoints."))  # fmt: skip
    the = plan(journey, figures, way, who.id, points, say, accent_of(accent))
    sheet = map_layout(the)
    title, subtitle = heading(the, day(journey, as_of, say))
    cols = the.columns
    ends = {t.id: (cols.left(n), cols.right(n)) for n, t in enumerate(cols.touchpoints)}
    whole = (0, sheet.height)
    places = {name: sheet.places.get(name, whole) for name in ("curve", "lanes")}
    return finish(draw(sheet), say, size, title=title, subtitle=subtitle, about=told(say, the.figures), width=sheet.width,
                  height=sheet.height, places={"columns": ends, "height": sheet.height, **places})  # fmt: skip


def heading(the: Plan, date: str) -> tuple[str, list[str]]:
    """The title of a map and the lines under it: what it is of, of how many people, on which scale, on which day."""
    say, journey = the.say, the.journey
    shown = the.figures[the.figures.n > 0]
    title, weakest = _name(journey, the.persona, say), shown[shown.weakest.astype(bool)]
    if len(weakest):
        row = weakest.iloc[0]
        title = say("{map}: the weakest link is “{touchpoint}”, {value}", map=title, touchpoint=row["name"],
                    value=score(say, row.value))  # fmt: skip
    of = joined(word(say, journey.kind), the.path.name, people(say, shown), scale(say, journey), date)
    return title, [of, interval_note(say, shown)]


def _name(journey: Journey, persona: str, say: Language) -> str:
    return joined(journey.title or journey.client or say("Journey map"), journey.persona(persona).name)
