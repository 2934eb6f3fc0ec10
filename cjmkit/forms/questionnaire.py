"""The questionnaire and the interview guide: why each question is there, how it is worded, and customers' words coming back."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import ipywidgets as widgets
import pandas as pd

from cjmkit.charts.words import joined
from cjmkit.exchange.questionnaires import minutes_of
from cjmkit.exchange.quotes import Quoted, read_pasted_quotes, with_quotes
from cjmkit.forms import fields
from cjmkit.forms.draft import Follow, OnSave
from cjmkit.forms.entry import EntryLine
from cjmkit.forms.fields import Field, grid
from cjmkit.forms.records import take_edit
from cjmkit.forms.screen import Picture, Screen, html
from cjmkit.forms.table import fault, table
from cjmkit.journey import Journey, Quote
from cjmkit.language import spoken
from cjmkit.language.questions import WHY, question_text
from cjmkit.method.findings import path_figures
from cjmkit.method.questionnaire import MOST, Question, interview_guide, questionnaire, rotation
from cjmkit.method.rounds import open_round
from cjmkit.method.wording import SENTENCES, wording
from cjmkit.tables import scores_frame


def make_questionnaire(
    journey: Journey,
    on_save: OnSave,
    *,
    scores: pd.DataFrame | None = None,
    figures: pd.DataFrame | None = None,
    follow: Follow | None = None,
) -> Screen:
    """The screen for what customers are asked: the questions made from the map, their wording, and quotes that come back.

    Args:
        journey: the map.
        on_save: gets `questionnaire=` or `touchpoints=`, hands back the new journey.
        scores: the `scores` table, by which touchpoints are chosen; of an open round nothing is used.
        figures: by which they are chosen where nobody scored, such as `cjm.open_report().figures` of an earlier survey.
        follow: how to hear of what other screens save.
    """
    return QuestionnaireScreen(journey, on_save, scores=scores, figures=figures, follow=follow)


class QuestionnaireScreen(Screen):
    """Above what is settled, then the questions, one of them chosen and worded, then the line for customers' words."""

    def __init__(self, *args: Any, figures: pd.DataFrame | None, **kwargs: Any) -> None:
        self._earlier = figures
        self.at, self.wave = "nps", 1
        self._of: tuple[Any, Any] = (None, None)
        self._held = pd.DataFrame()
        super().__init__(*args, **kwargs)

    def build(self) -> Sequence[widgets.Widget]:
        say = self.say
        kinds = [
            ("relational", say("of us as a whole")),
            ("transactional", say("of this journey, just after it")),
        ]
        self.nps = fields.choice("nps", say("The question to recommend us is"), kinds)
        self.turn = fields.choice("wave", say("Wave"), [("1", "1")])
        self.chosen = fields.several("touchpoints", say("None ticked: the scores choose."), [])
        self.words = fields.text("text", say("In your own words"), long=True, wide=True)
        self.nps.on_edit(self._settle)
        self.chosen.on_edit(self._settle)
        self.words.on_edit(self._word)
        self.turn.on_edit(lambda field: self.act(lambda: self._turned(field.value())))
        self.asked, self.heading = Picture(self._picked), widgets.HTML()
        self.asked.add_class("cjm-picture")
        which = widgets.Accordion([self.chosen], titles=(say("Which touchpoints customers rate"),))
        self.line = EntryLine(
            self._line(), say("Add their words"), say, on_enter=self._quote, on_paste=self._pasted
        )  # fmt: skip
        return [grid([self.nps, self.turn]), which, self.asked, self.heading, self.words, self.line]

    def show(self) -> None:
        say, asked = self.say, self.journey.questionnaire
        self.line.fields = self._line()
        waves = len(rotation(self.journey, self._figures()))
        self.wave = min(self.wave, waves)
        fields.offer(self.turn, [(str(n), say("{n} of {all}", n=n, all=waves)) for n in range(1, waves + 1)])
        self.turn.put(str(self.wave))
        on_path = self.journey.along(self.journey.path())
        fields.offer(self.chosen, [(t.id, t.name or t.id) for t in on_path])
        self.nps.put(asked.nps)
        self.chosen.put(tuple(t.id for t in on_path if t.id in asked.touchpoints))
        questions = self._questions()
        self.at = self.at if self.at in questions else "nps"
        self.heading.value = html(self._said(questions[self.at]), of="h4")
        self.words.control.placeholder = self._made(questions[self.at])
        self.words.put(questions[self.at].text)
        self.asked.value = self._drawn(questions)

    def missing(self) -> str:
        say = self.say
        if not self.journey.touchpoints:
            return say("there are no touchpoints to ask about yet")
        found = sum(bool(self._findings(question)) for question in self._questions().values())
        return say.plural("{n} question to look at again", "{n} questions to look at again", found) if found else ""

    def draw(self) -> str:
        """Which touchpoint is asked about in which wave, and customers' words so far."""
        say, journey, figures = self.say, self.journey, self._figures()
        waves = rotation(journey, figures)
        heads = (say("Touchpoint"), *(say("Wave {n}", n=n) for n in range(1, len(waves) + 1)), say("Customers' words"))
        rows = []
        for t in journey.along(journey.path()):
            asked = ["●" if t.id in wave else "" for wave in waves]
            heard = sum(quote.evidence != "assumed" for quote in t.quotes)
            rows.append((escape(t.name or t.id), *asked, say.number(heard, 0) if heard else ""))
        return (html(say("What is asked when, and what was heard"), of="h4") + table(heads, rows)) if rows else ""

    def pick(self, name: str) -> None:
        """A question was chosen, to be worded."""
        self.at = name
        self.words.taken()
        self.show()

    def _figures(self) -> pd.DataFrame:
        """The figures behind the choice, computed once for a journey."""
        scores, journey = self.scores, self.journey
        if self._of[0] is not journey or self._of[1] is not scores:
            round = open_round(journey)
            if scores is not None and round is not None:
                scores = scores[scores["round"] < round.id]
            self._of = (journey, self.scores)
            self._held = path_figures(journey, scores_frame([]) if scores is None else scores)
            if self._earlier is not None and not self._held.n.any() and {*self._held.index} <= {*self._earlier.index}:
                self._held = self._earlier.loc[self._held.index]
        return self._held

    def _questions(self) -> dict[str, Question]:
        figures = self._figures()
        both = (*questionnaire(self.journey, figures, self.wave), *interview_guide(self.journey, figures))
        return {question.id: question for question in both}

    def _drawn(self, questions: dict[str, Question]) -> str:
        say = self.say
        paper = [question for question in questions.values() if question.kind != "open"]
        talk = [question for question in questions.values() if question.kind == "open"]
        told = say(
            "{n} of at most {most} questions, about {minutes} min",
            n=len(paper), most=MOST, minutes=minutes_of(paper),
        )  # fmt: skip
        return (
            html(say("Questionnaire"), of="h4") + html(told, kind="cjm-note") + self._table(paper)
            + html(say("Interview guide"), of="h4") + self._table(talk)
        )  # fmt: skip

    def _table(self, questions: Sequence[Question]) -> str:
        say = self.say
        heads = (say("Question"), say("Why it is there"), say("To look at again"))
        rows = [
            (
                escape(self._said(question)),
                escape(joined(*(say(WHY[why]) for why in question.why))),
                "<br>".join(fault(text) for text in self._findings(question)),
            )
            for question in questions
        ]
        return table(heads, rows, names=[question.id for question in questions], chosen=self.at)

    def _said(self, question: Question) -> str:
        return question_text(self.say, question)

    def _made(self, question: Question) -> str:
        """The question as the kit words it."""
        return question_text(self.say, Question(**{**vars(question), "text": ""}))

    def _findings(self, question: Question) -> list[str]:
        bare = Question(**{**vars(question), "values": dict.fromkeys(question.values, "…")})  # a name is no wording
        found = wording(self._said(bare), spoken(self.journey.language))
        told = [self.say(one.sentence, **one.values) for one in found]
        if question.kind == "nps" and question.text and any(one.sentence == SENTENCES["leading"] for one in found):
            told.append(self.say("asked like this, the figure is no NPS as it is defined: compare it with no other"))
        return told

    def _turned(self, wave: Any) -> None:
        self.wave = int(wave or 1)
        self.refresh()

    def _settle(self, field: Field) -> None:
        take_edit(self, field, field.name, lambda value: self._put(**{field.name: value}))

    def _word(self, field: Field) -> None:
        at = self.at
        take_edit(self, field, f"text.{at}", lambda value: self._worded(at, value))

    def _worded(self, at: str, text: str) -> None:
        """The team's own wording; the kit's own, or none, is not kept."""
        rest = {id: own for id, own in self.journey.questionnaire.texts.items() if id != at}
        kept = text and text != self._made(self._questions()[at])
        self._put(texts={**rest, at: text} if kept else rest)

    def _put(self, **values: Any) -> None:
        settled = self.journey.questionnaire.model_copy(update=values)
        self.edit(self.journey.changed(questionnaire=settled), what=f"questionnaire.{','.join(values)}")

    def _line(self) -> list[dict[str, Any]]:
        say = self.say
        where = [[t.id, t.name or t.id] for t in self.journey.touchpoints]
        return [
            {"name": "touchpoint", "label": say("Touchpoint"), "options": where, "keep": True},
            {"name": "text", "label": say("What was said"), "first": True, "grow": True, "hint": say("I sleep with earplugs now.")},
            {"name": "source", "label": say("Who said it, when"), "keep": True, "hint": say("customer 3, March")},
        ]  # fmt: skip

    def _quote(self, entry: dict[str, str]) -> None:
        self.flush()
        text = entry["text"].strip()
        quote = Quote(text=text, source=entry.get("source", "").strip(), evidence="observed")
        self._take([(entry["touchpoint"], quote)] if text and entry.get("touchpoint") else [])

    def _pasted(self, text: str) -> None:
        """Rows with touchpoint, words and source; what cannot be taken is told by its row."""
        self.flush()
        quotes, told = read_pasted_quotes(text, self.journey)
        self._take(quotes)
        came = self.say.plural("{n} quote came over.", "{n} quotes came over.", len(quotes))
        self.line.note = " ".join([came, *(self.say.error(one) + "." for one in told)])

    def _take(self, quotes: list[Quoted]) -> None:
        if quotes:
            self.edit(with_quotes(self.journey, quotes))
