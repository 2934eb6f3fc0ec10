"""One touchpoint in full: its fields in groups that fold out; move, merge and remove with all that names it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import ipywidgets as widgets

from cjmkit.errors import N_
from cjmkit.forms import fields
from cjmkit.forms.fields import Field, offer
from cjmkit.forms.records import Records
from cjmkit.forms.screen import Screen
from cjmkit.journey import Journey, Touchpoint
from cjmkit.language import Language
from cjmkit.language.words import EVIDENCE, KIND, PARTY, TOUCHPOINT
from cjmkit.method.touchpoints import by_stage, change_stage, merge, move, scored

USUAL = (
    N_("website"), N_("mobile app"), N_("e-mail"), N_("telephone"), N_("shop"), N_("social media"), N_("contact centre"),
    N_("sales talk"), N_("advertisement"), N_("text message"), N_("courier"), N_("event"),
)  # fmt: skip


class TouchpointDetails(Records):
    """The touchpoints stage after stage; the one that is chosen stays so wherever it moves."""

    def __init__(self, screen: Screen) -> None:
        say = screen.say
        self.id = ""
        self.said = widgets.HTML()
        self.said.add_class("cjm-note")
        self.other = widgets.Dropdown(description=say("The same as"))
        self.put_together = widgets.Button(description=say("Put both into this one"))
        self.put_together.on_click(lambda _: self.screen.act(self.merge))
        both = widgets.HBox([self.other, self.put_together])
        both.add_class("cjm-row")
        both.add_class("cjm-merge")
        front = [_text("name", say), _choice("stage", say), _known("channel", say), _known("owner", say)]
        super().__init__(screen, "touchpoints", front, self._named, folds=_groups(say), extra=[both, self.said])

    @property
    def all(self) -> tuple[Touchpoint, ...]:
        """All touchpoints, stage after stage."""
        return by_stage(self.screen.journey)

    def choose_id(self, id: str) -> None:
        """Choose this touchpoint."""
        self.choose(next((n for n, t in enumerate(self.all) if t.id == id), 0))

    def choose(self, at: int) -> None:
        """Choose the touchpoint at this place."""
        self.id = self.all[at].id if at < len(self.all) else ""
        self.said.value = ""
        super().choose(at)

    def change(self, at: int, **values: Any) -> None:
        """Change these fields; another stage takes the touchpoint to its end, on its paths too."""
        if "stage" in values:
            self.screen.edit(change_stage(self.screen.journey, self.all[at].id, values["stage"]))
        else:
            super().change(at, **values)

    def move(self, by: int) -> None:
        """Move the chosen touchpoint one place up (-1) or down (1), at the edge of a stage into the next one."""
        if self.chosen is not None:
            self.screen.edit(move(self.screen.journey, self.chosen.id, by))

    def take_out(self) -> None:
        """Remove the chosen touchpoint from the map, its paths and actions, with its scores; one step of undo."""
        gone, say, scores = self.chosen, self.screen.say, self.screen.scores
        if gone is None:
            return
        n = scored(scores, gone.id)
        self.id = ""
        rest = scores[scores.touchpoint != gone.id].reset_index(drop=True) if scores is not None and n else None
        self.screen.edit(self.screen.journey.remove_touchpoint(gone.id), scores=rest)
        self.said.value = escape(
            say.plural(
                "“{name}” is removed, with {n} score. Undo brings all back.",
                "“{name}” is removed, with {n} scores. Undo brings all back.",
                n, name=gone.name or gone.id,
            ) if n else say("“{name}” is removed. Undo brings it back.", name=gone.name or gone.id)
        )  # fmt: skip

    def merge(self) -> None:
        """Put the touchpoint that was picked as the same into the chosen one."""
        if self.chosen is None or self.other.value is None:
            return
        gone = self.screen.journey.touchpoint(self.other.value)
        journey, scores = merge(self.screen.journey, self.chosen.id, gone.id, self.screen.scores)
        self.screen.edit(journey, scores=scores)
        self.said.value = escape(self.screen.say("“{name}” is now part of this one.", name=gone.name or gone.id))

    def show(self) -> None:
        """Show the touchpoints as the draft has them, the same one chosen as before."""
        journey, say = self.screen.journey, self.screen.say
        self.at = next((n for n, t in enumerate(self.all) if t.id == self.id), self.at)
        by_name = {field.name: field for field in self.fields}
        offer(by_name["stage"], [(s.id, s.name or s.id) for s in journey.stages])
        offer(by_name["personas"], [(p.id, p.name or p.id) for p in journey.personas])
        offer(by_name["channel"], [(c, c) for c in channels(journey, say)])
        offer(by_name["owner"], [(o, o) for o in in_use(journey, "owner")])
        super().show()
        self.id = self.chosen.id if self.chosen else ""
        others = [(self._named(t), t.id) for t in self.all if t.id != self.id]
        if list(self.other.options) != [(say("choose the other one"), None), *others]:
            self.other.options = [(say("choose the other one"), None), *others]
            self.other.index = 0

    def _named(self, t: Touchpoint) -> str:
        stage = self.screen.journey.stage(t.stage)
        return f"{t.name or '…'} · {stage.name or stage.id}"


def in_use(journey: Journey, name: str) -> list[str]:
    """What stands in this field of the touchpoints, each once."""
    return sorted({getattr(t, name) for t in journey.touchpoints if getattr(t, name)}, key=str.casefold)


def channels(journey: Journey, say: Language) -> list[str]:
    """The channels in use at touchpoints and named by personas, then the usual ones."""
    named = {channel for persona in journey.personas for channel in persona.channels if channel}
    used = sorted({*in_use(journey, "channel"), *named}, key=str.casefold)
    return list(dict.fromkeys((*used, *(say(channel) for channel in USUAL))))


def _groups(say: Language) -> Mapping[str, Sequence[Field]]:
    return {
        say("Who and where"): [
            _choice("kind", say, KIND), _text("device", say), _choice("party", say, PARTY), _text("party_name", say),
            fields.several("personas", say("Personas who meet it; none ticked: all"), []),
        ],
        say("What happens"): [_text(name, say, long=True) for name in ("doing", "thinking", "feeling", "expects")],
        say("Pain, success and customers' words"): [
            *(_text(name, say, long=True) for name in ("pain", "success", "backstage")),
            _quotes("quotes", say),
        ],
        say("Time"): [fields.duration(name, say(TOUCHPOINT[name]), say) for name in ("lasts", "after")],
        say("What it rests on, and for how many"): [
            _choice("evidence", say, EVIDENCE), fields.share("reach", say("Reach: how many customers meet it, in %"), say),
        ],
    }  # fmt: skip


def _text(name: str, say: Language, *, long: bool = False) -> Field:
    return fields.text(name, say(TOUCHPOINT[name]), long=long)


def _quotes(name: str, say: Language) -> Field:
    return fields.quotes(name, say(TOUCHPOINT[name]), say)


def _known(name: str, say: Language) -> Field:
    return fields.known(name, say(TOUCHPOINT[name]), say("nobody yet") if name == "owner" else "")


def _choice(name: str, say: Language, words: Mapping[str, str] | None = None) -> Field:
    return fields.choice(name, say(TOUCHPOINT[name]), [(code, say(word)) for code, word in (words or {}).items()])
