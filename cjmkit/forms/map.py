"""The map with the team's judgement: what the scores say of each touchpoint, and what the team makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as widgets
import pandas as pd

from cjmkit.charts import journey_map
from cjmkit.charts.drawing import svg
from cjmkit.charts.theme import each
from cjmkit.charts.words import joined
from cjmkit.forms import fields
from cjmkit.forms.choices import with_frames
from cjmkit.forms.draft import Follow, OnSave
from cjmkit.forms.fields import Field, grid
from cjmkit.forms.reading import Reading, dot_table, figure_told, findings
from cjmkit.forms.screen import Picture, Screen, html
from cjmkit.forms.sheet import Sheet
from cjmkit.journey import Journey, MomentOfTruth, Touchpoint, Verdict
from cjmkit.language import Language
from cjmkit.language.words import DECISION, FINDING, RULE
from cjmkit.method.findings import lowest

READABLE = 1.25  # so much larger than on paper the map can be read from a projector


def judge_touchpoints(
    journey: Journey, on_save: OnSave, *, scores: pd.DataFrame | None, follow: Follow | None = None
) -> Screen:
    """The map, and beside it what is judged of one touchpoint: verdict, moment of truth, decision, pain, success.

    Args:
        journey: the map.
        on_save: gets `touchpoints=`, hands back the new journey.
        scores: the `scores` table; of an open round nothing is shown.
        follow: how to hear of what other screens save.
    """
    return MapScreen(journey, on_save, scores=scores, follow=follow)


class MapScreen(Screen):
    """Left the map, its columns to be chosen; right the touchpoint that is chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.chosen = ""
        self._reading: Reading | None = None
        self._drawn: tuple[Reading | None, bool, str] = (None, False, "")
        super().__init__(*args, **kwargs)
        panel, self.frame = widgets.VBox([self.told, self.judged]), widgets.Box([self.picture])
        for box, name in ((panel, "cjm-side"), (panel, "cjm-judge"), (self.frame, "cjm-main")):
            box.add_class(name)
        both = widgets.Box([self.frame, panel])
        both.add_class("cjm-row")
        self.add_class("cjm-wide-screen")
        self.children = (self.looked_at, self.found, both, self.bar)

    def build(self) -> Sequence[widgets.Widget]:
        say, f = self.say, fields
        self.who = f.choice("persona", say("Persona"), [])
        self.way = f.choice("path", say("Path"), [])
        self.which = f.choice("touchpoint", say("Touchpoint"), [])
        self.size = f.choice("size", say("Map"), [("readable", say("large: scroll it sideways")), ("whole", say("whole at a glance"))])  # fmt: skip
        for field in (self.who, self.way, self.size):
            field.on_edit(lambda _: self.choose(self.chosen))
        self.which.on_edit(lambda field: self.choose(field.value()))
        self.looked_at = grid([self.who, self.way, self.which, self.size])
        self.found, self.told = Picture(self._picked), Picture(self._picked)
        for picture in (self.found, self.told):
            picture.add_class("cjm-picture")
        self.judged = Judged(self, judgements(say))
        return []

    @property
    def reading(self) -> Reading:
        """What the scores say of the path looked at; read anew only where something changed."""
        persona, path = self.who.value(), self.way.value()
        now, old = self.journey, self._reading
        fresh = old is None or old.journey is not now or old.scores is not self.scores
        if old is None or fresh or (old.way != now.path(persona, path)):
            self._reading = old = Reading.of(now, self.scores, persona, path)
        return old

    @property
    def touchpoint(self) -> Touchpoint | None:
        """The touchpoint that is chosen."""
        return next((t for t in self.journey.touchpoints if t.id == self.chosen), None)

    def choose(self, touchpoint: str | None) -> None:
        """Show this touchpoint, and mark it in the map."""
        self.flush()
        self.chosen = touchpoint or ""
        self.refresh()

    def pick(self, name: str) -> None:
        self.choose(name)

    def show(self) -> None:
        say, journey = self.say, self.journey
        people = [(p.id, p.name or p.id) for p in journey.personas]
        fresh = self.who.value() is None
        fields.offer(self.who, people)
        if fresh and people:
            self.who.put(journey.persona().id)
        own = [p for p in journey.paths if p.persona in (self.who.value(), "")]
        fields.offer(
            self.way,
            [(p.id, p.name or p.id) for p in own],
            none=None if own else say("all touchpoints, by stage"),
        )
        along = journey.along(self.reading.way)
        fields.offer(self.which, [(t.id, f"{n}. {t.name or t.id}") for n, t in enumerate(along, 1)])
        if self.chosen not in {t.id for t in along}:
            self.chosen = self.reading.weakest or (along[0].id if along else "")
        self.which.put(self.chosen or None)
        self.judged.show()

    def missing(self) -> str:
        say, reading = self.say, self.reading
        if not reading.way.touchpoints:
            return say("there is no touchpoint yet: add them in 04_touchpoints")
        if not reading.figures.n.any():
            return say("no scores are revealed yet: enter them in 05_scoring")
        if not any(t.moment_of_truth for t in self.journey.touchpoints):
            return say("no moment of truth is marked yet")
        low = [id for id in lowest(reading.figures).index if not self.journey.touchpoint(str(id)).decision]
        if low:
            return say.plural(
                "{n} of the lowest still needs a decision", "{n} of the lowest still need a decision", len(low)
            )
        return ""

    def draw(self) -> str:
        reading, whole = self.reading, self.size.value() == "whole"
        self.found.chosen = self.picture.chosen = self.chosen
        self.told.value = self._figure()
        if self._drawn[0] is not reading or self._drawn[1] != whole:
            self.found.value = findings(self.say, reading)
            chart = journey_map(self.journey, reading.figures, persona=self.who.value(), path=self.way.value(),
                                points=reading.points)  # fmt: skip
            drawn = svg(chart) if not reading.way.touchpoints else with_columns(svg(chart), chart, self.journey, whole)
            frame = f'<div class="cjm-scroll cjm-map{" cjm-whole" if whole else ""}">{drawn}</div>'
            self._drawn = (reading, whole, frame)
        return self._drawn[2]

    def _figure(self) -> str:
        """What the scores say of the chosen touchpoint, and everybody's dots."""
        reading, touchpoint = self.reading, self.touchpoint
        if touchpoint is None or touchpoint.id not in reading.figures.index:
            return ""
        head = html(touchpoint.name or touchpoint.id, of="h4")
        row = each(reading.figures.loc[[touchpoint.id]])[0]
        told = "".join(html(line) for line in figure_told(self.say, reading, row))
        owner = touchpoint.owner or self.say("nobody answers for it yet")
        where = html(joined(self.journey.stage(touchpoint.stage).name, touchpoint.channel, owner), kind="cjm-note")
        dots = dot_table(self.say, self.journey, reading.points, touchpoint.id) if row.n else ""
        return head + where + told + dots


class Judged(Sheet):
    """The fields of the touchpoint that a map screen has chosen."""

    screen: MapScreen

    def show(self) -> None:
        touchpoint = self.screen.touchpoint
        self.layout.visibility = "visible" if touchpoint else "hidden"
        for field in self.fields if touchpoint else ():
            field.put(getattr(touchpoint, field.name))

    def _take(self, name: str) -> Any:
        id = self.screen.chosen

        def take(value: Any) -> None:
            journey = self.screen.journey
            touchpoints = [t.model_copy(update={name: value}) if t.id == id else t for t in journey.touchpoints]
            self.screen.edit(journey.changed(touchpoints=touchpoints), what=f"{id}.{name}")

        return take


def judgements(say: Language) -> list[Field]:
    """What a team judges: the verdict over the figure, the moment of truth, the decision, pain and success in words."""
    verdict = widgets.Dropdown(
        description=say("Verdict"),
        options=[(say("as the scores say"), ""), *((say(FINDING[v]), v) for v in ("pain", "success", "neutral"))],
    )
    why = widgets.Text(description=say("Why this verdict"), placeholder=say("why not what the scores say"))
    rule = widgets.Dropdown(
        description=say("Moment of truth"),
        options=[(say("no"), ""), *((say(name), code) for code, name in RULE.items())],
    )
    goes = widgets.Textarea(description=say("The customer goes on if"), rows=2)
    leaves = widgets.Textarea(description=say("The customer leaves if"), rows=2)
    moment = together("moment_of_truth", MomentOfTruth, ("rule", rule), {"goes_on_if": goes, "leaves_if": leaves})
    decisions = [(code, say(name)) for code, name in DECISION.items()]
    return [
        *together("verdict", Verdict, ("value", verdict), {"why": why}),
        moment[0],
        fields.choice("decision", say("Decision"), decisions, none=say("not decided yet")),
        *moment[1:],
        fields.text("pain", say("Pain, in words"), long=True),
        fields.text("success", say("Success, in words"), long=True),
    ]


def together(
    name: str, kind: Any, code: tuple[str, widgets.Dropdown], texts: Mapping[str, widgets.Widget]
) -> list[Field]:
    """One value of several parts: a code, without which there is none, and texts that wait for it."""
    part, control = code

    def read(_: Any) -> Any:
        if not control.value:
            return None
        return kind(**{part: control.value, **{text: typed.value.strip() for text, typed in texts.items()}})

    def wait(_: Any = None) -> None:
        for typed in texts.values():
            typed.disabled = not control.value

    control.observe(wait, "value")
    wait()
    of_code = Field(name, control, read, lambda value: getattr(value, part) if value else "")
    # Without a code a text means nothing; it is read as it stands, so that showing another touchpoint empties it.
    return [of_code, *(
        Field(name, typed, lambda shown: read(shown) or shown or None,
              lambda value, text=text: getattr(value, text) if value else "", typed=True)  # type: ignore[misc]
        for text, typed in texts.items()
    )]  # fmt: skip


def with_columns(drawn: str, chart: Any, journey: Journey, whole: bool) -> str:
    """A drawn map, readable or whole, with a frame over each touchpoint's column to be chosen."""
    where, edge = chart.usermeta, chart.padding
    high, (top, bottom) = where["height"], where["curve"]
    names = {t.id: t.name or t.id for t in journey.touchpoints}
    frames = [(id, names[id], edge["left"] + a, edge["top"], b - a, high) for id, (a, b) in where["columns"].items()]
    # What should be in sight of a chosen column: its piece of the curve.
    sight = (
        f'<rect class="cjm-sight" y="{edge["top"] + top:.0f}" width="1" height="{bottom - top:.0f}" fill="none"></rect>'
    )
    wide = "100%" if whole else f"{(edge['left'] + chart.width + edge['right']) * READABLE:.0f}px"
    drawn = drawn.replace('style="max-width:100%;height:auto"', f'style="width:{wide};height:auto"', 1)
    return with_frames(drawn.removesuffix("</svg>") + sight + "</svg>", frames)
