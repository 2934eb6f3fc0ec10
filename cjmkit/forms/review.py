"""The review: when and how the map is held against customers, what changed outside, how old the map is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from html import escape

import ipywidgets as widgets
import pandas as pd

from cjmkit.charts.words import short_date
from cjmkit.errors import N_, UsageError
from cjmkit.forms import fields
from cjmkit.forms.draft import Follow, OnSave
from cjmkit.forms.entry import EntryLine
from cjmkit.forms.records import Records
from cjmkit.forms.screen import Screen, html
from cjmkit.forms.sheet import Sheet
from cjmkit.forms.table import date_cell, fault, table
from cjmkit.forms.typed import parse_day
from cjmkit.journey import Journey, Review
from cjmkit.method.findings import path_figures
from cjmkit.method.reviews import OLD_AFTER, days_old, next_review, to_ask

HOW = {
    "customers": N_("talks with customers"),
    "survey": N_("a survey"),
    "events": N_("what customers did: web and sales figures"),
    "team": N_("the team looks at it again"),
}
WHY = {
    "weakest": N_("weakest link"),
    "lowest": N_("among the lowest"),
    "contested": N_("contested"),
    "rule": N_("moment of truth"),
    "unknown": N_("open question"),
}
FIRST = 6  # so many touchpoints are proposed for the talk with customers


def review_journey(
    journey: Journey, on_save: OnSave, *, scores: pd.DataFrame, follow: Follow | None = None,
    today: Callable[[], date] = date.today,
) -> Screen:  # fmt: skip
    """The screen for the test with customers: when, how, what to ask first; and how old the map is.

    Args:
        journey: the map.
        on_save: gets `reviews=` or `as_of=`, hands back the new journey.
        scores: the `scores` table; it tells what to ask customers first.
        follow: how to hear of what other screens save.
        today: the day from which ages are counted.
    """
    return ReviewScreen(journey, on_save, scores=scores, follow=follow, today=today)


class ReviewScreen(Screen):
    """A quick line for the next test; what came of each test and the map's date fold out."""

    def __init__(
        self, journey: Journey, on_save: OnSave, *, scores: pd.DataFrame, follow: Follow | None, today: Callable[[], date]
    ) -> None:  # fmt: skip
        self.today = today
        super().__init__(journey, on_save, scores=scores, follow=follow)

    def build(self) -> Sequence[widgets.Widget]:
        say = self.say
        self.line = EntryLine([
            {"name": "on", "label": say("When do we test it?"), "type": "date", "first": True},
            {"name": "how", "label": say("How"), "options": [[code, say(HOW[code])] for code in HOW], "keep": True},
            {"name": "note", "label": say("Who, how many, with what"), "grow": True, "hint": say("Ewa talks with ten who waited")},
        ], say("Put it in the diary"), say, on_enter=self._plan)  # fmt: skip
        self.tests = Records(self, "reviews", [
            fields.day("on", say("Day")),
            fields.choice("how", say("How"), self._hows()),
            fields.text("note", say("What was planned, what was learnt"), long=True, wide=True),
            fields.text("changed_outside", say("What changed outside"), say("economy, law, a new competitor"), long=True, wide=True),
        ], self._named)  # fmt: skip
        self.dated = Sheet(self, [fields.day("as_of", say("Date of the map"))])
        self.renew = widgets.Button(description=say("Date it today"))
        self.renew.on_click(lambda _: self.act(lambda: self.edit(self.journey.changed(as_of=self.today()))))
        self.details = widgets.Accordion(
            [self.tests, widgets.VBox([self.dated, self.renew])],
            titles=(say("What we learnt, what changed outside"), say("Give the map a new date")),
        )
        return [self.line, self.details]

    def show(self) -> None:
        fields.offer(self.tests.fields[1], self._hows())
        self.tests.show()
        self.dated.show()

    def missing(self) -> str:
        if next_review(self.journey, self.today()) is None:
            return self.say("no test with customers is planned: choose a day")
        return ""

    def draw(self) -> str:
        return "".join([self._age(), self._diary(), self._to_ask()])

    def pick(self, name: str) -> None:
        """A test was chosen: its details fold out."""
        self.tests.choose(int(name))
        self.details.selected_index = 0

    def _plan(self, entry: dict[str, str]) -> None:
        self.flush()
        on = parse_day(entry.get("on", ""), self.say)
        if on is None:
            raise UsageError("Choose the day of the test.")
        review = Review(on=on, how=entry.get("how") or next(iter(HOW)), note=entry.get("note", "").strip())
        self.tests.at = len(self.journey.reviews)
        self.edit(self.journey.changed(reviews=(*self.journey.reviews, review)))

    def _age(self) -> str:
        say, days = self.say, days_old(self.journey, self.today())
        if days is None:
            return html(say("The map bears no date: nobody will know when it grows old."), kind="cjm-fault")
        when = say.date(self.journey.as_of)
        if days < 0:
            return html(say("The map is dated {date}.", date=when))
        age = say.plural("The map is {n} day old ({date}).", "The map is {n} days old ({date}).", days, date=when)
        if days <= OLD_AFTER:
            return html(age)
        old = say("More than half a year: hold it against customers, then give it a new date.")
        return f"<p>{escape(age)} {fault(old)}</p>"

    def _diary(self) -> str:
        say, today = self.say, self.today()
        if not self.journey.reviews:
            return html(
                say("The map is a guess until customers have seen it. When, how, and who asks them?"), kind="cjm-note"
            )
        heads = (say("Day"), say("How"), say("What was planned, what was learnt"), say("What changed outside"))
        order = sorted(enumerate(self.journey.reviews), key=lambda item: str(item[1].on or "9999"))
        rows = []
        for n, review in order:
            day = date_cell(say, review.on) if review.on else fault(say("no date"))
            over = fault(say("is over: what did you learn?")) if review.on and review.on < today else ""
            chosen = f'<span data-choose="{n}" role="button">{day}</span> {over}'
            rows.append((chosen, *map(escape, (self._how(review.how), review.note, review.changed_outside))))
        return html(say("Tests with customers"), of="h4") + table(heads, rows)

    def _to_ask(self) -> str:
        """What to ask customers first, and why that: from the team's scores, never as what customers think."""
        say, scores = self.say, self.scores
        assert scores is not None
        if not self.journey.touchpoints:
            return ""
        asked = to_ask(self.journey, path_figures(self.journey, scores))
        if not asked:
            return html(say("What to ask customers first shows here once the team has scored."), kind="cjm-note")
        questions = {u.touchpoint: u.question for u in self.journey.unknowns}
        rows = []
        for id, why in [*asked.items()][:FIRST]:
            reasons = say.list([say(WHY[reason]) for reason in why])
            rows.append(tuple(map(escape, (self.journey.touchpoint(id).name or id, reasons, questions.get(id, "")))))
        heads = (say("Touchpoint"), say("Why this one (team estimate)"), say("Open question"))
        return html(say("Ask customers about these first"), of="h4") + table(heads, rows)

    def _named(self, review: Review) -> str:
        return f"{short_date(self.say, review.on)} {self._how(review.how)}".strip()

    def _how(self, how: str) -> str:
        return self.say(HOW[how]) if how in HOW else how

    def _hows(self) -> list[tuple[str, str]]:
        there = dict.fromkeys([*HOW, *(review.how for review in self.journey.reviews)])
        return [(how, self._how(how) or "–") for how in there]
