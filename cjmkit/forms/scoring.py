"""Scoring without phones: the scale, one laptop or paper and a grid, the reveal, a second round."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import ipywidgets as widgets
import pandas as pd

from cjmkit.charts.words import question
from cjmkit.errors import N_, UsageError
from cjmkit.forms.ballot import Ballot
from cjmkit.forms.draft import Follow, OnSave
from cjmkit.forms.reveal import RevealStep
from cjmkit.forms.scale import ScaleStep
from cjmkit.forms.score_grid import GridStep
from cjmkit.forms.score_rows import Reading, Row, stored, stored_rows
from cjmkit.forms.screen import Screen, html
from cjmkit.forms.typed import shown_number
from cjmkit.journey import Journey, Round, Touchpoint
from cjmkit.method.rounds import FIRST_ASKS, asked, begin_round, open_round, rounds_of
from cjmkit.method.scores import of_persona
from cjmkit.tables import empty_scores

STEPS = {"scale": N_("Scale"), "laptop": N_("One laptop"), "grid": N_("Paper and grid"), "reveal": N_("Reveal")}
OnPrint = Callable[[str | None], object]


def score_touchpoints(
    journey: Journey,
    on_save: OnSave,
    *,
    scores: pd.DataFrame,
    follow: Follow | None = None,
    on_print: OnPrint | None = None,
    voting: Callable[[], int] = lambda: 0,
    steps: Sequence[str] = tuple(STEPS),
) -> Screen:
    """The screen to score touchpoints in the room, each person alone, then to reveal and discuss.

    Args:
        journey: the map.
        on_save: takes `scale=`, `rounds=`, `scores=` and answers the new journey.
        scores: the `scores` table.
        follow: how to hear of what other screens save.
        on_print: given a persona, writes the printable score sheet and answers where it is; None: no button for it.
        voting: answers the round that is open in the voting room, 0 where none is.
        steps: which of "scale", "laptop", "grid" and "reveal" this screen has.
    """
    return ScoringScreen(journey, on_save, scores=scores, follow=follow, on_print=on_print, voting=voting, steps=steps)


class ScoringScreen(Screen):
    """Scale, one laptop, grid and reveal, one at a time; what was given stays hidden while its round is open."""

    def __init__(
        self,
        journey: Journey,
        on_save: OnSave,
        *,
        on_print: OnPrint | None = None,
        voting: Callable[[], int] = lambda: 0,
        steps: Sequence[str] = tuple(STEPS),
        follow: Follow | None = None,
        **more: Any,
    ) -> None:
        unknown = [step for step in steps if step not in STEPS]
        if unknown or not steps:
            raise UsageError(
                "Scoring has the steps {steps}, not {unknown}.", steps=list(STEPS), unknown=unknown or ["–"]
            )
        self._on_print, self.voting, self.has = on_print, voting, tuple(steps)
        self.persona: str | None = None
        self._row = Row()
        self._asked_of: tuple[tuple[Any, ...], tuple[Touchpoint, ...]] = ((None,) * 4, ())
        super().__init__(journey, on_save, follow=follow and self._named(follow), **more)

    def _named(self, follow: Follow) -> Follow:
        """Screens with other steps follow too: each under a name of its own."""
        return lambda name, listener: follow(f"{name} {' '.join(self.has)}", listener)

    @property
    def table(self) -> pd.DataFrame:
        """The scores as they are edited here."""
        return empty_scores() if self.scores is None else self.scores

    @property
    def rounds(self) -> tuple[Round, ...]:
        return rounds_of(self.journey, self.table)

    @property
    def round(self) -> Round:
        """The round that is open, else the last, else the first one, which begins with the first score."""
        first = Round(id=1, state="open", asks=FIRST_ASKS)
        return open_round(self.journey) or (self.rounds[-1] if self.rounds else first)

    @property
    def closed(self) -> bool:
        return self.round.state == "closed"

    @property
    def later(self) -> bool:
        """Whether this is a round after the first."""
        return any(r.id < self.round.id for r in self.rounds)

    @property
    def asked(self) -> tuple[Touchpoint, ...]:
        """The touchpoints that the round asks for."""
        now = (self.journey, self.scores, self.round.id, self.persona)
        if any(one is not other for one, other in zip(now, self._asked_of[0], strict=True)):
            self._asked_of = (now, asked(self.journey, self.table, self.round.id, self.persona))
        return self._asked_of[1]

    @property
    def given(self) -> pd.DataFrame:
        """The scores of this round and persona."""
        mine = of_persona(self.journey, self.table[self.table["round"] == self.round.id], self.persona)
        return mine[mine.score.notna()]

    @property
    def question(self) -> str:
        """The question of the scale, with the persona's name in it."""
        return question(self.say, self.journey, self.persona)

    def build(self) -> Sequence[widgets.Widget]:
        say = self.say
        self.steps = widgets.ToggleButtons(options=[(say(STEPS[code]), code) for code in self.has])
        self.steps.add_class("cjm-scoring-steps")
        self.steps.observe(lambda _: self.act(self.refresh), "value")
        self.who = widgets.Dropdown(description=say("Persona"))
        self.who.observe(self._who_chosen, "value")
        self.scale, self.grid, self.reveal = ScaleStep(self), GridStep(self), RevealStep(self)
        self.ballot = Ballot(say, on_start=self._sit_down, on_answer=self._answered, on_done=self._left)
        self.ballot.observe(lambda _: self.refresh(), "who")
        self.laptop = widgets.VBox([self.ballot])
        self.print = widgets.Button(description=say("Print the score sheet"))
        self.print.on_click(lambda _: self.act(self._printed))
        self.printed, self.state = widgets.HTML(), widgets.HTML()
        self.state.add_class("cjm-state")
        self.paper = widgets.VBox([widgets.HBox([self.print]), self.printed])
        top = widgets.HBox([self.steps, self.who])
        top.add_class("cjm-row")
        self.boxes = {"scale": self.scale.box, "laptop": self.laptop, "grid": self.grid.box, "reveal": self.reveal.box}
        self.steps.layout.display = "" if len(self.has) > 1 else "none"
        return [top, self.state, *self.boxes.values(), self.paper]

    def show(self) -> None:
        self._offer_personas()
        step, away = self.steps.value, self.ballot.who
        for name, box in self.boxes.items():
            box.layout.display = "" if name == step else "none"
        self.paper.layout.display = "" if self._on_print and step in ("scale", "grid") else "none"
        self.steps.disabled = self.who.disabled = bool(away)
        self.state.value = html(self._state(), kind="cjm-note") if self._state() else ""
        self.state.layout.display = "" if self.state.value else "none"
        if step != "grid":
            self.grid.clear()
        fill = {
            "scale": self.scale.fill,
            "laptop": self._prepare_laptop,
            "grid": self.grid.fill,
            "reveal": self.reveal.fill,
        }
        fill[step]()

    def draw(self) -> str:
        step = self.steps.value
        if not self.asked:
            return html(self.say("There are no touchpoints yet. Enter them in 04_touchpoints."))
        if step == "scale":
            return self.scale.draw()
        return self.reveal.draw() if step == "reveal" else ""

    def missing(self) -> str:
        if self.steps.value == "laptop" or not self.asked:
            return ""
        n = self.given.participant.nunique()
        return (
            self.say.plural("{n} person has scored", "{n} people have scored", n)
            if n
            else self.say("nobody has scored yet")
        )

    def give(self, table: pd.DataFrame, what: str = "") -> None:
        """Take this table of scores; the first score begins the first round."""
        begun = any(r.id == self.round.id for r in self.journey.rounds)
        journey = None if begun else begin_round(self.journey, empty_scores(), self.round.asks)
        self.edit(journey, scores=table, what=what)

    def choose_persona(self, persona: str | None) -> None:
        """Score for this persona; their touchpoints, their scores."""
        self.persona, self.grid.rows = persona, []
        self.refresh()

    def pick(self, touchpoint: str) -> None:
        self.act(lambda: self.reveal.choose(touchpoint))

    def _show_bar(self) -> None:
        """While somebody scores, Undo would take back what the person before them gave: it is not offered."""
        super()._show_bar()
        if self.steps.value == "laptop":
            self.bar.can_undo = self.bar.can_redo = False

    def _asked(self, widget: Any, content: dict[str, Any], buffers: Any = None) -> None:
        if self.steps.value == "laptop" and content.get("do") in ("undo", "redo"):
            return
        super()._asked(widget, content, buffers)

    def _state(self) -> str:
        say, n, step = self.say, self.round.id, self.steps.value
        voting = say("Phones are voting in the room; what is entered here counts with it.") if self.voting() else ""
        if step == "grid":
            closed = say("Round {n} is closed. Reopen it under Reveal to correct a score.", n=n)
            off = say("For the facilitator alone: turn the projector off while you type.")
            return closed if self.closed else f"{off} {voting}".strip()
        if step == "laptop":
            closed = say("Round {n} is closed. Reopen it or begin a second round under Reveal.", n=n)
            return closed if self.closed else voting
        if step == "reveal" and self.voting():
            return say("Round {n} is open on the phones: close it in the voting room, then it is revealed.", n=n)
        return say("Round {n} is closed.", n=n) if self.closed else say("Round {n} is open.", n=n)

    def _offer_personas(self) -> None:
        options = [(p.name or p.id, p.id) for p in self.journey.personas]
        self.who.layout.display = "" if len(options) > 1 else "none"
        if self.persona not in [id for _, id in options]:
            self.persona = self.journey.persona().id if options else None
        self.who.unobserve(self._who_chosen, "value")
        if list(self.who.options) != options:
            self.who.options = options
        self.who.value = self.persona
        self.who.observe(self._who_chosen, "value")

    def _who_chosen(self, change: Any) -> None:
        self.act(lambda: self.choose_persona(change["new"]))

    def _prepare_laptop(self) -> None:
        ballot, round = self.ballot, self.round
        ballot.layout.display = "none" if self.closed else ""
        if ballot.who:
            return
        ballot.ask(self.journey, self.asked, round.asks, self.question)
        held = {team for h in self.journey.held for team in h.teams}
        ballot.teams = sorted((held | set(self.table.team)) - {""})
        here = set(of_persona(self.journey, self.table[self.table["round"] == round.id], self.persona).participant)
        before = of_persona(self.journey, self.table[self.table["round"] < round.id], self.persona)
        ballot.names = sorted(set(before.participant) - here)

    def _sit_down(self, nickname: str, team: str) -> str:
        """The name to go by; a nickname that has scored in this round would show what was given under it."""
        if self.closed:
            raise UsageError("Round {n} is closed.", n=self.round.id)
        known = {name.casefold(): name for name in self.table.participant}
        name = " ".join(nickname.split())
        name = secrets.token_hex(4) if self.round.anonymous else known.get(name.casefold(), name)
        if not name:
            raise UsageError("A nickname is needed, so that your scores are told from the others'.")
        mine = of_persona(self.journey, self.table[self.table["round"] == self.round.id], self.persona)
        theirs = mine[mine.participant == name]
        if theirs[["score", "importance", "moment_of_truth"]].notna().any(axis=None):
            raise UsageError(
                "{who} has scored already. Take another nickname; a score is corrected in the grid, by the facilitator.",
                who=name,
            )
        teams = self.table.team[self.table.participant == name]
        team = " ".join(team.split()) or (str(teams.iloc[0]) if len(teams) else "")
        self._row = Row(name, team, was=name if len(theirs) else "")
        return name

    def _answered(self, column: str, touchpoint: str, value: float) -> None:
        self._row.cells[column, touchpoint] = shown_number(value, self.say)
        self.soon("laptop", self._keep)

    def _left(self) -> None:
        self.flush()
        self._row = Row()

    def _keep(self) -> None:
        """Save what this person gave so far."""
        round, read = self.round, Reading(self.journey, [t.id for t in self.asked], self.say, self.round.importance)
        rows = [
            row
            for row in stored_rows(self.journey, self.table, round.id, self.persona, self.say)
            if row.was != self._row.name
        ]
        at = "" if round.anonymous else datetime.now().isoformat(timespec="seconds")
        table = stored(self.journey, self.table, [*rows, self._row], read, round.id, self.persona, at)
        self._row.was = self._row.name
        if round.anonymous:
            table = table.sort_values(["round", "participant", "touchpoint"], kind="stable").reset_index(drop=True)
        self.give(table, what=f"laptop {self._row.name}")

    def _printed(self) -> None:
        if self._on_print is not None:
            place = str(self._on_print(self.persona))
            text = self.say(
                "The score sheet is in {file}. Open it in a browser and print it on both sides.", file=place
            )
            self.printed.value = html(text)
