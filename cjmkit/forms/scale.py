"""The scale of a workshop: low, high, labels, the question, and what the round asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from cjmkit.errors import N_, UsageError
from cjmkit.forms import fields
from cjmkit.forms.ballot import buttons
from cjmkit.forms.fields import Field
from cjmkit.forms.records import take_field
from cjmkit.forms.screen import html
from cjmkit.method.rounds import begin_round, change_round, check_scale

if TYPE_CHECKING:
    from cjmkit.forms.scoring import ScoringScreen

ASKS = {
    "score": N_("a score for each touchpoint"),
    "importance": N_("five importance dots"),
    "moment_of_truth": N_("three moment-of-truth dots"),
}
PRESETS = {
    (1, 3): {1: N_("bad"), 2: N_("so-so"), 3: N_("good")},
    (1, 5): {1: N_("very bad"), 3: N_("neither good nor bad"), 5: N_("very good")},
    (1, 10): {1: N_("very bad"), 10: N_("very good")},
}
MANY = 20  # a person can score so many in the time there is


class ScaleStep:
    """Low, high, labels and question; `choose` takes one of the presets."""

    def __init__(self, screen: ScoringScreen) -> None:
        self.screen, self.say = screen, screen.say
        say = self.say
        self.presets = {ends: widgets.Button(description=f"{ends[0]}–{ends[1]}") for ends in PRESETS}
        for ends, button in self.presets.items():
            button.on_click(lambda _, ends=ends: screen.act(lambda: self.choose(*ends)))
        self.low, self.high = (
            fields.number("low", say("Lowest point"), say),
            fields.number("high", say("Highest point"), say),
        )
        self.question = fields.text(
            "question", say("Question"), say("How does {persona} feel here?", persona="{persona}"), wide=True
        )
        self.labels = fields.pairs("labels", say("Labels"), say("1: very bad"), say)
        self.asks = fields.several(
            "asks", say("This round asks for"), [(code, say(text)) for code, text in ASKS.items()]
        )
        for field in (self.low, self.high, self.question, self.labels):
            field.on_edit(self._edited)
        self.asks.on_edit(self._asked)
        row = widgets.HBox([widgets.Label(say("Ready-made scales:")), *self.presets.values()])
        row.add_class("cjm-row")
        self.box = widgets.VBox([row, fields.grid([self.low, self.high, self.labels, self.question, self.asks])])

    def choose(self, low: int, high: int) -> None:
        """Take this preset, with its labels."""
        self._check(low, high)
        labels = {str(point): self.say(text) for point, text in PRESETS[low, high].items()}
        self._put(low=low, high=high, labels=labels)

    def fill(self) -> None:
        """Show the scale as the journey has it."""
        scale = self.screen.journey.scale
        for field in (self.low, self.high, self.question, self.labels):
            value = getattr(scale, field.name)
            field.put(dict(value) if field is self.labels else value)
        self.asks.put(tuple(a for a in ASKS if a in self.screen.round.asks))

    def draw(self) -> str:
        """The scale as participants see it, and how long it takes them."""
        screen, say = self.screen, self.say
        points = buttons(screen.journey, say)
        boxes = "".join(f"<div>{html(p['shown'], of='b')}{html(p['label'], of='small')}</div>" for p in points)
        n = len(screen.asked)
        note = say.plural("{n} touchpoint to score.", "{n} touchpoints to score.", n)
        if n > MANY:
            note += " " + say("More than {many} tire people: score the ones that matter, or split the path.", many=MANY)
        return html(screen.question, of="h3") + f'<div class="cjm-scale">{boxes}</div>' + html(note)

    def _check(self, low: float, high: float) -> None:
        if low >= high:
            raise UsageError("The lowest point must be less than the highest.")
        check_scale(self.screen.journey, self.screen.table, low, high)

    def _edited(self, field: Field) -> None:
        self.screen.soon(f"scale.{field.name}", lambda: take_field(self.screen, field, lambda v: self._take(field, v)))

    def _take(self, field: Field, value: Any) -> None:
        if field in (self.low, self.high):
            self._move_end(field.name, value)
        else:
            self._put(**{field.name: value})

    def _move_end(self, end: str, value: float | None) -> None:
        """Move one end of the scale, the label of the end with it; labels that fall off it go."""
        if value is None:
            raise UsageError("A scale needs both ends.")
        scale = self.screen.journey.scale
        low, high = (value, scale.high) if end == "low" else (scale.low, value)
        self._check(low, high)
        was = f"{getattr(scale, end):g}"
        moved = {f"{value:g}" if point == was else point: text for point, text in scale.labels.items()}
        self._put(low=low, high=high, labels={p: t for p, t in moved.items() if low <= float(p) <= high})

    def _put(self, **values: Any) -> None:
        journey = self.screen.journey
        scale = journey.scale.model_copy(update=values)
        self.screen.edit(journey.changed(scale=scale), what=f"scale.{','.join(values)}")

    def _asked(self, field: Field) -> None:
        """Ask for this in the round that is on, or in the first."""
        screen = self.screen
        rest = tuple(a for a in screen.round.asks if a not in ASKS)
        asks = (*field.value(), *rest)
        if any(r.id == screen.round.id for r in screen.rounds):
            screen.edit(change_round(screen.journey, screen.table, screen.round.id, asks=asks))
        else:
            screen.edit(begin_round(screen.journey, screen.table, asks))
