"""A list of things with the same fields: choose one, edit it, add, remove, move; each change goes to the draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from cjmkit.errors import CJMError, JourneyError
from cjmkit.forms.fields import Field, grid
from cjmkit.forms.screen import Screen
from cjmkit.journey import Journey
from cjmkit.journey.ids import new_id as new_id


class Records(widgets.Box):
    """The records of one part of the journey (`personas`, `actions` ...), chosen on the left, edited on the right.

    Args:
        screen: the screen it stands on; it gets every change.
        part: the journey's part, a tuple of values with an `id` or none.
        fields: what is edited, each named like the value's field.
        named: what stands in the list for a record.
        new: a new record to add, given the journey; None: there is no button to add.
        removed: the journey without the record; None: it is taken out of its list.
        folds: more fields that fold out, by the heading of their group.
    """

    def __init__(
        self,
        screen: Screen,
        part: str,
        fields: Sequence[Field],
        named: Callable[[Any], str],
        new: Callable[[Journey], Any] | None = None,
        *,
        removed: Callable[[Journey, Any], Journey] | None = None,
        folds: Mapping[str, Sequence[Field]] | None = None,
        extra: Sequence[widgets.Widget] = (),
    ) -> None:
        self.screen, self.part, self.named, self.new, self._removed = screen, part, named, new, removed
        self.fields = (*fields, *(field for group in (folds or {}).values() for field in group))
        self.at, self._of = 0, (-1, None)
        self.on_choose: list[Callable[[], None]] = []
        say = screen.say
        self.list = widgets.Select(rows=8)
        self.add, self.remove = widgets.Button(description=say("Add")), widgets.Button(description=say("Remove"))
        self.up, self.down = (
            widgets.Button(description="↑", tooltip=say("Move up")),
            widgets.Button(description="↓", tooltip=say("Move down")),
        )
        self.list.observe(self._chosen, "value")
        for button, go in ((self.add, self.append), (self.remove, self.take_out)):
            button.on_click(lambda _, go=go: self.screen.act(go))
        for button, by in ((self.up, -1), (self.down, 1)):
            button.on_click(lambda _, by=by: self.screen.act(lambda: self.move(by)))
        for field in self.fields:
            field.on_edit(self._edited)
        groups = [widgets.Accordion([grid(group) for group in folds.values()], titles=tuple(folds))] if folds else []
        buttons = widgets.HBox([*([self.add] if new else []), self.remove, self.up, self.down])
        buttons.add_class("cjm-row")
        side, self.main = widgets.VBox([self.list, buttons]), widgets.VBox([grid(fields), *groups, *extra])
        side.add_class("cjm-side")
        self.main.add_class("cjm-main")
        super().__init__([side, self.main])
        self.add_class("cjm-row")

    @property
    def all(self) -> tuple[Any, ...]:
        """All records of the part, as the draft has them."""
        return tuple(getattr(self.screen.journey, self.part))

    @property
    def chosen(self) -> Any:
        """The record that is chosen; None where there is none."""
        return self.all[self.at] if self.at < len(self.all) else None

    def choose(self, at: int) -> None:
        """Choose the record at this place."""
        self.screen.flush()
        self.at = max(0, min(at, len(self.all) - 1))
        self.show()
        for listener in self.on_choose:
            listener()

    def append(self) -> None:
        """Add a new record at the end and choose it."""
        assert self.new is not None
        new = self.new(self.screen.journey)
        self.at = len(self.all)
        self.put((*self.all, new), what=f"{self.part} +")

    def take_out(self) -> None:
        """Remove the chosen record."""
        if self.chosen is None:
            return
        rest = tuple(r for n, r in enumerate(self.all) if n != self.at)
        gone, self.at = self.chosen, max(0, min(self.at, len(rest) - 1))
        if self._removed is not None:
            self.screen.edit(self._removed(self.screen.journey, gone))
        else:
            self.put(rest)

    def move(self, by: int) -> None:
        """Move the chosen record up (-1) or down (1) in its list."""
        to = self.at + by
        if self.chosen is None or not 0 <= to < len(self.all):
            return
        order = list(self.all)
        order.insert(to, order.pop(self.at))
        self.at = to
        self.put(tuple(order))

    def change(self, at: int, **values: Any) -> None:
        """Change these fields of the record at this place."""
        records = list(self.all)
        records[at] = records[at].model_copy(update=values)
        self.put(tuple(records), what=f"{self.part}[{at}].{','.join(values)}")

    def put(self, records: tuple[Any, ...], what: str = "") -> None:
        """Give the draft these records as its part."""
        self.screen.edit(self.screen.journey.changed(**{self.part: records}), what=what)

    def show(self) -> None:
        """Show the records as the draft has them."""
        self.at = max(0, min(self.at, len(self.all) - 1))
        names = [(f"{n + 1}. {self.named(record) or '…'}", n) for n, record in enumerate(self.all)]
        self.list.unobserve(self._chosen, "value")
        if list(self.list.options) != names:
            self.list.options = names
        self.list.value = self.at if names else None
        self.list.observe(self._chosen, "value")
        self.list.layout.display = "" if names else "none"
        self.list.rows = max(4, min(len(names), 14))
        self.main.layout.visibility = "visible" if names else "hidden"
        for button in (self.remove, self.up, self.down):
            button.disabled = not names
        if self.chosen is not None:
            of = (self.at, getattr(self.chosen, "id", None))
            for field in self.fields:
                if of != self._of:  # what was wrong with another record is none of this one's business
                    field.taken()
                field.put(getattr(self.chosen, field.name))
            self._of = of

    def _chosen(self, change: Any) -> None:
        if change["new"] is not None:
            self.screen.act(lambda: self.choose(int(change["new"])))

    def _edited(self, field: Field) -> None:
        at = self.at
        what = f"{self.part}[{at}].{field.name}"
        take_edit(self.screen, field, what, lambda value: self.change(at, **{field.name: value}))


def take_edit(screen: Screen, field: Field, what: str, take: Callable[[Any], None]) -> None:
    """Take what a field holds: typed text after a pause, a choice at once."""
    if field.typed:
        screen.soon(what, lambda: take_field(screen, field, take))
    else:
        screen.flush()
        take_field(screen, field, take)


def take_field(screen: Screen, field: Field, take: Callable[[Any], None]) -> None:
    """Take what a field holds; what is wrong with it is said by the field, and it stays as it was typed."""
    try:
        take(field.value())
        field.taken()
        screen._show_bar()
    except JourneyError as error:
        field.say_fault("; ".join(screen.say(fault.sentence, **fault.values) for fault in error.faults))
        screen.tell(screen.say("not saved: {field}", field=field.control.description))
    except CJMError as error:
        field.say_fault(screen.say.error(error))
        screen.tell(screen.say("not saved: {field}", field=field.control.description))
