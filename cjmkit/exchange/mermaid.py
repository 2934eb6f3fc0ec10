"""A path as a Mermaid `journey` and back: what the format cannot carry is told, in one direction as in the other."""

from __future__ import annotations

import math
from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from cjmkit.errors import N_, Fault, InputError
from cjmkit.exchange.journeys import read_utf8
from cjmkit.exchange.mermaid_syntax import BREAK, Diagram, blocks, coded, plain, read_diagram, shown
from cjmkit.exchange.text import Source, first_of
from cjmkit.journey import Journey, Path, Persona, Stage, Touchpoint
from cjmkit.journey.ids import new_id
from cjmkit.journey.values import Value

LARGEST = 2**20
MOST = 1_000
LOW, HIGH = 1, 5
NOT_SCORED = "?"  # Mermaid reads it as no number
# What a Mermaid journey carries; the ids are made anew from the names.
CARRIED: dict[type[Value], set[str]] = {
    Persona: {"id", "name"},
    Stage: {"id", "name"},
    Touchpoint: {"id", "stage", "name", "personas"},
    Journey: {"schema_", "revision", "title", "personas", "stages", "touchpoints", "paths"},
}
BARE: dict[type[Value], Value] = {
    Persona: Persona(id="x"),
    Stage: Stage(id="x"),
    Touchpoint: Touchpoint(id="x", stage="x"),
    Journey: Journey(),
}
LEFT_BEHIND: dict[type[Value], str] = {
    Persona: N_("of a persona only the name is carried"),
    Stage: N_("of a stage only the name is carried"),
    Touchpoint: N_("of a touchpoint only name, stage, personas and score are carried"),
    Journey: N_("client, language, date, goal, scope, actions and what else stands beside the path are left out"),
}


@dataclass(frozen=True)
class Written:
    """A diagram's text, and what of the journey it does not hold."""

    text: str
    losses: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Read:
    """The journey of a diagram, its scores by touchpoint, which touchpoints are new, and what was noticed."""

    journey: Journey
    scores: Mapping[str, float] = field(default_factory=dict)
    created: tuple[str, ...] = ()
    warnings: tuple[Fault, ...] = ()


def write_mermaid(journey: Journey, figures: pd.DataFrame, path: Path) -> Written:
    """A path as a Mermaid journey: a section per stage, a task per touchpoint with its score on Mermaid's 1 to 5.

    Args:
        journey: the map; its personas are the actors, a touchpoint that all meet has all of them.
        figures: index touchpoint, column value (points of the journey's scale, NaN = not scored).
        path: the touchpoints to write, in order.

    >>> journey = Journey(stages=[Stage(id="a", name="Work")], touchpoints=[Touchpoint(id="t", stage="a", name="Tea: hot")])
    >>> print(write_mermaid(journey, pd.DataFrame({"value": [4.25]}, index=["t"]), journey.path()).text)
    journey
        section Work
            Tea#58; hot: 4.2
    """
    scores = {id: _on_five(figures.value.get(id), journey) for id in path.touchpoints}
    names = {p.id: coded(plain(p.name) or p.id, ",") for p in journey.personas}
    title = coded(plain(journey.title or journey.client))
    lines = ["journey", *([f"    title {title}"] if title else [])]
    stages, begun = list(journey.stages), 0
    open_stage = ""
    for touchpoint in journey.along(path):
        place = [s.id for s in stages].index(touchpoint.stage)
        if touchpoint.stage != open_stage:
            # Mermaid has the sections in the order of the text: those that come first are named first.
            headings = [*stages[begun:place], stages[place]]
            lines += [f"    section {coded(plain(s.name) or s.id)}" for s in headings]
            begun, open_stage = max(begun, place + 1), touchpoint.stage
        people = ", ".join(names[id] for id in touchpoint.personas or names)
        task = coded(plain(touchpoint.name) or touchpoint.id)
        lines.append(f"        {task}: {scores[touchpoint.id]}" + (f": {people}" if people else ""))
    lines += [f"    section {coded(plain(s.name) or s.id)}" for s in stages[begun:]]
    return Written("\n".join(lines) + "\n", tuple(_losses(journey, scores, path, figures)))


def read_mermaid(source: Source, into: Journey | None = None) -> Read:
    """The journey in a Mermaid diagram, or in a Markdown page that holds one.

    The scores of a diagram name nobody who gave them, so they never become scores of a team: they come beside the journey.

    Args:
        source: the file, or its bytes; at most 1 MB.
        into: a journey to which stages, touchpoints and personas of the diagram are added that it does not have, by name;
            nothing of it is changed or taken away. None begins an empty one.

    Raises:
        InputError: it is no Mermaid journey, or Mermaid would refuse it; with the line.
        NotFoundError: there is no such file.

    >>> found = read_mermaid(b"journey\\n section Work\\n  Make tea: 5: Me")
    >>> found.journey.touchpoints[0].name, found.scores
    ('Make tea', {'make-tea': 5.0})
    """
    text, file = read_utf8(source, LARGEST)
    there = blocks(text)
    chosen = next((block for block in there if block.split(None, 1)[:1] == ["journey"]), there[0])
    diagram = read_diagram(chosen, file)
    people = dict.fromkeys(name for task in diagram.tasks for raw in task.people if (name := shown(raw)))
    for n in (len(diagram.sections), len(diagram.tasks), len(people)):
        if n > MOST:
            raise InputError("{file} has more than {limit} sections, tasks or people.", file=file, limit=MOST)
    base = into or Journey()
    journey, ids = _with(diagram, list(people), base)
    scores = {id: task.score for id, task in zip(ids, diagram.tasks, strict=True) if LOW <= task.score <= HIGH}
    known = {t.id for t in base.touchpoints}
    created = tuple(id for id in ids if id not in known)
    warnings = _noticed(diagram, journey, scores, len(there), file)
    if len(created) < len(ids):
        warnings.append(Fault(file, N_("what the journey had already stays as it is; the diagram only adds to it")))
    return Read(journey, scores, created, tuple(warnings))


def _on_five(value: float | None, journey: Journey) -> str:
    """A score of the journey's scale on Mermaid's, with one decimal."""
    if value is None or math.isnan(value):
        return NOT_SCORED
    share = (value - journey.scale.low) / journey.scale.span
    return f"{round(LOW + (HIGH - LOW) * share, 1):g}"


def _losses(journey: Journey, scores: Mapping[str, str], path: Path, figures: pd.DataFrame) -> list[Fault]:
    """What of the journey the diagram does not hold: each kind of loss once, with the first few names."""
    along, scale = journey.along(path), journey.scale
    met = {id for t in along for id in t.personas or [p.id for p in journey.personas]}
    parts: list[Persona | Stage | Touchpoint] = [*journey.personas, *journey.stages, *along]
    texts = [(journey.title or journey.client, ""), *((part.name, part.id) for part in parts)]
    alike = [Counter(plain(part.name) or part.id for part in kind) for kind in (journey.stages, journey.personas)]
    names = {
        N_("touchpoints that are not on this path are left out: {names}"):
            [t.name or t.id for t in journey.touchpoints if t.id not in scores],
        N_("personas that meet nothing on this path are left out: {names}"):
            [p.name or p.id for p in journey.personas if p.id not in met],
        N_("a touchpoint without a score has a question mark, and Mermaid draws its face at the upper edge: {names}"):
            [t.name or t.id for t in along if scores[t.id] == NOT_SCORED],
        N_("stages or personas of the same name become one: {names}"):
            [name for kind in alike for name, times in kind.items() if times > 1],
        N_("line breaks and wide spaces became one space, an id stands where there is no name: {names}"):
            [plain(text) or id for text, id in texts if plain(text) != text or (id and not text)],
        N_("signs that Mermaid would misread are written as codes such as #58; and drawn as they were: {names}"):
            [*(plain(text) for text, _ in texts if coded(plain(text)) != plain(text)),
             *(p.name for p in journey.personas if "," in p.name)],
    }  # fmt: skip
    losses = [_told(sentence, names=first_of([*dict.fromkeys(which)])) for sentence, which in names.items() if which]
    if any(score != NOT_SCORED for score in scores.values()):
        losses.append(_told(N_("a score has one decimal; how many gave it and how far apart they were is left out")))
        if len(journey.personas) > 1 and "customers" not in set(figures.get("of", ())):
            who = journey.persona(path.persona)
            sentence = N_("the scores are those of {persona}, whoever else comes by")
            losses.append(_told(sentence, persona=who.name or who.id))
        if (scale.low, scale.high) != (LOW, HIGH):
            sentence = N_("scores from {low} to {high} stand on Mermaid's scale from 1 to 5")
            losses.append(_told(sentence, low=scale.low, high=scale.high))
    return losses + [_told(sentence) for kind, sentence in LEFT_BEHIND.items() if _has_more(kind, journey, parts, path)]


def _has_more(kind: type[Value], journey: Journey, parts: Sequence[Value], path: Path) -> bool:
    """Whether parts of this kind hold anything that a diagram does not carry."""
    if kind is Journey and (path.name or any(p != path for p in journey.paths)):
        return True
    carried = CARRIED[kind] | ({"client"} if kind is Journey and not journey.title else set())
    mine = [part for part in (journey, *parts) if isinstance(part, kind)]
    return any(
        getattr(part, name) != getattr(BARE[kind], name) for part in mine for name in {*kind.model_fields} - carried
    )


def _with(diagram: Diagram, people: list[str], base: Journey) -> tuple[Journey, list[str]]:
    """The journey with what the diagram has more, and the touchpoint of each task."""
    sections = [""] * any(not task.section for task in diagram.tasks) + [shown(name) for name, _ in diagram.sections]
    personas, new_personas = _matched(people, base.personas, "persona")
    stages, new_stages = _matched(list(dict.fromkeys(sections)), base.stages, "stage")
    named = {id: name for name, id in stages.items()} | {s.id: plain(s.name) or s.id for s in base.stages}
    there: dict[tuple[str, str], deque[str]] = defaultdict(deque)
    for touchpoint in base.touchpoints:
        there[named[touchpoint.stage], plain(touchpoint.name) or touchpoint.id].append(touchpoint.id)
    taken, ids, new = {t.id for t in base.touchpoints}, [], []
    for task in diagram.tasks:
        section, name = shown(task.section), shown(task.name)
        if there[section, name]:
            ids.append(there[section, name].popleft())
            continue
        id = new_id(name, taken, "touchpoint")
        taken.add(id)
        ids.append(id)
        met = list(dict.fromkeys(personas[who] for raw in task.people if (who := shown(raw))))
        met = [] if len(met) == len(personas) else met  # all of them: whoever comes by
        new.append({"id": id, "stage": stages[section], "name": name, "personas": met})
    title = shown(diagram.title or diagram.front_title or diagram.acc_title)
    journey = base.changed(
        title=base.title or ("" if title == plain(base.client) else title),
        personas=[*base.personas, *new_personas],
        stages=[*base.stages, *new_stages],
        touchpoints=[*base.touchpoints, *new],
    )
    return (journey if base.touchpoints else _with_paths(journey)), ids


def _matched(
    names: Sequence[str], parts: Sequence[Persona | Stage], kind: str
) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The id of each name, and the parts that are new."""
    ids: dict[str, str] = {}
    for part in parts:
        ids.setdefault(plain(part.name) or part.id, part.id)
    new = []
    for name in names:
        if name not in ids:
            ids[name] = new_id(name, {*ids.values()}, kind)
            new.append({"id": ids[name], "name": name})
    return ids, new


def _with_paths(journey: Journey) -> Journey:
    """Where the touchpoints do not follow the stages, each persona's own path in the diagram's order."""
    order = {stage.id: place for place, stage in enumerate(journey.stages)}
    places = [order[t.stage] for t in journey.touchpoints]
    if places == sorted(places):
        return journey
    whose = {
        p.id: [t.id for t in journey.touchpoints if not t.personas or p.id in t.personas] for p in journey.personas
    }
    whose = whose or {"": [t.id for t in journey.touchpoints]}
    return journey.changed(paths=[{"id": id or "path", "persona": id, "touchpoints": ids} for id, ids in whose.items()])


def _noticed(diagram: Diagram, journey: Journey, scores: Mapping[str, float], blocks: int, file: str) -> list[Fault]:
    """What the diagram has and the journey has not, each kind once, with its lines."""
    sections = [(shown(name), line) for name, line in diagram.sections]
    texts = [
        *diagram.sections,
        *((task.name, task.line) for task in diagram.tasks),
        (diagram.title, diagram.title_line),
    ]
    left = [(f"{shown(t.name)}: {t.given}", t.line) for t in diagram.tasks if not LOW <= t.score <= HIGH]
    lines = {
        N_("a score that is no number from 1 to 5 was left out; lines {lines}"): left,
        N_("to Mermaid a comment begins at #, so this was not read; lines {lines}"): diagram.comments,
        N_("what stands after a third colon is not read by Mermaid; lines {lines}"):
            [(t.rest, t.line) for t in diagram.tasks if t.rest.strip()],
        N_("line breaks (<br>) in names became spaces; lines {lines}"):
            [(shown(text), line) for text, line in texts if BREAK.search(text)],
        N_("a section comes again and is the same stage; lines {lines}"):
            [named for n, named in enumerate(sections) if named[0] in {name for name, _ in sections[:n]}],
        N_("tasks before the first section stand in a stage without a name; lines {lines}"):
            [(shown(t.name), t.line) for t in diagram.tasks if not t.section],
    }  # fmt: skip
    noticed = [
        Fault(file, sentence, {"lines": first_of([f"{line} ({text.strip()[:60]})" for text, line in which])})
        for sentence, which in lines.items() if which
    ]  # fmt: skip
    if scores:
        named = [f"{journey.touchpoint(id).name[:60]} ({score:g})" for id, score in scores.items()]
        sentence = N_("the scores name nobody who gave them, so they are not the team's and stay in the file: {scores}")
        noticed.append(Fault(file, sentence, {"scores": first_of(named)}))
    described = (diagram.acc_title if shown(diagram.acc_title) != journey.title else "", diagram.acc_text)
    if any(described):
        sentence = N_("the diagram's description has no place in a journey and was left out: {text}")
        noticed.append(Fault(file, sentence, {"text": plain(" ".join(described))}))
    if diagram.settings:
        noticed.append(Fault(file, N_("settings of the drawing (front matter or a directive) were left out")))
    if blocks > 1:
        noticed.append(Fault(file, N_("holds {n} Mermaid diagrams; the first journey was read"), {"n": blocks}))
    return noticed


def _told(sentence: str, **values: Any) -> Fault:
    return Fault("Mermaid", sentence, values)
