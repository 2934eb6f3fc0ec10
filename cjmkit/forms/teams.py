"""Who comes to the workshop: its day, who leads, how many from which team."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import ipywidgets as widgets

from cjmkit.errors import UsageError
from cjmkit.forms import fields as f
from cjmkit.forms.draft import Follow, OnSave
from cjmkit.forms.records import take_edit
from cjmkit.forms.screen import Screen, html
from cjmkit.forms.typed import split_lines
from cjmkit.journey import Held, Journey
from cjmkit.method.intervals import FIRST_IMPRESSION_BELOW


def edit_teams(journey: Journey, on_save: OnSave, *, follow: Follow | None = None) -> Screen:
    """The screen of a workshop's day, who leads it, and how many come from which team.

    Args:
        journey: the map.
        on_save: takes `held=`, hands back the new journey.
        follow: tells of every save elsewhere.
    """
    return TeamsScreen(journey, on_save, follow=follow)


class TeamsScreen(Screen):
    """The last workshop of the journey, or the first one to be."""

    def build(self) -> Sequence[widgets.Widget]:
        say = self.say
        hint = say("one a line, such as: Sales: 3")
        teams = widgets.Textarea(description=say("Teams, and how many from each"), placeholder=hint, rows=4)
        self.fields = [
            f.day("on", say("Day of the workshop")),
            f.text("facilitator", say("Who leads")),
            f.Field("teams", teams, parse_teams, shown_teams, typed=True),
        ]
        for field in self.fields:
            field.on_edit(self._edited)
        self.another = widgets.Button(description=say("Another workshop with the same team"))
        self.another.on_click(lambda _: self._begin())
        row = widgets.HBox([self.another])
        row.add_class("cjm-row")
        return [f.grid(self.fields), row]

    @property
    def held(self) -> Held:
        """The workshop that is edited: the last one, else one of today."""
        return self.journey.held[-1] if self.journey.held else Held(on=date.today())

    def show(self) -> None:
        for field in self.fields:
            field.put(getattr(self.held, field.name))
        self.another.layout.display = "" if self.journey.held else "none"

    def draw(self) -> str:
        say, teams = self.say, self.held.teams
        people = sum(teams.values())
        if not teams:
            return ""
        each = [say("{name}: {value}", name=team, value=n) for team, n in teams.items()]
        everybody = say.plural("{n} person", "{n} people", people)
        lines = [say("{name}: {value}", name=everybody, value=say.apart(each))]
        if people < FIRST_IMPRESSION_BELOW:
            lines.append(say("With fewer than five people the scores are a first impression, not a finding."))
        if len(teams) == 1 and people > 1:
            lines.append(say("All from one team: nobody will disagree about the others' work. Who else could come?"))
        return "".join(html(line) for line in lines)

    def missing(self) -> str:
        if not self.held.teams:
            return self.say("still missing: who comes, from which team")
        return "" if self.held.facilitator else self.say("still missing: who leads")

    def _edited(self, field: f.Field) -> None:
        take_edit(self, field, field.name, lambda value: self._put(**{field.name: value}))

    def _put(self, **values: Any) -> None:
        if values.get("on", "") is None:
            raise UsageError("A workshop needs its day.")
        changed = self.held.model_copy(update=values)
        self.edit(self.journey.changed(held=(*self.journey.held[:-1], changed)), what=f"held.{','.join(values)}")

    def _begin(self) -> None:
        self.flush()
        again = self.held.model_copy(update={"on": date.today()})
        self.edit(self.journey.changed(held=(*self.journey.held, again)))


def parse_teams(shown: str) -> dict[str, int]:
    """Teams and how many from each, one a line.

    >>> parse_teams("Sales: 3\\nService 2")
    {'Sales': 3, 'Service': 2}
    >>> parse_teams("销售部：3")
    {'销售部': 3}
    """
    teams: dict[str, int] = {}
    for line in split_lines(shown):
        found = re.fullmatch(r"([^\s:;,：；，](?:.*[^\s:;,：；，])?)[\s:;,：；，]+(\d{1,3})", line)
        if not found:
            raise UsageError("“{line}” should be a team and how many come, such as: Sales: 3", line=line)
        if found[1] in teams:
            raise UsageError("The team {team} stands twice.", team=found[1])
        teams[found[1]] = int(found[2])
    return teams


def shown_teams(teams: Mapping[str, int]) -> str:
    """The text that `parse_teams` reads."""
    return "\n".join(f"{team}: {n}" for team, n in teams.items())
