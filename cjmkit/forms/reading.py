"""What the scores say of a path, and of one touchpoint in words: what a screen shows beside its fields."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from cjmkit.charts.dots import by_team
from cjmkit.charts.theme import each
from cjmkit.charts.words import joined, score, short, spread, word
from cjmkit.forms.screen import html
from cjmkit.journey import Journey, Path
from cjmkit.language import Language
from cjmkit.language.words import FINDING, LEVEL, STANDING
from cjmkit.method.findings import highest, lowest, path_figures, widest
from cjmkit.method.rounds import revealed
from cjmkit.method.scores import final_scores, of_persona
from cjmkit.tables import empty_scores


@dataclass(frozen=True)
class Reading:
    """What the revealed scores say of one path."""

    journey: Journey
    scores: pd.DataFrame | None
    way: Path
    figures: pd.DataFrame
    points: pd.DataFrame

    @classmethod
    def of(cls, journey: Journey, scores: pd.DataFrame | None, persona: str | None, path: str | None) -> Reading:
        """The reading of this persona's path; None is the goal's persona, else the first, and their first path."""
        way = journey.path(persona, path)
        who = way.persona or persona
        shown = revealed(journey, empty_scores() if scores is None else scores)
        figures = path_figures(journey, shown, who, path)
        return cls(journey, scores, way, figures, final_scores(of_persona(journey, shown, who)))

    @property
    def weakest(self) -> str | None:
        """The weakest link; None without scores."""
        return next((str(row.Index) for row in each(self.figures) if row.weakest), None)


def findings(say: Language, reading: Reading) -> str:
    """The lowest and the highest, what splits the room and what decides: each can be chosen."""
    figures = reading.figures
    split = [id for id in figures.index if figures.contested[id]] or list(widest(figures).index)
    heading = say("Contested") if figures.contested.any() else say("Where people differ most")
    deciding = [t.id for t in reading.journey.along(reading.way) if t.moment_of_truth]
    voted = figures[figures.votes > 0].sort_values("votes", ascending=False, kind="stable").index
    deciding += [id for id in voted if id not in deciding][: max(0, 3 - len(deciding))]
    groups = [
        (say("Lowest scores"), list(lowest(figures).index)), (say("Highest scores"), list(highest(figures).index)),
        (heading, split), (say("Moments of truth, ◆ dots for them"), deciding),
    ]  # fmt: skip
    rows = {row.Index: row for row in each(figures)}
    shown = [html(name, of="h4") + "".join(_line(say, rows[id]) for id in ids) for name, ids in groups if ids]
    return f'<div class="cjm-findings">{"".join(f"<div>{group}</div>" for group in shown)}</div>'


def _line(say: Language, row: Any) -> str:
    value = f"<b>{score(say, row.value)}</b> " if row.n else ""
    note = joined(
        say("n = {n}", n=int(row.n)).replace(" ", "\xa0"), f"◆\xa0{int(row.votes)}" if row.votes else "",
        word(say, "weakest") if row.weakest else "", word(say, "contested") if row.contested else "",
        say("first impression") if row.first_impression else "",
    )  # fmt: skip
    return (
        f'<button type="button" class="cjm-pick" data-choose="{escape(row.Index)}">'
        f"{value}{escape(row.name)} <small>{escape(note)}</small></button>"
    )


def votes(say: Language, row: Any) -> str:
    """How many dots for moment of truth a touchpoint got; empty where none."""
    return say.plural("{n} moment-of-truth dot", "{n} moment-of-truth dots", int(row.votes)) if row.votes else ""


def figure_told(say: Language, reading: Reading, row: Any) -> list[str]:
    """What the figures say of one touchpoint, in words, with how much they bear."""
    if not row.n:
        return [say("Nobody has scored it yet."), *filter(None, [votes(say, row)])]
    team = say("Team estimate {value} of {high}, n = {n}", value=score(say, row.value),
               high=short(say, reading.journey.scale.high), n=int(row.n))  # fmt: skip
    likely = say("95% interval {interval}", interval=spread(say, row)) if spread(say, row) else ""
    finding = say(FINDING[row.computed]) if row.computed else say("neither pain nor success")
    why = joined(say(LEVEL[row.level]), say(STANDING[row.standing]))
    return [
        joined(team, likely),
        say("The scores say: {finding} ({why}).", finding=finding, why=why),
        *filter(None, [
            say("First impression: fewer than five people have scored it.") if row.first_impression else "",
            joined(word(say, "weakest") if row.weakest else "", word(say, "contested") if row.contested else "", votes(say, row)),
        ]),
    ]  # fmt: skip


def dot_table(say: Language, journey: Journey, points: pd.DataFrame, touchpoint: str) -> str:
    """Who gave what: one dot a person, a row for each team, a column for each point of the scale."""
    mine = points[(points.touchpoint == touchpoint) & points.score.notna()]
    given = sorted(set(mine.score))
    of = journey.scale
    steps = [float(of.low + k) for k in range(int(of.span) + 1)] if of.span <= 10 else given
    steps = sorted({*steps, *given})
    head = "".join(html(short(say, step), of="th") for step in steps)
    rows = []
    for team, part in by_team(mine):
        counts = [int((part.score == step).sum()) for step in steps]
        cells = "".join(f"<td>{'●' * n if n <= 4 else f'● × {n}'}</td>" for n in counts)
        name = html(team or say("no team"), of="th")
        rows.append(f"<tr>{name}{cells}</tr>")
    return f'<table class="cjm-dots"><tr><td></td>{head}</tr>{"".join(rows)}</table>'


def suggested(reading: Reading) -> dict[str, list[str]]:
    """The touchpoints to plan for, each with why: the weakest link, a low score, a moment of truth, a decision."""
    journey, figures = reading.journey, reading.figures
    why: dict[str, list[str]] = {}
    if reading.weakest:
        why[reading.weakest] = ["weakest"]
    for id in lowest(figures).index:
        why.setdefault(str(id), []).append("lowest")
    for t in journey.along(reading.way):
        if t.moment_of_truth:
            why.setdefault(t.id, []).append("moment")
    for t in journey.touchpoints:
        if t.decision == "improve":
            why.setdefault(t.id, []).append("improve")
    return why
