"""Fields of what a journey has only once: its goal, its scope, its title; each change goes to the draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from cjmkit.forms.fields import Field, grid
from cjmkit.forms.records import take_edit
from cjmkit.forms.screen import Screen
from cjmkit.journey import Journey


class Sheet(widgets.VBox):
    """Fields each named by where its value stands in the journey: `title`, `goal.why`.

    Args:
        screen: the screen it stands on; it gets every change.
        fields: what is edited.
        taken: the journey with the new value in this place; None: the value is put there and nothing else changes.
    """

    def __init__(
        self, screen: Screen, fields: Sequence[Field], taken: Callable[[Journey, str, Any], Journey] | None = None
    ) -> None:
        self.screen, self.fields, self.taken = screen, fields, taken or with_value
        for field in fields:
            field.on_edit(self._edited)
        super().__init__([grid(fields)])

    def show(self) -> None:
        """Show the values as the draft has them."""
        for field in self.fields:
            field.put(value_at(self.screen.journey, field.name))

    def _edited(self, field: Field) -> None:
        take_edit(self.screen, field, field.name, self._take(field.name))

    def _take(self, name: str) -> Callable[[Any], None]:
        return lambda value: self.screen.edit(self.taken(self.screen.journey, name, value), what=name)


def value_at(journey: Journey, name: str) -> Any:
    """What stands in this place of the journey.

    >>> value_at(Journey(title="Fridge"), "title"), value_at(Journey(), "goal.why")
    ('Fridge', '')
    """
    part, _, field = name.partition(".")
    value = getattr(journey, part)
    return getattr(value, field) if field else value


def with_value(journey: Journey, name: str, value: Any) -> Journey:
    """The journey with this value in this place.

    >>> with_value(Journey(), "goal.why", "They wait.").goal.why
    'They wait.'
    """
    part, _, field = name.partition(".")
    return journey.changed(**{part: getattr(journey, part).model_copy(update={field: value}) if field else value})
