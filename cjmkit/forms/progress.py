"""Where the team stands: the line on top of every notebook, and the recap at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any

import anywidget
import ipywidgets as widgets
import pandas as pd
import traitlets

from cjmkit.charts.theme import tongue
from cjmkit.charts.words import joined
from cjmkit.errors import N_, Fault
from cjmkit.forms.agenda import Agenda, KeepsClock
from cjmkit.forms.draft import Follow
from cjmkit.forms.screen import HERE, script
from cjmkit.journey import Journey
from cjmkit.language import Language
from cjmkit.language.words import FIELDS
from cjmkit.method import gaps
from cjmkit.method.progress import STEPS, Step, before, following, progress

NAMED = 3  # so many names stand behind a count
TITLES = {
    "00_start": N_("Start"),
    "01_personas": N_("Goal and persona"),
    "02_stages": N_("Stages"),
    "03_evidence": N_("Evidence"),
    "04_touchpoints": N_("Touchpoints"),
    "05_scoring": N_("Scoring"),
    "06_journey_map": N_("Journey map"),
    "07_action_plan": N_("Action plan"),
    "08_review": N_("Review"),
}
MARKS = {"empty": "○", "begun": "◐", "done": "✓"}
STATES = {"empty": N_("empty"), "begun": N_("begun"), "done": N_("complete")}
Counted = Callable[[Language, int], str]
# What is there, so many times.
THERE: dict[str, Counted] = {
    "held": lambda say, n: say.plural("{n} workshop", "{n} workshops", n),
    "invited": lambda say, n: say.plural("{n} person invited", "{n} people invited", n),
    "personas": lambda say, n: say.plural("{n} persona", "{n} personas", n),
    "stages": lambda say, n: say.plural("{n} stage", "{n} stages", n),
    "sources": lambda say, n: say.plural("{n} file of evidence", "{n} files of evidence", n),
    "checked": lambda say, n: say.plural("{n} source is there", "{n} sources are there", n),
    "wanted": lambda say, n: say.plural("{n} source to get", "{n} sources to get", n),
    "observed": lambda say, n: say.plural("{n} thing observed or measured", "{n} things observed or measured", n),
    "unknowns": lambda say, n: say.plural("{n} question to find out", "{n} questions to find out", n),
    "touchpoints": lambda say, n: say.plural("{n} touchpoint", "{n} touchpoints", n),
    "paths": lambda say, n: say.plural("{n} path", "{n} paths", n),
    "people": lambda say, n: say.plural("{n} person scored", "{n} people scored", n),
    "scored": lambda say, n: say.plural("{n} touchpoint scored", "{n} touchpoints scored", n),
    "rounds": lambda say, n: say.plural("{n} round", "{n} rounds", n),
    "moments": lambda say, n: say.plural("{n} moment of truth", "{n} moments of truth", n),
    "verdicts": lambda say, n: say.plural("{n} verdict of the team", "{n} verdicts of the team", n),
    "actions": lambda say, n: say.plural("{n} action", "{n} actions", n),
    "kept": lambda say, n: say.plural("{n} touchpoint kept as it is", "{n} touchpoints kept as they are", n),
    "reviews": lambda say, n: say.plural("{n} test with customers in the diary", "{n} tests with customers in the diary", n),
}  # fmt: skip
# The same gap of several things, said once.
LACK: dict[str, Counted] = {
    gaps.NAMELESS: lambda say, n: say.plural("{n} touchpoint has no name", "{n} touchpoints have no name", n),
    gaps.UNOWNED: lambda say, n: say.plural("{n} touchpoint has no owner", "{n} touchpoints have no owner", n),
    gaps.LENGTHLESS: lambda say, n: say.plural("{n} wait without its length", "{n} waits without their length", n),
    gaps.RULELESS: lambda say, n: say.plural(
        "{n} moment of truth does not say when the customer goes on or leaves",
        "{n} moments of truth do not say when the customer goes on or leaves", n),
    gaps.OFF_PATH: lambda say, n: say.plural("{n} touchpoint is on no path", "{n} touchpoints are on no path", n),
    gaps.UNSCORED: lambda say, n: say.plural("{n} touchpoint was not scored", "{n} touchpoints were not scored", n),
    gaps.FEW: lambda say, n: say.plural(
        "{n} touchpoint was scored by fewer than five: a first impression",
        "{n} touchpoints were scored by fewer than five: a first impression", n),
    gaps.NEEDLESS: lambda say, n: say.plural(
        "{n} persona without needs, aims and struggles", "{n} personas without needs, aims and struggles", n),
    gaps.ASSUMED: lambda say, n: say.plural(
        "{n} persona is all assumed: name one thing that was observed",
        "{n} personas are all assumed: name one thing each that was observed", n),
    gaps.GOALLESS: lambda say, n: say.plural(
        "{n} stage does not say what the customer wants", "{n} stages do not say what the customer wants", n),
    gaps.VACANT: lambda say, n: say.plural("{n} stage has no touchpoint", "{n} stages have no touchpoint", n),
    gaps.OVERDUE: lambda say, n: say.plural("{n} action is overdue", "{n} actions are overdue", n),
}  # fmt: skip


class Told(anywidget.AnyWidget):
    """HTML in which a link to a notebook opens it inside JupyterLab."""

    _esm = script("progress.js")
    _css = HERE / "screen.css"
    html = traitlets.Unicode().tag(sync=True)


class ProgressLine(widgets.VBox):
    """What stands on top of a notebook: the clock while it runs, who, how far, what is missing, what is next."""

    def __init__(self, clock: Agenda | None) -> None:
        self.clock, self.told = clock, Told()
        super().__init__([*([clock] if clock else []), self.told])
        self.add_class("cjm-screen")

    @property
    def html(self) -> str:
        """What is shown, as HTML."""
        return str(self.told.html)


@dataclass(frozen=True)
class Recap:
    """What a step holds and lacks; shown as plain lines."""

    lines: tuple[str, ...]

    def __repr__(self) -> str:
        return "\n".join(self.lines)

    def _repr_html_(self) -> str:
        head, *rest = (escape(line) for line in self.lines)
        return f'<div class="cjm-recap"><b>{head}</b>{"".join(f"<p>{line}</p>" for line in rest)}</div>'


def show_progress(
    journey: Journey, *, scores: pd.DataFrame, at: str, client: str = "",
    clock: KeepsClock | None = None, follow: Follow | None = None, now: Callable[[], datetime] = datetime.now,
) -> ProgressLine:  # fmt: skip
    """One line on top of a notebook: the client, how far each step is, what is missing here, what is next.

    Args:
        journey: the map.
        scores: the `scores` table.
        at: the notebook's name, such as "04_touchpoints".
        client: the name of the client's folder, where no clock gives it.
        clock: the workshop's clock, shown while it runs; where it cannot be kept, nothing is, and that is said.
        follow: tells of every save, so that the line keeps up.
        now: the time of a save.
    """
    line = ProgressLine(Agenda(tongue(journey, None), clock, "120", datetime.now(UTC), small=True) if clock else None)

    name, sample = (clock.client, not clock.can_keep) if clock else (client, False)

    def show(journey: Journey, scores: pd.DataFrame, saved: str = "") -> None:
        line.told.html = progress_html(journey, scores, at, name, sample=sample, saved=saved)

    show(journey, scores)
    if follow is not None:
        follow("show_progress", lambda journey, scores: show(journey, scores, f"{now():%H:%M:%S}"))
    return line


def show_recap(journey: Journey, at: str, *, scores: pd.DataFrame, follow: Follow | None = None) -> None:
    """Show the recap of a step where this is called, and keep it up with every save.

    Args:
        journey: the map.
        at: the notebook's name, such as "04_touchpoints".
        scores: the `scores` table.
        follow: tells of every save.
    """
    from IPython.display import display

    shown: Any = display(recap(journey, at, scores=scores), display_id=True)  # type: ignore[no-untyped-call]
    if follow is not None and shown is not None:
        follow("show_recap", lambda journey, scores: shown.update(recap(journey, at, scores=scores)))


def recap(journey: Journey, at: str, *, scores: pd.DataFrame) -> Recap:
    """What a step holds now and what is still missing, line by line; the same every time.

    Args:
        journey: the map.
        at: the notebook's name, such as "04_touchpoints".
        scores: the `scores` table.

    >>> from cjmkit.tables import empty_scores
    >>> recap(Journey(client="AGD Nord"), "04_touchpoints", scores=empty_scores())
    AGD Nord
    – add the touchpoints: begin with what limps
    """
    say, step = tongue(journey, None), progress(journey, scores)[at]
    head = joined(journey.client, journey.title) or say("No client's name yet")
    done = [f"✓ {line}" for line in holds(say, journey, step)]
    return Recap((head, *done, *(f"– {line}" for line in lacks(say, journey, step.missing))))


def holds(say: Language, journey: Journey, step: Step) -> list[str]:
    """What is in a step, a line for each kind of thing."""
    lines = [THERE[name](say, n) for name, n in step.counts.items() if n and name in THERE]
    if step.counts.get("goal"):
        lines.insert(0, say("goal: {text}", text=journey.goal.change or journey.goal.why))
    return lines


def lacks(say: Language, journey: Journey, faults: Iterable[Fault]) -> list[str]:
    """What is missing, a line for each kind of gap, with the names of the things that have it."""
    alike: dict[str, list[Fault]] = {}
    for fault in faults:
        alike.setdefault(fault.sentence if fault.sentence in LACK else str(fault), []).append(fault)
    lines = []
    for sentence, same in alike.items():
        names = [name for name in (_named(say, journey, fault.place) for fault in same) if name]
        if sentence not in LACK:
            text = say(same[0].sentence, **{**same[0].values, **_fields(say, same[0])})
            lines.append(say("{name}: {value}", name=names[0], value=text) if names else text)
            continue
        more = [*names[:NAMED], "…"] if len(names) > NAMED else names
        many = LACK[sentence](say, len(same))
        lines.append(say("{name}: {value}", name=many, value=say.apart(more)) if more else many)
    return lines


def progress_html(
    journey: Journey, scores: pd.DataFrame, at: str, client: str = "", *, sample: bool = False, saved: str = ""
) -> str:
    """The progress of a client as HTML: head, the steps as links, what is missing at this step and what is next."""
    say, steps = tongue(journey, None), progress(journey, scores)
    revision = say("revision {n}", n=say.number(journey.revision, 0))
    when = say("saved {time}", time=saved) if saved else ""
    rest = joined(journey.title, say.date(journey.as_of), revision, when)
    head = f"<b>{escape(journey.client or client)}</b> · {escape(rest)}"
    return "".join([f"<p>{head}</p>", _kept(say, client, sample), _row(say, steps, at), _here(say, journey, steps, at)])


def _kept(say: Language, client: str, sample: bool) -> str:
    if not sample:
        return ""
    text = say("{client} is a sample: what you change here is not kept. Make a copy to work in:", client=client)
    return f'<p class="cjm-fault">{escape(text)} {link(say, "00_start")}</p>'


def _row(say: Language, steps: Mapping[str, Step], at: str) -> str:
    marks = []
    for name, step in steps.items():
        told = joined(say(STATES[step.state]), say("you are here") if name == at else "")
        here = ' aria-current="step"' if name == at else ""
        text = f"{MARKS[step.state]} {STEPS.index(name)} {say(TITLES[name])}"
        marks.append(
            f'<a class="cjm-step" data-state="{step.state}"{here} title="{escape(told)}" href="{name}.ipynb">{escape(text)}</a>'
        )
    what = say("The steps of the workshop")
    return f'<nav class="cjm-steps" aria-label="{escape(what)}">{"".join(marks)}</nav>'


def _here(say: Language, journey: Journey, steps: Mapping[str, Step], at: str) -> str:
    first, lines = lacks(say, journey, before(steps, at)), lacks(say, journey, steps[at].missing)
    missing = joined(*lines[:2], "…" if len(lines) > 2 else "") or say("nothing")
    parts = [(say("Missing here:"), escape(missing))]
    if first:
        parts.insert(0, (say("Before this step makes sense:"), escape(joined(*first[:2]))))
    if following(at):
        parts.append((say("Next:"), link(say, following(at))))
    return "".join(f"<p><b>{escape(label)}</b> {text}</p>" for label, text in parts)


def link(say: Language, name: str) -> str:
    """A link to a notebook, called by its step."""
    return f'<a href="{name}.ipynb">{STEPS.index(name)} {escape(say(TITLES[name]))}</a>'


def _named(say: Language, journey: Journey, place: str) -> str:
    """The name of the thing that a fault is about, else its place among the others; empty for the map as a whole."""
    part, _, id = place.rstrip("]").partition("[")
    if not id:
        return ""
    things = [thing for thing in getattr(journey, part) if thing.id == id]
    return str(getattr(things[0], "name", "") or getattr(things[0], "title", "") or id) if things else id


def _fields(say: Language, fault: Fault) -> dict[str, list[str]]:
    if "missing" not in fault.values:
        return {}
    return {"missing": [say(FIELDS[name]) for name in fault.values["missing"]]}
