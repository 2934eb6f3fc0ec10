"""The reveal: who is done, then the curve, the three to discuss and why, everybody's dots, and what a second round moved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets
import pandas as pd

from cjmkit.charts.drawing import svg
from cjmkit.charts.emotion_curve import emotion_curve
from cjmkit.charts.reveal import spread_ranking
from cjmkit.charts.round_shift import round_shift_chart
from cjmkit.charts.touchpoint_dots import touchpoint_dots
from cjmkit.charts.words import joined
from cjmkit.errors import UsageError
from cjmkit.forms.choices import with_rows
from cjmkit.forms.score_rows import Reading, put_dots, stored_rows
from cjmkit.forms.screen import html, later
from cjmkit.method.findings import path_figures
from cjmkit.method.rounds import DOTS, begin_round, change_round, revealed
from cjmkit.method.scores import final_scores, of_persona, round_shift
from cjmkit.tables import scores_frame

if TYPE_CHECKING:
    from cjmkit.forms.scoring import ScoringScreen

WIDE = 1075  # pixels at which the words of a picture for the room are 15 high; on less it scrolls


class RevealStep:
    """What the room sees after scoring; `reveal`, `reopen` and `again` are its buttons."""

    def __init__(self, screen: ScoringScreen) -> None:
        self.screen, self.say = screen, screen.say
        say = self.say
        self.chosen = ""
        self.reveal_button = widgets.Button(button_style="primary")
        self.reopen_button = widgets.Button()
        self.again_button = widgets.Button(description=say("Second round: score these three again"))
        for button, go in (
            (self.reveal_button, self.reveal), (self.reopen_button, self.reopen), (self.again_button, self.again)
        ):  # fmt: skip
            button.on_click(lambda _, go=go: screen.act(go))
        self.choice = widgets.Dropdown(description=say("Show the dots of"), options=[(say("nothing chosen"), "")])
        self.choice.observe(self._choose, "value")
        buttons = widgets.HBox([self.reveal_button, self.again_button, self.reopen_button])
        buttons.add_class("cjm-row")
        self.box = widgets.VBox([buttons, self.choice])
        self._drawn: dict[str, tuple[Any, str]] = {}
        if "reveal" in screen.has:
            later(1.5, self._prepare)

    @property
    def shown(self) -> pd.DataFrame:
        """The scores of this persona that may be shown."""
        return of_persona(self.screen.journey, revealed(self.screen.journey, self.screen.table), self.screen.persona)

    def reveal(self) -> None:
        """Close the round: everybody may see everything."""
        screen = self.screen
        if screen.voting():
            raise UsageError(
                "Round {n} is open in the voting room. Close it there, so that what the phones hold is counted.",
                n=screen.voting(),
            )
        if screen.given.empty:
            raise UsageError("Nobody has scored yet: there is nothing to reveal.")
        screen.edit(change_round(screen.journey, screen.table, screen.round.id, state="closed"))

    def reopen(self) -> None:
        """Open the last round again; what it showed is hidden until the next reveal."""
        screen = self.screen
        screen.edit(change_round(screen.journey, screen.table, screen.round.id, state="open"))

    def again(self) -> None:
        """Begin a round for the three that divide the room."""
        screen = self.screen
        self.chosen = ""
        screen.edit(begin_round(screen.journey, screen.table, ("score",)))

    def choose(self, touchpoint: str) -> None:
        """Show everybody's dots of this touchpoint."""
        self.chosen = touchpoint
        self.screen.refresh()

    def fill(self) -> None:
        """Name the buttons after the round that is on."""
        screen, say = self.screen, self.say
        n, given = screen.round.id, not screen.given.empty
        self.reveal_button.description = say("Reveal round {n}", n=n)
        self.reopen_button.description = say("Reopen round {n}", n=n)
        first_done = screen.closed and given and not screen.later
        for button, there in (
            (self.reveal_button, not screen.closed), (self.reopen_button, screen.closed and given),
            (self.again_button, first_done),
        ):  # fmt: skip
            button.layout.display = "" if there else "none"
        scored = set(self.shown.touchpoint[self.shown.score.notna()])
        way = screen.journey.along(screen.journey.path(screen.persona))
        options = [(say("nothing chosen"), ""), *((t.name or t.id, t.id) for t in way if t.id in scored)]
        self.choice.unobserve(self._choose, "value")
        if list(self.choice.options) != options:
            self.choice.options = options
        self.chosen = self.chosen if self.chosen in scored else ""
        self.choice.value = self.chosen
        self.choice.observe(self._choose, "value")
        self.choice.layout.display = "" if scored else "none"

    def draw(self) -> str:
        """Who is done; and of what is revealed the dots chosen, the three and why, or what moved, and the curve."""
        screen, say = self.screen, self.say
        parts = [] if screen.closed else [self._waiting()]
        shown, journey = self.shown, screen.journey
        screen.picture.chosen = self.chosen
        if shown.score.notna().any():
            figures = path_figures(journey, shown, screen.persona)
            points, shift = final_scores(shown), round_shift(shown, screen.journey.scale.span)
            charts: list[tuple[str, int, Callable[[], Any]]] = []
            if self.chosen:
                dots = ("dots", WIDE, lambda: touchpoint_dots(journey, figures, points, self.chosen, size="room"))
                charts.append(dots)
            else:
                parts.append(_scrolled("", 0))  # the dots' place, so that what is below stays where it was scrolled to
            if len(shift):
                charts.append(("shift", WIDE, lambda: round_shift_chart(journey, shift, size="room")))
            elif screen.closed:
                charts.append(("spread", WIDE, lambda: spread_ranking(journey, figures, points, size="room")))
            charts.append(("curve", 980, lambda: emotion_curve(journey, figures, points, size="room")))
            parts += [self._once(shown, *chart) for chart in charts]
        elif screen.closed:
            parts.append(html(say("Nobody has scored yet.")))
        return "".join(parts)

    def _waiting(self) -> str:
        """Who has given how much, and nothing of what."""
        screen, say = self.screen, self.say
        read = Reading(screen.journey, [t.id for t in screen.asked], say, screen.round.importance)
        rows = stored_rows(screen.journey, screen.table, screen.round.id, screen.persona, say)
        n = say.plural("{n} person has begun.", "{n} people have begun.", len(rows))
        hidden = say("What was given stays hidden until you reveal it.")
        cells = []
        asks = [c for c in DOTS if c in screen.round.asks and read.dots(c)]
        for row in rows:
            scored = sum(("score", id) in row.cells for id in read.numbers)
            counts = (
                [say("{n} of {all} scores", n=scored, all=len(read.numbers))] if "score" in screen.round.asks else []
            )
            counts += [say("{n} of {most} dots", n=put_dots(row, c, read), most=DOTS[c]) for c in asks]
            cells.append("".join(html(cell, of="td") for cell in (row.name, row.team, joined(*counts))))
        table = f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>" if cells else ""
        again = say("Score these again, each alone: {names}.", names=say.list(t.name or t.id for t in screen.asked))
        return (html(again, of="h3") if screen.later else "") + html(f"{n} {hidden}") + table

    def _once(self, shown: pd.DataFrame, name: str, width: int, chart: Callable[[], Any]) -> str:
        """A picture that is drawn anew only where the journey, what is shown or what is chosen has changed."""
        journey, chosen = self.screen.journey, self.chosen if name == "dots" else ""
        now = (journey, self.screen.persona, shown.to_csv(), chosen)
        if self._drawn.get(name, (None, ""))[0] != now:
            drawn = with_rows(chart(), {t.id: t.name for t in journey.touchpoints})
            self._drawn[name] = (now, _scrolled(drawn, width))
        return self._drawn[name][1]

    def _prepare(self) -> None:
        """Start the drawing engine while nobody waits: the first picture takes seconds, the others do not."""
        journey, persona = self.screen.journey, self.screen.persona
        rows: list[dict[str, object]] = [{"round": 1, "participant": "", "persona": persona or "", "touchpoint": t.id, "score": journey.scale.low}
                for t in journey.along(journey.path(persona))]  # fmt: skip
        if rows:
            given = scores_frame(rows)
            svg(emotion_curve(journey, path_figures(journey, given, persona), final_scores(given), size="room"))

    def _choose(self, change: Any) -> None:
        self.screen.act(lambda: self.choose(change["new"]))


def _scrolled(picture: str, width: int) -> str:
    """A picture that is never smaller than this; on a phone it scrolls."""
    return f'<div class="cjm-scroll"><div style="min-width:{width}px">{picture}</div></div>'
